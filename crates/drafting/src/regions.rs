//! Which parts of the body commit: preamble, review of last year, titles inside paragraphs, closing words.

use crate::cuts;
use crate::letters::{contains, ends_with, starts_with};
use crate::lines::{Block, BlockKind};
use crate::{lines, numerals};

/// A part that commits to nothing, or only where it names figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Looks back or tells how things stand.
    Review,
    /// Spirit and guiding thought.
    Spirit,
}

/// What a title opens, where it opens an aside.
///
/// `year` is the plan's own: what a title says of an earlier one looks back.
pub fn aside_of(title: &[char], year: Option<i32>) -> Option<Aside> {
    const REVIEW: &[&str] = &[
        "回顾",
        "工作总结",
        "情况分析",
        "完成情况",
        "主要成效",
        "工作成效",
        "取得成效",
        "存在问题",
        "存在的问题",
        "现状分析",
        "基本情况",
        "主要成绩",
        "工作成绩",
        "面临形势",
        "形势分析",
        "主要做法",
        "困难和问题",
        "不足",
        "学校概况",
        "背景分析",
        "发展现状",
    ];
    const SPIRIT: &[&str] = &[
        "指导思想",
        "总体要求",
        "总体思路",
        "工作思路",
        "基本原则",
        "基本思路",
        "办学理念",
        "工作理念",
        "工作主线",
        "总的思路",
        "总的要求",
        "指导原则",
    ];
    let closes = ["总结考核", "总结表彰"].iter().any(|word| contains(title, word));
    const LOOKS_BACK: &[&str] =
        &["情况", "工作", "成效", "成绩", "亮点", "总结", "业绩", "成果", "概况", "进展", "问题"];
    const AHEAD: &[&str] = &["计划", "思路", "目标", "打算", "安排", "要点", "举措", "任务", "规划", "整改", "措施"];
    let words: String = title.iter().collect();
    let past = lines::year_in(&words).zip(year).is_some_and(|(found, plan)| found < plan)
        || ["去年", "上年", "上学年", "上学期", "上年度"].iter().any(|word| starts_with(title, word));
    let ends = ["工作情况", "开展情况", "工作亮点", "工作进展", "主要亮点", "主要成果", "工作现状"];
    let told = ends.iter().any(|word| ends_with(title, word)) && crate::words::act_at(title).is_none();
    if title.len() <= 24
        && (told || past && LOOKS_BACK.iter().any(|word| ends_with(title, word)))
        && !AHEAD.iter().any(|word| contains(title, word))
    {
        return Some(Aside::Review);
    }
    if REVIEW.iter().any(|word| contains(title, word)) && !closes && title.len() <= 24 {
        return Some(Aside::Review);
    }
    (SPIRIT.iter().any(|word| contains(title, word)) && title.len() <= 20 && !contains(title, "目标"))
        .then_some(Aside::Spirit)
}

/// Index of the first title; paragraphs before it are preamble. 0 where the plan has no titles.
pub fn first_title(blocks: &[Block]) -> usize {
    let titled = |block: &Block| {
        block.kind == BlockKind::Heading
            || (block.marker > 0 && block.level < 6 && block.kind == BlockKind::Text)
            || block.cell
    };
    let first = blocks.iter().position(titled).unwrap_or(0);
    // Run-in headings may open the body without any title above them.
    let run_in = blocks.iter().take(first).position(|block| {
        block.kind == BlockKind::Text && run_in_titles(&block.chars, block.marker, block.chars.len(), false).len() > 1
    });
    run_in.unwrap_or(first)
}

/// Index past the last block that may commit: signatures, notes and closing calls are left out.
pub fn closing(blocks: &[Block]) -> usize {
    const CLOSINGS: &[&str] = &[
        "让我们",
        "同志们",
        "各位代表",
        "注：",
        "备注：",
        "附件",
        "附：",
        "联系人",
        "（此件",
        "抄送",
        "以上",
        "说明：",
        "（联系人",
        "联系电话",
        "特此",
    ];
    let mut end = blocks.len();
    while end > 0 {
        let block = &blocks[end - 1];
        let closes = block.marker == 0 && CLOSINGS.iter().any(|word| starts_with(&block.chars, word));
        if !closes {
            break;
        }
        end -= 1;
    }
    end
}

