//! 举措: quote, owners, number with its verdict, chart, what is short, evidence, breakdowns, what happened.

use axum::extract::State;
use axum::response::Response;
use luoshi_desk::view::{BreakRow, Breakdown, Lang, LogLine, MeasureView, NumberView, TargetView};
use maud::{Markup, html};

use super::shell::{Page, Place, day_form};
use crate::at::At;
use crate::error::WebError;
use crate::part::chart::chart;
use crate::part::light::{light, unbound_ring};
use crate::part::phrase::{full_width, said, sentence};
use crate::part::table::{maybe_light, small};
use crate::query::{keep_day, path_part, when_link};
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /plan/{name}/{measure}`
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    At((plan, measure)): At<(String, String)>,
) -> Result<Response, WebError> {
    let when = visit.query.when();
    let asked = ask(&app, &visit, move |desk, actor| desk.measure(actor, &plan, &measure, when?)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: &view.title,
        class: "pg-measure",
        place: Place::Plan,
        day: Some(view.day),
        when: view.when,
        body: self::measure(&visit, view),
    }))
}

fn measure(visit: &Visit, view: &MeasureView) -> Markup {
    let lang = visit.lang;
    let numbers: Vec<&NumberView> = view.targets.iter().filter_map(|target| target.number.as_ref()).collect();
    html! {
        main .wrap id="main" {
            (crumb(lang, view))
            h1 .sr { (view.title) }
            div .two {
                div {
                    (quote(view))
                    (owners(lang, view))
                    @if view.targets.is_empty() { (unbound(lang, NO_TARGET.of(lang))) }
                    @for (at, target) in view.targets.iter().enumerate() { (self::target(visit, view, target, at)) }
                }
                aside .side .lower {
                    @for number in &numbers { (history(lang, number, numbers.len() > 1)) }
                    section { div .sm { (day_form(visit, view.when, &[])) } (neighbours(lang, view)) }
                }
            }
        }
    }
}

fn crumb(lang: Lang, view: &MeasureView) -> Markup {
    let plan = format!("/plan/{}{}", path_part(&view.plan.0), when_link(view.when));
    let here = format!("{plan}#m-{}", view.id);
    html! {
        nav .crumb aria-label=(PLACE.of(lang)) {
            a href=(plan) { (view.plan.1) } "›"
            a href=(here) { (full_width(crumb_part(&view.section))) } "›"
            @if !view.group.is_empty() { a href=(here) { (full_width(crumb_part(&view.group))) } "›" }
            span { (full_width(crumb_part(&view.title))) }
        }
    }
}

/// A heading as a link: without the mark that closes it.
fn crumb_part(heading: &str) -> &str {
    heading.trim_end_matches(['。', '；', ';', '，', ',', '：', ':'])
}

/// The group's whole paragraph with the measure marked.
fn quote(view: &MeasureView) -> Markup {
    html! {
        p .quote {
            @if !view.group.is_empty() { b { (full_width(&view.group)) } }
            @for (part, own) in &view.paragraph {
                @if *own { mark { (full_width(part)) } } @else { (full_width(part)) }
            }
        }
    }
}

fn owners(lang: Lang, view: &MeasureView) -> Markup {
    let by = view.targets.iter().map(|target| target.by).max();
    let with = view.with.join(lang.pick("、", ", "));
    let pair =
        |label: Word, value: &str| html! { @if !value.is_empty() { div { dt { (label.of(lang)) } dd { (value) } } } };
    html! {
        dl .owner {
            (pair(LEAD, view.lead.as_deref().unwrap_or_default()))
            (pair(WITH, &with))
            (pair(CHIEF, view.chief.as_deref().unwrap_or_default()))
            @if let Some(by) = by { (pair(DEADLINE, &text::day_long(lang, by))) }
        }
    }
}

fn unbound(lang: Lang, what: &str) -> Markup {
    html! {
        div .state .blk {
            b { (NOT_BOUND_YET.of(lang)) }
            (what) @if !what.is_empty() { (lang.pick("", " ")) }
            (NOT_BOUND_HELP.of(lang))
        }
    }
}

fn target(visit: &Visit, view: &MeasureView, target: &TargetView, at: usize) -> Markup {
    let lang = visit.lang;
    let several = view.targets.len() > 1;
    html! {
        section .target id={ "t" (at + 1) } {
            @if several { h2 .h .blk { (full_width(&target.what)) } }
            @match &target.number {
                None => {
                    div .verdict {
                        div .fig { span .q { "—" } small { " " (against(target)) } }
                        p { (unbound_ring(lang)) " " b { (NOT_BOUND_YET.of(lang)) } @if !several { (lang.pick("", " ")) (NOT_BOUND_HELP.of(lang)) } }
                    }
                }
                Some(number) => {
                    (verdict(lang, target, number))
                    @if let Some(drawn) = &number.chart { (chart(lang, &target.what, drawn)) }
                    (rule(lang, number))
                    (short(lang, view, number))
                    (evidence(lang, view, number, at))
                    @for breakdown in &number.breakdowns { (self::breakdown(lang, number, target, breakdown)) }
                }
            }
        }
    }
}

fn against(target: &TargetView) -> String {
    let quantity = target.quantity.trim_start_matches(['≥', ' ']);
    format!("/ {quantity} {}", target.unit)
}

fn verdict(lang: Lang, target: &TargetView, number: &NumberView) -> Markup {
    html! {
        div .verdict {
            div .fig {
                @match &number.value {
                    Some(value) => { (value) }
                    None => { (TO_BE_REPORTED.of(lang)) }
                }
                " " small { (against(target)) }
            }
            p {
                (light(lang, number.light)) " " b { (number.light.word(lang)) (lang.pick("。", ". ")) }
                (said(lang, &number.verdict))
                @if let Some(missing) = &number.missing { " " (said(lang, missing)) }
            }
        }
    }
}

fn rule(lang: Lang, number: &NumberView) -> Markup {
    html! {
        dl .rule {
            dt { (RULE.of(lang)) } dd { (said(lang, &number.rule)) }
            dt { (SOURCE.of(lang)) } dd { (said(lang, &number.source)) }
        }
    }
}

fn short(lang: Lang, view: &MeasureView, number: &NumberView) -> Markup {
    html! {
        @if let Some(table) = number.short.as_ref().filter(|table| table.total > 0) {
            section .blk {
                h2 .h { (SHORT.of(lang)) small { (text::records(lang, table.total)) } }
                (small(lang, table, view.when, None))
            }
        }
    }
}

/// The address of the evidence as a list.
fn evidence_address(view: &MeasureView, number: &NumberView) -> String {
    keep_day(&number.evidence_link, view.when)
}

fn evidence(lang: Lang, view: &MeasureView, number: &NumberView, at: usize) -> Markup {
    let address = evidence_address(view, number);
    let id = if at == 0 { "evidence".to_string() } else { format!("evidence-{}", at + 1) };
    html! {
        section .blk id=(id) {
            h2 .h {
                (EVIDENCE.of(lang))
                small { (text::evidence_about(lang, number.evidence.total + number.hidden)) }
                span .end { a .lk href=(address) { (OPEN_IN_REGISTER.of(lang)) } }
            }
            @if !number.sentence.is_empty() { p .cond { (sentence(lang, &number.sentence)) } }
            @if number.evidence.total + number.hidden == 0 { p .state { b { (NOTHING_COUNTS.of(lang)) } } }
            @if number.evidence.total > 0 { (small(lang, &number.evidence, view.when, Some(&address))) }
            @if number.hidden > 0 { p .outside { (text::hidden_records(lang, number.hidden)) } }
        }
    }
}

fn breakdown(lang: Lang, number: &NumberView, target: &TargetView, breakdown: &Breakdown) -> Markup {
    let most = breakdown.rows.iter().map(|row| row.whole.unwrap_or(row.value).max(row.value)).fold(0.0, f64::max);
    let has_whole = breakdown.rows.iter().any(|row| row.whole.is_some());
    let has_pace = breakdown.rows.iter().any(|row| row.pace.is_some());
    html! {
        section .blk {
            h2 .h { (lang.pick("分", "By ")) (breakdown.title) small { (number.title) } }
            div .scroll {
                table .brk {
                    thead {
                        tr {
                            th .lc { span .sr { (LIGHT.of(lang)) } }
                            th scope="col" { (breakdown.title) }
                            th .n scope="col" { (RECORDS.of(lang)) }
                            th .n scope="col" { (COUNTED.of(lang)) " " (target.unit) }
                            @if has_whole { th .n .hp scope="col" { (WHOLE_YEAR.of(lang)) } }
                            @if has_pace { th .n scope="col" { (AGAINST_PACE.of(lang)) } }
                            th .hp .wb scope="col" { (BAR_LEGEND.of(lang)) }
                        }
                    }
                    tbody { @for row in &breakdown.rows { (break_row(lang, row, most, has_whole, has_pace)) } }
                    tfoot { (break_sum(lang, breakdown, has_whole, has_pace)) }
                }
            }
        }
    }
}

fn break_row(lang: Lang, row: &BreakRow, most: f64, has_whole: bool, has_pace: bool) -> Markup {
    html! {
        tr {
            td { (maybe_light(lang, row.light)) }
            td .nm { (row.title) }
            td .n { (records_of(row.records)) }
            td .n { (row.shown) }
            @if has_whole { td .n .q .hp { @if let Some(whole) = row.whole { (text::figure(whole)) } } }
            @if has_pace { td .n { (below_pace(row)) } }
            td .hp .wb { (break_bar(row, most)) }
        }
    }
}

/// Counted, of how many.
fn records_of((counted, of): (u64, Option<u64>)) -> String {
    match of {
        Some(of) => format!("{} / {}", text::count(counted), text::count(of)),
        None => text::count(counted),
    }
}

/// Only what is missing is said.
fn below_pace(row: &BreakRow) -> String {
    match row.pace {
        Some(pace) if row.value < pace => text::figure(row.value - pace),
        _ => String::new(),
    }
}

fn break_bar(row: &BreakRow, most: f64) -> Markup {
    let x = |value: f64| if most > 0.0 { (200.0 * value / most).clamp(0.0, 200.0) } else { 0.0 };
    html! {
        svg .bar viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" {
            @if let Some(whole) = row.whole { path .b0 d=(format!("M0 4.5h{:.1}v1H0z", x(whole))) {} }
            path .b1 d=(format!("M0 3h{:.1}v4H0z", x(row.value))) {}
            @if let Some(pace) = row.pace { path .b2 d=(format!("M{:.1} 0h.8v10h-.8z", x(pace).min(199.2))) {} }
        }
    }
}

fn break_sum(lang: Lang, breakdown: &Breakdown, has_whole: bool, has_pace: bool) -> Markup {
    let counted = breakdown.rows.iter().map(|row| row.records.0).sum();
    let of = breakdown.rows.iter().map(|row| row.records.1).sum::<Option<u64>>();
    let value: f64 = breakdown.rows.iter().map(|row| row.value).sum();
    let whole: f64 = breakdown.rows.iter().filter_map(|row| row.whole).sum();
    html! {
        tr {
            td {}
            td { (SUM.of(lang)) }
            td .n { (records_of((counted, of))) }
            td .n { (text::figure(value)) }
            @if has_whole { td .n .hp { (text::figure(whole)) } }
            @if has_pace { td {} }
            td .hp {}
        }
    }
}

fn history(lang: Lang, number: &NumberView, several: bool) -> Markup {
    html! {
        @if !number.log.is_empty() {
            section {
                h3 { (HISTORY.of(lang)) @if several { " · " (number.title) } }
                ul .log { @for line in &number.log { (log_line(lang, line)) } }
            }
        }
    }
}

fn log_line(lang: Lang, line: &LogLine) -> Markup {
    html! {
        li .dot[line.light.is_none()] {
            (maybe_light(lang, line.light))
            (said(lang, &line.text))
            @if !line.note.is_empty() { span .q { (said(lang, &line.note)) } }
        }
    }
}

fn neighbours(lang: Lang, view: &MeasureView) -> Markup {
    let link = |id: &str| format!("/plan/{}/{}{}", path_part(&view.plan.0), path_part(id), when_link(view.when));
    html! {
        p .sm .turn {
            @if let Some(before) = &view.before { a .lk rel="prev" href=(link(before)) { (BEFORE.of(lang)) } }
            @if let Some(after) = &view.after { a .lk rel="next" href=(link(after)) { (AFTER.of(lang)) } }
        }
    }
}
