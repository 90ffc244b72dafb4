//! Whose hand: the persons behind what was done and behind what is about to be done. Four eyes, signatures and what is
//! apart all ask here, so that a second account or a delegation opens no way around them.
//!
//! Behind an act stand the person of the account and, where it was done by delegation, its giver.

use crate::Actor;
use crate::bureau::{Bureau, said};
use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::{Alias, ExprTrait, Query, SelectStatement};
use luoshi_kernel::table::ColumnKind;
use luoshi_kernel::{Context, Lang};
use luoshi_pack::{Condition, Move, Packs, Register, Sign, Value};
use luoshi_store::{Reader, Record, StoreError, Version};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the event that names the giver in whose place a version was written.
pub const BEHALF: &str = "behalf";
/// The kind of the event that names the role in which a signature was given.
pub const SIGNED: &str = "signed";
/// What the act of a signature begins with; the move's name follows.
pub const SIGN: &str = "sign:";

/// Somebody: a person, or an account that belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person's record.
    Person(i64),
    /// An account.
    Account(i64),
}

/// Everybody behind an act.
pub type Hands = BTreeSet<Who>;

/// In what right a person makes a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The role.
    pub role: String,
    /// Who gave it, when it is held by delegation.
    pub giver: Option<i64>,
}

/// Why a right does not serve, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    pub code: &'static str,
    pub zh: String,
    pub en: String,
}

impl Barred {
    fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Barred {
        Barred { code, zh: zh.into(), en: en.into() }
    }

    pub fn sentence(&self, lang: Lang) -> String {
        said(lang, &self.zh, &self.en)
    }
}

/// A record with its past, and everybody behind each version of it.
pub struct Traces<'a> {
    bureau: &'a Bureau,
    register: &'a Register,
    pub history: &'a [Version],
    behind: Vec<Hands>,
    /// By version: in which role a signature was given.
    roles: BTreeMap<i64, String>,
    /// By version: in whose place it was written.
    givers: BTreeMap<i64, i64>,
}

