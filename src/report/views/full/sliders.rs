//! View 2: what if a weight were different? Sweeps, worked out by the engine, one criterion at a time.

use super::Story;
use crate::model::NodeIx;
use crate::report::figure::{self, Caption, RankLines};
use crate::report::model::{Slider, SliderFrame, Sliders};
use crate::report::number::percent;
use crate::report::{Lang, Section, Show, Table, Value};
use crate::score::sweep::{Frame, Sweep, first_places, movable, sweep};

/// Steps of a sweep from nothing to everything.
const STEPS: usize = 20;
/// Rows of all frames together above which sweeps get coarser, so that the report stays small.
const ROWS: usize = 5_000;
/// Rows above which there are no sweeps.
const MOST: usize = 40_000;
/// Places whose ranks over a weight are drawn; the others would only make the lines hard to follow.
const LINES: usize = 15;

/// Runs the sweeps: in fine steps, else in coarse ones, else for pillars only.
pub(super) fn sweeps(story: Story) -> Vec<Sweep> {
    let project = story.subject.project;
    let places = story.subject.board.ranking.len();
    if places < 2 {
        return vec![];
    }
    let mut criteria = movable(project, 0);
    let rows = |criteria: &[(usize, NodeIx)], steps: usize| criteria.len() * (steps + 1) * places;
    let mut steps = STEPS;
    if rows(&criteria, steps) > ROWS {
        steps = STEPS / 2;
    }
    if rows(&criteria, steps) > ROWS {
        criteria.retain(|(depth, _)| *depth == 0);
    }
    if rows(&criteria, steps) > MOST {
        return vec![];
    }
    let all = criteria.into_iter();
    all.filter_map(|(_, at)| sweep(project, 0, at, steps))
        .collect()
}

/// Shows how far each weight may go, and behind it a figure per pillar.
pub(super) fn sections(story: Story, sweeps: &[Sweep]) -> Vec<Section> {
    let lang = story.lang;
    if sweeps.is_empty() {
        return without(story);
    }
    let main = Section::new("weights", lang.pick("Other weights", "其他权重"))
        .text(how(story, sweeps))
        .table(table(story, sweeps));
    let mut sections = vec![main];
    let pillars = sweeps
        .iter()
        .filter(|sweep| story.subject.pillars().contains(&sweep.criterion));
    sections.extend(pillars.map(|sweep| lines(story, sweep)));
    sections
}

/// Says why a report of very many places has no rankings at other weights.
fn without(story: Story) -> Vec<Section> {
    if story.subject.board.ranking.len() < MOST / 100 {
        return vec![];
    }
    let text = story.lang.pick(
        "With this many places, rankings at other weights would make the report too large. `exacity whatif` moves any weight.",
        "地区太多，其他权重下的排名会使报告过大。`exacity whatif` 可移动任意权重。",
    );
    vec![Section::new("weights", story.lang.pick("Other weights", "其他权重")).text([text])]
}

/// Says what was moved, in which steps, and what was left out.
fn how(story: Story, sweeps: &[Sweep]) -> Vec<String> {
    let (lang, most) = (
        story.lang,
        sweeps
            .iter()
            .map(|sweep| sweep.frames.len())
            .max()
            .unwrap_or(0),
    );
    let step = if most > STEPS {
        100 / STEPS
    } else {
        200 / STEPS
    };
    let mut lines = vec![match lang {
        Lang::En => format!(
            "Each weight is moved alone, from nothing to everything in steps of {step} %, and its siblings share the rest as before. Every position was computed by the full engine."
        ),
        Lang::Zh => format!(
            "每次只移动一个权重，从 0 到 100 %，步长 {step} %，其余同级权重按原比例分配。每个位置都由完整引擎计算。"
        ),
    }];
    if sweeps.len() < movable(story.subject.project, 0).len() {
        lines.push(
            lang.pick(
                "Only pillars are moved: with this many places, the weights within them would make the report too large. `exacity whatif` moves any.",
                "仅移动一级维度：地区较多时，维度内部的权重会使报告过大。`exacity whatif` 可移动任意权重。",
            )
            .to_owned(),
        );
    }
    lines
}

/// Returns the rankings at other weights, for pages that can show them.
pub(super) fn sliders(story: Story, sweeps: &[Sweep]) -> Option<Sliders> {
    if sweeps.is_empty() {
        return None;
    }
    let subject = story.subject;
    let ranked = &subject.board.ranking;
    let (_, high) = subject.scale();
    let id = |row: usize| subject.place(row).id.to_string();
    let position = |row: usize| ranked.iter().position(|known| known.place == row);
    let frame = |frame: &Frame| {
        let rows = frame.ranking.iter().enumerate().filter_map(|(at, row)| {
            let parts = frame.parts.get(at).map_or(&[][..], Vec::as_slice);
            let shares = parts.iter().map(|points| points / high).collect();
            Some((position(row.place)?, row.rank, row.score, shares))
        });
        SliderFrame {
            share: frame.share,
            rows: rows.collect(),
        }
    };
    let depths = subject.criteria();
    let depth = |at: NodeIx| {
        depths
            .iter()
            .find(|(_, known)| *known == at)
            .map_or(0, |(depth, _)| *depth)
    };
    Some(Sliders {
        places: ranked.iter().map(|row| id(row.place)).collect(),
        sliders: sweeps
            .iter()
            .map(|sweep| Slider {
                id: subject.id(sweep.criterion).to_owned(),
                name: subject.name(sweep.criterion).to_owned(),
                depth: depth(sweep.criterion),
                now: sweep.now,
                first_stays: sweep.first_stays(),
                frames: sweep.frames.iter().map(frame).collect(),
            })
            .collect(),
    })
}

