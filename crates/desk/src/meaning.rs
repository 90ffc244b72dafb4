//! A condition means the same in memory and in SQL: random conditions of every variant over random records, a good part of
//! whose values and references are absent, judged by [`holds`] over records in memory, by [`holds`] over stored records,
//! and by the database.

use crate::bureau::Bureau;
use crate::clock::Clock;
use crate::exit::Exits;
use crate::row::{Stored, satisfies};
use crate::{Actor, Desk, Save};
use jiff::civil::{Date, date};
use luoshi_kernel::condition::{Row, holds};
use luoshi_kernel::kind::{MICROS, day_of, start_of};
use luoshi_kernel::query::Planner;
use luoshi_kernel::{Context, Lang};
use luoshi_pack::condition::{Compare, Condition, DayKind, Operand, Plus, Reference, Source, Step};
use luoshi_pack::{Aggregate, Divide, Divisor, File, Indicator, Value};
use luoshi_store::{Options, Record, Store, StoreError};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

/// Records of the register that conditions judge.
const THINGS: usize = 40;
/// Random conditions.
const CONDITIONS: usize = 700;

/// A register with a field of every kind that is kept differently, references that may be absent, a flow; and registers
/// that refer back to it, one and two deep.
const PACK: [(&str, &str); 7] = [
    ("meaning/pack.toml", "title = \"条件\"\nneeds = [\"foundation\"]\n"),
    (
        "meaning/register/thing.toml",
        r#"
title = "事项"
source = "default"
serial = "SX-{year}-{seq:4}"
owner = "school"
label = "name"
columns = ["name"]
[field.name]
title = "name"
kind = "text"
[field.note]
title = "note"
kind = "long_text"
[field.most]
title = "most"
kind = "integer"
[field.least]
title = "least"
kind = "integer"
[field.cost]
title = "cost"
kind = "money"
[field.share]
title = "share"
kind = "share"
[field.begun_on]
title = "begun_on"
kind = "date"
[field.ended_on]
title = "ended_on"
kind = "date"
[field.fit]
title = "fit"
kind = "yes_no"
[field.level]
title = "level"
kind = "choice"
choices = { low = "低", mid = "中", high = "高" }
[field.school]
title = "school"
kind = "ref"
to = "school"
[field.person]
title = "person"
kind = "ref"
to = "person"
[field.other]
title = "other"
kind = "ref"
to = "thing"
[field.levels]
title = "levels"
kind = "choices"
choices = { low = "低", mid = "中", high = "高" }
[field.schools]
title = "schools"
kind = "refs"
to = "school"
[field.spot]
title = "spot"
kind = "place"
[field.ground]
title = "ground"
kind = "area"
[flow.state.open]
title = "未办"
[flow.state.closed]
title = "已办"
[flow.move.close]
title = "办结"
from = ["open"]
to = "closed"
by = ["finance"]
ask = ["most"]
may = ["most", "close_points"]
[flow.move.close.give.points]
kind = "integer"
title = "points"
[flow.move.reopen]
title = "重办"
from = ["closed"]
to = "open"
by = ["finance"]
"#,
    ),
    (
        "meaning/register/part.toml",
        r#"
title = "部分"
source = "default"
owner = "thing.school"
label = "name"
columns = ["name"]
[field.name]
title = "name"
kind = "text"
[field.thing]
title = "thing"
kind = "ref"
to = "thing"
[field.count]
title = "count"
kind = "integer"
[field.done_on]
title = "done_on"
kind = "date"
"#,
    ),
    (
        "meaning/register/crumb.toml",
        r#"
title = "细目"
source = "default"
owner = "part.thing.school"
label = "name"
columns = ["name"]
[field.name]
title = "name"
kind = "text"
[field.part]
title = "part"
kind = "ref"
to = "part"
[field.weight]
title = "weight"
kind = "integer"
"#,
    ),
    (
        "meaning/setting.toml",
        r#"
[meaning_least]
title = "下限"
kind = "integer"
value = 3
source = "default"
"#,
    ),
    (
        "meaning/indicator.toml",
        r#"
[part_count]
title = "部分数"
in = "个"
of = "part"
per = "thing"
where = { count = { ">" = 0 } }
source = "default"
[part_sum]
title = "部分合计"
in = "个"
of = "part"
per = "thing"
sum = "count"
dated = "done_on"
source = "default"
[part_share]
title = "部分比例"
in = "%"
of = "part"
per = "thing"
count = { count = { ">" = 1 } }
source = "default"
[part_credit]
title = "部分折算"
in = "分"
of = "part"
per = "thing"
sum = "count"
divide = { setting = "meaning_least" }
digits = 2
source = "default"
[crumb_weight]
title = "细目重量"
in = "克"
of = "crumb"
per = "part.thing"
sum = "weight"
source = "default"
[crumbs]
title = "细目数"
in = "个"
of = "crumb"
per = "part"
source = "default"
[heavy_parts]
title = "重的部分数"
in = "个"
of = "part"
per = "thing"
where = { crumbs = { ">" = 1 }, "thing.crumb_weight" = { ">" = { field = "count" } } }
source = "default"
[school_cost]
title = "学校资金"
in = "元"
of = "thing"
per = "school"
sum = "cost"
divide = 7
source = "default"
[unit_things]
title = "单位事项数"
in = "个"
of = "thing"
per = "school.parent"
source = "default"
"#,
    ),
    (
        "meaning/role.toml",
        "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"thing\", \"part\", \"crumb\"]\nscope = \"all\"\n",
    ),
];

