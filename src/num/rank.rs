//! Ranks with an explicit rule for ties.

use serde::Serialize;

/// What equal values share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// The better rank, and the next ranks are skipped: 1, 2, 2, 4.
    #[default]
    Min,
    /// The worse rank: 1, 3, 3, 4.
    Max,
    /// The mean of the ranks they occupy: 1, 2.5, 2.5, 4.
    Average,
    /// The better rank, and none is skipped: 1, 2, 2, 3.
    Dense,
    /// Nothing: ties are broken by position in the input, 1, 2, 3, 4.
    Ordinal,
}

/// Which end of the values is rank 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Best {
    /// The highest value is rank 1.
    #[default]
    Highest,
    /// The lowest value is rank 1.
    Lowest,
}

/// Ranks `values`, 1 for the best.
///
/// Positions decide among equal values under [`Ties::Ordinal`] only, so the caller sorts its input
/// by identifier first. `-0.0` equals `0.0`.
///
/// # Panics
///
/// Never for finite values. NaN is refused where numbers enter (see `dataset` and `rules`); here it
/// would sort last.
///
/// # Examples
///
/// ```
/// use exacity::num::rank::{rank, Best, Ties};
/// let ranks = rank(&[0.7, 0.9, 0.7, 0.1], Best::Highest, Ties::Min);
/// assert_eq!(ranks, [2.0, 1.0, 2.0, 4.0]);
/// ```
pub fn rank(values: &[f64], best: Best, ties: Ties) -> Vec<f64> {
    let order = order(values, best);
    let sorted: Vec<f64> = order.iter().map(|&i| values[i]).collect();
    let mut ranks = vec![0.0; values.len()];
    for (&i, rank) in order.iter().zip(rank_sorted(&sorted, ties)) {
        ranks[i] = rank;
    }
    ranks
}

/// Returns the ranks of values that stand from best to worst already.
pub fn rank_sorted(sorted: &[f64], ties: Ties) -> Vec<f64> {
    let mut ranks = Vec::with_capacity(sorted.len());
    let mut groups = 0;
    while let Some(&first) = sorted.get(ranks.len()) {
        let start = ranks.len();
        let tied = sorted[start + 1..].iter();
        let end = start + 1 + tied.take_while(|&&value| same(value, first)).count();
        groups += 1;
        let shared = match ties {
            Ties::Min => (start + 1) as f64,
            Ties::Max => end as f64,
            Ties::Average => (start + 1 + end) as f64 / 2.0,
            Ties::Dense => f64::from(groups),
            Ties::Ordinal => {
                ranks.extend((start..end).map(|at| (at + 1) as f64));
                continue;
            }
        };
        ranks.resize(end, shared);
    }
    ranks
}

/// Returns the positions of `values` from best to worst; equal values keep their order.
pub fn order(values: &[f64], best: Best) -> Vec<usize> {
    // Keys that sort as integers make the order total (and faster than comparing floats).
    let key = |v: f64| match best {
        Best::Highest => !sort_key(v),
        Best::Lowest => sort_key(v),
    };
    let keys = values.iter().map(|&v| key(v));
    let mut keyed: Vec<(u64, u32)> = keys.zip(0_u32..).collect();
    if keyed.len() < RADIX_FROM {
        keyed.sort_unstable();
    } else {
        radix_sort(&mut keyed);
    }
    keyed.into_iter().map(|(_, i)| i as usize).collect()
}

/// From how many values on counting digits is faster than comparing keys.
const RADIX_FROM: usize = 4096;

/// Bits of a digit: eleven make six passes over 64 bits, with counts that stay in the first-level cache.
const DIGIT: usize = 11;
const DIGITS: usize = 6;

