//! A target's number in a line of text: value, target, bar with the tick of today's pace.

use luoshi_desk::view::{Lang, TargetCell};
use maud::{Markup, html};

use crate::text::TO_BE_REPORTED;

/// The three columns of a number: value, target, bar.
pub fn number(lang: Lang, target: &TargetCell) -> Markup {
    html! {
        span .v { (value(lang, target)) }
        span .g { (against(target)) }
        (bar(target.fill, target.tick))
    }
}

/// The value, or that it is still to be reported.
pub fn value(lang: Lang, target: &TargetCell) -> Markup {
    match &target.value {
        Some(value) => html! { (value) },
        None => html! { span .q { (TO_BE_REPORTED.of(lang)) } },
    }
}

/// What stands beside the value: the target, or the unit alone when the text names no figure.
pub fn against(target: &TargetCell) -> String {
    match target.quantity.is_empty() {
        true => target.unit.clone(),
        false => format!("/ {} {}", target.quantity, target.unit).trim_end().to_string(),
    }
}

/// The bar: filled part in ink, tick where today's pace stands. A tick at the right end stays inside the bar.
pub fn bar(fill: f64, tick: Option<f64>) -> Markup {
    let fill = 64.0 * fill.clamp(0.0, 1.0);
    html! {
        svg .pb viewBox="0 0 64 12" aria-hidden="true" {
            path .tr d="M0 5h64v2H0z" {}
            @if fill > 0.0 { path .fl d=(format!("M0 4h{fill:.1}v4H0z")) {} }
            @if let Some(tick) = tick {
                path .tk d=(format!("M{:.1} 1h1v10h-1z", (64.0 * tick.clamp(0.0, 1.0)).min(63.0))) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_never_leaves_its_track() {
        let markup = bar(1.7, Some(3.0)).into_string();
        assert!(markup.contains("M0 4h64.0v4H0z") && markup.contains("M63.0 1h1v10h-1z"), "{markup}");
    }

    #[test]
    fn a_missing_value_is_said_and_never_zero() {
        let target = TargetCell { value: None, quantity: "5".into(), unit: "个".into(), fill: 0.0, tick: None };
        let markup = number(Lang::Zh, &target).into_string();
        assert!(markup.contains("待填报") && !markup.contains(">0<"), "{markup}");
    }
}
