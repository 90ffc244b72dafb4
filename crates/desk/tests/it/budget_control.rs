//! 内控规则 NK-08 to NK-14 by their numbers, each refused or flagged and passing just below, the levels of approval and
//! their limits. On both databases.

use crate::budget::{
    accepted, approved, authorisation, code, granted, granted_of, house, line, minutes, request, signed, submit,
    tendered,
};
use crate::support::{House, codes, faults, form_of};
use luoshi_desk::NotSaved;
use luoshi_desk::view::When;

/// A new day's work is done.
fn day(house: &House, day: &str) {
    house.day(day);
    let ran = luoshi_desk::job::run(house.desk.bureau(), usize::MAX).expect("jobs run");
    assert_eq!(ran.failed, 0, "no job fails");
}

/// Open flags by the first word of their kind and by level.
fn flags(house: &House) -> Vec<String> {
    let ask = luoshi_desk::ListAsk { register: "control_flag".into(), ..Default::default() };
    let list = house.desk.list(&house.actor("leader"), &ask).expect("it is listed");
    let at = |name: &str| list.columns.iter().position(|column| column.name == name).expect("a column");
    let (kind, level, state) = (at("kind"), at("level"), at("state"));
    let open = list.rows.iter().filter(|row| ["待处置", "处置中"].contains(&row.cells[state].text.as_str()));
    let mut all: Vec<String> = open.map(|row| format!("{} {}", row.cells[kind].text, row.cells[level].text)).collect();
    assert_eq!(house.figure("control_flags_open", When::default()), all.len().to_string());
    all.sort();
    all
}

const SPLIT: &str = "同一品目累计接近公开招标标准（NK-08） 黄";
const LATE_SIGN: &str = "中标后三十日未签或逾期签约（NK-10） 黄";
const LATE_NOTICE: &str = "合同公告逾期（NK-10） 黄";
const LATE_FILING: &str = "合同备案逾期（NK-10） 黄";
const UNPAID: &str = "中小企业款项逾期未付（NK-14） 红";
const EXPIRED: &str = "申请过期未释放 黄";

fn item(house: &House, name: &str, category: &str) -> i64 {
    let unit = house.id("tech").to_string();
    let typed = [("unit", &*unit), ("year", "2021"), ("code", name), ("title", name), ("category", category)];
    house.file("section", name, "purchase_item", &typed)
}

/// A purchase that is filed; approved if it may be.
fn bought(
    house: &House,
    line: i64,
    item: i64,
    method: &str,
    budget: &str,
    more: &[(&str, &str)],
) -> Result<i64, Vec<(String, String)>> {
    let (line, item) = (line.to_string(), item.to_string());
    let typed = [("title", "采购"), ("line", &line), ("item", &item), ("method", method), ("budget", budget)];
    let told = |not: NotSaved| faults(&form_of(Err(not)));
    let id = house.try_file("section", "purchase", &[&typed[..], more].concat()).map_err(told)?.id;
    house.try_move("deputy", "purchase", id, "approve", &[]).map_err(told)?;
    Ok(id)
}

#[test]
fn an_item_bought_in_parts_is_flagged_at_four_fifths_and_refused_at_the_tender_threshold() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "设备", "30000000");
        let [screens, desks, roofs] =
            [("屏", "goods"), ("桌", "goods"), ("修", "works")].map(|(name, kind)| item(&house, name, kind));
        let inquiry = |item: i64, budget: &str| bought(&house, line, item, "inquiry", budget, &[]);
        inquiry(screens, "1000000").expect("far below");
        let second = inquiry(screens, "599999.99").expect("just below four fifths");
        assert_eq!(flags(&house), Vec::<String>::new());
        let third = inquiry(screens, "0.01").expect("four fifths are only flagged");
        assert_eq!(flags(&house), [SPLIT]);
        inquiry(screens, "399999.99").expect("just below the threshold");
        assert_eq!(inquiry(screens, "0.01"), Err(code("", "NK-08")), "2,000,000.00 is reached");
        // Another item is counted by itself; so are tenders and approved methods; works have a threshold of their own.
        inquiry(desks, "1599999.99").expect("another item");
        bought(&house, line, screens, "open", "5000000", &[]).expect("tendered as one");
        bought(&house, line, screens, "single", "3000000", &[("approval", "义财采〔2021〕3号")]).expect("approved");
        bought(&house, line, roofs, "negotiation", "3000000", &[]).expect("works");
        assert_eq!(flags(&house), [SPLIT]);
        assert_eq!(bought(&house, line, roofs, "negotiation", "1000000", &[]), Err(code("", "NK-08")));
        // What is made void counts no longer, and the flag goes by itself.
        house.make("leader", "purchase", third, "void", &[]);
        assert_eq!(flags(&house), [SPLIT]);
        house.make("leader", "purchase", second, "void", &[]);
        assert_eq!(flags(&house), Vec::<String>::new());
        inquiry(screens, "0.01").expect("there is room again");
    });
}

