//! Scoring tables that do not fit into memory, some rows at a time, with the very same answers.
//!
//! A [`Streamed`] project takes its rows in pieces. Most stages look at one row at a time and run on a
//! piece as they run on a league. Normalisations that look at the ends of a column are handed those
//! ends beside each piece: a first pass over all pieces finds them ([`Streamed::look`]), a second one
//! scores ([`Streamed::score`]). What needs the whole column at once is refused by name when the
//! project is taken over ([`Streamed::new`]).

mod refuse;

use super::branches::{self, Computed};
use super::leaves::{self, all_equal, is_fixed, many_clamped};
use super::pipeline::{Run, gate, needed};
use super::strategy::{self, Judged};
use super::{Exclusion, LeafStages, evidence};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::model::{Cell, Column, IndicatorId, NodeIx, Place};
use crate::normalise::Reach;
use crate::project::{Figures, Index, LeafValue, NodeKind, Project, Rescale};
use indexmap::IndexMap;
use std::sync::Arc;

/// A project whose rows come in pieces.
#[derive(Debug)]
pub struct Streamed {
    project: Project,
    index: Index,
    needed: Vec<bool>,
    /// The leaves that the result rests on, in the order of the tree.
    leaves: Vec<NodeIx>,
    /// Indicators of which figures are read.
    inputs: Vec<IndicatorId>,
    gated: bool,
}

/// Rows of a table.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    /// Number of rows.
    pub rows: usize,
    /// One column per indicator of [`Streamed::inputs`].
    pub columns: &'a [Arc<Column>],
    /// Names a row.
    pub name: &'a dyn Fn(usize) -> String,
    /// Whether findings shall name rows: naming all of them costs more than scoring them, and most
    /// pieces have no findings.
    pub named: bool,
}

/// The lowest and the highest value of the columns that need them, by position in the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ends(Vec<Option<(f64, f64)>>);

/// What became of the rows of a piece.
#[derive(Debug)]
pub struct Scored {
    /// The scores that are ranked, after rounding; `None` for rows that are not.
    pub scores: Vec<Option<f64>>,
    /// Why not, for the others.
    pub excluded: Vec<(usize, Exclusion)>,
    /// Scores of the criteria asked for, one cell per row.
    pub criteria: Vec<Column>,
}

/// What is worth a warning once all rows have been seen.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Remarks {
    /// Per leaf: rows beyond the goalposts, rows with a figure, and the first few of the former.
    clamped: IndexMap<usize, (u64, u64, Vec<String>)>,
    /// Leaves whose column is constant, with the number of figures.
    constant: IndexMap<usize, u64>,
}

impl Streamed {
    /// Takes over a project, whose own places do not matter.
    ///
    /// # Errors
    ///
    /// E0801 for every setting that needs all rows at once.
    pub fn new(project: &Project, at: usize) -> Result<Self, Diagnostics> {
        let mut project = project.without_library();
        let mut index = project.indices[at].clone();
        index.output.within = None;
        let needed = needed(&Run {
            project: &project,
            index: &index,
            judged: vec![],
        });
        refuse::check(&project, &index, &needed)?;
        project.league.clear();
        let leaves = project.tree.upward().map(|(at, _)| at);
        let leaves = leaves.filter(|at| needed[at.0] && project.leaf(*at).is_some());
        let leaves: Vec<NodeIx> = leaves.collect();
        Ok(Self {
            inputs: inputs(&project, &leaves),
            gated: !evidence::requires_nothing(&project),
            needed,
            leaves,
            index,
            project,
        })
    }

    /// Returns the indicators whose figures are read, in the order in which pieces hold them.
    pub fn inputs(&self) -> &[IndicatorId] {
        &self.inputs
    }

    /// Returns the project without its rows.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the index that is scored.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Returns the criteria below the root, in reading order.
    pub fn criteria(&self) -> Vec<NodeIx> {
        let all = self.project.tree.downward(self.index.root).into_iter();
        all.filter(|(depth, _)| *depth > 0)
            .map(|(_, at)| at)
            .collect()
    }

