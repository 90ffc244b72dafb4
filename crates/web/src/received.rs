//! A posted form with files: read part by part, so that at most one file of it stands in memory at a time.
//!
//! A file is handed to the desk as soon as it has arrived; what is refused stands under its field and the rest of the form
//! goes on. The token comes before the files in a form of ours; without it files are read past and kept nowhere.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use luoshi_desk::view::FieldFault;
use luoshi_desk::{FilePlace, Refusal};

use crate::posted::{BODY_MAX, FILE, Posted, bad_token, broke_off, token_is_good, too_large};
use crate::session::Visit;
use crate::{App, WAIT, busy, hear, hear_file};

/// The largest form with files that is read, in bytes.
const FORM_MAX: usize = 512 << 20;
/// How long one file may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(180);

/// Reads a posted form, with files or without.
///
/// # Errors
/// W004 for a body that is too large, W006 for one that broke off.
pub async fn receive(app: &App, visit: &Visit, place: &FilePlace, mut request: Request) -> Result<Posted, Refusal> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Posted::read(Bytes::from_request(request, &()).await);
    }
    DefaultBodyLimit::max(FORM_MAX).apply(&mut request);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broke_off())?;
    let (mut posted, mut room) = (Posted::default(), BODY_MAX);
    while let Some(mut part) = parts.next_field().await.map_err(|error| ended(&error))? {
        let name = part.name().unwrap_or_default().to_string();
        match (name.strip_prefix(FILE), part.file_name().map(str::to_string)) {
            (Some(field), Some(sent)) => {
                let place = FilePlace { field: field.to_string(), ..place.clone() };
                file(app, visit, &mut posted, place, &sent, &mut part).await?;
            }
            _ => {
                let (bytes, whole) = read(&mut part, room).await?;
                room -= bytes.len().min(room);
                if !whole {
                    return Err(too_large());
                }
                posted.put(&name, &String::from_utf8_lossy(&bytes));
            }
        }
    }
    Ok(posted)
}

/// Reads one file and hands it to the desk.
async fn file(
    app: &App,
    visit: &Visit,
    posted: &mut Posted,
    place: FilePlace,
    sent: &str,
    part: &mut Field<'_>,
) -> Result<(), Refusal> {
    // A browser sends an empty part where no file was chosen.
    let first = part.chunk().await.map_err(|error| ended(&error))?;
    if first.as_ref().is_none_or(Bytes::is_empty) && sent.is_empty() {
        return Ok(());
    }
    let Ok(Ok(_turn)) = tokio::time::timeout(WAIT, app.uploads.acquire()).await else {
        read(part, 0).await?;
        refuse(visit, posted, &place, &busy());
        return Ok(());
    };
    let (token, foreign) = (posted.csrf.clone(), visit.foreign);
    let allowed = hear(app, visit, move |desk, actor| {
        let good = !foreign && token_is_good(&token, &actor.csrf);
        if good { Ok(desk.file_size_most()) } else { Err(bad_token()) }
    });
    let Ok(most) = allowed.await.answer else {
        read(part, 0).await?;
        return Ok(());
    };
    let mut bytes = first.map(|chunk| chunk.to_vec()).unwrap_or_default();
    // One byte more than may be is enough for the desk to see that it is too large.
    let rest = (most + 1).saturating_sub(bytes.len());
    let read = tokio::time::timeout(ARRIVAL, read(part, rest)).await.map_err(|_| broke_off())?;
    bytes.extend(read?.0);
    let (asked, name) = (place.clone(), sent.to_string());
    let heard = hear_file(app, visit, move |desk, actor| desk.upload(actor, &asked, &name, &bytes)).await;
    match heard.answer {
        Ok(line) => posted.add_line(&place.field, &line),
        Err(refusal) => refuse(visit, posted, &place, &refusal),
    }
    Ok(())
}

fn refuse(visit: &Visit, posted: &mut Posted, place: &FilePlace, refusal: &Refusal) {
    let fault = FieldFault { code: refusal.code.clone(), text: refusal.sentence(visit.lang).to_string() };
    posted.add_line(&place.field, "");
    posted.refused.push((place.field.clone(), fault));
}

/// Reads a part to its end and keeps at most so many bytes; whether those are all.
async fn read(part: &mut Field<'_>, most: usize) -> Result<(Vec<u8>, bool), Refusal> {
    let (mut bytes, mut whole) = (vec![], true);
    while let Some(chunk) = part.chunk().await.map_err(|error| ended(&error))? {
        let fits = chunk.len().min(most - bytes.len());
        whole &= fits == chunk.len();
        bytes.extend_from_slice(&chunk[..fits]);
    }
    Ok((bytes, whole))
}

fn ended(error: &MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { broke_off() }
}
