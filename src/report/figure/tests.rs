//! Figures hold the numbers of their view, in its order, and say the same each time.

use super::*;

fn caption(id: &str) -> Caption {
    Caption {
        id: id.to_owned(),
        title: "A <b>".to_owned(),
        description: "What is to be seen".to_owned(),
        lang: Lang::En,
    }
}

fn numbers(json: &serde_json::Value) -> Vec<f64> {
    json.as_array()
        .unwrap()
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect()
}

#[test]
fn a_waterfall_starts_at_one_score_and_steps_to_the_other() {
    let view = Steps {
        caption: caption("why"),
        from: ("B".to_owned(), 40.0),
        to: ("A".to_owned(), 43.0),
        steps: vec![("x".to_owned(), 5.0), ("y".to_owned(), -2.0)],
    };
    let figure = steps(&view).unwrap();
    let trace = &figure.plot["data"][0];
    assert_eq!(trace["type"], "waterfall");
    assert_eq!(trace["base"], 40.0);
    assert_eq!(numbers(&trace["x"]), [5.0, -2.0]);
    assert_eq!(trace["text"], serde_json::json!(["+5.00", "-2.00"]));
    assert_eq!(figure.plot["layout"]["title"]["text"], "A &lt;b&gt;");
    assert_eq!(steps(&view).unwrap(), figure);
}

#[test]
fn a_profile_marks_what_is_missing_instead_of_drawing_a_zero() {
    let row = |name: &str, score: Option<f64>| ProfileRow {
        name: name.to_owned(),
        pillar: 0,
        shown: "> 120 EFLOPS".to_owned(),
        score,
        others: vec![("C".to_owned(), 10.0), ("D".to_owned(), 20.0)],
        quartiles: Some([10.0, 15.0, 20.0]),
    };
    let view = Profile {
        caption: caption("profile"),
        place: "A".to_owned(),
        scale: (0.0, 100.0),
        rows: vec![row("x", Some(85.6)), row("y", None)],
    };
    let plot = profile(&view).unwrap().plot;
    let traces = plot["data"].as_array().unwrap();
    let own = traces.iter().find(|trace| trace["name"] == "A").unwrap();
    assert_eq!(
        (numbers(&own["x"]), numbers(&own["y"])),
        (vec![85.6], vec![0.0])
    );
    let unknown = traces.iter().find(|trace| trace["mode"] == "text").unwrap();
    assert_eq!(unknown["text"], serde_json::json!(["no score"]));
    assert_eq!(numbers(&unknown["y"]), [1.0]);
    let labels = plot["layout"]["yaxis"]["ticktext"].as_array().unwrap();
    assert_eq!(labels[0], "x");
    assert_eq!(plot["layout"]["annotations"][0]["text"], "&gt; 120 EFLOPS");
}

#[test]
fn a_line_breaks_where_a_place_is_not_ranked() {
    let view = RankLines {
        caption: caption("lines"),
        axis: "weight".to_owned(),
        now: 30.0,
        lines: vec![
            (
                "A".to_owned(),
                vec![(0.0, Some(1.0)), (50.0, None), (100.0, Some(2.0))],
            ),
            (
                "B".to_owned(),
                vec![(0.0, Some(2.0)), (50.0, Some(1.0)), (100.0, Some(1.0))],
            ),
        ],
    };
    let plot = rank_lines(&view).unwrap().plot;
    let first = &plot["data"][0];
    assert_eq!(first["y"], serde_json::json!([1.0, null, 2.0]));
    assert_eq!(first["connectgaps"], false);
}

#[test]
fn places_without_rank_are_rings_and_the_map_keeps_to_its_places() {
    let place = |name: &str, at: (f64, f64), score: Option<f64>| MapPlace {
        name: name.to_owned(),
        at,
        ranked: score.map(|score| ("1".to_owned(), score)),
    };
    let view = Map {
        caption: caption("map"),
        scale: (0.0, 100.0),
        places: vec![
            place("Beijing", (39.9, 116.4), Some(80.0)),
            place("Shenzhen", (22.5, 114.1), Some(56.0)),
            place("Qingyang", (35.7, 107.6), None),
        ],
    };
    let plot = map(&view).unwrap().plot;
    let traces = plot["data"].as_array().unwrap();
    let (rings, dots) = (&traces[2], &traces[3]);
    assert_eq!(numbers(&rings["x"]), [107.6]);
    assert_eq!(numbers(&dots["y"]), [39.9, 22.5]);
    let sizes = numbers(&dots["marker"]["size"]);
    assert!(sizes[0] > sizes[1]);
    assert!(numbers(&traces[0]["x"]).len() > 50, "there is a coast");
}

