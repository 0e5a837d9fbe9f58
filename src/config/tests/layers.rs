//! Layers, profiles, the command line, and who said what.

use super::*;
use crate::config::Layer;
use crate::model::{Cell, Provenance};
use crate::project::LeafValue;

fn profile(name: &str, text: &str) -> Loaded {
    let request = Request {
        profile: Some(name.into()),
        ..Request::default()
    };
    loaded(load(&files(&format!("{PROJECT}{text}")), &request))
}

#[test]
fn a_value_remembers_who_stated_it_and_what_it_overrides() {
    let request = Request {
        profile: Some("p".into()),
        sets: vec!["scoring.ties=dense".into()],
        ..Request::default()
    };
    let text = format!("{PROJECT}[profile.p.scoring]\nties = \"max\"\naggregate = \"geometric\"\n");
    let settings = loaded(load(&files(&text), &request)).settings;
    let ties = settings.get("scoring.ties").unwrap();
    assert_eq!(
        (ties.value.as_str(), ties.origin.layer),
        ("\"dense\"", Layer::CommandLine)
    );
    let below: Vec<_> = ties
        .overridden
        .iter()
        .map(|(v, o)| (v.as_str(), o.layer))
        .collect();
    assert_eq!(
        below,
        [("\"max\"", Layer::Profile), ("\"min\"", Layer::Default)]
    );
    let layer = |path| settings.get(path).unwrap().origin.layer;
    assert_eq!(layer("scoring.aggregate"), Layer::Profile);
    assert_eq!(layer("scoring.weights"), Layer::Project);
    assert_eq!(layer("scoring.normalise"), Layer::Default);
    assert_eq!(layer("criteria.compute.capacity.indicator"), Layer::Project);
}

#[test]
fn a_profile_overrides_keys_and_keeps_the_rest() {
    let project = profile("p", "[profile.p]\ntitle = \"P\"\nrank = { places = [\"alpha\", \"beta\"] }\nrequire = { min-coverage = 0.5, evidence = [\"talent\"] }\n").project;
    assert_eq!(project.profile.title, "P");
    // `kinds` of the project still holds beside `places`.
    assert_eq!(project.league.len(), 2);
    assert!((project.require.min_coverage - 0.5).abs() < 1e-12);
    assert_eq!(
        project.require.evidence,
        [project.tree.find("talent").unwrap()]
    );
    assert_eq!(project.indices[0].weights, "balanced");
}

#[test]
fn criteria_of_a_profile_replace_the_tree() {
    let text = "[profile.p]\nscoring = { weights = \"equal\" }\n[[profile.p.criteria]]\nid = \"only\"\nindicator = \"papers\"\n";
    let project = profile("p", text).project;
    assert_eq!(project.tree.len(), 2);
    assert!(project.tree.find("compute").is_none());
}

#[test]
fn a_profile_builds_on_another() {
    let text = "[profile.base.scoring]\nties = \"max\"\nround = 2\n[profile.p]\nextends = \"base\"\n[profile.p.scoring]\nties = \"dense\"\n";
    let project = profile("p", text).project;
    assert_eq!(
        project.indices[0].output.ties,
        crate::num::rank::Ties::Dense
    );
    assert_eq!(project.nodes[0].round.unwrap().decimals, 2);
}

#[test]
fn a_profile_may_show_places_without_ranking_them() {
    let project = profile("p", "[profile.p]\nrank = { overall = false }\n").project;
    assert!(!project.profile.ranks);
}

#[test]
fn the_command_line_reaches_weights_with_dots_in_their_names() {
    let project = loaded(set(&[
        "weights.balanced.compute.capacity=90",
        "weights.balanced.compute.power=10",
    ]))
    .project;
    assert_eq!(shares(&project, "compute"), [90, 10]);
}

#[test]
fn the_command_line_reaches_parameters_of_methods() {
    let project = loaded(set(&[
        "criteria.talent.normalise.method=goalposts",
        "criteria.talent.normalise.low=0",
        "criteria.talent.normalise.high=400",
    ]))
    .project;
    let leaf = project.leaf(project.tree.find("talent").unwrap()).unwrap();
    let crate::project::Rescale::Method(chosen) = &leaf.normalise else {
        panic!("a method")
    };
    assert_eq!(
        (chosen.name, chosen.params.number("high")),
        ("goalposts", Some(400.0))
    );
    // The default that other criteria inherit is untouched.
    let other = project
        .leaf(project.tree.find("compute.power").unwrap())
        .unwrap();
    let crate::project::Rescale::Method(chosen) = &other.normalise else {
        panic!("a method")
    };
    assert_eq!(chosen.name, "min-max");
}

