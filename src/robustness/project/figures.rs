//! Figures as draws: which cells of a project are uncertain, and what they may be instead.

use crate::model::LossReason;
use crate::model::{
    Cell, Column, IndicatorId, NodeIx, Observation, Provenance, Qualifier, Sourced,
};
use crate::num::float;
use crate::project::study::{FigureError, Variation, Varied, WhichFigures};
use crate::project::{Figures, LeafValue, NodeKind, Project};
use std::sync::Arc;

/// What the cells of a project may be instead: one uniform number of a draw decides about each.
#[derive(Debug, Clone, Default)]
pub struct FigurePlan {
    /// Numbers that a draw needs.
    pub uniforms: usize,
    /// Cells that vary, with the number that decides.
    cells: Vec<(Home, usize, Doubt)>,
    /// Number of cells that each varied setting found, by its position among all.
    pub found: Vec<(usize, usize)>,
    /// The first number of each varied setting, by its position among all.
    starts: Vec<(usize, usize)>,
}

/// Where a column of figures stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Leaf(NodeIx),
    Denominator(NodeIx),
    Panel(IndicatorId),
}

/// A cell of the league with what it may be.
#[derive(Debug, Clone)]
struct Doubt {
    place: usize,
    may_be: MayBe,
}

#[derive(Debug, Clone)]
enum MayBe {
    /// Times a factor from 1 - x to 1 + x.
    Within(f64),
    /// Times a normal factor with this standard deviation.
    Normal(f64),
    /// Between two values.
    Between(f64, f64),
    /// One of these.
    Any(Vec<f64>),
}

impl FigurePlan {
    /// Finds the cells of a project that the settings speak of. `library` knows the sources.
    pub fn new(project: &Project, library: &Project, varied: &[Varied]) -> Self {
        let mut plan = Self::default();
        // One row of the data may stand in several columns: it is drawn once.
        let mut rows: Vec<(String, usize)> = vec![];
        for (setting, varied) in varied.iter().enumerate() {
            let Variation::Figures { which, error } = &varied.how else {
                continue;
            };
            let before = plan.cells.len();
            plan.starts.push((setting, plan.uniforms));
            for (home, figures) in columns(project) {
                for place in 0..figures.column().len() {
                    let sourced = figures.sourced_at(place);
                    let value = figures.column().value(place);
                    let Some(value) =
                        value.filter(|_| which.holds(library, project, &home, sourced))
                    else {
                        continue;
                    };
                    let Some(may_be) = may_be(*error, value, sourced) else {
                        continue;
                    };
                    let key = match sourced.map(|s| &s.provenance) {
                        Some(Provenance::Observation { row }) => format!(
                            "{setting} {} {} {} {}",
                            row.place, row.indicator, row.id, row.origin
                        ),
                        _ => format!("{setting} {home:?} {place}"),
                    };
                    let number = match rows.iter().find(|(known, _)| *known == key) {
                        Some((_, number)) => *number,
                        None => {
                            rows.push((key, plan.uniforms));
                            plan.uniforms += 1;
                            plan.uniforms - 1
                        }
                    };
                    plan.cells
                        .push((home.clone(), number, Doubt { place, may_be }));
                }
            }
            plan.found.push((setting, plan.cells.len() - before));
        }
        plan
    }

    /// Returns the numbers of a draw that a varied setting decides.
    pub fn numbers_of(&self, setting: usize) -> std::ops::Range<usize> {
        let at = self.starts.iter().position(|(known, _)| *known == setting);
        let start = at.map_or(self.uniforms, |at| self.starts[at].1);
        let end = at
            .and_then(|at| self.starts.get(at + 1))
            .map_or(self.uniforms, |next| next.1);
        start..end
    }

    /// Returns the project with the figures of one draw.
    pub fn apply(&self, project: &Project, uniforms: &[f64]) -> Project {
        let mut out = project.clone();
        let mut open: Option<(&Home, Column)> = None;
        for (home, number, doubt) in &self.cells {
            if open.as_ref().is_none_or(|(known, _)| *known != home) {
                if let Some((known, column)) = open.take() {
                    put(&mut out, known, column);
                }
                open = column_of(&out, home).map(|column| (home, column.as_ref().clone()));
            }
            if let Some((_, column)) = &mut open
                && let Some(value) = column.value(doubt.place)
            {
                let value = doubt.may_be.at(value, uniforms[*number]);
                column.set(doubt.place, Cell::Value(value));
            }
        }
        if let Some((known, column)) = open {
            put(&mut out, known, column);
        }
        out
    }
}

impl MayBe {
    fn at(&self, value: f64, u: f64) -> f64 {
        match self {
            Self::Within(share) => value * (1.0 + share * (2.0 * u - 1.0)),
            Self::Normal(sd) => value * (1.0 + sd * normal(u)),
            Self::Between(low, high) => low + u * (high - low),
            Self::Any(values) => values[super::design::level(u, values.len())],
        }
    }
}

/// Turns a uniform number into a standard normal one: the inverse of the distribution, by Acklam's
/// rational approximation (2003), to 1.15e-9 of the value.
fn normal(u: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let poly = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, c| sum * x + c);
    // A draw is from 0 up to 1; a half step keeps both ends finite.
    let u = u.clamp(1e-16, 1.0 - 1e-16);
    let tail = |p: f64| {
        let q = (-2.0 * float::ln(p)).sqrt();
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    };
    if u < 0.024_25 {
        tail(u)
    } else if u > 1.0 - 0.024_25 {
        -tail(1.0 - u)
    } else {
        let q = u - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    }
}

