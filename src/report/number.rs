//! Numbers as people read them: as many digits as matter, rounded in decimal.

use crate::num::round::Rounding;

/// Writes three significant digits: `77.3`, `5.40`, `0.612`, `1,240`.
pub fn three_digits(value: f64) -> String {
    let decimals = |value: f64| match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        v if v >= 0.1 => 3,
        _ => 4,
    };
    let rounded = Rounding::to(decimals(value)).apply(value);
    // Rounding may reach the next power of ten: 99.96 is 100, not 100.0.
    fixed(rounded, decimals(rounded).min(decimals(value)))
}

/// Writes three significant digits with a sign: `+2.31`, `-0.500`, `0`.
pub fn signed(value: f64) -> String {
    let text = three_digits(value);
    if value > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        format!("+{text}")
    } else {
        text
    }
}

/// Writes all digits, as few as identify the number, thousands set apart from five digits on.
pub fn figure(value: f64) -> String {
    grouped(&format!("{}", value + 0.0))
}

/// Writes a share as whole percent; `<1 %` for what is above zero and would round to it, and `>99 %` for
/// what is below one and would round to that.
pub fn percent(share: f64) -> String {
    let whole = Rounding::to(0).apply(share * 100.0);
    if share > 0.0 && whole < 1.0 {
        "<1 %".to_owned()
    } else if share < 1.0 && whole > 99.0 {
        ">99 %".to_owned()
    } else {
        format!("{} %", fixed(whole, 0))
    }
}

/// Writes a probability as whole percent, and never 0 or 100 for what is only near them.
pub fn probability(p: f64) -> String {
    let percent = p * 100.0;
    if percent < 1.0 {
        "<1 %".to_owned()
    } else if percent > 99.0 {
        ">99 %".to_owned()
    } else {
        self::percent(p)
    }
}

/// Writes a rank: `3`, or `2.5` where ties share the average.
pub fn rank(rank: f64) -> String {
    format!("{rank}")
}

fn fixed(value: f64, decimals: u32) -> String {
    // Adding zero turns -0 into 0.
    grouped(&format!("{:.*}", decimals as usize, value + 0.0))
}

fn grouped(digits: &str) -> String {
    let (sign, rest) = digits
        .strip_prefix('-')
        .map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    // Four digits could be a year, and are read at a glance.
    if whole.len() < 5 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_three_significant_digits() {
        let cases = [
            (77.25, "77.3"),
            (100.0, "100"),
            (99.96, "100"),
            (9.996, "10.0"),
            (5.4, "5.40"),
            (0.6124, "0.612"),
            (0.0, "0"),
            (-0.0, "0"),
            (-3.456, "-3.46"),
        ];
        for (value, text) in cases {
            assert_eq!(three_digits(value), text, "{value}");
        }
    }

    #[test]
    fn figures_keep_all_digits_and_group_large_ones() {
        let cases = [
            (120.0, "120"),
            (2024.0, "2024"),
            (1e9, "1,000,000,000"),
            (0.1 + 0.2, "0.30000000000000004"),
            (-12345.5, "-12,345.5"),
        ];
        for (value, text) in cases {
            assert_eq!(figure(value), text);
        }
    }

    #[test]
    fn a_small_share_is_not_called_zero_nor_a_large_one_all() {
        assert_eq!(
            [0.0, 0.001, 0.255, 0.994, 0.999, 1.0].map(percent),
            ["0 %", "<1 %", "26 %", "99 %", ">99 %", "100 %"]
        );
    }

    #[test]
    fn no_probability_is_called_certain() {
        assert_eq!(
            [probability(0.0), probability(0.5), probability(0.996)],
            ["<1 %", "50 %", ">99 %"]
        );
    }

    #[test]
    fn only_a_visible_gain_carries_a_plus() {
        assert_eq!(
            [signed(2.306), signed(-0.5), signed(0.0), signed(1e-9)],
            ["+2.31", "-0.500", "0", "0"]
        );
    }
}
