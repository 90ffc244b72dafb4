//! What a signed-in person gets to see, already within their scope and masked: pages and the API show these and nothing
//! else. Texts of values are shown forms in the person's language; figures that are drawn stay numbers.

use jiff::civil::Date;

pub use luoshi_kernel::Lang;

/// The day a page is asked for; at most one is set. Neither: now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct When {
    /// 截至 D 当时所知: every table as known at the end of D.
    pub as_of: Option<Date>,
    /// 截至 D 按现在所知: today's knowledge, business days up to D.
    pub on: Option<Date>,
}

pub use luoshi_kernel::kind::area::Outline;
pub use luoshi_kernel::light::Light;

/// What every page says at its edges.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The bureau's name.
    pub bureau: String,
    /// Everything shown is invented.
    pub demo: bool,
    /// Today, Beijing.
    pub today: Date,
    /// Whether the bureau is open for reading only, and why.
    pub read_only: Option<String>,
    /// The signed-in person, `None` before sign-in.
    pub who: Option<Who>,
    /// The newest sealed head: its first hex digits and the number of ledger lines it covers.
    pub head: Option<(String, i64)>,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Name.
    pub name: String,
    /// Post, such as 计划财务科.
    pub post: String,
    /// The token that every form carries back.
    pub csrf: String,
    /// Registers the person may read, in the order of the packs; the navigation leads to the first one.
    pub registers: Vec<RegisterHead>,
    /// May see the operations page.
    pub operates: bool,
    /// Whether the list of what is past its term is for them: they may order its erasure.
    pub orders_erasure: bool,
}

/// An account that a demo bureau offers for one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// Its sign-in name.
    pub name: String,
    /// The person and post.
    pub title: String,
    /// What the role may do, in a sentence.
    pub about: String,
}

/// A register's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterHead {
    /// Its name in URLs.
    pub name: String,
    /// Its label.
    pub title: String,
    /// Records the person may see; `None` where not counted.
    pub count: Option<u64>,
}

// ---------------------------------------------------------------------------------------------------------- lists

/// A list: one register, one view, filtered and sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct ListView {
    /// The register.
    pub register: RegisterHead,
    /// Registers the person may see, for the side, by pack.
    pub registers: Vec<RegisterGroup>,
    /// Named views with their counts; the current one is marked.
    pub views: Vec<ViewHead>,
    /// The filter as a sentence, in parts.
    pub sentence: Vec<Phrase>,
    /// Columns.
    pub columns: Vec<ColumnHead>,
    /// Rows of this page.
    pub rows: Vec<Row>,
    /// All records that match and the person may see.
    pub total: u64,
    /// This page, from 1.
    pub page: u64,
    /// Pages.
    pub pages: u64,
    /// Under each column its sum over all `total` rows, where a sum makes sense.
    pub sums: Vec<Option<String>>,
    /// Filters that can be added: fields with their choices (empty: a text or date is typed).
    pub filters: Vec<FilterHead>,
    /// The person may file a new record.
    pub may_file: bool,
    /// The person may take the list away as a file.
    pub may_export: bool,
    /// The day asked for.
    pub when: When,
    /// States of the flow in order, for the row of dots.
    pub states: Vec<String>,
}

/// Registers of one pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterGroup {
    /// The pack's label.
    pub title: String,
    /// Its registers.
    pub registers: Vec<RegisterHead>,
}

/// A named view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewHead {
    /// Its name in the URL.
    pub name: String,
    /// Its label.
    pub title: String,
    /// Its records, as far as they were counted.
    pub count: u64,
    /// There are more.
    pub more: bool,
    /// The current one.
    pub current: bool,
}

/// A part of a sentence about a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    /// Plain words.
    Words(String),
    /// A term of the condition (field, operator, value together), underlined.
    Term {
        /// As shown.
        text: String,
        /// The query parameter that removes it, if the person set it.
        remove: Option<String>,
    },
}

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnHead {
    /// Field name, the query's sort key.
    pub name: String,
    /// Label.
    pub title: String,
    /// Unit shown once in the head (万元).
    pub unit: Option<String>,
    /// How it is set.
    pub style: CellStyle,
    /// Sorted by this: `Some(true)` is descending.
    pub sorted: Option<bool>,
}

