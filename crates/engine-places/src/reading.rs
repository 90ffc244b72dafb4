//! Reads tables of numbers from JSON into flat vectors and says which row is wrong.
//!
//! A wrong entry does not stop the reading; the table remembers its first wrong row, so that a refusal can name it.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::refusal::Refusal;

/// Rows of numbers, end to end.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub values: Vec<f64>,
    /// Where each row ends among the values.
    ends: Vec<usize>,
    wrong: Option<usize>,
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Length of the first row.
    pub fn width(&self) -> usize {
        self.ends.first().copied().unwrap_or(0)
    }

    /// Checks that every row is a list of `width` numbers.
    pub fn check(&self, name: &str, width: usize) -> Result<(), Refusal> {
        let mut begin = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            if self.wrong == Some(row) {
                return Err(not_numbers(name, row));
            }
            if end - begin != width {
                return Err(Refusal::at(
                    "PL-03",
                    row,
                    format!("{name} 第 {row} 行有 {} 个数，应为 {width} 个。", end - begin),
                    format!("{name}, row {row} has {} numbers; {width} are needed.", end - begin),
                ));
            }
            begin = end;
        }
        Ok(())
    }
}

impl Table {
    /// All values as whole numbers below 2^32; a refusal names the row.
    pub fn counts(&self, name: &str) -> Result<Vec<u32>, Refusal> {
        let most = u64::from(u32::MAX);
        let count = |(at, &value): (usize, &f64)| {
            let row = self.ends.partition_point(|&end| end <= at);
            whole(value, most).map(|value| value as u32).ok_or_else(|| not_whole(name, row, most))
        };
        self.values.iter().enumerate().map(count).collect()
    }
}

/// One list of numbers.
#[derive(Debug, Default)]
pub(crate) struct Column {
    pub values: Vec<f64>,
    wrong: Option<usize>,
}

impl Column {
    /// Checks that there are `rows` numbers.
    pub fn check(&self, name: &str, rows: usize) -> Result<(), Refusal> {
        if let Some(row) = self.wrong {
            return Err(not_numbers(name, row));
        }
        same(name, self.values.len(), rows)
    }

    /// Whole numbers from 0 to `most`.
    pub fn whole(&self, name: &str, most: u64) -> Result<Vec<u64>, Refusal> {
        let whole = |(row, &value): (usize, &f64)| whole(value, most).ok_or_else(|| not_whole(name, row, most));
        self.values.iter().enumerate().map(whole).collect()
    }

    /// Whole numbers below 2^32.
    pub fn counts(&self, name: &str) -> Result<Vec<u32>, Refusal> {
        let numbers = self.whole(name, u64::from(u32::MAX))?;
        Ok(numbers.into_iter().map(|number| number as u32).collect())
    }
}

/// The whole number that a value is, if it is one from 0 to `most`.
pub(crate) fn whole(value: f64, most: u64) -> Option<u64> {
    // Above 2^53 not every whole number has its own floating-point value.
    let limit = most.min(1 << 53) as f64;
    (value >= 0.0 && value <= limit && value.fract() == 0.0).then_some(value as u64)
}

pub(crate) fn not_whole(name: &str, row: usize, most: u64) -> Refusal {
    Refusal::at(
        "PL-04",
        row,
        format!("{name} 第 {row} 行应为 0 到 {most} 的整数。"),
        format!("{name}, row {row} must be a whole number from 0 to {most}."),
    )
}

fn not_numbers(name: &str, row: usize) -> Refusal {
    Refusal::at(
        "PL-01",
        row,
        format!("{name} 第 {row} 行有不是数的内容。"),
        format!("{name}, row {row} holds something that is not a number."),
    )
}

/// Refuses a table of another length.
pub(crate) fn same(name: &str, length: usize, wanted: usize) -> Result<(), Refusal> {
    if length == wanted {
        return Ok(());
    }
    Err(Refusal::whole(
        "PL-03",
        format!("{name} 有 {length} 行，应为 {wanted} 行。"),
        format!("{name} has {length} rows; {wanted} are needed."),
    ))
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut column = Self::default();
        let good = Numbers(&mut column.values).deserialize(deserializer)?;
        if !good {
            column.wrong = Some(column.values.iter().position(|value| value.is_nan()).unwrap_or(0));
        }
        Ok(column)
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Rows)
    }
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Table;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of lists of numbers")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Table, A::Error> {
        let mut table = Table::default();
        while let Some(good) = rows.next_element_seed(Numbers(&mut table.values))? {
            if !good && table.wrong.is_none() {
                table.wrong = Some(table.ends.len());
            }
            table.ends.push(table.values.len());
        }
        Ok(table)
    }
}

/// Reads a list of numbers at the end of a vector; answers whether it was one. What is no number becomes NaN.
struct Numbers<'a>(&'a mut Vec<f64>);

impl<'de> DeserializeSeed<'de> for Numbers<'_> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Numbers<'_> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<bool, A::Error> {
        let mut good = true;
        while let Some(value) = row.next_element::<Number>()? {
            good &= value.0.is_finite();
            self.0.push(value.0);
        }
        Ok(good)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }
    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }
    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }
}

/// One number; NaN for anything else.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneNumber)
    }
}

struct OneNumber;

impl<'de> Visitor<'de> for OneNumber {
    type Value = Number;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }
    fn visit_unit<E>(self) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }
    fn visit_str<E>(self, _: &str) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Number, A::Error> {
        while row.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Number(f64::NAN))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Number(f64::NAN))
    }
}
