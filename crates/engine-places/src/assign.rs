//! Assigns pupils to schools at least total distance under capacity.
//!
//! A transportation problem with few schools. Every school carries a price in metres; a pupil goes where distance plus
//! price is least. First every fourth pupil is assigned alone, with a fourth of the places (and before that every
//! fourth of these, and so on). At the prices of the sample most pupils already go where they belong. What is then
//! over-full is led to what is under-full along shortest paths in the graph of schools, where the length of an arc is
//! the least loss of any pupil who could make that step. Prices follow the path lengths, so that at the end every pupil
//! sits at a best school for the prices and every school with a price is full, which proves that no assignment is
//! shorter ([`proves_optimal`]). The sample only saves time; the proof does not rest on it.
//!
//! Source: Tomizawa (1971) and Edmonds and Karp (1972), shortest augmenting paths with prices; Ahuja, Magnanti and Orlin
//! (1993), "Network Flows", 9.7.

use crate::refusal::Refusal;

/// An assignment and the prices that prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// School of each pupil. Shape `N`.
    pub school: Vec<u32>,
    /// Price of each school in metres, 0 where places are left. Shape `S`.
    pub price: Vec<i64>,
    /// Total cost.
    pub cost: i64,
}

/// Most entries of a cost table.
pub const TABLE_MAX: usize = 1 << 29;

/// Assigns every pupil to one school at least total cost.
///
/// `cost[p * S + s]`: cost of pupil `p` at school `s`, from 0 to 2^30. Shape `N x S`. `capacity`: places. Shape `S`.
///
/// # Errors
/// [`Refusal`] `PL-20` when there are fewer places than pupils.
pub fn assign(cost: &[i32], capacity: &[u32]) -> Result<Assigned, Refusal> {
    let schools = capacity.len();
    let pupils = cost.len().checked_div(schools).unwrap_or(0);
    let places: u64 = capacity.iter().map(|&places| u64::from(places)).sum();
    if places < pupils as u64 {
        return Err(too_few_places(pupils, places));
    }
    // A school without places takes no part; its price is set at the end.
    let open: Vec<usize> = (0..schools).filter(|&school| capacity[school] > 0).collect();
    let narrow: Vec<i32>;
    let open_cost = if open.len() == schools {
        cost
    } else {
        narrow = cost.chunks_exact(schools).flat_map(|row| open.iter().map(|&school| row[school])).collect();
        &narrow
    };
    let open_capacity: Vec<usize> = open.iter().map(|&school| (capacity[school] as usize).min(pupils)).collect();
    let round = solve(open_cost, open_capacity);
    let mut price = vec![None; schools];
    for (&school, &own) in open.iter().zip(&round.price) {
        price[school] = Some(own);
    }
    let school: Vec<u32> = round.at.iter().map(|&at| open[at as usize] as u32).collect();
    let total = school.iter().enumerate().map(|(pupil, &at)| i64::from(cost[pupil * schools + at as usize])).sum();
    let price = price
        .iter()
        .enumerate()
        .map(|(column, own)| own.unwrap_or_else(|| closed_price(cost, column, schools, &school, &price)))
        .collect();
    Ok(Assigned { school, price, cost: total })
}

pub(crate) fn too_few_places(pupils: usize, places: u64) -> Refusal {
    Refusal::whole(
        "PL-20",
        format!("学位不足：学生 {pupils} 人，学位 {places} 个，缺 {}。", (pupils as u64).saturating_sub(places)),
        format!(
            "There are {places} places for {pupils} pupils; {} are missing.",
            (pupils as u64).saturating_sub(places)
        ),
    )
}

/// The least price at which nobody would rather be at a school without places.
fn closed_price(cost: &[i32], column: usize, schools: usize, school: &[u32], price: &[Option<i64>]) -> i64 {
    let rather = |(pupil, &at): (usize, &u32)| {
        let own = i64::from(cost[pupil * schools + at as usize]) + price[at as usize].unwrap_or(0);
        own - i64::from(cost[pupil * schools + column])
    };
    school.iter().enumerate().map(rather).max().unwrap_or(0).max(0)
}

