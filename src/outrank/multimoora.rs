//! MULTIMOORA: three rankings joined into one.

use super::moora::{full_multiplicative_log, ratio, reference_point};
use super::{Detail, Outrank, OutrankError, Outranked, merge_close};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamKind};
use crate::num::rank::{Best, Ties, rank};
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "multimoora",
        summary: "ratio system, reference point and full multiplicative form, joined by dominance",
        formula: "each part ranks the alternatives (dense ranks). `wins`: one point per other \
                  alternative that is beaten in most of the three ranks, if no rank ties. \
                  `dominance_graph_rank`: the alternatives beaten are counted over the three ranks, \
                  and the counts ranked (lower is better)",
        params: &[Param::required(
            "join",
            ParamKind::Word(&["wins", "dominance_graph_rank"]),
            "how the three rankings become one",
        )
        .or("wins")],
        not_when: "values may be zero: the multiplicative form needs positive ones",
        reference: "Brauers and Zavadskas (2010), Technological and Economic Development of \
                    Economy 16(1); theory of dominance: Brauers and Zavadskas (2011), Informatica \
                    22(2)",
        common: true,
    },
    build: |params| {
        let graph = params.word("join") == Some("dominance_graph_rank");
        Ok(Arc::new(Multimoora { graph }))
    },
};

#[derive(Debug)]
struct Multimoora {
    graph: bool,
}

impl Outrank for Multimoora {
    fn definition(&self) -> String {
        let join = if self.graph {
            "dominance_graph_rank"
        } else {
            "wins"
        };
        format!("multimoora/{join}")
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let dense = |scores: &[f64], best| rank(&merge_close(scores), best, Ties::Dense);
        let ranks = [
            dense(&ratio(decision)?, Best::Highest),
            dense(&reference_point(decision)?, Best::Lowest),
            // The logarithm orders like the form itself.
            dense(&full_multiplicative_log(decision)?, Best::Highest),
        ];
        let outranked = if self.graph {
            let beaten = dominated(&ranks);
            Outranked::new(rank(&beaten, Best::Highest, Ties::Dense), Best::Lowest)?
        } else {
            Outranked::new(wins(&ranks), Best::Highest)?
        };
        let rows = (0..decision.alternatives()).map(|i| ranks.iter().map(|r| r[i]).collect());
        Ok(outranked.with("rank_matrix", Detail::Matrix(rows.collect())))
    }
}

/// Counts, over the three rankings, the alternatives with a worse rank.
fn dominated(ranks: &[Vec<f64>; 3]) -> Vec<f64> {
    let mut counts = vec![0.0; ranks[0].len()];
    for of_part in ranks {
        let n = of_part.len() as f64;
        // The highest rank that a tie shares counts the alternatives that are not worse.
        let not_worse = rank(of_part, Best::Lowest, Ties::Max);
        for (count, up_to) in counts.iter_mut().zip(not_worse) {
            *count += n - up_to;
        }
    }
    counts
}

fn wins(ranks: &[Vec<f64>; 3]) -> Vec<f64> {
    let mut points = vec![0.0; ranks[0].len()];
    for a in 0..points.len() {
        for b in 0..a {
            let (mut better, mut worse) = (0, 0);
            for of_part in ranks {
                better += i32::from(of_part[a] < of_part[b]);
                worse += i32::from(of_part[a] > of_part[b]);
            }
            if better + worse == 3 {
                points[if better > worse { a } else { b }] += 1.0;
            }
        }
    }
    points
}
