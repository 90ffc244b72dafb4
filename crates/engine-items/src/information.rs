//! Standard errors from the observed information of the marginal likelihood.
//!
//! Louis (1982): observed = complete-data information − sum over persons of the posterior covariance of their scores. A person's score
//! by the slope and intercept of item `j` at point `q` is `(y - P_jq) (x_q, 1)`, so the covariances of many persons with the same missing
//! items come from three sums: the persons' mass covariances, their right answers by point, and the pairs of their right answers.

use std::ops::Range;

use rayon::prelude::*;

use crate::likelihood::{CHUNK, Line, Rows, Tables, add, dot};
use crate::quadrature::Grid;
use crate::{Refusal, Responses};

/// Most batches, so that their matrices stay small together.
const BATCHES_MOST: usize = 16;
/// From so many persons with the same missing items on, summing first is cheaper than person by person.
const UNIT_LEAST: usize = 12;
/// Points with less posterior mass than this add nothing that a double could hold.
const MASS_LEAST: f64 = 1e-18;

/// The standard errors of `a` and `b` of each item. Shape `J`.
///
/// # Errors
/// `IT-06` when the information is not positive definite: the answers do not determine the items.
pub(crate) fn standard_errors(responses: &Responses, grid: &Grid, lines: &[Line]) -> Result<Vec<(f64, f64)>, Refusal> {
    let information = observed(responses, grid, lines, UNIT_LEAST);
    let covariance = inverse_diagonal_blocks(information).ok_or_else(|| {
        Refusal::new(
            "IT-06",
            "作答不足以确定全部题目参数, 请删去信息过少的题或增加考生",
            "the answers do not determine all items; leave out items with too few answers or add persons",
        )
    })?;
    // a = slope and b = -intercept / slope, by the delta method.
    let errors = lines.iter().zip(covariance).map(|(line, [ss, si, ii])| {
        let (by_slope, by_intercept) = (line.intercept / (line.slope * line.slope), -1.0 / line.slope);
        let b = by_slope * by_slope * ss + 2.0 * by_slope * by_intercept * si + by_intercept * by_intercept * ii;
        (ss.sqrt(), b.max(0.0).sqrt())
    });
    Ok(errors.collect())
}

/// A square matrix in rows.
#[derive(Clone)]
struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    fn zero(size: usize) -> Square {
        Square { size, cells: vec![0.0; size * size] }
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..][..self.size]
    }

    fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..][..self.size]
    }
}

/// The observed information by (slope, intercept) of item 0, of item 1, …; the lower triangle counts. Shape `2J x 2J`.
fn observed(responses: &Responses, grid: &Grid, lines: &[Line], unit_least: usize) -> Square {
    let tables = Tables::new(lines, grid, responses.is_complete());
    let (order, units) = units(responses);
    let batches = batches(&units, responses.persons());
    let size = 2 * lines.len();
    let parts: Vec<Square> = batches
        .into_par_iter()
        .map(|batch| {
            let mut sum = Square::zero(size);
            for unit in &units[batch] {
                let persons = &order[unit.clone()];
                if persons.len() < unit_least {
                    persons.iter().for_each(|person| add_person(responses, grid, &tables, *person, &mut sum));
                } else {
                    add_unit(responses, grid, &tables, persons, &mut sum);
                }
            }
            sum
        })
        .collect();
    let mut sum = Square::zero(size);
    for part in parts {
        sum.cells.iter_mut().zip(&part.cells).for_each(|(sum, cell)| *sum += cell);
    }
    sum
}

/// Persons ordered by what they left out, and the runs of at most a chunk that left out the same.
fn units(responses: &Responses) -> (Vec<usize>, Vec<Range<usize>>) {
    let mut order: Vec<usize> = (0..responses.persons()).collect();
    order.sort_by(|a, b| responses.absent(*a).cmp(responses.absent(*b)));
    let mut units = Vec::new();
    let mut start = 0;
    for end in 1..=order.len() {
        let ends = end == order.len()
            || end - start == CHUNK
            || responses.absent(order[end]) != responses.absent(order[start]);
        if ends {
            units.push(start..end);
            start = end;
        }
    }
    (order, units)
}

