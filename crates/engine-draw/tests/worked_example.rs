//! The worked example of the manual page, and what each verb refuses.

use engine_draw::{answer, verify};
use serde_json::{Value, json};

fn application() -> Value {
    let numbers: Vec<String> = (1..=10).map(|nth| format!("2021-P01-{nth:04}")).collect();
    json!({
        "batch": "2021-民办-01", "school": "示例民办小学", "plan": 5, "last_bundle": "skip", "waiting": true,
        "frozen_at": "2021-06-18T09:00:00+08:00", "keepers": ["王某"],
        "numbers": numbers, "bundles": [["2021-P01-0007", "2021-P01-0003"]],
    })
}

fn sheet() -> Value {
    let witness = |role: &str, name: &str, minute: u32, ball: &str| json!({"role": role, "name": name, "drawn_at": format!("2021-06-19T09:{minute:02}:00+08:00"), "ball": ball});
    json!({"operator": "赵某", "beacon": null, "witnesses": [
        witness("公证员", "钱某", 30, "66"), witness("人大代表", "孙某", 31, "01"), witness("家长代表", "李某", 32, "19"),
    ]})
}

/// A quicknet round of 2023, from the tests of `drand-verify`.
fn beacon() -> Value {
    json!({"chain": "quicknet", "round": 123, "previous_signature": "",
        "signature": "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92"})
}

fn frozen(application: &Value) -> Vec<u8> {
    answer("freeze", application.to_string().as_bytes()).unwrap()
}

fn drawn(list: &[u8], sheet: &Value) -> Result<Vec<u8>, (String, Option<usize>)> {
    let input = [list, sheet.to_string().as_bytes()].concat();
    answer("draw", &input).map_err(|refusal| (refusal.rule.to_owned(), refusal.row))
}

fn proof() -> Value {
    serde_json::from_slice(&drawn(&frozen(&application()), &sheet()).unwrap()).unwrap()
}

fn refused(verb: &str, input: &Value) -> String {
    let refusal = answer(verb, input.to_string().as_bytes()).unwrap_err();
    format!("{} {}", refusal.rule, refusal.row.map_or("-".to_owned(), |row| row.to_string()))
}

fn with(mut value: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut value);
    value
}

#[test]
fn ten_children_are_drawn_as_the_manual_says() {
    let proof = proof();
    assert_eq!(proof["digest"], "d4dbb71fac347893ac3897a3773dcf440f40189683de999c17bbc60e01f0c644");
    assert_eq!(proof["seed"], "6dabe074c94166ce83c152869c44a1326591252932c141c0aecbdad0e2939e27");
    let short = |name: &str| -> String {
        proof[name]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| &number.as_str().unwrap()[9..])
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(short("admitted"), "0003 0007 0010 0008 0006");
    assert_eq!(short("waiting_list"), "0001 0002 0009 0004 0005");
}

#[test]
fn the_order_of_the_application_list_does_not_matter() {
    let turned = with(application(), |list| list["numbers"].as_array_mut().unwrap().reverse());
    assert_eq!(frozen(&turned), frozen(&application()));
}

#[test]
fn a_bundle_at_the_last_place_expands_the_plan_or_is_skipped() {
    let admitted = |plan: u64, last_bundle: &str| {
        let list = with(application(), |list| {
            list["plan"] = plan.into();
            list["last_bundle"] = last_bundle.into();
        });
        let proof: Value = serde_json::from_slice(&drawn(&frozen(&list), &sheet()).unwrap()).unwrap();
        let numbers: Vec<String> = proof["admitted"]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| number.as_str().unwrap()[9..].to_owned())
            .collect();
        let all = numbers.len() + proof["waiting_list"].as_array().unwrap().len();
        assert_eq!(all, 10);
        numbers
    };
    for plan in 1..10 {
        let (expand, skip) = (admitted(plan, "expand"), admitted(plan, "skip"));
        assert!(expand.len() as u64 == plan || (expand.len() as u64 == plan + 1 && expand.ends_with(&["0007".into()])));
        assert!(skip.len() as u64 <= plan);
        for both in [&expand, &skip] {
            assert_eq!(both.contains(&"0003".into()), both.contains(&"0007".into()), "twins stay together");
        }
    }
}

