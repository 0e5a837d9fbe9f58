//! What it would take, asked of a project.

mod rivals;
mod search;

pub use rivals::{RivalMove, Rivals};

use super::engine::Engine;
use super::grid::Proof;
use super::levers::{Levers, Priced};
use super::linear;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::{Direction, NodeIx, Place};
use crate::plan::forecast::Desk;
use crate::project::{LeafValue, Project};
use crate::score::Board;
use chrono::NaiveDate;
use search::Task;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// A score.
    Score(f64),
    /// A rank, 1 for the best.
    Rank(usize),
    /// To be ahead of a place of the league.
    Overtake(usize),
}

/// The question.
#[derive(Debug, Clone)]
pub struct Question {
    /// The place, by its position in the league.
    pub place: usize,
    /// What is wanted.
    pub goal: Goal,
    /// Points by which a rival is to be passed.
    pub margin: f64,
    /// What the others do meanwhile.
    pub rivals: Rivals,
    /// Costs and caps; none for effort in the figures' own units.
    pub levers: Option<Levers>,
    /// The criteria that may move, with caps; all if there are none.
    pub only: Vec<(NodeIx, Option<f64>)>,
}

/// A lever of the place.
#[derive(Debug, Clone)]
pub struct PlaceLever {
    /// The criterion.
    pub leaf: NodeIx,
    /// Where it stands.
    pub now: f64,
    /// How far it can move.
    pub cap: f64,
    /// Why that far.
    pub cap_from: String,
    /// What it costs.
    pub priced: Option<Priced>,
    /// What the place's own forecast gives by the date, where there is one.
    pub by_itself: Option<f64>,
    /// The figure where it alone reaches the goal; nothing where it does not.
    pub alone: Option<f64>,
    /// Score with this lever alone at its cap.
    pub at_cap: f64,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The place.
    pub place: Place,
    /// Rank and score now, before rivals move.
    pub before: Standing,
    /// Rank and score after rivals have moved.
    pub now: Standing,
    /// Score that is to be reached, as it stands after rivals have moved.
    pub goal_score: f64,
    /// Date until which rivals move.
    pub by: Option<NaiveDate>,
    /// How rivals move.
    pub moves: Vec<RivalMove>,
    /// The levers.
    pub levers: Vec<PlaceLever>,
    /// Criteria that are no levers, each with the reason.
    pub not_levers: Vec<(NodeIx, &'static str)>,
    /// Rank and score with every lever at its cap.
    pub best: Standing,
    /// True where everything at its cap is not enough.
    pub impossible: bool,
    /// The same share of the way to its cap for every lever, and the figures there.
    pub together: Option<Together>,
    /// The least cost, where levers have one.
    pub cheapest: Option<Cheapest>,
    /// True where the score is a sum of parts that depend on one figure each.
    pub adds_up: bool,
}

/// Rank and score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The rank.
    pub rank: f64,
    /// The score.
    pub score: f64,
}

/// Every lever moved by the same share of its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The share, 0 to 1.
    pub share: f64,
    /// The figures.
    pub to: Vec<f64>,
    /// Where the place stands then.
    pub standing: Standing,
}

/// The least cost of reaching the goal with the levers that have one.
#[derive(Debug, Clone, PartialEq)]
pub struct Cheapest {
    /// Figures of the levers that cost, by their position among all levers; nothing if they are not enough.
    pub to: Option<Vec<(usize, f64)>>,
    /// MCNY.
    pub cost: f64,
    /// MCNY for the last point.
    pub marginal: Option<f64>,
    /// Where the place stands then, scored by the engine; else with these levers at their caps.
    pub standing: Standing,
    /// How sure it is.
    pub proof: Proof,
}

