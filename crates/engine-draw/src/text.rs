use std::borrow::Cow;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A piece of text, borrowed from the input wherever it holds no escapes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Text<'a> {
    /// The first `length` bytes, borrowed where the whole is.
    pub(crate) fn head(&self, length: usize) -> Text<'a> {
        match &self.0 {
            Cow::Borrowed(text) => Text(Cow::Borrowed(&text[..length])),
            Cow::Owned(text) => Text(Cow::Owned(text[..length].to_owned())),
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Text(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text(Cow::Owned(text))
    }
}

/// Whether the text may stand in a proof: 1 to 100 code points, no `|`, no control characters.
pub(crate) fn is_plain(text: &str) -> bool {
    let length = text.chars().take(101).count();
    (1..=100).contains(&length) && !text.contains(|sign: char| sign == '|' || sign.is_control())
}

/// Whether the text may be a 报名号: 1 to 40 letters, digits, `-`, `_`, `.`.
pub(crate) fn is_number(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Lower-case hex digits of the bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// The bytes of lower-case hex digits; `None` for anything else.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
