//! Abilities of persons under a fitted paper.

use rayon::prelude::*;

use crate::fit::{Item, lines};
use crate::likelihood::{Tables, chunks};
use crate::number::logistic;
use crate::quadrature::{Grid, fine};
use crate::{Refusal, Responses};

/// Persons scored at a time.
const BATCH: usize = 250;
/// A maximum beyond this is not told from infinity.
const THETA_MOST: f64 = 8.0;

/// A person's ability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ability {
    /// On the scale whose persons have mean 0 and standard deviation 1.
    pub theta: f64,
    /// Its standard error.
    pub se: f64,
}

/// Expected a posteriori abilities (EAP): mean and standard deviation of the posterior, summed from -6 to 6 in steps of 0.1.
///
/// Returns one per person; `None` for who answered nothing. Shape `N`.
///
/// # Errors
/// `IT-07` when the items are not as many as the answers have, or not finite.
pub fn abilities(responses: &Responses, items: &[Item]) -> Result<Vec<Option<Ability>>, Refusal> {
    check(responses, items)?;
    let grid = fine();
    let tables = Tables::new(&lines(items), &grid, responses.is_complete());
    let of_chunk = |range: std::ops::Range<usize>| {
        let mut abilities = Vec::with_capacity(range.len());
        for start in range.clone().step_by(BATCH) {
            let batch = start..range.end.min(start + BATCH);
            let (masses, _) = tables.posteriors(responses, batch.clone());
            abilities.extend(
                batch
                    .enumerate()
                    .map(|(place, person)| answered(responses, person).then(|| moments(&grid, masses.row(place)))),
            );
        }
        abilities
    };
    let parts: Vec<Vec<Option<Ability>>> = chunks(responses.persons()).into_par_iter().map(of_chunk).collect();
    Ok(parts.concat())
}

fn moments(grid: &Grid, masses: &[f64]) -> Ability {
    let theta: f64 = masses.iter().zip(&grid.points).map(|(mass, x)| mass * x).sum();
    let variance: f64 = masses.iter().zip(&grid.points).map(|(mass, x)| mass * (x - theta) * (x - theta)).sum();
    Ability { theta, se: variance.sqrt() }
}

fn answered(responses: &Responses, person: usize) -> bool {
    responses.is_complete() || (0..responses.items()).any(|item| responses.get(person, item).is_some())
}

/// Maximum likelihood ability of one person, with its standard error from the information.
///
/// Returns `None` where there is no maximum: all right, all wrong, nothing answered, or beyond 8 either way.
pub fn ability_by_likelihood(items: &[Item], answers: &[Option<bool>]) -> Option<Ability> {
    let given = || items.iter().zip(answers).filter_map(|(item, answer)| Some((item, (*answer)?)));
    // The score falls from left to right when every slope is positive; with a negative one the root nearest to the middle is taken.
    let score = |theta: f64| -> f64 {
        given().map(|(item, right)| item.a * (f64::from(u8::from(right)) - logistic(item.a * (theta - item.b)))).sum()
    };
    let (mut left, mut right) = (-THETA_MOST, THETA_MOST);
    if score(left) <= 0.0 || score(right) >= 0.0 {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (left + right);
        if score(middle) > 0.0 { left = middle } else { right = middle }
    }
    let theta = 0.5 * (left + right);
    let information: f64 = given()
        .map(|(item, _)| {
            let chance = logistic(item.a * (theta - item.b));
            item.a * item.a * chance * (1.0 - chance)
        })
        .sum();
    Some(Ability { theta, se: 1.0 / information.sqrt() })
}

fn check(responses: &Responses, items: &[Item]) -> Result<(), Refusal> {
    if items.len() == responses.items() && items.iter().all(|item| item.a.is_finite() && item.b.is_finite()) {
        return Ok(());
    }
    let (count, answers) = (items.len(), responses.items());
    Err(Refusal::new(
        "IT-07",
        format!("题目参数有 {count} 道, 作答有 {answers} 道, 须相同且为有限数"),
        format!("there are {count} items and answers to {answers}; they must be the same, and finite"),
    ))
}
