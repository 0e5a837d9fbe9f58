//! Further questions to a plan: what a little more would be worth, why none exists, what else would do,
//! how it fares under other figures, and what less would cost.
//!
//! Each is answered by solving changed copies of the plan. None of them moves the plan itself. The limits of
//! a question are those of all its solves together: they are shared out evenly, and what one leaves over goes
//! to the next.

mod alternatives;
mod change;
mod infeasible;
mod resolve;
mod scenarios;
mod sweep;

pub use alternatives::{Range, alternatives};
pub use change::{Change, Resource};
pub use infeasible::{Explanation, Relaxed, Scaling, explain, least_scaling, reachable};
pub use resolve::{Resolved, resolve};
pub use scenarios::{Future, Regret, futures, regrets};
pub use sweep::{SweepPoint, sweep};

/// Solves of further questions are near enough at this gap: differences below it mean nothing to a planner.
const NEAR: f64 = 1e-4;

/// Makes limits no tighter than a further question needs.
fn loosened<'a>(limits: &super::solver::Limits<'a>) -> super::solver::Limits<'a> {
    super::solver::Limits {
        gap: limits.gap.max(NEAR),
        ..*limits
    }
}
