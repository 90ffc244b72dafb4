//! Derived values: whoever writes the record or a part of it, by whatever road, what is stored is what the exit computes;
//! nobody types it, and checks, guards, watches and lists read it like any field. On both databases.

use crate::support::{House, Pairs, codes, exits as all_exits, form_of, save, told};
use luoshi_desk::view::{FormView, When};
use luoshi_desk::{ListAsk, NotSaved, Save, Saved, job};
use luoshi_store::{Record, Store};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

const PACK: [(&str, &str); 7] = [
    ("trips/pack.toml", "title = \"采购\"\nneeds = [\"foundation\"]\n"),
    (
        "trips/register/product.toml",
        r#"
title = "商品"
source = "default"
owner = "school"
[field.name]
title = "名称"
kind = "text"
must = true
[field.school]
kind = "ref"
to = "school"
must = true
[field.price]
title = "单价"
kind = "integer"
must = true
"#,
    ),
    (
        "trips/register/purchase.toml",
        r#"
title = "订单"
source = "default"
owner = "school"
label = "title"
columns = ["title", "total", "size"]
[field.title]
title = "名称"
kind = "text"
must = true
[field.school]
kind = "ref"
to = "school"
must = true
[field.base]
title = "基数"
kind = "integer"
[field.total]
title = "合计"
kind = "integer"
unit = "元"
max = 5000
derive = "purchase_total"
[field.size]
title = "大小"
kind = "choice"
choices = { small = "小", large = "大" }
derive = "purchase_size"
[field.billed]
title = "入账"
kind = "integer"
by_move = true
[check.CG-02]
refuse = { total = { ">" = 1000 } }
message = "一张订单不超过一千元。"
message_en = "A purchase costs at most 1000."
[flow.state.open]
title = "在办"
[flow.state.shipped]
title = "发货"
[flow.move.ship]
title = "发货"
from = ["open"]
to = "shipped"
by = ["leader"]
ask = ["base"]
may = ["base"]
set = { billed = { field = "total" } }
need = { total = { "<" = 900 } }
message = "满九百元的订单要另行审批。"
[[flow.move.ship.open]]
register = "fee"
set = { purchase = { field = "id" }, worth = 10 }
[flow.move.reopen]
title = "重办"
from = ["shipped"]
to = "open"
by = ["leader"]
"#,
    ),
    (
        "trips/register/item.toml",
        r#"
title = "明细"
source = "default"
owner = "purchase.school"
label = "what"
part_of = "purchase"
[field.purchase]
kind = "ref"
to = "purchase"
must = true
[field.what]
title = "物品"
kind = "text"
[field.product]
kind = "ref"
to = "product"
must = true
[field.pieces]
title = "数量"
kind = "integer"
must = true
[field.price]
title = "单价"
kind = "integer"
copy = "product.price"
[field.cost]
title = "小计"
kind = "integer"
derive = "purchase_cost"
[flow.state.open]
title = "在册"
[flow.state.void]
title = "作废"
aside = true
[flow.move.void]
title = "作废"
from = ["open"]
to = "void"
by = ["leader"]
"#,
    ),
    (
        "trips/register/fee.toml",
        r#"
title = "费用"
source = "default"
owner = "purchase.school"
label = "why"
part_of = "purchase"
[field.purchase]
kind = "ref"
to = "purchase"
must = true
[field.why]
title = "事由"
kind = "text"
[field.worth]
title = "金额"
kind = "integer"
must = true
[flow.state.open]
title = "在册"
[flow.state.void]
title = "作废"
aside = true
[flow.move.void]
title = "作废"
from = ["open"]
to = "void"
by = ["leader"]
"#,
    ),
    (
        "trips/watch.toml",
        r#"
[large_fee]
title = "大额手续费"
source = "default"
of = "purchase"
when = { size = "large", base = { "<" = 500 } }
open = "fee"
set = { purchase = { field = "id" }, worth = 7, why = "大额" }
close = "void"
"#,
    ),
    (
        "trips/role.toml",
        "[[leader.may]]\ndo = [\"file\", \"edit\"]\non = [\"purchase\", \"item\", \"fee\", \"product\"]\nscope = \"all\"\n",
    ),
];

