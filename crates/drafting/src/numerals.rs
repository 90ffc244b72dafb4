//! Numbers as the genre writes them: Arabic, grouped, spaced, Chinese, formal Chinese, shares in words.

use crate::units::{UnitKind, unit_at};

/// How a number is written; decides how much context it needs to count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Digits.
    Arabic,
    /// Chinese numerals.
    Chinese,
    /// 百分之…, …成: a share in words.
    Share,
    /// …分之…, 一半, 过半, 半数: a part named in words.
    Part,
}

/// One number found in a block. All positions are indices into the block's characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// First character of the numeral.
    pub start: usize,
    /// Past the numeral and its multiplier, before 余 and the unit.
    pub end: usize,
    /// Past the unit.
    pub after: usize,
    /// The value in the base unit.
    pub value: f64,
    /// The unit's words without multiplier; empty where none follows.
    pub unit: &'static str,
    /// What the unit says.
    pub kind: Option<UnitKind>,
    /// How it is written.
    pub style: Style,
    /// 余, 多 or + follows: more than the number.
    pub more: bool,
}

/// Finds every number of a block in order; numbers do not overlap.
pub fn numbers(chars: &[char]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let number = match chars[i] {
            '0'..='9' => arabic_at(chars, i),
            c if digit_value(c).is_some() || scale_of(c).is_some() => chinese_at(chars, i),
            '半' | '过' | '对' => half_at(chars, i),
            _ => None,
        };
        match number {
            Some(number) => {
                i = number.after.max(number.end).max(i + 1);
                found.push(number);
            }
            // A row of numerals too long to be a number is passed over at once, not once for each of its characters.
            None => i += numeral_run(&chars[i..]).max(1),
        }
    }
    found
}

/// Length of the row of Chinese numerals at the start where it is too long to be a number, else 0.
fn numeral_run(chars: &[char]) -> usize {
    let len = chars.iter().take_while(|c| digit_value(**c).is_some() || scale_of(**c).is_some()).count();
    if len > LONGEST { len } else { 0 }
}

/// The longest Chinese numeral that is read.
const LONGEST: usize = 18;

/// A decimal number before it becomes a float: `digits * 10^exponent`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u64,
    exponent: i32,
}

impl Decimal {
    fn value(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::MAX)
    }

    fn scaled(self, power: i32) -> Self {
        Self { exponent: self.exponent + power, ..self }
    }
}

/// Reads digits, grouped digits and decimals, then multiplier and unit.
fn arabic_at(chars: &[char], start: usize) -> Option<Number> {
    let (mut end, mut digits, mut count) = (start, 0u64, 0usize);
    let mut group = 0;
    while let Some(&c) = chars.get(end) {
        if let Some(d) = c.to_digit(10).filter(|_| c.is_ascii_digit()) {
            digits = digits.saturating_mul(10).saturating_add(u64::from(d));
            count += 1;
            group += 1;
            end += 1;
        } else if matches!(c, ',' | ' ') && (1..=3).contains(&group) && group_follows(chars, end) {
            group = 0;
            end += 1;
        } else {
            break;
        }
    }
    let mut exponent = 0;
    if chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        end += 1;
        while let Some(d) = chars.get(end).filter(|c| c.is_ascii_digit()).and_then(|c| c.to_digit(10)) {
            digits = digits.saturating_mul(10).saturating_add(u64::from(d));
            count += 1;
            exponent -= 1;
            end += 1;
        }
    }
    // Longer rows of digits are numbers of files and telephones; the caller tells them by their length.
    let decimal = if count > 18 { Decimal { digits: 0, exponent: 0 } } else { Decimal { digits, exponent } };
    Some(with_unit(chars, start, end, decimal, Style::Arabic))
}

/// True when exactly three digits follow the separator at `at`.
fn group_follows(chars: &[char], at: usize) -> bool {
    (1..=3).all(|k| chars.get(at + k).is_some_and(char::is_ascii_digit))
        && !chars.get(at + 4).is_some_and(char::is_ascii_digit)
}