/// Choices at random, the same for the same seed.
struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most as u64) as usize
    }

    fn number(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as usize) as i64
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const NAMES: [&str; 6] = ["甲", "乙丙", "甲乙", "a%_b", "A%_B", "丙'\"\\"];

fn days() -> Vec<Date> {
    // The edges of months, years, terms, holidays and of the calendar's own years.
    let edges =
        [(2019, 12, 31), (2020, 1, 1), (2020, 2, 29), (2021, 1, 31), (2021, 2, 11), (2021, 2, 20), (2021, 2, 28)];
    let more = [(2021, 3, 1), (2021, 7, 2), (2021, 7, 3), (2021, 9, 30), (2021, 12, 31), (2022, 1, 21), (2022, 1, 22)];
    let last = [(2022, 12, 31), (2023, 1, 1)];
    edges.into_iter().chain(more).chain(last).map(|(year, month, day)| date(year, month, day)).collect()
}

fn packs() -> luoshi_pack::Packs {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut files: Vec<File> =
        PACK.iter().map(|(path, text)| File { path: path.to_string(), text: text.to_string() }).collect();
    for folder in ["foundation", "foundation/register"] {
        for entry in std::fs::read_dir(home.join(folder)).expect("the pack is there") {
            let path = entry.expect("its entries can be read").path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).expect("it is text");
                files.push(File { path: format!("{folder}/{name}"), text });
            }
        }
    }
    luoshi_pack::check(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Everything that is judged, and the ids to judge with.
struct Ground {
    bureau: Arc<Bureau>,
    context: Context,
    units: Vec<i64>,
    people: Vec<i64>,
    things: Vec<i64>,
    /// Share of absent values among the things' fields, in percent.
    absent: usize,
}

fn ground(store: Store, dice: &mut Dice) -> Ground {
    let packs = packs();
    store.apply(&luoshi_kernel::table::tables(&packs), &[]).expect("the packs are applied");
    let clock = Clock::Hand(AtomicI64::new(start_of(date(2021, 1, 4))));
    let bureau = Bureau::new("教育局".into(), packs, vec![], store, clock, Exits::default()).expect("no exits");
    let desk = Desk::new(Arc::new(bureau), false);
    let file = |register: &str, typed: &[(&str, String)]| save(&desk, register, None, None, typed);
    let name = |name: &str| ("name", name.to_string());
    let unit = |title: &str, kind: &str, parent: String| {
        file("unit", &[name(title), ("kind", kind.into()), ("parent", parent)])
    };
    let top = unit("局", "bureau", String::new());
    let towns = ["东", "西"].map(|title| unit(title, "town", top.to_string()));
    let mut schools = vec![];
    for place in 0..5 {
        let parent = if place == 4 { String::new() } else { towns[place % 2].to_string() };
        let stage = if place % 2 == 0 { "primary" } else { "kindergarten" };
        let kinds = [("kind", "school".into()), ("stage", stage.into()), ("ownership", "public".into())];
        let mut typed = vec![name(&format!("{}校", NAMES[place])), ("parent", parent)];
        typed.extend(kinds);
        schools.push(file("school", &typed));
    }
    let people: Vec<i64> = NAMES.iter().map(|title| file("person", &[name(title)])).collect();
    let things = things(&desk, dice, &schools, &people);
    let parts: Vec<i64> = (0..60)
        .map(|_| {
            let thing = maybe(dice, |dice| dice.of(&things).to_string());
            let day = maybe(dice, |dice| dice.of(&days()).to_string());
            let count = maybe(dice, |dice| dice.number(-3, 6).to_string());
            let title = maybe(dice, |dice| dice.of(&NAMES).to_string());
            file("part", &[("thing", thing), ("done_on", day), ("count", count), ("name", title)])
        })
        .collect();
    for _ in 0..80 {
        let part = maybe(dice, |dice| dice.of(&parts).to_string());
        let weight = maybe(dice, |dice| dice.number(-3, 6).to_string());
        file("crumb", &[("part", part), ("weight", weight)]);
    }
    let bureau = desk.bureau().clone();
    let context = Context { me: Some(people[0]), my_unit: Some(towns[0]), ..bureau.context(date(2021, 9, 30)) };
    let units = [top].into_iter().chain(towns).chain(schools).collect();
    let mut ground = Ground { bureau, context, units, people, things, absent: 0 };
    ground.absent = absent(&ground);
    ground
}

/// Text to type, or nothing in three of ten cases.
fn maybe(dice: &mut Dice, some: impl FnOnce(&mut Dice) -> String) -> String {
    if dice.percent(30) { String::new() } else { some(dice) }
}

/// One to three of these, one a line.
fn lines(dice: &mut Dice, all: &[String]) -> String {
    let count = dice.below(3) + 1;
    (0..count).map(|_| dice.of(all)).collect::<Vec<_>>().join("\n")
}

/// Files the things and makes moves of some on other days.
fn things(desk: &Desk, dice: &mut Dice, schools: &[i64], people: &[i64]) -> Vec<i64> {
    let mut things: Vec<i64> = vec![];
    for _ in 0..THINGS {
        let other = if things.is_empty() { String::new() } else { maybe(dice, |dice| dice.of(&things).to_string()) };
        let typed = [
            ("name", maybe(dice, |dice| dice.of(&NAMES).to_string())),
            ("note", maybe(dice, |dice| format!("{}\n{}", dice.of(&NAMES), dice.of(&NAMES)))),
            ("most", maybe(dice, |dice| dice.number(-4, 8).to_string())),
            ("least", maybe(dice, |dice| dice.number(-4, 8).to_string())),
            ("cost", maybe(dice, |dice| dice.number(0, 9).to_string())),
            ("share", maybe(dice, |dice| dice.number(0, 100).to_string())),
            ("begun_on", maybe(dice, |dice| dice.of(&days()).to_string())),
            ("ended_on", maybe(dice, |dice| dice.of(&days()).to_string())),
            ("fit", maybe(dice, |dice| dice.of(&["yes", "no"]).to_string())),
            ("level", maybe(dice, |dice| dice.of(&["low", "mid", "high"]).to_string())),
            ("school", maybe(dice, |dice| dice.of(schools).to_string())),
            ("person", maybe(dice, |dice| dice.of(people).to_string())),
            ("other", other),
            ("levels", maybe(dice, |dice| lines(dice, &["low", "mid", "high"].map(str::to_string)))),
            ("schools", maybe(dice, |dice| lines(dice, &schools.iter().map(i64::to_string).collect::<Vec<_>>()))),
            ("spot", maybe(dice, |dice| format!("120.{},29.3", dice.number(0, 9)))),
            ("ground", maybe(dice, |_| "120,29;120.1,29;120,29.1".to_string())),
        ];
        things.push(save(desk, "thing", None, None, &typed));
    }
    // The second closing of some is what counts.
    for (day, made) in [(date(2021, 2, 28), "close"), (date(2021, 3, 1), "reopen"), (date(2021, 9, 30), "close")] {
        desk.bureau().clock.put(start_of(day) + 10 * 3600 * MICROS);
        for (place, id) in things.iter().enumerate() {
            if place % 5 < 3 && (made != "reopen" || place % 2 == 0) && (day < date(2021, 9, 1) || place % 4 == 0) {
                let typed =
                    [("most", dice.number(-4, 8).to_string()), ("close_points", dice.number(-4, 8).to_string())];
                save(desk, "thing", Some(*id), Some(made), if made == "close" && place % 3 > 0 { &typed } else { &[] });
            }
        }
    }
    things
}

fn save(desk: &Desk, register: &str, id: Option<i64>, by_move: Option<&str>, typed: &[(&str, String)]) -> i64 {
    let typed = typed.iter().map(|(name, text)| (name.to_string(), text.clone())).collect();
    let by_move = by_move.map(str::to_string);
    let asked = Save { register: register.into(), id, by_move, typed, ..Save::default() };
    match desk.save(&Actor::system(Lang::Zh), &asked) {
        Ok(saved) => saved.id,
        Err(not) => panic!("{register}: {not:?}"),
    }
}

fn absent(ground: &Ground) -> usize {
    let table = ground.bureau.table("thing");
    let read = ground.bureau.store.read(|reader| {
        ground.things.iter().map(|id| reader.record(table, *id, None)).collect::<Result<Vec<_>, StoreError>>()
    });
    let records: Vec<Record> = read.expect("things are read").into_iter().flatten().collect();
    let values: Vec<&Value> = records.iter().flat_map(|record| record.values.iter().map(|(_, value)| value)).collect();
    values.iter().filter(|value| value.is_null()).count() * 100 / values.len()
}

// ---------------------------------------------------------------------------------------------- records in memory

/// All records in memory: an implementation of [`Row`] that asks no database.
struct Memory {
    records: BTreeMap<String, BTreeMap<i64, Record>>,
    parents: BTreeMap<i64, Vec<i64>>,
    /// The day of the last move, by record of `thing` and move.
    moved: BTreeMap<(i64, String), Date>,
    /// What a field was given with the last move, by record of `thing`, move and field.
    asked: BTreeMap<(i64, String, String), Value>,
    /// Register and field to the register it refers to.
    refers: BTreeMap<(String, String), String>,
    context: Context,
    bureau: Arc<Bureau>,
}

fn memory(ground: &Ground) -> Memory {
    let bureau = &ground.bureau;
    let mut records: BTreeMap<String, BTreeMap<i64, Record>> = BTreeMap::new();
    let mut moved = BTreeMap::new();
    let mut refers = BTreeMap::new();
    let mut asked = BTreeMap::new();
    let read = bureau.store.read(|reader| {
        for register in bureau.packs.registers.keys() {
            for field in bureau.packs.fields(register) {
                if let luoshi_pack::Kind::Ref { to } = &field.kind {
                    refers.insert((register.clone(), field.name.clone()), to.clone());
                }
            }
            for id in 1..200 {
                let Some(record) = reader.record(bureau.table(register), id, None)? else { continue };
                records.entry(register.clone()).or_default().insert(id, record);
            }
        }
        for id in &ground.things {
            for version in reader.history(bureau.table("thing"), *id)? {
                if let Some(name) = version.act.strip_prefix("move:") {
                    moved.insert((*id, name.to_string()), day_of(version.since));
                    for field in ["most", "close_points"] {
                        let key = (*id, name.to_string(), field.to_string());
                        asked.insert(key, version.record.value(field).clone());
                    }
                }
            }
        }
        Ok(())
    });
    read.expect("records are read");
    let mut parents: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (id, unit) in &records["unit"] {
        let above = [unit.value("parent").int(), unit.value("successor").int()];
        parents.insert(*id, above.into_iter().flatten().collect());
    }
    Memory { records, parents, moved, asked, refers, context: ground.context.clone(), bureau: ground.bureau.clone() }
}

/// One record among those in memory.
struct Remembered<'m> {
    memory: &'m Memory,
    register: &'m str,
    record: &'m Record,
}

