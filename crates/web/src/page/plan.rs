//! 活计划: the document itself, lights hung in its gutter and numbers in its margin.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use luoshi_desk::view::{Edge, Lang, Light, MeasureRow, Piece, PlanGroup, PlanView, SectionView, TargetCell};
use maud::{Markup, html};

use super::shell::{Page, Place, day_form};
use crate::asset::OFFICES;
use crate::at::At;
use crate::error::WebError;
use crate::part::light::{light, light_count, light_word, strip, unbound_ring};
use crate::part::number;
use crate::part::phrase::{figures_set_apart, full_width, leading_marks, said};
use crate::query::{path_part, when_link};
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /plan/{name}`
pub async fn show(State(app): State<App>, visit: Visit, At(name): At<String>) -> Result<Response, WebError> {
    let when = visit.query.when();
    let asked = ask(&app, &visit, move |desk, actor| desk.plan(actor, &name, when?)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: &view.title,
        class: "pg-plan",
        place: Place::Plan,
        day: Some(view.day),
        when: view.when,
        body: plan(&visit, &asked.edge, view),
    }))
}

/// The page of a plan.
fn plan(visit: &Visit, edge: &Edge, view: &PlanView) -> Markup {
    html! {
        div .plan {
            (rail(visit, edge, view))
            main .doc id="main" {
                (head(visit.lang, view))
                @for paragraph in &view.preface { div .p .lead { span { (full_width(paragraph)) } } }
                @for (at, section) in view.sections.iter().enumerate() { (self::section(visit.lang, view, section, at)) }
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ rail

fn rail(visit: &Visit, edge: &Edge, view: &PlanView) -> Markup {
    let lang = visit.lang;
    html! {
        aside .rail {
            details .only-phone .fold {
                summary {
                    (AS_OF.of(lang)) (lang.pick("", " ")) (text::day_short(lang, view.day)) " · " (ALL_LIGHTS.of(lang)) " · " (ALL_OFFICES.of(lang))
                }
            }
            div .ctl {
                h3 { (AS_OF.of(lang)) }
                p .asof {
                    b { (text::day_short(lang, view.day)) }
                    span .q {
                        @if view.day == edge.today { (TODAY.of(lang)) " · " } @else { (view.day.year()) " · " }
                        (text::weekday(lang, view.day))
                    }
                }
                (ruler(lang, view.day))
                div .asof {
                    @for day in month_ends(edge.today) {
                        a .lk href={ (visit.path) "?as-of=" (day) } { (text::day_short(lang, day)) }
                    }
                    (day_form(visit, view.when, &[]))
                }
            }
            nav aria-label=(CONTENTS.of(lang)) {
                h3 { (CONTENTS.of(lang)) }
                ul { @for (at, section) in view.sections.iter().enumerate() { (contents_line(lang, section, at)) } }
            }
            (filters(lang, view))
        }
    }
}

/// The ends of the last month and of the last quarter before it.
fn month_ends(today: Date) -> Vec<Date> {
    let last_month = today.first_of_month().yesterday().ok();
    let before = last_month.and_then(|day| {
        let mut day = day.first_of_month().yesterday().ok()?;
        while !day.month().unsigned_abs().is_multiple_of(3) {
            day = day.first_of_month().yesterday().ok()?;
        }
        Some(day)
    });
    last_month.into_iter().chain(before).collect()
}

/// The year as a line, filled up to the day.
fn ruler(lang: Lang, day: Date) -> Markup {
    let days = f64::from(day.days_in_year());
    let x = |day_of_year: i16| 184.0 * f64::from(day_of_year) / days;
    let now = x(day.day_of_year());
    let starts: Vec<(i8, f64, f64)> = (1..=12)
        .filter_map(|month| {
            let first = Date::new(day.year(), month, 1).ok()?;
            Some((month, x(first.day_of_year() - 1), x(first.last_of_month().day_of_year())))
        })
        .collect();
    let label = match lang {
        Lang::Zh => format!("全年第{}天，共{days}天", day.day_of_year()),
        Lang::En => format!("day {} of {days}", day.day_of_year()),
    };
    html! {
        svg .ruler viewBox="0 0 184 26" preserveAspectRatio="xMinYMid" role="img" aria-label=(label) {
            path .r2 d="M0 8h184" {}
            path .r1 d=(format!("M0 8h{now:.1}")) {}
            @for (month, start, end) in starts {
                path .r2 d=(format!("M{start:.1} 5v6")) {}
                text class=(if month == day.month() { "on" } else { "" }) x=(format!("{:.1}", (start + end) / 2.0)) y="23" text-anchor="middle" { (month) }
            }
            circle .r0 cx=(format!("{now:.1}")) cy="8" r="4.5" {}
        }
    }
}

fn contents_line(lang: Lang, section: &SectionView, at: usize) -> Markup {
    let (number, name) = text::section_short(&section.heading);
    html! {
        li {
            a href={ "#s" (at + 1) } {
                span { (number) } span { (full_width(name)) }
                @if !section.strip.is_empty() { (strip(lang, &section.strip)) }
            }
            // The same choice as the last line of the lights: one click in the contents makes it.
            @if section.unbound > 0 { label .un for="lf-u" { (UNBOUND.of(lang)) " " (section.unbound) } }
        }
    }
}

fn filters(lang: Lang, view: &PlanView) -> Markup {
    let of = |which: Light| view.tally.iter().find(|(light, _)| *light == which).map_or(0, |(_, number)| *number);
    html! {
        div .ctl {
            h3 id="fl" { (LIGHTS.of(lang)) }
            div .lf role="radiogroup" aria-labelledby="fl" {
                label {
                    input .sr type="radio" name="lf" id="lf-all" value="" checked;
                    i {} i {} span { (ALL.of(lang)) } span { (view.measures) }
                }
                @for which in Light::ALL {
                    label {
                        input .sr type="radio" name="lf" id={ "lf-" (which.class()) } value=(which.class());
                        (light(lang, which))
                        // A word of one letter has a column of its own; an English one does not fit into it.
                        @if lang == Lang::Zh { i { (which.word(lang)) } span { (text::light_about(lang, which)) } }
                        @else { i {} span { (which.word(lang)) ": " (text::light_about(lang, which)) } }
                        span { (of(which)) }
                    }
                }
                @if view.unbound > 0 {
                    label {
                        input .sr type="radio" name="lf" id="lf-u" value="u";
                        (unbound_ring(lang)) i {} span { (UNBOUND.of(lang)) } span { (view.unbound) }
                    }
                }
            }
            @if !view.offices.is_empty() {
                h3 { label for="office" { (OFFICE.of(lang)) } }
                select id="office" autocomplete="off" {
                    option value="" { (ALL_OFFICES.of(lang)) }
                    @for (at, (office, number)) in view.offices.iter().take(OFFICES).enumerate() {
                        option value={ "o" (at) } { (office) " " (number) }
                    }
                }
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ head

fn head(lang: Lang, view: &PlanView) -> Markup {
    html! {
        header .doc-h {
            h1 { (view.title) }
            p .meta {
                span { (view.publisher) }
                @if let Some(day) = view.formed_on { span { (lang.pick("成文", "Formed")) " " (text::day_long(lang, day)) } }
                span { (view.index_number) }
                span { (view.openness) }
                @if let Some(day) = view.published_on { span { (lang.pick("发布", "Published")) " " (text::day_long(lang, day)) } }
                @if let Some(last) = view.late_since {
                    span .late { b { (LATE_PUBLISHED.of(lang)) } (lang.pick("：", ": ")) (text::late_published(lang, last, view.published_on)) }
                }
            }
            p .say { (say(lang, view)) }
            div .aside {
                h2 { (RECENT_LIGHTS.of(lang)) }
                (changes(lang, view))
            }
        }
    }
}

/// The state of the plan in two sentences.
fn say(lang: Lang, view: &PlanView) -> Markup {
    let bound = view.measures.saturating_sub(view.unbound);
    let lit: Vec<_> = view.tally.iter().filter(|(_, number)| *number > 0).collect();
    html! {
        (text::bound_of(lang, bound, view.measures, view.day, view.gone))
        @if !lit.is_empty() { (lang.pick("：", ": ")) }
        @for (at, (which, number)) in lit.iter().enumerate() {
            span .nw { (light_count(lang, *which, *number)) @if at + 1 < lit.len() { (lang.pick("、", ",")) } @else { (lang.pick("。", ".")) } }
            " "
        }
        @if lit.is_empty() { (lang.pick("。", ". ")) }
        (text::reached_and_short(lang, view.unbound, view.reached, view.short))
    }
}

fn changes(lang: Lang, view: &PlanView) -> Markup {
    html! {
        @if view.changes.is_empty() { p .q .sm { (NO_LIGHT_CHANGED.of(lang)) } }
        ul .chg {
            @for change in view.changes.iter().take(6) {
                li {
                    (light(lang, change.from)) span aria-hidden="true" { "→" } (light(lang, change.to))
                    a href=(measure_link(view, &change.measure)) { (change.title) }
                    span .q { (said(lang, &change.note)) }
                }
            }
        }
    }
}

fn measure_link(view: &PlanView, measure: &str) -> String {
    format!("/plan/{}/{}{}", path_part(&view.name), path_part(measure), when_link(view.when))
}

// ------------------------------------------------------------------------------------------------------------ text

fn section(lang: Lang, view: &PlanView, section: &SectionView, at: usize) -> Markup {
    html! {
        section .s id={ "s" (at + 1) } {
            div .sec {
                h2 { (full_width(&section.heading)) }
                div .tally {
                    span .m { (text::measures(lang, section.measures)) }
                    @for (which, number) in section.tally.iter().filter(|(_, number)| *number > 0) { (light_count(lang, *which, *number)) }
                    @if section.unbound > 0 { span .q { (UNBOUND.of(lang)) " " (section.unbound) } }
                }
            }
            @if at == 0 { (column_heads(lang)) }
            @for group in &section.groups { (self::group(lang, view, group)) }
        }
    }
}

fn column_heads(lang: Lang) -> Markup {
    html! {
        div .hd aria-hidden="true" {
            span {} span {}
            span .num { span .v { (NOW.of(lang)) } span .g { (TARGET_HEAD.of(lang)) } span { (DUE_TODAY.of(lang)) } }
            span .note { (NOTE_HEAD.of(lang)) }
        }
    }
}

/// What stands in a line of its own, and what runs on.
#[derive(Debug, PartialEq)]
enum Block<'a> {
    /// Words, and measures without a number to show.
    Prose(Vec<Bit<'a>>),
    /// A measure in a row of its own, with the marks that close it.
    Row(&'a MeasureRow, &'a str),
}

#[derive(Debug, PartialEq)]
enum Bit<'a> {
    Words(&'a str),
    Measure(&'a MeasureRow),
}

/// A measure gets a row when it is bound or names a figure to reach.
fn has_row(row: &MeasureRow) -> bool {
    row.light.is_some() || row.quantified
}

/// Lays a group's pieces out. Only line breaks are added; every character stays in its order.
fn blocks(pieces: &[Piece]) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = vec![];
    for piece in pieces {
        match piece {
            Piece::Measure(row) if has_row(row) => blocks.push(Block::Row(row, "")),
            Piece::Measure(row) => run_on(&mut blocks, Bit::Measure(row)),
            Piece::Words(words) => {
                let rest = match blocks.last_mut() {
                    Some(Block::Row(_, marks)) if marks.is_empty() => {
                        let (closing, rest) = leading_marks(words);
                        *marks = closing;
                        rest
                    }
                    _ => words,
                };
                if !rest.is_empty() {
                    run_on(&mut blocks, Bit::Words(rest));
                }
            }
        }
    }
    blocks
}

fn run_on<'a>(blocks: &mut Vec<Block<'a>>, bit: Bit<'a>) {
    match blocks.last_mut() {
        Some(Block::Prose(bits)) => bits.push(bit),
        _ => blocks.push(Block::Prose(vec![bit])),
    }
}

fn group(lang: Lang, view: &PlanView, group: &PlanGroup) -> Markup {
    let blocks = blocks(&group.pieces);
    let heading = |first: bool| (first && !group.heading.is_empty()).then_some(group.heading.as_str());
    html! {
        @if blocks.is_empty() { div .p .st { span { b { (full_width(&group.heading)) } } } }
        @for (at, block) in blocks.iter().enumerate() {
            @match block {
                Block::Prose(bits) => { (prose(lang, view, bits, heading(at == 0), at == 0)) }
                Block::Row(row, marks) => { (measure_row(lang, view, row, marks, heading(at == 0), at == 0)) }
            }
        }
    }
}

fn prose(lang: Lang, view: &PlanView, bits: &[Bit], heading: Option<&str>, first: bool) -> Markup {
    html! {
        div .p .st[first] {
            span {
                @if let Some(heading) = heading { b { (full_width(heading)) } }
                @for bit in bits {
                    @match bit {
                        Bit::Words(words) => { (full_width(words)) }
                        Bit::Measure(row) => {
                            a class={ "ub" (office_class(view, row)) } id={ "m-" (row.id) } href=(measure_link(view, &row.id)) title=(UNBOUND_TITLE.of(lang)) { (full_width(&row.text)) }
                        }
                    }
                }
            }
        }
    }
}

/// The class by which choosing an office finds a measure, with a space before it.
fn office_class(view: &PlanView, row: &MeasureRow) -> String {
    let office = row.office.as_ref().and_then(|office| view.offices.iter().position(|(name, _)| name == office));
    office.filter(|at| *at < OFFICES).map(|at| format!(" o{at}")).unwrap_or_default()
}

/// A measure in a row of its own: light, text with a leader, number, note, card.
fn measure_row(
    lang: Lang,
    view: &PlanView,
    row: &MeasureRow,
    marks: &str,
    heading: Option<&str>,
    first: bool,
) -> Markup {
    let class = format!(
        "c {}{}{}",
        row.light.map_or("u", Light::class),
        office_class(view, row),
        if first { " st" } else { "" }
    );
    html! {
        div class=(class) id={ "m-" (row.id) } {
            @match row.light {
                Some(which) => { (light(lang, which)) }
                None => { (unbound_ring(lang)) }
            }
            a .t href=(measure_link(view, &row.id)) {
                @if let Some(heading) = heading { b .run { (full_width(heading)) } }
                (figures_set_apart(&row.text)) (full_width(marks))
            }
            div .num {
                @match &row.target {
                    Some(target) if row.light.is_some() => { (number::number(lang, target)) }
                    Some(target) => { span .v .q { "—" } span .g { (number::against(target)) } }
                    // On paper the note in the margin may be missing.
                    None => { span .v .q { "—" } span .g .q .only-print { (UNBOUND.of(lang)) } }
                }
            }
            div .note { span { (note(lang, row)) } }
            @if let (Some(which), Some(target)) = (row.light, &row.target) { (card(lang, view, row, which, target)) }
        }
    }
}

/// Leading office, then one reason.
fn note(lang: Lang, row: &MeasureRow) -> Markup {
    let reason = match row.light {
        None => UNBOUND.of(lang).to_string(),
        Some(_) if row.more > 0 && row.note.is_empty() => more(lang, row.more),
        Some(_) if row.more > 0 => {
            format!("{}{}{}", said(lang, &row.note), lang.pick("；", "; "), more(lang, row.more))
        }
        Some(_) => said(lang, &row.note),
    };
    html! {
        @if let Some(office) = &row.office { (office) @if !reason.is_empty() { " · " } }
        @if !reason.is_empty() { em { (reason) } }
    }
}

fn more(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("{} 个目标里最差的一个", number + 1),
        Lang::En => format!("the worst of {} targets", number + 1),
    }
}

fn card(lang: Lang, view: &PlanView, row: &MeasureRow, which: Light, target: &TargetCell) -> Markup {
    let link = measure_link(view, &row.id);
    html! {
        div .pop {
            div .big { (number::value(lang, target)) " " small { (number::against(target)) } " " span .sm { (light_word(lang, which)) } }
            dl {
                @if !row.card.is_empty() { dt { (DUE_AND_FORECAST.of(lang)) } dd { (said(lang, &row.card)) } }
                @if let Some(office) = &row.office { dt { (RESPONSIBLE.of(lang)) } dd { (office) } }
            }
            div .go { a .lk href={ (link) "#evidence" } { (SEE_RECORDS.of(lang)) } a .lk href=(link) { (OPEN_MEASURE.of(lang)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(text: &str, light: Option<Light>, quantified: bool) -> Piece {
        Piece::Measure(Box::new(MeasureRow {
            id: text.into(),
            text: text.into(),
            title: text.into(),
            office: None,
            light,
            quantified,
            target: None,
            more: 0,
            note: String::new(),
            card: String::new(),
        }))
    }

    fn words(text: &str) -> Piece {
        Piece::Words(text.into())
    }

    /// Text in order: prose plain, rows in brackets with their closing marks.
    fn laid_out(pieces: &[Piece]) -> String {
        let show = |bit: &Bit| match bit {
            Bit::Words(words) => words.to_string(),
            Bit::Measure(row) => row.text.clone(),
        };
        blocks(pieces)
            .iter()
            .map(|block| match block {
                Block::Prose(bits) => bits.iter().map(show).collect(),
                Block::Row(row, marks) => format!("[{}{marks}]", row.text),
            })
            .collect::<Vec<String>>()
            .join("/")
    }

    #[test]
    fn a_bound_or_quantified_measure_stands_in_its_own_row_with_its_closing_mark() {
        let pieces = [
            words("实施计划，"),
            row("新增学位16300个", Some(Light::Yellow), true),
            words("，深化工程，"),
            row("加强监管", None, false),
            words("，完成改造；"),
            row("安装空调5000台", None, true),
            words("。"),
        ];
        assert_eq!(
            laid_out(&pieces),
            "实施计划，/[新增学位16300个，]/深化工程，加强监管，完成改造；/[安装空调5000台。]"
        );
    }

    #[test]
    fn every_character_stays_in_its_order() {
        let pieces = [
            row("甲1个", None, true),
            words("，。”和"),
            row("乙", None, false),
            row("丙", Some(Light::Green), false),
            words("、"),
            words("丁"),
        ];
        let text: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Measure(row) => row.text.clone(),
            })
            .collect();
        assert_eq!(laid_out(&pieces).replace(['[', ']', '/'], ""), text);
    }

    #[test]
    fn the_quick_days_are_the_ends_of_the_last_month_and_the_last_quarter_before() {
        assert_eq!(month_ends(date(2021, 9, 30)), [date(2021, 8, 31), date(2021, 6, 30)]);
        assert_eq!(month_ends(date(2021, 1, 15)), [date(2020, 12, 31), date(2020, 9, 30)]);
    }
}
