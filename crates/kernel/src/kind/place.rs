//! 位置: a point, kept as `longitude,latitude` in degrees of WGS-84 with six decimals (about a tenth of a metre).

use super::integer::short;
use crate::decimal;
use crate::lang::Complaint;
use luoshi_pack::Value;

/// Decimals that are kept.
const DIGITS: u8 = 6;
/// Decimals that are read: a phone tells more than it knows.
const READ: u8 = 14;

/// A point in millionths of a degree: longitude, latitude.
pub type Point = (i64, i64);

pub(super) fn parse(typed: &str) -> Result<Value, Complaint> {
    read(typed).map(|point| Value::Text(show(point)))
}

/// Reads a point.
///
/// # Errors
/// V041 for what is no point, V042 for one that lies nowhere on earth.
pub fn read(typed: &str) -> Result<Point, Complaint> {
    let parts: Vec<&str> =
        typed.split([',', '，', '、', ' ', '\t', '\u{3000}']).filter(|part| !part.is_empty()).collect();
    let [lng, lat] = parts[..] else { return Err(unread(typed)) };
    let degrees = |text: &str| decimal::parse(text.trim_end_matches('°'), READ).map(rounded);
    let (Some(lng), Some(lat)) = (degrees(lng), degrees(lat)) else { return Err(unread(typed)) };
    if lng.abs() <= 180_000_000 && lat.abs() <= 90_000_000 {
        return Ok((lng, lat));
    }
    Err(Complaint::new(
        "V042",
        format!(
            "“{}”不在地球上：经度在前（-180 至 180），纬度在后（-90 至 90）。请核对，或把两个数对调。",
            short(typed)
        ),
        format!("“{}” lies nowhere on earth: longitude first (-180 to 180), then latitude (-90 to 90).", short(typed)),
    ))
}

fn unread(typed: &str) -> Complaint {
    Complaint::new(
        "V041",
        format!("“{}”不是位置。请填“经度,纬度”，如 120.074512,29.306543。", short(typed)),
        format!("“{}” is no place. Write longitude and latitude, such as 120.074512,29.306543.", short(typed)),
    )
}

/// Rounded half away from zero to the decimals that are kept.
fn rounded(number: i64) -> i64 {
    let unit = 10_i64.pow(u32::from(READ - DIGITS));
    (number.abs() + unit / 2) / unit * number.signum()
}

/// The point as it is kept and shown.
pub fn show((lng, lat): Point) -> String {
    format!("{},{}", decimal::fixed(lng, DIGITS), decimal::fixed(lat, DIGITS))
}

/// The point of a kept value.
pub fn point(text: &str) -> Option<Point> {
    read(text).ok()
}
