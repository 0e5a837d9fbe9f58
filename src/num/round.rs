//! Rounding to printed digits, in decimal.
//!
//! Published indices rank and classify rounded values. A binary float sits a hair beside the
//! decimal it stands for (0.7995 is 0.79949999…), and sums move it a little further (0.1 + 0.7 is
//! 0.7999999999999999), so rounding it directly can move a place over a class limit. A float keeps
//! fifteen significant digits of any decimal; what stands behind them is noise, and is left out
//! before a half, a floor or a limit is decided.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use std::str::FromStr;

/// Where a value between two candidates goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Towards {
    /// To the nearer; half-way away from zero, as schools teach it.
    #[default]
    HalfUp,
    /// To the nearer; half-way to the even neighbour, as IEEE 754 and R do.
    HalfEven,
    /// Down, to the lower number.
    Floor,
    /// Up, to the higher number.
    Ceiling,
    /// Towards zero: digits are cut off.
    Zero,
}

impl Towards {
    /// Every way with the word used in settings.
    pub const ALL: [(&'static str, Self); 5] = [
        ("half-up", Self::HalfUp),
        ("half-even", Self::HalfEven),
        ("floor", Self::Floor),
        ("ceiling", Self::Ceiling),
        ("zero", Self::Zero),
    ];
}

/// A rounding step: digits after the point, and what happens in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rounding {
    /// Digits after the decimal point.
    pub decimals: u32,
    /// Where a value in between goes.
    pub towards: Towards,
}

/// Significant decimal digits that a float keeps of any decimal.
const DIGITS: i32 = 15;

impl Rounding {
    /// Rounds half up to `decimals` digits.
    pub fn to(decimals: u32) -> Self {
        Self {
            decimals,
            towards: Towards::HalfUp,
        }
    }

    /// Rounds `value` in decimal.
    ///
    /// A magnitude too large for a decimal of 28 digits has no digits after the point that could
    /// be rounded, and is returned as it is.
    ///
    /// ```
    /// use exacity::num::round::{Rounding, Towards};
    /// assert_eq!(Rounding::to(3).apply(0.7995), 0.8);
    /// let floor = Rounding { decimals: 0, towards: Towards::Floor };
    /// assert_eq!(floor.apply((0.1 + 0.7) * 10.0), 8.0);
    /// ```
    pub fn apply(self, value: f64) -> f64 {
        let Some(decimal) = to_decimal(value, self.decimals) else {
            return value;
        };
        let strategy = match self.towards {
            Towards::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Towards::HalfEven => RoundingStrategy::MidpointNearestEven,
            Towards::Floor => RoundingStrategy::ToNegativeInfinity,
            Towards::Ceiling => RoundingStrategy::ToPositiveInfinity,
            Towards::Zero => RoundingStrategy::ToZero,
        };
        let rounded = decimal.round_dp_with_strategy(self.decimals, strategy);
        rounded.to_string().parse().unwrap_or(value)
    }
}

/// Returns `value` with the fifteen significant digits that mean something, for comparisons with a
/// limit that people wrote in decimal.
///
/// ```
/// use exacity::num::round::settled;
/// assert!(0.1 + 0.7 < 0.8 && settled(0.1 + 0.7) >= 0.8);
/// ```
pub fn settled(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// Returns the decimal that a float stands for, or `None` beyond 28 digits: fifteen significant digits,
/// or the shortest that reads back as the same float where `decimals` asks for more.
fn to_decimal(value: f64, decimals: u32) -> Option<Decimal> {
    let settled = format!("{value:.14e}");
    let exponent = settled.split_once('e')?.1.parse::<i32>().ok()?;
    let kept = exponent.saturating_add(1).saturating_add_unsigned(decimals);
    let text = if kept < DIGITS {
        settled
    } else {
        format!("{value:e}")
    };
    Decimal::from_scientific(&text)
        .or_else(|_| Decimal::from_str(&format!("{value}")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: f64, decimals: u32, towards: Towards) -> String {
        Rounding { decimals, towards }.apply(value).to_string()
    }

    #[test]
    fn a_half_is_decided_in_decimal_not_in_binary() {
        // 1.005 is stored as 1.00499999999999989…; a reader of the table sees 1.005.
        assert_eq!(round(1.005, 2, Towards::HalfUp), "1.01");
        assert_eq!(round(1.005, 2, Towards::HalfEven), "1");
    }

    #[test]
    fn noise_of_sums_decides_nothing() {
        // (0.1 + 0.7) * 10 is 7.999999999999999, and 1.1 + 2.2 is 3.3000000000000003.
        assert_eq!(round((0.1 + 0.7) * 10.0, 0, Towards::Floor), "8");
        assert_eq!(round(1.1 + 2.2, 1, Towards::Ceiling), "3.3");
        // 0.145 + 0.01 is 0.15499999999999997.
        assert_eq!(round(0.145 + 0.01, 2, Towards::HalfUp), "0.16");
    }

    #[test]
    fn each_way_goes_where_its_name_says() {
        for (towards, up, down) in [
            (Towards::HalfUp, "3", "-3"),
            (Towards::HalfEven, "2", "-2"),
            (Towards::Floor, "2", "-3"),
            (Towards::Ceiling, "3", "-2"),
            (Towards::Zero, "2", "-2"),
        ] {
            assert_eq!(round(2.5, 0, towards), up);
            assert_eq!(round(-2.5, 0, towards), down);
        }
    }

    #[test]
    fn more_digits_than_a_float_keeps_are_left_alone() {
        let value = 123_456_789.123_456_78;
        assert_eq!(Rounding::to(9).apply(value).to_bits(), value.to_bits());
    }

    #[test]
    fn values_out_of_decimal_range_stay() {
        assert_eq!(Rounding::to(2).apply(1e300).to_bits(), 1e300_f64.to_bits());
        assert_eq!(Rounding::to(2).apply(1e-300).to_bits(), 0.0_f64.to_bits());
    }
}
