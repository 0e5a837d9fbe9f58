//! Methods, strategies and adjustments: what replaces the weighted scores, and what is added.

use super::contest::{Contest, Field};
use super::figures::{FigureTable, Scored};
use super::pipeline::Run;
use super::{Applied, Exclusion, LeafStages, MethodResult};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, Column, NodeIx};
use crate::project::{Adjustment, Ranking, RuleUse};
use indexmap::IndexMap;
use std::sync::Arc;

/// The outcome of strategy and adjustments, over the judged places.
pub(super) struct Judged {
    /// Final scores before rounding.
    pub(super) scores: Column,
    /// Adjustments that applied, by row.
    pub(super) adjustments: IndexMap<usize, Vec<Applied>>,
    /// Why the strategy or the method does not rank a place, by row; places that it ranks are not listed.
    pub(super) reasons: IndexMap<usize, Exclusion>,
    /// What the ranking method made of the places, if there is one.
    pub(super) method: Option<MethodResult>,
}

/// Applies the strategy or the method of the index, and the adjustments of the project.
pub(super) fn judge(
    run: &Run,
    scores: &[Arc<Column>],
    leaves: &IndexMap<NodeIx, LeafStages>,
    found: &mut Diagnostics,
) -> Option<Judged> {
    let figures = FigureTable {
        run,
        scores: Some(Scored { scores, leaves }),
        own: None,
    };
    let errors = found.len();
    let mut judged = unjudged(&figures, found);
    let strategy = run.index.strategy.as_ref();
    if let Some(strategy) = strategy.filter(|s| s.rule.has("score")) {
        replace(&figures, strategy, &mut judged, found);
    }
    if let Some(ranking) = &run.index.ranking {
        rank(&figures, ranking, &mut judged, found);
        warn_of_adjustments(run, ranking, found);
    } else {
        let adjustments = run.project.adjustments.iter().enumerate();
        for (position, adjustment) in adjustments.filter(|(_, a)| a.criterion.is_none()) {
            let Judged {
                scores,
                adjustments,
                ..
            } = &mut judged;
            adjust(&figures, position, adjustment, scores, adjustments, found);
        }
    }
    let failed = found.len() > errors && found.has_errors();
    (!failed).then_some(judged)
}

/// Returns the weighted scores, and which places the strategy vetoes.
fn unjudged(figures: &FigureTable, found: &mut Diagnostics) -> Judged {
    let run = figures.run;
    let root = |scored: &Scored| scored.scores[run.index.root.0].as_ref().clone();
    let none = || Column::missing(run.judged.len());
    let mut judged = Judged {
        scores: figures.scores.as_ref().map_or_else(none, root),
        adjustments: IndexMap::new(),
        reasons: IndexMap::new(),
        method: None,
    };
    let strategy = run.index.strategy.as_ref();
    if let Some(strategy) = strategy.filter(|s| s.rule.has("eligible")) {
        veto(figures, strategy, &mut judged, found);
    }
    judged
}

/// Sets up the comparison that the method of an index makes of the judged places, rows being those.
pub(super) fn contest(
    run: &Run,
    ranking: &Ranking,
    scores: &[Arc<Column>],
    leaves: &IndexMap<NodeIx, LeafStages>,
    found: &mut Diagnostics,
) -> Option<Contest> {
    let figures = FigureTable {
        run,
        scores: Some(Scored { scores, leaves }),
        own: None,
    };
    let judged = unjudged(&figures, found);
    compared(&figures, ranking, &judged, found)
}

/// A place that the strategy vetoed is not among those compared.
fn compared(
    figures: &FigureTable,
    ranking: &Ranking,
    judged: &Judged,
    found: &mut Diagnostics,
) -> Option<Contest> {
    let run = figures.run;
    let Scored { scores, leaves } = figures.scores.as_ref()?;
    let field = Field {
        project: run.project,
        index: run.index,
        scores,
        leaves,
        places: &run.judged,
    };
    let rows = (0..run.judged.len())
        .filter(|row| !judged.reasons.contains_key(row) && judged.scores.value(*row).is_some());
    field.contest(ranking, rows.collect(), found)
}

