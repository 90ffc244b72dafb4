use serde::Serialize;

use crate::check::Breach;

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
    /// Stable code `KC-..` (rooms and seats) or `KS-..` (invigilators), explained in the manual.
    pub rule: &'static str,
    /// The first offending row of the list named in the sentence, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Everything a check found; empty for other refusals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
}

/// Every rule with its two sentences, in the order of the manual.
#[rustfmt::skip]
const RULES: &[(&str, &str, &str)] = &[
    ("KC-00", "输入不是规定的格式", "the input is not in the form the manual defines"),
    ("KC-01", "每名考生须有且只有一个真实存在的座位", "every candidate needs exactly one seat that exists"),
    ("KC-02", "考场须自一号座起连续编排，末场不得只余零星考生", "a room is filled from seat 1 without gaps, and the last room must not hold a mere few"),
    ("KC-03", "同一考场只能是同一科目组", "a room holds one subject group only"),
    ("KC-04", "前后左右不得同校(某校超过半场时不得同班)", "neighbours must be of different schools, or of different classes where one school fills over half of the room"),
    ("KC-05", "双胞胎不得相邻", "twins must not be neighbours"),
    ("KC-06", "考生不得在本校考点考试", "a candidate must not sit at a site in the own school"),
    ("KC-07", "特殊需要须由所在考场满足，特殊考场只安排有此需要者", "a room must offer what its candidates need, and a special room is only for those who need it"),
    ("KC-08", "备用考场须留空且数量足够", "spare rooms must stay empty and be enough"),
    ("KC-09", "考号须由前缀、考点、考场、座号组成且不重复", "an examination number is made of prefix, site, room and seat, and is not repeated"),
    ("KC-10", "座位不够", "there are not enough seats"),
    ("KC-11", "文字为空、过长或含控制字符", "a text is empty, too long or holds control characters"),
    ("KC-12", "编号重复", "a number or name is repeated"),
    ("KC-13", "名单为空或过大", "a list is empty or too large"),
    ("KC-14", "座位布局不合规定(1至12列，每列1至12座，共不超过99座)", "a layout needs 1 to 12 columns of 1 to 12 seats and at most 99 seats"),
    ("KC-15", "引用的名称没有登记", "a name is used that is not declared"),
    ("KC-16", "参数超出范围", "a setting is out of range"),
    ("KS-01", "每场两名监考，不得同校", "two invigilators to a room, not both of one school"),
    ("KS-02", "监考员须回避本校考生、本场所教学科和毕业班任教", "an invigilator must not meet candidates of the own school, the own subject, or teach the examined grade"),
    ("KS-03", "有亲属参加考试的不得任监考", "whoever has a relative among the candidates is not appointed"),
    ("KS-04", "同一对监考不得重复，同一人不得重复进同一考场", "no pair and no room comes twice for an invigilator"),
    ("KS-05", "合格监考员人数不足(含备用)", "there are not enough qualified invigilators, reserve included"),
    ("KS-06", "封存摘要与编排不符", "the seal is not that of the plan"),
];

impl Refusal {
    pub(crate) fn new(rule: &str) -> Self {
        let (rule, zh, en) = *RULES.iter().find(|known| known.0 == rule).unwrap_or(&RULES[0]);
        Self { zh: zh.into(), en: en.into(), rule, row: None, breaches: Vec::new() }
    }

    /// Adds what exactly was met, in both languages.
    pub(crate) fn about(mut self, zh: impl std::fmt::Display, en: impl std::fmt::Display) -> Self {
        self.zh = format!("{}：{zh}", self.zh);
        self.en = format!("{}: {en}", self.en);
        self
    }

    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The refusal that stands for all breaches of a check: the first, with all beside it.
    pub(crate) fn of_breaches(breaches: Vec<Breach>) -> Self {
        match breaches.first() {
            Some(first) => {
                let refusal = Self::new(first.rule).about(&first.what, &first.what);
                Self { breaches, ..refusal }
            }
            None => Self::new("KC-00"),
        }
    }
}
