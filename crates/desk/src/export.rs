//! Export of lists (导出): the list as it was asked for, as a file, and the line that says who took what.
//!
//! One snapshot answers which records match, in their order, and is over. Their values are then read in pages as of its
//! instant: no read lives long, and what is written meanwhile does not show. Masked values stay masked.

mod csv;
mod typed;
mod xlsx;

use crate::bureau::{Bureau, broken};
use crate::cell;
use crate::event::{self, About, Event};
use crate::list::{self, Asked, title};
use crate::refusal::{No, Refusal};
use crate::say;
use crate::view::{ExportLine, Phrase};
use crate::{Actor, ListAsk, several};
use luoshi_kernel::access::both;
use luoshi_kernel::list::{Column, EVERYTHING, Page, ids, rows};
use luoshi_kernel::table::HEADER;
use luoshi_kernel::{Lang, kind};
use luoshi_pack::{Action, Condition, Kind, Register, Value};
use luoshi_store::{Act, Reader, StoreError, Writer};
use std::collections::HashMap;
use std::sync::Arc;
use typed::Typed;

/// The kind of the event that an export writes.
const EVENT: &str = "export";
/// Rows that are read at once, and the fewest that a page is cut down to where they take too long.
const PAGE: usize = 5_000;
const PAGE_LEAST: usize = 50;
/// Rows of a sheet: the format itself ends at 1,048,576.
pub const SHEET_ROWS_MOST: usize = 1_000_000;

/// A list that is to become a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Export {
    /// The list; its page is passed over.
    pub list: ListAsk,
    /// What kind of file.
    pub format: Format,
    /// Every field of the register in place of the list's columns.
    pub all_fields: bool,
}

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A workbook with typed cells; a second sheet tells what it holds.
    #[default]
    Xlsx,
    /// Plain text; the first lines tell what it holds.
    Csv,
}

impl Format {
    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        [Format::Xlsx, Format::Csv].into_iter().find(|format| format.name() == name)
    }

    /// Its name, which is the file's ending.
    pub fn name(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Csv => "csv",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// What comes of an export, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    /// Nothing yet: whoever waits may say that they no longer do.
    Working,
    /// The file begins.
    Head {
        /// Its name.
        name: String,
        /// Its content type.
        content_type: &'static str,
    },
    /// Some of its bytes.
    Bytes(Vec<u8>),
}

/// Takes the pieces of a file; answers whether anybody still waits for more.
pub type Give<'g> = dyn FnMut(Chunk) -> bool + Send + 'g;

/// Makes the file and gives it away in pieces.
///
/// # Errors
/// As the list; D003 without the action, D020 where nothing may be written, D072 for more records than a sheet holds,
/// D073 for more than can be put in order in time, D074 where the file cannot be made. After the head has been given, an
/// error means that the file has broken off.
pub fn export(bureau: &Arc<Bureau>, actor: &Actor, ask: &Export, give: &mut Give<'_>) -> Result<(), Refusal> {
    let take = Take::prepare(bureau, actor, ask)?;
    take.write_down()?;
    match take.make(give) {
        Ok(()) => Ok(()),
        Err(Stop::Gone) => {
            tracing::debug!(register = take.asked.register.name, "nobody waits for the export any more");
            Ok(())
        }
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}

/// Why a file is not made to its end.
enum Stop {
    /// Nobody waits for it.
    Gone,
    /// It cannot be made.
    Refused(Refusal),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Refused(broken(error))
    }
}

/// A file under way.
trait Made {
    /// Adds a page of rows.
    fn add(&mut self, rows: Vec<Vec<Typed>>) -> Result<(), Stop>;
    /// Gives what has not been given yet.
    fn end(self: Box<Self>) -> Result<(), Stop>;
}

/// What a file is made of beside its rows.
struct Head {
    /// The file's name without its ending.
    name: String,
    /// The register's label.
    title: String,
    /// The columns' labels, and how wide each is in letters.
    columns: Vec<(String, u16)>,
    /// What the file holds, under which label: label and sentence.
    about_title: String,
    about: Vec<(String, String)>,
}

