//! Forms: the same grouped fields as on reading, to be filled in; with what was typed and why it is refused.

use crate::bureau::{Bureau, broken, said};
use crate::list::{label, options, title};
use crate::record::Seen;
use crate::refusal::Refusal;
use crate::row::satisfies;
use crate::view::{FieldFault, FieldGroup, FieldView, FormView, Input, MoveHead, RegisterHead};
use crate::{Actor, part, several};
use luoshi_kernel::kind::references;
use luoshi_kernel::{Context, Lang, kind};
use luoshi_pack::condition::Condition;
use luoshi_pack::{Action, Choice, Field, Kind, Move, Register, Value};
use luoshi_store::{Reader, Record, StoreError};
use std::collections::BTreeMap;

/// References with at most so many records are offered as a whole.
const FEW: u64 = 40;

/// What was typed, by field name.
pub type Typed = BTreeMap<String, String>;

/// Why what was typed is refused: by field, `None` for the record as a whole.
pub type Faults = Vec<(Option<String>, FieldFault)>;

/// Which form.
#[derive(Clone, Copy)]
pub struct Which<'a> {
    /// Its register.
    pub register: &'a Register,
    /// The record; `None`: a new one.
    pub id: Option<i64>,
    /// The move whose asked fields it holds.
    pub by_move: Option<(&'a str, &'a Move)>,
}

impl Which<'_> {
    /// The fields that the form holds.
    pub fn fields<'b>(&self, bureau: &'b Bureau) -> Vec<&'b Field> {
        let all = bureau.packs.fields(&self.register.name);
        match self.by_move {
            Some((_, made)) => all.into_iter().filter(|field| made.ask.contains(&field.name)).collect(),
            None => {
                let typed = |field: &&Field| {
                    let set = field.by_move || field.computed();
                    !set && !crate::duty::is_link(bureau, &self.register.name, &field.name)
                };
                all.into_iter().filter(typed).collect()
            }
        }
    }

    /// The fields that the form shows: those that it holds, and beside them what is derived.
    pub fn shown<'b>(&self, bureau: &'b Bureau) -> Vec<&'b Field> {
        let held = self.fields(bureau);
        let all = bureau.packs.fields(&self.register.name).into_iter();
        let is_held = |field: &Field| held.iter().any(|other| other.name == field.name);
        all.filter(|field| is_held(field) || (self.by_move.is_none() && field.derive.is_some())).collect()
    }

    /// Whether a field may not stay empty.
    pub fn must(&self, field: &Field) -> bool {
        match self.by_move {
            Some((_, made)) => !made.may.contains(&field.name),
            None => field.must,
        }
    }
}

/// Finds the form that is asked for.
pub fn which<'a>(
    bureau: &'a Bureau,
    register: &str,
    id: Option<i64>,
    by_move: Option<&'a str>,
) -> Result<Which<'a>, Refusal> {
    let register = bureau.register(register)?;
    let by_move = match by_move {
        None => None,
        Some(name) => {
            let made = register.flow.as_ref().and_then(|flow| flow.moves.get(name));
            Some((name, made.ok_or_else(Refusal::absent)?))
        }
    };
    if by_move.is_some() && id.is_none() {
        return Err(Refusal::absent());
    }
    Ok(Which { register, id, by_move })
}

/// Whether the person may fill in this form; answers the record, if it is about one. What is hidden and what does not
/// exist answer alike. Nothing of a record is read for anybody before this.
pub fn authorise(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    which: Which<'_>,
) -> Result<Result<Option<Record>, Refusal>, StoreError> {
    let name = &which.register.name;
    let allowed = match (which.by_move, which.id) {
        (Some((_, made)), _) => actor.move_scope(bureau, name, made),
        (None, Some(_)) => actor.scope(bureau, name, Action::Edit),
        (None, None) => actor.scope(bureau, name, Action::File),
    };
    let Some(id) = which.id else { return Ok(allowed.map(|_| None).ok_or_else(Refusal::forbidden)) };
    let seen = actor.scope(bureau, name, Action::See).unwrap_or(Condition::Any(vec![]));
    if !satisfies(bureau, reader, context, name, id, &seen)? {
        return Ok(Err(Refusal::absent()));
    }
    let Some(record) = reader.record(bureau.table(name), id, None)? else { return Ok(Err(Refusal::absent())) };
    match allowed {
        Some(scope) if satisfies(bureau, reader, context, name, id, &scope)? => Ok(Ok(Some(record))),
        _ => Ok(Err(Refusal::forbidden())),
    }
}

