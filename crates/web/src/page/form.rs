//! Forms: a new record, its fields, the fields of a move; and what is said when it is not saved. Nothing typed is lost.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::view::{Conflict, FieldFault, FieldView, FormView, Input, Lang, When};
use luoshi_desk::{Actor, FilePlace, NotSaved, Refusal, Save, Saved};
use maud::{Markup, html};

use super::error::kept;
use super::shell::{Page, Place};
use crate::at::At;
use crate::bureau::Bureau;
use crate::error::{WebError, status};
use crate::part::field::{self, MORE};
use crate::part::phrase::full_width;
use crate::part::rows;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::query::path_part;
use crate::received::receive;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, Asked, ask, hear};

/// The code of the fault that comes with a conflict.
const CONFLICT: &str = "S003";

/// What a form is for.
#[derive(Debug, Clone)]
struct Purpose {
    register: String,
    id: Option<i64>,
    by_move: Option<String>,
}

/// `GET /register/{name}/new`; what the query gives is filled in.
pub async fn show_new(State(app): State<App>, visit: Visit, At(register): At<String>) -> Result<Response, WebError> {
    show(app, visit, Purpose { register, id: None, by_move: None }).await
}

/// `GET /register/{name}/{id}/edit`
pub async fn show_edit(
    State(app): State<App>,
    visit: Visit,
    At((register, id)): At<(String, i64)>,
) -> Result<Response, WebError> {
    show(app, visit, Purpose { register, id: Some(id), by_move: None }).await
}

/// `GET /register/{name}/{id}/move/{move}`
pub async fn show_move(
    State(app): State<App>,
    visit: Visit,
    At((register, id, by_move)): At<(String, i64, String)>,
) -> Result<Response, WebError> {
    show(app, visit, Purpose { register, id: Some(id), by_move: Some(by_move) }).await
}

/// `POST /register/{name}`
pub async fn save_new(
    State(app): State<App>,
    visit: Visit,
    At(register): At<String>,
    request: Request,
) -> Result<Response, WebError> {
    save(app, visit, Purpose { register, id: None, by_move: None }, request).await
}

/// `POST /register/{name}/{id}`
pub async fn save_edit(
    State(app): State<App>,
    visit: Visit,
    At((register, id)): At<(String, i64)>,
    request: Request,
) -> Result<Response, WebError> {
    save(app, visit, Purpose { register, id: Some(id), by_move: None }, request).await
}

/// `POST /register/{name}/{id}/move/{move}`
pub async fn save_move(
    State(app): State<App>,
    visit: Visit,
    At((register, id, by_move)): At<(String, i64, String)>,
    request: Request,
) -> Result<Response, WebError> {
    save(app, visit, Purpose { register, id: Some(id), by_move: Some(by_move) }, request).await
}

async fn show(app: App, visit: Visit, purpose: Purpose) -> Result<Response, WebError> {
    // A field that is given more than once has the lines of all.
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &visit.query.0 {
        let lines = given.entry(name.clone()).or_default();
        *lines = if lines.is_empty() { value.clone() } else { format!("{lines}\n{value}") };
    }
    let asked = ask(&app, &visit, move |desk, actor| {
        desk.form(actor, &purpose.register, purpose.id, purpose.by_move.as_deref(), &given)
    })
    .await?;
    Ok(page(&visit, &asked))
}

/// How a save ended.
enum Outcome {
    Saved(Saved),
    Again(StatusCode, Box<FormView>),
}

