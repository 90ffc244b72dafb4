//! Export of lists: what stands in the file is what the list shows, as of one instant, and a line says who took it.

use crate::support::{House, Pairs, as_of, id_number, on, save};
use calamine::{Data, Reader as _};
use luoshi_desk::export::{Chunk, Export, Format};
use luoshi_desk::view::{CellStyle, Lang, ListView, When};
use luoshi_desk::{ListAsk, No, Refusal};
use luoshi_store::testing;
use std::time::Duration;

/// A file as it was given away.
#[derive(Debug, Default)]
pub struct Taken {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
    /// Chunks, the pauses included.
    pub pieces: usize,
}

impl Taken {
    /// The cells of a sheet as text; of a CSV file those of its lines.
    pub fn sheet(&self, number: usize) -> Vec<Vec<String>> {
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(&self.bytes)).expect("a workbook opens");
        let sheet = book.worksheet_range_at(number).expect("the sheet is there").expect("it is read");
        sheet.rows().map(|row| row.iter().map(text_of).collect()).collect()
    }

    pub fn csv(&self) -> Vec<Vec<String>> {
        let text = std::str::from_utf8(&self.bytes).expect("UTF-8");
        read_csv(text.strip_prefix('\u{feff}').expect("the mark by which a spreadsheet knows UTF-8"))
    }

    /// Heads and rows, without what the file says of itself.
    pub fn table(&self) -> Vec<Vec<String>> {
        match self.name.ends_with(".xlsx") {
            true => self.sheet(0),
            false => self.csv().split(|line| line.iter().all(String::is_empty)).nth(1).expect("a table").to_vec(),
        }
    }

    /// What the file says of itself.
    pub fn about(&self) -> Vec<Vec<String>> {
        match self.name.ends_with(".xlsx") {
            true => self.sheet(1),
            false => self.csv().split(|line| line.iter().all(String::is_empty)).next().expect("an opening").to_vec(),
        }
    }
}

fn text_of(cell: &Data) -> String {
    match cell {
        Data::DateTime(day) => day.as_datetime_text(),
        other => other.to_string(),
    }
}

trait DayText {
    fn as_datetime_text(&self) -> String;
}

impl DayText for calamine::ExcelDateTime {
    fn as_datetime_text(&self) -> String {
        let (year, month, day, hour, minute, ..) = self.to_ymd_hms_milli();
        match (hour, minute) {
            (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
            _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
        }
    }
}

/// Reads RFC 4180; an empty line is a line without text.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {
                letters.next();
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            letter => cell.push(letter),
        }
    }
    assert!(cell.is_empty() && line.is_empty() && !quoted, "the last line is whole");
    lines
}

/// Takes a list away.
pub fn take(house: &House, by: &luoshi_desk::Actor, ask: &Export) -> Result<Taken, Refusal> {
    let mut taken = Taken::default();
    house.desk.export(by, ask, &mut |piece| {
        taken.pieces += 1;
        match piece {
            Chunk::Working => {}
            Chunk::Head { name, content_type } => {
                assert!(taken.name.is_empty() && taken.bytes.is_empty(), "the head comes first and once");
                (taken.name, taken.content_type) = (name, content_type.to_string());
            }
            Chunk::Bytes(bytes) => {
                assert!(!taken.name.is_empty(), "no bytes before the head");
                taken.bytes.extend(bytes);
            }
        }
        true
    })?;
    Ok(taken)
}

fn ask(register: &str, format: Format) -> Export {
    Export { list: ListAsk { register: register.into(), ..ListAsk::default() }, format, all_fields: false }
}

/// All rows of a list, page by page.
fn whole(house: &House, by: &str, ask: &ListAsk) -> ListView {
    let page = |page| house.desk.list(&house.actor(by), &ListAsk { page, per: 25, ..ask.clone() }).expect("a list");
    let mut list = page(1);
    for number in 2..=list.pages {
        list.rows.extend(page(number).rows);
    }
    list
}

