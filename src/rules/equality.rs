//! The fast path gives what the interpreter gives, to the last bit, on programs and rows made up at
//! random.
//!
//! `cargo test` makes 100,000 evaluations. `EXACITY_EVALUATIONS=50000000 cargo test --release
//! rules::equality` makes as many as one likes; `.ci/run` makes two million.

use super::engine::build;
use super::exec::{Outcome, Trust, rows};
use super::*;
use crate::num::lanes::{LANES, Lane};
use crate::num::rng::Rng;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

mod programs;

use programs::program;

const SEED: u64 = 20_260_331;
/// Rows that each program runs on.
const ROWS: usize = 200;

/// Why a program may be left to the interpreter: it changes something half-way through an expression,
/// or its loops and helpers, unrolled, pass the limits of steps or of operations.
const LEFT: [&str; 3] = ["in the middle", "more steps", "it comes to more than"];

/// Returns how many evaluations are made.
#[expect(
    clippy::disallowed_methods,
    reason = "long runs are asked for by the environment"
)]
fn evaluations() -> usize {
    let asked = std::env::var("EXACITY_EVALUATIONS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(100_000)
}

/// Takes every result, finite or not; all NaNs are one.
struct Raw;

impl Outcome for Raw {
    type Value = f64;

    const ANSWERS: bool = false;

    fn read(&self, result: &rhai::Dynamic) -> Result<f64, Diagnostic> {
        let wrong = |kind: &str| Diagnostic::new(diag::KIND, kind.to_owned());
        result.as_float().map_err(wrong)
    }

    fn take(&self, bits: f64) -> Option<f64> {
        Some(bits)
    }

    fn same(one: f64, other: f64) -> bool {
        one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan())
    }
}

/// Values at which comparisons, signs and limits are most likely to go wrong.
const AWKWARD: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    1.000_000_000_000_000_2,
    0.999_999_999_999_999_9,
    -1.0,
    2.0,
    0.5,
    3.0,
    60.0,
    100.0,
    0.1,
    0.300_000_000_000_000_04,
    0.3,
    5e-324,
    f64::MIN_POSITIVE,
    1e-160,
    1e154,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    -42.5,
];

fn number(stream: &mut Rng) -> f64 {
    match stream.below(4) {
        0 => AWKWARD[stream.below(AWKWARD.len())],
        1 => (stream.uniform() * 200.0 - 50.0).round(),
        _ => stream.uniform() * 200.0 - 50.0,
    }
}

/// Makes up a table with every name that programs read.
fn table(stream: &mut Rng) -> Table {
    let mut table = Table {
        rows: ROWS,
        ..Table::default()
    };
    for (record, fields) in programs::RECORDS {
        let fields = fields.iter().map(|name| {
            let field = match (*record, stream.below(3)) {
                ("known", _) => Field::Flags((0..ROWS).map(|_| stream.below(2) == 0).collect()),
                ("param", _) | (_, 0) => Field::Number(number(stream)),
                _ => Field::Numbers((0..ROWS).map(|_| number(stream)).collect()),
            };
            ((*name).to_owned(), field)
        });
        let record = (*record).to_owned();
        table
            .arguments
            .insert(record, Argument::Record(fields.collect()));
    }
    table
}

/// Describes a row, for the one who looks for the difference.
fn describe(table: &Table, row: usize) -> String {
    let mut text = String::new();
    for (record, argument) in &table.arguments {
        let Argument::Record(fields) = argument else {
            continue;
        };
        for (name, field) in fields {
            let value = match field {
                Field::Number(v) => format!("{v:e}"),
                Field::Numbers(v) => format!("{:e}", v[row]),
                Field::Flags(v) => format!("{}", v[row]),
                other => format!("{other:?}"),
            };
            let _ = write!(text, "{record}.{name} = {value}; ");
        }
    }
    text
}

#[test]
fn random_programs_give_the_bits_of_the_interpreter() {
    let mut stream = Rng::new(SEED, "rules of tests", 0);
    let (mut made, mut lowered, mut programs) = (0, 0, 0);
    while made < evaluations() {
        let source = program(&mut stream);
        let (rule, found) = Rule::compile(&FileId::new("random.rhai"), &source);
        let rule = rule.unwrap_or_else(|| panic!("{found:#?}\n{source}"));
        let table = table(&mut stream);
        let fast = rows(&rule, "score", &table, &Raw);
        let flags = rule.flags("eligible", &table);
        programs += 1;
        match rule
            .is_fast("score")
            .and_then(|()| rule.is_fast("eligible"))
        {
            Ok(()) => lowered += 1,
            Err(why) => assert!(
                LEFT.iter().any(|reason| why.reason.contains(reason)),
                "{}\n{source}",
                why.reason
            ),
        }
        let rule = rule.trusting(Trust::Never);
        let slow = rows(&rule, "score", &table, &Raw);
        for row in 0..ROWS {
            let same = match (&fast[row], &slow[row]) {
                (Ok(fast), Ok(slow)) => Raw::same(*fast, *slow),
                (fast, slow) => fast == slow,
            };
            let (fast, slow) = (&fast[row], &slow[row]);
            assert!(
                same,
                "{fast:?} is not {slow:?}\n{source}\n{}",
                describe(&table, row)
            );
        }
        assert_eq!(flags, rule.flags("eligible", &table), "{source}");
        made += 2 * ROWS;
    }
    assert!(
        lowered * 100 > programs * 95,
        "{lowered} of {programs} were lowered"
    );
}

