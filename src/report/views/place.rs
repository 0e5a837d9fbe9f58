//! Why a place stands where it stands: its score walked back to every observation.

use super::change::{Distance, neighbours};
use super::{Subject, figures, method, words};
use crate::model::{Fact, NodeIx, PlaceId, Provenance, Target};
use crate::project::{Leaf, LeafMissing, LeafValue};
use crate::report::number::{self, signed, three_digits};
use crate::report::{Column, Lang, Report, Section, Show, Table, Value};
use crate::score::brief::of_fact;
use crate::score::{LeafStages, RankedPlace};
use serde_json::json;

/// Explains a place of the league.
pub fn place(subject: Subject, row: usize) -> Report {
    let place = subject.place(row);
    let mut report = Report::new("place", words::full_name(place));
    report.notes.push(subject.setting());
    report.notes.push(standing(subject, row));
    let mut sections = vec![
        Section::new("criteria", "Score").table(criteria(subject, row)),
        rules(subject, row),
    ];
    sections.extend(method::of_place(subject, row));
    sections.push(Section::new("figures", "Figures"));
    let leaves = subject.leaves();
    sections.extend(leaves.into_iter().map(|at| leaf_section(subject, at, row)));
    sections.extend(steps(subject, row));
    sections.extend(subject.ranked(row).map(|ranked| change(subject, ranked)));
    sections.extend(targets(subject, &place.id));
    sections.extend(facts(subject, &place.id));
    report.sections = sections;
    report
}

fn standing(subject: Subject, row: usize) -> String {
    if let Some(ranked) = subject.ranked(row) {
        let tied = if ranked.tied { ", tied" } else { "" };
        let of = subject.board.ranking.len();
        let class = subject
            .class(ranked)
            .map(|class| format!(", class {class}"));
        return format!(
            "rank {} of {of}{tied}, score {}{}",
            number::rank(ranked.rank),
            three_digits(ranked.score),
            class.unwrap_or_default()
        );
    }
    let why = subject.excluded(row).map(|out| &out.why);
    let why = why.map(|why| words::exclusion(subject.project, why));
    format!(
        "not ranked: {}",
        why.unwrap_or_else(|| "no score".to_owned())
    )
}

fn criteria(subject: Subject, row: usize) -> Table {
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("score", "score"),
        Column::numbers("nominal", "weight"),
        Column::numbers("weight", "in force"),
        Column::numbers("contribution", "adds"),
        Column::words("how", "how"),
    ]);
    let (nominal, parts) = (subject.nominal(), subject.parts(row));
    let is_ranked = subject.ranked(row).is_some();
    for (depth, at) in subject.criteria() {
        let part = parts[at.0];
        // Without a score there is nothing that weights could be in force for.
        let weight = is_ranked.then_some(part.weight);
        table.push(vec![
            Value::text(format!("{}{}", "  ".repeat(depth), subject.id(at))),
            Value::score(part.score),
            Value::Number(nominal[at.0], Show::Share),
            Value::number(weight, Show::Share),
            part.contribution
                .map_or(Value::Empty, |c| Value::Number(c, Show::Score)),
            Value::text(how(subject, at)),
        ]);
    }
    table
}

fn how(subject: Subject, at: NodeIx) -> String {
    let leaf = subject
        .project
        .leaf(at)
        .map(|leaf| words::rescale(&leaf.normalise));
    let branch = subject.project.branch(at);
    leaf.or_else(|| branch.map(|branch| words::combine(&branch.aggregate)))
        .unwrap_or_default()
}

