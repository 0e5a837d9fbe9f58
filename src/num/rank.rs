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
    rank_in(values, &order(values, best), ties)
}

/// Ranks `values` whose [`order`] is known already, so that whoever needs both sorts once.
pub fn rank_in(values: &[f64], order: &[usize], ties: Ties) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    let (mut start, mut groups) = (0, 0);
    while start < order.len() {
        let tied = order[start..]
            .iter()
            .take_while(|&&i| same(values[i], values[order[start]]));
        let end = start + tied.count().max(1);
        groups += 1;
        for (offset, &i) in order[start..end].iter().enumerate() {
            ranks[i] = match ties {
                Ties::Min => (start + 1) as f64,
                Ties::Max => end as f64,
                Ties::Average => (start + 1 + end) as f64 / 2.0,
                Ties::Dense => f64::from(groups),
                Ties::Ordinal => (start + offset + 1) as f64,
            };
        }
        start = end;
    }
    ranks
}

/// Returns the positions of `values` from best to worst; equal values keep their order.
pub fn order(values: &[f64], best: Best) -> Vec<usize> {
    // Keys that sort as integers make the order total (and faster than comparing floats).
    let mut keyed: Vec<(u64, u32)> = values
        .iter()
        .zip(0_u32..)
        .map(|(&v, i)| {
            (
                if best == Best::Highest {
                    !sort_key(v)
                } else {
                    sort_key(v)
                },
                i,
            )
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, i)| i as usize).collect()
}

/// Maps a float to an integer of the same order. `-0.0` and `0.0` share a key; NaN is above all.
fn sort_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    }
}

fn same(a: f64, b: f64) -> bool {
    sort_key(a) == sort_key(b)
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
    fn nothing_to_rank_is_no_ranks() {
        assert!(rank(&[], Best::Highest, Ties::Min).is_empty());
    }
}
