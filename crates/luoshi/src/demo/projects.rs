//! The demo bureau's education projects, from the first filing to delivery.

use super::Recipe;
use super::people::{House, School, office_minute, school_of};
use super::script::{Deed, Event, Typed};
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// What a project is, before it is played.
struct Project {
    key: String,
    title: String,
    kind: String,
    stage: String,
    school: String,
    town: String,
    places: i64,
    campuses: i64,
    investment: i64,
    round: Option<&'static str>,
    /// When it was filed.
    filed: Date,
    /// Start, roof, completion, delivery: as they come about, or are expected to.
    days: [Date; 4],
    due: Date,
    /// The last state it reaches by today.
    state: String,
    expected: Option<Date>,
    handler: String,
    temporary: bool,
}

/// States in order, each with the move into it and the days it asks.
const STEPS: [(&str, &str); 6] = [
    ("approved", "approve"),
    ("land", "secure_land"),
    ("started", "start"),
    ("topped", "top"),
    ("completed", "complete"),
    ("delivered", "deliver"),
];

const HANDLERS: [&str; 3] = ["hexiao", "chenli", "wanghaifeng"];

/// The events of all projects.
pub fn script(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House) -> Vec<Event> {
    let mut projects: Vec<Project> = vec![];
    projects.extend((0..recipe.projects.earlier).map(|number| earlier(rng, recipe, house, number)));
    projects.extend(recipe.projects.due.iter().map(|row| due(rng, recipe, house, row)));
    projects.extend((0..recipe.projects.later).map(|number| later(rng, recipe, house, number)));
    projects.extend((0..recipe.projects.reserve).map(|number| reserve(rng, recipe, house, number)));
    projects.extend((0..recipe.projects.void).map(|number| void(rng, recipe, house, number)));
    let mut events: Vec<Event> = projects.iter().flat_map(|project| life(rng, recipe, house, project)).collect();
    events.extend(corrections(&projects));
    events
}

fn due(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, row: &super::DueProject) -> Project {
    let (title, kind, stage, town, places, investment, due, day, state, handler) = row.clone();
    let start = match kind.as_str() {
        "continued" => back(due, rng.random_range(480..640)),
        // What is new or rebuilt this year was begun this year, if it can be done in time.
        "rebuilt" if rng.random_bool(0.6) => between(rng, date(2021, 1, 8), date(2021, 3, 1)),
        _ => back(due, rng.random_range(330..520)),
    };
    let round = (stage == "kindergarten" && kind != "rebuilt").then_some("first");
    let handler = match handler.as_str() {
        "何晓" => HANDLERS[0],
        "陈立" => HANDLERS[1],
        _ => HANDLERS[2],
    };
    let start = start.min(back(day, 75));
    let filed = back(start, rng.random_range(90..200)).max(recipe.since);
    Project {
        key: format!("project:{title}"),
        school: school_of(&title).to_string(),
        days: spread(start, day),
        expected: Some(day),
        title,
        kind,
        stage,
        town,
        places,
        campuses: 1,
        investment,
        round,
        filed,
        due,
        state,
        handler: handler.to_string(),
        temporary: false,
    }
    .at_home(house)
}

fn earlier(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, number: usize) -> Project {
    let school = some_school(rng, house, "kindergarten");
    let day = between(rng, date(2019, 11, 15), date(2020, 12, 20));
    let campuses = [6, 5, 6, 5, 6][number % 5];
    let start = back(day, rng.random_range(380..560));
    Project {
        key: format!("earlier:{number}"),
        title: format!("{}“百园工程”{}年第{}批", school.town, day.year(), number + 1),
        kind: "new".into(),
        stage: "kindergarten".into(),
        school: school.name.clone(),
        town: school.town.clone(),
        places: campuses * 270,
        campuses,
        investment: campuses * rng.random_range(2_600..3_400),
        round: Some("first"),
        filed: recipe.since,
        days: spread(start, day),
        due: near(rng, day),
        state: "delivered".into(),
        expected: None,
        handler: pick_handler(rng),
        temporary: false,
    }
}