fn house(store: Store) -> House {
    let house = House::small("2021-03-01", &PACK, store);
    house.settle("2021-03-01");
    for (name, price) in [("粉笔", "10"), ("纸", "3")] {
        let school = house.id("sa").to_string();
        house.file("leader", name, "product", &[("name", name), ("school", &school), ("price", price)]);
    }
    house
}

fn record(house: &House, register: &str, id: i64) -> Record {
    let bureau = house.desk.bureau();
    bureau.store.read(|reader| reader.record(bureau.table(register), id, None)).unwrap().unwrap()
}

/// Total, size and version of a purchase.
fn stands(house: &House, id: i64) -> String {
    let found = record(house, "purchase", id);
    let total = found.value("total").int().unwrap();
    format!("{total} {} v{}", found.value("size").text().unwrap(), found.version)
}

fn purchase(house: &House, typed: Pairs<'_>) -> i64 {
    let school = house.id("sa").to_string();
    let typed: Vec<_> = [("title", "开学"), ("school", &*school)].into_iter().chain(typed.iter().copied()).collect();
    house.file("leader", "purchase", "purchase", &typed)
}

fn item(house: &House, purchase: i64, product: &str, pieces: &str) -> Result<Saved, NotSaved> {
    let (purchase, product) = (purchase.to_string(), house.id(product).to_string());
    house.try_file("leader", "item", &[("purchase", &purchase), ("product", &product), ("pieces", pieces)])
}

