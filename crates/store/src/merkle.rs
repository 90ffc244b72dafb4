//! The Merkle tree of RFC 6962, section 2.1, with SM3 in place of SHA-256.
//!
//! Pure: leaves in, roots and proofs out. `MTH({}) = SM3()`, a leaf is `SM3(0x00 ‖ content)`, a node is
//! `SM3(0x01 ‖ left ‖ right)`, and a tree of `n` leaves splits at the largest power of two below `n`.

use luoshi_kernel::digest::Hash;
use sm3::{Digest, Sm3};

/// The hash of a leaf.
pub fn leaf(content: &[u8]) -> Hash {
    Sm3::new().chain_update([0]).chain_update(content).finalize().into()
}

/// The hash of an inner node.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sm3::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves.
pub fn empty() -> Hash {
    Sm3::digest([]).into()
}

/// A tree that only grows: keeps one hash for each complete subtree on its right edge.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    size: u64,
    /// Roots of complete subtrees, largest first; their sizes are the binary digits of `size`.
    peaks: Vec<Hash>,
}

impl Growing {
    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, given its hash. `done` is told every subtree that becomes complete: its level (leaves are level 0),
    /// its place among those of its level, its hash.
    pub fn push(&mut self, leaf: Hash, mut done: impl FnMut(u32, u64, &Hash)) {
        let (mut hash, mut level) = (leaf, 0);
        done(0, self.size, &hash);
        while self.size >> level & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
            level += 1;
            done(level, self.size >> level, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty() };
        peaks.fold(*last, |right, left| node(left, &right))
    }

    /// A tree from its complete subtrees, largest first; `None` when their number does not fit the size.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Growing> {
        (peaks.len() as u32 == size.count_ones()).then_some(Growing { size, peaks })
    }
}

/// The complete subtrees on the right edge of a tree of `size` leaves, largest first: (level, place).
pub fn peaks(size: u64) -> Vec<(u32, u64)> {
    (0..64).rev().filter(|level| size >> level & 1 == 1).map(|level| (level, (size >> level) - 1)).collect()
}

/// The largest power of two below `size`; `size` is at least 2.
fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

/// Gives the root over a range of leaves, `from` included, `to` not.
pub trait Ranges {
    /// What goes wrong when it cannot.
    type Error;
    /// The root over the leaves `from..to`; only ranges that are subtrees of the tree are asked for.
    fn range(&mut self, from: u64, to: u64) -> Result<Hash, Self::Error>;
}

/// The proof that leaf `index` is in the tree of `size` leaves: `PATH(m, D[n])` of RFC 6962, 2.1.1.
pub fn inclusion<R: Ranges>(ranges: &mut R, index: u64, size: u64) -> Result<Vec<Hash>, R::Error> {
    let (mut from, mut to) = (0, size);
    let mut proof = Vec::new();
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(ranges.range(middle, to)?);
            to = middle;
        } else {
            proof.push(ranges.range(from, middle)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `size` leaves begins with the tree of `old` leaves: `PROOF(m, D[n])` of RFC 6962, 2.1.2.
pub fn consistency<R: Ranges>(ranges: &mut R, old: u64, size: u64) -> Result<Vec<Hash>, R::Error> {
    if old == 0 || old >= size {
        return Ok(Vec::new());
    }
    let (mut from, mut to, mut whole) = (0, size, true);
    let mut proof = Vec::new();
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(ranges.range(middle, to)?);
            to = middle;
        } else {
            proof.push(ranges.range(from, middle)?);
            (from, whole) = (middle, false);
        }
    }
    if !whole {
        proof.push(ranges.range(from, to)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether an inclusion proof holds (RFC 9162, 2.1.3.2).
pub fn includes(root: &Hash, size: u64, index: u64, leaf: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for other in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(other, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node(&hash, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether a consistency proof holds (RFC 9162, 2.1.4.2).
pub fn is_prefix(old: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 {
        return proof.is_empty() && *old_root == empty();
    }
    if old >= size {
        return old == size && proof.is_empty() && old_root == root;
    }
    let start = if old.is_power_of_two() { Some(old_root) } else { None };
    let mut steps = start.into_iter().chain(proof);
    let Some(first) = steps.next() else { return false };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut before, mut after) = (*first, *first);
    for other in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (before, after) = (node(other, &before), node(other, &after));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            after = node(&after, other);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && before == *old_root && after == *root
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// The definition, word for word: slow and plain.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(split(many.len() as u64) as usize);
                node(&mth(left), &mth(right))
            }
        }
    }

    struct Leaves(Vec<Hash>);

    impl Ranges for Leaves {
        type Error = Infallible;
        fn range(&mut self, from: u64, to: u64) -> Result<Hash, Infallible> {
            Ok(mth(&self.0[from as usize..to as usize]))
        }
    }

    fn leaves(count: u8) -> Leaves {
        Leaves((0..count).map(|number| leaf(&[number])).collect())
    }

    #[test]
    fn a_growing_tree_has_the_root_of_the_definition() {
        let all = leaves(70);
        let mut tree = Growing::default();
        for size in 0..70 {
            assert_eq!(tree.root(), mth(&all.0[..size]), "{size} leaves");
            tree.push(all.0[size], |level, place, hash| {
                let from = (place << level) as usize;
                assert_eq!(*hash, mth(&all.0[from..from + (1 << level)]));
            });
        }
    }

    #[test]
    fn a_tree_goes_on_from_its_peaks() {
        let all = leaves(40);
        let hashes = peaks(29).into_iter().map(|(level, place)| {
            let from = (place << level) as usize;
            mth(&all.0[from..from + (1 << level)])
        });
        let mut tree = Growing::from_peaks(29, hashes.collect()).unwrap();
        assert_eq!(tree.root(), mth(&all.0[..29]));
        tree.push(all.0[29], |_, _, _| {});
        assert_eq!(tree.root(), mth(&all.0[..30]));
        assert!(Growing::from_peaks(29, vec![]).is_none());
    }

    #[test]
    fn every_leaf_is_proved_and_no_other_is() {
        for size in 1..40u8 {
            let mut all = leaves(size);
            let root = mth(&all.0);
            for index in 0..u64::from(size) {
                let Ok(proof) = inclusion(&mut all, index, size.into());
                let own = all.0[index as usize];
                assert!(includes(&root, size.into(), index, &own, &proof));
                assert!(!includes(&root, size.into(), index, &leaf(b"other"), &proof));
                assert!(!includes(&root, size.into(), (index + 1) % u64::from(size), &own, &proof) || size == 1);
            }
        }
    }

    #[test]
    fn every_earlier_tree_is_proved_a_prefix_and_no_other_is() {
        for size in 1..40u8 {
            let mut all = leaves(size);
            let root = mth(&all.0);
            for old in 0..=size {
                let old_root = mth(&all.0[..old.into()]);
                let Ok(proof) = consistency(&mut all, old.into(), size.into());
                assert!(is_prefix(old.into(), &old_root, size.into(), &root, &proof), "{old} of {size}");
                assert!(!is_prefix(old.into(), &leaf(b"other"), size.into(), &root, &proof), "{old} of {size}");
            }
        }
    }
}
