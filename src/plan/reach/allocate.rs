//! A budget spread over the levers of one place or of several.

use super::engine::Engine;
use super::levers::Levers;
use super::linear::{self, Aim, Moved};
use super::place::{PlaceLever, Standing, curves};
use crate::diagnostics::{Code, Diagnostic};
use crate::project::Project;

/// The answer.
#[derive(Debug, Clone)]
pub struct Allocated {
    /// The budget, MCNY.
    pub budget: f64,
    /// What was spent.
    pub spent: f64,
    /// Points gained over all places.
    pub gain: f64,
    /// MCNY for the last point.
    pub marginal: Option<f64>,
    /// True where no other allocation gains more.
    pub proven: bool,
    /// Each place with what it gets.
    pub places: Vec<Share>,
}

/// What one place gets.
#[derive(Debug, Clone)]
pub struct Share {
    /// Position in the league.
    pub place: usize,
    /// Where it stands now.
    pub before: Standing,
    /// Where it stands then, scored by the engine with every place moved.
    pub after: Standing,
    /// Its levers with the figure they move to, their cost and the points they gain.
    pub levers: Vec<(PlaceLever, f64, f64, f64)>,
}

/// Spreads a budget so that the scores of the places together gain most.
///
/// # Errors
///
/// E0542 where a place is not ranked or its score is no sum of parts, E0543 where no lever has a cost.
pub fn allocate(
    project: &Project,
    places: &[usize],
    levers: &Levers,
    budget: f64,
) -> Result<Allocated, Box<Diagnostic>> {
    let mut all = vec![];
    let mut owners = vec![];
    for &place in places {
        let (before, own) = curves(project, place, levers)?;
        for (lever, curve) in own {
            owners.push((place, before, lever));
            all.push(curve);
        }
    }
    if all.is_empty() {
        let message = "no lever of these places has a cost";
        return Err(Box::new(
            Diagnostic::new(Code("E0543"), message)
                .help("`cost` and `because` in a file of levers give one"),
        ));
    }
    let none = Moved {
        to: all.iter().map(linear::Lever::now).collect(),
        cost: 0.0,
        gain: 0.0,
        marginal_cost: None,
        proven: true,
        gap: 0.0,
    };
    let moved = linear::solve(&all, Aim::Budget(budget)).unwrap_or(none);
    let mut engine = Engine::new(project);
    let mut shares: Vec<Share> = vec![];
    for (((place, before, lever), curve), way) in owners.into_iter().zip(&all).zip(&moved.to) {
        let to = lever.now + way * (lever.cap - lever.now).signum();
        engine.set(lever.leaf, place, to);
        let row = (lever, to, way * curve.unit_cost, curve.gain(*way));
        match shares.iter_mut().find(|s| s.place == place) {
            Some(share) => share.levers.push(row),
            None => shares.push(Share {
                place,
                before,
                after: before,
                levers: vec![row],
            }),
        }
    }
    let board = engine.board()?;
    for share in &mut shares {
        if let Some(ranked) = board.ranking.iter().find(|r| r.place == share.place) {
            share.after = Standing {
                rank: ranked.rank,
                score: ranked.full_score,
            };
        }
    }
    Ok(Allocated {
        budget,
        spent: moved.cost,
        gain: crate::num::float::sum(shares.iter().map(|s| s.after.score - s.before.score)),
        marginal: moved.marginal_cost,
        proven: moved.proven,
        places: shares,
    })
}
