//! `luoshi account`

use super::{Global, out};
use crate::open;
use luoshi_desk::view::Lang;
use luoshi_desk::{Actor, Bureau, Desk, NotSaved, Refusal, Save, account, random};
use std::process::ExitCode;
use std::sync::Arc;

/// The account that is wanted.
pub struct Wanted {
    /// The sign-in name.
    pub name: String,
    /// The person's name; that of the person who has been filed, where none is given.
    pub title: Option<String>,
    /// Somebody who has been filed already.
    pub person: Option<i64>,
    /// The person is new, though another one has the same name.
    pub namesake: bool,
    /// The role.
    pub role: String,
    /// The name of the post's unit; without it no post is filed.
    pub unit: Option<String>,
}

/// Files the person, where they have not been filed, and the post, and makes the account; prints its random password once.
pub fn run(global: &Global, wanted: &Wanted) -> Result<ExitCode, String> {
    let bureau = writable(global)?;
    let said = |refusal: Refusal| refusal.sentence(global.lang()).to_string();
    let known = match wanted.person {
        None => None,
        Some(id) => Some(account::person_name(&bureau, id).map_err(said)?.ok_or_else(|| {
            global.say(&format!("没有编号为{id}的人员。"), &format!("there is no person number {id}"))
        })?),
    };
    let title = wanted.title.clone().or_else(|| known.clone()).unwrap_or_default();
    if known.is_none() && !wanted.namesake {
        none_of_that_name(global, &bureau, &title)?;
    }
    let desk = Desk::new(bureau.clone(), false);
    let unit = wanted.unit.as_ref().map(|name| unit(global, &desk, name)).transpose()?;
    let person = match wanted.person {
        Some(id) => id,
        None => file(global, &desk, "person", &[("name", &title)])?,
    };
    if let Some(unit) = unit {
        let (person, unit) = (person.to_string(), unit.to_string());
        let today = bureau.clock.today().to_string();
        let typed = [("person", &*person), ("role", &*wanted.role), ("unit", &*unit), ("since_on", &*today)];
        file(global, &desk, "post", &typed)?;
    }
    let password = random::hex(6);
    account::create(&bureau, &wanted.name, &title, Some(person), Some(&password)).map_err(said)?;
    out(format!("{}\t{password}", wanted.name));
    Ok(ExitCode::SUCCESS)
}

/// Lets nobody sign in with an account any more.
pub fn disable(global: &Global, name: &str) -> Result<ExitCode, String> {
    account::disable(&*writable(global)?, name).map_err(|_| no_account(global, name))?;
    Ok(ExitCode::SUCCESS)
}

/// Gives an account another random password, and prints it once.
pub fn renew(global: &Global, name: &str) -> Result<ExitCode, String> {
    let password = random::hex(6);
    account::renew(&*writable(global)?, name, &password).map_err(|_| no_account(global, name))?;
    out(format!("{name}\t{password}"));
    Ok(ExitCode::SUCCESS)
}

fn no_account(global: &Global, name: &str) -> String {
    global.say(&format!("没有账号“{name}”。"), &format!("there is no account “{name}”"))
}

fn writable(global: &Global) -> Result<Arc<Bureau>, String> {
    let bureau = open::bureau(global)?;
    match &bureau.read_only {
        Some((zh, en)) => Err(global.say(zh, en)),
        None => Ok(bureau),
    }
}

/// Two persons' records of one human would be two people to four eyes.
fn none_of_that_name(global: &Global, bureau: &Bureau, title: &str) -> Result<(), String> {
    let same = account::persons_named(bureau, title).map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    if same.is_empty() {
        return Ok(());
    }
    let ids = same.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(global.say(
        &format!("已有同名人员“{title}”，编号 {ids}。是同一人的，用 --person 编号；是另一人的，加 --namesake。"),
        &format!(
            "there is a person named “{title}” already, number {ids}: --person ID if it is the same, --namesake if not"
        ),
    ))
}

/// The unit of a name; the first one of a new bureau is filed as the bureau.
fn unit(global: &Global, desk: &Desk, name: &str) -> Result<i64, String> {
    let said = |refusal: Refusal| refusal.sentence(global.lang()).to_string();
    match desk.bureau().unit_named(name).map_err(said)? {
        Some(unit) => Ok(unit),
        None if desk.bureau().has_no_unit().map_err(said)? => {
            file(global, desk, "unit", &[("name", name), ("kind", "bureau")])
        }
        None => Err(global.say(&format!("没有叫“{name}”的单位。"), &format!("there is no unit “{name}”"))),
    }
}

fn file(global: &Global, desk: &Desk, register: &str, typed: &[(&str, &str)]) -> Result<i64, String> {
    let save = Save {
        register: register.to_string(),
        typed: typed.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect(),
        ..Save::default()
    };
    let system = Actor::system(global.lang());
    desk.save(&system, &save).map(|saved| saved.id).map_err(|not| match not {
        NotSaved::Refused(refusal) => refusal.sentence(global.lang()).to_string(),
        NotSaved::Form(form) => {
            let all: Vec<&str> = form.every_fault().map(|(_, fault)| fault.text.as_str()).collect();
            all.join(match global.lang() {
                Lang::Zh => "；",
                Lang::En => "; ",
            })
        }
    })
}
