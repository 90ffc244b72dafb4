//! 预算占用 (operations 1.3): the worked example to the 分, the rules NK-01 to NK-07 by their numbers, and that no
//! interleaving of writers brings a line below zero. On both databases. What the other tests of the pack need stands here.

use crate::support::{House, Pairs, faults, form_of};
use luoshi_desk::{FilePlace, NotSaved};
use luoshi_store::Store;

/// The whole pack as it is shipped, over the foundation.
pub fn house(store: Store) -> House {
    let house = House::shipped("2021-03-01", &["foundation", "budget"], store);
    house.settle("2021-03-01");
    house.post("tech2", "auditor", "section", "tech", "2021-03-01", "");
    staff(&house, "2021-03-01");
    house
}

/// Those who decide at the bureau and at one school, who keeps the seals, and what the leader may sign.
pub fn staff(house: &House, day: &str) {
    let people = [
        ("deputy", "deputy", "bureau"),
        ("head", "office_head", "tech"),
        ("seals", "seal_keeper", "bureau"),
        ("office_sa", "office_head", "sa"),
        ("accountant_sa", "accountant", "sa"),
        ("deputy_sa", "school_deputy", "sa"),
        ("head_sa", "school_head", "sa"),
    ];
    for (number, (name, role, unit)) in people.into_iter().enumerate() {
        house.person(name, &format!("负责{number}"), &format!("1395791{number:04}"));
        house.post(name, name, role, unit, day, "");
        house.account(name);
    }
    let letter = authorisation(house, "leader", "bureau", ["2021-01-01", "2022-12-31"], "");
    house.keep("letter", letter);
}

/// A letter by which somebody signs for a unit and what lies below it, issued today.
pub fn authorisation(house: &House, person: &str, unit: &str, [since, until]: [&str; 2], amount: &str) -> i64 {
    let (person, unit) = (house.id(&format!("person:{person}")).to_string(), house.id(unit).to_string());
    let typed = [("title", "合同"), ("unit", &unit), ("person", &person), ("amount", amount)];
    let days = [("since_on", since), ("until_on", until)];
    let id = house.file("section", "authorisation", "authorisation", &[&typed[..], &days].concat());
    house.make("leader", "authorisation", id, "issue", &[]);
    id
}

/// Who decides on so much of a bureau's unit, and by which move.
pub fn level(yuan: i64) -> (&'static str, &'static str) {
    match yuan {
        ..=10_000 => ("head", "approve_section"),
        10_001..=100_000 => ("deputy", "approve_deputy"),
        100_001..=500_000 => ("leader", "approve_leader"),
        _ => ("leader", "approve_committee"),
    }
}

/// Minutes, sent for a move of a record.
pub fn minutes(house: &House, by: &str, register: &str, id: i64, made: &str) -> String {
    let place =
        FilePlace { register: register.into(), id: Some(id), by_move: Some(made.into()), field: "minutes".into() };
    house.desk.upload(&house.actor(by), &place, "纪要.pdf", b"%PDF-1.4 minutes").expect("it is taken")
}

/// A number of one record.
pub fn number(house: &House, register: &str, id: i64, name: &str) -> i64 {
    let bureau = house.desk.bureau();
    let known = luoshi_desk::view::When::default();
    let view = house.desk.record(&house.actor("auditor"), register, id, known).expect("it may be read");
    let shown = view.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == name);
    let shown = &shown.unwrap_or_else(|| panic!("{register} shows no {name}")).shown;
    let _ = bureau;
    luoshi_kernel::decimal::parse(shown, 2).unwrap_or_else(|| panic!("{name}: {shown}"))
}

/// (占用, 已付, 可用) of a line, in 分.
pub fn line(house: &House, id: i64) -> (i64, i64, i64) {
    let of = |name: &str| number(house, "budget_line", id, name);
    (of("line_held"), of("line_paid"), of("line_free"))
}

pub fn granted(house: &House, code: &str, amount: &str) -> i64 {
    granted_of(house, "tech", "2021", code, amount)
}