#[test]
fn a_single_place_has_a_map_too() {
    let view = Map {
        caption: caption("map"),
        scale: (0.0, 0.0),
        places: vec![MapPlace {
            name: "Beijing".to_owned(),
            at: (39.9, 116.4),
            ranked: Some(("1".to_owned(), 80.0)),
        }],
    };
    let text = map(&view).unwrap().plot.to_string();
    assert!(!text.contains("null,null,null") && !text.contains("NaN"));
}

#[test]
fn states_have_a_sign_beside_their_colour() {
    let view = Matrix {
        caption: caption("evidence"),
        columns: vec!["x".to_owned(), "y".to_owned()],
        rows: vec![(
            "A".to_owned(),
            vec![
                (State::Measured, "m".to_owned()),
                (State::Missing, "n".to_owned()),
            ],
        )],
    };
    let plot = matrix(&view).unwrap().plot;
    let map = &plot["data"][0];
    assert_eq!(map["type"], "heatmap");
    assert_eq!(map["text"], serde_json::json!([["●", "–"]]));
    assert_eq!(numbers(&map["z"][0]), [0.0, 6.0]);
    let signs: std::collections::BTreeSet<&str> =
        State::ALL.iter().map(|state| state.sign()).collect();
    assert_eq!(signs.len(), State::ALL.len());
}

#[test]
fn shares_are_numbers_in_cells_and_what_never_happens_is_empty() {
    let view = Acceptability {
        caption: caption("acceptability"),
        ranks: vec!["1".to_owned(), "2+".to_owned()],
        rows: vec![
            ("A".to_owned(), vec![0.996, 0.004]),
            ("B".to_owned(), vec![0.0, 1.0]),
        ],
    };
    let plot = acceptability(&view).unwrap().plot;
    assert_eq!(
        plot["data"][0]["text"],
        serde_json::json!([[">99", "<1"], ["", "100"]])
    );
    assert_eq!(numbers(&plot["data"][0]["z"][0]), [0.996, 0.004]);
}

#[test]
fn ties_lie_behind_their_rows() {
    let row = |name: &str, rank, low, high| RangeRow {
        name: name.to_owned(),
        rank,
        low,
        high,
    };
    let view = Ranges {
        caption: caption("ranges"),
        rows: vec![
            row("A", 1.0, 1.0, 2.0),
            row("B", 2.0, 1.0, 2.0),
            row("C", 3.0, 3.0, 3.0),
        ],
        ties: vec![(0, 1)],
    };
    let plot = ranges(&view).unwrap().plot;
    let shade = &plot["layout"]["shapes"][0];
    assert_eq!(
        (shade["y0"].as_f64(), shade["y1"].as_f64()),
        (Some(-0.45), Some(1.45))
    );
    assert_eq!(
        plot["data"][0]["x"],
        serde_json::json!([1.0, 2.0, null, 1.0, 2.0, null, 3.0, 3.0, null])
    );
}

#[test]
fn a_new_place_has_an_end_and_no_line() {
    let view = Slope {
        caption: caption("slope"),
        left: "before".to_owned(),
        right: "after".to_owned(),
        lines: vec![
            ("A".to_owned(), Some(1.0), Some(2.0)),
            ("B".to_owned(), None, Some(1.0)),
        ],
    };
    let plot = slope(&view).unwrap().plot;
    let traces = plot["data"].as_array().unwrap();
    let of = |name: &str| traces.iter().find(|trace| trace["name"] == name).unwrap();
    assert_eq!(of("B")["y"], serde_json::json!([null, 1.0]));
    assert_eq!(of("A")["hovertext"][0], "A: 1 → 2");
    assert_eq!(of("A")["line"]["color"], theme::LOSS.0);
}

