//! Derived values inside a write: brought up to date for the records whose parts were written, which are judged then.

use crate::bureau::Bureau;
use crate::form::Faults;
use crate::{check, effect};
use luoshi_kernel::{Context, Lang};
use luoshi_store::{StoreError, Writer};

/// Brings derived values up to date; gives what stands against records that got a new version by it. `own` is judged by
/// whoever writes it.
///
/// # Errors
/// What the store refuses or cannot read.
pub fn settle(
    bureau: &Bureau,
    writer: &mut Writer,
    context: &Context,
    lang: Lang,
    own: Option<(&str, i64)>,
) -> Result<Faults, StoreError> {
    let mut faults = vec![];
    for (name, id) in writer.derive()? {
        if own == Some((name.as_str(), id)) {
            continue;
        }
        let (Some(register), table) = (bureau.packs.registers.get(&name), bureau.table(&name)) else { continue };
        let Some(record) = writer.record(table, id, None)? else { continue };
        let found = check::faults(bureau, writer, context, register, &record, None, lang)?;
        faults.extend(effect::of_opened(register, found, lang));
    }
    Ok(faults)
}
