//! Pages and the JSON API: alone knows HTTP and HTML.
//!
//! Knows the desk and shows what it answers; must not know the store, packs' files or any exit. Pages are rendered on the
//! server and work without script; htmx and a small script of ours make them lively. Every page is made by functions from
//! the views of `luoshi_desk::view` (`page/` whole pages, `part/` fragments).

mod api;
mod asset;
mod at;
mod bureau;
mod error;
mod page;
mod part;
mod posted;
mod query;
mod received;
mod session;
mod text;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use luoshi_desk::view::Edge;
use luoshi_desk::{Actor, No, Refusal};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use bureau::Bureau;

use at::At;
use error::WebError;
use page::shell::{Page, shell};
use posted::BODY_MAX;
use session::{RequestId, Visit};

/// How long a request waits for its turn before it is told that the system is busy.
const WAIT: Duration = Duration::from_secs(3);
/// How many lists are made into files at once.
const EXPORTS: usize = 4;
/// How many files are held in memory at once while they arrive.
const UPLOADS: usize = 16;
/// Workbooks are packed already.
const WORKBOOK: &str = "application/vnd.openxmlformats";
/// How many files are on their way from or to their place at once; a slow place holds up nobody who wants no file.
const FILES: usize = 16;
/// What pages may load: nothing from outside, no inline script, no inline style.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every request works with.
#[derive(Clone)]
pub struct App {
    bureau: Arc<dyn Bureau>,
    turns: Arc<Semaphore>,
    sign_ins: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    files: Arc<Semaphore>,
    secure: bool,
}

impl App {
    /// An app over a bureau; normally the desk itself. `secure` marks cookies for TLS only: set it when the program
    /// stands behind a proxy that speaks TLS.
    pub fn new(bureau: Arc<dyn Bureau>, secure: bool) -> App {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        App {
            bureau,
            turns: Arc::new(Semaphore::new((cores * 4).max(8))),
            sign_ins: Arc::new(Semaphore::new(cores.max(2))),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            files: Arc::new(Semaphore::new(FILES)),
            secure,
        }
    }

    /// The same app with at most that many requests at work at once.
    pub fn with_turns(self, turns: usize) -> App {
        App { turns: Arc::new(Semaphore::new(turns)), ..self }
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    use page::{
        about, export, file, form, import, list, measure, operations, plan, record, retention, reveal, search, sign_in,
        workbench,
    };
    Router::new()
        .route("/", get(workbench::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-in/demo", post(sign_in::enter_demo))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/plan/{name}", get(plan::show))
        .route("/plan/{name}/{measure}", get(measure::show))
        .route("/register", get(list::first))
        .route("/register/{name}", get(list::show).post(form::save_new))
        .route("/register/{name}/new", get(form::show_new))
        .route("/register/{name}/about", get(about::show))
        .route("/register/{name}/export", post(export::take))
        .route("/register/{name}/import", get(import::show).post(import::send))
        .route("/register/{name}/import/sheet", get(import::sheet))
        .route("/register/{name}/{id}", get(record::show).post(form::save_edit))
        .route("/register/{name}/{id}/file/{field}/{digest}", get(file::show))
        .route("/register/{name}/{id}/peek", get(record::show_peek))
        .route("/register/{name}/{id}/edit", get(form::show_edit))
        .route("/register/{name}/{id}/move/{move}", get(form::show_move).post(form::save_move))
        .route("/register/{name}/{id}/reveal/{field}", get(reveal::show).post(reveal::reveal))
        .route("/search", get(search::show))
        .route("/retention", get(retention::show))
        .route("/operations", get(operations::show))
        .route("/operations/job/{id}", post(operations::retry))
        .route("/suggest/{register}/{field}", get(suggest))
        .nest("/api", api::router())
        .route("/preference", get(preference))
        .route("/print.css", get(print_style))
        .route("/health", get(|| async { "ok\n" }))
        .route("/asset/{digest}/{name}", get(asset::serve))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn(headers))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::new(WORKBOOK))))
        .with_state(app)
}

/// Serves until the process is asked to end (Ctrl-C, SIGTERM); requests under way are answered first.
///
/// # Errors
/// Those of the listener.
pub async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    axum::serve(listener, router(app)).with_graceful_shutdown(asked_to_end()).await
}