/// Answers a question.
///
/// # Errors
///
/// E0542 where the place is not ranked or the goal makes no sense, and what the engine refuses.
pub fn reach(project: &Project, question: &Question) -> Result<Reached, Box<Diagnostic>> {
    let desk = Desk::new(project);
    let mut engine = Engine::new(project);
    let present = engine.board()?;
    let before =
        standing(&present, question.place).ok_or_else(|| not_ranked(project, question.place))?;
    // Caps are what places have now, not what forecasts give them.
    let (mut levers, not_levers) = levers(project, &engine, question)?;
    let moves = rivals::advance(&mut engine, &desk, project, question, &present);
    let board = engine.board()?;
    let now =
        standing(&board, question.place).ok_or_else(|| not_ranked(project, question.place))?;
    let goal_score = goal_score(project, &board, question)?;
    rivals::own_forecast(&mut levers, &desk, project, question);
    let mut task = Task {
        engine,
        question,
        levers,
    };
    let best = task.standing_at(&task.caps())?;
    let impossible = !task.reaches(&task.caps())?;
    task.each_alone()?;
    let together = if impossible {
        None
    } else {
        Some(task.together()?)
    };
    let adds_up = task.levers.iter().all(|l| task.engine.adds_up(l.leaf));
    let cheapest = task.cheapest(goal_score, now.score)?;
    Ok(Reached {
        place: project.league[question.place].clone(),
        before,
        now,
        goal_score,
        by: question.rivals.date(),
        moves,
        levers: task.levers,
        not_levers,
        best,
        impossible,
        together,
        cheapest,
        adds_up,
    })
}

fn standing(board: &Board, place: usize) -> Option<Standing> {
    let ranked = board.ranking.iter().find(|r| r.place == place)?;
    Some(Standing {
        rank: ranked.rank,
        score: ranked.full_score,
    })
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "findings travel in boxes here"
)]
fn not_ranked(project: &Project, place: usize) -> Box<Diagnostic> {
    let name = &project.league[place].name;
    let message = format!("{name} is not ranked, so there is no score to raise");
    Box::new(Diagnostic::new(Code("E0542"), message).help(format!(
        "`exacity explain place {}` says what is missing",
        project.league[place].id
    )))
}

/// Returns the score that reaches the goal on a board.
fn goal_score(
    project: &Project,
    board: &Board,
    question: &Question,
) -> Result<f64, Box<Diagnostic>> {
    let others = || board.ranking.iter().filter(|r| r.place != question.place);
    match question.goal {
        Goal::Score(score) => Ok(score),
        Goal::Overtake(rival) if rival == question.place => {
            let message = "a place cannot overtake itself";
            Err(Box::new(
                Diagnostic::new(Code("E0542"), message).help("name another with `--overtake`"),
            ))
        }
        Goal::Overtake(rival) => {
            let found = others().find(|r| r.place == rival);
            let found = found.ok_or_else(|| not_ranked(project, rival))?;
            Ok(found.full_score + question.margin)
        }
        Goal::Rank(rank) if rank == 0 || rank > board.ranking.len() => {
            let message = format!(
                "there is no rank {rank} among {} ranked places",
                board.ranking.len()
            );
            Err(Box::new(
                Diagnostic::new(Code("E0542"), message).help("rank 1 is the best"),
            ))
        }
        Goal::Rank(rank) => {
            let mut scores: Vec<f64> = others().map(|r| r.full_score).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            // The last rank is anybody's.
            Ok(scores
                .get(rank - 1)
                .map_or(f64::MIN, |score| score + question.margin))
        }
    }
}

