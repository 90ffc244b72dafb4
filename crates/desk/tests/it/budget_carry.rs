//! 年末结转: what an unfinished contract still holds goes to a line of next year, to the 分 in both years. On both databases.

use crate::budget::{
    accepted, approved, code, granted, granted_of, house, line, number, pay, signed, submit, tendered,
};
use crate::support::{House, codes, faults, form_of};

#[test]
fn an_unfinished_contract_goes_on_in_next_year_and_both_years_are_exact() {
    House::each(|store| {
        let house = house(store);
        let old = granted(&house, "教室空调", "18000000");
        let request = approved(&house, old, "空调", "17500000");
        house.day("2021-04-10");
        let days = ["2021-02-01", "2021-03-08", "2021-04-06"];
        let purchase = tendered(&house, old, request, days, "17500000", "17400000").to_string();
        let contract = signed(&house, request, "17400000", &[("purchase", &purchase)]);
        let acceptance = accepted(&house, request, contract).to_string();
        let (request_id, contract_id) = (request.to_string(), contract.to_string());
        let payment = |line: i64, amount: &str, invoice: &str| {
            let line = line.to_string();
            let papers = [("line", &*line), ("pre_commit", &request_id), ("contract", &contract_id)];
            let more = [("payee", "甲公司"), ("acceptance", &*acceptance), ("amount", amount)];
            let paper = [("purpose", "货款"), ("invoice_code", "33"), ("invoice_number", invoice)];
            pay(&house, &[papers, more, paper].concat())
        };
        payment(old, "5220000", "1").expect("it is paid");
        house.make("zhou", "contract", contract, "settle", &[("settled_amount", "17226000")]);
        payment(old, "11489220", "2").expect("it is paid");
        assert_eq!(line(&house, old), (51_678_000, 1_670_922_000, 77_400_000));

        // Proposed from the day after requests end, to a line of carried money of the same unit and another year.
        let next = granted_of(&house, "tech", "2022", "教室空调结转", "0").to_string();
        let propose =
            |line: &str| house.try_move("zhou", "pre_commit", request, "carry_propose", &[("carry_line", line)]);
        house.day("2021-12-15");
        assert_eq!(crate::support::refusal_of(propose(&next)).kind, luoshi_desk::No::Forbidden, "the year goes on");
        house.day("2021-12-16");
        let usual = granted_of(&house, "tech", "2022", "其他", "5").to_string();
        let school = granted_of(&house, "sa", "2022", "校", "0").to_string();
        let same = granted_of(&house, "tech", "2021", "同年", "0").to_string();
        for line in [&usual, &school, &same] {
            assert_eq!(codes(propose(line)), ["D033"], "no such line");
        }
        propose(&next).expect("it is proposed");
        assert_eq!(number(&house, "pre_commit", request, "carry_amount"), 51_678_000);
        // Meanwhile nothing is paid; who proposed does not approve, who approved does not execute.
        assert_eq!(payment(old, "1", "3"), Err(code("", "D033")));
        house.post("zhou_leads", "zhou", "leader", "bureau", "2021-03-01", "");
        assert_eq!(codes(house.try_move("zhou", "pre_commit", request, "carry_approve", &[])), ["D035"]);
        house.make("leader", "pre_commit", request, "carry_approve", &[]);
        house.day("2022-01-05");
        house.make("li", "pre_commit", request, "carry", &[]);

        // 2021: all that was held has left as 调剂减; nothing more can be spent of it than was free before.
        let next: i64 = next.parse().expect("an id");
        assert_eq!(line(&house, old), (0, 1_670_922_000, 77_400_000));
        assert_eq!(number(&house, "budget_line", old, "line_adjusted_out"), -51_678_000);
        assert_eq!(number(&house, "budget_line", old, "line_granted"), 1_800_000_000);
        assert_eq!(line(&house, next), (51_678_000, 0, 0));
        assert_eq!(number(&house, "budget_line", next, "line_granted"), 51_678_000);
        assert_eq!(number(&house, "pre_commit", request, "request_held"), 51_678_000);
        house.make("zhou", "budget_line", old, "close", &[]);

        // The retention is paid from the new line; neither from the old one, nor more than is left.
        assert_eq!(payment(old, "516780", "4"), Err(code("", "ZF-02")));
        assert_eq!(payment(next, "516780.01", "5"), Err(code("", "NK-06")));
        payment(next, "516780", "6").expect("it is paid");
        assert_eq!(line(&house, next), (0, 51_678_000, 0));
        assert_eq!(line(&house, old), (0, 1_670_922_000, 77_400_000));
        assert_eq!(number(&house, "pre_commit", request, "request_paid"), 1_722_600_000, "the contract as settled");
        // As it was known at the end of the year, the old line still held it.
        let known = house.desk.record(&house.actor("auditor"), "budget_line", old, crate::support::as_of("2021-12-31"));
        let groups = known.expect("it may be read").groups;
        let held = groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "line_held");
        assert_eq!(held.map(|field| field.shown.as_str()), Some("516,780.00"));
    });
}

#[test]
fn a_returned_carry_over_leaves_everything_as_it_was() {
    House::each(|store| {
        let house = house(store);
        let old = granted(&house, "设备", "100000");
        let request = approved(&house, old, "设备", "60000");
        signed(&house, request, "50000", &[]);
        house.day("2021-12-20");
        let next = granted_of(&house, "tech", "2022", "结转", "0").to_string();
        house.make("zhou", "pre_commit", request, "carry_propose", &[("carry_line", &next)]);
        house.make("leader", "pre_commit", request, "carry_return", &[]);
        assert_eq!(line(&house, old), (5_000_000, 0, 5_000_000));
        // A line that holds something is not closed; a line that is closed takes nothing more.
        assert_eq!(codes(house.try_move("zhou", "budget_line", old, "close", &[])), ["D033"]);
        house.make("li", "pre_commit", request, "carry_propose", &[("carry_line", &next)]);
        house.make("leader", "pre_commit", request, "carry_approve", &[]);
        house.make("zhou", "pre_commit", request, "carry", &[]);
        assert_eq!(
            (line(&house, old), line(&house, next.parse().expect("an id"))),
            ((0, 0, 5_000_000), (5_000_000, 0, 0))
        );
        house.make("zhou", "budget_line", old, "close", &[]);
        let typed = [("line", &*old.to_string()), ("title", "冻结"), ("amount", "5")];
        let freeze = house.try_file("li", "budget_freeze", &typed).expect("it is filed").id;
        assert_eq!(codes(house.try_move("leader", "budget_freeze", freeze, "freeze", &[])), ["LS-02"]);
    });
}

#[test]
fn a_line_of_carried_money_is_granted_by_what_is_carried_alone() {
    House::each(|store| {
        let house = house(store);
        let unit = house.id("tech").to_string();
        let filed = |source: &str, amount: &str| {
            let typed = [("unit", &*unit), ("year", "2022"), ("code", source), ("title", source)];
            house.try_file("zhou", "budget_line", &[&typed[..], &[("source", source), ("amount", amount)]].concat())
        };
        assert_eq!(faults(&form_of(filed("carried", "1"))), code("amount", "ZB-02"));
        assert_eq!(faults(&form_of(filed("general", "0"))), code("amount", "ZB-01"));
        let line_id = filed("carried", "0").expect("it is filed").id;
        house.make("li", "budget_line", line_id, "grant", &[]);
        assert_eq!(line(&house, line_id), (0, 0, 0));
        let request = crate::budget::request(&house, line_id, "新", "0.01");
        assert_eq!(codes(submit(&house, request)), ["NK-01"], "it pays nothing but what was carried");
    });
}
