//! The command line: what it prints, how it ends.

use crate::bureau::{NUMBERS, Server, copy, count, demo, run};
use crate::visitor::Visitor;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of the workspace.
fn workspace(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

/// The published text, by Unicode scalar values, line ends as they stand.
fn source() -> Vec<char> {
    fs::read_to_string(workspace("plans/yiwu-2021/source.txt")).unwrap().chars().collect()
}

fn measures() -> Vec<Value> {
    run(demo(), "plan measures yiwu-2021 --json").json().as_array().unwrap().clone()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// An exact decimal number in text: no exponent, no needless zero.
fn is_decimal(value: &Value) -> bool {
    let text = value.as_str().unwrap_or("no text");
    let (whole, part) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), "1"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part) && !part.ends_with('0') && (whole == "0" || !whole.starts_with('0'))
}

#[test]
fn every_quote_stands_in_the_source_at_its_place() {
    let source = source();
    let mut end_before = 0;
    for measure in measures() {
        let at = |key: &str| usize::try_from(measure[key].as_u64().unwrap()).unwrap();
        let (start, end) = (at("start"), at("end"));
        assert!(end_before <= start, "{measure}: quotes stand in order and apart");
        assert_eq!(source[start..end].iter().collect::<String>(), measure["quote"].as_str().unwrap());
        assert!(!"。，；,;、".contains(source[end - 1]), "{measure}: a quote ends before its closing mark");
        end_before = end;
    }
}

#[test]
fn measures_have_the_promised_shape() {
    let all = measures();
    for measure in &all {
        assert_eq!(keys(measure), ["end", "id", "quote", "start", "targets"]);
        for target in measure["targets"].as_array().unwrap() {
            let promised =
                ["as_of", "comparator", "indicator", "light", "number", "quantity", "reason", "unit", "what"];
            assert_eq!(keys(target), promised);
            assert!(target["number"].is_null() || is_decimal(&target["number"]), "{target}");
        }
    }
    let bound: Vec<&Value> = all.iter().flat_map(|measure| measure["targets"].as_array().unwrap()).collect();
    for number in NUMBERS {
        let target = bound.iter().find(|target| target["indicator"] == number).unwrap_or_else(|| panic!("no {number}"));
        let value = &run(demo(), &format!("number {number} --json")).json()["value"];
        assert_eq!(&target["number"], value, "{number}: the plan and the number agree");
    }
}

#[test]
fn nothing_of_the_six_sections_is_left_out() {
    let covered = run(demo(), "plan coverage yiwu-2021 --json").json();
    assert_eq!(keys(&covered), ["bound", "characters", "uncovered"]);
    assert_eq!(covered["uncovered"].as_array().unwrap().len(), 0, "{covered}");
    assert_eq!(covered["bound"], covered["characters"]);
    // Counted once more, from the text: quotes stand apart, so what they hold adds up.
    let source = source();
    let held = measures().into_iter().map(|measure| {
        let at = |key: &str| usize::try_from(measure[key].as_u64().unwrap()).unwrap();
        source[at("start")..at("end")].iter().filter(|letter| !letter.is_whitespace()).count()
    });
    assert_eq!(covered["bound"], held.sum::<usize>());
}

#[test]
fn a_number_has_the_promised_shape() {
    for number in NUMBERS {
        let figure = run(demo(), &format!("number {number} --by town --json")).json();
        let promised = [
            "as_of",
            "by",
            "denominator",
            "evidence",
            "id",
            "missing",
            "numerator",
            "on",
            "rule",
            "title",
            "unit",
            "value",
        ];
        assert_eq!(keys(&figure), promised);
        let evidence = &figure["evidence"];
        assert_eq!(keys(evidence), ["count", "hidden", "records", "register", "sentence"]);
        assert_eq!(evidence["hidden"], 0, "the system sees everything");
        assert_eq!(figure["id"], number);
        assert!(is_decimal(&figure["value"]), "{figure}");
        let mut sum = 0;
        for part in figure["by"].as_array().unwrap() {
            assert_eq!(keys(part), ["denominator", "key", "numerator", "title", "value"]);
            assert!(is_decimal(&part["value"]), "{part}");
            sum += part["value"].as_str().unwrap().parse::<i64>().unwrap();
        }
        assert_eq!(figure["value"], sum.to_string(), "{number}: the towns add up to the whole");
    }
}

