//! What a closure in the writing lane may do.

use crate::error::StoreError;
use crate::ledger::{self, LedgerLine, Tip};
use crate::link::{Param, Savepoint};
use crate::reader::{Below, Line, Reader};
use crate::record::{Act, Draft, Record};
use crate::shape::{HEAD, OWNER, REQUEST, SCHEMA, SERIAL, STATE, Shape, quoted};
use crate::watching::Written;
use crate::{closure, copied, derived, follow, owner, search, seen, serial, several, tally};
use luoshi_kernel::digest::{self, Hash};
use luoshi_kernel::table::{Owner, Table};
use luoshi_pack::Value;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A write in progress. Reads through it see its own rows.
///
/// After an error of the database, or inside a half-done write, every further step answers with that error and the
/// closure cannot succeed: on PostgreSQL the transaction would be void, and SQLite must not differ.
pub struct Writer {
    reader: Reader,
    group: Group,
    /// The group as it was before the member that runs now.
    saved: Group,
    member: Member,
    /// The group's transaction can no longer be trusted.
    lost: bool,
    /// Told when something is due for the search index.
    bell: Arc<search::Bell>,
    /// Something was erased: the write-ahead log, which holds pages as they were, is to be emptied.
    erased: bool,
    /// How many records may follow within one closure.
    followers: usize,
    /// What this process knows to be behind.
    known: Arc<follow::Known>,
}

/// What the members of a group change together and the commit writes down.
#[derive(Debug, Clone, Default)]
struct Group {
    tip: Tip,
    /// The tip that the database holds.
    stored: Tip,
    /// Versions written by register number.
    writes: BTreeMap<i64, i64>,
    /// Records that came, went or changed hands or state.
    tally: tally::Changes,
}

/// What belongs to one closure.
#[derive(Debug, Default)]
struct Member {
    act: Act,
    now: i64,
    requested: bool,
    next_ids: BTreeMap<i64, i64>,
    serials: serial::Given,
    /// Records whose rows in the search index are no longer true.
    due: Vec<search::Due>,
    /// Rows written, where somebody asked for those of some tables.
    written: Option<Noted>,
    /// Records with parts that were written since their derived values were computed.
    underived: BTreeSet<(String, i64)>,
    /// How many records may still follow.
    room: usize,
    writing: bool,
    broken: Option<StoreError>,
}

/// Tables, and the rows of them that were written.
pub(crate) type Noted = (Arc<BTreeSet<String>>, Vec<Written>);

/// A version about to be written.
pub(crate) struct Step<'a> {
    pub shape: &'a Shape,
    /// The row before, unless the record is new.
    pub before: Option<&'a Line>,
    /// The row after; its version is the new one.
    pub after: &'a Line,
    pub act: &'a str,
}

impl Deref for Writer {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

impl Writer {
    pub(crate) fn new(reader: Reader, bell: Arc<search::Bell>, followers: usize, known: Arc<follow::Known>) -> Writer {
        let (group, saved, member) = Default::default();
        Writer { reader, group, saved, member, lost: false, bell, erased: false, followers, known }
    }

    /// How many records may still follow within this closure.
    pub(crate) fn room(&mut self) -> &mut usize {
        &mut self.member.room
    }

    /// What this closure leaves to the search index.
    pub(crate) fn due(&mut self) -> &mut Vec<search::Due> {
        &mut self.member.due
    }

    /// Says that something is due for the search index.
    pub(crate) fn ring(&self) {
        self.bell.ring();
    }

    /// The instant at which everything that this closure writes becomes known, microseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.member.now
    }

    /// Who writes; 0 is the system.
    pub fn by(&self) -> i64 {
        self.member.act.by
    }

    /// How many versions the ledger holds, those of this closure among them: while it is the same, nothing was written.
    pub fn versions(&self) -> i64 {
        self.group.tip.size
    }

    /// Files a new record. For a register that extends another, the draft gives the fields of both, both rows are
    /// written and share id and version.
    ///
    /// # Errors
    /// [`StoreError::Column`], [`StoreError::Unfit`], [`StoreError::Taken`], [`StoreError::Dangling`],
    /// [`StoreError::Cycle`], [`StoreError::Repeated`].
    pub fn file(&mut self, table: &Table, draft: impl Borrow<Draft>) -> Result<Record, StoreError> {
        self.whole(|writer| {
            let shape = writer.schema.shape(&table.name)?.clone();
            let (line, below) = writer.file_line(&shape, draft.borrow())?;
            writer.opened(&shape, line, below.as_ref().map(|(base, line)| (base.as_ref(), line.clone())))
        })
    }

