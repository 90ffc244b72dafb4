use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sm3::{Digest, Sm3};

/// A reproducible stream of choices: ChaCha8 keyed with SM3(seed + "|" + purpose).
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn new(seed: &str, purpose: &str) -> Self {
        Self(ChaCha8Rng::from_seed(Sm3::digest(format!("{seed}|{purpose}")).into()))
    }

    /// A number below `limit`, all equally likely; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = (limit as u64).max(1);
        // The uneven rest at the top of the range is drawn again.
        let fair = u64::MAX - u64::MAX % limit;
        loop {
            let number = self.0.next_u64();
            if number < fair {
                return (number % limit) as usize;
            }
        }
    }

    /// Fisher-Yates from the end.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}
