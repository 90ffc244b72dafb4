//! Connected catchments with a reason for every area.
//!
//! Areas (小区, 村) have pupils and neighbours; each goes whole to one school, each zone is connected and holds its
//! school, no school takes more than it has places. The prices of the best assignment of single pupils
//! ([`crate::assign`]) say how dear each school is; zones grow from the schools by distance plus price, then areas on a
//! border change zones while prices follow the loads, until every school fits and the total falls no more. The assignment of
//! single pupils is a proven bound, so the gap is known. Source of the moves: Bozkaya, Erkut and Laporte (2003), "A tabu
//! search heuristic and adaptive memory procedure for political districting".

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use crate::assign::assign;
use crate::refusal::Refusal;

/// Areas and schools, checked.
#[derive(Debug, Clone)]
pub struct District {
    /// Pupils of each area. Shape `A`.
    pupils: Vec<u32>,
    /// Neighbours of each area, ascending. Shape `A`, ragged.
    neighbours: Vec<Vec<u32>>,
    /// Area in which each school stands. Shape `S`.
    seat: Vec<u32>,
    /// Places of each school. Shape `S`.
    capacity: Vec<u32>,
    /// Metres from area to school. Shape `A x S`.
    distance: Vec<i32>,
}

/// Why an area belongs to its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The school stands in this area.
    Home,
    /// No school is nearer.
    Nearest,
    /// The nearest school has fewer places left than the area has pupils.
    Full {
        /// The nearest school.
        nearer: u32,
        /// Its places left.
        left: u32,
    },
    /// The area has no border with the zone of the nearest school.
    Apart {
        /// The nearest school.
        nearer: u32,
    },
    /// Without this area its own zone would fall apart.
    Bridge {
        /// The nearest school.
        nearer: u32,
    },
}

/// Zones and what is proved about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zones {
    /// School of each area. Shape `A`.
    pub zone: Vec<u32>,
    /// Pupils times metres.
    pub cost: i64,
    /// No zones cost less than this.
    pub bound: i64,
    /// Why each area is where it is. Shape `A`.
    pub reason: Vec<Reason>,
}

/// What is wrong with some zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// Not one existing school for each area.
    Shape,
    /// The school's own area is in another zone.
    Home {
        /// The school.
        school: u32,
    },
    /// More pupils than places.
    OverFull {
        /// The school.
        school: u32,
    },
    /// The area cannot reach its school inside its zone.
    Island {
        /// The area.
        area: u32,
    },
}

impl District {
    /// Checks a district; `borders` are pairs of neighbouring areas.
    ///
    /// # Errors
    /// [`Refusal`] names the first wrong row: a length, a name out of range, an area bordering itself or two schools in
    /// one area (`PL-26`).
    pub fn new(
        pupils: Vec<u32>,
        borders: &[(u32, u32)],
        seat: Vec<u32>,
        capacity: Vec<u32>,
        distance: Vec<i32>,
    ) -> Result<Self, Refusal> {
        let (areas, schools) = (pupils.len(), seat.len());
        if capacity.len() != schools || distance.len() != areas * schools || schools == 0 {
            return Err(Refusal::whole(
                "PL-03",
                "各表行数不一致。",
                "The tables do not have matching numbers of rows.",
            ));
        }
        let mut neighbours = vec![BTreeSet::new(); areas];
        for (row, &(a, b)) in borders.iter().enumerate() {
            if a as usize >= areas || b as usize >= areas || a == b {
                return Err(Refusal::at(
                    "PL-04",
                    row,
                    format!("border 第 {row} 行应写两个不同的、小于 {areas} 的小区编号。"),
                    format!("border, row {row} must name two different areas below {areas}."),
                ));
            }
            neighbours[a as usize].insert(b);
            neighbours[b as usize].insert(a);
        }
        for (row, &area) in seat.iter().enumerate() {
            if area as usize >= areas || seat[..row].contains(&area) {
                return Err(Refusal::at(
                    "PL-26",
                    row,
                    format!("学校 {row} 所在小区 {area} 不存在或已有另一所学校，请把小区分开。"),
                    format!(
                        "School {row} stands in area {area}, which does not exist or holds another school; split the area."
                    ),
                ));
            }
        }
        Ok(Self {
            pupils,
            neighbours: neighbours.into_iter().map(|set| set.into_iter().collect()).collect(),
            seat,
            capacity,
            distance,
        })
    }