    /// Files many new records of one register and gives their ids; faster than one by one, since no record is built.
    ///
    /// # Errors
    /// As [`Writer::file`]; the first refused draft ends it.
    pub fn file_all(
        &mut self,
        table: &Table,
        drafts: impl IntoIterator<Item: Borrow<Draft>>,
    ) -> Result<Vec<i64>, StoreError> {
        self.whole(|writer| {
            let shape = writer.schema.shape(&table.name)?.clone();
            drafts.into_iter().map(|draft| Ok(writer.file_line(&shape, draft.borrow())?.0.id)).collect()
        })
    }

    /// Changes a record that the caller has seen at version `expected`. An act that is neither move nor signature
    /// (`move:NAME`, `sign:NAME`) and changes nothing writes nothing and gives the record as it is.
    ///
    /// # Errors
    /// [`StoreError::Changed`] with the current record when it is at another version; [`StoreError::Absent`]; and those
    /// of [`Writer::file`].
    pub fn change(
        &mut self,
        table: &Table,
        id: i64,
        expected: i64,
        change: Draft,
        act: &str,
    ) -> Result<Record, StoreError> {
        self.whole(|writer| {
            let asked = writer.schema.shape(&table.name)?.clone();
            let shape = writer.outermost(&asked, id)?;
            writer.change_lines(&shape, id, expected, change, act)?;
            let found = writer.record(table, id, None)?;
            found.ok_or_else(|| StoreError::Absent { table: table.name.clone(), id })
        })
    }

    /// Notes something that happened and is no record (a sign-in, a pack applied): a row of `event`, with its line in
    /// the ledger. Gives its id.
    pub fn event(&mut self, kind: &str, subject: &str, detail: &str) -> Result<i64, StoreError> {
        let table = luoshi_kernel::table::event();
        let text = |text: &str| Value::Text(text.to_string());
        let values = [("kind", text(kind)), ("subject", text(subject)), ("detail", text(detail))];
        let values = values.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        Ok(self.file(&table, Draft { values, ..Draft::default() })?.id)
    }

    fn file_line(&mut self, shape: &Arc<Shape>, draft: &Draft) -> Result<(Line, Below), StoreError> {
        let base = self.base(shape)?;
        let id = self.next_id(base.as_ref().unwrap_or(shape))?;
        let mut line = empty(shape, id);
        line.state = draft.state.clone();
        let mut below = base.map(|base| {
            let line = empty(&base, id);
            (base, line)
        });
        self.fill(shape, &mut line, below.as_mut().map(|(base, line)| (&**base, line)), &draft.values)?;
        copied::fill(self, shape, &mut line)?;
        derived::fill(self, shape, &mut line, true)?;
        if let Some((base, line)) = &mut below {
            self.number(base, line, draft.unfiled)?;
            line.owner = self.owner_of(base, line)?;
            self.put(&Step { shape: base, before: None, after: line, act: "file" })?;
        }
        self.number(shape, &mut line, draft.unfiled)?;
        line.owner = self.owner_of(shape, &line)?;
        self.put(&Step { shape, before: None, after: &line, act: "file" })?;
        Ok((line, below))
    }

    fn change_lines(
        &mut self,
        shape: &Arc<Shape>,
        id: i64,
        expected: i64,
        change: Draft,
        act: &str,
    ) -> Result<(), StoreError> {
        let absent = || StoreError::Absent { table: shape.table.name.clone(), id };
        let before = self.line(shape, id, None)?.ok_or_else(absent)?;
        let base = self.base(shape)?;
        let below = match &base {
            Some(base) => Some((base.clone(), self.line(base, id, None)?.ok_or_else(absent)?)),
            None => None,
        };
        if before.version != expected && !self.only_derived(shape, id, expected, before.version)? {
            let current =
                self.opened(shape, before, below.as_ref().map(|(base, line)| (base.as_ref(), line.clone())))?;
            let (table, current) = (shape.table.name.clone(), Box::new(current));
            return Err(StoreError::Changed { table, id, expected, current });
        }
        let mut after = before.clone();
        let mut after_below = below.clone();
        self.fill(shape, &mut after, after_below.as_mut().map(|(base, line)| (&**base, line)), &change.values)?;
        copied::keep(self, shape, &before, &mut after)?;
        if change.state.is_some() {
            after.state = change.state;
        }
        derived::fill(self, shape, &mut after, false)?;
        self.number(shape, &mut after, change.unfiled)?;
        if let Some((base, line)) = &mut after_below {
            self.number(base, line, change.unfiled)?;
        }
        after.owner = self.owner_after(shape, &before, &after)?;
        if after == before
            && after_below.as_ref().map(|(_, line)| line) == below.as_ref().map(|(_, line)| line)
            && !act.starts_with("move:")
            && !act.starts_with("sign:")
        {
            return Ok(());
        }
        if let (Some((base, before)), Some((_, mut after))) = (below, after_below) {
            after.version += 1;
            self.put(&Step { shape: &base, before: Some(&before), after: &after, act })?;
        }
        after.version += 1;
        self.put(&Step { shape, before: Some(&before), after: &after, act })
    }

