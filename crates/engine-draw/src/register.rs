//! The batch register (批次登记簿): which lists were frozen and which draws were made, as a hash chain.

use sm3::{Digest, Sm3};

use crate::list::List;
use crate::proof::Proof;
use crate::refusal::Refusal;
use crate::text::hex;

pub(crate) const HEADING: &str = "luoshi-draw-register-1";

/// A register whose lines have a known shape; whether its chain holds is asked separately.
pub(crate) struct Register<'a> {
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    /// The line without its chain.
    row: &'a str,
    kind: &'a str,
    batch: &'a str,
    chain: &'a str,
}

/// Appends the line of a frozen list to a register's text (empty for the first) or, given a proof, of its draw.
///
/// # Errors
/// [`Refusal`] `PW-01`, `PW-21` for a faulty register, `PW-20` for a second freeze or draw of the batch, `PW-22` for a
/// draw whose list was not frozen in it.
pub fn extend_register(register: &str, list: &List, proof: Option<&Proof>) -> Result<String, Refusal> {
    let text = if register.is_empty() { format!("{HEADING}\n") } else { register.to_owned() };
    let known = Register::read(&text).map_err(|row| Refusal { row, ..Refusal::new("PW-01") })?;
    if let Some(row) = known.broken_row() {
        return Err(Refusal::new("PW-21").at_row(row));
    }
    let row = match proof {
        None => freeze_row(list, &list.digest),
        Some(proof) => draw_row(proof),
    };
    let kind = if proof.is_some() { "draw" } else { "freeze" };
    if known.lines.iter().any(|line| line.kind == kind && line.batch == &*list.batch) {
        return Err(Refusal::new("PW-20").about(&*list.batch));
    }
    let freeze = freeze_row(list, &list.digest);
    if proof.is_some() && !known.lines.iter().any(|line| line.row == freeze) {
        return Err(Refusal::new("PW-22").about(&*list.batch));
    }
    let chain = link(known.lines.last().map(|line| line.chain), &row);
    Ok(format!("{text}{row}|{chain}\n"))
}

impl<'a> Register<'a> {
    /// Reads a register, heading included; on failure the first faulty line, if it is a line.
    pub(crate) fn read(text: &'a str) -> Result<Self, Option<usize>> {
        let body = text.strip_prefix(HEADING).and_then(|rest| rest.strip_prefix('\n')).ok_or(None)?;
        if body.is_empty() {
            return Ok(Self { lines: Vec::new() });
        }
        let body = body.strip_suffix('\n').ok_or(None)?;
        let read = |(place, line)| read_line(line).ok_or(Some(place + 1));
        body.split('\n').enumerate().map(read).collect::<Result<_, _>>().map(|lines| Self { lines })
    }

    /// The first line whose chain is wrong.
    pub(crate) fn broken_row(&self) -> Option<usize> {
        (0..self.lines.len())
            .find(|place| {
                let before = place.checked_sub(1).map(|before| self.lines[before].chain);
                link(before, self.lines[*place].row) != self.lines[*place].chain
            })
            .map(|place| place + 1)
    }

    /// The first line that freezes or draws a batch a second time.
    pub(crate) fn second_run(&self) -> Option<usize> {
        let mut seen = std::collections::BTreeSet::new();
        self.lines.iter().position(|line| !seen.insert((line.kind, line.batch))).map(|place| place + 1)
    }

    /// Whether the register holds the proof's freeze line (under the given digest) and after it its draw line.
    pub(crate) fn holds(&self, proof: &Proof, digest: &str) -> bool {
        let (freeze, draw) = (freeze_row(&proof.list, digest), draw_row(proof));
        let frozen = self.lines.iter().position(|line| line.row == freeze);
        frozen.is_some_and(|place| self.lines[place..].iter().any(|line| line.row == draw))
    }
}

fn read_line(line: &str) -> Option<Line<'_>> {
    let (row, chain) = line.rsplit_once('|')?;
    let parts: Vec<&str> = row.split('|').collect();
    match parts[..] {
        [kind @ "freeze", batch, _, _, _, _] | [kind @ "draw", batch, _] => Some(Line { row, kind, batch, chain }),
        _ => None,
    }
}

fn freeze_row(list: &List, digest: &str) -> String {
    let (batch, frozen_at) = (&*list.batch, &*list.frozen_at);
    format!("freeze|{batch}|{digest}|{frozen_at}|{}|{}", list.last_bundle.word(), list.waiting)
}

fn draw_row(proof: &Proof) -> String {
    format!("draw|{}|{}", &*proof.list.batch, &*proof.seal)
}

fn link(before: Option<&str>, row: &str) -> String {
    let zeros = "0".repeat(64);
    hex(&Sm3::digest(format!("{}|{row}", before.unwrap_or(&zeros))))
}