#[test]
fn the_method_follows_the_amount() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "设备", "30000000");
        let goods = item(&house, "屏", "goods");
        let refused = |method: &str, budget: &str, more: &[(&str, &str)]| {
            bought(&house, line, goods, method, budget, more).expect_err("it is refused")
        };
        assert_eq!(refused("own", "500000", &[]), code("method", "CG-03"));
        bought(&house, line, goods, "own", "499999.99", &[]).expect("below the limit");
        assert_eq!(refused("inquiry", "2000000", &[]), code("method", "CG-04"));
        assert_eq!(refused("open", "600000", &[("for_small", "no")]), code("not_small_reason", "CG-05"));
        let reason = [("for_small", "no"), ("not_small_reason", "只有大型企业能供")];
        bought(&house, line, goods, "open", "600000", &reason).expect("with its reason");
        assert_eq!(refused("open", "0", &[]), code("budget", "CG-01"));
        let other = granted_of(&house, "sa", "2021", "学校", "1000");
        let typed = bought(&house, other, goods, "own", "5", &[]);
        assert_eq!(typed, Err(code("line", "CG-02")), "line and item of two units");
        let typed = [("title", "合同"), ("unit", &*house.id("tech").to_string()), ("since_on", "2021-03-02")];
        let person = house.id("person:leader").to_string();
        let letter = [&typed[..], &[("person", &person), ("until_on", "2021-03-01")]].concat();
        let letter = house.try_file("section", "authorisation", &letter);
        assert_eq!(faults(&form_of(letter)), code("until_on", "SW-01"));
        let unawarded = bought(&house, line, goods, "own", "5", &[]).expect("it is approved").to_string();
        let request = approved(&house, line, "小件", "5").to_string();
        let typed = [("pre_commit", &*request), ("title", "合同"), ("party", "甲"), ("amount", "5")];
        let early = house.try_file("section", "contract", &[&typed[..], &[("purchase", &unawarded)]].concat());
        assert!(codes(early).contains(&"HT-03".to_string()), "there is no result yet");
        assert_eq!(refused("open", "600000", &[("urgent", "yes")]), code("urgent_reason", "CG-07"));
    });
}

#[test]
fn a_notice_follows_the_published_intent_by_thirty_days() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "设备", "30000000");
        let goods = item(&house, "屏", "goods");
        house.day("2021-04-10");
        let intent = |more: &[(&str, &str)], method: &str| {
            let id = bought(&house, line, goods, method, "100000", more).expect("it is approved");
            house.make("section", "purchase", id, "publish_intent", &[("intent_on", "2021-03-01")]);
            id
        };
        let announce =
            |id: i64, day: &str| house.try_move("section", "purchase", id, "announce", &[("notice_on", day)]);
        let first = intent(&[], "open");
        assert_eq!(faults(&form_of(announce(first, "2021-03-30"))), code("notice_on", "NK-09"), "29 days");
        assert_eq!(codes(announce(first, "2021-04-11")), ["CG-06"], "after today");
        announce(first, "2021-03-31").expect("30 days");
        let none = bought(&house, line, goods, "open", "100000", &[]).expect("it is approved");
        assert_eq!(faults(&form_of(announce(none, "2021-04-01"))), code("notice_on", "NK-09"), "no intent at all");
        let urgent = [("urgent", "yes"), ("urgent_reason", "台风损毁")];
        announce(intent(&urgent, "open"), "2021-03-02").expect("urgent");
        let own = bought(&house, line, goods, "own", "100000", &[]).expect("it is approved");
        announce(own, "2021-04-01").expect("below the limit no intent is published");
    });
}

