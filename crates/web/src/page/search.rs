//! 检索: one box over all registers that the person may see; names, numbers, codes, pinyin initials.

use axum::extract::State;
use axum::response::Response;
use luoshi_desk::view::{Lang, SearchHit, SearchView, When};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::error::WebError;
use crate::part::phrase::full_width;
use crate::query::path_part;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// Hits of a page.
const HITS: u64 = 30;

/// `GET /search?q=&in=`
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let typed = visit.query.value("q").unwrap_or_default().to_string();
    let register = visit.query.value("in").map(str::to_string);
    let asked = ask(&app, &visit, move |desk, actor| desk.search(actor, &typed, register.as_deref(), HITS)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: SEARCH.of(visit.lang),
        class: "pg-search",
        place: Place::Elsewhere,
        day: None,
        when: When::default(),
        body: search(visit.lang, view),
    }))
}

fn search(lang: Lang, view: &SearchView) -> Markup {
    html! {
        main .wrap id="main" {
            h1 .rt .err-h { (SEARCH.of(lang)) }
            form .seek method="get" action="/search" role="search" {
                label { span .sr { (SEARCH_FOR.of(lang)) }
                    input type="search" name="q" value=(view.typed) maxlength="100" autocomplete="off" placeholder=(SEARCH_HINT.of(lang)); }
                label { span .sr { (REGISTERS.of(lang)) }
                    select name="in" {
                        option value="" { (ALL_REGISTERS.of(lang)) }
                        @for register in &view.registers {
                            option value=(register.name) selected[view.register.as_ref() == Some(&register.name)] { (register.title) }
                        }
                    }
                }
                button .btn .pri type="submit" { (SEARCH.of(lang)) }
            }
            @for register in &view.met { p .need { (text::met(lang, &register.title)) } }
            @if view.short { p .state .plain { b { (TOO_SHORT.of(lang)) } (TOO_SHORT_HELP.of(lang)) } }
            @else if view.hits.is_empty() && view.met.is_empty() && !view.typed.is_empty() { p .state .plain { b { (NOTHING_FOUND.of(lang)) } (NOTHING_FOUND_HELP.of(lang)) } }
            @else if !view.hits.is_empty() {
                ol .hits { @for hit in &view.hits { (found(lang, hit)) } }
                @if view.more { p .q { (text::more_hits(lang, view.hits.len())) } }
            }
        }
    }
}

fn found(lang: Lang, hit: &SearchHit) -> Markup {
    html! {
        li {
            span .q { (hit.register.title) }
            a href={ "/register/" (path_part(&hit.register.name)) "/" (hit.id) } { (full_width(&hit.title)) }
            @if let Some(serial) = &hit.serial { span .mono .q .no { (serial) } }
            @if let Some((_, owner)) = &hit.owner { span { (owner) } }
            @if let Some(state) = &hit.state { span .q { (state) } }
            @if let Some((title, part)) = &hit.part { span .w { (title) (lang.pick("：", ": ")) (part) } }
        }
    }
}

/// The box in the head of every page.
pub fn search_box(lang: Lang) -> Markup {
    html! {
        form .find method="get" action="/search" role="search" {
            label .sr for="find" { (SEARCH_FOR.of(lang)) }
            input id="find" type="search" name="q" maxlength="100" autocomplete="off" placeholder=(SEARCH_HINT.of(lang));
            kbd aria-hidden="true" { "/" }
        }
    }
}
