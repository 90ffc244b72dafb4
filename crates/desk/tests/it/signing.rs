//! Approvals: how many must sign, whose a move is, who stands behind whom. Mostly people who try to get around it.

use crate::support::{House, faults, form_of, refusal_of, save};
use luoshi_desk::NotSaved;
use luoshi_desk::view::{RecordView, When};
use luoshi_store::{Store, verify};

const DAY: &str = "2021-01-04";

const PACK: [(&str, &str); 5] = [
    (
        "papers/pack.toml",
        "title = \"文件\"\nneeds = [\"foundation\"]\n\n[[apart]]\nmoves = [\"paper.approve\", \"paper.close\"]\n",
    ),
    (
        "papers/role.toml",
        r#"
[[finance.may]]
do    = ["file", "edit"]
on    = ["paper", "line"]
scope = "all"
[[section.may]]
do    = ["file", "edit"]
on    = ["paper", "line"]
scope = "all"
"#,
    ),
    (
        "papers/setting.toml",
        r#"
[closers]
title  = "办结签字人数"
kind   = "integer"
value  = 2
source = "default"
"#,
    ),
    (
        "papers/register/paper.toml",
        r#"
title  = "文件"
source = "default"
owner  = "unit"

[field.title]
kind  = "text"
title = "题名"
must  = true

[field.unit]
kind  = "ref"
to    = "unit"
title = "单位"
must  = true

[field.handler]
kind  = "ref"
to    = "person"
title = "经办人"

[field.amount]
kind  = "money"
title = "金额"

[field.opinion]
kind    = "text"
title   = "意见"
by_move = true

[field.place]
kind    = "text"
title   = "地点"
by_move = true

[flow.state.draft]
title = "起草"
[flow.state.review]
title = "待核"
[flow.state.approved]
title = "已核"
[flow.state.settled]
title = "已会签"
[flow.state.closed]
title = "办结"

[flow.move.submit]
title = "送核"
from  = ["draft"]
to    = "review"
by    = ["finance", "section"]
ask   = ["place"]
may   = ["place"]

[flow.move.withdraw]
title = "撤回"
from  = ["review"]
to    = "draft"
by    = ["finance", "section"]
only_filer = true

[flow.move.back]
title = "退回"
from  = ["review"]
to    = "draft"
by    = ["leader", "finance", "section"]

[flow.move.approve]
title = "核定"
from  = ["review"]
to    = "approved"
by    = ["finance", "section", "leader"]
sign  = 2
not_filer = true
may   = ["approve_note"]

[flow.move.approve.give.note]
kind  = "text"
title = "核定意见"

[flow.move.settle]
title = "会签"
from  = ["approved"]
to    = "settled"
by    = ["leader", "finance"]
ask   = ["opinion"]
may   = ["opinion"]
sign  = "each"

[flow.move.close]
title = "办结"
from  = ["settled"]
to    = "closed"
by    = ["leader", "finance", "section"]
sign  = { setting = "closers" }

[flow.move.reopen]
title = "重开"
from  = ["closed"]
to    = "draft"
by    = ["leader", "finance", "section"]
whose = { handler = { me = "person" } }
"#,
    ),
    (
        "papers/register/line.toml",
        r#"
title   = "明细"
source  = "default"
owner   = "paper.unit"
part_of = "paper"

[field.paper]
kind  = "ref"
to    = "paper"
must  = true

[field.what]
kind  = "text"
title = "名称"

[field.price]
kind  = "money"
title = "金额"

[flow.state.kept]
title = "列入"
[flow.state.void]
title = "删去"
aside = true

[flow.move.remove]
title = "删去"
from  = ["kept"]
to    = "void"
by    = ["finance", "section"]
"#,
    ),
];

