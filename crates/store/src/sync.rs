//! Brings the database to what the packs declare: first the difference as values, then each step of it.
//!
//! Columns and the catalogue change in one transaction that touches no row; each index is made in one of its own, so that
//! no reader waits for it. A restart in the middle loses nothing: the next difference holds what is left.

use crate::catalogue::{Entry, field, same_rest};
use crate::error::StoreError;
use crate::link::Link;
use crate::options::Dialect;
use crate::shape::{OWNER, SEQ, SERIAL, list, past, quoted};
use crate::system;
use luoshi_kernel::derive::Derives;
use luoshi_kernel::digest::hex;
use luoshi_kernel::table::{Column, ColumnKind, EVENT, HEADER, Owner, PAST, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One change of the schema. Shows itself as a sentence; [`Change::chinese`] gives the Chinese one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A new register.
    Register {
        /// Its name.
        table: String,
        /// How many fields it has.
        fields: usize,
    },
    /// A new field.
    Field {
        /// The register.
        table: String,
        /// The field.
        column: String,
    },
    /// A field gets another name.
    Rename {
        /// The register.
        table: String,
        /// The name it had.
        from: String,
        /// The name it gets.
        to: String,
    },
    /// A field is dropped; its values stay in the past.
    Drop {
        /// The register.
        table: String,
        /// The field.
        column: String,
    },
    /// The serial pattern, the owner path, the order of the fields or who writes them is declared anew.
    Meaning {
        /// The register.
        table: String,
    },
    /// The owners of its records are computed anew, after its owner path has changed.
    Owners {
        /// The register.
        table: String,
    },
    /// The values that its records copy across references are computed anew, after they are declared anew.
    Copies {
        /// The register.
        table: String,
    },
    /// What is derived of its records is computed anew, after it is declared anew or its exit computes otherwise.
    Derives {
        /// The register.
        table: String,
    },
    /// What the search index holds of a register is made anew, after other fields are searched.
    Search {
        /// The register.
        table: String,
    },
    /// How each account stands is written into the ledger.
    Accounts,
    /// A new index.
    Index {
        /// The register.
        table: String,
        /// Its columns.
        columns: Vec<String>,
        /// No two records share their values.
        unique: bool,
    },
    /// An index that is no longer declared.
    DropIndex {
        /// The index.
        name: String,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Register { table, fields } => write!(out, "register `{table}` is new, with {fields} fields"),
            Change::Field { table, column } => write!(out, "`{table}` gets the field `{column}`"),
            Change::Rename { table, from, to } => write!(out, "the field `{table}.{from}` is renamed to `{to}`"),
            Change::Drop { table, column } => write!(out, "the field `{table}.{column}` is dropped; the past keeps it"),
            Change::Meaning { table } => {
                write!(out, "`{table}` declares its owner, serial number, field order or who writes a field anew")
            }
            Change::Owners { table } => write!(out, "the owner of every record of `{table}` is computed anew"),
            Change::Copies { table } => write!(out, "what every record of `{table}` copies is computed anew"),
            Change::Derives { table } => write!(out, "what is derived of every record of `{table}` is computed anew"),
            Change::Search { table } => write!(out, "the search index of `{table}` is made anew"),
            Change::Accounts => write!(out, "how each account stands is written into the ledger"),
            Change::Index { table, columns, unique: true } => {
                write!(out, "no two records of `{table}` may share {}", columns.join(", "))
            }
            Change::Index { table, columns, unique: false } => {
                write!(out, "`{table}` gets an index on {}", columns.join(", "))
            }
            Change::DropIndex { name } => write!(out, "the index `{name}` is dropped"),
        }
    }
}

impl Change {
    /// The sentence in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Change::Register { table, fields } => format!("新建台账“{table}”，共 {fields} 个字段"),
            Change::Field { table, column } => format!("台账“{table}”增加字段“{column}”"),
            Change::Rename { table, from, to } => format!("台账“{table}”的字段“{from}”改名为“{to}”"),
            Change::Drop { table, column } => format!("台账“{table}”去掉字段“{column}”，历史版本仍保留"),
            Change::Meaning { table } => format!("台账“{table}”的归属、编号规则、字段顺序或字段由谁填写有改动"),
            Change::Owners { table } => format!("台账“{table}”全部记录的归属重新计算"),
            Change::Copies { table } => format!("台账“{table}”全部记录的引用取值重新计算"),
            Change::Derives { table } => format!("台账“{table}”全部记录的计算值重新计算"),
            Change::Search { table } => format!("台账“{table}”的检索索引重新建立"),
            Change::Accounts => "每个账号的现状记入账本".into(),
            Change::Index { table, columns, unique: true } => {
                format!("台账“{table}”的“{}”不得重复", columns.join("、"))
            }
            Change::Index { table, columns, unique: false } => format!("台账“{table}”为“{}”建索引", columns.join("、")),
            Change::DropIndex { name } => format!("删除索引 {name}"),
        }
    }
}

