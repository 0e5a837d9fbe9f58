//! Student's t distribution, with the same bits on every platform.
//!
//! Statistics crates call the platform's logarithms, whose last digit differs between systems. The
//! incomplete beta function is short, so it is written here on `float` and `libm`.

use super::float;

/// Returns the probability that a variable with `df` degrees of freedom exceeds `x`.
///
/// The tail is computed directly, so that small probabilities keep their digits. An infinite `x`
/// gives 0 or 1.
///
/// # Reference
///
/// NIST *Digital Library of Mathematical Functions*, 8.17 (regularised incomplete beta function).
///
/// ```
/// use exacity::num::student::survival;
/// // One degree of freedom is the Cauchy distribution: P(T > 1) = 1/4.
/// assert!((survival(1.0, 1.0) - 0.25).abs() < 1e-14);
/// ```
pub fn survival(x: f64, df: f64) -> f64 {
    if x.is_infinite() {
        return if x > 0.0 { 0.0 } else { 1.0 };
    }
    let tail = 0.5 * incomplete_beta(df / 2.0, 0.5, df / (df + x * x));
    if x > 0.0 { tail } else { 1.0 - tail }
}

/// Returns the value that is not exceeded with probability `p`, for `p` strictly between 0 and 1.
///
/// Found by Newton's steps on the tail, kept inside a bracket: exact to the last few bits.
pub fn quantile(p: f64, df: f64) -> f64 {
    let (tail, sign) = if p < 0.5 { (p, -1.0) } else { (1.0 - p, 1.0) };
    if (tail - 0.5).abs() < 1e-16 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while survival(high, df) > tail && high < 1e300 {
        (low, high) = (high, high * 2.0);
    }
    let mut at = f64::midpoint(low, high);
    for _ in 0..200 {
        let above = survival(at, df) - tail;
        if above > 0.0 {
            low = at;
        } else {
            high = at;
        }
        let newton = at + above / density(at, df);
        let next = if low < newton && newton < high {
            newton
        } else {
            f64::midpoint(low, high)
        };
        if (next - at).abs() <= 1e-15 * at.abs() {
            break;
        }
        at = next;
    }
    sign * at
}

fn density(x: f64, df: f64) -> f64 {
    let half = f64::midpoint(df, 1.0);
    let log = libm::lgamma(half) - libm::lgamma(df / 2.0) - half * float::ln_1p(x * x / df);
    float::exp(log) / (df * std::f64::consts::PI).sqrt()
}

/// Returns the regularised incomplete beta function `I_x(a, b)`.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let front = float::exp(a * float::ln(x) + b * float::ln_1p(-x) - log_beta);
    // The fraction converges fast on the near side of the mean; the other side is its mirror image.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// Evaluates the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method.
#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..500 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms: one degree of freedom is Cauchy, two have an algebraic distribution function.
    #[test]
    fn one_and_two_degrees_of_freedom_agree_with_their_closed_forms() {
        for x in [-40.0, -3.0, -0.2, 0.0, 0.7, 2.5, 900.0] {
            let cauchy = 0.5 - float::atan(x) / std::f64::consts::PI;
            assert!((survival(x, 1.0) - cauchy).abs() < 1e-14, "{x}");
            let two = 0.5 - x / (2.0 * (2.0 + x * x).sqrt());
            assert!((survival(x, 2.0) - two).abs() < 1e-13, "{x}");
        }
    }

    /// NIST/SEMATECH *e-Handbook of Statistical Methods*, table 1.3.6.7.2 (upper critical values).
    #[test]
    fn critical_values_agree_with_the_printed_table() {
        let table = [
            (0.90, 1.0, 3.078),
            (0.90, 3.0, 1.638),
            (0.95, 5.0, 2.015),
            (0.975, 10.0, 2.228),
            (0.99, 2.0, 6.965),
            (0.995, 30.0, 2.750),
            (0.999, 100.0, 3.174),
        ];
        for (p, df, printed) in table {
            let q = quantile(p, df);
            assert!((q - printed).abs() < 5.1e-4, "{p} {df}: {q}");
            assert!((quantile(1.0 - p, df) + q).abs() < 1e-9, "symmetry");
        }
    }

    #[test]
    fn the_quantile_inverts_the_tail() {
        for df in [1.0, 2.0, 3.0, 7.0, 60.0] {
            for p in [1e-6, 0.1, 0.25, 0.5, 0.8, 0.999] {
                let back = 1.0 - survival(quantile(p, df), df);
                assert!((back - p).abs() < 1e-12, "{df} {p}: {back}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_line_are_certain() {
        assert!(survival(f64::INFINITY, 3.0).abs() < f64::EPSILON);
        assert!((survival(f64::NEG_INFINITY, 3.0) - 1.0).abs() < f64::EPSILON);
    }
}
