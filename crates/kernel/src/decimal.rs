//! Exact decimals: whole numbers that carry a count of decimal digits. No floating point anywhere.

/// Reads a decimal with at most `digits` decimals into a whole number times ten to `digits`.
///
/// Grouping commas, full-width figures and blanks around are accepted. `None`: not a number, too many decimals, or too
/// large for 64 bits.
pub fn parse(typed: &str, digits: u8) -> Option<i64> {
    let plain: String = typed.trim().chars().map(half_width).filter(|c| *c != ',').collect();
    let (negative, body) = match plain.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > digits.into() {
        return None;
    }
    let padded = format!("{whole}{fraction:0<width$}", width = digits.into());
    let number: i64 = padded.parse().ok()?;
    Some(if negative { -number } else { number })
}

/// Full-width figures and marks as half-width ones.
fn half_width(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff0c}' | '\u{ff0d}' | '\u{ff0e}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes it exactly, without grouping and without trailing zeros: `95.5`, `12000`.
pub fn exact(number: i64, digits: u8) -> String {
    let fixed = fixed(number, digits);
    if digits == 0 {
        return fixed;
    }
    fixed.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Writes it with all its decimals, without grouping.
pub fn fixed(number: i64, digits: u8) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let width = usize::from(digits) + 1;
    let plain = format!("{:0>width$}", number.unsigned_abs());
    let (whole, fraction) = plain.split_at(plain.len() - usize::from(digits));
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Groups the whole part of a written decimal by thousands: `16,300`, `−1,234.5`.
pub fn grouped(written: &str) -> String {
    let (sign, body) = written.strip_prefix('-').map_or(("", written), |rest| ("−", rest));
    let (whole, fraction) = body.split_once('.').map_or((body, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The share `part / whole` in percent, rounded half up to two decimals and kept in hundredths; `None` when `whole` is
/// not positive or the result leaves 64 bits.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let doubled = i128::from(part) * 20_000 + i128::from(whole);
    i64::try_from(doubled.div_euclid(2 * i128::from(whole))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        assert_eq!(parse("16,300", 0), Some(16300));
        assert_eq!(parse(" 6,480.5", 2), Some(648050));
        assert_eq!(parse("12.50", 1), Some(125));
        assert_eq!(parse("-3", 0), Some(-3));
        assert_eq!(
            parse("\u{ff11}\u{ff0c}\u{ff16}\u{ff10}\u{ff10}\u{ff0e}\u{ff15}", 1),
            Some(16005),
            "full-width figures"
        );
        for wrong in ["", ".", "1.234", "1e3", "abc", "--1", "99999999999999999999"] {
            assert_eq!(parse(wrong, 2), None, "{wrong}");
        }
    }

    #[test]
    fn decimals_are_written_exactly() {
        assert_eq!(exact(648050, 2), "6480.5");
        assert_eq!(exact(-5, 2), "-0.05");
        assert_eq!(exact(0, 2), "0");
        assert_eq!(exact(12000, 0), "12000");
        assert_eq!(fixed(350000, 2), "3500.00");
        assert_eq!(grouped("16300"), "16,300");
        assert_eq!(grouped("-1234567.5"), "−1,234,567.5");
        assert_eq!(grouped("999"), "999");
    }

    #[test]
    fn a_share_is_rounded_half_up_and_never_invented() {
        assert_eq!(percent(113, 118), Some(9576));
        assert_eq!(percent(1, 2), Some(5000));
        assert_eq!(percent(1, 0), None);
        assert_eq!(percent(1, 8), Some(1250));
    }
}
