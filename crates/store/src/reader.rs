//! Reads inside one snapshot.

use crate::error::StoreError;
use crate::ledger::Head;
use crate::link::{Link, Param, Row};
use crate::options::Dialect;
use crate::pool::Watch;
use crate::record::{Record, Values, Version};
use crate::seal::Vault;
use crate::shape::{HEAD, Schema, Shape};
use luoshi_kernel::context::Behind;
use luoshi_kernel::derive::Derives;
use luoshi_kernel::table::{ColumnKind, PAST, Table};
use luoshi_pack::Value;
use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A snapshot of the database; every answer is from the same instant.
pub struct Reader {
    link: Arc<Mutex<Link>>,
    watch: Option<Arc<Watch>>,
    dialect: Dialect,
    pub(crate) schema: Arc<Schema>,
    /// What opens sealed values, where keys are at hand.
    pub(crate) vault: Option<Arc<Vault>>,
    /// The exits by which values are derived.
    pub(crate) derives: Arc<Derives>,
    /// What still follows a change.
    pub(crate) behind: Arc<Behind>,
}

/// A row of a register's own table, its declared values in the order of the columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub id: i64,
    pub version: i64,
    pub serial: Option<String>,
    pub state: Option<String>,
    pub owner: Option<i64>,
    pub values: Vec<Value>,
}

/// The row of the register that a record's own register extends, if it does.
pub(crate) type Below = Option<(Arc<Shape>, Line)>;

impl Line {
    /// Reads the header and the declared columns from the start of a row.
    pub fn read(shape: &Shape, row: &Row<'_>) -> Result<Line, StoreError> {
        let values = shape.table.columns.iter().enumerate().map(|(at, column)| row.value(HEAD + at, column.kind));
        Ok(Line {
            id: row.int(0)?,
            version: row.int(1)?,
            serial: row.maybe_text(2)?,
            state: row.maybe_text(3)?,
            owner: row.maybe_int(4)?,
            values: values.collect::<Result<_, _>>()?,
        })
    }
}

/// A row of a register's past.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PastLine {
    pub line: Line,
    pub since: i64,
    pub until: i64,
    pub by: i64,
    pub act: String,
    pub request: Option<String>,
    pub schema: i64,
    pub seq: i64,
}

impl PastLine {
    /// Reads a whole past row.
    pub fn read(shape: &Shape, row: &Row<'_>) -> Result<PastLine, StoreError> {
        let at = HEAD + shape.table.columns.len();
        Ok(PastLine {
            line: Line::read(shape, row)?,
            since: row.int(at)?,
            until: row.int(at + 1)?,
            by: row.int(at + 2)?,
            act: row.text(at + 3)?,
            request: row.maybe_text(at + 4)?,
            schema: row.int(at + 5)?,
            seq: row.int(at + PAST.len())?,
        })
    }
}

impl Reader {
    pub(crate) fn new(
        link: Arc<Mutex<Link>>,
        watch: Option<Arc<Watch>>,
        schema: Arc<Schema>,
        vault: Option<Arc<Vault>>,
        derives: Arc<Derives>,
    ) -> Reader {
        let dialect = lock(&link).dialect();
        Reader { link, watch, dialect, schema, vault, derives, behind: Arc::default() }
    }

    /// Reads what still follows a change.
    pub(crate) fn look_behind(&mut self) -> Result<(), StoreError> {
        let mut link = self.link()?;
        let behind = match crate::follow::undone(&mut link)? {
            0 => Behind::new(),
            _ => crate::follow::behind(&mut link, &self.schema)?,
        };
        drop(link);
        if *self.behind != behind {
            self.behind = Arc::new(behind);
        }
        Ok(())
    }

    /// Whether records of a register still follow a change of this column.
    pub(crate) fn is_behind(&self, shape: &Shape, column: &str) -> bool {
        self.behind.get(&shape.table.name).is_some_and(|columns| columns.contains(column))
    }

