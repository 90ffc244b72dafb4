//! What packs declare, once it has been read and checked. Names are unique across all packs.

use crate::calendar::Calendar;
use crate::condition::{Assign, Condition, Path, Step};
use crate::value::Value;
use indexmap::IndexMap;
use jiff::civil::Date;
use std::borrow::Cow;

/// All packs of a bureau, checked together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Packs {
    /// The packs in the order of their needs.
    pub packs: Vec<Head>,
    /// Every register by name.
    pub registers: IndexMap<String, Register>,
    /// Every indicator by name.
    pub indicators: IndexMap<String, Indicator>,
    /// Every number of records by name: indicators with `per`.
    pub numbers: IndexMap<String, Indicator>,
    /// Every watch by name.
    pub watches: IndexMap<String, Watch>,
    /// Every duty by name.
    pub duties: IndexMap<String, Duty>,
    /// Every setting by name.
    pub settings: IndexMap<String, Setting>,
    /// Every role by name.
    pub roles: IndexMap<String, Role>,
    /// Pairs of moves that one person may not both make on records joined by references (不相容), as `register.move`.
    pub apart: Vec<[String; 2]>,
    /// Working days and school terms.
    pub calendar: Calendar,
}

impl Packs {
    /// The register of that name.
    ///
    /// # Panics
    /// When there is none: names inside checked packs always resolve.
    pub fn register(&self, name: &str) -> &Register {
        self.registers.get(name).unwrap_or_else(|| panic!("checked packs name no register `{name}`"))
    }

    /// The field of a register, its own or one of the register it extends.
    pub fn field(&self, register: &str, field: &str) -> Option<&Field> {
        let declared = self.registers.get(register)?;
        declared.fields.get(field).or_else(|| self.registers.get(declared.extends.as_deref()?)?.fields.get(field))
    }

    /// The number of a register's records of that name, its own or one of the register it extends.
    pub fn number(&self, register: &str, name: &str) -> Option<&Indicator> {
        let number = self.numbers.get(name)?;
        let of = &number.per.as_ref()?.register;
        let extends = || self.registers.get(register)?.extends.as_ref();
        (of == register || extends() == Some(of)).then_some(number)
    }

    /// All numbers of a register's records, in declared order.
    pub fn numbers(&self, register: &str) -> Vec<&Indicator> {
        self.numbers.values().filter(|number| self.number(register, &number.name).is_some()).collect()
    }

    /// What may stand at the end of a path: a field, or a number of the record, which reads like one.
    pub fn end(&self, register: &str, name: &str) -> Option<Cow<'_, Field>> {
        let field = self.field(register, name).map(Cow::Borrowed);
        field.or_else(|| self.number(register, name)?.as_field().map(Cow::Owned))
    }

    /// All fields of a register, those of the register it extends first.
    pub fn fields(&self, register: &str) -> Vec<&Field> {
        let declared = self.register(register);
        let base = declared.extends.iter().flat_map(|base| self.register(base).fields.values());
        base.chain(declared.fields.values()).collect()
    }

    /// The fields of files of a register, those of the register it extends first.
    pub fn files(&self, register: &str) -> Vec<&Field> {
        self.fields(register).into_iter().filter(|field| field.holds_files()).collect()
    }

    /// Every column that names files: its table and its name.
    pub fn file_columns(&self) -> Vec<(String, String)> {
        let of = |register: &Register| {
            let files = register.fields.values().filter(|field| field.holds_files());
            files.map(|field| (register.name.clone(), field.name.clone())).collect::<Vec<_>>()
        };
        self.registers.values().flat_map(of).collect()
    }
}

/// `pack.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The folder's name.
    pub name: String,
    /// 业务包名
    pub title: String,
    /// English title.
    pub en: String,
    /// Packs it leans on.
    pub needs: Vec<String>,
}

