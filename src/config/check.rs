//! Everything that can be wrong with a project, used or not.

use super::layers::lay_over;
use super::resolve::{effective, vocabulary};
use super::value::Table;
use super::{Desk, Lines, Request, check_document, layers, strategies};
use crate::config::files::read_project;
use crate::dataset::{Selector, check_derived_counts, check_plausibility, check_precision};
use crate::diagnostics::{Checked, Diagnostics};
use crate::model::CriterionId;
use crate::project::{LeafValue, Project};
use crate::sources::Sources;

/// What was checked.
#[derive(Debug, Clone, Default)]
pub struct CheckSummary {
    /// Places of the data.
    pub places: usize,
    /// Indicators of the data.
    pub indicators: usize,
    /// Figures of the data.
    pub observations: usize,
    /// Each profile by name (empty for the project without one), with the number of places that it
    /// ranks and of criteria that it judges by.
    pub profiles: Vec<ProfileSummary>,
    /// Each weight set with the effective weight of each criterion.
    pub weights: Vec<EffectiveWeights>,
    /// Paths of the scripts.
    pub strategies: Vec<String>,
}

/// What a profile ranks, and by how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Its name; empty for the project without one.
    pub id: String,
    /// Places that may be ranked.
    pub places: usize,
    /// Criteria, branches and the root among them.
    pub criteria: usize,
}

/// A weight set as shares of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveWeights {
    /// Name of the set.
    pub name: String,
    /// Effective weight of each criterion in percent: the product of its shares up the tree, in
    /// reading order.
    pub percent: Vec<(CriterionId, f64)>,
    /// Where the weights come from, in words; nothing for shares as written.
    pub how: Vec<String>,
    /// True where the data of the league decide some of them, so that `percent` is not known yet.
    pub open: bool,
}

/// Checks a project with everything in it: all profiles, all weight sets, all scripts, all data.
///
/// The summary is there when no error was found.
pub fn check(sources: &dyn Sources) -> Checked<CheckSummary> {
    let mut found = Diagnostics::new();
    let mut desk = Desk::new(sources);
    let summary = check_all(&mut desk, &mut found);
    found.sort();
    Checked {
        value: summary.filter(|_| !found.has_errors()),
        diagnostics: found,
        files: desk.scripts.shelf.files,
    }
}

fn check_all(desk: &mut Desk<'_>, found: &mut Diagnostics) -> Option<CheckSummary> {
    let document = read_project(&mut desk.scripts.shelf, found);
    let scripts = strategies::read(&mut desk.scripts, found);
    let document = document?;
    check_document(&document, found);
    let mut projects: Vec<Project> = vec![];
    for profile in profiles(&document) {
        let request = Request {
            profile,
            ..Request::default()
        };
        let loaded = desk.load_profile(document.clone(), &request, Lines::default(), found);
        projects.extend(loaded.map(|loaded| loaded.project));
    }
    check_scripts(&scripts, &projects, found);
    check_figures(desk, &projects, found);
    let first = projects.first()?;
    let mut all = layers::defaults();
    lay_over(&mut all, document);
    Some(CheckSummary {
        places: first.library.places.len(),
        indicators: first.library.indicators.len(),
        observations: first.library.observations.len(),
        profiles: projects.iter().map(summary).collect(),
        weights: weights(&all, first),
        strategies: scripts.into_iter().map(|script| script.path).collect(),
    })
}

/// Lists what can be asked for: every profile, and the project itself where no profile is its default.
fn profiles(document: &Table) -> Vec<Option<String>> {
    let names = document
        .table("profile")
        .into_iter()
        .flat_map(|t| t.entries.keys());
    let project = document.table("project");
    let default = project.and_then(|project| project.word("profile"));
    let mut all: Vec<Option<String>> = names.cloned().map(Some).collect();
    // The default is resolved under its own name: a name that nothing defines must be reported.
    let known = default.is_some_and(|word| all.iter().any(|p| p.as_deref() == Some(word.text)));
    if !known {
        all.insert(0, None);
    }
    all
}

/// Checks the names that scripts read. A script fits a project if it fits one of its profiles.
fn check_scripts(
    scripts: &[strategies::StrategyFile],
    projects: &[Project],
    found: &mut Diagnostics,
) {
    for rule in scripts.iter().filter_map(|script| script.rule.as_ref()) {
        let findings = projects.iter().map(|project| {
            let places = project.library.places.values();
            let names = vocabulary(&project.library.indicators, places, &project.tree);
            rule.check(&names)
        });
        // Of several profiles that a script does not fit, the nearest one tells most.
        if let Some(fewest) = findings.min_by_key(Diagnostics::len) {
            found.extend(fewest);
        }
    }
}

/// Looks for figures that cannot both be right, and for number formats that cannot be compared.
fn check_figures(desk: &mut Desk<'_>, projects: &[Project], found: &mut Diagnostics) {
    let shelf = &mut desk.scripts.shelf;
    for figures in desk.data.values().flatten() {
        if let Some(folder) = &figures.folder {
            check_derived_counts(
                shelf.sources,
                folder,
                &figures.data,
                &mut shelf.files,
                found,
            );
        }
        let as_of = projects.first().and_then(|project| project.as_of);
        let selector = Selector {
            as_of,
            ..Selector::default()
        };
        found.extend(check_plausibility(&figures.data, &selector, &shelf.files));
    }
    for project in projects {
        for (at, node) in project.tree.upward() {
            if let Some(LeafValue::Data(cells)) = project.leaf(at).map(|leaf| &leaf.value) {
                found.extend(check_precision(
                    node.id.as_str(),
                    cells.cells(),
                    &shelf.files,
                ));
            }
        }
    }
}

fn summary(project: &Project) -> ProfileSummary {
    ProfileSummary {
        id: project.profile.id.clone(),
        places: project.league.len(),
        criteria: project.tree.len(),
    }
}

fn weights(document: &Table, project: &Project) -> Vec<EffectiveWeights> {
    let sets = effective(document, &project.tree);
    let id = |at| project.tree.node(at).id.clone();
    sets.into_iter()
        .map(|(name, set)| EffectiveWeights {
            name,
            percent: set
                .shares
                .into_iter()
                .map(|(at, share)| (id(at), 100.0 * share))
                .collect(),
            how: set.weighing.words(&project.tree),
            open: set.weighing.is_open(),
        })
        .collect()
}
