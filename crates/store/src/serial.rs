//! Serial numbers: `XM-2021-000012`. Given without gaps, never reused.

use crate::error::StoreError;
use crate::link::Link;
use jiff::Timestamp;
use jiff::tz::Offset;
use luoshi_pack::Serial;
use std::collections::BTreeMap;

/// Numbers that a closure has taken: (register, year) to the last one. Written down when the closure succeeds.
#[derive(Debug, Default)]
pub(crate) struct Given(BTreeMap<(i64, i64), i64>);

impl Given {
    /// The next number of a register.
    pub fn next(&mut self, link: &mut Link, register: i64, serial: &Serial, now: i64) -> Result<String, StoreError> {
        let year = if serial.year { year_of(now)? } else { 0 };
        let last = match self.0.get(&(register, year)) {
            Some(last) => *last,
            None => {
                let sql = "SELECT given FROM serial_counter WHERE register = $1 AND year = $2";
                link.one(sql, &[register.into(), year.into()], |row| row.int(0))?.unwrap_or(0)
            }
        };
        self.0.insert((register, year), last + 1);
        Ok(text(serial, year, last + 1))
    }

    /// Writes the last numbers down.
    pub fn store(&self, link: &mut Link) -> Result<(), StoreError> {
        let sql = "INSERT INTO serial_counter (register, year, given) VALUES ($1, $2, $3)
                   ON CONFLICT (register, year) DO UPDATE SET given = excluded.given";
        for ((register, year), given) in &self.0 {
            link.execute(sql, &[(*register).into(), (*year).into(), (*given).into()])?;
        }
        Ok(())
    }
}

/// Writes a number as its pattern says.
fn text(serial: &Serial, year: i64, number: i64) -> String {
    let digits = usize::from(serial.digits);
    match serial.year {
        true => format!("{}{year}-{number:0digits$}", serial.prefix),
        false => format!("{}{number:0digits$}", serial.prefix),
    }
}

/// Reads the year (0: none) and the running number back; `None` when the text does not follow the pattern.
pub(crate) fn parts(serial: &Serial, given: &str) -> Option<(i64, i64)> {
    let rest = given.strip_prefix(&serial.prefix)?;
    let (year, number) = match serial.year {
        true => {
            let (year, number) = rest.split_once('-')?;
            (year.parse().ok()?, number.parse().ok()?)
        }
        false => (0, rest.parse().ok()?),
    };
    (text(serial, year, number) == given).then_some((year, number))
}

/// The year of an instant in Beijing.
fn year_of(instant: i64) -> Result<i64, StoreError> {
    let instant = Timestamp::from_microsecond(instant)
        .map_err(|error| StoreError::Damaged { what: format!("the clock says {instant} µs: {error}") })?;
    Ok(Offset::constant(8).to_datetime(instant).year().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_their_pattern_there_and_back() {
        let yearly = Serial { prefix: "XM-".into(), year: true, digits: 6 };
        let plain = Serial { prefix: "U".into(), year: false, digits: 3 };
        assert_eq!(text(&yearly, 2021, 12), "XM-2021-000012");
        assert_eq!(text(&plain, 0, 1_234), "U1234");
        assert_eq!(parts(&yearly, "XM-2021-000012"), Some((2021, 12)));
        assert_eq!(parts(&plain, "U1234"), Some((0, 1_234)));
        assert_eq!(parts(&yearly, "XM-2021-12"), None);
        assert_eq!(parts(&plain, "V001"), None);
    }

    #[test]
    fn the_year_turns_at_midnight_in_beijing() {
        assert_eq!(year_of(1_609_430_399_999_999).unwrap(), 2020);
        assert_eq!(year_of(1_609_430_400_000_000).unwrap(), 2021);
    }
}
