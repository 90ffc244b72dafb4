use serde::Serialize;

/// Why something was refused, in words a person can act on.
///
/// Serialises as `{"error", "error_en", "rule", "row"}`; `row` is left out where no row is at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{rule} {en}")]
pub struct Refusal {
    /// The Chinese sentence.
    #[serde(rename = "error")]
    pub zh: String,
    /// The English sentence.
    #[serde(rename = "error_en")]
    pub en: String,
    /// Stable code `PW-..`, explained in the manual.
    pub rule: &'static str,
    /// The first offending row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Everything a verification found; empty for other refusals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// One thing that is wrong with a proof or a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The document it was found in, counted from 1.
    pub document: usize,
    /// Stable code, explained in the manual.
    pub rule: &'static str,
    /// The first offending row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The Chinese sentence.
    #[serde(rename = "error")]
    pub zh: &'static str,
    /// The English sentence.
    #[serde(rename = "error_en")]
    pub en: &'static str,
}

/// Every rule with its two sentences, in the order of the manual.
#[rustfmt::skip]
const RULES: &[(&str, &str, &str)] = &[
    ("PW-01", "文件不是规定的格式", "the file is not in the form the manual defines"),
    ("PW-02", "文字不合规定(为空、过长、含“|”或控制字符，或报名号含其他字符)", "a text is empty, too long or holds characters that are not allowed"),
    ("PW-03", "招生计划应为1至9999999", "the plan must be 1 to 9,999,999"),
    ("PW-04", "名单为空或超过500万人", "the list is empty or holds more than 5,000,000 applicants"),
    ("PW-05", "报名号重复", "an applicant's number is repeated"),
    ("PW-06", "名单未按报名号升序排列", "the list is not in ascending order of number"),
    ("PW-07", "捆绑不合规定(捆绑组少于两人、重复捆绑，或捆绑号不在名单中)", "a bundle has fewer than two members, shares a member, or names a number that is not in the list"),
    ("PW-08", "报名人数不超过招生计划，应全部直接录取，无须派位", "applicants do not exceed the plan: all are admitted and no draw is due"),
    ("PW-09", "名单摘要与名单不符，名单在冻结后被改动", "the digest is not that of the list: it was changed after the freeze"),
    ("PW-10", "时间格式应为 2021-06-18T09:00:00+08:00", "a time must read like 2021-06-18T09:00:00+08:00"),
    ("PW-11", "名单冻结至首次抽取不足24小时", "the first source was drawn less than 24 hours after the freeze"),
    ("PW-12", "见证人应不少于三名、互不相同并含公证员", "three different witnesses are needed, a notary (公证员) among them"),
    ("PW-13", "抽球号应为两位数字", "a ball must be two digits"),
    ("PW-14", "操作人可以修改名单，不得执行派位", "whoever may edit the list may not run the draw"),
    ("PW-15", "信标与其公开链不符", "the beacon does not agree with its public chain"),
    ("PW-16", "种子与重算不符", "the seed is not the one recomputed"),
    ("PW-17", "录取名单与重算不符", "the admitted are not those recomputed"),
    ("PW-18", "候补名单与重算不符", "the waiting list is not the one recomputed"),
    ("PW-19", "封印与证明内容不符", "the seal is not that of the proof"),
    ("PW-20", "同一批次重复冻结或派位", "the batch was frozen or drawn a second time"),
    ("PW-21", "登记簿的链断开，有行被改动、增删", "the register's chain is broken: a line was changed, added or removed"),
    ("PW-22", "登记簿中没有与此证明相符的冻结行和其后的派位行", "the register lacks this proof's freeze line or, after it, its draw line"),
    ("PW-30", "班数应为1至99且不超过人数", "there must be 1 to 99 classes and no more than pupils"),
    ("PW-31", "出生日期格式应为 2015-03-02", "a date of birth must read like 2015-03-02"),
    ("PW-32", "班主任抽签不完整：每班一签、每组一次、在随机源之后", "the teachers' draw is incomplete: each class once, each team once, after the sources"),
    ("PW-33", "分班与重算不符", "the classes are not those recomputed"),
    ("PW-40", "抽查比例应为0至100%，每类一个，每个对象属于其中一类", "each class needs one share of 0 to 100%, and each object one of these classes"),
    ("PW-41", "执法检查人员不足两名", "there are fewer than two officers"),
    ("PW-42", "除去应回避的人，没有两名检查人员可派", "apart from those who must keep away no two officers are left"),
    ("PW-43", "见证人应不少于三名、互不相同，并在名录冻结之后抽取", "three different witnesses are needed, who draw after the freeze"),
    ("PW-44", "抽查对象或检查人员与重算不符", "the objects or officers drawn are not those recomputed"),
];

fn sentences(rule: &str) -> (&'static str, &'static str, &'static str) {
    *RULES.iter().find(|known| known.0 == rule).unwrap_or(&RULES[0])
}

impl Refusal {
    pub(crate) fn new(rule: &str) -> Self {
        let (rule, zh, en) = sentences(rule);
        Self { zh: zh.into(), en: en.into(), rule, row: None, findings: Vec::new() }
    }

    /// Adds what exactly was met, for example the number at fault.
    pub(crate) fn about(mut self, detail: impl std::fmt::Display) -> Self {
        self.zh = format!("{}：{detail}", self.zh);
        self.en = format!("{}: {detail}", self.en);
        self
    }

    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The refusal that stands for all findings: the first one, with all of them beside it.
    pub(crate) fn of_findings(findings: Vec<Finding>) -> Self {
        let first = findings.first();
        let refusal = Self::new(first.map_or("PW-01", |finding| finding.rule));
        Self { row: first.and_then(|finding| finding.row), findings, ..refusal }
    }
}

impl Finding {
    pub(crate) fn new(document: usize, rule: &str, row: Option<usize>) -> Self {
        let (rule, zh, en) = sentences(rule);
        Self { document, rule, row, zh, en }
    }
}
