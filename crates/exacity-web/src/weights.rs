//! Weights on screen: percent among siblings, in hundredths, that always sum to the whole.
//!
//! What the page moves is a wish; here it becomes weights that are valid. Numbers have two decimals, so
//! that what is shown, what is saved and what `--set` takes are the same numbers, and with them the scores.

use crate::answer::{Answer, Refusal};
use exacity::model::{NodeIx, Weights};
use exacity::project::Project;
use exacity::score::sweep::movable;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole, in hundredths of a percent.
const WHOLE: i64 = 10_000;

/// A weight that was moved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moved {
    /// The criterion.
    pub(crate) id: String,
    /// Percent among its siblings.
    pub(crate) to: f64,
}

/// Siblings whose weights can move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) parent: NodeIx,
    pub(crate) children: Vec<NodeIx>,
}

/// Lists the groups of siblings in reading order. A criterion that stands under several branches moves
/// where it is met first.
pub(crate) fn groups(project: &Project) -> Vec<Group> {
    let tree = &project.tree;
    let movable: Vec<NodeIx> = movable(project, 0).into_iter().map(|(_, at)| at).collect();
    let mut all: Vec<Group> = vec![];
    for (_, parent) in tree.downward(project.indices[0].root) {
        let children = tree.node(parent).children.clone();
        let fresh = !all.iter().any(|group| group.parent == parent);
        if children.len() > 1 && fresh && children.iter().all(|at| movable.contains(at)) {
            all.push(Group { parent, children });
        }
    }
    all
}

/// Returns shares with some groups replaced by numbers from the page.
pub(crate) fn applied(
    project: &Project,
    own: &[Option<Weights>],
    numbers: &BTreeMap<String, f64>,
) -> Answer<Vec<Option<Weights>>> {
    let mut shares = own.to_vec();
    let mut used = 0;
    for group in groups(project) {
        let id = |at: NodeIx| project.tree.node(at).id.as_str();
        let stated: Vec<Option<f64>> = group
            .children
            .iter()
            .map(|&at| numbers.get(id(at)).copied())
            .collect();
        if stated.iter().all(Option::is_none) {
            continue;
        }
        used += stated.iter().flatten().count();
        let now = percents(own[group.parent.0].as_ref(), group.children.len());
        let numbers: Vec<f64> = stated
            .iter()
            .zip(now)
            .map(|(stated, now)| stated.unwrap_or(now))
            .collect();
        let weights = Weights::new(&numbers).map_err(|error| {
            let of = id(group.parent);
            Refusal::weights(
                format!("the weights under `{of}` cannot be: {error}"),
                "give at least one sibling a weight above zero",
            )
        })?;
        shares[group.parent.0] = Some(weights);
    }
    if numbers.len() == used {
        return Ok(shares);
    }
    Err(Refusal::weights(
        "a weight belongs to no criterion that can move",
        "load the page again: the project has changed",
    ))
}

/// Returns shares as percent with two decimals that sum to the whole.
pub(crate) fn percents(shares: Option<&Weights>, count: usize) -> Vec<f64> {
    let equal = Weights::equal(count);
    hundredths(shares.unwrap_or(&equal).as_slice(), WHOLE)
        .into_iter()
        .map(percent)
        .collect()
}

fn percent(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// Reads a percentage from the page.
fn from_page(percent: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "from nothing to the whole, by the guard"
    )]
    let hundredths = |percent: f64| (percent * 100.0).round() as i64;
    (0.0..=100.0)
        .contains(&percent)
        .then(|| hundredths(percent))
}

/// Divides a whole in proportion to numbers, evenly if they are all zero; the largest remainders get what
/// is left, so that the parts sum to the whole.
fn hundredths(numbers: &[f64], whole: i64) -> Vec<i64> {
    let total: f64 = numbers.iter().sum();
    let exact: Vec<f64> = numbers
        .iter()
        .map(|number| {
            if total > 0.0 {
                number / total * whole as f64
            } else {
                whole as f64 / numbers.len() as f64
            }
        })
        .collect();
    #[expect(clippy::cast_possible_truncation, reason = "at most the whole")]
    let mut parts: Vec<i64> = exact.iter().map(|part| part.floor() as i64).collect();
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let left = whole - parts.iter().sum::<i64>();
    for &at in order
        .iter()
        .cycle()
        .take(usize::try_from(left).unwrap_or(0))
    {
        parts[at] += 1;
    }
    parts
}

