//! `register/NAME.toml`. First what stands by itself ([`open`]), then what names other registers ([`Draft::close`]).

use super::check::read_checks;
use super::condition::Ground;
use super::cursor::{Item, Table};
use super::field::read_field;
use super::flow::{asked, check_state_days, read_given, read_move, read_states};
use super::house::{House, is_text};
use super::keep::read_keep;
use super::name;
use super::view::{read_columns, read_views};
use super::{derive, sealed};
use crate::condition::Path;
use crate::fault;
use crate::model::{Field, Flow, Kind, Move, Packs, Register, Serial};
use crate::words::{did_you_mean, in_words};
use indexmap::IndexMap;

/// A register whose own words are read, and the tables that wait for the others.
pub(super) struct Draft<'d> {
    pub(super) register: Register,
    table: Table<'d>,
    fields: Vec<(Item<'d>, Table<'d>)>,
    moves: Vec<(Item<'d>, Table<'d>)>,
}

impl Draft<'_> {
    /// The names of its moves, each with what it asks: the word in the pack to the field.
    pub(super) fn moves(&self) -> IndexMap<String, IndexMap<String, String>> {
        self.moves.iter().map(|(item, table)| (item.key.clone(), asked(&item.key, table))).collect()
    }
}

/// Reads what stands by itself: labels, fields, states, the names of moves.
pub(super) fn open<'d>(pack: &str, register_name: &str, table: Table<'d>) -> Draft<'d> {
    name::check_register(register_name, |what| table.fault(fault::NAME, what, name::HINT));
    let title = table.must_text("title");
    let en = table.text("en").unwrap_or_else(|| in_words(register_name));
    let source = table.must_text("source");
    let serial = table.item("serial").and_then(|item| read_serial(&item));
    let extends = table.text("extends");
    let shared = table.flag("shared");
    let mut fields = IndexMap::new();
    let mut field_tables = Vec::new();
    for (item, table) in table.children("field") {
        let table = table.named(format!("field.{}", item.key));
        if let Some(field) = read_field(&item, &table) {
            fields.insert(item.key.clone(), field);
        }
        field_tables.push((item, table));
    }
    let mut moves = Vec::new();
    let flow = table.table("flow").map(|flow| {
        let states = read_states(&flow);
        moves.extend(flow.children("move").into_iter().map(|(item, table)| {
            let place = format!("flow.move.{}", item.key);
            (item, table.named(place))
        }));
        flow.finish();
        Flow { states, moves: IndexMap::new() }
    });
    for (item, table) in &moves {
        for (item, table) in read_given(&item.key, table) {
            let Some(field) = read_field(&item, &table) else { continue };
            if fields.insert(item.key.clone(), Field { by_move: true, ..field }).is_some() {
                item.fault(fault::TWICE, format!("`{}` is a field already", item.key), "give it another name");
            }
            field_tables.push((item, table));
        }
    }
    let register = Register {
        name: register_name.to_owned(),
        pack: pack.to_owned(),
        title,
        en,
        source,
        serial,
        owner: None,
        extends,
        part_of: None,
        shared,
        label: String::new(),
        fields,
        groups: IndexMap::new(),
        unique: Vec::new(),
        checks: Vec::new(),
        flow,
        views: IndexMap::new(),
        columns: Vec::new(),
        keep: None,
    };
    Draft { register, table, fields: field_tables, moves }
}

/// `XM-{year}-{seq:6}`: a prefix of capitals, the year or not, the digits of the running number.
fn read_serial(item: &Item) -> Option<Serial> {
    let text = item.text()?;
    let serial = parse_serial(&text);
    if serial.is_none() {
        item.fault(
            fault::SERIAL,
            format!("serial `{text}` cannot be read"),
            "write such as \"XM-{year}-{seq:6}\" or \"XM-{seq:6}\"",
        );
    }
    serial
}

fn parse_serial(text: &str) -> Option<Serial> {
    let (before, digits) = text.strip_suffix('}')?.split_once("{seq:")?;
    let digits = digits.parse().ok().filter(|digits| (3..=9).contains(digits))?;
    let (prefix, year) = match before.strip_suffix("{year}-") {
        Some(prefix) => (prefix, true),
        None => (before, false),
    };
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (!prefix.is_empty() && prefix.len() <= 12 && prefix.bytes().all(plain)).then(|| Serial {
        prefix: prefix.to_owned(),
        year,
        digits,
    })
}

