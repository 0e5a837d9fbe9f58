//! The nouns: places, indicators, observations, criteria, weights.
//!
//! Plain values without a notion of files or formats; everything above speaks in these words.

mod chip;
mod column;
mod criterion;
mod decision;
mod evidence;
mod ids;
mod indicator;
mod method;
mod observation;
mod period;
mod place;
mod provenance;
mod weights;

pub use chip::Chip;
pub use column::{Cell, Column};
pub use criterion::{NodeIx, Tree, TreeNode};
pub use decision::{Decision, DecisionError, DecisionMatrix};
pub use evidence::{
    Fact, GroupRole, Programme, ProgrammeBasis, ProgrammeKind, ProgrammeStatus, Source, Target,
    Tier,
};
pub use ids::{CriterionId, IndicatorId, PlaceId, SourceId, is_id};
pub use indicator::{Direction, Indicator};
pub use method::{Entry, MethodInfo, Param, ParamError, ParamKind, ParamValue, Params};
pub use observation::{Kind, Observation, Origin, Plausibility, Qualifier};
pub use period::{Grain, Period};
pub use place::{Place, PlaceKind};
pub use provenance::{
    LossReason, ProgrammeShare, Provenance, RejectedObservation, Sourced, TargetState,
};
pub use weights::{WeightError, Weights};
