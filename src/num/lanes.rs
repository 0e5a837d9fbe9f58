//! Eight numbers at a time: the transcendental functions that draws need.
//!
//! [`super::float`] computes one value after the other. Draws come in lanes of eight, so here are
//! branch-free versions that the compiler turns into vector instructions. They use additions,
//! multiplications, divisions and square roots only, each rounded as IEEE 754 demands, and never a
//! fused multiply-add: the bits are the same with any vector width on any machine.
//!
//! The polynomials are those of Sun's freely distributable mathematics library (fdlibm, 1993). The
//! results are within one or two units in the last place of [`super::float`], not equal to it.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]
#![expect(
    clippy::many_single_char_names,
    reason = "the names of the published algorithms"
)]

use pulp::{Arch, Simd, WithSimd};

/// Draws that are computed side by side.
pub const LANES: usize = 8;

/// One number of each of [`LANES`] draws.
pub type Lane = [f64; LANES];

/// Adding this to a number below 2^51 leaves its nearest whole number in the low bits.
pub(crate) const TO_WHOLE: f64 = 4_503_599_627_370_496.0;

/// Applies a function to each lane.
#[inline(always)]
pub fn map(x: Lane, f: impl Fn(f64) -> f64) -> Lane {
    let mut out = x;
    for value in &mut out {
        *value = f(*value);
    }
    out
}

/// Returns the natural logarithm of positive, normal numbers; other arguments give nonsense.
#[inline(always)]
pub fn ln(x: Lane) -> Lane {
    map(x, ln_one)
}

#[inline(always)]
fn ln_one(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    // x = 2^k m with m in [sqrt(1/2), sqrt(2)).
    let shifted = x.to_bits().wrapping_add(ONE - ROOT_HALF);
    let biased = shifted >> 52;
    let k = f64::from_bits(biased | TO_WHOLE.to_bits()) - (TO_WHOLE + 1023.0);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(ROOT_HALF));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w
        * (3.999_999_999_940_942e-1
            + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1
                + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let half_square = 0.5 * f * f;
    s * (half_square + (odd + even)) + k * LN2_LOW - half_square + f + k * LN2_HIGH
}

/// Returns *e* to the powers `x`; beyond -708 and 709 the argument is put on that limit.
#[inline(always)]
pub fn exp(x: Lane) -> Lane {
    map(x, exp_one)
}

/// Replaces each number of a column by its natural logarithm; zeros and other numbers that are not
/// positive and normal take the way of [`super::float::ln`].
pub fn ln_column(values: &mut [f64]) {
    Arch::new().dispatch(Columnwise {
        values,
        function: ln,
        holds: |x: f64| x.is_normal() && x > 0.0,
        other: super::float::ln,
    });
}

/// Replaces each number of a column by its power of *e*; numbers below -708 or above 709 take the way of
/// [`super::float::exp`].
pub fn exp_column(values: &mut [f64]) {
    Arch::new().dispatch(Columnwise {
        values,
        function: exp,
        holds: |x: f64| (-708.0..=709.0).contains(&x),
        other: super::float::exp,
    });
}

/// Applies a function to whole lanes, the last one filled up, so that equal numbers give equal results
/// wherever they stand; where it does not hold, `other` is asked.
struct Columnwise<'a, F, H, O> {
    values: &'a mut [f64],
    function: F,
    holds: H,
    other: O,
}

impl<F, H, O> WithSimd for Columnwise<'_, F, H, O>
where
    F: Fn(Lane) -> Lane,
    H: Fn(f64) -> bool,
    O: Fn(f64) -> f64,
{
    type Output = ();

    #[inline(always)]
    fn with_simd<I: Simd>(self, _: I) {
        let (chunks, rest) = self.values.as_chunks_mut::<LANES>();
        let each = |lane: Lane| {
            let mut results = (self.function)(lane);
            if !lane.iter().fold(true, |all, &x| all & (self.holds)(x)) {
                for (result, &x) in results.iter_mut().zip(&lane) {
                    if !(self.holds)(x) {
                        *result = (self.other)(x);
                    }
                }
            }
            results
        };
        for chunk in chunks {
            *chunk = each(*chunk);
        }
        if !rest.is_empty() {
            let mut lane = [1.0; LANES];
            lane[..rest.len()].copy_from_slice(rest);
            rest.copy_from_slice(&each(lane)[..rest.len()]);
        }
    }
}

