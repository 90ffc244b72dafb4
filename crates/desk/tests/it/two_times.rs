//! The two times: a wrong figure corrected on 08-01, a school moved to another town on 08-02. As known on an earlier day
//! the bureau shows the old figure in the old town, as known now the new one in the new town, on every road alike.

use crate::support::{House, as_of, on};
use luoshi_desk::view::{ListView, When};
use luoshi_desk::{ListAsk, No};

/// One delivered project of 佛堂小学: 270 places in 佛堂镇, corrected to 240 on 08-01, the school in 赤岸镇 from 08-02.
fn bureau() -> House {
    let house = House::settled("2021-01-04");
    house.day("2021-01-10");
    let school = house.id("sa").to_string();
    let typed = [
        ("title", "佛堂小学扩建"),
        ("kind", "new"),
        ("stage", "primary"),
        ("school", &*school),
        ("places", "270"),
        ("deliver_due_on", "2021-06-01"),
    ];
    let id = house.file("zhou", "project", "project", &typed);
    house.make("zhou", "project", id, "approve", &[]);
    house.make("zhou", "project", id, "secure_land", &[]);
    house.make("zhou", "project", id, "start", &[("started_on", "2021-01-10")]);
    house.day("2021-05-10");
    house.make("zhou", "project", id, "top", &[("topped_on", "2021-03-10")]);
    house.make("zhou", "project", id, "complete", &[("completed_on", "2021-05-01"), ("filed_on", "2021-05-02")]);
    house.make("li", "project", id, "deliver", &[("delivered_on", "2021-05-10"), ("filed_on", "2021-05-02")]);
    house.day("2021-08-01");
    // What was delivered is corrected by reopening it, and verified again by somebody else.
    house.make("zhou", "project", id, "reopen", &[]);
    house.edit("zhou", "project", id, &[("places", "240")]);
    house.make("li", "project", id, "deliver", &[("delivered_on", "2021-05-10"), ("filed_on", "2021-05-02")]);
    house.day("2021-08-02");
    let town = house.id("c").to_string();
    house.edit("zhou", "school", house.id("sa"), &[("parent", &town)]);
    house.day("2021-09-30");
    house
}

/// What every road says at a time: places and town, each written once per road.
fn told(house: &House, when: When) -> Vec<String> {
    let leader = house.actor("leader");
    let desk = &house.desk;
    let mut out = vec![];
    let figure = desk.figure(&leader, "places_added", when, Some("town")).expect("the figure");
    out.push(figure.value.clone().expect("a value"));
    let parts: Vec<String> = figure.by.iter().map(|part| format!("{} {}", part.title, value(&part.value))).collect();
    out.push(parts.join(", "));
    let facts = desk.measures(&leader, crate::support::PLAN, when).expect("the plan's facts");
    let target = facts.iter().flat_map(|fact| &fact.targets);
    let mut target = target.filter(|target| target.target.indicator.as_deref() == Some("places_added"));
    out.push(value(&target.next().expect("it is bound").number));
    let fact = facts
        .iter()
        .find(|fact| fact.targets.iter().any(|target| target.target.indicator.as_deref() == Some("places_added")));
    let id = &fact.expect("it is bound").id;
    let measure = desk.measure(&leader, crate::support::PLAN, id, when).expect("the measure");
    let number = measure.targets[0].number.as_ref().expect("it is bound");
    out.push(value(&number.value));
    let towns = number.breakdowns.iter().find(|breakdown| breakdown.name == "town").expect("by town");
    let counted = towns.rows.iter().filter(|row| row.value > 0.0);
    out.push(counted.map(|row| format!("{} {}", row.title, row.shown)).collect::<Vec<_>>().join(", "));
    let list = list(house, when, &[]);
    let row = &list.rows[0];
    for name in ["places", "school.parent"] {
        let place = list.columns.iter().position(|column| column.name == name).expect("the column is shown");
        out.push(row.cells[place].text.clone());
    }
    let sum = list.columns.iter().position(|column| column.name == "places").expect("the column is shown");
    out.push(list.sums[sum].clone().expect("places are summed"));
    let page = desk.record(&leader, "project", house.id("project"), when).expect("the record");
    let field = page.groups.iter().flat_map(|group| &group.fields).find(|field| field.name == "places");
    out.push(field.expect("places are shown").shown.clone());
    out
}

fn value(value: &Option<String>) -> String {
    value.clone().expect("a value")
}

