//! Figures on their way to scores: denominate, fill, treat, normalise, column by column.

use super::figures::FigureTable;
use super::hooks::{derive, normalise_by_rule};
use super::pipeline::Run;
use super::{BranchStages, LeafStages};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Cell, Column, Direction, NodeIx};
use crate::normalise::{Normalise, NormaliseError, Normalised};
use crate::prepare::denominate::{Gap, denominate};
use crate::prepare::impute;
use crate::prepare::{Treat, TreatError};
use crate::project::{Constant, Leaf, LeafMissing, LeafValue, Rescale};
use indexmap::IndexMap;
use std::sync::Arc;

/// Runs the leaves that the result rests on. Problems are collected; a leaf that failed holds missing
/// scores.
pub(super) fn stages(
    run: &Run,
    needed: &[bool],
    found: &mut Diagnostics,
) -> IndexMap<NodeIx, LeafStages> {
    let tree = &run.project.tree;
    // Reading order below the root first; leaves that only scripts read come after.
    let below = tree.leaves(run.index.root);
    let others = tree.upward().map(|(at, _)| at);
    let others = others.filter(|at| needed[at.0] && !below.contains(at));
    below
        .iter()
        .copied()
        .chain(others)
        .filter_map(|at| Some((at, leaf_stages(run, at, found)?)))
        .collect()
}
fn leaf_stages(run: &Run, at: NodeIx, found: &mut Diagnostics) -> Option<LeafStages> {
    let leaf = run.project.leaf(at)?;
    let mut stages = until_treated(run, at, leaf, found);
    normalise(run, at, leaf, None, &mut stages, found);
    if is_fixed(&leaf.normalise) {
        warn_of_clamping(run, at, &stages.clamped, &stages.normalised, found);
    }
    Some(stages)
}

/// Makes the stages of a leaf up to the treated figures, which stand for the normalised ones until
/// [`normalise`] has made those.
pub(super) fn until_treated(
    run: &Run,
    at: NodeIx,
    leaf: &Leaf,
    found: &mut Diagnostics,
) -> LeafStages {
    let raw = raw(run, at, leaf, found);
    let (denominated, gaps) = divide(run, leaf, &raw);
    // Columns that a step leaves alone are shared, not copied.
    let mut imputed = Arc::clone(&denominated);
    let filled = fill(run, at, leaf, &mut imputed, found);
    let treated = treat(run, at, leaf.treat.as_ref(), &imputed, found);
    LeafStages {
        raw,
        denominated,
        gaps,
        filled,
        imputed,
        normalised: Arc::clone(&treated.column),
        treated: treated.column,
        treated_rows: treated.rows,
        treatment: treated.what,
        clamped: vec![],
        constant: false,
    }
}

/// Normalises the treated figures of a leaf, and rounds them where it says so.
///
/// `ends` are the lowest and the highest value of a column of which these are only some rows: they are
/// normalised with them, as two more rows of `run`.
pub(super) fn normalise(
    run: &Run,
    at: NodeIx,
    leaf: &Leaf,
    ends: Option<(f64, f64)>,
    stages: &mut LeafStages,
    found: &mut Diagnostics,
) {
    let scale = Scale {
        normalise: &leaf.normalise,
        direction: leaf.direction,
        groups: leaf.groups.as_deref(),
        constant: leaf.constant,
    };
    let rows = stages.treated.len();
    let (mut normalised, clamped, constant) = match ends {
        None => rescale(run, at, &scale, &stages.treated, found),
        Some((low, high)) => {
            let column = stages.treated.as_ref().clone().followed_by(&[low, high]);
            let (column, clamped, constant) = rescale(run, at, &scale, &column, found);
            (column.first(rows), clamped, constant)
        }
    };
    if let Some(rounding) = run.project.nodes[at.0].round {
        normalised = normalised.into_map(|score| rounding.apply(score));
    }
    stages.normalised = Arc::new(normalised);
    stages.clamped = clamped.into_iter().filter(|&row| row < rows).collect();
    stages.constant = constant;
}

pub(super) fn raw(run: &Run, at: NodeIx, leaf: &Leaf, found: &mut Diagnostics) -> Arc<Column> {
    match &leaf.value {
        LeafValue::Data(figures) => run.of_judged(figures.column()),
        LeafValue::Derived {
            rule,
            function,
            exempt,
        } => {
            let figures = FigureTable {
                run,
                scores: None,
                own: None,
            };
            let mut column = derive(&figures, rule, function, run.id(at), found);
            for (row, place) in run.judged.iter().enumerate() {
                if exempt.binary_search(place).is_ok() {
                    column.set(row, Cell::NotApplicable);
                }
            }
            Arc::new(column)
        }
    }
}

/// Divides by the denominator, and tells where there was none to divide by.
pub(super) fn divide(
    run: &Run,
    leaf: &Leaf,
    raw: &Arc<Column>,
) -> (Arc<Column>, Vec<(usize, Gap)>) {
    let Some((_, by)) = &leaf.denominator else {
        return (Arc::clone(raw), vec![]);
    };
    let done = denominate(raw, &run.of_judged(by.column()));
    (Arc::new(done.column), done.gaps)
}

