//! Imports (导入): a workbook whose rows become records of one register, by the road of any record.
//!
//! A row is tried as it would be saved and undone again, so what is wrong is told row by row before anything is written;
//! then all rows are written in one transaction, or none. One workbook goes into one register once: the line in the ledger
//! that says so is what a doubled post or a job begun again finds.

use crate::bureau::{Bureau, broken, said};
use crate::event::{self, About};
use crate::form::{Faults, Typed, Which};
use crate::job::NotDone;
use crate::refusal::{No, NotSaved, Refusal};
use crate::sheet::{self, Asked, Sheet};
use crate::view::{FieldFault, FieldView, ImportFault, ImportLine, ImportState, ImportTried, ImportView, RegisterHead};
use crate::{Actor, Save, about, account, file, list, save, say};
use luoshi_kernel::kind::files;
use luoshi_kernel::query::col;
use luoshi_kernel::sea_query::ExprTrait;
use luoshi_kernel::{Complaint, Lang};
use luoshi_pack::{Action, Field, FileType, Kind, Register};
use luoshi_store::{Act, Job, Reader, StoreError, Writer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The kind of the job that writes a long import, and of the event that an import writes.
pub(crate) const IMPORT: &str = "import";
/// The field of the form in which the workbook is sent.
pub const SHEET: &str = "_sheet";
/// So many rows are written while the person waits; more by a job.
const AT_ONCE: usize = 2_000;
/// Faults that are told of one workbook.
const TOLD: usize = 200;
/// Rows that are shown as they would be saved.
const SHOWN: usize = 5;
/// Imports that are listed.
const LISTED: u64 = 10;

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// So many records were written.
    Done(usize),
    /// A job writes them.
    Queued(usize),
}

/// The fields that a column can fill: those of the form but files, which no cell holds.
fn fields<'b>(bureau: &'b Bureau, register: &'b Register) -> Vec<&'b Field> {
    let all = Which { register, id: None, by_move: None }.fields(bureau);
    all.into_iter().filter(|field| !field.holds_files()).collect()
}

/// The register, for somebody who may file in it.
fn allowed<'b>(bureau: &'b Bureau, actor: &Actor, register: &str) -> Result<&'b Register, Refusal> {
    if let Some((zh, en)) = &bureau.read_only {
        return Err(Refusal::new(No::Forbidden, "D020", zh.clone(), en.clone()));
    }
    let register = bureau.register(register)?;
    actor.scope(bureau, &register.name, Action::See).ok_or_else(Refusal::absent)?;
    actor.scope(bureau, &register.name, Action::File).ok_or_else(Refusal::forbidden)?;
    Ok(register)
}

/// The page of a register's imports: what columns there are, and what the person has imported lately.
pub fn form(bureau: &Bureau, actor: &Actor, register: &str) -> Result<ImportView, Refusal> {
    let register = allowed(bureau, actor, register)?;
    let lang = actor.lang;
    let lately = bureau.store.read(|reader| lately(bureau, actor, reader, register)).map_err(broken)?;
    Ok(ImportView {
        register: RegisterHead { name: register.name.clone(), title: list::title(register, lang), count: None },
        columns: fields(bureau, register)
            .into_iter()
            .map(|field| about::field_about(&bureau.packs, field, lang))
            .collect(),
        rows_most: sheet::ROWS_MOST,
        tried: None,
        lately,
    })
}

/// The empty workbook that is to be filled in.
pub fn to_fill(bureau: &Bureau, actor: &Actor, register: &str) -> Result<file::Sent, Refusal> {
    let register = allowed(bureau, actor, register)?;
    let lang = actor.lang;
    let choices = |kind: &Kind| match kind {
        Kind::Choice { choices } => choices.values().map(|one| lang.pick(&one.title, &one.en).to_string()).collect(),
        Kind::YesNo => vec![lang.pick("是", "yes").to_string(), lang.pick("否", "no").to_string()],
        _ => vec![],
    };
    let columns = fields(bureau, register).into_iter().map(|field| {
        let about = about::field_about(&bureau.packs, field, lang);
        let help = [about.kind, about.help].into_iter().filter(|text| !text.is_empty());
        Asked {
            title: about.title,
            must: field.must,
            help: help.collect::<Vec<_>>().join(lang.pick("。", ". ")),
            choices: choices(&field.kind),
            day: field.kind == Kind::Date,
        }
    });
    let words = match lang {
        Lang::Zh => ["填写说明", "列", "必填", "说明"],
        Lang::En => ["How to fill it in", "Column", "Needed", "What stands there"],
    };
    let title = list::title(register, lang);
    let bytes = sheet::to_fill(&title, &columns.collect::<Vec<_>>(), words)?;
    let name = files::file_name(&said(lang, format!("{title}导入表"), format!("{title} import")), FileType::Xlsx);
    Ok(file::Sent { name, content_type: files::content_type(FileType::Xlsx), bytes })
}