async fn save(app: App, visit: Visit, purpose: Purpose, request: Request) -> Result<Response, WebError> {
    let Purpose { register, id, by_move } = purpose.clone();
    let place = FilePlace { register, id, by_move, field: String::new() };
    let posted = match receive(&app, &visit, &place, request).await {
        Ok(posted) => posted,
        Err(refusal) => return Err(WebError::refused(&app, &visit, refusal).await),
    };
    let (asking, sent, foreign, register) = (purpose.clone(), posted.clone(), visit.foreign, purpose.register.clone());
    let heard = hear(&app, &visit, move |desk, actor| save_once(desk, actor, &asking, &sent, foreign)).await;
    match heard.answer {
        Ok(Outcome::Saved(saved)) => {
            Ok(Redirect::to(&format!("/register/{}/{}", path_part(&register), saved.id)).into_response())
        }
        Ok(Outcome::Again(status, view)) => {
            let asked = Asked { edge: heard.edge, plans: heard.plans, answer: *view };
            Ok((status, page(&visit, &asked)).into_response())
        }
        Err(refusal) => Ok(kept(&visit, &heard.edge, &heard.plans, &refusal, &posted)),
    }
}

fn save_once(
    desk: &dyn Bureau,
    actor: &Actor,
    purpose: &Purpose,
    posted: &Posted,
    foreign: bool,
) -> Result<Outcome, Refusal> {
    if foreign || !token_is_good(&posted.csrf, &actor.csrf) {
        // The form comes back with everything typed and a fresh token: one more click saves it.
        return again(desk, actor, purpose, posted, bad_token());
    }
    if posted.again.is_some() {
        return once_more(desk, actor, purpose, posted);
    }
    if !posted.refused.is_empty() {
        return without_files(desk, actor, purpose, posted);
    }
    let Purpose { register, id, by_move } = purpose.clone();
    let save = Save {
        register,
        id,
        version: posted.stated(id),
        by_move,
        typed: posted.typed.clone(),
        reason: posted.reason.clone(),
        request: posted.request.clone(),
    };
    match desk.save(actor, &save) {
        Ok(saved) => Ok(Outcome::Saved(saved)),
        Err(NotSaved::Form(view)) => {
            let status = if view.conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(Outcome::Again(status, view))
        }
        Err(NotSaved::Refused(refusal)) => again(desk, actor, purpose, posted, refusal),
    }
}

/// The form with everything typed taken in, and room for more.
fn once_more(desk: &dyn Bureau, actor: &Actor, purpose: &Purpose, posted: &Posted) -> Result<Outcome, Refusal> {
    let mut posted = posted.clone();
    if let Some(register) = posted.again.as_ref().filter(|name| **name != MORE) {
        let typed = posted.typed.keys().filter_map(|name| {
            let (number, _) = name.strip_prefix(register.as_str())?.strip_prefix('.')?.split_once('.')?;
            number.parse::<usize>().ok()
        });
        let next = typed.max().map_or(0, |last| last.saturating_add(1));
        posted.typed.insert(format!("{register}.{next}._row"), String::new());
    }
    let mut view = desk.form(actor, &purpose.register, purpose.id, purpose.by_move.as_deref(), &posted.typed)?;
    retype(&mut view, &posted);
    Ok(Outcome::Again(StatusCode::OK, Box::new(view)))
}

/// The form with everything typed, the files that were taken, and under their fields why others were not.
fn without_files(desk: &dyn Bureau, actor: &Actor, purpose: &Purpose, posted: &Posted) -> Result<Outcome, Refusal> {
    let mut view = desk.form(actor, &purpose.register, purpose.id, purpose.by_move.as_deref(), &posted.typed)?;
    retype(&mut view, posted);
    for (name, fault) in &posted.refused {
        let field = view.groups.iter_mut().flat_map(|group| &mut group.fields).find(|field| field.name == *name);
        match field {
            // The first one is told under the field, others over the form.
            Some(field) if field.fault.is_none() => field.fault = Some(fault.clone()),
            _ => view.faults.push(fault.clone()),
        }
    }
    Ok(Outcome::Again(StatusCode::UNPROCESSABLE_ENTITY, Box::new(view)))
}

