//! One block with everything the rules look at: clauses, measures, numbers, quotation, dates.

use crate::cuts::{self, Clause, Role};
use crate::numerals::{self, Number};
use crate::{comparators, dates, not_targets};

/// A block prepared for the rules. All positions are indices into `chars`.
pub struct Scene<'a> {
    /// Characters in canonical spelling.
    pub chars: &'a [char],
    /// Inside brackets or any quotation.
    pub shield: Vec<bool>,
    /// Inside quotation marks or book marks.
    pub quoted: Vec<bool>,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// What each clause does.
    pub roles: Vec<Role>,
    /// Clauses that report what has been.
    pub past: Vec<bool>,
    /// Clauses that speak of what is to come.
    pub future: Vec<bool>,
    /// Measures as ranges of clauses.
    pub measures: Vec<(usize, usize)>,
    /// Numbers in order.
    pub numbers: Vec<Number>,
    /// Dates as (start, end), in order.
    pub dates: Vec<(usize, usize)>,
    /// Due dates as (start, end), in order.
    pub dues: Vec<(usize, usize)>,
    /// The plan's year, where known.
    pub year: Option<i32>,
}

impl<'a> Scene<'a> {
    /// Prepares the characters from `from` (past marker and run-in heading) to `to` (before closing owners).
    pub fn new(chars: &'a [char], from: usize, to: usize, year: Option<i32>) -> Self {
        let chars = &chars[..to];
        let shield = cuts::shields(chars);
        let clauses = cuts::clauses(chars, &shield, from);
        let roles: Vec<Role> =
            clauses.iter().map(|clause| cuts::role(&chars[clause.start..clause.end], clause.mark)).collect();
        // Long stretches without marks are read at their beginning only.
        let heads = || clauses.iter().map(|clause| &chars[clause.start..clause.end.min(clause.start + 200)]);
        let dues = dates::due_dates(chars, year);
        let due_in = |clause: &Clause| {
            dues.get(dues.partition_point(|(start, _)| *start < clause.start))
                .is_some_and(|(start, _)| *start < clause.end)
        };
        let past = clauses
            .iter()
            .zip(heads())
            .map(|(clause, text)| not_targets::past_head(text, year) && !due_in(clause))
            .collect();
        let future = heads().map(not_targets::is_future).collect();
        let measures = cuts::measures(chars, &clauses, &roles);
        let numbers = numerals::numbers(chars).into_iter().filter(|number| number.start >= from).collect();
        Self {
            quoted: quoted(chars),
            shield,
            past,
            future,
            clauses,
            roles,
            measures,
            numbers,
            dates: date_spans(chars),
            dues,
            year,
            chars,
        }
    }

    /// The characters between two positions, those inside quotation marks blotted out.
    pub fn unquoted(&self, from: usize, to: usize) -> Vec<char> {
        (from..to).map(|i| if self.quoted[i] { '□' } else { self.chars[i] }).collect()
    }

    /// The clause that holds position `at`.
    pub fn clause_at(&self, at: usize) -> Option<usize> {
        let i = self.clauses.partition_point(|clause| clause.end <= at);
        self.clauses.get(i).filter(|clause| clause.start <= at).map(|_| i)
    }

    /// The last number that begins at or before `at`.
    pub fn number_at(&self, at: usize) -> Option<&Number> {
        self.numbers[..self.numbers.partition_point(|number| number.start <= at)].last()
    }

    /// The date that covers position `at`.
    pub fn date_at(&self, at: usize) -> Option<(usize, usize)> {
        let i = self.dates.partition_point(|(_, end)| *end <= at);
        self.dates.get(i).copied().filter(|(start, _)| *start <= at)
    }

    /// The measure that holds clause `clause`.
    pub fn measure_of(&self, clause: usize) -> Option<usize> {
        let i = self.measures.partition_point(|(_, end)| *end <= clause);
        (i < self.measures.len()).then_some(i)
    }

    /// First clause of the sentence that holds `clause`.
    pub fn sentence_start(&self, clause: usize) -> usize {
        let mut start = clause;
        while start > 0 && clause - start < 40 && !cuts::is_stop(self.clauses[start - 1].mark) {
            start -= 1;
        }
        start
    }

    /// The bracket content around `at`, if `at` is inside round brackets.
    pub fn bracket_at(&self, at: usize) -> Option<(usize, usize)> {
        if !self.shield.get(at).copied().unwrap_or(false) {
            return None;
        }
        let open = (at.saturating_sub(120)..at).rev().find(|i| matches!(self.chars[*i], '（' | '）'))?;
        if self.chars[open] != '（' {
            return None;
        }
        let close = (at..self.chars.len().min(at + 200)).find(|i| self.chars[*i] == '）')?;
        Some((open + 1, close))
    }

    /// True when a date covers position `at`.
    pub fn in_date(&self, at: usize) -> bool {
        self.date_at(at).is_some()
    }
}

/// Marks the characters inside quotation marks and book marks.
fn quoted(chars: &[char]) -> Vec<bool> {
    let mut marks = vec![false; chars.len()];
    for (open, close) in [('“', '”'), ('《', '》'), ('‘', '’')] {
        let mut start: Option<usize> = None;
        for i in 0..chars.len() {
            if chars[i] == open {
                start = Some(i);
            } else if chars[i] == close
                && let Some(from) = start.take()
                && i - from <= 80
            {
                marks[from..=i].fill(true);
            }
        }
    }
    marks
}

fn date_spans(chars: &[char]) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let inside = i > 0 && chars[i].is_ascii_digit() && (chars[i - 1].is_ascii_digit() || chars[i - 1] == '.');
        let len = if inside { 0 } else { dates::date_len(&chars[i..]) };
        if len > 0 {
            spans.push((i, i + len));
        }
        i += len.max(1);
    }
    spans
}

/// The words before a number that may bind to it: from the clause's start or the end of the number before.
pub fn trimmed_unit_end(scene: &Scene<'_>, k: usize) -> usize {
    let number = &scene.numbers[k];
    let span = number.kind == Some(crate::units::UnitKind::Time);
    number.after + comparators::suffix(&scene.chars[number.after..], span).len
}