/// How a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellStyle {
    /// The record's name: larger, links to the record.
    Name,
    /// Serial number: monospaced.
    Code,
    /// Plain text.
    Text,
    /// Right-aligned figure.
    Figure,
    /// Day, right-aligned.
    Day,
    /// State with dots.
    State,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The record's id.
    pub id: i64,
    /// Its register.
    pub register: String,
    /// Its light, if one can be told (late by its own due day).
    pub light: Option<Light>,
    /// Index of its state in `states`, if it is on the main line.
    pub step: Option<usize>,
    /// One per column.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// As shown; empty where nothing is known.
    pub text: String,
    /// The record it refers to: register and id.
    pub link: Option<(String, i64)>,
    /// Weight for what is late (a forecast later than due).
    pub strong: bool,
}

/// A filter that can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterHead {
    /// Field name.
    pub name: String,
    /// Label.
    pub title: String,
    /// Choices: key and label.
    pub choices: Vec<(String, String)>,
    /// Input type of the value when there are no choices: `text`, `date`, `number`.
    pub input: &'static str,
}

// --------------------------------------------------------------------------------------------------------- search

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchView {
    /// What was typed, without blanks around.
    pub typed: String,
    /// Too little was typed: no term has two characters.
    pub short: bool,
    /// The one register that was searched.
    pub register: Option<String>,
    /// Registers that the person may search.
    pub registers: Vec<RegisterHead>,
    /// Hits, best first.
    pub hits: Vec<SearchHit>,
    /// There are more, or so many to look through that more should be typed.
    pub more: bool,
    /// Registers in which what was typed is somebody's key (an identity number), and the person sees no more than that.
    pub met: Vec<RegisterHead>,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its register.
    pub register: RegisterHead,
    /// Its id.
    pub id: i64,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its name, else its number.
    pub title: String,
    /// The label of its state.
    pub state: Option<String>,
    /// The unit it belongs to, if the person may see it: id and name.
    pub owner: Option<(i64, String)>,
    /// The field that holds what was typed when its name does not: label and text.
    pub part: Option<(String, String)>,
}

// -------------------------------------------------------------------------------------------------------- records

/// A record's page.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// Its register.
    pub register: RegisterHead,
    /// Its id.
    pub id: i64,
    /// Its version.
    pub version: i64,
    /// Records of its register are numbered.
    pub numbered: bool,
    /// Its serial number.
    pub serial: Option<String>,
    /// Its name.
    pub title: String,
    /// Its light and one reason.
    pub light: Option<(Light, String)>,
    /// The flow line.
    pub flow: Vec<Step>,
    /// The state's label when it stands beside the main line (作废).
    pub aside: Option<String>,
    /// Moves the person may make from here, the next one first.
    pub moves: Vec<MoveHead>,
    /// What the next move still lacks, in a sentence.
    pub need: Option<String>,
    /// Moves from here that several must sign.
    pub signings: Vec<Signing>,
    /// Groups of fields.
    pub groups: Vec<FieldGroup>,
    /// The person may change fields.
    pub may_edit: bool,
    /// The person may ask for its erasure.
    pub erase: Option<EraseHead>,
    /// Records that refer to this one.
    pub related: Vec<Related>,
    /// Numbers of plans this record counts in, or will.
    pub counts: Vec<CountsIn>,
    /// Its versions, newest first.
    pub past: Vec<VersionView>,
    /// Who had masked values revealed, newest first.
    pub reveals: Vec<RevealLine>,
    /// Hex digest of the newest version shown and its line in the ledger.
    pub digest: Option<(String, i64)>,
    /// The day asked for.
    pub when: When,
}

/// What an order of erasure would destroy of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraseHead {
    /// Labels of the fields that would be destroyed.
    pub fields: String,
    /// Labels of fields whose files would be destroyed.
    pub files: String,
    /// An order that waits already: id and serial.
    pub order: Option<(i64, String)>,
    /// What the order's form is filled in with.
    pub given: Vec<(String, String)>,
}