/// Sorts by key, digit by digit from the lowest; equal keys keep their order.
fn radix_sort(keyed: &mut Vec<(u64, u32)>) {
    const RADIX: usize = 1 << DIGIT;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the mask leaves eleven bits"
    )]
    let digit = |key: u64, at: usize| (key >> (DIGIT * at)) as usize & (RADIX - 1);
    let mut counts = vec![[0_u32; RADIX]; DIGITS];
    for (key, _) in keyed.iter() {
        for (at, counts) in counts.iter_mut().enumerate() {
            counts[digit(*key, at)] += 1;
        }
    }
    let mut other = vec![(0, 0); keyed.len()];
    for (at, counts) in counts.iter_mut().enumerate() {
        // Numbers of one size share their leading digits: nothing to do.
        if counts.iter().any(|&count| count as usize == keyed.len()) {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            let start = next;
            next += *count;
            *count = start;
        }
        for &(key, position) in keyed.iter() {
            let slot = &mut counts[digit(key, at)];
            other[*slot as usize] = (key, position);
            *slot += 1;
        }
        std::mem::swap(keyed, &mut other);
    }
}

/// Maps a float to an integer of the same order. `-0.0` and `0.0` share a key; NaN is above all.
pub fn sort_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    }
}

/// Returns the number that a [`sort_key`] was made of; `0.0` for either zero.
pub fn of_sort_key(key: u64) -> f64 {
    let bits = if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    };
    f64::from_bits(bits)
}

/// Tells whether two values have one key.
#[expect(
    clippy::float_cmp,
    reason = "ranks tell apart what differs in the last bit"
)]
fn same(a: f64, b: f64) -> bool {
    a == b || a.to_bits() == b.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORES: [f64; 4] = [0.5, 0.9, 0.5, 0.1];

    #[test]
    fn each_tie_rule_gives_its_own_ranks() {
        let of = |ties| rank(&SCORES, Best::Highest, ties);
        assert_eq!(of(Ties::Min), [2.0, 1.0, 2.0, 4.0]);
        assert_eq!(of(Ties::Max), [3.0, 1.0, 3.0, 4.0]);
        assert_eq!(of(Ties::Average), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(of(Ties::Dense), [2.0, 1.0, 2.0, 3.0]);
        assert_eq!(of(Ties::Ordinal), [2.0, 1.0, 3.0, 4.0]);
    }

    #[test]
    fn lowest_first_reverses_the_order_but_not_the_positions_of_ties() {
        assert_eq!(
            rank(&SCORES, Best::Lowest, Ties::Ordinal),
            [2.0, 4.0, 3.0, 1.0]
        );
    }

    #[test]
    fn negative_zero_ties_with_zero() {
        assert_eq!(
            rank(&[0.0, -0.0, -1.0], Best::Highest, Ties::Min),
            [1.0, 1.0, 3.0]
        );
    }

    #[test]
    fn many_values_are_ordered_as_few_are() {
        let mut rng = crate::num::rng::Rng::new(1, "ranks of tests", 0);
        let values: Vec<f64> = (0..3 * RADIX_FROM)
            .map(|_| ((rng.uniform() - 0.5) * 2000.0).round() / 8.0)
            .collect();
        for best in [Best::Highest, Best::Lowest] {
            let mut expected: Vec<usize> = (0..values.len()).collect();
            expected.sort_by(|&a, &b| match best {
                Best::Highest => values[b].total_cmp(&values[a]),
                Best::Lowest => values[a].total_cmp(&values[b]),
            });
            // Halves of zero come with either sign, which `total_cmp` tells apart.
            let value = |order: Vec<usize>| -> Vec<f64> {
                order.iter().map(|&i| values[i] + 0.0).collect()
            };
            let found = order(&values, best);
            assert!(
                found
                    .windows(2)
                    .all(|w| !same(values[w[0]], values[w[1]]) || w[0] < w[1])
            );
            assert_eq!(value(found), value(expected));
        }
    }

    #[test]
    fn a_key_gives_its_number_back() {
        for value in [0.0, 1.5, -1.5, f64::MAX, f64::MIN_POSITIVE, -1e-300] {
            assert_eq!(of_sort_key(sort_key(value)).to_bits(), value.to_bits());
        }
        assert_eq!(of_sort_key(sort_key(-0.0)).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn nothing_to_rank_is_no_ranks() {
        assert!(rank(&[], Best::Highest, Ties::Min).is_empty());
    }
}
