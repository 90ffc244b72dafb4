//! Which unit lies within which, kept step by step and equal to a count from scratch.

use crate::both;
use crate::fixture::Bureau;
use luoshi_store::StoreError;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

both! {
    fn a_moved_town_takes_its_schools_along(bureau: &Bureau) {
        bureau.with_schools();
        assert_eq!(bureau.within(4), [1, 2, 4]);
        bureau.change("unit", 2, "parent=3");
        assert_eq!(bureau.within(4), [1, 2, 3, 4]);
        assert!(bureau.store.read(|reader| reader.within(4, 3)).unwrap());
        assert!(!bureau.store.read(|reader| reader.within(3, 4)).unwrap());
        bureau.assert_clean();
    }

    fn a_merged_school_lies_within_its_successor(bureau: &Bureau) {
        bureau.with_schools();
        bureau.change("school", 4, "successor=5");
        assert_eq!(bureau.within(4), [1, 2, 3, 4, 5]);
        bureau.change("school", 4, "successor=-");
        assert_eq!(bureau.within(4), [1, 2, 4]);
        bureau.assert_clean();
    }

    fn a_unit_cannot_lie_within_itself(bureau: &Bureau) {
        bureau.with_schools();
        for (unit, text) in [(1, "parent=4"), (2, "parent=2"), (2, "successor=4")] {
            let refused = bureau.try_change("unit", unit, 1, text, "edit");
            assert!(matches!(refused, Err(StoreError::Cycle { .. })), "{unit} {text}: {refused:?}");
        }
        assert!(matches!(bureau.try_file("unit", "name=x parent=6"), Err(StoreError::Cycle { .. })));
        bureau.assert_clean();
    }

    /// Two hundred random moves; the verifier counts from scratch.
    fn random_moves_keep_the_count_true(bureau: &Bureau) {
        for seed in 0..4 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut pick = |below: i64| (random.next_u64() % below as u64) as i64;
            let units = bureau.numbers("SELECT count(*) FROM unit")[0];
            bureau.file("unit", "name=root");
            for unit in units + 2..units + 12 {
                bureau.file("unit", &format!("name=u parent={}", pick(unit - 1) + 1));
            }
            let (mut moved, mut refused) = (0, 0);
            for _ in 0..40 {
                let all = units + 11;
                let column = ["parent", "parent", "successor"][pick(3) as usize];
                let to = if pick(4) == 0 { "-".to_string() } else { (pick(all) + 1).to_string() };
                let unit = pick(all) + 1;
                let version = bureau.record("unit", unit).version;
                match bureau.try_change("unit", unit, version, &format!("{column}={to}"), "edit") {
                    Ok(_) => moved += 1,
                    Err(StoreError::Cycle { .. }) => refused += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            assert!(moved > 10 && refused > 0, "{moved} moved, {refused} refused");
            bureau.assert_clean();
        }
    }
}
