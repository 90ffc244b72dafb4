//! Binds a number to its comparator, to what it counts, per what and by when.

use crate::comparators::{self, Comparator};
use crate::letters::{contains, ends_with};
use crate::not_targets::range_mark;
use crate::numerals::Style;
use crate::reach::{by_of, is_soft, per_of, per_stroke};
use crate::scene::Scene;
use crate::units::UnitKind;
use crate::what::{Place, spread, what_counts};

/// The rule that found a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Verb, thing, figure: 发展党员50名.
    FigureAfterThing,
    /// Verb, figure, thing: 组建30个幼教集团.
    FigureBeforeThing,
    /// A rate and its value.
    Rate,
    /// 分别 spreads figures over the things listed.
    Spread,
    /// One end of 30—50.
    Range,
    /// 每校至少1名: the thing is named in the act before.
    Each,
    /// 全覆盖.
    Cover,
    /// 清零, 零增长.
    Zero,
    /// 过半, 三分之一.
    Part,
    /// 建设八大学院.
    Set,
    /// A table cell with a figure and nothing else.
    Cell,
}

impl Rule {
    /// Stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::FigureAfterThing => "T01",
            Self::FigureBeforeThing => "T02",
            Self::Rate => "T03",
            Self::Spread => "T04",
            Self::Range => "T05",
            Self::Each => "T06",
            Self::Cover => "T07",
            Self::Zero => "T08",
            Self::Part => "T09",
            Self::Set => "T10",
            Self::Cell => "T11",
        }
    }

    /// One sentence that tells a person why this is a target.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::FigureAfterThing => "the figure follows the thing it counts",
            Self::FigureBeforeThing => "the figure stands before the thing it counts",
            Self::Rate => "a rate or an indicator is given the value it has to reach, keep or stay under",
            Self::Spread => "the word 分别 gives each thing listed its own figure",
            Self::Range => "the figure is one end of a range",
            Self::Each => "the figure tells how much each one owes of the act named before",
            Self::Cover => "the words promise that all are covered, which is 100 per cent",
            Self::Zero => "the words promise none, which is 0",
            Self::Part => "the share is named in words",
            Self::Set => "a set to be built is counted by its name",
            Self::Cell => "the table gives the figure in a cell of its own",
        }
    }
}

/// A target with positions in the block.
#[derive(Debug, Clone)]
pub struct Found {
    /// The stretch between the marks around it.
    pub quote: (usize, usize),
    /// The number with multiplier and per-cent mark.
    pub value: (usize, usize),
    /// In the base unit.
    pub quantity: f64,
    /// The measure word.
    pub unit: String,
    /// Which side counts.
    pub comparator: Comparator,
    /// What is counted.
    pub what: String,
    /// Per what.
    pub per: String,
    /// By when, as written.
    pub by: String,
    /// 左右, 约.
    pub approx: bool,
    /// One end of a range.
    pub range: bool,
    /// 力争, 争取, 努力.
    pub soft: bool,
    /// Not written as a figure.
    pub implied: bool,
    /// The rule.
    pub rule: Rule,
}

/// How a number stands to the numbers around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// On its own.
    Alone,
    /// Follows the number before with nothing but 、 or 和 between: 95%、98%.
    Listed,
    /// The upper end of the range that the number before opens.
    Upper,
    /// The lower end of a range.
    Lower,
}

/// Builds the targets of the numbers `kept` (indices into `scene.numbers`, ascending).
pub fn targets(scene: &Scene<'_>, kept: &[usize]) -> Vec<Found> {
    let links = links(scene, kept);
    let comparators = comparators_of(scene, kept, &links);
    let mut found: Vec<Found> = Vec::new();
    for (n, &k) in kept.iter().enumerate() {
        let number = &scene.numbers[k];
        let Some(clause) = scene.clause_at(number.start) else { continue };
        let (left_from, right_to) = room(scene, kept, n, clause);
        let unit = unit_of(scene, kept, &links, n);
        let (quantity, range) = (value_of(scene, kept, &links, n), matches!(links[n], Link::Lower | Link::Upper));
        let left = &scene.chars[left_from..number.start];
        let (mut suffix_end, approx) = suffix_of(scene, k);
        let (mut right_to, mut left) = (right_to, left);
        if links[n] == Link::Lower {
            suffix_end = suffix_of(scene, kept[n + 1]).0;
            right_to = room(scene, kept, n + 1, clause).1.max(suffix_end);
        }
        if left.len() > 80 {
            left = &left[left.len() - 80..];
        }
        let (what, rule) = match spread(scene, kept, &links, n, clause) {
            Some(what) => (what, Rule::Spread),
            None => {
                let share = number.kind == Some(UnitKind::Share);
                let listed = matches!(links[n], Link::Listed | Link::Upper);
                let place = Place { clause, left, left_from, right: (suffix_end, right_to), share, listed };
                what_counts(scene, found.last(), &place)
            }
        };
        let rule = match (range, number.style) {
            (true, _) => Rule::Range,
            (_, Style::Part) => Rule::Part,
            _ => rule,
        };
        // 15/10万, 十万分之十五: the stroke says per how many.
        let per_head = unit.strip_prefix('/').map(|base| format!("每{base}"));
        let unit = if per_head.is_some() { String::new() } else { unit };
        found.push(Found {
            quote: quote_around(scene, number.start, number.after, clause),
            value: value_span(scene, k),
            quantity,
            unit,
            comparator: comparators[n],
            what,
            per: per_head.unwrap_or_else(|| per_of(scene, clause, number.start, suffix_end)),
            by: by_of(scene, clause, number.start),
            approx: approx || comparators::approx_before(left),
            range,
            soft: is_soft(scene, clause, number.start),
            implied: number.style == Style::Part,
            rule,
        });
    }
    found
}

