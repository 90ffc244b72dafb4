//! Imports: what a workbook's rows become, what stands against them row by row, that all or none are written, once, and
//! only what its sender may file.

use crate::support::{House, refusal_of};
use luoshi_desk::import::{Imported, NotImported, SHEET};
use luoshi_desk::view::{ImportState, ImportTried, ImportView, Lang};
use luoshi_desk::{FilePlace, ListAsk, NotSaved, Refusal, job};
use luoshi_kernel::kind::MICROS;
use luoshi_store::{Files, Store};
use rust_xlsxwriter::{Format, Workbook};

/// Desks of schools, with a code, a rule and a grant of towns.
const PACK: [(&str, &str); 3] = [
    ("desks/pack.toml", "title = \"课桌\"\nneeds = [\"foundation\"]\n"),
    (
        "desks/register/desk.toml",
        r#"
title = "课桌"
source = "default"
owner = "school"
label = "code"
columns = ["code", "school", "kind", "bought_on", "price"]

[field.code]
kind = "text"
title = "编号"
must = true
unique = true
max = 10

[field.school]
kind = "ref"
to = "school"
title = "学校"
must = true

[field.kind]
kind = "choice"
title = "类别"
choices = { single = "单人", double = "双人" }

[field.bought_on]
kind = "date"
title = "购置日期"

[field.price]
kind = "money"
title = "单价"

[field.papers]
kind = "files"
title = "发票"

[check.KZ-01]
refuse = { price = { ">" = 1000 } }
field = "price"
message = "课桌单价不得超过 1000 元"
message_en = "A desk costs at most 1000 yuan."
"#,
    ),
    (
        "desks/role.toml",
        "[[leader.may]]\ndo = [\"file\", \"edit\"]\non = [\"desk\"]\nscope = \"all\"\n[[town.may]]\ndo = [\"see\", \"file\"]\non = [\"desk\"]\nscope = \"subtree\"\n",
    ),
];

fn house(store: Store) -> House {
    let house = House::small("2021-03-01", &PACK, store);
    house.settle("2021-03-01");
    house
}