/// A register (台账): `register/NAME.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    /// The file's name, and the table's.
    pub name: String,
    /// The pack it came from.
    pub pack: String,
    /// Chinese label.
    pub title: String,
    /// English label; the name in words unless given.
    pub en: String,
    /// Why the bureau keeps it: official document and article, or `default`.
    pub source: String,
    /// `XM-{year}-{seq:6}`; `None`: records have no serial.
    pub serial: Option<Serial>,
    /// The path to the unit whose record it is; `None` for shared registers and for `unit` itself (a unit owns itself).
    pub owner: Option<Path>,
    /// The register whose id it shares (`unit`).
    pub extends: Option<String>,
    /// The field that refers to its whole, on whose form its records are filled in.
    pub part_of: Option<String>,
    /// Has no owner; readable when a record one may read refers to it.
    pub shared: bool,
    /// The field that is shown as the record's name.
    pub label: String,
    /// Fields in order.
    pub fields: IndexMap<String, Field>,
    /// Parts of the form in order; a field without a group stands in the first.
    pub groups: IndexMap<String, String>,
    /// Sets of fields that no two records share.
    pub unique: Vec<Vec<String>>,
    /// What a record must never be.
    pub checks: Vec<Check>,
    /// States and moves; `None`: the record is simply kept.
    pub flow: Option<Flow>,
    /// Lists that are offered by name, the first one first.
    pub views: IndexMap<String, View>,
    /// Columns of its plain list.
    pub columns: Vec<String>,
    /// How long its sealed values are kept; `None`: until an order of erasure says so.
    pub keep: Option<Keep>,
}

/// How long sealed values are kept (保存期限): `keep = "1 year after closed"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// So many days or months.
    pub length: i64,
    /// What `length` counts.
    pub step: Step,
    /// The state of the flow from which it runs.
    pub after: String,
    /// The field that says when that state came about.
    pub day: String,
}

/// The pattern of a serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serial {
    /// What stands before the year or the number.
    pub prefix: String,
    /// Whether the year follows the prefix, with a hyphen after it.
    pub year: bool,
    /// Digits of the running number.
    pub digits: u8,
}

/// A field of a register.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name, and the column's.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// What it holds.
    pub kind: Kind,
    /// Must not be empty once the record is filed.
    pub must: bool,
    /// No two records share its value.
    pub unique: bool,
    /// The group of the form it stands in.
    pub group: Option<String>,
    /// A sentence under the input.
    pub help: Option<String>,
    /// The value a new form starts with.
    pub default: Value,
    /// Hidden on screen and in exports unless the role may reveal.
    pub mask: bool,
    /// Also encrypted where it is kept: only equality can be asked of it. A sealed field is masked.
    pub sealed: bool,
    /// The name it had before.
    pub was: Option<String>,
    /// Shown and asked only while this holds.
    pub when: Option<Condition>,
    /// Set by a move only, never typed in the form.
    pub by_move: bool,
    /// Holds what stands at the end of this path; kept equal by the store, never typed.
    pub copy: Option<Path>,
    /// Holds what this exit computes from the record and its parts; kept so by the store, never typed.
    pub derive: Option<String>,
}

impl Field {
    /// Whether the store computes it, so that nobody writes it.
    pub fn computed(&self) -> bool {
        self.copy.is_some() || self.derive.is_some()
    }

    /// Whether its values name files.
    pub fn holds_files(&self) -> bool {
        matches!(self.kind, Kind::Files { .. })
    }

    /// Whether an order can destroy its values (清除): they are sealed, or name files.
    pub fn is_erasable(&self) -> bool {
        self.sealed || self.holds_files()
    }

    /// A field with a name, a kind and nothing else said.
    pub fn of(name: &str, kind: Kind) -> Field {
        Field {
            name: name.to_owned(),
            title: String::new(),
            en: String::new(),
            kind,
            must: false,
            unique: false,
            group: None,
            help: None,
            default: Value::Null,
            mask: false,
            sealed: false,
            was: None,
            when: None,
            by_move: false,
            copy: None,
            derive: None,
        }
    }
}

