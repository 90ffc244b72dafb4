//! A register's flow as a picture, drawn on the server: the main line with an arrow for each move, returns as arcs
//! below it, states beside the line under a rail that collects the ways to them. Two drawings, lying and upright, so
//! that text never shrinks; what does not fit into a picture stands in the table of moves below it.

use luoshi_desk::view::{AboutMove, AboutView, Lang};
use maud::{Markup, html};

use crate::text::{FLOW, asks_reason};

/// Height of a line of text.
const LINE: f64 = 16.0;
/// Half of what a state's dot takes.
const DOT: f64 = 9.0;

/// What is drawn, with places in the order of the drawing.
struct Flow<'a> {
    /// Labels of the states on the main line.
    line: Vec<&'a str>,
    /// Labels of the states beside it.
    beside: Vec<&'a str>,
    /// From a state of the line to a later one.
    forward: Vec<Way<'a>>,
    /// From a state of the line to an earlier one.
    back: Vec<Way<'a>>,
    /// From states of the line to one beside it.
    out: Vec<(Vec<usize>, usize, &'a AboutMove)>,
    /// From one beside the line to a state of the line.
    home: Vec<(usize, usize, &'a AboutMove)>,
}

/// One arrow between two states of the line.
struct Way<'a> {
    from: usize,
    to: usize,
    made: &'a AboutMove,
}

/// The flow in both drawings; nothing for a register without one.
pub fn flow(lang: Lang, view: &AboutView) -> Markup {
    let flow = read(view);
    html! {
        @if !flow.line.is_empty() {
            div .fpic { (lying(lang, &flow)) (upright(lang, &flow)) }
        }
    }
}

/// Sorts states and moves into what is drawn how.
fn read(view: &AboutView) -> Flow<'_> {
    let numbered = |aside: bool| view.states.iter().enumerate().filter(move |(_, (_, beside))| *beside == aside);
    let line: Vec<usize> = numbered(false).map(|(at, _)| at).collect();
    let beside: Vec<usize> = numbered(true).map(|(at, _)| at).collect();
    let on = |states: &[usize], at: usize| states.iter().position(|state| *state == at);
    let mut flow = Flow {
        line: numbered(false).map(|(_, (title, _))| title.as_str()).collect(),
        beside: numbered(true).map(|(_, (title, _))| title.as_str()).collect(),
        forward: vec![],
        back: vec![],
        out: vec![],
        home: vec![],
    };
    for made in &view.moves {
        let from: Vec<usize> = made.from.iter().filter_map(|at| on(&line, *at)).collect();
        match (on(&line, made.to), on(&beside, made.to)) {
            (Some(to), _) => {
                for from in from.into_iter().filter(|from| *from != to) {
                    let way = Way { from, to, made };
                    if from < to { flow.forward.push(way) } else { flow.back.push(way) }
                }
                flow.home.extend(made.from.iter().filter_map(|at| on(&beside, *at)).map(|from| (from, to, made)));
            }
            (None, Some(to)) if !from.is_empty() => flow.out.push((from, to, made)),
            _ => {}
        }
    }
    flow
}

/// How wide a text runs at twelve units: a Chinese letter takes a square, a Latin one about half.
fn width(text: &str) -> f64 {
    text.chars().map(|letter| if letter.is_ascii() { 6.7 } else { 12.0 }).sum()
}

