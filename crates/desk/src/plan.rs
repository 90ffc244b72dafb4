//! The living plan and its measures: the document itself, with a light and a number beside each commitment.

use crate::bureau::{Bureau, broken};
use crate::figure::{part_title, read_by};
use crate::judge::{Judged, judge};
use crate::list::{Pick, phrases};
use crate::refusal::Refusal;
use crate::view::{
    BreakRow, Breakdown, LightChange, MeasureRow, MeasureView, NumberView, Piece, PlanGroup, PlanView, SectionView,
    TargetView, When,
};
use crate::{Actor, cell, figure, say};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use luoshi_kernel::access::both;
use luoshi_kernel::light::{Light, Standing};
use luoshi_kernel::list::EVERYTHING;
use luoshi_kernel::query::Known;
use luoshi_kernel::{Context, Lang, number};
use luoshi_pack::plan::{Comparator, Measure, Plan, Span, Target};
use luoshi_pack::{Action, Condition, Indicator, Kind, Register, Stands, Value};
use luoshi_store::{Reader, StoreError};
use std::collections::BTreeMap;

/// The setting that holds the working days within which a document is published (政府信息公开条例 26).
const OPEN_WITHIN: &str = "disclosure_workdays";

/// Rows of evidence shown on a measure's page.
const EVIDENCE_ROWS: u64 = 12;

/// The plan's page.
pub fn plan(bureau: &Bureau, actor: &Actor, name: &str, when: When) -> Result<PlanView, Refusal> {
    let plan = bureau.plan(name)?;
    let (known, day) = bureau.instant(when)?;
    let text = Text::of(plan);
    let judged = bureau.store.read(|reader| judge_all(bureau, reader, plan, known, day)).map_err(broken)?;
    let sections: Vec<SectionView> =
        plan.sections.iter().map(|section| section_view(&text, section, &judged, actor.lang)).collect();
    let bound: Vec<&Vec<Judged<'_>>> = judged.values().collect();
    let measures = sections.iter().map(|section| section.measures).sum();
    let lights: Vec<Light> = bound.iter().filter_map(|all| worst(all)).map(|judged| judged.light).collect();
    let first = plan.sections.first().map_or(text.chars.len(), |section| section.heading.start);
    Ok(PlanView {
        name: plan.name.clone(),
        title: plan.title.clone(),
        publisher: plan.head.publisher.clone(),
        index_number: plan.head.index_number.clone(),
        formed_on: plan.head.formed_on,
        published_on: plan.head.published_on,
        openness: plan.head.openness.clone(),
        late_since: late_since(bureau, plan),
        day: day.min(date(plan.year, 12, 31)),
        when,
        gone: gone(plan.year, day),
        preface: preface(&text.slice(Span { start: 0, end: first })),
        tally: tally(&lights),
        measures,
        unbound: measures - judged.len(),
        reached: bound.iter().filter(|all| all.iter().all(|judged| judged.standing.reached())).count(),
        short: bound.iter().filter(|all| all.iter().any(falls_short)).count(),
        changes: changes(plan, &judged),
        offices: offices(plan),
        sections,
    })
}

/// Judged targets by the id of their measure.
type JudgedBy<'a> = BTreeMap<&'a str, Vec<Judged<'a>>>;

/// Judges all bound targets of a plan.
pub fn judge_all<'a>(
    bureau: &'a Bureau,
    reader: &mut Reader,
    plan: &'a Plan,
    known: Known,
    day: Date,
) -> Result<JudgedBy<'a>, StoreError> {
    let mut all = BTreeMap::new();
    for measure in plan.measures() {
        let mut judged = vec![];
        for target in &measure.targets {
            judged.extend(judge(bureau, reader, target, known, day, plan.year)?);
        }
        if !judged.is_empty() {
            all.insert(measure.id.as_str(), judged);
        }
    }
    Ok(all)
}

/// The text as characters, for slices by span.
struct Text {
    chars: Vec<char>,
}

impl Text {
    fn of(plan: &Plan) -> Text {
        Text { chars: plan.text.chars().collect() }
    }

    /// A run-in sentence with the mark that closes it.
    fn heading(&self, group: &luoshi_pack::plan::Group) -> Span {
        let closed = self.chars.get(group.heading.end).is_some_and(|mark| matches!(mark, '。' | ':' | '\u{ff1a}'));
        Span { start: group.heading.start, end: group.heading.end + usize::from(closed) }
    }

