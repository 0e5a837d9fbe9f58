//! What the counts say.

use super::tally::{SCORE_BINS, ScoreTally, Tally};
use serde::Serialize;

/// A reading of a [`Tally`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Draws that were counted.
    pub draws: u64,
    /// Draws in which a place had no score; nothing else is counted of them.
    pub undefined: u64,
    /// The places, in the order of the scorer.
    pub places: Vec<PlaceSummary>,
    /// Share of draws in which one place scored above another, `[above][below]`; where the two
    /// shares of a pair fall short of one, the rest are ties. `None` if pairs were not counted.
    pub pairwise: Option<Vec<Vec<f64>>>,
    /// Mean weights over all draws.
    pub mean_weights: Vec<f64>,
    /// Largest standard error among the shares of ranks and of pairs.
    pub largest_standard_error: f64,
}

/// What the draws say of one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceSummary {
    /// Share of draws in which the place had each rank, best rank first (rank acceptability).
    pub acceptability: Vec<f64>,
    /// Standard error of each of these shares.
    pub standard_errors: Vec<f64>,
    /// Mean rank.
    pub expected_rank: f64,
    /// Standard error of the mean rank.
    pub expected_rank_error: f64,
    /// The rank that 5 % of the draws reach or better.
    pub rank_p05: usize,
    /// The median rank.
    pub rank_p50: usize,
    /// The rank that 95 % of the draws reach or better.
    pub rank_p95: usize,
    /// Mean weights of the draws in which the place was first; `None` if it never was.
    pub central_weights: Option<Vec<f64>>,
    /// Scores; `None` if they were not counted.
    pub score: Option<ScoreSummary>,
}

/// What the draws say of one place's score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScoreSummary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// 5 % quantile.
    pub p05: f64,
    /// Median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Width of a bin of the histogram: quantiles are exact to this.
    pub resolution: f64,
}

/// Neighbours in a ranking that the draws cannot tell apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieGroup {
    /// The places, best first.
    pub places: Vec<usize>,
    /// Position of the first of them in the ranking, from 0.
    pub from: usize,
}

impl Summary {
    /// Reads counts. Without a single counted draw shares and means are 0 and ranks 0.
    pub fn of(tally: &Tally) -> Self {
        let n = tally.draws.max(1) as f64;
        let pairwise = tally.wins.as_ref().map(|wins| {
            let row = |row: &[u64]| row.iter().map(|&c| c as f64 / n).collect();
            wins.chunks(tally.places).map(row).collect()
        });
        Self {
            draws: tally.draws,
            undefined: tally.undefined,
            places: (0..tally.places)
                .map(|place| PlaceSummary::of(tally, place))
                .collect(),
            pairwise,
            mean_weights: tally.weights.iter().map(|w| w / n).collect(),
            largest_standard_error: tally.largest_standard_error(),
        }
    }

    /// Finds runs of neighbours in `ranking` of which no two can be told apart: neither is ahead of
    /// the other in at least `sure` (such as 0.95) of the draws.
    ///
    /// Runs are as long as they can be and at least two places long. Two runs may overlap: a place
    /// can be close to the one above and to the one below although these two are clearly apart.
    /// `None` if pairs were not counted.
    pub fn tie_groups(&self, ranking: &[usize], sure: f64) -> Option<Vec<TieGroup>> {
        let pairwise = self.pairwise.as_ref()?;
        let open = |a: usize, b: usize| pairwise[a][b] < sure && pairwise[b][a] < sure;
        let (mut groups, mut covered): (Vec<TieGroup>, usize) = (vec![], 0);
        for from in 0..ranking.len() {
            let mut end = from + 1;
            while end < ranking.len() && ranking[from..end].iter().all(|&a| open(a, ranking[end])) {
                end += 1;
            }
            // A run that ends no later than one begun earlier is part of it.
            if end - from > 1 && end > covered {
                groups.push(TieGroup {
                    places: ranking[from..end].to_vec(),
                    from,
                });
                covered = end;
            }
        }
        Some(groups)
    }

    /// Returns the places by expected rank, best first; equal ones by number.
    pub fn by_expected_rank(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        let rank = |place: usize| self.places[place].expected_rank;
        order.sort_by(|&a, &b| rank(a).total_cmp(&rank(b)).then(a.cmp(&b)));
        order
    }
}

impl PlaceSummary {
    fn of(tally: &Tally, place: usize) -> Self {
        let n = tally.draws.max(1) as f64;
        let counts: Vec<u64> = (0..tally.places)
            .map(|r| tally.rank_count(place, r))
            .collect();
        let acceptability: Vec<f64> = counts.iter().map(|&c| c as f64 / n).collect();
        let mean = |power: fn(f64) -> f64| {
            let terms = acceptability.iter().zip(1_u32..);
            terms
                .map(|(share, rank)| share * power(f64::from(rank)))
                .sum::<f64>()
        };
        let expected_rank = mean(|rank| rank);
        let variance = (mean(|rank| rank * rank) - expected_rank * expected_rank).max(0.0);
        let central = (counts[0] > 0).then(|| {
            let sums = &tally.first_weights[place * tally.leaves..][..tally.leaves];
            sums.iter().map(|sum| sum / counts[0] as f64).collect()
        });
        Self {
            standard_errors: acceptability
                .iter()
                .map(|p| (p * (1.0 - p) / n).sqrt())
                .collect(),
            acceptability,
            expected_rank,
            expected_rank_error: (variance / n).sqrt(),
            rank_p05: rank_at(&counts, tally.draws, 5),
            rank_p50: rank_at(&counts, tally.draws, 50),
            rank_p95: rank_at(&counts, tally.draws, 95),
            central_weights: central,
            score: tally
                .scores
                .as_ref()
                .map(|s| ScoreSummary::of(&s[place], tally.draws)),
        }
    }
}

