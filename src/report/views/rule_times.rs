//! How long strategies take.

use crate::report::{Column, Report, Section, Show, Table, Value};

/// The times of one strategy.
#[derive(Debug, Clone)]
pub struct RuleTimes {
    /// Its name.
    pub strategy: String,
    /// Places that it judges.
    pub places: usize,
    /// Why the interpreter runs it, where the fast path does not.
    pub slow: Option<String>,
    /// Its times, where it judges any place.
    pub speed: Option<Speed>,
}

/// Nanoseconds, of one run on one core.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// To read and check the script.
    pub compile: f64,
    /// Per evaluation, by the interpreter.
    pub interpreter: f64,
    /// Per evaluation, in a ranking.
    pub ranking: f64,
    /// Per evaluation, in a study of many draws.
    pub draws: f64,
    /// Per evaluation, by the same rule written by hand in Rust, where there is one.
    pub by_hand: Option<f64>,
}

/// Shows how long strategies take.
pub fn rule_times(all: &[RuleTimes]) -> Report {
    let mut report = Report::new("rule-times", "");
    let mut table = Table::new(vec![
        Column::words("strategy", "strategy"),
        Column::numbers("places", "places"),
        Column::numbers("compile", "compile"),
        Column::numbers("interpreter", "interpreter"),
        Column::numbers("ranking", "ranking"),
        Column::numbers("draws", "draws"),
        Column::numbers("by-hand", "by hand"),
        Column::numbers("to-interpreter", "speed-up"),
        Column::numbers("to-hand", "to hand"),
    ]);
    for one in all {
        let number = |of: fn(&Speed) -> f64| Value::number(one.speed.as_ref().map(of), Show::Score);
        let by_hand = one.speed.and_then(|speed| speed.by_hand);
        table.push(vec![
            Value::text(&one.strategy),
            Value::count(one.places),
            number(|speed| speed.compile / 1e3),
            number(|speed| speed.interpreter),
            number(|speed| speed.ranking),
            number(|speed| speed.draws),
            Value::number(by_hand, Show::Score),
            number(|speed| speed.interpreter / speed.draws),
            Value::number(
                by_hand.and_then(|hand| Some(one.speed?.draws / hand)),
                Show::Score,
            ),
        ]);
    }
    report.sections.push(Section::new("times", "").table(table));
    for one in all {
        if let Some(why) = &one.slow {
            let line = format!("{} runs by the interpreter: {why}", one.strategy);
            report.footer.push(line);
        }
    }
    let idle: Vec<&str> = all
        .iter()
        .filter(|one| one.places == 0)
        .map(|one| one.strategy.as_str())
        .collect();
    if !idle.is_empty() {
        report.footer.push(format!(
            "no place of this profile to judge, so nothing to time: {}",
            idle.join(", ")
        ));
    }
    report.footer.push(
        "compile in µs; all else in ns per evaluation on one core, the quickest of rounds in turns: by the interpreter, \
         in one ranking, in 256 draws at once, and row by row by a twin written in Rust, which shipped strategies have. \
         Speed-up is interpreter over draws, to hand is draws over by hand; machines differ, ratios less"
            .to_owned(),
    );
    report
}