    /// The connection, unless this read has outlived its time.
    pub(crate) fn link(&self) -> Result<MutexGuard<'_, Link>, StoreError> {
        let link = lock(&self.link);
        match &self.watch {
            Some(watch) if watch.is_over() => Err(StoreError::TooLong { seconds: crate::pool::LIFE.as_secs() }),
            _ => Ok(link),
        }
    }

    /// Which SQL the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The rows of a query; `kinds` says what each column holds.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a column holds something else than its kind.
    pub fn rows(&mut self, select: &SelectStatement, kinds: &[ColumnKind]) -> Result<Vec<Vec<Value>>, StoreError> {
        let (sql, values) = self.built(select);
        let params: Vec<Param<'_>> = values.0.iter().map(param).collect::<Result<_, _>>()?;
        let mut rows = self.link()?.all(&sql, &params, |row| {
            kinds.iter().enumerate().map(|(at, kind)| row.value(at, *kind)).collect::<Result<Vec<_>, _>>()
        })?;
        self.open_rows(kinds, &mut rows)?;
        Ok(rows)
    }

    /// The whole numbers that a query's only column holds: eight bytes each, however many they are.
    pub fn numbers(&mut self, select: &SelectStatement) -> Result<Vec<i64>, StoreError> {
        let (sql, values) = self.built(select);
        let params: Vec<Param<'_>> = values.0.iter().map(param).collect::<Result<_, _>>()?;
        self.link()?.all(&sql, &params, |row| row.int(0))
    }

    /// How the database carries a query out, line by line: which indexes it uses, named by their columns, and on PostgreSQL,
    /// which runs it for that, how many rows each step read.
    pub fn explain(&mut self, select: &SelectStatement) -> Result<Vec<String>, StoreError> {
        let (sql, values) = self.built(select);
        let params: Vec<Param<'_>> = values.0.iter().map(param).collect::<Result<_, _>>()?;
        let (ask, column) = match self.dialect {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
            Dialect::Postgres => ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)", 0),
        };
        let mut link = self.link()?;
        let lines = link.all(&format!("{ask} {sql}"), &params, |row| row.text(column))?;
        let entries = crate::catalogue::entries(&mut link)?;
        let indexes: Vec<_> = entries.iter().flat_map(crate::sync::indexes).collect();
        let named = |line: String| {
            let name = indexes.iter().find(|(name, _)| {
                let after = line.find(name.as_str()).map(|at| &line[at + name.len()..]);
                after.is_some_and(|after| {
                    !after.starts_with(['-', ':']) && !after.starts_with(|next: char| next.is_ascii_digit())
                })
            });
            name.map_or(line.clone(), |(name, index)| line.replace(name.as_str(), &index.columns.join(",")))
        };
        Ok(lines.into_iter().map(named).collect())
    }

    fn built(&self, select: &SelectStatement) -> (String, sea_query::Values) {
        match self.dialect {
            Dialect::Sqlite => select.build(SqliteQueryBuilder),
            Dialect::Postgres => select.build(PostgresQueryBuilder),
        }
    }

    /// A record as it stands, or as it was known at an instant (microseconds); `None` when there was none.
    pub fn record(&mut self, table: &Table, id: i64, known: Option<i64>) -> Result<Option<Record>, StoreError> {
        let shape = self.schema.shape(&table.name)?.clone();
        let Some((mut line, below)) = self.lines_of(&shape, id, known)? else { return Ok(None) };
        if known.is_none() {
            self.caught_up(&shape, &mut line)?;
        }
        self.opened(&shape, line, below.as_ref().map(|(base, line)| (base.as_ref(), line.clone()))).map(Some)
    }

    /// A record whose sealed values are left closed: what is searched and recounted needs none of them.
    pub(crate) fn closed_record(&mut self, table: &Table, id: i64) -> Result<Option<Record>, StoreError> {
        let shape = self.schema.shape(&table.name)?.clone();
        let Some((line, below)) = self.lines_of(&shape, id, None)? else { return Ok(None) };
        Ok(Some(merged(&shape, line, below.as_ref().map(|(base, line)| (base.as_ref(), line.clone())))))
    }

    /// A record's row, and that of the register that its own extends.
    fn lines_of(&mut self, shape: &Shape, id: i64, known: Option<i64>) -> Result<Option<(Line, Below)>, StoreError> {
        let base = self.base(shape)?;
        let Some(line) = self.line(shape, id, known)? else { return Ok(None) };
        let below = match base {
            Some(base) => {
                let line = self.line(&base, id, known)?.ok_or_else(|| half(shape, id))?;
                Some((base, line))
            }
            None => None,
        };
        Ok(Some((line, below)))
    }

    /// A record from its rows, with its sealed values opened.
    pub(crate) fn opened(
        &mut self,
        shape: &Shape,
        mut line: Line,
        mut below: Option<(&Shape, Line)>,
    ) -> Result<Record, StoreError> {
        self.open_line(shape, &mut line)?;
        if let Some((base, line)) = &mut below {
            self.open_line(base, line)?;
        }
        Ok(merged(shape, line, below))
    }

    /// Every version of a record, oldest first; empty when there is none.
    pub fn history(&mut self, table: &Table, id: i64) -> Result<Vec<Version>, StoreError> {
        let shape = self.schema.shape(&table.name)?.clone();
        let base = self.base(&shape)?;
        let own = self.past_lines(&shape, id)?;
        let mut below: BTreeMap<i64, Line> = BTreeMap::new();
        if let Some(base) = &base {
            below = self.past_lines(base, id)?.into_iter().map(|past| (past.line.version, past.line)).collect();
        }
        let mut versions = Vec::with_capacity(own.len());
        for past in own {
            let digest = self.digest_at(past.seq)?;
            let line = match &base {
                Some(base) => {
                    let line = below.remove(&past.line.version).ok_or_else(|| half(&shape, id))?;
                    Some((base.as_ref(), line))
                }
                None => None,
            };
            versions.push(Version {
                record: self.opened(&shape, past.line, line)?,
                since: past.since,
                until: past.until,
                by: past.by,
                act: past.act,
                request: past.request,
                schema: past.schema,
                digest,
                seq: past.seq,
            });
        }
        Ok(versions)
    }

    /// Whether a unit lies within another one (itself included).
    pub fn within(&mut self, unit: i64, ancestor: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM unit_within WHERE ancestor = $1 AND unit = $2";
        Ok(self.link()?.one(sql, &[ancestor.into(), unit.into()], |_| Ok(()))?.is_some())
    }

    /// How many versions have ever been written to each of these registers, in their order. Equal counters mean that
    /// nothing has changed; what was computed from the registers is still true.
    pub fn write_counters(&mut self, tables: &[String]) -> Result<Vec<i64>, StoreError> {
        let numbers: Vec<i64> =
            tables.iter().map(|name| Ok(self.schema.shape(name)?.number)).collect::<Result<_, StoreError>>()?;
        let mut link = self.link()?;
        let sql = "SELECT writes FROM write_counter WHERE register = $1";
        let count = |number: &i64| Ok(link.one(sql, &[(*number).into()], |row| row.int(0))?.unwrap_or(0));
        numbers.iter().map(count).collect()
    }

    /// The ledger as it stands: its size, the root of its tree, its last link, the instant of its last commit.
    pub fn head(&mut self) -> Result<Head, StoreError> {
        crate::ledger::head(self)
    }

    /// The number of the schema, raised with every change of it.
    pub fn schema_number(&self) -> i64 {
        self.schema.number
    }

    /// The registers of this database as they were applied.
    pub fn tables(&self) -> Vec<Table> {
        self.schema.shapes().iter().map(|shape| shape.table.clone()).collect()
    }

    /// The number of a register in the catalogue: what its ledger lines carry.
    pub fn register_number(&self, name: &str) -> Result<i64, StoreError> {
        Ok(self.schema.shape(name)?.number)
    }

    /// What the request wrote first: register, record, version.
    pub fn by_request(&mut self, request: &str) -> Result<Option<(String, i64, i64)>, StoreError> {
        let sql = "SELECT register, id, version FROM request_made WHERE request = $1";
        let found = self.link()?.one(sql, &[request.into()], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?;
        let Some((register, id, version)) = found else { return Ok(None) };
        Ok(self.schema.numbered(register).map(|shape| (shape.table.name.clone(), id, version)))
    }

    pub(crate) fn base(&self, shape: &Shape) -> Result<Option<Arc<Shape>>, StoreError> {
        shape.table.extends.as_deref().map(|base| self.schema.shape(base).cloned()).transpose()
    }

    pub(crate) fn line(&mut self, shape: &Shape, id: i64, known: Option<i64>) -> Result<Option<Line>, StoreError> {
        let read = |row: &Row<'_>| Line::read(shape, row);
        match known {
            None => self.link()?.one(&shape.sql.select, &[id.into()], read),
            Some(instant) => self.link()?.one(&shape.sql.select_past, &[id.into(), instant.into()], read),
        }
    }

    pub(crate) fn past_lines(&mut self, shape: &Shape, id: i64) -> Result<Vec<PastLine>, StoreError> {
        self.link()?.all(&shape.sql.history, &[id.into()], |row| PastLine::read(shape, row))
    }

    fn digest_at(&mut self, seq: i64) -> Result<[u8; 32], StoreError> {
        let found = self.link()?.one("SELECT digest FROM ledger WHERE seq = $1", &[seq.into()], |row| row.hash(0))?;
        found.ok_or_else(|| StoreError::Damaged { what: format!("line {seq} of the ledger is missing") })
    }
}