/// A change with what carries it out.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub change: Change,
    pub sql: Vec<String>,
    /// Made in a transaction of its own, after the others.
    pub apart: bool,
}

/// The whole difference.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub steps: Vec<Step>,
    /// Entries of the catalogue that change.
    pub entries: Vec<Entry>,
    /// What runs after them in the same transaction: references of new tables, when all of those exist (only PostgreSQL
    /// cares), and marks of the work that follows.
    pub after: Vec<String>,
}

/// Key in `meta` that says that the owners of a register are still to be computed anew.
pub(crate) fn owners_due(table: &str) -> String {
    format!("owners:{table}")
}

/// Key in `meta` that says that the copied values of a register are still to be computed anew.
pub(crate) fn copies_due(table: &str) -> String {
    format!("copies:{table}")
}

/// Key in `meta` that says on what the derived values of a register rest, once they are computed.
pub(crate) fn derived_by(table: &str) -> String {
    format!("derived:{table}")
}

/// Key in `meta` that says that the search index of a register is still to be made anew.
pub(crate) fn search_due(table: &str) -> String {
    format!("search:{table}")
}

/// Which fields may go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Drops<'a> {
    /// All that are no longer declared: only to show what would be done.
    All,
    /// These, as `register.field`.
    Named(&'a [String]),
}

/// Compares what is declared with what the database holds.
pub(crate) fn plan(link: &mut Link, tables: &[Table], derives: &Derives, drop: Drops<'_>) -> Result<Plan, StoreError> {
    let dialect = link.dialect();
    let held = crate::catalogue::entries(link)?;
    let mut by_name: BTreeMap<&str, &Entry> = held.iter().map(|entry| (entry.table.name.as_str(), entry)).collect();
    let mut next = held.iter().map(|entry| entry.number).max().unwrap_or(0) + 1;
    let mut plan = Plan::default();
    let mut new = BTreeSet::new();
    let mut wanted = BTreeMap::new();
    for table in tables {
        refuse_names(table)?;
        let entry = match by_name.remove(table.name.as_str()) {
            Some(entry) => compared(entry, table, drop, dialect, &mut plan)?,
            None => {
                next += 1;
                new.insert(table.name.clone());
                created(next - 1, table, dialect, &mut plan)
            }
        };
        wanted.extend(wanted_indexes(&entry, dialect));
    }
    // Registers that are no longer declared keep their tables and their indexes.
    by_name.values().for_each(|entry| wanted.extend(wanted_indexes(entry, dialect)));
    let existing = existing_indexes(link)?;
    plan.steps.extend(index_steps(&existing, wanted, &new));
    let due = link.all("SELECT key FROM meta WHERE key LIKE 'owners:%'", &[], |row| row.text(0))?;
    for table in due.iter().filter_map(|key| key.strip_prefix("owners:")) {
        plan.steps.push(owners_step(table));
    }
    let due = link.all("SELECT key FROM meta WHERE key LIKE 'copies:%'", &[], |row| row.text(0))?;
    for table in due.iter().filter_map(|key| key.strip_prefix("copies:")) {
        plan.steps.push(copies_step(table));
    }
    for table in crate::derived::parts_first(tables) {
        let Some(basis) = crate::derived::basis(tables, table, derives) else { continue };
        let key = derived_by(&table.name);
        let sql = "SELECT value FROM meta WHERE key = $1";
        let kept = link.one(sql, &[key.as_str().into()], |row| row.text(0))?;
        if new.contains(&table.name) {
            plan.after.push(put_meta(&key, &basis));
        } else if kept.as_ref() != Some(&basis) {
            let change = Change::Derives { table: table.name.clone() };
            plan.steps.push(Step { change, sql: vec![put_meta(&key, &basis)], apart: true });
        }
    }
    let due = link.all("SELECT key FROM meta WHERE key LIKE 'search:%'", &[], |row| row.text(0))?;
    for table in due.iter().filter_map(|key| key.strip_prefix("search:")) {
        plan.steps.push(search_step(table));
    }
    let due = link.one("SELECT 1 FROM meta WHERE key = $1", &[crate::account::DUE.into()], |_| Ok(()))?.is_some();
    if due && tables.iter().any(|table| table.name == EVENT) {
        plan.steps.push(Step { change: Change::Accounts, sql: vec![], apart: true });
    }
    Ok(plan)
}