    /// Puts given values into their places, in the row itself or in that of the register it extends.
    fn fill(
        &mut self,
        shape: &Shape,
        line: &mut Line,
        mut below: Option<(&Shape, &mut Line)>,
        values: &BTreeMap<String, Value>,
    ) -> Result<(), StoreError> {
        let base = below.as_ref().map(|(base, _)| *base);
        let mut placed = Vec::with_capacity(values.len());
        // Nothing is written before everything is known to fit.
        for (name, value) in values {
            let found = [Some(shape), base].into_iter().flatten().find_map(|shape| Some((shape, shape.place(name)?)));
            let found = found.filter(|(shape, place)| !shape.beside_sealed(*place));
            let Some((holder, place)) = found else {
                return Err(StoreError::Column { table: shape.table.name.clone(), column: name.clone() });
            };
            holder.fits(place, value)?;
            placed.push((holder.number == shape.number, place, value));
        }
        for (own, place, value) in placed {
            match (own, &mut below) {
                (false, Some((base, line))) => self.put_value(base, line, place, value)?,
                _ => self.put_value(shape, line, place, value)?,
            }
        }
        Ok(())
    }

    fn put_value(&mut self, shape: &Shape, line: &mut Line, place: usize, value: &Value) -> Result<(), StoreError> {
        match shape.sealed.iter().find(|sealed| sealed.cipher == place) {
            Some(sealed) => self.seal_value(shape, line, *sealed, value),
            None => {
                line.values[place] = value.clone();
                Ok(())
            }
        }
    }

    /// Says that values were destroyed, of which the write-ahead log still knows.
    pub(crate) fn note_erased(&mut self) {
        self.erased = true;
    }

    /// Says that this step has written something: if it fails from here on, the closure is broken.
    pub(crate) fn half_done(&mut self) {
        self.member.writing = true;
    }

    /// The register that extends this one and has the record; else the register itself.
    pub(crate) fn outermost(&mut self, shape: &Arc<Shape>, id: i64) -> Result<Arc<Shape>, StoreError> {
        for name in &shape.extended_by {
            let outer = self.schema.shape(name)?.clone();
            if self.line(&outer, id, None)?.is_some() {
                return Ok(outer);
            }
        }
        Ok(shape.clone())
    }

    /// Gives a serial number to a record that has none and is filed.
    fn number(&mut self, shape: &Shape, line: &mut Line, unfiled: bool) -> Result<(), StoreError> {
        let Some(pattern) = &shape.table.serial else { return Ok(()) };
        if line.serial.is_none() && !unfiled {
            let now = self.member.now;
            let mut serials = std::mem::take(&mut self.member.serials);
            let given = serials.next(&mut *self.link()?, shape.number, pattern, now);
            self.member.serials = serials;
            line.serial = Some(given?);
        }
        Ok(())
    }

    pub(crate) fn owner_of(&mut self, shape: &Shape, line: &Line) -> Result<Option<i64>, StoreError> {
        match &shape.table.owner {
            Owner::Itself => Ok(Some(line.id)),
            Owner::Nobody => Ok(None),
            Owner::Path(steps) => owner::along(self, shape, line, steps),
        }
    }

    fn owner_after(&mut self, shape: &Shape, before: &Line, after: &Line) -> Result<Option<i64>, StoreError> {
        let Owner::Path(steps) = &shape.table.owner else { return Ok(before.owner) };
        let place = steps.first().and_then(|step| shape.place(&step.0));
        match place {
            Some(place) if before.values[place] != after.values[place] || self.is_behind(shape, "owner") => {
                owner::along(self, shape, after, steps)
            }
            _ => Ok(before.owner),
        }
    }

