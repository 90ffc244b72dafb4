//! What a record must never be, judged inside the transaction, after the change and everything it brought with it.

use crate::bureau::{Bureau, said};
use crate::form::Faults;
use crate::row::{Stored, judged};
use crate::setting;
use crate::view::FieldFault;
use luoshi_kernel::condition::Row;
use luoshi_kernel::{Context, Lang, kind};
use luoshi_pack::{Check, Field, Move, Register, Value};
use luoshi_store::{Reader, Record, StoreError};
use std::cell::RefCell;

/// Everything that stands against a record as it is now; `made`: the move that was just made, which asks for fields.
pub fn faults(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    record: &Record,
    made: Option<&Move>,
    lang: Lang,
) -> Result<Faults, StoreError> {
    let mut faults = empty_musts(bureau, register, record, made, lang);
    faults.extend(unfit(bureau, register, record, lang));
    if register.name == setting::REGISTER {
        faults.extend(setting::faults(bureau, record, lang));
    }
    if register.name == crate::account::POSTS {
        faults.extend(crate::account::post_faults(bureau, record, lang));
        faults.extend(crate::account::delegation_faults(bureau, reader, record, lang)?);
    }
    for check in &register.checks {
        if let Some(refuse) = &check.refuse
            && judged(bureau, reader, context, &register.name, record, refuse)? == Some(true)
        {
            let text = told(bureau, reader, context, register, record, check, lang)?;
            faults.push((check.field.clone(), FieldFault { code: check.name.clone(), text }));
        }
        let exit = check.exit.as_ref().and_then(|name| bureau.exits.checks.get(name.as_str()));
        if let Some(said) = exit.and_then(|exit| exit(&record.values)) {
            faults.push((
                said.field.or_else(|| check.field.clone()),
                FieldFault { code: said.rule, text: lang.pick(&said.zh, &said.en).to_string() },
            ));
        }
    }
    Ok(faults)
}

/// The message of a check with its numbers.
fn told(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    register: &Register,
    record: &Record,
    check: &Check,
    lang: Lang,
) -> Result<String, StoreError> {
    let mut text = lang.pick(&check.message, &check.message_en).to_string();
    let (reader, failed) = (RefCell::new(reader), RefCell::default());
    let row = Stored { bureau, context, register: &register.name, record, reader, failed };
    for (name, said) in &check.say {
        let sum = said.parts.iter().try_fold(0_i64, |sum, (minus, path)| {
            let number = row.value(path).int()?;
            sum.checked_add(if *minus { number.checked_neg()? } else { number })
        });
        let unit = kind::measure(&said.kind).1;
        let shown =
            sum.map_or("—".to_string(), |sum| format!("{} {unit}", kind::show(&said.kind, &Value::Int(sum), lang)));
        text = text.replace(&format!("{{{name}}}"), shown.trim_end());
    }
    row.failed()?;
    Ok(text)
}

fn empty_musts(bureau: &Bureau, register: &Register, record: &Record, made: Option<&Move>, lang: Lang) -> Faults {
    let asked =
        |field: &Field| made.is_some_and(|made| made.ask.contains(&field.name) && !made.may.contains(&field.name));
    let fields = bureau.packs.fields(&register.name).into_iter();
    let musts = fields.filter(|field| (field.must && !field.by_move) || asked(field));
    let empty = musts.filter(|field| record.value(&field.name).is_null());
    let fault = |field: &Field| {
        let text = said(lang, format!("请填“{}”。", field.title), format!("Please fill in “{}”.", field.en));
        (Some(field.name.clone()), FieldFault { code: "D034".into(), text })
    };
    empty.map(fault).collect()
}

/// Derived values that their kind does not take: beyond its limits, or a choice that it does not have.
fn unfit(bureau: &Bureau, register: &Register, record: &Record, lang: Lang) -> Faults {
    let fields = bureau.packs.fields(&register.name).into_iter();
    let derived = fields.filter(|field| field.derive.is_some() && !record.value(&field.name).is_null());
    let fault = |field: &Field| {
        let complaint = kind::parse(&field.kind, &kind::typed(&field.kind, record.value(&field.name))).err()?;
        let text = said(
            lang,
            format!("“{}”算出的值不合规定：{}", field.title, complaint.zh),
            format!("What “{}” is computed as does not fit: {}", field.en, complaint.en),
        );
        Some((Some(field.name.clone()), FieldFault { code: complaint.code.into(), text }))
    };
    derived.filter_map(fault).collect()
}
