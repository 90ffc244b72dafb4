//! Which candidates go to which site and room, so that no room is one school's.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::refusal::Refusal;
use crate::rooms::{Model, Share};
use crate::stream::Stream;

/// How many of a school's seats are looked through for a classmate.
const RECENT: usize = 64;

/// Deals a group's candidates to its rooms: `dealt[nth]` are those of `shares[nth]`.
pub(crate) fn deal(
    model: &Model,
    members: &[u32],
    shares: &[Share],
    stream: &mut Stream,
) -> Result<Vec<Vec<u32>>, Refusal> {
    let schools = by_school(model, members, stream);
    let sites = by_site(model, shares);
    let takes = share_among_sites(model, &schools, &sites, shares, stream).ok_or_else(|| Refusal::new("KC-06"))?;
    let mut taken = vec![0; schools.len()];
    let mut dealt = vec![Vec::new(); shares.len()];
    for ((_, rooms), takes) in sites.iter().zip(&takes) {
        let mut at_site: Vec<&[u32]> = Vec::new();
        for (school, take) in takes.iter().enumerate().filter(|(_, take)| **take > 0) {
            at_site.push(&schools[school].1[taken[school]..taken[school] + take]);
            taken[school] += take;
        }
        deal_site(model, at_site, rooms, shares, &mut dealt, stream);
    }
    meet_needs(model, shares, &mut dealt)?;
    Ok(dealt)
}

/// Candidates of each school, larger schools first; within a school drawn, with classes spread evenly.
fn by_school(model: &Model, members: &[u32], stream: &mut Stream) -> Vec<(u32, Vec<u32>)> {
    let mut shuffled = members.to_vec();
    stream.shuffle(&mut shuffled);
    let mut schools: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for place in shuffled {
        schools.entry(model.candidate(place).school).or_default().push(place);
    }
    let mut schools: Vec<(u32, Vec<u32>)> =
        schools.into_iter().map(|(school, members)| (school, spread(model, members))).collect();
    stream.shuffle(&mut schools);
    schools.sort_by_key(|(_, members)| std::cmp::Reverse(members.len()));
    schools
}

/// Orders a school's candidates so that any run of them holds its classes in proportion.
fn spread(model: &Model, members: Vec<u32>) -> Vec<u32> {
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    members.iter().for_each(|place| *sizes.entry(model.candidate(*place).class).or_insert(0) += 1);
    let mut seen: HashMap<u32, usize> = HashMap::new();
    let mut keyed: Vec<(u64, u32)> = members
        .into_iter()
        .map(|place| {
            let class = model.candidate(place).class;
            let nth = seen.entry(class).or_insert(0);
            *nth += 1;
            (fraction(*nth - 1, sizes[&class]), place)
        })
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// The middle of the `nth` of `size` equal parts of one, in 2^-40.
fn fraction(nth: usize, size: usize) -> u64 {
    (((2 * nth as u128 + 1) << 39) / size as u128) as u64
}

/// Places in `shares` by site, in order of the sites.
fn by_site(model: &Model, shares: &[Share]) -> Vec<(usize, Vec<usize>)> {
    let mut sites: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (nth, share) in shares.iter().enumerate() {
        sites.entry(model.rooms[share.room].site).or_default().push(nth);
    }
    sites.into_iter().collect()
}

/// How many candidates of each school go to each site: `takes[site][school]`, near proportion, none at the own site,
/// none over half of a site unless that cannot be.
fn share_among_sites(
    model: &Model,
    schools: &[(u32, Vec<u32>)],
    sites: &[(usize, Vec<usize>)],
    shares: &[Share],
    stream: &mut Stream,
) -> Option<Vec<Vec<usize>>> {
    let supply: Vec<usize> = schools.iter().map(|(_, members)| members.len()).collect();
    let ids: Vec<u32> = schools.iter().map(|(school, _)| *school).collect();
    let places = Places { ids: &ids, supply: &supply, sites, shares };
    let first = stream.below(sites.len());
    let all = |_: usize, site: usize| places.demand(site);
    places.mixed(model, first).or_else(|| places.flow(model, first, &all))
}

/// Whether the group's schools can be mixed in these rooms so that none has over half of a site, save one that has over
/// half of the group.
pub(crate) fn can_mix(model: &Model, members: &[u32], shares: &[Share]) -> bool {
    let mut schools: BTreeMap<u32, usize> = BTreeMap::new();
    members.iter().for_each(|place| *schools.entry(model.candidate(*place).school).or_insert(0) += 1);
    let (ids, supply): (Vec<u32>, Vec<usize>) = schools.into_iter().unzip();
    let sites = by_site(model, shares);
    Places { ids: &ids, supply: &supply, sites: &sites, shares }.mixed(model, 0).is_some()
}

/// Schools with their numbers of candidates on one side, sites with their seats on the other.
struct Places<'p> {
    ids: &'p [u32],
    supply: &'p [usize],
    sites: &'p [(usize, Vec<usize>)],
    shares: &'p [Share],
}

