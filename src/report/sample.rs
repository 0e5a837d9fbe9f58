//! A small scored project, made by hand, for the tests of views and writers.
//!
//! Two ranked places and one below the line; a bound, a target met late, a criterion that does not
//! apply. The numbers are worked out in the comments, so that tests do not depend on the scoring.

use crate::aggregate::{Aggregate, AggregateError};
use crate::diagnostics::{Diagnostics, FileId};
use crate::model::{
    Cell, Column, CriterionId, Direction, Fact, Indicator, IndicatorId, Kind, LossReason, NodeIx,
    Observation, Origin, Params, Period, Place, Plausibility, Provenance, Qualifier,
    RejectedObservation, Source, SourceId, Sourced, Target, TargetState, Tier, Tree, TreeNode,
    Weights,
};
use crate::normalise::{Normalise, NormaliseError, Normalised};
use crate::project::study::StudySpec;
use crate::project::{
    Branch, BranchMissing, Chosen, Combine, Constant, Figures, Index, Leaf, LeafMissing, LeafValue,
    Library, Node, NodeKind, Output, Profile, Project, Require, Rescale,
};
use crate::score::evidence::holdings;
use crate::score::{Board, ExcludedPlace, Exclusion, LeafStages, RankedPlace, Scoreboard};
use indexmap::IndexMap;
use std::sync::Arc;

const PAPERS: NodeIx = NodeIx(0);
const ACADEMIA: NodeIx = NodeIx(1);
const CAPACITY: NodeIx = NodeIx(2);
const TARGETS: NodeIx = NodeIx(3);
const COMPUTE: NodeIx = NodeIx(4);
const ROOT: NodeIx = NodeIx(5);

#[derive(Debug)]
struct Double;

impl Normalise for Double {
    fn normalise(&self, column: &Column, _: Direction) -> Result<Normalised, NormaliseError> {
        Ok(column.clone().into())
    }
}

impl Aggregate for Double {
    fn aggregate(&self, scores: &[f64], _: &[f64]) -> Result<f64, AggregateError> {
        Ok(scores[0])
    }

    fn is_additive(&self) -> bool {
        true
    }
}

/// Returns the project with its results: Shanghai 59.6, Beijing 46.6, Zhangjiakou below the line.
pub(crate) fn scored() -> (Project, Scoreboard) {
    let project = project();
    let scoreboard = scoreboard(&project);
    (project, scoreboard)
}

fn project() -> Project {
    let mut zhangjiakou = Place::new("zhangjiakou", "Zhangjiakou");
    zhangjiakou.name_zh = Some("张家口".to_owned());
    let mut shanghai = Place::new("shanghai", "Shanghai");
    shanghai.name_zh = Some("上海".to_owned());
    Project {
        name: "AI position of Chinese cities".to_owned(),
        name_zh: None,
        as_of: chrono::NaiveDate::from_ymd_opt(2026, 3, 31),
        profile: Profile {
            id: "cities".to_owned(),
            title: "AI position of cities".to_owned(),
            ranks: true,
            ..Profile::default()
        },
        league: vec![Place::new("beijing", "Beijing"), shanghai, zhangjiakou],
        tree: tree(),
        nodes: nodes(),
        indices: vec![index()],
        require: Require {
            min_coverage: 0.5,
            evidence: vec![ACADEMIA, COMPUTE],
        },
        adjustments: vec![],
        panel: IndexMap::new(),
        study: StudySpec::default(),
        library: library(),
    }
}

fn tree() -> Tree {
    let node = |id: &str, name: &str, children: &[NodeIx]| TreeNode {
        id: CriterionId::new(id),
        name: name.to_owned(),
        name_zh: None,
        about: String::new(),
        children: children.to_vec(),
    };
    Tree::new(vec![
        node("academia.papers", "Papers", &[]),
        node("academia", "Academia", &[PAPERS]),
        node("compute.capacity", "Capacity", &[]),
        node("compute.targets", "Targets met", &[]),
        node("compute", "Compute", &[CAPACITY, TARGETS]),
        node("score", "Score", &[ACADEMIA, COMPUTE]),
    ])
}

