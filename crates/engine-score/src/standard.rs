//! What a standard is made of, and the check that it is sound.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Exact, Refusal, day};

/// A standard in dated versions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Its identity.
    pub standard: String,
    /// Its versions; no two are in force on one day.
    pub versions: Vec<Version>,
}

impl Standard {
    /// The version in force on a day.
    pub fn in_force(&self, on: Date) -> Option<&Version> {
        self.versions.iter().find(|version| version.since <= on && version.until.is_none_or(|until| on <= until))
    }
}

/// One version of a standard.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its identity within the standard.
    pub version: String,
    /// First day of force.
    #[serde(with = "day")]
    pub since: Date,
    /// Last day of force.
    #[serde(default, with = "day::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The tree of items.
    pub root: Item,
    /// What events mean.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Grade bands, best first; `least` falls strictly. Empty where only verdicts are wanted.
    #[serde(default)]
    pub grades: Vec<Grade>,
    /// The grade of whoever meets a veto; by default the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub veto_grade: Option<String>,
    /// Whether numbers are rounded to their item's decimals before they are compared. Default false.
    #[serde(default)]
    pub compare_after_rounding: bool,
    /// The document that says so.
    #[serde(default)]
    pub source: String,
}

/// A grade and the least total that earns it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Its label.
    pub grade: String,
    /// The least total, compared unrounded; absent for the last grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<Exact>,
}

/// One item of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its identity, unique in the version.
    pub item: String,
    /// Its label.
    #[serde(default)]
    pub title: String,
    /// Points of a leaf: what it earns at best. A group has none of its own.
    #[serde(default)]
    pub points: Exact,
    /// Its weight in a group that combines by weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Exact>,
    /// The least points with which a scored item passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<Exact>,
    /// How it is judged.
    pub how: How,
}

/// How an item is judged.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum How {
    /// From its items.
    Group {
        /// Its items, at least one.
        items: Vec<Item>,
        /// How they are combined.
        combine: Combine,
        /// The most points the group may earn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Exact>,
    },
    /// From a number.
    Number {
        /// What the number earns.
        rule: NumberRule,
        /// Factor on the number, 100 for "per hundred pupils". Default 1.
        #[serde(default = "Exact::one")]
        times: Exact,
        /// Decimals for display. Default 2.
        #[serde(default = "two")]
        decimals: u32,
    },
    /// From a human verdict.
    Verdict {
        /// The verdicts that may be given.
        choices: Vec<Choice>,
        /// Whether the verdict needs at least one document 佐证材料. A document alone is never a pass.
        #[serde(default)]
        document: bool,
    },
    /// From events: all points at first and events deduct, or none at first and events add.
    Events {
        /// Which of the two.
        direction: Direction,
        /// Deductions stop here. Default 0.
        #[serde(default)]
        floor: Exact,
    },
}

fn two() -> u32 {
    2
}

/// How a group combines its items.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Combine {
    /// Points add up.
    Sum,
    /// Points add up, each times its item's weight.
    Weighted,
    /// Passes when every item passes.
    All,
    /// Passes when at least so many items pass and no item fails (基本达标 does not fail).
    Least(u32),
}

/// What a number earns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NumberRule {
    /// 不低于: passes at or above the limit; 基本达标 at or above the floor.
    AtLeast {
        /// The limit.
        limit: Exact,
        /// The floor, as a decimal of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<Exact>,
    },
    /// 不超过: passes at or below the limit.
    AtMost {
        /// The limit.
        limit: Exact,
    },
    /// 低于: passes below the limit.
    Below {
        /// The limit.
        limit: Exact,
    },
    /// No points at `zero_at`, all at `full_at`, in proportion between, either way round.
    Linear {
        /// Where points begin.
        zero_at: Exact,
        /// Where all points are earned.
        full_at: Exact,
    },
    /// The first band whose `least` the number reaches; none below the last.
    Bands {
        /// The bands, `least` falling strictly.
        bands: Vec<Band>,
    },
}

/// One band of a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least number.
    pub least: Exact,
    /// The points it earns, at most the item's.
    pub points: Exact,
}

/// One human verdict that may be given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its label.
    pub choice: String,
    /// The points it earns, at most the item's.
    #[serde(default)]
    pub points: Exact,
    /// What it means.
    pub verdict: Verdict,
}

/// Whether events deduct or add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Events deduct from the item's points.
    Deduct,
    /// Events add up to the item's points (加分).
    Add,
}

/// What one kind of event means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its identity, unique in the version.
    pub kind: String,
    /// Its label.
    #[serde(default)]
    pub title: String,
    /// The item it deducts from or adds to; absent for what only counts as a veto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Points per case; must be there where `item` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<KindPoints>,
    /// The most that all events of this kind count together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Exact>,
    /// What is left of an event after some time; `months` rises strictly.
    #[serde(default)]
    pub decay: Vec<Decay>,
    /// How it can be repaired 信用修复; absent for what cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
    /// So many cases of this kind are a veto 一票否决.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub veto: Option<u32>,
}

