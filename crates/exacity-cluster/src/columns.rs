//! Columns of the engine as columns of the table.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type, UInt64Type};
use datafusion::error::{DataFusionError, Result};
use exacity::bulk::engine::{Batch, Stored};

/// Takes over the columns of some rows.
pub(crate) fn batch(rows: usize, columns: &[ArrayRef]) -> Result<Batch> {
    let columns = columns.iter().map(stored).collect::<Result<Vec<_>>>()?;
    Ok(Batch { rows, columns })
}

fn stored(column: &ArrayRef) -> Result<Stored> {
    use DataType as T;
    let as_type = |wanted: &DataType| cast(column, wanted);
    Ok(match column.data_type() {
        T::Int8 | T::Int16 | T::Int32 | T::Int64 => {
            Stored::wholes(as_type(&T::Int64)?.as_primitive::<Int64Type>().iter())
        }
        T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => {
            Stored::counts(as_type(&T::UInt64)?.as_primitive::<UInt64Type>().iter())
        }
        T::Float32 => Stored::singles(column.as_primitive::<Float32Type>().iter()),
        T::Float64 => Stored::numbers(column.as_primitive::<Float64Type>().iter()),
        T::Boolean => Stored::flags(column.as_boolean().iter()),
        T::Utf8View => Stored::texts(column.as_string_view().iter()),
        T::Utf8 | T::LargeUtf8 | T::Dictionary(..) => {
            Stored::texts(as_type(&T::Utf8View)?.as_string_view().iter())
        }
        other => {
            let why = format!("a column of type {other} is neither number nor text");
            return Err(DataFusionError::Execution(why));
        }
    })
}
