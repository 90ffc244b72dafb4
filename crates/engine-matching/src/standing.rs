//! Puts candidates in order by a tie-break chain given as data.

use crate::refusal::Refusal;

/// One step of the chain: the sum of some columns of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Columns whose marks are added, each at most once.
    pub columns: Vec<usize>,
    /// `true` when the smaller sum goes first (an earlier date), `false` when the larger does (a score).
    pub low_first: bool,
}

/// Candidates in order. Equal ones share a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Candidates, first in rank first.
    pub order: Vec<u32>,
    /// Group of each candidate; smaller goes first. Without a draw all equals share one group; with a draw every
    /// candidate has his own.
    pub group: Vec<u32>,
    /// Value of the first step for each candidate, as marked (not reversed).
    pub first: Vec<i64>,
}

/// Orders candidates by the steps of `chain`, then by the keys of a draw where given.
///
/// `marks[c]` holds whole numbers (half marks: count in halves or tenths), one for each column. `draw[c]`: the smaller
/// string goes first, compared byte by byte.
///
/// # Errors
/// [`Refusal`] names the first candidate with a wrong number of marks, a sum out of range, or a draw key that an equal
/// candidate has too.
pub fn standing(marks: &[Vec<i64>], chain: &[Step], draw: Option<&[String]>) -> Result<Standing, Refusal> {
    check_chain(marks, chain, draw)?;
    let mut keys = Vec::with_capacity(marks.len());
    let mut first = Vec::with_capacity(marks.len());
    for (row, marks) in marks.iter().enumerate() {
        let mut key = Vec::with_capacity(chain.len());
        for (at, step) in chain.iter().enumerate() {
            let sum = step.columns.iter().try_fold(0_i64, |sum, &column| sum.checked_add(marks[column]));
            let sum = sum.filter(|sum| *sum != i64::MIN).ok_or_else(|| too_large(row))?;
            if at == 0 {
                first.push(sum);
            }
            key.push(if step.low_first { sum } else { -sum });
        }
        keys.push(key);
    }
    let draw_key = |row: u32| draw.map(|draw| draw[row as usize].as_bytes());
    let mut order: Vec<u32> = (0..marks.len() as u32).collect();
    order.sort_by(|&a, &b| {
        let by_marks = keys[a as usize].cmp(&keys[b as usize]);
        by_marks.then_with(|| draw_key(a).cmp(&draw_key(b))).then(a.cmp(&b))
    });
    let mut group = vec![0; marks.len()];
    let mut groups = 0;
    for pair in order.windows(2) {
        let equal = keys[pair[0] as usize] == keys[pair[1] as usize];
        if equal && draw.is_some() && draw_key(pair[0]) == draw_key(pair[1]) {
            return Err(Refusal::at(
                "MA-06",
                pair[1] as usize,
                format!("考生 {} 与 {} 分数相同、抽签号也相同，请核对抽签号。", pair[0], pair[1]),
                format!("Candidates {} and {} are equal in every step and have the same draw key.", pair[0], pair[1]),
            ));
        }
        groups += u32::from(!equal || draw.is_some());
        group[pair[1] as usize] = groups;
    }
    Ok(Standing { order, group, first })
}

fn too_large(row: usize) -> Refusal {
    Refusal::at(
        "MA-04",
        row,
        format!("考生 {row} 的分数相加超出范围。"),
        format!("The marks of candidate {row} are too large to add."),
    )
}

fn check_chain(marks: &[Vec<i64>], chain: &[Step], draw: Option<&[String]>) -> Result<(), Refusal> {
    let columns = marks.first().map_or(usize::MAX, Vec::len);
    for (row, marks) in marks.iter().enumerate() {
        if marks.len() != columns {
            return Err(Refusal::at(
                "MA-03",
                row,
                format!("考生 {row} 有 {} 个分数，其他考生有 {columns} 个。", marks.len()),
                format!("Candidate {row} has {} marks, the others {columns}.", marks.len()),
            ));
        }
    }
    if chain.is_empty() {
        return Err(Refusal::whole(
            "MA-09",
            "chain 为空，至少要有一步。",
            "The chain is empty; give at least one step.",
        ));
    }
    for (row, step) in chain.iter().enumerate() {
        let mut sorted = step.columns.clone();
        sorted.sort_unstable();
        let repeats = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        if step.columns.is_empty() || repeats || sorted.last().is_some_and(|&last| last >= columns) {
            return Err(Refusal::at(
                "MA-09",
                row,
                format!("chain 第 {row} 步应写出存在且不重复的列。"),
                format!("Step {row} of the chain must name existing columns, each once."),
            ));
        }
    }
    match draw {
        Some(draw) if draw.len() != marks.len() => Err(Refusal::whole(
            "MA-03",
            format!("draw 有 {} 项，考生有 {} 人。", draw.len(), marks.len()),
            format!("draw has {} keys for {} candidates.", draw.len(), marks.len()),
        )),
        _ => Ok(()),
    }
}