    fn next_id(&mut self, shape: &Shape) -> Result<i64, StoreError> {
        let next = match self.member.next_ids.get(&shape.number) {
            Some(next) => *next,
            None => self.link()?.one(&shape.sql.last_id, &[], |row| row.int(0))?.unwrap_or(0) + 1,
        };
        self.member.next_ids.insert(shape.number, next + 1);
        Ok(next)
    }

    /// Writes one version: current row, past row, ledger line; then what follows from it.
    pub(crate) fn put(&mut self, step: &Step<'_>) -> Result<(), StoreError> {
        several::exist(self, step)?;
        self.member.writing = true;
        let written = match step.before {
            None => {
                let row: Vec<Param<'_>> =
                    header(step.after).into_iter().chain(step.after.values.iter().map(Param::from)).collect();
                self.link()?.insert(&step.shape.sql.insert, &row)
            }
            Some(before) => self.update(step.shape, before, step.after),
        };
        written.map_err(|error| self.named(error, step))?;
        self.owe_past(step)?;
        tally::note(&mut self.group.tally, step);
        self.note_request(step)?;
        let table = &step.shape.table.name;
        if self.member.written.as_ref().is_some_and(|(tables, _)| tables.contains(table)) {
            let before = step.before.map(|line| self.opened(step.shape, line.clone(), None)).transpose()?;
            let after = self.opened(step.shape, step.after.clone(), None)?;
            if let Some((_, written)) = &mut self.member.written {
                written.push(Written { table: table.clone(), before, after });
            }
        }
        search::note(self, step)?;
        derived::note(self, step);
        if step.shape.is_unit() {
            closure::follow(self, step)?;
        }
        seen::follow(self, step)?;
        follow::follow(self, step)
    }

    pub(crate) fn underived(&mut self) -> &mut BTreeSet<(String, i64)> {
        &mut self.member.underived
    }

    pub(crate) fn noted(&mut self) -> &mut Option<Noted> {
        &mut self.member.written
    }

    /// Updates the columns that differ, and closes the last version.
    fn update(&mut self, shape: &Shape, before: &Line, after: &Line) -> Result<(), StoreError> {
        let mut params: Vec<Param<'_>> = vec![after.version.into()];
        let mut sets = format!("UPDATE {} SET {} = $1", quoted(&shape.table.name), quoted("version"));
        let mut set = |name: &str, param| {
            params.push(param);
            sets.push_str(&format!(", {} = ${}", quoted(name), params.len()));
        };
        if before.serial != after.serial {
            set("serial", after.serial.as_deref().into());
        }
        if before.state != after.state {
            set("state", after.state.as_deref().into());
        }
        if before.owner != after.owner {
            set("owner", after.owner.into());
        }
        for (place, column) in shape.table.columns.iter().enumerate() {
            if before.values[place] != after.values[place] {
                set(&column.name, Param::from(&after.values[place]));
            }
        }
        params.push(after.id.into());
        let sql = format!("{sets} WHERE {} = ${}", quoted("id"), params.len());
        let now = self.member.now;
        let mut link = self.link()?;
        link.execute(&sql, &params)?;
        let closed = link.execute(&shape.sql.close_past, &[now.into(), after.id.into(), before.version.into()])?;
        if closed != 1 {
            let what =
                format!("version {} of record {} of `{}` is missing", before.version, after.id, shape.table.name);
            return Err(StoreError::Damaged { what });
        }
        Ok(())
    }

    /// Owes the past of a version and its line in the ledger.
    fn owe_past(&mut self, step: &Step<'_>) -> Result<(), StoreError> {
        let (shape, line) = (step.shape, step.after);
        let facts = Facts {
            since: self.member.now,
            by: self.member.act.by,
            act: step.act,
            request: self.member.act.request.as_deref(),
            schema: self.reader.schema.number,
        };
        let seq = self.group.tip.size + 1;
        let digest = digest_of(shape, line, &facts, &[]);
        let (register, id, version, chain) = (shape.number, line.id, line.version, Hash::default());
        let line = LedgerLine { seq, register, id, version, digest, chain };
        self.reader.link()?.owe(&shape.sql.copy, &facts, line)?;
        (self.group.tip.size, self.group.tip.at) = (seq, facts.since);
        *self.group.writes.entry(shape.number).or_default() += 1;
        Ok(())
    }

