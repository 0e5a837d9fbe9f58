//! Rows that cut off fractional points and no plan.
//!
//! A row of the relaxation, or a sum of tight rows that leaves one fractional variable alone on the left
//! (a row of the simplex tableau), is rounded: mixed-integer rounding (Nemhauser and Wolsey 1990,
//! *Mathematical Programming* 46, 379-390; on tableau rows it gives Gomory's mixed-integer cuts). What
//! is cut off is worth a lot of branching: bounds of build-outs rise most of the way in a few rounds.

use super::super::microlp::Relaxed;
use super::super::problem::{Problem, Row};
use super::super::standing::Ended;
use super::basis::{Aggregate, Vertex};

/// Rounds of cutting, and rounds that may pass without a better bound.
const ROUNDS: usize = 40;
const IDLE: usize = 5;
/// Most cuts of a round.
const A_ROUND: usize = 40;
/// Factors by which a sum of rows is multiplied before it is rounded.
const FACTORS: [f64; 4] = [1.0, 2.0, 3.0, 5.0];
/// A cut takes away at least this distance, and its coefficients lie no further apart than this.
const DISTANCE: f64 = 1e-4;
const RANGE: f64 = 1e6;
/// Fractions nearer to a whole number than this are not rounded on.
const NEAR: f64 = 5e-3;
/// Cuts whose directions are closer than this say the same.
const PARALLEL: f64 = 0.95;

/// What cutting achieved.
pub(super) struct Cutting {
    /// The cuts that bind in the end.
    pub(super) rows: Vec<Row>,
    /// The optimum of the relaxation with them.
    pub(super) bound: f64,
    /// Its point.
    pub(super) point: Vec<f64>,
    /// How the relaxation ended, where it has no optimum.
    pub(super) ended: Ended,
}

/// Cuts the relaxation round by round; `go_on` hears steps, work and the bound, and may stop it.
pub(super) fn cut(
    problem: &Problem,
    mut relaxed: Relaxed,
    mut go_on: impl FnMut(u64, f64, f64) -> bool,
) -> Cutting {
    let mut with = problem.clone();
    let own = with.rows.len();
    let mut point = relaxed.point();
    let first = relaxed.objective();
    let (mut best, mut idle) = (first, 0);
    let mut ended = Ended::Optimal;
    'rounds: for _ in 0..ROUNDS {
        let (found, work) = separate(&with, &point);
        if found.is_empty() || !go_on(relaxed.steps(), work, relaxed.objective()) {
            break;
        }
        for row in found {
            match relaxed.add(&row) {
                Ended::Optimal => {}
                other => {
                    ended = other;
                    break 'rounds;
                }
            }
            with.rows.push(row);
        }
        point = relaxed.point();
        let bound = relaxed.objective();
        let enough = (0.01 * (best - first)).max(1e-6 * best.abs());
        idle = if bound > best + enough { 0 } else { idle + 1 };
        best = best.max(bound);
        if idle >= IDLE {
            break;
        }
    }
    let binds = |row: &Row| row.upper - row.value(&point) <= 1e-6 * row.upper.abs().max(1.0);
    let rows = with.rows.split_off(own);
    Cutting {
        rows: rows.into_iter().filter(binds).collect(),
        bound: best,
        point,
        ended,
    }
}

