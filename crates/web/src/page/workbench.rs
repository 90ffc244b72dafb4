//! 工作台: what awaits me, what changed, my measures.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use luoshi_desk::view::{ChangeLine, Edge, Lang, Light, MeasureRow, Owed, Todo, When, WorkbenchView};
use maud::{Markup, html};

use super::record::change;
use super::shell::{Page, Place};
use crate::error::WebError;
use crate::part::light::light;
use crate::part::number;
use crate::part::phrase::{full_width, said};
use crate::query::path_part;
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// `GET /`
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, |desk, actor| desk.workbench(actor)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: WORKBENCH.of(visit.lang),
        class: "pg-desk",
        place: Place::Workbench,
        day: Some(asked.edge.today),
        when: When::default(),
        body: workbench(visit.lang, &asked.edge, view),
    }))
}

fn workbench(lang: Lang, edge: &Edge, view: &WorkbenchView) -> Markup {
    let today = edge.today;
    let late = view.todo.iter().filter(|todo| group_of(todo, today) == Group::Late).count();
    let due = view.todo.iter().filter(|todo| group_of(todo, today) == Group::Today).count();
    html! {
        main .wrap id="main" {
            h1 .hello { (view.name) (lang.pick("，", ", ")) (text::day_short(lang, today)) (lang.pick("，", ", ")) (text::weekday(lang, today)) }
            p { (text::greeting(lang, due, late)) }
            div .desk {
                div { (todo(lang, view, today)) (changes(lang, view)) }
                div { (owed(lang, view, today)) (kept(lang, view)) (measures(lang, view)) }
            }
        }
    }
}

/// The heads under which things to do stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Late,
    Today,
    Later,
    Undated,
}

impl Group {
    const ALL: [(Group, Word); 4] = [
        (Group::Late, text::LATE),
        (Group::Today, text::TODAY),
        (Group::Later, text::LATER),
        (Group::Undated, text::NO_DEADLINE),
    ];
}

fn group_of(todo: &Todo, today: Date) -> Group {
    match (todo.late, todo.due) {
        (Some(late), _) if late > 0 => Group::Late,
        (_, Some(due)) if due < today => Group::Late,
        (_, Some(due)) if due == today => Group::Today,
        (_, Some(_)) => Group::Later,
        (_, None) => Group::Undated,
    }
}

fn todo(lang: Lang, view: &WorkbenchView, today: Date) -> Markup {
    html! {
        section {
            h2 .h { (TODO.of(lang)) small { (text::records(lang, view.todo.len() as u64)) } span .end .q { (BY_DEADLINE.of(lang)) } }
            @if view.todo.is_empty() { p .state .plain { b { (NOTHING_TO_DO.of(lang)) } (NOTHING_TO_DO_HELP.of(lang)) } }
            @for (group, label) in Group::ALL {
                @let members: Vec<&Todo> = view.todo.iter().filter(|todo| group_of(todo, today) == group).collect();
                @if !members.is_empty() {
                    p .grp { (label.of(lang)) }
                    ul .todo { @for one in members { (todo_line(lang, one, group, today)) } }
                }
            }
        }
    }
}

fn todo_line(lang: Lang, todo: &Todo, group: Group, today: Date) -> Markup {
    let link = format!("/register/{}/{}", path_part(&todo.record.0), todo.record.1);
    html! {
        li {
            @match group {
                Group::Late => { (light(lang, Light::Red)) }
                Group::Today => { (light(lang, Light::Blue)) }
                Group::Later | Group::Undated => { span {} }
            }
            span .d {
                @match (group, todo.late, todo.due) {
                    (Group::Today, _, _) => { b { (TODAY.of(lang)) } }
                    (Group::Late, Some(late), _) => { (text::days_late(lang, late)) }
                    (_, _, Some(due)) => { @if due.year() == today.year() { (text::day_short(lang, due)) } @else { (due) } }
                    (_, _, None) => { span .q { "—" } }
                }
            }
            span { a href=(link) { (todo.act) (lang.pick("：", ": ")) (todo.title) } @if !todo.note.is_empty() { span .w { (said(lang, &todo.note)) } } }
            a .btn .sml href=(link) aria-label={ (todo.act) " " (todo.title) } { (todo.act) }
        }
    }
}

