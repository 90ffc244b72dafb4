//! One room: who of its candidates takes which seat, so that neighbours differ.

use std::collections::BTreeMap;

use crate::rooms::NONE;
use crate::stream::Stream;

const TRIES: usize = 200;
const SWAPS: usize = 6_000;
const SWAPS_QUICK: usize = 300;
const NODES: usize = 200_000;

/// Seats of a layout in serpentine order (S形) from the door side.
pub(crate) struct Grid {
    /// Column and row of each seat.
    places: Vec<(usize, usize)>,
    /// Seats in front, behind, left and right of each seat.
    neighbours: Vec<Vec<usize>>,
}

/// What must differ between neighbours: labels always, twins where there are any.
pub(crate) struct Marks<'m> {
    /// School, or class where one school is kept apart by classes. One for each candidate.
    pub(crate) labels: &'m [u32],
    /// The twins' common index, [`NONE`] for all others.
    pub(crate) twins: &'m [u32],
}

impl Grid {
    pub(crate) fn new(columns: &[u8]) -> Self {
        let places: Vec<(usize, usize)> = columns
            .iter()
            .enumerate()
            .flat_map(|(column, rows)| {
                let rows = usize::from(*rows);
                (0..rows).map(move |step| (column, if column % 2 == 0 { step } else { rows - 1 - step }))
            })
            .collect();
        let next_to =
            |one: (usize, usize), other: (usize, usize)| one.0.abs_diff(other.0) + one.1.abs_diff(other.1) == 1;
        let neighbours = places
            .iter()
            .map(|place| (0..places.len()).filter(|other| next_to(*place, places[*other])).collect())
            .collect();
        Self { places, neighbours }
    }

    pub(crate) fn seats(&self) -> usize {
        self.places.len()
    }

    /// The most seats, in order, of which no two are neighbours by colour.
    pub(crate) fn apart(&self) -> Vec<usize> {
        let [one, other] = self.colours(self.seats());
        if one.len() >= other.len() { one } else { other }
    }

    /// The most of the first seats of which no two are neighbours: all but one of each matched pair (König 1931).
    fn most_apart(&self, seats: usize) -> usize {
        let [one, _] = self.colours(seats);
        let mut partner = vec![None; seats];
        let matched =
            one.into_iter().filter(|seat| self.match_seat(*seat, seats, &mut vec![false; seats], &mut partner)).count();
        seats - matched
    }

    fn match_seat(&self, seat: usize, seats: usize, seen: &mut [bool], partner: &mut [Option<usize>]) -> bool {
        for other in self.neighbours(seat, seats) {
            if std::mem::replace(&mut seen[other], true) {
                continue;
            }
            if partner[other].is_none_or(|before| self.match_seat(before, seats, seen, partner)) {
                partner[other] = Some(seat);
                return true;
            }
        }
        false
    }

    /// The first `seats` seats coloured like a chess board, the first seat's colour first.
    fn colours(&self, seats: usize) -> [Vec<usize>; 2] {
        (0..seats)
            .partition::<Vec<usize>, _>(|seat| (self.places[*seat].0 + self.places[*seat].1).is_multiple_of(2))
            .into()
    }

    fn neighbours(&self, seat: usize, seats: usize) -> impl Iterator<Item = usize> {
        self.neighbours[seat].iter().copied().filter(move |other| *other < seats)
    }
}

impl Marks<'_> {
    fn clash(&self, one: usize, other: usize) -> bool {
        self.labels[one] == self.labels[other] || (self.twins[one] != NONE && self.twins[one] == self.twins[other])
    }
}

/// Gives each of the first seats a candidate so that no neighbours clash: `arranged[seat]` is a place in `marks`.
///
/// First like a chess board with labels in descending size, then with labels in drawn order (200 tries), then by
/// swapping, at last by an exact search over labels that gives up after 200,000 steps.
pub(crate) fn arrange(grid: &Grid, marks: &Marks, stream: &mut Stream) -> Option<Vec<usize>> {
    if most_of_one(marks.labels) > grid.most_apart(marks.labels.len()) {
        return None;
    }
    match draw_orders(grid, marks, stream)? {
        (0, arranged) => Some(arranged),
        (_, arranged) => swap_apart(grid, marks, arranged, SWAPS, stream).or_else(|| search(grid, marks, stream)),
    }
}

/// Like [`arrange`] with little patience: may miss an arrangement that exists.
pub(crate) fn arrange_quickly(grid: &Grid, marks: &Marks, stream: &mut Stream) -> Option<Vec<usize>> {
    if most_of_one(marks.labels) > grid.most_apart(marks.labels.len()) {
        return None;
    }
    match draw_orders(grid, marks, stream)? {
        (0, arranged) => Some(arranged),
        (_, arranged) => swap_apart(grid, marks, arranged, SWAPS_QUICK, stream),
    }
}

fn most_of_one(labels: &[u32]) -> usize {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|one, next| one == next).map(<[u32]>::len).max().unwrap_or(0)
}