#[inline(always)]
fn exp_one(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // Half as much again as TO_WHOLE, so that negative whole numbers fit as well.
    const SHIFT: f64 = 1.5 * TO_WHOLE;
    let x = if x > 709.0 { 709.0 } else { x };
    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let k = shifted - SHIFT;
    let high = x - k * LN2_HIGH;
    let low = k * LN2_LOW;
    let r = high - low;
    let z = r * r;
    let c = r - z
        * (1.666_666_666_666_660_2e-1
            + z * (-2.777_777_777_701_559_3e-3
                + z * (6.613_756_321_437_934e-5
                    + z * (-1.653_390_220_546_525_2e-6 + z * 4.138_136_797_057_238_5e-8))));
    let y = 1.0 + (r * c / (2.0 - c) - low + high);
    // The low bits of `shifted` are k in two's complement: moved up, they scale by 2^k.
    f64::from_bits(y.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// Returns sine and cosine of an angle given in whole turns, from 0 to 1.
#[inline(always)]
pub fn sin_cos_turns(turns: Lane) -> (Lane, Lane) {
    let (mut sines, mut cosines) = ([0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        (sines[lane], cosines[lane]) = sin_cos_one(turns[lane]);
    }
    (sines, cosines)
}

#[inline(always)]
fn sin_cos_one(turns: f64) -> (f64, f64) {
    let quarters = turns * 4.0;
    let shifted = quarters + TO_WHOLE;
    let quadrant = shifted.to_bits();
    let x = (quarters - (shifted - TO_WHOLE)) * std::f64::consts::FRAC_PI_2;
    let z = x * x;
    let sine = x + x
        * z
        * (-1.666_666_666_666_663_2e-1
            + z * (8.333_333_333_322_49e-3
                + z * (-1.984_126_982_985_795e-4
                    + z * (2.755_731_370_707_006_8e-6
                        + z * (-2.505_076_025_340_686_3e-8 + z * 1.589_690_995_211_55e-10)))));
    let cosine = 1.0 - 0.5 * z
        + z * z
            * (4.166_666_666_666_66e-2
                + z * (-1.388_888_888_887_411e-3
                    + z * (2.480_158_728_947_673e-5
                        + z * (-2.755_731_435_139_066_3e-7
                            + z * (2.087_572_321_298_175e-9 - z * 1.135_964_755_778_819_5e-11)))));
    // Odd quadrants swap the two; the signs go + + - - for sine and + - - + for cosine.
    let swap = quadrant & 1 == 1;
    let (s, c) = if swap { (cosine, sine) } else { (sine, cosine) };
    let sine_sign = (quadrant & 2) << 62;
    let cosine_sign = ((quadrant ^ (quadrant >> 1)) & 1) << 63;
    (
        f64::from_bits(s.to_bits() ^ sine_sign),
        f64::from_bits(c.to_bits() ^ cosine_sign),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_any_length_agree_with_one_number_at_a_time() {
        let close = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a - b).abs() <= 1e-14 * b.abs();
        for length in [0, 1, 7, 8, 9, 21] {
            let x: Vec<f64> = (0..length).map(|i| f64::from(i) * 0.37).collect();
            let (mut logs, mut powers) = (x.clone(), x.clone());
            ln_column(&mut logs);
            exp_column(&mut powers);
            for ((x, ln), exp) in x.iter().zip(&logs).zip(&powers) {
                assert!(close(*ln, crate::num::float::ln(*x)), "{x} {ln}");
                assert!(close(*exp, crate::num::float::exp(*x)), "{x} {exp}");
            }
        }
        let mut odd = [0.0, -1.0, 5e-324, 1.0];
        ln_column(&mut odd);
        assert!(odd[0].is_infinite() && odd[1].is_nan() && odd[2] < -744.0 && odd[3] == 0.0);
        let mut far = [-800.0, 800.0];
        exp_column(&mut far);
        assert!(far[0] == 0.0 && far[1].is_infinite());
    }

    use crate::num::float;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 4e-16 * b.abs().max(1e-3)
    }

    #[test]
    fn logarithms_agree_with_the_scalar_ones_from_tiny_to_huge() {
        for i in 1..4000_u32 {
            let x = f64::from(i) * 0.013 * if i % 3 == 0 { 1e-12 } else { 1.0 };
            let ours = ln([x; LANES])[3];
            assert!(close(ours, float::ln(x)), "ln {x}: {ours}");
        }
        assert!(ln([1.0; LANES])[0].abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn powers_of_e_agree_with_the_scalar_ones_on_both_sides_of_zero() {
        for i in -3000..3000_i32 {
            let x = f64::from(i) * 0.11;
            let (ours, scalar) = (exp([x; LANES])[5], float::exp(x));
            assert!((ours / scalar - 1.0).abs() < 5e-16, "exp {x}: {ours}");
        }
    }

    #[test]
    fn every_quadrant_has_its_sine_and_cosine() {
        for i in 0..1000_u32 {
            let turns = f64::from(i) / 1000.0;
            let angle = turns * std::f64::consts::TAU;
            let (s, c) = sin_cos_turns([turns; LANES]);
            assert!(
                (s[0] - float::sin(angle)).abs() < 2e-15,
                "sin of {turns} turns"
            );
            assert!(
                (c[7] - float::cos(angle)).abs() < 2e-15,
                "cos of {turns} turns"
            );
        }
    }
}
