//! The most profit that fits one site: the 0-1 knapsack that the relaxation asks for again and again.
//!
//! Source: Horowitz and Sahni (1974), branch and bound in order of profit per unit of weight; Dantzig (1957), the bound.

/// One thing that may be packed. Profits are positive, weights at most the capacity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub profit: i64,
    pub weight: i64,
    pub name: u32,
}

/// Nodes after which the search settles for the bound.
const NODES_MAX: usize = 20_000;

/// What a search found.
pub(super) struct Packed {
    /// At least the most profit possible, and exactly that unless the search was cut.
    pub profit: i64,
    /// Whether `profit` is what the chosen items give.
    pub exact: bool,
}

/// Puts items in the order of profit per unit of weight.
pub(super) fn sort(items: &mut [Item]) {
    items.sort_unstable_by(|a, b| {
        let (left, right) = (i128::from(a.profit) * i128::from(b.weight), i128::from(b.profit) * i128::from(a.weight));
        right.cmp(&left).then(a.name.cmp(&b.name))
    });
}

/// Packs sorted items; the names of the chosen ones go to `chosen`.
pub(super) fn pack(items: &[Item], capacity: i64, chosen: &mut Vec<u32>) -> Packed {
    chosen.clear();
    let total: i64 = items.iter().map(|item| item.weight).sum();
    if total <= capacity {
        chosen.extend(items.iter().map(|item| item.name));
        return Packed { profit: items.iter().map(|item| item.profit).sum(), exact: true };
    }
    let mut search = Search { items, best: -1, best_taken: Vec::new(), taken: Vec::new(), nodes: 0 };
    search.go(capacity);
    chosen.extend(search.best_taken.iter().map(|&index| items[index].name));
    let exact = search.nodes < NODES_MAX;
    Packed { profit: if exact { search.best } else { bound(items, 0, capacity).max(search.best) }, exact }
}

/// The most that the items from `from` could give if one of them could be cut, rounded down.
fn bound(items: &[Item], from: usize, room: i64) -> i64 {
    let (mut profit, mut room) = (0, room);
    for item in &items[from..] {
        if item.weight > room {
            let part = match item.profit.checked_mul(room) {
                Some(product) => product / item.weight,
                None => (i128::from(item.profit) * i128::from(room) / i128::from(item.weight)) as i64,
            };
            return profit + part;
        }
        profit += item.profit;
        room -= item.weight;
    }
    profit
}

struct Search<'a> {
    items: &'a [Item],
    best: i64,
    best_taken: Vec<usize>,
    taken: Vec<usize>,
    nodes: usize,
}

impl Search<'_> {
    /// Takes items as long as they fit, then takes the last one out again and goes on without it.
    fn go(&mut self, capacity: i64) {
        let (mut room, mut profit, mut next) = (capacity, 0, 0);
        loop {
            self.nodes += 1;
            if self.nodes >= NODES_MAX {
                return;
            }
            if profit + bound(self.items, next, room) > self.best {
                while next < self.items.len() {
                    let item = &self.items[next];
                    if item.weight <= room {
                        room -= item.weight;
                        profit += item.profit;
                        self.taken.push(next);
                        next += 1;
                    } else if profit + bound(self.items, next + 1, room) > self.best {
                        next += 1;
                    } else {
                        break;
                    }
                }
                if next == self.items.len() && profit > self.best {
                    self.best = profit;
                    self.best_taken.clone_from(&self.taken);
                }
            }
            let Some(last) = self.taken.pop() else { return };
            room += self.items[last].weight;
            profit -= self.items[last].profit;
            next = last + 1;
        }
    }
}

/// The most profit for every room from 0 to `capacity`. Shape `capacity + 1`.
pub(super) fn profit_by_room(items: &[Item], capacity: usize, most: &mut Vec<i64>) {
    most.clear();
    most.resize(capacity + 1, 0);
    for item in items {
        let weight = item.weight as usize;
        for room in (weight..=capacity).rev() {
            most[room] = most[room].max(most[room - weight] + item.profit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branch_and_bound_agrees_with_the_table_for_every_room() {
        let mut state = 9_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as i64
        };
        for round in 0..200 {
            let mut items: Vec<Item> =
                (0..14).map(|name| Item { profit: 1 + next(60), weight: next(20), name }).collect();
            sort(&mut items);
            let capacity = 10 + round % 90;
            items.retain(|item| item.weight <= capacity);
            let mut most = Vec::new();
            profit_by_room(&items, capacity as usize, &mut most);
            let mut chosen = Vec::new();
            for room in 0..=capacity {
                let fitting: Vec<Item> = items.iter().copied().filter(|item| item.weight <= room).collect();
                let packed = pack(&fitting, room, &mut chosen);
                assert!(packed.exact);
                assert_eq!(packed.profit, most[room as usize]);
                let taken = || items.iter().filter(|item| chosen.contains(&item.name));
                assert_eq!(taken().map(|item| item.profit).sum::<i64>(), packed.profit);
                assert!(taken().map(|item| item.weight).sum::<i64>() <= room);
            }
        }
    }
}
