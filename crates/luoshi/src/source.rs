//! Where packs and plans come from: a folder, or the copy built into the program.

use include_dir::{Dir, include_dir};
use luoshi_pack::plan::Plan;
use luoshi_pack::{Fault, File, Packs};
use std::path::Path;

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");
static PLANS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../plans");

/// Files of packs and plans.
pub struct Sources {
    /// Files below `packs/`.
    packs: Vec<File>,
    /// Files below `plans/`.
    plans: Vec<File>,
    /// Where they were read, for people.
    pub place: String,
}

impl Sources {
    /// Reads a folder that holds `packs/` and `plans/`; without one, what is built in.
    ///
    /// # Errors
    /// A file that cannot be read, by name.
    pub fn read(home: Option<&Path>) -> Result<Sources, String> {
        match home {
            None => Ok(Sources { packs: built_in(&PACKS), plans: built_in(&PLANS), place: "built in".into() }),
            Some(home) => Ok(Sources {
                packs: folder(&home.join("packs"))?,
                plans: folder(&home.join("plans"))?,
                place: home.display().to_string(),
            }),
        }
    }

    /// Checks everything and answers packs and plans, or every fault of all of them.
    pub fn check(&self) -> Result<(Packs, Vec<Plan>), Vec<Fault>> {
        if !self.packs.iter().any(|file| file.path.ends_with("/pack.toml")) {
            return Err(vec![Fault {
                file: self.place.clone(),
                line: 0,
                code: "P051",
                what: "there is no pack below `packs/`".into(),
                hint: "name the folder that holds packs/ and plans/ with --home".into(),
            }]);
        }
        let packs = luoshi_pack::check(&self.packs)?;
        let mut faults = vec![];
        let mut plans = vec![];
        for name in self.plan_names() {
            let files: Vec<File> =
                self.plans.iter().filter(|file| file.path.starts_with(&format!("{name}/"))).cloned().collect();
            match luoshi_pack::check_plan(&name, &files, &packs) {
                Ok(plan) => plans.push(plan),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok((packs, plans)) } else { Err(faults) }
    }

    /// The recipe of a demo bureau, with the plan's name.
    pub fn recipe(&self) -> Option<&str> {
        let recipe = self.plans.iter().find(|file| file.path.ends_with("/demo.toml"));
        recipe.map(|file| file.text.as_str())
    }

    fn plan_names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.plans.iter().filter_map(|file| Some(file.path.split_once('/')?.0.to_string())).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn built_in(dir: &Dir<'_>) -> Vec<File> {
    let mut files = vec![];
    collect(dir, &mut files);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn collect(dir: &Dir<'_>, files: &mut Vec<File>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            files.push(File { path: slashed(file.path()), text: text.to_string() });
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

fn folder(root: &Path) -> Result<Vec<File>, String> {
    let mut files = vec![];
    if root.is_dir() {
        walk(root, root, &mut files)?;
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn walk(root: &Path, dir: &Path, files: &mut Vec<File>) -> Result<(), String> {
    let said = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in std::fs::read_dir(dir).map_err(|error| said(dir, error))? {
        let path = entry.map_err(|error| said(dir, error))?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "toml" || ending == "txt") {
            let text = std::fs::read_to_string(&path).map_err(|error| said(&path, error))?;
            files.push(File { path: slashed(path.strip_prefix(root).unwrap_or(&path)), text });
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
