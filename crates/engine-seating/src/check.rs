//! Judges a plan against every hard rule. Reads the input and the plan as text and shares no code with the solver: it has
//! its own geometry, its own counting and its own idea of who may go where.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::exam::{Candidate, Exam, Invigilator, Kind, OwnSchool, Room, Site};
use crate::plan::{HalfDay, Plan, Post};

/// One rule broken at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Rule id `KC-..` or `KS-..`.
    pub rule: &'static str,
    /// Who or where, in the codes of the input.
    pub what: String,
}

type RoomKey<'p> = (&'p str, &'p str);

/// Every breach of a hard rule, first by rule, then in the order of the plan; empty when the plan is sound.
///
/// Expects an examination that [`crate::seat`] would accept as input; names that are not declared count as breaches.
pub fn check(exam: &Exam, plan: &Plan) -> Vec<Breach> {
    let mut found = Vec::new();
    let rooms = declared_rooms(exam);
    let seated = check_seats(exam, plan, &rooms, &mut found);
    let relaxed: HashMap<RoomKey, &str> = plan
        .rooms
        .iter()
        .filter_map(|row| Some(((row.site.as_str(), row.room.as_str()), row.relaxed.as_deref()?)))
        .collect();
    for (key, seats) in &seated {
        check_room(exam, relaxed.get(key).copied(), &rooms, key, seats, &mut found);
    }
    check_room_list(plan, &seated, &mut found);
    check_last_rooms(exam, &rooms, &seated, &mut found);
    check_spares(exam, &mut found);
    check_invigilators(exam, plan, &rooms, &seated, &mut found);
    if plan.computed_seal() != plan.seal {
        report(&mut found, "KS-06", "seal");
    }
    found.sort_by_key(|breach| breach.rule);
    found
}

fn report(found: &mut Vec<Breach>, rule: &'static str, what: impl Into<String>) {
    found.push(Breach { rule, what: what.into() });
}

fn declared_rooms(exam: &Exam) -> BTreeMap<RoomKey<'_>, (&Site, &Room)> {
    let rooms = exam.sites.iter().flat_map(|site| site.rooms.iter().map(move |room| (site, room)));
    rooms.map(|(site, room)| ((site.site.as_str(), room.room.as_str()), (site, room))).collect()
}

/// Seats per column, as declared or as the three common layouts have it.
fn columns<'e>(exam: &'e Exam, name: &str) -> &'e [u8] {
    match exam.layouts.iter().find(|layout| layout.layout == name) {
        Some(layout) => &layout.columns,
        None => match name {
            "6x5" => &[5, 5, 5, 5, 5, 5],
            "5x6" => &[6, 6, 6, 6, 6],
            "7-8-8-7" => &[7, 8, 8, 7],
            _ => &[],
        },
    }
}

/// Where seat `number` (from 1) stands: its column, and how far back. Walks the S: down one column, up the next.
fn walk_to(columns: &[u8], number: u8) -> Option<(i32, i32)> {
    let mut before = 0u32;
    for (column, length) in columns.iter().enumerate() {
        let within = u32::from(number).checked_sub(before)?;
        if within >= 1 && within <= u32::from(*length) {
            let back = if column % 2 == 1 { u32::from(*length) + 1 - within } else { within };
            return Some((column as i32, back as i32));
        }
        before += u32::from(*length);
    }
    None
}

/// KC-01 and KC-09: one real seat for everyone, none twice. Gives who sits where in each room.
fn check_seats<'e>(
    exam: &'e Exam,
    plan: &'e Plan,
    rooms: &BTreeMap<RoomKey<'e>, (&'e Site, &'e Room)>,
    found: &mut Vec<Breach>,
) -> BTreeMap<RoomKey<'e>, BTreeMap<u8, &'e Candidate>> {
    let mut waiting: HashMap<&str, &Candidate> = exam.candidates.iter().map(|one| (one.number.as_str(), one)).collect();
    let mut seated: BTreeMap<RoomKey, BTreeMap<u8, &Candidate>> = BTreeMap::new();
    let mut numbers = HashSet::new();
    for seat in &plan.seats {
        let Some(candidate) = waiting.remove(seat.number.as_str()) else {
            report(found, "KC-01", &seat.number);
            continue;
        };
        let key = (seat.site.as_str(), seat.room.as_str());
        let real = rooms.get(&key).is_some_and(|(_, room)| walk_to(columns(exam, &room.layout), seat.seat).is_some());
        if !real || seated.entry(key).or_default().insert(seat.seat, candidate).is_some() {
            report(found, "KC-01", &seat.number);
        }
        let expected = exam.number_prefix.clone() + &seat.site + &seat.room + &format!("{:02}", seat.seat);
        if seat.exam_number != expected || !numbers.insert(seat.exam_number.as_str()) {
            report(found, "KC-09", &seat.number);
        }
    }
    let mut left: Vec<&str> = waiting.into_keys().collect();
    left.sort_unstable();
    left.into_iter().for_each(|number| report(found, "KC-01", number));
    seated
}

