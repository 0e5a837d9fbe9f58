//! What a project says once it is resolved.

use super::*;
use crate::num::rank::{Best, Ties};
use crate::prepare::impute::Fill;
use crate::project::{Branch, BranchMissing, Constant, Leaf, LeafMissing, LeafValue, Project};

fn leaf<'p>(project: &'p Project, id: &str) -> &'p Leaf {
    project.leaf(project.tree.find(id).unwrap()).unwrap()
}

fn branch<'p>(project: &'p Project, id: &str) -> &'p Branch {
    project.branch(project.tree.find(id).unwrap()).unwrap()
}

fn scoring(line: &str) -> Project {
    loaded(replaced("[scoring]", &format!("[scoring]\n{line}"))).project
}

fn talent(line: &str) -> Project {
    loaded(replaced("\"papers\"\n", &format!("\"papers\"\n{line}\n"))).project
}

#[test]
fn parents_may_stand_after_their_children() {
    let text = PROJECT.replacen("[[criteria]]\nid = \"compute\"\n", "", 1)
        + "[[criteria]]\nid = \"compute\"\nname = \"Computing\"\n";
    let project = loaded(load(&files(&text), &Request::default())).project;
    let compute = project.tree.node(project.tree.find("compute").unwrap());
    assert_eq!(
        (compute.name.as_str(), compute.children.len()),
        ("Computing", 2)
    );
}

#[test]
fn a_branch_may_share_criteria_of_another() {
    let text = "[[criteria]]\nid = \"hub\"\nchildren = [\"compute.capacity\", \"talent\"]\n";
    let project = loaded(load(
        &files(
            &(PROJECT.replace("\"balanced\"", "\"equal\"") + text).replace(
                "[weights.balanced]\nabout = \"no view of one's own\"\ncompute = 60\ntalent = 40\n",
                "",
            ),
        ),
        &Request::default(),
    ))
    .project;
    let hub = project.tree.node(project.tree.find("hub").unwrap());
    assert_eq!(hub.children.len(), 2);
    // `talent` is a child of `hub` now, and no pillar beside it.
    let root = project.tree.node(project.tree.find("score").unwrap());
    let pillars: Vec<_> = root
        .children
        .iter()
        .map(|c| project.tree.node(*c).id.as_str())
        .collect();
    assert_eq!(pillars, ["compute", "hub"]);
}

#[test]
fn a_policy_for_all_criteria_means_what_fits_leaves_and_branches() {
    type Expected = (LeafMissing, BranchMissing);
    let cases: [(&str, Expected); 6] = [
        (
            "\"reweight\"",
            (LeafMissing::Leave, BranchMissing::Reweight),
        ),
        (
            "\"complete-cases\"",
            (LeafMissing::Leave, BranchMissing::CompleteCases),
        ),
        (
            "\"zero\"",
            (LeafMissing::Leave, BranchMissing::Constant(0.0)),
        ),
        (
            "{ constant = 20 }",
            (LeafMissing::Leave, BranchMissing::Constant(20.0)),
        ),
        (
            "\"median\"",
            (LeafMissing::Fill(Fill::Median), BranchMissing::Reweight),
        ),
        ("\"fail\"", (LeafMissing::Fail, BranchMissing::Fail)),
    ];
    for (policy, (on_leaf, on_branch)) in cases {
        let project = scoring(&format!("missing = {policy}"));
        assert_eq!(leaf(&project, "talent").missing, on_leaf, "{policy}");
        assert_eq!(branch(&project, "compute").missing, on_branch, "{policy}");
    }
}

#[test]
fn a_policy_stated_on_a_leaf_fills_its_figures() {
    let zero = talent("missing = \"zero\"");
    assert_eq!(
        leaf(&zero, "talent").missing,
        LeafMissing::Fill(Fill::Constant(0.0))
    );
    let groups = ["north", "south", "south"].map(str::to_owned).to_vec();
    for line in [
        "missing = { group-mean = \"region\" }",
        "missing = \"group-mean\"\ngroup = \"region\"",
    ] {
        let project = talent(line);
        assert_eq!(
            leaf(&project, "talent").missing,
            LeafMissing::Fill(Fill::GroupMean(groups.clone()))
        );
    }
}

