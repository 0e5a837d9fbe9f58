//! What an accelerator can do, as sources give it.

use super::{Origin, SourceId};
use serde::Serialize;

/// One source's figures for an accelerator; what it does not give is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chip {
    /// Identifier of the row.
    pub id: String,
    /// Name; several rows of one name are several sources.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Dense rate at FP16 in TFLOPS, with its upper end where the source gives a range.
    pub fp16_dense_tflops: Option<(f64, Option<f64>)>,
    /// Power in watts.
    pub power_w: Option<f64>,
    /// Memory in GB.
    pub memory_gb: Option<f64>,
    /// Price, with its upper end where the source gives a range.
    pub price: Option<(f64, Option<f64>)>,
    /// Currency of the price.
    pub currency: String,
    /// The publication.
    pub source: Option<SourceId>,
    /// The compilers' remark.
    pub note: String,
    /// The row in the file.
    pub origin: Origin,
}
