//! Parts that are filled in on the form of their whole: one transaction, the road of any record, faults at the right row,
//! nothing typed lost; on both databases.

use crate::support::{House, Pairs, form_of, refusal_of, save};
use luoshi_desk::view::{FormView, PartRow, When};
use luoshi_desk::{NotSaved, Save, Saved};

const PACK: [(&str, &str); 4] = [
    ("trips/pack.toml", "title = \"采购\"\nneeds = [\"foundation\"]\n"),
    (
        "trips/register/purchase.toml",
        r#"
title = "订单"
source = "default"
owner = "school"
label = "title"
columns = ["title"]
[field.title]
title = "名称"
kind = "text"
must = true
[field.school]
kind = "ref"
to = "school"
must = true
[check.CG-01]
refuse = { has = { register = "item", by = "purchase", where = { pieces = { ">" = 100 } } } }
message = "一张订单每项不超过一百。"
message_en = "At most a hundred of each."
"#,
    ),
    (
        "trips/register/item.toml",
        r#"
title = "明细"
source = "default"
owner = "purchase.school"
label = "what"
columns = ["what", "pieces"]
unique = [["purchase", "what"]]
part_of = "purchase"
[field.purchase]
kind = "ref"
to = "purchase"
must = true
[field.what]
title = "物品"
kind = "text"
must = true
[field.pieces]
title = "数量"
kind = "integer"
min = 1
must = true
default = 1
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
reason = true
"#,
    ),
    (
        "trips/role.toml",
        "[[leader.may]]\ndo = [\"file\", \"edit\"]\non = [\"purchase\", \"item\"]\nscope = \"all\"\n[[town.may]]\ndo = [\"see\", \"file\", \"edit\"]\non = [\"purchase\"]\nscope = \"subtree\"\n[[school.may]]\ndo = [\"see\", \"edit\"]\non = [\"purchase\", \"item\"]\nscope = \"unit\"\n",
    ),
];

fn house(store: luoshi_store::Store) -> House {
    let house = House::small("2021-03-01", &PACK, store);
    house.settle("2021-03-01");
    house
}

fn try_save(
    house: &House,
    by: &str,
    id: Option<i64>,
    version: Option<i64>,
    typed: Pairs<'_>,
) -> Result<Saved, NotSaved> {
    let asked = Save { version, reason: "核对".into(), ..save("purchase", id, None, typed) };
    house.desk.save(&house.actor(by), &asked)
}

/// An order with two items, chalk and paper.
fn order(house: &House) -> i64 {
    let school = house.id("sa").to_string();
    let typed = [
        ("title", "开学"),
        ("school", &*school),
        ("item.0.what", "粉笔"),
        ("item.0.pieces", "20"),
        ("item.1.what", "纸"),
        ("item.1.pieces", "5"),
        // What was never filled in is no row.
        ("item.2.what", ""),
        ("item.2.pieces", "1"),
    ];
    try_save(house, "leader", None, None, &typed).unwrap_or_else(|not| panic!("{}", crate::support::told(&not))).id
}

fn form(house: &House, by: &str, id: i64) -> FormView {
    house.desk.form(&house.actor(by), "purchase", Some(id), None, &Default::default()).unwrap()
}

fn rows(form: &FormView) -> &[PartRow] {
    &form.parts[0].rows
}

/// A row in words: its number, version and what stands in its fields.
fn told(row: &PartRow) -> String {
    let fields: Vec<&str> = row.fields.iter().map(|field| field.typed.as_str()).collect();
    format!("{} v{} {}", row.number, row.version.unwrap_or(0), fields.join(" "))
}

/// Every fault of a form by the name of its field; of a row with its register and number.
fn faults(form: &FormView) -> Vec<String> {
    let mut faults: Vec<String> = crate::support::faults(form)
        .into_iter()
        .map(|(field, code)| format!("{field} {code}").trim().to_string())
        .collect();
    for row in form.parts.iter().flat_map(|part| &part.rows) {
        faults.extend(row.faults.iter().map(|fault| format!("row {} {}", row.number, fault.code)));
        let of_fields = row.fields.iter().filter_map(|field| Some((&field.name, field.fault.as_ref()?)));
        faults.extend(of_fields.map(|(name, fault)| format!("{name} {}", fault.code)));
    }
    faults
}

fn history(house: &House, register: &str, id: i64) -> Vec<String> {
    let view = house.desk.record(&house.actor("leader"), register, id, When::default()).unwrap();
    view.past
        .into_iter()
        .map(|version| format!("{} {} {}", version.version, version.act, version.reason.unwrap_or_default()))
        .collect()
}

