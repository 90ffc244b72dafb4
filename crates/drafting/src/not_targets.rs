//! Numbers that commit to nothing, each with its reason.

use crate::comparators;
use crate::cuts::{self, Role};
use crate::letters::{contains, ends_with, starts_with};
use crate::numerals::{Number, Style};
use crate::scene::{Scene, trimmed_unit_end};
use crate::units::UnitKind;
use crate::{dates, lines, words};

/// Why a number is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Last year's result or a present figure.
    Status,
    /// A day, year, quarter, clock time.
    Date,
    /// A document number, an index number, a counter of the page.
    Document,
    /// A telephone number.
    Phone,
    /// Part of a name or slogan.
    Name,
    /// A rank or a section number.
    Ordinal,
    /// Only says who or what is meant.
    Describes,
}

impl Reason {
    /// One sentence for a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Status => "it reports what has been or how things stand",
            Self::Date => "it is a date or a period",
            Self::Document => "it is part of a document number or of the page",
            Self::Phone => "it is a telephone number",
            Self::Name => "it belongs to a name or slogan",
            Self::Ordinal => "it only gives an order",
            Self::Describes => "it only says who or what is meant",
        }
    }
}

/// The reason why number `k` of the scene is no target; `None` if it may be one.
pub fn reason(scene: &Scene<'_>, k: usize) -> Option<Reason> {
    let number = &scene.numbers[k];
    written_form(scene, number)
        .or_else(|| name(scene, number))
        .or_else(|| time_span(scene, k))
        .or_else(|| description(scene, k))
        .or_else(|| status(scene, number))
        .or_else(|| match number.style {
            Style::Chinese => chinese(scene, k),
            Style::Arabic => unitless(scene, k),
            _ => None,
        })
}

fn before<'a>(scene: &'a Scene<'_>, number: &Number) -> &'a [char] {
    let start = scene.clause_at(number.start).map_or(0, |c| scene.clauses[c].start);
    &scene.chars[start.max(number.start.saturating_sub(60))..number.start]
}

fn after<'a>(scene: &'a Scene<'_>, from: usize) -> &'a [char] {
    let end = scene.clause_at(from).map_or(from, |c| scene.clauses[c].end);
    &scene.chars[from.min(end)..end.min(from + 60)]
}

/// Documents, telephones, dates and ranks are told by how they are written.
fn written_form(scene: &Scene<'_>, number: &Number) -> Option<Reason> {
    let chars = scene.chars;
    let left = &chars[..number.start];
    let last = left.last().copied().unwrap_or('\0');
    let next = chars.get(number.end).copied().unwrap_or('\0');
    let digits = chars[number.start..number.end].iter().filter(|c| c.is_ascii_digit()).count();
    if last == '〔' || next == '〕' || (next == '号' && (ends_with(left, "〕") || last == '第')) {
        return Some(Reason::Document);
    }
    if scene.in_date(number.start) || clock(chars, number) || year_like(chars, number) {
        return Some(Reason::Date);
    }
    if number.style == Style::Arabic && !scene.quoted[number.start] && is_phone(chars, number, digits) {
        return Some(Reason::Phone);
    }
    if digits >= 10 {
        return Some(Reason::Document);
    }
    let edition = number.unit == "届" && number.style == Style::Chinese && !after(scene, number.after).is_empty();
    if last == '第' || edition {
        return Some(Reason::Ordinal);
    }
    let rank = last == '前'
        && !ends_with(left, "提前")
        && !["进入", "跻身", "位居", "保持", "位列", "冲进", "排名", "居", "列"]
            .iter()
            .any(|verb| ends_with(&left[..left.len() - 1], verb) || contains(tail(left, 12), verb));
    rank.then_some(Reason::Ordinal)
}

fn tail(chars: &[char], len: usize) -> &[char] {
    &chars[chars.len().saturating_sub(len)..]
}

fn clock(chars: &[char], number: &Number) -> bool {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let behind = chars.get(number.end) == Some(&':') && digit(number.end + 1);
    let ahead = number.start >= 2 && chars[number.start - 1] == ':' && digit(number.start - 2);
    let sized = number.value < 60.0 && chars[number.start..number.end].len() == 2;
    (behind || ahead) && sized && (chars.get(number.end + 3).is_none_or(|c| !c.is_ascii_digit()))
}

/// 2019-2020学年, 2021年, 2021—2025年.
fn year_like(chars: &[char], number: &Number) -> bool {
    let year = (1949.0..2100.0).contains(&number.value) && number.end - number.start == 4;
    let next = chars.get(number.end).copied().unwrap_or('\0');
    year && (matches!(next, '-' | '~' | '年' | '级' | '届' | '至' | '学')
        || (matches!(number.unit, "年" | "学年" | "年度" | "级" | "届")))
}

fn is_phone(chars: &[char], number: &Number, digits: usize) -> bool {
    let left = &chars[..number.start];
    let right = &chars[number.end..];
    let dashed = right.first() == Some(&'-') && right.len() > 7 && right[1..8].iter().all(char::is_ascii_digit);
    let behind_dash = left.last() == Some(&'-') && digits >= 7;
    let mobile = digits == 11 && chars[number.start] == '1';
    let called = ["电话", "热线", "传真", "拨打", "手机", "电话："].iter().any(|word| contains(tail(left, 8), word))
        && digits >= 5;
    let line = digits == 5 && chars[number.start] == '1' && chars[number.start + 1] == '2' && number.unit.is_empty();
    dashed || behind_dash || mobile || called || line
}

/// Quotation, Latin letters and fixed words make a number part of a name.
fn name(scene: &Scene<'_>, number: &Number) -> Option<Reason> {
    let chars = scene.chars;
    let last = number.start.checked_sub(1).map_or('\0', |i| chars[i]);
    let next = chars.get(number.end).copied().unwrap_or('\0');
    let right = &chars[number.after.min(chars.len())..];
    if scene.quoted[number.start] {
        return Some(Reason::Name);
    }
    if number.style == Style::Arabic
        && (last.is_ascii_alphabetic()
            || (next.is_ascii_alphabetic() && number.unit.is_empty())
            || matches!(next, '×' | '版'))
    {
        return Some(Reason::Name);
    }
    if number.style == Style::Arabic
        && ["省道", "国道", "县道", "乡道"].iter().any(|road| starts_with(&chars[number.end..], road))
    {
        return Some(Reason::Name);
    }
    if matches!(number.unit, "千伏" | "伏" | "兆帕") && !compared_at(scene, number) {
        return Some(Reason::Describes);
    }
    if number.style == Style::Part && ends_with(&chars[..number.start], "时间") {
        return Some(Reason::Name);
    }
    if (next == '+' && number.unit.is_empty()) || (last == '+') {
        return Some(Reason::Name);
    }
    if last == '后' && number.unit == "%" || number.unit == "周年" {
        return Some(Reason::Name);
    }
    if matches!(number.unit, "级" | "星" | "代" | "型" | "环" | "档次" | "路公交" | "号" | "年级") {
        return Some(Reason::Name);
    }
    if matches!(number.unit, "岁" | "周岁") {
        return Some(Reason::Describes);
    }
    let numeral = number.style == Style::Chinese && number.value <= 10.0;
    // 六个一, 八个不准, 四个意识: the thing counted is a slogan; 一本、二本 are classes of colleges.
    if numeral && number.unit == "个" && matches!(right.first(), Some('一' | '不' | '有' | '严' | '必')) {
        return Some(Reason::Name);
    }
    if numeral
        && number.unit == "本"
        && number.value <= 3.0
        && matches!(right.first(), Some('以' | '及' | '、' | '上' | '线'))
    {
        return Some(Reason::Name);
    }
    let phase = number.unit == "期"
        && ["园", "区", "工程", "项目", "线", "路", "厂", "中心", "馆", "基地", "桥", "站"]
            .iter()
            .any(|noun| ends_with(&chars[..number.start], noun));
    if numeral && phase {
        return Some(Reason::Name);
    }
    if number.unit == "年"
        && ["行动", "计划", "规划", "攻坚", "方案", "提升", "制", "一贯"].iter().any(|word| starts_with(right, word))
    {
        return Some(Reason::Name);
    }
    None
}

