//! Reads packs: files in, one checked value or every fault out.
//!
//! Two rounds, because everything may name everything: first what stands by itself (names, fields, states), then what
//! names other things (conditions, moves, owners, grants, indicators).

mod assign;
mod calendar;
mod check;
mod condition;
mod cursor;
mod derive;
mod duty;
mod field;
mod flow;
mod house;
mod indicator;
mod keep;
mod literal;
mod name;
mod number;
mod plan;
mod register;
mod role;
mod sealed;
mod setting;
mod sign;
mod view;
mod watch;

pub use condition::read_condition;
pub use plan::check_plan;

use crate::File;
use crate::fault::{self, Fault};
use crate::model::{Head, Packs};
use crate::words::did_you_mean;
use cursor::{Document, Faults, Item, Table};
use house::{House, Thing};
use indexmap::IndexMap;
use register::Draft;
use std::collections::{HashMap, HashSet};

/// Reads and checks all packs at once. Paths are `PACK/pack.toml`, `PACK/register/NAME.toml`, `PACK/indicator.toml`,
/// `PACK/watch.toml`, `PACK/duty.toml`, `PACK/setting.toml`, `PACK/role.toml`, `PACK/view.toml`, `PACK/calendar.toml`; files
/// that are no TOML are left alone.
///
/// # Errors
/// Every fault of every file, by file and line. Packs with faults are never installed.
pub fn check(files: &[File]) -> Result<Packs, Vec<Fault>> {
    let faults = Faults::default();
    let documents: Vec<Document> =
        files.iter().filter(|file| file.path.ends_with(".toml")).map(|file| Document::parse(file, &faults)).collect();
    let packs = read(&documents);
    drop(documents);
    faults.settle(packs)
}

/// What a file of a pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'f> {
    Head,
    Register(&'f str),
    Indicator,
    Setting,
    Role,
    View,
    Calendar,
    Watch,
    Duty,
}

/// The files of one pack.
struct Folder<'d> {
    name: &'d str,
    files: Vec<(Part<'d>, &'d Document<'d>)>,
}

impl<'d> Folder<'d> {
    fn parts(&self, wanted: Part<'static>) -> impl Iterator<Item = &'d Document<'d>> {
        self.files.iter().filter(move |(part, _)| *part == wanted).map(|(_, document)| *document)
    }

    fn registers(&self) -> impl Iterator<Item = (&'d str, &'d Document<'d>)> {
        self.files.iter().filter_map(|(part, document)| match part {
            Part::Register(name) => Some((*name, *document)),
            _ => None,
        })
    }

    /// The named tables of a file such as `setting.toml`.
    fn named(&self, wanted: Part<'static>) -> Vec<(Item<'d>, Table<'d>)> {
        let tables = self.parts(wanted).flat_map(|document| document.root().all_tables());
        tables
            .map(|(item, table)| {
                let place = item.key.clone();
                (item, table.named(place))
            })
            .collect()
    }
}

fn read(documents: &[Document]) -> Packs {
    let folders = lay_out(documents);
    let heads = read_heads(&folders);
    let reach = check_needs(&folders, &heads);
    let (packs, moves, home, numbers) = Default::default();
    let mut house = House { packs, moves, home, numbers, reach };
    house.packs.packs = in_order(&heads);
    let ordered: Vec<&Folder> =
        house.packs.packs.iter().filter_map(|head| folders.iter().find(|folder| folder.name == head.name)).collect();
    let drafts = open_registers(&ordered, &mut house);
    read_settings(&ordered, &mut house);
    read_calendars(&ordered, &mut house);
    open_numbers(&ordered, &mut house);
    let roles = open_roles(&ordered, &mut house);
    close_registers(&drafts, &mut house);
    read_views(&ordered, &mut house);
    for (pack, item, table) in &roles {
        let grants = role::read_grants(pack, item, table, &house);
        if let Some(role) = house.packs.roles.get_mut(&item.key) {
            role.may.extend(grants);
        }
    }
    read_indicators(&ordered, &mut house);
    read_watches(&ordered, &mut house);
    read_duties(&ordered, &mut house);
    house.packs.apart = ordered.iter().flat_map(|folder| read_apart(folder, &house)).collect();
    house.packs
}

