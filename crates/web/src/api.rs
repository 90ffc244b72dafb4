//! The JSON API under `/api`: thin over the same desk calls as the pages, for the session of a signed-in person.
//!
//! | call | answer |
//! |---|---|
//! | `GET /api/plan/{plan}?as-of=&on=` | `{name,title,day,measures,unbound,sections:[{heading,measures:[{id,text,title,office,light,value,quantity,unit,note}]}]}` |
//! | `GET /api/plan/{plan}/{measure}?as-of=&on=` | `{id,title,lead,with,targets:[{what,quantity,unit,by,number}]}`, a number as below |
//! | `GET /api/number/{indicator}?as-of=&on=&by=` | `{id,title,value,unit,numerator,denominator,missing,as_of,on,by:[{key,title,value,numerator,denominator}],rule,evidence:{register,sentence,count,hidden,records:[{id,serial,title}]}}`, as `luoshi number ID --json` prints it; values are exact decimals, at most 5,000 records |
//! | `GET /api/register/{register}?…` | the query of the list page; `{register,total,page,pages,columns:[{name,title,unit}],rows:[{id,light,cells:{column:text}}],sums}` |
//! | `POST /api/register/{register}/export?…` | the query of the list page, `format` (`xlsx`, `csv`), `columns` (`list`, `all`) and the token; the file, and a line in the ledger |
//! | `GET /api/register/{register}/{id}` | `{register,id,version,serial,title,state,fields:{name:{title,shown,masked}},past:[{version,at,by,act,reason,changes}]}` |
//! | `POST /api/register/{register}`, `…/{id}`, `…/{id}/move/{move}` | a form body as the pages send it (parts as `REGISTER.NUMBER.FIELD`), with the token in `csrf` or the header `x-csrf`; `{id,version}` |
//! | `POST /api/register/{register}/{id}/reveal/{field}` | `_reason` and the token; `{field,value}`, and a line in the ledger |
//!
//! A number is `{indicator,title,value,missing,light,verdict,records,hidden,rule,source,evidence,by:[{name,title,rows:[{title,value,records,of}]}]}`; values are texts as shown, `null` when still to
//! be reported. A refusal is `{code,message}` with the status of the same refusal on a page; refused fields come as
//! `{code,message,fields:{name:{code,message}}}` with 422, a conflict with 409.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use luoshi_desk::reveal::Reveal;
use luoshi_desk::view::{
    Breakdown, FormView, Lang, Light, ListView, MeasureRow, MeasureView, NumberView, Piece, PlanView, RecordView,
    VersionView,
};
use luoshi_desk::{Actor, No, NotSaved, Refusal, Save};
use serde_json::{Map, Value, json};

use crate::at::At;
use crate::bureau::Bureau;
use crate::error::status;
use crate::page::export;
use crate::posted::{Posted, bad_token, token_is_good};
use crate::session::Visit;
use crate::{App, hear};

/// All calls.
pub fn router() -> Router<App> {
    Router::new()
        .route("/plan/{plan}", get(plan))
        .route("/plan/{plan}/{measure}", get(measure))
        .route("/number/{indicator}", get(number))
        .route("/register/{register}", get(list).post(save_new))
        .route("/register/{register}/{id}", get(record).post(save_edit))
        .route("/register/{register}/export", axum::routing::post(take))
        .route("/register/{register}/{id}/move/{move}", axum::routing::post(save_move))
        .route("/register/{register}/{id}/reveal/{field}", axum::routing::post(reveal))
}

/// A refusal as JSON.
pub fn refusal(lang: Lang, refusal: &Refusal) -> Response {
    (status(refusal), Json(json!({ "code": refusal.code, "message": refusal.sentence(lang) }))).into_response()
}

async fn answer(
    app: App,
    visit: Visit,
    question: impl FnOnce(&dyn Bureau, &Actor) -> Result<Value, Refusal> + Send + 'static,
) -> Response {
    match hear(&app, &visit, question).await.answer {
        Ok(value) => Json(value).into_response(),
        Err(no) => refusal(visit.lang, &no),
    }
}

async fn plan(State(app): State<App>, visit: Visit, At(plan): At<String>) -> Response {
    let when = visit.query.when();
    answer(app, visit, move |desk, actor| desk.plan(actor, &plan, when?).map(|view| plan_json(&view))).await
}

async fn measure(State(app): State<App>, visit: Visit, At((plan, measure)): At<(String, String)>) -> Response {
    let when = visit.query.when();
    answer(app, visit, move |desk, actor| desk.measure(actor, &plan, &measure, when?).map(|view| measure_json(&view)))
        .await
}

async fn number(State(app): State<App>, visit: Visit, At(indicator): At<String>) -> Response {
    let (when, by) = (visit.query.when(), visit.query.value("by").map(str::to_string));
    answer(app, visit, move |desk, actor| {
        desk.figure(actor, &indicator, when?, by.as_deref()).map(|figure| figure.json())
    })
    .await
}

