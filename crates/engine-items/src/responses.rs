//! Answers as bits.

use crate::Refusal;

/// Items that share one code. Tables have `2^GROUP_BITS` rows per group; five keep a block of columns within the first cache.
pub(crate) const GROUP_BITS: usize = 5;
/// Rows of a group's table.
pub(crate) const CODES: usize = 1 << GROUP_BITS;
/// Most items in one paper.
pub const ITEMS_MOST: usize = 1_000;
/// Most persons in one paper.
pub const PERSONS_MOST: usize = 10_000_000;

/// Right, wrong and missing answers of persons to items. `N` persons, `J` items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responses {
    persons: usize,
    items: usize,
    groups: usize,
    /// Bits of right answers. Shape `N x groups`.
    right: Vec<u8>,
    /// Bits of missing answers. Shape `N x groups`, or empty when nothing is missing.
    absent: Vec<u8>,
}

impl Responses {
    /// Reads rows of answers: `Some(true)` right, `Some(false)` wrong, `None` missing.
    ///
    /// # Errors
    /// `IT-02` no persons or items, or too many; `IT-03` a row of another length, with its number.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a [Option<bool>]>) -> Result<Responses, Refusal> {
        let mut builder = Builder::default();
        for row in rows {
            let cells = row.iter().map(|cell| match cell {
                Some(true) => Cell::Right,
                Some(false) => Cell::Wrong,
                None => Cell::Absent,
            });
            builder.push(cells.map(Ok))?;
        }
        builder.finish()
    }

    /// Reads CSV without header: `1`, `0` or nothing between commas, one person a line.
    ///
    /// # Errors
    /// As [`Responses::from_rows`]; `IT-04` names the first line with another cell, and its column.
    pub fn from_csv(text: &[u8]) -> Result<Responses, Refusal> {
        let mut builder = Builder::default();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        if text.is_empty() {
            return builder.finish();
        }
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let cells = line.split(|byte| *byte == b',').enumerate().map(|(column, cell)| match cell {
                b"1" => Ok(Cell::Right),
                b"0" => Ok(Cell::Wrong),
                b"" => Ok(Cell::Absent),
                other => Err(strange_cell(index + 1, column + 1, other)),
            });
            builder.push(cells)?;
        }
        builder.finish()
    }

    /// How many persons, `N`.
    pub fn persons(&self) -> usize {
        self.persons
    }

    /// How many items, `J`.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Whether nobody left anything out.
    pub fn is_complete(&self) -> bool {
        self.absent.is_empty()
    }

    /// The answer of a person to an item.
    pub fn get(&self, person: usize, item: usize) -> Option<bool> {
        let (place, bit) = (person * self.groups + item / GROUP_BITS, 1_u8 << (item % GROUP_BITS));
        let absent = self.absent.get(place).is_some_and(|code| code & bit != 0);
        if absent { None } else { Some(self.right[place] & bit != 0) }
    }

    /// The answers of every `stride`-th person.
    pub(crate) fn every(&self, stride: usize) -> Responses {
        let rows = |codes: &[u8]| codes.chunks_exact(self.groups).step_by(stride).collect::<Vec<&[u8]>>().concat();
        let persons = self.persons.div_ceil(stride);
        Responses { persons, right: rows(&self.right), absent: rows(&self.absent), ..*self }
    }

    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// The codes of right answers of a person. Shape `groups`.
    pub(crate) fn right(&self, person: usize) -> &[u8] {
        &self.right[person * self.groups..][..self.groups]
    }

    /// The codes of missing answers of a person; empty when nobody left anything out.
    pub(crate) fn absent(&self, person: usize) -> &[u8] {
        if self.absent.is_empty() { &[] } else { &self.absent[person * self.groups..][..self.groups] }
    }

    /// Right and given answers by item. Shape `J`.
    pub(crate) fn counts(&self) -> Vec<Counts> {
        let mut right = vec![0_usize; self.groups * CODES];
        let mut absent = vec![0_usize; self.groups * CODES];
        for (codes, counts) in [(&self.right, &mut right), (&self.absent, &mut absent)] {
            for row in codes.chunks_exact(self.groups) {
                row.iter().enumerate().for_each(|(group, code)| counts[group * CODES + usize::from(*code)] += 1);
            }
        }
        let with_bit = |counts: &[usize], item: usize| -> usize {
            let codes = &counts[item / GROUP_BITS * CODES..][..CODES];
            codes
                .iter()
                .enumerate()
                .filter(|(code, _)| code >> (item % GROUP_BITS) & 1 == 1)
                .map(|(_, count)| count)
                .sum()
        };
        (0..self.items)
            .map(|item| Counts { right: with_bit(&right, item), given: self.persons - with_bit(&absent, item) })
            .collect()
    }
}