    /// The first version that a request writes is its answer.
    fn note_request(&mut self, step: &Step<'_>) -> Result<(), StoreError> {
        let Some(request) = self.member.act.request.clone() else { return Ok(()) };
        if self.member.requested {
            return Ok(());
        }
        self.member.requested = true;
        if let Some((table, id, version)) = self.by_request(&request)? {
            return Err(StoreError::Repeated { request, table, id, version });
        }
        let (id, version) = (step.after.id.into(), step.after.version.into());
        let sql = "INSERT INTO request_made (request, register, id, version) VALUES ($1, $2, $3, $4)";
        let params = [request.as_str().into(), step.shape.number.into(), id, version];
        self.link()?.execute(sql, &params).map(|_| ())
    }

    /// Says which reference leads nowhere; SQLite does not.
    fn named(&mut self, error: StoreError, step: &Step<'_>) -> StoreError {
        if let StoreError::Taken { table, columns } = error {
            // Two sealed values are equal by their look-ups; the field is what people know.
            let field = |column: String| match step.shape.place(&column) {
                Some(place) if step.shape.beside_sealed(place) => {
                    column.strip_suffix("_find").map(str::to_string).unwrap_or(column)
                }
                _ => column,
            };
            return StoreError::Taken { table, columns: columns.into_iter().map(field).collect() };
        }
        let StoreError::Dangling { table, .. } = &error else { return error };
        if !table.is_empty() {
            return error;
        }
        for (place, column) in step.shape.table.columns.iter().enumerate() {
            let (Some(to), Value::Int(id)) = (&column.to, &step.after.values[place]) else { continue };
            let sql = format!("SELECT 1 FROM {} WHERE {} = $1", quoted(to), quoted("id"));
            let found = self.link().and_then(|mut link| link.one(&sql, &[(*id).into()], |_| Ok(())));
            if matches!(found, Ok(None)) {
                let (table, column) = (step.shape.table.name.clone(), column.name.clone());
                return StoreError::Dangling { table, column, id: *id };
            }
        }
        error
    }

    /// Runs a step that may write; if it fails in the middle, the closure is broken.
    pub(crate) fn whole<T>(
        &mut self,
        step: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(error) = &self.member.broken {
            return Err(error.clone());
        }
        self.member.writing = false;
        let result = step(self);
        if let Err(error) = &result
            && self.member.writing
        {
            self.member.broken = Some(error.clone());
        }
        self.member.writing = false;
        result
    }

    /// Where the ledger ends inside this closure, all its lines being written.
    pub(crate) fn tip(&mut self) -> Result<Tip, StoreError> {
        let chain = self.link()?.settle()?;
        self.group.tip.chain = chain;
        Ok(self.group.tip.clone())
    }

    /// Runs a statement on a plain table.
    pub(crate) fn plain(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        self.whole(|writer| {
            writer.member.writing = true;
            writer.link()?.execute(sql, params)
        })
    }
}

