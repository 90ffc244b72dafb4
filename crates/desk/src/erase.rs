//! Erasure (清除): what an order names, who may begin one, what it destroys, and what is said in the place of a value
//! that was destroyed.
//!
//! The register `erasure` of the foundation pack is a register like any other. The move that ends it destroys in its own
//! transaction: an order is carried out when it is approved, or it is neither.

use crate::bureau::{Bureau, said};
use crate::event::{self, About, Event};
use crate::form::Faults;
use crate::list::title;
use crate::record::{self, Seen};
use crate::refusal::Refusal;
use crate::row::satisfies;
use crate::view::{EraseHead, FieldFault, Input, Member};
use crate::{Actor, say, several};
use luoshi_kernel::kind::{self, files};
use luoshi_kernel::list::Page;
use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::{Alias, BinOper, Expr, ExprTrait, Order, Query, TableRef};
use luoshi_kernel::table::ColumnKind;
use luoshi_kernel::{Complaint, Context, Lang};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Action, Field, Move, Register, Value};
use luoshi_store::{Act, BYTES_KEPT, ERASE_BYTES, ERASE_FILE, Reader, Record, StoreError, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// The register that holds the orders.
pub const REGISTER: &str = "erasure";
/// Its field that names what is erased: a line each, register and id.
const WHAT: &str = "what";
/// The state in which an order waits to be approved.
const FILED: &str = "filed";
/// The state of an order that was carried out.
const DONE: &str = "done";
/// Most records of one order.
const WHAT_MOST: usize = 100;
/// The kind of the event that an erasure writes; its detail is the order's id, its serial and the fields.
const EVENT: &str = "erase";
/// Jobs given up that are looked through for those of erasures.
const GIVEN_UP: i64 = 10_000;
/// In how many days an order should be answered.
const DAYS: &str = "erasure_answer_days";
/// Days where packs do not say.
const DAYS_USUAL: i64 = 30;
/// Records that are suggested for what is typed.
const SUGGESTED: u64 = 20;
/// Open orders that are looked through for a record.
const OPEN_MOST: u64 = 50;

/// Whether a field of a register is that which names what is erased.
pub fn is_what(register: &Register, field: &Field) -> bool {
    register.name == REGISTER && field.name == WHAT
}

/// How often orders have been written, in this process or another; nothing where packs have none.
pub(crate) fn written(bureau: &Bureau, reader: &mut Reader) -> Result<Vec<i64>, StoreError> {
    match bureau.packs.registers.contains_key(REGISTER) {
        true => reader.write_counters(&[REGISTER.to_string()]),
        false => Ok(vec![]),
    }
}

/// A line that names a record.
pub fn line(register: &str, id: i64) -> String {
    format!("{register} {id}")
}

/// The records that an order names; a line that names none stands as it is.
fn named<'b, 't>(bureau: &'b Bureau, text: &'t str) -> Vec<Result<(&'b Register, i64), &'t str>> {
    let read = |line: &'t str| {
        let known = line.split_once(' ').and_then(|(register, id)| {
            let register = bureau.packs.registers.get(register).filter(|register| register.name != REGISTER)?;
            Some((register, id.parse().ok()?))
        });
        known.ok_or(line)
    };
    kind::lines(text).map(read).collect()
}

/// What lines of an order name, as it is kept; and the lines that name nothing, each with why. A line is what a mark on a
/// record's page sends, a serial, or a register's title with a serial, a name or an id (`来访 食堂账目`).
fn read(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    text: &str,
) -> Result<(Vec<String>, Vec<several::Unknown>), StoreError> {
    let (mut lines, mut unknown) = (vec![], vec![]);
    for (typed, known) in kind::lines(text).zip(named(bureau, text)) {
        let whole = match known {
            Ok((register, id)) => Some((register, id)),
            Err(typed) => by_hand(bureau, actor, reader, context, typed)?,
        };
        if let Some((register, id)) = whole {
            lines.push(line(&register.name, id));
            continue;
        }
        // A name may hold a comma itself, so a line is first read as a whole.
        for part in kind::parts(typed) {
            match by_hand(bureau, actor, reader, context, part)? {
                Some((register, id)) => lines.push(line(&register.name, id)),
                None => unknown.push((part.to_string(), unnamed(part))),
            }
        }
    }
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    Ok((lines, unknown))
}

/// The record that a typed line names, among those that the person may see.
fn by_hand<'b>(
    bureau: &'b Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    typed: &str,
) -> Result<Option<(&'b Register, i64)>, StoreError> {
    let typed = typed.trim();
    for register in bureau.packs.registers.values().filter(|register| register.name != REGISTER) {
        let titles = [&register.title, &register.en, &register.name];
        let rest = titles.into_iter().find_map(|title| typed.strip_prefix(title.as_str()));
        let rest = rest.filter(|rest| rest.starts_with([' ', '\u{3000}', ':', '：']));
        let rest = rest.map(|rest| rest.trim_matches([' ', '\u{3000}', ':', '：']));
        let prefix = |serial: &luoshi_pack::Serial| typed.to_uppercase().starts_with(&serial.prefix.to_uppercase());
        if let Some(serial) = rest.or(register.serial.as_ref().filter(|serial| prefix(serial)).map(|_| typed)) {
            let scope = crate::form::reference_scope(bureau, actor, &register.name);
            let same = Condition::OneOf(
                vec!["serial".into()],
                [serial.to_string(), serial.to_uppercase()].map(Value::Text).into(),
            );
            let filter = luoshi_kernel::access::both(scope, same);
            let found = match register.serial {
                Some(_) => crate::list::options(bureau, reader, context, &register.name, &filter, 2)?,
                None => vec![],
            };
            if let [(id, _)] = found[..] {
                return Ok(Some((register, id)));
            }
        }
        if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
            let reference = several::Typed { bureau, actor, context, to: &register.name, kept: &Value::Null };
            if let Ok(id) = reference.one(reader, rest)? {
                return Ok(Some((register, id)));
            }
        }
    }
    Ok(None)
}

