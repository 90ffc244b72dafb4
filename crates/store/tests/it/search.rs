//! The search: what is found is what holds the text, whatever was written, moved or renamed, before and after the index
//! has taken it in.

use crate::both;
use crate::fixture::{Bureau, tables};
use luoshi_kernel::table::{Search, Table};
use luoshi_store::search::{Candidate, Hit, Terms, Within, initials, plain};
use luoshi_store::{Change, Dialect, Draft, Store, StoreError, Writer, verify};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a search finds, in words: `project 1`, best first, from the index and from what is due.
fn found(bureau: &Bureau, typed: &str, within: &[Within]) -> Vec<String> {
    let Some(terms) = Terms::read(typed) else { return vec!["too short".into()] };
    let mut hits: BTreeSet<(Hit, String, i64)> = BTreeSet::new();
    for (register, id) in candidates(&bureau.store, &terms, within) {
        let table = bureau.tables.get(&register).cloned().unwrap_or_else(|| bureau.table("project"));
        let Some(record) = bureau.store.read(|reader| reader.record(&table, id, None)).unwrap() else { continue };
        let inside = within.iter().any(|place| place.register == register && holds(bureau, place, &register, id));
        if let Some(hit) = hit(&table, &record, &terms).filter(|_| inside) {
            hits.insert((hit, register, id));
        }
    }
    hits.into_iter().map(|(_, register, id)| format!("{register} {id}")).collect()
}

fn hit(table: &Table, record: &luoshi_store::Record, terms: &Terms) -> Option<Hit> {
    let text = |name: &String| if name == "serial" { record.serial.as_deref() } else { record.value(name).text() };
    let fields: Vec<&str> = table.search.fields.iter().filter_map(text).collect();
    terms.hit(table.search.label.as_ref().and_then(text), &fields)
}

/// Candidates of every road, each once.
fn candidates(store: &Store, terms: &Terms, within: &[Within]) -> BTreeSet<(String, i64)> {
    let mut all = BTreeSet::new();
    for place in within {
        let due = store.read(|reader| reader.search_due(&place.register, 0, 10_000)).unwrap();
        all.extend(due.into_iter().map(|id| (place.register.clone(), id)));
    }
    for names in [true, false] {
        let mut after = 0;
        loop {
            let page: Vec<Candidate> = store.read(|reader| reader.search(terms, within, names, after, 7)).unwrap();
            let Some(last) = page.last() else { break };
            assert!(last.at > after);
            after = last.at;
            all.extend(page.into_iter().map(|candidate| (candidate.register, candidate.id)));
        }
    }
    all
}

/// Whether a record belongs to one of the units, or is referred to by one.
fn holds(bureau: &Bureau, place: &Within, register: &str, id: i64) -> bool {
    let Some(units) = &place.units else { return true };
    let mut owners = vec![bureau.record(register, id).owner].into_iter().flatten().collect::<Vec<_>>();
    if register == "person" {
        for post in bureau.ids("post") {
            let post = bureau.record("post", post);
            if post.value("person").int() == Some(id) {
                owners.extend(post.owner);
            }
        }
    }
    owners
        .iter()
        .any(|owner| units.iter().any(|unit| bureau.store.read(|reader| reader.within(*owner, *unit)).unwrap()))
}

/// Everywhere, or within units.
fn within(units: &[i64]) -> Vec<Within> {
    let units: BTreeSet<i64> = units.iter().copied().collect();
    let units = (!units.is_empty()).then_some(units);
    ["unit", "school", "project", "visit", "person"]
        .map(|register| Within { register: register.into(), units: units.clone() })
        .to_vec()
}

