//! Signing in: who gets a session, how long it lives, and what a session knows of its person.

use crate::support::House;
use luoshi_desk::account::{create, set_demo};
use luoshi_desk::view::Lang;
use luoshi_desk::{No, Refusal};
use luoshi_kernel::kind::MICROS;
use luoshi_store::{Act, Session, StoreError, Writer};

const PASSWORD: &str = "义乌-Luoshi-2021";

/// A bureau where `chen` of the finance section signs in with a password.
fn bureau(demo: bool, loopback: bool) -> House {
    let house = House::with("2021-09-30", |bureau| bureau.demo = demo, loopback);
    house.unit("bureau", "义乌市教育局", "bureau", "");
    house.unit("finance", "计划财务科", "section", "bureau");
    house.person("chen", "陈立", "13957900001");
    house.post("chen", "chen", "finance", "finance", "2020-01-01", "");
    let person = Some(house.id("person:chen"));
    create(house.desk.bureau(), "chen", "陈立", person, Some(PASSWORD)).expect("an account is made");
    house
}

fn stranger(refusal: &Refusal, code: &str) {
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Stranger, code));
    assert!(!refusal.zh.is_empty() && !refusal.en.is_empty() && !refusal.zh.contains("chen"));
}

#[test]
fn the_right_password_opens_a_session_with_the_posts_of_today() {
    let house = bureau(false, true);
    let secret = house.desk.sign_in("chen", PASSWORD).expect("the password is right");
    let actor = house.desk.actor(&secret, Lang::Zh).expect("the session lives");
    assert_eq!((actor.name.as_str(), actor.person), ("陈立", Some(house.id("person:chen"))));
    let posts: Vec<_> = actor.posts.iter().map(|post| (post.role.as_str(), post.unit_title.as_str())).collect();
    assert_eq!(posts, [("finance", "计划财务科")]);
    assert!(actor.csrf.len() == 64 && actor.csrf != secret, "the form's token is not the secret");
    let other = house.desk.sign_in("chen", PASSWORD).unwrap();
    assert_ne!(house.desk.actor(&other, Lang::Zh).unwrap().csrf, actor.csrf);
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_refused_alike_and_noted() {
    let house = bureau(false, true);
    let size = |house: &House| house.written().1;
    let before = size(&house);
    let wrong = house.desk.sign_in("chen", "falsch").unwrap_err();
    let unknown = house.desk.sign_in("nobody", PASSWORD).unwrap_err();
    stranger(&wrong, "D043");
    assert_eq!(wrong, unknown, "names cannot be found out");
    assert_eq!(size(&house), before + 1, "a refusal is a line of the ledger; what is no account's name is not kept");
}

#[test]
fn an_account_without_a_password_is_entered_by_nobody() {
    let house = bureau(false, true);
    create(house.desk.bureau(), "extra", "群众演员", None, None).unwrap();
    for password in ["", " ", "extra"] {
        stranger(&house.desk.sign_in("extra", password).unwrap_err(), "D043");
    }
}

#[test]
fn five_wrong_passwords_in_a_row_pause_the_account_even_for_the_right_one() {
    let house = bureau(false, true);
    for _ in 0..4 {
        stranger(&house.desk.sign_in("chen", "falsch").unwrap_err(), "D043");
    }
    house.desk.sign_in("chen", PASSWORD).expect("four are not five, and the count begins anew");
    for _ in 0..5 {
        stranger(&house.desk.sign_in("chen", "falsch").unwrap_err(), "D043");
    }
    stranger(&house.desk.sign_in("chen", PASSWORD).unwrap_err(), "D042");
    let nobody = house.desk.sign_in("nobody", "falsch").unwrap_err();
    stranger(&nobody, "D043");
}

#[test]
fn a_session_ends_when_one_signs_out() {
    let house = bureau(false, true);
    let secret = house.desk.sign_in("chen", PASSWORD).unwrap();
    house.desk.sign_out(&secret).unwrap();
    stranger(&house.desk.actor(&secret, Lang::Zh).unwrap_err(), "D044");
    stranger(&house.desk.actor("not a secret", Lang::Zh).unwrap_err(), "D044");
}

/// Puts a session of `chen` into the store: used so many minutes ago, ending in so many. Gives its secret.
fn session(house: &House, used: i64, ends: i64) -> &'static str {
    let secret = "0123456789abcdef";
    let token = luoshi_kernel::digest::of(secret.as_bytes());
    let store = &house.desk.bureau().store;
    let account = store.read(|reader| reader.account_named("chen")).unwrap().expect("chen has an account").id;
    let now = luoshi_desk::clock::system();
    let minutes = |count: i64| now + count * 60 * MICROS;
    let session = Session { token, account, since: minutes(-used), seen: minutes(-used), expires: minutes(ends) };
    let put = move |writer: &mut Writer| writer.put_session(&session).map(|_| ());
    store.write::<(), StoreError>(Act::default(), put).expect("the session is kept");
    secret
}

