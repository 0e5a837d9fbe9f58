//! Making a project ready to be drawn.

use super::design::{Design, assignments};
use super::figures::FigurePlan;
use super::scorer::ProjectScorer;
use super::weights::WeightPlan;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::num::rank::{Best, order};
use crate::project::study::{OnFailure, StudySpec, Variation, Varied};
use crate::project::{Index, Library, Project};
use crate::robustness::{RobustnessError, Sampler, View};
use crate::score::{Rescorer, settle};
use std::borrow::Cow;
use std::sync::Arc;

/// Resolves the project anew under further settings, as `--set` takes them.
pub type Loader<'l> = dyn FnMut(&[String]) -> Result<Project, Diagnostics> + 'l;

/// A project made ready to be drawn.
#[derive(Debug)]
pub struct Setup {
    /// The project as it stands.
    pub project: Arc<Project>,
    /// Which of its results is studied.
    pub at: usize,
    /// What varies.
    pub spec: StudySpec,
    /// Positions in the league of the places compared, in the order of the ranking as it stands.
    pub places: Vec<usize>,
    /// Their scores as it stands; higher is better also where the project says otherwise.
    pub nominal: Vec<f64>,
    /// Ranked places that are not compared, with the combination that does not rank them.
    pub set_aside: Vec<(usize, String)>,
    /// Combinations of choices.
    pub design: Design,
    /// What each combination draws and scores, in the order of the design.
    pub views: Vec<Ready>,
    /// What varies although nothing follows from it, with the reason.
    pub without_effect: Vec<(usize, String)>,
    /// The figures that vary.
    pub figures: Arc<FigurePlan>,
    /// The project as it stands, drawn by its weights only.
    pub base: Ready,
}

/// One combination of choices.
#[derive(Debug)]
pub struct Ready {
    /// Scores the places.
    pub scorer: ProjectScorer,
    /// Draws weights and figures.
    pub sampler: Sampler,
    /// Which share stands in which row.
    pub weights: Arc<WeightPlan>,
    /// The choices in words, as `path = value`.
    pub choices: Vec<String>,
    /// The project up to the scores of its leaves, if it gets there.
    pub rescorer: Option<Arc<Rescorer>>,
}

/// A project up to the scores of its leaves, or why there are none.
pub(super) struct Prepared {
    pub(super) rescorer: Result<Arc<Rescorer>, Diagnostics>,
    pub(super) weights: Arc<WeightPlan>,
    /// Scores over the league, as they stand.
    pub(super) scores: Result<Vec<Option<f64>>, Diagnostics>,
    choices: Vec<String>,
}

impl Setup {
    /// Makes a project ready under its own specification.
    ///
    /// # Errors
    ///
    /// What is wrong with the project under one of the choices; fewer than two places to compare
    /// (E0604); nothing that varies (E0603).
    pub fn new(project: Project, at: usize, loader: &mut Loader<'_>) -> Result<Self, Diagnostics> {
        let spec = specification(&project, at);
        let setup = Self::build(&Arc::new(project), at, spec, loader)?;
        setup.varies()?;
        Ok(setup)
    }

    /// Makes a project ready as it stands: for questions about its weights, criteria and places that
    /// need no draws.
    ///
    /// # Errors
    ///
    /// What keeps the project from being scored; fewer than two places (E0604).
    pub fn standing(project: Project, at: usize) -> Result<Self, Diagnostics> {
        let spec = StudySpec {
            vary: weights_only(&project, at),
            ..project.study.clone()
        };
        let mut nothing = |_: &[String]| Err(Diagnostics::new());
        Self::build(&Arc::new(project), at, spec, &mut nothing)
    }