impl<'a> Traces<'a> {
    /// Reads who stands behind the versions of a record.
    pub fn read(
        bureau: &'a Bureau,
        reader: &mut Reader,
        register: &str,
        history: &'a [Version],
    ) -> Result<Traces<'a>, StoreError> {
        let register = bureau.packs.register(register);
        let (mut roles, mut givers) = (BTreeMap::new(), BTreeMap::new());
        for (kind, version, detail) in events(&bureau.packs, reader, register, history)? {
            match kind.as_str() {
                SIGNED => {
                    roles.insert(version, detail);
                }
                _ => givers.extend(detail.parse::<i64>().ok().map(|giver| (version, giver))),
            }
        }
        let mut accounts: BTreeMap<i64, Who> = BTreeMap::new();
        for version in history {
            if let Entry::Vacant(unknown) = accounts.entry(version.by) {
                let person = reader.account(version.by)?.and_then(|account| account.person);
                unknown.insert(person.map_or(Who::Account(version.by), Who::Person));
            }
        }
        let hands = |version: &Version| {
            let giver = givers.get(&version.record.version).map(|giver| Who::Person(*giver));
            accounts.get(&version.by).copied().into_iter().chain(giver).collect()
        };
        let behind = history.iter().map(hands).collect();
        Ok(Traces { bureau, register, history, behind, roles, givers })
    }

    /// Each version with everybody behind it.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = (&'a Version, &Hands)> {
        self.history.iter().zip(&self.behind)
    }

    /// In whose place a version was written.
    pub fn giver(&self, version: i64) -> Option<i64> {
        self.givers.get(&version).copied()
    }

    /// In which role a version was signed.
    pub fn role(&self, version: i64) -> Option<&str> {
        self.roles.get(&version).map(String::as_str)
    }

    /// Whether they filed the record.
    pub fn filed(&self, hands: &Hands) -> bool {
        self.behind.first().is_some_and(|first| !first.is_disjoint(hands))
    }

    /// Whether what the record says now is theirs: they filed it, gave what a typed field holds now, or did so to one of
    /// its parts.
    pub fn wrote(&self, reader: &mut Reader, hands: &Hands) -> Result<bool, StoreError> {
        Ok(self.filed(hands) || self.gave(hands) || self.wrote_part(reader, hands)?)
    }

    /// Whether they gave what a typed field holds now.
    fn gave(&self, hands: &Hands) -> bool {
        let (bureau, register) = (self.bureau, &self.register.name);
        let fields = bureau.packs.fields(register).into_iter();
        let mut typed =
            fields.filter(|field| !field.computed() && !crate::duty::is_link(bureau, register, &field.name));
        typed.any(|field| self.giving(&field.name).is_some_and(|behind| !behind.is_disjoint(hands)))
    }

    /// Everybody behind the version that gave a field what it holds now; `None` where nobody typed that.
    fn giving(&self, field: &str) -> Option<&Hands> {
        let value = |place: usize| self.history[place].record.value(field);
        let place = (0..self.history.len()).rev().find(|place| *place == 0 || value(*place) != value(place - 1))?;
        is_given(self.register, &self.history[place].act, field).then(|| &self.behind[place])
    }

    /// Whether they wrote a part of the record, or took it away.
    fn wrote_part(&self, reader: &mut Reader, hands: &Hands) -> Result<bool, StoreError> {
        let Some(id) = self.history.last().map(|version| version.record.id) else { return Ok(false) };
        let parts = parts_below(&self.bureau.packs, &self.register.name, id);
        if parts.is_empty() {
            return Ok(false);
        }
        let accounts = accounts(reader, hands)?;
        for (register, rows) in parts {
            for id in touched(reader, register, rows, &accounts)? {
                let history = reader.history(self.bureau.table(&register.name), id)?;
                let part = Traces::read(self.bureau, reader, &register.name, &history)?;
                let wrote = match part.taken_away() {
                    Some(behind) => !behind.is_disjoint(hands),
                    None => part.filed(hands) || part.gave(hands),
                };
                if wrote {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Everybody behind the move that took a part away, where it is away.
    fn taken_away(&self) -> Option<&Hands> {
        let state = |place: usize| self.history[place].record.state.as_ref();
        let last = self.history.len().checked_sub(1)?;
        let aside = self.register.flow.as_ref()?.states.iter().find(|(name, _)| Some(*name) == state(last))?.1.aside;
        let place = (0..=last).rev().find(|place| *place == 0 || state(*place) != state(place - 1))?;
        aside.then(|| &self.behind[place])
    }

    /// Whether they made a move of the record, or signed it.
    pub fn made(&self, name: &str, hands: &Hands) -> bool {
        let acts = [format!("move:{name}"), format!("{SIGN}{name}")];
        self.versions().any(|(version, behind)| acts.contains(&version.act) && !behind.is_disjoint(hands))
    }

    /// The signatures of a move that count for what the record says now: given since its state was entered, over the same
    /// content. What the opinions of others are is no content.
    pub fn signatures(&self, name: &str, content: &[String], now: &Record) -> Vec<(&'a Version, &Hands)> {
        let act = format!("{SIGN}{name}");
        let here = self.versions().rev().take_while(|(version, _)| !version.act.starts_with("move:"));
        let mut signed: Vec<_> = here
            .filter(|(version, _)| version.act == act)
            .filter(|(version, _)| content.iter().all(|field| version.record.value(field) == now.value(field)))
            .collect();
        signed.reverse();
        signed
    }
}

/// Whether an act gave a field what it holds after it: in the form of the record, or as what a move asks. What a move asks
/// that bars whoever wrote the record is the statement of the one who approved it.
fn is_given(register: &Register, act: &str, field: &str) -> bool {
    let Some(name) = act.strip_prefix("move:").or_else(|| act.strip_prefix(SIGN)) else {
        return act == "file" || act == "edit";
    };
    let made = register.flow.as_ref().and_then(|flow| flow.moves.get(name));
    made.is_none_or(|made| !made.not_filer && made.ask.iter().any(|asked| asked == field))
}

/// The registers whose records are parts of a record, near or far, each with the ids of those that are.
fn parts_below<'p>(packs: &'p Packs, whole: &str, id: i64) -> Vec<(&'p Register, SelectStatement)> {
    let mut out: Vec<(&Register, SelectStatement)> = vec![];
    let (mut at, mut of) = (0, (whole.to_string(), None));
    loop {
        for (register, field) in crate::part::registers(packs, &of.0) {
            if out.iter().any(|(known, _)| known.name == register.name) {
                continue;
            }
            let mut rows = Query::select();
            rows.expr(col("w", "id")).from_as(Alias::new(&register.name), Alias::new("w"));
            match of.1.clone() {
                None => rows.and_where(col("w", field).eq(id)),
                Some(wholes) => rows.and_where(col("w", field).in_subquery(wholes)),
            };
            out.push((register, rows));
        }
        let Some((register, rows)) = out.get(at) else { return out };
        of = (register.name.clone(), Some(rows.clone()));
        at += 1;
    }
}

/// The accounts that may have written in these hands: their own, and those of whoever was ever lent a post of theirs.
fn accounts(reader: &mut Reader, hands: &Hands) -> Result<Vec<i64>, StoreError> {
    let mut out: Vec<i64> = vec![];
    let mut persons: Vec<i64> = vec![];
    for who in hands {
        match who {
            Who::Account(account) => out.push(*account),
            Who::Person(person) => persons.push(*person),
        }
    }
    let mut lent = Query::select();
    lent.expr(col("p", "person")).from_as(Alias::new(format!("{}_past", crate::account::POSTS)), Alias::new("p"));
    lent.and_where(col("p", "giver").is_in(persons.iter().copied()));
    let mut select = Query::select();
    select.expr(col("a", "id")).from_as(Alias::new("account"), Alias::new("a"));
    select.and_where(col("a", "person").is_in(persons).or(col("a", "person").in_subquery(lent)));
    out.extend(reader.rows(&select, &[ColumnKind::Int])?.iter().filter_map(|row| row[0].int()));
    Ok(out)
}

/// Those of some records that these accounts ever wrote.
fn touched(
    reader: &mut Reader,
    register: &Register,
    rows: SelectStatement,
    accounts: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let mut select = Query::select();
    select.distinct().expr(col("p", "id"));
    select.from_as(Alias::new(format!("{}_past", register.name)), Alias::new("p"));
    select.and_where(col("p", "id").in_subquery(rows)).and_where(col("p", "by").is_in(accounts.iter().copied()));
    Ok(reader.rows(&select, &[ColumnKind::Int])?.iter().filter_map(|row| row[0].int()).collect())
}

/// What the events of these versions say about hands: kind, version, detail. A school is written as the unit it extends too.
fn events(
    packs: &Packs,
    reader: &mut Reader,
    register: &Register,
    history: &[Version],
) -> Result<Vec<(String, i64, String)>, StoreError> {
    let base = register.extends.as_deref().unwrap_or(&register.name);
    let names = packs.registers.values().filter(|other| other.name == base || other.extends.as_deref() == Some(base));
    let names: Vec<&str> = names.map(|other| other.name.as_str()).collect();
    let subjects = history.iter().flat_map(|version| {
        names.iter().map(|name| crate::record::subject(name, version.record.id, version.record.version))
    });
    let subjects: Vec<String> = subjects.collect();
    let mut out = vec![];
    for some in subjects.chunks(SUBJECTS_MOST) {
        let mut select = Query::select();
        select.exprs([col("e", "kind"), col("e", "subject"), col("e", "detail")]);
        select.from_as(Alias::new("event"), Alias::new("e"));
        select.and_where(col("e", "subject").is_in(some.iter().map(String::as_str)));
        select.and_where(col("e", "kind").is_in([BEHALF, SIGNED]));
        for row in reader.rows(&select, &[ColumnKind::Text; 3])? {
            let [kind, subject, detail] = [0, 1, 2].map(|place| row[place].text().unwrap_or_default().to_string());
            let version = subject.rsplit(':').next().and_then(|version| version.parse().ok());
            out.extend(version.map(|version| (kind, version, detail)));
        }
    }
    Ok(out)
}

/// Names in one statement.
const SUBJECTS_MOST: usize = 200;

/// How many signatures a move wants.
pub fn wanted(made: &Move, context: &Context) -> usize {
    match &made.sign {
        Sign::One => 1,
        Sign::Count(number) => *number as usize,
        Sign::Each => made.by.len(),
        Sign::Setting(name) => {
            context.setting(name).int().and_then(|number| usize::try_from(number).ok()).unwrap_or(1).max(1)
        }
    }
}

/// Whether who made the earlier versions matters to a move.
pub fn asks_who(made: &Move) -> bool {
    made.not_filer || made.only_filer || made.sign != Sign::One
}

/// Fields that a signature stands for: all that are typed in the form, and those of the record that the move asks. What
/// the move is given as its own (an opinion) is each signer's.
pub fn content(bureau: &Bureau, register: &str, name: &str, made: &Move) -> Vec<String> {
    let own = format!("{name}_");
    let fields = bureau.packs.fields(register).into_iter();
    let signed =
        fields.filter(|field| !field.by_move || (made.ask.contains(&field.name) && !field.name.starts_with(&own)));
    signed.map(|field| field.name.clone()).collect()
}

impl Actor {
    /// The person, or the account.
    pub(crate) fn who(&self) -> Who {
        self.person.map_or(Who::Account(self.account), Who::Person)
    }

    /// Everybody behind what the person does in a right.
    pub(crate) fn hands(&self, giver: Option<i64>) -> Hands {
        giver.map(Who::Person).into_iter().chain([self.who()]).collect()
    }

    /// The rights in which the person may make a move of this record: their own first, each in the order of its roles.
    pub(crate) fn rights(
        &self,
        bureau: &Bureau,
        reader: &mut Reader,
        context: &Context,
        register: &str,
        made: &Move,
        id: i64,
    ) -> Result<Vec<Right>, StoreError> {
        let mut out: Vec<Right> = vec![];
        for (post, scope) in self.move_seats(bureau, register, made) {
            let right = Right { role: post.role.clone(), giver: post.giver.as_ref().map(|giver| giver.person) };
            if !out.contains(&right) && crate::row::satisfies(bureau, reader, context, register, id, &scope)? {
                out.push(right);
            }
        }
        let place = |role: &String| made.by.iter().position(|other| other == role);
        out.sort_by_key(|right| (right.giver.is_some(), place(&right.role)));
        Ok(out)
    }
}

/// A record about to be moved by somebody.
pub struct Asked<'a> {
    pub actor: &'a Actor,
    pub made: &'a Move,
    pub traces: &'a Traces<'a>,
    /// Signatures of this move that count.
    pub signed: &'a [(&'a Version, &'a Hands)],
}

impl Asked<'_> {
    /// The first right that nothing stands against; else why the first one does not serve.
    pub fn choose(&self, reader: &mut Reader, rights: Vec<Right>) -> Result<Result<Option<Right>, Barred>, StoreError> {
        let mut first = None;
        for right in rights {
            match self.barred(reader, &right)? {
                None => return Ok(Ok(Some(right))),
                Some(barred) => {
                    first.get_or_insert(barred);
                }
            }
        }
        Ok(first.map_or(Ok(None), Err))
    }

    fn barred(&self, reader: &mut Reader, right: &Right) -> Result<Option<Barred>, StoreError> {
        let hands = self.actor.hands(right.giver);
        if self.made.not_filer && self.traces.wrote(reader, &hands)? {
            let (zh, en) = match right.giver {
                None => ("", ""),
                Some(_) => ("受委托办理的，委托人也算在内。", " One who acts for them counts as them."),
            };
            return Ok(Some(Barred::new(
                "D031",
                format!(
                    "填报人与核定人不得同一人，填报人和现有内容（含明细）的填写人、修改人不能核定。{zh}请由另一位有权限的同事办理。"
                ),
                format!(
                    "Whoever filed it, or gave what it or a part of it says now, may not do this.{en} Ask a colleague who is allowed to."
                ),
            )));
        }
        Ok(self.otherwise_barred(right, &hands))
    }

    fn otherwise_barred(&self, right: &Right, hands: &Hands) -> Option<Barred> {
        if self.made.only_filer && !self.traces.filed(hands) {
            return Some(Barred::new(
                "D036",
                format!("只有填报人可以办理“{}”。", self.made.title),
                format!("Only whoever filed it may do “{}”.", self.made.en),
            ));
        }
        if self.signed.iter().any(|(_, behind)| !behind.is_disjoint(hands)) {
            return Some(Barred::new(
                "D037",
                format!("“{}”您已经签过（委托人与受托人合签一次），还待他人签字。", self.made.title),
                format!(
                    "You have signed “{}” already (a giver and a delegate sign once); others are awaited.",
                    self.made.en
                ),
            ));
        }
        let taken = |role: &str| self.signed.iter().any(|(version, _)| self.role(version) == Some(role));
        if self.made.sign == Sign::Each && taken(&right.role) {
            return Some(Barred::new(
                "D039",
                format!("“{}”已有同一职务的人签过，还待其他职务的人签字。", self.made.title),
                format!("“{}” has been signed in this role; other roles are awaited.", self.made.en),
            ));
        }
        None
    }

    fn role(&self, version: &Version) -> Option<&str> {
        self.traces.role(version.record.version)
    }
}

