//! Bytes in, bytes out: what the command line calls.

use serde::Serialize;
use serde::de::Deserialize;

use crate::beacon;
use crate::classes::{ClassSheet, Roll, check_classes, draw_classes, freeze_roll};
use crate::draw::{Sheet, draw};
use crate::list::{Application, LIST_FORMAT, List, check_list, freeze};
use crate::proof::Proof;
use crate::refusal::Refusal;
use crate::register::{HEADING, extend_register};
use crate::verify::{Summary, verify};
use crate::visits::{Roster, VisitSheet, check_visits, draw_visits, freeze_roster};

/// What both verifiers say of a beacon's signature.
pub const BEACON_NOTE: &str = "信标签名：此处未验 / beacon signature: not checked here";

/// The second verifier: one static page with its own plain JavaScript, to be published beside the proofs.
pub const VERIFY_PAGE: &str = include_str!("../static/verify.html");

/// The verbs of the engine.
const VERBS: &str = "freeze, draw, register, verify, beacon, page, freeze-classes, classes, check-classes, \
    freeze-visits, visits, check-visits";

/// Answers one verb: `freeze`, `draw`, `register`, `verify`, `beacon`, `page`, and `freeze-`, plain and `check-` of
/// `classes` and `visits`.
///
/// `input` is the files of the command one after another; the answer is one file.
///
/// # Errors
/// [`Refusal`], which serialises as `{"error", "error_en", "rule", "row"}`; `verify` adds `findings`.
pub fn answer(verb: &str, input: &[u8]) -> Result<Vec<u8>, Refusal> {
    match verb {
        "freeze" => {
            let application: Application = whole(input)?;
            Ok(freeze(&application)?.to_bytes())
        }
        "draw" => {
            let (list, sheet): (List, Sheet) = two(input)?;
            if *list.format != *LIST_FORMAT {
                return Err(Refusal::new("PW-01").about(LIST_FORMAT));
            }
            Ok(draw(list, sheet)?.to_bytes())
        }
        "register" => register_answer(input),
        "verify" => verify_answer(input),
        "beacon" => beacon_answer(input),
        "page" => Ok(VERIFY_PAGE.as_bytes().to_vec()),
        "freeze-classes" => Ok(json_lines(&freeze_roll(whole(input)?)?)),
        "classes" => {
            let (roll, sheet): (Roll, ClassSheet) = two(input)?;
            Ok(json_lines(&draw_classes(roll, sheet)?))
        }
        "check-classes" => {
            check_classes(&whole(input)?)?;
            Ok(b"{\"holds\":true}\n".to_vec())
        }
        "freeze-visits" => Ok(json_lines(&freeze_roster(whole(input)?)?)),
        "visits" => {
            let (roster, sheet): (Roster, VisitSheet) = two(input)?;
            Ok(json_lines(&draw_visits(roster, sheet)?))
        }
        "check-visits" => {
            check_visits(&whole(input)?)?;
            Ok(b"{\"holds\":true}\n".to_vec())
        }
        _ => Err(Refusal::new("PW-01").about(VERBS)),
    }
}

/// The answer of `verify` when nothing is wrong.
#[derive(Serialize)]
struct VerifyAnswer {
    holds: bool,
    proofs: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beacon: Option<&'static str>,
}

fn verify_answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let report = verify(input);
    if !report.findings.is_empty() {
        return Err(Refusal::of_findings(report.findings));
    }
    let beacon = report.proofs.iter().any(|proof| proof.beacon).then_some(BEACON_NOTE);
    Ok(json_lines(&VerifyAnswer { holds: true, proofs: report.proofs, beacon }))
}

/// The answer of `beacon` when the signature is genuine.
#[derive(Serialize)]
struct BeaconAnswer<'a> {
    holds: bool,
    chain: &'a str,
    round: u64,
    randomness: &'a str,
}

fn beacon_answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let proof = utf8(input).ok().and_then(Proof::read).ok_or_else(|| Refusal::new("PW-01"))?;
    match &proof.beacon {
        Some(beacon) if beacon::agrees(beacon) && beacon::is_signed(beacon) => Ok(json_lines(&BeaconAnswer {
            holds: true,
            chain: &beacon.chain,
            round: beacon.round,
            randomness: &beacon.randomness,
        })),
        Some(beacon) => Err(Refusal::new("PW-15").about(format_args!("{:?} {}", &*beacon.chain, beacon.round))),
        None => Err(Refusal::new("PW-15").about("beacon: null")),
    }
}

fn register_answer(input: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text = utf8(input)?;
    let start = match text.starts_with(HEADING) {
        true => text.find("\n{").map(|place| place + 1).ok_or_else(|| Refusal::new("PW-01"))?,
        false => 0,
    };
    let (register, document) = text.split_at(start);
    let extended = match Proof::read(document) {
        Some(proof) => {
            let findings = verify(document.as_bytes()).findings;
            if !findings.is_empty() {
                return Err(Refusal::of_findings(findings));
            }
            extend_register(register, &proof.list, Some(&proof))?
        }
        None => {
            let list: List = whole(document.as_bytes())?;
            check_list(&list)?;
            extend_register(register, &list, None)?
        }
    };
    Ok(extended.into_bytes())
}

/// Two files one after the other.
fn two<'a, T: Deserialize<'a>, U: Deserialize<'a>>(input: &'a [u8]) -> Result<(T, U), Refusal> {
    let mut reader = serde_json::Deserializer::from_str(utf8(input)?);
    let first = T::deserialize(&mut reader).map_err(unreadable)?;
    let second = U::deserialize(&mut reader).map_err(unreadable)?;
    reader.end().map_err(unreadable)?;
    Ok((first, second))
}

fn whole<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_str(utf8(input)?).map_err(unreadable)
}

fn utf8(input: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(input).map_err(|fault| Refusal::new("PW-01").about(fault))
}

fn unreadable(fault: serde_json::Error) -> Refusal {
    let refusal = Refusal::new("PW-01").about(&fault);
    if fault.line() > 0 { refusal.at_row(fault.line()) } else { refusal }
}

fn json_lines(value: &impl Serialize) -> Vec<u8> {
    // Plain structs of texts and numbers always serialise.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
