//! Pupils to schools, as text.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{parse, write};
use crate::assign::{TABLE_MAX, assign, proves_optimal};
use crate::distance::{Points, floor_distances};
use crate::reading::{Column, Table};
use crate::refusal::Refusal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignText {
    pupil: Table,
    school: Table,
    capacity: Column,
    #[serde(default)]
    price: bool,
}

/// Pupils and schools on a plane, checked.
#[derive(Debug)]
pub struct Places {
    /// Where pupils live. Shape `N`.
    pub pupils: Points,
    /// Where schools stand. Shape `S`.
    pub schools: Points,
    /// Places of each school. Shape `S`.
    pub capacity: Vec<u32>,
}

/// Reads pupils and schools; the flag says whether prices are wanted.
///
/// # Errors
/// [`Refusal`] as for [`super::answer`].
pub fn read_assign(input: &[u8]) -> Result<(Places, bool), Refusal> {
    let text: AssignText = parse(input)?;
    Ok((places(text.pupil, text.school, &text.capacity)?, text.price))
}

fn places(pupil: Table, school: Table, capacity: &Column) -> Result<Places, Refusal> {
    pupil.check("pupil", 2)?;
    school.check("school", 2)?;
    capacity.check("capacity", school.rows())?;
    let places = Places {
        pupils: Points { xy: pupil.values },
        schools: Points { xy: school.values },
        capacity: capacity.counts("capacity")?,
    };
    places.pupils.check("pupil")?;
    places.schools.check("school")?;
    let table = places.pupils.len().saturating_mul(places.schools.len());
    if table > TABLE_MAX {
        return Err(Refusal::whole(
            "PL-05",
            format!("学生数乘学校数为 {table}，超过 {TABLE_MAX}，请分片区计算。"),
            format!("{table} pairs of pupil and school are more than {TABLE_MAX}; compute district by district."),
        ));
    }
    if places.schools.is_empty() && !places.pupils.is_empty() {
        return Err(Refusal::whole("PL-20", "没有学校，学生无处可去。", "There is no school for the pupils to go to."));
    }
    Ok(places)
}

pub(super) fn answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Answer {
        assign: Vec<u32>,
        cost: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        price: Option<Vec<i64>>,
    }
    let (places, price) = read_assign(input)?;
    let cost = floor_distances(&places.pupils, &places.schools);
    let assigned = assign(&cost, &places.capacity)?;
    write(&Answer { assign: assigned.school, cost: assigned.cost, price: price.then_some(assigned.price) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckText {
    pupil: Table,
    school: Table,
    capacity: Column,
    assign: Vec<u32>,
    price: Vec<i64>,
}

pub(super) fn check(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text: CheckText = parse(input)?;
    let places = places(text.pupil, text.school, &text.capacity)?;
    let cost = floor_distances(&places.pupils, &places.schools);
    let optimal = proves_optimal(&cost, &places.capacity, &text.assign, &text.price);
    write(&json!({ "optimal": optimal }))
}