/// Searches before and after the index has taken in what is due; both must agree.
fn expect(bureau: &Bureau, typed: &str, units: &[i64], hits: &str) {
    let expected: Vec<&str> = hits.split(", ").filter(|hit| !hit.is_empty()).collect();
    assert_eq!(found(bureau, typed, &within(units)), expected, "{typed}, while it is due");
    bureau.store.index().unwrap();
    assert_eq!(found(bureau, typed, &within(units)), expected, "{typed}, from the index");
    for register in ["unit", "school", "project", "visit", "person"] {
        assert_eq!(bureau.store.read(|reader| reader.search_due(register, 0, 10)).unwrap(), [] as [i64; 0]);
    }
}

impl Bureau {
    fn ids(&self, register: &str) -> Vec<i64> {
        self.numbers(&format!("SELECT id FROM {register} ORDER BY id"))
    }

    fn with_projects(&self) {
        self.with_schools();
        self.file("project", "title=甲新建教学楼 school=4");
        self.file("project", "title=乙操场改造 school=5");
        self.file("visit", "project=2 note=塑胶已铺,ABC-77");
        self.file("person", "name=周敏 code=330782");
        self.file("post", "person=1 unit=5");
    }
}

both! {
    fn a_text_finds_what_holds_it_and_the_narrowest_scope_only_its_own(bureau: &Bureau) {
        bureau.with_projects();
        expect(bureau, "教学", &[], "project 1");
        expect(bureau, "教育局", &[], "unit 1");
        expect(bureau, "北苑", &[1], "unit 2");
        expect(bureau, "北苑", &[3], "");
        expect(bureau, "操场", &[5], "project 2");
        expect(bureau, "操场", &[4], "");
        expect(bureau, "周敏", &[3], "person 1");
        expect(bureau, "周敏", &[2], "");
        expect(bureau, "教", &[], "too short");
    }

    fn numbers_initials_and_codes_are_found_in_part(bureau: &Bureau) {
        bureau.with_projects();
        expect(bureau, "XM-2021-000002", &[], "project 2");
        expect(bureau, "000002", &[], "project 2");
        expect(bureau, "2021-0000", &[], "project 1, project 2");
        expect(bureau, "02", &[], "project 1, project 2");
        expect(bureau, "77", &[], "visit 1");
        expect(bureau, "78", &[], "person 1");
        expect(bureau, "zm", &[], "person 1");
        expect(bureau, "jxjjxl", &[], "project 1");
        expect(bureau, "xjjx", &[4], "project 1");
        expect(bureau, "abc77", &[], "visit 1");
        expect(bureau, "塑胶 77", &[], "visit 1");
        expect(bureau, "塑胶 78", &[], "");
    }

    fn the_exact_code_comes_first_and_a_name_before_other_fields(bureau: &Bureau) {
        bureau.with_projects();
        bureau.file("visit", "project=1 note=教学楼已封顶");
        bureau.file("project", "title=教学设备 school=5");
        expect(bureau, "教学", &[], "project 3, project 1, visit 2");
        bureau.file("person", "name=XM-2021-000002 code=9");
        expect(bureau, "xm-2021-000002", &[], "project 2, person 2");
    }

    fn a_rename_a_change_of_owner_and_a_unit_that_moves_are_followed(bureau: &Bureau) {
        bureau.with_projects();
        bureau.store.index().unwrap();
        bureau.change("project", 1, "title=甲实验楼");
        expect(bureau, "教学", &[], "");
        expect(bureau, "实验", &[4], "project 1");
        bureau.change("project", 1, "school=5");
        expect(bureau, "实验", &[4], "");
        expect(bureau, "实验", &[5], "project 1");
        // The visits of a project belong where it does.
        bureau.change("project", 2, "school=4");
        expect(bureau, "塑胶", &[4], "visit 1");
        // School 5 moves from 佛堂 to 北苑, and with it what belongs to it or is seen by it.
        bureau.change("school", 5, "parent=2");
        expect(bureau, "实验", &[3], "");
        expect(bureau, "实验", &[2], "project 1");
        expect(bureau, "周敏", &[3], "");
        expect(bureau, "周敏", &[2], "person 1");
        bureau.change("school", 5, "name=丙校 code=CCC");
        expect(bureau, "丙校", &[2], "school 5, unit 5");
        expect(bureau, "ccc", &[2], "school 5");
        expect(bureau, "乙", &[], "too short");
    }

    fn a_move_and_a_changed_owner_in_one_write_leave_no_old_row(bureau: &Bureau) {
        bureau.with_projects();
        bureau.store.index().unwrap();
        let (project, school) = (bureau.table("project"), bureau.table("school"));
        let owner = bureau.draft("project", "school=5");
        let parent = bureau.draft("school", "parent=2");
        bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| {
            writer.change(&project, 1, 1, owner.clone(), "edit")?;
            writer.change(&school, 5, 1, parent.clone(), "edit")
        }).unwrap();
        bureau.store.index().unwrap();
        let terms = Terms::read("教学").unwrap();
        let all = bureau.store.read(|reader| reader.search(&terms, &within(&[]), false, 0, 10)).unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        expect(bureau, "教学", &[2], "project 1");
        expect(bureau, "教学", &[3], "");
    }

    fn an_undone_write_leaves_nothing_to_find(bureau: &Bureau) {
        bureau.with_projects();
        let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=撤回楼 school=4"));
        let undone = bureau.store.write::<(), StoreError>(bureau.act(), move |writer: &mut Writer| {
            writer.file(&table, draft.clone())?;
            Err(StoreError::Busy)
        });
        assert!(undone.is_err());
        expect(bureau, "撤回", &[], "");
    }

    fn applying_new_searched_fields_fills_the_index_for_what_is_there(bureau: &Bureau) {
        bureau.with_projects();
        let (table, drafts) = (bureau.table("project"), (0..2_300).map(|number| {
            bureau.draft("project", &format!("title=第{number}期 school=4"))
        }).collect::<Vec<Draft>>());
        bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| {
            writer.file_all(&table, drafts.iter().cloned())
        }).unwrap();
        bureau.store.index().unwrap();
        let mut fewer = tables();
        fewer.iter_mut().find(|table| table.name == "project").unwrap().search =
            Search { label: None, fields: vec!["serial".into()] };
        let change = Change::Search { table: "project".into() };
        assert_eq!(bureau.store.apply(&fewer, &[]).unwrap(), std::slice::from_ref(&change));
        let terms = Terms::read("教学").unwrap();
        assert_eq!(candidates(&bureau.store, &terms, &within(&[])).len(), 0);
        assert_eq!(bureau.store.apply(&tables(), &[]).unwrap(), [change]);
        assert_eq!(bureau.store.apply(&tables(), &[]).unwrap(), []);
        expect(bureau, "第2299期", &[], "project 2302");
        expect(bureau, "002302", &[2], "project 2302");
        assert!(verify(&bureau.store, None, &mut |_, _| {}).unwrap().is_clean());
    }

    fn the_verifier_names_what_the_index_holds_otherwise(bureau: &Bureau) {
        bureau.with_projects();
        bureau.store.index().unwrap();
        let clean = |bureau: &Bureau| verify(&bureau.store, None, &mut |_, _| {}).unwrap().findings;
        assert_eq!(clean(bureau), []);
        let terms = Terms::read("操场").unwrap();
        let at = bureau.store.read(|reader| reader.search(&terms, &within(&[]), true, 0, 1)).unwrap()[0].at;
        bureau.tamper(&match bureau.store.dialect() {
            Dialect::Sqlite => format!("DELETE FROM search WHERE rowid = {at}"),
            Dialect::Postgres => format!("DELETE FROM search WHERE place = {at}"),
        });
        let subjects: Vec<String> = clean(bureau).into_iter().map(|finding| finding.subject).collect();
        assert_eq!(subjects, ["project XM-2021-000002"]);
        bureau.tamper(&match bureau.store.dialect() {
            Dialect::Sqlite => format!("INSERT INTO search (rowid, words) VALUES ({at}, 'r:3 u:1 =操场')"),
            Dialect::Postgres => format!("INSERT INTO search VALUES ({at}, array_to_tsvector(ARRAY['r:3', 'u:1', '=操场']))"),
        });
        assert_eq!(clean(bureau).len(), 1);
    }

    /// Random writes of every kind; whatever is typed, what is found is what holds it, by hand, over every record.
    fn what_is_found_is_what_holds_the_text(bureau: &Bureau) {
        let mut dice = Dice(7);
        bureau.with_schools();
        bureau.file("person", "name=周敏 code=p0");
        bureau.file("project", "title=佛堂小学 school=4");
        let (mut asked, mut hits) = (0, 0);
        for round in 0..120 {
            one_write(bureau, &mut dice);
            if dice.of(6) == 0 {
                bureau.store.index().unwrap();
            }
            if round % 4 > 0 {
                continue;
            }
            let typed = dice.text(2 + dice.0 as usize % 3);
            for units in [vec![], vec![1], vec![2], vec![4], vec![3, 5]] {
                let Some(terms) = Terms::read(&typed) else { continue };
                let places = within(&units);
                let mut due: BTreeMap<String, Hit> = BTreeMap::new();
                for place in &places {
                    for id in bureau.ids(&place.register) {
                        let record = bureau.record(&place.register, id);
                        let hit = hit(&bureau.table(&place.register), &record, &terms);
                        if let Some(hit) = hit.filter(|_| holds(bureau, place, &place.register, id)) {
                            due.insert(format!("{} {id}", place.register), hit);
                        }
                    }
                }
                let mut got = found(bureau, &typed, &places);
                got.sort();
                assert_eq!(got, due.keys().cloned().collect::<Vec<_>>(), "{typed} within {units:?}");
                asked += 1;
                hits += got.len();
            }
        }
        assert!(asked > 80 && hits > asked / 3, "{hits} hits in {asked} questions");
        let report = verify(&bureau.store, None, &mut |_, _| {}).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        bureau.store.index().unwrap();
        let report = verify(&bureau.store, None, &mut |_, _| {}).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
    }
}

