//! What published indices ask of the configuration, and what is said where it cannot be.

use exacity::config::{Loaded, Request, load};
use exacity::diagnostics::{Checked, Diagnostic};
use exacity::num::round::settled;
use exacity::score::score;
use exacity::sources::memory::MemorySources;

const TABLE: &str = "id,zone,grade,a,b,coast
x,north,gold,10,80,5
y,south,silver,20,60,0
z,south,gold,30,,7
";

const HEAD: &str = r#"[data]
matrix = { file = "in.csv", id = "id", groups = ["zone"] }
[scoring]
normalise = "identity"
"#;

fn with_criteria(criteria: &str) -> Checked<Loaded> {
    let sources = MemorySources::default()
        .with("exacity.toml", format!("{HEAD}{criteria}"))
        .with("in.csv", TABLE);
    load(&sources, &Request::default())
}

/// Returns the only finding.
#[track_caller]
fn only(checked: &Checked<Loaded>) -> &Diagnostic {
    let all: Vec<_> = checked.diagnostics.iter().collect();
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0]
}

/// Returns the text that a finding points at.
fn pointed_at(checked: &Checked<Loaded>, one: &Diagnostic) -> String {
    let text = one.span().and_then(|span| {
        let text = checked.files.text(&span.file)?;
        text.get(span.start..span.end)
    });
    text.unwrap_or_default().to_owned()
}

#[track_caller]
fn loaded(checked: Checked<Loaded>) -> Loaded {
    let found = checked.diagnostics;
    checked.value.unwrap_or_else(|| panic!("{found:#?}"))
}

const LEAVES: &str = r#"
[[criteria]]
id = "a"
indicator = "a"
direction = "higher"
[[criteria]]
id = "b"
indicator = "b"
direction = "higher"
"#;

/// Scores of x, y and z; `None` for those that are not ranked.
fn scores(criteria: &str) -> [Option<f64>; 3] {
    let project = loaded(with_criteria(criteria)).project;
    let board = score(&project).unwrap().boards.remove(0);
    ["x", "y", "z"].map(|id| {
        let at = project.position(id).unwrap();
        let mut ranking = board.ranking.iter();
        ranking.find(|r| r.place == at).map(|r| settled(r.score))
    })
}

fn with_root(aggregate: &str) -> String {
    format!("[[criteria]]\nid = \"score\"\naggregate = {{ formula = '{aggregate}' }}\n{LEAVES}")
}

#[test]
fn a_formula_reads_children_figures_words_groups_and_facts() {
    assert_eq!(
        scores(&with_root("part.a + part.b")),
        [Some(90.0), Some(80.0), None]
    );
    let known = "if known.b { part.b } else { 2 * part.a }";
    assert_eq!(
        scores(&with_root(known)),
        [Some(80.0), Some(60.0), Some(60.0)]
    );
    let words = r#"if place.grade == "gold" { part.a } else { 0 }"#;
    assert_eq!(
        scores(&with_root(words)),
        [Some(10.0), Some(0.0), Some(30.0)]
    );
    let groups = r#"if place.zone == "north" { 1 } else { place.coast }"#;
    assert_eq!(
        scores(&with_root(groups)),
        [Some(1.0), Some(0.0), Some(7.0)]
    );
    let facts = "part.a / facts.part_a_max * facts.b_n";
    assert_eq!(scores(&with_root(facts))[2], Some(2.0));
}

#[test]
fn criteria_stand_before_those_that_read_them_wherever_they_are_written() {
    let early = r#"
[[criteria]]
id = "first"
aggregate = { formula = "min(part.first_own, part.second)" }
[[criteria]]
id = "first.own"
indicator = "a"
direction = "higher"
[[criteria]]
id = "second"
[[criteria]]
id = "second.own"
value = { formula = "place.a - 5" }
direction = "higher"
"#;
    // first = min(a, a - 5), second = a - 5, and the mean of both.
    assert_eq!(scores(early), [Some(5.0), Some(15.0), Some(25.0)]);
}

