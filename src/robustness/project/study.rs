//! Running a study, and what it found.

use super::setup::{Setup, fails, one};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::NodeIx;
use crate::project::Project;
use crate::project::study::Variation;
use crate::robustness::{
    Collect, Control, Outcome, Plan, RobustnessError, Stopped, Summary, TieGroup, View, run_views,
    walk,
};
use crate::score::Scoreboard;

/// Neighbours are told apart where one is ahead of the other in at least this share of the draws.
pub(super) const SURE: f64 = 0.95;

/// Draws behind each confidence factor where figures vary.
const CONFIDENCE_DRAWS: u64 = 1_000;

/// What a study found. Places are numbered in the order of the ranking as it stands.
#[derive(Debug, Clone)]
pub struct Study {
    /// The counts and how the run ended.
    pub outcome: Outcome,
    /// What the counts say.
    pub summary: Summary,
    /// Runs of neighbours that the draws cannot tell apart.
    pub ties: Vec<TieGroup>,
    /// For each place, the share of draws in which it is first under the weights that speak most for
    /// it (its central weights), where it ever was first.
    pub confidence: Vec<Option<f64>>,
    /// What varied.
    pub varied: Vec<Line>,
    /// What was held.
    pub held: Vec<Line>,
    /// What was asked to vary and could not.
    pub fixed: Vec<Line>,
    /// The first draw without a ranking.
    pub failed: Option<Failed>,
}

/// A setting with what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its path.
    pub path: String,
    /// What happened to it.
    pub words: String,
}

/// A draw in which a place had no score.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Its number.
    pub draw: u64,
    /// What was drawn: choices, and weights other than those given.
    pub drawn: Vec<String>,
    /// Why there was no score, where that is known.
    pub why: Option<Diagnostic>,
}

/// Ranked places up to which a report counts who is ahead of whom in thousands of draws.
const DRAWN: usize = 200;

/// Draws the weights of a project as it says, or around the given ones: the study that a report carries.
///
/// `None` where there is nothing to compare, no weight that could vary, or too many places.
pub fn weight_study(project: &Project, scoreboard: &Scoreboard) -> Option<(Setup, Study)> {
    if scoreboard.boards[0].ranking.len() > DRAWN {
        return None;
    }
    let setup = Setup::standing(project.clone(), 0).ok()?;
    let study = setup.run(&Control::default()).ok()?;
    Some((setup, study))
}

impl Setup {
    /// Draws and counts.
    ///
    /// # Errors
    ///
    /// E0607 if a draw has no ranking and the study is to fail then, or if none has one.
    pub fn run(&self, control: &Control<'_>) -> Result<Study, Diagnostics> {
        let outcome = run_views(&self.run_views(), &self.plan(), control)
            .map_err(|error| super::setup::refused(&self.project, &self.spec, &error))?;
        self.study(outcome)
    }

    /// Returns what is drawn and counted.
    pub(super) fn plan(&self) -> Plan {
        Plan {
            draws: self.spec.draws,
            seed: self.spec.seed,
            collect: Collect {
                pairs: true,
                scores: true,
            },
            until: self.spec.until,
        }
    }

    /// Finds whether a script computed something else by its fast path than by the interpreter.
    pub(super) fn trusted(&self) -> Result<(), Diagnostics> {
        let differs = |view: &super::setup::Ready| view.scorer.difference().cloned();
        match self.views.iter().find_map(differs) {
            Some(difference) => Err(one(difference)),
            None => Ok(()),
        }
    }

    /// Reads what the counts of a run say.
    ///
    /// # Errors
    ///
    /// As [`Setup::run`].
    pub(super) fn study(&self, outcome: Outcome) -> Result<Study, Diagnostics> {
        self.trusted()?;
        let failed = outcome.tally.first_undefined.map(|draw| self.failed(draw));
        let none = outcome.tally.draws == 0 && outcome.stopped != Stopped::Cancelled;
        if let Some(failed) = &failed
            && (none || fails(&self.spec))
        {
            return Err(one(without_ranking(&outcome, failed, Code("E0607"))));
        }
        let summary = Summary::of(&outcome.tally);
        let ranking: Vec<usize> = (0..self.places.len()).collect();
        let ties = summary.tie_groups(&ranking, SURE).unwrap_or_default();
        let confidence = self.confidence(&summary).unwrap_or_default();
        Ok(Study {
            outcome,
            summary,
            ties,
            confidence,
            varied: self.varied(),
            held: self.held(),
            fixed: self.fixed(),
            failed,
        })
    }

