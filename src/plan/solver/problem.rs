//! A mixed-integer linear program as plain sparse data, and the re-check of its solutions.

/// A linear program to minimise, some of whose variables may have to be whole numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problem {
    /// Variables.
    pub columns: Vec<Column>,
    /// Constraints.
    pub rows: Vec<Row>,
    /// A constant that belongs to the objective.
    pub constant: f64,
}

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name for reports.
    pub name: String,
    /// Cost per unit in the objective.
    pub cost: f64,
    /// Least value; may be minus infinity where the variable is not whole.
    pub lower: f64,
    /// Largest value; may be infinity where the variable is not whole.
    pub upper: f64,
    /// Whether only whole numbers count.
    pub integer: bool,
    /// When it is decided: searches that decide stage by stage fix lower stages first.
    pub stage: usize,
    /// What it belongs to (a site): searches that free a part of a plan free whole groups.
    pub group: usize,
}

/// A constraint: `lower <= terms <= upper`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Name for reports.
    pub name: String,
    /// Columns with their coefficients; each column at most once.
    pub terms: Vec<(usize, f64)>,
    /// Least value of the sum; minus infinity for none.
    pub lower: f64,
    /// Largest value of the sum; infinity for none.
    pub upper: f64,
}

impl Column {
    /// Makes a variable of any value from zero up.
    pub fn real(name: impl Into<String>, cost: f64) -> Self {
        Self {
            name: name.into(),
            cost,
            lower: 0.0,
            upper: f64::INFINITY,
            integer: false,
            stage: 0,
            group: 0,
        }
    }

    /// Makes a variable of whole numbers from zero to `upper`.
    pub fn whole(name: impl Into<String>, cost: f64, upper: f64) -> Self {
        Self {
            upper,
            integer: true,
            ..Self::real(name, cost)
        }
    }

    /// Says when the variable is decided and what it belongs to.
    pub fn at(mut self, stage: usize, group: usize) -> Self {
        (self.stage, self.group) = (stage, group);
        self
    }
}

impl Row {
    /// Makes a constraint; coefficients of the same column are added up and zeros dropped.
    pub fn new(
        name: impl Into<String>,
        terms: impl IntoIterator<Item = (usize, f64)>,
        lower: f64,
        upper: f64,
    ) -> Self {
        let mut terms: Vec<(usize, f64)> = terms.into_iter().collect();
        terms.sort_by_key(|&(column, _)| column);
        terms.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 += later.1;
            }
            same
        });
        terms.retain(|&(_, coefficient)| coefficient != 0.0);
        Self {
            name: name.into(),
            terms,
            lower,
            upper,
        }
    }

    /// Returns the sum at a point.
    pub fn value(&self, x: &[f64]) -> f64 {
        self.terms.iter().map(|&(column, a)| a * x[column]).sum()
    }

    /// Returns by how much a sum breaks the row, relative to the row's limit; 0 if it does not.
    fn violation(&self, value: f64) -> f64 {
        let below = relative(self.lower - value, self.lower);
        let above = relative(value - self.upper, self.upper);
        below.max(above)
    }
}

/// A distance beyond a limit, relative to the limit where that is larger than one.
fn relative(beyond: f64, limit: f64) -> f64 {
    if limit.is_finite() {
        (beyond / limit.abs().max(1.0)).max(0.0)
    } else {
        0.0
    }
}

/// How far rows and whole numbers may be off, as a share of the row's limit.
pub const TOLERANCE: f64 = 1e-6;

/// What a re-check of a point found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recheck {
    /// Largest violation of a row or a bound, relative to its limit.
    pub violation: f64,
    /// Largest distance of a whole variable from a whole number.
    pub fraction: f64,
    /// The objective of the point.
    pub objective: f64,
}

impl Recheck {
    /// Tells whether the point is a plan.
    pub fn passes(&self) -> bool {
        self.violation <= TOLERANCE && self.fraction <= TOLERANCE
    }
}