pub fn granted_of(house: &House, unit: &str, year: &str, code: &str, amount: &str) -> i64 {
    let unit = house.id(unit).to_string();
    let source = if amount == "0" { "carried" } else { "general" };
    let typed = [("unit", &*unit), ("year", year), ("code", code), ("title", code), ("amount", amount)];
    let typed: Vec<(&str, &str)> = typed.into_iter().chain([("source", source)]).collect();
    let id = house.file("zhou", code, "budget_line", &typed);
    house.make("li", "budget_line", id, "grant", &[]);
    id
}

pub fn request(house: &House, line: i64, title: &str, amount: &str) -> i64 {
    let line = line.to_string();
    let typed = [("line", &*line), ("title", title), ("category", "purchase"), ("amount", amount)];
    house.file("section", title, "pre_commit", &typed)
}

pub fn submit(house: &House, id: i64) -> Result<luoshi_desk::Saved, NotSaved> {
    house.try_move("section", "pre_commit", id, "submit", &[])
}

/// A request that is submitted and approved.
pub fn approved(house: &House, line: i64, title: &str, amount: &str) -> i64 {
    let id = request(house, line, title, amount);
    submit(house, id).unwrap_or_else(|not| panic!("{title}: {}", crate::support::told(&not)));
    let (by, made) = level(amount.parse().expect("whole 元"));
    if made == "approve_committee" {
        let minutes = minutes(house, by, "pre_commit", id, made);
        house.make(by, "pre_commit", id, made, &[("minutes", &minutes)]);
    } else {
        house.make(by, "pre_commit", id, made, &[]);
    }
    id
}

/// A purchase of a request that was tendered and won by 甲公司.
pub fn tendered(house: &House, line: i64, request: i64, days: [&str; 3], budget: &str, award: &str) -> i64 {
    let unit = house.id("tech").to_string();
    let item = [("unit", &*unit), ("year", "2021"), ("code", "A0206180203"), ("title", "空调机")];
    let item = house.file("section", "item", "purchase_item", &item).to_string();
    let (line, request) = (line.to_string(), request.to_string());
    let typed = [("title", "空调"), ("item", &*item), ("line", &line), ("pre_commit", &request)];
    let typed = [&typed[..], &[("budget", budget), ("method", "open")]].concat();
    let id = house.file("section", "purchase", "purchase", &typed);
    house.make("deputy", "purchase", id, "approve", &[]);
    let [intent, notice, awarded] = days;
    house.make("section", "purchase", id, "publish_intent", &[("intent_on", intent)]);
    house.make("section", "purchase", id, "announce", &[("notice_on", notice)]);
    let result = [("winner", "甲公司"), ("award_amount", award), ("awarded_on", awarded), ("opened_on", awarded)];
    house.make("zhou", "purchase", id, "award", &result);
    id
}

pub fn signed(house: &House, request: i64, amount: &str, more: Pairs<'_>) -> i64 {
    let request = request.to_string();
    let typed = [("pre_commit", &*request), ("title", "合同"), ("party", "甲公司"), ("amount", amount)];
    let id = house.file("section", "contract", "contract", &[&typed[..], more].concat());
    house.make("zhou", "contract", id, "review", &[("review_opinion", "无异议")]);
    let letter = house.id("letter").to_string();
    house.make("leader", "contract", id, "sign", &[("authorisation", &letter)]);
    id
}

pub fn accepted(house: &House, request: i64, contract: i64) -> i64 {
    let (request, contract) = (request.to_string(), contract.to_string());
    let typed = [("pre_commit", &*request), ("contract", &*contract), ("title", "到货")];
    let id = house.file("section", "acceptance", "contract_acceptance", &typed);
    house.make("inspector", "contract_acceptance", id, "pass", &[]);
    id
}

/// A payment filed, approved and paid; what stopped it.
pub fn pay(house: &House, typed: Pairs<'_>) -> Result<i64, Vec<(String, String)>> {
    let told = |not: NotSaved| faults(&form_of(Err(not)));
    let id = house.try_file("section", "budget_payment", typed).map_err(told)?.id;
    house.try_move("zhou", "budget_payment", id, "approve", &[]).map_err(told)?;
    house.try_move("li", "budget_payment", id, "pay", &[]).map_err(told)?;
    Ok(id)
}

