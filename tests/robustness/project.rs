//! Studies of whole projects: the same answers as scoring draw by draw, on any number of threads.

use exacity::config::{Request, Workshop, load};
use exacity::diagnostics::Diagnostics;
use exacity::robustness::project::{Setup, Study, rank_ranges};
use exacity::robustness::stability::{How, Search, by_search};
use exacity::robustness::{Control, Stopped, walk};
use exacity::sources::builtin::BuiltinSources;
use exacity::sources::memory::MemorySources;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn request(vary: &[&str], sets: &[&str]) -> Request {
    Request {
        vary: vary.iter().map(|line| (*line).to_owned()).collect(),
        sets: sets.iter().map(|line| (*line).to_owned()).collect(),
        ..Request::default()
    }
}

fn setup(vary: &[&str], sets: &[&str]) -> Result<Setup, Diagnostics> {
    let opened = Workshop::open(&BuiltinSources, &request(vary, sets));
    let (mut workshop, loaded) = opened.value.ok_or(opened.diagnostics)?;
    Setup::new(loaded.project, 0, &mut |sets| workshop.load(sets))
}

fn run(vary: &[&str], sets: &[&str]) -> (Setup, Study) {
    let setup = setup(vary, sets).unwrap();
    let study = setup.run(&Control::default()).unwrap();
    (setup, study)
}

/// Scores every draw by the scoring itself and counts ranks by the plainest code.
fn counts_by_hand(setup: &Setup, draws: u64) -> Vec<u64> {
    let places = setup.places.len();
    let mut counts = vec![0; places * places];
    walk(&setup.run_views(), setup.spec.seed, 0..draws, |drawn| {
        let view = &setup.views[drawn.view];
        let shares = view
            .weights
            .shares(&drawn.weights[..view.weights.nominal.len()])
            .unwrap();
        let league = view.rescorer.as_ref().unwrap().scores(shares).unwrap();
        let scores: Vec<f64> = setup.places.iter().map(|&p| league[p].unwrap()).collect();
        for (place, own) in scores.iter().enumerate() {
            assert!((own - drawn.scores[place]).abs() < 1e-9);
            let above = scores.iter().filter(|other| *other > own).count();
            counts[above * places + place] += 1;
        }
        true
    });
    counts
}

#[test]
fn the_shipped_project_is_drawn_in_blocks_with_the_scores_of_the_scoring_itself() {
    let (setup, study) = run(&[], &["robustness.draws=2001"]);
    assert!(setup.is_batch());
    assert_eq!(study.outcome.tally.ranks, counts_by_hand(&setup, 2001));
    assert_eq!((study.varied.len(), study.outcome.tally.undefined), (1, 0));
}

#[test]
fn shipped_strategies_are_drawn_in_blocks_with_the_scores_of_the_scoring_itself() {
    // `sovereign` judges no city: none publishes its share of domestic chips.
    for name in ["weighted", "niche", "prudent", "targets", "incentives"] {
        let strategy = format!("scoring.strategy=rules/{name}.rhai");
        let (setup, study) = run(&["weights=uniform"], &[&strategy, "robustness.draws=161"]);
        assert!(setup.is_batch(), "{name}");
        assert_eq!(
            study.outcome.tally.ranks,
            counts_by_hand(&setup, 161),
            "{name}"
        );
        assert_eq!(study.outcome.tally.undefined, 0, "{name}");
    }
}

