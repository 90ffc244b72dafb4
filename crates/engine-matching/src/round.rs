//! One admission round, checked once so that solver and certificate need not.

use crate::lists::Lists;
use crate::refusal::Refusal;

/// Places of one school kept first for some pupils; what they do not fill is open to all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    /// The school whose places these are.
    pub school: u32,
    /// Number of places kept.
    pub places: u32,
    /// The pupils they are kept for. A pupil is in at most one reserve of a school.
    pub students: Vec<u32>,
}

/// One admission round of `A` students and `S` schools; the index is the identity.
///
/// Invariant: every number is in range, no list repeats a name, the reserves of a school fit its capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    wishes: Lists,
    order: Lists,
    capacity: Vec<u32>,
    reserves: Vec<Reserve>,
}

impl Round {
    /// Checks one round.
    ///
    /// `wishes`: for each student the schools, most wanted first. Shape `A`, ragged. `order`: for each school the
    /// students it may take, first in rank first; who is not named is never taken there. Shape `S`, ragged.
    /// `capacity`: free places in persons. Shape `S`.
    ///
    /// # Errors
    /// [`Refusal`] names the first row with a wrong length, a number out of range or a name given twice.
    pub fn new(wishes: Lists, order: Lists, capacity: Vec<u32>, reserves: Vec<Reserve>) -> Result<Self, Refusal> {
        let (students, schools) = (wishes.rows(), order.rows());
        if capacity.len() != schools {
            return Err(Refusal::whole(
                "MA-03",
                format!("capacity 有 {} 项，schools 有 {schools} 项，应当一样多。", capacity.len()),
                format!(
                    "capacity has {} entries, schools {schools}; give one capacity for each school.",
                    capacity.len()
                ),
            ));
        }
        if [students, schools, wishes.total(), order.total()].iter().any(|&count| count >= u32::MAX as usize) {
            return Err(Refusal::whole(
                "MA-03",
                "行数或志愿总数过多，请分批计算。",
                "Too many rows or wishes; compute in batches.",
            ));
        }
        check_names(&wishes, schools, ["学生", "student"], ["学校", "school"])?;
        check_names(&order, students, ["学校", "school"], ["学生", "student"])?;
        check_reserves(&reserves, &capacity, students)?;
        Ok(Self { wishes, order, capacity, reserves })
    }

    /// Schools wanted by each student, most wanted first.
    pub fn wishes(&self) -> &Lists {
        &self.wishes
    }
    /// Students each school may take, first in rank first.
    pub fn order(&self) -> &Lists {
        &self.order
    }
    /// Places of each school.
    pub fn capacity(&self) -> &[u32] {
        &self.capacity
    }
    /// Places kept first for some students.
    pub fn reserves(&self) -> &[Reserve] {
        &self.reserves
    }
    /// Number of students.
    pub fn students(&self) -> usize {
        self.wishes.rows()
    }
    /// Number of schools.
    pub fn schools(&self) -> usize {
        self.order.rows()
    }
}

/// Checks that every name is below `count` and no row says one twice.
pub(crate) fn check_names(
    lists: &Lists,
    count: usize,
    row_word: [&str; 2],
    name_word: [&str; 2],
) -> Result<(), Refusal> {
    let mut seen_in = vec![u32::MAX; count];
    for (row, names) in lists.iter().enumerate() {
        for &name in names {
            let Some(seen) = seen_in.get_mut(name as usize) else {
                return Err(Refusal::at(
                    "MA-04",
                    row,
                    format!("第 {row} 个{}的名单里有{} {name}，编号应小于 {count}。", row_word[0], name_word[0]),
                    format!(
                        "The list of {} {row} names {} {name}; numbers must be below {count}.",
                        row_word[1], name_word[1]
                    ),
                ));
            };
            if *seen == row as u32 {
                return Err(Refusal::at(
                    "MA-05",
                    row,
                    format!("第 {row} 个{}的名单里{} {name} 出现两次，请删去一次。", row_word[0], name_word[0]),
                    format!("The list of {} {row} names {} {name} twice; remove one.", row_word[1], name_word[1]),
                ));
            }
            *seen = row as u32;
        }
    }
    Ok(())
}

fn check_reserves(reserves: &[Reserve], capacity: &[u32], students: usize) -> Result<(), Refusal> {
    let mut kept = vec![0_u64; capacity.len()];
    let mut member = std::collections::HashSet::new();
    for (row, reserve) in reserves.iter().enumerate() {
        let Some(kept) = kept.get_mut(reserve.school as usize) else {
            return Err(Refusal::at(
                "MA-04",
                row,
                format!("第 {row} 项预留名额的学校 {} 不存在。", reserve.school),
                format!("Reserve {row} belongs to school {}, which does not exist.", reserve.school),
            ));
        };
        *kept += u64::from(reserve.places);
        let places = capacity[reserve.school as usize];
        if *kept > u64::from(places) {
            return Err(Refusal::at(
                "MA-07",
                row,
                format!("学校 {} 预留 {kept} 个名额，超过其计划 {places}。", reserve.school),
                format!("School {} keeps {kept} places but has {places}.", reserve.school),
            ));
        }
        for &student in &reserve.students {
            if student as usize >= students {
                return Err(Refusal::at(
                    "MA-04",
                    row,
                    format!("第 {row} 项预留名额里的学生 {student} 不存在。"),
                    format!("Reserve {row} names student {student}, who does not exist."),
                ));
            }
            if !member.insert((reserve.school, student)) {
                return Err(Refusal::at(
                    "MA-07",
                    row,
                    format!("学生 {student} 在学校 {} 的预留名单里出现两次，每校至多一次。", reserve.school),
                    format!(
                        "Student {student} is named twice among the reserves of school {}; once is allowed.",
                        reserve.school
                    ),
                ));
            }
        }
    }
    Ok(())
}