/// Finds cuts for a point; also says how much work that was.
fn separate(problem: &Problem, point: &[f64]) -> (Vec<Row>, f64) {
    let vertex = Vertex::new(problem, point);
    let mut found: Vec<(f64, Row)> = vec![];
    let aggregates = vertex.tableau().into_iter().chain(vertex.rows());
    for aggregate in aggregates {
        for factor in factors(&aggregate, problem, point) {
            found.extend(rounded(problem, point, &aggregate, factor));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut kept: Vec<Row> = vec![];
    for (_, row) in found {
        if kept.iter().all(|other| cosine(other, &row) < PARALLEL) {
            kept.push(row);
            if kept.len() >= A_ROUND {
                break;
            }
        }
    }
    (kept, vertex.work())
}

/// Factors worth a try: small whole ones, and those that make a fractional variable's coefficient one.
fn factors(aggregate: &Aggregate, problem: &Problem, point: &[f64]) -> Vec<f64> {
    if aggregate.of_tableau {
        return FACTORS.to_vec();
    }
    let mut factors = vec![];
    for (column, &a) in aggregate.terms.iter().enumerate() {
        let inside = (point[column] - point[column].round()).abs() > 1e-6;
        if a != 0.0 && problem.columns[column].integer && inside {
            let factor = 1.0 / a.abs();
            if factors
                .iter()
                .all(|other: &f64| (other - factor).abs() > 1e-9 * factor)
            {
                factors.push(factor);
            }
        }
    }
    factors.truncate(6);
    factors
        .iter()
        .flat_map(|&factor| [factor, -factor])
        .collect()
}

/// Rounds a sum of rows; returns the cut with its distance from the point.
fn rounded(
    problem: &Problem,
    point: &[f64],
    aggregate: &Aggregate,
    factor: f64,
) -> Option<(f64, Row)> {
    // Everything is measured from the nearer bound, so that all variables are zero or more.
    let mut right = factor * aggregate.right;
    let mut shifted = vec![];
    let terms = aggregate.terms.iter().enumerate();
    for (column, &a) in terms.filter(|(_, a)| **a != 0.0) {
        let of = &problem.columns[column];
        let above = of.upper.is_finite()
            && (!of.lower.is_finite() || of.upper - point[column] < point[column] - of.lower);
        let (bound, sign) = if above {
            (of.upper, -1.0)
        } else {
            (of.lower, 1.0)
        };
        if !bound.is_finite() {
            return None;
        }
        right -= factor * a * bound;
        shifted.push((column, sign * factor * a, sign, bound));
    }
    let f0 = right - right.floor();
    if !(NEAR..=1.0 - NEAR).contains(&f0) {
        return None;
    }
    let whole = |a: f64| a.floor() + ((a - a.floor() - f0).max(0.0)) / (1.0 - f0);
    let real = |a: f64| a.min(0.0) / (1.0 - f0);
    let mut terms = vec![0.0; point.len()];
    let mut limit = right.floor();
    for &(column, a, sign, bound) in &shifted {
        let integer = problem.columns[column].integer;
        let g = if integer { whole(a) } else { real(a) };
        terms[column] += sign * g;
        limit += sign * g * bound;
    }
    for slack in &aggregate.slacks {
        let a = factor * slack.factor;
        let g = if slack.integer { whole(a) } else { real(a) };
        if g == 0.0 {
            continue;
        }
        // The slack of an upper side is limit - row, of a lower one row - limit.
        let (row, sign) = (
            &problem.rows[slack.row],
            if slack.upper { -1.0 } else { 1.0 },
        );
        for &(column, b) in &row.terms {
            terms[column] += sign * g * b;
        }
        limit += sign * g * if slack.upper { row.upper } else { row.lower };
    }
    tidy(problem, point, terms, limit)
}

/// Drops what is too small to count, and refuses cuts that are too weak or too wild.
fn tidy(problem: &Problem, point: &[f64], terms: Vec<f64>, mut limit: f64) -> Option<(f64, Row)> {
    let largest = terms.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
    if largest.is_nan() || largest < 1e-9 || !limit.is_finite() {
        return None;
    }
    let mut kept = vec![];
    for (column, a) in terms.into_iter().enumerate().filter(|(_, a)| *a != 0.0) {
        if a.abs() * RANGE >= largest {
            kept.push((column, a / largest));
            continue;
        }
        // What is dropped counts at its least: the cut only gets weaker.
        let of = &problem.columns[column];
        let least = a * if a > 0.0 { of.lower } else { of.upper };
        if !least.is_finite() {
            return None;
        }
        limit -= least;
    }
    limit /= largest;
    // Room for the rounding of the sums above.
    limit += 1e-9 * limit.abs().max(1.0);
    if kept.len() > 1000.max(problem.columns.len() / 2) {
        return None;
    }
    let row = Row {
        name: String::new(),
        terms: kept,
        lower: f64::NEG_INFINITY,
        upper: limit,
    };
    let norm = row.terms.iter().map(|(_, a)| a * a).sum::<f64>().sqrt();
    let distance = (row.value(point) - limit) / norm;
    (distance > DISTANCE).then_some((distance, row))
}

fn cosine(a: &Row, b: &Row) -> f64 {
    let norm = |row: &Row| row.terms.iter().map(|(_, a)| a * a).sum::<f64>().sqrt();
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.terms.len() && j < b.terms.len() {
        match a.terms[i].0.cmp(&b.terms[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += a.terms[i].1 * b.terms[j].1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum / (norm(a) * norm(b)).max(1e-300)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::rng::Rng;
    use crate::plan::solver::Column;

    /// A small problem with drawn figures: whole and real variables, rows of both sides.
    fn drawn(rng: &mut Rng) -> Problem {
        let mut problem = Problem::default();
        for _ in 0..3 {
            problem.column(Column::whole("", -1.0 - rng.below(9) as f64, 4.0));
        }
        let real = problem.column(Column::real("", 1.0));
        for _ in 0..3 {
            let terms = (0..3).map(|at| (at, 1.0 + rng.below(7) as f64));
            let terms: Vec<_> = terms.chain([(real, -1.0)]).collect();
            let limit = 5.0 + rng.below(20) as f64;
            problem.row(Row::new("", terms, f64::NEG_INFINITY, limit));
        }
        problem
    }

    #[test]
    fn cuts_raise_the_bound_and_cut_off_no_plan() {
        let mut rng = Rng::new(3, "cuts", 0);
        let mut raised = 0;
        for _ in 0..60 {
            let problem = drawn(&mut rng);
            let relaxed = Relaxed::start(&problem, None).unwrap();
            let before = relaxed.objective();
            let cutting = cut(&problem, relaxed, |_, _, _| true);
            assert_eq!(cutting.ended, Ended::Optimal);
            assert!(cutting.bound >= before - 1e-9);
            raised += usize::from(cutting.bound > before + 1e-6);
            for point in 0..125_u32 {
                let mut x: Vec<f64> = [point % 5, point / 5 % 5, point / 25]
                    .map(f64::from)
                    .to_vec();
                x.push(0.0);
                // The real variable pays for what the rows lack.
                let lack = problem.rows.iter().map(|row| row.value(&x) - row.upper);
                x[3] = lack.fold(0.0, f64::max);
                assert!(problem.objective(&x) >= cutting.bound - 1e-6);
                for row in &cutting.rows {
                    assert!(row.value(&x) <= row.upper + 1e-7, "{row:?} cuts off {x:?}");
                }
            }
        }
        assert!(raised >= 10, "{raised}");
    }
}
