//! Place by place: strengths and weaknesses against the others, evidence, what would move it.

use super::{PLACES, Story, part_id, sources, why};
use crate::model::{Fact, NodeIx, Target};
use crate::num::round::Rounding;
use crate::num::stats;
use crate::report::figure::{self, Caption, Profile, ProfileRow};
use crate::report::model::Name;
use crate::report::number::{self, signed, three_digits};
use crate::report::views::change::{Distance, neighbours};
use crate::report::views::{figures, words};
use crate::report::{Lang, Section, Show, Table, Value};
use crate::score::RankedPlace;

/// Shows the first places of the ranking, each in a part of its own.
pub(super) fn sections(story: Story) -> Vec<Section> {
    let ranking = &story.subject.board.ranking;
    if ranking.is_empty() {
        return vec![];
    }
    let lang = story.lang;
    let mut head = Section::new("places", lang.pick("Place by place", "各地区详情"));
    let parts = story.parts();
    if ranking.len() > parts {
        head.text.push(match lang {
            Lang::En => format!(
                "The first {parts} of {} ranked places. `exacity explain place ID` shows any other.",
                ranking.len()
            ),
            Lang::Zh => format!("显示前 {parts} 名，共 {} 名。其他地区请用 `exacity explain place ID`。", ranking.len()),
        });
    }
    let mut sections = vec![head];
    for ranked in ranking.iter().take(parts) {
        sections.extend(place(story, ranked));
    }
    sections
}

/// Shows one ranked place: standing, profile with its evidence, the step to its neighbours, targets, facts.
pub(super) fn place(story: Story, ranked: &RankedPlace) -> Vec<Section> {
    let Story { subject, lang } = story;
    let place = subject.place(ranked.place);
    let id = part_id(place);
    let title = format!(
        "{} {}",
        number::rank(ranked.rank),
        match (lang, &place.name_zh) {
            (Lang::Zh, Some(zh)) => zh.clone(),
            _ => words::full_name(place),
        }
    );
    let mut first = Section::new(&id, title)
        .level(1)
        .text(standing(story, ranked))
        .folded();
    first.table = Some(evidence(story, ranked.place));
    first.figure = figure::profile(&profile(story, ranked.place));
    let mut sections = vec![first];
    sections.extend(why::section(story, ranked));
    let change = Section::new(
        format!("{id}-change"),
        lang.pick("What would change the rank", "什么会改变排名"),
    );
    sections.push(change.level(2).text(change_lines(story, ranked)));
    sections.extend(rules(story, ranked));
    sections.extend(targets(story, ranked.place));
    sections.extend(facts(story, ranked.place));
    sections
}

/// Shows a place below the line: why it is there, what is known of it, its targets and facts.
pub(super) fn unranked(story: Story, row: usize) -> Vec<Section> {
    let Story { subject, lang } = story;
    let why = subject.excluded(row).map(|out| story.exclusion(&out.why));
    let id = part_id(subject.place(row));
    let mut first = Section::new(&id, lang.pick("Why it is not ranked", "为何未排名")).text(why);
    first.table = Some(evidence(story, row));
    first.figure = figure::profile(&profile(story, row));
    let mut sections = vec![first];
    sections.extend(targets(story, row));
    sections.extend(facts(story, row));
    for section in &mut sections {
        section.level = 0;
    }
    sections
}