/// Draws of some inputs, in one row of lanes each, or one per place.
fn drawn(stream: &mut Rng) -> Vec<Drawn> {
    let mut drawn = vec![];
    for (record, fields) in programs::RECORDS.iter().filter(|(r, _)| *r != "known") {
        for field in *fields {
            if stream.below(2) == 0 {
                drawn.push(Drawn {
                    record: (*record).to_owned(),
                    field: (*field).to_owned(),
                    per_place: stream.below(3) == 0,
                });
            }
        }
    }
    drawn
}

/// Returns the table of one lane of a block.
fn table_of(table: &Table, drawn: &[Drawn], inputs: &[Lane], chunks: usize, lane: usize) -> Table {
    let mut table = table.clone();
    let mut row = 0;
    let value = |row: usize| inputs[row * chunks + lane / LANES][lane % LANES];
    for one in drawn {
        let count = if one.per_place { table.rows } else { 1 };
        let values: Vec<f64> = (row..row + count).map(value).collect();
        let field = if one.per_place {
            Field::Numbers(values)
        } else {
            Field::Number(values[0])
        };
        if let Some(Argument::Record(fields)) = table.arguments.get_mut(&one.record) {
            fields.insert(one.field.clone(), field);
        }
        row += count;
    }
    table
}

#[test]
fn draws_give_what_rows_of_the_same_figures_give() {
    let mut stream = Rng::new(SEED, "draws of tests", 0);
    for _ in 0..60 {
        let (rule, _) = Rule::compile(&FileId::new("random.rhai"), &program(&mut stream));
        let rule = Arc::new(rule.unwrap());
        let (table, drawn) = (table(&mut stream), drawn(&mut stream));
        let draws = Draws::new(&rule, "score", table.clone(), &drawn).unwrap();
        // One chunk has the places side by side, several have the draws so; 40 fill more than a block.
        for chunks in [1, 3, 40] {
            let lane = |stream: &mut Rng| std::array::from_fn(|_| number(stream));
            let inputs: Vec<Lane> = (0..draws.width() * chunks)
                .map(|_| lane(&mut stream))
                .collect();
            let mut out = vec![[0.0; LANES]; ROWS * chunks];
            draws.run(&inputs, chunks, &mut out);
            for lane in [0, chunks * LANES / 2, chunks * LANES - 1] {
                let results =
                    rule.numbers("score", &table_of(&table, &drawn, &inputs, chunks, lane));
                for (place, result) in results.iter().enumerate() {
                    let given = out[place * chunks + lane / LANES][lane % LANES];
                    let wanted = result.as_ref().map_or(f64::NAN, |v| *v);
                    assert!(
                        Raw::same(given, wanted),
                        "{given:e} is not {result:?}\n{}",
                        rule.source()
                    );
                }
            }
        }
        assert_eq!(draws.difference(), None);
    }
}

#[test]
fn the_masks_count_the_ways_that_are_found_step_by_step() {
    let mut stream = Rng::new(SEED, "ways of tests", 0);
    let mut counted = 0;
    for _ in 0..60 {
        let (rule, _) = Rule::compile(&FileId::new("random.rhai"), &program(&mut stream));
        let rule = rule.unwrap();
        let table = table(&mut stream);
        for function in ["score", "eligible"] {
            let (mut fast, mut slow) = (Coverage::new(&rule), Coverage::new(&rule));
            fast.add(&rule, function, &table);
            slow.follow(&rule, function, &table);
            assert_eq!(fast, slow, "{}", rule.source());
            counted += fast.taken();
        }
    }
    assert!(counted > 500, "{counted}");
}

#[test]
fn the_interpreter_takes_no_more_steps_than_are_counted() {
    let taken = Arc::new(AtomicU64::new(0));
    let mut engine = build();
    let steps = taken.clone();
    engine.on_progress(move |count| {
        steps.store(count, Ordering::Relaxed);
        None
    });
    let mut stream = Rng::new(SEED, "steps of tests", 0);
    for _ in 0..200 {
        let source = program(&mut stream);
        let (rule, _) = Rule::compile(&FileId::new("random.rhai"), &source);
        let rule = rule.unwrap();
        let function = rule
            .script
            .functions
            .iter()
            .find(|f| f.name.text == "score")
            .unwrap();
        let Ok(lowered) = lower::lower(&rule.script, function, &lower::usual, false) else {
            continue;
        };
        let flag = |record: &str| record == "known";
        for _ in 0..3 {
            let arguments: Vec<rhai::Dynamic> = ["place", "part", "weight", "known", "param"]
                .map(|record| {
                    let fields = programs::RECORDS
                        .iter()
                        .find(|(r, _)| *r == record)
                        .unwrap()
                        .1;
                    let value = |stream: &mut Rng| -> rhai::Dynamic {
                        if flag(record) {
                            (stream.below(2) == 0).into()
                        } else {
                            number(stream).into()
                        }
                    };
                    let fields = fields.iter().map(|f| ((*f).into(), value(&mut stream)));
                    fields.collect::<rhai::Map>().into()
                })
                .to_vec();
            let options = rhai::CallFnOptions::new().eval_ast(true);
            let _ = engine
                .call_fn_with_options::<rhai::Dynamic>(
                    options,
                    &mut Scope::new(),
                    &rule.tree,
                    "score",
                    arguments,
                )
                .unwrap();
            let taken = taken.load(Ordering::Relaxed);
            assert!(
                taken <= lowered.steps,
                "{taken} steps, {} counted\n{source}",
                lowered.steps
            );
        }
    }
}