fn nodes() -> Vec<Node> {
    let node = |kind| Node {
        kind,
        scale: (0.0, 100.0),
        round: None,
    };
    let branch = || {
        node(NodeKind::Branch(Branch::new(
            Combine::Method(Chosen {
                name: "arithmetic",
                params: Params::default(),
                method: Arc::new(Double),
            }),
            BranchMissing::Reweight,
        )))
    };
    let leaf = |indicators: &[&str], unit: &str, cells: Vec<Sourced>| {
        node(NodeKind::Leaf(Box::new(Leaf {
            indicators: indicators.iter().map(|id| IndicatorId::new(id)).collect(),
            direction: Direction::Higher,
            unit: unit.to_owned(),
            value: LeafValue::Data(Figures::sourced(cells)),
            denominator: None,
            missing: LeafMissing::Leave,
            treat: None,
            normalise: Rescale::Method(Chosen {
                name: "goalposts",
                params: Params::default(),
                method: Arc::new(Double),
            }),
            groups: None,
            constant: Constant::Share(0.5),
            compare: Params::default(),
        })))
    };
    vec![
        leaf(&["papers"], "count", papers()),
        branch(),
        leaf(&["compute_ai_eflops"], "EFLOPS", capacity()),
        leaf(&[], "share", targets()),
        branch(),
        branch(),
    ]
}

fn index() -> Index {
    let weights = |numbers: &[f64]| Weights::new(numbers).ok();
    Index {
        id: "score".to_owned(),
        name: "Score".to_owned(),
        root: ROOT,
        weights: "balanced".to_owned(),
        weights_about: "No view of one's own".to_owned(),
        weights_about_zh: None,
        shares: vec![
            None,
            weights(&[1.0]),
            None,
            None,
            weights(&[9.0, 1.0]),
            weights(&[4.0, 6.0]),
        ],
        weighing: crate::project::Weighing::default(),
        ranking: None,
        strategy: None,
        output: Output::default(),
    }
}

fn observation(line: usize, place: &str, indicator: &str, value: f64, at: &str) -> Observation {
    Observation {
        id: format!("o{line}"),
        place: place.into(),
        indicator: indicator.into(),
        value,
        value_high: None,
        qualifier: Qualifier::Eq,
        as_of: Period::parse(at),
        as_of_inferred: false,
        kind: Kind::Measured,
        numeric_precision: String::new(),
        scope: String::new(),
        plausibility: Plausibility::Plausible,
        source: Some(SourceId::new("office")),
        from_seed: false,
        note: String::new(),
        origin: Origin {
            file: FileId::new("data/observations.csv"),
            line,
        },
    }
}

fn shanghai_capacity() -> Arc<Observation> {
    let row = observation(412, "shanghai", "compute_ai_eflops", 120.0, "2026-01-27");
    Arc::new(Observation {
        qualifier: Qualifier::Gt,
        ..row
    })
}

fn beijing_capacity() -> Arc<Observation> {
    Arc::new(observation(
        9,
        "beijing",
        "compute_ai_eflops",
        33.0,
        "2025-Q1",
    ))
}

fn found(row: Arc<Observation>) -> Sourced {
    Sourced {
        cell: Cell::Value(row.value),
        provenance: Provenance::Observation { row },
        rejected: vec![],
    }
}

fn papers() -> Vec<Sourced> {
    let row =
        |line, place, value| found(Arc::new(observation(line, place, "papers", value, "2024")));
    vec![
        row(20, "beijing", 900.0),
        row(21, "shanghai", 720.0),
        Sourced::missing(),
    ]
}

fn capacity() -> Vec<Sourced> {
    let older = observation(411, "shanghai", "compute_ai_eflops", 50.0, "2024");
    let doubtful = observation(77, "zhangjiakou", "compute_ai_eflops", 7.6, "2023");
    vec![
        found(beijing_capacity()),
        Sourced {
            rejected: vec![RejectedObservation {
                observation: Arc::new(older),
                reason: LossReason::Older,
            }],
            ..found(shanghai_capacity())
        },
        found(Arc::new(doubtful)),
    ]
}

fn target() -> Target {
    Target {
        id: "t001".to_owned(),
        place: "shanghai".into(),
        indicator: "compute_ai_eflops".into(),
        value: 100.0,
        qualifier: Qualifier::Gt,
        due: Period::parse("2025-12-31"),
        due_inferred: false,
        baseline: None,
        numeric_precision: String::new(),
        scope: String::new(),
        source: SourceId::new("brief"),
        from_seed: true,
        note: String::new(),
        origin: Origin {
            file: FileId::new("data/targets.csv"),
            line: 2,
        },
    }
}

fn targets() -> Vec<Sourced> {
    let not_applicable = Sourced {
        cell: Cell::NotApplicable,
        ..Sourced::missing()
    };
    let met = Sourced {
        cell: Cell::Value(1.0),
        provenance: Provenance::Target {
            target: Box::new(target()),
            reached: Some(shanghai_capacity()),
            state: TargetState::MetByLaterReport,
            others: vec![],
        },
        rejected: vec![],
    };
    vec![not_applicable, met, Sourced::missing()]
}