/// Breaks a text into lines no wider than that, at spaces and after 、; what has neither stays whole.
fn wrapped(text: &str, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for part in text.split_inclusive(['、', ' ']) {
        match lines.last_mut() {
            Some(line) if width(line) + width(part.trim_end()) <= most => line.push_str(part),
            _ => lines.push(part.to_string()),
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

/// A move's lines: its label, who may make it, what else it asks of them.
fn words(lang: Lang, made: &AboutMove, most: f64) -> Vec<(String, bool)> {
    let mut lines: Vec<_> = wrapped(&made.title, most).into_iter().map(|line| (line, true)).collect();
    let by = made.by.join(lang.pick("、", ", "));
    lines.extend(wrapped(&by, most).into_iter().map(|line| (line, false)));
    lines
}

/// Lines of text under each other from a first baseline.
fn lines(x: f64, first: f64, anchor: &str, said: &[(String, bool)]) -> Markup {
    html! {
        @for (at, (text, strong)) in said.iter().enumerate() {
            text .k[*strong] x=(tenth(x)) y=(tenth(first + LINE * at as f64)) text-anchor=(anchor) { (text) }
        }
    }
}

fn tenth(number: f64) -> String {
    format!("{number:.1}")
}

/// An arrow's point, in the direction it points: right, left, up or down.
fn point(x: f64, y: f64, direction: (f64, f64)) -> Markup {
    let (dx, dy) = direction;
    let (back, side) = (8.0, 4.0);
    let foot = (x - dx * back, y - dy * back);
    html! {
        path .pt d=(format!(
            "M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}z",
            foot.0 + dy * side, foot.1 + dx * side, foot.0 - dy * side, foot.1 - dx * side
        )) {}
    }
}

const RIGHT: (f64, f64) = (1.0, 0.0);
const LEFT: (f64, f64) = (-1.0, 0.0);
const UP: (f64, f64) = (0.0, -1.0);
const DOWN: (f64, f64) = (0.0, 1.0);

/// What the picture says in words, for those who do not see it.
fn label(lang: Lang, flow: &Flow) -> String {
    let line = flow.line.join(lang.pick("、", ", "));
    match (lang, flow.beside.is_empty()) {
        (Lang::Zh, true) => format!("{}：{line}", FLOW.of(lang)),
        (Lang::Zh, false) => format!("{}：{line}；旁边还有 {}", FLOW.of(lang), flow.beside.join("、")),
        (Lang::En, true) => format!("{}: {line}", FLOW.of(lang)),
        (Lang::En, false) => format!("{}: {line}; beside it {}", FLOW.of(lang), flow.beside.join(", ")),
    }
}

// ----------------------------------------------------------------------------------------------------------- lying

/// The main line from left to right.
fn lying(lang: Lang, flow: &Flow) -> Markup {
    let all = 1320.0;
    let step = (all - 116.0) / (flow.line.len().max(2) - 1) as f64;
    let x = |at: usize| 66.0 + step * at as f64;
    let arrow_words = |way: &Way| words(lang, way.made, step * (way.to - way.from) as f64 - 2.0 * DOT - 10.0);
    let skips = flow.forward.iter().map(|way| way.to - way.from).max().unwrap_or(1);
    let above = flow.forward.iter().map(|way| arrow_words(way).len()).max().unwrap_or(0) as f64 * LINE;
    let y = above + 14.0 + if skips > 1 { 26.0 * skips as f64 } else { 0.0 };
    let span = flow.back.iter().map(|way| way.from - way.to).max().unwrap_or(0) as f64;
    let back_words = |way: &Way| wrapped(&way.made.title, step * (way.from - way.to) as f64 - 24.0);
    let back_lines = flow.back.iter().map(|way| back_words(way).len()).max().unwrap_or(0) as f64;
    let rail = y + 48.0 + if span > 0.0 { 20.0 * span + LINE * back_lines } else { 0.0 };
    let level = |at: usize| rail + 62.0 + 78.0 * at as f64;
    let high = if flow.beside.is_empty() { rail } else { level(flow.beside.len() - 1) + 22.0 };
    html! {
        svg .fp .lie viewBox=(format!("0 0 {all:.0} {high:.0}")) role="img" aria-label=(label(lang, flow)) {
            @for (to, _) in flow.beside.iter().enumerate() { (lying_out(lang, flow, to, &x, y, rail, level(to))) }
            @for way in &flow.back {
                @let (from, to) = (x(way.from) - 6.0, x(way.to) + 6.0);
                @let (foot, deep) = (y + DOT + 24.0, 27.0 * (way.from - way.to) as f64);
                path .ln d=(format!("M{from:.1} {:.1}V{foot:.1}C{from:.1} {:.1} {to:.1} {:.1} {to:.1} {foot:.1}V{:.1}", y + DOT, foot + deep, foot + deep, y + DOT + 6.0)) {}
                (point(to, y + DOT, UP))
                @let said: Vec<_> = back_words(way).into_iter().map(|line| (line, false)).collect();
                (lines((from + to) / 2.0, foot + deep * 0.75 + 15.0, "middle", &said))
            }
            @for way in &flow.forward {
                @let (from, to) = (x(way.from) + DOT, x(way.to) - DOT);
                @let said = arrow_words(way);
                @if way.to == way.from + 1 {
                    path .ln .main d=(format!("M{from:.1} {y:.1}H{:.1}", to - 6.0)) {}
                    (point(to, y, RIGHT))
                    (lines((from + to) / 2.0, y - 10.0 - LINE * (said.len() - 1) as f64, "middle", &said))
                } @else {
                    @let top = y - above - 26.0 * (way.to - way.from) as f64 + 20.0;
                    path .ln d=(format!("M{from:.1} {:.1}C{from:.1} {top:.1} {to:.1} {top:.1} {to:.1} {:.1}", y - DOT, y - DOT - 6.0)) {}
                    (point(to, y - DOT, DOWN))
                    (lines((from + to) / 2.0, top + 4.0, "middle", &said))
                }
            }
            @for (at, title) in flow.line.iter().enumerate() {
                circle .st cx=(tenth(x(at))) cy=(tenth(y)) r="6" {}
                text .k .b .halo x=(tenth(x(at))) y=(tenth(y + DOT + 16.0)) text-anchor="middle" { (title) }
            }
        }
    }
}

/// The rail that leads to one state beside the line, that state, and the ways back from it.
fn lying_out(lang: Lang, flow: &Flow, to: usize, x: &dyn Fn(usize) -> f64, y: f64, rail: f64, level: f64) -> Markup {
    let here = x(flow.line.len() / 2) + 24.0;
    let rail = rail + 5.0 * to as f64;
    html! {
        @for (from, _, made) in flow.out.iter().filter(|(_, aim, _)| *aim == to) {
            @for at in from { path .dr d=(format!("M{0:.1} {1:.1}V{rail:.1}", x(*at), y + DOT + 22.0)) {} }
            @let first = from.iter().map(|at| x(*at)).fold(here, f64::min);
            @let last = from.iter().map(|at| x(*at)).fold(here, f64::max);
            path .dr d=(format!("M{first:.1} {rail:.1}H{last:.1}M{here:.1} {rail:.1}V{:.1}", level - DOT - 6.0)) {}
            (point(here, level - DOT, DOWN))
            (lines(here + 12.0, rail + 20.0, "start", &words(lang, made, 420.0)))
        }
        @for (from, home, made) in flow.home.iter().filter(|(from, ..)| *from == to) {
            // Up beside the label of the state it leads to.
            @let aim = x(*home) - (width(flow.line[*home]) * 0.6 + 12.0).max(22.0);
            path .ln d=(format!("M{:.1} {level:.1}H{aim:.1}V{y:.1}H{:.1}", here - DOT, x(*home) - DOT - 6.0)) {}
            (point(x(*home) - DOT, y, RIGHT))
            (lines((aim + here) / 2.0 - 12.0 * *from as f64, level - 8.0 - LINE, "middle", &words(lang, made, 420.0)))
        }
        circle .st .o cx=(tenth(here)) cy=(tenth(level)) r="6" {}
        text .k .b x=(tenth(here + 14.0)) y=(tenth(level + 4.5)) { (flow.beside[to]) }
    }
}

// --------------------------------------------------------------------------------------------------------- upright

/// The main line from top to bottom, for narrow pages.
fn upright(lang: Lang, flow: &Flow) -> Markup {
    let (all, x, rail) = (358.0, 108.0, 346.0);
    let right = x + 18.0;
    let room = all - right - 22.0;
    let said_at = |at: usize| -> Vec<(String, bool)> {
        let ways = flow.forward.iter().filter(|way| way.from == at);
        ways.flat_map(|way| {
            let mut said = words(lang, way.made, room);
            if let (true, Some((first, _))) = (way.to > at + 1, said.first_mut()) {
                first.push_str(&format!(" → {}", flow.line[way.to]));
            }
            said
        })
        .collect()
    };
    let mut heights = vec![14.0];
    for at in 0..flow.line.len() {
        let last = heights[at];
        heights.push(last + (40.0 + LINE * said_at(at).len() as f64).max(64.0));
    }
    let y = |at: usize| heights[at];
    let end = y(flow.line.len() - 1);
    let level = |at: usize| end + 74.0 + 84.0 * at as f64;
    let high = if flow.beside.is_empty() { end + 16.0 } else { level(flow.beside.len() - 1) + 18.0 };
    html! {
        svg .fp .up viewBox=(format!("0 0 {all:.0} {high:.0}")) role="img" aria-label=(label(lang, flow)) {
            @for (to, title) in flow.beside.iter().enumerate() {
                @let (rail, level) = (rail + 4.0 * to as f64, level(to));
                @for (from, _, made) in flow.out.iter().filter(|(_, aim, _)| *aim == to) {
                    @let first = from.iter().map(|at| y(*at)).fold(f64::MAX, f64::min);
                    @for at in from { path .dr d=(format!("M{:.1} {:.1}H{rail:.1}", right + width(flow.line[*at]) * 1.17 + 8.0, y(*at))) {} }
                    path .dr d=(format!("M{rail:.1} {first:.1}V{level:.1}H{:.1}", right + width(title) * 1.17 + 14.0)) {}
                    (point(right + width(title) * 1.17 + 8.0, level, LEFT))
                    @let said = words(lang, made, room - 6.0);
                    (lines(rail - 8.0, level - 8.0 - LINE * (said.len() - 1) as f64, "end", &said))
                }
                @for (_, home, made) in flow.home.iter().filter(|(from, ..)| *from == to) {
                    path .ln d=(format!("M{:.1} {level:.1}H4V{:.1}H{:.1}", x - DOT, y(*home) - 4.0, x - DOT - 4.0)) {}
                    (point(x - DOT + 2.0, y(*home) - 4.0, RIGHT))
                    @let said = words(lang, made, x - 24.0);
                    (lines(10.0, level - 8.0 - LINE * (said.len() - 1) as f64, "start", &said))
                }
                circle .st .o cx=(tenth(x)) cy=(tenth(level)) r="6" {}
                text .k .b x=(tenth(right)) y=(tenth(level + 4.5)) { (title) }
            }
            @for way in &flow.back {
                @let (from, to) = (y(way.from) - 6.0, y(way.to) + 6.0);
                @let deep = 20.0 + 8.0 * (way.from - way.to) as f64;
                path .ln d=(format!("M{:.1} {from:.1}C{:.1} {from:.1} {:.1} {to:.1} {:.1} {to:.1}", x - DOT, x - DOT - deep, x - DOT - deep, x - DOT - 6.0)) {}
                (point(x - DOT + 1.0, to, RIGHT))
                @let said: Vec<_> = wrapped(&way.made.title, x - DOT - deep - 8.0).into_iter().map(|line| (line, false)).collect();
                (lines(x - DOT - deep * 0.75 - 5.0, (from + to) / 2.0 + 4.0 - LINE / 2.0 * (said.len() - 1) as f64, "end", &said))
            }
            @for way in flow.forward.iter().filter(|way| way.to == way.from + 1) {
                path .ln .main d=(format!("M{x:.1} {:.1}V{:.1}", y(way.from) + DOT, y(way.to) - DOT - 6.0)) {}
                (point(x, y(way.to) - DOT, DOWN))
            }
            @for (at, title) in flow.line.iter().enumerate() {
                (lines(right, y(at) + 25.0, "start", &said_at(at)))
                circle .st cx=(tenth(x)) cy=(tenth(y(at))) r="6" {}
                text .k .b x=(tenth(right)) y=(tenth(y(at) + 4.5)) { (title) }
            }
        }
    }
}

/// What a move asks beside its fields, in words.
pub fn conditions(lang: Lang, made: &AboutMove) -> String {
    let asked = asks_reason(lang, made.not_filer, made.reason);
    let parts = made.who.clone().into_iter().chain(Some(asked).filter(|asked| !asked.is_empty()));
    parts.collect::<Vec<_>>().join(lang.pick("；", "; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use luoshi_desk::view::RegisterHead;

    fn made(title: &str, from: &[usize], to: usize) -> AboutMove {
        AboutMove {
            title: title.into(),
            from: from.to_vec(),
            to,
            by: vec!["镇街".into(), "计财科".into()],
            asks: vec![],
            effects: vec![],
            not_filer: false,
            who: None,
            reason: false,
        }
    }

    fn sample(states: &[(&str, bool)], moves: Vec<AboutMove>) -> AboutView {
        AboutView {
            register: RegisterHead { name: "x".into(), title: "x".into(), count: None },
            source: String::new(),
            fields: vec![],
            states: states.iter().map(|(title, aside)| (title.to_string(), *aside)).collect(),
            moves,
            rules: vec![],
            roles: vec![],
            numbers: vec![],
            exports: vec![],
        }
    }

    #[test]
    fn every_move_is_drawn_in_its_own_way() {
        let view = sample(
            &[("储备", false), ("作废", true), ("立项", false), ("交付", false)],
            vec![
                made("立项", &[0], 2),
                made("直接交付", &[0], 3),
                made("退回", &[2, 3], 0),
                made("作废", &[0, 2], 1),
                made("恢复", &[1], 0),
            ],
        );
        let flow = read(&view);
        assert_eq!(flow.line, ["储备", "立项", "交付"]);
        assert_eq!((flow.forward.len(), flow.back.len(), flow.out.len(), flow.home.len()), (2, 2, 1, 1));
        assert_eq!((flow.forward[1].from, flow.forward[1].to), (0, 2), "places are those on the line");
        let drawn = super::flow(Lang::Zh, &view).into_string();
        for title in ["直接交付", "退回", "恢复", "镇街、计财科"] {
            assert!(drawn.matches(title).count() >= 2, "{title} stands in both drawings");
        }
        assert!(!drawn.contains("style=") && !drawn.contains("NaN"));
    }

    #[test]
    fn a_register_without_flow_has_no_picture() {
        assert!(super::flow(Lang::Zh, &sample(&[], vec![])).into_string().is_empty());
        let alone = super::flow(Lang::Zh, &sample(&[("在册", false)], vec![])).into_string();
        assert!(alone.contains("在册") && !alone.contains("NaN") && !alone.contains("inf"));
    }

    #[test]
    fn long_names_are_broken_and_never_cut() {
        let lines = wrapped("Town or street office, School, Planning and finance section", 120.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line) <= 150.0), "{lines:?}");
        assert_eq!(lines.join(" "), "Town or street office, School, Planning and finance section");
        assert_eq!(wrapped("镇街、学校、计划财务科", 80.0), ["镇街、学校、", "计划财务科"]);
    }
}
