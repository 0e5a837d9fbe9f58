//! Root assessment method.

use super::copras::sums_of_shares;
use super::{Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo};
use crate::num::lanes;
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "ram",
        summary: "root of the benefits, of a degree that grows with the costs",
        formula: "score_i = (2 + S⁺_i) ^ (1 / (2 + S⁻_i)), S⁺ and S⁻ the weighted sums of shares \
                  over benefits and over costs",
        params: &[],
        not_when: "the distance between scores matters: they lie close together",
        reference: "Sotoudeh-Anvari (2023), Decision Analytics Journal 8",
        common: false,
    },
    build: |_| Ok(Arc::new(Ram)),
};

#[derive(Debug)]
struct Ram;

impl Outrank for Ram {
    fn definition(&self) -> String {
        "ram/sum".to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let (plus, minus) = sums_of_shares(decision)?;
        let mut scores: Vec<f64> = plus.iter().map(|p| 2.0 + p).collect();
        lanes::ln_column(&mut scores);
        for (score, m) in scores.iter_mut().zip(&minus) {
            *score /= 2.0 + m;
        }
        lanes::exp_column(&mut scores);
        Outranked::new(scores, Best::Highest)
    }
}