fn house(store: Store) -> House {
    let house = House::small(DAY, &PACK, store);
    house.settle(DAY);
    // A second person of the section, a second leader.
    for (name, role, unit) in [("wang", "section", "tech"), ("deputy", "leader", "bureau")] {
        house.person(name, &format!("经办{name}"), "13957900999");
        house.post(name, name, role, unit, DAY, "");
        house.account(name);
    }
    house
}

/// Files a paper and sends it for review.
fn paper(house: &House, by: &str) -> i64 {
    let unit = house.id("finance").to_string();
    let id = house.file(by, "paper", "paper", &[("title", "采购"), ("unit", &unit), ("amount", "100")]);
    house.make(by, "paper", id, "submit", &[]);
    id
}

fn page(house: &House, by: &str, id: i64) -> RecordView {
    house.desk.record(&house.actor(by), "paper", id, When::default()).expect("it is shown")
}

fn code(house: &House, by: &str, id: i64, made: &str) -> String {
    let before = house.written();
    let code = match house.try_move(by, "paper", id, made, &[]) {
        Err(NotSaved::Form(form)) => faults(&form).remove(0).1,
        other => refusal_of(other).code,
    };
    assert_eq!(house.written(), before, "a refusal writes nothing");
    code
}

fn state(house: &House, id: i64) -> String {
    let bureau = house.desk.bureau();
    let record = bureau.store.read(|reader| reader.record(bureau.table("paper"), id, None)).expect("it is read");
    record.and_then(|record| record.state).expect("it has a state")
}

/// Lends a post to somebody.
fn lend(house: &House, giver: &str, to: &str, role: &str, unit: &str, until: &str) -> Result<i64, NotSaved> {
    let [giver, to] = [giver, to].map(|name| house.id(&format!("person:{name}")).to_string());
    let unit = house.id(unit).to_string();
    let typed = [
        ("person", &*to),
        ("role", role),
        ("unit", &*unit),
        ("since_on", DAY),
        ("until_on", until),
        ("giver", &*giver),
    ];
    house.try_file("", "post", &typed).map(|saved| saved.id)
}

fn clean(house: &House) {
    let report = verify(&house.desk.bureau().store, None, &mut |_, _| {}).expect("it runs");
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn two_different_people_sign_before_a_paper_moves() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        assert_eq!(code(&house, "zhou", id, "approve"), "D031", "who filed it does not sign");
        house.make("li", "paper", id, "approve", &[("approve_note", "同意")]);
        assert_eq!(state(&house, id), "review");
        assert_eq!(code(&house, "li", id, "approve"), "D037", "nobody signs twice");
        let seen = page(&house, "section", id);
        assert_eq!(seen.signings.len(), 1);
        let signing = &seen.signings[0];
        assert_eq!((signing.title.as_str(), signing.wanted, signing.signed.len()), ("核定", 2, 1));
        assert_eq!((signing.signed[0].by.as_str(), signing.signed[0].role.as_str()), ("li", "计划财务科"));
        assert_eq!(seen.past[0].act, "核定（会签）");
        let mine = page(&house, "li", id);
        let approve = mine.moves.iter().find(|head| head.name == "approve").expect("it is shown");
        assert!(approve.blocked.as_ref().is_some_and(|why| why.contains("签过")));
        house.make("section", "paper", id, "approve", &[("approve_note", "同意，注意进度")]);
        assert_eq!(state(&house, id), "approved", "each has an opinion of their own");
        assert_eq!(page(&house, "section", id).past[0].act, "核定");
        clean(&house);
    });
}

#[test]
fn a_signature_lasts_while_the_paper_says_what_was_signed() {
    let each = |store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        house.make("li", "paper", id, "approve", &[]);
        house.edit("zhou", "paper", id, &[("amount", "1000000")]);
        house.make("section", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "review", "what li signed was another amount");
        house.make("li", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "approved");
    };
    House::each(each);
}

#[test]
fn a_return_starts_anew() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        house.make("li", "paper", id, "approve", &[]);
        house.make("leader", "paper", id, "back", &[]);
        house.make("zhou", "paper", id, "submit", &[]);
        assert_eq!(page(&house, "zhou", id).signings[0].signed, []);
        house.make("section", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "review");
        house.make("leader", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "approved");
    });
}