/// 工作目标： and other labels that stand alone.
pub fn is_label(chars: &[char]) -> bool {
    chars.last() == Some(&'：') && chars.len() <= 16
}

/// 重点抓好以下六个方面工作： leads to what follows and commits to nothing itself.
pub fn is_lead(chars: &[char], mark: char) -> bool {
    let closes = mark == '：' || mark == '。' || mark == '\0';
    closes && chars.len() <= 40 && leads_on(&chars[chars.len().saturating_sub(12)..])
}

/// 如下 at the end, or 以下 before what it announces; 降至汛限水位以下 only compares.
fn leads_on(tail: &[char]) -> bool {
    let announces = ["工作", "方面", "任务", "要求", "事项", "几点", "内容", "措施"];
    ends_with(tail, "如下")
        || ["以下", "下列"]
            .iter()
            .any(|word| announces.iter().any(|noun| contains(tail, word) && ends_with(tail, noun)))
}

/// The short sentences that open groups inside a paragraph: (start, end past the mark).
///
/// The first one may open the paragraph or the numbered item; later ones count only in dense paragraphs without number,
/// where the first sentence is such a title itself.
pub fn run_in_titles(chars: &[char], marker: usize, to: usize, cell: bool) -> Vec<(usize, usize)> {
    if cell {
        return Vec::new();
    }
    let shield = cuts::shields(chars);
    let sentences = sentences(chars, &shield, marker, to);
    let numbered = marker > 0;
    let mut found = Vec::new();
    for (n, &(start, end)) in sentences.iter().enumerate() {
        let Some(next) = sentences.get(n + 1) else { break };
        let marked = is_marked_title(&chars[start..end]) && cuts::marker_len(&chars[next.0..next.1]) == 0;
        if marked {
            found.push((if n == 0 { 0 } else { start }, end + 1));
            continue;
        }
        if n > 0 && (numbered || found.is_empty()) {
            continue;
        }
        let longer = next.1 - next.0 > end - start || chars[next.0..next.1].contains(&'，') || sentences.len() > n + 2;
        if longer && is_title_sentence(&chars[start..end], numbered && n == 0) {
            found.push((if n == 0 { 0 } else { start }, end + 1));
        }
    }
    // One short sentence in a paragraph without number is a title only when it opens it.
    found
}

/// Sentences closed by 。 (or 】), as (start, end before the mark).
fn sentences(chars: &[char], shield: &[bool], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = from;
    for i in from..to {
        if matches!(chars[i], '。' | '！') && !shield[i] {
            if i > start {
                found.push((start, i));
            }
            start = i + 1;
        }
    }
    if start < to {
        found.push((start, to));
    }
    found
}

/// 一是落实责任。 before the sentences it heads.
fn is_marked_title(sentence: &[char]) -> bool {
    let marker = cuts::marker_len(sentence);
    marker > 0
        && sentence.len() <= marker + 12
        && !sentence.contains(&'，')
        && !sentence.contains(&'；')
        && !sentence.iter().any(char::is_ascii_digit)
}

/// Short, without figures, without a second clause.
fn is_title_sentence(sentence: &[char], numbered: bool) -> bool {
    let commas = sentence.iter().filter(|c| **c == '，').count();
    let short = sentence.len() <= if numbered { 30 } else { 26 };
    let stops = sentence.iter().any(|c| matches!(c, '；' | '：'));
    let counts =
        sentence.iter().any(char::is_ascii_digit) || ends_with(sentence, "全覆盖") || ends_with(sentence, "清零");
    let markers = cuts::marker_len(sentence) > 0;
    sentence.len() >= 3
        && short
        && !stops
        && !counts
        && !markers
        && commas <= usize::from(numbered)
        && !figures(sentence)
        && !speaks(sentence)
}

fn figures(sentence: &[char]) -> bool {
    numerals::numbers(sentence)
        .iter()
        .any(|number| number.style == numerals::Style::Share || number.style == numerals::Style::Part)
}

/// A sentence of state is no title.
fn speaks(sentence: &[char]) -> bool {
    sentence.contains(&'每')
        || ["今年", "全年", "本学期", "目前", "现有", "已", "是", "每人", "每校", "每月"]
            .iter()
            .any(|word| starts_with(sentence, word))
}