/// Rank and score, and what helps and hurts most against the median of the ranked places.
fn standing(story: Story, ranked: &RankedPlace) -> Vec<String> {
    let Story { subject, lang } = story;
    let of = subject.board.ranking.len();
    let (rank, score) = (number::rank(ranked.rank), three_digits(ranked.score));
    let class = subject.class(ranked);
    let mut lines = vec![match (lang, class) {
        (Lang::En, None) => format!("Rank {rank} of {of}, score {score}."),
        (Lang::En, Some(class)) => format!("Rank {rank} of {of}, score {score}, class {class}."),
        (Lang::Zh, None) => format!("第 {rank} 名（共 {of}），得分 {score}。"),
        (Lang::Zh, Some(class)) => format!("第 {rank} 名（共 {of}），得分 {score}，等级 {class}。"),
    }];
    let gains = against_median(story, ranked.place);
    let told =
        |(at, points): &(NodeIx, f64)| format!("{} ({})", subject.name(*at), signed(*points));
    let strong: Vec<String> = gains
        .iter()
        .filter(|(_, p)| *p > 0.05)
        .take(3)
        .map(told)
        .collect();
    let weak: Vec<String> = gains
        .iter()
        .rev()
        .filter(|(_, p)| *p < -0.05)
        .take(3)
        .map(told)
        .collect();
    if !strong.is_empty() {
        lines.push(match lang {
            Lang::En => format!(
                "Strong against the median of the ranked places, in points: {}.",
                lang.list(&strong)
            ),
            Lang::Zh => format!("相对中位数的优势（分）：{}。", lang.list(&strong)),
        });
    }
    if !weak.is_empty() {
        lines.push(match lang {
            Lang::En => format!("Weak: {}.", lang.list(&weak)),
            Lang::Zh => format!("劣势：{}。", lang.list(&weak)),
        });
    }
    let missing = subject.leaves().into_iter().filter(|&at| {
        let held = subject
            .board
            .leaves
            .get(&at)
            .and_then(|stages| stages.raw.value(ranked.place));
        held.is_none() && !not_applicable(story, at, ranked.place)
    });
    let missing: Vec<&str> = missing.map(|at| subject.name(at)).collect();
    if !missing.is_empty() {
        lines.push(match lang {
            Lang::En => format!("Not known: {}.", lang.list(&missing)),
            Lang::Zh => format!("未知：{}。", lang.list(&missing)),
        });
    }
    lines
}

fn not_applicable(story: Story, at: NodeIx, row: usize) -> bool {
    let stages = story.subject.board.leaves.get(&at);
    stages.is_some_and(|stages| stages.raw.cell(row) == crate::model::Cell::NotApplicable)
}

/// Per leaf, the points by which a place is ahead of the median, at its own weights; the best first.
fn against_median(story: Story, row: usize) -> Vec<(NodeIx, f64)> {
    let subject = story.subject;
    let parts = subject.parts(row);
    let mut gains: Vec<(NodeIx, f64)> = subject
        .leaves()
        .into_iter()
        .filter_map(|at| {
            let part = parts[at.0];
            part.contribution?;
            let median = stats::median(&scores(story, at))?;
            Some((at, part.weight * (part.score? - median)))
        })
        .collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    gains
}

/// The scores of the ranked places for a criterion.
fn scores(story: Story, at: NodeIx) -> Vec<f64> {
    let ranking = &story.subject.board.ranking;
    ranking
        .iter()
        .filter_map(|ranked| story.subject.score(at, ranked.place))
        .collect()
}

fn profile(story: Story, row: usize) -> Profile {
    let Story { subject, lang } = story;
    let place = story.called(row);
    let title = match lang {
        Lang::En => format!("{place} among the ranked places, criterion by criterion"),
        Lang::Zh => format!("{place}在各指标上的位置"),
    };
    let description = match lang {
        Lang::En => format!(
            "A row per criterion: the large dot is {place}, small dots are the other ranked places, the band is their middle half, the mark in it their median. The table has the same scores with figures and sources."
        ),
        Lang::Zh => format!(
            "每行一个指标：大圆点为{place}，小圆点为其他参与排名的地区，色带为中间一半，竖线为中位数。表格含相同得分及数据来源。"
        ),
    };
    Profile {
        caption: Caption {
            id: format!("profile-{}", subject.place(row).id),
            title,
            description,
            lang,
        },
        place,
        scale: subject.scale(),
        rows: subject
            .leaves()
            .into_iter()
            .map(|at| profile_row(story, at, row))
            .collect(),
    }
}

fn profile_row(story: Story, at: NodeIx, row: usize) -> ProfileRow {
    let subject = story.subject;
    // Among many, single places say little: the band and the median stand for them.
    let ranking = &subject.board.ranking;
    let others = ranking
        .iter()
        .filter(|ranked| ranking.len() <= PLACES && ranked.place != row);
    let others = others
        .filter_map(|ranked| Some((story.called(ranked.place), subject.score(at, ranked.place)?)));
    let all = scores(story, at);
    let quartile = |p| stats::quantile(&all, p);
    let pillar = subject
        .pillars()
        .iter()
        .position(|&pillar| pillar == at || subject.project.tree.leaves(pillar).contains(&at));
    ProfileRow {
        name: subject.name(at).to_owned(),
        pillar: pillar.unwrap_or(0),
        shown: shown(story, at, row),
        score: subject.score(at, row),
        others: others.collect(),
        quartiles: (all.len() > 2)
            .then(|| Some([quartile(0.25)?, quartile(0.5)?, quartile(0.75)?]))
            .flatten(),
    }
}

