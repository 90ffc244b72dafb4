//! A record's page: where it stands, what it says, what refers to it, which numbers it counts in, its past.

use crate::bureau::{Bureau, broken, said};
use crate::event;
use crate::hand::{self, Asked, Traces};
use crate::list::{Pick, label, title};
use crate::refusal::Refusal;
use crate::row::{Stored, satisfies};
use crate::view::{
    CountsIn, FieldGroup, FieldView, MoveHead, Outline, Place, RecordView, RegisterHead, Related, Signature, Signing,
    Step, VersionView, When,
};
use crate::{Actor, apart, cell, file, form, row, say, several};
use jiff::civil::Date;
use luoshi_kernel::access::both;
use luoshi_kernel::condition::holds;
use luoshi_kernel::light::Light;
use luoshi_kernel::list::EVERYTHING;
use luoshi_kernel::query::Known;
use luoshi_kernel::{Context, Lang, digest, kind, number};
use luoshi_pack::condition::{Compare, Operand, Source};
use luoshi_pack::{Action, Aggregate, Condition, Field, Kind, Move, Register, Sign, Stands, Value};
use luoshi_store::{Reader, Record, StoreError, Version};
use std::cell::RefCell;

/// Rows of a table of records that refer to this one.
const RELATED_ROWS: u64 = 20;

/// A record as a person may see it.
pub fn record(bureau: &Bureau, actor: &Actor, name: &str, id: i64, when: When) -> Result<RecordView, Refusal> {
    let register = bureau.register(name)?;
    let scope = actor.scope(bureau, name, Action::See).ok_or_else(Refusal::absent)?;
    let (known, day) = bureau.instant(when)?;
    let context = bureau.context(day);
    let view = bureau.store.read(|reader| {
        if !satisfies(bureau, reader, &context, name, id, &scope)? {
            return Ok(None);
        }
        let Some(record) = reader.record(bureau.table(name), id, known)? else { return Ok(None) };
        let seen = Seen {
            bureau,
            actor,
            register,
            context: &context,
            known,
            day,
            now: when == When::default() && bureau.read_only.is_none(),
        };
        Ok(Some(seen.view(reader, &record, when)?))
    });
    view.map_err(broken)?.ok_or_else(Refusal::absent)
}

/// A record being looked at.
pub(crate) struct Seen<'a> {
    pub(crate) bureau: &'a Bureau,
    pub(crate) actor: &'a Actor,
    pub(crate) register: &'a Register,
    pub(crate) context: &'a Context,
    pub(crate) known: Known,
    pub(crate) day: Date,
    /// Changes are possible: the page shows today, in a bureau that is open for writing.
    pub(crate) now: bool,
}

