//! 运行: jobs that wait or were given up, the last day that was begun, where heads go, the database and its queues.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_desk::view::{JobLine, Lang, Light, OperationsView, When};
use maud::{Markup, html};

use super::shell::{Page, Place};
use crate::at::At;
use crate::error::WebError;
use crate::part::light::light;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::session::Visit;
use crate::text::*;
use crate::{App, ask};

/// `GET /operations`
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, WebError> {
    let asked = ask(&app, &visit, |desk, actor| desk.operations(actor)).await?;
    let csrf = asked.edge.who.as_ref().map(|who| who.csrf.clone()).unwrap_or_default();
    Ok(asked.page(&visit, |view| Page {
        title: OPERATIONS.of(visit.lang),
        class: "pg-operations",
        place: Place::Elsewhere,
        day: None,
        when: When::default(),
        body: body(visit.lang, &csrf, view),
    }))
}

/// `POST /operations/job/{id}`: tries a job that was given up again.
pub async fn retry(
    State(app): State<App>,
    visit: Visit,
    At(id): At<i64>,
    posted: Result<Bytes, BytesRejection>,
) -> Result<Response, WebError> {
    let posted = match Posted::read(posted) {
        Ok(posted) => posted,
        Err(refusal) => return Err(WebError::refused(&app, &visit, refusal).await),
    };
    let foreign = visit.foreign;
    ask(&app, &visit, move |desk, actor| {
        if foreign || !token_is_good(&posted.csrf, &actor.csrf) {
            return Err(bad_token());
        }
        desk.retry_job(actor, id)
    })
    .await?;
    Ok(Redirect::to("/operations").into_response())
}

fn body(lang: Lang, csrf: &str, view: &OperationsView) -> Markup {
    html! {
        main .wrap id="main" {
            h1 .rt { (OPERATIONS.of(lang)) }
            section .blk {
                h2 .h { (lang.pick("总览", "At a glance")) }
                dl .kv { (facts(lang, view)) }
            }
            (jobs(lang, csrf, JOBS_FAILED.of(lang), &view.failed, view.writable))
            (jobs(lang, csrf, JOBS_RUNNING.of(lang), &view.running, false))
            (jobs(lang, csrf, JOBS_WAITING.of(lang), &view.waiting, false))
        }
    }
}

fn facts(lang: Lang, view: &OperationsView) -> Markup {
    let begun = view.last_day == Some(view.today);
    html! {
        dt { (lang.pick("今天的作业", "Today's work")) }
        dd {
            (light(lang, if begun { Light::Green } else { Light::Yellow })) " "
            @match view.last_day {
                Some(day) if begun => { (lang.pick("已排入：", "begun: ")) (day) }
                Some(day) => { (lang.pick("还没有排入，上一次是 ", "not begun; the last was ")) (day) }
                None => { (lang.pick("从未运行过后台作业", "no job has ever run")) }
            }
        }
        dt { (lang.pick("链头另存处", "Heads are also written to")) }
        dd {
            @if let Some(trouble) = &view.unsealed { p { (light(lang, Light::Red)) " " b { (trouble) } } }
            @match &view.heads {
                Some(place) if view.unsealed.is_some() => { span .mono { (place) } }
                Some(place) => { (light(lang, Light::Green)) " " span .mono { (place) } }
                None => { (light(lang, Light::Red)) " " b { (lang.pick("没有设置。整库被倒回时无从察觉：请用 luoshi serve --heads 指定另一块盘或共享目录。", "Nowhere. A bureau rolled back as a whole would not be noticed: name another disk with luoshi serve --heads.")) } }
            }
        }
        dt { (lang.pick("最近的链头", "Latest head")) }
        dd {
            @match &view.head {
                Some((size, at)) => {
                    (lang.pick("第 ", "line ")) (size) (lang.pick(" 行，", ", ")) (at)
                    @if *size < view.lines { span .q { (lang.pick("；其后又写了 ", "; since then ")) (view.lines - size) (lang.pick(" 行", " lines")) } }
                }
                None => { (lang.pick("还没有", "none yet")) }
            }
        }
        dt { (lang.pick("数据库", "Database")) }
        dd { (view.database) ", " (view.size) }
        dt { (lang.pick("写入队列", "Writing queue")) }
        dd { (lang.pick("人 ", "people ")) (view.people) (lang.pick("，后台 ", ", background ")) (view.background) span .q { (lang.pick("；启动以来提交 ", "; commits since the start ")) (view.commits) } }
    }
}

fn jobs(lang: Lang, csrf: &str, title: &str, lines: &[JobLine], retry: bool) -> Markup {
    html! {
        section .blk {
            h2 .h { (title) small { (lines.len()) } }
            @if lines.is_empty() { p .q { (lang.pick("没有。", "None.")) } }
            @else {
                div .scroll { table .grid {
                    thead { tr {
                        th scope="col" { (lang.pick("作业", "Job")) }
                        th scope="col" { (lang.pick("时间", "Time")) }
                        th scope="col" .n { (lang.pick("试过", "Tries")) }
                        th scope="col" { (lang.pick("说明", "Message")) }
                        @if retry { th scope="col" { span .sr { (RETRY.of(lang)) } } }
                    } }
                    tbody {
                        @for line in lines {
                            tr {
                                td { (line.what) }
                                td { (line.at) }
                                td .n { (line.attempts) }
                                td { (line.message) }
                                @if retry {
                                    td {
                                        form method="post" action={ "/operations/job/" (line.id) } {
                                            input type="hidden" name="csrf" value=(csrf);
                                            button .btn .sml type="submit" aria-label={ (RETRY.of(lang)) " " (line.what) } { (RETRY.of(lang)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                } }
            }
        }
    }
}
