//! 附件, 照片: one line for each file, `DIGEST NAME`, the digest SM3 of its bytes in lower-case hex; lines in the order of
//! their names, none twice. The bytes themselves are the store's; what they are is judged by them, never by the name.

use super::integer::short;
use crate::digest::hex;
use crate::lang::Complaint;
use luoshi_pack::{FileType, Value};

/// Most characters of a name, its ending included.
const NAME_MAX: usize = 100;
/// Hex digits of a digest.
const DIGITS: usize = 64;

/// A file that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// SM3 of its bytes, lower-case hex.
    pub digest: String,
    /// Its name, as [`file_name`] leaves it.
    pub name: String,
}

impl Entry {
    /// The line that a record keeps of it.
    pub fn line(&self) -> String {
        format!("{} {}", self.digest, self.name)
    }
}

/// Reads what was sent: lines in any order become lines in order.
pub(super) fn parse(typed: &str, most: usize) -> Result<Value, Complaint> {
    let mut entries = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        entries.push(entry(line).ok_or_else(|| {
            Complaint::new(
                "V030",
                format!("“{}”不是已上传的文件。请重新选文件上传。", short(line)),
                format!("“{}” is no file that was sent. Choose it again.", short(line)),
            )
        })?);
    }
    entries.sort_by(|left: &Entry, right| (&left.name, &left.digest).cmp(&(&right.name, &right.digest)));
    entries.dedup();
    if entries.len() > most {
        return Err(Complaint::new(
            "V031",
            format!("最多{most}个文件，现有{}个。请去掉{}个。", entries.len(), entries.len() - most),
            format!("At most {most} files; there are {}. Take {} away.", entries.len(), entries.len() - most),
        ));
    }
    let lines: Vec<String> = entries.iter().map(Entry::line).collect();
    Ok(if lines.is_empty() { Value::Null } else { Value::Text(lines.join("\n")) })
}

/// The names, as a list shows them.
pub fn show(text: &str) -> String {
    let names: Vec<String> = entries(text).map(|entry| entry.name).collect();
    names.join("、")
}

/// The files that a kept value names.
pub fn entries(text: &str) -> impl Iterator<Item = Entry> + '_ {
    text.lines().filter_map(entry)
}

fn entry(line: &str) -> Option<Entry> {
    let (digest, name) = line.split_once(' ')?;
    let plain = digest.len() == DIGITS && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (plain && !name.is_empty() && cleaned(name) == name && name.chars().count() <= NAME_MAX)
        .then(|| Entry { digest: digest.to_string(), name: name.to_string() })
}

/// The digest of bytes and the name they are kept under.
pub fn entry_of(bytes: &[u8], sent: &str, known: FileType) -> Entry {
    Entry { digest: hex(&crate::digest::of(bytes)), name: file_name(sent, known) }
}

/// The name that a file is kept under: without folders and invisible characters, and with the ending of what it is.
pub fn file_name(sent: &str, known: FileType) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = cleaned(last);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let same =
        ending.eq_ignore_ascii_case(known.word()) || (known == FileType::Jpg && ending.eq_ignore_ascii_case("jpeg"));
    // Another ending stays visible in the name and does not end it.
    let stem = if same { stem } else { &name };
    let stem: String = stem.chars().take(NAME_MAX - 5).collect();
    let stem = stem.trim_matches([' ', '.']);
    format!("{}.{}", if stem.is_empty() { "附件" } else { stem }, known.word())
}

/// A name in which nothing is hidden: no control characters, no marks that turn the writing round, single blanks, nothing
/// that a file system or a header reads as its own.
fn cleaned(name: &str) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            || matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let kept: String = name
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| !hidden(*letter))
        .collect();
    kept.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What bytes are, by how they begin and, for those of Office, by the parts in their archive; `None`: none of the types
