//! Dates as decimal years: the year plus the share of it that has passed.

use chrono::{Datelike, Days, NaiveDate};

/// Returns a date as a decimal year: `year + (day of the year - 1) / days in the year`.
///
/// ```
/// use exacity::plan::forecast::decimal_year;
/// let day = chrono::NaiveDate::from_ymd_opt(2024, 7, 1).unwrap();
/// assert_eq!(decimal_year(day), 2024.0 + 182.0 / 366.0);
/// ```
pub fn decimal_year(date: NaiveDate) -> f64 {
    let days = if date.leap_year() { 366.0 } else { 365.0 };
    f64::from(date.year()) + f64::from(date.ordinal0()) / days
}

/// Returns the day on which a decimal year falls.
pub fn date_of(year: f64) -> Option<NaiveDate> {
    let whole = year.floor();
    if !(0.0..=9998.0).contains(&whole) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to lie in 0..=9998"
    )]
    let first = NaiveDate::from_ymd_opt(whole as i32, 1, 1)?;
    let days = if first.leap_year() { 366.0 } else { 365.0 };
    // A decimal year made from a date must give that date back: half a second is rounding.
    let passed = ((year - whole) * days + 1e-5).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0..=366"
    )]
    first.checked_add_days(Days::new(passed as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_leap_year_and_the_next_comes_back() {
        let mut day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        for _ in 0..731 {
            assert_eq!(date_of(decimal_year(day)), Some(day));
            day = day.succ_opt().unwrap();
        }
    }

    #[test]
    fn years_that_no_calendar_holds_have_no_date() {
        assert_eq!((date_of(f64::NAN), date_of(1e9)), (None, None));
    }
}