impl<'d> Draft<'d> {
    /// Reads what names other things, against the house that knows every register.
    pub(super) fn close(&self, house: &House) -> Register {
        let mut register = self.register.clone();
        let ground = Ground::over(house, &register.pack, &self.register.name);
        self.check_extends(house);
        self.check_unit();
        register.groups = self.read_groups();
        register.owner = self.read_owner(house);
        register.part_of = self.read_part_of(house);
        for (item, table) in &self.fields {
            let Some(field) = register.fields.get_mut(&item.key) else { continue };
            self.close_field(field, table, &ground);
        }
        register.unique = self.read_unique(house);
        register.label = self.read_label(house);
        register.columns = self.read_columns(&register.label, &ground);
        register.checks = read_checks(&self.table, &ground);
        register.views = read_views(&self.table, &Ground { period: true, ..ground });
        if let Some(flow) = &mut register.flow {
            flow.moves = self
                .moves
                .iter()
                .map(|(item, table)| (item.key.clone(), read_move(item, table, &flow.states, &ground)))
                .collect();
            self.check_reached(flow);
            self.table.table("flow").iter().for_each(|flow| check_state_days(flow, &ground));
        }
        self.check_by_move(&register);
        register.keep = self.table.item("keep").and_then(|item| read_keep(&item, &register));
        sealed::check_names(&self.fields, |name| register.fields.get(name).is_some_and(|field| field.sealed));
        for (_, table) in self.fields.iter().chain(&self.moves) {
            table.finish();
        }
        self.table.finish();
        register
    }

    /// Says which derived values would depend on themselves, once every register is closed.
    pub(super) fn check_derived(&self, packs: &Packs) {
        let items = self.fields.iter().filter_map(|(_, table)| table.item("derive"));
        items.take(1).for_each(|item| derive::check_circle(&item, &self.register.name, packs));
    }

    /// Says that another register gives the same serial numbers.
    pub(super) fn serial_twice(&self, prefix: &str, other: &str) {
        if let Some(item) = self.table.item("serial") {
            let what = format!("serials of `{other}` begin with `{prefix}` too");
            item.fault(fault::SERIAL, what, "choose another prefix");
        }
    }

    fn check_extends(&self, house: &House) {
        let Some(item) = self.table.item("extends") else { return };
        let complain = |what: String| {
            item.fault(fault::EXTENDS, what, "only `unit` can be extended; shared registers stand alone")
        };
        match self.register.extends.as_deref() {
            Some("unit") if house.knows_register(&self.register.pack, "unit", &item) => {
                let base = &house.packs.registers["unit"].fields;
                for (field, _) in self.fields.iter().filter(|(field, _)| base.contains_key(&field.key)) {
                    field.fault(
                        fault::EXTENDS,
                        format!("`{}` is a field of `unit` already", field.key),
                        "give it another name",
                    );
                }
            }
            Some("unit") | None => {}
            Some(other) => complain(format!("`{other}` cannot be extended")),
        }
        if self.register.shared {
            complain("a register that extends another cannot be shared".to_owned());
        }
    }

    fn check_unit(&self) {
        let parent = self.register.fields.get("parent");
        if self.register.name == "unit"
            && !parent.is_some_and(|field| field.kind == Kind::Ref { to: "unit".to_owned() })
        {
            self.table.fault(
                fault::UNIT_TREE,
                "`unit` has no `parent`",
                "add [field.parent] with kind = \"ref\", to = \"unit\"",
            );
        }
    }

    fn read_groups(&self) -> IndexMap<String, String> {
        let Some(table) = self.table.table("group") else { return IndexMap::new() };
        table.all().into_iter().filter_map(|item| item.text().map(|title| (item.key.clone(), title))).collect()
    }

    fn read_owner(&self, house: &House) -> Option<Path> {
        let register = &self.register;
        let item = self.table.item("owner");
        if register.shared || house.is_unit(&register.name) {
            if let Some(item) = item {
                let hint = "leave `owner` out: a unit owns itself, a shared record has none";
                item.fault(fault::OWNER, format!("register `{}` has no owner path", register.name), hint);
            }
            return None;
        }
        let Some(item) = item else {
            let hint = "add `owner = \"path\"` to the unit whose record it is, or `shared = true`";
            self.table.fault(fault::OWNER, format!("register `{}` has no `owner`", register.name), hint);
            return None;
        };
        let (path, kind) = house.path(&register.name, &item.text()?, &item)?;
        match kind {
            Kind::Ref { to } if house.is_unit(&to) && !name::RESERVED_LAST.contains(&path.last()?.as_str()) => {
                Some(path)
            }
            _ => {
                let hint = "end the path at a field that refers to `unit` or to a register that extends it";
                item.fault(fault::OWNER, "the owner path does not end at a unit", hint);
                None
            }
        }
    }

