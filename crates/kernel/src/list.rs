//! Lists: one register, columns, a filter, an order, a page; the total and the sums over all that match.

use crate::context::Context;
use crate::number::total;
use crate::query::{Known, Planner, Read, col, how_many, is_tallied};
use crate::table::{ColumnKind, HEADER};
use luoshi_pack::condition::{Condition, Path};
use luoshi_pack::{Field, Kind, Packs};
use sea_query::{Alias, Expr, ExprTrait, NullOrdering, Order, Query, SelectStatement, UnionType};

/// A column of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The path from the record.
    pub path: Path,
    /// The field or number of the record at its end; `None` for header columns (serial, state, owner).
    pub field: Option<Field>,
}

impl Column {
    /// The column at a path of a register; `None` when there is no such path.
    pub fn at(packs: &Packs, register: &str, path: &[String]) -> Option<Column> {
        let (last, steps) = path.split_last()?;
        let mut at = register.to_string();
        for name in steps {
            match &packs.field(&at, name)?.kind {
                Kind::Ref { to } => at = to.clone(),
                _ => return None,
            }
        }
        let header = HEADER.iter().any(|(name, _)| name == last);
        let field = packs.end(&at, last).map(std::borrow::Cow::into_owned);
        (header || field.is_some()).then(|| Column { path: path.to_vec(), field })
    }

    /// The register it refers to, if it is a reference.
    pub fn refers(&self) -> Option<&str> {
        match &self.field.as_ref()?.kind {
            Kind::Ref { to } => Some(to),
            _ => None,
        }
    }

    /// Whether a sum over it says something: counts, quantities and money, not shares, codes and years.
    pub fn sums(&self) -> bool {
        let Some(Field { kind, .. }) = &self.field else { return false };
        matches!(kind, Kind::Integer { .. } | Kind::Quantity { .. } | Kind::Money { .. }) && !kind.is_year()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'a> {
    /// What the person may see, judged by today's record.
    pub scope: &'a Condition,
    /// What is listed.
    pub filter: &'a Condition,
    /// Sort keys; `true` is descending. The id breaks ties.
    pub sort: &'a [(Path, bool)],
    /// Rows to pass over.
    pub skip: u64,
    /// Rows to give.
    pub take: u64,
    /// Many are in scope: the rows are read in their order until the page is full, not sorted after the scope was read.
    pub in_order: bool,
}

impl<'a> Page<'a> {
    /// The first rows of everything that a filter lets through.
    pub fn first(filter: &'a Condition, sort: &'a [(Path, bool)], take: u64) -> Page<'a> {
        Page { scope: &EVERYTHING, filter, sort, skip: 0, take, in_order: false }
    }

