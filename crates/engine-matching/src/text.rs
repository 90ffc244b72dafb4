//! The text boundary: JSON in, JSON out, for the command line and anybody who rechecks a result.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::acceptance::{Assignment, place};
use crate::certificate;
use crate::lists::{Lists, ListsSeed, RowSeed};
use crate::parallel::{self, Batch, Directed, EqualLast, Way, same};
use crate::quota::allot;
use crate::refusal::Refusal;
use crate::round::{Reserve, Round};
use crate::standing::{Step, standing};

/// Answers one question.
///
/// | verb | asks |
/// |---|---|
/// | `place` (also empty) | deferred acceptance: `students`, `schools`, `capacity`, optional `draw`, `reserve` |
/// | `stable` | the same and `assignment`: does any pair block? |
/// | `parallel` | 平行志愿: see the manual page |
/// | `allot` | `places` and `size`: shares by largest remainder |
///
/// # Errors
/// [`Refusal`] when the text is not the JSON asked for or breaks a rule; it names the first offending row.
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    match verb {
        "" | "place" => {
            let round = read_round(input)?.0;
            write(&Placed { assignment: place(&round) })
        }
        "stable" => stable(input),
        "parallel" => write(&parallel_answer(parse(input)?)?),
        "allot" => {
            let Allotment { places, size } = parse(input)?;
            write(&json!({ "quota": allot(places, &size)? }))
        }
        _ => Err(Refusal::whole(
            "MA-10",
            format!("没有“{verb}”这种计算，可用 place、stable、parallel、allot。"),
            format!("There is no computation \"{verb}\"; use place, stable, parallel or allot."),
        )),
    }
}

#[derive(Serialize)]
struct Placed {
    assignment: Vec<Option<u32>>,
}

fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Refusal> {
    let mut text = serde_json::to_vec(value).map_err(|fault| {
        Refusal::whole("MA-01", "结果无法写成 JSON。", format!("The answer cannot be written: {fault}."))
    })?;
    text.push(b'\n');
    Ok(text)
}

fn parse<T: DeserializeOwned>(input: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(input).map_err(|fault| {
        let (table, row) = place_of_fault::<T>(input);
        unreadable(&fault, &table, row)
    })
}

/// The key and row at which reading fails, found by reading once more with an eye on the place.
fn place_of_fault<T: DeserializeOwned>(input: &[u8]) -> (String, Option<usize>) {
    let mut deserializer = serde_json::Deserializer::from_slice(input);
    let Err(fault) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return (String::new(), None);
    };
    let mut table = String::new();
    for segment in fault.path() {
        match segment {
            Segment::Seq { index } => return (table, Some(*index)),
            Segment::Map { key } => key.clone_into(&mut table),
            _ => {}
        }
    }
    (table, None)
}

fn unreadable(fault: &serde_json::Error, table: &str, row: Option<usize>) -> Refusal {
    let place = match (table, row) {
        ("", _) => [String::new(), String::new()],
        (table, Some(row)) => [format!("{table} 第 {row} 行"), format!(" in {table}, row {row}")],
        (table, None) => [table.to_owned(), format!(" in {table}")],
    };
    Refusal {
        row,
        ..Refusal::whole(
            "MA-01",
            format!("输入{}不是所要求的 JSON（{fault}）。", place[0]),
            format!("The input is not the JSON asked for{}: {fault}.", place[1]),
        )
    }
}

fn stable(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let (round, assignment) = read_round(input)?;
    let assignment = assignment.ok_or_else(|| missing("assignment"))?;
    let unknown = assignment.iter().position(|school| school.is_some_and(|school| school as usize >= round.schools()));
    if let Some(row) = unknown {
        return Err(Refusal::at(
            "MA-04",
            row,
            format!("assignment 第 {row} 行的学校不存在。"),
            format!("assignment, row {row}: there is no such school."),
        ));
    }
    use certificate::Objection;
    write(&match certificate::blocking(&round, &assignment) {
        None => json!({ "stable": true }),
        Some(Objection::Length { given, students }) => {
            json!({ "stable": false, "why": "length", "given": given, "students": students })
        }
        Some(Objection::NotMutual { student, school }) => {
            json!({ "stable": false, "why": "not mutual", "student": student, "school": school })
        }
        Some(Objection::OverFull { school, placed }) => {
            json!({ "stable": false, "why": "over full", "school": school, "placed": placed })
        }
        Some(Objection::Blocking { student, school, instead_of }) => {
            json!({ "stable": false, "why": "blocking", "student": student, "school": school, "instead_of": instead_of })
        }
    })
}

fn missing(key: &str) -> Refusal {
    Refusal::whole("MA-02", format!("缺少 {key}。"), format!("{key} is missing."))
}

