//! A strategy over draws of weights.
//!
//! What a script reads of the tree (parts, weights, the leader, facts of parts) moves with the weights:
//! it is computed for eight draws at a time, and the script runs over it on its fast path. Everything
//! else stands in its table once and for all.

use super::blocks::{self, some_weigh_nothing};
use super::weights::WeightPlan;
use crate::diagnostics::Diagnostic;
use crate::model::{NodeIx, Tree};
use crate::num::lanes::{LANES, Lane};
use crate::num::rank::{Best, order};
use crate::project::{Index, Project};
use crate::robustness::tree::TreeScorer;
use crate::rules::{Argument, Drawn, Draws, Field, Read, Table};
use crate::score::{Rescorer, facts, script_inputs};
use std::cell::RefCell;

/// A strategy whose inputs are drawn.
#[derive(Debug)]
pub(super) struct Scripted {
    /// Weighted scores of all judged places, which facts and the leader look at.
    tree: TreeScorer,
    draws: Draws,
    inputs: Vec<Input>,
    /// The judged place that each row of the script's table is.
    rows: Vec<usize>,
    /// The row of the script's table that each place compared is.
    places: Vec<usize>,
    best: Best,
}

/// A name that a script reads and that moves with the weights. Criteria are rows of the tree.
#[derive(Debug)]
enum Input {
    /// The score of a criterion; the stand-ins of the script for rows that have none.
    Part { row: usize, stand_in: Vec<f64> },
    /// The weight of a criterion after reweighting.
    Weight { row: usize },
    /// The score of the leader on a criterion.
    LeaderPart { row: usize },
    /// A figure of the leader, by judged place; 0 where there is none.
    LeaderFigure { figures: Vec<f64> },
    /// A fact of the scores on a criterion.
    Fact { row: usize, fact: String },
}

/// Room that a block needs, kept from one to the next.
#[derive(Default)]
struct Room {
    scores: Vec<Lane>,
    weights: Vec<Lane>,
    inputs: Vec<Lane>,
    out: Vec<Lane>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Tells whether nothing that a function of the strategy reads moves with the weights.
pub(super) fn stands(project: &Project, index: &Index, function: &str) -> bool {
    index.strategy.iter().all(|strategy| {
        let reads = strategy.rule.reads(function);
        reads
            .iter()
            .all(|read| moving(&project.tree, read).is_none())
    })
}

/// What a name reads that moves with the weights.
enum Moving {
    Part(NodeIx),
    Weight(NodeIx),
    LeaderPart(NodeIx),
    LeaderFigure(String),
    Fact(NodeIx, String),
}

/// Returns what a name reads, if that moves with the weights. Scores of leaves do not, but it may depend
/// on the weights who leads.
fn moving(tree: &Tree, read: &Read) -> Option<Moving> {
    let branch = |at: &NodeIx| !tree.node(*at).children.is_empty();
    let field = read.field.as_str();
    let part = field
        .strip_prefix("part_")
        .filter(|_| read.record != "part");
    match read.record.as_str() {
        "part" => tree.find_in_scripts(field).filter(branch).map(Moving::Part),
        "weight" => tree.find_in_scripts(field).map(Moving::Weight),
        "leader" => Some(match part.and_then(|part| tree.find_in_scripts(part)) {
            Some(at) => Moving::LeaderPart(at),
            None => Moving::LeaderFigure(field.to_owned()),
        }),
        "facts" => {
            let (criterion, fact) = part?.rsplit_once('_')?;
            let at = tree.find_in_scripts(criterion).filter(branch)?;
            Some(Moving::Fact(at, fact.to_owned()))
        }
        _ => None,
    }
}

impl Scripted {
    /// Prepares the strategy of an index; `None` where its tree has no form that is scored in blocks.
    pub(super) fn new(rescorer: &Rescorer, weights: &WeightPlan, places: &[usize]) -> Option<Self> {
        let (project, index) = (rescorer.project(), rescorer.index());
        let strategy = index.strategy.as_ref()?;
        if some_weigh_nothing(weights) {
            return None;
        }
        let judged = rescorer.judged();
        let tree = blocks::tree(rescorer, weights, judged)?;
        let call = script_inputs(project, rescorer.at(), "score").ok()??;
        let row_of = |place: &usize| call.places.iter().position(|called| called == place);
        let places = places.iter().map(row_of).collect::<Option<Vec<_>>>()?;
        let place_of = |called: &usize| judged.iter().position(|place| place == called);
        let rows = call.places.iter().map(place_of).collect::<Option<_>>()?;
        let (mut inputs, mut drawn) = (vec![], vec![]);
        for read in strategy.rule.reads("score") {
            let Some(moving) = moving(&project.tree, &read) else {
                continue;
            };
            let row = |at: NodeIx| {
                if at == index.root {
                    tree.rows() - 1
                } else {
                    at.0
                }
            };
            let input = Input::new(moving, row, &read, &call.table, |indicator| {
                let column = project.panel.get(indicator)?.column();
                let figure = |&place: &usize| column.value(place).unwrap_or(0.0);
                Some(judged.iter().map(figure).collect())
            })?;
            drawn.push(Drawn {
                record: read.record,
                field: read.field,
                per_place: input.per_place(),
            });
            inputs.push(input);
        }
        Some(Self {
            draws: Draws::new(&strategy.rule, "score", call.table, &drawn).ok()?,
            tree,
            inputs,
            rows,
            places,
            best: index.output.best,
        })
    }

