//! Looking for figures that reach the goal, by scoring again and again.

use super::{Cheapest, PlaceLever, Question, Standing, Together, goal_score, not_ranked, standing};
use crate::diagnostics::Diagnostic;
use crate::model::NodeIx;
use crate::plan::reach::engine::Engine;
use crate::plan::reach::grid::{self, Proof, Score};
use crate::plan::reach::linear::{self, Aim};
use crate::score::Board;

/// Points below which two scores are the same.
const TINY: f64 = 1e-7;
/// Halvings of an interval in which a figure is sought.
const HALVINGS: usize = 26;
/// Combinations that a search under a rule scores at most.
const MOST: usize = 3_000;
/// Points of a curve that is read off the engine.
const SAMPLES: usize = 120;
/// A place with its levers, the engine, and what is asked.
pub(super) struct Task<'q> {
    pub(super) engine: Engine,
    pub(super) question: &'q Question,
    pub(super) levers: Vec<PlaceLever>,
}

impl Task<'_> {
    pub(super) fn caps(&self) -> Vec<f64> {
        self.levers.iter().map(|l| l.cap).collect()
    }

    fn board(&mut self, to: &[f64]) -> Result<Board, Box<Diagnostic>> {
        let figures: Vec<(NodeIx, f64)> = self
            .levers
            .iter()
            .zip(to)
            .map(|(l, x)| (l.leaf, *x))
            .collect();
        self.engine.scored(self.question.place, &figures)
    }

    pub(super) fn standing_at(&mut self, to: &[f64]) -> Result<Standing, Box<Diagnostic>> {
        let board = self.board(to)?;
        standing(&board, self.question.place)
            .ok_or_else(|| not_ranked(self.engine.project(), self.question.place))
    }

    /// Returns by how many points the goal is passed; the goal is looked up again, because where scales
    /// depend on all places, rivals fall as the place rises.
    fn surplus(&mut self, to: &[f64]) -> Result<f64, Box<Diagnostic>> {
        let board = self.board(to)?;
        let goal = goal_score(self.engine.project(), &board, self.question)?;
        let own = standing(&board, self.question.place)
            .ok_or_else(|| not_ranked(self.engine.project(), self.question.place))?;
        Ok(own.score - goal)
    }

    pub(super) fn reaches(&mut self, to: &[f64]) -> Result<bool, Box<Diagnostic>> {
        Ok(self.surplus(to)? >= -TINY)
    }

    /// Returns the figures with every lever at a share of its way.
    fn along(&self, share: f64) -> Vec<f64> {
        self.levers
            .iter()
            .map(|l| l.now + share * (l.cap - l.now))
            .collect()
    }

    fn only(&self, at: usize, value: f64) -> Vec<f64> {
        let mut to = self.along(0.0);
        to[at] = value;
        to
    }

    pub(super) fn each_alone(&mut self) -> Result<(), Box<Diagnostic>> {
        for at in 0..self.levers.len() {
            let (now, cap) = (self.levers[at].now, self.levers[at].cap);
            self.levers[at].at_cap = self.standing_at(&self.only(at, cap))?.score;
            if !self.reaches(&self.only(at, cap))? {
                continue;
            }
            let (mut low, mut high) = (now, cap);
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(low, high);
                if self.reaches(&self.only(at, middle))? {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            self.levers[at].alone = Some(high);
        }
        Ok(())
    }

    pub(super) fn together(&mut self) -> Result<Together, Box<Diagnostic>> {
        let (mut low, mut high) = (0.0, 1.0);
        if self.reaches(&self.along(0.0))? {
            high = 0.0;
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.reaches(&self.along(middle))? {
                high = middle;
            } else {
                low = middle;
            }
        }
        let to = self.along(high);
        Ok(Together {
            share: high,
            standing: self.standing_at(&to)?,
            to,
        })
    }

    /// Finds the least cost with the levers that have one.
    pub(super) fn cheapest(
        &mut self,
        goal: f64,
        score_now: f64,
    ) -> Result<Option<Cheapest>, Box<Diagnostic>> {
        let costed: Vec<(usize, f64)> = self
            .levers
            .iter()
            .enumerate()
            .filter_map(|(at, l)| Some((at, l.priced.as_ref()?.cost?)))
            .collect();
        if costed.is_empty() {
            return Ok(None);
        }
        let mut caps = self.along(0.0);
        for &(at, _) in &costed {
            caps[at] = self.levers[at].cap;
        }
        if !self.reaches(&caps)? {
            let standing = self.standing_at(&caps)?;
            return Ok(Some(Cheapest {
                to: None,
                cost: 0.0,
                marginal: None,
                standing,
                proof: Proof::Exact,
            }));
        }
        if costed
            .iter()
            .all(|(at, _)| self.engine.adds_up(self.levers[*at].leaf))
        {
            self.by_curves(&costed, goal, score_now).map(Some)
        } else {
            self.by_grid(&costed).map(Some)
        }
    }

    fn by_curves(
        &mut self,
        costed: &[(usize, f64)],
        goal: f64,
        score_now: f64,
    ) -> Result<Cheapest, Box<Diagnostic>> {
        let mut curves = vec![];
        for &(at, cost) in costed {
            curves.push(self.curve(at, cost, score_now)?);
        }
        let mut need = goal - score_now;
        // A chord of a curve that bends down lies below it, of one that bends up above: then the engine's
        // score falls short by a little, and a little more is asked for.
        for _ in 0..6 {
            let Some(moved) = linear::solve(&curves, Aim::Points(need)) else {
                break;
            };
            let mut to = self.along(0.0);
            for (&(at, _), way) in costed.iter().zip(&moved.to) {
                to[at] = self.forward(at, *way);
            }
            let surplus = self.surplus(&to)?;
            if surplus >= -TINY {
                let figures = costed.iter().map(|(at, _)| (*at, to[*at])).collect();
                return Ok(Cheapest {
                    to: Some(figures),
                    cost: moved.cost,
                    marginal: moved.marginal_cost,
                    standing: self.standing_at(&to)?,
                    proof: if moved.proven {
                        Proof::Exact
                    } else {
                        Proof::Within(moved.gap)
                    },
                });
            }
            need -= surplus * 1.01;
        }
        // The caps reach it and no chord does: the caps are the answer that is left.
        let figures: Vec<(usize, f64)> = costed
            .iter()
            .map(|(at, _)| (*at, self.levers[*at].cap))
            .collect();
        let cost = costed
            .iter()
            .map(|(at, cost)| (self.levers[*at].cap - self.levers[*at].now).abs() * cost);
        let mut caps = self.along(0.0);
        for (at, cap) in &figures {
            caps[*at] = *cap;
        }
        Ok(Cheapest {
            to: Some(figures),
            cost: cost.sum(),
            marginal: None,
            standing: self.standing_at(&caps)?,
            proof: Proof::Found,
        })
    }

    /// Returns the figure after a lever has gone some way.
    fn forward(&self, at: usize, way: f64) -> f64 {
        let lever = &self.levers[at];
        lever.now + way * (lever.cap - lever.now).signum()
    }

    /// Reads the curve of a lever off the engine: points of score by the way it has gone.
    pub(super) fn curve(
        &mut self,
        at: usize,
        cost: f64,
        score_now: f64,
    ) -> Result<linear::Lever, Box<Diagnostic>> {
        let length = (self.levers[at].cap - self.levers[at].now).abs();
        let mut curve = vec![];
        for k in 0..=SAMPLES {
            // Denser near where the lever stands: scales in logarithms bend most there.
            let share = (k as f64 / SAMPLES as f64) * (k as f64 / SAMPLES as f64);
            let way = share * length;
            let to = self.only(at, self.forward(at, way));
            curve.push((way, self.standing_at(&to)?.score - score_now));
        }
        Ok(linear::Lever {
            id: self
                .engine
                .project()
                .tree
                .node(self.levers[at].leaf)
                .id
                .to_string(),
            unit_cost: cost,
            curve,
        })
    }

    fn by_grid(&mut self, costed: &[(usize, f64)]) -> Result<Cheapest, Box<Diagnostic>> {
        let levers: Vec<grid::Lever> = costed
            .iter()
            .map(|&(at, unit_cost)| {
                let lever = &self.levers[at];
                let steps = lever.priced.as_ref().map_or(20, |p| p.steps);
                grid::Lever {
                    id: self.engine.project().tree.node(lever.leaf).id.to_string(),
                    now: 0.0,
                    step: (lever.cap - lever.now).abs() / steps as f64,
                    steps,
                    unit_cost,
                    fixed_cost: 0.0,
                }
            })
            .collect();
        let outcome = grid::solve(&levers, 0.0, &mut Surplus { task: self, costed }, MOST)?;
        let mut to = self.along(0.0);
        let Some(best) = outcome.best else {
            return Ok(Cheapest {
                to: None,
                cost: 0.0,
                marginal: None,
                standing: self.standing_at(&to)?,
                proof: outcome.proof,
            });
        };
        for ((at, _), (lever, steps)) in costed.iter().zip(levers.iter().zip(&best.steps)) {
            to[*at] = self.forward(*at, lever.at(*steps));
        }
        Ok(Cheapest {
            to: Some(costed.iter().map(|(at, _)| (*at, to[*at])).collect()),
            cost: best.cost,
            marginal: None,
            standing: self.standing_at(&to)?,
            proof: outcome.proof,
        })
    }
}

/// By how much the goal is passed, as a score of positions.
struct Surplus<'t, 'q> {
    task: &'t mut Task<'q>,
    costed: &'t [(usize, f64)],
}

impl Score for Surplus<'_, '_> {
    fn scores(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Box<Diagnostic>> {
        let mut scores = vec![];
        for point in points {
            let mut to = self.task.along(0.0);
            for ((at, _), way) in self.costed.iter().zip(point) {
                to[*at] = self.task.forward(*at, *way);
            }
            // Rounding of the engine is no shortfall.
            scores.push(self.task.surplus(&to)? + TINY);
        }
        Ok(scores)
    }
}