/// Takes the workbook in; answers the line that names it.
pub(crate) fn take(
    bureau: &Bureau,
    actor: &Actor,
    register: &str,
    name: &str,
    bytes: &[u8],
) -> Result<String, Refusal> {
    allowed(bureau, actor, register)?;
    file::keep(bureau, actor, name, bytes, &[FileType::Xlsx])
}

/// A workbook whose head was understood.
struct Read {
    entry: files::Entry,
    /// Columns with the field each fills.
    columns: Vec<(u32, String)>,
    /// Heads that name no field.
    unknown: Vec<String>,
    /// Rows by their number in the workbook, as they would have been typed.
    rows: Vec<(u32, Save)>,
    faults: Vec<ImportFault>,
}

fn read(bureau: &Bureau, actor: &Actor, register: &Register, line: &str) -> Result<Read, Refusal> {
    let not_sent = || Refusal::new(No::Refused, "D063", file::not_sent(line, Lang::Zh), file::not_sent(line, Lang::En));
    let entry = files::entries(line).next().ok_or_else(no_sheet)?;
    let sent = bureau.store.read(|reader| reader.upload(&entry.digest, actor.account)).map_err(broken)?;
    sent.filter(|sent| sent.known == FileType::Xlsx).ok_or_else(not_sent)?;
    let sheet = sheet::read(&bureau.store.file_bytes(&entry.digest).map_err(broken)?)?;
    Ok(understood(bureau, register, entry, &sheet, actor.lang))
}

/// Finds the field of each head and reads the cells below it as they would have been typed.
fn understood(bureau: &Bureau, register: &Register, entry: files::Entry, sheet: &Sheet, lang: Lang) -> Read {
    let fields = fields(bureau, register);
    let (mut columns, mut unknown, mut faults) = (vec![], vec![], vec![]);
    for (column, head) in &sheet.head {
        let named = |field: &&&Field| [&field.title, &field.en, &field.name].into_iter().any(|name| name == head);
        match fields.iter().find(named) {
            None => unknown.push(head.clone()),
            Some(field) if columns.iter().any(|(_, name)| *name == field.name) => faults.push(ImportFault {
                row: None,
                field: head.clone(),
                code: "D083".into(),
                text: said(lang, "这一列出现了两次，请删去一列。", "The column stands twice; remove one."),
            }),
            Some(field) => columns.push((*column, field.name.clone())),
        }
    }
    for field in fields.iter().filter(|field| field.must && !columns.iter().any(|(_, name)| *name == field.name)) {
        faults.push(ImportFault {
            row: None,
            field: lang.pick(&field.title, &field.en).to_string(),
            code: "D084".into(),
            text: said(lang, "缺少必填的这一列。", "This column is needed and missing."),
        });
    }
    let kinds: BTreeMap<&str, &Kind> = fields.iter().map(|field| (field.name.as_str(), &field.kind)).collect();
    let mut rows = vec![];
    for (number, cells) in &sheet.rows {
        let mut typed = Typed::new();
        for (column, name) in &columns {
            let Some((_, cell)) = cells.iter().find(|(place, _)| place == column) else { continue };
            match cell.typed(kinds[name.as_str()]) {
                Ok(text) => drop(typed.insert(name.clone(), text)),
                Err(complaint) => faults.push(of_cell(bureau, register, *number, name, &complaint, lang)),
            }
        }
        if !typed.is_empty() {
            rows.push((*number, Save { register: register.name.clone(), typed, ..Save::default() }));
        }
    }
    Read { entry, columns, unknown, rows, faults }
}

fn of_cell(bureau: &Bureau, register: &Register, row: u32, name: &str, no: &Complaint, lang: Lang) -> ImportFault {
    let text = lang.pick(&no.zh, &no.en).to_string();
    ImportFault { row: Some(row), field: title_of(bureau, register, name, lang), code: no.code.to_string(), text }
}

fn title_of(bureau: &Bureau, register: &Register, name: &str, lang: Lang) -> String {
    let field = bureau.packs.field(&register.name, name);
    field.map_or_else(|| name.to_string(), |field| lang.pick(&field.title, &field.en).to_string())
}

fn told(bureau: &Bureau, register: &Register, row: u32, faults: Faults, lang: Lang) -> Vec<ImportFault> {
    let one = |(field, fault): (Option<String>, FieldFault)| ImportFault {
        row: Some(row),
        field: field.map_or_else(String::new, |name| title_of(bureau, register, &name, lang)),
        code: fault.code,
        text: fault.text,
    };
    faults.into_iter().map(one).collect()
}

