use serde::Deserialize;

use crate::beacon::Beacon;
use crate::draw::Witness;
use crate::json::Object;
use crate::list::{LIST_FORMAT, LastBundle, List, lines_digest};
use crate::text::Text;

pub(crate) const PROOF_FORMAT: &str = "luoshi-draw-proof-1";

/// The largest integer that every JSON reader keeps exactly.
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// A published draw: list, sources and outcome (派位证明).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof<'a> {
    /// The frozen list.
    pub list: List<'a>,
    /// Who ran the draw.
    pub operator: Text<'a>,
    /// The witnesses in the order they drew.
    pub witnesses: Vec<Witness<'a>>,
    /// A public beacon value, if one was used.
    pub beacon: Option<Beacon<'a>>,
    /// The seed, lower-case hex.
    pub seed: Text<'a>,
    /// 报名号 in order of admission.
    pub admitted: Vec<Text<'a>>,
    /// 报名号 of the rest in order; empty when the list keeps none.
    pub waiting_list: Vec<Text<'a>>,
    /// SM3 over the whole proof, lower-case hex.
    pub seal: Text<'a>,
}

/// The members of a proof file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members<'a> {
    #[serde(borrow)]
    format: Text<'a>,
    #[serde(borrow)]
    batch: Text<'a>,
    #[serde(borrow)]
    school: Text<'a>,
    plan: u64,
    last_bundle: LastBundle,
    waiting: bool,
    #[serde(borrow)]
    frozen_at: Text<'a>,
    #[serde(borrow)]
    keepers: Vec<Text<'a>>,
    #[serde(borrow)]
    applicants: Vec<Text<'a>>,
    #[serde(borrow)]
    digest: Text<'a>,
    #[serde(borrow)]
    operator: Text<'a>,
    #[serde(borrow)]
    witnesses: Vec<Witness<'a>>,
    #[serde(borrow)]
    beacon: Option<Beacon<'a>>,
    #[serde(borrow)]
    seed: Text<'a>,
    #[serde(borrow)]
    admitted: Vec<Text<'a>>,
    #[serde(borrow)]
    waiting_list: Vec<Text<'a>>,
    #[serde(borrow)]
    seal: Text<'a>,
}

impl<'a> Proof<'a> {
    /// Reads a proof's members; whether the bytes are canonical is for the caller to compare with [`Proof::to_bytes`].
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let members: Members = serde_json::from_str(text).ok()?;
        let list = List {
            format: LIST_FORMAT.into(),
            batch: members.batch,
            school: members.school,
            plan: members.plan,
            last_bundle: members.last_bundle,
            waiting: members.waiting,
            frozen_at: members.frozen_at,
            keepers: members.keepers,
            applicants: members.applicants,
            digest: members.digest,
        };
        let exact =
            list.plan <= INTEGER_MAX && members.beacon.as_ref().is_none_or(|beacon| beacon.round <= INTEGER_MAX);
        (exact && *members.format == *PROOF_FORMAT).then_some(Self {
            list,
            operator: members.operator,
            witnesses: members.witnesses,
            beacon: members.beacon,
            seed: members.seed,
            admitted: members.admitted,
            waiting_list: members.waiting_list,
            seal: members.seal,
        })
    }

    /// The proof file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut object = Object::with_capacity(self.list.applicants.len() * 64 + 4096);
        object.text("format", PROOF_FORMAT);
        list_members(&mut object, &self.list);
        object.text("operator", &self.operator);
        object.objects("witnesses", &self.witnesses, |object, witness| {
            object.text("role", &witness.role);
            object.text("name", &witness.name);
            object.text("drawn_at", &witness.drawn_at);
            object.text("ball", &witness.ball);
        });
        match &self.beacon {
            None => object.word("beacon", "null"),
            Some(beacon) => object.object("beacon", |object| {
                object.text("chain", &beacon.chain);
                object.word("round", beacon.round);
                object.text("signature", &beacon.signature);
                object.text("previous_signature", &beacon.previous_signature);
                object.text("randomness", &beacon.randomness);
                object.text("drawn_at", &beacon.drawn_at);
            }),
        }
        object.text("seed", &self.seed);
        object.texts("admitted", self.admitted.iter().map(|number| &**number));
        object.texts("waiting_list", self.waiting_list.iter().map(|number| &**number));
        object.text("seal", &self.seal);
        object.end()
    }

    /// The seal that belongs to the stated members, lower-case hex.
    pub fn computed_seal(&self) -> String {
        let list = &self.list;
        let mut lines = vec![
            PROOF_FORMAT.to_owned(),
            format!("batch={}", &*list.batch),
            format!("digest={}", &*list.digest),
            format!("last_bundle={}", list.last_bundle.word()),
            format!("waiting={}", list.waiting),
            format!("frozen_at={}", &*list.frozen_at),
        ];
        lines.extend(list.keepers.iter().map(|keeper| format!("keeper={}", &**keeper)));
        lines.push(format!("operator={}", &*self.operator));
        lines.extend(self.witnesses.iter().map(|witness| {
            format!("witness={}|{}|{}|{}", &*witness.role, &*witness.name, &*witness.drawn_at, &*witness.ball)
        }));
        lines.extend(self.beacon.iter().map(beacon_line));
        lines.push(format!("seed={}", &*self.seed));
        let numbers_digest = |numbers: &[Text]| lines_digest(numbers.iter().map(|number| &**number));
        let (admitted, waiting) = rayon::join(|| numbers_digest(&self.admitted), || numbers_digest(&self.waiting_list));
        lines.push(format!("admitted={admitted}"));
        lines.push(format!("waiting_list={waiting}"));
        lines_digest(lines.iter().map(String::as_str))
    }
}

impl List<'_> {
    /// The frozen list file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut object = Object::with_capacity(self.applicants.len() * 40 + 1024);
        object.text("format", LIST_FORMAT);
        list_members(&mut object, self);
        object.end()
    }
}

fn list_members(object: &mut Object, list: &List) {
    object.text("batch", &list.batch);
    object.text("school", &list.school);
    object.word("plan", list.plan);
    object.text("last_bundle", list.last_bundle.word());
    object.word("waiting", list.waiting);
    object.text("frozen_at", &list.frozen_at);
    object.texts("keepers", list.keepers.iter().map(|keeper| &**keeper));
    object.texts("applicants", list.applicants.iter().map(|line| &**line));
    object.text("digest", &list.digest);
}

fn beacon_line(beacon: &Beacon) -> String {
    let Beacon { chain, round, signature, previous_signature, randomness, drawn_at } = beacon;
    format!("beacon={}|{round}|{}|{}|{}|{}", &**chain, &**signature, &**previous_signature, &**randomness, &**drawn_at)
}
