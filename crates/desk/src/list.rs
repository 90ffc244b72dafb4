//! Lists: scope, view, a person's filters, order, page; totals over the same condition in the same snapshot.

use crate::bureau::{Bureau, broken};
use crate::cell::{self, Tell};
use crate::refusal::{No, Refusal};
use crate::view::{
    CellStyle, ColumnHead, FilterHead, ListView, Phrase, RegisterGroup, RegisterHead, Row, Table, ViewHead,
};
use crate::{Actor, ListAsk, several};
use jiff::civil::Date;
use luoshi_kernel::access::{self, both};
use luoshi_kernel::list::{self, Column, EVERYTHING, Page, count_most, ids, owners, rows, totals};
use luoshi_kernel::number::evidence;
use luoshi_kernel::query::{Known, Read, is_tallied};
use luoshi_kernel::sentence::{Part, sentence};
use luoshi_kernel::{Context, Lang, kind};
use luoshi_pack::condition::{Compare, Operand, Path};
use luoshi_pack::{Action, Condition, Kind, Register, Value};
use luoshi_store::{Reader, StoreError};

/// Conditions a person may add to a list, and steps a path of theirs may have.
const FILTERS_MOST: usize = 20;
const STEPS_MOST: usize = 4;

/// Records that are counted for the link of a view; beyond that it says so.
const COUNT_MOST: u64 = 9_999;

/// Ids of a list as of an earlier day that are found and remembered at once.
const WINDOW: u64 = 1_000;

/// Owners whose records are merged into a page.
const OWNERS_MOST: u64 = 60;

/// Rows a page of a list may have.
const PER: std::ops::RangeInclusive<u64> = 25..=200;

/// What a person asks a list for, read against the register's declaration and their scope.
pub(crate) struct Asked<'b> {
    pub register: &'b Register,
    /// What the person may see.
    pub scope: Condition,
    /// What is listed.
    pub filter: Condition,
    pub columns: Vec<Column>,
    pub sort: Vec<(Path, bool)>,
    pub context: Context,
    pub known: Known,
    pub day: Date,
    /// The filter in its parts, and those that the person set, each with the parameter that removes it.
    parts: Vec<Condition>,
    typed: Vec<(Condition, String)>,
}

/// Reads a question for a list.
pub(crate) fn asked<'b>(bureau: &'b Bureau, actor: &Actor, ask: &ListAsk) -> Result<Asked<'b>, Refusal> {
    let register = bureau.register(&ask.register)?;
    let mut scope = actor.scope(bureau, &register.name, Action::See).ok_or_else(Refusal::absent)?;
    let (known, day) = bureau.instant(ask.when)?;
    let context =
        Context { me: actor.person, my_unit: actor.posts.first().map(|post| post.unit), ..bureau.context(day) };
    let view = match &ask.view {
        None => None,
        Some(name) => Some(register.views.get(name).ok_or_else(Refusal::absent)?),
    };
    let typed = typed_filters(bureau, register, &ask.filters)?;
    for (_, name) in &typed {
        let passed = beyond(bureau, actor, register, &cell::path(compared(name).0));
        scope = both(scope, passed.ok_or_else(|| unknown_field(name))?);
    }
    let counted = match &ask.counted {
        None => None,
        Some(name) => {
            let indicator = bureau.packs.indicators.get(name).filter(|indicator| indicator.of == register.name);
            Some(evidence(indicator.ok_or_else(Refusal::absent)?))
        }
    };
    let declared = [view.map(|view| view.filter.clone()), counted].into_iter().flatten();
    let parts: Vec<Condition> = declared.chain(typed.iter().map(|(condition, _)| condition.clone())).collect();
    let names = view.map(|view| &view.columns).filter(|columns| !columns.is_empty()).unwrap_or(&register.columns);
    let columns =
        cell::columns(&bureau.packs, &register.name, &names.iter().map(|name| cell::path(name)).collect::<Vec<_>>());
    let sort = sort(bureau, register, view.map(|view| &view.sort[..]), ask.sort.as_ref())?;
    if let (Some((name, _)), Some((path, _))) = (&ask.sort, sort.first())
        && beyond(bureau, actor, register, path) != Some(EVERYTHING.clone())
    {
        return Err(unknown_field(name));
    }
    let filter = Condition::All(parts.clone());
    Ok(Asked { register, scope, filter, columns, sort, context, known, day, parts, typed })
}

