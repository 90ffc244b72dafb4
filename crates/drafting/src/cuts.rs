//! Where one commitment ends and the next begins.
//!
//! Sentences are cut into clauses outside brackets and quotation marks; a clause begins a measure when the writer has moved on to
//! another act, that is when it opens with a verb of doing and what stands before it in the sentence is more than manner or ground.

use crate::letters::{contains, ends_with, starts_with};
use crate::{dates, numerals, words};

/// A stretch between marks. Positions are indices into the block's characters; `end` is before the closing mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// First character.
    pub start: usize,
    /// Past the last character, before the mark.
    pub end: usize,
    /// The mark that closes it; `\0` at the end of the block.
    pub mark: char,
}

/// What a clause does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Opens with a verb of doing.
    Act,
    /// Carries a marker of its own: 一是, （1）.
    Marked,
    /// Aim or result.
    Aim,
    /// Manner, ground, time or label; belongs to what follows.
    Ground,
    /// 每校…, 其中…: spells out the act before.
    Each,
    /// Anything else: an indicator with its figure, a list.
    Plain,
}

/// Marks the characters inside brackets, quotation marks and book marks, the marks themselves included.
///
/// A mark without partner near it shields nothing, so that one lost mark does not swallow the text.
pub fn shields(chars: &[char]) -> Vec<bool> {
    let mut depth = vec![0i32; chars.len() + 1];
    for (open, close, reach) in
        [('“', '”', 80), ('‘', '’', 60), ('《', '》', 100), ('（', '）', 240), ('〔', '〕', 60), ('【', '】', 60)]
    {
        let mut waiting: Vec<usize> = Vec::new();
        for (i, c) in chars.iter().enumerate() {
            if *c == open {
                waiting.push(i);
            } else if *c == close
                && let Some(start) = waiting.pop()
                && i - start <= reach
            {
                depth[start] += 1;
                depth[i + 1] -= 1;
            }
        }
    }
    let mut sum = 0;
    depth[..chars.len()]
        .iter()
        .map(|step| {
            sum += step;
            sum > 0
        })
        .collect()
}

/// Cuts a block into clauses from `from` on.
pub fn clauses(chars: &[char], shield: &[bool], from: usize) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut start = from;
    for i in from..chars.len() {
        if shield[i] || !matches!(chars[i], '，' | '；' | '。' | '！' | '？' | '：' | '…') {
            continue;
        }
        if i > start {
            found.push(Clause { start, end: i, mark: chars[i] });
        } else if let Some(last) = found.last_mut() {
            // Two marks in a row: the stronger one counts.
            if chars[i] != '，' {
                last.mark = chars[i];
            }
        }
        start = i + 1;
    }
    if start < chars.len() {
        found.push(Clause { start, end: chars.len(), mark: '\0' });
    }
    found
}

/// True for marks that end a sentence.
pub fn is_stop(mark: char) -> bool {
    matches!(mark, '；' | '。' | '！' | '？' | '\0' | '…')
}

/// True for marks behind which a new commitment always begins.
fn is_full_stop(mark: char) -> bool {
    matches!(mark, '。' | '！' | '？' | '\0' | '…')
}

/// Decides what a clause does.
pub fn role(chars: &[char], closed_by: char) -> Role {
    if closed_by == '：' {
        return Role::Ground;
    }
    if marker_len(chars) > 0 {
        return Role::Marked;
    }
    let rest = skip_times(chars);
    if rest.is_empty() {
        return Role::Ground;
    }
    if is_each(rest) {
        return Role::Each;
    }
    if let Some(role) = promise_role(rest) {
        return role;
    }
    verb_role(rest)
}