#[test]
fn no_waiting_list_is_kept_when_the_rules_say_so() {
    let list = with(application(), |list| list["waiting"] = false.into());
    let bytes = drawn(&frozen(&list), &sheet()).unwrap();
    assert!(verify(&bytes).findings.is_empty());
    let proof: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(proof["waiting_list"], json!([]));
}

#[test]
fn freeze_names_the_first_faulty_row() {
    let number = |place: usize, text: &'static str| with(application(), |list| list["numbers"][place] = text.into());
    assert_eq!(refused("freeze", &number(4, "2021-P01-0002")), "PW-05 5");
    assert_eq!(refused("freeze", &number(4, "")), "PW-02 5");
    assert_eq!(refused("freeze", &number(4, "2021,5")), "PW-02 5");
    assert_eq!(refused("freeze", &with(application(), |list| list["numbers"] = json!([]))), "PW-04 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["plan"] = 0.into())), "PW-03 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["plan"] = 10_000_000.into())), "PW-03 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["plan"] = 10.into())), "PW-08 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["school"] = "甲|5".into())), "PW-02 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["keepers"] = json!([]))), "PW-02 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["frozen_at"] = "2021-06-18".into())), "PW-10 -");
    assert_eq!(refused("freeze", &with(application(), |list| list["plan"] = (-1).into())), "PW-01 1");
    assert_eq!(refused("freeze", &with(application(), |list| list["rank"] = 1.into())), "PW-01 1");
    let bundles = |bundles: Value| with(application(), |list| list["bundles"] = bundles);
    assert_eq!(refused("freeze", &bundles(json!([["2021-P01-0001"]]))), "PW-07 1");
    assert_eq!(
        refused("freeze", &bundles(json!([["2021-P01-0001", "2021-P01-0002"], ["2021-P01-0002", "2021-P01-0003"]]))),
        "PW-07 2"
    );
    assert_eq!(refused("freeze", &bundles(json!([["2021-P01-0001", "2021-P01-9999"]]))), "PW-07 1");
}

#[test]
fn draw_refuses_what_a_ceremony_must_not_do() {
    let list = frozen(&application());
    let refusal = |change: &dyn Fn(&mut Value)| drawn(&list, &with(sheet(), change)).unwrap_err();
    let early = |sheet: &mut Value| sheet["witnesses"][2]["drawn_at"] = "2021-06-19T08:59:59+08:00".into();
    assert_eq!(refusal(&early), ("PW-11".into(), None));
    let two = |sheet: &mut Value| drop(sheet["witnesses"].as_array_mut().unwrap().pop());
    assert_eq!(refusal(&two), ("PW-12".into(), None));
    let no_notary = |sheet: &mut Value| sheet["witnesses"][0]["role"] = "媒体".into();
    assert_eq!(refusal(&no_notary), ("PW-12".into(), None));
    let twice = |sheet: &mut Value| sheet["witnesses"][1]["name"] = "钱某".into();
    assert_eq!(refusal(&twice), ("PW-12".into(), None));
    let ball = |sheet: &mut Value| sheet["witnesses"][1]["ball"] = "1".into();
    assert_eq!(refusal(&ball), ("PW-13".into(), Some(2)));
    let keeper = |sheet: &mut Value| sheet["operator"] = "王某".into();
    assert_eq!(refusal(&keeper), ("PW-14".into(), None));
    let changed = String::from_utf8(list.clone()).unwrap().replace("P01-0010", "P01-0011");
    assert_eq!(drawn(changed.as_bytes(), &sheet()).unwrap_err(), ("PW-09".into(), None));
}

