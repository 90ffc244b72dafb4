//! 台账: one register as a list. The filter is a sentence, sums stand below, a record can be peeked at.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::view::{CellStyle, ColumnHead, FilterHead, Lang, ListView, Phrase, Row};
use maud::{Markup, html};

use super::shell::{Page, Place, day_form};
use super::{export, record};
use crate::at::At;
use crate::error::WebError;
use crate::part::phrase::said;
use crate::part::table::{cell, column_classes, dots, maybe_light, sums};
use crate::query::{Query, path_part, when_query};
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /register`: the first register the person may read.
pub async fn first(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, |_, _| Ok(())).await?;
    let first = asked.edge.who.as_ref().and_then(|who| who.registers.first());
    let path = first.map_or_else(|| "/".to_string(), |register| format!("/register/{}", path_part(&register.name)));
    Ok(Redirect::to(&path).into_response())
}

/// `GET /register/{name}`
pub async fn show(State(app): State<App>, visit: Visit, At(name): At<String>) -> Result<Response, WebError> {
    let question = visit.query.list(&name);
    let peek = visit.query.value("peek").and_then(|id| id.parse::<i64>().ok());
    let asked = ask(&app, &visit, move |desk, actor| {
        let question = question?;
        let list = desk.list(actor, &question)?;
        // A record that cannot be shown beside the list does not hide the list.
        let peeked = peek.and_then(|id| desk.record(actor, &question.register, id, question.when).ok());
        Ok((list, peeked))
    })
    .await?;
    let csrf = asked.edge.who.as_ref().map(|who| who.csrf.as_str()).unwrap_or_default();
    Ok(asked.page(&visit, |(view, peeked)| Page {
        title: &view.register.title,
        class: "pg-list",
        place: Place::Registers,
        day: None,
        when: view.when,
        body: html! {
            div .reg .nopeek[peeked.is_none()] {
                (side(&visit, view))
                main .main id="main" { (list(&visit, csrf, view, peeked.as_ref().map(|record| record.id))) }
                aside .peek id="peek" aria-label=(PREVIEW.of(visit.lang)) aria-live="polite" {
                    @if let Some(record) = peeked { (record::peek(visit.lang, record)) }
                }
            }
        },
    }))
}

/// Registers and views.
fn side(visit: &Visit, view: &ListView) -> Markup {
    let lang = visit.lang;
    let day = when_query(view.when).link();
    html! {
        aside .views {
            @if !view.views.is_empty() {
                h3 { (VIEWS.of(lang)) }
                (view_links(lang, view))
            }
            h3 { (REGISTERS.of(lang)) }
            @for group in &view.registers {
                details open[group.registers.iter().any(|register| register.name == view.register.name)] {
                    summary { (group.title) }
                    @for register in &group.registers {
                        a href={ "/register/" (path_part(&register.name)) (day) } aria-current=[(register.name == view.register.name).then_some("true")] {
                            (register.title) @if let Some(number) = register.count { span { (text::count(number)) } }
                        }
                    }
                }
            }
        }
    }
}

fn view_links(lang: Lang, view: &ListView) -> Markup {
    let base = format!("/register/{}", path_part(&view.register.name));
    let link = |name: Option<&str>| format!("{base}{}", when_query(view.when).with("view", name).link());
    let plain = view.views.iter().all(|named| !named.current);
    // The head's own count is that of the rows asked for; all records are counted beside the register's name.
    let all = view
        .registers
        .iter()
        .flat_map(|group| &group.registers)
        .find(|register| register.name == view.register.name)
        .and_then(|head| head.count);
    html! {
        a href=(link(None)) aria-current=[plain.then_some("true")] {
            (ALL_VIEW.of(lang)) @if let Some(number) = all { span { (text::count(number)) } }
        }
        @for named in &view.views {
            a href=(link(Some(&named.name))) aria-current=[named.current.then_some("true")] {
                (named.title) span { (text::count(named.count)) @if named.more { "+" } }
            }
        }
    }
}

fn list(visit: &Visit, csrf: &str, view: &ListView, peeked: Option<i64>) -> Markup {
    let lang = visit.lang;
    let current = view.views.iter().find(|named| named.current);
    html! {
        div .hrow {
            h1 { (view.register.title) }
            span .q {
                @if let Some(current) = current { (current.title) " · " }
                (text::records(lang, view.total))
            }
            span .end {
                a .lk .sm href={ "/register/" (path_part(&view.register.name)) "/about" (when_query(view.when).link()) } { (ABOUT_REGISTER.of(lang)) }
                @if view.may_file { a .lk .sm .no-phone href={ "/register/" (path_part(&view.register.name)) "/import" } { (IMPORT.of(lang)) } }
                @if view.may_file { a .btn .sml .pri href={ "/register/" (path_part(&view.register.name)) "/new" } { (NEW.of(lang)) (lang.pick("", " ")) (view.register.title) } }
            }
        }
        (phone_switch(lang, view))
        div .asked {
            p .sentence { (sentence(visit, view)) }
            (day_form(visit, view.when, &kept(visit)))
            (filter_form(visit, view))
            (export::form(visit, csrf, view))
        }
        @if view.rows.is_empty() { (empty(visit, view)) } @else { (table(visit, view, peeked)) (pages(visit, view)) }
    }
}

/// On narrow screens the side is folded into the page.
fn phone_switch(lang: Lang, view: &ListView) -> Markup {
    html! {
        details .narrow {
            summary { (REGISTERS.of(lang)) " · " (VIEWS.of(lang)) }
            div .chips {
                @for register in view.registers.iter().flat_map(|group| &group.registers) {
                    a href={ "/register/" (path_part(&register.name)) (when_query(view.when).link()) } aria-current=[(register.name == view.register.name).then_some("true")] { (register.title) }
                }
            }
            @if !view.views.is_empty() { div .chips { (view_links(lang, view)) } }
        }
    }
}

/// The condition, each term that the person set with a way to take it away.
fn sentence(visit: &Visit, view: &ListView) -> Markup {
    let lang = visit.lang;
    html! {
        @for part in &view.sentence {
            @match part {
                Phrase::Words(words) => { (said(lang, words)) }
                Phrase::Term { text, remove } => {
                    span .tok { (said(lang, text)) }
                    @if let Some(key) = remove {
                        a .x href={ (visit.path) (visit.query.with(key, None).link()) } aria-label={ (REMOVE.of(lang)) " " (text) } { "×" }
                    }
                }
            }
        }
    }
}

/// The parameters that the small forms of this page carry along.
fn kept(visit: &Visit) -> Vec<(String, String)> {
    visit
        .query
        .0
        .iter()
        .filter(|(key, _)| !["page", "as-of", "on", "day", "time"].contains(&key.as_str()))
        .cloned()
        .collect()
}

/// All filters of the register in one small form.
fn filter_form(visit: &Visit, view: &ListView) -> Markup {
    let lang = visit.lang;
    let fixed: Vec<_> = ["view", "sort", "counted", "as-of", "on"]
        .into_iter()
        .filter_map(|key| visit.query.value(key).map(|value| (key, value)))
        .collect();
    let set = !visit.query.filters().is_empty();
    html! {
        @if !view.filters.is_empty() {
            details .filters {
                summary .lk { (ADD_FILTER.of(lang)) }
                form method="get" action=(visit.path) {
                    @for (key, value) in &fixed { input type="hidden" name=(key) value=(value); }
                    div .fgrid { @for filter in &view.filters { (filter_field(visit, filter)) } }
                    p .acts {
                        button .btn .sml .pri type="submit" { (APPLY_FILTER.of(lang)) }
                        @if set {
                            @let plain = Query(fixed.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect());
                            a .lk .sm href={ (visit.path) (plain.link()) } { (CLEAR_FILTER.of(lang)) }
                        }
                    }
                }
            }
        }
    }
}

fn filter_field(visit: &Visit, filter: &FilterHead) -> Markup {
    let lang = visit.lang;
    let id = format!("w-{}", filter.name);
    let value =
        |operator: &str| visit.query.value(&format!("{}{operator}", filter.name)).unwrap_or_default().to_string();
    let kind = if filter.input == "date" { "date" } else { "text" };
    let mode = (filter.input == "number").then_some("decimal");
    let bound = |operator: &str, word: Word, end: &str| {
        html! {
            label for={ (id) (end) } { (filter.title) " " span .q { (word.of(lang)) } }
            input type=(kind) inputmode=[mode] id={ (id) (end) } name={ (filter.name) (operator) } value=(value(operator));
        }
    };
    html! {
        @if !filter.choices.is_empty() {
            div {
                label for=(id) { (filter.title) }
                select id=(id) name=(filter.name) {
                    option value="" { (ANY.of(lang)) }
                    @for (key, label) in &filter.choices { option value=(key) selected[value("") == *key] { (label) } }
                }
            }
        } @else if matches!(filter.input, "date" | "number") {
            div { (bound(">=", FROM, "-a")) }
            div { (bound("<=", UP_TO, "-b")) }
        } @else {
            div { (bound("~", CONTAINS, "")) }
        }
    }
}

fn empty(visit: &Visit, view: &ListView) -> Markup {
    let lang = visit.lang;
    let narrowed = !visit.query.filters().is_empty()
        || visit.query.value("view").is_some()
        || visit.query.value("counted").is_some();
    let base = format!("/register/{}", path_part(&view.register.name));
    html! {
        div .state {
            @if narrowed || view.page > 1 {
                b { (EMPTY_LIST.of(lang)) }
                a .lk href={ (base) (when_query(view.when).link()) } { (CLEAR_FILTER.of(lang)) }
            } @else {
                b { (EMPTY_REGISTER.of(lang)) }
                @if view.may_file { a .lk href={ (base) "/new" } { (FIRST_ONE.of(lang)) } }
            }
        }
    }
}

fn table(visit: &Visit, view: &ListView, peeked: Option<i64>) -> Markup {
    let lang = visit.lang;
    let classes = column_classes(&view.columns);
    let lit = view.rows.iter().any(|row| row.light.is_some());
    html! {
        div .vw {
            table .grid .unlit[!lit] {
                thead {
                    tr {
                        @if lit { th .lc scope="col" { span .sr { (LIGHT.of(lang)) } } }
                        @for (column, class) in view.columns.iter().zip(&classes) { (sortable(visit, column, class)) }
                    }
                }
                tbody { @for row in &view.rows { (list_row(visit, view, row, &classes, lit, peeked)) } }
                tfoot { (sums(lang, &view.columns, &classes, &view.sums, view.total, usize::from(lit))) }
            }
        }
    }
}

/// A head that sorts: once up, again down.
fn sortable(visit: &Visit, column: &ColumnHead, class: &str) -> Markup {
    let (order, arrow, next) = match column.sorted {
        Some(false) => (Some("ascending"), " ↑", format!("-{}", column.name)),
        Some(true) => (Some("descending"), " ↓", column.name.clone()),
        None => (None, "", column.name.clone()),
    };
    html! {
        th class=(class) scope="col" aria-sort=[order] {
            a href={ (visit.path) (visit.query.with("sort", Some(&next)).link()) } rel="nofollow" {
                (column.title) @if let Some(unit) = &column.unit { " " (unit) } (arrow)
            }
        }
    }
}

fn list_row(visit: &Visit, view: &ListView, row: &Row, classes: &[&str], lit: bool, peeked: Option<i64>) -> Markup {
    html! {
        tr .cur[peeked == Some(row.id)] id={ "row-" (row.id) } {
            @if lit { td .lc { (maybe_light(visit.lang, row.light)) } }
            @for ((column, value), class) in view.columns.iter().zip(&row.cells).zip(classes) {
                td class=(class) title=[(column.style == CellStyle::Name).then_some(value.text.as_str())] {
                    @match column.style {
                        CellStyle::Name => { (peek_link(view, row, &value.text)) }
                        CellStyle::State => { (dots(view.states.len(), row.step)) " " (value.text) }
                        _ => { (cell(column.style, value, row, view.when)) }
                    }
                }
            }
        }
    }
}

/// The record's name: leads to its page, or with script and room beside the list to its peek.
fn peek_link(view: &ListView, row: &Row, name: &str) -> Markup {
    let day = when_query(view.when).link();
    let page = format!("/register/{}/{}", path_part(&row.register), row.id);
    html! {
        a href={ (page) (day) } data-peek="" hx-get={ (page) "/peek" (day) } hx-target="#peek" hx-swap="innerHTML" {
            @if name.is_empty() { "—" } @else { (name) }
        }
    }
}

fn pages(visit: &Visit, view: &ListView) -> Markup {
    let lang = visit.lang;
    let link = |page: u64| {
        let mut query = visit.query.with("page", None);
        query.0.push(("page".into(), page.to_string()));
        format!("{}{}", visit.path, query.link())
    };
    html! {
        @if view.pages > 1 {
            nav .pages aria-label=(text::page_of(lang, view.page, view.pages, view.total)) {
                span .q { (text::page_of(lang, view.page, view.pages, view.total)) }
                @if view.page > 1 {
                    @if view.page > 2 { a .lk href=(link(1)) { (FIRST_PAGE.of(lang)) } }
                    a .btn .sml rel="prev" href=(link(view.page - 1)) { (PREVIOUS_PAGE.of(lang)) }
                }
                @if view.page < view.pages { a .btn .sml rel="next" href=(link(view.page + 1)) { (NEXT_PAGE.of(lang)) } }
            }
        }
    }
}