/// The form with everything typed and a refusal over it; where there is no form any more, the refusal itself.
fn again(
    desk: &dyn Bureau,
    actor: &Actor,
    purpose: &Purpose,
    posted: &Posted,
    refusal: Refusal,
) -> Result<Outcome, Refusal> {
    let Ok(mut view) = desk.form(actor, &purpose.register, purpose.id, purpose.by_move.as_deref(), &posted.typed)
    else {
        return Err(refusal);
    };
    retype(&mut view, posted);
    view.faults.push(FieldFault { text: refusal.sentence(actor.lang).to_string(), code: refusal.code.clone() });
    Ok(Outcome::Again(status(&refusal), Box::new(view)))
}

/// Puts what was typed back into a form.
fn retype(view: &mut FormView, posted: &Posted) {
    let rows = view.parts.iter_mut().flat_map(|part| &mut part.rows).flat_map(|row| &mut row.fields);
    for field in view.groups.iter_mut().flat_map(|group| &mut group.fields).chain(rows) {
        if let Some(typed) = posted.typed.get(&field.name) {
            field.typed = typed.clone();
        }
    }
    if view.reason.is_some() || !posted.reason.is_empty() {
        view.reason = Some(posted.reason.clone());
    }
    view.version = posted.version.or(view.version);
    if !posted.request.is_empty() {
        view.request = posted.request.clone();
    }
}

fn page(visit: &Visit, asked: &Asked<FormView>) -> Response {
    let csrf = asked.edge.who.as_ref().map(|who| who.csrf.as_str()).unwrap_or_default();
    asked.page(visit, |view| Page {
        title: &view.title,
        class: "pg-form",
        place: Place::Registers,
        day: None,
        when: When::default(),
        body: form(visit.lang, csrf, view),
    })
}

fn form(lang: Lang, csrf: &str, view: &FormView) -> Markup {
    // A conflict says itself what its fault says.
    let general: Vec<_> =
        view.faults.iter().filter(|fault| view.conflict.is_none() || fault.code != CONFLICT).collect();
    let of_rows = view.parts.iter().flat_map(|part| &part.rows).map(|row| row.faults.len()).sum::<usize>();
    let faults = general.len() + of_rows + fields(view).filter(|field| field.fault.is_some()).count();
    html! {
        main .wrap .formp id="main" {
            (crumb(lang, view))
            div .hrow { h1 .rt { (heading(lang, view)) } }
            @if let Some(conflict) = &view.conflict { (self::conflict(lang, conflict)) }
            @for (at, fault) in general.iter().enumerate() { (field::refused(lang, fault, &format!("no-{at}"))) }
            form method="post" action=(action(view)) enctype=[takes_files(view).then_some("multipart/form-data")] {
                // A line break in a line of the form presses the first button there is: it saves.
                @if asks_for_more(view) { button .first type="submit" tabindex="-1" aria-hidden="true" {} }
                input type="hidden" name="csrf" value=(csrf);
                input type="hidden" name="request" value=(view.request);
                @if let Some(version) = view.version { input type="hidden" name="_version" value=(version); }
                @if view.groups.iter().all(|group| group.fields.is_empty()) && view.by_move.is_some() { p .q { (NO_FIELDS.of(lang)) } }
                @for group in view.groups.iter().filter(|group| !group.fields.is_empty()) {
                    fieldset .blk id={ "g-" (group.name) } {
                        legend .h { (group.title) }
                        div .fields .form { @for one in &group.fields { (field::fill(lang, &view.register.name, one)) } }
                    }
                }
                @for part in &view.parts { (rows::fill(lang, part, &action(view))) }
                @if let Some(reason) = &view.reason { (self::reason(lang, reason)) }
                (buttons(lang, view, faults))
            }
        }
    }
}

/// Every field of a form, those of its rows too.
fn fields(view: &FormView) -> impl Iterator<Item = &FieldView> {
    let rows = view.parts.iter().flat_map(|part| &part.rows).flat_map(|row| &row.fields);
    view.groups.iter().flat_map(|group| &group.fields).chain(rows)
}