#[test]
fn one_of_every_role_signs_and_each_speaks_for_one() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "section");
        for by in ["zhou", "wang"] {
            house.make(by, "paper", id, "approve", &[]);
        }
        house.make("leader", "paper", id, "settle", &[("opinion", "同意")]);
        assert_eq!(code(&house, "deputy", id, "settle"), "D039", "another leader does not stand for finance");
        let seen = page(&house, "zhou", id);
        assert_eq!(seen.signings[0].awaited, ["计划财务科"]);
        house.make("li", "paper", id, "settle", &[("opinion", "同意")]);
        assert_eq!(state(&house, id), "settled");
        clean(&house);
    });
}

#[test]
fn what_the_second_signer_asks_differently_is_not_what_the_first_signed() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "section");
        for by in ["zhou", "wang"] {
            house.make(by, "paper", id, "approve", &[]);
        }
        house.make("leader", "paper", id, "settle", &[("opinion", "同意")]);
        house.make("li", "paper", id, "settle", &[("opinion", "不同意")]);
        assert_eq!(state(&house, id), "approved");
        assert_eq!(page(&house, "zhou", id).signings[0].awaited, ["局领导"]);
    });
}

#[test]
fn a_setting_says_how_many_close_it_and_two_levels_are_two_people() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "section");
        for by in ["zhou", "wang"] {
            house.make(by, "paper", id, "approve", &[]);
        }
        for by in ["leader", "li"] {
            house.make(by, "paper", id, "settle", &[("opinion", "同意")]);
        }
        assert_eq!(code(&house, "wang", id, "close"), "D035", "wang approved it");
        assert_eq!(code(&house, "zhou", id, "close"), "D035", "a signature is a part in it too");
        let seen = page(&house, "zhou", id);
        let close = seen.moves.iter().find(|head| head.name == "close").expect("it is shown");
        assert!(close.blocked.as_ref().is_some_and(|why| why.contains("不相容")), "{close:?}");
        house.make("leader", "paper", id, "close", &[]);
        assert_eq!(state(&house, id), "settled");
        house.make("li", "paper", id, "close", &[]);
        assert_eq!(state(&house, id), "closed");
    });
}

#[test]
fn only_the_filer_withdraws_and_only_the_handler_reopens() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        assert_eq!(code(&house, "li", id, "withdraw"), "D036");
        assert!(!page(&house, "li", id).moves.iter().any(|head| head.name == "withdraw"), "it is not offered");
        assert!(page(&house, "zhou", id).moves.iter().any(|head| head.name == "withdraw"));
        house.make("zhou", "paper", id, "withdraw", &[]);
        let handler = house.id("person:li").to_string();
        house.edit("zhou", "paper", id, &[("handler", &handler)]);
        house.make("zhou", "paper", id, "submit", &[]);
        for (by, made) in [
            ("section", "approve"),
            ("wang", "approve"),
            ("leader", "settle"),
            ("li", "settle"),
            ("deputy", "close"),
            ("leader", "close"),
        ] {
            house.make(by, "paper", id, made, &[]);
        }
        assert_eq!(refusal_of(house.try_move("zhou", "paper", id, "reopen", &[])).code, "D003");
        assert!(page(&house, "zhou", id).moves.is_empty(), "it is not offered to others");
        assert_eq!(page(&house, "li", id).moves.len(), 1);
        house.make("li", "paper", id, "reopen", &[]);
    });
}

