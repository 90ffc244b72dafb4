//! Places students at schools by deferred acceptance, students proposing.
//!
//! Every student asks the best school that has not turned him down. A school keeps the best it has been asked by and
//! turns the rest down. The end does not depend on who asks first, is stable, and no student can do better in any other
//! stable assignment. A school with reserved places first keeps the best of each reserve up to its size, then the best
//! of all others; with reserves that do not overlap this choice is substitutable, so the same holds.
//!
//! Source: Gale and Shapley (1962); Hafalir, Yenmez and Yildirim (2013).

use rayon::prelude::*;

use crate::round::Round;

/// The school of each student, `None` if unplaced. Shape `A`.
pub type Assignment = Vec<Option<u32>>;

/// Rank of a student whom the school does not name.
const UNRANKED: u32 = u32::MAX;

/// Places students so that no pair blocks, as well for every student as any such assignment can.
///
/// Returns the school of each student, `None` if unplaced. Shape `A`. Time is proportional to the lengths of all lists.
pub fn place(round: &Round) -> Assignment {
    let table = round.students().saturating_mul(round.schools());
    if table <= round.order().total().saturating_mul(2) {
        let rank = rank_table(round);
        let students = round.students();
        propose(round, |student, _, school| rank[school * students + student])
    } else {
        let ranks = rank_of_wishes(round);
        propose(round, |_, wish, _| ranks.rank[ranks.slot[wish] as usize])
    }
}

/// Rank of every student at every school. Shape `S x A`. Smaller goes first.
fn rank_table(round: &Round) -> Vec<u32> {
    let students = round.students();
    let mut table = vec![0; students * round.schools()];
    if students == 0 {
        return table;
    }
    // Two tasks are enough for the machines this runs on, and few tasks cost little where the table is small.
    let schools_each = round.schools().div_ceil(rayon::current_num_threads()).max(1);
    table.par_chunks_mut(students * schools_each).enumerate().for_each(|(task, rows)| {
        for (offset, row) in rows.chunks_mut(students).enumerate() {
            let order = round.order().row(task * schools_each + offset);
            if order.len() < students {
                row.fill(UNRANKED);
            }
            for (rank, &student) in order.iter().enumerate() {
                row[student as usize] = rank as u32;
            }
        }
    });
    table
}

/// Rank of the wisher at the school of each wish.
struct WishRanks {
    /// Place of each wish, in the flat order of the wishes, in `rank`.
    slot: Vec<u32>,
    /// Ranks, all wishes for one school together.
    rank: Vec<u32>,
}

/// Ranks for lists much shorter than the number of students, where a table of all students and schools would be large.
///
/// Wishes are gathered by school first, so that each school looks its wishers up in one array that stays near at hand.
fn rank_of_wishes(round: &Round) -> WishRanks {
    let wishes = round.wishes();
    let mut begin = vec![0; round.schools() + 1];
    for &school in wishes.iter().flatten() {
        begin[school as usize + 1] += 1;
    }
    for school in 0..round.schools() {
        begin[school + 1] += begin[school];
    }
    let mut next = begin.clone();
    let mut slot = Vec::with_capacity(wishes.total());
    let mut rank = vec![0; wishes.total()];
    for (student, schools) in wishes.iter().enumerate() {
        for &school in schools {
            let next = &mut next[school as usize];
            slot.push(*next as u32);
            // The wisher for now; his rank takes his place below.
            rank[*next] = student as u32;
            *next += 1;
        }
    }
    let mut rest = rank.as_mut_slice();
    let mut wishers = Vec::with_capacity(round.schools());
    for school in 0..round.schools() {
        let (own, others) = rest.split_at_mut(begin[school + 1] - begin[school]);
        wishers.push(own);
        rest = others;
    }
    let each = round.schools().div_ceil(rayon::current_num_threads()).max(1);
    wishers.par_chunks_mut(each).enumerate().for_each(|(task, wishers)| {
        let mut rank_of = vec![UNRANKED; round.students()];
        for (offset, wishers) in wishers.iter_mut().enumerate() {
            let order = round.order().row(task * each + offset);
            for (rank, &student) in order.iter().enumerate() {
                rank_of[student as usize] = rank as u32;
            }
            wishers.iter_mut().for_each(|wisher| *wisher = rank_of[*wisher as usize]);
            order.iter().for_each(|&student| rank_of[student as usize] = UNRANKED);
        }
    });
    WishRanks { slot, rank }
}

