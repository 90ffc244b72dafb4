//! The draft: what a plan commits to, what its numbers are, what it leaves open.

use serde::{Deserialize, Serialize, Serializer};

use crate::attach::{self, Found};
use crate::comparators::Comparator;
use crate::lines::{self, Block, BlockKind, Head, Page};
use crate::not_targets::{self, Reason};
use crate::scene::Scene;
use crate::{cuts, dates, implied, owners, questions, regions, systems, words};

/// What a plan's text was read as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Title, body, year, document number.
    pub head: Head,
    /// Commitments in the order of the text; they do not overlap.
    pub measures: Vec<Measure>,
    /// Numbers that commit to nothing, with the reason.
    pub not_targets: Vec<NotTarget>,
    /// What the text leaves open.
    pub questions: Vec<Question>,
    /// Titles, opening sentences and everything that was read as no commitment, in the order of the text; not part of the printed draft.
    /// With the measures they cover the text, white space and marks apart.
    #[serde(skip)]
    pub others: Vec<Other>,
}

/// A stretch of the text outside the measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other {
    /// First character, counted as in [`Measure::start`].
    pub start: usize,
    /// Past the last character.
    pub end: usize,
    /// What it was read as.
    pub kind: OtherKind,
}

/// What a stretch outside the measures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherKind {
    /// A title or a sentence that opens a group.
    Heading,
    /// Departments or a day of the commitments beside it.
    Owner,
    /// Title, navigation, signature, labels of a table.
    Frame,
    /// Preamble, review of the past, closing words, words that lead to a list.
    Aside,
}

/// One commitment, quoted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The text from `start` to `end`, verbatim.
    pub quote: String,
    /// First character, counted in Unicode scalar values of the decoded file.
    pub start: usize,
    /// Past the last character; the closing mark is left out.
    pub end: usize,
    /// The numbered part of the plan that holds it; empty where there is none.
    pub section: String,
    /// The nearest title or opening sentence below the part; empty where there is none.
    pub heading: String,
    /// The numbers that it commits to.
    pub targets: Vec<Target>,
    /// The departments named for it.
    pub owners: Vec<String>,
    /// Information systems, platforms, mechanisms, lists and programmes that it names.
    pub systems: Vec<String>,
}

/// One number to be reached, kept or stayed under.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The stretch between the marks around the number, verbatim.
    pub quote: String,
    /// The number as written, with multiplier and per-cent mark, or the words that imply it.
    pub value_text: String,
    /// First character of `value_text`, counted as in [`Measure::start`].
    pub value_start: usize,
    /// The number in the base unit.
    #[serde(serialize_with = "plain_number")]
    pub quantity: f64,
    /// The measure word; empty where none is written.
    pub unit: String,
    /// Which side of the number counts.
    pub comparator: Comparator,
    /// The noun phrase that the number counts.
    pub what: String,
    /// Per what: 全年, 每人, 每校; empty where the text names none.
    pub per: String,
    /// The date as written; empty where the text names none.
    pub by: String,
    /// 左右, 约.
    pub approx: bool,
    /// One end of a range.
    pub range: bool,
    /// 力争, 争取, 努力.
    pub soft: bool,
    /// Implied by words, not written as a number.
    pub implied: bool,
    /// Id of the rule that found it.
    pub rule: String,
    /// The rule in one sentence.
    pub why: String,
}

/// A number that is no target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotTarget {
    /// The number or date as written.
    pub value_text: String,
    /// Its first character, counted as in [`Measure::start`].
    pub value_start: usize,
    /// Why it is none.
    pub reason: Reason,
}

/// Something a person must answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// `unspelled`, `repeated` or `unassigned`.
    pub kind: String,
    /// The words asked about, verbatim.
    pub quote: String,
    /// Their first character, counted as in [`Measure::start`].
    pub start: usize,
    /// The question in a sentence.
    pub text: String,
}

