//! Settings: what packs ship, and what the bureau has put in force since, by the day each value holds from.
//!
//! The register `setting` of the foundation pack is a register like any other (past, ledger, four eyes). Its rows in force
//! are kept in memory and read again after each change of it.

use crate::bureau::Bureau;
use crate::view::FieldFault;
use jiff::civil::Date;
use luoshi_kernel::{Context, Lang, kind, list};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Setting, Value};
use luoshi_store::{Reader, Record, StoreError};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// The register that holds them.
pub const REGISTER: &str = "setting";

/// A value in force from a day: setting, day, value.
type Row = (String, Date, Value);

/// The rows in force, with the write counter they were read at.
#[derive(Default)]
pub struct Settings {
    rows: RwLock<(i64, Vec<Row>)>,
}

impl Settings {
    /// The values that hold on a day: the latest row in force by then, else what the pack ships.
    pub fn on(&self, declared: impl Iterator<Item = Setting>, day: Date) -> BTreeMap<String, Value> {
        let shipped = declared.filter(|setting| setting.from.is_none_or(|from| from <= day));
        let mut values: BTreeMap<String, Value> = shipped.map(|setting| (setting.name, setting.value)).collect();
        let kept = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        // Rows are kept by day, so a later one overwrites an earlier one.
        for (name, _, value) in kept.1.iter().filter(|(_, from, _)| *from <= day) {
            values.insert(name.clone(), value.clone());
        }
        values
    }

    /// Reads the rows in force again, if the register was written since.
    pub fn refresh(&self, bureau: &Bureau, reader: &mut Reader) -> Result<(), StoreError> {
        if !bureau.packs.registers.contains_key(REGISTER) {
            return Ok(());
        }
        let counter = reader.write_counters(&[REGISTER.to_string()])?.first().copied().unwrap_or(0);
        if self.rows.read().unwrap_or_else(PoisonError::into_inner).0 == counter {
            return Ok(());
        }
        let rows = in_force(bureau, reader)?;
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = (counter, rows);
        Ok(())
    }
}

fn in_force(bureau: &Bureau, reader: &mut Reader) -> Result<Vec<Row>, StoreError> {
    let state =
        Condition::Compare(vec!["state".into()], Compare::Equal, Operand::literal(Value::Text("in_force".into())));
    let paths = ["name", "value", "from_on"].map(|name| vec![name.to_string()]);
    let columns = crate::cell::columns(&bureau.packs, REGISTER, &paths);
    let sort = [(vec!["from_on".to_string()], false)];
    let page = list::Page::first(&state, &sort, 10_000);
    let context = Context::of(Date::MAX, BTreeMap::new(), Default::default());
    let read = list::rows(&bureau.packs, &context, None, REGISTER, &columns, &page);
    let rows = reader.rows(&read.select, &read.kinds)?;
    let row = |row: Vec<Value>| {
        let name = row[5].text()?.to_string();
        let declared = bureau.packs.settings.get(&name)?;
        Some((name, row[7].date()?, kind::parse(&declared.kind, row[6].text()?).ok()?))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Why a record of the register cannot be: no such setting, or a value that is none of its kind.
pub fn faults(bureau: &Bureau, record: &Record, lang: Lang) -> Vec<(Option<String>, FieldFault)> {
    let fault =
        |field: &str, code: &str, text: String| vec![(Some(field.to_string()), FieldFault { code: code.into(), text })];
    let Some(name) = record.value("name").text() else { return vec![] };
    let Some(declared) = bureau.packs.settings.get(name) else {
        let names: Vec<&str> = bureau.packs.settings.keys().map(String::as_str).collect();
        let names = names.join(lang.pick("、", ", "));
        let text = crate::bureau::said(
            lang,
            format!("没有叫“{name}”的参数。现有：{names}。"),
            format!("There is no setting “{name}”. There are: {names}."),
        );
        return fault("name", "D050", text);
    };
    match record.value("value").text().map(|typed| kind::parse(&declared.kind, typed)) {
        Some(Err(complaint)) => fault("value", complaint.code, lang.pick(&complaint.zh, &complaint.en).to_string()),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use luoshi_pack::Kind;

    fn shipped() -> Setting {
        Setting {
            name: "light_blue_days".into(),
            title: "蓝灯".into(),
            en: "Blue".into(),
            kind: Kind::Integer { min: None, max: None, unit: None },
            value: Value::Int(15),
            from: None,
            source: "default".into(),
        }
    }

    #[test]
    fn a_case_is_judged_by_the_row_in_force_on_its_own_day() {
        let settings = Settings::default();
        *settings.rows.write().unwrap() = (
            1,
            vec![
                ("light_blue_days".into(), date(2021, 3, 1), Value::Int(20)),
                ("light_blue_days".into(), date(2021, 7, 1), Value::Int(30)),
            ],
        );
        let on = |day| settings.on([shipped()].into_iter(), day)["light_blue_days"].clone();
        assert_eq!(on(date(2021, 2, 28)), Value::Int(15));
        assert_eq!(on(date(2021, 3, 1)), Value::Int(20));
        assert_eq!(on(date(2021, 9, 30)), Value::Int(30));
    }
}
