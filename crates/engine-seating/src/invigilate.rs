//! Two invigilators for each room in use, drawn anew for each half-day.

use std::collections::{BTreeMap, HashSet};

use crate::exam::{Invigilator, OwnSchool, Sex};
use crate::plan::{HalfDay, Post};
use crate::refusal::Refusal;
use crate::rooms::{Model, NONE};
use crate::seat::Occupied;
use crate::stream::Stream;

const RESTARTS: usize = 20;
/// So many of the pool are looked at for one of the other sex before anyone fitting is taken.
const LOOK_AHEAD: usize = 32;
/// Limits of the count that finds which rule leaves too few people.
const QUESTIONS: usize = 20_000_000;
const DEPTH: usize = 200;

/// Everyone who may be appointed, and what the draws so far bar them from.
struct Staff<'m, 'e> {
    model: &'m Model<'e>,
    rooms: &'m [Occupied<'e>],
    /// Schools with a candidate in each room, sorted.
    room_schools: Vec<Vec<u32>>,
    people: Vec<Person<'e>>,
    /// Pairs that have worked together, smaller place first.
    pairs: HashSet<(usize, usize)>,
}

struct Person<'e> {
    entry: &'e Invigilator,
    school: u32,
    /// Places in `rooms` where this one has been.
    been: HashSet<usize>,
}

/// Posts and reserve for every half-day, in the order of the sessions.
pub(crate) fn invigilate(model: &Model, occupied: &[Occupied]) -> Result<Vec<HalfDay>, Refusal> {
    let mut subjects: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    let mut order = Vec::new();
    for session in &model.exam.sessions {
        let of_day = subjects.entry(&session.half_day).or_insert_with(|| {
            order.push(session.half_day.as_str());
            HashSet::new()
        });
        of_day.insert(&session.subject);
    }
    let mut staff = staff(model, occupied);
    order.into_iter().map(|half_day| staff.draw_half_day(half_day, &subjects[half_day])).collect()
}

/// KS-03, KS-05 and the rule on the examined grade: who may be appointed at all.
fn staff<'m, 'e>(model: &'m Model<'e>, occupied: &'m [Occupied<'e>]) -> Staff<'m, 'e> {
    let numbers: HashSet<&str> = match model.exam.invigilators.iter().all(|one| one.relatives.is_empty()) {
        true => HashSet::new(),
        false => model.exam.candidates.iter().map(|candidate| candidate.number.as_str()).collect(),
    };
    let may_serve = |one: &&Invigilator| {
        one.trained
            && one.pledged
            && one.healthy
            && !(model.exam.settings.exclude_exam_grade && one.exam_grade)
            && !one.relatives.iter().any(|number| numbers.contains(number.as_str()))
    };
    let people = model.exam.invigilators.iter().filter(may_serve).map(|entry| Person {
        entry,
        school: model.school_ids.get(entry.school.as_str()).copied().unwrap_or(NONE),
        been: HashSet::new(),
    });
    let room_schools = occupied.iter().map(|room| {
        let mut schools: Vec<u32> = room.seated.iter().map(|(place, _)| model.candidate(*place).school).collect();
        schools.sort_unstable();
        schools.dedup();
        schools
    });
    Staff {
        model,
        rooms: occupied,
        room_schools: room_schools.collect(),
        people: people.collect(),
        pairs: HashSet::new(),
    }
}

impl Staff<'_, '_> {
    fn draw_half_day(&mut self, half_day: &str, subjects: &HashSet<&str>) -> Result<HalfDay, Refusal> {
        let free: Vec<usize> =
            (0..self.people.len()).filter(|one| !subjects.contains(self.people[*one].entry.subject.as_str())).collect();
        let posts = self.rooms.len() * 2;
        let reserve = (posts * self.model.exam.settings.reserve_percent as usize).div_ceil(100);
        if free.len() < posts + reserve {
            let (wanted, have) = (posts + reserve, free.len());
            return Err(Refusal::new("KS-05").about(
                format_args!("{half_day} 需 {wanted} 人(含备用 {reserve} 人),合格可派 {have} 人"),
                format_args!("{half_day} needs {wanted} with {reserve} in reserve, {have} may be posted"),
            ));
        }
        let mut fault = None;
        for attempt in 0..RESTARTS {
            let mut stream = Stream::new(&self.model.exam.seed, &format!("invigilators|{half_day}|{attempt}"));
            match self.draw_posts(&free, &mut stream) {
                Ok((pairs, mut pool)) => {
                    stream.shuffle(&mut pool);
                    return Ok(self.keep(half_day, pairs, &pool[..reserve]));
                }
                Err(room) => fault = fault.or(Some(room)),
            }
        }
        Err(self.impossible(half_day, &free, fault.unwrap_or(0)))
    }

