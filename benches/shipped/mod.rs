//! The shipped strategies with made-up figures, and the same rules written by hand in Rust.

use exacity::diagnostics::FileId;
use exacity::num::lanes::{LANES, Lane};
use exacity::num::rng::Rng;
use exacity::rules::{Argument, Drawn, Draws, Field, Rule, Table, Trust};
use std::sync::Arc;

/// Places of the league.
pub(crate) const PLACES: usize = 30;
/// Draws of a block; its figures are used again and again, by all ways alike.
pub(crate) const BLOCK: usize = 256;
const CHUNKS: usize = BLOCK / LANES;

const PILLARS: [&str; 4] = ["academia", "ecosystem", "compute", "subsidies"];

/// What changes from draw to draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// The weights alone, as in most studies of robustness.
    Weights,
    /// Weights, parameters, and the parts of every place.
    Everything,
}

/// One number per pillar.
#[derive(Clone, Copy)]
pub(crate) struct Four {
    academia: f64,
    ecosystem: f64,
    compute: f64,
    subsidies: f64,
}

impl Four {
    fn sum(self) -> f64 {
        self.academia + self.ecosystem + self.compute + self.subsidies
    }

    fn dot(self, other: Self) -> f64 {
        self.academia * other.academia
            + self.ecosystem * other.ecosystem
            + self.compute * other.compute
            + self.subsidies * other.subsidies
    }
}

/// What a rule reads for one place in one draw.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    part: Four,
    weight: Four,
    param: [f64; 4],
    /// Utilisation, share of domestic chips, or attainment of targets.
    figure: f64,
    known: bool,
}

/// Figures in columns, as both ways read them.
pub(crate) struct Figures {
    changes: Changes,
    /// Per pillar and draw.
    weights: [Vec<f64>; 4],
    /// Per pillar, and place or place and draw.
    parts: [Vec<f64>; 4],
    /// Per parameter, and once or per draw.
    params: [Vec<f64>; 4],
    figure: Vec<f64>,
    known: Vec<bool>,
}

impl Figures {
    fn new(changes: Changes, params: &[(&str, f64)]) -> Self {
        let mut rng = Rng::new(1, "bench of rules", 0);
        let (parts, times) = match changes {
            Changes::Weights => (PLACES, 1),
            Changes::Everything => (PLACES * BLOCK, BLOCK),
        };
        let mut column = |count: usize, low: f64, high: f64| -> Vec<f64> {
            (0..count)
                .map(|_| low + (high - low) * rng.uniform())
                .collect()
        };
        let of = |at: usize| params.get(at).map_or(0.0, |(_, value)| *value);
        Self {
            changes,
            weights: std::array::from_fn(|_| column(BLOCK, 0.1, 0.4)),
            parts: std::array::from_fn(|_| column(parts, 5.0, 95.0)),
            params: std::array::from_fn(|at| {
                if times == 1 {
                    vec![of(at)]
                } else {
                    column(times, of(at) * 0.95, of(at))
                }
            }),
            figure: column(PLACES, 20.0, 100.0),
            known: (0..PLACES).map(|place| place % 3 != 0).collect(),
        }
    }

    fn row(&self, place: usize, draw: usize) -> Row {
        let (part, param) = match self.changes {
            Changes::Weights => (place, 0),
            Changes::Everything => (place * BLOCK + draw, draw),
        };
        let four = |columns: &[Vec<f64>; 4], at: usize| Four {
            academia: columns[0][at],
            ecosystem: columns[1][at],
            compute: columns[2][at],
            subsidies: columns[3][at],
        };
        Row {
            part: four(&self.parts, part),
            weight: four(&self.weights, draw),
            param: std::array::from_fn(|at| self.params[at][param]),
            figure: self.figure[place],
            known: self.known[place],
        }
    }
}

/// A rule in Rust, called once per row.
fn by_hand(rule: impl Fn(Row) -> f64 + 'static) -> ByHand {
    Box::new(move |figures, out| {
        for draw in 0..BLOCK {
            for place in 0..PLACES {
                out[draw * PLACES + place] = rule(figures.row(place, draw));
            }
        }
    })
}

type ByHand = Box<dyn Fn(&Figures, &mut [f64])>;

/// A shipped strategy in three ways.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) figures: Figures,
    pub(crate) by_hand: ByHand,
    pub(crate) fast: Draws,
    pub(crate) interpreter: Draws,
    inputs: Vec<Lane>,
    eights: Vec<Vec<Lane>>,
}

