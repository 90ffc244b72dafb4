//! The ledger: one line for each version, chained; and the tree over its lines.
//!
//! Lines count from 1 without gaps. A line's leaf is seq, register, id, version (each 8 bytes, big endian) and the
//! digest. Complete subtrees from level [`KEPT`] on are kept in `ledger_node` once a head has been made, so that heads and
//! proofs read few lines. Each head is itself told by an event, the line after it, so that one that is gone is missed.

use crate::error::StoreError;
use crate::link::{Link, Param};
use crate::merkle::{self, Growing, Ranges};
use crate::reader::Reader;
use crate::writer::Writer;
use luoshi_kernel::digest::{Hash, hex};
use luoshi_kernel::table::EVENT;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Subtrees of at least `2^KEPT` leaves are kept.
pub(crate) const KEPT: u32 = 6;
/// The kind of the event that tells a head, and how its subject begins; its detail is the root.
pub(crate) const SEALED: &str = "head";

/// Where the ledger ends: what each group starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tip {
    /// How many lines.
    pub size: i64,
    /// The last link of the chain; zeros before the first line.
    pub chain: Hash,
    /// The instant of the last commit.
    pub at: i64,
    /// The number of the schema.
    pub schema: i64,
}

/// The ledger as it stood at some size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many lines.
    pub size: i64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The last link of the chain.
    pub chain: Hash,
    /// The instant of the last commit, microseconds since 1970 UTC.
    pub at: i64,
}

/// A head as it leaves the house; digests in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedHead {
    /// How many lines.
    pub size: i64,
    /// The root of the tree over them.
    pub root: String,
    /// The last link of the chain.
    pub chain: String,
    /// The instant of the last commit, microseconds since 1970 UTC.
    pub at: i64,
}

impl From<&Head> for ExportedHead {
    fn from(head: &Head) -> ExportedHead {
        ExportedHead { size: head.size, root: hex(&head.root), chain: hex(&head.chain), at: head.at }
    }
}

impl ExportedHead {
    /// The head as JSON, one line.
    pub fn to_json(&self) -> String {
        serde_json::json!({ "size": self.size, "root": self.root, "chain": self.chain, "at": self.at }).to_string()
    }

