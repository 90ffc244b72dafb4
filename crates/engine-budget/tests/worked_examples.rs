//! The worked examples of the domain rules, to the 分.

use engine_budget::answer;
use serde_json::{Value, json};

fn run(verb: &str, input: &Value) -> Result<Value, Value> {
    match answer(verb, input.to_string().as_bytes()) {
        Ok(outputs) => Ok(serde_json::from_slice(&outputs).unwrap()),
        Err(refusal) => Err(serde_json::to_value(&refusal).unwrap()),
    }
}

fn event(day: &str, act: Value) -> Value {
    json!({"day": day, "act": act})
}

/// One line of 18 000 000.00 yuan, and the first `count` events of the example.
fn example(count: usize) -> Value {
    let events = [
        event(
            "2021-03-01",
            json!({"submit": {"request": "KT-1", "line": "教室空调", "amount": 1_750_000_000, "by": "王"}}),
        ),
        event("2021-03-05", json!({"approve": {"request": "KT-1", "by": "李"}})),
        event("2021-04-10", json!({"contract": {"request": "KT-1", "amount": 1_740_000_000, "party": "甲公司"}})),
        event(
            "2021-04-11",
            json!({"submit": {"request": "KT-2", "line": "教室空调", "amount": 65_000_000, "by": "王"}}),
        ),
        event("2021-04-20", json!({"pay": {"request": "KT-1", "amount": 522_000_000, "payee": "甲公司"}})),
        event("2021-09-01", json!({"settle": {"request": "KT-1", "value": 1_722_600_000}})),
        event("2021-09-10", json!({"pay": {"request": "KT-1", "amount": 1_148_922_000, "payee": "甲公司"}})),
        event("2021-12-31", json!("year_end")),
    ];
    json!({
        "opening": {"year": 2021, "lines": [{"line": "教室空调", "approved": 1_800_000_000}]},
        "events": events[..count],
    })
}

/// (encumbered, paid, available) of the one line after the first `count` events.
fn after(count: usize) -> (i64, i64, i64) {
    let output = run("trace", &example(count)).unwrap();
    let line = &output["lines"][0];
    let amount = |name: &str| line[name].as_i64().unwrap();
    (amount("encumbered"), amount("paid"), amount("available"))
}

#[test]
fn the_air_conditioner_line_of_the_domain_rules_comes_out_to_the_fen() {
    assert_eq!(after(1), (1_750_000_000, 0, 50_000_000));
    assert_eq!(after(3), (1_740_000_000, 0, 60_000_000));
    assert_eq!(after(4), (1_740_000_000, 0, 60_000_000));
    assert_eq!(after(5), (1_218_000_000, 522_000_000, 60_000_000));
    assert_eq!(after(6), (1_200_600_000, 522_000_000, 77_400_000));
    assert_eq!(after(7), (51_678_000, 1_670_922_000, 77_400_000));
}

#[test]
fn the_request_of_650_000_is_refused_by_nk_01_at_its_row() {
    let refusal = run("run", &example(7)).unwrap_err();
    assert_eq!(refusal["rule"], "NK-01");
    assert_eq!(refusal["row"], 4);
    assert!(refusal["error"].as_str().unwrap().contains("可用 600000.00 元, 需要 650000.00 元"));
    let traced = run("trace", &example(7)).unwrap();
    assert_eq!(traced["refused"][0]["rule"], "NK-01");
}

#[test]
fn the_retention_money_goes_on_next_year_on_its_own_line() {
    let closed = run("trace", &example(8)).unwrap();
    assert_eq!(closed["lines"][0]["encumbered"], 0);
    let next = &closed["next_opening"];
    assert_eq!(next["lines"][0]["approved"], 51_678_000);
    let pay = event("2022-09-10", json!({"pay": {"request": "KT-1", "amount": 51_678_000, "payee": "甲公司"}}));
    let paid = run("run", &json!({"opening": next, "events": [pay]})).unwrap();
    assert_eq!(paid["lines"][0]["paid"], 51_678_000);
    assert_eq!(paid["lines"][0]["available"], 0);
}

