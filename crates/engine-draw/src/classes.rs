//! Sunshine classes (阳光分班): pupils into classes by the draw, evenly by sex and age, never by marks.

use serde::{Deserialize, Serialize};

use crate::beacon::Beacon;
use crate::draw::{Sheet, Witness, accept_sources, seed};
use crate::list::{check_names, lines_digest, sorted_numbers};
use crate::order::key;
use crate::refusal::Refusal;
use crate::text::{Text, is_plain};
use crate::time;

/// The pupils of one year at one school, frozen once it has its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll<'a> {
    /// Batch number, used once.
    #[serde(borrow)]
    pub batch: Text<'a>,
    /// The school's name.
    #[serde(borrow)]
    pub school: Text<'a>,
    /// How many classes, 1 to 99.
    pub classes: u64,
    /// When the roll was frozen.
    #[serde(borrow)]
    pub frozen_at: Text<'a>,
    /// Who may edit the roll; at least one.
    #[serde(borrow)]
    pub keepers: Vec<Text<'a>>,
    /// The pupils; ascending by number once frozen.
    #[serde(borrow)]
    pub pupils: Vec<Pupil<'a>>,
    /// SM3 of the canonical text, lower-case hex; absent before the freeze.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Text<'a>>,
}

/// One pupil: nothing but what the strata need, so marks cannot come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pupil<'a> {
    /// 报名号, unique.
    #[serde(borrow)]
    pub number: Text<'a>,
    /// Sex.
    pub sex: Sex,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(borrow)]
    pub born: Text<'a>,
}

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

/// The sources of a class draw and the teachers' lots.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassSheet<'a> {
    /// As for a lottery.
    #[serde(borrow)]
    pub sources: Sheet<'a>,
    /// One lot for each class, drawn before the parents.
    #[serde(borrow)]
    pub teachers: Vec<TeacherDraw<'a>>,
}

/// A teacher or team of teachers and the class drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeacherDraw<'a> {
    /// Name.
    #[serde(borrow)]
    pub teacher: Text<'a>,
    /// When the lot was drawn; not before the last source.
    #[serde(borrow)]
    pub drawn_at: Text<'a>,
    /// Class from 1.
    pub class: u64,
}

/// A published class draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassPlan<'a> {
    /// The frozen roll.
    #[serde(borrow)]
    pub roll: Roll<'a>,
    /// Who ran the draw.
    #[serde(borrow)]
    pub operator: Text<'a>,
    /// The witnesses in the order they drew.
    #[serde(borrow)]
    pub witnesses: Vec<Witness<'a>>,
    /// A public beacon value, if one was used.
    #[serde(borrow)]
    pub beacon: Option<Beacon<'a>>,
    /// The seed, lower-case hex.
    #[serde(borrow)]
    pub seed: Text<'a>,
    /// 报名号 of each class, ascending.
    #[serde(borrow)]
    pub classes: Vec<Vec<Text<'a>>>,
    /// Who teaches which class.
    #[serde(borrow)]
    pub teachers: Vec<TeacherDraw<'a>>,
}

