//! Mastery by knowledge point 知识点掌握.
//!
//! The model, for each point by itself: a person either has mastered it or not (share of masters `m`); who has answers item `j` rightly with chance
//! `1 - slip_j`, who has not with chance `guess_j`; given mastery, answers are independent. This is the DINA model with one
//! attribute (Haertel 1989; Junker and Sijtsma 2001), fitted by EM with priors worth a few answers: `slip` and `guess` as one in
//! five, `m` as one in two. With fewer than three items the answers cannot tell slips from guesses, and both stay at one in five.

use std::collections::BTreeMap;

use crate::number::{exp, ln};
use crate::{Refusal, Responses};

/// Most items of one point.
pub const POINT_ITEMS_MOST: usize = 64;
/// Items from which on slips and guesses are estimated.
const FREE_ITEMS_LEAST: usize = 3;
/// Prior of slip and guess: one of five.
const PRIOR: (f64, f64) = (1.0, 5.0);
const ROUNDS_MOST: usize = 5_000;
const CHANGE_MOST: f64 = 1e-9;

/// A fitted point.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Share of masters among those who answered.
    pub masters: f64,
    /// Chance of a slip by item of the point.
    pub slip: Vec<f64>,
    /// Chance of a guess by item of the point.
    pub guess: Vec<f64>,
    /// Chance that each person has mastered the point; `None` for who answered none of its items. Shape `N`.
    pub mastered: Vec<Option<f64>>,
}

/// Fits one point from the answers to its items (from 0).
///
/// # Errors
/// `IT-10` no items, too many, a repeated one, one that is not there, or nobody who answered.
pub fn mastery(responses: &Responses, items: &[usize]) -> Result<Point, Refusal> {
    check(responses, items)?;
    let patterns: Vec<(u64, u64)> = (0..responses.persons()).map(|person| pattern(responses, items, person)).collect();
    let mut counts: BTreeMap<(u64, u64), f64> = BTreeMap::new();
    for pattern in patterns.iter().filter(|(_, given)| *given != 0) {
        *counts.entry(*pattern).or_default() += 1.0;
    }
    if counts.is_empty() {
        return Err(Refusal::new("IT-10", "该知识点的题无人作答", "nobody answered an item of the point"));
    }
    let mut model = Model { masters: 0.5, slip: vec![0.2; items.len()], guess: vec![0.2; items.len()] };
    for _ in 0..ROUNDS_MOST {
        let next = model.improved(&counts);
        let change = model.distance(&next);
        model = next;
        if change < CHANGE_MOST {
            break;
        }
    }
    let mastered = patterns.into_iter().map(|pattern| (pattern.1 != 0).then(|| model.chance(pattern))).collect();
    Ok(Point { masters: model.masters, slip: model.slip, guess: model.guess, mastered })
}

/// Bits of right and of given answers to the items of a point.
fn pattern(responses: &Responses, items: &[usize], person: usize) -> (u64, u64) {
    let (mut right, mut given) = (0, 0);
    for (place, item) in items.iter().enumerate() {
        if let Some(answer) = responses.get(person, *item) {
            given |= 1 << place;
            right |= u64::from(answer) << place;
        }
    }
    (right, given)
}

struct Model {
    masters: f64,
    slip: Vec<f64>,
    guess: Vec<f64>,
}

impl Model {
    /// The chance that who answered so has mastered the point.
    fn chance(&self, (right, given): (u64, u64)) -> f64 {
        let mut odds = ln(self.masters) - ln(1.0 - self.masters);
        for (place, (slip, guess)) in self.slip.iter().zip(&self.guess).enumerate() {
            if given >> place & 1 == 1 {
                let (with, without) = if right >> place & 1 == 1 { (1.0 - slip, *guess) } else { (*slip, 1.0 - guess) };
                odds += ln(with) - ln(without);
            }
        }
        1.0 / (1.0 + exp(-odds))
    }

    /// One round of EM.
    fn improved(&self, counts: &BTreeMap<(u64, u64), f64>) -> Model {
        let items = self.slip.len();
        let (mut persons, mut masters) = (0.0, 0.0);
        let (mut slips, mut guesses) = (vec![PRIOR; items], vec![PRIOR; items]);
        for ((right, given), count) in counts {
            let chance = self.chance((*right, *given));
            persons += count;
            masters += count * chance;
            for place in (0..items).filter(|place| given >> place & 1 == 1) {
                let wrong = right >> place & 1 == 0;
                slips[place].1 += count * chance;
                guesses[place].1 += count * (1.0 - chance);
                if wrong { slips[place].0 += count * chance } else { guesses[place].0 += count * (1.0 - chance) }
            }
        }
        let share = |sums: Vec<(f64, f64)>| sums.into_iter().map(|(part, whole)| part / whole).collect();
        let masters = (masters + 1.0) / (persons + 2.0);
        if items < FREE_ITEMS_LEAST {
            return Model { masters, slip: self.slip.clone(), guess: self.guess.clone() };
        }
        Model { masters, slip: share(slips), guess: share(guesses) }
    }

    fn distance(&self, other: &Model) -> f64 {
        let pairs = self.slip.iter().zip(&other.slip).chain(self.guess.iter().zip(&other.guess));
        pairs.map(|(a, b)| (a - b).abs()).fold((self.masters - other.masters).abs(), f64::max)
    }
}

fn check(responses: &Responses, items: &[usize]) -> Result<(), Refusal> {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    let sound = (1..=POINT_ITEMS_MOST).contains(&items.len())
        && sorted.windows(2).all(|pair| pair[0] != pair[1])
        && sorted.last().is_some_and(|last| *last < responses.items());
    if sound {
        return Ok(());
    }
    let count = responses.items();
    Err(Refusal::new(
        "IT-10",
        format!("知识点须有 1 至 {POINT_ITEMS_MOST} 道不重复的题, 题号为 1 至 {count}"),
        format!("a point needs 1 to {POINT_ITEMS_MOST} different items numbered 1 to {count}"),
    ))
}