/// Reads one round: `students`, `schools`, `capacity`, optional `draw`, `reserve`, and `assignment` for a check.
///
/// # Errors
/// [`Refusal`] as for [`answer`].
pub fn read_round(input: &[u8]) -> Result<(Round, Option<Assignment>), Refusal> {
    let mut text = RoundText::default();
    let mut deserializer = serde_json::Deserializer::from_slice(input);
    let read = RoundSeed(&mut text).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    read.map_err(|fault| {
        let row = match text.reading {
            "students" => text.students.as_ref().map(Lists::rows),
            "schools" => text.schools.as_ref().map(Lists::rows),
            "capacity" => text.capacity.as_ref().map(Vec::len),
            _ => None,
        };
        unreadable(&fault, text.reading, row)
    })?;
    let students = text.students.ok_or_else(|| missing("students"))?;
    let mut schools = text.schools.ok_or_else(|| missing("schools"))?;
    let capacity = text.capacity.ok_or_else(|| missing("capacity"))?;
    break_ties(&mut schools, &text.ties, text.draw.as_deref(), students.rows())?;
    let round = Round::new(students, schools, capacity, text.reserve)?;
    Ok((round, text.assignment))
}

/// Puts stretches of equal students in the order of their draw keys.
fn break_ties(
    schools: &mut Lists,
    ties: &[(usize, usize)],
    draw: Option<&[String]>,
    students: usize,
) -> Result<(), Refusal> {
    if let Some(draw) = draw {
        same("draw", draw.len(), "students", students)?;
    }
    for &(from, to) in ties {
        let school = schools.row_of(from);
        let Some(draw) = draw else {
            return Err(Refusal::at(
                "MA-06",
                school,
                format!("学校 {school} 有同序的学生，需要抽签号（draw）。"),
                format!("School {school} ranks students as equal; give draw keys."),
            ));
        };
        let equals = schools.stretch_mut(from, to);
        if let Some(student) = equals.iter().find(|student| **student as usize >= students) {
            return Err(Refusal::at(
                "MA-04",
                school,
                format!("第 {school} 个学校的名单里有学生 {student}，编号应小于 {students}。"),
                format!("The list of school {school} names student {student}; numbers must be below {students}."),
            ));
        }
        equals.sort_by(|a, b| draw[*a as usize].as_bytes().cmp(draw[*b as usize].as_bytes()));
        let same_key =
            equals.windows(2).find(|pair| pair[0] != pair[1] && draw[pair[0] as usize] == draw[pair[1] as usize]);
        if let Some(pair) = same_key {
            return Err(Refusal::at(
                "MA-06",
                school,
                format!("学生 {} 与 {} 同序且抽签号相同，请核对。", pair[0], pair[1]),
                format!(
                    "Students {} and {} are equal at school {school} and have the same draw key.",
                    pair[0], pair[1]
                ),
            ));
        }
    }
    Ok(())
}

#[derive(Default)]
struct RoundText {
    /// The key being read, to name it when reading fails.
    reading: &'static str,
    students: Option<Lists>,
    schools: Option<Lists>,
    ties: Vec<(usize, usize)>,
    capacity: Option<Vec<u32>>,
    draw: Option<Vec<String>>,
    reserve: Vec<Reserve>,
    assignment: Option<Vec<Option<u32>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReserveText {
    school: u32,
    places: u32,
    students: Vec<u32>,
}

struct RoundSeed<'a>(&'a mut RoundText);

impl<'de> DeserializeSeed<'de> for RoundSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

const ROUND_KEYS: [&str; 6] = ["students", "schools", "capacity", "draw", "reserve", "assignment"];