/// A request of 600,000, tendered on 6 April, and the purchase.
fn won(house: &House) -> (i64, i64, i64) {
    let line = granted(house, "空调", "2000000");
    let request = approved(house, line, "空调", "600000");
    house.day("2021-04-06");
    let days = ["2021-02-01", "2021-03-08", "2021-04-06"];
    (line, request, tendered(house, line, request, days, "600000", "580000"))
}

#[test]
fn a_contract_is_what_was_awarded_and_is_signed_and_published_in_time() {
    House::each(|store| {
        let house = house(store);
        let (line, request, purchase) = won(&house);
        let (request_id, purchase_id) = (request.to_string(), purchase.to_string());
        let filed = |party: &str, amount: &str, purchase: &str| {
            let typed = [("pre_commit", &*request_id), ("title", "合同"), ("party", party), ("amount", amount)];
            house.try_file("section", "contract", &[&typed[..], &[("purchase", purchase)]].concat())
        };
        assert_eq!(faults(&form_of(filed("甲公司", "579999.99", &purchase_id))), code("amount", "NK-10"));
        assert_eq!(faults(&form_of(filed("乙公司", "580000", &purchase_id))), code("party", "NK-10-2"));
        assert_eq!(faults(&form_of(filed("甲公司", "500000", ""))), code("purchase", "HT-02"));
        filed("甲公司", "499999.99", "").expect("below the limit no purchase is named");
        let other = approved(&house, line, "另事", "600000").to_string();
        let typed = [("pre_commit", &*other), ("title", "合同"), ("party", "甲公司"), ("amount", "580000")];
        let other = house.try_file("section", "contract", &[&typed[..], &[("purchase", &purchase_id)]].concat());
        assert_eq!(faults(&form_of(other)), code("party", "NK-10-2"), "another matter");
        // Signed 30 days after the award: in time. Working days of notice and filing run from there.
        day(&house, "2021-05-06");
        let contract = signed(&house, request, "580000", &[("purchase", &purchase_id)]);
        assert_eq!(flags(&house), Vec::<String>::new());
        house.make("section", "purchase", purchase, "contract", &[]);
        day(&house, "2021-05-08");
        assert_eq!(flags(&house), Vec::<String>::new(), "8 May is a working Saturday: the second working day");
        assert_eq!(house.figure("contract_notices_late", When::default()), "0");
        day(&house, "2021-05-09");
        assert_eq!(flags(&house), [LATE_NOTICE]);
        assert_eq!(house.figure("contract_notices_late", When::default()), "1");
        let contract_id = contract.to_string();
        let notice = |kind: &str, day: &str| {
            let typed = [("contract", &*contract_id), ("kind", kind), ("published_on", day)];
            house.try_file("section", "contract_notice", &typed)
        };
        assert_eq!(faults(&form_of(notice("notice", "2021-05-05"))), code("published_on", "GG-01"));
        notice("notice", "2021-05-09").expect("it is published");
        assert_eq!(flags(&house), Vec::<String>::new(), "the system ends what has ended");
        day(&house, "2021-05-14");
        assert_eq!(flags(&house), Vec::<String>::new(), "the seventh working day");
        day(&house, "2021-05-15");
        assert_eq!(flags(&house), [LATE_FILING]);
        notice("filing", "2021-05-15").expect("it is filed");
        assert_eq!(flags(&house), Vec::<String>::new());
    });
}