/// 到期清单: records whose term of keeping is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionView {
    /// A list for each register that has a term.
    pub lists: Vec<KeptList>,
    /// What the order's form is filled in with, but for the records.
    pub given: Vec<(String, String)>,
}

/// What is due of one register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptList {
    /// The register, with how much of it is due.
    pub register: RegisterHead,
    /// Its term in words.
    pub term: String,
    /// A page of it, the oldest first.
    pub rows: Vec<KeptRow>,
    /// The page, from 1.
    pub page: u64,
    /// How many pages there are.
    pub pages: u64,
}

/// A record that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub title: String,
    /// Its serial number.
    pub serial: String,
    /// The day from which its term runs, shown.
    pub since: String,
    /// What an order names it by.
    pub line: String,
    /// An order that waits already: id and serial.
    pub order: Option<(i64, String)>,
}

/// A masked value that was revealed to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealLine {
    /// When, shown.
    pub at: String,
    /// To whom.
    pub by: String,
    /// The field's label.
    pub field: String,
    /// Why.
    pub reason: String,
}

/// The page on which a masked value is revealed: first it asks why, then it shows the value once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealView {
    /// The record's register.
    pub register: RegisterHead,
    /// The record.
    pub id: i64,
    /// The record's name.
    pub title: String,
    /// The field's name.
    pub field: String,
    /// The field's label.
    pub label: String,
    /// The value as everybody sees it.
    pub masked: String,
    /// The value; `None` until a reason was given.
    pub value: Option<String>,
    /// The reason as typed.
    pub reason: String,
    /// The form's request id.
    pub request: String,
    /// Why it was not revealed.
    pub fault: Option<FieldFault>,
}

/// A state on the flow line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Label.
    pub title: String,
    /// Where the record stands to it.
    pub place: Place,
    /// First line under it (2021年6月28日, 应8月10日).
    pub day: String,
    /// Second line (迟13天, 预计11月20日).
    pub note: String,
}

/// Where a record stands to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Behind it.
    Done,
    /// It is here.
    Here,
    /// Still to come.
    Ahead,
}

/// A move that several must sign (会签): who has, and who is awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The move's label.
    pub title: String,
    /// How many signatures it wants.
    pub wanted: usize,
    /// Those given that count.
    pub signed: Vec<Signature>,
    /// Roles of which a holder is awaited; empty where anybody of the move's roles may sign.
    pub awaited: Vec<String>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who.
    pub by: String,
    /// In which role.
    pub role: String,
    /// When, shown.
    pub at: String,
}

/// A move that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveHead {
    /// Its name.
    pub name: String,
    /// Its label.
    pub title: String,
    /// Leads forward on the main line.
    pub forward: bool,
    /// Why it cannot be made now.
    pub blocked: Option<String>,
}

/// A group of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldGroup {
    /// Its name.
    pub name: String,
    /// Its label.
    pub title: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
}

/// One of several records that a field refers to: its label, and register and id where the person may see it.
pub type Member = (String, Option<(String, i64)>);

/// A field, to read or to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldView {
    /// Its name, the input's.
    pub name: String,
    /// Its label.
    pub title: String,
    /// As shown on reading; empty where nothing is known.
    pub shown: String,
    /// The record it refers to.
    pub link: Option<(String, i64)>,
    /// The records that it refers to when it refers to several: label, and the record if the person may see it.
    pub members: Vec<Member>,
    /// The picture of an area.
    pub outline: Option<Outline>,
    /// Hidden by a mask.
    pub masked: bool,
    /// The person may have the masked value revealed.
    pub reveal: bool,
    /// A masked value that was revealed to this person today.
    pub revealed: bool,
    /// Spans both columns.
    pub wide: bool,
    /// Unit to the right of the input.
    pub unit: Option<String>,
    /// How it is filled in; `None` on reading.
    pub input: Option<Input>,
    /// The files it names.
    pub files: Vec<FileView>,
    /// Text in the input, as typed or as kept.
    pub typed: String,
    /// The value before, shown, where the person has changed it.
    pub was: Option<String>,
    /// Must not be empty.
    pub must: bool,
    /// A sentence under the input.
    pub help: Option<String>,
    /// Why what was typed is refused.
    pub fault: Option<FieldFault>,
}