/// Spans of time describe, unless a comparator or a period makes them a promise.
fn time_span(scene: &Scene<'_>, k: usize) -> Option<Reason> {
    let number = &scene.numbers[k];
    if number.kind == Some(UnitKind::Trait) && number.unit == "分" {
        const CHANGES: &[&str] = &[
            "提高",
            "提升",
            "增长",
            "下降",
            "增加",
            "提高到",
            "提升到",
            "提高至",
            "提升至",
            "增加到",
            "增至",
            "升至",
            "上升到",
            "上升至",
            "得分",
            "平均分",
            "均分",
            "得分为",
            "得分力争",
        ];
        let changes = CHANGES.iter().any(|verb| ends_with(before(scene, number), verb));
        // 600分以上20人, 及格率（60分以上）: the mark marks out those counted.
        let suffix = comparators::suffix(&scene.chars[number.after..], false);
        let right = after(scene, number.after + suffix.len);
        let threshold = suffix.comparator.is_some()
            && (scene.bracket_at(number.start).is_some()
                || (!right.is_empty() && !right.first().is_some_and(|c| "、和及".contains(*c))));
        let threshold = threshold || right.first() == Some(&'的');
        return (threshold || !compared(scene, k) && !changes).then_some(Reason::Describes);
    }
    if number.kind != Some(UnitKind::Time) {
        return None;
    }
    let left = before(scene, number);
    let right = after(scene, trimmed_unit_end(scene, k));
    let strict = comparators::prefix(left).is_some();
    match number.unit {
        "日" if right.first() == Some(&'内')
            || comparators::suffix(&scene.chars[number.after..], true).comparator.is_some() =>
        {
            return None;
        }
        "月" | "日" | "季度" | "年级" | "周年" | "学期" | "个学期" | "年度" => {
            return Some(Reason::Date);
        }
        "年" | "学年" | "个学年" | "个季度" => {
            return (!strict || attributive(right)).then_some(Reason::Describes);
        }
        _ => {}
    }
    let told = ["时间", "时长", "时限", "周期", "期限", "提前", "储备"].iter().any(|word| contains(left, word));
    let each =
        ["每天", "每周", "每日", "每人", "每年", "每学期", "人均", "每月"].iter().any(|word| contains(left, word));
    const SHORTENED: &[&str] = &[
        "降至",
        "缩短至",
        "压缩至",
        "压减至",
        "缩短到",
        "压缩到",
        "压减到",
        "缩短为",
        "压缩为",
        "降低到",
        "降低至",
        "减少到",
        "减少至",
        "减至",
        "压至",
        "缩至",
        "缩减至",
        "缩减到",
        "提高到",
        "延长至",
        "延长到",
        "增加到",
        "提升至",
    ];
    const SETTLED: &[&str] = &[
        "办结",
        "办理完毕",
        "办完",
        "答复",
        "送达",
        "出证",
        "领证",
        "发证",
        "拿证",
        "到账",
        "审结",
        "审批完",
        "响应",
        "反馈",
        "取件",
        "完结",
    ];
    let settled = matches!(number.unit, "个工作日" | "工作日" | "小时" | "个小时" | "分钟" | "天")
        && SETTLED.iter().any(|verb| starts_with(right, verb))
        && !left.is_empty();
    let limited = compared(scene, k) || settled || SHORTENED.iter().any(|verb| ends_with(left, verb));
    if limited && attributive(right) && !strict && !each && !is_time_limit(scene, number, right) {
        return Some(Reason::Describes);
    }
    // 每天锻炼1小时落实率: the span is part of the indicator's name.
    let figure = right.iter().position(char::is_ascii_digit);
    let named = !limited
        && figure.is_some_and(|at| right[..at].iter().take(12).any(|c| *c == '率') || contains(&right[..at], "比例"));
    (named || !(limited || told || each)).then_some(Reason::Describes)
}

/// 灾害发生后12小时内受灾群众得到救助, 医疗废物48小时内收运处置: within the span something is done.
fn is_time_limit(scene: &Scene<'_>, number: &Number, right: &[char]) -> bool {
    const SHORT: &[&str] =
        &["个工作日", "工作日", "小时", "个小时", "分钟", "秒", "天", "日", "周", "个星期", "星期", "个月"];
    let within = ["内", "以内", "之内"].iter().any(|word| starts_with(&scene.chars[number.after..], word));
    let circle =
        ["圈", "圈层", "生活圈建设", "网", "带"].iter().any(|noun| ends_with(right, noun)) || contains(right, "圈建设");
    within
        && SHORT.contains(&number.unit)
        && right.len() >= 2
        && !["未", "新", "的", "核酸", "可达", "到期", "发生", "出现"].iter().any(|word| starts_with(right, word))
        && !circle
        && !right.iter().take(6).any(|c| *c == '的')
}

/// A comparator before or behind.
fn compared(scene: &Scene<'_>, k: usize) -> bool {
    compared_at(scene, &scene.numbers[k])
}

fn compared_at(scene: &Scene<'_>, number: &Number) -> bool {
    let span = number.kind == Some(UnitKind::Time);
    comparators::prefix(before(scene, number)).is_some()
        || comparators::suffix(&scene.chars[number.after..], span).comparator.is_some()
}

