//! The shipped strategies with made-up figures, and the same rules written by hand in Rust.

use exacity::diagnostics::FileId;
use exacity::num::lanes::{LANES, Lane};
use exacity::num::rng::Rng;
use exacity::rules::{Argument, Drawn, Draws, Field, Rule, Table, Trust};
use std::sync::Arc;

#[path = "../../src/cli/commands/rules/bench/by_hand.rs"]
#[allow(dead_code, reason = "made-up figures need no names of fields")]
mod by_hand;
use by_hand::{Block, Cells, Columns, Four, PILLARS, by_hand};

/// Places of the league.
pub(crate) const PLACES: usize = 30;
/// Draws of a block; its figures are used again and again, by all ways alike.
pub(crate) const BLOCK: usize = 256;
const CHUNKS: usize = BLOCK / LANES;

/// What changes from draw to draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// The weights alone, as in most studies of robustness.
    Weights,
    /// Weights, parameters, and the parts of every place.
    Everything,
}

fn of_draws(values: Vec<f64>) -> Cells {
    Cells {
        values,
        per_place: 0,
        per_draw: 1,
    }
}

/// Numbers of places, the same in all draws or, with a step of one, of each.
fn of_places(values: Vec<f64>, per_draw: usize) -> Cells {
    Cells {
        per_place: values.len() / PLACES,
        values,
        per_draw,
    }
}

/// Returns made-up figures in columns, as both ways read them.
fn figures(changes: Changes, params: &[(&str, f64)]) -> Columns {
    let mut rng = Rng::new(1, "bench of rules", 0);
    let mut column = |count: usize, low: f64, high: f64| -> Vec<f64> {
        (0..count)
            .map(|_| low + (high - low) * rng.uniform())
            .collect()
    };
    let of = |at: usize| params.get(at).map_or(0.0, |(_, value)| *value);
    Columns {
        places: PLACES,
        draws: BLOCK,
        weight: std::array::from_fn(|_| of_draws(column(BLOCK, 0.1, 0.4))),
        part: std::array::from_fn(|_| match changes {
            Changes::Weights => of_places(column(PLACES, 5.0, 95.0), 0),
            Changes::Everything => of_places(column(PLACES * BLOCK, 5.0, 95.0), 1),
        }),
        param: std::array::from_fn(|at| match changes {
            Changes::Weights => Cells::fixed(of(at)),
            Changes::Everything => of_draws(column(BLOCK, of(at) * 0.95, of(at))),
        }),
        median: Four::new([MEDIAN; 4]),
        leader: Four::new([LEADER; 4]),
        figure: column(PLACES, 20.0, 100.0),
        known: (0..PLACES).map(|place| place % 3 != 0).collect(),
    }
}

/// A shipped strategy in three ways.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) figures: Columns,
    pub(crate) by_hand: Block,
    pub(crate) fast: Draws,
    pub(crate) interpreter: Draws,
    inputs: Vec<Lane>,
    eights: Vec<Vec<Lane>>,
}

impl Case {
    fn new(
        name: &'static str,
        script: &str,
        params: &[(&str, f64)],
        changes: Changes,
        by_hand: Block,
    ) -> Self {
        let figures = figures(changes, params);
        let drawn = drawn(changes, params);
        let prepared = |trust: Trust| {
            let rule = compile(name, script).trusting(trust);
            Draws::new(&Arc::new(rule), "score", table(&figures, params), &drawn)
                .expect("the figures are complete")
        };
        let columns = columns(&figures, changes, params.len());
        let lanes = |column: &[f64]| column.as_chunks::<LANES>().0.to_vec();
        let inputs: Vec<Lane> = columns.iter().flat_map(|c| lanes(c)).collect();
        let eights = (0..CHUNKS).map(|chunk| columns.iter().map(|c| lanes(c)[chunk]).collect());
        Self {
            name,
            by_hand,
            fast: prepared(Trust::Sample),
            interpreter: prepared(Trust::Never),
            inputs,
            eights: eights.collect(),
            figures,
        }
    }

    /// Runs a block of draws at once.
    pub(crate) fn block(&self, draws: &Draws, out: &mut [Lane]) {
        draws.run(&self.inputs, CHUNKS, out);
    }

    /// Runs a block of draws by eights, as analyses of robustness do.
    pub(crate) fn by_eights(&self, draws: &Draws, out: &mut [Lane]) {
        for eight in &self.eights {
            draws.run(eight, 1, &mut out[..PLACES]);
        }
    }
}

/// Returns room for the results of a block.
pub(crate) fn room() -> Vec<Lane> {
    vec![[0.0; LANES]; PLACES * CHUNKS]
}

/// Compiles a shipped strategy.
pub(crate) fn compile(name: &str, script: &str) -> Rule {
    let (rule, _) = Rule::compile(&FileId::new(name), script);
    rule.expect("the shipped strategies are valid")
}