/// Length of a marker that opens a clause inside a paragraph.
pub fn marker_len(chars: &[char]) -> usize {
    const HAN: &str = "一二三四五六七八九十";
    let han = chars.iter().take(3).take_while(|c| HAN.contains(**c)).count();
    match chars.get(han) {
        Some('是' | '要') if han > 0 => return han + 1,
        _ => {}
    }
    if starts_with(chars, "首先") || starts_with(chars, "其次") {
        return 2;
    }
    if matches!(chars.first(), Some('\u{2460}'..='\u{2473}' | '\u{2474}'..='\u{249b}')) {
        return 1;
    }
    if chars.first() == Some(&'（') {
        let n = chars[1..].iter().take(3).take_while(|c| HAN.contains(**c) || c.is_ascii_digit()).count();
        if n > 0 && chars.get(1 + n) == Some(&'）') {
            return n + 2;
        }
    }
    let digits = chars.iter().take(3).take_while(|c| c.is_ascii_digit()).count();
    if digits > 0
        && matches!(chars.get(digits), Some('.' | '、'))
        && !chars.get(digits + 1).is_some_and(char::is_ascii_digit)
    {
        return digits + 1;
    }
    if han > 0
        && chars.get(han) == Some(&'、')
        && chars.len() > han + 6
        && !chars.get(han + 1).is_some_and(|c| HAN.contains(*c))
    {
        return han + 1;
    }
    0
}

/// Skips joints, dates and periods before the verb: 并, 6月底前, 全年, 每月.
fn skip_times(chars: &[char]) -> &[char] {
    const PERIODS: &[&str] = &[
        "每两周",
        "每半年",
        "每半月",
        "每季度",
        "每学期",
        "每学年",
        "每年度",
        "每年",
        "每月",
        "每周",
        "每天",
        "每日",
        "每季",
        "每旬",
        "本学期",
        "本学年",
        "本年度",
        "全年",
        "今年",
        "明年",
        "年度",
        "年内",
        "学年内",
        "年度内",
        "届时",
        "当前",
        "目前",
        "今后",
        "全学期",
        "一年内",
        "三年内",
        "下学期",
        "上学期",
        "寒假期间",
        "暑假期间",
        "汛期前",
    ];
    let mut rest = chars;
    for _ in 0..4 {
        let joint = words::joints().prefix(rest);
        let date =
            if starts_with(rest, "到") || starts_with(rest, "在") || starts_with(rest, "于") || starts_with(rest, "至")
            {
                let len = dates::date_len(&rest[1..]);
                if len > 0 { len + 1 } else { 0 }
            } else {
                dates::date_len(rest)
            };
        let period =
            PERIODS.iter().filter(|word| starts_with(rest, word)).map(|word| word.chars().count()).max().unwrap_or(0);
        let listed = if rest.first() == Some(&'、') && rest.len() < chars.len() && dates::date_len(&rest[1..]) > 0 {
            1
        } else {
            0
        };
        let step = joint.max(date).max(period).max(listed);
        // 及时 is no 及.
        if step == 0 || words::acts().prefix(rest) > step || words::adverbs().prefix(rest) > step {
            break;
        }
        rest = &rest[step..];
    }
    rest
}

/// 每人…, 其中…, 各校至少….
fn is_each(chars: &[char]) -> bool {
    starts_with(chars, "其中")
        || (chars.first() == Some(&'每') && !words::starts_with_act(&chars[1..]))
        || starts_with(chars, "人均")
        || starts_with(chars, "校均")
        || starts_with(chars, "生均")
        || starts_with(chars, "户均")
}

/// Verbs with which a work is done.
const COMPLETED: &[&str] = &[
    "开工",
    "竣工",
    "交付",
    "投产",
    "上报",
    "投用",
    "投入使用",
    "投入运营",
    "启用",
    "建成",
    "完工",
    "开园",
    "开学",
    "通车",
    "落地",
    "完成",
];

/// 永丰纺织等6个项目上半年开工: something named is done by a day.
fn is_completion(chars: &[char]) -> bool {
    let text = &chars[..chars.len().min(60)];
    let at = (0..text.len()).find(|i| (*i == 0 || !text[*i - 1].is_ascii_digit()) && dates::date_len(&text[*i..]) > 0);
    let Some(at) = at else { return false };
    let rest = &text[at + dates::date_len(&text[at..])..];
    let verb = COMPLETED
        .iter()
        .filter_map(|verb| (0..rest.len()).find(|i| starts_with(&rest[*i..], verb)))
        .min()
        .or_else(|| (0..rest.len()).find(|i| starts_with(&rest[*i..], "上报")));
    // 11月底前全部完工 has no subject of its own.
    verb.is_some_and(|verb| at >= 4 || (at == 0 && verb >= 6))
}

