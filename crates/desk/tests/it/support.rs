//! A small bureau in an empty database, with the packs and the plan as they are shipped, a clock moved by hand, and one
//! account for every role.

use jiff::civil::Date;
use luoshi_desk::account::{actor_named, create};
use luoshi_desk::clock::Clock;
use luoshi_desk::exit::{Derive, Derives, Exits, Part, Whole};
use luoshi_desk::view::{FieldView, FormView, Lang, When};
use luoshi_desk::{Actor, Bureau, Desk, NotSaved, Refusal, Save, Saved};
use luoshi_kernel::kind::{MICROS, start_of};
use luoshi_kernel::pack::Value;
use luoshi_store::{Files, Keys, Options, Store};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// The plan under test.
pub const PLAN: &str = "yiwu-2021";

/// A bureau and the ids of what was filed, by a name of the test's own.
pub struct House {
    pub desk: Desk,
    ids: RefCell<HashMap<String, i64>>,
    _folder: tempfile::TempDir,
}

/// Text fields by name.
pub type Pairs<'a> = &'a [(&'a str, &'a str)];

impl House {
    /// A bureau with its packs applied and nothing filed, on a day at nine in the morning.
    pub fn empty(day: &str) -> House {
        House::with(day, |_| {}, false)
    }

    /// A bureau of the foundation and one more pack, given as files, in a store: `House::each` hands out both databases.
    pub fn small(day: &str, pack: &[(&str, &str)], store: Store) -> House {
        House::small_with(day, pack, store, |_| {})
    }

    /// As [`House::small`], changed before it is opened.
    pub fn small_with(day: &str, pack: &[(&str, &str)], store: Store, change: impl FnOnce(&mut Bureau)) -> House {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut all = files(&home.join("packs"));
        all.retain(|file| file.path.starts_with("foundation/"));
        let given =
            pack.iter().map(|(path, text)| luoshi_pack::File { path: path.to_string(), text: text.to_string() });
        all.extend(given);
        let packs = luoshi_pack::check(&all).unwrap_or_else(|faults| panic!("{faults:#?}"));
        House::open(day, packs, vec![], store, tempfile::tempdir().expect("a folder"), change, false)
    }

    /// A bureau of some of the packs as they are shipped, in a store.
    pub fn shipped(day: &str, packs: &[&str], store: Store) -> House {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut all = files(&home.join("packs"));
        all.retain(|file| file.path.split('/').next().is_some_and(|pack| packs.contains(&pack)));
        let packs = luoshi_pack::check(&all).unwrap_or_else(|faults| panic!("{faults:#?}"));
        House::open(day, packs, vec![], store, tempfile::tempdir().expect("a folder"), |_| {}, false)
    }

    /// Runs a test on SQLite, then on PostgreSQL, each time in an empty store.
    pub fn each(test: impl Fn(Store)) {
        House::each_with(|options| options, test);
    }

    /// As [`House::each`], with options of the test's own.
    pub fn each_with(change: impl Fn(Options) -> Options, test: impl Fn(Store)) {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let keys = keys(folder.path());
        let options = Options::sqlite(folder.path().join("luoshi.db"));
        let options = Options { durable: false, keys: keys.clone(), ..options }.with_derives(exits().derives);
        test(Store::open(change(options)).expect("a new database opens"));
        let options = Options::postgres(luoshi_store::testing::postgres_database());
        let options = Options {
            durable: false,
            keys,
            ..options.with_files(Files::Folder(folder.path().join("files_of_postgres")))
        }
        .with_derives(exits().derives);
        test(Store::open(change(options)).expect("an empty schema opens"));
    }

    /// As [`House::empty`], changed before it is opened.
    pub fn with(day: &str, change: impl FnOnce(&mut Bureau), loopback: bool) -> House {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let (packs, plans) = shipped();
        let keys = keys(folder.path());
        let options = Options { durable: false, keys, ..Options::sqlite(folder.path().join("luoshi.db")) };
        let store = Store::open(options.with_derives(exits().derives)).expect("a new database opens");
        House::open(day, packs, plans, store, folder, change, loopback)
    }

    /// As [`House::settled`], in an empty store: `House::each` hands out both databases.
    pub fn settled_in(day: &str, store: Store) -> House {
        let (packs, plans) = shipped();
        let folder = tempfile::tempdir().expect("a folder");
        let house = House::open(day, packs, plans, store, folder, |_| {}, false);
        house.settle(day);
        house
    }