    fn areas(&self) -> usize {
        self.pupils.len()
    }

    fn schools(&self) -> usize {
        self.seat.len()
    }

    fn metres(&self, area: usize, school: usize) -> i64 {
        i64::from(self.distance[area * self.schools() + school])
    }

    fn cost(&self, area: usize, school: usize) -> i64 {
        i64::from(self.pupils[area]) * self.metres(area, school)
    }

    /// As the cost, but an area without pupils counts one, so that it too goes where it is near.
    fn worth(&self, area: usize, school: usize) -> i64 {
        i64::from(self.pupils[area].max(1)) * self.metres(area, school)
    }
}

/// Rounds of exchange allowed for each area.
const ROUNDS_EACH: usize = 40;
/// An area that has just changed its zone stays there for so many rounds, fewer on small maps.
const REST: usize = 7;
/// A school over-full by all its places raises its price by the mean distance in so many rounds.
const PRICE_STEP: i64 = 8;
/// Prices and fines in metres stay below these, so that products with pupils fit.
const PRICE_MAX: i64 = 1 << 31;
const FINE_MAX: i64 = 1 << 32;

/// Draws connected zones.
///
/// # Errors
/// [`Refusal`] `PL-20` when there are fewer places than pupils, `PL-27` names an area without a way to any school,
/// `PL-28` names a school left over-full because no connected zones were found that fit.
pub fn draw(district: &District) -> Result<Zones, Refusal> {
    let (price, bound) = prices(district)?;
    let mut drawing = grow(district, &price)?;
    let best = drawing.exchange()?;
    let reason = (0..district.areas()).map(|area| reason(district, &best, area)).collect();
    let cost = best.iter().enumerate().map(|(area, &school)| district.cost(area, school as usize)).sum();
    Ok(Zones { zone: best, cost, bound, reason })
}

/// Most pupils of a district, and most pairs of pupil and school.
const PUPILS_MAX: u64 = 1 << 20;
const PAIRS_MAX: u64 = 1 << 27;

/// Prices and total of the best assignment of single pupils.
fn prices(district: &District) -> Result<(Vec<i64>, i64), Refusal> {
    let pupils: u64 = district.pupils.iter().map(|&pupils| u64::from(pupils)).sum();
    if pupils > PUPILS_MAX || pupils * district.schools() as u64 > PAIRS_MAX {
        return Err(Refusal::whole(
            "PL-05",
            format!("学生 {pupils} 人过多，请分片区计算。"),
            format!("{pupils} pupils are too many; compute district by district."),
        ));
    }
    let rows = district.distance.chunks_exact(district.schools()).zip(&district.pupils);
    let cost: Vec<i32> =
        rows.flat_map(|(row, &pupils)| std::iter::repeat_n(row, pupils as usize)).flatten().copied().collect();
    let assigned = assign(&cost, &district.capacity)?;
    Ok((assigned.price, assigned.cost))
}

/// Zones in the making.
struct Drawing<'a> {
    district: &'a District,
    zone: Vec<u32>,
    load: Vec<i64>,
    /// What a pupil pays at each school, in metres, while zones change.
    price: Vec<i64>,
    /// What every pupil above capacity costs, in metres.
    fine: i64,
}

/// Lets all zones grow at once, always by the area with the least distance plus price, whether it fits or not.
fn grow<'a>(district: &'a District, price: &[i64]) -> Result<Drawing<'a>, Refusal> {
    let mut zone = vec![u32::MAX; district.areas()];
    let mut border: BTreeSet<(i64, u32, u32)> = BTreeSet::new();
    let key = |area: u32, school: usize| {
        let best = (0..district.schools())
            .map(|other| district.metres(area as usize, other) + price[other])
            .min()
            .unwrap_or(0);
        district.metres(area as usize, school) + price[school] - best
    };
    for (school, &area) in district.seat.iter().enumerate() {
        border.insert((i64::MIN, area, school as u32));
    }
    while let Some((_, area, school)) = border.pop_first() {
        if zone[area as usize] != u32::MAX {
            continue;
        }
        zone[area as usize] = school;
        for &next in &district.neighbours[area as usize] {
            border.insert((key(next, school as usize), next, school));
        }
    }
    if let Some(area) = zone.iter().position(|&school| school == u32::MAX) {
        return Err(Refusal::at(
            "PL-27",
            area,
            format!("小区 {area} 经相邻小区到不了任何学校，请补充相邻关系。"),
            format!("Area {area} has no way through neighbours to any school; complete the borders."),
        ));
    }
    let mut load = vec![0; district.schools()];
    for (&school, &pupils) in zone.iter().zip(&district.pupils) {
        load[school as usize] += i64::from(pupils);
    }
    Ok(Drawing { district, zone, load, price: price.to_vec(), fine: 0 })
}