/// Names of tables, columns and exits are plain.
fn put_meta(key: &str, value: &str) -> String {
    format!(
        "INSERT INTO meta (key, value) VALUES ('{key}', '{value}') ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
}

fn search_step(table: &str) -> Step {
    Step { change: Change::Search { table: table.to_string() }, sql: vec![], apart: true }
}

fn copies_step(table: &str) -> Step {
    Step { change: Change::Copies { table: table.to_string() }, sql: vec![], apart: true }
}

fn owners_step(table: &str) -> Step {
    Step { change: Change::Owners { table: table.to_string() }, sql: vec![], apart: true }
}

fn refused(reason: String, chinese: String) -> StoreError {
    StoreError::Schema { reason, chinese }
}

/// Names that would stand twice in a table, or that are the store's own.
fn refuse_names(table: &Table) -> Result<(), StoreError> {
    let plain = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && name.len() <= 50
    };
    let name = &table.name;
    if system::TABLES.contains(&name.as_str()) || name.ends_with("_past") || name.starts_with("sqlite_") || !plain(name)
    {
        let chinese = format!("台账不能叫“{name}”，请换一个名字");
        return Err(refused(format!("no register can be called `{name}`; choose another name"), chinese));
    }
    let own = HEADER.iter().chain(PAST.iter()).map(|(name, _)| *name).chain([SEQ]);
    let own: BTreeSet<&str> = own.collect();
    let mut names = BTreeSet::new();
    for column in &table.columns {
        let column = column.name.as_str();
        if own.contains(column) || !plain(column) || !names.insert(column) {
            let chinese = format!("台账“{name}”的字段不能叫“{column}”，请换一个名字");
            let reason = format!("no field of `{name}` can be called `{column}`; choose another name");
            return Err(refused(reason, chinese));
        }
    }
    Ok(())
}

fn created(number: i64, table: &Table, dialect: Dialect, plan: &mut Plan) -> Entry {
    let entry = Entry::new(number, table);
    let change = Change::Register { table: table.name.clone(), fields: table.columns.len() };
    plan.steps.push(Step { change, sql: create(table, dialect), apart: false });
    if dialect == Dialect::Postgres {
        plan.after.extend(table.columns.iter().filter_map(|column| foreign_key(table, &column.name, column.refers()?)));
        plan.after.extend(table.extends.iter().filter_map(|base| foreign_key(table, "id", base)));
    }
    plan.entries.push(entry.clone());
    entry
}

fn foreign_key(table: &Table, column: &str, to: &str) -> Option<String> {
    Some(format!(
        "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted(&table.name),
        quoted(column),
        quoted(to),
        quoted("id")
    ))
}

fn type_name(kind: ColumnKind, dialect: Dialect) -> &'static str {
    match (dialect, kind) {
        (Dialect::Sqlite, ColumnKind::Int | ColumnKind::Bool) => "INTEGER",
        (Dialect::Sqlite, _) => "TEXT",
        (Dialect::Postgres, ColumnKind::Int) => "bigint",
        (Dialect::Postgres, ColumnKind::Bool) => "boolean",
        (Dialect::Postgres, _) => "text COLLATE \"C\"",
    }
}

/// A column without its reference.
fn plain(column: &Column, dialect: Dialect) -> String {
    format!("{} {}", quoted(&column.name), type_name(column.kind, dialect))
}

/// A column with its reference.
fn referring(column: &Column, dialect: Dialect) -> String {
    let to = column.refers().map(|to| format!(" REFERENCES {} ({})", quoted(to), quoted("id")));
    format!("{}{}", plain(column, dialect), to.unwrap_or_default())
}

/// A column of a new current table; only SQLite takes references to tables that are still to come.
fn declared(column: &Column, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => referring(column, dialect),
        Dialect::Postgres => plain(column, dialect),
    }
}

