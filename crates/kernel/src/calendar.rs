//! 工作日 and 日: days of work and rest, and deadlines counted in them (民法典 201, 203).

use crate::context::Context;
use jiff::civil::{Date, Weekday};
use luoshi_pack::condition::DayKind;
use std::collections::BTreeSet;

/// Rest days and working weekends, as the State Council announces them year by year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Weekdays off.
    pub rest: BTreeSet<Date>,
    /// Weekend days worked (调休).
    pub work: BTreeSet<Date>,
}

impl Calendar {
    /// Whether it is a 工作日.
    pub fn is_workday(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if weekend { self.work.contains(&day) } else { !self.rest.contains(&day) }
    }

    /// The last day of a time of so many working days; the day it starts on is not counted.
    pub fn after_workdays(&self, start: Date, days: u32) -> Date {
        let mut day = start;
        let mut left = days;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            left -= u32::from(self.is_workday(day));
        }
        day
    }

    /// The last day of a time of so many days; a last day that is a rest day moves to the next working day.
    pub fn after_days(&self, start: Date, days: u32) -> Date {
        let mut day = start.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default());
        while !self.is_workday(day) {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
        }
        day
    }
}

/// Whether a day is of a kind; unknown for terms and vacations, whose calendar the bureau has not entered.
pub(crate) fn is(day: Date, kind: DayKind, _context: &Context) -> Option<bool> {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    match kind {
        DayKind::Workday => Some(!weekend),
        DayKind::Restday => Some(weekend),
        DayKind::Term | DayKind::Vacation => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// 2021, from the State Council's notice.
    fn calendar_2021() -> Calendar {
        let span = |from: Date, to: Date| {
            let mut days = vec![];
            let mut day = from;
            while day <= to {
                days.push(day);
                day = day.tomorrow().unwrap();
            }
            days
        };
        let rest = [
            span(date(2021, 1, 1), date(2021, 1, 3)),
            span(date(2021, 2, 11), date(2021, 2, 17)),
            span(date(2021, 4, 3), date(2021, 4, 5)),
            span(date(2021, 5, 1), date(2021, 5, 5)),
            span(date(2021, 6, 12), date(2021, 6, 14)),
            span(date(2021, 9, 19), date(2021, 9, 21)),
            span(date(2021, 10, 1), date(2021, 10, 7)),
        ];
        let work = [(2, 7), (2, 20), (4, 25), (5, 8), (9, 18), (9, 26), (10, 9)];
        Calendar {
            rest: rest.into_iter().flatten().collect(),
            work: work.into_iter().map(|(month, day)| date(2021, month, day)).collect(),
        }
    }

    #[test]
    fn the_worked_deadlines_of_the_domain_rules() {
        let calendar = calendar_2021();
        assert_eq!(calendar.after_workdays(date(2021, 1, 17), 20), date(2021, 2, 18));
        assert_eq!(calendar.after_workdays(date(2021, 9, 15), 7), date(2021, 9, 26));
    }

    #[test]
    fn the_year_2021_has_250_working_days() {
        let calendar = calendar_2021();
        let days = (0..365).map(|n| date(2021, 1, 1).saturating_add(jiff::Span::new().days(n)));
        assert_eq!(days.filter(|day| calendar.is_workday(*day)).count(), 250);
    }

    #[test]
    fn a_time_in_days_that_ends_on_a_rest_day_moves_on() {
        assert_eq!(calendar_2021().after_days(date(2021, 9, 25), 7), date(2021, 10, 8));
    }
}