/// Writes plain digits: whole numbers without a decimal point, parts to five decimals, never an exponent.
fn plain_number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.fract() != 0.0 {
        serializer.serialize_f64((value * 1e5).round() / 1e5)
    } else if value.abs() < 9.0e15 {
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_i128(*value as i128)
    }
}

/// Reads a plan's text into a draft. Never fails and takes time in proportion to the text.
pub fn draft(text: &str) -> Draft {
    let chars: Vec<char> = text.chars().collect();
    let page = lines::page(&chars);
    let mut writer = Writer::new(&chars, &page);
    for (i, block) in page.blocks.iter().enumerate() {
        writer.write_block(i, block);
    }
    writer.frame_numbers(&page);
    let Writer { mut draft, .. } = writer;
    draft.not_targets.sort_by_key(|number| number.value_start);
    draft.not_targets.dedup_by_key(|number| number.value_start);
    draft.others.sort_by_key(|other| (other.start, other.end));
    draft.questions = questions::questions(&draft.measures, &chars);
    draft.head = page.head;
    draft
}

/// The state of reading: where in the outline we are and what is still open.
struct Writer<'a> {
    text: &'a [char],
    page: &'a Page,
    draft: Draft,
    section: String,
    heading: String,
    /// Level of the titles that open sections.
    top: u8,
    /// Level of the title that opened an aside, while inside it.
    aside: Option<(u8, regions::Aside)>,
    /// Blocks before this one are preamble unless they commit to figures.
    first_title: usize,
    /// Blocks from this one on close the page.
    closing: usize,
    /// Measures from here on wait for their owners and days.
    open_from: usize,
    /// Owners and day of a row, where the columns name them before the task.
    waiting_owners: Vec<String>,
    waiting_day: String,
    /// Unit cell of the row.
    unit: Vec<char>,
    /// The last block was an owner or a day.
    after_owner: bool,
}

impl<'a> Writer<'a> {
    fn new(text: &'a [char], page: &'a Page) -> Self {
        let titles = || page.blocks.iter().filter(|block| block.kind == BlockKind::Heading);
        let numbered = titles().filter(|block| block.marker > 0).map(|block| block.level).min();
        Self {
            text,
            page,
            draft: Draft::default(),
            section: String::new(),
            heading: String::new(),
            top: numbered.unwrap_or(7),
            aside: None,
            first_title: regions::first_title(&page.blocks),
            closing: regions::closing(&page.blocks),
            open_from: 0,
            waiting_owners: Vec::new(),
            waiting_day: String::new(),
            unit: Vec::new(),
            after_owner: false,
        }
    }

    fn write_block(&mut self, i: usize, block: &Block) {
        if block.row_start {
            self.new_row();
        }
        let keeps = matches!(block.kind, BlockKind::Owner | BlockKind::Time);
        if self.after_owner && !keeps && block.kind != BlockKind::Frame && !block.cell {
            self.close_item();
        }
        match block.kind {
            BlockKind::Heading => self.leave(block, (0, block.chars.len()), OtherKind::Heading),
            BlockKind::Owner | BlockKind::Time => self.leave(block, (0, block.chars.len()), OtherKind::Owner),
            BlockKind::Unit | BlockKind::Frame => self.leave(block, (0, block.chars.len()), OtherKind::Frame),
            BlockKind::Value | BlockKind::Text => {}
        }
        match block.kind {
            BlockKind::Heading => self.title(block),
            BlockKind::Owner => self.owners(block.body()),
            BlockKind::Time => self.day(block),
            BlockKind::Unit => self.unit = block.body().to_vec(),
            BlockKind::Value => self.value_cell(block),
            BlockKind::Frame => self.block_numbers(block),
            BlockKind::Text => self.text_block(i, block),
        }
        self.after_owner = keeps || (self.after_owner && block.kind == BlockKind::Frame);
    }

