use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::beacon::{self, Beacon, BeaconClaim};
use crate::list::{self, List, parts};
use crate::order;
use crate::proof::Proof;
use crate::refusal::Refusal;
use crate::text::{Text, hex, is_plain};
use crate::time;

const DAY_SECONDS: i64 = 86_400;
const NOTARY: &str = "公证员";

/// The sources of one draw as taken down at the ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet<'a> {
    /// Who runs the draw; must not be one who may edit the list.
    #[serde(borrow)]
    pub operator: Text<'a>,
    /// At least three, a notary (公证员) among them, in the order they drew.
    #[serde(borrow)]
    pub witnesses: Vec<Witness<'a>>,
    /// A public beacon value, if one is used.
    #[serde(borrow, default)]
    pub beacon: Option<BeaconClaim<'a>>,
}

/// One witness and the ball drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness<'a> {
    /// For example 公证员, 人大代表, 家长代表.
    #[serde(borrow)]
    pub role: Text<'a>,
    /// The witness's name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// When the ball was drawn.
    #[serde(borrow)]
    pub drawn_at: Text<'a>,
    /// Two digits.
    #[serde(borrow)]
    pub ball: Text<'a>,
}

/// Draws: checks list and sources, mixes the seed, orders the bundles and admits while places remain.
///
/// # Errors
/// [`Refusal`] `PW-02` to `PW-15`: a faulty or changed list, too early, too few witnesses, a false beacon.
pub fn draw<'a>(list: List<'a>, sheet: Sheet<'a>) -> Result<Proof<'a>, Refusal> {
    list::check_list(&list)?;
    let beacon = accept_sources(&list.frozen_at, &list.keepers, &sheet)?;
    let seed = seed(&list.digest, &sheet.witnesses, beacon.as_ref());
    let outcome = order::outcome(&list, &seed);
    let name = |places: &[u32]| -> Vec<Text<'a>> {
        let line = |place: &u32| &list.applicants[*place as usize];
        places.par_iter().map(line).map(|line| line.head(parts(line).0.len())).collect()
    };
    let (admitted, waiting_list) = (name(&outcome.admitted), name(&outcome.waiting));
    let mut proof = Proof {
        list,
        operator: sheet.operator,
        witnesses: sheet.witnesses,
        beacon,
        seed: seed.into(),
        admitted,
        waiting_list,
        seal: "".into(),
    };
    proof.seal = proof.computed_seal().into();
    Ok(proof)
}

/// The seed from digest, balls and beacon, lower-case hex.
pub(crate) fn seed(digest: &str, witnesses: &[Witness], beacon: Option<&Beacon>) -> String {
    let mut hash = Sm3::new();
    hash.update(digest);
    let terms = witnesses.iter().map(|witness| &*witness.ball).chain(beacon.map(|beacon| &*beacon.randomness));
    for term in terms {
        hash.update("|");
        hash.update(term);
    }
    hex(&hash.finalize())
}

/// Checks a sheet against the freeze; gives the beacon with its randomness.
pub(crate) fn accept_sources<'a>(
    frozen_at: &str,
    keepers: &[Text],
    sheet: &Sheet<'a>,
) -> Result<Option<Beacon<'a>>, Refusal> {
    check_sheet_texts(&sheet.operator, &sheet.witnesses)?;
    let beacon = match &sheet.beacon {
        None => None,
        Some(claim) => Some(beacon::accept(claim).ok_or_else(|| Refusal::new("PW-15"))?),
    };
    let ceremony = Ceremony {
        frozen_at,
        keepers,
        operator: &sheet.operator,
        witnesses: &sheet.witnesses,
        beacon: beacon.as_ref(),
    };
    match ceremony.faults().first() {
        Some((rule, row)) => Err(Refusal { row: *row, ..Refusal::new(rule) }),
        None => Ok(beacon),
    }
}

pub(crate) fn check_sheet_texts(operator: &str, witnesses: &[Witness]) -> Result<(), Refusal> {
    let mut texts =
        std::iter::once(operator).chain(witnesses.iter().flat_map(|witness| [&*witness.role, &*witness.name]));
    match texts.find(|text| !is_plain(text)) {
        Some(text) => {
            Err(Refusal::new("PW-02").about(format_args!("{:?}", text.chars().take(100).collect::<String>())))
        }
        None => Ok(()),
    }
}

/// Who drew what and when, beside when the list was frozen and who may edit it.
pub(crate) struct Ceremony<'c, 'a> {
    pub(crate) frozen_at: &'c str,
    pub(crate) keepers: &'c [Text<'a>],
    pub(crate) operator: &'c str,
    pub(crate) witnesses: &'c [Witness<'a>],
    pub(crate) beacon: Option<&'c Beacon<'a>>,
}

impl Ceremony<'_, '_> {
    /// Steps 8 to 12 of the manual: rule and row of everything wrong with the sources.
    pub(crate) fn faults(&self) -> Vec<(&'static str, Option<usize>)> {
        let mut faults = Vec::new();
        faults.extend(self.time_fault().map(|rule| (rule, None)));
        let witnesses = self.witnesses;
        let repeated = (1..witnesses.len())
            .any(|place| witnesses[..place].iter().any(|witness| witness.name == witnesses[place].name));
        let notary = witnesses.iter().any(|witness| *witness.role == *NOTARY);
        if witnesses.len() < 3 || !notary || repeated {
            faults.push(("PW-12", None));
        }
        let two_digits = |ball: &str| ball.len() == 2 && ball.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(place) = witnesses.iter().position(|witness| !two_digits(&witness.ball)) {
            faults.push(("PW-13", Some(place + 1)));
        }
        if self.keepers.iter().any(|keeper| **keeper == *self.operator) {
            faults.push(("PW-14", None));
        }
        if self.beacon.is_some_and(|beacon| !beacon::agrees(beacon)) {
            faults.push(("PW-15", None));
        }
        faults
    }

    fn time_fault(&self) -> Option<&'static str> {
        let balls = self.witnesses.iter().map(|witness| &*witness.drawn_at);
        let drawn = balls.chain(self.beacon.map(|beacon| &*beacon.drawn_at));
        let times: Option<Vec<i64>> = drawn.map(time::seconds).collect();
        let (Some(frozen), Some(times)) = (time::seconds(self.frozen_at), times) else { return Some("PW-10") };
        let first = times.into_iter().min()?;
        (first - frozen < DAY_SECONDS).then_some("PW-11")
    }
}
