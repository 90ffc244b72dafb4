//! What is said when something cannot be done: what failed, what is kept, the code, the way on.

use axum::response::{IntoResponse, Response};
use luoshi_desk::view::{Edge, Lang, When};
use luoshi_desk::{No, Refusal};
use maud::{Markup, html};

use super::shell::{Page, Place, shell};
use crate::error::status;
use crate::part::phrase::said;
use crate::posted::Posted;
use crate::query::path_part;
use crate::session::Visit;
use crate::text::*;

/// The heading of each kind of no.
fn heading(lang: Lang, kind: No) -> &'static str {
    let word = match kind {
        No::Stranger => STRANGER,
        No::Forbidden => FORBIDDEN,
        No::Absent => NOT_FOUND,
        No::Wrong => WRONG,
        No::Refused => REFUSED,
        No::Busy => BUSY,
        No::Broken => BROKEN,
    };
    word.of(lang)
}

/// A page that says no.
pub fn error(visit: &Visit, edge: &Edge, plans: &[(String, String)], refusal: &Refusal) -> Response {
    let lang = visit.lang;
    if visit.lively {
        // Said where the piece of the page was to stand.
        return (status(refusal), state(visit, refusal)).into_response();
    }
    let body = html! {
        main .wrap id="main" {
            h1 .rt .err-h { (heading(lang, refusal.kind)) }
            (state(visit, refusal))
            p .err-go { a .btn .pri href="/" { (ERROR_HOME.of(lang)) } }
        }
    };
    answer(visit, edge, plans, refusal, body)
}

/// The same when a form was sent: everything typed is shown and can be sent again from here.
pub fn kept(visit: &Visit, edge: &Edge, plans: &[(String, String)], refusal: &Refusal, posted: &Posted) -> Response {
    let lang = visit.lang;
    let csrf = edge.who.as_ref().map_or(posted.csrf.as_str(), |who| who.csrf.as_str());
    let hidden = |name: &str, value: &str| html! { input type="hidden" name=(name) value=(value); };
    let body = html! {
        main .wrap .formp id="main" {
            h1 .rt .err-h { (heading(lang, refusal.kind)) }
            (state(visit, refusal))
            @if refusal.kind == No::Stranger {
                p { a .lk target="_blank" rel="noopener" href="/sign-in" { (SIGN_IN_NEW_WINDOW.of(lang)) } }
            }
            form method="post" action=(visit.path) {
                (hidden("csrf", csrf)) (hidden("request", &posted.request))
                @if let Some(version) = posted.version { (hidden("_version", &version.to_string())) }
                @if !posted.reason.is_empty() { (hidden("_reason", &posted.reason)) }
                h2 .h .blk { (SAVED_TYPED.of(lang)) }
                div .fields .form {
                    @for (name, value) in &posted.typed {
                        div .f .w {
                            label for={ "f-" (name) } { (name) }
                            div .whole { textarea id={ "f-" (name) } name=(name) rows=(if value.len() > 120 { "4" } else { "1" }) { "\n" (value) } }
                        }
                    }
                }
                div .acts .final {
                    button .btn .pri type="submit" { (TRY_AGAIN.of(lang)) }
                    a .btn href="/" { (ERROR_HOME.of(lang)) }
                }
            }
        }
    };
    answer(visit, edge, plans, refusal, body)
}

/// The ink bar with the sentence, the code and the request.
fn state(visit: &Visit, refusal: &Refusal) -> Markup {
    html! {
        div .state .err role="alert" {
            b { (said(visit.lang, refusal.sentence(visit.lang))) }
            span .q .sm { (refusal.code) @if !visit.request.is_empty() { " · " (REQUEST_ID.of(visit.lang)) " " span .mono { (visit.request) } } }
        }
    }
}

fn answer(visit: &Visit, edge: &Edge, plans: &[(String, String)], refusal: &Refusal, body: Markup) -> Response {
    let page = Page {
        title: heading(visit.lang, refusal.kind),
        class: "pg-error",
        place: Place::Elsewhere,
        day: None,
        when: When::default(),
        body,
    };
    (status(refusal), shell(visit, edge, plans, page)).into_response()
}

/// The way to the sign-in page that leads back here afterwards.
pub fn sign_in_address(visit: &Visit) -> String {
    match visit.here().as_str() {
        "/" => "/sign-in".to_string(),
        here => format!("/sign-in?back={}", path_part(here)),
    }
}
