//! One robustness kernel for so many draws, for `benches/peers/robustness.py` to time beside others.
//!
//! `draws METHOD DRAWS FILE`: the file holds one place per line, values separated by commas. Prints how
//! often each place is first, so that the work cannot be skipped and results can be compared.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that is given nonsense stops"
)]
#![allow(clippy::disallowed_methods, reason = "reads its one input file")]

use exacity::robustness::{
    Additive, BatchScorer, Collect, Control, Geometric, Plan, Sampler, Topsis, Vary, run,
};

/// Counts how often each place is first.
type Counted = Box<dyn Fn(&Sampler, &Plan, &Control<'_>) -> Vec<u64>>;

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let [_, method, draws, file] = arguments.as_slice() else {
        // Run without arguments by `cargo bench`: there is nothing to compare with.
        return;
    };
    let text = std::fs::read_to_string(file).unwrap();
    let row = |line: &str| line.split(',').map(|v| v.trim().parse().unwrap()).collect();
    let values: Vec<Vec<f64>> = text.lines().map(row).collect();
    let leaves = values[0].len();
    let scorer: Counted = match method.as_str() {
        "additive" | "portable" => shown(Additive::new(&values).unwrap()),
        "geometric" => shown(Geometric::new(&values).unwrap()),
        "topsis" => shown(Topsis::new(&values, &vec![false; leaves]).unwrap()),
        _ => return,
    };
    let plan = Plan {
        collect: Collect {
            pairs: false,
            scores: false,
        },
        ..Plan::new(draws.parse().unwrap(), 1)
    };
    let control = Control {
        portable: method == "portable",
        ..Control::default()
    };
    let sampler = Sampler::flat(&Vary::Uniform { count: leaves }).unwrap();
    let firsts = scorer(&sampler, &plan, &control);
    println!(
        "{}",
        firsts
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(",")
    );
}

fn shown<S: BatchScorer + 'static>(scorer: S) -> Counted {
    Box::new(move |sampler, plan, control| {
        let tally = run(&scorer, sampler, plan, control).unwrap().tally;
        tally.ranks[..tally.places].to_vec()
    })
}