impl Places<'_> {
    fn demand(&self, site: usize) -> usize {
        self.sites[site].1.iter().map(|nth| self.shares[*nth].candidates).sum()
    }

    /// The flow with no school over half of a site, save one that has over half of all.
    fn mixed(&self, model: &Model, first: usize) -> Option<Vec<Vec<usize>>> {
        let all: usize = self.supply.iter().sum();
        // The odd candidate of a single room still leaves the school on one colour.
        let half = |site: usize| {
            if self.sites[site].1.len() == 1 { self.demand(site).div_ceil(2) } else { self.demand(site) / 2 }
        };
        let strict = |_: usize, site: usize| half(site);
        let save_one =
            |school: usize, site: usize| if self.supply[school] * 2 > all { self.demand(site) } else { half(site) };
        self.flow(model, first, &strict).or_else(|| self.flow(model, first, &save_one))
    }

    fn flow(&self, model: &Model, first: usize, limit: &dyn Fn(usize, usize) -> usize) -> Option<Vec<Vec<usize>>> {
        let demand: Vec<usize> = (0..self.sites.len()).map(|site| self.demand(site)).collect();
        let most: Vec<Vec<usize>> = (0..self.ids.len())
            .map(|school| {
                let bound = |site: usize| {
                    if model.may_sit(self.ids[school], self.sites[site].0) { limit(school, site) } else { 0 }
                };
                (0..demand.len()).map(bound).collect()
            })
            .collect();
        transport(self.supply, &demand, &|school, site| most[school][site], first)
    }
}

/// A flow from schools to sites that uses every candidate and fills every site, at most `most(school, site)` on each
/// way; `None` if there is none. Begins near proportion and completes by shortest augmenting paths.
fn transport(
    supply: &[usize],
    demand: &[usize],
    most: &dyn Fn(usize, usize) -> usize,
    first: usize,
) -> Option<Vec<Vec<usize>>> {
    let mut flow = vec![vec![0; supply.len()]; demand.len()];
    let (mut supply, mut demand) = (supply.to_vec(), demand.to_vec());
    for _ in 0..4 {
        in_proportion(&mut flow, &mut supply, &mut demand, most);
    }
    for school in 0..supply.len() {
        for step in 0..demand.len() {
            let site = (first + school + step) % demand.len();
            let amount = supply[school].min(demand[site]).min(most(school, site) - flow[site][school]);
            flow[site][school] += amount;
            supply[school] -= amount;
            demand[site] -= amount;
        }
    }
    for school in 0..supply.len() {
        while supply[school] > 0 {
            augment(&mut flow, school, &mut supply, &mut demand, most)?;
        }
    }
    Some(flow)
}

/// Sends each school's rest to the sites it may use in proportion to what they still lack, rounded down.
fn in_proportion(
    flow: &mut [Vec<usize>],
    supply: &mut [usize],
    demand: &mut [usize],
    most: &dyn Fn(usize, usize) -> usize,
) {
    let open = demand.to_vec();
    let rest: usize = supply.iter().sum();
    for school in 0..supply.len() {
        let whole = supply[school];
        let usable: usize = (0..open.len()).filter(|site| most(school, *site) > 0).map(|site| open[site]).sum();
        for site in 0..open.len() {
            // A site may lack less than this when other schools must crowd into it, so the share of all is the guard.
            let share = (whole as u128 * open[site] as u128 / usable.max(rest).max(1) as u128) as usize;
            let amount = share.min(demand[site]).min(most(school, site) - flow[site][school]);
            flow[site][school] += amount;
            supply[school] -= amount;
            demand[site] -= amount;
        }
    }
}

