//! The ranking as one plain CSV table: `rank,place,name,score`, then a column per criterion.
//!
//! Places below the line have no rank and are left out; where a project asks for several results, a
//! first column `index` tells them apart.

use super::csv::{lines, number};
use super::views::Subject;
use crate::model::NodeIx;
use crate::project::Project;
use crate::score::{RankedPlace, Scoreboard};
use indexmap::IndexSet;

/// Writes the ranking of a run.
pub fn write(project: &Project, scoreboard: &Scoreboard) -> String {
    let subjects: Vec<Subject> = (0..scoreboard.boards.len())
        .map(|at| Subject::new(project, scoreboard, at))
        .collect();
    // Results may have different roots: a column for every criterion that occurs in any of them.
    let criteria: IndexSet<NodeIx> = subjects
        .iter()
        .flat_map(|subject| subject.criteria())
        .map(|(_, at)| at)
        .collect();
    let several = subjects.len() > 1;
    let mut records = vec![header(project, &criteria, several)];
    for &subject in &subjects {
        for ranked in &subject.board.ranking {
            records.push(record(subject, ranked, &criteria, several));
        }
    }
    lines(records)
}

fn header(project: &Project, criteria: &IndexSet<NodeIx>, several: bool) -> Vec<String> {
    let fixed = ["rank", "place", "name", "score"].map(str::to_owned);
    let ids = criteria
        .iter()
        .map(|at| project.tree.node(*at).id.to_string());
    let index = several.then(|| "index".to_owned());
    index.into_iter().chain(fixed).chain(ids).collect()
}

fn record(
    subject: Subject,
    ranked: &RankedPlace,
    criteria: &IndexSet<NodeIx>,
    several: bool,
) -> Vec<String> {
    let place = &subject.project.league[ranked.place];
    let fixed = [
        number(ranked.rank),
        place.id.to_string(),
        place.name.clone(),
        number(ranked.score),
    ];
    let scores = criteria.iter().map(|at| {
        let score = subject.board.scores[at.0].value(ranked.place);
        score.map(number).unwrap_or_default()
    });
    let index = several.then(|| subject.board.index.clone());
    index.into_iter().chain(fixed).chain(scores).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_header_is_fixed_and_missing_is_empty() {
        let (project, scoreboard) = sample::scored();
        let text = write(&project, &scoreboard);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(
            rows[0],
            "rank,place,name,score,academia,academia.papers,compute,compute.capacity,compute.targets"
        );
        assert!(rows[1].starts_with("1,shanghai,Shanghai,"), "{}", rows[1]);
        assert!(rows[2].ends_with(','), "beijing has no target: {}", rows[2]);
        assert_eq!(rows.len(), 3);
    }
}
