//! Says whether any student and school would both rather have each other.
//!
//! Written from the definition of stability and sharing no code with the solver, so that a wrong solver is found out.
//! It looks at ranks through sorted pairs, not through the solver's tables.

use std::collections::HashMap;

use crate::round::Round;

/// Why an assignment is not a stable one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// The assignment does not have one entry for each student.
    Length {
        /// Entries given.
        given: usize,
        /// Students in the round.
        students: usize,
    },
    /// The student sits at a school he did not ask for, that does not name him, or that does not exist.
    NotMutual {
        /// The student.
        student: u32,
        /// The school he is said to be at.
        school: u32,
    },
    /// The school takes more than it has places.
    OverFull {
        /// The school.
        school: u32,
        /// Students placed there.
        placed: u32,
    },
    /// Student and school would both rather have each other.
    Blocking {
        /// The student, who is unplaced or prefers this school to his own.
        student: u32,
        /// The school.
        school: u32,
        /// The one who would give way; `None` when a place is free.
        instead_of: Option<u32>,
    },
}

/// The first objection to an assignment, students in order, each student's wishes in order; `None` means stable.
///
/// With reserved places a pair blocks when the school has a free place, or when it would let somebody go to take this
/// student: somebody not within his own reserve who ranks worse, anybody ranking worse once the student's reserve is
/// filled by better ones, or, while the student's reserve is not filled, the worst of those sitting in no reserve.
pub fn blocking(round: &Round, assignment: &[Option<u32>]) -> Option<Objection> {
    if assignment.len() != round.students() {
        return Some(Objection::Length { given: assignment.len(), students: round.students() });
    }
    let rank = sorted_ranks(round);
    if let Some(objection) = not_mutual(round, assignment, &rank) {
        return Some(objection);
    }
    let roll = rolls(round, assignment, &rank);
    let over = roll.iter().zip(round.capacity()).position(|(roll, &places)| roll.len() > places as usize);
    if let Some(school) = over {
        return Some(Objection::OverFull { school: school as u32, placed: roll[school].len() as u32 });
    }
    let reserves = reserve_of(round);
    let cutoff: Vec<Cutoff> =
        (0..round.schools()).map(|school| cutoff(round, school, &roll[school], &reserves)).collect();
    for (student, own) in assignment.iter().enumerate() {
        for &school in round.wishes().row(student) {
            if Some(school) == *own {
                break;
            }
            let Some(place) = rank_at(&rank[school as usize], student as u32) else { continue };
            let reserve = reserves.get(&(school, student as u32)).copied();
            if let Some(instead_of) = cutoff[school as usize].gives_way(place, reserve) {
                return Some(Objection::Blocking { student: student as u32, school, instead_of });
            }
        }
    }
    None
}

/// For each school (student, rank), sorted by student.
fn sorted_ranks(round: &Round) -> Vec<Vec<(u32, u32)>> {
    let pairs = |order: &[u32]| {
        let mut pairs: Vec<(u32, u32)> = order.iter().zip(0..).map(|(&student, rank)| (student, rank)).collect();
        pairs.sort_unstable();
        pairs
    };
    round.order().iter().map(pairs).collect()
}

fn rank_at(pairs: &[(u32, u32)], student: u32) -> Option<u32> {
    let at = pairs.binary_search_by_key(&student, |pair| pair.0).ok()?;
    Some(pairs[at].1)
}

fn not_mutual(round: &Round, assignment: &[Option<u32>], rank: &[Vec<(u32, u32)>]) -> Option<Objection> {
    for (student, school) in assignment.iter().enumerate() {
        let Some(school) = *school else { continue };
        let asked = round.wishes().row(student).contains(&school);
        if !asked || rank_at(&rank[school as usize], student as u32).is_none() {
            return Some(Objection::NotMutual { student: student as u32, school });
        }
    }
    None
}

/// For each school the (rank, student) it takes, best first.
fn rolls(round: &Round, assignment: &[Option<u32>], rank: &[Vec<(u32, u32)>]) -> Vec<Vec<(u32, u32)>> {
    let mut roll = vec![Vec::new(); round.schools()];
    for (student, school) in assignment.iter().enumerate() {
        let Some(school) = *school else { continue };
        if let Some(place) = rank_at(&rank[school as usize], student as u32) {
            roll[school as usize].push((place, student as u32));
        }
    }
    roll.iter_mut().for_each(|roll| roll.sort_unstable());
    roll
}

/// The reserve, by its index, to which a student belongs at a school.
fn reserve_of(round: &Round) -> HashMap<(u32, u32), usize> {
    let mut member = HashMap::new();
    for (index, reserve) in round.reserves().iter().enumerate() {
        for &student in &reserve.students {
            member.insert((reserve.school, student), index);
        }
    }
    member
}

/// Who would give way at one school.
struct Cutoff {
    free: bool,
    /// Rank and name of the worst student whom no reserve protects.
    worst_open: Option<(u32, u32)>,
    /// For each reserve here: its index, and the worst rank and name it protects if it is filled.
    filled: Vec<(usize, Option<(u32, u32)>)>,
}

fn cutoff(round: &Round, school: usize, roll: &[(u32, u32)], reserves: &HashMap<(u32, u32), usize>) -> Cutoff {
    let mut protected: HashMap<usize, Vec<(u32, u32)>> = HashMap::new();
    let mut worst_open = None;
    for &(rank, student) in roll {
        let reserve = reserves.get(&(school as u32, student)).copied();
        let members = reserve.map(|index| (round.reserves()[index].places, protected.entry(index).or_default()));
        match members {
            Some((places, members)) if members.len() < places as usize => members.push((rank, student)),
            _ => worst_open = Some((rank, student)),
        }
    }
    let here = round.reserves().iter().enumerate();
    let here = here.filter(|(_, reserve)| reserve.school as usize == school && reserve.places > 0);
    let filled = here.map(|(index, reserve)| {
        let members = protected.get(&index).map_or(&[][..], Vec::as_slice);
        (index, (members.len() == reserve.places as usize).then(|| members.last().copied()).flatten())
    });
    Cutoff { free: roll.len() < round.capacity()[school] as usize, worst_open, filled: filled.collect() }
}

impl Cutoff {
    /// `Some(who)` when the school would rather take a student of this rank and reserve.
    fn gives_way(&self, rank: u32, reserve: Option<usize>) -> Option<Option<u32>> {
        if self.free {
            return Some(None);
        }
        let own = self.filled.iter().find(|(index, _)| Some(*index) == reserve);
        let open = self.worst_open;
        match own {
            // His reserve has room for him whatever his rank, so somebody in an open place goes.
            Some((_, None)) => open.map(|(_, worst)| Some(worst)),
            // He pushes the last of his reserve among the open places, where the worst goes.
            Some((_, Some(last))) if rank < last.0 => {
                let worst = open.map_or(*last, |open| open.max(*last));
                Some(Some(worst.1))
            }
            _ => open.filter(|open| rank < open.0).map(|(_, worst)| Some(worst)),
        }
    }
}
