//! `plans/NAME/plan.toml` beside `source.txt`: finds every quote in the text and reads the targets.

use super::condition::one_word;
use super::cursor::{Document, Faults, Item, Table};
use crate::File;
use crate::fault::{self, Fault};
use crate::model::Packs;
use crate::plan::{Comparator, Group, Measure, Plan, PlanHead, Section, Span, Target};
use crate::words::{did_you_mean, scaled};
use jiff::civil::Date;
use std::collections::HashSet;

/// Reads and checks a plan. `files` hold `plan.toml` and `source.txt` (in any folder); others are left alone.
///
/// # Errors
/// Every fault: a quote that does not stand in the text in order, an indicator that is not there, and so on.
pub fn check_plan(name: &str, files: &[File], packs: &Packs) -> Result<Plan, Vec<Fault>> {
    let faults = Faults::default();
    let find = |wanted: &str| files.iter().find(|file| file.path.rsplit('/').next() == Some(wanted));
    let (Some(source), Some(declared)) = (find("source.txt"), find("plan.toml")) else {
        return Err(vec![Fault {
            file: name.to_owned(),
            line: 0,
            code: fault::PLAN_FILE,
            what: format!("plan `{name}` is not whole"),
            hint: "put plan.toml and source.txt into its folder".to_owned(),
        }]);
    };
    let document = Document::parse(declared, &faults);
    let plan = read_plan(name, &source.text, &document.root(), packs);
    check_head(source, &plan.head, &faults);
    drop(document);
    faults.settle(plan)
}

fn read_plan(name: &str, text: &str, table: &Table, packs: &Packs) -> Plan {
    let title = table.must_text("title");
    let year = table.must("year").and_then(|item| read_year(&item)).unwrap_or(2000);
    let mut reader = Reader { text, found: 0, counted: 0, ids: HashSet::new(), year, packs };
    let sections = table.tables("section").iter().map(|section| reader.section(section)).collect();
    table.finish();
    Plan { name: name.to_owned(), title, year, text: text.to_owned(), head: read_head(text), sections }
}

fn read_year(item: &Item) -> Option<i16> {
    let year = item.whole()?;
    let known = i16::try_from(year).ok().filter(|year| (1949..=2200).contains(year));
    if known.is_none() {
        item.fault(fault::TIME, format!("{year} is no year of a plan"), "write such as year = 2021");
    }
    known
}

/// Walks through the text; each quote is sought after the one before.
struct Reader<'t> {
    text: &'t str,
    /// Bytes that lie behind.
    found: usize,
    /// The same in Unicode scalar values.
    counted: usize,
    ids: HashSet<String>,
    year: i16,
    packs: &'t Packs,
}

impl Reader<'_> {
    fn section(&mut self, table: &Table) -> Section {
        let heading = self.quote(table, "heading");
        let groups = table.tables("group").iter().map(|group| self.group(group)).collect();
        table.finish();
        Section { heading, groups }
    }

    fn group(&mut self, table: &Table) -> Group {
        let heading = self.quote(table, "heading");
        let measures = table.tables("measure").iter().map(|measure| self.measure(measure)).collect();
        table.finish();
        Group { heading, measures }
    }

    fn measure(&mut self, table: &Table) -> Measure {
        let id = table.must("id").and_then(|item| self.id(&item)).unwrap_or_default();
        let span = self.quote(table, "quote");
        let title = table.text("title").or_else(|| table.text("quote")).unwrap_or_default();
        let lead = table.text("lead");
        let with = table.texts("with").into_iter().map(|(office, _)| office).collect();
        let chief = table.text("chief");
        let targets = table.tables("target").iter().map(|target| self.target(target)).collect();
        table.finish();
        Measure { id, title, span, lead, with, chief, targets }
    }

    fn id(&mut self, item: &Item) -> Option<String> {
        let id = item.text()?;
        let plain = id.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if !plain {
            item.fault(
                fault::MEASURE,
                format!("`{id}` is no id of a measure"),
                "write digits joined by hyphens, such as \"2-2-5\"",
            );
        } else if !self.ids.insert(id.clone()) {
            item.fault(fault::MEASURE, format!("measure `{id}` stands twice"), "ids are never shared");
        }
        Some(id)
    }

    /// Finds a quote after everything found so far.
    fn quote(&mut self, table: &Table, key: &'static str) -> Span {
        let nowhere = Span { start: self.counted, end: self.counted };
        let Some(item) = table.must(key) else { return nowhere };
        let Some(quote) = item.text() else { return nowhere };
        let Some(place) = self.text[self.found..].find(&quote) else {
            let hint = if self.text.contains(&quote) {
                "it stands further up: put the quotes into the order of the text, without overlap"
            } else {
                "copy it from source.txt character for character, within one line"
            };
            item.fault(fault::QUOTE, format!("the text does not go on with `{}`", shortened(&quote)), hint);
            return nowhere;
        };
        let start = self.counted + self.text[self.found..self.found + place].chars().count();
        let end = start + quote.chars().count();
        self.found += place + quote.len();
        self.counted = end;
        Span { start, end }
    }

    fn target(&self, table: &Table) -> Target {
        let quantity = table.must("quantity").and_then(|item| read_quantity(&item)).unwrap_or_default();
        let unit = table.must_text("unit");
        let comparator = table.must("comparator").and_then(|item| one_word(&item, &COMPARATORS));
        let what = table.must_text("what");
        let indicator = table.item("indicator").and_then(|item| self.indicator(&item, &unit));
        let day = |key: &'static str| table.item(key).and_then(|item| item.day());
        let (first, last) = year_days(self.year);
        let (from, by) = (day("from").unwrap_or(first), day("by").unwrap_or(last));
        if from > by {
            table.fault(fault::TIME, "the target's time ends before it begins", "turn `from` and `by` round");
        }
        let exact = table.flag("exact");
        table.finish();
        Target {
            quantity,
            unit,
            comparator: comparator.unwrap_or(Comparator::AtLeast),
            what,
            indicator,
            from,
            by,
            exact,
        }
    }

    fn indicator(&self, item: &Item, unit: &str) -> Option<String> {
        let name = item.text()?;
        let Some(indicator) = self.packs.indicators.get(&name) else {
            let hint = did_you_mean(&name, self.packs.indicators.keys().map(String::as_str));
            item.fault(fault::NO_INDICATOR, format!("no indicator `{name}`"), hint);
            return None;
        };
        if indicator.unit != unit {
            let what = format!("the target counts in {unit}, `{name}` in {}", indicator.unit);
            item.fault(fault::UNIT, what, "give both the same unit");
        }
        Some(name)
    }
}