#[test]
fn a_contract_is_flagged_from_the_thirty_first_day_after_the_award() {
    House::each(|store| {
        let house = house(store);
        let (_, request, purchase) = won(&house);
        let purchase = purchase.to_string();
        let request_id = request.to_string();
        let typed = [("pre_commit", &*request_id), ("title", "合同"), ("party", "甲公司"), ("amount", "580000")];
        let id = house.file("section", "contract", "contract", &[&typed[..], &[("purchase", &purchase)]].concat());
        day(&house, "2021-05-06");
        assert_eq!(flags(&house), Vec::<String>::new());
        day(&house, "2021-05-07");
        assert_eq!(flags(&house), [LATE_SIGN], "not yet signed");
        house.make("zhou", "contract", id, "review", &[("review_opinion", "无异议")]);
        let letter = house.id("letter").to_string();
        house.make("leader", "contract", id, "sign", &[("authorisation", &letter)]);
        assert_eq!(flags(&house), [LATE_SIGN], "signed late stays flagged until somebody has dealt with it");
        let flag = only_flag(&house);
        house.make("leader", "control_flag", flag, "take", &[("take_plan", "约谈经办科室")]);
        house.make("zhou", "control_flag", flag, "resolve", &[("resolve_result", "已整改")]);
        day(&house, "2021-05-08");
        assert_eq!(flags(&house), Vec::<String>::new(), "what was dealt with is not opened again");
    });
}

fn only_flag(house: &House) -> i64 {
    let ask = luoshi_desk::ListAsk { register: "control_flag".into(), ..Default::default() };
    house.desk.list(&house.actor("leader"), &ask).expect("it is listed").rows[0].id
}

#[test]
fn bonds_and_retentions_have_their_limits() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "维修", "2000000");
        let request = approved(&house, line, "维修", "400000");
        let request_id = request.to_string();
        let works = [("pre_commit", &*request_id), ("title", "合同"), ("party", "甲公司"), ("amount", "400000")];
        let filed = |more: &[(&str, &str)]| house.try_file("section", "contract", &[&works[..], more].concat());
        let bond = filed(&[("performance_bond", "40000.01")]);
        assert_eq!(faults(&form_of(bond)), code("performance_bond", "NK-11"));
        filed(&[("performance_bond", "40000")]).expect("a tenth");
        let retention = |amount| [("kind", "works"), ("retention", amount)];
        let contract = signed(&house, request, "400000", &retention("10500.01"));
        let settle = |id: i64| house.try_move("zhou", "contract", id, "settle", &[("settled_amount", "350000")]);
        assert_eq!(codes(settle(contract)), ["NK-11-2"], "3 % of 350,000 are 10,500");
        let second = approved(&house, line, "再修", "400000");
        settle(signed(&house, second, "400000", &retention("10500"))).expect("three hundredths");
    });
}

#[test]
fn who_signs_holds_a_letter_of_that_day_and_the_seal_comes_last() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "设备", "2000000");
        let contract = |title: &str, amount: &str| {
            let request = approved(&house, line, title, amount).to_string();
            let typed = [("pre_commit", &*request), ("title", title), ("party", "甲公司"), ("amount", amount)];
            house.file("section", title, "contract", &typed)
        };
        let review = |id: i64| house.make("zhou", "contract", id, "review", &[("review_opinion", "无异议")]);
        let sealed = |contract: i64| {
            let typed = [("contract", &*contract.to_string()), ("seal", "contract"), ("copies", "4")];
            let id = house.try_file("section", "seal_use", &typed).expect("it is asked for").id;
            (id, house.try_move("seals", "seal_use", id, "seal", &[]))
        };
        let sign =
            |by: &str, id: i64, letter: &str| house.try_move(by, "contract", id, "sign", &[("authorisation", letter)]);
        let letter = |unit: &str, days, amount: &str| authorisation(&house, "deputy", unit, days, amount).to_string();
        let march = ["2021-03-01", "2021-03-31"];
        let (own, school) = (letter("bureau", march, "50000"), letter("sa", march, ""));
        let (early, revoked) = (letter("bureau", ["2021-04-01", "2021-04-30"], ""), letter("bureau", march, ""));
        let (first, second, third) = (contract("甲", "50000"), contract("乙", "50001"), contract("丙", "50000"));
        assert_eq!(codes(sealed(first).1), ["NK-12"], "no seal before it is reviewed");
        for id in [first, second, third] {
            review(id);
        }
        assert_eq!(codes(sealed(first).1), ["NK-12"], "nor before it is signed");
        house.day("2021-03-31");
        house.make("leader", "authorisation", revoked.parse().expect("an id"), "revoke", &[]);
        let refused = |by: &str, id: i64, letter: &str| faults(&form_of(sign(by, id, letter)));
        let no = code("authorisation", "NK-12");
        assert_eq!(refused("deputy", first, ""), no, "no letter");
        assert_eq!(refused("deputy", first, &school), no, "a letter of another unit");
        assert_eq!(refused("deputy", first, &early), no, "not yet valid");
        assert_eq!(refused("deputy", first, &revoked), no, "revoked");
        assert_eq!(refused("leader", first, &own), no, "somebody else's");
        assert_eq!(refused("deputy", second, &own), no, "beyond its amount");
        sign("deputy", first, &own).expect("on its last day");
        house.day("2021-04-01");
        assert_eq!(refused("deputy", third, &own), no, "a day too late");
        // The letter's end changes nothing about what was signed; who signed keeps no seal.
        house.post("keeps_too", "deputy", "seal_keeper", "bureau", "2021-03-01", "");
        let typed = [("contract", &*first.to_string()), ("seal", "official"), ("copies", "1")];
        let seal = house.file("section", "seal", "seal_use", &typed);
        assert_eq!(codes(house.try_move("deputy", "seal_use", seal, "seal", &[])), ["D035"]);
        house.make("seals", "seal_use", seal, "seal", &[]);
        sealed(first).1.expect("another seal of the same contract");
        house.make("zhou", "contract", first, "settle", &[("settled_amount", "50000")]);
    });
}

