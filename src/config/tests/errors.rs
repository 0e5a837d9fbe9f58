//! Each mistake gives its own finding at its own place.

use super::*;

#[test]
fn an_unknown_key_is_named_with_the_nearest_one() {
    let checked = replaced("\"papers\"\n", "\"papers\"\nweigth = 1\n");
    assert_eq!(finding(&checked).0, "E0103");
    assert_eq!(finding(&checked).1, "weigth");
}

#[test]
fn keys_of_leaves_do_not_fit_branches() {
    let checked = replaced("id = \"compute\"\n", "id = \"compute\"\nunit = \"MW\"\n");
    let (code, at, message) = finding(&checked);
    assert_eq!((code, at.as_str()), ("E0103", "unit"));
    assert_eq!(
        message,
        "`unit` is not a key of `compute`, which has children"
    );
    let checked = replaced("\"papers\"\n", "\"papers\"\naggregate = \"geometric\"\n");
    assert_eq!(finding(&checked).0, "E0103");
}

#[test]
fn a_value_of_the_wrong_kind_says_what_was_found() {
    let checked = replaced("indicator = \"papers\"", "indicator = \"papers\"\nname = 7");
    let (code, at, message) = finding(&checked);
    assert_eq!((code, at.as_str()), ("E0104", "7"));
    assert_eq!(message, "`name` takes a string, not a whole number");
}

#[test]
fn a_leaf_needs_figures() {
    let (code, at, message) = {
        let checked = with(
            "[[criteria]]\nid = \"talent.more\"\nindicator = \"papers\"\n[[criteria]]\nid = \"talent.none\"\n",
        );
        // `talent` is a branch now, and its figures are misplaced.
        let all: Vec<_> = checked.diagnostics.iter().cloned().collect();
        assert_eq!(
            all.iter().map(|d| d.code.0).collect::<Vec<_>>(),
            ["E0103", "E0105"]
        );
        let last = all[1].clone();
        (last.code.0, pointed_at(&checked, &last), last.message)
    };
    assert_eq!((code, at.as_str()), ("E0105", "\"talent.none\""));
    assert_eq!(
        message,
        "criterion `talent.none` has neither children nor figures"
    );
}

#[test]
fn a_method_without_a_required_parameter_says_which() {
    let checked = replaced("\"papers\"\n", "\"papers\"\nnormalise = \"logistic\"\n");
    let codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.0, d.message.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            ("E0105", "`logistic` needs `midpoint`"),
            ("E0105", "`logistic` needs `steepness`")
        ]
    );
}

#[test]
fn names_that_nothing_defines_are_reported_where_they_stand() {
    let checked = replaced("weights = \"balanced\"", "weights = \"balnced\"");
    assert_eq!(
        finding(&checked),
        (
            "E0106",
            "\"balnced\"".into(),
            "there is no weight set `balnced`"
        )
    );
    let checked = replaced("as-of", "profile = \"cites\"\nas-of");
    assert_eq!(finding(&checked).0, "E0106");
    let checked = replaced("[\"city\"]", "[\"cty\"]");
    assert_eq!(
        finding(&checked),
        ("E0106", "\"cty\"".into(), "there is no place of kind `cty`")
    );
    let checked = replaced("[scoring]", "[scoring]\nstrategy = \"weightd\"");
    assert_eq!(only(&checked).help, ["did you mean `weighted`?"]);
}

#[test]
fn a_profile_of_the_command_line_is_looked_up_too() {
    let request = Request {
        profile: Some("cites".into()),
        ..Request::default()
    };
    let text = format!("{PROJECT}[profile.cities]\ntitle = \"Cities\"\n");
    let checked = load(&files(&text), &request);
    assert_eq!(only(&checked).code.0, "E0106");
    assert_eq!(only(&checked).help, ["did you mean `cities`?"]);
}

#[test]
fn another_version_of_the_format_is_refused() {
    let checked = replaced("schema = 1", "schema = 2");
    assert_eq!(finding(&checked).0, "E0107");
}

#[test]
fn what_is_defined_twice_points_at_both() {
    let checked = with("[[criteria]]\nid = \"talent\"\nindicator = \"papers\"\n");
    let one = only(&checked);
    assert_eq!((one.code.0, one.labels.len()), ("E0109", 2));
    let sources = files(PROJECT).with("rules/weights/balanced.toml", "compute = 1\ntalent = 1\n");
    let checked = load(&sources, &Request::default());
    assert_eq!(
        only(&checked).message,
        "weight set `balanced` is defined twice"
    );
    let sources = files(&format!("include = [\"more.toml\"]\n{PROJECT}"))
        .with("more.toml", "[scoring]\nweights = \"other\"\n");
    let checked = load(&sources, &Request::default());
    assert_eq!(only(&checked).message, "`scoring.weights` is defined twice");
}

