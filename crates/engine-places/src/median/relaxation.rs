//! The Lagrangian relaxation: every point pays its multiplier to whoever serves it, sites decide alone.
//!
//! L(u) = sum of u + the least sum of p site values, where a site's value is the least of cost minus multipliers over
//! the points it may serve within its capacity. For any whole multipliers L is a lower bound, and as everything is
//! counted in whole numbers the bound is exact. Source: Geoffrion (1974); Cornuejols, Fisher and Nemhauser (1977).

use super::knapsack::{Item, pack, profit_by_room, sort};
use super::problem::Problem;

/// Multipliers and costs in the relaxation are counted in this fraction of a unit of cost.
pub(super) const FRACTION: i64 = 256;

/// What is decided about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    Free,
    Open,
    Closed,
}

/// What is decided in one part of the search.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub site: Vec<Site>,
    /// Pairs of point and site that are ruled out, bit `site * N + point`; empty without capacities.
    pub banned: Vec<u64>,
}

impl Decided {
    pub fn nothing(problem: &Problem) -> Self {
        let pairs = if problem.capacity.is_some() { problem.sites * problem.points } else { 0 };
        Self { site: vec![Site::Free; problem.sites], banned: vec![0; pairs.div_ceil(64)] }
    }

    pub fn ban(&mut self, pair: usize) {
        self.banned[pair / 64] |= 1 << (pair % 64);
    }

    pub fn is_banned(&self, pair: usize) -> bool {
        self.banned.get(pair / 64).is_some_and(|word| word >> (pair % 64) & 1 == 1)
    }

    pub fn count(&self, which: Site) -> usize {
        self.site.iter().filter(|site| **site == which).count()
    }
}

/// The relaxation at one set of multipliers.
#[derive(Debug, Clone, Default)]
pub(super) struct Relaxed {
    /// Lower bound in fractions of a unit.
    pub bound: i64,
    /// Value of each site, at most 0; closed ones hold 0 and do not count.
    pub value: Vec<i64>,
    /// The sites the relaxation opens.
    pub open: Vec<u32>,
    /// (point, site) served, for the open sites.
    pub served: Vec<(u32, u32)>,
    /// How often each point is served.
    pub times: Vec<i32>,
    /// Whether all site values are exact.
    pub exact: bool,
    /// Points that each site may serve.
    points: Vec<Vec<u32>>,
    items: Vec<Item>,
    chosen: Vec<u32>,
    picks: Vec<Vec<u32>>,
    order: Vec<u32>,
}

impl Relaxed {
    /// Notes which points each site may serve; to be done before computing and whenever pairs were ruled out.
    pub fn list_points(&mut self, problem: &Problem, decided: &Decided) {
        let Some(capacity) = &problem.capacity else { return };
        self.points.resize(problem.sites, Vec::new());
        for (site, points) in self.points.iter_mut().enumerate() {
            points.clear();
            if decided.site[site] != Site::Closed {
                let fits = |point: &usize| problem.weight[*point] <= capacity[site];
                let allowed = |point: &usize| !decided.is_banned(site * problem.points + point);
                points.extend((0..problem.points).filter(fits).filter(allowed).map(|point| point as u32));
            }
        }
    }

    /// Computes the relaxation. `None` when no `p` sites are left to open.
    pub fn compute(&mut self, problem: &Problem, decided: &Decided, multiplier: &[i64]) -> Option<()> {
        self.value.clear();
        self.value.resize(problem.sites, 0);
        self.picks.resize(problem.sites, Vec::new());
        self.exact = true;
        for site in 0..problem.sites {
            if decided.site[site] != Site::Closed {
                self.value[site] = match &problem.capacity {
                    None => plain_value(problem.site(site), multiplier),
                    Some(capacity) => self.packed_value(problem, multiplier, site, capacity[site]),
                };
            }
        }
        self.choose(problem, decided)?;
        let sum: i64 = self.open.iter().map(|&site| self.value[site as usize]).sum();
        self.bound = multiplier.iter().sum::<i64>() + sum;
        self.serve(problem, multiplier);
        Some(())
    }

    fn packed_value(&mut self, problem: &Problem, multiplier: &[i64], site: usize, capacity: i64) -> i64 {
        list_items(problem, &self.points[site], multiplier, site, &mut self.items);
        // What weighs nothing comes first in order, as it must.
        sort(&mut self.items);
        let packed = pack(&self.items, capacity, &mut self.chosen);
        self.exact &= packed.exact;
        self.picks[site].clone_from(&self.chosen);
        -packed.profit
    }