/// The kind of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// One line of text, at most so many characters (200 unless said).
    Text {
        /// Most characters.
        max: usize,
    },
    /// Many lines of text (4,000 characters unless said).
    LongText {
        /// Most characters.
        max: usize,
    },
    /// A whole number.
    Integer {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
        /// What it counts in (个, 班).
        unit: Option<String>,
    },
    /// A decimal with a unit, kept times ten to `digits`.
    Quantity {
        /// What it is measured in (lx, 平方米).
        unit: String,
        /// Digits after the point, 0 to 6.
        digits: u8,
        /// Least value, times ten to `digits`.
        min: Option<i64>,
        /// Greatest value, times ten to `digits`.
        max: Option<i64>,
    },
    /// Money, kept in 分; shown in 元, or in 万元 when `wan`.
    Money {
        /// Whether it is shown in 万元.
        wan: bool,
    },
    /// A share, kept in hundredths of a percent.
    Share,
    /// A day.
    Date,
    /// A time of day, kept in minutes.
    Time,
    /// A moment, kept in microseconds since 1970 UTC.
    Moment,
    /// Yes or no.
    YesNo,
    /// One of a list: key to labels, in order.
    Choice {
        /// Key to labels.
        choices: IndexMap<String, Choice>,
    },
    /// Several of a list: key to labels, in order.
    Choices {
        /// Key to labels.
        choices: IndexMap<String, Choice>,
    },
    /// A record of another register.
    Ref {
        /// Its name.
        to: String,
    },
    /// Several records of another register that is not shared.
    Refs {
        /// Its name.
        to: String,
    },
    /// A point on the ground: WGS-84 longitude and latitude.
    Place,
    /// A piece of ground: a simple polygon of such points.
    Area,
    /// 公民身份号码 GB 11643
    IdNumber,
    /// 手机号
    Mobile,
    /// 统一社会信用代码 GB 32100
    CreditCode,
    /// 学校标识码
    SchoolCode,
    /// 学籍号
    PupilCode,
    /// Files or photos, each kept by the digest of its bytes under a name.
    Files {
        /// Most files (20 unless said).
        most: usize,
        /// What they may be, judged by their bytes.
        types: Vec<FileType>,
        /// Whether they are photos.
        photos: bool,
    },
}

impl Kind {
    /// A calendar year: a whole number in 年 of no less than four digits. It is a name, not an amount: no digits of it are
    /// set apart, and it is neither summed nor given a unit.
    pub fn is_year(&self) -> bool {
        matches!(self, Kind::Integer { min: Some(1_000..), unit: Some(unit), .. } if unit == "年")
    }
}

/// What a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileType {
    /// Portable Document Format.
    Pdf,
    /// A picture by JPEG.
    Jpg,
    /// A picture by PNG.
    Png,
    /// A document of Word.
    Docx,
    /// A workbook of Excel.
    Xlsx,
}

impl FileType {
    /// Every one, in the order in which they are listed.
    pub const ALL: [FileType; 5] = [FileType::Pdf, FileType::Jpg, FileType::Png, FileType::Docx, FileType::Xlsx];

    /// The word in a pack, and the ending of a file's name.
    pub fn word(self) -> &'static str {
        match self {
            FileType::Pdf => "pdf",
            FileType::Jpg => "jpg",
            FileType::Png => "png",
            FileType::Docx => "docx",
            FileType::Xlsx => "xlsx",
        }
    }

    /// The type of that word.
    pub fn of_word(word: &str) -> Option<FileType> {
        FileType::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
}

/// A rule that refuses a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name in the file, or its official rule number: shown in the refusal.
    pub name: String,
    /// Refused when this is true (or `exit` says so).
    pub refuse: Option<Condition>,
    /// The Rust exit that decides instead of a condition.
    pub exit: Option<String>,
    /// The field that the message stands under.
    pub field: Option<String>,
    /// What to do, in Chinese; `{name}` stands for what `say` tells.
    pub message: String,
    /// The same in English.
    pub message_en: String,
    /// Numbers that the message tells, by name.
    pub say: IndexMap<String, Said>,
}

/// A number that a message tells: values of the record as it would stand, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// What is added and, where the first is set, taken away.
    pub parts: Vec<(bool, Path)>,
    /// How all of them are kept and shown.
    pub kind: Kind,
}

/// States and moves of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// States in order; the first is the start.
    pub states: IndexMap<String, State>,
    /// Moves in order.
    pub moves: IndexMap<String, Move>,
}

impl Flow {
    /// Whether the way from one state to another leads onward on the main line; never so into a state beside it.
    pub fn leads_on(&self, from: &str, to: &str) -> bool {
        let aside = self.states.get(to).is_none_or(|state| state.aside);
        !aside && self.states.get_index_of(from) < self.states.get_index_of(to)
    }
}

/// A state (状态).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// A state beside the main line (作废): not drawn in the flow line.
    pub aside: bool,
    /// The field that says when it was due, if one does.
    pub due: Option<String>,
    /// The field that says when it came about, if one does; else the past says it.
    pub day: Option<String>,
}

