//! Levers whose gains add up: piecewise-linear curves, one covering row, the least cost or the most gain.
//!
//! With one row, the continuous knapsack of Dantzig solves the linear program: take segments by gain over
//! cost. That is exact as long as each curve is concave, because its better segments come first. A curve that
//! is not concave is relaxed to its upper hull; where the answer uses a piece of hull that is no piece of the
//! curve, the search branches at a breakpoint inside it. Every hull between neighbouring breakpoints is the
//! curve itself, so the search ends, with the optimum.

use crate::num::float;

/// Differences below this are rounding.
const TINY: f64 = 1e-9;

/// Nodes of the search before it gives up on a proof.
const NODES: usize = 200_000;

/// Something that can be moved up from where it is, at a cost by unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Name.
    pub id: String,
    /// Cost of one unit; not below zero.
    pub unit_cost: f64,
    /// The curve from where the lever stands to its cap: positions, rising, each with the points of score
    /// gained there. The first gains nothing.
    pub curve: Vec<(f64, f64)>,
}

impl Lever {
    /// Cuts a scale (positions with scores, rising) to the way from `now` to `cap`, and weighs it.
    pub fn on_scale(
        id: &str,
        unit_cost: f64,
        weight: f64,
        scale: &[(f64, f64)],
        (now, cap): (f64, f64),
    ) -> Self {
        let start = weight * at(scale, now);
        let mut curve = vec![(now, 0.0)];
        let inside = scale.iter().map(|p| p.0).filter(|x| now < *x && *x < cap);
        let ends = inside.chain((cap > now).then_some(cap));
        curve.extend(ends.map(|x| (x, weight * at(scale, x) - start)));
        Self {
            id: id.to_owned(),
            unit_cost,
            curve,
        }
    }

    /// Returns the position where it stands.
    pub fn now(&self) -> f64 {
        self.curve[0].0
    }

    /// Returns its cap.
    pub fn cap(&self) -> f64 {
        self.curve[self.curve.len() - 1].0
    }

    /// Returns the points gained at a position.
    pub fn gain(&self, x: f64) -> f64 {
        at(&self.curve, x)
    }

    /// Returns the most that it can gain, wherever that is.
    pub fn most(&self) -> f64 {
        self.curve.iter().map(|p| p.1).fold(0.0, f64::max)
    }

    /// Returns the first position where it alone gains `need`, with the cost; nothing where it never does.
    pub fn alone(&self, need: f64) -> Option<(f64, f64)> {
        if need <= TINY {
            return Some((self.now(), 0.0));
        }
        let steps = self.curve.windows(2);
        let mut reaching = steps.filter(|pair| pair[1].1 >= need - TINY);
        let (a, b) = reaching.next().map(|pair| (pair[0], pair[1]))?;
        let x = if b.1 - a.1 > 0.0 {
            (a.0 + (b.0 - a.0) * (need - a.1) / (b.1 - a.1)).min(b.0)
        } else {
            b.0
        };
        Some((x, (x - self.now()) * self.unit_cost))
    }

    /// Tells whether each segment gains at most as much a unit as the one before.
    pub fn is_concave(&self) -> bool {
        let slopes: Vec<f64> = self.curve.windows(2).map(slope).collect();
        slopes.windows(2).all(|pair| pair[1] <= pair[0] + TINY)
    }
}

fn slope(pair: &[(f64, f64)]) -> f64 {
    (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)
}

/// Reads a piecewise-linear curve; flat beyond its ends.
pub fn at(curve: &[(f64, f64)], x: f64) -> f64 {
    let last = curve[curve.len() - 1];
    if x <= curve[0].0 {
        return curve[0].1;
    }
    let inside = curve.windows(2).find(|pair| x <= pair[1].0);
    inside.map_or(last.1, |pair| {
        let (from, to) = (pair[0], pair[1]);
        from.1 + (to.1 - from.1) * (x - from.0) / (to.0 - from.0)
    })
}

