//! The search over all registers: the store names candidates, each is read again under the person's own scope and
//! compared, so nothing outside it is told, counted or ranked. What is masked is never searched.

use crate::Actor;
use crate::bureau::{Bureau, broken};
use crate::cell::{self, state_title};
use crate::list::{label, title};
use crate::refusal::Refusal;
use crate::row::satisfies;
use crate::view::{RegisterHead, SearchHit, SearchView};
use crate::{say, shared};
use luoshi_kernel::list::{Column, EVERYTHING, Page, rows};
use luoshi_kernel::table::{HEADER, Search, UNIT};
use luoshi_kernel::{Context, kind};
use luoshi_pack::condition::{Compare, Operand, Source};
use luoshi_pack::{Action, Condition, Register, Value};
use luoshi_store::search::{Hit, Terms, Within, initials, plain};
use luoshi_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Most hits of one answer.
const HITS: u64 = 100;
/// Candidates that are read at once.
const READ: u64 = 200;
/// Candidates that are read for one answer; beyond, the person is asked to type more.
const READ_MOST: usize = 20_000;
/// Most characters of what is typed.
const TYPED: usize = 100;
/// Most characters of a field that are shown around what was found.
const SHOWN: usize = 60;

/// Finds records that hold what was typed, in all registers that the person may see, or in one of them.
pub fn search(
    bureau: &Bureau,
    actor: &Actor,
    typed: &str,
    register: Option<&str>,
    limit: u64,
) -> Result<SearchView, Refusal> {
    let typed: String = typed.trim().chars().take(TYPED).collect();
    let places = places(bureau, actor);
    let registers = places.iter().map(|place| head(place.register, actor)).collect();
    let chosen: Vec<Place<'_>> =
        places.into_iter().filter(|place| register.is_none_or(|name| place.register.name == name)).collect();
    if let (Some(_), true) = (register, chosen.is_empty()) {
        return Err(Refusal::absent());
    }
    let mut view = SearchView {
        short: !typed.is_empty(),
        register: register.map(str::to_string),
        typed,
        registers,
        hits: vec![],
        more: false,
        met: vec![],
    };
    let Some(terms) = Terms::read(&view.typed) else { return Ok(view) };
    view.short = false;
    let limit = limit.clamp(1, HITS) as usize;
    let context = bureau.context(bureau.clock.today());
    let found = bureau.store.read(|reader| {
        let mut look =
            Look { bureau, actor, context: &context, terms, places: chosen, found: BTreeMap::new(), read: 0 };
        look.everywhere(reader, &view.typed, limit)?;
        let more = look.found.len() > limit || look.read >= READ_MOST;
        let mut hits: Vec<(Hit, SearchHit)> = std::mem::take(&mut look.found).into_values().collect();
        hits.sort_by_key(|(hit, _)| *hit);
        let mut hits: Vec<SearchHit> = hits.into_iter().take(limit).map(|(_, hit)| hit).collect();
        let met = by_key(bureau, actor, &context, reader, &look.places, &view.typed, &mut hits)?;
        name_owners(bureau, actor, &context, reader, &mut hits)?;
        Ok((hits, more, met))
    });
    (view.hits, view.more, view.met) = found.map_err(broken)?;
    Ok(view)
}

/// What was typed as the whole key of a shared record: a hit where the person sees it, else only that it is on file.
fn by_key(
    bureau: &Bureau,
    actor: &Actor,
    context: &Context,
    reader: &mut Reader,
    places: &[Place<'_>],
    typed: &str,
    hits: &mut Vec<SearchHit>,
) -> Result<Vec<RegisterHead>, StoreError> {
    let mut met = vec![];
    for place in places.iter().filter(|place| place.register.shared) {
        let key = shared::by_key(bureau, reader, context, place.register, &EVERYTHING, typed)?;
        let Some(id) = key else { continue };
        if !satisfies(bureau, reader, context, &place.register.name, id, &place.scope)? {
            met.push(head(place.register, actor));
        } else if !hits.iter().any(|hit| hit.id == id && hit.register.name == place.register.name) {
            hits.insert(
                0,
                SearchHit {
                    register: head(place.register, actor),
                    id,
                    serial: None,
                    title: label(bureau, reader, &place.register.name, id, None)?,
                    state: None,
                    owner: None,
                    part: None,
                },
            );
        }
    }
    Ok(met)
}

fn head(register: &Register, actor: &Actor) -> RegisterHead {
    RegisterHead { name: register.name.clone(), title: title(register, actor.lang), count: None }
}

/// A register that the person may search.
struct Place<'a> {
    register: &'a Register,
    scope: Condition,
    searched: &'a Search,
    /// The record's name, then every searched field.
    columns: Vec<Column>,
}