async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
    tracing::info!("asked to end; answering requests under way");
}

// ------------------------------------------------------------------------------------------------- asking the desk

/// What the desk answered, with what every page says at its edges.
struct Heard<T> {
    edge: Edge,
    plans: Vec<(String, String)>,
    answer: Result<T, Refusal>,
}

/// An answer that is there.
struct Asked<T> {
    edge: Edge,
    plans: Vec<(String, String)>,
    answer: T,
}

impl<T> Asked<T> {
    /// The answer as a page.
    fn page<'a>(&'a self, visit: &Visit, page: impl FnOnce(&'a T) -> Page<'a>) -> Response {
        shell(visit, &self.edge, &self.plans, page(&self.answer)).into_response()
    }
}

/// Asks the desk in the name of the one who is signed in; a refusal becomes a page.
async fn ask<T: Send + 'static>(
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Result<Asked<T>, WebError> {
    asked(visit, hear(app, visit, question).await)
}

/// As [`ask`], for bytes of a file.
async fn ask_file<T: Send + 'static>(
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Result<Asked<T>, WebError> {
    asked(visit, hear_file(app, visit, question).await)
}

fn asked<T>(visit: &Visit, heard: Heard<T>) -> Result<Asked<T>, WebError> {
    match heard.answer {
        Ok(answer) => Ok(Asked { edge: heard.edge, plans: heard.plans, answer }),
        Err(refusal) => Err(WebError::page(visit, &heard.edge, &heard.plans, &refusal)),
    }
}

/// Asks the desk in the name of the one who is signed in.
async fn hear<T: Send + 'static>(
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Heard<T> {
    heard(&app.turns, app, visit, question).await
}

/// As [`hear`], for bytes of a file.
async fn hear_file<T: Send + 'static>(
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Heard<T> {
    heard(&app.files, app, visit, question).await
}

async fn heard<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<T, Refusal> + Send + 'static,
) -> Heard<T> {
    let (secret, lang) = (visit.secret.clone(), visit.lang);
    let asked = in_turn(turns, app.bureau.clone(), visit, move |desk| {
        let actor = secret.ok_or_else(Refusal::stranger).and_then(|secret| desk.actor(&secret, lang));
        let edge = desk.edge(actor.as_ref().ok());
        let plans = if actor.is_ok() { desk.plans() } else { vec![] };
        Ok(Heard { edge, plans, answer: actor.and_then(|actor| question(desk, &actor)) })
    });
    asked.await.unwrap_or_else(|refusal| Heard { edge: bare_edge(), plans: vec![], answer: Err(refusal) })
}

/// Asks the desk before anybody is signed in. Signing in has turns of its own: hashing passwords must not hold up
/// those who are at work.
async fn knock<T: Send + 'static>(
    app: &App,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    in_turn(&app.sign_ins, app.bureau.clone(), visit, question).await
}

/// Waits for a turn and asks on a thread that may block.
async fn in_turn<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    bureau: Arc<dyn Bureau>,
    visit: &Visit,
    question: impl FnOnce(&dyn Bureau) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let turn = match tokio::time::timeout(WAIT, turns.clone().acquire_owned()).await {
        Ok(Ok(turn)) => turn,
        _ => return Err(busy()),
    };
    let asked = tokio::task::spawn_blocking(move || {
        let answer = question(&*bureau);
        drop(turn);
        answer
    });
    match asked.await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!(request = %visit.request, path = %visit.path, "a request broke off");
            Err(broken())
        }
    }
}

/// The edges of a page when the desk cannot be asked.
fn bare_edge() -> Edge {
    Edge { bureau: String::new(), demo: false, today: Date::default(), read_only: None, who: None, head: None }
}

fn busy() -> Refusal {
    Refusal::new(
        No::Busy,
        "W008",
        "系统繁忙，等了 3 秒还没有轮到。没有写入任何内容，请稍候再试一次。",
        "The system is busy; 3 seconds passed without a turn. Nothing was written; try again in a moment.",
    )
}

