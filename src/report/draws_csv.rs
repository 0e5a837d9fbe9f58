//! The draws of a study, one line each: what was drawn, and how every place scored and ranked.

use super::csv::{lines, number};
use crate::robustness::project::{Setup, Study};
use crate::robustness::walk;

/// Writes every draw that was made: its number, the choices, the share of each criterion among its
/// siblings, and the score and rank of each place. Draws without a ranking have empty ranks.
pub fn write(setup: &Setup, study: &Study) -> String {
    let mut records = vec![header(setup)];
    walk(
        &setup.run_views(),
        setup.spec.seed,
        0..study.outcome.made,
        |drawn| {
            let view = &setup.views[drawn.view];
            let mut record = vec![drawn.draw.to_string()];
            let choices = view.choices.iter().map(|choice| {
                choice
                    .split_once(" = ")
                    .map_or("", |(_, value)| value)
                    .to_owned()
            });
            record.extend(choices);
            let shares = &drawn.weights[..view.weights.nominal.len()];
            record.extend(shares.iter().map(|share| number(*share)));
            let whole = drawn.scores.iter().all(|score| score.is_finite());
            for score in drawn.scores {
                record.push(if score.is_finite() {
                    number(*score)
                } else {
                    String::new()
                });
            }
            for own in drawn.scores {
                let above = drawn.scores.iter().filter(|other| *other > own).count();
                record.push(if whole {
                    (above + 1).to_string()
                } else {
                    String::new()
                });
            }
            records.push(record);
            true
        },
    );
    lines(records)
}

fn header(setup: &Setup) -> Vec<String> {
    let mut names = vec!["draw".to_owned()];
    names.extend(
        setup
            .design
            .factors
            .iter()
            .map(|&at| setup.spec.vary[at].path.clone()),
    );
    let criteria = setup
        .base
        .weights
        .groups
        .iter()
        .flat_map(|(_, children)| children);
    names.extend(criteria.map(|at| format!("weight.{}", setup.project.tree.node(*at).id)));
    for what in ["score", "rank"] {
        let ids = setup
            .places
            .iter()
            .map(|&row| &setup.project.league[row].id);
        names.extend(ids.map(|id| format!("{what}.{id}")));
    }
    names
}
