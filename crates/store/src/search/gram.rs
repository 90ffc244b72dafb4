//! Text as the search compares it, and the short pieces by which the index finds it.
//!
//! Only letters and digits count, in lower case, full-width forms as ASCII. Each piece (gram) is two characters, or three
//! where all are ASCII: `明厨亮灶` gives 明厨, 厨亮, 亮灶; `YH-2021-12` gives yh2, h20 … 112, 12. Whoever finds a text by
//! all grams of a term still compares the text itself, for grams say nothing about their order.

use pinyin::{ToPinyin, ToPinyinMulti};

/// How many grams of one term are asked for, from its end: more cost time and hardly narrow it down, and numbers differ at
/// their ends.
const ASKED: usize = 5;
/// Characters that may follow two ASCII characters inside a gram.
const AFTER: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// The text as it is compared.
pub fn plain(text: &str) -> String {
    let folded = text.chars().map(|letter| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    });
    folded.flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The pinyin initials of a name, other letters and digits as they are; a second reading where the first character has
/// one (曾: c, z; 长: z, c). Empty without hanzi.
pub fn initials(name: &str) -> Vec<String> {
    let plain = plain(name);
    let mut hanzi = false;
    let first: String = plain
        .chars()
        .map(|letter| match letter.to_pinyin().and_then(|read| initial(read.plain())) {
            Some(initial) => {
                hanzi = true;
                initial
            }
            None => letter,
        })
        .collect();
    if !hanzi {
        return vec![];
    }
    let mut found = vec![first];
    let mut letters = plain.chars();
    for read in letters.next().and_then(|letter| letter.to_pinyin_multi()).into_iter().flatten() {
        let Some(initial) = initial(read.plain()) else { continue };
        let other: String = std::iter::once(initial).chain(found[0].chars().skip(1)).collect();
        if !found.contains(&other) {
            found.push(other);
        }
    }
    found
}

fn initial(reading: &str) -> Option<char> {
    reading.chars().next().filter(char::is_ascii)
}

/// Hands every gram of a plain text on.
pub fn each_gram(plain: &str, take: &mut dyn FnMut(&str)) {
    let mut starts = plain.char_indices().map(|(at, _)| at).chain([plain.len()]).collect::<Vec<_>>();
    starts.push(plain.len());
    for at in 0..starts.len().saturating_sub(3) {
        let three = &plain[starts[at]..starts[at + 3]];
        let end = if three.len() == 3 && three.is_ascii() { starts[at + 3] } else { starts[at + 2] };
        take(&plain[starts[at]..end]);
    }
}

/// What must be found of a plain term: for each part the grams of which one must be there. Empty for a term of one
/// character.
pub fn asked(plain: &str) -> Vec<Vec<String>> {
    let mut grams = vec![];
    each_gram(plain, &mut |gram| grams.push(gram.to_string()));
    // Two ASCII characters at the end of the term may go on in the text; the grams before hold them unless they are all.
    if grams.last().is_some_and(|last| last.len() == 2) {
        let last = grams.pop().unwrap_or_default();
        if grams.is_empty() {
            return vec![AFTER.chars().map(|next| format!("{last}{next}")).chain([last.clone()]).collect()];
        }
    }
    let passed = grams.len().saturating_sub(ASKED);
    grams.into_iter().skip(passed).map(|gram| vec![gram]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grams(text: &str) -> String {
        let mut found = vec![];
        each_gram(&plain(text), &mut |gram| found.push(gram.to_string()));
        found.join(" ")
    }

    #[test]
    fn text_becomes_pairs_and_ascii_triples() {
        assert_eq!(grams("明厨亮灶"), "明厨 厨亮 亮灶");
        assert_eq!(grams("YH-2021"), "yh2 h20 202 021 21");
        assert_eq!(grams("第３９号"), "第3 39 9号");
        assert_eq!(grams("一"), "");
        assert_eq!(grams(" ,、"), "");
    }

    #[test]
    fn a_term_asks_for_what_the_text_has() {
        let asked = |text: &str| asked(&plain(text)).iter().map(|any| any.join("|")).collect::<Vec<_>>().join(" ");
        assert_eq!(asked("佛堂小学"), "佛堂 堂小 小学");
        assert_eq!(asked("000039"), "000 000 003 039");
        assert!(asked("39").starts_with("390|391|") && asked("39").ends_with("|39"));
        assert_eq!(asked("第39"), "第3");
        assert_eq!(asked("学"), "");
    }

    #[test]
    fn names_have_initials() {
        assert_eq!(initials("苏溪小学"), ["sxxx"]);
        assert_eq!(initials("周敏"), ["zm"]);
        assert_eq!(initials("3号楼"), ["3hl"]);
        assert!(initials("曾国藩").contains(&"zgf".to_string()));
        assert!(
            initials("长山小学").contains(&"csxx".to_string()) && initials("长山小学").contains(&"zsxx".to_string())
        );
        assert_eq!(initials("ABC-1"), [] as [String; 0]);
    }

    proptest! {
        /// Whatever part of a text is typed, the text has every gram that is asked for.
        #[test]
        fn a_part_never_asks_for_more_than_the_whole_has(text in "[a-c0-2佛堂小学号 -]{0,14}", from in 0usize..14, long in 2usize..9) {
            let whole = plain(&text);
            let part: String = whole.chars().skip(from).take(long).collect();
            let mut has = vec![];
            each_gram(&whole, &mut |gram| has.push(gram.to_string()));
            for any in asked(&part) {
                prop_assert!(any.iter().any(|gram| has.contains(gram)), "{part} in {whole}: {any:?}");
            }
        }
    }
}
