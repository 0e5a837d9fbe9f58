//! The bar of a place: what each criterion adds to its score, down the tree.

use super::Subject;
use crate::model::NodeIx;
use crate::report::model::Part;
use crate::score::RankedPlace;
use crate::score::explain::Contribution;

/// Returns the parts of a ranked place's score, as shares of the scale.
///
/// Where scores are no sums, or do not start at zero, the bar is one piece: parts that do not add up
/// would be worse than none.
pub(super) fn stack(subject: Subject, ranked: &RankedPlace) -> Vec<Part> {
    let (low, high) = subject.scale();
    let from_zero = low.abs() <= 0.0 && high > low && high.is_finite();
    if !subject.is_additive() || !from_zero {
        return vec![whole(subject, ranked)];
    }
    let contributions = subject.parts(ranked.place);
    let pillars = subject.pillars().iter().enumerate();
    let mut parts: Vec<Part> = pillars
        .filter_map(|(slot, &at)| part(subject, &contributions, at, slot))
        .collect();
    parts.extend(subject.adjustments(ranked.place).iter().map(|applied| {
        let rule = &subject.project.adjustments[applied.adjustment];
        Part {
            id: "adjustment".to_owned(),
            name: rule.because.clone(),
            slot: 0,
            points: applied.delta,
            share: applied.delta / high,
            rule: true,
            parts: vec![],
        }
    }));
    parts
}

fn part(subject: Subject, all: &[Contribution], at: NodeIx, slot: usize) -> Option<Part> {
    let points = all[at.0].contribution?;
    let (_, high) = subject.scale();
    let children = &subject.project.tree.node(at).children;
    Some(Part {
        id: subject.id(at).to_owned(),
        name: subject.name(at).to_owned(),
        slot,
        points,
        share: points / high,
        rule: false,
        parts: children
            .iter()
            .filter_map(|&child| part(subject, all, child, slot))
            .collect(),
    })
}

fn whole(subject: Subject, ranked: &RankedPlace) -> Part {
    let (low, high) = subject.scale();
    let share = (ranked.score - low) / (high - low);
    Part {
        id: subject.index.id.clone(),
        name: subject.index.name.clone(),
        slot: 0,
        points: ranked.score,
        // Unbounded scores (z-scores) and empty scales have no bar.
        share: if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        },
        rule: false,
        parts: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::float;
    use crate::report::sample;

    #[test]
    fn parts_and_their_parts_add_up_to_the_score() {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        for ranked in &scoreboard.boards[0].ranking {
            let parts = stack(subject, ranked);
            let sum = float::sum(parts.iter().map(|part| part.points));
            assert!((sum - ranked.score).abs() < 1e-9);
            for part in parts.iter().filter(|part| !part.parts.is_empty()) {
                let below = float::sum(part.parts.iter().map(|part| part.points));
                assert!((below - part.points).abs() < 1e-9, "{part:?}");
            }
        }
    }
}
