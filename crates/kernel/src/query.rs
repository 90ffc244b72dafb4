//! Queries over registers, planned as values: which tables are joined for a path, what a condition means in SQL, as of
//! which moment every table is read. The statement is the same for both databases.
//!
//! Four functions are provided by the store on either database, so that no dialect is known here:
//! `luoshi_plus(day, months, days)` adds to a day (a day the month lacks becomes its last), `luoshi_day(micros)` is the
//! Beijing day of a moment, `luoshi_weekday(day)` is 1 for Monday to 7 for Sunday, `luoshi_contains(text, part)` finds
//! part of a text exactly. Each answers null for null.

use crate::condition::{adjusted, constant, member};
use crate::context::Context;
use crate::table::{self, ColumnKind};
use luoshi_pack::condition::{Compare, Condition, DayKind, Operand, Path, Plus, Source, Step};
use luoshi_pack::{Aggregate, Indicator, Kind, Packs, Value};
use sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};
use std::collections::BTreeSet;

/// As of which moment tables are read: `None` now, else as known at that microsecond.
pub type Known = Option<i64>;

/// A planned read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The statement.
    pub select: SelectStatement,
    /// What its columns hold.
    pub kinds: Vec<ColumnKind>,
    /// The registers it reads, by name: its answer is the same until one of them is written.
    pub registers: Vec<String>,
    /// As of which moment.
    pub known: Known,
    /// Besides the past it reads today's records or today's tree (scope), so its answer is never settled.
    pub now: bool,
}

impl Read {
    /// The statement as text, with its values.
    pub fn sql(&self) -> String {
        self.select.to_string(sea_query::SqliteQueryBuilder)
    }
}

/// Plans one SELECT over a register: hands out columns for paths, joining what they need, and conditions.
pub struct Planner<'a> {
    packs: &'a Packs,
    context: &'a Context,
    known: Known,
    /// The frame of the register asked for.
    frame: Frame,
    /// Aliases handed out so far.
    aliases: usize,
    /// Registers that the statement reads.
    registers: BTreeSet<String>,
    /// It reads today's records or tree.
    now: bool,
    /// It reads the counts by owner and state in place of the register.
    tallied: bool,
    /// No index serves what is asked of the owner: the rows are read in their order.
    loose: bool,
}

/// A register under an alias, and what has been joined to it.
#[derive(Clone)]
struct Frame {
    register: String,
    alias: String,
    joins: Vec<Join>,
}

/// `alias.id = holder.column`, the table `register`.
#[derive(Clone)]
struct Join {
    holder: String,
    column: String,
    register: String,
    alias: String,
}

/// What a condition asks of a sealed field.
struct Sealed {
    find: Expr,
    mark: Expr,
}

