//! 范围: a simple polygon, kept as its corners in order, `lng,lat;lng,lat;…`, the first not repeated.
//!
//! Its size is that of the ground on the ellipsoid of WGS-84, computed in whole numbers, so that every machine says the
//! same: metres per degree are taken at its middle latitude, which is exact to 0.01% up to the size of a city.

use super::choices;
use super::place::{self, Point};
use crate::decimal;
use crate::lang::{Complaint, Lang};
use luoshi_pack::Value;

/// Most corners.
const MOST: usize = 500;

pub(super) fn parse(typed: &str) -> Result<Value, Complaint> {
    let written = typed.replace([';', '；'], "\n");
    let mut corners = choices::lines(&written).map(place::read).collect::<Result<Vec<Point>, Complaint>>()?;
    corners.dedup();
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    if corners.len() < 3 {
        return Err(Complaint::new(
            "V043",
            format!("范围至少三个角，现有{}个。请一行填一个角：经度,纬度。", corners.len()),
            format!("An area has at least three corners; there are {}. Write one a line.", corners.len()),
        ));
    }
    if corners.len() > MOST {
        return Err(Complaint::new(
            "V044",
            format!("范围最多{MOST}个角，现有{}个。请简化边界。", corners.len()),
            format!("An area has at most {MOST} corners; there are {}. Simplify its border.", corners.len()),
        ));
    }
    if let Some((one, other)) = crossing(&corners) {
        return Err(Complaint::new(
            "V045",
            format!("边界自己相交：第{one}个角起的边碰到第{other}个角起的边。请按边界走一圈的次序填各个角。"),
            format!("The border crosses itself: the side from corner {one} meets the one from corner {other}."),
        ));
    }
    Ok(Value::Text(corners.into_iter().map(place::show).collect::<Vec<_>>().join(";")))
}

/// Its size in both measures.
pub fn show(text: &str, lang: Lang) -> String {
    let metres = square_metres(&corners(text));
    // 一亩 is 10,000/15 square metres; hundredths of it, half up.
    let mu = (i128::from(metres) * 1_500 + 5_000) / 10_000;
    let (metres, mu) = (decimal::grouped(&metres.to_string()), decimal::grouped(&decimal::fixed(mu as i64, 2)));
    match lang {
        Lang::Zh => format!("{metres} 平方米（{mu} 亩）"),
        Lang::En => format!("{metres} m² ({mu} mu)"),
    }
}

/// What an input holds: one corner a line.
pub fn typed(text: &str) -> String {
    text.replace(';', "\n")
}

/// The corners of a kept value.
pub fn corners(text: &str) -> Vec<Point> {
    text.split(';').filter_map(place::point).collect()
}

/// A picture's size and the corners in it, north up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
    /// The corners, from the upper left.
    pub corners: Vec<(i64, i64)>,
}

/// A kept value as a picture whose longer side is `side`.
pub fn outline(text: &str, side: i64) -> Outline {
    let corners = corners(text);
    let least = |of: fn(&Point) -> i64| corners.iter().map(of).min().unwrap_or(0);
    let most = |of: fn(&Point) -> i64| corners.iter().map(of).max().unwrap_or(0);
    let (west, east, south, north) =
        (least(|corner| corner.0), most(|corner| corner.0), least(|corner| corner.1), most(|corner| corner.1));
    // A degree of longitude is as much shorter as the cosine of the latitude says.
    let across = |degrees: i64| i128::from(degrees) * cosine((south + north) / 2) / ONE;
    let (wide, high) = (across(east - west), i128::from(north - south));
    let longer = wide.max(high).max(1);
    let scaled = |part: i128| (part * i128::from(side) / longer) as i64;
    Outline {
        width: scaled(wide).max(1),
        height: scaled(high).max(1),
        corners: corners
            .iter()
            .map(|(lng, lat)| (scaled(across(lng - west)), scaled(i128::from(north - lat))))
            .collect(),
    }
}

/// One, for fractions in whole numbers.
const ONE: i128 = 1_000_000_000_000_000;
/// The first eccentricity of WGS-84, squared.
const E2: i128 = 6_694_379_990_141;
/// Square metres of a millionth of a degree squared at the equator: a²(1-e²)(π/180)²/10¹², times 10¹⁸.
const GROUND: i128 = 12_309_072_079_294_866;

/// Square metres, rounded half up.
pub fn square_metres(corners: &[Point]) -> i64 {
    let doubled: i128 = pairs(corners)
        .map(|((lng, lat), (to_lng, to_lat))| {
            i128::from(lng) * i128::from(to_lat) - i128::from(to_lng) * i128::from(lat)
        })
        .sum();
    let (south, north) = (corners.iter().map(|corner| corner.1).min(), corners.iter().map(|corner| corner.1).max());
    let cosine = cosine((south.unwrap_or(0) + north.unwrap_or(0)) / 2);
    let bend = ONE - E2 * (ONE - cosine * cosine / ONE) / ONE;
    let each = GROUND * cosine / bend * ONE / bend;
    ((doubled.abs() * each + 1_000_000_000_000_000_000) / 2_000_000_000_000_000_000) as i64
}

