//! A condition: one table of TOML, one shape in memory. Its meaning (in memory and in SQL) is the kernel's.
//!
//! Unknown follows SQL: it never grants and never satisfies.

use crate::value::Value;
use indexmap::IndexMap;

/// A path from a record to a value: up to three steps, each the name of a field (all but the last are references).
/// The reserved names `id`, `serial`, `state`, `owner`, `version` may be the last step.
pub type Path = Vec<String>;

/// A condition over one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every one holds (empty: true).
    All(Vec<Condition>),
    /// At least one holds (empty: false).
    Any(Vec<Condition>),
    /// It does not hold; unknown stays unknown.
    Not(Box<Condition>),
    /// `path OP operand`.
    Compare(Path, Compare, Operand),
    /// `path = [..]`: equal to one of these.
    OneOf(Path, Vec<Value>),
    /// `empty = true`: the value is (or is not) absent. Never unknown.
    Empty(Path, bool),
    /// `contains = ".."`: text holds this text, letter case as it stands.
    Contains(Path, String),
    /// `contains = ..` of several choices or references: this one is among them.
    Holds(Path, Operand),
    /// `in_unit`: the unit at the path lies within this unit (itself included).
    InUnit(Path, Operand),
    /// `day = ".."`: the date at the path is such a day by the calendar setting.
    Day(Path, DayKind),
    /// Looks back along a reference: how many records of `register` whose field `by` refers to this one satisfy
    /// `filter`. Two deep at most.
    Has {
        /// The register that refers here.
        register: String,
        /// Its field of kind `ref` to this register.
        by: String,
        /// What the referring record must satisfy.
        filter: Box<Condition>,
        /// At least so many (1 unless said).
        least: u32,
        /// At most so many, if said.
        most: Option<u32>,
    },
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// A bare value.
    Equal,
    /// `"!="`
    NotEqual,
    /// `"<"`
    Less,
    /// `"<="`
    AtMost,
    /// `">"`
    More,
    /// `">="`
    AtLeast,
}

/// What a day can be by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// 工作日
    Workday,
    /// 休息日
    Restday,
    /// 学期内
    Term,
    /// 假期
    Vacation,
}

/// The right side of a comparison. Operands do not nest.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// Where the value comes from.
    pub source: Source,
    /// `times = "-1/2"`: an exact fraction, numerator and denominator (positive).
    pub times: Option<(i64, i64)>,
    /// `plus = "1 year"` or a number in the field's own unit.
    pub plus: Option<Plus>,
    /// `roll = true`: a day that falls on a rest day moves to the next working day (民法典 203).
    pub roll: bool,
}

impl Operand {
    /// A source with nothing done to its value.
    pub fn of(source: Source) -> Operand {
        Operand { source, times: None, plus: None, roll: false }
    }

    /// A literal with nothing done to it.
    pub fn literal(value: Value) -> Operand {
        Operand::of(Source::Value(value))
    }
}

/// What a move, a watch or a duty gives to fields of a record: each field with its operand, in the order of the file.
/// Paths of the operands start at the record that makes the move, is watched, or owes.
pub type Assign = IndexMap<String, Operand>;

/// Where an operand's value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Written in the file.
    Value(Value),
    /// `field = "path"` of the same record.
    Field(Path),
    /// `setting = "name"`: the row in force on the day of the question.
    Setting(String),
    /// `move = "name"`: the Beijing day when that move was last made.
    Move(String),
    /// `move = "name", ask = "word"`: what this field was given when that move was last made.
    Asked(String, String),
    /// `period = "start"`.
    PeriodStart,
    /// `period = "end"`.
    PeriodEnd,
    /// `today = true`.
    Today,
    /// `school_year = "age"|"statistics"`: the reference day of the school year of today.
    SchoolYear(Reference),
    /// `me = "unit"`: the unit of the asking person's post.
    MyUnit,
    /// `me = "person"`.
    Me,
}

/// The days from which a school year is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The day on which ages are taken, just before the year begins (08-31 unless set).
    Age,
    /// The first day of the year, on which schools are counted (09-01 unless set).
    Statistics,
}

/// Something added to an operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plus {
    /// A number in the field's own unit.
    Number(i64),
    /// So many days, working days or months.
    Stretch(i64, Step),
    /// As many as an integer setting says, times a whole number: `plus = { setting = "name", unit = "workdays" }`. Years
    /// are twelve months each.
    Setting(String, i64, Step),
}

/// What a stretch of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Days (日).
    Days,
    /// Working days by the calendar; the start day is not counted (民法典 201).
    Workdays,
    /// Calendar months; a day the month lacks becomes its last day (民法典 202).
    Months,
}

impl Plus {
    /// Whether it can be added to a day that differs from record to record inside a query: only what needs no calendar.
    pub fn plain(&self) -> bool {
        !matches!(self, Plus::Stretch(_, Step::Workdays) | Plus::Setting(_, _, Step::Workdays))
    }
}
