//! How far 每…, a day and 力争 reach: per what, by when, how firmly.

use crate::attach::figure_between;
use crate::cuts::{self, Role};
use crate::letters::{contains, starts_with};
use crate::scene::Scene;
use crate::units::UnitKind;
use crate::what::text;
use crate::words;

pub(crate) fn per_stroke(chars: &[char]) -> usize {
    chars.iter().take(5).take_while(|c| "人生校班年月日天周亩户家所千百万次学期村平方米公里".contains(**c)).count()
}

/// Length of a 每… expression: 每人每年, 每个乡镇, 每万常住人口, 生均.
pub fn per_len(chars: &[char]) -> usize {
    let mut at = 0;
    loop {
        let len = one_per_len(&chars[at..]);
        if len == 0 {
            return at;
        }
        at += len;
    }
}

fn one_per_len(chars: &[char]) -> usize {
    const EACH: &[&str] = &[
        "两周",
        "半年",
        "半月",
        "两年",
        "两月",
        "三年",
        "季度",
        "学期",
        "学年",
        "年度",
        "年",
        "月",
        "周",
        "天",
        "日",
        "季",
        "旬",
        "人",
        "生",
        "校",
        "班",
        "园",
        "村",
        "镇",
        "县",
        "户",
        "乡镇",
        "镇街",
        "街道",
        "社区",
        "学科",
        "年级",
        "科室",
        "支部",
        "校区",
        "单位",
        "亩",
        "次",
        "期",
        "半学期",
        "千人",
        "万人",
        "百人",
        "百万人",
        "百户",
        "千户",
        "万名",
        "逢",
    ];
    if chars.first() != Some(&'每') {
        return 0;
    }
    let rest = &chars[1..];
    let digits = rest.iter().take(3).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let unit = ["个工作日", "个月", "天", "周", "年", "名", "人", "个"]
            .iter()
            .find(|unit| starts_with(&rest[digits..], unit));
        return unit.map_or(0, |unit| 1 + digits + unit.chars().count());
    }
    if matches!(rest.first(), Some('百' | '千' | '万' | '十')) {
        let len = rest.iter().take(8).position(|c| matches!(*c, '人' | '口' | '户' | '元' | '里')).map_or(0, |i| i + 1);
        let len = if len > 0 && rest.get(len) == Some(&'口') { len + 1 } else { len };
        return if len > 0 { 1 + len } else { 0 };
    }
    if matches!(
        rest.first(),
        Some('个' | '名' | '位' | '所' | '家' | '支' | '间' | '台' | '条' | '处' | '座' | '辆' | '项' | '场' | '门')
    ) {
        // 教研组, 村民小组: 组 closes a name.
        let team = |i: usize| rest[i] == '组' && matches!(rest[i - 1], '研' | '课' | '级' | '作' | '小' | '科' | '业');
        let stop = |i: usize| {
            let tail = &rest[i..];
            let c = tail[0];
            c.is_ascii_digit()
                || (!team(i)
                    && ("每至不均各可应需要都，。、；开组配安建达按在于上有一两掌包获享受撰写读听联讲结走完参种带专备全"
                        .contains(c) || words::acts().prefix(tail) >= 2))
                || words::light().prefix(tail) >= 2
        };
        let len = (1..rest.len().min(8)).find(|i| stop(*i)).unwrap_or(rest.len().min(8));
        return if len > 1 { 1 + len } else { 0 };
    }
    EACH.iter().filter(|word| starts_with(rest, word)).map(|word| 1 + word.chars().count()).max().unwrap_or(0)
}

/// Per what: in the clause, else carried on from the clauses before in the sentence.
pub(crate) fn per_of(scene: &Scene<'_>, clause: usize, at: usize, suffix_end: usize) -> String {
    let number_end = scene.number_at(at).map_or(at, |number| number.after);
    if scene.chars.get(number_end) == Some(&'/') && suffix_end > number_end {
        let len = per_stroke(&scene.chars[number_end + 1..]);
        if len > 0 {
            return format!("每{}", text(&scene.chars[number_end + 1..number_end + 1 + len]));
        }
    }
    let span = scene.clauses[clause];
    let own_from = span.start.max(at.saturating_sub(60));
    if let Some((per, _)) = last_per(&scene.chars[own_from..at]) {
        return per;
    }
    let measure = scene.measure_of(clause);
    let from = scene.sentence_start(clause).max(clause.saturating_sub(12));
    for c in (from..clause).rev() {
        let before = scene.clauses[c];
        if dues_in(scene, before.start, before.end).is_some() && c + 1 < clause
            || dues_in(scene, own_from, at).is_some()
        {
            return String::new();
        }
        let text = &scene.chars[before.start.max(before.end.saturating_sub(60))..before.end];
        if let Some((per, period)) = last_per(text) {
            let share = scene.number_at(at).is_some_and(|number| number.kind == Some(UnitKind::Share));
            let carried = per == "全年" || (scene.measure_of(c) == measure && !share && period);
            return if carried { per } else { String::new() };
        }
    }
    String::new()
}

