//! Need of places against what is delivered. Source: domain rule 11.

use crate::refusal::Refusal;

/// Need and supply of one September, in classes and seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Pupils in public schools: all less the private share, rounded half up.
    pub public: u64,
    /// Classes they need, rounded up.
    pub classes_needed: u64,
    /// Classes there are, delivered projects included.
    pub classes: u64,
    /// Classes missing; negative when there are more than needed.
    pub gap_classes: i64,
    /// Seats in them.
    pub gap_seats: i64,
    /// Early warning.
    pub colour: Colour,
    /// Projects counted, by row.
    pub counted: Vec<usize>,
}

/// Early warning by the gap as a share of supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// 红: above 10 %.
    Red,
    /// 橙: from 5 to 10 %.
    Orange,
    /// 黄: above 0, below 5 %.
    Yellow,
    /// 绿: nothing is missing.
    Green,
}

/// A project that adds classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Classes it adds.
    pub classes: u64,
    /// Day of delivery as year, month, day.
    pub delivered: (i32, u32, u32),
    /// First September in which somebody wants to count it, if stated.
    pub count_from: Option<i32>,
}

/// Balances one September.
///
/// `pupils` are all pupils of the grade or stage, not rounded; `private` is the private share from 0 to 1. A project
/// counts in September of `year` when it is delivered by 31 August of it.
///
/// # Errors
/// [`Refusal`] `XW-01` names the first project that somebody wants to count before it is delivered.
pub fn balance(
    year: i32,
    pupils: f64,
    private: f64,
    class_size: u64,
    classes: u64,
    projects: &[Project],
) -> Result<Balance, Refusal> {
    let right = pupils.is_finite() && (0.0..=1e9).contains(&pupils) && (0.0..=1.0).contains(&private);
    if !right || !(1..=1_000).contains(&class_size) || classes > 1 << 32 {
        return Err(Refusal::whole(
            "PL-04",
            format!("{year} 年的人数、民办比例（0 到 1）、班额（1 到 1000）或班数超出范围。"),
            format!("{year}: pupils, private share (0 to 1), class size (1 to 1000) or classes are out of range."),
        ));
    }
    let mut supply = classes;
    let mut counted = Vec::new();
    for (row, project) in projects.iter().enumerate() {
        let (delivered, month, day) = project.delivered;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || project.classes > 1 << 20 {
            return Err(Refusal::at(
                "PL-04",
                row,
                format!("项目 {row} 的交付日期或班数不对。"),
                format!("Project {row}: the day of delivery or the number of classes is wrong."),
            ));
        }
        let first = if month <= 8 { delivered } else { delivered.saturating_add(1) };
        if project.count_from.is_some_and(|from| from < first) {
            return Err(Refusal::at(
                "XW-01",
                row,
                format!(
                    "项目 {row} 于 {delivered}-{month:02}-{day:02} 交付，最早计入 {first} 年 9 月，不得提前计入学位。"
                ),
                format!(
                    "Project {row} is delivered on {delivered}-{month:02}-{day:02} and counts from September {first}, not before."
                ),
            ));
        }
        if first <= year {
            supply += project.classes;
            counted.push(row);
        }
    }
    let public = crate::forecast::shown(pupils * (1.0 - private)).max(0) as u64;
    let classes_needed = public.div_ceil(class_size);
    let gap_classes = classes_needed as i64 - supply as i64;
    Ok(Balance {
        public,
        classes_needed,
        classes: supply,
        gap_classes,
        gap_seats: gap_classes * class_size as i64,
        colour: colour(gap_classes, supply),
        counted,
    })
}

/// The colour of a gap against a supply, compared in whole numbers.
pub fn colour(gap: i64, supply: u64) -> Colour {
    let (gap, supply) = (i128::from(gap), i128::from(supply));
    match () {
        () if gap <= 0 => Colour::Green,
        () if gap * 10 > supply => Colour::Red,
        () if gap * 20 >= supply => Colour::Orange,
        () => Colour::Yellow,
    }
}
