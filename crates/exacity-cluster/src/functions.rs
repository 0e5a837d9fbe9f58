//! The functions that queries call: scalar ones that look at rows or score them, and aggregate ones that
//! put together what they found.
//!
//! Whatever differs per query is a literal argument of the scalar functions ([`setup`](crate::setup)).
//! They answer with bytes, one row for one row; what they say of a batch as a whole stands in its first
//! row. So aggregate functions have nothing to know but bytes, and floats are never added in an order
//! that depends on machines.

use crate::{columns, findings, setup};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::datatypes::{Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::AggregateFunctionParams;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Expr, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use exacity::bulk::engine::{Arrivals, Kept, Looked, answers};
use exacity::sources::stream::{Scratch, ScratchFile};
use std::io;
use std::sync::Arc;

/// Returns the scalar functions.
pub(crate) fn scalars() -> Vec<Arc<ScalarUDF>> {
    let kinds = [Scalar::Registry, Scalar::Look, Scalar::Id, Scalar::Answer];
    let made = kinds.map(|kind| {
        // Two runs of the first function may find two machines, so it is not to be computed beforehand.
        let signature = match kind {
            Scalar::Registry => Signature::nullary(Volatility::Volatile),
            _ => Signature::variadic_any(Volatility::Immutable),
        };
        Arc::new(ScalarUDF::new_from_impl(Row { kind, signature }))
    });
    made.into()
}

/// Returns the aggregate functions.
pub(crate) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let kinds = [Aggregate::Looked, Aggregate::Best];
    let made = kinds.map(|kind| {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Arc::new(AggregateUDF::new_from_impl(Together { kind, signature }))
    });
    made.into()
}

/// Finds a function by its name.
pub(crate) fn scalar(name: &str) -> Result<Arc<ScalarUDF>> {
    let found = scalars().into_iter().find(|own| own.name() == name);
    found.ok_or_else(|| DataFusionError::Internal(format!("there is no function {name}")))
}

/// Finds an aggregate function by its name.
pub(crate) fn aggregate(name: &str) -> Result<Arc<AggregateUDF>> {
    let found = aggregates().into_iter().find(|own| own.name() == name);
    found.ok_or_else(|| DataFusionError::Internal(format!("there is no function {name}")))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scalar {
    /// `exacity_registry()`: what this machine runs.
    Registry,
    /// `exacity_look(setup, columns..)`: a [`Looked`] of each batch, in its first row.
    Look,
    /// `exacity_id(setup, columns..)`: the id of each row, as far as it can be used.
    Id,
    /// `exacity_answer(setup, looked, columns..)`: an answer for each row.
    Answer,
}

/// A function of rows.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Row {
    kind: Scalar,
    signature: Signature,
}

impl ScalarUDFImpl for Row {
    fn name(&self) -> &'static str {
        match self.kind {
            Scalar::Registry => "exacity_registry",
            Scalar::Look => "exacity_look",
            Scalar::Id => "exacity_id",
            Scalar::Answer => "exacity_answer",
        }
    }

    /// The name alone: with its arguments, each column would be called as long as the project is.
    fn schema_name(&self, _: &[Expr]) -> Result<String> {
        Ok(self.name().to_owned())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Scalar::Registry | Scalar::Id => DataType::Utf8,
            Scalar::Look | Scalar::Answer => DataType::Binary,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let array: ArrayRef = match self.kind {
            Scalar::Registry => {
                let registry = setup::registry();
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                    registry, rows,
                )))
            }
            Scalar::Look => look(rows, &args.args)?,
            Scalar::Id => ids(rows, &args.args)?,
            Scalar::Answer => answer(rows, &args.args)?,
        };
        Ok(ColumnarValue::Array(array))
    }
}

/// Takes a literal off the front of the arguments.
fn literal(args: &[ColumnarValue]) -> Result<(&[u8], &[ColumnarValue])> {
    match args.split_first() {
        Some((ColumnarValue::Scalar(ScalarValue::Binary(Some(bytes))), rest)) => Ok((bytes, rest)),
        _ => {
            let why = "exacity: the first arguments are literals".to_owned();
            Err(DataFusionError::Execution(why))
        }
    }
}

fn arrays(rows: usize, args: &[ColumnarValue]) -> Result<Vec<ArrayRef>> {
    args.iter().map(|arg| arg.to_array(rows)).collect()
}

fn look(rows: usize, args: &[ColumnarValue]) -> Result<ArrayRef> {
    let (setup, columns) = literal(args)?;
    let batch = columns::batch(rows, &arrays(rows, columns)?)?;
    let mut looked = Looked::default();
    setup::with(setup, |template, _| looked.add(template, batch)).map_err(findings::travel)?;
    let looked = serde_json::to_vec(&looked).map_err(unwritten)?;
    let mut made = BinaryBuilder::with_capacity(rows, looked.len());
    for row in 0..rows {
        made.append_option((row == 0).then_some(&looked));
    }
    Ok(Arc::new(made.finish()))
}

