//! What a question is asked in: the day, the person, the settings in force. Given as a value, so that nothing below it
//! looks at a clock.

use crate::lookup::Lookup;
use jiff::Span;
use jiff::civil::{Date, date};
use luoshi_pack::condition::{Plus, Reference, Step};
use luoshi_pack::{Calendar, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Columns by register, `owner` among them, of which records still follow a change: they are read where their values come
/// from instead.
pub type Behind = BTreeMap<String, BTreeSet<String>>;

/// The surroundings of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// In place of today: the day of the question.
    pub today: Date,
    /// First and last day of the number's period.
    pub period: (Date, Date),
    /// The unit of the asking person's post.
    pub my_unit: Option<i64>,
    /// The asking person's record.
    pub me: Option<i64>,
    /// Settings in force on the day, by name.
    pub settings: BTreeMap<String, Value>,
    /// Days of work and rest, and school terms.
    pub calendar: Arc<Calendar>,
    /// How sealed values are found; `None`: no key is at hand, and nothing is known of them.
    pub lookup: Option<Lookup>,
    /// What is not yet where it belongs.
    pub behind: Arc<Behind>,
}

impl Context {
    /// The context of a day, in the calendar year it lies in, with nobody asking.
    pub fn of(today: Date, settings: BTreeMap<String, Value>, calendar: Arc<Calendar>) -> Context {
        let (period, behind) = (year_of(today), Arc::default());
        Context { today, period, my_unit: None, me: None, settings, calendar, lookup: None, behind }
    }

    /// A day so much later; `None` when the calendar does not hold a year that is needed, or a setting has no number.
    pub fn later(&self, day: Date, plus: &Plus) -> Option<Date> {
        let (number, step) = match plus {
            Plus::Number(_) => return None,
            Plus::Stretch(number, step) => (*number, *step),
            Plus::Setting(name, times, step) => (self.setting(name).int()?.checked_mul(*times)?, *step),
        };
        match step {
            Step::Days => day.checked_add(Span::new().try_days(number).ok()?).ok(),
            Step::Workdays => self.calendar.after_workdays(day, u32::try_from(number).ok()?),
            Step::Months => day.checked_add(Span::new().try_months(number).ok()?).ok(),
        }
    }

    /// The reference day of the school year in which today lies: the last first day not after today, and the last day of
    /// age not after that. `None` when a setting is no day of a year.
    pub fn school_year(&self, reference: Reference) -> Option<Date> {
        let first = self.last_such("school_year_statistics_day", "09-01", self.today)?;
        match reference {
            Reference::Statistics => Some(first),
            Reference::Age => self.last_such("school_year_age_day", "08-31", first),
        }
    }

    /// The last day with the month and day that a setting names, not after another.
    fn last_such(&self, setting: &str, shipped: &str, most: Date) -> Option<Date> {
        let set = self.setting(setting);
        let (month, day) = set.text().unwrap_or(shipped).split_once('-')?;
        let in_year = |year| Date::new(year, month.parse().ok()?, day.parse().ok()?).ok();
        in_year(most.year()).filter(|day| *day <= most).or_else(|| in_year(most.year() - 1))
    }

    /// Whether records of a register still follow a change of this column.
    pub fn is_behind(&self, register: &str, column: &str) -> bool {
        self.behind.get(register).is_some_and(|columns| columns.contains(column))
    }

    /// The setting's whole number, or what ships when the bureau has none.
    pub fn setting(&self, name: &str) -> Value {
        self.settings.get(name).cloned().unwrap_or_default()
    }
}

/// First and last day of the calendar year of a day.
pub fn year_of(day: Date) -> (Date, Date) {
    (date(day.year(), 1, 1), date(day.year(), 12, 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_begins_in_september_and_takes_ages_the_day_before() {
        let on = |day: &str, reference| {
            let settings = BTreeMap::from([("school_year_age_day".to_string(), Value::Text("08-31".into()))]);
            Context::of(day.parse().unwrap(), settings, Default::default()).school_year(reference).unwrap().to_string()
        };
        for (day, first, age) in [
            ("2021-08-31", "2020-09-01", "2020-08-31"),
            ("2021-09-01", "2021-09-01", "2021-08-31"),
            ("2021-12-31", "2021-09-01", "2021-08-31"),
            ("2022-01-01", "2021-09-01", "2021-08-31"),
        ] {
            assert_eq!(
                (on(day, Reference::Statistics).as_str(), on(day, Reference::Age).as_str()),
                (first, age),
                "{day}"
            );
        }
    }

    #[test]
    fn a_reference_day_that_is_none_is_unknown() {
        let settings = BTreeMap::from([("school_year_age_day".to_string(), Value::Text("13-40".into()))]);
        let context = Context::of(date(2021, 9, 30), settings, Default::default());
        assert_eq!(context.school_year(Reference::Age), None);
    }
}
