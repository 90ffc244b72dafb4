//! The kinds of fields: how each reads what a person typed, shows what is kept, and fills an input again.
//! One module a kind, each with the same three functions.

pub mod area;
mod choice;
mod choices;
mod code;
mod date;
pub mod files;
mod integer;
mod moment;
mod money;
pub mod place;
mod quantity;
mod reference;
pub mod references;
mod share;
mod text;
mod time;
mod yes_no;

use crate::lang::{Complaint, Lang};
use luoshi_pack::{Kind, Value};

pub use choices::{lines, parts};
pub use date::read as read_day;
pub use moment::{MICROS, beijing, day_of, end_of, start_of};
pub use reference::{ambiguous as ambiguous_reference, unknown as unknown_reference};

/// Reads what was typed; an empty text is [`Value::Null`].
///
/// # Errors
/// A [`Complaint`] that says what is wrong and what to type instead.
pub fn parse(kind: &Kind, typed: &str) -> Result<Value, Complaint> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Value::Null);
    }
    match kind {
        Kind::Text { max } => text::parse(typed, *max, false),
        Kind::LongText { max } => text::parse(typed, *max, true),
        Kind::Integer { min, max, .. } => integer::parse(typed, *min, *max),
        Kind::Quantity { digits, min, max, .. } => quantity::parse(typed, *digits, *min, *max),
        Kind::Money { wan } => money::parse(typed, *wan),
        Kind::Share => share::parse(typed),
        Kind::Date => date::parse(typed),
        Kind::Time => time::parse(typed),
        Kind::Moment => moment::parse(typed),
        Kind::YesNo => yes_no::parse(typed),
        Kind::Choice { choices } => choice::parse(typed, choices),
        Kind::Choices { choices } => choices::parse(typed, choices),
        Kind::Ref { .. } => reference::parse(typed),
        Kind::Refs { .. } => references::parse(typed),
        Kind::Place => place::parse(typed),
        Kind::Area => area::parse(typed),
        Kind::IdNumber => code::id_number(typed),
        Kind::Mobile => code::mobile(typed),
        Kind::CreditCode => code::credit_code(typed),
        Kind::SchoolCode => code::school_code(typed),
        Kind::PupilCode => code::pupil_code(typed),
        Kind::Files { most, .. } => files::parse(typed, *most),
    }
}

/// Shows what is kept; empty for null. References are shown by the label of their record, not here.
pub fn show(kind: &Kind, value: &Value, lang: Lang) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Quantity { digits, .. }, Value::Int(number)) => quantity::show(*number, *digits),
        (Kind::Money { wan }, Value::Int(fen)) => money::show(*fen, *wan),
        (Kind::Share, Value::Int(number)) => share::show(*number),
        (Kind::Time, Value::Int(minutes)) => time::show(*minutes),
        (Kind::Moment, Value::Int(micros)) => moment::show(*micros),
        (Kind::Choice { choices }, Value::Text(key)) => choice::show(choices, key, lang),
        (Kind::Choices { choices }, value) => choices::show(choices, value, lang),
        (Kind::Ref { .. }, Value::Int(id)) => id.to_string(),
        (Kind::Refs { .. }, value) => value.members().collect::<Vec<_>>().join(lang.pick("、", ", ")),
        (Kind::Area, Value::Text(text)) => area::show(text, lang),
        (Kind::Files { .. }, Value::Text(text)) => files::show(text),
        (kind, Value::Int(year)) if kind.is_year() => year.to_string(),
        (_, Value::Int(number)) => integer::show(*number),
        (_, Value::Bool(yes)) => yes_no::show(*yes, lang),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Date(day)) => day.to_string(),
    }
}

/// Fills an input with what is kept, so that reading it again gives the same value.
pub fn typed(kind: &Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Choice { .. } | Kind::Files { .. }, Value::Text(key)) => key.clone(),
        (Kind::Choices { .. } | Kind::Refs { .. }, value) => choices::typed(value),
        (Kind::Area, Value::Text(text)) => area::typed(text),
        (Kind::YesNo, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.into(),
        (Kind::Ref { .. }, Value::Int(id)) => id.to_string(),
        _ => show(kind, value, Lang::Zh),
    }
}

/// The decimals a kind's whole numbers carry when they are summed and shown as an exact decimal, and the unit.
pub fn measure(kind: &Kind) -> (u8, &str) {
    match kind {
        Kind::Quantity { digits, unit, .. } => (*digits, unit),
        Kind::Money { wan: false } => (2, "元"),
        Kind::Money { wan: true } => (6, "万元"),
        Kind::Share => (2, "%"),
        Kind::Integer { unit, .. } if !kind.is_year() => (0, unit.as_deref().unwrap_or("")),
        _ => (0, ""),
    }
}

/// No whole number that is kept is larger: five million of them still add up inside 64 bits.
pub const LARGEST: i64 = 1_000_000_000_000;