impl Remembered<'_> {
    /// A number of the record, counted by hand.
    fn number(&self, number: &Indicator) -> Value {
        let Some((register, all)) = self.memory.records.get_key_value(&number.of) else { return Value::Int(0) };
        let (context, per) = (&self.memory.context, number.per.as_ref().expect("it is a number of records"));
        let rows = all.values().map(|record| Remembered { memory: self.memory, register, record });
        let mine = rows.filter(|row| row.value(&per.path).int() == Some(self.record.id));
        let counted = luoshi_kernel::number::counted(number);
        let mine: Vec<Remembered> = mine.filter(|row| holds(&counted, row, context) == Some(true)).collect();
        let all = mine.len() as i64;
        let number = match (&number.aggregate, &number.divide) {
            (Aggregate::Count, _) => all,
            (Aggregate::Distinct(path), _) => {
                let heads: BTreeSet<Value> = mine.iter().map(|row| row.value(path)).collect();
                heads.iter().filter(|head| !head.is_null()).count() as i64
            }
            (Aggregate::Share(_), _) if all == 0 => return Value::Null,
            (Aggregate::Share(part), _) => {
                let part = mine.iter().filter(|row| holds(part, *row, context) == Some(true)).count() as i64;
                (part * 10_000 * 2 + all) / (all * 2)
            }
            (Aggregate::Sum(field), divide) => {
                let sum: i64 = mine.iter().filter_map(|row| row.record.value(field).int()).sum();
                match divide {
                    None => sum,
                    Some(Divide { by: Divisor::Setting(_), digits }) => round(sum * 10_i64.pow(u32::from(*digits)), 3),
                    Some(Divide { by: Divisor::Whole(by), .. }) => round(sum, *by),
                }
            }
        };
        Value::Int(number)
    }
}

