//! 平行志愿: candidates are taken one by one in order of rank, each goes to the first of his choices that has a place.
//!
//! Before the general places come the 分配生 places, kept for each junior school; those nobody of that school fills go
//! back to the general places. After the batch come rounds of 征求志愿 for what is left, with new choices and the same
//! rule. Source: domain rule 4.4.

use crate::lists::Lists;
use crate::refusal::Refusal;
use crate::round::check_names;
use crate::standing::Standing;

/// What happens to candidates who are equal in the whole chain at a school's last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EqualLast {
    /// The draw has put them in order already; equal candidates left are a fault.
    Draw,
    /// All of them are admitted and the plan grows by the overflow.
    AdmitAll,
}

/// 分配生: places of each senior school kept for each junior school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directed {
    /// `places[h][j]`: places of senior school `h` for juniors of `j`. Shape `S x J`.
    pub places: Vec<Vec<u32>>,
    /// Junior school of each candidate. Shape `C`.
    pub junior: Vec<u32>,
    /// Whether the candidate has three years of 学籍 and study there. Shape `C`.
    pub eligible: Vec<bool>,
    /// 最低控制线 of each senior school on the first step of the chain; `None` sets no line. Shape `S`.
    pub line: Vec<Option<i64>>,
    /// Choices for these places, best first. Shape `C`, ragged.
    pub wishes: Lists,
}

/// One batch (批次) of admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Places of each school, 分配生 places included. Shape `S`.
    pub plan: Vec<u32>,
    /// 最低控制线 for general places on the first step of the chain. Shape `S`.
    pub line: Vec<Option<i64>>,
    /// `true` when the smaller value of the first step is better.
    pub low_first: bool,
    /// Choices of the batch itself, then of each round of 征求志愿. Each of shape `C`, ragged.
    pub rounds: Vec<Lists>,
    /// 分配生 places, if any.
    pub directed: Option<Directed>,
    /// Rule for the last place.
    pub equal_last: EqualLast,
}

/// How a candidate came to his place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// On a 分配生 place.
    Directed,
    /// On a general place, in the batch (0) or in a round of 征求志愿 (1, 2, …).
    General(u32),
}

/// What a batch gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// School and way of each candidate; `None` if unplaced. Shape `C`.
    pub placed: Vec<Option<(u32, Way)>>,
    /// 分配生 places that nobody filled and that became general places. Shape `S`.
    pub returned: Vec<u32>,
    /// Candidates above the plan, admitted because equal at the last place. Shape `S`.
    pub overflow: Vec<u32>,
}

/// Admits one batch.
///
/// # Errors
/// [`Refusal`] names the first row that breaks the shapes of [`Batch`], or two candidates left equal without a draw.
pub fn admit(standing: &Standing, batch: &Batch) -> Result<Outcome, Refusal> {
    check(standing, batch)?;
    let mut placed = vec![None; standing.order.len()];
    let mut filled = vec![0_u32; batch.plan.len()];
    let mut returned = vec![0; batch.plan.len()];
    if let Some(directed) = &batch.directed {
        let mut free = directed.places.concat();
        walk(standing, &Stage::directed(standing, batch, directed), &mut free, &mut placed);
        for (school, _) in placed.iter().flatten() {
            filled[*school as usize] += 1;
        }
        for (school, places) in directed.places.iter().enumerate() {
            returned[school] = places.iter().sum::<u32>().saturating_sub(filled[school]);
        }
    }
    let mut free: Vec<u32> =
        batch.plan.iter().zip(&filled).map(|(plan, filled)| plan.saturating_sub(*filled)).collect();
    for round in 0..batch.rounds.len() {
        walk(standing, &Stage::general(standing, batch, round), &mut free, &mut placed);
    }
    let mut overflow = vec![0_u32; batch.plan.len()];
    for (school, _) in placed.iter().flatten() {
        overflow[*school as usize] += 1;
    }
    for (overflow, plan) in overflow.iter_mut().zip(&batch.plan) {
        *overflow = overflow.saturating_sub(*plan);
    }
    Ok(Outcome { placed, returned, overflow })
}

/// Takes everybody still unplaced in order and gives him the first of his choices with a free place.
fn walk(standing: &Standing, stage: &Stage, free: &mut [u32], placed: &mut [Option<(u32, Way)>]) {
    for members in groups(standing) {
        // Equal candidates see the same free places, so that all of them or none get in.
        let mut taken = Vec::with_capacity(members.len());
        for &candidate in members {
            let row = candidate as usize;
            if placed[row].is_some() {
                continue;
            }
            let mut choices = stage.wishes.row(row).iter();
            let open = choices.find_map(|&school| {
                let slot = (stage.slot)(row, school)?;
                (free[slot] > 0).then_some((school, slot))
            });
            if let Some((school, slot)) = open {
                placed[row] = Some((school, stage.way));
                taken.push(slot);
            }
        }
        for slot in taken {
            free[slot] = free[slot].saturating_sub(1);
        }
    }
}

