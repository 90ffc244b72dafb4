//! A posted form: what was typed, its token, its request id, the version it started from.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use luoshi_desk::view::FieldFault;
use luoshi_desk::{No, Refusal};

/// The largest body that is read, in bytes.
pub const BODY_MAX: usize = 1 << 20;

/// What stands before the name of a field of files: each of its pairs is one file.
pub const FILE: &str = "_file.";

/// What stands before the name of a field of several: each of its pairs is one or more lines.
pub const EACH: &str = "_each.";

/// A posted form, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posted {
    /// The token of the session.
    pub csrf: String,
    /// The form's request id: a form posted twice finds its first answer.
    pub request: String,
    /// The version the person started from.
    pub version: Option<i64>,
    /// The reason, where one is asked.
    pub reason: String,
    /// The form is asked for again, with what was typed taken in and room for more (a row of this register, if it names
    /// one); nothing is saved.
    pub again: Option<String>,
    /// Everything else, by field; a field sent twice keeps its last value, one of files or of several the lines of all.
    pub typed: BTreeMap<String, String>,
    /// Files that were not taken, by field.
    pub refused: Vec<(String, FieldFault)>,
}

impl Posted {
    /// Reads a body. Line breaks become plain ones: a browser sends two characters for each.
    ///
    /// # Errors
    /// W004 for a body that is too large, W006 for one that broke off.
    pub fn read(body: Result<Bytes, BytesRejection>) -> Result<Posted, Refusal> {
        let body =
            body.map_err(
                |rejection| if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { broke_off() },
            )?;
        let mut posted = Posted::default();
        for (key, value) in form_urlencoded::parse(&body) {
            posted.put(&key, &value);
        }
        Ok(posted)
    }

    /// Puts one pair into its place.
    pub fn put(&mut self, key: &str, value: &str) {
        let value = plain(value).replace("\r\n", "\n");
        let key = &*plain(key);
        match key {
            "csrf" => self.csrf = value,
            "request" => self.request = value,
            "_version" => self.version = value.parse().ok(),
            "_reason" => self.reason = value,
            "_again" => self.again = Some(value),
            _ => match key.strip_prefix(FILE).or(key.strip_prefix(EACH)) {
                Some(field) => self.add_line(field, &value),
                None => {
                    self.typed.insert(key.to_string(), value);
                }
            },
        }
    }

    /// The version that the form is about. One that states none of a record that exists states version 0, which never was:
    /// it meets the record as a conflict with both values, and overwrites nothing.
    pub fn stated(&self, record: Option<i64>) -> Option<i64> {
        self.version.or(record.map(|_| 0))
    }

    /// Adds a line to its field; an empty one says that the field was in the form.
    pub fn add_line(&mut self, field: &str, line: &str) {
        let lines = self.typed.entry(field.to_string()).or_default();
        if !lines.is_empty() && !line.is_empty() {
            lines.push('\n');
        }
        lines.push_str(line);
    }
}

/// Text without U+0000, which no keyboard sends and no database keeps: it is shown as what could not be read, like bytes that
/// are no UTF-8.
pub fn plain(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => text.replace('\0', "\u{FFFD}").into(),
        false => text.into(),
    }
}

/// Whether the token is the session's; takes the same time whatever it is.
pub fn token_is_good(sent: &str, expected: &str) -> bool {
    !expected.is_empty()
        && sent.len() == expected.len()
        && sent.bytes().zip(expected.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// A form without the token of the session.
pub fn bad_token() -> Refusal {
    Refusal::new(
        No::Forbidden,
        "W005",
        "没有保存：这张表的校验码与您现在的登录不符（可能重新登录过，或表是从别处打开的）。您填写的内容还在，请核对后再保存一次。",
        "Not saved: the form's token does not belong to your session (you may have signed in again, or the form came from elsewhere). What you typed is still here; check it and save again.",
    )
}

/// A body beyond [`BODY_MAX`].
pub fn too_large() -> Refusal {
    Refusal::new(
        No::Wrong,
        "W004",
        "提交的内容超过 1 MiB，没有保存。请返回上一页（填写的内容还在），缩短过长的文字再提交。",
        "What was sent is larger than 1 MiB and was not saved. Go back (what you typed is still there), shorten it and send it again.",
    )
}

/// A body that ended before its end.
pub fn broke_off() -> Refusal {
    Refusal::new(
        No::Wrong,
        "W006",
        "内容没有完整传到，没有保存。请返回上一页再提交一次。",
        "The form did not arrive whole and was not saved. Go back and send it again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_apart() {
        let body = Bytes::from(
            "csrf=t&request=r1&_version=14&_reason=%E8%BF%94%E5%B7%A5&places=432&about=a%0D%0Ab&places=400",
        );
        let posted = Posted::read(Ok(body)).unwrap();
        assert_eq!((posted.csrf.as_str(), posted.request.as_str(), posted.version), ("t", "r1", Some(14)));
        assert_eq!(posted.reason, "返工");
        assert_eq!(posted.typed["places"], "400");
        assert_eq!(posted.typed["about"], "a\nb");
    }

    #[test]
    fn what_no_keyboard_sends_is_shown_as_unreadable() {
        let posted = Posted::read(Ok(Bytes::from("request=a%00b&about=%00&x%00y=%FF"))).unwrap();
        assert_eq!((posted.request.as_str(), &*posted.typed["about"]), ("a\u{FFFD}b", "\u{FFFD}"));
        assert_eq!(posted.typed["x\u{FFFD}y"], "\u{FFFD}");
    }

    #[test]
    fn the_files_of_a_field_are_gathered_and_none_at_all_empties_it() {
        let posted = |body: &'static str| Posted::read(Ok(Bytes::from_static(body.as_bytes()))).unwrap().typed;
        assert_eq!(posted("_file.papers=&_file.papers=a+1.pdf&_file.papers=b+2.pdf")["papers"], "a 1.pdf\nb 2.pdf");
        assert_eq!(posted("_file.papers=")["papers"], "");
        assert!(!posted("places=1").contains_key("papers"));
    }

    #[test]
    fn what_was_chosen_of_several_is_gathered() {
        let posted = |body: &'static str| Posted::read(Ok(Bytes::from_static(body.as_bytes()))).unwrap();
        assert_eq!(posted("_each.tags=&_each.tags=a&_each.tags=b").typed["tags"], "a\nb");
        assert_eq!(posted("_each.tags=").typed["tags"], "");
        assert_eq!(posted("_each.tags=&_again=milestone").again.as_deref(), Some("milestone"));
        assert_eq!(posted("tags=a").again, None);
        assert_eq!(posted("_each.milestone.0.tags=a&_each.milestone.0.tags=b").typed["milestone.0.tags"], "a\nb");
    }

    #[test]
    fn only_the_whole_token_is_good() {
        assert!(token_is_good("abc", "abc"));
        assert!(!token_is_good("abd", "abc"));
        assert!(!token_is_good("ab", "abc"));
        assert!(!token_is_good("", ""), "a session without a token accepts nothing");
    }
}
