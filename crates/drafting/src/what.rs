//! What a number counts: the short noun phrase around it.

use crate::attach::{Found, Link, Rule, figure_between};
use crate::comparators;
use crate::cuts::{self, Role};
use crate::letters::{ends_with, starts_with};
use crate::reach::per_len;
use crate::scene::Scene;
use crate::units::UnitKind;
use crate::{dates, words};

/// How many members a list with 分别 may have on either side of a figure.
const LONGEST_LIST: usize = 24;

/// 分别: the n-th figure belongs to the n-th thing.
pub(crate) fn spread(scene: &Scene<'_>, kept: &[usize], links: &[Link], n: usize, clause: usize) -> Option<String> {
    let mut first = n;
    while first > 0 && links[first] == Link::Listed && n - first < LONGEST_LIST {
        first -= 1;
    }
    let mut last = n;
    while last + 1 < kept.len() && links[last + 1] == Link::Listed && last - n < LONGEST_LIST {
        last += 1;
    }
    if first == last {
        return None;
    }
    let span = scene.clauses[clause];
    let head = &scene.chars
        [span.start.max(scene.numbers[kept[first]].start.saturating_sub(120))..scene.numbers[kept[first]].start];
    let at = (0..head.len()).rev().find(|i| starts_with(&head[*i..], "分别"));
    let subjects = match at {
        Some(at) => &head[..at],
        None => &head[..comparators::prefix(head).map_or(head.len(), |p| p.start)],
    };
    let members = split_list(subjects);
    (members.len() == last - first + 1)
        .then(|| member_name(scene, &members, n - first, clause, scene.numbers[kept[n]].kind == Some(UnitKind::Share)))
}

/// Splits at 、 and at a last 和, 及, 与.
fn split_list(chars: &[char]) -> Vec<Vec<char>> {
    let mut members: Vec<Vec<char>> = Vec::new();
    let mut depth = 0;
    let mut member: Vec<char> = Vec::new();
    for c in chars {
        match c {
            '“' | '（' | '《' => depth += 1,
            '”' | '）' | '》' => depth -= 1,
            _ => {}
        }
        if *c == '、' && depth <= 0 {
            members.push(std::mem::take(&mut member));
        } else {
            member.push(*c);
        }
    }
    let joint = (2..member.len().saturating_sub(2)).find(|i| matches!(member[*i], '和' | '及' | '与'));
    if let Some(i) = joint
        && (!members.is_empty() || member.len() > 5)
    {
        let rest = member.split_off(i + 1);
        member.pop();
        members.push(member);
        members.push(rest);
    } else {
        members.push(member);
    }
    members
}

/// Words with which the names of indicators end.
const INDICATORS: &[&str] = &[
    "率",
    "比例",
    "占比",
    "时间",
    "时长",
    "人数",
    "数量",
    "比重",
    "满意度",
    "覆盖面",
    "面积",
    "产值",
    "总量",
    "产量",
    "增速",
    "增幅",
    "水平",
    "收入",
    "投资",
];

fn is_indicator(name: &[char]) -> bool {
    INDICATORS.iter().any(|end| ends_with(name, end))
}

/// The name of one member, completed with the head that the last member or the clause before carries.
fn member_name(scene: &Scene<'_>, members: &[Vec<char>], i: usize, clause: usize, share: bool) -> String {
    let first_cleaned = clean(&members[0]);
    let own = if i == 0 { first_cleaned.clone() } else { members[i].clone() };
    let own: Vec<char> = if i + 1 == members.len() { strip_tail(&own) } else { own };
    let last = strip_tail(&members[members.len() - 1]);
    let mut name = own.clone();
    if last.last() == Some(&'级') && own.last() != Some(&'级') && last.len() <= 3 {
        name.push('级');
    }
    if !is_indicator(&own) {
        if is_indicator(&last) && i + 1 < members.len() {
            name.extend(shared_head(&own, &last));
        } else if share && let Some(head) = indicator_before(scene, clause) {
            name.extend(head);
        }
    }
    name.into_iter().collect()
}