/// One walk through the candidates: which choices count and from which heap of places each is served.
struct Stage<'a> {
    way: Way,
    wishes: &'a Lists,
    /// The heap of places for a candidate at a school; `None` when he is not entitled to one.
    slot: Box<dyn Fn(usize, u32) -> Option<usize> + 'a>,
}

impl<'a> Stage<'a> {
    /// One heap for each school.
    fn general(standing: &'a Standing, batch: &'a Batch, round: usize) -> Self {
        let slot = move |row: usize, school: u32| {
            let line = batch.line[school as usize];
            reaches(standing.first[row], line, batch.low_first).then_some(school as usize)
        };
        Self { way: Way::General(round as u32), wishes: &batch.rounds[round], slot: Box::new(slot) }
    }

    /// One heap for each senior and junior school.
    fn directed(standing: &'a Standing, batch: &'a Batch, directed: &'a Directed) -> Self {
        let juniors = directed.places.first().map_or(0, Vec::len);
        let slot = move |row: usize, school: u32| {
            let line = directed.line[school as usize];
            let entitled = directed.eligible[row] && reaches(standing.first[row], line, batch.low_first);
            entitled.then_some(school as usize * juniors + directed.junior[row] as usize)
        };
        Self { way: Way::Directed, wishes: &directed.wishes, slot: Box::new(slot) }
    }
}

/// Whether a value reaches a control line.
fn reaches(value: i64, line: Option<i64>, low_first: bool) -> bool {
    line.is_none_or(|line| if low_first { value <= line } else { value >= line })
}

/// Candidates in order, equal ones together.
fn groups(standing: &Standing) -> impl Iterator<Item = &[u32]> {
    standing.order.chunk_by(|a, b| standing.group[*a as usize] == standing.group[*b as usize])
}

fn check(standing: &Standing, batch: &Batch) -> Result<(), Refusal> {
    let (candidates, schools) = (standing.order.len(), batch.plan.len());
    same("line", batch.line.len(), "plan", schools)?;
    for wishes in &batch.rounds {
        check_wishes(wishes, candidates, schools)?;
    }
    if batch.equal_last == EqualLast::Draw
        && let Some(pair) = groups(standing).find(|members| members.len() > 1)
    {
        return Err(Refusal::at(
            "MA-06",
            pair[1] as usize,
            format!("考生 {} 与 {} 各项相同，需要抽签号（draw）或规定末位同分全录。", pair[0], pair[1]),
            format!(
                "Candidates {} and {} are equal in every step; give draw keys or admit all equal at the last place.",
                pair[0], pair[1]
            ),
        ));
    }
    batch.directed.as_ref().map_or(Ok(()), |directed| check_directed(directed, &batch.plan, candidates))
}

fn check_wishes(wishes: &Lists, candidates: usize, schools: usize) -> Result<(), Refusal> {
    same("wishes", wishes.rows(), "marks", candidates)?;
    check_names(wishes, schools, ["考生", "candidate"], ["学校", "school"])
}

fn check_directed(directed: &Directed, plan: &[u32], candidates: usize) -> Result<(), Refusal> {
    same("directed.places", directed.places.len(), "plan", plan.len())?;
    same("directed.line", directed.line.len(), "plan", plan.len())?;
    same("directed.junior", directed.junior.len(), "marks", candidates)?;
    same("directed.eligible", directed.eligible.len(), "marks", candidates)?;
    check_wishes(&directed.wishes, candidates, plan.len())?;
    let juniors = directed.places.first().map_or(0, Vec::len);
    for (school, (places, &plan)) in directed.places.iter().zip(plan).enumerate() {
        same("directed.places", places.len(), "graduates", juniors)?;
        let kept: u64 = places.iter().map(|&places| u64::from(places)).sum();
        if kept > u64::from(plan) {
            return Err(Refusal::at(
                "MA-07",
                school,
                format!("学校 {school} 的分配生名额 {kept} 超过其计划 {plan}。"),
                format!("School {school} keeps {kept} 分配生 places but its plan is {plan}."),
            ));
        }
    }
    let unknown = directed.junior.iter().position(|&junior| junior as usize >= juniors);
    unknown.map_or(Ok(()), |row| {
        Err(Refusal::at(
            "MA-04",
            row,
            format!("考生 {row} 的初中 {} 不存在。", directed.junior[row]),
            format!("The junior school {} of candidate {row} does not exist.", directed.junior[row]),
        ))
    })
}

