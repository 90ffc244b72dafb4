//! The search: which records hold a text, on either database.
//!
//! `search` has one row for each current record: the grams of its searched fields, its register, and the units that its
//! owner lies within (for a register without owners, the units that refer to it), so that scope is part of the question.
//! A row's key is made of owner, register and id: what belongs to one unit lies together, and a narrow scope skips the
//! rest even of the commonest gram.
//!
//! Writes do not pay for the index. They put the record into `search_due`, in the same transaction, and it is taken into
//! the index in batches moments later. Whoever searches reads both: candidates of the index, and all that is due. So an
//! answer is right at every instant, and a restart loses nothing.

mod gram;

pub use gram::{initials, plain};

use crate::error::StoreError;
use crate::lane::{Lane, Task};
use crate::link::{Link, Param};
use crate::options::Dialect;
use crate::reader::Reader;
use crate::record::{Act, Record};
use crate::shape::{Shape, quoted};
use crate::store::Store;
use crate::writer::{Step, Writer};
use luoshi_kernel::table::Owner;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The search's own tables; the vocabulary serves the verifier.
pub(crate) const MAKE_SQLITE: &str = r#"
CREATE VIRTUAL TABLE search USING fts5(words, content = '', contentless_delete = 1, detail = none,
    tokenize = "ascii tokenchars ':='");