    fn slice(&self, span: Span) -> String {
        self.chars[span.start.min(span.end)..span.end.min(self.chars.len())].iter().collect()
    }
}

/// Paragraphs before the first section: those that end like a sentence; the head's fields are shown by themselves.
fn preface(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| line.ends_with('。') && line.chars().count() > 20);
    lines.map(str::to_string).collect()
}

fn section_view(text: &Text, section: &luoshi_pack::plan::Section, judged: &JudgedBy<'_>, lang: Lang) -> SectionView {
    let all: Vec<&Measure> = section.groups.iter().flat_map(|group| &group.measures).collect();
    let strip: Vec<Light> =
        all.iter().filter_map(|measure| worst(judged.get(measure.id.as_str())?)).map(|judged| judged.light).collect();
    let ends = group_ends(section);
    let groups = section.groups.iter().zip(ends).map(|(group, end)| PlanGroup {
        heading: text.slice(text.heading(group)),
        pieces: pieces(text, group, end, judged, lang),
    });
    SectionView {
        heading: text.slice(section.heading),
        measures: all.len(),
        unbound: all.iter().filter(|measure| !judged.contains_key(measure.id.as_str())).count(),
        tally: tally(&strip),
        groups: groups.collect(),
        strip,
    }
}

/// Where each group's text ends: at the next group, the last one with its last measure's closing mark.
fn group_ends(section: &luoshi_pack::plan::Section) -> Vec<usize> {
    let starts = section.groups.iter().skip(1).map(|group| group.heading.start);
    let last = section.groups.last().and_then(|group| group.measures.last()).map_or(0, |measure| measure.span.end + 1);
    starts.chain([last]).collect()
}

fn pieces(text: &Text, group: &luoshi_pack::plan::Group, end: usize, judged: &JudgedBy<'_>, lang: Lang) -> Vec<Piece> {
    let mut out = vec![];
    let mut at = text.heading(group).end;
    for measure in &group.measures {
        if at < measure.span.start {
            out.push(Piece::Words(text.slice(Span { start: at, end: measure.span.start })));
        }
        let judged = judged.get(measure.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        out.push(Piece::Measure(Box::new(measure_row(measure, text.slice(measure.span), judged, lang))));
        at = measure.span.end;
    }
    let rest = text.slice(Span { start: at, end: end.max(at) });
    let rest = rest.trim_end();
    if !rest.is_empty() {
        out.push(Piece::Words(rest.to_string()));
    }
    out
}

/// A measure as it stands in the text.
pub fn measure_row(measure: &Measure, text: String, judged: &[Judged<'_>], lang: Lang) -> MeasureRow {
    let shown = worst(judged);
    MeasureRow {
        id: measure.id.clone(),
        text,
        title: measure.title.clone(),
        office: measure.lead.clone(),
        light: shown.map(|judged| judged.light),
        quantified: !measure.targets.is_empty(),
        target: shown.map(Judged::cell),
        more: measure.targets.len().saturating_sub(1),
        note: shown.map_or_else(String::new, |judged| judged.reason(lang)),
        card: shown.map_or_else(String::new, |judged| judged.card(lang)),
    }
}

/// The worst of a measure's targets: red, yellow, blue, green, grey.
fn worst<'j, 'a>(judged: &'j [Judged<'a>]) -> Option<&'j Judged<'a>> {
    let rank = |light: Light| match light {
        Light::Red => 0,
        Light::Yellow => 1,
        Light::Blue => 2,
        Light::Green => 3,
        Light::Grey => 4,
    };
    judged.iter().min_by_key(|judged| rank(judged.light))
}

fn falls_short(judged: &Judged<'_>) -> bool {
    !judged.standing.reached() && judged.forecast.is_some_and(|forecast| forecast < judged.standing.target)
}

fn tally(lights: &[Light]) -> Vec<(Light, usize)> {
    let count = |light| lights.iter().filter(|other| **other == light).count();
    Light::ALL.into_iter().map(|light| (light, count(light))).filter(|(_, count)| *count > 0).collect()
}

fn gone(year: i16, day: Date) -> u32 {
    let (first, last) = (date(year, 1, 1), date(year, 12, 31));
    let days = luoshi_kernel::light::days(first, day.clamp(first, last)) + i64::from(day >= first);
    let whole = luoshi_kernel::light::days(first, last) + 1;
    u32::try_from((days * 100 + whole / 2) / whole).unwrap_or(0)
}

/// The legal last day of publication, when the document was published after it (政府信息公开条例 26).
fn late_since(bureau: &Bureau, plan: &Plan) -> Option<Date> {
    let formed = plan.head.formed_on?;
    let within = bureau.context(formed).setting(OPEN_WITHIN).int()?;
    let last = bureau.packs.calendar.after_workdays(formed, u32::try_from(within).ok()?)?;
    plan.head.published_on.filter(|published| *published > last).map(|_| last)
}

fn changes(plan: &Plan, judged: &JudgedBy<'_>) -> Vec<LightChange> {
    let mut out = vec![];
    for measure in plan.measures() {
        let Some(now) = judged.get(measure.id.as_str()).and_then(|all| worst(all)) else { continue };
        let Ok(before) = now.day.checked_sub(1.month()) else { continue };
        let Some(was) = now.light_on(before).filter(|was| *was != now.light) else { continue };
        let note =
            format!("{} → {}", now.value_on(before).unwrap_or_default(), now.value_on(now.day).unwrap_or_default());
        out.push(LightChange {
            measure: measure.id.clone(),
            title: measure.title.clone(),
            from: was,
            to: now.light,
            note,
        });
    }
    out
}

fn offices(plan: &Plan) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = vec![];
    for office in plan.measures().filter_map(|measure| measure.lead.as_ref()) {
        match out.iter_mut().find(|(name, _)| name == office) {
            Some((_, count)) => *count += 1,
            None => out.push((office.clone(), 1)),
        }
    }
    out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    out
}

