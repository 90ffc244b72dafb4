//! One pass over the answers: the marginal log-likelihood and what the answers are expected to say of each point.
//!
//! The log-likelihood of a person at point `q` is `sum over given items of ln(1 - P_jq) + sum over right answers of z_jq`, with
//! `z = slope * x + intercept` the log odds. Items go in groups of six: the sum over a group's right answers is one row of a table of 64, and
//! posterior masses are collected by code and spread to items at the end. Persons go in fixed chunks whose sums are added in order, so
//! that the result does not depend on the number of threads.

use std::ops::Range;

use rayon::prelude::*;

use crate::Responses;
use crate::number::{exp, ln, logistic, softplus};
use crate::quadrature::{BLOCK, Grid};
use crate::responses::{CODES, GROUP_BITS};

/// Persons of one chunk.
pub(crate) const CHUNK: usize = 2_500;
/// Persons whose masses are held at a time.
const BATCH: usize = 125;

/// Slope and intercept of an item: `P(right) = 1 / (1 + exp(-(slope * theta + intercept)))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub slope: f64,
    pub intercept: f64,
}

/// Rows over the points of a grid. Shape `rows x Q`.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    width: usize,
    cells: Vec<f64>,
}

impl Rows {
    pub fn zero(rows: usize, width: usize) -> Rows {
        Rows { width, cells: vec![0.0; rows * width] }
    }

    /// How many rows.
    pub fn count(&self) -> usize {
        self.cells.len() / self.width
    }

    #[inline(always)]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.width..][..self.width]
    }

    #[inline(always)]
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.width..][..self.width]
    }

    fn mapped(&self, of: impl Fn(f64) -> f64) -> Rows {
        Rows { width: self.width, cells: self.cells.iter().map(|cell| of(*cell)).collect() }
    }

    fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// `sums += row`, in whole blocks.
#[inline(always)]
pub(crate) fn add(sums: &mut [f64], row: &[f64]) {
    for (sum, term) in sums.as_chunks_mut::<BLOCK>().0.iter_mut().zip(row.as_chunks::<BLOCK>().0) {
        for lane in 0..BLOCK {
            sum[lane] += term[lane];
        }
    }
}

/// The sum of the terms in fixed lanes: fast on every machine, and the same on every machine.
#[inline(always)]
fn ordered_sum(terms: &[f64]) -> f64 {
    let mut lanes = [0.0; BLOCK];
    for block in terms.as_chunks::<BLOCK>().0 {
        for lane in 0..BLOCK {
            lanes[lane] += block[lane];
        }
    }
    ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
}

/// The sum of products in fixed lanes; any length.
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<BLOCK>(), b.as_chunks::<BLOCK>());
    let mut lanes = [0.0; BLOCK];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..BLOCK {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])) + rest
}

#[inline(always)]
fn largest(terms: &[f64]) -> f64 {
    let mut lanes = [f64::MIN; BLOCK];
    for block in terms.as_chunks::<BLOCK>().0 {
        for lane in 0..BLOCK {
            lanes[lane] = if block[lane] > lanes[lane] { block[lane] } else { lanes[lane] };
        }
    }
    lanes.iter().fold(f64::MIN, |most, lane| if *lane > most { *lane } else { most })
}

/// One block of a row.
type Lanes = [f64; BLOCK];

/// Sums over the items of a code, block of points by block: what a person needs of one block lies close together.
/// Shape `Q / BLOCK` of `groups * CODES` of `BLOCK`.
struct CodeSums(Vec<Vec<Lanes>>);

impl CodeSums {
    fn zero(groups: usize, width: usize) -> CodeSums {
        CodeSums(vec![vec![[0.0; BLOCK]; groups * CODES]; width / BLOCK])
    }