CREATE VIRTUAL TABLE search_word USING fts5vocab('search', 'instance');
CREATE TABLE search_due (register INTEGER NOT NULL, id INTEGER NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (register, id)) WITHOUT ROWID;
"#;
pub(crate) const MAKE_POSTGRES: &str = "
CREATE TABLE search (place bigint PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX search_words ON search USING gin (words);
CREATE TABLE search_due (register bigint NOT NULL, id bigint NOT NULL, place bigint NOT NULL,
    PRIMARY KEY (register, id));
";

/// How many records are taken into the index in one transaction.
const BATCH: i64 = 1_000;
/// How long the index waits for more before it takes in what is due.
const GATHER: Duration = Duration::from_millis(200);
/// How often it looks for what another process has left.
const LOOK: Duration = Duration::from_secs(30);
/// A word of the record's name begins with this.
const NAME: char = '=';

/// Bits of a row's key: owner, register, id, from the highest.
const OWNER_BITS: u32 = 22;
const REGISTER_BITS: u32 = 11;
const ID_BITS: u32 = 30;

/// The key of a record's row in the index.
pub(crate) fn place(owner: Option<i64>, register: i64, id: i64) -> Result<i64, StoreError> {
    let fits = |number: i64, bits: u32| (0..1i64 << bits).contains(&number);
    let owner = owner.unwrap_or(0);
    if !(fits(owner, OWNER_BITS) && fits(register, REGISTER_BITS) && fits(id, ID_BITS)) {
        let reason =
            format!("record {id} of register {register} and unit {owner} is beyond what the search can number");
        return Err(StoreError::Unfit { table: "search".into(), column: "place".into(), reason });
    }
    Ok(owner << (REGISTER_BITS + ID_BITS) | register << ID_BITS | id)
}

/// Register and id of a row of the index.
pub(crate) fn record_at(place: i64) -> (i64, i64) {
    (place >> ID_BITS & ((1 << REGISTER_BITS) - 1), place & ((1 << ID_BITS) - 1))
}

// ------------------------------------------------------------------------------------------------------ what is due

/// A record whose row in the index is no longer true: register, id, the row's key (0: it has none).
pub(crate) type Due = (i64, i64, i64);

/// Notes a written version, unless nothing that is searched differs.
pub(crate) fn note(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    let shape = step.shape;
    if !shape.is_searched() {
        return Ok(());
    }
    let at = match step.before {
        None => 0,
        Some(before) => {
            let differs = |name: &String| match shape.place(name) {
                Some(place) => before.values[place] != step.after.values[place],
                None => false,
            };
            let same = before.owner == step.after.owner && before.serial == step.after.serial;
            // A row of the register below is written with this one, whichever of them changed.
            if same && shape.table.extends.is_none() && !shape.table.search.columns().any(differs) {
                return Ok(());
            }
            place(before.owner, shape.number, step.after.id)?
        }
    };
    writer.due().push((shape.number, step.after.id, at));
    Ok(())
}

/// Notes a record of a shared register that another unit refers to, or no longer does.
pub(crate) fn note_shared(writer: &mut Writer, register: i64, id: i64) -> Result<(), StoreError> {
    if writer.schema.numbered(register).is_some_and(|shape| shape.is_searched()) {
        let at = place(None, register, id)?;
        writer.due().push((register, id, at));
    }
    Ok(())
}

/// Writes the notes of a closure down.
pub(crate) fn store_due(link: &mut Link, due: &[Due]) -> Result<(), StoreError> {
    const ROWS: usize = 200;
    for some in due.chunks(ROWS) {
        let rows: Vec<String> =
            (0..some.len()).map(|at| format!("(${}, ${}, ${})", at * 3 + 1, at * 3 + 2, at * 3 + 3)).collect();
        let sql = format!(
            "INSERT INTO search_due (register, id, place) VALUES {} ON CONFLICT (register, id) DO NOTHING",
            rows.join(", ")
        );
        let params: Vec<Param<'_>> =
            some.iter().flat_map(|(register, id, place)| [*register, *id, *place]).map(Param::Int).collect();
        link.execute(&sql, &params)?;
    }
    Ok(())
}

/// Notes everything that belongs to a unit or to one within it, after the unit was placed anew.
pub(crate) fn note_within(writer: &mut Writer, unit: i64) -> Result<(), StoreError> {
    // What was noted before tells the truth about the index; the rows below read the new owners.
    let due = std::mem::take(writer.due());
    store_due(&mut *writer.link()?, &due)?;
    let schema = writer.schema.clone();
    let within = "IN (SELECT unit FROM unit_within WHERE ancestor = $1)";
    for shape in schema.shapes().iter().filter(|shape| shape.is_searched()) {
        let (number, id) = (shape.number, quoted("id"));
        let (from, owner, unit_column) = match shape.table.owner {
            Owner::Nobody => ("seen".to_string(), "0".to_string(), "unit".to_string()),
            _ => (quoted(&shape.table.name), quoted("owner"), quoted("owner")),
        };
        let own = if shape.table.owner == Owner::Nobody { format!(" AND register = {number}") } else { String::new() };
        let high = REGISTER_BITS + ID_BITS;
        let sql = format!(
            "INSERT INTO search_due (register, id, place)
             SELECT DISTINCT {number}, {id}, (CAST({owner} AS bigint) << {high}) + {} + {id}
             FROM {from} WHERE {unit_column} {within}{own} ON CONFLICT (register, id) DO NOTHING",
            number << ID_BITS
        );
        let marked = writer.link()?.execute(&sql, &[unit.into()])?;
        if marked > 0 {
            writer.ring();
        }
    }
    Ok(())
}

// -------------------------------------------------------------------------------------------------------- the index

/// What index rows are made from, remembered while a batch is taken in.
#[derive(Default)]
pub(crate) struct Above(HashMap<i64, String>);

impl Above {
    /// The words of the units that a unit lies within.
    fn words(&mut self, link: &mut Link, unit: i64) -> Result<&str, StoreError> {
        if let std::collections::hash_map::Entry::Vacant(entry) = self.0.entry(unit) {
            let sql = "SELECT ancestor FROM unit_within WHERE unit = $1 ORDER BY ancestor";
            let mut words = String::new();
            for above in link.all(sql, &[unit.into()], |row| row.int(0))? {
                let _ = write!(words, " u:{above}");
            }
            entry.insert(words);
        }
        Ok(self.0.get(&unit).map_or("", String::as_str))
    }
}

/// The words of a record's row.
pub(crate) fn words(
    reader: &mut Reader,
    above: &mut Above,
    shape: &Shape,
    record: &Record,
) -> Result<String, StoreError> {
    let mut words = format!("r:{}", shape.number);
    let mut link = reader.link()?;
    match record.owner {
        Some(owner) => words.push_str(above.words(&mut link, owner)?),
        None => {
            let sql = "SELECT unit FROM seen WHERE register = $1 AND id = $2";
            let units = link.all(sql, &[shape.number.into(), record.id.into()], |row| row.int(0))?;
            let mut all = BTreeSet::new();
            for unit in units {
                all.extend(above.words(&mut link, unit)?.split_whitespace().map(str::to_string));
            }
            all.iter().for_each(|unit| {
                words.push(' ');
                words.push_str(unit);
            });
        }
    }
    let search = &shape.table.search;
    if let Some(label) = search.label.as_ref().and_then(|label| record.value(label).text()) {
        let mut name = |gram: &str| {
            words.push(' ');
            words.push(NAME);
            words.push_str(gram);
        };
        gram::each_gram(&plain(label), &mut name);
        initials(label).iter().for_each(|initials| gram::each_gram(initials, &mut name));
    }
    for field in &search.fields {
        let text = if field == "serial" { record.serial.as_deref() } else { record.value(field).text() };
        gram::each_gram(&plain(text.unwrap_or_default()), &mut |gram| {
            words.push(' ');
            words.push_str(gram);
        });
    }
    Ok(words)
}

fn remove(link: &mut Link, place: i64) -> Result<(), StoreError> {
    let sql = match link.dialect() {
        Dialect::Sqlite => "DELETE FROM search WHERE rowid = $1",
        Dialect::Postgres => "DELETE FROM search WHERE place = $1",
    };
    link.execute(sql, &[place.into()]).map(|_| ())
}

fn insert(link: &mut Link, place: i64, words: &str) -> Result<(), StoreError> {
    let sql = match link.dialect() {
        Dialect::Sqlite => "INSERT INTO search (rowid, words) VALUES ($1, $2)",
        Dialect::Postgres => {
            "INSERT INTO search (place, words) VALUES ($1, array_to_tsvector(string_to_array($2::text, ' ')))"
        }
    };
    link.execute(sql, &[place.into(), words.into()]).map(|_| ())
}

/// Takes some of what is due into the index; gives how much it was. A register that is no longer searched only loses
/// its rows.
fn take_in(writer: &mut Writer) -> Result<i64, StoreError> {
    let sql = "SELECT register, id, place FROM search_due ORDER BY register, id LIMIT $1";
    let due = writer.link()?.all(sql, &[BATCH.into()], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?;
    let mut above = Above::default();
    for (register, id, at) in &due {
        if *at != 0 {
            remove(&mut *writer.link()?, *at)?;
        }
        if let Some(shape) = writer.schema.numbered(*register).cloned() {
            enter(writer, &mut above, &shape, *id)?;
        }
        let sql = "DELETE FROM search_due WHERE register = $1 AND id = $2";
        writer.link()?.execute(sql, &[(*register).into(), (*id).into()])?;
    }
    Ok(due.len() as i64)
}

/// Writes the row of a record that has none.
fn enter(writer: &mut Writer, above: &mut Above, shape: &Shape, id: i64) -> Result<(), StoreError> {
    if !shape.is_searched() {
        return Ok(());
    }
    let Some(record) = writer.closed_record(&shape.table, id)? else { return Ok(()) };
    let words = words(writer, above, shape, &record)?;
    insert(&mut *writer.link()?, place(record.owner, shape.number, id)?, &words)
}

/// Makes the rows of some records of a register anew: what is searched of it was declared anew. Gives the last id.
pub(crate) fn build_some(writer: &mut Writer, table: &str, after: i64) -> Result<Option<i64>, StoreError> {
    let shape = writer.schema.shape(table)?.clone();
    let (id, owner) = (quoted("id"), quoted("owner"));
    let sql = format!("SELECT {id}, {owner} FROM {} WHERE {id} > $1 ORDER BY {id} LIMIT $2", quoted(table));
    let some = writer.link()?.all(&sql, &[after.into(), BATCH.into()], |row| Ok((row.int(0)?, row.maybe_int(1)?)))?;
    let mut above = Above::default();
    for (id, owner) in &some {
        remove(&mut *writer.link()?, place(*owner, shape.number, *id)?)?;
        enter(writer, &mut above, &shape, *id)?;
    }
    Ok(some.last().map(|(id, _)| *id))
}

// ------------------------------------------------------------------------------------------------------ keeping up

/// Wakes the thread that takes in what is due.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<Rung>,
    heard: Condvar,
}

#[derive(Default, Clone, Copy)]
struct Rung {
    due: bool,
    closed: bool,
}

impl Bell {
    /// Something is due.
    pub fn ring(&self) {
        self.held().due = true;
        self.heard.notify_all();
    }

    /// Ends the thread.
    pub fn close(&self) {
        self.held().closed = true;
        self.heard.notify_all();
    }

    fn held(&self) -> MutexGuard<'_, Rung> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Waits until something is due or it is time to look; `false` when it is over.
    fn wait(&self) -> bool {
        let waiting = |rung: &mut Rung| !rung.due && !rung.closed;
        let rung = self.heard.wait_timeout_while(self.held(), LOOK, waiting);
        let rung = rung.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        let open = |rung: &mut Rung| !rung.closed;
        let rung = self.heard.wait_timeout_while(rung, GATHER, open);
        let mut rung = rung.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        rung.due = false;
        !rung.closed
    }

    /// Takes in what is due until the store is closed; runs on a thread of its own.
    pub fn serve(&self, lane: &Lane) {
        while self.wait() {
            if let Err(error) = self.keep_up(lane) {
                tracing::warn!(%error, "the search index could not be brought up to date; it is tried again");
            }
        }
    }

    fn keep_up(&self, lane: &Lane) -> Result<(), StoreError> {
        while batch(lane)? == BATCH && !self.held().closed {}
        Ok(())
    }
}

/// Takes one batch in, alone in the lane.
fn batch(lane: &Lane) -> Result<i64, StoreError> {
    let (to, answer) = sync_channel(1);
    let work = move |writer: &mut Writer| {
        let act = Act { background: true, ..Act::default() };
        let _ = to.send(crate::apply::group(writer, &act, take_in));
    };
    lane.submit(Task::Alone(Box::new(work)))?;
    answer.recv().unwrap_or(Err(StoreError::Closed))
}

impl Store {
    /// Takes everything that is due into the search index now, and gives how many records that were. Nobody needs this
    /// for right answers; what writes leave is taken in moments later anyway.
    pub fn index(&self) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let some = batch(self.lane())?;
            all += some.max(0) as u64;
            if some < BATCH {
                return Ok(all);
            }
        }
    }
}