#[test]
fn orders_are_light_until_they_serve() {
    let row = |name: &str, ordered, ready, until| OrderRow {
        name: name.to_owned(),
        amount: "4.00 EFLOPS".to_owned(),
        words: "2 modules".to_owned(),
        ordered,
        ready,
        until,
    };
    let view = Orders {
        caption: caption("orders"),
        periods: vec!["2026".to_owned(), "2027".to_owned(), "2028".to_owned()],
        order: "order".to_owned(),
        lead: "on the way".to_owned(),
        service: "in service".to_owned(),
        rows: vec![row("a <b>", 0, 1, 3), row("b", 2, 2, 3)],
    };
    let plot = orders(&view).unwrap().plot;
    // What is there at once is never on the way.
    assert_eq!(plot["data"][0]["x"], serde_json::json!([0.0, 1.0, null]));
    assert_eq!(
        plot["data"][1]["x"],
        serde_json::json!([1.0, 3.0, null, 2.0, 3.0, null])
    );
    assert!(!plot.to_string().contains("<b>"));
}

#[test]
fn capacity_stacks_and_targets_lie_over_their_period() {
    let view = Capacity {
        caption: caption("capacity"),
        periods: vec!["2026".to_owned(), "2027".to_owned()],
        stacks: vec![
            ("domestic".to_owned(), vec![1.0, 2.0]),
            ("other".to_owned(), vec![0.5, 0.5]),
        ],
        target: "target".to_owned(),
        targets: vec![(1, 3.0)],
        money: None,
    };
    let plot = capacity(&view).unwrap().plot;
    assert_eq!(plot["layout"]["barmode"], "stack");
    assert_eq!(plot["data"][1]["y"], serde_json::json!([0.5, 0.5]));
    assert_eq!(plot["data"][2]["x"], serde_json::json!([1.08, 1.92, null]));
    // Money stands below, on the same time axis.
    let view = Capacity {
        money: Some(Money {
            unit: "MCNY".to_owned(),
            spent: "spent".to_owned(),
            values: vec![10.0, 20.0],
            room: "could be spent".to_owned(),
            limits: vec![(0, 15.0), (1, 25.0)],
        }),
        ..view
    };
    let plot = capacity(&view).unwrap().plot;
    let spent = &plot["data"][3];
    assert_eq!(
        (&spent["yaxis"], &spent["x"]),
        (&serde_json::json!("y2"), &plot["data"][0]["x"])
    );
    assert_eq!(plot["layout"]["xaxis"]["anchor"], "y2");
    assert_eq!(
        plot["data"][4]["y"],
        serde_json::json!([15.0, 15.0, null, 25.0, 25.0, null])
    );
}

#[test]
fn a_frontier_keeps_the_plan_and_the_target_in_sight() {
    let view = Frontier {
        caption: caption("frontier"),
        reached: "EFLOPS in 2030".to_owned(),
        cost: "MCNY".to_owned(),
        name: "least cost".to_owned(),
        points: vec![
            (50.0, 10.0, "a <b>".to_owned()),
            (270.0, 400.0, String::new()),
        ],
        marks: vec![
            ("this plan: 270".to_owned(), 270.0),
            ("asked for: 300".to_owned(), 300.0),
        ],
    };
    let plot = frontier(&view).unwrap().plot;
    assert_eq!(numbers(&plot["data"][0]["x"]), [50.0, 270.0]);
    let range = numbers(&plot["layout"]["xaxis"]["range"]);
    assert!(range[0] < 50.0 && range[1] > 300.0);
    // Two near marks stand one above the other.
    let notes = plot["layout"]["annotations"].as_array().unwrap();
    assert_ne!(notes[0]["yshift"], notes[1]["yshift"]);
    assert!(!plot.to_string().contains("<b>"));
}

#[test]
fn a_future_without_a_plan_has_words_and_a_shade_of_its_own() {
    let view = Regrets {
        caption: caption("regret"),
        comes: "what comes true".to_owned(),
        futures: vec!["as planned".to_owned(), "no-imports".to_owned()],
        cells: vec![
            vec![(Some(0.0), "0".to_owned()), (None, "no plan".to_owned())],
            vec![
                (Some(9245.4), "9245.4".to_owned()),
                (Some(0.0), "0".to_owned()),
            ],
        ],
    };
    let plot = regrets(&view).unwrap().plot;
    let map = &plot["data"][0];
    assert_eq!(
        map["text"],
        serde_json::json!([["0", "no plan"], ["9245.4", "0"]])
    );
    assert_eq!(numbers(&map["z"][0]), [0.0, 1.0]);
    assert_eq!(numbers(&map["z"][1]), [0.8, 0.0]);
    // Where nothing differs, nothing is shaded.
    let same = Regrets {
        cells: vec![vec![(Some(0.0), "0".to_owned()); 2]; 2],
        ..view
    };
    let plot = regrets(&same).unwrap().plot;
    assert_eq!(numbers(&plot["data"][0]["z"][1]), [0.0, 0.0]);
}