    /// Tells whether the script runs on its fast path.
    pub(super) fn is_fast(&self) -> bool {
        self.draws.is_fast().is_ok()
    }

    /// Returns how the two ways to run the script disagreed, if they did.
    pub(super) fn difference(&self) -> Option<&Diagnostic> {
        self.draws.difference()
    }

    /// Returns between which ends the scores lie, where the script says so.
    pub(super) fn ranges(&self) -> Option<Vec<(f64, f64)>> {
        let (low, high) = self.draws.limits();
        let stated = low > f64::MIN && high < f64::MAX;
        stated.then(|| vec![(low, high); self.places.len()])
    }

    /// Fills the scores of a block; NaN where the script gives none.
    #[inline(never)]
    pub(super) fn score_block(&self, shares: &[Lane], out: &mut [Lane]) {
        ROOM.with_borrow_mut(|room| {
            self.climb(shares, room);
            room.inputs.clear();
            let leaders = self.leaders(&room.scores);
            for input in &self.inputs {
                self.gather(input, &leaders, room);
            }
            room.out.resize(self.rows.len(), [0.0; LANES]);
            self.draws.run(&room.inputs, 1, &mut room.out);
            for (row, &place) in out.iter_mut().zip(&self.places) {
                *row = room.out[place];
            }
        });
    }

    /// Scores the judged places on every criterion, and weighs the criteria for each.
    fn climb(&self, shares: &[Lane], room: &mut Room) {
        let (rows, judged) = (self.tree.rows(), self.judged());
        room.scores.resize(rows * judged, [0.0; LANES]);
        room.weights.resize(rows * judged, [0.0; LANES]);
        let weighed = self
            .inputs
            .iter()
            .any(|i| matches!(i, Input::Weight { .. }));
        for place in 0..judged {
            let own = place * rows..(place + 1) * rows;
            self.tree
                .place(place, shares, &mut room.scores[own.clone()]);
            if weighed {
                self.tree.weights(place, shares, &mut room.weights[own]);
            }
        }
    }

    fn judged(&self) -> usize {
        use crate::robustness::BatchScorer;
        self.tree.places()
    }

    /// Returns the score of a judged place on a criterion in one lane, if it has one.
    fn score(&self, scores: &[Lane], place: usize, row: usize, lane: usize) -> Option<f64> {
        if !self.tree.holds(place, row) {
            return None;
        }
        let leaf = self.tree.leaf_value(place, row);
        Some(if leaf.is_nan() {
            scores[place * self.tree.rows() + row][lane]
        } else {
            leaf
        })
    }

