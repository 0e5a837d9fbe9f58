//! Runs the stages in order: figures in, ranked places out, every intermediate value kept.

mod scoreboard;

pub use scoreboard::{
    Applied, Board, ExcludedPlace, Exclusion, LeafStages, RankedPlace, Scoreboard,
};
