//! Several rankings of the same places side by side, and how far they agree.

use crate::num::rank::{Best, Ties, rank};
use crate::outrank::agreement::Agreement;
use crate::report::number;
use crate::report::{Column, Report, Section, Show, Table, Value};
use indexmap::{IndexMap, IndexSet};
use serde_json::json;

/// One ranking: by whom, and who stands where.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Short name, for headings: as the user asked for it.
    pub name: String,
    /// The exact formula or script.
    pub definition: String,
    /// Rank of each ranked place, by id.
    pub ranks: IndexMap<String, f64>,
}

/// Puts rankings side by side. `names` are the names of the places by id; only those of `shown` are
/// listed, if there are any. Agreement is measured on the places that all rankings hold.
pub fn rankings(
    title: &str,
    notes: Vec<String>,
    all: &[Ranked],
    names: &IndexMap<String, String>,
    shown: &[String],
) -> Report {
    let mut report = Report::new("rankings", title);
    report.notes = notes;
    let definitions = all.iter().filter(|one| one.name != one.definition);
    let definitions: Vec<String> = definitions
        .map(|one| format!("{}: {}", one.name, one.definition))
        .collect();
    report.sections.push(
        Section::new("ranks", "Ranks")
            .text(definitions)
            .table(ranks(all, names, shown)),
    );
    let common = common(all);
    report.sections.push(pairs(all, &common));
    if all.len() > 2 {
        report.sections.push(matrix(all, &common));
    }
    report.footer = vec![
        "spread: between the best and the worst rank of a place. 1 is full agreement, 0 none, -1 the opposite.".to_owned(),
        "weighted Spearman and WS give more to the top; WS takes the first of the pair as the reference; overlap: share of places in common, averaged over all depths.".to_owned(),
    ];
    report
}

/// Lists who stands where, by the first ranking, with how far the ranks of a place lie apart.
fn ranks(all: &[Ranked], names: &IndexMap<String, String>, shown: &[String]) -> Table {
    let mut columns = vec![Column::words("id", "id"), Column::words("place", "place")];
    columns.extend(all.iter().map(|one| Column::numbers(&one.name, &one.name)));
    columns.push(Column::numbers("spread", "spread"));
    let mut table = Table::new(columns);
    let mut ids: IndexSet<&String> = IndexSet::new();
    for one in all {
        let mut mine: Vec<(&String, f64)> = one.ranks.iter().map(|(id, r)| (id, *r)).collect();
        mine.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(b.0)));
        ids.extend(mine.into_iter().map(|(id, _)| id));
    }
    for id in ids {
        if !shown.is_empty() && !shown.contains(id) {
            continue;
        }
        let mine: Vec<Option<f64>> = all.iter().map(|one| one.ranks.get(id).copied()).collect();
        let known: Vec<f64> = mine.iter().flatten().copied().collect();
        let (low, high) = crate::num::stats::range(&known).unwrap_or_default();
        let mut row = vec![
            Value::text(id),
            Value::text(names.get(id).map_or(id.as_str(), String::as_str)),
        ];
        row.extend(mine.into_iter().map(|r| Value::number(r, Show::Figure)));
        row.push(Value::Number(high - low, Show::Figure));
        table.push(row);
    }
    table
}

/// Returns the ranks of the places that all rankings hold, ranked anew among themselves.
fn common(all: &[Ranked]) -> Vec<Vec<f64>> {
    let Some((first, others)) = all.split_first() else {
        return vec![];
    };
    let everywhere = |id: &&String| others.iter().all(|one| one.ranks.contains_key(*id));
    let ids: Vec<&String> = first.ranks.keys().filter(everywhere).collect();
    let of = |one: &Ranked| {
        let ranks: Vec<f64> = ids.iter().map(|id| one.ranks[*id]).collect();
        rank(&ranks, Best::Lowest, Ties::Average)
    };
    all.iter().map(of).collect()
}

