//! Classical item analysis: difficulty, discrimination, distractors, reliability.
//!
//! A missing answer is neither right nor wrong: it leaves the item's figures and the person's share out, and a person with a missing answer does
//! not enter the reliability of the whole paper.

use std::collections::BTreeMap;

use crate::{Refusal, Responses};

/// Most different options of one item.
pub const OPTIONS_MOST: usize = 32;

/// A paper by classical theory.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// Persons with every answer given, who alone count for the figures of the whole paper.
    pub complete: usize,
    /// Mean of their scores.
    pub mean: Option<f64>,
    /// Standard deviation of their scores (divided by `complete - 1`).
    pub deviation: Option<f64>,
    /// Reliability: Cronbach's alpha, here the same as KR-20. `None` without variance.
    pub alpha: Option<f64>,
    /// Standard error of measurement, `deviation * sqrt(1 - alpha)`.
    pub measurement_error: Option<f64>,
    /// The items. Shape `J`.
    pub items: Vec<ItemFigures>,
}

/// An item by classical theory.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFigures {
    /// Persons who answered.
    pub given: usize,
    /// Persons who answered rightly.
    pub right: usize,
    /// Share of right answers 难度 P; `None` when nobody answered.
    pub difficulty: Option<f64>,
    /// Correlation of the item with the share of right answers to the other items 区分度; `None` without variance.
    pub discrimination: Option<f64>,
    /// Share of right answers in the upper 27 % less that in the lower 27 % 高低分组区分度 D.
    pub upper_lower: Option<f64>,
    /// The paper's alpha without this item.
    pub alpha_without: Option<f64>,
}

/// One option of an item 选项.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionFigures {
    /// The item, from 0.
    pub item: usize,
    /// The option's label.
    pub option: String,
    /// Whether it is the right one.
    pub key: bool,
    /// Persons who chose it.
    pub count: usize,
    /// Their share of those who answered.
    pub share: f64,
    /// Correlation of the choice with the share of right answers to the other items: above zero for the key, below for a working distractor.
    pub discrimination: Option<f64>,
}

/// Analyses a paper by classical theory.
pub fn classical(responses: &Responses) -> Paper {
    let scores = Scores::of(responses);
    let paper = Totals::of(responses, &scores);
    let items = (0..responses.items()).map(|item| item_figures(responses, &scores, &paper, item)).collect();
    let alpha = paper.alpha();
    let deviation = paper.variance().map(f64::sqrt);
    Paper {
        complete: paper.persons as usize,
        mean: (paper.persons > 0.0).then(|| paper.sum / paper.persons),
        deviation,
        alpha,
        measurement_error: deviation.zip(alpha).map(|(deviation, alpha)| deviation * (1.0 - alpha).max(0.0).sqrt()),
        items,
    }
}

/// Turns chosen options into right and wrong answers by the key. An empty choice is missing.
///
/// # Errors
/// `IT-09` an empty key; `IT-02`, `IT-03` as [`Responses::from_rows`].
pub fn scored(key: &[&str], choices: &[Vec<&str>]) -> Result<Responses, Refusal> {
    if let Some(item) = key.iter().position(|option| option.is_empty()) {
        let item = item + 1;
        return Err(Refusal::new("IT-09", format!("第 {item} 题没有答案"), format!("item {item} has no key")));
    }
    let row = |choices: &Vec<&str>| -> Vec<Option<bool>> {
        let right = |(place, choice): (usize, &&str)| (!choice.is_empty()).then(|| key.get(place) == Some(choice));
        choices.iter().enumerate().map(right).collect()
    };
    let rows: Vec<Vec<Option<bool>>> = choices.iter().map(row).collect();
    if let Some(place) = rows.iter().position(|row| row.len() != key.len()) {
        let (row, count, items) = (place + 1, rows[place].len(), key.len());
        let refusal = Refusal::new(
            "IT-03",
            format!("第 {row} 名考生有 {count} 个答案, 试卷有 {items} 题"),
            format!("person {row} has {count} answers and the key has {items}"),
        );
        return Err(refusal.at_row(row));
    }
    Responses::from_rows(rows.iter().map(Vec::as_slice))
}

