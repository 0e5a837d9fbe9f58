//! A made-up decision of any size, and every ranking method with the thresholds that it asks for.

use exacity::model::{Decision, DecisionMatrix, Direction, ParamValue, Params};
use exacity::outrank::{self, Outrank};
use std::sync::Arc;

/// Criteria of the decision: every third one is a cost.
pub(crate) const CRITERIA: usize = 10;

/// Makes a decision of columns; every third criterion is a cost, all weigh the same.
pub(crate) fn of(columns: Vec<Vec<f64>>) -> Decision {
    let direction = |j: usize| match j % 3 {
        2 => Direction::Lower,
        _ => Direction::Higher,
    };
    let directions = (0..columns.len()).map(direction).collect();
    let weights = vec![1.0 / columns.len() as f64; columns.len()];
    let matrix = DecisionMatrix::new(columns, directions).expect("finite columns");
    Decision::new(matrix, &weights).expect("positive weights")
}

/// Builds a method: thresholds of 5 and 20, scales from 0 to 102, the middle as the reference.
pub(crate) fn method(name: &str) -> Arc<dyn Outrank> {
    let entry = outrank::find(name).expect("a method of the table");
    let mut params = Params::default();
    for param in entry.info.params {
        let value = match param.name {
            "preference" => ParamValue::Word("linear".to_owned()),
            "q" => ParamValue::Number(5.0),
            "p" => ParamValue::Number(20.0),
            "v" if param.per_criterion => ParamValue::Number(60.0),
            "bounds" => ParamValue::Points(vec![(0.0, 102.0); CRITERIA]),
            "reference" => ParamValue::Number(51.0),
            "expected" if param.default.is_none() => ParamValue::Number(60.0),
            _ => continue,
        };
        params = params.with(param.name, value);
    }
    (entry.build)(&params).expect("every parameter that is asked for")
}
