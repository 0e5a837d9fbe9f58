//! Small linear programs, solved by the two-phase simplex method on a dense tableau.
//!
//! For the methods whose definition is a linear program of a few rows. Bland's rule decides among
//! equal candidates, so the program ends and always at the same vertex. Plans with thousands of rows
//! have their own solver.

/// How the two sides of a row compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Left is at most right.
    AtMost,
    /// Left is at least right.
    AtLeast,
    /// Both are equal.
    Equal,
}

/// A row: coefficients of the variables, relation, right-hand side.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Coefficients of the variables.
    pub coefficients: Vec<f64>,
    /// How the sides compare.
    pub relation: Relation,
    /// Right-hand side.
    pub bound: f64,
}

/// What a program comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// An optimum: its value, and the variables there.
    Optimal {
        /// Value of the objective.
        value: f64,
        /// Values of the variables.
        variables: Vec<f64>,
    },
    /// No values satisfy all rows.
    Infeasible,
    /// The objective grows without limit.
    Unbounded,
    /// Rounding kept the iteration from ending.
    Stalled,
}

/// Numbers below this count as zero once each row has been divided by its largest entry.
const ZERO: f64 = 1e-10;

/// Maximises `objective · x` subject to the rows and `x >= 0`.
///
/// ```
/// use exacity::num::simplex::{maximise, Outcome, Relation, Row};
/// let row = |a: [f64; 2], bound| Row { coefficients: a.to_vec(), relation: Relation::AtMost, bound };
/// let found = maximise(&[3.0, 2.0], &[row([1.0, 1.0], 4.0), row([1.0, 0.0], 3.0)]);
/// assert!(matches!(found, Outcome::Optimal { value, .. } if (value - 11.0).abs() < 1e-9));
/// ```
pub fn maximise(objective: &[f64], rows: &[Row]) -> Outcome {
    let mut tableau = Tableau::new(objective.len(), rows);
    if tableau.artificial_from < tableau.width {
        let costs: Vec<f64> = (0..tableau.width)
            .map(|j| {
                if j >= tableau.artificial_from {
                    -1.0
                } else {
                    0.0
                }
            })
            .collect();
        match tableau.run(&costs, tableau.width) {
            Run::Optimal => {}
            Run::Unbounded | Run::Stalled => return Outcome::Stalled,
        }
        if tableau.value(&costs) < -1e-8 {
            return Outcome::Infeasible;
        }
        tableau.drive_out_artificials();
    }
    let mut costs = objective.to_vec();
    costs.resize(tableau.width, 0.0);
    match tableau.run(&costs, tableau.artificial_from) {
        Run::Unbounded => return Outcome::Unbounded,
        Run::Stalled => return Outcome::Stalled,
        Run::Optimal => {}
    }
    let mut variables = vec![0.0; objective.len()];
    for (row, &basic) in tableau.basis.iter().enumerate() {
        if basic < variables.len() {
            variables[basic] = tableau.right(row).max(0.0);
        }
    }
    let value = super::float::sum(objective.iter().zip(&variables).map(|(c, x)| c * x));
    Outcome::Optimal { value, variables }
}

/// Minimises `objective · x` subject to the rows and `x >= 0`.
pub fn minimise(objective: &[f64], rows: &[Row]) -> Outcome {
    let negated: Vec<f64> = objective.iter().map(|c| -c).collect();
    match maximise(&negated, rows) {
        Outcome::Optimal { value, variables } => Outcome::Optimal {
            value: -value,
            variables,
        },
        other => other,
    }
}

enum Run {
    Optimal,
    Unbounded,
    Stalled,
}

/// Rows `[coefficients | right-hand side]`, and the basic variable of each.
struct Tableau {
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    /// Number of columns before the right-hand side.
    width: usize,
    /// First column of the artificial variables.
    artificial_from: usize,
}

