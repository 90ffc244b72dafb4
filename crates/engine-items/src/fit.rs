//! The two-parameter logistic model by marginal maximum likelihood.
//!
//! `P(right) = 1 / (1 + exp(-a (theta - b)))` with theta standard normal. EM (Bock and Aitkin 1981) would crawl along the few directions in
//! which the answers say little; each EM step is therefore taken as the preconditioned gradient of a limited-memory BFGS step
//! (after Jamshidian and Jennrich 1997), which needs about a tenth of the passes.

use std::collections::VecDeque;

use crate::information::standard_errors;
use crate::likelihood::{Expected, Line, Tables, expect};
use crate::number::{ln, logistic};
use crate::quadrature::{Grid, gauss_hermite};
use crate::{Refusal, Responses};

/// The fit ends when the gradient of the log-likelihood is no longer than this, by slope and intercept and by `a` and `b`.
pub const GRADIENT_MOST: f64 = 1e-3;
/// Passes after which a fit is given up.
const PASSES_MOST: usize = 500;
/// BFGS pairs that are kept.
const MEMORY: usize = 20;
/// With many persons, every so many-th is fitted first …
const SAMPLE_STRIDE: usize = 8;
/// … if that leaves at least so many …
const SAMPLE_LEAST: usize = 1_000;
/// … until the gradient is no longer than this, far below the noise of a sample.
const SAMPLE_GRADIENT_MOST: f64 = 1.0;
/// Slopes beyond this mean that an item is answered as by a switch: its maximum lies at infinity.
const SLOPE_MOST: f64 = 20.0;

/// One item of the two-parameter logistic model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Discrimination 区分度.
    pub a: f64,
    /// Difficulty 难度, on the ability scale.
    pub b: f64,
    /// Standard error of `a`.
    pub se_a: f64,
    /// Standard error of `b`.
    pub se_b: f64,
}

/// A fitted paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The items. Shape `J`.
    pub items: Vec<Item>,
    /// The marginal log-likelihood at the maximum.
    pub log_likelihood: f64,
    /// The length of its gradient by `a` and `b`.
    pub gradient: f64,
    /// Passes over all answers; those over a sample of the persons are not counted.
    pub passes: usize,
}

/// Fits the two-parameter logistic model, with standard errors from the observed information.
///
/// # Errors
/// `IT-05` an item that everybody answers alike or nobody answers, or fewer than two items; `IT-06` a fit that does not converge.
pub fn fit(responses: &Responses) -> Result<Fit, Refusal> {
    check(responses)?;
    let grid = gauss_hermite();
    let (lines, memory) = rough(responses, &grid).unwrap_or_else(|| (start(responses), VecDeque::new()));
    let found = search(responses, &grid, lines, memory, GRADIENT_MOST)?;
    finish(responses, &grid, &found)
}

/// A search that has ended: its last point, the pairs it kept, and how many passes it took.
struct Found {
    state: State,
    memory: VecDeque<Pair>,
    passes: usize,
}

/// Goes uphill until the gradient is no longer than `gradient_most`.
fn search(
    responses: &Responses,
    grid: &Grid,
    lines: Vec<Line>,
    mut memory: VecDeque<Pair>,
    gradient_most: f64,
) -> Result<Found, Refusal> {
    let mut state = State::at(responses, grid, lines);
    let mut passes = 1;
    while state.gradient_length() > gradient_most {
        if passes > PASSES_MOST {
            return Err(not_converged(&state.lines));
        }
        let (next, used) = step(responses, grid, &state, &mut memory)?;
        passes += used;
        state = next;
    }
    Ok(Found { state, memory, passes })
}

/// With many persons, a fit of every eighth: its items are near, and what it learnt of the curvature holds for all, times eight.
///
/// Returns `None` with few persons, or where the sample cannot be fitted.
fn rough(responses: &Responses, grid: &Grid) -> Option<(Vec<Line>, VecDeque<Pair>)> {
    if responses.persons() < SAMPLE_STRIDE * SAMPLE_LEAST {
        return None;
    }
    let sample = responses.every(SAMPLE_STRIDE);
    check(&sample).ok()?;
    let Found { state, mut memory, .. } =
        search(&sample, grid, start(&sample), VecDeque::new(), SAMPLE_GRADIENT_MOST).ok()?;
    let times = responses.persons() as f64 / sample.persons() as f64;
    for pair in &mut memory {
        pair.bent.iter_mut().flatten().for_each(|part| *part *= times);
        pair.inner *= times;
    }
    Some((state.lines, memory))
}

