//! What would change a rank: the distance to the neighbours, and which single criterion could close it.

use super::Subject;
use crate::model::NodeIx;
use crate::score::RankedPlace;

/// The way to a neighbour in the ranking.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Distance<'a> {
    /// The neighbour.
    pub(super) other: &'a RankedPlace,
    /// Points by which the place is ahead; negative where it is behind.
    pub(super) ahead: f64,
    /// Criteria of which a change alone would close the distance, the smallest change first.
    pub(super) levers: Vec<Lever>,
}

/// A change of one leaf's score that alone would make two scores equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lever {
    /// The leaf.
    pub(super) leaf: NodeIx,
    /// Its score now.
    pub(super) from: f64,
    /// Its score then; within its scale.
    pub(super) to: f64,
}

/// Returns the nearest places above and below with another score.
pub(super) fn neighbours<'a>(
    subject: Subject<'a>,
    ranked: &RankedPlace,
) -> [Option<Distance<'a>>; 2] {
    let ranking = &subject.board.ranking;
    let Some(at) = ranking.iter().position(|r| r.place == ranked.place) else {
        return [None, None];
    };
    let apart = |other: &&RankedPlace| (other.score - ranked.score).abs() > 0.0;
    let above = ranking[..at].iter().rev().find(apart);
    let below = ranking[at + 1..].iter().find(apart);
    [above, below].map(|other| {
        other.map(|other| Distance {
            other,
            ahead: ranked.score - other.score,
            levers: levers(subject, ranked, ranked.score - other.score),
        })
    })
}

/// Finds the leaves of which a change alone moves the score down by `ahead` (up, if negative).
///
/// Where scores are weighted sums, a leaf's score counts with its effective weight, so the change
/// needed is the distance divided by it. Only changes that stay on the leaf's scale are possible.
fn levers(subject: Subject, ranked: &RankedPlace, ahead: f64) -> Vec<Lever> {
    if !subject.is_additive() {
        return vec![];
    }
    let parts = subject.parts(ranked.place);
    let lever = |leaf: NodeIx| {
        let part = parts[leaf.0];
        // A leaf under a branch that is no weighted sum has no contribution, and no simple answer.
        part.contribution?;
        let (from, weight) = (part.score?, part.weight);
        let to = from - ahead / weight;
        let (low, high) = subject.project.nodes[leaf.0].scale;
        (weight > 0.0 && (low..=high).contains(&to)).then_some(Lever { leaf, from, to })
    };
    let mut levers: Vec<Lever> = subject.leaves().into_iter().filter_map(lever).collect();
    levers.sort_by(|a, b| (a.to - a.from).abs().total_cmp(&(b.to - b.from).abs()));
    levers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_lever_closes_exactly_the_distance() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let second = &scoreboard.boards[0].ranking[1];
        let [above, below] = neighbours(subject, second);
        assert!(below.is_none());
        let above = above.unwrap();
        let lever = above.levers[0];
        let weight = subject.parts(second.place)[lever.leaf.0].weight;
        let moved = second.score + weight * (lever.to - lever.from);
        assert!((moved - above.other.score).abs() < 1e-9);
    }

    #[test]
    fn a_change_beyond_the_scale_is_no_lever() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let first = &scoreboard.boards[0].ranking[0];
        assert!(levers(subject, first, 1000.0).is_empty());
    }
}