    /// Opens what must be open and the best of the free sites.
    fn choose(&mut self, problem: &Problem, decided: &Decided) -> Option<()> {
        let which = |site: Site| (0..problem.sites as u32).filter(move |&index| decided.site[index as usize] == site);
        self.open.clear();
        self.open.extend(which(Site::Open));
        self.order.clear();
        self.order.extend(which(Site::Free));
        let missing = problem.open.checked_sub(self.open.len())?;
        if missing > self.order.len() {
            return None;
        }
        let value = &self.value;
        self.order.sort_unstable_by_key(|&site| (value[site as usize], site));
        self.open.extend(&self.order[..missing]);
        Some(())
    }

    fn serve(&mut self, problem: &Problem, multiplier: &[i64]) {
        self.times.clear();
        self.times.resize(problem.points, 0);
        self.served.clear();
        for &site in &self.open {
            if problem.capacity.is_some() {
                self.served.extend(self.picks[site as usize].iter().map(|&point| (point, site)));
            } else {
                let gains = problem.site(site as usize).iter().zip(multiplier).enumerate();
                let gains = gains.filter(|(_, (cost, multiplier))| *cost * FRACTION < **multiplier);
                self.served.extend(gains.map(|(point, _)| (point as u32, site)));
            }
        }
        for &(point, _) in &self.served {
            self.times[point as usize] += 1;
        }
    }

    /// Decides sites and pairs that no solution better than `limit` (in fractions, exclusive) can have otherwise.
    pub fn fix_sites(&self, problem: &Problem, decided: &mut Decided, limit: i64) {
        let missing = problem.open - decided.count(Site::Open);
        if missing == 0 || missing >= self.order.len() {
            let rest = if missing == 0 { Site::Closed } else { Site::Open };
            decided.site.iter_mut().filter(|site| **site == Site::Free).for_each(|site| *site = rest);
            return;
        }
        let last_in = self.value[self.order[missing - 1] as usize];
        let first_out = self.value[self.order[missing] as usize];
        for (index, &site) in self.order.iter().enumerate() {
            let value = self.value[site as usize];
            if index < missing && self.bound - value + first_out >= limit {
                decided.site[site as usize] = Site::Open;
            }
            if index >= missing && self.bound - last_in + value >= limit {
                decided.site[site as usize] = Site::Closed;
            }
        }
    }

    /// Rules out pairs of point and site by the profit left when the point is packed there first.
    pub fn fix_pairs(&mut self, problem: &Problem, decided: &mut Decided, multiplier: &[i64], limit: i64) {
        let Some(capacity) = &problem.capacity else { return };
        // The chosen site that costs least to leave out, if any may be left out.
        let chosen = self.open.iter().map(|&site| site as usize);
        let free = chosen.filter(|&site| decided.site[site] == Site::Free);
        let last_in = free.map(|site| self.value[site]).max();
        let mut most = Vec::new();
        for (site, &room) in capacity.iter().enumerate() {
            if decided.site[site] == Site::Closed || room > ROOM_MAX {
                continue;
            }
            // The bound with this site open, without its own value.
            let own = if self.open.contains(&(site as u32)) { Some(self.value[site]) } else { last_in };
            let Some(own) = own else { continue };
            let base = self.bound - own;
            list_items(problem, &self.points[site], multiplier, site, &mut self.items);
            profit_by_room(&self.items, room as usize, &mut most);
            for (point, (&weight, multiplier)) in problem.weight.iter().zip(multiplier).enumerate() {
                let pair = site * problem.points + point;
                let gain = multiplier - problem.cost[pair] * FRACTION;
                // The point may be packed twice here, which only weakens the bound.
                if weight > room || base - gain - most[(room - weight) as usize] >= limit {
                    decided.ban(pair);
                }
            }
        }
    }
}

/// Largest capacity for which pairs are fixed through a table by room.
const ROOM_MAX: i64 = 20_000;

fn plain_value(cost: &[i64], multiplier: &[i64]) -> i64 {
    cost.iter().zip(multiplier).map(|(cost, multiplier)| (cost * FRACTION - multiplier).min(0)).sum()
}

fn list_items(problem: &Problem, points: &[u32], multiplier: &[i64], site: usize, items: &mut Vec<Item>) {
    items.clear();
    let cost = problem.site(site);
    for &name in points {
        let point = name as usize;
        let profit = multiplier[point] - cost[point] * FRACTION;
        if profit > 0 {
            items.push(Item { profit, weight: problem.weight[point], name });
        }
    }
}