fn finish(responses: &Responses, grid: &Grid, found: &Found) -> Result<Fit, Refusal> {
    let Found { state, passes, .. } = found;
    let errors = standard_errors(responses, grid, &state.lines)?;
    let item =
        |(line, (se_a, se_b)): (&Line, (f64, f64))| Item { a: line.slope, b: -line.intercept / line.slope, se_a, se_b };
    Ok(Fit {
        items: state.lines.iter().zip(errors).map(item).collect(),
        log_likelihood: state.expected.log_likelihood,
        gradient: state.gradient_length(),
        passes: *passes,
    })
}

/// A point of the search: the items, what the answers say of them, and the gradient as (by slope, by intercept). Shape `J`.
struct State {
    lines: Vec<Line>,
    expected: Expected,
    gradient: Vec<[f64; 2]>,
    /// Inverse of each item's complete-data information (xx, x1, 11): the EM step is this times the gradient.
    inverse: Vec<[f64; 3]>,
}

impl State {
    fn at(responses: &Responses, grid: &Grid, lines: Vec<Line>) -> State {
        let tables = Tables::new(&lines, grid, responses.is_complete());
        let expected = expect(responses, &tables);
        let (gradient, inverse) =
            (0..lines.len()).map(|item| slope_and_curve(grid, tables.chance.row(item), &expected, item)).unzip();
        State { lines, expected, gradient, inverse }
    }

    /// The longer of the gradients by (slope, intercept) and by (a, b).
    fn gradient_length(&self) -> f64 {
        let by_line: f64 = self.gradient.iter().map(|[x, y]| x * x + y * y).sum();
        let by_item: f64 = self
            .lines
            .iter()
            .zip(&self.gradient)
            .map(|(line, [x, y])| {
                let (by_a, by_b) = (x + line.intercept / line.slope * y, -line.slope * y);
                by_a * by_a + by_b * by_b
            })
            .sum();
        by_line.max(by_item).sqrt()
    }
}

/// An item's gradient and the inverse of its complete-data information.
fn slope_and_curve(grid: &Grid, chance: &[f64], expected: &Expected, item: usize) -> ([f64; 2], [f64; 3]) {
    let given = expected.given(item);
    let right = expected.right.row(item);
    let (mut by_slope, mut by_intercept, mut xx, mut x1, mut one) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for q in 0..grid.width() {
        let x = grid.points[q];
        let rest = right[q] - given[q] * chance[q];
        by_slope += rest * x;
        by_intercept += rest;
        let weight = given[q] * chance[q] * (1.0 - chance[q]);
        xx += weight * x * x;
        x1 += weight * x;
        one += weight;
    }
    let determinant = (xx * one - x1 * x1).max(f64::MIN_POSITIVE);
    ([by_slope, by_intercept], [one / determinant, -x1 / determinant, xx / determinant])
}

/// A move of the search and what it did to the gradient.
struct Pair {
    moved: Vec<[f64; 2]>,
    bent: Vec<[f64; 2]>,
    inner: f64,
}

/// One step uphill, with how many passes it took.
fn step(
    responses: &Responses,
    grid: &Grid,
    state: &State,
    memory: &mut VecDeque<Pair>,
) -> Result<(State, usize), Refusal> {
    let mut direction = uphill(state, memory);
    if dot(&direction, &state.gradient) <= 0.0 {
        memory.clear();
        direction = uphill(state, memory);
    }
    let largest = direction.iter().flatten().fold(0.0_f64, |most, part| most.max(part.abs()));
    let mut share = if largest > 1.0 { 1.0 / largest } else { 1.0 };
    for tried in 1..=30 {
        let moved: Vec<[f64; 2]> = direction.iter().map(|part| part.map(|part| part * share)).collect();
        let lines: Vec<Line> = state
            .lines
            .iter()
            .zip(&moved)
            .map(|(line, [x, y])| Line { slope: line.slope + x, intercept: line.intercept + y })
            .collect();
        let bounded = lines.iter().all(|line| line.slope.abs() <= SLOPE_MOST && line.slope != 0.0);
        if bounded {
            let next = State::at(responses, grid, lines);
            // Near the maximum the gain drowns in rounding; there the gradient decides.
            let (before, after) = (state.expected.log_likelihood, next.expected.log_likelihood);
            let gained = after > before
                || (after > before - 1e-10 * before.abs() && next.gradient_length() < state.gradient_length());
            if gained {
                remember(memory, moved, state, &next);
                return Ok((next, tried));
            }
        }
        share *= 0.5;
    }
    Err(not_converged(&state.lines))
}

