//! Keys, order and walk: from seed to admitted and waiting.

use std::cmp::Ordering;

use rayon::prelude::*;
use sm3::{Digest, Sm3};

use crate::list::{LastBundle, List, parts};

/// The outcome as places in `applicants`, in order of the draw.
pub(crate) struct Outcome {
    pub(crate) admitted: Vec<u32>,
    pub(crate) waiting: Vec<u32>,
}

/// One applicant's place in the order: the key's first word, which nearly always decides, and the place in the list.
type Entry = (u64, u32);

/// Orders the bundles of a checked list by key and admits them while places remain.
pub(crate) fn outcome(list: &List, seed: &str) -> Outcome {
    let entries = sorted_entries(list, seed);
    let bundle_of = |entry: &Entry| parts(&list.applicants[entry.1 as usize]).1;
    let mut left = list.plan;
    let mut outcome = Outcome { admitted: Vec::new(), waiting: Vec::new() };
    for bundle in entries.chunk_by(|one, next| one.0 == next.0 && bundle_of(one) == bundle_of(next)) {
        let size = bundle.len() as u64;
        let fits = left > 0 && (size <= left || list.last_bundle == LastBundle::Expand);
        if fits {
            left = left.saturating_sub(size);
        }
        let side = if fits { &mut outcome.admitted } else { &mut outcome.waiting };
        side.extend(bundle.iter().map(|entry| entry.1));
    }
    if !list.waiting {
        outcome.waiting.clear();
    }
    outcome
}

/// All applicants by key, then bundle number, then number.
fn sorted_entries(list: &List, seed: &str) -> Vec<Entry> {
    let base = base(seed);
    let full_key = |bundle: &str| words(&base.clone().chain_update(bundle).finalize().into());
    let bundle_of = |place: u32| parts(&list.applicants[place as usize]).1;
    let first_word = |place: usize| (full_key(bundle_of(place as u32))[0], place as u32);
    let mut entries: Vec<Entry> = (0..list.applicants.len()).into_par_iter().map(first_word).collect();
    entries.par_sort_unstable_by(|one, other| {
        one.0.cmp(&other.0).then_with(|| {
            let (mine, theirs) = (bundle_of(one.1), bundle_of(other.1));
            // Members of one bundle share the key; two bundles that share a first word are told apart by the rest.
            let between = if mine == theirs { Ordering::Equal } else { full_key(mine).cmp(&full_key(theirs)) };
            between.then_with(|| mine.cmp(theirs)).then(one.1.cmp(&other.1))
        })
    });
    entries
}

/// The key of one number under a seed.
pub(crate) fn key(seed: &str, number: &str) -> [u64; 4] {
    words(&base(seed).chain_update(number).finalize().into())
}

/// What every key begins with: 64 hex digits are one whole block, so its compression is done once and every clone starts
/// behind it.
fn base(seed: &str) -> Sm3 {
    Sm3::new().chain_update(seed).chain_update("|")
}

/// The digest as words, which compare as its bytes do and faster.
fn words(digest: &[u8; 32]) -> [u64; 4] {
    let word = |from: usize| digest[from..from + 8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    [word(0), word(8), word(16), word(24)]
}