fn depreciate(asset: Value, through: &str) -> Value {
    run("depreciate", &json!({"through": through, "assets": [asset]})).unwrap()[0].clone()
}

#[test]
fn an_air_conditioner_of_3_500_yuan_over_60_months_is_charged_59_times_58_33_and_once_58_53() {
    let unit = json!({"asset": "A", "class": "电气设备", "cost": 350_000, "acquired_on": "2021-05-20"});
    let whole = depreciate(unit.clone(), "2026-04");
    assert_eq!(
        whole["charges"],
        json!([
            {"first": "2021-05", "months": 59, "monthly": 5_833},
            {"first": "2026-04", "months": 1, "monthly": 5_853},
        ])
    );
    assert_eq!((&whole["accumulated"], &whole["net"]), (&json!(350_000), &json!(0)));
    assert_eq!(depreciate(unit.clone(), "2021-04")["accumulated"], 0);
    assert_eq!(depreciate(unit.clone(), "2021-05")["accumulated"], 5_833);
    assert_eq!(depreciate(unit, "2030-01")["charge"], 0);
}

#[test]
fn the_month_of_disposal_bears_no_charge() {
    let unit = json!({"asset": "A", "class": "电气设备", "cost": 350_000, "acquired_on": "2021-05-20", "disposed_on": "2021-08-02"});
    assert_eq!(depreciate(unit, "2026-04")["accumulated"], 3 * 5_833);
}

#[test]
fn a_capital_repair_spreads_what_is_left_over_the_new_life() {
    let unit = json!({
        "asset": "A", "class": "电气设备", "cost": 350_000, "acquired_on": "2021-05-20",
        "repairs": [{"month": "2022-05", "added": 29_996, "months": 100}],
    });
    // 350 000 - 12 x 5 833 + 29 996 = 310 000, over 100 months.
    let whole = depreciate(unit, "2022-05");
    assert_eq!(whole["charge"], 3_100);
    assert_eq!(whole["net"], 310_000 - 3_100);
}

#[test]
fn land_and_collections_are_not_depreciated() {
    let land = json!({"asset": "A", "class": "土地", "cost": 100, "acquired_on": "2021-05-20"});
    assert_eq!(depreciate(land, "2030-01")["net"], 100);
}

#[test]
fn an_asset_is_judged_by_the_life_in_force_on_its_own_day() {
    let lives = json!([
        {"class": "电气设备", "since": "2017-01-01", "years_least": 5},
        {"class": "电气设备", "since": "2022-01-01", "years_least": 10},
    ]);
    let unit =
        |asset: &str, day: &str| json!({"asset": asset, "class": "电气设备", "cost": 120_000, "acquired_on": day});
    let input =
        json!({"through": "2022-01", "lives": lives, "assets": [unit("A", "2021-12-31"), unit("B", "2022-01-01")]});
    let rows = run("depreciate", &input).unwrap();
    assert_eq!((&rows[0]["charge"], &rows[1]["charge"]), (&json!(2_000), &json!(1_000)));
}

#[test]
fn a_life_shorter_than_the_class_allows_is_refused_and_so_is_an_open_range() {
    let refuse = |asset: Value| {
        run("depreciate", &json!({"through": "2022-01", "assets": [asset]})).unwrap_err()["rule"].clone()
    };
    let asset = |class: &str, day: &str| json!({"asset": "A", "class": class, "cost": 1, "acquired_on": day});
    let mut short = asset("电气设备", "2021-05-20");
    short["months"] = json!(59);
    assert_eq!(refuse(short), "ZJ-03");
    assert_eq!(refuse(asset("医疗设备", "2021-05-20")), "ZJ-03");
    assert_eq!(refuse(asset("飞船", "2021-05-20")), "ZJ-01");
    assert_eq!(refuse(asset("车辆", "2016-05-20")), "ZJ-02");
}
