//! Rounding to printed digits, in decimal.
//!
//! Published indices rank and classify rounded values. A binary float sits a hair beside the
//! decimal it stands for (0.7995 is 0.79949999…), so rounding it directly can move a place over a
//! class limit. Here the shortest decimal that reads back as the same float is what gets rounded.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use std::str::FromStr;

/// Where a value exactly between two candidates goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// Away from zero, as schools teach it.
    #[default]
    Up,
    /// To the even neighbour, as IEEE 754 and R do.
    Even,
}

/// A rounding step: digits after the point, and what happens half-way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rounding {
    /// Digits after the decimal point.
    pub decimals: u32,
    /// Where a half goes.
    pub half: Half,
}

impl Rounding {
    /// Rounds half up to `decimals` digits.
    pub fn to(decimals: u32) -> Self {
        Self {
            decimals,
            half: Half::Up,
        }
    }

    /// Rounds `value` in decimal.
    ///
    /// A magnitude too large for a decimal of 28 digits has no digits after the point that could
    /// be rounded, and is returned as it is.
    ///
    /// ```
    /// use exacity::num::round::Rounding;
    /// assert_eq!(Rounding::to(3).apply(0.7995), 0.8);
    /// ```
    pub fn apply(self, value: f64) -> f64 {
        let Some(decimal) = to_decimal(value) else {
            return value;
        };
        let strategy = match self.half {
            Half::Up => RoundingStrategy::MidpointAwayFromZero,
            Half::Even => RoundingStrategy::MidpointNearestEven,
        };
        let rounded = decimal.round_dp_with_strategy(self.decimals, strategy);
        rounded.to_string().parse().unwrap_or(value)
    }
}

/// Returns the shortest decimal that reads back as `value`, or `None` beyond 28 digits.
fn to_decimal(value: f64) -> Option<Decimal> {
    let text = format!("{value:e}");
    Decimal::from_scientific(&text)
        .or_else(|_| Decimal::from_str(&format!("{value}")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_is_decided_in_decimal_not_in_binary() {
        // 1.005 is stored as 1.00499999999999989…; a reader of the table sees 1.005.
        assert_eq!(Rounding::to(2).apply(1.005).to_string(), "1.01");
        assert_eq!(
            Rounding {
                decimals: 2,
                half: Half::Even
            }
            .apply(1.005)
            .to_string(),
            "1"
        );
    }

    #[test]
    fn negative_halves_go_away_from_zero() {
        assert_eq!(Rounding::to(0).apply(-2.5).to_string(), "-3");
    }

    #[test]
    fn values_out_of_decimal_range_stay() {
        assert_eq!(Rounding::to(2).apply(1e300).to_bits(), 1e300_f64.to_bits());
        assert_eq!(Rounding::to(2).apply(1e-300).to_bits(), 0.0_f64.to_bits());
    }
}
