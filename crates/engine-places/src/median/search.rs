//! Branch and bound over the relaxation: first on sites, then, with capacities, on pairs of point and site.
//!
//! Work is counted in relaxations computed, never in seconds, so that the answer is the same on every machine. Parts of
//! the search are worked on four at a time and their results taken in order, so that threads do not matter either.

use std::cmp::Reverse;
use std::collections::HashSet;

use rayon::prelude::*;

use super::last::try_all;
use super::primal::{Solution, exchange, fit};
use super::problem::Problem;
use super::relaxation::{Decided, FRACTION, Relaxed, Site};
use crate::refusal::Refusal;

/// Chosen sites and what is proved about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Sites to open, ascending. Shape `p`.
    pub open: Vec<u32>,
    /// Site of each point. Shape `N`.
    pub assign: Vec<u32>,
    /// Sum of weight times distance.
    pub cost: i64,
    /// No solution costs less than this; equal to `cost` when proven optimal.
    pub bound: i64,
    /// Relaxations computed.
    pub work: u64,
}

/// Relaxations allowed when nothing else is said, for problems up to 18,000 pairs of point and site.
const WORK_MOST: u64 = 400_000;
/// Relaxations allowed for the largest problems.
const WORK_LEAST: u64 = 2_000;

/// Relaxations allowed when nothing else is said: fewer for larger problems, as each costs more.
pub fn usual_work(problem: &Problem) -> u64 {
    let pairs = (problem.points * problem.sites) as u64;
    (WORK_MOST * 18_000 / pairs).clamp(WORK_LEAST, WORK_MOST)
}

/// Parts of the search worked on together.
const TOGETHER: usize = 4;

/// Opens `p` sites and sends every point to one of them at least total weight times distance.
///
/// Stops after about `work` relaxations with the best found and a proven bound.
///
/// # Errors
/// [`Refusal`] `PL-24` when it is proven that nothing fits, `PL-23` when nothing was found within the work.
pub fn median(problem: &Problem, work: u64) -> Result<Located, Refusal> {
    search(problem, work, worst_cost(problem)).finish()
}

/// Whether some choice of sites costs at most `most`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Within {
    /// This one does.
    Yes(Vec<u32>),
    /// It is proven that none does.
    No,
    /// The work did not suffice to say.
    Unknown,
}

/// Asks whether some choice of sites costs at most `most`, and answers with the work it took.
pub(crate) fn within(problem: &Problem, work: u64, most: i64) -> (Within, u64) {
    let search = search(problem, work, most);
    let answer = match &search.best {
        Some(best) if best.cost <= most => Within::Yes(best.open.clone()),
        _ if search.least_open().is_none() => Within::No,
        _ => Within::Unknown,
    };
    (answer, search.work)
}

/// Searches for solutions that cost at most `worth`.
fn search(problem: &Problem, work: u64, worth: i64) -> Search<'_> {
    let mut search = Search { problem, worth, best: None, work: 0, queue: Vec::new() };
    if problem.capacity.is_none() {
        let first: Vec<u32> = (0..problem.open as u32).collect();
        search.offer(exchange(problem, &first));
    }
    search.queue.push(Part {
        bound: i64::MIN,
        decided: Decided::nothing(problem),
        multiplier: first_multipliers(problem),
        rounds: Rounds::ROOT,
    });
    while search.work < work && search.step() {}
    search
}

/// How long a part of the search works on its multipliers.
#[derive(Debug, Clone, Copy)]
struct Rounds {
    most: usize,
    /// Rounds without a better bound before the step is halved.
    patience: usize,
    /// First length of the step, as a part of the gap.
    step: f64,
    /// Choices of sites made into solutions.
    tries: usize,
}

impl Rounds {
    const ROOT: Self = Self { most: 1_200, patience: 15, step: 1.5, tries: 200 };
    const CHILD: Self = Self { most: 120, patience: 6, step: 0.5, tries: 3 };
}

/// One part of the search that is still open.
#[derive(Debug, Clone)]
struct Part {
    bound: i64,
    decided: Decided,
    multiplier: Vec<i64>,
    rounds: Rounds,
}

/// What working on a part gave.
struct Worked {
    work: u64,
    found: Option<Solution>,
    children: Vec<Part>,
}

struct Search<'a> {
    problem: &'a Problem,
    /// Solutions that cost more are of no use.
    worth: i64,
    best: Option<Solution>,
    work: u64,
    /// Oldest first.
    queue: Vec<Part>,
}

