//! Benefit of the doubt: each alternative under the weights that suit it best.

use super::settings::{read_scaling, scaling, share};
use super::{Outrank, OutrankError, Outranked, Scaling};
use crate::model::{Decision, Entry, MethodInfo, ParamError};
use crate::num::rank::{self, Best};
use crate::num::simplex::{Outcome, Relation, Row, maximise};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "benefit-of-the-doubt",
        summary: "each alternative scored with the weights that suit it best",
        formula: "score_i = max_v Σ_j v_j r_ij subject to Σ_j v_j r_kj <= 1 for every alternative k, \
                  v >= 0, and v_j r_ij >= least-share · Σ_j v_j r_ij; the given weights are not used",
        params: &[
            scaling("linear"),
            share(
                "least-share",
                "0",
                "least part of its score that each criterion must give; at \
                   most 1 over the number of criteria",
            ),
        ],
        not_when: "one common set of weights is wanted, or many alternatives would reach 1: set \
                   `least-share`",
        reference: "Cherchye, Moesen, Rogge, Van Puyenbroeck (2007), Social Indicators Research \
                    82(1); Melyn and Moesen (1991)",
        common: true,
    },
    build: |params| {
        let scaling = read_scaling(params, Scaling::Linear);
        let least = params.number("least-share").unwrap_or(0.0);
        if least >= 1.0 {
            return Err(ParamError::new("least-share", "must be below 1"));
        }
        Ok(Arc::new(BenefitOfTheDoubt { scaling, least }))
    },
};

#[derive(Debug)]
struct BenefitOfTheDoubt {
    scaling: Scaling,
    least: f64,
}

impl Outrank for BenefitOfTheDoubt {
    fn definition(&self) -> String {
        format!(
            "benefit_of_the_doubt/{}/least={}",
            self.scaling.word(),
            self.least
        )
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        if self.least * decision.criteria() as f64 > 1.0 + super::TIE {
            return Err(OutrankError::Parameter {
                param: "least-share",
                why: format!(
                    "is {}, more than {} criteria can give each",
                    self.least,
                    decision.criteria()
                ),
            });
        }
        let mut columns = vec![vec![]; decision.criteria()];
        for (criterion, column) in columns.iter_mut().enumerate() {
            self.scaling.scale(decision, criterion, column)?;
            if let Some(alternative) = column.iter().position(|&r| r < 0.0) {
                let value = decision.column(criterion)[alternative];
                let why = format!("{value} scales below zero; use another `scaling`");
                return Err(OutrankError::Value {
                    criterion,
                    alternative,
                    value,
                    why,
                });
            }
        }
        let rows: Vec<Vec<f64>> = (0..decision.alternatives())
            .map(|i| columns.iter().map(|c| c[i]).collect())
            .collect();
        let mut frontier = Frontier::start(&columns);
        let score = |row: &Vec<f64>| frontier.score(row, &rows, self.least);
        let scores: Vec<Option<f64>> = rows.iter().map(score).collect();
        if let Some(alternative) = scores.iter().position(Option::is_none) {
            let why =
                "its linear program did not settle: the values differ too much in size".to_owned();
            return Err(OutrankError::Alternative { alternative, why });
        }
        Outranked::new(scores.into_iter().flatten().collect(), Best::Highest)
    }
}

/// The alternatives whose constraints were ever needed. A few of them, on the outside of the cloud,
/// bound everyone; adding them as they are violated keeps the programs small.
struct Frontier {
    members: Vec<usize>,
}

impl Frontier {
    fn start(columns: &[Vec<f64>]) -> Self {
        let mut members: Vec<usize> = columns
            .iter()
            .map(|column| rank::order(column, Best::Highest)[0])
            .collect();
        members.sort_unstable();
        members.dedup();
        Self { members }
    }

    fn score(&mut self, own: &[f64], rows: &[Vec<f64>], least: f64) -> Option<f64> {
        loop {
            let Outcome::Optimal { value, variables } =
                maximise(own, &self.program(own, rows, least))
            else {
                return None;
            };
            let total =
                |row: &Vec<f64>| row.iter().zip(&variables).map(|(r, v)| r * v).sum::<f64>();
            let (mut worst, mut most) = (None, 1.0 + 1e-10);
            for (k, row) in rows.iter().enumerate() {
                let sum = total(row);
                if sum > most {
                    (worst, most) = (Some(k), sum);
                }
            }
            match worst {
                Some(k) if !self.members.contains(&k) => self.members.push(k),
                _ => return Some(value.min(1.0)),
            }
        }
    }

    fn program(&self, own: &[f64], rows: &[Vec<f64>], least: f64) -> Vec<Row> {
        let at_most = |coefficients, bound| Row {
            coefficients,
            relation: Relation::AtMost,
            bound,
        };
        let mut program: Vec<Row> = self
            .members
            .iter()
            .map(|&k| at_most(rows[k].clone(), 1.0))
            .collect();
        if least > 0.0 {
            for j in 0..own.len() {
                let mut coefficients: Vec<f64> = own.iter().map(|r| least * r).collect();
                coefficients[j] -= own[j];
                program.push(at_most(coefficients, 0.0));
            }
        }
        program
    }
}