    /// Looks at a draw that has no ranking.
    fn failed(&self, draw: u64) -> Failed {
        let mut failed = Failed {
            draw,
            drawn: vec![],
            why: None,
        };
        walk(&self.run_views(), self.spec.seed, draw..draw + 1, |drawn| {
            let view = &self.views[drawn.view];
            failed.drawn.clone_from(&view.choices);
            let shares = &drawn.weights[..view.weights.nominal.len()];
            failed
                .drawn
                .extend(self.shares_in_words(shares, drawn.view));
            let tried = view.scorer.try_one(drawn.weights);
            failed.why = tried.err().and_then(|found| found.iter().next().cloned());
            if failed.why.is_none() {
                let lacks = drawn.scores.iter().position(|score| !score.is_finite());
                let place = lacks.map(|at| &self.project.league[self.places[at]].id);
                let message = place.map(|id| format!("`{id}` has no score"));
                failed.why = message.map(|text| Diagnostic::new(Code("E0607"), text));
            }
            false
        });
        failed
    }

    /// Writes the shares of the groups that vary.
    fn shares_in_words(&self, rows: &[f64], view: usize) -> Vec<String> {
        let (weights, mut row, mut words) = (&self.views[view].weights, rows.iter(), vec![]);
        for (group, (_, children)) in weights.groups.iter().enumerate() {
            for (child, share) in children.iter().zip(&mut row) {
                if weights.varies(group) {
                    let id = &self.project.tree.node(*child).id;
                    words.push(format!("{id} {share:.3}"));
                }
            }
        }
        words
    }

    /// Holds the weights where they speak most for a place, and counts how often it is then first.
    fn confidence(&self, summary: &Summary) -> Result<Vec<Option<f64>>, RobustnessError> {
        let draws = match self.figures.uniforms {
            0 => 8 * self.views.len() as u64,
            _ => CONFIDENCE_DRAWS,
        };
        let plan = Plan {
            collect: Collect {
                pairs: false,
                scores: false,
            },
            ..Plan::new(draws.min(self.spec.draws.max(8)), self.spec.seed)
        };
        let mut factors = vec![];
        for (at, place) in summary.places.iter().enumerate() {
            let Some(central) = &place.central_weights else {
                factors.push(None);
                continue;
            };
            let mut samplers = vec![];
            for view in &self.views {
                let held = view.weights.held(central)?;
                samplers.push(held.with_uniforms(self.figures.uniforms));
            }
            let views: Vec<_> = self
                .views
                .iter()
                .zip(&samplers)
                .map(|(view, sampler)| View {
                    scorer: &view.scorer,
                    sampler,
                })
                .collect();
            let tally = run_views(&views, &plan, &Control::default())?.tally;
            factors.push(Some(
                tally.rank_count(at, 0) as f64 / tally.draws.max(1) as f64,
            ));
        }
        Ok(factors)
    }

    /// Lists what varied.
    fn varied(&self) -> Vec<Line> {
        let idle = |at: usize| self.without_effect.iter().any(|(known, _)| *known == at);
        let all = self.spec.vary.iter().enumerate();
        all.filter(|(at, _)| !idle(*at) && self.found(*at) != Some(0))
            .map(|(at, varied)| Line {
                path: varied.path.clone(),
                words: match self.found(at) {
                    Some(cells) => format!("{} ({cells} cells)", varied.words),
                    None => varied.words.clone(),
                },
            })
            .collect()
    }

    /// Returns the cells that a setting of figures found.
    fn found(&self, at: usize) -> Option<usize> {
        let found = self.figures.found.iter();
        found
            .clone()
            .find(|(setting, _)| *setting == at)
            .map(|(_, cells)| *cells)
    }

