//! Files: taken in within what a form allows, handed out within what a person may read.
//!
//! A digest opens nothing by itself: to name a file a person must have sent it, or the record must have named it before;
//! to get one, a record that the person may read must name it, in any of its versions.

use crate::bureau::{Bureau, broken, said};
use crate::form::{self, Which};
use crate::refusal::{No, Refusal};
use crate::row::satisfies;
use crate::view::FileView;
use crate::{Actor, erase, say};
use luoshi_kernel::kind::{self, files};
use luoshi_kernel::{Context, Lang};
use luoshi_pack::{Action, Field, FileType, Kind, Register, Value};
use luoshi_store::{Act, Reader, StoreError, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The setting that limits the size of one file, in MB.
const SIZE: &str = "file_size_most";
/// MB of one file where packs do not say.
const SIZE_USUAL: i64 = 20;
/// How long sent bytes are kept that no record names.
pub(crate) const KEPT: Duration = Duration::from_secs(24 * 3600);

/// A file as it is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its name, with the ending of what it is.
    pub name: String,
    /// What its bytes are, never what somebody said they were.
    pub content_type: &'static str,
    /// As they were sent.
    pub bytes: Vec<u8>,
}

/// Most bytes of one file today.
pub fn size_most(bureau: &Bureau) -> usize {
    let settings = bureau.settings(bureau.clock.today());
    let most = settings.get(SIZE).and_then(Value::int).unwrap_or(SIZE_USUAL).clamp(1, 1_000);
    (most as usize) << 20
}

/// Takes a file in for a field of a form; answers the line by which the form names it when it is saved.
pub fn take(
    bureau: &Bureau,
    actor: &Actor,
    which: Which<'_>,
    field: &str,
    name: &str,
    bytes: &[u8],
) -> Result<String, Refusal> {
    let declared = which.fields(bureau).into_iter().find(|declared| declared.name == field);
    let Some(Kind::Files { types, .. }) = declared.map(|declared| &declared.kind) else {
        return Err(Refusal::absent());
    };
    // Whoever gets the form may send what it asks for.
    form::form(bureau, actor, which, &BTreeMap::new())?;
    keep(bureau, actor, name, bytes, types)
}

/// Keeps a file of one of these types; answers the line that names it.
pub(crate) fn keep(
    bureau: &Bureau,
    actor: &Actor,
    name: &str,
    bytes: &[u8],
    types: &[FileType],
) -> Result<String, Refusal> {
    let shown: String = name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(40).collect();
    let no = |code: &str, zh: String, en: String| Refusal::new(No::Refused, code, zh, en);
    if bytes.is_empty() {
        return Err(no(
            "D060",
            format!("“{shown}”是空文件，没有收下。请重新选。"),
            format!("“{shown}” is empty and was not taken. Choose again."),
        ));
    }
    let most = size_most(bureau);
    if bytes.len() > most {
        let most = most >> 20;
        return Err(no(
            "D061",
            format!("“{shown}”超过 {most} MB，没有收下。请压缩或拆分后再传。"),
            format!("“{shown}” is larger than {most} MB and was not taken. Make it smaller or split it."),
        ));
    }
    let Some(known) = files::type_of(bytes).filter(|known| types.contains(known)) else {
        let words = list(types);
        return Err(no(
            "D062",
            format!("“{shown}”的内容不是 {words}，没有收下（看内容，不看扩展名）。请另存为这些格式再传。"),
            format!("“{shown}” is not one of {words} by its content and was not taken. Save it as one of these."),
        ));
    };
    let act = Act { at: bureau.clock.now(), by: actor.account, request: None, background: false };
    let content = bureau.store.put_file(act, bytes, known).map_err(broken)?;
    Ok(files::Entry { digest: content.digest, name: files::file_name(name, known) }.line())
}

/// The types of a field in words.
pub fn list(types: &[FileType]) -> String {
    types.iter().map(|known| known.word()).collect::<Vec<_>>().join("、")
}