/// A quotient, halves away from zero.
fn round(above: i64, below: i64) -> i64 {
    let nearest = (above.abs() * 10 / below + 5) / 10;
    if above < 0 { -nearest } else { nearest }
}

impl Row for Remembered<'_> {
    fn value(&self, path: &[String]) -> Value {
        let Some((name, rest)) = path.split_first() else { return Value::Null };
        if let Some(number) = self.memory.bureau.packs.number(self.register, name) {
            return self.number(number);
        }
        let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
        let value = match name.as_str() {
            "id" => Value::Int(self.record.id),
            "version" => Value::Int(self.record.version),
            "serial" => text(&self.record.serial),
            "state" => text(&self.record.state),
            "owner" => self.record.owner.map_or(Value::Null, Value::Int),
            name => self.record.value(name).clone(),
        };
        if rest.is_empty() {
            return value;
        }
        let to = &self.memory.refers[&(self.register.to_string(), name.clone())];
        let next = value.int().and_then(|id| self.memory.records.get(to)?.get(&id));
        next.map_or(Value::Null, |record| Remembered { memory: self.memory, register: to, record }.value(rest))
    }

    fn within(&self, unit: i64, ancestor: i64) -> bool {
        unit == ancestor || self.memory.parents[&unit].iter().any(|above| self.within(*above, ancestor))
    }

    fn count(&self, register: &str, by: &str, filter: &Condition) -> u64 {
        let Some((register, all)) = self.memory.records.get_key_value(register) else { return 0 };
        let mine = all.values().filter(|record| record.value(by).int() == Some(self.record.id));
        let rows = mine.map(|record| Remembered { memory: self.memory, register, record });
        rows.filter(|row| holds(filter, row, &self.memory.context) == Some(true)).count() as u64
    }

    fn moved_on(&self, name: &str) -> Value {
        let known = self.memory.moved.get(&(self.record.id, name.to_string())).filter(|_| self.register == "thing");
        known.map_or(Value::Null, |day| Value::Date(*day))
    }

    fn asked(&self, name: &str, field: &str) -> Value {
        let key = (self.record.id, name.to_string(), field.to_string());
        self.memory.asked.get(&key).filter(|_| self.register == "thing").cloned().unwrap_or_default()
    }
}