fn create(table: &Table, dialect: Dialect) -> Vec<String> {
    let whole = type_name(ColumnKind::Int, dialect);
    let must = ["id", "version", "since", "until", "by", "act", "schema"];
    let fixed = |(name, kind): &(&str, ColumnKind)| {
        let needed = if must.contains(name) { " NOT NULL" } else { "" };
        format!("{} {}{needed}", quoted(name), type_name(*kind, dialect))
    };
    let key = match (&table.extends, dialect) {
        (Some(base), Dialect::Sqlite) => format!(" PRIMARY KEY REFERENCES {} ({})", quoted(base), quoted("id")),
        _ => " PRIMARY KEY".to_string(),
    };
    let mut current = vec![format!("{} {whole}{key}", quoted("id"))];
    current.extend(HEADER[1..].iter().map(fixed));
    current.extend(table.columns.iter().map(|column| declared(column, dialect)));
    let mut versions: Vec<String> = HEADER.iter().map(fixed).collect();
    versions.extend(table.columns.iter().map(|column| plain(column, dialect)));
    versions.extend(PAST.iter().map(fixed));
    versions.push(format!("{} {whole} NOT NULL", quoted(SEQ)));
    versions.push(format!("PRIMARY KEY ({})", list(["id", "version"])));
    let clustered = if dialect == Dialect::Sqlite { " WITHOUT ROWID" } else { "" };
    vec![
        format!("CREATE TABLE {} ({})", quoted(&table.name), current.join(", ")),
        format!("CREATE TABLE {} ({}){clustered}", quoted(&past(&table.name)), versions.join(", ")),
    ]
}

/// Plans the changes of a register that exists; gives its new entry.
fn compared(
    held: &Entry,
    table: &Table,
    drop: Drops<'_>,
    dialect: Dialect,
    plan: &mut Plan,
) -> Result<Entry, StoreError> {
    let mut entry = held.clone();
    let before = plan.steps.len();
    if held.table.extends != table.extends {
        let name = &table.name;
        let reason = format!("`{name}` cannot begin or cease to extend another register; declare a new register");
        return Err(refused(reason, format!("台账“{name}”不能改变所扩展的台账，请另建台账")));
    }
    for column in &table.columns {
        match (&column.was, entry.field(&column.name).cloned()) {
            (_, Some(field)) if field.column.kind == column.kind && field.column.to == column.to => {}
            (_, Some(_)) => {
                refuse_drop(&table.name, &column.name, drop, true)?;
                leave(&mut entry, &column.name, dialect, plan);
                add(&mut entry, column, dialect, plan);
            }
            (Some(was), None) if entry.field(was).is_some() && table.column(was).is_none() => {
                rename(&mut entry, was, column, plan)?;
            }
            (_, None) => add(&mut entry, column, dialect, plan),
        }
    }
    let gone: Vec<String> =
        entry.fields.values().filter(|field| field.dropped.is_none()).map(|field| field.column.name.clone()).collect();
    for name in gone.iter().filter(|name| table.column(name).is_none()) {
        refuse_drop(&table.name, name, drop, false)?;
        leave(&mut entry, name, dialect, plan);
    }
    let order = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let reordered = plan.steps.len() == before && order(&held.table) != order(table);
    let moved = held.table.owner != table.owner;
    // What the store wrote so far is typed from now on.
    let typed = (!held.table.copies.is_empty() && table.copies.is_empty())
        || (!held.table.derives.is_empty() && table.derives.is_empty());
    if moved || held.table.serial != table.serial || reordered || typed {
        let mut sql = Vec::new();
        if moved {
            let key = owners_due(&table.name);
            sql.push(format!("INSERT INTO meta (key, value) VALUES ('{key}', '') ON CONFLICT DO NOTHING"));
        }
        if table.derives.is_empty() {
            sql.push(format!("DELETE FROM meta WHERE key = '{}'", derived_by(&table.name)));
        }
        plan.steps.push(Step { change: Change::Meaning { table: table.name.clone() }, sql, apart: false });
        if moved {
            plan.steps.push(owners_step(&table.name));
        }
    }
    if held.table.copies != table.copies && !table.copies.is_empty() {
        let key = copies_due(&table.name);
        plan.after.push(format!("INSERT INTO meta (key, value) VALUES ('{key}', '') ON CONFLICT DO NOTHING"));
        plan.steps.push(copies_step(&table.name));
    }
    if held.table.search != table.search {
        let key = search_due(&table.name);
        plan.after.push(format!("INSERT INTO meta (key, value) VALUES ('{key}', '') ON CONFLICT DO NOTHING"));
        plan.steps.push(search_step(&table.name));
    }
    if plan.steps.len() > before || !same_rest(&held.table, table) {
        entry.table = table.clone();
        plan.entries.push(entry.clone());
    }
    Ok(entry)
}

