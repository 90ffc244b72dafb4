//! Compares a draft with an annotation: the figures of the bench and of the tests.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::draft::{Draft, Target};

/// An annotated plan; see the corpus' README for what its fields mean.
#[derive(Debug, Clone, Deserialize)]
pub struct Annotation {
    /// The commitments.
    pub measures: Vec<AnnotatedMeasure>,
}

/// One annotated commitment.
#[derive(Debug, Clone, Deserialize)]
pub struct AnnotatedMeasure {
    /// First character.
    pub start: usize,
    /// Past the last character.
    pub end: usize,
    /// Its numbers.
    #[serde(default)]
    pub targets: Vec<AnnotatedTarget>,
    /// Departments.
    #[serde(default)]
    pub owners: Vec<String>,
}

/// One annotated number.
#[derive(Debug, Clone, Deserialize)]
pub struct AnnotatedTarget {
    /// First character of the number.
    pub value_start: usize,
    /// Decimal string in the base unit.
    pub quantity: String,
    /// Measure word.
    pub unit: String,
    /// `>=`, `>`, `<=`, `<`, `=`.
    pub comparator: String,
    /// The noun phrase.
    pub what: String,
    /// Further phrases that are right.
    #[serde(default)]
    pub what_also: Vec<String>,
    /// Per what.
    #[serde(default)]
    pub per: String,
    /// By when.
    #[serde(default)]
    pub by: String,
    /// Implied by words.
    #[serde(default)]
    pub implied: bool,
}

/// Counts of one file or of several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Written targets: annotated, found, found with right quantity, unit and comparator.
    pub written: Counts,
    /// Implied targets likewise.
    pub implied: Counts,
    /// Measure starts: annotated, found, agreeing.
    pub cuts: Counts,
    /// Among right targets: `what` judged right.
    pub what: usize,
    /// Among right targets: `per` equal.
    pub per: usize,
    /// Among right targets: `by` equal.
    pub by: usize,
    /// Measures with annotated owners, and those whose owners were found equal.
    pub owners: (usize, usize),
}

/// Annotated, found, right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the annotation.
    pub annotated: usize,
    /// In the draft.
    pub found: usize,
    /// In both.
    pub right: usize,
}

impl Counts {
    /// Right among found.
    pub fn precision(self) -> f64 {
        share(self.right, self.found)
    }

    /// Right among annotated.
    pub fn recall(self) -> f64 {
        share(self.right, self.annotated)
    }

    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        share(2 * self.right, self.annotated + self.found)
    }

    fn add(&mut self, other: Self) {
        self.annotated += other.annotated;
        self.found += other.found;
        self.right += other.right;
    }
}

/// Nothing out of nothing is all.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl Score {
    /// Adds the counts of another file.
    pub fn add(&mut self, other: Self) {
        self.written.add(other.written);
        self.implied.add(other.implied);
        self.cuts.add(other.cuts);
        self.what += other.what;
        self.per += other.per;
        self.by += other.by;
        self.owners = (self.owners.0 + other.owners.0, self.owners.1 + other.owners.1);
    }

    /// Right targets of both kinds.
    pub fn right(&self) -> usize {
        self.written.right + self.implied.right
    }

    /// Share of right targets whose `what` was judged right.
    pub fn what_share(&self) -> f64 {
        share(self.what, self.right())
    }
}

/// What differs, for people who work on the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `missed`, `extra`, `wrong`, `what`, `cut-missed`, `cut-extra`.
    pub kind: &'static str,
    /// Place in the text.
    pub start: usize,
    /// Annotated against found.
    pub text: String,
}

/// Scores a draft against its annotation and lists the differences.
pub fn score(draft: &Draft, annotation: &Annotation) -> (Score, Vec<Difference>) {
    let mut score = Score::default();
    let mut differences = Vec::new();
    score_targets(draft, annotation, &mut score, &mut differences);
    score_cuts(draft, annotation, &mut score, &mut differences);
    score_owners(draft, annotation, &mut score);
    differences.sort_by_key(|difference| difference.start);
    (score, differences)
}