fn links(scene: &Scene<'_>, kept: &[usize]) -> Vec<Link> {
    let mut links = vec![Link::Alone; kept.len()];
    for n in 1..kept.len() {
        let (before, number) = (&scene.numbers[kept[n - 1]], &scene.numbers[kept[n]]);
        let between = &scene.chars[before.after..number.start];
        if range_mark(between) && before.value < number.value * 10_000.0 && links[n - 1] == Link::Alone {
            (links[n - 1], links[n]) = (Link::Lower, Link::Upper);
            continue;
        }
        let gap = &scene.chars[suffix_of(scene, kept[n - 1]).0.min(number.start)..number.start];
        // 分别达到38%、42%和13平方米: the list may change its unit.
        let spread = || {
            let from = scene.clause_at(before.start).map_or(0, |clause| scene.clauses[clause].start);
            contains(&scene.chars[from.max(before.start.saturating_sub(60)).min(before.start)..before.start], "分别")
        };
        let alike = before.unit == number.unit || before.unit.is_empty() || spread();
        if alike && matches!(gap, ['、'] | ['和'] | ['与'] | ['及']) {
            links[n] = Link::Listed;
        }
    }
    links
}

/// Where the words of the number begin and end inside its clause.
fn room(scene: &Scene<'_>, kept: &[usize], n: usize, clause: usize) -> (usize, usize) {
    let number = &scene.numbers[kept[n]];
    let span = scene.clauses[clause];
    let mut from = span.start.max(number.start.saturating_sub(80));
    let bracket = scene.bracket_at(number.start);
    if let Some((open, _)) = bracket {
        from = from.max(open);
    }
    if n > 0 {
        let end = suffix_of(scene, kept[n - 1]).0;
        if end > from && end <= number.start {
            let mark = (end..number.start)
                .find(|i| matches!(scene.chars[*i], '、' | '和' | '及' | '与' | '，' | '（') && !scene.quoted[*i]);
            from = mark.map_or(end, |i| i + 1);
        }
    }
    let mut to = bracket.map_or(span.end, |(_, close)| close).min(number.after + 60);
    if let Some(next) = kept.get(n + 1).map(|k| scene.numbers[*k].start)
        && next < to
    {
        // The words before the next number belong to it, from the last 、 on.
        to = (number.after..next)
            .rev()
            .find(|i| matches!(scene.chars[*i], '、' | '，' | '和' | '及'))
            .unwrap_or(next)
            .max(number.after);
    }
    (from, to.max(number.after))
}

pub(crate) fn suffix_of(scene: &Scene<'_>, k: usize) -> (usize, bool) {
    let number = &scene.numbers[k];
    let mut at = number.after;
    // 4批次/千人: what follows the stroke says per what.
    if scene.chars.get(at) == Some(&'/') && number.unit != "%" {
        at += 1 + per_stroke(&scene.chars[at + 1..]);
    }
    let suffix = comparators::suffix(&scene.chars[at..], number.kind == Some(UnitKind::Time));
    (at + suffix.len, suffix.approx)
}