/// KC-02 to KC-08 within one room.
fn check_room(
    exam: &Exam,
    relaxed: Option<&str>,
    rooms: &BTreeMap<RoomKey, (&Site, &Room)>,
    key: &RoomKey,
    seats: &BTreeMap<u8, &Candidate>,
    found: &mut Vec<Breach>,
) {
    let Some((site, room)) = rooms.get(key) else { return };
    let name = format!("{}-{}", key.0, key.1);
    if room.kind == Kind::Spare {
        report(found, "KC-08", &name);
    }
    let without_gap = seats.keys().zip(1u32..).all(|(seat, expected)| u32::from(*seat) == expected);
    if room.kind == Kind::Normal && !without_gap {
        report(found, "KC-02", &name);
    }
    if seats.values().any(|one| seats.values().next().is_some_and(|first| first.group != one.group)) {
        report(found, "KC-03", &name);
    }
    for candidate in seats.values() {
        if exam.settings.away && candidate.school == site.school {
            report(found, "KC-06", &candidate.number);
        }
        let unmet = candidate.needs.iter().any(|need| !room.offers.contains(need));
        let meets = |other: &&(&Site, &Room)| {
            other.1.kind == Kind::Normal && candidate.needs.iter().all(|need| other.1.offers.contains(need))
        };
        if unmet || (room.kind == Kind::Special && rooms.values().find(meets).is_some()) {
            report(found, "KC-07", &candidate.number);
        }
    }
    check_neighbours(columns(exam, &room.layout), relaxed, seats, found);
}

/// KC-04 and KC-05: nobody beside, before or behind one of the same school; where a school fills over half and the
/// plan says so, of the same class; twins never.
fn check_neighbours(columns: &[u8], relaxed: Option<&str>, seats: &BTreeMap<u8, &Candidate>, found: &mut Vec<Breach>) {
    let at: HashMap<(i32, i32), &Candidate> =
        seats.iter().filter_map(|(seat, one)| Some((walk_to(columns, *seat)?, *one))).collect();
    let over_half = |school: &str| seats.values().filter(|one| one.school == school).count() * 2 > seats.len();
    let relaxed = relaxed.filter(|school| over_half(school));
    for (seat, one) in seats {
        let Some((column, back)) = walk_to(columns, *seat) else { continue };
        for beside in [(column + 1, back), (column, back + 1)] {
            let Some(other) = at.get(&beside) else { continue };
            let same_school = one.school == other.school;
            let excused = relaxed == Some(one.school.as_str()) && one.class != other.class;
            if same_school && !excused {
                report(found, "KC-04", format!("{} {}", one.number, other.number));
            }
            if !one.twins.is_empty() && one.twins == other.twins {
                report(found, "KC-05", format!("{} {}", one.number, other.number));
            }
        }
    }
}

/// The list of rooms tells the same as the seats.
fn check_room_list(plan: &Plan, seated: &BTreeMap<RoomKey, BTreeMap<u8, &Candidate>>, found: &mut Vec<Breach>) {
    let mut listed = HashSet::new();
    for row in &plan.rooms {
        let key = (row.site.as_str(), row.room.as_str());
        let agrees = seated
            .get(&key)
            .is_some_and(|seats| seats.len() == row.candidates && seats.values().all(|one| one.group == row.group));
        if !agrees || !listed.insert(key) {
            report(found, "KC-01", format!("{}-{}", row.site, row.room));
        }
    }
    for key in seated.keys().filter(|key| !listed.contains(*key)) {
        report(found, "KC-01", format!("{}-{}", key.0, key.1));
    }
}

/// KC-02: a group with several ordinary rooms leaves no mere few in one of them.
fn check_last_rooms(
    exam: &Exam,
    rooms: &BTreeMap<RoomKey, (&Site, &Room)>,
    seated: &BTreeMap<RoomKey, BTreeMap<u8, &Candidate>>,
    found: &mut Vec<Breach>,
) {
    let mut groups: BTreeMap<&str, Vec<(&RoomKey, usize)>> = BTreeMap::new();
    for (key, seats) in seated {
        let ordinary = rooms.get(key).is_some_and(|(_, room)| room.kind == Kind::Normal);
        if let Some(first) = seats.values().next().filter(|_| ordinary) {
            groups.entry(&first.group).or_default().push((key, seats.len()));
        }
    }
    let few = exam.settings.short_room as usize;
    let holds = |key: &RoomKey| {
        rooms.get(key).map_or(0, |(_, room)| columns(exam, &room.layout).iter().map(|seats| usize::from(*seats)).sum())
    };
    for of_group in groups.into_values() {
        for (nth, (key, candidates)) in of_group.iter().enumerate() {
            // Another room could have given so many that both end up above the few.
            let missing = (few + 1).saturating_sub(*candidates);
            let donor = |(other, (_, have)): (usize, &(&RoomKey, usize))| other != nth && *have > few + missing;
            if missing > 0 && holds(key) > few && of_group.iter().enumerate().any(donor) {
                report(found, "KC-02", format!("{}-{}", key.0, key.1));
            }
        }
    }
}