    /// Spreads the rows of items over the codes that have their bit.
    fn of(rows: &Rows, items: usize) -> CodeSums {
        let mut sums = CodeSums::zero(items.div_ceil(GROUP_BITS), rows.width);
        for (block, sums) in sums.0.iter_mut().enumerate() {
            for first in (0..items).step_by(GROUP_BITS) {
                let start = first / GROUP_BITS * CODES;
                for code in 1..1_usize << GROUP_BITS.min(items - first) {
                    let mut sum = sums[start + (code & (code - 1))];
                    add_lanes(&mut sum, &rows.row(first + code.trailing_zeros() as usize).as_chunks().0[block]);
                    sums[start + code] = sum;
                }
            }
        }
        sums
    }

    /// For each item, the sum over the codes that have its bit. Shape `J x Q`.
    #[inline(always)]
    fn by_item(&self, items: usize) -> Rows {
        let mut rows = Rows::zero(items, self.0.len() * BLOCK);
        for (block, sums) in self.0.iter().enumerate() {
            for item in 0..items {
                let (start, bit) = (item / GROUP_BITS * CODES, 1 << (item % GROUP_BITS));
                let mut sum = [0.0; BLOCK];
                (0..CODES).filter(|code| code & bit != 0).for_each(|code| add_lanes(&mut sum, &sums[start + code]));
                rows.row_mut(item).as_chunks_mut().0[block] = sum;
            }
        }
        rows
    }
}

#[inline(always)]
fn add_lanes(sum: &mut Lanes, term: &Lanes) {
    for lane in 0..BLOCK {
        sum[lane] += term[lane];
    }
}

/// Item curves on a grid, and the sums over groups of items. `J` items, `Q` points.
pub(crate) struct Tables {
    /// `P_jq`. Shape `J x Q`.
    pub chance: Rows,
    /// Log mass plus the sum of `ln(1 - P)` over all items. Shape `Q`.
    base: Vec<f64>,
    /// Sums of log odds.
    right: CodeSums,
    /// Sums of `-ln(1 - P)`, to take missing items out of `base`.
    absent: CodeSums,
}

impl Tables {
    pub fn new(lines: &[Line], grid: &Grid, complete: bool) -> Self {
        let width = grid.width();
        let mut odds = Rows::zero(lines.len(), width);
        for (item, line) in lines.iter().enumerate() {
            odds.row_mut(item)
                .iter_mut()
                .zip(&grid.points)
                .for_each(|(odds, x)| *odds = line.slope * x + line.intercept);
        }
        let costs = odds.mapped(softplus);
        let mut base = grid.log_mass.clone();
        for item in 0..lines.len() {
            base.iter_mut().zip(costs.row(item)).for_each(|(sum, cost)| *sum -= cost);
        }
        let absent = if complete { CodeSums::zero(0, width) } else { CodeSums::of(&costs, lines.len()) };
        Self { chance: odds.mapped(logistic), base, right: CodeSums::of(&odds, lines.len()), absent }
    }

    /// `Q`.
    pub fn width(&self) -> usize {
        self.base.len()
    }

    /// The posterior masses of some persons, and the logs of their marginal likelihoods. Shapes `persons x Q` and `persons`.
    pub fn posteriors(&self, responses: &Responses, persons: Range<usize>) -> (Rows, Vec<f64>) {
        let mut masses = Rows::zero(persons.len(), self.width());
        let mut logs = vec![0.0; persons.len()];
        pulp::Arch::new().dispatch(WritePosteriors {
            tables: self,
            responses,
            persons,
            masses: &mut masses,
            logs: &mut logs,
        });
        (masses, logs)
    }

    #[inline(always)]
    fn write_posteriors(&self, responses: &Responses, persons: Range<usize>, masses: &mut Rows, logs: &mut [f64]) {
        for (block, (base, table)) in self.base.as_chunks::<BLOCK>().0.iter().zip(&self.right.0).enumerate() {
            let absent_table = &self.absent.0[block];
            for (place, person) in persons.clone().enumerate() {
                let mut sum = *base;
                for (table, code) in table.chunks_exact(CODES).zip(responses.right(person)) {
                    add_lanes(&mut sum, &table[usize::from(*code) % CODES]);
                }
                for (table, code) in absent_table.chunks_exact(CODES).zip(responses.absent(person)) {
                    add_lanes(&mut sum, &table[usize::from(*code) % CODES]);
                }
                masses.row_mut(place).as_chunks_mut().0[block] = sum;
            }
        }
        for (place, log) in logs.iter_mut().enumerate() {
            *log = normalise(masses.row_mut(place));
        }
    }
}

