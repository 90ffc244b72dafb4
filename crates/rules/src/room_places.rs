//! `room_places`: what a room may hold follows from its area (PX-10, 国办发〔2018〕80号).

use luoshi_desk::exit::{Said, Values};
use luoshi_kernel::decimal::exact;
use luoshi_pack::Value;

/// Refuses an approved room in which so many persons have less than the standard area each. Areas are kept in tenths.
pub fn check(fields: &Values) -> Option<Said> {
    let number = |name: &str| fields.get(name).and_then(Value::int);
    let (area, places, each) = (number("area")?, number("places")?, number("area_each")?);
    if i128::from(area) >= i128::from(places) * i128::from(each) {
        return None;
    }
    let most = area.checked_div(each).unwrap_or(0);
    let (area, each) = (exact(area, 1), exact(each, 1));
    Some(Said {
        rule: "PX-10".into(),
        field: Some("places".into()),
        zh: format!("PX-10 {area}平方米按每人{each}平方米最多{most}人，核定{places}人过多。请减少核定人数。"),
        en: format!("PX-10 {area} m² hold {most} at {each} m² each, not {places}. Lower the number."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(area: i64, places: i64, each: Option<i64>) -> Option<String> {
        let fields = [("area", Some(area)), ("places", Some(places)), ("area_each", each)];
        let given = fields.into_iter().filter_map(|(name, number)| Some((name.to_string(), Value::Int(number?))));
        check(&given.collect()).map(|said| said.zh)
    }

    #[test]
    fn sixty_square_metres_hold_twenty() {
        assert_eq!(said(600, 20, Some(30)), None);
        assert!(said(600, 21, Some(30)).is_some_and(|zh| zh.contains("最多20人")));
        assert!(said(599, 20, Some(30)).is_some_and(|zh| zh.contains("最多19人")));
        assert_eq!(said(10, 20, None), None, "it is judged when it is approved");
        assert_eq!(said(10, 20, Some(0)), None);
    }
}