fn of_form(row: u32, field: Option<&FieldView>, fault: &FieldFault) -> ImportFault {
    let field = field.map_or_else(String::new, |field| field.title.clone());
    ImportFault { row: Some(row), field, code: fault.code.clone(), text: fault.text.clone() }
}

/// Tries a workbook: every row is saved as it would be, and undone.
///
/// # Errors
/// D080 to D082 for what is no workbook; D063 when this person did not send it.
pub fn check(bureau: &Arc<Bureau>, actor: &Actor, register: &str, line: &str) -> Result<ImportView, Refusal> {
    let declared = allowed(bureau, actor, register)?;
    let mut read = read(bureau, actor, declared, line)?;
    let subject = subject(declared, &read.entry.digest);
    if let Some(before) = bureau.store.read(|reader| event::detail(reader, IMPORT, &subject)).map_err(broken)? {
        read.faults.push(ImportFault {
            row: None,
            field: String::new(),
            code: "D085".into(),
            text: again(&before).sentence(actor.lang).to_string(),
        });
    }
    let rows = read.rows.len();
    if rows == 0 && read.faults.is_empty() {
        read.faults.push(ImportFault {
            row: None,
            field: String::new(),
            code: "D082".into(),
            text: no_sheet().sentence(actor.lang).to_string(),
        });
    }
    // What is wrong with the head is wrong with every row.
    let mut more = false;
    if !read.faults.iter().any(|fault| fault.row.is_none()) {
        let wrong: BTreeSet<u32> = read.faults.iter().filter_map(|fault| fault.row).collect();
        let (numbers, saves): (Vec<u32>, Vec<Save>) =
            read.rows.iter().filter(|(number, _)| !wrong.contains(number)).cloned().unzip();
        let tried = save::try_all(bureau, actor, &saves, TOLD)?;
        more = tried.more;
        for (place, faults) in tried.faults {
            read.faults.extend(told(bureau, declared, numbers[place], faults, actor.lang));
        }
    }
    read.faults.sort_by_key(|fault| fault.row);
    more |= read.faults.len() > TOLD;
    read.faults.truncate(TOLD);
    let preview = read.rows.iter().take(SHOWN).map(|(_, save)| {
        let text = |(_, name): &(u32, String)| save.typed.get(name).cloned().unwrap_or_default();
        read.columns.iter().map(text).collect()
    });
    let tried = ImportTried {
        line: read.entry.line(),
        name: read.entry.name.clone(),
        rows,
        columns: read.columns.iter().map(|(_, name)| title_of(bureau, declared, name, actor.lang)).collect(),
        preview: preview.collect(),
        unknown: read.unknown,
        faults: read.faults,
        more,
    };
    Ok(ImportView { tried: Some(tried), ..form(bureau, actor, register)? })
}

/// Why an import was not written.
#[derive(Debug)]
pub enum NotImported {
    /// A row stands against it; its page says which.
    Rows(Box<ImportView>),
    /// It cannot be.
    Refused(Refusal),
}

impl From<Refusal> for NotImported {
    fn from(refusal: Refusal) -> NotImported {
        NotImported::Refused(refusal)
    }
}

/// Imports a workbook: at once, or by a job when it is long.
///
/// # Errors
/// Those of [`check`] and of the rows, with nothing written; D085 when it was imported before.
pub fn import(bureau: &Arc<Bureau>, actor: &Actor, register: &str, line: &str) -> Result<Imported, NotImported> {
    let declared = allowed(bureau, actor, register)?;
    let read = read(bureau, actor, declared, line)?;
    if !read.faults.is_empty() || read.rows.is_empty() {
        return Err(NotImported::Rows(Box::new(check(bureau, actor, register, line)?)));
    }
    let rows = read.rows.len();
    if rows > AT_ONCE {
        let (subject, detail) = (subject(declared, &read.entry.digest), format!("{} {line}", actor.account));
        let act = Act { at: bureau.clock.now(), by: actor.account, ..Act::default() };
        let add = move |writer: &mut Writer| writer.add_job(IMPORT, &subject, &detail, writer.now()).map(|_| ());
        bureau.store.write(act, add).map_err(broken)?;
        return Ok(Imported::Queued(rows));
    }
    write(bureau, actor, declared, read).map_err(|(row, not)| match not {
        NotSaved::Refused(refusal) => NotImported::Refused(refusal),
        NotSaved::Form(form) => match check(bureau, actor, register, line) {
            Err(refusal) => NotImported::Refused(refusal),
            Ok(mut view) => {
                // Only in the company of all others it did not fit: two rows of one key, far apart.
                if let Some(tried) = &mut view.tried
                    && tried.faults.is_empty()
                {
                    tried.faults = form.every_fault().map(|(field, fault)| of_form(row, field, fault)).collect();
                }
                NotImported::Rows(Box::new(view))
            }
        },
    })
}