impl<'a> Planner<'a> {
    /// A plan over a register.
    pub fn new(packs: &'a Packs, context: &'a Context, known: Known, register: &str) -> Planner<'a> {
        let frame = Frame { register: register.to_string(), alias: "t".into(), joins: vec![] };
        let registers = BTreeSet::from([register.to_string()]);
        Planner {
            packs,
            context,
            known,
            frame,
            aliases: 0,
            registers,
            now: known.is_none(),
            tallied: false,
            loose: false,
        }
    }

    /// A plan over the counts of a register's records by owner and state, for what [`is_coarse`] conditions ask. Its
    /// `records` column says how many records each row stands for.
    pub fn tally(packs: &'a Packs, context: &'a Context, register: &str) -> Planner<'a> {
        Planner { tallied: true, ..Planner::new(packs, context, None, register) }
    }

    /// The column at a path, and what it holds.
    ///
    /// # Panics
    /// When the path is not one of the register: paths inside checked packs always are.
    pub fn column(&mut self, path: &[String]) -> (Expr, ColumnKind) {
        let mut frame = self.take_frame();
        let column = self.column_in(&mut frame, path);
        self.frame = frame;
        column
    }

    /// A condition as an expression.
    pub fn condition(&mut self, condition: &Condition) -> Expr {
        let mut frame = self.take_frame();
        let expr = self.condition_in(&mut frame, condition);
        self.frame = frame;
        expr
    }

    /// A condition that is judged by today's record, whatever moment is read: scope (DESIGN 6.2).
    pub fn today(&mut self, condition: &Condition) -> Expr {
        if self.known.is_none() || *condition == Condition::All(vec![]) {
            return self.condition(condition);
        }
        let mut now = Planner::new(self.packs, self.context, None, &self.frame.register);
        let filter = now.condition(condition);
        let mut select = now.select();
        select.expr(col("t", "id")).and_where(filter);
        self.registers.extend(now.registers);
        self.now = true;
        col(&self.frame.alias, "id").in_subquery(select)
    }

    /// A scope as [`Planner::today`] judges it, for rows that are read in their order until enough are found: no index on
    /// the owner is taken for it.
    pub fn in_order(&mut self, scope: &Condition) -> Expr {
        self.loose = true;
        let expr = self.today(scope);
        self.loose = false;
        expr
    }

    /// The statement so far: FROM the register, with every join, at the known moment. Columns are the caller's.
    pub fn select(&self) -> SelectStatement {
        let mut select = Query::select();
        self.from(&mut select, &self.frame);
        select
    }

    /// A finished statement with what its columns hold and the registers it reads.
    pub fn read(self, select: SelectStatement, kinds: Vec<ColumnKind>) -> Read {
        Read { select, kinds, registers: self.registers.into_iter().collect(), known: self.known, now: self.now }
    }

    fn take_frame(&mut self) -> Frame {
        std::mem::replace(&mut self.frame, Frame { register: String::new(), alias: String::new(), joins: vec![] })
    }

    fn from(&self, select: &mut SelectStatement, frame: &Frame) {
        if self.tallied {
            let is_of = col(&frame.alias, "register").eq(frame.register.as_str());
            select.from_as(Alias::new("tally"), Alias::new(&frame.alias)).and_where(is_of);
            return;
        }
        select.from_as(self.table_name(&frame.register), Alias::new(&frame.alias));
        if let Some(known) = self.known {
            select.and_where(known_at(&frame.alias, known));
        }
        for join in &frame.joins {
            let mut on = col(&join.alias, "id").eq(col(&join.holder, &join.column));
            if let Some(known) = self.known {
                on = on.and(known_at(&join.alias, known));
            }
            select.join_as(sea_query::JoinType::LeftJoin, self.table_name(&join.register), Alias::new(&join.alias), on);
        }
    }

    fn table_name(&self, register: &str) -> Alias {
        Alias::new(if self.known.is_some() { format!("{register}_past") } else { register.to_string() })
    }

    fn column_in(&mut self, frame: &mut Frame, path: &[String]) -> (Expr, ColumnKind) {
        let Some((last, steps)) = path.split_last() else { panic!("an empty path over `{}`", frame.register) };
        let (register, alias) = self.reached(frame, steps);
        if let Some(number) = self.packs.number(&register, last) {
            let number = self.number(&alias, number);
            // Of no record there is no number, not even 0.
            let known = || col(&alias, "id").is_not_null();
            let number = if steps.is_empty() { number } else { when(known(), number) };
            return (number, ColumnKind::Int);
        }
        let (holder, column, kind) = self.place(frame, &register, &alias, last);
        (col(&holder, &column), kind)
    }

    /// The register that references lead to, and its alias.
    fn reached(&mut self, frame: &mut Frame, steps: &[String]) -> (String, String) {
        let (register, alias) = (frame.register.clone(), frame.alias.clone());
        self.onward(frame, register, alias, steps)
    }

    /// As [`Planner::reached`], from a register under an alias.
    fn onward(
        &mut self,
        frame: &mut Frame,
        mut register: String,
        mut alias: String,
        steps: &[String],
    ) -> (String, String) {
        for name in steps {
            let (holder, column, _) = self.place(frame, &register, &alias, name);
            let Some(Kind::Ref { to }) = self.packs.field(&register, name).map(|field| &field.kind) else {
                panic!("`{name}` of `{register}` is no reference, in the path {steps:?}")
            };
            let to = to.clone();
            alias = self.join(frame, &holder, &column, &to);
            register = to;
        }
        (register, alias)
    }

    /// Where a field stands: an alias, a column, and what it holds. While records follow a change, what they have of it is
    /// read where it comes from.
    fn place(&mut self, frame: &mut Frame, register: &str, alias: &str, name: &str) -> (String, String, ColumnKind) {
        let behind = self.known.is_none() && self.context.is_behind(register, name);
        let source = match (behind, name) {
            (false, _) => None,
            (true, "owner") => self.packs.register(register).owner.as_ref(),
            (true, _) => self.packs.field(register, name).and_then(|field| field.copy.as_ref()),
        };
        if let Some((last, steps)) = source.and_then(|path| path.split_last()) {
            let (register, alias) = self.onward(frame, register.to_string(), alias.to_string(), steps);
            return self.place(frame, &register, &alias, last);
        }
        let (holder, kind) = self.holder(frame, register, alias, name);
        (holder, name.to_string(), kind)
    }

    /// The alias of the table that holds a field (the register's own or the one it extends), and what it holds.
    fn holder(&mut self, frame: &mut Frame, register: &str, alias: &str, name: &str) -> (String, ColumnKind) {
        if let Some((_, kind)) = table::HEADER.iter().find(|(header, _)| *header == name) {
            return (alias.to_string(), *kind);
        }
        let declared = self.packs.register(register);
        if let Some(field) = declared.fields.get(name) {
            return (alias.to_string(), table::field_kind(field));
        }
        let base =
            declared.extends.as_ref().and_then(|base| Some((base, self.packs.registers.get(base)?.fields.get(name)?)));
        let Some((base, field)) = base else { panic!("`{register}` has no field `{name}`") };
        (self.join(frame, alias, "id", base), table::field_kind(field))
    }

    fn join(&mut self, frame: &mut Frame, holder: &str, column: &str, register: &str) -> String {
        let same = |join: &&Join| join.holder == holder && join.column == column && join.register == register;
        if let Some(join) = frame.joins.iter().find(same) {
            return join.alias.clone();
        }
        self.aliases += 1;
        self.registers.insert(register.to_string());
        let alias = format!("j{}", self.aliases);
        frame.joins.push(Join {
            holder: holder.into(),
            column: column.into(),
            register: register.into(),
            alias: alias.clone(),
        });
        alias
    }

    fn condition_in(&mut self, frame: &mut Frame, condition: &Condition) -> Expr {
        match condition {
            Condition::All(parts) => self.chain(frame, parts, true),
            Condition::Any(parts) => self.chain(frame, parts, false),
            Condition::Not(part) => self.condition_in(frame, part).not(),
            Condition::Compare(path, compare, operand) => self.compare(frame, path, *compare, operand),
            Condition::OneOf(path, values) if let Some(sealed) = self.sealed_in(frame, path) => {
                sealed.find.is_in(values.iter().map(|value| self.looked_up(value)))
            }
            Condition::OneOf(path, values) => {
                let (column, _) = self.column_in(frame, path);
                column.is_in(values.iter().map(literal))
            }
            Condition::Empty(path, empty) if let Some(sealed) = self.sealed_in(frame, path) => match empty {
                true => is_empty(sealed.mark),
                false => sealed.mark.is_not_null(),
            },
            Condition::Empty(path, true) => is_empty(self.column_in(frame, path).0),
            Condition::Empty(path, false) => self.column_in(frame, path).0.is_not_null(),
            Condition::Contains(path, part) => {
                let (column, _) = self.column_in(frame, path);
                Func::cust(Alias::new("luoshi_contains")).args([column, Expr::val(part.as_str())]).into()
            }
            Condition::Holds(path, operand) => {
                let (column, _) = self.column_in(frame, path);
                let member = self.member(frame, operand);
                Func::cust(Alias::new("luoshi_contains")).args([column, member]).into()
            }
            Condition::InUnit(path, operand) => self.in_unit(frame, path, operand),
            Condition::Day(path, kind) => self.day(frame, path, *kind),
            Condition::Has { register, by, filter, least, most } => {
                let count = self.count(frame, register, by, filter);
                let enough = count.clone().gte(i64::from(*least));
                match most {
                    Some(most) => enough.and(count.lte(i64::from(*most))),
                    None => enough,
                }
            }
        }
    }

    fn chain(&mut self, frame: &mut Frame, parts: &[Condition], and: bool) -> Expr {
        let mut exprs = parts.iter().map(|part| self.condition_in(frame, part)).collect::<Vec<_>>().into_iter();
        let Some(first) = exprs.next() else { return truth(and) };
        exprs.fold(first, |left, right| if and { left.and(right) } else { left.or(right) })
    }

    /// A member of several as it stands among them.
    fn member(&mut self, frame: &mut Frame, operand: &Operand) -> Expr {
        match constant(&operand.source, self.context) {
            Some(value) => member(&value).map_or_else(no_text, Expr::val),
            None => {
                let mark = || Expr::cust("','");
                let joined = sea_query::BinOper::Custom("||");
                let member = self.operand(frame, operand).cast_as(Alias::new("text"));
                mark().binary(joined, member).binary(joined, mark())
            }
        }
    }

    /// A known unit has at least itself within it, so a plain IN is unknown exactly when the value is; what may be absent
    /// on the right needs a CASE, which no index serves.
    fn in_unit(&mut self, frame: &mut Frame, path: &Path, operand: &Operand) -> Expr {
        let (column, _) = self.column_in(frame, path);
        let column = if self.loose && path[..] == ["owner"] { column.add(0) } else { column };
        self.registers.insert(table::UNIT.to_string());
        self.now = true;
        match constant(&operand.source, self.context) {
            Some(Value::Int(ancestor)) => column.in_subquery(within(Expr::val(ancestor))),
            Some(_) => unknown(),
            None => {
                let ancestor = self.operand(frame, operand);
                let known = column.clone().is_not_null().and(ancestor.clone().is_not_null());
                sea_query::CaseStatement::new().case(known, column.in_subquery(within(ancestor))).into()
            }
        }
    }

    /// The look-up and the mark of a sealed field; `None`: it is not sealed.
    fn sealed_in(&mut self, frame: &mut Frame, path: &Path) -> Option<Sealed> {
        let (last, steps) = path.split_last()?;
        let mut at = frame.register.as_str();
        for step in steps {
            match &self.packs.field(at, step)?.kind {
                Kind::Ref { to } => at = to,
                _ => return None,
            }
        }
        self.packs.field(at, last).filter(|field| field.sealed)?;
        let (register, alias) = self.reached(frame, steps);
        let (alias, _) = self.holder(frame, &register, &alias, last);
        Some(Sealed { find: col(&alias, &table::find(last)), mark: col(&alias, &table::mark(last)) })
    }

    /// The look-up of a value; unknown where no key is at hand.
    fn looked_up(&self, value: &Value) -> Expr {
        let known = self.context.lookup.as_ref().zip(value.text());
        known.map_or_else(unknown, |(lookup, text)| Expr::val(lookup.of(text)))
    }

    /// Sealed values answer equality only, by their look-ups.
    fn compare_sealed(&mut self, frame: &mut Frame, left: Sealed, compare: Compare, operand: &Operand) -> Expr {
        let right = match &operand.source {
            Source::Value(value) => self.looked_up(value),
            Source::Field(path) => self.sealed_in(frame, path).map_or_else(unknown, |sealed| sealed.find),
            _ => unknown(),
        };
        match compare {
            Compare::Equal => left.find.eq(right),
            Compare::NotEqual => left.find.ne(right),
            _ => unknown(),
        }
    }

    fn compare(&mut self, frame: &mut Frame, path: &Path, compare: Compare, operand: &Operand) -> Expr {
        if let Some(sealed) = self.sealed_in(frame, path) {
            return self.compare_sealed(frame, sealed, compare, operand);
        }
        let (column, _) = self.column_in(frame, path);
        let left = match operand.times {
            Some((_, below)) => column.mul(below),
            None => column,
        };
        let right = self.operand(frame, operand);
        match compare {
            Compare::Equal => left.eq(right),
            Compare::NotEqual => left.ne(right),
            Compare::Less => left.lt(right),
            Compare::AtMost => left.lte(right),
            Compare::More => left.gt(right),
            Compare::AtLeast => left.gte(right),
        }
    }

    /// The right side, with its fraction's numerator multiplied in (the left side carries the denominator).
    fn operand(&mut self, frame: &mut Frame, operand: &Operand) -> Expr {
        let (above, below) = operand.times.unwrap_or((1, 1));
        // What is the same for every record is computed here: PostgreSQL cannot type a sum of two parameters.
        let source = match &operand.source {
            Source::Field(path) => self.column_in(frame, path).0,
            Source::Move(name) => self.moved_on(frame, name),
            Source::Asked(name, field) => self.asked(frame, name, field),
            source => {
                let value = constant(source, self.context).unwrap_or_default();
                return literal(&adjusted(value, operand, self.context));
            }
        };
        let product = if operand.times.is_some() { source.mul(above) } else { source };
        let stretch = match &operand.plus {
            Some(Plus::Setting(name, times, step)) => {
                let number = self.context.setting(name).int().and_then(|number| number.checked_mul(*times));
                let Some(number) = number else { return unknown() };
                Some((number, *step))
            }
            Some(Plus::Stretch(number, step)) => Some((*number, *step)),
            _ => None,
        };
        match (&operand.plus, stretch) {
            (None, _) if !operand.roll => product,
            (Some(Plus::Number(more)), _) => product.add(more.saturating_mul(below)),
            (_, Some((days, Step::Days))) if !operand.roll => plus(product, 0, days),
            (_, Some((months, Step::Months))) if !operand.roll => plus(product, months, 0),
            // Checked packs never ask the database for working days of a day that differs from record to record.
            _ => unknown(),
        }
    }

    /// The Beijing day when a move was last made, from the past (as far as it was known then).
    fn moved_on(&self, frame: &Frame, name: &str) -> Expr {
        let mut select = Query::select();
        select
            .expr(Func::cust(Alias::new("luoshi_day")).arg(col("m", "since").max()))
            .from_as(Alias::new(format!("{}_past", frame.register)), Alias::new("m"))
            .and_where(col("m", "id").eq(col(&frame.alias, "id")))
            .and_where(col("m", "act").eq(format!("move:{name}")));
        if let Some(known) = self.known {
            select.and_where(col("m", "since").lte(known));
        }
        subquery(select)
    }

    /// What a field was given when a move was last made, from the past of the table that holds the field.
    fn asked(&self, frame: &Frame, name: &str, field: &str) -> Expr {
        let declared = self.packs.register(&frame.register);
        let holder = if declared.fields.contains_key(field) { None } else { declared.extends.as_ref() };
        let mut select = Query::select();
        select
            .expr(col("m", field))
            .from_as(Alias::new(format!("{}_past", holder.unwrap_or(&frame.register))), Alias::new("m"))
            .and_where(col("m", "id").eq(col(&frame.alias, "id")))
            .and_where(col("m", "act").eq(format!("move:{name}")))
            .order_by_expr(col("m", "since"), sea_query::Order::Desc)
            .limit(1);
        if let Some(known) = self.known {
            select.and_where(col("m", "since").lte(known));
        }
        subquery(select)
    }

    fn count(&mut self, frame: &Frame, register: &str, by: &str, filter: &Condition) -> Expr {
        self.aliases += 1;
        self.registers.insert(register.to_string());
        let mut inner = Frame { register: register.into(), alias: format!("h{}", self.aliases), joins: vec![] };
        let (reference, _) = self.column_in(&mut inner, std::slice::from_ref(&by.to_string()));
        let condition = self.condition_in(&mut inner, filter);
        let mut select = Query::select();
        self.from(&mut select, &inner);
        select.expr(how_many()).and_where(reference.eq(col(&frame.alias, "id"))).and_where(condition);
        subquery(select)
    }

    /// A number of the record under an alias: a scalar over the records that refer to it and count.
    fn number(&mut self, alias: &str, number: &Indicator) -> Expr {
        self.aliases += 1;
        self.registers.insert(number.of.clone());
        let mut inner = Frame { register: number.of.clone(), alias: format!("n{}", self.aliases), joins: vec![] };
        let per = number.per.as_ref().map_or(&[][..], |per| &per.path);
        let (reference, _) = self.column_in(&mut inner, per);
        let filter = self.condition_in(&mut inner, &crate::number::counted(number));
        let value = match &number.aggregate {
            Aggregate::Count => how_many().into(),
            Aggregate::Sum(field) => {
                let sum = crate::number::total(self.column_in(&mut inner, std::slice::from_ref(field)).0);
                match crate::number::divisor(self.packs, self.context, number) {
                    Some(Some((divisor, digits))) => divided(&sum, divisor, digits),
                    Some(None) => no_number(),
                    None => sum,
                }
            }
            Aggregate::Distinct(path) => self.column_in(&mut inner, path).0.count_distinct(),
            Aggregate::Share(part) => {
                let part = self.condition_in(&mut inner, part);
                percent(how_many().filter(sea_query::Condition::all().add(part)).into())
            }
        };
        let mut select = Query::select();
        self.from(&mut select, &inner);
        select.expr(value).and_where(reference.eq(col(alias, "id"))).and_where(filter);
        subquery(select)
    }

    fn day(&mut self, frame: &mut Frame, path: &Path, kind: DayKind) -> Expr {
        let (day, _) = self.column_in(frame, path);
        match kind {
            DayKind::Workday => self.workday(&day),
            DayKind::Restday => self.workday(&day).not(),
            DayKind::Term => self.term(&day),
            DayKind::Vacation => self.term(&day).not(),
        }
    }

    /// Worked on, by the calendar; unknown in years it does not hold.
    fn workday(&self, day: &Expr) -> Expr {
        let years = &self.context.calendar.years;
        let known =
            any(years.keys().map(|year| between(day, &format!("{year:04}-01-01"), &format!("{year:04}-12-31"))));
        let work: Vec<String> = years.values().flat_map(|year| &year.work).map(ToString::to_string).collect();
        let rest = any(years
            .values()
            .flat_map(|year| &year.rest)
            .map(|rest| between(day, &rest.first.to_string(), &rest.last.to_string())));
        let weekday = Expr::from(Func::cust(Alias::new("luoshi_weekday")).arg(day.clone())).lte(5);
        let worked = day.clone().is_in(work).or(weekday.and(rest.not()));
        sea_query::CaseStatement::new().case(known, worked).into()
    }

    /// In a school term; unknown before the first and after the last one declared.
    fn term(&self, day: &Expr) -> Expr {
        let terms = &self.context.calendar.terms;
        let (Some(first), Some(last)) = (terms.first(), terms.last()) else { return unknown() };
        let known = between(day, &first.first.to_string(), &last.last.to_string());
        let inside = any(terms.iter().map(|term| between(day, &term.first.to_string(), &term.last.to_string())));
        sea_query::CaseStatement::new().case(known, inside).into()
    }
}