impl Problem {
    /// Adds a variable and returns its number.
    pub fn column(&mut self, column: Column) -> usize {
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// Adds a constraint and returns its number.
    pub fn row(&mut self, row: Row) -> usize {
        self.rows.push(row);
        self.rows.len() - 1
    }

    /// Returns the objective at a point.
    pub fn objective(&self, x: &[f64]) -> f64 {
        let costs = self.columns.iter().zip(x);
        self.constant + costs.map(|(column, x)| column.cost * x).sum::<f64>()
    }

    /// Returns the number of variables that have to be whole.
    pub fn integers(&self) -> usize {
        self.columns.iter().filter(|c| c.integer).count()
    }

    /// Returns the number of coefficients in the rows.
    pub fn coefficients(&self) -> usize {
        self.rows.iter().map(|row| row.terms.len()).sum()
    }

    /// Drops the demand for whole numbers.
    pub fn relaxed(mut self) -> Self {
        for column in &mut self.columns {
            column.integer = false;
        }
        self
    }

    /// Checks a point against every row and bound, by sums of its own.
    pub fn recheck(&self, x: &[f64]) -> Recheck {
        let (mut violation, mut fraction) = (0.0_f64, 0.0_f64);
        for (column, &value) in self.columns.iter().zip(x) {
            let below = relative(column.lower - value, column.lower);
            let above = relative(value - column.upper, column.upper);
            violation = violation.max(below).max(above);
            if !value.is_finite() {
                violation = f64::INFINITY;
            }
            if column.integer {
                fraction = fraction.max((value - value.round()).abs());
            }
        }
        for row in &self.rows {
            violation = violation.max(row.violation(row.value(x)));
        }
        Recheck {
            violation,
            fraction,
            objective: self.objective(x),
        }
    }

    /// Rounds the whole variables of a point that a solver calls a solution, and checks the result.
    ///
    /// `None` if the rounded point breaks a row: then the solver's tolerances carried it, and it is no
    /// plan.
    pub fn rounded(&self, x: &[f64]) -> Option<(Vec<f64>, Recheck)> {
        if x.len() != self.columns.len() || self.recheck(x).fraction > TOLERANCE {
            return None;
        }
        let whole = |(column, x): (&Column, &f64)| {
            let x = if column.integer { x.round() } else { *x };
            x.clamp(column.lower, column.upper)
        };
        let rounded: Vec<f64> = self.columns.iter().zip(x).map(whole).collect();
        let checked = self.recheck(&rounded);
        checked.passes().then_some((rounded, checked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knapsack() -> Problem {
        let mut problem = Problem::default();
        let a = problem.column(Column::whole("a", -3.0, 2.0));
        let b = problem.column(Column::real("b", -1.0));
        problem.row(Row::new(
            "weight",
            [(a, 2.0), (b, 1.0)],
            f64::NEG_INFINITY,
            5.0,
        ));
        problem
    }

    #[test]
    fn a_point_is_checked_row_by_row() {
        let checked = knapsack().recheck(&[2.0, 2.0]);
        assert!((checked.violation - 0.2).abs() < 1e-12);
        assert!(!checked.passes());
        assert!(knapsack().recheck(&[2.0, 1.0]).passes());
        assert!(!knapsack().recheck(&[f64::NAN, 1.0]).passes());
    }

    #[test]
    fn a_nearly_whole_point_is_rounded_and_checked_again() {
        let (x, checked) = knapsack().rounded(&[1.999_999_9, 1.0]).unwrap();
        assert_eq!(x, [2.0, 1.0]);
        assert!((checked.objective + 7.0).abs() < 1e-12);
        assert!(knapsack().rounded(&[1.5, 1.0]).is_none());
    }

    #[test]
    fn terms_of_one_column_are_added_up() {
        let row = Row::new("r", [(1, 1.0), (0, 2.0), (1, -1.0)], 0.0, 1.0);
        assert_eq!(row.terms, [(0, 2.0)]);
    }
}
