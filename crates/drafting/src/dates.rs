//! Days, months, quarters and terms: what is a date, and by when a thing is due.

use crate::letters::starts_with;
use crate::numerals::digit_value;

/// Length of the date expression at the start of `chars`; 0 where none begins.
///
/// Knows 2021年6月30日前, 6月底前, 年底前, 年内, 第三季度, 上半年, 秋季开学前, 2021年.
pub fn date_len(chars: &[char]) -> usize {
    const FIRST: &str = "今本当明第上下年岁春暑寒秋国汛高中开学期入月季节雨供元五十一二三四六七八九";
    if !chars.first().is_some_and(|c| c.is_ascii_digit() || FIRST.contains(*c)) {
        return 0;
    }
    let mut at = year_len(chars);
    let year = at;
    at += month_len(&chars[at..]);
    if at == year {
        at += part_len(&chars[at..], year > 0);
    }
    if at == 0 {
        return 0;
    }
    at + ending_len(&chars[at..])
}

/// True when the characters are a date and nothing else.
pub fn is_date(chars: &[char]) -> bool {
    let mut rest = chars;
    while !rest.is_empty() {
        let len = date_len(rest)
            .max(usize::from(matches!(rest[0], '-' | '~' | '至' | '到' | '，' | '、' | '；' | '。' | '（' | '）')));
        if len == 0 {
            return matches!(
                rest,
                ['全', '年']
                    | ['长', '期']
                    | ['持', '续']
                    | ['持', '续', '推', '进']
                    | ['长', '期', '坚', '持']
                    | ['每', '季', '度']
                    | ['每', '月']
                    | ['常', '态', '化']
                    | ['完', '成']
            );
        }
        rest = &rest[len..];
    }
    !chars.is_empty()
}

fn digits(chars: &[char]) -> usize {
    chars.iter().take(5).take_while(|c| c.is_ascii_digit()).count()
}

fn year_len(chars: &[char]) -> usize {
    let n = digits(chars);
    if n == 4 && matches!(chars[0], '1' | '2') {
        match chars.get(4) {
            Some('年') => return 5 + usize::from(chars.get(5) == Some(&'度')),
            Some('.' | '-' | '/') if digits(&chars[5..]) > 0 => return numeric_len(chars),
            _ => return 0,
        }
    }
    let han = chars.iter().take(4).filter(|c| digit_value(**c).is_some()).count();
    if han == 4 && chars.get(4) == Some(&'年') {
        return 5;
    }
    match chars {
        ['今' | '本' | '当' | '明', '年', ..] => 2,
        _ => 0,
    }
}

/// 2021-11-17, 2021.6.30, 2021/6.
fn numeric_len(chars: &[char]) -> usize {
    let mut at = 4;
    for _ in 0..2 {
        let n = chars.get(at + 1..).map_or(0, digits);
        if !matches!(chars.get(at), Some('.' | '-' | '/')) || !(1..=2).contains(&n) {
            break;
        }
        at += 1 + n;
    }
    at
}

fn month_len(chars: &[char]) -> usize {
    let han = chars.iter().take(3).take_while(|c| digit_value(**c).is_some() || **c == '十').count();
    let n = digits(chars).max(han);
    if !(1..=2).contains(&n) {
        return 0;
    }
    let mut at = match chars.get(n) {
        Some('月') => n + 1,
        Some('-' | '~' | '至' | '、') => {
            let m = digits(&chars[n + 1..]);
            if (1..=2).contains(&m) && chars.get(n + 1 + m) == Some(&'月') { n + m + 2 } else { return 0 }
        }
        _ => return 0,
    };
    if chars.get(at) == Some(&'份') {
        at += 1;
    }
    let m = digits(&chars[at..])
        .max(chars[at..].iter().take(3).take_while(|c| digit_value(**c).is_some() || **c == '十').count());
    if (1..=3).contains(&m) && matches!(chars.get(at + m), Some('日' | '号')) {
        at += m + 1;
    }
    at
}