/// A form to begin with.
pub fn form(bureau: &Bureau, actor: &Actor, which: Which<'_>, given: &Typed) -> Result<FormView, Refusal> {
    if let Some((zh, en)) = &bureau.read_only {
        return Err(Refusal::new(crate::No::Forbidden, "D020", zh.clone(), en.clone()));
    }
    let context = bureau.context(bureau.clock.today());
    let read = |reader: &mut Reader| {
        let record = match authorise(bureau, actor, reader, &context, which)? {
            Ok(record) => record,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let request = crate::random::hex(16);
        // An order of erasure is filled in alike wherever it begins.
        let mut typed = match which.id {
            None if which.register.name == crate::erase::REGISTER => {
                crate::erase::given(bureau, actor, "", None).into_iter().collect()
            }
            _ => Typed::new(),
        };
        typed.extend(given.iter().map(|(name, text)| (name.clone(), text.clone())));
        let filled = Filled { typed: &typed, faults: &vec![], reason: "", request: &request };
        build(bureau, actor, reader, which, record.as_ref(), &filled).map(Ok)
    };
    bureau.store.read(read).map_err(broken)?
}

/// What a person has filled in so far.
#[derive(Clone, Copy)]
pub struct Filled<'a> {
    /// As typed.
    pub typed: &'a Typed,
    /// Why it is refused.
    pub faults: &'a Faults,
    /// The reason as typed.
    pub reason: &'a str,
    /// The request id.
    pub request: &'a str,
}

/// Builds a form.
pub fn build(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    which: Which<'_>,
    record: Option<&Record>,
    filled: &Filled<'_>,
) -> Result<FormView, StoreError> {
    let lang = actor.lang;
    let context = bureau.context(bureau.clock.today());
    let mut groups = empty_groups(bureau, which.register, lang);
    for field in which.shown(bureau) {
        let view = field_view(bureau, actor, reader, &context, which, field, record, filled)?;
        put(&mut groups, field, view);
    }
    groups.retain(|group| !group.fields.is_empty());
    let parts = part::views(bureau, actor, reader, &context, which, record, filled)?;
    // What is wrong with a field that a move does not ask for is said of the whole form; it is never lost.
    let in_row = |name: &String| {
        let mut rows = parts.iter().flat_map(|part| part.rows.iter().map(move |row| (&part.register.name, row.number)));
        rows.any(|(register, number)| name.starts_with(&format!("{register}.{number}.")))
    };
    let in_group = |name: &String| groups.iter().flat_map(|group| &group.fields).any(|field| field.name == *name);
    let asked = |name: &String| in_group(name) || in_row(name);
    let whole = filled.faults.iter().filter(|(field, _)| !field.as_ref().is_some_and(asked));
    let faults = whole.map(|(_, fault)| fault.clone()).collect();
    let by_move = which.by_move.map(|(name, made)| MoveHead {
        name: name.to_string(),
        title: lang.pick(&made.title, &made.en).to_string(),
        forward: true,
        blocked: None,
    });
    let seen =
        Seen { bureau, actor, register: which.register, context: &context, known: None, day: context.today, now: true };
    let heading = match record {
        Some(record) => seen.title(reader, record)?,
        None => title(which.register, lang),
    };
    let asks_reason = which.by_move.is_none_or(|(_, made)| made.reason) && which.id.is_some();
    Ok(FormView {
        register: RegisterHead { name: which.register.name.clone(), title: title(which.register, lang), count: None },
        id: which.id,
        version: record.map(|record| record.version),
        by_move,
        title: heading,
        request: filled.request.to_string(),
        groups,
        parts,
        reason: asks_reason.then(|| filled.reason.to_string()),
        faults,
        conflict: None,
    })
}

