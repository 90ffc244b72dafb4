//! The examination as indices, and which rooms each subject group uses.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::arrange::Grid;
use crate::deal::can_mix;
use crate::exam::{Exam, Kind};
use crate::refusal::Refusal;
use crate::stream::Stream;

/// Sites, evenly spaced, at which the filling of rooms may begin.
const BEGINNINGS: usize = 24;

/// Stands for "none" among indices.
pub(crate) const NONE: u32 = u32::MAX;

/// The examination with names replaced by indices.
pub(crate) struct Model<'e> {
    pub(crate) exam: &'e Exam,
    pub(crate) rooms: Vec<ModelRoom<'e>>,
    /// School of the site, [`NONE`] if it is in none.
    pub(crate) hosts: Vec<u32>,
    pub(crate) candidates: Vec<ModelCandidate>,
    pub(crate) schools: Vec<&'e str>,
    pub(crate) school_ids: HashMap<&'e str, u32>,
    /// Candidates of each subject group, by name of the group.
    pub(crate) groups: BTreeMap<&'e str, Vec<u32>>,
}

/// One room.
pub(crate) struct ModelRoom<'e> {
    pub(crate) site: usize,
    pub(crate) code: &'e str,
    pub(crate) kind: Kind,
    pub(crate) offers: u64,
    pub(crate) grid: Grid,
}

/// One candidate.
#[derive(Clone, Copy)]
pub(crate) struct ModelCandidate {
    pub(crate) school: u32,
    /// Index of (school, class).
    pub(crate) class: u32,
    pub(crate) needs: u64,
    /// Index of the twins' common text, [`NONE`] for all others.
    pub(crate) twins: u32,
}

/// A room and how many candidates of a group it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) room: usize,
    pub(crate) candidates: usize,
}

/// Gives indices in order of first appearance.
struct Names<'e, T>(HashMap<T, u32>, std::marker::PhantomData<&'e ()>);

impl<T: std::hash::Hash + Eq> Names<'_, T> {
    fn new() -> Self {
        Self(HashMap::new(), std::marker::PhantomData)
    }

    fn id(&mut self, name: T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(name).or_insert(next)
    }
}

/// Replaces the names of a validated examination by indices.
pub(crate) fn model<'e>(exam: &'e Exam, layouts: &BTreeMap<&str, &[u8]>) -> Model<'e> {
    let (mut schools, mut classes, mut twins, mut needs) = (Names::new(), Names::new(), Names::new(), Names::new());
    let mut bits =
        |names: &'e [String]| names.iter().fold(0u64, |bits, name| bits | 1 << (needs.id(name.as_str()) % 64));
    let rooms =
        exam.sites.iter().enumerate().flat_map(|(site, declared)| declared.rooms.iter().map(move |room| (site, room)));
    let rooms = rooms
        .map(|(site, room)| ModelRoom {
            site,
            code: &room.room,
            kind: room.kind,
            offers: bits(&room.offers),
            grid: Grid::new(layouts[room.layout.as_str()]),
        })
        .collect();
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let candidates = exam.candidates.iter().enumerate().map(|(place, candidate)| {
        groups.entry(&candidate.group).or_default().push(place as u32);
        let school = schools.id(candidate.school.as_str());
        ModelCandidate {
            school,
            class: classes.id((school, candidate.class.as_str())),
            needs: bits(&candidate.needs),
            twins: if candidate.twins.is_empty() { NONE } else { twins.id(candidate.twins.as_str()) },
        }
    });
    let candidates = candidates.collect();
    let hosts = exam
        .sites
        .iter()
        .map(|site| if site.school.is_empty() { NONE } else { schools.id(site.school.as_str()) })
        .collect();
    let mut names = vec![""; schools.0.len()];
    schools.0.iter().for_each(|(name, id)| names[*id as usize] = name);
    Model { exam, rooms, hosts, candidates, schools: names, school_ids: schools.0, groups }
}

impl Model<'_> {
    /// KC-06: whether the school's candidates may sit at the site.
    pub(crate) fn may_sit(&self, school: u32, site: usize) -> bool {
        !self.exam.settings.away || self.hosts[site] != school
    }

    /// Whether the room is in no site barred to the candidate and offers what is needed.
    pub(crate) fn fits(&self, place: u32, room: usize) -> bool {
        let (candidate, room) = (self.candidate(place), &self.rooms[room]);
        room.offers & candidate.needs == candidate.needs && self.may_sit(candidate.school, room.site)
    }

    pub(crate) fn candidate(&self, place: u32) -> &ModelCandidate {
        &self.candidates[place as usize]
    }

    pub(crate) fn room_name(&self, room: usize) -> String {
        format!("{}-{}", self.exam.sites[self.rooms[room].site].site, self.rooms[room].code)
    }
}