impl Seen<'_> {
    fn lang(&self) -> Lang {
        self.actor.lang
    }

    fn view(&self, reader: &mut Reader, record: &Record, when: When) -> Result<RecordView, StoreError> {
        let table = self.bureau.table(&self.register.name);
        let until = self.known.unwrap_or(i64::MAX);
        let history: Vec<Version> =
            reader.history(table, record.id)?.into_iter().filter(|version| version.since <= until).collect();
        let moves = self.moves(reader, record, &history)?;
        let newest = history.last();
        let edit = self.actor.scope(self.bureau, &self.register.name, Action::Edit);
        let may_edit = match edit {
            Some(scope) if self.now => {
                satisfies(self.bureau, reader, self.context, &self.register.name, record.id, &scope)?
            }
            _ => false,
        };
        Ok(RecordView {
            register: RegisterHead {
                name: self.register.name.clone(),
                title: title(self.register, self.lang()),
                count: None,
            },
            id: record.id,
            version: record.version,
            numbered: self.register.serial.is_some(),
            serial: record.serial.clone(),
            title: self.title(reader, record)?,
            light: self.light(record),
            flow: self.flow(record, &history),
            aside: self.aside(record),
            need: moves
                .iter()
                .find(|made| made.forward)
                .and_then(|made| Some(need_sentence(made.blocked.as_ref()?, &made.title, self.lang()))),
            moves,
            signings: if self.now { self.signings(reader, record, &history)? } else { vec![] },
            groups: self.groups(reader, record, &history)?,
            reveals: crate::reveal::lines(self, reader, record.id, self.lang())?,
            may_edit,
            erase: crate::erase::head(self, reader, record)?,
            related: self.related(reader, record)?,
            counts: self.counts(reader, record)?,
            past: self.past(reader, &history)?,
            digest: newest.map(|version| (digest::hex(&version.digest), version.seq)),
            when,
        })
    }

    /// The record's name: its label, or its serial number.
    pub(crate) fn title(&self, reader: &mut Reader, record: &Record) -> Result<String, StoreError> {
        let field = self.bureau.packs.field(&self.register.name, &self.register.label);
        let shown = match field {
            Some(field) => self.shown(reader, field, record.value(&field.name))?.0,
            None => String::new(),
        };
        let serial = record.serial.clone().unwrap_or_else(|| format!("#{}", record.id));
        Ok(if shown.is_empty() { serial } else { shown })
    }

    /// A value as shown, and the record it refers to.
    fn shown(
        &self,
        reader: &mut Reader,
        field: &Field,
        value: &Value,
    ) -> Result<(String, Option<(String, i64)>), StoreError> {
        if let (Kind::Ref { to }, Value::Int(id)) = (&field.kind, value) {
            return Ok((label(self.bureau, reader, to, *id, self.known)?, Some((to.clone(), *id))));
        }
        if field.mask {
            return Ok((say::hidden(field, value, self.lang()), None));
        }
        if let Kind::Refs { to } = &field.kind {
            let labels = several::shown(self.bureau, reader, to, value, self.known)?;
            return Ok((several::joined(labels.into_iter().map(|(_, label)| label), self.lang()), None));
        }
        Ok((kind::show(&field.kind, value, self.lang()), None))
    }

    /// A field of the record as everybody sees it.
    pub(crate) fn field_shown(
        &self,
        reader: &mut Reader,
        field: &Field,
        record: &Record,
    ) -> Result<String, StoreError> {
        Ok(self.of_record(reader, field, record)?.0)
    }

    /// As [`Seen::shown`], of the field of a record: an erased value says by which order it was.
    fn of_record(
        &self,
        reader: &mut Reader,
        field: &Field,
        record: &Record,
    ) -> Result<(String, Option<(String, i64)>), StoreError> {
        match record.value(&field.name) {
            value if say::erased(field, value) => crate::erase::told(self, reader, record, field),
            Value::Text(text) if field.holds_files() && !field.mask => {
                let names = crate::erase::names_of_files(reader, self.register, record.id, field, text, self.lang())?;
                Ok((names, None))
            }
            value => self.shown(reader, field, value),
        }
    }

    /// The records that a field of several refers to, each a link where the person may see the register.
    fn members(
        &self,
        reader: &mut Reader,
        field: &Field,
        value: &Value,
    ) -> Result<Vec<crate::view::Member>, StoreError> {
        if crate::erase::is_what(self.register, field) {
            return crate::erase::members(self, reader, value);
        }
        let (Kind::Refs { to }, false) = (&field.kind, field.mask) else { return Ok(vec![]) };
        let seen = self.actor.scope(self.bureau, to, Action::See).is_some();
        let labels = several::shown(self.bureau, reader, to, value, self.known)?;
        Ok(labels.into_iter().map(|(id, label)| (label, seen.then(|| (to.clone(), id)))).collect())
    }

    /// Whether a field's own condition holds of the record.
    fn applies(&self, reader: &mut Reader, record: &Record, field: &Field) -> Result<bool, StoreError> {
        let Some(when) = &field.when else { return Ok(true) };
        let row = Stored {
            bureau: self.bureau,
            context: self.context,
            register: &self.register.name,
            record,
            reader: RefCell::new(reader),
            failed: RefCell::default(),
        };
        let held = holds(when, &row, self.context);
        row.failed()?;
        Ok(held == Some(true))
    }

    fn groups(&self, reader: &mut Reader, record: &Record, history: &[Version]) -> Result<Vec<FieldGroup>, StoreError> {
        let mut groups = form::empty_groups(self.bureau, self.register, self.lang());
        let may_reveal =
            self.now && crate::reveal::may(self.bureau, self.actor, reader, self.context, self.register, record.id)?;
        let revealed = match may_reveal {
            true => crate::reveal::today(self.bureau, self.actor, reader, &self.register.name, record.id)?,
            false => vec![],
        };
        for field in self.bureau.packs.fields(&self.register.name) {
            // What does not apply and was never filled in is not shown as missing.
            if record.value(&field.name).is_null() && !self.applies(reader, record, field)? {
                continue;
            }
            let value = record.value(&field.name);
            // What was given since is another value, and nobody has given a reason for it.
            let same = |at: i64| {
                history.iter().any(|then| then.record.version == at && then.record.value(&field.name) == value)
            };
            let told = revealed.iter().any(|(name, _, at)| *name == field.name && same(*at))
                && crate::reveal::can_be(field, value);
            let (shown, link) = match told {
                true => (crate::reveal::plain(self.bureau, reader, field, value, self.lang())?, None),
                false => self.of_record(reader, field, record)?,
            };
            let view = FieldView {
                link: link.filter(|(to, _)| self.actor.scope(self.bureau, to, Action::See).is_some()),
                members: self.members(reader, field, record.value(&field.name))?,
                outline: outline(field, record.value(&field.name)),
                masked: field.mask && !told && !shown.is_empty() && !say::erased(field, value),
                reveal: may_reveal && !told && crate::reveal::can_be(field, value),
                revealed: told,
                files: file::on_page(
                    reader,
                    self.register,
                    record.id,
                    field,
                    record.value(&field.name),
                    history,
                    self.lang(),
                )?,
                shown,
                ..form::bare(field, self.lang())
            };
            form::put(&mut groups, field, view);
        }
        groups.extend(self.numbers(reader, record)?);
        groups.retain(|group| !group.fields.is_empty());
        Ok(groups)
    }

    /// The numbers of the record, counted as everything on the page is: as of its moment and day.
    fn numbers(&self, reader: &mut Reader, record: &Record) -> Result<Option<FieldGroup>, StoreError> {
        let mut fields = vec![];
        for number in self.bureau.packs.numbers(&self.register.name) {
            let Some(field) = number.as_field() else { continue };
            let (context, register) = (self.context, &self.register.name);
            let value = row::number(self.bureau, reader, context, self.known, register, record.id, &field.name)?;
            fields.push(FieldView {
                shown: kind::show(&field.kind, &value, self.lang()),
                help: Some(self.lang().pick(&number.rule, &number.rule_en).to_string()),
                ..form::bare(&field, self.lang())
            });
        }
        let title = self.lang().pick("统计", "Counted").to_string();
        Ok((!fields.is_empty()).then(|| FieldGroup { name: "numbers".into(), title, fields }))
    }

    fn light(&self, record: &Record) -> Option<(Light, String)> {
        let tell = cell::tell(&self.bureau.packs, &self.register.name);
        if self.aside(record).is_some() {
            return None;
        }
        let values: Vec<Value> = tell.paths.iter().map(|path| record.value(&path[0]).clone()).collect();
        let light = tell.light(&values, self.day, self.context)?;
        let due = values.get(1)?.date()?;
        let late = luoshi_kernel::light::days(due, self.day);
        let on = say::day(due, self.day, self.lang());
        let counted = values[0].date().filter(|counted| *counted <= self.day);
        let text = match (counted, late > 0) {
            (Some(counted), _) => {
                let late = luoshi_kernel::light::days(due, counted);
                said(
                    self.lang(),
                    format!("应{on}，{}", early_or_late(late, Lang::Zh)),
                    format!("due {on}, {}", early_or_late(late, Lang::En)),
                )
            }
            (None, true) => said(self.lang(), format!("应{on}，已迟{late}天"), format!("due {on}, {late} days late")),
            (None, false) => match values.get(2).and_then(Value::date).filter(|expected| *expected > due) {
                Some(expected) => {
                    let later = luoshi_kernel::light::days(due, expected);
                    said(
                        self.lang(),
                        format!("应{on}，预计迟{later}天"),
                        format!("due {on}, {later} days late by the forecast"),
                    )
                }
                None => said(self.lang(), format!("应{on}，还有{}天", -late), format!("due {on}, {} days left", -late)),
            },
        };
        Some((light, text))
    }

    fn aside(&self, record: &Record) -> Option<String> {
        let state = self.register.flow.as_ref()?.states.get(record.state.as_deref()?)?;
        state.aside.then(|| self.lang().pick(&state.title, &state.en).to_string())
    }

    /// The flow line: states behind, here and ahead, each with the day it came about or is due.
    fn flow(&self, record: &Record, history: &[Version]) -> Vec<Step> {
        let Some(flow) = &self.register.flow else { return vec![] };
        let main: Vec<(&String, &luoshi_pack::State)> = flow.states.iter().filter(|(_, state)| !state.aside).collect();
        let reached = |version: &Version| {
            main.iter().position(|(name, _)| Some(name.as_str()) == version.record.state.as_deref())
        };
        // A record beside the line stands where it last stood on it.
        let here = main.iter().position(|(name, _)| Some(name.as_str()) == record.state.as_deref());
        let here = here.or_else(|| history.iter().rev().find_map(reached)).unwrap_or(0);
        let last = main.len().saturating_sub(1);
        let expected = self.expected(record);
        main.iter()
            .enumerate()
            .map(|(place, (name, state))| {
                let declared = state.day.as_ref().and_then(|field| record.value(field).date());
                let came = history.iter().find(|version| version.record.state.as_deref() == Some(name.as_str()));
                let came = declared.or_else(|| came.map(|version| kind::day_of(version.since)));
                let due = state.due.as_ref().and_then(|field| record.value(field).date());
                let where_it_is = match place.cmp(&here) {
                    std::cmp::Ordering::Less => Place::Done,
                    std::cmp::Ordering::Equal if place == last => Place::Done,
                    std::cmp::Ordering::Equal => Place::Here,
                    std::cmp::Ordering::Greater => Place::Ahead,
                };
                let (day, note) = self.step_words(where_it_is, came, due, expected.filter(|_| place == last));
                Step { title: self.lang().pick(&state.title, &state.en).to_string(), place: where_it_is, day, note }
            })
            .collect()
    }

    /// The day on which the record is expected to count.
    fn expected(&self, record: &Record) -> Option<Date> {
        let indicators = self.bureau.packs.indicators.values().filter(|indicator| indicator.of == self.register.name);
        indicators.filter_map(|indicator| indicator.expected.as_ref()).find_map(|field| record.value(field).date())
    }

    fn step_words(
        &self,
        place: Place,
        came: Option<Date>,
        due: Option<Date>,
        expected: Option<Date>,
    ) -> (String, String) {
        let lang = self.lang();
        if place != Place::Ahead {
            let day = came.map_or_else(String::new, |day| say::full_day(day, lang));
            let note = came
                .zip(due)
                .map_or_else(String::new, |(came, due)| early_or_late(luoshi_kernel::light::days(due, came), lang));
            return (day, note);
        }
        let day = due.map_or_else(String::new, |due| {
            said(lang, format!("应{}", say::day(due, self.day, lang)), format!("due {}", say::day(due, self.day, lang)))
        });
        let late = due.map_or(0, |due| luoshi_kernel::light::days(due, self.day));
        let note = match expected {
            Some(day) => said(
                lang,
                format!("预计{}", say::day(day, self.day, lang)),
                format!("expected {}", say::day(day, self.day, lang)),
            ),
            None if late > 0 => said(lang, format!("已迟{late}天"), format!("{late} days late")),
            None => String::new(),
        };
        (day, note)
    }

    /// Moves from here that the person's roles may make, the next one on the main line first.
    pub(crate) fn moves(
        &self,
        reader: &mut Reader,
        record: &Record,
        history: &[Version],
    ) -> Result<Vec<MoveHead>, StoreError> {
        let Some(flow) = self.register.flow.as_ref().filter(|_| self.now) else { return Ok(vec![]) };
        let state = record.state.as_deref().unwrap_or_default();
        let traces = Traces::read(self.bureau, reader, &self.register.name, history)?;
        let mut heads = vec![];
        for (name, made) in flow.moves.iter().filter(|(_, made)| made.from.iter().any(|from| from == state)) {
            let Some(scope) = self.actor.move_scope(self.bureau, &self.register.name, made) else { continue };
            if !satisfies(self.bureau, reader, self.context, &self.register.name, record.id, &scope)? {
                continue;
            }
            let forward = flow.leads_on(state, &made.to);
            let blocked = self.blocked(reader, record, &traces, name, made)?;
            // What only the filer may do is not offered to others at all.
            if blocked.as_ref().is_some_and(|(code, _)| *code == "D036") {
                continue;
            }
            let blocked = blocked.map(|(_, why)| why);
            heads.push(MoveHead {
                name: name.clone(),
                title: self.lang().pick(&made.title, &made.en).to_string(),
                forward,
                blocked,
            });
        }
        heads.sort_by_key(|head| !head.forward);
        Ok(heads)
    }

    /// Why a move cannot be made now, with the code of what stands against it. What the move itself asks for does not
    /// block it.
    fn blocked(
        &self,
        reader: &mut Reader,
        record: &Record,
        traces: &Traces<'_>,
        name: &str,
        made: &Move,
    ) -> Result<Option<(&'static str, String)>, StoreError> {
        if self.actor.account != 0 {
            let register = &self.register.name;
            let signed = traces.signatures(name, &hand::content(self.bureau, register, name, made), record);
            let rights = self.actor.rights(self.bureau, reader, self.context, register, made, record.id)?;
            let asked = Asked { actor: self.actor, made, traces, signed: &signed };
            match asked.choose(reader, rights)? {
                Err(barred) => return Ok(Some((barred.code, barred.sentence(self.lang())))),
                Ok(right) => {
                    let hands = self.actor.hands(right.and_then(|right| right.giver));
                    if let Some(other) = apart::conflict(self.bureau, reader, register, record, name, &hands)? {
                        return Ok(Some(("D035", self.apart_sentence(&other))));
                    }
                }
            }
        }
        let Some(need) = made.need.as_ref().and_then(|need| settled(need, name, made)) else { return Ok(None) };
        let row = Stored {
            bureau: self.bureau,
            context: self.context,
            register: &self.register.name,
            record,
            reader: RefCell::new(reader),
            failed: RefCell::default(),
        };
        Ok((holds(&need, &row, self.context) != Some(true)).then(|| ("D033", need_message(made, self.lang()))))
    }

    /// Whether something stands against this person making a move: signed already, filed it, made what is apart.
    pub(crate) fn is_barred(
        &self,
        reader: &mut Reader,
        record: &Record,
        name: &str,
        made: &Move,
    ) -> Result<bool, StoreError> {
        let history = reader.history(self.bureau.table(&self.register.name), record.id)?;
        let traces = Traces::read(self.bureau, reader, &self.register.name, &history)?;
        let blocked = self.blocked(reader, record, &traces, name, made)?;
        Ok(blocked.is_some_and(|(code, _)| code != "D033"))
    }

    fn apart_sentence(&self, other: &str) -> String {
        let title = apart::title(self.bureau, &self.register.name, other, self.lang());
        said(
            self.lang(),
            format!("与“{title}”不相容，“{title}”是您办理的"),
            format!("it must be apart from “{title}”, which you have made"),
        )
    }

    /// Moves from here that more than one person must make: who has signed, and who is awaited.
    fn signings(&self, reader: &mut Reader, record: &Record, history: &[Version]) -> Result<Vec<Signing>, StoreError> {
        let Some(flow) = &self.register.flow else { return Ok(vec![]) };
        let here = |made: &Move| made.from.iter().any(|from| Some(from) == record.state.as_ref());
        let lang = self.lang();
        let mut out = vec![];
        let traces = Traces::read(self.bureau, reader, &self.register.name, history)?;
        for (name, made) in flow.moves.iter().filter(|(_, made)| made.sign != Sign::One && here(made)) {
            let wanted = hand::wanted(made, self.context);
            if wanted < 2 || self.offered_to_nobody(reader, record, made)? {
                continue;
            }
            let signed = traces.signatures(name, &hand::content(self.bureau, &self.register.name, name, made), record);
            let mut signatures = vec![];
            for (version, _) in &signed {
                signatures.push(Signature {
                    by: self.by(reader, version, &traces)?,
                    role: traces.role(version.record.version).map(|role| self.role(role)).unwrap_or_default(),
                    at: say::moment(version.since, self.day, lang),
                });
            }
            let open = |role: &&String| {
                !signed.iter().any(|(version, _)| traces.role(version.record.version) == Some(role.as_str()))
            };
            out.push(Signing {
                title: lang.pick(&made.title, &made.en).to_string(),
                wanted,
                signed: signatures,
                awaited: match made.sign {
                    Sign::Each => made.by.iter().filter(open).map(|role| self.role(role)).collect(),
                    _ => vec![],
                },
            });
        }
        Ok(out)
    }

    /// Whether the record is none of a move's, whoever asks.
    fn offered_to_nobody(&self, reader: &mut Reader, record: &Record, made: &Move) -> Result<bool, StoreError> {
        let Some(whose) = &made.whose else { return Ok(false) };
        let nobody = Context { me: None, my_unit: None, ..self.context.clone() };
        Ok(row::judged(self.bureau, reader, &nobody, &self.register.name, record, whose)? == Some(false))
    }

    fn role(&self, role: &str) -> String {
        let declared = self.bureau.packs.roles.get(role);
        declared
            .map_or_else(|| role.to_string(), |declared| self.lang().pick(&declared.title, &declared.en).to_string())
    }

    /// Who wrote a version, and in whose place.
    fn by(&self, reader: &mut Reader, version: &Version, traces: &Traces<'_>) -> Result<String, StoreError> {
        let name = who(reader, version.by, self.lang())?;
        let Some(giver) = traces.giver(version.record.version) else { return Ok(name) };
        let giver = label(self.bureau, reader, "person", giver, None)?;
        Ok(said(self.lang(), format!("{name}（受{giver}委托）"), format!("{name} (for {giver})")))
    }

    /// Registers with a reference to this one, with the records that hold it.
    fn related(&self, reader: &mut Reader, record: &Record) -> Result<Vec<Related>, StoreError> {
        let mut out = vec![];
        for other in self.bureau.packs.registers.values() {
            for field in other.fields.values().filter(|field| self.leads_here(field)) {
                let Some(scope) = self.actor.scope(self.bureau, &other.name, Action::See) else { continue };
                let id = Operand::literal(Value::Int(record.id));
                let mine = match &field.kind {
                    Kind::Refs { .. } => Condition::Holds(vec![field.name.clone()], id),
                    _ => Condition::Compare(vec![field.name.clone()], Compare::Equal, id),
                };
                let names: Vec<Vec<String>> =
                    other.columns.iter().filter(|name| **name != field.name).map(|name| cell::path(name)).collect();
                let columns = cell::columns(&self.bureau.packs, &other.name, &names);
                let sort: Vec<_> = other.views.values().next().map(|view| view.sort.clone()).unwrap_or_default();
                let pick = Pick {
                    register: other,
                    columns: &columns,
                    scope: &scope,
                    filter: &mine,
                    sort: &sort,
                    context: self.context,
                    known: self.known,
                    day: self.day,
                    lang: self.lang(),
                };
                let table = pick.table(self.bureau, reader, RELATED_ROWS)?;
                let may_file = self.now && self.actor.scope(self.bureau, &other.name, Action::File).is_some();
                if table.total == 0 && !(may_file && self.register.flow.is_some()) {
                    continue;
                }
                out.push(Related {
                    register: RegisterHead {
                        name: other.name.clone(),
                        title: self.related_title(other, field),
                        count: Some(table.total),
                    },
                    by: field.name.clone(),
                    columns: table.columns,
                    rows: table.rows,
                    total: table.total,
                    sums: table.sums,
                    may_file,
                    parts: other.part_of.as_ref() == Some(&field.name),
                });
            }
        }
        Ok(out)
    }

    /// The label of a register, with that of the field where several of its fields lead here.
    fn related_title(&self, other: &Register, field: &Field) -> String {
        let register = title(other, self.lang());
        if other.fields.values().filter(|field| self.leads_here(field)).count() < 2 {
            return register;
        }
        let field = self.lang().pick(&field.title, &field.en);
        said(self.lang(), format!("{register}（{field}）"), format!("{register} ({field})"))
    }

    fn leads_here(&self, field: &Field) -> bool {
        matches!(&field.kind, Kind::Ref { to } | Kind::Refs { to } if *to == self.register.name || Some(to) == self.register.extends.as_ref())
    }

    /// The plan numbers that the record counts in, or would.
    fn counts(&self, reader: &mut Reader, record: &Record) -> Result<Vec<CountsIn>, StoreError> {
        let mut out = vec![];
        for plan in &self.bureau.plans {
            for measure in plan.measures() {
                for target in &measure.targets {
                    let indicator = target.indicator.as_ref().and_then(|name| self.bureau.packs.indicators.get(name));
                    let Some(indicator) = indicator.filter(|indicator| indicator.of == self.register.name) else {
                        continue;
                    };
                    let context = self.bureau.context_within(self.day, plan.year);
                    let mine =
                        Condition::Compare(vec!["id".into()], Compare::Equal, Operand::literal(Value::Int(record.id)));
                    let mut has = |condition: Condition| {
                        let filter = both(condition, mine.clone());
                        crate::list::count(
                            self.bureau,
                            reader,
                            self.known,
                            &context,
                            &self.register.name,
                            &EVERYTHING,
                            &filter,
                        )
                        .map(|count| count > 0)
                    };
                    let counted = has(number::evidence(indicator))?;
                    let will = !counted && has(indicator.filter.clone())? && self.still_open(record, indicator);
                    if !counted && !will {
                        continue;
                    }
                    let judged = crate::judge::judge(self.bureau, reader, target, self.known, self.day, plan.year)?;
                    let share = self.contribution(record, indicator);
                    let (zh, en) = if counted {
                        (format!("已计 {share}"), format!("counted {share}"))
                    } else {
                        (format!("办成后 +{share}"), format!("will add {share}"))
                    };
                    out.push(CountsIn {
                        plan: plan.name.clone(),
                        measure: measure.id.clone(),
                        title: measure.title.clone(),
                        light: judged.map_or(Light::Grey, |judged| judged.light),
                        text: said(self.lang(), zh, en),
                        counted,
                    });
                }
            }
        }
        Ok(out)
    }

    /// Its day has not come: it may count yet.
    fn still_open(&self, record: &Record, indicator: &luoshi_pack::Indicator) -> bool {
        matches!(&indicator.stands, Stands::Dated(day) if record.value(day).date().is_none_or(|day| day > self.day))
    }

    fn contribution(&self, record: &Record, indicator: &luoshi_pack::Indicator) -> String {
        match &indicator.aggregate {
            Aggregate::Sum(field) => {
                let declared = self.bureau.packs.field(&indicator.of, field);
                declared
                    .map_or_else(String::new, |declared| kind::show(&declared.kind, record.value(field), self.lang()))
            }
            Aggregate::Count | Aggregate::Share(_) | Aggregate::Distinct(_) => "1".into(),
        }
    }

    /// Its versions, newest first, field by field.
    fn past(&self, reader: &mut Reader, history: &[Version]) -> Result<Vec<VersionView>, StoreError> {
        let mut out = vec![];
        let empty = Record { id: 0, version: 0, serial: None, state: None, owner: None, values: Default::default() };
        let traces = Traces::read(self.bureau, reader, &self.register.name, history)?;
        for (place, version) in history.iter().enumerate() {
            let before = place.checked_sub(1).map_or(&empty, |before| &history[before].record);
            out.push(VersionView {
                version: version.record.version,
                at: say::moment(version.since, self.day, self.lang()),
                by: self.by(reader, version, &traces)?,
                act: say::act(self.register, &version.act, self.lang()),
                reason: event::detail(
                    reader,
                    "reason",
                    &subject(&self.register.name, version.record.id, version.record.version),
                )?,
                changes: self.changes(reader, before, &version.record)?,
            });
        }
        out.reverse();
        Ok(out)
    }

    /// What changed from one version to the next: label, before, after.
    pub(crate) fn changes(
        &self,
        reader: &mut Reader,
        before: &Record,
        after: &Record,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let lang = self.lang();
        let mut out = vec![];
        if before.state != after.state && before.version > 0 {
            let shown = |state: &Option<String>| {
                state.as_ref().map_or_else(String::new, |state| cell::state_title(self.register, state, lang))
            };
            out.push((lang.pick("状态", "state").to_string(), shown(&before.state), shown(&after.state)));
        }
        for field in self.bureau.packs.fields(&self.register.name) {
            let (old, new) = (before.value(&field.name), after.value(&field.name));
            if old != new {
                let (old, new) = (self.field_shown(reader, field, before)?, self.field_shown(reader, field, after)?);
                out.push((lang.pick(&field.title, &field.en).to_string(), old, new));
            }
        }
        Ok(out)
    }
}