/// An export whose records are known.
struct Take<'a> {
    bureau: &'a Arc<Bureau>,
    actor: &'a Actor,
    ask: &'a Export,
    asked: Asked<'a>,
    columns: Vec<Column>,
    /// The instant that is read.
    at: i64,
    /// The records, in their order.
    ids: Vec<i64>,
    /// Registers that the rows are read from, and how often each had been written to at the instant.
    registers: Vec<String>,
    counters: Vec<i64>,
}

impl<'a> Take<'a> {
    /// Authorises, and finds the records.
    fn prepare(bureau: &'a Arc<Bureau>, actor: &'a Actor, ask: &'a Export) -> Result<Take<'a>, Refusal> {
        let asked = list::asked(bureau, actor, &ask.list)?;
        let name = &asked.register.name;
        let scope = actor.scope(bureau, name, Action::Export).ok_or_else(Refusal::forbidden)?;
        let scope = if scope == asked.scope { scope } else { both(asked.scope.clone(), scope) };
        if let Some((zh, en)) = &bureau.read_only {
            return Err(Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone()));
        }
        let columns = if ask.all_fields { all_fields(bureau, asked.register) } else { asked.columns.clone() };
        let registers = registers(bureau, &asked, &columns);
        let found = bureau.store.read(|reader| {
            let head = reader.head()?.at;
            let at = asked.known.map_or(head, |known| Ord::min(known, head));
            let known = asked.known.map(|_| at);
            let all = Page::whole(&scope, &asked.filter, &asked.sort);
            let read = ids(&bureau.packs, &asked.context, known, name, &all);
            Ok((at, reader.numbers(&read.select)?, reader.write_counters(&registers)?))
        });
        let (at, ids, counters) = found.map_err(|error| match error {
            StoreError::TooLong { .. } => too_long(),
            other => broken(other),
        })?;
        fits(ask.format, ids.len())?;
        Ok(Take { bureau, actor, ask, asked, columns, at, ids, registers, counters })
    }

    /// Writes who takes what: before the first value is given.
    fn write_down(&self) -> Result<(), Refusal> {
        let act = Act { at: self.bureau.clock.now(), by: self.actor.account, request: None, background: false };
        let when = self.when().unwrap_or_else(|| "now".to_string());
        let columns = if self.ask.all_fields { "all" } else { "list" };
        let sentence = spoken(&self.asked.words(self.bureau, Lang::Zh));
        let detail = format!("{} {} {columns} {when} {sentence}", self.ids.len(), self.ask.format.name());
        let subject = self.asked.register.name.clone();
        let written = self.bureau.store.write(act, move |writer: &mut Writer| writer.event(EVENT, &subject, &detail));
        written.map(drop).map_err(broken)
    }

    /// The day asked for, as the line of the export names it.
    fn when(&self) -> Option<String> {
        let when = self.ask.list.when;
        let as_of = when.as_of.map(|day| format!("as-of={day}"));
        as_of.or_else(|| when.on.map(|day| format!("on={day}")))
    }

