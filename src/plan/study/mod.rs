//! Further questions to a plan: what a little more would be worth, why none exists, what else would do,
//! how it fares under other figures, and what less would cost.
//!
//! Each is answered by solving changed copies of the plan. None of them moves the plan itself.

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
pub use scenarios::{Regret, regrets};
pub use sweep::{SweepPoint, sweep};

use super::solver::Limits;

/// Leaves a share of the effort to a question.
fn share<'a>(limits: &Limits<'a>, of: f64) -> Limits<'a> {
    Limits {
        effort: limits.effort * of,
        ..*limits
    }
}
