//! Words for days, versions and values, in the person's language.

use jiff::civil::Date;
use luoshi_kernel::kind::{self, beijing};
use luoshi_kernel::{Lang, decimal};
use luoshi_pack::{Field, Kind, Register, Value};

/// 9月30日, with the year when it is another one: 2020年9月30日.
pub fn day(day: Date, beside: Date, lang: Lang) -> String {
    match (lang, day.year() == beside.year()) {
        (Lang::Zh, true) => format!("{}月{}日", day.month(), day.day()),
        (Lang::Zh, false) => full_day(day, lang),
        (Lang::En, true) => day.strftime("%-d %b").to_string(),
        (Lang::En, false) => full_day(day, lang),
    }
}

/// 2021年9月30日
pub fn full_day(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => day.strftime("%-d %b %Y").to_string(),
    }
}

/// 9月28日 10:12
pub fn moment(micros: i64, beside: Date, lang: Lang) -> String {
    beijing(micros).map_or_else(String::new, |at| format!("{} {}", day(at.date(), beside, lang), at.strftime("%H:%M")))
}

/// 16,300 from a whole number with decimals.
pub fn number(number: i64, digits: u8) -> String {
    decimal::grouped(&decimal::exact(number, digits))
}

/// The label of what a version did.
pub fn act(register: &Register, act: &str, lang: Lang) -> String {
    let made = act.strip_prefix("move:").and_then(|name| register.flow.as_ref()?.moves.get(name));
    let signed = act.strip_prefix(crate::hand::SIGN).and_then(|name| register.flow.as_ref()?.moves.get(name));
    if let Some(made) = signed {
        return format!("{}{}", lang.pick(&made.title, &made.en), lang.pick("（会签）", " (signed)"));
    }
    match (act, made) {
        (_, Some(made)) => lang.pick(&made.title, &made.en).to_string(),
        ("file", _) => lang.pick("立册", "filed").to_string(),
        ("edit", _) => lang.pick("修改", "changed").to_string(),
        ("copy", _) => lang.pick("随所引用的记录变动", "followed what it refers to").to_string(),
        ("derive", _) => lang.pick("随组成部分重新计算", "computed anew from its parts").to_string(),
        ("owner", _) => lang.pick("随所属单位变动", "followed its unit").to_string(),
        (other, _) => other.to_string(),
    }
}

/// The size of a file: `12 B`, `412 KB`, `6.1 MB`.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_064 => format!("{} KB", (bytes + 512) >> 10),
        _ => {
            let tenths = (bytes.saturating_mul(10) + (1 << 19)) >> 20;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// A masked field's value as everybody sees it. Writing is hidden whole, numbers and names keep enough to be recognised;
/// what was erased says so.
pub fn hidden(field: &Field, value: &Value, lang: Lang) -> String {
    match (&field.kind, value) {
        (_, Value::Null) => String::new(),
        _ if erased(field, value) => lang.pick("已清除", "erased").to_string(),
        (Kind::LongText { .. } | Kind::Refs { .. } | Kind::Place | Kind::Area, _) => WHOLE.to_string(),
        (Kind::Text { .. }, _) if field.sealed => WHOLE.to_string(),
        (kind, value) => masked(&kind::show(kind, value, lang)),
    }
}

/// In the place of hidden writing.
const WHOLE: &str = "••••••";

/// Whether a sealed value was destroyed (清除).
pub fn erased(field: &Field, value: &Value) -> bool {
    field.sealed && value.text() == Some("")
}

/// A masked value: enough to recognise, too little to use.
fn masked(shown: &str) -> String {
    let chars: Vec<char> = shown.chars().collect();
    match chars.len() {
        0 => String::new(),
        // Of an identity number only the place: beside a date of birth the last four digits would leave nothing to guess.
        18 => format!("{}************", chars[..6].iter().collect::<String>()),
        11 => format!("{}****{}", chars[..3].iter().collect::<String>(), chars[7..].iter().collect::<String>()),
        _ => format!("{}{}", chars[0], "*".repeat(chars.len().min(8) - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_carry_their_year_only_when_it_is_another() {
        assert_eq!(day(date(2021, 9, 30), date(2021, 1, 1), Lang::Zh), "9月30日");
        assert_eq!(day(date(2020, 9, 30), date(2021, 1, 1), Lang::Zh), "2020年9月30日");
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        for (bytes, said) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1 KB"),
            (421_888, "412 KB"),
            (1_048_063, "1023 KB"),
            (1_048_064, "1.0 MB"),
            (6_396_313, "6.1 MB"),
            (20 << 20, "20.0 MB"),
        ] {
            assert_eq!(size(bytes), said, "{bytes}");
        }
    }

    #[test]
    fn a_mask_keeps_what_the_rules_allow() {
        assert_eq!(masked("330782190001010016"), "330782************");
        assert_eq!(masked("13900002207"), "139****2207");
        assert_eq!(masked("张三"), "张*");
    }
}