    /// Returns who leads by the weighted score in each lane.
    fn leaders(&self, scores: &[Lane]) -> [Option<usize>; LANES] {
        let asked = |i: &Input| matches!(i, Input::LeaderPart { .. } | Input::LeaderFigure { .. });
        if !self.inputs.iter().any(asked) {
            return [None; LANES];
        }
        std::array::from_fn(|lane| {
            let of = |place| {
                Some((
                    place,
                    self.score(scores, place, self.tree.rows() - 1, lane)?,
                ))
            };
            let (places, own): (Vec<usize>, Vec<f64>) = (0..self.judged()).filter_map(of).unzip();
            order(&own, self.best).first().map(|&at| places[at])
        })
    }

    /// Appends the lanes of an input.
    fn gather(&self, input: &Input, leaders: &[Option<usize>; LANES], room: &mut Room) {
        let rows = self.tree.rows();
        let Room {
            scores,
            weights,
            inputs,
            ..
        } = room;
        match input {
            Input::Part { row, stand_in } => {
                for (&place, &stand_in) in self.rows.iter().zip(stand_in) {
                    inputs.push(if self.tree.holds(place, *row) {
                        scores[place * rows + row]
                    } else {
                        [stand_in; LANES]
                    });
                }
            }
            Input::Weight { row } => {
                let own = self.rows.iter().map(|place| weights[place * rows + row]);
                inputs.extend(own);
            }
            Input::LeaderPart { row } => inputs.push(std::array::from_fn(|lane| {
                let score = leaders[lane].and_then(|place| self.score(scores, place, *row, lane));
                score.unwrap_or(0.0)
            })),
            Input::LeaderFigure { figures } => inputs.push(std::array::from_fn(|lane| {
                leaders[lane].map_or(0.0, |place| figures[place])
            })),
            Input::Fact { row, fact } => self.gather_fact(*row, fact, scores, inputs),
        }
    }

    fn gather_fact(&self, row: usize, fact: &str, scores: &[Lane], inputs: &mut Vec<Lane>) {
        let held: Vec<usize> = (0..self.judged())
            .filter(|&place| self.tree.holds(place, row))
            .collect();
        let start = inputs.len();
        let width = if is_per_place(fact) {
            self.rows.len()
        } else {
            1
        };
        inputs.resize(start + width, [0.0; LANES]);
        for lane in 0..LANES {
            let of = |&place: &usize| self.score(scores, place, row, lane);
            let numbers: Vec<f64> = held.iter().filter_map(of).collect();
            let Some(each) = facts::per_place(&numbers, fact) else {
                inputs[start][lane] = facts::of_all(&numbers, fact).unwrap_or(0.0);
                continue;
            };
            for (own, place) in inputs[start..].iter_mut().zip(&self.rows) {
                let at = held.binary_search(place).ok();
                own[lane] = at.map_or(0.0, |at| each[at]);
            }
        }
    }
}

impl Input {
    fn new(
        moving: Moving,
        row: impl Fn(NodeIx) -> usize,
        read: &Read,
        table: &Table,
        figures: impl Fn(&str) -> Option<Vec<f64>>,
    ) -> Option<Self> {
        Some(match moving {
            Moving::Part(at) => Self::Part {
                row: row(at),
                stand_in: numbers(table, read)?,
            },
            Moving::Weight(at) => Self::Weight { row: row(at) },
            Moving::LeaderPart(at) => Self::LeaderPart { row: row(at) },
            Moving::LeaderFigure(name) => Self::LeaderFigure {
                figures: figures(&name)?,
            },
            Moving::Fact(at, fact) => Self::Fact { row: row(at), fact },
        })
    }

    fn per_place(&self) -> bool {
        match self {
            Self::Part { .. } | Self::Weight { .. } => true,
            Self::LeaderPart { .. } | Self::LeaderFigure { .. } => false,
            Self::Fact { fact, .. } => is_per_place(fact),
        }
    }
}

fn is_per_place(fact: &str) -> bool {
    facts::per_place(&[], fact).is_some()
}

/// Returns the column of a table that a name reads.
fn numbers(table: &Table, read: &Read) -> Option<Vec<f64>> {
    match table.arguments.get(&read.record)? {
        Argument::Record(fields) => match fields.get(&read.field)? {
            Field::Numbers(values) => Some(values.clone()),
            _ => None,
        },
        Argument::Field(_) => None,
    }
}
