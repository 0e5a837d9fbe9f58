//! The whole answer as one document: the ranking, what would change it, place by place, what is known, and
//! how the scores are made.

mod brief;
mod evidence;
mod headline;
mod map;
mod method;
mod places;
mod robust;
mod sliders;
mod sources;
mod why;

pub use brief::place_brief;

use super::{Subject, ranking, side_by_side, words};
use crate::model::Place;
use crate::project::Project;
use crate::report::model::Name;
use crate::report::{Lang, Report, Section, Table, Value};
use crate::robustness::project::{Setup, Study};
use crate::score::Scoreboard;
use std::borrow::Cow;

/// What the reader asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Language of the words.
    pub lang: Lang,
    /// True for the parts that take many runs: the ranking at other weights.
    pub sweeps: bool,
}

/// Ranked places up to which each gets a part of its own.
const PLACES: usize = 24;
/// Places that get one where there are more; the others are in the tables, and `report --place` shows them.
const FIRST: usize = 8;

/// Places up to which bars show the parts of their parts.
const FINE: usize = 200;

/// A result with the language it is told in, and which places have a part of their own.
#[derive(Debug, Clone, Copy)]
struct Story<'a> {
    subject: Subject<'a>,
    lang: Lang,
}

/// Takes the Chinese names and titles, where there are any, for a report in Chinese: here, so that no view has
/// to think of it.
fn named_in(project: &Project, lang: Lang) -> Cow<'_, Project> {
    if lang == Lang::En {
        return Cow::Borrowed(project);
    }
    let mut project = project.clone();
    let prefer = |text: &mut String, zh: &Option<String>| {
        if let Some(zh) = zh {
            text.clone_from(zh);
        }
    };
    prefer(&mut project.name, &project.name_zh);
    let profile = &mut project.profile;
    prefer(&mut profile.title, &profile.title_zh);
    prefer(&mut profile.about, &profile.about_zh);
    for index in &mut project.indices {
        prefer(&mut index.weights_about, &index.weights_about_zh);
    }
    project.tree = project.tree.in_chinese();
    Cow::Owned(project)
}

/// Puts the whole document together; `study` is what draws of the weights say, where there are any.
pub fn full(
    project: &Project,
    scoreboard: &Scoreboard,
    study: Option<(&Setup, &Study)>,
    asked: Asked,
) -> Report {
    let project = &*named_in(project, asked.lang);
    let story = Story {
        subject: Subject::new(project, scoreboard, 0),
        lang: asked.lang,
    };
    if !project.profile.ranks {
        return unranked(story);
    }
    let subject = story.subject;
    let mut report = Report::new("report", subject.title());
    report.lang = asked.lang;
    report.notes = story.notes();
    let sweeps = if asked.sweeps {
        sliders::sweeps(story)
    } else {
        vec![]
    };
    report.highlights = headline::highlights(story, &sweeps);
    let mut first = ranking_section(story);
    first.sliders = sliders::sliders(story, &sweeps);
    report.sections.push(first);
    report.sections.extend(match study {
        Some((setup, study)) => robust::sections(story, setup, study),
        None => vec![robust::without(story)],
    });
    report.sections.extend(below_the_line(story));
    report.sections.extend(sliders::sections(story, &sweeps));
    report.sections.extend(map::section(story));
    report.sections.extend(places::sections(story));
    report.sections.extend(further_indices(story, scoreboard));
    report.sections.push(evidence::section(story));
    report.sections.extend(method::sections(story));
    report.sections.push(sources::section(story));
    report
}

/// Says how sure the ranking is, by draws: the part of the whole document, on its own.
pub fn how_sure(
    project: &Project,
    scoreboard: &Scoreboard,
    study: (&Setup, &Study),
    lang: Lang,
) -> Report {
    let project = &*named_in(project, lang);
    let story = Story {
        subject: Subject::new(project, scoreboard, 0),
        lang,
    };
    let mut report = Report::new("how-sure", lang.pick("How sure is this?", "结果有多可靠？"));
    report.lang = lang;
    report.sections = robust::sections(story, study.0, study.1);
    report
}