impl<'de> Visitor<'de> for RoundSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with students, schools and capacity")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let text = self.0;
        let mut seen = [false; ROUND_KEYS.len()];
        while let Some(key) = map.next_key::<String>()? {
            let Some(at) = ROUND_KEYS.iter().position(|known| *known == key) else {
                return Err(A::Error::unknown_field(&key, &ROUND_KEYS));
            };
            if std::mem::replace(&mut seen[at], true) {
                return Err(A::Error::duplicate_field(ROUND_KEYS[at]));
            }
            text.reading = ROUND_KEYS[at];
            match text.reading {
                "students" => {
                    let lists = text.students.insert(Lists::default());
                    map.next_value_seed(ListsSeed { lists, ties: None })?;
                }
                "schools" => {
                    let lists = text.schools.insert(Lists::default());
                    map.next_value_seed(ListsSeed { lists, ties: Some(&mut text.ties) })?;
                }
                "capacity" => {
                    let items = text.capacity.insert(Vec::new());
                    map.next_value_seed(RowSeed { items, ties: None })?;
                }
                "draw" => text.draw = Some(map.next_value()?),
                "reserve" => {
                    let reserve: Vec<ReserveText> = map.next_value()?;
                    text.reserve = reserve
                        .into_iter()
                        .map(|ReserveText { school, places, students }| Reserve { school, places, students })
                        .collect();
                }
                _ => text.assignment = Some(map.next_value()?),
            }
            text.reading = "";
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Allotment {
    places: u32,
    size: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParallelText {
    /// Names of the columns of `marks`.
    columns: Vec<String>,
    marks: Vec<Vec<i64>>,
    chain: Vec<StepText>,
    draw: Option<Vec<String>>,
    #[serde(default)]
    equal_last: EqualLastText,
    plan: Vec<u32>,
    line: Option<Vec<Option<i64>>>,
    wishes: Vec<Vec<u32>>,
    /// New choices for each round of 征求志愿.
    #[serde(default)]
    further: Vec<Vec<Vec<u32>>>,
    directed: Option<DirectedText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepText {
    sum: Vec<String>,
    #[serde(default)]
    first: First,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum First {
    #[default]
    High,
    Low,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum EqualLastText {
    #[default]
    Draw,
    Admit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DirectedText {
    /// 分配生 places of each school in all, shared out over `graduates`.
    places: Vec<u32>,
    graduates: Vec<u32>,
    junior: Vec<u32>,
    eligible: Option<Vec<bool>>,
    line: Option<Vec<Option<i64>>>,
    /// Without this the choices of the batch hold.
    wishes: Option<Vec<Vec<u32>>>,
}

fn parallel_answer(text: ParallelText) -> Result<Value, Refusal> {
    let chain = text.chain.iter().enumerate().map(|(row, step)| read_step(row, step, &text.columns));
    let chain: Vec<Step> = chain.collect::<Result<_, _>>()?;
    if let Some(row) = text.marks.iter().position(|marks| marks.len() != text.columns.len()) {
        return Err(Refusal::at(
            "MA-03",
            row,
            format!("考生 {row} 有 {} 个分数，columns 有 {} 列。", text.marks[row].len(), text.columns.len()),
            format!("Candidate {row} has {} marks for {} columns.", text.marks[row].len(), text.columns.len()),
        ));
    }
    let standing = standing(&text.marks, &chain, text.draw.as_deref())?;
    let quota = text.directed.as_ref().map(|directed| read_quota(directed, text.plan.len())).transpose()?;
    let batch = read_batch(text, &chain, quota.clone())?;
    let outcome = parallel::admit(&standing, &batch)?;
    let first = &standing.first;
    let way = |way: &Way| match way {
        Way::Directed => "分配生".to_owned(),
        Way::General(0) => "统招".to_owned(),
        Way::General(round) => format!("征求{round}"),
    };
    let lowest = |school: u32| {
        let admitted =
            outcome.placed.iter().zip(first).filter(|(place, _)| place.is_some_and(|(own, _)| own == school));
        let values = admitted.map(|(_, value)| *value);
        if batch.low_first { values.max() } else { values.min() }
    };
    let admitted = |school: u32| outcome.placed.iter().flatten().filter(|place| place.0 == school).count();
    let schools = 0..batch.plan.len() as u32;
    Ok(json!({
        "assignment": outcome.placed.iter().map(|place| place.map(|(school, _)| school)).collect::<Vec<_>>(),
        "way": outcome.placed.iter().map(|place| place.as_ref().map(|(_, own)| way(own))).collect::<Vec<_>>(),
        "order": standing.order,
        "quota": quota,
        "returned": outcome.returned,
        "overflow": outcome.overflow,
        "lowest": schools.clone().map(lowest).collect::<Vec<_>>(),
        "left": schools.map(|school| batch.plan[school as usize].saturating_sub(admitted(school) as u32)).collect::<Vec<_>>(),
        "fair": parallel::objection(&standing, &batch, &outcome.placed).is_none(),
    }))
}

fn read_step(row: usize, step: &StepText, columns: &[String]) -> Result<Step, Refusal> {
    let column = |name: &String| {
        columns.iter().position(|column| column == name).ok_or_else(|| {
            Refusal::at(
                "MA-09",
                row,
                format!("chain 第 {row} 步的“{name}”不在 columns 里。"),
                format!("Step {row} of the chain names \"{name}\", which is not among the columns."),
            )
        })
    };
    Ok(Step { columns: step.sum.iter().map(column).collect::<Result<_, _>>()?, low_first: step.first == First::Low })
}

fn read_quota(directed: &DirectedText, schools: usize) -> Result<Vec<Vec<u32>>, Refusal> {
    same("directed.places", directed.places.len(), "plan", schools)?;
    directed.places.iter().map(|&places| allot(places, &directed.graduates)).collect()
}

fn read_batch(text: ParallelText, chain: &[Step], quota: Option<Vec<Vec<u32>>>) -> Result<Batch, Refusal> {
    let schools = text.plan.len();
    let candidates = text.marks.len();
    let wishes = Lists::from_rows(&text.wishes);
    let directed = text.directed.zip(quota).map(|(directed, places)| Directed {
        places,
        junior: directed.junior,
        eligible: directed.eligible.unwrap_or_else(|| vec![true; candidates]),
        line: directed.line.unwrap_or_else(|| vec![None; schools]),
        wishes: directed.wishes.map_or_else(|| wishes.clone(), Lists::from_rows),
    });
    let mut rounds = vec![wishes];
    rounds.extend(text.further.iter().map(Lists::from_rows));
    Ok(Batch {
        line: text.line.unwrap_or_else(|| vec![None; schools]),
        plan: text.plan,
        low_first: chain.first().is_some_and(|step| step.low_first),
        rounds,
        directed,
        equal_last: match text.equal_last {
            EqualLastText::Draw => EqualLast::Draw,
            EqualLastText::Admit => EqualLast::AdmitAll,
        },
    })
}
