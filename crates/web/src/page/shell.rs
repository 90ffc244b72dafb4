//! What surrounds every page: head, navigation, band of another day, foot.

use jiff::civil::Date;
use luoshi_desk::view::{Edge, Lang, When};
use maud::{DOCTYPE, Markup, html};

use super::search::search_box;
use crate::asset;
use crate::part::light::shapes;
use crate::query::{path_part, when_link};
use crate::session::Visit;
use crate::text::{self, *};

/// The main pages, for the mark in the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 工作台
    Workbench,
    /// 计划
    Plan,
    /// 台账
    Registers,
    /// None of them.
    Elsewhere,
}

/// A page before it is surrounded.
pub struct Page<'a> {
    /// Its name in the browser's tab.
    pub title: &'a str,
    /// Class of the body, for what differs by page.
    pub class: &'static str,
    /// Where it stands.
    pub place: Place,
    /// The day it is counted up to, if it counts anything.
    pub day: Option<Date>,
    /// The day asked for.
    pub when: When,
    /// Everything between navigation and foot.
    pub body: Markup,
}

/// A page with everything around it.
pub fn shell(visit: &Visit, edge: &Edge, plans: &[(String, String)], page: Page) -> Markup {
    let lang = visit.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.pick("zh-Hans", "en")) data-theme=[visit.theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="htmx-config" content=r#"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"timeout":20000,"historyCacheSize":0}"#;
                title { (page.title) " · " (LUOSHI.of(lang)) @if edge.demo { (lang.pick("（演示数据）", " (demo data)")) } }
                link rel="icon" type="image/svg+xml" href=(asset::MARK.path);
                link rel="stylesheet" href=(asset::STYLE.path);
                link rel="stylesheet" media="print" href={ "/print.css" (print_query(page.day, page.when)) };
                script src=(asset::HTMX.path) defer {}
                script src=(asset::SCRIPT.path) defer {}
            }
            body class=(page.class) data-wait=(WAITING.of(lang)) data-lost=(LOST.of(lang)) data-again=(FETCH_AGAIN.of(lang)) data-close=(CLOSE.of(lang)) {
                (shapes())
                a .sr .skip href="#main" { (SKIP.of(lang)) }
                (top(visit, edge, plans, page.place, page.when))
                (bands(visit, edge, page.when))
                (page.body)
                (foot(visit, edge, page.day))
                @if edge.who.is_some() { (tab_bar(lang, edge, plans, page.place, page.when)) }
            }
        }
    }
}

/// The query by which the printed foot names its day.
fn print_query(day: Option<Date>, when: When) -> String {
    match (when == When::default(), day) {
        (true, Some(day)) => format!("?day={day}"),
        _ => when_link(when),
    }
}

fn top(visit: &Visit, edge: &Edge, plans: &[(String, String)], place: Place, when: When) -> Markup {
    let lang = visit.lang;
    html! {
        header .top {
            a .wm href="/" { "落实" }
            span .org { (edge.bureau) }
            @if edge.who.is_some() {
                nav .nav aria-label=(PAGES.of(lang)) { (links(lang, edge, plans, place, when)) }
            }
            span .sp {}
            @if edge.who.is_some() { (search_box(lang)) }
            @if edge.demo { span .demo title=(DEMO_TITLE.of(lang)) { (DEMO.of(lang)) } }
            (theme_link(visit))
            (language_link(visit))
            @if let Some(who) = &edge.who {
                details .who {
                    summary { (who.name) " " span .q { (who.post) } }
                    @if who.orders_erasure { p { a .lk href="/retention" { (RETENTION.of(lang)) } } }
                    @if who.operates { p { a .lk href="/operations" { (OPERATIONS.of(lang)) } } }
                    (sign_out(lang, &who.csrf))
                }
            }
        }
    }
}

/// Links to the main pages; only to those that lead somewhere.
fn links(lang: Lang, edge: &Edge, plans: &[(String, String)], place: Place, when: When) -> Markup {
    let current = |here: Place| (place == here).then_some("page");
    let register = edge.who.as_ref().and_then(|who| who.registers.first());
    html! {
        a href="/" aria-current=[current(Place::Workbench)] { (WORKBENCH.of(lang)) }
        @if let Some((name, _)) = plans.first() {
            a href={ "/plan/" (path_part(name)) (when_link(when)) } aria-current=[current(Place::Plan)] { (PLAN.of(lang)) }
        }
        @if let Some(register) = register {
            a href={ "/register/" (path_part(&register.name)) (when_link(when)) } aria-current=[current(Place::Registers)] { (REGISTERS.of(lang)) }
        }
    }
}