    /// States what a stretch outside the measures is.
    fn leave(&mut self, block: &Block, (start, end): (usize, usize), kind: OtherKind) {
        if start < end && !block.at.is_empty() {
            let (_, start, end) = self.quote(block, start, end);
            self.draft.others.push(Other { start, end, kind });
        }
    }

    fn new_row(&mut self) {
        self.close_item();
        self.waiting_owners.clear();
        self.waiting_day.clear();
        self.unit.clear();
    }

    fn close_item(&mut self) {
        self.open_from = self.draft.measures.len();
    }

    fn quote(&self, block: &Block, start: usize, end: usize) -> (String, usize, usize) {
        let end = end.clamp(1, block.at.len());
        let start = start.min(end - 1);
        let (start, end) = (block.at[start], block.at[end - 1] + 1);
        (self.text[start..end].iter().collect(), start, end)
    }

    /// Titles open sections and headings and may open or close an aside.
    fn title(&mut self, block: &Block) {
        self.block_numbers(block);
        let end = title_end(&block.chars, block.chars.len());
        if end <= block.marker {
            return;
        }
        let (quote, ..) = self.quote(block, 0, end);
        self.close_item();
        if block.cell && block.level == 7 {
            // A cell that names its row is a heading, never a part of the plan.
            self.heading = quote;
            return;
        }
        self.open_heading(quote, block.level, &block.chars[block.marker..end]);
    }

    fn open_heading(&mut self, quote: String, level: u8, body: &[char]) {
        if self.aside.is_some_and(|(opened, _)| level <= opened) {
            self.aside = None;
        }
        if self.aside.is_none() {
            self.aside = regions::aside_of(body, self.page.head.year).map(|aside| (level, aside));
        }
        let sectional = level <= self.top
            || (level == 7
                && (self.section.is_empty() || (self.top == 7 && !self.section.is_empty() && self.heading.is_empty())));
        if sectional || level <= 1 {
            self.section = quote;
            self.heading.clear();
        } else {
            self.heading = quote;
        }
    }

    fn owners(&mut self, chars: &[char]) {
        if let Some(day) = owners::day_in(chars) {
            give_day(&mut self.draft.measures[self.open_from..], &day);
        }
        let names = owners::owners_in(chars);
        if self.open_from == self.draft.measures.len() {
            self.waiting_owners.extend(names);
            return;
        }
        for measure in &mut self.draft.measures[self.open_from..] {
            for name in &names {
                if !measure.owners.contains(name) {
                    measure.owners.push(name.clone());
                }
            }
        }
    }

    fn day(&mut self, block: &Block) {
        self.block_numbers(block);
        let chars = block.body();
        let from = chars.iter().position(|c| *c == '：').map_or(0, |i| i + 1);
        let day: String = chars[from..].iter().filter(|c| !matches!(c, '。' | '）' | '（')).collect();
        if matches!(day.as_str(), "长期" | "持续" | "常态化" | "持续推进" | "长期坚持") || day.is_empty()
        {
            return;
        }
        if block.cell && !self.waiting_day.is_empty() {
            // The columns name the day before the work, so another day is another row.
            self.new_row();
        }
        if self.open_from == self.draft.measures.len() {
            self.waiting_day = day;
            return;
        }
        give_day(&mut self.draft.measures[self.open_from..], &day);
    }