/// A condition as asked by one person in one post: who asks becomes a value.
pub fn asked_by(condition: &Condition, person: Option<i64>, unit: i64) -> Condition {
    use luoshi_pack::condition::{Operand, Source};
    let value = |operand: &Operand| {
        let source = match &operand.source {
            Source::Me => Source::Value(person.map_or(Value::Null, Value::Int)),
            Source::MyUnit => Source::Value(Value::Int(unit)),
            other => other.clone(),
        };
        Operand { source, ..operand.clone() }
    };
    let again = |part: &Condition| asked_by(part, person, unit);
    match condition {
        Condition::All(parts) => Condition::All(parts.iter().map(again).collect()),
        Condition::Any(parts) => Condition::Any(parts.iter().map(again).collect()),
        Condition::Not(part) => Condition::Not(Box::new(again(part))),
        Condition::Compare(path, compare, operand) => Condition::Compare(path.clone(), *compare, value(operand)),
        Condition::InUnit(path, operand) => Condition::InUnit(path.clone(), value(operand)),
        Condition::Holds(path, operand) => Condition::Holds(path.clone(), value(operand)),
        Condition::Has { register, by, filter, least, most } => Condition::Has {
            register: register.clone(),
            by: by.clone(),
            filter: Box::new(again(filter)),
            least: *least,
            most: *most,
        },
        other => other.clone(),
    }
}