/// Ranks the places by a method.
fn rank(figures: &FigureTable, ranking: &Ranking, judged: &mut Judged, found: &mut Diagnostics) {
    let run = figures.run;
    let Some(contest) = compared(figures, ranking, judged, found) else {
        return;
    };
    let outranked = match contest.method.rank(&contest.decision) {
        Ok(outranked) => outranked,
        Err(error) => {
            let place = |row: usize| run.judged[row];
            found.push(contest.refused(run.project, place, ranking.name, &error));
            return;
        }
    };
    judged.scores = Column::missing(judged.scores.len());
    for (&row, &score) in contest.rows.iter().zip(&outranked.scores) {
        judged.scores.set(row, Cell::Value(score));
    }
    for (row, lacking) in &contest.incomplete {
        let ids = lacking.iter().map(|&at| run.id(at).to_owned());
        let why = Exclusion::NotJudged(ids.collect());
        judged.reasons.insert(*row, why);
    }
    judged.method = Some(MethodResult {
        name: ranking.name,
        definition: contest.method.definition(),
        on: ranking.on,
        best: outranked.best,
        places: contest.rows.iter().map(|&row| run.judged[row]).collect(),
        leaves: contest.leaves,
        weights: contest.decision.weights().to_vec(),
        details: outranked.details,
        stood_in: contest.stood_in,
    });
}

/// Points are stated on the project's scale, and a method's scores have one of their own.
fn warn_of_adjustments(run: &Run, ranking: &Ranking, found: &mut Diagnostics) {
    let of_result = run
        .project
        .adjustments
        .iter()
        .filter(|a| a.criterion.is_none());
    if of_result.count() > 0 {
        let message = format!(
            "`[[adjust]]` adds points to weighted scores, so it does not apply to `{}`",
            ranking.name
        );
        found.push(
            Diagnostic::new(Code("W0304"), message)
                .help("use a weighted score, or make the condition a criterion"),
        );
    }
}

fn veto(figures: &FigureTable, strategy: &RuleUse, judged: &mut Judged, found: &mut Diagnostics) {
    let call = figures.call(strategy, "eligible");
    for (row, lacking) in &call.lacking {
        let why = Exclusion::NotJudged(lacking.clone());
        judged.reasons.insert(*row, why);
    }
    for (&row, result) in call
        .rows
        .iter()
        .zip(strategy.rule.flags("eligible", &call.table))
    {
        match result {
            Ok(true) => {}
            Ok(false) => {
                judged.reasons.insert(row, Exclusion::NotEligible);
            }
            Err(fault) => found.push(figures.blame(row, *fault)),
        }
    }
}

fn replace(
    figures: &FigureTable,
    strategy: &RuleUse,
    judged: &mut Judged,
    found: &mut Diagnostics,
) {
    let call = figures.call(strategy, "score");
    judged.scores = Column::missing(judged.scores.len());
    for (row, lacking) in &call.lacking {
        if call.fails {
            let names = lacking.join(", ");
            let place = figures.run.place(*row);
            found.push(Diagnostic::new(
                Code("E0314"),
                format!(
                    "`{}` needs {names}, which is missing for `{place}`",
                    strategy.name
                ),
            ));
        }
        let why = || Exclusion::NotJudged(lacking.clone());
        judged.reasons.entry(*row).or_insert_with(why);
    }
    for (&row, result) in call
        .rows
        .iter()
        .zip(strategy.rule.numbers("score", &call.table))
    {
        match result {
            Ok(score) => judged.scores.set(row, Cell::Value(score)),
            Err(fault) => found.push(figures.blame(row, *fault)),
        }
    }
}

/// Changes scores where the condition of an adjustment holds.
///
/// A condition that reads a missing figure does not hold, unless it also asks `known.` of it: then
/// the author has said what to do without the figure, and 0 stands in its place.
pub(super) fn adjust(
    figures: &FigureTable,
    position: usize,
    adjustment: &Adjustment,
    scores: &mut Column,
    applied: &mut IndexMap<usize, Vec<Applied>>,
    found: &mut Diagnostics,
) {
    let rule = RuleUse {
        name: adjustment.when.clone(),
        rule: adjustment.rule.clone(),
        params: IndexMap::new(),
    };
    let call = figures.call(&rule, "eligible");
    for (&row, result) in call
        .rows
        .iter()
        .zip(rule.rule.flags("eligible", &call.table))
    {
        match (result, scores.value(row)) {
            (Ok(true), Some(score)) => {
                let after = adjustment.change.apply(score);
                scores.set(row, Cell::Value(after));
                applied.entry(row).or_default().push(Applied {
                    adjustment: position,
                    delta: after - score,
                });
            }
            (Ok(_), _) => {}
            (Err(fault), _) => found.push(figures.blame(row, *fault)),
        }
    }
}
