//! One case per rule of the encumbrance machine.

use engine_budget::answer;
use serde_json::{Value, json};

/// The rule that refuses the last of the acts (all on 2021-06-01 unless a day is given), or `ok`.
fn verdict(opening: Value, acts: &[(&str, Value)]) -> String {
    let events: Vec<Value> = acts.iter().map(|(day, act)| json!({"day": day, "act": act})).collect();
    let count = events.len();
    match answer("run", json!({"opening": opening, "events": events}).to_string().as_bytes()) {
        Ok(_) => "ok".into(),
        Err(refusal) => {
            assert_eq!(refusal.row, Some(count), "only the last act is to be refused: {refusal}");
            refusal.rule.into()
        }
    }
}

fn one_line() -> Value {
    json!({"year": 2021, "lines": [{"line": "L", "approved": 1000}]})
}

fn with_settings(settings: Value) -> Value {
    json!({"year": 2021, "lines": [{"line": "L", "approved": 1000}], "settings": settings})
}

fn submit(amount: i64) -> (&'static str, Value) {
    ("2021-06-01", json!({"submit": {"request": "R", "line": "L", "amount": amount, "by": "a"}}))
}

fn approve() -> (&'static str, Value) {
    ("2021-06-01", json!({"approve": {"request": "R", "by": "b"}}))
}

fn contract(amount: i64) -> (&'static str, Value) {
    ("2021-06-01", json!({"contract": {"request": "R", "amount": amount, "party": "P"}}))
}

fn pay(amount: i64) -> (&'static str, Value) {
    ("2021-06-01", json!({"pay": {"request": "R", "amount": amount, "payee": "P"}}))
}

#[test]
fn nk_01_stops_one_fen_too_many_and_not_the_last_one() {
    assert_eq!(verdict(one_line(), &[submit(1000)]), "ok");
    assert_eq!(verdict(one_line(), &[submit(1001)]), "NK-01");
    let freeze = |amount: i64| ("2021-06-01", json!({"freeze": {"line": "L", "amount": amount}}));
    assert_eq!(verdict(one_line(), &[freeze(400), submit(601)]), "NK-01");
    assert_eq!(verdict(one_line(), &[submit(601), freeze(400)]), "NK-01");
}

#[test]
fn nk_02_asks_for_a_request_unless_the_kind_is_exempt() {
    let direct = |kind: &str| ("2021-06-01", json!({"pay_exempt": {"line": "L", "amount": 10, "kind": kind}}));
    assert_eq!(verdict(one_line(), &[direct("水电")]), "ok");
    assert_eq!(verdict(one_line(), &[direct("会议")]), "NK-02");
}

#[test]
fn nk_03_holds_the_ceiling_and_forbids_raising_it_inside_the_unit() {
    let opening = json!({
        "year": 2021,
        "lines": [{"line": "L", "approved": 1000, "three_public": "reception"}, {"line": "M", "approved": 1000}],
        "ceilings": [{"three_public": "reception", "ceiling": 500}],
    });
    assert_eq!(verdict(opening.clone(), &[submit(500)]), "ok");
    assert_eq!(verdict(opening.clone(), &[submit(501)]), "NK-03");
    let adjust = |from: &str, to: &str| ("2021-06-01", json!({"adjust": {"from": from, "to": to, "amount": 1}}));
    assert_eq!(verdict(opening.clone(), &[adjust("M", "L")]), "NK-03");
    assert_eq!(verdict(opening.clone(), &[adjust("L", "M")]), "ok");
    assert_eq!(verdict(opening, &[("2021-06-01", json!({"adjust": {"to": "L", "amount": 1}}))]), "ok");
}

#[test]
fn nk_04_asks_for_the_papers_and_never_takes_an_invoice_twice() {
    let strict = with_settings(json!({"contract_from": 100, "acceptance_from": 200, "invoice_needed": true}));
    let with = |amount: i64, more: Value| {
        let mut act = json!({"request": "R", "amount": amount, "payee": "P"});
        act.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("2021-06-01", json!({"pay": act}))
    };
    let invoice = |number: &str| json!({"invoice": {"code": "1", "number": number}});
    assert_eq!(verdict(strict.clone(), &[submit(500), approve(), with(99, json!({}))]), "NK-04");
    assert_eq!(verdict(strict.clone(), &[submit(500), approve(), with(99, invoice("7"))]), "ok");
    assert_eq!(verdict(strict.clone(), &[submit(500), approve(), with(100, invoice("7"))]), "NK-04");
    assert_eq!(verdict(strict.clone(), &[submit(500), approve(), contract(500), with(200, invoice("7"))]), "NK-04");
    let accepted = json!({"invoice": {"code": "1", "number": "7"}, "acceptance": "YS-1"});
    assert_eq!(verdict(strict.clone(), &[submit(500), approve(), contract(500), with(200, accepted)]), "ok");
    assert_eq!(verdict(one_line(), &[submit(500), approve(), with(1, invoice("7")), with(1, invoice("7"))]), "NK-04");
}

#[test]
fn nk_05_pays_nobody_but_the_party_of_the_contract() {
    let other = ("2021-06-01", json!({"pay": {"request": "R", "amount": 1, "payee": "Q"}}));
    assert_eq!(verdict(one_line(), &[submit(500), approve(), contract(500), other]), "NK-05");
}

