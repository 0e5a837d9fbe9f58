//! Summary statistics of a column, each with its estimator named.

use super::float;
use super::lanes::LANES;

/// Returns the arithmetic mean, or `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| float::sum(values.iter().copied()) / values.len() as f64)
}

/// Returns the variance around the mean divided by `n - ddof`, or `None` with too few values.
pub fn variance(values: &[f64], ddof: usize) -> Option<f64> {
    let mean = mean(values)?;
    let divisor = values.len().checked_sub(ddof).filter(|&d| d > 0)?;
    Some(float::sum(values.iter().map(|v| (v - mean) * (v - mean))) / divisor as f64)
}

/// Returns the standard deviation of a sample (divisor `n - 1`).
pub fn sample_sd(values: &[f64]) -> Option<f64> {
    variance(values, 1).map(f64::sqrt)
}

/// Returns the standard deviation of a whole population (divisor `n`).
pub fn population_sd(values: &[f64]) -> Option<f64> {
    variance(values, 0).map(f64::sqrt)
}

/// Returns the lowest and the highest of numbers that are not NaN.
///
/// Keeps several of each at once, which lets the compiler use vector instructions; the result is that of one pass
/// in order, as minima do not round.
pub fn range(values: &[f64]) -> Option<(f64, f64)> {
    let first = *values.first()?;
    let (mut lows, mut highs) = ([first; LANES], [first; LANES]);
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lows[lane] = lower(lows[lane], block[lane]);
            highs[lane] = higher(highs[lane], block[lane]);
        }
    }
    let low = lows.iter().chain(rest).fold(first, |a, &b| lower(a, b));
    let high = highs.iter().chain(rest).fold(first, |a, &b| higher(a, b));
    Some((low, high))
}

// `f64::min` must look after NaN; a comparison is one instruction.
fn lower(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

fn higher(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// Returns the values in ascending order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// Returns the quantile at `p` in 0..=1, linear between neighbours (type 7 of Hyndman and Fan).
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    let sorted = sorted(values);
    let last = sorted.len().checked_sub(1)?;
    let position = p.clamp(0.0, 1.0) * last as f64;
    // `position` lies in 0..=last, so the cast neither wraps nor truncates more than intended.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let share = position - below as f64;
    Some(sorted[below] * (1.0 - share) + sorted[above] * share)
}

/// Returns the median.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Returns the sample skewness of type 2 (Joanes and Gill 1998), or `None` below three values or
/// without spread.
pub fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, m3, _] = central_moments(values)?;
    (values.len() > 2 && m2 > 0.0)
        .then(|| m3 / (m2 * m2.sqrt()) * (n * (n - 1.0)).sqrt() / (n - 2.0))
}

/// Returns the sample excess kurtosis of type 2 (Joanes and Gill 1998), or `None` below four
/// values or without spread.
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let [m2, _, m4] = central_moments(values)?;
    (values.len() > 3 && m2 > 0.0)
        .then(|| ((n + 1.0) * (m4 / (m2 * m2) - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)))
}

fn central_moments(values: &[f64]) -> Option<[f64; 3]> {
    let mean = mean(values)?;
    let n = values.len() as f64;
    let moment = |f: fn(f64) -> f64| float::sum(values.iter().map(|v| f(v - mean))) / n;
    Some([
        moment(|d| d * d),
        moment(|d| d * d * d),
        moment(|d| d * d * d * d),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_found_wherever_its_ends_lie() {
        for length in 1..40_usize {
            for (low_at, high_at) in [(0, length - 1), (length - 1, 0), (length / 2, length / 3)] {
                let mut values = vec![5.0; length];
                values[low_at] = -1.0;
                values[high_at] = 9.0;
                let low = if low_at == high_at {
                    9.0_f64.min(values[0])
                } else {
                    -1.0
                };
                let found = range(&values);
                assert_eq!(found, Some((low, 9.0)), "{length} {low_at} {high_at}");
            }
        }
    }

    #[test]
    fn nothing_has_no_statistics() {
        assert!(mean(&[]).is_none() && median(&[]).is_none() && range(&[]).is_none());
        assert!(sample_sd(&[1.0]).is_none() && skewness(&[1.0, 1.0, 1.0]).is_none());
    }

    #[test]
    fn an_even_count_takes_the_middle_of_its_median() {
        assert_eq!(
            median(&[4.0, 1.0, 3.0, 2.0]).map(f64::to_bits),
            Some(2.5_f64.to_bits())
        );
    }

    #[test]
    fn moments_agree_with_the_closed_form_of_a_small_sample() {
        // For 1, 2, 4 the mean is 7/3, m2 = 14/9, m3 = 20/27: g1 = 0.381802, G1 = g1 * sqrt(6) / 1.
        let skew = skewness(&[1.0, 2.0, 4.0]).unwrap();
        assert!((skew - 0.935_219_529_582_824_6).abs() < 1e-12, "{skew}");
    }
}
