//! Parts of a record that are filled in on its form (`part_of`): rows of other registers, saved with their whole in one
//! transaction by the same road as any record.
//!
//! A row is typed as `REGISTER.NUMBER.FIELD`; `_id` and `_version` say which record it is, `_move` names the move that takes
//! it away, `_row` says that it is there and still empty. Faults carry the same names; one of the whole row has no field.

use crate::Actor;
use crate::bureau::Bureau;
use crate::form::{self, Faults, Filled, Typed, Which};
use crate::list::title;
use crate::record::Seen;
use crate::row::satisfies;
use crate::view::{FieldView, MoveHead, PartRow, PartView, RegisterHead};
use luoshi_kernel::access::both;
use luoshi_kernel::list::{EVERYTHING, Page, rows as list_rows};
use luoshi_kernel::{Context, Lang};
use luoshi_pack::condition::{Compare, Operand};
use luoshi_pack::{Action, Condition, Field, Kind, Packs, Register, Value};
use luoshi_store::{Reader, Record, StoreError};
use std::collections::BTreeMap;

/// Most rows of a register that a form holds; what is beyond is changed on its own page.
const ROWS: u64 = 50;

/// A row as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its register.
    pub register: String,
    /// Its place in the form.
    pub number: usize,
    /// Its record; `None`: a new one.
    pub id: Option<i64>,
    /// The version the person started from.
    pub version: Option<i64>,
    /// The move that takes it away.
    pub by_move: Option<String>,
    /// What was typed, by field.
    pub typed: Typed,
}

impl Row {
    /// The full name of a field in the form; of the row itself with an empty field.
    pub fn name(&self, field: &str) -> String {
        name(&self.register, self.number, field)
    }

    /// Whether nothing was typed into a new row.
    fn is_blank(&self, packs: &Packs) -> bool {
        let empty = |(name, text): (&String, &String)| {
            let field = packs.field(&self.register, name);
            text.trim().is_empty() || field.is_none_or(|field| form::kept_text(field, &field.default) == text.trim())
        };
        self.id.is_none() && self.typed.iter().all(empty)
    }
}

fn name(register: &str, number: usize, field: &str) -> String {
    format!("{register}.{number}.{field}")
}

/// The registers whose rows stand on a register's form, each with the field that refers to it.
pub fn registers<'p>(packs: &'p Packs, whole: &str) -> Vec<(&'p Register, &'p str)> {
    let leads = |register: &'p Register| {
        let field = register.part_of.as_deref()?;
        let leads = matches!(&packs.field(&register.name, field)?.kind, Kind::Ref { to } if to == whole);
        leads.then_some((register, field))
    };
    packs.registers.values().filter_map(leads).collect()
}

/// The rows of a register among what was typed.
fn read(typed: &Typed, register: &str) -> Vec<Row> {
    let mut rows: BTreeMap<usize, Row> = BTreeMap::new();
    for (name, text) in typed {
        let mut steps = name.splitn(3, '.');
        let (Some(first), Some(number), Some(field)) = (steps.next(), steps.next(), steps.next()) else { continue };
        let (true, Ok(number)) = (first == register, number.parse()) else { continue };
        let empty =
            Row { register: register.into(), number, id: None, version: None, by_move: None, typed: Typed::new() };
        let row = rows.entry(number).or_insert(empty);
        match field {
            "_id" => row.id = text.parse().ok(),
            "_version" => row.version = text.parse().ok(),
            "_move" => row.by_move = Some(text.clone()).filter(|made| !made.is_empty()),
            "_row" => {}
            _ => {
                row.typed.insert(field.to_string(), text.clone());
            }
        }
    }
    rows.into_values().collect()
}

/// The rows to be saved with a form: new ones into which something was typed, and all that exist.
pub fn to_save(packs: &Packs, which: Which<'_>, typed: &Typed) -> Vec<(Row, String)> {
    if which.by_move.is_some() {
        return vec![];
    }
    let of = |(register, field): (&Register, &str)| {
        let rows = read(typed, &register.name).into_iter().filter(|row| !row.is_blank(packs));
        let mut rows: Vec<(Row, String)> = rows.map(|row| (row, field.to_string())).collect();
        // What the whole says, the row does not.
        rows.iter_mut().for_each(|(row, field)| drop(row.typed.remove(field)));
        rows
    };
    registers(packs, &which.register.name).into_iter().flat_map(of).collect()
}

