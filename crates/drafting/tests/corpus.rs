//! Holds the figures that the rules reach on the annotated plans; a change that loses ground fails here.

use std::path::{Path, PathBuf};

use luoshi_drafting::score::{Annotation, Score, score};
use luoshi_drafting::{draft, read};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn score_file(source: &Path, annotation: &Path) -> Score {
    let decoded = read(&std::fs::read(source).expect("the text is readable")).expect("the text decodes");
    let annotation: Annotation =
        serde_json::from_str(&std::fs::read_to_string(annotation).expect("the annotation is readable"))
            .expect("the annotation parses");
    score(&draft(&decoded.text), &annotation).0
}

/// All annotated texts of a folder together.
fn score_folder(name: &str) -> Score {
    let mut together = Score::default();
    let entries =
        std::fs::read_dir(folder(name)).expect("the corpus is part of the crate").flatten().map(|entry| entry.path());
    for annotation in entries.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let source = ["txt", "docx"]
            .iter()
            .map(|end| annotation.with_extension(end))
            .find(|path| path.exists())
            .expect("a text beside the annotation");
        together.add(score_file(&source, &annotation));
    }
    together
}

/// Fails with the figure's name where it is below its floor.
fn hold(score: &Score, floors: [(&str, f64); 6]) {
    let reached = [
        score.written.precision(),
        score.written.recall(),
        score.implied.f1(),
        score.what_share(),
        score.cuts.f1(),
        score.per as f64 / score.right() as f64,
    ];
    for ((name, floor), value) in floors.into_iter().zip(reached) {
        assert!(value >= floor, "{name} fell to {value:.3}, its floor is {floor}");
    }
}

#[test]
fn the_development_plans_keep_their_figures() {
    let score = score_folder("corpus/dev");
    assert!(score.written.annotated > 500);
    hold(
        &score,
        [
            ("precision", 0.998),
            ("recall", 0.998),
            ("implied F1", 0.99),
            ("what", 0.97),
            ("cuts F1", 0.955),
            ("per", 0.97),
        ],
    );
}

#[test]
fn the_plans_kept_apart_keep_their_figures() {
    let score = score_folder("corpus/apart");
    assert_eq!(score.written.annotated, 552);
    hold(
        &score,
        [("precision", 0.99), ("recall", 0.98), ("implied F1", 0.99), ("what", 0.97), ("cuts F1", 0.92), ("per", 0.96)],
    );
}

#[test]
fn the_published_plan_keeps_its_figures() {
    let source = folder("../../plans/yiwu-2021/source.txt");
    if !source.exists() {
        return;
    }
    let score = score_file(&source, &folder("corpus/yiwu-2021.json"));
    assert_eq!(score.written.annotated, 28);
    hold(
        &score,
        [("precision", 1.0), ("recall", 1.0), ("implied F1", 1.0), ("what", 1.0), ("cuts F1", 0.98), ("per", 0.95)],
    );
}