/// A move (办理).
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Chinese label, a verb.
    pub title: String,
    /// English label.
    pub en: String,
    /// States it starts from.
    pub from: Vec<String>,
    /// The state it leads to.
    pub to: String,
    /// Roles that may make it, within the scope in which they may see the record.
    pub by: Vec<String>,
    /// Fields of the record that are given with the move; those with `must` may not stay empty.
    pub ask: Vec<String>,
    /// Of `ask`, those that may stay empty.
    pub may: Vec<String>,
    /// Fields that the move empties.
    pub clear: Vec<String>,
    /// What the move gives to fields of the record, computed when it is made.
    pub set: Assign,
    /// Records that the move opens in the same transaction.
    pub open: Vec<Open>,
    /// Exits that run as jobs after the commit, by name.
    pub run: Vec<String>,
    /// What must hold before (with the asked fields already in place).
    pub need: Option<Condition>,
    /// Why it cannot be made while `need` does not hold, in Chinese.
    pub need_message: String,
    /// Whoever filed the record, or gave what it or a part of it says now, may not make it (四眼).
    pub not_filer: bool,
    /// A reason must be written.
    pub reason: bool,
    /// How many must make it.
    pub sign: Sign,
    /// To whom among its roles it is offered at all: a condition over the record and who asks.
    pub whose: Option<Condition>,
    /// Only whoever filed the record may make it (撤回).
    pub only_filer: bool,
}

/// How many must make a move before it leads on (会签). Each of them is a version of the record in the same state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Whoever comes first.
    One,
    /// So many different persons.
    Count(u32),
    /// One holder of every role that may make it.
    Each,
    /// So many different persons as this setting says.
    Setting(String),
}

/// A record that a move opens: filed on behalf of the mover, checked like any other, it opens nothing more.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Its register.
    pub register: String,
    /// The state it starts in; `None`: the first.
    pub state: Option<String>,
    /// Its fields, read from the record that makes the move.
    pub set: Assign,
    /// Only while this holds of the record after the move.
    pub when: Option<Condition>,
}

/// A list offered by name.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Its name in the URL.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// Columns; empty: the register's own.
    pub columns: Vec<String>,
    /// What it lists.
    pub filter: Condition,
    /// Sort keys, first first; `true` is descending.
    pub sort: Vec<(Path, bool)>,
}

/// A watch (预警): `watch.toml`. It opens a record once while its condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Its name.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// The register whose records are watched.
    pub of: String,
    /// What must not go unnoticed.
    pub when: Condition,
    /// What is opened, read from the watched record.
    pub open: Open,
    /// The move that the system makes on it when the condition ends.
    pub close: Option<String>,
    /// Official document and article, or `default`.
    pub source: String,
}

/// A duty (定期义务): `duty.toml`. Each period each of these records owes one record of another register.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// Its name.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// The register whose records are the subjects.
    pub of: String,
    /// Which of them.
    pub filter: Condition,
    /// How often.
    pub every: Every,
    /// How long before the period begins it is opened: days and months.
    pub ahead: (u16, u16),
    /// What is owed, read from the subject in the period.
    pub open: Open,
    /// Fields of what is owed that no two share: one of its register's `unique` sets.
    pub key: Vec<String>,
    /// Its field that names the person or unit who owes.
    pub owes: String,
    /// Its date field by which it is due.
    pub due: String,
    /// The records that fulfil it.
    pub fulfil: Option<Fulfil>,
    /// Official document and article, or `default`.
    pub source: String,
}

/// Records that fulfil a duty: they are linked to what is owed when they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Fulfil {
    /// Their register.
    pub register: String,
    /// Their field that names the same record as `to` of what is owed.
    pub by: String,
    /// That field of what is owed.
    pub to: String,
    /// Their date field, which must lie in the period.
    pub dated: String,
    /// Their field that the system sets to what is owed.
    pub link: String,
    /// Which of them count.
    pub filter: Condition,
}

/// How often something is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each day.
    Day,
    /// Monday to Sunday.
    Week,
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// January to June, July to December.
    HalfYear,
    /// Each calendar year.
    Year,
    /// Each school term of the calendar.
    Term,
    /// September to August.
    SchoolYear,
}