#[test]
fn another_day_is_as_known_then_or_as_known_now() {
    let then = run(demo(), "number places_added --as-of 2021-06-30 --json").json();
    let now = run(demo(), "number places_added --on 2021-06-30 --json").json();
    let today = run(demo(), "number places_added --json").json();
    assert_eq!((&then["as_of"], &then["on"]), (&"2021-06-30".into(), &"2021-06-30".into()));
    assert_eq!((&now["as_of"], &now["on"]), (&Value::Null, &"2021-06-30".into()));
    let places = |figure: &Value| figure["value"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(0 < places(&then) && places(&then) < places(&today), "{then}");
    assert!(0 < places(&now) && places(&now) < places(&today), "{now}");
}

#[test]
fn a_day_before_the_first_record_counts_nothing() {
    let figure = run(demo(), "number places_added --as-of 2015-01-01 --json").json();
    assert!(figure["value"] == "0" || figure["value"].is_null(), "{figure}");
}

#[test]
fn a_second_apply_is_empty() {
    let data = TempDir::new().unwrap();
    let first = run(data.path(), "apply --json").json();
    assert!(!first["changes"].as_array().unwrap().is_empty(), "the first one makes the tables");
    let second = run(data.path(), "apply --json").json();
    assert_eq!(second["changes"].as_array().unwrap().len(), 0, "{second}");
    assert_eq!(run(demo(), "apply --dry --json").json()["changes"].as_array().unwrap().len(), 0);
}

#[test]
fn the_packs_and_plans_that_are_built_in_have_no_fault() {
    let said = run(demo(), "check");
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn every_fault_of_a_pack_is_said_with_file_line_code_and_hint() {
    let home = TempDir::new().unwrap();
    copy_folder(&workspace("packs"), &home.path().join("packs"));
    copy_folder(&workspace("plans"), &home.path().join("plans"));
    let register = home.path().join("packs/projects/register/project.toml");
    let text = fs::read_to_string(&register).unwrap();
    let line = 1 + text.lines().position(|line| line == "kind  = \"date\"").expect("a field of days");
    let broken =
        text.replacen("kind  = \"date\"", "kind  = \"dat\"", 1).replacen("unit  = \"班\"", "unitt = \"班\"", 1);
    fs::write(&register, broken).unwrap();
    let said = run(demo(), &format!("--home {} check", home.path().display()));
    assert_eq!(said.code, 1, "{said:?}");
    let faults: Vec<&str> = said.out.lines().collect();
    assert!(faults.iter().all(|fault| fault.contains("[P") && fault.contains("];")), "code and hint: {said:?}");
    assert!(faults.iter().any(|fault| fault.contains("`unitt`")), "both faults are said at once: {said:?}");
    let of_kind = faults.iter().find(|fault| fault.contains(&format!("project.toml:{line}:"))).expect(&said.out);
    assert!(of_kind.contains("`dat`") && of_kind.contains("[P") && of_kind.contains("`date`"), "{of_kind}");
    let listed = run(demo(), &format!("--home {} check --json", home.path().display()));
    assert_eq!(listed.code, 1);
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert!(
        listed["faults"]
            .as_array()
            .unwrap()
            .iter()
            .all(|fault| keys(fault) == ["code", "file", "hint", "line", "what"])
    );
}

#[test]
fn a_folder_without_packs_is_said() {
    let home = TempDir::new().unwrap();
    let said = run(demo(), &format!("--home {}/nowhere check", home.path().display()));
    assert_ne!(said.code, 0, "a mistyped folder must not look like packs without fault: {said:?}");
    assert!(said.out.contains("[P051]"), "{said:?}");
}

#[test]
fn an_example_that_gives_another_value_is_a_fault() {
    let home = TempDir::new().unwrap();
    copy_folder(&workspace("packs"), &home.path().join("packs"));
    copy_folder(&workspace("plans"), &home.path().join("plans"));
    let file = home.path().join("packs/training/indicator.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("expect = \"1800\"", "expect = \"1900\"", 1)).unwrap();
    let said = run(demo(), &format!("--home {} check", home.path().display()));
    assert_ne!(said.code, 0);
    assert!(said.out.contains("custody_held") && said.out.contains("[P050]"), "{said:?}");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A line that cannot be done ends with 2, prints nothing, and says what is wrong and what would be right.
fn refused(line: &str, words: &[&str]) {
    let said = run(demo(), line);
    assert_eq!(said.code, 2, "{line}: {said:?}");
    assert_eq!(said.out, "", "{line}");
    words.iter().for_each(|word| assert!(said.err.contains(word), "{line}: no `{word}` in {said:?}"));
    assert!(!said.err.contains("panicked"), "{line}: {said:?}");
}

#[test]
fn a_line_that_cannot_be_done_says_why() {
    refused("delver", &["delver"]);
    refused("number", &["<ID>"]);
    refused("number place_added", &["place_added", "places_added"]);
    refused("number places_added --json --by colour", &["colour", "town"]);
    refused("number places_added --as-of 2021-02-30", &["2021-02-30", "没有"]);
    refused("number places_added --on 2021-13-01", &["2021-13-01", "没有"]);
    refused("--today 2021-02-29 verify", &["2021-02-29", "没有"]);
    refused("plan measures yiwu-2020", &["yiwu-2020"]);
    refused("plan coverage yiwu-2020", &["yiwu-2020"]);
    refused("serve --port 99999", &["99999"]);
    refused("verify --head nowhere.json", &["nowhere.json"]);
}

#[test]
fn a_folder_without_a_bureau_says_how_to_make_one() {
    let data = TempDir::new().unwrap();
    for line in ["number places_added", "verify", "serve --port 0", "plan measures yiwu-2021"] {
        let said = run(data.path(), line);
        assert_eq!(said.code, 2, "{line}: {said:?}");
        assert!(said.err.contains("数据库"), "{line}: {said:?}");
        assert!(!data.path().join("luoshi.db").exists(), "{line}: asking makes no database");
    }
}

#[test]
fn a_day_before_the_last_version_is_for_reading_only() {
    let data = copy();
    let lines = count(data.path(), "SELECT count(*) FROM ledger");
    let server = Server::start(data.path(), "--today 2021-06-30");
    let visitor = Visitor::enter(&server.address, "zhoumin");
    let page = visitor.get("/plan/yiwu-2021");
    assert!(page.body.contains("只能查看"), "the page says so");
    let record = format!("/register/project/{}", crate::bureau::project(data.path(), "苏溪镇第二幼儿园"));
    let typed = [("csrf", visitor.token()), ("description", "补记".to_string())];
    let typed: BTreeMap<String, String> = typed.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    for answer in [visitor.get(&format!("{record}/edit")), visitor.send(&record, &typed)] {
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.body.contains("只能查看"), "{answer:?}");
    }
    assert_eq!(count(data.path(), "SELECT count(*) FROM ledger"), lines);
}