/// The last per-expression before the number; true where it is a bare expression and no word such as 生均.
fn last_per(chars: &[char]) -> Option<(String, bool)> {
    let mut found = None;
    let mut i = 0;
    while i < chars.len() {
        let len = per_len(&chars[i..]);
        let word = ["全年", "生均", "人均", "户均", "校均", "班均", "村均", "年均", "月均", "亩均", "日均", "车均"]
            .iter()
            .find(|word| starts_with(&chars[i..], word));
        if len > 0 {
            found = Some((text(&chars[i..i + len]), true));
            i += len;
        } else if let Some(word) = word {
            found = Some(((*word).to_owned(), *word == "全年"));
            i += 2;
        } else {
            i += 1;
        }
    }
    found
}

/// The last due date between two positions.
fn dues_in(scene: &Scene<'_>, from: usize, to: usize) -> Option<(usize, usize)> {
    let i = scene.dues.partition_point(|(_, end)| *end <= to);
    scene.dues[..i].last().copied().filter(|(start, _)| *start >= from)
}

/// By when: in the clause, else carried on from the clauses before in the sentence.
pub(crate) fn by_of(scene: &Scene<'_>, clause: usize, at: usize) -> String {
    let span = scene.clauses[clause];
    if let Some((start, end)) = dues_in(scene, span.start, at).or_else(|| dues_in(scene, at, span.end)) {
        return text(&scene.chars[start..end]);
    }
    if let Some((start, end)) = closing_due(scene, clause) {
        return text(&scene.chars[start..end]);
    }
    let from = scene.sentence_start(clause).max(clause.saturating_sub(12));
    for c in (from..clause).rev() {
        let before = scene.clauses[c];
        if let Some((start, end)) = dues_in(scene, before.start, before.end) {
            return text(&scene.chars[start..end]);
        }
        if last_per(&scene.chars[before.start.max(before.end.saturating_sub(60))..before.end])
            .is_some_and(|(_, bare)| bare)
        {
            break;
        }
    }
    String::new()
}

/// 11月底前全部完工 behind the figures holds for all of them.
fn closing_due(scene: &Scene<'_>, clause: usize) -> Option<(usize, usize)> {
    for c in clause..(clause + 6).min(scene.clauses.len()) {
        let span = scene.clauses[c];
        if c > clause
            && let Some(due) = dues_in(scene, span.start, span.end)
        {
            let rest = &scene.chars[due.1..span.end.min(due.1 + 12)];
            let all = ["全部", "全面", "完工", "竣工", "完成", "建成", "投用", "交付", "投入使用"]
                .iter()
                .any(|word| starts_with(rest, word));
            return (all && due.0 <= span.start + 2 && rest.len() <= 8 && !figure_between(scene, due.1, span.end))
                .then_some(due);
        }
        if cuts::is_stop(span.mark) {
            return None;
        }
    }
    None
}

/// 力争, 争取, 努力 in the clause, or carried on within the measure.
pub(crate) fn is_soft(scene: &Scene<'_>, clause: usize, at: usize) -> bool {
    let soft = |chars: &[char]| ["力争", "争取", "努力", "力求"].iter().any(|word| contains(chars, word));
    let span = scene.clauses[clause];
    if soft(&scene.chars[span.start.max(at.saturating_sub(60))..at]) {
        return true;
    }
    let Some(first) = scene.measure_of(clause).map(|m| scene.measures[m].0) else { return false };
    for c in (first.max(clause.saturating_sub(6))..clause).rev() {
        if cuts::is_stop(scene.clauses[c].mark) || !matches!(scene.roles[c + 1], Role::Plain | Role::Each) {
            return false;
        }
        let span = scene.clauses[c];
        if soft(&scene.chars[span.start..span.end.min(span.start + 60)]) {
            return true;
        }
    }
    false
}