/// Runs of units with about the same number of persons, the same for any number of threads.
fn batches(units: &[Range<usize>], persons: usize) -> Vec<Range<usize>> {
    let aim = persons.div_ceil(BATCHES_MOST).max(CHUNK);
    let mut batches = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (index, unit) in units.iter().enumerate() {
        sum += unit.len();
        if sum >= aim || index + 1 == units.len() {
            batches.push(start..index + 1);
            (start, sum) = (index + 1, 0);
        }
    }
    batches
}

/// The points that hold the mass of a posterior, as a range.
fn active(masses: &[f64]) -> Range<usize> {
    let first = masses.iter().position(|mass| *mass > MASS_LEAST).unwrap_or(0);
    let last = masses.iter().rposition(|mass| *mass > MASS_LEAST).unwrap_or(0);
    first..last + 1
}

fn given_items(responses: &Responses, person: usize) -> Vec<usize> {
    (0..responses.items()).filter(|item| responses.get(person, *item).is_some()).collect()
}

/// Adds complete-data information less score covariance of one person. An item he left out has scores of zero.
fn add_person(responses: &Responses, grid: &Grid, tables: &Tables, person: usize, sum: &mut Square) {
    let (masses, _) = tables.posteriors(responses, person..person + 1);
    let masses = masses.row(0);
    let items = given_items(responses, person);
    let points = active(masses);
    let width = sum.size;
    let mut scores = Rows::zero(points.len().next_multiple_of(POINTS), width);
    let mut means = vec![0.0; width];
    for (place, q) in points.clone().enumerate() {
        let scores = scores.row_mut(place);
        for item in &items {
            let rest = f64::from(u8::from(responses.get(person, *item) == Some(true))) - tables.chance.row(*item)[q];
            (scores[2 * item], scores[2 * item + 1]) = (rest * grid.points[q], rest);
        }
        means.iter_mut().zip(scores.iter()).for_each(|(mean, score)| *mean += masses[q] * score);
    }
    for (place, q) in points.enumerate() {
        let root = masses[q].sqrt();
        scores.row_mut(place).iter_mut().zip(&means).for_each(|(score, mean)| *score = (*score - mean) * root);
    }
    pulp::Arch::new().dispatch(SubtractProducts { scores: &scores, sum });
    add_complete(grid, tables, &items, masses, sum);
}

/// Points whose products are taken at a time.
const POINTS: usize = 4;

/// `sum -= scores' scores`, the lower triangle, compiled once more for wider vectors.
struct SubtractProducts<'a> {
    /// Shape `points x 2J`, the points a multiple of `POINTS`.
    scores: &'a Rows,
    sum: &'a mut Square,
}

impl pulp::NullaryFnOnce for SubtractProducts<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.sum.size;
        for first in (0..self.scores.count()).step_by(POINTS) {
            let four: [&[f64]; POINTS] = std::array::from_fn(|place| self.scores.row(first + place));
            for row in 0..width {
                let by = four.map(|scores| scores[row]);
                if by == [0.0; POINTS] {
                    continue;
                }
                let [a, b, c, d] = four.map(|scores| &scores[..=row]);
                let cells = self.sum.row_mut(row)[..=row].iter_mut();
                for ((((cell, a), b), c), d) in cells.zip(a).zip(b).zip(c).zip(d) {
                    *cell -= (by[0] * a + by[1] * b) + (by[2] * c + by[3] * d);
                }
            }
        }
    }
}

/// Adds complete-data information less score covariances of persons who left out the same items.
fn add_unit(responses: &Responses, grid: &Grid, tables: &Tables, persons: &[usize], sum: &mut Square) {
    let items = given_items(responses, persons[0]);
    let sums = UnitSums::of(responses, grid, tables, &items, persons);
    let curves: Vec<Vec<f64>> =
        (0..2 * items.len()).map(|row| curve(grid, tables, items[row / 2], row.is_multiple_of(2))).collect();
    for (row, curve) in curves.iter().enumerate() {
        let item = row / 2;
        let mut bent: Vec<f64> = (0..grid.width()).map(|q| dot(sums.spread.row(q), curve)).collect();
        if row.is_multiple_of(2) {
            // The slope's score has y x in it, which covaries with the curves of the others.
            bent.iter_mut().zip(sums.right.row(item)).for_each(|(bent, right)| *bent -= right);
        }
        let target = sum.row_mut(2 * items[item] + row % 2);
        for (column, other) in curves[..=row].iter().enumerate() {
            let mut covariance = dot(&bent, other);
            if column.is_multiple_of(2) {
                covariance -= dot(sums.right.row(column / 2), curve);
                if row.is_multiple_of(2) {
                    covariance += sums.pairs.row(item)[column / 2];
                }
            }
            target[2 * items[column / 2] + column % 2] -= covariance;
        }
    }
    add_complete(grid, tables, &items, &sums.persons, sum);
}