#[test]
fn criteria_that_wait_for_each_other_are_refused_with_the_circle() {
    let circle = r#"
[[criteria]]
id = "p"
aggregate = { formula = "part.p_a + part.q" }
[[criteria]]
id = "p.a"
indicator = "a"
direction = "higher"
[[criteria]]
id = "q"
aggregate = { formula = "part.q_a + part.p" }
[[criteria]]
id = "q.a"
indicator = "a"
direction = "higher"
"#;
    let checked = with_criteria(circle);
    let found = only(&checked);
    assert_eq!(found.code.0, "E0308");
    assert_eq!(found.message, "criteria wait for each other's scores");
    assert!(found.help[0].contains("place."), "{:?}", found.help);
}

#[test]
fn what_is_not_known_yet_is_refused_where_it_is_read() {
    for (criteria, at) in [
        (with_root("leader.part_a"), "part_a"),
        (with_root("weight.score"), "score"),
        (
            "[[criteria]]\nid = \"a\"\nvalue = { formula = \"known.a\" }\ndirection = \"higher\"\n"
                .replace("known.a", "2 * weight.a"),
            "a",
        ),
    ] {
        let checked = with_criteria(&criteria);
        let found = checked.diagnostics.iter().find(|d| d.code.0 == "E0337");
        let found = found.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
        assert_eq!(pointed_at(&checked, found), at, "{criteria}");
    }
}

#[test]
fn names_and_syntax_of_formulas_are_reported_inside_the_text() {
    let checked = with_criteria(&with_root("part.a + part.bb"));
    let found = only(&checked);
    assert_eq!(
        (found.code.0, pointed_at(&checked, found).as_str()),
        ("E0402", "bb")
    );
    let checked = with_criteria(&with_root("part.a +"));
    assert!(checked.diagnostics.has_errors());
    let closing = with_root("1 } fn other() { 2");
    let checked = with_criteria(&closing);
    let found = only(&checked);
    assert!(
        found.message.contains("close the function"),
        "{}",
        found.message
    );
    let lines = "[[criteria]]\nid = \"score\"\naggregate = { formula = \"\"\"\nlet x = part.a;\nx + part.bb\n\"\"\" }\n";
    let checked = with_criteria(&format!("{lines}{LEAVES}"));
    assert_eq!(pointed_at(&checked, only(&checked)), "bb");
}

#[test]
fn a_rule_says_one_thing() {
    for rule in [
        "{ rule = \"rules/x.rhai\", formula = \"part.a\" }",
        "{ formula = \"part.a\", params = { x = 1 } }",
        "{ params = { x = 1 } }",
    ] {
        let criteria = format!("[[criteria]]\nid = \"score\"\naggregate = {rule}\n{LEAVES}");
        let checked = with_criteria(&criteria);
        assert_eq!(
            only(&checked).code.0,
            "E0105",
            "{rule}: {:?}",
            checked.diagnostics
        );
    }
}

#[test]
fn words_need_scores_for_all_that_occur() {
    let leaf = |normalise: &str| {
        format!(
            "[[criteria]]\nid = \"g\"\nindicator = \"grade\"\ndirection = \"higher\"\nscale = [0, 1]\n{normalise}\n"
        )
    };
    let scored =
        leaf("normalise = { method = \"categorical\", scores = { gold = 1, silver = 0.5 } }");
    assert_eq!(scores(&scored), [Some(1.0), Some(0.5), Some(1.0)]);
    let rest = leaf("normalise = { method = \"categorical\", scores = { gold = 1 }, other = 0 }");
    assert_eq!(scores(&rest), [Some(1.0), Some(0.0), Some(1.0)]);
    let checked = with_criteria(&leaf("normalise = \"min-max\""));
    let found = only(&checked);
    assert_eq!(found.code.0, "E0335");
    assert_eq!(
        found.message,
        "`grade` is written in words: `gold`, `silver`"
    );
    let slip =
        leaf("normalise = { method = \"categorical\", scores = { gold = 1, Silver = 0.5 } }");
    let checked = with_criteria(&slip);
    let found = only(&checked);
    assert_eq!(found.code.0, "E0336");
    assert!(found.message.contains("`silver`"), "{}", found.message);
    assert!(found.notes[0].contains("Silver"), "{:?}", found.notes);
}