/// True when what follows is a thing that the number describes: 以上老年人, 以上的学校.
fn attributive(right: &[char]) -> bool {
    match right.first() {
        None => false,
        Some('的') => true,
        Some(c) if "，。；、）！：".contains(*c) => false,
        _ => {
            let verbs = [
                "用于", "支持", "办结", "完成", "处置", "到", "赴", "进行", "开展", "参加", "答复", "回复", "反馈",
                "整改", "接受", "组建", "为", "并", "取得", "获", "达", "能", "予以", "解决", "响应", "到位", "审结",
                "受理", "拨付", "兑现", "作出", "给予", "出具", "告知", "报告", "上报", "送达", "办复", "公布", "公示",
            ];
            !verbs.iter().any(|verb| starts_with(right, verb))
                && (words::acts().prefix(right) == 0 || is_named_by_verb(right))
        }
    }
}

/// 1000亩以上示范片, 500万元以上技改项目: a verb before such a noun belongs to a thing's name.
fn is_named_by_verb(right: &[char]) -> bool {
    const THINGS: &[&str] = &[
        "片",
        "点",
        "区",
        "园",
        "户",
        "场",
        "企业",
        "项目",
        "机构",
        "主体",
        "基地",
        "工程",
        "单位",
        "大户",
        "合作社",
        "公司",
    ];
    let verb = words::acts().prefix(right);
    verb >= 2 && THINGS.iter().any(|noun| starts_with(&right[verb..], noun))
}

/// How many members of a list are looked at before a number.
const LOOK_BACK: usize = 6;

/// Conditions on the thing meant, first values of a change, ratios, sums of things just listed.
fn description(scene: &Scene<'_>, k: usize) -> Option<Reason> {
    let number = &scene.numbers[k];
    let chars = scene.chars;
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let ratio = chars.get(number.end) == Some(&':') && digit(number.end + 1)
        || number.start >= 2 && chars[number.start - 1] == ':' && digit(number.start - 2);
    if ratio {
        return Some(Reason::Describes);
    }
    if is_modifier(scene, k, LOOK_BACK)
        || is_standing(scene, k)
        || is_condition(scene, k)
        || is_first_value(scene, k)
        || is_sum_of_list(scene, k)
    {
        return Some(Reason::Describes);
    }
    None
}

/// 覆盖全部21家乡镇卫生院, 总投资3.2亿元的项目, （全长18.6公里）, 对320辆出租汽车全部…: the number only says who or how large.
fn is_modifier(scene: &Scene<'_>, k: usize, further: usize) -> bool {
    let number = &scene.numbers[k];
    let left = before(scene, number);
    let right = after(scene, number.after);
    if is_scope(scene, k, left, further) {
        return true;
    }
    if ["全部", "所有", "原有", "现有", "这"].iter().any(|word| ends_with(left, word)) {
        return true;
    }
    let sized = ["全长", "总长", "总投资", "占地", "建筑面积", "总面积", "估算投资", "概算", "计划总投资"]
        .iter()
        .any(|word| ends_with(left, word) || ends_with(left, &format!("{word}约")));
    if sized && (scene.bracket_at(number.start).is_some() || right.first() == Some(&'的')) {
        return true;
    }
    let measured = matches!(number.kind, Some(UnitKind::Money | UnitKind::Size | UnitKind::Time));
    if measured
        && right.first() == Some(&'的')
        && !contains(&right[..right.len().min(4)], "目标")
        && !contains(&right[..right.len().min(4)], "标准")
        && comparators::prefix(left).is_none()
    {
        return true;
    }
    // 扩建工程：总投资5.86亿元; 总投资9.6亿元的7个续建项目.
    let topic = left.len() <= 5
        && (ends_with(left, "总投资") || ends_with(left, "总投资约"))
        && scene.chars.get(number.start.wrapping_sub(left.len() + 1)) == Some(&'：');
    let of_sum = starts_with(left, "总投资") && left.last() == Some(&'的') && number.kind == Some(UnitKind::Count);
    if topic || of_sum {
        return true;
    }
    if is_capacity(number, left, right) {
        return true;
    }
    let towards = left.last() == Some(&'对') && matches!(number.kind, Some(UnitKind::Count)) && !compared(scene, k);
    towards
        && (matches!(number.unit, "名" | "人" | "户" | "位")
            || ["全部", "逐一", "全面", "逐个", "逐户", "逐人"].iter().any(|word| contains(right, word)))
}

/// 推动10个专业委员会实体化运行, 剩余9座矿山达标率达到80%, 62座加油站每半年检查一次: what is counted is there already.
fn is_standing(scene: &Scene<'_>, k: usize) -> bool {
    const KEEPING: &[&str] = &["推动", "促进", "保障", "确保", "推进", "实现", "支持", "引导", "规范", "维持", "维护"];
    const RUNNING: &[&str] = &["运行", "运转", "运作", "履职", "发挥作用", "良性发展", "规范管理", "作用发挥"];
    const STARTED: &[&str] = &["投入运行", "建成运行", "试运行", "上线运行", "启动运行", "挂牌运行", "并网运行"];
    const RATES: &[&str] = &["率", "比例", "占比", "比重", "满意度"];
    const REST: &[&str] =
        &["", "剩余", "其余", "余下", "剩下的", "其他", "另外", "余下的", "上述", "辖内", "确保", "力争"];
    const MARKED: &[&str] = &[
        "重点",
        "在建",
        "定点",
        "存量",
        "已",
        "未",
        "薄弱",
        "问题",
        "高风险",
        "脱贫",
        "帮扶",
        "结对",
        "挂牌",
        "监测",
        "现有",
        "试点",
        "涉",
        "列入",
    ];
    const GRANTS: &[&str] = &[
        "资金", "补偿", "补贴", "政策", "责任", "待遇", "报酬", "津贴", "经费", "保险", "措施", "制度", "补助", "管护",
    ];
    let number = &scene.numbers[k];
    let counts = number.kind == Some(UnitKind::Count);
    if !(counts || number.kind == Some(UnitKind::Size)) || compared(scene, k) {
        return false;
    }
    let left = before(scene, number);
    let right = after(scene, number.after);
    let granted = ["落实", "兑现", "足额落实", "落实好", "保障"].iter().any(|verb| ends_with(left, verb))
        && GRANTS.iter().any(|noun| ends_with(right, noun));
    if granted || !counts {
        return granted;
    }
    let runs = KEEPING.iter().any(|verb| ends_with(left, verb))
        && RUNNING.iter().any(|verb| ends_with(right, verb))
        && !STARTED.iter().any(|verb| ends_with(right, verb));
    let figure = scene.numbers[k + 1..]
        .iter()
        .take(4)
        .find(|next| next.kind != Some(UnitKind::Trait))
        .map(|next| next.start.saturating_sub(number.after));
    let upto = figure.filter(|at| *at <= right.len()).map(|at| &right[..at]);
    let subject = REST.iter().any(|word| word.chars().eq(left.iter().copied()));
    let measured = subject
        && upto.is_some_and(|words| {
            RATES.iter().any(|noun| contains(words, noun)) || words.contains(&'每') || contains(words, "平均")
        });
    let paired = subject
        && matches!(number.unit, "名" | "位" | "人")
        && ["结对", "拜师", "结成", "联系", "包联", "挂联", "轮流"].iter().any(|verb| contains(right, verb));
    // 低保对象286户、451人实行动态管理: behind the count stands what is done with all of them.
    let mut last = k;
    while last < k + 3
        && scene.numbers.get(last + 1).is_some_and(|next| next.start == scene.numbers[last].after + 1)
        && scene.chars[scene.numbers[last].after] == '、'
    {
        last += 1;
    }
    let treated = is_exact_count(number.value)
        && words::act_at(left).is_none()
        && ["实行", "逐户", "逐一", "逐人", "全部纳入", "纳入", "全部实行"]
            .iter()
            .any(|verb| starts_with(after(scene, scene.numbers[last].after), verb));
    let looked_after =
        ["做好", "抓好", "巩固", "巩固提升", "加强", "强化", "提升", "深化"].iter().any(|verb| ends_with(left, verb))
            && ["成果", "保障", "保障工作", "服务工作", "管理工作", "后续扶持", "日常管理", "服务管理"]
                .iter()
                .any(|noun| ends_with(right, noun))
            || ["服务好", "管好", "用好", "守好", "运营好", "维护好"].iter().any(|verb| ends_with(left, verb));
    let marked = matches!(left.last(), Some('对' | '在' | '向')) && MARKED.iter().any(|word| starts_with(right, word));
    runs || measured || paired || treated || looked_after || marked || is_standing_stock(left)
}