/// Lets every student ask in turn; who is turned down asks his next school at once.
///
/// `rank(student, wish, school)` is the student's rank there, where `wish` counts among all wishes.
fn propose(round: &Round, rank: impl Fn(usize, usize, usize) -> u32) -> Assignment {
    let wishes = round.wishes();
    let mut schools = open_schools(round);
    let mut asked = vec![0_u32; round.students()];
    let mut placed = vec![None; round.students()];
    for first in 0..round.students() {
        let mut asking = first;
        let mut list = wishes.row(asking);
        let mut begin = wishes.begin(asking);
        let mut next = 0;
        while let Some(&name) = list.get(next) {
            let school = name as usize;
            let answer = schools[school].ask(rank(asking, begin + next, school));
            next += 1;
            if let Answer::TurnedDown = answer {
                continue;
            }
            placed[asking] = Some(name);
            asked[asking] = next as u32;
            let Answer::InsteadOf(worst) = answer else { break };
            asking = round.order().row(school)[worst as usize] as usize;
            placed[asking] = None;
            next = asked[asking] as usize;
            list = wishes.row(asking);
            begin = wishes.begin(asking);
        }
    }
    placed
}

enum Answer {
    TurnedDown,
    Kept,
    /// Kept, and the student with this rank gives way.
    InsteadOf(u32),
}

/// What a school holds while students ask.
struct School {
    free: u32,
    /// Group 0 is everybody without a reserve, then one group for each reserve.
    groups: Vec<Held>,
    /// Group of each rank; empty when there is only group 0.
    group_of: Vec<u32>,
}

fn open_schools(round: &Round) -> Vec<School> {
    let mut schools: Vec<School> = round
        .order()
        .iter()
        .zip(round.capacity())
        .map(|(order, &free)| School { free, groups: vec![Held::new(0, order.len())], group_of: Vec::new() })
        .collect();
    for reserve in round.reserves() {
        let order = round.order().row(reserve.school as usize);
        let school = &mut schools[reserve.school as usize];
        let mut members = reserve.students.clone();
        members.sort_unstable();
        school.group_of.resize(order.len(), 0);
        for (rank, student) in order.iter().enumerate() {
            if members.binary_search(student).is_ok() {
                school.group_of[rank] = school.groups.len() as u32;
            }
        }
        school.groups.push(Held::new(reserve.places, order.len()));
    }
    schools
}

impl School {
    fn ask(&mut self, rank: u32) -> Answer {
        if rank == UNRANKED {
            return Answer::TurnedDown;
        }
        if self.groups.len() == 1 {
            let all = &mut self.groups[0];
            if self.free > 0 {
                self.free -= 1;
                all.add(rank);
                return Answer::Kept;
            }
            if all.count == 0 || rank > all.worst {
                return Answer::TurnedDown;
            }
            let worst = all.worst;
            all.add(rank);
            all.remove_worst();
            return Answer::InsteadOf(worst);
        }
        self.ask_with_reserves(rank)
    }

    /// The one who gives way is the worst of those whom no reserve protects, perhaps the asker himself.
    fn ask_with_reserves(&mut self, rank: u32) -> Answer {
        self.groups[self.group_of[rank as usize] as usize].add(rank);
        if self.free > 0 {
            self.free -= 1;
            return Answer::Kept;
        }
        let unprotected = self.groups.iter_mut().filter(|group| group.count > group.kept);
        // Reserves fit the capacity and one more than the capacity is held, so some group holds more than its reserve.
        let Some(group) = unprotected.max_by_key(|group| group.worst) else {
            return Answer::TurnedDown;
        };
        let worst = group.worst;
        group.remove_worst();
        if worst == rank { Answer::TurnedDown } else { Answer::InsteadOf(worst) }
    }
}

/// A set of ranks that knows its worst member.
///
/// One bit for each rank. Without reserves the worst only improves once the school is full, so that all searches
/// together cross the bits once.
struct Held {
    bits: Vec<u64>,
    /// Meaningless while `count` is 0.
    worst: u32,
    count: u32,
    /// Places kept for this group.
    kept: u32,
}

impl Held {
    fn new(kept: u32, ranks: usize) -> Self {
        Self { bits: vec![0; ranks.div_ceil(64)], worst: 0, count: 0, kept }
    }

    fn add(&mut self, rank: u32) {
        self.bits[rank as usize / 64] |= 1 << (rank % 64);
        self.worst = if self.count == 0 { rank } else { self.worst.max(rank) };
        self.count += 1;
    }

    fn remove_worst(&mut self) {
        let mut word = self.worst as usize / 64;
        self.bits[word] &= !(1 << (self.worst % 64));
        self.count -= 1;
        if self.count == 0 {
            return;
        }
        while self.bits[word] == 0 {
            word -= 1;
        }
        self.worst = word as u32 * 64 + 63 - self.bits[word].leading_zeros();
    }
}