/// Every point starts with the cost of the site that would be its nearest closed one if the sites stood evenly.
fn first_multipliers(problem: &Problem) -> Vec<i64> {
    let rank = (problem.sites / problem.open).min(problem.sites - 1);
    (0..problem.points)
        .map(|point| {
            let mut costs: Vec<i64> = (0..problem.sites).map(|site| problem.at(point, site)).collect();
            costs.sort_unstable();
            costs[rank] * FRACTION
        })
        .collect()
}

impl Search<'_> {
    /// A bound at or above this proves that nothing better is to be found.
    fn limit(&self) -> i64 {
        let better = self.best.as_ref().map_or(self.worth, |best| self.worth.min(best.cost - 1));
        better * FRACTION + 1
    }

    fn offer(&mut self, solution: Solution) {
        if self.best.as_ref().is_none_or(|best| solution.cost < best.cost) {
            self.best = Some(solution);
        }
    }

    /// Works on the most promising parts. Answers whether any was left.
    fn step(&mut self) -> bool {
        let limit = self.limit();
        let parts = self.next_parts(limit);
        let any = !parts.is_empty();
        let problem = self.problem;
        let worked: Vec<Worked> = parts.into_par_iter().map(|part| work_on(problem, part, limit)).collect();
        for worked in worked {
            self.work += worked.work;
            worked.found.into_iter().for_each(|found| self.offer(found));
            worked.children.into_iter().for_each(|child| self.queue.push(child));
        }
        any
    }

    /// The newest part, which leads on to solutions, and those with the least bounds, which hold the bound down.
    fn next_parts(&mut self, limit: i64) -> Vec<Part> {
        self.queue.retain(|part| part.bound < limit);
        let mut parts: Vec<Part> = self.queue.pop().into_iter().collect();
        while parts.len() < TOGETHER {
            let least = self.queue.iter().enumerate().min_by_key(|(age, part)| (part.bound, *age));
            let Some((age, _)) = least else { break };
            parts.push(self.queue.remove(age));
        }
        parts
    }

    /// The least bound of the parts that may still hold something better.
    fn least_open(&self) -> Option<i64> {
        let limit = self.limit();
        self.queue.iter().map(|part| part.bound).filter(|bound| *bound < limit).min()
    }

    fn finish(self) -> Result<Located, Refusal> {
        let open = self.least_open();
        let Some(best) = self.best else {
            return Err(match open {
                None => Refusal::whole(
                    "PL-24",
                    "各需求点不可拆分，在这些容量下无法安排，请增加容量或选址数。",
                    "Demand points cannot be split, and with these capacities no choice of sites holds them; add capacity or sites.",
                ),
                Some(_) => Refusal::whole(
                    "PL-23",
                    format!("计算 {} 次松弛后仍未找到可行方案，也未证明无解；请增加 work 或容量。", self.work),
                    format!(
                        "After {} relaxations no feasible choice was found, nor proven absent; raise work or capacity.",
                        self.work
                    ),
                ),
            });
        };
        // Costs are whole, so a bound may be rounded up.
        let bound = open.map_or(best.cost, |bound| bound.max(0).unsigned_abs().div_ceil(FRACTION as u64) as i64);
        Ok(Located {
            bound: bound.min(best.cost),
            open: best.open,
            assign: best.assign,
            cost: best.cost,
            work: self.work,
        })
    }
}

/// No solution costs more than this.
fn worst_cost(problem: &Problem) -> i64 {
    let worst = |point| (0..problem.sites).map(|site| problem.at(point, site)).max().unwrap_or(0);
    (0..problem.points).map(worst).sum()
}

/// Raises the bound of one part, fixes what can be fixed, and splits what is left.
fn work_on(problem: &Problem, mut part: Part, limit: i64) -> Worked {
    let mut worked = Worked { work: 0, found: None, children: Vec::new() };
    let mut relaxed = Relaxed::default();
    let mut limit = limit;
    loop {
        let mut tighten = Tighten::new(problem, &mut part, limit);
        let outcome = tighten.run(&mut relaxed);
        worked.work += tighten.work;
        if let Some(found) = tighten.found {
            limit = limit.min((found.cost - 1) * FRACTION + 1);
            worked.found = Some(found);
        }
        let Outcome::Open { often } = outcome else { return worked };
        let fixed_before = fixed(&part.decided);
        relaxed.fix_pairs(problem, &mut part.decided, &part.multiplier, limit);
        if spread_bans(problem, &mut part.decided).is_none() {
            return worked;
        }
        // What was ruled out makes the relaxation tighter; go on while it is worth the while.
        let fixed_now = fixed(&part.decided);
        if part.rounds.most == Rounds::ROOT.most && fixed_now * 20 > fixed_before * 21 {
            continue;
        }
        if let Some(last) = try_all(problem, &part.decided, (limit - 1) / FRACTION + 1) {
            worked.found = last.or(worked.found);
            return worked;
        }
        part.rounds = Rounds::CHILD;
        worked.children = split(problem, &part, &relaxed, &often);
        return worked;
    }
}