    /// Tells whether all rows have to be looked at before any is scored.
    pub fn needs_ends(&self) -> bool {
        self.leaves.iter().any(|&at| self.reach(at) == Reach::Ends)
    }

    /// Starts with columns of which nothing is known.
    pub fn no_ends(&self) -> Ends {
        Ends(vec![None; self.project.tree.len()])
    }

    fn reach(&self, at: NodeIx) -> Reach {
        match self.project.leaf(at).map(|leaf| &leaf.normalise) {
            Some(Rescale::Method(chosen)) => chosen.method.reach(),
            _ => Reach::Value,
        }
    }

    /// Takes the figures of a piece as those of the project.
    fn take(&mut self, piece: &Piece) {
        let league = &mut self.project.league;
        if piece.named {
            let names = (0..piece.rows).map(|row| (piece.name)(row));
            *league = names.map(|name| Place::new(&name, &name)).collect();
        } else {
            league.resize_with(piece.rows, || Place::new("", ""));
        }
        let named: IndexMap<&str, &Arc<Column>> = self
            .inputs
            .iter()
            .map(IndicatorId::as_str)
            .zip(piece.columns)
            .collect();
        let of = |id: &IndicatorId| Figures::shared(Arc::clone(named[id.as_str()]));
        for (id, figures) in &mut self.project.panel {
            if named.contains_key(id.as_str()) {
                *figures = of(id);
            }
        }
        for at in &self.leaves {
            let NodeKind::Leaf(leaf) = &mut self.project.nodes[at.0].kind else {
                continue;
            };
            if let Some((by, figures)) = &mut leaf.denominator {
                *figures = of(by);
            }
            if let LeafValue::Data(figures) = &mut leaf.value {
                let pool: Vec<&Arc<Column>> = leaf
                    .indicators
                    .iter()
                    .map(|id| named[id.as_str()])
                    .collect();
                *figures = Figures::shared(pooled(&pool));
            }
        }
    }

    /// Makes the stages of a piece up to the treated figures, which are those that are normalised.
    fn treated(&self, run: &Run, found: &mut Diagnostics) -> Vec<LeafStages> {
        let stages = self.leaves.iter().filter_map(|&at| {
            let leaf = self.project.leaf(at)?;
            Some(leaves::until_treated(run, at, leaf, found))
        });
        stages.collect()
    }