    /// A cell with a figure only: the thing is the row's name, the unit may stand in a cell of its own.
    fn value_cell(&mut self, block: &Block) {
        let body = block.body();
        let mut chars = body.to_vec();
        let bare = crate::numerals::numbers(body).first().is_some_and(|number| number.unit.is_empty());
        if bare {
            let at = crate::numerals::numbers(body)[0].end;
            chars.splice(at..at, self.unit.iter().copied());
        }
        let scene = Scene::new(&chars, 0, chars.len(), self.page.head.year);
        let kept: Vec<usize> = (0..scene.numbers.len()).collect();
        let (quote, start, end) = self.quote(block, block.marker, block.chars.len());
        let name = self.row_name();
        let targets = attach::targets(&scene, &kept)
            .into_iter()
            .map(|found| {
                let place = block.marker + found.value.0.min(body.len() - 1);
                let value_end = (block.marker + found.value.1).min(block.chars.len()).max(place + 1);
                let (value_text, value_start, _) = self.quote(block, place, value_end);
                target(
                    Found { what: name.clone(), rule: attach::Rule::Cell, ..found },
                    quote.clone(),
                    value_text,
                    value_start,
                )
            })
            .collect();
        self.push(Measure {
            quote,
            start,
            end,
            section: self.section.clone(),
            heading: self.heading.clone(),
            targets,
            owners: self.waiting_owners.clone(),
            systems: Vec::new(),
        });
    }

    /// The name that a row gives its figure: the nearest title, else the last measure's words.
    fn row_name(&self) -> String {
        let bare = |title: &str| {
            let chars: Vec<char> = title.chars().filter(|c| !c.is_whitespace()).collect();
            chars[cuts::marker_len(&chars)..].iter().collect::<String>()
        };
        match self.draft.measures[self.open_from..].last() {
            Some(measure) if measure.targets.is_empty() => bare(&measure.quote),
            _ if !self.heading.is_empty() => bare(&self.heading),
            _ => bare(&self.section),
        }
    }

    fn push(&mut self, mut measure: Measure) {
        if !self.waiting_day.is_empty() {
            give_day(std::slice::from_mut(&mut measure), &self.waiting_day);
        }
        self.draft.measures.push(measure);
    }

    /// A paragraph or item: run-in headings, then measures.
    fn text_block(&mut self, i: usize, block: &Block) {
        let chars = &block.chars;
        let (to, owners) = closing_owners(chars, block.marker);
        if regions::is_label(&chars[block.marker..to]) || i >= self.closing {
            self.leave(block, (0, chars.len()), OtherKind::Aside);
            self.block_numbers(block);
            return;
        }
        let mut from = 0;
        let mut body = block.marker;
        if i < self.first_title && self.reports(chars, to) {
            self.leave(block, (0, chars.len()), OtherKind::Aside);
            self.report_numbers(block);
            return;
        }
        let groups = regions::run_in_titles(chars, block.marker, to, block.cell);
        if groups.first().is_some_and(|group| group.0 == 0) || groups.is_empty() {
            // An item that opens with its commitment keeps its number in the quote.
            if let Some((_, end)) = groups.first() {
                self.run_in(block, 0, *end);
                (from, body) = (next_text(chars, *end, to), next_text(chars, *end, to));
            }
        }
        for (start, end) in groups.iter().copied().filter(|(start, _)| *start > 0) {
            self.stretch(i, block, from, body, start);
            self.run_in(block, start, end);
            (from, body) = (next_text(chars, end, to), next_text(chars, end, to));
        }
        self.stretch(i, block, from, body, to);
        self.leave(block, (to, chars.len()), OtherKind::Owner);
        if !owners.is_empty() {
            self.owners(&owners);
            self.close_item();
        }
        for number in crate::numerals::numbers(&chars[to..])
            .iter()
            .filter(|number| number.style == crate::numerals::Style::Arabic)
        {
            self.note(block, (to + number.start, to + number.end), Reason::Name);
        }
    }

    /// True for a paragraph before the first title whose first sentence looks back.
    fn reports(&self, chars: &[char], to: usize) -> bool {
        let scene = Scene::new(chars, 0, to, self.page.head.year);
        scene.past.first().is_some_and(|past| *past)
    }

    fn report_numbers(&mut self, block: &Block) {
        let scene = Scene::new(&block.chars, 0, block.chars.len(), self.page.head.year);
        for k in 0..scene.numbers.len() {
            let reason = not_targets::reason(&scene, k).unwrap_or(Reason::Status);
            self.note_number(block, &scene, k, reason);
        }
    }

