//! The one road from a file's bytes to a draft or to a sentence that says why there is none.

use crate::decode::{self, ReadError};
use crate::draft::{Draft, draft};

/// Why a file gives no draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The bytes are no text.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Hardly a Chinese character in it.
    #[error(
        "the text is not Chinese ({share} % Chinese characters); drafting reads plans written in Chinese only [D001]"
    )]
    NotChinese {
        /// Share of Chinese characters among all letters, in per cent.
        share: usize,
    },
    /// Chinese, but no plan.
    #[error(
        "the text does not read like a work plan: {acts} of {sentences} sentences commit to anything; check that the right file was sent [D002]"
    )]
    NotAPlan {
        /// Sentences that open with a verb of doing or hold a target.
        acts: usize,
        /// Sentences in all.
        sentences: usize,
    },
}

/// Reads a file and drafts it.
///
/// # Errors
/// [`DraftError`] when the bytes are no text, the text is not Chinese, or it is no plan.
pub fn answer(bytes: &[u8]) -> Result<Draft, DraftError> {
    let decoded = decode::read(bytes)?;
    let share = chinese_share(&decoded.text);
    if share < 20 {
        return Err(DraftError::NotChinese { share });
    }
    let draft = draft(&decoded.text);
    let (acts, sentences) = commitment(&draft);
    if acts * 8 < sentences || acts == 0 {
        return Err(DraftError::NotAPlan { acts, sentences });
    }
    Ok(draft)
}

/// Chinese characters among letters, in per cent.
fn chinese_share(text: &str) -> usize {
    let (mut han, mut letters) = (0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        han += usize::from(('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c));
    }
    (han * 100).checked_div(letters).unwrap_or(0)
}

/// How many measures open with a verb of doing or hold a target, and how many there are.
fn commitment(draft: &Draft) -> (usize, usize) {
    let acts = draft.measures.iter().filter(|measure| {
        let chars: Vec<char> = measure.quote.chars().filter(|c| !c.is_whitespace()).take(40).collect();
        let marker = crate::cuts::marker_len(&chars);
        !measure.targets.is_empty() || crate::cuts::role(&chars[marker..], '，') == crate::cuts::Role::Act
    });
    (acts.count(), draft.measures.len())
}
