//! What the places of a project say of a strategy's page.

use super::rule_units::unit;
use crate::project::Project;
use crate::rules::{Coverage, Judges, Page};
use crate::score::{Exclusion, Scoreboard, script_inputs};

/// Fills in what only a project knows: units, how many places are judged, and how many take each way.
///
/// The scoreboard is that of the project with the strategy of the page.
pub fn strategy_page(page: &mut Page, project: &Project, scoreboard: &Scoreboard) {
    let Some(strategy) = &project.indices[0].strategy else {
        return;
    };
    for read in &mut page.reads {
        if read.unit.is_empty() {
            read.unit = unit(project, strategy, &read.record, &read.field);
        }
    }
    let board = &scoreboard.boards[0];
    let left_out = board
        .excluded
        .iter()
        .filter(|out| matches!(out.why, Exclusion::NotJudged(_) | Exclusion::NotEligible));
    let places = board.ranking.len();
    page.judges = Some(Judges {
        places,
        of: places + left_out.count(),
    });
    let mut coverage = Coverage::new(&strategy.rule);
    let mut functions = vec!["eligible", "score"];
    functions.extend(strategy.rule.meta().derives.keys().map(String::as_str));
    for function in functions {
        // A function that is not there, or whose figures cannot be had, is called for no place.
        if let Ok(Some(inputs)) = script_inputs(project, 0, function) {
            coverage.add(&strategy.rule, function, &inputs.table);
        }
    }
    for (way, (_, places)) in page.ways.iter_mut().zip(&coverage.branches) {
        way.places = Some(*places);
    }
}
