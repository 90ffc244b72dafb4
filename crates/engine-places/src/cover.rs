//! Fewest sites that have every demand point within a radius.
//!
//! The least number lies between the points no two of which share a site and a greedy choice. In between each number
//! is tried in turn: are there `p` sites with nobody outside the radius? That is a p-median question with cost 0 inside
//! and 1 outside, and [`crate::median`] answers it with a proof. Source: Toregas et al. (1971); domain rule 11 (radius
//! 500 m for a primary school, 1000 m for a junior school, 300 m for a kindergarten).

use crate::median::{Problem, Within, within};
use crate::refusal::Refusal;

/// A cover and what is proved about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// Sites, ascending.
    pub open: Vec<u32>,
    /// No cover has fewer sites; equal to the number opened when proven least.
    pub bound: u32,
}

/// Covers every point. `inside[i * M + j]`: whether site `j` is within the radius of point `i`. Shape `N x M`.
///
/// Stops after about `work` relaxations with the best cover and a proven bound.
///
/// # Errors
/// [`Refusal`] `PL-25` names the first point without any site in the radius.
pub fn cover(inside: &[bool], points: usize, work: u64) -> Result<Cover, Refusal> {
    let sites = inside.len().checked_div(points).unwrap_or(0);
    let rows: Vec<&[bool]> = inside.chunks_exact(sites.max(1)).collect();
    let alone = (0..points).find(|&point| rows.get(point).is_none_or(|row| !row.contains(&true)));
    if let Some(row) = alone {
        return Err(Refusal::at(
            "PL-25",
            row,
            format!("第 {row} 个需求点的半径内没有选址点，请增加选址点或放宽半径。"),
            format!("Demand point {row} has no site within the radius; add sites or widen it."),
        ));
    }
    let mut open = greedy(&rows, sites);
    let mut bound = apart(&rows);
    let distance: Vec<u64> = inside.iter().map(|&inside| u64::from(!inside)).collect();
    let mut left = work;
    while (bound as usize) < open.len() {
        let problem = Problem::new(bound as usize, vec![1; points], &distance, None)?;
        let (answer, used) = within(&problem, left, 0);
        left = left.saturating_sub(used);
        match answer {
            Within::Yes(sites) => open = sites,
            Within::No => bound += 1,
            Within::Unknown => break,
        }
    }
    open.sort_unstable();
    Ok(Cover { open, bound })
}

/// Always the site that reaches most points not yet reached, ties to the lower number.
fn greedy(rows: &[&[bool]], sites: usize) -> Vec<u32> {
    let mut open = Vec::new();
    let mut left: Vec<&[bool]> = rows.to_vec();
    while !left.is_empty() {
        let reach = |site: &usize| (left.iter().filter(|row| row[*site]).count(), std::cmp::Reverse(*site));
        let Some(best) = (0..sites).max_by_key(reach) else { break };
        open.push(best as u32);
        left.retain(|row| !row[best]);
    }
    open
}

/// How many points were found of which no two share a site; each needs a site of its own.
fn apart(rows: &[&[bool]]) -> u32 {
    let mut order: Vec<&&[bool]> = rows.iter().collect();
    order.sort_by_key(|row| row.iter().filter(|inside| **inside).count());
    let mut used: Vec<bool> = rows.first().map_or(Vec::new(), |row| vec![false; row.len()]);
    let mut count = 0;
    for row in order {
        if row.iter().zip(&used).all(|(inside, used)| !(inside & used)) {
            used.iter_mut().zip(row.iter()).for_each(|(used, inside)| *used |= inside);
            count += 1;
        }
    }
    count
}
