//! Whatever is handed in, the reader answers and never panics; and the order of keys means nothing.

use crate::support::{files_below, printed, repository};
use luoshi_pack::{CODES, Fault, File, Packs, check, check_plan, read_condition};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;
use toml::{Table, Value};

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| files_below(&repository().join("packs")));
static PLAN: LazyLock<Vec<File>> = LazyLock::new(|| files_below(&repository().join("plans/yiwu-2021")));
static PACKS: LazyLock<Packs> =
    LazyLock::new(|| check(&FILES).unwrap_or_else(|faults| panic!("\n{}", printed(&faults))));

/// Words of all packs, for mutations that still look like packs.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let split = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '[' | ']' | '{' | '}');
    let mut words: Vec<String> = FILES.iter().flat_map(|file| file.text.split(split)).map(str::to_owned).collect();
    words.extend(
        ["[[", "]]", "{", "}", "=", "\"\"", "[]", "{}", "-1", "9223372036854775808", "1e400", "nan", "0x10"]
            .map(str::to_owned),
    );
    words.sort();
    words.dedup();
    words
});

/// How a file is spoilt.
#[derive(Debug, Clone)]
enum Spoil {
    DropLine(usize),
    DoubleLine(usize),
    SwapLines(usize, usize),
    Word(usize, usize),
    DropLetter(usize),
    PutLetter(usize, char),
}

fn spoils() -> impl Strategy<Value = Spoil> {
    prop_oneof![
        any::<usize>().prop_map(Spoil::DropLine),
        any::<usize>().prop_map(Spoil::DoubleLine),
        any::<(usize, usize)>().prop_map(|(one, other)| Spoil::SwapLines(one, other)),
        any::<(usize, usize)>().prop_map(|(place, word)| Spoil::Word(place, word)),
        any::<usize>().prop_map(Spoil::DropLetter),
        (any::<usize>(), any::<char>()).prop_map(|(place, letter)| Spoil::PutLetter(place, letter)),
    ]
}

fn spoilt(text: &str, spoil: &Spoil) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut letters: Vec<char> = text.chars().collect();
    let (line, letter) = (|place: usize| place % lines.len().max(1), |place: usize| place % letters.len().max(1));
    match *spoil {
        _ if text.is_empty() => return String::new(),
        Spoil::DropLine(place) => drop(lines.remove(line(place))),
        Spoil::DoubleLine(place) => lines.insert(line(place), lines[line(place)].clone()),
        Spoil::SwapLines(one, other) => {
            let (one, other) = (line(one), line(other));
            lines.swap(one, other);
        }
        Spoil::Word(place, word) => {
            let place = line(place);
            let words: Vec<&str> = lines[place].split_whitespace().collect();
            if !words.is_empty() {
                let old = words[word % words.len()].to_owned();
                lines[place] = lines[place].replace(&old, &WORDS[word % WORDS.len()]);
            }
        }
        Spoil::DropLetter(place) => {
            letters.remove(letter(place));
            return letters.into_iter().collect();
        }
        Spoil::PutLetter(place, put) => {
            letters.insert(letter(place), put);
            return letters.into_iter().collect();
        }
    }
    lines.join("\n")
}

/// Every value of all packs, down to the smallest, and some that nobody would write.
static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut found = vec![];
    FILES
        .iter()
        .for_each(|file| visit(&Value::Table(file.text.parse().unwrap()), &mut |_, value| found.push(value.clone())));
    let day = "2021-02-28".parse().unwrap();
    found.extend([Value::Integer(i64::MIN), Value::Float(f64::NAN), Value::Boolean(true), Value::Datetime(day)]);
    found.extend(["", "a.b.c.d.e", "落实", "\u{0}", "-9999999999999999999"].map(|text| Value::String(text.into())));
    found.extend([Value::Array(vec![]), Value::Table(Table::new())]);
    found
});

/// Every key of all packs.
static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut found = vec![];
    FILES
        .iter()
        .for_each(|file| visit(&Value::Table(file.text.parse().unwrap()), &mut |key, _| found.push(key.to_owned())));
    found.sort();
    found.dedup();
    found
});

/// The conditions of all packs, as their keys are called.
static CONDITIONS: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut found = vec![];
    let mut keep = |key: &str, value: &Value| match value {
        Value::Table(table) if ["where", "refuse", "need", "count", "has", "not"].contains(&key) => {
            found.push(table.clone())
        }
        _ => {}
    };
    FILES.iter().for_each(|file| visit(&Value::Table(file.text.parse().unwrap()), &mut keep));
    found
});