#[test]
fn a_strategy_reads_facts_leader_and_weights_of_the_draw() {
    let rule = r#"
        fn meta() { #{ title: "Everything that moves", version: 1, needs: #{ b: #{ missing: 7 } } } }
        fn score(part, weight, leader, facts, place) {
            part.b * weight.b + weight.b_x + part.a - facts.part_b_median + facts.part_b_rank
                + facts.part_b_share * 3 + facts.part_b_sd + leader.part_b - leader.part_a + leader.size
                + facts.part_b_n + facts.part_b_max - facts.part_b_min + facts.part_b_mean
        }
    "#;
    let project = "schema = 1\n[project]\nname = \"t\"\n[data]\nmatrix = { file = \"d.csv\", id = \"id\" }\n\
        [scoring]\nstrategy = \"r.rhai\"\n\
        [[criteria]]\nid = \"a\"\nindicator = \"size\"\ndirection = \"higher\"\n\
        [[criteria]]\nid = \"b\"\n\
        [[criteria]]\nid = \"b.x\"\nindicator = \"x\"\ndirection = \"higher\"\n\
        [[criteria]]\nid = \"b.y\"\nindicator = \"y\"\ndirection = \"higher\"\n";
    let rows = "id,size,x,y\np,3,9,1\nq,5,2,\nr,8,4,7\ns,1,,\nt,6,1,2\n";
    let files = MemorySources::default()
        .with("exacity.toml", project)
        .with("d.csv", rows)
        .with("r.rhai", rule);
    let request = request(&["weights=uniform"], &["robustness.draws=160"]);
    let opened = Workshop::open(&files, &request);
    let (mut workshop, loaded) = opened
        .value
        .unwrap_or_else(|| panic!("{:#?}", opened.diagnostics));
    let setup = Setup::new(loaded.project, 0, &mut |sets| workshop.load(sets)).unwrap();
    let study = setup.run(&Control::default()).unwrap();
    assert!(setup.is_batch() && setup.places.len() == 5);
    assert_eq!(study.outcome.tally.ranks, counts_by_hand(&setup, 160));
}

#[test]
fn ranking_methods_are_drawn_with_the_scores_of_the_scoring_itself() {
    for name in ["topsis", "vikor", "promethee-ii", "wsm", "wpm", "codas"] {
        let method = format!("scoring.method={name}");
        let (setup, study) = run(&["weights=uniform"], &[&method, "robustness.draws=81"]);
        assert_eq!(
            study.outcome.tally.ranks,
            counts_by_hand(&setup, 81),
            "{name}"
        );
    }
}

#[test]
fn methods_in_closed_form_are_drawn_in_blocks() {
    let rows = "p,3,9\nq,5,2\nr,8,4\ns,1,6\nt,6,1\n";
    for (name, blocks) in [
        ("topsis", true),
        ("wsm", true),
        ("wpm", true),
        ("vikor", false),
    ] {
        let more = format!("[scoring]\nmethod = \"{name}\"\n");
        let (setup, study) = small(rows, &more, &["weights=uniform"]).unwrap();
        assert_eq!(setup.is_batch(), blocks, "{name}");
        let draws = study.outcome.made;
        assert_eq!(
            study.outcome.tally.ranks,
            counts_by_hand(&setup, draws),
            "{name}"
        );
    }
}

#[test]
fn choices_take_turns_and_what_has_no_form_in_blocks_is_drawn_one_by_one() {
    let vary = [
        "weights=uniform",
        "scoring.strategy=weighted,rules/niche.rhai",
        "criteria.*.aggregate=arithmetic,geometric",
    ];
    let (setup, study) = run(&vary, &["robustness.draws=320"]);
    assert_eq!(setup.design.points.len(), 4);
    assert!(!setup.is_batch());
    assert_eq!(study.outcome.tally.ranks, counts_by_hand(&setup, 320));
}

#[test]
fn any_number_of_threads_gives_the_same_study() {
    let vary = ["weights=30%", "data.all=10%", "rule.bonus=0,0.6"];
    let sets = ["robustness.draws=67", "scoring.strategy=rules/niche.rhai"];
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| run(&vary, &sets).1.outcome)
    };
    let one = on(1);
    for threads in [2, 3, 8] {
        assert_eq!(one, on(threads), "{threads} threads");
    }
}