pub(super) fn fill(
    run: &Run,
    at: NodeIx,
    leaf: &Leaf,
    column: &mut Arc<Column>,
    found: &mut Diagnostics,
) -> Vec<impute::Filled> {
    match &leaf.missing {
        LeafMissing::Leave => vec![],
        LeafMissing::Fill(with) => {
            let with = with.of_rows(&run.judged);
            impute::fill(Arc::make_mut(column), &with)
        }
        LeafMissing::Fail => {
            let gaps = (0..column.len()).filter(|&row| column.cell(row) == Cell::Missing);
            let names: Vec<&str> = gaps.map(|row| run.place(row)).collect();
            if !names.is_empty() {
                found.push(
                    Diagnostic::new(
                        Code("E0314"),
                        format!("`{}` has no figure for {}", run.id(at), names.join(", ")),
                    )
                    .help("the missing policy is `fail`: add the figures or choose another policy"),
                );
            }
            vec![]
        }
    }
}

/// A column after treatment.
pub(super) struct TreatedColumn {
    pub(super) column: Arc<Column>,
    pub(super) rows: Vec<usize>,
    pub(super) what: String,
}

/// Treats outliers, if the criterion says how.
pub(super) fn treat(
    run: &Run,
    at: NodeIx,
    method: Option<&(String, Arc<dyn Treat>)>,
    column: &Arc<Column>,
    found: &mut Diagnostics,
) -> TreatedColumn {
    let mut out = TreatedColumn {
        column: Arc::clone(column),
        rows: vec![],
        what: String::new(),
    };
    match method.map(|(_, method)| method.treat(column)) {
        None => {}
        Some(Ok(done)) => {
            out = TreatedColumn {
                column: Arc::new(done.column),
                rows: done.changed,
                what: done.what,
            }
        }
        Some(Err(TreatError::Value { row, value, why })) => {
            found.push(refused(run, at, row, value, &why));
        }
    }
    out
}

/// How a column becomes comparable.
pub(super) struct Scale<'a> {
    pub(super) normalise: &'a Rescale,
    pub(super) direction: Direction,
    /// The group of each place of the league.
    pub(super) groups: Option<&'a [String]>,
    pub(super) constant: Constant,
}

/// Normalises a column; returns rows that were clamped, and whether the column is constant.
pub(super) fn rescale(
    run: &Run,
    at: NodeIx,
    how: &Scale,
    column: &Column,
    found: &mut Diagnostics,
) -> (Column, Vec<usize>, bool) {
    let scale = run.project.nodes[at.0].scale;
    let chosen = match how.normalise {
        Rescale::Rule(rule) => {
            let mut out = column.clone();
            for rows in groups(run, how.groups) {
                let rows = rows.unwrap_or_else(|| (0..column.len()).collect());
                normalise_by_rule(run, rule, run.id(at), &rows, &mut out, found);
            }
            return (out, vec![], false);
        }
        Rescale::Method(chosen) => chosen,
    };
    // Filled group by group; without groups the normalised column itself takes its place.
    let mut out = match how.groups {
        Some(_) => Column::missing(column.len()),
        None => Column::default(),
    };
    let (mut clamped, mut constant) = (vec![], false);
    for rows in groups(run, how.groups) {
        let part = rows.as_ref().map(|rows| column.pick(rows));
        let part = part.as_ref().unwrap_or(column);
        let row_of = |i: usize| rows.as_ref().map_or(i, |rows| rows[i]);
        let (cells, beyond) = match chosen.method.normalise(part, how.direction) {
            Ok(done) => stretch(done, chosen.method.as_ref(), scale),
            Err(NormaliseError::Constant { .. }) => {
                constant = true;
                (constant_column(part, how.constant, scale), vec![])
            }
            Err(NormaliseError::Empty) => (part.clone(), vec![]),
            Err(NormaliseError::Value { row, value, why }) => {
                found.push(refused(run, at, row_of(row), value, &why));
                (Column::missing(part.len()), vec![])
            }
        };
        clamped.extend(beyond.into_iter().map(row_of));
        if rows.is_none() {
            out = cells;
        } else {
            cells
                .cells()
                .enumerate()
                .for_each(|(i, cell)| out.set(row_of(i), cell));
        }
    }
    warn_of_constant(run, at, constant, column, found);
    (out, clamped, constant)
}

/// Returns the rows of each group, or one `None` for all rows at once.
fn groups(run: &Run, of: Option<&[String]>) -> Vec<Option<Vec<usize>>> {
    let Some(of) = of else {
        return vec![None];
    };
    let mut members: IndexMap<&str, Vec<usize>> = IndexMap::new();
    for (row, &place) in run.judged.iter().enumerate() {
        members.entry(&of[place]).or_default().push(row);
    }
    members.into_values().map(Some).collect()
}