    /// Everything on one page.
    pub fn whole(scope: &'a Condition, filter: &'a Condition, sort: &'a [(Path, bool)]) -> Page<'a> {
        Page { scope, filter, sort, skip: 0, take: i64::MAX as u64, in_order: false }
    }
}

/// The rows of a page: [`HEADER`], then per column its value, and after a reference the label of the record referred to.
pub fn rows(
    packs: &Packs,
    context: &Context,
    known: Known,
    register: &str,
    columns: &[Column],
    page: &Page<'_>,
) -> Read {
    let mut planner = Planner::new(packs, context, known, register);
    let mut exprs: Vec<(Expr, ColumnKind)> =
        HEADER.iter().map(|(name, _)| planner.column(&[name.to_string()])).collect();
    for column in columns {
        exprs.push(planner.column(&column.path));
        if let Some(to) = column.refers() {
            exprs.push(planner.column(&label(packs, &column.path, to)));
        }
    }
    let scope = scope_of(&mut planner, page);
    let filter = [scope, planner.condition(page.filter)];
    let sort = sort_keys(packs, &mut planner, register, page.sort);
    let mut select = planner.select();
    let kinds = exprs.iter().map(|(_, kind)| *kind).collect();
    for (expr, _) in exprs {
        select.expr(expr);
    }
    filter.into_iter().for_each(|part| {
        select.and_where(part);
    });
    sorted(&mut select, sort).limit(page.take).offset(page.skip);
    planner.read(select, kinds)
}

/// The ids of the rows of a page: found in an index where it holds what is asked, however wide the rows are.
pub fn ids(packs: &Packs, context: &Context, known: Known, register: &str, page: &Page<'_>) -> Read {
    let mut planner = Planner::new(packs, context, known, register);
    let scope = scope_of(&mut planner, page);
    let filter = planner.condition(page.filter);
    let id = planner.column(&["id".to_string()]).0;
    let sort = sort_keys(packs, &mut planner, register, page.sort);
    let mut select = planner.select();
    select.expr(id).and_where(scope).and_where(filter);
    sorted(&mut select, sort).limit(page.take).offset(page.skip);
    planner.read(select, vec![ColumnKind::Int])
}

fn scope_of(planner: &mut Planner<'_>, page: &Page<'_>) -> Expr {
    if page.in_order { planner.in_order(page.scope) } else { planner.today(page.scope) }
}

/// The owners whose records lie in a scope that [`is_tallied`], from the counts that the store keeps; no more than `most`.
pub fn owners(packs: &Packs, context: &Context, register: &str, scope: &Condition, most: u64) -> Read {
    let mut planner = Planner::tally(packs, context, register);
    let scope = planner.condition(scope);
    let mut select = planner.select();
    select.distinct().expr(col("t", "owner")).and_where(scope).and_where(col("t", "records").gt(0)).limit(most);
    planner.read(select, vec![ColumnKind::Int])
}

/// The ids of a page's rows, as [`ids`] would order them, where few own what is in scope: the first of each owner, and of
/// these the first. An index of owner and sort key serves it, and no more is read than fills the page from each.
pub fn merged(packs: &Packs, context: &Context, register: &str, owners: &[i64], page: &Page<'_>) -> Read {
    let name = |at: usize| Alias::new(format!("k{at}"));
    let mut all: Option<SelectStatement> = None;
    let mut registers = vec![];
    for (at, owner) in owners.iter().enumerate() {
        let mut planner = Planner::new(packs, context, None, register);
        let filter = [planner.in_order(page.scope), planner.condition(page.filter)];
        let keys = sort_keys(packs, &mut planner, register, page.sort);
        let mut first = planner.select();
        for (at, (key, _)) in keys.iter().enumerate() {
            first.expr_as(key.clone(), name(at));
        }
        first.and_where(col("t", "owner").eq(*owner));
        filter.into_iter().for_each(|part| {
            first.and_where(part);
        });
        sorted(&mut first, keys).limit(page.skip + page.take);
        let mut select = Query::select();
        select.column(sea_query::Asterisk).from_subquery(first, Alias::new(format!("o{at}")));
        registers = planner.read(Query::select(), vec![]).registers;
        match &mut all {
            None => all = Some(select),
            Some(all) => {
                all.union(UnionType::All, select);
            }
        }
    }
    let mut select = Query::select();
    let keys = (0..=page.sort.len()).map(|at| (Expr::col(name(at)), page.sort.get(at).is_none_or(|(_, down)| *down)));
    select.expr(Expr::col(name(page.sort.len())));
    if let Some(all) = all {
        select.from_subquery(all, Alias::new("firsts"));
    }
    sorted(&mut select, keys.collect()).limit(page.take).offset(page.skip);
    Read { select, kinds: vec![ColumnKind::Int], registers, known: None, now: true }
}

/// Sort keys as expressions; the id, descending, breaks ties.
fn sort_keys(packs: &Packs, planner: &mut Planner<'_>, register: &str, sort: &[(Path, bool)]) -> Vec<(Expr, bool)> {
    let mut keys: Vec<(Expr, bool)> =
        sort.iter().map(|(path, down)| (sort_key(packs, planner, register, path), *down)).collect();
    keys.push((planner.column(&["id".to_string()]).0, true));
    keys
}

/// Puts a statement in the order of its keys, what is absent last.
fn sorted(select: &mut SelectStatement, mut keys: Vec<(Expr, bool)>) -> &mut SelectStatement {
    // The id is never absent.
    let (id, _) = keys.pop().expect("the id is a key");
    for (key, down) in keys {
        select.order_by_expr_with_nulls(key, if down { Order::Desc } else { Order::Asc }, NullOrdering::Last);
    }
    select.order_by_expr(id, Order::Desc)
}

/// References are sorted by the label that is shown, states in the order of the flow.
fn sort_key(packs: &Packs, planner: &mut Planner<'_>, register: &str, path: &[String]) -> Expr {
    if let ([state], Some(flow)) = (path, &packs.register(register).flow)
        && state == "state"
    {
        let (column, _) = planner.column(path);
        let places = flow.states.keys().enumerate();
        return places
            .fold(sea_query::CaseStatement::new(), |case, (place, state)| {
                case.case(column.clone().eq(state.as_str()), Expr::val(place as i64))
            })
            .into();
    }
    match Column::at(packs, register, path).as_ref().and_then(Column::refers) {
        Some(to) => planner.column(&label(packs, path, to)).0,
        None => planner.column(path).0,
    }
}

fn label(packs: &Packs, path: &[String], to: &str) -> Path {
    path.iter().cloned().chain([packs.register(to).label.clone()]).collect()
}

/// How many match, and the sum of each column that [`Column::sums`], in one row.
pub fn totals(
    packs: &Packs,
    context: &Context,
    known: Known,
    register: &str,
    columns: &[Column],
    scope: &Condition,
    filter: &Condition,
) -> Read {
    let sums = columns.iter().any(Column::sums);
    if known.is_none() && !sums && is_tallied(context, register, [scope, filter]) {
        return tally(packs, context, register, scope, filter);
    }
    let mut planner = Planner::new(packs, context, known, register);
    let mut exprs = vec![how_many().into()];
    for column in columns.iter().filter(|column| column.sums()) {
        exprs.push(total(planner.column(&column.path).0));
    }
    let (scope, filter) = (planner.today(scope), planner.condition(filter));
    let mut select = planner.select();
    let kinds = vec![ColumnKind::Int; exprs.len()];
    select.exprs(exprs).and_where(scope).and_where(filter);
    planner.read(select, kinds)
}

/// How many match, but no more than `most` are counted: enough for the label of a link.
pub fn count_most(
    packs: &Packs,
    context: &Context,
    known: Known,
    register: &str,
    scope: &Condition,
    filter: &Condition,
    most: u64,
) -> Read {
    if known.is_none() && is_tallied(context, register, [scope, filter]) {
        return tally(packs, context, register, scope, filter);
    }
    let mut planner = Planner::new(packs, context, known, register);
    let (scope, filter) = (planner.today(scope), planner.condition(filter));
    let id = planner.column(&["id".to_string()]).0;
    let mut inner = planner.select();
    inner.expr(id).and_where(scope).and_where(filter).limit(most);
    let mut select = Query::select();
    select.expr(how_many()).from_subquery(inner, Alias::new("some"));
    planner.read(select, vec![ColumnKind::Int])
}

/// How many match, from the counts that the store keeps.
fn tally(packs: &Packs, context: &Context, register: &str, scope: &Condition, filter: &Condition) -> Read {
    let mut planner = Planner::tally(packs, context, register);
    let (scope, filter) = (planner.condition(scope), planner.condition(filter));
    let mut select = planner.select();
    select.expr(total(col("t", "records"))).and_where(scope).and_where(filter);
    planner.read(select, vec![ColumnKind::Int])
}

/// The scope of whoever may see everything.
pub static EVERYTHING: Condition = Condition::All(Vec::new());