/// Sends one more load from `school` to a site that still lacks candidates, moving others where needed.
fn augment(
    flow: &mut [Vec<usize>],
    school: usize,
    supply: &mut [usize],
    demand: &mut [usize],
    most: &dyn Fn(usize, usize) -> usize,
) -> Option<()> {
    let (schools, sites) = (supply.len(), demand.len());
    let mut site_from = vec![None; sites];
    let mut school_from = vec![None; schools];
    let mut queue = VecDeque::from([school]);
    let mut reached = None;
    'search: while let Some(at) = queue.pop_front() {
        for site in 0..sites {
            if site_from[site].is_some() || flow[site][at] >= most(at, site) {
                continue;
            }
            site_from[site] = Some(at);
            if demand[site] > 0 {
                reached = Some(site);
                break 'search;
            }
            for other in 0..schools {
                if other != school && school_from[other].is_none() && flow[site][other] > 0 {
                    school_from[other] = Some(site);
                    queue.push_back(other);
                }
            }
        }
    }
    let last = reached?;
    let mut steps = Vec::new();
    let mut site = last;
    loop {
        let from = site_from[site]?;
        let back = school_from[from].filter(|_| from != school);
        steps.push((from, site, back));
        match back {
            Some(before) => site = before,
            None => break,
        }
    }
    let room = steps.iter().map(|(from, site, back)| {
        let ahead = most(*from, *site) - flow[*site][*from];
        back.map_or(ahead, |back| ahead.min(flow[back][*from]))
    });
    let amount = room.min()?.min(supply[school]).min(demand[last]);
    for (from, site, back) in steps {
        flow[site][from] += amount;
        if let Some(back) = back {
            flow[back][from] -= amount;
        }
    }
    supply[school] -= amount;
    demand[last] -= amount;
    Some(())
}

/// Deals a site's candidates to its rooms: the seats of all rooms, lined up by how far along each room they lie, are
/// given to the schools in descending size, so every room gets each school in proportion.
fn deal_site(
    model: &Model,
    mut schools: Vec<&[u32]>,
    rooms: &[usize],
    shares: &[Share],
    dealt: &mut [Vec<u32>],
    stream: &mut Stream,
) {
    let mut drawn = rooms.to_vec();
    stream.shuffle(&mut drawn);
    let mut slots: Vec<(u64, usize)> = drawn
        .iter()
        .flat_map(|nth| (0..shares[*nth].candidates).map(move |seat| (fraction(seat, shares[*nth].candidates), *nth)))
        .collect();
    slots.sort_by_key(|(key, _)| *key);
    schools.sort_by_key(|members| std::cmp::Reverse(members.len()));
    let mut slots = slots.into_iter();
    for members in schools {
        let mut by_class = members.to_vec();
        by_class.sort_by_key(|place| model.candidate(*place).class);
        for (place, (_, nth)) in by_class.into_iter().zip(slots.by_ref()) {
            dealt[nth].push(place);
        }
    }
}

/// KC-07: moves candidates with needs into rooms that meet them, in exchange with a candidate without needs, of the same
/// class or at least school where one is to be had.
fn meet_needs(model: &Model, shares: &[Share], dealt: &mut [Vec<u32>]) -> Result<(), Refusal> {
    let offers = |nth: usize, needs: u64| model.rooms[shares[nth].room].offers & needs == needs;
    let mut partners: HashMap<u64, Partners> = HashMap::new();
    for from in 0..dealt.len() {
        for place in 0..dealt[from].len() {
            let candidate = dealt[from][place];
            let needs = model.candidate(candidate).needs;
            if offers(from, needs) {
                continue;
            }
            let offering = || (0..dealt.len()).filter(|to| offers(*to, needs)).collect::<Vec<_>>();
            let of_need = partners.entry(needs).or_insert_with(|| Partners::new(model, offering(), dealt));
            let found = of_need
                .schoolmate(model, candidate, dealt)
                .or_else(|| of_need.other(model, shares, dealt, from, candidate));
            let Some((to, seat)) = found else {
                let number = &model.exam.candidates[candidate as usize].number;
                let (zh, en) = (
                    format!("考生 {number} 没有可换入的考场"),
                    format!("candidate {number} finds no room to change into"),
                );
                return Err(Refusal::new("KC-07").about(zh, en).at_row(candidate as usize + 1));
            };
            dealt[from][place] = std::mem::replace(&mut dealt[to][seat], candidate);
        }
    }
    Ok(())
}

/// Who sits without needs in rooms that meet one kind of need.
struct Partners {
    /// Places in `dealt` of the rooms.
    rooms: Vec<usize>,
    /// Room and seat by school; an entry may since have been taken by someone else.
    by_school: HashMap<u32, Vec<(usize, usize)>>,
}

