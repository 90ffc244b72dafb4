//! 新增学位: what a project may claim to add (operations 10, 学位; XM-07, XM-08).
//!
//! 学位 = classes × standard size at most; a rebuilt school counts its net growth only.

use luoshi_desk::exit::{Said, Values};
use luoshi_pack::Value;

/// Refuses places that classes cannot hold, or that are not the growth of what is rebuilt.
pub fn check(fields: &Values) -> Option<Said> {
    let number = |name: &str| fields.get(name).and_then(Value::int);
    let places = number("places")?;
    if let (Some(before), Some(after)) = (number("places_before"), number("places_after"))
        && fields.get("kind").and_then(Value::text) == Some("rebuilt")
        && places != (after - before).max(0)
    {
        let growth = (after - before).max(0);
        return Some(Said {
            rule: "XM-08".into(),
            field: Some("places".into()),
            zh: format!("改扩建只计净增：{after}−{before}={growth}。请把新增学位改为{growth}，或先改改建前后的学位。"),
            en: format!(
                "A rebuilt school counts its growth: {after} − {before} = {growth}. Write {growth}, or change before and after first."
            ),
        });
    }
    let (classes, size) = (number("classes")?, number("class_size")?);
    let most = i128::from(classes) * i128::from(size);
    (i128::from(places) > most).then(|| Said {
        rule: "XM-07".into(),
        field: Some("places".into()),
        zh: format!("超过班数与班额之积：{classes}×{size}={most}。改学位，或先改班数。"),
        en: format!(
            "More than classes times class size: {classes} × {size} = {most}. Change the places, or the classes first."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(fields: &[(&str, Value)]) -> Option<String> {
        check(&fields.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()).map(|said| said.rule)
    }

    #[test]
    fn places_fit_into_classes() {
        let with = |places| {
            said(&[("places", Value::Int(places)), ("classes", Value::Int(8)), ("class_size", Value::Int(50))])
        };
        assert_eq!(with(400), None);
        assert_eq!(with(432).as_deref(), Some("XM-07"));
    }

    #[test]
    fn a_rebuilt_school_counts_its_growth_only() {
        let with = |places| {
            said(&[
                ("kind", Value::Text("rebuilt".into())),
                ("places", Value::Int(places)),
                ("places_before", Value::Int(1080)),
                ("places_after", Value::Int(1350)),
            ])
        };
        assert_eq!(with(270), None, "from 24 to 30 classes");
        assert_eq!(with(1350).as_deref(), Some("XM-08"));
    }

    #[test]
    fn what_is_not_filled_in_is_not_judged() {
        assert_eq!(said(&[("places", Value::Int(9999))]), None);
        assert_eq!(said(&[]), None);
    }
}
