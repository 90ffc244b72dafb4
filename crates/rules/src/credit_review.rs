//! Which credit review of an institution is in force (operations 3.4): of those that took effect, the one of the latest year.

use luoshi_desk::Save;
use luoshi_desk::job::{NotDone, Record, Work};
use luoshi_pack::Value;
use luoshi_pack::condition::{Compare, Condition, Operand};
use std::collections::BTreeMap;

/// Lets the review of the latest year stand alone: those before it are replaced.
pub fn replace(work: &Work<'_>) -> Result<(), NotDone> {
    let Some(review) = work.record()? else { return Ok(()) };
    let of_it = is("institution", review.value("institution").clone());
    let reviews = work.records("credit_review", &Condition::All(vec![effective(), of_it]))?;
    let latest = reviews.iter().max_by_key(|review| year(review)).map(|review| review.id);
    for earlier in reviews.iter().filter(|review| Some(review.id) != latest) {
        let save = Save {
            register: "credit_review".into(),
            id: Some(earlier.id),
            by_move: Some("replace".into()),
            ..Save::default()
        };
        work.save_once(&format!("replace {}", earlier.id), save)?;
    }
    Ok(())
}

/// The class in force of each institution that has one; what a review replaces is not asked for, though its job may not
/// have run yet.
pub fn classes(work: &Work<'_>) -> Result<BTreeMap<i64, String>, NotDone> {
    let mut latest: BTreeMap<i64, Record> = BTreeMap::new();
    for review in work.records("credit_review", &effective())? {
        let Some(institution) = review.value("institution").int() else { continue };
        if latest.get(&institution).is_none_or(|other| year(other) < year(&review)) {
            latest.insert(institution, review);
        }
    }
    let class = |review: &Record| review.value("class").text().map(str::to_string);
    Ok(latest.into_iter().filter_map(|(institution, review)| Some((institution, class(&review)?))).collect())
}

fn effective() -> Condition {
    is("state", Value::Text("effective".into()))
}

fn is(name: &str, value: Value) -> Condition {
    Condition::Compare(vec![name.into()], Compare::Equal, Operand::literal(value))
}

fn year(review: &Record) -> Option<i64> {
    review.value("year").int()
}