fn ids(rows: usize, args: &[ColumnarValue]) -> Result<ArrayRef> {
    let (setup, columns) = literal(args)?;
    let batch = columns::batch(rows, &arrays(rows, columns)?)?;
    let ids = setup::with(setup, |template, _| template.ids(batch)).map_err(findings::travel)?;
    let mut made = StringBuilder::new();
    for id in ids {
        made.append_option(id);
    }
    Ok(Arc::new(made.finish()))
}

fn answer(rows: usize, args: &[ColumnarValue]) -> Result<ArrayRef> {
    let (setup, args) = literal(args)?;
    let (looked, columns) = literal(args)?;
    let looked: Looked = serde_json::from_slice(looked).map_err(unwritten)?;
    let batch = columns::batch(rows, &arrays(rows, columns)?)?;
    let made = setup::with(setup, |template, criteria| {
        let ends = looked.ends(template);
        answers(template, &ends, criteria, batch)
    });
    let made = made.map_err(findings::travel)?;
    let mut array = BinaryBuilder::new();
    made.iter().for_each(|answer| array.append_value(answer));
    Ok(Arc::new(array.finish()))
}

fn unwritten(error: serde_json::Error) -> DataFusionError {
    DataFusionError::Execution(format!("exacity: {error}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Aggregate {
    /// `exacity_looked(bytes)`: what was found in all batches.
    Looked,
    /// `exacity_best(kept, answers)`: the best rows, and what is known of the others.
    Best,
}

/// A function that puts together what was found in batches.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Together {
    kind: Aggregate,
    signature: Signature,
}

impl AggregateUDFImpl for Together {
    fn name(&self) -> &'static str {
        match self.kind {
            Aggregate::Looked => "exacity_looked",
            Aggregate::Best => "exacity_best",
        }
    }

    fn schema_name(&self, _: &AggregateFunctionParams) -> Result<String> {
        Ok(self.name().to_owned())
    }

    fn human_display(&self, _: &AggregateFunctionParams) -> Result<String> {
        Ok(self.name().to_owned())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(match self.kind {
            Aggregate::Looked => Box::new(AllLooked(Looked::default())),
            Aggregate::Best => Box::new(Best(None)),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |name: &str| {
            Arc::new(Field::new(
                format!("{}[{name}]", args.name),
                DataType::Binary,
                true,
            ))
        };
        Ok(match self.kind {
            Aggregate::Looked => vec![field("looked")],
            Aggregate::Best => vec![field("kept"), field("best")],
        })
    }
}

#[derive(Debug)]
struct AllLooked(Looked);

impl Accumulator for AllLooked {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for looked in values[0].as_binary::<i32>().iter().flatten() {
            self.0
                .merge(serde_json::from_slice(looked).map_err(unwritten)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let looked = serde_json::to_vec(&self.0).map_err(unwritten)?;
        Ok(ScalarValue::Binary(Some(looked)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// The best rows so far, once it is known what is kept of them.
#[derive(Debug)]
struct Best(Option<(Kept, Arrivals<'static>)>);

/// The best rows stay in memory.
struct NoRoom;

impl Scratch for NoRoom {
    fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
        Err(io::Error::other(
            "so many rows are not kept in memory; ask for fewer with `--top`",
        ))
    }
}

impl Best {
    fn arrivals(&mut self, kept: &[u8]) -> Result<&mut Arrivals<'static>> {
        let none = match self.0.take() {
            Some(own) => own,
            None => {
                let kept: Kept = serde_json::from_slice(kept).map_err(unwritten)?;
                (kept, Arrivals::new(kept, usize::MAX, &NoRoom))
            }
        };
        Ok(&mut self.0.insert(none).1)
    }
}

impl Accumulator for Best {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (kept, answers) = (values[0].as_binary::<i32>(), values[1].as_binary::<i32>());
        for row in 0..answers.len() {
            self.arrivals(kept.value(row))?.take(answers.value(row))?;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (kept, best) = (states[0].as_binary::<i32>(), states[1].as_binary::<i32>());
        for row in 0..best.len() {
            if best.is_valid(row) {
                self.arrivals(kept.value(row))?.merge(best.value(row))?;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Some((kept, best)) = self.0.take() else {
            return Ok(vec![ScalarValue::Binary(None), ScalarValue::Binary(None)]);
        };
        let kept = serde_json::to_vec(&kept).map_err(unwritten)?;
        let best = best.to_bytes()?;
        Ok(vec![
            ScalarValue::Binary(Some(kept)),
            ScalarValue::Binary(Some(best)),
        ])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let best = self.0.take().map(|(_, best)| best.to_bytes()).transpose()?;
        Ok(ScalarValue::Binary(best))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.as_ref().map_or(0, |(_, best)| best.size())
    }
}
