//! The p-median problem as plain data.

use crate::refusal::Refusal;

/// Where to open `p` of `M` sites for `N` demand points; each point goes to one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Number of sites to open.
    pub(super) open: usize,
    /// Number of demand points.
    pub(super) points: usize,
    /// Number of sites.
    pub(super) sites: usize,
    /// Demand of each point. Shape `N`.
    pub(super) weight: Vec<i64>,
    /// Weight times distance, site by site. Shape `M x N`.
    pub(super) cost: Vec<i64>,
    /// How much demand each site takes. Shape `M`.
    pub(super) capacity: Option<Vec<i64>>,
}

/// Total costs stay below this, so that sums with eight more bits of fraction fit.
const COST_MAX: u64 = 1 << 44;

impl Problem {
    /// Checks a problem. `distance[i * M + j]`: from point `i` to site `j`. Shape `N x M`, in any whole unit.
    ///
    /// # Errors
    /// [`Refusal`] for a `p` out of range, sums that are too large, or capacities that cannot hold the demand: less in
    /// the `p` largest sites than demanded (`PL-21`), or a point larger than any site (`PL-22`).
    pub fn new(open: usize, weight: Vec<u64>, distance: &[u64], capacity: Option<Vec<u64>>) -> Result<Self, Refusal> {
        let points = weight.len();
        let sites = distance.len().checked_div(points).unwrap_or(0);
        if points == 0 || open == 0 || open > sites {
            return Err(Refusal::whole(
                "PL-04",
                format!("p 为 {open}，应在 1 到选址点数 {sites} 之间，且至少有一个需求点。"),
                format!(
                    "p is {open}; it must be from 1 to the number of sites, {sites}, and there must be a demand point."
                ),
            ));
        }
        check_sums(&weight, distance, sites)?;
        let capacity = capacity.map(|capacity| check_capacity(capacity, &weight, open)).transpose()?;
        let mut cost = Vec::with_capacity(distance.len());
        for site in 0..sites {
            let of = |(point, weight): (usize, &u64)| (weight * distance[point * sites + site]) as i64;
            cost.extend(weight.iter().enumerate().map(of));
        }
        Ok(Self { open, points, sites, weight: weight.iter().map(|&weight| weight as i64).collect(), cost, capacity })
    }

    /// Costs of one site, point by point.
    pub(super) fn site(&self, site: usize) -> &[i64] {
        &self.cost[site * self.points..(site + 1) * self.points]
    }

    /// Cost of a point at a site.
    pub(super) fn at(&self, point: usize, site: usize) -> i64 {
        self.cost[site * self.points + point]
    }

    /// Cost of an assignment, or `None` where it breaks a rule: `open` distinct sites, every point at one of them,
    /// no site over its capacity. Written from the statement of the problem, for checking.
    pub fn cost_of(&self, open: &[u32], assign: &[u32]) -> Option<i64> {
        let mut is_open = vec![false; self.sites];
        for &site in open {
            let place = is_open.get_mut(site as usize)?;
            if std::mem::replace(place, true) {
                return None;
            }
        }
        if open.len() != self.open || assign.len() != self.points {
            return None;
        }
        let mut load = vec![0_i64; self.sites];
        let mut cost = 0;
        for (point, &site) in assign.iter().enumerate() {
            if !*is_open.get(site as usize)? {
                return None;
            }
            load[site as usize] += self.weight[point];
            cost += self.at(point, site as usize);
        }
        let fits = |capacity: &Vec<i64>| load.iter().zip(capacity).all(|(load, capacity)| load <= capacity);
        self.capacity.as_ref().is_none_or(fits).then_some(cost)
    }
}

fn check_sums(weight: &[u64], distance: &[u64], sites: usize) -> Result<(), Refusal> {
    let mut sum = 0_u64;
    for (row, (&weight, distance)) in weight.iter().zip(distance.chunks_exact(sites)).enumerate() {
        let farthest = distance.iter().copied().max().unwrap_or(0);
        let most = weight.checked_mul(farthest.max(1));
        match most.and_then(|most| sum.checked_add(most)).filter(|sum| *sum < COST_MAX) {
            Some(next) => sum = next,
            None => {
                return Err(Refusal::at(
                    "PL-05",
                    row,
                    format!("到第 {row} 个需求点，需求乘距离之和过大。"),
                    format!("Up to demand point {row}, the sum of demand times distance is too large."),
                ));
            }
        }
    }
    Ok(())
}

fn check_capacity(capacity: Vec<u64>, weight: &[u64], open: usize) -> Result<Vec<i64>, Refusal> {
    let demand: u64 = weight.iter().sum();
    // More room than all demand is as good as all demand.
    let capacity: Vec<u64> = capacity.iter().map(|&capacity| capacity.min(demand)).collect();
    let mut largest = capacity.clone();
    largest.sort_unstable_by(|a, b| b.cmp(a));
    let room: u128 = largest.iter().take(open).map(|&capacity| u128::from(capacity)).sum();
    if room < u128::from(demand) {
        return Err(Refusal::whole(
            "PL-21",
            format!("容量最大的 {open} 个点共 {room}，少于需求 {demand}，无法安排。"),
            format!("The {open} largest sites hold {room}, less than the demand of {demand}."),
        ));
    }
    let largest = largest.first().copied().unwrap_or(0);
    if let Some(row) = weight.iter().position(|&weight| weight > largest) {
        return Err(Refusal::at(
            "PL-22",
            row,
            format!("第 {row} 个需求点需求 {}，超过最大的选址点 {largest}；请拆分该点。", weight[row]),
            format!("Demand point {row} asks {}, more than the largest site holds, {largest}; split it.", weight[row]),
        ));
    }
    Ok(capacity.iter().map(|&capacity| capacity as i64).collect())
}