/// Named parts of a year.
fn part_len(chars: &[char], after_year: bool) -> usize {
    const PARTS: &[&str] = &[
        "第一季度",
        "第二季度",
        "第三季度",
        "第四季度",
        "第1季度",
        "第2季度",
        "第3季度",
        "第4季度",
        "一季度",
        "二季度",
        "三季度",
        "四季度",
        "上半年",
        "下半年",
        "年底",
        "年末",
        "年内",
        "年中",
        "年初",
        "岁末",
        "春节",
        "暑期",
        "暑假",
        "寒假",
        "秋季学期",
        "春季学期",
        "秋季开学",
        "春季开学",
        "秋季",
        "春季",
        "国庆",
        "汛期",
        "汛前",
        "雨季前",
        "节前",
        "年前",
        "供暖季前",
        "入汛前",
        "高考",
        "中考",
        "开学",
        "学期末",
        "学年末",
        "期末",
        "学期初",
        "新学期",
        "入冬",
        "月底",
        "季末",
        "上学期",
        "下学期",
        "新学年",
        "元旦",
        "五一",
        "十一",
    ];
    const AFTER_YEAR: &[&str] = &["底", "末", "初"];
    let longest = |list: &[&str]| {
        list.iter().filter(|word| starts_with(chars, word)).map(|word| word.chars().count()).max().unwrap_or(0)
    };
    let len = longest(PARTS);
    if len == 0 && after_year { longest(AFTER_YEAR) } else { len }
}

/// 底, 前, 末, 之前 and their kin behind the date.
fn ending_len(chars: &[char]) -> usize {
    const ENDS: &[&str] = &[
        "底之前",
        "底以前",
        "末之前",
        "底前",
        "末前",
        "初前",
        "上旬前",
        "中旬前",
        "下旬前",
        "上旬",
        "中旬",
        "下旬",
        "之前",
        "以前",
        "前夕",
        "开学前",
        "结束前",
        "前",
        "底",
        "末",
        "初",
        "内",
        "起",
    ];
    ENDS.iter().filter(|word| starts_with(chars, word)).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// Dates that say by when, in order: (start, end) within `chars`.
pub fn due_dates(chars: &[char], plan_year: Option<i32>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let inside = i > 0 && chars[i].is_ascii_digit() && chars[i - 1].is_ascii_digit();
        let len = if inside { 0 } else { date_len(&chars[i..]) };
        if len == 0 {
            i += 1;
            continue;
        }
        if is_due(chars, i, i + len, plan_year) {
            found.push((i, i + len));
        }
        i += len;
    }
    found
}

/// A year alone is due only as 到2025年 or with 底, 前, 内; a past year never is; 全年 and 近年 are none.
fn is_due(chars: &[char], start: usize, end: usize, plan_year: Option<i32>) -> bool {
    let text: String = chars[start..end].iter().collect();
    let before = start.checked_sub(1).map(|i| chars[i]);
    let after = chars.get(end).copied();
    if let (Some(year), Some(plan)) = (crate::lines::year_in(&text), plan_year)
        && year < plan
    {
        return false;
    }
    if matches!(
        text.as_str(),
        "今年"
            | "本年"
            | "明年"
            | "当年"
            | "开学"
            | "高考"
            | "中考"
            | "国庆"
            | "春节"
            | "期末"
            | "暑期"
            | "暑假"
            | "寒假"
            | "秋季"
            | "春季"
            | "汛期"
            | "年初"
            | "年中"
            | "五一"
            | "十一"
            | "元旦"
            | "新学期"
            | "新学年"
            | "月底"
            | "下学期"
            | "上学期"
    ) {
        return false;
    }
    let bare_year = text.ends_with('年') || text.ends_with("年度");
    if bare_year {
        return matches!(before, Some('到' | '至')) && after != Some('的');
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dues(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        due_dates(&chars, Some(2021))
            .iter()
            .map(|(a, b)| chars[*a..*b].iter().collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn dates_are_read_with_their_endings() {
        assert_eq!(dues("6月底前完成"), "6月底前");
        assert_eq!(dues("到2025年底,建成"), "2025年底");
        assert_eq!(dues("8月31日前竣工,年底前投用"), "8月31日前 年底前");
        assert_eq!(dues("第三季度前完成"), "第三季度前");
        assert_eq!(dues("2020年完成50所"), "");
        assert_eq!(dues("全年完成50所"), "");
        assert_eq!(dues("2021年6月30日前"), "2021年6月30日前");
        assert_eq!(dues("秋季开学前投入使用"), "秋季开学前");
    }

    #[test]
    fn a_cell_of_dates_is_a_date() {
        assert!(is_date(&"2021年12月底前".chars().collect::<Vec<_>>()));
        assert!(is_date(&"全年".chars().collect::<Vec<_>>()));
        assert!(!is_date(&"完成培训".chars().collect::<Vec<_>>()));
    }
}