/// The cosine of millionths of a degree, times [`ONE`].
fn cosine(degrees: i64) -> i128 {
    let angle = i128::from(degrees) * 3_141_592_653_589_793 / 180_000_000;
    let square = angle * angle / ONE;
    let (mut sum, mut part) = (ONE, ONE);
    for step in 1..=12 {
        part = -part * square / ONE / (2 * step * (2 * step - 1));
        sum += part;
    }
    sum
}

fn pairs(corners: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    corners.iter().copied().zip(corners.iter().copied().cycle().skip(1))
}

/// Two sides that meet elsewhere than in the corner they share, as the numbers of the corners they start from.
fn crossing(corners: &[Point]) -> Option<(usize, usize)> {
    let sides: Vec<(Point, Point)> = pairs(corners).collect();
    for one in 0..sides.len() {
        for other in one + 1..sides.len() {
            let meet = if other == one + 1 {
                folds_back(sides[one].0, sides[one].1, sides[other].1)
            } else if one == 0 && other + 1 == sides.len() {
                folds_back(sides[other].0, sides[other].1, sides[one].1)
            } else {
                touches(sides[one], sides[other])
            };
            if meet {
                return Some((one + 1, other + 1));
            }
        }
    }
    None
}

/// Which side of the line from `from` to `to` a point lies on: its sign.
fn turn(from: Point, to: Point, point: Point) -> i128 {
    let part = |one: i64, other: i64| i128::from(one) - i128::from(other);
    (part(to.0, from.0) * part(point.1, from.1) - part(to.1, from.1) * part(point.0, from.0)).signum()
}

/// Whether the way from `from` over `corner` to `to` goes back along itself.
fn folds_back(from: Point, corner: Point, to: Point) -> bool {
    let part = |one: i64, other: i64| i128::from(one) - i128::from(other);
    let along = part(from.0, corner.0) * part(to.0, corner.0) + part(from.1, corner.1) * part(to.1, corner.1);
    turn(from, corner, to) == 0 && along > 0
}

fn touches((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let between = |from: Point, to: Point, point: Point| {
        turn(from, to, point) == 0
            && (from.0.min(to.0)..=from.0.max(to.0)).contains(&point.0)
            && (from.1.min(to.1)..=from.1.max(to.1)).contains(&point.1)
    };
    let crosses = turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
    crosses || between(a, b, c) || between(a, b, d) || between(c, d, a) || between(c, d, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(typed: &str) -> i64 {
        let value = parse(typed).unwrap_or_else(|fault| panic!("{typed}: {fault:?}"));
        square_metres(&corners(value.text().unwrap()))
    }

    fn square(lng: i64, lat: i64, side: i64) -> String {
        let corner = |east, north| place::show((lng + east * side, lat + north * side));
        [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| corner(east, north)).join(";")
    }

    /// Against the closed formula of a zone on the ellipsoid.
    #[test]
    fn the_size_of_ground_is_that_on_the_ellipsoid() {
        assert_eq!(size(&square(120_000_000, 29_300_000, 1_000)), 10_769);
        assert_eq!(size(&square(-70_000_000, 29_300_000, 10_000)), 1_076_835);
        let county = size(&square(120_000_000, 29_000_000, 500_000));
        assert!((county - 2_693_498_645).abs() < 30_000, "{county}");
    }

    #[test]
    fn which_way_round_and_where_one_begins_make_no_difference() {
        let corners = ["120,29", "120.003,29", "120.001,29.002", "120,29.004"];
        let there = size(&corners.join("\n"));
        let back = corners.iter().rev().copied().collect::<Vec<_>>().join("；");
        assert_eq!(size(&back), there);
        assert_eq!(size(&format!("{};{}", corners.join(";"), corners[0])), there, "the first corner may be repeated");
    }

    #[test]
    fn a_border_that_meets_itself_is_refused() {
        let code = |typed: &str| parse(typed).expect_err(typed).code;
        assert_eq!(code("0,0;1,1;1,0;0,1"), "V045", "a bow");
        assert_eq!(code("0,0;2,0;1,0"), "V045", "a line");
        assert_eq!(code("0,0;2,0;2,2;1,0;0,2"), "V045", "a corner on a side");
        assert_eq!(code("0,0;3,0;3,3;5,3;3,3;0,3"), "V045", "a spike");
        assert_eq!(code("0,0;1,1"), "V043");
        assert_eq!(code("0,0;0,0;1,1"), "V043");
        assert_eq!(code("0,0;91,0;0,91"), "V042");
        assert_eq!(code("一"), "V041");
    }

    #[test]
    fn it_is_shown_in_square_metres_and_mu() {
        let text = parse(&square(120_000_000, 29_300_000, 1_000)).unwrap();
        assert_eq!(show(text.text().unwrap(), Lang::Zh), "10,769 平方米（16.15 亩）");
        assert_eq!(show(text.text().unwrap(), Lang::En), "10,769 m² (16.15 mu)");
    }

    #[test]
    fn a_picture_is_as_wide_as_the_ground() {
        let text = parse(&square(120_000_000, 60_000_000, 1_000)).unwrap();
        let drawn = outline(text.text().unwrap(), 200);
        assert_eq!((drawn.width, drawn.height), (99, 200), "a degree of longitude is half as long at 60° north");
        assert!(drawn.corners.iter().all(|(x, y)| (0..=100).contains(x) && (0..=200).contains(y)));
    }
}
