//! The seven numbers of the paragraph on education projects, over fourteen projects, five lights and five
//! air-conditioners worked by hand: on several days, as known then and as known now; each number is its evidence, and
//! the sum of each of its breakdowns.

use crate::support::{House, as_of, on, save, told};
use luoshi_desk::view::{RecordView, When};
use luoshi_pack::Aggregate;

/// Name, kind, stage, school, round, places (改扩建: before, after), campuses, temporary rooms; then the days of
/// starting, topping out, completion with its filing, delivery (empty: not yet).
type Project = (&'static str, &'static str, &'static str, &'static str, &'static str, Places, [&'static str; 4]);

/// Net places, places before and after for a rebuilt school, campuses, temporary.
type Places = (i64, Option<(i64, i64)>, i64, bool);

/// | project | why it is here | counts from its days in |
/// |---|---|---|
/// | P01 | rebuilt, 1,080 → 1,350: only the growth of 270 counts | built, new, delivered, places |
/// | P02 | one project, two campuses: 1 in 项, 2 in 所 | built, new, delivered, places |
/// | P03 | temporary rooms: a school like any other, but no places | built, new, delivered |
/// | P04 | delivered 2022-01-01: not in 2021, but in 2022 | built, new |
/// | P05 | delivered, then 作废 on 06-10 | nothing once void |
/// | P06 | delivered 06-01, re-opened 07-15 | built, new; delivered and places only until it was re-opened |
/// | P07 | all of it entered late, on 09-20 | known from 09-20, counted on its own days |
/// | P08 | new and counted as 百园: all five numbers | built, new, delivered, first round, places |
/// | P09 | continued from 2020 | built, delivered, first round, places; not new |
/// | P10 | vocational school: 项目, but neither 中小幼 school nor its places | built |
/// | P11 | second round, rebuilt 180 → 270 | built, new, delivered, places; not the first round |
/// | P12 | delivered 2020-12-31: the first round adds up over years, the others do not | first round |
/// | P13 | started, not delivered | built, new |
/// | P14 | started 2020-12-31, completed, not delivered | built; new only in 2020 |
#[rustfmt::skip]
const PROJECTS: [Project; 14] = [
    ("P01", "rebuilt", "primary", "sa", "", (270, Some((1080, 1350)), 1, false),
        ["2021-01-10", "2021-04-01", "2021-08-01", "2021-08-20"]),
    ("P02", "new", "junior", "sb", "", (1500, None, 2, false),
        ["2021-02-01", "2021-05-01", "2021-08-10", "2021-09-01"]),
    ("P03", "new", "primary", "sa", "", (270, None, 1, true),
        ["2021-03-01", "2021-04-10", "2021-08-05", "2021-08-25"]),
    ("P04", "new", "primary", "sa", "", (450, None, 1, false),
        ["2021-04-01", "2021-08-01", "2021-12-20", "2022-01-01"]),
    ("P05", "new", "kindergarten", "kb", "first", (150, None, 1, false),
        ["2021-03-10", "2021-04-10", "2021-05-10", "2021-05-20"]),
    ("P06", "new", "kindergarten", "ka", "first", (240, None, 1, false),
        ["2021-03-05", "2021-04-05", "2021-05-20", "2021-06-01"]),
    ("P07", "new", "kindergarten", "kb", "", (180, None, 1, false),
        ["2021-02-15", "2021-04-15", "2021-06-10", "2021-06-20"]),
    ("P08", "new", "kindergarten", "ka", "first", (360, None, 1, false),
        ["2021-01-20", "2021-05-20", "2021-09-01", "2021-09-10"]),
    ("P09", "continued", "kindergarten", "kb", "first", (270, None, 1, false),
        ["2020-05-01", "2020-11-01", "2021-02-20", "2021-03-01"]),
    ("P10", "new", "vocational", "vc", "", (600, None, 1, false),
        ["2021-03-01", "2021-06-01", "2021-08-20", "2021-09-01"]),
    ("P11", "rebuilt", "kindergarten", "kb", "second", (90, Some((180, 270)), 1, false),
        ["2021-02-20", "2021-05-20", "2021-08-20", "2021-08-31"]),
    ("P12", "continued", "kindergarten", "ka", "first", (270, None, 1, false),
        ["2019-09-01", "2020-05-01", "2020-12-20", "2020-12-31"]),
    ("P13", "new", "nine_year", "nc", "", (900, None, 1, false), ["2021-06-15", "", "", ""]),
    ("P14", "rebuilt", "primary", "sa", "", (270, Some((540, 810)), 1, false),
        ["2020-12-31", "2021-06-20", "2021-12-01", ""]),
];