/// Says whether prices prove that an assignment is optimal, by the definition of complementary slackness alone.
///
/// No school is over-full, no price is negative, a school with a price is full, and no pupil would gain by going
/// elsewhere at these prices. Then for any other assignment the total cost is at least the same.
pub fn proves_optimal(cost: &[i32], capacity: &[u32], school: &[u32], price: &[i64]) -> bool {
    let schools = capacity.len();
    if price.len() != schools || cost.len() != school.len() * schools {
        return false;
    }
    let mut taken = vec![0_u64; schools];
    for &school in school {
        match taken.get_mut(school as usize) {
            Some(taken) => *taken += 1,
            None => return false,
        }
    }
    let schools_hold = taken.iter().zip(capacity).zip(price).all(|((&taken, &places), &price)| {
        let full = taken == u64::from(places);
        taken <= u64::from(places) && (0..=1 << 60).contains(&price) && (price == 0 || full)
    });
    // Prices are bounded here, so the sums below cannot overflow.
    schools_hold
        && school.iter().enumerate().all(|(pupil, &at)| {
            let row = &cost[pupil * schools..(pupil + 1) * schools];
            let own = i64::from(row[at as usize]) + price[at as usize];
            row.iter().zip(price).all(|(&cost, &price)| own <= i64::from(cost) + price)
        })
}

/// Each sample holds one pupil in this many.
const SAMPLE: usize = 4;

/// Solves a sample first, whose prices send most pupils where they belong, then leads the rest.
fn solve(cost: &[i32], capacity: Vec<usize>) -> Round<'_> {
    let schools = capacity.len();
    let pupils = cost.len() / schools.max(1);
    let mut price = vec![0; schools];
    if pupils > 8 * SAMPLE * schools {
        let sample: Vec<usize> = by_place(cost, schools).into_iter().skip(SAMPLE / 2).step_by(SAMPLE).collect();
        let sample_cost: Vec<i32> =
            sample.iter().flat_map(|&pupil| &cost[pupil * schools..(pupil + 1) * schools]).copied().collect();
        let share = sample_capacity(&capacity, sample.len(), pupils);
        price = solve(&sample_cost, share).price;
    }
    let mut round = Round::new(cost, capacity, price);
    round.augment();
    round
}

/// Pupils in an order in which neighbours live close together: by nearest and second-nearest school, then by how much
/// nearer the first is.
fn by_place(cost: &[i32], schools: usize) -> Vec<usize> {
    let mut order: Vec<(u32, u32, i64, usize)> = cost
        .chunks_exact(schools)
        .enumerate()
        .map(|(pupil, row)| {
            let best = best_two(row, &[]);
            (best.school as u32, best.next as u32, best.second - best.first, pupil)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|key| key.3).collect()
}

/// Places in proportion to the sample, rounded so that the running sum is never off by a whole place.
fn sample_capacity(capacity: &[usize], sample: usize, pupils: usize) -> Vec<usize> {
    let share = |places: usize| (places as u128 * sample as u128 / pupils as u128) as usize;
    let mut sum = 0;
    let part = |&places: &usize| {
        let before = share(sum);
        sum += places;
        share(sum) - before
    };
    capacity.iter().map(part).collect()
}

/// A pupil who belongs to nobody: an empty place.
const EMPTY: u32 = u32::MAX;
/// No pupil can make this step.
const NO_STEP: i32 = i32::MAX;

struct Round<'a> {
    cost: &'a [i32],
    schools: usize,
    capacity: Vec<usize>,
    price: Vec<i64>,
    /// School of each pupil.
    at: Vec<u32>,
}

/// The best and second-best school of a pupil.
struct Best {
    school: usize,
    next: usize,
    first: i64,
    second: i64,
}

