//! A field of a record: to read, and to fill in with its label, unit, old value and what is wrong with it.

use luoshi_desk::view::{FieldFault, FieldView, FileView, Input, Lang, Light, Outline, When};
use maud::{Markup, html};

use super::light::light;
use super::phrase::said;
use crate::posted::{EACH, FILE};
use crate::query::{path_part, when_link};
use crate::text::{
    self, ADD_FILES, CHOOSE, MASKED, MISSING, MUST, NO, REVEAL, REVEALED, SUGGEST_HELP, TAKE_IN, WAS, YES,
};

/// A field to read; `record` is the address of its record's page.
pub fn read(lang: Lang, field: &FieldView, when: When, record: &str) -> Markup {
    html! {
        div .f .w[field.wide] {
            dt { (field.title) }
            dd {
                @if field.revealed { (field.shown) " " span .q { (REVEALED.of(lang)) } }
                @else if field.masked {
                    span .q title=(MASKED.of(lang)) { (shown_or(&field.shown, "•••")) }
                    @if field.reveal && when == When::default() { " " a .lk href={ (record) "/reveal/" (path_part(&field.name)) } { (REVEAL.of(lang)) } }
                }
                @else if !field.files.is_empty() { (files(&field.name, &field.files, when)) }
                @else if !field.members.is_empty() { (members(lang, &field.members, when)) }
                @else if field.shown.is_empty() { span .q { (MISSING.of(lang)) } }
                @else if let Some((register, id)) = &field.link {
                    a .lk href={ "/register/" (path_part(register)) "/" (id) (when_link(when)) } { (field.shown) }
                } @else {
                    (field.shown)
                    @if let Some(unit) = field.unit_beside() { " " span .q { (unit) } }
                    @if let Some(outline) = &field.outline { (drawn(&field.title, outline)) }
                }
            }
        }
    }
}

/// Several records that a field refers to.
fn members(lang: Lang, members: &[(String, Option<(String, i64)>)], when: When) -> Markup {
    html! {
        @for (at, (label, link)) in members.iter().enumerate() {
            @if at > 0 { (lang.pick("、", ", ")) }
            @match link {
                Some((register, id)) => { a .lk href={ "/register/" (path_part(register)) "/" (id) (when_link(when)) } { (label) } }
                None => { (label) }
            }
        }
    }
}

/// An area as a small picture, north up.
fn drawn(title: &str, outline: &Outline) -> Markup {
    let points = outline.corners.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
    html! {
        svg .area role="img" aria-label=(title) width=(outline.width + 4) height=(outline.height + 4)
            viewBox={ "-2 -2 " (outline.width + 4) " " (outline.height + 4) } {
            polygon points=(points) {}
        }
    }
}

/// Files to get: name, day, size.
fn files(field: &str, files: &[FileView], when: When) -> Markup {
    html! {
        table .att {
            tbody {
                @for file in files {
                    tr {
                        td .nm {
                            @match &file.of {
                                Some((register, id)) => { a .lk href={ "/register/" (path_part(register)) "/" (id) "/file/" (path_part(field)) "/" (path_part(&file.digest)) (when_link(when)) } { (file.name) } }
                                None => { (file.name) }
                            }
                            @if let Some(told) = &file.told { " " span .q { (told) } }
                        }
                        td .q { (file.day) }
                        td .n .q { (file.size) }
                    }
                }
            }
        }
    }
}

/// Files to keep, each with a mark to take away, and an input for more.
fn send_files(
    lang: Lang,
    field: &FieldView,
    id: &str,
    types: &[String],
    invalid: Option<&str>,
    described: Option<String>,
) -> Markup {
    let name = format!("{FILE}{}", field.name);
    let accept = types.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(",");
    html! {
        // Says that the field was in the form when no file is left.
        input type="hidden" name=(name) value="";
        @for (at, file) in field.files.iter().enumerate() {
            label .kept for={ (id) "-" (at) } {
                input type="checkbox" id={ (id) "-" (at) } name=(name) value=(file.line) checked;
                " " (file.name) " " span .q { (file.size) }
            }
        }
        input type="file" id=(id) name=(name) multiple accept=(accept) aria-label=[(!field.files.is_empty()).then(|| ADD_FILES.of(lang))]
            aria-required=[(field.must && field.files.is_empty()).then_some("true")] aria-invalid=[invalid] aria-describedby=[described];
    }
}

fn shown_or<'a>(shown: &'a str, otherwise: &'a str) -> &'a str {
    if shown.is_empty() { otherwise } else { shown }
}