    /// Lists what stayed as it stands.
    fn held(&self) -> Vec<Line> {
        let index = self.index();
        let mut held = vec![];
        let mut hold = |path: &str, words: String| {
            held.push(Line {
                path: path.to_owned(),
                words,
            });
        };
        let weights = &self.base.weights;
        if !weights.any_varies() && !self.varies_by("scoring.weights") {
            hold("weights", format!("as given ({})", index.weights));
        } else {
            for (group, (at, children)) in weights.groups.iter().enumerate() {
                if !weights.varies(group) && children.len() > 1 {
                    hold(
                        &format!("weights.{}", self.project.tree.node(*at).id),
                        "as given".to_owned(),
                    );
                }
            }
        }
        let strategy = index
            .strategy
            .as_ref()
            .map_or("weighted", |s| s.name.as_str());
        for (path, words) in [
            ("scoring.strategy", strategy),
            ("scoring.normalise", "as the criteria say"),
            ("scoring.aggregate", "as the criteria say"),
            ("scoring.missing", "as the criteria say"),
        ] {
            if !self.varies_by(path) {
                hold(path, words.to_owned());
            }
        }
        if self.figures.uniforms == 0 {
            hold("data", "as published".to_owned());
        }
        held
    }

    /// Tells whether a setting varies, for all criteria or for some.
    fn varies_by(&self, path: &str) -> bool {
        let key = path.rsplit('.').next().unwrap_or(path);
        self.spec.vary.iter().any(|varied| {
            let own = varied.path.as_str();
            let of_criteria = own.starts_with("criteria.") && own.contains(&format!(".{key}"));
            own == path
                || own.starts_with(&format!("{path}."))
                || of_criteria
                || (path == "scoring.strategy" && own.starts_with("rule."))
        })
    }

    /// Lists what was asked to vary and could not.
    fn fixed(&self) -> Vec<Line> {
        let mut fixed: Vec<Line> = self
            .without_effect
            .iter()
            .map(|(at, why)| Line {
                path: self.spec.vary[*at].path.clone(),
                words: why.clone(),
            })
            .collect();
        for (at, cells) in &self.figures.found {
            if *cells == 0 {
                fixed.push(Line {
                    path: self.spec.vary[*at].path.clone(),
                    words: "no such figure is used".to_owned(),
                });
            }
        }
        let asks = |at: NodeIx| {
            self.spec.vary.iter().any(|varied| match &varied.how {
                Variation::Weights { branches, .. } => branches.contains(&at),
                _ => false,
            })
        };
        let all = self.spec.vary.iter().any(|varied| varied.path == "weights");
        for (at, children) in &self.base.weights.groups {
            if children.len() < 2 && (all || asks(*at)) {
                fixed.push(Line {
                    path: format!("weights.{}", self.project.tree.node(*at).id),
                    words: "one child".to_owned(),
                });
            }
        }
        fixed
    }
}

impl Study {
    /// Warns of draws that had no ranking.
    pub fn warning(&self) -> Option<Diagnostic> {
        let failed = self.failed.as_ref()?;
        Some(without_ranking(&self.outcome, failed, Code("W0601")))
    }
}

fn without_ranking(outcome: &Outcome, failed: &Failed, code: Code) -> Diagnostic {
    let undefined = outcome.tally.undefined;
    let share = 100.0 * undefined as f64 / (outcome.made.max(1)) as f64;
    let message = format!(
        "{undefined} of {} draws have no ranking ({share:.1} %), the first of them draw {}",
        outcome.made, failed.draw
    );
    let mut finding =
        Diagnostic::new(code, message).note(format!("drawn: {}", failed.drawn.join(", ")));
    if let Some(why) = &failed.why {
        finding = finding.note(format!("{}: {}", why.code, why.message));
        for note in &why.notes {
            finding = finding.note(note.clone());
        }
    }
    finding.help("mend the cause, vary less, or choose with `on-failure` whether such draws are dropped or end the study")
}