    fn make(&self, give: &mut Give<'_>) -> Result<(), Stop> {
        // The first page is read before the file begins, so that what goes wrong at once is told as a page.
        let mut left = self.ids.as_slice();
        let first = self.page(&mut left)?;
        if !give(Chunk::Working) {
            return Err(Stop::Gone);
        }
        let mut made: Box<dyn Made + '_> = match self.ask.format {
            Format::Xlsx => Box::new(xlsx::Workbook::begin(self.head(), give)?),
            Format::Csv => Box::new(csv::Text::begin(&self.head(), give)?),
        };
        made.add(first)?;
        while !left.is_empty() {
            made.add(self.page(&mut left)?)?;
        }
        made.end()
    }

    /// The next page of rows.
    fn page(&self, left: &mut &[i64]) -> Result<Vec<Vec<Typed>>, StoreError> {
        let (page, rest) = left.split_at(left.len().min(PAGE));
        *left = rest;
        self.rows(page)
    }

    /// Some rows; in two reads where one takes too long.
    fn rows(&self, page: &[i64]) -> Result<Vec<Vec<Typed>>, StoreError> {
        match self.bureau.store.read(|reader| self.read(reader, page)) {
            Err(StoreError::TooLong { .. }) if page.len() > PAGE_LEAST => {
                let (first, second) = page.split_at(page.len() / 2);
                let mut rows = self.rows(first)?;
                rows.extend(self.rows(second)?);
                Ok(rows)
            }
            read => read,
        }
    }

    fn read(&self, reader: &mut Reader, page: &[i64]) -> Result<Vec<Vec<Typed>>, StoreError> {
        let (bureau, asked, lang) = (self.bureau, &self.asked, self.actor.lang);
        // What has not been written to since is read where it stands, with its indexes; else as it was known then.
        let settled = asked.known.is_none() && reader.write_counters(&self.registers)? == self.counters;
        let known = if settled { None } else { Some(self.at) };
        let filter = Condition::OneOf(vec!["id".into()], page.iter().map(|id| Value::Int(*id)).collect());
        let all = Page::first(&filter, &[], page.len() as u64);
        let read = rows(&bureau.packs, &asked.context, known, &asked.register.name, &self.columns, &all);
        let found = reader.rows(&read.select, &read.kinds)?;
        let names = several::names(bureau, reader, &asked.context, known, &self.columns, &found)?;
        let mut by_id: HashMap<i64, Vec<Typed>> = found
            .iter()
            .map(|values| {
                let id = values[0].int().unwrap_or_default();
                (id, typed::row(asked.register, &self.columns, &values[HEADER.len()..], &names, lang))
            })
            .collect();
        let missing = |id: &i64| StoreError::Damaged {
            what: format!("record {id} of `{}` has no version as of its own instant", asked.register.name),
        };
        page.iter().map(|id| by_id.remove(id).ok_or_else(|| missing(id))).collect()
    }

    fn head(&self) -> Head {
        let (bureau, asked, lang) = (self.bureau, &self.asked, self.actor.lang);
        let title = title(asked.register, lang);
        let view = self.ask.list.view.as_ref().and_then(|name| asked.register.views.get(name));
        let view = view.map(|view| format!("-{}", lang.pick(&view.title, &view.en))).unwrap_or_default();
        let now = kind::show(&Kind::Moment, &Value::Int(bureau.clock.now()), lang);
        let stand = self.when().map_or_else(|| now.clone(), |when| told_when(&when, lang));
        let post = self.actor.post(bureau);
        let who = if post.is_empty() { self.actor.name.clone() } else { format!("{} {post}", self.actor.name) };
        let which = match self.ask.all_fields {
            true => lang.pick("全部字段", "all fields"),
            false => lang.pick("列表各栏", "the list's columns"),
        };
        let mut about = vec![
            (lang.pick("单位", "Bureau"), bureau.title.clone()),
            (lang.pick("台账", "Register"), title.clone()),
            (lang.pick("条件", "Conditions"), spoken(&asked.words(bureau, lang))),
            (lang.pick("截至", "As of"), stand),
            (lang.pick("条数", "Records"), self.ids.len().to_string()),
            (lang.pick("栏目", "Columns"), which.to_string()),
            (lang.pick("导出人", "Exported by"), who),
            (lang.pick("导出时间", "Exported at"), now),
        ];
        if bureau.demo {
            about.push((lang.pick("说明", "Note"), lang.pick("演示数据，均为虚构", "demo data, all invented").into()));
        }
        Head {
            name: format!("{title}{view}-{}.{}", asked.day.strftime("%Y%m%d"), self.ask.format.name()),
            columns: self
                .columns
                .iter()
                .map(|column| typed::head(&bureau.packs, asked.register, column, lang))
                .collect(),
            title,
            about_title: lang.pick("说明", "About").to_string(),
            about: about.into_iter().map(|(label, text)| (label.to_string(), text)).collect(),
        }
    }
}

/// Serial, state, every field, and the numbers of the record.
fn all_fields(bureau: &Bureau, register: &Register) -> Vec<Column> {
    let packs = &bureau.packs;
    let serial = register.serial.iter().map(|_| "serial".to_string());
    let state = register.flow.iter().map(|_| "state".to_string());
    let fields = packs.fields(&register.name).into_iter().map(|field| field.name.clone());
    let numbers = packs.numbers(&register.name).into_iter().map(|number| number.name.clone());
    let paths: Vec<Vec<String>> = serial.chain(state).chain(fields).chain(numbers).map(|name| vec![name]).collect();
    cell::columns(packs, &register.name, &paths)
}