/// What an item's score subtracts at each point: the chance of a right answer, times the point for the slope.
fn curve(grid: &Grid, tables: &Tables, item: usize, by_slope: bool) -> Vec<f64> {
    let chance = tables.chance.row(item);
    if by_slope { chance.iter().zip(&grid.points).map(|(chance, x)| chance * x).collect() } else { chance.to_vec() }
}

/// Adds each item's complete-data information under the masses.
fn add_complete(grid: &Grid, tables: &Tables, items: &[usize], masses: &[f64], sum: &mut Square) {
    for item in items {
        let (mut xx, mut x1, mut one) = (0.0, 0.0, 0.0);
        for ((mass, chance), x) in masses.iter().zip(tables.chance.row(*item)).zip(&grid.points) {
            let weight = mass * chance * (1.0 - chance);
            xx += weight * x * x;
            x1 += weight * x;
            one += weight;
        }
        sum.row_mut(2 * item)[2 * item] += xx;
        let second = sum.row_mut(2 * item + 1);
        second[2 * item] += x1;
        second[2 * item + 1] += one;
    }
}

/// The sums over persons who left out the same items. `K` items given.
struct UnitSums {
    /// Expected persons at each point. Shape `Q`.
    persons: Vec<f64>,
    /// Sum of `diag(p) - p p'`. Shape `Q x Q`.
    spread: Rows,
    /// Sum of `y p (x - mean x)`. Shape `K x Q`.
    right: Rows,
    /// Sum of `y y' var x`, the lower triangle. Shape `K x K`.
    pairs: Square,
}

impl UnitSums {
    fn of(responses: &Responses, grid: &Grid, tables: &Tables, items: &[usize], persons: &[usize]) -> UnitSums {
        let mut sums = UnitSums {
            persons: vec![0.0; grid.width()],
            spread: Rows::zero(grid.width(), grid.width()),
            right: Rows::zero(items.len(), grid.width()),
            pairs: Square::zero(items.len()),
        };
        let mut right = Vec::with_capacity(items.len());
        for person in persons {
            let (masses, _) = tables.posteriors(responses, *person..*person + 1);
            right.clear();
            right.extend((0..items.len()).filter(|index| responses.get(*person, items[*index]) == Some(true)));
            sums.add(grid, masses.row(0), &right);
        }
        sums
    }

    fn add(&mut self, grid: &Grid, masses: &[f64], right: &[usize]) {
        let points = active(masses);
        let mean: f64 = points.clone().map(|q| masses[q] * grid.points[q]).sum();
        let centred: Vec<f64> = masses.iter().zip(&grid.points).map(|(mass, x)| mass * (x - mean)).collect();
        let variance: f64 = points.clone().map(|q| centred[q] * (grid.points[q] - mean)).sum();
        for q in points.clone() {
            self.persons[q] += masses[q];
            let row = self.spread.row_mut(q);
            row[q] += masses[q];
            points.clone().for_each(|other| row[other] -= masses[q] * masses[other]);
        }
        for (count, index) in right.iter().enumerate() {
            add(self.right.row_mut(*index), &centred);
            let pairs = self.pairs.row_mut(*index);
            right[..=count].iter().for_each(|other| pairs[*other] += variance);
        }
    }
}

/// The 2 x 2 blocks (slope, both, intercept) on the diagonal of the inverse, or `None` when the matrix is not positive definite.
fn inverse_diagonal_blocks(matrix: Square) -> Option<Vec<[f64; 3]>> {
    let size = matrix.size;
    let root = cholesky(matrix)?;
    // Columns of the inverse root give the inverse as a sum of products.
    let blocks: Vec<[f64; 3]> = (0..size / 2)
        .into_par_iter()
        .map(|item| {
            let (first, second) = (solved(&root, 2 * item), solved(&root, 2 * item + 1));
            [dot(&first, &first), dot(&first, &second), dot(&second, &second)]
        })
        .collect();
    blocks.iter().flatten().all(|cell| cell.is_finite()).then_some(blocks)
}