/// Each cell in which the list shows the text itself, none of days and figures.
fn texts(list: &ListView) -> Vec<Vec<String>> {
    let plain = plain(list);
    let row = |row: &luoshi_desk::view::Row| plain.iter().map(|place| row.cells[*place].text.clone()).collect();
    list.rows.iter().map(row).collect()
}

fn plain(list: &ListView) -> Vec<usize> {
    let columns = list.columns.iter().enumerate();
    let shown = columns.filter(|(_, column)| !matches!(column.style, CellStyle::Day | CellStyle::Figure));
    shown.map(|(place, _)| place).collect()
}

fn exported(list: &ListView, taken: &Taken) -> Vec<Vec<String>> {
    let bare = |text: &String| text.strip_prefix('\'').unwrap_or(text).to_string();
    let cell = |row: &Vec<String>, place: usize| row.get(place).map(bare).unwrap_or_default();
    let row = |row: &Vec<String>| plain(list).into_iter().map(|place| cell(row, place)).collect();
    taken.table()[1..].iter().map(row).collect()
}

/// A register with a field of each kind that a file treats in its own way.
const PACK: &[(&str, &str)] = &[
    ("goods/pack.toml", "title = \"物品\"\nneeds = [\"foundation\"]\n"),
    ("goods/role.toml", "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"goods\"]\nscope = \"all\"\n"),
    (
        "goods/register/goods.toml",
        r#"
title = "物品"
source = "default"
owner = "school"
label = "title"
columns = ["title", "school", "bought_on", "price", "worth", "size", "share", "pieces", "sort", "also", "code", "at", "keeper.mobile", "note", "used"]
[field.title]
title = "名称"
kind = "text"
must = true
[field.school]
title = "学校"
kind = "ref"
to = "school"
must = true
[field.bought_on]
title = "购置日期"
kind = "date"
[field.price]
title = "单价"
kind = "money"
[field.worth]
title = "总价"
kind = "money"
wan = true
[field.size]
title = "面积"
kind = "quantity"
unit = "平方米"
digits = 1
[field.share]
title = "成新率"
kind = "share"
[field.pieces]
title = "件数"
kind = "integer"
unit = "件"
[field.sort]
title = "类别"
kind = "choice"
choices = { book = { title = "图书", en = "Book" }, desk = { title = "课桌", en = "Desk" } }
[field.also]
title = "共用学校"
kind = "refs"
to = "school"
[field.code]
title = "统一代码"
kind = "text"
[field.at]
title = "点验时间"
kind = "moment"
[field.keeper]
title = "保管人"
kind = "ref"
to = "person"
[field.note]
title = "备注"
kind = "long_text"
[field.used]
title = "在用"
kind = "yes_no"
[view.books]
title = "图书"
where = { sort = "book" }
"#,
    ),
];

fn goods(house: &House, key: &str, school: &str, more: Pairs<'_>) -> i64 {
    let school = house.id(school).to_string();
    let mut typed = vec![("title", key), ("school", &*school)];
    typed.extend(more.iter().copied());
    house.file("", key, "goods", &typed)
}

fn stocked(store: luoshi_store::Store) -> House {
    let house = House::small("2021-03-01", PACK, store);
    house.settle("2021-03-01");
    let (also, keeper) = (house.id("sb").to_string(), house.id("person:zhou").to_string());
    let typed = [
        ("bought_on", "2021-02-28"),
        ("price", "-1234.5"),
        ("worth", "6480.123456"),
        ("size", "336.8"),
        ("share", "95.5"),
        ("pieces", "12"),
        ("sort", "book"),
        ("also", &*also),
        ("code", "330782198001010016"),
        ("at", "2021-02-28 08:30"),
        ("keeper", &*keeper),
        ("note", "第一行\n第二行，“引”,\"号\""),
        ("used", "yes"),
    ];
    goods(&house, "=1+1", "sa", &typed);
    goods(&house, "空", "kb", &[]);
    house
}

