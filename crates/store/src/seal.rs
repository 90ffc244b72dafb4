//! Sealed values: SM4-GCM (GB/T 32907, NIST SP 800-38D) under a key of the record, which is kept wrapped by a key that
//! the database does not hold.
//!
//! A sealed field has three columns. `F` is the ciphertext: hex of the place (register, record, field: 4, 8, 4 bytes), a
//! nonce of 12 bytes, and what was encrypted (a salt of 16 bytes and the value) with its tag; the place is authenticated
//! with it, so that no ciphertext speaks for another record. `F_find` is its look-up ([`Lookup`]), `F_mark` is
//! SM3(salt, value): the only one of the three that a version digests. So a new wrapping key rewrites `data_key` alone,
//! and an erasure leaves the chain whole. Erased: the ciphertext is empty text, the look-up `~RECORD`, the key is gone.

use crate::error::StoreError;
use crate::keys::{Dice, Key, Keys, refused};
use crate::link::{Link, Param};
use crate::reader::{Line, Reader};
use crate::shape::Shape;
use crate::writer::Writer;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use luoshi_kernel::digest::hex;
use luoshi_kernel::lookup::Lookup;
use luoshi_kernel::query::col;
use luoshi_kernel::table::{ColumnKind, Table};
use luoshi_pack::Value;
use sea_query::{Alias, ExprTrait, Query, SelectStatement};
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

type Gcm = aes_gcm::AesGcm<sm4::Sm4, U12>;

const NONCE: usize = 12;
const SALT: usize = 16;
const PLACE: usize = 16;

/// Wrapped keys of records; row (0, 0) holds the key of look-ups, and its `wrapping` is the wrapping key in use.
pub(crate) const MAKE: &str = "
CREATE TABLE IF NOT EXISTS data_key (register INT NOT NULL, id INT NOT NULL, wrapping INT NOT NULL,
    wrapped BYTES NOT NULL, PRIMARY KEY (register, id)) CLUSTERED;
CREATE INDEX IF NOT EXISTS data_key_wrapping ON data_key (wrapping);
";

/// The row of the key of look-ups.
pub(crate) const LOOKUP: (i64, i64) = (0, 0);

/// Ciphertext of a value that was erased.
pub(crate) const ERASED: &str = "";

/// The columns of a sealed field in a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Place of the ciphertext.
    pub cipher: usize,
    /// Place of the look-up.
    pub find: usize,
    /// Place of the mark.
    pub mark: usize,
}

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub register: i64,
    pub id: i64,
    pub field: u32,
}

impl Place {
    fn bytes(self) -> [u8; PLACE] {
        let mut bytes = [0; PLACE];
        bytes[..4].copy_from_slice(&(self.register as u32).to_be_bytes());
        bytes[4..12].copy_from_slice(&self.id.to_be_bytes());
        bytes[12..].copy_from_slice(&self.field.to_be_bytes());
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Place> {
        Some(Place {
            register: i64::from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?)),
            id: i64::from_be_bytes(bytes.get(4..12)?.try_into().ok()?),
            field: u32::from_be_bytes(bytes.get(12..PLACE)?.try_into().ok()?),
        })
    }
}

/// The place that a ciphertext was made for.
pub(crate) fn place_of(cipher: &str) -> Option<Place> {
    Place::of(&crate::keys::from_hex(cipher.get(..PLACE * 2)?)?)
}

/// Encrypts bytes: nonce, ciphertext, tag.
fn lock(dice: &Dice, key: &[u8; 16], with: &[u8], bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0; NONCE];
    dice.fill(&mut nonce)?;
    let locked = Gcm::new(&(*key).into()).encrypt(&nonce.into(), Payload { msg: bytes, aad: with });
    let locked = locked.map_err(|_| StoreError::Damaged { what: "a value could not be encrypted".into() })?;
    Ok([&nonce[..], &locked].concat())
}

fn unlock(key: &[u8; 16], with: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let (nonce, locked) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    Gcm::new(&(*key).into()).decrypt(&nonce.into(), Payload { msg: locked, aad: with }).ok()
}

/// The ciphertext and the mark of a value.
pub(crate) fn seal(dice: &Dice, key: &Key, place: Place, value: &str) -> Result<(String, String), StoreError> {
    let mut salt = [0; SALT];
    dice.fill(&mut salt)?;
    let plain = [&salt[..], value.as_bytes()].concat();
    let place = place.bytes();
    let cipher = [&place[..], &lock(dice, key, &place, &plain)?].concat();
    Ok((hex(&cipher), mark(&plain)))
}

/// What a ciphertext holds.
pub(crate) struct Opened {
    pub value: String,
    /// The mark that it has.
    pub mark: String,
}