fn list(house: &House, when: When, filters: &[(&str, String)]) -> ListView {
    let filters = filters.iter().map(|(name, text)| (name.to_string(), text.clone())).collect();
    let ask = ListAsk { register: "project".into(), filters, when, ..Default::default() };
    house.desk.list(&house.actor("leader"), &ask).expect("the list")
}

/// The same figure and town on the nine roads: figure and its breakdown, the plan's facts, the measure and its
/// breakdown, the list's two cells and its sum, the record.
fn everywhere(places: &str, town: &str) -> Vec<String> {
    let both = format!("{town} {places}");
    [places, &both, places, places, &both, places, town, places, places].map(str::to_string).to_vec()
}

#[test]
fn as_of_an_earlier_day_shows_the_old_figure_in_the_old_town() {
    let house = bureau();
    assert_eq!(told(&house, as_of("2021-06-30")), everywhere("270", "佛堂镇"));
}

#[test]
fn the_correction_is_known_at_the_end_of_its_day_and_the_move_on_the_next() {
    let house = bureau();
    assert_eq!(told(&house, as_of("2021-07-31")), everywhere("270", "佛堂镇"));
    assert_eq!(told(&house, as_of("2021-08-01")), everywhere("240", "佛堂镇"));
    assert_eq!(told(&house, as_of("2021-08-02")), everywhere("240", "赤岸镇"));
}

#[test]
fn today_shows_the_new_figure_in_the_new_town() {
    let house = bureau();
    assert_eq!(told(&house, When::default()), everywhere("240", "赤岸镇"));
    assert_eq!(told(&house, as_of("2021-09-30")), everywhere("240", "赤岸镇"));
}

#[test]
fn on_a_day_counts_up_to_it_with_todays_knowledge() {
    let house = bureau();
    assert_eq!(told(&house, on("2021-06-30")), everywhere("240", "赤岸镇"));
    let number = |day| house.desk.figure(&house.actor("leader"), "places_added", on(day), None).unwrap().value;
    assert_eq!(number("2021-05-09").as_deref(), Some("0"), "the day before it was delivered");
    assert_eq!(number("2021-05-10").as_deref(), Some("240"));
}

#[test]
fn a_filter_by_town_finds_the_project_where_it_was_then() {
    let house = bureau();
    let found = |when, town: &str| list(&house, when, &[("school.parent", house.id(town).to_string())]).total;
    assert_eq!((found(as_of("2021-06-30"), "a"), found(as_of("2021-06-30"), "c")), (1, 0));
    assert_eq!((found(When::default(), "a"), found(When::default(), "c")), (0, 1));
    assert_eq!((found(on("2021-06-30"), "a"), found(on("2021-06-30"), "c")), (0, 1));
}

#[test]
fn a_records_past_ends_where_its_day_ends() {
    let house = bureau();
    let page = |when| house.desk.record(&house.actor("leader"), "project", house.id("project"), when).unwrap();
    let then = page(as_of("2021-06-30"));
    let now = page(When::default());
    assert_eq!((then.past.len(), now.past.len()), (7, 10), "reopened, corrected, delivered again");
    assert_eq!(now.past[1].changes, [("新增学位".to_string(), "270".to_string(), "240".to_string())]);
    assert!(now.past[1].by == "zhou" && now.past[1].at == "8月1日 09:00", "{:?}", now.past[1]);
    assert!(then.moves.is_empty() && !then.may_edit, "the past cannot be changed");
    assert!(!now.moves.is_empty() || !now.may_edit, "leader may do nothing");
    assert!(page(as_of("2021-08-01")).past[0].changes == now.past[0].changes);
    assert_ne!(then.digest, now.digest);
}

#[test]
fn before_the_first_record_there_is_nothing() {
    let house = bureau();
    let leader = house.actor("leader");
    let before = as_of("2020-12-31");
    let figure = house.desk.figure(&leader, "places_added", before, Some("town")).unwrap();
    assert_eq!((figure.value.as_deref(), figure.by.len(), figure.evidence.count), (Some("0"), 0, 0));
    let list = list(&house, before, &[]);
    assert_eq!((list.total, list.rows.len()), (0, 0));
    assert!(
        list.registers.iter().flat_map(|group| &group.registers).all(|register| register.count == Some(0)),
        "{:?}",
        list.registers
    );
    let refusal = house.desk.record(&leader, "project", house.id("project"), before).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Absent, "D001"));
    let plan = house.desk.plan(&leader, crate::support::PLAN, before).expect("the plan's text is there all the same");
    assert_eq!(plan.reached, 0);
    assert!(house.desk.measures(&leader, crate::support::PLAN, before).is_ok());
}