    /// The field that refers to the whole: a reference that must be given, to a register that is no part itself.
    fn read_part_of(&self, house: &House) -> Option<String> {
        let item = self.table.item("part_of")?;
        let name = item.text()?;
        let register = &self.register;
        let kind = house.own_field(&register.name, &name, &item)?;
        let must = register.fields.get(&name).is_some_and(|field| field.must);
        let (what, hint) = match &kind {
            _ if register.shared || register.extends.is_some() => {
                ("a register that is shared or extends another is part of nothing", "drop `part_of`")
            }
            Kind::Ref { to } if *to == register.name => {
                ("a record cannot be part of one of its own register", "name another")
            }
            Kind::Ref { .. } if must => return Some(name),
            Kind::Ref { .. } => ("a part always has its whole", "add `must = true` to the field"),
            _ => ("the field is no reference", "name the field of kind ref that leads to the whole"),
        };
        item.fault(fault::PART, format!("`part_of = \"{name}\"`: {what}"), hint);
        None
    }

    /// `copy = "item.kind"`: over at least one reference to a field of the same kind that is no copy itself.
    fn read_copy(&self, field: &Field, table: &Table, ground: &Ground) -> Option<Path> {
        let item = table.item("copy")?;
        let dotted = item.text()?;
        let (path, kind) = ground.house.path(&self.register.name, &dotted, &item)?;
        let end = self.copied_field(ground.house, &path);
        let other = |name: &str| name::RESERVED_LAST.contains(&name) && name != "state";
        let typed = field.must || field.by_move || !field.default.is_null();
        let (what, hint) = if path.len() < 2 || path.last().is_some_and(|last| other(last)) {
            ("leads to no field of another record", "begin with a reference, end with a field or `state`")
        } else if self.register.extends.is_some() || self.register.fields.get(&path[0]).is_none() {
            ("begins outside this register's own fields", "copy in a register of its own, from a reference of its own")
        } else if !ground.house.comparable(&field.kind, &kind) {
            ("leads to another kind of value", "declare the field with the kind, unit and choices of what it copies")
        } else if field.sealed || end.is_some_and(|end| end.sealed) {
            ("is of a sealed field", "follow the reference where the value is needed")
        } else if end.is_some_and(|end| end.mask) && !field.mask {
            ("would show what is masked", "declare `mask = true` on the copy too")
        } else if field.sealed || end.is_some_and(|end| end.copy.is_some() || end.sealed) {
            ("leads to a copy or to what is sealed", "copy from where the value is typed, and nothing sealed")
        } else if typed {
            ("is never typed", "drop `must`, `by_move` and `default`")
        } else {
            return Some(path);
        };
        item.fault(fault::COPY, format!("`copy = \"{dotted}\"` {what}"), hint);
        None
    }

