//! Targets that no figure states: 全覆盖, 清零, 零发生, 建设八大学院.

use crate::attach::{Found, Rule, figure_between, quote_around};
use crate::comparators::Comparator;
use crate::letters::{contains, ends_with, starts_with};
use crate::reach::{by_of, is_soft, per_of};
use crate::scene::Scene;
use crate::what::{clean, right_noun, strip_tail, text, thing_before, verbs_cover, without_described};
use crate::{not_targets, words};

/// Words that promise all or none.
const IMPLIED: &[(&str, f64, &str, Rule)] = &[
    ("两个全覆盖", 100.0, "%", Rule::Cover),
    ("三个全覆盖", 100.0, "%", Rule::Cover),
    ("双覆盖", 100.0, "%", Rule::Cover),
    ("全覆盖", 100.0, "%", Rule::Cover),
    ("清零", 0.0, "", Rule::Zero),
    ("零增长", 0.0, "%", Rule::Zero),
    ("负增长", 0.0, "%", Rule::Zero),
    ("翻一番", 100.0, "%", Rule::Part),
    ("翻番", 100.0, "%", Rule::Part),
    ("翻两番", 300.0, "%", Rule::Part),
];

/// What 零 promises to keep away.
const ZERO_OF: &[&str] = &[
    "事故", "发生", "死亡", "新增", "感染", "伤亡", "上访", "差错", "投诉", "违纪", "案件", "辍学", "拖欠", "失误",
    "违规", "事件", "违法", "漏报", "发案", "非访", "输入", "缺陷", "遗漏", "积压", "通报", "流失", "复发", "滞留",
    "隐患", "溺亡", "失学", "举报", "亡人", "火灾", "失分", "未遂", "扣分", "反弹", "返贫", "回潮", "复燃", "脱管",
    "漏管", "延误", "欠薪", "逾期", "超标", "污染", "退件", "欺凌", "霸凌", "犯罪", "诈骗", "走失", "中毒", "触电",
    "脱失", "瞒报", "迟报", "误报", "漏诊", "漏洞", "违建", "抛荒", "撂荒", "焚烧", "火点", "盗采", "盗伐", "超员",
    "超载", "泄漏", "泄露", "破坏", "增加", "致贫", "掉队", "流出", "越级", "群访", "集访", "脱保", "漏保", "错保",
    "停电", "滞后", "失信", "违约", "延期", "窃电",
];

/// Finds targets that no figure states: 全覆盖, 清零, 零发生, 建设八大学院. `from` is the first character looked at.
pub fn implied(scene: &Scene<'_>, from: usize) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut i = from;
    while i < scene.chars.len() {
        match implied_at(scene, i) {
            Some(target) => {
                i = target.value.1.max(i + 1);
                found.push(target);
            }
            None => i += 1,
        }
    }
    found
}

fn implied_at(scene: &Scene<'_>, i: usize) -> Option<Found> {
    let rest = &scene.chars[i..];
    if !matches!(
        rest[0],
        '两' | '双'
            | '全'
            | '清'
            | '零'
            | '翻'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
    ) {
        return None;
    }
    let fixed = IMPLIED
        .iter()
        .find(|(word, ..)| starts_with(rest, word))
        .map(|(word, quantity, unit, rule)| (word.chars().count(), *quantity, *unit, *rule));
    let zero = || {
        (rest[0] == '零')
            .then(|| ZERO_OF.iter().find(|word| starts_with(&rest[1..], word)))
            .flatten()
            .map(|word| (1 + word.chars().count(), 0.0, "", Rule::Zero))
    };
    let none = || {
        (rest[0] == '零'
            && i > 0
            && scene.chars[i - 1] == '为'
            && rest.get(1).is_none_or(|c| "，。；、）".contains(*c)))
        .then_some((1, 0.0, "", Rule::Zero))
    };
    let (len, quantity, unit, rule) = fixed.or_else(zero).or_else(none).or_else(|| set_at(scene, i))?;
    let clause = scene.clause_at(i)?;
    // 全覆盖 before a verb only says how: 全覆盖开展检查.
    let after = &scene.chars[i + len..scene.clauses[clause].end.max(i + len)];
    if rule == Rule::Cover
        && (words::starts_with_act(after) && after.len() > 3 && !starts_with(after, "管理") || starts_with(after, "式"))
    {
        return None;
    }
    // 清零行动, 全覆盖攻坚: the word names a campaign.
    if ["行动", "专项", "攻坚", "计划", "大会战", "战役"].iter().any(|noun| starts_with(after, noun)) {
        return None;
    }
    if not_targets::reported(scene, clause) || quoted_with_more(scene, i, len) {
        return None;
    }
    let span = scene.clauses[clause];
    let from = span.start.max(i.saturating_sub(60));
    let bound = (from..i)
        .rev()
        .find(|k| scene.chars[*k] == '、' && !scene.quoted[*k] && figure_between(scene, from, *k))
        .map_or(from, |k| k + 1);
    let what = implied_what(scene, bound, i, len, rule, clause);
    Some(Found {
        quote: quote_around(scene, i, i + len, clause),
        value: (i, i + len),
        quantity,
        unit: unit.to_owned(),
        comparator: if starts_with(rest, "负增长") { Comparator::Below } else { Comparator::Equal },
        what,
        per: per_of(scene, clause, i, i),
        by: by_of(scene, clause, i),
        approx: false,
        range: false,
        soft: is_soft(scene, clause, i),
        implied: !(len == 1 && rule == Rule::Zero),
        rule,
    })
}