/// The way from the weighted score to the one that is ranked.
fn rules(subject: Subject, row: usize) -> Section {
    let mut lines = vec![];
    match &subject.index.strategy {
        None if subject.board.method.is_some() => lines.push(format!(
            "a method ranks the places; the weighted score would be {}",
            subject
                .score(subject.index.root, row)
                .map_or_else(|| "–".to_owned(), three_digits)
        )),
        None => lines.push("strategy weighted: the weighted score is ranked".to_owned()),
        Some(rule) => lines.push(format!(
            "strategy {} replaces the weighted score of {}: {}",
            words::rule_use(rule),
            subject
                .score(subject.index.root, row)
                .map_or_else(|| "–".to_owned(), three_digits),
            rule.rule.meta().title
        )),
    }
    let Some(ranked) = subject.ranked(row) else {
        return Section::new("rules", "Strategy and adjustments").text(lines);
    };
    for applied in subject.adjustments(row) {
        let adjustment = &subject.project.adjustments[applied.adjustment];
        lines.push(format!(
            "{} points: {} (when {})",
            signed(applied.delta),
            adjustment.because,
            adjustment.when
        ));
    }
    let rounded = (ranked.full_score - ranked.score).abs() > 0.0;
    if rounded {
        lines.push(format!(
            "rounded from {} to {} before ranking",
            ranked.full_score, ranked.score
        ));
    }
    Section::new("rules", "Strategy and adjustments").text(lines)
}

fn leaf_section(subject: Subject, at: NodeIx, row: usize) -> Section {
    let title = format!("{} ({})", subject.name(at), subject.id(at));
    let section = Section::new(subject.id(at), title).level(1);
    let Some(leaf) = subject.project.leaf(at) else {
        return section;
    };
    let mut lines = vec![];
    let sourced = figures::cell(subject, at, row);
    match &leaf.value {
        LeafValue::Derived { rule, function, .. } => {
            lines.push(if rule.rule.is_formula() {
                format!("computed by the {}", words::script(rule))
            } else {
                format!("computed by {function} of {}", words::rule_use(rule))
            });
        }
        LeafValue::Data(_) => {
            lines.extend(
                sourced
                    .map(|s| figures::lines(subject.project, leaf, s))
                    .unwrap_or_default(),
            );
        }
    }
    let stages = subject.board.leaves.get(&at);
    lines.extend(
        stages
            .map(|stages| walk(leaf, stages, row))
            .unwrap_or_default(),
    );
    let data = json!({
        "criterion": subject.id(at),
        "score": subject.score(at, row),
        "weight": subject.parts(row)[at.0].weight,
        "value": stages.and_then(|s| s.raw.value(row)),
        "normalised": stages.and_then(|s| s.normalised.value(row)),
        "provenance": sourced.map(|s| &s.provenance),
        "rejected": sourced.map(|s| &s.rejected),
        "sources": sources(subject, sourced.map(|s| &s.provenance)),
    });
    section.text(lines).data(data)
}

/// What happened to the scores of criteria beyond aggregation: treatment, normalisation, adjustments.
fn steps(subject: Subject, row: usize) -> Option<Section> {
    let mut lines = vec![];
    for (_, at) in subject.project.tree.downward(subject.index.root) {
        let own = criterion_steps(subject, at, row);
        if !own.is_empty() {
            lines.push(format!("{}:", subject.id(at)));
            lines.extend(own.into_iter().map(|line| format!("  {line}")));
        }
    }
    let section = Section::new("steps", "Steps after aggregation");
    (!lines.is_empty()).then(|| section.text(lines))
}