/// KC-08: enough rooms declared spare.
fn check_spares(exam: &Exam, found: &mut Vec<Breach>) {
    let Some(rule) = exam.settings.spare_rooms else { return };
    for site in &exam.sites {
        let ordinary = site.rooms.iter().filter(|room| room.kind == Kind::Normal).count();
        let spare = site.rooms.iter().filter(|room| room.kind == Kind::Spare).count();
        let tenth = ordinary.div_ceil((rule.per as usize).max(1));
        if spare < tenth || spare < rule.least as usize {
            report(found, "KC-08", &site.site);
        }
    }
}

/// KS-01 to KS-05 over all half-days.
fn check_invigilators(
    exam: &Exam,
    plan: &Plan,
    rooms: &BTreeMap<RoomKey, (&Site, &Room)>,
    seated: &BTreeMap<RoomKey, BTreeMap<u8, &Candidate>>,
    found: &mut Vec<Breach>,
) {
    let known: HashMap<&str, &Invigilator> = exam.invigilators.iter().map(|one| (one.number.as_str(), one)).collect();
    let candidates: HashSet<&str> = exam.candidates.iter().map(|one| one.number.as_str()).collect();
    let mut schools_in: HashMap<&RoomKey, HashSet<&str>> = HashMap::new();
    seated
        .iter()
        .for_each(|(key, seats)| drop(schools_in.insert(key, seats.values().map(|one| one.school.as_str()).collect())));
    let mut pairs = HashSet::new();
    let mut visits = HashSet::new();
    let mut planned = HashSet::new();
    for half_day in &plan.half_days {
        if !planned.insert(half_day.half_day.as_str()) {
            report(found, "KS-01", &half_day.half_day);
        }
        check_presence(exam, half_day, seated, &known, &candidates, found);
        for Post { site, room, invigilators: [first, second] } in &half_day.posts {
            let (Some(one), Some(other)) = (known.get(first.as_str()), known.get(second.as_str())) else {
                report(found, "KS-01", format!("{} {site}-{room}", half_day.half_day));
                continue;
            };
            let key = (site.as_str(), room.as_str());
            if one.school == other.school || first == second {
                report(found, "KS-01", format!("{} {first} {second}", half_day.half_day));
            }
            let pair = if first < second { (first, second) } else { (second, first) };
            if !pairs.insert(pair) {
                report(found, "KS-04", format!("{} {first} {second}", half_day.half_day));
            }
            for person in [one, other] {
                let host = rooms.get(&key).is_some_and(|(site, _)| site.school == person.school);
                let among = schools_in.get(&key).is_some_and(|schools| schools.contains(person.school.as_str()));
                if host || (among && exam.settings.own_school == OwnSchool::Candidates) {
                    report(found, "KS-02", format!("{} {} {site}-{room}", half_day.half_day, person.number));
                }
                if !visits.insert((person.number.as_str(), key)) {
                    report(found, "KS-04", format!("{} {} {site}-{room}", half_day.half_day, person.number));
                }
            }
        }
    }
    for session in exam.sessions.iter().filter(|session| !planned.contains(session.half_day.as_str())) {
        report(found, "KS-01", &session.half_day);
    }
}

/// Who is on duty in one half-day: once each, all qualified, every room covered, reserve large enough.
fn check_presence(
    exam: &Exam,
    half_day: &HalfDay,
    seated: &BTreeMap<RoomKey, BTreeMap<u8, &Candidate>>,
    known: &HashMap<&str, &Invigilator>,
    candidates: &HashSet<&str>,
    found: &mut Vec<Breach>,
) {
    let taught =
        |subject: &str| exam.sessions.iter().any(|one| one.half_day == half_day.half_day && one.subject == subject);
    let mut covered = HashSet::new();
    for post in &half_day.posts {
        let key = (post.site.as_str(), post.room.as_str());
        if !seated.contains_key(&key) || !covered.insert(key) {
            report(found, "KS-01", format!("{} {}-{}", half_day.half_day, post.site, post.room));
        }
    }
    for key in seated.keys().filter(|key| !covered.contains(*key)) {
        report(found, "KS-01", format!("{} {}-{}", half_day.half_day, key.0, key.1));
    }
    let on_duty = half_day.posts.iter().flat_map(|post| &post.invigilators).chain(&half_day.reserve);
    let mut seen = HashSet::new();
    for number in on_duty {
        let what = || format!("{} {number}", half_day.half_day);
        let Some(person) = known.get(number.as_str()) else {
            report(found, "KS-05", what());
            continue;
        };
        if !seen.insert(number) {
            report(found, "KS-01", what());
        }
        if !(person.trained && person.pledged && person.healthy) {
            report(found, "KS-05", what());
        }
        if taught(&person.subject) || (exam.settings.exclude_exam_grade && person.exam_grade) {
            report(found, "KS-02", what());
        }
        if person.relatives.iter().any(|relative| candidates.contains(relative.as_str())) {
            report(found, "KS-03", what());
        }
    }
    let posted = half_day.posts.len() * 2;
    if half_day.reserve.len() * 100 < posted * exam.settings.reserve_percent as usize {
        report(found, "KS-05", format!("{} reserve", half_day.half_day));
    }
}