/// `[[apart]] moves = ["contract.sign", "acceptance.pass"]` in `pack.toml`.
fn read_apart(folder: &Folder, house: &House) -> Vec<[String; 2]> {
    let tables = folder.parts(Part::Head).flat_map(|document| document.root().tables("apart"));
    let read = |table: Table| {
        let list = table.must("moves")?;
        let moves: Vec<String> =
            list.texts().into_iter().filter_map(|(text, item)| known_move(folder.name, text, &item, house)).collect();
        if list.list().len() != 2 {
            list.shape::<()>("two moves, such as [\"contract.sign\", \"acceptance.pass\"]");
        }
        table.finish();
        <[String; 2]>::try_from(moves).ok()
    };
    tables.filter_map(read).collect()
}

/// `register.move`, both known.
fn known_move(pack: &str, text: String, item: &Item, house: &House) -> Option<String> {
    let (register, step) = text.split_once('.').unwrap_or((&text, ""));
    if !house.knows_register(pack, register, item) {
        return None;
    }
    let moves = || house.moves.get(register).into_iter().flat_map(|moves| moves.keys()).map(String::as_str);
    if !moves().any(|known| known == step) {
        let hint = did_you_mean(step, moves());
        item.fault(fault::NO_MOVE, format!("register `{register}` has no move `{step}`"), hint);
        return None;
    }
    Some(text)
}

fn lay_out<'d>(documents: &'d [Document<'d>]) -> Vec<Folder<'d>> {
    let mut folders: IndexMap<&str, Folder> = IndexMap::new();
    let mut sorted: Vec<&Document> = documents.iter().collect();
    sorted.sort_by_key(|document| document.path);
    for document in sorted {
        let Some((folder, part)) = place(document.path) else {
            let hint = "put it at PACK/pack.toml, PACK/register/NAME.toml, or PACK/indicator.toml, watch.toml, duty.toml, setting.toml, role.toml, view.toml, calendar.toml";
            document.fault(None, fault::PLACE, format!("`{}` is no file of a pack", document.path), hint);
            continue;
        };
        folders
            .entry(folder)
            .or_insert_with(|| Folder { name: folder, files: Vec::new() })
            .files
            .push((part, document));
    }
    folders.into_values().collect()
}

fn place(path: &str) -> Option<(&str, Part<'_>)> {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        [pack, "pack.toml"] => Some((pack, Part::Head)),
        [pack, "indicator.toml"] => Some((pack, Part::Indicator)),
        [pack, "setting.toml"] => Some((pack, Part::Setting)),
        [pack, "role.toml"] => Some((pack, Part::Role)),
        [pack, "view.toml"] => Some((pack, Part::View)),
        [pack, "calendar.toml"] => Some((pack, Part::Calendar)),
        [pack, "watch.toml"] => Some((pack, Part::Watch)),
        [pack, "duty.toml"] => Some((pack, Part::Duty)),
        [pack, "register", file] => Some((pack, Part::Register(file.strip_suffix(".toml")?))),
        _ => None,
    }
}

fn read_heads(folders: &[Folder]) -> IndexMap<String, Head> {
    let mut heads = IndexMap::new();
    for folder in folders {
        let Some(document) = folder.parts(Part::Head).next() else {
            if let Some((_, document)) = folder.files.first() {
                let what = format!("pack `{}` has no pack.toml", folder.name);
                document.fault(None, fault::NO_HEAD, what, "add a pack.toml with `title` and `needs`");
            }
            continue;
        };
        let table = document.root();
        if !name::is_plain(folder.name) {
            table.fault(fault::NAME, format!("`{}` is no plain name of a pack", folder.name), name::HINT);
        }
        let title = table.must_text("title");
        let en = table.text("en").unwrap_or_else(|| crate::words::in_words(folder.name));
        let needs = table.texts("needs").into_iter().map(|(need, _)| need).collect();
        table.item("apart");
        table.finish();
        heads.insert(folder.name.to_owned(), Head { name: folder.name.to_owned(), title, en, needs });
    }
    heads
}