/// Turns log masses into masses that sum to one, and returns the log of their sum.
#[inline(always)]
fn normalise(masses: &mut [f64]) -> f64 {
    let most = largest(masses);
    for block in masses.as_chunks_mut::<BLOCK>().0 {
        for mass in block {
            *mass = exp(*mass - most);
        }
    }
    let total = ordered_sum(masses);
    let share = 1.0 / total;
    for block in masses.as_chunks_mut::<BLOCK>().0 {
        for mass in block {
            *mass *= share;
        }
    }
    most + ln(total)
}

/// What a pass gives.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The marginal log-likelihood.
    pub log_likelihood: f64,
    /// Expected persons at each point. Shape `Q`.
    pub persons: Vec<f64>,
    /// Expected right answers. Shape `J x Q`.
    pub right: Rows,
    /// Expected missing answers. Shape `J x Q`, or empty when nothing is missing.
    absent: Rows,
}

impl Expected {
    /// Expected persons at each point who answered an item. Shape `Q`.
    pub fn given(&self, item: usize) -> Vec<f64> {
        let mut given = self.persons.clone();
        if !self.absent.is_empty() {
            given.iter_mut().zip(self.absent.row(item)).for_each(|(given, absent)| *given -= absent);
        }
        given
    }

    fn plus(mut self, other: &Self) -> Self {
        self.log_likelihood += other.log_likelihood;
        add(&mut self.persons, &other.persons);
        add(&mut self.right.cells, &other.right.cells);
        add(&mut self.absent.cells, &other.absent.cells);
        self
    }
}

/// One pass over all persons.
pub(crate) fn expect(responses: &Responses, tables: &Tables) -> Expected {
    let chunks: Vec<Expected> =
        chunks(responses.persons()).into_par_iter().map(|range| expect_chunk(responses, tables, range)).collect();
    let mut chunks = chunks.into_iter();
    let first = chunks.next().unwrap_or_else(|| expect_chunk(responses, tables, 0..0));
    chunks.fold(first, |sum, chunk| sum.plus(&chunk))
}

/// The fixed chunks of persons.
pub(crate) fn chunks(persons: usize) -> Vec<Range<usize>> {
    (0..persons).step_by(CHUNK).map(|start| start..persons.min(start + CHUNK)).collect()
}

fn expect_chunk(responses: &Responses, tables: &Tables, range: Range<usize>) -> Expected {
    pulp::Arch::new().dispatch(Collect { responses, tables, range })
}

/// [`collect`], compiled once more for the wider vectors of the machine it runs on. Sums keep their order, so the bits stay the same.
struct Collect<'a> {
    responses: &'a Responses,
    tables: &'a Tables,
    range: Range<usize>,
}

impl pulp::NullaryFnOnce for Collect<'_> {
    type Output = Expected;

    #[inline(always)]
    fn call(self) -> Expected {
        collect(self.responses, self.tables, self.range)
    }
}

/// [`Tables::write_posteriors`], likewise.
struct WritePosteriors<'a> {
    tables: &'a Tables,
    responses: &'a Responses,
    persons: Range<usize>,
    masses: &'a mut Rows,
    logs: &'a mut [f64],
}

impl pulp::NullaryFnOnce for WritePosteriors<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.tables.write_posteriors(self.responses, self.persons, self.masses, self.logs);
    }
}

