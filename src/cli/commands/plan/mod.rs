//! `exacity plan`

mod watch;

use super::Ended;
use super::forecast::answered;
use crate::cli::Outcome;
use crate::cli::args::{Global, PlanArgs};
use crate::cli::failure::Failure;
use crate::cli::open::{question, sources};
use crate::cli::output::Out;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::plan::instance::{BuildOut, Facility, Instance, Objective};
use crate::plan::solver::{Backend, Limits, Purse, Status, backend};
use crate::plan::study;
use crate::plan::{PlanFile, Scenario, build_out, facility};
use crate::report::views::plan::{BuildOutAnswer, FacilityAnswer};
use crate::report::{Report, views};
use crate::sources::Sources;
use watch::Watching;

/// Where the plans of a project are.
const FOLDER: &str = "rules/plans";
/// Shares of effort and time: the plan itself of all, then each further question of what is left.
const OWN: f64 = 0.6;
const SWEEP: f64 = 0.4;
const RESOLVE: f64 = 0.35;
const FUTURES: f64 = 0.5;
/// Levels of a sweep.
const LEVELS: usize = 7;

pub(super) fn run(global: &Global, args: &PlanArgs, out: &Out) -> Ended {
    let Some((name, text)) = file(global, args, out)? else {
        return list(global, args, out);
    };
    let backend = solver(&args.solver)?;
    let read = answered(crate::plan::read(&name, &text, &sets(args)), out)?;
    let watching = Watching::new(out, args.time_limit);
    let desk = Desk {
        args,
        backend,
        limits: Limits {
            gap: args.gap,
            effort: args.effort,
            watch: &watching,
        },
        watching: &watching,
    };
    let (report, outcome) = desk.answer(read)?;
    watching.finish();
    out.report(&report, &args.output)?;
    Ok(outcome)
}

fn solver(name: &str) -> Result<Box<dyn Backend>, Failure> {
    backend(name).ok_or_else(|| {
        Diagnostic::new(
            Code("E0509"),
            format!("this build has no solver `{name}`"),
        )
        .help(format!(
            "build it in with `cargo install --path . --features {name}`, or leave `--solver` out"
        ))
        .into()
    })
}

fn sets(args: &PlanArgs) -> Vec<String> {
    let objective = args
        .objective
        .iter()
        .map(|word| format!("objective=\"{word}\""));
    args.set.iter().cloned().chain(objective).collect()
}

/// Finds the file: the one named, or the only one of the project.
fn file(global: &Global, args: &PlanArgs, out: &Out) -> Result<Option<(String, String)>, Failure> {
    if let Some(path) = &args.file {
        return question(path).map(Some);
    }
    let sources = sources(global, out)?;
    let path = match &args.name {
        Some(name) => named(&*sources, name)?,
        None => match plans(&*sources).as_slice() {
            [only] => only.clone(),
            _ => return Ok(None),
        },
    };
    text(&*sources, &path).map(|text| Some((path, text)))
}

fn text(sources: &dyn Sources, path: &str) -> Result<String, Failure> {
    let refused = |why: String| Failure::from(Diagnostic::new(Code("E0101"), why));
    let bytes = sources
        .read(path)
        .map_err(|error| refused(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| refused(format!("`{path}` is not UTF-8 text")))
}

fn plans(sources: &dyn Sources) -> Vec<String> {
    let mut paths = sources.list(FOLDER);
    paths.retain(|path| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        matches!(ending, Some("toml" | "json"))
    });
    paths
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Finds a plan by its name or path.
fn named(sources: &dyn Sources, name: &str) -> Result<String, Failure> {
    let all = plans(sources);
    if let Some(path) = all.iter().find(|path| *path == name || stem(path) == name) {
        return Ok(path.clone());
    }
    if name.contains(['/', '.']) && sources.read(name).is_ok() {
        return Ok(name.to_owned());
    }
    let known: Vec<&str> = all.iter().map(|path| stem(path)).collect();
    let there = if known.is_empty() {
        "there are none yet".to_owned()
    } else {
        known.join(", ")
    };
    Err(Diagnostic::new(
        Code("E0507"),
        format!("there is no plan `{name}` in `{FOLDER}`"),
    )
    .maybe_help(did_you_mean(name, known.iter().copied()))
    .help("a file elsewhere is named with `--file`")
    .note(format!("plans of this project: {there}"))
    .into())
}

/// Lists the plans of the project.
fn list(global: &Global, args: &PlanArgs, out: &Out) -> Ended {
    let sources = sources(
        global,
        &Out::new(
            out.environment.clone(),
            &Global {
                quiet: true,
                ..global.clone()
            },
        ),
    )?;
    let mut lines = vec![];
    for path in plans(&*sources) {
        let read = crate::plan::read(&path, &text(&*sources, &path)?, &[]);
        lines.push((stem(&path).to_owned(), read.value, read.diagnostics));
    }
    out.report(&views::plan::list(&lines), &args.output)?;
    Ok(Outcome::Done)
}

/// What every solve needs.
struct Desk<'a> {
    args: &'a PlanArgs,
    backend: Box<dyn Backend>,
    limits: Limits<'a>,
    watching: &'a Watching,
}

