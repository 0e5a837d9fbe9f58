//! What the builder of an index should look at, in sentences with the numbers.

use super::{Audit, Leaf, Limits, View};
use crate::model::NodeIx;
use crate::num::round::Rounding;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A column that tells nobody apart.
    Constant,
    /// A column that few places hold.
    Coverage,
    /// An indicator that pulls against its siblings.
    Direction,
    /// Influence that differs from weight.
    Influence,
    /// Two indicators that say the same.
    Redundancy,
    /// A column ruled by a few places.
    Outliers,
    /// A branch that does not measure one thing.
    Consistency,
    /// An indicator that goes with another branch.
    Structure,
}

impl Topic {
    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Constant => "tells nobody apart",
            Self::Coverage => "thin",
            Self::Direction => "pulls the other way",
            Self::Influence => "weight is not influence",
            Self::Redundancy => "says the same",
            Self::Outliers => "outliers",
            Self::Consistency => "measures several things",
            Self::Structure => "goes with others",
        }
    }
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub topic: Topic,
    /// The criteria in question.
    pub criteria: Vec<NodeIx>,
    /// The sentence.
    pub text: String,
    /// How much of the result is concerned: the nominal weight of the criteria.
    pub weight: f64,
}

/// Writes all findings: by topic, then by the weight concerned.
pub(super) fn findings(view: &View<'_>, audit: &Audit, limits: &Limits) -> Vec<Finding> {
    let mut writer = Writer {
        view,
        audit,
        limits,
        found: vec![],
    };
    for leaf in &audit.leaves {
        writer.column(leaf);
        writer.neighbours(leaf);
    }
    writer.influences();
    writer.redundancy();
    writer.consistency();
    let mut found = writer.found;
    found.sort_by(|a, b| a.topic.cmp(&b.topic).then(b.weight.total_cmp(&a.weight)));
    found
}

struct Writer<'a> {
    view: &'a View<'a>,
    audit: &'a Audit,
    limits: &'a Limits,
    found: Vec<Finding>,
}

/// Ratio of influence to weight, either way, from which the two differ.
const DIFFERS: f64 = 1.5;
/// Difference in points of share that it takes besides.
const POINTS: f64 = 0.08;
/// Share of the parent's variance below which a criterion decides next to nothing.
const SILENT: f64 = 0.05;
/// Names of places in a sentence.
const NAMED: usize = 3;

