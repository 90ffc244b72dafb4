//! Prints how drafts agree with the annotated corpus: `score [--differences] [FOLDER]`.
//!
//! FOLDER holds `dev`, `apart` and annotations beside their texts; without it the crate's own corpus is read. The published plan is
//! looked for at `plans/yiwu-2021/source.txt`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use luoshi_drafting::score::{Annotation, Score, score};
use luoshi_drafting::{draft, read};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let differences = arguments.iter().any(|argument| argument == "--differences");
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let groups: Vec<String> = if named.is_empty() {
        vec!["dev".to_owned(), "apart".to_owned()]
    } else {
        named.into_iter().cloned().collect()
    };
    println!(
        "{:<34} {:>5} {:>6} {:>6} {:>6} {:>6} {:>7} {:>7} {:>6} {:>6} {:>6} {:>8}",
        "plan", "want", "prec", "recall", "what", "cutF1", "implied", "impl.F1", "per", "by", "owners", "ms"
    );
    let mut all = Score::default();
    for group in groups {
        let mut together = Score::default();
        for (name, text, annotation) in plans(&crate_folder.join("corpus").join(&group)) {
            together.add(print_plan(&name, &text, &annotation, differences));
        }
        print_row(&format!("= {group}"), &together, 0.0);
        all.add(together);
    }
    let published = crate_folder.join("../../plans/yiwu-2021/source.txt");
    let annotation = crate_folder.join("corpus/yiwu-2021.json");
    if let (Ok(bytes), Ok(json)) = (std::fs::read(&published), std::fs::read_to_string(&annotation))
        && let (Ok(decoded), Ok(annotation)) = (read(&bytes), serde_json::from_str::<Annotation>(&json))
    {
        all.add(print_plan("yiwu-2021", &decoded.text, &annotation, differences));
        print_row("= all", &all, 0.0);
        print_speed(&decoded.text);
    }
}

/// Every annotated text of a folder, by name.
fn plans(folder: &Path) -> Vec<(String, String, Annotation)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|json| {
            let source = ["txt", "docx"].iter().map(|end| json.with_extension(end)).find(|path| path.exists())?;
            let decoded = read(&std::fs::read(source).ok()?).ok()?;
            let annotation = serde_json::from_str(&std::fs::read_to_string(&json).ok()?).ok()?;
            Some((json.file_stem()?.to_string_lossy().into_owned(), decoded.text, annotation))
        })
        .collect()
}

fn print_plan(name: &str, text: &str, annotation: &Annotation, differences: bool) -> Score {
    let start = Instant::now();
    let drafted = draft(text);
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    let (score, found) = score(&drafted, annotation);
    print_row(name, &score, milliseconds);
    if differences {
        for difference in found {
            println!("    {:<10} {:>5} {}", difference.kind, difference.start, difference.text.replace('\n', "⏎"));
        }
    }
    score
}

fn print_row(name: &str, score: &Score, milliseconds: f64) {
    let right = score.right().max(1) as f64;
    let owners = if score.owners.0 == 0 { 1.0 } else { score.owners.1 as f64 / score.owners.0 as f64 };
    println!(
        "{name:<34} {:>5} {:>6.3} {:>6.3} {:>6.3} {:>6.3} {:>7} {:>7.3} {:>6.3} {:>6.3} {:>6.3} {milliseconds:>8.2}",
        score.written.annotated,
        score.written.precision(),
        score.written.recall(),
        score.what_share(),
        score.cuts.f1(),
        score.implied.annotated,
        score.implied.f1(),
        score.per as f64 / right,
        score.by as f64 / right,
        owners,
    );
}

/// A plan of twenty pages has about 12,000 characters; the published text is repeated up to that length.
fn print_speed(text: &str) {
    let mut long = String::new();
    while long.chars().count() < 12_000 {
        long.push_str(text);
    }
    draft(&long);
    let rounds = 20;
    let start = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(draft(&long));
    }
    println!(
        "a plan of 20 pages ({} characters): {:.2} ms (must stay under 50)",
        long.chars().count(),
        start.elapsed().as_secs_f64() * 1000.0 / f64::from(rounds)
    );
}