#[expect(clippy::too_many_arguments, reason = "one field of one form, seen by one person")]
pub(crate) fn field_view(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    which: Which<'_>,
    field: &Field,
    record: Option<&Record>,
    filled: &Filled<'_>,
) -> Result<FieldView, StoreError> {
    let lang = actor.lang;
    if field.derive.is_some() {
        return Ok(derived_view(field, record, filled, lang));
    }
    let kept = record.map_or_else(|| field.default.clone(), |record| record.value(&field.name).clone());
    let kept_typed = kept_text(field, &kept);
    let typed = filled.typed.get(&field.name).cloned().unwrap_or_else(|| kept_typed.clone());
    let changed = record.is_some() && typed.trim() != kept_typed;
    let fault =
        filled.faults.iter().find(|(name, _)| name.as_deref() == Some(&field.name)).map(|(_, fault)| fault.clone());
    let was = if changed {
        match (&field.kind, &kept) {
            // A label that was left as it stood is no change.
            (Kind::Refs { to }, kept) => {
                let labels = several::shown(bureau, reader, to, kept, None)?;
                Some(several::joined(labels.into_iter().map(|(_, label)| label), lang)).filter(|was| !was.is_empty())
            }
            (Kind::Ref { to }, Value::Int(id)) => {
                Some(label(bureau, reader, to, *id, None)?).filter(|was| was.trim() != typed.trim())
            }
            _ if field.mask => Some(crate::say::hidden(field, &kept, lang)).filter(|was| !was.is_empty()),
            _ => Some(kind::show(&field.kind, &kept, lang)).filter(|was| !was.is_empty()),
        }
    } else {
        None
    };
    let seen = Seen { bureau, actor, register: which.register, context, known: None, day: context.today, now: true };
    Ok(FieldView {
        input: Some(match crate::erase::is_what(which.register, field) {
            true => crate::erase::input(&seen, reader, &typed)?,
            false => input(bureau, actor, reader, context, field, &typed, &kept)?,
        }),
        files: match field.kind {
            Kind::Files { .. } => crate::file::in_form(reader, actor.account, &typed, &kept)?,
            _ => vec![],
        },
        // What is masked is not put into an input; leaving it empty leaves it as it is.
        typed: if field.mask && !changed { String::new() } else { typed },
        masked: field.mask && record.is_some() && !kept.is_null(),
        shown: if field.mask { crate::say::hidden(field, &kept, lang) } else { String::new() },
        was,
        must: which.must(field),
        fault,
        ..bare(field, lang)
    })
}

/// A derived field, which has no input.
fn derived_view(field: &Field, record: Option<&Record>, filled: &Filled<'_>, lang: Lang) -> FieldView {
    let kept = record.map_or(&Value::Null, |record| record.value(&field.name));
    let fault = filled.faults.iter().find(|(name, _)| name.as_deref() == Some(&field.name));
    FieldView {
        masked: field.mask && !kept.is_null(),
        shown: match field.mask {
            true => crate::say::hidden(field, kept, lang),
            false if kept.is_null() => said(lang, "保存后算出", "computed when it is saved"),
            false => kind::show(&field.kind, kept, lang),
        },
        fault: fault.map(|(_, fault)| fault.clone()),
        must: false,
        ..bare(field, lang)
    }
}

/// What an input holds of a kept value.
pub fn kept_text(field: &Field, value: &Value) -> String {
    kind::typed(&field.kind, value)
}

fn input(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    context: &Context,
    field: &Field,
    typed: &str,
    kept: &Value,
) -> Result<Input, StoreError> {
    let lang = actor.lang;
    Ok(match &field.kind {
        Kind::LongText { .. } | Kind::Area => Input::Lines,
        Kind::Date => Input::Day,
        Kind::YesNo => Input::YesNo,
        Kind::Choice { choices } => Input::Choice(
            choices
                .iter()
                .map(|(key, choice)| (key.clone(), lang.pick(&choice.title, &choice.en).to_string()))
                .collect(),
        ),
        Kind::Choices { choices } => {
            let label = |choice: &Choice| lang.pick(&choice.title, &choice.en).to_string();
            let chosen = |key: &String| match kind::parse(&field.kind, typed) {
                Ok(value) => value.members().any(|member| member == key),
                Err(_) => kind::lines(typed).any(|line| line == key),
            };
            let options = choices.iter().map(|(key, choice)| (key.clone(), label(choice), chosen(key)));
            Input::Several { options: options.collect(), more: None }
        }
        Kind::Refs { to } => {
            let written = several::Typed { bureau, actor, context, to, kept };
            let (ids, unknown) = written.many(reader, typed)?;
            let mut all = options(bureau, reader, context, to, &reference_scope(bureau, actor, to), FEW + 1)?;
            let few = all.len() as u64 <= FEW;
            all.retain(|(id, _)| few && !ids.contains(id));
            let chosen = several::shown(bureau, reader, to, &references::kept(ids).unwrap_or_default(), None)?;
            let mut options: Vec<(i64, String, bool)> =
                chosen.into_iter().map(|(id, label)| (id, label, true)).collect();
            options.extend(all.into_iter().map(|(id, label)| (id, label, false)));
            options.sort_by(|one, other| one.1.cmp(&other.1));
            let options = options.into_iter().map(|(id, label, chosen)| (id.to_string(), label, chosen)).collect();
            let more = (!few || !unknown.is_empty())
                .then(|| unknown.into_iter().map(|(part, _)| part).collect::<Vec<_>>().join("、"));
            Input::Several { options, more }
        }
        Kind::Ref { to } => {
            let scope = reference_scope(bureau, actor, to);
            let all = options(bureau, reader, context, to, &scope, FEW + 1)?;
            let chosen = match typed.trim().parse::<i64>() {
                // A number typed by hand names nothing that the person may not see.
                Ok(id) if satisfies(bureau, reader, context, to, id, &scope)? => label(bureau, reader, to, id, None)?,
                _ => typed.to_string(),
            };
            // Of a register with keys an exact key may be typed that no list shows.
            let typed = all.len() as u64 > FEW || crate::shared::has_keys(bureau.packs.register(to));
            let options = if typed { vec![] } else { all };
            Input::Record { register: to.clone(), options, label: chosen }
        }
        Kind::Files { most, types, .. } => Input::Files {
            most: *most,
            types: types.iter().map(|known| known.word().to_string()).collect(),
            size_most: crate::file::size_most(bureau) >> 20,
        },
        kind => Input::Line { figures: crate::cell::figures(kind) || kind.is_year() },
    })
}

