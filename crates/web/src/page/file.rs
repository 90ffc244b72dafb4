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
    let ending = sent.name.rsplit('.').next().unwrap_or_default();
    // A name in plain letters for those who do not read the other.
    let disposition =
        format!("attachment; filename=\"file.{}\"; filename*=UTF-8''{}", path_part(ending), path_part(&sent.name));
    let headers = [(CONTENT_TYPE, sent.content_type.to_string()), (CONTENT_DISPOSITION, disposition)];
    (headers, sent.bytes).into_response()
}
