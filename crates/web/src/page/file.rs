//! A file of a record: always handed out to be saved, never shown in the page's own house.

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use luoshi_desk::file::Sent;

use crate::at::At;
use crate::error::WebError;
use crate::query::path_part;
use crate::session::Visit;
use crate::{App, ask_file};

/// `GET /register/{name}/{id}/file/{field}/{digest}`
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    At((register, id, field, digest)): At<(String, i64, String, String)>,
) -> Result<Response, WebError> {
    let asked = ask_file(&app, &visit, move |desk, actor| desk.file(actor, &register, id, &field, &digest)).await?;
    Ok(handed_out(asked.answer))
}

/// A file as an answer: to be saved, under its own name.
pub fn handed_out(sent: Sent) -> Response {
    let headers =
        [(CONTENT_TYPE, sent.content_type.to_string()), (CONTENT_DISPOSITION, disposition("file", &sent.name))];
    (headers, sent.bytes).into_response()
}

/// To be saved under a name; under another in plain letters by those who do not read it.
pub fn disposition(plain: &str, name: &str) -> String {
    let ending = name.rsplit('.').next().unwrap_or_default();
    format!("attachment; filename=\"{plain}.{}\"; filename*=UTF-8''{}", path_part(ending), path_part(name))
}
