use super::*;

fn codes(text: &str) -> Vec<&'static str> {
    let checked = answer("case.toml", text);
    assert_eq!(checked.value.is_none(), checked.diagnostics.has_errors());
    checked.diagnostics.iter().map(|d| d.code.0).collect()
}

fn single(observations: &str, rest: &str) -> String {
    format!(
        "schema = \"exacity.forecast/1\"\nkind = \"single\"\nobservations = [{observations}]\n{rest}\n"
    )
}

const THREE: &str = "{ date = 2023-12-31, eflops = 5 }, { date = 2024-06-30, eflops = 9 }, { date = 2025-01-01, eflops = 12 }";
const TARGET: &str = "target = { date = 2026-01-01, eflops = 20 }";

#[test]
fn one_observation_is_no_series() {
    let one = single("{ date = 2024-01-01, eflops = 5 }", TARGET);
    assert_eq!(codes(&one), ["E0531"]);
}

#[test]
fn no_observation_is_nothing_to_start_from() {
    assert_eq!(codes(&single("", TARGET)), ["E0531"]);
}

#[test]
fn a_figure_of_zero_has_no_logarithm() {
    let zero = single(
        &format!("{THREE}, {{ date = 2025-03-01, eflops = 0 }}"),
        TARGET,
    );
    assert_eq!(codes(&zero), ["E0532"]);
}

#[test]
fn two_figures_on_one_date_are_refused() {
    let twice = single(
        &format!("{THREE}, {{ date = 2025-01-01, eflops = 13 }}"),
        TARGET,
    );
    assert_eq!(codes(&twice), ["E0534"]);
}

#[test]
fn a_target_before_the_last_figure_is_no_forecast() {
    let late = single(THREE, "target = { date = 2024-12-31, eflops = 20 }");
    assert_eq!(codes(&late), ["E0533"]);
}

#[test]
fn a_drop_is_a_warning_and_the_answer_stands() {
    let drop = single(
        &format!("{THREE}, {{ date = 2025-06-01, eflops = 8 }}"),
        TARGET,
    );
    assert_eq!(codes(&drop), ["W0516"]);
}

#[test]
fn a_ceiling_below_a_figure_is_refused() {
    let low = single(THREE, &format!("{TARGET}\nceiling_eflops = 12"));
    assert_eq!(codes(&low), ["E0535"]);
}

#[test]
fn a_level_of_one_is_refused() {
    assert_eq!(
        codes(&single(THREE, &format!("{TARGET}\nlevel = 1"))),
        ["E0110"]
    );
}

#[test]
fn slips_must_sum_to_one() {
    let text = "schema = \"exacity.forecast/1\"\nkind = \"pipeline\"\ncurrent_eflops = 5\n\
        target = { date = 2026-01-01, eflops = 20 }\n\
        projects = [{ id = \"a\", eflops = 9, due = 2025-06-01, slip_years = [{ years = 0, p = 0.9 }] }]\n";
    assert_eq!(codes(text), ["E0545"]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = single(
        "{ date = 2024-01-01, eflops = -1 }, { date = 2024-06-01, eflops = 0 }",
        TARGET,
    );
    assert_eq!(codes(&text), ["E0532", "E0532"]);
}

#[test]
fn a_kind_without_its_parts_says_what_is_missing() {
    let bare = "schema = \"exacity.forecast/1\"\nkind = \"pooled\"\n";
    assert_eq!(codes(bare), ["E0105"]);
}
