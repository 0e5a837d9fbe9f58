//! Levers that move in steps under a score that is a black box: a rule, or the ranking as a whole.
//!
//! Small grids are tried out completely. Larger ones are searched with what monotone scores allow: if
//! everything that is left to choose stood at its top and still fell short, no choice would do.

use crate::diagnostics::Diagnostic;

/// Grids up to this size are tried out completely.
pub const EXHAUSTIVE: u128 = 200_000;

/// Differences of scores below this are rounding.
const TINY: f64 = 1e-12;

/// A lever that moves in steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Name.
    pub id: String,
    /// Where it stands.
    pub now: f64,
    /// Length of a step.
    pub step: f64,
    /// Number of steps up to its cap.
    pub steps: usize,
    /// Cost of one unit.
    pub unit_cost: f64,
    /// Cost of moving at all.
    pub fixed_cost: f64,
}

impl Lever {
    /// Returns the position after some steps.
    pub fn at(&self, steps: usize) -> f64 {
        self.now + steps as f64 * self.step
    }

    /// Returns the cost of some steps.
    pub fn cost(&self, steps: usize) -> f64 {
        if steps == 0 {
            return 0.0;
        }
        self.unit_cost * steps as f64 * self.step + self.fixed_cost
    }
}

/// A score of positions; called in batches, because that is how rules are fast.
pub trait Score {
    /// Scores points, each with one position per lever.
    ///
    /// # Errors
    ///
    /// A finding if a point cannot be scored.
    fn scores(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Box<Diagnostic>>;
}

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Proof {
    /// No combination of steps is cheaper.
    Exact,
    /// Exact, given that more of a lever never lowers the score: declared by the author.
    ExactIfMonotone,
    /// At most this share of the cost could be saved, given the same.
    Within(f64),
    /// The best that was found.
    Found,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Score where the levers stand.
    pub score_now: f64,
    /// The cheapest combination that reaches the goal; nothing if there is none.
    pub best: Option<Choice>,
    /// Highest score found; where the whole grid was tried, the highest there is.
    pub best_reachable: f64,
    /// Each lever alone: steps, cost and score; nothing where it never reaches the goal.
    pub alone: Vec<Option<(usize, f64, f64)>>,
    /// Size of the grid.
    pub grid: u128,
    /// Points that were scored.
    pub scored: usize,
    /// Whether a lower score was seen after a step up, in what was scored lever by lever.
    pub falls: Option<String>,
    /// How sure it is.
    pub proof: Proof,
}

/// A combination of steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Steps of each lever.
    pub steps: Vec<usize>,
    /// Cost of all.
    pub cost: f64,
    /// The score.
    pub score: f64,
}

/// Returns the number of combinations.
pub fn size(levers: &[Lever]) -> u128 {
    levers
        .iter()
        .fold(1_u128, |all, l| all.saturating_mul(l.steps as u128 + 1))
}

/// Finds the cheapest combination of steps with a score of at least `goal`.
///
/// Grids of up to [`EXHAUSTIVE`] combinations are tried out completely; of combinations that cost the same
/// the first counts, the last lever moving fastest. Larger ones are searched by branch and bound, which takes
/// the score to be monotone, for at most `most` scored points. Then, and where a probe saw the score fall,
/// the answer says how sure it is.
///
/// # Errors
///
/// The finding of a point that cannot be scored.
pub fn solve(
    levers: &[Lever],
    goal: f64,
    score: &mut dyn Score,
    most: usize,
) -> Result<Outcome, Box<Diagnostic>> {
    let mut search = Search {
        levers,
        goal,
        score,
        scored: 0,
        best: None,
        top: f64::NEG_INFINITY,
    };
    let start = vec![0; levers.len()];
    let score_now = search.one(&start)?;
    let (alone, falls) = search.each_alone()?;
    let grid = size(levers);
    let proof = if grid <= EXHAUSTIVE.min(most as u128) {
        search.everything()?;
        Proof::Exact
    } else {
        search.branch_and_bound(most, falls.is_some())?
    };
    Ok(Outcome {
        score_now,
        best_reachable: search.top,
        best: search.best,
        alone,
        grid,
        scored: search.scored,
        falls,
        proof,
    })
}

/// What one lever reaches alone: steps, cost and score.
type Alone = Option<(usize, f64, f64)>;

struct Search<'a> {
    levers: &'a [Lever],
    goal: f64,
    score: &'a mut dyn Score,
    scored: usize,
    best: Option<Choice>,
    top: f64,
}