    fn build(
        project: &Arc<Project>,
        at: usize,
        spec: StudySpec,
        loader: &mut Loader<'_>,
    ) -> Result<Self, Diagnostics> {
        let project = settled(project)?;
        let base = prepare(&project, at, &spec.vary, vec![]);
        let ranked = base.scores.clone()?;
        let without_effect = one_at_a_time(&spec, &ranked, at, loader)?;
        let design = Design::new(&spec.vary, spec.combinations, spec.seed);
        let prepared = combinations(&project, at, &spec, &design, loader)?;
        let (places, set_aside) = compared(&project, at, &ranked, &prepared)?;
        let figures = Arc::new(FigurePlan::new(&project, &project, &spec.vary));
        let mut views = vec![];
        let pilot = (512 / prepared.len().max(1)).clamp(4, 64) as u64;
        for one in &prepared {
            let ready = ready(one, &figures, &places, pilot);
            views.push(ready.map_err(|error| refused(&project, &spec, &error))?);
        }
        let base = ready(&base, &Arc::default(), &places, 64);
        let base = base.map_err(|error| refused(&project, &spec, &error))?;
        let nominal = places
            .iter()
            .map(|&p| ranked[p].unwrap_or(f64::NAN))
            .collect();
        Ok(Self {
            project,
            at,
            spec,
            places,
            nominal,
            set_aside,
            design,
            views,
            without_effect,
            figures,
            base,
        })
    }

    /// Refuses a study in which every draw is the same.
    fn varies(&self) -> Result<(), Diagnostics> {
        let choices =
            self.design.points.len() > 1 && self.without_effect.len() < self.spec.vary.len();
        if self.base.weights.any_varies() || self.figures.uniforms > 0 || choices {
            return Ok(());
        }
        let paths: Vec<String> = self
            .spec
            .vary
            .iter()
            .map(|v| format!("`{}`", v.path))
            .collect();
        let message = format!(
            "nothing varies: {} finds nothing to change",
            paths.join(", ")
        );
        let mut finding = Diagnostic::new(Code("E0603"), message)
            .help("vary weights of a criterion with several children, figures that are there, or a choice");
        for (at, why) in &self.without_effect {
            finding = finding.note(format!("`{}` {why}", self.spec.vary[*at].path));
        }
        Err(one(finding))
    }

    /// Returns the index that is studied.
    pub fn index(&self) -> &Index {
        &self.project.indices[self.at]
    }

    /// Returns what a run takes in turn.
    pub fn run_views(&self) -> Vec<View<'_, ProjectScorer>> {
        let views = self.views.iter();
        views
            .map(|v| View {
                scorer: &v.scorer,
                sampler: &v.sampler,
            })
            .collect()
    }

    /// Tells whether all draws are scored in blocks.
    pub fn is_batch(&self) -> bool {
        self.views.iter().all(|view| view.scorer.is_batch())
    }
}

/// Returns what varies: as the project says, or its weights.
fn specification(project: &Project, at: usize) -> StudySpec {
    let mut spec = project.study.clone();
    if spec.vary.is_empty() {
        let root = project.indices[at].root;
        spec.vary = vec![Varied::weights(&project.tree, root)];
    }
    spec
}

/// Returns the project with weights that are numbers, whatever decides them.
fn settled(project: &Arc<Project>) -> Result<Arc<Project>, Diagnostics> {
    Ok(match settle(project)? {
        Cow::Borrowed(_) => Arc::clone(project),
        Cow::Owned(settled) => Arc::new(settled),
    })
}

/// Returns how the weights vary: as the project says, or around the given ones.
pub(super) fn weights_only(project: &Project, at: usize) -> Vec<Varied> {
    let mut varied = project.study.vary.clone();
    varied.retain(|one| matches!(one.how, Variation::Weights { .. }));
    if varied.is_empty() {
        let root = project.indices[at].root;
        varied.push(Varied::weights(&project.tree, root));
    }
    varied
}