#[test]
fn days_are_days_amounts_numbers_and_codes_text() {
    House::each(|store| {
        let house = stocked(store);
        let order = Some(("title".to_string(), false));
        let list = ListAsk { register: "goods".into(), sort: order, ..ListAsk::default() };
        let asked = |format| Export { list: list.clone(), format, all_fields: false };
        let csv = take(&house, &house.actor("zhou"), &asked(Format::Csv)).expect("a file");
        assert_eq!((csv.name.as_str(), csv.content_type.as_str()), ("物品-20210301.csv", "text/csv; charset=utf-8"));
        let text = String::from_utf8(csv.bytes.clone()).unwrap();
        let (opening, table) = text.split_once("\r\n\r\n").expect("an empty line");
        let expected = concat!(
            "\u{feff}单位,义乌市教育局\r\n台账,物品\r\n条件,看 全部 的物品，按 名称先后 排\r\n截至,2021-03-01 09:00\r\n条数,2\r\n",
            "栏目,列表各栏\r\n导出人,zhou 计划财务科\r\n导出时间,2021-03-01 09:00"
        );
        assert_eq!(opening, expected);
        assert_eq!(
            table,
            concat!(
                "名称,学校,购置日期,单价（元）,总价（元）,面积（平方米）,成新率（%）,件数（件）,类别,共用学校,统一代码,点验时间,手机号,备注,在用\r\n",
                "'=1+1,佛堂小学,2021-02-28,-1234.50,64801234.56,336.8,95.50,12,图书,苏溪初级中学,'330782198001010016,2021-02-28 08:30,",
                "139****0001,\"第一行\n第二行，“引”,\"\"号\"\"\",是\r\n",
                "空,苏溪幼儿园,,,,,,,,,,,,,\r\n"
            )
        );
        let book = take(&house, &house.actor("zhou"), &asked(Format::Xlsx)).expect("a file");
        let mut opened = calamine::Xlsx::new(std::io::Cursor::new(&book.bytes)).expect("a workbook");
        assert_eq!(opened.sheet_names(), ["物品", "说明"]);
        let sheet = opened.worksheet_range_at(0).unwrap().unwrap();
        let kinds: Vec<String> = sheet.rows().nth(1).unwrap().iter().map(kind_of).collect();
        assert_eq!(
            kinds,
            [
                "text =1+1",
                "text 佛堂小学",
                "day 2021-02-28",
                "number -1234.5",
                "number 64801234.56",
                "number 336.8",
                "number 95.5",
                "number 12",
                "text 图书",
                "text 苏溪初级中学",
                "text 330782198001010016",
                "day 2021-02-28 08:30",
                "text 139****0001",
                "text 第一行\n第二行，“引”,\"号\"",
                "text 是",
            ]
        );
        assert_eq!(book.table()[0], csv.table()[0]);
        assert_eq!(book.about(), csv.about());
    });
}

fn kind_of(cell: &Data) -> String {
    match cell {
        Data::String(text) => format!("text {text}"),
        Data::Float(number) => format!("number {number}"),
        Data::Int(number) => format!("number {number}"),
        Data::DateTime(_) => format!("day {}", text_of(cell)),
        other => format!("{other:?}"),
    }
}

#[test]
fn all_fields_are_exported_where_they_are_asked_for_and_in_english_too() {
    House::each(|store| {
        let house = stocked(store);
        let asked = Export { all_fields: true, ..ask("goods", Format::Csv) };
        let taken = take(&house, &house.actor_in("zhou", Lang::En), &asked).expect("a file");
        let fields = house.desk.bureau().packs.fields("goods").len();
        assert_eq!(taken.table()[0].len(), fields, "every field, and no more");
        assert_eq!(taken.table()[0][3], "Price (元)");
        assert!(taken.about().contains(&vec!["Columns".into(), "all fields".into()]), "{:?}", taken.about());
        assert!(taken.table()[2].contains(&"Book".to_string()), "{:?}", taken.table());
    });
}