    /// Reads a head from JSON; `None` when it is none.
    pub fn from_json(text: &str) -> Option<ExportedHead> {
        serde_json::from_str(text).ok()
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// From 1, without gaps.
    pub seq: i64,
    /// The register's number in the catalogue.
    pub register: i64,
    /// The record.
    pub id: i64,
    /// Its version.
    pub version: i64,
    /// The digest of the version.
    pub digest: Hash,
    /// SM3(the chain before, digest).
    pub chain: Hash,
}

impl LedgerLine {
    /// The hash of its leaf in the tree.
    pub fn leaf(&self) -> Hash {
        let mut content = [0u8; 64];
        for (at, number) in [self.seq, self.register, self.id, self.version].into_iter().enumerate() {
            content[at * 8..at * 8 + 8].copy_from_slice(&number.to_be_bytes());
        }
        content[32..].copy_from_slice(&self.digest);
        merkle::leaf(&content)
    }
}

/// Reads where the ledger ends.
pub(crate) fn tip(link: &mut Link) -> Result<Tip, StoreError> {
    let sql = "SELECT size, chain, at, schema FROM ledger_end WHERE one = 1";
    let read = link.one(sql, &[], |row| {
        Ok(Tip { size: row.int(0)?, chain: row.hash(1)?, at: row.int(2)?, schema: row.int(3)? })
    })?;
    read.ok_or_else(|| StoreError::Damaged { what: "the end of the ledger is missing".into() })
}

/// The statement that adds so many lines.
pub(crate) fn insert(lines: usize) -> String {
    let rows = (0..lines).map(|line| {
        let marks = (line * 6 + 1..=line * 6 + 6).map(|number| format!("${number}"));
        format!("({})", marks.collect::<Vec<_>>().join(", "))
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    format!("INSERT INTO ledger (seq, register, id, version, digest, chain) VALUES {rows}")
}

/// Adds lines by the statement for as many.
pub(crate) fn append(link: &mut Link, insert: &str, lines: &[LedgerLine]) -> Result<(), StoreError> {
    let mut params = Vec::with_capacity(lines.len() * 6);
    for line in lines {
        params.extend([line.seq, line.register, line.id, line.version].map(Param::Int));
        params.extend([&line.digest, &line.chain].map(|hash| Param::Bytes(hash)));
    }
    link.execute(insert, &params).map(|_| ())
}

/// Writes the new end of the ledger and the write counters down.
pub(crate) fn store(link: &mut Link, before: &Tip, tip: &Tip, writes: &BTreeMap<i64, i64>) -> Result<(), StoreError> {
    if tip == before {
        return Ok(());
    }
    let sql = "UPDATE ledger_end SET size = $1, chain = $2, at = $3, schema = $4 WHERE one = 1";
    link.execute(sql, &[tip.size.into(), Param::Bytes(&tip.chain), tip.at.into(), tip.schema.into()])?;
    let raise = "INSERT INTO write_counter (register, writes) VALUES ($1, $2)
                 ON CONFLICT (register) DO UPDATE SET writes = write_counter.writes + excluded.writes";
    for (register, count) in writes {
        link.execute(raise, &[(*register).into(), (*count).into()])?;
    }
    Ok(())
}

/// Lines `from..=to`, in order.
pub(crate) fn lines(link: &mut Link, from: i64, to: i64) -> Result<Vec<LedgerLine>, StoreError> {
    let sql = "SELECT seq, register, id, version, digest, chain FROM ledger WHERE seq >= $1 AND seq <= $2 ORDER BY seq";
    link.all(sql, &[from.into(), to.into()], |row| {
        Ok(LedgerLine {
            seq: row.int(0)?,
            register: row.int(1)?,
            id: row.int(2)?,
            version: row.int(3)?,
            digest: row.hash(4)?,
            chain: row.hash(5)?,
        })
    })
}

/// How many lines are read at once.
const PAGE: i64 = 5_000;

/// The ledger as it stands.
pub(crate) fn head(reader: &mut Reader) -> Result<Head, StoreError> {
    let mut link = reader.link()?;
    let tip = tip(&mut link)?;
    let tree = tree_at(&mut link, tip.size)?;
    Ok(Head { size: tip.size, root: tree.root(), chain: tip.chain, at: tip.at })
}

/// The tree of the first `size` lines: kept subtrees up to the last head, then line by line.
fn tree_at(link: &mut Link, size: i64) -> Result<Growing, StoreError> {
    let mut tree = kept_tree(link, size)?;
    grow(link, &mut tree, size, |_, _, _| {})?;
    Ok(tree)
}

/// Adds lines up to a size; `done` is told every subtree that becomes complete.
fn grow(
    link: &mut Link,
    tree: &mut Growing,
    size: i64,
    mut done: impl FnMut(u32, u64, &Hash),
) -> Result<(), StoreError> {
    while (tree.size() as i64) < size {
        let from = tree.size() as i64 + 1;
        let page = lines(link, from, size.min(from + PAGE - 1))?;
        if page.is_empty() {
            return Err(StoreError::Damaged { what: format!("line {from} of the ledger is missing") });
        }
        for line in page {
            tree.push(line.leaf(), &mut done);
        }
    }
    Ok(())
}

/// The largest tree that kept subtrees give, within the first `size` lines.
fn kept_tree(link: &mut Link, size: i64) -> Result<Growing, StoreError> {
    let sql = "SELECT coalesce(max(place), -1) + 1 FROM ledger_node WHERE level = $1";
    let blocks = link.one(sql, &[i64::from(KEPT).into()], |row| row.int(0))?.unwrap_or(0).min(size >> KEPT);
    let size = (blocks as u64) << KEPT;
    let mut peaks = Vec::new();
    for (level, place) in merkle::peaks(size) {
        let Some(hash) = kept(link, level, place)? else { return Ok(Growing::default()) };
        peaks.push(hash);
    }
    Ok(Growing::from_peaks(size, peaks).unwrap_or_default())
}

fn kept(link: &mut Link, level: u32, place: u64) -> Result<Option<Hash>, StoreError> {
    let sql = "SELECT hash FROM ledger_node WHERE level = $1 AND place = $2";
    link.one(sql, &[i64::from(level).into(), (place as i64).into()], |row| row.hash(0))
}

/// Complete subtrees of a level that end at a line after `from` and up to `to`; `None`: what is kept is no digest.
pub(crate) fn kept_nodes(
    link: &mut Link,
    level: u32,
    from: i64,
    to: i64,
) -> Result<BTreeMap<(u32, u64), Option<Hash>>, StoreError> {
    let (first, last) = (from >> level, to >> level);
    if first == last {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT place, hash FROM ledger_node WHERE level = $1 AND place >= $2 AND place < $3";
    let nodes = link.all(sql, &[i64::from(level).into(), first.into(), last.into()], |row| {
        Ok(((level, row.int(0)? as u64), row.hash(1).ok()))
    })?;
    Ok(nodes.into_iter().collect())
}

impl Reader {
    /// The last head that was made, if one was.
    pub fn last_head(&mut self) -> Result<Option<Head>, StoreError> {
        let sql = "SELECT size, root, chain, at FROM ledger_head ORDER BY size DESC LIMIT 1";
        self.link()?.one(sql, &[], |row| {
            Ok(Head { size: row.int(0)?, root: row.hash(1)?, chain: row.hash(2)?, at: row.int(3)? })
        })
    }

    /// A line of the ledger.
    pub fn ledger_line(&mut self, seq: i64) -> Result<Option<LedgerLine>, StoreError> {
        Ok(lines(&mut *self.link()?, seq, seq)?.pop())
    }

    /// The proof that line `seq` is in the tree of the first `size` lines (see [`crate::merkle::includes`], whose index is
    /// `seq - 1`); `None` when there is no such line or no such tree.
    pub fn inclusion(&mut self, seq: i64, size: i64) -> Result<Option<Vec<Hash>>, StoreError> {
        let mut link = self.link()?;
        if seq < 1 || seq > size || size > tip(&mut link)?.size {
            return Ok(None);
        }
        merkle::inclusion(&mut Lines(&mut link), seq as u64 - 1, size as u64).map(Some)
    }

    /// The proof that the tree of `size` lines begins with that of `old` lines (see [`crate::merkle::is_prefix`]); `None`
    /// when there are no such trees.
    pub fn consistency(&mut self, old: i64, size: i64) -> Result<Option<Vec<Hash>>, StoreError> {
        let mut link = self.link()?;
        if old < 0 || old > size || size > tip(&mut link)?.size {
            return Ok(None);
        }
        merkle::consistency(&mut Lines(&mut link), old as u64, size as u64).map(Some)
    }
}

impl Writer {
    /// Makes a head over all lines that were committed before this closure's group and its own, keeps it and tells it by
    /// an event; gives the last one when nothing else was written since. Make one every minute that had writes.
    ///
    /// # Errors
    /// [`StoreError::Unsealed`] when what is kept of the tree does not give the last head: a wrong one is never sealed.
    pub fn make_head(&mut self) -> Result<Head, StoreError> {
        let tip = self.tip()?;
        let last = self.last_head()?;
        let mut tree = match &last {
            Some(head) if head.size == tip.size || self.is_told(head, tip.size)? => return Ok(head.clone()),
            Some(head) => self.tree_of(head)?,
            None => Growing::default(),
        };
        let mut nodes = Vec::new();
        grow(&mut *self.link()?, &mut tree, tip.size, |level, place, hash| {
            if level >= KEPT {
                nodes.push((i64::from(level), place as i64, *hash));
            }
        })?;
        let head = Head { size: tip.size, root: tree.root(), chain: tip.chain, at: tip.at };
        let keep = "INSERT INTO ledger_node (level, place, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        for (level, place, hash) in &nodes {
            self.plain(keep, &[(*level).into(), (*place).into(), Param::Bytes(hash)])?;
        }
        let sql = "INSERT INTO ledger_head (size, root, chain, at) VALUES ($1, $2, $3, $4)";
        self.plain(sql, &[head.size.into(), Param::Bytes(&head.root), Param::Bytes(&head.chain), head.at.into()])?;
        if self.schema.shape(EVENT).is_ok() {
            self.event(SEALED, &format!("{SEALED}:{}", head.size), &hex(&head.root))?;
        }
        Ok(head)
    }

    /// Whether the ledger has nothing after a head but the event that tells it.
    fn is_told(&mut self, head: &Head, size: i64) -> Result<bool, StoreError> {
        if size != head.size + 1 {
            return Ok(false);
        }
        let Some(line) = self.ledger_line(size)? else { return Ok(false) };
        let Ok(event) = self.schema.shape(EVENT).cloned() else { return Ok(false) };
        let sql = "SELECT subject FROM event WHERE id = $1 AND kind = $2";
        let subject = self.link()?.one(sql, &[line.id.into(), SEALED.into()], |row| row.text(0))?;
        Ok(line.register == event.number && subject == Some(format!("{SEALED}:{}", head.size)))
    }

    /// The tree that a head was made of, as far as what is kept still gives it.
    fn tree_of(&mut self, head: &Head) -> Result<Growing, StoreError> {
        let tree = tree_at(&mut *self.link()?, head.size)?;
        let chain = match head.size {
            0 => Some(Hash::default()),
            size => self.ledger_line(size)?.map(|line| line.chain),
        };
        match tree.root() == head.root && chain == Some(head.chain) {
            true => Ok(tree),
            false => Err(StoreError::Unsealed { size: head.size }),
        }
    }
}

/// Lines of the ledger as leaves.
struct Lines<'a>(&'a mut Link);

impl Ranges for Lines<'_> {
    type Error = StoreError;

    fn range(&mut self, from: u64, to: u64) -> Result<Hash, StoreError> {
        let count = to - from;
        if count.is_power_of_two() && count.trailing_zeros() >= KEPT {
            let level = count.trailing_zeros();
            if let Some(hash) = kept(self.0, level, from >> level)? {
                return Ok(hash);
            }
        }
        if count > 1 << KEPT {
            let middle = from + (1 << (63 - (count - 1).leading_zeros()));
            return Ok(merkle::node(&self.range(from, middle)?, &self.range(middle, to)?));
        }
        let mut tree = Growing::default();
        for line in lines(self.0, from as i64 + 1, to as i64)? {
            tree.push(line.leaf(), |_, _, _| {});
        }
        Ok(tree.root())
    }
}
