//! What the strategy of an index is called with: for explanations, recorded tests and branch coverage.

use super::branches;
use super::figures::{FigureTable, Scored};
use super::pipeline::{Run, gate, needed};
use super::{evidence, leaves};
use crate::diagnostics::Diagnostics;
use crate::project::Project;
use crate::rules::Table;

/// The call of a function of a strategy, made ready and not made.
#[derive(Debug, Clone)]
pub struct ScriptInputs {
    /// Places that the function is called for, by position in the league: a row each.
    pub places: Vec<usize>,
    /// What it is called with.
    pub table: Table,
    /// Places that it is not called for, with the figures that they lack.
    pub lacking: Vec<(usize, Vec<String>)>,
}

/// Prepares the call of a function of an index's strategy, as scoring would make it.
///
/// Returns `None` where the index at this position has no strategy with such a function.
///
/// # Errors
///
/// The findings that end scoring before the strategy is reached.
pub fn script_inputs(
    project: &Project,
    at: usize,
    function: &str,
) -> Result<Option<ScriptInputs>, Diagnostics> {
    let Some(index) = project.indices.get(at) else {
        return Ok(None);
    };
    let Some(strategy) = index.strategy.as_ref().filter(|s| s.rule.has(function)) else {
        return Ok(None);
    };
    let holdings = evidence::holdings(project, index);
    let (judged, _) = gate(project, &holdings);
    let run = Run {
        project,
        index,
        judged,
    };
    let mut found = Diagnostics::new();
    let needed = needed(&run);
    let leaves = leaves::stages(&run, &needed, &mut found);
    let computed = branches::scores(&run, &needed, &leaves, &mut found);
    let Some(computed) = computed.filter(|_| !found.has_errors()) else {
        return Err(found);
    };
    let figures = FigureTable {
        run: &run,
        scores: Some(Scored {
            scores: &computed.scores,
            leaves: &leaves,
        }),
        own: None,
    };
    let call = figures.call(strategy, function);
    let league = |row: usize| run.judged[row];
    Ok(Some(ScriptInputs {
        places: call.rows.iter().map(|&row| league(row)).collect(),
        table: call.table,
        lacking: call
            .lacking
            .into_iter()
            .map(|(row, figures)| (league(row), figures))
            .collect(),
    }))
}
