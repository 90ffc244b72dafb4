//! Distances between points, rounded down to whole metres, exactly.

use rayon::prelude::*;

use crate::refusal::Refusal;

/// Points in metres, any plane grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Pairs x, y, end to end. Shape `N x 2`.
    pub xy: Vec<f64>,
}

/// Largest coordinate; beyond it is no place on Earth in metres.
const COORDINATE_MAX: f64 = 268_435_456.0;
/// Up to this size around the first point the whole-number arithmetic fits the 52 exact bits of a float.
const NEAR_MAX: f64 = 16_777_216.0;
/// Fractions of a metre are kept to 1 / 2^32.
const FRACTION: f64 = 4_294_967_296.0;

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.xy.len() / 2
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.xy.is_empty()
    }

    /// Refuses a coordinate that is no place on Earth.
    ///
    /// # Errors
    /// [`Refusal`] names the first such row.
    pub fn check(&self, name: &str) -> Result<(), Refusal> {
        // A NaN must be refused too, so the test asks what is right.
        let right = |value: &f64| value.abs() <= COORDINATE_MAX;
        match self.xy.iter().position(|value| !right(value)) {
            None => Ok(()),
            Some(at) => Err(Refusal::at(
                "PL-04",
                at / 2,
                format!("{name} 第 {} 行的坐标超出范围，请用以米为单位的平面坐标。", at / 2),
                format!("{name}, row {}: the coordinate is out of range; use a plane grid in metres.", at / 2),
            )),
        }
    }
}

/// floor(Euclidean metres) from every `from` to every `to`. Shape `from x to`.
///
/// Exact for whole coordinates; fractions are first rounded to 1 / 2^32 metre. Both point sets have passed
/// [`Points::check`].
pub fn floor_distances(from: &Points, to: &Points) -> Vec<i32> {
    let mut distance = vec![0; from.len() * to.len()];
    if distance.is_empty() {
        return distance;
    }
    let origin = [to.xy[0], to.xy[1]];
    let near = |points: &Points| {
        let whole = |(at, value): (usize, &f64)| value.fract() == 0.0 && (value - origin[at % 2]).abs() <= NEAR_MAX;
        points.xy.iter().enumerate().all(whole)
    };
    let rows = distance.par_chunks_mut(to.len()).with_min_len(256).zip(from.xy.par_chunks(2));
    if near(from) && near(to) {
        let (x, y): (Vec<f64>, Vec<f64>) = to.xy.chunks_exact(2).map(|xy| (xy[0], xy[1])).unzip();
        rows.for_each(|(row, point)| {
            for ((distance, x), y) in row.iter_mut().zip(&x).zip(&y) {
                let (dx, dy) = (point[0] - x, point[1] - y);
                // The sum is a whole number below 2^52: its root is rounded down to a whole number only when it is
                // below it, since the next smaller root is further away than the rounding of the root.
                *distance = (dx * dx + dy * dy).sqrt() as i32;
            }
        });
    } else {
        let fixed = |value: f64| (value * FRACTION).round() as i128;
        let to: Vec<i128> = to.xy.iter().map(|&value| fixed(value)).collect();
        rows.for_each(|(row, point)| {
            let (px, py) = (fixed(point[0]), fixed(point[1]));
            for (distance, xy) in row.iter_mut().zip(to.chunks_exact(2)) {
                let (dx, dy) = (px - xy[0], py - xy[1]);
                // The root of the whole part is the whole part of the root.
                *distance = ((dx * dx + dy * dy) >> 64).isqrt() as i32;
            }
        });
    }
    distance
}