// ---------------------------------------------------------------------------------------------- random conditions

/// Paths by what they lead to, from each register.
fn paths(register: &str, what: What) -> Vec<&'static str> {
    use What::{Choice, Day, Levels, Number, Person, Place, Schools, Text, Unit, YesNo};
    match (register, what) {
        ("thing", Text) => vec![
            "name",
            "note",
            "serial",
            "other.name",
            "school.name",
            "school.parent.name",
            "other.school.name",
            "other.other.note",
            "person.name",
        ],
        ("thing", Number) => {
            vec![
                "part_count",
                "part_sum",
                "part_share",
                "part_credit",
                "crumb_weight",
                "heavy_parts",
                "other.part_sum",
                "other.other.part_credit",
                "school.school_cost",
                "school.unit_things",
                "school.parent.unit_things",
                "most",
                "least",
                "close_points",
                "cost",
                "share",
                "version",
                "other.most",
                "other.other.least",
            ]
        }
        ("thing", Day) => vec!["begun_on", "ended_on", "other.begun_on", "other.other.ended_on"],
        ("thing", YesNo) => vec!["fit", "other.fit"],
        ("thing", Choice) => vec!["state", "level", "other.state", "school.stage", "school.parent.kind"],
        ("thing", Levels) => vec!["levels", "other.levels", "other.other.levels"],
        ("part", Levels) => vec!["thing.levels", "thing.other.levels"],
        (_, Levels) => vec!["part.thing.levels"],
        ("thing", Schools) => vec!["schools", "other.schools"],
        ("part", Schools) => vec!["thing.schools"],
        (_, Schools) => vec!["part.thing.schools"],
        ("thing", Place) => vec!["spot", "ground", "other.spot", "other.other.ground"],
        ("part", Place) => vec!["thing.spot", "thing.ground"],
        (_, Place) => vec!["part.thing.spot"],
        ("thing", Unit) => vec!["owner", "school", "school.parent", "other.school", "other.school.parent"],
        ("thing", Person) => vec!["person", "other.person"],
        ("part", Text) => vec!["name", "thing.name", "thing.school.name"],
        ("part", Number) => vec!["count", "crumbs", "thing.part_share", "thing.most", "thing.other.least"],
        ("part", Day) => vec!["done_on", "thing.begun_on"],
        ("part", YesNo) => vec!["thing.fit"],
        ("part", Choice) => vec!["thing.state", "thing.level"],
        ("part", Unit) => vec!["owner", "thing.school"],
        ("part", Person) => vec!["thing.person"],
        ("crumb", Text) => vec!["name", "part.name", "part.thing.name"],
        ("crumb", Number) => vec!["weight", "part.count", "part.crumbs", "part.thing.part_sum", "part.thing.most"],
        ("crumb", Day) => vec!["part.done_on"],
        ("crumb", YesNo) => vec!["part.thing.fit"],
        ("crumb", Choice) => vec!["part.thing.level"],
        ("crumb", Unit) => vec!["owner", "part.thing.school"],
        _ => vec!["part.thing.person"],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Text,
    Number,
    Day,
    YesNo,
    Choice,
    Unit,
    Person,
    Levels,
    Schools,
    Place,
}

const COMPARES: [Compare; 6] =
    [Compare::Equal, Compare::NotEqual, Compare::Less, Compare::AtMost, Compare::More, Compare::AtLeast];

fn path(register: &str, what: What, dice: &mut Dice) -> Vec<String> {
    dice.of(&paths(register, what)).split('.').map(str::to_string).collect()
}

