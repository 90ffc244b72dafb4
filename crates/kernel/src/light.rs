//! 亮灯: how a number stands to its target on a day.

use crate::context::Context;
use crate::lang::Lang;
use jiff::civil::Date;
use luoshi_pack::Value;
use luoshi_pack::plan::Comparator;

/// A traffic light. It always has a shape and a word too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Light {
    /// 绿: reached, or at pace.
    Green,
    /// 蓝: as green, but due soon and not reached.
    Blue,
    /// 黄: behind pace.
    Yellow,
    /// 红: far behind, past its day, or out of reach.
    Red,
    /// 灰: not begun or not measurable.
    Grey,
}

impl Light {
    /// All of them in the order of tallies.
    pub const ALL: [Light; 5] = [Light::Green, Light::Blue, Light::Yellow, Light::Red, Light::Grey];

    /// Its one-letter class in the stylesheet.
    pub fn class(self) -> &'static str {
        match self {
            Light::Green => "g",
            Light::Blue => "b",
            Light::Yellow => "y",
            Light::Red => "r",
            Light::Grey => "n",
        }
    }

    /// Its word.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Light::Green => lang.pick("绿", "green"),
            Light::Blue => lang.pick("蓝", "blue"),
            Light::Yellow => lang.pick("黄", "yellow"),
            Light::Red => lang.pick("红", "red"),
            Light::Grey => lang.pick("灰", "grey"),
        }
    }
}

/// Limits of the lights; settings of the bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Green from this share of pace, in hundredths of a percent.
    pub green: i64,
    /// Yellow from this share of pace, red below; in hundredths of a percent.
    pub yellow: i64,
    /// Blue within this many days of the last day.
    pub soon_days: i64,
    /// A record may be late by so many days before it is red.
    pub late_days: i64,
}

impl Limits {
    /// The limits in force in a context; what ships is 95, 80 and 15.
    pub fn of(context: &Context) -> Limits {
        let number = |name: &str, shipped| match context.setting(name) {
            Value::Int(number) => number,
            _ => shipped,
        };
        Limits {
            green: number("light_green_least", 9500),
            yellow: number("light_yellow_least", 8000),
            soon_days: number("light_blue_days", 15),
            late_days: number("light_late_days", 15),
        }
    }
}

/// How a number stands. All numbers carry the same decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The number; `None` is 待填报.
    pub value: Option<i64>,
    /// The target.
    pub target: i64,
    /// Its direction.
    pub comparator: Comparator,
    /// More than the target is failure.
    pub exact: bool,
    /// What ought to be reached by the day: by the records' own due days; `None`: in a straight line.
    pub due: Option<i64>,
    /// The best that can still be reached by the last day; `None`: not known.
    pub best: Option<i64>,
    /// The day of the question.
    pub day: Date,
    /// The first day of the target's time.
    pub from: Date,
    /// Its last day.
    pub by: Date,
}

impl Standing {
    /// Whether the target is met.
    pub fn reached(&self) -> bool {
        let Some(value) = self.value else { return false };
        match self.comparator {
            Comparator::Equal if self.exact => value == self.target,
            Comparator::Equal | Comparator::AtLeast => value >= self.target,
            Comparator::More => value > self.target,
            Comparator::AtMost => value <= self.target,
            Comparator::Less => value < self.target,
        }
    }

    /// What ought to be reached by the day, never more than the target.
    pub fn pace(&self) -> i64 {
        if let Some(due) = self.due {
            return due.min(self.target);
        }
        let (gone, whole) = (days(self.from, self.day) + 1, days(self.from, self.by) + 1);
        if gone <= 0 || whole <= 0 {
            return 0;
        }
        if gone >= whole {
            return self.target;
        }
        i64::try_from(i128::from(self.target) * i128::from(gone) / i128::from(whole)).unwrap_or(self.target)
    }

    /// The light.
    pub fn light(&self, limits: Limits) -> Light {
        let Some(value) = self.value else { return Light::Grey };
        if self.reached() && !self.falling() {
            return Light::Green;
        }
        if self.falling() {
            return if self.reached() { Light::Green } else { Light::Red };
        }
        if self.exact && self.comparator == Comparator::Equal && value > self.target {
            return Light::Red;
        }
        if self.day < self.from {
            return Light::Grey;
        }
        if self.day > self.by || self.best.is_some_and(|best| best < self.target) {
            return Light::Red;
        }
        let pace = i128::from(self.pace());
        let at = |share: i64| i128::from(value) * 10_000 >= pace * i128::from(share);
        if at(limits.green) {
            if days(self.day, self.by) <= limits.soon_days { Light::Blue } else { Light::Green }
        } else if at(limits.yellow) {
            Light::Yellow
        } else {
            Light::Red
        }
    }

    /// A target to stay below.
    fn falling(&self) -> bool {
        matches!(self.comparator, Comparator::AtMost | Comparator::Less)
    }
}

/// Days from one day to another.
pub fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LIMITS: Limits = Limits { green: 9500, yellow: 8000, soon_days: 15, late_days: 15 };

    fn standing(value: i64, day: Date) -> Standing {
        Standing {
            value: Some(value),
            target: 5000,
            comparator: Comparator::AtLeast,
            exact: false,
            due: None,
            best: None,
            day,
            from: date(2021, 3, 1),
            by: date(2021, 8, 31),
        }
    }

    #[test]
    fn the_worked_example_of_the_air_conditioners_is_yellow() {
        let standing = standing(2700, date(2021, 6, 30));
        assert_eq!(standing.pace(), 3315);
        assert_eq!(standing.light(LIMITS), Light::Yellow);
    }

    #[test]
    fn each_light_has_its_edge() {
        let at = |value, month, day| standing(value, date(2021, month, day)).light(LIMITS);
        assert_eq!(at(0, 2, 28), Light::Grey);
        assert_eq!(at(3150, 6, 30), Light::Green, "3150 of 3315 is 95.02 percent");
        assert_eq!(at(3149, 6, 30), Light::Yellow);
        assert_eq!(at(2652, 6, 30), Light::Yellow, "exactly 80 percent");
        assert_eq!(at(2651, 6, 30), Light::Red);
        assert_eq!(at(4900, 8, 20), Light::Blue, "due within 15 days and not reached");
        assert_eq!(at(5000, 8, 20), Light::Green);
        assert_eq!(at(4999, 9, 1), Light::Red, "past the day");
    }

    #[test]
    fn what_cannot_be_reached_any_more_is_red_and_what_is_unknown_grey() {
        let far = Standing { due: Some(3000), best: Some(4999), ..standing(3000, date(2021, 6, 30)) };
        assert_eq!(far.light(LIMITS), Light::Red);
        assert_eq!(Standing { best: Some(5000), ..far }.light(LIMITS), Light::Green);
        assert_eq!(Standing { value: None, ..far }.light(LIMITS), Light::Grey);
    }

    #[test]
    fn more_than_the_target_is_failure_only_when_said() {
        let more = Standing { comparator: Comparator::Equal, ..standing(5001, date(2021, 6, 30)) };
        assert_eq!(more.light(LIMITS), Light::Green);
        assert_eq!(Standing { exact: true, ..more }.light(LIMITS), Light::Red);
    }
}
