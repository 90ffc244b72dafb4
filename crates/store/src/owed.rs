//! Lines on their way into the ledger: of a long write many are written together.

use crate::error::StoreError;
use crate::ledger::{self, LedgerLine, Tip};
use crate::link::Link;
use luoshi_kernel::digest::{self, Hash};

/// So many lines are written at once; fewer are when the write ends.
const PORTION: usize = 128;

/// Lines that a write still owes to the ledger, in order, all but their links of the chain.
#[derive(Default)]
pub(crate) struct Owed(Vec<LedgerLine>);

impl Owed {
    /// Owes a line.
    pub fn add(&mut self, seq: i64, register: i64, id: i64, version: i64, digest: Hash) {
        self.0.push(LedgerLine { seq, register, id, version, digest, chain: Hash::default() });
    }

    /// Whether as many are owed as are written at once.
    pub fn is_full(&self) -> bool {
        self.0.len() >= PORTION
    }

    /// The digest of a version whose line is still owed.
    pub fn digest(&self, seq: i64) -> Option<Hash> {
        self.0.iter().find(|line| line.seq == seq).map(|line| line.digest)
    }

    /// Chains what is owed to the tip and writes it.
    pub fn settle(&mut self, link: &mut Link, tip: &mut Tip) -> Result<(), StoreError> {
        for line in &mut self.0 {
            line.chain = digest::chain(&tip.chain, &line.digest);
            tip.chain = line.chain;
        }
        let lines = std::mem::take(&mut self.0);
        // One statement for a full portion, and one for a single line: databases keep them prepared.
        if lines.len() == PORTION {
            return ledger::append(link, &lines);
        }
        lines.chunks(1).try_for_each(|line| ledger::append(link, line))
    }

    /// Owes nothing more: the write is undone.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}