/// Points of a kind per case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum KindPoints {
    /// So many per case.
    Each(Exact),
    /// The event says how many, within these limits.
    Between {
        /// The least.
        least: Exact,
        /// The most.
        most: Exact,
    },
    /// All points of the item.
    Whole,
}

/// What is left of an event some months after its day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Decay {
    /// From so many months after its day on …
    pub months: u16,
    /// … only this share counts, 0 to 1.
    pub share: Exact,
}

/// How an event is repaired: so many months after the fix, with a pledge and a re-check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Months between fix and repair, at least.
    pub months: u16,
    /// The share that is restored. Default 1.
    #[serde(default = "Exact::one")]
    pub share: Exact,
}

/// A result in the words of the evaluation rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 达标.
    Pass,
    /// 基本达标.
    Partial,
    /// 未达标.
    Fail,
    /// 待填报: never zero, never pass; blocks every verdict above it.
    Missing,
}

/// Checks a standard.
///
/// # Errors
/// `SC-02` names the first version (row) that is unsound, with the item, kind or grade at fault.
pub fn check(standard: &Standard) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    for (index, version) in standard.versions.iter().enumerate() {
        check_version(version).map_err(|refusal| refusal.at_row(index + 1))?;
        let overlap = standard.versions[..index].iter().find(|other| overlaps(version, other));
        if let Some(other) = overlap {
            return unsound(
                &version.version,
                &format!("与 {} 同时有效", other.version),
                &format!("is in force together with {}", other.version),
            )
            .map_err(|refusal| refusal.at_row(index + 1));
        }
        if !names.insert(&version.version) {
            return unsound(&version.version, "版本号重复", "is there twice")
                .map_err(|refusal| refusal.at_row(index + 1));
        }
    }
    if standard.versions.is_empty() {
        return unsound(&standard.standard, "没有任何版本", "has no version");
    }
    Ok(())
}

fn overlaps(a: &Version, b: &Version) -> bool {
    let ends_before = |a: &Version, b: &Version| a.until.is_some_and(|until| until < b.since);
    !ends_before(a, b) && !ends_before(b, a)
}

fn check_version(version: &Version) -> Result<(), Refusal> {
    if version.until.is_some_and(|until| until < version.since) {
        return unsound(&version.version, "失效早于生效", "ends before it begins");
    }
    let mut items = BTreeMap::new();
    check_item(&version.root, 0, false, &mut items)?;
    check_grades(version)?;
    let mut kinds = BTreeSet::new();
    for kind in &version.kinds {
        check_kind(kind, &items)?;
        if !kinds.insert(&kind.kind) {
            return unsound(&kind.kind, "事件种类重复", "is there twice");
        }
    }
    Ok(())
}

/// Levels a tree may have.
const DEPTH_MOST: u32 = 32;

/// Checks an item and everything below it; `verdict` says whether the item above needs one.
fn check_item<'a>(
    item: &'a Item,
    depth: u32,
    verdict: bool,
    seen: &mut BTreeMap<&'a str, &'a Item>,
) -> Result<(), Refusal> {
    let id = &item.item;
    if depth > DEPTH_MOST {
        return unsound(id, "层级过深", "lies too deep in the tree");
    }
    if id.trim().is_empty() || seen.insert(id, item).is_some() {
        return unsound(id, "指标编号为空或重复", "is empty or there twice");
    }
    let weights = [Some(&item.points), item.weight.as_ref()];
    if weights.into_iter().flatten().any(Exact::is_negative) {
        return unsound(id, "分值或权重为负", "has negative points or weight");
    }
    let scored = match &item.how {
        How::Group { items, combine, .. } => {
            check_group(item, depth, items, combine, seen)?;
            matches!(combine, Combine::Sum | Combine::Weighted)
        }
        How::Number { rule, .. } => {
            check_number(item, rule)?;
            matches!(rule, NumberRule::Linear { .. } | NumberRule::Bands { .. })
        }
        How::Verdict { choices, .. } => {
            check_choices(item, choices)?;
            false
        }
        How::Events { floor, .. } => {
            if floor > &item.points {
                return unsound(id, "下限高于分值", "has a floor above its points");
            }
            true
        }
    };
    if verdict && scored && item.pass.is_none() {
        return unsound(id, "上级按达标合并, 本指标须有 pass", "is combined by verdict and needs `pass`");
    }
    Ok(())
}