/// What each pack may lean on: itself and all it needs, however far.
fn check_needs(folders: &[Folder], heads: &IndexMap<String, Head>) -> HashMap<String, HashSet<String>> {
    let mut reach = HashMap::new();
    for document in folders.iter().flat_map(|folder| folder.parts(Part::Head)) {
        for (need, item) in document.root().texts("needs") {
            if !heads.contains_key(&need) {
                item.fault(
                    fault::NO_PACK,
                    format!("no pack `{need}`"),
                    did_you_mean(&need, heads.keys().map(String::as_str)),
                );
            }
        }
    }
    for folder in folders.iter().filter(|folder| heads.contains_key(folder.name)) {
        let needed = needed_by(folder.name, heads);
        if needed.contains(folder.name)
            && let Some(item) = folder.parts(Part::Head).next().and_then(|document| document.root().item("needs"))
        {
            item.fault(
                fault::CIRCLE,
                format!("pack `{}` needs itself in a circle", folder.name),
                "drop one of the needs of the circle",
            );
        }
        let mut all = needed;
        all.insert(folder.name.to_owned());
        reach.insert(folder.name.to_owned(), all);
    }
    reach
}

/// Every pack that one needs, however far; itself only when there is a circle.
fn needed_by(pack: &str, heads: &IndexMap<String, Head>) -> HashSet<String> {
    let mut needed = HashSet::new();
    let mut waiting = vec![pack];
    while let Some(next) = waiting.pop() {
        for need in heads.get(next).into_iter().flat_map(|head| &head.needs) {
            if needed.insert(need.clone()) {
                waiting.push(need);
            }
        }
    }
    needed
}

/// Heads so that each comes after what it needs; by name where that leaves a choice.
fn in_order(heads: &IndexMap<String, Head>) -> Vec<Head> {
    let depth = |head: &Head| needed_by(&head.name, heads).len();
    let mut ordered: Vec<Head> = heads.values().cloned().collect();
    ordered.sort_by_cached_key(|head| (depth(head), head.name.clone()));
    ordered
}

fn open_registers<'d>(folders: &[&Folder<'d>], house: &mut House) -> Vec<Draft<'d>> {
    let mut drafts = Vec::new();
    for folder in folders {
        for (name, document) in folder.registers() {
            let draft = register::open(folder.name, name, document.root());
            if let Some(other) = house.packs.registers.get(name) {
                let what = format!("register `{name}` is declared in pack `{}` already", other.pack);
                document.fault(None, fault::TWICE, what, "names of registers are global: choose another");
                continue;
            }
            house.moves.insert(name.to_owned(), draft.moves());
            house.packs.registers.insert(name.to_owned(), draft.register.clone());
            drafts.push(draft);
        }
    }
    drafts
}

fn close_registers(drafts: &[Draft], house: &mut House) {
    let closed: Vec<_> = drafts.iter().map(|draft| draft.close(house)).collect();
    let mut prefixes: HashMap<String, String> = HashMap::new();
    for (register, draft) in closed.into_iter().zip(drafts) {
        if let Some(serial) = &register.serial
            && let Some(other) = prefixes.insert(serial.prefix.clone(), register.name.clone())
        {
            draft.serial_twice(&serial.prefix, &other);
        }
        house.packs.registers.insert(register.name.clone(), register);
    }
    drafts.iter().for_each(|draft| draft.check_derived(&house.packs));
}

/// `view.toml`: `[REGISTER.NAME]`, lists that a pack offers of a register of a pack it needs.
fn read_views(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::View) {
            if !house.knows_register(folder.name, &item.key, &item) {
                continue;
            }
            if house.packs.registers[&item.key].pack == folder.name {
                let what = format!("`{}` is a register of this pack", item.key);
                item.fault(fault::PLACE, what, "put the view into the register's own file as [view.NAME]");
            }
            for (view, read) in view::read_added(folder.name, &item.key, &table, house) {
                let known = house.packs.registers.get_mut(&item.key);
                let taken = known.is_some_and(|register| register.views.insert(read.name.clone(), read).is_some());
                if taken {
                    let what = format!("register `{}` has a view `{}` already", item.key, view.key);
                    view.fault(fault::TWICE, what, "choose another name");
                }
            }
        }
    }
}

