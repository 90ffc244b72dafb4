//! Many short lists in two flat vectors, read from JSON without one allocation per row.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

/// Rows of whole numbers of any lengths, stored end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists {
    /// `start[r]..start[r + 1]` is row `r`. Shape `rows + 1`.
    start: Vec<usize>,
    items: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { start: vec![0], items: Vec::new() }
    }
}

impl Lists {
    /// Copies rows; the order is kept.
    pub fn from_rows<R: AsRef<[u32]>>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut lists = Self::default();
        for row in rows {
            lists.push(row.as_ref());
        }
        lists
    }

    /// Adds one row at the end.
    pub fn push(&mut self, row: &[u32]) {
        self.items.extend_from_slice(row);
        self.start.push(self.items.len());
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.start.len() - 1
    }

    /// Number of items in all rows.
    pub fn total(&self) -> usize {
        self.items.len()
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[u32] {
        &self.items[self.start[row]..self.start[row + 1]]
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.start.windows(2).map(|pair| &self.items[pair[0]..pair[1]])
    }

    /// Where a row begins among all items.
    pub(crate) fn begin(&self, row: usize) -> usize {
        self.start[row]
    }

    /// A stretch of items that may be put in another order, counted among all items.
    pub(crate) fn stretch_mut(&mut self, from: usize, to: usize) -> &mut [u32] {
        &mut self.items[from..to]
    }

    /// The row that holds the item at this place among all items.
    pub(crate) fn row_of(&self, item: usize) -> usize {
        self.start.partition_point(|&start| start <= item) - 1
    }
}

/// Reads `[[1,2],[3]]` into [`Lists`]. With `ties`, an inner list such as `[1,[2,3]]` says that 2 and 3 are equal, and
/// the stretch of equal items is noted.
pub(crate) struct ListsSeed<'a> {
    pub lists: &'a mut Lists,
    pub ties: Option<&'a mut Vec<(usize, usize)>>,
}

impl<'de> DeserializeSeed<'de> for ListsSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListsSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of lists")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        loop {
            let row = RowSeed { items: &mut self.lists.items, ties: self.ties.as_deref_mut() };
            if rows.next_element_seed(row)?.is_none() {
                return Ok(());
            }
            self.lists.start.push(self.lists.items.len());
        }
    }
}

/// Reads `[1,2]` at the end of `items`.
pub(crate) struct RowSeed<'a> {
    pub items: &'a mut Vec<u32>,
    pub ties: Option<&'a mut Vec<(usize, usize)>>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of whole numbers")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut row: A) -> Result<(), A::Error> {
        loop {
            let item = ItemSeed { items: self.items, ties: self.ties.as_deref_mut() };
            if row.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
    }
}

struct ItemSeed<'a> {
    items: &'a mut Vec<u32>,
    ties: Option<&'a mut Vec<(usize, usize)>>,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ItemSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0 to 4294967294")
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match u32::try_from(value) {
            Ok(value) if value != u32::MAX => self.items.push(value),
            _ => return Err(E::invalid_value(serde::de::Unexpected::Unsigned(value), &self)),
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<(), A::Error> {
        let Some(ties) = self.ties else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &"a whole number"));
        };
        let from = self.items.len();
        loop {
            let item = ItemSeed { items: self.items, ties: None };
            if row.next_element_seed(item)?.is_none() {
                break;
            }
        }
        if self.items.len() > from + 1 {
            ties.push((from, self.items.len()));
        }
        Ok(())
    }
}