fn criterion_steps(subject: Subject, at: NodeIx, row: usize) -> Vec<String> {
    let mut lines = vec![];
    let branch = subject.project.branch(at);
    if let Some(stages) = subject.board.branches.get(&at)
        && let Some(score) = stages.aggregated.value(row)
    {
        lines.push(format!("its children make {}", three_digits(score)));
        if stages.treated_rows.contains(&row) {
            let treated = stages.treated.value(row).map(three_digits);
            lines.push(format!(
                "{}: now {}",
                stages.treatment,
                treated.unwrap_or_default()
            ));
        } else if !stages.treatment.is_empty() && stages.treated_rows.is_empty() {
            lines.push(format!("treatment of the column: {}", stages.treatment));
        }
        let normalise = branch.and_then(|branch| branch.finish.as_ref()?.normalise.as_ref());
        if let (Some(method), Some(score)) = (normalise, stages.normalised.value(row)) {
            let beyond = if stages.clamped.contains(&row) {
                "; beyond the end of the scale, put on it"
            } else {
                ""
            };
            let method = words::rescale(method);
            lines.push(format!(
                "normalised by {method}: {}{beyond}",
                three_digits(score)
            ));
        }
    }
    if branch.is_some_and(|branch| branch.exempt.contains(&row)) {
        lines.push("does not apply to the place".to_owned());
    }
    let applied = subject
        .board
        .adjusted
        .get(&at)
        .and_then(|rows| rows.get(&row));
    for applied in applied.into_iter().flatten() {
        let adjustment = &subject.project.adjustments[applied.adjustment];
        lines.push(format!(
            "{} ({}): {} (when {})",
            words::change(adjustment.change, Lang::En),
            signed(applied.delta),
            adjustment.because,
            adjustment.when
        ));
    }
    lines
}

/// Publications behind a figure, in full, so that a program need not look them up.
fn sources<'a>(
    subject: Subject<'a>,
    provenance: Option<&Provenance>,
) -> Vec<&'a crate::model::Source> {
    let rows = match provenance {
        Some(Provenance::Observation { row }) => vec![row],
        Some(Provenance::Combined { rows, .. }) => rows.iter().collect(),
        Some(Provenance::Target { reached, .. }) => reached.iter().collect(),
        _ => vec![],
    };
    let known = &subject.project.library.sources;
    let ids = rows.into_iter().filter_map(|row| row.source.as_ref());
    ids.filter_map(|id| known.get(id)).collect()
}

/// The steps from the figure to the score.
fn walk(leaf: &Leaf, stages: &LeafStages, row: usize) -> Vec<String> {
    let mut lines = vec![];
    let unit = words::with_unit(&leaf.unit);
    if let Some((indicator, cells)) = &leaf.denominator {
        let by = cells.column().value(row);
        let by = by.map_or_else(|| "an unknown figure".to_owned(), number::figure);
        let gap = stages.gaps.iter().find(|(lost, _)| *lost == row);
        let result = match gap {
            Some((_, gap)) => Some(format!("no figure, as {}", gap.in_words())),
            None => stages.denominated.value(row).map(number::figure),
        };
        lines.extend(result.map(|result| format!("divided by {indicator} = {by}: {result}")));
    }
    if let Some(filled) = stages.filled.iter().find(|filled| filled.row == row) {
        lines.push(format!(
            "missing, filled with {}{unit} ({})",
            number::figure(filled.value),
            filled.how
        ));
    } else if stages.denominated.value(row).is_none() && leaf.missing == LeafMissing::Leave {
        lines.push("stays missing: the weights of its siblings decide".to_owned());
    }
    if stages.treated_rows.contains(&row) {
        let treated = stages.treated.value(row).map(number::figure);
        lines.push(format!(
            "{}: now {}{unit}",
            stages.treatment,
            treated.unwrap_or_default()
        ));
    } else if !stages.treatment.is_empty() && stages.treated_rows.is_empty() {
        lines.push(format!("treatment of the column: {}", stages.treatment));
    }
    if let Some(score) = stages.normalised.value(row) {
        lines.push(normalised(leaf, stages, row, score));
    }
    lines
}

fn normalised(leaf: &Leaf, stages: &LeafStages, row: usize, score: f64) -> String {
    let method = words::rescale(&leaf.normalise);
    let beyond = if stages.clamped.contains(&row) {
        "; beyond the end of the scale, put on it"
    } else if stages.constant {
        "; all places are equal"
    } else {
        ""
    };
    format!(
        "normalised by {method}, {}: {}{beyond}",
        words::direction(leaf.direction),
        three_digits(score)
    )
}

