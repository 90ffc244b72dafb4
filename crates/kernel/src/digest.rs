//! The canonical bytes of a version, and its SM3 digest (GB/T 32905).
//!
//! Bytes: register number, record id, version, since, by (each 8 bytes, big endian), act (4-byte length and UTF-8), then
//! each field that is not null, ascending by field number: number (4 bytes), kind tag (1 byte: 1 bool, 2 int, 3 text,
//! 4 date), length (4 bytes), value (bool one byte, int 8 bytes big endian, text UTF-8, date as `YYYY-MM-DD`). Field
//! numbers come from a catalogue that never reuses one, so adding, renaming and widening change no old digest.

use jiff::civil::Date;
use luoshi_pack::Value;
use sm3::{Digest, Sm3};

/// An SM3 digest.
pub type Hash = [u8; 32];

/// What is digested of a version.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The register's number in the catalogue.
    pub register: i64,
    /// The record's id.
    pub id: i64,
    /// From 1.
    pub version: i64,
    /// Known from, microseconds.
    pub since: i64,
    /// The account that made it.
    pub by: i64,
    /// `file`, `edit`, `move:NAME`.
    pub act: &'a str,
}

/// The digest of a version; `fields` are (field number, value), ascending; null values are passed over.
pub fn version<'a>(version: Version<'_>, fields: impl IntoIterator<Item = (u32, &'a Value)>) -> Hash {
    let mut bytes = Vec::with_capacity(256);
    for number in [version.register, version.id, version.version, version.since, version.by] {
        bytes.extend(number.to_be_bytes());
    }
    put(&mut bytes, version.act.as_bytes());
    for (number, value) in fields {
        field(&mut bytes, number, value);
    }
    Sm3::digest(&bytes).into()
}

fn field(bytes: &mut Vec<u8>, number: u32, value: &Value) {
    let mut head = |tag: u8| {
        bytes.extend(number.to_be_bytes());
        bytes.push(tag);
    };
    match value {
        Value::Null => {}
        Value::Bool(yes) => {
            head(1);
            put(bytes, &[u8::from(*yes)]);
        }
        Value::Int(number) => {
            head(2);
            put(bytes, &number.to_be_bytes());
        }
        Value::Text(text) => {
            head(3);
            put(bytes, text.as_bytes());
        }
        Value::Date(day) => {
            head(4);
            put(bytes, day_text(*day).as_bytes());
        }
    }
}

/// A day as it is digested and stored, `YYYY-MM-DD`; the general formatter costs three times as much.
pub fn day_text(day: Date) -> String {
    let (year, month, date) = (day.year(), i16::from(day.month()), i16::from(day.day()));
    if !(0..10_000).contains(&year) {
        return day.to_string();
    }
    let digit = |number: i16| char::from(b'0' + (number % 10) as u8);
    let mut text = String::with_capacity(10);
    text.extend([year / 1000, year / 100, year / 10, year].map(digit));
    text.push('-');
    text.extend([month / 10, month].map(digit));
    text.push('-');
    text.extend([date / 10, date].map(digit));
    text
}

fn put(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend((content.len() as u32).to_be_bytes());
    bytes.extend(content);
}

/// The SM3 digest of some bytes.
pub fn of(bytes: &[u8]) -> Hash {
    Sm3::digest(bytes).into()
}

/// The next link of the chain: SM3(previous chain, digest).
pub fn chain(previous: &Hash, digest: &Hash) -> Hash {
    Sm3::new().chain_update(previous).chain_update(digest).finalize().into()
}

/// Lower-case hex.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_is_the_national_standard() {
        let digest: Hash = Sm3::digest(b"abc").into();
        assert_eq!(hex(&digest), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn days_are_written_as_the_general_formatter_writes_them() {
        for day in ["2021-01-17", "0001-12-31", "0000-01-01", "9999-10-09", "-000044-03-15"] {
            let day: Date = day.parse().unwrap();
            assert_eq!(day_text(day), day.to_string());
        }
    }

    #[test]
    fn a_null_field_leaves_no_trace_and_another_value_does() {
        let head = Version { register: 1, id: 2, version: 1, since: 3, by: 4, act: "file" };
        let text = Value::Text("a".into());
        let plain = version(head, [(16, &text)]);
        assert_eq!(plain, version(head, [(16, &text), (17, &Value::Null)]));
        assert_ne!(plain, version(head, [(17, &text)]));
        assert_ne!(plain, version(head, [(16, &Value::Text("b".into()))]));
        assert_ne!(plain, version(Version { act: "edit", ..head }, [(16, &text)]));
    }
}