#[test]
fn each_level_decides_up_to_its_limit_and_no_further() {
    House::each(|store| {
        let house = house(store);
        let tech = granted(&house, "局", "30000000");
        let school = granted_of(&house, "sa", "2021", "校", "30000000");
        let submitted = |line: i64, amount: &str| {
            let by = if line == tech { "section" } else { "school_a" };
            let line = line.to_string();
            let typed = [("line", &*line), ("title", amount), ("category", "other"), ("amount", amount)];
            let id = house.file(by, amount, "pre_commit", &typed);
            house.make(by, "pre_commit", id, "submit", &[]);
            id
        };
        // Amount, who decides and by which move; the level below has it out of reach.
        let levels = [
            (tech, "10000", "head", "approve_section", ("deputy", "approve_deputy")),
            (tech, "10000.01", "deputy", "approve_deputy", ("head", "approve_section")),
            (tech, "100000", "deputy", "approve_deputy", ("leader", "approve_leader")),
            (tech, "100000.01", "leader", "approve_leader", ("deputy", "approve_deputy")),
            (tech, "500000", "leader", "approve_leader", ("leader", "approve_committee")),
            (school, "5000.01", "deputy_sa", "approve_school_deputy", ("office_sa", "approve_school_office")),
            (school, "50000", "deputy_sa", "approve_school_deputy", ("deputy", "approve_deputy")),
            (school, "50000.01", "head_sa", "approve_school_head", ("deputy_sa", "approve_school_deputy")),
            (school, "200000", "head_sa", "approve_school_head", ("leader", "approve_leader")),
        ];
        for (line, amount, by, made, (not_by, not_made)) in levels {
            let id = submitted(line, amount);
            let not = crate::support::refusal_of(house.try_move(not_by, "pre_commit", id, not_made, &[]));
            assert_eq!(not.kind, luoshi_desk::No::Forbidden, "{amount} is not for {not_made}");
            house.make(by, "pre_commit", id, made, &[]);
        }
        // 处室主任 and 报账员 both.
        let id = submitted(school, "5000");
        house.make("office_sa", "pre_commit", id, "approve_school_office", &[]);
        assert_eq!(state(&house, id), "submitted");
        // The page names who signs on this level, and on no other.
        let awaited = |id: i64| -> Vec<Vec<String>> {
            let page = house.desk.record(&house.actor("auditor"), "pre_commit", id, When::default());
            page.expect("it may be read").signings.into_iter().map(|signing| signing.awaited).collect()
        };
        assert_eq!(awaited(id), [["报账员"]]);
        assert_eq!(awaited(submitted(tech, "4999")), Vec::<Vec<String>>::new());
        house.make("accountant_sa", "pre_commit", id, "approve_school_office", &[]);
        assert_eq!(state(&house, id), "approved");
        // Another limit from a day on: what comes then is judged by it.
        let unit = house.id("bureau").to_string();
        let typed = [("name", "approve_section_to"), ("value", "20000"), ("from_on", "2021-04-01"), ("unit", &unit)];
        let setting = house.file("zhou", "limit", "setting", &[&typed[..], &[("basis", "局务会纪要")]].concat());
        house.make("li", "setting", setting, "confirm", &[]);
        let id = submitted(tech, "20000");
        let not = crate::support::refusal_of(house.try_move("head", "pre_commit", id, "approve_section", &[]));
        assert_eq!(not.kind, luoshi_desk::No::Forbidden);
        house.day("2021-04-01");
        house.make("head", "pre_commit", id, "approve_section", &[]);
    });
}

