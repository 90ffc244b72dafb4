//! A new wrapping key: every key of a record is unwrapped and wrapped anew. Nothing that a version digests changes.
//!
//! From the first transaction on new keys are wrapped by the new one; the others follow in pages, so that nobody waits.
//! A run that was broken off is finished by the next one, before another key is made.

use crate::error::StoreError;
use crate::link::Param;
use crate::record::Act;
use crate::seal::{LOOKUP, Vault, Wrapped, no_keys, wrapped};
use crate::store::Store;
use crate::writer::Writer;
use std::sync::Arc;

/// How many keys are wrapped anew in one transaction.
const PAGE: i64 = 500;

/// What a rotation did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotation {
    /// The wrapping key in use now.
    pub number: i64,
    /// How many keys were wrapped anew.
    pub rewrapped: u64,
    /// Records whose key could not be unwrapped: register and id. They are left as they are; `verify` names them.
    pub failed: Vec<(String, i64)>,
    /// Keys are left under older wrapping keys: the run was ended early, or some could not be unwrapped.
    pub unfinished: bool,
}

impl Store {
    /// Puts every key under a new wrapping key, which is made; or finishes a run that was broken off. `go_on` is asked
    /// after each page, with how many keys have been wrapped anew.
    ///
    /// # Errors
    /// [`StoreError::Keys`] without keys; [`StoreError::File`] when the new key cannot be written.
    pub fn rotate_keys(&self, act: &Act, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Rotation, StoreError> {
        let vault = self.vault().ok_or_else(no_keys)?;
        let number = self.begin_rotation(act, &vault)?;
        let mut done = Rotation { number, ..Rotation::default() };
        let mut after = (i64::MIN, i64::MIN);
        loop {
            let page = self.rewrap(act, &vault, number, after)?;
            done.rewrapped += page.rewrapped;
            done.failed.extend(page.failed);
            match page.last {
                None => break,
                Some(last) => after = last,
            }
            if !go_on(done.rewrapped) {
                break;
            }
        }
        done.unfinished = self.read(|reader| {
            let sql = "SELECT 1 FROM data_key WHERE wrapping <> $1 LIMIT 1";
            Ok(reader.link()?.one(sql, &[number.into()], |_| Ok(()))?.is_some())
        })?;
        Ok(done)
    }

    /// Decides on the wrapping key, and puts the key of look-ups under it.
    fn begin_rotation(&self, act: &Act, vault: &Arc<Vault>) -> Result<i64, StoreError> {
        let (current, left) = self.read(|reader| {
            let mut link = reader.link()?;
            let current = wrapped(&mut link, LOOKUP.0, LOOKUP.1)?.ok_or_else(no_keys)?.wrapping;
            let sql = "SELECT 1 FROM data_key WHERE wrapping <> $1 LIMIT 1";
            Ok((current, link.one(sql, &[current.into()], |_| Ok(()))?.is_some()))
        })?;
        if left {
            return Ok(current);
        }
        let number = match vault.newest()? {
            Some(newest) if newest > current => newest,
            _ => vault.make()?,
        };
        let vault = vault.clone();
        self.write(act.clone(), move |writer: &mut Writer| {
            let held = wrapped(&mut *writer.link()?, LOOKUP.0, LOOKUP.1)?.ok_or_else(no_keys)?;
            let fresh = vault.rewrap(LOOKUP, &held, number)?.ok_or_else(no_keys)?;
            replace(writer, LOOKUP, held.wrapping, &fresh)?;
            writer.event("keys", &format!("key:{number}"), &format!("{} {number}", held.wrapping))?;
            Ok::<(), StoreError>(())
        })?;
        Ok(number)
    }

    fn rewrap(&self, act: &Act, vault: &Arc<Vault>, number: i64, after: (i64, i64)) -> Result<Page, StoreError> {
        let (vault, act) = (vault.clone(), Act { background: true, request: None, ..act.clone() });
        self.write(act, move |writer: &mut Writer| {
            let sql = "SELECT register, id, wrapping, wrapped FROM data_key
                       WHERE (register > $1 OR register = $1 AND id > $2) AND wrapping <> $3
                       ORDER BY register, id LIMIT $4";
            let params = [after.0.into(), after.1.into(), number.into(), PAGE.into()];
            let rows = writer.link()?.all(sql, &params, |row| {
                Ok(((row.int(0)?, row.int(1)?), Wrapped { wrapping: row.int(2)?, bytes: row.bytes(3)? }))
            })?;
            let mut page = Page { last: rows.last().map(|(record, _)| *record), ..Page::default() };
            for (record, held) in rows {
                match vault.rewrap(record, &held, number)? {
                    Some(fresh) => {
                        replace(writer, record, held.wrapping, &fresh)?;
                        page.rewrapped += 1;
                    }
                    None => {
                        let name = writer.schema.numbered(record.0).map(|shape| shape.table.name.clone());
                        page.failed.push((name.unwrap_or_else(|| record.0.to_string()), record.1));
                    }
                }
            }
            Ok::<Page, StoreError>(page)
        })
    }
}

#[derive(Debug, Default)]
struct Page {
    rewrapped: u64,
    failed: Vec<(String, i64)>,
    /// The last record of the page; `None`: nothing is left.
    last: Option<(i64, i64)>,
}

fn replace(writer: &mut Writer, (register, id): (i64, i64), was: i64, fresh: &Wrapped) -> Result<(), StoreError> {
    let sql = "UPDATE data_key SET wrapping = $1, wrapped = $2 WHERE register = $3 AND id = $4 AND wrapping = $5";
    let params = [fresh.wrapping.into(), Param::Bytes(&fresh.bytes), register.into(), id.into(), was.into()];
    writer.plain(sql, &params).map(|_| ())
}