impl FieldView {
    /// The unit that stands beside the value; none where the value bears it (60%).
    pub fn unit_beside(&self) -> Option<&str> {
        self.unit.as_deref().filter(|unit| !self.shown.ends_with(unit))
    }
}

/// A file that a field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// SM3 of its bytes, in hex.
    pub digest: String,
    /// `412 KB`; empty where it is not known.
    pub size: String,
    /// The day on which the record first named it; empty in a form.
    pub day: String,
    /// What the form sends to keep it.
    pub line: String,
    /// The record under which it is handed out, on reading.
    pub of: Option<(String, i64)>,
    /// That an order has erased it, which, and when.
    pub told: Option<String>,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line; `true`: figures only.
    Line {
        /// Figures only.
        figures: bool,
    },
    /// Many lines.
    Lines,
    /// A day.
    Day,
    /// Yes or no or nothing.
    YesNo,
    /// One of these: key and label.
    Choice(Vec<(String, String)>),
    /// Any of these: what is sent, label, whether it is chosen.
    Several {
        /// All that are offered, and all that are chosen.
        options: Vec<(String, String, bool)>,
        /// Others may be typed by their label: what was typed and names none yet.
        more: Option<String>,
    },
    /// A record of this register: what is typed is a label or an id; the chosen one's label is `typed_label`.
    Record {
        /// The register referred to.
        register: String,
        /// Suggestions: id and label (all of them while they are few).
        options: Vec<(i64, String)>,
        /// Label of the record now chosen.
        label: String,
    },
    /// Files, beside those that are there.
    Files {
        /// Most files.
        most: usize,
        /// Endings of what is taken: `pdf`.
        types: Vec<String>,
        /// Most MB of one file.
        size_most: usize,
    },
}

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Stable code or the rule's official number.
    pub code: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// A form, empty or filled, with what was typed and why it is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct FormView {
    /// Its register.
    pub register: RegisterHead,
    /// The record; `None`: a new one.
    pub id: Option<i64>,
    /// The version the person started from.
    pub version: Option<i64>,
    /// The move whose asked fields it holds; `None`: all fields.
    pub by_move: Option<MoveHead>,
    /// The record's name, or the register's for a new one.
    pub title: String,
    /// Sent back with the form, so that a doubled post finds the first answer.
    pub request: String,
    /// Groups of fields.
    pub groups: Vec<FieldGroup>,
    /// Parts that are filled in on the same form.
    pub parts: Vec<PartView>,
    /// A reason is asked; its text as typed.
    pub reason: Option<String>,
    /// Faults of the whole record.
    pub faults: Vec<FieldFault>,
    /// Somebody else changed the record meanwhile: who, when, and field by field both values.
    pub conflict: Option<Conflict>,
}

impl FormView {
    /// Every fault of its own fields, each with the field it stands under, then those of the form as a whole.
    pub fn every_fault(&self) -> impl Iterator<Item = (Option<&FieldView>, &FieldFault)> {
        let fields = self.groups.iter().flat_map(|group| &group.fields);
        let of_fields = fields.filter_map(|field| Some((Some(field), field.fault.as_ref()?)));
        of_fields.chain(self.faults.iter().map(|fault| (None, fault)))
    }
}

/// Rows of another register on the form of their whole. Their fields are named `REGISTER.NUMBER.FIELD`.
#[derive(Debug, Clone, PartialEq)]
pub struct PartView {
    /// Their register.
    pub register: RegisterHead,
    /// The rows.
    pub rows: Vec<PartRow>,
    /// The person may add one.
    pub may_file: bool,
    /// Rows that are too many for the form.
    pub more: u64,
}

/// A row to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct PartRow {
    /// Its place in the form, as the names of its fields say it.
    pub number: usize,
    /// Its record; `None`: a new one.
    pub id: Option<i64>,
    /// The version the person started from.
    pub version: Option<i64>,
    /// The record's name; empty for a new one.
    pub title: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Faults of the row as a whole.
    pub faults: Vec<FieldFault>,
    /// The move that takes it away.
    pub away: Option<MoveHead>,
    /// It is to be taken away.
    pub going: bool,
}

