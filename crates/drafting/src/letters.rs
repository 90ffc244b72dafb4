//! Characters against words: does a stretch begin with, end with or hold a word.

/// True when `chars` begin with `word`.
pub fn starts_with(chars: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(i, c)| chars.get(i) == Some(&c))
}

/// True when `chars` end with `word`.
pub fn ends_with(chars: &[char], word: &str) -> bool {
    let len = word.chars().count();
    chars.len() >= len && starts_with(&chars[chars.len() - len..], word)
}

/// True when `word` occurs in `chars`.
pub fn contains(chars: &[char], word: &str) -> bool {
    (0..chars.len()).any(|i| starts_with(&chars[i..], word))
}