/// Indicators in the order of the plan's text, which is the order of every row below.
const SEVEN: [&str; 7] = [
    "project_built_count",
    "campus_new_count",
    "campus_delivered_count",
    "first_round_count",
    "places_added",
    "light_count",
    "aircon_count",
];

/// As known at the end of the day. P05 counts until 06-10, P06 until 07-15, P07 not before 09-20; the fourth light from
/// 08-21 until 09-05, the fifth air-conditioner from 08-10 until 09-15.
///
/// built 2021-06-30: P01 P02 P03 P04 P06 P08 P09 P10 P11 P13 P14; new: those but P09, P10 (中职) and P14 (2020), P02 twice.
const KNOWN_THEN: [(&str, [i64; 7]); 7] = [
    // Of 2020: P09 P12 P14 under way; P14 started in it; P12 delivered on its last day.
    ("2020-12-31", [3, 1, 1, 1, 270, 1, 0]),
    // P01 P02 P03 P08 P09 P10 P11 P14; new P01 P02×2 P03 P08 P11; P09 delivered today.
    ("2021-03-01", [8, 6, 1, 2, 270, 0, 0]),
    // + P04 P05 P06; delivered P05 (150), P06 (240), P09 (270).
    ("2021-06-01", [11, 9, 3, 4, 660, 0, 0]),
    // P05 void, + P13.
    ("2021-06-30", [11, 9, 2, 3, 510, 0, 0]),
    // P06 re-opened; delivered P01 P03 (no places) P09 P11: 270 + 270 + 90. Lights 1 and 4, air-conditioners 1 and 5.
    ("2021-08-31", [11, 9, 4, 2, 630, 2, 2]),
    // P07 known; delivered P01 P02×2 P03 P07 P08 P09 P11: 270 + 1500 + 180 + 360 + 270 + 90.
    ("2021-09-30", [12, 10, 8, 3, 2670, 1, 1]),
    // P04 is not delivered yet.
    ("2021-12-31", [12, 10, 8, 3, 2670, 1, 2]),
];

/// As known on 2022-01-02, counted up to the day: P05 and P06 never counted as delivered, P07 on its own days.
const KNOWN_NOW: [(&str, [i64; 7]); 8] = [
    ("2020-12-31", [3, 1, 1, 1, 270, 1, 0]),
    ("2021-03-01", [9, 7, 1, 2, 270, 0, 0]),
    ("2021-06-01", [11, 9, 1, 2, 270, 0, 0]),
    ("2021-06-30", [12, 10, 2, 2, 450, 0, 0]),
    ("2021-08-31", [12, 10, 5, 2, 810, 1, 1]),
    ("2021-09-30", [12, 10, 8, 3, 2670, 1, 1]),
    ("2021-12-31", [12, 10, 8, 3, 2670, 1, 2]),
    // Of 2022: P04 P06 P13 P14 under way or delivered in it, nothing started, P04 delivered, the first round as before.
    ("2022-01-02", [4, 0, 1, 3, 450, 0, 1]),
];

