#![expect(
    clippy::float_cmp,
    reason = "ranks and exact zeros are compared exactly"
)]

use super::*;
use crate::model::{Direction, ParamValue, Params};

fn matrix(columns: &[&[f64]], directions: &[Direction]) -> DecisionMatrix {
    DecisionMatrix::new(
        columns.iter().map(|c| c.to_vec()).collect(),
        directions.to_vec(),
    )
    .unwrap()
}

#[test]
fn weights_are_shares_or_the_error_says_why() {
    use Direction::{Higher, Lower};
    let cases = [
        matrix(&[&[3.0]], &[Higher]),
        matrix(&[&[3.0, 4.0]], &[Lower]),
        matrix(
            &[&[3.0, 4.0, 1.0], &[5.0, 5.0, 5.0], &[1.0, 9.0, 2.0]],
            &[Higher, Lower, Lower],
        ),
        matrix(&[&[3.0, 4.0, 1.0], &[6.0, 8.0, 2.0]], &[Higher, Higher]),
        matrix(&[&[0.0, 0.0], &[0.0, 0.0]], &[Higher, Lower]),
        matrix(&[&[0.0, 2.0], &[-1.0, 3.0]], &[Higher, Lower]),
        matrix(&[&[1e300, 1e-300], &[2.0, 1e200]], &[Higher, Lower]),
    ];
    for entry in METHODS {
        for case in &cases {
            match (entry.build)(&Params::default()).unwrap().weigh(case) {
                Ok(weights) => {
                    let total: f64 = weights.iter().sum();
                    let fine = weights.iter().all(|w| (0.0..=1.0).contains(w));
                    assert!(
                        fine && (total - 1.0).abs() < 1e-12,
                        "{} {weights:?}",
                        entry.info.name
                    );
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn a_constant_column_weighs_nothing_or_is_named() {
    use Direction::Higher;
    let case = matrix(&[&[3.0, 4.0, 1.0], &[0.1, 0.1, 0.1]], &[Higher, Higher]);
    for entry in METHODS {
        let name = entry.info.name;
        match (entry.build)(&Params::default()).unwrap().weigh(&case) {
            Ok(weights) => assert_eq!(
                weights[1],
                if name == "equal" { 0.5 } else { 0.0 },
                "{name}"
            ),
            Err(error) => {
                let named = matches!(error, WeighError::Criterion { criterion: 1, .. });
                assert!(named, "{name}: {error:?}");
            }
        }
    }
}

#[test]
fn negative_values_are_refused_with_their_place_by_methods_of_shares() {
    let case = matrix(&[&[3.0, 4.0], &[1.0, -2.0]], &[Direction::Higher; 2]);
    for name in ["entropy", "merec", "gini", "angle", "cilos", "variation"] {
        let error = (find(name).unwrap().build)(&Params::default())
            .unwrap()
            .weigh(&case)
            .unwrap_err();
        let placed = matches!(
            error,
            WeighError::Value {
                criterion: 1,
                alternative: 1,
                ..
            }
        );
        assert!(placed, "{name}: {error:?}");
    }
}

#[test]
fn principal_components_of_two_columns_are_known() {
    // With correlation r the eigenvalues are 1 + r and 1 - r, and the loadings equal.
    let columns = [vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 1.0, 4.0, 3.0]];
    let found = components(&columns).unwrap();
    assert!((found[0].eigenvalue - 1.6).abs() < 1e-12 && (found[1].explained - 0.2).abs() < 1e-12);
    assert!((found[0].loadings[0] - 0.8_f64.sqrt()).abs() < 1e-12);
    assert_eq!(components(&[vec![1.0, 2.0], vec![3.0, 3.0]]), Err(1));
}

#[test]
fn more_components_than_criteria_are_refused() {
    let case = matrix(
        &[&[3.0, 4.0, 1.0], &[1.0, 2.0, 9.0]],
        &[Direction::Higher; 2],
    );
    let params = Params::default().with("components", ParamValue::Number(3.0));
    let error = (find("pca").unwrap().build)(&params)
        .unwrap()
        .weigh(&case)
        .unwrap_err();
    assert!(error.to_string().contains("only 2"), "{error}");
}