fn places<'a>(bureau: &'a Bureau, actor: &Actor) -> Vec<Place<'a>> {
    let place = |register: &'a Register| {
        let searched = &bureau.table(&register.name).search;
        let scope = actor.scope(bureau, &register.name, Action::See)?;
        let names = std::iter::once(&register.label).chain(searched.columns().filter(|name| *name != "serial"));
        let paths: Vec<Vec<String>> = names.map(|name| vec![name.clone()]).collect();
        let columns = cell::columns(&bureau.packs, &register.name, &paths);
        (*searched != Search::default()).then_some(Place { register, scope, searched, columns })
    };
    bureau.packs.registers.values().filter_map(place).collect()
}

/// The units within which a condition can hold; `None`: it may hold anywhere. It says too much rather than too little,
/// for every record is judged by the condition itself. A record of a shared register stands where it is referred to.
fn units(condition: &Condition, shared: bool) -> Option<BTreeSet<i64>> {
    let owned = |path: &[String]| path.len() == 1 && path[0] == "owner";
    let literal = |operand: &Operand| match &operand.source {
        Source::Value(Value::Int(unit)) if *operand == Operand::literal(Value::Int(*unit)) => {
            Some(BTreeSet::from([*unit]))
        }
        _ => None,
    };
    match condition {
        Condition::Any(parts) => parts.iter().try_fold(BTreeSet::new(), |mut all, part| {
            all.extend(units(part, shared)?);
            Some(all)
        }),
        Condition::All(parts) => parts.iter().find_map(|part| units(part, shared)),
        Condition::Compare(path, Compare::Equal, operand) if owned(path) => literal(operand),
        Condition::InUnit(path, operand) if owned(path) => literal(operand),
        Condition::Has { filter, .. } if shared => units(filter, false),
        _ => None,
    }
}

/// A search under way.
struct Look<'a> {
    bureau: &'a Bureau,
    actor: &'a Actor,
    context: &'a Context,
    terms: Terms,
    places: Vec<Place<'a>>,
    /// Hits by register and id.
    found: BTreeMap<(String, i64), (Hit, SearchHit)>,
    /// Candidates read so far.
    read: usize,
}

impl Look<'_> {
    fn everywhere(&mut self, reader: &mut Reader, typed: &str, limit: usize) -> Result<(), StoreError> {
        self.by_serial(reader, typed)?;
        self.due(reader)?;
        let within: Vec<Within> = self
            .places
            .iter()
            .map(|place| Within {
                register: place.register.name.clone(),
                units: units(&place.scope, place.register.shared),
            })
            .collect();
        for names in [true, false] {
            let mut after = 0;
            while self.count(names) <= limit && self.read < READ_MOST {
                let page = reader.search(&self.terms, &within, names, after, READ)?;
                let Some(last) = page.last() else { break };
                after = last.at;
                let mut ids: BTreeMap<String, Vec<i64>> = BTreeMap::new();
                page.into_iter().for_each(|candidate| ids.entry(candidate.register).or_default().push(candidate.id));
                for (register, ids) in ids {
                    self.compare(reader, &register, &ids)?;
                }
            }
        }
        Ok(())
    }

    /// Hits so far, or those among them by name.
    fn count(&self, names: bool) -> usize {
        self.found.values().filter(|(hit, _)| !names || *hit < Hit::Fields).count()
    }

    /// The record that has this very number.
    fn by_serial(&mut self, reader: &mut Reader, typed: &str) -> Result<(), StoreError> {
        let number = typed.to_uppercase();
        for at in 0..self.places.len() {
            let serial = self.places[at].register.serial.as_ref();
            if serial.is_some_and(|serial| number.starts_with(&serial.prefix.to_uppercase())) {
                let numbers = [typed, &number].map(|text| Value::Text(text.to_string())).to_vec();
                self.take(reader, at, Condition::OneOf(vec!["serial".into()], numbers), 2)?;
            }
        }
        Ok(())
    }

    /// Records that the index does not know yet.
    fn due(&mut self, reader: &mut Reader) -> Result<(), StoreError> {
        for at in 0..self.places.len() {
            let register = self.places[at].register.name.clone();
            let mut after = 0;
            while self.read < READ_MOST {
                let ids = reader.search_due(&register, after, READ)?;
                let Some(last) = ids.last() else { break };
                after = *last;
                self.compare(reader, &register, &ids)?;
            }
        }
        Ok(())
    }

    /// Reads candidates of a register and keeps those that hold what was typed. A school is told as a school, not as a
    /// unit too.
    fn compare(&mut self, reader: &mut Reader, register: &str, ids: &[i64]) -> Result<(), StoreError> {
        self.read += ids.len();
        let one_of = |ids: &[i64]| Condition::OneOf(vec!["id".into()], ids.iter().map(|id| Value::Int(*id)).collect());
        let mut left: Vec<i64> =
            ids.iter().copied().filter(|id| !self.found.contains_key(&(register.to_string(), *id))).collect();
        for at in 0..self.places.len() {
            if self.places[at].register.extends.as_deref() == Some(register) {
                let taken = self.take(reader, at, one_of(&left), left.len())?;
                left.retain(|id| !taken.contains(id));
            }
        }
        if let Some(at) = self.places.iter().position(|place| place.register.name == register) {
            self.take(reader, at, one_of(&left), left.len())?;
        }
        Ok(())
    }

    /// Reads records under the person's scope and keeps those that hold what was typed; gives the ids of all it read.
    fn take(
        &mut self,
        reader: &mut Reader,
        at: usize,
        filter: Condition,
        most: usize,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let place = &self.places[at];
        let page = Page { scope: &place.scope, ..Page::first(&filter, &[], most as u64) };
        let read = rows(&self.bureau.packs, self.context, None, &place.register.name, &place.columns, &page);
        let mut taken = BTreeSet::new();
        for values in reader.rows(&read.select, &read.kinds)? {
            let Some(id) = values[0].int() else { continue };
            taken.insert(id);
            if let Some(hit) = self.hit(place, &values) {
                self.found.insert((place.register.name.clone(), id), hit);
            }
        }
        Ok(taken)
    }

    /// What a row of [`rows`] says, if it holds what was typed.
    fn hit(&self, place: &Place<'_>, values: &[Value]) -> Option<(Hit, SearchHit)> {
        let lang = self.actor.lang;
        let (mut shown, mut fields, mut name) = (String::new(), vec![], None);
        let serial = values[2].text();
        let mut column_at = HEADER.len();
        for (column_number, column) in place.columns.iter().enumerate() {
            let value = &values[column_at];
            let referred = column.refers().map(|_| values[column_at + 1].text().unwrap_or_default());
            column_at += 1 + usize::from(referred.is_some());
            let Some(field) = &column.field else { continue };
            if column_number == 0 {
                shown = match referred {
                    Some(label) => label.to_string(),
                    None if field.mask => say::hidden(field, value, lang),
                    None => kind::show(&field.kind, value, lang),
                };
            } else if place.searched.label.as_ref() == Some(&field.name) {
                name = value.text();
            } else {
                fields.push((lang.pick(&field.title, &field.en), value.text().unwrap_or_default()));
            }
        }
        let mut texts: Vec<&str> = fields.iter().map(|(_, text)| *text).collect();
        texts.extend(serial.filter(|_| place.searched.fields.iter().any(|field| field == "serial")));
        let hit = self.terms.hit(name, &texts)?;
        let id = values[0].int()?;
        let named = |text: &str| self.terms.terms().any(|term| plain(text).contains(term));
        let in_name = |name: &str| named(name) || initials(name).iter().any(|held| named(held));
        let part = fields.iter().find(|(_, text)| named(text)).filter(|_| !name.is_some_and(in_name));
        let state = values[3].text().map(|state| state_title(place.register, state, lang));
        let serial = serial.map(str::to_string);
        if shown.is_empty() {
            shown = serial.clone().unwrap_or_else(|| format!("#{id}"));
        }
        let found = SearchHit {
            register: head(place.register, self.actor),
            id,
            serial,
            title: shown,
            state,
            owner: values[4].int().map(|unit| (unit, String::new())),
            part: part.map(|(title, text)| (title.to_string(), around(text, &self.terms))),
        };
        Some((hit, found))
    }
}