/// 力争, 确保: an outcome, unless an act with a figure of its own follows; 将…纳入…: manner.
fn promise_role(chars: &[char]) -> Option<Role> {
    if chars.first() == Some(&'将') && words::acts().prefix(&chars[1..]) == 0 {
        let manner =
            ["纳入", "作为", "列入", "融入", "列为", "当作", "摆在", "放在"].iter().any(|word| contains(chars, word));
        let acts = words::acts().find(&chars[1..]).is_some() || contains(chars, "贯穿");
        return Some(if acts && !manner { Role::Act } else { Role::Aim });
    }
    let dated = (0..chars.len().min(60))
        .any(|i| (i == 0 || !chars[i - 1].is_ascii_digit()) && dates::date_len(&chars[i..]) > 2);
    const OUTCOMES: &[&str] = &["创成", "争创", "创建成", "实现", "达到", "获", "进入", "完成率", "建成率"];
    let at = words::skip_adverbs(chars);
    let rest = &chars[at..];
    for word in ["力争", "确保", "争取", "力保", "努力", "保证"] {
        if !starts_with(rest, word) {
            continue;
        }
        let after = skip_times(&rest[word.chars().count()..]);
        if word == "争取"
            && !OUTCOMES.iter().any(|outcome| starts_with(after, outcome))
            && words::acts().prefix(after) == 0
            && after.iter().any(char::is_ascii_digit)
        {
            return Some(Role::Act);
        }
        if word == "努力" && !after.iter().any(char::is_ascii_digit) {
            return None;
        }
        let acts = words::act_at(after).is_some_and(|(at, len)| !nominal(&after[at..], len));
        let outcome = OUTCOMES.iter().any(|outcome| starts_with(after, outcome));
        let done = word == "确保"
            && dated
            && !is_indicator_clause(after)
            && COMPLETED.iter().any(|verb| contains(after, verb));
        return Some(if (acts && !outcome && after.iter().any(char::is_ascii_digit)) || done {
            Role::Act
        } else {
            Role::Aim
        });
    }
    if matches!(rest.first(), Some('把')) && words::acts().prefix(rest) < 2 {
        let manner = ["纳入", "作为", "列入", "融入", "当作", "摆在", "放在", "列为", "作为"]
            .iter()
            .any(|word| contains(rest, word));
        let acts = words::acts().find(&rest[1..]).is_some() || contains(rest, "贯穿");
        return Some(if manner {
            Role::Aim
        } else if acts {
            Role::Act
        } else {
            Role::Aim
        });
    }
    None
}

fn verb_role(chars: &[char]) -> Role {
    if is_indicator_clause(chars) {
        return Role::Plain;
    }
    let at = words::skip_adverbs(chars);
    let rest = &chars[at..];
    let whole = if at > 0 { words::results().prefix(chars).saturating_sub(at) } else { 0 };
    let (act, aim) = (words::act_at(chars), words::results().prefix(rest).max(whole));
    let act_len = act.map_or(0, |(_, len)| len);
    if aim > 0 && aim >= act_len {
        let small = words::results().prefix(rest) == 1 && words::manners().prefix(rest) == 1;
        return if ambiguous_act(rest, aim) {
            Role::Act
        } else if small {
            manner_role(rest)
        } else {
            Role::Aim
        };
    }
    if starts_with(rest, "构建") && ["格局", "局面", "态势", "氛围"].iter().any(|noun| ends_with(rest, noun))
    {
        return Role::Aim;
    }
    if let Some((at, len)) = act {
        return if nominal(&chars[at..], len) { Role::Plain } else { Role::Act };
    }
    if words::manners().prefix(rest) > 0 {
        return manner_role(rest);
    }
    Role::Plain
}

