//! References as they are typed and shown, one or several: labels become ids within what the person may see, ids labels.

use crate::Actor;
use crate::bureau::Bureau;
use crate::form::reference_scope;
use crate::list::{label, options};
use crate::row::satisfies;
use crate::shared;
use luoshi_kernel::access::both;
use luoshi_kernel::kind::{self, references};
use luoshi_kernel::list::{Column, Page, rows};
use luoshi_kernel::query::Known;
use luoshi_kernel::table::HEADER;
use luoshi_kernel::{Complaint, Context, Lang};
use luoshi_pack::condition::{Compare, Operand};
use luoshi_pack::{Condition, Kind, Value};
use luoshi_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// A part that names no record, and why.
pub type Unknown = (String, Complaint);

/// References that a person types.
pub struct Typed<'a> {
    /// The bureau.
    pub bureau: &'a Bureau,
    /// Who types.
    pub actor: &'a Actor,
    /// The question's surroundings.
    pub context: &'a Context,
    /// The register referred to.
    pub to: &'a str,
    /// What the record refers to already: it may stay, whoever may see it.
    pub kept: &'a Value,
}

impl Typed<'_> {
    /// The record that an id, a label of exactly one record, or a key names.
    pub fn one(&self, reader: &mut Reader, text: &str) -> Result<Result<i64, Complaint>, StoreError> {
        let text = text.trim();
        let scope = reference_scope(self.bureau, self.actor, self.to);
        if let Ok(Value::Int(id)) = kind::parse(&Kind::Ref { to: self.to.to_string() }, text) {
            let kept = self.kept.int() == Some(id) || references::ids(self.kept).any(|other| other == id);
            let seen = kept
                || satisfies(self.bureau, reader, self.context, self.to, id, &scope)?
                    && reader.record(self.bureau.table(self.to), id, None)?.is_some();
            if seen {
                return Ok(Ok(id));
            }
            // A key may be a number too.
            return self.by_key(reader, &scope, text);
        }
        // The label of what is chosen already means just that, also where others bear the same name.
        for id in self.kept.int().into_iter().chain(references::ids(self.kept)) {
            if label(self.bureau, reader, self.to, id, None)? == text {
                return Ok(Ok(id));
            }
        }
        // A label may be typed where no list was offered; it must name exactly one record.
        let label = vec![self.bureau.packs.register(self.to).label.clone()];
        let same = Condition::Compare(label, Compare::Equal, Operand::literal(Value::Text(text.to_string())));
        let found = options(self.bureau, reader, self.context, self.to, &both(scope.clone(), same), 2)?;
        match found[..] {
            [(id, _)] => Ok(Ok(id)),
            [] => self.by_key(reader, &scope, text),
            _ => {
                let keys: Vec<(&str, &str)> = shared::keys(self.bureau.packs.register(self.to))
                    .map(|field| (field.title.as_str(), field.en.as_str()))
                    .collect();
                Ok(Err(kind::ambiguous_reference(text, &keys)))
            }
        }
    }

    fn by_key(&self, reader: &mut Reader, scope: &Condition, text: &str) -> Result<Result<i64, Complaint>, StoreError> {
        let register = self.bureau.packs.register(self.to);
        let found = shared::by_key(self.bureau, reader, self.context, register, scope, text)?;
        Ok(found.ok_or_else(|| kind::unknown_reference(text)))
    }

    /// The records that lines of ids, labels or keys name; and the parts that name none, each with why.
    pub fn many(&self, reader: &mut Reader, text: &str) -> Result<(Vec<i64>, Vec<Unknown>), StoreError> {
        let (mut ids, mut unknown) = (vec![], vec![]);
        for line in kind::lines(text) {
            // A label may hold a comma itself, so a line is first read as a whole.
            match self.one(reader, line)? {
                Ok(id) => ids.push(id),
                Err(_) => {
                    for part in kind::parts(line) {
                        match self.one(reader, part)? {
                            Ok(id) => ids.push(id),
                            Err(why) => unknown.push((part.to_string(), why)),
                        }
                    }
                }
            }
        }
        Ok((ids, unknown))
    }

    /// What was typed as the value of several references.
    pub fn value(&self, reader: &mut Reader, text: &str) -> Result<Result<Value, Complaint>, StoreError> {
        let (ids, unknown) = self.many(reader, text)?;
        Ok(match unknown.into_iter().next() {
            Some((_, why)) => Err(why),
            None => references::kept(ids),
        })
    }
}

/// The labels of several references, as they are shown.
pub fn shown(
    bureau: &Bureau,
    reader: &mut Reader,
    to: &str,
    value: &Value,
    known: Known,
) -> Result<Vec<(i64, String)>, StoreError> {
    let ids: Vec<i64> = references::ids(value).collect();
    let named = |label: String, id| if label.is_empty() { format!("#{id}") } else { label };
    ids.into_iter().map(|id| Ok((id, named(label(bureau, reader, to, id, known)?, id)))).collect()
}

/// Labels joined as a sentence lists them.
pub fn joined(labels: impl IntoIterator<Item = String>, lang: Lang) -> String {
    labels.into_iter().collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// The labels of everything that the columns of several references name on a page, by register and id.
pub type Names = BTreeMap<(String, i64), String>;

/// Reads [`Names`] for rows as [`rows`] gives them.
pub fn names(
    bureau: &Bureau,
    reader: &mut Reader,
    context: &Context,
    known: Known,
    columns: &[Column],
    found: &[Vec<Value>],
) -> Result<Names, StoreError> {
    let mut ids: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let mut at = HEADER.len();
    for column in columns {
        if let Some(Kind::Refs { to }) = column.field.as_ref().map(|field| &field.kind) {
            ids.entry(to).or_default().extend(found.iter().flat_map(|row| references::ids(&row[at])));
        }
        at += 1 + usize::from(column.refers().is_some());
    }
    let mut names = Names::new();
    for (to, ids) in ids.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        let label = vec![bureau.packs.register(to).label.clone()];
        let labels = crate::cell::columns(&bureau.packs, to, &[label]);
        let ids: Vec<Value> = ids.into_iter().map(Value::Int).collect();
        // A statement takes only so many values.
        for ids in ids.chunks(5_000) {
            let filter = Condition::OneOf(vec!["id".into()], ids.to_vec());
            let page = Page::first(&filter, &[], ids.len() as u64);
            let read = rows(&bureau.packs, context, known, to, &labels, &page);
            for row in reader.rows(&read.select, &read.kinds)? {
                let (id, text) = (row[0].int().unwrap_or_default(), row[HEADER.len()].text().unwrap_or_default());
                names.insert((to.to_string(), id), text.to_string());
            }
        }
    }
    Ok(names)
}