/// Refuses two tables of different lengths.
pub(crate) fn same(name: &str, length: usize, other: &str, wanted: usize) -> Result<(), Refusal> {
    if length == wanted {
        return Ok(());
    }
    Err(Refusal::whole(
        "MA-03",
        format!("{name} 有 {length} 项，{other} 有 {wanted} 项，应当一样多。"),
        format!("{name} has {length} entries, {other} {wanted}; they must match."),
    ))
}

/// Why an outcome breaks a rule of admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// Admitted where not asked for, not eligible, or below the line (ZS-21, ZS-22).
    NotEntitled {
        /// The candidate.
        candidate: u32,
    },
    /// More admitted than places and the rule for the last place does not cover it (ZS-21).
    BeyondPlan {
        /// The school.
        school: u32,
    },
    /// The candidate was passed over: a better choice of his had a place, or took somebody ranking after him.
    PassedOver {
        /// The candidate.
        candidate: u32,
        /// The choice he should have had.
        school: u32,
    },
}

/// Checks an outcome against the rules alone, without admitting anybody: entitlement, plans, and that nobody is passed
/// over. Returns the first objection, 分配生 places first, then the rounds in order.
///
/// It uses the rules of entitlement but not the walk of [`admit`]: it counts who ranks before whom.
pub fn objection(standing: &Standing, batch: &Batch, placed: &[Option<(u32, Way)>]) -> Option<Objection> {
    if placed.len() != standing.group.len() {
        return Some(Objection::NotEntitled { candidate: placed.len().min(standing.group.len()) as u32 });
    }
    let directed = batch.directed.as_ref().map(|directed| Stage::directed(standing, batch, directed));
    let general = (0..batch.rounds.len()).map(|round| Stage::general(standing, batch, round));
    let stages: Vec<Stage> = directed.into_iter().chain(general).collect();
    let entitled = |row: usize, (school, way): (u32, Way)| {
        let stage = stages.iter().find(|stage| stage.way == way);
        stage.is_some_and(|stage| stage.wishes.row(row).contains(&school) && (stage.slot)(row, school).is_some())
    };
    let stranger = (0..placed.len()).find(|&row| placed[row].is_some_and(|place| !entitled(row, place)));
    if let Some(row) = stranger {
        return Some(Objection::NotEntitled { candidate: row as u32 });
    }
    let mut left: Vec<usize> = batch.plan.iter().map(|&plan| plan as usize).collect();
    for stage in &stages {
        let places = match (&batch.directed, stage.way) {
            (Some(directed), Way::Directed) => directed.places.concat().iter().map(|&places| places as usize).collect(),
            _ => left.clone(),
        };
        if let Some(objection) = stage_objection(standing, batch.equal_last, stage, &places, placed) {
            return Some(objection);
        }
        for (school, _) in placed.iter().flatten().filter(|(_, way)| *way == stage.way) {
            left[*school as usize] = left[*school as usize].saturating_sub(1);
        }
    }
    None
}

fn stage_objection(
    standing: &Standing,
    equal_last: EqualLast,
    stage: &Stage,
    places: &[usize],
    placed: &[Option<(u32, Way)>],
) -> Option<Objection> {
    // Groups of those taken from each heap, best first.
    let mut taken = vec![Vec::new(); places.len()];
    for (row, place) in placed.iter().enumerate() {
        if let Some((school, way)) = place
            && *way == stage.way
            && let Some(slot) = (stage.slot)(row, *school)
        {
            taken[slot].push((standing.group[row], *school));
        }
    }
    taken.iter_mut().for_each(|groups| groups.sort_unstable());
    let ahead = |slot: usize, group: u32| taken[slot].partition_point(|taken| taken.0 < group);
    for (slot, groups) in taken.iter().enumerate() {
        let Some(&(last, school)) = groups.last() else { continue };
        // Only those equal to the last may stand above the plan, and only where all such are admitted.
        let fits = match equal_last {
            EqualLast::Draw => groups.len() <= places[slot],
            EqualLast::AdmitAll => ahead(slot, last) < places[slot],
        };
        if !fits {
            return Some(Objection::BeyondPlan { school });
        }
    }
    for (row, place) in placed.iter().enumerate() {
        // Who was placed in an earlier way no longer takes part.
        if place.is_some_and(|(_, way)| way < stage.way) {
            continue;
        }
        for &school in stage.wishes.row(row) {
            if *place == Some((school, stage.way)) {
                break;
            }
            let Some(slot) = (stage.slot)(row, school) else { continue };
            if ahead(slot, standing.group[row]) < places[slot] {
                return Some(Objection::PassedOver { candidate: row as u32, school });
            }
        }
    }
    None
}