/// Two people at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Who saved first.
    pub by: String,
    /// When, shown.
    pub at: String,
    /// Label, theirs, yours.
    pub fields: Vec<(String, String, String)>,
}

/// Records that refer to this one, as a small table.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// Their register.
    pub register: RegisterHead,
    /// The field that refers here.
    pub by: String,
    /// Columns.
    pub columns: Vec<ColumnHead>,
    /// The first rows.
    pub rows: Vec<Row>,
    /// All of them.
    pub total: u64,
    /// Sums per column.
    pub sums: Vec<Option<String>>,
    /// The person may add one.
    pub may_file: bool,
    /// They are parts, filled in on this record's own form.
    pub parts: bool,
}

/// A number of a plan that the record counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsIn {
    /// The plan.
    pub plan: String,
    /// The measure.
    pub measure: String,
    /// What the target counts.
    pub title: String,
    /// The target's light.
    pub light: Light,
    /// 已计 400, 投用后 +400.
    pub text: String,
    /// Counts now.
    pub counted: bool,
}

/// A version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Number from 1.
    pub version: i64,
    /// When, shown (9月28日 10:12).
    pub at: String,
    /// Who.
    pub by: String,
    /// 立册, 修改, the move's label.
    pub act: String,
    /// The reason given.
    pub reason: Option<String>,
    /// Field by field: label, before, after.
    pub changes: Vec<(String, String, String)>,
}

// ---------------------------------------------------------------------------------------------------------- plans

/// The living plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanView {
    /// Its name in the URL.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// 信息索引号
    pub index_number: String,
    /// 成文日期
    pub formed_on: Option<Date>,
    /// 发布日期
    pub published_on: Option<Date>,
    /// 公开方式
    pub openness: String,
    /// 超期公开: the legal last day, when it was published after it.
    pub late_since: Option<Date>,
    /// The day counted up to.
    pub day: Date,
    /// The day asked for.
    pub when: When,
    /// Days of the year gone, in percent.
    pub gone: u32,
    /// The paragraphs before the first section.
    pub preface: Vec<String>,
    /// Sections.
    pub sections: Vec<SectionView>,
    /// Measures bound to a number, per light.
    pub tally: Vec<(Light, usize)>,
    /// All measures.
    pub measures: usize,
    /// Measures not yet bound to a number.
    pub unbound: usize,
    /// Bound measures that have reached their target; that cannot reach it by the forecast.
    pub reached: usize,
    /// Bound measures whose forecast stays short.
    pub short: usize,
    /// Lights that changed in the last month: measure id, title, from, to, day, note.
    pub changes: Vec<LightChange>,
    /// Offices that lead measures: name and how many.
    pub offices: Vec<(String, usize)>,
}

/// A light that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LightChange {
    /// The measure.
    pub measure: String,
    /// What it counts.
    pub title: String,
    /// Before.
    pub from: Light,
    /// Now.
    pub to: Light,
    /// A few words: the day and the number.
    pub note: String,
}

/// A section of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionView {
    /// Its title line, as in the text.
    pub heading: String,
    /// Its measures.
    pub measures: usize,
    /// Those not yet bound.
    pub unbound: usize,
    /// Lights of bound measures.
    pub tally: Vec<(Light, usize)>,
    /// Lights in the text's order, for the strip.
    pub strip: Vec<Light>,
    /// Groups.
    pub groups: Vec<PlanGroup>,
}

/// A group: its run-in sentence and the text under it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanGroup {
    /// The run-in sentence.
    pub heading: String,
    /// The text in order; put together it is the document's text, character for character.
    pub pieces: Vec<Piece>,
}

/// A stretch of the plan's text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text between measures: marks and joining words.
    Words(String),
    /// A measure.
    Measure(Box<MeasureRow>),
}