/// What was typed as the value of the field that names what is erased.
pub(crate) fn value(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    field: &Field,
    text: &str,
) -> Result<Result<Value, Complaint>, StoreError> {
    let (lines, unknown) = read(bureau, actor, reader, context, text)?;
    Ok(match unknown.into_iter().next() {
        Some((_, why)) => Err(why),
        None => kind::parse(&field.kind, &lines.join("\n")),
    })
}

/// Records that an order may name, by what is typed of them: id and the line that names each.
pub(crate) fn suggest(bureau: &Bureau, actor: &Actor, part: &str) -> Result<Vec<(i64, String)>, Refusal> {
    let holds = |name: &str| bureau.packs.fields(name).into_iter().any(Field::is_erasable);
    let found = crate::search::search(bureau, actor, part, None, SUGGESTED)?;
    let hits = found.hits.into_iter().filter(|hit| hit.register.name != REGISTER && holds(&hit.register.name));
    Ok(hits.map(|hit| (hit.id, format!("{} {}", hit.register.title, hit.serial.unwrap_or(hit.title)))).collect())
}

/// The registers by which an order reaches a record: for a unit that others extend those (a school is a unit and shares its
/// id), whose fields are the unit's and their own.
fn standing<'b>(
    bureau: &'b Bureau,
    reader: &mut Reader,
    register: &'b Register,
    id: i64,
) -> Result<Vec<&'b Register>, StoreError> {
    let mut all = vec![];
    for other in bureau.packs.registers.values().filter(|other| other.extends.as_ref() == Some(&register.name)) {
        if reader.record(bureau.table(&other.name), id, None)?.is_some() {
            all.push(other);
        }
    }
    Ok(if all.is_empty() { vec![register] } else { all })
}

/// What an order would destroy of a record as the person sees it: sealed fields and files, each once.
fn all_of<'b>(
    looked: &Seen<'b>,
    reader: &mut Reader,
    register: &'b Register,
    id: i64,
) -> Result<(Vec<&'b Field>, Vec<Held<'b>>), StoreError> {
    let (mut fields, mut files): (Vec<&Field>, Vec<Held<'b>>) = (vec![], vec![]);
    for register in standing(looked.bureau, reader, register, id)? {
        if called(looked.bureau, looked.actor, reader, looked.context, register, id)?.is_none() {
            continue;
        }
        for field in sealed(looked.bureau, reader, register, id)? {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field);
            }
        }
        for held in held_files(looked.bureau, reader, register, id)? {
            if !files.iter().any(|known| known.table == held.table && known.digest == held.digest) {
                files.push(held);
            }
        }
    }
    Ok((fields, files))
}