fn clean(house: &House) {
    let report = luoshi_store::verify(&house.desk.bureau().store, None, &mut |_, _| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[test]
fn a_whole_and_its_rows_are_saved_together() {
    House::each(|store| {
        let house = house(store);
        let before = house.written();
        let id = order(&house);
        assert_eq!(house.written().0, before.0 + 3, "the order and two items");
        let view = form(&house, "leader", id);
        let shown: Vec<String> = rows(&view).iter().map(told).collect();
        assert_eq!(shown, ["0 v1 粉笔 20", "1 v1 纸 5", "2 v0  1"], "and one row to fill in");
        assert!(rows(&view)[0].away.is_some() && rows(&view)[2].away.is_none());

        // One row changed, one taken away, one added; the order itself stays as it is.
        let (first, second) = (rows(&view)[0].id.unwrap().to_string(), rows(&view)[1].id.unwrap().to_string());
        let typed = [
            ("title", "开学"),
            ("item.0._id", &*first),
            ("item.0._version", "1"),
            ("item.0.what", "彩色粉笔"),
            ("item.0.pieces", "20"),
            ("item.1._id", &*second),
            ("item.1._version", "1"),
            ("item.1.what", "这里改了也不算"),
            ("item.1._move", "void"),
            ("item.2.what", "尺"),
            ("item.2.pieces", "3"),
        ];
        let asked = Save {
            version: Some(1),
            reason: "核对".into(),
            request: "r1".into(),
            ..save("purchase", Some(id), None, &typed)
        };
        let leader = house.actor("leader");
        assert_eq!(house.desk.save(&leader, &asked).unwrap(), Saved { id, version: 1 });
        let after = house.written();
        assert_eq!(house.desk.save(&leader, &asked).unwrap(), Saved { id, version: 1 }, "the same form, sent twice");
        assert_eq!(house.written(), after);
        let shown: Vec<String> = rows(&form(&house, "leader", id)).iter().map(told).collect();
        assert_eq!(shown, ["0 v2 彩色粉笔 20", "1 v1 尺 3", "2 v0  1"], "what was taken away is not filled in again");
        assert_eq!(history(&house, "item", second.parse().unwrap()), ["2 作废 核对", "1 立册 核对"]);
        assert_eq!(history(&house, "item", first.parse().unwrap()), ["2 修改 核对", "1 立册 核对"]);
        assert_eq!(history(&house, "purchase", id), ["1 立册 核对"], "nothing changed in it, so no version");
        clean(&house);
    });
}

#[test]
fn a_fault_stands_at_its_row_and_nothing_is_written_or_lost() {
    House::each(|store| {
        let house = house(store);
        let school = house.id("sa").to_string();
        let before = house.written();
        let wrong = |rows: &[(&str, &str)]| {
            let all: Vec<(&str, &str)> =
                [("title", "开学"), ("school", &*school)].iter().chain(rows).copied().collect();
            form_of(try_save(&house, "leader", None, None, &all))
        };
        let back =
            wrong(&[("item.0.what", "粉笔"), ("item.0.pieces", "多"), ("item.3.what", "纸"), ("item.3.pieces", "0")]);
        assert_eq!(faults(&back), ["item.0.pieces V005", "item.3.pieces V002"]);
        let shown: Vec<String> = rows(&back).iter().map(told).collect();
        assert_eq!(shown, ["0 v0 粉笔 多", "3 v0 纸 0"], "nothing typed is lost");
        assert_eq!(faults(&wrong(&[("item.0.what", ""), ("item.0.pieces", "7")])), ["item.0.what D034"]);
        let twice = [("item.0.what", "纸"), ("item.0.pieces", "1"), ("item.1.what", "纸"), ("item.1.pieces", "2")];
        assert_eq!(faults(&wrong(&twice)), ["row 1 S005"], "the reference to the whole is not on the form");
        assert_eq!(
            faults(&wrong(&[("item.0.what", "纸"), ("item.0.pieces", "101")])),
            ["CG-01"],
            "the whole is judged last"
        );
        assert_eq!(house.written(), before);
    });
}

#[test]
fn two_who_change_one_row_at_once_see_both_values() {
    House::each(|store| {
        let house = house(store);
        let id = order(&house);
        let item = rows(&form(&house, "leader", id))[0].id.unwrap();
        house.edit("leader", "item", item, &[("pieces", "30")]);
        let item = item.to_string();
        let late = [("item.0._id", &*item), ("item.0._version", "1"), ("item.0.what", "粉笔"), ("item.0.pieces", "40")];
        let before = house.written();
        let back = form_of(try_save(&house, "leader", Some(id), Some(1), &late));
        assert_eq!(house.written(), before);
        let told_by = back.conflict.as_ref().unwrap();
        assert_eq!(told_by.fields, [("明细 1 · 数量".to_string(), "30".to_string(), "40".to_string())]);
        assert_eq!(told(&rows(&back)[0]), "0 v2 粉笔 40", "saving again overwrites knowingly");
        let again =
            [("item.0._id", &*item), ("item.0._version", "2"), ("item.0.what", "粉笔"), ("item.0.pieces", "40")];
        try_save(&house, "leader", Some(id), Some(1), &again).unwrap();
        assert_eq!(told(&rows(&form(&house, "leader", id))[0]), "0 v3 粉笔 40");
    });
}

#[test]
fn a_row_is_nobodys_door_to_other_records() {
    House::each(|store| {
        let house = house(store);
        let (id, other) = (order(&house), order(&house));
        let foreign = rows(&form(&house, "leader", other))[0].id.unwrap().to_string();
        let typed = [("item.0._id", &*foreign), ("item.0._version", "1"), ("item.0.pieces", "99")];
        assert_eq!(faults(&form_of(try_save(&house, "leader", Some(id), Some(1), &typed))), ["row 0 D001"]);
        // Whoever may change the order but no items has no rows, and cannot send any.
        assert!(form(&house, "town_a", id).parts.is_empty());
        let typed = [("item.0.what", "尺"), ("item.0.pieces", "3")];
        let before = house.written();
        assert!(try_save(&house, "town_a", Some(id), Some(1), &typed).is_err());
        // Whoever may change items but file none has those that exist and no new one.
        assert_eq!(rows(&form(&house, "school_a", id)).len(), 2);
        assert!(!form(&house, "school_a", id).parts[0].may_file);
        assert_eq!(faults(&form_of(try_save(&house, "school_a", Some(id), Some(1), &typed))), ["row 0 D003"]);
        // A row in a register that is no part of this one is no row.
        let typed = [("person.0.name", "某人")];
        try_save(&house, "leader", Some(id), Some(1), &typed).unwrap();
        assert_eq!(house.written(), before);
        assert_eq!(refusal_of(try_save(&house, "discipline", Some(id), Some(1), &[])).code, "D003");
    });
}