/// A change of zone: an area with all that its leaving would cut off, or two areas changing places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Move {
    areas: Vec<u32>,
    to: u32,
    /// Another area that goes the opposite way.
    back: Option<u32>,
}

impl Drawing<'_> {
    /// Changes zones at the borders, always by the move that is best for distance, prices and fines together.
    ///
    /// The price of a school rises while it is over-full and falls while it has places left, so that a surplus finds
    /// its way through full neighbours; the fine rises while any school is over-full. An area that has moved rests, so
    /// that the search leaves poor places. Answers with the best zones that fit, improved to the last single move.
    fn exchange(&mut self) -> Result<Vec<u32>, Refusal> {
        let metres = self.mean_metres();
        self.fine = metres;
        let mut rest = vec![0_usize; self.district.areas()];
        let mut best: Option<(i64, Vec<u32>)> = None;
        let mut stale = 0;
        for round in 1..=ROUNDS_EACH * self.district.areas() {
            let over = self.over();
            let cost = self.cost();
            if over == 0 && best.as_ref().is_none_or(|best| cost < best.0) {
                best = Some((cost, self.zone.clone()));
                stale = 0;
            }
            stale += 1;
            if stale > 100 + 2 * self.district.areas() && best.is_some() {
                break;
            }
            self.follow_loads(metres, over > 0);
            let Some(chosen) = self.best_move(|area| rest[area as usize] > round) else { continue };
            let until = round + REST.min(self.district.areas() / 3);
            chosen.areas.iter().chain(&chosen.back).for_each(|&area| rest[area as usize] = until);
            self.make(&chosen);
        }
        let (_, zone) = best.ok_or_else(|| self.nothing_fits())?;
        self.take(zone);
        // Only moves that keep everybody within capacity and save distance.
        self.price.fill(0);
        self.fine = FINE_MAX;
        while let Some(chosen) = self.best_move(|_| false).filter(|chosen| self.gain(chosen) > 0) {
            self.make(&chosen);
        }
        Ok(self.zone.clone())
    }

    /// Lets prices and the fine follow the loads.
    fn follow_loads(&mut self, metres: i64, over: bool) {
        for (price, (load, &places)) in self.price.iter_mut().zip(self.load.iter().zip(&self.district.capacity)) {
            let places = i64::from(places);
            *price = (*price + metres * (load - places) / (PRICE_STEP * places.max(1))).clamp(0, PRICE_MAX);
        }
        self.fine = if over { self.fine.saturating_mul(21) / 20 + 1 } else { self.fine * 10 / 11 };
        self.fine = self.fine.min(FINE_MAX);
    }

    fn nothing_fits(&self) -> Refusal {
        let over = |school: &usize| self.load[*school] - i64::from(self.district.capacity[*school]);
        let school = (0..self.district.schools()).max_by_key(over).unwrap_or(0);
        Refusal::at(
            "PL-28",
            school,
            format!("未找到既连片又不超员的划分，学校 {school} 超员最多；请增加学位或拆分大的小区。"),
            format!(
                "No connected zones were found that fit; school {school} is the most over-full. Add places or split large areas."
            ),
        )
    }

    fn take(&mut self, zone: Vec<u32>) {
        self.zone = zone;
        self.load.fill(0);
        for (&school, &pupils) in self.zone.iter().zip(&self.district.pupils) {
            self.load[school as usize] += i64::from(pupils);
        }
    }

    fn mean_metres(&self) -> i64 {
        let pupils: i64 = self.load.iter().sum();
        self.cost() / pupils.max(1) + 1
    }

    fn cost(&self) -> i64 {
        self.zone.iter().enumerate().map(|(area, &school)| self.district.cost(area, school as usize)).sum()
    }

    fn over(&self) -> i64 {
        self.load.iter().zip(&self.district.capacity).map(|(load, &places)| (load - i64::from(places)).max(0)).sum()
    }

    /// What a move saves in distance, prices and fines.
    fn gain(&self, chosen: &Move) -> i64 {
        let from = self.zone[chosen.areas[0] as usize] as usize;
        let to = chosen.to as usize;
        let pupils = |area: &u32| i64::from(self.district.pupils[*area as usize]);
        let saves = |area: &u32, from: usize, to: usize| {
            self.district.worth(*area as usize, from) - self.district.worth(*area as usize, to)
        };
        let moved = chosen.areas.iter().map(pupils).sum::<i64>() - chosen.back.iter().map(pupils).sum::<i64>();
        let saved = chosen.areas.iter().map(|area| saves(area, from, to)).sum::<i64>()
            + chosen.back.iter().map(|back| saves(back, to, from)).sum::<i64>();
        let over = |school: usize, load: i64| (load - i64::from(self.district.capacity[school])).max(0);
        let before = over(from, self.load[from]) + over(to, self.load[to]);
        let after = over(from, self.load[from] - moved) + over(to, self.load[to] + moved);
        saved + moved * (self.price[from] - self.price[to]) + self.fine * (before - after)
    }

    /// The best move of areas that are not at rest; exchanges of two areas count too.
    ///
    /// Moves are first ranked as if nothing were cut off; only those that come out on top are looked into.
    fn best_move(&self, rests: impl Fn(u32) -> bool) -> Option<Move> {
        let mut ranked = BinaryHeap::new();
        for area in (0..self.district.areas() as u32).filter(|&area| self.may_leave(area) && !rests(area)) {
            for to in self.adjacent_zones(area) {
                let mut offer = |back| {
                    let chosen = Move { areas: vec![area], to, back };
                    ranked.push((self.gain(&chosen), false, Reverse(chosen)));
                };
                offer(None);
                let near = self.district.neighbours[area as usize].iter();
                let partners = near.flat_map(|&near| &self.district.neighbours[near as usize]);
                let partners = partners.filter(|&&back| back < area && self.zone[back as usize] == to);
                partners.filter(|&&back| self.may_leave(back) && !rests(back)).for_each(|&back| offer(Some(back)));
            }
        }
        while let Some((_, complete, Reverse(mut chosen))) = ranked.pop() {
            if complete || chosen.back.is_some() && self.keeps_connected(&chosen) {
                return Some(chosen);
            }
            if chosen.back.is_none() {
                chosen.areas = self.with_cut_off(chosen.areas[0]);
                if !chosen.areas.iter().any(|&area| rests(area)) {
                    ranked.push((self.gain(&chosen), true, Reverse(chosen)));
                }
            }
        }
        None
    }

    /// The area and what its leaving would cut off from its school.
    fn with_cut_off(&self, area: u32) -> Vec<u32> {
        let own = self.zone[area as usize];
        let after = |other: u32| if other == area { u32::MAX } else { self.zone[other as usize] };
        let kept = reached(self.district, own, &after);
        let lost = (0..self.district.areas() as u32).filter(|&other| after(other) == own && !kept[other as usize]);
        std::iter::once(area).chain(lost).collect()
    }

    fn may_leave(&self, area: u32) -> bool {
        self.district.seat[self.zone[area as usize] as usize] != area
    }

    fn adjacent_zones(&self, area: u32) -> BTreeSet<u32> {
        let near = self.district.neighbours[area as usize].iter().map(|&near| self.zone[near as usize]);
        near.filter(|&school| school != self.zone[area as usize]).collect()
    }

    /// Whether both zones stay connected; what goes with all it would cut off always keeps them so.
    fn keeps_connected(&self, chosen: &Move) -> bool {
        let (Some(back), &[area]) = (chosen.back, chosen.areas.as_slice()) else { return true };
        let from = self.zone[area as usize];
        let after = |other: u32| match other {
            other if other == area => chosen.to,
            other if other == back => from,
            other => self.zone[other as usize],
        };
        [from, chosen.to].into_iter().all(|school| {
            let kept = reached(self.district, school, &after);
            (0..self.district.areas() as u32).all(|area| kept[area as usize] || after(area) != school)
        })
    }

    fn make(&mut self, chosen: &Move) {
        let from = self.zone[chosen.areas[0] as usize];
        let mut put = |area: u32, school: u32| {
            let pupils = i64::from(self.district.pupils[area as usize]);
            self.load[self.zone[area as usize] as usize] -= pupils;
            self.load[school as usize] += pupils;
            self.zone[area as usize] = school;
        };
        chosen.areas.iter().for_each(|&area| put(area, chosen.to));
        chosen.back.into_iter().for_each(|back| put(back, from));
    }
}