const COMPARATORS: [(&str, Comparator); 5] = [
    ("=", Comparator::Equal),
    (">=", Comparator::AtLeast),
    (">", Comparator::More),
    ("<=", Comparator::AtMost),
    ("<", Comparator::Less),
];

fn read_quantity(item: &Item) -> Option<String> {
    let written = item.decimal()?;
    if scaled(&written, 6).is_none() {
        item.fault(
            fault::QUANTITY,
            format!("`{written}` is no exact decimal"),
            "write the number in the base unit, such as 300000",
        );
        return None;
    }
    Some(written)
}

fn year_days(year: i16) -> (Date, Date) {
    (jiff::civil::date(year, 1, 1), jiff::civil::date(year, 12, 31))
}

fn shortened(quote: &str) -> String {
    if quote.chars().count() <= 24 {
        quote.to_owned()
    } else {
        format!("{}…", quote.chars().take(24).collect::<String>())
    }
}

/// Reads the head of a published text: a label at the start of a line, its value behind it or on the next line that
/// says something. A label that is not there leaves its field empty.
fn read_head(text: &str) -> PlanHead {
    let day =
        |labels: &[&str]| labels.iter().find_map(|label| labelled(text, label)).and_then(|value| read_day(&value));
    PlanHead {
        index_number: labelled(text, "信息索引号").or_else(|| labelled(text, "索引号")).unwrap_or_default(),
        publisher: labelled(text, "发布机构").unwrap_or_default(),
        formed_on: day(&FORMED),
        openness: labelled(text, "公开方式").unwrap_or_default(),
        published_on: day(&PUBLISHED),
    }
}

const FORMED: [&str; 2] = ["成文日期", "生成日期"];
const PUBLISHED: [&str; 2] = ["发布时间", "发布日期"];

/// The value of a label in the first hundred lines.
fn labelled(text: &str, label: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(100).map(bare).collect();
    let (place, value) = lines.iter().enumerate().find_map(|(place, line)| {
        let rest = line.strip_prefix(label)?.trim_start();
        Some((place, rest.strip_prefix(':').or_else(|| rest.strip_prefix(':'))?.trim()))
    })?;
    let value = if value.is_empty() { lines[place + 1..].iter().find(|line| !line.is_empty())? } else { value };
    let is_label = value.ends_with(':') || value.ends_with(':');
    (!is_label).then(|| value.to_owned())
}

/// A line without white space and bullets at its ends.
fn bare(line: &str) -> &str {
    line.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '•' | '·' | '*' | '\u{feff}'))
}

/// `2021-01-17`, with or without a time behind it, or `2021年1月17日`.
fn read_day(value: &str) -> Option<Date> {
    let day = value.split_whitespace().next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A date that stands in the head but cannot be read is a fault; one that is absent is not.
fn check_head(source: &File, head: &PlanHead, faults: &Faults) {
    for (labels, read) in [(FORMED, head.formed_on), (PUBLISHED, head.published_on)] {
        let Some(value) = labels.iter().find_map(|label| labelled(&source.text, label)) else { continue };
        if read.is_none() {
            let line = source.text.lines().position(|line| line.contains(&value)).map_or(0, |line| line + 1);
            let what = format!("`{value}` under {} is no day", labels[0]);
            let hint = "a published text is never altered: check that source.txt is the right file".to_owned();
            faults.add(Fault { file: source.path.clone(), line, code: fault::HEAD_DATE, what, hint });
        }
    }
}