/// Sealed fields of a record that have a value in any of its versions.
fn sealed<'b>(
    bureau: &'b Bureau,
    reader: &mut Reader,
    register: &Register,
    id: i64,
) -> Result<Vec<&'b Field>, StoreError> {
    let mut fields: Vec<&Field> =
        bureau.packs.fields(&register.name).into_iter().filter(|field| field.sealed).collect();
    if fields.is_empty() {
        return Ok(fields);
    }
    let history = reader.history(bureau.table(&register.name), id)?;
    let held = |field: &Field| {
        let mut values = history.iter().map(|version| version.record.value(&field.name));
        values.any(|value| !value.is_null() && !say::erased(field, value))
    };
    fields.retain(|field| held(field));
    Ok(fields)
}

/// A content that fields of a record name in any version, and that no order has erased from it.
struct Held<'b> {
    /// The table of the field: the register, or the one that it extends.
    table: &'b str,
    field: &'b Field,
    digest: String,
}

/// The files of a record that an order would erase.
fn held_files<'b>(
    bureau: &'b Bureau,
    reader: &mut Reader,
    register: &'b Register,
    id: i64,
) -> Result<Vec<Held<'b>>, StoreError> {
    let fields = bureau.packs.files(&register.name);
    let mut all: Vec<Held<'b>> = vec![];
    if fields.is_empty() {
        return Ok(all);
    }
    let history = reader.history(bureau.table(&register.name), id)?;
    for field in fields {
        let table = table_of(register, field);
        for text in history.iter().filter_map(|version| version.record.value(&field.name).text()) {
            for entry in files::entries(text) {
                let known = |held: &Held<'_>| held.table == table && held.digest == entry.digest;
                if !all.iter().any(known) && !reader.is_file_erased(table, id, &entry.digest)? {
                    all.push(Held { table, field, digest: entry.digest });
                }
            }
        }
    }
    Ok(all)
}

/// The table in which a field of a register's records lies.
fn table_of<'b>(register: &'b Register, field: &Field) -> &'b str {
    match &register.extends {
        Some(base) if !register.fields.contains_key(&field.name) => base,
        _ => &register.name,
    }
}

/// The fields that hold these files, each once.
fn fields_of<'b>(held: &[Held<'b>]) -> Vec<&'b Field> {
    let mut fields: Vec<&Field> = held.iter().map(|held| held.field).collect();
    fields.dedup_by(|one, other| one.name == other.name);
    fields
}

/// What a record is called, with its register's title; `None`: it does not exist, or the person may not see it.
fn called(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    id: i64,
) -> Result<Option<String>, StoreError> {
    let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { return Ok(None) };
    if !satisfies(bureau, reader, context, &register.name, id, &scope)? {
        return Ok(None);
    }
    let Some(record) = reader.record(bureau.table(&register.name), id, None)? else { return Ok(None) };
    let seen = Seen { bureau, actor, register, context, known: None, day: context.today, now: true };
    Ok(Some(format!("{} {}", title(register, actor.lang), seen.title(reader, &record)?)))
}

fn labels<'f>(fields: impl IntoIterator<Item = &'f Field>, lang: Lang) -> String {
    let titles: Vec<&str> = fields.into_iter().map(|field| lang.pick(&field.title, &field.en)).collect();
    titles.join(lang.pick("、", ", "))
}

// ------------------------------------------------------------------------------------------------ writing an order