impl Search<'_> {
    fn cost(&self, steps: &[usize]) -> f64 {
        let costs = self.levers.iter().zip(steps).map(|(l, s)| l.cost(*s));
        costs.sum()
    }

    fn reaches(&self, score: f64) -> bool {
        score >= self.goal - TINY
    }

    /// Scores combinations and keeps the cheapest that reaches the goal.
    fn batch(&mut self, all: &[Vec<usize>]) -> Result<Vec<f64>, Box<Diagnostic>> {
        let position = |steps: &Vec<usize>| -> Vec<f64> {
            self.levers
                .iter()
                .zip(steps)
                .map(|(l, s)| l.at(*s))
                .collect()
        };
        let points: Vec<Vec<f64>> = all.iter().map(position).collect();
        let scores = self.score.scores(&points)?;
        self.scored += points.len();
        for (steps, &score) in all.iter().zip(&scores) {
            self.top = self.top.max(score);
            if !self.reaches(score) {
                continue;
            }
            let cost = self.cost(steps);
            if self
                .best
                .as_ref()
                .is_none_or(|best| cost < best.cost - TINY)
            {
                self.best = Some(Choice {
                    steps: steps.clone(),
                    cost,
                    score,
                });
            }
        }
        Ok(scores)
    }

    fn one(&mut self, steps: &[usize]) -> Result<f64, Box<Diagnostic>> {
        Ok(self.batch(&[steps.to_vec()])?[0])
    }

    /// Walks each lever alone, the others where they stand; notices where a step up lowers the score.
    fn each_alone(&mut self) -> Result<(Vec<Alone>, Option<String>), Box<Diagnostic>> {
        let mut falls = None;
        let mut alone = vec![];
        for (at, lever) in self.levers.iter().enumerate() {
            let walk: Vec<Vec<usize>> = (0..=lever.steps)
                .map(|s| {
                    let mut steps = vec![0; self.levers.len()];
                    steps[at] = s;
                    steps
                })
                .collect();
            let scores = self.batch(&walk)?;
            if falls.is_none() && scores.windows(2).any(|pair| pair[1] < pair[0] - TINY) {
                falls = Some(lever.id.clone());
            }
            let first = scores.iter().position(|s| self.reaches(*s));
            alone.push(first.map(|s| (s, lever.cost(s), scores[s])));
        }
        Ok((alone, falls))
    }

    /// Tries every combination, the last lever moving fastest.
    fn everything(&mut self) -> Result<(), Box<Diagnostic>> {
        // Cheapest-first ties go to the first combination, so the walk starts without a best.
        self.best = None;
        let mut steps = vec![0; self.levers.len()];
        let mut batch = vec![];
        loop {
            batch.push(steps.clone());
            let more = next(&mut steps, self.levers);
            if batch.len() == 4096 || !more {
                self.batch(&batch)?;
                batch.clear();
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn branch_and_bound(&mut self, most: usize, falls: bool) -> Result<Proof, Box<Diagnostic>> {
        let tops: Vec<usize> = self.levers.iter().map(|l| l.steps).collect();
        let all = self.one(&tops)?;
        let sure = |proof| if falls { Proof::Found } else { proof };
        if !self.reaches(all) {
            return Ok(sure(Proof::ExactIfMonotone));
        }
        self.greedy()?;
        // Depth first, cheapest first; each entry is a prefix of choices with what it costs.
        let mut open: Vec<(f64, Vec<usize>)> = vec![(0.0, vec![])];
        while let Some((cost, prefix)) = open.pop() {
            if self
                .best
                .as_ref()
                .is_some_and(|best| cost >= best.cost - TINY)
            {
                continue;
            }
            if self.scored >= most {
                open.push((cost, prefix));
                let bound = open.iter().map(|o| o.0).fold(f64::INFINITY, f64::min);
                let best = self.best.as_ref().map_or(f64::INFINITY, |b| b.cost);
                let gap = ((best - bound) / best.max(TINY)).max(0.0);
                return Ok(sure(Proof::Within(gap)));
            }
            let at = prefix.len();
            let lever = &self.levers[at];
            let children: Vec<Vec<usize>> = (0..=lever.steps)
                .map(|s| prefix.iter().copied().chain([s]).collect())
                .collect();
            let completed: Vec<Vec<usize>> = children
                .iter()
                .map(|child| {
                    child
                        .iter()
                        .copied()
                        .chain(tops[at + 1..].iter().copied())
                        .collect()
                })
                .collect();
            let scores = self.batch(&completed)?;
            if at + 1 == self.levers.len() {
                continue;
            }
            // The dearest goes to the bottom of the stack.
            for (steps, child) in children.into_iter().enumerate().rev() {
                if self.reaches(scores[steps]) {
                    open.push((cost + self.levers[at].cost(steps), child));
                }
            }
        }
        Ok(sure(Proof::ExactIfMonotone))
    }

    /// Climbs by the most score for the money, then takes back steps that are not needed.
    fn greedy(&mut self) -> Result<(), Box<Diagnostic>> {
        let mut steps = vec![0; self.levers.len()];
        let mut score = self.one(&steps)?;
        while !self.reaches(score) {
            let ups: Vec<Vec<usize>> = (0..self.levers.len())
                .filter(|&k| steps[k] < self.levers[k].steps)
                .map(|k| {
                    let mut up = steps.clone();
                    up[k] += 1;
                    up
                })
                .collect();
            let scores = self.batch(&ups)?;
            let now = self.cost(&steps);
            let worth = |k: usize| (scores[k] - score) / (self.cost(&ups[k]) - now).max(TINY);
            let best = (0..ups.len()).max_by(|&a, &b| worth(a).total_cmp(&worth(b)));
            let Some(best) = best else { return Ok(()) };
            score = scores[best];
            steps.clone_from(&ups[best]);
        }
        let mut lowered = true;
        while lowered {
            lowered = false;
            for k in 0..steps.len() {
                while steps[k] > 0 {
                    let mut down = steps.clone();
                    down[k] -= 1;
                    let score = self.one(&down)?;
                    if !self.reaches(score) {
                        break;
                    }
                    steps = down;
                    lowered = true;
                }
            }
        }
        Ok(())
    }
}

/// Moves on to the next combination; false after the last.
fn next(steps: &mut [usize], levers: &[Lever]) -> bool {
    for at in (0..steps.len()).rev() {
        if steps[at] < levers[at].steps {
            steps[at] += 1;
            return true;
        }
        steps[at] = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain<F>(F);

    impl<F: Fn(&[f64]) -> f64> Score for Plain<F> {
        fn scores(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Box<Diagnostic>> {
            Ok(points.iter().map(|p| (self.0)(p)).collect())
        }
    }

    fn levers(count: usize, steps: usize) -> Vec<Lever> {
        (0..count)
            .map(|k| Lever {
                id: format!("l{k}"),
                now: 1.0,
                step: 1.0,
                steps,
                unit_cost: 1.0 + k as f64 * 0.37,
                fixed_cost: if k == 1 { 0.5 } else { 0.0 },
            })
            .collect()
    }

    fn product(x: &[f64]) -> f64 {
        x.iter().product()
    }

    #[test]
    fn branch_and_bound_agrees_with_trying_everything() {
        let levers = levers(4, 9);
        for goal in [10.0, 77.0, 500.0, 3000.0] {
            let whole = solve(&levers, goal, &mut Plain(product), usize::MAX).unwrap();
            assert_eq!(whole.proof, Proof::Exact);
            // A budget below the size of the grid, and above what the search needs.
            let searched = solve(&levers, goal, &mut Plain(product), 9_999).unwrap();
            assert_eq!(searched.proof, Proof::ExactIfMonotone);
            let (a, b) = (whole.best.unwrap(), searched.best.unwrap());
            assert!((a.cost - b.cost).abs() < 1e-9, "{a:?} {b:?}");
        }
    }

    #[test]
    fn no_lever_of_the_answer_could_stay_a_step_lower() {
        let levers = levers(3, 12);
        let best = solve(&levers, 300.0, &mut Plain(product), usize::MAX)
            .unwrap()
            .best
            .unwrap();
        for k in 0..3 {
            if best.steps[k] > 0 {
                let mut lower = best.steps.clone();
                lower[k] -= 1;
                let x: Vec<f64> = levers.iter().zip(&lower).map(|(l, s)| l.at(*s)).collect();
                assert!(product(&x) < 300.0);
            }
        }
    }

    #[test]
    fn what_everything_together_does_not_reach_is_impossible() {
        let levers = levers(3, 2);
        let none = solve(&levers, 27.5, &mut Plain(product), usize::MAX).unwrap();
        assert!(none.best.is_none());
        assert!((none.best_reachable - 27.0).abs() < 1e-12);
    }

    #[test]
    fn a_search_that_is_cut_short_says_how_far_off_it_may_be() {
        let levers = levers(7, 9);
        let cut = solve(&levers, 2e5, &mut Plain(product), 2_000).unwrap();
        assert!(matches!(cut.proof, Proof::Within(gap) if gap > 0.0 && gap <= 1.0));
        assert!(cut.best.is_some());
    }

    #[test]
    fn a_score_that_falls_is_noticed_and_nothing_is_claimed() {
        let levers = levers(7, 9);
        let bump = |x: &[f64]| {
            if x[0] > 5.0 {
                product(x) / 10.0
            } else {
                product(x)
            }
        };
        let cut = solve(&levers, 2e5, &mut Plain(bump), 3_000).unwrap();
        assert_eq!(cut.falls.as_deref(), Some("l0"));
        assert_eq!(cut.proof, Proof::Found);
    }
}