impl Asked<'_> {
    fn pick(&self, lang: Lang) -> Pick<'_> {
        Pick {
            register: self.register,
            columns: &self.columns,
            scope: &self.scope,
            filter: &self.filter,
            sort: &self.sort,
            context: &self.context,
            known: self.known,
            day: self.day,
            lang,
        }
    }

    /// The question as a sentence.
    pub fn words(&self, bureau: &Bureau, lang: Lang) -> Vec<Phrase> {
        words(bureau, self.register, &self.context, lang, &self.parts, &self.typed, &self.sort)
    }
}

/// A list as a person may see it.
pub fn list(bureau: &Bureau, actor: &Actor, ask: &ListAsk) -> Result<ListView, Refusal> {
    let asked = asked(bureau, actor, ask)?;
    let (register, known, context) = (asked.register, asked.known, &asked.context);
    let per = ask.per.clamp(*PER.start(), *PER.end());
    let page = asked.pick(actor.lang);
    if known.is_some() {
        page.scan(bureau, actor, ask.page, per).map_err(broken)?;
    }
    bureau
        .store
        .read(|reader| {
            let (total, sums) = page.totals(bureau, reader)?;
            let (at, pages) = paged(ask.page, per, total);
            let rows = page.rows_of(bureau, reader, (at - 1) * per, per, total)?;
            Ok(ListView {
                register: RegisterHead {
                    name: register.name.clone(),
                    title: title(register, actor.lang),
                    count: Some(total),
                },
                registers: registers(bureau, actor, reader, known, context)?,
                views: page.views(bureau, reader, ask.view.as_deref())?,
                sentence: asked.words(bureau, actor.lang),
                columns: heads(bureau, register, &asked.columns, &asked.sort, actor.lang),
                rows,
                total,
                page: at,
                pages,
                sums,
                filters: filters(bureau, register, reader, &asked.columns, actor.lang)?,
                may_file: bureau.read_only.is_none()
                    && ask.when == crate::view::When::default()
                    && actor.scope(bureau, &register.name, Action::File).is_some(),
                may_export: bureau.read_only.is_none() && actor.scope(bureau, &register.name, Action::Export).is_some(),
                when: ask.when,
                states: main_states(register, actor.lang),
            })
        })
        .map_err(broken)
}

/// The page shown for the one asked for, and how many there are.
fn paged(asked: u64, per: u64, total: u64) -> (u64, u64) {
    let pages = total.div_ceil(per).max(1);
    (asked.clamp(1, pages), pages)
}

/// A table of records: columns, a condition, an order.
pub struct Pick<'a> {
    /// The register.
    pub register: &'a Register,
    /// Its columns.
    pub columns: &'a [Column],
    /// What the person may see.
    pub scope: &'a Condition,
    /// What is listed.
    pub filter: &'a Condition,
    /// Its order.
    pub sort: &'a [(Path, bool)],
    /// The question's surroundings.
    pub context: &'a Context,
    /// As of which moment.
    pub known: Known,
    /// The day asked for.
    pub day: Date,
    /// The person's language.
    pub lang: Lang,
}

