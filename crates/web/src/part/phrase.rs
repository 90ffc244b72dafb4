//! Text as it is shown: the plan's half-width marks set full-width, conditions as sentences.

use luoshi_desk::view::{Lang, Phrase};
use maud::{Markup, html};

/// The plan's text for the eye: half-width `, ; : ( )` become full-width, never inside numbers or latin text.
/// The stored text is not touched.
pub fn full_width(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_mark = |letter: &&char| wide_mark(**letter) != **letter;
    let latin = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || *letter == ' ');
    // A mark beside a mark looks past it: in "(net), rebuilt" both stand inside latin text.
    let inside_latin = |at: usize| {
        latin(letters[..at].iter().rev().find(|letter| !is_mark(letter)))
            && latin(letters[at + 1..].iter().find(|letter| !is_mark(letter)))
    };
    letters.iter().enumerate().map(|(at, letter)| if inside_latin(at) { *letter } else { wide_mark(*letter) }).collect()
}

/// A sentence of the system or of a pack, for the eye: full-width marks in Chinese, as it is in English.
pub fn said(lang: Lang, text: &str) -> String {
    match lang {
        Lang::Zh => full_width(text),
        Lang::En => text.to_string(),
    }
}

fn wide_mark(letter: char) -> char {
    match letter {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        other => other,
    }
}

/// A commitment's text with its figures set apart; years and days stay plain, they are no figures to reach.
pub fn figures_set_apart(text: &str) -> Markup {
    let shown = full_width(text);
    let mut parts: Vec<(String, bool)> = vec![];
    for letter in shown.chars() {
        let figure = letter.is_ascii_digit()
            || (matches!(letter, '.' | ',' | '%') && parts.last().is_some_and(|(_, figure)| *figure));
        match parts.last_mut() {
            Some((part, same)) if *same == figure => part.push(letter),
            _ => parts.push((letter.into(), figure)),
        }
    }
    let dated = |at: usize| parts.get(at + 1).is_some_and(|(next, _)| next.starts_with(['年', '月', '日']));
    html! {
        @for (at, (part, figure)) in parts.iter().enumerate() {
            @if *figure && !dated(at) { u { (part) } } @else { (part) }
        }
    }
}

/// Splits the marks off the front of a text: they close the commitment before it and are shown with it.
pub fn leading_marks(text: &str) -> (&str, &str) {
    let end = text
        .find(|letter: char| {
            !matches!(
                letter,
                ',' | ';'
                    | ':'
                    | ')'
                    | '，'
                    | '；'
                    | '：'
                    | '）'
                    | '。'
                    | '、'
                    | '！'
                    | '？'
                    | '”'
                    | '’'
                    | '》'
                    | '.'
            )
        })
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A condition as a sentence without ways to change it.
pub fn sentence(lang: Lang, parts: &[Phrase]) -> Markup {
    html! {
        @for part in parts {
            @match part {
                Phrase::Words(words) => { (said(lang, words)) }
                Phrase::Term { text, .. } => { span .tok { (said(lang, text)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_chinese_words_are_set_wide() {
        assert_eq!(full_width("抢干快干,全力;制度:推进(浙江)。"), "抢干快干，全力；制度：推进（浙江）。");
        assert_eq!(full_width("新增中小幼学位16300个,安装"), "新增中小幼学位16300个，安装");
        assert_eq!(full_width("“五(吾)带头”"), "“五（吾）带头”");
        assert_eq!(full_width("100所目标(2021),新增"), "100所目标（2021），新增");
        assert_eq!(full_width(","), "，");
    }

    #[test]
    fn marks_inside_numbers_and_latin_text_stay() {
        assert_eq!(full_width("16,300 places (net), rebuilt"), "16,300 places (net), rebuilt");
        assert_eq!(full_width("时间16:51,次数"), "时间16:51，次数");
    }

    #[test]
    fn only_the_width_of_marks_changes() {
        let text = "推进“两地两区”建设(浙江教育改革先行地、浙中教育高地),推进:A(b)c;完。";
        let back = full_width(text)
            .replace('，', ",")
            .replace('；', ";")
            .replace('：', ":")
            .replace('（', "(")
            .replace('）', ")");
        assert_eq!(back, text);
    }

    #[test]
    fn figures_to_reach_are_set_apart_and_dates_are_not() {
        assert_eq!(
            figures_set_apart("2021年底前公办园覆盖率50%以上,建成100所").into_string(),
            "2021年底前公办园覆盖率<u>50%</u>以上，建成<u>100</u>所"
        );
        assert_eq!(figures_set_apart("学位<b>5</b>个").into_string(), "学位&lt;b&gt;<u>5</u>&lt;/b&gt;个");
    }

    #[test]
    fn the_closing_mark_goes_with_the_commitment() {
        assert_eq!(leading_marks(",深化"), (",", "深化"));
        assert_eq!(leading_marks("”)。下一句"), ("”)。", "下一句"));
        assert_eq!(leading_marks("和"), ("", "和"));
        assert_eq!(leading_marks("。"), ("。", ""));
    }
}
