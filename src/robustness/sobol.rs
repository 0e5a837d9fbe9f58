//! Which of the settings that vary moves the result: global sensitivity.
//!
//! A first-order index is the share of an output's variance that one input explains alone; a total
//! index adds all its interactions. An input that enters no interaction has the two equal.
//!
//! The design is Saltelli's (2010): two independent samples A and B of the inputs, and for each
//! input a copy of A with that one column from B, so (inputs + 2) evaluations per row. The estimators
//! are Jansen's (1999), which stay within 0 and 1 better than the others. Rows come in batches; the
//! sums of each batch are kept, and resampling the batches gives the intervals.

use super::RobustnessError;
use super::run::{Control, Progress};
use crate::num::rng::Rng;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};

/// Batches of rows; the bootstrap resamples them.
const BATCHES: u64 = 256;

/// How much is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// Number of inputs, each uniform from 0 to 1.
    pub inputs: usize,
    /// Number of outputs, such as the score of each place.
    pub outputs: usize,
    /// Rows of the samples A and B; rounded up to a multiple of 256. A function is evaluated
    /// (inputs + 2) times as often.
    pub rows: u64,
    /// Resamples for the intervals, at least 2 to have any.
    pub resamples: u32,
    /// Fixes every number drawn.
    pub seed: u64,
}

/// An estimate with its bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimate. It can lie slightly below 0 where the true index is near 0.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Sensitivity of one output.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Mean of the output.
    pub mean: f64,
    /// Variance of the output.
    pub variance: f64,
    /// First-order index of each input; `None` for an output that does not vary.
    pub first_order: Option<Vec<Estimate>>,
    /// Total index of each input; `None` for an output that does not vary.
    pub total: Option<Vec<Estimate>>,
}

/// Sensitivity of all outputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sobol {
    /// Rows that counted.
    pub rows: u64,
    /// Rows in which some evaluation had no finite output; they were left out.
    pub undefined: u64,
    /// Each output.
    pub outputs: Vec<Sensitivity>,
}

/// Sums over the rows of one batch.
#[derive(Debug, Clone)]
struct Batch {
    rows: u64,
    undefined: u64,
    /// For each output: sum and sum of squares of its distance from the offset, over A and B.
    moments: Vec<[f64; 2]>,
    /// For each output and input: sums of squared differences to B (first order) and to A (total).
    differences: Vec<[f64; 2]>,
}