fn refuse_drop(table: &str, column: &str, drop: Drops<'_>, changed: bool) -> Result<(), StoreError> {
    let full = format!("{table}.{column}");
    // The columns beside a sealed field go with it.
    let sealed = ["_find", "_mark"].into_iter().find_map(|end| full.strip_suffix(end));
    if match drop {
        Drops::All => true,
        Drops::Named(names) => names.iter().any(|name| *name == full || Some(name.as_str()) == sealed),
    } {
        return Ok(());
    }
    Err(match changed {
        true => refused(
            format!(
                "`{full}` has another kind than before, which would be a new field; give it a new name, or drop the old \
                 one with `--drop {full}`"
            ),
            format!("字段“{full}”的类型变了，应当是一个新字段：请换名，或用 --drop {full} 去掉旧字段"),
        ),
        false => refused(
            format!(
                "`{full}` is no longer declared; say `--drop {full}`, or `was = \"{column}\"` on the field that it became"
            ),
            format!("字段“{full}”不再声明：确要去掉请加 --drop {full}；若是改名，请在新字段上写 was = \"{column}\""),
        ),
    })
}

fn add(entry: &mut Entry, column: &Column, dialect: Dialect, plan: &mut Plan) {
    let number = entry.next_number();
    let name = &entry.table.name;
    // With its reference in the same breath PostgreSQL knows that no row can break it, and looks at none.
    let sql = vec![
        format!("ALTER TABLE {} ADD COLUMN {}", quoted(name), referring(column, dialect)),
        format!("ALTER TABLE {} ADD COLUMN {}", quoted(&past(name)), plain(column, dialect)),
    ];
    let change = Change::Field { table: name.clone(), column: column.name.clone() };
    plan.steps.push(Step { change, sql, apart: false });
    entry.fields.insert(number, field(number, column));
}

fn rename(entry: &mut Entry, was: &str, column: &Column, plan: &mut Plan) -> Result<(), StoreError> {
    let name = entry.table.name.clone();
    let Some(field) = entry.fields.values_mut().find(|field| field.dropped.is_none() && field.column.name == was)
    else {
        return Ok(());
    };
    if field.column.kind != column.kind || field.column.to != column.to {
        let full = format!("{name}.{}", column.name);
        let reason = format!(
            "`{full}` cannot change its kind while it is renamed from `{was}`; a change of kind is a new field"
        );
        return Err(refused(reason, format!("字段“{full}”由“{was}”改名时不能同时改类型；改类型应当新建字段")));
    }
    let sql = [name.clone(), past(&name)].iter().map(|table| renamed(table, was, &column.name)).collect();
    let change = Change::Rename { table: name, from: was.to_string(), to: column.name.clone() };
    plan.steps.push(Step { change, sql, apart: false });
    field.column.name = column.name.clone();
    Ok(())
}

fn renamed(table: &str, from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted(table), quoted(from), quoted(to))
}

/// Drops a field from the current table; the past keeps its column under a name that no field can have.
fn leave(entry: &mut Entry, column: &str, dialect: Dialect, plan: &mut Plan) {
    let name = entry.table.name.clone();
    let mut sql: Vec<String> = indexes(entry)
        .into_iter()
        .filter(|(_, index)| index.columns.iter().any(|other| other == column))
        .map(|(name, _)| format!("DROP INDEX IF EXISTS {}", quoted(&name)))
        .collect();
    let Some(field) = entry.fields.values_mut().find(|field| field.dropped.is_none() && field.column.name == column)
    else {
        return;
    };
    let kept = format!("{}:{}", field.number, column);
    let cascade = if dialect == Dialect::Postgres { " CASCADE" } else { "" };
    sql.push(format!("ALTER TABLE {} DROP COLUMN {}{cascade}", quoted(&name), quoted(column)));
    sql.push(renamed(&past(&name), column, &kept));
    field.dropped = Some(kept);
    entry.table.columns.retain(|other| other.name != column);
    entry.table.unique.retain(|set| !set.iter().any(|other| other == column));
    entry.table.indexed.retain(|set| !set.iter().any(|other| other == column));
    plan.steps.push(Step { change: Change::Drop { table: name, column: column.to_string() }, sql, apart: false });
}

