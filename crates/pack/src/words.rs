//! Small work on words and decimals: the nearest known word, a key in words, an exact decimal.

/// Says what was probably meant, or lists what is known.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known.iter().map(|word| (distance(given, word), *word)).min();
    match nearest {
        Some((steps, word)) if steps <= 1 + given.chars().count() / 3 => format!("did you mean `{word}`?"),
        _ if known.is_empty() => "none is known here".to_owned(),
        _ => format!("known: {}", listed(&known)),
    }
}

/// The first twenty words, in backticks.
fn listed(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(20).map(|word| format!("`{word}`")).collect();
    let more = if words.len() > 20 { " and more" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Levenshtein distance: insertions, deletions and replacements from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().take(60).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().take(60).enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (place, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

/// A key in words: `started_on` gives `Started on`.
pub(crate) fn in_words(key: &str) -> String {
    let mut letters = key.chars().map(|letter| if letter == '_' { ' ' } else { letter });
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Reads an exact decimal times ten to `digits`. `None`: no plain decimal, too many decimals, or too large.
pub(crate) fn scaled(text: &str, digits: u8) -> Option<i64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || unsigned.ends_with('.') {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let zeros = usize::from(digits).checked_sub(fraction.len())?;
    let number: i64 = format!("{whole}{fraction}{}", "0".repeat(zeros)).parse().ok()?;
    number.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour_and_a_foreign_one_the_whole_list() {
        assert_eq!(did_you_mean("intger", ["text", "integer"]), "did you mean `integer`?");
        assert_eq!(did_you_mean("zebra", ["text", "date"]), "known: `text`, `date`");
        assert_eq!(did_you_mean("zebra", []), "none is known here");
    }

    #[test]
    fn a_decimal_is_read_exactly_or_not_at_all() {
        assert_eq!(scaled("0.95", 2), Some(95));
        assert_eq!(scaled("-3.5", 2), Some(-350));
        assert_eq!(scaled("300", 1), Some(3000));
        assert_eq!(scaled("1.50", 1), Some(15));
        for wrong in ["", "-", ".5", "5.", "1.25", "1e3", "inf", "9223372036854775807.0", "1,5", "--1"] {
            assert_eq!(scaled(wrong, 1), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_its_own_english_label() {
        assert_eq!(in_words("started_on"), "Started on");
        assert_eq!(in_words(""), "");
    }
}
