//! The shipped strategies written by hand in Rust, called row by row: what the fast path is measured against.
//!
//! The file stands alone, since `benches/rules` includes it, too.

/// The criteria that the shipped strategies read, in the order of the arrays below.
pub(crate) const PILLARS: [&str; 4] = ["academia", "ecosystem", "compute", "subsidies"];

/// One number per pillar.
#[derive(Clone, Copy)]
pub(crate) struct Four {
    academia: f64,
    ecosystem: f64,
    compute: f64,
    subsidies: f64,
}

impl Four {
    pub(crate) fn new([academia, ecosystem, compute, subsidies]: [f64; 4]) -> Self {
        Self {
            academia,
            ecosystem,
            compute,
            subsidies,
        }
    }

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
struct Row {
    part: Four,
    weight: Four,
    median: Four,
    leader: Four,
    param: [f64; 4],
    /// Utilisation, share of domestic chips, or attainment of targets.
    figure: f64,
    known: bool,
}

/// The numbers of one field, and how far apart lie those of two places and of two draws: zero where all share one.
pub(crate) struct Cells {
    pub(crate) values: Vec<f64>,
    pub(crate) per_place: usize,
    pub(crate) per_draw: usize,
}

impl Cells {
    /// One number for all.
    pub(crate) fn fixed(value: f64) -> Self {
        Self {
            values: vec![value],
            per_place: 0,
            per_draw: 0,
        }
    }

    fn at(&self, place: usize, draw: usize) -> f64 {
        self.values[place * self.per_place + draw * self.per_draw]
    }
}

/// Everything that the shipped strategies read, in columns.
pub(crate) struct Columns {
    pub(crate) places: usize,
    pub(crate) draws: usize,
    pub(crate) part: [Cells; 4],
    pub(crate) weight: [Cells; 4],
    pub(crate) median: Four,
    pub(crate) leader: Four,
    pub(crate) param: [Cells; 4],
    pub(crate) figure: Vec<f64>,
    pub(crate) known: Vec<bool>,
}

impl Columns {
    fn row(&self, place: usize, draw: usize) -> Row {
        let four =
            |cells: &[Cells; 4]| Four::new(std::array::from_fn(|at| cells[at].at(place, draw)));
        Row {
            part: four(&self.part),
            weight: four(&self.weight),
            median: self.median,
            leader: self.leader,
            param: std::array::from_fn(|at| self.param[at].at(place, draw)),
            figure: self.figure[place],
            known: self.known[place],
        }
    }
}

/// Fills the scores of a block of draws: those of all places under the first draw, then under the next.
pub(crate) type Block = Box<dyn Fn(&Columns, &mut [f64])>;

/// A shipped strategy by hand, and what it reads beside parts and weights.
pub(crate) struct ByHand {
    /// Its parameters, in the order of [`Columns::param`].
    pub(crate) params: &'static [&'static str],
    /// Record and field of [`Columns::figure`].
    pub(crate) figure: Option<(&'static str, &'static str)>,
    /// The field of `known` in [`Columns::known`].
    pub(crate) known: Option<&'static str>,
    pub(crate) block: Block,
}

/// Returns the twin of a shipped strategy.
pub(crate) fn by_hand(strategy: &str) -> Option<ByHand> {
    let (params, figure, known, block): (&'static [&'static str], _, _, _) = match strategy {
        "weighted" => (&["breadth"], None, Some("subsidies"), block(weighted)),
        "niche" => (
            &["bonus", "strong", "alike", "penalty"],
            None,
            None,
            block(niche),
        ),
        "prudent" => (
            &["healthy", "discount"],
            Some(("place", "compute_utilisation")),
            Some("compute_utilisation"),
            block(prudent),
        ),
        "targets" => (
            &["swing", "par"],
            Some(("part", "compute_targets")),
            Some("compute_targets"),
            block(targets),
        ),
        "sovereign" => (
            &["exposed", "enough"],
            Some(("place", "domestic_chip_share")),
            None,
            block(sovereign),
        ),
        "incentives" => (&["half", "effect", "floor"], None, None, block(incentives)),
        _ => return None,
    };
    Some(ByHand {
        params,
        figure,
        known,
        block,
    })
}

/// Makes a loop of its own for each rule, so that the compiler joins the two.
fn block(rule: impl Fn(Row) -> f64 + 'static) -> Block {
    Box::new(move |columns, out| {
        for draw in 0..columns.draws {
            for place in 0..columns.places {
                out[draw * columns.places + place] = rule(columns.row(place, draw));
            }
        }
    })
}

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
        median,
        leader,
        param: [bonus, strong, alike, penalty],
        ..
    } = row;
    let mean = weight.dot(part) / weight.sum();
    let own = part.sum().max(1.0);
    let usual = median.sum().max(1.0);
    let advantage = |x: f64, median: f64| (x / own) / (median / usual).max(0.05);
    let pull = |x: f64, median: f64| rescale(advantage(x, median), 1.0, strong) * x / 100.0;
    let niche = pull(part.academia, median.academia)
        .max(pull(part.ecosystem, median.ecosystem))
        .max(pull(part.compute, median.compute))
        .max(pull(part.subsidies, median.subsidies))
        .max(0.0);
    let first = leader.sum().max(1.0);
    let shared = |x: f64, leader: f64| (x / own).min(leader / first);
    let overlap = shared(part.academia, leader.academia)
        + shared(part.ecosystem, leader.ecosystem)
        + shared(part.compute, leader.compute)
        + shared(part.subsidies, leader.subsidies);
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