/// Exported rows = rows of the list over all pages; the count that is said = the total.
#[test]
fn every_list_and_its_file_hold_the_same_records_in_the_same_order() {
    House::each(|store| {
        let house = House::settled_in("2021-01-04", store);
        for number in 0..30 {
            house.day(&format!("2021-02-{:02}", number % 27 + 1));
            let school = house.id(["sa", "ka", "sb", "kb", "vc"][number % 5]).to_string();
            let (room, serial) = (format!("{}0{}", number % 3, number % 7), format!("=机{number}"));
            let typed = [("school", &*school), ("room", &*room), ("serial_number", &*serial)];
            house.file("section", &format!("aircon:{number}"), "aircon", &typed);
        }
        house.day("2021-03-01");
        for number in 0..10 {
            let id = house.id(&format!("aircon:{number}"));
            house.edit("section", "aircon", id, &[("room", &format!("新{number}"))]);
        }
        let sorts = [None, Some("room"), Some("school"), Some("state"), Some("serial")];
        let mut files = 0;
        for by in ["zhou", "town_a"] {
            for register in ["aircon", "school", "post", "person", "project"] {
                for (place, sort) in sorts.into_iter().enumerate() {
                    let packs = &house.desk.bureau().packs;
                    let known =
                        |name: &str| ["state", "serial"].contains(&name) || packs.field(register, name).is_some();
                    let Some(sort) = sort.map_or(Some(None), |name| known(name).then_some(Some(name))) else {
                        continue;
                    };
                    let whens = [When::default(), as_of("2021-02-20"), as_of("2021-03-01"), on("2021-02-10")];
                    let list = ListAsk {
                        register: register.into(),
                        sort: sort.map(|name| (name.to_string(), place % 2 == 0)),
                        filters: if place == 1 { vec![("school".into(), house.id("sa").to_string())] } else { vec![] },
                        when: whens[place % 4],
                        ..ListAsk::default()
                    };
                    let Ok(_) = house.desk.list(&house.actor(by), &list) else { continue };
                    let shown = whole(&house, by, &list);
                    assert_eq!(shown.rows.len() as u64, shown.total);
                    for format in [Format::Csv, Format::Xlsx] {
                        let asked = Export { list: list.clone(), format, all_fields: false };
                        let taken = take(&house, &house.actor(by), &asked).expect("a file");
                        assert_eq!(exported(&shown, &taken), texts(&shown), "{by}: {asked:?}");
                        let total =
                            taken.about().into_iter().find(|line| line[0] == "条数").map(|line| line[1].clone());
                        assert_eq!(total, Some(shown.total.to_string()), "{by}: {asked:?}");
                        files += usize::from(!shown.rows.is_empty());
                    }
                }
            }
        }
        assert!(files > 30, "{files} files hold something");
    });
}

#[test]
fn a_view_is_exported_as_it_is_filtered_and_named_after_it() {
    House::each(|store| {
        let house = stocked(store);
        let mut asked = ask("goods", Format::Csv);
        asked.list.view = Some("books".into());
        let taken = take(&house, &house.actor("zhou"), &asked).expect("a file");
        assert_eq!(taken.name, "物品-图书-20210301.csv");
        assert_eq!(taken.table().len(), 2);
        asked.list.filters = vec![("title~".into(), "没有".into())];
        let empty = take(&house, &house.actor("zhou"), &asked).expect("a file of heads");
        assert_eq!(empty.table().len(), 1, "an empty list is a file with its heads");
    });
}