/// 初中 + 书面作业平均完成时间: what the last member has beyond its own first words.
fn shared_head(own: &[char], last: &[char]) -> Vec<char> {
    // The heads of both members often end alike: 部级、省级; 小学、初中.
    if let Some(end) = own.last()
        && let Some(i) = last.iter().take(6).position(|c| c == end)
    {
        return last[i + 1..].to_vec();
    }
    let own_len = if own.len() <= 4 && last.len() >= own.len() + 2 { own.len() } else { 2 };
    last[own_len.min(last.len())..].to_vec()
}

/// The rate that the clause before speaks of: 提高适龄持证儿童入学率.
fn indicator_before(scene: &Scene<'_>, clause: usize) -> Option<Vec<char>> {
    let before = scene.clauses[clause.checked_sub(1)?];
    if cuts::is_stop(before.mark) {
        return None;
    }
    let text = &scene.chars[before.start..before.end.min(before.start + 60)];
    let name = clean(text);
    let verb = words::results().prefix(&name).max(words::acts().prefix(&name));
    is_indicator(&name).then(|| name[verb..].to_vec())
}

/// Where a number stands and which words are its own.
pub(crate) struct Place<'a> {
    /// Its clause.
    pub clause: usize,
    /// The words before it.
    pub left: &'a [char],
    /// Where they begin.
    pub left_from: usize,
    /// The words behind it and its suffix.
    pub right: (usize, usize),
    /// It is a share or a rate.
    pub share: bool,
    /// It goes on with the list or range of the number before.
    pub listed: bool,
}

/// Says what is counted and by which rule that was found.
pub(crate) fn what_counts(scene: &Scene<'_>, previous: Option<&Found>, place: &Place<'_>) -> (String, Rule) {
    let Place { clause, left, left_from, right: (right_from, right_to), share, listed } = *place;
    if listed && let Some(previous) = previous {
        return (previous.what.clone(), previous.rule);
    }
    let core = without_described(scene, left, left_from);
    let (cleaned, event) = clean_event(&core);
    let name = after_event(&strip_tail(&cleaned));
    let right = right_noun(&scene.chars[right_from.min(right_to)..right_to]);
    let verb_only = !event && verbs_cover(&name);
    let opens = name.last().is_none_or(|c| "对在为向给让使把将以按与同由从于".contains(*c))
        && !["结对", "应对", "面对", "成对"].iter().any(|word| ends_with(&name, word));
    let changes = ["增长", "下降", "提高", "压减", "降低", "缩短", "提升", "减少"]
        .iter()
        .any(|verb| ends_with(&name, verb) && name.len() == 2);
    if changes {
        let mut what = thing_before(scene, clause, previous);
        what.extend(&name);
        return (text(&what), Rule::Rate);
    }
    if !name.is_empty() && !verb_only && !opens {
        if !share
            && right.is_empty()
            && name.last() != Some(&'等')
            && let Some(short) = after_examples(&name)
        {
            return (text(&short), Rule::FigureAfterThing);
        }
        if !share && name.len() <= 3 && right.len() >= 3 && words::acts().prefix(&name) == 0 {
            // 省定10件民生实事: a short word before the figure belongs to the thing behind it.
            return (text(&[name, right].concat()), Rule::FigureBeforeThing);
        }
        let apposition = (name.contains(&'、') || name.last() == Some(&'等')) && !right.is_empty() && !share;
        if apposition {
            let verb = words::acts().prefix(&name);
            let mut what = name[..verb].to_vec();
            what.extend(&right);
            return (what.into_iter().collect(), Rule::FigureBeforeThing);
        }
        let rule = if share || is_indicator(&name) { Rule::Rate } else { Rule::FigureAfterThing };
        return (text(&name), rule);
    }
    let funds =
        ["投入", "投资", "投入资金", "安排资金", "完成投资"].iter().any(|word| name.iter().copied().eq(word.chars()));
    if funds && !right.is_empty() {
        let mut what = right;
        what.extend(&name);
        return (text(&what), Rule::FigureBeforeThing);
    }
    if !right.is_empty() {
        let mut what = if verb_only && !opens { name.clone() } else { Vec::new() };
        what.extend(&right);
        return (text(&what), Rule::FigureBeforeThing);
    }
    if name.len() >= 4 && !opens {
        return (text(&name), Rule::FigureAfterThing);
    }
    // 组织轮训12期1200人次: the second figure counts the same thing.
    if core.is_empty()
        && let Some(previous) = previous.filter(|previous| scene.clause_at(previous.value.0) == Some(clause))
    {
        return (previous.what.clone(), previous.rule);
    }
    // 每校至少1名: the thing stands in the act before.
    let thing = thing_before(scene, clause, previous);
    let mut what = if verb_only && !opens { name } else { Vec::new() };
    what.extend(thing);
    (text(&what), Rule::Each)
}