fn later(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, number: usize) -> Project {
    let stage = ["kindergarten", "primary", "junior", "primary", "kindergarten", "senior", "nine_year"][number % 7];
    let school = some_school(rng, house, stage);
    let kind =
        ["continued", "new", "continued", "new", "continued", "continued", "rebuilt"][(number * 5 + number / 7) % 7];
    let start = match kind {
        "continued" => between(rng, date(2020, 3, 1), date(2020, 12, 20)),
        _ => between(rng, date(2021, 2, 20), date(2021, 9, 10)),
    };
    let day = start.saturating_add(rng.random_range(560..760_i64).days()).max(date(2022, 3, 1));
    let (classes, size) = scale(rng, stage);
    let state = if back(day, 300) < recipe.today { "topped" } else { "started" };
    Project {
        key: format!("later:{number}"),
        title: titled(school, kind),
        kind: kind.into(),
        stage: stage.into(),
        school: school.name.clone(),
        town: school.town.clone(),
        places: classes * size,
        campuses: 1,
        investment: classes * rng.random_range(380..620),
        round: (stage == "kindergarten").then_some("second"),
        filed: back(start, rng.random_range(60..160)).max(recipe.since),
        days: spread(start, day),
        due: near(rng, day),
        state: state.into(),
        expected: Some(day),
        handler: pick_handler(rng),
        temporary: false,
    }
}

fn reserve(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, number: usize) -> Project {
    let state = ["reserve", "approved", "land", "approved", "reserve"][number % 5];
    let base = later(rng, recipe, house, number + 3);
    let start = between(rng, date(2021, 11, 1), date(2022, 5, 1));
    let day = start.saturating_add(600.days());
    Project {
        key: format!("reserve:{number}"),
        kind: "new".into(),
        filed: between(rng, date(2021, 1, 5), date(2021, 8, 30)),
        days: spread(start, day),
        due: day,
        state: state.into(),
        expected: None,
        ..base
    }
}

fn void(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, number: usize) -> Project {
    let base = later(rng, recipe, house, number + 11);
    Project { key: format!("void:{number}"), state: "void".into(), temporary: number == 0, ..base }
}

impl Project {
    /// The stage and town of its school are the school's own.
    fn at_home(self, house: &House) -> Project {
        let known = house.schools.iter().any(|school| school.name == self.school);
        assert!(known, "the house has no {}", self.school);
        self
    }
}

fn titled(school: &School, kind: &str) -> String {
    match kind {
        "rebuilt" => format!("{}扩建", school.name),
        "continued" => format!("{}二期", school.name),
        _ => format!("{}新校舍", school.name),
    }
}

fn scale(rng: &mut ChaCha8Rng, stage: &str) -> (i64, i64) {
    match stage {
        "kindergarten" => (rng.random_range(2..5_i64) * 3, 30),
        "primary" => (rng.random_range(2..7_i64) * 6, 45),
        _ => (rng.random_range(2..6_i64) * 6, 50),
    }
}

fn some_school<'h>(rng: &mut ChaCha8Rng, house: &'h House, stage: &str) -> &'h School {
    let fitting: Vec<&School> = house.schools.iter().filter(|school| school.stage == stage).collect();
    fitting.choose(rng).copied().unwrap_or(&house.schools[0])
}

fn pick_handler(rng: &mut ChaCha8Rng) -> String {
    HANDLERS.choose(rng).copied().unwrap_or_default().to_string()
}

/// Start, roof, completion, delivery.
fn spread(start: Date, day: Date) -> [Date; 4] {
    let whole = luoshi_kernel::light::days(start, day).max(60);
    [start, start.saturating_add((whole * 6 / 10).days()), back(day, 12), day]
}

fn near(rng: &mut ChaCha8Rng, day: Date) -> Date {
    day.saturating_add(rng.random_range(-20..12_i64).days())
}

fn back(day: Date, days: i64) -> Date {
    day.saturating_sub(Span::new().days(days))
}

fn between(rng: &mut ChaCha8Rng, first: Date, last: Date) -> Date {
    first.saturating_add(rng.random_range(0..=luoshi_kernel::light::days(first, last)).days())
}

/// The next weekday.
fn weekday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.day()),
        _ => day,
    }
}

