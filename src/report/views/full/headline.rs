//! What to remember: who leads, by how much, how firmly, and on how much evidence.

use super::Story;
use crate::report::Lang;
use crate::report::model::Highlight;
use crate::report::number::{percent, three_digits};
use crate::report::views::words;
use crate::score::RankedPlace;
use crate::score::sweep::{Sweep, first_places};

/// Says in sentences who leads and who is close.
pub(super) fn sentences(story: Story) -> Vec<String> {
    let Story { subject, lang } = story;
    let ranking = &subject.board.ranking;
    let first: Vec<&RankedPlace> = leaders(ranking);
    let names: Vec<String> = first
        .iter()
        .map(|ranked| story.called(ranked.place))
        .collect();
    let names = lang.list(&names);
    let second = ranking.get(first.len());
    let sentence = match (first.first(), second, lang) {
        (None, _, Lang::En) => "No place holds enough evidence to be ranked.".to_owned(),
        (None, _, Lang::Zh) => "没有地区的数据足以排名。".to_owned(),
        (Some(_), None, Lang::En) => format!("{names}: nobody else is ranked."),
        (Some(_), None, Lang::Zh) => format!("{names}：没有其他地区参与排名。"),
        (Some(one), Some(other), Lang::En) => format!(
            "{names} {} with {} points, {} ahead of {}.",
            if first.len() > 1 {
                "lead together"
            } else {
                "leads"
            },
            three_digits(one.score),
            three_digits((one.score - other.score).abs()),
            story.called(other.place)
        ),
        (Some(one), Some(other), Lang::Zh) => format!(
            "{names}以 {} 分居首，领先{} {} 分。",
            three_digits(one.score),
            story.called(other.place),
            three_digits((one.score - other.score).abs())
        ),
    };
    let mut sentences = vec![sentence];
    if !subject.is_additive() {
        sentences.push(
            lang.pick(
                "The score is no weighted sum, so its bars have no parts.",
                "得分不是加权和，因此条形不分段。",
            )
            .to_owned(),
        );
    }
    sentences
}

/// Returns the places that share the first rank.
fn leaders(ranking: &[RankedPlace]) -> Vec<&RankedPlace> {
    let best = ranking.first().map(|ranked| ranked.rank.to_bits());
    let all = ranking.iter();
    all.take_while(|ranked| Some(ranked.rank.to_bits()) == best)
        .collect()
}

/// Returns the facts to remember.
pub(super) fn highlights(story: Story, sweeps: &[Sweep]) -> Vec<Highlight> {
    let Story { subject, lang } = story;
    let ranking = &subject.board.ranking;
    let mut facts = vec![];
    if let Some(first) = ranking.first() {
        facts.push(fact(
            lang.pick("Leads", "第一名"),
            story.called(first.place),
            match lang {
                Lang::En => format!("{} points", three_digits(first.score)),
                Lang::Zh => format!("{} 分", three_digits(first.score)),
            },
        ));
    }
    facts.extend(nearest_change(story, sweeps));
    let all = ranking.len() + subject.board.excluded.len();
    facts.push(fact(
        lang.pick("Ranked", "参与排名"),
        format!("{} / {all}", ranking.len()),
        match lang {
            Lang::En => format!(
                "{} lack evidence",
                words::counted(all - ranking.len(), "place")
            ),
            Lang::Zh => format!("{} 个地区数据不足", all - ranking.len()),
        },
    ));
    facts.extend(evidence(story));
    facts
}

fn fact(label: &str, value: String, note: String) -> Highlight {
    Highlight {
        label: label.to_owned(),
        value,
        note,
    }
}

/// The smallest move of one weight after which another place is first.
fn nearest_change(story: Story, sweeps: &[Sweep]) -> Option<Highlight> {
    let Story { subject, lang } = story;
    let moves = sweeps.iter().flat_map(|sweep| {
        let now = &sweep.frames[sweep.now];
        let other = |at: &usize| first_places(&sweep.frames[*at]) != first_places(now);
        let below = (0..sweep.now).rev().find(other);
        let above = (sweep.now..sweep.frames.len()).find(other);
        [below, above].into_iter().flatten().map(move |at| {
            let frame = &sweep.frames[at];
            ((frame.share - now.share).abs(), sweep, frame)
        })
    });
    let label = lang.pick("First place changes", "第一名易位");
    let Some((_, sweep, frame)) = moves.min_by(|a, b| a.0.total_cmp(&b.0)) else {
        return (!sweeps.is_empty()).then(|| {
            fact(
                label,
                lang.pick("never", "不会").to_owned(),
                lang.pick("by moving one weight alone", "仅改变单个权重")
                    .to_owned(),
            )
        });
    };
    let name = subject.name(sweep.criterion);
    let now = sweep.frames[sweep.now].share;
    let first: Vec<String> = first_places(frame)
        .into_iter()
        .map(|row| story.called(row))
        .collect();
    let first = lang.list(&first);
    Some(fact(
        label,
        match lang {
            Lang::En => format!("{name} at {}", percent(frame.share)),
            Lang::Zh => format!("{name} {}", percent(frame.share)),
        },
        match lang {
            Lang::En => format!("now {}; then {first} is first", percent(now)),
            Lang::Zh => format!("现为 {}；届时{first}居首", percent(now)),
        },
    ))
}

/// How much of what could be known is known of the ranked places, and how old it is.
fn evidence(story: Story) -> Option<Highlight> {
    let Story { subject, lang } = story;
    let holdings = &subject.board.holdings;
    let rows = || subject.board.ranking.iter().map(|ranked| ranked.place);
    let held: u32 = rows().map(|row| holdings.held[row]).sum();
    let applicable: u32 = rows().map(|row| holdings.applicable[row]).sum();
    if applicable == 0 {
        return None;
    }
    let oldest = rows()
        .filter_map(|row| holdings.oldest.get(&row).copied())
        .min_by_key(|p| p.start());
    let note = match (oldest, lang) {
        (None, Lang::En) => "undated".to_owned(),
        (None, Lang::Zh) => "无日期".to_owned(),
        (Some(oldest), Lang::En) => format!("the oldest is of {oldest}"),
        (Some(oldest), Lang::Zh) => format!("最早为 {oldest}"),
    };
    Some(fact(
        lang.pick("Figures known", "已知数据"),
        percent(f64::from(held) / f64::from(applicable)),
        note,
    ))
}