/// The figure as its source writes it, or why there is none.
pub(super) fn shown(story: Story, at: NodeIx, row: usize) -> String {
    let Story { subject, lang } = story;
    let unit = subject
        .project
        .leaf(at)
        .map_or("", |leaf| leaf.unit.as_str());
    let value = match figures::short(subject, at, row) {
        Value::Missing | Value::Empty if not_applicable(story, at, row) => {
            return lang.word("does not apply").to_owned();
        }
        Value::Missing | Value::Empty => return lang.word("missing").to_owned(),
        Value::Number(value, _) if unit == "share" => return number::percent(value),
        Value::Number(value, _) => number::figure(readable(value)),
        value => value.words(),
    };
    format!("{value}{}", words::with_unit(unit))
}

/// Divided amounts have endless digits: whole units are enough for thousands, and four decimals below.
fn readable(value: f64) -> f64 {
    let decimals = if value.abs() >= 1000.0 { 0 } else { 4 };
    Rounding::to(decimals).apply(value)
}

/// The twin of the profile, with everything that leads from a figure to points.
fn evidence(story: Story, row: usize) -> Table {
    let subject = story.subject;
    let mut columns = story.words(&[
        ("criterion", "criterion"),
        ("figure", "figure"),
        ("date", "date"),
        ("source", "source"),
    ]);
    columns.extend([
        story.numbers("score", "score"),
        story.numbers("median", "median"),
        story.numbers("weight", "in force"),
        story.numbers("contribution", "adds"),
    ]);
    let mut table = Table::new(columns);
    let parts = subject.parts(row);
    for at in subject.leaves() {
        let sourced = figures::cell(subject, at, row);
        let date = sourced.and_then(crate::model::Sourced::as_of);
        let cited = sourced
            .map(|sourced| sources::cited(story, sourced))
            .unwrap_or_default();
        table.push(vec![
            Value::text(subject.name(at)),
            Value::text(shown(story, at, row)),
            date.map_or(Value::Empty, |date| Value::text(date.to_string())),
            names(story, &cited),
            Value::score(parts[at.0].score),
            Value::score(stats::median(&scores(story, at))),
            Value::Number(parts[at.0].weight, Show::Share),
            parts[at.0]
                .contribution
                .map_or(Value::Empty, |c| Value::Number(c, Show::Score)),
        ]);
    }
    table
}

fn names(story: Story, cited: &[&crate::model::SourceId]) -> Value {
    let names: Vec<Name> = cited.iter().map(|id| sources::name(story, id)).collect();
    if names.is_empty() {
        Value::Empty
    } else {
        Value::Names(names)
    }
}

fn change_lines(story: Story, ranked: &RankedPlace) -> Vec<String> {
    let Story { subject, lang } = story;
    let [above, below] = neighbours(subject, ranked);
    let mut lines = vec![];
    match above {
        None => lines.push(
            lang.pick("Nobody is ahead.", "前面没有其他地区。")
                .to_owned(),
        ),
        Some(distance) => lines.extend(distance_lines(story, &distance)),
    }
    match below {
        None => lines.push(
            lang.pick("Nobody is behind.", "后面没有其他地区。")
                .to_owned(),
        ),
        Some(distance) => lines.extend(distance_lines(story, &distance)),
    }
    lines
}

fn distance_lines(story: Story, distance: &Distance) -> Vec<String> {
    let Story { subject, lang } = story;
    let points = three_digits(distance.ahead.abs());
    let other = story.called(distance.other.place);
    let rank = number::rank(distance.other.rank);
    let behind = distance.ahead < 0.0;
    let mut lines = vec![match (lang, behind) {
        (Lang::En, true) => format!("{points} points behind {other} (rank {rank})."),
        (Lang::En, false) => format!("{points} points ahead of {other} (rank {rank})."),
        (Lang::Zh, true) => format!("落后{other}（第 {rank} 名）{points} 分。"),
        (Lang::Zh, false) => format!("领先{other}（第 {rank} 名）{points} 分。"),
    }];
    if !subject.is_additive() {
        return lines;
    }
    if distance.levers.is_empty() {
        lines.push(
            lang.pick(
                "  No single criterion could close this within its scale.",
                "  没有单一指标能在其量程内弥合这一差距。",
            )
            .to_owned(),
        );
    }
    lines.extend(distance.levers.iter().take(3).map(|lever| {
        let (name, from, to) = (
            subject.name(lever.leaf),
            three_digits(lever.from),
            three_digits(lever.to),
        );
        match lang {
            Lang::En => format!("  Closed by {name} alone, if its score went from {from} to {to}."),
            Lang::Zh => format!("  若仅{name}得分从 {from} 变为 {to}，差距即消失。"),
        }
    }));
    lines
}