/// A long text around what was found in it.
fn around(text: &str, terms: &Terms) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= SHOWN {
        return text.to_string();
    }
    let holds =
        |from: usize| terms.terms().any(|term| plain(&letters[from..].iter().collect::<String>()).contains(term));
    // The last place from which it is still ahead.
    let (mut low, mut high) = (0, letters.len());
    while low + 1 < high {
        let middle = (low + high) / 2;
        if holds(middle) { low = middle } else { high = middle }
    }
    let from = low.saturating_sub(SHOWN / 4);
    let part: String = letters[from..letters.len().min(from + SHOWN)].iter().collect();
    format!("{}{part}{}", if from > 0 { "…" } else { "" }, if from + SHOWN < letters.len() { "…" } else { "" })
}

/// Names the units that hits belong to, where the person may see them; a unit needs no other name.
fn name_owners(
    bureau: &Bureau,
    actor: &Actor,
    context: &Context,
    reader: &mut Reader,
    hits: &mut [SearchHit],
) -> Result<(), StoreError> {
    let scope = actor.scope(bureau, UNIT, Action::See);
    let mut names: BTreeMap<i64, Option<String>> = BTreeMap::new();
    for hit in hits {
        let Some((unit, name)) = &mut hit.owner else { continue };
        if let std::collections::btree_map::Entry::Vacant(entry) = names.entry(*unit) {
            let may_see = match &scope {
                Some(scope) => satisfies(bureau, reader, context, UNIT, *unit, scope)?,
                None => false,
            };
            let name = if may_see { Some(label(bureau, reader, UNIT, *unit, None)?) } else { None };
            entry.insert(name);
        }
        match names.get(unit).cloned().flatten() {
            Some(known) if *unit != hit.id || !luoshi_kernel::access::is_unit(&bureau.packs, &hit.register.name) => {
                *name = known
            }
            _ => hit.owner = None,
        }
    }
    Ok(())
}