fn state(house: &House, id: i64) -> String {
    let bureau = house.desk.bureau();
    let record = bureau.store.read(|reader| reader.record(bureau.table("pre_commit"), id, None));
    record.expect("it is read").expect("it is there").state.expect("it has a state")
}

#[test]
fn what_is_decided_together_has_its_minutes() {
    House::each(|store| {
        let house = house(store);
        let tech = granted(&house, "局", "30000000");
        let school = granted_of(&house, "sa", "2021", "校", "30000000");
        let submitted = |line: i64, amount: &str| {
            let by = if line == tech { "section" } else { "school_a" };
            let line = line.to_string();
            let typed = [("line", &*line), ("title", amount), ("category", "other"), ("amount", amount)];
            let id = house.file(by, amount, "pre_commit", &typed);
            house.make(by, "pre_commit", id, "submit", &[]);
            id
        };
        let decide = |by: &str, id: i64, made: &str| {
            let bare = house.try_move(by, "pre_commit", id, made, &[]);
            assert_eq!(faults(&form_of(bare)), code("minutes", "NK-13"), "{made} without minutes");
            let minutes = minutes(&house, by, "pre_commit", id, made);
            house.make(by, "pre_commit", id, made, &[("minutes", &minutes)]);
            assert_eq!(state(&house, id), "approved");
        };
        decide("leader", submitted(tech, "500000.01"), "approve_committee");
        decide("head_sa", submitted(school, "200000.01"), "approve_school_council");
        decide("head_sa", submitted(school, "499999.99"), "approve_school_council");
        // From 500,000 the bureau signs with the school: three of them, the minutes with the first.
        let (id, made) = (submitted(school, "500000"), "approve_school_bureau");
        let minutes_line = minutes(&house, "head_sa", "pre_commit", id, made);
        house.make("head_sa", "pre_commit", id, made, &[("minutes", &minutes_line)]);
        house.make("zhou", "pre_commit", id, made, &[]);
        assert_eq!(state(&house, id), "submitted");
        house.make("deputy", "pre_commit", id, made, &[]);
        assert_eq!(state(&house, id), "approved");
        // A change order is judged by the contract with all its changes.
        let request = approved(&house, tech, "设备", "450000");
        let contract = signed(&house, request, "450000", &[]);
        let change = |amount: &str| {
            let (request, contract) = (request.to_string(), contract.to_string());
            let typed = [("pre_commit", &*request), ("contract", &contract), ("title", "增购"), ("amount", amount)];
            house.try_file("section", "contract_change", &typed).expect("it is filed").id
        };
        let whole = change("50000.01");
        let bare = house.try_move("leader", "contract_change", whole, "approve", &[]);
        assert_eq!(faults(&form_of(bare)), code("minutes", "NK-13"));
        house.make("leader", "contract_change", change("50000"), "approve", &[]);
        assert_eq!(line(&house, tech).0, 50_000_001 + 50_000_000);
    });
}

