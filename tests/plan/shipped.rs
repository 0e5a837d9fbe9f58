//! The plans that come with exacity.

use exacity::plan::solver::{Limits, Status, default_backend};
use exacity::plan::{PlanFile, build_out, facility, instance::Instance, read};
use std::fs;

fn shipped(name: &str) -> PlanFile {
    let path = format!("rules/plans/{name}.toml");
    let checked = read(&path, &fs::read_to_string(&path).unwrap(), &[]);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    checked.value.unwrap()
}

#[test]
fn every_shipped_plan_says_what_it_assumes_and_has_futures() {
    for name in ["coast-to-west", "guizhou", "shanghai"] {
        let file = shipped(name);
        let about = file.instance.about();
        assert!(
            about.assumptions.len() >= 5 && about.sources.len() >= 5,
            "{name}"
        );
        assert!(
            about
                .assumptions
                .iter()
                .all(|basis| basis.because.len() > 20),
            "{name}"
        );
        assert_eq!(file.scenarios.len(), 3, "{name}");
    }
}

#[test]
fn every_shipped_plan_is_solved_with_a_proven_gap() {
    let (backend, limits) = (
        default_backend(),
        Limits {
            gap: 5e-3,
            effort: 50e3,
            ..Limits::default()
        },
    );
    for name in ["coast-to-west", "guizhou", "shanghai"] {
        let solution = match shipped(name).instance {
            Instance::BuildOut(plan) => build_out::solve(&plan, backend.as_ref(), &limits).solution,
            Instance::Facility(plan) => facility::solve(&plan, backend.as_ref(), &limits).solution,
        };
        assert_eq!(
            solution.status,
            Status::Optimal,
            "{name}: {:?}",
            solution.gap()
        );
    }
}