/// Estimates the indices of a function of the unit cube.
///
/// `evaluate` takes rows of inputs, one after the other, and fills as many rows of outputs; NaN where
/// there is no result. It is called from several threads, about once per input and 256th of the
/// rows. The result does not depend on their number. A cancelled run keeps the rows that it has, at least those of
/// its first batch; their number is part of the result.
///
/// # Errors
///
/// [`RobustnessError::NoDraws`] for no rows; [`RobustnessError::NoCriteria`] for no inputs or no
/// outputs.
///
/// # References
///
/// Saltelli et al. (2010), *Computer Physics Communications* 181(2); Jansen (1999), the same 117.
pub fn sobol(
    design: &Design,
    control: &Control<'_>,
    evaluate: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Result<Sobol, RobustnessError> {
    if design.rows == 0 {
        return Err(RobustnessError::NoDraws);
    }
    if design.inputs == 0 || design.outputs == 0 {
        return Err(RobustnessError::NoCriteria);
    }
    // Sums of squares are taken around a value of the function, where they keep their digits.
    let mut offset = vec![0.0; design.outputs];
    evaluate(&vec![0.5; design.inputs], &mut offset);
    for value in &mut offset {
        *value = if value.is_finite() { *value } else { 0.0 };
    }
    let (made, each) = (AtomicU64::new(0), evaluations(design) / BATCHES);
    let one = |batch: u64| {
        let stop = control
            .cancelled
            .is_some_and(|flag| flag.load(Ordering::Relaxed));
        if stop && batch > 0 {
            return None;
        }
        let done = run_batch(design, &offset, &evaluate, batch);
        let draws = made.fetch_add(each, Ordering::Relaxed) + each;
        if let Some(tell) = control.progress {
            let of = evaluations(design);
            tell(Progress { draws, of });
        }
        Some(done)
    };
    #[cfg(feature = "parallel")]
    let batches: Vec<Option<Batch>> = {
        use rayon::prelude::*;
        (0..BATCHES).into_par_iter().map(one).collect()
    };
    #[cfg(not(feature = "parallel"))]
    let batches: Vec<Option<Batch>> = (0..BATCHES).map(one).collect();
    let batches: Vec<Batch> = batches.into_iter().flatten().collect();
    let all: Vec<usize> = (0..batches.len()).collect();
    let resamples = resample(design, batches.len());
    let outputs = (0..design.outputs).map(|output| {
        let read = |chosen: &[usize]| indices(design, &batches, chosen, output);
        let whole = read(&all);
        let others: Vec<Indices> = resamples.iter().map(|chosen| read(chosen)).collect();
        sensitivity(design, &whole, &others, offset[output])
    });
    Ok(Sobol {
        outputs: outputs.collect(),
        rows: batches.iter().map(|b| b.rows).sum(),
        undefined: batches.iter().map(|b| b.undefined).sum(),
    })
}

/// Returns how often a design evaluates the function.
pub fn evaluations(design: &Design) -> u64 {
    design.rows.div_ceil(BATCHES) * BATCHES * (design.inputs as u64 + 2)
}

fn run_batch(
    design: &Design,
    offset: &[f64],
    evaluate: &(impl Fn(&[f64], &mut [f64]) + Sync),
    batch: u64,
) -> Batch {
    let (inputs, outputs) = (design.inputs, design.outputs);
    let rows = usize::try_from(design.rows.div_ceil(BATCHES)).unwrap_or(usize::MAX);
    let mut rng = Rng::new(design.seed, "exacity sensitivity rows, version 1", batch);
    let mut draw = || -> Vec<f64> { (0..rows * inputs).map(|_| rng.uniform()).collect() };
    let (a, b) = (draw(), draw());
    let run = |rows_in: &[f64]| {
        let mut out = vec![f64::NAN; rows * outputs];
        evaluate(rows_in, &mut out);
        out
    };
    let (of_a, of_b) = (run(&a), run(&b));
    let mixed: Vec<Vec<f64>> = (0..inputs)
        .map(|input| {
            let mut mixed = a.clone();
            for row in 0..rows {
                mixed[row * inputs + input] = b[row * inputs + input];
            }
            run(&mixed)
        })
        .collect();
    let mut sums = Batch {
        rows: 0,
        undefined: 0,
        moments: vec![[0.0; 2]; outputs],
        differences: vec![[0.0; 2]; outputs * inputs],
    };
    for row in 0..rows {
        let at = row * outputs..(row + 1) * outputs;
        let parts = [&of_a, &of_b].into_iter().chain(&mixed);
        if parts
            .into_iter()
            .flat_map(|part| &part[at.clone()])
            .all(|y| y.is_finite())
        {
            sums.rows += 1;
            sums.add(&of_a[at.clone()], &of_b[at.clone()], offset, |input| {
                &mixed[input][at.clone()]
            });
        } else {
            sums.undefined += 1;
        }
    }
    sums
}

impl Batch {
    fn add<'a>(
        &mut self,
        a: &[f64],
        b: &[f64],
        offset: &[f64],
        mixed: impl Fn(usize) -> &'a [f64],
    ) {
        let inputs = self.differences.len() / self.moments.len();
        for (output, moments) in self.moments.iter_mut().enumerate() {
            for y in [a[output] - offset[output], b[output] - offset[output]] {
                moments[0] += y;
                moments[1] += y * y;
            }
            for input in 0..inputs {
                let y = mixed(input)[output];
                let sums = &mut self.differences[output * inputs + input];
                sums[0] += (b[output] - y) * (b[output] - y);
                sums[1] += (a[output] - y) * (a[output] - y);
            }
        }
    }
}

/// Mean and variance of an output, and each input's two indices.
struct Indices {
    mean: f64,
    variance: f64,
    inputs: Vec<[f64; 2]>,
}