/// A measure's facts, as the command line and the API tell them.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureFact {
    /// Its id.
    pub id: String,
    /// Its quote.
    pub quote: String,
    /// Where the quote stands, in Unicode scalar values of the decoded document.
    pub span: Span,
    /// Its targets.
    pub targets: Vec<TargetFact>,
}

/// A target's facts.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetFact {
    /// The target itself.
    pub target: Target,
    /// The number, an exact decimal; `None`: not bound, or 待填报.
    pub number: Option<String>,
    /// The day counted up to.
    pub day: Date,
    /// Its light; grey while not bound.
    pub light: Light,
    /// One reason.
    pub reason: String,
}

/// All measures of a plan with their targets judged.
pub fn facts(bureau: &Bureau, actor: &Actor, name: &str, when: When) -> Result<Vec<MeasureFact>, Refusal> {
    let plan = bureau.plan(name)?;
    let (known, day) = bureau.instant(when)?;
    let text = Text::of(plan);
    let fact = |reader: &mut Reader, target: &Target| {
        let judged = judge(bureau, reader, target, known, day, plan.year)?;
        let unbound = actor.lang.pick("尚未绑定到台账", "not bound to a register yet").to_string();
        Ok(TargetFact {
            target: target.clone(),
            number: judged
                .as_ref()
                .and_then(|judged| Some(luoshi_kernel::decimal::exact(judged.standing.value?, judged.digits))),
            day: judged.as_ref().map_or(day, |judged| judged.day),
            light: judged.as_ref().map_or(Light::Grey, |judged| judged.light),
            reason: judged.as_ref().map_or(unbound, |judged| judged.reason(actor.lang)),
        })
    };
    let read = |reader: &mut Reader| {
        let measure = |reader: &mut Reader, measure: &Measure| {
            let targets = measure.targets.iter().map(|target| fact(reader, target)).collect::<Result<_, _>>()?;
            Ok(MeasureFact { id: measure.id.clone(), quote: text.slice(measure.span), span: measure.span, targets })
        };
        plan.measures().map(|declared| measure(reader, declared)).collect::<Result<Vec<_>, StoreError>>()
    };
    bureau.store.read(read).map_err(broken)
}