impl Pick<'_> {
    /// How many match, and the sums as shown under each column.
    pub fn totals(&self, bureau: &Bureau, reader: &mut Reader) -> Result<(u64, Vec<Option<String>>), StoreError> {
        let read =
            totals(&bureau.packs, self.context, self.known, &self.register.name, self.columns, self.scope, self.filter);
        let rows = bureau.rows(reader, &read)?;
        let mut numbers = rows.iter().flatten().map(|value| value.int().unwrap_or(0));
        let total = u64::try_from(numbers.next().unwrap_or(0)).unwrap_or(0);
        let sums = self.columns.iter().map(|column| {
            let field = column.field.as_ref().filter(|_| column.sums())?;
            numbers.next().map(|sum| kind::show(&field.kind, &Value::Int(sum), self.lang))
        });
        Ok((total, sums.collect()))
    }

    /// The rows of a page, `total` being how many match. Where an index leads to them sooner than the scope is read and sorted,
    /// it is followed: in the order of the page until it is full, or from each owner in scope.
    fn rows_of(
        &self,
        bureau: &Bureau,
        reader: &mut Reader,
        skip: u64,
        take: u64,
        total: u64,
    ) -> Result<Vec<Row>, StoreError> {
        let take = take.min(total.saturating_sub(skip));
        if take == 0 {
            return Ok(vec![]);
        }
        let (table, name) = (bureau.table(&self.register.name), &self.register.name);
        let led = |first: &[&str]| {
            table
                .indexed
                .iter()
                .any(|columns| columns.iter().map(String::as_str).take(first.len()).eq(first.iter().copied()))
        };
        let key = match self.sort {
            [] => None,
            [(path, _), ..] => match path.as_slice() {
                [name] => Some(name.as_str()),
                _ => return self.rows(bureau, reader, skip, take),
            },
        };
        if self.known.is_some() || !is_tallied(self.context, name, [self.scope, &EVERYTHING]) {
            return self.rows(bureau, reader, skip, take);
        }
        let mut counted = |scope| count(bureau, reader, None, self.context, name, scope, &EVERYTHING).map(u128::from);
        let (all, in_scope) = (counted(&EVERYTHING)?, counted(self.scope)?);
        let (wanted, total) = (u128::from(skip + take), u128::from(total));
        let met = if key.is_none_or(|key| led(&[key])) { wanted * all / total } else { u128::MAX };
        let (merged, sorted) = (wanted * in_scope / total, in_scope);
        if merged < met.min(sorted)
            && key.is_some_and(|key| led(&["owner", key]))
            && let Some(owners) = self.few_owners(bureau, reader)?
            && merged * (owners.len() as u128) < met.min(sorted)
        {
            let read = list::merged(&bureau.packs, self.context, name, &owners, &self.page(skip, take, false));
            return self.found(bureau, reader, &read);
        }
        match met < sorted {
            true => {
                let read = ids(&bureau.packs, self.context, None, name, &self.page(skip, take, true));
                self.found(bureau, reader, &read)
            }
            false => self.read(bureau, reader, &self.page(skip, take, false)),
        }
    }

    /// The owners in scope, where they are few and every record has one.
    fn few_owners(&self, bureau: &Bureau, reader: &mut Reader) -> Result<Option<Vec<i64>>, StoreError> {
        let read = owners(&bureau.packs, self.context, &self.register.name, self.scope, OWNERS_MOST + 1);
        let found = bureau.rows(reader, &read)?;
        let few = found.len() as u64 <= OWNERS_MOST;
        Ok(found.iter().map(|row| row[0].int()).collect::<Option<Vec<i64>>>().filter(|_| few))
    }

    /// The rows whose ids a query finds.
    fn found(&self, bureau: &Bureau, reader: &mut Reader, read: &Read) -> Result<Vec<Row>, StoreError> {
        let ids = reader.rows(&read.select, &read.kinds)?.into_iter().map(|row| row[0].clone()).collect();
        self.named(bureau, reader, ids)
    }

    fn page(&self, skip: u64, take: u64, in_order: bool) -> Page<'_> {
        Page { scope: self.scope, filter: self.filter, sort: self.sort, skip, take, in_order }
    }

    /// The rows of these ids, in the order of the page.
    fn named(&self, bureau: &Bureau, reader: &mut Reader, ids: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let take = ids.len() as u64;
        let named = Condition::OneOf(vec!["id".into()], ids);
        self.read(bureau, reader, &Page::first(&named, self.sort, take))
    }

    /// Reads what a page as of an earlier day scans the past for, each answer in a snapshot of its own: all are long, the past
    /// is the same in each, and what was read is remembered.
    fn scan(&self, bureau: &Bureau, actor: &Actor, asked: u64, per: u64) -> Result<(), StoreError> {
        let total = bureau.store.read(|reader| self.totals(bureau, reader))?.0;
        let (at, _) = paged(asked, per, total);
        bureau.store.read(|reader| self.ids(bureau, reader, (at - 1) * per, per))?;
        for view in self.register.views.values() {
            bureau.store.read(|reader| self.most(bureau, reader, &view.filter))?;
        }
        for register in bureau.registers() {
            let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { continue };
            let count =
                |reader: &mut _| count(bureau, reader, self.known, self.context, &register.name, &scope, &EVERYTHING);
            bureau.store.read(count)?;
        }
        Ok(())
    }

    /// The ids of the rows of a page as of an earlier day, which are found by a scan of the past: remembered for many pages.
    fn ids(&self, bureau: &Bureau, reader: &mut Reader, skip: u64, take: u64) -> Result<Vec<Value>, StoreError> {
        let mut found = vec![];
        for window in skip / WINDOW..(skip + take).div_ceil(WINDOW) {
            let first = window * WINDOW;
            let name = &self.register.name;
            let read = ids(&bureau.packs, self.context, self.known, name, &self.page(first, WINDOW, false));
            let rows = bureau.rows(reader, &read)?;
            let within = (skip.max(first) - first)..((skip + take).min(first + WINDOW) - first);
            found.extend(rows.iter().take(within.end as usize).skip(within.start as usize).map(|row| row[0].clone()));
        }
        Ok(found)
    }

    /// How many match a filter in place of this one, but no more than are counted for a link.
    fn most(&self, bureau: &Bureau, reader: &mut Reader, filter: &Condition) -> Result<u64, StoreError> {
        let (register, most) = (&self.register.name, COUNT_MOST + 1);
        let read = count_most(&bureau.packs, self.context, self.known, register, self.scope, filter, most);
        let count = bureau.rows(reader, &read)?.first().and_then(|row| row[0].int());
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// The links of the register's views.
    fn views(&self, bureau: &Bureau, reader: &mut Reader, current: Option<&str>) -> Result<Vec<ViewHead>, StoreError> {
        let mut heads = vec![];
        for view in self.register.views.values() {
            let count = self.most(bureau, reader, &view.filter)?;
            heads.push(ViewHead {
                name: view.name.clone(),
                title: self.lang.pick(&view.title, &view.en).to_string(),
                count: count.min(COUNT_MOST),
                more: count > COUNT_MOST,
                current: current == Some(view.name.as_str()),
            });
        }
        Ok(heads)
    }

    /// The rows of a page.
    pub fn rows(&self, bureau: &Bureau, reader: &mut Reader, skip: u64, take: u64) -> Result<Vec<Row>, StoreError> {
        match self.known {
            None => self.read(bureau, reader, &self.page(skip, take, false)),
            Some(_) => {
                let ids = self.ids(bureau, reader, skip, take)?;
                self.named(bureau, reader, ids)
            }
        }
    }

    fn read(&self, bureau: &Bureau, reader: &mut Reader, page: &Page<'_>) -> Result<Vec<Row>, StoreError> {
        let tell: Tell = cell::tell(&bureau.packs, &self.register.name);
        let mut columns = self.columns.to_vec();
        columns.extend(cell::columns(&bureau.packs, &self.register.name, &tell.paths));
        let read = rows(&bureau.packs, self.context, self.known, &self.register.name, &columns, page);
        let found = reader.rows(&read.select, &read.kinds)?;
        let names = several::names(bureau, reader, self.context, self.known, &columns, &found)?;
        Ok(found
            .iter()
            .map(|values| cell::row(bureau, self.register, &columns, &tell, values, &names, self.day, self.lang))
            .collect())
    }

    /// The first rows with their heads and the totals over all.
    pub fn table(&self, bureau: &Bureau, reader: &mut Reader, take: u64) -> Result<Table, StoreError> {
        let (total, sums) = self.totals(bureau, reader)?;
        let rows = self.rows(bureau, reader, 0, take)?;
        Ok(Table { columns: heads(bureau, self.register, self.columns, self.sort, self.lang), rows, total, sums })
    }
}