#[test]
fn a_session_ends_after_half_an_hour_without_use_and_after_its_life() {
    let house = bureau(false, true);
    let unused = session(&house, 29, 60);
    assert!(house.desk.actor(unused, Lang::Zh).is_ok());
    let house = bureau(false, true);
    let unused = session(&house, 31, 60);
    stranger(&house.desk.actor(unused, Lang::Zh).unwrap_err(), "D044");
    let house = bureau(false, true);
    let old = session(&house, 1, -1);
    stranger(&house.desk.actor(old, Lang::En).unwrap_err(), "D044");
}

#[test]
fn use_prolongs_a_session_but_not_its_life() {
    let house = bureau(false, true);
    let secret = session(&house, 29, 60);
    house.desk.actor(secret, Lang::Zh).unwrap();
    let token = luoshi_kernel::digest::of(secret.as_bytes());
    let kept = house.desk.bureau().store.read(|reader| reader.session(&token)).unwrap().expect("it lives");
    let now = luoshi_desk::clock::system();
    assert!(now - kept.seen < 60 * MICROS, "its use was noted");
    assert!(kept.expires - now <= 60 * 60 * MICROS, "its end stays");
}

#[test]
fn a_post_that_has_ended_is_not_in_the_session() {
    let house = bureau(false, true);
    let secret = house.desk.sign_in("chen", PASSWORD).unwrap();
    house.edit("", "post", house.id("post:chen"), &[("until_on", "2021-09-30")]);
    assert_eq!(house.desk.actor(&secret, Lang::Zh).unwrap().posts.len(), 1, "its last day is a day of office");
    house.day("2021-10-01");
    assert_eq!(house.desk.actor(&secret, Lang::Zh).unwrap().posts.len(), 0);
}

#[test]
fn a_demo_account_is_entered_with_one_click_in_a_demo_on_loopback_only() {
    let offer = |house: &House| set_demo(house.desk.bureau(), "2021-09-30", "chen\t陈立\t看全局\tsees all").unwrap();
    let house = bureau(true, true);
    offer(&house);
    let offered = house.desk.demo_accounts(Lang::En);
    assert_eq!(offered.iter().map(|account| account.about.as_str()).collect::<Vec<_>>(), ["sees all"]);
    let secret = house.desk.enter_demo("chen").expect("the demo is open");
    assert_eq!(house.desk.actor(&secret, Lang::Zh).unwrap().name, "陈立");
    for (demo, loopback) in [(false, true), (true, false), (false, false)] {
        let house = bureau(demo, loopback);
        offer(&house);
        assert!(house.desk.demo_accounts(Lang::Zh).is_empty());
        let refusal = house.desk.enter_demo("chen").unwrap_err();
        assert_eq!((refusal.kind, refusal.code.as_str()), (No::Forbidden, "D003"), "demo {demo}, loopback {loopback}");
    }
}

#[test]
fn only_the_accounts_that_are_offered_are_entered_with_one_click() {
    let house = bureau(true, true);
    create(house.desk.bureau(), "hidden", "未列出", None, None).unwrap();
    set_demo(house.desk.bureau(), "2021-09-30", "chen\t陈立\t看全局\tsees all").unwrap();
    assert_eq!(house.desk.enter_demo("hidden").unwrap_err().code, "D003");
    assert_eq!(house.desk.enter_demo("nobody").unwrap_err().code, "D003");
}