#[test]
fn ids_that_scripts_would_confuse_are_refused() {
    let checked = with("[[criteria]]\nid = \"compute_power\"\nindicator = \"papers\"\n");
    let codes: Vec<_> = checked.diagnostics.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["E0109"]);
}

#[test]
fn numbers_out_of_their_range_are_refused() {
    for (line, message) in [
        (
            "min-coverage = 1.5",
            "`min-coverage` is 1.5; it must be between 0 and 1",
        ),
        (
            "scale = [100, 0]",
            "`scale` takes two numbers, the lower first",
        ),
        ("ties = \"mean\"", "`mean` is not a word of `ties`"),
        (
            "min-coverage = nan",
            "`min-coverage` is not a finite number",
        ),
        (
            "missing = { median = 1 }",
            "`median` is not a key of a policy for missing figures",
        ),
    ] {
        let checked = replaced("[scoring]", &format!("[scoring]\n{line}"));
        assert!(
            checked.diagnostics.iter().any(|d| d.message == message),
            "{line}: {:#?}",
            checked.diagnostics
        );
    }
    for line in [
        "observations = { max-age = \"3 years\" }",
        "observations = { period = \"2025..2023\" }",
    ] {
        let checked = replaced("\"papers\"\n", &format!("\"papers\"\n{line}\n"));
        assert_eq!(finding(&checked).0, "E0110", "{line}");
    }
}

#[test]
fn a_date_that_is_none_is_refused() {
    let checked = replaced("2026-03-31", "\"31 March 2026\"");
    assert_eq!(finding(&checked).0, "E0110");
    let checked = replaced("2026-03-31", "\"2026-03-31\"");
    assert!(checked.diagnostics.is_empty());
}

#[test]
fn a_folder_without_a_project_says_how_to_start() {
    let checked = load(&MemorySources::default(), &Request::default());
    assert_eq!(only(&checked).code.0, "E0112");
}

#[test]
fn files_that_cannot_be_read_are_named_where_they_are_included() {
    let sources = files(&format!("include = [\"gone.toml\"]\n{PROJECT}"));
    let checked = load(&sources, &Request::default());
    assert_eq!(
        finding(&checked),
        (
            "E0101",
            "\"gone.toml\"".into(),
            "there is no file `gone.toml`"
        )
    );
    let sources = MemorySources::default().with("exacity.toml", b"a = \"\xff\"".as_slice());
    let checked = load(&sources, &Request::default());
    assert_eq!(only(&checked).message, "`exacity.toml` is not UTF-8 text");
}

#[test]
fn files_that_include_each_other_show_the_circle() {
    let sources = files(&format!("include = [\"a.toml\"]\n{PROJECT}"))
        .with("a.toml", "include = [\"b.toml\"]\n")
        .with("b.toml", "include = [\"a.toml\"]\n");
    let checked = load(&sources, &Request::default());
    assert_eq!(only(&checked).code.0, "E0113");
    assert_eq!(
        only(&checked).notes,
        ["the circle: `a.toml` -> `b.toml` -> `a.toml`"]
    );
}

#[test]
fn a_profile_cannot_extend_itself() {
    let text = format!("{PROJECT}[profile.a]\nextends = \"b\"\n[profile.b]\nextends = \"a\"\n");
    let checked = check(&files(&text));
    assert!(checked.diagnostics.iter().all(|d| d.code.0 == "E0113"));
    assert!(!checked.diagnostics.is_empty());
}

#[test]
fn unknown_criteria_are_reported_wherever_they_are_named() {
    for text in [
        "[weights.other]\ncomput = 1\n",
        "[require]\nevidence = [\"comput\"]\n",
        "[[index]]\nid = \"a\"\nroot = \"comput\"\n",
        "[[criteria]]\nid = \"extra\"\nchildren = [\"talent\", \"comput\"]\n",
    ] {
        let checked = with(text);
        let first = checked.diagnostics.iter().next().unwrap();
        assert_eq!(first.code.0, "E0301", "{text}");
        assert_eq!(first.help, ["did you mean `compute`?"], "{text}");
    }
}

