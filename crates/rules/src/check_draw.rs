//! 双随机: freezes the roster of a task into records, and draws from exactly these records, so that anybody can recompute
//! who is visited by whom (operations 3.3).
//!
//! Both jobs may be begun again: every record is saved under its own number, and what is digested and drawn is read back.

use crate::credit_review;
use engine_draw::{Avoid, Object, Roster, Stratum, VisitPlan, VisitSheet, Witness, draw_visits, freeze_roster};
use luoshi_desk::Save;
use luoshi_desk::job::{NotDone, Record, Work};
use luoshi_kernel::kind;
use luoshi_pack::condition::{Compare, Condition, Operand};
use luoshi_pack::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The method by which a task was drawn; another one gets another name.
const METHOD: &str = "SM3 luoshi-visits-1";
/// Credit classes by key, with the field of a task that holds the share.
const CLASSES: [(&str, &str); 4] = [("a", "share_a"), ("b", "share_b"), ("c", "share_c"), ("d", "share_d")];

/// Writes the roster of a task: institutions in scope with the class in force today, officers in service, who avoids whom;
/// then digests it. What changes later changes no roster.
pub fn freeze(work: &Work<'_>) -> Result<(), NotDone> {
    let Some(task) = work.record()?.filter(|task| task.state.as_deref() == Some("listing")) else { return Ok(()) };
    let at = work.now();
    for entry in entries(work, &task)? {
        work.save_once(
            &entry["number"],
            Save { register: "check_candidate".into(), typed: entry.clone(), ..Save::default() },
        )?;
    }
    match freeze_roster(roster(work, &task, at)?) {
        Ok(frozen) => {
            let digest = frozen.digest.map(|digest| digest.to_string()).unwrap_or_default();
            make(work, &task, "listed", [("frozen_at", typed(at)), ("digest", digest)].into())
        }
        Err(refusal) => fail(work, &task, &format!("{} {}", refusal.rule, refusal.zh)),
    }
}

/// Draws: opens a visit for each object drawn, marks it in the roster, and keeps the seed.
pub fn draw(work: &Work<'_>) -> Result<(), NotDone> {
    let Some(task) = work.record()?.filter(|task| task.state.as_deref() == Some("drawing")) else { return Ok(()) };
    let frozen_at = task.value("frozen_at").int().ok_or_else(|| NotDone::Refused("没有冻结时间".into()))?;
    let plan = match plan(work, &task, frozen_at)? {
        Ok(plan) => plan,
        Err(said) => return fail(work, &task, &said),
    };
    let listed = listed(work, &task)?;
    let name = |officer: &str| {
        let entry = listed.iter().find(|entry| entry.value("number").text() == Some(officer));
        entry.and_then(|entry| entry.value("title").text()).unwrap_or(officer).to_string()
    };
    let due_on = task.value("due_on").date().map(|day| day.to_string()).unwrap_or_default();
    for visit in &plan.visits {
        let passed = visit.passed.iter().map(|passed| format!("{}（{}）", name(&passed.officer), &*passed.ground));
        let passed: Vec<String> = passed.collect();
        let typed = [
            ("task", task.id.to_string()),
            ("institution", id_of(&visit.object)),
            ("class", visit.class.to_lowercase()),
            ("lead", id_of(&visit.lead)),
            ("second", id_of(&visit.second)),
            ("passed", passed.join("、").chars().take(200).collect()),
            ("due_on", due_on.clone()),
        ];
        work.save_once(
            &format!("visit {}", &*visit.object),
            Save { register: "check_visit".into(), typed: of(typed), ..Save::default() },
        )?;
        let entry = listed.iter().find(|entry| entry.value("number").text() == Some(&*visit.object));
        if let Some(entry) = entry {
            let change = Save {
                register: "check_candidate".into(),
                id: Some(entry.id),
                typed: of([("outcome", "drawn".into())]),
                ..Save::default()
            };
            work.save_once(&format!("drawn {}", &*visit.object), change)?;
        }
    }
    let drawn = [("drawn_at", typed(work.now())), ("method", METHOD.into()), ("seed", plan.seed.to_string())];
    make(work, &task, "drawn", drawn.into())
}