/// A field to fill in. `register` is the record's, for suggestions.
pub fn fill(lang: Lang, register: &str, field: &FieldView) -> Markup {
    let id = format!("f-{}", field.name.replace('.', "-"));
    let Some(input) = &field.input else { return computed(lang, field, &id) };
    html! {
        div class={ "f" @if wide(field) { " w" } @if field.fault.is_some() { " bad" } @if field.was.is_some() { " chg" } } {
            @if matches!(input, Input::Several { .. }) { span .lb id={ (id) "-label" } { (label(lang, field)) } }
            @else { label for=(id) { (label(lang, field)) } }
            div class=(if field.unit.is_some() || was_fits(field) { "unit" } else { "whole" }) {
                (control(lang, register, field, input, &id))
                (beside(lang, field))
            }
            @if let Some(was) = field.was.as_ref().filter(|_| !was_fits(field)) { p .hint { (WAS.of(lang)) " " (was) } }
            @if let Some(fault) = &field.fault { (refused(lang, fault, &format!("{id}-no"))) }
            @if let Some(help) = help(lang, field, input) { p .hint id={ (id) "-help" } { (said(lang, &help)) } }
        }
    }
}

/// A field that the system computes, between those that are filled in.
fn computed(lang: Lang, field: &FieldView, id: &str) -> Markup {
    html! {
        div class={ "f" @if field.wide { " w" } @if field.fault.is_some() { " bad" } } {
            label for=(id) { (field.title) }
            div .unit[field.unit.is_some()] .whole[field.unit.is_none()] {
                output id=(id) .q { (field.shown) }
                @if let Some(unit) = &field.unit { span .q { (unit) } }
            }
            @if let Some(fault) = &field.fault { (refused(lang, fault, &format!("{id}-no"))) }
            @if let Some(help) = &field.help { p .hint { (said(lang, help)) } }
        }
    }
}

fn label(lang: Lang, field: &FieldView) -> Markup {
    html! {
        (field.title)
        @if field.must { span .must title=(MUST.of(lang)) aria-hidden="true" { "*" } }
    }
}

/// What is wrong with a value, or with the record as a whole.
pub fn refused(lang: Lang, fault: &FieldFault, id: &str) -> Markup {
    html! {
        p .err id=(id) role="alert" {
            (light(lang, Light::Red))
            span { (fault.code) " " (said(lang, &fault.text)) }
        }
    }
}

fn wide(field: &FieldView) -> bool {
    field.wide || matches!(field.input, Some(Input::Lines))
}

/// Right of the input: the unit, or the value before.
fn beside(lang: Lang, field: &FieldView) -> Markup {
    let was = field.was.as_ref().filter(|_| was_fits(field));
    html! {
        @match (was, &field.unit) {
            (Some(was), unit) => { span .q .was { (WAS.of(lang)) " " (was) @if let Some(unit) = unit { " " (unit) } } }
            (None, Some(unit)) => { span .q { (unit) } }
            (None, None) => {}
        }
    }
}

/// A short value before stands right of the input; a long one goes below it.
fn was_fits(field: &FieldView) -> bool {
    field.was.as_ref().is_some_and(|was| was.chars().count() <= 10)
}

fn help(lang: Lang, field: &FieldView, input: &Input) -> Option<String> {
    match (&field.help, input) {
        (_, Input::Files { most, types, size_most }) => {
            let limits = text::file_limits(lang, types, *size_most, *most, !field.files.is_empty());
            Some(field.help.iter().cloned().chain([limits]).collect::<Vec<_>>().join(" "))
        }
        (Some(help), _) => Some(help.clone()),
        (None, Input::Several { more: Some(_), .. }) => Some(SUGGEST_HELP.of(lang).to_string()),
        (None, Input::Record { options, .. }) if options.is_empty() => Some(SUGGEST_HELP.of(lang).to_string()),
        _ => None,
    }
}