/// A register's label.
pub fn title(register: &Register, lang: Lang) -> String {
    lang.pick(&register.title, &register.en).to_string()
}

fn heads(
    bureau: &Bureau,
    register: &Register,
    columns: &[Column],
    sort: &[(Path, bool)],
    lang: Lang,
) -> Vec<ColumnHead> {
    let sorted = |column: &Column| sort.first().filter(|(path, _)| *path == column.path).map(|(_, down)| *down);
    let head = |column| ColumnHead { sorted: sorted(column), ..cell::head(&bureau.packs, register, column, lang) };
    let mut heads: Vec<ColumnHead> = columns.iter().map(head).collect();
    // Where the label is no column of words, the first words name the record.
    if heads.iter().all(|head| head.style != CellStyle::Name)
        && let Some(first) = heads.iter_mut().find(|head| head.style == CellStyle::Text)
    {
        first.style = CellStyle::Name;
    }
    heads
}

/// Labels of the states on the main line.
pub fn main_states(register: &Register, lang: Lang) -> Vec<String> {
    let states = register.flow.iter().flat_map(|flow| flow.states.values()).filter(|state| !state.aside);
    states.map(|state| lang.pick(&state.title, &state.en).to_string()).collect()
}

fn sort(
    bureau: &Bureau,
    register: &Register,
    view: Option<&[(Path, bool)]>,
    ask: Option<&(String, bool)>,
) -> Result<Vec<(Path, bool)>, Refusal> {
    match ask {
        None => Ok(view.unwrap_or_default().to_vec()),
        Some((name, down)) => {
            let path = cell::path(name);
            let known = Column::at(&bureau.packs, &register.name, &path).filter(|column| !hidden(column));
            known.map(|_| vec![(path, *down)]).ok_or_else(|| unknown_field(name))
        }
    }
}