    /// The field at the end of a path.
    fn copied_field<'h>(&self, house: &'h House, path: &[String]) -> Option<&'h Field> {
        let (last, steps) = path.split_last()?;
        let mut at = self.register.name.clone();
        for step in steps {
            match house.field_kind(&at, step)? {
                Kind::Ref { to } => at = to,
                _ => return None,
            }
        }
        house.packs.field(&at, last)
    }

    fn close_field(&self, field: &mut Field, table: &Table, ground: &Ground) {
        if let Kind::Ref { to } | Kind::Refs { to } = &field.kind
            && let Some(item) = table.item("to")
            && !to.is_empty()
            && ground.house.knows_register(ground.pack, to, &item)
        {
            let referred = &ground.house.packs.registers[to];
            if referred.shared && matches!(field.kind, Kind::Refs { .. }) {
                let hint = "keep each in a record of its own with a `ref`, so that who may see it is known";
                item.fault(fault::SHARED, format!("`{}` refers to several records of shared `{to}`", field.name), hint);
            }
            if field.title.is_empty() {
                field.title = referred.title.clone();
            }
        }
        if let (Some(group), Some(item)) = (&field.group, table.item("group")) {
            let groups = self.read_groups();
            if !groups.contains_key(group) {
                let hint = did_you_mean(group, groups.keys().map(String::as_str));
                item.fault(fault::NO_FIELD, format!("no group `{group}`"), hint);
            }
        }
        if let (Some(was), Some(item)) = (&field.was, table.item("was"))
            && self.register.fields.contains_key(was)
        {
            item.fault(fault::TWICE, format!("`{was}` is a field still"), "rename the old field away, or drop `was`");
        }
        field.copy = self.read_copy(field, table, ground);
        if let Some(item) = table.item("derive") {
            derive::check_field(&item, field, &self.register, ground.house);
        }
        field.when = table.table("when").map(|table| ground.condition(&table));
    }

    fn read_unique(&self, house: &House) -> Vec<Vec<String>> {
        let Some(item) = self.table.item("unique") else { return Vec::new() };
        let sets: Vec<Vec<String>> = item.list().iter().map(|set| self.own_fields(house, set.texts())).collect();
        if sets.iter().any(Vec::is_empty) {
            item.fault(fault::EMPTY_LIST, "`unique` names no field", "write such as unique = [[\"school\", \"room\"]]");
        }
        sets
    }

    /// Names of fields that the register itself has.
    fn own_fields(&self, house: &House, texts: Vec<(String, Item)>) -> Vec<String> {
        let mut names = Vec::new();
        for (name, item) in texts {
            house.own_field(&self.register.name, &name, &item);
            names.push(name);
        }
        names
    }

    /// The declared label, else `title`, `name`, the first text, the serial.
    fn read_label(&self, house: &House) -> String {
        let register = &self.register;
        if let Some(item) = self.table.item("label") {
            let Some(name) = item.text() else { return String::new() };
            if name != "serial" || register.serial.is_none() {
                house.own_field(&register.name, &name, &item);
                sealed::refuse(house, &register.name, std::slice::from_ref(&name), &item, "names no record");
            }
            return name;
        }
        let fields = || {
            let base = register.extends.as_ref().and_then(|base| house.packs.registers.get(base));
            base.into_iter().flat_map(|base| base.fields.values()).chain(register.fields.values())
        };
        let named = ["title", "name"];
        let named = named.into_iter().find(|name| fields().any(|field| field.name == *name && !field.sealed));
        let text = fields().find(|field| is_text(&field.kind) && !field.sealed).map(|field| field.name.as_str());
        let serial = register.serial.as_ref().map(|_| "serial");
        named.or(text).or(serial).map(str::to_owned).unwrap_or_else(|| {
            let hint = "add a text field, a serial, or `label = \"FIELD\"`";
            self.table.fault(
                fault::LABEL,
                format!("register `{}` has nothing to name its records by", register.name),
                hint,
            );
            String::new()
        })
    }

    /// Declared columns, else the label and the next five fields.
    fn read_columns(&self, label: &str, ground: &Ground) -> Vec<String> {
        if let Some(item) = self.table.item("columns") {
            return read_columns(&item, ground);
        }
        let others = self.register.fields.keys().filter(|name| *name != label).take(5).cloned();
        std::iter::once(label.to_owned()).chain(others).collect()
    }

    fn check_reached(&self, flow: &Flow) {
        let Some(table) = self.table.table("flow") else { return };
        for (item, _) in table.children("state").iter().skip(1) {
            if !flow.moves.values().any(|step| step.to == item.key && step.from.iter().any(|from| *from != item.key)) {
                item.fault(
                    fault::UNREACHED,
                    format!("no move leads to state `{}`", item.key),
                    "add a move, or drop the state",
                );
            }
        }
    }

    /// A field that only moves set is asked for or set by one of them.
    fn check_by_move(&self, register: &Register) {
        let moves = || register.flow.iter().flat_map(|flow| flow.moves.values());
        for (item, _) in &self.fields {
            let copied = register.fields.get(&item.key).is_some_and(|field| field.copy.is_some());
            let written = |step: &Move| {
                let listed = step.ask.contains(&item.key) || step.clear.contains(&item.key);
                listed || step.set.contains_key(&item.key)
            };
            if copied && moves().any(written) {
                item.fault(
                    fault::COPY,
                    format!("a move writes `{}`, which is a copy", item.key),
                    "leave it to the store",
                );
            }
            let derived = register.fields.get(&item.key).is_some_and(|field| field.derive.is_some());
            if derived && moves().any(|step| step.ask.contains(&item.key) || step.clear.contains(&item.key)) {
                derive::refuse_written(item, &item.key);
            }
            let only = register.fields.get(&item.key).is_some_and(|field| field.by_move);
            if only && register.fields[&item.key].must {
                item.fault(
                    fault::BY_MOVE,
                    format!("`{}` must be given at filing, but only a move sets it", item.key),
                    "drop `must`",
                );
            }
            if only && !moves().any(|step| step.ask.contains(&item.key) || step.set.contains_key(&item.key)) {
                item.fault(
                    fault::BY_MOVE,
                    format!("no move asks for `{}` or sets it", item.key),
                    "name it in the `ask` or `set` of a move",
                );
            }
        }
    }
}
