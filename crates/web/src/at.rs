//! Parts of an address. What does not read as asked for, such as a record's id in letters, is no page of ours.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::App;
use crate::error::WebError;
use crate::session::Visit;

/// The parts of an address that stand for something.
pub struct At<T>(pub T);

impl<T: Send> FromRequestParts<App> for At<T>
where
    Path<T>: FromRequestParts<App>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<At<T>, WebError> {
        let visit = Visit::of(parts);
        let part = Path::<T>::from_request_parts(parts, app).await.ok();
        match part {
            Some(Path(part)) => Ok(At(part)),
            None => Err(WebError::absent(app, &visit).await),
        }
    }
}