impl Writer<'_> {
    fn push(&mut self, topic: Topic, criteria: Vec<NodeIx>, text: String) {
        let weight = criteria.iter().map(|at| self.view.nominal[at.0]).sum();
        self.found.push(Finding {
            topic,
            criteria,
            text,
            weight,
        });
    }

    fn column(&mut self, leaf: &Leaf) {
        let (id, shape) = (self.view.id(leaf.at).to_owned(), &leaf.shape);
        let weight = percent(self.view.nominal[leaf.at.0]);
        if shape.applicable == 0 {
            let text = format!("{id} applies to none of the places");
            self.push(Topic::Coverage, vec![leaf.at], text);
            return;
        }
        if shape.applicable * 2 < self.audit.places {
            let text = format!(
                "{id} applies to {} of {} places, at a weight of {weight}; elsewhere its weight goes to \
                 its siblings",
                shape.applicable, self.audit.places
            );
            self.push(Topic::Coverage, vec![leaf.at], text);
        }
        if shape.coverage() < self.limits.coverage {
            let others = match shape.filled {
                0 => "elsewhere its weight goes to its siblings".to_owned(),
                filled => format!("{filled} gaps were filled"),
            };
            let text = format!(
                "{id}: {} of {} places hold a figure ({}), at a weight of {weight}; {others}",
                shape.held,
                shape.applicable,
                percent(shape.coverage()),
            );
            self.push(Topic::Coverage, vec![leaf.at], text);
        }
        let scored = shape.held + shape.filled;
        match shape.common {
            _ if scored < 2 => {}
            _ if shape.constant => {
                let text =
                    format!("{id}: all places have the same figure, at a weight of {weight}");
                self.push(Topic::Constant, vec![leaf.at], text);
            }
            Some((value, share)) if share >= self.limits.common && scored > 3 => {
                let text = format!(
                    "{id}: {} of the places share the figure {}: among them its weight of {weight} \
                     decides nothing",
                    percent(share),
                    digits(value),
                );
                self.push(Topic::Constant, vec![leaf.at], text);
            }
            _ => {}
        }
        self.outliers(leaf, &id);
    }

    fn outliers(&mut self, leaf: &Leaf, id: &str) {
        let Some(outliers) = &leaf.shape.outliers else {
            return;
        };
        let names = outliers.places.iter().take(NAMED);
        let names: Vec<&str> = names
            .map(|&at| self.view.project.league[at].name.as_str())
            .collect();
        let more = if outliers.places.len() > NAMED {
            ", .."
        } else {
            ""
        };
        let who = match names.len() {
            0 => String::new(),
            _ => format!(" ({}{more})", names.join(", ")),
        };
        let state = if leaf.shape.treatment.is_empty() {
            format!(
                "nothing is done about it; `treat = \"winsorise\"` would make it: {}{who}",
                outliers.remedy
            )
        } else {
            format!("treated: {}{who}", leaf.shape.treatment)
        };
        let text = format!(
            "{id}: skewness {}, kurtosis {}: a few places rule the column; {state}",
            digits(leaf.shape.skewness.unwrap_or_default()),
            digits(leaf.shape.kurtosis.unwrap_or_default()),
        );
        self.push(Topic::Outliers, vec![leaf.at], text);
    }

    fn neighbours(&mut self, leaf: &Leaf) {
        let (id, chance) = (self.view.id(leaf.at).to_owned(), self.audit.chance);
        let own = leaf.with_siblings;
        if let Some(r) = own.filter(|r| *r < -chance) {
            let text = format!(
                "{id} pulls against its siblings (r = {} with their mean): places gain here what they \
                 lose there; check its `direction`, or accept that they make up for one another",
                digits(r)
            );
            self.push(Topic::Direction, vec![leaf.at], text);
        }
        if let (Some(own), Some((other, r))) = (own, leaf.nearest_other)
            && r > chance
            && r - own.max(0.0) > 0.2
        {
            let text = format!(
                "{id} goes more with {} (r = {}) than with its own siblings (r = {})",
                self.view.id(other),
                digits(r),
                digits(own)
            );
            self.push(Topic::Structure, vec![leaf.at], text);
        }
    }

    fn influences(&mut self) {
        for influence in &self.audit.influences {
            let (Some(effect), Some(share)) = (influence.effect, influence.share) else {
                continue;
            };
            if influence.weight <= 0.0 || influence.weight >= 1.0 {
                continue;
            }
            let ratio = share / influence.weight;
            let differs = !(1.0 / DIFFERS..=DIFFERS).contains(&ratio)
                && (share - influence.weight).abs() > POINTS;
            let silent = effect < SILENT;
            if !differs && !silent {
                continue;
            }
            let verdict = if silent {
                "; it decides next to nothing there"
            } else if ratio > 1.0 {
                ": it counts for more than it says"
            } else {
                ": it counts for less than it says"
            };
            let text = format!(
                "{} has {} of the weight of {} and {} of the influence (it explains {} of the variance \
                 alone){verdict}",
                self.view.id(influence.at),
                percent(influence.weight),
                self.view.id(influence.parent),
                percent(share),
                percent(effect),
            );
            self.push(Topic::Influence, vec![influence.at], text);
        }
    }

    fn redundancy(&mut self) {
        for pair in self
            .audit
            .pairs
            .iter()
            .filter(|p| p.r.abs() >= self.limits.redundant)
        {
            let (a, b) = (self.view.id(pair.a), self.view.id(pair.b));
            let both = percent(self.view.nominal[pair.a.0] + self.view.nominal[pair.b.0]);
            let verdict = if pair.r > 0.0 {
                format!("say the same; together they weigh {both}: keep one, or halve both")
            } else {
                format!("cancel out; together they weigh {both}")
            };
            let text = format!(
                "{a} and {b} {verdict} (r = {} over {} places)",
                digits(pair.r),
                pair.places
            );
            self.push(Topic::Redundancy, vec![pair.a, pair.b], text);
        }
    }

    fn consistency(&mut self) {
        for structure in &self.audit.structures {
            let Some(alpha) = structure.alpha.filter(|alpha| *alpha < self.limits.alpha) else {
                continue;
            };
            let id = self.view.id(structure.at);
            let first = structure.components.first();
            let explained = first.map_or_else(String::new, |first| {
                format!(
                    "; the first principal component explains {}, and {} have more variance than an \
                     indicator",
                    percent(first.explained),
                    structure.dimensions()
                )
            });
            let text = format!(
                "{id}: its {} children do not measure one thing (Cronbach's alpha {} below {}, {} \
                 places){explained}",
                self.view.children(structure.at).len(),
                digits(alpha),
                digits(self.limits.alpha),
                structure.places,
            );
            self.push(Topic::Consistency, vec![structure.at], text);
        }
    }
}

/// Writes a share as whole percent.
fn percent(share: f64) -> String {
    format!("{} %", Rounding::to(0).apply(100.0 * share))
}

/// Writes a number with two decimals.
fn digits(value: f64) -> String {
    format!("{:.2}", Rounding::to(2).apply(value))
}
