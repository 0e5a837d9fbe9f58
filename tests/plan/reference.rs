//! The reference cases: optima proven by two other solvers, or published.

use super::{build_out, facility, optimum, solved};
use exacity::plan::facility;
use exacity::plan::solver::{Limits, Progress, Status, Stop, Watch, default_backend};
use exacity::plan::study::{self, Resource, Scaling};

fn close(got: f64, expected: f64, relative: f64) {
    let off = (got - expected).abs() / expected.abs().max(1.0);
    assert!(off <= relative, "{got} is not {expected} within {relative}");
}

#[test]
fn the_case_by_hand() {
    let solved = solved(&build_out("micro-1x2x1", &[]));
    assert_eq!(solved.solution.status, Status::Optimal);
    // 2 x 67.039504 + 27.122314, by hand in the notes of the reference.
    close(
        solved.solution.plan.unwrap().objective,
        161.201_322_314_049_6,
        1e-9,
    );
    let installed: Vec<f64> = solved
        .outcome
        .unwrap()
        .periods
        .iter()
        .map(|p| p.eflops)
        .collect();
    assert_eq!(installed, [2.0, 3.0]);
}

#[test]
fn the_small_case_and_its_sixteen_changes() {
    let changes: [(&[&str], Option<f64>); 17] = [
        (&[], Some(697.918_534_113_794_9)),
        (&["budget=*1.1"], Some(697.918_534_113_794_9)),
        (&["budget=*0.9"], Some(697.918_534_113_794_9)),
        (&["power_cap_mw=*1.1"], Some(697.918_534_113_794_9)),
        (&["domestic_quota.share=0.4"], Some(697.918_534_113_794_9)),
        (&["domestic_quota.share=0.6"], Some(697.918_534_113_794_9)),
        (&["targets.1.eflops=7.0"], Some(674.899_903_394_070_6)),
        (&["targets.1.eflops=8.0"], Some(727.036_229_071_808_2)),
        (&["salvage=none"], Some(1_420.430_769_854_377_8)),
        (&["budget=*0.75"], None),
        (&["budget=*0.6"], None),
        (&["budget_carry=false"], Some(718.849_858_536_386_6)),
        (&["power_cap_mw=*0.6"], None),
        (&["domestic_quota.share=0.8"], Some(940.922_558_566_779_1)),
        (
            &["chips.imp-8x.max_per_period=3"],
            Some(697.918_534_113_794_9),
        ),
        (&["sites.west.lead_periods=0"], Some(619.436_512_596_351_8)),
        (&["discount_rate=0.10"], Some(702.449_513_779_572_4)),
    ];
    for (sets, expected) in changes {
        let got = optimum(&build_out("tiny-3x4x2", sets));
        match expected {
            Some(expected) => close(
                got.unwrap_or_else(|| panic!("{sets:?}: no plan")),
                expected,
                1e-6,
            ),
            None => assert_eq!(got, None, "{sets:?}"),
        }
    }
}

#[test]
fn a_plan_reads_back_to_the_same_cost() {
    let plan = build_out("tiny-3x4x2", &[]);
    let solved = solved(&plan);
    let outcome = solved.outcome.unwrap();
    close(
        outcome.costs.total(),
        solved.solution.plan.unwrap().objective,
        1e-9,
    );
    assert!(outcome.shortfalls.iter().all(|short| *short <= 1e-9));
}

#[test]
fn what_stands_in_the_way_of_the_infeasible_case() {
    let plan = build_out("tiny-infeasible", &[]);
    assert_eq!(optimum(&plan), None);
    let backend = default_backend();
    let why = study::explain(&plan, backend.as_ref(), &Limits::default());
    assert!(why.proven);
    close(why.reachable.unwrap(), 9.6, 1e-7);
    let of = |resource: Resource| {
        why.scalings
            .iter()
            .find(|(of, _)| *of == resource)
            .unwrap()
            .1
    };
    let least = |resource: Resource, expected: f64| match of(resource) {
        Scaling::Least(factor) => {
            assert!((factor - expected).abs() <= 1e-4, "{resource:?}: {factor}");
        }
        other => panic!("{resource:?}: {other:?}"),
    };
    least(Resource::Budget, 1.389_346_307_573_76);
    least(Resource::BudgetAndPower, 1.220_488_888_083_442_8);
    least(Resource::Everything, 1.214_488_888_103_915);
    for resource in [Resource::PowerCap, Resource::ImportSupply, Resource::Racks] {
        assert_eq!(of(resource), Scaling::NoneUpTo(64.0), "{resource:?}");
    }
    assert_eq!(why.without_quota, Some(false));
    assert!(!why.relaxed.is_empty());
}

#[test]
fn the_published_location_benchmark() {
    let plan = facility("orlib-cap41");
    let solved = facility::solve(&plan, default_backend().as_ref(), &Limits::default());
    assert_eq!(solved.solution.status, Status::Optimal);
    close(solved.solution.plan.unwrap().objective, 1_040_444.375, 1e-9);
    let found = solved.assignment.unwrap();
    close(found.cost(&plan), 1_040_444.375, 1e-9);
}