#[test]
fn a_delegate_stands_in_the_givers_place_and_no_further() {
    House::each(|store| {
        let house = house(store);
        // The town's clerk acts for zhou of the planning section until the tenth.
        lend(&house, "zhou", "town_a", "finance", "finance", "2021-01-10").expect("zhou holds it");
        let mine = paper(&house, "zhou");
        assert_eq!(code(&house, "town_a", mine, "approve"), "D031", "what the giver filed");
        let other = paper(&house, "li");
        house.make("town_a", "paper", other, "approve", &[]);
        assert_eq!(code(&house, "zhou", other, "approve"), "D037", "giver and delegate sign once");
        let seen = page(&house, "section", other);
        assert_eq!(seen.past[0].by, "town_a（受经办1委托）");
        assert_eq!(seen.signings[0].signed[0].by, "town_a（受经办1委托）");
        // Filed for zhou: zhou does not approve it, nor withdraws a stranger's.
        let lent = paper(&house, "town_a");
        assert_eq!(
            page(&house, "li", lent).past.last().map(|version| version.by.as_str()),
            Some("town_a（受经办1委托）")
        );
        assert_eq!(code(&house, "zhou", lent, "approve"), "D031");
        house.make("zhou", "paper", lent, "withdraw", &[]);
        house.day("2021-01-11");
        assert_eq!(refusal_of(house.try_move("town_a", "paper", other, "approve", &[])).code, "D001", "it is over");
        clean(&house);
    });
}

#[test]
fn nobody_lends_what_they_do_not_hold_and_a_loan_ends_with_the_post() {
    House::each(|store| {
        let house = house(store);
        let refused = |lent: Result<i64, NotSaved>| match lent {
            Err(NotSaved::Form(form)) => faults(&form),
            other => panic!("{other:?}"),
        };
        let wrong = [("giver".to_string(), "D052".to_string())];
        assert_eq!(refused(lend(&house, "zhou", "town_a", "leader", "bureau", "2021-02-01")), wrong, "no leader");
        assert_eq!(refused(lend(&house, "zhou", "town_a", "finance", "bureau", "2021-02-01")), wrong, "another unit");
        lend(&house, "zhou", "town_a", "finance", "finance", "2021-02-01").expect("zhou holds it");
        assert_eq!(refused(lend(&house, "town_a", "town_b", "finance", "finance", "2021-01-20")), wrong, "lent on");
        let id = paper(&house, "li");
        let post = house.id("post:zhou");
        house.day("2021-01-06");
        let ended = save("post", Some(post), None, &[("until_on", "2021-01-05")]);
        house.desk.save(&house.actor(""), &ended).expect("zhou leaves");
        assert_eq!(refusal_of(house.try_move("town_a", "paper", id, "approve", &[])).code, "D001");
        assert_eq!(house.actor("town_a").posts.len(), 1);
    });
}

#[test]
fn a_second_account_is_no_second_person() {
    House::each(|store| {
        let house = house(store);
        let bureau = house.desk.bureau();
        let person = house.id("person:li");
        luoshi_desk::account::create(bureau, "li2", "li2", Some(person), None).expect("it is made");
        let id = paper(&house, "zhou");
        house.make("li", "paper", id, "approve", &[]);
        assert_eq!(code(&house, "li2", id, "approve"), "D037");
        let own = paper(&house, "li");
        assert_eq!(code(&house, "li2", own, "approve"), "D031");
    });
}

#[test]
fn a_doubled_post_of_a_signature_signs_once() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        let signature = luoshi_desk::Save { request: "sign-1".into(), ..save("paper", Some(id), Some("approve"), &[]) };
        let first = house.desk.save(&house.actor("li"), &signature).expect("it is signed");
        assert_eq!(house.desk.save(&house.actor("li"), &signature).expect("the same answer"), first);
        assert_eq!(page(&house, "li", id).signings[0].signed.len(), 1);
        let stale =
            luoshi_desk::Save { version: Some(first.version - 1), ..save("paper", Some(id), Some("approve"), &[]) };
        assert!(
            form_of(house.desk.save(&house.actor("section"), &stale)).conflict.is_some(),
            "section has not seen it"
        );
    });
}