#[test]
fn a_policy_that_does_not_fit_its_criterion_is_refused() {
    let checked = replaced("\"papers\"\n", "\"papers\"\nmissing = \"complete-cases\"\n");
    assert_eq!(finding(&checked).0, "E0110");
    let checked = replaced(
        "id = \"compute\"\n",
        "id = \"compute\"\nmissing = \"median\"\n",
    );
    assert_eq!(finding(&checked).0, "E0110");
    let checked = replaced(
        "\"papers\"\n",
        "\"papers\"\nmissing = { group-mean = \"regin\" }\n",
    );
    assert_eq!(only(&checked).help, ["did you mean `region`?"]);
}

#[test]
fn settings_of_the_result_are_read() {
    let project = scoring(
        "ties = \"average\"\norder = \"lowest\"\nrank-on = { decimals = 3, half = \"even\" }\nclasses = [{ name = \"B\", from = 20 }, { name = \"A\", from = 80 }]",
    );
    let output = &project.indices[0].output;
    assert_eq!((output.ties, output.best), (Ties::Average, Best::Lowest));
    assert_eq!(output.rank_on.unwrap().decimals, 3);
    let classes: Vec<_> = output
        .classes
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        classes,
        ["B", "A"],
        "the best class first, and low is best here"
    );
}

#[test]
fn a_criterion_overrides_the_defaults_for_itself_alone() {
    let project = talent("scale = [1, 7]\nround = 1\nconstant = \"drop\"");
    let at = project.tree.find("talent").unwrap();
    assert_eq!(project.nodes[at.0].scale, (1.0, 7.0));
    assert_eq!(project.nodes[at.0].round.unwrap().decimals, 1);
    assert_eq!(leaf(&project, "talent").constant, Constant::Drop);
    assert_eq!(
        leaf(&project, "compute.power").constant,
        Constant::Share(0.5)
    );
    assert_eq!(project.nodes[0].scale, (0.0, 100.0));
}

#[test]
fn normalisation_may_go_by_group() {
    let project = talent("normalise = { method = \"min-max\", by = \"region\" }");
    let groups = leaf(&project, "talent").groups.as_ref().unwrap();
    assert_eq!(groups, &["north", "south", "south"]);
}

#[test]
fn a_pool_takes_the_place_of_one_indicator() {
    let project = loaded(replaced("\"flops\"", "[\"flops\", \"total_flops\"]")).project;
    let LeafValue::Data(cells) = &leaf(&project, "compute.capacity").value else {
        panic!("data")
    };
    let values: Vec<_> = cells
        .column()
        .cells()
        .map(crate::model::Cell::value)
        .collect();
    assert_eq!(values, [Some(100.0), Some(50.0), Some(70.0)]);
}

#[test]
fn several_results_come_from_one_tree() {
    let text = "[[index]]\nid = \"all\"\n[[index]]\nid = \"chips\"\nroot = \"compute\"\nweights = \"equal\"\n";
    let project = loaded(with(text)).project;
    let indices: Vec<_> = project
        .indices
        .iter()
        .map(|i| (i.id.as_str(), i.weights.as_str(), i.root.0))
        .collect();
    assert_eq!(indices, [("all", "balanced", 4), ("chips", "equal", 2)]);
}

#[test]
fn the_panel_holds_what_is_asked_for() {
    let request = Request {
        all_indicators: true,
        ..Request::default()
    };
    let project = loaded(load(&files(PROJECT), &request)).project;
    assert_eq!(project.panel.len(), 5);
    assert_eq!(
        loaded(load(&files(PROJECT), &Request::default()))
            .project
            .panel
            .len(),
        0
    );
}

#[test]
fn unquoted_dotted_weights_mean_the_same_criterion() {
    let text = "[weights.dotted]\ncompute.capacity = 3\ncompute.power = 1\n";
    let project = loaded(load(
        &files(&(PROJECT.replace("weights = \"balanced\"", "weights = \"dotted\"") + text)),
        &Request::default(),
    ))
    .project;
    assert_eq!(
        project.indices[0].shares[2].as_ref().unwrap().as_slice(),
        [0.75, 0.25]
    );
}