/// Shows every value below one, with its key; what stands in a list has the list's.
fn visit(value: &Value, seen: &mut impl FnMut(&str, &Value)) {
    fn below(key: &str, value: &Value, seen: &mut impl FnMut(&str, &Value)) {
        seen(key, value);
        match value {
            Value::Table(table) => table.iter().for_each(|(key, value)| below(key, value, seen)),
            Value::Array(values) => values.iter().for_each(|value| below(key, value, seen)),
            _ => {}
        }
    }
    if let Value::Table(table) = value {
        table.iter().for_each(|(key, value)| below(key, value, seen));
    }
}

/// A change after which a file is still TOML: what is wrong then is wrong by meaning.
#[derive(Debug, Clone)]
enum Graft {
    /// Another value stands under the key.
    Value(Index, Index),
    /// The value stands under another key.
    Key(Index, Index),
    /// Another entry stands beside it.
    Entry(Index, Index, Index),
    /// The entry is gone.
    Gone(Index),
}

fn grafts() -> impl Strategy<Value = Vec<Graft>> {
    let one = prop_oneof![
        3 => any::<(Index, Index)>().prop_map(|(at, value)| Graft::Value(at, value)),
        1 => any::<(Index, Index)>().prop_map(|(at, key)| Graft::Key(at, key)),
        1 => any::<(Index, Index, Index)>().prop_map(|(at, key, value)| Graft::Entry(at, key, value)),
        1 => any::<Index>().prop_map(Graft::Gone),
    ];
    prop::collection::vec(one, 1..4)
}

/// How many entries stand in all tables below a value.
fn entries(value: &Value) -> usize {
    match value {
        Value::Table(table) => table.values().map(|value| 1 + entries(value)).sum(),
        Value::Array(values) => values.iter().map(entries).sum(),
        _ => 0,
    }
}

/// Does something to the table that holds the entry of that number, and the entry's key; counts down.
fn at(value: &mut Value, number: &mut usize, change: &mut impl FnMut(&mut Table, &str)) -> bool {
    match value {
        Value::Table(table) => {
            for key in table.keys().cloned().collect::<Vec<_>>() {
                if *number == 0 {
                    change(table, &key);
                    return true;
                }
                *number -= 1;
                if at(&mut table[&key], number, change) {
                    return true;
                }
            }
            false
        }
        Value::Array(values) => values.iter_mut().any(|value| at(value, number, change)),
        _ => false,
    }
}

fn grafted(table: &Table, grafts: &[Graft]) -> Table {
    let mut value = Value::Table(table.clone());
    for graft in grafts {
        let (Graft::Value(place, _) | Graft::Key(place, _) | Graft::Entry(place, ..) | Graft::Gone(place)) = graft;
        let most = entries(&value);
        if most == 0 {
            break;
        }
        at(&mut value, &mut place.index(most), &mut |table, key| match graft {
            Graft::Value(_, other) => drop(table.insert(key.to_owned(), other.get(&VALUES).clone())),
            Graft::Key(_, other) => {
                let kept = table.remove(key);
                table.extend(kept.map(|kept| (other.get(&KEYS).clone(), kept)));
            }
            Graft::Entry(_, other, added) => {
                drop(table.insert(other.get(&KEYS).clone(), added.get(&VALUES).clone()));
            }
            Graft::Gone(_) => drop(table.remove(key)),
        });
    }
    match value {
        Value::Table(table) => table,
        _ => Table::new(),
    }
}