/// A project's life as events: filed, moved along, its forecast changed now and then.
fn life(rng: &mut ChaCha8Rng, recipe: &Recipe, house: &House, project: &Project) -> Vec<Event> {
    let clerk_on = |day: Date| house.town_clerk(town_on(project, day));
    let clerk = clerk_on(project.filed);
    let event = |day: Date, minute, by: &str, act, typed, reason| Event {
        day,
        minute,
        by: by.to_string(),
        record: project.key.clone(),
        register: "project",
        act,
        typed,
        reason,
    };
    let mut minute = office_minute(rng);
    let mut events = vec![event(project.filed, minute, &clerk, Deed::File, filing(project), "")];
    minute += 1;
    let handler = vec![("handler", Typed::Record(format!("person:{}", project.handler)))];
    // Whoever verifies the delivery has written nothing of the project.
    events.push(event(project.filed, minute, "liwenjing", Deed::Edit, handler, "指定经办人"));
    let last = STEPS.iter().position(|(state, _)| *state == project.state).map_or(0, |place| place + 1);
    let last = if project.state == "void" { 1 } else { last };
    let lead = luoshi_kernel::light::days(project.filed, project.days[0]).max(3);
    for (place, (_, made)) in STEPS[..last].iter().enumerate() {
        // What would lie ahead has not come about.
        if place >= 2 && project.days[place - 2] > recipe.today {
            break;
        }
        let day = match place {
            0 => project.filed.saturating_add((lead / 3).days()),
            1 => project.filed.saturating_add((lead * 2 / 3).days()),
            place => project.days[place - 2].saturating_add(rng.random_range(0..3_i64).days()),
        };
        // Nothing is noted before the project is in the books, or on a weekend; what is late is noted in order.
        let noted = weekday(day.max(project.filed)).min(recipe.today);
        minute = if noted == events.last().map_or(noted, |event: &Event| event.day) {
            minute + 1
        } else {
            office_minute(rng)
        };
        let by = if *made == "deliver" { "zhoumin".to_string() } else { clerk_on(noted) };
        events.push(event(noted, minute, &by, Deed::Move(made), asked(made, project), ""));
    }
    if project.state == "void" {
        events.push(event(
            date(2021, 5, 18),
            600,
            "zhoumin",
            Deed::Move("cancel"),
            vec![],
            "用地规划调整，项目并入邻校扩建",
        ));
    }
    events.extend(forecasts(rng, recipe, project, &clerk));
    let mut events = in_order(events);
    events.extend(milestones(recipe, project, &clerk_on));
    events.extend(payments(rng, recipe, project));
    events
}

/// The steps of operations 10 that the demo keeps for each project, with the part of its time at which each is due.
const MILESTONES: [(&str, i64); 8] = [
    ("approval", -60),
    ("site", -30),
    ("permit", -5),
    ("start", 0),
    ("topping", 60),
    ("acceptance", 94),
    ("special_acceptance", 97),
    ("delivery", 100),
];

fn milestones(recipe: &Recipe, project: &Project, clerk_on: &dyn Fn(Date) -> String) -> Vec<Event> {
    if matches!(project.state.as_str(), "reserve" | "void") {
        return vec![];
    }
    let whole = luoshi_kernel::light::days(project.days[0], project.due).max(60);
    let slip = luoshi_kernel::light::days(project.due, project.days[3]);
    let reached = |step: &str| match step {
        "approval" => true,
        "site" => project.state != "approved",
        "permit" | "start" => !matches!(project.state.as_str(), "approved" | "land"),
        "topping" => matches!(project.state.as_str(), "topped" | "completed" | "delivered"),
        "acceptance" | "special_acceptance" => matches!(project.state.as_str(), "completed" | "delivered"),
        _ => project.state == "delivered",
    };
    let mut events = vec![];
    for (place, (step, percent)) in MILESTONES.iter().enumerate() {
        // What comes before the start is counted in days, what comes after in parts of the whole.
        let due = if *percent < 0 {
            back(project.days[0], -*percent)
        } else {
            project.days[0].saturating_add((whole * percent / 100).days())
        };
        let done = if *percent > 0 { due.saturating_add((slip * percent / 100).days()) } else { due };
        let key = format!("{}/{step}", project.key);
        let event = |day: Date, act, typed| Event {
            day,
            minute: 1030 + place as i64,
            by: clerk_on(day),
            record: key.clone(),
            register: "milestone",
            act,
            typed,
            reason: "",
        };
        let filing = vec![
            ("project", Typed::Record(project.key.clone())),
            ("step", Typed::from(*step)),
            ("due_on", Typed::from(due)),
        ];
        events.push(event(project.filed, Deed::File, filing));
        let noted = done.max(project.filed.saturating_add(1.day()));
        if reached(step) && noted <= recipe.today {
            let mut typed = vec![("done_on", Typed::from(done))];
            if slip > 15 && *percent > 50 {
                typed.push(("delay", Typed::from(if place % 2 == 0 { "weather" } else { "design" })));
            }
            events.push(event(noted, Deed::Edit, typed));
        }
    }
    events
}