/// A sum divided, times ten to `digits`, halves away from zero. Whole part and rest apart, so that nothing overflows.
fn divided(sum: &Expr, divisor: i64, digits: u8) -> Expr {
    let scale = 10_i64.pow(digits.into());
    let rest = || sum.clone().modulo(divisor).mul(2 * scale);
    let half = |rest: Expr| rest.div(2 * divisor);
    let rounded: Expr = sea_query::CaseStatement::new()
        .case(sum.clone().lt(0), half(rest().sub(divisor)))
        .finally(half(rest().add(divisor)))
        .into();
    sum.clone().div(divisor).mul(scale).add(rounded)
}

/// The share of counted rows in all rows, in hundredths of a percent, rounded half up; none of none is unknown.
fn percent(part: Expr) -> Expr {
    let whole = || Expr::from(how_many());
    let share = part.mul(20_000).add(whole()).div(whole().mul(2));
    when(whole().gt(0), share)
}

/// Whether conditions over a register are answered by its counts: they are coarse, and no record is under another owner
/// than it should be.
pub fn is_tallied(context: &Context, register: &str, conditions: [&Condition; 2]) -> bool {
    !context.is_behind(register, "owner") && conditions.into_iter().all(is_coarse)
}

/// Whether a condition asks for owner and state only, so that counts by these answer it.
pub fn is_coarse(condition: &Condition) -> bool {
    let own = |path: &Path| path.len() == 1 && (path[0] == "owner" || path[0] == "state");
    let plain = |operand: &Operand| !matches!(operand.source, Source::Field(_) | Source::Move(_) | Source::Asked(..));
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(is_coarse),
        Condition::Not(part) => is_coarse(part),
        Condition::Compare(path, _, operand) | Condition::InUnit(path, operand) => own(path) && plain(operand),
        Condition::OneOf(path, _) | Condition::Empty(path, _) => own(path),
        Condition::Contains(..) | Condition::Holds(..) | Condition::Day(..) | Condition::Has { .. } => false,
    }
}

