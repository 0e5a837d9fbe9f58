//! What would change the ranking: weights, settings, criteria, and other places.

use super::{Subject, nominal_rank, words};
use crate::model::NodeIx;
use crate::report::number;
use crate::report::{Column, Report, Section, Show, Table, Value};
use crate::robustness::overtake::Change;
use crate::robustness::project::{Audit, Audits, Overtaking, Sensitivity, Setup, WeightStability};
use crate::robustness::reversal::{Alteration, Finding};
use crate::robustness::sobol::Estimate;
use crate::robustness::stability::{How, Interval};
use serde_json::json;

fn name(setup: &Setup, at: usize) -> &str {
    &setup.project.league[setup.places[at]].name
}

fn criterion(setup: &Setup, at: NodeIx) -> &str {
    setup.project.tree.node(at).id.as_str()
}

fn interval(interval: Interval) -> Value {
    Value::text(format!(
        "{}–{} %",
        number::three_digits(100.0 * interval.low),
        number::three_digits(100.0 * interval.high)
    ))
}

fn share(value: f64) -> Value {
    Value::text(format!("{} %", number::three_digits(100.0 * value)))
}

/// Shows how far each weight may move.
pub fn stability(subject: Subject, setup: &Setup, found: &[WeightStability]) -> Report {
    let mut report = Report::new(
        "stability",
        format!("How far weights may move: {}", subject.title()),
    );
    report.notes.push(subject.setting());
    report.notes.push(tightest(setup, found));
    let mut weights = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("weight", "weight"),
        Column::words("first", format!("{} stays first", name(setup, 0))).short("first stays"),
        Column::words("order", "whole order stays").short("order stays"),
    ]);
    for one in found {
        weights.push(vec![
            Value::text(criterion(setup, one.criterion)),
            share(one.stability.current),
            interval(one.stability.first),
            interval(one.stability.order),
        ]);
    }
    let section = Section::new("weights", "").table(weights).data(json!(
        found
            .iter()
            .map(|one| json!({
                "criterion": criterion(setup, one.criterion),
                "parent": criterion(setup, one.parent),
                "weight": one.stability.current,
                "first": one.stability.first,
                "order": one.stability.order,
                "how": one.stability.how,
            }))
            .collect::<Vec<_>>()
    ));
    report.sections.push(section);
    let pillars: Vec<&WeightStability> = found
        .iter()
        .filter(|one| one.parent == setup.index().root)
        .collect();
    let title = "Each place keeps its rank while the weight of a pillar is";
    report.sections.push(per_pillar(
        "ranks",
        title,
        setup,
        &pillars,
        setup.places.len(),
        |one, at| (name(setup, at).to_owned(), one.stability.ranks[at]),
    ));
    let title = "Each pair of neighbours keeps its order while the weight of a pillar is";
    let pairs = setup.places.len() - 1;
    report.sections.push(per_pillar(
        "pairs",
        title,
        setup,
        &pillars,
        pairs,
        |one, at| {
            let pair = [at, at + 1].map(|at| name(setup, one.stability.ranking[at]));
            (pair.join(" > "), one.stability.pairs[at])
        },
    ));
    let exact = found.iter().all(|one| one.stability.how == How::Exact);
    report.footer = vec![
        "A weight is a share among its siblings; the others are rescaled in proportion.".to_owned(),
        if exact {
            "All ends are exact: scores are weighted sums.".to_owned()
        } else {
            "By search in steps of one percentage point, then halving: scores are no weighted sums, and two changes within a step that undo each other are not seen.".to_owned()
        },
    ];
    report
}