/// A measure in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureRow {
    /// Its id.
    pub id: String,
    /// Its quote.
    pub text: String,
    /// Short name.
    pub title: String,
    /// Leading office.
    pub office: Option<String>,
    /// Worst light of its bound targets; `None`: not yet bound.
    pub light: Option<Light>,
    /// The text states a figure to reach.
    pub quantified: bool,
    /// The target shown: the worst one.
    pub target: Option<TargetCell>,
    /// Targets beyond the one shown.
    pub more: usize,
    /// One reason, for yellow, red, blue; empty for green.
    pub note: String,
    /// Day of the plan counted up to: 应到 and 预计 in one sentence, for the card.
    pub card: String,
}

/// A target's number in a line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetCell {
    /// The number, shown; `None`: 待填报.
    pub value: Option<String>,
    /// The target, shown.
    pub quantity: String,
    /// Unit.
    pub unit: String,
    /// Filled part of the bar, 0 to 1 of its full width.
    pub fill: f64,
    /// Where the tick of today's pace stands, 0 to 1.
    pub tick: Option<f64>,
}

/// A measure's page.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureView {
    /// The plan's name and title.
    pub plan: (String, String),
    /// The measure's id.
    pub id: String,
    /// Short name.
    pub title: String,
    /// Section title and group sentence.
    pub section: String,
    /// The group's run-in sentence.
    pub group: String,
    /// The group's whole text in parts; the measure's own part is marked `true`.
    pub paragraph: Vec<(String, bool)>,
    /// 牵头
    pub lead: Option<String>,
    /// 配合
    pub with: Vec<String>,
    /// 分管
    pub chief: Option<String>,
    /// Targets with their numbers; empty: nothing to reach is stated.
    pub targets: Vec<TargetView>,
    /// The day counted up to.
    pub day: Date,
    /// The day asked for.
    pub when: When,
    /// The measure before and after in the text: id.
    pub before: Option<String>,
    /// See `before`.
    pub after: Option<String>,
}

/// A target with its number, in full.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetView {
    /// What it counts.
    pub what: String,
    /// Comparator sign and quantity as shown (≥ 16,300).
    pub quantity: String,
    /// Unit.
    pub unit: String,
    /// The last day.
    pub by: Date,
    /// `None`: not yet bound.
    pub number: Option<NumberView>,
}

/// A number and everything behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberView {
    /// The indicator's name.
    pub indicator: String,
    /// Its title.
    pub title: String,
    /// The value, shown; `None`: 待填报.
    pub value: Option<String>,
    /// Why it is missing.
    pub missing: Option<String>,
    /// Its light.
    pub light: Light,
    /// The verdict: 到今天应到…, in sentences.
    pub verdict: String,
    /// The chart.
    pub chart: Option<Chart>,
    /// 差在哪里: records due and not counted, or expected too late. Their heads, rows and how much they carry.
    pub short: Option<Table>,
    /// Evidence: the condition as a sentence and the records that count.
    pub evidence: Table,
    /// The condition of the evidence as a sentence.
    pub sentence: Vec<Phrase>,
    /// The query string that opens the evidence as a list.
    pub evidence_link: String,
    /// Records that count but are outside the person's scope.
    pub hidden: u64,
    /// The rule in a sentence.
    pub rule: String,
    /// Official document and article, or 默认口径.
    pub source: String,
    /// Breakdowns.
    pub breakdowns: Vec<Breakdown>,
    /// What happened to the number, newest first.
    pub log: Vec<LogLine>,
}

/// A small table of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Columns.
    pub columns: Vec<ColumnHead>,
    /// The first rows.
    pub rows: Vec<Row>,
    /// All of them.
    pub total: u64,
    /// Sums over all of them.
    pub sums: Vec<Option<String>>,
}

/// A breakdown of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// Dimension's name.
    pub name: String,
    /// Its label (镇街).
    pub title: String,
    /// Its rows.
    pub rows: Vec<BreakRow>,
}

/// A row of a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakRow {
    /// Label.
    pub title: String,
    /// Records counted, records of the population with a due day in the year (if the indicator has one).
    pub records: (u64, Option<u64>),
    /// Value, in the indicator's unit.
    pub value: f64,
    /// Value shown.
    pub shown: String,
    /// Due by the day asked for.
    pub pace: Option<f64>,
    /// Due in the whole year.
    pub whole: Option<f64>,
    /// Light by pace.
    pub light: Option<Light>,
}