#[test]
fn where_a_criterion_does_not_apply_its_weight_goes_to_the_others() {
    let criteria = format!(
        "{LEAVES}[[criteria]]\nid = \"sea\"\nindicator = \"coast\"\ndirection = \"higher\"\napplies = \"place.coast > 0\"\n"
    );
    // x: (10 + 80 + 5) / 3; y without the sea: (20 + 60) / 2; z without b: (30 + 7) / 2.
    assert_eq!(
        scores(&criteria),
        [Some(settled(95.0 / 3.0)), Some(40.0), Some(18.5)]
    );
    let project = loaded(with_criteria(&criteria)).project;
    let board = score(&project).unwrap().boards.remove(0);
    let y = project.position("y").unwrap();
    assert!(
        (board.holdings.coverage(y) - 1.0).abs() < 1e-12,
        "nothing is lacking there"
    );
    // A branch that does not apply takes its children with it.
    let branch = "[[criteria]]\nid = \"p\"\napplies = 'place.zone == \"south\"'\n[[criteria]]\nid = \"p.a\"\nindicator = \"a\"\ndirection = \"higher\"\n[[criteria]]\nid = \"c\"\nindicator = \"coast\"\ndirection = \"higher\"\n";
    assert_eq!(scores(branch), [Some(5.0), Some(10.0), Some(18.5)]);
}

#[test]
fn an_adjustment_of_a_criterion_comes_before_its_parent() {
    let adjust = |what: &str| {
        format!(
            "{LEAVES}[[adjust]]\ncriterion = \"b\"\nwhen = \"part.a < 15\"\n{what}\nbecause = \"why\"\n"
        )
    };
    for (what, x) in [
        ("points = -20", 35.0),
        ("times = 0.5", 25.0),
        ("at-most = 30", 20.0),
        ("at-least = 90", 50.0),
        ("set = 0", 5.0),
    ] {
        assert_eq!(scores(&adjust(what))[..2], [Some(x), Some(40.0)], "{what}");
    }
    for what in ["", "points = 1\ntimes = 2"] {
        let checked = with_criteria(&adjust(what));
        assert_eq!(only(&checked).code.0, "E0105", "{what}");
    }
    let unknown = adjust("points = 1").replace("criterion = \"b\"", "criterion = \"bb\"");
    assert_eq!(only(&with_criteria(&unknown)).code.0, "E0301");
}

#[test]
fn a_branch_may_normalise_treat_and_turn_its_score_around() {
    let finish = |what: &str| {
        format!(
            "[[criteria]]\nid = \"p\"\n{what}\n[[criteria]]\nid = \"p.a\"\nindicator = \"a\"\ndirection = \"higher\"\n"
        )
    };
    let turned =
        "normalise = { method = \"goalposts\", low = 0, high = 100 }\ndirection = \"lower\"";
    assert_eq!(
        scores(&finish(turned)),
        [Some(90.0), Some(80.0), Some(70.0)]
    );
    let capped = "treat = { method = \"clamp\", high = 25 }";
    assert_eq!(
        scores(&finish(capped)),
        [Some(10.0), Some(20.0), Some(25.0)]
    );
    assert_eq!(
        scores(&finish("normalise = \"rank\"")),
        [Some(0.0), Some(50.0), Some(100.0)]
    );
    let checked = with_criteria(&finish("direction = \"lower\""));
    assert_eq!(only(&checked).code.0, "E0103");
}

#[test]
fn as_many_children_as_asked_for_must_be_there() {
    let root =
        |number: usize| format!("[[criteria]]\nid = \"score\"\nmin-children = {number}\n{LEAVES}");
    assert_eq!(scores(&root(2)), [Some(45.0), Some(40.0), None]);
    assert_eq!(only(&with_criteria(&root(3))).code.0, "E0110");
}