/// A measure's page.
pub fn measure(bureau: &Bureau, actor: &Actor, plan: &str, id: &str, when: When) -> Result<MeasureView, Refusal> {
    let plan = bureau.plan(plan)?;
    let (known, day) = bureau.instant(when)?;
    let all: Vec<&Measure> = plan.measures().collect();
    let place = all.iter().position(|measure| measure.id == id).ok_or_else(Refusal::absent)?;
    let measure = all[place];
    let text = Text::of(plan);
    let (section, group) = home(plan, id).ok_or_else(Refusal::absent)?;
    let targets = bureau
        .store
        .read(|reader| {
            let asked = Asked { when, known, day };
            let views = measure.targets.iter().map(|target| target_view(bureau, actor, reader, plan, target, asked));
            views.collect::<Result<Vec<_>, _>>()
        })
        .map_err(broken)?;
    let neighbour = |place: Option<usize>| place.and_then(|place| all.get(place)).map(|measure| measure.id.clone());
    Ok(MeasureView {
        plan: (plan.name.clone(), plan.title.clone()),
        id: measure.id.clone(),
        title: measure.title.clone(),
        section: text.slice(section.heading),
        group: text.slice(text.heading(group)),
        paragraph: paragraph(&text, section, group, measure),
        lead: measure.lead.clone(),
        with: measure.with.clone(),
        chief: measure.chief.clone(),
        targets,
        day: day.min(date(plan.year, 12, 31)),
        when,
        before: neighbour(place.checked_sub(1)),
        after: neighbour(Some(place + 1)),
    })
}

fn home<'p>(plan: &'p Plan, id: &str) -> Option<(&'p luoshi_pack::plan::Section, &'p luoshi_pack::plan::Group)> {
    let holds = |group: &&luoshi_pack::plan::Group| group.measures.iter().any(|measure| measure.id == id);
    plan.sections.iter().find_map(|section| section.groups.iter().find(holds).map(|group| (section, group)))
}

fn paragraph(
    text: &Text,
    section: &luoshi_pack::plan::Section,
    group: &luoshi_pack::plan::Group,
    measure: &Measure,
) -> Vec<(String, bool)> {
    let place = section.groups.iter().position(|other| other == group).unwrap_or(0);
    let end = group_ends(section).get(place).copied().unwrap_or(measure.span.end);
    let parts = [
        (Span { start: text.heading(group).end, end: measure.span.start }, false),
        (measure.span, true),
        (Span { start: measure.span.end, end: end.max(measure.span.end) }, false),
    ];
    parts.into_iter().map(|(span, own)| (text.slice(span).trim_end_matches('\n').to_string(), own)).collect()
}

fn target_view(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    plan: &Plan,
    target: &Target,
    asked: Asked,
) -> Result<TargetView, StoreError> {
    let judged = judge(bureau, reader, target, asked.known, asked.day, plan.year)?;
    let quantity =
        judged.as_ref().map_or_else(|| luoshi_kernel::decimal::grouped(&target.quantity), Judged::target_shown);
    let number = match &judged {
        Some(judged) => Some(number_view(bureau, actor, reader, judged, asked)?),
        None => None,
    };
    Ok(TargetView {
        what: target.what.clone(),
        quantity: format!("{}{quantity}", sign(target.comparator)),
        unit: target.unit.clone(),
        by: target.by,
        number,
    })
}

/// The sign before a target; none for a bare figure and for "at least", which the text itself says.
fn sign(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::Equal | Comparator::AtLeast => "",
        Comparator::More => "> ",
        Comparator::AtMost => "≤ ",
        Comparator::Less => "< ",
    }
}

fn number_view(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    judged: &Judged<'_>,
    asked: Asked,
) -> Result<NumberView, StoreError> {
    let known = asked.known;
    let indicator = judged.indicator;
    let register = bureau.packs.register(&indicator.of);
    let mine = actor.scope(bureau, &register.name, Action::See).unwrap_or(Condition::Any(vec![]));
    let condition = number::evidence(indicator);
    let context = &judged.context;
    let table =
        |reader: &mut Reader, condition: &Condition, columns: &[Vec<String>], sort: &[(Vec<String>, bool)], take| {
            let columns = cell::columns(&bureau.packs, &register.name, columns);
            let pick = Pick {
                register,
                columns: &columns,
                scope: &mine,
                filter: condition,
                sort,
                context,
                known,
                day: judged.day,
                lang: actor.lang,
            };
            pick.table(bureau, reader, take)
        };
    let columns = evidence_columns(register, indicator);
    let by_day = evidence_sort(indicator);
    let evidence = table(reader, &condition, &columns, &by_day, EVIDENCE_ROWS)?;
    let short = match number::short(indicator, context.today, judged.standing.by) {
        None => None,
        Some(condition) => {
            let due = indicator.due.iter().map(|due| (vec![due.clone()], false)).collect::<Vec<_>>();
            Some(table(reader, &condition, &short_columns(register, indicator), &due, EVIDENCE_ROWS)?)
        }
    };
    let count = crate::list::count(bureau, reader, known, context, &register.name, &EVERYTHING, &condition)?;
    let label = short.as_ref().and_then(|short| short.columns.iter().position(|column| column.name == register.label));
    let late: Vec<String> = match (&short, label) {
        (Some(short), Some(label)) => {
            let overdue = short.rows.iter().filter(|row| matches!(row.light, Some(Light::Red | Light::Yellow)));
            overdue.take(3).map(|row| row.cells[label].text.clone()).collect()
        }
        _ => vec![],
    };
    let late_total = overdue_count(bureau, reader, judged, known, &register.name)?;
    Ok(NumberView {
        indicator: indicator.name.clone(),
        title: actor.lang.pick(&indicator.title, &indicator.en).to_string(),
        value: judged.value_shown(),
        missing: judged.standing.value.is_none().then(|| figure::missing(actor.lang)),
        light: judged.light,
        verdict: judged.verdict(register, &late, late_total, actor.lang),
        chart: judged.chart(),
        sentence: phrases(bureau, context, &register.name, &condition, actor.lang, None),
        evidence_link: evidence_link(indicator, context, asked),
        hidden: count.saturating_sub(evidence.total),
        evidence,
        short,
        rule: actor.lang.pick(&indicator.rule, &indicator.rule_en).to_string(),
        source: if indicator.source == "default" {
            actor.lang.pick("默认口径", "default").into()
        } else {
            indicator.source.clone()
        },
        breakdowns: breakdowns(bureau, actor, reader, judged, known)?,
        log: judged.log(actor.lang),
    })
}