fn control(lang: Lang, register: &str, field: &FieldView, input: &Input, id: &str) -> Markup {
    let invalid = field.fault.as_ref().map(|_| "true");
    let described = describes(lang, field, input, id);
    let must = field.must.then_some("true");
    match input {
        Input::Line { figures } => html! {
            input type="text" id=(id) name=(field.name) value=(field.typed) autocomplete="off"
                inputmode=[figures.then_some("decimal")] aria-required=[must] aria-invalid=[invalid] aria-describedby=[described];
        },
        // A day that does not exist would vanish from an input of days; as text it stays to be corrected.
        Input::Day => html! {
            input type=(if field.typed.is_empty() || is_day(&field.typed) { "date" } else { "text" }) id=(id) name=(field.name) value=(field.typed)
                aria-required=[must] aria-invalid=[invalid] aria-describedby=[described];
        },
        Input::Lines => html! {
            textarea id=(id) name=(field.name) rows="4" aria-required=[must] aria-invalid=[invalid] aria-describedby=[described] {
                // A browser drops the first line break of a text area; this one is given for it to drop.
                "\n" (field.typed)
            }
        },
        Input::YesNo => {
            let options = [("yes".to_string(), YES.of(lang).to_string()), ("no".to_string(), NO.of(lang).to_string())];
            choice(lang, field, id, &options, invalid, described)
        }
        Input::Choice(options) => choice(lang, field, id, options, invalid, described),
        Input::Files { types, .. } => send_files(lang, field, id, types, invalid, described),
        Input::Several { options, more } => {
            several(lang, register, field, id, options, more.as_deref(), invalid, described)
        }
        Input::Record { options, label, .. } if options.is_empty() => html! {
            input type="text" id=(id) name=(field.name) value=(shown_or(label, &field.typed)) list={ (id) "-list" } autocomplete="off"
                hx-get={ "/suggest/" (path_part(register)) "/" (path_part(own_name(field))) } hx-target={ "#" (id) "-list" }
                hx-trigger="input changed delay:200ms" aria-required=[must] aria-invalid=[invalid] aria-describedby=[described];
            datalist id={ (id) "-list" } {}
        },
        Input::Record { options, .. } => {
            let options: Vec<_> = options.iter().map(|(id, label)| (id.to_string(), label.clone())).collect();
            choice(lang, field, id, &options, invalid, described)
        }
    }
}

fn is_day(text: &str) -> bool {
    luoshi_kernel::kind::read_day(text).is_ok_and(|day| day.to_string() == text)
}

/// The ids of what is said about an input.
fn describes(lang: Lang, field: &FieldView, input: &Input, id: &str) -> Option<String> {
    let mut ids = vec![];
    ids.extend(field.fault.as_ref().map(|_| format!("{id}-no")));
    ids.extend(help(lang, field, input).map(|_| format!("{id}-help")));
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// What the button sends that takes in one more of several.
pub const MORE: &str = "1";

/// The name of a field in its register: a row's field stands behind its register and number.
fn own_name(field: &FieldView) -> &str {
    field.name.rsplit('.').next().unwrap_or(&field.name)
}

/// Any of several: a mark each; where not all are offered, a line to type one more, which a button takes in.
#[expect(clippy::too_many_arguments, reason = "the parts of one input")]
fn several(
    lang: Lang,
    register: &str,
    field: &FieldView,
    id: &str,
    options: &[(String, String, bool)],
    more: Option<&str>,
    invalid: Option<&str>,
    described: Option<String>,
) -> Markup {
    let name = format!("{EACH}{}", field.name);
    html! {
        div .many role="group" aria-labelledby={ (id) "-label" } aria-describedby=[described] {
            // Says that the field was in the form when nothing is chosen.
            input type="hidden" name=(name) value="";
            @for (at, (key, label, chosen)) in options.iter().enumerate() {
                label .kept for={ (id) "-" (at) } {
                    input type="checkbox" id={ (id) "-" (at) } name=(name) value=(key) checked[*chosen] aria-invalid=[invalid];
                    " " (label)
                }
            }
            @if let Some(typed) = more {
                div .more {
                    input type="text" id=(id) name=(name) value=(typed) list={ (id) "-list" } autocomplete="off" aria-label=(text::one_more(lang, &field.title))
                        hx-get={ "/suggest/" (path_part(register)) "/" (path_part(own_name(field))) } hx-target={ "#" (id) "-list" }
                        hx-trigger="input changed delay:200ms" aria-invalid=[invalid];
                    datalist id={ (id) "-list" } {}
                    button .btn type="submit" name="_again" value=(MORE) formnovalidate { (TAKE_IN.of(lang)) }
                }
            }
        }
    }
}

/// A choice. What was typed and is none of the options stays there, so that nothing is lost.
fn choice(
    lang: Lang,
    field: &FieldView,
    id: &str,
    options: &[(String, String)],
    invalid: Option<&str>,
    described: Option<String>,
) -> Markup {
    let known = field.typed.is_empty() || options.iter().any(|(key, _)| *key == field.typed);
    html! {
        select id=(id) name=(field.name) aria-required=[field.must.then_some("true")] aria-invalid=[invalid] aria-describedby=[described] {
            option value="" selected[field.typed.is_empty()] { (CHOOSE.of(lang)) }
            @if !known { option value=(field.typed) selected { (field.typed) } }
            @for (key, label) in options { option value=(key) selected[*key == field.typed] { (label) } }
        }
    }
}

/// Suggestions for a reference, as options of its list.
pub fn suggestions(found: &[(i64, String)]) -> Markup {
    html! { @for (id, label) in found { option value=(label) { (id) } } }
}