/// Which areas of a zone can be reached from its school inside the zone.
fn reached(district: &District, school: u32, zone: &impl Fn(u32) -> u32) -> Vec<bool> {
    let mut seen = vec![false; district.areas()];
    let home = district.seat[school as usize];
    let mut queue = VecDeque::new();
    if zone(home) == school {
        seen[home as usize] = true;
        queue.push_back(home);
    }
    while let Some(area) = queue.pop_front() {
        for &next in &district.neighbours[area as usize] {
            if zone(next) == school && !seen[next as usize] {
                seen[next as usize] = true;
                queue.push_back(next);
            }
        }
    }
    seen
}

/// Why an area belongs to its zone. Zones cannot be improved by a single move, so one of these holds.
fn reason(district: &District, zone: &[u32], area: usize) -> Reason {
    let own = zone[area];
    if district.seat[own as usize] == area as u32 {
        return Reason::Home;
    }
    let nearest =
        (0..district.schools()).min_by_key(|&school| (district.metres(area, school), school != own as usize, school));
    let nearer = nearest.unwrap_or(0) as u32;
    if district.metres(area, nearer as usize) == district.metres(area, own as usize) {
        return Reason::Nearest;
    }
    let load: u64 = zone
        .iter()
        .zip(&district.pupils)
        .filter(|(school, _)| **school == nearer)
        .map(|(_, &pupils)| u64::from(pupils))
        .sum();
    let left = u64::from(district.capacity[nearer as usize]).saturating_sub(load) as u32;
    if left < district.pupils[area] {
        return Reason::Full { nearer, left };
    }
    if !district.neighbours[area].iter().any(|&near| zone[near as usize] == nearer) {
        return Reason::Apart { nearer };
    }
    Reason::Bridge { nearer }
}