/// What stands against an order that was just filed, changed or approved by this person, and, once the last approval is
/// there, its carrying out.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn follow(
    bureau: &Bureau,
    actor: &Actor,
    writer: &mut Writer,
    context: &Context,
    order: &Record,
    made: Option<&Move>,
) -> Result<Faults, StoreError> {
    if made.is_some_and(|made| made.to != DONE) {
        return Ok(vec![]);
    }
    let text = order.value(WHAT).text().unwrap_or_default();
    let targets = named(bureau, text);
    let fault = |code: &str, zh: String, en: String| {
        vec![(Some(WHAT.to_string()), FieldFault { code: code.into(), text: said(actor.lang, zh, en) })]
    };
    if targets.len() > WHAT_MOST {
        return Ok(fault(
            "D075",
            format!("一份清除令最多列 {WHAT_MOST} 条记录，现有 {} 条。请分开申请。", targets.len()),
            format!("An order names at most {WHAT_MOST} records; there are {}. File several.", targets.len()),
        ));
    }
    let mut all = vec![];
    for target in targets {
        let (register, id) = match target {
            Ok(target) => target,
            Err(line) => return Ok(unknown(fault, line)),
        };
        let Some(named) = called(bureau, actor, writer, context, register, id)? else {
            return Ok(unknown(fault, &line(&register.name, id)));
        };
        let mut holds = false;
        for register in standing(bureau, writer, register, id)? {
            if called(bureau, actor, writer, context, register, id)?.is_none() {
                return Ok(unknown(fault, &line(&register.name, id)));
            }
            let (fields, files) = (sealed(bureau, writer, register, id)?, held_files(bureau, writer, register, id)?);
            if fields.is_empty() && files.is_empty() {
                continue;
            }
            holds = true;
            if !all
                .iter()
                .any(|(known, other, ..): &(&Register, i64, _, _)| known.name == register.name && *other == id)
            {
                all.push((register, id, fields, files));
            }
        }
        if !holds {
            return Ok(fault(
                "D077",
                format!("“{named}”没有可清除的加密内容或附件（未填过，或已经清除）。请从清除对象中去掉。"),
                format!(
                    "“{named}” has no sealed value and no file to erase: none was given, or all are erased. Leave it out."
                ),
            ));
        }
    }
    if made.is_some() && order.state.as_deref() == Some(DONE) {
        let serial = order.serial.as_deref().unwrap_or("-");
        for (register, id, fields, files) in all {
            if !fields.is_empty() {
                let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(",");
                writer.erase(bureau.table(&register.name), id, &format!("{} {serial} {names}", order.id))?;
            }
            for held in files {
                let detail = format!("{} {serial} {}", order.id, held.field.name);
                writer.erase_file(held.table, id, &held.digest, &detail)?;
            }
        }
    }
    Ok(vec![])
}

/// What does not exist and what is hidden answer alike.
fn unknown(fault: impl Fn(&str, String, String) -> Faults, line: &str) -> Faults {
    let complaint = unnamed(line);
    fault(complaint.code, complaint.zh, complaint.en)
}

fn unnamed(line: &str) -> Complaint {
    let shown: String = line.chars().take(40).collect();
    Complaint::new(
        "D076",
        format!(
            "没有“{shown}”这条记录，或者它不在您的权限内，或者叫这个名字的不止一条。请填记录的编号，或“台账名 名称”，也可从记录页或到期清单选。"
        ),
        format!(
            "There is no record “{shown}”, or it is outside your scope, or several have that name. Type its serial, or its register and its name, or choose it on its page or in the list of what is due."
        ),
    )
}

// ---------------------------------------------------------------------------------------------- showing an order

/// What an order names, each with its label where the person may see it.
pub fn members(looked: &Seen<'_>, reader: &mut Reader, value: &Value) -> Result<Vec<Member>, StoreError> {
    let (bureau, lang) = (looked.bureau, looked.actor.lang);
    let mut out = vec![];
    for target in named(bureau, value.text().unwrap_or_default()) {
        out.push(match target {
            Ok((register, id)) => match called(bureau, looked.actor, reader, looked.context, register, id)? {
                Some(named) => (named, Some((register.name.clone(), id))),
                None => (format!("{} #{id}", title(register, lang)), None),
            },
            Err(line) => (line.to_string(), None),
        });
    }
    Ok(out)
}

/// The input of what is erased: a mark for each record, with what would be destroyed of it, and room for another.
pub fn input(looked: &Seen<'_>, reader: &mut Reader, typed: &str) -> Result<Input, StoreError> {
    let lang = looked.actor.lang;
    let (lines, unknown) = read(looked.bureau, looked.actor, reader, looked.context, typed)?;
    let value = Value::Text(lines.join("\n"));
    let mut options = vec![];
    for (line, (label, link)) in lines.iter().zip(members(looked, reader, &value)?) {
        let fields = match link.as_ref().and_then(|(name, id)| Some((looked.bureau.packs.registers.get(name)?, *id))) {
            Some((register, id)) => {
                let (fields, files) = all_of(looked, reader, register, id)?;
                [fields, fields_of(&files)].concat()
            }
            None => vec![],
        };
        let told = match fields.is_empty() {
            true => label,
            false => {
                let fields = labels(fields, lang);
                said(lang, format!("{label}（将销毁：{fields}）"), format!("{label} (destroys: {fields})"))
            }
        };
        options.push((line.to_string(), told, true));
    }
    let more = unknown.into_iter().map(|(typed, _)| typed).collect::<Vec<_>>().join("、");
    Ok(Input::Several { options, more: Some(more) })
}

