//! 导入: a workbook becomes records. First it is tried, and what stands against it is told row by row; then it is written.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::import::{Imported, NotImported, SHEET};
use luoshi_desk::view::{FieldFault, ImportFault, ImportLine, ImportState, ImportTried, ImportView, Lang, When};
use luoshi_desk::{Actor, FilePlace, Refusal};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::at::At;
use crate::bureau::Bureau;
use crate::error::WebError;
use crate::part::field;
use crate::part::phrase::said;
use crate::posted::{FILE, Posted, bad_token, token_is_good};
use crate::query::path_part;
use crate::received::receive;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, Asked, ask, hear};

/// The button that imports what was tried.
const GO: &str = "_go";

/// `GET /register/{name}/import`
pub async fn show(State(app): State<App>, visit: Visit, At(register): At<String>) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, move |desk, actor| desk.import_form(actor, &register)).await?;
    Ok(page(&visit, &asked, &[]))
}

/// `GET /register/{name}/import/sheet`
pub async fn sheet(State(app): State<App>, visit: Visit, At(register): At<String>) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, move |desk, actor| desk.import_sheet(actor, &register)).await?;
    Ok(super::file::handed_out(asked.answer))
}

/// `POST /register/{name}/import`
pub async fn send(
    State(app): State<App>,
    visit: Visit,
    At(register): At<String>,
    request: Request,
) -> Result<Response, WebError> {
    let place = FilePlace { register: register.clone(), ..FilePlace::default() };
    let posted = match receive(&app, &visit, &place, request).await {
        Ok(posted) => posted,
        Err(refusal) => return Err(WebError::refused(&app, &visit, refusal).await),
    };
    let (name, foreign) = (register.clone(), visit.foreign);
    let heard = hear(&app, &visit, move |desk, actor| go(desk, actor, &name, &posted, foreign)).await;
    match heard.answer {
        Ok(Outcome::Done) => Ok(Redirect::to(&format!("/register/{}/import", path_part(&register))).into_response()),
        Ok(Outcome::Page(status, view, faults)) => {
            let asked = Asked { edge: heard.edge, plans: heard.plans, answer: *view };
            Ok((status, page(&visit, &asked, &faults)).into_response())
        }
        Err(refusal) => Err(WebError::refused(&app, &visit, refusal).await),
    }
}

enum Outcome {
    Done,
    Page(StatusCode, Box<ImportView>, Vec<FieldFault>),
}

fn go(desk: &dyn Bureau, actor: &Actor, register: &str, posted: &Posted, foreign: bool) -> Result<Outcome, Refusal> {
    let again = |faults: Vec<FieldFault>| {
        let view = desk.import_form(actor, register)?;
        Ok(Outcome::Page(StatusCode::UNPROCESSABLE_ENTITY, Box::new(view), faults))
    };
    let in_words = |no: &Refusal| FieldFault { code: no.code.clone(), text: no.sentence(actor.lang).to_string() };
    if foreign || !token_is_good(&posted.csrf, &actor.csrf) {
        return again(vec![in_words(&bad_token())]);
    }
    if !posted.refused.is_empty() {
        return again(posted.refused.iter().map(|(_, fault)| fault.clone()).collect());
    }
    let line = posted.typed.get(SHEET).map(String::as_str).unwrap_or_default();
    let written = posted.typed.contains_key(GO).then(|| desk.import(actor, register, line));
    match written {
        Some(Ok(Imported::Done(_) | Imported::Queued(_))) => Ok(Outcome::Done),
        Some(Err(NotImported::Rows(view))) => Ok(Outcome::Page(StatusCode::UNPROCESSABLE_ENTITY, view, vec![])),
        Some(Err(NotImported::Refused(refusal))) => again(vec![in_words(&refusal)]),
        None => match desk.import_check(actor, register, line) {
            Ok(view) => Ok(Outcome::Page(StatusCode::OK, Box::new(view), vec![])),
            Err(refusal) => again(vec![in_words(&refusal)]),
        },
    }
}

fn page(visit: &Visit, asked: &Asked<ImportView>, faults: &[FieldFault]) -> Response {
    let csrf = asked.edge.who.as_ref().map(|who| who.csrf.as_str()).unwrap_or_default();
    asked.page(visit, |view| Page {
        title: IMPORT.of(visit.lang),
        class: "pg-form",
        place: Place::Registers,
        day: None,
        when: When::default(),
        body: body(visit.lang, csrf, view, faults),
    })
}

fn body(lang: Lang, csrf: &str, view: &ImportView, faults: &[FieldFault]) -> Markup {
    let register = format!("/register/{}", path_part(&view.register.name));
    let action = format!("{register}/import");
    html! {
        main .wrap .formp id="main" {
            nav .crumb aria-label=(PLACE.of(lang)) { a href=(register) { (view.register.title) } "›" span { (IMPORT.of(lang)) } }
            div .hrow {
                h1 .rt { (IMPORT.of(lang)) (lang.pick("", " ")) (view.register.title) }
                span .end { a .btn .sml href={ (action) "/sheet" } { (EMPTY_SHEET.of(lang)) } }
            }
            @for (at, fault) in faults.iter().enumerate() { (field::refused(lang, fault, &format!("no-{at}"))) }
            @if let Some(tried) = &view.tried { (self::tried(lang, csrf, &action, tried)) }
            (choose(lang, csrf, &action, view))
            (lately(lang, &view.lately))
            @if view.tried.is_none() { (columns(lang, view)) }
        }
    }
}