impl Case {
    fn new(
        name: &'static str,
        script: &str,
        params: &[(&'static str, f64)],
        changes: Changes,
        by_hand: ByHand,
    ) -> Self {
        let figures = Figures::new(changes, params);
        let drawn = drawn(changes, params);
        let prepared = |trust: Trust| {
            let rule = compile(name, script).trusting(trust);
            Draws::new(&Arc::new(rule), "score", table(&figures, params), &drawn)
                .expect("the figures are complete")
        };
        let columns = columns(&figures, params.len());
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
fn columns(figures: &Figures, params: usize) -> Vec<&[f64]> {
    let mut columns: Vec<&[f64]> = figures.weights.iter().map(Vec::as_slice).collect();
    if figures.changes == Changes::Everything {
        for part in &figures.parts {
            columns.extend(part.chunks(BLOCK));
        }
        columns.extend(figures.params[..params].iter().map(Vec::as_slice));
    }
    columns
}

fn table(figures: &Figures, params: &[(&str, f64)]) -> Table {
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
        .zip(&figures.parts)
        .map(|(p, v)| (*p, column(v)))
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

fn rescale(x: f64, low: f64, high: f64) -> f64 {
    ((x - low) / (high - low)).clamp(0.0, 1.0)
}

fn weighted(row: Row) -> f64 {
    let Row {
        part,
        weight,
        param: [breadth, ..],
        ..
    } = row;
    let mean = weight.dot(part) / weight.sum();
    let three = part.academia.min(part.ecosystem).min(part.compute);
    let weakest = if row.known {
        three.min(part.subsidies)
    } else {
        three
    };
    mean + (weakest - mean) * breadth
}

fn niche(row: Row) -> f64 {
    let Row {
        part,
        weight,
        param: [bonus, strong, alike, penalty],
        ..
    } = row;
    let mean = weight.dot(part) / weight.sum();
    let own = part.sum().max(1.0);
    let usual = (4.0 * MEDIAN).max(1.0);
    let advantage = |x: f64| (x / own) / (MEDIAN / usual).max(0.05);
    let pull = |x: f64| rescale(advantage(x), 1.0, strong) * x / 100.0;
    let niche = pull(part.academia)
        .max(pull(part.ecosystem))
        .max(pull(part.compute))
        .max(pull(part.subsidies));
    let first = (4.0 * LEADER).max(1.0);
    let shared = |x: f64| (x / own).min(LEADER / first);
    let overlap = shared(part.academia)
        + shared(part.ecosystem)
        + shared(part.compute)
        + shared(part.subsidies);
    let copying = rescale(overlap, alike, 1.0) * (1.0 - (own / first).min(1.0));
    let specialised = mean + bonus * niche * (100.0 - mean);
    (specialised * (1.0 - penalty * copying)).clamp(0.0, 100.0)
}

fn prudent(row: Row) -> f64 {
    let Row {
        mut part,
        weight,
        param: [healthy, discount, ..],
        ..
    } = row;
    let idle = if row.known {
        1.0 - rescale(row.figure, 0.0, healthy)
    } else {
        0.0
    };
    part.compute *= 1.0 - discount * idle;
    weight.dot(part) / weight.sum()
}

fn targets(row: Row) -> f64 {
    let Row {
        part,
        weight,
        param: [swing, par, ..],
        ..
    } = row;
    let base = weight.dot(part) / weight.sum();
    if !row.known {
        return base;
    }
    let moved = if row.figure < par {
        row.figure / par - 1.0
    } else {
        rescale(row.figure, par, 100.0)
    };
    let earned = if moved > 0.0 {
        moved * part.compute / (part.compute + 25.0)
    } else {
        moved
    };
    (base + swing * earned).clamp(0.0, 100.0)
}

fn sovereign(row: Row) -> f64 {
    let Row {
        mut part,
        weight,
        param: [exposed, enough, ..],
        ..
    } = row;
    part.compute *= exposed + (1.0 - exposed) * rescale(row.figure, 0.0, enough);
    weight.dot(part) / weight.sum()
}

fn incentives(row: Row) -> f64 {
    let Row {
        part,
        weight,
        param: [half, effect, floor, _],
        ..
    } = row;
    let generosity = part.subsidies / part.ecosystem.max(floor);
    let raised = part.ecosystem * (1.0 + effect * generosity / (generosity + half));
    let both = weight.ecosystem + weight.subsidies;
    let sum =
        weight.academia * part.academia + both * raised.min(100.0) + weight.compute * part.compute;
    sum / (weight.academia + both + weight.compute)
}

/// The names of the shipped strategies with their texts.
pub(crate) const SCRIPTS: [(&str, &str); 6] = [
    ("weighted", include_str!("../../rules/weighted.rhai")),
    ("niche", include_str!("../../rules/niche.rhai")),
    ("prudent", include_str!("../../rules/prudent.rhai")),
    ("targets", include_str!("../../rules/targets.rhai")),
    ("sovereign", include_str!("../../rules/sovereign.rhai")),
    ("incentives", include_str!("../../rules/incentives.rhai")),
];

/// Returns the shipped strategies.
pub(crate) fn cases(changes: Changes) -> Vec<Case> {
    let hands: [(&[(&'static str, f64)], ByHand); 6] = [
        (&[("breadth", 0.2)], by_hand(weighted)),
        (
            &[
                ("bonus", 0.3),
                ("strong", 2.0),
                ("alike", 0.9),
                ("penalty", 0.15),
            ],
            by_hand(niche),
        ),
        (&[("healthy", 60.0), ("discount", 0.3)], by_hand(prudent)),
        (&[("swing", 10.0), ("par", 80.0)], by_hand(targets)),
        (&[("exposed", 0.4), ("enough", 70.0)], by_hand(sovereign)),
        (
            &[("half", 1.0), ("effect", 0.5), ("floor", 10.0)],
            by_hand(incentives),
        ),
    ];
    SCRIPTS
        .iter()
        .zip(hands)
        .map(|((name, script), (params, hand))| Case::new(name, script, params, changes, hand))
        .collect()
}
