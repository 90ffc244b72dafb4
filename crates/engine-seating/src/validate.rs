//! Shapes, ranges, duplicates and empties of an examination; the first offending row is named.

use std::collections::BTreeMap;
use std::collections::HashSet;

use crate::exam::{Exam, Kind, Layout};
use crate::refusal::Refusal;

const CANDIDATES_MAX: usize = 2_000_000;
const ROOMS_MAX: usize = 200_000;
const INVIGILATORS_MAX: usize = 500_000;
const HALF_DAYS_MAX: usize = 60;
/// Kinds of need are kept as bits of one word.
const NEEDS_MAX: usize = 64;

/// The known layouts: 6 columns of 5, 5 columns of 6, and 7-8-8-7.
const KNOWN: [(&str, &[u8]); 3] = [("6x5", &[5; 6]), ("5x6", &[6; 5]), ("7-8-8-7", &[7, 8, 8, 7])];

/// Checks everything that can be wrong with the input itself; gives the layouts by name.
pub(crate) fn validate(exam: &Exam) -> Result<BTreeMap<&str, &[u8]>, Refusal> {
    for (name, text) in [("exam", &exam.exam), ("seed", &exam.seed)] {
        check_text(text, name, None)?;
    }
    if !exam.number_prefix.is_empty() {
        check_text(&exam.number_prefix, "number_prefix", None)?;
    }
    let layouts = layouts(exam)?;
    check_settings(exam)?;
    check_sites(exam, &layouts)?;
    check_candidates(exam)?;
    check_needs(exam)?;
    check_sessions(exam)?;
    check_invigilators(exam)?;
    Ok(layouts)
}

fn layouts(exam: &Exam) -> Result<BTreeMap<&str, &[u8]>, Refusal> {
    let mut layouts: BTreeMap<&str, &[u8]> = KNOWN.into_iter().collect();
    for (place, Layout { layout, columns }) in exam.layouts.iter().enumerate() {
        check_text(layout, "layouts", Some(place))?;
        let seats: usize = columns.iter().map(|seats| usize::from(*seats)).sum();
        let sound =
            (1..=12).contains(&columns.len()) && columns.iter().all(|seats| (1..=12).contains(seats)) && seats <= 99;
        if !sound {
            return Err(Refusal::new("KC-14").about(layout, layout).at_row(place + 1));
        }
        if layouts.insert(layout, columns).is_some() {
            return Err(Refusal::new("KC-12")
                .about(format_args!("layouts {layout}"), format_args!("layouts {layout}"))
                .at_row(place + 1));
        }
    }
    Ok(layouts)
}

fn check_settings(exam: &Exam) -> Result<(), Refusal> {
    let settings = &exam.settings;
    let refuse = |name: &str| Err(Refusal::new("KC-16").about(name, name));
    if settings.short_room > 99 {
        return refuse("short_room 0-99");
    }
    if settings.reserve_percent > 100 {
        return refuse("reserve_percent 0-100");
    }
    match settings.spare_rooms {
        Some(spare) if spare.per == 0 || spare.per > 10_000 || spare.least > 10_000 => refuse("spare_rooms"),
        _ => Ok(()),
    }
}

fn check_sites(exam: &Exam, layouts: &BTreeMap<&str, &[u8]>) -> Result<(), Refusal> {
    check_length("sites", exam.sites.len(), ROOMS_MAX)?;
    check_length("rooms", exam.sites.iter().map(|site| site.rooms.len()).sum(), ROOMS_MAX)?;
    check_unique("sites", exam.sites.iter().map(|site| site.site.as_str()))?;
    for (place, site) in exam.sites.iter().enumerate() {
        if !site.school.is_empty() {
            check_text(&site.school, "sites", Some(place))?;
        }
        let refuse = |rule: &str, detail: &str| {
            let words = format!("sites {}, rooms {detail}", site.site);
            Err(Refusal::new(rule).about(&words, &words).at_row(place + 1))
        };
        let mut codes = HashSet::new();
        for room in &site.rooms {
            if !is_plain(&room.room) || room.offers.iter().any(|offer| !is_plain(offer)) {
                return refuse("KC-11", &shown(&room.room));
            }
            if !codes.insert(room.room.as_str()) {
                return refuse("KC-12", &room.room);
            }
            if !layouts.contains_key(room.layout.as_str()) {
                return refuse("KC-15", &format!("{} layout {}", room.room, shown(&room.layout)));
            }
        }
        if let Some(rule) = exam.settings.spare_rooms {
            let count = |kind: Kind| site.rooms.iter().filter(|room| room.kind == kind).count() as u64;
            let wanted = u64::from(rule.least).max(count(Kind::Normal).div_ceil(u64::from(rule.per)));
            if count(Kind::Spare) < wanted {
                return refuse("KC-08", &format!("spare {} < {wanted}", count(Kind::Spare)));
            }
        }
    }
    Ok(())
}