pub fn code(field: &str, code: &str) -> Vec<(String, String)> {
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
        let days = ["2021-02-01", "2021-03-08", "2021-04-06"];
        let purchase = tendered(&house, id, first, days, "17500000", "17400000").to_string();
        let contract = signed(&house, first, "17400000", &[("purchase", &purchase)]);
        assert_eq!(line(&house, id), (1_740_000_000, 0, 60_000_000));
        // ③ 650,000 more is refused, and nothing of it is left.
        house.day("2021-04-11");
        let second = request(&house, id, "再购", "650000");
        let before = house.written();
        let form = form_of(submit(&house, second));
        assert_eq!(faults(&form), code("", "NK-01"));
        let told = "超出可用指标：可用 600,000.00 元，申请 650,000.00 元，超出 50,000.00 元。";
        assert!(form.faults[0].text.contains(told), "{}", form.faults[0].text);
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
        // Who accepted the goods does not approve their payment, and its page says so before it is tried.
        house.post("more", "inspector", "finance", "finance", "2021-04-01", "");
        let more = [("payee", "甲公司"), ("acceptance", &*acceptance), ("amount", "1"), ("purpose", "货款")];
        let typed: Vec<_> = papers.into_iter().chain(more).chain([("invoice_number", "9")]).collect();
        let tried = house.file("section", "tried", "budget_payment", &typed);
        let seen = |by: &str| {
            let page = house.desk.record(&house.actor(by), "budget_payment", tried, luoshi_desk::view::When::default());
            let moves = page.expect("it is seen").moves;
            moves.into_iter().find(|head| head.name == "approve").expect("it is shown").blocked
        };
        assert_eq!(seen("zhou"), None);
        assert_eq!(seen("inspector").as_deref(), Some("与“验收单 验收合格”不相容，“验收单 验收合格”是您办理的"));
        let tries = form_of(house.try_move("inspector", "budget_payment", tried, "approve", &[]));
        assert_eq!(faults(&tries), code("", "D035"));
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
        // Listed, filtered and sorted by what is available.
        granted(&house, "课桌", "100");
        let listed = |filter: Option<&str>| {
            let filters = filter.map(|least| ("line_free>=".to_string(), least.to_string())).into_iter().collect();
            let sort = Some(("line_free".to_string(), true));
            let ask = luoshi_desk::ListAsk { register: "budget_line".into(), filters, sort, ..Default::default() };
            let list = house.desk.list(&house.actor("auditor"), &ask).expect("it is listed");
            let free = list.columns.iter().position(|column| column.name == "line_free").expect("a column of its own");
            let rows: Vec<String> = list.rows.iter().map(|row| row.cells[free].text.clone()).collect();
            (rows, list.sums[free].clone())
        };
        assert_eq!(listed(None), (vec!["774,000.00".into(), "100.00".into()], Some("774,100.00".into())));
        assert_eq!(listed(Some("100.01")), (vec!["774,000.00".into()], Some("774,000.00".into())));
        // As it was known.
        let as_of = house.desk.record(&house.actor("auditor"), "budget_line", id, crate::support::as_of("2021-04-15"));
        let groups = as_of.expect("it may be read").groups;
        let held = groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "line_held");
        assert_eq!(held.map(|field| field.shown.as_str()), Some("17,400,000.00"), "known at the end of 15 April");
    });
}

