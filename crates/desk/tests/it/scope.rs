//! Who sees what: every role over every register by every road. Each text of a record holds a canary of its own; none of
//! a record outside a person's scope may occur in anything that person is answered, refusals and totals included.

use crate::export::take;
use crate::support::{House, as_of, on, save};
use luoshi_desk::export::{Export, Format};
use luoshi_desk::view::{Lang, ListView, When};
use luoshi_desk::{Actor, ListAsk, No, NotSaved, Save};
use luoshi_pack::{Kind, Value};
use luoshi_store::{Dialect, Record, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// What every canary begins with.
const CANARY: &str = "CNRY";

/// Accounts and, for those that do not see everything, the unit of their post.
const ACTORS: [(&str, Sees); 13] = [
    ("leader", Sees::All),
    ("zhou", Sees::All),
    ("section", Sees::All),
    ("inspector", Sees::All),
    ("auditor", Sees::All),
    ("discipline", Sees::All),
    ("keeper", Sees::Only(&["unit", "school", "person", "post"])),
    ("town_a", Sees::Below("a")),
    ("town_b", Sees::Below("b")),
    ("school_a", Sees::Below("sa")),
    ("school_b", Sees::Below("kb")),
    ("former", Sees::Only(&[])),
    ("future", Sees::Only(&[])),
];

/// What an account's posts allow, written down once more and by hand.
#[derive(Clone, Copy)]
enum Sees {
    All,
    Only(&'static [&'static str]),
    Below(&'static str),
}

/// Accounts that file and edit nothing and make no move.
const READERS: [&str; 5] = ["inspector", "auditor", "discipline", "former", "future"];

/// Accounts whose posts let them export.
const EXPORTERS: [&str; 8] = ["leader", "zhou", "section", "auditor", "town_a", "town_b", "school_a", "school_b"];

/// Of the longest roads, accounts that may hear everything walk every so-manieth, one of them excepted; on PostgreSQL,
/// which takes several times as long, all accounts do, those by the square of it. Each begins at a place of its own.
const SOME: usize = 5;
/// Registers of which an account goes every road of lists: one in so many.
const SHARE: usize = 5;

/// A record with its register.
type Named = (String, Record);

/// The bureau with every record of it, and the parents of its units.
struct Aviary {
    house: House,
    records: Vec<Named>,
    parents: BTreeMap<i64, Option<i64>>,
    /// Every masked and sealed value, and whose it is: nobody is told one by any road but a reveal.
    secrets: Vec<(String, String)>,
}

fn aviary(store: Store) -> Aviary {
    let house = House::settled_in("2021-01-04", store);
    let mut bird = 1000;
    let mut next = || {
        bird += 1;
        format!("{CANARY}{bird}")
    };
    house.person("school_b", "苏溪园长", "13957988888");
    house.post("school_b", "school_b", "school", "kb", "2021-01-04", "");
    house.account("school_b");
    house.person("former", "前任科长", "13957988889");
    house.post("former", "former", "finance", "finance", "2021-01-04", "2021-09-29");
    house.account("former");
    house.person("future", "候任科长", "13957988890");
    house.post("future", "future", "finance", "finance", "2021-10-01", "");
    house.account("future");
    house.day("2021-02-01");
    for (place, (school, town)) in
        [("sa", "a"), ("ka", "a"), ("sb", "b"), ("kb", "b"), ("vc", "c")].into_iter().enumerate()
    {
        let own = |name: &str| format!("{name}:{school}");
        house.unit(&own("unit"), &next(), "other", school);
        house.school(&own("branch"), &next(), "kindergarten", town);
        house.edit("", "school", house.id(&own("branch")), &[("address", &next())]);
        house.person(&own("handler"), &next(), &format!("1395791{place:04}"));
        house.person(&own("clerk"), &next(), &format!("1395792{place:04}"));
        let number = crate::support::id_number("1980-01-01", place);
        house.edit("", "person", house.id(&format!("person:{}", own("clerk"))), &[("id_number", &number)]);
        house.post(&own("clerk"), &own("clerk"), "section", school, "2021-01-04", "");
        file_work(&house, school, &mut next);
    }
    for (place, town) in ["a", "b", "c"].into_iter().enumerate() {
        file_private(&house, place, town, &mut next);
    }
    // Nobody's person: referred to by no record.
    house.person("nobody", &next(), "13957977777");
    house.day("2021-09-30");
    let (records, parents) = everything(&house);
    let secrets = secrets(&house, &records);
    // Numbers of persons, sealed and masked ones; or the walk would listen for nothing.
    assert!(secrets.iter().filter(|(whose, _)| whose.starts_with("id_number")).count() >= 5, "{secrets:?}");
    assert!(secrets.iter().filter(|(whose, _)| whose.starts_with("mobile")).count() >= 20, "{secrets:?}");
    for masked in
        ["certificate_number", "pupil", "guardian_phone", "complainant_name", "complaint_text", "custody_account"]
    {
        assert_eq!(secrets.iter().filter(|(whose, _)| whose.starts_with(&format!("{masked} "))).count(), 3, "{masked}");
    }
    Aviary { house, records, parents, secrets }
}

fn secrets(house: &House, records: &[Named]) -> Vec<(String, String)> {
    let packs = &house.desk.bureau().packs;
    let of = |(register, record): &Named| {
        let masked = packs.fields(register).into_iter().filter(|field| field.mask);
        let told = masked.filter_map(|field| {
            let text = record.value(&field.name).text().filter(|text| text.chars().count() > 3)?;
            Some((format!("{} of {register} {}", field.name, record.id), text.to_string()))
        });
        told.collect::<Vec<_>>()
    };
    records.iter().flat_map(of).collect()
}

/// A project with milestone and payment, a light and an air-conditioner of a school, a canary in each text.
fn file_work(house: &House, school: &str, next: &mut impl FnMut() -> String) {
    let id = house.id(school).to_string();
    let handler = house.id(&format!("person:handler:{school}")).to_string();
    let typed = [
        ("title", &*next()),
        ("project_code", &*next()),
        ("agent", &*next()),
        ("description", &*next()),
        ("school", &*id),
        ("handler", &*handler),
        ("kind", "new"),
        ("stage", "primary"),
        ("round", "first"),
        ("places", "270"),
        ("deliver_due_on", "2021-06-01"),
    ];
    let project = house.file("zhou", &format!("project:{school}"), "project", &typed);
    let made = |by: &str, name: &str, typed: &[(&str, &str)]| {
        let reason = next_reason(by, name);
        let asked = Save { reason, ..save("project", Some(project), Some(name), typed) };
        house
            .desk
            .save(&house.actor(by), &asked)
            .unwrap_or_else(|not| panic!("{name}: {}", crate::support::told(&not)));
    };
    made("zhou", "approve", &[]);
    made("zhou", "secure_land", &[]);
    made("zhou", "start", &[("started_on", "2021-01-10")]);
    made("zhou", "top", &[("topped_on", "2021-01-20")]);
    made("zhou", "complete", &[("completed_on", "2021-01-25"), ("filed_on", "2021-01-26")]);
    made("li", "deliver", &[("delivered_on", "2021-02-01"), ("filed_on", "2021-01-26")]);
    let project = project.to_string();
    house.file("zhou", "m", "milestone", &[("project", &*project), ("step", "start"), ("note", &*next())]);
    let paid =
        [("project", &*project), ("day", "2021-02-01"), ("amount", "5"), ("purpose", &*next()), ("voucher", &*next())];
    house.file("zhou", "p", "payment", &paid);
    let light = [("school", &*id), ("room", &*next()), ("tester", &*next()), ("meter", &*next())];
    house.file("section", "l", "light", &light);
    let aircon = [
        ("school", &*id),
        ("room", &*next()),
        ("model", &*next()),
        ("serial_number", &*next()),
        ("circuit_certificate", &*next()),
    ];
    house.file("section", "k", "aircon", &aircon);
}

/// A certified child, and an order and a complaint of an institution of a town: a canary in what everybody may read, a
/// secret in what is masked.
fn file_private(house: &House, place: usize, town: &str, next: &mut impl FnMut() -> String) {
    let unit = house.id(town).to_string();
    let own = |name: &str| format!("{name}:{town}");
    let (number, certificate) = (crate::support::id_number("2012-03-04", 40 + place), format!("CJ2012030400{place}"));
    let child = [
        ("name", &*next()),
        ("identity_number", &*number),
        ("born_on", "2012-03-04"),
        ("town", &*unit),
        ("certificate_number", &*certificate),
        ("category", "intellect"),
        ("degree", "second"),
        ("certified_on", "2019-05-20"),
    ];
    house.file("", &own("child"), "certified_child", &child);
    let institution = [
        ("name", &*next()),
        ("kind", "institution"),
        ("parent", &*unit),
        ("since_on", "2015-01-01"),
        ("subject", "arts"),
        ("nature", "profit"),
        ("custody_account", &*format!("托管专户密{place}号")),
    ];
    let institution = house.file("", &own("institution"), "institution", &institution).to_string();
    let course = [
        ("title", &*next()),
        ("institution", &*institution),
        ("subject", "素描"),
        ("ends_at", "18:00"),
        ("price", "80"),
    ];
    let course = house.file("", &own("course"), "course", &course).to_string();
    let order = [
        ("institution", &*institution),
        ("course", &*course),
        ("pupil", &*format!("学员密{place}号")),
        ("guardian_phone", &*format!("1395793{place:04}")),
        ("hours", "10"),
        ("price", "80"),
        ("paid_on", "2021-02-01"),
        ("starts_on", "2021-02-06"),
        ("ends_on", "2021-03-27"),
        ("channel", "custody"),
    ];
    house.file("", &own("order"), "course_order", &order);
    let complaint = [
        ("subject", &*next()),
        ("institution", &*institution),
        ("kind", "refund"),
        ("origin", "hotline"),
        ("complainant_name", &*format!("来电密{place}号")),
        ("complaint_text", &*format!("退费诉求密{place}号")),
        ("received_on", "2021-02-01"),
    ];
    house.file("", &own("complaint"), "complaint", &complaint);
}

fn next_reason(by: &str, name: &str) -> String {
    format!("{by} {name}")
}

/// Every record with its values, and the parent of every unit, read without any scope.
fn everything(house: &House) -> (Vec<Named>, BTreeMap<i64, Option<i64>>) {
    let bureau = house.desk.bureau();
    let mut records = vec![];
    let mut parents = BTreeMap::new();
    for register in bureau.packs.registers.keys() {
        let found = bureau.store.read(|reader| {
            let all =
                (1..400).map(|id| reader.record(bureau.table(register), id, None)).collect::<Result<Vec<_>, _>>()?;
            Ok(all.into_iter().flatten().collect::<Vec<_>>())
        });
        for record in found.expect("records are read") {
            if register == "unit" {
                parents.insert(record.id, record.value("parent").int());
            }
            records.push((register.clone(), record));
        }
    }
    (records, parents)
}

impl Aviary {
    fn within(&self, unit: i64, ancestor: i64) -> bool {
        let mut at = Some(unit);
        while let Some(here) = at {
            if here == ancestor {
                return true;
            }
            at = self.parents.get(&here).copied().flatten();
        }
        false
    }

    /// Whether a record lies in a person's scope.
    fn visible(&self, sees: Sees, register: &str, record: &Record) -> bool {
        match sees {
            Sees::All => true,
            Sees::Only(registers) => registers.contains(&register),
            Sees::Below(unit) if register != "person" => {
                record.owner.is_some_and(|owner| self.within(owner, self.house.id(unit)))
            }
            Sees::Below(_) => self.records.iter().any(|(other, holder)| {
                let refers =
                    ["person", "giver", "handler"].iter().any(|name| holder.value(name).int() == Some(record.id));
                other != "person" && refers && self.visible(sees, other, holder)
            }),
        }
    }

    /// The ids of a register that a person sees.
    fn ids(&self, sees: Sees, register: &str) -> BTreeSet<i64> {
        let mine =
            self.records.iter().filter(|(name, record)| name == register && self.visible(sees, register, record));
        mine.map(|(_, record)| record.id).collect()
    }

    /// The canaries in the records that a person sees.
    fn allowed(&self, sees: Sees) -> BTreeSet<String> {
        let mine = self.records.iter().filter(|(register, record)| self.visible(sees, register, record));
        mine.flat_map(|(_, record)| record.values.iter().map(|(_, value)| value))
            .filter_map(Value::text)
            .flat_map(canaries)
            .collect()
    }

    fn registers(&self) -> impl Iterator<Item = &luoshi_pack::Register> {
        self.house.desk.bureau().packs.registers.values()
    }

    /// Listens to one person's answers.
    fn listener(&self, place: usize, name: &'static str, sees: Sees) -> Listener<'_> {
        let actor = self.house.actor(name);
        let step = match (self.house.desk.bureau().store.dialect(), sees) {
            (Dialect::Sqlite, _) if name == "auditor" => 1,
            (Dialect::Sqlite, Sees::All) => SOME,
            (Dialect::Sqlite, _) => 1,
            (Dialect::Postgres, Sees::All) => SOME * SOME,
            (Dialect::Postgres, _) => SOME,
        };
        let (allowed, heard) = (self.allowed(sees), BTreeSet::new());
        Listener { aviary: self, name, sees, actor, place, first: place % step, step, allowed, heard }
    }
}

/// The canaries in a text, each with its four digits.
fn canaries(text: &str) -> Vec<String> {
    let birds = text.match_indices(CANARY).filter_map(|(at, _)| text.get(at..at + CANARY.len() + 4));
    birds.filter(|bird| bird[CANARY.len()..].bytes().all(|byte| byte.is_ascii_digit())).map(str::to_string).collect()
}

/// Hears every answer to one person.
struct Listener<'a> {
    aviary: &'a Aviary,
    name: &'static str,
    sees: Sees,
    actor: Actor,
    /// Its place among the accounts.
    place: usize,
    /// The first of many that this one walks, and how many it passes over.
    first: usize,
    step: usize,
    allowed: BTreeSet<String>,
    heard: BTreeSet<String>,
}

impl Listener<'_> {
    /// Hears an answer, whatever it is, and gives it on.
    fn hear<T: Debug>(&mut self, road: &str, answer: T) -> T {
        let text = format!("{answer:?}");
        for canary in canaries(&text) {
            assert!(self.allowed.contains(&canary), "{} hears {canary} by {road}", self.name);
            self.heard.insert(canary);
        }
        for (whose, secret) in &self.aviary.secrets {
            assert!(!text.contains(secret), "{} reads {whose} by {road}", self.name);
        }
        answer
    }

    /// Those of many that this one walks.
    fn some<T>(&self, many: impl IntoIterator<Item = T>) -> Vec<T> {
        many.into_iter().skip(self.first).step_by(self.step).collect()
    }

    /// The list as a file: as many records, and nothing else is heard.
    fn export(&mut self, road: &str, format: Format, list: &ListAsk, total: u64) {
        let ask = Export { list: list.clone(), format, all_fields: format == Format::Csv };
        let taken = take(&self.aviary.house, &self.actor, &ask);
        let told = taken.map(|taken| (taken.name.clone(), taken.about(), taken.table()));
        match self.hear(&format!("{road} of the export"), told) {
            Ok((_, about, table)) => {
                let count = about.iter().find(|line| line[0] == "条数").map(|line| line[1].clone());
                assert!(EXPORTERS.contains(&self.name), "{} exports {}", self.name, list.register);
                assert_eq!(table.len() as u64 - 1, total, "{}: {road} of {}", self.name, list.register);
                assert_eq!(count, Some(total.to_string()), "{}: {road} of {}", self.name, list.register);
            }
            Err(refusal) => {
                assert!(!EXPORTERS.contains(&self.name), "{}: {road} of {}: {refusal}", self.name, list.register);
                assert_eq!(refusal.code, "D003", "{}: {road} of {}", self.name, list.register);
            }
        }
    }

    fn list(&mut self, road: &str, ask: ListAsk) -> Option<ListView> {
        let answer = self.aviary.house.desk.list(&self.actor, &ListAsk { per: 200, ..ask });
        let road = format!("{road} of the list");
        match self.hear(&road, answer) {
            Ok(list) => {
                let seen = self.aviary.ids(self.sees, &list.register.name);
                let ids: BTreeSet<i64> = list.rows.iter().map(|row| row.id).collect();
                assert!(ids.is_subset(&seen), "{}: {road} of {}", self.name, list.register.name);
                assert_eq!(
                    list.total,
                    ids.len() as u64,
                    "{}: the total by {road} of {}",
                    self.name,
                    list.register.name
                );
                Some(list)
            }
            Err(refusal) => {
                assert_eq!(refusal.kind, No::Absent, "{}: {refusal}", self.name);
                None
            }
        }
    }

    /// Every list: plain, by view, sorted, filtered, at other days; with the counts beside it.
    fn lists(&mut self) {
        let aviary = self.aviary;
        for (number, register) in aviary.registers().enumerate() {
            let ask = ListAsk { register: register.name.clone(), ..Default::default() };
            let seen = aviary.ids(self.sees, &register.name);
            let Some(plain) = self.list("the plain road", ask.clone()) else {
                assert!(seen.is_empty(), "{} does not see the list of {}", self.name, register.name);
                let hidden = take(&aviary.house, &self.actor, &Export { list: ask, ..Export::default() });
                assert_eq!(self.hear("an export", hidden).expect_err("it is hidden").code, "D001", "{}", self.name);
                continue;
            };
            self.export("the plain road", Format::Csv, &ask, plain.total);
            assert_eq!(plain.total, seen.len() as u64, "{}: {}", self.name, register.name);
            for head in plain.registers.iter().flat_map(|group| &group.registers) {
                let expected = aviary.ids(self.sees, &head.name).len() as u64;
                assert_eq!(head.count, Some(expected), "{}: the count of {} in the sidebar", self.name, head.name);
            }
            // Each account goes all roads of its own share of the registers; all accounts together of every register.
            if !(number + self.place).is_multiple_of(SHARE) {
                continue;
            }
            self.export("the plain road", Format::Xlsx, &ask, plain.total);
            for view in &plain.views {
                let ask = ListAsk { view: Some(view.name.clone()), ..ask.clone() };
                let list = self.list("a view", ask.clone());
                assert_eq!(list.map(|list| list.total), Some(view.count), "{}: {}", self.name, view.name);
                self.export("a view", Format::Csv, &ask, view.count);
            }
            let days =
                [as_of("2021-09-30"), as_of("2021-02-01"), as_of("2021-01-31"), on("2021-06-30"), on("2030-01-01")];
            for when in self.some(days) {
                let ask = ListAsk { when, ..ask.clone() };
                let list = self.list("a day", ask.clone()).expect("it was there today");
                self.export("a day", Format::Csv, &ask, list.total);
            }
            self.sorted(register, &ask, plain.total);
            self.filtered(&ask, &plain);
        }
    }

    fn sorted(&mut self, register: &luoshi_pack::Register, ask: &ListAsk, total: u64) {
        let packs = &self.aviary.house.desk.bureau().packs;
        let fields = packs.fields(&register.name).into_iter().filter(|field| !field.mask);
        let names: Vec<String> =
            fields.map(|field| field.name.clone()).chain(["serial".into(), "state".into()]).collect();
        for name in self.some(names) {
            // Both directions occur; which of them does not matter.
            let order = Some((name.clone(), name.len() % 2 == 0));
            let list = self.list("an order", ListAsk { sort: order, ..ask.clone() });
            assert_eq!(list.map(|list| list.total), Some(total), "{}: by {name}", self.name);
        }
    }

    fn filtered(&mut self, ask: &ListAsk, plain: &ListView) {
        let packs = &self.aviary.house.desk.bureau().packs;
        let mut filters: Vec<(String, String)> = vec![];
        for head in &plain.filters {
            filters.extend(head.choices.iter().map(|(key, _)| (head.name.clone(), key.clone())));
            filters.push((head.name.clone(), if head.input == "date" { "2021-06-01" } else { CANARY }.to_string()));
        }
        for field in packs.fields(&ask.register).into_iter().filter(|field| !field.mask) {
            match &field.kind {
                Kind::Text { .. } | Kind::LongText { .. } => filters.push((format!("{}~", field.name), CANARY.into())),
                Kind::Ref { to } => {
                    // Through the reference, which may lead out of one's scope.
                    filters.push((format!("{}.{}~", field.name, packs.register(to).label), CANARY.into()));
                    // By records in and out of one's scope.
                    let ids = self.aviary.ids(Sees::All, to);
                    let some = ids.iter().step_by(ids.len() / 3 + 1);
                    filters.extend(some.map(|id| (field.name.clone(), id.to_string())));
                }
                _ => {}
            }
        }
        for (place, filter) in self.some(filters).into_iter().enumerate() {
            let asked = ListAsk { filters: vec![filter.clone()], ..ask.clone() };
            match self.aviary.house.desk.list(&self.actor, &asked) {
                Err(refusal) => assert_eq!(refusal.kind, No::Wrong, "{}: {filter:?}: {refusal}", self.name),
                Ok(list) => {
                    self.list("a filter", asked.clone());
                    if place % SOME == 0 {
                        self.export("a filter", Format::Csv, &asked, list.total);
                    }
                }
            }
        }
    }

    /// Every record's page and forms, those of others and those that do not exist alike.
    fn records(&mut self) {
        let aviary = self.aviary;
        let desk = &aviary.house.desk;
        for register in aviary.registers() {
            let seen = aviary.ids(self.sees, &register.name);
            let all = aviary.ids(Sees::All, &register.name);
            let beyond = all.last().copied().unwrap_or(0) + 1;
            for id in self.some(all.into_iter().chain([beyond])) {
                for when in [When::default(), as_of("2021-09-30"), as_of("2021-02-01"), on("2021-06-30")] {
                    let page = desk.record(&self.actor, &register.name, id, when);
                    let page = self.hear("a record", page);
                    // Nothing may have been filed yet on that day.
                    let early = when == as_of("2021-02-01");
                    let expected = if early { page.is_ok() && seen.contains(&id) } else { seen.contains(&id) };
                    assert_eq!(page.is_ok(), expected, "{}: {} {id} {when:?}", self.name, register.name);
                    if let Err(refusal) = page {
                        assert_eq!(refusal.code, "D001", "what is hidden looks like what does not exist");
                    }
                }
                let moves = register.flow.iter().flat_map(|flow| flow.moves.keys());
                for by_move in moves.map(|name| Some(name.as_str())).chain([None]) {
                    let form = desk.form(&self.actor, &register.name, Some(id), by_move, &BTreeMap::new());
                    if let Err(refusal) = self.hear("a form", form) {
                        let expected = if seen.contains(&id) { "D003" } else { "D001" };
                        assert_eq!(refusal.code, expected, "{}: the form of {} {id}", self.name, register.name);
                    } else {
                        assert!(seen.contains(&id) && !READERS.contains(&self.name), "{}: {id}", self.name);
                    }
                }
            }
            let form = desk.form(&self.actor, &register.name, None, None, &BTreeMap::new());
            let form = self.hear("a new form", form);
            assert!(form.is_err() || !READERS.contains(&self.name), "{}: files {}", self.name, register.name);
        }
    }

    fn suggestions(&mut self) {
        let aviary = self.aviary;
        let packs = &aviary.house.desk.bureau().packs;
        for register in aviary.registers() {
            for field in packs.fields(&register.name) {
                let Kind::Ref { to } = &field.kind else { continue };
                let seen = aviary.ids(self.sees, to);
                for part in ["", CANARY, "1", "苏溪"] {
                    let answer = aviary.house.desk.suggest(&self.actor, &register.name, &field.name, part);
                    for (id, label) in self.hear("a suggestion", answer).unwrap_or_default() {
                        assert!(seen.contains(&id), "{} is offered {label} for {}", self.name, field.name);
                    }
                }
            }
        }
    }

    /// The search finds nothing by a part of a secret, and nobody is shown one by the page that asks for a reason.
    fn secrets(&mut self) {
        let aviary = self.aviary;
        let desk = &aviary.house.desk;
        for (whose, secret) in self.some(&aviary.secrets) {
            let part: String = secret.chars().take(secret.chars().count() - 1).collect();
            let found = desk.search(&self.actor, &part, None, 100);
            let found = self.hear("a search", found).expect("everyone may search");
            assert!(found.hits.is_empty() && found.met.is_empty(), "{}: {whose} is found by a part of it", self.name);
        }
        let found = desk.search(&self.actor, CANARY, None, 100);
        for hit in self.hear("a search", found).expect("everyone may search").hits {
            assert!(aviary.ids(self.sees, &hit.register.name).contains(&hit.id), "{} finds {hit:?}", self.name);
        }
        let packs = &desk.bureau().packs;
        for (register, record) in self.some(&aviary.records) {
            for field in packs.fields(register).into_iter().filter(|field| field.mask) {
                let form = desk.reveal_form(&self.actor, register, record.id, &field.name);
                let form = self.hear("a reveal's form", form);
                let visible = aviary.visible(self.sees, register, record);
                match form {
                    Ok(form) => assert!(visible && self.reveals(register) && form.value.is_none(), "{}", self.name),
                    Err(refusal) if !visible => assert_eq!(refusal.code, "D001", "{}: {register}", self.name),
                    Err(refusal) => assert!(["D003", "D070"].contains(&&*refusal.code), "{}: {refusal}", self.name),
                }
            }
        }
    }

    /// Whether a role of theirs may reveal in a register.
    fn reveals(&self, register: &str) -> bool {
        let roles = &self.aviary.house.desk.bureau().packs.roles;
        let grants = self.actor.posts.iter().filter_map(|post| roles.get(&post.role)).flat_map(|role| &role.may);
        let on = |grant: &luoshi_pack::Grant| grant.on.is_empty() || grant.on.iter().any(|name| name == register);
        grants.into_iter().any(|grant| grant.actions.contains(&luoshi_pack::Action::Reveal) && on(grant))
    }

    /// Numbers are the whole bureau's for everyone; their evidence is one's own, and the rest is counted.
    fn numbers(&mut self) {
        let aviary = self.aviary;
        let desk = &aviary.house.desk;
        let system = Actor::system(Lang::Zh);
        let packs = &desk.bureau().packs;
        for indicator in self.some(packs.indicators.values()) {
            for by in indicator.by.keys().map(Some).chain([None]) {
                for when in [When::default(), as_of("2021-06-30"), on("2021-06-30")] {
                    let figure = desk.figure(&self.actor, &indicator.name, when, by.map(String::as_str));
                    let figure = match self.hear("a figure", figure) {
                        // A number without a business date is not counted up to a day.
                        Err(refusal) if when.on.is_some() && refusal.code == "D013" => continue,
                        figure => figure.expect("everyone may ask for a number"),
                    };
                    let whole = desk.figure(&system, &indicator.name, when, by.map(String::as_str)).expect("a number");
                    assert_eq!(
                        (&figure.value, &figure.by),
                        (&whole.value, &whole.by),
                        "{}: {}",
                        self.name,
                        indicator.name
                    );
                    let seen = figure.evidence.records.len() as u64;
                    assert_eq!(
                        seen + figure.evidence.hidden,
                        whole.evidence.count,
                        "{}: {}",
                        self.name,
                        indicator.name
                    );
                    let mine = aviary.ids(self.sees, &indicator.of);
                    let all = whole.evidence.records.iter().filter(|(id, ..)| mine.contains(id)).count();
                    assert_eq!(seen, all as u64, "{}: the evidence of {}", self.name, indicator.name);
                }
            }
            let ask =
                ListAsk { register: indicator.of.clone(), counted: Some(indicator.name.clone()), ..Default::default() };
            self.list("the evidence", ask);
        }
    }

    fn plans(&mut self) {
        let desk = &self.aviary.house.desk;
        for when in [When::default(), as_of("2021-06-30"), on("2021-06-30")] {
            let plan = desk.plan(&self.actor, crate::support::PLAN, when);
            self.hear("the plan", plan).expect("everyone may read the plan");
            let facts = desk.measures(&self.actor, crate::support::PLAN, when);
            for fact in self.hear("the plan's facts", facts).expect("everyone may read the plan") {
                if fact.targets.iter().all(|target| target.target.indicator.is_none()) {
                    continue;
                }
                let measure = desk.measure(&self.actor, crate::support::PLAN, &fact.id, when);
                let measure = self.hear("a measure", measure).expect("everyone may read a measure");
                let whole =
                    desk.measure(&Actor::system(Lang::Zh), crate::support::PLAN, &fact.id, when).expect("a measure");
                for (mine, all) in measure.targets.iter().zip(&whole.targets) {
                    let (Some(mine), Some(all)) = (&mine.number, &all.number) else { continue };
                    assert_eq!(mine.evidence.total + mine.hidden, all.evidence.total, "{}: {}", self.name, fact.id);
                    assert_eq!(mine.value, all.value);
                }
            }
        }
        let bench = desk.workbench(&self.actor);
        self.hear("the workbench", bench).expect("everyone has a workbench");
        let edge = desk.edge(Some(&self.actor));
        self.hear("the edge", edge);
    }

    /// What one may not change is refused, and the refusal tells nothing.
    fn writes(&mut self) {
        let aviary = self.aviary;
        let desk = &aviary.house.desk;
        for (register, record) in self.some(&aviary.records) {
            let visible = aviary.visible(self.sees, register, record);
            if visible && !READERS.contains(&self.name) {
                continue;
            }
            let expected = if visible { (No::Forbidden, "D003") } else { (No::Absent, "D001") };
            let flow = aviary.house.desk.bureau().packs.register(register).flow.as_ref();
            let moves = flow.into_iter().flat_map(|flow| flow.moves.keys()).map(|name| Some(name.as_str()));
            for by_move in moves.chain([None]) {
                let asked = Save { reason: "改".into(), ..save(register, Some(record.id), by_move, &[]) };
                let before = aviary.house.written();
                let answer = desk.save(&self.actor, &asked);
                match self.hear("a save", answer) {
                    Err(NotSaved::Refused(refusal)) => {
                        assert_eq!((refusal.kind, refusal.code.as_str()), expected, "{}: {register}", self.name);
                    }
                    other => panic!("{} saves {register} {} {by_move:?}: {other:?}", self.name, record.id),
                }
                assert_eq!(aviary.house.written(), before);
            }
        }
    }
}

