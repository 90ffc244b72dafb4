//! 记录: where it stands in its flow, its fields, what refers to it, what it counts in, its whole past.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use luoshi_desk::view::Place as Standing;
use luoshi_desk::view::{
    CountsIn, EraseHead, FieldGroup, Lang, MoveHead, RecordView, Related, RevealLine, Signing, Step, Table,
    VersionView, When,
};
use maud::{Markup, html};

use super::shell::{Page, Place, day_form, spaced};
use crate::at::At;
use crate::error::WebError;
use crate::part::field;
use crate::part::light::{light, light_word};
use crate::part::phrase::said;
use crate::part::table::small;
use crate::query::{path_part, when_link};
use crate::session::Visit;
use crate::text::{self, *};
use crate::{App, ask};

/// Versions shown before the rest is folded away.
const PAST_SHOWN: usize = 6;

/// `GET /register/{name}/{id}`
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    At((register, id)): At<(String, i64)>,
) -> Result<Response, WebError> {
    let when = visit.query.when();
    let asked = ask(&app, &visit, move |desk, actor| desk.record(actor, &register, id, when?)).await?;
    Ok(asked.page(&visit, |view| Page {
        title: &view.title,
        class: "pg-record",
        place: Place::Registers,
        day: None,
        when: view.when,
        body: record(&visit, view, asked.edge.read_only.is_none()),
    }))
}

/// `GET /register/{name}/{id}/peek`: the column beside a list.
pub async fn show_peek(
    State(app): State<App>,
    visit: Visit,
    At((register, id)): At<(String, i64)>,
) -> Result<Response, WebError> {
    let when = visit.query.when();
    let asked = ask(&app, &visit, move |desk, actor| desk.record(actor, &register, id, when?)).await?;
    Ok(peek(visit.lang, &asked.answer).into_response())
}

fn record(visit: &Visit, view: &RecordView, writable: bool) -> Markup {
    let lang = visit.lang;
    // The past is read, not changed: moves and edits belong to today.
    let open = writable && view.when == When::default();
    html! {
        main .wrap id="main" {
            nav .crumb aria-label=(PLACE.of(lang)) {
                a href={ "/register/" (path_part(&view.register.name)) (when_link(view.when)) } { (view.register.title) } "›"
                @match &view.serial {
                    Some(serial) => { span .mono { (serial) } }
                    None if view.numbered => { span { (DRAFT.of(lang)) } }
                    None => { span { (view.title) } }
                }
            }
            div .hrow {
                h1 .rt { (view.title) }
                @if let Some((which, reason)) = &view.light { (light_word(lang, *which)) span .m { (said(lang, reason)) } }
                @if let Some(aside) = &view.aside { span .aside-state { (aside) } }
                span .end {
                    button .btn type="button" data-print="" hidden { (PRINT.of(lang)) }
                    @if open { (moves(lang, view, true)) }
                }
            }
            @if !view.flow.is_empty() { (flow(lang, &view.flow)) }
            @for signing in &view.signings { (self::signing(lang, signing)) }
            @if let Some(need) = &view.need { p .need { (self::need(lang, need)) } }
            @if open { (blocked(lang, view)) }
            div .rec {
                (contents(lang, view))
                div {
                    (groups(lang, view, open))
                    @for related in &view.related { (self::related(lang, view, related, open)) }
                    @if let Some(head) = view.erase.as_ref().filter(|_| open) { (erase(lang, head)) }
                }
                (side(visit, view))
            }
            @if open && !view.moves.is_empty() { div .stick { (moves(lang, view, false)) } }
        }
    }
}

/// Who has signed a move that several must make, and who is awaited.
fn signing(lang: Lang, signing: &Signing) -> Markup {
    let comma = lang.pick("、", ", ");
    let lacking = signing.wanted.saturating_sub(signing.signed.len());
    html! {
        p .need {
            b { (signing.title) (lang.pick("会签：", ", signed: ")) }
            @for (at, signature) in signing.signed.iter().enumerate() {
                @if at > 0 { (comma) }
                (signature.by) " " span .q { (signature.role) " " (signature.at) }
            }
            @if signing.signed.is_empty() { (lang.pick("还没有人签", "nobody yet")) }
            (lang.pick("；", "; "))
            @if signing.awaited.is_empty() { (text::signatures_awaited(lang, lacking)) }
            @else { (lang.pick("还待 ", "awaited: ")) (signing.awaited.join(comma)) }
        }
    }
}

