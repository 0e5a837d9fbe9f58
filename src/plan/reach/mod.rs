//! What would it take to reach a score, a rank, or a rival?
//!
//! A *lever* is something a place can move: a figure, at a cost, up to a cap. Where a score is a weighted sum
//! of curves on fixed scales, levers add up, and [`linear`] finds the least cost exactly, whether the curves
//! are concave or not, with the cost of the last point. Where it is not (a rule, a scale that depends on all
//! places), [`grid`] searches the combinations of steps, and says whether its answer is exact, proven within
//! a gap, or only the best found. "Impossible" is said with a proof: everything at its cap is not enough.
//!
//! [`case`] answers a file, [`place`] asks a project, [`allocate`] spends a budget.

pub mod allocate;
pub mod case;
pub mod engine;
pub mod grid;
pub mod levers;
pub mod linear;
pub mod place;