fn between(day: &Expr, first: &str, last: &str) -> Expr {
    day.clone().gte(first).and(day.clone().lte(last))
}

fn any(parts: impl Iterator<Item = Expr>) -> Expr {
    parts.reduce(ExprTrait::or).unwrap_or_else(|| truth(false))
}

/// Whether a value is absent, so written that SQLite takes no index for it: of most dates most records have none, and the
/// narrower index is passed over for theirs. PostgreSQL, which knows how many are absent, reads it as a plain IS NULL.
fn is_empty(value: Expr) -> Expr {
    value.is_null().eq(truth(true))
}

/// A value where something holds, else unknown.
fn when(holds: Expr, value: Expr) -> Expr {
    sea_query::CaseStatement::new().case(holds, value).into()
}

/// A column of a table under an alias.
pub fn col(alias: &str, name: &str) -> Expr {
    Expr::col((Alias::new(alias), Alias::new(name)))
}

/// A value as it is bound to a statement.
pub fn literal(value: &Value) -> Expr {
    match value {
        Value::Null => unknown(),
        Value::Bool(yes) => Expr::val(*yes),
        Value::Int(number) => Expr::val(*number),
        Value::Text(text) => Expr::val(text.as_str()),
        Value::Date(day) => Expr::val(day.to_string()),
    }
}

