//! Ranking methods on whole projects: gaps, thresholds, what stands beside the ranking, bad input.

use exacity::config::{Request, load};
use exacity::diagnostics::{Diagnostic, Severity};
use exacity::model::{DecisionMatrix, Direction, NodeIx, Params};
use exacity::outrank::Detail;
use exacity::project::Project;
use exacity::score::explain::nominal_weights;
use exacity::score::{Board, Exclusion, contest, score, settle};
use exacity::sources::memory::MemorySources;
use exacity::weigh;

/// Five places, three criteria, two of them under a branch; `delta` lacks a figure.
const TABLE: &str = "id,speed,price,reach
alpha,100,9,900
beta,50,3,300
gamma,70,5,400
delta,80,,350
omega,20,2,100
";

fn text(scoring: &str) -> String {
    format!(
        r#"schema = 1
[project]
name = "made up"
[data]
matrix = {{ file = "m.csv", id = "id" }}
[scoring]
weights = "w"
{scoring}
[[criteria]]
id = "kit"
[[criteria]]
id = "kit.speed"
indicator = "speed"
direction = "higher"
unit = "1"
[[criteria]]
id = "kit.price"
indicator = "price"
direction = "lower"
unit = "1"
[[criteria]]
id = "reach"
indicator = "reach"
direction = "higher"
unit = "1"
[weights.w]
kit = 60
reach = 40
"#
    )
}

fn project_of(text: &str, table: &str) -> Project {
    let files = MemorySources::default()
        .with("exacity.toml", text)
        .with("m.csv", table);
    let loaded = load(&files, &Request::default());
    assert!(
        !loaded.diagnostics.has_errors(),
        "{:#?}",
        loaded.diagnostics
    );
    loaded.value.unwrap().project
}

fn project(scoring: &str) -> Project {
    project_of(&text(scoring), TABLE)
}

fn board(scoring: &str) -> Board {
    score(&project(scoring)).unwrap().boards.remove(0)
}

/// Scores a table of two criteria by a method and returns the first finding.
fn refusal(method: &str, table: &str) -> Diagnostic {
    let text = format!(
        r#"schema = 1
[project]
name = "made up"
[data]
matrix = {{ file = "m.csv", id = "id" }}
[scoring]
method = {method}
[[criteria]]
id = "a"
indicator = "a"
direction = "higher"
unit = "1"
[[criteria]]
id = "b"
indicator = "b"
direction = "lower"
unit = "1"
"#
    );
    let found = score(&project_of(&text, table)).unwrap_err();
    let error = found.iter().find(|d| d.severity() == Severity::Error);
    error.unwrap().clone()
}

#[test]
fn a_weighted_sum_of_scores_is_the_weighted_score_of_the_tree() {
    let tree = board("");
    let method = board("on = \"scores\"\nmethod = { method = \"wsm\", scaling = \"none\" }");
    for (one, two) in tree.ranking.iter().zip(&method.ranking) {
        assert_eq!(one.place, two.place);
        assert!(
            (one.score - two.score).abs() < 1e-9,
            "{} {}",
            one.score,
            two.score
        );
    }
    // What stands in for the missing score is named.
    let stood_in = &method.method.unwrap().stood_in;
    assert_eq!((stood_in.len(), stood_in[0].by), (1, Some(NodeIx(2))));
}

#[test]
fn missing_figures_are_named_with_what_would_allow_them() {
    let found = score(&project("method = \"topsis\"")).unwrap_err();
    let finding = found.iter().next().unwrap();
    assert_eq!(finding.code.0, "E0320");
    assert_eq!(finding.notes, ["`kit.price` of delta"]);
    assert!(finding.help[0].contains("on = \"scores\""), "{finding:?}");

    let board = board("method = { method = \"topsis\", missing = \"complete-cases\" }");
    let lacking = vec!["kit.price".to_owned()];
    assert_eq!(board.excluded[0].why, Exclusion::NotJudged(lacking));
    assert_eq!(board.ranking.len(), 4);
}

#[test]
fn a_criterion_without_weight_is_not_compared() {
    let text = text("method = \"topsis\"").replace(
        "kit = 60\n",
        "kit = 60\n\"kit.speed\" = 1\n\"kit.price\" = 0\n",
    );
    let board = score(&project_of(&text, TABLE)).unwrap().boards.remove(0);
    assert_eq!(board.method.unwrap().leaves, [NodeIx(0), NodeIx(3)]);
    assert_eq!(board.ranking.len(), 5);
}