#[test]
fn an_index_may_rank_in_its_own_way() {
    let indices = format!(
        "{LEAVES}[[index]]\nid = \"plain\"\n[[index]]\nid = \"turned\"\nroot = \"a\"\norder = \"lowest\"\nrank-on = {{ decimals = 0, to = \"floor\" }}\nrank-within = \"zone\"\nclasses = [{{ name = \"low\", from = 0 }}, {{ name = \"high\", from = 20 }}]\n"
    );
    let project = loaded(with_criteria(&indices)).project;
    let boards = score(&project).unwrap().boards;
    let first = &boards[0].ranking[0];
    assert_eq!(
        (project.league[first.place].id.as_str(), first.class),
        ("x", None)
    );
    let turned: Vec<_> = boards[1]
        .ranking
        .iter()
        .map(|r| {
            let class = &project.indices[1].output.classes[r.class.unwrap() as usize].0;
            (
                project.league[r.place].id.as_str(),
                class.as_str(),
                boards[1].group_ranks.get(&r.place).copied(),
            )
        })
        .collect();
    let (one, two) = (Some(1.0), Some(2.0));
    assert_eq!(
        turned,
        [("x", "low", one), ("y", "high", one), ("z", "high", two)]
    );
}

#[test]
fn gaps_are_filled_in_the_ways_that_handbooks_name() {
    let leaf = |missing: &str| {
        format!(
            "[[criteria]]\nid = \"b\"\nindicator = \"b\"\ndirection = \"higher\"\nmissing = {missing}\n"
        )
    };
    for (missing, z) in [
        ("\"mean\"", Some(70.0)),
        ("{ group-median = \"zone\" }", Some(60.0)),
        ("{ constant = 1 }", Some(1.0)),
        ("\"reweight\"", None),
    ] {
        assert_eq!(scores(&leaf(missing))[2], z, "{missing}");
    }
    let both = "{ constant = 1, group-mean = \"zone\" }";
    assert_eq!(only(&with_criteria(&leaf(both))).code.0, "E0110");
}

const LONG: &str = r#"
[project]
as-of = 2026-03-31
[data]
folder = "data"
[scoring]
normalise = "identity"
[[criteria]]
id = "papers"
indicator = "papers"
observations = { period = "2025" }
missing = "carry-forward"
"#;

#[test]
fn an_earlier_figure_is_carried_forward_and_says_from_when() {
    let head = "obs_id,place,indicator,value,value_high,qualifier,unit,as_of,as_of_precision,kind,numeric_precision,scope,plausibility,source_id,from_seed,note";
    let row = |id: &str, place: &str, value: u32, year: u32| {
        format!("\n{id},{place},papers,{value},,eq,count,{year},,measured,,,,s1,no,")
    };
    let rows = [
        head.to_owned(),
        row("o1", "alpha", 900, 2025),
        row("o2", "beta", 300, 2023),
        row("o3", "beta", 200, 2022),
    ];
    let sources = MemorySources::default()
        .with("exacity.toml", LONG)
        .with("data/observations.csv", rows.concat())
        .with(
            "data/indicators.toml",
            "[[indicator]]\nid = \"papers\"\nname = \"Papers\"\nunit = \"count\"\ndirection = \"higher\"\n",
        )
        .with(
            "data/places.csv",
            "id,name,name_zh,kind,parent,region,lat,lon,population,population_definition,population_source\nalpha,Alpha,,city,,north,,,,,\nbeta,Beta,,city,,south,,,,,\ngamma,Gamma,,city,,south,,,,,\n",
        )
        .with(
            "data/sources.csv",
            "source_id,title,publisher,url,date,tier\ns1,Yearbook,Office,,2025,A\n",
        );
    let project = loaded(load(&sources, &Request::default())).project;
    let board = score(&project).unwrap().boards.remove(0);
    let papers = project.tree.find("papers").unwrap();
    let filled = &board.leaves[&papers].filled;
    let beta = project.position("beta").unwrap();
    assert_eq!(
        filled.len(),
        1,
        "gamma has no figure of any year: {filled:?}"
    );
    assert_eq!(
        (filled[0].row, filled[0].value, filled[0].how.as_str()),
        (beta, 300.0, "carried forward from 2023")
    );
}
