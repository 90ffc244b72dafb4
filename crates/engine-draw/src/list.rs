use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::refusal::Refusal;
use crate::text::{Text, hex, is_number, is_plain};
use crate::time;

pub(crate) const LIST_FORMAT: &str = "luoshi-draw-list-1";
const PLAN_MAX: u64 = 9_999_999;
const APPLICANTS_MAX: usize = 5_000_000;

/// What happens to a bundle that is larger than the places left (末位捆绑); published before the draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LastBundle {
    /// The bundle is admitted whole; the plan grows by the overflow.
    Expand,
    /// The bundle waits; the next ones that fit are admitted.
    Skip,
}

impl LastBundle {
    pub(crate) fn word(self) -> &'static str {
        match self {
            LastBundle::Expand => "expand",
            LastBundle::Skip => "skip",
        }
    }
}

/// An application list before the freeze, in any order.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application<'a> {
    /// Batch number (批次号), used once.
    #[serde(borrow)]
    pub batch: Text<'a>,
    /// The school's name.
    #[serde(borrow)]
    pub school: Text<'a>,
    /// Places, 1 to 9,999,999.
    pub plan: u64,
    /// What happens to a bundle that no longer fits.
    pub last_bundle: LastBundle,
    /// Whether the rest of the order is kept as the waiting list (候补).
    pub waiting: bool,
    /// When the list is frozen.
    #[serde(borrow)]
    pub frozen_at: Text<'a>,
    /// Who may edit the list; at least one.
    #[serde(borrow)]
    pub keepers: Vec<Text<'a>>,
    /// 报名号 of the applicants, any order, no repeats.
    #[serde(borrow)]
    pub numbers: Vec<Text<'a>>,
    /// Groups that chose to be drawn together (捆绑): two or more numbers each, none in two groups.
    #[serde(borrow, default)]
    pub bundles: Vec<Vec<Text<'a>>>,
}

/// A frozen list with its digest: what is published before the draw.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List<'a> {
    #[serde(borrow)]
    pub(crate) format: Text<'a>,
    /// Batch number (批次号), used once.
    #[serde(borrow)]
    pub batch: Text<'a>,
    /// The school's name.
    #[serde(borrow)]
    pub school: Text<'a>,
    /// Places.
    pub plan: u64,
    /// What happens to a bundle that no longer fits.
    pub last_bundle: LastBundle,
    /// Whether the rest of the order is kept as the waiting list.
    pub waiting: bool,
    /// When the list was frozen.
    #[serde(borrow)]
    pub frozen_at: Text<'a>,
    /// Who may edit the list.
    #[serde(borrow)]
    pub keepers: Vec<Text<'a>>,
    /// Lines `报名号,捆绑号`, ascending by 报名号.
    #[serde(borrow)]
    pub applicants: Vec<Text<'a>>,
    /// H, the SM3 digest of the canonical text, lower-case hex.
    #[serde(borrow)]
    pub digest: Text<'a>,
}

/// Freezes an application list: sorts it, writes each applicant's bundle number and digests it.
///
/// # Errors
/// [`Refusal`] `PW-02` to `PW-08` and `PW-10` with the first offending row of `numbers` or `bundles`.
pub fn freeze<'a>(application: &Application<'a>) -> Result<List<'a>, Refusal> {
    let numbers = sorted_numbers(&application.numbers)?;
    let bundle_of = bundle_numbers(&numbers, &application.bundles)?;
    if time::seconds(&application.frozen_at).is_none() {
        return Err(Refusal::new("PW-10").about(&*application.frozen_at));
    }
    let line = |(number, _): &(&str, usize)| -> Text<'a> {
        [number, bundle_of.get(number).copied().unwrap_or(number)].join(",").into()
    };
    let applicants = numbers.par_iter().map(line).collect();
    let mut list = List {
        format: LIST_FORMAT.into(),
        batch: application.batch.clone(),
        school: application.school.clone(),
        plan: application.plan,
        last_bundle: application.last_bundle,
        waiting: application.waiting,
        frozen_at: application.frozen_at.clone(),
        keepers: application.keepers.clone(),
        applicants,
        digest: "".into(),
    };
    check_texts(&list)?;
    check_plan(list.plan)?;
    check_size(&list)?;
    list.digest = list.computed_digest().into();
    Ok(list)
}

impl List<'_> {
    /// H: SM3 of school, plan and every line, as lower-case hex.
    pub fn computed_digest(&self) -> String {
        let head = format!("{}|{}", &*self.school, self.plan);
        lines_digest(std::iter::once(head.as_str()).chain(self.applicants.iter().map(|line| &**line)))
    }
}

/// SM3 of the lines, each ended by LF, as lower-case hex.
pub(crate) fn lines_digest<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    const BLOCK: usize = 1 << 16;
    let mut hash = Sm3::new();
    let mut buffer = Vec::with_capacity(BLOCK + 256);
    for line in lines {
        buffer.extend_from_slice(line.as_bytes());
        buffer.push(b'\n');
        if buffer.len() >= BLOCK {
            hash.update(&buffer);
            buffer.clear();
        }
    }
    hash.update(&buffer);
    hex(&hash.finalize())
}

