//! What a question is asked in: the day, the person, the settings in force. Given as a value, so that nothing below it
//! looks at a clock.

use jiff::Span;
use jiff::civil::{Date, date};
use luoshi_pack::condition::{Plus, Step};
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

    /// A day so much later; `None` when the calendar does not hold a year that is needed, or a setting has no number.
    pub fn later(&self, day: Date, plus: &Plus) -> Option<Date> {
        let (number, step) = match plus {
            Plus::Number(_) => return None,
            Plus::Stretch(number, step) => (*number, *step),
            Plus::Setting(name, step) => (self.setting(name).int()?, *step),
        };
        match step {
            Step::Days => day.checked_add(Span::new().try_days(number).ok()?).ok(),
            Step::Workdays => self.calendar.after_workdays(day, u32::try_from(number).ok()?),
            Step::Months => day.checked_add(Span::new().try_months(number).ok()?).ok(),
        }
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
