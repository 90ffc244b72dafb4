//! `luoshi engine NAME [VERB] FILES…`: engines know no files; this reads, calls and writes.
//!
//! Most verbs take one file and, after it, the file to write (without it the answer is printed). Verbs of `draw`, and
//! `seating check`, take several files, read one after another, and print; `--out` names a file to write.

use super::out;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// An engine and what it is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// The engine.
    engine: Engine,
    /// The verb, where the engine has several, and files. A verb alone without files shows what the engine offers.
    #[arg(value_name = "VERB and FILES")]
    words: Vec<String>,
    /// Where the answer is written.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// 电脑派位
    Draw,
    /// 录取
    Matching,
    /// 学位
    Places,
    /// 考场编排
    Seating,
    /// 精准教学
    Items,
    /// 评分
    Score,
    /// 预算占用与折旧
    Budget,
}

impl Engine {
    /// Its verbs; the first is meant where none is given and `verb_optional` says so.
    fn verbs(self) -> &'static [&'static str] {
        match self {
            Engine::Draw => &[
                "freeze",
                "draw",
                "register",
                "verify",
                "beacon",
                "page",
                "freeze-classes",
                "classes",
                "check-classes",
            ],
            Engine::Matching => &["place", "stable", "parallel", "allot"],
            Engine::Places => &[
                "assign",
                "assign-check",
                "median",
                "median-check",
                "cover",
                "zones",
                "zones-check",
                "forecast",
                "need",
            ],
            Engine::Seating => &["seat", "check"],
            Engine::Items => &["fit", "analyse", "mastery", "equate"],
            Engine::Score => &["judge", "check"],
            Engine::Budget => &["run", "trace", "depreciate", "lives"],
        }
    }

    /// `luoshi engine matching IN.json OUT.json` needs no verb.
    fn verb_optional(self) -> bool {
        self == Engine::Matching
    }

    /// Whether a verb reads all its files one after another.
    fn reads_all(self, verb: &str) -> bool {
        self == Engine::Draw || (self == Engine::Seating && verb == "check")
    }
}

/// What came of it: files by name (an empty name where there is one file), or a refusal as JSON.
type Answer = Result<Vec<(String, Vec<u8>)>, String>;

/// Runs an engine; exit 2 and the refusal as JSON when it refuses.
pub fn run(ask: &Ask) -> Result<ExitCode, String> {
    let (verb, files) = split(ask)?;
    let (inputs, target) = if ask.engine.reads_all(verb) || ask.out.is_some() {
        (files.as_slice(), ask.out.clone())
    } else {
        match files.as_slice() {
            [] | [_] => (files.as_slice(), None),
            [_, target] => (&files[..1], Some(PathBuf::from(target))),
            _ => return Err(format!("too many files; say: luoshi engine {} {verb} IN [OUT]", name(ask.engine))),
        }
    };
    let mut input = vec![];
    for file in inputs {
        input.extend(std::fs::read(file).map_err(|error| format!("{file}: {error}"))?);
    }
    match answer(ask.engine, verb, &input) {
        Ok(answers) => {
            give(&answers, target.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            if let Some(target) = target.filter(|target| !target.is_dir()) {
                write(&target, refusal.as_bytes())?;
            }
            out(&refusal);
            Ok(ExitCode::from(2))
        }
    }
}

fn split(ask: &Ask) -> Result<(&str, Vec<&String>), String> {
    let verbs = ask.engine.verbs();
    match ask.words.split_first() {
        Some((first, files)) if verbs.contains(&first.as_str()) => Ok((first, files.iter().collect())),
        Some(_) if ask.engine.verb_optional() => Ok((verbs[0], ask.words.iter().collect())),
        _ => Err(format!("luoshi engine {} takes one of: {}", name(ask.engine), verbs.join(", "))),
    }
}

fn name(engine: Engine) -> String {
    engine.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
}

fn answer(engine: Engine, verb: &str, input: &[u8]) -> Answer {
    match engine {
        Engine::Draw => one(engine_draw::answer(verb, input)),
        Engine::Matching => one(engine_matching::answer(verb, input)),
        Engine::Places => one(engine_places::answer(verb, input)),
        Engine::Seating => one(engine_seating::answer(verb, input)),
        Engine::Score => one(engine_score::answer(verb, input)),
        Engine::Budget => one(engine_budget::answer(verb, input)),
        Engine::Items => {
            let files = engine_items::answer(verb, input).map_err(|refusal| json(&refusal))?;
            Ok(files.into_iter().map(|file| (file.name.to_string(), file.bytes)).collect())
        }
    }
}

fn one<R: Serialize>(answer: Result<Vec<u8>, R>) -> Answer {
    answer.map(|bytes| vec![(String::new(), bytes)]).map_err(|refusal| json(&refusal))
}

fn json<R: Serialize>(refusal: &R) -> String {
    serde_json::to_string(refusal).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}

/// One answer goes to the file named, several into the folder named; without a name they are printed.
fn give(answers: &[(String, Vec<u8>)], target: Option<&Path>) -> Result<(), String> {
    match (answers, target) {
        ([(_, bytes)], Some(file)) if !file.is_dir() => write(file, bytes),
        (answers, Some(folder)) => {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            answers.iter().try_for_each(|(name, bytes)| write(&folder.join(name), bytes))
        }
        ([(_, bytes)], None) => {
            print_bytes(bytes);
            Ok(())
        }
        (answers, None) => {
            for (name, bytes) in answers {
                out(format!("== {name}"));
                print_bytes(bytes);
            }
            Ok(())
        }
    }
}

fn print_bytes(bytes: &[u8]) {
    out(String::from_utf8_lossy(bytes).trim_end_matches('\n'));
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}