fn clean(house: &House) {
    let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[test]
fn a_whole_filed_with_its_rows_is_derived_from_them() {
    House::each(|store| {
        let house = house(store);
        let chalk = house.id("粉笔").to_string();
        let typed = [
            ("base", "5"),
            ("item.0.product", &*chalk),
            ("item.0.pieces", "2"),
            ("item.1.product", &*chalk),
            ("item.1.pieces", "1"),
        ];
        let id = purchase(&house, &typed);
        assert_eq!(stands(&house, id), "35 small v2", "one version for all rows");
        item(&house, id, "纸", "5").unwrap();
        assert_eq!(stands(&house, id), "50 small v3");
        house.edit("leader", "product", house.id("粉笔"), &[("price", "20")]);
        assert_eq!(stands(&house, id), "80 small v4", "two items followed the price, then one version");
        house.make("leader", "item", 1, "void", &[]);
        assert_eq!(stands(&house, id), "40 small v5");
        let view = house.desk.record(&house.actor("leader"), "purchase", id, When::default()).unwrap();
        let acts: Vec<&str> = view.past.iter().map(|version| version.act.as_str()).collect();
        assert_eq!(acts.last(), Some(&"立册"));
        assert!(acts[..4].iter().all(|act| *act == "随组成部分重新计算"), "{acts:?}");
        clean(&house);
    });
}

#[test]
fn a_form_shows_what_is_derived_and_takes_none() {
    House::each(|store| {
        let house = house(store);
        let shown = |form: &FormView| {
            let fields = form.groups.iter().flat_map(|group| &group.fields);
            let derived = fields.filter(|field| field.input.is_none());
            derived.map(|field| format!("{}={}", field.name, field.shown)).collect::<Vec<_>>()
        };
        let leader = house.actor("leader");
        let form = |id| house.desk.form(&leader, "purchase", id, None, &BTreeMap::new()).unwrap();
        assert_eq!(shown(&form(None)), ["total=保存后算出", "size=保存后算出"]);
        let id = purchase(&house, &[("base", "5")]);
        assert_eq!(shown(&form(Some(id))), ["total=5", "size=小"]);
        let told_no = |not: Result<Saved, NotSaved>| form_of(not);
        let typed = [("total", "5"), ("base", "5")];
        let no = told_no(house.desk.save(&leader, &save("purchase", Some(id), None, &typed)));
        let at: Vec<_> =
            no.groups.iter().flat_map(|group| &group.fields).filter(|field| field.fault.is_some()).collect();
        assert_eq!(at.len(), 1);
        assert_eq!((at[0].name.as_str(), at[0].fault.as_ref().unwrap().code.as_str()), ("total", "D064"));
        // In a row, in bulk, and of a copy no less.
        let product = house.id("纸").to_string();
        let row = [("item.0.product", &*product), ("item.0.pieces", "1"), ("item.0.cost", "9")];
        let no = told_no(house.desk.save(&leader, &save("purchase", Some(id), None, &row)));
        let field = no.parts.iter().flat_map(|part| &part.rows[0].fields).find(|field| field.fault.is_some()).unwrap();
        assert_eq!((field.name.as_str(), field.fault.as_ref().unwrap().code.as_str()), ("item.0.cost", "D064"));
        let whole = id.to_string();
        let typed = [("purchase", &*whole), ("product", &*product), ("pieces", "1"), ("price", "9")];
        let bulk = house.desk.save_all(&leader, &[save("item", None, None, &typed)]);
        assert_eq!(codes(bulk.map(|saved| saved[0]).map_err(|(_, not)| not)), ["D064"]);
        clean(&house);
    });
}

#[test]
fn checks_and_guards_read_what_the_change_itself_brings() {
    House::each(|store| {
        let house = house(store);
        let id = purchase(&house, &[("base", "500")]);
        item(&house, id, "粉笔", "40").unwrap();
        assert_eq!(stands(&house, id), "900 large v2");
        // A part by itself is refused by what it makes of its whole.
        let no = item(&house, id, "粉笔", "20").unwrap_err();
        assert!(told(&no).contains("CG-02") && told(&no).contains("订单：一张订单不超过一千元"), "{}", told(&no));
        assert_eq!(stands(&house, id), "900 large v2");
        // A move: the guard sees what is asked with it, and what it sets is read from the record as it will be.
        assert_eq!(codes(house.try_move("leader", "purchase", id, "ship", &[])), ["D033"]);
        house.make("leader", "purchase", id, "ship", &[("base", "480")]);
        let shipped = record(&house, "purchase", id);
        assert_eq!(shipped.value("billed").int(), Some(880), "before the fee that the move opens");
        assert_eq!(shipped.value("total").int(), Some(480 + 400 + 10 + 7), "with it and that of the watch");
        clean(&house);
    });
}

#[test]
fn limits_of_the_whole_are_judged_over_all_rows() {
    House::each(|store| {
        let house = house(store);
        let id = purchase(&house, &[("base", "500")]);
        let one = item(&house, id, "粉笔", "40").unwrap().id.to_string();
        let product = house.id("粉笔").to_string();
        // Thirty more, while the first one goes down by twenty-five.
        let typed = [
            ("item.0._id", &*one),
            ("item.0._version", "1"),
            ("item.0.pieces", "15"),
            ("item.1.product", &*product),
            ("item.1.pieces", "30"),
        ];
        house.desk.save(&house.actor("leader"), &save("purchase", Some(id), None, &typed)).unwrap();
        assert_eq!(stands(&house, id), "950 large v3");
        let typed = [("item.0.product", &*product), ("item.0.pieces", "6")];
        let no = form_of(house.desk.save(&house.actor("leader"), &save("purchase", Some(id), None, &typed)));
        assert_eq!(no.faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), ["CG-02"]);
        clean(&house);
    });
}

#[test]
fn a_value_that_its_kind_does_not_take_is_refused() {
    House::each(|store| {
        let house = house(store);
        let no = house.try_file(
            "leader",
            "purchase",
            &[("title", "多"), ("school", &house.id("sa").to_string()), ("base", "5001")],
        );
        let codes = codes(no);
        assert!(codes.len() == 2 && codes.contains(&"CG-02".to_string()), "{codes:?}");
    });
}

