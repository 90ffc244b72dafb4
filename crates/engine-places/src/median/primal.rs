//! Good solutions: from a set of open sites to an assignment, and from there to better sets.

use super::problem::Problem;

/// Open sites and who goes where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solution {
    pub cost: i64,
    /// Sorted.
    pub open: Vec<u32>,
    pub assign: Vec<u32>,
}

/// Every point at its nearest open site, ties to the lower number.
fn nearest(problem: &Problem, open: &[u32]) -> Solution {
    let mut open = open.to_vec();
    open.sort_unstable();
    let mut cost = 0;
    let mut assign = Vec::with_capacity(problem.points);
    for point in 0..problem.points {
        let best = open.iter().map(|&site| (problem.at(point, site as usize), site)).min().unwrap_or((0, 0));
        cost += best.0;
        assign.push(best.1);
    }
    Solution { cost, open, assign }
}

/// Without capacities: the points go to their nearest site, then single sites are exchanged while that helps.
pub(super) fn exchange(problem: &Problem, open: &[u32]) -> Solution {
    let mut solution = nearest(problem, open);
    while let Some((out, into)) = best_exchange(problem, &solution.open) {
        let kept = solution.open.iter().copied().filter(|site| *site != out);
        let better = nearest(problem, &kept.chain([into]).collect::<Vec<_>>());
        if better.cost >= solution.cost {
            break;
        }
        solution = better;
    }
    solution
}

/// The pair of sites whose exchange saves most, if any does. Source: Resende and Werneck (2007).
fn best_exchange(problem: &Problem, open: &[u32]) -> Option<(u32, u32)> {
    let two: Vec<(i64, u32, i64)> = (0..problem.points)
        .map(|point| {
            let mut costs: Vec<(i64, u32)> =
                open.iter().map(|&site| (problem.at(point, site as usize), site)).collect();
            costs.sort_unstable();
            // With one site open, the farthest site stands for a second.
            let farthest = || (0..problem.sites).map(|site| problem.at(point, site)).max().unwrap_or(0);
            let first = costs.first().copied().unwrap_or((0, 0));
            (first.0, first.1, costs.get(1).map_or_else(farthest, |second| second.0))
        })
        .collect();
    let mut loss = vec![0_i64; problem.sites];
    for &(first, site, second) in &two {
        loss[site as usize] += second - first;
    }
    let mut best: Option<(i64, u32, u32)> = None;
    for into in (0..problem.sites as u32).filter(|site| !open.contains(site)) {
        let mut gain = 0;
        // What leaving each open site costs less, since its points may go to the new one.
        let mut relief = vec![0_i64; problem.sites];
        for (&cost, &(first, site, second)) in problem.site(into as usize).iter().zip(&two) {
            if cost < first {
                gain += first - cost;
                relief[site as usize] += second - first;
            } else if cost < second {
                relief[site as usize] += second - cost;
            }
        }
        for &out in open {
            let saved = gain - (loss[out as usize] - relief[out as usize]);
            if saved > 0 && best.is_none_or(|best| saved > best.0) {
                best = Some((saved, out, into));
            }
        }
    }
    best.map(|(_, out, into)| (out, into))
}

/// With capacities: an assignment to these open sites, starting from what the relaxation serves.
///
/// Points served twice keep their cheaper site; the rest are put in by regret, if need be pushing one other point on;
/// then points move and change places while that helps. `None` when some point finds no room this way.
pub(super) fn fit(problem: &Problem, capacity: &[i64], open: &[u32], served: &[(u32, u32)]) -> Option<Solution> {
    let mut open = open.to_vec();
    open.sort_unstable();
    let mut fit = Fit { problem, open: &open, room: capacity.to_vec(), at: vec![NOWHERE; problem.points] };
    fit.take_over(served);
    fit.put_in_the_rest()?;
    fit.improve();
    let assign = fit.at.clone();
    let cost = assign.iter().enumerate().map(|(point, &site)| problem.at(point, site as usize)).sum();
    Some(Solution { cost, open, assign })
}

const NOWHERE: u32 = u32::MAX;

struct Fit<'a> {
    problem: &'a Problem,
    open: &'a [u32],
    room: Vec<i64>,
    at: Vec<u32>,
}