/// Puts candidates whose needs no ordinary room meets into special rooms, every second seat, and takes them out of
/// `members`. Gives candidates by room.
pub(crate) fn seat_special(
    model: &Model,
    members: &mut Vec<u32>,
    taken: &mut [bool],
    stream: &mut Stream,
) -> Result<Vec<(usize, Vec<u32>)>, Refusal> {
    let ordinary = |needs: u64| {
        needs == 0 || model.rooms.iter().any(|room| room.kind == Kind::Normal && room.offers & needs == needs)
    };
    let (mut special, rest): (Vec<u32>, Vec<u32>) =
        members.iter().partition(|place| !ordinary(model.candidate(**place).needs));
    *members = rest;
    stream.shuffle(&mut special);
    let fits = |place: u32, room: usize| model.rooms[room].kind == Kind::Special && model.fits(place, room);
    // Whoever has fewest rooms to go to goes first.
    special
        .sort_by_cached_key(|place| (0..model.rooms.len()).filter(|room| !taken[*room] && fits(*place, *room)).count());
    let mut opened: Vec<(usize, Vec<u32>)> = Vec::new();
    for place in special {
        let space = |(room, seated): &&mut (usize, Vec<u32>)| {
            fits(place, *room) && seated.len() < model.rooms[*room].grid.apart().len()
        };
        if let Some((_, seated)) = opened.iter_mut().find(space) {
            seated.push(place);
            continue;
        }
        let free = (0..model.rooms.len()).find(|room| !taken[*room] && fits(place, *room));
        let Some(room) = free else {
            let number = &model.exam.candidates[place as usize].number;
            let (zh, en) =
                (format!("考生 {number} 没有可用的特殊考场"), format!("candidate {number} has no special room left"));
            return Err(Refusal::new("KC-07").about(zh, en).at_row(place as usize + 1));
        };
        taken[room] = true;
        opened.push((room, vec![place]));
    }
    Ok(opened)
}

/// Chooses the rooms of one group and marks them taken.
///
/// The rooms in the order of the input come first; where the away rule would crowd a school into few sites, one room of
/// each site in turn, then the order beginning at another site.
pub(crate) fn choose_rooms(
    model: &Model,
    group: &str,
    members: &[u32],
    taken: &mut [bool],
) -> Result<Vec<Share>, Refusal> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let free: Vec<usize> =
        (0..model.rooms.len()).filter(|room| model.rooms[*room].kind == Kind::Normal && !taken[*room]).collect();
    let needy: Vec<u32> = members.iter().copied().filter(|place| model.candidate(*place).needs != 0).collect();
    let mut crowded = None;
    let mut fallback = None;
    for order in room_orders(model, &free) {
        let shares = fill(model, members.len(), &needy, &order)
            .ok_or_else(|| too_few_seats(model, group, members.len(), &free))?;
        match crowded_school(model, members, &shares) {
            None if can_mix(model, members, &shares) => {
                fallback = Some(shares);
                break;
            }
            None => fallback = fallback.or(Some(shares)),
            Some(school) => crowded = crowded.or(Some(school)),
        }
    }
    if let Some(shares) = fallback {
        shares.iter().for_each(|share| taken[share.room] = true);
        return Ok(shares);
    }
    let school = crowded.map_or("", |school| model.schools[school as usize]);
    Err(Refusal::new("KC-06").about(
        format_args!("{school} 在本校以外的考点座位不够，请增加考点或将 away 设为 false"),
        format_args!("{school} has too few seats outside its own site; add a site or set away to false"),
    ))
}

fn room_orders(model: &Model, free: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let sites = model.hosts.len();
    let place_in_site: HashMap<usize, usize> = free
        .chunk_by(|one, next| model.rooms[*one].site == model.rooms[*next].site)
        .flat_map(|rooms| rooms.iter().enumerate().map(|(place, room)| (*room, place)))
        .collect();
    let rotated = move |first: usize| {
        let mut order = free.to_vec();
        order.sort_by_key(|room| (model.rooms[*room].site + sites - first) % sites);
        order
    };
    let mut turns = free.to_vec();
    turns.sort_by_key(|room| place_in_site[room]);
    std::iter::once(free.to_vec())
        .chain([turns])
        .chain((1..BEGINNINGS).map(move |nth| nth * sites / BEGINNINGS).filter(|site| *site > 0).map(rotated))
}

/// Fills rooms in order until everybody has a seat, rooms for the needy first; `None` when there are too few seats.
fn fill(model: &Model, candidates: usize, needy: &[u32], order: &[usize]) -> Option<Vec<Share>> {
    let seats = |room: usize| model.rooms[room].grid.seats();
    let mut chosen = rooms_for_needs(model, needy, order)?;
    let needed: usize = chosen.iter().map(|room| seats(*room)).sum();
    if needed >= candidates {
        return Some(in_proportion(model, candidates, &chosen));
    }
    let first: HashSet<usize> = chosen.iter().copied().collect();
    chosen.extend(order.iter().filter(|room| !first.contains(room)));
    let mut shares = Vec::new();
    let mut left = candidates;
    for room in chosen {
        if left == 0 {
            break;
        }
        let candidates = left.min(seats(room));
        shares.push(Share { room, candidates });
        left -= candidates;
    }
    if left > 0 {
        return None;
    }
    share_short_room(model, &mut shares);
    Some(shares)
}

