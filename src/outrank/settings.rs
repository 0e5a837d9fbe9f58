//! What methods read from their parameters.

use super::{OutrankError, Scaling};
use crate::model::{Decision, Param, ParamKind, ParamValue, Params};

/// Describes the scaling that columns get first.
pub(super) const fn scaling(default: &'static str) -> Param {
    Param::required(
        "scaling",
        ParamKind::Word(Scaling::WORDS),
        "how columns are made comparable; each choice is a definition of its own",
    )
    .or(default)
}

/// Reads the scaling; unknown words were refused before, so the default stands in for them.
pub(super) fn read_scaling(params: &Params, default: Scaling) -> Scaling {
    params
        .word("scaling")
        .and_then(Scaling::parse)
        .unwrap_or(default)
}

/// Describes a balance between two parts, 0 to 1.
pub(super) const fn share(name: &'static str, default: &'static str, doc: &'static str) -> Param {
    Param::number(name, "1", doc).or(default).within(0.0, 1.0)
}

/// Describes a number that each criterion has.
pub(super) const fn per_criterion(name: &'static str, doc: &'static str) -> Param {
    let mut param = Param::required(name, ParamKind::Numbers, doc).per_criterion();
    param.unit = "data";
    param
}

/// Describes the scale of each criterion.
pub(super) const BOUNDS: Param = {
    let doc = "`[low, high]` of each criterion's scale; chosen by people, not read from the data, so \
               that no alternative moves the others";
    let mut param = Param::required("bounds", ParamKind::Points, doc).per_criterion();
    param.unit = "data";
    param
};

/// One number per criterion, or one for all; some may be unknown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PerCriterion {
    name: &'static str,
    numbers: Vec<Option<f64>>,
}

impl PerCriterion {
    /// Reads an array, or a plain number that holds for all criteria.
    pub(super) fn read(params: &Params, name: &'static str) -> Option<Self> {
        let numbers = match params.0.get(name)? {
            ParamValue::Numbers(numbers) => numbers.iter().copied().map(Some).collect(),
            ParamValue::Spread(numbers) => numbers.clone(),
            ParamValue::Number(number) => vec![Some(*number)],
            _ => return None,
        };
        Some(Self { name, numbers })
    }

    /// Spreads the numbers over the criteria of a decision.
    pub(super) fn spread(&self, decision: &Decision) -> Result<Vec<Option<f64>>, OutrankError> {
        match (self.numbers.len(), decision.criteria()) {
            (found, needed) if found == needed => Ok(self.numbers.clone()),
            (1, needed) => Ok(vec![self.numbers[0]; needed]),
            (found, needed) => Err(OutrankError::Parameter {
                param: self.name,
                why: format!("has {found} numbers for {needed} criteria; give one for each"),
            }),
        }
    }

    /// Spreads the numbers over the criteria of a decision, and asks for every one of them.
    pub(super) fn of(&self, decision: &Decision) -> Result<Vec<f64>, OutrankError> {
        let numbers = self.spread(decision)?.into_iter().enumerate();
        numbers
            .map(|(criterion, number)| {
                number.ok_or_else(|| {
                    OutrankError::criterion(criterion, format!("`{}` is not stated", self.name))
                })
            })
            .collect()
    }
}

/// The scale of each criterion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds(pub(super) Vec<(f64, f64)>);

impl Bounds {
    /// Checks that each scale has two ends and holds every value.
    pub(super) fn check(&self, decision: &Decision) -> Result<&[(f64, f64)], OutrankError> {
        if self.0.len() != decision.criteria() {
            let (found, needed) = (self.0.len(), decision.criteria());
            return Err(OutrankError::Parameter {
                param: "bounds",
                why: format!("has {found} pairs for {needed} criteria; give one for each"),
            });
        }
        for (criterion, &(low, high)) in self.0.iter().enumerate() {
            if !(low < high && (high - low).is_finite()) {
                return Err(OutrankError::criterion(
                    criterion,
                    format!("the bounds {low} and {high} are not a low and a high end"),
                ));
            }
            let column = decision.column(criterion);
            if let Some(at) = column.iter().position(|&x| x < low || x > high) {
                return Err(OutrankError::Value {
                    criterion,
                    alternative: at,
                    value: column[at],
                    why: format!(
                        "{} lies outside the bounds {low} to {high}; widen `bounds`",
                        column[at]
                    ),
                });
            }
        }
        Ok(&self.0)
    }

    /// Returns the better end of each scale.
    pub(super) fn best(&self, decision: &Decision) -> Vec<f64> {
        let ends = self.0.iter().enumerate();
        ends.map(|(j, b)| if decision.is_benefit(j) { b.1 } else { b.0 })
            .collect()
    }
}