fn condition(ground: &Ground, register: &'static str, depth: usize, has: usize, dice: &mut Dice) -> Condition {
    let parts = |dice: &mut Dice| {
        let count = dice.below(4);
        (0..count).map(|_| condition(ground, register, depth - 1, has, dice)).collect()
    };
    match dice.below(if depth == 0 { 12 } else { 18 }) {
        10 if dice.percent(50) => holds_condition(ground, register, dice),
        12 | 13 => Condition::All(parts(dice)),
        14 | 15 => Condition::Any(parts(dice)),
        16 => Condition::Not(Box::new(condition(ground, register, depth - 1, has, dice))),
        17 if has > 0 && register != "crumb" => has_condition(ground, register, depth, has, dice),
        8 => Condition::Empty(any_path(register, dice), dice.percent(50)),
        9 => {
            let part = dice.of(&["甲", "%", "a", "B", "", "\n", "'", "\\", "小", "校"]);
            Condition::Contains(path(register, What::Text, dice), part.to_string())
        }
        10 => Condition::InUnit(path(register, What::Unit, dice), unit_operand(ground, register, dice)),
        11 => {
            let kinds = [DayKind::Workday, DayKind::Restday, DayKind::Term, DayKind::Vacation];
            Condition::Day(path(register, What::Day, dice), dice.of(&kinds))
        }
        7 => one_of(ground, register, dice),
        _ => compare(ground, register, dice),
    }
}

fn any_path(register: &str, dice: &mut Dice) -> Vec<String> {
    let one = [What::Text, What::Number, What::Day, What::YesNo, What::Choice, What::Unit, What::Person];
    let several = [What::Levels, What::Schools, What::Place];
    let what = if dice.percent(70) { dice.of(&one) } else { dice.of(&several) };
    path(register, what, dice)
}

fn holds_condition(ground: &Ground, register: &str, dice: &mut Dice) -> Condition {
    let (several, operand) = if dice.percent(50) {
        let level = match dice.percent(40) {
            true => plain(Source::Field(vec![dice.of(&["level", "state"]).to_string()])),
            false => Operand::literal(value(ground, What::Choice, dice)),
        };
        (What::Levels, Some(level).filter(|level| register == "thing" || !matches!(level.source, Source::Field(_))))
    } else {
        (What::Schools, Some(unit_operand(ground, register, dice)))
    };
    let operand = operand.unwrap_or_else(|| Operand::literal(Value::Text("mid".into())));
    Condition::Holds(path(register, several, dice), operand)
}

fn has_condition(ground: &Ground, register: &'static str, depth: usize, has: usize, dice: &mut Dice) -> Condition {
    let (back, by) = match register {
        "thing" if dice.percent(25) => ("thing", "other"),
        "thing" => ("part", "thing"),
        _ => ("crumb", "part"),
    };
    let least = dice.number(0, 2) as u32;
    let most = dice.percent(40).then(|| least + dice.number(0, 2) as u32);
    let filter = Box::new(if depth > 1 && has > 1 && dice.percent(30) {
        has_condition(ground, back, depth - 1, has - 1, dice)
    } else {
        condition(ground, back, depth - 1, has - 1, dice)
    });
    Condition::Has { register: back.into(), by: by.into(), filter, least, most }
}

fn one_of(ground: &Ground, register: &str, dice: &mut Dice) -> Condition {
    let what = dice.of(&[What::Text, What::Number, What::Day, What::YesNo, What::Choice, What::Unit, What::Person]);
    let count = dice.below(4) + 1;
    let values = (0..count).map(|_| value(ground, what, dice)).collect();
    Condition::OneOf(path(register, what, dice), values)
}

fn value(ground: &Ground, what: What, dice: &mut Dice) -> Value {
    match what {
        What::Text => Value::Text(dice.of(&NAMES).to_string()),
        What::Number => Value::Int(dice.number(-4, 8) * dice.of(&[1, 1, 1, 100])),
        What::Day => Value::Date(dice.of(&days())),
        What::YesNo => Value::Bool(dice.percent(50)),
        What::Choice => Value::Text(dice.of(&["open", "closed", "low", "mid", "high", "primary", "town"]).to_string()),
        What::Unit => Value::Int(dice.of(&ground.units)),
        What::Person => Value::Int(dice.of(&ground.people)),
        What::Levels | What::Schools | What::Place => unreachable!("asked for a member, or whether they are empty"),
    }
}

fn plain(source: Source) -> Operand {
    Operand::of(source)
}

fn unit_operand(ground: &Ground, register: &str, dice: &mut Dice) -> Operand {
    plain(match dice.below(4) {
        0 => Source::MyUnit,
        1 => Source::Field(path(register, What::Unit, dice)),
        _ => Source::Value(value(ground, What::Unit, dice)),
    })
}