/// Hands a file out that a field of a record names now or did once.
pub fn give(
    bureau: &Bureau,
    actor: &Actor,
    register: &str,
    id: i64,
    field: &str,
    digest: &str,
) -> Result<Sent, Refusal> {
    let declared = bureau.packs.registers.get(register).and_then(|_| bureau.packs.field(register, field));
    let declared = declared.filter(|declared| declared.holds_files() && !declared.mask).ok_or_else(Refusal::absent)?;
    let scope = actor.scope(bureau, register, Action::See).ok_or_else(Refusal::absent)?;
    let context: Context = bureau.context(bureau.clock.today());
    let found = bureau.store.read(|reader| {
        if !satisfies(bureau, reader, &context, register, id, &scope)? {
            return Ok(None);
        }
        let history = reader.history(bureau.table(register), id)?;
        let named = history.iter().rev().find_map(|version| {
            files::entries(version.record.value(field).text()?).find(|entry| entry.digest == digest)
        });
        let Some(named) = named else { return Ok(None) };
        let register = bureau.packs.register(register);
        if erase::is_file_erased(reader, register, id, declared, digest)? {
            return Ok(Some(Err(erased(&named.name))));
        }
        Ok(reader.file_content(digest)?.map(|content| Ok((named.name, content.known))))
    });
    let (name, known) = found.map_err(broken)?.ok_or_else(Refusal::absent)??;
    let bytes = bureau.store.file_bytes(digest).map_err(broken)?;
    Ok(Sent { name, content_type: files::content_type(known), bytes })
}

fn erased(name: &str) -> Refusal {
    Refusal::new(
        No::Absent,
        "D078",
        format!("“{name}”已清除，不能再取。记录页上写明了清除令。"),
        format!("“{name}” was erased and cannot be had any more. The record's page names the order."),
    )
}

/// Digests that a record may name without their being sent: those that it names, and those that it has named before and
/// no order has erased from it.
pub fn may_name(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &Register,
    id: i64,
    history: &[Version],
) -> Result<BTreeSet<String>, StoreError> {
    let mut digests = BTreeSet::new();
    for field in bureau.packs.files(&register.name) {
        for (place, version) in history.iter().enumerate() {
            let now = place + 1 == history.len();
            for entry in files::entries(version.record.value(&field.name).text().unwrap_or_default()) {
                if now || !erase::is_file_erased(reader, register, id, field, &entry.digest)? {
                    digests.insert(entry.digest);
                }
            }
        }
    }
    Ok(digests)
}

/// The files of a field for its form: what is known of those that the record names already or this person has sent.
pub fn in_form(reader: &mut Reader, account: i64, typed: &str, kept: &Value) -> Result<Vec<FileView>, StoreError> {
    let kept = kept.text().unwrap_or_default();
    let mut views = vec![];
    for entry in files::entries(typed) {
        let named = files::entries(kept).any(|kept| kept.digest == entry.digest);
        let content =
            if named { reader.file_content(&entry.digest)? } else { reader.upload(&entry.digest, account)? };
        let size = content.map(|content| say::size(content.size)).unwrap_or_default();
        views.push(FileView {
            line: entry.line(),
            name: entry.name,
            digest: entry.digest,
            size,
            day: String::new(),
            of: None,
            told: None,
        });
    }
    Ok(views)
}

/// The files of a field for the record's page, each with the day on which the record first named it.
pub fn on_page(
    reader: &mut Reader,
    register: &Register,
    id: i64,
    field: &Field,
    value: &Value,
    history: &[Version],
    lang: Lang,
) -> Result<Vec<FileView>, StoreError> {
    let (Kind::Files { .. }, Some(text), false) = (&field.kind, value.text(), field.mask) else { return Ok(vec![]) };
    let mut views = vec![];
    for entry in files::entries(text) {
        let names = |version: &&Version| {
            let text = version.record.value(&field.name).text().unwrap_or_default();
            files::entries(text).any(|other| other.digest == entry.digest)
        };
        let day = history.iter().find(names).map(|version| kind::day_of(version.since).to_string());
        let size = reader.file_content(&entry.digest)?.map(|content| say::size(content.size)).unwrap_or_default();
        let told = erase::told_file(reader, register, id, field, &entry.digest, lang)?;
        let of = told.is_none().then(|| (register.name.clone(), id));
        views.push(FileView {
            line: entry.line(),
            name: entry.name,
            digest: entry.digest,
            size,
            day: day.unwrap_or_default(),
            of,
            told,
        });
    }
    Ok(views)
}

/// Why a file cannot be named again.
pub fn erased_from(name: &str, lang: Lang) -> String {
    said(
        lang,
        format!("“{name}”已按清除令从这条记录清除，不能再附上。请去掉它。"),
        format!("“{name}” was erased from this record by an order and cannot be attached again. Leave it out."),
    )
}

/// Why a file cannot be named: nobody here sent it, or it is of another type.
pub fn not_sent(name: &str, lang: Lang) -> String {
    said(
        lang,
        format!("“{name}”不是您为这里上传的文件，或上传已超过一天。请重新选文件上传。"),
        format!("“{name}” was not sent by you for this place, or more than a day ago. Choose it again."),
    )
}