/// What is lacking: the words before the colon say what for.
fn need(lang: Lang, need: &str) -> Markup {
    let need = said(lang, need);
    html! {
        @match need.find(['：', ':']) {
            Some(at) => { @let end = at + need[at..].chars().next().map_or(0, char::len_utf8); b { (need[..end]) } (need[end..]) }
            None => { (need) }
        }
    }
}

/// Buttons of the moves: the first that leads forward is the page's one main button.
fn moves(lang: Lang, view: &RecordView, with_blocked: bool) -> Markup {
    let main = view.moves.iter().position(|head| head.forward && head.blocked.is_none());
    html! {
        @for (at, head) in view.moves.iter().enumerate().rev() {
            @match &head.blocked {
                Some(_) if !with_blocked => {}
                Some(reason) => { span .btn .off title=(reason) aria-disabled="true" { (head.title) } }
                None => { a .btn .pri[Some(at) == main] href=(move_link(view, head)) { @if head.forward { (lang.pick("办理", "")) } (head.title) } }
            }
        }
    }
}

fn move_link(view: &RecordView, head: &MoveHead) -> String {
    format!("/register/{}/{}/move/{}", path_part(&view.register.name), view.id, path_part(&head.name))
}

/// Why moves cannot be made now, for those who do not see titles of buttons.
fn blocked(lang: Lang, view: &RecordView) -> Markup {
    html! {
        @for (head, reason) in view.moves.iter().filter_map(|head| head.blocked.as_ref().map(|reason| (head, reason))) {
            p .need { b { (head.title) (lang.pick("", " ")) (BLOCKED.of(lang)) (lang.pick("：", ": ")) } (said(lang, reason)) }
        }
    }
}

fn flow(lang: Lang, steps: &[Step]) -> Markup {
    html! {
        ol .flow aria-label=(FLOW.of(lang)) {
            @for step in steps {
                @let class = match step.place { Standing::Done => "d", Standing::Here => "cur", Standing::Ahead => "todo" };
                li class=(class) aria-current=[(step.place == Standing::Here).then_some("step")] {
                    b { (step.title) }
                    (step.day)
                    span .q { @if step.note.is_empty() { "\u{a0}" } @else { (said(lang, &step.note)) } }
                }
            }
        }
    }
}

fn contents(lang: Lang, view: &RecordView) -> Markup {
    html! {
        nav .toc aria-label=(ON_THIS_PAGE.of(lang)) {
            @for group in view.groups.iter().filter(|group| !group.fields.is_empty()) { a href={ "#g-" (group.name) } { (group.title) } }
            @for related in &view.related { a href={ "#r-" (related.register.name) "-" (related.by) } { (related.register.title) span { (text::count(related.total)) } } }
            @if !view.counts.is_empty() { a href="#counts" { (COUNTS_IN.of(lang)) span { (view.counts.len()) } } }
            a href="#past" { (PAST.of(lang)) span { (text::version(lang, view.version)) } }
        }
    }
}

fn groups(lang: Lang, view: &RecordView, open: bool) -> Markup {
    html! {
        @for (at, group) in view.groups.iter().filter(|group| !group.fields.is_empty()).enumerate() {
            section .blk[at > 0] id={ "g-" (group.name) } {
                h2 .h {
                    (group.title)
                    @if open && view.may_edit {
                        span .end { a .lk href={ "/register/" (path_part(&view.register.name)) "/" (view.id) "/edit#g-" (group.name) } { (EDIT.of(lang)) } }
                    }
                }
                (fields(lang, group, view))
            }
        }
    }
}

fn fields(lang: Lang, group: &FieldGroup, view: &RecordView) -> Markup {
    let record = format!("/register/{}/{}", path_part(&view.register.name), view.id);
    html! { dl .fields { @for one in &group.fields { (field::read(lang, one, view.when, &record)) } } }
}