/// Masked values must not be told by order or filter.
fn hidden(column: &Column) -> bool {
    column.path.len() > STEPS_MOST || column.field.as_ref().is_some_and(|field| field.mask)
}

/// What a question along a path asks of the records that it passes: that the person may see them, unless the list itself
/// shows what stands at its end. `None` where this cannot be asked.
fn beyond(bureau: &Bureau, actor: &Actor, register: &Register, path: &Path) -> Option<Condition> {
    let lists = [&register.columns].into_iter().chain(register.views.values().map(|view| &view.columns));
    if lists.flatten().any(|name| cell::path(name) == *path) {
        return Some(EVERYTHING.clone());
    }
    let (mut asked, mut at) = (EVERYTHING.clone(), register.name.as_str());
    for (place, step) in path.iter().enumerate().take(path.len().saturating_sub(1)) {
        let Kind::Ref { to } = &bureau.packs.field(at, step)?.kind else { return None };
        let scope = actor.scope(bureau, to, Action::See)?;
        asked = both(asked, access::at(&path[..=place], &scope)?);
        at = to;
    }
    Some(asked)
}

fn unknown_field(name: &str) -> Refusal {
    Refusal::new(
        No::Wrong,
        "D012",
        format!("台账里没有“{name}”这一栏，不能按它筛选或排序。请从列表中选。"),
        format!("There is no field “{name}” to filter or sort by. Choose one of the list."),
    )
}

/// What a person set: each a condition and the parameter that removes it.
fn typed_filters(
    bureau: &Bureau,
    register: &Register,
    filters: &[(String, String)],
) -> Result<Vec<(Condition, String)>, Refusal> {
    if filters.len() > FILTERS_MOST {
        return Err(Refusal::new(
            No::Wrong,
            "D016",
            format!("一次最多加 {FILTERS_MOST} 个条件。请去掉一些。"),
            format!("At most {FILTERS_MOST} conditions at once. Please remove some."),
        ));
    }
    filters.iter().map(|(name, typed)| Ok((typed_filter(bureau, register, name, typed)?, name.clone()))).collect()
}

/// What the parameter of a condition compares, and how.
fn compared(name: &str) -> (&str, Compare) {
    match name {
        _ if name.ends_with("<=") => (&name[..name.len() - 2], Compare::AtMost),
        _ if name.ends_with(">=") => (&name[..name.len() - 2], Compare::AtLeast),
        _ => (name.trim_end_matches('~'), Compare::Equal),
    }
}