/// Something a person does on a day.
struct Deed {
    day: &'static str,
    by: &'static str,
    register: &'static str,
    key: String,
    /// `None`: it is filed.
    made: Option<&'static str>,
    typed: Vec<(&'static str, String)>,
}

fn deed(day: &'static str, by: &'static str, register: &'static str, key: &str, made: Option<&'static str>) -> Deed {
    Deed { day, by, register, key: key.into(), made, typed: vec![] }
}

impl Deed {
    fn with(mut self, name: &'static str, text: impl ToString) -> Deed {
        self.typed.push((name, text.to_string()));
        self
    }
}

/// The life of a project; `late`: everything is entered on that day.
fn life(house: &House, project: &Project, late: Option<&'static str>) -> Vec<Deed> {
    let (name, kind, stage, school, round, (places, rebuilt, campuses, temporary), days) = project;
    let entered = |day: &'static str| late.unwrap_or(day);
    let mut filed = deed(entered(days[0]), "zhou", "project", name, None)
        .with("title", format!("演示{name}"))
        .with("kind", kind)
        .with("stage", stage)
        .with("school", house.id(school))
        .with("round", round)
        .with("places", places)
        .with("campuses", campuses)
        .with("temporary", if *temporary { "yes" } else { "no" });
    if let Some((before, after)) = rebuilt {
        filed = filed.with("places_before", before).with("places_after", after);
    }
    let first = entered(days[0]);
    let mut deeds = vec![
        filed,
        deed(first, "zhou", "project", name, Some("approve")),
        deed(first, "zhou", "project", name, Some("secure_land")),
        deed(first, "zhou", "project", name, Some("start")).with("started_on", days[0]),
    ];
    let later = [("top", "topped_on"), ("complete", "completed_on"), ("deliver", "delivered_on")];
    for ((made, field), day) in later.into_iter().zip(&days[1..]).filter(|(_, day)| !day.is_empty()) {
        let by = if made == "deliver" { "li" } else { "zhou" };
        let mut next = deed(entered(day), by, "project", name, Some(made)).with(field, day);
        if made != "top" {
            next = next.with("filed_on", days[2]);
        }
        deeds.push(next);
    }
    deeds
}

/// A light: filed, surveyed, installed and tested on a day, accepted on another.
fn light(house: &House, key: &'static str, tested: &'static str, accepted: Option<&'static str>) -> Vec<Deed> {
    let on = |made| deed(tested, "section", "light", key, made);
    let mut deeds = vec![
        on(None).with("school", house.id("sa")).with("room", key),
        on(Some("survey")).with("before_average", "210").with("before_uniformity", "0.5"),
        on(Some("install")).with("installed_on", tested),
        on(Some("test"))
            .with("tested_on", tested)
            .with("meter", "M1")
            .with("meter_valid_until", "2022-12-31")
            .with("after_average", "330.5")
            .with("after_uniformity", "0.75")
            .with("board_average", "520")
            .with("board_uniformity", "0.82"),
    ];
    deeds.extend(accepted.map(|day| deed(day, "li", "light", key, Some("accept")).with("accepted_on", day)));
    deeds
}

/// An air-conditioner: arrived and installed on a day, accepted on another.
fn aircon(house: &House, key: &'static str, installed: &'static str, accepted: Option<&'static str>) -> Vec<Deed> {
    let on = |made| deed(installed, "section", "aircon", key, made);
    let mut deeds = vec![
        on(None).with("school", house.id("sb")).with("room", key),
        on(Some("arrive")).with("arrived_on", installed).with("model", "K").with("serial_number", format!("N-{key}")),
        on(Some("install")).with("installed_on", installed).with("circuit_certificate", "D-1"),
    ];
    let accept = |day| deed(day, "li", "aircon", key, Some("accept")).with("accepted_on", day).with("trial_hours", 72);
    deeds.extend(accepted.map(accept));
    deeds
}

/// The bureau as it stands on 2022-01-02, everything entered in the order of time.
fn bureau() -> House {
    let house = House::settled("2019-08-01");
    let mut deeds: Vec<Deed> = vec![];
    for project in &PROJECTS {
        deeds.extend(life(&house, project, (project.0 == "P07").then_some("2021-09-20")));
    }
    deeds.push(deed("2021-06-10", "li", "project", "P05", Some("cancel")));
    deeds.push(deed("2021-07-15", "li", "project", "P06", Some("reopen")));
    deeds.extend(light(&house, "L1", "2021-08-18", Some("2021-08-20")));
    deeds.extend(light(&house, "L2", "2020-08-18", Some("2020-08-20")));
    deeds.extend(light(&house, "L3", "2021-08-18", None));
    deeds.extend(light(&house, "L4", "2021-08-18", Some("2021-08-21")));
    deeds.push(deed("2021-09-05", "li", "light", "L4", Some("reopen")));
    deeds.extend(light(&house, "L5", "2021-08-18", None));
    deeds.push(deed("2021-08-19", "li", "light", "L5", Some("cancel")));
    deeds.extend(aircon(&house, "A1", "2021-06-25", Some("2021-07-01")));
    deeds.extend(aircon(&house, "A2", "2021-12-25", Some("2021-12-31")));
    deeds.extend(aircon(&house, "A3", "2021-06-25", None));
    deeds.extend(aircon(&house, "A4", "2021-12-25", Some("2022-01-01")));
    deeds.extend(aircon(&house, "A5", "2021-08-01", Some("2021-08-10")));
    deeds.push(deed("2021-09-15", "li", "aircon", "A5", Some("cancel")));
    deeds.sort_by_key(|deed| deed.day);
    for deed in deeds {
        perform(&house, &deed);
    }
    house.day("2022-01-02");
    house
}

fn perform(house: &House, deed: &Deed) {
    house.day(deed.day);
    let typed: Vec<(&str, &str)> = deed.typed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let id = deed.made.map(|_| house.id(&deed.key));
    let mut asked = save(deed.register, id, deed.made, &typed);
    asked.reason = "演示".into();
    match house.desk.save(&house.actor(deed.by), &asked) {
        Ok(saved) => house.keep(&deed.key, saved.id),
        Err(not) => panic!("{} {:?} on {}: {}", deed.key, deed.made, deed.day, told(&not)),
    }
}

/// What a record carries into an indicator, read from its own page.
fn carried(record: &RecordView, aggregate: &Aggregate) -> i64 {
    let Aggregate::Sum(name) = aggregate else { return 1 };
    let mut fields = record.groups.iter().flat_map(|group| &group.fields);
    let field = fields.find(|field| field.name == *name).expect("the summed field is shown");
    field.shown.replace(',', "").parse().expect("it is a whole number")
}

fn whole(text: &str) -> i64 {
    text.replace(',', "").parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The number, its breakdowns, its evidence, the list that the evidence opens, and the measure's page agree.
fn agree(house: &House, indicator: &str, when: When, expected: i64) {
    let leader = house.actor("leader");
    let declared = &house.desk.bureau().packs.indicators[indicator];
    let figure = house.desk.figure(&leader, indicator, when, None).expect("the figure is computed");
    let value = whole(figure.value.as_deref().expect("it is not missing"));
    let names: Vec<&String> = figure.evidence.records.iter().map(|(_, _, label)| label).collect();
    assert_eq!(value, expected, "{indicator} {when:?}: {names:?}");
    for dimension in declared.by.keys() {
        let parts = house.desk.figure(&leader, indicator, when, Some(dimension)).expect("it is broken down").by;
        let sum: i64 = parts.iter().map(|part| whole(part.value.as_deref().unwrap_or("0"))).sum();
        assert_eq!(sum, value, "{indicator} by {dimension} {when:?}: {parts:?}");
    }
    let page = |id: i64| house.desk.record(&leader, &declared.of, id, when).expect("evidence can be opened");
    let sum: i64 = figure.evidence.records.iter().map(|(id, ..)| carried(&page(*id), &declared.aggregate)).sum();
    assert_eq!((sum, figure.evidence.hidden), (value, 0), "the evidence of {indicator} {when:?}");
    assert_eq!(figure.evidence.count, figure.evidence.records.len() as u64);
    let ask = luoshi_desk::ListAsk {
        register: declared.of.clone(),
        counted: Some(indicator.into()),
        when,
        ..Default::default()
    };
    let list = house.desk.list(&leader, &ask).expect("the evidence opens as a list");
    let mut listed: Vec<i64> = list.rows.iter().map(|row| row.id).collect();
    let mut evidence: Vec<i64> = figure.evidence.records.iter().map(|(id, ..)| *id).collect();
    listed.sort_unstable();
    evidence.sort_unstable();
    assert_eq!(listed, evidence, "the list of {indicator} {when:?}");
    assert_eq!(list.total, figure.evidence.count);
}

/// The plan's own number of a target, on its page, in its facts, and its measure's evidence and breakdowns; `stands`:
/// the day on which the plan stands, for the figure beside it.
fn plan_agrees(house: &House, place: usize, when: When, stands: When, expected: i64) {
    let leader = house.actor("leader");
    let facts = house.desk.measures(&leader, crate::support::PLAN, when).expect("the plan is judged");
    let bound = |fact: &&luoshi_desk::MeasureFact| {
        fact.targets.iter().any(|target| target.target.indicator.as_deref() == Some(SEVEN[place]))
    };
    let fact = facts.iter().find(bound).expect("the indicator is bound to a measure");
    assert_eq!(fact.targets[0].number.as_deref().map(whole), Some(expected), "{} {when:?} in the plan", fact.id);
    let measure = house.desk.measure(&leader, crate::support::PLAN, &fact.id, when).expect("the measure has a page");
    let number = measure.targets[0].number.as_ref().expect("it is bound");
    assert_eq!(number.value.as_deref().map(whole), Some(expected), "the page of {}", fact.id);
    let figure = house.desk.figure(&leader, SEVEN[place], stands, None).expect("the figure is computed");
    assert_eq!((number.evidence.total, number.hidden), (figure.evidence.count, 0));
    for breakdown in &number.breakdowns {
        let sum: i64 = breakdown.rows.iter().map(|row| whole(&row.shown)).sum();
        assert_eq!(sum, expected, "{} by {} {when:?}", fact.id, breakdown.name);
        let records: u64 = breakdown.rows.iter().map(|row| row.records.0).sum();
        assert_eq!(records, figure.evidence.count, "records of {} by {}", fact.id, breakdown.name);
    }
    let plan = house.desk.plan(&leader, crate::support::PLAN, when).expect("the plan has a page");
    let pieces = plan.sections.iter().flat_map(|section| &section.groups).flat_map(|group| &group.pieces);
    let mut row = pieces.filter_map(|piece| match piece {
        luoshi_desk::view::Piece::Measure(row) if row.id == fact.id => Some(row.as_ref()),
        _ => None,
    });
    let row = row.next_back().expect("the measure stands in the plan");
    let cell = row.target.as_ref().expect("with its number");
    assert_eq!(cell.value.as_deref().map(whole), Some(expected), "{} on the plan's page", fact.id);
}

#[test]
fn the_seven_numbers_are_those_worked_by_hand() {
    let house = bureau();
    let days = KNOWN_THEN.iter().map(|(day, row)| (as_of(day), day, row));
    let days = days.chain(KNOWN_NOW.iter().map(|(day, row)| (on(day), day, row)));
    for (when, day, row) in days {
        for (place, expected) in row.iter().enumerate() {
            agree(&house, SEVEN[place], when, *expected);
            if day.starts_with("2021") {
                plan_agrees(&house, place, when, when, *expected);
            }
        }
    }
}

#[test]
fn without_a_day_the_numbers_are_those_of_today() {
    let house = bureau();
    for (place, expected) in KNOWN_NOW[7].1.iter().enumerate() {
        agree(&house, SEVEN[place], When::default(), *expected);
    }
}

#[test]
fn after_its_year_the_plan_stands_at_its_last_day() {
    let house = bureau();
    for (place, expected) in KNOWN_NOW[6].1.iter().enumerate() {
        plan_agrees(&house, place, When::default(), on("2021-12-31"), *expected);
    }
}