/// 新增近视率低于3%, 新开工装配式建筑占比达到40%: what looks like a verb belongs to the indicator's name.
fn is_indicator_clause(chars: &[char]) -> bool {
    const RATES: &[&str] = &["率", "比例", "占比", "比重", "满意度", "覆盖面"];
    const SUMS: &[&str] =
        &["收入", "产值", "规模", "总量", "人数", "数", "面积", "时间", "销售额", "增加值", "总额", "时限", "周期"];
    let Some(digit) =
        chars.iter().position(|c| c.is_ascii_digit() || matches!(c, '百' | '九' | '八' | '七' | '六' | '过'))
    else {
        return false;
    };
    let head = &chars[..digit.min(40)];
    let compared = [
        "达到",
        "突破",
        "超过",
        "控制在",
        "保持在",
        "稳定在",
        "不低于",
        "不少于",
        "低于",
        "达",
        "不超过",
        "提高到",
        "提升到",
        "提高至",
        "提升至",
        "降至",
        "压减至",
        "保持",
        "稳定",
        "提高",
        "下降",
        "上升",
        "超",
        "为",
    ]
    .iter()
    .find(|word| ends_with(head, word));
    let name = &head[..head.len() - compared.map_or(0, |word| word.chars().count())];
    let rate = RATES.iter().any(|noun| ends_with(name, noun));
    let sum = compared.is_some() && SUMS.iter().any(|noun| ends_with(name, noun));
    (rate || sum)
        && !["提高", "提升", "降低", "确保", "实现", "力争", "扩大", "保持", "巩固", "新增流转"]
            .iter()
            .any(|verb| starts_with(name, verb))
}

/// 培养 and its kin are results, but acts where they count something of their own.
fn ambiguous_act(rest: &[char], len: usize) -> bool {
    let word: String = rest[..len].iter().collect();
    matches!(word.as_str(), "培养" | "争取" | "取得" | "获得" | "建成" | "创成" | "争创" | "打通")
        && rest.iter().any(char::is_ascii_digit)
}

/// A clause of manner is an act when a verb of doing follows inside it: 对30所学校进行抽查.
fn manner_role(chars: &[char]) -> Role {
    let closes = words::manner_ends().suffix(chars) > 0;
    if closes {
        return Role::Ground;
    }
    if chars.first() == Some(&'在') && chars.get(1).is_some_and(|c| "校园岗职编册建读籍任库营".contains(*c))
    {
        return Role::Plain;
    }
    let counts = chars.iter().any(char::is_ascii_digit);
    if matches!(chars.first(), Some('对' | '向' | '在' | '赴' | '为')) && counts
        || (starts_with(chars, "坚持") && (counts || chars.contains(&'每')))
    {
        return Role::Act;
    }
    let opening = words::manners().prefix(chars).max(1);
    // 对工作落后的实行问责, 与国土部门对接: the verb may close the clause.
    if matches!(chars.first(), Some('对' | '与' | '同' | '由' | '向'))
        && opening == 1
        && chars.len() >= 6
        && (opening + 1..chars.len() - 1).any(|i| words::acts().prefix(&chars[i..]) >= 2)
    {
        return Role::Act;
    }
    let nominal_ground = [
        "围绕",
        "紧紧围绕",
        "按照",
        "根据",
        "坚持",
        "针对",
        "立足",
        "聚焦",
        "紧扣",
        "贯彻",
        "深入贯彻",
        "全面贯彻",
        "遵循",
        "对标",
    ]
    .iter()
    .any(|word| starts_with(chars, word));
    let from = if nominal_ground { opening + 2 } else { opening + 1 };
    let mut i = from;
    let mut quoted = false;
    while i + 1 < chars.len() {
        quoted = (quoted || chars[i] == '“') && chars[i] != '”';
        if quoted {
            i += 1;
            continue;
        }
        let len = words::acts().prefix(&chars[i..]);
        // A verb inside the ground is a noun unless an object follows it.
        let strong = !nominal_ground || STRONG.iter().any(|verb| starts_with(&chars[i..], verb));
        if len >= 2
            && strong
            && chars.len() >= i + len + 2
            && !nominal(&chars[i..], len)
            && !follows_noun_link(chars, i)
        {
            return Role::Act;
        }
        let late = ["进行", "予以", "给予"].iter().any(|word| starts_with(&chars[i..], word));
        let serves = !nominal_ground
            && ["保持", "促进", "保障"].iter().any(|word| starts_with(&chars[i..], word))
            && !follows_noun_link(chars, i);
        if late || serves {
            return Role::Act;
        }
        i += len.max(1);
    }
    Role::Ground
}

/// Verbs that act even inside a clause that opens with 围绕 or 按照.
const STRONG: &[&str] = &[
    "开展", "组织", "举办", "制定", "出台", "实施", "推进", "打造", "搭建", "抓好", "做好", "编制", "完成", "新建",
    "建立", "落实",
];

/// Within 、 lists and after 的 a verb names a thing.
fn follows_noun_link(chars: &[char], i: usize) -> bool {
    matches!(chars.get(i.wrapping_sub(1)), Some('、' | '和' | '的' | '与' | '及'))
}

