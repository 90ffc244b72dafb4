//! Which side of the number counts: words before it, words behind it.

use crate::letters::{ends_with, starts_with};

/// How the reached value stands to the written one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Comparator {
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// More than.
    #[serde(rename = ">")]
    Above,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Less than.
    #[serde(rename = "<")]
    Below,
    /// Exactly, as written without comparator.
    #[serde(rename = "=")]
    Equal,
}

impl Comparator {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "=",
        }
    }
}

use Comparator::{Above, AtLeast, AtMost, Below};

/// How far before the number a word may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Anywhere in the clause: 至少进校宣讲或调研1次.
    Clause,
    /// Over a short phrase: 达到全县学校总数的60%.
    Phrase,
    /// Directly before it, a 约 between at most: 达95%.
    Touching,
}

/// Words before the number, longest first where one holds another.
const PREFIXES: &[(&str, Comparator, Reach)] = &[
    ("不得少于", AtLeast, Reach::Clause),
    ("不得低于", AtLeast, Reach::Clause),
    ("不能少于", AtLeast, Reach::Clause),
    ("不能低于", AtLeast, Reach::Clause),
    ("不应低于", AtLeast, Reach::Clause),
    ("不应少于", AtLeast, Reach::Clause),
    ("不少于", AtLeast, Reach::Clause),
    ("不低于", AtLeast, Reach::Clause),
    ("不下于", AtLeast, Reach::Clause),
    ("不小于", AtLeast, Reach::Clause),
    ("至少", AtLeast, Reach::Clause),
    ("最少", AtLeast, Reach::Clause),
    ("最低", AtLeast, Reach::Touching),
    ("最高", AtMost, Reach::Touching),
    ("快于", Above, Reach::Phrase),
    ("好于", Above, Reach::Touching),
    ("不下", AtLeast, Reach::Touching),
    ("起码", AtLeast, Reach::Clause),
    ("优于", AtLeast, Reach::Touching),
    ("不劣于", AtLeast, Reach::Touching),
    ("达到", AtLeast, Reach::Phrase),
    ("达至", AtLeast, Reach::Touching),
    ("稳定在", AtLeast, Reach::Phrase),
    ("保持在", AtLeast, Reach::Phrase),
    ("维持在", AtLeast, Reach::Phrase),
    ("保持", AtLeast, Reach::Touching),
    ("巩固在", AtLeast, Reach::Phrase),
    ("稳定保持在", AtLeast, Reach::Phrase),
    ("稳定到", AtLeast, Reach::Touching),
    ("≥", AtLeast, Reach::Touching),
    ("≧", AtLeast, Reach::Touching),
    ("⩾", AtLeast, Reach::Touching),
    ("不得超过", AtMost, Reach::Clause),
    ("不得高于", AtMost, Reach::Clause),
    ("不得大于", AtMost, Reach::Clause),
    ("不得多于", AtMost, Reach::Clause),
    ("不能超过", AtMost, Reach::Clause),
    ("不应超过", AtMost, Reach::Clause),
    ("不超过", AtMost, Reach::Clause),
    ("不高于", AtMost, Reach::Clause),
    ("不大于", AtMost, Reach::Clause),
    ("不多于", AtMost, Reach::Clause),
    ("不突破", AtMost, Reach::Clause),
    ("不超", AtMost, Reach::Touching),
    ("不逾", AtMost, Reach::Touching),
    ("限定在", AtMost, Reach::Phrase),
    ("压降在", AtMost, Reach::Phrase),
    ("压缩在", AtMost, Reach::Phrase),
    ("最多", AtMost, Reach::Clause),
    ("至多", AtMost, Reach::Clause),
    ("控制到", AtMost, Reach::Phrase),
    ("控制在", AtMost, Reach::Phrase),
    ("控制为", AtMost, Reach::Touching),
    ("限制在", AtMost, Reach::Phrase),
    ("≤", AtMost, Reach::Touching),
    ("≦", AtMost, Reach::Touching),
    ("⩽", AtMost, Reach::Touching),
    ("超过", Above, Reach::Phrase),
    ("突破", Above, Reach::Phrase),
    ("大于", Above, Reach::Phrase),
    ("高于", Above, Reach::Phrase),
    ("多于", Above, Reach::Phrase),
    ("高出", Above, Reach::Touching),
    ("逾", Above, Reach::Touching),
    ("超出", Above, Reach::Touching),
    ("不止", Above, Reach::Touching),
    ("超", Above, Reach::Touching),
    (">", Above, Reach::Touching),
    ("低于", Below, Reach::Phrase),
    ("小于", Below, Reach::Phrase),
    ("少于", Below, Reach::Phrase),
    ("不足", Below, Reach::Touching),
    ("不到", Below, Reach::Touching),
    ("<", Below, Reach::Touching),
    ("达", AtLeast, Reach::Touching),
];

/// A word before a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// What it says.
    pub comparator: Comparator,
    /// Its place within the characters searched.
    pub start: usize,
    /// Past it.
    pub end: usize,
}

/// Finds the comparator in the words between clause start (or the number before) and the number.
pub fn prefix(left: &[char]) -> Option<Prefix> {
    let from = left.len().saturating_sub(60);
    let mut best: Option<Prefix> = None;
    let mut i = from;
    while i < left.len() {
        let Some((len, comparator, reach)) = word_at(&left[i..]) else {
            i += 1;
            continue;
        };
        if reaches(&left[i + len..], reach) && !(len == 1 && part_of_word(left, i)) {
            best = Some(Prefix { comparator, start: i, end: i + len });
        }
        i += len;
    }
    best
}