async fn list(State(app): State<App>, visit: Visit, At(register): At<String>) -> Response {
    let question = visit.query.list(&register);
    answer(app, visit, move |desk, actor| desk.list(actor, &question?).map(|view| list_json(&view))).await
}

async fn record(State(app): State<App>, visit: Visit, At((register, id)): At<(String, i64)>) -> Response {
    let when = visit.query.when();
    answer(app, visit, move |desk, actor| desk.record(actor, &register, id, when?).map(|view| record_json(&view))).await
}

type Body = Result<Bytes, BytesRejection>;

async fn save_new(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    At(register): At<String>,
    body: Body,
) -> Response {
    save(app, visit, headers, Save { register, ..Save::default() }, body).await
}

async fn save_edit(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    At((register, id)): At<(String, i64)>,
    body: Body,
) -> Response {
    save(app, visit, headers, Save { register, id: Some(id), ..Save::default() }, body).await
}

async fn save_move(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    At((register, id, by_move)): At<(String, i64, String)>,
    body: Body,
) -> Response {
    save(app, visit, headers, Save { register, id: Some(id), by_move: Some(by_move), ..Save::default() }, body).await
}

async fn reveal(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    At((register, id, field)): At<(String, i64, String)>,
    body: Body,
) -> Response {
    let posted = match Posted::read(body) {
        Ok(posted) => posted,
        Err(no) => return refusal(visit.lang, &no),
    };
    let (lang, foreign, token) = (visit.lang, visit.foreign, token(&headers, &posted));
    let heard = hear(&app, &visit, move |desk, actor| {
        if foreign || !token_is_good(&token, &actor.csrf) {
            return Err(bad_token());
        }
        desk.reveal(actor, &Reveal { register, id, field, reason: posted.reason, request: posted.request })
    });
    match heard.await.answer {
        Ok(view) => match (view.value, view.fault) {
            (Some(value), _) => Json(json!({ "field": view.field, "value": value })).into_response(),
            (None, fault) => {
                let (code, message) = fault.map(|fault| (fault.code, fault.text)).unzip();
                let told = Json(json!({ "code": code, "message": message }));
                (StatusCode::UNPROCESSABLE_ENTITY, told).into_response()
            }
        },
        Err(no) => refusal(lang, &no),
    }
}

async fn take(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    At(register): At<String>,
    body: Body,
) -> Response {
    let sent = match Posted::read(body) {
        Ok(posted) => {
            let token = token(&headers, &posted);
            export::file(&app, &visit, &register, &posted, token).await
        }
        Err(no) => Err(no),
    };
    sent.unwrap_or_else(|no| refusal(visit.lang, &no))
}

/// The token of a call: in its header, or in its form.
fn token(headers: &HeaderMap, posted: &Posted) -> String {
    headers.get("x-csrf").and_then(|value| value.to_str().ok()).unwrap_or(&posted.csrf).to_string()
}

async fn save(app: App, visit: Visit, headers: HeaderMap, target: Save, body: Body) -> Response {
    let posted = match Posted::read(body) {
        Ok(posted) => posted,
        Err(no) => return refusal(visit.lang, &no),
    };
    let token = token(&headers, &posted);
    let (lang, foreign) = (visit.lang, visit.foreign);
    let heard = hear(&app, &visit, move |desk, actor| {
        if foreign || !token_is_good(&token, &actor.csrf) {
            return Err(bad_token());
        }
        let version = posted.stated(target.id);
        let Posted { reason, typed, request, .. } = posted;
        match desk.save(actor, &Save { version, reason, typed, request, ..target }) {
            Ok(saved) => Ok((StatusCode::OK, json!({ "id": saved.id, "version": saved.version }))),
            Err(NotSaved::Form(view)) => Ok(form_json(lang, &view)),
            Err(NotSaved::Refused(no)) => Err(no),
        }
    })
    .await;
    match heard.answer {
        Ok((code, value)) => (code, Json(value)).into_response(),
        Err(no) => refusal(lang, &no),
    }
}

// ---------------------------------------------------------------------------------------------------------- shapes

/// The English word of a light is its name in JSON.
fn light_json(light: Option<Light>) -> Value {
    light.map_or(Value::Null, |light| light.word(Lang::En).into())
}

fn plan_json(view: &PlanView) -> Value {
    let sections: Vec<Value> = view
        .sections
        .iter()
        .map(|section| {
            let pieces = section.groups.iter().flat_map(|group| &group.pieces);
            let measures: Vec<Value> = pieces
                .filter_map(|piece| match piece {
                    Piece::Measure(row) => Some(row_json(row)),
                    Piece::Words(_) => None,
                })
                .collect();
            json!({ "heading": section.heading, "measures": measures })
        })
        .collect();
    json!({
        "name": view.name, "title": view.title, "day": view.day.to_string(),
        "measures": view.measures, "unbound": view.unbound, "sections": sections,
    })
}

