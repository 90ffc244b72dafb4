//! Where the ability distribution is summed.

use crate::number::{exp, ln};

/// Gauss-Hermite points used for fitting.
pub const NODES: usize = 41;
/// Points on the even grid that is used for scoring persons: -6 to 6 in steps of 0.1.
const FINE_NODES: usize = 121;
/// Grids are filled up to whole blocks of this many points, so that loops over them need no remainder.
pub(crate) const BLOCK: usize = 8;
/// Log mass of a point that only fills up a block.
const NO_MASS: f64 = -1e30;

/// Points on the ability scale with the log mass of the standard normal at each. `Q` points, a multiple of `BLOCK`.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Shape `Q`.
    pub points: Vec<f64>,
    /// Shape `Q`.
    pub log_mass: Vec<f64>,
}

impl Grid {
    fn empty(nodes: usize) -> Grid {
        let width = nodes.next_multiple_of(BLOCK);
        Grid { points: vec![0.0; width], log_mass: vec![NO_MASS; width] }
    }

    /// `Q`.
    pub fn width(&self) -> usize {
        self.points.len()
    }
}

/// The 41-point Gauss-Hermite rule for the standard normal.
pub(crate) fn gauss_hermite() -> Grid {
    let mut grid = Grid::empty(NODES);
    let half = NODES / 2;
    for (index, root) in positive_roots().into_iter().enumerate() {
        let (_, before) = orthonormal(root);
        // With orthonormal polynomials the weight is 1 / (n p(n-1)^2), here for the weight function of the standard normal.
        let log_mass = -ln(NODES as f64 * before * before);
        for (place, point) in [(half - index, -root), (half + index, root)] {
            grid.points[place] = point;
            grid.log_mass[place] = log_mass;
        }
    }
    grid
}

/// The roots that are zero or more, in rising order. Shape `NODES / 2 + 1`.
fn positive_roots() -> Vec<f64> {
    let mut roots = vec![0.0];
    let step = 0.05;
    let mut left = step;
    while roots.len() <= NODES / 2 {
        let right = left + step;
        if (orthonormal(left).0 > 0.0) != (orthonormal(right).0 > 0.0) {
            roots.push(bisected(left, right));
        }
        left = right;
    }
    roots
}

fn bisected(mut left: f64, mut right: f64) -> f64 {
    let positive = orthonormal(left).0 > 0.0;
    for _ in 0..60 {
        let middle = 0.5 * (left + right);
        if (orthonormal(middle).0 > 0.0) == positive { left = middle } else { right = middle }
    }
    0.5 * (left + right)
}

/// The orthonormal Hermite polynomials (probabilists') of degree `NODES` and `NODES - 1` at a point.
fn orthonormal(x: f64) -> (f64, f64) {
    let (mut before, mut current) = (0.0, 1.0);
    for degree in 1..=NODES {
        let n = degree as f64;
        (before, current) = (current, (x * current - (n - 1.0).sqrt() * before) / n.sqrt());
    }
    (current, before)
}

/// An even grid over -6 to 6, fine enough for the posterior of a single person.
pub(crate) fn fine() -> Grid {
    let mut grid = Grid::empty(FINE_NODES);
    let mut sum = 0.0;
    for index in 0..FINE_NODES {
        let point = (index as f64 - 60.0) / 10.0;
        grid.points[index] = point;
        grid.log_mass[index] = -0.5 * point * point;
        sum += exp(grid.log_mass[index]);
    }
    grid.log_mass[..FINE_NODES].iter_mut().for_each(|mass| *mass -= ln(sum));
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of a power under the rule.
    fn moment(grid: &Grid, power: i32) -> f64 {
        (0..grid.width()).map(|q| grid.points[q].powi(power) * grid.log_mass[q].exp()).sum()
    }

    #[test]
    fn the_rules_give_the_moments_of_the_standard_normal() {
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (6, 15.0), (10, 945.0)] {
            assert!(
                (moment(&gauss_hermite(), power) / f64::max(expected, 1.0) - expected.min(1.0)).abs() < 1e-11,
                "{power}"
            );
        }
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0)] {
            assert!((moment(&fine(), power) - expected).abs() < 1e-5, "{power}");
        }
    }

    #[test]
    fn the_outermost_point_is_the_published_one() {
        // scipy.special.roots_hermite(41)[0][-1] * sqrt(2)
        assert!((gauss_hermite().points[NODES - 1] - 11.614_937_253_976_1).abs() < 1e-6);
    }
}