/// What is written while the file is made does not show in it, on whichever road a page is read.
#[test]
fn a_file_holds_one_instant_whatever_is_written_meanwhile() {
    House::each(|store| {
        let house = House::small("2021-03-01", PACK, store);
        house.settle("2021-03-01");
        let school = house.id("sa").to_string();
        let new =
            |number: usize| save("goods", None, None, &[("title", &*format!("物{number:05}")), ("school", &*school)]);
        let ids = house.bulk(&(0..5_100).map(new).collect::<Vec<_>>());
        let mut asked = ask("goods", Format::Csv);
        asked.list.sort = Some(("title".into(), false));
        let (desk, system) = (&house.desk, house.actor(""));
        for again in 0..2 {
            // As of today it is read from the past all along; else from the current rows until somebody writes.
            asked.list.when = if again == 1 { as_of("2021-03-01") } else { When::default() };
            let before = whole_titles(&house, &asked.list);
            let (mut taken, mut written) = (Taken::default(), false);
            house
                .desk
                .export(&house.actor("zhou"), &asked, &mut |piece| {
                    if !std::mem::replace(&mut written, true) {
                        let title = format!("改{again}");
                        let renamed = save("goods", Some(ids[5_099 - again]), None, &[("title", &*title)]);
                        let first = save("goods", None, None, &[("title", "0"), ("school", &*school)]);
                        desk.save_all(&system, &[renamed, first]).expect("a clerk goes on working");
                    }
                    match piece {
                        Chunk::Head { name, .. } => taken.name = name,
                        Chunk::Bytes(bytes) => taken.bytes.extend(bytes),
                        Chunk::Working => {}
                    }
                    true
                })
                .expect("a file");
            let titles: Vec<String> = taken.table()[1..].iter().map(|row| row[0].clone()).collect();
            assert_eq!(titles.len(), 5_100 + again);
            assert_eq!(titles, before, "{again}");
            assert_ne!(whole_titles(&house, &asked.list), before, "the list itself has moved on");
        }
    });
}

fn whole_titles(house: &House, list: &ListAsk) -> Vec<String> {
    let page =
        |page| house.desk.list(&house.actor("zhou"), &ListAsk { page, per: 200, ..list.clone() }).expect("a list");
    (1..=page(1).pages).flat_map(|number| page(number).rows).map(|row| row.cells[0].text.clone()).collect()
}

/// A list that takes longer to put in order than a read may live is refused, whatever the file would be; nothing is written.
#[test]
fn a_list_that_cannot_be_put_in_order_in_time_is_refused() {
    House::each(|store| {
        let house = stocked(store);
        let store = &house.desk.bureau().store;
        let actor = house.actor("zhou");
        let written = house.written();
        testing::slow_reads(store, Duration::from_millis(2_300));
        let refusal = take(&house, &actor, &ask("goods", Format::Csv)).expect_err("it takes too long");
        testing::slow_reads(store, Duration::ZERO);
        assert_eq!((refusal.kind, &*refusal.code), (No::Refused, "D073"));
        assert_eq!(house.written(), written);
        take(&house, &actor, &ask("goods", Format::Csv)).expect("the next one is made");
    });
}

#[test]
fn whoever_goes_away_ends_it() {
    House::each(|store| {
        let house = stocked(store);
        for format in [Format::Csv, Format::Xlsx] {
            for stop in 1..4 {
                let mut pieces = 0;
                let made = house.desk.export(&house.actor("zhou"), &ask("goods", format), &mut |_| {
                    pieces += 1;
                    pieces < stop
                });
                assert_eq!((made, pieces), (Ok(()), stop), "{format:?}");
            }
        }
    });
}

#[test]
fn masked_and_sealed_values_stay_masked_for_whoever_may_reveal_them_too() {
    House::each(|store| {
        let house = House::settled_in("2021-01-04", store);
        let number = id_number("1980-01-01", 7);
        house.edit("", "person", house.id("person:leader"), &[("id_number", &number)]);
        for format in [Format::Csv, Format::Xlsx] {
            let asked = Export { all_fields: true, ..ask("person", format) };
            let taken = take(&house, &house.actor("auditor"), &asked).expect("the auditor may");
            let text = format!("{:?}", taken.table());
            assert!(text.contains(&format!("{}************", &number[..6])), "{text}");
            assert!(text.contains("139****0000") && !text.contains(&number) && !text.contains("13957900000"), "{text}");
        }
    });
}