/// How many canaries an account heard, of how many that it may; `whole`: it walked every road.
#[derive(Debug)]
struct Heard {
    name: &'static str,
    heard: usize,
    allowed: usize,
    whole: bool,
}

/// Lets every account walk, on both databases.
fn everyone(hear: impl Fn(&mut Listener<'_>)) -> Vec<Heard> {
    let all = std::cell::RefCell::new(vec![]);
    House::each(|store| {
        let aviary = aviary(store);
        for (place, (name, sees)) in ACTORS.into_iter().enumerate() {
            let mut listener = aviary.listener(place, name, sees);
            hear(&mut listener);
            let (heard, allowed) = (listener.heard.len(), listener.allowed.len());
            all.borrow_mut().push(Heard { name, heard, allowed, whole: listener.step == 1 });
        }
    });
    all.into_inner()
}

#[test]
fn lists_and_their_files_hold_what_is_in_scope_and_count_nothing_else() {
    // The test would hear a canary if there were one: everyone's own are heard.
    for Heard { name, heard, allowed, .. } in everyone(|listener| listener.lists()) {
        assert!(heard * 2 > allowed || allowed == 0, "{name} hears {heard} of {allowed}");
    }
}

#[test]
fn records_and_forms_open_only_within_the_scope() {
    for Heard { name, heard, allowed, whole } in everyone(|listener| listener.records()) {
        assert!(heard == allowed || !whole, "{name} reads {heard} of the {allowed} texts of their own records");
    }
}

#[test]
fn secrets_are_found_by_no_part_and_shown_by_no_page() {
    let heard = everyone(|listener| listener.secrets());
    assert!(heard.iter().any(|one| one.heard > 0), "{heard:?}");
}

#[test]
fn suggestions_name_only_what_is_in_scope() {
    let heard = everyone(|listener| listener.suggestions());
    assert!(heard.iter().any(|one| one.heard > 0), "{heard:?}");
}

#[test]
fn a_number_is_everyones_and_its_evidence_ones_own() {
    let heard = everyone(|listener| listener.numbers());
    assert!(heard.iter().any(|one| one.heard > 0), "{heard:?}");
}

#[test]
fn plan_measures_and_workbench_name_only_what_is_in_scope() {
    let heard = everyone(|listener| listener.plans());
    assert!(heard.iter().any(|one| one.heard > 0), "{heard:?}");
}

#[test]
fn what_may_not_be_changed_is_refused_and_the_refusal_tells_nothing() {
    everyone(|listener| listener.writes());
}

#[test]
fn masked_fields_are_told_neither_by_filter_nor_by_order() {
    let house = House::settled("2021-01-04");
    let paths =
        [("person", "mobile"), ("post", "person.mobile"), ("post", "giver.mobile"), ("project", "handler.mobile")];
    for (register, path) in paths {
        for name in ["zhou", "auditor", "town_a"] {
            let ask = ListAsk { register: register.into(), ..Default::default() };
            let filters = ["", "~", "<=", ">="]
                .map(|end| ListAsk { filters: vec![(format!("{path}{end}"), "13957900001".into())], ..ask.clone() });
            let orders = [false, true].map(|down| ListAsk { sort: Some((path.into(), down)), ..ask.clone() });
            for ask in filters.into_iter().chain(orders) {
                let refusal = house.desk.list(&house.actor(name), &ask).expect_err("it is masked");
                assert_eq!((refusal.kind, refusal.code.as_str()), (No::Wrong, "D012"), "{name}: {ask:?}");
            }
        }
    }
}

#[test]
fn a_masked_number_is_shown_masked_and_stays_when_left_empty() {
    let house = House::settled("2021-01-04");
    let id = house.id("person:leader");
    let form = house.desk.form(&house.actor("zhou"), "person", Some(id), None, &BTreeMap::new()).unwrap();
    let field = form.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "mobile").unwrap();
    assert_eq!((field.typed.as_str(), field.shown.as_str(), field.masked), ("", "139****0000", true));
    house.edit("zhou", "person", id, &[("name", "方志远"), ("mobile", "")]);
    let kept = house.desk.bureau().store.read(|reader| reader.record(house.desk.bureau().table("person"), id, None));
    assert_eq!(kept.unwrap().unwrap().value("mobile").text(), Some("13957900000"));
    // The past tells it masked, too.
    house.edit("zhou", "person", id, &[("mobile", "13957955555")]);
    let page = house.desk.record(&house.actor("auditor"), "person", id, When::default()).unwrap();
    assert_eq!(page.past[0].changes[0].1, "139****0000");
    assert!(!format!("{page:?}").contains("13957955555"));
}