fn broken() -> Refusal {
    Refusal::new(
        No::Broken,
        "W009",
        "系统出了故障，没有写入任何内容。请再试一次；若还不行，把请求编号告诉管理员。",
        "Something broke and nothing was written. Try again; if it stays, give the request number to the administrator.",
    )
}

// ---------------------------------------------------------------------------------------------------- small routes

/// `GET /suggest/{register}/{field}?part=`: options for a reference. The part may also come under the input's own name,
/// as its input sends it.
async fn suggest(
    State(app): State<App>,
    visit: Visit,
    At((register, field)): At<(String, String)>,
) -> Result<Response, WebError> {
    let first = visit.query.0.first().map(|(_, value)| value.as_str());
    let part = visit.query.value("part").or(first).unwrap_or_default().to_string();
    let asked = ask(&app, &visit, move |desk, actor| desk.suggest(actor, &register, &field, &part)).await?;
    Ok(part::field::suggestions(&asked.answer).into_response())
}

/// `GET /preference?theme=|lang=&back=`: keeps a preference and goes back.
async fn preference(visit: Visit) -> Response {
    let mut response = axum::response::Redirect::to(&query::local_path(visit.query.value("back"))).into_response();
    for (name, allowed) in [("theme", ["dark", "light"]), ("lang", ["zh", "en"])] {
        let chosen = visit.query.value(name).filter(|value| allowed.contains(value));
        let cookie = chosen.and_then(|value| HeaderValue::from_str(&session::preference_cookie(name, value)).ok());
        if let Some(cookie) = cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// `GET /print.css?day=|as-of=|on=`: the foot of printed pages, which names bureau and day. A stylesheet of its own,
/// because a page may not carry style and a foot cannot read the page.
async fn print_style(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let asked = knock(&app, &visit, |desk| Ok(desk.edge(None))).await;
    let edge = asked.unwrap_or_else(|_| bare_edge());
    let day = visit.query.value("day").and_then(|day| query::read_day(day).ok());
    let when = visit.query.when().unwrap_or_default();
    let mut words = vec![text::LUOSHI.of(lang).to_string(), edge.bureau.clone()];
    match (when.as_of, when.on, day) {
        (Some(day), None, None) => {
            words.push(format!("{} {}", text::day_long(lang, day), text::AS_KNOWN_THEN.of(lang)))
        }
        (None, Some(day), None) => words.push(format!("{} {}", text::day_long(lang, day), text::AS_KNOWN_NOW.of(lang))),
        (_, _, Some(day)) => {
            words.push(format!("{}{}{}", text::AS_OF.of(lang), lang.pick("", " "), text::day_long(lang, day)))
        }
        _ => {}
    }
    if edge.demo {
        words.push(text::DEMO.of(lang).to_string());
    }
    words.retain(|word| !word.is_empty());
    let rule =
        format!("@page{{@bottom-left{{content:\"{}\";font-size:8pt;color:#555}}}}\n", css_text(&words.join(" · ")));
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], rule).into_response()
}

/// Text inside quotes of a stylesheet.
fn css_text(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '"' | '\\' | '<' | '>' | '\n' | '\r' | '\u{c}' | '\0' => {
                let _ = write!(out, "\\{:x} ", u32::from(letter));
            }
            _ => out.push(letter),
        }
        out
    })
}

async fn nothing_here(State(app): State<App>, visit: Visit) -> WebError {
    WebError::absent(&app, &visit).await
}

// --------------------------------------------------------------------------------------------------------- headers

/// Gives each request its number and each answer the headers that keep it safe; pages are never kept by a browser.
async fn headers(mut request: Request, next: Next) -> Response {
    let id = request_id();
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let started = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status();
    let took = started.elapsed().as_millis();
    if status.is_server_error() {
        tracing::error!(request = %id, %method, %path, status = status.as_u16(), took, "answered");
    } else {
        tracing::debug!(request = %id, %method, %path, status = status.as_u16(), took, "answered");
    }
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// A number that is not given twice: the clock's microseconds and a counter.
fn request_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64);
    format!("{:x}-{:x}", clock & 0x00ff_ffff_ffff, COUNTER.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_stylesheet_cannot_leave_its_quotes() {
        assert_eq!(css_text("义乌\"}body{x:\\"), "义乌\\22 }body{x:\\5c ");
    }
}
