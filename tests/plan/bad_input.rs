//! What a plan's file may get wrong, and what is said of it.

use exacity::plan::read;
use std::fs;

fn tiny() -> String {
    fs::read_to_string("tests/reference/planning/tiny-3x4x2.json").unwrap()
}

/// Reads a plan after changes; returns codes and messages.
fn findings(text: &str, sets: &[&str]) -> Vec<(String, String)> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let checked = read("plan.json", text, &sets);
    let told = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.0.to_owned(), d.message.clone()));
    told.collect()
}

fn codes(sets: &[&str]) -> Vec<String> {
    findings(&tiny(), sets)
        .into_iter()
        .map(|(code, _)| code)
        .collect()
}

#[test]
fn each_mistake_has_its_code() {
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["chips_allowd=1"], &["E0108"]),
        (&["sites.east.chips_allowed=[\"dom-pdo\"]"], &["E0503"]),
        (&["sites.east.power_mw=-3"], &["E0110"]),
        (&["sites.east.pue=0.9"], &["E0110"]),
        (&["sites.east.max_racks=10"], &["E0501"]),
        (
            &["sites.north.existing=[{chip=\"dom-pod\", modules=1}]"],
            &["E0501"],
        ),
        (&["budget=[1, 2, 3]"], &["E0501"]),
        (&["targets.0.period=-1"], &["E0504"]),
        (&["targets.1.period=4"], &["E0504"]),
        (&["targets.1.hard=false"], &["E0501"]),
        (&["chips.dom-pod.module_eflops=300"], &["W0501"]),
        (&["chips.dom-pod.module_it_mw=560"], &["W0501"]),
        (&["sites.west.energy_price=350"], &["W0501"]),
        (
            &[
                "chips.dom-pod.precision=FP16",
                "targets.0.precision=FP32",
                "targets.1.precision=FP16",
            ],
            &["E0506"],
        ),
        (
            &[
                "chips.dom-pod.precision=FP16",
                "chips.imp-8x.precision=FP32",
            ],
            &["E0506", "W0502", "W0502"],
        ),
        (&["min_utilisation={share=0, from=0}"], &["E0501"]),
        (&["objective=max_score"], &["E0501"]),
        (&["sites.north.id=west"], &["E0502"]),
        (&["sites.wets.pue=1.2"], &["E0108"]),
        (&["name=*2"], &["E0108"]),
        (&["chips.dom-pod.life_periods=0"], &["E0110"]),
        (&["discount_rate=nan"], &["E0110"]),
    ];
    let mut wrong = vec![];
    for (sets, expected) in cases {
        let mut got = codes(sets);
        got.sort();
        if got != *expected {
            wrong.push(format!("{sets:?}: {got:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = codes(&[
        "budget=[1]",
        "targets.0.period=9",
        "sites.east.chips_allowed=[\"x\"]",
    ]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_plan_too_large_is_refused_with_count_and_limit() {
    let sites =
        r#"{"id":"s","open_cost":0,"max_racks":1,"power_mw":1,"pue":1.2,"energy_price":0.4}"#;
    let sites: Vec<String> = (0..4000)
        .map(|i| sites.replace("\"s\"", &format!("\"s{i}\"")))
        .collect();
    let periods: Vec<String> = (0..60)
        .map(|t| format!("{{\"id\":\"{t}\",\"years\":0.25}}"))
        .collect();
    let chip = r#"{"id":"c","domestic":true,"module_eflops":1,"module_it_mw":1,"module_racks":1,"capex":1,"life_periods":20}"#;
    let text = format!(
        "{{\"name\":\"x\",\"kind\":\"build_out\",\"discount_rate\":0,\"periods\":[{}],\"chips\":[{chip}],\"sites\":[{}]}}",
        periods.join(","),
        sites.join(",")
    );
    let found = findings(&text, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].0 == "E0505" && found[0].1.contains("480000") && found[0].1.contains("400000"),
        "{found:?}"
    );
}

#[test]
fn broken_files_are_refused_and_nothing_panics() {
    let text = tiny();
    for cut in (0..text.len())
        .step_by(37)
        .filter(|cut| text.is_char_boundary(*cut))
    {
        assert!(
            read("plan.json", &text[..cut], &[]).value.is_none(),
            "cut at {cut}"
        );
    }
    for text in [
        "",
        "[]",
        "kind = \"build_out\"",
        "{\"kind\": \"facility_assignment\"}",
        "{\"kind\": 3}",
    ] {
        let checked = read("plan", text, &[]);
        assert!(
            checked.value.is_none() && !checked.diagnostics.is_empty(),
            "{text}"
        );
    }
}

#[test]
fn a_scenario_is_checked_where_it_stands() {
    let text = tiny().replacen(
        "\"name\"",
        "\"scenarios\": [{\"name\": \"odd\", \"set\": {\"budget\": [1, 2]}}], \"name\"",
        1,
    );
    let found = findings(&text, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .1
            .starts_with("in scenario `odd`: `budget` has 2 entries"),
        "{found:?}"
    );
}