/// A workbook of texts, its first row the head.
fn book(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, texts) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*texts) {
            sheet.write(row, column, *text).expect("it fits");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn send(house: &House, by: &str, bytes: &[u8]) -> Result<String, Refusal> {
    let place = FilePlace { register: "desk".into(), field: SHEET.into(), ..FilePlace::default() };
    house.desk.upload(&house.actor(by), &place, "课桌.xlsx", bytes)
}

fn check(house: &House, by: &str, bytes: &[u8]) -> ImportTried {
    let line = send(house, by, bytes).expect("it is taken");
    house.desk.import_check(&house.actor(by), "desk", &line).expect("it is tried").tried.expect("a workbook")
}

/// `3 单价 KZ-01` for each fault.
fn said(tried: &ImportTried) -> Vec<String> {
    let one = |fault: &luoshi_desk::view::ImportFault| {
        format!("{} {} {}", fault.row.map_or("-".into(), |row| row.to_string()), fault.field, fault.code)
    };
    tried.faults.iter().map(one).collect()
}

fn import(house: &House, by: &str, bytes: &[u8]) -> Result<Imported, NotImported> {
    let line = send(house, by, bytes).expect("it is taken");
    house.desk.import(&house.actor(by), "desk", &line)
}

fn refused(not: Result<Imported, NotImported>) -> Refusal {
    match not {
        Err(NotImported::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn rows_of(not: Result<Imported, NotImported>) -> ImportView {
    match not {
        Err(NotImported::Rows(view)) => *view,
        other => panic!("{other:?}"),
    }
}

/// The list as its owner of everything sees it.
fn listed(house: &House) -> Vec<String> {
    let ask = ListAsk {
        register: "desk".into(),
        page: 1,
        per: 200,
        sort: Some(("code".into(), false)),
        ..ListAsk::default()
    };
    let list = house.desk.list(&house.actor("leader"), &ask).expect("it may be listed");
    let row =
        |row: &luoshi_desk::view::Row| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>().join(" ");
    list.rows.iter().map(row).collect()
}

#[test]
fn rows_become_records_whatever_the_columns_are_called_and_in_whatever_order() {
    House::each(|store| {
        let house = house(store);
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let day = Format::new().set_num_format("yyyy/m/d");
        for (column, head) in (0..).zip(["学校", "code", "备注", "类别", "购置日期", "Unit price", "单价"])
        {
            sheet.write(0, column, head).expect("it fits");
        }
        let bought = rust_xlsxwriter::ExcelDateTime::from_ymd(2021, 2, 28).expect("a day");
        for (row, code) in [(1, "A-1"), (3, "A-2")] {
            sheet.write(row, 0, "佛堂小学").expect("it fits");
            sheet.write(row, 1, code).expect("it fits");
            sheet.write(row, 2, "随便").expect("it fits");
            sheet.write(row, 3, "双人").expect("it fits");
            sheet.write_with_format(row, 4, &bought, &day).expect("it fits");
            sheet.write(row, 6, 318.5).expect("it fits");
        }
        let bytes = workbook.save_to_buffer().expect("a workbook");
        let tried = check(&house, "leader", &bytes);
        assert_eq!(said(&tried), Vec::<String>::new());
        assert_eq!((tried.rows, tried.unknown.join(" ")), (2, "备注 Unit price".to_string()));
        assert_eq!(tried.columns, ["学校", "编号", "类别", "购置日期", "单价"]);
        assert_eq!(tried.preview[0], ["佛堂小学", "A-1", "双人", "2021-02-28", "318.5"]);
        assert_eq!(listed(&house), Vec::<String>::new(), "trying writes nothing");
        let before = house.written();

        assert_eq!(import(&house, "leader", &bytes).unwrap(), Imported::Done(2));
        let all = ["A-1 佛堂小学 双人 02-28 318.50", "A-2 佛堂小学 双人 02-28 318.50"];
        assert_eq!(listed(&house), all);
        assert!(house.written() > before);
        assert_eq!(refused(import(&house, "leader", &bytes)).code, "D085", "once");
        assert_eq!(said(&check(&house, "leader", &bytes)), ["-  D085"]);
        let form = house.desk.import_form(&house.actor("leader"), "desk").expect("a page");
        let lately: Vec<_> = form.lately.iter().map(|line| (line.state, line.rows, line.name.as_str())).collect();
        assert_eq!(lately, [(ImportState::Done, Some(2), "课桌.xlsx")]);
        assert_eq!(house.desk.import_form(&house.actor("town_a"), "desk").expect("a page").lately, [], "one's own");
        let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn everything_that_is_wrong_is_told_by_row_and_column_and_nothing_is_written() {
    House::each(|store| {
        let house = house(store);
        house.file("leader", "old", "desk", &[("code", "OLD"), ("school", "佛堂小学")]);
        let rows: [&[&str]; 8] = [
            &["编号", "学校", "类别", "购置日期", "单价"],
            &["A-1", "佛堂小学", "单人", "2021-02-28", "300"],
            &["A-2", "没有的学校", "三人", "2021-02-30", "多少"],
            &["", "佛堂小学", "单人", "", ""],
            &["A-4", "佛堂小学", "单人", "", "1000.01"],
            &["OLD", "佛堂小学", "", "", ""],
            &["A-1", "佛堂小学", "", "", ""],
            &["A-8-much-too-long", "佛堂小学", "", "", ""],
        ];
        let expected = [
            "3 学校 V014",
            "3 类别 V013",
            "3 购置日期 V009",
            "3 单价 V007",
            "4 编号 D034",
            "5 单价 KZ-01",
            "6 编号 S005",
            "7 编号 S005",
            "8 编号 V001",
        ];
        let before = house.written();
        let tried = check(&house, "leader", &book(&rows));
        assert_eq!(said(&tried), expected);
        let view = rows_of(import(&house, "leader", &book(&rows)));
        assert_eq!(said(&view.tried.expect("a workbook")), expected);
        assert_eq!(house.written().0, before.0, "no version was written");
        assert_eq!(listed(&house), ["OLD 佛堂小学   "]);

        let no_code = book(&[&["学校", "学校", "其他"], &["佛堂小学", "佛堂小学", "x"]]);
        let codes = check(&house, "leader", &no_code).faults.into_iter().map(|fault| (fault.field, fault.code));
        let twice = ("学校".to_string(), "D083".to_string());
        assert_eq!(codes.collect::<Vec<_>>(), [twice, ("编号".to_string(), "D084".to_string())]);
        assert_eq!(said(&check(&house, "leader", &book(&[&["编号", "学校"]]))), ["-  D082"]);
    });
}

#[test]
fn nobody_imports_what_they_may_not_file() {
    House::each(|store| {
        let house = house(store);
        let mixed = book(&[&["编号", "学校"], &["A-1", "佛堂小学"], &["B-1", "苏溪初级中学"]]);
        // The school of another town is not even named.
        assert_eq!(said(&check(&house, "town_a", &mixed)), ["3 学校 V014"]);
        let other = house.id("sb").to_string();
        let by_id = book(&[&["编号", "学校"], &["B-1", other.as_str()]]);
        assert_eq!(said(&check(&house, "town_a", &by_id)), ["2 学校 V014"]);
        assert_eq!(send(&house, "auditor", &mixed).expect_err("an auditor files nothing").code, "D003");
        let line = send(&house, "leader", &book(&[&["编号", "学校"], &["C-1", "佛堂小学"]])).expect("it is taken");
        let foreign = house.desk.import_check(&house.actor("town_a"), "desk", &line);
        assert_eq!(foreign.expect_err("sent by somebody else").code, "D063");
        let nowhere = house.desk.import_check(&house.actor("leader"), "no_such", &line);
        assert_eq!(nowhere.expect_err("no register").code, refusal_of(house.try_file("leader", "no_such", &[])).code);
        assert_eq!(send(&house, "leader", b"code,school\n").expect_err("no workbook").code, "D062");
        assert_eq!(listed(&house), Vec::<String>::new());
    });
}

#[test]
fn a_long_import_is_left_to_a_job_that_writes_all_or_says_which_row_stands_against_it() {
    House::each(|store| {
        let house = house(store);
        let total = || {
            let ask = ListAsk { register: "desk".into(), page: 1, per: 25, ..ListAsk::default() };
            house.desk.list(&house.actor("leader"), &ask).expect("a list").total
        };
        run(&house);
        let good = long(0, "LAST");
        assert_eq!(import(&house, "leader", &good).unwrap(), Imported::Queued(2_101));
        assert_eq!(import(&house, "leader", &good).unwrap(), Imported::Queued(2_101), "a doubled post waits once");
        assert_eq!((total(), lately(&house)), (0, vec![(ImportState::Waiting, String::new())]));
        run(&house);
        assert_eq!((total(), lately(&house)), (2_101, vec![(ImportState::Done, String::new())]));

        // The last row meets one that is far away: only writing shows it.
        let bad = long(5_000, "N5000");
        assert_eq!(said(&check(&house, "leader", &bad)), Vec::<String>::new());
        assert_eq!(import(&house, "leader", &bad).unwrap(), Imported::Queued(2_101));
        run(&house);
        assert_eq!(total(), 2_101, "none of them");
        let (state, message) = lately(&house).remove(0);
        assert_eq!(state, ImportState::Failed, "its rows will not change: it is not tried again");
        assert!(message.starts_with("第2102行："), "{message}");
        assert_eq!(given_up(&house), ["导入：课桌"], "whoever operates the system sees it");
    });
}

#[test]
fn a_long_import_whose_sender_has_lost_the_right_ends_at_once() {
    House::each(|store| {
        let house = house(store);
        run(&house);
        assert_eq!(import(&house, "leader", &long(0, "LAST")).unwrap(), Imported::Queued(2_101));
        house.edit("", "post", house.id("post:leader"), &[("until_on", "2021-03-01")]);
        house.day("2021-03-02");
        run(&house);
        assert_eq!(given_up(&house), ["导入：课桌"]);
        let failed = house.desk.operations(&house.actor("")).expect("a page").failed.remove(0);
        assert_eq!((failed.attempts, failed.message.contains("[D001]")), (1, true), "{}", failed.message);
    });
}

#[test]
fn a_long_import_that_the_system_failed_is_tried_again() {
    let (folder, away) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (files, away) = (folder.path().join("files"), away.path().join("files"));
    House::each_with(
        |options| options.with_files(Files::Folder(files.clone())),
        |store| {
            let house = house(store);
            run(&house);
            assert_eq!(import(&house, "leader", &long(0, "LAST")).unwrap(), Imported::Queued(2_101));
            std::fs::rename(&files, &away).expect("the files are away");
            run(&house);
            let (state, message) = lately(&house).remove(0);
            assert_eq!((state, message.is_empty()), (ImportState::Waiting, false), "{message}");
            std::fs::remove_dir_all(&files).or_else(gone_already).expect("nothing stands in the way");
            std::fs::rename(&away, &files).expect("the files are back");
            let clock = &house.desk.bureau().clock;
            clock.put(clock.now() + 61 * MICROS);
            run(&house);
            assert_eq!(lately(&house), [(ImportState::Done, String::new())]);
        },
    );
}

fn gone_already(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// A workbook of 2,101 desks, too long to be written at once.
fn long(from: usize, last: &str) -> Vec<u8> {
    let codes: Vec<String> = (from..from + 2_100).map(|number| format!("N{number}")).collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["编号", "学校"]];
    rows.extend(codes.iter().map(|code| vec![code.as_str(), "佛堂小学"]));
    rows.push(vec![last, "佛堂小学"]);
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    book(&rows)
}

fn run(house: &House) {
    while job::run(house.desk.bureau(), 10).expect("jobs run").done > 0 {}
}

/// What the sender's page says of each import.
fn lately(house: &House) -> Vec<(ImportState, String)> {
    let form = house.desk.import_form(&house.actor("leader"), "desk").expect("a page");
    form.lately.into_iter().map(|line| (line.state, line.message)).collect()
}

/// The jobs that were given up.
fn given_up(house: &House) -> Vec<String> {
    let page = house.desk.operations(&house.actor("")).expect("a page");
    page.failed.into_iter().map(|line| line.what).collect()
}

#[test]
fn the_empty_workbook_has_every_column_and_can_be_sent_back() {
    House::each(|store| {
        let house = house(store);
        for lang in [Lang::Zh, Lang::En] {
            let actor = house.actor_in("leader", lang);
            let sent = house.desk.import_sheet(&actor, "desk").expect("a workbook");
            let line = send(&house, "leader", &sent.bytes).expect("it is taken");
            let view = house.desk.import_check(&actor, "desk", &line).expect("it is tried");
            let tried = view.tried.expect("a workbook");
            assert_eq!((tried.columns.len(), tried.unknown.len()), (5, 0), "files have no column");
            assert_eq!(said(&tried), ["-  D082"], "nothing was filled in");
        }
        assert_eq!(house.desk.import_sheet(&house.actor("auditor"), "desk").expect_err("no filing").code, "D003");
        let not: Result<_, NotSaved> = house.try_file("auditor", "desk", &[]);
        assert_eq!(refusal_of(not).code, "D003");
    });
}