impl Tableau {
    fn new(variables: usize, rows: &[Row]) -> Self {
        let scaled: Vec<Row> = rows.iter().map(scale).collect();
        let slacks = scaled
            .iter()
            .filter(|r| r.relation != Relation::Equal)
            .count();
        let artificials = scaled
            .iter()
            .filter(|r| r.relation != Relation::AtMost)
            .count();
        let artificial_from = variables + slacks;
        let width = artificial_from + artificials;
        let (mut slack, mut artificial) = (variables, artificial_from);
        let mut tableau = Self {
            rows: vec![],
            basis: vec![],
            width,
            artificial_from,
        };
        for row in &scaled {
            let mut cells = row.coefficients.clone();
            cells.resize(width, 0.0);
            cells.push(row.bound);
            if row.relation != Relation::Equal {
                cells[slack] = if row.relation == Relation::AtMost {
                    1.0
                } else {
                    -1.0
                };
                slack += 1;
            }
            if row.relation == Relation::AtMost {
                tableau.basis.push(slack - 1);
            } else {
                cells[artificial] = 1.0;
                tableau.basis.push(artificial);
                artificial += 1;
            }
            tableau.rows.push(cells);
        }
        tableau
    }

    fn right(&self, row: usize) -> f64 {
        self.rows[row][self.width]
    }

    fn value(&self, costs: &[f64]) -> f64 {
        super::float::sum(
            self.basis
                .iter()
                .enumerate()
                .map(|(r, &b)| costs[b] * self.right(r)),
        )
    }

    /// Pivots until no column below `allowed` improves the objective.
    fn run(&mut self, costs: &[f64], allowed: usize) -> Run {
        let largest = costs
            .iter()
            .fold(0.0_f64, |m, c| m.max(c.abs()))
            .max(f64::MIN_POSITIVE);
        let mut reduced: Vec<f64> = costs.to_vec();
        for (row, &basic) in self.rows.iter().zip(&self.basis) {
            let cost = costs[basic];
            for (r, cell) in reduced.iter_mut().zip(row) {
                *r -= cost * cell;
            }
        }
        // Far more pivots than any of these programs needs; rounding could otherwise cycle.
        for step in 0..50_000 {
            let candidates = (0..allowed).filter(|&j| reduced[j] > ZERO * largest);
            // The steepest column first; after many steps the first one, which cannot cycle.
            let entering = if step < 5_000 {
                candidates.fold(None, |best: Option<usize>, j| match best {
                    Some(b) if reduced[b] >= reduced[j] => Some(b),
                    _ => Some(j),
                })
            } else {
                let mut candidates = candidates;
                candidates.next()
            };
            let Some(entering) = entering else {
                return Run::Optimal;
            };
            let Some(leaving) = self.leaving(entering) else {
                return Run::Unbounded;
            };
            self.pivot(leaving, entering);
            let factor = reduced[entering];
            for (r, cell) in reduced.iter_mut().zip(&self.rows[leaving]) {
                *r -= factor * cell;
            }
            reduced[entering] = 0.0;
        }
        Run::Stalled
    }

    /// Returns the row that limits the entering variable most; Bland's rule among equals.
    fn leaving(&self, entering: usize) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for row in 0..self.rows.len() {
            let cell = self.rows[row][entering];
            if cell <= ZERO {
                continue;
            }
            let ratio = self.right(row) / cell;
            best = match best {
                Some((least, at))
                    if ratio > least + 1e-12
                        || (ratio >= least - 1e-12 && self.basis[row] > self.basis[at]) =>
                {
                    Some((least, at))
                }
                _ => Some((ratio, row)),
            };
        }
        best.map(|(_, row)| row)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let divisor = self.rows[row][column];
        for cell in &mut self.rows[row] {
            *cell /= divisor;
        }
        let pivot = std::mem::take(&mut self.rows[row]);
        for other in self.rows.iter_mut().filter(|r| !r.is_empty()) {
            let factor = other[column];
            if factor.abs() > 0.0 {
                for (cell, p) in other.iter_mut().zip(&pivot) {
                    *cell -= factor * p;
                }
                other[column] = 0.0;
            }
        }
        self.rows[row] = pivot;
        self.basis[row] = column;
    }

    /// Swaps artificial variables that stayed basic at zero for real ones; a row without any is
    /// redundant and is dropped.
    fn drive_out_artificials(&mut self) {
        let mut row = 0;
        while row < self.rows.len() {
            if self.basis[row] < self.artificial_from {
                row += 1;
                continue;
            }
            let real = (0..self.artificial_from).find(|&j| self.rows[row][j].abs() > 1e-9);
            if let Some(column) = real {
                self.pivot(row, column);
                row += 1;
            } else {
                self.rows.swap_remove(row);
                self.basis.swap_remove(row);
            }
        }
    }
}