/// The BFGS direction from the kept pairs, with the EM step as its first guess.
fn uphill(state: &State, memory: &VecDeque<Pair>) -> Vec<[f64; 2]> {
    let mut direction = state.gradient.clone();
    let mut shares = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let share = dot(&pair.moved, &direction) / pair.inner;
        add_times(&mut direction, &pair.bent, -share);
        shares.push(share);
    }
    for (part, [xx, x1, one]) in direction.iter_mut().zip(&state.inverse) {
        let [x, y] = *part;
        *part = [xx * x + x1 * y, x1 * x + one * y];
    }
    for (pair, share) in memory.iter().zip(shares.iter().rev()) {
        let back = dot(&pair.bent, &direction) / pair.inner;
        add_times(&mut direction, &pair.moved, share - back);
    }
    direction
}

fn remember(memory: &mut VecDeque<Pair>, moved: Vec<[f64; 2]>, from: &State, to: &State) {
    let bent: Vec<[f64; 2]> =
        from.gradient.iter().zip(&to.gradient).map(|(from, to)| [from[0] - to[0], from[1] - to[1]]).collect();
    let inner = dot(&moved, &bent);
    if inner > 0.0 {
        if memory.len() == MEMORY {
            memory.pop_front();
        }
        memory.push_back(Pair { moved, bent, inner });
    }
}

fn dot(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a[0] * b[0] + a[1] * b[1]).sum()
}

fn add_times(sum: &mut [[f64; 2]], term: &[[f64; 2]], times: f64) {
    sum.iter_mut().zip(term).for_each(|(sum, term)| {
        sum[0] += times * term[0];
        sum[1] += times * term[1];
    });
}

/// First guesses: slope one, and the intercept that gives the share of right answers.
fn start(responses: &Responses) -> Vec<Line> {
    let line = |counts: crate::responses::Counts| {
        let share = counts.right as f64 / counts.given as f64;
        // A slope of 1 flattens the curve over the normal by about 1.16.
        Line { slope: 1.0, intercept: 1.16 * ln(share / (1.0 - share)) }
    };
    responses.counts().into_iter().map(line).collect()
}

fn check(responses: &Responses) -> Result<(), Refusal> {
    if responses.items() < 2 {
        return Err(Refusal::new("IT-05", "至少要有两道题", "there must be at least two items"));
    }
    for (index, counts) in responses.counts().into_iter().enumerate() {
        if counts.right == 0 || counts.right == counts.given {
            let item = index + 1;
            return Err(Refusal::new(
                "IT-05",
                format!("第 {item} 题无人作答, 或全部答对、全部答错, 无法估计; 请删去该题"),
                format!(
                    "item {item} is answered by nobody, or by everybody alike, and cannot be estimated; leave it out"
                ),
            ));
        }
    }
    Ok(())
}

fn not_converged(lines: &[Line]) -> Refusal {
    let steepest = lines
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.slope.abs().total_cmp(&b.1.slope.abs()))
        .map_or(0, |(index, _)| index + 1);
    Refusal::new(
        "IT-06",
        format!("估计不收敛; 第 {steepest} 题斜率最大, 请检查该题或增加考生"),
        format!("the fit does not converge; item {steepest} has the steepest slope, look at it or add persons"),
    )
}

/// The items as slopes and intercepts. Shape `J`.
pub(crate) fn lines(items: &[Item]) -> Vec<Line> {
    items.iter().map(|item| Line { slope: item.a, intercept: -item.a * item.b }).collect()
}

/// The chance of a right answer.
pub fn chance(item: &Item, theta: f64) -> f64 {
    logistic(item.a * (theta - item.b))
}
