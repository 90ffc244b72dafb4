//! 导出: a list as a file, sent as it is made.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use luoshi_desk::export::{Chunk, Export, Format, SHEET_ROWS_MOST};
use luoshi_desk::view::{Lang, ListView};
use luoshi_desk::{No, Refusal};
use maud::{Markup, html};
use tokio::sync::{mpsc, oneshot};

use super::file::disposition;
use crate::at::At;
use crate::error::WebError;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::query::path_part;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, WAIT, broken, busy};

/// Chunks that wait for a slow reader before the making of the file waits too.
const CHUNKS: usize = 4;

/// `POST /register/{name}/export` with the query of the list.
pub async fn take(
    State(app): State<App>,
    visit: Visit,
    At(register): At<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let sent = match Posted::read(body) {
        Ok(posted) => {
            let token = posted.csrf.clone();
            file(&app, &visit, &register, &posted, token).await
        }
        Err(refusal) => Err(refusal),
    };
    match sent {
        Ok(response) => Ok(response),
        Err(refusal) => Err(WebError::refused(&app, &visit, refusal).await),
    }
}

/// The file that a form asks for.
pub async fn file(
    app: &App,
    visit: &Visit,
    register: &str,
    posted: &Posted,
    token: String,
) -> Result<Response, Refusal> {
    let word = |name: &str| posted.typed.get(name).map_or("", String::as_str);
    let format = Format::named(word("format")).ok_or_else(|| bad_choice("format", word("format")))?;
    let all_fields = match word("columns") {
        "" | "list" => false,
        "all" => true,
        other => return Err(bad_choice("columns", other)),
    };
    let ask = Export { list: visit.query.list(register)?, format, all_fields };
    let secret = visit.secret.clone().ok_or_else(Refusal::stranger)?;
    let turn = match tokio::time::timeout(WAIT, app.exports.clone().acquire_owned()).await {
        Ok(Ok(turn)) => turn,
        _ => return Err(busy()),
    };
    let (bureau, lang, foreign) = (app.bureau.clone(), visit.lang, visit.foreign);
    let (to_head, head) = oneshot::channel();
    let (to_body, body) = mpsc::channel::<std::io::Result<Bytes>>(CHUNKS);
    let (request, path) = (visit.request.clone(), visit.path.clone());
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut to_head = Some(to_head);
        let made = bureau.actor(&secret, lang).and_then(|actor| {
            if foreign || !token_is_good(&token, &actor.csrf) {
                return Err(bad_token());
            }
            bureau.export(&actor, &ask, &mut |piece| match piece {
                Chunk::Working => !to_body.is_closed(),
                Chunk::Head { name, content_type } => {
                    to_head.take().is_some_and(|head| head.send(Ok((name, content_type))).is_ok())
                }
                Chunk::Bytes(bytes) => to_body.blocking_send(Ok(bytes.into())).is_ok(),
            })
        });
        if let Err(refusal) = made {
            match to_head.take() {
                Some(head) => drop(head.send(Err(refusal))),
                // The file has begun, so it is broken off: a browser then says that it failed.
                None => {
                    tracing::error!(%request, %path, code = refusal.code, "an export broke off");
                    drop(to_body.blocking_send(Err(std::io::Error::other(refusal.code))));
                }
            }
        }
    });
    let (name, content_type) = head.await.unwrap_or_else(|_| Err(broken()))?;
    let headers = [(CONTENT_TYPE, content_type.to_string()), (CONTENT_DISPOSITION, disposition("list", &name))];
    Ok((headers, Body::from_stream(Chunks(body))).into_response())
}

/// The bytes of a file as they are made.
struct Chunks(mpsc::Receiver<std::io::Result<Bytes>>);

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

fn bad_choice(name: &str, sent: &str) -> Refusal {
    let shown: String = sent.chars().take(40).collect();
    Refusal::new(
        No::Wrong,
        "W011",
        format!("导出表单的 {name}=“{shown}”不是可选的值。请回到列表再导出一次。"),
        format!("{name}=“{shown}” is no choice of the export form. Go back to the list and export again."),
    )
}

/// What is asked before a list is exported; works without script.
pub fn form(visit: &Visit, csrf: &str, view: &ListView) -> Markup {
    let lang = visit.lang;
    let to = format!("/register/{}/export{}", path_part(&view.register.name), visit.query.with("peek", None).link());
    let too_many = view.total > SHEET_ROWS_MOST as u64;
    html! {
        @if view.may_export {
            details .filters .export {
                summary .lk { (EXPORT.of(lang)) }
                form method="post" action=(to) {
                    input type="hidden" name="csrf" value=(csrf);
                    p { (text::export_said(lang, view.total)) }
                    div .fgrid {
                        (choice(lang, "format", EXPORT_FORMAT, &[("xlsx", EXPORT_XLSX, too_many), ("csv", EXPORT_CSV, false)]))
                        (choice(lang, "columns", EXPORT_COLUMNS, &[("list", EXPORT_LIST, false), ("all", EXPORT_ALL, false)]))
                    }
                    @if too_many { p .q { (EXPORT_TOO_MANY.of(lang)) } }
                    p .q { (EXPORT_HELP.of(lang)) }
                    p .acts { button .btn .sml .pri type="submit" { (EXPORT.of(lang)) } }
                }
            }
        }
    }
}

/// One of several, the first that can be had chosen.
fn choice(lang: Lang, name: &str, title: Word, options: &[(&str, Word, bool)]) -> Markup {
    let first = options.iter().position(|(.., shut)| !shut);
    html! {
        fieldset .many {
            legend { (title.of(lang)) }
            @for (place, (value, word, shut)) in options.iter().enumerate() {
                label { input type="radio" name=(name) value=(value) checked[Some(place) == first] disabled[*shut]; " " (word.of(lang)) }
            }
        }
    }
}
