//! What a question is asked in: the day, the person, the settings in force. Given as a value, so that nothing below it
//! looks at a clock.

use jiff::civil::{Date, date};
use luoshi_pack::{Calendar, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

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
}

impl Context {
    /// The context of a day, in the calendar year it lies in, with nobody asking.
    pub fn of(today: Date, settings: BTreeMap<String, Value>, calendar: Arc<Calendar>) -> Context {
        Context { today, period: year_of(today), my_unit: None, me: None, settings, calendar }
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
