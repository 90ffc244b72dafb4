//! Why the desk says no, in words a person can act on.

use crate::view::{FormView, Lang};

/// A refusal. `code` is stable and explained in the manual.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{zh} [{code}]")]
pub struct Refusal {
    /// Stable code such as `D003`, or a rule's official number.
    pub code: String,
    /// What kind of no it is.
    pub kind: No,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

/// The kinds of no; the web gives each its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// Not signed in, or the session has ended (401).
    Stranger,
    /// Not allowed (403).
    Forbidden,
    /// Nothing there that this person may see (404).
    Absent,
    /// The question itself is wrong (400).
    Wrong,
    /// A rule refuses it (422).
    Refused,
    /// The system is busy (503); nothing was written.
    Busy,
    /// Something broke (500); nothing was written.
    Broken,
}

impl Refusal {
    /// A refusal with both sentences.
    pub fn new(kind: No, code: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Refusal {
        Refusal { code: code.into(), kind, zh: zh.into(), en: en.into() }
    }

    /// The sentence in that language.
    pub fn sentence(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// Nothing there that this person may see: said alike for what does not exist and for what is hidden.
    pub fn absent() -> Refusal {
        Refusal::new(
            No::Absent,
            "D001",
            "没有这一页，或者它不在您的权限内。请检查网址，或回到台账重新查找。",
            "There is no such page, or it is outside your scope. Check the address, or search the register again.",
        )
    }

    /// Not signed in.
    pub fn stranger() -> Refusal {
        Refusal::new(No::Stranger, "D002", "请先登录。", "Please sign in first.")
    }

    /// Not allowed.
    pub fn forbidden() -> Refusal {
        Refusal::new(
            No::Forbidden,
            "D003",
            "您的任职不含这项权限。如需办理，请联系本单位管理员调整任职。",
            "Your posts do not allow this. Ask your unit's administrator if you need it.",
        )
    }
}

/// What comes of saving.
#[derive(Debug, Clone, PartialEq)]
pub enum NotSaved {
    /// Refused as a whole.
    Refused(Refusal),
    /// The form again, with everything that was typed and the faults beside it; nothing was written.
    Form(Box<FormView>),
}

impl From<Refusal> for NotSaved {
    fn from(refusal: Refusal) -> NotSaved {
        NotSaved::Refused(refusal)
    }
}
