//! Does the order of two places depend on a third?
//!
//! Many methods measure places against each other, so that adding or dropping one can swap two
//! others although nothing about them changed: rank reversal (Belton and Gear 1983). The audit drops
//! every place, copies every place, and adds a place slightly worse than each, ranks again, and lists
//! the pairs that swapped. Fixed goalposts with an additive aggregation pass it by construction.

use super::RobustnessError;
use serde::Serialize;

/// A place in a list to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A place as it is.
    Place(usize),
    /// A second place with the same figures.
    Copy(usize),
    /// A place that is slightly worse than this one in every figure.
    Worse(usize),
}

/// A change of the list of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alteration {
    /// This place is dropped.
    Drop(usize),
    /// A copy of this place is added.
    Copy(usize),
    /// A place slightly worse than this one is added.
    AddWorse(usize),
}

/// What an alteration did to the order of the places that were there before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was altered.
    pub alteration: Alteration,
    /// Pairs that swapped: the first was ahead before, the second is ahead after.
    pub reversed: Vec<(usize, usize)>,
    /// Pairs that were level before and are not after, or the other way round.
    pub ties_changed: Vec<(usize, usize)>,
    /// Another place is first, although the one that was is still there.
    pub first_changed: bool,
    /// The altered list could not be ranked; nothing else is said then.
    pub failed: bool,
}

impl Finding {
    /// Tells whether anything changed.
    pub fn is_stable(&self) -> bool {
        !self.failed
            && !self.first_changed
            && self.reversed.is_empty()
            && self.ties_changed.is_empty()
    }
}

/// Ranks `places` places again under every alteration.
///
/// `rank` gives the rank of each entry, 1 for the best, `None` if it cannot rank them; ranks closer
/// than one millionth are level. It is called 3 times the number of places, plus once.
///
/// # Errors
///
/// [`RobustnessError::NoPlaces`] without places or if the unaltered list cannot be ranked;
/// [`RobustnessError::Length`] if `rank` returns another number of ranks than it was given entries.
pub fn audit(
    places: usize,
    mut rank: impl FnMut(&[Entry]) -> Option<Vec<f64>>,
) -> Result<Vec<Finding>, RobustnessError> {
    let mut ranked = |entries: &[Entry]| {
        let ranks = rank(entries);
        let found = ranks.as_ref().map_or(entries.len(), Vec::len);
        if found == entries.len() {
            Ok(ranks)
        } else {
            let what = "ranks";
            Err(RobustnessError::Length {
                what,
                expected: entries.len(),
                found,
            })
        }
    };
    let all: Vec<Entry> = (0..places).map(Entry::Place).collect();
    if all.is_empty() {
        return Err(RobustnessError::NoPlaces);
    }
    let before = ranked(&all)?.ok_or(RobustnessError::NoPlaces)?;
    let kinds = [Alteration::Drop, Alteration::Copy, Alteration::AddWorse];
    let mut findings = vec![];
    for kind in kinds {
        for place in 0..places {
            let alteration = kind(place);
            let entries = alter(&all, alteration);
            // A place alone has nothing to be compared with.
            if entries.is_empty() {
                continue;
            }
            let after = ranked(&entries)?;
            findings.push(compare(alteration, &before, &entries, after.as_deref()));
        }
    }
    Ok(findings)
}

fn alter(all: &[Entry], alteration: Alteration) -> Vec<Entry> {
    let mut entries = all.to_vec();
    match alteration {
        Alteration::Drop(place) => {
            entries.remove(place);
        }
        Alteration::Copy(place) => entries.push(Entry::Copy(place)),
        Alteration::AddWorse(place) => entries.push(Entry::Worse(place)),
    }
    entries
}

