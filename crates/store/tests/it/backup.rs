//! A copy of the database, made while it is in use.

use crate::fixture::Bureau;
use luoshi_store::{Options, Store, verify};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_backup_made_under_writes_is_whole_and_later_replaced_by_a_newer_one() {
    let bureau = Bureau::sqlite();
    bureau.with_schools();
    let luoshi_store::Database::Sqlite(file) = bureau.options.database.clone() else { panic!("this is SQLite") };
    let copy = file.with_file_name("copy.db");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                bureau.file("project", "title=a school=4");
            }
        });
        let mut sizes = vec![0];
        for _ in 0..5 {
            let before = bureau.store.read(|reader| reader.head()).unwrap();
            bureau.store.backup(&copy).unwrap();
            let store = Store::open(Options::sqlite(&copy)).unwrap();
            let report = verify(&store, Some(&(&before).into()), &mut |_, _| {}).unwrap();
            assert!(report.is_clean(), "{:?}", report.findings);
            assert!(report.head.size >= before.size && report.head.size >= sizes[sizes.len() - 1]);
            sizes.push(report.head.size);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(sizes[5] > sizes[1], "nothing was written meanwhile: {sizes:?}");
    });
    bureau.assert_clean();
}

#[test]
fn a_backup_of_postgres_is_left_to_its_own_tools() {
    let bureau = Bureau::postgres();
    let refused = bureau.store.backup(std::path::Path::new("copy.db")).unwrap_err();
    assert!(refused.to_string().contains("pg_dump"));
}