/// An index that a register has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub table: String,
    pub columns: Vec<String>,
    pub unique: bool,
    /// From the last value to the first, what is empty at the end.
    pub down: bool,
}

impl Index {
    /// Its columns as they are told.
    fn told(&self) -> Vec<String> {
        let direction = if self.down { " DESC" } else { "" };
        self.columns.iter().map(|column| format!("{column}{direction}")).collect()
    }
}

/// The indexes of a register as a database needs them. Empty values stand last in both directions of a list: SQLite reads one
/// index both ways, PostgreSQL has a second one for days, by which lists are ordered.
fn wanted_indexes(entry: &Entry, dialect: Dialect) -> BTreeMap<String, Index> {
    let mut wanted = indexes(entry);
    if dialect == Dialect::Postgres {
        let is_day = |name: &String| entry.table.kind(name) == Some(ColumnKind::Date);
        let days = wanted.iter().filter(|(_, index)| !index.unique && index.columns.len() == 1);
        let days = days.filter(|(_, index)| is_day(&index.columns[0]));
        let down = days.map(|(name, index)| (name.replacen('x', "d", 1), Index { down: true, ..index.clone() }));
        wanted.extend(down.collect::<Vec<_>>());
    }
    wanted
}

/// The indexes of a register by name. Names are made of field numbers, so that a rename leaves them alone.
pub(crate) fn indexes(entry: &Entry) -> BTreeMap<String, Index> {
    let table = &entry.table;
    let mut found = BTreeMap::new();
    let mut put = |columns: Vec<String>, unique: bool| {
        let number = |column: &String| match column.as_str() {
            "serial" => Some(SERIAL),
            "owner" => Some(OWNER),
            "state" => Some(crate::shape::STATE),
            name => entry.field(name).map(|field| field.number),
        };
        let numbers: Option<Vec<String>> =
            columns.iter().map(|column| number(column).map(|number| number.to_string())).collect();
        if let Some(numbers) = numbers {
            let name = format!("{}:{}:{}", if unique { "u" } else { "x" }, table.name, numbers.join("-"));
            found.insert(short(name), Index { table: table.name.clone(), columns, unique, down: false });
        }
    };
    table.indexed.iter().for_each(|columns| put(columns.clone(), false));
    table.unique.iter().for_each(|columns| put(columns.clone(), true));
    if table.serial.is_some() {
        put(vec!["serial".into()], true);
    }
    let led = table.indexed.iter().any(|columns| columns.first().is_some_and(|first| first == "owner"));
    if matches!(table.owner, Owner::Path(_)) && !led {
        put(vec!["owner".into()], false);
    }
    found
}

/// PostgreSQL cuts names at 63 bytes; a longer one ends in its own digest.
fn short(name: String) -> String {
    use sm3::Digest;
    if name.len() <= 63 {
        return name;
    }
    let digest = sm3::Sm3::digest(name.as_bytes());
    format!("{}:{}", &name[..40], &hex(&digest[..8]))
}

/// Indexes of registers that the database has; ours are told by the colon in their names.
pub(crate) fn existing_indexes(link: &mut Link) -> Result<BTreeSet<String>, StoreError> {
    let sql = match link.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '_:%'",
        Dialect::Postgres => {
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relname LIKE '_:%' AND i.indisvalid"
        }
    };
    Ok(link.all(sql, &[], |row| row.text(0))?.into_iter().collect())
}

/// Indexes of new registers are made at once, together with their empty tables.
fn index_steps(existing: &BTreeSet<String>, wanted: BTreeMap<String, Index>, new: &BTreeSet<String>) -> Vec<Step> {
    let extra = existing.iter().filter(|name| !wanted.contains_key(*name)).map(|name| Step {
        change: Change::DropIndex { name: name.clone() },
        sql: vec![format!("DROP INDEX IF EXISTS {}", quoted(name))],
        apart: true,
    });
    let missing = wanted.iter().filter(|(name, _)| !existing.contains(*name)).map(|(name, index)| Step {
        sql: vec![format!(
            "CREATE {}INDEX {} ON {} ({}{})",
            if index.unique { "UNIQUE " } else { "" },
            quoted(name),
            quoted(&index.table),
            list(index.columns.iter().map(String::as_str)),
            if index.down { " DESC NULLS LAST" } else { "" }
        )],
        change: Change::Index { table: index.table.clone(), columns: index.told(), unique: index.unique },
        apart: !new.contains(&index.table),
    });
    extra.chain(missing).collect()
}