/// Runs the stages of a project up to the scores of the leaves.
pub(super) fn prepare(
    project: &Arc<Project>,
    at: usize,
    varied: &[Varied],
    choices: Vec<String>,
) -> Prepared {
    // What the data decide of the weights is settled before anything is drawn around them.
    let settled = settled(project);
    let project = settled.as_ref().unwrap_or(project);
    let index = &project.indices[at];
    let weights = Arc::new(WeightPlan::new(project, index, varied));
    let rescorer = match settled {
        Ok(_) => Rescorer::new(Arc::clone(project), at).map(Arc::new),
        Err(ref found) => Err(found.clone()),
    };
    let scores = match &rescorer {
        Ok(rescorer) => rescorer.scores(index.shares.clone()),
        Err(found) => Err(found.clone()),
    };
    Prepared {
        rescorer,
        weights,
        scores,
        choices,
    }
}

/// Loads every value of every choice alone: what is wrong is reported for all of them at once, and
/// what changes no score is told.
fn one_at_a_time(
    spec: &StudySpec,
    ranked: &[Option<f64>],
    at: usize,
    loader: &mut Loader<'_>,
) -> Result<Vec<(usize, String)>, Diagnostics> {
    let (mut idle, mut found) = (vec![], Diagnostics::new());
    for (position, varied) in spec.vary.iter().enumerate() {
        let values: Vec<f64> = match &varied.how {
            Variation::Choice(values) => (0..values.len())
                .map(|level| (level as f64 + 0.5) / values.len() as f64)
                .collect(),
            Variation::Range { .. } => vec![0.0, 1.0],
            _ => continue,
        };
        let mut moves = false;
        for u in values {
            match loader(&assignments(varied, u).0) {
                Ok(project) => {
                    let prepared = prepare(&Arc::new(project), at, &[], vec![]);
                    // What cannot be scored is told by its draws.
                    moves |= prepared.scores.as_ref().map_or(true, |s| !same(s, ranked));
                }
                Err(problems) => found.extend(problems),
            }
        }
        if !moves {
            let why = if varied.path.starts_with("scoring.") {
                "changes no score: every criterion says for itself; vary `criteria.*.KEY` instead"
            } else {
                "changes no score"
            };
            idle.push((position, why.to_owned()));
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    Ok(idle)
}

fn same(a: &[Option<f64>], b: &[Option<f64>]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => a.total_cmp(b).is_eq(),
            (None, None) => true,
            _ => false,
        })
}

/// Loads every combination of the design.
fn combinations(
    base: &Arc<Project>,
    at: usize,
    spec: &StudySpec,
    design: &Design,
    loader: &mut Loader<'_>,
) -> Result<Vec<Prepared>, Diagnostics> {
    if design.factors.is_empty() {
        return Ok(vec![prepare(base, at, &spec.vary, vec![])]);
    }
    let mut all = vec![];
    for point in &design.points {
        let (mut sets, mut choices) = (vec![], vec![]);
        for (&factor, &u) in design.factors.iter().zip(point) {
            let varied = &spec.vary[factor];
            let (own, label) = assignments(varied, u);
            sets.extend(own);
            choices.push(format!("{} = {label}", varied.path));
        }
        let mut project = loader(&sets)?;
        if project.tree != base.tree || project.indices[at].root != base.indices[at].root {
            let message = format!("{} changes the criteria", choices.join(", "));
            return Err(one(Diagnostic::new(Code("E0605"), message).help(
                "a study compares one tree of criteria: set weights to zero to leave some out",
            )));
        }
        // Rows, sources and places that nobody shows: with many combinations they would fill memory.
        project.library = Library::default();
        all.push(prepare(&Arc::new(project), at, &spec.vary, choices));
    }
    Ok(all)
}

/// Ranked places that are not compared, with the reason.
type SetAside = Vec<(usize, String)>;