// --------------------------------------------------------------------------------------------------------- questions

/// What a person typed: terms that must all be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    terms: Vec<String>,
    /// Everything typed, as it is compared.
    whole: String,
}

/// How a record holds what was typed, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It is a serial number or a code of the record, letter for letter.
    Exact,
    /// The record's name begins with it.
    NameBegins,
    /// The record's name or its pinyin initials hold all of it.
    Name,
    /// The record's fields hold it.
    Fields,
}

impl Terms {
    /// Reads what was typed: terms stand between blanks. `None` when no term has two characters.
    pub fn read(typed: &str) -> Option<Terms> {
        let terms: Vec<String> = typed.split_whitespace().map(plain).filter(|term| !term.is_empty()).collect();
        let long = terms.iter().any(|term| term.chars().nth(1).is_some());
        long.then(|| Terms { terms, whole: plain(typed) })
    }

    /// The terms as they are compared.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(String::as_str)
    }

    /// Whether a record holds all terms, and how. `label`: its name; `fields`: its serial number and other searched
    /// fields.
    pub fn hit(&self, label: Option<&str>, fields: &[&str]) -> Option<Hit> {
        let name = plain(label.unwrap_or_default());
        let initials = initials(label.unwrap_or_default());
        let fields: Vec<String> = fields.iter().map(|field| plain(field)).collect();
        let in_name = |term: &String| name.contains(term) || initials.iter().any(|held| held.contains(term));
        if fields.contains(&self.whole) {
            Some(Hit::Exact)
        } else if self.terms.iter().all(in_name) {
            let begins =
                name.starts_with(&self.terms[0]) || initials.iter().any(|held| held.starts_with(&self.terms[0]));
            Some(if begins { Hit::NameBegins } else { Hit::Name })
        } else {
            let somewhere = |term: &String| in_name(term) || fields.iter().any(|field| field.contains(term));
            self.terms.iter().all(somewhere).then_some(Hit::Fields)
        }
    }
}