impl Fit<'_> {
    fn cost(&self, point: usize, site: u32) -> i64 {
        self.problem.at(point, site as usize)
    }

    fn put(&mut self, point: usize, site: u32) {
        let weight = self.problem.weight[point];
        if let Some(room) = self.room.get_mut(self.at[point] as usize) {
            *room += weight;
        }
        self.room[site as usize] -= weight;
        self.at[point] = site;
    }

    fn take_over(&mut self, served: &[(u32, u32)]) {
        let mut served: Vec<(i64, u32, u32)> =
            served.iter().map(|&(point, site)| (self.cost(point as usize, site), point, site)).collect();
        served.sort_unstable();
        for (_, point, site) in served {
            let fits = self.room[site as usize] >= self.problem.weight[point as usize];
            if self.at[point as usize] == NOWHERE && fits {
                self.put(point as usize, site);
            }
        }
    }

    /// Largest regret first, where the regret is the loss against the second-best site with room.
    fn put_in_the_rest(&mut self) -> Option<()> {
        let mut rest: Vec<usize> = (0..self.problem.points).filter(|&point| self.at[point] == NOWHERE).collect();
        while !rest.is_empty() {
            let regret = |(index, &point): (usize, &usize)| {
                let weight = self.problem.weight[point];
                let (mut best, mut second, mut at) = (i64::MAX, i64::MAX, NOWHERE);
                for &site in self.open.iter().filter(|site| self.room[**site as usize] >= weight) {
                    let cost = self.cost(point, site);
                    if cost < best {
                        (best, second, at) = (cost, best, site);
                    } else {
                        second = second.min(cost);
                    }
                }
                (at == NOWHERE, second.saturating_sub(best), weight, std::cmp::Reverse(index), at)
            };
            let chosen = rest.iter().enumerate().map(regret).max()?;
            let point = rest.swap_remove(chosen.3.0);
            match chosen.4 {
                NOWHERE => self.push_in(point)?,
                site => self.put(point, site),
            }
        }
        Some(())
    }

    /// Puts a point where one other point can make room by going elsewhere, at least cost.
    fn push_in(&mut self, point: usize) -> Option<()> {
        let weight = self.problem.weight[point];
        let mut best: Option<(i64, usize, u32, u32)> = None;
        for other in (0..self.problem.points).filter(|&other| self.at[other] != NOWHERE) {
            let (from, moved) = (self.at[other], self.problem.weight[other]);
            if self.room[from as usize] + moved < weight {
                continue;
            }
            for &to in self.open.iter().filter(|to| **to != from && self.room[**to as usize] >= moved) {
                let cost = self.cost(point, from) + self.cost(other, to) - self.cost(other, from);
                if best.is_none_or(|best| (cost, other, from, to) < best) {
                    best = Some((cost, other, from, to));
                }
            }
        }
        let (_, other, from, to) = best?;
        self.put(other, to);
        self.put(point, from);
        Some(())
    }

    /// Moves single points and exchanges pairs while that saves anything.
    fn improve(&mut self) {
        loop {
            let mut better = false;
            for point in 0..self.problem.points {
                better |= self.move_one(point);
            }
            for one in 0..self.problem.points {
                for other in 0..one {
                    better |= self.change_places(one, other);
                }
            }
            if !better {
                return;
            }
        }
    }

    fn move_one(&mut self, point: usize) -> bool {
        let (from, weight) = (self.at[point], self.problem.weight[point]);
        let fitting = self.open.iter().filter(|to| **to == from || self.room[**to as usize] >= weight);
        let best = fitting.map(|&to| (self.cost(point, to), to)).min();
        match best {
            Some((cost, to)) if cost < self.cost(point, from) => {
                self.put(point, to);
                true
            }
            _ => false,
        }
    }

    fn change_places(&mut self, one: usize, other: usize) -> bool {
        let (a, b) = (self.at[one], self.at[other]);
        if a == b {
            return false;
        }
        let more = self.problem.weight[one] - self.problem.weight[other];
        if self.room[a as usize] + more < 0 || self.room[b as usize] - more < 0 {
            return false;
        }
        let before = self.cost(one, a) + self.cost(other, b);
        if self.cost(one, b) + self.cost(other, a) >= before {
            return false;
        }
        self.put(one, b);
        self.put(other, a);
        true
    }
}
