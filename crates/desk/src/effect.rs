//! Effects of a move: what it gives to fields of its own record.

use crate::bureau::Bureau;
use crate::row::Stored;
use luoshi_kernel::{Complaint, Context, assign};
use luoshi_pack::condition::Assign;
use luoshi_pack::{Move, Value};
use luoshi_store::{Reader, Record, StoreError};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Values by field, or the first field that cannot be given one, and why.
pub type Given = Result<Vec<(String, Value)>, (String, Complaint)>;

/// What a move gives to the record's own fields, read from the record as it will be, what was asked already in place.
///
/// # Errors
/// Only what the store cannot read.
pub fn set(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &str,
    before: &Record,
    made: &Move,
    asked: &BTreeMap<String, Value>,
) -> Result<Given, StoreError> {
    let mut after = before.clone();
    after.state = Some(made.to.clone());
    after.values.extend(asked.iter().map(|(name, value)| (name.clone(), value.clone())));
    given(bureau, reader, context, (register, &after), register, &made.set)
}

/// What an assignment gives to fields of `target`, read from a record.
///
/// # Errors
/// Only what the store cannot read.
pub fn given(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    (register, record): (&str, &Record),
    target: &str,
    assign: &Assign,
) -> Result<Given, StoreError> {
    if assign.is_empty() {
        return Ok(Ok(vec![]));
    }
    let row = Stored { bureau, context, register, record, reader: RefCell::new(reader), failed: RefCell::default() };
    let given = assign::values(&bureau.packs, target, assign, &row, context);
    row.failed()?;
    Ok(given)
}