/// The first thing wrong with some zones. Written apart from the drawing: connection is tested by merging sets.
pub fn objection(district: &District, zone: &[u32]) -> Option<Objection> {
    if zone.len() != district.areas() || zone.iter().any(|&school| school as usize >= district.schools()) {
        return Some(Objection::Shape);
    }
    for school in 0..district.schools() as u32 {
        if zone[district.seat[school as usize] as usize] != school {
            return Some(Objection::Home { school });
        }
        let members = zone.iter().zip(&district.pupils).filter(|(own, _)| **own == school);
        let load: u64 = members.map(|(_, &pupils)| u64::from(pupils)).sum();
        if load > u64::from(district.capacity[school as usize]) {
            return Some(Objection::OverFull { school });
        }
    }
    let mut parent: Vec<usize> = (0..zone.len()).collect();
    for (area, neighbours) in district.neighbours.iter().enumerate() {
        for &near in neighbours.iter().filter(|&&near| zone[near as usize] == zone[area]) {
            let (a, b) = (root(&mut parent, area), root(&mut parent, near as usize));
            parent[a] = b;
        }
    }
    let island = (0..zone.len()).find(|&area| {
        let home = district.seat[zone[area] as usize] as usize;
        root(&mut parent, area) != root(&mut parent, home)
    });
    island.map(|area| Objection::Island { area: area as u32 })
}

fn root(parent: &mut [usize], mut area: usize) -> usize {
    while parent[area] != area {
        parent[area] = parent[parent[area]];
        area = parent[area];
    }
    area
}