/// The lower root of a positive definite matrix.
fn cholesky(mut matrix: Square) -> Option<Square> {
    for row in 0..matrix.size {
        for column in 0..=row {
            let (above, below) = matrix.cells.split_at(row * matrix.size);
            let own = &below[..matrix.size];
            let other = if column == row { own } else { &above[column * matrix.size..][..matrix.size] };
            let rest = own[column] - dot(&own[..column], &other[..column]);
            let value = if column < row {
                rest / other[column]
            } else if rest > own[column] * 1e-13 {
                rest.sqrt()
            } else {
                return None;
            };
            matrix.row_mut(row)[column] = value;
        }
    }
    Some(matrix)
}

/// Solves `root * x = unit vector`. Shape `size`.
fn solved(root: &Square, unit: usize) -> Vec<f64> {
    let mut x = vec![0.0; root.size];
    for row in unit..root.size {
        let cells = root.row(row);
        let one = if row == unit { 1.0 } else { 0.0 };
        x[row] = (one - dot(&cells[unit..row], &x[unit..row])) / cells[row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::likelihood::expect;
    use crate::quadrature::gauss_hermite;

    /// Answers of 40 persons to 7 items by a fixed rule; every fifth answer missing when `gaps`.
    fn answers(gaps: bool) -> Responses {
        let cell = |person: usize, item: usize| {
            let missing = gaps && (person * 3 + item * 7).is_multiple_of(5);
            (!missing).then_some((person * person + item * 5 + person * item) % 11 > item)
        };
        let rows: Vec<Vec<Option<bool>>> =
            (0..40).map(|person| (0..7).map(|item| cell(person, item)).collect()).collect();
        Responses::from_rows(rows.iter().map(Vec::as_slice)).unwrap()
    }

    fn lines() -> Vec<Line> {
        (0..7).map(|item| Line { slope: 0.7 + 0.1 * f64::from(item), intercept: 0.9 - 0.3 * f64::from(item) }).collect()
    }

    fn log_likelihood(responses: &Responses, lines: &[Line]) -> f64 {
        expect(responses, &Tables::new(lines, &gauss_hermite(), responses.is_complete())).log_likelihood
    }

    fn moved(lines: &[Line], parameter: usize, by: f64) -> Vec<Line> {
        let mut lines = lines.to_vec();
        let line = &mut lines[parameter / 2];
        if parameter.is_multiple_of(2) {
            line.slope += by
        } else {
            line.intercept += by
        }
        lines
    }

    #[test]
    fn the_information_is_minus_the_second_differences_of_the_log_likelihood() {
        for gaps in [false, true] {
            let responses = answers(gaps);
            let information = observed(&responses, &gauss_hermite(), &lines(), UNIT_LEAST);
            for row in 0..14 {
                for column in 0..=row {
                    let h = 1e-4;
                    let at = |x: f64, y: f64| log_likelihood(&responses, &moved(&moved(&lines(), row, x), column, y));
                    let second = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4.0 * h * h);
                    let cell = information.row(row)[column];
                    assert!((cell + second).abs() < 2e-5, "{gaps} {row} {column}: {cell} {second}");
                }
            }
        }
    }

    #[test]
    fn summing_first_and_going_person_by_person_agree() {
        for gaps in [false, true] {
            let responses = answers(gaps);
            let by_unit = observed(&responses, &gauss_hermite(), &lines(), 1);
            let by_person = observed(&responses, &gauss_hermite(), &lines(), usize::MAX);
            for row in 0..14 {
                for column in 0..=row {
                    assert!((by_unit.row(row)[column] - by_person.row(row)[column]).abs() < 1e-11);
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_no_inverse() {
        assert!(inverse_diagonal_blocks(Square { size: 2, cells: vec![1.0, 0.0, 1.0, 1.0] }).is_none());
        assert_eq!(
            inverse_diagonal_blocks(Square { size: 2, cells: vec![4.0, 0.0, 0.0, 1.0] }),
            Some(vec![[0.25, 0.0, 1.0]])
        );
    }
}
