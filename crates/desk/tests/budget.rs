//! 预算占用 (operations 1.3): the worked example to the 分, the rules NK-01 to NK-07 by their numbers, and that no
//! interleaving of writers brings a line below zero. On both databases.

mod support;

use luoshi_desk::NotSaved;
use luoshi_pack::Value;
use luoshi_store::Store;
use support::{House, Pairs, faults, form_of};

/// The whole pack as it is shipped, over the foundation.
fn house(store: Store) -> House {
    let house = House::shipped("2021-03-01", &["foundation", "budget"], store);
    house.settle("2021-03-01");
    house.post("tech2", "auditor", "section", "tech", "2021-03-01", "");
    house
}

/// A number of one record.
fn number(house: &House, register: &str, id: i64, name: &str) -> i64 {
    let bureau = house.desk.bureau();
    let known = luoshi_desk::view::When::default();
    let view = house.desk.record(&house.actor("auditor"), register, id, known).expect("it may be read");
    let shown = view.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name);
    let shown = &shown.unwrap_or_else(|| panic!("{register} shows no {name}")).shown;
    let _ = bureau;
    luoshi_kernel::decimal::parse(shown, 2).unwrap_or_else(|| panic!("{name}: {shown}"))
}

/// (占用, 已付, 可用) of a line, in 分.
fn line(house: &House, id: i64) -> (i64, i64, i64) {
    let of = |name: &str| number(house, "budget_line", id, name);
    (of("line_held"), of("line_paid"), of("line_free"))
}

fn granted(house: &House, code: &str, amount: &str) -> i64 {
    let unit = house.id("tech").to_string();
    let typed = [("unit", &*unit), ("year", "2021"), ("code", code), ("title", code), ("amount", amount)];
    let id = house.file("zhou", code, "budget_line", &typed);
    house.make("li", "budget_line", id, "grant", &[]);
    id
}

fn request(house: &House, line: i64, title: &str, amount: &str) -> i64 {
    let line = line.to_string();
    let typed = [("line", &*line), ("title", title), ("category", "purchase"), ("amount", amount)];
    house.file("section", title, "pre_commit", &typed)
}

fn submit(house: &House, id: i64) -> Result<luoshi_desk::Saved, NotSaved> {
    house.try_move("section", "pre_commit", id, "submit", &[])
}

/// A request that is submitted and approved.
fn approved(house: &House, line: i64, title: &str, amount: &str) -> i64 {
    let id = request(house, line, title, amount);
    submit(house, id).unwrap_or_else(|not| panic!("{title}: {}", support::told(&not)));
    let high = amount.len() > 6;
    let (by, made) = if high { ("leader", "approve_high") } else { ("zhou", "approve") };
    house.make(by, "pre_commit", id, made, &[]);
    id
}

fn signed(house: &House, request: i64, amount: &str) -> i64 {
    let request = request.to_string();
    let typed = [("pre_commit", &*request), ("title", "合同"), ("party", "甲公司"), ("amount", amount)];
    let id = house.file("section", "contract", "contract", &typed);
    house.make("zhou", "contract", id, "review", &[("review_opinion", "无异议")]);
    house.make("leader", "contract", id, "sign", &[]);
    id
}

fn accepted(house: &House, request: i64, contract: i64) -> i64 {
    let (request, contract) = (request.to_string(), contract.to_string());
    let typed = [("pre_commit", &*request), ("contract", &*contract), ("title", "到货")];
    let id = house.file("section", "acceptance", "contract_acceptance", &typed);
    house.make("inspector", "contract_acceptance", id, "pass", &[]);
    id
}

/// A payment filed, approved and paid; what stopped it.
fn pay(house: &House, typed: Pairs<'_>) -> Result<i64, Vec<(String, String)>> {
    let told = |not: NotSaved| faults(&form_of(Err(not)));
    let id = house.try_file("section", "budget_payment", typed).map_err(told)?.id;
    house.try_move("zhou", "budget_payment", id, "approve", &[]).map_err(told)?;
    house.try_move("li", "budget_payment", id, "pay", &[]).map_err(told)?;
    Ok(id)
}

fn code(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_string(), code.to_string())]
}

#[test]
fn the_air_conditioner_line_comes_out_to_the_fen() {
    House::each(|store| {
        let house = house(store);
        let id = granted(&house, "教室空调", "18000000");
        assert_eq!(line(&house, id), (0, 0, 1_800_000_000));
        // ① 17,500,000 requested.
        let first = approved(&house, id, "空调", "17500000");
        assert_eq!(line(&house, id), (1_750_000_000, 0, 50_000_000));
        // ② A contract of 17,400,000.
        house.day("2021-04-10");
        let contract = signed(&house, first, "17400000");
        assert_eq!(line(&house, id), (1_740_000_000, 0, 60_000_000));
        // ③ 650,000 more is refused, and nothing of it is left.
        house.day("2021-04-11");
        let second = request(&house, id, "再购", "650000");
        let before = house.written();
        let form = form_of(submit(&house, second));
        assert_eq!(faults(&form), code("", "NK-01"));
        assert!(form.faults[0].text.contains("超出可用指标"), "{}", form.faults[0].text);
        assert_eq!((house.written(), line(&house, id)), (before, (1_740_000_000, 0, 60_000_000)));
        // ④ 30 % is paid.
        house.day("2021-04-20");
        let acceptance = accepted(&house, first, contract).to_string();
        let (line_id, request_id, contract_id) = (id.to_string(), first.to_string(), contract.to_string());
        let papers = [("line", &*line_id), ("pre_commit", &request_id), ("contract", &contract_id)];
        let payment = |amount: &'static str, number: &'static str| {
            let more = [("payee", "甲公司"), ("acceptance", &acceptance), ("amount", amount)];
            let more =
                more.into_iter().chain([("purpose", "货款"), ("invoice_code", "33"), ("invoice_number", number)]);
            pay(&house, &papers.into_iter().chain(more).collect::<Vec<_>>())
        };
        payment("5220000", "1").expect("it is paid");
        assert_eq!(line(&house, id), (1_218_000_000, 522_000_000, 60_000_000));
        // ⑤ Settled at 17,226,000; paid up to the 3 % that are held back.
        house.day("2021-09-01");
        house.make("zhou", "contract", contract, "settle", &[("settled_amount", "17226000")]);
        assert_eq!(line(&house, id), (1_200_600_000, 522_000_000, 77_400_000));
        house.day("2021-09-10");
        payment("11489220", "2").expect("it is paid");
        assert_eq!(line(&house, id), (51_678_000, 1_670_922_000, 77_400_000));
        assert_eq!(number(&house, "pre_commit", first, "request_held"), 51_678_000);
        // No more than what is held back can be paid.
        assert_eq!(payment("516780.01", "3"), Err(code("", "NK-06")));
        // As it was known, and listed.
        let as_of = house.desk.record(&house.actor("auditor"), "budget_line", id, support::as_of("2021-04-15"));
        let groups = as_of.expect("it may be read").groups;
        let held = groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "line_held");
        assert_eq!(held.map(|field| field.shown.as_str()), Some("17,400,000.00"), "known at the end of 15 April");
    });
}