/// Where a register's records are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The register.
    pub register: String,
    /// Only what belongs to these units and those within them; `None`: everywhere.
    pub units: Option<BTreeSet<i64>>,
}

/// Words joined by and, or.
enum Ask {
    Word(String),
    All(Vec<Ask>),
    Any(Vec<Ask>),
}

impl Ask {
    fn any(words: impl Iterator<Item = String>) -> Ask {
        Ask::Any(words.map(Ask::Word).collect())
    }

    /// The question in the language of the database. Words hold letters, digits, `:` and `=` only.
    fn text(&self, dialect: Dialect) -> String {
        let joined = |parts: &[Ask], with: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.text(dialect)).collect();
            if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(with)) }
        };
        match (self, dialect) {
            (Ask::Word(word), Dialect::Sqlite) => format!("\"{word}\""),
            (Ask::Word(word), Dialect::Postgres) => format!("'{word}'"),
            (Ask::All(parts), Dialect::Sqlite) => joined(parts, " AND "),
            (Ask::All(parts), Dialect::Postgres) => joined(parts, " & "),
            (Ask::Any(parts), Dialect::Sqlite) => joined(parts, " OR "),
            (Ask::Any(parts), Dialect::Postgres) => joined(parts, " | "),
        }
    }
}

fn question(schema: &crate::shape::Schema, terms: &Terms, within: &[Within], names: bool) -> Ask {
    let mut parts = vec![];
    for any in terms.terms.iter().flat_map(|term| gram::asked(term)) {
        let forms = any.into_iter().flat_map(|gram| {
            let named = format!("{NAME}{gram}");
            if names { vec![named] } else { vec![named, gram] }
        });
        parts.push(Ask::any(forms));
    }
    let searched: Vec<_> = schema.shapes().iter().filter(|shape| shape.is_searched()).collect();
    let everywhere = |name: &str| within.iter().any(|place| place.register == name && place.units.is_none());
    if !searched.iter().all(|shape| everywhere(&shape.table.name)) {
        parts.push(places(schema, within));
    }
    Ask::All(parts)
}