/// How far each weight may go before another place is first, and who that is.
fn table(story: Story, sweeps: &[Sweep]) -> Table {
    let mut columns = story.words(&[("criterion", "criterion")]);
    columns.extend([
        story.numbers("share", "share now"),
        story.numbers("from", "first place stays from"),
        story.numbers("to", "to"),
    ]);
    columns.extend(story.words(&[("then", "then first")]));
    let mut table = Table::new(columns);
    for sweep in sweeps {
        let (low, high) = sweep.first_stays();
        table.push(vec![
            Value::text(indented(story, sweep.criterion)),
            Value::Number(sweep.frames[sweep.now].share, Show::Share),
            Value::Number(low, Show::Share),
            Value::Number(high, Show::Share),
            Value::text(then(story, sweep)),
        ]);
    }
    table
}

/// The name of a criterion, set in by its depth.
fn indented(story: Story, at: NodeIx) -> String {
    let depth = story
        .subject
        .criteria()
        .into_iter()
        .find(|(_, known)| *known == at);
    let depth = depth.map_or(0, |(depth, _)| depth);
    format!("{}{}", "\u{2003}".repeat(depth), story.subject.name(at))
}

/// Names who is first beyond either end of the band.
fn then(story: Story, sweep: &Sweep) -> String {
    let (low, high) = sweep.first_stays();
    let below = sweep.frames.iter().rev().find(|frame| frame.share < low);
    let above = sweep.frames.iter().find(|frame| frame.share > high);
    let said = |frame: &Frame, sign: &str| {
        let first: Vec<String> = first_places(frame)
            .into_iter()
            .map(|row| story.called(row))
            .collect();
        format!(
            "{sign} {}: {}",
            percent(frame.share),
            story.lang.list(&first)
        )
    };
    let parts: Vec<String> = [below.map(|f| said(f, "≤")), above.map(|f| said(f, "≥"))]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() {
        "–".to_owned()
    } else {
        parts.join("; ")
    }
}

/// The ranks over one pillar's weight.
fn lines(story: Story, sweep: &Sweep) -> Section {
    let Story { subject, lang } = story;
    let name = subject.name(sweep.criterion);
    let id = format!("weight-{}", subject.id(sweep.criterion));
    let (low, high) = sweep.first_stays();
    let leader = first_places(&sweep.frames[sweep.now]);
    let leader: Vec<String> = leader.into_iter().map(|row| story.called(row)).collect();
    let leader = lang.list(&leader);
    let always = low <= 0.0 && high >= 1.0;
    let title = match (lang, always) {
        (Lang::En, true) => format!("{leader} stays first at any weight of {name}"),
        (Lang::En, false) => format!(
            "{leader} stays first while {name} weighs {} to {}",
            percent(low),
            percent(high)
        ),
        (Lang::Zh, true) => format!("无论{name}权重多少，{leader}始终第一"),
        (Lang::Zh, false) => format!(
            "{name}权重在 {} 至 {} 之间时，{leader}保持第一",
            percent(low),
            percent(high)
        ),
    };
    let rank_at = |frame: &Frame, row: usize| {
        let found = frame.ranking.iter().find(|ranked| ranked.place == row);
        found.map(|ranked| ranked.rank)
    };
    let now = &sweep.frames[sweep.now];
    let first = match (lang, now.ranking.len() > LINES) {
        (_, false) => String::new(),
        (Lang::En, true) => format!(", the first {LINES} of {}", now.ranking.len()),
        (Lang::Zh, true) => format!("（前 {LINES} 名，共 {} 名）", now.ranking.len()),
    };
    let view = RankLines {
        caption: Caption {
            id: id.clone(),
            title: title.clone(),
            description: match lang {
                Lang::En => format!(
                    "A line per place{first}: its rank as the weight of {name} goes from 0 to 100 %. The dotted line is the weight in force, {}.",
                    percent(now.share)
                ),
                Lang::Zh => format!(
                    "每个地区一条线{first}：{name}权重从 0 到 100 % 时的排名。虚线为当前权重 {}。",
                    percent(now.share)
                ),
            },
            lang,
        },
        axis: match lang {
            Lang::En => format!("weight of {name}"),
            Lang::Zh => format!("{name}的权重"),
        },
        now: now.share * 100.0,
        lines: now
            .ranking
            .iter()
            .take(LINES)
            .map(|ranked| {
                let points = sweep.frames.iter();
                let points =
                    points.map(|frame| (frame.share * 100.0, rank_at(frame, ranked.place)));
                (story.called(ranked.place), points.collect())
            })
            .collect(),
    };
    let mut section = Section::new(id, title)
        .level(1)
        .table(rank_table(story, sweep))
        .folded();
    section.figure = figure::rank_lines(&view);
    section
}

/// The same ranks as a table, at every other step and at the weight in force.
fn rank_table(story: Story, sweep: &Sweep) -> Table {
    let shown: Vec<&Frame> = sweep
        .frames
        .iter()
        .enumerate()
        .filter(|(at, _)| at % 2 == 0 || *at == sweep.now)
        .map(|(_, frame)| frame)
        .collect();
    let mut columns = story.words(&[("place", "place")]);
    columns.extend(shown.iter().map(|frame| {
        let share = percent(frame.share);
        story.numbers(&share.replace(' ', ""), &share)
    }));
    let mut table = Table::new(columns);
    for ranked in sweep.frames[sweep.now].ranking.iter().take(LINES) {
        let mut row = vec![Value::Name(story.name(ranked.place))];
        row.extend(shown.iter().map(|frame| {
            let found = frame
                .ranking
                .iter()
                .find(|other| other.place == ranked.place);
            found.map_or(Value::Missing, |found| Value::Rank(found.rank, found.tied))
        }));
        table.push(row);
    }
    table
}