/// The best of the tries with the number of its clashes; none left at the first that has none.
fn draw_orders(grid: &Grid, marks: &Marks, stream: &mut Stream) -> Option<(usize, Vec<usize>)> {
    let seats = marks.labels.len();
    let mut members: Vec<usize> = (0..seats).collect();
    stream.shuffle(&mut members);
    let mut by_label: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for member in members {
        by_label.entry(marks.labels[member]).or_default().push(member);
    }
    let mut labels: Vec<Vec<usize>> = by_label.into_values().collect();
    stream.shuffle(&mut labels);
    labels.sort_by_key(|members| std::cmp::Reverse(members.len()));
    let colours = grid.colours(seats);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for attempt in 0..TRIES {
        if attempt > 0 {
            stream.shuffle(&mut labels);
            labels.iter_mut().for_each(|members| stream.shuffle(members));
        }
        let arranged = chess_board(&colours, &labels, attempt > 0 && stream.below(2) == 1);
        let clashes = count_clashes(grid, marks, &arranged);
        if clashes == 0 {
            return Some((0, arranged));
        }
        if best.as_ref().is_none_or(|(fewest, _)| clashes < *fewest) {
            best = Some((clashes, arranged));
        }
    }
    best
}

/// Fills one colour, then the other, label after label.
fn chess_board(colours: &[Vec<usize>; 2], labels: &[Vec<usize>], other_first: bool) -> Vec<usize> {
    let [one, other] = colours;
    let (first, second) = match one.len().cmp(&other.len()) {
        std::cmp::Ordering::Greater => (one, other),
        std::cmp::Ordering::Less => (other, one),
        std::cmp::Ordering::Equal if other_first => (other, one),
        std::cmp::Ordering::Equal => (one, other),
    };
    let mut arranged = vec![0; one.len() + other.len()];
    for (seat, member) in first.iter().chain(second).zip(labels.iter().flatten()) {
        arranged[*seat] = *member;
    }
    arranged
}

fn count_clashes(grid: &Grid, marks: &Marks, arranged: &[usize]) -> usize {
    (0..arranged.len()).map(|seat| clashes_at(grid, marks, arranged, seat)).sum::<usize>() / 2
}

fn clashes_at(grid: &Grid, marks: &Marks, arranged: &[usize], seat: usize) -> usize {
    grid.neighbours(seat, arranged.len()).filter(|other| marks.clash(arranged[seat], arranged[*other])).count()
}

/// Swaps a clashing seat with any other as long as that makes things no worse.
fn swap_apart(
    grid: &Grid,
    marks: &Marks,
    mut arranged: Vec<usize>,
    swaps: usize,
    stream: &mut Stream,
) -> Option<Vec<usize>> {
    let seats = arranged.len();
    for step in 0..swaps {
        let clashing: Vec<usize> = (0..seats).filter(|seat| clashes_at(grid, marks, &arranged, *seat) > 0).collect();
        if clashing.is_empty() {
            return Some(arranged);
        }
        let (one, other) = (clashing[stream.below(clashing.len())], stream.below(seats));
        let cost =
            |arranged: &[usize]| clashes_at(grid, marks, arranged, one) + clashes_at(grid, marks, arranged, other);
        let before = cost(&arranged);
        arranged.swap(one, other);
        // Now and then a worse swap is kept, to leave a dead end.
        if cost(&arranged) > before && step % 50 != 49 {
            arranged.swap(one, other);
        }
    }
    None
}

/// Exact search for labels seat by seat; candidates of a label are then put in and twins swapped apart.
fn search(grid: &Grid, marks: &Marks, stream: &mut Stream) -> Option<Vec<usize>> {
    let seats = marks.labels.len();
    let mut left: BTreeMap<u32, usize> = BTreeMap::new();
    marks.labels.iter().for_each(|label| *left.entry(*label).or_insert(0) += 1);
    let mut chosen = Vec::with_capacity(seats);
    let mut nodes = NODES;
    if !extend(grid, seats, &mut left, &mut chosen, &mut nodes) {
        return None;
    }
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    (0..seats).for_each(|member| members.entry(marks.labels[member]).or_default().push(member));
    let arranged =
        chosen.iter().map(|label| members.get_mut(label).and_then(Vec::pop)).collect::<Option<Vec<usize>>>()?;
    swap_apart(grid, marks, arranged, SWAPS, stream)
}