#[test]
fn a_beacon_is_a_further_term_and_its_signature_is_checked() {
    let list = frozen(&with(application(), |list| list["frozen_at"] = "2023-08-22T23:15:33+08:00".into()));
    let later = with(sheet(), |sheet| {
        for place in 0..3 {
            sheet["witnesses"][place]["drawn_at"] = "2023-08-24T09:00:00+08:00".into();
        }
        sheet["beacon"] = beacon();
    });
    let bytes = drawn(&list, &later).unwrap();
    let proof: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(proof["beacon"]["drawn_at"], "2023-08-23T23:15:33+08:00");
    assert!(verify(&bytes).findings.is_empty());
    let text = String::from_utf8(answer("verify", &bytes).unwrap()).unwrap();
    assert!(text.contains(engine_draw::BEACON_NOTE));
    assert!(answer("beacon", &bytes).is_ok());

    let forged = with(later.clone(), |sheet| sheet["beacon"]["round"] = 124.into());
    assert_eq!(drawn(&list, &forged).unwrap_err(), ("PW-15".into(), None));
    let old = frozen(&with(application(), |list| list["frozen_at"] = "2023-08-22T23:15:34+08:00".into()));
    assert_eq!(
        drawn(&old, &later).unwrap_err(),
        ("PW-11".into(), None),
        "the round is older than a day after the freeze"
    );
    let default = json!({"chain": "default", "round": 72785,
        "previous_signature": "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
        "signature": "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42"});
    let list = frozen(&with(application(), |list| list["frozen_at"] = "2020-08-01T00:00:00+08:00".into()));
    let bytes = drawn(&list, &with(sheet(), |sheet| sheet["beacon"] = default)).unwrap();
    assert!(answer("beacon", &bytes).is_ok());
}

#[test]
fn a_second_run_of_a_batch_is_refused_by_the_register_and_found_by_verify() {
    let list = frozen(&application());
    let proof = drawn(&list, &sheet()).unwrap();
    let other = drawn(&list, &with(sheet(), |sheet| sheet["witnesses"][0]["ball"] = "67".into())).unwrap();
    let once = answer("register", &list).unwrap();
    assert_eq!(answer("register", &[&once[..], &list].concat()).unwrap_err().rule, "PW-20");
    assert_eq!(answer("register", &proof).unwrap_err().rule, "PW-22", "drawn without a freeze line");
    let spoilt = String::from_utf8(proof.clone()).unwrap().replace("赵某", "孙某");
    assert_eq!(answer("register", &[once.clone(), spoilt.into_bytes()].concat()).unwrap_err().rule, "PW-19");
    let twice = answer("register", &[&once[..], &proof].concat()).unwrap();
    assert_eq!(answer("register", &[&twice[..], &other].concat()).unwrap_err().rule, "PW-20");

    let found = |parts: &[&[u8]]| -> Vec<String> {
        let report = verify(&parts.concat());
        report.findings.iter().map(|finding| format!("{} {}", finding.document, finding.rule)).collect()
    };
    assert!(found(&[&proof]).is_empty());
    assert!(found(&[&proof, &twice]).is_empty());
    assert!(found(&[&other]).is_empty(), "right in itself, so only the register or the other proof tells");
    assert_eq!(found(&[&proof, &other]), ["2 PW-20"]);
    assert_eq!(found(&[&other, &twice]), ["1 PW-22"]);
    let cut = String::from_utf8(twice.clone()).unwrap().replace("skip", "expand");
    assert_eq!(found(&[&proof, cut.as_bytes()]), ["2 PW-21", "1 PW-22"]);
}

#[test]
fn the_canonical_layout_is_that_of_json_stringify() {
    let expected = "{\n \"format\": \"luoshi-draw-list-1\",\n \"batch\": \"甲 \\\"\\\\\",\n \"school\": \"乙\",\n \"plan\": 1,\n \"last_bundle\": \"skip\",\n \"waiting\": true,\n \"frozen_at\": \"2021-06-18T09:00:00+08:00\",\n \"keepers\": [\n  \"丙\"\n ],\n \"applicants\": [\n  \"1,1\",\n  \"2,2\"\n ],\n \"digest\": \"";
    let list = json!({"batch": "甲 \"\\", "school": "乙", "plan": 1, "last_bundle": "skip", "waiting": true,
        "frozen_at": "2021-06-18T09:00:00+08:00", "keepers": ["丙"], "numbers": ["2", "1"]});
    assert!(String::from_utf8(frozen(&list)).unwrap().starts_with(expected));
}

#[test]
fn the_proof_is_the_same_for_any_number_of_threads() {
    let numbers: Vec<String> = (0..5000).map(|nth| format!("N{nth}")).collect();
    let list = frozen(&with(application(), |list| {
        list["numbers"] = numbers.into();
        list["bundles"] = json!([["N7", "N4000", "N12"], ["N3", "N2"]]);
    }));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| drawn(&list, &sheet())).unwrap()
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(7));
}