/// The texts of a list (step 2 of the manual).
pub(crate) fn check_texts(list: &List) -> Result<(), Refusal> {
    check_names(&list.batch, &list.school, &list.keepers)
}

/// Batch, school and at least one keeper, all plain.
pub(crate) fn check_names(batch: &Text, school: &Text, keepers: &[Text]) -> Result<(), Refusal> {
    let mut texts = [batch, school].into_iter().chain(keepers);
    if let Some(text) = texts.find(|text| !is_plain(text)) {
        return Err(Refusal::new("PW-02").about(format_args!("{:?}", text.chars().take(100).collect::<String>())));
    }
    if keepers.is_empty() {
        return Err(Refusal::new("PW-02").about("keepers"));
    }
    Ok(())
}

/// Step 3 of the manual.
pub(crate) fn check_plan(plan: u64) -> Result<(), Refusal> {
    if (1..=PLAN_MAX).contains(&plan) { Ok(()) } else { Err(Refusal::new("PW-03").about(plan)) }
}

/// The lines of a list (steps 4 and 5 of the manual), first offending line first.
pub(crate) fn check_lines(list: &List) -> Result<(), Refusal> {
    let lines = &list.applicants;
    if lines.is_empty() || lines.len() > APPLICANTS_MAX {
        return Err(Refusal::new("PW-04"));
    }
    let mut before = "";
    for (place, line) in lines.iter().enumerate() {
        let refuse = |rule| Err(Refusal::new(rule).at_row(place + 1));
        let (number, bundle) = parts(line);
        if !is_number(number) || (bundle != number && !is_number(bundle)) {
            return refuse("PW-02");
        }
        match number.cmp(before) {
            std::cmp::Ordering::Equal => return refuse("PW-05"),
            std::cmp::Ordering::Less => return refuse("PW-06"),
            std::cmp::Ordering::Greater => {}
        }
        if bundle != number && !heads_bundle(&lines[..place], bundle) {
            return refuse("PW-07");
        }
        before = number;
    }
    Ok(())
}

/// Everything a frozen list must be: sound, due for a draw, and with its own digest.
pub(crate) fn check_list(list: &List) -> Result<(), Refusal> {
    check_texts(list)?;
    check_plan(list.plan)?;
    let (lines, digest) = rayon::join(|| check_lines(list), || list.computed_digest());
    lines?;
    check_size(list)?;
    if digest == *list.digest { Ok(()) } else { Err(Refusal::new("PW-09")) }
}

/// Step 6 of the manual: a draw is due only when there are more applicants than places.
pub(crate) fn check_size(list: &List) -> Result<(), Refusal> {
    if list.applicants.len() as u64 > list.plan { Ok(()) } else { Err(Refusal::new("PW-08")) }
}

/// Number and bundle number of a line: what stands before and after its first comma, which for a line that passed
/// [`check_lines`] is its only one.
pub(crate) fn parts(line: &str) -> (&str, &str) {
    let middle = line.len() / 2;
    // Nearly every applicant is a bundle of one, so the comma is in the middle.
    match line.as_bytes().get(middle) {
        Some(b',') => (&line[..middle], &line[middle + 1..]),
        _ => line.split_once(',').unwrap_or((line, "")),
    }
}

fn heads_bundle(above: &[Text], bundle: &str) -> bool {
    above.binary_search_by(|line| parts(line).0.cmp(bundle)).is_ok_and(|place| parts(&above[place]).1 == bundle)
}

/// The numbers in ascending order, each with its place in the input.
pub(crate) fn sorted_numbers<'l>(numbers: &'l [Text]) -> Result<Vec<(&'l str, usize)>, Refusal> {
    if numbers.is_empty() || numbers.len() > APPLICANTS_MAX {
        return Err(Refusal::new("PW-04"));
    }
    if let Some(place) = numbers.iter().position(|number| !is_number(number)) {
        return Err(Refusal::new("PW-02").at_row(place + 1));
    }
    let mut sorted: Vec<(&str, usize)> = numbers.iter().enumerate().map(|(place, number)| (&**number, place)).collect();
    sorted.par_sort_unstable();
    let repeat = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1]).min_by_key(|pair| pair.1);
    match repeat {
        Some((number, place)) => Err(Refusal::new("PW-05").about(number).at_row(place + 1)),
        None => Ok(sorted),
    }
}

/// Each bundled number with the smallest number of its bundle.
fn bundle_numbers<'l>(
    sorted: &[(&str, usize)],
    bundles: &'l [Vec<Text>],
) -> Result<BTreeMap<&'l str, &'l str>, Refusal> {
    let mut bundle_of = BTreeMap::new();
    let known = |number: &str| sorted.binary_search_by(|known| known.0.cmp(number)).is_ok();
    for (place, members) in bundles.iter().enumerate() {
        let refuse = |detail: &str| Err(Refusal::new("PW-07").about(detail).at_row(place + 1));
        let smallest = match members.iter().min() {
            Some(smallest) if members.len() > 1 => &**smallest,
            _ => return refuse("bundles"),
        };
        for member in members {
            if !known(member) || bundle_of.insert(&**member, smallest).is_some() {
                return refuse(&member.chars().take(40).collect::<String>());
            }
        }
    }
    Ok(bundle_of)
}
