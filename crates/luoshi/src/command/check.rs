//! `luoshi check`

use super::{Global, out, print};
use crate::source::Sources;
use luoshi_kernel::{Context, number};
use luoshi_pack::index::{self, Covering};
use luoshi_pack::{Fault, Packs};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;

/// Reports every fault of all packs and plans; exit 1 when there is one.
pub fn run(global: &Global, as_json: bool) -> Result<ExitCode, String> {
    let sources = Sources::read(global.home().as_deref())?;
    let (faults, indexes) = match sources.check() {
        Ok((packs, _)) => (examples(&packs), indexes(&packs)),
        Err(faults) => (faults, vec![]),
    };
    if as_json {
        let fault = |fault: &Fault| json!({"file": fault.file, "line": fault.line, "code": fault.code, "what": fault.what, "hint": fault.hint});
        let index =
            |index: &Covering| json!({"register": index.register, "columns": index.columns, "serves": index.serves});
        print(&json!({
            "place": sources.place, "faults": faults.iter().map(fault).collect::<Vec<_>>(),
            "indexes": indexes.iter().map(index).collect::<Vec<_>>(),
        }));
    } else if faults.is_empty() {
        out(global.say("业务包与计划没有错误。", "packs and plans have no fault."));
        out(global.say("指标的覆盖索引：", "Covering indexes of indicators:"));
        for index in &indexes {
            out(format!("  {} ({}) <- {}", index.register, index.columns.join(", "), index.serves.join(", ")));
        }
    } else {
        faults.iter().for_each(out);
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The index that each shape of indicator is read from.
fn indexes(packs: &Packs) -> Vec<Covering> {
    packs.registers.keys().flat_map(|register| index::covering(packs, register)).collect()
}

/// Examples beside indicators that do not give what they say.
fn examples(packs: &Packs) -> Vec<Fault> {
    let settings = packs.settings.values().map(|setting| (setting.name.clone(), setting.value.clone())).collect();
    let context = Context::of(jiff::civil::date(2021, 12, 31), settings, Arc::new(packs.calendar.clone()));
    let wrong = packs
        .indicators
        .values()
        .chain(packs.numbers.values())
        .filter_map(|indicator| Some((indicator, number::check_examples(packs, indicator, &context).err()?)));
    wrong
        .map(|(indicator, what)| Fault {
            file: "indicator.toml".into(),
            line: 0,
            code: "P050",
            what: format!("an example of `{}` gives another value: {what}", indicator.name),
            hint: "correct the example or the indicator".into(),
        })
        .collect()
}