/// that are taken, a page of HTML for one.
pub fn type_of(bytes: &[u8]) -> Option<FileType> {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if bytes.starts_with(b"%PDF-") {
        Some(FileType::Pdf)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(FileType::Jpg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(FileType::Png)
    } else if bytes.starts_with(b"PK\x03\x04") && holds(b"[Content_Types].xml") {
        [(b"word/document.xml".as_slice(), FileType::Docx), (b"xl/workbook.xml", FileType::Xlsx)]
            .into_iter()
            .find(|(part, _)| holds(part))
            .map(|(_, known)| known)
    } else {
        None
    }
}

/// The content type under which a file is served.
pub fn content_type(known: FileType) -> &'static str {
    match known {
        FileType::Pdf => "application/pdf",
        FileType::Jpg => "image/jpeg",
        FileType::Png => "image/png",
        FileType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileType::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each letter stands for the digest that is this letter over and over.
    fn long(text: &str) -> String {
        text.split(" / ")
            .map(|line| format!("{}{}", line[..1].repeat(DIGITS), &line[1..]))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn check(typed: &str, kept: &str) {
        assert_eq!(parse(&long(typed), 3), Ok(Value::Text(long(kept))), "{typed}");
    }

    #[test]
    fn files_are_kept_in_the_order_of_their_names_and_none_twice() {
        check("b 乙.pdf", "b 乙.pdf");
        check("c 2.pdf / a 1.pdf", "a 1.pdf / c 2.pdf");
        check("a 1.pdf / a 1.pdf / a 1.pdf / a 1.pdf", "a 1.pdf");
        check("a 1.pdf / a 2.pdf", "a 1.pdf / a 2.pdf");
        check("b 同.pdf / a 同.pdf", "a 同.pdf / b 同.pdf");
        assert_eq!(parse(" \n ", 3), Ok(Value::Null));
        assert_eq!(show(&long("a 立项 批复.pdf / b 照片.jpg")), "立项 批复.pdf、照片.jpg");
    }

    #[test]
    fn what_is_no_line_of_a_file_is_refused() {
        let code = |typed: &str| parse(typed, 3).unwrap_err().code;
        let a = "a".repeat(DIGITS);
        let other = [
            "甲.pdf".to_string(),
            a.clone(),
            format!("{a} "),
            format!("{} x.pdf", "A".repeat(DIGITS)),
            format!("{} x.pdf", &a[1..]),
            format!("{a} ../x.pdf"),
            format!("{a} x\u{202e}fdp.exe"),
            format!("{a} {}", "长".repeat(101)),
            format!("{a}  x.pdf"),
        ];
        for typed in other {
            assert_eq!(code(&typed), "V030", "{typed}");
        }
        assert_eq!(code(&long("a 1.pdf / a 2.pdf / a 3.pdf / a 4.pdf")), "V031");
    }

    #[test]
    fn a_name_hides_nothing_and_ends_as_the_bytes_say() {
        for (sent, name) in [
            ("立项批复.PDF", "立项批复.pdf"),
            ("C:\\fakepath\\备案表.pdf", "备案表.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("evil.html", "evil.html.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe.pdf"),
            ("a\"b;\r\nSet-Cookie: x.pdf", "ab; Set-Cookie x.pdf"),
            ("", "附件.pdf"),
            ("....", "附件.pdf"),
            (".pdf", "附件.pdf"),
            (". x .pdf", "x.pdf"),
        ] {
            assert_eq!(file_name(sent, FileType::Pdf), name, "{sent:?}");
        }
        assert_eq!(file_name("照.JPEG", FileType::Jpg), "照.jpg");
        let long = file_name(&"长".repeat(300), FileType::Docx);
        assert_eq!(long.chars().count(), NAME_MAX);
        let line = Entry { digest: "a".repeat(DIGITS), name: long }.line();
        assert_eq!(entry(&line).unwrap().line(), line);
    }

    #[test]
    fn bytes_say_what_a_file_is() {
        let office = |part: &str| format!("PK\x03\x04....[Content_Types].xml....{part}....").into_bytes();
        for (bytes, known) in [
            (b"%PDF-1.4 ...".to_vec(), Some(FileType::Pdf)),
            (b"\xff\xd8\xff\xe0JFIF".to_vec(), Some(FileType::Jpg)),
            (b"\x89PNG\r\n\x1a\n....".to_vec(), Some(FileType::Png)),
            (office("word/document.xml"), Some(FileType::Docx)),
            (office("xl/workbook.xml"), Some(FileType::Xlsx)),
            (office("ppt/presentation.xml"), None),
            (b"<!doctype html><script>alert(1)</script>".to_vec(), None),
            (b"<svg onload=alert(1)>".to_vec(), None),
            (b"MZ\x90".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(type_of(&bytes), known);
        }
    }
}