#[test]
fn nk_06_counts_change_orders_and_never_counts_refunds_back() {
    let change = ("2021-06-01", json!({"change": {"request": "R", "amount": 100}}));
    let refund = ("2021-06-01", json!({"refund": {"request": "R", "amount": 50}}));
    assert_eq!(verdict(one_line(), &[submit(500), approve(), contract(400), pay(401)]), "NK-06");
    assert_eq!(verdict(one_line(), &[submit(500), approve(), contract(400), change, pay(500)]), "ok");
    assert_eq!(verdict(one_line(), &[submit(500), approve(), contract(400), pay(400), refund, pay(1)]), "NK-06");
}

#[test]
fn nk_07_lets_nobody_decide_on_what_he_filed() {
    let own = |act: &str| ("2021-06-01", json!({act: {"request": "R", "by": "a"}}));
    assert_eq!(verdict(one_line(), &[submit(500), own("approve")]), "NK-07");
    assert_eq!(verdict(one_line(), &[submit(500), own("reject")]), "NK-07");
}

#[test]
fn a_contract_above_its_request_needs_a_new_approval() {
    assert_eq!(verdict(one_line(), &[submit(500), approve(), contract(501)]), "YS-06");
    assert_eq!(verdict(one_line(), &[submit(500), contract(500)]), "YS-05");
}

#[test]
fn a_request_lives_90_days_or_until_the_15th_of_december() {
    let expire = |day: &'static str| (day, json!({"expire": {"request": "R"}}));
    assert_eq!(verdict(one_line(), &[submit(500), expire("2021-08-30")]), "YS-07");
    assert_eq!(verdict(one_line(), &[submit(500), expire("2021-08-31")]), "ok");
    let late = |day: &'static str| (day, submit(500).1);
    assert_eq!(verdict(one_line(), &[late("2021-12-01"), expire("2021-12-15")]), "YS-07");
    assert_eq!(verdict(one_line(), &[late("2021-12-01"), expire("2021-12-16")]), "ok");
    assert_eq!(verdict(one_line(), &[late("2021-12-16")]), "YS-07");
    let late_contract = ("2021-08-31", contract(500).1);
    assert_eq!(verdict(one_line(), &[submit(500), approve(), late_contract]), "YS-07");
}

#[test]
fn a_refund_of_another_year_is_other_income() {
    let refund = |day: &'static str, amount: i64| (day, json!({"refund": {"request": "R", "amount": amount}}));
    let paid = [submit(500), approve(), contract(500), pay(300)];
    let then = |act: (&'static str, Value)| verdict(one_line(), &[&paid[..], &[act]].concat());
    assert_eq!(then(refund("2021-12-31", 300)), "ok");
    assert_eq!(then(refund("2021-12-31", 301)), "YS-10");
    assert_eq!(then(refund("2022-01-01", 300)), "YS-10");
    let twice = [&paid[..], &[refund("2021-12-30", 200), refund("2021-12-31", 101)]].concat();
    assert_eq!(verdict(one_line(), &twice), "YS-10");
}

#[test]
fn nothing_follows_the_end_of_the_year() {
    assert_eq!(verdict(one_line(), &[("2021-12-31", json!("year_end")), submit(1)]), "YS-09");
    assert_eq!(verdict(one_line(), &[("2022-01-01", submit(1).1)]), "YS-03");
}

#[test]
fn a_settlement_lies_between_what_was_paid_and_the_contract() {
    let settle = |value: i64| ("2021-06-01", json!({"settle": {"request": "R", "value": value}}));
    let paid = [submit(500), approve(), contract(500), pay(300)];
    let then = |act: (&'static str, Value)| verdict(one_line(), &[&paid[..], &[act]].concat());
    assert_eq!((then(settle(299)).as_str(), then(settle(300)).as_str()), ("YS-08", "ok"));
    assert_eq!((then(settle(501)).as_str(), then(settle(500)).as_str()), ("YS-08", "ok"));
}

#[test]
fn zero_and_unknown_and_repeated_are_named() {
    assert_eq!(verdict(one_line(), &[submit(0)]), "YS-02");
    assert_eq!(verdict(one_line(), &[submit(1), submit(1)]), "YS-04");
    assert_eq!(verdict(one_line(), &[approve()]), "YS-04");
    assert_eq!(verdict(one_line(), &[submit(-1)]), "YS-01");
    assert_eq!(verdict(one_line(), &[("2021-06-01", json!({"unfreeze": {"line": "L", "amount": 1}}))]), "YS-11");
    assert_eq!(verdict(one_line(), &[("2021-06-01", json!({"adjust": {"amount": 1}}))]), "YS-12");
}

#[test]
fn sums_beyond_the_limit_are_refused_and_never_wrap() {
    let most = 1_000_000_000_000_000_i64;
    let opening = json!({"year": 2021, "lines": [{"line": "L", "approved": most}, {"line": "M", "approved": most}]});
    let adjust = ("2021-06-01", json!({"adjust": {"from": "L", "to": "M", "amount": most}}));
    let back = ("2021-06-01", json!({"adjust": {"from": "M", "to": "L", "amount": most}}));
    assert_eq!(verdict(opening.clone(), std::slice::from_ref(&adjust)), "ok");
    assert_eq!(verdict(opening, &[adjust.clone(), back.clone(), adjust]), "YS-02");
    assert_eq!(verdict(one_line(), &[submit(most + 1)]), "YS-01");
}