/// The two schools of least cost plus price; no prices means all are 0.
fn best_two(row: &[i32], price: &[i64]) -> Best {
    let mut best = Best { school: 0, next: 0, first: i64::MAX, second: i64::MAX };
    for (school, &cost) in row.iter().enumerate() {
        let value = i64::from(cost) + price.get(school).copied().unwrap_or(0);
        if value < best.first {
            best = Best { school, next: best.school, first: value, second: best.first };
        } else if value < best.second {
            best.next = school;
            best.second = value;
        }
    }
    best
}

impl<'a> Round<'a> {
    /// Every pupil at a best school for the prices, whether it has room or not.
    fn new(cost: &'a [i32], capacity: Vec<usize>, price: Vec<i64>) -> Self {
        let schools = capacity.len();
        let at = cost.chunks_exact(schools.max(1)).map(|row| best_two(row, &price).school as u32).collect();
        Self { cost, schools, capacity, price, at }
    }

    /// Leads what is over-full to what is under-full along shortest paths.
    fn augment(&mut self) {
        let mut steps = Steps::new(self);
        let mut path = Path::new(self.schools);
        while let Some(end) = path.find(&steps, &self.capacity, &mut self.price) {
            let mut to = end;
            while let Some(from) = path.before[to] {
                let pupil = steps.pupil[from * self.schools + to];
                steps.take(self.cost, from, to, pupil);
                if pupil != EMPTY {
                    self.at[pupil as usize] = to as u32;
                }
                to = from;
            }
            // Pupils are put down after all have been picked up, so that nobody takes two steps.
            steps.put_down(self.cost);
        }
        let least = self.price.iter().copied().min().unwrap_or(0);
        self.price.iter_mut().for_each(|price| *price -= least);
    }
}

/// For every pair of schools the least loss of a pupil who steps from one to the other.
struct Steps {
    schools: usize,
    loss: Vec<i32>,
    pupil: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// Empty places standing at each school. They cost nothing anywhere.
    empty: Vec<usize>,
    lifted: Vec<(usize, u32)>,
}

impl Steps {
    fn new(round: &Round) -> Self {
        let schools = round.schools;
        let mut members = vec![Vec::new(); schools];
        for (pupil, &at) in round.at.iter().enumerate() {
            members[at as usize].push(pupil as u32);
        }
        let mut steps = Self {
            schools,
            loss: vec![NO_STEP; schools * schools],
            pupil: vec![EMPTY; schools * schools],
            empty: empty_places(round, &members),
            members,
            lifted: Vec::new(),
        };
        for school in 0..schools {
            for index in 0..steps.members[school].len() {
                let pupil = steps.members[school][index];
                steps.offer(round.cost, school, pupil);
            }
            steps.offer_empty(school);
        }
        steps
    }

    fn held(&self, school: usize) -> usize {
        self.members[school].len() + self.empty[school]
    }

    /// Lets a pupil at a school improve the steps from there.
    fn offer(&mut self, cost: &[i32], school: usize, pupil: u32) {
        let row = &cost[pupil as usize * self.schools..(pupil as usize + 1) * self.schools];
        let own = row[school];
        let begin = school * self.schools;
        let losses = &mut self.loss[begin..begin + self.schools];
        let pupils = &mut self.pupil[begin..begin + self.schools];
        for ((loss, best), &cost) in losses.iter_mut().zip(pupils).zip(row) {
            if cost - own < *loss {
                *loss = cost - own;
                *best = pupil;
            }
        }
    }

    fn offer_empty(&mut self, school: usize) {
        if self.empty[school] == 0 {
            return;
        }
        let begin = school * self.schools;
        for to in begin..begin + self.schools {
            if self.loss[to] > 0 {
                self.loss[to] = 0;
                self.pupil[to] = EMPTY;
            }
        }
    }