// ----------------------------------------------------------------------------------------------- a record's page

/// What an order would destroy of a record, for whoever may file one; `None`: nothing, or not by this person.
pub fn head(looked: &Seen<'_>, reader: &mut Reader, record: &Record) -> Result<Option<EraseHead>, StoreError> {
    let (bureau, actor, register) = (looked.bureau, looked.actor, looked.register);
    if !looked.now || register.name == REGISTER || !may_order(bureau, actor) {
        return Ok(None);
    }
    let (fields, files) = all_of(looked, reader, register, record.id)?;
    if fields.is_empty() && files.is_empty() {
        return Ok(None);
    }
    let lang = actor.lang;
    let what = line(&register.name, record.id);
    Ok(Some(EraseHead {
        fields: labels(fields, lang),
        files: labels(fields_of(&files), lang),
        order: open_orders(looked, reader, &what)?.pop(),
        given: given(bureau, actor, &what, record.owner),
    }))
}

/// Whether the person may file an order of erasure at all.
pub fn may_order(bureau: &Bureau, actor: &Actor) -> bool {
    bureau.packs.registers.contains_key(REGISTER) && actor.scope(bureau, REGISTER, Action::File).is_some()
}

/// What the form of an order is filled in with.
pub fn given(bureau: &Bureau, actor: &Actor, what: &str, owner: Option<i64>) -> Vec<(String, String)> {
    let today = bureau.clock.today();
    let days = bureau.settings(today).get(DAYS).and_then(Value::int).unwrap_or(DAYS_USUAL);
    let due = jiff::Span::new().try_days(days).ok().and_then(|days| today.checked_add(days).ok());
    let unit = owner.or_else(|| actor.posts.first().map(|post| post.unit));
    let mut given = vec![(WHAT.to_string(), what.to_string())];
    given.extend(unit.map(|unit| ("unit".to_string(), unit.to_string())));
    given.extend(due.map(|due| ("due_on".to_string(), due.to_string())));
    given.retain(|(_, value)| !value.is_empty());
    given
}

/// Orders that wait and name this record, each with id and serial; only those that the person may see.
pub fn open_orders(looked: &Seen<'_>, reader: &mut Reader, what: &str) -> Result<Vec<(i64, String)>, StoreError> {
    let Some(scope) = looked.actor.scope(looked.bureau, REGISTER, Action::See) else { return Ok(vec![]) };
    let filed = Operand::literal(Value::Text(FILED.into()));
    let filter = Condition::All(vec![
        Condition::Compare(vec!["state".into()], Compare::Equal, filed),
        Condition::Contains(vec![WHAT.into()], what.to_string()),
    ]);
    let columns = crate::cell::columns(&looked.bureau.packs, REGISTER, &[vec![WHAT.to_string()]]);
    let page = Page { scope: &scope, ..Page::first(&filter, &[], OPEN_MOST) };
    let read = luoshi_kernel::list::rows(&looked.bureau.packs, looked.context, None, REGISTER, &columns, &page);
    let mut out = vec![];
    for row in reader.rows(&read.select, &read.kinds)? {
        // `person 12` stands in `person 123` too.
        if kind::lines(row[5].text().unwrap_or_default()).any(|line| line == what) {
            out.extend(row[0].int().zip(row[2].text().map(str::to_string)));
        }
    }
    Ok(out)
}

