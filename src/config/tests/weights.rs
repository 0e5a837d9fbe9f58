//! Weight sets beyond shares as written.

use super::*;
use crate::model::NodeIx;
use crate::project::{Compared, Over};

/// Loads the project with a set `mine` in force and further lines.
fn mine(lines: &str) -> Checked<Loaded> {
    let text = PROJECT.replace("weights = \"balanced\"\n", "weights = \"mine\"\n");
    load(&files(&format!("{text}{lines}")), &Request::default())
}

#[track_caller]
fn shares_of(lines: &str, id: &str) -> Vec<i64> {
    shares(&loaded(mine(lines)).project, id)
}

#[test]
fn pairwise_comparisons_become_shares_with_their_consistency() {
    let lines = "[weights.mine]\nmethod = { method = \"ahp\", matrix = [[1, 3], [0.333, 1]] }\n";
    let project = loaded(mine(lines)).project;
    assert_eq!(shares(&project, "score"), [75, 25]);
    // Groups that nothing weighs stay equal.
    assert_eq!(shares(&project, "compute"), [50, 50]);
    let judged = &project.indices[0].weighing.judged[0];
    assert_eq!((judged.of, judged.method), (NodeIx(4), "ahp"));
    let consistency = judged.consistency.as_ref().unwrap();
    assert_eq!(
        (consistency.ratio, consistency.by),
        (Some(0.0), "Saaty (1980)")
    );

    let turned = "[weights.mine]\nmethod = { method = \"ahp\", criteria = [\"talent\", \"compute\"], matrix = [[1, 3], [0.333, 1]] }\n";
    assert_eq!(shares_of(turned, "score"), [25, 75]);
}

#[test]
fn a_group_below_the_top_can_be_judged_beside_numbers() {
    let lines = "[weights.mine]\ncompute = 80\ntalent = 20\n[[weights.mine.group]]\nof = \"compute\"\n\
                 method = { method = \"rank-sum\", order = [\"compute.power\", \"compute.capacity\"] }\n";
    assert_eq!(shares_of(lines, "score"), [80, 20]);
    assert_eq!(shares_of(lines, "compute"), [33, 67]);
}

#[test]
fn orders_points_and_extremes_become_shares() {
    let of = |method: &str| {
        shares_of(
            &format!("[weights.mine]\nmethod = {{ {method} }}\n"),
            "score",
        )
    };
    let order = "order = [\"compute\", \"talent\"]";
    assert_eq!(of(&format!("method = \"rank-sum\", {order}")), [67, 33]);
    assert_eq!(
        of(&format!("method = \"rank-reciprocal\", {order}")),
        [67, 33]
    );
    assert_eq!(
        of(&format!("method = \"rank-order-centroid\", {order}")),
        [75, 25]
    );
    assert_eq!(of(&format!("method = \"rancom\", {order}")), [75, 25]);
    assert_eq!(
        of("method = \"rank-sum\", order = [[\"compute\", \"talent\"]]"),
        [50, 50]
    );
    let points = "points = [{ compute = 70, talent = 30 }, { compute = 50, talent = 50 }]";
    assert_eq!(of(&format!("method = \"budget\", {points}")), [60, 40]);
    let extremes =
        "best-over = { compute = 1, talent = 4 }, over-worst = { compute = 4, talent = 1 }";
    assert_eq!(
        of(&format!("method = \"best-worst\", {extremes}")),
        [80, 20]
    );
}

#[test]
fn several_sets_become_one_and_keep_what_they_disagree_on() {
    let people = "[weights.one]\ncompute = 90\ntalent = 10\n[weights.two]\ncompute = 50\ntalent = 50\n\
                  [weights.three]\ncompute = 50\ntalent = 50\n[weights.mine]\n";
    let mean = format!("{people}combine = [\"one\", \"two\", \"three\"]\n");
    let project = loaded(mine(&mean)).project;
    assert_eq!(shares(&project, "score"), [63, 37]);
    let together = project.indices[0].weighing.stakeholders.as_ref().unwrap();
    assert_eq!((together.by, together.groups.len()), ("mean", 1));
    let (_, group) = &together.groups[0];
    // Two of the three pairs place 0.4 of the weight differently.
    assert!((group.disagreement - 0.8 / 3.0).abs() < 1e-12);
    assert!(
        (group.spread[0].low - 0.5).abs() < 1e-12 && (group.spread[0].high - 0.9).abs() < 1e-12
    );

    let median =
        format!("{people}combine = {{ sets = [\"one\", \"two\", \"three\"], by = \"median\" }}\n");
    assert_eq!(shares_of(&median, "score"), [50, 50]);
}

