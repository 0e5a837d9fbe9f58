//! Sequential interactive model of urban systems: one linear program per criterion.

use super::{Detail, Outrank, OutrankError, Outranked, need_two};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamKind};
use crate::num::rank::{self, Best};
use crate::num::simplex::{Outcome, Relation, Row, maximise, minimise};
use crate::num::{float, stats};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "simus",
        summary: "linear programs that optimise each criterion in turn; uses no weights",
        formula: "for each criterion: optimise Σ_i x_ij s_i, s >= 0, with every other benefit at most \
                  its largest and every other cost at least its smallest value; the s, as shares, \
                  make a row. `first`: sum of an alternative's shares times the part of rows in \
                  which it appears; `second`: what its shares exceed the others', less what they \
                  exceed its",
        params: &[Param::required(
            "by",
            ParamKind::Word(&["first", "second"]),
            "which of its two rankings gives the score",
        )
        .or("first")],
        not_when: "weights are to count; several optima are possible, and which one is found then \
                   depends on the solver",
        reference: "Munier (2011), A Strategy for Using Multicriteria Analysis in Decision-Making",
        common: false,
    },
    build: |params| {
        let second = params.word("by") == Some("second");
        Ok(Arc::new(Simus { second }))
    },
};

#[derive(Debug)]
struct Simus {
    second: bool,
}

impl Outrank for Simus {
    fn definition(&self) -> String {
        format!("simus/rank_by={}", if self.second { 2 } else { 1 })
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        need_two(decision)?;
        let stages: Vec<Vec<f64>> = (0..decision.criteria())
            .map(|j| stage(decision, j))
            .collect::<Result<_, _>>()?;
        let scores = if self.second {
            dominance(&stages)
        } else {
            participation(&stages)
        };
        Ok(Outranked::new(scores, Best::Highest)?.with("stages", Detail::Matrix(stages)))
    }
}

/// Solves the program of one criterion; the solution as shares, or all 0 if it is.
fn stage(decision: &Decision, criterion: usize) -> Result<Vec<f64>, OutrankError> {
    let rows: Vec<Row> = (0..decision.criteria())
        .filter(|&j| j != criterion)
        .map(|j| {
            let (low, high) = stats::range(decision.column(j)).unwrap_or_default();
            let benefit = decision.is_benefit(j);
            Row {
                coefficients: decision.column(j).to_vec(),
                relation: if benefit {
                    Relation::AtMost
                } else {
                    Relation::AtLeast
                },
                bound: if benefit { high } else { low },
            }
        })
        .collect();
    let objective = decision.column(criterion);
    let outcome = if decision.is_benefit(criterion) {
        maximise(objective, &rows)
    } else {
        minimise(objective, &rows)
    };
    let why = match outcome {
        Outcome::Optimal { variables, .. } => {
            let total = float::sum(variables.iter().copied());
            let share = |s: &f64| if total > 0.0 { s / total } else { 0.0 };
            return Ok(variables.iter().map(share).collect());
        }
        Outcome::Unbounded => "its linear program has no limit: no other benefit bounds it",
        Outcome::Infeasible => {
            "its linear program has no solution: the other criteria contradict \
                                each other"
        }
        Outcome::Stalled => "its linear program did not settle: the values differ too much in size",
    };
    Err(OutrankError::criterion(
        criterion,
        format!("{why}; use another method"),
    ))
}

fn participation(stages: &[Vec<f64>]) -> Vec<f64> {
    let score = |i: usize| {
        let total = float::sum(stages.iter().map(|stage| stage[i]));
        let appears = stages.iter().filter(|stage| stage[i] > 0.0).count();
        total * appears as f64 / stages.len() as f64
    };
    (0..stages[0].len()).map(score).collect()
}

/// Sums, over stages and other alternatives, what is exceeded less what exceeds; the differences
/// telescope, so that a share counts once per alternative.
fn dominance(stages: &[Vec<f64>]) -> Vec<f64> {
    let mut scores = vec![0.0; stages[0].len()];
    let count = scores.len() as f64;
    for stage in stages {
        let total = float::sum(rank::order(stage, Best::Lowest).iter().map(|&i| stage[i]));
        for (score, share) in scores.iter_mut().zip(stage) {
            *score += count * share - total;
        }
    }
    scores
}
