//! `seen`: how often the records of each unit refer to a record of a shared register. What is seen by none is hidden;
//! scope on shared registers is a join with this table.

use crate::error::StoreError;
use crate::link::Link;
use crate::search;
use crate::writer::{Step, Writer};

/// Keeps the counts true to a written row.
pub(crate) fn follow(writer: &mut Writer, step: &Step<'_>) -> Result<(), StoreError> {
    if step.shape.shared.is_empty() {
        return Ok(());
    }
    for (place, register) in &step.shape.shared {
        let before = step.before.and_then(|line| Some((line.values[*place].int()?, line.owner?)));
        let after = step.after.values[*place].int().zip(step.after.owner);
        if before == after {
            continue;
        }
        if let Some((id, unit)) = before {
            add(&mut *writer.link()?, *register, id, unit, -1)?;
            search::note_shared(writer, *register, id)?;
        }
        if let Some((id, unit)) = after {
            add(&mut *writer.link()?, *register, id, unit, 1)?;
            search::note_shared(writer, *register, id)?;
        }
    }
    Ok(())
}

fn add(link: &mut Link, register: i64, id: i64, unit: i64, times: i64) -> Result<(), StoreError> {
    let key = [register.into(), id.into(), unit.into()];
    let raise = "INSERT INTO seen (register, id, unit, times) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (register, id, unit) DO UPDATE SET times = seen.times + excluded.times";
    link.execute(raise, &[register.into(), id.into(), unit.into(), times.into()])?;
    if times < 0 {
        link.execute("DELETE FROM seen WHERE register = $1 AND id = $2 AND unit = $3 AND times <= 0", &key)?;
    }
    Ok(())
}
