//! Combinations of choices: all of them where they are few, a Latin hypercube where they are many.

use crate::num::rng::Rng;
use crate::project::study::{Variation, Varied};

/// The settings that take one of several values, and the combinations that are made ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Positions of the settings among all that vary.
    pub factors: Vec<usize>,
    /// The combinations, each a number from 0 to 1 per factor. At least one, which may be empty.
    pub points: Vec<Vec<f64>>,
    /// How many combinations there are in all; `None` where a setting takes any number of a range.
    pub possible: Option<u64>,
}

impl Design {
    /// Lays out the combinations, at most `most`, in an order that `seed` fixes.
    pub fn new(varied: &[Varied], most: usize, seed: u64) -> Self {
        let counts: Vec<(usize, Option<usize>)> = varied
            .iter()
            .enumerate()
            .filter_map(|(at, varied)| match &varied.how {
                Variation::Choice(values) => Some((at, Some(values.len()))),
                Variation::Range { .. } => Some((at, None)),
                _ => None,
            })
            .collect();
        let possible = counts.iter().try_fold(1_u64, |product, (_, count)| {
            product.checked_mul((*count)? as u64)
        });
        let mut rng = Rng::new(seed, "exacity robustness choices, version 1", 0);
        let mut points = match possible {
            Some(all) if all <= most as u64 => every(&counts),
            _ => hypercube(counts.len(), most, &mut rng),
        };
        // The order must not matter where draws end in the middle of a turn.
        for at in (1..points.len()).rev() {
            points.swap(at, rng.below(at + 1));
        }
        Self {
            factors: counts.into_iter().map(|(at, _)| at).collect(),
            points,
            possible,
        }
    }

    /// Tells whether all combinations are made ready.
    pub fn is_complete(&self) -> bool {
        self.possible == Some(self.points.len() as u64)
    }
}

/// Returns the middle of every level of every factor, in every combination.
fn every(counts: &[(usize, Option<usize>)]) -> Vec<Vec<f64>> {
    let mut points = vec![vec![]];
    for (_, count) in counts {
        let count = count.unwrap_or(1);
        let levels = (0..count).map(|level| (level as f64 + 0.5) / count as f64);
        let levels: Vec<f64> = levels.collect();
        let extended = points.iter().flat_map(|point: &Vec<f64>| {
            levels
                .iter()
                .map(|level| [point.as_slice(), &[*level]].concat())
        });
        points = extended.collect();
    }
    points
}

/// Draws points of which every factor has exactly one in each of as many equal parts (`McKay`, Beckman
/// and Conover 1979).
fn hypercube(factors: usize, count: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
    let mut points = vec![vec![0.0; factors]; count];
    for factor in 0..factors {
        let mut parts: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            parts.swap(at, rng.below(at + 1));
        }
        for (point, part) in points.iter_mut().zip(parts) {
            point[factor] = (part as f64 + rng.uniform()) / count as f64;
        }
    }
    points
}

/// Returns the level of a choice among `count` for a number from 0 to 1.
pub fn level(u: f64, count: usize) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number from 0 up to the count"
    )]
    let level = (u * count as f64) as usize;
    level.min(count.saturating_sub(1))
}

/// Returns the assignments that put a setting where `u` (from 0 to 1) says, and the value in words.
pub fn assignments(varied: &Varied, u: f64) -> (Vec<String>, String) {
    match &varied.how {
        Variation::Choice(values) => {
            let value = &values[level(u, values.len())];
            (value.sets.clone(), value.label.clone())
        }
        Variation::Range { low, high, paths } => {
            let value = low + u * (high - low);
            let sets = paths.iter().map(|path| format!("{path}={value}"));
            (sets.collect(), value.to_string())
        }
        _ => (vec![], String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::study::Alternative;

    fn choice(count: usize) -> Varied {
        let value = |n: usize| Alternative {
            label: n.to_string(),
            sets: vec![],
        };
        Varied {
            path: String::new(),
            words: String::new(),
            how: Variation::Choice((0..count).map(value).collect()),
        }
    }

    #[test]
    fn few_combinations_are_all_there_once() {
        let design = Design::new(&[choice(2), choice(3)], 256, 1);
        assert!(design.is_complete());
        let mut seen: Vec<_> = design
            .points
            .iter()
            .map(|p| (level(p[0], 2), level(p[1], 3)))
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
    }

    #[test]
    fn of_many_combinations_every_value_has_its_share() {
        let design = Design::new(&[choice(8), choice(100)], 64, 1);
        assert!(!design.is_complete());
        for value in 0..8 {
            let count = design.points.iter().filter(|p| level(p[0], 8) == value);
            assert_eq!(count.count(), 8, "{value}");
        }
    }

    #[test]
    fn without_choices_there_is_one_combination() {
        let design = Design::new(&[], 256, 1);
        assert_eq!((design.points.len(), design.possible), (1, Some(1)));
    }
}