#[test]
fn the_rules_refuse_by_their_numbers() {
    House::each(|store| {
        let house = house(store);
        let ids = ["甲", "乙"].map(|name| granted(&house, name, "100000"));
        let [first, second] = ids;
        let line_id = first.to_string();
        let bare =
            |amount| [("line", &*line_id), ("payee", "甲公司"), ("purpose", "货款"), ("amount", amount)].to_vec();
        let with = |amount, more: &[(&'static str, &str)]| -> Result<i64, Vec<(String, String)>> {
            let typed = bare(amount).into_iter().map(|(name, text)| (name.to_string(), text.to_string()));
            let more = more.iter().map(|(name, text)| (name.to_string(), text.to_string()));
            let typed: Vec<(String, String)> = typed.chain(more).collect();
            let typed: Vec<(&str, &str)> = typed.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            pay(&house, &typed)
        };
        // NK-02: no spending without a request, but wages.
        assert_eq!(with("10", &[("invoice_number", "1")]), Err(code("pre_commit", "NK-02")));
        with("10", &[("category", "wages")]).expect("wages need no request");
        assert_eq!(line(&house, first), (0, 1_000, 9_999_000));
        assert_eq!(with("99990.01", &[("category", "wages")]), Err(code("", "NK-01")), "not even wages go below zero");
        // NK-04: without contract, acceptance, invoice; with an invoice that was used.
        let request = approved(&house, first, "办公用品", "30000").to_string();
        let of = ("pre_commit", &*request);
        assert_eq!(with("20000", &[of, ("invoice_number", "2")]).map(|_| ()).unwrap_err()[0], code("", "NK-04")[0]);
        assert_eq!(with("100", &[of]), Err(code("", "NK-04-3")));
        with("100", &[of, ("invoice_code", "33"), ("invoice_number", "3")]).expect("small things need no contract");
        let again = with("100", &[of, ("invoice_code", "33"), ("invoice_number", "3")]);
        assert_eq!(again, Err(code("invoice_code", "S005")), "an invoice pays once");
        // NK-06: no more than the request.
        assert_eq!(with("19999", &[of, ("invoice_number", "4")]).map(|_| ()), Ok(()));
        assert_eq!(with("9901.01", &[of, ("invoice_number", "5")]), Err(code("", "NK-06")));
        // NK-05: another payee than the party; and no payment beside the contract.
        let other = approved(&house, second, "课桌", "50000");
        let contract = signed(&house, other, "40000", &[]);
        let acceptance = accepted(&house, other, contract).to_string();
        let (line_id, other_id, contract_id) = (second.to_string(), other.to_string(), contract.to_string());
        let typed = |payee: &'static str, contract: &str| -> Result<i64, Vec<(String, String)>> {
            let papers = [("line", &*line_id), ("pre_commit", &other_id), ("contract", contract)];
            let more = [("acceptance", &*acceptance), ("payee", payee), ("purpose", "货款"), ("amount", "25000")];
            pay(&house, &papers.into_iter().chain(more).chain([("invoice_number", "6")]).collect::<Vec<_>>())
        };
        assert_eq!(typed("乙公司", &contract_id), Err(code("payee", "NK-05")));
        assert_eq!(typed("甲公司", "").map(|_| ()).unwrap_err()[0], code("", "NK-04")[0]);
        let contract_again = house.try_file(
            "section",
            "contract",
            &[("pre_commit", &other_id), ("title", "加"), ("party", "乙"), ("amount", "50000.01")],
        );
        assert_eq!(faults(&form_of(contract_again)), code("amount", "YS-06"));
        // NK-07: who files does not approve, who approves does not pay.
        let mine = [("line", &*line_id), ("title", "自"), ("category", "other"), ("amount", "5")];
        let id = house.file("section", "mine", "pre_commit", &mine);
        house.make("section", "pre_commit", id, "submit", &[]);
        house.post("both2", "section", "office_head", "tech", "2021-03-01", "");
        let own = form_of(house.try_move("section", "pre_commit", id, "approve_section", &[]));
        assert_eq!(faults(&own), code("", "D031"));
        house.make("head", "pre_commit", id, "approve_section", &[]);
        let small = id.to_string();
        let typed =
            [("line", &*line_id), ("pre_commit", &small), ("payee", "丙"), ("purpose", "邮费"), ("amount", "5")];
        let typed: Vec<(&str, &str)> = typed.into_iter().chain([("invoice_number", "7")]).collect();
        let payment = house.file("auditor", "payment", "budget_payment", &typed);
        house.make("zhou", "budget_payment", payment, "approve", &[]);
        assert_eq!(faults(&form_of(house.try_move("zhou", "budget_payment", payment, "pay", &[]))), code("", "D035"));
        house.make("li", "budget_payment", payment, "pay", &[]);
    });
}