    fn open(
        day: &str,
        packs: luoshi_pack::Packs,
        plans: Vec<luoshi_pack::plan::Plan>,
        store: Store,
        folder: tempfile::TempDir,
        change: impl FnOnce(&mut Bureau),
        loopback: bool,
    ) -> House {
        store.apply(&luoshi_kernel::table::tables(&packs), &[]).expect("the packs are applied");
        let clock = Clock::Hand(AtomicI64::new(morning(day)));
        let mut bureau =
            Bureau::new("义乌市教育局".into(), packs, plans, store, clock, exits()).expect("every exit is there");
        change(&mut bureau);
        House { desk: Desk::new(Arc::new(bureau), loopback), ids: RefCell::default(), _folder: folder }
    }

    /// Another process on the same database, on the same day.
    pub fn beside(&self, options: Options) -> Desk {
        let bureau = self.desk.bureau();
        let store = Store::open(options).expect("it is opened twice");
        let clock = Clock::Hand(AtomicI64::new(bureau.clock.now()));
        let bureau = Bureau::new(bureau.title.clone(), bureau.packs.clone(), vec![], store, clock, exits());
        Desk::new(Arc::new(bureau.expect("every exit is there")), false)
    }

    /// A bureau with three towns, their schools, and an account for every role: `leader`, `zhou` and `li` (finance),
    /// `section`, `inspector`, `auditor`, `discipline`, `keeper`, `town_a`, `town_b`, `school_a`.
    pub fn settled(day: &str) -> House {
        let house = House::empty(day);
        house.settle(day);
        house
    }

    /// Files the units, people and posts of [`House::settled`].
    pub fn settle(&self, day: &str) {
        self.unit("bureau", "义乌市教育局", "bureau", "");
        self.unit("finance", "计划财务科", "section", "bureau");
        self.unit("tech", "教育技术中心", "department", "bureau");
        for (key, name) in [("a", "佛堂镇"), ("b", "苏溪镇"), ("c", "赤岸镇")] {
            self.unit(key, name, "town", "bureau");
        }
        let schools = [
            ("sa", "佛堂小学", "primary", "a"),
            ("ka", "佛堂幼儿园", "kindergarten", "a"),
            ("sb", "苏溪初级中学", "junior", "b"),
            ("kb", "苏溪幼儿园", "kindergarten", "b"),
            ("vc", "赤岸职业学校", "vocational", "c"),
            ("nc", "赤岸学校", "nine_year", "c"),
        ];
        for (key, name, stage, town) in schools {
            self.school(key, name, stage, town);
        }
        let people = [
            ("leader", "leader", "bureau"),
            ("zhou", "finance", "finance"),
            ("li", "finance", "finance"),
            ("section", "section", "tech"),
            ("inspector", "inspector", "bureau"),
            ("auditor", "auditor", "bureau"),
            ("discipline", "discipline", "bureau"),
            ("keeper", "keeper", "bureau"),
            ("town_a", "town", "a"),
            ("town_b", "town", "b"),
            ("school_a", "school", "sa"),
        ];
        for (number, (name, role, unit)) in people.into_iter().enumerate() {
            self.person(name, &format!("经办{number}"), &format!("1395790{number:04}"));
            self.post(name, name, role, unit, day, "");
            self.account(name);
        }
    }

    /// Files a unit below another.
    pub fn unit(&self, key: &str, name: &str, kind: &str, parent: &str) -> i64 {
        let parent = if parent.is_empty() { String::new() } else { self.id(parent).to_string() };
        self.file("", key, "unit", &[("name", name), ("kind", kind), ("parent", &parent), ("since_on", "2000-01-01")])
    }

    /// Files a school in a town.
    pub fn school(&self, key: &str, name: &str, stage: &str, town: &str) -> i64 {
        let town = self.id(town).to_string();
        let typed = [
            ("name", name),
            ("kind", "school"),
            ("parent", &*town),
            ("stage", stage),
            ("ownership", "public"),
            ("since_on", "2000-01-01"),
        ];
        self.file("", key, "school", &typed)
    }

    /// Files a person.
    pub fn person(&self, key: &str, name: &str, mobile: &str) -> i64 {
        self.file("", &format!("person:{key}"), "person", &[("name", name), ("mobile", mobile)])
    }

    /// Files a post of a person.
    pub fn post(&self, key: &str, person: &str, role: &str, unit: &str, since: &str, until: &str) -> i64 {
        let (person, unit) = (self.id(&format!("person:{person}")).to_string(), self.id(unit).to_string());
        let typed = [("person", &*person), ("role", role), ("unit", &*unit), ("since_on", since), ("until_on", until)];
        self.file("", &format!("post:{key}"), "post", &typed)
    }

    /// Makes an account of the same name for a person that has been filed, without a password.
    pub fn account(&self, name: &str) -> i64 {
        let person = self.id(&format!("person:{name}"));
        create(self.desk.bureau(), name, name, Some(person), None).expect("an account is made")
    }