fn theme_link(visit: &Visit) -> Markup {
    let other = if visit.theme == Some("dark") { "light" } else { "dark" };
    html! {
        a .plain .theme rel="nofollow" href={ "/preference?theme=" (other) "&back=" (path_part(&visit.here())) } { (THEME.of(visit.lang)) }
    }
}

fn language_link(visit: &Visit) -> Markup {
    let other = visit.lang.pick("en", "zh");
    html! {
        a .plain .lang rel="nofollow" hreflang=(other) lang=(other) href={ "/preference?lang=" (other) "&back=" (path_part(&visit.here())) } {
            (OTHER_LANGUAGE.of(visit.lang))
        }
    }
}

fn sign_out(lang: Lang, csrf: &str) -> Markup {
    html! {
        form method="post" action="/sign-out" {
            input type="hidden" name="csrf" value=(csrf);
            button .btn .sml type="submit" { (SIGN_OUT.of(lang)) }
        }
    }
}

/// The band of another day, and that of a bureau open for reading only.
fn bands(visit: &Visit, edge: &Edge, when: When) -> Markup {
    html! {
        @if let Some(sentence) = text::other_day(visit.lang, when) {
            p .past role="status" { (sentence) a href=(without_day(visit)) { (BACK_TO_TODAY.of(visit.lang)) } }
        }
        @if let Some(reason) = &edge.read_only {
            p .past .ro role="status" { b { (READ_ONLY.of(visit.lang)) } " " (reason) }
        }
    }
}

/// This page's address as of today.
fn without_day(visit: &Visit) -> String {
    let query = ["as-of", "on", "day", "time"].iter().fold(visit.query.clone(), |query, key| query.with(key, None));
    format!("{}{}", visit.path, query.link())
}

fn foot(visit: &Visit, edge: &Edge, day: Option<Date>) -> Markup {
    let lang = visit.lang;
    html! {
        footer .foot id="foot" {
            @if edge.demo { span { (DEMO_FOOT.of(lang)) } }
            @if let Some(day) = day { span { (text::counted_up_to(lang, day)) } }
            @if let Some((digest, lines)) = &edge.head {
                span {
                    (lang.pick("存证链头", "Sealed head")) " "
                    span .mono { "SM3 " (spaced(digest)) } " · " (text::sealed_head(lang, *lines))
                }
            }
            @if let Some(who) = &edge.who {
                div .me id="me" {
                    span { b { (who.name) } " " (who.post) }
                    @if who.orders_erasure { a .lk href="/retention" { (RETENTION.of(lang)) } }
                    @if who.operates { a .lk href="/operations" { (OPERATIONS.of(lang)) } }
                    (theme_link(visit)) (language_link(visit))
                    (sign_out(lang, &who.csrf))
                }
            }
        }
    }
}

/// Twelve hex digits in groups of four.
pub fn spaced(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().take(12).collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn tab_bar(lang: Lang, edge: &Edge, plans: &[(String, String)], place: Place, when: When) -> Markup {
    html! {
        nav .tabbar aria-label=(PAGES.of(lang)) {
            (links(lang, edge, plans, place, when))
            a href="/search" { (SEARCH.of(lang)) }
            a href="#me" { (ME.of(lang)) }
        }
    }
}

/// The small form by which another day is chosen, folded away.
pub fn day_form(visit: &Visit, when: When, fixed: &[(String, String)]) -> Markup {
    let lang = visit.lang;
    let day = when.as_of.or(when.on).map(|day| day.to_string()).unwrap_or_default();
    html! {
        details .pick {
            summary .lk { (PICK_A_DAY.of(lang)) }
            form method="get" action=(visit.path) {
                @for (key, value) in fixed { input type="hidden" name=(key) value=(value); }
                label { span .sr { (THE_DAY.of(lang)) } input type="date" name="day" value=(day) required; }
                button .btn .sml type="submit" name="time" value="as-of" { (AS_KNOWN_THEN.of(lang)) }
                button .btn .sml type="submit" name="time" value="on" { (AS_KNOWN_NOW.of(lang)) }
            }
        }
    }
}
