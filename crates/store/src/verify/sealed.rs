//! Sealed values: the ciphertext opens under the record's key, and has the mark and the look-up that stand beside it; or
//! it was erased, and a line says so.

use super::rows::{Found, Pair};
use crate::error::StoreError;
use crate::keys::Key;
use crate::link::Link;
use crate::seal::{ERASED, Place, Vault, Wrapped, erased_find, open, place_of, wrapped_range};
use crate::shape::{Schema, Shape};
use luoshi_kernel::table::event;
use std::collections::BTreeMap;

/// What a page of a register needs to be judged.
#[derive(Default)]
pub(super) struct Keyring {
    /// Wrapped keys by record.
    wrapped: BTreeMap<i64, Wrapped>,
    /// The last version of a record that an erasure took.
    erased: BTreeMap<i64, i64>,
}

/// Reads the keys and erasures of a range of records.
pub(super) fn keyring(
    link: &mut Link,
    schema: &Schema,
    shape: &Shape,
    after: i64,
    last: i64,
) -> Result<Keyring, StoreError> {
    let mut ring = Keyring::default();
    if shape.sealed.is_empty() {
        return Ok(ring);
    }
    ring.wrapped = wrapped_range(link, shape.number, after, last)?;
    if schema.shape(&event().name).is_err() {
        return Ok(ring);
    }
    let (from, to) = (format!("{}:", shape.table.name), format!("{};", shape.table.name));
    let sql = "SELECT \"subject\" FROM \"event\" WHERE \"kind\" = 'erase' AND \"subject\" >= $1 AND \"subject\" < $2";
    for subject in link.all(sql, &[from.as_str().into(), to.as_str().into()], |row| row.text(0))? {
        let mut parts = subject.split(':').skip(1).map(str::parse::<i64>);
        if let (Some(Ok(id)), Some(Ok(version))) = (parts.next(), parts.next()) {
            let known = ring.erased.entry(id).or_insert(version);
            *known = version.max(*known);
        }
    }
    Ok(ring)
}

/// How many sealed values were read and how many stayed closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub read: u64,
    pub closed: u64,
}

/// Checks the sealed values of a page; `vault` is absent where no keys were given.
pub(super) fn check(
    shape: &Shape,
    ring: &Keyring,
    vault: Option<&Vault>,
    pairs: &[Pair],
    count: &mut Count,
) -> Vec<Found> {
    let mut found = Vec::new();
    if shape.sealed.is_empty() {
        return found;
    }
    let mut keys = Keys { shape, ring, vault, known: BTreeMap::new() };
    // The last mark of each field that an erasure took.
    let mut taken: BTreeMap<(i64, usize), Option<&str>> = BTreeMap::new();
    for pair in pairs {
        let Ok((row, _)) = &pair.row else { continue };
        for sealed in &shape.sealed {
            let value = |place: usize| row.line.values[place].text();
            let parts = (value(sealed.cipher), value(sealed.find), value(sealed.mark));
            let name = &shape.table.columns[sealed.cipher].name;
            let place = Place { register: shape.number, id: pair.id, field: shape.fields[sealed.cipher] };
            // What an erasure took stays taken in later versions, as long as they carry the same mark.
            let within = ring.erased.get(&pair.id).is_some_and(|version| pair.version <= *version);
            let carried = taken.entry((pair.id, sealed.mark)).or_default();
            if within {
                *carried = parts.2;
            }
            let erased = within || (ring.erased.contains_key(&pair.id) && *carried == parts.2);
            if let Some((what, chinese)) = keys.judge(place, name, parts, erased, count) {
                found.push((pair.id, Some(pair.version), what, chinese));
            }
        }
    }
    let known: std::collections::BTreeSet<i64> = pairs.iter().map(|pair| pair.id).collect();
    for id in ring.wrapped.keys().filter(|id| !known.contains(id)) {
        let what = "a key is kept for it, and it has no past".to_string();
        found.push((*id, None, what, "有密钥而没有历史版本".to_string()));
    }
    found
}

/// The columns of a value: ciphertext, look-up, mark.
type Parts<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

struct Keys<'a> {
    shape: &'a Shape,
    ring: &'a Keyring,
    vault: Option<&'a Vault>,
    /// Keys that have been unwrapped; `None`: they could not be.
    known: BTreeMap<i64, Option<Key>>,
}

impl Keys<'_> {
    /// What is wrong with a sealed value.
    fn judge(
        &mut self,
        place: Place,
        name: &str,
        parts: Parts<'_>,
        erased: bool,
        count: &mut Count,
    ) -> Option<(String, String)> {
        let told = |what: &str, chinese: &str| {
            Some((format!("its sealed `{name}` {what}"), format!("加密字段“{name}”{chinese}")))
        };
        let (cipher, find, mark) = match parts {
            (None, None, None) => return None,
            (Some(cipher), Some(find), Some(mark)) => (cipher, find, mark),
            (_, _, None) => return told("has no mark", "缺少印记"),
            _ => return told("was taken away: only a part of it is left", "被取走：只剩一部分"),
        };
        if cipher == ERASED {
            return match erased && find == erased_find(place.id) {
                true => None,
                false => told("was taken away, and no erasure says so", "被清空，而没有清除令"),
            };
        }
        if place_of(cipher) != Some(place) {
            return told("was changed: its ciphertext belongs elsewhere", "密文被改动：不属于此处");
        }
        let Some(vault) = self.vault else {
            count.closed += 1;
            return None;
        };
        count.read += 1;
        let Some(key) = self.key(vault, place.id) else {
            return told(
                "cannot be opened: the wrapped key of the record was changed or taken away",
                "打不开：记录的密钥被改动或取走",
            );
        };
        let Some(opened) = open(&key, cipher) else {
            return told("was changed: its ciphertext does not open", "密文被改动，打不开");
        };
        if opened.mark != mark {
            return told("does not have the mark that stands beside it", "与其印记不符");
        }
        if vault.lookup.of(&opened.value) != find {
            return told("does not have the look-up that stands beside it", "与其查找码不符");
        }
        None
    }

    fn key(&mut self, vault: &Vault, id: i64) -> Option<Key> {
        let (shape, ring) = (self.shape, self.ring);
        let unwrapped = || vault.unwrap((shape.number, id), ring.wrapped.get(&id)?).ok().flatten();
        *self.known.entry(id).or_insert_with(unwrapped)
    }
}
