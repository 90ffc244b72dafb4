//! `exp` and `ln` from sums and products alone, so that every machine gives the same bits.
//!
//! The system's own functions differ between platforms in the last place. These are branch-free and vectorise.

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts; the first has 20 zero bits at its end, so that `k * LN_2_HIGH` is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// 1.5 * 2^52: adding it rounds to a whole number and leaves that number in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// Below this the result is zero for every purpose here.
const EXP_LEAST: f64 = -700.0;

/// 1/12!, 1/11!, … 1/0!.
const EXP_TERMS: [f64; 13] = [
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// `e^x` for `x <= 700`; zero below -700.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let bounded = if x < EXP_LEAST { EXP_LEAST } else { x };
    let rounded = bounded * LOG2_E + ROUND;
    let k = rounded - ROUND;
    let rest = (bounded - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut sum = EXP_TERMS[0];
    for term in &EXP_TERMS[1..] {
        sum = sum * rest + term;
    }
    let scaled = f64::from_bits(sum.to_bits().wrapping_add(rounded.to_bits() << 52));
    if x < EXP_LEAST { 0.0 } else { scaled }
}

/// The natural logarithm of a positive, normal number.
#[inline]
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let shifted = bits.wrapping_sub(0x3fe6_a09e_667f_3bcd); // the bits of sqrt(1/2)
    let k = (shifted as i64) >> 52;
    let mantissa = f64::from_bits(bits.wrapping_sub((k << 52) as u64));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut sum = 1.0 / 21.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * square + 1.0 / odd;
    }
    let k = k as f64;
    k * LN_2_HIGH + (2.0 * s + (2.0 * s * square * sum + k * LN_2_LOW))
}

/// `ln(1 + e^z)`.
#[inline]
pub(crate) fn softplus(z: f64) -> f64 {
    z.max(0.0) + ln(1.0 + exp(-z.abs()))
}

/// `1 / (1 + e^-z)`.
#[inline]
pub(crate) fn logistic(z: f64) -> f64 {
    let small = exp(-z.abs());
    let tail = small / (1.0 + small);
    if z < 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_ln_agree_with_the_system_to_the_last_places() {
        for step in -7_000..7_000 {
            let x = f64::from(step) * 0.1 + 0.013;
            if x < 700.0 {
                assert!((exp(x) / x.exp() - 1.0).abs() < 1e-15 || x < -699.9, "exp {x}");
            }
            let y = x.exp();
            if y.is_normal() {
                assert!((ln(y) - y.ln()).abs() <= 4e-16 * y.ln().abs().max(0.1), "ln {y}");
            }
        }
        assert_eq!((exp(0.0), ln(1.0), exp(-1e300)), (1.0, 0.0, 0.0));
    }
}