fn check_candidates(exam: &Exam) -> Result<(), Refusal> {
    check_length("candidates", exam.candidates.len(), CANDIDATES_MAX)?;
    for (place, candidate) in exam.candidates.iter().enumerate() {
        check_text(&candidate.school, "candidates school", Some(place))?;
        let optional = [&candidate.class, &candidate.group, &candidate.twins];
        if let Some(text) = optional.into_iter().find(|text| !text.is_empty() && !is_plain(text)) {
            return Err(text_refusal(text, "candidates", Some(place)));
        }
    }
    check_unique("candidates", exam.candidates.iter().map(|candidate| candidate.number.as_str()))
}

fn check_needs(exam: &Exam) -> Result<(), Refusal> {
    let offers: HashSet<&str> =
        exam.sites.iter().flat_map(|site| &site.rooms).flat_map(|room| &room.offers).map(String::as_str).collect();
    if offers.len() > NEEDS_MAX {
        return Err(Refusal::new("KC-13").about("offers", "offers"));
    }
    for (place, candidate) in exam.candidates.iter().enumerate() {
        if let Some(need) = candidate.needs.iter().find(|need| !offers.contains(need.as_str())) {
            let words = format!("candidates {} {}", candidate.number, shown(need));
            return Err(Refusal::new("KC-07").about(&words, &words).at_row(place + 1));
        }
    }
    Ok(())
}

fn check_sessions(exam: &Exam) -> Result<(), Refusal> {
    let half_days: HashSet<&str> = exam.sessions.iter().map(|session| session.half_day.as_str()).collect();
    if half_days.len() > HALF_DAYS_MAX {
        return Err(Refusal::new("KC-13").about("half_day", "half_day"));
    }
    for (place, session) in exam.sessions.iter().enumerate() {
        check_text(&session.half_day, "sessions half_day", Some(place))?;
        check_text(&session.subject, "sessions subject", Some(place))?;
    }
    check_unique("sessions", exam.sessions.iter().map(|session| session.session.as_str()))
}

fn check_invigilators(exam: &Exam) -> Result<(), Refusal> {
    if exam.sessions.is_empty() != exam.invigilators.is_empty() || exam.invigilators.len() > INVIGILATORS_MAX {
        return Err(Refusal::new("KC-13").about("sessions, invigilators", "sessions, invigilators"));
    }
    for (place, invigilator) in exam.invigilators.iter().enumerate() {
        check_text(&invigilator.school, "invigilators school", Some(place))?;
        if !invigilator.subject.is_empty() {
            check_text(&invigilator.subject, "invigilators subject", Some(place))?;
        }
    }
    check_unique("invigilators", exam.invigilators.iter().map(|invigilator| invigilator.number.as_str()))
}

fn check_length(list: &str, length: usize, most: usize) -> Result<(), Refusal> {
    if (1..=most).contains(&length) { Ok(()) } else { Err(Refusal::new("KC-13").about(list, list)) }
}

/// Names must be plain and not repeated; the first bad row in the order of the list is named.
fn check_unique<'e>(list: &str, names: impl Iterator<Item = &'e str>) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for (place, name) in names.enumerate() {
        check_text(name, list, Some(place))?;
        if !seen.insert(name) {
            let words = format!("{list} {name}");
            return Err(Refusal::new("KC-12").about(&words, &words).at_row(place + 1));
        }
    }
    Ok(())
}

fn check_text(text: &str, list: &str, place: Option<usize>) -> Result<(), Refusal> {
    if is_plain(text) { Ok(()) } else { Err(text_refusal(text, list, place)) }
}

fn text_refusal(text: &str, list: &str, place: Option<usize>) -> Refusal {
    let words = format!("{list} {}", shown(text));
    let refusal = Refusal::new("KC-11").about(&words, &words);
    match place {
        Some(place) => refusal.at_row(place + 1),
        None => refusal,
    }
}

/// 1 to 100 code points, no `|`, no control characters.
fn is_plain(text: &str) -> bool {
    let length = text.chars().take(101).count();
    (1..=100).contains(&length) && !text.contains(|sign: char| sign == '|' || sign.is_control())
}

fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(100).collect::<String>())
}