/// How a conflict names a field of a row: the row's place before the field's label.
pub fn labelled(packs: &Packs, row: &Row, field: &str, lang: Lang) -> String {
    format!("{} {} · {field}", title(packs.register(&row.register), lang), row.number + 1)
}

/// Faults of a row under the names that they have in the form.
pub fn named(row: &Row, faults: Faults) -> Faults {
    faults.into_iter().map(|(field, fault)| (Some(row.name(field.as_deref().unwrap_or(""))), fault)).collect()
}

/// The parts of a form.
pub fn views(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    which: Which<'_>,
    record: Option<&Record>,
    filled: &Filled<'_>,
) -> Result<Vec<PartView>, StoreError> {
    if which.by_move.is_some() {
        return Ok(vec![]);
    }
    let mut views = vec![];
    for (register, by) in registers(&bureau.packs, &which.register.name) {
        let part = Part { bureau, actor, context, register, by, whole: record.map(|record| record.id) };
        views.extend(part.view(reader, filled)?);
    }
    Ok(views)
}

/// The rows of one register on one form.
struct Part<'a> {
    bureau: &'a Bureau,
    actor: &'a Actor,
    context: &'a Context,
    register: &'a Register,
    by: &'a str,
    whole: Option<i64>,
}

impl Part<'_> {
    fn view(&self, reader: &mut Reader, filled: &Filled<'_>) -> Result<Option<PartView>, StoreError> {
        let scope = |action| self.actor.scope(self.bureau, &self.register.name, action);
        let (may_file, edit) = (scope(Action::File).is_some(), scope(Action::Edit));
        if !may_file && (edit.is_none() || self.whole.is_none()) {
            return Ok(None);
        }
        let edit = edit.unwrap_or(Condition::Any(vec![]));
        let typed = read(filled.typed, &self.register.name);
        let (rows, more) = match typed.is_empty() {
            true => self.kept(reader, &edit, may_file)?,
            false => (typed, 0),
        };
        let mut views = vec![];
        for row in &rows {
            views.push(self.row(reader, row, &edit, filled)?);
        }
        Ok(Some(PartView {
            register: RegisterHead {
                name: self.register.name.clone(),
                title: title(self.register, self.actor.lang),
                count: None,
            },
            rows: views,
            may_file,
            more,
        }))
    }

    /// The rows that exist, one empty one after them, and how many more there are.
    fn kept(&self, reader: &mut Reader, edit: &Condition, may_file: bool) -> Result<(Vec<Row>, u64), StoreError> {
        let row = |number, id, version| Row {
            register: self.register.name.clone(),
            number,
            id,
            version,
            by_move: None,
            typed: Typed::new(),
        };
        let (mut rows, mut more) = (vec![], 0);
        if let Some(whole) = self.whole {
            let mine = Operand::literal(Value::Int(whole));
            let filter = Condition::Compare(vec![self.by.to_string()], Compare::Equal, mine);
            let (packs, name) = (&self.bureau.packs, &self.register.name);
            let view = self.register.views.values().next().map(|view| view.sort.clone()).unwrap_or_default();
            let id = (vec!["id".to_string()], false);
            let sort: Vec<_> = view.into_iter().chain([id]).collect();
            let scope = both(edit.clone(), self.not_aside());
            let page = Page { scope: &scope, ..Page::first(&filter, &sort, ROWS) };
            let read = list_rows(packs, self.context, None, name, &[], &page);
            let found = reader.rows(&read.select, &read.kinds)?;
            rows = found
                .iter()
                .enumerate()
                .map(|(number, values)| row(number, values[0].int(), values[1].int()))
                .collect();
            let both = both(filter, scope.clone());
            let all = crate::list::count(self.bureau, reader, None, self.context, name, &EVERYTHING, &both)?;
            more = all.saturating_sub(rows.len() as u64);
        }
        if may_file {
            rows.push(row(rows.len(), None, None));
        }
        Ok((rows, more))
    }

    /// What was taken away is not filled in any more.
    fn not_aside(&self) -> Condition {
        let states = self.register.flow.iter().flat_map(|flow| &flow.states).filter(|(_, state)| state.aside);
        let names: Vec<Value> = states.map(|(name, _)| Value::Text(name.clone())).collect();
        if names.is_empty() {
            return Condition::All(vec![]);
        }
        Condition::Not(Box::new(Condition::OneOf(vec!["state".into()], names)))
    }

    fn row(
        &self,
        reader: &mut Reader,
        row: &Row,
        edit: &Condition,
        filled: &Filled<'_>,
    ) -> Result<PartRow, StoreError> {
        let record = self.record(reader, row, edit)?;
        let which = Which { register: self.register, id: record.as_ref().map(|record| record.id), by_move: None };
        let here = row.name("");
        let mine = filled.faults.iter().filter_map(|(name, fault)| {
            let field = name.as_ref()?.strip_prefix(&here)?;
            Some((Some(field.to_string()).filter(|field| !field.is_empty()), fault.clone()))
        });
        let faults: Faults = mine.collect();
        let inner = Filled { typed: &row.typed, faults: &faults, ..*filled };
        let mut fields = vec![];
        for field in self.fields(which) {
            let view =
                form::field_view(self.bureau, self.actor, reader, self.context, which, field, record.as_ref(), &inner)?;
            fields.push(FieldView { name: row.name(&field.name), ..view });
        }
        // A fault of a field that is not shown here is one of the row.
        let shown = |field: &Option<String>| {
            field.as_ref().is_some_and(|field| fields.iter().any(|view| view.name == row.name(field)))
        };
        let of_row = faults.iter().filter(|(field, _)| !shown(field)).map(|(_, fault)| fault.clone());
        let away = match &record {
            Some(record) => self.away(reader, record)?,
            None => None,
        };
        let title = match &record {
            Some(record) => self.title(reader, record)?,
            None => String::new(),
        };
        Ok(PartRow {
            number: row.number,
            id: which.id,
            version: row.version.or(record.as_ref().map(|record| record.version)),
            title,
            faults: of_row.collect(),
            going: row.by_move.is_some(),
            away,
            fields,
        })
    }

    fn title(&self, reader: &mut Reader, record: &Record) -> Result<String, StoreError> {
        let context = self.context;
        let seen = Seen {
            bureau: self.bureau,
            actor: self.actor,
            register: self.register,
            context,
            known: None,
            day: context.today,
            now: true,
        };
        seen.title(reader, record)
    }

    /// The record of a row: one that belongs to this whole and that the person may change.
    fn record(&self, reader: &mut Reader, row: &Row, edit: &Condition) -> Result<Option<Record>, StoreError> {
        let Some(id) = row.id else { return Ok(None) };
        let name = &self.register.name;
        if !satisfies(self.bureau, reader, self.context, name, id, edit)? {
            return Ok(None);
        }
        let found = reader.record(self.bureau.table(name), id, None)?;
        Ok(found.filter(|record| record.value(self.by).int() == self.whole))
    }

    /// Files are sent on the part's own form.
    fn fields<'b>(&'b self, which: Which<'_>) -> Vec<&'b Field> {
        let all = which.shown(self.bureau).into_iter();
        all.filter(|field| field.name != self.by && !field.holds_files()).collect()
    }

    /// The move that takes a row away: into a state beside the main line, with nothing that must be given but a reason.
    fn away(&self, reader: &mut Reader, record: &Record) -> Result<Option<MoveHead>, StoreError> {
        let Some(flow) = &self.register.flow else { return Ok(None) };
        for (name, made) in &flow.moves {
            let from = made.from.iter().any(|from| Some(from) == record.state.as_ref());
            let aside = flow.states.get(&made.to).is_some_and(|state| state.aside);
            if !from || !aside || made.ask.iter().any(|field| !made.may.contains(field)) {
                continue;
            }
            let Some(scope) = self.actor.move_scope(self.bureau, &self.register.name, made) else { continue };
            if satisfies(self.bureau, reader, self.context, &self.register.name, record.id, &scope)? {
                let title = self.actor.lang.pick(&made.title, &made.en).to_string();
                return Ok(Some(MoveHead { name: name.clone(), title, forward: false, blocked: None }));
            }
        }
        Ok(None)
    }
}