/// The day a page is asked for, and what it means.
#[derive(Clone, Copy)]
struct Asked {
    when: When,
    known: Known,
    day: Date,
}

/// The list of what counts. After the plan's time has ended the list must be asked for its last day, not for today.
fn evidence_link(indicator: &Indicator, context: &Context, asked: Asked) -> String {
    let over = asked.when == When::default() && context.today < asked.day;
    let day = if over { format!("&on={}", context.today) } else { String::new() };
    format!("/register/{}?counted={}{day}", indicator.of, indicator.name)
}

/// How many of the population are past their due day and do not count.
fn overdue_count(
    bureau: &Bureau,
    reader: &mut Reader,
    judged: &Judged<'_>,
    known: Known,
    register: &str,
) -> Result<u64, StoreError> {
    let Some(due) = &judged.indicator.due else { return Ok(0) };
    let Some(open) = number::short(judged.indicator, judged.context.today, judged.context.today) else { return Ok(0) };
    let passed = Condition::Compare(
        vec![due.clone()],
        luoshi_pack::condition::Compare::AtMost,
        luoshi_pack::condition::Operand::literal(Value::Date(judged.context.today)),
    );
    crate::list::count(bureau, reader, known, &judged.context, register, &EVERYTHING, &both(open, passed))
}

/// Serial, label, choices and references of the register's own columns, the day that counts, and the summed field.
fn evidence_columns(register: &Register, indicator: &Indicator) -> Vec<Vec<String>> {
    let (dated, summed) = (dated(indicator), summed(indicator));
    let own = register.columns.iter().filter(|name| {
        Some(name.as_str()) != dated
            && Some(name.as_str()) != summed
            && !is_day(register, name)
            && !is_figure(register, name)
            && *name != "state"
    });
    let own: Vec<String> = own.cloned().collect();
    let more = [dated, summed].into_iter().flatten().map(str::to_string);
    own.into_iter().chain(more).map(|name| cell::path(&name)).collect()
}

fn short_columns(register: &Register, indicator: &Indicator) -> Vec<Vec<String>> {
    let days = [indicator.due.as_deref(), indicator.expected.as_deref(), summed(indicator)];
    let names = [Some(register.label.as_str()), Some("state")].into_iter().chain(days).flatten();
    names.map(cell::path).collect()
}

fn evidence_sort(indicator: &Indicator) -> Vec<(Vec<String>, bool)> {
    dated(indicator).map(|day| vec![(vec![day.to_string()], true)]).unwrap_or_default()
}

fn dated(indicator: &Indicator) -> Option<&str> {
    match &indicator.stands {
        Stands::Dated(day) | Stands::During(day, _) => Some(day),
        Stands::Still => None,
    }
}

fn summed(indicator: &Indicator) -> Option<&str> {
    match &indicator.aggregate {
        luoshi_pack::Aggregate::Sum(field) => Some(field),
        _ => None,
    }
}

fn is_day(register: &Register, name: &str) -> bool {
    register.fields.get(name).is_some_and(|field| field.kind == Kind::Date)
}