/// In the place of an erased value: that it was, by which order and when; and the order, where the person may see it.
pub fn told(
    looked: &Seen<'_>,
    reader: &mut Reader,
    record: &Record,
    field: &Field,
) -> Result<(String, Option<(String, i64)>), StoreError> {
    let lang = looked.actor.lang;
    let plain = lang.pick("已清除", "erased");
    let mut all = vec![];
    for name in [Some(&looked.register.name), looked.register.extends.as_ref()].into_iter().flatten() {
        all.extend(lines(reader, name, record.id)?.into_iter().filter(|line| line.fields.contains(&field.name)));
    }
    let Some(line) = all.iter().find(|line| line.version >= record.version).or(all.last()) else {
        return Ok((plain.to_string(), None));
    };
    let on = say::full_day(kind::day_of(line.at), lang);
    let sees = match looked.actor.scope(looked.bureau, REGISTER, Action::See) {
        Some(scope) => satisfies(looked.bureau, reader, looked.context, REGISTER, line.order, &scope)?,
        None => false,
    };
    let text = said(lang, format!("{plain}（{} {on}）", line.serial), format!("{plain} ({}, {on})", line.serial));
    Ok((text, sees.then(|| (REGISTER.to_string(), line.order))))
}

/// What is said of a file that an order has erased from a record; `None`: none has.
pub fn told_file(
    reader: &mut Reader,
    register: &Register,
    id: i64,
    field: &Field,
    digest: &str,
    lang: Lang,
) -> Result<Option<String>, StoreError> {
    let subject = format!("{}:{id}:{digest}", table_of(register, field));
    let Some(event) = event::read(reader, &event::found(ERASE_FILE, About::Is(&subject)))?.pop() else {
        return Ok(None);
    };
    let serial = event.detail.split(' ').nth(1).unwrap_or("-");
    let on = say::full_day(kind::day_of(event.at), lang);
    let bytes = event::read(reader, &event::found(ERASE_BYTES, About::Is(digest)))?;
    Ok(Some(match bytes.first().is_some_and(|event| event.detail == BYTES_KEPT) {
        true => said(
            lang,
            format!("已清除（{serial} {on}；另有记录附有同一文件，内容仍保留）"),
            format!("erased ({serial}, {on}; another record names the same file, whose content stays)"),
        ),
        false => said(lang, format!("已清除（{serial} {on}）"), format!("erased ({serial}, {on})")),
    }))
}

/// The files of a field by their names, and of each that was erased that it was.
pub fn names_of_files(
    reader: &mut Reader,
    register: &Register,
    id: i64,
    field: &Field,
    text: &str,
    lang: Lang,
) -> Result<String, StoreError> {
    let mut names = vec![];
    for entry in files::entries(text) {
        let told = told_file(reader, register, id, field, &entry.digest, lang)?;
        names.push(told.map_or(entry.name.clone(), |told| format!("{} {told}", entry.name)));
    }
    Ok(names.join("、"))
}

/// Whether an order has erased a content from a field of a record.
pub fn is_file_erased(
    reader: &mut Reader,
    register: &Register,
    id: i64,
    field: &Field,
    digest: &str,
) -> Result<bool, StoreError> {
    reader.is_file_erased(table_of(register, field), id, digest)
}

/// Destroys the bytes of a content that orders have erased, unless another record names it.
pub(crate) fn by_job(bureau: &Bureau, act: Act, digest: &str) -> Result<(), StoreError> {
    bureau.store.erase_file(act, digest, &bureau.packs.file_columns()).map(|_| ())
}

/// Begins the jobs anew that were given up: bytes that an order has erased are not left because a bucket was away.
pub(crate) fn again(writer: &mut Writer) -> Result<(), StoreError> {
    let now = writer.now();
    for job in writer.jobs("failed", GIVEN_UP)?.into_iter().filter(|job| job.kind == ERASE_FILE) {
        writer.add_job(ERASE_FILE, &job.subject, "", now)?;
    }
    Ok(())
}

/// An erasure of a record.
struct Line {
    version: i64,
    at: i64,
    order: i64,
    serial: String,
    fields: Vec<String>,
}

/// The erasures of a record, oldest first.
fn lines(reader: &mut Reader, register: &str, id: i64) -> Result<Vec<Line>, StoreError> {
    let mut select = event::found(EVENT, About::Begins(&record::versions(register, id)));
    select.clear_order_by().order_by((Alias::new("e"), Alias::new("id")), Order::Asc);
    let read = |event: Event| {
        let version = event.subject.rsplit(':').next()?.parse().ok()?;
        let mut parts = event.detail.split(' ');
        let (order, serial) = (parts.next()?.parse().ok()?, parts.next()?.to_string());
        let fields = parts.next().unwrap_or_default().split(',').map(str::to_string).collect();
        Some(Line { version, at: event.at, order, serial, fields })
    };
    Ok(event::read(reader, &select)?.into_iter().filter_map(read).collect())
}