/// 在建项目16个, 在册党员1200名: how many there are now.
fn is_standing_stock(left: &[char]) -> bool {
    const STANDING: &[&str] = &[
        "在建",
        "在册",
        "在籍",
        "在校",
        "在职",
        "在岗",
        "在编",
        "在园",
        "在库",
        "在管",
        "在营",
        "在读",
        "在校生",
        "在园幼儿",
    ];
    STANDING.iter().any(|word| starts_with(left, word))
        && !["率", "比例", "控制", "规模", "力争", "新增", "培训", "轮训"].iter().any(|word| contains(left, word))
}

/// 年产10万吨饲料项目, 可容纳2000人的校区, 人口下降一成多的新情况: the figure says how large or what kind.
fn is_capacity(number: &Number, left: &[char], right: &[char]) -> bool {
    let works = ["项目", "工程", "基地", "生产线", "厂", "场", "站", "中心", "车间", "企业", "园区", "合作社"]
        .iter()
        .any(|noun| contains(&right[..right.len().min(14)], noun));
    let yearly = ["年产", "年处理", "日处理", "日产", "年加工", "日供水", "年产值", "处理能力", "年出栏"]
        .iter()
        .any(|word| ends_with(left, word));
    let holds = ["容纳", "可停放", "服务"].iter().any(|word| ends_with(left, word));
    let ground = ["针对", "面对", "鉴于", "由于"].iter().any(|word| starts_with(left, word));
    let of = right.iter().take(3).any(|c| *c == '的');
    (yearly && (works || of)) || (holds && of) || (ground && of && number.kind == Some(UnitKind::Share))
}

/// 对5216户8903人逐一复核, 全县213个行政村, 86座水库巡查全覆盖, 有3名以上党员的企业: the number says how many there are.
fn is_scope(scene: &Scene<'_>, k: usize, left: &[char], further: usize) -> bool {
    let number = &scene.numbers[k];
    let beside =
        k > 0 && further > 0 && scene.numbers[k - 1].after == number.start && is_modifier(scene, k - 1, further - 1);
    let whole =
        ["全县", "全市", "全区", "全镇", "全乡", "全街道", "全省", "全校"].iter().any(|word| ends_with(left, word))
            && comparators::prefix(left).is_none()
            && number.kind == Some(UnitKind::Count);
    let having =
        left.last() == Some(&'有') && comparators::suffix(&scene.chars[number.after..], false).comparator.is_some();
    let right = after(scene, number.after);
    let covered = only_promises(left) && ["全覆盖", "清零"].iter().any(|word| contains(right, word));
    // 对排查出的86处隐患: those that the clause before 的 marks out.
    let towards = matches!(left.first(), Some('对' | '将' | '把')) || starts_with(left, "针对");
    let marked_out =
        towards && left.last() == Some(&'的') && number.kind == Some(UnitKind::Count) && !compared(scene, k);
    let base = left.last() == Some(&'每') && number.style == Style::Arabic;
    let base = base || is_split(number, left) || is_penal(number, left, right) || is_project_size(scene, k, right);
    beside
        || marked_out
        || base
        || whole
        || having
        || covered
        || is_fact(left)
        || (number.kind == Some(UnitKind::Count) && is_audience(scene, k, left, further))
}

/// 分3批次, 分4个阶段, 由8名县领导挂帅: how the work is done.
fn is_split(number: &Number, left: &[char]) -> bool {
    let parts = matches!(
        number.unit,
        "批" | "批次"
            | "期"
            | "个阶段"
            | "阶段"
            | "次"
            | "步"
            | "类"
            | "组"
            | "片"
            | "层"
            | "级"
            | "轮"
            | "个"
            | "条"
            | "路"
            | "档"
            | "种"
    );
    let split = left.last() == Some(&'分')
        && !["部分", "区分", "划分", "细分", "积分", "学分", "充分", "得分", "评分", "百分"]
            .iter()
            .any(|word| ends_with(left, word));
    (split && parts) || (left == ['由'] && number.kind == Some(UnitKind::Count)) || ends_with(left, "下设")
}

/// 连续2次排名末位的单位, 凡迟到3次以上的取消资格: the figure is the condition of a penalty.
fn is_penal(number: &Number, left: &[char], right: &[char]) -> bool {
    const PENALTIES: &[&str] = &[
        "取消",
        "约谈",
        "问责",
        "一票否决",
        "解聘",
        "辞退",
        "通报批评",
        "不得评",
        "追究",
        "诫勉",
        "扣除",
        "不予",
        "警示",
        "淘汰",
    ];
    if matches!(number.kind, None | Some(UnitKind::Trait)) {
        return false;
    }
    let case = ["连续", "凡", "对", "经", "发现", "逾期"].iter().any(|word| starts_with(left, word));
    ends_with(left, "连续") && right.iter().take(16).any(|c| *c == '的')
        || (case || right.iter().take(8).any(|c| *c == '的'))
            && right.contains(&'的')
            && PENALTIES.iter().any(|word| contains(right, word))
}

/// 10亿元项目2个, 百亿元级产业集群1个: the sum says what size is counted next.
fn is_project_size(scene: &Scene<'_>, k: usize, right: &[char]) -> bool {
    let number = &scene.numbers[k];
    number.kind == Some(UnitKind::Money)
        && !compared(scene, k)
        && ["项目", "企业", "级", "产业", "工程", "平台"].iter().any(|noun| starts_with(right, noun))
        && scene.numbers.get(k + 1).is_some_and(|next| {
            next.kind == Some(UnitKind::Count)
                && next.start <= number.after + 10
                && next.start < number.after + right.len()
        })
}

