//! Carries a planned change of the schema out.

use crate::error::StoreError;
use crate::link::Link;
use crate::record::Act;
use crate::sync::{self, Change, Drops, Plan, Step};
use crate::writer::Writer;
use luoshi_kernel::table::Table;
use std::time::{Duration, Instant};

/// How long a step waits for readers before it stands aside for those who wait behind it (PostgreSQL), and then tries
/// again; for so long as a whole.
const STAND_ASIDE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(60);

/// How many records are computed anew in one transaction.
const ANEW: i64 = 1_000;

/// Brings the database to these tables; runs alone in the lane.
pub(crate) fn apply(
    writer: &mut Writer,
    act: &Act,
    tables: &[Table],
    drop: &[String],
) -> Result<Vec<Change>, StoreError> {
    let derives = writer.derives.clone();
    let plan = sync::plan(&mut *writer.link()?, tables, &derives, Drops::Named(drop))?;
    if !plan.steps.is_empty() {
        at_once(writer, &plan)?;
    }
    for step in plan.steps.iter().filter(|step| step.apart) {
        match &step.change {
            Change::Owners { table } => anew(writer, act, table, &[done(&sync::owners_due(table))])?,
            Change::Copies { table } => anew(writer, act, table, &[done(&sync::copies_due(table))])?,
            Change::Derives { table } => anew(writer, act, table, &step.sql)?,
            Change::Search { table } => search(writer, act, table)?,
            Change::Accounts => group(writer, act, Writer::tell_accounts)?,
            _ => apart(writer, step)?,
        }
    }
    if !plan.steps.is_empty() {
        writer.link()?.learn()?;
    }
    Ok(plan.steps.into_iter().map(|step| step.change).collect())
}

/// Columns and catalogue, in one transaction.
fn at_once(writer: &mut Writer, plan: &Plan) -> Result<(), StoreError> {
    // What other registers refer to comes first.
    let at_once = plan.steps.iter().filter(|step| !step.apart);
    let (new, others): (Vec<&Step>, Vec<&Step>) =
        at_once.partition(|step| matches!(step.change, Change::Register { .. }));
    transaction(writer, |link| {
        for sql in new.iter().chain(&others).flat_map(|step| &step.sql).chain(&plan.after) {
            link.batch(sql)?;
        }
        for entry in &plan.entries {
            entry.store(link)?;
        }
        if !plan.entries.is_empty() {
            link.execute("UPDATE ledger_end SET schema = schema + 1 WHERE one = 1", &[])?;
        }
        Ok(())
    })?;
    writer.begin()?;
    writer.abandon();
    Ok(())
}

fn apart(writer: &mut Writer, step: &Step) -> Result<(), StoreError> {
    let done = transaction(writer, |link| step.sql.iter().try_for_each(|sql| link.batch(sql)));
    match (done, &step.change) {
        (Err(StoreError::Taken { .. }), Change::Index { table, columns, .. }) => {
            let columns = columns.join(", ");
            Err(StoreError::Schema {
                reason: format!(
                    "records of `{table}` share the same {columns}, which is declared unique; change them first"
                ),
                chinese: format!("台账“{table}”中已有记录的“{columns}”重复，请先改正再声明为不得重复"),
            })
        }
        (done, _) => done,
    }
}

fn transaction(writer: &mut Writer, work: impl Fn(&mut Link) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let since = Instant::now();
    let mut link = writer.link()?;
    loop {
        link.begin_write()?;
        let done = link.wait_at_most(STAND_ASIDE).and_then(|()| work(&mut link)).and_then(|()| link.commit());
        if done.is_err() {
            link.rollback();
        }
        match done {
            Err(StoreError::Busy) if since.elapsed() < PATIENCE => std::thread::sleep(STAND_ASIDE / 4),
            done => return done,
        }
    }
}

/// Takes away the mark that something is still to be computed anew.
fn done(key: &str) -> String {
    format!("DELETE FROM meta WHERE key = '{key}'")
}

/// Computes the owner, the copied and the derived values of every record anew, a thousand at a time; those that differ get
/// a new version. `sql` says that it is done.
fn anew(writer: &mut Writer, act: &Act, table: &str, sql: &[String]) -> Result<(), StoreError> {
    let mut after = 0;
    while let Some(last) = group(writer, act, |writer| some_anew(writer, table, after))? {
        after = last;
    }
    transaction(writer, |link| sql.iter().try_for_each(|sql| link.batch(sql)))
}

fn some_anew(writer: &mut Writer, table: &str, after: i64) -> Result<Option<i64>, StoreError> {
    let sql = format!("SELECT \"id\" FROM \"{table}\" WHERE \"id\" > $1 ORDER BY \"id\" LIMIT $2");
    let ids = writer.link()?.all(&sql, &[after.into(), ANEW.into()], |row| row.int(0))?;
    for id in &ids {
        crate::follow::catch_up_one(writer, table, *id)?;
    }
    Ok(ids.last().copied())
}

/// Makes what the search index holds of a register anew, a thousand records at a time.
fn search(writer: &mut Writer, act: &Act, table: &str) -> Result<(), StoreError> {
    let mut after = 0;
    while let Some(last) = group(writer, act, |writer| crate::search::build_some(writer, table, after))? {
        after = last;
    }
    let key = sync::search_due(table);
    transaction(writer, |link| link.execute("DELETE FROM meta WHERE key = $1", &[key.as_str().into()]).map(|_| ()))
}

/// One group of the lane with a single member, made by the store itself.
pub(crate) fn group<T>(
    writer: &mut Writer,
    act: &Act,
    body: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    writer.begin()?;
    let done = writer.enter(act).and_then(|()| {
        let result = writer.whole(body);
        let left = writer.leave(result.is_ok());
        result.and_then(|value| left.map(|()| value))
    });
    let committed = match done {
        Ok(value) => writer.commit().map(|()| value),
        Err(error) => Err(error),
    };
    if committed.is_err() {
        writer.abandon();
    }
    committed
}