#[test]
fn an_unknown_indicator_is_named_with_the_nearest_one() {
    let checked = replaced("indicator = \"papers\"", "indicator = \"paper\"");
    assert_eq!(finding(&checked).0, "E0302");
    assert_eq!(only(&checked).help, ["did you mean `papers`?"]);
    let checked = replaced("\"papers\"\n", "\"papers\"\ndenominator = \"peple\"\n");
    assert_eq!(finding(&checked).0, "E0302");
}

#[test]
fn an_unknown_method_is_looked_for_in_the_other_tables() {
    let checked = replaced("[scoring]", "[scoring]\nnormalise = \"min-mx\"");
    let one = only(&checked);
    assert_eq!(
        (one.code.0, one.help[0].as_str()),
        ("E0303", "did you mean `min-max`?")
    );
    let checked = replaced("[scoring]", "[scoring]\nnormalise = \"arithmetic\"");
    assert_eq!(only(&checked).notes, ["`arithmetic` is an aggregation"]);
}

#[test]
fn a_parameter_of_another_method_names_its_owner() {
    let checked = replaced(
        "[scoring]",
        "[scoring]\nnormalise = { method = \"min-max\", low = 3 }",
    );
    let one = only(&checked);
    assert_eq!(one.code.0, "E0304");
    assert_eq!(
        one.message,
        "`low` belongs to `goalposts`; `min-max` has no such parameter"
    );
}

#[test]
fn what_is_no_weight_is_refused_where_it_stands() {
    for bad in ["-1", "nan", "inf", "\"many\"", "true"] {
        let checked = replaced("talent = 40", &format!("talent = {bad}"));
        let one = only(&checked);
        assert_eq!(
            (one.code.0, pointed_at(&checked, one).as_str()),
            ("E0305", bad)
        );
    }
}

#[test]
fn a_group_needs_a_weight_above_zero() {
    let checked = replaced("compute = 60\ntalent = 40", "compute = 0\ntalent = 0.0");
    assert_eq!(finding(&checked).0, "E0306");
}

#[test]
fn a_sibling_left_out_is_named() {
    let checked = replaced("talent = 40\n", "");
    assert_eq!(
        finding(&checked),
        (
            "E0307",
            "compute".into(),
            "`talent` has no weight in `balanced`, and a sibling does"
        )
    );
}

#[test]
fn weight_sets_that_nobody_uses_are_checked_too() {
    let checked = with("[weights.spare]\ncompute = -1\ntalent = 1\n");
    assert_eq!(finding(&checked).0, "E0305");
}

#[test]
fn weight_is_reserved_in_weight_sets() {
    let checked = replaced("talent = 40", "talent = 40\nweight = 3");
    assert_eq!(finding(&checked).0, "E0310");
}

#[test]
fn criteria_that_contain_each_other_show_the_circle() {
    let checked = with(
        "[[criteria]]\nid = \"a\"\nchildren = [\"b\"]\n[[criteria]]\nid = \"b\"\nchildren = [\"a\"]\n",
    );
    let one = only(&checked);
    assert_eq!(one.code.0, "E0308");
    assert_eq!(one.notes, ["the circle: `a` -> `b` -> `a`"]);
}

#[test]
fn an_orphan_is_told_what_parent_it_lacks() {
    let checked = with("[[criteria]]\nid = \"money.funds\"\nindicator = \"papers\"\n");
    assert_eq!(
        finding(&checked),
        (
            "E0309",
            "\"money.funds\"".into(),
            "criterion `money.funds` has no parent `money`"
        )
    );
}

#[test]
fn ids_that_scripts_cannot_read_are_refused() {
    for id in ["Compute", "2nd", "a-b", "while"] {
        let checked = with(&format!(
            "[[criteria]]\nid = \"{id}\"\nindicator = \"papers\"\n"
        ));
        assert_eq!(finding(&checked).0, "E0310", "{id}");
    }
}

#[test]
fn a_criterion_without_figures_says_what_was_rejected() {
    let checked = replaced("indicator = \"papers\"", "indicator = \"patents\"");
    let one = only(&checked);
    assert_eq!(one.code.0, "E0311");
    assert_eq!(
        one.message,
        "no place of the league has a figure for `talent`"
    );
}

#[test]
fn an_unknown_place_is_named_with_the_nearest_one() {
    let checked = replaced("kinds = [\"city\"]", "places = [\"alpha\", \"bta\"]");
    assert_eq!(
        finding(&checked),
        ("E0313", "\"bta\"".into(), "there is no place `bta`")
    );
}

