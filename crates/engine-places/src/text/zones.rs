//! Catchments, as text.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{parse, write};
use crate::reading::{Column, Table, not_whole};
use crate::refusal::Refusal;
use crate::zones::{District, Objection, Reason, draw, objection};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZonesText {
    pupils: Column,
    border: Table,
    seat: Column,
    capacity: Column,
    dist: Table,
    zone: Option<Vec<u32>>,
}

fn district(text: &ZonesText) -> Result<District, Refusal> {
    let (areas, schools) = (text.pupils.values.len(), text.seat.values.len());
    text.pupils.check("pupils", areas)?;
    text.seat.check("seat", schools)?;
    text.capacity.check("capacity", schools)?;
    text.border.check("border", 2)?;
    text.dist.check("dist", schools)?;
    crate::reading::same("dist", text.dist.rows(), areas)?;
    let borders = text.border.counts("border")?;
    let borders: Vec<(u32, u32)> = borders.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let most = 1 << 30;
    let metres = |(at, &metres): (usize, &f64)| match (0.0..=f64::from(most)).contains(&metres) {
        true => Ok(metres.floor() as i32),
        false => Err(not_whole("dist", at / schools.max(1), most as u64)),
    };
    let distance = text.dist.values.iter().enumerate().map(metres).collect::<Result<_, _>>()?;
    let (pupils, seat) = (text.pupils.counts("pupils")?, text.seat.counts("seat")?);
    District::new(pupils, &borders, seat, text.capacity.counts("capacity")?, distance)
}

pub(super) fn answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: ZonesText = parse(input)?;
    let zones = draw(&district(&text)?)?;
    let schools = text.seat.values.len();
    let metres = |area: usize, school: u32| text.dist.values[area * schools + school as usize].floor() as i64;
    let reason = |(area, reason): (usize, &Reason)| {
        let own = zones.zone[area];
        explain(reason, own, metres(area, own), |school| metres(area, school))
    };
    let reasons: Vec<Value> = zones.reason.iter().enumerate().map(reason).collect();
    write(&json!({ "zone": zones.zone, "cost": zones.cost, "bound": zones.bound, "reason": reasons }))
}

/// One reason as code, numbers and sentences.
fn explain(reason: &Reason, own: u32, far: i64, metres: impl Fn(u32) -> i64) -> Value {
    match *reason {
        Reason::Home => json!({
            "why": "home", "zh": format!("学校 {own} 就在本小区。"), "en": format!("School {own} stands in this area.")
        }),
        Reason::Nearest => json!({
            "why": "nearest", "zh": format!("学校 {own} 最近，{far} 米。"), "en": format!("School {own} is the nearest, {far} m.")
        }),
        Reason::Full { nearer, left } => json!({
            "why": "full", "nearer": nearer, "left": left,
            "zh": format!("最近的学校 {nearer}（{} 米）只余 {left} 个学位，不够本小区；学校 {own} {far} 米。", metres(nearer)),
            "en": format!("The nearest school {nearer} ({} m) has {left} places left, too few for this area; school {own} is {far} m away.", metres(nearer))
        }),
        Reason::Apart { nearer } => json!({
            "why": "apart", "nearer": nearer,
            "zh": format!("本小区与最近的学校 {nearer}（{} 米）的学区不相邻；学校 {own} {far} 米。", metres(nearer)),
            "en": format!("This area does not border the zone of the nearest school {nearer} ({} m); school {own} is {far} m away.", metres(nearer))
        }),
        Reason::Bridge { nearer } => json!({
            "why": "bridge", "nearer": nearer,
            "zh": format!("本小区若划给最近的学校 {nearer}（{} 米），学校 {own} 的学区会断开；学校 {own} {far} 米。", metres(nearer)),
            "en": format!("Given to the nearest school {nearer} ({} m), this area would cut the zone of school {own} apart; school {own} is {far} m away.", metres(nearer))
        }),
    }
}

pub(super) fn check(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: ZonesText = parse(input)?;
    let district = district(&text)?;
    let zone = text.zone.as_ref().ok_or_else(|| Refusal::whole("PL-02", "缺少 zone。", "zone is missing."))?;
    write(&match objection(&district, zone) {
        None => json!({ "holds": true }),
        Some(Objection::Shape) => json!({ "holds": false, "why": "shape" }),
        Some(Objection::Home { school }) => json!({ "holds": false, "why": "home", "school": school }),
        Some(Objection::OverFull { school }) => json!({ "holds": false, "why": "over full", "school": school }),
        Some(Objection::Island { area }) => json!({ "holds": false, "why": "island", "area": area }),
    })
}
