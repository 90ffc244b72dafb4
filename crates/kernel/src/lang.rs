//! The person's language, and sentences in both.

/// The person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// One of two texts.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// A refusal of one value: a stable code and what to do, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Stable code such as `V003`.
    pub code: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Complaint {
    /// A refusal with both sentences.
    pub fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Complaint {
        Complaint { code, zh: zh.into(), en: en.into() }
    }
}