#[test]
fn criteria_state_their_own_thresholds() {
    let scoring = "on = \"scores\"\nmethod = { method = \"promethee-ii\", preference = \"linear\", q = 1, p = 20 }";
    let own = text(scoring).replace(
        "indicator = \"reach\"\n",
        "indicator = \"reach\"\ncompare = { preference = \"usual\" }\n",
    );
    let mixed = score(&project_of(&own, TABLE)).unwrap().boards.remove(0);
    let plain = board(scoring);
    let (mixed, plain) = (mixed.method.unwrap(), plain.method.unwrap());
    assert_eq!(mixed.definition, "promethee2/mixed");
    assert_eq!(plain.definition, "promethee2/linear");
    assert_ne!(mixed.details["phi_plus"], plain.details["phi_plus"]);
}

#[test]
fn the_lowest_score_is_first_where_the_method_says_so() {
    let board = board("on = \"scores\"\nmethod = \"vikor\"");
    let method = board.method.unwrap();
    assert!(board.ranking.windows(2).all(|w| w[0].score <= w[1].score));
    let Detail::Set(set) = &method.details["compromise_set"] else {
        panic!("{:?}", method.details)
    };
    assert!(set.contains(&method.position(board.ranking[0].place).unwrap()));
}

#[test]
fn a_board_can_be_contested_by_another_method() {
    let project = project("");
    let scored = score(&project).unwrap();
    let with = self::project("on = \"scores\"\nmethod = \"topsis\"");
    let ranking = with.indices[0].ranking.as_ref().unwrap();
    let contest = contest(&project, &project.indices[0], &scored.boards[0], ranking).unwrap();
    let outranked = contest.method.rank(&contest.decision).unwrap();
    let own = score(&with).unwrap().boards.remove(0);
    for ranked in &own.ranking {
        let at = contest
            .rows
            .iter()
            .position(|&row| row == ranked.place)
            .unwrap();
        assert_eq!(outranked.scores[at].to_bits(), ranked.full_score.to_bits());
    }
}

#[test]
fn adjustments_of_weighted_points_are_left_out_with_a_warning() {
    let mut text = text("on = \"scores\"\nmethod = \"topsis\"");
    text.push_str("[[adjust]]\nwhen = \"place.speed > 90\"\npoints = 5\nbecause = \"fast\"\n");
    let scored = score(&project_of(&text, TABLE)).unwrap();
    let codes: Vec<_> = scored.diagnostics.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["W0304"]);
    assert!(scored.boards[0].adjustments.is_empty());
}

#[test]
fn what_a_method_cannot_take_is_named_with_place_and_criterion() {
    let zero = refusal("\"waspas\"", "id,a,b\nx,1,2\ny,2,0\nz,4,1\n");
    assert_eq!(zero.code.0, "E0312");
    assert!(zero.message.contains("`b` of `y`, 0"), "{}", zero.message);

    let negative = refusal("\"copras\"", "id,a,b\nx,1,2\ny,-3,3\nz,4,1\n");
    assert!(
        negative.message.contains("`a` of `y`"),
        "{}",
        negative.message
    );

    let alone = refusal("\"topsis\"", "id,a,b\nx,1,2\n");
    assert_eq!(alone.code.0, "E0312", "{}", alone.message);

    let equal = refusal("\"topsis\"", "id,a,b\nx,1,2\ny,1,2\n");
    assert!(
        equal.message.contains("no two alternatives differ"),
        "{}",
        equal.message
    );

    let gone = refusal(
        "{ method = \"topsis\", missing = \"complete-cases\" }",
        "id,a,b\nx,1,\ny,,2\n",
    );
    assert_eq!(gone.code.0, "E0320");
    assert!(
        gone.message.contains("each lacks a criterion"),
        "{}",
        gone.message
    );
}

fn weighed(set: &str, table: &str) -> Result<Project, Diagnostic> {
    let text = text("").split("[weights.w]").next().unwrap().to_owned() + "[weights.w]\n" + set;
    let project = project_of(&text, table);
    match settle(&project) {
        Ok(settled) => Ok(settled.into_owned()),
        Err(found) => Err(found.iter().next().unwrap().clone()),
    }
}

fn shares(project: &Project, at: usize) -> Vec<f64> {
    project.indices[0].shares[at]
        .as_ref()
        .unwrap()
        .as_slice()
        .to_vec()
}