    /// Picks a pupil or an empty place up; it is put down later.
    fn take(&mut self, cost: &[i32], from: usize, to: usize, pupil: u32) {
        self.lifted.push((to, pupil));
        if pupil == EMPTY {
            self.empty[from] -= 1;
            if self.empty[from] > 0 {
                return;
            }
        } else if let Some(index) = self.members[from].iter().position(|&member| member == pupil) {
            self.members[from].swap_remove(index);
        }
        let begin = from * self.schools;
        for to in 0..self.schools {
            if self.pupil[begin + to] == pupil && self.loss[begin + to] != NO_STEP {
                self.search(cost, from, to);
            }
        }
    }

    /// Finds the best step between two schools anew.
    fn search(&mut self, cost: &[i32], from: usize, to: usize) {
        let mut best = if self.empty[from] > 0 { (0, EMPTY) } else { (NO_STEP, EMPTY) };
        for &pupil in &self.members[from] {
            let row = pupil as usize * self.schools;
            let loss = cost[row + to] - cost[row + from];
            if loss < best.0 {
                best = (loss, pupil);
            }
        }
        (self.loss[from * self.schools + to], self.pupil[from * self.schools + to]) = best;
    }

    fn put_down(&mut self, cost: &[i32]) {
        for (school, pupil) in std::mem::take(&mut self.lifted) {
            if pupil == EMPTY {
                self.empty[school] += 1;
                self.offer_empty(school);
            } else {
                self.members[school].push(pupil);
                self.offer(cost, school, pupil);
            }
        }
    }
}

/// Empty places stand where the price is least, first where there is room; what is left makes a school over-full and
/// is led away like a pupil.
fn empty_places(round: &Round, members: &[Vec<u32>]) -> Vec<usize> {
    let mut left = round.capacity.iter().sum::<usize>() - round.at.len();
    let mut empty = vec![0; round.schools];
    let least = round.price.iter().copied().min().unwrap_or(0);
    let cheap: Vec<usize> = (0..round.schools).filter(|&school| round.price[school] == least).collect();
    for &school in &cheap {
        let room = round.capacity[school].saturating_sub(members[school].len()).min(left);
        empty[school] = room;
        left -= room;
    }
    if let Some(&school) = cheap.first() {
        empty[school] += left;
    }
    empty
}

/// Shortest paths from one over-full school (Dijkstra on a dense graph).
struct Path {
    length: Vec<i64>,
    done: Vec<bool>,
    before: Vec<Option<usize>>,
}

impl Path {
    fn new(schools: usize) -> Self {
        Self { length: vec![0; schools], done: vec![false; schools], before: vec![None; schools] }
    }

    /// Finds the nearest under-full school, lets prices follow, and answers where the path ends.
    fn find(&mut self, steps: &Steps, capacity: &[usize], price: &mut [i64]) -> Option<usize> {
        let schools = price.len();
        self.length.fill(i64::MAX);
        self.done.fill(false);
        self.before.fill(None);
        let begin = (0..schools).find(|&school| steps.held(school) > capacity[school])?;
        self.length[begin] = 0;
        let end = loop {
            let open = (0..schools).filter(|&school| !self.done[school] && self.length[school] < i64::MAX);
            let nearest = open.min_by_key(|&school| self.length[school])?;
            if steps.held(nearest) < capacity[nearest] {
                break nearest;
            }
            self.done[nearest] = true;
            let so_far = self.length[nearest] - price[nearest];
            let losses = &steps.loss[nearest * schools..(nearest + 1) * schools];
            for (to, &loss) in losses.iter().enumerate() {
                let length = so_far + i64::from(loss) + price[to];
                if loss != NO_STEP && length < self.length[to] {
                    self.length[to] = length;
                    self.before[to] = Some(nearest);
                }
            }
        };
        let reach = self.length[end];
        for (price, &length) in price.iter_mut().zip(&self.length) {
            *price += reach - length.min(reach);
        }
        Some(end)
    }
}