#[test]
fn lists_filter_and_sort_by_it() {
    House::each(|store| {
        let house = house(store);
        for base in ["5", "700", "350"] {
            purchase(&house, &[("base", base)]);
        }
        let ask = ListAsk {
            register: "purchase".into(),
            filters: vec![("size".into(), "large".into())],
            sort: Some(("total".into(), true)),
            page: 1,
            per: 25,
            ..ListAsk::default()
        };
        let list = house.desk.list(&house.actor("leader"), &ask).unwrap();
        assert_eq!(list.rows.iter().map(|row| row.cells[1].text.as_str()).collect::<Vec<_>>(), ["700", "357"]);
    });
}

#[test]
fn two_people_may_add_parts_to_the_same_form() {
    House::each(|store| {
        let house = house(store);
        let id = purchase(&house, &[]);
        let product = house.id("纸").to_string();
        for (request, pieces) in [("one", "1"), ("two", "2"), ("two", "2")] {
            let typed = [("title", "开学"), ("item.0.product", &*product), ("item.0.pieces", pieces)];
            let asked = Save { version: Some(1), request: request.into(), ..save("purchase", Some(id), None, &typed) };
            house.desk.save(&house.actor("leader"), &asked).unwrap_or_else(|not| panic!("{}", told(&not)));
        }
        assert_eq!(stands(&house, id), "9 small v3");
        // Whoever typed something into the record itself is in the way of the others as ever.
        let edit = |title| Save { version: Some(1), ..save("purchase", Some(id), None, &[("title", title)]) };
        house.desk.save(&house.actor("leader"), &edit("甲")).unwrap();
        assert_eq!(codes(house.desk.save(&house.actor("leader"), &edit("乙"))), ["S003"]);
    });
}

#[test]
fn an_exit_that_the_program_does_not_bring_is_named() {
    let files = PACK.map(|(path, text)| luoshi_pack::File { path: path.into(), text: text.into() });
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = crate::support::files(&home.join("packs"));
    all.retain(|file| file.path.starts_with("foundation/"));
    all.extend(files);
    let packs = luoshi_pack::check(&all).unwrap();
    let mut exits = all_exits();
    assert_eq!(exits.missing(&packs), Vec::<String>::new());
    exits.derives.remove("purchase_cost");
    assert_eq!(exits.missing(&packs), ["purchase_cost"]);
}

// ------------------------------------------------------------------------------------------------------ any road at all

/// Every record of a register.
fn records(house: &House, register: &str) -> Vec<Record> {
    let bureau = house.desk.bureau();
    let read = |reader: &mut luoshi_store::Reader| {
        let mut all = vec![];
        while let Some(record) = reader.record(bureau.table(register), all.len() as i64 + 1, None)? {
            all.push(record);
        }
        Ok(all)
    };
    bureau.store.read(read).unwrap()
}

/// What is stored of each purchase, and what its parts make of it.
fn stored_and_truth(house: &House) -> (Vec<String>, Vec<String>) {
    let whole = |record: &Record, name: &str| record.value(name).int().unwrap_or(0);
    let prices: Vec<i64> = records(house, "product").iter().map(|product| whole(product, "price")).collect();
    let cost = |item: &Record| whole(item, "pieces") * prices[whole(item, "product") as usize - 1];
    let (items, fees) = (records(house, "item"), records(house, "fee"));
    let there = |part: &&Record, id: i64| whole(part, "purchase") == id && part.state.as_deref() == Some("open");
    let purchases = records(house, "purchase");
    let told = |total: i64, size: &str| format!("{total} {size}");
    let stored = purchases.iter().map(|one| told(whole(one, "total"), one.value("size").text().unwrap()));
    let truth = purchases.iter().map(|one| {
        let items: i64 = items.iter().filter(|item| there(item, one.id)).map(cost).sum();
        let fees: i64 = fees.iter().filter(|fee| there(fee, one.id)).map(|fee| whole(fee, "worth")).sum();
        let total = whole(one, "base") + items + fees;
        told(total, if total >= 300 { "large" } else { "small" })
    });
    let costs = items.iter().map(|item| whole(item, "cost").to_string());
    (stored.chain(costs).collect(), truth.chain(items.iter().map(|item| cost(item).to_string())).collect())
}

