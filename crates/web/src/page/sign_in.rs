//! Signing in and out, and the demo bureau's one-click accounts.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::view::{DemoAccount, Lang, When};
use luoshi_desk::{No, Refusal};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::error::{WebError, status};
use crate::part::light::light;
use crate::part::phrase::said;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::query::local_path;
use crate::session::{Visit, session_cookie, session_ended};
use crate::text::*;
use crate::{App, Asked, ask, knock};

/// `GET /sign-in`
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let back = local_path(visit.query.value("back"));
    page(&app, &visit, "", &back, None).await
}

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<App>,
    visit: Visit,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let typed = typed(&app, &visit, body).await?;
    let text = |key: &str| typed.get(key).map(String::as_str).unwrap_or_default().to_string();
    let (name, password, back) = (text("name"), text("password"), local_path(typed.get("back").map(String::as_str)));
    if name.trim().is_empty() || password.is_empty() {
        let refusal = Refusal::new(No::Wrong, "W007", NEEDED.of(Lang::Zh), NEEDED.of(Lang::En));
        return page(&app, &visit, &name, &back, Some(refusal)).await;
    }
    let account = name.trim().to_string();
    match knock(&app, &visit, move |desk| desk.sign_in(&account, &password)).await {
        Ok(secret) => Ok(entered(&app, &secret, &back)),
        Err(refusal) => page(&app, &visit, &name, &back, Some(refusal)).await,
    }
}

/// `POST /sign-in/demo`
pub async fn enter_demo(
    State(app): State<App>,
    visit: Visit,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let typed = typed(&app, &visit, body).await?;
    let name = typed.get("name").cloned().unwrap_or_default();
    let back = local_path(typed.get("back").map(String::as_str));
    if !visit.local {
        return page(&app, &visit, "", &back, Some(Refusal::forbidden())).await;
    }
    match knock(&app, &visit, move |desk| desk.enter_demo(&name)).await {
        Ok(secret) => Ok(entered(&app, &secret, &back)),
        Err(refusal) => page(&app, &visit, "", &back, Some(refusal)).await,
    }
}

/// `POST /sign-out`
pub async fn sign_out(
    State(app): State<App>,
    visit: Visit,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let posted = match Posted::read(body) {
        Ok(posted) => posted,
        Err(refusal) => return Err(WebError::refused(&app, &visit, refusal).await),
    };
    let (secret, foreign) = (visit.secret.clone().unwrap_or_default(), visit.foreign);
    ask(&app, &visit, move |desk, actor| {
        if foreign || !token_is_good(&posted.csrf, &actor.csrf) {
            return Err(bad_token());
        }
        desk.sign_out(&secret)
    })
    .await?;
    Ok(([(SET_COOKIE, session_ended(app.secure))], Redirect::to("/sign-in")).into_response())
}

/// Before there is a session there is no token; the browser's word about where the form comes from decides.
async fn typed(
    app: &App,
    visit: &Visit,
    body: Result<Bytes, BytesRejection>,
) -> Result<std::collections::BTreeMap<String, String>, WebError> {
    match Posted::read(body) {
        Ok(posted) if !visit.foreign => Ok(posted.typed),
        Ok(_) => Err(WebError::refused(app, visit, bad_token()).await),
        Err(refusal) => Err(WebError::refused(app, visit, refusal).await),
    }
}

fn entered(app: &App, secret: &str, back: &str) -> Response {
    ([(SET_COOKIE, session_cookie(secret, app.secure))], Redirect::to(back)).into_response()
}

async fn page(
    app: &App,
    visit: &Visit,
    name: &str,
    back: &str,
    refusal: Option<Refusal>,
) -> Result<Response, WebError> {
    let lang = visit.lang;
    let asked = knock(app, visit, move |desk| {
        Ok(Asked { edge: desk.edge(None), plans: vec![], answer: desk.demo_accounts(lang) })
    })
    .await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return Err(WebError::refused(app, visit, refusal).await),
    };
    let code = refusal.as_ref().map_or(StatusCode::OK, status);
    let page = asked.page(visit, |accounts| Page {
        title: SIGN_IN.of(lang),
        class: "pg-sign",
        place: Place::Elsewhere,
        day: None,
        when: When::default(),
        body: sign_in_body(lang, &asked.edge.bureau, accounts, name, back, refusal.as_ref()),
    });
    Ok((code, page).into_response())
}

fn sign_in_body(
    lang: Lang,
    bureau: &str,
    accounts: &[DemoAccount],
    name: &str,
    back: &str,
    refusal: Option<&Refusal>,
) -> Markup {
    html! {
        main .sign id="main" {
            h1 { "落实" small { (bureau) } }
            p .q { (lang.pick("把一年的工作计划，变成算得出来的数。", "A year's work plan, turned into numbers that can be counted.")) }
            @if !accounts.is_empty() { (demo(lang, accounts, back)) }
            section {
                h2 .h { (SIGN_IN.of(lang)) }
                form method="post" action="/sign-in" .fields .form .one {
                    input type="hidden" name="back" value=(back);
                    div .f { label for="name" { (NAME.of(lang)) } input type="text" id="name" name="name" value=(name) autocomplete="username" autocapitalize="none" aria-invalid=[refusal.map(|_| "true")] aria-describedby=[refusal.map(|_| "sign-no")]; }
                    div .f { label for="password" { (PASSWORD.of(lang)) } input type="password" id="password" name="password" autocomplete="current-password" aria-invalid=[refusal.map(|_| "true")] aria-describedby=[refusal.map(|_| "sign-no")]; }
                    @if let Some(refusal) = refusal {
                        div .f .bad { p .err id="sign-no" role="alert" { (light(lang, luoshi_desk::view::Light::Red)) span { (said(lang, refusal.sentence(lang))) " " span .q .sm { (refusal.code) } } } }
                    }
                    div .acts { button .btn .pri[accounts.is_empty()] type="submit" { (SIGN_IN.of(lang)) } }
                }
            }
        }
    }
}

fn demo(lang: Lang, accounts: &[DemoAccount], back: &str) -> Markup {
    html! {
        section {
            h2 .h { (ENTER_AS.of(lang)) small { (DEMO.of(lang)) } }
            p .q .sm { (ENTER_AS_HELP.of(lang)) }
            ul .enter {
                @for account in accounts {
                    li {
                        form method="post" action="/sign-in/demo" {
                            input type="hidden" name="name" value=(account.name);
                            input type="hidden" name="back" value=(back);
                            span { b { (said(lang, &account.title)) } span .w { (said(lang, &account.about)) } }
                            button .btn .sml type="submit" aria-label={ (ENTER.of(lang)) " " (account.title) } { (ENTER.of(lang)) }
                        }
                    }
                }
            }
        }
    }
}
