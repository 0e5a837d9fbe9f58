//! Times one ranking method on a matrix that `benches/peers/compare.py` hands over, and prints CPU nanoseconds.
//!
//! Arguments: file of little-endian numbers (column after column), alternatives, method, rounds. Prints the time
//! of each round, then the sum of the squared scores, so that the caller sees that both sides rank the same.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool of its own, which reads a file, a clock and prints"
)]

use exacity::num::float;
use std::hint::black_box;
use std::time::Instant;

mod rankers;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let [file, alternatives, name, rounds] = arguments.as_slice() else {
        println!("this is run by benches/peers/compare.py");
        return;
    };
    let count: usize = alternatives.parse().expect("a number of alternatives");
    let bytes = std::fs::read(file).expect("a file of numbers");
    let numbers = bytes
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")));
    let numbers: Vec<f64> = numbers.collect();
    let decision = rankers::of(numbers.chunks(count).map(<[f64]>::to_vec).collect());
    let method = rankers::method(name);
    let mut total = 0.0;
    for _ in 0..rounds.parse().expect("a number of rounds") {
        let (cpu, wall) = (on_cpu(), Instant::now());
        let ranked = method.rank(black_box(&decision)).expect("a ranking");
        let elapsed = match (cpu, on_cpu()) {
            (Some(before), Some(after)) if after > before => after - before,
            _ => wall.elapsed().as_nanos(),
        };
        println!("{elapsed}");
        total = float::sum(ranked.scores.iter().map(|score| score * score));
    }
    println!("{total}");
}

/// Returns the nanoseconds that this process has run on a processor, where the system tells.
fn on_cpu() -> Option<u128> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
