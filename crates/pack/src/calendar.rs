//! The calendar of a bureau: which days are worked, by the State Council's yearly notice (放假安排).

use indexmap::IndexMap;
use jiff::civil::{Date, Weekday};

/// Rest and work by year, and school terms: `calendar.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Years by number; a year that is not here is not known, and no deadline in working days can cross it.
    pub years: IndexMap<i16, CalendarYear>,
    /// School terms, first and last day, in order.
    pub terms: Vec<Stretch>,
}

/// One year's notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// The notice, or `default`.
    pub source: String,
    /// Holidays with their names, first and last day.
    pub rest: Vec<Stretch>,
    /// Weekend days that are worked (调休).
    pub work: Vec<Date>,
}

/// A named stretch of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Chinese label.
    pub title: String,
    /// First day.
    pub first: Date,
    /// Last day, included.
    pub last: Date,
}

impl Stretch {
    fn holds(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

impl Calendar {
    /// Whether a day is worked (工作日); `None` when its year is not declared.
    pub fn is_workday(&self, day: Date) -> Option<bool> {
        let year = self.years.get(&day.year())?;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(year.work.contains(&day) || !(weekend || year.rest.iter().any(|rest| rest.holds(day))))
    }

    /// Whether a day lies in a school term; `None` before the first and after the last declared term.
    pub fn is_term(&self, day: Date) -> Option<bool> {
        let known = self.terms.first()?.first <= day && day <= self.terms.last()?.last;
        known.then(|| self.terms.iter().any(|term| term.holds(day)))
    }

    /// The last day of a period of so many working days; the start day is not counted (民法典 201). `None` when the
    /// period reaches into a year that is not declared.
    pub fn after_workdays(&self, start: Date, days: u32) -> Option<Date> {
        let mut day = start;
        let mut left = days;
        while left > 0 {
            day = day.tomorrow().ok()?;
            left -= u32::from(self.is_workday(day)?);
        }
        Some(day)
    }

    /// The last day of a period of so many days: one that ends on a rest day ends on the next working day (民法典 203).
    pub fn after_days(&self, start: Date, days: u32) -> Option<Date> {
        self.rolled(start.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?)
    }

    /// The day itself if it is worked, else the next working day; `None` in years that are not declared.
    pub fn rolled(&self, mut day: Date) -> Option<Date> {
        while !self.is_workday(day)? {
            day = day.tomorrow().ok()?;
        }
        Some(day)
    }
}