#[test]
fn a_day_that_has_not_come_cannot_be_known_but_may_be_counted_up_to() {
    let house = bureau();
    let leader = house.actor("leader");
    let tomorrow = as_of("2021-10-01");
    let asked = ListAsk { register: "project".into(), when: tomorrow, ..Default::default() };
    let refusals = [
        house.desk.figure(&leader, "places_added", tomorrow, None).unwrap_err(),
        house.desk.list(&leader, &asked).unwrap_err(),
        house.desk.record(&leader, "project", house.id("project"), tomorrow).unwrap_err(),
        house.desk.plan(&leader, crate::support::PLAN, tomorrow).unwrap_err(),
        house.desk.measures(&leader, crate::support::PLAN, tomorrow).unwrap_err(),
        house.desk.measure(&leader, crate::support::PLAN, "2-2-6", tomorrow).unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!((refusal.kind, refusal.code.as_str()), (No::Wrong, "D011"));
        assert!(refusal.zh.contains("2021-10-01") && refusal.zh.contains("2021-09-30"), "{}", refusal.zh);
        assert!(refusal.en.contains("2021-10-01"), "{}", refusal.en);
    }
    let figure = house.desk.figure(&leader, "places_added", on("2021-12-31"), None).unwrap();
    assert_eq!(figure.value.as_deref(), Some("240"));
}

#[test]
fn the_two_times_are_not_asked_at_once() {
    let house = bureau();
    let both = When { as_of: as_of("2021-06-30").as_of, on: on("2021-06-30").on };
    let refusal = house.desk.figure(&house.actor("leader"), "places_added", both, None).unwrap_err();
    assert_eq!((refusal.kind, refusal.code.as_str()), (No::Wrong, "D010"));
    let refusal = house.desk.plan(&house.actor("leader"), crate::support::PLAN, both).unwrap_err();
    assert_eq!(refusal.code, "D010");
}

#[test]
fn scope_is_judged_by_todays_record_and_tree_also_for_an_earlier_day() {
    let house = bureau();
    // The school lies in 赤岸镇 now: the clerk of 佛堂镇 does not see it any more, whatever the day asked for.
    let seen = |name: &str, when| {
        let ask = ListAsk { register: "project".into(), when, ..Default::default() };
        let list = house.desk.list(&house.actor(name), &ask).expect("the list").total;
        let page = house.desk.record(&house.actor(name), "project", house.id("project"), when).is_ok();
        let figure = house.desk.figure(&house.actor(name), "places_added", when, None).expect("the figure");
        (list, page, figure.evidence.records.len(), figure.evidence.hidden)
    };
    for when in [When::default(), as_of("2021-06-30"), on("2021-06-30")] {
        assert_eq!(seen("town_a", when), (0, false, 0, 1), "{when:?}");
        assert_eq!(seen("school_a", when), (1, true, 1, 0), "{when:?}");
    }
    // The project goes to another school: its old school does not see it any more, whatever the day asked for.
    house.make("zhou", "project", house.id("project"), "reopen", &[]);
    house.edit("zhou", "project", house.id("project"), &[("school", &house.id("nc").to_string())]);
    let asked = [("delivered_on", "2021-05-10"), ("filed_on", "2021-05-02")];
    house.make("li", "project", house.id("project"), "deliver", &asked);
    for when in [When::default(), as_of("2021-06-30"), on("2021-06-30")] {
        assert_eq!(seen("school_a", when), (0, false, 0, 1), "{when:?}");
    }
}

#[test]
fn what_does_not_exist_or_cannot_be_asked_is_told_with_what_can() {
    let house = bureau();
    let leader = house.actor("leader");
    let code = |id: &str, when, by: Option<&str>| house.desk.figure(&leader, id, when, by).unwrap_err().code;
    assert_eq!(code("nothing", When::default(), None), "D014");
    assert_eq!(code("places_added", When::default(), Some("nothing")), "D015");
    let still = house.desk.bureau().packs.indicators.iter().find(|(_, one)| one.stands == luoshi_pack::Stands::Still);
    let (still, _) = still.expect("a pack declares an indicator without a business date");
    assert_eq!(code(still, on("2021-06-30"), None), "D013");
    let refused = house.desk.plan(&leader, "nothing", When::default()).unwrap_err();
    assert!(refused.code == "D017" && refused.zh.contains("yiwu-2021"), "{refused}");
}