fn word_at(chars: &[char]) -> Option<(usize, Comparator, Reach)> {
    // Most characters open none of the words.
    if !chars.first().is_some_and(|c| "不至最达稳保维巩≥≧⩾控限≤≦⩽超突大高多逾>低小少<起优压快好".contains(*c))
    {
        return None;
    }
    PREFIXES
        .iter()
        .find(|(word, _, _)| starts_with(chars, word))
        .map(|(word, comparator, reach)| (word.chars().count(), *comparator, *reach))
}

/// True when nothing but what the reach allows stands between word and number.
fn reaches(between: &[char], reach: Reach) -> bool {
    let soft = |chars: &[char]| chars.iter().all(|c| "约大概近各的了为全分别均年省市、".contains(*c));
    match reach {
        Reach::Clause => true,
        Reach::Touching => between.len() <= 2 && soft(between),
        Reach::Phrase => {
            (between.len() <= 4 && soft(between))
                || (between.len() <= 20
                    && (between.last() == Some(&'的')
                        || between.ends_with(&['总', '数'])
                        || between.ends_with(&['年', '均']))
                    && !between.contains(&'、'))
                || (between.len() <= 6 && between.starts_with(&['全', '省']))
                || (between.len() <= 14
                    && ["平均", "平均水平", "居民", "平均值", "增速", "增幅", "水平"]
                        .iter()
                        .any(|word| ends_with(between, word)))
        }
    }
}

/// 表达, 发达, 抵达, 直达 and 赶超 hold the short words without comparing.
fn part_of_word(left: &[char], i: usize) -> bool {
    i > 0
        && matches!(
            (left[i - 1], left[i]),
            ('表' | '发' | '抵' | '直' | '送' | '传' | '下' | '可' | '通', '达') | ('赶' | '反', '超')
        )
}

/// What the words behind a number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Suffix {
    /// The comparator, where one is written.
    pub comparator: Option<Comparator>,
    /// 左右, 上下.
    pub approx: bool,
    /// Characters used.
    pub len: usize,
}

/// Reads the words directly behind the number and its unit; `span` says that the unit is a span of time, where 内 alone limits.
pub fn suffix(right: &[char], span: bool) -> Suffix {
    let skip = if right.starts_with(&['（', '含', '）']) { 3 } else { 0 };
    let rest = &right[skip..];
    const WORDS: &[(&str, Comparator)] = &[
        ("及其以上", AtLeast),
        ("或以上", AtLeast),
        ("及以上", AtLeast),
        ("（含）以上", AtLeast),
        ("以上", AtLeast),
        ("之上", AtLeast),
        ("及以内", AtMost),
        ("及以下", AtMost),
        ("以内", AtMost),
        ("以下", AtMost),
        ("之内", AtMost),
        ("之下", AtMost),
    ];
    if let Some((word, comparator)) = WORDS.iter().find(|(word, _)| starts_with(rest, word)) {
        return Suffix { comparator: Some(*comparator), approx: false, len: skip + word.chars().count() };
    }
    if span && rest.first() == Some(&'内') {
        return Suffix { comparator: Some(AtMost), approx: false, len: 1 };
    }
    if starts_with(rest, "左右") || starts_with(rest, "上下") {
        return Suffix { comparator: None, approx: true, len: 2 };
    }
    Suffix::default()
}

/// True when 约, 近 or their kin stand directly before the number.
pub fn approx_before(left: &[char]) -> bool {
    ["约", "大约", "将近", "接近", "近", "大概", "约为"].iter().any(|word| ends_with(left, word))
        && !["最近", "附近", "就近", "邻近", "临近", "节约", "签约", "集约"].iter().any(|word| ends_with(left, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(text: &str) -> &'static str {
        let chars: Vec<char> = text.chars().collect();
        prefix(&chars).map_or("", |p| p.comparator.sign())
    }

    fn behind(text: &str) -> &'static str {
        let chars: Vec<char> = text.chars().collect();
        suffix(&chars, true).comparator.map_or("", Comparator::sign)
    }

    #[test]
    fn words_before_bind() {
        for (text, sign) in [
            ("家访率达到", ">="),
            ("整改率达", ">="),
            ("每校至少开展", ">="),
            ("班额不超过", "<="),
            ("增幅控制在", "<="),
            ("产值突破", ">"),
            ("近视率低于", "<"),
            ("参与率不低于", ">="),
            ("自付比例控制在", "<="),
            ("达到全县学校总数的", ">="),
            ("覆盖率提高到", ""),
            ("经济发达", ""),
            ("突破关键技术难题", ""),
            ("覆盖率稳定在", ">="),
            ("人数逾", ">"),
            ("不得少于", ">="),
            ("比例≥", ">="),
        ] {
            assert_eq!(before(text), sign, "{text}");
        }
    }

    #[test]
    fn every_word_of_the_list_is_found() {
        for (word, comparator, _) in PREFIXES {
            let chars: Vec<char> = word.chars().collect();
            assert_eq!(prefix(&chars).map(|p| p.comparator), Some(*comparator), "{word}");
        }
    }

    #[test]
    fn words_behind_bind() {
        for (text, sign) in [
            ("以上，", ">="),
            ("及以上", ">="),
            ("以内", "<="),
            ("以下", "<="),
            ("内办结", "<="),
            ("左右", ""),
            ("（含）以上", ">="),
        ] {
            assert_eq!(behind(text), sign, "{text}");
        }
    }
}
