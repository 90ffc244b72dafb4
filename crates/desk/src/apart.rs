//! 不相容: moves that one person may not both make on records joined by references (内控规范 2012, 不相容岗位相互分离).

use crate::bureau::Bureau;
use crate::hand::{Hands, SIGN, Traces};
use luoshi_kernel::{Lang, list};
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Kind, Value};
use luoshi_store::{Reader, Record, StoreError};

/// Records joined to one that are looked at.
const JOINED_MOST: u64 = 1000;

/// The other move that one of these has made and that is apart from the one being made, as `register.move`.
pub fn conflict(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &str,
    record: &Record,
    made: &str,
    hands: &Hands,
) -> Result<Option<String>, StoreError> {
    let this = format!("{register}.{made}");
    for pair in &bureau.packs.apart {
        let other = match pair {
            [left, right] if *left == this => right,
            [left, right] if *right == this => left,
            _ => continue,
        };
        let Some((other_register, other_move)) = other.split_once('.') else { continue };
        for id in joined(bureau, reader, register, record, other_register)? {
            if made_by(bureau, reader, other_register, id, other_move, hands)? {
                return Ok(Some(other.clone()));
            }
        }
    }
    Ok(None)
}

/// Records of another register that are joined to this one: it itself, what it refers to, what refers to it, and what
/// refers to the same record as it does.
fn joined(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &str,
    record: &Record,
    other: &str,
) -> Result<Vec<i64>, StoreError> {
    let mut ids = vec![];
    if register == other {
        ids.push(record.id);
    }
    let references = |name: &str| {
        let fields = bureau.packs.fields(name).into_iter();
        fields.filter_map(|field| match &field.kind {
            Kind::Ref { to } => Some((field.name.clone(), to.clone())),
            _ => None,
        })
    };
    for (field, to) in references(register) {
        let Some(id) = record.value(&field).int() else { continue };
        if to == other {
            ids.push(id);
        }
        // Two papers of one matter: a contract and an acceptance that name the same purchase. Places and people join nothing.
        let is_matter = !luoshi_kernel::access::is_unit(&bureau.packs, &to) && !bureau.packs.register(&to).shared;
        for (sibling, _) in references(other).filter(|(_, sibling)| is_matter && *sibling == to) {
            ids.extend(referring(bureau, reader, other, &sibling, id)?);
        }
    }
    for (field, _) in references(other).filter(|(_, to)| to == register) {
        ids.extend(referring(bureau, reader, other, &field, record.id)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn referring(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &str,
    field: &str,
    id: i64,
) -> Result<Vec<i64>, StoreError> {
    let filter = Condition::Compare(vec![field.to_string()], Compare::Equal, Operand::literal(Value::Int(id)));
    let context = bureau.context(bureau.clock.today());
    let page = list::Page::first(&filter, &[], JOINED_MOST);
    let read = list::rows(&bureau.packs, &context, None, register, &[], &page);
    Ok(reader.rows(&read.select, &read.kinds)?.iter().filter_map(|row| row[0].int()).collect())
}

fn made_by(
    bureau: &Bureau,
    reader: &mut Reader,
    register: &str,
    id: i64,
    made: &str,
    hands: &Hands,
) -> Result<bool, StoreError> {
    let history = reader.history(bureau.table(register), id)?;
    let acts = [format!("move:{made}"), format!("{SIGN}{made}")];
    if !history.iter().any(|version| acts.contains(&version.act)) {
        return Ok(false);
    }
    Ok(Traces::read(bureau, reader, register, &history)?.made(made, hands))
}

/// The label of a move named `register.move`, with its register's where that is another one.
pub fn title(bureau: &Bureau, here: &str, name: &str, lang: Lang) -> String {
    let found = name.split_once('.').and_then(|(register, made)| {
        let declared = bureau.packs.registers.get(register)?;
        let made = declared.flow.as_ref()?.moves.get(made)?;
        let made = lang.pick(&made.title, &made.en);
        match register == here {
            true => Some(made.to_string()),
            false => Some(format!("{} {made}", lang.pick(&declared.title, &declared.en))),
        }
    });
    found.unwrap_or_else(|| name.to_string())
}