    fn run_in(&mut self, block: &Block, start: usize, end: usize) {
        let end = title_end(&block.chars, end);
        if end <= start.max(if start == 0 { block.marker } else { 0 }) {
            // A number without words: nothing to be named after.
            self.leave(block, (start, end.max(start)), OtherKind::Frame);
            return;
        }
        let (quote, ..) = self.quote(block, start, end);
        self.leave(block, (start, end), OtherKind::Heading);
        let level = if block.marker > 0 && start == 0 { block.level } else { 7 };
        if start == 0 || block.marker == 0 {
            self.close_item();
        }
        let body = if start == 0 { &block.chars[block.marker..end] } else { &block.chars[start..end] };
        let sectional = level <= self.top && level < 7;
        if sectional && self.top > 1 && self.section.is_empty() {
            self.open_heading(quote, level, body);
        } else {
            self.open_heading(quote, level.max(2), body);
        }
        if block.marker > 0 && start == 0 {
            self.note_marker(block);
        }
    }

    /// Measures and numbers of the characters from `from` (marker included) to `to`.
    fn stretch(&mut self, i: usize, block: &Block, from: usize, body: usize, to: usize) {
        if body >= to {
            // A number that nothing follows: the serial number of a row.
            self.leave(block, (from.min(to), to), OtherKind::Frame);
            return;
        }
        let scene = Scene::new(&block.chars, body, to, self.page.head.year);
        let first_number = scene.numbers.partition_point(|number| number.start < body);
        let mut kept = Vec::new();
        let implied = implied::implied(&scene, body);
        let reviewing = matches!(self.aside, Some((_, regions::Aside::Review)));
        for k in first_number..scene.numbers.len() {
            let number = &scene.numbers[k];
            let taken = implied.iter().any(|found| found.value.0 < number.after && number.start < found.value.1);
            if taken && !reviewing {
                continue;
            }
            let reason = if reviewing {
                not_targets::reason(&scene, k).or(Some(Reason::Status))
            } else {
                not_targets::reason(&scene, k)
            };
            match reason {
                None => kept.push(k),
                Some(reason) => self.note_number(block, &scene, k, reason),
            }
        }
        if from < body {
            self.note_marker(block);
        }
        let mut found = attach::targets(&scene, &kept);
        if !reviewing {
            found.extend(implied);
        }
        found.sort_by_key(|found| found.value.0);
        let guiding = self.aside.is_some() || i < self.first_title;
        if guiding && found.is_empty() || reviewing {
            self.leave(block, (from, to), OtherKind::Aside);
            return;
        }
        self.write_measures(block, &scene, from, &found);
    }

    fn write_measures(&mut self, block: &Block, scene: &Scene<'_>, from: usize, found: &[Found]) {
        if scene.measures.is_empty() {
            self.leave(block, (from, block.chars.len()), OtherKind::Frame);
        }
        let mut next = 0;
        for (n, (a, b)) in scene.measures.iter().copied().enumerate() {
            let start = if n == 0 { from } else { scene.clauses[a].start };
            let end = scene.clauses[b - 1].end;
            if regions::is_lead(&block.chars[scene.clauses[a].start..end], scene.clauses[b - 1].mark)
                && !found.iter().any(|one| (start..end).contains(&one.value.0))
            {
                self.leave(block, (start, end), OtherKind::Aside);
                continue;
            }
            let Some((start, end)) = measure_span(&block.chars, start, end) else { continue };
            let (quote, at, past) = self.quote(block, start, end);
            let mut targets = Vec::new();
            while let Some(one) = found.get(next).filter(|one| one.value.0 < end) {
                let span = (one.quote.0.max(start), one.quote.1.min(end).max(one.value.1));
                let (text, ..) = self.quote(block, span.0, span.1);
                let (value_text, value_start, _) = self.quote(block, one.value.0, one.value.1);
                targets.push(target(one.clone(), text, value_text, value_start));
                next += 1;
            }
            let mut names = self.waiting_owners.clone();
            names.extend(owners::owner_in_clause(&block.chars[start..end.min(start + 200)]));
            let systems = systems::systems(&block.chars, &scene.clauses[a..b]);
            self.push(Measure {
                quote,
                start: at,
                end: past,
                section: self.section.clone(),
                heading: self.heading.clone(),
                targets,
                owners: names,
                systems,
            });
        }
    }