fn library() -> Library {
    let indicator = |id: &str, name: &str, unit: &str| Indicator {
        id: id.into(),
        name: name.to_owned(),
        unit: unit.to_owned(),
        direction: Direction::Higher,
        pillar: None,
        description: format!("{name}, as published"),
    };
    let source = |id: &str, title: &str, tier| Source {
        id: id.into(),
        title: title.to_owned(),
        publisher: "Municipal office".to_owned(),
        url: String::new(),
        date: Period::parse("2026-01-28"),
        tier,
    };
    let indicators = [
        indicator("compute_ai_eflops", "Intelligent computing", "EFLOPS"),
        indicator("papers", "Papers", "count"),
        indicator("robots", "Robots", "count"),
    ];
    let sources = [
        source("office", "Report on the digital economy", Tier::A),
        source("brief", "Founding brief", Tier::C),
    ];
    let rows = capacity().into_iter().chain(papers());
    let observations = rows.filter_map(|sourced| match sourced.provenance {
        Provenance::Observation { row } => Some(row),
        _ => None,
    });
    Library {
        indicators: indicators.into_iter().map(|i| (i.id.clone(), i)).collect(),
        observations: observations.collect(),
        targets: vec![target()],
        facts: vec![Fact {
            contradicted: false,
            id: "f006".to_owned(),
            place: "shanghai".into(),
            topic: "policy".to_owned(),
            statement: "measures to raise the use of domestic chips".to_owned(),
            source: SourceId::new("brief"),
            from_seed: true,
            origin: Origin {
                file: FileId::new("data/facts.csv"),
                line: 7,
            },
        }],
        sources: sources.into_iter().map(|s| (s.id.clone(), s)).collect(),
        ..Library::default()
    }
}

fn column(beijing: Option<f64>, shanghai: Option<f64>) -> Column {
    [beijing, shanghai, None].into_iter().collect()
}

fn scoreboard(project: &Project) -> Scoreboard {
    // Capacity: 33 of 300 is 11, 120 of 300 is 40. Compute of Shanghai: 0.9 * 40 + 0.1 * 100 = 46;
    // of Beijing 11, as the target does not apply. Score: 0.4 * 80 + 0.6 * 46 = 59.6, and
    // 0.4 * 100 + 0.6 * 11 = 46.6.
    let scores = vec![
        column(Some(100.0), Some(80.0)),
        column(Some(100.0), Some(80.0)),
        column(Some(11.0), Some(40.0)),
        column(None, Some(100.0)),
        column(Some(11.0), Some(46.0)),
        column(Some(46.6), Some(59.6)),
    ];
    Scoreboard {
        boards: vec![Board {
            index: "score".to_owned(),
            strategy: "weighted".to_owned(),
            method: None,
            scores: scores.into_iter().map(Arc::new).collect(),
            leaves: leaves(),
            group_ranks: IndexMap::new(),
            ranking: vec![ranked(1, 1.0, 59.6), ranked(0, 2.0, 46.6)],
            excluded: vec![ExcludedPlace {
                place: 2,
                why: Exclusion::NoEvidence(vec![ACADEMIA]),
            }],
            branches: IndexMap::new(),
            adjustments: IndexMap::new(),
            adjusted: IndexMap::new(),
            holdings: holdings(project, &project.indices[0]),
            ranges: None,
        }],
        diagnostics: Diagnostics::new(),
    }
}

fn leaves() -> IndexMap<NodeIx, LeafStages> {
    let stages = |raw: [Cell; 3], normalised: [Option<f64>; 3]| {
        let raw: Arc<Column> = Arc::new(raw.into_iter().collect());
        LeafStages {
            denominated: raw.clone(),
            gaps: vec![],
            filled: vec![],
            imputed: raw.clone(),
            treated: raw.clone(),
            treated_rows: vec![],
            treatment: String::new(),
            normalised: Arc::new(normalised.into_iter().collect()),
            clamped: vec![],
            constant: false,
            raw,
        }
    };
    let cells = |sourced: Vec<Sourced>| [0, 1, 2].map(|at: usize| sourced[at].cell);
    IndexMap::from([
        (
            PAPERS,
            stages(cells(papers()), [Some(100.0), Some(80.0), None]),
        ),
        (
            CAPACITY,
            stages(cells(capacity()), [Some(11.0), Some(40.0), Some(2.53)]),
        ),
        (TARGETS, stages(cells(targets()), [None, Some(100.0), None])),
    ])
}

fn ranked(place: usize, rank: f64, score: f64) -> RankedPlace {
    RankedPlace {
        place,
        rank,
        score,
        full_score: score,
        tied: false,
        class: None,
    }
}