#[test]
fn the_auditor_writes_nothing() {
    let house = House::settled("2021-01-04");
    let before = house.written();
    for (register, key) in [("unit", "a"), ("school", "sa"), ("person", "person:leader"), ("post", "post:leader")] {
        for id in [None, Some(house.id(key))] {
            let answer = house.desk.save(&house.actor("auditor"), &save(register, id, None, &[("name", "改名")]));
            let refused = matches!(&answer, Err(NotSaved::Refused(refusal)) if refusal.code == "D003");
            assert!(refused, "{register} {id:?}: {answer:?}");
        }
    }
    assert_eq!(house.written(), before);
}

#[test]
fn a_post_that_ended_yesterday_gives_nothing_and_one_that_ends_today_still_does() {
    let house = House::settled("2021-01-04");
    let list = |house: &House| {
        house.desk.list(&house.actor("zhou"), &ListAsk { register: "unit".into(), ..Default::default() })
    };
    house.edit("", "post", house.id("post:zhou"), &[("until_on", "2021-03-01")]);
    house.day("2021-03-01");
    assert!(list(&house).is_ok());
    house.day("2021-03-02");
    assert_eq!(list(&house).unwrap_err().code, "D001");
    let town = house.id("a").to_string();
    let typed =
        [("name", "新校"), ("kind", "school"), ("parent", &*town), ("stage", "primary"), ("ownership", "public")];
    let answer = house.try_file("zhou", "school", &typed);
    assert!(matches!(&answer, Err(NotSaved::Refused(_) | NotSaved::Form(_))), "{answer:?}");
}

