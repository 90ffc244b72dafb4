//! A plan: the published text and what it commits to (`plans/NAME/plan.toml` beside `source.txt`).

use jiff::civil::Date;

/// A published plan, checked: every quote stands in the text, in order, without overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The folder's name.
    pub name: String,
    /// 文件名称
    pub title: String,
    /// The year whose days it governs.
    pub year: i16,
    /// The published text, unchanged.
    pub text: String,
    /// What stands in the text's head.
    pub head: PlanHead,
    /// The numbered parts in order.
    pub sections: Vec<Section>,
}

/// The head of a published document (政府信息公开 metadata), read from the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanHead {
    /// 信息索引号
    pub index_number: String,
    /// 发布机构
    pub publisher: String,
    /// 成文日期
    pub formed_on: Option<Date>,
    /// 公开方式
    pub openness: String,
    /// 发布日期
    pub published_on: Option<Date>,
}

/// A stretch of the text, in Unicode scalar values from the start of the decoded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// A numbered part (部分).
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its title line.
    pub heading: Span,
    /// Its groups in order.
    pub groups: Vec<Group>,
}

/// The sentence that opens a group, and the measures under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The run-in sentence.
    pub heading: Span,
    /// Its measures in the text's order.
    pub measures: Vec<Measure>,
}

/// One commitment quoted from the text (举措).
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its id, such as `2-2-5`.
    pub id: String,
    /// A short name for lists; the quote when none is given.
    pub title: String,
    /// Where the quote stands.
    pub span: Span,
    /// 牵头科室, by the name of the unit.
    pub lead: Option<String>,
    /// 配合
    pub with: Vec<String>,
    /// 分管领导, by role title.
    pub chief: Option<String>,
    /// Its targets; empty: nothing to reach is stated.
    pub targets: Vec<Target>,
}

/// The number to reach by a day (目标).
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Exact decimal in the base unit.
    pub quantity: String,
    /// 个, 所, %
    pub unit: String,
    /// Its direction.
    pub comparator: Comparator,
    /// What the number counts.
    pub what: String,
    /// The indicator that computes it; `None`: not yet bound.
    pub indicator: Option<String>,
    /// The first day of its time; the year's first unless given.
    pub from: Date,
    /// The last day; the year's last unless given.
    pub by: Date,
    /// Treats more as failure.
    pub exact: bool,
}

/// The direction of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// `=`: met at or above, unless `exact`.
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
    /// `<=`
    AtMost,
    /// `<`
    Less,
}

impl Comparator {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::AtLeast => ">=",
            Comparator::More => ">",
            Comparator::AtMost => "<=",
            Comparator::Less => "<",
        }
    }
}

/// How much of a plan's body its measures quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Characters of the sections without headings: those quoted and those that ought to be.
    pub characters: usize,
    /// Characters inside quotes.
    pub bound: usize,
    /// Stretches of text that no measure quotes; white space and punctuation between quotes are none.
    pub uncovered: Vec<Uncovered>,
}

/// A stretch of text that no measure quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub text: String,
}

impl Plan {
    /// The text of a stretch; empty when it lies outside the text.
    pub fn slice(&self, span: Span) -> &str {
        let byte = |place: usize| self.text.char_indices().nth(place).map_or(self.text.len(), |(at, _)| at);
        self.text.get(byte(span.start)..byte(span.end)).unwrap_or_default()
    }

    /// Every measure in the text's order.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.sections.iter().flat_map(|section| &section.groups).flat_map(|group| &group.measures)
    }

    /// The measure with that id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures().find(|measure| measure.id == id)
    }

    /// How much of the sections, headings apart, the measures quote. The body runs from the first section's heading
    /// to the end of the text.
    pub fn coverage(&self) -> Coverage {
        let letters: Vec<char> = self.text.chars().collect();
        let headings = self.sections.iter().flat_map(|section| {
            std::iter::once(section.heading).chain(section.groups.iter().map(|group| group.heading))
        });
        let mut taken: Vec<Span> = headings.chain(self.measures().map(|measure| measure.span)).collect();
        taken.sort_by_key(|span| (span.start, span.end));
        let mut uncovered = Vec::new();
        let mut at = self.sections.first().map_or(letters.len(), |section| section.heading.start);
        for span in taken.into_iter().chain([Span { start: letters.len(), end: letters.len() }]) {
            uncovered.extend(spoken(&letters, at, span.start));
            at = at.max(span.end);
        }
        let bound = self.measures().map(|measure| measure.span.end - measure.span.start).sum();
        let characters = bound + uncovered.iter().map(|part| part.span.end - part.span.start).sum::<usize>();
        Coverage { characters, bound, uncovered }
    }
}

/// The stretch between two places without white space and punctuation at its ends, if anything is left.
fn spoken(letters: &[char], start: usize, end: usize) -> Option<Uncovered> {
    let part = letters.get(start..end)?;
    let first = part.iter().position(|letter| letter.is_alphanumeric())?;
    let last = part.iter().rposition(|letter| letter.is_alphanumeric())?;
    let span = Span { start: start + first, end: start + last + 1 };
    Some(Uncovered { span, text: letters[span.start..span.end].iter().collect() })
}