/// Opens a ciphertext; `None`: it is not what was written, or the key is another one.
pub(crate) fn open(key: &Key, cipher: &str) -> Option<Opened> {
    let bytes = crate::keys::from_hex(cipher)?;
    let (place, locked) = bytes.split_at_checked(PLACE)?;
    let plain = unlock(key, place, locked)?;
    let value = String::from_utf8(plain.get(SALT..)?.to_vec()).ok()?;
    Some(Opened { value, mark: mark(&plain) })
}

/// SM3(salt, value).
fn mark(plain: &[u8]) -> String {
    hex(&Sm3::digest(plain))
}

/// The look-up of an erased value: it finds nothing, and differs from record to record.
pub(crate) fn erased_find(id: i64) -> String {
    format!("~{id}")
}

// ----------------------------------------------------------------------------------------------------------- keys

/// What opens and seals: the folder of wrapping keys, and the key of look-ups.
pub(crate) struct Vault {
    keys: Keys,
    /// Wrapping keys that have been read.
    held: Mutex<BTreeMap<i64, Key>>,
    pub lookup: Lookup,
}

/// A key as `data_key` holds it.
pub(crate) struct Wrapped {
    pub wrapping: i64,
    pub bytes: Vec<u8>,
}

fn wrapped_for(register: i64, id: i64, wrapping: i64) -> [u8; 24] {
    let mut bytes = [0; 24];
    for (at, number) in [register, id, wrapping].into_iter().enumerate() {
        bytes[at * 8..at * 8 + 8].copy_from_slice(&number.to_be_bytes());
    }
    bytes
}

impl Vault {
    /// Opens the vault of a database; gives a database that has none its key of look-ups.
    pub fn open(link: &mut Link, keys: Keys) -> Result<Vault, StoreError> {
        let place = keys.folder().display().to_string();
        let Some(newest) = keys.newest()? else {
            return Err(refused(
                format!(
                    "{place} holds no key; make one with `luoshi keys make --keys {place}`, or name the folder that holds the database's"
                ),
                format!(
                    "{place} 里没有密钥：新库请运行 luoshi keys make --keys {place}；已有的库请指明原来的密钥文件夹"
                ),
            ));
        };
        let held = match wrapped(link, LOOKUP.0, LOOKUP.1)? {
            Some(held) => held,
            None => {
                let mut key = [0; 32];
                keys.dice().fill(&mut key)?;
                let bytes = lock(keys.dice(), &keys.key(newest)?, &wrapped_for(LOOKUP.0, LOOKUP.1, newest), &key)?;
                put_wrapped(link, LOOKUP, &Wrapped { wrapping: newest, bytes })?;
                // Two programs that open a new database at once: the first one's key holds.
                let none = || StoreError::Damaged { what: "the key of look-ups is missing".into() };
                wrapped(link, LOOKUP.0, LOOKUP.1)?.ok_or_else(none)?
            }
        };
        let key = keys.key(held.wrapping)?;
        let opened = unlock(&key, &wrapped_for(LOOKUP.0, LOOKUP.1, held.wrapping), &held.bytes);
        let lookup: Option<[u8; 32]> = opened.and_then(|bytes| bytes.try_into().ok());
        let Some(lookup) = lookup else {
            let number = held.wrapping;
            return Err(refused(
                format!(
                    "key {number} in {place} is not the one that this database is sealed under; name the right folder with `--keys`"
                ),
                format!("{place} 里的第 {number} 号密钥不是本库的：请用 --keys 指明本库的密钥文件夹"),
            ));
        };
        Ok(Vault { keys, held: Mutex::default(), lookup: Lookup::new(lookup) })
    }

    /// A wrapping key; read anew when another process has made it since.
    fn wrapping(&self, number: i64) -> Result<Key, StoreError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = held.get(&number) {
            return Ok(*key);
        }
        let key = self.keys.key(number)?;
        held.insert(number, key);
        Ok(key)
    }

    fn wrap(&self, (register, id): (i64, i64), wrapping: i64, key: &[u8]) -> Result<Wrapped, StoreError> {
        let bytes = lock(self.keys.dice(), &self.wrapping(wrapping)?, &wrapped_for(register, id, wrapping), key)?;
        Ok(Wrapped { wrapping, bytes })
    }

    fn unwrap_bytes(&self, (register, id): (i64, i64), held: &Wrapped) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(unlock(&self.wrapping(held.wrapping)?, &wrapped_for(register, id, held.wrapping), &held.bytes))
    }

    /// The same key under another wrapping key; `None`: what is held is not what was wrapped.
    pub fn rewrap(&self, record: (i64, i64), held: &Wrapped, number: i64) -> Result<Option<Wrapped>, StoreError> {
        let key = self.unwrap_bytes(record, held)?;
        key.map(|key| self.wrap(record, number, &key)).transpose()
    }

    /// The number of the newest wrapping key.
    pub fn newest(&self) -> Result<Option<i64>, StoreError> {
        self.keys.newest()
    }

    /// Makes another wrapping key.
    pub fn make(&self) -> Result<i64, StoreError> {
        self.keys.make()
    }

    /// The key of a record; `None`: what is held is not what was wrapped.
    pub fn unwrap(&self, record: (i64, i64), held: &Wrapped) -> Result<Option<Key>, StoreError> {
        Ok(self.unwrap_bytes(record, held)?.and_then(|bytes| bytes.try_into().ok()))
    }
}