/// Adds multiplier, 余 and unit to a numeral that ends at `end`.
fn with_unit(chars: &[char], start: usize, mut end: usize, mut decimal: Decimal, style: Style) -> Number {
    let mut more = false;
    if style == Style::Arabic {
        if matches!(chars.get(end), Some('余' | '多'))
            && chars.get(end + 1).is_some_and(|c| matches!(c, '万' | '亿' | '千' | '百'))
        {
            more = true;
            end += 1;
        }
        while let Some(power) = chars.get(end).and_then(|c| multiplier(*c)) {
            // 千米, 千克 and their kin are units of their own, 百分点 and 万众 are words.
            if unit_at(&chars[end..]).is_some() || matches!(chars.get(end + 1), Some('分' | '众' | '家' | '里' | '村'))
            {
                break;
            }
            decimal = decimal.scaled(power);
            end += 1;
        }
    }
    let mut at = end;
    if matches!(chars.get(at), Some('余' | '多' | '+')) {
        more = true;
        at += 1;
    }
    if matches!(chars.get(at), Some('几')) {
        more = true;
        at += 1;
    }
    while chars.get(at) == Some(&' ') {
        at += 1;
    }
    let (mut after, mut unit, mut kind) = (end.max(at), "", None);
    if let Some((len, text, found)) = unit_at(&chars[at..]) {
        (after, unit, kind) = (at + len, text, Some(found));
        if matches!(chars.get(after), Some('多' | '余')) && found != UnitKind::Count {
            more = true;
        }
        after += other_unit(&chars[after..]);
    } else if !more {
        after = end;
    }
    Number { start, end, after, value: decimal.value(), unit, kind, style, more }
}

/// 6800件（套）, 40台（套）: a second unit in brackets belongs to the first.
fn other_unit(chars: &[char]) -> usize {
    if chars.first() != Some(&'（') {
        return 0;
    }
    let len = unit_at(&chars[1..]).map_or(0, |(len, ..)| len);
    if len > 0 && chars.get(1 + len) == Some(&'）') { len + 2 } else { 0 }
}

fn multiplier(c: char) -> Option<i32> {
    match c {
        '百' | '佰' => Some(2),
        '千' | '仟' => Some(3),
        '万' | '萬' => Some(4),
        '亿' | '億' => Some(8),
        _ => None,
    }
}