impl Partners {
    fn new(model: &Model, rooms: Vec<usize>, dealt: &[Vec<u32>]) -> Self {
        let mut by_school: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        for room in &rooms {
            for (seat, place) in
                dealt[*room].iter().enumerate().filter(|(_, place)| model.candidate(**place).needs == 0)
            {
                by_school.entry(model.candidate(*place).school).or_default().push((*room, seat));
            }
        }
        Self { rooms, by_school }
    }

    /// A seat held by someone of the same school, of the same class if one of the last few is.
    fn schoolmate(&mut self, model: &Model, candidate: u32, dealt: &[Vec<u32>]) -> Option<(usize, usize)> {
        let wanted = model.candidate(candidate);
        let seats = self.by_school.get_mut(&wanted.school)?;
        let holder = |(room, seat): (usize, usize)| model.candidate(dealt[room][seat]);
        while let Some(last) = seats.last() {
            let still = |at: &(usize, usize)| holder(*at).needs == 0 && holder(*at).school == wanted.school;
            if !still(last) {
                seats.pop();
                continue;
            }
            let recent = seats.len().saturating_sub(RECENT)..seats.len();
            let classmate = recent.rev().find(|nth| still(&seats[*nth]) && holder(seats[*nth]).class == wanted.class);
            return Some(seats.swap_remove(classmate.unwrap_or(seats.len() - 1)));
        }
        None
    }

    /// A seat held by someone of another school, such that no school comes to over half of either room.
    fn other(
        &self,
        model: &Model,
        shares: &[Share],
        dealt: &[Vec<u32>],
        from: usize,
        candidate: u32,
    ) -> Option<(usize, usize)> {
        let has_room = |nth: usize, school: u32| {
            let count = dealt[nth].iter().filter(|place| model.candidate(**place).school == school).count();
            (count + 1) * 2 <= dealt[nth].len()
        };
        let school = model.candidate(candidate).school;
        let rooms = self.rooms.iter().filter(|to| model.fits(candidate, shares[**to].room) && has_room(**to, school));
        let mut seats = rooms.flat_map(|to| (0..dealt[*to].len()).map(move |seat| (*to, seat)));
        seats.find(|(to, seat)| {
            let partner = dealt[*to][*seat];
            model.fits(partner, shares[from].room) && has_room(from, model.candidate(partner).school)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the schools from `school` on can be placed, by trying every amount on every way.
    fn possible(
        supply: &[usize],
        demand: &mut Vec<usize>,
        most: &[Vec<usize>],
        school: usize,
        site: usize,
        left: usize,
    ) -> bool {
        if school == supply.len() {
            return true;
        }
        if site == demand.len() {
            let next = supply.get(school + 1).copied().unwrap_or(0);
            return left == 0 && possible(supply, demand, most, school + 1, 0, next);
        }
        (0..=left.min(demand[site]).min(most[school][site])).any(|amount| {
            demand[site] -= amount;
            let found = possible(supply, demand, most, school, site + 1, left - amount);
            demand[site] += amount;
            found
        })
    }

    #[test]
    fn candidates_are_shared_among_sites_exactly_when_that_is_possible() {
        let mut dice = Stream::new("sites", "test");
        let (mut shared, mut impossible) = (0, 0);
        for _ in 0..3000 {
            let (schools, sites) = (1 + dice.below(4), 1 + dice.below(3));
            let supply: Vec<usize> = (0..schools).map(|_| 1 + dice.below(5)).collect();
            let mut demand = vec![0; sites];
            (0..supply.iter().sum()).for_each(|_| demand[dice.below(sites)] += 1);
            let most: Vec<Vec<usize>> = (0..schools).map(|_| (0..sites).map(|_| dice.below(6)).collect()).collect();
            let flow = transport(&supply, &demand, &|school, site| most[school][site], dice.below(sites));
            assert_eq!(
                flow.is_some(),
                possible(&supply, &mut demand.clone(), &most, 0, 0, supply[0]),
                "{supply:?} {demand:?} {most:?}"
            );
            let Some(flow) = flow else {
                impossible += 1;
                continue;
            };
            shared += 1;
            for (site, wanted) in demand.iter().enumerate() {
                assert_eq!(flow[site].iter().sum::<usize>(), *wanted);
                assert!((0..schools).all(|school| flow[site][school] <= most[school][site]));
            }
            assert!((0..schools).all(|school| flow.iter().map(|site| site[school]).sum::<usize>() == supply[school]));
        }
        assert!(shared > 300 && impossible > 300, "{shared} {impossible}");
    }
}