fn compare(
    alteration: Alteration,
    before: &[f64],
    entries: &[Entry],
    after: Option<&[f64]>,
) -> Finding {
    let mut finding = Finding {
        alteration,
        reversed: vec![],
        ties_changed: vec![],
        first_changed: false,
        failed: after.is_none(),
    };
    // The places that are in both lists, with their ranks before and after.
    let common: Vec<(usize, f64, f64)> = entries
        .iter()
        .zip(after.unwrap_or_default())
        .filter_map(|(entry, &after)| match entry {
            Entry::Place(place) => Some((*place, before[*place], after)),
            _ => None,
        })
        .collect();
    for (i, a) in common.iter().enumerate() {
        for b in &common[i + 1..] {
            match (ahead(a.1, b.1), ahead(a.2, b.2)) {
                (1, -1) => finding.reversed.push((a.0, b.0)),
                (-1, 1) => finding.reversed.push((b.0, a.0)),
                (then, now) if then != now => finding.ties_changed.push((a.0, b.0)),
                _ => {}
            }
        }
    }
    let after: Vec<f64> = common.iter().map(|c| c.2).collect();
    let is_first = |rank: f64, ranks: &[f64]| ranks.iter().all(|&other| ahead(other, rank) <= 0);
    // Where the first place itself was dropped, somebody else has to be first.
    let mut firsts = common.iter().filter(|c| is_first(c.1, before));
    finding.first_changed = firsts.any(|c| !is_first(c.2, &after));
    finding
}

/// Returns 1 if the first rank is better, -1 if the second is, 0 if they are level.
fn ahead(a: f64, b: f64) -> i8 {
    if (a - b).abs() < 1e-6 {
        0
    } else if a < b {
        1
    } else {
        -1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::rank::{Best, Ties, rank};

    const VALUES: [[f64; 2]; 4] = [[1.0, 9.0], [8.0, 1.0], [9.0, 8.0], [2.0, 3.0]];

    fn figures(entry: Entry) -> [f64; 2] {
        match entry {
            Entry::Place(place) | Entry::Copy(place) => VALUES[place],
            Entry::Worse(place) => VALUES[place].map(|v| v - 0.1),
        }
    }

    fn ranks(scores: &[f64]) -> Vec<f64> {
        rank(scores, Best::Highest, Ties::Min)
    }

    #[test]
    fn fixed_goalposts_never_reverse() {
        let findings = audit(4, |entries| {
            let score = |&e: &Entry| figures(e).iter().sum::<f64>();
            Some(ranks(&entries.iter().map(score).collect::<Vec<_>>()))
        });
        let findings = findings.unwrap();
        assert_eq!(findings.len(), 12);
        assert!(findings.iter().all(Finding::is_stable));
    }

    #[test]
    fn dividing_by_the_sum_of_the_column_reverses_when_a_place_leaves() {
        // Shares of the column: dropping a place changes what a point in each column is worth.
        let values = [[1.0, 5.0], [4.6, 1.0], [0.0, 9.0]];
        let findings = audit(3, |entries| {
            let rows: Vec<[f64; 2]> = entries
                .iter()
                .map(|e| match e {
                    Entry::Place(p) | Entry::Copy(p) | Entry::Worse(p) => values[*p],
                })
                .collect();
            let sum = |j: usize| rows.iter().map(|r| r[j]).sum::<f64>();
            let (x, y) = (sum(0), sum(1));
            Some(ranks(
                &rows.iter().map(|r| r[0] / x + r[1] / y).collect::<Vec<_>>(),
            ))
        });
        let findings = findings.unwrap();
        let dropped = findings
            .iter()
            .find(|f| f.alteration == Alteration::Drop(2))
            .unwrap();
        // Before: 0.18 + 0.33 = 0.51 against 0.82 + 0.07 = 0.89. After: 0.18 + 0.83 = 1.01
        // against 0.82 + 0.17 = 0.99.
        assert_eq!(dropped.reversed, [(1, 0)]);
        assert!(dropped.first_changed);
    }

    #[test]
    fn dropping_the_first_place_is_no_change_of_the_first() {
        let findings = audit(3, |entries| {
            Some((1..=entries.len()).map(|r| r as f64).collect())
        });
        assert!(findings.unwrap().iter().all(Finding::is_stable));
    }

    #[test]
    fn a_list_that_cannot_be_ranked_is_reported_as_such() {
        let findings = audit(2, |entries| {
            (entries.len() < 3).then(|| vec![1.0; entries.len()])
        });
        let failed = findings.unwrap().into_iter().filter(|f| f.failed).count();
        assert_eq!(failed, 4, "each copy and each worse place makes three");
    }

    #[test]
    fn one_place_alone_can_only_be_joined() {
        let findings = audit(1, |entries| Some(ranks(&vec![0.0; entries.len()]))).unwrap();
        assert_eq!(findings.len(), 2);
        assert_eq!(audit(0, |_| None).unwrap_err(), RobustnessError::NoPlaces);
    }
}