/// Kuehn and Hamburger's 16 warehouses and 50 customers with other capacities and opening costs: the
/// optima that OR-Library publishes (`capopt`), from cap42 to cap74.
#[test]
fn the_published_location_benchmarks_of_the_same_kind() {
    let published = [
        (5_000.0, 12_500.0, 1_098_000.450),
        (5_000.0, 17_500.0, 1_153_000.450),
        (5_000.0, 25_000.0, 1_235_500.450),
        (10_000.0, 17_500.0, 1_025_208.225),
        (15_000.0, 7_500.0, 932_615.750),
        (15_000.0, 12_500.0, 977_799.400),
        (15_000.0, 17_500.0, 1_014_062.050),
        (15_000.0, 25_000.0, 1_045_650.250),
        (58_268.0, 7_500.0, 932_615.750),
        (58_268.0, 12_500.0, 977_799.400),
        (58_268.0, 17_500.0, 1_010_641.450),
        (58_268.0, 25_000.0, 1_034_976.975),
    ];
    for (capacity, opening, optimum) in published {
        let mut plan = facility("orlib-cap41");
        for site in &mut plan.sites {
            site.capacity = capacity;
            // One warehouse stands already, and costs nothing to open in all of them.
            if site.open_cost > 0.0 {
                site.open_cost = opening;
            }
        }
        let solution =
            facility::solve(&plan, default_backend().as_ref(), &Limits::default()).solution;
        assert_eq!(solution.status, Status::Optimal, "{capacity} {opening}");
        close(solution.plan.unwrap().objective, optimum, 1e-9);
    }
}

/// The release build proves its optimum in `.ci/run`; here the answer must be near, and its bound true.
#[test]
fn the_middling_case_has_a_true_bound_and_a_near_plan() {
    const OPTIMUM: f64 = 2_475.207_844_947_598;
    let plan = build_out("mid-8x8x3", &[]);
    let limits = Limits {
        gap: 0.01,
        ..Limits::default()
    };
    let solved = exacity::plan::build_out::solve(&plan, default_backend().as_ref(), &limits);
    let found = solved.solution.plan.as_ref().unwrap();
    assert!(solved.solution.gap().unwrap() <= 0.01);
    assert!(found.violation <= 1e-6 && found.objective >= OPTIMUM * (1.0 - 1e-9));
    assert!(solved.solution.bound <= OPTIMUM * (1.0 + 1e-9));
}

#[test]
fn with_a_little_more_money_the_plan_of_before_still_counts() {
    let plan = build_out("mid-8x8x3", &[]);
    let limits = Limits {
        gap: 0.02,
        ..Limits::default()
    };
    let backend = default_backend();
    let before = exacity::plan::build_out::solve(&plan, backend.as_ref(), &limits);
    let before = before.solution.plan.unwrap();
    // Money left over moves with the budget, so that the old point itself breaks its rows.
    let more = build_out("mid-8x8x3", &["budget=*1.1"]);
    let hurried = Limits {
        effort: 1.0,
        ..Limits::default()
    };
    let after =
        exacity::plan::build_out::solve_near(&more, Some(&before.x), backend.as_ref(), &hurried);
    let after = after.solution.plan.unwrap();
    assert!(after.objective <= before.objective * (1.0 + 1e-9));
}

/// Stops as soon as there is a plan, as somebody at the keyboard would.
#[derive(Debug, Default)]
struct Impatient(std::cell::Cell<bool>);

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
fn who_stops_the_search_gets_the_best_checked_plan_so_far() {
    let plan = build_out("mid-8x8x3", &[]);
    let limits = Limits {
        watch: &Impatient::default(),
        ..Limits::default()
    };
    let solved = exacity::plan::build_out::solve(&plan, default_backend().as_ref(), &limits);
    assert_eq!(solved.solution.status, Status::Feasible);
    assert_eq!(solved.solution.stopped, Some(Stop::Asked));
    assert!(
        solved
            .model
            .problem
            .recheck(&solved.solution.plan.unwrap().x)
            .passes()
    );
    assert!(solved.outcome.is_some());
}

/// `.ci/run` shows a gap of five per cent with the release build; an unoptimised one takes too long.
#[test]
#[cfg_attr(debug_assertions, ignore = "for the release build: see .ci/run")]
fn the_large_case_has_a_checked_plan_with_a_small_proven_gap() {
    let plan = build_out("bench-20x12x4", &[]);
    let limits = Limits {
        gap: 0.05,
        ..Limits::default()
    };
    let solved = exacity::plan::build_out::solve(&plan, default_backend().as_ref(), &limits);
    let found = solved.solution.plan.as_ref().unwrap();
    assert!(found.violation <= 1e-6);
    assert!(
        solved.solution.gap().unwrap() <= 0.05,
        "{:?}",
        solved.solution.gap()
    );
    // No plan beats the bound that another solver proved, and no bound beats its best plan.
    assert!(found.objective >= 8_114.212_389_885_605);
    assert!(solved.solution.bound <= 8_124.532_840_188_447 * (1.0 + 1e-9));
}
