//! `tally`: how many current records of a register stand in each state and belong to each unit. Totals that ask for no
//! more than that are sums of its few lines instead of scans; [`luoshi_kernel::query::Planner::tally`] plans them.

use crate::error::StoreError;
use crate::link::{Link, Param};
use crate::shape::{Schema, quoted};
use crate::writer::Step;
use std::collections::BTreeMap;

/// An absent owner or state counts under 0 and ''; the columns beside the key keep it null, as in the register.
pub(crate) const MAKE: &str = "
CREATE TABLE IF NOT EXISTS tally (register TEXT NOT NULL, owner_key INT NOT NULL, state_key TEXT NOT NULL, owner INT,
    state TEXT, records INT NOT NULL, PRIMARY KEY (register, owner_key, state_key)) CLUSTERED;
";

/// What a group changes: by register's number, owner and state, how many records came or went.
pub(crate) type Changes = BTreeMap<(i64, Option<i64>, Option<String>), i64>;

/// Notes what a written row changes.
pub(crate) fn note(changes: &mut Changes, step: &Step<'_>) {
    let same = |before: &crate::reader::Line| (before.owner, &before.state) == (step.after.owner, &step.after.state);
    if step.before.is_some_and(same) {
        return;
    }
    if let Some(before) = step.before {
        *changes.entry((step.shape.number, before.owner, before.state.clone())).or_default() -= 1;
    }
    *changes.entry((step.shape.number, step.after.owner, step.after.state.clone())).or_default() += 1;
}

/// Writes down what a group changed.
pub(crate) fn store(link: &mut Link, schema: &Schema, changes: &Changes) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO tally (register, owner_key, state_key, owner, state, records) VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (register, owner_key, state_key) DO UPDATE SET records = tally.records + excluded.records";
    for ((register, owner, state), more) in changes.iter().filter(|(_, more)| **more != 0) {
        let Some(shape) = schema.numbered(*register) else { continue };
        let key: [Param<'_>; 3] =
            [shape.table.name.as_str().into(), owner.unwrap_or(0).into(), state.as_deref().unwrap_or_default().into()];
        let [register, owner_key, state_key] = key;
        let (owner, state) = ((*owner).into(), state.as_deref().into());
        link.execute(sql, &[register, owner_key, state_key, owner, state, (*more).into()])?;
    }
    Ok(())
}

/// Counts a register anew: for a database that was made before the counts were kept.
pub(crate) fn fill(link: &mut Link, table: &str) -> Result<(), StoreError> {
    let (owner, state) = (quoted("owner"), quoted("state"));
    let sql = format!(
        "INSERT INTO tally (register, owner_key, state_key, owner, state, records)
         SELECT '{table}', coalesce({owner}, 0), coalesce({state}, ''), {owner}, {state}, count(*) FROM {}
         GROUP BY {owner}, {state}",
        quoted(table)
    );
    link.execute(&sql, &[]).map(|_| ())
}
