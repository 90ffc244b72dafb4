//! Shared registers (人员): one record for each key. Filing one whose key exists gives the one that is there, and a reference
//! may name one by its exact key, which tells no more than that it exists (DESIGN 4.3).

use crate::bureau::{Bureau, said};
use crate::list::options;
use crate::view::FieldFault;
use luoshi_kernel::access::both;
use luoshi_kernel::list::EVERYTHING;
use luoshi_kernel::{Context, Lang, kind};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Field, Register, Value};
use luoshi_store::{Reader, StoreError};
use std::collections::BTreeMap;

/// Whether a reference to the register is typed: by label, or by a key.
pub(crate) fn has_keys(register: &Register) -> bool {
    register.shared && keys(register).next().is_some()
}

/// Fields that only one record can hold a value of.
pub(crate) fn keys(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.values().filter(|field| field.unique)
}

/// The record that holds one of these values as its key: of a shared register whoever asks, of others within a scope.
fn holder(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    scope: &Condition,
    values: &BTreeMap<String, Value>,
) -> Result<Option<(i64, String)>, StoreError> {
    for field in keys(register) {
        let Some(value) = values.get(&field.name).filter(|value| !value.is_null()) else { continue };
        let same = Condition::Compare(vec![field.name.clone()], Compare::Equal, Operand::literal(value.clone()));
        let filter = if register.shared { same } else { both(scope.clone(), same) };
        if let Some(found) = options(bureau, reader, context, &register.name, &filter, 1)?.pop() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The record that is meant, or the field that stands against it.
pub(crate) type Known = Result<i64, (String, FieldFault)>;

/// The record that is there already for what is being filed; or why it cannot be meant: it bears another name.
pub(crate) fn known_already(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    values: &BTreeMap<String, Value>,
    lang: Lang,
) -> Result<Option<Known>, StoreError> {
    if !register.shared {
        return Ok(None);
    }
    let Some((id, label)) = holder(bureau, reader, context, register, &EVERYTHING, values)? else { return Ok(None) };
    let given = values.get(&register.label).and_then(Value::text);
    if given.is_none_or(|given| given == label) {
        return Ok(Some(Ok(id)));
    }
    let key = keys(register).next().map(|field| lang.pick(&field.title, &field.en).to_string()).unwrap_or_default();
    let text = said(
        lang,
        format!("已有{key}相同而名称不同的{}。请核对{key}和名称。", register.title),
        format!("There is another {} with the same {key} under another name. Check both.", register.en),
    );
    Ok(Some(Err((register.label.clone(), FieldFault { code: "D036".into(), text }))))
}

/// The record whose key was typed exactly: of a shared register whoever asks, of others within a scope.
pub(crate) fn by_key(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    scope: &Condition,
    typed: &str,
) -> Result<Option<i64>, StoreError> {
    let values = keys(register).filter_map(|field| Some((field.name.clone(), kind::parse(&field.kind, typed).ok()?)));
    let values = values.collect();
    Ok(holder(bureau, reader, context, register, scope, &values)?.map(|(id, _)| id))
}
