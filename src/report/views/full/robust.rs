//! Views 3 and 4: how sure the ranking is. Ranges of ranks, ties, and how often each place takes each rank.

use super::Story;
use crate::report::figure::{self, Acceptability, Caption, RangeRow, Ranges};
use crate::report::number::{self, percent};
use crate::report::views::{nominal_rank, rank_range};
use crate::report::{Lang, Section, Show, Table, Value};
use crate::robustness::project::{Line, Setup, Study};

/// Ranks with a column of their own; the tail beyond shares one.
const RANKS: usize = 15;
/// Places shown; the others are in `exacity robustness`.
const PLACES: usize = 60;

/// Shows what draws of the weights say of the ranking.
pub(super) fn sections(story: Story, setup: &Setup, study: &Study) -> Vec<Section> {
    vec![
        ranges(story, setup, study),
        acceptability(story, setup, study),
    ]
}

/// Says what to run where there is nothing to show: a single place, or weights that cannot vary.
pub(super) fn without(story: Story) -> Section {
    let lang = story.lang;
    let text = lang.pick(
        "No draws were made for this report: there is nothing to compare, no weight that could vary, or too many places. `exacity robustness` says what can be varied, and draws for any number of places.",
        "本报告未进行抽样：没有可比较的地区、没有可变动的权重，或地区太多。可变动的设置见 `exacity robustness`，它可对任意数量的地区抽样。",
    );
    Section::new(
        "robustness",
        lang.pick("How sure is this?", "结果有多可靠？"),
    )
    .text([text])
}

fn name(story: Story, setup: &Setup, at: usize) -> Value {
    Value::Name(story.name(setup.places[at]))
}

fn called(story: Story, setup: &Setup, at: usize) -> String {
    story.called(setup.places[at])
}

fn shown(setup: &Setup) -> usize {
    setup.places.len().min(PLACES)
}

/// Names the groups that cannot be told apart, or says that there is none.
fn finding(story: Story, setup: &Setup, study: &Study) -> String {
    let lang = story.lang;
    let groups: Vec<String> = study
        .ties
        .iter()
        .map(|tie| {
            let names: Vec<String> = tie
                .places
                .iter()
                .take(4)
                .map(|&at| called(story, setup, at))
                .collect();
            match (lang, tie.places.len() > 4) {
                (_, false) => lang.list(&names),
                (Lang::En, true) => {
                    format!("places {} to {}", tie.from + 1, tie.from + tie.places.len())
                }
                (Lang::Zh, true) => {
                    format!("第 {} 至 {} 名", tie.from + 1, tie.from + tie.places.len())
                }
            }
        })
        .collect();
    let Some((first, others)) = groups.split_first() else {
        let none = lang.pick(
            "Every place can be told apart from the next",
            "相邻地区均可区分",
        );
        return none.to_owned();
    };
    match lang {
        Lang::En => others
            .iter()
            .fold(format!("{first} cannot be told apart"), |text, group| {
                format!("{text}, nor {group}")
            }),
        Lang::Zh => format!("{}无法区分", groups.join("；")),
    }
}

fn how(story: Story, setup: &Setup, study: &Study) -> Vec<String> {
    let lang = story.lang;
    let draws = number::figure(study.outcome.tally.draws as f64);
    let first = percent(study.summary.places[0].acceptability[0]);
    let leader = called(story, setup, 0);
    let words = |lines: &[Line]| {
        let words: Vec<&str> = lines.iter().map(|line| line.path.as_str()).collect();
        if words.is_empty() {
            "–".to_owned()
        } else {
            words.join(", ")
        }
    };
    match lang {
        Lang::En => vec![
            format!(
                "{leader} is first in {first} of {draws} draws (seed {}). Two places cannot be told apart where neither is ahead in 95 % of them.",
                setup.spec.seed
            ),
            format!(
                "Varied: {}. Held: {}. `exacity robustness` varies more and says more.",
                words(&study.varied),
                words(&study.held)
            ),
        ],
        Lang::Zh => vec![
            format!(
                "在 {draws} 次抽样（种子 {}）中，{leader}有 {first} 居首。若两地均未在 95 % 的抽样中领先，则视为无法区分。",
                setup.spec.seed
            ),
            format!(
                "变动：{}；固定：{}。更多分析请用 `exacity robustness`。",
                words(&study.varied),
                words(&study.held)
            ),
        ],
    }
}

