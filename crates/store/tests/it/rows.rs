//! Records: filing, changing, reading as they are and as they were.

use crate::both;
use crate::fixture::{Bureau, START, show};
use luoshi_kernel::digest::{self, Version};
use luoshi_kernel::table::{ColumnKind, OPEN};
use luoshi_pack::Value;
use luoshi_store::{Act, Draft, Store, StoreError, Writer};
use sea_query::{Expr, ExprTrait, Func, Order, Query};
use std::collections::BTreeSet;
use std::sync::Arc;

both! {
    fn a_filed_record_reads_back_with_every_kind_of_value(bureau: &Bureau) {
        bureau.with_schools();
        let record = bureau.file("project", "title=扩建 school=4 places=300 delivered_on=2021-09-01 urgent=yes state=build");
        let expected = "delivered_on=2021-09-01 places=300 school=4 title=扩建 urgent=yes owner=4 state=build XM-2021-000001";
        assert_eq!(show(&record), expected);
        assert_eq!(bureau.record("project", 1), record);
        assert_eq!(bureau.record("project", 1).version, 1);
        bureau.assert_clean();
    }

    fn a_change_keeps_the_earlier_version_and_as_of_reads_it(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4 places=300");
        let before = bureau.now();
        bureau.change("project", 1, "places=280 title=-");
        assert_eq!(bureau.history("project", 1), [
            "1 file: places=300 school=4 title=扩建 owner=4 XM-2021-000001",
            "2 edit: places=280 school=4 owner=4 XM-2021-000001",
        ]);
        assert_eq!(bureau.known("project", 1, before).unwrap().value("places"), &Value::Int(300));
        assert_eq!(bureau.known("project", 1, bureau.now()).unwrap().value("places"), &Value::Int(280));
        assert_eq!(bureau.known("project", 1, START - 1), None);
        let versions = bureau.store.read(|reader| reader.history(&bureau.tables["project"], 1)).unwrap();
        assert_eq!(versions[0].until, versions[1].since);
        assert_eq!(versions[1].until, OPEN);
        assert_eq!(versions[0].by, 7);
        bureau.assert_clean();
    }

    fn an_edit_without_a_change_writes_nothing_and_a_move_does(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4 state=open");
        let size = bureau.verify().head.size;
        assert_eq!(bureau.try_change("project", 1, 1, "title=扩建", "edit").unwrap().version, 1);
        assert_eq!(bureau.verify().head.size, size);
        assert_eq!(bureau.try_change("project", 1, 1, "", "move:return").unwrap().version, 2);
        assert_eq!(bureau.verify().head.size, size + 1);
        bureau.assert_clean();
    }

    fn digests_and_chain_are_those_of_the_kernel_from_the_first_row(bureau: &Bureau) {
        bureau.file("person", "name=张三 code=330782");
        bureau.file("person", "name=李四");
        let (number, first, second) = bureau.store.read(|reader| {
            let number = reader.register_number("person")?;
            Ok((number, reader.ledger_line(1)?.unwrap(), reader.ledger_line(2)?.unwrap()))
        }).unwrap();
        let schema = Value::Int(1);
        let (name, code) = (Value::Text("张三".into()), Value::Text("330782".into()));
        let head = Version { register: number, id: 1, version: 1, since: START, by: 7, act: "file" };
        // 5 is the schema's number; declared fields count from 16.
        assert_eq!(first.digest, digest::version(head, [(5, &schema), (16, &name), (17, &code)]));
        assert_eq!(first.chain, digest::chain(&[0; 32], &first.digest));
        assert_eq!(second.chain, digest::chain(&first.chain, &second.digest));
        assert_eq!((second.seq, second.id, second.version), (2, 2, 1));
    }

    fn a_school_shares_id_and_version_with_its_unit(bureau: &Bureau) {
        bureau.with_schools();
        assert_eq!(show(&bureau.record("school", 4)), "code=A name=甲 parent=2 places=100 owner=4");
        assert_eq!(show(&bureau.record("unit", 4)), "name=甲 parent=2 owner=4");
        bureau.change("school", 4, "places=120");
        assert_eq!(bureau.record("unit", 4).version, 2);
        // A change that is asked of the unit is one of the school.
        bureau.change("unit", 4, "name=丙");
        assert_eq!(bureau.record("school", 4).version, 3);
        assert_eq!(bureau.history("school", 4), [
            "1 file: code=A name=甲 parent=2 places=100 owner=4",
            "2 edit: code=A name=甲 parent=2 places=120 owner=4",
            "3 edit: code=A name=丙 parent=2 places=120 owner=4",
        ]);
        bureau.assert_clean();
    }

    fn a_stale_change_is_refused_with_the_current_record(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4");
        bureau.change("project", 1, "places=10");
        match bureau.try_change("project", 1, 1, "places=20", "edit") {
            Err(StoreError::Changed { expected: 1, current, .. }) => assert_eq!(current.value("places"), &Value::Int(10)),
            other => panic!("{other:?}"),
        }
        assert!(matches!(bureau.try_change("project", 9, 1, "places=1", "edit"), Err(StoreError::Absent { id: 9, .. })));
        bureau.assert_clean();
    }

    fn what_a_table_cannot_hold_is_refused_by_name(bureau: &Bureau) {
        bureau.with_schools();
        let refused = |table: &str, text: &str| bureau.try_file(table, text).unwrap_err().to_string();
        assert_eq!(refused("school", "name=丁 code=A"), "another record of `school` already has the same code [S005]");
        assert_eq!(refused("project", "title=x school=99"), "`project.school` refers to record 99, which does not exist [S006]");
        assert_eq!(
            refused("project", "colour=red"),
            "register `project` has no field `colour` [S002]; run `luoshi apply` if the packs have changed"
        );
        let nul = Draft { values: [("title".to_string(), Value::Text("a\0b".into()))].into(), ..Draft::default() };
        let table = bureau.table("project");
        let result: Result<_, StoreError> = bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.file(&table, nul.clone()));
        assert_eq!(result.unwrap_err().code(), "S010");
        let wrong = Draft { values: [("places".to_string(), Value::Bool(true))].into(), ..Draft::default() };
        let table = bureau.table("project");
        let result: Result<_, StoreError> = bureau.store.write(bureau.act(), move |writer: &mut Writer| writer.file(&table, wrong.clone()));
        assert_eq!(result.unwrap_err().code(), "S010");
        // Nothing of it is kept, and no id or number is lost.
        assert_eq!(bureau.file("school", "name=丁 code=D").id, 6);
        assert_eq!(bureau.file("project", "title=y school=6").serial.unwrap(), "XM-2021-000001");
        bureau.assert_clean();
    }

    fn a_write_finds_the_past_and_the_lines_of_what_it_has_just_written(bureau: &Bureau) {
        bureau.with_schools();
        let (project, school) = (bureau.table("project"), bureau.table("school"));
        let (draft, other) = (bureau.draft("project", "title=a"), bureau.draft("school", "name=丁 code=D"));
        let changed = bureau.draft("project", "title=b");
        // More than are written together, with another register between, and a change of one in the middle.
        let told = bureau.store.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| {
            let mut told = vec![];
            for _ in 0..150 {
                writer.file(&project, &draft)?;
            }
            told.push(writer.history(&project, 150)?.len());
            writer.file(&project, &draft)?;
            let between = writer.file(&school, &other)?.id;
            writer.file(&project, &draft)?;
            writer.change(&project, 151, 1, changed.clone(), "edit")?;
            writer.file(&project, &draft)?;
            for (table, id) in [(&project, 151), (&project, 152), (&project, 153), (&school, between)] {
                let history = writer.history(table, id)?;
                let last = history.last().map(|version| version.seq).unwrap_or_default();
                assert!(writer.ledger_line(last)?.is_some_and(|line| line.digest == history.last().unwrap().digest));
                told.push(history.len());
            }
            Ok(told)
        });
        assert_eq!(told.unwrap(), [1, 2, 1, 1, 1]);
        assert_eq!(bureau.numbers("SELECT count(*) FROM project_past"), [154]);
        bureau.assert_clean();
    }

    fn a_closure_cannot_go_on_after_a_broken_write(bureau: &Bureau) {
        bureau.with_schools();
        let table = bureau.table("school");
        let (taken, free) = (bureau.draft("school", "name=丁 code=A"), bureau.draft("school", "name=丁 code=D"));
        let result: Result<(), StoreError> = bureau.store.write(bureau.act(), move |writer: &mut Writer| {
            let first = writer.file(&table, taken.clone());
            assert!(matches!(first, Err(StoreError::Taken { .. })));
            assert!(matches!(writer.file(&table, free.clone()), Err(StoreError::Taken { .. })));
            Ok(())
        });
        assert!(matches!(result, Err(StoreError::Taken { .. })));
        assert_eq!(bureau.numbers("SELECT count(*) FROM school"), [2]);
        bureau.assert_clean();
    }

    fn a_draft_gets_its_number_when_it_is_filed(bureau: &Bureau) {
        bureau.with_schools();
        assert_eq!(bureau.file("project", "title=a unfiled=yes").serial, None);
        assert_eq!(bureau.file("project", "title=b").serial.unwrap(), "XM-2021-000001");
        assert_eq!(bureau.try_change("project", 1, 1, "title=c unfiled=yes", "edit").unwrap().serial, None);
        assert_eq!(bureau.try_change("project", 1, 2, "", "move:file").unwrap().serial.unwrap(), "XM-2021-000002");
        assert_eq!(bureau.change("project", 1, "title=d").serial.unwrap(), "XM-2021-000002");
        bureau.assert_clean();
    }

    fn the_number_starts_anew_each_year_in_beijing(bureau: &Bureau) {
        let table = bureau.table("project");
        let file = |at: i64| {
            let table = table.clone();
            let act = Act { at, ..Act::default() };
            bureau.store.write::<_, StoreError>(act, move |writer: &mut Writer| writer.file(&table, Draft::default())).unwrap()
        };
        assert_eq!(file(START).serial.unwrap(), "XM-2021-000001");
        assert_eq!(file(1_640_966_399_000_000).serial.unwrap(), "XM-2021-000002"); // 2021-12-31 23:59:59 +08
        assert_eq!(file(1_640_966_400_000_000).serial.unwrap(), "XM-2022-000001");
        bureau.assert_clean();
    }

    fn known_time_never_goes_back(bureau: &Bureau) {
        let table = bureau.table("person");
        let since = |at: i64| {
            let table = table.clone();
            let act = Act { at, ..Act::default() };
            bureau.store.write::<_, StoreError>(act, move |writer: &mut Writer| {
                writer.file(&table, Draft::default())?;
                Ok(writer.now())
            }).unwrap()
        };
        assert_eq!(since(START), START);
        assert_eq!(since(START), START + 1);
        assert_eq!(since(START - 1_000), START + 2);
        bureau.assert_clean();
    }

    fn dependants_follow_their_owner_in_the_same_transaction(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=扩建 school=4");
        bureau.file("visit", "project=1 note=a");
        bureau.file("visit", "project=1 note=b");
        let before = bureau.now();
        assert_eq!(bureau.record("visit", 1).owner, Some(4));
        bureau.change("project", 1, "school=5");
        for id in [1, 2] {
            assert_eq!(bureau.record("visit", id).owner, Some(5));
            assert_eq!(bureau.known("visit", id, before).unwrap().owner, Some(4));
        }
        assert_eq!(bureau.history("visit", 2), ["1 file: note=b project=1 owner=4", "2 owner: note=b project=1 owner=5"]);
        let since = |table: &str, id: i64| bureau.store.read(|reader| reader.history(&bureau.tables[table], id)).unwrap()[1].since;
        assert_eq!(since("visit", 1), since("project", 1));
        bureau.change("project", 1, "school=-");
        assert_eq!(bureau.record("visit", 1).owner, None);
        bureau.assert_clean();
    }

    fn a_request_posted_twice_is_answered_with_what_it_wrote_first(bureau: &Bureau) {
        bureau.with_schools();
        let post = || {
            let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=扩建 school=4"));
            let act = Act { request: Some("r-1".into()), ..bureau.act() };
            bureau.store.write::<_, StoreError>(act, move |writer: &mut Writer| {
                let first = writer.file(&table, draft.clone())?;
                writer.file(&table, draft.clone())?;
                Ok(first.id)
            })
        };
        assert_eq!(post().unwrap(), 1);
        match post() {
            Err(StoreError::Repeated { table, id: 1, version: 1, .. }) => assert_eq!(table, "project"),
            other => panic!("{other:?}"),
        }
        let found = bureau.store.write::<_, StoreError>(bureau.act(), |writer: &mut Writer| writer.by_request("r-1"));
        assert_eq!(found.unwrap(), Some(("project".into(), 1, 1)));
        assert_eq!(bureau.numbers("SELECT count(*) FROM project"), [2]);
        bureau.assert_clean();
    }

    fn queries_of_the_kernel_are_read_by_kind(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("project", "title=甲 school=4 places=300 delivered_on=2021-09-01 urgent=yes");
        bureau.file("project", "title=乙 school=5 places=200 urgent=no");
        let select = Query::select()
            .columns(["title", "places", "delivered_on", "urgent"])
            .from("project")
            .and_where(Expr::col("places").gte(100i64))
            .and_where(Expr::col("title").ne("丙"))
            .order_by("id", Order::Desc)
            .limit(10)
            .take();
        let kinds = [ColumnKind::Text, ColumnKind::Int, ColumnKind::Date, ColumnKind::Bool];
        let rows = bureau.store.read(|reader| reader.rows(&select, &kinds)).unwrap();
        assert_eq!(rows[0], [Value::Text("乙".into()), Value::Int(200), Value::Null, Value::Bool(false)]);
        assert_eq!(rows[1][2], Value::Date("2021-09-01".parse().unwrap()));
        let count = Query::select()
            .expr(Func::count(Expr::col("id")))
            .expr(Func::sum(Expr::col("places")))
            .from("project")
            .and_where(Expr::col("urgent").eq(true))
            .take();
        let rows = bureau.store.read(|reader| reader.rows(&count, &[ColumnKind::Int, ColumnKind::Int])).unwrap();
        assert_eq!(rows, [[Value::Int(1), Value::Int(300)]]);
        // A kind that does not fit is an error, not a guess.
        let wrong = bureau.store.read(|reader| reader.rows(&select, &[ColumnKind::Int]));
        assert_eq!(wrong.unwrap_err().code(), "S021");
    }

    fn write_counters_rise_with_every_version_of_their_register(bureau: &Bureau) {
        let counters = || {
            let tables = ["unit", "school", "project"].map(String::from);
            bureau.store.read(|reader| reader.write_counters(&tables)).unwrap()
        };
        assert_eq!(counters(), [0, 0, 0]);
        bureau.with_schools();
        assert_eq!(counters(), [5, 2, 0]);
        bureau.change("school", 4, "places=1");
        assert_eq!(counters(), [6, 3, 0]);
        bureau.try_file("school", "name=丁 code=A").unwrap_err();
        assert_eq!(counters(), [6, 3, 0]);
    }

    fn a_read_is_one_snapshot(bureau: &Bureau) {
        bureau.with_schools();
        let (first, second) = bureau.store.read(|reader| {
            let first = reader.record(&bureau.tables["school"], 4, None)?.unwrap();
            bureau.change("school", 4, "places=999");
            Ok((first, reader.record(&bureau.tables["school"], 4, None)?.unwrap()))
        }).unwrap();
        assert_eq!(first, second);
        assert_eq!(bureau.record("school", 4).value("places"), &Value::Int(999));
    }

    fn shared_records_count_who_refers_to_them(bureau: &Bureau) {
        bureau.with_schools();
        bureau.file("person", "name=张三 code=1");
        bureau.file("post", "person=1 unit=4");
        bureau.file("post", "person=1 unit=4");
        bureau.file("post", "person=1 unit=5");
        let seen = || bureau.numbers("SELECT unit * 100 + times FROM seen WHERE id = 1 ORDER BY unit");
        assert_eq!(seen(), [402, 501]);
        bureau.change("post", 3, "unit=4");
        assert_eq!(seen(), [403]);
        bureau.change("post", 3, "person=-");
        assert_eq!(seen(), [402]);
        bureau.assert_clean();
    }

    fn no_update_is_lost_under_sixteen_threads(bureau: &Bureau) {
        bureau.with_schools();
        let refused: usize = std::thread::scope(|scope| {
            let add = || {
                let mut refused = 0;
                for _ in 0..20 {
                    loop {
                        let school = bureau.record("school", 4);
                        let places = school.value("places").int().unwrap() + 1;
                        match bureau.try_change("school", 4, school.version, &format!("places={places}"), "edit") {
                            Ok(_) => break,
                            Err(StoreError::Changed { .. }) => refused += 1,
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
                refused
            };
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(add)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let school = bureau.record("school", 4);
        assert_eq!(school.value("places"), &Value::Int(100 + 320));
        assert_eq!(school.version, 321);
        assert!(refused > 0, "the threads never met");
        bureau.assert_clean();
    }

    fn numbers_have_no_gaps_and_no_doubles_under_sixteen_writers(bureau: &Bureau) {
        bureau.with_schools();
        std::thread::scope(|scope| {
            for thread in 0..16 {
                scope.spawn(move || {
                    for round in 0..25 {
                        // Every fifth write fails after it has taken a number.
                        let (table, draft) = (bureau.table("project"), bureau.draft("project", "title=a school=4"));
                        let fails = (thread + round) % 5 == 0;
                        let result: Result<i64, StoreError> = bureau.store.write(bureau.act(), move |writer: &mut Writer| {
                            let id = writer.file(&table, draft.clone())?.id;
                            if fails { Err(StoreError::Busy) } else { Ok(id) }
                        });
                        assert_eq!(result.is_err(), fails);
                    }
                });
            }
        });
        let written = bureau.numbers("SELECT id FROM project ORDER BY id");
        assert_eq!(written, (1..=320).collect::<Vec<i64>>());
        let table = &bureau.tables["project"];
        let serials: BTreeSet<String> =
            written.iter().map(|id| bureau.record(&table.name, *id).serial.unwrap()).collect();
        assert_eq!(serials.len(), 320);
        assert_eq!(serials.last().unwrap(), "XM-2021-000320");
        bureau.assert_clean();
    }

    fn a_closed_bureau_opens_again_with_everything(bureau: &Bureau) {
        bureau.with_schools();
        let second = Store::open(bureau.options.clone()).unwrap();
        let record = second.read(|reader| reader.record(&bureau.tables["school"], 4, None)).unwrap().unwrap();
        assert_eq!(show(&record), "code=A name=甲 parent=2 places=100 owner=4");
        // Both write to the same database, and the chain holds.
        let second = Arc::new(second);
        let (table, draft) = (bureau.table("school"), bureau.draft("school", "name=丁 code=D"));
        second.write::<_, StoreError>(bureau.act(), move |writer: &mut Writer| writer.file(&table, draft.clone())).unwrap();
        bureau.file("school", "name=戊 code=E");
        bureau.assert_clean();
    }
}
