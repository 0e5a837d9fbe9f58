//! The audit of the ASEM index, whose figures are published.

use super::scored;
use exacity::audit::{Audit, Limits, Topic, audit};
use exacity::model::NodeIx;
use exacity::project::Project;

fn asem() -> (Project, Audit) {
    let (project, scoreboard) = scored("asem");
    let audit = audit(
        &project,
        &project.indices[0],
        &scoreboard.boards[0],
        &Limits::default(),
    );
    (project, audit)
}

fn at(project: &Project, id: &str) -> NodeIx {
    project.tree.find(id).unwrap()
}

#[test]
fn influence_is_measured_against_weight() {
    let (project, audit) = asem();
    let of = |id: &str| {
        let at = at(&project, id);
        audit.influences.iter().find(|i| i.at == at).unwrap()
    };
    let (connectivity, sustainability) = (of("conn"), of("sust"));
    assert_eq!((connectivity.weight, sustainability.weight), (0.5, 0.5));
    // A main effect is at least the square of the correlation, up to the smoothing.
    for one in &audit.influences {
        let (Some(effect), Some(r)) = (one.effect, one.with_parent) else {
            panic!("51 places have everything")
        };
        assert!(effect >= r * r - 0.05, "{}: {effect} {r}", one.at.0);
    }
    let shares = connectivity.share.unwrap() + sustainability.share.unwrap();
    assert!((shares - 1.0).abs() < 1e-12);
}

#[test]
fn outliers_are_those_that_the_publisher_treated() {
    let (project, audit) = asem();
    let mut treated = vec![];
    let mut reader = csv::Reader::from_path(super::folder("asem").join("treatment.csv")).unwrap();
    for row in reader.records().map(Result::unwrap) {
        if &row[1] != "0" || &row[2] != "0" {
            treated.push(row[0].to_lowercase());
        }
    }
    let mut found: Vec<String> = audit
        .leaves
        .iter()
        .filter(|leaf| leaf.shape.outliers.is_some())
        .map(|leaf| project.leaf(leaf.at).unwrap().indicators[0].to_string())
        .collect();
    treated.sort();
    found.sort();
    assert_eq!(found, treated);
}

#[test]
fn findings_say_something_with_numbers() {
    let (project, audit) = asem();
    assert_eq!(
        (audit.places, audit.leaves.len(), audit.pairs.len()),
        (51, 49, 1176)
    );
    let topics: Vec<Topic> = audit.findings.iter().map(|finding| finding.topic).collect();
    for topic in [
        Topic::Direction,
        Topic::Influence,
        Topic::Outliers,
        Topic::Consistency,
    ] {
        assert!(topics.contains(&topic), "{topic:?} of {topics:?}");
    }
    let social = at(&project, "sust.social");
    let structure = audit.structures.iter().find(|s| s.at == social).unwrap();
    let total: f64 = structure.components.iter().map(|c| c.explained).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    assert_eq!(structure.places, 51);
}
