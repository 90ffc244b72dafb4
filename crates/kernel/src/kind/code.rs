//! 证件与代码: the checksums of GB 11643, GB 32100 and the ministry's school and pupil codes.

use crate::lang::Complaint;
use jiff::civil::Date;
use luoshi_pack::Value;

type Parsed = Result<Value, Complaint>;

fn kept(text: String) -> Parsed {
    Ok(Value::Text(text))
}

fn refuse(code: &'static str, zh: &str, en: &str) -> Parsed {
    Err(Complaint::new(code, zh, en))
}

/// 公民身份号码 GB 11643-1999: 17 digits and a check character; the birth date must exist. The division may be retired.
pub fn id_number(typed: &str) -> Parsed {
    let code = typed.to_ascii_uppercase();
    let bytes = code.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return refuse(
            "V020",
            "身份证号应为18位。请对照证件重填。",
            "An identity number has 18 characters. Check the card.",
        );
    }
    const PROVINCES: [&str; 34] = [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
        "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];
    if !PROVINCES.contains(&&code[..2]) {
        return refuse("V021", "身份证号前两位不是省级代码。请对照证件重填。", "The first two digits are no province.");
    }
    let birth = Date::new(
        code[6..10].parse().unwrap_or(0),
        code[10..12].parse().unwrap_or(0),
        code[12..14].parse().unwrap_or(0),
    );
    if birth.map_or(true, |day| day.year() < 1850) {
        return refuse(
            "V022",
            "身份证号中的出生日期不存在。请对照证件重填。",
            "The birth date in the number does not exist.",
        );
    }
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = WEIGHTS.iter().zip(bytes).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    if bytes[17] != b"10X98765432"[(sum % 11) as usize] {
        return refuse("V023", "身份证号校验位不对。请对照证件重填。", "The check character is wrong. Check the card.");
    }
    kept(code)
}

/// 手机号
pub fn mobile(typed: &str) -> Parsed {
    let bytes = typed.as_bytes();
    let fits = bytes.len() == 11
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit);
    if fits {
        kept(typed.into())
    } else {
        refuse("V024", "手机号应为11位，以13至19开头。", "A mobile number has 11 digits and starts with 13 to 19.")
    }
}

/// 统一社会信用代码 GB 32100-2015: 18 characters without I, O, S, V, Z; both check characters.
pub fn credit_code(typed: &str) -> Parsed {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let code = typed.to_ascii_uppercase();
    let places: Option<Vec<usize>> = code.bytes().map(|byte| ALPHABET.iter().position(|c| *c == byte)).collect();
    let Some(places) = places.filter(|places| places.len() == 18) else {
        return refuse(
            "V025",
            "统一社会信用代码应为18位，不含 I、O、S、V、Z。",
            "A credit code has 18 characters without I, O, S, V, Z.",
        );
    };
    let sum: usize = WEIGHTS.iter().zip(&places).map(|(weight, place)| weight * place).sum();
    if places[17] != (31 - sum % 31) % 31 || !organisation_code(&code.as_bytes()[8..17]) {
        return refuse(
            "V026",
            "统一社会信用代码校验位不对。请对照证照重填。",
            "A check character is wrong. Check the licence.",
        );
    }
    kept(code)
}

/// 组织机构代码 GB 11714: eight characters and a check character.
fn organisation_code(code: &[u8]) -> bool {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let place = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { u32::from(byte - b'A') + 10 };
    let sum: u32 = WEIGHTS.iter().zip(code).map(|(weight, byte)| weight * place(*byte)).sum();
    let check = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    };
    code[8] == check
}

/// 学校标识码: 10 digits, kind of school and province; no check digit.
pub fn school_code(typed: &str) -> Parsed {
    const KINDS: [&str; 9] = ["11", "21", "31", "34", "36", "37", "41", "51", "93"];
    if typed.len() != 10 || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse("V027", "学校标识码应为10位数字。", "A school code has 10 digits.");
    }
    if !KINDS.contains(&&typed[..2]) {
        return refuse("V028", "学校标识码前两位不是学校类别代码。", "The first two digits are no kind of school.");
    }
    kept(typed.into())
}

/// 学籍号: G or J and an identity number, or L and a temporary one.
pub fn pupil_code(typed: &str) -> Parsed {
    let code = typed.to_ascii_uppercase();
    let wrong = || {
        refuse(
            "V029",
            "学籍号应为 G、J 或 L 加18位号码。请对照学籍系统重填。",
            "A pupil code is G, J or L and 18 characters.",
        )
    };
    if code.len() != 19 || !code.is_ascii() {
        return wrong();
    }
    match (&code[..1], id_number(&code[1..])) {
        ("G", Ok(_)) => kept(code),
        ("G", Err(complaint)) => Err(complaint),
        ("J" | "L", _) if code[1..].bytes().all(|byte| byte.is_ascii_alphanumeric()) => kept(code),
        _ => wrong(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked valid and invalid values of the domain rules.
    #[test]
    fn worked_values_are_judged_as_written() {
        let check = |judge: fn(&str) -> Parsed, good: &[&str], bad: &[&str]| {
            for code in good {
                assert!(judge(code).is_ok(), "{code} is valid");
            }
            for code in bad {
                assert!(judge(code).is_err(), "{code} is invalid");
            }
        };
        check(
            id_number,
            &["330782190001010016", "33078219000101018X", "33078219000101018x"],
            &["330782190001010015", "330782190002300015", "3307821900010100", "无"],
        );
        check(
            credit_code,
            &["52330782MJ000000XF", "12330782MB0000000B", "91330782MA0000007R", "11330782002609303G"],
            &["52330782MJ000000XE", "52330782MO000000XF"],
        );
        check(
            pupil_code,
            &["G330782201506010004"],
            &["G330782201506010005", "X330782201506010004", "学籍号学籍号学籍号学"],
        );
        check(school_code, &["2133009999"], &["213300999", "2233009999"]);
        check(mobile, &["13900000000"], &["12345678901"]);
    }

    #[test]
    fn a_lower_case_x_is_kept_as_a_capital() {
        assert_eq!(id_number("33078219000101018x"), Ok(Value::Text("33078219000101018X".into())));
    }
}
