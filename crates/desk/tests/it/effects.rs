//! What a move does besides changing the state: values it gives to fields of its own record, records it opens, work that
//! it leaves for after the commit.

use crate::support::{House, faults, form_of};
use luoshi_pack::Value;

const PACK: [(&str, &str); 4] = [
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
[[flow.move.send.open]]
register = "claim_entry"
set = { claim = { field = "id" }, cause = "hold", held = { field = "amount" }, free = { field = "amount", times = "-1" } }
[[flow.move.send.open]]
register = "claim_entry"
state = "noted"
when = { places = { ">" = 5 } }
set = { claim = { field = "id" }, cause = "many", held = 0 }
[[flow.move.send.run]]
job = "claim_letter"
[flow.move.return]
title = "退回"
from = ["sent"]
to = "back"
by = ["finance"]
[flow.move.again]
title = "重办"
from = ["back"]
to = "draft"
by = ["finance"]
[flow.move.again.set]
note = { move = "return", ask = "opinion" }
[flow.move.return.give.opinion]
kind = "text"
title = "退回意见"
max = 8
[flow.move.return.set]
note = "已退回"
answer_due_on = { field = "answer_due_on", plus = "1 month" }
"#,
    ),
    (
        "claims/register/claim_entry.toml",
        r#"
title = "额度流水"
source = "default"
owner = "claim.unit"
label = "cause"
unique = [["claim", "cause"]]
[field.claim]
kind = "ref"
to = "claim"
must = true
[field.cause]
kind = "choice"
title = "事由"
choices = { hold = "占用", many = "多个" }
must = true
[field.held]
kind = "money"
title = "占用"
must = true
[field.free]
kind = "money"
title = "可用"
default = 0
[check.CE-01]
refuse = { held = { ">" = 100 } }
field = "held"
message = "超出限额"
[flow.state.open]
title = "生效"
[flow.state.noted]
title = "备注"
[flow.move.note]
title = "备注"
from = ["open"]
to = "noted"
by = ["finance"]
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
    Value::Date(crate::support::date(text))
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
        house.make("zhou", "claim", id, "return", &[("return_opinion", "不符")]);
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
        assert_eq!(faults(&form), [(String::new(), "V046".to_string())], "2023 is not in the calendar");
        assert!(form.faults[0].text.contains("答复期限"), "{}", form.faults[0].text);
        assert_eq!(house.written(), before);
    });
}

fn claim(house: &House, amount: &str) -> i64 {
    let unit = house.id("sa").to_string();
    house.file("zhou", "claim", "claim", &[("unit", &unit), ("title", "甲"), ("amount", amount)])
}

/// An entry: cause, held, free, state, who filed it, by which act.
type Entry = (String, i64, i64, String, i64, String);

/// Every entry with its last version.
fn entries(house: &House) -> Vec<Entry> {
    let bureau = house.desk.bureau();
    let table = bureau.table("claim_entry");
    let read = bureau.store.read(|reader| {
        let mut all = vec![];
        for id in 1..10 {
            let Some(version) = reader.history(table, id)?.pop() else { continue };
            let number = |name: &str| version.record.value(name).int().unwrap_or(-1);
            let cause = version.record.value("cause").text().unwrap_or_default().to_string();
            let state = version.record.state.clone().unwrap_or_default();
            all.push((cause, number("held"), number("free"), state, version.by, version.act.clone()));
        }
        Ok(all)
    });
    read.expect("entries are read")
}

#[test]
fn a_move_opens_records_on_behalf_of_the_mover_and_leaves_work_for_after() {
    House::each(|store| {
        let house = house(store);
        let zhou = house.actor("zhou").account;
        let entry = |cause: &str, held, free, state: &str| -> Entry {
            (cause.into(), held, free, state.into(), zhou, "file".into())
        };
        let first = claim(&house, "9.50");
        house.make("zhou", "claim", first, "send", &[("places", "5")]);
        assert_eq!(entries(&house), [entry("hold", 950, -950, "open")], "the second one waits for more than five");
        let second = claim(&house, "1");
        house.make("zhou", "claim", second, "send", &[("places", "6")]);
        let later = [entry("hold", 950, -950, "open"), entry("hold", 100, -100, "open"), entry("many", 0, 0, "noted")];
        assert_eq!(entries(&house), later, "a default stands where nothing is given");
        let jobs = house.desk.bureau().store.read(|reader| reader.jobs("waiting", 9)).expect("jobs are read");
        let jobs: Vec<(String, String)> = jobs.into_iter().map(|job| (job.kind, job.subject)).collect();
        let job = |id: i64| ("claim_letter".to_string(), format!("claim {id}"));
        assert_eq!(jobs, [job(first), job(second)]);
        let refused =
            crate::support::refusal_of(house.try_file("zhou", "claim_entry", &[("cause", "hold"), ("held", "1")]));
        assert_eq!(refused.code, "D003", "nobody may file entries by hand");
    });
}