/// A verb followed by one of these is part of a noun: 培训机构, 就业率, 建设水平.
fn nominal(chars: &[char], len: usize) -> bool {
    const NOUNS: &[&str] = &[
        "率",
        "比例",
        "面积",
        "时间",
        "人数",
        "数量",
        "总量",
        "量",
        "费用",
        "经费",
        "人员",
        "单位",
        "机构",
        "覆盖面",
        "覆盖率",
        "水平",
        "能力",
        "满意度",
        "占比",
        "达标",
        "合格率",
        "收入",
        "质量",
        "周期",
        "时长",
        "次数",
        "力度不",
        "总投资",
        "额",
        "完成率",
        "者",
        "增幅",
        "指数",
        "总产",
        "产值",
    ];
    const EITHER: &str = "培训检查抽查建设发展改革安装考核评估评价监测监管管理宣传审计督导教育服务招聘签约办理处置整改治理投入投资结对交流巡察保护防控预防救助采购征收供应供给投放生产使用运行运营审批验收调解执行化解核查覆盖招商招引联系清理检测建档研学演练帮扶开放";
    let rest = &chars[len.min(chars.len())..];
    let verb: String = chars[..len.min(chars.len())].iter().collect();
    let rate = ["率", "比例", "占比"].iter().any(|noun| starts_with(rest, noun));
    rate || EITHER.contains(&verb) && NOUNS.iter().any(|noun| starts_with(rest, noun))
}

/// Groups clauses into measures: for each measure the range of its clauses.
pub fn measures(chars: &[char], clauses: &[Clause], roles: &[Role]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    let mut only_ground = true;
    let mut topic = false;
    for i in 0..clauses.len() {
        let first = i == start;
        let text = &chars[clauses[i].start..clauses[i].end];
        let goes_on = || same_subject(chars, &clauses[start..i], roles[start], text);
        let event = || {
            (is_event(text) && (role_of_persons(text) || !elaborates(chars, &clauses[start..i], text)))
                || (roles[i] == Role::Plain
                    && is_completion(text)
                    && !same_subject(chars, &clauses[start..i], roles[start], text)
                    && !is_indicator_clause(text))
        };
        let opens = || {
            opens_measure(roles, clauses, i, only_ground, topic) && !goes_on()
                || (!only_ground && !topic && matches!(roles[i], Role::Plain | Role::Each) && event())
        };
        if !first && opens() {
            found.push((start, i));
            start = i;
            only_ground = true;
            topic = false;
        }
        if i == start {
            topic = is_topic(text, roles[i], clauses[i].mark);
        }
        let opener = i == start
            && roles[i] == Role::Aim
            && ["发挥", "突出", "注重", "充分发挥", "把"].iter().any(|word| starts_with(text, word));
        only_ground &=
            roles[i] == Role::Ground || (i == start && topic) || opener || (roles[i] == Role::Plain && is_done(text));
        if is_stop(clauses[i].mark) {
            // A sentence of present state is the ground of what follows in the paragraph.
            let ground = is_full_stop(clauses[i].mark)
                && clauses[i].mark != '\0'
                && is_state(&chars[clauses[start].start..clauses[i].end])
                && i + 1 < clauses.len();
            if !ground {
                found.push((start, i + 1));
                start = i + 1;
            }
            only_ground = true;
            topic = false;
        }
    }
    if start < clauses.len() {
        found.push((start, clauses.len()));
    }
    found
}

/// 县中医院康复楼年内投入使用，新增床位150张: the sentence speaks on of the same thing.
fn same_subject(chars: &[char], before: &[Clause], role: Role, text: &[char]) -> bool {
    let Some(first) = before.first().filter(|_| role == Role::Plain) else { return false };
    let head = &chars[first.start..first.end.min(first.start + 60)];
    let dated = (1..head.len()).any(|i| !head[i - 1].is_ascii_digit() && dates::date_len(&head[i..]) > 0)
        && dates::date_len(head) == 0;
    let rest = skip_times(text);
    dated && ["投入", "新增", "完成", "建成", "竣工", "具备", "投用", "启用"].iter().any(|verb| starts_with(rest, verb))
}

