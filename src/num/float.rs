//! Transcendental functions with identical bits everywhere, and sums that keep small terms.
//!
//! The functions of the standard library call the platform's C library, whose last digit differs
//! between systems; `libm` is one implementation compiled in.

use super::lanes::LANES;

/// Returns `x` to the power `y`.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Returns *e* to the power `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Returns the natural logarithm of `x`.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Returns the natural logarithm of `1 + x`, precise for small `x`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Returns the decimal logarithm of `x`.
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// Returns the sine of `x` radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Returns the cosine of `x` radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Returns the cube root of `x`.
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Returns the angle, in radians, whose tangent is `x`.
pub fn atan(x: f64) -> f64 {
    libm::atan(x)
}

/// Adds the values, carrying the rounding error along (Neumaier 1974).
///
/// Eight sums run side by side and are added at the end; fewer than eight values are added in their order. The
/// order is part of the result: callers that run in parallel reduce in a fixed order first.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut totals, mut lost) = ([0.0; LANES], [0.0; LANES]);
    let (mut next, mut filled) = ([0.0; LANES], 0);
    for value in values {
        next[filled] = value;
        filled += 1;
        if filled == LANES {
            for lane in 0..LANES {
                let total = totals[lane] + next[lane];
                // What was lost, whichever of the two is larger (Knuth's two-sum): no branch.
                let part = total - totals[lane];
                lost[lane] += (totals[lane] - (total - part)) + (next[lane] - part);
                totals[lane] = total;
            }
            filled = 0;
        }
    }
    let (mut total, mut rest) = (0.0_f64, 0.0_f64);
    for &value in totals.iter().chain(&next[..filled]) {
        let sum = total + value;
        rest += if total.abs() >= value.abs() {
            (total - sum) + value
        } else {
            (value - sum) + total
        };
        total = sum;
    }
    let rest = lost.iter().fold(rest, |rest, lost| rest + lost);
    // An infinite total makes the correction NaN; the total alone says what happened.
    if total.is_finite() {
        total + rest
    } else {
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_keeps_terms_that_plain_addition_loses() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]).to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn long_sums_are_as_good_as_exact() {
        // Sums of whole numbers below 2^53 are exact in any order; a thousandth of each is not.
        for count in [7, 8, 9, 64, 1001_u32] {
            let exact = f64::from(count * (count + 1) / 2);
            assert_eq!(sum((1..=count).map(f64::from)).to_bits(), exact.to_bits());
            let thousandths = sum((1..=count).map(|i| f64::from(i) / 1000.0));
            assert!((thousandths - exact / 1000.0).abs() <= 1e-15 * exact);
        }
        let lopsided = (0..900).map(|i| if i % 300 == 7 { 1e16 } else { 1.0 });
        let back = std::iter::repeat_n(-1e16, 3);
        assert_eq!(sum(lopsided.chain(back)).to_bits(), 897.0_f64.to_bits());
    }

    #[test]
    fn an_infinite_sum_is_infinite() {
        assert!(sum([f64::INFINITY, 1.0]).is_infinite());
    }
}
