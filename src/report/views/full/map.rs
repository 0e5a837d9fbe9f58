//! View 9: where the places are.

use super::Story;
use crate::report::figure::{self, Caption, Map, MapPlace};
use crate::report::number;
use crate::report::{Lang, Section, Show, Table, Value};

/// Shows the places on a map; nothing for a project without coordinates.
pub(super) fn section(story: Story) -> Option<Section> {
    let Story { subject, lang } = story;
    let league = &subject.project.league;
    let located: Vec<usize> = (0..league.len())
        .filter(|&row| league[row].coordinates.is_some())
        .collect();
    if located.is_empty() {
        return None;
    }
    let nowhere: Vec<String> = (0..league.len())
        .filter(|row| !located.contains(row))
        .map(|row| story.called(row))
        .collect();
    let title = lang.pick("Where they are", "地理位置");
    let view = Map {
        caption: Caption {
            id: "map".to_owned(),
            title: title.to_owned(),
            description: lang
                .pick(
                    "A coast line without borders. The larger and darker a symbol, the higher the score; rings are places that are not ranked.",
                    "不含边界的海岸线图。符号越大、颜色越深，得分越高；空心圆为未排名地区。",
                )
                .to_owned(),
            lang,
        },
        scale: subject.scale(),
        places: located
            .iter()
            .filter_map(|&row| {
                Some(MapPlace {
                    name: story.called(row),
                    at: league[row].coordinates?,
                    ranked: subject.ranked(row).map(|r| (number::rank(r.rank), r.score)),
                })
            })
            .collect(),
    };
    let mut lines = vec![
        lang.pick(
            "Area and shade of a symbol are the score. Coast line: Natural Earth, public domain; no borders are drawn.",
            "符号的面积与深浅代表得分。海岸线：Natural Earth（公有领域）；不绘制边界。",
        )
        .to_owned(),
    ];
    if !nowhere.is_empty() {
        lines.push(match lang {
            Lang::En => format!("Without coordinates: {}.", lang.list(&nowhere)),
            Lang::Zh => format!("无坐标：{}。", lang.list(&nowhere)),
        });
    }
    let mut section = Section::new("map", title)
        .text(lines)
        .table(table(story, &located));
    section.figure = figure::map(&view);
    Some(section)
}

fn table(story: Story, located: &[usize]) -> Table {
    let subject = story.subject;
    let mut columns = story.words(&[("place", "place")]);
    columns.extend([
        story.numbers("rank", "rank"),
        story.numbers("score", "score"),
        story.numbers("latitude", "latitude"),
        story.numbers("longitude", "longitude"),
    ]);
    let mut table = Table::new(columns);
    for &row in located {
        let ranked = subject.ranked(row);
        let at = subject.place(row).coordinates;
        table.push(vec![
            Value::Name(story.name(row)),
            ranked.map_or(Value::Empty, |r| Value::Rank(r.rank, r.tied)),
            ranked.map_or(Value::Empty, |r| Value::Number(r.score, Show::Score)),
            Value::number(at.map(|(lat, _)| lat), Show::Figure),
            Value::number(at.map(|(_, lon)| lon), Show::Figure),
        ]);
    }
    table
}