#[test]
fn filing_outside_ones_scope_is_refused_and_undone() {
    let house = House::settled("2021-01-04");
    house.day("2021-02-01");
    let before = house.written();
    let (school, person) = (house.id("sb").to_string(), house.id("person:leader").to_string());
    // By the id of a school of another town, which is as unknown as one that does not exist.
    let typed = [("title", "越界"), ("kind", "new"), ("stage", "primary"), ("school", &*school), ("places", "90")];
    assert!(house.try_file("town_a", "project", &typed).is_err());
    // A school gives nobody a post.
    let unit = house.id("sa").to_string();
    let typed = [("person", &*person), ("role", "finance"), ("unit", &*unit), ("since_on", "2021-02-01")];
    assert!(house.try_file("school_a", "post", &typed).is_err());
    assert_eq!(house.written(), before);
}

#[test]
fn a_record_cannot_be_moved_out_of_or_into_ones_scope() {
    let house = House::settled("2021-01-04");
    let school = house.id("sb").to_string();
    let typed = [("title", "苏溪"), ("kind", "new"), ("stage", "junior"), ("school", &*school), ("places", "90")];
    let id = house.file("town_b", "p", "project", &typed);
    let before = house.written();
    let own = house.id("sa").to_string();
    let answer = house.desk.save(&house.actor("town_a"), &save("project", Some(id), None, &[("school", &own)]));
    assert!(matches!(&answer, Err(NotSaved::Refused(refusal)) if refusal.code == "D001"), "{answer:?}");
    let answer = house.desk.save(&house.actor("town_b"), &save("project", Some(id), None, &[("school", &own)]));
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(house.written(), before);
}

