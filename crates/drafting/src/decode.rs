//! Bytes of a file become its text, or a sentence that says why not.
//!
//! Known: UTF-8 with and without a byte order mark, UTF-16 with one, GBK and GB18030, and docx as plain text.
//! In docx one paragraph is one line, a table cell's paragraphs are lines of their own, every line ends with `\n`.
//! Everything after this module counts in Unicode scalar values of the text returned here.

use std::io::{Cursor, Read};

/// A file that was understood as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, byte order mark removed, line ends as they stand.
    pub text: String,
    /// How the bytes were read: `utf-8`, `utf-16le`, `utf-16be`, `gb18030` or `docx`.
    pub encoding: &'static str,
}

/// Why the bytes of a file are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file holds nothing but blanks.
    #[error("the file is empty; paste or save the plan's text first [R001]")]
    Empty,
    /// The bytes are no text in any encoding known here.
    #[error("the file is not text ({found}); save the plan as .docx or as plain text and try again [R002]")]
    Binary {
        /// What the bytes look like.
        found: &'static str,
    },
    /// The file says docx but cannot be opened.
    #[error("the docx file cannot be opened ({reason}); open it in a word processor and save it again [R003]")]
    Docx {
        /// The first fault met.
        reason: String,
    },
    /// The text is longer than a plan can be.
    #[error(
        "the file unpacks to more than {megabytes_max} MB; a plan's text is far smaller, so send the text alone [R004]"
    )]
    Large {
        /// The limit in megabytes.
        megabytes_max: usize,
    },
}

/// The longest text accepted, in megabytes; guards against packed files that unpack without end.
const MEGABYTES_MAX: usize = 64;

/// Reads the bytes of a file as text.
///
/// # Errors
/// [`ReadError`] says in a sentence what the file is instead and what to do.
pub fn read(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if bytes.len() > MEGABYTES_MAX << 20 {
        return Err(ReadError::Large { megabytes_max: MEGABYTES_MAX });
    }
    if let Some(found) = binary_kind(bytes) {
        return Err(ReadError::Binary { found });
    }
    let decoded = if bytes.starts_with(b"PK\x03\x04") { read_docx(bytes)? } else { read_plain(bytes)? };
    if decoded.text.chars().all(|c| c.is_whitespace() || c.is_control()) {
        return Err(ReadError::Empty);
    }
    Ok(decoded)
}

/// Names the kinds of file that are often sent by mistake.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"%PDF", "a PDF"),
        (b"\xD0\xCF\x11\xE0", "an old .doc or .xls file"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"Rar!", "a packed archive"),
        (b"7z\xBC\xAF", "a packed archive"),
        (b"\x1F\x8B", "a packed archive"),
    ];
    KINDS.iter().find(|(head, _)| bytes.starts_with(head)).map(|(_, kind)| *kind)
}

fn read_plain(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return plain_text(String::from_utf8_lossy(rest).into_owned(), "utf-8");
    }
    for (mark, encoding, name) in
        [(&b"\xFF\xFE"[..], encoding_rs::UTF_16LE, "utf-16le"), (&b"\xFE\xFF"[..], encoding_rs::UTF_16BE, "utf-16be")]
    {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return plain_text(encoding.decode_without_bom_handling(rest).0.into_owned(), name);
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => plain_text(text.to_owned(), "utf-8"),
        Err(_) => plain_text(encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(), "gb18030"),
    }
}

/// Accepts a text unless too many of its characters can stand in no text.
fn plain_text(text: String, encoding: &'static str) -> Result<Decoded, ReadError> {
    let (mut all, mut strange) = (0usize, 0usize);
    for c in text.chars() {
        all += 1;
        let private = ('\u{E000}'..='\u{F8FF}').contains(&c);
        strange += usize::from(c == '\u{FFFD}' || private || (c.is_control() && !c.is_whitespace()));
    }
    let zeros = text.chars().take(4096).any(|c| c == '\0');
    if zeros || strange * 50 > all {
        return Err(ReadError::Binary { found: "too many characters that no text has" });
    }
    Ok(Decoded { text, encoding })
}

fn read_docx(bytes: &[u8]) -> Result<Decoded, ReadError> {
    let fault = |reason: String| ReadError::Docx { reason };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| fault(e.to_string()))?;
    if archive.index_for_name("word/document.xml").is_none() {
        return Err(ReadError::Binary { found: "a packed archive or a spreadsheet" });
    }
    let entry = archive.by_name("word/document.xml").map_err(|e| fault(e.to_string()))?;
    let mut xml = Vec::new();
    let limit = MEGABYTES_MAX << 20;
    entry.take(limit as u64 + 1).read_to_end(&mut xml).map_err(|e| fault(e.to_string()))?;
    if xml.len() > limit {
        return Err(ReadError::Large { megabytes_max: MEGABYTES_MAX });
    }
    Ok(Decoded { text: document_text(&xml).map_err(fault)?, encoding: "docx" })
}

/// The visible text of `word/document.xml`: paragraphs and cells as lines, deleted text left out.
fn document_text(xml: &[u8]) -> Result<String, String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let (mut text, mut buffer) = (String::new(), Vec::new());
    let (mut in_run, mut in_text) = (false, false);
    loop {
        match reader.read_event_into(&mut buffer).map_err(|e| e.to_string())? {
            Event::Eof => return Ok(text),
            Event::Start(tag) => match tag.local_name().as_ref() {
                "r" => in_run = true,
                "t" => in_text = true,
                name => text.push_str(if in_run { break_text(name) } else { "" }),
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "p" => text.push('\n'),
                name => text.push_str(if in_run { break_text(name) } else { "" }),
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "r" => in_run = false,
                "t" => in_text = false,
                "p" => text.push('\n'),
                _ => {}
            },
            Event::Text(part) if in_text => text.push_str(&part.xml10_content()),
            Event::CData(part) if in_text => text.push_str(&part),
            Event::GeneralRef(name) if in_text => text.extend(referred_char(&name)),
            _ => {}
        }
        buffer.clear();
    }
}

/// What a break element inside a run prints.
fn break_text(element: &str) -> &'static str {
    match element {
        "tab" => "\t",
        "br" | "cr" => "\n",
        _ => "",
    }
}

/// The character that an XML reference such as `&lt;` or `&#8212;` stands for.
fn referred_char(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    match &**name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}