/// The options of every item, by item, then by label.
///
/// # Errors
/// As [`scored`]; `IT-09` an item with more than [`OPTIONS_MOST`] options.
pub fn options(key: &[&str], choices: &[Vec<&str>]) -> Result<Vec<OptionFigures>, Refusal> {
    let responses = scored(key, choices)?;
    let scores = Scores::of(&responses);
    let mut figures = Vec::new();
    for (item, key) in key.iter().enumerate() {
        let mut takers: BTreeMap<&str, Vec<usize>> = BTreeMap::from([(*key, Vec::new())]);
        for (person, choices) in choices.iter().enumerate().filter(|(_, choices)| !choices[item].is_empty()) {
            takers.entry(choices[item]).or_default().push(person);
        }
        if takers.len() > OPTIONS_MOST {
            let item = item + 1;
            return Err(Refusal::new(
                "IT-09",
                format!("第 {item} 题的选项超过 {OPTIONS_MOST} 个"),
                format!("item {item} has more than {OPTIONS_MOST} options"),
            ));
        }
        let given: usize = takers.values().map(Vec::len).sum();
        for (option, persons) in &takers {
            figures.push(OptionFigures {
                item,
                option: (*option).to_owned(),
                key: option == key,
                count: persons.len(),
                share: if given == 0 { 0.0 } else { persons.len() as f64 / given as f64 },
                discrimination: scores.correlation(&responses, item, |person| persons.binary_search(&person).is_ok()),
            });
        }
    }
    Ok(figures)
}

/// Right and given answers of each person. Shape `N`.
struct Scores {
    right: Vec<u32>,
    given: Vec<u32>,
}

impl Scores {
    fn of(responses: &Responses) -> Scores {
        let ones = |codes: &[u8]| codes.iter().map(|code| code.count_ones()).sum::<u32>();
        let persons = 0..responses.persons();
        let items = responses.items() as u32;
        Scores {
            right: persons.clone().map(|person| ones(responses.right(person))).collect(),
            given: persons.map(|person| items - ones(responses.absent(person))).collect(),
        }
    }

    /// The share of right answers to the other items; `None` for who answered no other.
    fn rest(&self, person: usize, right: bool) -> Option<f64> {
        let others = self.given[person] - 1;
        (others > 0).then(|| f64::from(self.right[person] - u32::from(right)) / f64::from(others))
    }

    /// Correlation of a choice with the share of right answers to the other items, over those who answered the item.
    fn correlation(&self, responses: &Responses, item: usize, chosen: impl Fn(usize) -> bool) -> Option<f64> {
        let mut sums = Correlation::default();
        for person in 0..responses.persons() {
            let Some(right) = responses.get(person, item) else { continue };
            let Some(rest) = self.rest(person, right) else { continue };
            sums.add(if chosen(person) { 1.0 } else { 0.0 }, rest);
        }
        sums.value()
    }
}

/// Product-moment correlation by running means.
#[derive(Default)]
struct Correlation {
    count: f64,
    mean: [f64; 2],
    squares: [f64; 2],
    products: f64,
}

impl Correlation {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let (dx, dy) = (x - self.mean[0], y - self.mean[1]);
        self.mean[0] += dx / self.count;
        self.mean[1] += dy / self.count;
        self.squares[0] += dx * (x - self.mean[0]);
        self.squares[1] += dy * (y - self.mean[1]);
        self.products += dx * (y - self.mean[1]);
    }

    fn value(&self) -> Option<f64> {
        let least = 1e-12 * self.count;
        (self.squares[0] > least && self.squares[1] > least)
            .then(|| self.products / (self.squares[0] * self.squares[1]).sqrt())
    }
}

/// Whole-number sums over the persons with every answer given.
struct Totals {
    persons: f64,
    sum: f64,
    squares: f64,
    /// For each item: right answers, and the sum of scores of those who were right.
    items: Vec<(f64, f64)>,
}