fn row_json(row: &MeasureRow) -> Value {
    let target = row.target.as_ref();
    json!({
        "id": row.id, "text": row.text, "title": row.title, "office": row.office, "light": light_json(row.light),
        "value": target.and_then(|target| target.value.clone()), "quantity": target.map(|target| target.quantity.clone()),
        "unit": target.map(|target| target.unit.clone()), "note": row.note,
    })
}

fn measure_json(view: &MeasureView) -> Value {
    let targets: Vec<Value> = view
        .targets
        .iter()
        .map(|target| {
            json!({
                "what": target.what, "quantity": target.quantity, "unit": target.unit, "by": target.by.to_string(),
                "number": target.number.as_ref().map(number_json),
            })
        })
        .collect();
    json!({ "id": view.id, "title": view.title, "lead": view.lead, "with": view.with, "targets": targets })
}

fn number_json(number: &NumberView) -> Value {
    json!({
        "indicator": number.indicator, "title": number.title, "value": number.value, "missing": number.missing,
        "light": light_json(Some(number.light)), "verdict": number.verdict, "records": number.evidence.total,
        "hidden": number.hidden, "rule": number.rule, "source": number.source, "evidence": number.evidence_link,
        "by": number.breakdowns.iter().map(breakdown_json).collect::<Vec<_>>(),
    })
}

fn breakdown_json(breakdown: &Breakdown) -> Value {
    let rows = breakdown
        .rows
        .iter()
        .map(|row| json!({ "title": row.title, "value": row.shown, "records": row.records.0, "of": row.records.1 }))
        .collect::<Vec<_>>();
    json!({ "name": breakdown.name, "title": breakdown.title, "rows": rows })
}

fn list_json(view: &ListView) -> Value {
    let columns: Vec<Value> = view
        .columns
        .iter()
        .map(|column| json!({ "name": column.name, "title": column.title, "unit": column.unit }))
        .collect();
    let by_column = |texts: Vec<Value>| -> Map<String, Value> {
        view.columns.iter().map(|column| column.name.clone()).zip(texts).collect()
    };
    let rows: Vec<Value> = view
        .rows
        .iter()
        .map(|row| {
            let cells = by_column(row.cells.iter().map(|cell| cell.text.clone().into()).collect());
            json!({ "id": row.id, "light": light_json(row.light), "cells": cells })
        })
        .collect();
    let sums = by_column(view.sums.iter().map(|sum| json!(sum)).collect());
    json!({
        "register": view.register.name, "total": view.total, "page": view.page, "pages": view.pages,
        "columns": columns, "rows": rows, "sums": sums,
    })
}

fn record_json(view: &RecordView) -> Value {
    let fields: Map<String, Value> = view
        .groups
        .iter()
        .flat_map(|group| &group.fields)
        .map(|field| {
            (field.name.clone(), json!({ "title": field.title, "shown": field.shown, "masked": field.masked }))
        })
        .collect();
    let here =
        view.flow.iter().find(|step| step.place == luoshi_desk::view::Place::Here).map(|step| step.title.clone());
    json!({
        "register": view.register.name, "id": view.id, "version": view.version, "serial": view.serial, "title": view.title,
        "state": view.aside.clone().or(here), "fields": fields, "past": view.past.iter().map(version_json).collect::<Vec<_>>(),
    })
}

fn version_json(version: &VersionView) -> Value {
    let changes: Vec<Value> = version
        .changes
        .iter()
        .map(|(label, before, after)| json!({ "field": label, "before": before, "after": after }))
        .collect();
    json!({
        "version": version.version, "at": version.at, "by": version.by, "act": version.act, "reason": version.reason,
        "changes": changes,
    })
}

/// A form that was not saved: what is wrong with which field.
fn form_json(lang: Lang, view: &FormView) -> (StatusCode, Value) {
    let of_rows = view.parts.iter().flat_map(|part| &part.rows).flat_map(|row| &row.fields);
    let mut fields: Map<String, Value> = view
        .groups
        .iter()
        .flat_map(|group| &group.fields)
        .chain(of_rows)
        .filter_map(|field| {
            field.fault.as_ref().map(|fault| (field.name.clone(), json!({ "code": fault.code, "message": fault.text })))
        })
        .collect();
    for part in &view.parts {
        for (row, fault) in part.rows.iter().filter_map(|row| Some((row, row.faults.first()?))) {
            let name = format!("{}.{}", part.register.name, row.number);
            fields.insert(name, json!({ "code": fault.code, "message": fault.text }));
        }
    }
    let conflict = view.conflict.as_ref().map(|conflict| {
        Refusal::new(
            No::Refused,
            "W010",
            format!("{} 在 {} 先保存了这条记录。", conflict.by, conflict.at),
            format!("{} saved this record at {}.", conflict.by, conflict.at),
        )
    });
    let whole = view.faults.first();
    let code = conflict.as_ref().map(|no| no.code.clone()).or(whole.map(|fault| fault.code.clone()));
    let message = conflict.as_ref().map(|no| no.sentence(lang).to_string()).or(whole.map(|fault| fault.text.clone()));
    let status = if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, json!({ "code": code, "message": message, "fields": fields }))
}