/// Says which weight is closest to changing who is first.
fn tightest(setup: &Setup, found: &[WeightStability]) -> String {
    let room = |one: &WeightStability| {
        let Interval { low, high } = one.stability.first;
        let ends = [(low > 0.0).then_some(low), (high < 1.0).then_some(high)];
        let ends = ends.into_iter().flatten();
        ends.map(|end| (end, (end - one.stability.current).abs()))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let nearest = found
        .iter()
        .filter_map(|one| Some((one, room(one)?)))
        .min_by(|a, b| a.1.1.total_cmp(&b.1.1));
    match nearest {
        None => format!(
            "No single weight takes the first place from {}.",
            name(setup, 0)
        ),
        Some((one, (end, _))) => format!(
            "{} is first until {} goes from {} to {} % of its siblings' weight.",
            name(setup, 0),
            criterion(setup, one.criterion),
            number::three_digits(100.0 * one.stability.current),
            number::three_digits(100.0 * end)
        ),
    }
}

fn per_pillar(
    id: &str,
    title: &str,
    setup: &Setup,
    pillars: &[&WeightStability],
    rows: usize,
    cell: impl Fn(&WeightStability, usize) -> (String, Interval),
) -> Section {
    let mut columns = vec![Column::words("place", "place")];
    columns.extend(pillars.iter().map(|one| {
        let node = setup.project.tree.node(one.criterion);
        Column::words(node.id.as_str(), &node.name).short(words::short(&node.name))
    }));
    let mut table = Table::new(columns);
    for at in 0..rows {
        let cells: Vec<(String, Interval)> = pillars.iter().map(|one| cell(one, at)).collect();
        let Some((label, _)) = cells.first() else {
            continue;
        };
        let mut row = vec![Value::text(label)];
        row.extend(cells.iter().map(|(_, range)| interval(*range)));
        table.push(row);
    }
    Section::new(id, title).table(table)
}

/// Shows the smallest changes of weights that let one place overtake another.
pub fn overtake(subject: Subject, setup: &Setup, found: &Overtaking) -> Report {
    let (leader, challenger) = (name(setup, found.leader), name(setup, found.challenger));
    let mut report = Report::new(
        "overtake",
        format!("What lets {challenger} overtake {leader}"),
    );
    report.notes.push(subject.setting());
    report.notes.push(easiest(setup, found, leader, challenger));
    let mut table = Table::new(vec![
        Column::words("criterion", "criterion"),
        Column::numbers("weight", "weight"),
        Column::numbers("total", "least weight moved").short("least moved"),
        Column::numbers("distance", "nearest").short("nearest"),
        Column::numbers("relative", "least change in proportion").short("in proportion"),
    ]);
    let changes = [
        &found.found.total,
        &found.found.distance,
        &found.found.relative,
    ];
    for (at, (node, current)) in found.criteria.iter().zip(&found.current).enumerate() {
        let mut row = vec![Value::text(criterion(setup, *node)), share(*current)];
        row.extend(changes.iter().map(|change| match change {
            Some(change) => share(change.weights[at]),
            None => Value::Missing,
        }));
        table.push(row);
    }
    let size = |change: &Option<Change>| change.as_ref().map(|change| change.size);
    let mut sizes = vec![Value::text("size of the change"), Value::Empty];
    sizes.extend([
        Value::number(size(&found.found.total), Show::Score),
        Value::number(size(&found.found.distance), Show::Score),
        size(&found.found.relative).map_or(Value::Missing, share),
    ]);
    table.push(sizes);
    let weights = |change: &Option<Change>| {
        change.as_ref().map(|change| {
            let pairs = found.criteria.iter().zip(&change.weights);
            let weights: serde_json::Map<String, serde_json::Value> = pairs
                .map(|(at, weight)| (criterion(setup, *at).to_owned(), json!(weight)))
                .collect();
            json!({ "size": change.size, "weights": weights })
        })
    };
    let id = |at: usize| setup.project.league[setup.places[at]].id.as_str();
    report
        .sections
        .push(Section::new("changes", "").table(table).data(json!({
            "leader": id(found.leader),
            "challenger": id(found.challenger),
            "exact": found.exact,
            "total": weights(&found.found.total),
            "distance": weights(&found.found.distance),
            "relative": weights(&found.found.relative),
        })));
    report.footer = vec![
        "Each column is a set of weights under which the two are level; a little further, the order turns.".to_owned(),
        "least weight moved: sum of absolute changes; nearest: Euclidean distance; in proportion: no weight changes by a larger share of itself.".to_owned(),
    ];
    if !found.exact {
        report.footer.push("By search: the lead is no weighted sum of these weights, and a smaller change may exist elsewhere.".to_owned());
    }
    if !found.silent.is_empty() {
        let ids: Vec<&str> = found
            .silent
            .iter()
            .map(|at| criterion(setup, *at))
            .collect();
        report.footer.push(format!(
            "Neither place holds {}: weights are shares of the rest.",
            words::list(&ids)
        ));
    }
    report
}

fn easiest(setup: &Setup, found: &Overtaking, leader: &str, challenger: &str) -> String {
    let Some(change) = &found.found.total else {
        return format!("No weights of these criteria put {challenger} ahead of {leader}.");
    };
    if change.size <= 0.0 {
        return format!("{challenger} is already level with {leader}.");
    }
    let mut moves: Vec<(f64, NodeIx)> = change
        .weights
        .iter()
        .zip(&found.current)
        .zip(&found.criteria)
        .map(|((new, old), at)| (new - old, *at))
        .collect();
    moves.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (gain, to) = moves[0];
    let from: Vec<&str> = moves
        .iter()
        .rev()
        .filter(|(change, _)| *change < -1e-9)
        .map(|(_, at)| criterion(setup, *at))
        .collect();
    format!(
        "{challenger} is level with {leader} once {} percentage points of weight move from {} to {}.",
        number::three_digits(100.0 * gain),
        words::list(&from),
        criterion(setup, to)
    )
}

/// Shows which settings move the ranking.
pub fn sensitivity(subject: Subject, setup: &Setup, found: &Sensitivity) -> Report {
    let mut report = Report::new(
        "sensitivity",
        format!("What moves the ranking: {}", subject.title()),
    );
    report.notes.push(subject.setting());
    report.notes.push(strongest(found));
    if let Some(indices) = &found.indices {
        if indices.rows < indices.asked {
            report.notes.push(format!(
                "Stopped: the indices rest on {} of {} rows.",
                indices.rows, indices.asked
            ));
        }
        let mut table = Table::new(vec![
            Column::words("setting", "setting"),
            Column::numbers("first_order", "explains alone").short("alone"),
            Column::words("first_interval", "95 %"),
            Column::numbers("total", "with interactions").short("with inter."),
            Column::words("total_interval", "95 %"),
        ]);
        let shift = &indices.found.outputs[0];
        for (at, setting) in indices.names.iter().enumerate() {
            let mut row = vec![Value::text(setting)];
            for order in [&shift.first_order, &shift.total] {
                row.extend(estimate(order.as_ref().map(|all| all[at])));
            }
            table.push(row);
        }
        report.sections.push(
            Section::new(
                "indices",
                "Share of the variance of the mean change of ranks",
            )
            .table(table),
        );
        report.sections.push(scores(setup, indices));
    }
    report.sections.push(alone(setup, found));
    report.sections.push(without(setup, found));
    report.footer = vec![
        "mean change: ranks that a place moves on average against the ranking as it stands."
            .to_owned(),
    ];
    if let Some(indices) = &found.indices {
        report.footer.push(format!(
            "Sobol indices from {} rows, {} evaluations, seed {}; intervals by bootstrap; small negative values are zero within the error.",
            indices.rows,
            indices.rows * (indices.names.len() as u64 + 2),
            setup.spec.seed
        ));
        if indices.found.undefined > 0 {
            report.footer.push(format!(
                "{} rows without a ranking were left out.",
                indices.found.undefined
            ));
        }
    }
    report
}

fn estimate(found: Option<Estimate>) -> [Value; 2] {
    match found {
        None => [Value::Missing, Value::Empty],
        Some(found) => [
            Value::Number(found.value, Show::Score),
            Value::text(format!(
                "{}–{}",
                number::three_digits(found.low),
                number::three_digits(found.high)
            )),
        ],
    }
}

/// Says which setting moves the ranking most.
fn strongest(found: &Sensitivity) -> String {
    let by_index = found.indices.as_ref().and_then(|indices| {
        let total = indices.found.outputs[0].total.as_ref()?;
        let pairs = indices.names.iter().zip(total);
        pairs.max_by(|a, b| a.1.value.total_cmp(&b.1.value))
    });
    if let Some((setting, total)) = by_index {
        return format!(
            "{setting} moves the ranking most: it has a part in {} of the variance of ranks.",
            number::percent(total.value.clamp(0.0, 1.0))
        );
    }
    let draws = found.alone.iter().filter(|one| one.value.is_empty());
    match draws.max_by(|a, b| a.shift.total_cmp(&b.shift)) {
        Some(one) if one.shift > 0.0 => format!(
            "{} moves a place by {} ranks on average.",
            one.name,
            number::three_digits(one.shift)
        ),
        _ => "Nothing that varies moves the ranking.".to_owned(),
    }
}

fn scores(setup: &Setup, indices: &crate::robustness::project::Indices) -> Section {
    let mut columns = vec![Column::words("place", "place"), Column::numbers("sd", "sd")];
    columns.extend(indices.names.iter().map(|name| Column::numbers(name, name)));
    let mut table = Table::new(columns);
    for (at, output) in indices.found.outputs[1..].iter().enumerate() {
        let mut row = vec![
            Value::text(name(setup, at)),
            Value::Number(output.variance.sqrt(), Show::Score),
        ];
        row.extend((0..indices.names.len()).map(|factor| {
            let total = output.total.as_ref().map(|all| all[factor].value);
            Value::number(total, Show::Score)
        }));
        table.push(row);
    }
    Section::new(
        "scores",
        "Share of the variance of each score, with interactions",
    )
    .table(table)
}

fn alone(setup: &Setup, found: &Sensitivity) -> Section {
    let mut table = Table::new(vec![
        Column::words("setting", "setting"),
        Column::words("value", "value"),
        Column::numbers("shift", "mean change").short("mean"),
        Column::numbers("largest", "largest"),
        Column::words("place", "of"),
        Column::numbers("other_first", "another first").short("other first"),
    ]);
    for one in &found.alone {
        let (ranked, all) = one.draws;
        let mut value = one.value.clone();
        if ranked < all {
            value = format!("{value} ({} of {all} without a ranking)", all - ranked);
        }
        table.push(vec![
            Value::text(&one.name),
            Value::text(value),
            Value::Number(one.shift, Show::Score),
            Value::count(one.largest),
            if one.largest > 0 {
                Value::text(name(setup, one.place))
            } else {
                Value::Empty
            },
            Value::Number(one.other_first, Show::Share),
        ]);
    }
    Section::new("alone", "One at a time, all else as it stands").table(table)
}

fn without(setup: &Setup, found: &Sensitivity) -> Section {
    let mut table = Table::new(vec![
        Column::words("criterion", "without"),
        Column::numbers("shift", "mean change").short("mean"),
        Column::words("moves", "who moves"),
    ]);
    for one in &found.without {
        let moves: Vec<String> = one
            .moves
            .iter()
            .map(|(place, before, after)| format!("{} {before} → {after}", name(setup, *place)))
            .collect();
        table.push(vec![
            Value::text(criterion(setup, one.criterion)),
            Value::number(one.shift, Show::Score),
            match one.shift {
                Some(_) => Value::text(moves.join(", ")),
                None => Value::text("a place has no score without it"),
            },
        ]);
    }
    Section::new("without", "Without one criterion").table(table)
}

/// Shows whether the order of two places depends on a third.
pub fn reversal(subject: Subject, setup: &Setup, found: &Audits) -> Report {
    let mut report = Report::new("reversal", format!("Rank reversal: {}", subject.title()));
    report.notes.push(subject.setting());
    report.notes.push(verdict(setup, found));
    let mut table = Table::new(vec![
        Column::words("alteration", "when"),
        Column::words("reversed", "these swap"),
    ]);
    for finding in found
        .standing
        .findings
        .iter()
        .filter(|finding| !finding.is_stable())
    {
        table.push(vec![
            Value::text(alteration(setup, finding.alteration)),
            Value::text(effect(setup, finding)),
        ]);
    }
    if !table.rows.is_empty() {
        report
            .sections
            .push(Section::new("findings", "What a third place does").table(table));
    }
    let mut table = Table::new(vec![
        Column::words("normalise", "normalisation"),
        Column::numbers("changed", "alterations that change the order").short("change"),
        Column::numbers("of", "of"),
        Column::numbers("pairs", "pairs swapped").short("swaps"),
    ]);
    let mut push = |label: &str, audit: &Audit| {
        let (changed, pairs) = audit.counts();
        table.push(vec![
            Value::text(label),
            Value::count(changed),
            Value::count(audit.findings.len()),
            Value::count(pairs),
        ]);
    };
    push("as it stands", &found.standing);
    found
        .others
        .iter()
        .for_each(|audit| push(&audit.normalise, audit));
    report.sections.push(
        Section::new(
            "normalisations",
            "The same project under other normalisations",
        )
        .table(table),
    );
    report.footer = vec![format!(
        "Every place is dropped, copied, and joined by one that is worse by {} of each column's spread.",
        number::percent(0.01)
    )];
    if !found.left_out.is_empty() {
        let names: Vec<String> = found
            .left_out
            .iter()
            .map(|(name, why)| format!("{name} ({why})"))
            .collect();
        report
            .footer
            .push(format!("Not tried: {}.", names.join(", ")));
    }
    report
}

fn verdict(setup: &Setup, found: &Audits) -> String {
    let (changed, pairs) = found.standing.counts();
    let relative: Vec<&str> = found.relative.iter().map(|(id, _)| id.as_str()).collect();
    if changed == 0 {
        let why = if relative.is_empty() {
            "every scale is fixed".to_owned()
        } else {
            format!(
                "although {} measure places against each other",
                words::list(&relative)
            )
        };
        return format!("No place depends on a third one: {why}.");
    }
    let fixed = found.others.first().map_or(0, |audit| audit.counts().0);
    let cause = match relative.len() {
        0 => String::new(),
        n if n == setup.base.weights.leaves().len() => {
            " Every criterion measures places against each other;".to_owned()
        }
        _ => format!(
            " {} measure places against each other;",
            words::list(&relative)
        ),
    };
    let end = if fixed == 0 {
        "with goalposts fixed at today's ends nothing swaps".to_owned()
    } else {
        format!("with goalposts fixed at today's ends {fixed} alterations still do")
    };
    format!(
        "{changed} alterations change the order, {} swap.{cause} {end}.",
        words::counted(pairs, "pair")
    )
}

fn alteration(setup: &Setup, alteration: Alteration) -> String {
    match alteration {
        Alteration::Drop(place) => format!("{} is dropped", name(setup, place)),
        Alteration::Copy(place) => format!("{} is there twice", name(setup, place)),
        Alteration::AddWorse(place) => {
            format!("one slightly worse than {} joins", name(setup, place))
        }
    }
}

fn effect(setup: &Setup, finding: &Finding) -> String {
    if finding.failed {
        return "cannot be ranked".to_owned();
    }
    let pair = |(a, b): &(usize, usize)| format!("{} and {}", name(setup, *a), name(setup, *b));
    let mut parts: Vec<String> = finding.reversed.iter().map(pair).collect();
    parts.extend(
        finding
            .ties_changed
            .iter()
            .map(|tie| format!("{} (level before or after)", pair(tie))),
    );
    parts.join("; ")
}

/// Returns the position of a place of a study by its position in the league.
pub fn position(setup: &Setup, row: usize) -> Option<usize> {
    setup.places.iter().position(|known| *known == row)
}

/// Puts two places of a study in order: the one ahead first.
pub fn in_order(setup: &Setup, pair: [usize; 2]) -> [usize; 2] {
    let [a, b] = pair;
    if nominal_rank(setup, a) <= nominal_rank(setup, b) {
        [a, b]
    } else {
        [b, a]
    }
}