/// Divides a row by its largest coefficient and makes its right-hand side non-negative.
fn scale(row: &Row) -> Row {
    let largest = row.coefficients.iter().fold(0.0_f64, |m, c| m.max(c.abs()));
    let sign = if row.bound < 0.0 { -1.0 } else { 1.0 };
    let factor = if largest > 0.0 { sign / largest } else { sign };
    let relation = match row.relation {
        Relation::AtMost if sign < 0.0 => Relation::AtLeast,
        Relation::AtLeast if sign < 0.0 => Relation::AtMost,
        same => same,
    };
    Row {
        coefficients: row.coefficients.iter().map(|c| c * factor).collect(),
        relation,
        bound: row.bound * factor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Relation::{AtLeast, AtMost, Equal};

    fn row(coefficients: &[f64], relation: Relation, bound: f64) -> Row {
        Row {
            coefficients: coefficients.to_vec(),
            relation,
            bound,
        }
    }

    fn optimum(outcome: Outcome) -> (f64, Vec<f64>) {
        match outcome {
            Outcome::Optimal { value, variables } => (value, variables),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_diet_is_minimised_over_mixed_rows() {
        // min 2x + 3y, x + y = 10, x <= 6, y >= 1: x = 6, y = 4.
        let rows = [
            row(&[1.0, 1.0], Equal, 10.0),
            row(&[1.0, 0.0], AtMost, 6.0),
            row(&[0.0, 1.0], AtLeast, 1.0),
        ];
        let (value, x) = optimum(minimise(&[2.0, 3.0], &rows));
        assert!(
            (value - 24.0).abs() < 1e-9 && (x[0] - 6.0).abs() < 1e-9,
            "{x:?}"
        );
    }

    #[test]
    fn impossible_and_endless_programs_are_told_apart() {
        let rows = [row(&[1.0], AtMost, 1.0), row(&[1.0], AtLeast, 2.0)];
        assert_eq!(maximise(&[1.0], &rows), Outcome::Infeasible);
        assert_eq!(
            maximise(&[1.0], &[row(&[1.0], AtLeast, 2.0)]),
            Outcome::Unbounded
        );
    }

    #[test]
    fn redundant_equalities_do_not_matter() {
        let rows = [row(&[1.0, 1.0], Equal, 1.0), row(&[2.0, 2.0], Equal, 2.0)];
        let (value, _) = optimum(maximise(&[1.0, 3.0], &rows));
        assert!((value - 3.0).abs() < 1e-9);
    }

    #[test]
    fn beales_cycling_example_ends() {
        let rows = [
            row(&[0.25, -60.0, -0.04, 9.0], AtMost, 0.0),
            row(&[0.5, -90.0, -0.02, 3.0], AtMost, 0.0),
            row(&[0.0, 0.0, 1.0, 0.0], AtMost, 1.0),
        ];
        let (value, _) = optimum(maximise(&[0.75, -150.0, 0.02, -6.0], &rows));
        assert!((value - 0.05).abs() < 1e-9, "{value}");
    }

    #[test]
    fn a_negative_bound_turns_its_row() {
        let (value, _) = optimum(minimise(&[1.0], &[row(&[-1.0], AtMost, -3.0)]));
        assert!((value - 3.0).abs() < 1e-9);
    }
}