fn columns(project: &Project) -> Vec<(Home, &Figures)> {
    let mut all = vec![];
    for (at, node) in project.nodes.iter().enumerate() {
        let NodeKind::Leaf(leaf) = &node.kind else {
            continue;
        };
        if let LeafValue::Data(figures) = &leaf.value {
            all.push((Home::Leaf(NodeIx(at)), figures));
        }
        if let Some((_, figures)) = &leaf.denominator {
            all.push((Home::Denominator(NodeIx(at)), figures));
        }
    }
    let panel = project.panel.iter();
    all.extend(panel.map(|(id, figures)| (Home::Panel(id.clone()), figures)));
    all
}

fn column_of<'p>(project: &'p Project, home: &Home) -> Option<&'p Arc<Column>> {
    Some(match home {
        Home::Leaf(at) => match &project.leaf(*at)?.value {
            LeafValue::Data(figures) => figures.column(),
            LeafValue::Derived { .. } => return None,
        },
        Home::Denominator(at) => project.leaf(*at)?.denominator.as_ref()?.1.column(),
        Home::Panel(id) => project.panel.get(id)?.column(),
    })
}

fn put(project: &mut Project, home: &Home, column: Column) {
    let figures = Figures::bare(column);
    match home {
        Home::Panel(id) => {
            project.panel.insert(id.clone(), figures);
        }
        Home::Leaf(at) | Home::Denominator(at) => {
            let NodeKind::Leaf(leaf) = &mut project.nodes[at.0].kind else {
                return;
            };
            match (home, &mut leaf.denominator) {
                (Home::Leaf(_), _) => leaf.value = LeafValue::Data(figures),
                (_, Some((_, denominator))) => *denominator = figures,
                _ => {}
            }
        }
    }
}

impl WhichFigures {
    /// Tells whether a cell is among them.
    fn holds(
        &self,
        library: &Project,
        project: &Project,
        home: &Home,
        sourced: Option<&Sourced>,
    ) -> bool {
        let row = sourced.and_then(|s| match &s.provenance {
            Provenance::Observation { row } => Some(row),
            _ => None,
        });
        match self {
            Self::All | Self::Conflicts => true,
            Self::Leaf(at) => *home == Home::Leaf(*at),
            Self::Indicator(id) => match (row, home) {
                (Some(row), _) => row.indicator == *id,
                (None, Home::Panel(panel)) => panel == id,
                (None, Home::Leaf(at)) => project
                    .leaf(*at)
                    .is_some_and(|leaf| leaf.indicators.contains(id)),
                (None, Home::Denominator(at)) => project
                    .leaf(*at)
                    .and_then(|leaf| leaf.denominator.as_ref())
                    .is_some_and(|(denominator, _)| denominator == id),
            },
            Self::Tier(tier) => sourced.is_some_and(|sourced| {
                let mut rows = sourced.rows();
                rows.any(|row| tier_of(library, row) == Some(*tier))
            }),
            Self::Bounds => row.is_some_and(|row| row.qualifier.is_bound()),
            Self::Ranges => row.is_some_and(|row| row.value_high.is_some()),
        }
    }
}

fn tier_of(library: &Project, row: &Observation) -> Option<crate::model::Tier> {
    let source = library.library.sources.get(row.source.as_ref()?)?;
    Some(source.tier)
}

fn may_be(error: FigureError, value: f64, sourced: Option<&Sourced>) -> Option<MayBe> {
    let row = sourced.and_then(|s| match &s.provenance {
        Provenance::Observation { row } => Some(row),
        _ => None,
    });
    Some(match error {
        FigureError::Within(share) => MayBe::Within(share),
        FigureError::Normal(sd) => MayBe::Normal(sd),
        FigureError::Beyond(share) => match row?.qualifier {
            Qualifier::Gt | Qualifier::Gte => MayBe::Between(value, value + share * value.abs()),
            _ => MayBe::Between(value - share * value.abs(), value),
        },
        FigureError::InRange => MayBe::Between(row?.value, row?.value_high?),
        FigureError::AnySource => {
            let same_date = [
                LossReason::WeakerTier,
                LossReason::Hedged,
                LossReason::Later,
            ];
            let mut values = vec![value];
            for other in &sourced?.rejected {
                let differs = |v: &f64| (v - other.observation.value).abs() > 1e-12 * v.abs();
                if same_date.contains(&other.reason) && values.iter().all(differs) {
                    values.push(other.observation.value);
                }
            }
            if values.len() < 2 {
                return None;
            }
            MayBe::Any(values)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_of_the_normal_distribution_has_its_printed_quantiles() {
        // Abramowitz and Stegun (1964), table 26.1.
        for (p, z) in [
            (0.5, 0.0),
            (0.841_344_746, 1.0),
            (0.975, 1.959_963_985),
            (0.001, -3.090_232_306),
        ] {
            assert!((normal(p) - z).abs() < 1e-8, "{p}: {}", normal(p));
        }
        assert!(normal(0.0).is_finite() && normal(1.0).is_finite());
    }
}
