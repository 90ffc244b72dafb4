//! A small bureau, and the one helper that knows the API: text in, text out.

use luoshi_kernel::table::{Column, ColumnKind, Owner, Search, Table, event, file, find, mark};
use luoshi_pack::{Serial, Value};
use luoshi_store::testing::Server;
use luoshi_store::{
    Act, Database, Draft, Files, Keys, Options, Record, Report, Store, StoreError, Writer, testing, verify,
};
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// Runs each function as a test on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! both {
    ($($(#[$doc:meta])* fn $name:ident($bureau:ident: &$kind:ident) $body:block)*) => {
        $($(#[$doc])* fn $name($bureau: &$kind) $body)*
        mod sqlite {
            $(#[test] fn $name() { super::$name(&$crate::fixture::Bureau::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&$crate::fixture::Bureau::postgres()); })*
        }
    };
}

/// 2021-06-30 00:00 in Beijing.
pub const START: i64 = 1_624_982_400_000_000;

/// A bureau with the registers of [`tables`].
pub struct Bureau {
    pub store: Store,
    pub options: Options,
    pub tables: BTreeMap<String, Table>,
    /// Where files lie, when it is no folder.
    pub server: Option<Server>,
    clock: AtomicI64,
    _folder: Option<TempDir>,
}

fn column(name: &str, kind: ColumnKind, to: Option<&str>) -> Column {
    Column { name: name.into(), kind, to: to.map(Into::into), was: None }
}

/// A folder with one key.
fn made(folder: &std::path::Path) -> std::path::PathBuf {
    let keys = folder.join("keys");
    assert_eq!(Keys::in_folder(&keys).make().unwrap(), 1);
    keys
}

/// A column from `name:int`, `name:text`, `name:bool`, `name:date`, `name>table` for a reference, or
/// `name>>table` for several; `name:sealed` gives the three of a sealed field.
pub fn columns(text: &str) -> Vec<Column> {
    text.split_whitespace()
        .flat_map(|word| match word.split_once('>') {
            Some((name, to)) if to.starts_with('>') => vec![column(name, ColumnKind::Text, Some(&to[1..]))],
            Some((name, to)) => vec![column(name, ColumnKind::Int, Some(to))],
            None => {
                let (name, kind) = word.split_once(':').unwrap();
                let kind = match kind {
                    "sealed" => {
                        return vec![
                            column(name, ColumnKind::Sealed, None),
                            column(&find(name), ColumnKind::Find, None),
                            column(&mark(name), ColumnKind::Mark, None),
                        ];
                    }
                    "int" => ColumnKind::Int,
                    "text" => ColumnKind::Text,
                    "bool" => ColumnKind::Bool,
                    "date" => ColumnKind::Date,
                    other => panic!("no kind `{other}`"),
                };
                vec![column(name, kind, None)]
            }
        })
        .collect()
}

/// A step `school>school` of an owner path.
fn step(text: &str) -> (String, String) {
    let (column, to) = text.split_once('>').unwrap();
    (column.into(), to.into())
}

/// A table from its columns and the owner path `school>school.town>town`, `itself` or `nobody`.
pub fn table(name: &str, text: &str, owner: &str) -> Table {
    let columns = columns(text);
    Table {
        name: name.into(),
        owner: match owner {
            "itself" => Owner::Itself,
            "nobody" => Owner::Nobody,
            text => Owner::Path(text.split('.').map(step).collect()),
        },
        extends: None,
        unique: vec![],
        indexed: columns
            .iter()
            .filter(|column| column.refers().is_some())
            .map(|column| vec![column.name.clone()])
            .collect(),
        serial: None,
        search: Search::default(),
        copies: vec![],
        derives: vec![],
        part_of: None,
        columns,
    }
}

/// Units, schools that extend them, projects with serial numbers, visits that belong where their project does, persons
/// that belong to nobody, posts that refer to them, patients with two sealed fields.
pub fn tables() -> Vec<Table> {
    let mut unit = table("unit", "name:text parent>unit successor>unit", "itself");
    let mut school = table("school", "code:text places:int", "itself");
    school.extends = Some("unit".into());
    school.unique = vec![vec!["code".into()]];
    let mut project =
        table("project", "title:text school>school places:int delivered_on:date urgent:bool", "school>school");
    project.serial = Some(Serial { prefix: "XM-".into(), year: true, digits: 6 });
    let mut visit = table("visit", "project>project note:text", "project>project.school>school");
    let mut person = table("person", "name:text code:text", "nobody");
    person.unique = vec![vec!["code".into()]];
    let post = table("post", "person>person unit>unit", "unit>unit");
    let mut patient = table("patient", "name:text number:sealed note:sealed unit>unit", "unit>unit");
    patient.unique = vec![vec!["number_find".into()]];
    for (table, label, fields) in [
        (&mut unit, "name", ""),
        (&mut school, "name", "code"),
        (&mut project, "title", "serial"),
        (&mut visit, "", "note"),
        (&mut person, "name", "code"),
    ] {
        let label = Some(label.to_string()).filter(|label| !label.is_empty());
        table.search = Search { label, fields: fields.split_whitespace().map(str::to_string).collect() };
    }
    vec![unit, school, project, visit, person, post, patient, event(), file()]
}

/// Tells the child of a test which database it works on.
const CHILD: &str = "LUOSHI_STORE_CHILD_DATABASE";

/// The same test once more as a process of its own, which is to be killed, on a bureau's database.
pub fn child(test: &str, bureau: &Bureau) -> Child {
    let database = match &bureau.options.database {
        Database::Sqlite(file) => file.to_str().unwrap(),
        Database::Postgres(url) => url,
    };
    let mut this = Command::new(std::env::current_exe().unwrap());
    this.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(CHILD, database);
    this.stdout(Stdio::piped()).spawn().unwrap()
}

/// The store that a child works on; `None` in the test itself.
pub fn in_child() -> Option<Store> {
    let database = std::env::var(CHILD).ok()?;
    let options = match database.starts_with("postgres://") {
        true => Options::postgres(database),
        false => Options::sqlite(database),
    };
    Some(Store::open(options).unwrap())
}

impl Bureau {
    pub fn sqlite() -> Bureau {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::sqlite(folder.path().join("luoshi.db")).with_keys(made(folder.path()));
        Bureau::open(options, Some(folder))
    }

    pub fn postgres() -> Bureau {
        let folder = tempfile::tempdir().unwrap();
        let options =
            Options::postgres(testing::postgres_database()).with_files(Files::Folder(folder.path().join("files")));
        let options = options.with_keys(made(folder.path()));
        Bureau::open(options, Some(folder))
    }

    fn open(options: Options, folder: Option<TempDir>) -> Bureau {
        let options = options.with_derives(crate::derived::derives());
        let store = Store::open(options.clone()).unwrap();
        store.apply(&tables(), &[]).unwrap();
        let tables = tables().into_iter().map(|table| (table.name.clone(), table)).collect();
        Bureau { store, options, tables, server: None, clock: AtomicI64::new(START), _folder: folder }
    }

    /// The same bureau with its files in a bucket.
    pub fn in_a_bucket(self) -> Bureau {
        let server = Server::start();
        let options = self.options.clone().with_files(server.files());
        drop(self.store);
        Bureau { store: Store::open(options.clone()).unwrap(), options, server: Some(server), ..self }
    }

    /// A bureau, two towns, two schools: 1 bureau, 2 北苑, 3 佛堂, 4 school 甲 in 2, 5 school 乙 in 3.
    pub fn with_schools(&self) {
        self.file("unit", "name=教育局");
        self.file("unit", "name=北苑 parent=1");
        self.file("unit", "name=佛堂 parent=1");
        self.file("school", "name=甲 code=A parent=2 places=100");
        self.file("school", "name=乙 code=B parent=3 places=200");
    }

    pub fn table(&self, name: &str) -> Table {
        self.tables[name].clone()
    }

    /// The same database opened once more, with room for so many followers and these tables beside the usual ones.
    pub fn with_room(&self, followers: usize, more: &[Table]) -> Bureau {
        let options = Options { followers, ..self.options.clone() };
        let store = Store::open(options.clone()).unwrap();
        let mut tables = self.tables.clone();
        tables.extend(more.iter().map(|table| (table.name.clone(), table.clone())));
        store.apply(&tables.values().cloned().collect::<Vec<_>>(), &[]).unwrap();
        Bureau { store, options, tables, server: None, clock: AtomicI64::new(self.now() + 1), _folder: None }
    }

    /// The next second of the bureau's clock.
    pub fn act(&self) -> Act {
        Act { at: self.clock.fetch_add(1_000_000, Ordering::Relaxed), by: 7, request: None, background: false }
    }

    /// The instant before the next act.
    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed) - 1
    }

    /// A draft from `title=甲 places=300 state=open`; `-` empties.
    pub fn draft(&self, table: &str, text: &str) -> Draft {
        let mut draft = Draft::default();
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap();
            match name {
                "state" => draft.state = Some(value.into()),
                "unfiled" => draft.unfiled = value == "yes",
                _ => {
                    let value = self.value(table, name, value);
                    draft.values.insert(name.into(), value);
                }
            }
        }
        draft
    }

    fn value(&self, table: &str, name: &str, text: &str) -> Value {
        let table = &self.tables[table];
        let base = || self.tables[table.extends.as_ref()?].kind(name);
        match table.kind(name).or_else(base) {
            _ if text == "-" => Value::Null,
            Some(ColumnKind::Int) => Value::Int(text.parse().unwrap()),
            Some(ColumnKind::Bool) => Value::Bool(text == "yes"),
            Some(ColumnKind::Date) => Value::Date(text.parse().unwrap()),
            Some(_) | None => Value::Text(text.into()),
        }
    }

    pub fn file(&self, table: &str, text: &str) -> Record {
        self.try_file(table, text).unwrap()
    }

    pub fn try_file(&self, table: &str, text: &str) -> Result<Record, StoreError> {
        let (draft, table) = (self.draft(table, text), self.table(table));
        self.store.write(self.act(), move |writer: &mut Writer| writer.file(&table, draft.clone()))
    }

    pub fn change(&self, table: &str, id: i64, text: &str) -> Record {
        let version = self.record(table, id).version;
        self.try_change(table, id, version, text, "edit").unwrap()
    }

    pub fn try_change(&self, table: &str, id: i64, expected: i64, text: &str, act: &str) -> Result<Record, StoreError> {
        let (draft, table, act) = (self.draft(table, text), self.table(table), act.to_string());
        self.store
            .write(self.act(), move |writer: &mut Writer| writer.change(&table, id, expected, draft.clone(), &act))
    }

    pub fn record(&self, table: &str, id: i64) -> Record {
        self.store.read(|reader| reader.record(&self.tables[table], id, None)).unwrap().unwrap()
    }

    pub fn known(&self, table: &str, id: i64, instant: i64) -> Option<Record> {
        self.store.read(|reader| reader.record(&self.tables[table], id, Some(instant))).unwrap()
    }

    /// The history as one line for each version: `1 file: places=100 …`.
    pub fn history(&self, table: &str, id: i64) -> Vec<String> {
        let versions = self.store.read(|reader| reader.history(&self.tables[table], id)).unwrap();
        versions
            .iter()
            .map(|version| format!("{} {}: {}", version.record.version, version.act, show(&version.record)))
            .collect()
    }

    pub fn within(&self, unit: i64) -> Vec<i64> {
        self.numbers(&format!("SELECT ancestor FROM unit_within WHERE unit = {unit} ORDER BY ancestor"))
    }

    pub fn verify(&self) -> Report {
        verify(&self.store, None, &mut |_, _| {}).unwrap()
    }

    /// The findings of the verifier, one a line.
    pub fn findings(&self) -> Vec<String> {
        self.verify().findings.iter().map(ToString::to_string).collect()
    }

    pub fn assert_clean(&self) {
        assert_eq!(self.findings(), Vec::<String>::new());
    }

    /// Runs SQL behind the store's back.
    pub fn tamper(&self, sql: &str) {
        match &self.options.database {
            Database::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
                connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
                connection.execute_batch(sql).unwrap();
            }
            Database::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute(&format!("SET session_replication_role = replica; {sql}")).unwrap();
            }
        }
    }

    /// The first column of a query, read behind the store's back.
    pub fn numbers(&self, sql: &str) -> Vec<i64> {
        match &self.options.database {
            Database::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Database::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }
}

/// A record in words: its filled fields in order, its owner, its state and serial number.
pub fn show(record: &Record) -> String {
    let mut words: Vec<String> = record
        .values
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| match value {
            Value::Int(number) => format!("{name}={number}"),
            Value::Text(text) => format!("{name}={text}"),
            Value::Bool(yes) => format!("{name}={}", if *yes { "yes" } else { "no" }),
            Value::Date(day) => format!("{name}={day}"),
            Value::Null => String::new(),
        })
        .collect();
    words.extend(record.owner.map(|owner| format!("owner={owner}")));
    words.extend(record.state.iter().map(|state| format!("state={state}")));
    words.extend(record.serial.iter().cloned());
    words.join(" ")
}

impl Bureau {
    /// The names of the indexes that registers have.
    pub fn index_names(&self) -> Vec<String> {
        match &self.options.database {
            Database::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).unwrap();
                let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'index'").unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Database::Postgres(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let sql = "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()";
                client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }
}