/// Moves one weight; unlocked siblings share the rest in the proportions they had.
pub(crate) fn moved(
    project: &Project,
    own: &[Option<Weights>],
    numbers: &BTreeMap<String, f64>,
    wish: &Moved,
    locks: &[String],
) -> Answer<BTreeMap<String, f64>> {
    let id = |at: NodeIx| project.tree.node(at).id.as_str();
    let group = groups(project)
        .into_iter()
        .find(|group| group.children.iter().any(|&at| id(at) == wish.id));
    let Some(group) = group else {
        return Err(Refusal::unknown(format!(
            "`{}` is no criterion whose weight can move",
            wish.id
        )));
    };
    let Some(to) = from_page(wish.to) else {
        return Err(Refusal::weights(
            format!("a weight of {} % cannot be", wish.to),
            "a weight is from 0 to 100 %",
        ));
    };
    let ids: Vec<&str> = group.children.iter().map(|&at| id(at)).collect();
    let known = percents(own[group.parent.0].as_ref(), ids.len());
    let now: Vec<f64> = ids
        .iter()
        .zip(known)
        .map(|(id, own)| numbers.get(*id).copied().unwrap_or(own))
        .collect();
    let locked: Vec<bool> = ids.iter().map(|id| locks.iter().any(|l| l == id)).collect();
    let at = ids.iter().position(|id| *id == wish.id).unwrap_or(0);
    let parts = redistributed(&now, at, to, &locked).map_err(|why| why.refusal(&wish.id))?;
    let mut all = numbers.clone();
    all.extend(ids.iter().map(|id| (*id).to_owned()).zip(parts));
    Ok(all)
}

/// Returns every weight that can move, as the project says it.
pub(crate) fn stated(project: &Project, own: &[Option<Weights>]) -> BTreeMap<String, f64> {
    let numbers = |group: &Group| {
        let ids = group.children.iter();
        let ids = ids.map(|&at| project.tree.node(at).id.to_string());
        let own = percents(own[group.parent.0].as_ref(), group.children.len());
        ids.zip(own).collect::<Vec<_>>()
    };
    groups(project).iter().flat_map(numbers).collect()
}

/// Gives every criterion of a project the same weight as its siblings.
pub(crate) fn equal(project: &Project) -> BTreeMap<String, f64> {
    let ids = |group: &Group| {
        let nodes = group.children.iter();
        let ids = nodes.map(|&at| project.tree.node(at).id.to_string());
        ids.zip(percents(None, group.children.len()))
            .collect::<Vec<_>>()
    };
    groups(project).iter().flat_map(ids).collect()
}

/// Why a weight cannot be moved to where it was wanted, in hundredths.
#[derive(Debug, PartialEq, Eq)]
enum Stuck {
    Over { to: i64, locked: i64 },
    NobodyElse,
}

impl Stuck {
    fn refusal(&self, id: &str) -> Refusal {
        match self {
            Self::Over { to, locked } => Refusal::weights(
                format!(
                    "`{id}` at {} % and what is locked ({} %) are over 100 %",
                    percent(*to),
                    percent(*locked)
                ),
                "unlock a sibling, or move less",
            ),
            Self::NobodyElse => Refusal::weights(
                format!("every sibling of `{id}` is locked, so it cannot move"),
                "unlock a sibling",
            ),
        }
    }
}

fn redistributed(now: &[f64], at: usize, to: i64, locked: &[bool]) -> Result<Vec<f64>, Stuck> {
    let now: Vec<i64> = now.iter().map(|p| from_page(*p).unwrap_or(0)).collect();
    let held: i64 = (0..now.len())
        .filter(|&i| i != at && locked[i])
        .map(|i| now[i])
        .sum();
    let rest = WHOLE - to - held;
    if rest < 0 {
        return Err(Stuck::Over { to, locked: held });
    }
    let free: Vec<usize> = (0..now.len()).filter(|&i| i != at && !locked[i]).collect();
    if free.is_empty() && rest > 0 {
        return Err(Stuck::NobodyElse);
    }
    let proportions: Vec<f64> = free.iter().map(|&i| now[i] as f64).collect();
    let mut parts = now;
    parts[at] = to;
    if !free.is_empty() {
        for (i, part) in free.into_iter().zip(hundredths(&proportions, rest)) {
            parts[i] = part;
        }
    }
    Ok(parts.into_iter().map(percent).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_always_sum_to_the_whole() {
        let thirds = percents(None, 3);
        assert_eq!(thirds, [33.34, 33.33, 33.33]);
        for count in 1..40 {
            let numbers: Vec<f64> = (0..count).map(|i| f64::from(i * i % 7)).collect();
            assert_eq!(hundredths(&numbers, WHOLE).iter().sum::<i64>(), WHOLE);
        }
    }

    #[test]
    fn unlocked_siblings_share_the_rest_in_proportion() {
        let now = [30.0, 30.0, 30.0, 10.0];
        let free = redistributed(&now, 2, 6_000, &[false; 4]).unwrap();
        assert_eq!(free, [17.14, 17.14, 60.0, 5.72]);
        let locked = redistributed(&now, 2, 6_000, &[true, false, false, false]).unwrap();
        assert_eq!(locked, [30.0, 7.5, 60.0, 2.5]);
        let from_nothing = redistributed(&[100.0, 0.0, 0.0], 0, 5_000, &[false; 3]).unwrap();
        assert_eq!(from_nothing, [50.0, 25.0, 25.0]);
    }

    #[test]
    fn locks_are_kept_or_the_move_is_refused() {
        let now = [60.0, 30.0, 10.0];
        let over = redistributed(&now, 2, 5_000, &[true, false, false]);
        assert_eq!(
            over,
            Err(Stuck::Over {
                to: 5_000,
                locked: 6_000
            })
        );
        let alone = redistributed(&now, 2, 0, &[true, true, false]);
        assert_eq!(alone, Err(Stuck::NobodyElse));
        assert!(redistributed(&now, 2, 1_000, &[true, true, false]).is_ok());
    }
}