/// 每月安全大检查不少于1次: a periodic event of its own.
fn is_event(text: &[char]) -> bool {
    // 每校开设社团20个以上: each one does something that is counted.
    let each = crate::reach::per_len(text);
    if each > 0 && words::acts().prefix(&text[each..]) >= 2 && !numerals::numbers(&text[each..]).is_empty() {
        return true;
    }
    let periodic =
        ["每月", "每周", "每天", "每日", "每学期", "每季度", "每年", "每学年", "全年", "每人", "每个", "每校", "每名"]
            .iter()
            .any(|word| contains(&text[..text.len().min(24)], word));
    let worked = role_of_persons(text)
        && [
            "培训",
            "撰写",
            "参加",
            "学习",
            "家访",
            "走访",
            "讲党课",
            "授课",
            "听课",
            "上党课",
            "开展",
            "发表",
            "下沉",
            "跟岗",
            "轮训",
        ]
        .iter()
        .any(|word| contains(&text[..text.len().min(24)], word));
    (periodic || worked)
        && numerals::numbers(&text[..text.len().min(60)]).iter().any(|number| {
            matches!(
                number.unit,
                "次" | "场"
                    | "节"
                    | "篇"
                    | "条"
                    | "学时"
                    | "课时"
                    | "期"
                    | "间"
                    | "场次"
                    | "天"
                    | "轮"
                    | "人次"
                    | "户"
            )
        })
}

/// 班主任每学期…, 新教师…: the clause opens with those who act.
fn role_of_persons(text: &[char]) -> bool {
    const PERSONS: &[&str] = &[
        "教师",
        "班主任",
        "校长",
        "干部",
        "党员",
        "人员",
        "医师",
        "医生",
        "校医",
        "委员",
        "书记",
        "成员",
        "辅导员",
        "骨干",
        "民警",
        "园长",
        "村医",
        "领导",
        "职工",
        "教研员",
        "组长",
        "主任",
    ];
    (2..=text.len().min(9)).any(|i| PERSONS.iter().any(|person| ends_with(&text[..i], person)))
        && words::act_at(text).is_none()
        && text.first() != Some(&'每')
}

/// True when the clause spells out a rule just named, or speaks of a thing named before it in the measure.
fn elaborates(chars: &[char], before: &[Clause], text: &[char]) -> bool {
    let Some(last) = before.last() else { return true };
    let rule = |clause: &Clause| {
        let named = &chars[clause.start..clause.end];
        ["制度", "机制", "责任制", "制", "计划", "办法", "服务", "工程"].iter().any(|noun| ends_with(named, noun))
    };
    if before.iter().rev().take(4).any(rule) {
        return true;
    }
    let from = before.first().map_or(last.start, |clause| clause.start).max(last.end.saturating_sub(120));
    let named = &chars[from..last.end];
    let rest = without_periods(text);
    rest.len() < 4
        || rest.windows(2).any(|pair| {
            pair.iter().all(|c| c.is_alphabetic())
                && !is_period_word(pair)
                && named.windows(2).any(|other| other == pair)
        })
}

fn is_period_word(pair: &[char]) -> bool {
    ["每周", "每天", "每月", "学期", "全年", "开展", "组织", "少于", "不少", "以上", "次以"]
        .iter()
        .any(|word| word.chars().eq(pair.iter().copied()))
}

/// The words up to the figure, without 每人每年 and comparators.
fn without_periods(text: &[char]) -> Vec<char> {
    let end = text.iter().position(char::is_ascii_digit).unwrap_or(text.len()).min(40);
    let mut rest = Vec::new();
    let mut i = 0;
    while i < end {
        let step = crate::reach::per_len(&text[i..end]).max(
            ["不少于", "不低于", "至少", "达到", "开展", "组织"]
                .iter()
                .filter(|word| starts_with(&text[i..end], word))
                .map(|word| word.chars().count())
                .max()
                .unwrap_or(0),
        );
        if step == 0 {
            rest.push(text[i]);
        }
        i += step.max(1);
    }
    rest
}

/// 暑期已投入86万元: what is done is ground of what follows in the sentence.
fn is_done(text: &[char]) -> bool {
    let head = &text[..text.len().min(12)];
    (contains(head, "已") || contains(head, "去年") || contains(head, "目前"))
        && text.iter().any(char::is_ascii_digit)
        && !contains(text, "的")
}