/// What is wanted of the levers together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    /// At least so many points, at the least cost.
    Points(f64),
    /// At most this cost, for the most points.
    Budget(f64),
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Position of each lever.
    pub to: Vec<f64>,
    /// Cost of all.
    pub cost: f64,
    /// Points gained.
    pub gain: f64,
    /// Cost of the last point: what one point more would cost by the lever that moves last. Nothing where no
    /// lever moves, or where the last one costs nothing.
    pub marginal_cost: Option<f64>,
    /// True where nothing better exists; else the search gave up within `gap`.
    pub proven: bool,
    /// Largest possible distance from the best, as a share of it.
    pub gap: f64,
}

/// Finds the best positions; `None` where no positions give the points asked for.
pub fn solve(levers: &[Lever], aim: Aim) -> Option<Moved> {
    if let Aim::Points(need) = aim {
        let most = float::sum(levers.iter().map(Lever::most));
        if most < need - TINY {
            return None;
        }
    }
    let whole: Vec<(usize, usize)> = levers.iter().map(|l| (0, l.curve.len() - 1)).collect();
    let mut search = Search {
        levers,
        aim,
        best: None,
    };
    let mut open = vec![whole];
    let mut nodes = 0;
    let mut gap = 0.0;
    while let Some(ranges) = open.pop() {
        nodes += 1;
        if nodes > NODES {
            // What is left could at best do as well as its relaxation.
            open.push(ranges);
            let bounds = open.iter().filter_map(|ranges| search.relax(ranges));
            let bounds: Vec<f64> = bounds.map(|r| r.value(aim)).collect();
            gap = search.gap(&bounds);
            break;
        }
        search.visit(ranges, &mut open);
    }
    let best = search.best?;
    Some(Moved {
        cost: best.cost,
        gain: best.gain,
        marginal_cost: best.marginal,
        to: best.to,
        proven: gap <= TINY,
        gap,
    })
}

/// Positions of the levers, feasible or of a relaxation.
#[derive(Debug, Clone)]
struct Point {
    to: Vec<f64>,
    cost: f64,
    gain: f64,
    marginal: Option<f64>,
    /// Lever whose position lies on a piece of hull that is no piece of its curve, with the breakpoints
    /// around.
    gapped: Option<(usize, usize, usize)>,
}

impl Point {
    /// Returns the objective, smaller for better.
    fn value(&self, aim: Aim) -> f64 {
        match aim {
            Aim::Points(_) => self.cost,
            Aim::Budget(_) => -self.gain,
        }
    }
}

struct Search<'a> {
    levers: &'a [Lever],
    aim: Aim,
    best: Option<Point>,
}

/// A piece of an upper hull.
struct Piece {
    lever: usize,
    /// Breakpoints at its ends.
    from: usize,
    to: usize,
    length: f64,
    gain: f64,
    cost: f64,
}