/// The lock of a connection; one that panicked inside a callback is still sound, its transaction is undone.
pub(crate) fn lock(link: &Mutex<Link>) -> MutexGuard<'_, Link> {
    link.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn half(shape: &Shape, id: i64) -> StoreError {
    let base = shape.table.extends.as_deref().unwrap_or_default();
    StoreError::Damaged { what: format!("record {id} of `{}` lacks its row in `{base}`", shape.table.name) }
}

/// A record from its row, and from the row of the register that its own extends. Of a sealed field it has one value.
pub(crate) fn merged(shape: &Shape, line: Line, below: Option<(&Shape, Line)>) -> Record {
    let (mut serial, mut state) = (line.serial, line.state);
    let mut values = named(shape, line.values);
    if let Some((base, line)) = below {
        serial = serial.or(line.serial);
        state = state.or(line.state);
        values = named(base, line.values).pairs().into_iter().chain(values.pairs()).collect();
    }
    Record { id: line.id, version: line.version, serial, state, owner: line.owner, values }
}

fn named(shape: &Shape, mut values: Vec<Value>) -> Values {
    let (names, places) = &shape.named;
    Values::new(names.clone(), places.iter().map(|place| std::mem::take(&mut values[*place])).collect())
}

/// A value of a built query.
fn param(value: &sea_query::Value) -> Result<Param<'_>, StoreError> {
    use sea_query::Value as Built;
    Ok(match value {
        Built::Bool(yes) => yes.map_or(Param::Null, Param::Bool),
        Built::TinyInt(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::SmallInt(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::Int(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::BigInt(number) => number.map_or(Param::Null, Param::Int),
        Built::TinyUnsigned(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::SmallUnsigned(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::Unsigned(number) => number.map_or(Param::Null, |number| Param::Int(number.into())),
        Built::BigUnsigned(Some(number)) => Param::Int(i64::try_from(*number).map_err(|_| unknown(value))?),
        Built::BigUnsigned(None) => Param::Null,
        Built::Float(number) => number.map_or(Param::Null, |number| Param::Double(number.into())),
        Built::Double(number) => number.map_or(Param::Null, Param::Double),
        Built::String(text) => text.as_deref().map_or(Param::Null, Param::Text),
        Built::Char(letter) => letter.map_or(Param::Null, |letter| Param::Owned(letter.to_string())),
        Built::Bytes(bytes) => bytes.as_deref().map_or(Param::Null, Param::Bytes),
        other => return Err(unknown(other)),
    })
}

fn unknown(value: &sea_query::Value) -> StoreError {
    StoreError::Database {
        message: format!("a query carries a value of a kind that the store does not know: {value:?}"),
    }
}