#[test]
fn the_data_decide_the_groups_that_nothing_else_weighs() {
    let open = |lines: &str| {
        let project = loaded(mine(lines)).project;
        let mut data = project.indices[0].weighing.data.clone();
        assert_eq!(data.len(), 1);
        data.remove(0)
    };
    let all = open("[weights.mine]\nmethod = \"entropy\"\n");
    assert_eq!(all.over, Over::Siblings(vec![NodeIx(2), NodeIx(4)]));
    assert_eq!(
        (all.on, all.complete_cases, all.settled),
        (Compared::Figures, false, None)
    );
    let rest = open(
        "[weights.mine]\nmethod = { method = \"critic\", on = \"scores\" }\ncompute = 1\ntalent = 1\n",
    );
    assert_eq!(
        (rest.over, rest.on),
        (Over::Siblings(vec![NodeIx(2)]), Compared::Scores)
    );
    let leaves = open(
        "[weights.mine]\nmethod = { method = \"gini\", over = \"leaves\", missing = \"complete-cases\" }\n",
    );
    assert_eq!((leaves.over, leaves.complete_cases), (Over::Leaves, true));
}

#[test]
fn a_criterion_may_carry_the_name_of_a_setting() {
    let text = PROJECT
        .replace("id = \"talent\"", "id = \"method\"")
        .replace("talent = 40", "method = 40");
    let project = loaded(load(&files(&text), &Request::default())).project;
    assert_eq!(shares(&project, "score"), [60, 40]);
}

#[test]
fn what_does_not_fit_is_said_once_with_names() {
    let ahp = |rest: &str| format!("[weights.mine]\nmethod = {{ method = \"ahp\", {rest} }}\n");
    for (lines, code, says) in [
        (ahp("matrix = [[1, 3]]"), "E0324", "1 rows of comparisons for 2 siblings"),
        (ahp("matrix = [[1, 3], [3, 1]]"), "E0324", "`compute` over `talent` is 3 and the opposite 3"),
        (ahp("matrix = [[1, -3], [0.333, 1]]"), "E0324", "`compute` over `talent` is -3"),
        (ahp("matrix = [[1, 3], [0.333]]"), "E0324", "the row of `talent` has 1 comparisons"),
        (ahp("matrix = 3"), "E0104", "`matrix` takes rows of numbers"),
        (ahp("matrix = [[1, 3], [0.333, 1]], over = \"leaves\""), "E0304", "no parameter `over`"),
        (ahp("limit = 0.2"), "E0105", "`ahp` needs `matrix`"),
        (ahp("criteria = [\"compute\", \"talnet\"], matrix = [[1, 3], [0.333, 1]]"), "E0301", "`talnet`"),
        ("[weights.mine]\nmethod = { method = \"rank-sum\", order = [\"compute\"] }\n".to_owned(), "E0324", "`talent` left out"),
        ("[weights.mine]\nmethod = { method = \"budget\", points = [{ compute = 70, talent = 20 }] }\n".to_owned(), "E0324", "90 points of 100"),
        ("[weights.mine]\nmethod = \"entropie\"\n".to_owned(), "E0303", "`entropie` is not a way to weigh"),
        ("[weights.mine]\nmethod = { method = \"rank-sum\", order = [\"compute\", \"talent\"] }\ncompute = 1\ntalent = 1\n".to_owned(), "E0324", "weighed twice"),
        ("[weights.mine]\nmethod = { method = \"entropy\", over = \"leaves\" }\ncompute = 1\ntalent = 1\n".to_owned(), "E0324", "weighs the whole tree"),
        ("[weights.mine]\ncombine = [\"balanced\", \"nobody\"]\n".to_owned(), "E0106", "`nobody`"),
        ("[weights.data]\nmethod = \"entropy\"\n[weights.mine]\ncombine = [\"balanced\", \"data\"]\n".to_owned(), "E0324", "off the data"),
        ("[weights.mine]\n[[weights.mine.group]]\nof = \"talent\"\nmethod = \"entropy\"\n".to_owned(), "E0301", "criterion with children `talent`"),
    ] {
        let checked = mine(&lines);
        let all: Vec<_> = checked.diagnostics.iter().collect();
        let once: std::collections::BTreeSet<_> = all.iter().map(|d| (d.code.0, d.message.as_str())).collect();
        assert_eq!(once.len(), 1, "{lines}: {all:#?}");
        let (found, message) = once.first().unwrap();
        assert_eq!(*found, code, "{lines}: {message}");
        assert!(message.contains(says), "{message}");
    }
}