/// How many decisions have been made.
fn fixed(decided: &Decided) -> u32 {
    let banned: u32 = decided.banned.iter().map(|word| word.count_ones()).sum();
    banned + (decided.site.len() - decided.count(Site::Free)) as u32
}

/// A point with one site left opens it; a point with none ends this part.
fn spread_bans(problem: &Problem, decided: &mut Decided) -> Option<()> {
    if problem.capacity.is_none() {
        return Some(());
    }
    for point in 0..problem.points {
        let mut left = (0..problem.sites)
            .filter(|&site| decided.site[site] != Site::Closed && !decided.is_banned(site * problem.points + point));
        let first = left.next()?;
        if left.next().is_none() {
            decided.site[first] = Site::Open;
        }
    }
    (decided.count(Site::Open) <= problem.open).then_some(())
}

enum Outcome {
    /// Nothing better is in this part.
    Closed,
    /// Still open; how often each site was in the relaxation's choice, recent rounds counting more.
    Open { often: Vec<f64> },
}

/// Subgradient steps on the multipliers of one part.
struct Tighten<'a> {
    problem: &'a Problem,
    part: &'a mut Part,
    limit: i64,
    found: Option<Solution>,
    tried: HashSet<Vec<u32>>,
    work: u64,
}

impl<'a> Tighten<'a> {
    fn new(problem: &'a Problem, part: &'a mut Part, limit: i64) -> Self {
        Self { problem, part, limit, found: None, tried: HashSet::new(), work: 0 }
    }

    /// Leaves the best multipliers in the part and the relaxation computed at them.
    fn run(&mut self, relaxed: &mut Relaxed) -> Outcome {
        let problem = self.problem;
        relaxed.list_points(problem, &self.part.decided);
        let mut multiplier = self.part.multiplier.clone();
        let mut best = (i64::MIN, multiplier.clone());
        let mut direction = vec![0.0; problem.points];
        let mut often = vec![0.5; problem.sites];
        let mut step = self.part.rounds.step;
        let mut stale = 0;
        for _ in 0..self.part.rounds.most {
            if self.relax(relaxed, &multiplier).is_none() {
                return Outcome::Closed;
            }
            for (site, often) in often.iter_mut().enumerate() {
                let open = relaxed.open.contains(&(site as u32));
                *often += 0.1 * (f64::from(u8::from(open)) - *often);
            }
            if relaxed.bound > best.0 {
                best = (relaxed.bound, multiplier.clone());
                stale = 0;
                self.try_solution(relaxed);
            } else {
                stale += 1;
            }
            if relaxed.times.iter().all(|times| *times == 1) {
                // What the relaxation serves is itself a solution.
                self.try_solution_of(relaxed, true);
            }
            if relaxed.bound >= self.limit {
                return Outcome::Closed;
            }
            relaxed.fix_sites(problem, &mut self.part.decided, self.limit);
            if stale >= self.part.rounds.patience {
                stale = 0;
                step *= 0.5;
                multiplier.clone_from(&best.1);
                direction.fill(0.0);
                if step < 0.002 {
                    break;
                }
            }
            if !self.advance(relaxed, &mut multiplier, &mut direction, step) {
                break;
            }
        }
        self.part.multiplier = best.1;
        self.part.bound = self.part.bound.max(best.0);
        let multiplier = self.part.multiplier.clone();
        if self.relax(relaxed, &multiplier).is_none() || relaxed.bound >= self.limit {
            return Outcome::Closed;
        }
        relaxed.fix_sites(problem, &mut self.part.decided, self.limit);
        if problem.capacity.is_none() && self.part.decided.count(Site::Free) == 0 {
            // All sites are decided, and then every point simply goes to the nearest.
            self.try_solution_of(relaxed, true);
            return Outcome::Closed;
        }
        Outcome::Open { often }
    }

