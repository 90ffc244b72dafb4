//! The public randomness beacon drand as a further term of the seed.
//!
//! Source: drand.love, chains `quicknet` (bls-unchained-g1-rfc9380) and `default` (pedersen-bls-chained).

use drand_verify::{G1Pubkey, G2PubkeyRfc, Pubkey, derive_randomness};
use serde::{Deserialize, Serialize};

use crate::text::{Text, hex, unhex};
use crate::time;

const ROUND_MAX: u64 = 999_999_999;

/// A beacon value as the source sheet gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconClaim<'a> {
    /// `quicknet` or `default`.
    #[serde(borrow)]
    pub chain: Text<'a>,
    /// Round, from 1.
    pub round: u64,
    /// BLS signature, lower-case hex.
    #[serde(borrow)]
    pub signature: Text<'a>,
    /// The signature of the round before, for `default`; empty for `quicknet`.
    #[serde(borrow)]
    pub previous_signature: Text<'a>,
}

/// A beacon value as the proof carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beacon<'a> {
    /// `quicknet` or `default`.
    #[serde(borrow)]
    pub chain: Text<'a>,
    /// Round, from 1.
    pub round: u64,
    /// BLS signature, lower-case hex.
    #[serde(borrow)]
    pub signature: Text<'a>,
    /// The signature of the round before; empty for `quicknet`.
    #[serde(borrow)]
    pub previous_signature: Text<'a>,
    /// SHA-256 of the signature, lower-case hex.
    #[serde(borrow)]
    pub randomness: Text<'a>,
    /// The round's own time.
    #[serde(borrow)]
    pub drawn_at: Text<'a>,
}

impl<'a> Beacon<'a> {
    /// What was claimed, without what follows from it.
    pub(crate) fn claim(&self) -> BeaconClaim<'a> {
        let Beacon { chain, round, signature, previous_signature, .. } = self.clone();
        BeaconClaim { chain, round, signature, previous_signature }
    }
}

struct Chain {
    key: &'static str,
    genesis: i64,
    period: i64,
    signature_bytes: usize,
    previous_bytes: usize,
}

const QUICKNET: Chain = Chain {
    key: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis: 1_692_803_367,
    period: 3,
    signature_bytes: 48,
    previous_bytes: 0,
};

const DEFAULT: Chain = Chain {
    key: "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    genesis: 1_595_431_050,
    period: 30,
    signature_bytes: 96,
    previous_bytes: 96,
};

/// The beacon of a claim, with randomness and time computed; `None` if its form or its signature is wrong.
pub(crate) fn accept<'a>(claim: &BeaconClaim<'a>) -> Option<Beacon<'a>> {
    let chain = chain(&claim.chain)?;
    let signature = unhex(&claim.signature)?;
    let beacon = Beacon {
        chain: claim.chain.clone(),
        round: claim.round,
        signature: claim.signature.clone(),
        previous_signature: claim.previous_signature.clone(),
        randomness: hex(&derive_randomness(&signature)).into(),
        drawn_at: round_time(chain, claim.round)?.into(),
    };
    (agrees(&beacon) && is_signed(&beacon)).then_some(beacon)
}

/// Whether form, randomness and time agree with the chain; says nothing of the signature.
pub(crate) fn agrees(beacon: &Beacon) -> bool {
    let Some(chain) = chain(&beacon.chain) else { return false };
    let (Some(signature), Some(previous)) = (unhex(&beacon.signature), unhex(&beacon.previous_signature)) else {
        return false;
    };
    signature.len() == chain.signature_bytes
        && previous.len() == chain.previous_bytes
        && hex(&derive_randomness(&signature)) == *beacon.randomness
        && round_time(chain, beacon.round).is_some_and(|time| time == *beacon.drawn_at)
}

/// Whether the signature is the chain's own over this round, checked offline.
pub(crate) fn is_signed(beacon: &Beacon) -> bool {
    let Some(chain) = chain(&beacon.chain) else { return false };
    let parts = (unhex(chain.key), unhex(&beacon.previous_signature), unhex(&beacon.signature));
    let (Some(key), Some(previous), Some(signature)) = parts else { return false };
    let verdict = match &*beacon.chain {
        "quicknet" => G2PubkeyRfc::from_variable(&key).map(|key| key.verify(beacon.round, &previous, &signature)),
        _ => G1Pubkey::from_variable(&key).map(|key| key.verify(beacon.round, &previous, &signature)),
    };
    matches!(verdict, Ok(Ok(true)))
}

fn chain(name: &str) -> Option<&'static Chain> {
    match name {
        "quicknet" => Some(&QUICKNET),
        "default" => Some(&DEFAULT),
        _ => None,
    }
}

fn round_time(chain: &Chain, round: u64) -> Option<String> {
    let steps = i64::try_from(round).ok().filter(|_| (1..=ROUND_MAX).contains(&round))? - 1;
    time::text(chain.genesis + steps * chain.period)
}