#[test]
fn a_unit_whose_successor_is_in_ones_scope_is_in_ones_scope() {
    let house = House::settled("2021-01-04");
    let school = house.id("kb").to_string();
    let typed =
        [("title", "并入前"), ("kind", "new"), ("stage", "kindergarten"), ("school", &*school), ("places", "90")];
    let id = house.file("zhou", "p", "project", &typed);
    let page = |house: &House| house.desk.record(&house.actor("school_a"), "project", id, When::default()).is_ok();
    assert!(!page(&house));
    let heir = house.id("sa").to_string();
    house.edit("zhou", "school", house.id("kb"), &[("until_on", "2021-01-04"), ("successor", &heir)]);
    assert!(page(&house), "苏溪幼儿园 has become part of 佛堂小学");
}

#[test]
fn what_changed_in_ones_scope_is_told_however_much_changed_elsewhere() {
    let house = House::settled("2021-01-04");
    house.day("2021-03-01");
    house.edit("zhou", "school", house.id("sa"), &[("address", "佛堂镇双林路1号")]);
    for number in 0..20 {
        house.edit("zhou", "school", house.id("sb"), &[("address", &format!("苏溪镇{number}号"))]);
    }
    let changes = house.desk.workbench(&house.actor("town_a")).expect("the workbench").changes;
    let told: Vec<_> = changes.iter().map(|change| change.record.clone()).collect();
    assert_eq!(told.iter().filter(|(register, _)| register == "school").count(), 1, "{told:?}");
}