fn compare(ground: &Ground, register: &str, dice: &mut Dice) -> Condition {
    let what = dice.of(&[
        What::Number,
        What::Number,
        What::Number,
        What::Day,
        What::Day,
        What::Day,
        What::Text,
        What::YesNo,
        What::Choice,
        What::Unit,
        What::Person,
    ]);
    let ordered = matches!(what, What::Number | What::Day | What::Text);
    let compare = dice.of(if ordered { &COMPARES[..] } else { &COMPARES[..2] });
    let operand = match what {
        What::Number => number_operand(ground, register, dice),
        What::Day => day_operand(ground, register, dice),
        What::Unit => unit_operand(ground, register, dice),
        What::Person if dice.percent(40) => plain(Source::Me),
        what if dice.percent(40) => plain(Source::Field(path(register, what, dice))),
        what => Operand::literal(value(ground, what, dice)),
    };
    Condition::Compare(path(register, what, dice), compare, operand)
}

fn number_operand(ground: &Ground, register: &str, dice: &mut Dice) -> Operand {
    let source = match dice.below(4) {
        0 => Source::Setting("meaning_least".into()),
        1 => Source::Value(value(ground, What::Number, dice)),
        2 if register == "thing" && dice.percent(50) => {
            Source::Asked("close".into(), dice.of(&["most", "close_points"]).to_string())
        }
        _ => Source::Field(path(register, What::Number, dice)),
    };
    let times = dice.percent(40).then(|| dice.of(&[(1, 2), (3, 2), (-1, 3), (0, 1), (1_000_000, 999_999)]));
    let plus = dice.percent(40).then(|| Plus::Number(dice.number(-3, 3)));
    Operand { times, plus, ..plain(source) }
}

fn day_operand(ground: &Ground, register: &str, dice: &mut Dice) -> Operand {
    let source = match dice.below(8) {
        0 => Source::Today,
        1 => Source::PeriodStart,
        2 => Source::PeriodEnd,
        7 => Source::SchoolYear(dice.of(&[Reference::Age, Reference::Statistics])),
        3 if register == "thing" => Source::Move(dice.of(&["close", "reopen"]).to_string()),
        4 => Source::Value(value(ground, What::Day, dice)),
        _ => Source::Field(path(register, What::Day, dice)),
    };
    // Of a day that differs from record to record the database is asked no working days.
    let same = !matches!(source, Source::Field(_) | Source::Move(_));
    let plus = dice.percent(50).then(|| match dice.below(if same { 5 } else { 3 }) {
        0 => Plus::Stretch(dice.number(-60, 60), Step::Days),
        1 => Plus::Stretch(dice.number(-26, 26), Step::Months),
        2 => Plus::Setting("meaning_least".into(), dice.of(&[-12, -1, 1]), dice.of(&[Step::Days, Step::Months])),
        3 => Plus::Stretch(dice.number(0, 60), Step::Workdays),
        _ => Plus::Setting("meaning_least".into(), 1, Step::Workdays),
    });
    let roll = same && dice.percent(30);
    Operand { plus, roll, ..plain(source) }
}

// ------------------------------------------------------------------------------------------------------ judgement

/// What the database says of each thing: those that satisfy the condition, and those that satisfy its negation.
fn by_database(ground: &Ground, condition: &Condition) -> [BTreeSet<i64>; 2] {
    let ids = |condition: Condition| -> BTreeSet<i64> {
        let mut planner = Planner::new(&ground.bureau.packs, &ground.context, None, "thing");
        let filter = planner.condition(&condition);
        let (id, kind) = planner.column(&["id".to_string()]);
        let mut select = planner.select();
        select.expr(id).and_where(filter);
        let rows = ground.bureau.store.read(|reader| reader.rows(&select, &[kind]));
        let rows = rows.unwrap_or_else(|error| panic!("{condition:?}: {error}"));
        rows.into_iter().filter_map(|row| row[0].int()).collect()
    };
    [ids(condition.clone()), ids(Condition::Not(Box::new(condition.clone())))]
}

fn by_stored(ground: &Ground, id: i64, condition: &Condition) -> (Option<bool>, bool) {
    let judged = ground.bureau.store.read(|reader| {
        let record = reader.record(ground.bureau.table("thing"), id, None)?.expect("it is there");
        let satisfied = satisfies(&ground.bureau, reader, &ground.context, "thing", id, condition)?;
        let (bureau, context) = (&*ground.bureau, &ground.context);
        let row = Stored {
            bureau,
            context,
            register: "thing",
            record: &record,
            reader: RefCell::new(reader),
            failed: RefCell::default(),
        };
        Ok((holds(condition, &row, context), satisfied))
    });
    judged.unwrap_or_else(|error| panic!("{condition:?}: {error}"))
}

/// The variants a condition is made of.
fn variants(condition: &Condition, seen: &mut BTreeSet<&'static str>) {
    let name = match condition {
        Condition::All(_) => "all",
        Condition::Any(_) => "any",
        Condition::Not(_) => "not",
        Condition::Compare(..) => "compare",
        Condition::OneOf(..) => "one of",
        Condition::Empty(..) => "empty",
        Condition::Contains(..) => "contains",
        Condition::Holds(..) => "holds",
        Condition::InUnit(..) => "in unit",
        Condition::Day(..) => "day",
        Condition::Has { filter, .. } if matches!(**filter, Condition::Has { .. }) => "has two deep",
        Condition::Has { .. } => "has",
    };
    seen.insert(name);
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| variants(part, seen)),
        Condition::Not(part) | Condition::Has { filter: part, .. } => variants(part, seen),
        Condition::Compare(_, _, operand) | Condition::Holds(_, operand) => seen.extend(operand_words(operand)),
        _ => {}
    }
}