fn extend(
    grid: &Grid,
    seats: usize,
    left: &mut BTreeMap<u32, usize>,
    chosen: &mut Vec<u32>,
    nodes: &mut usize,
) -> bool {
    if chosen.len() == seats {
        return true;
    }
    let seat = chosen.len();
    let barred: Vec<u32> = grid.neighbours(seat, seat).map(|other| chosen[other]).collect();
    let mut labels: Vec<(usize, u32)> = left
        .iter()
        .filter(|(label, count)| **count > 0 && !barred.contains(label))
        .map(|(label, count)| (*count, *label))
        .collect();
    labels.sort_unstable_by_key(|(count, label)| (std::cmp::Reverse(*count), *label));
    for (count, label) in labels {
        if *nodes == 0 {
            return false;
        }
        *nodes -= 1;
        left.insert(label, count - 1);
        chosen.push(label);
        if extend(grid, seats, left, chosen, nodes) {
            return true;
        }
        chosen.pop();
        left.insert(label, count);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels by seat when the room is arranged, or `None`.
    fn arranged(columns: &[u8], labels: &[u32], twins: &[u32], seed: &str) -> Option<Vec<u32>> {
        let seats = arrange(&Grid::new(columns), &Marks { labels, twins }, &mut Stream::new(seed, "test"))?;
        Some(seats.into_iter().map(|member| labels[member]).collect())
    }

    /// Whether any order of the labels keeps neighbours apart, by trying all.
    fn possible(grid: &Grid, left: &mut [usize], chosen: &mut Vec<u32>) -> bool {
        if left.iter().all(|count| *count == 0) {
            return true;
        }
        let seat = chosen.len();
        (0..left.len()).any(|label| {
            let barred = (0..seat).any(|other| grid.neighbours[seat].contains(&other) && chosen[other] == label as u32);
            if left[label] == 0 || barred {
                return false;
            }
            left[label] -= 1;
            chosen.push(label as u32);
            let found = possible(grid, left, chosen);
            chosen.pop();
            left[label] += 1;
            found
        })
    }

    #[test]
    fn the_worked_example_of_two_columns_by_three_rows_comes_out() {
        let labels = [0, 0, 0, 1, 1, 2];
        for seed in ["66", "01", "19"] {
            assert_eq!(arranged(&[3, 3], &labels, &[NONE; 6], seed), Some(vec![0, 1, 0, 1, 0, 2]));
        }
    }

    #[test]
    fn an_s_runs_down_one_column_and_up_the_next() {
        let grid = Grid::new(&[7, 8, 8, 7]);
        let pair = |one: usize, other: usize| grid.neighbours[one - 1].contains(&(other - 1));
        assert!(pair(1, 15), "equal parity and yet neighbours");
        assert!(!pair(7, 8), "the eighth seat is behind the seventh, one column on");
        assert!(pair(7, 9) && pair(15, 16) && pair(22, 24) && pair(8, 23));
        let pairs: usize = Grid::new(&[3, 3]).neighbours.iter().map(Vec::len).sum();
        assert_eq!(pairs, 7 * 2, "1-2 2-3 4-5 5-6 1-6 2-5 3-4");
    }

    #[test]
    fn a_small_room_is_arranged_exactly_when_any_order_would_do() {
        let mut dice = Stream::new("small rooms", "test");
        let (mut solved, mut unsolvable) = (0, 0);
        for nth in 0..3000 {
            let columns: Vec<u8> = (0..1 + dice.below(3)).map(|_| 1 + dice.below(3) as u8).collect();
            let grid = Grid::new(&columns);
            let seats = 1 + dice.below(grid.seats());
            let labels: Vec<u32> = (0..seats).map(|_| dice.below(4).min(dice.below(4)) as u32).collect();
            let mut left = [0; 4];
            labels.iter().for_each(|label| left[*label as usize] += 1);
            let expected = possible(&grid, &mut left, &mut Vec::new());
            let found = arranged(&columns, &labels, &vec![NONE; seats], &nth.to_string());
            assert_eq!(found.is_some(), expected, "{columns:?} {labels:?}");
            if expected { solved += 1 } else { unsolvable += 1 }
        }
        assert!(solved > 300 && unsolvable > 300, "{solved} {unsolvable}");
    }

    #[test]
    fn full_rooms_with_up_to_half_from_one_school_are_always_arranged() {
        let mut dice = Stream::new("full rooms", "test");
        for layout in [&[5u8; 6][..], &[6; 5], &[7, 8, 8, 7]] {
            for nth in 0..1000 {
                let schools = 2 + dice.below(9);
                let mut counts = vec![0; schools];
                let mut labels = Vec::new();
                while labels.len() < 30 {
                    let school = dice.below(schools).min(dice.below(schools));
                    if counts[school] < 15 {
                        counts[school] += 1;
                        labels.push(school as u32);
                    }
                }
                assert!(arranged(layout, &labels, &[NONE; 30], &nth.to_string()).is_some(), "{layout:?} {counts:?}");
            }
        }
    }

    #[test]
    fn twins_of_different_schools_are_kept_apart() {
        for nth in 0..200 {
            let labels = [0, 1, 2, 3, 4, 5];
            let twins = [7, 7, NONE, NONE, 8, 8];
            let seats = arrange(
                &Grid::new(&[3, 3]),
                &Marks { labels: &labels, twins: &twins },
                &mut Stream::new(&nth.to_string(), "test"),
            )
            .unwrap();
            let seat_of = |member: usize| seats.iter().position(|other| *other == member).unwrap();
            for (one, other) in [(0, 1), (4, 5)] {
                assert!(!Grid::new(&[3, 3]).neighbours[seat_of(one)].contains(&seat_of(other)));
            }
        }
    }
}