/// The units within a unit, itself included.
fn within(ancestor: Expr) -> SelectStatement {
    Query::select()
        .expr(col("w", "unit"))
        .from_as(Alias::new("unit_within"), Alias::new("w"))
        .and_where(col("w", "ancestor").eq(ancestor))
        .to_owned()
}

fn known_at(alias: &str, known: i64) -> Expr {
    col(alias, "since").lte(known).and(col(alias, "until").gt(known))
}

fn plus(day: Expr, months: i64, days: i64) -> Expr {
    Func::cust(Alias::new("luoshi_plus")).args([day, Expr::val(months), Expr::val(days)]).into()
}

fn subquery(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.into()))
}

fn truth(yes: bool) -> Expr {
    Expr::cust(if yes { "TRUE" } else { "FALSE" })
}

/// How many rows. Counts no bound value, whose type PostgreSQL could not tell.
pub fn how_many() -> sea_query::FunctionCall {
    Func::count(Expr::col(sea_query::Asterisk))
}

/// No number at all, with the type of one.
pub fn no_number() -> Expr {
    unknown().cast_as(Alias::new("bigint"))
}

/// No text at all, with the type of one.
fn no_text() -> Expr {
    unknown().cast_as(Alias::new("text"))
}

fn unknown() -> Expr {
    Expr::Keyword(sea_query::Keyword::Null)
}