/// 开展“百日攻坚”“质量维权”等专项行动: the kind that closes the examples, with the verb before them.
fn after_examples(name: &[char]) -> Option<Vec<char>> {
    let at = name.iter().rposition(|c| *c == '等')?;
    let kind = &name[at + 1..];
    if kind.len() < 2 || kind.first() == Some(&'级') {
        return None;
    }
    let verb = words::acts().prefix(name);
    Some(name[..verb].iter().chain(kind).copied().collect())
}

/// 联合公安等部门每学期开展集中整治: after 开展 and its kin stands the event.
fn after_event(name: &[char]) -> Vec<char> {
    let at = (2..name.len().saturating_sub(3)).rev().find(|i| {
        ["开展", "举办", "召开", "组织", "进行"].iter().any(|verb| starts_with(&name[*i..], verb))
            && !matches!(name[*i - 1], '、' | '的' | '和')
    });
    match at {
        Some(i) if !name[i + 2..].is_empty() => name[i + 2..].to_vec(),
        _ => name.to_vec(),
    }
}

pub(crate) fn text(chars: &[char]) -> String {
    chars.iter().collect()
}

/// Takes numbers that only describe out of the words before: 56人以上大班额.
pub(crate) fn without_described(scene: &Scene<'_>, left: &[char], from: usize) -> Vec<char> {
    let mut core = left.to_vec();
    let first = scene.numbers.partition_point(|number| number.start < from);
    for number in scene.numbers[first..]
        .iter()
        .take_while(|number| number.start < from + left.len())
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        let end = number.after + comparators::suffix(&scene.chars[number.after..], false).len;
        let (a, b) = (number.start - from, (end - from).min(core.len()));
        let changes = core[..a].iter().rev().take(10).any(|c| matches!(c, '由' | '从' | '自'))
            && scene.chars[number.after..].iter().take(4).any(|c| matches!(c, '到' | '至' | '为'));
        if changes {
            // 设立登记由7个工作日压缩至: the first value and all behind it goes.
            let cut = core[..a].iter().rposition(|c| matches!(c, '由' | '从' | '自')).unwrap_or(a);
            core.truncate(cut);
        } else if end > number.after
            && b < core.len()
            && core[b] != '的'
            && matches!(number.unit, "人" | "岁" | "平方米" | "层")
        {
            core.drain(a..b);
        }
    }
    core
}

/// Takes away everything before the noun phrase: joints, dates, periods, promises, manner and verbs that say nothing.
pub(crate) fn clean(left: &[char]) -> Vec<char> {
    clean_event(left).0
}

/// Like [`clean`]; also tells whether a verb that only introduces an event was taken away.
pub(crate) fn clean_event(left: &[char]) -> (Vec<char>, bool) {
    let mut event = false;
    let mut name = drop_manner(&drop_periods(left));
    let marker = cuts::marker_len(&name);
    name.drain(..marker);
    for _ in 0..10 {
        let rest = &name[..];
        if rest.first() == Some(&'，') || rest.first() == Some(&'：') {
            name.remove(0);
            continue;
        }
        let adverb = words::adverbs().prefix(rest);
        let adverb = if adverb > 0
            && !event
            && (words::acts().prefix(&rest[adverb..]) > 0 || words::light().prefix(&rest[adverb..]) > 0)
        {
            adverb
        } else {
            0
        };
        let step = words::joints()
            .prefix(rest)
            .max(words::light().prefix(rest))
            .max(adverb)
            .max(if starts_with(rest, "其中") { 2 } else { 0 });
        if step == 0 || rest[step..].first() == Some(&'率') || (words::acts().prefix(rest) > step && adverb == 0) {
            break;
        }
        event |= ["开展", "组织", "举办", "完成", "实施", "进行", "召开", "实现", "推进", "举行"]
            .iter()
            .any(|verb| starts_with(&name, verb) && step == 2);
        name.drain(..step);
    }
    let led = (name.first() == Some(&'由'))
        .then(|| {
            (0..name.len().saturating_sub(2))
                .find(|i| starts_with(&name[*i..], "牵头的") || starts_with(&name[*i..], "负责的"))
        })
        .flatten();
    let verb = words::acts().prefix(&name);
    if let Some(i) = led {
        name.drain(..i + 3);
    } else if name.get(verb) == Some(&'由')
        && let Some(i) = (verb..name.len().saturating_sub(2)).find(|i| starts_with(&name[*i..], "牵头的"))
    {
        name.drain(verb..i + 3);
    }
    (name, event)
}