#[test]
fn each_file_is_a_line_that_is_told_to_whoever_sees_the_whole_register() {
    House::each(|store| {
        let house = stocked(store);
        let before = house.written().1;
        let mut asked = ask("goods", Format::Csv);
        asked.list.view = Some("books".into());
        take(&house, &house.actor("zhou"), &asked).expect("a file");
        asked.list = ListAsk { register: "goods".into(), when: as_of("2021-03-01"), ..ListAsk::default() };
        take(&house, &house.actor("town_a"), &Export { all_fields: true, format: Format::Xlsx, ..asked })
            .expect("a file");
        assert_eq!(house.written().1, before + 2, "two lines in the ledger");
        let about = house.desk.about(&house.actor("auditor"), "goods").expect("the page");
        let told: Vec<_> =
            about.exports.iter().map(|line| (&*line.by, line.count, &*line.format, line.all_fields)).collect();
        assert_eq!(told, [("town_a", 1, "xlsx", true), ("zhou", 1, "csv", false)]);
        assert_eq!(about.exports[0].when, "2021-03-01 当时所知");
        assert_eq!(about.exports[1].sentence, "看 类别 是 图书 的物品");
        // Counts and conditions of others tell of records, so they are told to nobody who sees a part only.
        for by in ["town_a", "school_a"] {
            assert!(house.desk.about(&house.actor(by), "goods").expect("the page").exports.is_empty(), "{by}");
        }
        let found = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it is verified");
        assert!(found.findings.is_empty(), "{:?}", found.findings);
    });
}

#[test]
fn without_the_action_nothing_is_made_and_nothing_written() {
    House::each(|store| {
        let house = House::settled_in("2021-01-04", store);
        let before = house.written();
        let refused =
            |by: &str, register: &str| take(&house, &house.actor(by), &ask(register, Format::Csv)).expect_err(by);
        for by in ["inspector", "discipline", "keeper"] {
            let refusal = refused(by, "person");
            assert_eq!((refusal.kind, &*refusal.code), (No::Forbidden, "D003"), "{by}");
            let list = ListAsk { register: "person".into(), ..ListAsk::default() };
            assert!(!house.desk.list(&house.actor(by), &list).expect("the list itself").may_export, "{by}");
        }
        // What is hidden and what does not exist answer alike.
        assert_eq!(refused("keeper", "project"), refused("keeper", "no_such"));
        assert_eq!(refused("keeper", "project").code, "D001");
        let mut masked = ask("person", Format::Csv);
        masked.list.sort = Some(("mobile".into(), false));
        assert_eq!(take(&house, &house.actor("zhou"), &masked).expect_err("by a masked field").code, "D012");
        assert_eq!(house.written(), before);
    });
}

#[test]
fn a_bureau_that_is_read_only_lets_nothing_out() {
    let shut = |bureau: &mut luoshi_desk::Bureau| bureau.read_only = Some(("只读".into(), "read only".into()));
    let folder = tempfile::tempdir().expect("a folder");
    let options = luoshi_store::Options::sqlite(folder.path().join("luoshi.db"));
    let options = luoshi_store::Options { durable: false, keys: crate::support::keys(folder.path()), ..options };
    let store = luoshi_store::Store::open(options).expect("a store");
    let house = House::small_with("2021-03-01", PACK, store, shut);
    let refusal = take(&house, &house.actor(""), &ask("goods", Format::Csv)).expect_err("no line can be written");
    assert_eq!((refusal.kind, &*refusal.code), (No::Forbidden, "D020"));
}