#[test]
fn whoever_gave_what_it_says_now_does_not_approve_it_after_other_moves() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        house.make("leader", "paper", id, "back", &[]);
        house.edit("li", "paper", id, &[("amount", "5000"), ("title", "采购二")]);
        house.make("li", "paper", id, "submit", &[]);
        assert_eq!(code(&house, "li", id, "approve"), "D031", "li changed the amount before sending it");
        let seen = page(&house, "li", id);
        let approve = seen.moves.iter().find(|head| head.name == "approve").expect("it is shown");
        assert!(approve.blocked.as_ref().is_some_and(|why| why.contains("不得同一人")), "{approve:?}");
        house.edit("zhou", "paper", id, &[("amount", "600")]);
        assert_eq!(code(&house, "li", id, "approve"), "D031", "the title is still li's");
        house.edit("zhou", "paper", id, &[("title", "采购三")]);
        house.make("li", "paper", id, "approve", &[]);
        clean(&house);
    });
}

#[test]
fn what_was_given_with_a_move_bars_and_a_move_that_gives_nothing_does_not() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        house.make("li", "paper", id, "back", &[]);
        house.make("section", "paper", id, "submit", &[("place", "佛堂")]);
        assert_eq!(code(&house, "section", id, "approve"), "D031", "the place is theirs");
        house.make("li", "paper", id, "approve", &[("approve_note", "同意")]);
        house.make("leader", "paper", id, "back", &[]);
        house.make("wang", "paper", id, "submit", &[("place", "苏溪")]);
        house.make("li", "paper", id, "approve", &[("approve_note", "同意")]);
        house.make("section", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "approved", "an opinion is no content, and the place is another's now");
    });
}

#[test]
fn a_delegates_change_is_the_givers_too() {
    House::each(|store| {
        let house = house(store);
        lend(&house, "li", "town_a", "finance", "finance", "2021-01-10").expect("li holds it");
        let id = paper(&house, "zhou");
        house.make("leader", "paper", id, "back", &[]);
        house.edit("town_a", "paper", id, &[("amount", "5000")]);
        house.make("zhou", "paper", id, "submit", &[]);
        assert_eq!(code(&house, "li", id, "approve"), "D031", "it was changed in li's place");
        assert_eq!(code(&house, "town_a", id, "approve"), "D031");
        let unit = house.id("sa");
        house.edit("town_a", "unit", unit, &[("name", "佛堂第一小学")]);
        let seen = house.desk.record(&house.actor("zhou"), "school", unit, When::default()).expect("it is shown");
        assert_eq!(seen.past[0].by, "town_a（受经办2委托）", "a school is written as a unit too");
    });
}

#[test]
fn whoever_wrote_a_part_or_took_one_away_does_not_approve_the_whole() {
    House::each(|store| {
        let house = house(store);
        let id = paper(&house, "zhou");
        let whole = id.to_string();
        let typed = |price| [("paper", &*whole), ("price", price)];
        let line = house.file("zhou", "line", "line", &typed("10"));
        let other = house.file("zhou", "other", "line", &typed("20"));
        house.edit("wang", "line", line, &[("price", "9000")]);
        assert_eq!(code(&house, "wang", id, "approve"), "D031", "a line says what wang gave");
        house.edit("zhou", "line", line, &[("price", "11")]);
        house.make("section", "line", other, "remove", &[]);
        assert_eq!(code(&house, "section", id, "approve"), "D031", "a line is gone by their hand");
        lend(&house, "li", "town_a", "finance", "finance", "2021-01-10").expect("li holds it");
        let third = house.file("town_a", "third", "line", &typed("30"));
        assert_eq!(code(&house, "li", id, "approve"), "D031", "a line was added in li's place");
        house.make("zhou", "line", third, "remove", &[]);
        house.make("li", "paper", id, "approve", &[]);
        house.make("wang", "paper", id, "approve", &[]);
        assert_eq!(state(&house, id), "approved");
    });
}