/// Says why one place stands before another, wherever they stand; nothing where scores are no sums, or one
/// of them is not ranked.
pub fn why_pair(
    project: &Project,
    scoreboard: &Scoreboard,
    pair: [usize; 2],
    lang: Lang,
) -> Option<Report> {
    let project = &*named_in(project, lang);
    let story = Story {
        subject: Subject::new(project, scoreboard, 0),
        lang,
    };
    let mut section = why::pair(story, pair)?;
    section.level = 0;
    let mut report = Report::new("why", section.title.clone());
    report.lang = lang;
    report.sections.push(section);
    Some(report)
}

/// A profile that does not rank: what is known, side by side.
fn unranked(story: Story) -> Report {
    let mut report = side_by_side::side_by_side(story.subject);
    report.lang = story.lang;
    report.sections.push(evidence::section(story));
    report.sections.extend(method::sections(story));
    report.sections.push(sources::section(story));
    report
}

fn ranking_section(story: Story) -> Section {
    let Story { subject, lang } = story;
    let mut table = ranking::ranked_table(subject);
    for (row, ranked) in table.rows.iter_mut().zip(&subject.board.ranking) {
        for cell in row.iter_mut().filter(|cell| matches!(cell, Value::Name(_))) {
            *cell = Value::Name(story.name(ranked.place));
        }
    }
    if table.rows.len() > FINE {
        let bars = table
            .rows
            .iter_mut()
            .flatten()
            .filter_map(|cell| match cell {
                Value::Stack(parts) => Some(parts),
                _ => None,
            });
        bars.flatten().for_each(|part| part.parts.clear());
    }
    for column in &mut table.columns {
        column.name = lang.word(&column.name).to_owned();
        let minor = ["held", "oldest", "bounds_share", "gap"];
        column.minor = minor.contains(&column.id.as_str());
    }
    for column in &mut table.columns {
        let pillar = subject
            .pillars()
            .iter()
            .any(|&at| subject.id(at) == column.id);
        column.minor |= pillar;
    }
    Section::new("ranking", lang.pick("Ranking", "排名"))
        .text(headline::sentences(story))
        .table(table)
}

fn below_the_line(story: Story) -> Option<Section> {
    let Story { subject, lang } = story;
    let excluded = &subject.board.excluded;
    if excluded.is_empty() {
        return None;
    }
    let mut table = Table::new(story.words(&[
        ("place", "place"),
        ("held", "held"),
        ("pillars", "pillars held"),
        ("reason", "what is missing"),
    ]));
    for out in excluded {
        let evidence = subject.evidence(out.place);
        let held = evidence.iter().filter(|(_, leaves)| *leaves > 0);
        let names: Vec<&str> = held.map(|&(at, _)| subject.name(at)).collect();
        table.push(vec![
            Value::Name(story.name(out.place)),
            Value::text(ranking::held(subject, out.place)),
            Value::text(lang.list(&names)),
            Value::text(story.exclusion(&out.why)),
        ]);
    }
    let title = match lang {
        Lang::En => format!("Not ranked: {}", words::counted(excluded.len(), "place")),
        Lang::Zh => format!("未排名：{} 个地区", excluded.len()),
    };
    let why = lang.pick(
        "Too little is known of these places to say where they stand. They are set aside before any score is taken, so they move nobody above them.",
        "这些地区的数据不足以判断其位置。它们在评分之前即被分出，不影响其他地区的得分。",
    );
    Some(
        Section::new("not-ranked", title)
            .text([why])
            .table(table)
            .folded(),
    )
}

/// Where a project asks for several results, the rankings of the others.
fn further_indices(story: Story, scoreboard: &Scoreboard) -> Vec<Section> {
    let project = story.subject.project;
    let further = (1..scoreboard.boards.len()).map(|at| Subject::new(project, scoreboard, at));
    let section = |subject: Subject| {
        let id = format!("ranking-{}", subject.board.index);
        let table = ranking::ranked_table(subject);
        Section::new(id, subject.title())
            .text([subject.setting()])
            .table(table)
    };
    further.map(section).collect()
}