/// A line of a number's story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// A light, when the light changed.
    pub light: Option<Light>,
    /// The day and what happened.
    pub text: String,
    /// More words.
    pub note: String,
}

/// The chart of a number through its year.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// First and last day of the axis.
    pub from: Date,
    /// See `from`.
    pub by: Date,
    /// The day asked for.
    pub day: Date,
    /// The target.
    pub target: f64,
    /// Unit.
    pub unit: String,
    /// Counted, as steps: from that day on, that value.
    pub actual: Vec<(Date, f64)>,
    /// Due, as steps (or two points of a straight line when `straight`).
    pub pace: Vec<(Date, f64)>,
    /// `pace` is a straight line.
    pub straight: bool,
    /// Forecast from the day asked for on.
    pub forecast: Vec<(Date, f64)>,
    /// The light at the ends of past months and on the day asked for.
    pub lights: Vec<(Date, Light)>,
}

// ----------------------------------------------------------------------------------------------------- workbench

/// 工作台: what awaits me, what I owe, what is late, what changed.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkbenchView {
    /// The person's name for the greeting.
    pub name: String,
    /// Records whose next move is mine, by deadline.
    pub todo: Vec<Todo>,
    /// What I owe by duties and have not fulfilled, by deadline.
    pub owed: Vec<Owed>,
    /// Measures my office leads, or all bound ones for leaders.
    pub measures: Vec<(String, MeasureRow)>,
    /// Versions by others in my scope since yesterday.
    pub changes: Vec<ChangeLine>,
    /// Registers with records whose term of keeping is over, for whoever may order their erasure.
    pub kept: Vec<RegisterHead>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Due day.
    pub due: Option<Date>,
    /// Days late (negative: days left).
    pub late: Option<i64>,
    /// The move's label.
    pub act: String,
    /// Register and id.
    pub record: (String, i64),
    /// The record's name.
    pub title: String,
    /// More words.
    pub note: String,
}

/// Something owed by a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The duty's label.
    pub duty: String,
    /// The owed record's name.
    pub title: String,
    /// Due day.
    pub due: Option<Date>,
    /// Days left (negative: days late).
    pub left: i64,
    /// Register and id of what is owed.
    pub record: (String, i64),
    /// The register in which it is fulfilled, with what its form is filled in with; `None`: not by this person, or by
    /// moves of what is owed.
    pub fulfil: Option<(String, Vec<(String, String)>)>,
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// When, shown.
    pub at: String,
    /// Who.
    pub by: String,
    /// Register and id.
    pub record: (String, i64),
    /// The record's name.
    pub title: String,
    /// Label, before, after.
    pub changes: Vec<(String, String, String)>,
    /// The act's label.
    pub act: String,
}

// ---------------------------------------------------------------------------------------------- a register explained

/// A register explained from its own declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct AboutView {
    /// The register.
    pub register: RegisterHead,
    /// Why the bureau keeps it.
    pub source: String,
    /// Its fields.
    pub fields: Vec<AboutField>,
    /// Its states in order, and whether each stands beside the main line.
    pub states: Vec<(String, bool)>,
    /// Its moves.
    pub moves: Vec<AboutMove>,
    /// What a record must never be.
    pub rules: Vec<AboutRule>,
    /// Who may do what where.
    pub roles: Vec<AboutRole>,
    /// Numbers that read it: title and rule.
    pub numbers: Vec<(String, String)>,
    /// Who took its list away, newest first; only for those who see the whole register.
    pub exports: Vec<ExportLine>,
}

/// A line that an export left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportLine {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// How many records.
    pub count: u64,
    /// The kind of file.
    pub format: String,
    /// With every field, not the list's columns only.
    pub all_fields: bool,
    /// As known when.
    pub when: String,
    /// The conditions as a sentence, as they were written down.
    pub sentence: String,
}

/// A field explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutField {
    /// Its name in files, URLs and tables.
    pub name: String,
    /// Its label.
    pub title: String,
    /// Its kind in words.
    pub kind: String,
    /// May not stay empty.
    pub must: bool,
    /// The sentence under its input.
    pub help: String,
}