fn typed_filter(bureau: &Bureau, register: &Register, name: &str, typed: &str) -> Result<Condition, Refusal> {
    let (plain, compare) = compared(name);
    let path = cell::path(plain);
    let column = Column::at(&bureau.packs, &register.name, &path)
        .filter(|column| !hidden(column))
        .ok_or_else(|| unknown_field(plain))?;
    if plain == "state" {
        return Ok(Condition::Compare(path, Compare::Equal, Operand::literal(Value::Text(typed.to_string()))));
    }
    let number = Kind::Integer { min: None, max: None, unit: None };
    let header =
        match luoshi_kernel::table::HEADER.iter().find(|(name, _)| path.last().is_some_and(|last| last == name)) {
            Some((_, luoshi_kernel::table::ColumnKind::Int)) => number,
            _ => Kind::Text { max: 200 },
        };
    let kind = column.field.as_ref().map_or(header, |field| field.kind.clone());
    let value = kind::parse(&kind, typed)
        .map_err(|complaint| Refusal::new(No::Wrong, complaint.code, complaint.zh, complaint.en))?;
    let text = matches!(kind, Kind::Text { .. } | Kind::LongText { .. });
    Ok(match value {
        Value::Null => Condition::Empty(path, true),
        Value::Text(part) if text => Condition::Contains(path, part),
        several if matches!(kind, Kind::Choices { .. } | Kind::Refs { .. }) => holds_each(&path, &kind, &several),
        value => Condition::Compare(path, compare, Operand::literal(value)),
    })
}

/// Every member that was typed is among those of the record.
fn holds_each(path: &Path, kind: &Kind, several: &Value) -> Condition {
    let member = |text: &str| match kind {
        Kind::Refs { .. } => Value::Int(text.parse().unwrap_or_default()),
        _ => Value::Text(text.to_string()),
    };
    let holds = |text| Condition::Holds(path.clone(), Operand::literal(member(text)));
    let mut parts: Vec<Condition> = several.members().map(holds).collect();
    if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) }
}

fn words(
    bureau: &Bureau,
    register: &Register,
    context: &Context,
    lang: Lang,
    asked: &[Condition],
    typed: &[(Condition, String)],
    sort: &[(Path, bool)],
) -> Vec<Phrase> {
    let mut out = vec![Phrase::Words(lang.pick("看 ", "Showing ").into())];
    let said: Vec<&Condition> = asked.iter().filter(|part| **part != Condition::All(vec![])).collect();
    if said.is_empty() {
        out.push(Phrase::Words(lang.pick("全部", "all").into()));
    }
    for (place, part) in said.iter().enumerate() {
        if place > 0 {
            out.push(Phrase::Words(lang.pick(" 且 ", " and ").into()));
        }
        let remove = typed.iter().find(|(condition, _)| condition == *part).map(|(_, name)| name.clone());
        out.extend(phrases(bureau, context, &register.name, part, lang, remove));
    }
    out.push(Phrase::Words(format!("{}{}", lang.pick(" 的", " "), title(register, lang))));
    if let Some((path, down)) = sort.first() {
        let column = Column::at(&bureau.packs, &register.name, path);
        let name = column.map_or_else(String::new, |column| cell::head(&bureau.packs, register, &column, lang).title);
        let order = if *down { lang.pick("从后往前", "descending") } else { lang.pick("先后", "ascending") };
        out.push(Phrase::Words(lang.pick("，按 ", ", by ").into()));
        out.push(Phrase::Term { text: format!("{name}{}{order}", lang.pick("", " ")), remove: None });
        out.push(Phrase::Words(lang.pick(" 排", "").into()));
    }
    out
}

/// A condition as phrases.
pub fn phrases(
    bureau: &Bureau,
    context: &Context,
    register: &str,
    condition: &Condition,
    lang: Lang,
    remove: Option<String>,
) -> Vec<Phrase> {
    let parts = sentence(&bureau.packs, context, register, condition, lang);
    parts
        .into_iter()
        .map(|part| match part {
            Part::Words(text) => Phrase::Words(text),
            Part::Term(text) => Phrase::Term { text, remove: remove.clone() },
        })
        .collect()
}