/// Nothing, or words that promise without an object: 实现, 推动, 确保.
fn only_promises(left: &[char]) -> bool {
    const PROMISES: &[&str] =
        &["力争", "确保", "实现", "推动", "推进", "做到", "全面", "基本", "年内", "督促", "促进", "加快"];
    let mut rest = left;
    while let Some(word) = PROMISES.iter().find(|word| starts_with(rest, word)) {
        rest = &rest[word.chars().count()..];
    }
    rest.is_empty()
}

/// 全镇总面积86.5平方公里, 全县辖16个乡镇, 学校占地150亩: the figure describes a place, unless words compare it.
fn is_fact(left: &[char]) -> bool {
    const SIZES: &[&str] = &["总面积", "总人口", "户籍人口", "下辖", "占地", "占地面积"];
    const PLACES: &[&str] = &[
        "县辖",
        "市辖",
        "区辖",
        "镇辖",
        "乡辖",
        "街道辖",
        "全县有",
        "全市有",
        "全区有",
        "全镇有",
        "我县有",
        "我市有",
        "我区有",
        "我镇有",
        "我校有",
        "我院有",
    ];
    let named = words::acts().prefix(left) == 0;
    PLACES.iter().any(|word| ends_with(left, word)) || (named && SIZES.iter().any(|word| ends_with(left, word)))
}

/// 面向12个乡镇, 监管38家企业, 加强3个园区的管理, 对低保对象286户: those whom the act is for, not its yield.
fn is_audience(scene: &Scene<'_>, k: usize, left: &[char], further: usize) -> bool {
    const WHOLE: &[&str] = &[
        "全系统",
        "辖区内",
        "辖区",
        "我县",
        "我市",
        "我区",
        "我镇",
        "我乡",
        "我校",
        "我院",
        "我局",
        "县域内",
        "境内",
        "面向",
        "依托",
        "分布在",
        "遗留的",
        "涉及全县",
        "涉及全市",
    ];
    const KEPT: &[&str] = &[
        "加强",
        "强化",
        "发挥",
        "充分发挥",
        "健全",
        "完善",
        "深化",
        "深化与",
        "加强与",
        "巩固",
        "巩固提升",
        "提升",
        "落实",
        "规范",
        "用好",
        "管好",
        "运行好",
        "办好",
        "抓好",
        "做好",
        "监管",
        "重点监管",
        "充分利用",
        "利用",
        "覆盖",
    ];
    const SERVED: &[&str] = &[
        "对",
        "在",
        "向",
        "督促",
        "指导",
        "组织",
        "监督",
        "监管",
        "重点监管",
        "帮助指导",
        "联系",
        "走访",
        "落实",
        "加强",
        "组织开展对",
    ];
    let number = &scene.numbers[k];
    if compared(scene, k) {
        return false;
    }
    let right = after(scene, number.after);
    let belongs = right.iter().take(16).position(|c| *c == '的').is_some_and(|at| at >= 2 && right.len() > at + 2);
    let kept = belongs && KEPT.iter().any(|verb| ends_with(left, verb));
    let pilot = ends_with(left, "在") && ["试点", "现有", "已"].iter().any(|word| starts_with(right, word));
    let exact = is_exact_count(number.value);
    let served = exact && SERVED.iter().any(|verb| ends_with(left, verb)) && right.len() >= 4;
    // 为9名新入职教师配备师傅, 15名党员教师每人结对2名学生, 11个村收入全部达到5万元, 2368名教师受益.
    let newcomers =
        ends_with(left, "为") && ["新入职", "新任", "新聘", "新进"].iter().any(|word| starts_with(right, word));
    let subject = left.is_empty()
        && (["每人", "每户", "每家", "人人", "全部达到", "全部实现", "全部建立", "全部纳入", "全部达标", "均达到"]
            .iter()
            .any(|word| contains(right, word))
            || (exact && ends_with(right, "受益")));
    let moved =
        matches!(left.last(), Some('将' | '把')) && ["全部", "逐一", "统一"].iter().any(|word| contains(right, word));
    if newcomers || subject || moved {
        return true;
    }
    let towards = exact && left.first() == Some(&'对') && words::acts().find(&left[1..]).is_none() && !right.is_empty();
    let listed = k > 0 && further > 0 && {
        let before = &scene.numbers[k - 1];
        let gap = &scene.chars[before.after.min(number.start)..number.start];
        gap.last() == Some(&'、')
            && gap.len() <= 12
            && scene.clause_at(before.start) == scene.clause_at(number.start)
            && before.kind == number.kind
            && is_modifier(scene, k - 1, further - 1)
    };
    WHOLE.iter().any(|word| ends_with(left, word)) || kept || pilot || served || towards || listed
}

/// A count that nobody would choose as a goal: 37, 286, 5216. Goals are small or round.
fn is_exact_count(value: f64) -> bool {
    let step = if value >= 1000.0 { 50.0 } else { 5.0 };
    value >= 13.0 && value % step != 0.0
}

/// 56人以上大班额, 300平方米以上餐饮单位, 5万元以上的村.
fn is_condition(scene: &Scene<'_>, k: usize) -> bool {
    const PERSONS: &[&str] = &[
        "教师", "党员", "干部", "学生", "群众", "人才", "农民", "人员", "员", "师", "生", "者", "职工", "骨干", "专家",
        "志愿",
    ];
    let number = &scene.numbers[k];
    if number.unit == "张" && starts_with(after(scene, number.after), "床位以上") {
        return attributive(&after(scene, number.after)[4..]);
    }
    let describing = matches!(number.kind, Some(UnitKind::Money | UnitKind::Size))
        || matches!(number.unit, "人" | "层" | "户" | "班" | "张" | "床" | "个床位");
    let suffix = comparators::suffix(&scene.chars[number.after..], false);
    let share = number.kind == Some(UnitKind::Share);
    if (describing || share) && suffix.comparator.is_none() && is_threshold(scene, k) {
        return true;
    }
    if !describing || suffix.comparator.is_none() {
        return false;
    }
    let right = after(scene, number.after + suffix.len);
    let end = number.after + suffix.len;
    if scene.bracket_at(number.start).is_some_and(|(open, close)| {
        // 超大班额（66人以上）清零: the bracket gives the threshold.
        open == number.start && close == end && !after(scene, (close + 1).min(scene.chars.len())).is_empty()
    }) {
        return true;
    }
    // 收入达到3万元以上的村过半: the share is what is promised.
    let shared = right.first() == Some(&'的')
        && ["过半", "占", "比例", "比重", "达", "超", "不少于", "不低于", "数量"]
            .iter()
            .any(|word| contains(&right[..right.len().min(14)], word));
    if shared {
        return true;
    }
    if comparators::prefix(before(scene, number)).is_some() || !attributive(right) {
        return false;
    }
    let acts =
        (2..right.len().min(10)).find(|i| words::acts().prefix(&right[*i..]) >= 2).unwrap_or(right.len().min(10));
    let noun = &right[..acts];
    let of_persons =
        number.unit == "人" && PERSONS.iter().any(|person| contains(noun, person)) && right.first() != Some(&'的');
    !of_persons
}