    /// Moves the clock forward to nine in the morning of a day.
    pub fn day(&self, day: &str) {
        self.desk.bureau().clock.put(morning(day));
    }

    /// The id of what was filed under a name.
    pub fn id(&self, key: &str) -> i64 {
        *self.ids.borrow().get(key).unwrap_or_else(|| panic!("nothing was filed as {key}"))
    }

    /// Remembers an id under a name.
    pub fn keep(&self, key: &str, id: i64) {
        self.ids.borrow_mut().insert(key.to_string(), id);
    }

    /// An account's person with the posts of today; empty: the system.
    pub fn actor(&self, name: &str) -> Actor {
        self.actor_in(name, Lang::Zh)
    }

    /// As [`House::actor`], in a language.
    pub fn actor_in(&self, name: &str, lang: Lang) -> Actor {
        if name.is_empty() {
            return Actor::system(lang);
        }
        actor_named(self.desk.bureau(), name, lang).expect("the account is there")
    }

    /// Files a record.
    pub fn try_file(&self, by: &str, register: &str, typed: Pairs<'_>) -> Result<Saved, NotSaved> {
        self.desk.save(&self.actor(by), &save(register, None, None, typed))
    }

    /// Files a record under a name of the test's own.
    pub fn file(&self, by: &str, key: &str, register: &str, typed: Pairs<'_>) -> i64 {
        let saved = self.try_file(by, register, typed).unwrap_or_else(|not| panic!("{key}: {}", told(&not)));
        self.keep(key, saved.id);
        saved.id
    }

    /// Saves many things as the system, two hundred in one transaction.
    pub fn bulk(&self, saves: &[Save]) -> Vec<i64> {
        let batches = saves.chunks(200).flat_map(|batch| {
            let saved = self.desk.save_all(&self.actor(""), batch);
            saved.unwrap_or_else(|(place, not)| panic!("{:?}: {}", batch[place], told(&not)))
        });
        batches.map(|saved| saved.id).collect()
    }

    /// An indicator's value and, for a share, its part and whole: `95.76 = 113/118`.
    pub fn figure(&self, name: &str, when: When) -> String {
        let figure = self.desk.figure(&self.actor(""), name, when, None);
        let figure = figure.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let value = figure.value.unwrap_or_else(|| "待填报".into());
        match figure.denominator {
            Some(whole) => format!("{value} = {}/{whole}", figure.numerator),
            None => value,
        }
    }

    /// Changes fields of a record.
    pub fn edit(&self, by: &str, register: &str, id: i64, typed: Pairs<'_>) -> Saved {
        let change = save(register, Some(id), None, typed);
        self.desk.save(&self.actor(by), &change).unwrap_or_else(|not| panic!("{register} {id}: {}", told(&not)))
    }

    /// Makes a move with what it asks, and the reason `reason`.
    pub fn try_move(&self, by: &str, register: &str, id: i64, made: &str, typed: Pairs<'_>) -> Result<Saved, NotSaved> {
        let change = Save { reason: "缘由".into(), ..save(register, Some(id), Some(made), typed) };
        self.desk.save(&self.actor(by), &change)
    }

    /// Makes a move that must succeed.
    pub fn make(&self, by: &str, register: &str, id: i64, made: &str, typed: Pairs<'_>) -> Saved {
        self.try_move(by, register, id, made, typed)
            .unwrap_or_else(|not| panic!("{register} {id} {made}: {}", told(&not)))
    }

    /// How many versions of records and how many lines of the ledger there are.
    pub fn written(&self) -> (i64, i64) {
        use luoshi_kernel::sea_query::{Alias, Query};
        use luoshi_kernel::table::ColumnKind;
        let count = |reader: &mut luoshi_store::Reader| {
            let mut versions = 0;
            for register in self.desk.bureau().packs.registers.keys() {
                let mut select = Query::select();
                select.expr(luoshi_kernel::query::how_many()).from(Alias::new(format!("{register}_past")));
                versions += reader.rows(&select, &[ColumnKind::Int])?[0][0].int().unwrap_or(0);
            }
            Ok((versions, reader.head()?.size))
        };
        self.desk.bureau().store.read(count).expect("the tables are counted")
    }
}

/// The exits of the program, and those that packs of tests name.
pub fn exits() -> Exits {
    let mut exits = luoshi_rules::exits();
    exits.jobs.insert("claim_letter", |_| Ok(()));
    exits.derives.extend(derives());
    exits
}