impl Desk<'_> {
    fn answer(&self, read: PlanFile) -> Result<(Report, Outcome), Failure> {
        let PlanFile {
            instance,
            scenarios,
        } = read;
        let (instance, scenarios) = match &self.args.scenario {
            None => (instance, scenarios),
            Some(wanted) => match scenarios.iter().find(|scenario| scenario.name == *wanted) {
                Some(scenario) => (scenario.instance.clone(), vec![]),
                None => {
                    let names = scenarios.iter().map(|scenario| scenario.name.as_str());
                    let message = format!("the plan has no scenario `{wanted}`");
                    return Err(Diagnostic::new(Code("E0508"), message)
                        .maybe_help(did_you_mean(wanted, names))
                        .into());
                }
            },
        };
        match instance {
            Instance::BuildOut(plan) => Ok(self.build_out(&plan, scenarios)),
            Instance::Facility(plan) => {
                let futures =
                    scenarios
                        .into_iter()
                        .filter_map(|scenario| match scenario.instance {
                            Instance::Facility(plan) => {
                                Some((scenario.name, scenario.because, scenario.changes, plan))
                            }
                            Instance::BuildOut(_) => None,
                        });
                Ok(self.facility(&plan, futures.collect()))
            }
        }
    }

    fn build_out(&self, plan: &BuildOut, scenarios: Vec<Scenario>) -> (Report, Outcome) {
        self.watching.doing("planning");
        let backend = &*self.backend;
        let mut purse = Purse::new(&self.limits);
        let own = if self.args.brief { 1.0 } else { OWN };
        let solved = purse.ask(own, |limits| build_out::solve(plan, backend, limits));
        let mut answer = BuildOutAnswer::new(plan, &solved, self.backend.name());
        let infeasible = solved.solution.status == Status::Infeasible;
        let asks = !self.args.brief;
        if asks && infeasible {
            self.watching.doing("looking for what stands in the way");
            answer.explanation =
                Some(purse.ask(1.0, |limits| study::explain(plan, backend, limits)));
        }
        if self.args.sweep {
            self.watching.doing("pricing levels of the target");
            answer.frontier =
                purse.ask(SWEEP, |limits| study::sweep(plan, LEVELS, backend, limits));
        }
        if asks && solved.outcome.is_some() {
            answer.prices = build_out::prices(&solved, backend);
            self.watching
                .doing("solving again with a little more and less");
            answer.resolved = purse.ask(RESOLVE, |limits| {
                study::resolve(plan, &solved, backend, limits)
            });
        }
        if asks && !scenarios.is_empty() {
            (answer.futures, answer.regrets) = purse.ask(FUTURES, |limits| {
                let doing = |what: &str| self.watching.doing(what);
                study::futures(plan, &solved, scenarios, backend, limits, &doing)
            });
        }
        if asks && solved.outcome.is_some() && plan.objective == Objective::MinNpvCost {
            self.watching.doing("looking for other good plans");
            answer.within = self.args.within;
            answer.ranges = purse.ask(1.0, |limits| {
                study::alternatives(plan, &solved, self.args.within, backend, limits)
            });
        }
        answer.cut_short = self.limits.watch.stop();
        (
            views::plan::build_out(&answer),
            outcome(infeasible, &solved.solution.status),
        )
    }

    fn facility(
        &self,
        plan: &Facility,
        futures: Vec<(String, String, Vec<String>, Facility)>,
    ) -> (Report, Outcome) {
        self.watching.doing("planning");
        let mut purse = Purse::new(&self.limits);
        let mut to_come = futures.len();
        let own = if self.args.brief || futures.is_empty() {
            1.0
        } else {
            OWN
        };
        let solved = purse.ask(own, |limits| facility::solve(plan, &*self.backend, limits));
        let mut answer = FacilityAnswer {
            plan,
            solved: &solved,
            solver: self.backend.name(),
            futures: vec![],
            cut_short: None,
        };
        if !self.args.brief {
            for (name, because, changes, plan) in futures {
                self.watching.doing(&format!("planning for {name}"));
                let solved = purse.ask_next(to_come, |limits| {
                    facility::solve(&plan, &*self.backend, limits)
                });
                to_come -= 1;
                answer.futures.push((name, because, changes, plan, solved));
            }
        }
        answer.cut_short = self.limits.watch.stop();
        let infeasible = solved.solution.status == Status::Infeasible;
        (
            views::plan::facility(&answer),
            outcome(infeasible, &solved.solution.status),
        )
    }
}

fn outcome(infeasible: bool, status: &Status) -> Outcome {
    let none = infeasible
        || matches!(
            status,
            Status::NothingFound | Status::Unbounded | Status::Failed(_)
        );
    if none { Outcome::No } else { Outcome::Done }
}