fn score_targets(draft: &Draft, annotation: &Annotation, score: &mut Score, differences: &mut Vec<Difference>) {
    let found: BTreeMap<usize, &Target> =
        draft.measures.iter().flat_map(|m| &m.targets).map(|t| (t.value_start, t)).collect();
    let mut wanted: BTreeMap<usize, &AnnotatedTarget> = BTreeMap::new();
    for target in annotation.measures.iter().flat_map(|m| &m.targets) {
        wanted.insert(target.value_start, target);
        counts(score, target.implied).annotated += 1;
    }
    for (start, target) in &found {
        counts(score, target.implied).found += 1;
        let Some(want) = wanted.get(start) else {
            differences.push(Difference {
                kind: "extra",
                start: *start,
                text: format!(
                    "{} {} {} {} | {}",
                    target.value_text,
                    target.comparator.sign(),
                    target.unit,
                    target.what,
                    target.quote
                ),
            });
            continue;
        };
        if !same_figure(target, want) {
            differences.push(Difference {
                kind: "wrong",
                start: *start,
                text: format!(
                    "want {} {} {} {} got {} {} {} {} | {}",
                    want.comparator,
                    want.quantity,
                    want.unit,
                    want.implied,
                    target.comparator.sign(),
                    target.quantity,
                    target.unit,
                    target.implied,
                    target.quote
                ),
            });
            continue;
        }
        counts(score, target.implied).right += 1;
        if is_what(&target.what, want) {
            score.what += 1;
        } else {
            differences.push(Difference {
                kind: "what",
                start: *start,
                text: format!("want {} got {} | {}", want.what, target.what, target.quote),
            });
        }
        score.per += usize::from(target.per == want.per);
        score.by += usize::from(target.by == want.by);
        if target.per != want.per || target.by != want.by {
            differences.push(Difference {
                kind: "per/by",
                start: *start,
                text: format!("want {} {} got {} {} | {}", want.per, want.by, target.per, target.by, target.quote),
            });
        }
    }
    for (start, want) in &wanted {
        if !found.contains_key(start) {
            differences.push(Difference {
                kind: "missed",
                start: *start,
                text: format!("{} {} {} {}", want.comparator, want.quantity, want.unit, want.what),
            });
        }
    }
}

fn counts(score: &mut Score, implied: bool) -> &mut Counts {
    if implied { &mut score.implied } else { &mut score.written }
}

/// Equal quantity as numbers, unit and comparator, and the same kind.
fn same_figure(target: &Target, want: &AnnotatedTarget) -> bool {
    let quantity = want
        .quantity
        .parse::<f64>()
        .is_ok_and(|quantity| (quantity - target.quantity).abs() <= 1e-9 * quantity.abs().max(1.0));
    quantity
        && target.unit == want.unit
        && target.comparator.sign() == want.comparator
        && target.implied == want.implied
}

/// Right when equal to one of the annotated phrases after normalising, or when one holds the other and the shorter has half its length.
fn is_what(found: &str, want: &AnnotatedTarget) -> bool {
    let found = normal(found);
    std::iter::once(&want.what).chain(&want.what_also).any(|phrase| {
        let phrase = normal(phrase);
        let (short, long) = if found.len() <= phrase.len() { (&found, &phrase) } else { (&phrase, &found) };
        found == phrase
            || (!short.is_empty() && long.contains(short.as_str()) && short.chars().count() * 2 >= long.chars().count())
    })
}

/// Without blanks, quotation marks and the particles 的, 了; brackets of one width.
fn normal(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '“' | '”' | '"' | '‘' | '’' | '《' | '》' | '的' | '了'))
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            _ => c,
        })
        .collect()
}

fn score_cuts(draft: &Draft, annotation: &Annotation, score: &mut Score, differences: &mut Vec<Difference>) {
    let found: BTreeSet<usize> = draft.measures.iter().map(|m| m.start).collect();
    let wanted: BTreeSet<usize> = annotation.measures.iter().map(|m| m.start).collect();
    score.cuts = Counts { annotated: wanted.len(), found: found.len(), right: found.intersection(&wanted).count() };
    for measure in draft.measures.iter().filter(|m| !wanted.contains(&m.start)) {
        differences.push(Difference {
            kind: "cut-extra",
            start: measure.start,
            text: measure.quote.chars().take(40).collect(),
        });
    }
    for start in wanted.difference(&found) {
        let around = draft.measures.iter().find(|m| m.start <= *start && *start < m.end);
        let text = around.map_or_else(
            || "outside every measure".to_owned(),
            |m| m.quote.chars().skip(start - m.start).take(40).collect(),
        );
        differences.push(Difference { kind: "cut-missed", start: *start, text });
    }
}

fn score_owners(draft: &Draft, annotation: &Annotation, score: &mut Score) {
    let found: BTreeMap<usize, &Vec<String>> = draft.measures.iter().map(|m| (m.start, &m.owners)).collect();
    for measure in annotation.measures.iter().filter(|m| !m.owners.is_empty()) {
        score.owners.0 += 1;
        score.owners.1 += usize::from(found.get(&measure.start).is_some_and(|owners| **owners == measure.owners));
    }
}