    fn run(&self, judged: Vec<usize>) -> Run<'_> {
        Run {
            project: &self.project,
            index: &self.index,
            judged,
        }
    }

    /// Returns the rows of a piece that hold enough to be judged, and why the others do not.
    fn gate(&self, rows: usize) -> (Vec<usize>, Vec<(usize, Exclusion)>) {
        if !self.gated {
            return ((0..rows).collect(), vec![]);
        }
        let holdings = evidence::holdings(&self.project, &self.index);
        let (judged, excluded) = gate(&self.project, &holdings);
        let excluded = excluded.into_iter().map(|e| (e.place, e.why));
        (judged, excluded.collect())
    }

    /// Looks at a piece for the ends of the columns that need them.
    ///
    /// # Errors
    ///
    /// What a script or a treatment cannot take.
    pub fn look(&mut self, piece: &Piece, ends: &mut Ends) -> Result<(), Diagnostics> {
        self.take(piece);
        let mut found = Diagnostics::new();
        let (judged, _) = self.gate(piece.rows);
        let run = self.run(judged);
        let stages = self.treated(&run, &mut found);
        for (&at, stages) in self.leaves.iter().zip(&stages) {
            if self.reach(at) == Reach::Ends {
                widen(&mut ends.0[at.0], &stages.treated);
            }
        }
        if found.has_errors() {
            Err(found)
        } else {
            Ok(())
        }
    }

    /// Scores a piece.
    ///
    /// # Errors
    ///
    /// As [`score`](super::score()).
    pub fn score(
        &mut self,
        piece: &Piece,
        ends: &Ends,
        criteria: &[NodeIx],
        remarks: &mut Remarks,
    ) -> Result<Scored, Diagnostics> {
        self.take(piece);
        let rows = piece.rows;
        let (judged, mut excluded) = self.gate(rows);
        // Two more places stand for the ends of the columns while those are normalised.
        let league = &mut self.project.league;
        league.resize_with(rows + 2, || Place::new("(end)", "(end)"));
        let mut with_ends = judged.clone();
        with_ends.extend([rows, rows + 1]);
        let (run, wide) = (self.run(judged), self.run(with_ends));
        let mut found = Diagnostics::new();
        let mut stages = IndexMap::new();
        for (&at, mut own) in self.leaves.iter().zip(self.treated(&run, &mut found)) {
            if let Some(leaf) = self.project.leaf(at) {
                let ends = ends.0[at.0].filter(|_| self.reach(at) == Reach::Ends);
                // A leaf that needs no ends is not to be judged by the two rows that stand for them.
                let run = if ends.is_some() { &wide } else { &run };
                leaves::normalise(run, at, leaf, ends, &mut own, &mut found);
            }
            stages.insert(at, own);
        }
        let errors = |found: &Diagnostics| found.has_errors();
        if errors(&found) {
            return Err(only_errors(found));
        }
        let done = branches::scores(&run, &self.needed, &stages, &mut found);
        let done = done.and_then(|Computed { scores, .. }| {
            let judged = strategy::judge(&run, &scores, &stages, &mut found)?;
            Some((scores, judged))
        });
        let Some((scores, judged)) = done.filter(|_| !errors(&found)) else {
            return Err(only_errors(found));
        };
        remarks.note(self, (&run, piece), &stages);
        let mut out = Scored {
            scores: vec![None; rows],
            excluded: vec![],
            criteria: vec![],
        };
        self.sort_out(&run, &judged, &mut out, &mut excluded);
        out.excluded = excluded;
        let spread = |at: &NodeIx| over(rows, &run.judged, &scores[at.0]);
        out.criteria = criteria.iter().map(spread).collect();
        Ok(out)
    }

    /// Tells rows that are ranked from those that are not.
    fn sort_out(
        &self,
        run: &Run,
        judgement: &Judged,
        out: &mut Scored,
        excluded: &mut Vec<(usize, Exclusion)>,
    ) {
        let rounding = self.index.output.rank_on;
        for (row, &place) in run.judged.iter().enumerate() {
            match (judgement.reasons.get(&row), judgement.scores.value(row)) {
                (None, Some(score)) => {
                    out.scores[place] = Some(rounding.map_or(score, |r| r.apply(score)));
                }
                (why, _) => {
                    excluded.push((place, why.cloned().unwrap_or(Exclusion::NoScore)));
                }
            }
        }
    }
}

impl Ends {
    /// Adds what another part of the rows holds.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            if let Some((low, high)) = *other {
                let (l, h) = own.unwrap_or((low, high));
                *own = Some((
                    if low < l { low } else { l },
                    if high > h { high } else { h },
                ));
            }
        }
    }

    /// Takes back what [`bits`](Self::bits) gave.
    pub fn of_bits(bits: &[Option<(u64, u64)>]) -> Self {
        let ends = |&(low, high): &(u64, u64)| (f64::from_bits(low), f64::from_bits(high));
        Self(bits.iter().map(|bits| bits.as_ref().map(ends)).collect())
    }

    /// Returns the bits of all ends, to tell whether two are the same.
    pub fn bits(&self) -> Vec<Option<(u64, u64)>> {
        let bits = |&(low, high): &(f64, f64)| (low.to_bits(), high.to_bits());
        self.0.iter().map(|ends| ends.as_ref().map(bits)).collect()
    }
}

impl Remarks {
    fn note(
        &mut self,
        streamed: &Streamed,
        (run, piece): (&Run, &Piece),
        stages: &IndexMap<NodeIx, LeafStages>,
    ) {
        for (at, own) in stages {
            let figures = (own.treated.len() - own.treated.holes()) as u64;
            if own.constant {
                *self.constant.entry(at.0).or_default() += figures;
            }
            let fixed = streamed
                .project
                .leaf(*at)
                .is_some_and(|leaf| is_fixed(&leaf.normalise));
            if fixed {
                let (clamped, all, names) = self.clamped.entry(at.0).or_default();
                *clamped += own.clamped.len() as u64;
                *all += figures;
                let few = own.clamped.iter().take(5_usize.saturating_sub(names.len()));
                names.extend(few.map(|&row| (piece.name)(run.judged[row])));
            }
        }
    }