/// “线索发现—核处—清零”: inside a longer quotation the word belongs to a name.
fn quoted_with_more(scene: &Scene<'_>, i: usize, len: usize) -> bool {
    scene.quoted[i] && !(i > 0 && scene.chars[i - 1] == '“' && scene.chars.get(i + len) == Some(&'”'))
}

/// 建设八大学院: a verb of building, a numeral, 大, the thing.
fn set_at(scene: &Scene<'_>, i: usize) -> Option<(usize, f64, &'static str, Rule)> {
    const BUILDING: &[&str] =
        &["建设", "打造", "建成", "创建", "组建", "成立", "培育", "新建", "布局", "设立", "做强", "做优"];
    const SLOGANS: &[&str] = &[
        "工程", "行动", "计划", "体系", "任务", "举措", "战役", "提升", "机制", "战略", "攻坚", "活动", "课堂", "品牌",
        "专项", "改革", "优势", "发展", "格局", "方面",
    ];
    let rest = &scene.chars[i..];
    let han = rest
        .iter()
        .take(3)
        .take_while(|c| crate::numerals::digit_value(**c).is_some_and(|d| d > 0) || **c == '十')
        .count();
    if han == 0 || rest.get(han) != Some(&'大') || scene.quoted[i] {
        return None;
    }
    let clause = scene.clauses[scene.clause_at(i)?];
    let left = &scene.chars[clause.start.max(i.saturating_sub(12))..i];
    let noun = &scene.chars[i + han + 1..clause.end.min(i + han + 12).max(i + han + 1)];
    if noun.len() < 2
        || !BUILDING.iter().any(|verb| ends_with(left, verb))
        || SLOGANS.iter().any(|word| contains(noun, word))
    {
        return None;
    }
    let number = crate::numerals::numbers(&rest[..han]);
    number.first().map(|number| (han, number.value, "个", Rule::Set))
}

/// What is covered, kept at none, or built.
fn implied_what(scene: &Scene<'_>, from: usize, i: usize, len: usize, rule: Rule, clause: usize) -> String {
    let left = without_described(scene, &scene.chars[from..i], from);
    let mut name = clean(&left);
    while name.last().is_some_and(|c| "“‘（：".contains(*c)) {
        name.pop();
    }
    let verb = if words::results().prefix(&name) > 0 && words::acts().prefix(&name) == 0 {
        words::results().prefix(&name)
    } else {
        0
    };
    let mut name = strip_tail(&name[verb..]);
    for word in ["实现", "动态", "两个", "达到", "做到", "全面", "“"] {
        if ends_with(&name, word) {
            name.truncate(name.len() - word.chars().count());
        }
    }
    if rule == Rule::Set {
        let noun = right_noun(&scene.chars[i + len + 1..scene.clauses[clause].end.max(i + len + 1)]);
        name.extend(noun);
    }
    if name.is_empty() && starts_with(&scene.chars[i..], "零") {
        name = scene.chars[i + 1..i + len].to_vec();
    }
    if name.is_empty() || verbs_cover(&name) {
        let right = right_noun(&scene.chars[i + len..scene.clauses[clause].end.max(i + len)]);
        name.extend(if right.is_empty() { thing_before(scene, clause, None) } else { right });
    }
    text(&name)
}
