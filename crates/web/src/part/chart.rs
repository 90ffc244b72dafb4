//! The chart of a number through its year, drawn on the server: steps counted, dashed due, dotted forecast, the gap
//! today, the lights below. Two drawings, one for the desk and one for the phone, so that text never shrinks.

use std::fmt::Write as _;

use jiff::civil::Date;
use luoshi_desk::view::{Chart, Lang, Light};
use maud::{Markup, html};

use crate::text::{chart_label, day_short, figure, light_label, month};

/// Where things stand in a drawing, in its own units.
struct Frame {
    phone: bool,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    first: Date,
    days: f64,
    most: f64,
}

/// The chart in both sizes.
pub fn chart(lang: Lang, title: &str, chart: &Chart) -> Markup {
    html! {
        div .cw {
            (drawing(lang, title, chart, &frame(chart, false)))
            (drawing(lang, title, chart, &frame(chart, true)))
        }
    }
}

fn frame(chart: &Chart, phone: bool) -> Frame {
    let days = f64::from(days_between(chart.from, chart.by).max(1) + 1);
    let most = [&chart.actual, &chart.pace, &chart.forecast]
        .into_iter()
        .flatten()
        .map(|(_, value)| *value)
        .chain([chart.target])
        .fold(1.0_f64, f64::max);
    let (width, height, left, right, top, bottom) =
        if phone { (358.0, 300.0, 46.0, 346.0, 46.0, 248.0) } else { (960.0, 316.0, 54.0, 810.0, 38.0, 264.0) };
    Frame { phone, width, height, left, right, top, bottom, first: chart.from, days, most }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map(|span| span.get_days()).unwrap_or(0)
}

impl Frame {
    /// The start of a day.
    fn x(&self, day: Date) -> f64 {
        let gone = f64::from(days_between(self.first, day)).clamp(0.0, self.days);
        self.left + (self.right - self.left) * gone / self.days
    }

    /// The end of a day.
    fn x_end(&self, day: Date) -> f64 {
        day.tomorrow().map_or(self.right, |next| self.x(next))
    }

    /// The day that stands at a place.
    fn day_at(&self, x: f64) -> Date {
        let gone = ((x - self.left) / (self.right - self.left) * self.days).clamp(0.0, self.days) as i32;
        self.first.checked_add(jiff::Span::new().days(gone)).unwrap_or(self.first)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * (value / self.most).clamp(0.0, 1.0)
    }
}

/// A step for the axis: 1, 2, 4 or 5 times a power of ten, so that three to six lines are drawn.
fn tick_step(most: f64) -> f64 {
    let rough = most / 4.5;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 4.0, 5.0, 10.0].into_iter().find(|step| step * power >= rough).unwrap_or(10.0) * power;
    step.max(if most >= 1.0 { f64::min(1.0, most) } else { most })
}

fn drawing(lang: Lang, title: &str, chart: &Chart, frame: &Frame) -> Markup {
    let now = value_on(&chart.actual, chart.day).unwrap_or(0.0);
    let due = due_on(chart, chart.day);
    let label = format!(
        "{title}{}{}",
        lang.pick("：", ": "),
        chart_label(lang, chart.day, &chart.unit, now, due, chart.target)
    );
    html! {
        svg class=(if frame.phone { "chart only-phone" } else { "chart no-phone" })
            viewBox={ "0 0 " (frame.width) " " (frame.height) } role="img" aria-label=(label) {
            (axes(lang, chart, frame))
            (lines(chart, frame))
            (today(lang, chart, frame, now, due))
            (end(lang, chart, frame))
            (names(lang, chart, frame))
            (lights(lang, chart, frame))
        }
    }
}