#[test]
fn a_closed_site_carries_nothing_and_says_so() {
    let view = Loads {
        caption: caption("loads"),
        axis: "load".to_owned(),
        room: "capacity".to_owned(),
        load: "load".to_owned(),
        rows: vec![
            ("a".to_owned(), 60.0, Some(51.3), "51.3 of 60.0".to_owned()),
            ("b".to_owned(), 25.0, None, "stays closed".to_owned()),
        ],
    };
    let plot = loads(&view).unwrap().plot;
    assert_eq!(numbers(&plot["data"][0]["x"]), [60.0, 25.0]);
    assert_eq!(numbers(&plot["data"][1]["x"]), [51.3, 0.0]);
    assert_eq!(plot["layout"]["annotations"][1]["text"], "stays closed");
}

#[test]
fn borrowed_growth_is_a_ring() {
    let row = |name: &str, probability, borrowed| ChanceRow {
        name: name.to_owned(),
        probability,
        range: (0.2, 0.9),
        borrowed,
        words: String::new(),
    };
    let view = Chances {
        caption: caption("chances"),
        axis: "probability".to_owned(),
        rows: vec![row("A", 0.5, true), row("B", 0.995, false)],
    };
    let plot = chances(&view).unwrap().plot;
    let traces = plot["data"].as_array().unwrap();
    assert_eq!(traces[0]["x"][0], 20.0);
    assert_eq!(numbers(&traces[1]["y"]), [1.0]);
    assert_eq!(traces[2]["marker"]["symbol"], "circle-open");
    assert_eq!(plot["layout"]["annotations"][1]["text"], ">99 %");
}

#[test]
fn a_line_that_ends_early_is_named_too() {
    let line = |ranks: [Option<f64>; 3]| vec![(0.0, ranks[0]), (50.0, ranks[1]), (100.0, ranks[2])];
    let view = RankLines {
        caption: caption("lines"),
        axis: "weight".to_owned(),
        now: 30.0,
        lines: vec![
            ("A".to_owned(), line([Some(1.0), Some(2.0), Some(1.0)])),
            ("B".to_owned(), line([Some(2.0), Some(1.0), None])),
            ("C".to_owned(), line([None, None, None])),
        ],
    };
    let plot = rank_lines(&view).unwrap().plot;
    let notes = plot["layout"]["annotations"].as_array().unwrap();
    let texts: Vec<_> = notes.iter().map(|note| note["text"].as_str()).collect();
    assert_eq!(texts, [Some("A"), Some("B")]);
    assert_eq!(
        (&notes[1]["x"], &notes[1]["y"]),
        (&50.0.into(), &1.0.into())
    );
}

#[test]
fn a_bound_is_an_open_mark_and_the_fan_goes_there_and_back() {
    let seen = |day: &str, value, bound| Seen {
        day: day.to_owned(),
        value,
        bound,
        words: String::new(),
    };
    let view = Trajectory {
        caption: caption("trajectory"),
        unit: "EFLOPS".to_owned(),
        observations: vec![
            seen("2024-12-31", 54.0, false),
            seen("2026-01-27", 120.0, true),
        ],
        band: "80 % band".to_owned(),
        fan: vec![
            ("2026-01-27".to_owned(), [120.0; 3]),
            ("2026-12-31".to_owned(), [110.0, 160.0, 230.0]),
        ],
        targets: vec![seen("2027-12-31", 200.0, false)],
    };
    let plot = trajectory(&view).unwrap().plot;
    assert_eq!(
        plot["data"][0]["y"],
        serde_json::json!([120.0, 230.0, 110.0, 120.0])
    );
    assert_eq!(plot["data"][1]["y"], serde_json::json!([120.0, 160.0]));
    assert_eq!(plot["data"][3]["marker"]["symbol"], "triangle-up-open");
    // Without an outlook there are figures and targets, and no shade.
    let bare = Trajectory {
        fan: vec![],
        ..view
    };
    assert_eq!(
        trajectory(&bare).unwrap().plot["data"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}
