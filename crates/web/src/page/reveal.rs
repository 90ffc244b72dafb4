//! 显示: asks why a masked value is needed, then shows it once. The answer is never kept by a browser.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{Lang, RevealView, When};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::at::At;
use crate::error::WebError;
use crate::part::field;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::query::path_part;
use crate::session::Visit;
use crate::text::*;
use crate::{App, Asked, ask};

/// `GET /register/{name}/{id}/reveal/{field}`
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    At((register, id, field)): At<(String, i64, String)>,
) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, move |desk, actor| desk.reveal_form(actor, &register, id, &field)).await?;
    Ok(page(&visit, &asked))
}

/// `POST /register/{name}/{id}/reveal/{field}`
pub async fn reveal(
    State(app): State<App>,
    visit: Visit,
    At((register, id, field)): At<(String, i64, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let posted = match Posted::read(body) {
        Ok(posted) => posted,
        Err(refusal) => return Err(WebError::refused(&app, &visit, refusal).await),
    };
    let foreign = visit.foreign;
    let asked = ask(&app, &visit, move |desk, actor| {
        if foreign || !token_is_good(&posted.csrf, &actor.csrf) {
            return Err(bad_token());
        }
        desk.reveal(actor, &Reveal { register, id, field, reason: posted.reason, request: posted.request })
    })
    .await?;
    let status = if asked.answer.value.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page(&visit, &asked)).into_response())
}

fn page(visit: &Visit, asked: &Asked<RevealView>) -> Response {
    let csrf = asked.edge.who.as_ref().map(|who| who.csrf.as_str()).unwrap_or_default();
    asked.page(visit, |view| Page {
        title: &view.title,
        class: "pg-form",
        place: Place::Registers,
        day: None,
        when: When::default(),
        body: body(visit.lang, csrf, view),
    })
}

fn body(lang: Lang, csrf: &str, view: &RevealView) -> Markup {
    let register = format!("/register/{}", path_part(&view.register.name));
    let record = format!("{register}/{}", view.id);
    html! {
        main .wrap .formp id="main" {
            nav .crumb aria-label=(PLACE.of(lang)) {
                a href=(register) { (view.register.title) } "›"
                a href=(record) { (view.title) } "›"
                span { (REVEAL.of(lang)) }
            }
            div .hrow { h1 .rt { (REVEAL.of(lang)) (lang.pick("：", ": ")) (view.label) } }
            @match &view.value {
                Some(value) => {
                    dl .fields { div .f { dt { (view.label) } dd { b .mono id="revealed" { (value) } } } }
                    p .need { (REVEALED_ONCE.of(lang)) }
                    div .acts .final { a .btn .pri href=(record) { (BACK_TO_RECORD.of(lang)) } }
                }
                None => {
                    @if let Some(fault) = &view.fault { (field::refused(lang, fault, "no-0")) }
                    p .need { (REVEAL_HELP.of(lang)) }
                    form method="post" action={ (record) "/reveal/" (path_part(&view.field)) } {
                        input type="hidden" name="csrf" value=(csrf);
                        input type="hidden" name="request" value=(view.request);
                        div .fields .form {
                            div .f { label { (view.label) } div .whole { span .q { (view.masked) } } }
                            div .f .w {
                                label for="f-_reason" { (REVEAL_REASON.of(lang)) }
                                div .whole { input type="text" id="f-_reason" name="_reason" value=(view.reason) required minlength="2" maxlength="500" autocomplete="off" aria-describedby="f-_reason-help"; }
                                p .hint id="f-_reason-help" { (REVEAL_REASON_HELP.of(lang)) }
                            }
                        }
                        div .acts .final {
                            button .btn .pri type="submit" { (REVEAL.of(lang)) }
                            a .btn href=(record) { (BACK.of(lang)) }
                        }
                    }
                }
            }
        }
    }
}
