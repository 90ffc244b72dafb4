//! `luoshi account`

use super::{Global, out};
use crate::open;
use luoshi_desk::view::Lang;
use luoshi_desk::{Actor, Desk, NotSaved, Save, account, random};
use std::process::ExitCode;

/// The account that is wanted.
pub struct Wanted {
    /// The sign-in name.
    pub name: String,
    /// The person's name.
    pub title: String,
    /// The role.
    pub role: String,
    /// The unit's name.
    pub unit: String,
}

/// Files the person and the post, and makes the account; prints its random password once.
pub fn run(global: &Global, wanted: &Wanted) -> Result<ExitCode, String> {
    let bureau = open::bureau(global)?;
    if let Some((zh, en)) = &bureau.read_only {
        return Err(global.say(zh, en));
    }
    let today = bureau.clock.today().to_string();
    let first = bureau.unit_named(&wanted.unit).map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    let empty = bureau.has_no_unit().map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    let desk = Desk::new(bureau.clone(), false);
    let unit = match first {
        Some(unit) => unit,
        None if empty => file(global, &desk, "unit", &[("name", &wanted.unit), ("kind", "bureau")])?,
        None => {
            return Err(
                global.say(&format!("没有叫“{}”的单位。", wanted.unit), &format!("there is no unit “{}”", wanted.unit))
            );
        }
    };
    let person = file(global, &desk, "person", &[("name", &wanted.title)])?;
    let (person_id, unit_id) = (person.to_string(), unit.to_string());
    file(
        global,
        &desk,
        "post",
        &[("person", &person_id), ("role", &wanted.role), ("unit", &unit_id), ("since_on", &today)],
    )?;
    let password = random::hex(6);
    account::create(&bureau, &wanted.name, &wanted.title, Some(person), Some(&password))
        .map_err(|refusal| refusal.sentence(global.lang()).to_string())?;
    out(format!("{}\t{password}", wanted.name));
    Ok(ExitCode::SUCCESS)
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