    fn note(&mut self, block: &Block, (start, end): (usize, usize), reason: Reason) {
        let (value_text, value_start, _) = self.quote(block, start, end);
        self.draft.not_targets.push(NotTarget { value_text, value_start, reason });
    }

    fn note_marker(&mut self, block: &Block) {
        if block.marker > 0 && block.level < 6 {
            self.note(block, (0, block.marker), Reason::Ordinal);
        }
    }

    /// Chinese numerals that are mere words are not worth a line.
    fn note_number(&mut self, block: &Block, scene: &Scene<'_>, k: usize, reason: Reason) {
        let number = &scene.numbers[k];
        let word =
            number.style == crate::numerals::Style::Chinese && reason == Reason::Name && !scene.quoted[number.start];
        if word {
            return;
        }
        if reason == Reason::Date
            && let Some((start, end)) = scene.date_at(number.start)
        {
            self.note(block, (start, end), reason);
            return;
        }
        let percent = matches!(block.chars.get(number.end), Some('%' | '‰'));
        self.note(block, (number.start, number.end + usize::from(percent)), reason);
    }

    /// All numbers of a block that commits to nothing.
    fn block_numbers(&mut self, block: &Block) {
        let from = if block.kind == BlockKind::Frame && block.cell { 0 } else { block.marker };
        let scene = Scene::new(&block.chars, from, block.chars.len(), self.page.head.year);
        self.note_marker(block);
        for k in 0..scene.numbers.len() {
            let row = block.kind == BlockKind::Frame && block.cell;
            let reason = if row { Reason::Ordinal } else { not_targets::reason(&scene, k).unwrap_or(Reason::Name) };
            self.note_number(block, &scene, k, reason);
        }
    }

    /// Numbers of title, page frame and signature.
    fn frame_numbers(&mut self, page: &Page) {
        for block in &page.frame {
            self.leave(block, (0, block.chars.len()), OtherKind::Frame);
            let scene = Scene::new(&block.chars, 0, block.chars.len(), page.head.year);
            for k in 0..scene.numbers.len() {
                let reason = not_targets::reason(&scene, k)
                    .filter(|reason| matches!(reason, Reason::Date | Reason::Phone | Reason::Name))
                    .unwrap_or(Reason::Document);
                self.note_number(block, &scene, k, reason);
            }
        }
    }
}

fn target(found: Found, quote: String, value_text: String, value_start: usize) -> Target {
    Target {
        quote,
        value_text,
        value_start,
        quantity: found.quantity,
        unit: found.unit,
        comparator: found.comparator,
        what: found.what,
        per: found.per,
        by: found.by,
        approx: found.approx,
        range: found.range,
        soft: found.soft,
        implied: found.implied,
        rule: found.rule.id().to_owned(),
        why: found.rule.sentence().to_owned(),
    }
}

/// A row's day reaches every target that names none itself; 全年 says per what.
fn give_day(measures: &mut [Measure], day: &str) {
    for target in measures.iter_mut().flat_map(|measure| &mut measure.targets) {
        if day == "全年" {
            if target.per.is_empty() {
                target.per = day.to_owned();
            }
        } else if target.by.is_empty() {
            target.by = day.to_owned();
        }
    }
}

/// Where a title ends: before its closing mark.
fn title_end(chars: &[char], mut end: usize) -> usize {
    while end > 0 && matches!(chars[end - 1], '。' | '：' | '；' | '，' | '.') {
        end -= 1;
    }
    end
}

