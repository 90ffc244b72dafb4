//! Remembered results: a number or a total is read again only after a register it rests on was written.
//!
//! The key is the statement with its values (so definition, day, scope and filter are in it) and the write counters of
//! every register it reads, taken in the same snapshot. What was known at a moment long past never changes and needs no
//! counters: as-of answers are kept for days that ended over an hour ago. Declarations change with the number of the schema.
//! An erasure changes answers about the past and writes no version of what it erases: after one, whoever carried it out,
//! everything remembered is forgotten.

use luoshi_kernel::kind::MICROS;
use luoshi_kernel::query::Read;
use luoshi_pack::Value;
use luoshi_store::{Reader, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many answers, and values in all of them, are kept; then all are forgotten.
const MOST: usize = 4096;
const VALUES_MOST: usize = 1 << 20;
/// Answers of more rows are not kept.
const ROWS_MOST: usize = 2000;
/// Longer statements are not kept: their length is in the asker's hands.
const KEY_MOST: usize = 8 << 10;
/// How long after a moment it counts as past.
const SETTLED: i64 = 3600 * MICROS;

type Rows = Arc<Vec<Vec<Value>>>;

/// Answers by statement, with the counters they were read at.
#[derive(Default)]
pub struct Memo {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    answers: HashMap<String, (Vec<i64>, Rows)>,
    /// Values put in since all were forgotten.
    values: usize,
    /// How often orders of erasure had been written when they were read.
    erasures: Vec<i64>,
}

impl Kept {
    /// Forgets everything that was not read after just so many erasures.
    fn after(&mut self, erasures: &[i64]) {
        if self.erasures != erasures {
            *self = Kept { erasures: erasures.to_vec(), ..Kept::default() };
        }
    }
}

impl Memo {
    /// The rows of a read, remembered or fresh. `erasures`: how often orders of erasure were written; `now`: the clock,
    /// for what counts as past.
    pub fn rows(&self, reader: &mut Reader, read: &Read, erasures: &[i64], now: i64) -> Result<Rows, StoreError> {
        let key = read.sql();
        let settled = !read.now && read.known.is_some_and(|known| known < now - SETTLED);
        let mut counters = if settled { vec![] } else { reader.write_counters(&read.registers)? };
        counters.push(reader.schema_number());
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.after(erasures);
            if let Some((_, rows)) = kept.answers.get(&key).filter(|(at, _)| *at == counters) {
                return Ok(rows.clone());
            }
        }
        let rows = Arc::new(reader.rows(&read.select, &read.kinds)?);
        if rows.len() <= ROWS_MOST && key.len() <= KEY_MOST {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.after(erasures);
            let values = rows.len() * read.kinds.len();
            if kept.answers.len() >= MOST || kept.values + values > VALUES_MOST {
                *kept = Kept { erasures: erasures.to_vec(), ..Kept::default() };
            }
            kept.values += values;
            kept.answers.insert(key, (counters, rows.clone()));
        }
        Ok(rows)
    }
}
