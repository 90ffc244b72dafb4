//! Refusals of the desk as answers: status, page, way on.

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::view::Edge;
use luoshi_desk::{No, Refusal};

use crate::api;
use crate::page::error;
use crate::session::Visit;
use crate::{App, bare_edge, hear};

/// An answer that ends a request early. Boxed: it is rare and large.
pub struct WebError(Box<Response>);

impl From<Response> for WebError {
    fn from(response: Response) -> WebError {
        WebError(Box::new(response))
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// The status of a refusal.
pub fn status(refusal: &Refusal) -> StatusCode {
    match (refusal.kind, refusal.code.as_str()) {
        (_, "W004") => StatusCode::PAYLOAD_TOO_LARGE,
        (No::Stranger, _) => StatusCode::UNAUTHORIZED,
        (No::Forbidden, _) => StatusCode::FORBIDDEN,
        (No::Absent, _) => StatusCode::NOT_FOUND,
        (No::Wrong, _) => StatusCode::BAD_REQUEST,
        (No::Refused, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (No::Busy, _) => StatusCode::SERVICE_UNAVAILABLE,
        (No::Broken, _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl WebError {
    /// A refusal as a page. Who is not signed in is led to the sign-in page and back.
    pub fn page(visit: &Visit, edge: &Edge, plans: &[(String, String)], refusal: &Refusal) -> WebError {
        if refusal.kind == No::Stranger {
            let address = error::sign_in_address(visit);
            let mut response = Redirect::to(&address).into_response();
            // htmx follows a redirect inside the page; this header makes it leave the page instead.
            if let (true, Ok(value)) = (visit.lively, HeaderValue::from_str(&address)) {
                response = StatusCode::UNAUTHORIZED.into_response();
                response.headers_mut().insert("hx-redirect", value);
            }
            return response.into();
        }
        error::error(visit, edge, plans, refusal).into()
    }

    /// Nothing stands at this address, as a page or for the API.
    pub async fn absent(app: &App, visit: &Visit) -> WebError {
        match visit.path.starts_with("/api/") {
            true => api::refusal(visit.lang, &Refusal::absent()).into(),
            false => WebError::refused(app, visit, Refusal::absent()).await,
        }
    }

    /// The same where the desk has not been asked yet.
    pub async fn refused(app: &App, visit: &Visit, refusal: Refusal) -> WebError {
        let heard = hear(app, visit, |_, _| Ok(())).await;
        let edge = if heard.answer.is_ok() { heard.edge } else { bare_edge() };
        error::error(visit, &edge, &heard.plans, &refusal).into()
    }
}