fn pairs(all: &[Ranked], common: &[Vec<f64>]) -> Section {
    let mut table = Table::new(vec![
        Column::words("a", "ranking"),
        Column::words("b", "and"),
        Column::numbers("spearman", "Spearman").short("ρ"),
        Column::numbers("weighted_spearman", "weighted").short("ρ w."),
        Column::numbers("kendall_tau_b", "Kendall τ-b").short("τ-b"),
        Column::numbers("ws", "WS"),
        Column::numbers("average_overlap", "overlap").short("AO"),
    ]);
    let number = |of: Option<f64>| Value::number(of, Show::Score);
    for (i, a) in all.iter().enumerate() {
        for (k, b) in all.iter().enumerate().skip(i + 1) {
            let found = Agreement::between(&common[i], &common[k]);
            table.push(vec![
                Value::text(&a.name),
                Value::text(&b.name),
                number(found.spearman),
                number(found.weighted_spearman),
                number(found.kendall_tau_b),
                number(found.ws),
                number(found.average_overlap),
            ]);
        }
    }
    let count = common.first().map_or(0, Vec::len);
    let mut section =
        Section::new("agreement", format!("Agreement on {count} places")).table(table);
    if count < 2 {
        section = section
            .text(["fewer than two places are in all rankings: there is nothing to agree on"]);
    }
    section.data(matrices(all, common))
}

/// The coefficients as matrices, by name of the ranking; WS has the row as its reference.
fn matrices(all: &[Ranked], common: &[Vec<f64>]) -> serde_json::Value {
    let of = |pick: fn(&Agreement) -> Option<f64>| -> IndexMap<&str, IndexMap<&str, Option<f64>>> {
        let row = |i: usize| {
            let cells = all.iter().enumerate();
            cells
                .map(|(k, b)| {
                    let found = Agreement::between(&common[i], &common[k]);
                    (b.name.as_str(), pick(&found))
                })
                .collect()
        };
        all.iter()
            .enumerate()
            .map(|(i, a)| (a.name.as_str(), row(i)))
            .collect()
    };
    json!({
        "spearman": of(|a| a.spearman),
        "weighted_spearman": of(|a| a.weighted_spearman),
        "kendall_tau_b": of(|a| a.kendall_tau_b),
        "ws": of(|a| a.ws),
        "average_overlap": of(|a| a.average_overlap),
    })
}

/// The matrix that people look for: Spearman's coefficient of every pair.
fn matrix(all: &[Ranked], common: &[Vec<f64>]) -> Section {
    let mut columns = vec![Column::words("ranking", "")];
    columns.extend(all.iter().map(|one| Column::numbers(&one.name, &one.name)));
    let mut table = Table::new(columns);
    for (i, one) in all.iter().enumerate() {
        let mut row = vec![Value::text(&one.name)];
        row.extend(common.iter().map(|other| {
            let found = Agreement::between(&common[i], other);
            found
                .spearman
                .map_or(Value::Missing, |rho| Value::text(number::three_digits(rho)))
        }));
        table.push(row);
    }
    Section::new("spearman", "Spearman's coefficient of every pair").table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(name: &str, ranks: &[(&str, f64)]) -> Ranked {
        Ranked {
            name: name.to_owned(),
            definition: format!("{name}/x"),
            ranks: ranks.iter().map(|(id, r)| ((*id).to_owned(), *r)).collect(),
        }
    }

    #[test]
    fn agreement_is_measured_on_the_places_that_all_rankings_hold() {
        let all = [
            ranked("one", &[("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)]),
            ranked("two", &[("a", 1.0), ("c", 2.0), ("d", 3.0)]),
        ];
        let report = rankings("T", vec![], &all, &IndexMap::new(), &[]);
        assert_eq!(report.sections[1].title, "Agreement on 3 places");
        let pair = &report.sections[1].table.as_ref().unwrap().rows[0];
        assert_eq!(pair[2], Value::Number(1.0, Show::Score));
        // The place that one of them does not rank is listed all the same.
        let ranks = &report.sections[0].table.as_ref().unwrap().rows;
        assert_eq!(ranks[1][3], Value::Missing);
        let data = report.sections[1].data.as_ref().unwrap();
        assert_eq!(data["ws"]["two"]["one"], 1.0);
    }

    #[test]
    fn only_the_places_asked_for_are_listed() {
        let all = [ranked("one", &[("a", 1.0), ("b", 2.0)])];
        let report = rankings("T", vec![], &all, &IndexMap::new(), &["b".to_owned()]);
        let rows = &report.sections[0].table.as_ref().unwrap().rows;
        assert_eq!((rows.len(), rows[0][0].words()), (1, "b".to_owned()));
    }
}
