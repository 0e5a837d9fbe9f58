//! View 6: why a place stands before the next one, criterion by criterion.

use super::{Story, part_id};
use crate::num::float;
use crate::report::figure::{self, Caption, Steps};
use crate::report::number::{signed, three_digits};
use crate::report::{Lang, Section, Show, Table, Value};
use crate::score::RankedPlace;

/// Steps drawn on their own; the smaller ones are drawn as one.
const STEPS: usize = 8;
/// Points below which a difference is nothing but arithmetic.
const NOTHING: f64 = 1e-9;

/// What separates a place from the next one below it; nothing for the last, and where scores are no sums.
pub(super) fn section(story: Story, ranked: &RankedPlace) -> Option<Section> {
    let ranking = &story.subject.board.ranking;
    let at = ranking
        .iter()
        .position(|known| known.place == ranked.place)?;
    between(story, ranked, ranking.get(at + 1)?)
}

/// What separates any two ranked places, the better one first.
pub(super) fn pair(story: Story, pair: [usize; 2]) -> Option<Section> {
    let [one, two] = [
        story.subject.ranked(pair[0])?,
        story.subject.ranked(pair[1])?,
    ];
    let (ahead, behind) = if one.rank <= two.rank {
        (one, two)
    } else {
        (two, one)
    };
    between(story, ahead, behind)
}

fn between(story: Story, ranked: &RankedPlace, next: &RankedPlace) -> Option<Section> {
    let Story { subject, lang } = story;
    if !subject.is_additive() {
        return None;
    }
    let (ahead, behind) = (story.called(ranked.place), story.called(next.place));
    let steps = steps(story, next, ranked);
    let lead = steps
        .iter()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|step| step.1 > 0.0);
    let tied = (ranked.score - next.score).abs() <= 0.0;
    let title = match (lang, lead, tied) {
        (Lang::En, _, true) => format!("{ahead} and {behind} share their score"),
        (Lang::Zh, _, true) => format!("{ahead}与{behind}得分相同"),
        (Lang::En, Some((name, points)), _) => format!(
            "{ahead} is before {behind} mostly by {name} ({})",
            signed(*points)
        ),
        (Lang::Zh, Some((name, points)), _) => {
            format!("{ahead}领先{behind}，主要靠{name}（{}）", signed(*points))
        }
        (Lang::En, None, _) => format!("{ahead} is before {behind}"),
        (Lang::Zh, None, _) => format!("{ahead}领先{behind}"),
    };
    let pooled = pooled(lang, &steps);
    let id = format!("{}-why", part_id(subject.place(ranked.place)));
    let view = Steps {
        caption: Caption {
            id: id.clone(),
            title: title.clone(),
            description: match lang {
                Lang::En => format!(
                    "From the score of {behind}, {}, to that of {ahead}, {}: a step per criterion, the largest first.",
                    three_digits(next.score),
                    three_digits(ranked.score)
                ),
                Lang::Zh => format!(
                    "从{behind}的 {} 分到{ahead}的 {} 分：每个指标一步，由大到小。",
                    three_digits(next.score),
                    three_digits(ranked.score)
                ),
            },
            lang,
        },
        from: (behind, next.score),
        to: (ahead, ranked.score),
        steps: pooled,
    };
    let mut section = Section::new(id, title)
        .level(2)
        .table(table(story, next, ranked, &steps));
    section.figure = figure::steps(&view);
    Some(section)
}

/// Returns what separates two places, the largest step first; the steps sum to the difference of scores.
fn steps(story: Story, from: &RankedPlace, to: &RankedPlace) -> Vec<(String, f64)> {
    let subject = story.subject;
    let (one, two) = (subject.parts(to.place), subject.parts(from.place));
    let additive = subject.additive();
    let own_part = |at: crate::model::NodeIx| {
        let children = &subject.project.tree.node(at).children;
        additive[at.0] && !children.iter().any(|child| additive[child.0])
    };
    let mut steps: Vec<(String, f64)> = subject
        .criteria()
        .into_iter()
        .filter(|&(_, at)| own_part(at))
        .map(|(_, at)| {
            let points = |parts: &[crate::score::explain::Contribution]| {
                parts[at.0].contribution.unwrap_or(0.0)
            };
            let lacking: Vec<String> = [(&one, to), (&two, from)]
                .into_iter()
                .filter(|(parts, _)| parts[at.0].score.is_none())
                .map(|(_, ranked)| story.called(ranked.place))
                .collect();
            (named(story, at, &lacking), points(&one) - points(&two))
        })
        .collect();
    let rules = subject.adjusted(to.place) - subject.adjusted(from.place);
    steps.push((story.lang.pick("Rules", "规则").to_owned(), rules));
    let told = float::sum(steps.iter().map(|(_, points)| *points));
    let rounding = (to.score - from.score) - told;
    steps.push((story.lang.pick("Rounding", "取整").to_owned(), rounding));
    steps.retain(|(_, points)| points.abs() > NOTHING);
    steps.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    steps
}

/// Names a step, and who has no figure for it: its weight went to the siblings, which is no merit of theirs.
fn named(story: Story, at: crate::model::NodeIx, lacking: &[String]) -> String {
    let name = story.subject.name(at);
    match (lacking.is_empty(), story.lang) {
        (true, _) => name.to_owned(),
        (false, Lang::En) => format!("{name} (no figure: {})", story.lang.list(lacking)),
        (false, Lang::Zh) => format!("{name}（{}无数据）", story.lang.list(lacking)),
    }
}

fn pooled(lang: Lang, steps: &[(String, f64)]) -> Vec<(String, f64)> {
    if steps.len() <= STEPS + 1 {
        return steps.to_vec();
    }
    let (large, small) = steps.split_at(STEPS);
    let mut drawn = large.to_vec();
    let name = match lang {
        Lang::En => format!("{} smaller ones", small.len()),
        Lang::Zh => format!("其余 {} 项", small.len()),
    };
    drawn.push((name, float::sum(small.iter().map(|(_, points)| *points))));
    drawn
}

fn table(story: Story, from: &RankedPlace, to: &RankedPlace, steps: &[(String, f64)]) -> Table {
    let mut columns = story.words(&[("criterion", "criterion")]);
    columns.push(story.numbers("difference", "difference"));
    let mut table = Table::new(columns);
    for (name, points) in steps {
        table.push(vec![
            Value::text(name),
            Value::Number(*points, Show::Signed),
        ]);
    }
    table.push(vec![
        Value::text(story.lang.pick("together", "合计")),
        Value::Number(to.score - from.score, Show::Signed),
    ]);
    table
}