fn comparators_of(scene: &Scene<'_>, kept: &[usize], links: &[Link]) -> Vec<Comparator> {
    let mut found = vec![Comparator::Equal; kept.len()];
    let mut shared: Option<Comparator> = None;
    let mut spans_verb = false;
    for n in 0..kept.len() {
        let number = &scene.numbers[kept[n]];
        let clause_start = scene.clause_at(number.start).map_or(0, |c| scene.clauses[c].start);
        let from = if n > 0 { clause_start.max(scene.numbers[kept[n - 1]].after) } else { clause_start };
        let words = scene.unquoted(from.min(number.start), number.start);
        let found_prefix = comparators::prefix(&words);
        let prefix = found_prefix.map(|p| p.comparator);
        // 至少撰写记录10篇、随笔2篇: the word before the verb holds for all its objects.
        let continues = n > 0
            && from > clause_start
            && (words.first() == Some(&'、') || words.last() == Some(&'、'))
            && spans_verb
            && prefix.is_none();
        if !matches!(links[n], Link::Listed | Link::Upper) && !continues {
            shared = prefix;
            spans_verb =
                found_prefix.is_some_and(|p| matches!(words[p.start], '至' | '最') && p.end + 2 <= words.len());
        }
        let span = number.kind == Some(UnitKind::Time);
        let stroke = if scene.chars.get(number.after) == Some(&'/') {
            1 + per_stroke(&scene.chars[number.after + 1..])
        } else {
            0
        };
        let suffix = comparators::suffix(&scene.chars[number.after + stroke..], span).comparator;
        // 高于全市平均1个百分点以上: the difference is bounded by the word behind it.
        let apart = suffix.is_some() && found_prefix.is_some_and(|p| p.end + 4 <= words.len());
        let prefix = prefix.filter(|_| !apart);
        let more = number.more.then_some(Comparator::Above);
        found[n] = settle(prefix.or(shared), suffix.or_else(|| tail_suffix(scene, kept, n)), more);
    }
    // A suffix at the end of a pure list reaches back over it.
    for n in (1..kept.len()).rev() {
        if links[n] == Link::Listed
            && found[n - 1] == Comparator::Equal
            && found[n] != Comparator::Equal
            && !scene.numbers[kept[n]].more
        {
            found[n - 1] = found[n];
        }
    }
    for n in 0..kept.len() {
        match links[n] {
            Link::Lower => found[n] = Comparator::AtLeast,
            Link::Upper => found[n] = Comparator::AtMost,
            _ => {}
        }
    }
    found
}

/// A suffix decides, then the prefix, then 余.
fn settle(prefix: Option<Comparator>, suffix: Option<Comparator>, more: Option<Comparator>) -> Comparator {
    match (prefix, suffix) {
        (Some(Comparator::Above), Some(Comparator::AtLeast)) => Comparator::Above,
        (_, Some(suffix)) => suffix,
        (Some(prefix), None) => prefix,
        (None, None) => more.unwrap_or(Comparator::Equal),
    }
}

/// 组建30个幼教集团以上: the suffix stands at the end of the clause.
fn tail_suffix(scene: &Scene<'_>, kept: &[usize], n: usize) -> Option<Comparator> {
    let number = &scene.numbers[kept[n]];
    let clause = scene.clauses[scene.clause_at(number.start)?];
    if clause.end > number.after + 30 || kept.get(n + 1).is_some_and(|k| scene.numbers[*k].start < clause.end) {
        return None;
    }
    let text = &scene.chars[number.after..clause.end];
    for (word, comparator) in
        [("以上", Comparator::AtLeast), ("以内", Comparator::AtMost), ("以下", Comparator::AtMost)]
    {
        if ends_with(text, word) {
            return Some(comparator);
        }
    }
    None
}

/// A member of a list or range without unit takes the unit of the next member.
fn unit_of(scene: &Scene<'_>, kept: &[usize], links: &[Link], n: usize) -> String {
    let mut m = n;
    while scene.numbers[kept[m]].unit.is_empty()
        && m + 1 < kept.len()
        && matches!(links[m + 1], Link::Listed | Link::Upper)
        && m < n + 12
    {
        m += 1;
    }
    scene.numbers[kept[m]].unit.to_owned()
}

/// 3-5万人: the multiplier of the upper end holds for the lower one too.
fn value_of(scene: &Scene<'_>, kept: &[usize], links: &[Link], n: usize) -> f64 {
    let number = &scene.numbers[kept[n]];
    if links[n] != Link::Lower || !number.unit.is_empty() {
        return number.value;
    }
    let upper = &scene.numbers[kept[n + 1]];
    match scene.chars[upper.start..upper.end].last() {
        Some('万') if number.value < 10_000.0 => number.value * 10_000.0,
        Some('亿') if number.value < 100_000_000.0 => number.value * 100_000_000.0,
        _ => number.value,
    }
}

fn value_span(scene: &Scene<'_>, k: usize) -> (usize, usize) {
    let number = &scene.numbers[k];
    let percent = matches!(scene.chars.get(number.end), Some('%' | '‰')) && number.style == Style::Arabic;
    (number.start, number.end + usize::from(percent))
}

/// The stretch between commas or enumeration marks.
pub(crate) fn quote_around(scene: &Scene<'_>, start: usize, end: usize, clause: usize) -> (usize, usize) {
    let span = scene.clauses[clause];
    let mark = |i: &usize| scene.chars[*i] == '、' && !scene.quoted[*i];
    // A stretch without marks is quoted for its nearest characters only, or quotes would grow with the square of the text.
    let from =
        (span.start..start).rev().take(200).find(mark).map_or(span.start.max(start.saturating_sub(200)), |i| i + 1);
    let to = (end..span.end).take(200).find(mark).unwrap_or(span.end.min(end + 200));
    (from, to)
}

pub(crate) fn figure_between(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    let i = scene.numbers.partition_point(|number| number.start < from);
    scene.numbers.get(i).is_some_and(|number| number.start < to)
}