fn is_figure(register: &Register, name: &str) -> bool {
    register.fields.get(name).is_some_and(|field| cell::figures(&field.kind))
}

fn breakdowns(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    judged: &Judged<'_>,
    known: Known,
) -> Result<Vec<Breakdown>, StoreError> {
    let mut out = vec![];
    for (name, path) in &judged.indicator.by {
        let kind = number::end(&bureau.packs, &judged.indicator.of, path);
        out.push(Breakdown {
            name: name.clone(),
            title: dimension_title(bureau, judged.indicator, name, path, actor.lang),
            rows: break_rows(bureau, actor, reader, judged, known, path, kind.as_ref())?,
        });
    }
    Ok(out)
}

fn dimension_title(bureau: &Bureau, indicator: &Indicator, name: &str, path: &[String], lang: Lang) -> String {
    let field = || luoshi_kernel::list::Column::at(&bureau.packs, &indicator.of, path)?.field;
    cell::dimension(&bureau.packs, &indicator.of, path, lang)
        .or_else(|| field().map(|field| lang.pick(&field.title, &field.en).to_string()))
        .unwrap_or_else(|| name.to_string())
}

#[derive(Default)]
struct Lines {
    label: String,
    records: u64,
    value: i64,
    planned: u64,
    pace: Option<i64>,
    whole: Option<i64>,
}

fn break_rows(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    judged: &Judged<'_>,
    known: Known,
    path: &[String],
    kind: Option<&Kind>,
) -> Result<Vec<BreakRow>, StoreError> {
    let indicator = judged.indicator;
    let counting = Indicator { aggregate: luoshi_pack::Aggregate::Count, ..indicator.clone() };
    let due = indicator.due.as_ref().map(|due| Indicator { stands: Stands::Dated(due.clone()), ..indicator.clone() });
    let whole = Context { today: judged.standing.by, ..judged.context.clone() };
    let mut lines: BTreeMap<Value, Lines> = BTreeMap::new();
    let mut read =
        |indicator: &Indicator, context: &Context, put: &dyn Fn(&mut Lines, i64)| -> Result<(), StoreError> {
            for (key, label, number) in read_by(bureau, reader, context, known, indicator, path)? {
                let line = lines.entry(key.clone()).or_default();
                line.label = part_title(kind, &key, &label, actor.lang);
                put(line, number.value().unwrap_or(0));
            }
            Ok(())
        };
    read(indicator, &judged.context, &|line, value| line.value = value)?;
    read(&counting, &judged.context, &|line, value| line.records = u64::try_from(value).unwrap_or(0))?;
    if let Some(due) = &due {
        read(due, &judged.context, &|line, value| line.pace = Some(value))?;
        read(due, &whole, &|line, value| line.whole = Some(value))?;
        let planned = Indicator { aggregate: luoshi_pack::Aggregate::Count, ..due.clone() };
        read(&planned, &whole, &|line, value| line.planned = u64::try_from(value).unwrap_or(0))?;
    }
    let scale = 10_f64.powi(i32::from(judged.digits));
    let float = |value: i64| value as f64 / scale;
    let has_due = due.is_some();
    let mut rows: Vec<BreakRow> = lines
        .into_values()
        .map(|line| BreakRow {
            light: has_due.then(|| break_light(judged, &line)),
            title: line.label,
            records: (line.records, has_due.then_some(line.planned)),
            value: float(line.value),
            shown: say::number(line.value, judged.digits),
            pace: has_due.then(|| float(line.pace.unwrap_or(0))),
            whole: has_due.then(|| float(line.whole.unwrap_or(0))),
        })
        .collect();
    let lack = |row: &BreakRow| row.pace.unwrap_or(0.0) - row.value;
    rows.sort_by(|left, right| lack(right).total_cmp(&lack(left)).then(right.value.total_cmp(&left.value)));
    Ok(rows)
}

/// The light of a place: its own records' due days against what counts.
fn break_light(judged: &Judged<'_>, line: &Lines) -> Light {
    let whole = line.whole.unwrap_or(0);
    if whole == 0 && line.value == 0 {
        return Light::Grey;
    }
    let standing = Standing {
        value: Some(line.value),
        target: whole,
        comparator: Comparator::AtLeast,
        exact: false,
        due: line.pace,
        best: None,
        ..judged.standing
    };
    standing.light(luoshi_kernel::light::Limits::of(&judged.context))
}
