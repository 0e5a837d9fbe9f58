//! The same reference cases with `HiGHS`: `.ci/run` links a built library, see the feature `highs-discover`.

use super::{build_out, case, facility};
use exacity::plan::instance::Instance;
use exacity::plan::solver::{Backend, Limits, Progress, Status, Stop, Watch, backend};
use exacity::plan::{build_out as building, facility as locating, study};
use std::cell::Cell;

fn highs() -> Box<dyn Backend> {
    backend("highs").unwrap()
}

fn close(got: f64, expected: f64) {
    let off = (got - expected).abs() / expected.abs().max(1.0);
    assert!(off <= 1e-6, "{got} is not {expected}");
}

#[test]
fn proven_optima_are_the_same() {
    let cases: [(&str, &[&str], f64); 5] = [
        ("micro-1x2x1", &[], 161.201_322_314_049_6),
        ("tiny-3x4x2", &[], 697.918_534_113_794_9),
        (
            "tiny-3x4x2",
            &["domestic_quota.share=0.8"],
            940.922_558_566_779_1,
        ),
        ("tiny-3x4x2", &["salvage=none"], 1_420.430_769_854_377_8),
        ("mid-8x8x3", &[], 2_475.207_844_947_598),
    ];
    for (name, sets, optimum) in cases {
        let plan = build_out(name, sets);
        let solved = building::solve(&plan, highs().as_ref(), &Limits::default());
        assert_eq!(solved.solution.status, Status::Optimal, "{name} {sets:?}");
        let found = solved.solution.plan.unwrap();
        close(found.objective, optimum);
        assert!(solved.model.problem.recheck(&found.x).passes());
        close(solved.outcome.unwrap().costs.total(), optimum);
    }
}

#[test]
fn what_has_no_plan_is_infeasible_and_explained() {
    let plan = build_out("tiny-infeasible", &[]);
    let solved = building::solve(&plan, highs().as_ref(), &Limits::default());
    assert_eq!(solved.solution.status, Status::Infeasible);
    let why = study::explain(&plan, highs().as_ref(), &Limits::default());
    assert!(why.proven);
    close(why.reachable.unwrap(), 9.6);
}

#[test]
fn the_location_benchmark_comes_out() {
    let plan = facility("orlib-cap41");
    let solved = locating::solve(&plan, highs().as_ref(), &Limits::default());
    assert_eq!(solved.solution.status, Status::Optimal);
    close(solved.solution.plan.unwrap().objective, 1_040_444.375);
}

/// The gap that is asked of this solver in 120 seconds; it takes about ten.
#[test]
fn the_large_case_is_solved_within_half_a_per_cent() {
    let Instance::BuildOut(plan) = case("bench-20x12x4", &[]) else {
        panic!("no build-out");
    };
    let limits = Limits {
        gap: 5e-3,
        ..Limits::default()
    };
    let points: Vec<_> = (0..2)
        .map(|_| {
            let solved = building::solve(&plan, highs().as_ref(), &limits);
            assert_eq!(solved.solution.status, Status::Optimal);
            assert!(solved.solution.gap().unwrap() <= 5e-3);
            let found = solved.solution.plan.unwrap();
            // No plan beats the bound that another run proved, and no bound beats the best known plan.
            assert!(found.objective >= 8_114.212_389_885_605);
            assert!(found.objective <= 8_124.532_840_188_447 * 1.005);
            assert!(solved.solution.bound <= 8_124.532_840_188_447 * (1.0 + 1e-9));
            found.x
        })
        .collect();
    assert_eq!(points[0], points[1], "the same plan comes out every time");
}

/// Stops when there is a plan, as somebody at the keyboard would.
#[derive(Debug, Default)]
struct Impatient(Cell<bool>);

impl Watch for Impatient {
    fn stop(&self) -> Option<Stop> {
        self.0.get().then_some(Stop::Asked)
    }
    fn left(&self) -> Option<std::time::Duration> {
        None
    }
    fn progress(&self, progress: Progress) {
        self.0.set(progress.objective.is_some());
    }
}

#[test]
fn who_stops_the_search_gets_a_checked_plan() {
    let plan = build_out("bench-20x12x4", &[]);
    let limits = Limits {
        watch: &Impatient::default(),
        ..Limits::default()
    };
    let solved = building::solve(&plan, highs().as_ref(), &limits);
    assert_eq!(solved.solution.status, Status::Feasible);
    assert_eq!(solved.solution.stopped, Some(Stop::Asked));
    let found = solved.solution.plan.unwrap();
    assert!(solved.model.problem.recheck(&found.x).passes());
}