/// Returns the best rank, from 1, that at least this percentage of the draws reach or better.
fn rank_at(counts: &[u64], draws: u64, percent: u64) -> usize {
    let mut reached = 0_u128;
    for (rank, &count) in (1..).zip(counts) {
        reached += u128::from(count);
        // Whole numbers: 5 % of 20 draws is one draw, on any machine.
        if reached * 100 >= u128::from(draws) * u128::from(percent) && reached > 0 {
            return rank;
        }
    }
    0
}

impl ScoreSummary {
    fn of(tally: &ScoreTally, draws: u64) -> Self {
        let n = draws.max(1) as f64;
        let from_middle = tally.sum / n;
        let variance = (tally.squares / n - from_middle * from_middle).max(0.0);
        let resolution = (tally.high - tally.low) / SCORE_BINS as f64;
        let quantile = |p: f64| {
            let (goal, mut below) = (p * n, 0.0);
            for (bin, &count) in tally.bins.iter().enumerate() {
                let count = count as f64;
                if count > 0.0 && below + count >= goal {
                    let within = ((goal - below) / count).clamp(0.0, 1.0);
                    return tally.low + (bin as f64 + within) * resolution;
                }
                below += count;
            }
            tally.low
        };
        Self {
            mean: 0.5 * (tally.low + tally.high) + from_middle,
            sd: variance.sqrt(),
            p05: quantile(0.05),
            p50: quantile(0.5),
            p95: quantile(0.95),
            resolution,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robustness::Collect;

    fn tally() -> Tally {
        let mut tally = Tally::new(1, &[(0.0, 1.0); 3], Collect::default());
        tally.draws = 100;
        // Place 0: first 60, second 40. Place 1: first 40, second 60. Place 2: always third.
        tally.ranks = vec![60, 40, 0, 40, 60, 0, 0, 0, 100];
        tally.wins = Some(vec![0, 60, 100, 40, 0, 100, 0, 0, 0]);
        tally
    }

    #[test]
    fn ranks_are_read_from_their_counts() {
        let summary = Summary::of(&tally());
        let place = &summary.places[0];
        assert!((place.expected_rank - 1.4).abs() < 1e-12);
        assert!((place.expected_rank_error - 0.24_f64.sqrt() / 10.0).abs() < 1e-12);
        assert_eq!((place.rank_p05, place.rank_p50, place.rank_p95), (1, 1, 2));
        assert!((place.standard_errors[0] - 0.24_f64.sqrt() / 10.0).abs() < 1e-12);
        assert!(summary.places[2].central_weights.is_none());
        assert!((summary.largest_standard_error - 0.24_f64.sqrt() / 10.0).abs() < 1e-12);
    }

    #[test]
    fn a_percentage_is_reached_exactly_not_nearly() {
        assert_eq!(rank_at(&[5, 90, 5], 100, 5), 1);
        assert_eq!(rank_at(&[4, 91, 5], 100, 5), 2);
        assert_eq!(rank_at(&[5, 90, 5], 100, 95), 2);
        assert_eq!(rank_at(&[0, 0], 0, 50), 0);
    }

    #[test]
    fn neighbours_that_nobody_can_tell_apart_form_a_group() {
        let groups = Summary::of(&tally()).tie_groups(&[0, 1, 2], 0.95).unwrap();
        assert_eq!(
            groups,
            [TieGroup {
                places: vec![0, 1],
                from: 0
            }]
        );
        assert!(
            Summary::of(&tally())
                .tie_groups(&[0, 1, 2], 0.55)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn groups_overlap_where_closeness_does_not_carry_over() {
        let mut tally = tally();
        // 0 and 1 are close, 1 and 2 are close, 0 is clearly above 2.
        tally.wins = Some(vec![0, 60, 99, 40, 0, 70, 1, 30, 0]);
        let groups = Summary::of(&tally).tie_groups(&[0, 1, 2], 0.95).unwrap();
        let places: Vec<_> = groups.into_iter().map(|g| g.places).collect();
        assert_eq!(places, [vec![0, 1], vec![1, 2]]);
    }

    #[test]
    fn quantiles_lie_within_one_bin_of_the_exact_ones() {
        let mut score = ScoreTally {
            low: 10.0,
            high: 20.0,
            sum: 0.0,
            squares: 0.0,
            bins: vec![1; SCORE_BINS],
        };
        score.bins[0] = 1;
        let summary = ScoreSummary::of(&score, SCORE_BINS as u64);
        for (found, exact) in [
            (summary.p05, 10.5),
            (summary.p50, 15.0),
            (summary.p95, 19.5),
        ] {
            assert!(
                (found - exact).abs() <= summary.resolution,
                "{found} for {exact}"
            );
        }
    }
}