    /// Adds what was noted about later rows.
    pub fn merge(&mut self, later: &Self) {
        for (&at, (clamped, all, names)) in &later.clamped {
            let own = self.clamped.entry(at).or_default();
            own.0 += clamped;
            own.1 += all;
            let few = names.iter().take(5_usize.saturating_sub(own.2.len()));
            own.2.extend(few.cloned());
        }
        for (&at, figures) in &later.constant {
            *self.constant.entry(at).or_default() += figures;
        }
    }

    /// Forgets which rows lie beyond the goalposts: which are the first depends on who read them.
    pub fn forget_names(&mut self) {
        for (_, _, names) in self.clamped.values_mut() {
            names.clear();
        }
    }

    /// Returns the warnings that scoring all rows at once would give.
    pub fn warnings(&self, streamed: &Streamed) -> Vec<Diagnostic> {
        let id = |at: usize| streamed.project.tree.node(NodeIx(at)).id.as_str();
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let clamped = self
            .clamped
            .iter()
            .filter_map(|(&at, (clamped, all, names))| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                many_clamped(id(at), count(*clamped), count(*all), &names)
            });
        let constant = self.constant.iter().filter(|(_, figures)| **figures > 1);
        clamped
            .chain(constant.map(|(&at, _)| all_equal(id(at))))
            .collect()
    }
}

fn only_errors(found: Diagnostics) -> Diagnostics {
    let mut errors = Diagnostics::new();
    let is_error = |d: &Diagnostic| d.severity() == crate::diagnostics::Severity::Error;
    errors.extend(found.into_iter().filter(is_error));
    errors
}

/// Lists the indicators behind leaves, denominators and scripts, each once.
fn inputs(project: &Project, leaves: &[NodeIx]) -> Vec<IndicatorId> {
    let mut all: Vec<IndicatorId> = vec![];
    let own = leaves
        .iter()
        .filter_map(|at| project.leaf(*at))
        .flat_map(|leaf| {
            let by = leaf.denominator.as_ref().map(|(by, _)| by);
            leaf.indicators.iter().chain(by)
        });
    for id in own.chain(project.panel.keys()) {
        if !all.contains(id) {
            all.push(id.clone());
        }
    }
    all
}

/// Takes from several columns the first figure that a row has; a row is not applicable if it has none and
/// one of the columns says so.
pub fn pooled(columns: &[&Arc<Column>]) -> Arc<Column> {
    let Some((first, others)) = columns.split_first() else {
        return Arc::new(Column::default());
    };
    if others.is_empty() || first.is_complete() {
        return Arc::clone(first);
    }
    let mut out = first.as_ref().clone();
    for row in 0..out.len() {
        let cells = || columns.iter().map(|column| column.cell(row));
        if let Some(value) = cells().find(|cell| cell.value().is_some()) {
            out.set(row, value);
        } else if let Some(none) = cells().find(|cell| *cell == Cell::NotApplicable) {
            out.set(row, none);
        }
    }
    Arc::new(out)
}

fn widen(ends: &mut Option<(f64, f64)>, column: &Column) {
    let fold = |ends: Option<(f64, f64)>, value: f64| {
        // Zeros without a sign, so that no order of pieces shows.
        let value = value + 0.0;
        let (low, high) = ends.unwrap_or((value, value));
        let low = if value < low { value } else { low };
        Some((low, if value > high { value } else { high }))
    };
    *ends = match column.as_complete() {
        Some(values) => values.iter().fold(*ends, |ends, &value| fold(ends, value)),
        None => column
            .present()
            .fold(*ends, |ends, (_, value)| fold(ends, value)),
    };
}

/// Spreads a column over the judged rows to one over all rows.
fn over(rows: usize, judged: &[usize], column: &Column) -> Column {
    if judged.len() == rows {
        return column.clone();
    }
    let mut wide = Column::missing(rows);
    for (row, &place) in judged.iter().enumerate() {
        wide.set(place, column.cell(row));
    }
    wide
}