fn read_settings(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::Setting) {
            let read = setting::read_setting(&item, &table);
            if is_new(&item, Thing::Setting, folder.name, house)
                && let Some(setting) = read
            {
                house.packs.settings.insert(setting.name.clone(), setting);
            }
        }
    }
}

/// Notes where a thing is at home; a fault when it has a home already.
fn is_new(item: &Item, thing: Thing, pack: &str, house: &mut House) -> bool {
    let Some(other) = house.home.insert((thing, item.key.clone()), pack.to_owned()) else { return true };
    let what = format!("`{}` is declared in pack `{other}` already", item.key);
    item.fault(fault::TWICE, what, "names are global: choose another");
    false
}

fn read_calendars(folders: &[&Folder], house: &mut House) {
    let documents: Vec<&Document> = folders.iter().flat_map(|folder| folder.parts(Part::Calendar)).collect();
    for (place, document) in documents.iter().enumerate() {
        let calendar = calendar::read_calendar(&document.root());
        if place > 0 {
            let what = format!("the calendar stands in `{}` already", documents[0].path);
            document.fault(None, fault::TWICE, what, "keep one calendar.toml");
        } else {
            house.packs.calendar = calendar;
        }
    }
}

/// Declares every role and hands back all role tables with their packs.
fn open_roles<'d>(folders: &[&Folder<'d>], house: &mut House) -> Vec<(&'d str, Item<'d>, Table<'d>)> {
    let mut tables = Vec::new();
    for folder in folders {
        for (item, table) in folder.named(Part::Role) {
            if let Some(role) = role::declared(&item, &table)
                && is_new(&item, Thing::Role, folder.name, house)
            {
                house.packs.roles.insert(role.name.clone(), role);
            }
            tables.push((folder.name, item, table));
        }
    }
    tables
}

/// What conditions need to know of numbers of records before they are read.
fn open_numbers(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::Indicator) {
            if let Some(per) = number::open(folder.name, &item, &table, house) {
                house.numbers.entry(item.key).or_insert(per);
            }
        }
    }
}

fn read_indicators(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::Indicator) {
            let read = indicator::read_indicator(folder.name, &item, &table, house);
            if is_new(&item, Thing::Indicator, folder.name, house)
                && let Some(indicator) = read
            {
                let packs = &mut house.packs;
                let all = if indicator.per.is_some() { &mut packs.numbers } else { &mut packs.indicators };
                all.insert(indicator.name.clone(), indicator);
            }
        }
    }
    for folder in folders {
        for (item, _) in folder.named(Part::Indicator) {
            number::check_circle(&item, &house.packs);
            check_indexes(&item, &house.packs);
        }
    }
}

/// Says so at the first indicator whose index is one too many.
fn check_indexes(item: &Item, packs: &Packs) {
    let Some(indicator) = packs.indicators.get(&item.key).or_else(|| packs.numbers.get(&item.key)) else { return };
    let planned = crate::index::covering(packs, &indicator.of);
    if planned.get(crate::index::MOST).is_some_and(|index| index.serves.first() == Some(&item.key)) {
        let what = format!("`{}` needs {} covering indexes for its indicators", indicator.of, planned.len());
        item.fault(
            fault::INDEX,
            what,
            "ask the same fields in `where` of several indicators; four shapes are the most",
        );
    }
}

fn read_watches(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::Watch) {
            let read = watch::read_watch(folder.name, &item, &table, house);
            if is_new(&item, Thing::Watch, folder.name, house)
                && let Some(watch) = read
            {
                house.packs.watches.insert(watch.name.clone(), watch);
            }
        }
    }
}

fn read_duties(folders: &[&Folder], house: &mut House) {
    for folder in folders {
        for (item, table) in folder.named(Part::Duty) {
            let read = duty::read_duty(folder.name, &item, &table, house);
            if is_new(&item, Thing::Duty, folder.name, house)
                && let Some(duty) = read
            {
                house.packs.duties.insert(duty.name.clone(), duty);
            }
        }
    }
}