/// Freezes a roll: checks and sorts it and writes its digest.
///
/// # Errors
/// [`Refusal`] `PW-02`, `PW-04`, `PW-05`, `PW-10`, `PW-30`, `PW-31` with the first offending row of `pupils`.
pub fn freeze_roll(mut roll: Roll<'_>) -> Result<Roll<'_>, Refusal> {
    check_roll(&roll)?;
    roll.pupils.sort_by(|one, other| one.number.cmp(&other.number));
    roll.digest = Some(roll_digest(&roll).into());
    Ok(roll)
}

/// Draws classes: strata by sex and quarter of birth, within each by key, dealt like a snake.
///
/// # Errors
/// [`Refusal`]: a faulty or changed roll, faulty sources (`PW-09` to `PW-15`), or `PW-32` for the teachers' lots.
pub fn draw_classes<'a>(roll: Roll<'a>, sheet: ClassSheet<'a>) -> Result<ClassPlan<'a>, Refusal> {
    let frozen = freeze_roll(roll.clone())?;
    if frozen.digest != roll.digest {
        return Err(Refusal::new("PW-09"));
    }
    let beacon = accept_sources(&roll.frozen_at, &roll.keepers, &sheet.sources)?;
    let Sheet { operator, witnesses, .. } = sheet.sources;
    check_teachers(roll.classes, &witnesses, beacon.as_ref(), &sheet.teachers)?;
    let seed = seed(frozen.digest.as_deref().unwrap_or_default(), &witnesses, beacon.as_ref());
    let classes = snake(&frozen, &seed);
    Ok(ClassPlan { roll: frozen, operator, witnesses, beacon, seed: seed.into(), classes, teachers: sheet.teachers })
}

/// Recomputes a class draw.
///
/// # Errors
/// What [`draw_classes`] refuses, or `PW-33` with the first class that differs (none if the seed does). A beacon's
/// signature is checked again.
pub fn check_classes(plan: &ClassPlan) -> Result<(), Refusal> {
    let sources = Sheet {
        operator: plan.operator.clone(),
        witnesses: plan.witnesses.clone(),
        beacon: plan.beacon.as_ref().map(Beacon::claim),
    };
    let drawn = draw_classes(plan.roll.clone(), ClassSheet { sources, teachers: plan.teachers.clone() })?;
    if let Some(place) = (0..drawn.classes.len()).find(|place| plan.classes.get(*place) != Some(&drawn.classes[*place]))
    {
        return Err(Refusal::new("PW-33").at_row(place + 1));
    }
    if drawn == *plan { Ok(()) } else { Err(Refusal::new("PW-33")) }
}

fn check_roll(roll: &Roll) -> Result<(), Refusal> {
    check_names(&roll.batch, &roll.school, &roll.keepers)?;
    let numbers: Vec<Text> = roll.pupils.iter().map(|pupil| pupil.number.clone()).collect();
    sorted_numbers(&numbers)?;
    if let Some(place) = roll.pupils.iter().position(|pupil| quarter(&pupil.born).is_none()) {
        return Err(Refusal::new("PW-31").at_row(place + 1));
    }
    if !(1..=99).contains(&roll.classes) || roll.classes > numbers.len() as u64 {
        return Err(Refusal::new("PW-30").about(roll.classes));
    }
    match time::seconds(&roll.frozen_at) {
        Some(_) => Ok(()),
        None => Err(Refusal::new("PW-10")),
    }
}

/// SM3 of `school|classes` and one line `number,sex,born` each.
fn roll_digest(roll: &Roll) -> String {
    let word = |sex| if sex == Sex::Male { "male" } else { "female" };
    let pupil = |pupil: &Pupil| format!("{},{},{}", &*pupil.number, word(pupil.sex), &*pupil.born);
    let head = format!("{}|{}", &*roll.school, roll.classes);
    let lines: Vec<String> = std::iter::once(head).chain(roll.pupils.iter().map(pupil)).collect();
    lines_digest(lines.iter().map(String::as_str))
}

/// Year and quarter of a real date.
fn quarter(born: &str) -> Option<(&str, u8)> {
    time::seconds(&format!("{born}T00:00:00+08:00"))?;
    let month: u8 = born[5..7].parse().ok()?;
    Some((&born[..4], (month - 1) / 3))
}

fn snake<'a>(roll: &Roll<'a>, seed: &str) -> Vec<Vec<Text<'a>>> {
    let classes = roll.classes as usize;
    let mut order: Vec<&Pupil> = roll.pupils.iter().collect();
    order.sort_by_cached_key(|pupil| (pupil.sex, quarter(&pupil.born), key(seed, &pupil.number), pupil.number.clone()));
    let mut dealt = vec![Vec::new(); classes];
    for (place, pupil) in order.into_iter().enumerate() {
        let (round, step) = (place / classes, place % classes);
        let class = if round % 2 == 0 { step } else { classes - 1 - step };
        dealt[class].push(pupil.number.clone());
    }
    dealt.iter_mut().for_each(|class| class.sort());
    dealt
}

/// PW-32: every class drawn once, every team once, no lot before the last source.
fn check_teachers(
    classes: u64,
    witnesses: &[Witness],
    beacon: Option<&Beacon>,
    teachers: &[TeacherDraw],
) -> Result<(), Refusal> {
    let sources = witnesses.iter().map(|witness| &*witness.drawn_at).chain(beacon.map(|beacon| &*beacon.drawn_at));
    let last = sources.filter_map(time::seconds).max().unwrap_or(i64::MAX);
    let faulty = |place: &usize| {
        let lot = &teachers[*place];
        let repeated = teachers[..*place].iter().any(|other| other.class == lot.class || other.teacher == lot.teacher);
        let in_time = time::seconds(&lot.drawn_at).is_some_and(|time| time >= last);
        repeated || !in_time || !is_plain(&lot.teacher) || !(1..=classes).contains(&lot.class)
    };
    if teachers.len() as u64 > 99 {
        return Err(Refusal::new("PW-32"));
    }
    match (0..teachers.len()).find(faulty) {
        Some(place) => Err(Refusal::new("PW-32").at_row(place + 1)),
        None if teachers.len() as u64 == classes => Ok(()),
        None => Err(Refusal::new("PW-32")),
    }
}