/// 年收入超过100万元的合作社达到12家: the threshold marks out what the next figure counts.
fn is_threshold(scene: &Scene<'_>, k: usize) -> bool {
    let number = &scene.numbers[k];
    let right = after(scene, number.after);
    let sums = ["资金", "经费", "投入", "投资", "补助", "奖金", "补贴", "专项", "奖励", "标准", "目标", "任务"];
    right.first() == Some(&'的')
        && comparators::prefix(before(scene, number)).is_some()
        && !sums.iter().any(|noun| contains(&right[..right.len().min(8)], noun))
        && (scene.numbers.get(k + 1).is_some_and(|next| {
            next.start < number.after + right.len() && next.kind.is_some() && next.start <= number.after + 20
        }) || ["过半", "全覆盖"].iter().any(|word| contains(right, word))
            || (is_body(&right[..right.len().min(10)])
                && matches!(
                    comparators::prefix(before(scene, number)).map(|prefix| prefix.comparator),
                    Some(comparators::Comparator::Below | comparators::Comparator::Above)
                )))
}

/// The noun behind 的 is somebody or some place that a threshold marks out.
fn is_body(right: &[char]) -> bool {
    [
        "单位", "学校", "企业", "农户", "家庭", "人员", "村", "干部", "教师", "部门", "乡镇", "地区", "班子", "对象",
        "学生", "患者", "居民", "职工", "社区", "机构", "农民",
    ]
    .iter()
    .any(|noun| contains(right, noun))
}

/// 由7个工作日压缩至3个工作日: the first value is where things stand.
fn is_first_value(scene: &Scene<'_>, k: usize) -> bool {
    let number = &scene.numbers[k];
    let right = after(scene, number.after);
    let left = before(scene, number);
    const CHANGES: &[&str] = &[
        "提高", "增加", "提升", "扩大", "上升", "增长", "降", "下降", "降低", "压减", "缩短", "压缩", "减少", "调整",
        "扩", "增", "精简", "减", "提", "扩充",
    ];
    let changes = CHANGES.iter().any(|verb| {
        starts_with(right, verb) && right.get(verb.chars().count()).is_some_and(|c| matches!(c, '到' | '至' | '为'))
    });
    changes && tail(left, 14).iter().any(|c| matches!(c, '由' | '从' | '自'))
}

/// 名师、名校长、名班主任三支队伍: the numeral sums up what was just listed.
fn is_sum_of_list(scene: &Scene<'_>, k: usize) -> bool {
    let number = &scene.numbers[k];
    if number.style != Style::Chinese || number.value > 20.0 {
        return false;
    }
    let left = before(scene, number);
    let right = after(scene, number.after);
    if right.starts_with(&['百', '分', '之']) {
        return true;
    }
    let listed = left.contains(&'、') || left.last() == Some(&'等');
    let examples = left.last() == Some(&'等');
    let general = !examples
        && matches!(
            number.unit,
            "个" | "项" | "支" | "类" | "种" | "大" | "方面" | "条" | "门" | "级" | "处" | "块" | "轮" | "线" | "层"
        );
    listed && general && !right.is_empty() && left.last().is_some_and(|c| !"、，".contains(*c))
}

/// What has been and how things stand.
fn status(scene: &Scene<'_>, number: &Number) -> Option<Reason> {
    let clause = scene.clause_at(number.start)?;
    if let Some((start, end)) = scene.bracket_at(number.start) {
        let inner = &scene.chars[start..end];
        if past_head(inner, scene.year) || contains(inner, "现为") || contains(inner, "原为") {
            return Some(Reason::Status);
        }
    }
    if past_of_things(before(scene, number), scene.year) && !later_due(scene, clause, number.after) {
        return Some(Reason::Status);
    }
    let span = scene.clauses[clause];
    let text = &scene.chars[span.start..span.end.min(span.start + 60)];
    if text.first() == Some(&'在')
        && ends_with(text, "基础上")
        && ["去年", "上年", "已"].iter().any(|word| contains(text, word))
    {
        return Some(Reason::Status);
    }
    let so_far = ["截至", "截止", "目前"].iter().any(|word| starts_with(text, word)) && text.contains(&'已');
    (so_far || reported(scene, clause)).then_some(Reason::Status)
}

/// True when the clause goes on with what the sentence reports of the past.
pub fn reported(scene: &Scene<'_>, clause: usize) -> bool {
    !is_remainder(scene, clause) && (follows_report(scene, clause) || in_past_sentence(scene, clause))
}

/// 剩余2个3月底前全部销号: what the report left over is promised by a day.
fn is_remainder(scene: &Scene<'_>, clause: usize) -> bool {
    let span = scene.clauses[clause];
    let text = &scene.chars[span.start..span.end.min(span.start + 60)];
    let rest = ["剩余", "其余", "余下", "剩下", "未完成", "尚未"].iter().any(|word| starts_with(text, word));
    let promised =
        ["全部", "确保", "力争", "限期", "加快", "抓紧", "年内", "将", "继续"].iter().any(|word| contains(text, word));
    let open = ["正在", "已", "仍", "还"].iter().any(|word| contains(text, word));
    rest && !open && (promised || later_due(scene, clause, span.start))
}

/// 2021年，全县空气优良率为92%，办结信访件642件，罚款486万元: the whole sentence tells of the year that it opens with.
fn in_past_sentence(scene: &Scene<'_>, clause: usize) -> bool {
    const PAST: &[&str] = &["去年", "上年", "过去一年", "一年来", "上学年", "上学期", "上年度"];
    let first = scene.sentence_start(clause);
    if first == clause || clause - first > 30 {
        return false;
    }
    let head = scene.clauses[first];
    let text = &scene.chars[head.start..head.end.min(head.start + 60)];
    let past =
        PAST.iter().any(|word| starts_with(text, word)) || past_year_at_head(&text[..text.len().min(16)], scene.year);
    let other = text.contains(&'的') && !is_day_alone(scene, first);
    if !past || other || ["基础", "较", "相比", "以来"].iter().any(|word| contains(text, word)) {
        return false;
    }
    !(first + 1..=clause).any(|c| {
        let span = scene.clauses[c];
        let text = &scene.chars[span.start..span.end.min(span.start + 60)];
        scene.future[c]
            || scene.roles[c] == Role::Marked
            || later_due(scene, c, span.start)
            || ["本年", "再", "下一步", "要", "继续", "进一步", "本学期", "应"].iter().any(|word| contains(text, word))
            || scene.year.is_some_and(|year| contains(text, &format!("{year}年")))
    })
}