/// What packs of tests derive: what an item costs, what a purchase comes to with its fees, and whether that is much.
fn derives() -> Derives {
    fn number(part: &Part, name: &str) -> i64 {
        part.value(name).int().unwrap_or(0)
    }
    fn total(purchase: &Whole) -> i64 {
        let sum = |register: &str, field: &str| {
            let there = purchase.parts(register).iter().filter(|part| part.state.as_deref() != Some("void"));
            there.map(|part| number(part, field)).sum::<i64>()
        };
        number(&purchase.record, "base") + sum("item", "cost") + sum("fee", "worth")
    }
    let exit = |compute| Derive { revision: 1, compute };
    Derives::from([
        ("purchase_cost", exit(|item| Value::Int(number(&item.record, "pieces") * number(&item.record, "price")))),
        ("purchase_total", exit(|purchase| Value::Int(total(purchase)))),
        ("purchase_size", exit(|purchase| Value::Text(if total(purchase) >= 300 { "large" } else { "small" }.into()))),
    ])
}

/// An identity number of the place with its check character.
pub fn id_number(born_on: &str, number: usize) -> String {
    let digits = format!("330782{}{:03}", born_on.replace('-', ""), number % 1000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = weights.iter().zip(digits.bytes()).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// The codes of what was refused, whether a form came back or the whole was refused.
pub fn codes(not: Result<Saved, NotSaved>) -> Vec<String> {
    match not {
        Ok(saved) => panic!("it was saved: {saved:?}"),
        Err(NotSaved::Refused(refusal)) => vec![refusal.code.to_string()],
        Err(NotSaved::Form(form)) => faults(&form).into_iter().map(|(_, code)| code).collect(),
    }
}

/// Keys in a folder: what a store of persons needs.
pub fn keys(folder: &Path) -> Option<Keys> {
    let keys = Keys::in_folder(folder.join("keys"));
    keys.make().expect("a key is made");
    Some(keys)
}

/// Nine in the morning, Beijing.
fn morning(day: &str) -> i64 {
    start_of(date(day)) + 9 * 3600 * MICROS
}

/// A day.
pub fn date(day: &str) -> Date {
    day.parse().unwrap_or_else(|error| panic!("{day}: {error}"))
}

/// As known at the end of a day.
pub fn as_of(day: &str) -> When {
    When { as_of: Some(date(day)), on: None }
}

/// Counted up to a day.
pub fn on(day: &str) -> When {
    When { as_of: None, on: Some(date(day)) }
}

/// Something to save.
pub fn save(register: &str, id: Option<i64>, by_move: Option<&str>, typed: Pairs<'_>) -> Save {
    Save {
        register: register.into(),
        id,
        by_move: by_move.map(str::to_string),
        typed: typed.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect::<BTreeMap<_, _>>(),
        ..Save::default()
    }
}

/// Every fault of a form: field (empty: the whole) and code.
pub fn faults(form: &FormView) -> Vec<(String, String)> {
    let name = |field: Option<&FieldView>| field.map_or_else(String::new, |field| field.name.clone());
    form.every_fault().map(|(field, fault)| (name(field), fault.code.clone())).collect()
}

/// Why something was not saved, for the message of a failed test.
pub fn told(not: &NotSaved) -> String {
    match not {
        NotSaved::Refused(refusal) => refusal.to_string(),
        NotSaved::Form(form) => {
            let all = form.every_fault().map(|(field, fault)| match field {
                Some(field) => format!("{}: {fault:?}", field.name),
                None => format!("{fault:?}"),
            });
            all.collect::<Vec<_>>().join("; ")
        }
    }
}

/// The form that came back.
pub fn form_of(not: Result<Saved, NotSaved>) -> FormView {
    match not {
        Ok(saved) => panic!("it was saved: {saved:?}"),
        Err(NotSaved::Refused(refusal)) => panic!("refused as a whole: {refusal}"),
        Err(NotSaved::Form(form)) => *form,
    }
}

/// The refusal.
pub fn refusal_of(not: Result<Saved, NotSaved>) -> Refusal {
    match not {
        Ok(saved) => panic!("it was saved: {saved:?}"),
        Err(NotSaved::Refused(refusal)) => refusal,
        Err(not @ NotSaved::Form(_)) => panic!("a form came back: {}", told(&not)),
    }
}

/// Packs and plan as they are shipped.
fn shipped() -> (luoshi_pack::Packs, Vec<luoshi_pack::plan::Plan>) {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let packs = luoshi_pack::check(&files(&home.join("packs"))).unwrap_or_else(|faults| panic!("{faults:?}"));
    let plan = luoshi_pack::check_plan(PLAN, &files(&home.join("plans")), &packs);
    (packs, vec![plan.unwrap_or_else(|faults| panic!("{faults:?}"))])
}

/// The files of packs and plans below a folder.
pub fn files(root: &Path) -> Vec<luoshi_pack::File> {
    let mut files = vec![];
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("its entries can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "txt") {
                let below = path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
                files
                    .push(luoshi_pack::File { path: below, text: std::fs::read_to_string(&path).expect("it is text") });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}
