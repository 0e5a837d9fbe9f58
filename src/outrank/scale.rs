//! The scalings that ranking methods apply to their columns.
//!
//! Each follows the direction of the criterion, so that more is better afterwards, and each is part
//! of a method's definition: the same method on another scaling is another method.

use super::OutrankError;
use crate::model::DecisionMatrix;
use crate::num::{float, stats};

/// A way to make columns comparable inside a ranking method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// `(x - min) / (max - min)`, mirrored for costs; a constant column is all 1.
    MinMax,
    /// As [`Scaling::MinMax`], but a constant column is all 0.
    MinMaxConst0,
    /// `x / max`; costs `1 - x / max`.
    Max,
    /// `x / Σx`; costs `(1/x) / Σ(1/x)`.
    Sum,
    /// `x / √Σx²`; costs `1 - x / √Σx²`.
    Vector,
    /// `x / max`; costs `min / x`.
    Linear,
    /// `1 - (max - x) / Σ(max - x)`; costs `1 - (x - min) / Σ(x - min)`.
    EnhancedAccuracy,
    /// `ln x / ln Πx`; costs `(1 - ln x / ln Πx) / (n - 1)`.
    Logarithmic,
    /// `(x / max)²`; costs `(min / x)³`.
    Nonlinear,
    /// `1 - |max - x| / max`; costs `1 - |min - x| / min`, which can fall below zero.
    ZavadskasTurskis,
    /// `x / √Σx²` after costs have been replaced by `1/x`.
    InvertThenVector,
    /// `x` as it is, for columns that are comparable already, such as scores; refuses costs.
    AsIs,
}

impl Scaling {
    /// The names of all scalings, as parameters take them.
    pub const WORDS: &'static [&'static str] = &[
        "minmax",
        "minmax_const0",
        "max",
        "sum",
        "vector",
        "linear",
        "enhanced_accuracy",
        "logarithmic",
        "nonlinear",
        "zavadskas_turskis",
        "invert_then_vector",
        "none",
    ];

    const ALL: [Self; 12] = [
        Self::MinMax,
        Self::MinMaxConst0,
        Self::Max,
        Self::Sum,
        Self::Vector,
        Self::Linear,
        Self::EnhancedAccuracy,
        Self::Logarithmic,
        Self::Nonlinear,
        Self::ZavadskasTurskis,
        Self::InvertThenVector,
        Self::AsIs,
    ];

    /// Reads a name.
    pub fn parse(word: &str) -> Option<Self> {
        let at = Self::WORDS.iter().position(|&w| w == word)?;
        Self::ALL.get(at).copied()
    }

    /// Returns the name.
    pub fn word(self) -> &'static str {
        let at = Self::ALL.iter().position(|&s| s == self);
        at.map_or("", |at| Self::WORDS[at])
    }

    /// Scales one criterion into `out`, which is overwritten.
    pub fn scale(
        self,
        matrix: &DecisionMatrix,
        criterion: usize,
        out: &mut Vec<f64>,
    ) -> Result<(), OutrankError> {
        let column = Scaled {
            values: matrix.column(criterion),
            criterion,
            benefit: matrix.is_benefit(criterion),
            scaling: self.word(),
        };
        out.clear();
        column.by(self, out)
    }

    /// Returns all criteria scaled.
    pub(super) fn columns(self, matrix: &DecisionMatrix) -> Result<Vec<Vec<f64>>, OutrankError> {
        let column = |criterion| {
            let mut out = Vec::with_capacity(matrix.alternatives());
            self.scale(matrix, criterion, &mut out).map(|()| out)
        };
        (0..matrix.criteria()).map(column).collect()
    }
}

/// A column on its way to being scaled, with what messages need.
struct Scaled<'a> {
    values: &'a [f64],
    criterion: usize,
    benefit: bool,
    scaling: &'static str,
}

