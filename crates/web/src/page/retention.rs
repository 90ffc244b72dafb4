//! 到期清单: records whose term of keeping is over; the chosen ones go into the form of an order of erasure.

use axum::extract::State;
use axum::response::Response;
use luoshi_desk::view::{KeptList, KeptRow, Lang, RetentionView, When};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::error::WebError;
use crate::query::path_part;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /retention?register=&page=`
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let of = visit.query.value("register").map(str::to_string);
    let page = visit.query.page();
    let asked = ask(&app, &visit, move |desk, actor| desk.retention(actor, of.as_deref(), page?)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: RETENTION.of(visit.lang),
        class: "pg-retention",
        place: Place::Elsewhere,
        day: None,
        when: When::default(),
        body: body(visit.lang, view),
    }))
}

fn body(lang: Lang, view: &RetentionView) -> Markup {
    html! {
        main .wrap id="main" {
            h1 .rt { (RETENTION.of(lang)) }
            p .need { (RETENTION_HELP.of(lang)) }
            @if view.lists.is_empty() { p .q { (NO_TERMS.of(lang)) } }
            @for list in &view.lists { (self::list(lang, view, list)) }
        }
    }
}

fn list(lang: Lang, view: &RetentionView, list: &KeptList) -> Markup {
    let name = &list.register.name;
    html! {
        section .blk id={ "k-" (name) } {
            h2 .h { (list.register.title) small { (text::records(lang, list.register.count.unwrap_or(0))) " · " (list.term) } }
            @if list.rows.is_empty() { p .q { (NOTHING_DUE.of(lang)) } }
            @else {
                form method="get" action="/register/erasure/new" {
                    @for (field, value) in &view.given { input type="hidden" name=(field) value=(value); }
                    input type="hidden" name="ground" value="expired";
                    div .scroll { table .grid {
                        thead { tr {
                            th scope="col" { span .sr { (CHOOSE.of(lang)) } }
                            th scope="col" { (RECORD.of(lang)) }
                            th scope="col" { (TERM_SINCE.of(lang)) }
                            th scope="col" { (ERASURE.of(lang)) }
                        } }
                        tbody { @for row in &list.rows { (self::row(lang, name, row)) } }
                    } }
                    div .acts { button .btn .pri type="submit" { (ASK_ERASURE.of(lang)) } }
                }
            }
            (pages(lang, list))
        }
    }
}

fn row(lang: Lang, register: &str, row: &KeptRow) -> Markup {
    let id = format!("k-{register}-{}", row.id);
    html! {
        tr {
            td {
                @if row.order.is_none() {
                    input type="checkbox" id=(id) name="what" value=(row.line);
                    label .sr for=(id) { (CHOOSE.of(lang)) " " (row.title) }
                }
            }
            td { a .lk href={ "/register/" (path_part(register)) "/" (row.id) } { (row.title) } " " span .mono .q { (row.serial) } }
            td { (row.since) }
            td { @if let Some((order, serial)) = &row.order { a .lk href={ "/register/erasure/" (order) } { (serial) } } }
        }
    }
}

fn pages(lang: Lang, list: &KeptList) -> Markup {
    let link = |page: u64| {
        let name = path_part(&list.register.name);
        format!("/retention?register={name}&page={page}#k-{name}")
    };
    let told = text::page_of(lang, list.page, list.pages, list.register.count.unwrap_or(0));
    html! {
        @if list.pages > 1 {
            nav .pages aria-label=(told) {
                span .q { (told) }
                @if list.page > 1 { a .btn .sml rel="prev" href=(link(list.page - 1)) { (PREVIOUS_PAGE.of(lang)) } }
                @if list.page < list.pages { a .btn .sml rel="next" href=(link(list.page + 1)) { (NEXT_PAGE.of(lang)) } }
            }
        }
    }
}
