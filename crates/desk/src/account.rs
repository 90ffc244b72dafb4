//! Signing in: passwords as slow salted hashes, sessions by a secret of which only the digest is kept, a pause after
//! five wrong passwords (等保三级 8.1.4.1).

use crate::bureau::{Bureau, broken, said};
use crate::refusal::{No, Refusal};
use crate::view::DemoAccount;
use crate::{Actor, Post, clock, random};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use luoshi_kernel::digest::{Hash, hex};
use luoshi_kernel::kind::MICROS;
use luoshi_kernel::{Lang, list};
use luoshi_pack::Value;
use luoshi_pack::condition::{Compare, Condition, Operand, Source};
use luoshi_store::{Account, Act, Reader, Session, StoreError, Writer};
use std::collections::HashMap;
use std::sync::Mutex;

/// Wrong passwords before an account pauses.
const WRONG_MOST: u32 = 5;
/// Longest name that is tried, and how many names are remembered.
const NAME_MOST: usize = 64;
const GUARD_MOST: usize = 10_000;
/// How long it pauses, and how long a session lives without being used.
const PAUSE: i64 = 30 * 60 * MICROS;
/// How long a session lives at most.
const LIFE: i64 = 8 * 3600 * MICROS;

/// Wrong passwords by account name: how many, and until when nothing is tried.
pub type Guard = Mutex<HashMap<String, Tries>>;

/// Wrong passwords for a name in a row.
#[derive(Debug, Default)]
pub struct Tries {
    wrong: u32,
    /// Until when they count.
    until: i64,
    /// Whether an account has the name. Others are told the same, but give way when there are too many.
    exists: bool,
}

/// A slow, salted hash of a password. Takes about 30 ms on purpose.
///
/// # Panics
/// When the system gives no random salt.
pub fn hash(password: &str) -> String {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.expect("the system gives a salt, and no password reaches 4 GiB").to_string()
}