/// The records of a register that a person may choose: those they may see.
pub fn reference_scope(bureau: &Bureau, actor: &Actor, register: &str) -> Condition {
    actor.scope(bureau, register, Action::See).unwrap_or(Condition::Any(vec![]))
}

/// Records that a reference may name, by part of their label.
pub fn suggest(
    bureau: &Bureau,
    actor: &Actor,
    register: &str,
    field: &str,
    part: &str,
) -> Result<Vec<(i64, String)>, Refusal> {
    bureau.register(register)?;
    let declared = bureau.packs.field(register, field).ok_or_else(Refusal::absent)?;
    let may_fill =
        [Action::File, Action::Edit].into_iter().any(|action| actor.scope(bureau, register, action).is_some());
    if !may_fill {
        return Err(Refusal::absent());
    }
    if crate::erase::is_what(bureau.packs.register(register), declared) {
        return crate::erase::suggest(bureau, actor, part);
    }
    let (Kind::Ref { to } | Kind::Refs { to }) = &declared.kind else { return Err(Refusal::absent()) };
    let label = vec![bureau.packs.register(to).label.clone()];
    let holds = Condition::Contains(label, part.trim().chars().take(40).collect());
    let filter = luoshi_kernel::access::both(reference_scope(bureau, actor, to), holds);
    let context = bureau.context(bureau.clock.today());
    bureau.store.read(|reader| options(bureau, reader, &context, to, &filter, 20)).map_err(broken)
}

/// A field without value or input.
pub fn bare(field: &Field, lang: Lang) -> FieldView {
    let unit = match &field.kind {
        Kind::Share => "%",
        other => kind::measure(other).1,
    };
    FieldView {
        name: field.name.clone(),
        title: lang.pick(&field.title, &field.en).to_string(),
        shown: String::new(),
        link: None,
        members: vec![],
        outline: None,
        masked: false,
        reveal: false,
        revealed: false,
        wide: matches!(
            field.kind,
            Kind::LongText { .. } | Kind::Files { .. } | Kind::Choices { .. } | Kind::Refs { .. } | Kind::Area
        ),
        unit: Some(unit.to_string()).filter(|unit| !unit.is_empty()),
        input: None,
        files: vec![],
        typed: String::new(),
        was: None,
        must: field.must,
        help: field.help.clone().or_else(|| usual_help(&field.kind, lang)),
        fault: None,
    }
}

/// How a kind is written, where a field does not say it itself.
fn usual_help(kind: &Kind, lang: Lang) -> Option<String> {
    let (zh, en) = match kind {
        Kind::Place => ("经度,纬度，如 120.074512,29.306543", "Longitude, latitude, such as 120.074512,29.306543"),
        Kind::Area => (
            "一行填一个角：经度,纬度；按边界走一圈的次序，至少三个角",
            "One corner a line: longitude, latitude; in the order of the border, at least three",
        ),
        _ => return None,
    };
    Some(said(lang, zh, en))
}

/// The groups of a register's form, still empty; one without a name when none is declared.
pub fn empty_groups(bureau: &Bureau, register: &Register, lang: Lang) -> Vec<FieldGroup> {
    let base = register.extends.iter().flat_map(|base| &bureau.packs.register(base).groups);
    let mut groups: Vec<FieldGroup> = base
        .chain(&register.groups)
        .map(|(name, title)| FieldGroup {
            name: name.clone(),
            title: said(lang, title, in_words(name)),
            fields: vec![],
        })
        .collect();
    if groups.is_empty() {
        groups
            .push(FieldGroup { name: "main".into(), title: said(lang, "基本情况", "Particulars"), fields: vec![] });
    }
    groups
}

/// A key in words: `basic_facts` is `Basic facts`.
fn in_words(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Puts a field into its group, or into the first.
pub fn put(groups: &mut [FieldGroup], field: &Field, view: FieldView) {
    let place = field.group.as_ref().and_then(|name| groups.iter().position(|group| group.name == *name)).unwrap_or(0);
    groups[place].fields.push(view);
}
