//! Parts of a record on its form: a row each, with a button for one more that needs no script.

use luoshi_desk::view::{Lang, PartRow, PartView};
use maud::{Markup, html};

use super::field;
use super::phrase::full_width;
use crate::query::path_part;
use crate::text::{self, ADD_ROW};

/// The rows of a register; `action` is where their form leads.
pub fn fill(lang: Lang, part: &PartView, action: &str) -> Markup {
    let id = format!("p-{}", part.register.name);
    html! {
        fieldset .blk .parts id=(id) {
            legend .h { (part.register.title) }
            @for row in &part.rows { (self::row(lang, &part.register.name, row)) }
            @if part.more > 0 { p .q .sm { (text::more_rows(lang, part.more)) } }
            @if part.may_file {
                // With script only these rows are fetched; without, the whole form comes back with one row more.
                button .btn type="submit" name="_again" value=(part.register.name) formnovalidate
                    hx-post=(action) hx-target={ "#" (id) } hx-select={ "#" (id) } hx-swap="outerHTML" { (ADD_ROW.of(lang)) }
            }
        }
    }
}

fn row(lang: Lang, register: &str, row: &PartRow) -> Markup {
    let name = |key: &str| format!("{register}.{}.{key}", row.number);
    let id = format!("r-{register}-{}", row.number);
    let title = if row.id.is_some() { row.title.clone() } else { text::new_row(lang) };
    html! {
        div .prow .bad[!row.faults.is_empty()] role="group" aria-labelledby=(id) {
            div .ph {
                span id=(id) { b { (row.number + 1) } " " @match row.id {
                    Some(record) => { a .lk href={ "/register/" (path_part(register)) "/" (record) } { (title) } }
                    None => { (title) }
                } }
                @if let Some(away) = &row.away {
                    label .away for={ (id) "-away" } {
                        input type="checkbox" id={ (id) "-away" } name=(name("_move")) value=(away.name) checked[row.going];
                        " " (full_width(&away.title))
                    }
                }
            }
            @if let Some(record) = row.id { input type="hidden" name=(name("_id")) value=(record); }
            @if let Some(version) = row.version { input type="hidden" name=(name("_version")) value=(version); }
            @if row.id.is_none() { input type="hidden" name=(name("_row")) value=""; }
            @for (at, fault) in row.faults.iter().enumerate() { (field::refused(lang, fault, &format!("{id}-no-{at}"))) }
            div .fields .form { @for one in &row.fields { (field::fill(lang, register, one)) } }
        }
    }
}