fn ranges(story: Story, setup: &Setup, study: &Study) -> Section {
    let lang = story.lang;
    let places = &study.summary.places[..shown(setup)];
    let title = finding(story, setup, study);
    let view = Ranges {
        caption: Caption {
            id: "ranges".to_owned(),
            title: title.clone(),
            description: lang
                .pick(
                    "A row per place: the dot is its rank in this report, the line spans the ranks of nine draws of ten, and a shade lies behind places that cannot be told apart.",
                    "每行一个地区：圆点为本报告排名，线段为九成抽样的名次范围，阴影为无法区分的地区。",
                )
                .to_owned(),
            lang,
        },
        rows: places
            .iter()
            .enumerate()
            .map(|(at, place)| RangeRow {
                name: called(story, setup, at),
                rank: nominal_rank(setup, at) as f64,
                low: place.rank_p05 as f64,
                high: place.rank_p95 as f64,
            })
            .collect(),
        ties: study
            .ties
            .iter()
            .filter(|tie| tie.from < places.len())
            .map(|tie| (tie.from, (tie.from + tie.places.len()).min(places.len()) - 1))
            .collect(),
    };
    let mut columns = story.words(&[("place", "place")]);
    columns.push(story.numbers("rank", "rank"));
    columns.extend(story.words(&[("range", lang.pick("9 draws of 10", "九成抽样"))]));
    columns.extend([
        story.numbers("median", "median"),
        story.numbers("first", lang.pick("first", "居首")),
    ]);
    let mut table = Table::new(columns);
    for (at, place) in places.iter().enumerate() {
        table.push(vec![
            name(story, setup, at),
            Value::Rank(nominal_rank(setup, at) as f64, false),
            Value::text(rank_range(place.rank_p05, place.rank_p95)),
            Value::count(place.rank_p50),
            Value::Number(place.acceptability[0], Show::Share),
        ]);
    }
    let heading = lang.pick("How sure is this?", "结果有多可靠？");
    let mut text = vec![format!("{title}{}", lang.pick(".", "。"))];
    text.extend(how(story, setup, study));
    let mut section = Section::new("robustness", heading).text(text).table(table);
    section.figure = figure::ranges(&view);
    section
}

fn acceptability(story: Story, setup: &Setup, study: &Study) -> Section {
    let lang = story.lang;
    let all = setup.places.len();
    let own = if all <= RANKS + 1 { all } else { RANKS };
    let mut ranks: Vec<String> = (1..=own).map(|rank| rank.to_string()).collect();
    if own < all {
        ranks.push(format!("{}+", own + 1));
    }
    let shares = |at: usize| {
        let (single, tail) = study.summary.places[at].acceptability.split_at(own);
        let mut shares = single.to_vec();
        if own < all {
            shares.push(crate::num::float::sum(tail.iter().copied()));
        }
        shares
    };
    let title = lang.pick(
        "How often each place takes each rank",
        "各地区取得各名次的频率",
    );
    let rows: Vec<(String, Vec<f64>)> = (0..shown(setup))
        .map(|at| (called(story, setup, at), shares(at)))
        .collect();
    let mut columns = story.words(&[("place", "place")]);
    columns.extend(
        ranks
            .iter()
            .map(|rank| story.numbers(&format!("rank_{rank}"), rank)),
    );
    let mut table = Table::new(columns);
    for (at, (_, shares)) in rows.iter().enumerate() {
        let mut row = vec![name(story, setup, at)];
        row.extend(shares.iter().map(|share| match share.total_cmp(&0.0) {
            std::cmp::Ordering::Greater => Value::Number(*share, Show::Share),
            _ => Value::Empty,
        }));
        table.push(row);
    }
    let mut section = Section::new("acceptability", title)
        .level(1)
        .table(table)
        .folded();
    section.figure = figure::acceptability(&Acceptability {
        caption: Caption {
            id: "acceptability".to_owned(),
            title: title.to_owned(),
            description: lang
                .pick(
                    "A row per place, a column per rank; a cell says in how many of a hundred draws the place takes the rank. Empty cells are ranks that it never takes.",
                    "每行一个地区，每列一个名次；格中数字为每百次抽样中取得该名次的次数，空格表示从未取得。",
                )
                .to_owned(),
            lang,
        },
        ranks,
        rows,
    });
    section
}