/// How many records of a condition still hold what an order could erase, sealed values or files, and some of them by their
/// ids.
pub(crate) fn with_something(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    filter: &Condition,
    sort: &str,
    (skip, take): (u64, u64),
) -> Result<(u64, Vec<i64>), StoreError> {
    let sealed = reader.sealed_ids(bureau.table(&register.name))?;
    let mut planner = luoshi_kernel::query::Planner::new(&bureau.packs, context, None, &register.name);
    let filter = planner.condition(filter);
    let (id, by) = (planner.column(&["id".to_string()]).0, planner.column(&[sort.to_string()]).0);
    let is_sealed = id.clone().in_subquery(sealed);
    let (named, touched) = named_files(bureau, register, &id);
    // Files that were erased stay named by versions that were written since: such records are looked at one by one.
    let mut doubtful = planner.select();
    doubtful.expr(id.clone()).and_where(filter.clone()).and_where(is_sealed.clone().not());
    doubtful.and_where(named.clone()).and_where(touched);
    let mut empty = vec![];
    for row in reader.rows(&doubtful, &[ColumnKind::Int])? {
        let Some(id) = row[0].int() else { continue };
        if held_files(bureau, reader, register, id)?.is_empty() {
            empty.push(id);
        }
    }
    let holds = is_sealed.or(named.and(id.clone().is_not_in(empty)));
    let mut count = planner.select();
    count.expr(luoshi_kernel::query::how_many()).and_where(filter.clone()).and_where(holds.clone());
    let total = reader.rows(&count, &[ColumnKind::Int])?.first().and_then(|row| row[0].int()).unwrap_or(0);
    let mut some = planner.select();
    some.expr(id.clone()).and_where(filter).and_where(holds);
    some.order_by_expr(by, Order::Asc).order_by_expr(id, Order::Asc).offset(skip).limit(take);
    let ids = match take {
        0 => vec![],
        _ => reader.rows(&some, &[ColumnKind::Int])?.iter().filter_map(|row| row[0].int()).collect(),
    };
    Ok((u64::try_from(total).unwrap_or(0), ids))
}

/// Of the record with this id: whether a version names files that was written after the last order erased some, and whether
/// an order has erased any.
fn named_files(bureau: &Bureau, register: &Register, id: &Expr) -> (Expr, Expr) {
    let (mut named, mut touched) = (Expr::val(false), Expr::val(false));
    let fields = bureau.packs.files(&register.name);
    let mut tables: BTreeMap<&str, Expr> = BTreeMap::new();
    for field in fields {
        let table = tables.entry(table_of(register, field)).or_insert_with(|| Expr::val(false));
        *table = std::mem::replace(table, Expr::val(false)).or(col("f", &field.name).is_not_null());
    }
    for (table, any) in tables {
        let concat = |one: Expr, other: Expr| one.binary(BinOper::Custom("||"), other);
        let subject =
            |end: &str| concat(concat(Expr::val(format!("{table}:")), id.clone().cast_as("text")), Expr::val(end));
        let mut orders = Query::select();
        orders.expr(Expr::val(1)).from_as(Alias::new("event"), Alias::new("e"));
        orders.and_where(col("e", "kind").eq(ERASE_FILE));
        // All that begins with `TABLE:ID:`; the mark after the colon is the semicolon.
        orders.and_where(col("e", "subject").gte(subject(":"))).and_where(col("e", "subject").lt(subject(";")));
        let mut later = orders.clone();
        later.inner_join(
            TableRef::Table(Alias::new("event_past").into(), Some(Alias::new("p").into())),
            col("p", "id").eq(col("e", "id")),
        );
        later.and_where(col("p", "since").gte(col("f", "since")));
        let mut versions = Query::select();
        versions.expr(Expr::val(1)).from_as(Alias::new(format!("{table}_past")), Alias::new("f"));
        versions.and_where(col("f", "id").eq(id.clone())).and_where(any).and_where(Expr::exists(later).not());
        named = named.or(Expr::exists(versions));
        touched = touched.or(Expr::exists(orders));
    }
    (named, touched)
}