/// A computed figure: `indicator.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its name.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// The unit of its value (个, 所, %).
    pub unit: String,
    /// The register whose records it counts.
    pub of: String,
    /// The population.
    pub filter: Condition,
    /// How records become a value.
    pub aggregate: Aggregate,
    /// The record whose number it is; `None`: of the whole bureau.
    pub per: Option<Per>,
    /// What the sum is divided by.
    pub divide: Option<Divide>,
    /// How it stands in business time.
    pub stands: Stands,
    /// Whether only days inside the plan's year count, or all days up to the day asked for.
    pub period: Period,
    /// The date field on which a record ought to count: pace.
    pub due: Option<String>,
    /// The date field on which a record is expected to count: forecast.
    pub expected: Option<String>,
    /// Breakdowns: name to path (a choice or a reference).
    pub by: IndexMap<String, Path>,
    /// Official document and article, or `default`.
    pub source: String,
    /// The rule in one Chinese sentence, for people.
    pub rule: String,
    /// The rule in one English sentence.
    pub rule_en: String,
    /// Examples that run as tests.
    pub examples: Vec<Example>,
}

impl Indicator {
    /// The number as a field of the record it is a number of; `None` for indicators of the whole bureau.
    pub fn as_field(&self) -> Option<Field> {
        Some(Field {
            title: self.title.clone(),
            en: self.en.clone(),
            help: Some(self.rule.clone()),
            ..Field::of(&self.name, self.per.as_ref()?.kind.clone())
        })
    }
}

/// Whose number an indicator is.
#[derive(Debug, Clone, PartialEq)]
pub struct Per {
    /// References from a counted record to the record whose number it is.
    pub path: Path,
    /// That record's register.
    pub register: String,
    /// The kind of the number.
    pub kind: Kind,
}

/// By what a sum is divided; the quotient is rounded half up.
#[derive(Debug, Clone, PartialEq)]
pub struct Divide {
    /// The divisor.
    pub by: Divisor,
    /// Digits of the quotient after the point.
    pub digits: u8,
}

/// A positive whole number.
#[derive(Debug, Clone, PartialEq)]
pub enum Divisor {
    /// Written in the file.
    Whole(i64),
    /// The setting in force.
    Setting(String),
}

/// How records become a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Aggregate {
    /// How many.
    Count,
    /// The sum of a field.
    Sum(String),
    /// The share of those that satisfy this, in percent.
    Share(Condition),
    /// How many different records the reference at this path names: heads beside person-times.
    Distinct(Path),
}

/// How an indicator stands in business time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// An event counts on its day: this date field.
    Dated(String),
    /// A standing fact counts while it lasts: from this date field, to this one (empty: still lasts).
    During(String, String),
    /// In neither: `on` is refused.
    Still,
}

/// The days that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From the first day of the year of the day asked for.
    Year,
    /// From the beginning.
    Ever,
}

/// Rows of field values and the expected value; runs as a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Records of the register.
    pub rows: Vec<ExampleRow>,
    /// The day asked for, if it matters.
    pub day: Option<Date>,
    /// The exact decimal expected, `None` for 待填报.
    pub expect: Option<String>,
}

/// A record of an example.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExampleRow {
    /// Path to value; `state` too.
    pub values: IndexMap<String, Value>,
    /// `has = { register = [..] }`: records of other registers that refer to it.
    pub has: IndexMap<String, Vec<ExampleRow>>,
}

/// A dated, sourced value that the bureau may change: `setting.toml`; the pack ships the first row.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// What its value is.
    pub kind: Kind,
    /// The first value.
    pub value: Value,
    /// From when.
    pub from: Option<Date>,
    /// Official document and article, or `default`.
    pub source: String,
}

/// A role: `role.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Chinese label.
    pub title: String,
    /// English label.
    pub en: String,
    /// What it allows.
    pub may: Vec<Grant>,
    /// Sees whether the system itself is well, and may let failed jobs run again.
    pub operates: bool,
}

/// One line of what a role allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// The actions.
    pub actions: Vec<Action>,
    /// Register names; empty: every register.
    pub on: Vec<String>,
    /// In which units, seen from the post's unit.
    pub scope: Scope,
    /// On which records.
    pub filter: Condition,
}

/// What a grant can allow. Moves say themselves which roles make them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read records and count them.
    See,
    /// File new ones.
    File,
    /// Change fields.
    Edit,
    /// Take lists out.
    Export,
    /// See masked values (each time recorded).
    Reveal,
}

/// In which units a grant holds, seen from the unit of the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// That unit only.
    Unit,
    /// That unit and all below.
    Subtree,
    /// The whole bureau.
    All,
}
