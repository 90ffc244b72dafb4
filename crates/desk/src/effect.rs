//! Effects of a move: what it gives to fields of its own record, the records it opens. What is opened is filed by the
//! system on behalf of the mover, needs no grant of theirs, and passes every check of its register; it opens nothing more.

use crate::bureau::Bureau;
use crate::check;
use crate::form::Faults;
use crate::row::{Stored, judged};
use crate::view::FieldFault;
use luoshi_kernel::{Complaint, Context, Lang, assign};
use luoshi_pack::condition::Assign;
use luoshi_pack::{Move, Register, Value};
use luoshi_store::{Draft, Reader, Record, StoreError, Writer};
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
    after.values.extend(reader.derived(bureau.table(register), &after)?);
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

/// Records that were opened, each with its register.
pub type Opened = Vec<(String, Record)>;

/// Files what a move opens, read from the record after the move; or the register and field that cannot be given a value.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn open(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    register: &str,
    record: &Record,
    made: &Move,
) -> Result<Result<Opened, (String, String, Complaint)>, StoreError> {
    let mut opened = vec![];
    for open in &made.open {
        if let Some(when) = &open.when
            && judged(bureau, writer, context, register, record, when)? != Some(true)
        {
            continue;
        }
        let values = match given(bureau, writer, context, (register, record), &open.register, &open.set)? {
            Ok(values) => values,
            Err((field, complaint)) => return Ok(Err((open.register.clone(), field, complaint))),
        };
        let filed = file(bureau, writer, &open.register, open.state.as_deref(), values)?;
        opened.push((open.register.clone(), filed));
    }
    Ok(Ok(opened))
}

/// Files a record that a declaration opens, in a state of its flow (the first unless said).
///
/// # Errors
/// What the store refuses.
pub fn file(
    bureau: &Bureau,
    writer: &mut Writer,
    register: &str,
    state: Option<&str>,
    values: Vec<(String, Value)>,
) -> Result<Record, StoreError> {
    writer.file(bureau.table(register), draft(bureau, register, state, values))
}

/// A new record with these values and what else it starts with.
pub fn draft(
    bureau: &Bureau,
    register: &str,
    state: Option<&str>,
    values: impl IntoIterator<Item = (String, Value)>,
) -> Draft {
    let declared = bureau.packs.register(register);
    let first = || declared.flow.as_ref().and_then(|flow| flow.states.keys().next().cloned());
    let state = state.map(str::to_string).or_else(first);
    let mut all = defaults(bureau, register);
    all.extend(values);
    Draft { values: all, state, ..Draft::default() }
}

/// What a new record of a register starts with.
pub fn defaults(bureau: &Bureau, register: &str) -> BTreeMap<String, Value> {
    let fields = bureau.packs.fields(register).into_iter();
    let given = fields.filter(|field| !field.default.is_null() && !field.by_move);
    given.map(|field| (field.name.clone(), field.default.clone())).collect()
}

/// What stands against opened records, all of them being there; no field of the mover's form can show it.
///
/// # Errors
/// What the store cannot read.
pub fn faults(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    opened: &Opened,
    lang: Lang,
) -> Result<Faults, StoreError> {
    let mut all = vec![];
    for (name, record) in opened {
        let register = bureau.packs.register(name);
        let faults = check::faults(bureau, reader, context, register, record, None, lang)?;
        all.extend(of_opened(register, faults, lang));
    }
    Ok(all)
}

/// Faults of a record of another register than the form's: of the whole form, with the register's name before them.
pub fn of_opened(register: &Register, faults: Faults, lang: Lang) -> Faults {
    let title = lang.pick(&register.title, &register.en);
    let told = faults.into_iter().map(|(_, fault)| {
        let text = format!("{title}{}{}", lang.pick("：", ": "), fault.text);
        (None, FieldFault { text, ..fault })
    });
    told.collect()
}
