//! Who asks, in which language and dress: cookies and the headers of a request.

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use luoshi_desk::view::Lang;

use crate::query::Query;

/// The cookie that carries the session's secret.
pub const SESSION: &str = "luoshi_session";
/// A year, in seconds.
const YEAR: u32 = 31_536_000;

/// What a request says about the one who asks.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Language of the answer.
    pub lang: Lang,
    /// `dark` or `light`, when one was chosen.
    pub theme: Option<&'static str>,
    /// The session's secret, as sent.
    pub secret: Option<String>,
    /// Path of the address.
    pub path: String,
    /// Its query.
    pub query: Query,
    /// Sent by htmx for a piece of a page.
    pub lively: bool,
    /// Sent by a page of another house.
    pub foreign: bool,
    /// It was addressed to this machine by its own name: another name that leads here is somebody's trick.
    pub local: bool,
    /// The number under which an error of this request is found in the log.
    pub request: String,
}

impl Visit {
    /// Path and query: the way back to this page.
    pub fn here(&self) -> String {
        format!("{}{}", self.path, self.query.link())
    }
}

/// The number of a request, given by the outermost layer.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Visit, Self::Rejection> {
        Ok(Visit::of(parts))
    }
}

impl Visit {
    /// Reads the head of a request.
    pub fn of(parts: &Parts) -> Visit {
        Visit {
            lang: language(&parts.headers),
            theme: match cookie(&parts.headers, "theme").as_deref() {
                Some("dark") => Some("dark"),
                Some("light") => Some("light"),
                _ => None,
            },
            secret: cookie(&parts.headers, SESSION).filter(|secret| !secret.is_empty()),
            path: parts.uri.path().to_string(),
            query: Query::read(parts.uri.query()),
            lively: parts.headers.contains_key("hx-request"),
            foreign: parts.method != Method::GET && comes_from_elsewhere(&parts.headers),
            local: names_this_machine(&parts.headers),
            request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        }
    }
}

/// The header that keeps a session.
pub fn session_cookie(secret: &str, secure: bool) -> String {
    format!("{SESSION}={secret}; HttpOnly; SameSite=Lax; Path=/{}", if secure { "; Secure" } else { "" })
}

/// The header that ends a session.
pub fn session_ended(secure: bool) -> String {
    format!("{}; Max-Age=0", session_cookie("", secure))
}

/// The header that keeps a preference.
pub fn preference_cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; SameSite=Lax; Path=/; Max-Age={YEAR}")
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_string())
    })
}

/// Chinese comes first; English is chosen by the person and kept in a cookie.
fn language(headers: &HeaderMap) -> Lang {
    match cookie(headers, "lang").as_deref() {
        Some("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// Whether the host asked for is a loopback name, or none is named.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let host = host.to_str().unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    matches!(name.map_or(host, |(name, _)| name), "localhost" | "127.0.0.1" | "[::1]")
}

/// A browser names the page that sends a form; one of another host is refused whatever else it carries.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some("null"), _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        (Some(_), None) => true,
        (None, _) => matches!(text("sec-fetch-site"), Some("cross-site")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(key, value)| (key.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn chinese_comes_first() {
        assert_eq!(language(&headers(&[])), Lang::Zh);
        assert_eq!(language(&headers(&[("accept-language", "fr,de")])), Lang::Zh);
        assert_eq!(language(&headers(&[("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")])), Lang::Zh);
        assert_eq!(language(&headers(&[("accept-language", "en-GB,en;q=0.9,zh;q=0.8")])), Lang::Zh);
        assert_eq!(language(&headers(&[("cookie", "lang=en")])), Lang::En);
        assert_eq!(language(&headers(&[("accept-language", "en"), ("cookie", "lang=zh")])), Lang::Zh);
    }

    #[test]
    fn a_form_from_another_host_is_foreign() {
        assert!(!comes_from_elsewhere(&headers(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")])));
        assert!(comes_from_elsewhere(&headers(&[("origin", "http://evil.example"), ("host", "127.0.0.1:8080")])));
        assert!(comes_from_elsewhere(&headers(&[("origin", "null"), ("host", "127.0.0.1:8080")])));
        assert!(comes_from_elsewhere(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!comes_from_elsewhere(&headers(&[])), "a command line sends no origin and no cookie of a victim");
    }

    #[test]
    fn one_click_is_for_this_machine_by_its_own_name() {
        for own in ["localhost", "localhost:7001", "127.0.0.1:7001", "[::1]:7001"] {
            assert!(names_this_machine(&headers(&[("host", own)])), "{own}");
        }
        for other in ["evil.example:7001", "192.168.1.2:7001", "localhost.evil.example", ""] {
            assert!(!names_this_machine(&headers(&[("host", other)])), "{other}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers(&[("cookie", "theme=dark; luoshi_session=abc; lang=en")]);
        assert_eq!(cookie(&headers, SESSION).as_deref(), Some("abc"));
        assert_eq!(cookie(&headers, "session"), None);
    }
}
