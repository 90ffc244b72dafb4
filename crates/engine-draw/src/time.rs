//! Beijing times as they stand in a proof: `YYYY-MM-DDTHH:MM:SS+08:00`, years 1970 to 2999.

const BEIJING: i64 = 8 * 3600;

/// Unix seconds of the text, or `None` if it is no such time.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let bytes: &[u8; 25] = text.as_bytes().try_into().ok()?;
    let shape = b"0000-00-00T00:00:00+08:00";
    let fits = bytes.iter().zip(shape).enumerate().all(|(place, (byte, wanted))| match wanted {
        b'0' if place < 19 => byte.is_ascii_digit(),
        _ => byte == wanted,
    });
    if !fits {
        return None;
    }
    let part =
        |from: usize, to: usize| bytes[from..to].iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let (hour, minute, second) = (part(11, 13), part(14, 16), part(17, 19));
    let real = (1970..=2999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=month_days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    real.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - BEIJING)
}

/// The text of Unix seconds; `None` outside the years 1970 to 2999.
pub(crate) fn text(seconds: i64) -> Option<String> {
    let local = seconds.checked_add(BEIJING)?;
    let (mut rest, clock) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    if !(0..=376_200).contains(&rest) {
        return None;
    }
    let mut year = 1970;
    while rest >= year_days(year) {
        rest -= year_days(year);
        year += 1;
    }
    let mut month = 1;
    while rest >= month_days(year, month) {
        rest -= month_days(year, month);
        month += 1;
    }
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    Some(format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}+08:00", rest + 1))
}

/// Days from 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(year_days).sum();
    let months: i64 = (1..month).map(|month| month_days(year, month)).sum();
    years + months + day - 1
}

fn year_days(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_its_seconds_agree_both_ways() {
        assert_eq!(seconds("1970-01-01T08:00:00+08:00"), Some(0));
        assert_eq!(seconds("2023-08-23T23:15:33+08:00"), Some(1_692_803_733));
        for moment in (0..30_000_000_000).step_by(12_345_679) {
            assert_eq!(text(moment).as_deref().and_then(seconds), Some(moment));
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_time() {
        for wrong in [
            "2021-02-29T09:00:00+08:00",
            "2021-06-31T09:00:00+08:00",
            "2021-06-18T24:00:00+08:00",
            "2021-06-18 09:00:00+08:00",
            "2021-06-18T09:00:00Z",
            "",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        assert!(seconds("2024-02-29T09:00:00+08:00").is_some());
    }
}