impl Story<'_> {
    /// Returns the lines under the title: what was computed, from what.
    fn notes(self) -> Vec<String> {
        let Story { subject, lang } = self;
        let project = subject.project;
        let mut notes = vec![match lang {
            Lang::En => subject.setting(),
            Lang::Zh => self.setting_zh(),
        }];
        if !project.profile.about.is_empty() {
            notes.push(project.profile.about.clone());
        }
        if !subject.index.weights_about.is_empty() {
            let about = &subject.index.weights_about;
            let weights = &subject.index.weights;
            notes.push(match lang {
                Lang::En => format!("Weights {weights}: {about}"),
                Lang::Zh => format!("权重方案 {weights}：{about}"),
            });
        }
        notes
    }

    fn setting_zh(self) -> String {
        let Story { subject, .. } = self;
        let project = subject.project;
        let mut parts = vec![project.name.clone()];
        if !project.profile.id.is_empty() {
            parts.push(format!("方案 {}", project.profile.id));
        }
        parts.extend(project.as_of.map(|date| format!("截至 {date}")));
        parts.push(format!("权重 {}", subject.index.weights));
        parts.push(match &subject.board.method {
            Some(method) => format!("方法 {}", super::method::named(method)),
            None => format!("策略 {}", subject.board.strategy),
        });
        parts.join(" · ")
    }

    /// Returns the name of a place of the league in the report's language, the other beside it.
    fn name(self, row: usize) -> Name {
        let place = self.subject.place(row);
        let mut name = words::name(place);
        if let (Lang::Zh, Some(zh)) = (self.lang, &place.name_zh) {
            name.text.clone_from(zh);
            name.other = Some(place.name.clone()).filter(|other| other != zh);
        }
        if self.has_part(row) {
            name.link = Some(part_id(place));
        }
        name
    }

    /// Returns the name of a place as one text.
    fn called(self, row: usize) -> String {
        self.name(row).text
    }

    /// Returns how many places have a part of their own.
    fn parts(self) -> usize {
        match self.subject.board.ranking.len() {
            all if all > PLACES => FIRST,
            all => all,
        }
    }

    /// Tells whether a place has a part of its own.
    fn has_part(self, row: usize) -> bool {
        let first = self.subject.board.ranking.iter().take(self.parts());
        first.map(|ranked| ranked.place).any(|place| place == row)
    }

    /// Makes columns of words with their headings in the report's language.
    fn words(self, columns: &[(&str, &str)]) -> Vec<crate::report::Column> {
        let column =
            |&(id, name): &(&str, &str)| crate::report::Column::words(id, self.lang.word(name));
        columns.iter().map(column).collect()
    }

    /// Makes a column of numbers with its heading in the report's language.
    fn numbers(self, id: &str, name: &str) -> crate::report::Column {
        crate::report::Column::numbers(id, self.lang.word(name))
    }

    /// Says why a place is not ranked.
    fn exclusion(self, why: &crate::score::Exclusion) -> String {
        use crate::score::Exclusion;
        let project = self.subject.project;
        let names = |criteria: &[crate::model::NodeIx]| {
            let names: Vec<&str> = criteria.iter().map(|&at| self.subject.name(at)).collect();
            self.lang.list(&names)
        };
        match (self.lang, why) {
            (Lang::En, Exclusion::NoEvidence(criteria)) => {
                format!("no measured figure in {}", names(criteria))
            }
            (Lang::En, why) => words::exclusion(project, why),
            (Lang::Zh, Exclusion::NoEvidence(criteria)) => {
                format!("以下维度没有实测数据：{}", names(criteria))
            }
            (Lang::Zh, Exclusion::Coverage { held, required }) => format!(
                "现有数据 {}，要求 {}",
                crate::report::number::percent(*held),
                crate::report::number::percent(*required)
            ),
            (Lang::Zh, Exclusion::NoScore) => "数据太少，无法评分".to_owned(),
            (Lang::Zh, Exclusion::NotJudged(missing)) => {
                format!("策略无法判断，缺少：{}", self.lang.list(missing))
            }
            (Lang::Zh, Exclusion::NotEligible) => "不符合策略的条件".to_owned(),
        }
    }
}

/// Returns the identifier of the part about a place.
fn part_id(place: &Place) -> String {
    format!("place-{}", place.id)
}