/// Everything that the rows of these columns are read from.
fn registers(bureau: &Bureau, asked: &Asked<'_>, columns: &[Column]) -> Vec<String> {
    let everything = Page::first(&EVERYTHING, &[], 1);
    let mut all = rows(&bureau.packs, &asked.context, None, &asked.register.name, columns, &everything).registers;
    for column in columns {
        if let Some(Kind::Refs { to }) = column.field.as_ref().map(|field| &field.kind) {
            let label = cell::columns(&bureau.packs, to, &[vec![bureau.packs.register(to).label.clone()]]);
            all.extend(rows(&bureau.packs, &asked.context, None, to, &label, &everything).registers);
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Phrases as one sentence.
fn spoken(phrases: &[Phrase]) -> String {
    let text = phrases.iter().map(|phrase| match phrase {
        Phrase::Words(text) | Phrase::Term { text, .. } => text.as_str(),
    });
    text.collect::<String>().trim().to_string()
}

fn fits(format: Format, rows: usize) -> Result<(), Refusal> {
    if format == Format::Csv || rows <= SHEET_ROWS_MOST {
        return Ok(());
    }
    Err(Refusal::new(
        No::Refused,
        "D072",
        format!("共 {rows} 条，一张工作表最多装 {SHEET_ROWS_MOST} 条。请加条件，或改导出 CSV。没有导出任何内容。"),
        format!(
            "There are {rows} records and a sheet holds {SHEET_ROWS_MOST}. Add conditions, or choose CSV. Nothing was exported."
        ),
    ))
}

fn too_long() -> Refusal {
    Refusal::new(
        No::Refused,
        "D073",
        "记录太多，来不及排好次序。请加条件，或不排序再导出。没有导出任何内容。",
        "Too many records to put in order in time. Add conditions, or drop the order. Nothing was exported.",
    )
}

fn not_made(error: &dyn std::fmt::Display) -> Stop {
    tracing::error!(code = "D074", %error, "an export could not be made");
    Stop::Refused(Refusal::new(
        No::Broken,
        "D074",
        "文件没有做成，可能是服务器的临时文件夹满了。请告诉管理员代码 D074。",
        "The file could not be made; the server's temporary folder may be full. Tell the administrator the code D074.",
    ))
}

/// Who took a register's list away, newest first: told to whoever sees the whole register, since counts and conditions
/// tell of records.
pub(crate) fn lines(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    register: &str,
) -> Result<Vec<ExportLine>, StoreError> {
    if actor.scope(bureau, register, Action::See) != Some(Condition::All(vec![])) {
        return Ok(vec![]);
    }
    let (day, lang) = (bureau.clock.today(), actor.lang);
    let found = event::read(reader, &event::found(EVENT, About::Is(register)))?;
    let line = |event: Event| {
        let mut parts = event.detail.splitn(5, ' ').map(str::to_string);
        let mut part = || parts.next().unwrap_or_default();
        let (count, format, columns, when, sentence) = (part(), part(), part(), part(), part());
        Ok(ExportLine {
            at: say::moment(event.at, day, lang),
            by: crate::record::who(reader, event.by, lang)?,
            count: count.parse().unwrap_or_default(),
            format,
            all_fields: columns == "all",
            when: told_when(&when, lang),
            sentence,
        })
    };
    found.into_iter().map(line).collect()
}

fn told_when(when: &str, lang: Lang) -> String {
    match when.split_once('=') {
        Some(("as-of", day)) => format!("{day} {}", lang.pick("当时所知", "as known then")),
        Some((_, day)) => format!("{day} {}", lang.pick("按现在所知", "as known now")),
        None => lang.pick("当时", "as it stood").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_that_would_be_too_long_is_refused_before_it_begins() {
        assert!(fits(Format::Xlsx, SHEET_ROWS_MOST).is_ok());
        assert!(fits(Format::Csv, SHEET_ROWS_MOST + 1).is_ok());
        let refusal = fits(Format::Xlsx, SHEET_ROWS_MOST + 1).expect_err("one too many");
        assert_eq!((refusal.kind, &*refusal.code), (No::Refused, "D072"));
        assert!(refusal.zh.contains("1000001") && refusal.zh.contains("CSV"), "{}", refusal.zh);
    }
}
