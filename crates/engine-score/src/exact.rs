use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An exact fraction. Read from `85`, `6.375`, `"6.375"` or `"720/1281"`; written as the shortest exact decimal, or `n/d`.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

/// The most digits accepted in one number: enough for any measure, too few to exhaust memory.
const DIGITS_MOST: usize = 40;

impl Exact {
    /// Zero.
    pub fn zero() -> Exact {
        Exact(BigRational::zero())
    }

    /// One.
    pub fn one() -> Exact {
        Exact(BigRational::one())
    }

    /// A whole number.
    pub fn whole(number: i64) -> Exact {
        Exact(BigRational::from_integer(BigInt::from(number)))
    }

    /// The quotient, or `None` when the divisor is zero.
    pub fn over(&self, divisor: &Exact) -> Option<Exact> {
        (!divisor.is_zero()).then(|| Exact(&self.0 / &divisor.0))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// The value rounded to some decimals, halves away from zero.
    pub fn rounded(&self, decimals: u32) -> Exact {
        let scale = BigRational::from_integer(BigInt::from(10).pow(decimals.min(DIGITS_MOST as u32)));
        Exact((&self.0 * &scale).round() / scale)
    }

    /// The value for display, rounded to a fixed number of decimals.
    pub fn shown(&self, decimals: u32) -> String {
        let decimals = decimals.min(DIGITS_MOST as u32) as usize;
        let scaled = (&self.0 * BigRational::from_integer(BigInt::from(10).pow(decimals as u32))).round().to_integer();
        let sign = if scaled.is_negative() { "-" } else { "" };
        let digits = format!("{:0>width$}", scaled.abs().to_string(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }

    /// Decimals needed to write the value exactly, `None` when no decimal does.
    fn decimals(&self) -> Option<u32> {
        let (mut rest, mut most) = (self.0.denom().clone(), 0);
        for prime in [2, 5] {
            let (prime, mut count) = (BigInt::from(prime), 0);
            while (&rest % &prime).is_zero() {
                rest /= &prime;
                count += 1;
            }
            most = most.max(count);
        }
        (rest.is_one() && most <= DIGITS_MOST as u32).then_some(most)
    }
}

impl Add<&Exact> for Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        Exact(self.0 + &other.0)
    }
}

impl Sub<&Exact> for Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        Exact(self.0 - &other.0)
    }
}

impl Mul<&Exact> for Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        Exact(self.0 * &other.0)
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(terms: I) -> Exact {
        terms.fold(Exact::zero(), |sum, term| sum + &term)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimals() {
            Some(decimals) => f.write_str(&self.shown(decimals)),
            None => write!(f, "{}/{}", self.0.numer(), self.0.denom()),
        }
    }
}

impl FromStr for Exact {
    type Err = String;

    fn from_str(text: &str) -> Result<Exact, String> {
        let wrong =
            || format!("`{}` is no number such as 85, 6.375 or 720/1281", text.chars().take(60).collect::<String>());
        match text.split_once('/') {
            None => decimal(text).map(Exact).ok_or_else(wrong),
            Some((top, bottom)) => {
                let (top, bottom) = (decimal(top).ok_or_else(wrong)?, decimal(bottom).ok_or_else(wrong)?);
                Exact(top).over(&Exact(bottom)).ok_or_else(wrong)
            }
        }
    }
}

fn decimal(text: &str) -> Option<BigRational> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let sound =
        |part: &str| !part.is_empty() && part.len() <= DIGITS_MOST && part.bytes().all(|byte| byte.is_ascii_digit());
    if !sound(whole) || !sound(part) {
        return None;
    }
    let numerator: BigInt = format!("{whole}{part}").parse().ok()?;
    let scale = BigInt::from(10).pow(u32::try_from(part.len()).ok()?);
    Some(BigRational::new(numerator * sign, scale))
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        deserializer.deserialize_any(ExactVisitor)
    }
}

struct ExactVisitor;

impl Visitor<'_> for ExactVisitor {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or text such as \"6.375\" or \"720/1281\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Exact, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Exact, E> {
        Ok(Exact::whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Exact, E> {
        Ok(Exact(BigRational::from_integer(BigInt::from(number))))
    }

    /// The shortest decimal that reads back as this float: what was typed, up to 15 digits.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Exact, E> {
        number.to_string().parse().map_err(E::custom)
    }
}