type Found = (Vec<PlaceLever>, Vec<(NodeIx, &'static str)>);

/// Finds what the place can move.
fn levers(
    project: &Project,
    engine: &Engine,
    question: &Question,
) -> Result<Found, Box<Diagnostic>> {
    let index = &project.indices[0];
    let (mut levers, mut not) = (vec![], vec![]);
    for at in project.tree.leaves(index.root) {
        let Some(leaf) = project.leaf(at) else {
            continue;
        };
        let asked = question.only.iter().find(|(only, _)| *only == at);
        let id = project.tree.node(at).id.as_str();
        let priced = question
            .levers
            .as_ref()
            .and_then(|l| l.all.iter().find(|p| p.criterion == id));
        if !question.only.is_empty() && asked.is_none() {
            not.push((at, "not asked for"));
            continue;
        }
        let is_record = matches!(&leaf.value, LeafValue::Data(figures) if figures.cells().iter().any(|c| {
            matches!(c.provenance, crate::model::Provenance::Target { .. })
        }));
        let Some(now) = engine.figure(at, question.place) else {
            let why = match leaf.value {
                LeafValue::Derived { .. } => "computed by a script from other figures",
                LeafValue::Data(_) => {
                    "no figure of the place: one more would change the weights of the others"
                }
            };
            not.push((at, why));
            continue;
        };
        if is_record {
            not.push((at, "a record of the past"));
            continue;
        }
        let own_cap = asked
            .and_then(|(_, cap)| *cap)
            .or(priced.and_then(|p| p.cap));
        let (cap, cap_from) = match own_cap {
            Some(cap) => (cap, "stated".to_owned()),
            None => best_in_league(project, engine, at, leaf.direction),
        };
        let further = match leaf.direction {
            Direction::Lower => cap < now,
            Direction::Higher | Direction::Context => cap > now,
        };
        if !further {
            if own_cap.is_some() {
                let message = format!("the cap of `{id}`, {cap}, is no way forward from {now}");
                return Err(Box::new(
                    Diagnostic::new(Code("E0543"), message)
                        .help("state a cap beyond where the place stands"),
                ));
            }
            not.push((at, "already the best of the league"));
            continue;
        }
        levers.push(PlaceLever {
            leaf: at,
            now,
            cap,
            cap_from,
            priced: priced.cloned(),
            by_itself: None,
            alone: None,
            at_cap: f64::NAN,
        });
    }
    if levers.is_empty() {
        let message = format!("{} has no lever", project.league[question.place].name);
        return Err(Box::new(Diagnostic::new(Code("E0543"), message).help("every figure is missing, a record of the past, or the best already; state caps with `--lever`")));
    }
    Ok((levers, not))
}

/// Returns the best figure that any place of the league has: what is known to be possible.
fn best_in_league(
    project: &Project,
    engine: &Engine,
    leaf: NodeIx,
    direction: Direction,
) -> (f64, String) {
    let figures =
        (0..project.league.len()).filter_map(|row| Some((engine.figure(leaf, row)?, row)));
    let better = |a: f64, b: f64| match direction {
        Direction::Lower => a < b,
        Direction::Higher | Direction::Context => a > b,
    };
    let best = figures.reduce(|best, next| if better(next.0, best.0) { next } else { best });
    best.map_or((f64::NAN, String::new()), |(value, row)| {
        (value, format!("where {} stands", project.league[row].name))
    })
}

/// A lever with its curve.
type Curved = (PlaceLever, linear::Lever);

/// Reads the curves of a place's levers that have a cost, for a budget.
pub(super) fn curves(
    project: &Project,
    place: usize,
    levers: &Levers,
) -> Result<(Standing, Vec<Curved>), Box<Diagnostic>> {
    let question = Question {
        place,
        goal: Goal::Score(f64::MAX),
        margin: 0.0,
        rivals: Rivals::Hold,
        levers: Some(levers.clone()),
        only: vec![],
    };
    let engine = Engine::new(project);
    let now = standing(&engine.board()?, place).ok_or_else(|| not_ranked(project, place))?;
    let (found, _) = self::levers(project, &engine, &question)?;
    let costed = |l: &PlaceLever| l.priced.as_ref().and_then(|p| p.cost);
    let mut task = Task {
        engine,
        question: &question,
        levers: found.into_iter().filter(|l| costed(l).is_some()).collect(),
    };
    let mut curves = vec![];
    for at in 0..task.levers.len() {
        let lever = task.levers[at].clone();
        if !task.engine.adds_up(lever.leaf) {
            let id = &project.tree.node(lever.leaf).id;
            let message = format!(
                "`{id}` does not add a part of its own to the score, so a budget cannot be spread by parts"
            );
            return Err(Box::new(Diagnostic::new(Code("E0542"), message).help(
                "use the strategy `weighted` and scales with fixed ends, or ask `exacity reach`",
            )));
        }
        let cost = costed(&lever).unwrap_or(0.0);
        let curve = task.curve(at, cost, now.score)?;
        curves.push((lever, curve));
    }
    Ok((now, curves))
}