#[test]
fn a_ceiling_holds_over_all_its_lines_and_no_adjustment_raises_it() {
    House::each(|store| {
        let house = house(store);
        let unit = house.id("tech").to_string();
        let typed = [("unit", &*unit), ("title", "接待"), ("year", "2021"), ("kind", "reception"), ("amount", "3000")];
        let ceiling = house.file("zhou", "ceiling", "budget_ceiling", &typed);
        house.make("li", "budget_ceiling", ceiling, "issue", &[]);
        let ceiling = ceiling.to_string();
        let under = |name: &str| {
            let typed = [("unit", &*unit), ("year", "2021"), ("code", name), ("title", name), ("amount", "2000")];
            let typed: Vec<(&str, &str)> = typed.into_iter().chain([("ceiling", &*ceiling)]).collect();
            let id = house.file("zhou", name, "budget_line", &typed);
            house.make("li", "budget_line", id, "grant", &[]);
            id
        };
        let (first, second) = (under("接待一"), under("接待二"));
        let usual = granted(&house, "办公", "5000");
        approved(&house, first, "来访", "2000");
        let more = request(&house, second, "再访", "1000.01");
        assert_eq!(faults(&form_of(submit(&house, more))), code("", "NK-03"));
        let fits = request(&house, second, "又访", "1000");
        submit(&house, fits).expect("it fits to the fen");
        let adjust = |giving: i64, taking: i64| {
            let (giving, taking) = (giving.to_string(), taking.to_string());
            let typed = [("unit", &*unit), ("title", "调"), ("giving", &giving), ("taking", &taking), ("amount", "1")];
            house.try_file("zhou", "budget_adjust", &typed)
        };
        assert_eq!(faults(&form_of(adjust(usual, first))), code("", "NK-03"));
        let saved = adjust(second, first).expect("inside one kind");
        house.make("leader", "budget_adjust", saved.id, "execute", &[]);
        assert_eq!((line(&house, first).2, line(&house, second).2), (100, 99_900));
    });
}

#[test]
fn sixteen_writers_at_once_never_bring_a_line_below_zero() {
    House::each(|store| {
        let house = house(store);
        let id = granted(&house, "办公", "10000");
        let requests: Vec<Vec<i64>> = (0..16)
            .map(|writer| (0..6).map(|number| request(&house, id, &format!("{writer}-{number}"), "300")).collect())
            .collect();
        let (bureau, actor) = (house.desk.bureau().clone(), house.actor("section"));
        let made: usize = std::thread::scope(|scope| {
            let writers = requests.iter().map(|mine| {
                let (bureau, actor) = (bureau.clone(), actor.clone());
                scope.spawn(move || {
                    let desk = luoshi_desk::Desk::new(bureau, false);
                    let submit = |id: &&i64| {
                        let save = crate::support::save("pre_commit", Some(**id), Some("submit"), &[]);
                        match desk.save(&actor, &save) {
                            Ok(_) => true,
                            Err(not) => {
                                assert_eq!(faults(&form_of(Err(not))), code("", "NK-01"));
                                false
                            }
                        }
                    };
                    mine.iter().filter(submit).count()
                })
            });
            let writers: Vec<_> = writers.collect();
            writers.into_iter().map(|writer| writer.join().expect("no writer panics")).sum()
        });
        assert_eq!(made, 33, "33 times 300 of 10,000");
        assert_eq!(line(&house, id), (990_000, 0, 10_000));
        // In the order of the ledger no entry left the line below zero.
        let bureau = house.desk.bureau();
        let entries = bureau.store.read(|reader| {
            let table = bureau.table("budget_entry");
            let mut entries = vec![];
            for id in 1..=made as i64 + 1 {
                let history = reader.history(table, id)?;
                entries.extend(history.into_iter().map(|version| (version.seq, version.record.value("free").int())));
            }
            Ok(entries)
        });
        let mut entries = entries.expect("entries are read");
        assert_eq!(entries.len(), made + 1);
        entries.sort_unstable();
        let mut left = 0;
        for (_, free) in entries {
            left += free.unwrap_or(0);
            assert!(left >= 0, "{left}");
        }
    });
}