impl Search<'_> {
    fn visit(&mut self, ranges: Vec<(usize, usize)>, open: &mut Vec<Vec<(usize, usize)>>) {
        let Some(relaxed) = self.relax(&ranges) else {
            return;
        };
        let bound = relaxed.value(self.aim);
        if self
            .best
            .as_ref()
            .is_some_and(|best| bound >= best.value(self.aim) - TINY)
        {
            return;
        }
        let Some((lever, from, to)) = relaxed.gapped else {
            self.best = Some(relaxed);
            return;
        };
        self.repair(&relaxed, lever, (from, to));
        // Halving the piece at its middle breakpoint keeps the tree shallow.
        let middle = usize::midpoint(from, to);
        let (mut low, mut high) = (ranges.clone(), ranges);
        low[lever].1 = middle;
        high[lever].0 = middle;
        open.push(high);
        open.push(low);
    }

    /// Puts the one lever that lies off its curve onto a breakpoint that keeps the aim, and keeps the
    /// result if it is the best so far: the relaxation of a knapsack leaves only one lever between ends.
    fn repair(&mut self, relaxed: &Point, lever: usize, (from, to): (usize, usize)) {
        let end = match self.aim {
            Aim::Points(_) => to,
            Aim::Budget(_) => from,
        };
        let mut point = relaxed.clone();
        point.to[lever] = self.levers[lever].curve[end].0;
        let moved = || self.levers.iter().zip(&point.to);
        point.cost = float::sum(moved().map(|(l, x)| (x - l.now()) * l.unit_cost));
        point.gain = float::sum(moved().map(|(l, x)| l.gain(*x)));
        point.marginal = None;
        let holds = match self.aim {
            Aim::Points(need) => point.gain >= need - TINY,
            Aim::Budget(budget) => point.cost <= budget + TINY,
        };
        let better = |best: &Point| point.value(self.aim) < best.value(self.aim) - TINY;
        if holds && self.best.as_ref().is_none_or(better) {
            self.best = Some(point);
        }
    }

    /// Solves the relaxation in which each lever stays in its range and runs along its hull.
    fn relax(&self, ranges: &[(usize, usize)]) -> Option<Point> {
        let mut to: Vec<f64> = vec![];
        let mut pieces: Vec<Piece> = vec![];
        let (mut cost, mut gain) = (0.0, 0.0);
        for (at, (lever, &(low, high))) in self.levers.iter().zip(ranges).enumerate() {
            let (x, start) = lever.curve[low];
            to.push(x);
            cost += (x - lever.now()) * lever.unit_cost;
            gain += start;
            pieces.extend(hull(lever, at, low, high));
        }
        // Free pieces come first; then the most gain for the money. Stable, so that ties go by lever.
        pieces.sort_by(|a, b| (b.gain * a.cost).total_cmp(&(a.gain * b.cost)));
        let mut marginal = None;
        let mut gapped = None;
        for piece in &pieces {
            let share = match self.aim {
                Aim::Points(need) => (need - gain) / piece.gain,
                Aim::Budget(budget) if piece.cost > 0.0 => (budget - cost) / piece.cost,
                Aim::Budget(_) => 1.0,
            };
            let share = share.clamp(0.0, 1.0);
            if share <= 0.0 {
                continue;
            }
            to[piece.lever] += share * piece.length;
            cost += share * piece.cost;
            gain += share * piece.gain;
            marginal = (piece.cost > 0.0).then_some(piece.cost / piece.gain);
            if piece.to - piece.from > 1 && share < 1.0 - TINY {
                gapped = Some((piece.lever, piece.from, piece.to));
            }
        }
        let holds = match self.aim {
            Aim::Points(need) => gain >= need - TINY,
            Aim::Budget(budget) => cost <= budget + TINY,
        };
        holds.then_some(Point {
            to,
            cost,
            gain,
            marginal,
            gapped,
        })
    }

    /// Returns how far the best answer can be from the optimum, given bounds of what was not searched.
    fn gap(&self, bounds: &[f64]) -> f64 {
        let Some(best) = self.best.as_ref().map(|b| b.value(self.aim)) else {
            return 1.0;
        };
        let bound = bounds.iter().copied().fold(best, f64::min);
        (best - bound) / best.abs().max(TINY)
    }
}

/// Returns the rising part of the upper hull of a curve between two breakpoints, piece by piece.
fn hull(lever: &Lever, at: usize, low: usize, high: usize) -> Vec<Piece> {
    let curve = &lever.curve;
    let mut corners: Vec<usize> = vec![];
    for next in low..=high {
        while let [.., a, b] = corners.as_slice()
            && slope(&[curve[*a], curve[*b]]) <= slope(&[curve[*b], curve[next]])
        {
            corners.pop();
        }
        corners.push(next);
    }
    let pieces = corners.windows(2).map(|pair| Piece {
        lever: at,
        from: pair[0],
        to: pair[1],
        length: curve[pair[1]].0 - curve[pair[0]].0,
        gain: curve[pair[1]].1 - curve[pair[0]].1,
        cost: (curve[pair[1]].0 - curve[pair[0]].0) * lever.unit_cost,
    });
    pieces.filter(|p| p.gain > 0.0).collect()
}

#[cfg(test)]
mod tests;
