//! Information systems, platforms, mechanisms, rules, lists and named programmes that a measure speaks of.

use crate::cuts::Clause;
use crate::letters::{ends_with, starts_with};
use crate::words;

/// What the names end with.
const ENDS: &[&str] = &[
    "信息系统",
    "管理系统",
    "系统",
    "平台",
    "数据库",
    "中台",
    "驾驶舱",
    "机制",
    "制度",
    "责任制",
    "负责制",
    "职级制",
    "清单",
    "名单",
    "台账",
    "行动计划",
    "专项行动",
    "行动",
    "工程",
    "计划",
    "体系",
    "小程序",
    "一张图",
    "联合体",
    "共同体",
    "工作室",
    "教育集团",
    "职教集团",
    "服务中心",
    "资源中心",
    "应用中心",
    "实训中心",
    "指挥中心",
    "网络",
    "目录",
    "责任书",
];

/// Words that end alike without naming anything.
const PLAIN: &[&str] = &[
    "教育系统",
    "卫生系统",
    "全系统",
    "本系统",
    "政法系统",
    "年度计划",
    "工作计划",
    "招生计划",
    "教学计划",
    "有计划",
    "系统",
    "制度",
    "机制",
    "体系",
    "计划",
    "平台",
    "行动",
    "工程",
    "清单",
    "网络",
    "目录",
    "电信网络",
    "等制度",
    "等机制",
    "等工程",
    "等行动",
    "等行动计划",
    "等平台",
    "等系统",
];

/// Names of the systems in the clauses of one measure, in order, each once.
pub fn systems(chars: &[char], clauses: &[Clause]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for clause in clauses {
        let text = &chars[clause.start..clause.end.min(clause.start + 300)];
        for name in names_in(text) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn names_in(text: &[char]) -> Vec<String> {
    let mut names = Vec::new();
    let mut from = 0;
    let mut i = 0;
    while i < text.len() {
        let len =
            ENDS.iter().filter(|end| starts_with(&text[i..], end)).map(|end| end.chars().count()).max().unwrap_or(0);
        if len == 0 {
            i += 1;
            continue;
        }
        let end = i + len;
        let inside = text.get(end).is_some_and(|c| matches!(c, '性' | '化' | '人' | '内'));
        if !inside && let Some(name) = name_before(&text[from..end]) {
            names.push(name);
            from = end;
        }
        i = end;
    }
    names
}

/// The name that ends where `text` ends, from the last boundary on.
fn name_before(text: &[char]) -> Option<String> {
    let mut start = 0;
    let mut depth = 0i32;
    for (i, c) in text.iter().enumerate() {
        match c {
            '“' | '《' | '（' => depth += 1,
            '”' | '》' | '）' => depth -= 1,
            '、' | '和' | '及' | '：' if depth == 0 => start = i + 1,
            _ => {}
        }
    }
    let name = without_verbs(without_verbs(&text[start..]));
    let plain = PLAIN.iter().any(|word| name.len() <= word.chars().count() && ends_with(name, word))
        || PLAIN[..10].iter().any(|word| ends_with(name, word));
    let balanced = name.iter().filter(|c| **c == '“').count() == name.iter().filter(|c| **c == '”').count();
    ((4..=30).contains(&name.len()) && !plain && balanced).then(|| name.iter().collect())
}

/// Takes verbs, adverbs and particles off the front.
fn without_verbs(mut name: &[char]) -> &[char] {
    for _ in 0..6 {
        let adverb = words::skip_adverbs(name);
        let verb = words::acts().prefix(&name[adverb..]);
        let step = if verb > 0 { adverb + verb } else { words::light().prefix(name) };
        if step == 0 || step >= name.len() {
            break;
        }
        name = &name[step..];
    }
    while name.first().is_some_and(|c| "的了好以对将把，”》）".contains(*c)) {
        name = &name[1..];
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> String {
        names_in(&text.chars().collect::<Vec<_>>()).join("|")
    }

    #[test]
    fn names_end_where_the_kind_is_named() {
        assert_eq!(names("搭建智慧教育一体化平台"), "智慧教育一体化平台");
        assert_eq!(names("完成教育内控系统、设备管理综合系统等项目建设"), "教育内控系统|设备管理综合系统");
        assert_eq!(names("完善中小学校小微权力清单和办学行为负面清单"), "中小学校小微权力清单|办学行为负面清单");
        assert_eq!(names("实施“双培养”工程"), "“双培养”工程");
        assert_eq!(names("加强全市教育系统党的建设"), "");
    }
}
