//! The range of each rank, cheap enough to stand beside every ranking.

use super::scorer::ProjectScorer;
use super::setup::{prepare, weights_only};
use super::study::SURE;
use crate::num::rank::{Best, order};
use crate::project::Project;
use crate::project::study::DRAWS;
use crate::robustness::{BatchScorer, Collect, Control, Plan, Summary, View, run_views};
use crate::score::{Ranges, TiedPlaces};
use std::sync::Arc;

/// Most places times weights times draws that a ranking spends on ranges: about a hundredth of a
/// second. A count, not a clock: the same inputs give the same bytes.
const MOST_WORK: u64 = 5_000_000;

/// Draws the weights of an index as the project says, or around the given ones, and returns between
/// which ranks nine draws of ten put each place.
///
/// `None` where the project has no form that is scored in blocks, where that would take too long,
/// where fewer than two places are ranked, or where no weight varies: `exacity robustness` answers all
/// of these.
pub fn rank_ranges(project: &Project, at: usize) -> Option<Ranges> {
    let varied = weights_only(project, at);
    let project = Arc::new(project.without_library());
    let prepared = prepare(&project, at, &varied, vec![]);
    let league = prepared.scores.ok()?;
    let rows: Vec<usize> = (0..league.len())
        .filter(|&row| league[row].is_some())
        .collect();
    let weights = prepared.weights;
    let work = (rows.len() * weights.nominal.len()) as u64;
    if rows.len() < 2 || !weights.any_varies() || work.saturating_mul(DRAWS) > MOST_WORK {
        return None;
    }
    let scores: Vec<f64> = rows.iter().filter_map(|&row| league[row]).collect();
    let places: Vec<usize> = order(&scores, Best::Highest)
        .into_iter()
        .map(|i| rows[i])
        .collect();
    let scorer = ProjectScorer::new(prepared.rescorer.as_ref().ok()?, &weights, None, &places);
    let scorer = scorer.ok().filter(ProjectScorer::is_batch)?;
    let sampler = weights.sampler().ok()?;
    let views = [View {
        scorer: &scorer,
        sampler: &sampler,
    }];
    let plan = Plan {
        collect: Collect {
            pairs: true,
            scores: false,
        },
        ..Plan::new(DRAWS, project.study.seed)
    };
    let tally = run_views(&views, &plan, &Control::default()).ok()?.tally;
    if tally.draws == 0 {
        return None;
    }
    let summary = Summary::of(&tally);
    let mut ranks = vec![None; league.len()];
    for (&row, place) in places.iter().zip(&summary.places) {
        ranks[row] = Some((place.rank_p05, place.rank_p95));
    }
    debug_assert_eq!(scorer.places(), places.len());
    let in_order: Vec<usize> = (0..places.len()).collect();
    let ties = summary.tie_groups(&in_order, SURE).unwrap_or_default();
    let tied = ties.into_iter().map(|tie| TiedPlaces {
        from: tie.from,
        places: tie.places.iter().map(|&at| places[at]).collect(),
    });
    Some(Ranges {
        draws: tally.draws,
        seed: plan.seed,
        varied: varied
            .iter()
            .map(|v| v.words.clone())
            .collect::<Vec<_>>()
            .join("; "),
        ranks,
        tied: tied.collect(),
    })
}
