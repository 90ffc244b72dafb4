//! Carries plans out on a database: schema, rows, past, ledger.
//!
//! Alone knows SQLite and PostgreSQL. Writes go through one lane, reads are snapshots; nothing is overwritten, and every
//! version stands in a chained ledger that [`verify`] checks. Must not know: HTTP, who may do what, what a field means.

mod account;
mod apply;
mod backup;
mod catalogue;
mod closure;
mod copied;
mod derived;
mod erase;
mod error;
mod file;
pub mod follow;
mod functions;
mod job;
mod keys;
mod lane;
mod ledger;
mod link;
pub mod merkle;
mod meta;
mod options;
mod owed;
mod owner;
mod pool;
mod postgres;
mod reader;
mod record;
mod rotate;
mod seal;
pub mod search;
mod seen;
mod serial;
mod several;
mod shape;
mod sqlite;
mod store;
mod sync;
mod system;
mod tally;
#[cfg(feature = "testing")]
pub mod testing;
mod verify;
mod watching;
mod writer;

pub use account::{Account, Session};
pub use error::StoreError;
pub use file::{BYTES_KEPT, Content, ERASE_BYTES, ERASE_FILE};
pub use job::Job;
pub use keys::Keys;
pub use ledger::{ExportedHead, Head, LedgerLine};
pub use options::{Access, Bucket, Database, Dialect, Files, Options};
pub use reader::Reader;
pub use record::{Act, Draft, Record, Values, Version};
pub use rotate::Rotation;
pub use store::{Store, Work};
pub use sync::Change;
pub use verify::{Finding, Progress, Report, continues, verify};
pub use watching::Written;
pub use writer::Writer;
