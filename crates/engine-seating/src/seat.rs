use rayon::prelude::*;

use crate::arrange::{Grid, Marks, arrange, arrange_quickly};
use crate::check::check;
use crate::deal::deal;
use crate::exam::Exam;
use crate::invigilate::invigilate;
use crate::plan::{HalfDay, Plan, RoomPlan, Seat};
use crate::refusal::Refusal;
use crate::rooms::{Model, choose_rooms, model, seat_special};
use crate::stream::Stream;
use crate::validate::validate;

/// Exchanges tried for a room that cannot be seated as dealt.
const EXCHANGES: usize = 300;

/// A room in use: its candidates by seat.
pub(crate) struct Occupied<'e> {
    pub(crate) room: usize,
    pub(crate) group: &'e str,
    /// Candidate and seat (from 0), ascending by seat.
    pub(crate) seated: Vec<(u32, usize)>,
    /// The school kept apart by classes.
    pub(crate) relaxed: Option<u32>,
}

/// Seats all candidates and posts all invigilators, drawn from the seed, and has the result checked.
///
/// # Errors
/// [`Refusal`] `KC-..` or `KS-..`: what is wrong with the input, or which rule cannot hold.
pub fn seat(exam: &Exam) -> Result<Plan, Refusal> {
    let layouts = validate(exam)?;
    let model = model(exam, &layouts);
    let occupied = occupy(&model)?;
    let half_days = invigilate(&model, &occupied)?;
    let plan = written(&model, &occupied, half_days);
    let breaches = check(exam, &plan);
    if breaches.is_empty() { Ok(plan) } else { Err(Refusal::of_breaches(breaches)) }
}

/// Rooms for every group, candidates to rooms, and seats within rooms.
fn occupy<'e>(model: &Model<'e>) -> Result<Vec<Occupied<'e>>, Refusal> {
    let mut taken = vec![false; model.rooms.len()];
    let mut special = Vec::new();
    let mut dealt = Vec::new();
    let mut groups: Vec<(&str, Vec<u32>)> =
        model.groups.iter().map(|(group, members)| (*group, members.clone())).collect();
    groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    for (group, mut members) in groups {
        let mut stream = Stream::new(&model.exam.seed, &format!("deal|{group}"));
        let rooms = seat_special(model, &mut members, &mut taken, &mut stream)?;
        special.extend(rooms.into_iter().map(|(room, members)| special_room(model, group, room, members)));
        let shares = choose_rooms(model, group, &members, &mut taken)?;
        if !shares.is_empty() {
            let rooms = deal(model, &members, &shares, &mut stream)?;
            dealt.extend(shares.into_iter().zip(rooms).map(|(share, members)| (share.room, group, members)));
        }
    }
    let mut occupied = arrange_rooms(model, dealt)?;
    occupied.extend(special);
    occupied.sort_by_key(|room| room.room);
    Ok(occupied)
}

/// A room, its subject group and who was dealt to it.
type Dealt<'e> = (usize, &'e str, Vec<u32>);

/// Seats every room; one that cannot be seated exchanges a candidate with another room of its group.
fn arrange_rooms<'e>(model: &Model<'e>, mut dealt: Vec<Dealt<'e>>) -> Result<Vec<Occupied<'e>>, Refusal> {
    let arranged = dealt.par_iter().map(|(room, group, members)| arrange_room(model, group, *room, members, arrange));
    let mut occupied: Vec<Result<Occupied, Refusal>> = arranged.collect();
    for nth in 0..dealt.len() {
        if occupied[nth].is_err()
            && let Some((other, mine, theirs)) = exchange_candidate(model, &mut dealt, nth)
        {
            (occupied[nth], occupied[other]) = (Ok(mine), Ok(theirs));
        }
    }
    occupied.into_iter().collect()
}

/// Exchanges one candidate with another room of the group so that both can be seated; tries drawn pairs.
fn exchange_candidate<'e>(
    model: &Model<'e>,
    dealt: &mut [Dealt<'e>],
    nth: usize,
) -> Option<(usize, Occupied<'e>, Occupied<'e>)> {
    let mut stream = Stream::new(&model.exam.seed, &format!("exchange|{}", model.room_name(dealt[nth].0)));
    let others: Vec<usize> =
        (0..dealt.len()).filter(|other| *other != nth && dealt[*other].1 == dealt[nth].1).collect();
    if others.is_empty() {
        return None;
    }
    for _ in 0..EXCHANGES {
        let other = others[stream.below(others.len())];
        let (one, two) = (stream.below(dealt[nth].2.len()), stream.below(dealt[other].2.len()));
        let (mine, theirs) = (dealt[nth].2[one], dealt[other].2[two]);
        let differ = model.candidate(mine).class != model.candidate(theirs).class;
        if !differ || !model.fits(mine, dealt[other].0) || !model.fits(theirs, dealt[nth].0) {
            continue;
        }
        (dealt[nth].2[one], dealt[other].2[two]) = (theirs, mine);
        let seated =
            |place: usize| arrange_room(model, dealt[place].1, dealt[place].0, &dealt[place].2, arrange_quickly).ok();
        if let (Some(mine), Some(theirs)) = (seated(nth), seated(other)) {
            return Some((other, mine, theirs));
        }
        (dealt[nth].2[one], dealt[other].2[two]) = (mine, theirs);
    }
    None
}