    /// Draws all pairs; gives them by room with who is left over, or the room that stayed empty.
    fn draw_posts(&self, free: &[usize], stream: &mut Stream) -> Result<(Vec<[usize; 2]>, Vec<usize>), usize> {
        let mut pool = free.to_vec();
        stream.shuffle(&mut pool);
        let mut order: Vec<usize> = (0..self.rooms.len()).collect();
        stream.shuffle(&mut order);
        // The rooms with most schools bar most people, so they choose first.
        order.sort_by_key(|room| std::cmp::Reverse(self.room_schools[*room].len()));
        let mut posts: Vec<[Option<usize>; 2]> = vec![[None; 2]; self.rooms.len()];
        for side in 0..2 {
            for (done, room) in order.iter().enumerate() {
                let partner = if side == 0 { None } else { posts[*room][0] };
                let one = match self.take(&mut pool, *room, partner) {
                    Some(one) => one,
                    None => self.exchange(&mut posts, &mut pool, &order[..done], *room, side).ok_or(*room)?,
                };
                posts[*room][side] = Some(one);
            }
        }
        let both = |[first, second]: [Option<usize>; 2]| Some([first?, second?]);
        let pairs = posts.into_iter().enumerate().map(|(room, post)| both(post).ok_or(room));
        Ok((pairs.collect::<Result<_, _>>()?, pool))
    }

    /// Takes a fitting person from the end of the pool, of the other sex than the partner if one is near.
    fn take(&self, pool: &mut Vec<usize>, room: usize, partner: Option<usize>) -> Option<usize> {
        let mut fitting = (0..pool.len()).rev().filter(|place| self.fits(pool[*place], room, partner));
        let place = match partner {
            None => fitting.next()?,
            Some(partner) => {
                let near: Vec<usize> = fitting.take(LOOK_AHEAD).collect();
                let mixed = near.iter().find(|place| self.is_mixed(pool[**place], partner));
                *mixed.or(near.first())?
            }
        };
        Some(pool.remove(place))
    }

    /// Frees a fitting person posted elsewhere by putting someone from the pool there instead.
    fn exchange(
        &self,
        posts: &mut [[Option<usize>; 2]],
        pool: &mut Vec<usize>,
        done: &[usize],
        room: usize,
        side: usize,
    ) -> Option<usize> {
        let partner = if side == 0 { None } else { posts[room][0] };
        for other in done {
            let sides = if side == 0 { 0..1 } else { 0..2 };
            for seat in sides {
                let Some(one) = posts[*other][seat].filter(|one| self.fits(*one, room, partner)) else { continue };
                let beside = posts[*other][1 - seat];
                if let Some(place) = pool.iter().position(|spare| self.fits(*spare, *other, beside)) {
                    posts[*other][seat] = Some(pool.remove(place));
                    return Some(one);
                }
            }
        }
        None
    }

    /// KS-01, KS-02 and KS-04 for one person in one room beside a partner.
    fn fits(&self, one: usize, room: usize, partner: Option<usize>) -> bool {
        let person = &self.people[one];
        let beside = |partner: usize| {
            self.people[partner].entry.school != person.entry.school && !self.pairs.contains(&ordered(one, partner))
        };
        !self.is_own_school(person, room) && !person.been.contains(&room) && partner.is_none_or(beside)
    }

    fn is_own_school(&self, person: &Person, room: usize) -> bool {
        let host = self.model.hosts[self.model.rooms[self.rooms[room].room].site];
        let among = || self.room_schools[room].binary_search(&person.school).is_ok();
        person.school != NONE
            && (host == person.school || (self.model.exam.settings.own_school == OwnSchool::Candidates && among()))
    }

