//! From a project to draws, and back to places and criteria by name.
//!
//! [`Setup`] makes a project ready: its weights become the shares of a tree ([`weights`]), its choices
//! become combinations that take turns ([`design`]), its doubtful figures become numbers of a draw
//! ([`figures`]), and every combination becomes a batch scorer ([`scorer`], in one of the forms of
//! `blocks`). [`Setup::run`] draws and
//! reads the counts into a [`Study`].

mod blocks;
mod contested;
pub mod design;
mod exact;
pub mod figures;
mod ranges;
mod reversal;
pub mod scorer;
mod scripted;
mod sensitivity;
mod setup;
mod shard;
mod study;
pub mod weights;

pub use exact::{Overtaking, WeightStability};
pub use ranges::rank_ranges;
pub use reversal::{Audit, Audits};
pub use sensitivity::{Alone, Factors, Indices, Sensitivity, Without};
pub use setup::{Loader, Ready, Setup};
pub use shard::{Drawn as DrawnPart, PartOfStudy};
pub use study::{Failed, Line, Study, weight_study};
