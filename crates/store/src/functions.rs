//! The functions that the kernel's statements call, under the same names on either database (ADR 0001): what text days
//! and moments cannot do by themselves. Each answers null for null.

use crate::error::StoreError;
use jiff::Span;
use jiff::civil::Date;
use luoshi_kernel::kind::day_of;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

/// Gives them to a connection of SQLite.
pub(crate) fn for_sqlite(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("luoshi_plus", 3, flags, |call| {
        let (Some(day), months, days) = (day(call, 0)?, call.get(1)?, call.get(2)?) else { return Ok(None) };
        Ok(plus(day, months, days).map(|day| day.to_string()))
    })?;
    connection.create_scalar_function("luoshi_day", 1, flags, |call| {
        Ok(call.get::<Option<i64>>(0)?.map(|micros| day_of(micros).to_string()))
    })?;
    connection.create_scalar_function("luoshi_weekday", 1, flags, |call| {
        Ok(day(call, 0)?.map(|day| i64::from(day.weekday().to_monday_one_offset())))
    })?;
    connection.create_scalar_function("luoshi_contains", 2, flags, |call| {
        let (text, part): (Option<String>, Option<String>) = (call.get(0)?, call.get(1)?);
        Ok(text.zip(part).map(|(text, part)| text.contains(&part)))
    })
}

fn day(call: &Context<'_>, place: usize) -> rusqlite::Result<Option<Date>> {
    Ok(call.get::<Option<String>>(place)?.and_then(|text| text.parse().ok()))
}

/// A day the month lacks becomes its last day (民法典 202).
fn plus(day: Date, months: i64, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_months(months).ok()?.try_days(days).ok()?).ok()
}

/// The same for PostgreSQL, in the schema at hand.
const POSTGRES: &str = "
CREATE OR REPLACE FUNCTION luoshi_plus(day text, months bigint, days bigint) RETURNS text LANGUAGE sql STABLE STRICT AS
  $$ SELECT to_char(day::date + make_interval(months => months::int, days => days::int), 'YYYY-MM-DD') $$;
CREATE OR REPLACE FUNCTION luoshi_day(micros bigint) RETURNS text LANGUAGE sql STABLE STRICT AS
  $$ SELECT to_char(timestamp 'epoch' + micros * interval '1 microsecond' + interval '8 hours', 'YYYY-MM-DD') $$;
CREATE OR REPLACE FUNCTION luoshi_weekday(day text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS
  $$ SELECT extract(isodow FROM day::date)::bigint $$;
CREATE OR REPLACE FUNCTION luoshi_contains(held text, part text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
  $$ SELECT strpos(held, part) > 0 $$;
";

/// Makes them in a database of PostgreSQL.
pub(crate) fn for_postgres(link: &mut crate::link::Link) -> Result<(), StoreError> {
    link.batch(POSTGRES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(sql: &str) -> rusqlite::types::Value {
        let connection = Connection::open_in_memory().unwrap();
        for_sqlite(&connection).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn days_move_as_the_civil_code_says_and_null_stays_null() {
        use rusqlite::types::Value::{Integer, Null, Text};
        assert_eq!(one("SELECT luoshi_plus('2021-01-31', 1, 0)"), Text("2021-02-28".into()));
        assert_eq!(one("SELECT luoshi_plus('2020-02-29', 12, 1)"), Text("2021-03-01".into()));
        assert_eq!(one("SELECT luoshi_plus(NULL, 1, 0)"), Null);
        assert_eq!(one("SELECT luoshi_weekday('2021-09-26')"), Integer(7));
        assert_eq!(one("SELECT luoshi_contains('明厨亮灶', '亮')"), Integer(1));
        assert_eq!(one("SELECT luoshi_contains(NULL, '亮')"), Null);
        // The last microsecond of a Beijing day, and the first of the next.
        assert_eq!(one("SELECT luoshi_day(1625068799999999)"), Text("2021-06-30".into()));
        assert_eq!(one("SELECT luoshi_day(1625068800000000)"), Text("2021-07-01".into()));
    }
}