/// Seeded chance.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Text of few letters, so that parts are shared.
    fn text(&mut self, long: usize) -> String {
        let letters: Vec<char> = "佛堂小学f0".chars().collect();
        (0..long).map(|_| letters[self.of(letters.len() as u64) as usize]).collect()
    }
}

fn one_write(bureau: &Bureau, dice: &mut Dice) {
    let long = 2 + dice.of(5) as usize;
    let (text, number) = (dice.text(long), dice.of(1_000_000));
    let pick = |register: &str, dice: &mut Dice| {
        let ids = bureau.ids(register);
        ids[dice.of(ids.len() as u64) as usize]
    };
    let school = |dice: &mut Dice| [4, 5][dice.of(2) as usize];
    match dice.of(8) {
        0 | 1 => drop(bureau.file("project", &format!("title={text} school={}", school(dice)))),
        2 => {
            let id = pick("project", dice);
            let version = bureau.record("project", id).version;
            drop(bureau.try_change("project", id, version, &format!("title={text} school={}", school(dice)), "edit"));
        }
        3 => drop(bureau.file("visit", &format!("project={} note={text}", pick("project", dice)))),
        4 => drop(bureau.file("person", &format!("name={text} code=p{number}"))),
        5 => drop(bureau.file("post", &format!("person={} unit={}", pick("person", dice), 1 + dice.of(5)))),
        6 => drop(bureau.change("school", school(dice), &format!("name={text} code={number}"))),
        _ => {
            let id = school(dice);
            drop(bureau.change("school", id, &format!("parent={}", 2 + dice.of(2))));
        }
    }
}

#[test]
fn the_name_is_searched_by_letters_that_count() {
    assert_eq!(plain("ＸＭ－２０２１, 佛堂 小学!"), "xm2021佛堂小学");
    assert_eq!(initials("佛堂小学")[0], "ftxx");
}
