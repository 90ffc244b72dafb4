//! 关于一本台账: its flow as a picture, its moves, fields, rules, roles, and the numbers that read it. All of it is what
//! is in force; nothing is written for this page.

use axum::extract::State;
use axum::response::Response;
use luoshi_desk::view::{AboutMove, AboutRule, AboutView, Lang, When};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::at::At;
use crate::error::WebError;
use crate::part::flow;
use crate::part::phrase::said;
use crate::query::{path_part, when_link};
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /register/{name}/about`
pub async fn show(State(app): State<App>, visit: Visit, At(name): At<String>) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, move |desk, actor| desk.about(actor, &name)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: ABOUT_REGISTER.of(visit.lang),
        class: "pg-about",
        place: Place::Registers,
        day: None,
        when: When::default(),
        body: about(&visit, view),
    }))
}

fn about(visit: &Visit, view: &AboutView) -> Markup {
    let lang = visit.lang;
    // A declaration has no day, but the way back keeps the one that the list was seen on.
    let day = visit.query.when().unwrap_or_default();
    let list = format!("/register/{}{}", path_part(&view.register.name), when_link(day));
    html! {
        main .wrap id="main" {
            nav .crumb aria-label=(PLACE.of(lang)) { a href=(list) { (view.register.title) } "›" span { (ABOUT_REGISTER.of(lang)) } }
            div .hrow {
                h1 .rt { (view.register.title) }
                span .m { (SOURCE.of(lang)) (lang.pick("：", ": ")) (said(lang, &view.source)) }
                span .end { a .btn href=(list) { (OPEN_LIST.of(lang)) } }
            }
            @if !view.states.is_empty() {
                section .blk id="flow" {
                    h2 .h { (FLOW.of(lang)) small { (text::states_and_moves(lang, view.states.len(), view.moves.len())) } }
                    (flow::flow(lang, view))
                }
            }
            div .abt {
                (contents(lang, view))
                div { (moves(lang, view)) (fields(lang, view)) (rules(lang, view)) (roles(lang, view)) (numbers(lang, view)) (exports(lang, view)) }
            }
        }
    }
}

/// What stands on the page, with how much of it.
fn contents(lang: Lang, view: &AboutView) -> Markup {
    let parts = [
        ("moves", MOVES, view.moves.len()),
        ("fields", FIELDS, view.fields.len()),
        ("rules", RULES, view.rules.len()),
        ("roles", ROLES, view.roles.len()),
        ("numbers", NUMBERS, view.numbers.len()),
        ("exports", EXPORTS, view.exports.len()),
    ];
    html! {
        nav .toc aria-label=(ON_THIS_PAGE.of(lang)) {
            @for (id, title, number) in parts.into_iter().filter(|(.., number)| *number > 0) {
                a href={ "#" (id) } { (title.of(lang)) span { (number) } }
            }
        }
    }
}

/// A part of the page with a table; nothing when the table would be empty.
fn part(lang: Lang, id: &str, title: Word, rows: usize, heads: &[Word], body: Markup) -> Markup {
    html! {
        @if rows > 0 {
            section .blk id=(id) {
                h2 .h { (title.of(lang)) }
                div .scroll tabindex="0" role="region" aria-label=(title.of(lang)) {
                    table {
                        thead { tr { @for head in heads { th scope="col" { (head.of(lang)) } } } }
                        tbody { (body) }
                    }
                }
            }
        }
    }
}

fn moves(lang: Lang, view: &AboutView) -> Markup {
    let state = |at: &usize| view.states.get(*at).map_or("", |(title, _)| title.as_str());
    let between = lang.pick("、", ", ");
    let row = |made: &AboutMove| {
        html! {
            tr {
                td .nm { (made.title) }
                td { (made.from.iter().map(state).collect::<Vec<_>>().join(between)) }
                td { (state(&made.to)) }
                td { (made.by.join(between)) }
                td { (made.asks.join(between)) }
                td .q { (flow::conditions(lang, made)) }
                td .q { @for effect in &made.effects { div { (said(lang, effect)) } } }
            }
        }
    };
    let body = html! { @for made in &view.moves { (row(made)) } };
    part(lang, "moves", MOVES, view.moves.len(), &[MOVE, FROM_STATE, TO_STATE, BY_WHOM, ASKS, BESIDES, EFFECTS], body)
}

fn fields(lang: Lang, view: &AboutView) -> Markup {
    let body = html! {
        @for field in &view.fields {
            tr {
                td .nm { (field.title) @if field.must { span .must title=(MUST.of(lang)) { "*" span .sr { " " (MUST.of(lang)) } } } }
                td .mono .q { (field.name) }
                td { (said(lang, &field.kind)) }
                td .q { (said(lang, &field.help)) }
            }
        }
    };
    part(lang, "fields", FIELDS, view.fields.len(), &[FIELD, NAME_IN_FILES, HOLDS, HELP], body)
}

fn rules(lang: Lang, view: &AboutView) -> Markup {
    let row = |rule: &AboutRule| {
        html! {
            tr {
                td .mono .q .nw { (rule.name) }
                td .nm { (said(lang, &rule.message)) }
                td .q { @match &rule.condition { Some(condition) => { (said(lang, condition)) } None => { (COMPUTED.of(lang)) } } }
            }
        }
    };
    let body = html! { @for rule in &view.rules { (row(rule)) } };
    part(lang, "rules", RULES, view.rules.len(), &[NUMBER, SAYS, REFUSED_WHEN], body)
}

fn roles(lang: Lang, view: &AboutView) -> Markup {
    let body =
        html! { @for role in &view.roles { tr { td .nm { (role.role) } td { (role.may) } td { (role.scope) } } } };
    part(lang, "roles", ROLES, view.roles.len(), &[ROLE, MAY, WHERE], body)
}

fn numbers(lang: Lang, view: &AboutView) -> Markup {
    let body = html! { @for (title, rule) in &view.numbers { tr { td .nm { (said(lang, title)) } td { (said(lang, rule)) } } } };
    part(lang, "numbers", NUMBERS, view.numbers.len(), &[NUMBER_TITLE, RULE], body)
}

/// Who took the list away; only for those who see the whole register.
fn exports(lang: Lang, view: &AboutView) -> Markup {
    let columns = |all_fields: bool| if all_fields { EXPORT_ALL } else { EXPORT_LIST }.of(lang);
    let body = html! {
        @for line in &view.exports {
            tr {
                td .nw { (line.at) }
                td .nm { (line.by) }
                td .n { (text::count(line.count)) }
                td { (said(lang, &line.sentence)) }
                td .q { (line.when) }
                td .q .nw { (line.format) " · " (columns(line.all_fields)) }
            }
        }
    };
    part(
        lang,
        "exports",
        EXPORTS,
        view.exports.len(),
        &[WHEN, BY_WHOM, RECORDS, CONDITIONS, AS_OF, EXPORT_FORMAT],
        body,
    )
}