/// Whether there is a button that does not save.
fn asks_for_more(view: &FormView) -> bool {
    view.parts.iter().any(|part| part.may_file)
        || fields(view).any(|field| matches!(field.input, Some(Input::Several { more: Some(_), .. })))
}

fn takes_files(view: &FormView) -> bool {
    fields(view).any(|field| matches!(field.input, Some(Input::Files { .. })))
}

/// Where a form leads when it is sent.
fn action(view: &FormView) -> String {
    let register = format!("/register/{}", path_part(&view.register.name));
    match (view.id, &view.by_move) {
        (None, _) => register,
        (Some(id), None) => format!("{register}/{id}"),
        (Some(id), Some(head)) => format!("{register}/{id}/move/{}", path_part(&head.name)),
    }
}

/// Where a form leads when it is given up.
fn way_back(view: &FormView) -> String {
    let register = format!("/register/{}", path_part(&view.register.name));
    view.id.map_or(register.clone(), |id| format!("{register}/{id}"))
}

fn crumb(lang: Lang, view: &FormView) -> Markup {
    html! {
        nav .crumb aria-label=(PLACE.of(lang)) {
            a href={ "/register/" (path_part(&view.register.name)) } { (view.register.title) } "›"
            @if view.id.is_some() { a href=(way_back(view)) { (view.title) } "›" }
            span { (step(lang, view)) }
        }
    }
}

fn step(lang: Lang, view: &FormView) -> &str {
    match (&view.by_move, view.id) {
        (Some(head), _) => &head.title,
        (None, Some(_)) => EDIT.of(lang),
        (None, None) => NEW.of(lang),
    }
}

fn heading(lang: Lang, view: &FormView) -> String {
    match (&view.by_move, view.id) {
        (Some(head), _) => format!("{}{}{}", head.title, lang.pick("：", ": "), view.title),
        (None, Some(_)) => format!("{}{}{}", EDIT.of(lang), lang.pick("：", ": "), view.title),
        (None, None) => format!("{}{}{}", NEW.of(lang), lang.pick("", " "), view.register.title),
    }
}

fn conflict(lang: Lang, conflict: &Conflict) -> Markup {
    html! {
        div .state .err role="alert" {
            b { (NOT_SAVED.of(lang)) " " span .q .sm { (CONFLICT) } }
            (text::conflict(lang, &conflict.by, &conflict.at))
            @if !conflict.fields.is_empty() {
                div .scroll {
                    table .conf {
                        thead { tr { th scope="col" { (FIELD.of(lang)) } th scope="col" { (THEIRS.of(lang)) } th scope="col" { (YOURS.of(lang)) } } }
                        tbody { @for (label, theirs, yours) in &conflict.fields { tr { td { (label) } td { (theirs) } td { b { (yours) } } } } }
                    }
                }
            }
        }
    }
}

fn reason(lang: Lang, typed: &str) -> Markup {
    html! {
        div .fields .form .rsn {
            div .f .w {
                label for="f-_reason" { (REASON.of(lang)) }
                div .whole { input type="text" id="f-_reason" name="_reason" value=(typed) aria-describedby="f-_reason-help" autocomplete="off"; }
                p .hint id="f-_reason-help" { (REASON_HELP.of(lang)) }
            }
        }
    }
}

fn buttons(lang: Lang, view: &FormView, faults: usize) -> Markup {
    html! {
        div .acts .final {
            button .btn .pri type="submit" { @match &view.by_move { Some(head) => { (lang.pick("办理", "")) (full_width(&head.title)) } None => { (SAVE.of(lang)) } } }
            a .btn href=(way_back(view)) { @if view.id.is_some() && view.by_move.is_none() { (CANCEL.of(lang)) } @else { (BACK.of(lang)) } }
            @if faults > 0 { span .q .sm { (text::faults_left(lang, faults)) } }
        }
    }
}