/// The draw of a task from its own records alone; what the engine refuses is a sentence.
fn plan(work: &Work<'_>, task: &Record, frozen_at: i64) -> Result<Result<VisitPlan<'static>, String>, NotDone> {
    let refused = |refusal: engine_draw::Refusal| format!("{} {}", refusal.rule, refusal.zh);
    let frozen = match freeze_roster(roster(work, task, frozen_at)?) {
        Ok(frozen) => frozen,
        Err(refusal) => return Ok(Err(refused(refusal))),
    };
    if frozen.digest.as_deref() != task.value("digest").text() {
        return Ok(Err("PW-09 名录在冻结后被改动，请另立任务".into()));
    }
    Ok(draw_visits(frozen, sheet(task, work.now())).map_err(refused))
}

/// What the witnesses drew, as it stands in the task.
fn sheet(task: &Record, at: i64) -> VisitSheet<'static> {
    let witness = |nth: u8| {
        let name = task.value(&format!("witness_{nth}")).text().unwrap_or_default().to_string();
        let ball = task.value(&format!("ball_{nth}")).int().unwrap_or(-1);
        Witness {
            role: "见证人".into(),
            name: name.into(),
            drawn_at: iso(at).into(),
            ball: format!("{ball:02}").into(),
        }
    };
    VisitSheet { operator: person(task, "operator").into(), witnesses: [1, 2, 3].map(witness).into() }
}

/// The roster of a task as its records say.
fn roster(work: &Work<'_>, task: &Record, frozen_at: i64) -> Result<Roster<'static>, NotDone> {
    let mut roster = Roster {
        batch: task.serial.clone().unwrap_or_else(|| task.id.to_string()).into(),
        frozen_at: iso(frozen_at).into(),
        keepers: vec![person(task, "keeper").into()],
        strata: CLASSES.map(|(class, share)| stratum(class, task.value(share))).into(),
        objects: vec![],
        officers: vec![],
        avoid: vec![],
        digest: None,
    };
    for entry in listed(work, task)? {
        let text = |name: &str| entry.value(name).text().unwrap_or_default().to_string();
        let id = |name: &str| entry.value(name).int().unwrap_or_default();
        if text("outcome") == "excluded" {
            continue;
        }
        match text("kind").as_str() {
            "object" => roster
                .objects
                .push(Object { number: text("number").into(), class: text("class").to_uppercase().into() }),
            "officer" => roster.officers.push(text("number").into()),
            _ => roster.avoid.push(Avoid {
                object: number("J", id("institution")).into(),
                officer: number("R", id("officer")).into(),
                ground: text("ground").into(),
            }),
        }
    }
    Ok(roster)
}

fn stratum(class: &str, share: &Value) -> Stratum<'static> {
    let share = share.int().and_then(|share| u64::try_from(share).ok()).unwrap_or(0);
    Stratum { class: class.to_uppercase().into(), share }
}

type Typed = BTreeMap<String, String>;

