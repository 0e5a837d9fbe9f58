//! Reference ideal method.

use super::settings::{BOUNDS, Bounds};
use super::spotis::bounds;
use super::{Detail, Outrank, OutrankError, Outranked};
use crate::model::{Decision, Entry, MethodInfo, Param, ParamKind};
use crate::num::rank::Best;
use std::sync::Arc;

pub(super) const ENTRY: Entry<dyn Outrank> = Entry {
    info: MethodInfo {
        name: "rim",
        summary: "closeness to an ideal interval inside each scale",
        formula: "y = 1 inside the ideal interval, falling linearly to 0 at the ends of the scale; \
                  score_i = I⁻/(I⁺+I⁻), Euclidean distances of w_j y_ij from 0 and from w_j",
        params: &[
            BOUNDS,
            Param::required(
                "ideal",
                ParamKind::Points,
                "`[from, to]` of each criterion's ideal; the better end of the scale if not given",
            )
            .or(""),
        ],
        not_when: "no scale can be agreed on beforehand",
        reference: "Cables, Lamata, Verdegay (2016), Information Sciences 337-338",
        common: false,
    },
    build: |params| {
        Ok(Arc::new(Rim {
            bounds: bounds(params)?,
            ideal: params.points("ideal").map(<[_]>::to_vec),
        }))
    },
};

#[derive(Debug)]
struct Rim {
    bounds: Bounds,
    ideal: Option<Vec<(f64, f64)>>,
}

impl Outrank for Rim {
    fn definition(&self) -> String {
        if self.ideal.is_some() {
            "rim/ideal"
        } else {
            "rim"
        }
        .to_owned()
    }

    fn rank(&self, decision: &Decision) -> Result<Outranked, OutrankError> {
        let bounds = self.bounds.check(decision)?;
        let ideal = self.ideals(decision, bounds)?;
        let count = decision.alternatives();
        let (mut plus, mut minus) = (vec![0.0; count], vec![0.0; count]);
        for criterion in 0..decision.criteria() {
            let ((low, high), (from, to)) = (bounds[criterion], ideal[criterion]);
            let weight = decision.weight(criterion);
            for ((plus, minus), &x) in plus
                .iter_mut()
                .zip(&mut minus)
                .zip(decision.column(criterion))
            {
                let closeness = if x < from {
                    1.0 - (from - x) / (from - low)
                } else if x > to {
                    1.0 - (x - to) / (high - to)
                } else {
                    1.0
                };
                let (short, reached) = (weight * (closeness - 1.0), weight * closeness);
                *plus += short * short;
                *minus += reached * reached;
            }
        }
        plus.iter_mut()
            .chain(&mut minus)
            .for_each(|d| *d = d.sqrt());
        let scores = minus.iter().zip(&plus).map(|(m, p)| m / (p + m)).collect();
        Ok(Outranked::new(scores, Best::Highest)?
            .with("i_plus", Detail::Alternatives(plus))
            .with("i_minus", Detail::Alternatives(minus)))
    }
}

impl Rim {
    fn ideals(
        &self,
        decision: &Decision,
        bounds: &[(f64, f64)],
    ) -> Result<Vec<(f64, f64)>, OutrankError> {
        let Some(ideal) = &self.ideal else {
            return Ok(self.bounds.best(decision).iter().map(|&b| (b, b)).collect());
        };
        if ideal.len() != bounds.len() {
            return Err(OutrankError::Parameter {
                param: "ideal",
                why: format!(
                    "has {} pairs for {} criteria; give one for each",
                    ideal.len(),
                    bounds.len()
                ),
            });
        }
        let fits = |((from, to), (low, high)): (&(f64, f64), &(f64, f64))| {
            low <= from && from <= to && to <= high
        };
        match ideal.iter().zip(bounds).position(|pair| !fits(pair)) {
            None => Ok(ideal.clone()),
            Some(criterion) => Err(OutrankError::criterion(
                criterion,
                "its ideal is not an interval inside its bounds",
            )),
        }
    }
}