fn related(lang: Lang, view: &RecordView, related: &Related, open: bool) -> Markup {
    let all = format!(
        "/register/{}?{}={}{}",
        path_part(&related.register.name),
        path_part(&related.by),
        view.id,
        when_link(view.when).replace('?', "&")
    );
    let new = format!("/register/{}/new?{}={}", path_part(&related.register.name), path_part(&related.by), view.id);
    let form = format!("/register/{}/{}/edit#p-{}", path_part(&view.register.name), view.id, related.register.name);
    let table = Table {
        columns: related.columns.clone(),
        rows: related.rows.clone(),
        total: related.total,
        sums: related.sums.clone(),
    };
    html! {
        section .blk id={ "r-" (related.register.name) "-" (related.by) } {
            h2 .h {
                (related.register.title) small { (text::records(lang, related.total)) }
                @if open && related.parts && view.may_edit { span .end { a .lk href=(form) { (EDIT.of(lang)) } } }
                @else if open && related.may_file { span .end { a .lk href=(new) { (ADD.of(lang)) } } }
            }
            @if related.rows.is_empty() { p .q { (NOTHING_RELATED.of(lang)) } } @else { (small(lang, &table, view.when, Some(&all))) }
        }
    }
}

fn side(visit: &Visit, view: &RecordView) -> Markup {
    let lang = visit.lang;
    html! {
        aside .side {
            @if !view.counts.is_empty() {
                section id="counts" { h3 { (COUNTS_IN.of(lang)) } (counts(lang, view)) }
            }
            section id="past" {
                h3 { (PAST.of(lang)) }
                ul .log { @for version in view.past.iter().take(PAST_SHOWN) { (self::version(lang, version)) } }
                @if view.past.len() > PAST_SHOWN {
                    details .older {
                        summary .lk { (text::older_versions(lang, view.past.len() - PAST_SHOWN)) }
                        ul .log { @for version in view.past.iter().skip(PAST_SHOWN) { (self::version(lang, version)) } }
                    }
                }
                @if !view.reveals.is_empty() {
                    details .older id="reveals" {
                        summary .lk { (REVEALS.of(lang)) " " (view.reveals.len()) }
                        ul .log { @for reveal in &view.reveals { (self::reveal(reveal)) } }
                    }
                }
                div .sm { (day_form(visit, view.when, &[])) }
                @if let Some((digest, line)) = &view.digest {
                    p .q .sm {
                        (lang.pick("摘要", "Digest")) " " span .mono title=(digest) { "SM3 " (spaced(digest)) } (lang.pick("，账本", ", ledger ")) (text::sealed_head(lang, *line))
                    }
                }
            }
        }
    }
}

fn counts(lang: Lang, view: &RecordView) -> Markup {
    let link = |counted: &CountsIn| {
        format!("/plan/{}/{}{}", path_part(&counted.plan), path_part(&counted.measure), when_link(view.when))
    };
    html! {
        ul .mm .one {
            @for counted in &view.counts {
                li { (light(lang, counted.light)) a href=(link(counted)) { (counted.title) } span .v .q[!counted.counted] { (counted.text) } }
            }
        }
    }
}

/// Who read which masked value, when and why.
fn reveal(reveal: &RevealLine) -> Markup {
    html! { li .dot { (reveal.at) " " (reveal.by) " " span .act { (reveal.field) } span .q { (reveal.reason) } } }
}

/// Who changed what from what to what, when and why.
fn version(lang: Lang, version: &VersionView) -> Markup {
    html! {
        li .dot {
            b { (text::version(lang, version.version)) } " " (version.at) " " (version.by) " " span .act { (version.act) }
            @for change in &version.changes { br; (self::change(change)) }
            @if let Some(reason) = &version.reason { span .q { (reason) } }
        }
    }
}

