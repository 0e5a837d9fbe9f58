//! The Welsh Index of Multiple Deprivation: ranks in, a formula that needs the number of areas, and rank 1
//! for the worst.

use super::{Table, board, scored};

const PROJECT: &str = "wimd-2019";

const DOMAINS: [(&str, &str); 8] = [
    ("income", "income_score"),
    ("employment", "employment_score"),
    ("health", "health_score"),
    ("education", "education_score"),
    ("access", "access_to_services_score"),
    ("housing", "housing_score"),
    ("community_safety", "community_safety_score"),
    ("physical_environment", "physical_environment_score"),
];

#[test]
fn all_areas_have_their_published_scores_and_ranks() {
    let (project, scoreboard) = scored(PROJECT);
    let (board, published) = (
        board(&scoreboard, "score"),
        Table::read(PROJECT, "published.csv"),
    );
    assert_eq!(board.ranking.len(), 1909);
    for (domain, heading) in DOMAINS {
        let at = project.tree.find(domain).unwrap();
        // The published scores carry nine or ten digits.
        assert_eq!(
            published.compare(&project, heading, &board.scores[at.0], 1e-7),
            1909
        );
    }
    for ranked in &board.ranking {
        let place = project.league[ranked.place].id.as_str();
        let score = published.cell(place, "wimd_score").unwrap();
        assert!((ranked.full_score - score).abs() <= 1e-7, "{place}");
        assert_eq!(
            Some(ranked.rank),
            published.cell(place, "wimd_rank"),
            "{place}"
        );
    }
}