/// True when the clause goes on with the report of the clauses before it.
fn follows_report(scene: &Scene<'_>, clause: usize) -> bool {
    let from = scene.sentence_start(clause).max(clause.saturating_sub(12));
    for c in (from..=clause).rev() {
        let turned = c < clause && scene.roles[c] == Role::Ground && turns(scene, c + 1, clause);
        if scene.past[c] && !turned {
            return true;
        }
        // 2020年，全县新增…: a past year alone before the comma holds for the act.
        if c > 0 && scene.past[c - 1] && !scene.future[c] && is_day_alone(scene, c - 1) {
            return true;
        }
        // The sentence has turned to what is to come.
        let spells_out = scene.chars[scene.clauses[c].start] != '每' && scene.roles[c] == Role::Each;
        if matches!(scene.roles[c], Role::Act | Role::Aim | Role::Marked | Role::Each) && !spells_out || scene.future[c]
        {
            return false;
        }
    }
    false
}

/// A day behind the number turns what was left over into a promise: 去年结转的2316套6月30日前全部交付.
fn later_due(scene: &Scene<'_>, clause: usize, from: usize) -> bool {
    let end = scene.clauses[clause].end;
    let i = scene.dues.partition_point(|(start, _)| *start < from);
    scene.dues.get(i).is_some_and(|(start, _)| *start < end)
}

/// 2020年, 去年: a clause that holds nothing but the time.
fn is_day_alone(scene: &Scene<'_>, c: usize) -> bool {
    let span = scene.clauses[c];
    let text = &scene.chars[span.start..span.end];
    !cuts::is_stop(span.mark)
        && (dates::date_len(text) == text.len()
            || ["去年", "上年", "上年度", "上学年"]
                .iter()
                .any(|word| text.len() == word.chars().count() && starts_with(text, word)))
}

/// True when one of the clauses turns to what is to come.
fn turns(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    (from..=to).any(|c| matches!(scene.roles[c], Role::Act | Role::Aim) || scene.future[c])
}

/// True when the clause speaks of what is to come.
pub fn is_future(text: &[char]) -> bool {
    ["力争", "确保", "计划", "争取", "今年", "年底前", "将", "拟", "预计"].iter().any(|word| contains(text, word))
}

/// A clause that opens with a past year, 目前, 截至, or says 已.
pub fn past_head(text: &[char], year: Option<i32>) -> bool {
    // What a bracket reports of the past is no report of the clause: 改造800户（2022年已完成530户）.
    let outside = text.iter().position(|c| *c == '（').filter(|at| *at > 0);
    let text = &text[..outside.unwrap_or(text.len())];
    let head = &text[..text.len().min(16)];
    for word in [
        "去年",
        "上年",
        "上一年",
        "前年",
        "截至",
        "截止",
        "目前",
        "现有",
        "仍有",
        "尚有",
        "近年来",
        "五年来",
        "一年来",
        "三年来",
        "过去",
        "迄今",
        "至今",
        "现已",
        "当前",
        "上学年",
        "上学期",
        "原有",
    ] {
        if contains(head, word)
            && !contains(head, "超过去年")
            && !["较", "比", "同", "与", "在", "按", "于", "超过", "达到", "对", "为", "从", "由"]
                .iter()
                .any(|lead| contains(head, &format!("{lead}{word}")))
        {
            return true;
        }
    }
    if past_year_at_head(head, year) || past_five_years(head, year) {
        return true;
    }
    let done = text.iter().enumerate().any(|(i, c)| *c == '已' && !text[i..text.len().min(i + 7)].contains(&'的'));
    done || [
        "达到了",
        "完成了",
        "实现了",
        "新增了",
        "建成了",
        "荣获",
        "先后获得",
        "先后被",
        "累计完成",
        "共完成",
        "共有",
        "取得了",
    ]
    .iter()
    .any(|word| contains(text, word))
}

/// 十三五期间 in a plan of 2021.
fn past_five_years(head: &[char], year: Option<i32>) -> bool {
    let Some(plan) = year else { return false };
    [("十一五", 2010), ("十二五", 2015), ("十三五", 2020), ("十四五", 2025)].iter().any(|(name, last)| {
        plan > *last
            && ["期间", "时期", "以来", "”期间", "”时期", "”以来"]
                .iter()
                .any(|word| contains(head, &format!("{name}{word}")))
    })
}

fn past_year_at_head(head: &[char], year: Option<i32>) -> bool {
    let Some(plan) = year else { return false };
    let start = words::joints().prefix(head);
    let text: String = head[start..].iter().take(6).collect();
    lines::year_in(&text)
        .is_some_and(|found| found < plan && text.starts_with(|c: char| c.is_ascii_digit() || c == '二'))
}

/// 2021年排查出的300余处: the things counted are of the past.
fn past_of_things(text: &[char], year: Option<i32>) -> bool {
    let Some(plan) = year else { return false };
    let close = tail(text, 16);
    let words: String = close.iter().collect();
    let past =
        lines::year_in(&words).is_some_and(|found| found < plan) || words.contains("去年") || words.contains("已");
    let compares = ["超过", "高于", "低于", "达到", "较", "比", "相当于"]
        .iter()
        .any(|lead| words.contains(&format!("{lead}去年")) || words.contains(&format!("{lead}20")));
    past && !compares && close.last() == Some(&'的') && !words.contains("水平的") && !words.contains("基础上的")
}

/// Digits without a unit count only behind a comparator or at the end of a clause.
fn unitless(scene: &Scene<'_>, k: usize) -> Option<Reason> {
    let number = &scene.numbers[k];
    if !number.unit.is_empty() || number.more {
        return None;
    }
    if compared(scene, k) {
        return None;
    }
    if is_range_part(scene, k) {
        return reason(scene, k + 1).filter(|_| range_mark(&scene.chars[number.after..scene.numbers[k + 1].start]));
    }
    let right = after(scene, number.after);
    let left = before(scene, number);
    let closes = right.is_empty() || matches!(right.first(), Some('、' | '）'));
    if closes && left.len() >= 2 && left.last().is_some_and(|c| !c.is_ascii() && !"、（".contains(*c)) {
        return None;
    }
    Some(if number.value >= 1000.0 && number.end - number.start == 4 && (1949.0..2100.0).contains(&number.value) {
        Reason::Date
    } else {
        Reason::Name
    })
}

/// 15 of 15-20家, and the earlier members of 不超过60、90分钟.
fn is_range_part(scene: &Scene<'_>, k: usize) -> bool {
    let number = &scene.numbers[k];
    let Some(next) = scene.numbers.get(k + 1) else { return false };
    let between = &scene.chars[number.after..next.start];
    !next.unit.is_empty() && (range_mark(between) || between == ['、'] || between == ['和'])
}