/// What an order of erasure would destroy, what it would leave, and the way to it.
fn erase(lang: Lang, head: &EraseHead) -> Markup {
    let given: Vec<String> =
        head.given.iter().map(|(name, value)| format!("{}={}", path_part(name), path_part(value))).collect();
    html! {
        details .blk id="erase" {
            summary .lk { (ASK_ERASURE.of(lang)) }
            @if !head.fields.is_empty() { p { (ERASES.of(lang)) b { (head.fields) } } }
            p .q { (ERASE_KEEPS.of(lang)) }
            @if !head.files.is_empty() { p { (ERASE_FILES.of(lang)) b { (head.files) } } }
            @match &head.order {
                Some((order, serial)) => { p { (ERASE_WAITS.of(lang)) a .lk href={ "/register/erasure/" (order) } { (serial) } } }
                None => { p { a .btn href={ "/register/erasure/new?" (given.join("&")) } { (ASK_ERASURE.of(lang)) } } }
            }
        }
    }
}

/// One field before and after.
pub fn change((label, before, after): &(String, String, String)) -> Markup {
    html! {
        (label)
        @if !before.is_empty() { " " del { (before) } }
        @if !after.is_empty() { " " ins { (after) } }
    }
}

/// A record beside a list: what matters of it, and the way to its page.
pub fn peek(lang: Lang, view: &RecordView) -> Markup {
    let page = format!("/register/{}/{}{}", path_part(&view.register.name), view.id, when_link(view.when));
    let points = view.groups.iter().flat_map(|group| &group.fields).filter(|field| {
        !field.shown.is_empty() && field.shown != view.title && !field.wide && !field.masked && !field.revealed
    });
    let here = view.flow.iter().position(|step| step.place == Standing::Here);
    html! {
        div .hrow data-record=(view.id) {
            span .mono .q { (view.serial.as_deref().unwrap_or_default()) }
            span .end { a .lk href=(page) { (OPEN.of(lang)) } button .plain type="button" data-close-peek="" { (CLOSE.of(lang)) } }
        }
        h2 { a href=(page) { (view.title) } }
        @if let Some((which, reason)) = &view.light { p { (light(lang, *which)) " " b { (which.word(lang)) } " " (said(lang, reason)) } }
        @if let Some(step) = here.and_then(|at| view.flow.get(at)) {
            h3 { (STATE.of(lang)) }
            p { (crate::part::table::dots(view.flow.len(), here)) " " (step.title) " " span .q { (step.day) } }
        }
        @if let Some(aside) = &view.aside { h3 { (STATE.of(lang)) } p { (aside) } }
        h3 { (KEY_POINTS.of(lang)) }
        dl .kv { @for field in points.take(8) { dt { (field.title) } dd { (field.shown) @if let Some(unit) = field.unit_beside() { " " (unit) } } } }
        @if !view.counts.is_empty() { h3 { (COUNTS_IN.of(lang)) } (counts(lang, view)) }
        @if !view.past.is_empty() {
            h3 { (LATEST.of(lang)) }
            ul .log { @for version in view.past.iter().take(3) { (self::version(lang, version)) } }
        }
        @if let Some(head) = view.moves.iter().find(|head| head.blocked.is_none()).filter(|_| view.when == When::default()) {
            p .go { a .btn .sml href=(move_link(view, head)) { (lang.pick("办理：", "")) (head.title) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use luoshi_desk::view::Signature;

    #[test]
    fn who_has_signed_and_who_is_awaited_is_one_sentence() {
        let li = Signature {
            by: "李四（受张三委托）".into(), role: "计划财务科".into(), at: "1月4日 09:00".into()
        };
        let mut two = Signing { title: "核定".into(), wanted: 2, signed: vec![li], awaited: vec![] };
        let text = |signing: &Signing, lang| signing_text(lang, signing);
        assert_eq!(text(&two, Lang::Zh), "核定会签：李四（受张三委托） 计划财务科 1月4日 09:00；还待 1 人签");
        two.awaited = vec!["局领导".into()];
        assert!(text(&two, Lang::Zh).ends_with("；还待 局领导"));
        two.signed.clear();
        assert_eq!(text(&two, Lang::En), "核定, signed: nobody yet; awaited: 局领导");
    }

    fn signing_text(lang: Lang, signing: &Signing) -> String {
        let markup = super::signing(lang, signing).into_string();
        let mut plain = String::new();
        let mut inside = false;
        for letter in markup.chars() {
            match letter {
                '<' => inside = true,
                '>' => inside = false,
                letter if !inside => plain.push(letter),
                _ => {}
            }
        }
        plain
    }
}