fn need_sentence(blocked: &str, title: &str, lang: Lang) -> String {
    said(lang, format!("到“{title}”还缺：{blocked}"), format!("Before “{title}”: {blocked}"))
}

/// Why a move's need is not met.
pub(crate) fn need_message(made: &Move, lang: Lang) -> String {
    if made.need_message.is_empty() {
        return said(lang, "条件还不具备", "what it needs is not there yet");
    }
    made.need_message.clone()
}

/// Longer side of the picture of an area.
const OUTLINE: i64 = 220;

fn outline(field: &Field, value: &Value) -> Option<Outline> {
    match (&field.kind, value.text()) {
        (Kind::Area, Some(text)) if !field.mask => Some(kind::area::outline(text, OUTLINE)),
        _ => None,
    }
}

/// What of a need is settled before the move is made: the parts that test nothing the move gives or opens.
fn settled(need: &Condition, name: &str, made: &Move) -> Option<Condition> {
    let parts = match need {
        Condition::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let settled = parts.iter().filter(|part| !depends(part, name, made));
    let settled: Vec<Condition> = settled.cloned().collect();
    (!settled.is_empty()).then_some(Condition::All(settled))
}

/// Whether a condition tests something that a move gives its record.
fn depends(condition: &Condition, name: &str, made: &Move) -> bool {
    let given = |path: &[String]| {
        path.first().is_some_and(|first| {
            let fields = [&made.ask, &made.clear];
            first == "state" || fields.iter().any(|all| all.contains(first)) || made.set.contains_key(first)
        })
    };
    let operand = |operand: &Operand| match &operand.source {
        Source::Field(path) => given(path),
        Source::Asked(other, _) | Source::Move(other) => other == name,
        _ => false,
    };
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| depends(part, name, made)),
        Condition::Not(part) => depends(part, name, made),
        Condition::Compare(path, _, right) | Condition::Holds(path, right) | Condition::InUnit(path, right) => {
            given(path) || operand(right)
        }
        Condition::OneOf(path, _)
        | Condition::Empty(path, _)
        | Condition::Contains(path, _)
        | Condition::Day(path, _) => given(path),
        Condition::Has { .. } => false,
    }
}

fn early_or_late(late: i64, lang: Lang) -> String {
    match late {
        0 => lang.pick("按期", "on time").to_string(),
        late if late > 0 => said(lang, format!("迟{late}天"), format!("{late} days late")),
        early => said(lang, format!("早{}天", -early), format!("{} days early", -early)),
    }
}

/// The name of an account; 系统 for the system.
pub(crate) fn who(reader: &mut Reader, account: i64, lang: Lang) -> Result<String, StoreError> {
    if account == 0 {
        return Ok(lang.pick("系统", "system").to_string());
    }
    Ok(reader.account(account)?.map_or_else(|| format!("#{account}"), |account| account.title))
}

/// How events name a version of a record.
pub(crate) fn subject(register: &str, id: i64, version: i64) -> String {
    format!("{}{version}", versions(register, id))
}

/// What the subjects of all versions of a record begin with.
pub(crate) fn versions(register: &str, id: i64) -> String {
    format!("{register}:{id}:")
}