fn change(subject: Subject, ranked: &RankedPlace) -> Section {
    let [above, below] = neighbours(subject, ranked);
    let mut lines = vec![];
    match above {
        None => lines.push("nobody is ahead".to_owned()),
        Some(distance) => lines.extend(to_neighbour(subject, &distance, "behind")),
    }
    match below {
        None => lines.push("nobody is behind".to_owned()),
        Some(distance) => lines.extend(to_neighbour(subject, &distance, "ahead of")),
    }
    if !subject.is_additive() {
        lines.push("the score is no weighted sum, so no single criterion can be named".to_owned());
    }
    Section::new("change", "What would change the rank").text(lines)
}

fn to_neighbour(subject: Subject, distance: &Distance, word: &str) -> Vec<String> {
    let other = &subject.place(distance.other.place).name;
    let points = three_digits(distance.ahead.abs());
    let rank = number::rank(distance.other.rank);
    let mut lines = vec![format!("{points} points {word} {other} (rank {rank})")];
    if !subject.is_additive() {
        return lines;
    }
    if distance.levers.is_empty() {
        lines.push("  no single criterion could close this within its scale".to_owned());
    }
    let nearest = distance.levers.iter().take(3);
    lines.extend(nearest.map(|lever| {
        format!(
            "  closed by {} alone going from {} to {}",
            subject.id(lever.leaf),
            three_digits(lever.from),
            three_digits(lever.to)
        )
    }));
    lines
}

fn targets(subject: Subject, place: &PlaceId) -> Option<Section> {
    let library = &subject.project.library;
    let mine: Vec<&Target> = library
        .targets
        .iter()
        .filter(|t| t.place == *place)
        .collect();
    if mine.is_empty() {
        return None;
    }
    let mut table = Table::new(vec![
        Column::words("indicator", "indicator"),
        Column::words("target", "target"),
        Column::words("due", "due"),
        Column::words("scope", "scope"),
        Column::words("row", "row"),
    ]);
    for target in mine {
        let unit = library.indicators.get(&target.indicator);
        let unit = words::with_unit(unit.map_or("", |i| i.unit.as_str()));
        let sign = target.qualifier.sign();
        table.push(vec![
            Value::text(target.indicator.as_str()),
            Value::text(format!("{sign}{}{unit}", number::figure(target.value))),
            Value::text(words::date(target.due, target.due_inferred)),
            Value::text(&target.scope),
            Value::text(target.origin.to_string()),
        ]);
    }
    Some(Section::new("targets", "Targets it has set").table(table))
}

fn facts(subject: Subject, place: &PlaceId) -> Option<Section> {
    let library = &subject.project.library;
    let mine: Vec<&Fact> = library.facts.iter().filter(|f| f.place == *place).collect();
    if mine.is_empty() {
        return None;
    }
    let mut table = Table::new(vec![
        Column::words("status", "status"),
        Column::words("statement", "statement"),
        Column::words("source", "source"),
        Column::words("row", "row"),
    ]);
    for fact in mine {
        let source = library.sources.get(&fact.source);
        let source = source.map_or_else(|| fact.source.to_string(), |s| s.title.clone());
        table.push(vec![
            Value::text(of_fact(fact).word()),
            Value::text(&fact.statement),
            Value::text(source),
            Value::text(fact.origin.to_string()),
        ]);
    }
    Some(Section::new("facts", "Evidence that is not scored").table(table))
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::report::terminal::{Screen, write};
    use crate::report::views::Subject;

    fn explained(id: &str) -> String {
        let (project, scoreboard) = sample::scored();
        let subject = Subject::new(&project, &scoreboard, 0);
        let row = project.position(id).unwrap();
        let screen = Screen {
            width: 80,
            colour: false,
        };
        write(&super::place(subject, row), screen)
    }

    #[test]
    fn a_score_is_walked_back_to_its_sources() {
        insta::assert_snapshot!(explained("shanghai"));
    }

    #[test]
    fn a_place_below_the_line_says_why() {
        let text = explained("zhangjiakou");
        assert!(
            text.contains("not ranked: no measured figure in academia"),
            "{text}"
        );
        assert!(!text.contains("What would change the rank"), "{text}");
    }
}