fn registers(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    known: Known,
    context: &Context,
) -> Result<Vec<RegisterGroup>, StoreError> {
    let mut groups: Vec<(&str, RegisterGroup)> = vec![];
    for register in bureau.registers() {
        let Some(scope) = actor.scope(bureau, &register.name, Action::See) else { continue };
        let count = count(bureau, reader, known, context, &register.name, &scope, &EVERYTHING)?;
        let head = RegisterHead { name: register.name.clone(), title: title(register, actor.lang), count: Some(count) };
        match groups.iter_mut().find(|(pack, _)| *pack == register.pack) {
            Some((_, group)) => group.registers.push(head),
            None => {
                let pack = bureau.packs.packs.iter().find(|pack| pack.name == register.pack);
                let title = pack.map_or(&*register.pack, |pack| actor.lang.pick(&pack.title, &pack.en)).to_string();
                groups.push((&register.pack, RegisterGroup { title, registers: vec![head] }));
            }
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// How many records satisfy a condition.
pub fn count(
    bureau: &Bureau,
    reader: &mut Reader,
    known: Known,
    context: &Context,
    register: &str,
    scope: &Condition,
    filter: &Condition,
) -> Result<u64, StoreError> {
    let read = totals(&bureau.packs, context, known, register, &[], scope, filter);
    let rows = bureau.rows(reader, &read)?;
    Ok(rows.first().and_then(|row| row[0].int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}

/// Filters that can be added: the state, choices, yes or no, days and the register's name; and the town.
fn filters(
    bureau: &Bureau,
    register: &Register,
    reader: &mut Reader,
    columns: &[Column],
    lang: Lang,
) -> Result<Vec<FilterHead>, StoreError> {
    let mut heads = vec![];
    if let Some(flow) = &register.flow {
        let choices =
            flow.states.iter().map(|(name, state)| (name.clone(), lang.pick(&state.title, &state.en).to_string()));
        heads.push(FilterHead {
            name: "state".into(),
            title: lang.pick("状态", "state").into(),
            choices: choices.collect(),
            input: "text",
        });
    }
    for field in bureau.packs.fields(&register.name).into_iter().filter(|field| !field.mask) {
        let (choices, input) = match &field.kind {
            Kind::Choice { choices } | Kind::Choices { choices } => (
                choices
                    .iter()
                    .map(|(key, choice)| (key.clone(), lang.pick(&choice.title, &choice.en).to_string()))
                    .collect(),
                "text",
            ),
            Kind::YesNo => (
                vec![("yes".into(), lang.pick("是", "yes").into()), ("no".into(), lang.pick("否", "no").into())],
                "text",
            ),
            Kind::Date => (vec![], "date"),
            Kind::Text { .. } if field.name == register.label => (vec![], "text"),
            _ => continue,
        };
        heads.push(FilterHead {
            name: field.name.clone(),
            title: lang.pick(&field.title, &field.en).into(),
            choices,
            input,
        });
    }
    for column in columns.iter().filter(|column| column.refers().is_some()) {
        let to = column.refers().unwrap_or_default().to_string();
        if let Some(options) = few(bureau, reader, &to)? {
            let head = cell::head(&bureau.packs, register, column, lang);
            let choices = options.into_iter().map(|(id, label)| (id.to_string(), label)).collect();
            heads.push(FilterHead { name: head.name, title: head.title, choices, input: "text" });
        }
    }
    Ok(heads)
}

/// Units above schools, while they are few, as choices; other references are not offered as filters.
fn few(bureau: &Bureau, reader: &mut Reader, register: &str) -> Result<Option<Vec<(i64, String)>>, StoreError> {
    if register != luoshi_kernel::table::UNIT {
        return Ok(None);
    }
    let is_town = Condition::Compare(vec!["kind".into()], Compare::Equal, Operand::literal(Value::Text("town".into())));
    let context = bureau.context(bureau.clock.today());
    Ok(Some(options(bureau, reader, &context, register, &is_town, 100)?))
}

/// Records of a register by label: id and label, at most `most`.
pub fn options(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &str,
    filter: &Condition,
    most: u64,
) -> Result<Vec<(i64, String)>, StoreError> {
    let label = vec![bureau.packs.register(register).label.clone()];
    let columns = cell::columns(&bureau.packs, register, std::slice::from_ref(&label));
    let sort = [(label, false)];
    let page = Page::first(filter, &sort, most);
    let read = rows(&bureau.packs, context, None, register, &columns, &page);
    let found = reader.rows(&read.select, &read.kinds)?;
    Ok(found.iter().filter_map(|row| Some((row[0].int()?, row[5].text()?.to_string()))).collect())
}

/// The label of one record; empty when there is none.
pub fn label(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &str,
    id: i64,
    known: Known,
) -> Result<String, StoreError> {
    let record = reader.record(bureau.table(register), id, known)?;
    let field = &bureau.packs.register(register).label;
    Ok(record.and_then(|record| record.value(field).text().map(str::to_string)).unwrap_or_default())
}