/// What an operand is made of.
fn operand_words(operand: &Operand) -> Vec<&'static str> {
    let source = match &operand.source {
        Source::Value(_) => "value",
        Source::Field(_) => "field",
        Source::Setting(_) => "setting",
        Source::Move(_) => "move",
        Source::Asked(..) => "asked",
        Source::PeriodStart => "period start",
        Source::PeriodEnd => "period end",
        Source::Today => "today",
        Source::SchoolYear(_) => "school year",
        Source::MyUnit => "my unit",
        Source::Me => "me",
    };
    let plus = operand.plus.as_ref().map(|plus| match plus {
        Plus::Number(_) => "plus a number",
        Plus::Stretch(_, Step::Days) => "plus days",
        Plus::Stretch(_, Step::Workdays) => "plus workdays",
        Plus::Stretch(_, Step::Months) => "plus months",
        Plus::Setting(..) => "plus a setting",
    });
    [Some(source), operand.times.map(|_| "times"), plus, operand.roll.then_some("roll")].into_iter().flatten().collect()
}

/// Judges random conditions over a new bureau in this store, and that unknown is as frequent as true and false.
fn check(store: Store) {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(20_210_930));
    let ground = ground(store, &mut dice);
    assert!(ground.absent >= 20, "only {} percent of the values are absent", ground.absent);
    let memory = memory(&ground);
    let mut verdicts = [0_usize; 3];
    let mut seen = BTreeSet::new();
    for number in 0..CONDITIONS {
        let condition = condition(&ground, "thing", number % 4, 2, &mut dice);
        variants(&condition, &mut seen);
        let [yes, no] = by_database(&ground, &condition);
        for (place, id) in ground.things.iter().enumerate() {
            let record = &memory.records["thing"][id];
            let row = Remembered { memory: &memory, register: "thing", record };
            let expected = holds(&condition, &row, &ground.context);
            let said = match (yes.contains(id), no.contains(id)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                (false, false) => None,
                (true, true) => panic!("both {condition:?} and its negation hold of {record:?}"),
            };
            assert_eq!(said, expected, "SQL, memory: {condition:?}\n{record:?}");
            // Reading the database for every record is slow, so stored records are judged in turn.
            if (place + number) % 8 == 0 {
                let stored = by_stored(&ground, *id, &condition);
                assert_eq!(stored, (expected, expected == Some(true)), "stored: {condition:?}\n{record:?}");
            }
            verdicts[expected.map_or(2, |yes| usize::from(!yes))] += 1;
        }
    }
    assert_eq!(seen.len(), 12 + 11 + 7, "every variant, source and addition is met: {seen:?}");
    let all: usize = verdicts.iter().sum();
    let percent = verdicts.map(|count| count * 100 / all);
    let [yes, no, unknown] = percent;
    println!("{all} verdicts: true {yes} %, false {no} %, unknown {unknown} %; absent values {} %", ground.absent);
    assert!(percent.iter().all(|share| *share >= 10), "true, false, unknown: {percent:?} percent");
}

#[test]
fn conditions_mean_the_same_in_memory_and_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let options = Options { durable: false, ..Options::sqlite(folder.path().join("luoshi.db")) };
    check(Store::open(options).expect("a new database opens"));
}

#[test]
fn conditions_mean_the_same_in_memory_and_on_postgres() {
    let options = Options { durable: false, ..Options::postgres(luoshi_store::testing::postgres_database()) };
    check(Store::open(options).expect("an empty schema opens"));
}

#[test]
fn nobody_asking_is_unknown_on_both_sides() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let options = Options { durable: false, ..Options::sqlite(folder.path().join("luoshi.db")) };
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(7));
    let mut ground = ground(Store::open(options).expect("a new database opens"), &mut dice);
    ground.context = Context { me: None, my_unit: None, ..ground.context };
    let memory = memory(&ground);
    let mine = Operand::of;
    for condition in [
        Condition::InUnit(vec!["owner".into()], mine(Source::MyUnit)),
        Condition::Compare(vec!["owner".into()], Compare::Equal, mine(Source::MyUnit)),
        Condition::Compare(vec!["person".into()], Compare::NotEqual, mine(Source::Me)),
    ] {
        assert_eq!(by_database(&ground, &condition), [BTreeSet::new(), BTreeSet::new()], "{condition:?}");
        for record in memory.records["thing"].values() {
            let row = Remembered { memory: &memory, register: "thing", record };
            assert_eq!(holds(&condition, &row, &ground.context), None, "{condition:?}");
        }
    }
}