#[test]
fn a_study_that_is_stopped_is_a_shorter_study() {
    let sets = ["robustness.draws=400000"];
    let setup = setup(&[], &sets).unwrap();
    let (stop, seen) = (AtomicBool::new(false), AtomicU64::new(0));
    let progress = |_| {
        if seen.fetch_add(1, Ordering::Relaxed) == 2 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let control = Control {
        cancelled: Some(&stop),
        progress: Some(&progress),
        portable: false,
    };
    let stopped = setup.run(&control).unwrap().outcome;
    assert_eq!(stopped.stopped, Stopped::Cancelled);
    let draws = format!("robustness.draws={}", stopped.made.max(1));
    let short = run(&[], &[draws.as_str()]).1.outcome;
    if stopped.made > 0 {
        assert_eq!(stopped.tally, short.tally);
    }
}

#[test]
fn ends_of_stability_are_where_the_ranking_changes() {
    let setup = setup(&[], &[]).unwrap();
    let weights = &setup.base.weights;
    let all = setup.stability().unwrap();
    assert_eq!(all.len(), 13, "every criterion with siblings");
    for one in &all {
        assert_eq!(one.stability.how, How::Exact);
        let group = weights
            .groups
            .iter()
            .position(|(at, _)| *at == one.parent)
            .unwrap();
        let start = weights.starts()[group];
        let children = &weights.groups[group].1;
        let row = start + children.iter().position(|at| *at == one.criterion).unwrap();
        let scores = |x: f64| {
            let mut shares = weights.nominal.clone();
            let rest = 1.0 - shares[row];
            for other in &mut shares[start..start + children.len()] {
                *other *= (1.0 - x) / rest;
            }
            shares[row] = x;
            setup.scores_with(&shares)
        };
        let found = by_search(scores, one.stability.current, Search::default()).unwrap();
        let pairs = found.ranks.iter().zip(&one.stability.ranks);
        for (searched, exact) in pairs.chain([(&found.first, &one.stability.first)]) {
            // At an end where a place loses a whole branch the search meets a jump.
            assert!(
                (searched.low - exact.low).abs() < 1e-6 || exact.low < 0.011,
                "{searched:?} {exact:?}"
            );
            assert!(
                (searched.high - exact.high).abs() < 1e-6 || exact.high > 0.989,
                "{searched:?} {exact:?}"
            );
        }
    }
}

#[test]
fn under_the_weights_of_an_overtaking_both_places_are_level() {
    let setup = setup(&[], &[]).unwrap();
    for (leader, challenger, leaves) in [
        (0, 1, false),
        (5, 6, false),
        (2, 3, false),
        (3, 4, true),
        (4, 6, false),
    ] {
        let found = setup.overtake(leader, challenger, leaves).unwrap();
        let total = found.found.total.as_ref().unwrap();
        let moved: f64 = total
            .weights
            .iter()
            .zip(&found.current)
            .map(|(a, b)| (a - b).abs())
            .sum();
        assert!((moved - total.size).abs() < 1e-9);
        for change in [
            &found.found.total,
            &found.found.distance,
            &found.found.relative,
        ] {
            let change = change.as_ref().unwrap();
            if leaves {
                continue;
            }
            let mut shares = setup.base.weights.nominal.clone();
            let pillars = &setup.base.weights.groups[0].1;
            let silent: f64 = found
                .silent
                .iter()
                .map(|at| shares[pillars.iter().position(|p| p == at).unwrap()])
                .sum();
            for (at, weight) in found.criteria.iter().zip(&change.weights) {
                shares[pillars.iter().position(|p| p == at).unwrap()] = weight * (1.0 - silent);
            }
            let scores = setup.scores_with(&shares).unwrap();
            assert!(
                (scores[leader] - scores[challenger]).abs() < 1e-6,
                "{leader} {challenger}: {scores:?}"
            );
        }
    }
}

#[test]
fn sensitivity_gives_the_whole_of_the_variance_to_the_only_choice() {
    let vary = ["criteria.*.aggregate=arithmetic,geometric", "weights=1%"];
    let opened = Workshop::open(&BuiltinSources, &request(&vary, &[]));
    let (mut workshop, loaded) = opened.value.unwrap();
    let setup = Setup::new(loaded.project, 0, &mut |sets| workshop.load(sets)).unwrap();
    let found = setup
        .sensitivity(&mut |sets| workshop.load(sets), &Control::default())
        .unwrap();
    let shift = &found.indices.as_ref().unwrap().found.outputs[0];
    let total = shift.total.as_ref().unwrap();
    assert!(total[0].value > 0.8 && total[1].value < 0.3, "{total:?}");
    let choice = &found.alone[0];
    assert_eq!(
        (choice.name.as_str(), choice.draws),
        (vary[0].split('=').next().unwrap(), (2, 2))
    );
    assert!(found.without.iter().all(|one| one.shift.is_some()));
}

#[test]
fn fixed_goalposts_reverse_nothing_and_min_max_does() {
    let setup = setup(&[], &[]).unwrap();
    let found = setup.reversal().unwrap();
    assert_eq!(found.standing.counts(), (0, 0));
    assert!(found.relative.is_empty());
    let of = |name: &str| {
        found
            .others
            .iter()
            .find(|audit| audit.normalise == name)
            .unwrap()
            .counts()
    };
    assert!(of("min-max").1 > 0);
    assert_eq!(of("goalposts at today's ends"), (0, 0));
}

#[test]
fn ranges_beside_a_ranking_are_those_of_the_default_study() {
    let project = load(&BuiltinSources, &Request::default())
        .value
        .unwrap()
        .project;
    let ranges = rank_ranges(&project, 0).unwrap();
    let (setup, study) = run(&[], &[]);
    for (&row, place) in setup.places.iter().zip(&study.summary.places) {
        assert_eq!(ranges.ranks[row], Some((place.rank_p05, place.rank_p95)));
    }
    assert_eq!(ranges.tied.len(), study.ties.len());
}

#[test]
fn what_cannot_vary_is_refused_with_its_code() {
    let cases = [
        ("weights=unform", "E0601"),
        ("weights=150%", "E0601"),
        ("weights=compute >= compute.capacity", "E0601"),
        (
            r#"weights=["compute >= academia", "academia >= subsidies", "subsidies >= compute"]"#,
            "E0602",
        ),
        ("weights=compute >= computer", "E0301"),
        ("data.compute_ai_eflop=10%", "E0601"),
        ("data.tier.E=10%", "E0601"),
        ("data.bounds=wide", "E0601"),
        ("scoring.strategy=weighted,nich", "E0106"),
        ("scoring.weights=balanced", "E0601"),
        ("rule.bonus", "E0601"),
        ("scoring.constant=0..2", "E0110"),
        ("scoring.constant=0.8..0.2", "E0601"),
        ("scoring.nrmalise=min-max,z-score", "E0108"),
        ("data.bejing.compute_ai_eflops=1..2", "E0601"),
        ("data.beijing.compute_ai_eflop=1..2", "E0601"),
        ("weights.subsidies=uniform", "E0603"),
        ("scoring.normalise=min-max,z-score", "E0603"),
    ];
    for (line, code) in cases {
        let found = setup(&[line], &[])
            .err()
            .unwrap_or_else(|| panic!("{line} is taken"));
        let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
        assert_eq!(codes, [code], "{line}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let found = setup(
        &[
            "weights=unform",
            "data.tier.E=10%",
            "scoring.weights=x,balanced",
        ],
        &[],
    );
    let codes: Vec<&str> = found.unwrap_err().iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["E0601", "E0601"]);
}

const SMALL: &str = r#"
[data]
matrix = { file = "data.csv", id = "id" }
[[criteria]]
id = "a"
indicator = "a"
direction = "higher"
normalise = "identity"
[[criteria]]
id = "b"
indicator = "b"
direction = "higher"
normalise = "identity"
"#;

fn small(rows: &str, more: &str, vary: &[&str]) -> Result<(Setup, Study), Diagnostics> {
    let sources = MemorySources::default()
        .with("exacity.toml", format!("{SMALL}{more}"))
        .with("data.csv", format!("id,a,b\n{rows}"));
    let opened = Workshop::open(&sources, &request(vary, &[]));
    let (mut workshop, loaded) = opened.value.ok_or(opened.diagnostics)?;
    let setup = Setup::new(loaded.project, 0, &mut |sets| workshop.load(sets))?;
    let study = setup.run(&Control::default())?;
    Ok((setup, study))
}

fn code(result: Result<(Setup, Study), Diagnostics>) -> String {
    let found = result.unwrap_err();
    found.iter().map(|d| d.code.0).collect::<Vec<_>>().join(" ")
}

#[test]
fn one_place_alone_cannot_be_compared() {
    assert_eq!(code(small("x,1,2\n", "", &[])), "E0604");
}

#[test]
fn more_than_64_places_and_5000_are_counted_right() {
    for places in [65, 5_000] {
        let rows: Vec<String> = (0..places)
            .map(|i| format!("p{i:05},{},{}", i, (i * 7) % places))
            .collect();
        let rows = rows.join(
            "
",
        ) + "
";
        let (setup, study) = small(&rows, "[robustness]\ndraws = 16\n", &[]).unwrap();
        assert_eq!(setup.places.len(), places);
        let counted: u64 = study.outcome.tally.ranks.iter().sum();
        assert_eq!(counted, 16 * places as u64);
    }
}

#[test]
fn a_draw_that_makes_a_method_undefined_is_counted_and_explained() {
    // A geometric mean of a number that is negative in half of the draws.
    let more = "[scoring]\naggregate = \"geometric\"\n";
    let vary = ["weights", "data.x.a=-1..1"];
    let (_, study) = small("x,1,2\ny,2,1\n", more, &vary).unwrap();
    let share = study.outcome.tally.undefined as f64 / study.outcome.made as f64;
    assert!((share - 0.5).abs() < 0.02, "{share}");
    let warning = study.warning().unwrap();
    assert_eq!(warning.code.0, "W0601");
    let notes = warning.notes.join("\n");
    assert!(
        notes.contains("data.x.a = -0.") && notes.contains("geometric"),
        "{notes}"
    );
    let more = format!("{more}[robustness]\non-failure = \"fail\"\n");
    assert_eq!(code(small("x,1,2\ny,2,1\n", &more, &vary)), "E0607");
}

#[test]
fn figures_vary_as_far_as_they_are_said_to() {
    // b decides nothing; a of x lies from 0.9 to 1.1, that of y from 0.855 to 1.045: y is ahead in
    // (0.145 / 0.2) (0.145 / 0.19) / 2 of the draws.
    let more = "[weights.only]\na = 1\nb = 0\n[scoring]\nweights = \"only\"\n";
    let (_, study) = small("x,1,2\ny,0.95,1\n", more, &["data.a=10%"]).unwrap();
    let ahead = study.summary.pairwise.as_ref().unwrap()[1][0];
    let exact = 0.145 * 0.145 / (2.0 * 0.2 * 0.19);
    assert!((ahead - exact).abs() < 0.015, "{ahead} {exact}");
    assert_eq!(study.varied[0].words, "plus or minus 10 % (2 cells)");
}

#[test]
fn an_order_of_weights_is_kept_in_every_draw() {
    let (setup, _) = small("x,1,2\ny,2,1\n", "", &["weights=b >= a"]).unwrap();
    walk(&setup.run_views(), 1, 0..1000, |drawn| {
        assert!(drawn.weights[1] >= drawn.weights[0]);
        true
    });
}

#[test]
fn ranges_of_numbers_are_a_latin_hypercube_and_whole_numbers_are_spelled_out() {
    let (setup, _) = run(
        &["rule.bonus", "scoring.rank-on=1..3"],
        &[
            "scoring.strategy=rules/niche.rhai",
            "robustness.draws=64",
            "robustness.combinations=8",
        ],
    );
    assert_eq!(
        (setup.design.points.len(), setup.design.possible),
        (8, None)
    );
    let words: Vec<&str> = setup.spec.vary.iter().map(|v| v.words.as_str()).collect();
    assert_eq!(
        words,
        ["0 to 0.6 (its declared bounds)", "1 to 3, whole numbers"]
    );
}
