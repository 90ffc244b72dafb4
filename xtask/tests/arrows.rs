//! The house stays as it is drawn: who may know whom, and that nothing leads out of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The kinds of dependencies of a manifest.
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn manifest(path: &Path) -> Table {
    read(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every manifest below `crates` and the one of the chores, by the name of its package.
fn manifests() -> BTreeMap<String, Table> {
    let crates = fs::read_dir(root().join("crates")).unwrap().flatten().map(|entry| entry.path());
    let files =
        crates.chain([root().join("xtask")]).map(|folder| folder.join("Cargo.toml")).filter(|file| file.is_file());
    let named =
        files.map(|file| manifest(&file)).map(|table| (table["package"]["name"].as_str().unwrap().to_string(), table));
    named.collect()
}

/// What a package may know of ours, as DESIGN.md draws it.
fn may_know(package: &str, other: &str) -> bool {
    let drawn: &[&str] = match package {
        "luoshi" => return other != "xtask",
        "luoshi-web" => &["luoshi-desk", "luoshi-kernel", "luoshi-pack", "luoshi-drafting"],
        "luoshi-rules" => &["luoshi-desk", "luoshi-kernel", "luoshi-pack", "engine-*"],
        "luoshi-desk" => &["luoshi-store", "luoshi-kernel", "luoshi-pack"],
        "luoshi-store" => &["luoshi-kernel", "luoshi-pack"],
        "luoshi-kernel" => &["luoshi-pack"],
        _ => &[],
    };
    drawn.iter().any(|name| *name == other || name.strip_suffix('*').is_some_and(|start| other.starts_with(start)))
}

/// What the tests of a package may know beyond that: whole packs run in the tests of the desk, name exits, and are held
/// against engines.
fn tests_may_know(package: &str, other: &str) -> bool {
    package == other || package == "luoshi-desk" && (other == "luoshi-rules" || other.starts_with("engine-"))
}

/// Names of all packages that a manifest names, with the kind of dependency.
fn named(table: &Table) -> Vec<(&'static str, &String, &Value)> {
    let on_targets = table.get("target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.values());
    let tables: Vec<&Table> = std::iter::once(table).chain(on_targets.filter_map(Value::as_table)).collect();
    let of_kind = |kind: &'static str| tables.iter().filter_map(move |table| table.get(kind)?.as_table()).flatten();
    KINDS.into_iter().flat_map(|kind| of_kind(kind).map(move |(name, value)| (kind, name, value))).collect()
}

/// Arrows that are not drawn, as `luoshi-web -> luoshi-store`.
fn wrong_arrows(manifests: &BTreeMap<String, Table>) -> Vec<String> {
    let mut wrong = vec![];
    for (package, table) in manifests {
        for (kind, other, _) in named(table) {
            let for_tests = kind == "dev-dependencies" && tests_may_know(package, other);
            if manifests.contains_key(other) && !for_tests && !may_know(package, other) {
                wrong.push(format!("{package} -> {other}"));
            }
        }
    }
    wrong
}

#[test]
fn no_arrow_leads_where_none_is_drawn() {
    let manifests = manifests();
    assert!(manifests.len() > 10, "the manifests are found");
    assert_eq!(wrong_arrows(&manifests), Vec::<String>::new());
}

#[test]
fn an_arrow_that_is_not_drawn_is_found() {
    let mut manifests = manifests();
    let web: Table = "[dependencies]\nluoshi-store.workspace = true\n[target.'cfg(unix)'.dev-dependencies]\nengine-draw.workspace = true"
        .parse()
        .unwrap();
    manifests.insert("luoshi-web".into(), web);
    assert_eq!(wrong_arrows(&manifests), ["luoshi-web -> luoshi-store", "luoshi-web -> engine-draw"]);
}

#[test]
fn no_manifest_leads_out_of_the_workspace() {
    let own: Table = manifest(&root().join("Cargo.toml"))["workspace"]["dependencies"].as_table().unwrap().clone();
    for (name, value) in &own {
        if let Some(path) = value.get("path").and_then(Value::as_str) {
            assert!(path.starts_with("crates/") && !path.contains(".."), "{name}: {path}");
        }
    }
    for (package, table) in manifests() {
        for (_, name, value) in named(&table) {
            let path = value.get("path").and_then(Value::as_str);
            assert!(
                path.is_none_or(|path| path == "."),
                "{package}: {name} has a path of its own; name the workspace's"
            );
            assert!(value.get("git").is_none(), "{package}: {name} comes from a repository, not from the registry");
        }
    }
}

/// The name under which a dependency is published.
fn published<'a>(name: &'a str, value: &'a Value) -> &'a str {
    value.get("package").and_then(Value::as_str).unwrap_or(name)
}

#[test]
fn every_dependency_says_what_it_saves() {
    let page = read(&root().join("docs/adr/0002-dependencies.md"));
    let manifests = manifests();
    let whole = manifest(&root().join("Cargo.toml"));
    let of_workspace = whole["workspace"]["dependencies"].as_table().unwrap().iter().collect::<Vec<_>>();
    let of_crates = manifests.values().flat_map(|table| named(table).into_iter().map(|(_, name, value)| (name, value)));
    let mut missing: Vec<&str> = of_workspace
        .into_iter()
        .chain(of_crates)
        .filter(|(name, _)| !manifests.contains_key(*name))
        .map(|(name, value)| published(name, value))
        .filter(|name| !page.lines().any(|line| line.starts_with(&format!("- `{name}`: ")) && line.ends_with('.')))
        .collect();
    missing.sort_unstable();
    missing.dedup();
    assert_eq!(missing, Vec::<&str>::new(), "write `- `NAME`: what it saves.` in docs/adr/0002-dependencies.md");
}

#[test]
fn every_sentence_is_about_a_dependency_that_is_there() {
    let page = read(&root().join("docs/adr/0002-dependencies.md"));
    let texts: Vec<String> =
        manifests().values().map(Table::to_string).chain([read(&root().join("Cargo.toml"))]).collect();
    let named = page.lines().filter_map(|line| line.strip_prefix("- `")?.split_once('`')).map(|(name, _)| name);
    let gone: Vec<&str> = named.filter(|name| !texts.iter().any(|text| text.contains(name))).collect();
    assert_eq!(gone, Vec::<&str>::new());
}

/// Beginnings of paths that exist on one machine only. Taken apart here, so that this file holds none.
fn machine_paths() -> Vec<String> {
    let folders = ["home", "root", "Users", "work", "tmp", "mnt", "opt"];
    folders.iter().map(|folder| format!("/{folder}/")).collect()
}

/// Folders and endings of what is ours and is text.
fn walk(folder: &Path, seen: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().to_string();
        if path.is_dir() {
            if !name.starts_with("target")
                && name != "data"
                && (!name.starts_with('.') || name == ".ci" || name == ".cargo")
            {
                walk(&path, seen);
            }
        } else if ["rs", "toml", "md", "css", "js", "sh", "run", "py"].iter().any(|ending| name.ends_with(ending)) {
            seen(&path, &fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

/// Whether a path of a machine begins in a line: `/` opens a path only where no word stands before it.
fn holds_machine_path(line: &str) -> bool {
    machine_paths().iter().any(|start| {
        line.match_indices(start.as_str()).any(|(at, _)| {
            !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-}/\\)".contains(before))
        })
    })
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let mut found = vec![];
    let root = root();
    walk(&root, &mut |path, text| {
        let lines = text.lines().enumerate().filter(|(_, line)| holds_machine_path(line));
        let place = path.strip_prefix(&root).unwrap();
        found.extend(lines.map(|(at, line)| format!("{}:{}: {}", place.display(), at + 1, line.trim())));
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_path_of_one_machine_is_told_from_an_address() {
    assert!(holds_machine_path(&format!("let data = \"/{}/luoshi\";", "tmp")));
    assert!(holds_machine_path(&format!("/{}/somebody/luoshi", "home")));
    assert!(!holds_machine_path("https://example.org/work/page"));
    assert!(!holds_machine_path("crates/root/src"));
}