/// Removes dates, 全年, 每人每年 and their kin wherever they stand.
fn drop_periods(chars: &[char]) -> Vec<char> {
    let mut kept = Vec::with_capacity(chars.len());
    let mut i = 0;
    while i < chars.len() {
        let rest = &chars[i..];
        let date = if i > 0 && chars[i - 1].is_ascii_digit() { 0 } else { dates::date_len(rest) };
        // 中考, 春节 and their kin name things; 6月底前, 年内 only say when.
        let date = if date <= 2
            && !rest[0].is_ascii_digit()
            && rest[0] != '年'
            && !matches!(rest.get(date.wrapping_sub(1)), Some('前' | '底' | '末'))
        {
            0
        } else {
            date
        };
        let date = if date > 0 && matches!(chars.get(i.wrapping_sub(1)), Some('到' | '在' | '于')) && !kept.is_empty()
        {
            kept.pop();
            date
        } else {
            date
        };
        let step = date.max(per_len(rest)).max(
            ["全年", "本学期", "本年度", "年内", "今年", "全学年"]
                .iter()
                .filter(|w| starts_with(rest, w))
                .map(|w| w.chars().count())
                .max()
                .unwrap_or(0),
        );
        if step > 0 {
            i += step;
        } else {
            kept.push(chars[i]);
            i += 1;
        }
    }
    kept
}

/// 以研学基地为依托组织研学实践: manner before the verb goes.
fn drop_manner(chars: &[char]) -> Vec<char> {
    const ENDS: &[&str] = &[
        "为依托",
        "为载体",
        "为抓手",
        "为契机",
        "为目标",
        "为重点",
        "为主题",
        "为平台",
        "基础上",
        "等方式",
        "等形式",
        "等举措",
        "等途径",
        "等措施",
        "的比例",
        "为单位",
        "的要求",
        "的标准",
        "为突破口",
        "为导向",
    ];
    for (open, end) in [('以', "为单位"), ('在', "基础上"), ('以', "为主")] {
        let close = (1..chars.len()).find(|i| starts_with(&chars[*i..], end));
        if let Some(close) = close
            && let Some(start) = chars[..close].iter().rposition(|c| *c == open).filter(|i| *i >= 2)
        {
            let mut kept = chars[..start].to_vec();
            kept.extend(&chars[close + end.chars().count()..]);
            return drop_manner(&kept);
        }
    }
    let mut from = 0;
    for end in ENDS {
        // 通过验收的比例 names a share; 按10%的比例 gives a measure.
        if *end == "的比例" && !chars.iter().any(|c| matches!(c, '按' | '以')) {
            continue;
        }
        if let Some(at) = (0..chars.len()).rev().find(|i| starts_with(&chars[*i..], end)) {
            from = from.max(at + end.chars().count());
        }
    }
    let rest = &chars[from..];
    let manner = [
        "通过", "围绕", "聚焦", "面向", "针对", "按照", "依托", "结合", "根据", "利用", "在", "以", "按", "对", "为",
        "向", "从", "赴", "由", "与",
    ]
    .iter()
    .find(|word| starts_with(rest, word));
    // 在线, 在校, 在岗 are words of their own.
    let manner =
        manner.filter(|word| **word != "在" || !rest.get(1).is_some_and(|c| "线校园岗职编册建读籍任库营".contains(*c)));
    let Some(word) = manner else { return rest.to_vec() };
    let len = word.chars().count();
    // From the last verb that still has a noun behind it; without one, only the small word goes.
    let verb = (len + 1..rest.len().saturating_sub(1)).find(|i| {
        let act = words::acts().prefix(&rest[*i..]).max(words::light().prefix(&rest[*i..]));
        act >= 2 && rest.len() >= i + act + 2 && !matches!(rest[i - 1], '、' | '和' | '的')
    });
    match verb {
        Some(i) => rest[i..].to_vec(),
        None => rest[len..].to_vec(),
    }
}