impl Totals {
    fn of(responses: &Responses, scores: &Scores) -> Totals {
        let mut items = vec![(0_u64, 0_u64); responses.items()];
        let (mut persons, mut sum, mut squares) = (0_u64, 0_u64, 0_u64);
        for person in (0..responses.persons()).filter(|person| scores.given[*person] as usize == responses.items()) {
            let score = u64::from(scores.right[person]);
            (persons, sum, squares) = (persons + 1, sum + score, squares + score * score);
            for (item, sums) in items.iter_mut().enumerate() {
                if responses.get(person, item) == Some(true) {
                    *sums = (sums.0 + 1, sums.1 + score);
                }
            }
        }
        let items = items.into_iter().map(|(right, scores)| (right as f64, scores as f64)).collect();
        Totals { persons: persons as f64, sum: sum as f64, squares: squares as f64, items }
    }

    fn covariance(&self, products: f64, x: f64, y: f64) -> f64 {
        (products - x * y / self.persons) / (self.persons - 1.0)
    }

    fn variance(&self) -> Option<f64> {
        (self.persons > 1.0).then(|| self.covariance(self.squares, self.sum, self.sum))
    }

    fn item_variance(&self, item: usize) -> f64 {
        let right = self.items[item].0;
        self.covariance(right, right, right)
    }

    fn item_variances(&self) -> f64 {
        (0..self.items.len()).map(|item| self.item_variance(item)).sum()
    }

    fn alpha(&self) -> Option<f64> {
        alpha(self.items.len(), self.item_variances(), self.variance()?)
    }

    fn alpha_without(&self, item: usize, item_variances: f64) -> Option<f64> {
        let (right, scores) = self.items[item];
        let own = self.item_variance(item);
        let rest = self.variance()? + own - 2.0 * self.covariance(scores, right, self.sum);
        alpha(self.items.len() - 1, item_variances - own, rest)
    }
}

fn alpha(items: usize, item_variances: f64, variance: f64) -> Option<f64> {
    let count = items as f64;
    (items > 1 && variance > 1e-12).then(|| count / (count - 1.0) * (1.0 - item_variances / variance))
}

fn item_figures(responses: &Responses, scores: &Scores, totals: &Totals, item: usize) -> ItemFigures {
    let answers = || (0..responses.persons()).filter_map(|person| Some((person, responses.get(person, item)?)));
    let given = answers().count();
    let right = answers().filter(|(_, right)| *right).count();
    ItemFigures {
        given,
        right,
        difficulty: (given > 0).then(|| right as f64 / given as f64),
        discrimination: scores.correlation(responses, item, |person| responses.get(person, item) == Some(true)),
        upper_lower: upper_lower(responses, scores, item),
        alpha_without: totals.alpha_without(item, totals.item_variances()),
    }
}

/// D: who stands at the limit of a group enters it by the share that is still needed, so that ties are not cut by chance.
fn upper_lower(responses: &Responses, scores: &Scores, item: usize) -> Option<f64> {
    // Persons and right answers by score in thousandths of what they answered.
    let mut by_score: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    let mut count = 0.0;
    for person in 0..responses.persons() {
        let Some(right) = responses.get(person, item) else { continue };
        let score = scores.right[person] * 1000 / scores.given[person];
        let sums = by_score.entry(score).or_default();
        sums.0 += 1.0;
        sums.1 += if right { 1.0 } else { 0.0 };
        count += 1.0;
    }
    let size = 0.27 * count;
    (by_score.len() > 1)
        .then(|| share_of_first(by_score.values().rev(), size) - share_of_first(by_score.values(), size))
}

fn share_of_first<'a>(groups: impl Iterator<Item = &'a (f64, f64)>, size: f64) -> f64 {
    let (mut left, mut right) = (size, 0.0);
    for (persons, rights) in groups {
        let taken = left.min(*persons);
        right += rights * taken / persons;
        left -= taken;
    }
    right / size
}