/// True when clause `i` begins another commitment.
fn opens_measure(roles: &[Role], clauses: &[Clause], i: usize, only_ground: bool, topic: bool) -> bool {
    if roles[i] == Role::Marked {
        return !only_ground || clauses[i - 1].mark == '：';
    }
    if only_ground || topic {
        return false;
    }
    match roles[i] {
        Role::Act => true,
        // Ground that opens the next act: look over further ground to the act.
        Role::Ground => {
            let mut k = i;
            while k < clauses.len() && roles[k] == Role::Ground && !is_stop(clauses[k].mark) && k < i + 6 {
                k += 1;
            }
            k < clauses.len() && k > i && matches!(roles[k], Role::Act | Role::Aim)
        }
        _ => false,
    }
}

/// A noun alone that the rest of the sentence speaks of.
fn is_topic(chars: &[char], role: Role, mark: char) -> bool {
    if role != Role::Plain || mark != '，' || chars.len() < 6 {
        return false;
    }
    let ends_in_noun = ["项目", "工程", "校区", "学校", "院区", "中心", "园区", "医院", "大楼", "公园", "道路"]
        .iter()
        .any(|noun| ends_with(chars, noun));
    let from = chars.iter().position(|c| *c == '的').map_or(0, |i| i + 1);
    let acting = chars.iter().any(char::is_ascii_digit) && (from == 0 || from >= chars.len());
    ends_in_noun && words::acts().prefix(chars) == 0 && !acting
}

/// A sentence that only says how things stand.
pub fn is_state(chars: &[char]) -> bool {
    let past = words::past().prefix(chars) > 0
        || ["目前", "截至", "仍有", "尚有", "现有"]
            .iter()
            .any(|word| chars.len() > 2 && contains(&chars[..chars.len().min(14)], word));
    let year = dates::date_len(chars) > 0
        && chars.first().is_some_and(char::is_ascii_digit)
        && !numerals::numbers(chars).is_empty()
        && states_value(chars);
    past || year
}

fn states_value(chars: &[char]) -> bool {
    ["为", "达到了", "较上年", "比上年", "同比", "共有"].iter().any(|word| contains(chars, word))
        && !["力争", "确保", "计划", "完成", "实现"].iter().any(|word| contains(chars, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts `text` and joins the measures with `|`.
    fn cut(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let shield = shields(&chars);
        let clauses = clauses(&chars, &shield, 0);
        let roles: Vec<Role> =
            clauses.iter().map(|clause| role(&chars[clause.start..clause.end], clause.mark)).collect();
        measures(&chars, &clauses, &roles)
            .iter()
            .map(|(a, b)| chars[clauses[*a].start..clauses[*b - 1].end].iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("|")
    }

    fn check(text: &str) {
        let plain = text.replace('|', "");
        let expected: Vec<String> =
            text.split('|').map(|part| part.trim_end_matches(['，', '；', '。']).to_owned()).collect();
        assert_eq!(cut(&plain), expected.join("|"));
    }

    #[test]
    fn another_verb_of_doing_cuts() {
        check("健全教师荣誉制度，|加强名师队伍建设，发挥典型示范引领作用；|加大师训力度。");
        check("完成教育培训800场以上，|全年录入学分银行30万条以上；");
        check("搭建提升平台，|并强化引进学校的过程监管。");
    }

    #[test]
    fn aim_manner_and_ground_stay_with_their_act() {
        check("以“八好”标准为目标，创建市级“清廉学校”10所以上。");
        check("通过集团化及与省内外名校合作、托管等方式，扩大优质教育覆盖面，提高教育质量。");
        check("在调研的基础上，深入推进校长职级制改革，提升学校办学活力。");
        check("加强资源教室的建设，确保义务教育段资源教室覆盖率达到30%以上。");
        check("推进强校建设，|力争新建校舍3万平方米。");
        check("推进强校建设，力争创成省级示范校。");
    }

    #[test]
    fn each_and_indicator_clauses_spell_out_the_act() {
        check("落实联系学校制度，每人联系1所以上学校，并每人每年至少进校宣讲或调研1次；");
        check("拓展公办幼儿园覆盖面，实现公办园覆盖率50%以上，普惠性幼儿园覆盖率90%以上；");
    }

    #[test]
    fn marks_inside_quotation_do_not_cut() {
        check("落实“日巡查，周排查”制度，|对30所学校进行抽查。");
    }
}
