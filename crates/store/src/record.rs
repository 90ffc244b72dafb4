//! What goes into and comes out of a register's table.

use luoshi_kernel::digest::Hash;
use luoshi_pack::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a write gives: only the fields that are set; [`Value::Null`] empties one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Field to value. For a register that extends another, the fields of both.
    pub values: BTreeMap<String, Value>,
    /// The state that the record has after this; `None`: as before.
    pub state: Option<String>,
    /// The record is not yet filed and gets no serial number. It gets one with the first write that says otherwise.
    pub unfiled: bool,
}

/// A record as it stands, or as it was known to stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id, never reused within its register.
    pub id: i64,
    /// From 1.
    pub version: i64,
    /// Its serial number (`XM-2021-000012`).
    pub serial: Option<String>,
    /// Its state, when the register has a flow.
    pub state: Option<String>,
    /// The unit whose record it is.
    pub owner: Option<i64>,
    /// Every declared field, the empty ones too; for a register that extends another, the fields of both.
    pub values: Values,
}

impl Record {
    /// The value of a field; empty when the register has no such field.
    pub fn value(&self, field: &str) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }
}

/// Values by field. All records of a register share the names, so a record costs no more than its values.
#[derive(Clone, PartialEq)]
pub struct Values {
    /// In order, none twice.
    names: Arc<[String]>,
    values: Vec<Value>,
}

impl Values {
    /// Values in the order of the names, which are in order themselves.
    pub(crate) fn new(names: Arc<[String]>, values: Vec<Value>) -> Values {
        debug_assert!(names.is_sorted() && names.len() == values.len());
        Values { names, values }
    }

    fn place(&self, field: &str) -> Result<usize, usize> {
        self.names.binary_search_by(|name| name.as_str().cmp(field))
    }

    /// The value of a field, if there is such a field.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.place(field).ok().map(|place| &self.values[place])
    }

    /// Fields and their values, given away.
    pub(crate) fn pairs(self) -> Vec<(String, Value)> {
        self.names.iter().cloned().zip(self.values).collect()
    }

    /// Fields and their values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.names.iter().map(String::as_str).zip(&self.values)
    }
}

/// What comes later stands instead of what came before.
impl Extend<(String, Value)> for Values {
    fn extend<T: IntoIterator<Item = (String, Value)>>(&mut self, more: T) {
        for (field, value) in more {
            match self.place(&field) {
                Ok(place) => self.values[place] = value,
                Err(place) => {
                    let (before, after) = self.names.split_at(place);
                    self.names = before.iter().chain([&field]).chain(after).cloned().collect();
                    self.values.insert(place, value);
                }
            }
        }
    }
}

impl FromIterator<(String, Value)> for Values {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(pairs: T) -> Values {
        let (names, values): (Vec<String>, Vec<Value>) = BTreeMap::from_iter(pairs).into_iter().unzip();
        Values::new(names.into(), values)
    }
}

impl Default for Values {
    fn default() -> Values {
        Values::from_iter([])
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_map().entries(self.iter()).finish()
    }
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The record as it stood in this version.
    pub record: Record,
    /// Known from, microseconds since 1970 UTC.
    pub since: i64,
    /// Known until; [`luoshi_kernel::table::OPEN`] for the current one.
    pub until: i64,
    /// The account that made it; 0 is the system.
    pub by: i64,
    /// `file`, `edit`, `move:NAME`, `sign:NAME`, `owner`.
    pub act: String,
    /// The request that made it.
    pub request: Option<String>,
    /// The number of the schema under which it was made.
    pub schema: i64,
    /// SM3 over its canonical bytes.
    pub digest: Hash,
    /// Its line in the ledger.
    pub seq: i64,
}

/// Who writes, when and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Act {
    /// Microseconds since 1970 UTC by the caller's clock; the lane takes max(this, last commit + 1).
    pub at: i64,
    /// The account; 0 is the system.
    pub by: i64,
    /// The request's id; a second write with the same one is refused with [`crate::StoreError::Repeated`].
    pub request: Option<String>,
    /// Nobody waits for it: it goes into the second queue.
    pub background: bool,
}