/// What I owe, by deadline; nothing at all for those who owe nothing.
fn owed(lang: Lang, view: &WorkbenchView, today: Date) -> Markup {
    html! {
        @if !view.owed.is_empty() {
            section {
                h2 .h { (OWED.of(lang)) small { (text::records(lang, view.owed.len() as u64)) } }
                ul .todo { @for one in &view.owed { (owed_line(lang, one, today)) } }
            }
        }
    }
}

fn owed_line(lang: Lang, owed: &Owed, today: Date) -> Markup {
    let link = format!("/register/{}/{}", path_part(&owed.record.0), owed.record.1);
    html! {
        li {
            @if owed.left < 0 { (light(lang, Light::Red)) } @else if owed.left <= 3 { (light(lang, Light::Blue)) } @else { span {} }
            span .d { @if owed.due == Some(today) { b { (TODAY.of(lang)) } } @else { (text::days_late(lang, -owed.left)) } }
            span { a href=(link) { (owed.title) } span .w { (owed.duty) } }
            @match &owed.fulfil {
                Some((register, given)) => {
                    @let given = given.iter().map(|(field, value)| format!("{}={}", path_part(field), path_part(value))).collect::<Vec<_>>().join("&");
                    a .btn .sml href={ "/register/" (path_part(register)) "/new?" (given) } aria-label={ (FULFIL.of(lang)) " " (owed.title) } { (FULFIL.of(lang)) }
                }
                None => { span {} }
            }
        }
    }
}

/// What is past its term of keeping, for whoever may order its erasure.
fn kept(lang: Lang, view: &WorkbenchView) -> Markup {
    html! {
        @if !view.kept.is_empty() {
            section {
                h2 .h { (RETENTION.of(lang)) }
                ul .todo {
                    @for head in &view.kept {
                        li {
                            (light(lang, Light::Red))
                            span .d { (text::records(lang, head.count.unwrap_or(0))) }
                            span { a href={ "/retention#k-" (path_part(&head.name)) } { (head.title) } }
                            span {}
                        }
                    }
                }
            }
        }
    }
}

fn changes(lang: Lang, view: &WorkbenchView) -> Markup {
    html! {
        section .blk {
            h2 .h { (CHANGED.of(lang)) small { (text::records(lang, view.changes.len() as u64)) } }
            @if view.changes.is_empty() { p .state .plain { (NOTHING_CHANGED.of(lang)) } }
            @else { ul .log .chg5 { @for line in &view.changes { (change_line(line)) } } }
        }
    }
}

fn change_line(line: &ChangeLine) -> Markup {
    html! {
        li .dot {
            (line.at) " " a href={ "/register/" (path_part(&line.record.0)) "/" (line.record.1) } { (line.title) }
            @if line.changes.is_empty() { " " (line.act) }
            @for (at, one) in line.changes.iter().enumerate() { @if at == 0 { " " } @else { br; } (change(one)) }
            span .q { (line.by) @if !line.changes.is_empty() { " · " (line.act) } }
        }
    }
}

fn measures(lang: Lang, view: &WorkbenchView) -> Markup {
    html! {
        section {
            h2 .h { (MY_MEASURES.of(lang)) small { (text::measures(lang, view.measures.len())) } }
            @if view.measures.is_empty() { p .state .plain { (NO_MEASURES.of(lang)) } }
            @else { ul .mm { @for (plan, row) in &view.measures { (measure(lang, plan, row)) } } }
        }
    }
}

fn measure(lang: Lang, plan: &str, row: &MeasureRow) -> Markup {
    html! {
        li {
            @match row.light { Some(which) => { (light(lang, which)) } None => { span {} } }
            a href={ "/plan/" (path_part(plan)) "/" (path_part(&row.id)) } { (full_width(&row.title)) }
            @match &row.target {
                Some(target) => {
                    span .v { b { (number::value(lang, target)) } " " span { (number::against(target)) } }
                    (number::bar(target.fill, target.tick))
                }
                None => { span .v .q { (UNBOUND.of(lang)) } span {} }
            }
            @if !row.note.is_empty() { span .s { (said(lang, &row.note)) } }
        }
    }
}