impl Scaled<'_> {
    fn by(&self, scaling: Scaling, out: &mut Vec<f64>) -> Result<(), OutrankError> {
        let x = self.values;
        let (low, high) = stats::range(x).unwrap_or((0.0, 0.0));
        let benefit = self.benefit;
        match scaling {
            Scaling::MinMax | Scaling::MinMaxConst0 => {
                let span = high - low;
                if span <= 0.0 {
                    let constant = if scaling == Scaling::MinMax { 1.0 } else { 0.0 };
                    out.resize(x.len(), constant);
                } else if benefit {
                    out.extend(x.iter().map(|x| (x - low) / span));
                } else {
                    out.extend(x.iter().map(|x| (high - x) / span));
                }
            }
            Scaling::Max => {
                self.above_zero(high, "the largest value")?;
                out.extend(
                    x.iter()
                        .map(|x| if benefit { x / high } else { 1.0 - x / high }),
                );
            }
            Scaling::Sum if benefit => self.shares(out)?,
            Scaling::Sum => {
                self.positive()?;
                let total = float::sum(x.iter().map(|x| 1.0 / x));
                out.extend(x.iter().map(|x| 1.0 / x / total));
            }
            Scaling::Vector => {
                let norm = self.norm(x.iter().copied())?;
                out.extend(
                    x.iter()
                        .map(|x| if benefit { x / norm } else { 1.0 - x / norm }),
                );
            }
            Scaling::InvertThenVector if benefit => {
                let norm = self.norm(x.iter().copied())?;
                out.extend(x.iter().map(|x| x / norm));
            }
            Scaling::InvertThenVector => {
                self.positive()?;
                let norm = self.norm(x.iter().map(|x| 1.0 / x))?;
                out.extend(x.iter().map(|x| 1.0 / x / norm));
            }
            Scaling::Linear => self.ratios(low, high, out, |r| r, |r| r)?,
            Scaling::Nonlinear => self.ratios(low, high, out, |r| r * r, |r| r * r * r)?,
            Scaling::EnhancedAccuracy => {
                let total = float::sum(x.iter().map(|x| if benefit { high - x } else { x - low }));
                if total <= 0.0 {
                    return Err(self.constant());
                }
                let gap = |x: f64| if benefit { high - x } else { x - low };
                out.extend(x.iter().map(|&x| 1.0 - gap(x) / total));
            }
            Scaling::AsIs if benefit => out.extend_from_slice(x),
            Scaling::AsIs => {
                return Err(OutrankError::criterion(
                    self.criterion,
                    "lower is better, and `none` leaves values as they are; use another `scaling`, or \
                     compare scores",
                ));
            }
            Scaling::Logarithmic => self.logarithms(out)?,
            Scaling::ZavadskasTurskis => {
                let anchor = if benefit { high } else { low };
                self.above_zero(anchor, "the best value")?;
                out.extend(x.iter().map(|x| 1.0 - ((anchor - x) / anchor).abs()));
            }
        }
        Ok(())
    }

    fn shares(&self, out: &mut Vec<f64>) -> Result<(), OutrankError> {
        self.not_negative()?;
        let total = float::sum(self.values.iter().copied());
        self.above_zero(total, "the sum")?;
        out.extend(self.values.iter().map(|x| x / total));
        Ok(())
    }

    fn ratios(
        &self,
        low: f64,
        high: f64,
        out: &mut Vec<f64>,
        benefit: impl Fn(f64) -> f64,
        cost: impl Fn(f64) -> f64,
    ) -> Result<(), OutrankError> {
        if self.benefit {
            self.not_negative()?;
            self.above_zero(high, "the largest value")?;
            out.extend(self.values.iter().map(|x| benefit(x / high)));
        } else {
            self.positive()?;
            out.extend(self.values.iter().map(|x| cost(low / x)));
        }
        Ok(())
    }

    fn logarithms(&self, out: &mut Vec<f64>) -> Result<(), OutrankError> {
        self.positive()?;
        let others = self.values.len() as f64 - 1.0;
        if !self.benefit && others <= 0.0 {
            return Err(OutrankError::decision(
                "logarithmic scaling of a cost needs at least two alternatives",
            ));
        }
        out.extend(self.values.iter().map(|&x| float::ln(x)));
        // The product itself overflows on long columns; its logarithm does not.
        let total = float::sum(out.iter().copied());
        if total.abs() < f64::MIN_POSITIVE {
            return Err(OutrankError::criterion(
                self.criterion,
                "the product of the values is 1, whose logarithm is 0; use another `scaling`",
            ));
        }
        for cell in out.iter_mut() {
            let share = *cell / total;
            *cell = if self.benefit {
                share
            } else {
                (1.0 - share) / others
            };
        }
        Ok(())
    }

    fn norm(&self, values: impl Iterator<Item = f64>) -> Result<f64, OutrankError> {
        let norm = float::sum(values.map(|x| x * x)).sqrt();
        self.above_zero(norm, "the length of the column")?;
        Ok(norm)
    }

    fn constant(&self) -> OutrankError {
        OutrankError::criterion(
            self.criterion,
            format!(
                "all values are {}, and `{}` scaling divides by their spread; drop the criterion \
                 or use `minmax` scaling",
                self.values[0], self.scaling
            ),
        )
    }

    fn above_zero(&self, number: f64, what: &str) -> Result<(), OutrankError> {
        if number > 0.0 && number.is_finite() {
            return Ok(());
        }
        Err(OutrankError::criterion(
            self.criterion,
            format!(
                "{what} is {number}, and `{}` scaling divides by it; use `minmax` scaling or shift \
                 the values above zero",
                self.scaling
            ),
        ))
    }

    fn positive(&self) -> Result<(), OutrankError> {
        self.refuse(|x| x <= 0.0, "is not above zero, and a cost is divided by")
    }

    fn not_negative(&self) -> Result<(), OutrankError> {
        self.refuse(
            |x| x < 0.0,
            "is negative, and shares and ratios need values from zero up:",
        )
    }

    fn refuse(&self, wrong: impl Fn(f64) -> bool, why: &str) -> Result<(), OutrankError> {
        let Some(alternative) = first_too_low(self.values, wrong) else {
            return Ok(());
        };
        let value = self.values[alternative];
        let why = format!(
            "{value} {why} in `{}` scaling; use `minmax` scaling or shift the values",
            self.scaling
        );
        Err(OutrankError::Value {
            criterion: self.criterion,
            alternative,
            value,
            why,
        })
    }
}