/// Why nothing can be opened or sealed.
pub(crate) fn no_keys() -> StoreError {
    refused(
        "the database holds sealed fields, and no keys were given; name their folder with `--keys`".into(),
        "本库有加密字段，而没有给出密钥：请用 --keys 指明密钥文件夹".into(),
    )
}

pub(crate) fn wrapped(link: &mut Link, register: i64, id: i64) -> Result<Option<Wrapped>, StoreError> {
    let sql = "SELECT wrapping, wrapped FROM data_key WHERE register = $1 AND id = $2";
    link.one(sql, &[register.into(), id.into()], |row| Ok(Wrapped { wrapping: row.int(0)?, bytes: row.bytes(1)? }))
}

fn put_wrapped(link: &mut Link, (register, id): (i64, i64), wrapped: &Wrapped) -> Result<(), StoreError> {
    let sql = "INSERT INTO data_key (register, id, wrapping, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let params = [register.into(), id.into(), wrapped.wrapping.into(), Param::Bytes(&wrapped.bytes)];
    link.execute(sql, &params).map(|_| ())
}

/// Wrapped keys of a range of records.
pub(crate) fn wrapped_range(
    link: &mut Link,
    register: i64,
    after: i64,
    last: i64,
) -> Result<BTreeMap<i64, Wrapped>, StoreError> {
    let sql = "SELECT id, wrapping, wrapped FROM data_key WHERE register = $1 AND id > $2 AND id <= $3";
    let read = link.all(sql, &[register.into(), after.into(), last.into()], |row| {
        Ok((row.int(0)?, Wrapped { wrapping: row.int(1)?, bytes: row.bytes(2)? }))
    })?;
    Ok(read.into_iter().collect())
}

// ------------------------------------------------------------------------------------------------ reading, writing

impl Reader {
    /// How sealed values are found; `None`: no keys are at hand.
    pub fn lookup(&self) -> Option<Lookup> {
        self.vault.as_ref().map(|vault| vault.lookup.clone())
    }

    /// The ids of a table's records that still have a sealed value, in any version.
    pub fn sealed_ids(&self, table: &Table) -> Result<SelectStatement, StoreError> {
        let number = self.schema.shape(&table.name)?.number;
        let mut select = Query::select();
        select.expr(col("k", "id")).from_as(Alias::new("data_key"), Alias::new("k"));
        select.and_where(col("k", "register").eq(number));
        Ok(select)
    }

    pub(crate) fn vault(&self) -> Result<Arc<Vault>, StoreError> {
        self.vault.clone().ok_or_else(no_keys)
    }

    /// The key of a record, if it has one.
    fn data_key(&mut self, register: i64, id: i64) -> Result<Option<Key>, StoreError> {
        let vault = self.vault()?;
        let Some(held) = wrapped(&mut *self.link()?, register, id)? else { return Ok(None) };
        let what =
            || StoreError::Damaged { what: format!("the key of record {id} of register {register} was changed") };
        vault.unwrap((register, id), &held)?.ok_or_else(what).map(Some)
    }

    /// The value of a ciphertext, wherever it was read; empty text stands for one that was erased.
    pub(crate) fn opened_text(&mut self, cipher: &str) -> Result<Value, StoreError> {
        if cipher == ERASED {
            return Ok(Value::Text(String::new()));
        }
        let what = || StoreError::Damaged { what: "a sealed value cannot be opened".into() };
        let place = place_of(cipher).ok_or_else(what)?;
        let key = self.data_key(place.register, place.id)?.ok_or_else(what)?;
        open(&key, cipher).map(|opened| Value::Text(opened.value)).ok_or_else(what)
    }

    /// Puts values in the place of ciphertexts.
    pub(crate) fn open_line(&mut self, shape: &Shape, line: &mut Line) -> Result<(), StoreError> {
        for sealed in &shape.sealed {
            if let Value::Text(cipher) = &line.values[sealed.cipher] {
                line.values[sealed.cipher] = self.opened_text(&cipher.clone())?;
            }
        }
        Ok(())
    }