/// A fault has a known code, words and a hint.
fn is_told(fault: &Fault) -> bool {
    CODES.iter().any(|(code, _)| *code == fault.code) && !fault.what.is_empty() && !fault.hint.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_text_is_answered(text in any::<String>(), path in "[a-z/.]{0,20}") {
        let files = [File { path, text: text.clone() }, File { path: "one/register/thing.toml".to_owned(), text: text.clone() }];
        let _ = check(&files);
        let _ = read_condition(&text, "project", &PACKS);
        let plan = [File { path: "plan.toml".to_owned(), text: text.clone() }, File { path: "source.txt".to_owned(), text }];
        let _ = check_plan("any", &plan, &PACKS);
    }

    #[test]
    fn a_spoilt_pack_is_answered_with_faults_inside_its_files(
        file in any::<Index>(),
        spoils in prop::collection::vec(spoils(), 1..4),
    ) {
        let mut files = FILES.clone();
        let file = file.get_mut(&mut files);
        for spoil in &spoils {
            file.text = spoilt(&file.text, spoil);
        }
        for fault in check(&files).err().unwrap_or_default() {
            let named = files.iter().find(|file| file.path == fault.file);
            prop_assert!(named.is_some_and(|file| fault.line <= file.text.lines().count() + 1), "{}", fault);
        }
    }

    #[test]
    fn a_spoilt_plan_is_answered(spoils in prop::collection::vec(spoils(), 1..4), which in 0..2_usize) {
        let mut files = PLAN.clone();
        for spoil in &spoils {
            files[which].text = spoilt(&files[which].text, spoil);
        }
        if let Ok(plan) = check_plan("yiwu-2021", &files, &PACKS) {
            let coverage = plan.coverage();
            prop_assert!(coverage.bound <= coverage.characters && coverage.characters <= plan.text.chars().count());
        }
    }

    #[test]
    fn a_pack_that_is_wrong_by_meaning_is_told_in_words(file in any::<Index>(), grafts in grafts()) {
        let mut files = FILES.clone();
        let file = file.get_mut(&mut files);
        file.text = grafted(&file.text.parse().unwrap(), &grafts).to_string();
        for fault in check(&files).err().unwrap_or_default() {
            prop_assert!(is_told(&fault) && fault.code != "P001", "{}", fault);
            let named = files.iter().find(|file| file.path == fault.file);
            prop_assert!(named.is_some_and(|file| fault.line <= file.text.lines().count() + 1), "{}", fault);
        }
    }

    #[test]
    fn a_condition_that_is_wrong_by_meaning_is_told_in_words(
        condition in any::<Index>(), grafts in grafts(), register in any::<Index>(),
    ) {
        let text = grafted(condition.get(&CONDITIONS), &grafts).to_string();
        let registers: Vec<&String> = PACKS.registers.keys().collect();
        let read = read_condition(&text, registers[register.index(registers.len())], &PACKS);
        prop_assert!(read.err().unwrap_or_default().iter().all(is_told), "{}", text);
    }

    #[test]
    fn conditions_of_known_words_are_answered(words in prop::collection::vec(any::<Index>(), 1..12)) {
        let snippet: Vec<&str> = words.iter().map(|word| word.get(&WORDS).as_str()).collect();
        for register in ["project", "light", "unit", "nothing"] {
            let _ = read_condition(&snippet.join(" "), register, &PACKS);
        }
    }

    #[test]
    fn the_order_of_keys_means_nothing(seed in any::<u64>()) {
        let shuffled: Vec<File> =
            FILES.iter().map(|file| File { path: file.path.clone(), text: shuffle(&file.text, seed) }).collect();
        let project = FILES.iter().find(|file| file.path == "projects/register/project.toml").unwrap();
        prop_assert_ne!(shuffle(&project.text, seed), shuffle(&project.text, seed ^ 0xFFFF_0000));
        let read = check(&shuffled).unwrap_or_else(|faults| panic!("\n{}", printed(&faults)));
        prop_assert_eq!(&read, &*PACKS);
    }

    #[test]
    fn the_order_of_keys_within_a_condition_means_nothing(seed in any::<u64>()) {
        let entries = [
            "state = { \"!=\" = \"void\" }", "kind = [\"new\", \"continued\"]", "places = { \">=\" = 0, \"<\" = 9 }",
            "\"school.stage\" = \"primary\"", "any = [{ round = \"first\" }, { round = { empty = true } }]",
            "has = { register = \"payment\", by = \"project\", where = { amount = { \">\" = 1.5 } }, least = 2 }",
        ];
        let straight = read_condition(&entries.join("\n"), "project", &PACKS);
        prop_assert!(straight.is_ok(), "{:?}", straight);
        prop_assert_eq!(read_condition(&shuffle(&entries.join("\n"), seed), "project", &PACKS), straight);
    }
}

/// Puts the keys of every table into another order; tables stay where they are.
fn shuffle(text: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
    let mut open = 0_i32;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if open == 0 && line.starts_with('[') {
            blocks.push(vec![line.to_owned()]);
            blocks.push(Vec::new());
        } else if open > 0 {
            let entry = blocks.last_mut().and_then(|block| block.last_mut()).unwrap();
            entry.push('\n');
            entry.push_str(line);
        } else if !line.trim().is_empty() {
            blocks.last_mut().unwrap().push(line.to_owned());
        }
        if !line.starts_with('[') {
            open += line.matches(['[', '{']).count() as i32 - line.matches([']', '}']).count() as i32;
        }
    }
    for block in &mut blocks {
        for place in (1..block.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            block.swap(place, (state >> 33) as usize % (place + 1));
        }
    }
    blocks.concat().join("\n")
}

/// The grafts reach the checks: most kinds of faults come up within a few thousand, and some grafts are right.
#[test]
fn grafts_bring_up_many_kinds_of_faults() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut codes, mut right) = (std::collections::BTreeSet::new(), 0);
    for _ in 0..300 {
        let (file, grafts) = (any::<Index>(), grafts()).new_tree(&mut runner).unwrap().current();
        let mut files = FILES.clone();
        let file = file.get_mut(&mut files);
        file.text = grafted(&file.text.parse().unwrap(), &grafts).to_string();
        match check(&files) {
            Ok(_) => right += 1,
            Err(faults) => codes.extend(faults.iter().map(|fault| fault.code)),
        }
    }
    assert!(codes.len() >= 20 && right > 5, "{} of {}, {right} right: {codes:?}", codes.len(), CODES.len());
}