/// Finds the first value that is too low, if any is. `wrong` has to hold below a bound and nowhere else:
/// the lowest value tells in a fast pass, and only then is the first looked for.
pub(super) fn first_too_low(values: &[f64], wrong: impl Fn(f64) -> bool) -> Option<usize> {
    let (low, _) = stats::range(values)?;
    if !wrong(low) {
        return None;
    }
    values.iter().position(|&value| wrong(value))
}

/// Returns a criterion's values as shares of their sum, whatever its direction.
pub(super) fn plain_shares(
    matrix: &DecisionMatrix,
    criterion: usize,
    out: &mut Vec<f64>,
) -> Result<(), OutrankError> {
    out.clear();
    plain(matrix, criterion, "sum").shares(out)
}

/// Returns a criterion's values over the length of its column, whatever its direction.
pub(super) fn plain_vector(
    matrix: &DecisionMatrix,
    criterion: usize,
    out: &mut Vec<f64>,
) -> Result<(), OutrankError> {
    out.clear();
    plain(matrix, criterion, "vector").by(Scaling::Vector, out)
}

fn plain<'a>(matrix: &'a DecisionMatrix, criterion: usize, scaling: &'static str) -> Scaled<'a> {
    Scaled {
        values: matrix.column(criterion),
        criterion,
        benefit: true,
        scaling,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Direction;

    fn scale(
        scaling: Scaling,
        column: &[f64],
        direction: Direction,
    ) -> Result<Vec<f64>, OutrankError> {
        let matrix = DecisionMatrix::new(vec![column.to_vec()], vec![direction]).unwrap();
        let mut out = vec![];
        scaling.scale(&matrix, 0, &mut out).map(|()| out)
    }

    #[test]
    fn names_read_back_as_their_scaling() {
        for scaling in Scaling::ALL {
            assert_eq!(Scaling::parse(scaling.word()), Some(scaling));
        }
        assert_eq!(Scaling::parse("maximum"), None);
    }

    #[test]
    fn a_constant_column_is_one_or_zero_by_name_or_refused() {
        let of = |s| scale(s, &[5.0, 5.0], Direction::Lower);
        assert_eq!(of(Scaling::MinMax), Ok(vec![1.0, 1.0]));
        assert_eq!(of(Scaling::MinMaxConst0), Ok(vec![0.0, 0.0]));
        assert!(matches!(
            of(Scaling::EnhancedAccuracy),
            Err(OutrankError::Criterion { .. })
        ));
    }

    #[test]
    fn a_zero_cost_is_refused_with_its_place() {
        let refused = scale(Scaling::Linear, &[2.0, 0.0], Direction::Lower);
        let found = matches!(&refused, Err(OutrankError::Value { criterion: 0, alternative: 1, why, .. }) if why.contains("minmax"));
        assert!(found, "{refused:?}");
        assert_eq!(
            scale(Scaling::Linear, &[2.0, 0.0], Direction::Higher),
            Ok(vec![1.0, 0.0])
        );
    }

    #[test]
    fn a_column_of_zeros_has_no_shares() {
        for scaling in [Scaling::Sum, Scaling::Vector, Scaling::Max] {
            assert!(scale(scaling, &[0.0, 0.0], Direction::Higher).is_err());
        }
    }
}