fn indices(design: &Design, batches: &[Batch], chosen: &[usize], output: usize) -> Indices {
    let (mut rows, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let mut differences = vec![[0.0; 2]; design.inputs];
    for batch in chosen.iter().map(|&b| &batches[b]) {
        rows += batch.rows as f64;
        sum += batch.moments[output][0];
        squares += batch.moments[output][1];
        let of_batch = &batch.differences[output * design.inputs..][..design.inputs];
        for (total, part) in differences.iter_mut().zip(of_batch) {
            total[0] += part[0];
            total[1] += part[1];
        }
    }
    let rows = f64::max(rows, 1.0);
    let mean = sum / (2.0 * rows);
    let variance = (squares / (2.0 * rows) - mean * mean).max(0.0);
    let index = |[first, total]: [f64; 2]| {
        let half = |sum: f64| sum / rows / (2.0 * variance);
        [1.0 - half(first), half(total)]
    };
    Indices {
        mean,
        variance,
        inputs: differences.into_iter().map(index).collect(),
    }
}

fn resample(design: &Design, batches: usize) -> Vec<Vec<usize>> {
    let mut rng = Rng::new(design.seed, "exacity sensitivity bootstrap, version 1", 0);
    let mut one = || (0..batches).map(|_| rng.below(batches)).collect();
    (0..design.resamples).map(|_| one()).collect()
}

fn sensitivity(design: &Design, whole: &Indices, others: &[Indices], offset: f64) -> Sensitivity {
    // Rounding leaves a constant output a variance of this order.
    let scale = (whole.mean + offset).abs().max(whole.mean.abs());
    let varies = whole.variance > scale * scale * 1e-28;
    let estimates = |order: usize| {
        let of = |input: usize| {
            let value = whole.inputs[input][order];
            let mut spread: Vec<f64> = others.iter().map(|o| o.inputs[input][order]).collect();
            spread.retain(|x| x.is_finite());
            let end = |p: f64| crate::num::stats::quantile(&spread, p).unwrap_or(value);
            Estimate {
                value,
                low: end(0.025),
                high: end(0.975),
            }
        };
        varies.then(|| (0..design.inputs).map(of).collect())
    };
    Sensitivity {
        mean: whole.mean + offset,
        variance: whole.variance,
        first_order: estimates(0),
        total: estimates(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    fn design(outputs: usize) -> Design {
        Design {
            inputs: 2,
            outputs,
            rows: 20_000,
            resamples: 100,
            seed: 1,
        }
    }

    #[test]
    fn a_product_interacts_and_a_sum_does_not() {
        let found = sobol(&design(2), &Control::default(), |rows, out| {
            for (x, y) in rows.chunks(2).zip(out.chunks_mut(2)) {
                y[0] = 3.0 * x[0] + x[1];
                y[1] = (x[0] - 0.5) * (x[1] - 0.5);
            }
        })
        .unwrap();
        let value = |e: &Option<Vec<Estimate>>, i: usize| e.as_ref().unwrap()[i].value;
        let [sum, product] = [&found.outputs[0], &found.outputs[1]];
        assert!((value(&sum.first_order, 0) - 0.9).abs() < 0.03);
        assert!((value(&sum.total, 1) - 0.1).abs() < 0.01);
        assert!(value(&product.first_order, 0).abs() < 0.05);
        assert!((value(&product.total, 0) - 1.0).abs() < 0.05);
        let interval = sum.first_order.as_ref().unwrap()[0];
        assert!(interval.low < 0.9 && 0.9 < interval.high && interval.high - interval.low < 0.06);
    }

    #[test]
    fn a_cancelled_run_keeps_the_rows_of_its_first_batch() {
        let (cancelled, told) = (AtomicBool::new(true), AtomicU64::new(0));
        let tell = |progress: Progress| {
            told.fetch_max(progress.draws, Ordering::Relaxed);
        };
        let control = Control {
            cancelled: Some(&cancelled),
            progress: Some(&tell),
            ..Control::default()
        };
        let asked = design(2);
        let found = sobol(&asked, &control, |rows, out| out.copy_from_slice(rows)).unwrap();
        assert_eq!(found.rows, asked.rows.div_ceil(BATCHES));
        assert_eq!(told.into_inner(), evaluations(&asked) / BATCHES);
    }

    #[test]
    fn an_output_that_does_not_vary_has_no_indices() {
        let found = sobol(&design(1), &Control::default(), |_, out| {
            out.fill(1e9 / 3.0);
        })
        .unwrap();
        assert!(found.outputs[0].first_order.is_none());
    }

    #[test]
    fn rows_without_a_result_are_left_out_and_counted() {
        let found = sobol(&design(1), &Control::default(), |rows, out| {
            for (x, y) in rows.chunks(2).zip(out) {
                *y = if x[0] < 0.01 { f64::NAN } else { x[1] };
            }
        })
        .unwrap();
        assert!(
            found.undefined > 300 && found.undefined < 700,
            "{}",
            found.undefined
        );
        let total = &found.outputs[0].total.as_ref().unwrap()[1];
        assert!((total.value - 1.0).abs() < 0.03);
    }

    #[test]
    fn nothing_to_vary_is_refused() {
        let none = Design {
            inputs: 0,
            ..design(1)
        };
        assert_eq!(
            sobol(&none, &Control::default(), |_, _| {}).unwrap_err(),
            RobustnessError::NoCriteria
        );
        let no_rows = Design {
            rows: 0,
            ..design(1)
        };
        assert_eq!(
            sobol(&no_rows, &Control::default(), |_, _| {}).unwrap_err(),
            RobustnessError::NoDraws
        );
    }
}