#[inline(always)]
fn collect(responses: &Responses, tables: &Tables, range: Range<usize>) -> Expected {
    let width = tables.width();
    let mut log_likelihood = 0.0;
    let mut persons = vec![0.0; width];
    let mut right = CodeSums::zero(responses.groups(), width);
    let mut absent = CodeSums::zero(if responses.is_complete() { 0 } else { responses.groups() }, width);
    let mut masses = Rows::zero(BATCH, width);
    let mut logs = [0.0; BATCH];
    for start in range.clone().step_by(BATCH) {
        let batch = start..range.end.min(start + BATCH);
        tables.write_posteriors(responses, batch.clone(), &mut masses, &mut logs[..batch.len()]);
        logs[..batch.len()].iter().for_each(|log| log_likelihood += log);
        (0..batch.len()).for_each(|place| add(&mut persons, masses.row(place)));
        for (block, (right, absent)) in right.0.iter_mut().zip(&mut absent.0).enumerate() {
            for (place, person) in batch.clone().enumerate() {
                let mass = masses.row(place).as_chunks().0[block];
                for (sums, code) in right.chunks_exact_mut(CODES).zip(responses.right(person)) {
                    add_lanes(&mut sums[usize::from(*code) % CODES], &mass);
                }
                for (sums, code) in absent.chunks_exact_mut(CODES).zip(responses.absent(person)) {
                    add_lanes(&mut sums[usize::from(*code) % CODES], &mass);
                }
            }
        }
    }
    let items = responses.items();
    let absent = if responses.is_complete() { Rows::zero(0, width) } else { absent.by_item(items) };
    Expected { log_likelihood, persons, right: right.by_item(items), absent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quadrature::{fine, gauss_hermite};

    fn answers(persons: usize, items: usize) -> (Vec<Vec<Option<bool>>>, Responses) {
        let cell = |person: usize, item: usize| {
            (!(person + item * 3).is_multiple_of(7)).then_some((person * 5 + item * item + person * item) % 7 > 2)
        };
        let rows: Vec<Vec<Option<bool>>> =
            (0..persons).map(|person| (0..items).map(|item| cell(person, item)).collect()).collect();
        let responses = Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap();
        (rows, responses)
    }

    fn lines(items: usize) -> Vec<Line> {
        (0..items).map(|item| Line { slope: 1.5 - 0.2 * item as f64, intercept: 0.3 * item as f64 - 1.0 }).collect()
    }

    /// The definition, term by term, with the system's functions.
    fn by_definition(rows: &[Vec<Option<bool>>], lines: &[Line], grid: &Grid) -> f64 {
        let person = |row: &Vec<Option<bool>>| -> f64 {
            let at = |(x, log_mass): (&f64, &f64)| -> f64 {
                let terms = row.iter().zip(lines).filter_map(|(answer, line)| {
                    let chance = 1.0 / (1.0 + (-(line.slope * x + line.intercept)).exp());
                    answer.map(|right| if right { chance } else { 1.0 - chance })
                });
                terms.product::<f64>() * log_mass.exp()
            };
            grid.points.iter().zip(&grid.log_mass).map(at).sum::<f64>().ln()
        };
        rows.iter().map(person).sum()
    }

    #[test]
    fn a_pass_gives_the_log_likelihood_of_the_definition() {
        for (persons, items) in [(1, 1), (3, 5), (300, 13)] {
            let (rows, responses) = answers(persons, items);
            for grid in [gauss_hermite(), fine()] {
                let pass = expect(&responses, &Tables::new(&lines(items), &grid, false));
                let expected = by_definition(&rows, &lines(items), &grid);
                assert!((pass.log_likelihood - expected).abs() < 1e-10 * expected.abs().max(1.0));
            }
        }
    }

    #[test]
    fn expected_answers_add_up_to_the_answers() {
        let (rows, responses) = answers(300, 13);
        let pass = expect(&responses, &Tables::new(&lines(13), &gauss_hermite(), false));
        for item in 0..13 {
            let count =
                |wanted: &dyn Fn(Option<bool>) -> bool| rows.iter().filter(|row| wanted(row[item])).count() as f64;
            assert!((pass.right.row(item).iter().sum::<f64>() - count(&|answer| answer == Some(true))).abs() < 1e-9);
            assert!((pass.given(item).iter().sum::<f64>() - count(&|answer| answer.is_some())).abs() < 1e-9);
        }
    }
}