/// Registers and units, registers with the same units together.
fn places(schema: &crate::shape::Schema, within: &[Within]) -> Ask {
    let mut sets: Vec<(&Option<BTreeSet<i64>>, Vec<String>)> = vec![];
    for place in within {
        let Ok(shape) = schema.shape(&place.register) else { continue };
        let word = format!("r:{}", shape.number);
        match sets.iter_mut().find(|(units, _)| **units == place.units) {
            Some((_, registers)) => registers.push(word),
            None => sets.push((&place.units, vec![word])),
        }
    }
    let all = schema.shapes().iter().filter(|shape| shape.is_searched()).count();
    let alone = sets.len() == 1;
    let parts = sets.into_iter().map(|(units, registers)| {
        let units = units.iter().map(|units| Ask::any(units.iter().map(|unit| format!("u:{unit}"))));
        // One set for every register: the units alone say it.
        let every = alone && registers.len() == all;
        let registers = (!every).then(|| Ask::any(registers.into_iter()));
        Ask::All(units.chain(registers).collect())
    });
    Ask::Any(parts.collect())
}

/// A record that may hold what was typed: its register, its id, and where to go on after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The register.
    pub register: String,
    /// The record.
    pub id: i64,
    /// What [`Reader::search`] takes as `after` to go on behind it.
    pub at: i64,
}

impl Reader {
    /// Records that the index holds to have all grams of the terms, at most `take`, in the order of their owners; begins
    /// behind `after` (0: at the beginning). `names`: in their names only. Whoever asks compares the records themselves,
    /// and reads [`Reader::search_due`] for what the index does not know yet. An empty `within` finds nothing.
    pub fn search(
        &mut self,
        terms: &Terms,
        within: &[Within],
        names: bool,
        after: i64,
        take: u64,
    ) -> Result<Vec<Candidate>, StoreError> {
        if within.is_empty() || within.iter().all(|place| place.units.as_ref().is_some_and(BTreeSet::is_empty)) {
            return Ok(vec![]);
        }
        let text = question(&self.schema, terms, within, names).text(self.dialect());
        let sql = match self.dialect() {
            Dialect::Sqlite => "SELECT rowid FROM search WHERE search MATCH $1 AND rowid > $2 ORDER BY rowid LIMIT $3",
            Dialect::Postgres => {
                "SELECT place FROM search WHERE words @@ $1::text::tsquery AND place > $2 ORDER BY place LIMIT $3"
            }
        };
        let params = [text.as_str().into(), after.into(), (take.min(i64::MAX as u64) as i64).into()];
        let found = self.link()?.all(sql, &params, |row| row.int(0))?;
        let candidate = |at: i64| {
            let (register, id) = record_at(at);
            let register = self.schema.numbered(register)?.table.name.clone();
            Some(Candidate { register, id, at })
        };
        Ok(found.into_iter().filter_map(candidate).collect())
    }

    /// Records of a register that were written since the index last took any in, at most `most`, by id, behind `after`.
    pub fn search_due(&mut self, register: &str, after: i64, most: u64) -> Result<Vec<i64>, StoreError> {
        let number = self.schema.shape(register)?.number;
        let sql = "SELECT id FROM search_due WHERE register = $1 AND id > $2 ORDER BY id LIMIT $3";
        let most = most.min(i64::MAX as u64) as i64;
        self.link()?.all(sql, &[number.into(), after.into(), most.into()], |row| row.int(0))
    }
}