fn fits(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

/// Checks a name and a password and opens a session; answers its secret.
pub fn sign_in(bureau: &Bureau, guard: &Guard, name: &str, password: &str) -> Result<String, Refusal> {
    let now = clock::system();
    if name.chars().count() > NAME_MOST {
        return Err(wrong());
    }
    let mut tries = guard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if tries.get(name).is_some_and(|tries| tries.wrong >= WRONG_MOST && tries.until > now) {
        return Err(Refusal::new(
            No::Stranger,
            "D042",
            "连续五次密码不对，账号暂停登录30分钟。",
            "Five wrong passwords in a row: sign-in pauses for 30 minutes.",
        ));
    }
    tries.retain(|_, tries| tries.until > now);
    drop(tries);
    let account = bureau.store.read(|reader| reader.account_named(name)).map_err(broken)?;
    // What was typed is noted only when it is an account's name: now and then it is somebody's password.
    let exists = account.is_some();
    let known = account.filter(|account| !account.disabled);
    // An unknown name costs as much time as a wrong password, so that names cannot be found out.
    let spare = String::new();
    let kept = known.as_ref().map_or(&spare, |account| &account.password);
    let right = if known.is_some() { fits(password, kept) } else { hash(password).is_empty() };
    let Some(account) = known.filter(|_| right) else {
        count(&mut guard.lock().unwrap_or_else(std::sync::PoisonError::into_inner), name, exists, now);
        if exists {
            note(bureau, 0, "sign_in_refused", name)?;
        }
        return Err(wrong());
    };
    guard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(name);
    open_session(bureau, &account)
}

/// Counts a wrong password. No number of invented names makes one of an account forgotten.
fn count(tries: &mut HashMap<String, Tries>, name: &str, exists: bool, now: i64) {
    if tries.len() >= GUARD_MOST {
        tries.retain(|_, tries| tries.exists);
    }
    let entry = tries.entry(name.to_string()).or_default();
    *entry = Tries { wrong: entry.wrong + 1, until: now + PAUSE, exists };
}

fn wrong() -> Refusal {
    Refusal::new(No::Stranger, "D043", "账号或密码不对。请重填。", "The account or the password is wrong. Try again.")
}

/// Opens a session for an account that has been checked.
pub fn open_session(bureau: &Bureau, account: &Account) -> Result<String, Refusal> {
    let secret = random::hex(32);
    let now = clock::system();
    let session = Session { token: digest(&secret), account: account.id, since: now, seen: now, expires: now + LIFE };
    let act = Act { at: bureau.clock.now(), by: account.id, ..Act::default() };
    let (name, detail) = (account.name.clone(), real_time());
    let write = move |writer: &mut Writer| {
        writer.put_session(&session)?;
        writer.event("sign_in", &name, &detail)?;
        Ok::<(), StoreError>(())
    };
    if bureau.read_only.is_some() {
        // Reading a bureau that is closed for writing needs a session, but leaves no line.
        let session =
            Session { token: digest(&secret), account: account.id, since: now, seen: now, expires: now + LIFE };
        bureau.store.write(act, move |writer: &mut Writer| writer.put_session(&session)).map_err(broken)?;
    } else {
        bureau.store.write(act, write).map_err(broken)?;
    }
    Ok(secret)
}

/// The security log carries the real clock, whatever day the bureau plays.
fn real_time() -> String {
    jiff::Timestamp::now().to_string()
}

fn note(bureau: &Bureau, by: i64, kind: &'static str, subject: &str) -> Result<(), Refusal> {
    if bureau.read_only.is_some() {
        return Ok(());
    }
    let act = Act { at: bureau.clock.now(), by, ..Act::default() };
    let (subject, detail) = (subject.chars().take(60).collect::<String>(), real_time());
    bureau
        .store
        .write(act, move |writer: &mut Writer| writer.event(kind, &subject, &detail).map(|_| ()))
        .map_err(broken)
}

/// Makes an account for a person. Without a password it can be entered by nobody (a demo bureau's extras).
pub fn create(
    bureau: &Bureau,
    name: &str,
    title: &str,
    person: Option<i64>,
    password: Option<&str>,
) -> Result<i64, Refusal> {
    let password = password.map_or_else(String::new, hash);
    let account = Account { id: 0, name: name.into(), title: title.into(), person, password, disabled: false };
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    let write = move |writer: &mut Writer| {
        let id = writer.put_account(&account)?;
        writer.event("account", &account.name, &account.title)?;
        Ok::<i64, StoreError>(id)
    };
    bureau.store.write(act, write).map_err(broken)
}

/// People of a name, at most ten.
pub fn persons_named(bureau: &Bureau, name: &str) -> Result<Vec<i64>, Refusal> {
    let context = bureau.context(bureau.clock.today());
    let filter = is("name", Value::Text(name.to_string()));
    let found = bureau.store.read(|reader| crate::list::options(bureau, reader, &context, PERSONS, &filter, 10));
    Ok(found.map_err(broken)?.into_iter().map(|(id, _)| id).collect())
}

/// The name of a person that has been filed.
pub fn person_name(bureau: &Bureau, id: i64) -> Result<Option<String>, Refusal> {
    let found = bureau.store.read(|reader| reader.record(bureau.table(PERSONS), id, None)).map_err(broken)?;
    Ok(found.and_then(|record| record.value("name").text().map(str::to_string)))
}

/// Lets nobody sign in with an account any more; what it did stays, and open sessions end.
///
/// # Errors
/// There is no such account.
pub fn disable(bureau: &Bureau, name: &str) -> Result<(), Refusal> {
    change(bureau, name, "account_disabled", |account| account.disabled = true)
}

/// Gives an account another password, and opens it where it was disabled.
///
/// # Errors
/// There is no such account.
pub fn renew(bureau: &Bureau, name: &str, password: &str) -> Result<(), Refusal> {
    let password = hash(password);
    change(bureau, name, "account_password", |account| {
        account.password = password;
        account.disabled = false;
    })
}

fn change(bureau: &Bureau, name: &str, kind: &'static str, change: impl FnOnce(&mut Account)) -> Result<(), Refusal> {
    let found = bureau.store.read(|reader| reader.account_named(name)).map_err(broken)?;
    let mut account = found.ok_or_else(Refusal::absent)?;
    change(&mut account);
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    let detail = real_time();
    let write = move |writer: &mut Writer| {
        writer.put_account(&account)?;
        writer.event(kind, &account.name, &detail).map(|_| ())
    };
    bureau.store.write(act, write).map_err(broken)
}

/// The person behind an account, as they act today; for jobs that act in somebody's name.
pub fn actor_named(bureau: &Bureau, name: &str, lang: Lang) -> Result<Actor, Refusal> {
    let found = bureau.store.read(|reader| {
        let Some(account) = reader.account_named(name)? else { return Ok(None) };
        let posts = account.person.map_or(Ok(vec![]), |person| posts(bureau, reader, person))?;
        Ok(Some(Actor {
            account: account.id,
            name: account.title,
            person: account.person,
            posts,
            lang,
            csrf: String::new(),
        }))
    });
    found.map_err(broken)?.ok_or_else(Refusal::absent)
}

/// Forgets sessions that have ended; for the minute's housekeeping.
pub fn sweep(bureau: &Bureau) -> Result<u64, Refusal> {
    let now = clock::system();
    let act = Act { at: bureau.clock.now(), background: true, ..Act::default() };
    bureau.store.write(act, move |writer: &mut Writer| writer.sweep_sessions(now)).map_err(broken)
}

/// Ends a session.
pub fn sign_out(bureau: &Bureau, secret: &str) -> Result<(), Refusal> {
    let token = digest(secret);
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    bureau.store.write(act, move |writer: &mut Writer| writer.end_session(&token)).map_err(broken)
}

fn digest(secret: &str) -> Hash {
    luoshi_kernel::digest::of(secret.as_bytes())
}

/// Who a session's secret belongs to, with the posts held today.
pub fn actor(bureau: &Bureau, secret: &str, lang: Lang) -> Result<Actor, Refusal> {
    let now = clock::system();
    let token = digest(secret);
    let found = bureau.store.read(|reader| {
        bureau.refresh(reader)?;
        let Some(session) = reader.session(&token)? else { return Ok(None) };
        if session.expires <= now || session.seen + PAUSE <= now {
            return Ok(None);
        }
        let Some(account) = reader.account(session.account)?.filter(|account| !account.disabled) else {
            return Ok(None);
        };
        let posts = match account.person {
            Some(person) => posts(bureau, reader, person)?,
            None => vec![],
        };
        Ok(Some((session, account, posts)))
    });
    let Some((session, account, posts)) = found.map_err(broken)? else {
        return Err(Refusal::new(
            No::Stranger,
            "D044",
            "登录已过期，请重新登录。",
            "The session has ended. Please sign in again.",
        ));
    };
    // Written at most once a minute, so that reading stays reading.
    if now - session.seen > 60 * MICROS {
        let act = Act { at: bureau.clock.now(), background: true, ..Act::default() };
        let expires = session.expires;
        bureau
            .store
            .write(act, move |writer: &mut Writer| writer.touch_session(&token, now, expires))
            .map_err(broken)?;
    }
    let csrf = hex(&digest(&format!("csrf|{secret}")));
    Ok(Actor { account: account.id, name: account.title, person: account.person, posts, lang, csrf })
}

/// The register of persons.
const PERSONS: &str = "person";
/// The register of posts.
pub(crate) const POSTS: &str = "post";

/// Why a post cannot be: a role that no pack declares gives no rights, silently.
pub(crate) fn post_faults(
    bureau: &Bureau,
    record: &luoshi_store::Record,
    lang: Lang,
) -> Vec<(Option<String>, crate::view::FieldFault)> {
    let Some(role) = record.value("role").text().filter(|role| !bureau.packs.roles.contains_key(*role)) else {
        return vec![];
    };
    let names =
        bureau.packs.roles.values().map(|role| format!("{}（{}）", role.name, lang.pick(&role.title, &role.en)));
    let names = names.collect::<Vec<_>>().join(lang.pick("、", ", "));
    let text = said(
        lang,
        format!("没有“{role}”这个角色。可填：{names}。"),
        format!("There is no role “{role}”. There are: {names}."),
    );
    vec![(Some("role".to_string()), crate::view::FieldFault { code: "D051".into(), text })]
}

/// Why somebody may not write a post: nobody gives a post to themselves or changes their own, and only the giver lends one
/// (whoever keeps the posts may end it sooner). The system, which makes the first keeper, may.
pub(crate) fn writer_faults(
    bureau: &Bureau,
    reader: &mut Reader,
    actor: &Actor,
    record: &luoshi_store::Record,
) -> Result<Vec<(Option<String>, crate::view::FieldFault)>, StoreError> {
    if actor.account == 0 {
        return Ok(vec![]);
    }
    let history = reader.history(bureau.table(POSTS), record.id)?;
    let before = history.iter().rev().nth(1).map(|version| &version.record);
    let fault = |field: &str, code: &str, zh: &str, en: &str| {
        let text = said(actor.lang, zh, en);
        Ok(vec![(Some(field.to_string()), crate::view::FieldFault { code: code.into(), text })])
    };
    let mine = |post: &luoshi_store::Record| post.value("person").int().is_some_and(|held| Some(held) == actor.person);
    if mine(record) || before.is_some_and(mine) {
        return fault(
            "person",
            "D086",
            "不能给本人登记任职，也不能修改本人的任职。请由另一位系统管理员办理。",
            "Nobody files or changes a post of their own. Ask another administrator.",
        );
    }
    let giver = record.value("giver").int();
    if giver.is_none() || giver == actor.person || before.is_some_and(|before| ends_sooner(before, record)) {
        return Ok(vec![]);
    }
    fault(
        "giver",
        "D087",
        "委托只能由授权人本人登记；他人只能提前任职止。请由授权人登录办理。",
        "Only the giver lends a post; others can only end it sooner. Let the giver sign in and file it.",
    )
}

/// Whether nothing has changed but an earlier end.
fn ends_sooner(before: &luoshi_store::Record, after: &luoshi_store::Record) -> bool {
    let same =
        ["person", "role", "unit", "since_on", "giver"].iter().all(|name| before.value(name) == after.value(name));
    let ends = |post: &luoshi_store::Record| post.value("until_on").date();
    same && matches!((ends(before), ends(after)), (Some(before), Some(after)) if after <= before)
}

/// Posts that a person holds today. One by delegation lasts no longer than the giver's own.
fn posts(bureau: &Bureau, reader: &mut Reader, person: i64) -> Result<Vec<Post>, StoreError> {
    let context = bureau.context(bureau.clock.today());
    let filter = Condition::All(vec![
        is("person", Value::Int(person)),
        day("since_on", Compare::AtMost, Source::Today),
        Condition::Any(vec![
            Condition::Empty(vec!["until_on".into()], true),
            day("until_on", Compare::AtLeast, Source::Today),
        ]),
    ]);
    let paths = ["role", "unit", "giver"].map(|name| vec![name.to_string()]);
    let columns = crate::cell::columns(&bureau.packs, POSTS, &paths);
    let page = list::Page::first(&filter, &[], 50);
    let read = list::rows(&bureau.packs, &context, None, POSTS, &columns, &page);
    let mut out = vec![];
    for row in reader.rows(&read.select, &read.kinds)? {
        let (Some(role), Some(unit)) = (row[5].text(), row[6].int()) else { continue };
        let giver = match row[8].int() {
            None => None,
            Some(giver) if gives(bureau, reader, giver, role, unit, Source::Today, Source::Today)? => {
                Some(crate::Giver { person: giver, name: row[9].text().unwrap_or_default().to_string() })
            }
            Some(_) => continue,
        };
        let unit_title = row[7].text().unwrap_or_default().to_string();
        out.push(Post { role: role.to_string(), unit, unit_title, giver });
    }
    // A person's own posts come first.
    out.sort_by_key(|post| post.giver.is_some());
    Ok(out)
}

fn is(name: &str, value: Value) -> Condition {
    Condition::Compare(vec![name.to_string()], Compare::Equal, Operand::literal(value))
}

fn day(name: &str, compare: Compare, source: Source) -> Condition {
    Condition::Compare(vec![name.to_string()], compare, Operand::of(source))
}

/// Whether a person holds a role in a unit in their own right over these days: nobody hands on what was lent.
fn gives(
    bureau: &Bureau,
    reader: &mut Reader,
    giver: i64,
    role: &str,
    unit: i64,
    first: Source,
    last: Source,
) -> Result<bool, StoreError> {
    let filter = Condition::All(vec![
        is("person", Value::Int(giver)),
        is("role", Value::Text(role.to_string())),
        is("unit", Value::Int(unit)),
        Condition::Empty(vec!["giver".into()], true),
        day("since_on", Compare::AtMost, first),
        Condition::Any(vec![Condition::Empty(vec!["until_on".into()], true), day("until_on", Compare::AtLeast, last)]),
    ]);
    let context = bureau.context(bureau.clock.today());
    let read = list::totals(&bureau.packs, &context, None, POSTS, &[], &list::EVERYTHING, &filter);
    Ok(reader.rows(&read.select, &read.kinds)?.first().and_then(|row| row.first()?.int()).unwrap_or(0) > 0)
}

/// Why a delegation cannot be: what the giver does not hold, nobody can be lent.
pub(crate) fn delegation_faults(
    bureau: &Bureau,
    reader: &mut Reader,
    record: &luoshi_store::Record,
    lang: Lang,
) -> Result<Vec<(Option<String>, crate::view::FieldFault)>, StoreError> {
    let Some(giver) = record.value("giver").int() else { return Ok(vec![]) };
    let (Some(role), Some(unit)) = (record.value("role").text(), record.value("unit").int()) else { return Ok(vec![]) };
    let [first, last] = ["since_on", "until_on"].map(|name| Source::Value(record.value(name).clone()));
    if gives(bureau, reader, giver, role, unit, first, last)? {
        return Ok(vec![]);
    }
    let text = said(
        lang,
        "授权人在这段时间没有以本人名义在该单位任这一角色，不能委托（受托的职权也不得再委托）。请核对角色、单位和起止日期。",
        "The giver does not hold this role in this unit in their own right for the whole time. Check role, unit and days.",
    );
    Ok(vec![(Some("giver".to_string()), crate::view::FieldFault { code: "D052".into(), text })])
}

/// The key under which a demo bureau keeps what its sign-in page offers.
pub const DEMO_KEY: &str = "demo_accounts";

/// Marks a bureau as a demo: the day it plays, and the accounts its sign-in page offers.
pub fn set_demo(bureau: &Bureau, today: &str, accounts: &str) -> Result<(), Refusal> {
    let act = Act { at: bureau.clock.now(), ..Act::default() };
    let (today, accounts) = (today.to_string(), accounts.to_string());
    let write = move |writer: &mut Writer| {
        writer.set_meta(DEMO_DAY, &today)?;
        writer.set_meta(DEMO_KEY, &accounts)
    };
    bureau.store.write(act, write).map_err(broken)
}

/// The key under which a demo bureau keeps the day it plays.
pub const DEMO_DAY: &str = "demo_day";

/// The accounts a demo bureau offers: lines of name, title, about (zh), about (en), tab between.
pub fn demo_accounts(bureau: &Bureau, lang: Lang) -> Result<Vec<DemoAccount>, Refusal> {
    let kept = bureau.store.read(|reader| reader.meta(DEMO_KEY)).map_err(broken)?.unwrap_or_default();
    let account = |line: &str| {
        let [name, title, zh, en] = line.split('\t').collect::<Vec<_>>()[..] else { return None };
        Some(DemoAccount { name: name.into(), title: title.into(), about: said(lang, zh, en) })
    };
    Ok(kept.lines().filter_map(account).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_names_do_not_end_the_pause_of_an_account() {
        let mut tries = HashMap::new();
        for _ in 0..WRONG_MOST {
            count(&mut tries, "shenji", true, 0);
        }
        for number in 0..2 * GUARD_MOST {
            count(&mut tries, &format!("nobody{number}"), false, 0);
        }
        assert_eq!(tries["shenji"].wrong, WRONG_MOST);
        assert!(tries.len() <= GUARD_MOST + 1);
    }
}