/// What the roster of a task is to hold, one record each.
fn entries(work: &Work<'_>, task: &Record) -> Result<Vec<Typed>, NotDone> {
    let (today, id) = (Value::Date(work.today()), task.id.to_string());
    let lasting = |name: &str| {
        Condition::Any(vec![Condition::Empty(vec![name.into()], true), compare(name, Compare::More, today.clone())])
    };
    let mut filter = vec![lasting("until_on")];
    if let Some(subject) = task.value("subject").text() {
        filter.push(is("subject", Value::Text(subject.into())));
    }
    let done = visited_this_year(work, task)?;
    let text = |record: &Record, name: &str| record.value(name).text().unwrap_or_default().to_string();
    let mut titles: BTreeMap<(&str, i64), String> = BTreeMap::new();
    let (classes, unrated) = (credit_review::classes(work)?, task.value("unrated").text().unwrap_or_default());
    let mut entries = vec![];
    for institution in work.records("institution", &Condition::All(filter))? {
        let class = classes.get(&institution.id).map_or(unrated, String::as_str).to_string();
        let (outcome, ground) = match done.contains(&institution.id) {
            true => ("excluded", "本年度已按同一事项抽查"),
            false => ("listed", ""),
        };
        titles.insert(("institution", institution.id), text(&institution, "name"));
        entries.push(of([
            ("task", id.clone()),
            ("number", number("J", institution.id)),
            ("title", text(&institution, "name")),
            ("kind", "object".into()),
            ("institution", institution.id.to_string()),
            ("class", class),
            ("outcome", outcome.into()),
            ("ground", ground.into()),
        ]));
    }
    let valid = compare("certificate_until_on", Compare::AtLeast, today.clone());
    for officer in work.records("officer", &Condition::All(vec![lasting("until_on"), valid]))? {
        titles.insert(("officer", officer.id), text(&officer, "name"));
        entries.push(of([
            ("task", id.clone()),
            ("number", number("R", officer.id)),
            ("title", text(&officer, "name")),
            ("kind", "officer".into()),
            ("officer", officer.id.to_string()),
            ("outcome", "listed".into()),
        ]));
    }
    for avoidance in work.records("avoidance", &lasting("until_on"))? {
        let of_field = |name: &str| avoidance.value(name).int().unwrap_or_default();
        let ground = avoidance.value("ground").text().unwrap_or_default();
        // Whoever is not on the roster needs not keep away.
        let [Some(officer), Some(institution)] =
            ["officer", "institution"].map(|name| titles.get(&(name, of_field(name))))
        else {
            continue;
        };
        entries.push(of([
            ("task", id.clone()),
            ("number", number("H", avoidance.id)),
            ("title", format!("{officer}—{institution}")),
            ("kind", "avoid".into()),
            ("institution", of_field("institution").to_string()),
            ("officer", of_field("officer").to_string()),
            ("outcome", "listed".into()),
            ("ground", work.choice("avoidance", "ground", ground)),
        ]));
    }
    Ok(entries)
}

/// Institutions that a task of the same plan has drawn for one of the same items.
fn visited_this_year(work: &Work<'_>, task: &Record) -> Result<BTreeSet<i64>, NotDone> {
    let items: BTreeSet<&str> = task.value("items").members().collect();
    let plan = is("plan", task.value("plan").clone());
    let mut visited = BTreeSet::new();
    for other in work.records("check_task", &plan)? {
        if other.id != task.id && other.value("items").members().any(|item| items.contains(item)) {
            let visits = work.records("check_visit", &is("task", Value::Int(other.id)))?;
            visited.extend(visits.iter().filter_map(|visit| visit.value("institution").int()));
        }
    }
    Ok(visited)
}

fn listed(work: &Work<'_>, task: &Record) -> Result<Vec<Record>, NotDone> {
    work.records("check_candidate", &is("task", Value::Int(task.id)))
}

fn make(work: &Work<'_>, task: &Record, made: &str, typed: BTreeMap<&str, String>) -> Result<(), NotDone> {
    let typed = typed.into_iter().map(|(name, text)| (name.to_string(), text)).collect();
    let save =
        Save { register: "check_task".into(), id: Some(task.id), by_move: Some(made.into()), typed, ..Save::default() };
    work.save_once(made, save).map(|_| ())
}

fn fail(work: &Work<'_>, task: &Record, reason: &str) -> Result<(), NotDone> {
    let save = Save {
        register: "check_task".into(),
        id: Some(task.id),
        by_move: Some("fail".into()),
        reason: reason.into(),
        ..Save::default()
    };
    work.save_once("fail", save).map(|_| ())
}

fn of<const N: usize>(typed: [(&str, String); N]) -> Typed {
    typed.map(|(name, text)| (name.to_string(), text)).into()
}

fn is(name: &str, value: Value) -> Condition {
    compare(name, Compare::Equal, value)
}

fn compare(name: &str, compare: Compare, value: Value) -> Condition {
    Condition::Compare(vec![name.into()], compare, Operand::literal(value))
}

/// The number of a record in the roster: of equal length, so that the order of texts is that of ids.
fn number(letter: &str, id: i64) -> String {
    format!("{letter}{id:07}")
}

fn id_of(number: &str) -> String {
    number.get(1..).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or_default().to_string()
}

fn person(task: &Record, field: &str) -> String {
    number("P", task.value(field).int().unwrap_or_default())
}

/// A moment as it is typed: to the minute.
fn typed(micros: i64) -> String {
    kind::typed(&Kind::Moment, &Value::Int(micros))
}

/// A moment as it stands in a roster.
fn iso(micros: i64) -> String {
    kind::beijing(micros).map_or_else(String::new, |civil| civil.strftime("%Y-%m-%dT%H:%M:00+08:00").to_string())
}
