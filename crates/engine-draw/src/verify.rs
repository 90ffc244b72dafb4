use rayon::prelude::*;

use crate::draw::{self, Ceremony};
use crate::list::{self, List, parts};
use crate::order;
use crate::proof::Proof;
use crate::refusal::{Finding, Refusal};
use crate::register::{HEADING, Register};
use crate::text::Text;

/// What a verification saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Every fault, in the order of the manual; empty when all proofs hold.
    pub findings: Vec<Finding>,
    /// One line for each proof that could be read.
    pub proofs: Vec<Summary>,
}

/// What a proof states, for people to compare with what was published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// The document, counted from 1.
    pub document: usize,
    /// Batch number.
    pub batch: String,
    /// School.
    pub school: String,
    /// Places.
    pub plan: u64,
    /// Applicants in the list.
    pub applicants: usize,
    /// Applicants admitted.
    pub admitted: usize,
    /// H as stated.
    pub digest: String,
    /// Seal as stated.
    pub seal: String,
    /// Whether a beacon is part of the seed.
    pub beacon: bool,
}

/// A proof that could be read, and what later steps need of it.
struct Reading<'a> {
    document: usize,
    proof: Proof<'a>,
    /// The digest recomputed, if the list was sound.
    digest: Option<String>,
}

/// Verifies proofs and the batch register, given one after another as one input.
///
/// Steps and order of findings are those of the manual page.
pub fn verify(input: &[u8]) -> Report {
    let mut report = Report { findings: Vec::new(), proofs: Vec::new() };
    let Some(documents) = std::str::from_utf8(input).ok().and_then(split_documents) else {
        report.findings.push(Finding::new(1, "PW-01", None));
        return report;
    };
    let mut readings: Vec<Reading> = Vec::new();
    let mut registers = Vec::new();
    for (place, text) in documents.iter().enumerate() {
        match text.starts_with('{') {
            true => readings.extend(verify_proof(place + 1, text, &mut report.findings)),
            false => registers.push((place + 1, *text)),
        }
    }
    let register = verify_registers(&registers, &mut report.findings);
    for place in 0..readings.len() {
        verify_between(&readings, place, register.as_ref(), &mut report.findings);
    }
    report.proofs = readings.iter().map(summary).collect();
    report
}

/// Cuts the input before each line that begins a document; `None` if it does not begin with one.
fn split_documents(text: &str) -> Option<Vec<&str>> {
    let begins = |line: &str| line == "{" || line == HEADING;
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        if begins(line) {
            starts.push(at);
        }
        at += line.len() + 1;
    }
    if starts.first() != Some(&0) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    Some(starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect())
}

/// Steps 1 to 16 for one proof.
fn verify_proof<'a>(document: usize, text: &'a str, findings: &mut Vec<Finding>) -> Option<Reading<'a>> {
    let Some(proof) = Proof::read(text) else {
        findings.push(Finding::new(document, "PW-01", None));
        return None;
    };
    let ((canonical, lines), (digest, seal)) = rayon::join(
        || (proof.to_bytes() == text.as_bytes(), list::check_lines(&proof.list)),
        || (proof.list.computed_digest(), proof.computed_seal()),
    );
    if !canonical {
        findings.push(Finding::new(document, "PW-01", None));
        return None;
    }
    let sound = check_texts(&proof)
        .and_then(|()| list::check_plan(proof.list.plan))
        .and(lines)
        .and_then(|()| list::check_size(&proof.list));
    if let Err(Refusal { rule, row, .. }) = sound {
        findings.push(Finding::new(document, rule, row));
        return Some(Reading { document, proof, digest: None });
    }
    let faults = outcome_faults(&proof, &digest, &seal);
    findings.extend(faults.into_iter().map(|(rule, row)| Finding::new(document, rule, row)));
    Some(Reading { document, proof, digest: Some(digest) })
}

/// Step 2: every text of list and sources.
fn check_texts(proof: &Proof) -> Result<(), Refusal> {
    list::check_texts(&proof.list)?;
    draw::check_sheet_texts(&proof.operator, &proof.witnesses)
}

/// Steps 7 to 16 for a proof whose list is sound.
fn outcome_faults(proof: &Proof, digest: &str, seal: &str) -> Vec<(&'static str, Option<usize>)> {
    let mut faults = Vec::new();
    if digest != &*proof.list.digest {
        faults.push(("PW-09", None));
    }
    let ceremony = Ceremony {
        frozen_at: &proof.list.frozen_at,
        keepers: &proof.list.keepers,
        operator: &proof.operator,
        witnesses: &proof.witnesses,
        beacon: proof.beacon.as_ref(),
    };
    faults.extend(ceremony.faults());
    let seed = draw::seed(digest, &proof.witnesses, proof.beacon.as_ref());
    if seed != *proof.seed {
        faults.push(("PW-16", None));
    }
    let outcome = order::outcome(&proof.list, &seed);
    faults.extend(first_difference(&proof.list, &outcome.admitted, &proof.admitted).map(|row| ("PW-17", Some(row))));
    faults.extend(first_difference(&proof.list, &outcome.waiting, &proof.waiting_list).map(|row| ("PW-18", Some(row))));
    if seal != &*proof.seal {
        faults.push(("PW-19", None));
    }
    faults
}

/// The first place, counted from 1, where the stated numbers are not the computed ones.
fn first_difference(list: &List, computed: &[u32], stated: &[Text]) -> Option<usize> {
    let number = |place: u32| parts(&list.applicants[place as usize]).0;
    let differs = computed.par_iter().zip(stated).position_first(|(place, stated)| number(*place) != &**stated);
    let shorter = computed.len().min(stated.len());
    differs.or((computed.len() != stated.len()).then_some(shorter)).map(|place| place + 1)
}

/// Steps 17 to 19; gives the register that counts, if one could be read.
fn verify_registers<'a>(texts: &[(usize, &'a str)], findings: &mut Vec<Finding>) -> Option<Register<'a>> {
    let mut counted = None;
    for (nth, (document, text)) in texts.iter().enumerate() {
        let read = if nth == 0 { Register::read(text) } else { Err(None) };
        match read {
            Err(row) => findings.push(Finding::new(*document, "PW-01", row)),
            Ok(register) => {
                findings.extend(register.broken_row().map(|row| Finding::new(*document, "PW-21", Some(row))));
                findings.extend(register.second_run().map(|row| Finding::new(*document, "PW-20", Some(row))));
                counted = Some(register);
            }
        }
    }
    counted
}

/// Steps 20 and 21 for the proof at `place`.
fn verify_between(readings: &[Reading], place: usize, register: Option<&Register>, findings: &mut Vec<Finding>) {
    let Reading { document, proof, digest } = &readings[place];
    let second = readings[..place]
        .iter()
        .any(|other| other.proof.list.batch == proof.list.batch && other.proof.seal != proof.seal);
    if second {
        findings.push(Finding::new(*document, "PW-20", None));
    }
    if let (Some(register), Some(digest)) = (register, digest)
        && !register.holds(proof, digest)
    {
        findings.push(Finding::new(*document, "PW-22", None));
    }
}

fn summary(reading: &Reading) -> Summary {
    let Reading { document, proof, .. } = reading;
    Summary {
        document: *document,
        batch: proof.list.batch.to_string(),
        school: proof.list.school.to_string(),
        plan: proof.list.plan,
        applicants: proof.list.applicants.len(),
        admitted: proof.admitted.len(),
        digest: proof.list.digest.to_string(),
        seal: proof.seal.to_string(),
        beacon: proof.beacon.is_some(),
    }
}