/// Returns the places that every combination ranks, in the order of the ranking as it stands, and
/// those that are set aside, with the reason.
fn compared(
    project: &Project,
    at: usize,
    ranked: &[Option<f64>],
    prepared: &[Prepared],
) -> Result<(Vec<usize>, SetAside), Diagnostics> {
    let rows: Vec<usize> = (0..ranked.len())
        .filter(|&row| ranked[row].is_some())
        .collect();
    let scores: Vec<f64> = rows.iter().filter_map(|&row| ranked[row]).collect();
    let sorted = order(&scores, Best::Highest);
    let (mut places, mut aside) = (vec![], vec![]);
    for row in sorted.into_iter().map(|i| rows[i]) {
        let id = &project.league[row].id;
        let lacks = prepared.iter().find(|one| {
            let scores = one.scores.as_ref().ok();
            scores.is_some_and(|scores| scores.get(row).copied().flatten().is_none())
        });
        match lacks {
            None => places.push(row),
            Some(one) if one.choices.is_empty() => {
                aside.push((row, format!("`{id}` is not ranked")));
            }
            Some(one) => aside.push((row, format!("not ranked under {}", one.choices.join(", ")))),
        }
    }
    if places.len() > 1 {
        return Ok((places, aside));
    }
    let index = &project.indices[at];
    let message = match places.len() {
        0 => format!("no place is ranked by `{}` in every view", index.id),
        _ => format!(
            "only `{}` is ranked in every view",
            project.league[places[0]].id
        ),
    };
    let mut finding = Diagnostic::new(Code("E0604"), message)
        .help("a study compares at least two places: choose another profile, or fewer choices");
    for (row, why) in aside.iter().take(5) {
        finding = finding.note(format!("`{}`: {why}", project.league[*row].id));
    }
    Err(one(finding))
}

/// Makes a scorer and a sampler.
pub(super) fn ready(
    prepared: &Prepared,
    figures: &Arc<FigurePlan>,
    places: &[usize],
    pilot: u64,
) -> Result<Ready, RobustnessError> {
    let weights = &prepared.weights;
    let sampler = weights.sampler()?.with_uniforms(figures.uniforms);
    let undefined = |why: &Diagnostics| {
        ProjectScorer::undefined(
            why.clone(),
            places.len(),
            weights.nominal.len(),
            figures.uniforms,
        )
    };
    let scorer = match (&prepared.rescorer, &prepared.scores) {
        (Ok(rescorer), Ok(_)) => {
            let mut scorer = ProjectScorer::new(rescorer, weights, Some(figures), places)?;
            scorer.explore(&sampler, pilot);
            scorer
        }
        // Weights alone do not mend what the figures or a script break; draws tell the reason.
        (Err(why), _) | (_, Err(why)) => undefined(why),
    };
    Ok(Ready {
        scorer,
        sampler,
        weights: Arc::clone(weights),
        choices: prepared.choices.clone(),
        rescorer: prepared.rescorer.as_ref().ok().cloned(),
    })
}

/// Turns a refusal of the numerical core into a finding.
pub(super) fn refused(project: &Project, spec: &StudySpec, error: &RobustnessError) -> Diagnostics {
    let code = match error {
        RobustnessError::TooRare { .. } => Code("E0606"),
        _ => Code("E0601"),
    };
    let mut finding = Diagnostic::new(code, error.to_string());
    if let RobustnessError::TooRare { .. } = error {
        let paths = spec
            .vary
            .iter()
            .filter(|v| matches!(v.how, Variation::Weights { .. }));
        let words: Vec<String> = paths.map(|v| format!("{}: {}", v.path, v.words)).collect();
        finding = finding.note(words.join("; "));
    }
    if !project.profile.id.is_empty() {
        finding = finding.note(format!("profile `{}`", project.profile.id));
    }
    one(finding)
}

pub(super) fn one(finding: Diagnostic) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.push(finding);
    found
}

/// Tells whether a draw without a ranking ends the study.
pub(super) fn fails(spec: &StudySpec) -> bool {
    spec.on_failure == OnFailure::Fail
}