fn drawn(changes: Changes, params: &[(&str, f64)]) -> Vec<Drawn> {
    let one = |record: &str, field: &str, per_place| Drawn {
        record: record.to_owned(),
        field: field.to_owned(),
        per_place,
    };
    let mut drawn: Vec<Drawn> = PILLARS.map(|p| one("weight", p, false)).into();
    if changes == Changes::Everything {
        drawn.extend(PILLARS.map(|p| one("part", p, true)));
        drawn.extend(params.iter().map(|(name, _)| one("param", name, false)));
    }
    drawn
}

/// Returns the columns of what is drawn, in the order of [`drawn`].
fn columns(figures: &Columns, changes: Changes, params: usize) -> Vec<&[f64]> {
    let mut columns: Vec<&[f64]> = figures
        .weight
        .iter()
        .map(|cells| cells.values.as_slice())
        .collect();
    if changes == Changes::Everything {
        for part in &figures.part {
            columns.extend(part.values.chunks(BLOCK));
        }
        columns.extend(
            figures.param[..params]
                .iter()
                .map(|cells| cells.values.as_slice()),
        );
    }
    columns
}

fn table(figures: &Columns, params: &[(&str, f64)]) -> Table {
    let column = |values: &[f64]| Field::Numbers(values[..PLACES].to_vec());
    let flags = || Field::Flags(figures.known.clone());
    let numbers = |names: &[&str], value: f64| {
        let fields = names
            .iter()
            .map(|n| ((*n).to_owned(), Field::Number(value)));
        Argument::Record(fields.collect())
    };
    let fields = |fields: Vec<(&str, Field)>| {
        let named = fields
            .into_iter()
            .map(|(name, field)| (name.to_owned(), field));
        Argument::Record(named.collect())
    };
    let mut parts: Vec<_> = PILLARS
        .iter()
        .zip(&figures.part)
        .map(|(p, cells)| (*p, column(&cells.values)))
        .collect();
    parts.push(("compute_targets", column(&figures.figure)));
    let params = params
        .iter()
        .map(|(name, value)| (*name, Field::Number(*value)));
    let medians = PILLARS.map(|p| format!("part_{p}_median"));
    let leaders = PILLARS.map(|p| format!("part_{p}"));
    let arguments = [
        ("part", fields(parts)),
        ("weight", numbers(&PILLARS, 0.25)),
        ("param", fields(params.collect())),
        (
            "place",
            fields(vec![
                ("compute_utilisation", column(&figures.figure)),
                ("domestic_chip_share", column(&figures.figure)),
            ]),
        ),
        (
            "known",
            fields(vec![
                ("subsidies", flags()),
                ("compute_utilisation", flags()),
                ("compute_targets", flags()),
            ]),
        ),
        (
            "facts",
            numbers(&medians.each_ref().map(String::as_str), MEDIAN),
        ),
        (
            "leader",
            numbers(&leaders.each_ref().map(String::as_str), LEADER),
        ),
    ];
    Table {
        rows: PLACES,
        arguments: arguments
            .into_iter()
            .map(|(n, a)| (n.to_owned(), a))
            .collect(),
    }
}

const MEDIAN: f64 = 50.0;
const LEADER: f64 = 90.0;

/// The names of the shipped strategies with their texts.
pub(crate) const SCRIPTS: [(&str, &str); 6] = [
    ("weighted", include_str!("../../rules/weighted.rhai")),
    ("niche", include_str!("../../rules/niche.rhai")),
    ("prudent", include_str!("../../rules/prudent.rhai")),
    ("targets", include_str!("../../rules/targets.rhai")),
    ("sovereign", include_str!("../../rules/sovereign.rhai")),
    ("incentives", include_str!("../../rules/incentives.rhai")),
];

/// Parameters as the bench sets them: none at the end of its range, so that none drops out of a formula.
fn param(name: &str) -> f64 {
    match name {
        "breadth" => 0.2,
        "bonus" | "discount" => 0.3,
        "strong" => 2.0,
        "alike" => 0.9,
        "penalty" => 0.15,
        "healthy" => 60.0,
        "swing" | "floor" => 10.0,
        "par" => 80.0,
        "exposed" => 0.4,
        "enough" => 70.0,
        "half" => 1.0,
        "effect" => 0.5,
        _ => panic!("no value for `{name}`"),
    }
}

/// Returns the shipped strategies.
pub(crate) fn cases(changes: Changes) -> Vec<Case> {
    SCRIPTS
        .iter()
        .map(|(name, script)| {
            let hand = by_hand(name).expect("every shipped strategy has a twin");
            let params: Vec<_> = hand
                .params
                .iter()
                .map(|name| (*name, param(name)))
                .collect();
            Case::new(name, script, &params, changes, hand.block)
        })
        .collect()
}
