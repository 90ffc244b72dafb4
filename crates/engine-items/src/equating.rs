//! Puts two papers on one scale through their common items 等值.
//!
//! `theta on the new scale = slope * theta on the old + intercept`; so `a` becomes `a / slope` and `b` becomes `slope * b + intercept`.
//! Mean and sigma: Marco (1977). Characteristic curves: Stocking and Lord (1983), here weighted by the standard normal of the new scale.

use crate::Refusal;
use crate::fit::Item;
use crate::number::{exp, logistic};
use crate::quadrature::{Grid, fine};

/// The line from the old scale to the new.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Above zero.
    pub slope: f64,
    /// On the new scale.
    pub intercept: f64,
}

impl Link {
    /// An item of the old paper on the new scale, its standard errors with it (those of the link itself are not added).
    pub fn item(&self, item: &Item) -> Item {
        Item {
            a: item.a / self.slope,
            b: self.slope * item.b + self.intercept,
            se_a: item.se_a / self.slope,
            se_b: item.se_b * self.slope,
        }
    }

    /// An ability of the old scale on the new.
    pub fn theta(&self, theta: f64) -> f64 {
        self.slope * theta + self.intercept
    }
}

/// Links by the means and standard deviations of the difficulties of common items: pairs of (old, new).
///
/// # Errors
/// `IT-08` fewer than two pairs, an item that is not finite or has `a <= 0`, or difficulties that are all the same.
pub fn mean_sigma(common: &[(Item, Item)]) -> Result<Link, Refusal> {
    check(common)?;
    let (old, new) = (
        mean_and_deviation(common.iter().map(|(old, _)| old.b)),
        mean_and_deviation(common.iter().map(|(_, new)| new.b)),
    );
    if old.1 < 1e-9 || new.1 < 1e-9 {
        return Err(Refusal::new(
            "IT-08",
            "共同题的难度全部相同, 无法等值",
            "the common items are all equally difficult and link nothing",
        ));
    }
    let slope = new.1 / old.1;
    Ok(Link { slope, intercept: new.0 - slope * old.0 })
}

/// Links by bringing the expected scores on the common items together: least squares over the new scale, from the start of [`mean_sigma`].
///
/// # Errors
/// As [`mean_sigma`]; `IT-06` when no least is found.
pub fn stocking_lord(common: &[(Item, Item)]) -> Result<Link, Refusal> {
    let mut link = mean_sigma(common)?;
    let grid = fine();
    let mut damping = 1e-6;
    let mut state = Distance::at(common, &grid, link);
    for _ in 0..200 {
        let step = state.step(damping);
        let next = Link { slope: link.slope + step[0], intercept: link.intercept + step[1] };
        if step[0].abs().max(step[1].abs()) < 1e-12 {
            return Ok(link);
        }
        let moved = Distance::at(common, &grid, next);
        if next.slope > 0.0 && moved.value <= state.value {
            (link, state, damping) = (next, moved, damping * 0.1);
        } else {
            damping = (damping * 10.0).max(1e-12);
            if damping > 1e12 {
                return Ok(link);
            }
        }
    }
    Err(Refusal::new("IT-06", "等值不收敛, 请检查共同题", "the link does not converge; look at the common items"))
}

/// The squared distance of the expected scores, its gradient and its Gauss-Newton matrix (xx, xy, yy).
struct Distance {
    value: f64,
    gradient: [f64; 2],
    matrix: [f64; 3],
}

impl Distance {
    fn at(common: &[(Item, Item)], grid: &Grid, link: Link) -> Distance {
        let mut sum = Distance { value: 0.0, gradient: [0.0; 2], matrix: [0.0; 3] };
        for (theta, log_mass) in grid.points.iter().zip(&grid.log_mass) {
            let mass = exp(*log_mass);
            let (mut difference, mut by_slope, mut by_intercept) = (0.0, 0.0, 0.0);
            for (old, new) in common {
                let chance = logistic(old.a * ((theta - link.intercept) / link.slope - old.b));
                let bend = old.a * chance * (1.0 - chance) / link.slope;
                difference += logistic(new.a * (theta - new.b)) - chance;
                by_slope += bend * (theta - link.intercept) / link.slope;
                by_intercept += bend;
            }
            sum.value += mass * difference * difference;
            sum.gradient =
                [sum.gradient[0] + mass * difference * by_slope, sum.gradient[1] + mass * difference * by_intercept];
            let products = [by_slope * by_slope, by_slope * by_intercept, by_intercept * by_intercept];
            sum.matrix.iter_mut().zip(products).for_each(|(cell, product)| *cell += mass * product);
        }
        sum
    }

    /// The damped Gauss-Newton step downhill.
    fn step(&self, damping: f64) -> [f64; 2] {
        let [xx, xy, yy] = self.matrix;
        let (xx, yy) = (xx * (1.0 + damping), yy * (1.0 + damping));
        let determinant = (xx * yy - xy * xy).max(f64::MIN_POSITIVE);
        let [x, y] = self.gradient;
        [-(yy * x - xy * y) / determinant, -(xx * y - xy * x) / determinant]
    }
}

fn mean_and_deviation(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (count - 1.0)).sqrt())
}

fn check(common: &[(Item, Item)]) -> Result<(), Refusal> {
    if common.len() < 2 {
        return Err(Refusal::new("IT-08", "至少要有两道共同题", "there must be at least two common items"));
    }
    let sound =
        |item: &Item| item.a.is_finite() && item.a > 0.0 && item.a < 1e3 && item.b.is_finite() && item.b.abs() < 1e3;
    match common.iter().position(|(old, new)| !sound(old) || !sound(new)) {
        None => Ok(()),
        Some(place) => {
            let row = place + 1;
            let refusal = Refusal::new(
                "IT-08",
                format!("第 {row} 道共同题的 a 须大于 0, a 与 b 须为 1000 以内的数"),
                format!("common item {row} needs a above 0, and a and b within 1000"),
            );
            Err(refusal.at_row(row))
        }
    }
}
