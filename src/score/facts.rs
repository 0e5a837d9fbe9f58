//! Facts of a column of numbers, as scripts read them.

use crate::num::{float, rank, stats};
use crate::rules::Field;
use indexmap::IndexMap;

/// The facts that are the same for every place.
const OF_ALL: [&str; 6] = ["n", "min", "max", "mean", "median", "sd"];

/// The facts of which every place has its own.
const PER_PLACE: [&str; 2] = ["rank", "share"];

/// Returns a fact that is the same for every place; `None` where the numbers have no such fact (the
/// mean of none, the deviation of one).
pub(crate) fn of_all(numbers: &[f64], fact: &str) -> Option<f64> {
    match fact {
        "n" => Some(numbers.len() as f64),
        "min" => stats::range(numbers).map(|(low, _)| low),
        "max" => stats::range(numbers).map(|(_, high)| high),
        "mean" => stats::mean(numbers),
        "median" => stats::median(numbers),
        "sd" => stats::sample_sd(numbers),
        _ => None,
    }
}

/// Returns a fact of which every number has its own, in their order; `None` for other facts.
///
/// `rank` is 1 for the highest number, ties averaged; `share` is the number over the sum of all, and
/// equal shares where that sum is zero.
pub(crate) fn per_place(numbers: &[f64], fact: &str) -> Option<Vec<f64>> {
    match fact {
        "rank" => Some(rank::rank(
            numbers,
            rank::Best::Highest,
            rank::Ties::Average,
        )),
        "share" => Some(shares(numbers)),
        _ => None,
    }
}

fn shares(numbers: &[f64]) -> Vec<f64> {
    let total = float::sum(numbers.iter().copied());
    let share = |v: &f64| {
        if total == 0.0 {
            1.0 / numbers.len() as f64
        } else {
            v / total
        }
    };
    numbers.iter().map(share).collect()
}

/// Returns all facts as fields of a record.
pub(super) fn fields(numbers: &[f64]) -> IndexMap<String, Field> {
    let of_all = OF_ALL.iter().map(|fact| {
        let value = of_all(numbers, fact).unwrap_or(0.0);
        ((*fact).to_owned(), Field::Number(value))
    });
    let per_place = PER_PLACE.iter().map(|fact| {
        let values = per_place(numbers, fact).unwrap_or_default();
        ((*fact).to_owned(), Field::Numbers(values))
    });
    of_all.chain(per_place).collect()
}
