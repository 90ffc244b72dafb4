//! The last few points: when all sites are decided and few points have a choice left, all ways are tried.

use super::primal::Solution;
use super::problem::Problem;
use super::relaxation::{Decided, Site};

/// More points with a choice than this are left to the relaxation.
const POINTS_MAX: usize = 48;
/// More steps than this are left to the relaxation.
const STEPS_MAX: usize = 20_000;

/// The best solution of this part that costs less than `limit`, `Some(None)` when there is none; `None` when there is
/// too much to try.
pub(super) fn try_all(problem: &Problem, decided: &Decided, limit: i64) -> Option<Option<Solution>> {
    let capacity = problem.capacity.as_ref().filter(|_| decided.count(Site::Free) == 0)?;
    let open: Vec<u32> = (0..problem.sites as u32).filter(|&site| decided.site[site as usize] == Site::Open).collect();
    let mut points: Vec<(usize, Vec<(i64, u32)>)> = (0..problem.points)
        .map(|point| {
            let allowed = |site: &&u32| !decided.is_banned(**site as usize * problem.points + point);
            let mut choices: Vec<(i64, u32)> =
                open.iter().filter(allowed).map(|&site| (problem.at(point, site as usize), site)).collect();
            choices.sort_unstable();
            (point, choices)
        })
        .collect();
    if points.iter().filter(|(_, choices)| choices.len() > 1).count() > POINTS_MAX {
        return None;
    }
    // Those without a choice first, then those that lose most by their second choice.
    let regret = |choices: &[(i64, u32)]| choices.get(1).map_or(i64::MAX, |second| second.0 - choices[0].0);
    points.sort_by_key(|(point, choices)| (std::cmp::Reverse(regret(choices)), *point));
    let mut rest = vec![0; points.len() + 1];
    for (index, (_, choices)) in points.iter().enumerate().rev() {
        let Some(cheapest) = choices.first() else { return Some(None) };
        rest[index] = rest[index + 1] + cheapest.0;
    }
    let mut trial = Trial {
        problem,
        points: &points,
        rest,
        room: capacity.clone(),
        at: vec![0; problem.points],
        best: (limit, None),
        steps: 0,
    };
    let mut settled = 0;
    let mut cost = 0;
    while let Some((point, choices)) = points.get(settled).filter(|(_, choices)| choices.len() == 1) {
        let (own, site) = choices[0];
        trial.room[site as usize] -= problem.weight[*point];
        trial.at[*point] = site;
        cost += own;
        settled += 1;
    }
    if trial.room.iter().any(|room| *room < 0) {
        return Some(None);
    }
    trial.place(settled, cost);
    let (cost, assign) = trial.best;
    (trial.steps <= STEPS_MAX).then(|| assign.map(|assign| Solution { cost, open, assign }))
}

struct Trial<'a> {
    problem: &'a Problem,
    points: &'a [(usize, Vec<(i64, u32)>)],
    /// Least cost of the points from each place on.
    rest: Vec<i64>,
    room: Vec<i64>,
    at: Vec<u32>,
    best: (i64, Option<Vec<u32>>),
    steps: usize,
}

impl Trial<'_> {
    /// Tries all places for the points from `index` on.
    fn place(&mut self, index: usize, cost: i64) {
        self.steps += 1;
        if self.steps > STEPS_MAX || cost + self.rest[index] >= self.best.0 {
            return;
        }
        let Some((point, choices)) = self.points.get(index) else {
            self.best = (cost, Some(self.at.clone()));
            return;
        };
        let weight = self.problem.weight[*point];
        for &(own, site) in choices {
            if self.room[site as usize] >= weight {
                self.room[site as usize] -= weight;
                self.at[*point] = site;
                self.place(index + 1, cost + own);
                self.room[site as usize] += weight;
            }
        }
    }
}