/// Stretches 0..=1 to the scale of the leaf; unbounded methods keep their own units.
fn stretch(done: Normalised, method: &dyn Normalise, scale: (f64, f64)) -> (Column, Vec<usize>) {
    let (low, high) = scale;
    if !method.is_bounded() || scale == (0.0, 1.0) {
        return (done.column, done.clamped);
    }
    let width = high - low;
    (
        done.column.into_map(|share| low + share * width),
        done.clamped,
    )
}

fn constant_column(column: &Column, policy: Constant, (low, high): (f64, f64)) -> Column {
    let cell = |cell| match (cell, policy) {
        (Cell::Value(_), Constant::Share(share)) => Cell::Value(low + share * (high - low)),
        (Cell::Value(_), Constant::Drop) => Cell::NotApplicable,
        (hole, _) => hole,
    };
    column.cells().map(cell).collect()
}

fn refused(run: &Run, at: NodeIx, row: usize, value: f64, why: &str) -> Diagnostic {
    let (id, place) = (run.id(at), run.place(row));
    Diagnostic::new(
        Code("E0312"),
        format!("`{id}` of `{place}` is {value}: {why}"),
    )
}

/// Tells whether people chose the ends of the scale. Ends that are percentiles are meant to be passed.
pub(super) fn is_fixed(normalise: &Rescale) -> bool {
    match normalise {
        Rescale::Method(chosen) => !chosen.method.depends_on_others(),
        Rescale::Rule(_) => false,
    }
}

/// Goalposts that many places lie beyond hide the differences between them.
pub(super) fn warn_of_clamping(
    run: &Run,
    at: NodeIx,
    clamped: &[usize],
    column: &Column,
    found: &mut Diagnostics,
) {
    let with_figure = column.len() - column.holes();
    let names: Vec<&str> = clamped.iter().take(5).map(|&row| run.place(row)).collect();
    found.extend(many_clamped(run.id(at), clamped.len(), with_figure, &names));
}

/// Makes the warning that many places lie beyond goalposts, if they are many: more than a tenth, and more
/// than a single place, since in a small league one place is always a tenth.
pub(super) fn many_clamped(
    id: &str,
    clamped: usize,
    with_figure: usize,
    names: &[&str],
) -> Option<Diagnostic> {
    let message = format!("{clamped} of {with_figure} places lie beyond the goalposts of `{id}`");
    (clamped > 1 && clamped * 10 > with_figure).then(|| {
        let finding = Diagnostic::new(Code("W0301"), message);
        let finding = if names.is_empty() {
            finding
        } else {
            finding.note(format!("among them {}", names.join(", ")))
        };
        finding.help("widen `low` and `high`, or set `clamp = false`")
    })
}

fn warn_of_constant(
    run: &Run,
    at: NodeIx,
    constant: bool,
    column: &Column,
    found: &mut Diagnostics,
) {
    // One place is always equal to itself; that is no news.
    if constant && column.len() - column.holes() > 1 {
        found.push(all_equal(run.id(at)));
    }
}

/// Makes the warning that a column tells no place from another.
pub(super) fn all_equal(id: &str) -> Diagnostic {
    Diagnostic::new(
        Code("W0302"),
        format!("all places have the same figure for `{id}`"),
    )
    .help("set `constant` on the criterion to say what they score, or drop the criterion")
}

impl BranchStages {
    /// Spreads stages over the judged places to stages over the league.
    pub(super) fn over_league(self, run: &Run) -> Self {
        let places = |rows: Vec<usize>| rows.into_iter().map(|row| run.judged[row]).collect();
        Self {
            aggregated: run.over_league(self.aggregated),
            treated: run.over_league(self.treated),
            treated_rows: places(self.treated_rows),
            treatment: self.treatment,
            normalised: run.over_league(self.normalised),
            clamped: places(self.clamped),
            constant: self.constant,
        }
    }
}

impl LeafStages {
    /// Spreads stages over the judged places to stages over the league.
    pub(super) fn over_league(self, run: &Run) -> Self {
        let places = |rows: Vec<usize>| rows.into_iter().map(|row| run.judged[row]).collect();
        let gap = |(row, gap): (usize, Gap)| (run.judged[row], gap);
        let fill = |f: impute::Filled| impute::Filled {
            row: run.judged[f.row],
            ..f
        };
        Self {
            raw: run.over_league(self.raw),
            denominated: run.over_league(self.denominated),
            gaps: self.gaps.into_iter().map(gap).collect(),
            filled: self.filled.into_iter().map(fill).collect(),
            imputed: run.over_league(self.imputed),
            treated: run.over_league(self.treated),
            treated_rows: places(self.treated_rows),
            treatment: self.treatment,
            normalised: run.over_league(self.normalised),
            clamped: places(self.clamped),
            constant: self.constant,
        }
    }
}

impl Run<'_> {
    /// Returns the id of a criterion.
    pub(super) fn id(&self, at: NodeIx) -> &str {
        self.project.tree.node(at).id.as_str()
    }

    /// Returns the id of a judged place.
    pub(super) fn place(&self, row: usize) -> &str {
        self.project.league[self.judged[row]].id.as_str()
    }
}
