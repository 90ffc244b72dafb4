use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount of money in 分, never negative and never above [`Fen::MAX`].
///
/// Every sum goes through [`Fen::plus`] and [`Fen::minus`], so an overflow cannot be written down.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Fen(i64);

impl Fen {
    /// 10^15 分, ten million million yuan: above any public budget, and six of them fit into `i64` with room to spare.
    pub const MAX: Fen = Fen(1_000_000_000_000_000);
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// The amount, or `None` outside `0..=Fen::MAX`.
    pub const fn new(fen: i64) -> Option<Fen> {
        if fen < 0 || fen > Self::MAX.0 { None } else { Some(Fen(fen)) }
    }

    /// The amount in 分.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or `None` above [`Fen::MAX`].
    pub const fn plus(self, other: Fen) -> Option<Fen> {
        Self::new(self.0 + other.0)
    }

    /// The difference, or `None` below zero.
    pub const fn minus(self, other: Fen) -> Option<Fen> {
        Self::new(self.0 - other.0)
    }
}

impl TryFrom<i64> for Fen {
    type Error = String;

    fn try_from(fen: i64) -> Result<Self, Self::Error> {
        Self::new(fen).ok_or_else(|| format!("{fen} is no amount in 分 (0 to {})", Self::MAX.0))
    }
}

/// Shown in 元 with two decimals.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