fn axes(lang: Lang, chart: &Chart, frame: &Frame) -> Markup {
    let step = tick_step(frame.most);
    let lines = (frame.most / step).floor() as usize;
    html! {
        @for line in 0..=lines {
            @let y = frame.y(step * line as f64);
            path .ax d=(format!("M{:.0} {y:.1}H{:.0}", frame.left, frame.right)) {}
            text x=(frame.left - 7.0) y=(format!("{:.1}", y + 4.0)) text-anchor="end" { (figure(step * line as f64)) }
        }
        @for (start, middle, number) in months(chart, frame) {
            path .ax d=(format!("M{start:.1} {:.1}v4", frame.bottom)) {}
            text x=(format!("{middle:.1}")) y=(frame.bottom + 17.0) text-anchor="middle" {
                @if frame.phone { (number) } @else { (month(lang, number)) }
            }
        }
        @let y = frame.y(chart.target);
        path .tg d=(format!("M{:.0} {y:.1}H{:.1}", frame.left, frame.right)) {}
        text .k x=(frame.left + 6.0) y=(format!("{:.1}", y - 6.0)) { (lang.pick("目标", "target")) " " (figure(chart.target)) }
    }
}

/// Start, middle and number of each month on the axis.
fn months(chart: &Chart, frame: &Frame) -> Vec<(f64, f64, usize)> {
    let mut months = vec![];
    let mut day = chart.from;
    while day <= chart.by && months.len() < 24 {
        let last = day.last_of_month().min(chart.by);
        let (start, end) = (frame.x(day), frame.x_end(last));
        months.push((start, (start + end) / 2.0, usize::from(day.month().unsigned_abs())));
        match last.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    months
}

fn lines(chart: &Chart, frame: &Frame) -> Markup {
    let pace = if chart.straight { straight(frame, &chart.pace) } else { steps(frame, &chart.pace, chart.by, true) };
    html! {
        @if !chart.pace.is_empty() { path .pl d=(pace) {} }
        @if !chart.forecast.is_empty() { path .fc d=(steps(frame, &chart.forecast, chart.by, false)) {} }
        @if !chart.actual.is_empty() { path .ac d=(steps(frame, &chart.actual, chart.day, true)) {} }
    }
}

/// A line of steps up to the end of `last`; from the axis when it starts at nothing.
fn steps(frame: &Frame, points: &[(Date, f64)], last: Date, from_zero: bool) -> String {
    let Some((first_day, first_value)) = points.first() else { return String::new() };
    let mut path = if from_zero && *first_day > frame.first {
        format!("M{:.1} {:.1}H{:.1}V{:.1}", frame.left, frame.y(0.0), frame.x(*first_day), frame.y(*first_value))
    } else {
        format!("M{:.1} {:.1}", frame.x(*first_day), frame.y(*first_value))
    };
    for (day, value) in points.iter().skip(1).filter(|(day, _)| *day <= last) {
        let _ = write!(path, "H{:.1}V{:.1}", frame.x(*day), frame.y(*value));
    }
    let _ = write!(path, "H{:.1}", frame.x_end(last));
    path
}

fn straight(frame: &Frame, points: &[(Date, f64)]) -> String {
    let mut path = String::new();
    for (at, (day, value)) in points.iter().enumerate() {
        let x = if at == 0 { frame.x(*day) } else { frame.x_end(*day) };
        let _ = write!(path, "{}{x:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, frame.y(*value));
    }
    path
}

/// The value of steps at the end of a day.
fn value_on(points: &[(Date, f64)], day: Date) -> Option<f64> {
    points.iter().rev().find(|(since, _)| *since <= day).map(|(_, value)| *value)
}

/// What was due by the end of a day.
fn due_on(chart: &Chart, day: Date) -> Option<f64> {
    match (&chart.pace[..], chart.straight) {
        ([], _) => None,
        ([(from, low), .., (to, high)], true) => {
            let share = f64::from(days_between(*from, day) + 1) / f64::from(days_between(*from, *to) + 1).max(1.0);
            Some(low + (high - low) * share.clamp(0.0, 1.0))
        }
        (points, _) => Some(value_on(points, day).unwrap_or(0.0)),
    }
}

/// Where the words about today stand: right of its line, or left of it once the year is nearly over.
fn now_words(chart: &Chart, frame: &Frame) -> (f64, &'static str) {
    let x = frame.x_end(chart.day);
    let room = if frame.phone { 74.0 } else { 150.0 };
    if x + room > frame.right { (x - 8.0, "end") } else { (x + 8.0, "start") }
}

fn today(lang: Lang, chart: &Chart, frame: &Frame, now: f64, due: Option<f64>) -> Markup {
    let x = frame.x_end(chart.day);
    let (now_y, due_y) = (frame.y(now), frame.y(due.unwrap_or(now)));
    let (at, anchor) = now_words(chart, frame);
    let below = (now_y.max(due_y) + 19.0).min(frame.bottom - 20.0);
    let gap = due.map(|due| due - now).filter(|gap| *gap > 0.0);
    html! {
        path .td d=(format!("M{x:.1} 16V{:.1}", frame.bottom)) {}
        text x=(format!("{:.1}", if frame.phone { x.min(frame.right) } else { x } - 6.0)) y=(if frame.phone { 30 } else { 24 }) text-anchor="end" {
            (day_short(lang, chart.day))
        }
        @if gap.is_some() { path .gp d=(format!("M{x:.1} {due_y:.1}V{now_y:.1}")) {} }
        text .k .halo x=(format!("{at:.1}")) y=(format!("{below:.1}")) text-anchor=(anchor) { (lang.pick("现在", "now")) " " (figure(now)) }
        @if let Some(due) = due {
            text .halo x=(format!("{at:.1}")) y=(format!("{:.1}", below + 14.0)) text-anchor=(anchor) {
                (lang.pick("应到", "due")) " " (figure(due))
                @if !frame.phone { @if let Some(gap) = gap { (lang.pick("，少 ", ", short ")) (figure(gap)) } }
            }
        }
    }
}

/// What the forecast comes to at the end of the year.
fn end(lang: Lang, chart: &Chart, frame: &Frame) -> Markup {
    let Some((_, last)) = chart.forecast.last() else { return html! {} };
    let short = chart.target - last;
    let (x, y, anchor) = if frame.phone {
        (frame.right, 16.0, "end")
    } else {
        (frame.right + 8.0, frame.y(*last).max(frame.top), "start")
    };
    html! {
        text .k x=(x) y=(format!("{:.1}", if frame.phone { y } else { y + 4.0 })) text-anchor=(anchor) {
            tspan font-weight="600" { (lang.pick("预计", "forecast")) " " (figure(*last)) }
            @if short > 0.0 {
                // The English words are too long for one line beside the drawing.
                @if lang == Lang::En && !frame.phone { tspan x=(x) dy="14" { "short " (figure(short)) } }
                @else { (lang.pick("，差 ", ", short ")) (figure(short)) }
            }
        }
    }
}

/// The names of the two lines, left of today and clear of its words; none when the year is too young for them.
fn names(lang: Lang, chart: &Chart, frame: &Frame) -> Markup {
    let width = frame.right - frame.left;
    let room = if frame.phone { 30.0 } else { 60.0 };
    let free = frame.x_end(chart.day) - if now_words(chart, frame).1 == "end" { room * 2.5 } else { 0.0 };
    let spot = [0.5, 0.38, 0.26].into_iter().map(|share| frame.left + width * share).find(|x| x + room < free);
    let Some(spot) = spot else { return html! {} };
    let value_at =
        |points: &[(Date, f64)]| points.iter().rfind(|(day, _)| frame.x(*day) <= spot).map(|(_, value)| *value);
    let due = if chart.straight { due_on(chart, frame.day_at(spot - 30.0)) } else { value_at(&chart.pace) };
    html! {
        @if let Some(counted) = value_at(&chart.actual) {
            text .k .halo x=(format!("{:.1}", spot + 4.0)) y=(format!("{:.1}", (frame.y(counted) + 16.0).min(frame.bottom - 4.0))) {
                (lang.pick("实际", "counted"))
            }
        }
        @if let Some(due) = due {
            text .halo x=(format!("{:.1}", spot - 14.0)) y=(format!("{:.1}", frame.y(due) - 7.0)) text-anchor="end" {
                (if frame.phone || chart.straight { lang.pick("应到", "due") } else { lang.pick("应到，按各自的应办日", "due, by each one's own day") })
            }
        }
    }
}

/// The strip of lights: each holds until the next.
fn lights(lang: Lang, chart: &Chart, frame: &Frame) -> Markup {
    if chart.lights.is_empty() {
        return html! {};
    }
    let y = frame.height - 16.0;
    let changes = light_changes(&chart.lights);
    html! {
        text x=(frame.left - 12.0) y=(y + 4.0) text-anchor="end" { (lang.pick("灯", "light")) }
        path .ax d=(format!("M{:.0} {y}H{:.1}", frame.left, frame.right)) {}
        @for (at, (day, which)) in changes.iter().enumerate() {
            @let from = frame.x(*day);
            @let to = changes.get(at + 1).map_or(frame.x_end(chart.day), |(next, _)| frame.x(*next) - 8.0);
            @if to > from + 6.0 {
                path class={ "ls " (which.class()) } d=(format!("M{:.1} {y}H{to:.1}", from + 6.0)) {}
            }
            (light_at(lang, *which, from - 5.0, y - 5.0))
        }
    }
}

/// A light ten units wide inside a drawing, on a patch of paper.
fn light_at(lang: Lang, which: Light, x: f64, y: f64) -> Markup {
    html! {
        svg class={ "lt " (which.class()) } x=(format!("{x:.1}")) y=(format!("{y:.1}")) width="10" height="10" role="img" aria-label=(light_label(lang, which)) {
            rect .lb width="10" height="10" {}
            use href={ "#lt-" (which.class()) } {}
        }
    }
}

/// The days on which the light changed.
fn light_changes(lights: &[(Date, Light)]) -> Vec<(Date, Light)> {
    let mut changes: Vec<(Date, Light)> = vec![];
    for (day, which) in lights {
        if changes.last().is_none_or(|(_, last)| last != which) {
            changes.push((*day, *which));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn sample() -> Chart {
        Chart {
            from: date(2021, 1, 1),
            by: date(2021, 12, 31),
            day: date(2021, 9, 30),
            target: 16300.0,
            unit: "个".into(),
            actual: vec![(date(2021, 3, 1), 1440.0), (date(2021, 9, 1), 10650.0), (date(2021, 9, 15), 11730.0)],
            pace: vec![(date(2021, 3, 1), 1440.0), (date(2021, 9, 1), 12600.0), (date(2021, 12, 25), 16460.0)],
            straight: false,
            forecast: vec![(date(2021, 9, 30), 11730.0), (date(2021, 12, 28), 16010.0)],
            lights: vec![
                (date(2021, 1, 31), Light::Grey),
                (date(2021, 3, 31), Light::Green),
                (date(2021, 4, 30), Light::Green),
            ],
        }
    }

    #[test]
    fn the_chart_says_what_it_shows() {
        let markup = chart(Lang::Zh, "新增学位", &sample()).into_string();
        assert!(markup.contains("新增学位：到9月30日 11,730个，应到 12,600个，目标 16,300个"), "{markup}");
        assert!(markup.contains("少 870") && markup.contains("预计 16,010") && markup.contains("差 290"));
        assert!(!markup.contains("style="), "the policy of the pages allows no inline style");
    }

    #[test]
    fn axes_have_three_to_six_lines() {
        for most in [1.0, 3.0, 40.0, 97.0, 100.0, 5000.0, 16460.0, 999_999.0] {
            let lines = (most / tick_step(most)).floor();
            assert!((1.0..=6.0).contains(&lines), "{most}: {lines}");
        }
    }

    #[test]
    fn a_straight_pace_is_due_by_the_share_of_days_gone() {
        let straight =
            Chart { pace: vec![(date(2021, 1, 1), 0.0), (date(2021, 12, 31), 365.0)], straight: true, ..sample() };
        assert_eq!(due_on(&straight, date(2021, 9, 30)), Some(273.0));
    }

    #[test]
    fn a_light_stands_only_where_it_changed() {
        assert_eq!(light_changes(&sample().lights).len(), 2);
    }

    #[test]
    fn nothing_counted_and_nothing_due_still_draws() {
        let empty = Chart { actual: vec![], pace: vec![], forecast: vec![], lights: vec![], target: 0.0, ..sample() };
        assert!(chart(Lang::En, "x", &empty).into_string().contains("<svg"));
    }
}
