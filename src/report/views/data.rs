//! What is known: rows per indicator, and which place holds a figure for which criterion.

use super::words;
use crate::model::{Cell, IndicatorId, Kind, NodeIx, Observation, Period, Sourced};
use crate::project::{Figures, LeafValue, Project};
use crate::report::{Column, Report, Section, Show, Table, Value};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Sums up the data: how many rows of what, and per indicator how many places and how recent.
pub fn summary(project: &Project) -> Report {
    let library = &project.library;
    let mut report = Report::new("data-summary", "Data");
    report.notes.push(
        [
            words::counted(library.places.len(), "place"),
            words::counted(library.indicators.len(), "indicator"),
            words::counted(library.observations.len(), "observation"),
            words::counted(library.targets.len(), "target"),
            words::counted(library.programmes.len(), "programme"),
            words::counted(library.facts.len(), "fact"),
            words::counted(library.sources.len(), "source"),
        ]
        .join(", "),
    );
    let section = Section::new("indicators", "Indicators").table(indicators(project));
    report.sections.push(section);
    report
}

#[derive(Default)]
struct Tally<'a> {
    rows: usize,
    measured: usize,
    places: BTreeSet<&'a str>,
    dates: Option<(Period, Period)>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, row: &'a Observation) {
        self.rows += 1;
        self.measured += usize::from(row.kind == Kind::Measured);
        self.places.insert(row.place.as_str());
        if let Some(at) = row.as_of {
            let (oldest, newest) = self.dates.unwrap_or((at, at));
            let earlier = if at.start() < oldest.start() {
                at
            } else {
                oldest
            };
            let later = if at.start() > newest.start() {
                at
            } else {
                newest
            };
            self.dates = Some((earlier, later));
        }
    }
}

fn indicators(project: &Project) -> Table {
    let mut tallies: IndexMap<&IndicatorId, Tally> = IndexMap::new();
    for id in project.library.indicators.keys() {
        tallies.entry(id).or_default();
    }
    for row in &project.library.observations {
        tallies.entry(&row.indicator).or_default().add(row);
    }
    let mut table = Table::new(vec![
        Column::words("indicator", "indicator"),
        Column::words("unit", "unit"),
        Column::numbers("rows", "rows"),
        Column::numbers("measured", "measured"),
        Column::numbers("places", "places"),
        Column::words("oldest", "oldest"),
        Column::words("newest", "newest"),
    ]);
    for (id, tally) in tallies {
        let unit = project
            .library
            .indicators
            .get(id)
            .map_or("", |i| i.unit.as_str());
        let date = |period: Option<Period>| {
            period.map_or(Value::Empty, |period| Value::text(period.to_string()))
        };
        table.push(vec![
            Value::text(id.as_str()),
            Value::text(unit),
            Value::count(tally.rows),
            Value::count(tally.measured),
            Value::count(tally.places.len()),
            date(tally.dates.map(|(oldest, _)| oldest)),
            date(tally.dates.map(|(_, newest)| newest)),
        ]);
    }
    table
}

/// Shows which places hold figures for which criteria of the profile.
pub fn coverage(project: &Project) -> Report {
    let mut report = Report::new("data-coverage", "Coverage");
    report.notes.push(format!(
        "{} · {} of the league · a figure counts when the profile's selection finds one",
        project.name,
        words::counted(project.league.len(), "place")
    ));
    report.sections = vec![
        Section::new("criteria", "By criterion").table(by_criterion(project)),
        Section::new("places", "By place").table(by_place(project)),
    ];
    report
}

fn data_leaves(project: &Project) -> Vec<(NodeIx, &Figures)> {
    let nodes = project.tree.upward().map(|(at, _)| at);
    let leaves = nodes.filter_map(|at| match &project.leaf(at)?.value {
        LeafValue::Data(figures) => Some((at, figures)),
        LeafValue::Derived { .. } => None,
    });
    leaves.collect()
}

fn by_criterion(project: &Project) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("places", "places"),
        Column::numbers("share", "share"),
        Column::numbers("bounds", "bounds"),
        Column::words("oldest", "oldest"),
        Column::words("without", "places without a figure"),
    ]);
    for (at, figures) in data_leaves(project) {
        let column = figures.column();
        let held = column.present().count();
        let sourced = || (0..column.len()).filter_map(|row| figures.sourced_at(row));
        let oldest = sourced()
            .filter_map(Sourced::as_of)
            .min_by_key(|p| p.start());
        let without = project.league.iter().zip(column.cells());
        let without: Vec<&str> = without
            .filter(|(_, cell)| *cell == Cell::Missing)
            .map(|(place, _)| place.id.as_str())
            .collect();
        table.push(vec![
            Value::text(project.tree.node(at).id.as_str()),
            Value::count(held),
            Value::Number(held as f64 / column.len().max(1) as f64, Show::Share),
            Value::count(sourced().filter(|s| s.is_bound()).count()),
            oldest.map_or(Value::Empty, |p| Value::text(p.to_string())),
            Value::text(without.join(", ")),
        ]);
    }
    table
}

fn by_place(project: &Project) -> Table {
    let leaves = data_leaves(project);
    let mut table = Table::new(vec![
        Column::words("place", "place"),
        Column::numbers("held", "figures"),
        Column::numbers("share", "share"),
        Column::words("missing", "missing"),
    ]);
    for (row, place) in project.league.iter().enumerate() {
        let cell = |figures: &Figures| figures.column().cell(row);
        let applicable = leaves
            .iter()
            .filter(|(_, c)| cell(c) != Cell::NotApplicable);
        let applicable: Vec<_> = applicable.collect();
        let missing: Vec<&str> = applicable
            .iter()
            .filter(|(_, c)| cell(c) == Cell::Missing)
            .map(|(at, _)| project.tree.node(*at).id.as_str())
            .collect();
        let held = applicable.len() - missing.len();
        table.push(vec![
            Value::text(&place.name),
            Value::count(held),
            Value::Number(held as f64 / applicable.len().max(1) as f64, Show::Share),
            Value::text(missing.join(", ")),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::report::sample;

    #[test]
    fn what_is_not_applicable_does_not_count_as_missing() {
        let (project, _) = sample::scored();
        let report = super::coverage(&project);
        let places = &report.sections[1].table.as_ref().unwrap().rows;
        // Beijing holds papers and capacity; its target attainment is not applicable.
        let words: Vec<String> = places[0].iter().map(super::Value::words).collect();
        assert_eq!(words, ["Beijing", "2", "100 %", ""]);
        let words: Vec<String> = places[2].iter().map(super::Value::words).collect();
        assert_eq!(
            words,
            [
                "Zhangjiakou",
                "1",
                "33 %",
                "academia.papers, compute.targets"
            ]
        );
    }

    #[test]
    fn an_indicator_without_rows_is_listed() {
        let (project, _) = sample::scored();
        let report = super::summary(&project);
        let rows = &report.sections[0].table.as_ref().unwrap().rows;
        assert_eq!(
            (rows[0][2].words(), rows[2][2].words()),
            ("3".into(), "0".into())
        );
    }
}
