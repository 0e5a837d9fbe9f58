//! One place on a page or two: where it stands, why, on what evidence, and what would move it.

use super::{Asked, Story, method, places, sources};
use crate::project::Project;
use crate::report::model::Highlight;
use crate::report::number::{self, percent, three_digits};
use crate::report::views::change::neighbours;
use crate::report::views::{Subject, todo, words};
use crate::report::{Lang, Report, Section};
use crate::score::{RankedPlace, Scoreboard};

/// Writes the brief of a place of the league.
pub fn place_brief(project: &Project, scoreboard: &Scoreboard, row: usize, asked: Asked) -> Report {
    let project = &*super::named_in(project, asked.lang);
    let story = Story {
        subject: Subject::new(project, scoreboard, 0),
        lang: asked.lang,
    };
    let (subject, lang) = (story.subject, story.lang);
    let place = subject.place(row);
    let title = match (lang, &place.name_zh) {
        (Lang::Zh, Some(zh)) => zh.clone(),
        _ => words::full_name(place),
    };
    let mut report = Report::new("brief", title);
    report.lang = lang;
    report.notes = story.notes();
    report.highlights = highlights(story, row);
    match subject.ranked(row) {
        Some(ranked) => report.sections = raised(places::place(story, ranked), lang),
        None => report.sections = places::unranked(story, row),
    }
    report.sections.extend(missing(story, row));
    report.sections.extend(method::sections(story));
    report.sections.push(sources::of_place(story, row));
    report
}

/// Lifts the parts of a place to the level of a page's own.
fn raised(mut sections: Vec<Section>, lang: Lang) -> Vec<Section> {
    for section in &mut sections {
        section.level = section.level.saturating_sub(2);
        section.folded = false;
    }
    if let Some(first) = sections.first_mut() {
        lang.pick("Where it stands", "位置")
            .clone_into(&mut first.title);
    }
    sections
}

fn highlights(story: Story, row: usize) -> Vec<Highlight> {
    let Story { subject, lang } = story;
    let fact = |label: &str, value: String, note: String| Highlight {
        label: label.to_owned(),
        value,
        note,
    };
    let mut facts = vec![];
    match subject.ranked(row) {
        Some(ranked) => {
            let of = subject.board.ranking.len();
            facts.push(fact(
                lang.pick("Rank", "排名"),
                number::rank(ranked.rank),
                match lang {
                    Lang::En => format!("of {of} ranked places"),
                    Lang::Zh => format!("共 {of} 个地区"),
                },
            ));
            let (low, high) = subject.scale();
            facts.push(fact(
                lang.pick("Score", "得分"),
                three_digits(ranked.score),
                match lang {
                    Lang::En => format!("on {} to {}", number::figure(low), number::figure(high)),
                    Lang::Zh => format!("范围 {} 至 {}", number::figure(low), number::figure(high)),
                },
            ));
            facts.extend(gap(story, ranked));
        }
        None => {
            let why = subject.excluded(row).map(|out| story.exclusion(&out.why));
            facts.push(fact(
                lang.pick("Rank", "排名"),
                "–".to_owned(),
                why.unwrap_or_default(),
            ));
        }
    }
    let holdings = &subject.board.holdings;
    let oldest = holdings.oldest.get(&row).map(ToString::to_string);
    facts.push(fact(
        lang.pick("Figures known", "已知数据"),
        percent(holdings.coverage(row)),
        oldest.map_or_else(String::new, |oldest| match lang {
            Lang::En => format!("the oldest is of {oldest}"),
            Lang::Zh => format!("最早为 {oldest}"),
        }),
    ));
    facts
}

/// The distance to the next place above, or below for the first.
fn gap(story: Story, ranked: &RankedPlace) -> Option<Highlight> {
    let [above, below] = neighbours(story.subject, ranked);
    let distance = above.or(below)?;
    let points = three_digits(distance.ahead.abs());
    let other = story.called(distance.other.place);
    let lang = story.lang;
    let behind = distance.ahead < 0.0;
    Some(Highlight {
        label: if behind {
            lang.pick("Behind", "落后")
        } else {
            lang.pick("Ahead", "领先")
        }
        .to_owned(),
        value: points,
        note: match lang {
            Lang::En => format!(
                "points, {} {other}",
                if behind { "behind" } else { "ahead of" }
            ),
            Lang::Zh => format!("分，相对{other}"),
        },
    })
}

/// Which figures are missing, with what the data hold and the criteria do not take.
fn missing(story: Story, row: usize) -> Option<Section> {
    let gaps = todo(story.subject, row);
    let mut section = gaps.sections.into_iter().next()?;
    let table = section.table.as_mut()?;
    for column in &mut table.columns {
        column.name = story.lang.word(&column.name).to_owned();
    }
    story
        .lang
        .pick("What is missing", "缺少的数据")
        .clone_into(&mut section.title);
    Some(section)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown;
    use crate::report::sample;

    fn asked(id: &str, lang: Lang) -> String {
        let (project, scoreboard) = sample::scored();
        let row = project.position(id).unwrap();
        markdown::write(&place_brief(
            &project,
            &scoreboard,
            row,
            Asked {
                lang,
                sweeps: false,
            },
        ))
    }

    #[test]
    fn a_brief_says_where_a_place_stands_and_why() {
        let text = asked("shanghai", Lang::En);
        for part in [
            "# Shanghai 上海",
            "Rank 1 of 2, score 59.6.",
            "Shanghai is before Beijing mostly by",
            "Municipal office",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn a_place_without_rank_is_told_what_is_missing() {
        let text = asked("zhangjiakou", Lang::En);
        assert!(
            text.contains("no measured figure in Academia") && text.contains("academia.papers"),
            "{text}"
        );
        let text = asked("zhangjiakou", Lang::Zh);
        assert!(
            text.contains("# 张家口") && text.contains("缺少的数据"),
            "{text}"
        );
    }
}