fn below(dice: &mut ChaCha8Rng, most: i64) -> i64 {
    (dice.next_u32() as i64) % most
}

/// One random write, by one of the roads; refusals are as good.
fn step(house: &House, dice: &mut ChaCha8Rng) {
    let mut any = |register: &str| {
        let known = records(house, register).len() as i64;
        below(dice, known.max(1)).saturating_add(1).to_string()
    };
    let (whole, other, one, product) = (any("purchase"), any("purchase"), any("item"), any("product"));
    let id = |text: &str| Some(text.parse().unwrap());
    let number = (below(dice, 63) - 3).to_string();
    let leader = house.actor("leader");
    let part = [("purchase", &*whole), ("product", &*product), ("pieces", &*number)];
    let saves = match below(dice, 12) {
        0 => {
            let school = house.id("sa").to_string();
            let typed = [
                ("title", "新"),
                ("school", &*school),
                ("item.0.product", &*product),
                ("item.0.pieces", &*number),
                ("fee.0.worth", "2"),
            ];
            vec![save("purchase", None, None, &typed)]
        }
        1 => vec![save("purchase", id(&whole), None, &[("base", &number)])],
        2 => vec![save("item", None, None, &part)],
        3 => vec![save("item", id(&one), None, &[("pieces", &number)])],
        4 => vec![save("item", id(&one), None, &[("purchase", &other)])],
        5 => vec![save("item", id(&one), None, &[("product", &product)])],
        6 => vec![save("item", id(&one), Some("void"), &[])],
        7 => vec![save("product", id(&product), None, &[("price", &number)])],
        8 => vec![save("purchase", id(&whole), Some("ship"), &[("base", &number)])],
        9 => vec![save("purchase", id(&whole), Some("reopen"), &[])],
        10 => {
            let school = house.id(if number.len() > 1 { "sb" } else { "sa" }).to_string();
            vec![save(
                "purchase",
                id(&whole),
                None,
                &[("school", &school), ("item.0.product", &product), ("item.0.pieces", &number)],
            )]
        }
        _ => vec![
            save("item", None, None, &part),
            save("purchase", id(&other), None, &[("base", &number)]),
            save("item", None, None, &part),
        ],
    };
    let _ = match saves.len() {
        1 => house.desk.save(&leader, &saves[0]).map(|_| ()).map_err(|_| ()),
        _ => house.desk.save_all(&leader, &saves).map(|_| ()).map_err(|_| ()),
    };
}

#[test]
fn whatever_is_written_what_is_stored_is_what_is_computed() {
    let seed = std::cell::Cell::new(0);
    House::each(|store| {
        seed.set(seed.get() + 1);
        let house = house(store);
        purchase(&house, &[]);
        let mut dice = ChaCha8Rng::seed_from_u64(seed.get());
        for number in 0..250 {
            step(&house, &mut dice);
            let (stored, truth) = stored_and_truth(&house);
            assert_eq!(stored, truth, "seed {}, step {number}", seed.get());
        }
        job::run(house.desk.bureau(), 50).unwrap();
        let (stored, truth) = stored_and_truth(&house);
        assert_eq!(stored, truth);
        assert!(records(&house, "item").len() > 20 && records(&house, "fee").len() > 5);
        clean(&house);
    });
}

#[test]
fn two_writers_at_once_lose_no_part() {
    House::each(|store| {
        let house = house(store);
        let id = purchase(&house, &[]);
        let desk = &house.desk;
        let (whole, product, leader) = (id.to_string(), house.id("纸").to_string(), house.actor("leader"));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let typed = [("purchase", &*whole), ("product", &*product), ("pieces", "1")];
                        desk.save(&leader, &save("item", None, None, &typed)).unwrap();
                    }
                });
            }
        });
        assert_eq!(stands(&house, id), "60 small v21");
        clean(&house);
    });
}