    /// Puts values in the place of ciphertexts in the rows of a query.
    pub(crate) fn open_rows(&mut self, kinds: &[ColumnKind], rows: &mut [Vec<Value>]) -> Result<(), StoreError> {
        for (at, _) in kinds.iter().enumerate().filter(|(_, kind)| **kind == ColumnKind::Sealed) {
            for row in rows.iter_mut() {
                if let Value::Text(cipher) = &row[at] {
                    row[at] = self.opened_text(&cipher.clone())?;
                }
            }
        }
        Ok(())
    }
}

impl Writer {
    /// Puts a value into a sealed field. One that is there already is left as it is, so that nothing seems changed.
    pub(crate) fn seal_value(
        &mut self,
        shape: &Shape,
        line: &mut Line,
        sealed: Sealed,
        value: &Value,
    ) -> Result<(), StoreError> {
        let Value::Text(text) = value else {
            for place in [sealed.cipher, sealed.find, sealed.mark] {
                line.values[place] = Value::Null;
            }
            return Ok(());
        };
        let vault = self.vault()?;
        if let Value::Text(cipher) = &line.values[sealed.cipher]
            && self.opened_text(&cipher.clone())? == *value
        {
            return Ok(());
        }
        let place = Place { register: shape.number, id: line.id, field: shape.fields[sealed.cipher] };
        let key = self.key_of(shape.number, line.id)?;
        let (cipher, mark) = seal(vault.keys.dice(), &key, place, text)?;
        line.values[sealed.cipher] = Value::Text(cipher);
        line.values[sealed.find] = Value::Text(vault.lookup.of(text));
        line.values[sealed.mark] = Value::Text(mark);
        Ok(())
    }

    /// The key of a record; made at its first sealed value.
    fn key_of(&mut self, register: i64, id: i64) -> Result<Key, StoreError> {
        if let Some(key) = self.data_key(register, id)? {
            return Ok(key);
        }
        let vault = self.vault()?;
        let mut key = Key::default();
        vault.keys.dice().fill(&mut key)?;
        let none = || StoreError::Damaged { what: "the key of look-ups is missing".into() };
        let current = wrapped(&mut *self.link()?, LOOKUP.0, LOOKUP.1)?.ok_or_else(none)?.wrapping;
        let kept = vault.wrap((register, id), current, &key)?;
        self.half_done();
        put_wrapped(&mut *self.link()?, (register, id), &kept)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm4_is_the_standards() {
        use sm4::cipher::{BlockCipherEncrypt, KeyInit};
        // GB/T 32907-2016, appendix A.1.
        let key = crate::keys::from_hex("0123456789abcdeffedcba9876543210").unwrap();
        let mut block = sm4::cipher::Array::try_from(&key[..]).unwrap();
        sm4::Sm4::new_from_slice(&key).unwrap().encrypt_block(&mut block);
        assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn sm4_gcm_is_that_of_rfc_8998() {
        // RFC 8998, appendix A.1.
        let bytes = |text: &str| crate::keys::from_hex(text).unwrap();
        let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().unwrap();
        let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().unwrap();
        let with = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plain = [
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd",
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        ]
        .concat();
        let locked = Gcm::new(&key.into()).encrypt(&nonce.into(), Payload { msg: &bytes(&plain), aad: &with }).unwrap();
        let expected = [
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
            "83de3541e4c2b58177e065a9bf7b62ec",
        ]
        .concat();
        assert_eq!(hex(&locked), expected);
    }

    #[test]
    fn what_is_sealed_opens_under_its_own_key_and_place_only() {
        let place = Place { register: 3, id: 17, field: 18 };
        let (cipher, mark) = seal(&Dice::default(), &[7; 16], place, "330782200001010017").unwrap();
        assert_eq!(place_of(&cipher), Some(place));
        let opened = open(&[7; 16], &cipher).unwrap();
        assert_eq!((opened.value.as_str(), opened.mark), ("330782200001010017", mark.clone()));
        assert!(open(&[8; 16], &cipher).is_none());
        for at in 0..cipher.len() {
            let mut other = cipher.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert!(open(&[7; 16], &String::from_utf8(other).unwrap()).is_none(), "digit {at}");
        }
        let (again, other_mark) = seal(&Dice::default(), &[7; 16], place, "330782200001010017").unwrap();
        assert!(again != cipher && other_mark != mark, "equal values are not seen to be equal");
        for wrong in ["", "zz", "00", &cipher[..40]] {
            assert!(open(&[7; 16], wrong).is_none());
        }
    }
}