/// The rules that had a say: the strategy, the adjustments that fired and those that did not.
fn rules(story: Story, ranked: &RankedPlace) -> Option<Section> {
    let Story { subject, lang } = story;
    let mut lines = vec![];
    if let Some(rule) = &subject.index.strategy {
        let weighted = subject.score(subject.index.root, ranked.place);
        let weighted = weighted.map_or_else(|| "–".to_owned(), three_digits);
        let (name, title) = (words::rule_use(rule), &rule.rule.meta().title);
        lines.push(match lang {
            Lang::En => {
                format!("Strategy {name} replaces the weighted score of {weighted}: {title}")
            }
            Lang::Zh => format!("策略 {name} 取代加权得分 {weighted}：{title}"),
        });
    }
    let applied = subject.adjustments(ranked.place);
    for (at, rule) in subject.project.adjustments.iter().enumerate() {
        let fired = applied.iter().find(|one| one.adjustment == at);
        lines.push(match (lang, fired) {
            (Lang::En, Some(one)) => format!(
                "{} points: {} (`{}` holds)",
                signed(one.delta),
                rule.because,
                rule.when
            ),
            (Lang::Zh, Some(one)) => format!(
                "{} 分：{}（`{}` 成立）",
                signed(one.delta),
                rule.because,
                rule.when
            ),
            (Lang::En, None) => format!(
                "Did not apply: {} (`{}` does not hold)",
                rule.because, rule.when
            ),
            (Lang::Zh, None) => format!("未触发：{}（`{}` 不成立）", rule.because, rule.when),
        });
    }
    let id = format!("{}-rules", part_id(subject.place(ranked.place)));
    (!lines.is_empty()).then(|| {
        Section::new(id, lang.pick("Rules", "规则"))
            .level(2)
            .text(lines)
    })
}

fn targets(story: Story, row: usize) -> Option<Section> {
    let Story { subject, lang } = story;
    let (library, place) = (&subject.project.library, subject.place(row));
    let mine: Vec<&Target> = library
        .targets
        .iter()
        .filter(|t| t.place == place.id)
        .collect();
    if mine.is_empty() {
        return None;
    }
    let mut table = Table::new(story.words(&[
        ("indicator", "indicator"),
        ("target", "target"),
        ("due", "due"),
        ("scope", "scope"),
        ("source", "source"),
    ]));
    for target in mine {
        let indicator = library.indicators.get(&target.indicator);
        let unit = words::with_unit(indicator.map_or("", |i| i.unit.as_str()));
        let name = indicator.map_or(target.indicator.as_str(), |i| i.name.as_str());
        let sign = target.qualifier.sign();
        table.push(vec![
            Value::text(name),
            Value::text(format!("{sign}{}{unit}", number::figure(target.value))),
            Value::text(words::date(target.due, target.due_inferred)),
            Value::text(&target.scope),
            Value::Name(sources::name(story, &target.source)),
        ]);
    }
    let id = format!("{}-targets", part_id(place));
    Some(
        Section::new(id, lang.pick("Targets it has set", "自定目标"))
            .level(2)
            .table(table),
    )
}

fn facts(story: Story, row: usize) -> Option<Section> {
    let Story { subject, lang } = story;
    let (library, place) = (&subject.project.library, subject.place(row));
    let mine: Vec<_> = library
        .facts
        .iter()
        .filter(|f| f.place == place.id)
        .collect();
    if mine.is_empty() {
        return None;
    }
    let mut table = Table::new(story.words(&[("statement", "statement"), ("source", "source")]));
    for fact in mine {
        table.push(vec![
            Value::text(told(lang, fact)),
            Value::Name(sources::name(story, &fact.source)),
        ]);
    }
    let id = format!("{}-facts", part_id(place));
    let title = lang.pick("Evidence that is not scored", "不计分的依据");
    Some(Section::new(id, title).level(2).table(table))
}

/// The statement of a fact, and whether another source contradicts it.
fn told(lang: Lang, fact: &Fact) -> String {
    let said = lang.pick(
        " (contradicted by a better source)",
        "（被更可靠的来源否定）",
    );
    let end = if fact.contradicted { said } else { "" };
    format!("{}{end}", fact.statement)
}