const COMPLETE: &str = "id,speed,price,reach\nalpha,100,9,900\nbeta,50,3,300\ngamma,70,5,400\n";

#[test]
fn the_data_of_the_league_decide_the_weights_group_by_group() {
    let project = weighed("method = \"standard-deviation\"\n", COMPLETE).unwrap();
    let method = weigh::find("standard-deviation").unwrap();
    let method = (method.build)(&Params::default()).unwrap();
    // The leaves of `kit` by their figures, each in its direction.
    let columns = vec![vec![100.0, 50.0, 70.0], vec![9.0, 3.0, 5.0]];
    let matrix = DecisionMatrix::new(columns, vec![Direction::Higher, Direction::Lower]).unwrap();
    let expected = method.weigh(&matrix).unwrap();
    for (share, expected) in shares(&project, 2).iter().zip(&expected) {
        assert!((share - expected).abs() < 1e-12);
    }
    // The top by the scores of `kit`, which follow from those, and the figures of `reach`.
    let board = score(&project).unwrap().boards.remove(0);
    let kit = board.scores[2].numbers();
    let matrix = vec![kit, vec![900.0, 300.0, 400.0]];
    let matrix = DecisionMatrix::new(matrix, vec![Direction::Higher; 2]).unwrap();
    let expected = method.weigh(&matrix).unwrap();
    for (share, expected) in shares(&project, 4).iter().zip(&expected) {
        assert!((share - expected).abs() < 1e-12, "{share} {expected}");
    }
    assert_eq!(project.indices[0].weighing.data[0].settled, Some(3));
    assert_eq!(shares(&settle(&project).unwrap(), 4), shares(&project, 4));
}

#[test]
fn over_all_leaves_a_branch_weighs_what_its_leaves_weigh() {
    let set = "method = { method = \"entropy\", over = \"leaves\" }\n";
    let project = weighed(set, COMPLETE).unwrap();
    let columns = vec![
        vec![100.0, 50.0, 70.0],
        vec![9.0, 3.0, 5.0],
        vec![900.0, 300.0, 400.0],
    ];
    let directions = vec![Direction::Higher, Direction::Lower, Direction::Higher];
    let matrix = DecisionMatrix::new(columns, directions).unwrap();
    let method = (weigh::find("entropy").unwrap().build)(&Params::default()).unwrap();
    let expected = method.weigh(&matrix).unwrap();
    let found = nominal_weights(&project, &project.indices[0]);
    for (leaf, expected) in [0, 1, 3].into_iter().zip(&expected) {
        assert!(
            (found[leaf] - expected).abs() < 1e-12,
            "{found:?} {expected}"
        );
    }
}

#[test]
fn scoring_computes_the_weights_that_nobody_computed_before() {
    let text = text("").split("[weights.w]").next().unwrap().to_owned()
        + "[weights.w]\nmethod = \"gini\"\n";
    let open = project_of(&text, COMPLETE);
    let settled = settle(&open).unwrap().into_owned();
    let ranking = |project: &Project| score(project).unwrap().boards.remove(0).ranking;
    assert_eq!(ranking(&open), ranking(&settled));
}

#[test]
fn figures_from_which_no_weights_can_be_read_are_named() {
    let gap = weighed("method = \"entropy\"\n", TABLE).unwrap_err();
    assert_eq!(
        (gap.code.0, gap.notes.as_slice()),
        ("E0320", ["`kit.price` of delta".to_owned()].as_slice())
    );
    let complete = "method = { method = \"entropy\", missing = \"complete-cases\" }\n";
    assert_eq!(
        weighed(complete, TABLE).unwrap().indices[0].weighing.data[0].settled,
        Some(4)
    );

    let negative = COMPLETE.replace("beta,50", "beta,-50");
    let refused = weighed("method = \"entropy\"\n", &negative).unwrap_err();
    assert_eq!(refused.code.0, "E0325");
    assert!(
        refused.message.contains("`kit.speed` of `beta`"),
        "{}",
        refused.message
    );

    let constant = "id,speed,price,reach\nalpha,100,9,900\nbeta,50,9,300\ngamma,70,9,400\n";
    let refused = weighed("method = \"critic\"\n", constant).unwrap_err();
    assert!(
        refused.message.contains("`kit.price`"),
        "{}",
        refused.message
    );
}