/// A move explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutMove {
    /// Its label.
    pub title: String,
    /// Places of the states it starts from.
    pub from: Vec<usize>,
    /// Place of the state it leads to.
    pub to: usize,
    /// Roles that may make it.
    pub by: Vec<String>,
    /// Labels of the fields it asks.
    pub asks: Vec<String>,
    /// What it gives, opens and runs besides, a sentence each.
    pub effects: Vec<String>,
    /// The filer may not make it.
    pub not_filer: bool,
    /// A reason must be written.
    pub reason: bool,
    /// Who of its roles makes it, and how many must, in words.
    pub who: Option<String>,
}

/// A rule explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutRule {
    /// Its number.
    pub name: String,
    /// What it says.
    pub message: String,
    /// Its condition as a sentence; `None`: it is computed in Rust.
    pub condition: Option<String>,
}

/// A grant explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutRole {
    /// The role.
    pub role: String,
    /// What it may do.
    pub may: String,
    /// Where.
    pub scope: String,
}

// --------------------------------------------------------------------------------------- operations

/// 运行: whether the system itself is well.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationsView {
    /// Today.
    pub today: Date,
    /// The last day whose work was begun.
    pub last_day: Option<Date>,
    /// Jobs that were given up.
    pub failed: Vec<JobLine>,
    /// Jobs at work.
    pub running: Vec<JobLine>,
    /// Jobs that wait, the next due first.
    pub waiting: Vec<JobLine>,
    /// Where each sealed head is also written; `None`: nowhere, which is a fault.
    pub heads: Option<String>,
    /// Why the last head could not be sealed or written there.
    pub unsealed: Option<String>,
    /// Lines of the ledger under the latest head, and when it was made.
    pub head: Option<(i64, String)>,
    /// Lines of the ledger.
    pub lines: i64,
    /// Which database.
    pub database: String,
    /// Its size, shown.
    pub size: String,
    /// Commits since the program began.
    pub commits: u64,
    /// Writes of people that wait.
    pub people: usize,
    /// Writes in the background that wait.
    pub background: usize,
    /// Jobs can be tried again: the bureau is open for writing.
    pub writable: bool,
}

/// The page on which a workbook becomes records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Where its rows go.
    pub register: RegisterHead,
    /// The columns that a workbook may have, in their order.
    pub columns: Vec<AboutField>,
    /// Most rows of one workbook.
    pub rows_most: usize,
    /// The workbook that was sent.
    pub tried: Option<ImportTried>,
    /// What the person has imported here lately: what is under way, then what is done, the newest first.
    pub lately: Vec<ImportLine>,
}

/// A workbook as it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportTried {
    /// The line that names it.
    pub line: String,
    /// The file's name.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// The columns that were understood, by label.
    pub columns: Vec<String>,
    /// Its first rows, as they would be typed.
    pub preview: Vec<Vec<String>>,
    /// Heads that name no field; what stands below them is left out.
    pub unknown: Vec<String>,
    /// What stands against it, in the order of the rows.
    pub faults: Vec<ImportFault>,
    /// There is more against it than is told.
    pub more: bool,
}

/// What stands against a row of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFault {
    /// Its number in the workbook; `None`: the workbook as a whole.
    pub row: Option<u32>,
    /// The column's label; empty: the row as a whole.
    pub field: String,
    /// The stable code.
    pub code: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// An import of lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// When.
    pub at: String,
    /// The file's name.
    pub name: String,
    /// How it stands.
    pub state: ImportState,
    /// How many records were written.
    pub rows: Option<u64>,
    /// Why it failed.
    pub message: String,
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// A job will write it.
    Waiting,
    /// A job writes it.
    Running,
    /// It was written.
    Done,
    /// It was given up; nothing was written.
    Failed,
}

/// A job in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobLine {
    /// Its id.
    pub id: i64,
    /// What it does.
    pub what: String,
    /// Why it failed last.
    pub message: String,
    /// How often it was begun.
    pub attempts: i64,
    /// When it was begun last, or is due.
    pub at: String,
}