/// The first character past marks.
fn next_text(chars: &[char], mut at: usize, to: usize) -> usize {
    while at < to && matches!(chars[at], '。' | '：' | '；' | '，' | ' ') {
        at += 1;
    }
    at
}

/// The measure without marks and blanks at its ends; `None` where nothing is left.
fn measure_span(chars: &[char], mut start: usize, mut end: usize) -> Option<(usize, usize)> {
    let mark = |c: char| "。；，：！？、… ".contains(c);
    while start < end && mark(chars[start]) {
        start += 1;
    }
    while end > start && mark(chars[end - 1]) {
        end -= 1;
    }
    let says = chars[start..end].iter().any(|c| c.is_alphanumeric());
    says.then_some((start, end))
}

/// A bracket of departments at the end of an item: where the item's own text ends, and the departments.
fn closing_owners(chars: &[char], marker: usize) -> (usize, Vec<char>) {
    let mut end = chars.len();
    while end > marker && matches!(chars[end - 1], '。' | '；' | ' ') {
        end -= 1;
    }
    let close = end.checked_sub(1).map(|i| chars[i]);
    let open = match close {
        Some('）') => '（',
        Some('】') => '【',
        Some('〕') => '〔',
        _ => return (chars.len(), Vec::new()),
    };
    let Some(start) = (marker..end).rev().take(160).find(|i| chars[*i] == open) else {
        return (chars.len(), Vec::new());
    };
    let inner = &chars[start + 1..end - 1];
    if owners::is_owner_list(inner) { (start, inner.to_vec()) } else { (chars.len(), Vec::new()) }
}

impl Draft {
    /// The draft for people: one line a measure, its targets indented below.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        let targets: usize = self.measures.iter().map(|measure| measure.targets.len()).sum();
        line(self.head.title.clone().unwrap_or_else(|| "(no title found)".to_owned()));
        line(format!(
            "{} measures, {targets} targets, {} numbers that are none, {} questions",
            self.measures.len(),
            self.not_targets.len(),
            self.questions.len()
        ));
        let (mut section, mut heading) = ("", "");
        for measure in &self.measures {
            if measure.section != section {
                section = &measure.section;
                line(format!("\n{}", flat(section)));
            }
            if measure.heading != heading {
                heading = &measure.heading;
                if !heading.is_empty() {
                    line(format!("  {}", flat(heading)));
                }
            }
            line(format!(
                "  - {} [{}..{}]{}",
                flat(&measure.quote),
                measure.start,
                measure.end,
                joined(" owners: ", &measure.owners)
            ));
            for target in &measure.targets {
                line(format!("      {}", target.line()));
            }
        }
        if !self.questions.is_empty() {
            line("\nQuestions".to_owned());
        }
        for question in &self.questions {
            line(format!("  ? {} [{}]", question.text, question.start));
        }
        out
    }
}

impl Target {
    /// `发展党员 >= 50 名 (全年) [T01 at 724]`.
    fn line(&self) -> String {
        let flags: Vec<&str> =
            [(self.approx, "approx"), (self.range, "range"), (self.soft, "soft"), (self.implied, "implied")]
                .iter()
                .filter(|(on, _)| *on)
                .map(|(_, name)| *name)
                .collect();
        let mut extra: Vec<&str> =
            [self.per.as_str(), self.by.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
        extra.extend(flags);
        let extra = if extra.is_empty() { String::new() } else { format!(" ({})", extra.join(", ")) };
        format!(
            "{} {} {} {}{extra} [{} at {}: {}]",
            self.what,
            self.comparator.sign(),
            self.quantity,
            self.unit,
            self.rule,
            self.value_start,
            self.why
        )
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect()
}

fn joined(label: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{label}{}", names.join("、")) }
}

/// True when the characters are a date, used by the layout of tables.
pub(crate) fn is_day(chars: &[char]) -> bool {
    dates::is_date(chars) && !words::starts_with_act(chars)
}