#[test]
fn a_league_of_nobody_is_refused() {
    let checked = replaced(
        "kinds = [\"city\"]",
        "kinds = [\"province\"]\nplaces = [\"alpha\"]",
    );
    assert!(checked.diagnostics.iter().any(|d| d.code.0 == "E0315"));
}

#[test]
fn a_place_is_not_ranked_beside_the_one_that_contains_it() {
    let checked = replaced("[\"city\"]", "[\"city\", \"province\"]");
    let (code, _, message) = finding(&checked);
    assert_eq!(code, "E0316");
    assert_eq!(
        message,
        "`alpha` would be ranked beside `land`, which contains it"
    );
    let checked = replaced("[\"city\"]", "[\"city\", \"province\"]\noverall = false");
    assert!(checked.diagnostics.is_empty());
}

#[test]
fn indicators_in_different_units_cannot_be_pooled() {
    let checked = replaced("\"papers\"", "[\"papers\", \"flops\"]");
    assert_eq!(finding(&checked).0, "E0210");
}

#[test]
fn a_context_indicator_needs_a_direction() {
    let checked = replaced("direction = \"higher\"\n", "");
    assert_eq!(finding(&checked).0, "E0105");
    assert_eq!(
        only(&checked).message,
        "criterion `compute.power` needs `direction`"
    );
}

#[test]
fn settings_of_the_command_line_that_cannot_be_applied_are_refused() {
    for (set_, message) in [
        ("scoring", "`scoring` sets nothing"),
        ("scoring.weigths=3", "`weigths` is not a key of `[scoring]`"),
        ("data.alpa.flops=3", "there is no place `alpa`"),
        ("data.alpha.flop=3", "there is no indicator `flop`"),
        (
            "data.alpha.flops=many",
            "`data.alpha.flops` takes a finite number",
        ),
        (
            "criteria.computing.normalise.low=3",
            "`computing.normalise.low` is no id in `criteria`",
        ),
        (
            "weights.blanced.compute=3",
            "there is no weight set `blanced`",
        ),
        ("scoring.ties.x=3", "`ties` is a string, and has no keys"),
    ] {
        let checked = set(&[set_]);
        let first = checked.diagnostics.iter().next().unwrap();
        assert_eq!(first.code.0, "E0108", "{set_}");
        assert!(
            first.message.starts_with(message),
            "{set_}: {}",
            first.message
        );
    }
}

#[test]
fn a_bad_value_of_the_command_line_points_into_it() {
    let checked = set(&["weights.balanced.compute=-3"]);
    assert_eq!(finding(&checked).1, "-3");
    assert_eq!(only(&checked).span().unwrap().file.as_str(), "--set");
}

#[test]
fn one_run_shows_ten_mistakes_each_at_its_line() {
    let text = r#"schema = 1
[project]
nmae = "Test"
[data]
folder = "data"
[scoring]
weights = "balanced"
normalise = "min-mx"
ties = 3
min-coverage = 7
[rank]
kinds = ["city"]
[[criteria]]
id = "compute"
[[criteria]]
id = "compute.capacity"
indicator = "flop"
[[criteria]]
id = "compute.power"
indicator = "power"
[[criteria]]
id = "talent"
indicator = "papers"
observations = { max-age = "old" }
[[adjust]]
points = 5
because = "no reason"
[weights.balanced]
compute = -60
talent = 40
[weights.other]
tallent = 40
"#;
    let checked = load(&files(text), &Request::default());
    let mut found: Vec<(usize, &str)> = checked
        .diagnostics
        .iter()
        .map(|d| {
            (
                checked.files.position(d.span().unwrap()).unwrap().line,
                d.code.0,
            )
        })
        .collect();
    found.sort_unstable();
    let expected = [
        (3, "E0103"),
        (8, "E0303"),
        (9, "E0104"),
        (10, "E0110"),
        (17, "E0302"),
        (19, "E0105"),
        (24, "E0110"),
        (25, "E0105"),
        (29, "E0305"),
        (32, "E0301"),
    ];
    assert_eq!(found, expected);
    assert!(checked.value.is_none());
}

#[test]
fn a_syntax_error_stops_with_its_file_and_not_with_the_others() {
    let sources = files(&PROJECT.replace("name = \"Test\"", "nmae = \"Test\""))
        .with("rules/weights/broken.toml", "compute = = 3\n");
    let checked = load(&sources, &Request::default());
    let codes: Vec<_> = checked.diagnostics.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["E0102", "E0103"]);
}
