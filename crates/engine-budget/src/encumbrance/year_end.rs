//! The end of the year: what lapses, what goes on.

use std::collections::BTreeMap;

use super::{Budget, Opening, OpeningContract, OpeningLine, RequestState, sum};
use crate::{Fen, Refusal};

/// Lets open requests lapse and carries unfinished contracts; nothing stays encumbered.
pub(super) fn close(budget: &mut Budget) -> Result<(), Refusal> {
    for request in budget.requests.values_mut() {
        request.state = match request.state {
            RequestState::Submitted | RequestState::Approved => RequestState::Expired,
            RequestState::Contracted | RequestState::Settled if request.held() > Fen::ZERO => match request.party {
                Some(_) => RequestState::Carried,
                None => RequestState::Expired,
            },
            RequestState::Contracted => RequestState::Settled,
            other => other,
        };
    }
    for line in budget.lines.values_mut() {
        line.encumbered = Fen::ZERO;
    }
    budget.closed = true;
    Ok(())
}

pub(super) fn next_opening(budget: &Budget) -> Result<Opening, Refusal> {
    if !budget.closed {
        let year = budget.year;
        return Err(Refusal::new(
            "YS-09",
            format!("{year} 年度尚未结账"),
            format!("the year {year} is not closed yet"),
        ));
    }
    let mut contracts = Vec::new();
    let mut carried: BTreeMap<&str, Fen> = BTreeMap::new();
    for (id, request) in &budget.requests {
        let (RequestState::Carried, Some(party)) = (request.state, &request.party) else { continue };
        let outstanding = request.value.minus(request.paid).unwrap_or(Fen::ZERO);
        let total = carried.entry(&request.line).or_default();
        *total = sum(*total, outstanding)?;
        contracts.push(OpeningContract {
            request: id.clone(),
            line: carried_name(&request.line, budget.year),
            party: party.clone(),
            outstanding,
        });
    }
    let lines = carried
        .into_iter()
        .map(|(line, approved)| OpeningLine {
            line: carried_name(line, budget.year),
            approved,
            three_public: budget.lines.get(line).and_then(|line| line.three_public),
        })
        .collect();
    Ok(Opening { year: budget.year + 1, lines, ceilings: Vec::new(), contracts, settings: budget.settings.clone() })
}

/// The 结转 line of a line: its name and the year the money comes from.
fn carried_name(line: &str, year: i16) -> String {
    format!("{line}@{year}")
}