/// What was paid, as work went on.
fn payments(rng: &mut ChaCha8Rng, recipe: &Recipe, project: &Project) -> Vec<Event> {
    const PARTS: [(&str, i64, i64); 6] = [
        ("开工预付", 2, 10),
        ("基础", 15, 12),
        ("主体一层", 30, 13),
        ("主体三层", 45, 14),
        ("结顶", 61, 12),
        ("砌体与装饰", 80, 14),
    ];
    if matches!(project.state.as_str(), "reserve" | "approved" | "land" | "void") {
        return vec![];
    }
    let whole = luoshi_kernel::light::days(project.days[0], project.days[3]).max(60);
    let mut events = vec![];
    for (place, (purpose, percent, share)) in PARTS.iter().enumerate() {
        let day = weekday(project.days[0].saturating_add((whole * percent / 100).days()));
        let noted = day.max(project.filed.saturating_add(2.days()));
        if noted > recipe.today {
            break;
        }
        let amount = project.investment * share / 100 + rng.random_range(-6..7_i64);
        events.push(Event {
            day: noted,
            minute: 620 + place as i64,
            by: project.handler.clone(),
            record: format!("{}/payment{place}", project.key),
            register: "payment",
            act: Deed::File,
            typed: vec![
                ("project", Typed::Record(project.key.clone())),
                ("day", Typed::from(day)),
                ("purpose", Typed::from(*purpose)),
                ("amount", Typed::from(amount.max(1))),
                ("voucher", Typed::from("支付凭证")),
            ],
            reason: "",
        });
    }
    events
}

/// One kindergarten is handed to another town; from that day the other town's clerk reports for it.
const HANDED_OVER: (&str, &str, Date) = ("城西街道五洲幼儿园", "后宅街道", date(2021, 8, 2));

fn town_on(project: &Project, day: Date) -> &str {
    let (school, town, since) = HANDED_OVER;
    if project.school == school && day >= since { town } else { &project.town }
}

/// Later things of one project never stand before earlier ones.
fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    for place in 1..events.len() {
        let before = (events[place - 1].day, events[place - 1].minute);
        if matches!(events[place].act, Deed::Move(_)) && (events[place].day, events[place].minute) <= before {
            events[place].day = before.0;
            events[place].minute = before.1 + 1;
        }
    }
    events
}

fn filing(project: &Project) -> Vec<(&'static str, Typed)> {
    let (size, classes) = match project.stage.as_str() {
        "kindergarten" => (30, whole_classes(project.places, 30)),
        "primary" => (45, whole_classes(project.places, 45)),
        _ => (50, whole_classes(project.places, 50)),
    };
    let text = |text: &str| Typed::from(text);
    let mut typed = vec![
        ("title", text(&project.title)),
        ("kind", text(&project.kind)),
        ("stage", text(&project.stage)),
        ("school", Typed::Record(project.school.clone())),
        ("agent", text("市城投建设（演示）")),
        ("classes", Typed::from(classes)),
        ("class_size", Typed::from(size)),
        ("places", Typed::from(project.places)),
        ("campuses", Typed::from(project.campuses)),
        ("temporary", text(if project.temporary { "yes" } else { "no" })),
        ("investment", Typed::from(project.investment)),
        ("floor_area", Typed::from(project.places * 12)),
        ("start_due_on", Typed::from(project.days[0])),
        ("completed_due_on", Typed::from(back(project.due, 10).max(project.days[0]))),
        ("deliver_due_on", Typed::from(project.due)),
    ];
    if project.kind == "rebuilt" {
        let before = project.places * 3 / 2;
        typed.push(("places_before", Typed::from(before)));
        typed.push(("places_after", Typed::from(before + project.places)));
    }
    if let Some(round) = project.round {
        typed.push(("round", text(round)));
    }
    if project.state != "reserve" && project.state != "delivered" {
        typed.push(("expected_on", Typed::from(project.due)));
    }
    typed
}