fn choose(lang: Lang, csrf: &str, action: &str, view: &ImportView) -> Markup {
    html! {
        form method="post" action=(action) enctype="multipart/form-data" .imp {
            input type="hidden" name="csrf" value=(csrf);
            div .fields .form {
                div .f .w {
                    label for="f-sheet" { (if view.tried.is_some() { OTHER_SHEET } else { CHOOSE_SHEET }.of(lang)) }
                    div .whole { input type="file" id="f-sheet" name={ (FILE) (SHEET) } accept=".xlsx" required aria-describedby="f-sheet-help"; }
                    p .hint id="f-sheet-help" { (text::sheet_help(lang, view.rows_most)) }
                }
            }
            div .acts { button .btn .pri[view.tried.is_none()] type="submit" { (TRY_SHEET.of(lang)) } }
        }
    }
}

/// What was sent: what it would become, or what stands against it.
fn tried(lang: Lang, csrf: &str, action: &str, tried: &ImportTried) -> Markup {
    html! {
        section .blk id="tried" {
            h2 .h { (tried.name) small { (text::rows(lang, tried.rows)) } }
            @if !tried.unknown.is_empty() { p .need { (text::columns_left_out(lang, &tried.unknown)) } }
            @if tried.faults.is_empty() {
                div .scroll tabindex="0" role="region" aria-label=(PREVIEW.of(lang)) {
                    table {
                        thead { tr { @for column in &tried.columns { th scope="col" { (column) } } } }
                        tbody { @for row in &tried.preview { tr { @for text in row { td { (text) } } } } }
                    }
                }
                @if tried.rows > tried.preview.len() { p .q .sm { (text::first_rows(lang, tried.preview.len(), tried.rows)) } }
                form method="post" action=(action) {
                    input type="hidden" name="csrf" value=(csrf);
                    input type="hidden" name={ (FILE) (SHEET) } value=(tried.line);
                    div .acts .final {
                        button .btn .pri type="submit" name=(GO) value="1" { (text::import_all(lang, tried.rows)) }
                        span .q .sm { (ALL_OR_NONE.of(lang)) }
                    }
                }
            } @else {
                div .state .err role="alert" { b { (text::sheet_faults(lang, tried.faults.len(), tried.more)) } (SHEET_FAULTS_HELP.of(lang)) }
                div .scroll tabindex="0" role="region" aria-label=(NOT_SAVED.of(lang)) {
                    table .conf .byrow {
                        thead { tr { th scope="col" { (ROW.of(lang)) } th scope="col" { (COLUMN.of(lang)) } th scope="col" { (WHAT_IS_WRONG.of(lang)) } } }
                        tbody { @for fault in &tried.faults { (fault_row(lang, fault)) } }
                    }
                }
            }
        }
    }
}

fn fault_row(lang: Lang, fault: &ImportFault) -> Markup {
    html! {
        tr {
            td { @match fault.row { Some(row) => { (row) } None => { (WHOLE_SHEET.of(lang)) } } }
            td { @if fault.field.is_empty() { "—" } @else { (fault.field) } }
            td { (fault.text) " " span .q .sm { (fault.code) } }
        }
    }
}

fn lately(lang: Lang, lines: &[ImportLine]) -> Markup {
    let state = |line: &ImportLine| match (line.state, line.rows) {
        (ImportState::Done, Some(rows)) => text::imported(lang, rows),
        (ImportState::Done, None) => IMPORTED.of(lang).to_string(),
        (ImportState::Waiting, _) if line.message.is_empty() => IMPORT_WAITS.of(lang).to_string(),
        (ImportState::Waiting, _) => IMPORT_AGAIN.of(lang).to_string(),
        (ImportState::Running, _) => IMPORT_RUNS.of(lang).to_string(),
        (ImportState::Failed, _) => IMPORT_FAILED.of(lang).to_string(),
    };
    html! {
        @if !lines.is_empty() {
            section .blk id="lately" {
                h2 .h { (IMPORTED_LATELY.of(lang)) }
                ul .log {
                    @for line in lines {
                        li { span .act { (line.at) } " " (line.name) " " b { (state(line)) } @if !line.message.is_empty() { " " span .q { (line.message) } } }
                    }
                }
            }
        }
    }
}

/// What may stand in each column.
fn columns(lang: Lang, view: &ImportView) -> Markup {
    html! {
        section .blk id="columns" {
            h2 .h { (COLUMNS.of(lang)) small { (COLUMNS_HELP.of(lang)) } }
            div .scroll tabindex="0" role="region" aria-label=(COLUMNS.of(lang)) {
                table {
                    thead { tr { th scope="col" { (COLUMN.of(lang)) } th scope="col" { (HOLDS.of(lang)) } th scope="col" { (HELP.of(lang)) } } }
                    tbody {
                        @for field in &view.columns {
                            tr {
                                td .nm { (field.title) @if field.must { span .must title=(MUST.of(lang)) { "*" span .sr { " " (MUST.of(lang)) } } } }
                                td { (said(lang, &field.kind)) }
                                td .q { (said(lang, &field.help)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