/// True for what stands between the ends of a range.
pub fn range_mark(between: &[char]) -> bool {
    matches!(between, ['-'] | ['~'] | ['至'] | ['到'] | ['-', '-'] | ['~', '~'])
}

/// Chinese numerals are mostly words; they count with a unit, in places where figures stand.
fn chinese(scene: &Scene<'_>, k: usize) -> Option<Reason> {
    let number = &scene.numbers[k];
    let chars = scene.chars;
    let numeral = &chars[number.start..number.end];
    let last = number.start.checked_sub(1).map_or('\0', |i| chars[i]);
    let scales = numeral.iter().all(|c| "十百千万亿".contains(*c));
    // 百亿元产值死亡率: what the rate is reckoned by.
    let base =
        scales && number.kind == Some(UnitKind::Money) && !compared(scene, k) && !after(scene, number.after).is_empty();
    let scales_only = base || (scales && numeral.len() == 1 && numeral[0] != '十');
    if number.kind.is_none() || scales_only || "统唯专进逐同某单合划之其归如初万".contains(last) {
        return Some(Reason::Name);
    }
    if last == '每' {
        return Some(Reason::Date);
    }
    let left = before(scene, number);
    let suffix_end = trimmed_unit_end(scene, k);
    let right = after(scene, suffix_end);
    let each = left.contains(&'每')
        || ["全年", "春秋", "年初年末", "上下半年", "上、下半年", "春、秋", "冬春"]
            .iter()
            .any(|word| contains(left, word));
    let closes = right.is_empty() || matches!(right.first(), Some('、' | '）' | '（'));
    let formal = numeral.iter().any(|c| "壹贰叁肆伍陆柒捌玖拾佰仟".contains(*c))
        || (numeral.len() >= 2 && matches!(number.kind, Some(UnitKind::Money)));
    if compared(scene, k) || formal {
        return None;
    }
    // 推动2家水泥企业、一家热电企业改造: goes on with the count before.
    let follows = k > 0
        && number.start >= scene.numbers[k - 1].after
        && (last == '、'
            || chars.get(scene.numbers[k - 1].after) == Some(&'、')
                && !chars[scene.numbers[k - 1].after + 1..number.start].contains(&'、')
                && closes);
    let goes_on = follows
        && scene.numbers[k - 1].unit == number.unit
        && scene.clause_at(scene.numbers[k - 1].start) == scene.clause_at(number.start)
        && number.start - scene.numbers[k - 1].after <= 14
        && reason(scene, k - 1).is_none();
    if goes_on && !matches!(number.unit, "大" | "项" | "级" | "线") {
        return None;
    }
    if numeral == ['一'] {
        let event = matches!(number.unit, "次" | "场" | "期" | "节" | "篇" | "周" | "堂" | "轮" | "遍" | "回");
        let counted = closes && is_counted_one(scene, k, left);
        return if counted || (closes && event && left.len() >= 2) || (each && closes) || (each && event) {
            None
        } else {
            Some(Reason::Name)
        };
    }
    if closes && left.len() >= 2 && !matches!(number.unit, "级" | "线") {
        let summed = matches!(number.unit, "项" | "个" | "类" | "条")
            && (left.contains(&'、')
                || ["做到", "坚持", "落实", "实现", "抓好"].iter().any(|verb| starts_with(left, verb)));
        return summed.then_some(Reason::Describes);
    }
    if each && !closes {
        return None;
    }
    let examples =
        left.last() == Some(&'等') && matches!(number.unit, "个" | "所" | "家" | "处" | "条" | "座" | "村" | "名");
    // 完成与邻县两条边界线联检: 两 counts things also where other words stand between.
    let opens =
        matches!(number.unit, "家" | "所" | "座" | "处" | "名" | "辆" | "台" | "幢" | "栋" | "条" | "口" | "艘")
            && numeral == ['两']
            && words::act_at(left).is_some_and(|(_, len)| len >= 2)
            && left.last().is_some_and(|c| !"一二三四五六七八九十、的".contains(*c));
    let border = opens && number.unit == "条" && right.first() == Some(&'线');
    let verb = words::acts().suffix(left) >= 2 || examples || (opens && !border);
    let roads = number.unit == "条"
        && ["公路", "道路", "河", "街", "巷", "渠", "路", "沟", "管", "线路", "航线"]
            .iter()
            .any(|noun| contains(&right[..right.len().min(8)], noun));
    let countable = opens
        || roads
        || !matches!(
            number.unit,
            "大" | "项"
                | "种"
                | "类"
                | "支"
                | "面"
                | "条"
                | "级"
                | "线"
                | "层"
                | "网"
                | "站"
                | "路"
                | "步"
                | "块"
                | "区"
                | "市"
                | "县"
                | "校"
                | "园"
                | "点"
                | "段"
                | "型"
                | "位"
        );
    let abstract_noun = [
        "方面",
        "环节",
        "关键",
        "重点",
        "抓手",
        "体系",
        "机制",
        "层面",
        "维度",
        "阶段",
        "转变",
        "层级",
        "中心",
        "核心",
        "确保",
        "全覆盖",
        "问题",
        "统一",
        "結合",
        "结合",
        "方向",
        "领域",
        "维护",
        "意识",
        "自信",
        "不放过",
    ]
    .iter()
    .any(|word| contains(&right[..right.len().min(6)], word));
    if verb && countable && !abstract_noun { None } else { Some(Reason::Name) }
}

/// 创建县级示范社一家, 推动2家水泥企业、一家热电企业改造: one thing, counted; 一盘棋 and 连成一片 count nothing.
fn is_counted_one(scene: &Scene<'_>, k: usize, left: &[char]) -> bool {
    const THINGS: &[&str] = &[
        "家", "所", "个", "座", "处", "名", "项", "部", "支", "辆", "台", "届", "本", "册", "块", "套", "幢", "栋",
        "间", "例", "宗", "件", "份", "艘", "口", "眼", "片", "条", "场次", "期", "篇",
    ];
    const IDIOMS: &str = "成为在更先不每统进逐同留漏落少丢如合归唯同第";
    if !THINGS.contains(&scene.numbers[k].unit) || left.last().is_none_or(|c| IDIOMS.contains(*c)) {
        return false;
    }
    let promise = ["确保", "做到", "坚持", "落实", "实现", "力求", "形成"].iter().any(|verb| starts_with(left, verb));
    let from = left.iter().rposition(|c| *c == '、').map_or(0, |i| i + 1);
    words::act_at(left).is_some_and(|(at, len)| {
        len >= 2 && !promise && (if from == 0 { left.len() >= at + len + 2 } else { left.len() >= from + 2 })
    })
}

/// True when a sentence holds nothing but reports.
pub fn is_report(scene: &Scene<'_>) -> bool {
    !scene.numbers.is_empty()
        && scene.clauses.first().is_some_and(|clause| past_head(&scene.chars[clause.start..clause.end], scene.year))
        && !scene.roles.contains(&cuts::Role::Act)
}