fn write(bureau: &Arc<Bureau>, actor: &Actor, register: &Register, read: Read) -> Result<Imported, (u32, NotSaved)> {
    let (numbers, saves): (Vec<u32>, Vec<Save>) = read.rows.into_iter().unzip();
    let subject = subject(register, &read.entry.digest);
    let detail = format!("{} {}", saves.len(), read.entry.name);
    let once = save::Once { kind: IMPORT, subject, detail, done: again };
    let saved = save::save_once(bureau, actor, &saves, once);
    saved.map(|saved| Imported::Done(saved.len())).map_err(|(place, not)| (numbers[place], not))
}

/// Carries out an import that a person left to a job, in their name and with the rights they have now. Rows and rights
/// that are refused would be refused again, so only a failure of the system lets it be tried again.
///
/// # Errors
/// In words, for the operations page and the page of imports.
pub(crate) fn by_job(bureau: &Arc<Bureau>, job: &Job) -> Result<(), NotDone> {
    let gone = || NotDone::Refused("找不到当初导入的账号或台账".to_string());
    let ((register, _), (by, line)) = job.subject.split_once(' ').zip(job.detail.split_once(' ')).ok_or_else(gone)?;
    let by: i64 = by.parse().map_err(|_| gone())?;
    let account = bureau.store.read(|reader| reader.account(by))?.ok_or_else(gone)?;
    let actor = account::actor_named(bureau, &account.name, Lang::Zh)?;
    let register = allowed(bureau, &actor, register)?;
    let read = read(bureau, &actor, register, line)?;
    match write(bureau, &actor, register, read) {
        Ok(_) => Ok(()),
        // Begun again after it had been written.
        Err((_, NotSaved::Refused(refusal))) if refusal.code == "D085" => Ok(()),
        Err((_, NotSaved::Refused(refusal))) => Err(refusal.into()),
        Err((row, NotSaved::Form(form))) => {
            let faults = form.every_fault().map(|(_, fault)| format!("{} [{}]", fault.text, fault.code));
            let faults = faults.collect::<Vec<_>>().join("；");
            Err(NotDone::Refused(format!("第{row}行：{faults}。没有写入任何一行。")))
        }
    }
}

/// What an import is known by: a workbook goes into a register once.
fn subject(register: &Register, digest: &str) -> String {
    format!("{} {digest}", register.name)
}

fn again(before: &str) -> Refusal {
    let (rows, name) = before.split_once(' ').unwrap_or((before, ""));
    Refusal::new(
        No::Refused,
        "D085",
        format!("这个文件（{name}，{rows}行）已经导入过，没有再写一次。如有新增的行，请另存为只含新行的文件。"),
        format!("This file ({name}, {rows} rows) was imported before and not written again. Keep only new rows."),
    )
}

fn no_sheet() -> Refusal {
    Refusal::new(
        No::Refused,
        "D082",
        "没有可导入的行。请选一个 .xlsx 文件，第一行是列名，下面是数据。",
        "There are no rows to import. Choose an .xlsx file with column names in its first row and data below.",
    )
}

/// What the person has imported into a register lately: what waits, runs or failed, then what is done.
fn lately(
    bureau: &Bureau,
    actor: &Actor,
    reader: &mut Reader,
    register: &Register,
) -> Result<Vec<ImportLine>, StoreError> {
    let today = bureau.clock.today();
    let prefix = format!("{} ", register.name);
    let mut out = vec![];
    for (state, shown) in
        [("waiting", ImportState::Waiting), ("running", ImportState::Running), ("failed", ImportState::Failed)]
    {
        for job in reader.jobs(state, i64::try_from(TOLD).unwrap_or(i64::MAX))? {
            let mine = job.detail.split_once(' ').filter(|(by, _)| *by == actor.account.to_string());
            let Some((_, line)) = mine.filter(|_| job.kind == IMPORT && job.subject.starts_with(&prefix)) else {
                continue;
            };
            out.push(ImportLine {
                at: say::moment(job.taken.unwrap_or(job.due), today, actor.lang),
                name: files::entries(line).next().map(|entry| entry.name).unwrap_or_default(),
                state: shown,
                rows: None,
                message: job.message.unwrap_or_default(),
            });
        }
    }
    let mut select = event::found(IMPORT, About::Begins(&prefix));
    select.and_where(col("p", "by").eq(actor.account)).limit(LISTED);
    for event in event::read(reader, &select)? {
        let (rows, name) = event.detail.split_once(' ').unwrap_or((&event.detail, ""));
        out.push(ImportLine {
            at: say::moment(event.at, today, actor.lang),
            name: name.to_string(),
            state: ImportState::Done,
            rows: rows.parse().ok(),
            message: String::new(),
        });
    }
    Ok(out)
}