/// The lane's side.
impl Writer {
    /// Takes the lane and opens the group's transaction.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        let begun = self.open_group();
        if begun.is_err() {
            self.abandon();
        }
        begun
    }

    fn open_group(&mut self) -> Result<(), StoreError> {
        self.link()?.begin_write()?;
        let tip = ledger::tip(&mut *self.link()?)?;
        if tip.schema != self.schema.number {
            let schema = crate::catalogue::load(&mut *self.link()?)?;
            self.reader.schema = Arc::new(schema);
        }
        self.reader.look_behind()?;
        self.link()?.owe_from(tip.chain);
        self.group = Group { tip: tip.clone(), stored: tip, ..Group::default() };
        self.lost = false;
        Ok(())
    }

    /// Starts a member.
    pub(crate) fn enter(&mut self, act: &Act) -> Result<(), StoreError> {
        self.saved = self.group.clone();
        let now = act.at.max(self.group.tip.at + 1);
        self.member = Member { act: act.clone(), now, room: self.followers, ..Member::default() };
        let set = self.link()?.savepoint(Savepoint::Set);
        self.lost |= set.is_err();
        set
    }

    /// Ends a member: keeps what it wrote, or undoes it.
    pub(crate) fn leave(&mut self, succeeded: bool) -> Result<(), StoreError> {
        let kept = match (succeeded, self.member.broken.take()) {
            (true, None) => self.derive().and_then(|_| self.keep()),
            (true, Some(error)) => Err(error),
            (false, _) => {
                self.undo()?;
                return Ok(());
            }
        };
        if kept.is_err() {
            self.undo()?;
        }
        kept
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        let serials = std::mem::take(&mut self.member.serials);
        let due = std::mem::take(&mut self.member.due);
        let mut link = self.reader.link()?;
        self.group.tip.chain = link.settle()?;
        serials.store(&mut link)?;
        if !due.is_empty() {
            search::store_due(&mut link, &due)?;
            self.bell.ring();
        }
        link.savepoint(Savepoint::Release)
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.group = self.saved.clone();
        let mut link = self.link()?;
        let undone = link.savepoint(Savepoint::Undo).and_then(|()| link.savepoint(Savepoint::Release));
        link.owe_from(self.group.tip.chain);
        drop(link);
        self.lost |= undone.is_err();
        undone
    }

    /// Whether the group's transaction still stands.
    pub(crate) fn stands(&self) -> bool {
        !self.lost && self.link().is_ok_and(|link| link.in_transaction())
    }

    /// Why a member's transaction is lost.
    pub(crate) fn loss(&self) -> StoreError {
        StoreError::Lost { message: "the database gave the transaction up".into() }
    }

    /// Writes down what the group changed together, and commits.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        let group = self.group.clone();
        {
            let mut link = self.link()?;
            ledger::store(&mut link, &group.stored, &group.tip, &group.writes)?;
            tally::store(&mut link, &self.reader.schema, &group.tally)?;
            let Err(error) = link.commit() else {
                self.known.note(group.tip.size, &self.reader.behind);
                return Ok(());
            };
            link.rollback();
            // The connection may have broken after the database had committed.
            drop(link);
            if group.tip.size > group.stored.size && self.holds(&group.tip) {
                return Ok(());
            }
            Err(error)
        }
    }

    fn holds(&mut self, tip: &Tip) -> bool {
        let Ok(mut link) = self.link() else { return false };
        let found = link.begin_write().and_then(|()| ledger::tip(&mut link));
        link.rollback();
        found.is_ok_and(|found| found.size == tip.size && found.chain == tip.chain)
    }

    /// Undoes the whole group.
    pub(crate) fn abandon(&mut self) {
        if let Ok(mut link) = self.link() {
            link.rollback();
        }
    }

    /// Makes the connection fit for the next group, whatever happened in the last one; `tidy`: and its files small.
    pub(crate) fn rest(&mut self, tidy: bool) {
        if self.lost || self.stands() {
            self.abandon();
        }
        if !tidy {
            return;
        }
        if self.erased {
            let emptied = self.link().and_then(|mut link| link.empty_log());
            self.erased = !matches!(emptied, Ok(true));
        }
        if let Err(error) = self.link().and_then(|mut link| link.tidy()) {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
    }
}

/// What a version digests beside its row.
pub(crate) struct Facts<'a> {
    pub since: i64,
    pub by: i64,
    pub act: &'a str,
    pub request: Option<&'a str>,
    pub schema: i64,
}

/// The digest of a version. `dropped`: values of fields that are no longer declared.
pub(crate) fn digest_of(shape: &Shape, line: &Line, facts: &Facts<'_>, dropped: &[(u32, Value)]) -> Hash {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_string()));
    let fixed = [
        (STATE, text(line.state.as_deref())),
        (SERIAL, text(line.serial.as_deref())),
        (OWNER, line.owner.map_or(Value::Null, Value::Int)),
        (REQUEST, text(facts.request)),
        (SCHEMA, Value::Int(facts.schema)),
    ];
    let declared = shape.digested.iter().map(|place| (shape.fields[*place], &line.values[*place]));
    let mut fields: Vec<(u32, &Value)> = fixed.iter().map(|(number, value)| (*number, value)).chain(declared).collect();
    if !dropped.is_empty() {
        fields.extend(dropped.iter().map(|(number, value)| (*number, value)));
        fields.sort_by_key(|(number, _)| *number);
    }
    let head = digest::Version {
        register: shape.number,
        id: line.id,
        version: line.version,
        since: facts.since,
        by: facts.by,
        act: facts.act,
    };
    digest::version(head, fields)
}

fn header(line: &Line) -> [Param<'_>; HEAD] {
    let (serial, state) = (line.serial.as_deref().into(), line.state.as_deref().into());
    [line.id.into(), line.version.into(), serial, state, line.owner.into()]
}

fn empty(shape: &Shape, id: i64) -> Line {
    let values = vec![Value::Null; shape.table.columns.len()];
    Line { id, version: 1, serial: None, state: None, owner: None, values }
}
