//! `calendar.toml`: `[year.2021] source, rest = [{ title, first, last }], work = [days]` and `[[term]] title, first, last`.

use super::cursor::{Item, Table};
use crate::calendar::{Calendar, CalendarYear, Stretch};
use crate::fault;
use jiff::civil::{Date, Weekday};

/// Reads a calendar.
pub(super) fn read_calendar(table: &Table) -> Calendar {
    let mut calendar = Calendar::default();
    for (item, year) in table.children("year") {
        if let Some((number, read)) = read_year(&item, &year.named(format!("year.{}", item.key))) {
            calendar.years.insert(number, read);
        }
    }
    for term in table.tables("term") {
        term.must_text("source");
        let Some(stretch) = read_stretch(&term) else { continue };
        if calendar.terms.last().is_some_and(|before| before.last >= stretch.first) {
            term.fault(
                fault::CALENDAR,
                format!("term `{}` begins before the one above ends", stretch.title),
                "order terms by day",
            );
        }
        calendar.terms.push(stretch);
    }
    table.finish();
    calendar
}

fn read_year(item: &Item, table: &Table) -> Option<(i16, CalendarYear)> {
    let source = table.must_text("source");
    let rest: Vec<Stretch> = table.tables("rest").iter().filter_map(read_stretch).collect();
    let work: Vec<(Date, Item)> = table
        .item("work")
        .map(|item| item.list())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|item| Some((item.day()?, item)))
        .collect();
    table.finish();
    let number: Option<i16> = item.key.parse().ok().filter(|year| (1949..=2200).contains(year));
    let Some(number) = number else {
        item.fault(fault::CALENDAR, format!("`{}` is no year", item.key), "write such as [year.2021]");
        return None;
    };
    for stretch in rest.iter().filter(|stretch| stretch.first.year() != number || stretch.last.year() != number) {
        item.fault(
            fault::CALENDAR,
            format!("`{}` is not in {number}", stretch.title),
            "put each day under its own year",
        );
    }
    for (place, (day, item)) in work.iter().enumerate() {
        let twice = work[..place].iter().any(|(other, _)| other == day);
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let rests = rest.iter().any(|rest| rest.first <= *day && *day <= rest.last);
        if twice || !weekend || rests || day.year() != number {
            item.fault(
                fault::CALENDAR,
                format!("{day} cannot be a working weekend day"),
                "list each worked Saturday or Sunday of the year once",
            );
        }
    }
    Some((number, CalendarYear { source, rest, work: work.into_iter().map(|(day, _)| day).collect() }))
}

fn read_stretch(table: &Table) -> Option<Stretch> {
    let title = table.must_text("title");
    let [first, last] = ["first", "last"].map(|key| table.must(key).and_then(|item| item.day()));
    table.item("source");
    table.finish();
    let (first, last) = (first?, last?);
    if first > last {
        table.fault(fault::CALENDAR, format!("`{title}` ends before it begins"), "turn `first` and `last` round");
        return None;
    }
    Some(Stretch { title, first, last })
}