    fn is_mixed(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.people[one].entry.sex, self.people[other].entry.sex);
        matches!((one, other), (Sex::Male, Sex::Female) | (Sex::Female, Sex::Male))
    }

    /// Remembers the pairs and writes the half-day out.
    fn keep(&mut self, half_day: &str, pairs: Vec<[usize; 2]>, reserve: &[usize]) -> HalfDay {
        let number = |one: usize| self.people[one].entry.number.clone();
        let posts = pairs.iter().zip(self.rooms).map(|([first, second], occupied)| {
            let room = &self.model.rooms[occupied.room];
            Post {
                site: self.model.exam.sites[room.site].site.clone(),
                room: room.code.to_owned(),
                invigilators: [number(*first), number(*second)],
            }
        });
        let written = HalfDay {
            half_day: half_day.to_owned(),
            posts: posts.collect(),
            reserve: reserve.iter().map(|one| number(*one)).collect(),
        };
        for (room, [first, second]) in pairs.into_iter().enumerate() {
            self.pairs.insert(ordered(first, second));
            self.people[first].been.insert(room);
            self.people[second].been.insert(room);
        }
        written
    }

    /// Says which rule the room that stayed empty runs into.
    fn impossible(&self, half_day: &str, free: &[usize], room: usize) -> Refusal {
        let name = self.model.room_name(self.rooms[room].room);
        let apart: Vec<&Person> =
            free.iter().map(|one| &self.people[*one]).filter(|one| !self.is_own_school(one, room)).collect();
        let fresh: Vec<&&Person> = apart.iter().filter(|one| !one.been.contains(&room)).collect();
        let schools: HashSet<&str> = fresh.iter().map(|one| one.entry.school.as_str()).collect();
        let rule = match (apart.len(), fresh.len(), schools.len()) {
            (..=1, ..) => "KS-02",
            (_, ..=1, _) => "KS-04",
            (.., ..=1) => "KS-01",
            _ => self.tightest_rule(free),
        };
        Refusal::new(rule).about(
            format_args!(
                "{half_day} 考场 {name} 派不出监考员：须回避后剩 {} 人，其中未进过该考场 {} 人，来自 {} 所学校",
                apart.len(),
                fresh.len(),
                schools.len()
            ),
            format_args!(
                "{half_day}, room {name} finds no pair: {} may enter, {} of them have not been there, from {} schools",
                apart.len(),
                fresh.len(),
                schools.len()
            ),
        )
    }

    /// With people for every room taken alone, the rule that leaves too few for all rooms together.
    fn tightest_rule(&self, free: &[usize]) -> &'static str {
        let seats_filled = |fits: &dyn Fn(usize, usize) -> bool| most_filled(self.rooms.len(), free, fits);
        let wanted = self.rooms.len() * 2;
        if seats_filled(&|one, room| !self.is_own_school(&self.people[one], room)) < wanted {
            return "KS-02";
        }
        if seats_filled(&|one, room| self.fits(one, room, None)) < wanted {
            return "KS-04";
        }
        // Everyone could be posted singly, so it is the pairing: by school, or because of pairs that worked before.
        if self.pairs.is_empty() { "KS-01" } else { "KS-04" }
    }
}

/// The most posts, two a room, that can be filled at once (augmenting paths); counts too few where that takes too long.
fn most_filled(rooms: usize, free: &[usize], fits: &dyn Fn(usize, usize) -> bool) -> usize {
    let mut matching = Matching { free, fits, holder: vec![None; free.len()], questions: QUESTIONS };
    (0..rooms * 2).filter(|post| matching.place(*post, &mut vec![false; free.len()], 0)).count()
}

struct Matching<'f> {
    free: &'f [usize],
    fits: &'f dyn Fn(usize, usize) -> bool,
    /// The post of each person in `free`.
    holder: Vec<Option<usize>>,
    /// How often `fits` may still be asked.
    questions: usize,
}

impl Matching<'_> {
    fn place(&mut self, post: usize, seen: &mut [bool], depth: usize) -> bool {
        for nth in 0..self.free.len() {
            if seen[nth] {
                continue;
            }
            if self.questions == 0 {
                return false;
            }
            self.questions -= 1;
            if !(self.fits)(self.free[nth], post / 2) {
                continue;
            }
            seen[nth] = true;
            let let_go = match self.holder[nth] {
                None => true,
                Some(other) => depth < DEPTH && self.place(other, seen, depth + 1),
            };
            if let_go {
                self.holder[nth] = Some(post);
                return true;
            }
        }
        false
    }
}

fn ordered(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}