#[test]
fn a_check_of_what_is_opened_undoes_the_move_and_says_whose_check_it_is() {
    House::each(|store| {
        let house = house(store);
        let id = claim(&house, "100.01");
        let before = house.written();
        let form = form_of(house.try_move("zhou", "claim", id, "send", &[]));
        assert_eq!(faults(&form), [(String::new(), "CE-01".to_string())]);
        assert_eq!(form.faults[0].text, "额度流水：超出限额");
        assert_eq!(house.written(), before);
        let jobs = house.desk.bureau().store.read(|reader| reader.jobs("waiting", 9)).expect("jobs are read");
        assert_eq!(jobs, [], "no work is left by a move that was undone");
    });
}

#[test]
fn what_the_store_refuses_of_an_opened_record_stands_over_the_whole_form() {
    House::each(|store| {
        let house = house(store);
        let id = claim(&house, "9");
        house.make("zhou", "claim", id, "send", &[]);
        house.make("zhou", "claim", id, "return", &[("return_opinion", "不符")]);
        house.make("zhou", "claim", id, "again", &[]);
        let form = form_of(house.try_move("zhou", "claim", id, "send", &[]));
        assert_eq!(faults(&form), [(String::new(), "S005".to_string())]);
        assert!(form.faults[0].text.starts_with("额度流水：已有另一条额度流水"), "{}", form.faults[0].text);
    });
}

#[test]
fn the_about_page_says_what_a_move_brings_about() {
    House::each(|store| {
        let house = house(store);
        let about = house.desk.about(&house.actor("zhou"), "claim").expect("it may be read");
        let effects = &about.moves[0].effects;
        let expected = [
            "答复期限 = 当日 + 15 个工作日",
            "付款期限 = 当日 + 12 日（遇休息日顺延）",
            "三分之一 = 个数 × -1/3",
            "经办 = 办理人",
            "清空备注",
            "记一条额度流水（申请 = 本记录；事由 = 占用；占用 = 金额；可用 = 金额 × -1）",
            "记一条额度流水（申请 = 本记录；事由 = 多个；占用 = 0.00；条件：个数 大于 5）",
            "随后运行 claim_letter",
        ];
        assert_eq!(effects, &expected);
    });
}

#[test]
fn what_a_move_is_given_is_kept_under_its_own_name_and_can_be_asked_for() {
    House::each(|store| {
        let house = house(store);
        let id = claim(&house, "9");
        house.make("zhou", "claim", id, "send", &[]);
        let code = |not| faults(&form_of(not));
        let named = |code: &str| vec![("return_opinion".to_string(), code.to_string())];
        assert_eq!(code(house.try_move("zhou", "claim", id, "return", &[])), named("D034"), "it must be given");
        let long = house.try_move("zhou", "claim", id, "return", &[("return_opinion", "一二三四五六七八九")]);
        assert_eq!(code(long), named("V001"), "by its own kind");
        house.make("zhou", "claim", id, "return", &[("return_opinion", "不符")]);
        assert_eq!(value(&house, "claim", id, "return_opinion"), Value::Text("不符".into()));
        house.make("zhou", "claim", id, "again", &[]);
        assert_eq!(value(&house, "claim", id, "note"), Value::Text("不符".into()));
        let typed = [("return_opinion", "改写"), ("title", "乙")];
        house.edit("zhou", "claim", id, &typed);
        assert_eq!(value(&house, "claim", id, "return_opinion"), Value::Text("不符".into()), "no edit changes it");
    });
}
