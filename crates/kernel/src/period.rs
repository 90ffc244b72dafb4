//! The periods of duties: which stretch of days holds a day, and which comes next.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use luoshi_pack::{Calendar, Every};

/// First and last day.
pub type Period = (Date, Date);

/// The period that a day lies in; `None` between school terms, and where the calendar knows none.
pub fn around(every: Every, day: Date, calendar: &Calendar) -> Option<Period> {
    let month = |first: i8, months: i32| {
        let first = date(day.year(), first, 1);
        Some((first, first.checked_add(months.months()).ok()?.yesterday().ok()?))
    };
    match every {
        Every::Day => Some((day, day)),
        Every::Week => {
            let first = day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok()?;
            Some((first, first.checked_add(6.days()).ok()?))
        }
        Every::Month => month(day.month(), 1),
        Every::Quarter => month((day.month() - 1) / 3 * 3 + 1, 3),
        Every::HalfYear => month(if day.month() > 6 { 7 } else { 1 }, 6),
        Every::Year => month(1, 12),
        Every::SchoolYear => {
            let year = if day.month() >= 9 { day.year() } else { day.year().checked_sub(1)? };
            Some((date(year, 9, 1), date(year.checked_add(1)?, 8, 31)))
        }
        Every::Term => {
            let term = calendar.terms.iter().find(|term| term.first <= day && day <= term.last)?;
            Some((term.first, term.last))
        }
    }
}

/// The first period that begins after a day.
pub fn after(every: Every, day: Date, calendar: &Calendar) -> Option<Period> {
    if every == Every::Term {
        let term = calendar.terms.iter().find(|term| term.first > day)?;
        return Some((term.first, term.last));
    }
    let (_, last) = around(every, day, calendar)?;
    around(every, last.tomorrow().ok()?, calendar)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(every: Every, day: &str, first: &str, last: &str, next: &str) {
        let (day, first, last): (Date, Date, Date) =
            (day.parse().unwrap(), first.parse().unwrap(), last.parse().unwrap());
        let none = Calendar::default();
        assert_eq!(around(every, day, &none), Some((first, last)), "{every:?}");
        assert_eq!(after(every, day, &none).map(|(first, _)| first.to_string()).as_deref(), Some(next), "{every:?}");
    }

    #[test]
    fn periods_hold_their_days_and_follow_each_other() {
        check(Every::Day, "2021-02-28", "2021-02-28", "2021-02-28", "2021-03-01");
        check(Every::Week, "2021-01-03", "2020-12-28", "2021-01-03", "2021-01-04");
        check(Every::Month, "2020-02-29", "2020-02-01", "2020-02-29", "2020-03-01");
        check(Every::Month, "2021-12-31", "2021-12-01", "2021-12-31", "2022-01-01");
        check(Every::Quarter, "2021-06-30", "2021-04-01", "2021-06-30", "2021-07-01");
        check(Every::HalfYear, "2021-07-01", "2021-07-01", "2021-12-31", "2022-01-01");
        check(Every::Year, "2021-05-20", "2021-01-01", "2021-12-31", "2022-01-01");
        check(Every::SchoolYear, "2021-08-31", "2020-09-01", "2021-08-31", "2021-09-01");
    }

    #[test]
    fn between_terms_there_is_none_but_a_next_one() {
        let stretch = |first: &str, last: &str| luoshi_pack::calendar::Stretch {
            title: String::new(),
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
        };
        let terms = vec![stretch("2020-09-01", "2021-01-29"), stretch("2021-02-22", "2021-06-30")];
        let calendar = Calendar { terms, ..Calendar::default() };
        let day = date(2021, 2, 1);
        assert_eq!(around(Every::Term, day, &calendar), None);
        assert_eq!(after(Every::Term, day, &calendar), Some((date(2021, 2, 22), date(2021, 6, 30))));
        assert_eq!(after(Every::Term, date(2021, 7, 1), &calendar), None);
    }
}