/// Takes comparators and verbs of change off the end.
pub(crate) fn strip_tail(name: &[char]) -> Vec<char> {
    const TAILS: &[&str] = &[
        "提高到",
        "提升到",
        "提高至",
        "提升至",
        "增加到",
        "增加至",
        "增长到",
        "增至",
        "降至",
        "降到",
        "降低到",
        "降低至",
        "下降到",
        "下降至",
        "恢复到",
        "扩大到",
        "扩大至",
        "压缩至",
        "压缩到",
        "缩短至",
        "缩短到",
        "压减到",
        "压减至",
        "减少到",
        "减少至",
        "达到",
        "达",
        "控制在",
        "控制到",
        "稳定在",
        "保持在",
        "维持在",
        "巩固在",
        "实现",
        "平均",
        "分别",
        "均",
        "各",
        "力争",
        "再",
        "约",
        "近",
        "共",
        "总数",
        "数达",
        "为",
        "不少于",
        "不低于",
        "不超过",
        "至少",
        "突破",
        "超过",
        "低于",
        "高于",
        "不高于",
        "大于",
        "小于",
        "力争达到",
        "要",
        "应",
        "确保",
        "全部",
        "就",
        "也",
        "都",
        "≥",
        "≤",
        ">",
        "<",
        "逾",
        "超",
        "不大于",
        "不小于",
        "不得少于",
        "不得低于",
        "不得超过",
        "控制",
        "增加",
        "至",
        "到",
        "较",
        "集中",
        "不下于",
        "上升到",
        "上升至",
        "：",
        "（",
        "，",
        "新",
        "最多",
        "最少",
        "达至",
        "争取",
        "目标",
        "保持",
        "稳定",
        "扩充到",
        "扩充至",
        "增到",
        "提至",
        "提到",
        "降为",
        "不突破",
        "年均",
        "在",
    ];
    let mut name = name.to_vec();
    for _ in 0..8 {
        // 较上年提高 keeps its verb only.
        let bare = blot_quotes(&name);
        if let Some(prefix) = comparators::prefix(&bare).filter(|p| p.end < name.len() && name.last() == Some(&'的')) {
            name.truncate(prefix.start);
            continue;
        }
        if let Some(prefix) = comparators::prefix(&bare).filter(|p| p.end < name.len() && p.end - p.start >= 2) {
            name.drain(prefix.start..prefix.end);
            continue;
        }
        let len =
            TAILS.iter().filter(|tail| ends_with(&name, tail)).map(|tail| tail.chars().count()).max().unwrap_or(0);
        if len == 0 || len >= name.len() && len < 2 {
            break;
        }
        name.truncate(name.len() - len);
    }
    for word in ["较上年", "比上年", "较去年", "比去年", "较上一年", "较上年度", "分别", "同比"]
    {
        if let Some(at) = (0..name.len()).find(|i| starts_with(&name[*i..], word)) {
            name.drain(at..at + word.chars().count());
        }
    }
    for verb in ["下降", "提高", "增长", "提升", "降低", "压减", "上升"] {
        if name.len() > 3 && ends_with(&name, verb) && name[name.len() - 3] == '再' {
            name.remove(name.len() - 3);
        }
    }
    while matches!(name.last(), Some('的' | '了' | '后')) {
        name.pop();
    }
    name
}

/// The characters with everything inside quotation marks blotted out.
fn blot_quotes(chars: &[char]) -> Vec<char> {
    let mut inside = false;
    let blot = |c: &char| {
        inside = (inside || *c == '“') && *c != '”';
        if inside { '□' } else { *c }
    };
    chars.iter().map(blot).collect()
}

