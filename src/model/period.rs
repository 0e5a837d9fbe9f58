//! Dates as sources give them: a day, a month, a quarter, a half or a year.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Serialize, Serializer};
use std::fmt;

/// How finely a period is dated; a finer grain is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// One year: `2024`.
    Year,
    /// Half a year: `2025-H1`.
    Half,
    /// A quarter of a year: `2025-Q1`.
    Quarter,
    /// One month: `2025-08`.
    Month,
    /// One day: `2025-08-28`.
    Day,
}

/// A span of days, dated as finely as its source dates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    start: NaiveDate,
    grain: Grain,
}

impl Period {
    /// Reads `2024`, `2025-H1`, `2025-Q3`, `2025-08` or `2025-08-28`.
    ///
    /// ```
    /// use exacity::model::{Grain, Period};
    /// let quarter = Period::parse("2025-Q3").unwrap();
    /// assert_eq!(quarter.start().to_string(), "2025-07-01");
    /// assert_eq!(quarter.end().to_string(), "2025-09-30");
    /// assert_eq!(quarter.grain(), Grain::Quarter);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let (year, rest) = text.split_at_checked(4)?;
        if !digits(year) {
            return None;
        }
        let year: i32 = year.parse().ok()?;
        let (month, day, grain) = match rest {
            "" => (1, 1, Grain::Year),
            "-H1" => (1, 1, Grain::Half),
            "-H2" => (7, 1, Grain::Half),
            "-Q1" => (1, 1, Grain::Quarter),
            "-Q2" => (4, 1, Grain::Quarter),
            "-Q3" => (7, 1, Grain::Quarter),
            "-Q4" => (10, 1, Grain::Quarter),
            _ => {
                let rest = rest.strip_prefix('-')?;
                let (month, day) = rest.split_once('-').unwrap_or((rest, ""));
                let well_formed = |s: &str| s.len() == 2 && digits(s);
                if !well_formed(month) || !(day.is_empty() || well_formed(day)) {
                    return None;
                }
                let grain = if day.is_empty() {
                    Grain::Month
                } else {
                    Grain::Day
                };
                (
                    month.parse().ok()?,
                    if day.is_empty() { 1 } else { day.parse().ok()? },
                    grain,
                )
            }
        };
        Some(Self {
            start: NaiveDate::from_ymd_opt(year, month, day)?,
            grain,
        })
    }

    /// Makes the period of one day.
    pub fn day(date: NaiveDate) -> Self {
        Self {
            start: date,
            grain: Grain::Day,
        }
    }

    /// Returns the first day. Selection by date counts a period by its start, so that a dated row
    /// goes before a bare year.
    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// Returns the last day.
    pub fn end(self) -> NaiveDate {
        let months = match self.grain {
            Grain::Year => 12,
            Grain::Half => 6,
            Grain::Quarter => 3,
            Grain::Month => 1,
            Grain::Day => return self.start,
        };
        let next = self.start.checked_add_months(Months::new(months));
        next.and_then(|d| d.checked_sub_days(Days::new(1)))
            .unwrap_or(self.start)
    }

    /// Returns how finely the period is dated.
    pub fn grain(self) -> Grain {
        self.grain
    }

    /// Returns the year of the first day.
    pub fn year(self) -> i32 {
        self.start.year()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.start.year(), self.start.month());
        match self.grain {
            Grain::Year => write!(f, "{year:04}"),
            Grain::Half => write!(f, "{year:04}-H{}", month / 7 + 1),
            Grain::Quarter => write!(f, "{year:04}-Q{}", month / 3 + 1),
            Grain::Month => write!(f, "{year:04}-{month:02}"),
            Grain::Day => write!(f, "{}", self.start),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back_as_written() {
        for text in [
            "2024",
            "2025-H1",
            "2025-H2",
            "2025-Q1",
            "2025-Q4",
            "2025-08",
            "2024-02-29",
        ] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "24",
            "2025-13",
            "2025-02-30",
            "2025-Q5",
            "2025-8",
            "2025-08-1",
            "+202",
            "二〇二五",
        ] {
            assert!(Period::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_period_ends_on_its_last_day() {
        let end = |t: &str| Period::parse(t).unwrap().end().to_string();
        assert_eq!(end("2024"), "2024-12-31");
        assert_eq!(end("2025-H1"), "2025-06-30");
        assert_eq!(end("2024-02"), "2024-02-29");
    }
}