fn in_range(number: i64, min: Option<i64>, max: Option<i64>, digits: u8) -> Result<Value, Complaint> {
    use crate::decimal::exact;
    let (min, max) = (min.unwrap_or(-LARGEST).max(-LARGEST), max.unwrap_or(LARGEST).min(LARGEST));
    let (min, max) = (Some(min), Some(max));
    if let Some(min) = min.filter(|min| number < *min) {
        let least = exact(min, digits);
        return Err(Complaint::new(
            "V002",
            format!("不能小于{least}。请核对后重填。"),
            format!("At least {least}, please."),
        ));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        let most = exact(max, digits);
        return Err(Complaint::new(
            "V003",
            format!("不能大于{most}。请核对后重填。"),
            format!("At most {most}, please."),
        ));
    }
    Ok(Value::Int(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use luoshi_pack::Choice;

    fn year() -> Kind {
        Kind::Integer { min: Some(2_000), max: Some(2_100), unit: Some("年".into()) }
    }

    fn kinds() -> Vec<(Kind, Vec<&'static str>, Vec<&'static str>)> {
        let choices: indexmap::IndexMap<String, Choice> = [("new", "新建"), ("old", "旧、改建")]
            .map(|(key, title)| (key.to_string(), Choice { title: title.into(), en: key.into() }))
            .into();
        vec![
            (Kind::Text { max: 5 }, vec!["校名", "<b>x<"], vec!["六个字符太长", "一\n二"]),
            (Kind::LongText { max: 9 }, vec!["一\n二"], vec!["十个字十个字十个字十个字"]),
            (
                Kind::Integer { min: Some(0), max: Some(999), unit: None },
                vec!["0", "45", "1,0"],
                vec!["-1", "1000", "1.5", "多"],
            ),
            (year(), vec!["2020", "2,020"], vec!["20", "2020年", "20200"]),
            (
                Kind::Quantity { unit: "lx".into(), digits: 1, min: None, max: None },
                vec!["336.8", "300"],
                vec!["1.23", "x"],
            ),
            (Kind::Money { wan: false }, vec!["3,500.00", "0.01"], vec!["0.001", "元"]),
            (Kind::Money { wan: true }, vec!["6,480", "6,480.5"], vec!["0.0000001"]),
            (Kind::Share, vec!["95", "95.5%", "98.57"], vec!["95.555", "101x"]),
            (
                Kind::Date,
                vec!["2021-02-28", "2021年2月28日", "2021/2/8", "20210208"],
                vec!["2021-02-29", "2021-13-01", "昨天"],
            ),
            (Kind::Time, vec!["20:30", "8:05"], vec!["24:00", "20:60", "晚上"]),
            (Kind::YesNo, vec!["yes", "否"], vec!["maybe"]),
            (Kind::Choice { choices: choices.clone() }, vec!["new", "新建"], vec!["none"]),
            (
                Kind::Choices { choices },
                vec!["new", "旧、改建", "old\nnew", "新建，old,new"],
                vec!["none", "new\nnone", "new,none"],
            ),
            (Kind::Ref { to: "school".into() }, vec!["12"], vec!["0", "-3", "某校"]),
            (Kind::Refs { to: "school".into() }, vec!["12", "12\n3\n3", "7，8"], vec!["0", "3\n某校", "3,-1"]),
            (
                Kind::Place,
                vec!["120.074512,29.306543", "120 29", "120.07451249，29.3065434", "-0.0000004,0"],
                vec!["29.3,120.07", "120", "120,29,3", "甲,乙", "181,0"],
            ),
            (Kind::Area, vec!["120,29\n120.1,29;120,29.1"], vec!["120,29\n120.1,29", "0,0;1,1;1,0;0,1"]),
            (Kind::Mobile, vec!["13900000000"], vec!["12345678901", "1390000000"]),
        ]
    }

    #[test]
    fn what_is_shown_in_an_input_reads_back_as_the_same_value() {
        for (kind, good, _) in kinds() {
            for typed_text in good {
                let value = parse(&kind, typed_text).unwrap_or_else(|fault| panic!("{kind:?} {typed_text}: {fault:?}"));
                assert_eq!(parse(&kind, &typed(&kind, &value)), Ok(value), "{kind:?} {typed_text}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_in_both_languages() {
        for (kind, _, bad) in kinds() {
            for typed_text in bad {
                let fault = parse(&kind, typed_text).expect_err(typed_text);
                assert!(fault.code.starts_with('V') && !fault.zh.is_empty() && !fault.en.is_empty());
            }
        }
    }

    /// Each code with what it is given for.
    #[test]
    fn what_does_not_fit_is_refused_with_its_code() {
        let choices: indexmap::IndexMap<String, Choice> =
            [("new".to_string(), Choice { title: "新建".into(), en: "new".into() })].into();
        let (text, refs) = (Kind::Text { max: 5 }, Kind::Refs { to: "school".into() });
        let whole = Kind::Integer { min: Some(0), max: Some(999), unit: None };
        let lux = Kind::Quantity { unit: "lx".into(), digits: 1, min: None, max: None };
        let files = Kind::Files { most: 1, types: vec![], photos: false };
        let many: Vec<String> = (1..=201).map(|id: i64| id.to_string()).collect();
        let round: Vec<String> = (0..501).map(|at| format!("0.{at:03},{}", f64::from(at * at) / 10_000.0)).collect();
        let two = format!("{0} 甲.pdf\n{0} 乙.pdf", "a".repeat(64));
        let cases: [(&Kind, &str, &str); 38] = [
            (&text, "六个字符太长", "V001"),
            (&whole, "-1", "V002"),
            (&whole, "1000", "V003"),
            (&text, "一\n二", "V004"),
            (&whole, "1.5", "V005"),
            (&lux, "1.23", "V006"),
            (&Kind::Money { wan: false }, "0.001", "V007"),
            (&Kind::Share, "95.555", "V008"),
            (&Kind::Date, "2021-02-29", "V009"),
            (&Kind::Time, "24:00", "V010"),
            (&Kind::Moment, "2021-09-30 25:00", "V011"),
            (&Kind::YesNo, "maybe", "V012"),
            (&Kind::Choice { choices: choices.clone() }, "none", "V013"),
            (&Kind::Choices { choices }, "new,none", "V013"),
            (&Kind::Ref { to: "school".into() }, "某校", "V014"),
            (&Kind::IdNumber, "3307821900010100", "V020"),
            (&Kind::IdNumber, "990782190001010016", "V021"),
            (&Kind::IdNumber, "330782190002300015", "V022"),
            (&Kind::IdNumber, "330782190001010015", "V023"),
            (&Kind::Mobile, "12345678901", "V024"),
            (&Kind::CreditCode, "52330782MO000000XF", "V025"),
            (&Kind::CreditCode, "52330782MJ000000XE", "V026"),
            (&Kind::SchoolCode, "213300999", "V027"),
            (&Kind::SchoolCode, "2233009999", "V028"),
            (&Kind::PupilCode, "X330782201506010004", "V029"),
            (&files, "甲.pdf", "V030"),
            (&files, &two, "V031"),
            (&refs, &many.join(","), "V040"),
            (&refs, "3,-1", "V014"),
            (&Kind::Place, "甲,乙", "V041"),
            (&Kind::Place, "120", "V041"),
            (&Kind::Place, "29.3,120.07", "V042"),
            (&Kind::Area, "120,29;120.1,29", "V043"),
            (&Kind::Area, &round.join(";"), "V044"),
            (&Kind::Area, "0,0;1,1;1,0;0,1", "V045"),
            (&Kind::Area, "一", "V041"),
            (&Kind::Area, "0,0;91,0;0,91", "V042"),
            (&Kind::LongText { max: 3 }, "一\n二三", "V001"),
        ];
        for (kind, typed, code) in cases {
            assert_eq!(parse(kind, typed).expect_err(typed).code, code, "{kind:?} {typed}");
        }
    }

    #[test]
    fn several_are_kept_once_and_in_order() {
        let kept = |kind: &Kind, typed: &str| parse(kind, typed).unwrap().text().unwrap().to_string();
        let kinds: Vec<Kind> = kinds().into_iter().map(|(kind, ..)| kind).collect();
        let of = |wanted: fn(&Kind) -> bool| kinds.iter().find(|kind| wanted(kind)).unwrap();
        let choices = of(|kind| matches!(kind, Kind::Choices { .. }));
        assert_eq!(kept(choices, "old\nnew\n旧、改建"), ",new,old,");
        assert_eq!(show(choices, &parse(choices, "old\nnew").unwrap(), Lang::Zh), "新建、旧、改建");
        assert_eq!(kept(of(|kind| matches!(kind, Kind::Refs { .. })), "12\n7\n12"), ",7,12,");
        let many: Vec<String> = (1..=201).map(|id: i64| id.to_string()).collect();
        assert_eq!(parse(&Kind::Refs { to: "school".into() }, &many.join(",")).unwrap_err().code, "V040");
        assert_eq!(kept(of(|kind| matches!(kind, Kind::Place)), "120.07451249，29.3065436"), "120.074512,29.306544");
    }

    #[test]
    fn a_calendar_year_is_no_amount() {
        let in_years = |min| Kind::Integer { min: Some(min), max: None, unit: Some("年".into()) };
        assert_eq!(show(&year(), &Value::Int(2_020), Lang::Zh), "2020");
        assert_eq!(measure(&year()), (0, ""));
        assert_eq!(show(&in_years(0), &Value::Int(2_020), Lang::Zh), "2,020", "so many years are an amount");
        assert_eq!(measure(&in_years(0)), (0, "年"));
    }

    #[test]
    fn blanks_are_nothing() {
        assert_eq!(parse(&Kind::Date, "  "), Ok(Value::Null));
    }
}