#[test]
fn a_small_supplier_is_paid_within_thirty_days_or_as_agreed() {
    House::each(|store| {
        let house = house(store);
        let line = granted(&house, "设备", "2000000");
        let contract = |title: &str, more: &[(&str, &str)]| {
            let request = approved(&house, line, title, "100000");
            (request, signed(&house, request, "100000", more))
        };
        let (usual, _) = contract("常", &[]);
        let small = contract("小", &[("small", "yes")]);
        let agreed = contract("约", &[("small", "yes"), ("pay_term", "agreed")]);
        house.day("2021-04-10");
        accepted(&house, usual, contract_of(&house, usual));
        let acceptance = accepted(&house, small.0, small.1).to_string();
        let (request, contract) = (agreed.0.to_string(), agreed.1.to_string());
        let typed = [("pre_commit", &*request), ("contract", &contract), ("title", "到货"), ("payable", "60000")];
        let part = house.file("section", "part", "contract_acceptance", &typed);
        house.make("inspector", "contract_acceptance", part, "pass", &[]);
        day(&house, "2021-05-10");
        assert_eq!(flags(&house), Vec::<String>::new(), "the thirtieth day, a Monday");
        day(&house, "2021-05-11");
        assert_eq!(flags(&house), [UNPAID]);
        let (line_id, small_request, small_contract) = (line.to_string(), small.0.to_string(), small.1.to_string());
        let pay = |papers: [&str; 3], amount: &str, number: &str| {
            let [request, contract, acceptance] = papers;
            let typed = [("line", &*line_id), ("pre_commit", request), ("contract", contract), ("payee", "甲公司")];
            let more =
                [("acceptance", acceptance), ("amount", amount), ("purpose", "货款"), ("invoice_number", number)];
            crate::budget::pay(&house, &[typed, more].concat()).expect("it is paid");
        };
        pay([&small_request, &small_contract, &acceptance], "100000", "1");
        assert_eq!(flags(&house), Vec::<String>::new());
        // As agreed: sixty days, and until all that is payable is paid.
        day(&house, "2021-06-09");
        pay([&request, &contract, &part.to_string()], "59999.99", "2");
        assert_eq!(flags(&house), Vec::<String>::new(), "the sixtieth day");
        day(&house, "2021-06-10");
        assert_eq!(flags(&house), [UNPAID]);
        pay([&request, &contract, &part.to_string()], "0.01", "3");
        assert_eq!(flags(&house), Vec::<String>::new());
    });
}

/// The only contract of a request.
fn contract_of(house: &House, request: i64) -> i64 {
    let filters = vec![("pre_commit".to_string(), request.to_string())];
    let ask = luoshi_desk::ListAsk { register: "contract".into(), filters, ..Default::default() };
    house.desk.list(&house.actor("leader"), &ask).expect("it is listed").rows[0].id
}

#[test]
fn a_request_that_has_expired_is_flagged_until_its_money_is_free() {
    House::each(|store| {
        let house = house(store);
        let line_id = granted(&house, "设备", "100000");
        let id = request(&house, line_id, "甲", "40000");
        submit(&house, id).expect("it is submitted");
        house.make("deputy", "pre_commit", id, "approve_deputy", &[]);
        day(&house, "2021-05-30");
        assert_eq!(flags(&house), Vec::<String>::new(), "the ninetieth day");
        assert_eq!(codes(house.try_move("zhou", "pre_commit", id, "expire", &[])), ["D033"]);
        day(&house, "2021-05-31");
        assert_eq!(flags(&house), [EXPIRED]);
        house.make("zhou", "pre_commit", id, "expire", &[]);
        assert_eq!((flags(&house), line(&house, line_id)), (vec![], (0, 0, 10_000_000)));
        // Whatever is submitted late in the year ends on 15 December.
        day(&house, "2021-12-15");
        let late = request(&house, line_id, "乙", "40000");
        submit(&house, late).expect("the last day");
        day(&house, "2021-12-16");
        assert_eq!(flags(&house), [EXPIRED]);
        house.make("zhou", "pre_commit", late, "expire", &[]);
        assert_eq!(line(&house, line_id), (0, 0, 10_000_000));
        let after = request(&house, line_id, "丙", "40000");
        assert_eq!(codes(submit(&house, after)), ["D033"]);
    });
}