/// The value of a Chinese digit, plain or formal.
pub fn digit_value(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '兩' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn scale_of(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// Reads a Chinese numeral, 百分之…, …分之…, …成.
fn chinese_at(chars: &[char], start: usize) -> Option<Number> {
    if chars[start..].starts_with(&['百', '分', '百']) {
        return Some(share(start, start + 3, 100.0, "%"));
    }
    let mut end = start;
    while chars.get(end).is_some_and(|c| digit_value(*c).is_some() || scale_of(*c).is_some()) {
        end += 1;
    }
    if chars[end..].starts_with(&['分', '之']) {
        return share_at(chars, start, end);
    }
    let value = chinese_value(&chars[start..end])?;
    let mut decimal = Decimal { digits: value, exponent: 0 };
    if chars.get(end) == Some(&'点') {
        let (tail, count) = chinese_digits(&chars[end + 1..]);
        if count > 0 && value < 1_000_000 {
            decimal = Decimal { digits: value * 10u64.pow(count) + tail, exponent: -(count as i32) };
            end += 1 + count as usize;
            if let Some(power) = chars.get(end).and_then(|c| multiplier(*c)) {
                decimal = decimal.scaled(power);
                end += 1;
            }
        }
    }
    if chars.get(end) == Some(&'成') {
        return tenths_at(chars, start, end, value);
    }
    if chars[start..end] == ['一'] && chars.get(end) == Some(&'半') {
        return part(start, end + 1, 50.0);
    }
    Some(with_unit(chars, start, end, decimal, Style::Chinese))
}

/// The digits after 点, at most six.
fn chinese_digits(chars: &[char]) -> (u64, u32) {
    let digits: Vec<u64> = chars.iter().take(6).map_while(|c| digit_value(*c)).collect();
    (digits.iter().fold(0, |sum, d| sum * 10 + d), digits.len() as u32)
}

/// The value of a numeral; digits alone are read by place (二〇二一), others by scale (三百二十).
fn chinese_value(chars: &[char]) -> Option<u64> {
    if chars.len() > LONGEST {
        return None;
    }
    if chars.iter().all(|c| digit_value(*c).is_some()) {
        return Some(chars.iter().filter_map(|c| digit_value(*c)).fold(0, |sum, d| sum * 10 + d));
    }
    let (mut total, mut section, mut digit) = (0u64, 0u64, 0u64);
    let mut last_scale = 0;
    for &c in chars {
        if let Some(d) = digit_value(c) {
            digit = d;
            continue;
        }
        let scale = scale_of(c)?;
        if scale >= 10_000 {
            section = (section + digit).max(1);
            total = if scale == 100_000_000 {
                (total + section).checked_mul(scale)?
            } else {
                total.checked_add(section.checked_mul(scale)?)?
            };
            section = 0;
        } else {
            section = section.checked_add(digit.max(1).checked_mul(scale)?)?;
        }
        digit = 0;
        last_scale = scale;
    }
    // 三万二 is 32,000; 一百零五 is 105.
    let trailing = if digit > 0 && last_scale >= 100 && chars.len() == 3 { digit * last_scale / 10 } else { digit };
    total.checked_add(section)?.checked_add(trailing)
}

/// 百分之九十五点五, 百分之95, 千分之五, 三分之一.
fn share_at(chars: &[char], start: usize, end: usize) -> Option<Number> {
    let below = chinese_value(&chars[start..end])?;
    let mut at = end + 2;
    let upper_start = at;
    let upper = if chars.get(at).is_some_and(char::is_ascii_digit) {
        let number = arabic_at(chars, at)?;
        at = number.end;
        number.value
    } else {
        while chars.get(at).is_some_and(|c| digit_value(*c).is_some() || scale_of(*c).is_some()) {
            at += 1;
        }
        let whole = chinese_value(&chars[upper_start..at]).filter(|_| at > upper_start)?;
        let mut decimal = Decimal { digits: whole, exponent: 0 };
        if chars.get(at) == Some(&'点') {
            let (tail, count) = chinese_digits(&chars[at + 1..]);
            if count > 0 && whole < 1_000_000 {
                decimal = Decimal { digits: whole * 10u64.pow(count) + tail, exponent: -(count as i32) };
                at += 1 + count as usize;
            }
        }
        decimal.value()
    };
    match below {
        100 => Some(share(start, at, upper, "%")),
        1000 => Some(share(start, at, upper, "‰")),
        10_000 => Some(share(start, at, upper, "/万")),
        100_000 => Some(share(start, at, upper, "/10万")),
        0 => None,
        _ => part(start, at, upper / below as f64 * 100.0),
    }
}

fn share(start: usize, end: usize, value: f64, unit: &'static str) -> Number {
    Number { start, end, after: end, value, unit, kind: Some(UnitKind::Share), style: Style::Share, more: false }
}

fn part(start: usize, end: usize, value: f64) -> Option<Number> {
    let value = (value * 100.0).round() / 100.0;
    Some(Number {
        start,
        end,
        after: end,
        value,
        unit: "%",
        kind: Some(UnitKind::Share),
        style: Style::Part,
        more: false,
    })
}

/// 六成, 七成半; 成 begins too many words (成果, 成立) to be taken without looking further.
fn tenths_at(chars: &[char], start: usize, at: usize, value: u64) -> Option<Number> {
    const WORDS: &str = "果立效长员本为功熟人型都千就绩套家品份交分片色";
    let fifth = chars.get(at + 1).and_then(|c| if *c == '半' { Some(5) } else { digit_value(*c) }).unwrap_or(0);
    let end = at + 1 + usize::from(fifth > 0);
    if !(1..=9).contains(&value) || chars.get(end).is_some_and(|c| WORDS.contains(*c)) {
        return None;
    }
    Some(share(start, end, (value * 10 + fifth) as f64, "%"))
}

/// 过半, 半数, 对半.
fn half_at(chars: &[char], start: usize) -> Option<Number> {
    let more = chars[start] == '过';
    match chars[start..] {
        ['过', '半', '数', ..] => part(start, start + 3, 50.0),
        ['过', '半', ..] | ['半', '数', ..] => part(start, start + 2, 50.0),
        _ => None,
    }
    .map(|number| Number { more, ..number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let chars: Vec<char> = text.chars().collect();
        let found: Vec<String> =
            numbers(&chars).iter().map(|n| format!("{}{}{}", n.value, n.unit, if n.more { "+" } else { "" })).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn digits_with_multipliers_come_in_the_base_unit() {
        check("完成1.5万人次", "15000人次");
        check("投入3.2亿元", "320000000元");
        check("投资2000万元", "20000000元");
        check("改造30万平方米", "300000平方米");
        check("1,860名", "1860名");
        check("1 860名", "1860名");
        check("5千米道路", "5千米");
        check("500余万元", "5000000元+");
        check("500余个", "500个+");
        check("增长5个百分点", "5个百分点");
        check("95.5%", "95.5%");
    }

    #[test]
    fn chinese_numerals_count_like_digits() {
        check("贰仟万元", "20000000元");
        check("一万二千三百人", "12300人");
        check("三十五个", "35个");
        check("一百零五名", "105名");
        check("十二场", "12场");
        check("两所", "2所");
        check("三点五万人", "35000人");
        check("二〇二一年", "2021年");
    }

    #[test]
    fn shares_in_words_are_per_cent() {
        check("百分之九十五点五", "95.5%");
        check("百分之百", "100%");
        check("六成以上", "60%");
        check("三分之一", "33.33%");
        check("千分之五", "5‰");
        check("过半", "50%+");
    }

    #[test]
    fn groups_need_exactly_three_digits() {
        check("10 2000", "10 2000");
        check("1 20", "1 20");
    }
}
