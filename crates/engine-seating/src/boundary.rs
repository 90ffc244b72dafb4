//! Bytes in, bytes out: what the command line calls.

use serde::de::Deserialize;

use crate::check::check;
use crate::exam::Exam;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::seat::seat;
use crate::validate::validate;

/// Answers one verb.
///
/// - `seat`: an examination as JSON becomes a plan as JSON.
/// - `check`: an examination and, after it, a plan; answers `{"holds": true}` or refuses with every breach.
///
/// # Errors
/// [`Refusal`], which serialises as `{"error", "error_en", "rule", "row"}`; `check` adds `breaches`.
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(input);
    match verb {
        "seat" => {
            let exam =
                Exam::deserialize(&mut reader).and_then(|exam| reader.end().map(|()| exam)).map_err(unreadable)?;
            Ok(json_line(&seat(&exam)?))
        }
        "check" => {
            let exam = Exam::deserialize(&mut reader).map_err(unreadable)?;
            let plan =
                Plan::deserialize(&mut reader).and_then(|plan| reader.end().map(|()| plan)).map_err(unreadable)?;
            validate(&exam)?;
            let breaches = check(&exam, &plan);
            if breaches.is_empty() { Ok(b"{\"holds\":true}\n".to_vec()) } else { Err(Refusal::of_breaches(breaches)) }
        }
        _ => Err(Refusal::new("KC-00").about("seat, check", "seat, check")),
    }
}

fn unreadable(fault: serde_json::Error) -> Refusal {
    let refusal = Refusal::new("KC-00").about(&fault, &fault);
    if fault.line() > 0 { refusal.at_row(fault.line()) } else { refusal }
}

fn json_line(plan: &Plan) -> Vec<u8> {
    // A struct of texts and numbers always serialises.
    let mut bytes = serde_json::to_vec(plan).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
