//! What the pages of the shipped project must say, and must not.

use exacity::config::{Request, load};
use exacity::model::PlaceId;
use exacity::plan::forecast::place::{Ask, Format, PlaceForecast, all, forecast};
use exacity::plan::forecast::{Desk, Method};
use exacity::report::terminal::{self, Screen};
use exacity::report::views;
use exacity::sources::builtin::BuiltinSources;

fn desk() -> Desk {
    let loaded = load(&BuiltinSources, &Request::default()).value.unwrap();
    Desk::new(&loaded.project)
}

fn told(desk: &Desk, place: &str) -> PlaceForecast {
    forecast(desk, &PlaceId::new(place), &Ask::default()).unwrap()
}

fn page(desk: &Desk, place: &str) -> String {
    let screen = Screen {
        width: 100,
        colour: false,
    };
    terminal::write(&views::forecast::place(&told(desk, place), desk), screen)
}

#[test]
fn guizhou_is_a_series_of_its_own_without_rows_that_repeat_or_only_estimate() {
    let desk = desk();
    let told = told(&desk, "guizhou");
    let used: Vec<f64> = told.rows.used.iter().map(|r| r.row.value).collect();
    assert_eq!(used, [31.76, 43.4, 57.0, 85.0, 92.6, 150.0]);
    let open: Vec<_> = told
        .targets
        .iter()
        .filter(|t| t.headline().is_some())
        .collect();
    assert_eq!(open.len(), 1, "190 by the end of 2026 is the open target");
    let methods: Vec<Method> = open[0].by_method.iter().map(|m| m.0).collect();
    assert_eq!(
        methods,
        [Method::RwDrift, Method::LoglinearOls, Method::Pooled]
    );
}

#[test]
fn shanghai_has_one_figure_and_borrows_all_of_its_growth() {
    let desk = desk();
    let told = told(&desk, "shanghai");
    assert_eq!(told.points.len(), 1);
    assert_eq!(told.models.len(), 1);
    let view = told.pooled.as_ref().unwrap();
    assert!((view.borrowed.shrink - 1.0).abs() < f64::EPSILON);
    let page = page(&desk, "shanghai");
    assert!(page.contains("all of it is borrowed"), "{page}");
    assert!(page.contains("Met by later report"), "{page}");
}

#[test]
fn number_formats_of_the_nation_are_not_joined() {
    let desk = desk();
    let china = PlaceId::new("china");
    let ask = Ask {
        indicator: Some("compute_ai_eflops".into()),
        ..Ask::default()
    };
    let told = forecast(&desk, &china, &ask).unwrap();
    let apart = told
        .rows
        .left_out
        .iter()
        .filter(|p| p.why.is_not_comparable());
    assert!(apart.count() >= 2);
    let stated: Vec<&str> = told
        .rows
        .used
        .iter()
        .map(|r| r.row.numeric_precision.as_str())
        .collect();
    assert!(
        stated.windows(2).all(|pair| pair[0] == pair[1]),
        "{stated:?}"
    );
}

#[test]
fn the_newest_figure_of_nanjing_is_its_series_not_two_old_bounds_in_another_format() {
    let told = told(&desk(), "nanjing");
    let used: Vec<f64> = told.rows.used.iter().map(|r| r.row.value).collect();
    assert_eq!(used, [21.0]);
}

#[test]
fn a_format_that_no_row_states_is_refused_with_the_rows() {
    let desk = desk();
    let ask = Ask {
        format: Format::Stated("FP64".to_owned()),
        indicator: Some("compute_total_eflops".into()),
        ..Ask::default()
    };
    let refused = forecast(&desk, &PlaceId::new("guizhou"), &ask).unwrap_err();
    assert_eq!(refused.code.0, "E0536");
    assert!(
        refused
            .notes
            .iter()
            .any(|n| n.contains("states no number format")),
        "{refused:?}"
    );
}

#[test]
fn the_target_of_beijing_with_its_corridors_is_not_held_against_the_city() {
    let desk = desk();
    let ask = Ask {
        indicator: Some("compute_total_eflops".into()),
        ..Ask::default()
    };
    let told = forecast(&desk, &PlaceId::new("beijing"), &ask).unwrap();
    let scopes: Vec<&str> = told
        .targets_left_out
        .iter()
        .map(|(t, _)| t.scope.as_str())
        .collect();
    assert!(scopes.contains(&"incl_corridors"), "{scopes:?}");
    assert!(told.targets.iter().all(|t| t.goal.value < 100.0));
}

#[test]
fn no_page_says_what_will_happen() {
    let desk = desk();
    let mut pages = 0;
    for place in desk.data.places.keys() {
        let Ok(told) = forecast(&desk, place, &Ask::default()) else {
            continue;
        };
        let page = format!("{:?}", views::forecast::place(&told, &desk)).to_lowercase();
        assert!(!page.contains(" will "), "{page}");
        pages += 1;
    }
    assert!(pages >= 15, "{pages}");
    let glance = views::forecast::glance(&all(&desk, &Ask::default()).unwrap(), &desk.data, None);
    assert!(!format!("{glance:?}").contains(" will "));
}

#[test]
fn every_open_target_has_a_probability_or_a_reason() {
    let desk = desk();
    let lines = all(&desk, &Ask::default()).unwrap();
    assert!(lines.len() >= 20, "{}", lines.len());
    for line in &lines {
        let open = !line.report.state.scores();
        let told = line.chance.is_some() || line.why_not.is_some();
        assert_eq!(open, told, "{line:?}");
        if let Some((_, p, (low, high))) = line.chance {
            assert!((0.0..=1.0).contains(&p) && low <= p && p <= high);
        }
    }
}
