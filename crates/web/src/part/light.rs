//! 灯: a shape, a word and only then a colour.

use luoshi_desk::view::{Lang, Light};
use maud::{Markup, html};

use crate::text::{UNBOUND, light_label};

/// A light with its label.
pub fn light(lang: Lang, light: Light) -> Markup {
    html! { svg class={ "lt " (light.class()) } role="img" aria-label=(light_label(lang, light)) { use href={ "#lt-" (light.class()) } {} } }
}

/// A light whose meaning is told elsewhere, as in a strip.
fn bare(light: Light) -> Markup {
    html! { svg class={ "lt " (light.class()) } aria-hidden="true" { use href={ "#lt-" (light.class()) } {} } }
}

/// The grey ring of a measure that no number stands behind yet.
pub fn unbound_ring(lang: Lang) -> Markup {
    html! { svg .lt .n role="img" aria-label=(UNBOUND.of(lang)) { use href="#lt-n" {} } }
}

/// A light with its word.
pub fn light_word(lang: Lang, which: Light) -> Markup {
    html! { span .ltx { (light(lang, which)) (which.word(lang)) } }
}

/// A light with its word and a number.
pub fn light_count(lang: Lang, which: Light, number: usize) -> Markup {
    html! { span .ltx { (light(lang, which)) (which.word(lang)) " " (number) } }
}

/// Lights in the order of the text.
pub fn strip(lang: Lang, lights: &[Light]) -> Markup {
    let label = match lang {
        Lang::Zh => format!("{}条已绑定举措的灯，按原文次序", lights.len()),
        Lang::En => format!("lights of {} bound measures in the order of the text", lights.len()),
    };
    html! { span .strip role="img" aria-label=(label) { @for one in lights { (bare(*one)) } } }
}

/// The shapes, once a page.
pub fn shapes() -> Markup {
    html! {
        svg .sr aria-hidden="true" {
            defs {
                symbol id="lt-g" viewBox="0 0 12 12" { circle cx="6" cy="6" r="5" fill="currentColor" {} }
                symbol id="lt-b" viewBox="0 0 12 12" {
                    circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" {}
                    path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor" {}
                }
                symbol id="lt-y" viewBox="0 0 12 12" { path d="M6 .6 11.9 11H.1z" fill="currentColor" {} }
                symbol id="lt-r" viewBox="0 0 12 12" { path d="M1 1h10v10H1z" fill="currentColor" {} }
                symbol id="lt-n" viewBox="0 0 12 12" {
                    circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.4" {}
                }
            }
        }
    }
}