/// As many classes as hold the places.
fn whole_classes(places: i64, size: i64) -> i64 {
    (places + size - 1) / size
}

fn asked(made: &str, project: &Project) -> Vec<(&'static str, Typed)> {
    let [start, top, complete, deliver] = project.days;
    match made {
        "start" => vec![("started_on", Typed::from(start))],
        "top" => vec![("topped_on", Typed::from(top))],
        "complete" => vec![("completed_on", Typed::from(complete))],
        "deliver" => vec![("delivered_on", Typed::from(deliver)), ("filed_on", Typed::from(back(deliver, 4)))],
        _ => vec![],
    }
}

/// The forecast of what is not delivered moves with time; what is late says why.
fn forecasts(rng: &mut ChaCha8Rng, recipe: &Recipe, project: &Project, clerk: &str) -> Vec<Event> {
    let Some(expected) = project.expected.filter(|_| project.state != "delivered" && project.state != "void") else {
        return vec![];
    };
    if expected == project.due {
        return vec![];
    }
    let first = back(recipe.today, rng.random_range(20..90)).max(project.filed.saturating_add(1.day()));
    let edit = |day: Date, to: Date, reason| Event {
        day: weekday(day).min(recipe.today),
        minute: 560,
        by: clerk.to_string(),
        record: project.key.clone(),
        register: "project",
        act: Deed::Edit,
        typed: vec![("expected_on", Typed::from(to))],
        reason,
    };
    let reasons =
        ["外立面返工、幕墙单位更换", "管线迁改比预计多用一个月", "梅雨期长，主体施工顺延", "消防验收须整改两处"];
    let half = expected.saturating_sub((luoshi_kernel::light::days(project.due, expected) / 2).days());
    let reason = reasons.choose(rng).copied().unwrap_or_default();
    vec![edit(first, half, reason), edit(first.saturating_add(14.days()), expected, reason)]
}

/// Two things that were wrong and were put right, so that yesterday's knowledge differs from today's: the places of one
/// project on 1 August, the town of one kindergarten on 2 August.
fn corrections(projects: &[Project]) -> Vec<Event> {
    let Some(project) = projects.iter().find(|project| project.title == "北苑街道春晗幼儿园") else {
        return vec![];
    };
    let event = |day, by: &str, record: &str, register, typed, reason| Event {
        day,
        minute: 600,
        by: by.to_string(),
        record: record.to_string(),
        register,
        act: Deed::Edit,
        typed,
        reason,
    };
    let wrong = event(
        date(2021, 5, 20),
        "liwenjing",
        &project.key,
        "project",
        vec![("classes", Typed::from(13)), ("places", Typed::from(390))],
        "按图纸改",
    );
    let day = date(2021, 8, 1);
    let right = event(
        day,
        "liwenjing",
        &project.key,
        "project",
        vec![("places", Typed::from(project.places)), ("classes", Typed::from(12))],
        "竣工核定为12班，原填多1班",
    );
    // What was delivered is reopened, put right, and verified again by somebody else.
    let made = |minute, by: &str, name, typed| Event {
        minute,
        act: Deed::Move(name),
        ..event(day, by, &project.key, "project", typed, "竣工核定为12班，原填多1班")
    };
    let mut events = vec![wrong];
    if project.state == "delivered" && project.days[3] < day {
        events.push(made(599, "hexiao", "reopen", vec![]));
        events.push(made(601, "zhoumin", "deliver", asked("deliver", project)));
    }
    let (school, town, day) = HANDED_OVER;
    let town =
        event(day, "", school, "school", vec![("parent", Typed::Record(town.to_string()))], "区划调整，划归后宅街道");
    events.extend([right, town]);
    events
}