/// How often an item was answered, and rightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub right: usize,
    pub given: usize,
}

#[derive(Clone, Copy)]
enum Cell {
    Right,
    Wrong,
    Absent,
}

#[derive(Default)]
struct Builder {
    persons: usize,
    items: usize,
    right: Vec<u8>,
    absent: Vec<u8>,
    any_absent: bool,
}

impl Builder {
    fn push(&mut self, cells: impl Iterator<Item = Result<Cell, Refusal>>) -> Result<(), Refusal> {
        let row = self.persons + 1;
        if self.persons == PERSONS_MOST {
            return Err(size_refusal());
        }
        let mut count = 0;
        let (mut right, mut absent) = (0_u8, 0_u8);
        for cell in cells {
            let bit = 1 << (count % GROUP_BITS);
            match cell? {
                Cell::Right => right |= bit,
                Cell::Wrong => {}
                Cell::Absent => absent |= bit,
            }
            count += 1;
            if count > ITEMS_MOST {
                return Err(size_refusal().at_row(row));
            }
            if count % GROUP_BITS == 0 {
                self.push_codes(&mut right, &mut absent);
            }
        }
        if count % GROUP_BITS != 0 {
            self.push_codes(&mut right, &mut absent);
        }
        if self.persons == 0 {
            self.items = count;
        }
        if count != self.items {
            let items = self.items;
            return Err(Refusal::new(
                "IT-03",
                format!("第 {row} 行有 {count} 个答案, 第 1 行有 {items} 个"),
                format!("row {row} has {count} answers and row 1 has {items}"),
            )
            .at_row(row));
        }
        self.persons += 1;
        Ok(())
    }

    fn push_codes(&mut self, right: &mut u8, absent: &mut u8) {
        self.any_absent |= *absent != 0;
        self.right.push(std::mem::take(right));
        self.absent.push(std::mem::take(absent));
    }

    fn finish(self) -> Result<Responses, Refusal> {
        if self.persons == 0 || self.items == 0 {
            return Err(size_refusal());
        }
        let absent = if self.any_absent { self.absent } else { Vec::new() };
        Ok(Responses {
            persons: self.persons,
            items: self.items,
            groups: self.items.div_ceil(GROUP_BITS),
            right: self.right,
            absent,
        })
    }
}

fn size_refusal() -> Refusal {
    Refusal::new(
        "IT-02",
        format!("应有 1 至 {PERSONS_MOST} 名考生、1 至 {ITEMS_MOST} 道题"),
        format!("there must be 1 to {PERSONS_MOST} persons and 1 to {ITEMS_MOST} items"),
    )
}

fn strange_cell(row: usize, column: usize, cell: &[u8]) -> Refusal {
    let cell: String = String::from_utf8_lossy(cell).chars().take(20).collect();
    Refusal::new(
        "IT-04",
        format!("第 {row} 行第 {column} 列的 `{cell}` 不是 0、1 或空"),
        format!("`{cell}` in row {row}, column {column} is neither 0 nor 1 nor empty"),
    )
    .at_row(row)
}