    fn relax(&mut self, relaxed: &mut Relaxed, multiplier: &[i64]) -> Option<()> {
        self.work += 1;
        relaxed.compute(self.problem, &self.part.decided, multiplier)
    }

    /// One step along the smoothed direction; `false` when every point is served exactly once.
    fn advance(&self, relaxed: &Relaxed, multiplier: &mut [i64], direction: &mut [f64], step: f64) -> bool {
        for (direction, &times) in direction.iter_mut().zip(&relaxed.times) {
            *direction = 0.3 * *direction + f64::from(1 - times);
        }
        let length: f64 = direction.iter().map(|direction| direction * direction).sum();
        if relaxed.times.iter().all(|times| *times == 1) || length == 0.0 {
            return false;
        }
        // While no solution is known the limit is far off and would make the steps too long.
        let near = relaxed.bound.saturating_add(relaxed.bound.abs() / 20).saturating_add(FRACTION);
        let gap = (self.limit.min(near) - relaxed.bound) as f64;
        // So that even the values of all open sites together cannot overflow.
        let most = (1_i64 << 61) / (self.problem.points * self.problem.open) as i64;
        for (multiplier, direction) in multiplier.iter_mut().zip(direction) {
            let moved = *multiplier as f64 + step * gap / length * *direction;
            *multiplier = (moved.round() as i64).clamp(0, most);
        }
        true
    }

    fn try_solution(&mut self, relaxed: &Relaxed) {
        self.try_solution_of(relaxed, false);
    }

    /// Makes a solution from the sites of the relaxation, once for each choice of sites.
    fn try_solution_of(&mut self, relaxed: &Relaxed, again: bool) {
        let mut open = relaxed.open.clone();
        open.sort_unstable();
        let enough = self.tried.len() >= self.part.rounds.tries;
        if !again && (enough || !self.tried.insert(open.clone())) {
            return;
        }
        let solution = match &self.problem.capacity {
            None => Some(exchange(self.problem, &open)),
            Some(capacity) => fit(self.problem, capacity, &open, &relaxed.served),
        };
        let Some(solution) = solution else { return };
        let limit = (solution.cost - 1) * FRACTION + 1;
        if limit < self.limit {
            self.limit = limit;
            self.found = Some(solution);
        }
    }
}

/// Two parts that together hold everything of this one.
fn split(problem: &Problem, part: &Part, relaxed: &Relaxed, often: &[f64]) -> Vec<Part> {
    let undecided = |often: f64| (often - 0.5).abs();
    let free = (0..problem.sites).filter(|&site| part.decided.site[site] == Site::Free);
    if let Some(site) = free.min_by(|&a, &b| undecided(often[a]).total_cmp(&undecided(often[b])).then(a.cmp(&b))) {
        let with = |state| {
            let mut child = part.clone();
            child.decided.site[site] = state;
            child
        };
        return vec![with(Site::Open), with(Site::Closed)];
    }
    split_point(problem, part, relaxed)
}

/// Splits on a point that is not served exactly once: at its likeliest site, or not there. Nothing when every point has
/// one site left.
fn split_point(problem: &Problem, part: &Part, relaxed: &Relaxed) -> Vec<Part> {
    let pair = |site: usize, point: usize| site * problem.points + point;
    let allowed = |point: usize| {
        let open = (0..problem.sites).filter(|&site| part.decided.site[site] == Site::Open);
        open.filter(move |&site| !part.decided.is_banned(pair(site, point)))
    };
    let several = (0..problem.points).filter(|&point| allowed(point).nth(1).is_some());
    let odd = |point: usize| (relaxed.times[point] != 1, problem.weight[point], Reverse(point));
    let Some(point) = several.max_by_key(|&point| odd(point)) else {
        return Vec::new();
    };
    let serving = relaxed.served.iter().filter(|served| served.0 as usize == point).map(|served| served.1 as usize);
    let likeliest = serving.chain(allowed(point)).min_by_key(|&site| (problem.at(point, site), site)).unwrap_or(0);
    let mut here = part.clone();
    let mut elsewhere = part.clone();
    for site in allowed(point).filter(|&site| site != likeliest) {
        here.decided.ban(pair(site, point));
    }
    elsewhere.decided.ban(pair(likeliest, point));
    vec![here, elsewhere]
}