/// In a special room every second seat stays empty, so nobody has a neighbour.
fn special_room<'e>(model: &Model<'e>, group: &'e str, room: usize, members: Vec<u32>) -> Occupied<'e> {
    let seats = model.rooms[room].grid.apart();
    Occupied { room, group, seated: members.into_iter().zip(seats).collect(), relaxed: None }
}

/// Seats one room by schools or, where one school fills over half and cannot be kept apart, by its classes.
fn arrange_room<'e>(
    model: &Model<'e>,
    group: &'e str,
    room: usize,
    members: &[u32],
    arrange: fn(&Grid, &Marks, &mut Stream) -> Option<Vec<usize>>,
) -> Result<Occupied<'e>, Refusal> {
    let grid = &model.rooms[room].grid;
    let mut stream = Stream::new(&model.exam.seed, &format!("seats|{}", model.room_name(room)));
    let (school, most) = largest_school(model, members);
    let twins: Vec<u32> = members.iter().map(|place| model.candidate(*place).twins).collect();
    let by_school: Vec<u32> = members.iter().map(|place| model.candidate(*place).school).collect();
    let seated =
        |arranged: Vec<usize>| arranged.into_iter().enumerate().map(|(seat, member)| (members[member], seat)).collect();
    if let Some(arranged) = arrange(grid, &Marks { labels: &by_school, twins: &twins }, &mut stream) {
        return Ok(Occupied { room, group, seated: seated(arranged), relaxed: None });
    }
    if most * 2 <= members.len() {
        return Err(unarranged(model, "KC-04", room, school));
    }
    // Classes are numbered from the number of schools on, so that they are never taken for a school.
    let classes = model.schools.len() as u32;
    let mark = |place: &u32| {
        let candidate = model.candidate(*place);
        if candidate.school == school { classes + candidate.class } else { candidate.school }
    };
    let labels: Vec<u32> = members.iter().map(mark).collect();
    let arranged = arrange(grid, &Marks { labels: &labels, twins: &twins }, &mut stream);
    let arranged = arranged.ok_or_else(|| unarranged(model, "KC-04", room, school))?;
    Ok(Occupied { room, group, seated: seated(arranged), relaxed: Some(school) })
}

fn largest_school(model: &Model, members: &[u32]) -> (u32, usize) {
    let mut schools: Vec<u32> = members.iter().map(|place| model.candidate(*place).school).collect();
    schools.sort_unstable();
    let runs = schools.chunk_by(|one, next| one == next).map(|run| (run[0], run.len()));
    runs.max_by_key(|(school, count)| (*count, std::cmp::Reverse(*school))).unwrap_or((0, 0))
}

fn unarranged(model: &Model, rule: &str, room: usize, school: u32) -> Refusal {
    let (name, school) = (model.room_name(room), model.schools[school as usize]);
    Refusal::new(rule).about(
        format_args!("考场 {name} 中 {school} 的考生无法错开，请增加其他学校或班级的考生，或拆分考场"),
        format_args!("in room {name} the candidates of {school} cannot be kept apart; mix in other schools or classes, or split the room"),
    )
}

/// The plan in names, with examination numbers and seal.
fn written(model: &Model, occupied: &[Occupied], half_days: Vec<HalfDay>) -> Plan {
    let mut places: Vec<(usize, usize)> = vec![(0, 0); model.candidates.len()];
    for room in occupied {
        room.seated.iter().for_each(|(candidate, seat)| places[*candidate as usize] = (room.room, *seat));
    }
    let seats = model.exam.candidates.par_iter().zip(places).map(|(candidate, (room, seat))| {
        let (room, seat) = (&model.rooms[room], seat as u8 + 1);
        let site = &model.exam.sites[room.site].site;
        Seat {
            number: candidate.number.clone(),
            site: site.clone(),
            room: room.code.to_owned(),
            seat,
            exam_number: format!("{}{site}{}{seat:02}", model.exam.number_prefix, room.code),
        }
    });
    let rooms = occupied.iter().map(|occupied| RoomPlan {
        site: model.exam.sites[model.rooms[occupied.room].site].site.clone(),
        room: model.rooms[occupied.room].code.to_owned(),
        group: occupied.group.to_owned(),
        candidates: occupied.seated.len(),
        relaxed: occupied.relaxed.map(|school| model.schools[school as usize].to_owned()),
    });
    let mut plan = Plan {
        exam: model.exam.exam.clone(),
        seats: seats.collect(),
        rooms: rooms.collect(),
        half_days,
        seal: String::new(),
    };
    plan.seal = plan.computed_seal();
    plan
}