#[test]
fn the_command_line_reaches_profiles_before_they_apply() {
    let request = Request {
        profile: Some("p".into()),
        sets: vec!["profile.p.require.min-coverage=0.6".into()],
        ..Request::default()
    };
    let text = format!("{PROJECT}[profile.p]\nrequire = {{ min-coverage = 0.1 }}\n");
    let project = loaded(load(&files(&text), &request)).project;
    assert!((project.require.min_coverage - 0.6).abs() < 1e-12);
}

#[test]
fn a_figure_of_the_command_line_replaces_the_chosen_one_and_remembers_it() {
    let project = loaded(set(&["data.beta.flops=75"])).project;
    let leaf = project
        .leaf(project.tree.find("compute.capacity").unwrap())
        .unwrap();
    let LeafValue::Data(data) = &leaf.value else {
        panic!("data")
    };
    let cells = data.cells();
    assert_eq!(cells[1].cell, Cell::Value(75.0));
    assert_eq!(
        cells[1].provenance,
        Provenance::Override { was: Some(50.0) }
    );
    assert_eq!(cells[0].cell, Cell::Value(100.0));
}

#[test]
fn options_for_weights_and_strategy_win_over_the_files() {
    let request = Request {
        weights: Some("2025".into()),
        ..Request::default()
    };
    let text = format!("{PROJECT}[weights.2025]\ncompute = 1\ntalent = 3\n");
    let project = loaded(load(&files(&text), &request)).project;
    assert_eq!(project.indices[0].weights, "2025");
    assert_eq!(
        project.indices[0].shares[4].as_ref().unwrap().as_slice(),
        [0.25, 0.75]
    );
}

#[test]
fn titles_have_a_chinese_side() {
    let zh = |text: &Option<String>| text.clone().unwrap_or_default();
    let request = Request {
        profile: Some("p".to_owned()),
        ..Request::default()
    };
    let text = PROJECT.replace("[project]\n", "[project]\nname-zh = \"城市\"\n");
    let own = "[profile.p]\ntitle = \"T\"\ntitle-zh = \"标题\"\nabout-zh = \"用途\"\n";
    let project = loaded(load(&files(&format!("{text}{own}")), &request)).project;
    assert_eq!(
        [
            &project.name_zh,
            &project.profile.title_zh,
            &project.profile.about_zh
        ]
        .map(zh),
        ["城市", "标题", "用途"]
    );
    // A profile without a title of its own has the project's; one with a title keeps it in any language.
    let plain = loaded(load(&files(&format!("{text}[profile.p]\n")), &request)).project;
    assert_eq!(zh(&plain.profile.title_zh), "城市");
    let titled = format!("{text}[profile.p]\ntitle = \"T\"\n");
    let titled = loaded(load(&files(&titled), &request)).project;
    assert_eq!(titled.profile.title_zh, None);
    // Who holds a view may be told in Chinese; that is no weight.
    let sources = files(&PROJECT.replace("\"balanced\"", "\"research\"")).with(
        "rules/weights/research.toml",
        "about-zh = \"院长\"\ncompute = 1\ntalent = 4\n",
    );
    let project = loaded(load(&sources, &Request::default())).project;
    assert_eq!(zh(&project.indices[0].weights_about_zh), "院长");
}

#[test]
fn weight_sets_come_from_files_too() {
    let sources = files(&PROJECT.replace("\"balanced\"", "\"research\"")).with(
        "rules/weights/research.toml",
        "about = \"a dean\"\ncompute = 1\ntalent = 4\n",
    );
    let project = loaded(load(&sources, &Request::default())).project;
    assert_eq!(project.indices[0].weights_about, "a dean");
    assert_eq!(
        project.indices[0].shares[4].as_ref().unwrap().as_slice(),
        [0.2, 0.8]
    );
}

#[test]
fn included_files_add_criteria() {
    let sources = files(
        &format!("include = [\"rules/more.toml\"]\n{PROJECT}")
            .replace("\"balanced\"", "\"equal\"")
            .replace("talent = 40\n", "talent = 40\nmore = 10\n"),
    )
    .with(
        "rules/more.toml",
        "[[criteria]]\nid = \"more\"\nindicator = \"papers\"\n",
    );
    let project = loaded(load(&sources, &Request::default())).project;
    assert!(project.tree.find("more").is_some());
}