fn check_group<'a>(
    item: &'a Item,
    depth: u32,
    items: &'a [Item],
    combine: &Combine,
    seen: &mut BTreeMap<&'a str, &'a Item>,
) -> Result<(), Refusal> {
    let id = &item.item;
    if items.is_empty() || !item.points.is_zero() {
        return unsound(id, "分组须有下级指标且不设分值", "is a group: it needs items and no points of its own");
    }
    if let Combine::Least(count) = combine
        && !(1..=items.len()).contains(&(*count as usize))
    {
        return unsound(id, "达标个数超出范围", "asks for more passes than it has items, or for none");
    }
    for below in items {
        if (below.weight.is_some()) != matches!(combine, Combine::Weighted) {
            return unsound(
                &below.item,
                "权重只用于且必须用于加权分组",
                "has a weight outside a weighted group, or none inside",
            );
        }
        check_item(below, depth + 1, matches!(combine, Combine::All | Combine::Least(_)), seen)?;
    }
    Ok(())
}

fn check_number(item: &Item, rule: &NumberRule) -> Result<(), Refusal> {
    let id = &item.item;
    match rule {
        NumberRule::AtLeast { limit, floor: Some(floor) } if floor > limit => {
            unsound(id, "底线高于标准", "has a floor above its limit")
        }
        NumberRule::Linear { zero_at, full_at } if zero_at == full_at => {
            unsound(id, "零分点与满分点相同", "has its zero and its full points at the same number")
        }
        NumberRule::Bands { bands } => {
            let falling = bands.windows(2).all(|pair| pair[0].least > pair[1].least);
            let within = bands.iter().all(|band| !band.points.is_negative() && band.points <= item.points);
            if bands.is_empty() || !falling || !within {
                return unsound(id, "分档须由高到低且不超过分值", "needs bands that fall and stay within its points");
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_choices(item: &Item, choices: &[Choice]) -> Result<(), Refusal> {
    let labels: BTreeSet<_> = choices.iter().map(|choice| &choice.choice).collect();
    let within = choices.iter().all(|choice| !choice.points.is_negative() && choice.points <= item.points);
    let told = choices.iter().all(|choice| choice.verdict != Verdict::Missing);
    if choices.is_empty() || labels.len() < choices.len() || !within || !told {
        return unsound(
            &item.item,
            "可选结论为空、重复、超过分值或为待填报",
            "has choices that are empty, repeated, above its points or `missing`",
        );
    }
    Ok(())
}

fn check_grades(version: &Version) -> Result<(), Refusal> {
    let id = &version.version;
    let labels: BTreeSet<_> = version.grades.iter().map(|grade| &grade.grade).collect();
    let falling = version.grades.windows(2).all(|pair| match (&pair[0].least, &pair[1].least) {
        (Some(above), Some(below)) => above > below,
        (Some(_), None) => true,
        (None, _) => false,
    });
    if labels.len() < version.grades.len() || !falling {
        return unsound(id, "等级须不重复且由高到低", "needs grades that are not repeated and fall");
    }
    if version.veto_grade.as_ref().is_some_and(|grade| !labels.contains(grade)) {
        return unsound(id, "一票否决等级不在等级表内", "has a veto grade that is none of its grades");
    }
    Ok(())
}

fn check_kind(kind: &Kind, items: &BTreeMap<&str, &Item>) -> Result<(), Refusal> {
    let id = &kind.kind;
    if id.trim().is_empty()
        || (kind.item.is_none() && kind.veto.is_none())
        || kind.item.is_some() != kind.points.is_some()
    {
        return unsound(
            id,
            "事件种类须有编号, 须有指标和分值或为一票否决",
            "needs a name, and an item with points or a veto",
        );
    }
    let of_events = |item: &String| items.get(item.as_str()).is_some_and(|item| matches!(item.how, How::Events { .. }));
    if kind.item.as_ref().is_some_and(|item| !of_events(item)) {
        return unsound(
            id,
            "所指指标不存在或不按事件计分",
            "names an item that is not there or is not judged from events",
        );
    }
    let sound_points = match &kind.points {
        Some(KindPoints::Each(points)) => !points.is_negative(),
        Some(KindPoints::Between { least, most }) => !least.is_negative() && least <= most,
        Some(KindPoints::Whole) | None => true,
    };
    let share = |share: &Exact| !share.is_negative() && share <= &Exact::one();
    let rising = kind.decay.windows(2).all(|pair| pair[0].months < pair[1].months);
    let shares = kind.decay.iter().all(|step| share(&step.share))
        && kind.repair.as_ref().is_none_or(|repair| share(&repair.share));
    let limits = kind.cap.as_ref().is_none_or(|cap| !cap.is_negative()) && kind.veto != Some(0);
    if sound_points && rising && shares && limits {
        return Ok(());
    }
    unsound(id, "分值、封顶、衰减、修复或否决次数有误", "has points, cap, decay, repair or veto count out of range")
}

fn unsound(name: &str, zh: &str, en: &str) -> Result<(), Refusal> {
    Err(Refusal::new("SC-02", format!("评估标准有误: {name} {zh}"), format!("the standard is unsound: `{name}` {en}")))
}
