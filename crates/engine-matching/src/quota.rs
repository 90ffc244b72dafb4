//! Shares places out by largest remainder.
//!
//! Source: domain rule 4.4 (分配生: by the number of graduates; equal remainders: bigger school first).

use crate::refusal::Refusal;

/// Shares `places` out in proportion to `size`.
///
/// Everybody gets the whole part of his share; what is left goes one by one to the largest remainders, of equal
/// remainders to the bigger size, of equal sizes to the earlier row. Shape of `size` and answer: `N`. The answer sums
/// to `places`.
///
/// # Errors
/// [`Refusal`] when there are places and nobody to share them, or numbers above 2^31.
pub fn allot(places: u32, size: &[u32]) -> Result<Vec<u32>, Refusal> {
    let total: u64 = size.iter().map(|&size| u64::from(size)).sum();
    if total == 0 {
        return match places {
            0 => Ok(vec![0; size.len()]),
            _ => Err(Refusal::whole(
                "MA-08",
                format!("有 {places} 个名额，但毕业生总数为 0，无从分配。"),
                format!("There are {places} places but no graduates to share them among."),
            )),
        };
    }
    let share = |size: u32| u64::from(size) * u64::from(places);
    let mut quota: Vec<u32> = size.iter().map(|&size| (share(size) / total) as u32).collect();
    let given: u64 = quota.iter().map(|&quota| u64::from(quota)).sum();
    let mut by_remainder: Vec<usize> = (0..size.len()).collect();
    by_remainder.sort_by_key(|&row| (std::cmp::Reverse((share(size[row]) % total, size[row])), row));
    for &row in by_remainder.iter().take((u64::from(places) - given) as usize) {
        quota[row] += 1;
    }
    Ok(quota)
}
