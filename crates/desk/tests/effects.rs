//! What a move does besides changing the state: values it gives to fields of its own record.

mod support;

use luoshi_pack::Value;
use support::{House, faults, form_of};

const PACK: [(&str, &str); 3] = [
    ("claims/pack.toml", "title = \"报销\"\nneeds = [\"foundation\"]\n"),
    (
        "claims/register/claim.toml",
        r#"
title = "申请"
source = "default"
owner = "unit"
[field.unit]
kind = "ref"
to = "unit"
must = true
[field.title]
kind = "text"
title = "事由"
must = true
[field.amount]
kind = "money"
title = "金额"
must = true
[field.share]
kind = "integer"
title = "三分之一"
min = -1000
by_move = true
[field.answer_due_on]
kind = "date"
title = "答复期限"
by_move = true
[field.paid_due_on]
kind = "date"
title = "付款期限"
by_move = true
[field.note]
kind = "text"
title = "备注"
[field.places]
kind = "integer"
title = "个数"
[field.handler]
kind = "ref"
to = "person"
title = "经办"
by_move = true
[flow.state.draft]
title = "草稿"
[flow.state.sent]
title = "已报"
[flow.state.back]
title = "退回"
aside = true
[flow.move.send]
title = "上报"
from = ["draft"]
to = "sent"
by = ["finance"]
ask = ["places"]
may = ["places"]
[flow.move.send.set]
answer_due_on = { today = true, plus = "15 workdays" }
paid_due_on = { today = true, plus = { setting = "claim_days", unit = "days" }, roll = true }
share = { field = "places", times = "-1/3" }
handler = { me = "person" }
note = { null = true }
[flow.move.return]
title = "退回"
from = ["sent"]
to = "back"
by = ["finance"]
[flow.move.return.set]
note = "已退回"
answer_due_on = { field = "answer_due_on", plus = "1 month" }
"#,
    ),
    (
        "claims/setting.toml",
        "[claim_days]\ntitle = \"付款天数\"\nkind = \"integer\"\nvalue = 12\nsource = \"default\"\n",
    ),
];

const ROLES: (&str, &str) =
    ("claims/role.toml", "[[finance.may]]\ndo = [\"file\", \"edit\"]\non = [\"claim\"]\nscope = \"all\"\n");

fn house(store: luoshi_store::Store) -> House {
    let pack: Vec<(&str, &str)> = PACK.into_iter().chain([ROLES]).collect();
    let house = House::small("2021-09-15", &pack, store);
    house.settle("2021-09-15");
    house
}

fn value(house: &House, register: &str, id: i64, field: &str) -> Value {
    let bureau = house.desk.bureau();
    let read = bureau.store.read(|reader| reader.record(bureau.table(register), id, None));
    read.expect("it can be read").expect("it is there").value(field).clone()
}

fn day(text: &str) -> Value {
    Value::Date(support::date(text))
}

#[test]
fn a_move_gives_what_its_set_says() {
    House::each(|store| {
        let house = house(store);
        let unit = house.id("sa").to_string();
        let id =
            house.file("zhou", "claim", "claim", &[("unit", &unit), ("title", "甲"), ("amount", "9"), ("note", "旧")]);
        house.make("zhou", "claim", id, "send", &[("places", "10")]);
        // 15 working days after 15 September 2021: the Mid-Autumn and National Day holidays, 18 and 26 September and
        // 9 October worked.
        assert_eq!(value(&house, "claim", id, "answer_due_on"), day("2021-10-12"));
        assert_eq!(value(&house, "claim", id, "paid_due_on"), day("2021-09-27"), "12 days");
        assert_eq!(value(&house, "claim", id, "share"), Value::Int(-3), "what is asked is in place already");
        assert_eq!(value(&house, "claim", id, "handler"), Value::Int(house.id("person:zhou")));
        assert_eq!(value(&house, "claim", id, "note"), Value::Null);
        house.make("zhou", "claim", id, "return", &[]);
        assert_eq!(value(&house, "claim", id, "answer_due_on"), day("2021-11-12"));
        assert_eq!(value(&house, "claim", id, "note"), Value::Text("已退回".into()));
    });
}

#[test]
fn what_cannot_be_computed_is_refused_in_words_and_nothing_is_written() {
    House::each(|store| {
        let house = house(store);
        let unit = house.id("sa").to_string();
        let typed = [("unit", &*unit), ("title", "甲"), ("amount", "9")];
        let id = house.file("zhou", "claim", "claim", &typed);
        let before = house.written();
        let large = house.try_move("zhou", "claim", id, "send", &[("places", "9000")]);
        assert_eq!(faults(&form_of(large)), [(String::new(), "V002".to_string())]);
        house.day("2022-12-30");
        let form = form_of(house.try_move("zhou", "claim", id, "send", &[]));
        assert_eq!(faults(&form), [(String::new(), "V040".to_string())], "2023 is not in the calendar");
        assert!(form.faults[0].text.contains("答复期限"), "{}", form.faults[0].text);
        assert_eq!(house.written(), before);
    });
}