/// The noun right of a number: 个以上[幼教集团].
pub(crate) fn right_noun(right: &[char]) -> Vec<char> {
    const STOPS: &[&str] = &[
        "进行",
        "开展",
        "实施",
        "先行",
        "逐一",
        "赴",
        "到",
        "参加",
        "参与",
        "组建",
        "办理",
        "用于",
        "晋升",
        "完成",
        "接受",
        "取得",
        "获",
        "达到",
        "开工",
        "竣工",
        "投入",
        "建成",
        "纳入",
        "通过",
        "并",
        "予以",
        "落户",
        "投产",
        "全部",
        "支持",
        "的比例",
        "以上",
        "左右",
        "以内",
        "与",
        "目标",
        "落实",
        "进入",
        "挂职",
        "创建",
        "申报",
        "结对",
        "为",
        "在",
        "前往",
        "上线",
        "入库",
        "整改",
    ];
    let right = &right[..right.len().min(80)];
    let mut start = 0;
    while matches!(right.get(start), Some('的' | '以' | '上' | '左' | '右' | '内' | '下')) {
        start += 1;
    }
    let right = &right[start..];
    let mut end = right.len();
    let mut quoted = false;
    for i in 0..right.len() {
        match right[i] {
            '“' => quoted = true,
            '”' => quoted = false,
            _ => {}
        }
        let stop = matches!(right[i], '、' | '，' | '。' | '；')
            || right[i] == '）' && !right[..i].contains(&'（')
            || right[i] == '（' && i > 0 && !right[i..].contains(&'）')
            || right[i] == '的' && i > 1;
        let date = i > 0 && dates::date_len(&right[i..]) > 1;
        if !quoted && (stop || date || (i > 0 && STOPS.iter().any(|word| starts_with(&right[i..], word)))) {
            end = i;
            break;
        }
    }
    if STOPS.iter().any(|word| starts_with(right, word)) {
        return Vec::new();
    }
    right[..end].to_vec()
}

/// True when the words are nothing but verbs: 新建、改扩建; 主导或参与制定.
pub(crate) fn verbs_cover(name: &[char]) -> bool {
    let mut at = 0;
    while at < name.len() {
        let rest = &name[at..];
        let step = words::acts()
            .prefix(rest)
            .max(words::light().prefix(rest))
            .max(words::results().prefix(rest))
            .max(words::adverbs().prefix(rest))
            .max(usize::from(matches!(rest[0], '、' | '或' | '和' | '并' | '及' | '了')));
        if step == 0 {
            return false;
        }
        at += step;
    }
    true
}

/// The thing that the target before counted, else the object of the clause before.
pub(crate) fn thing_before(scene: &Scene<'_>, clause: usize, previous: Option<&Found>) -> Vec<char> {
    let from = scene.sentence_start(clause);
    let named = |c: usize| -> Option<Vec<char>> {
        let span = scene.clauses[c];
        let name = clean(&scene.chars[span.start..span.end.min(span.start + 60)]);
        let verb = words::acts().prefix(&name).max(words::results().prefix(&name));
        Some(strip_tail(&name[verb..])).filter(|name| name.len() >= 2)
    };
    // The act directly before names the thing, unless it counted one itself.
    if clause > from
        && scene.roles[clause - 1] == Role::Act
        && !figure_between(scene, scene.clauses[clause - 1].start, scene.clauses[clause - 1].end)
        && let Some(name) = named(clause - 1)
    {
        return name;
    }
    if let Some(previous) = previous.filter(|previous| scene.clause_at(previous.value.0).is_some_and(|c| c >= from)) {
        let name: Vec<char> = previous.what.chars().collect();
        let verb = words::acts().prefix(&name);
        let change = ["提高", "下降", "增长", "提升", "降低", "压减", "上升"].iter().any(|verb| ends_with(&name, verb));
        let end = if change && name.len() > 3 { name.len() - 2 } else { name.len() };
        return if end > verb + 1 { name[verb..end].to_vec() } else { name };
    }
    (from..clause).rev().take(4).find_map(named).unwrap_or_default()
}
