//! What it would take, and where a budget goes.

mod case;
mod place;

pub use case::reach_case;
pub use place::{allocated, reach_place};

use crate::num::round::Rounding;
use crate::plan::reach::grid::Proof;
use crate::report::number::{figure, percent};

/// Says how sure an answer is.
fn sure(proof: Proof) -> String {
    match proof {
        Proof::Exact => "Exact: nothing cheaper does it.".to_owned(),
        Proof::ExactIfMonotone => {
            "Exact if more of a lever never lowers the score, which a walk along each lever did not contradict.".to_owned()
        }
        Proof::Within(gap) => format!(
            "The search was cut short: at most {} of the cost could be saved, if more of a lever never lowers the score.",
            percent(gap)
        ),
        Proof::Found => "The best that was found; nothing is proven.".to_owned(),
    }
}

/// Writes a figure that has to be reached: four digits, rounded away from where it starts, so that what is
/// printed is enough.
fn enough(value: f64, from: f64) -> String {
    enough_of(value, from, "")
}

/// The same in a unit: what is counted moves by whole ones.
fn enough_of(value: f64, from: f64, unit: &str) -> String {
    if unit == "count" {
        let whole = if value >= from {
            (value - 1e-6).ceil()
        } else {
            (value + 1e-6).floor()
        };
        return figure(whole);
    }
    let size = value.abs().max(1e-9);
    let mut decimals = 0_u32;
    let mut scaled = size;
    while scaled < 1000.0 && decimals < 9 {
        scaled *= 10.0;
        decimals += 1;
    }
    let step = crate::num::float::pow(10.0, -f64::from(decimals));
    let away = if value >= from {
        (value / step - 1e-6).ceil() * step
    } else {
        (value / step + 1e-6).floor() * step
    };
    figure(Rounding::to(decimals).apply(away))
}

#[cfg(test)]
mod tests {
    use super::enough;

    #[test]
    fn what_is_printed_is_enough() {
        assert_eq!(enough(97.142_857, 39.0), "97.15");
        assert_eq!(enough(20.0, 18.0), "20");
        assert_eq!(super::enough_of(13.1, 1.0, "count"), "14");
        assert_eq!(enough(1.234_56, 2.0), "1.234");
        assert_eq!(enough(1_234_567.2, 0.0), "1,234,568");
    }
}