/// Rooms that offer enough for each kind of need, and for each needy candidate one that is not in the own school.
fn rooms_for_needs(model: &Model, needy: &[u32], order: &[usize]) -> Option<Vec<usize>> {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    needy.iter().for_each(|place| *counts.entry(model.candidate(*place).needs).or_insert(0) += 1);
    let seats = |room: &usize| model.rooms[*room].grid.seats();
    let mut chosen: Vec<usize> = Vec::new();
    let mut claimed = 0;
    for (needs, count) in &counts {
        let offering = |room: &usize| model.rooms[*room].offers & needs == *needs;
        let mut have: usize = chosen.iter().filter(|room| offering(room)).map(seats).sum();
        for room in order.iter().filter(|room| offering(room)) {
            // Different needs may be met by the same rooms, so earlier claims are counted on top where rooms allow it.
            if have < *count + claimed && !chosen.contains(room) {
                chosen.push(*room);
                have += seats(room);
            }
        }
        if have < *count {
            return None;
        }
        claimed += count;
    }
    for place in needy {
        let fits = |room: &&usize| model.fits(*place, **room);
        if !chosen.iter().any(|room| fits(&room)) {
            chosen.push(*order.iter().find(fits)?);
        }
    }
    Some(chosen)
}

/// Spreads a small group over all the rooms its needs ask for.
fn in_proportion(model: &Model, candidates: usize, rooms: &[usize]) -> Vec<Share> {
    let seats = |room: usize| model.rooms[room].grid.seats();
    let mut left = candidates;
    let mut seats_left: usize = rooms.iter().map(|room| seats(*room)).sum();
    let mut shares = Vec::new();
    for room in rooms {
        let candidates = (left * seats(*room)).div_ceil(seats_left.max(1)).min(left).min(seats(*room));
        seats_left -= seats(*room);
        left -= candidates;
        if candidates > 0 {
            shares.push(Share { room: *room, candidates });
        }
    }
    shares
}

/// KC-02: a last room of a mere few shares evenly with the room before it or, where that has too few itself, with the
/// fullest.
fn share_short_room(model: &Model, shares: &mut [Share]) {
    let few = model.exam.settings.short_room as usize;
    let Some(last) = shares.len().checked_sub(1).filter(|last| shares[*last].candidates <= few) else { return };
    let can_give = |nth: &usize| shares[*nth].candidates + shares[last].candidates >= 2 * (few + 1);
    let fullest = (0..last).rev().max_by_key(|nth| shares[*nth].candidates);
    let Some(donor) = last.checked_sub(1).filter(can_give).or(fullest.filter(can_give)) else { return };
    let both = shares[donor].candidates + shares[last].candidates;
    let half = (both / 2).min(model.rooms[shares[last].room].grid.seats());
    (shares[donor].candidates, shares[last].candidates) = (both - half, half);
}

/// The first school that has more candidates than seats outside its own site.
fn crowded_school(model: &Model, members: &[u32], shares: &[Share]) -> Option<u32> {
    if !model.exam.settings.away {
        return None;
    }
    let mut seats_at_host: HashMap<u32, usize> = HashMap::new();
    for share in shares {
        *seats_at_host.entry(model.hosts[model.rooms[share.room].site]).or_insert(0) += share.candidates;
    }
    let mut count: BTreeMap<u32, usize> = BTreeMap::new();
    for place in members {
        *count.entry(model.candidate(*place).school).or_insert(0) += 1;
    }
    let outside = |school: &u32| members.len() - seats_at_host.get(school).copied().unwrap_or(0);
    count.into_iter().find(|(school, count)| *count > outside(school)).map(|(school, _)| school)
}

fn too_few_seats(model: &Model, group: &str, candidates: usize, free: &[usize]) -> Refusal {
    let seats: usize = free.iter().map(|room| model.rooms[*room].grid.seats()).sum();
    if seats >= candidates {
        let (zh, en) = (
            format!("科目组“{group}”中可满足特殊需要的座位不够"),
            format!("group {group:?} has too few seats that meet special needs"),
        );
        return Refusal::new("KC-07").about(zh, en);
    }
    let zh = format!("科目组“{group}”有考生 {candidates} 人，可用座位 {seats} 个");
    Refusal::new("KC-10").about(zh, format_args!("group {group:?} has {candidates} candidates and {seats} seats left"))
}
