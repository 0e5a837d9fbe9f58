//! A lowered function bound to the columns of a table.

use crate::num::lanes::{LANES, Lane};
use crate::rules::ir::{Code, Holds, Id, Input, Op, mask};
use crate::rules::kernel::plan::{Origin, Plan, Varies};
use crate::rules::kernel::{self, BLOCK, Operand, Registers};
use crate::rules::lower::Held;
use crate::rules::vocabulary::VALUE;
use crate::rules::{Argument, Field, Table};
use std::borrow::Cow;

/// Finds the values of a name.
fn field<'t>(table: &'t Table, record: &str, field: &str) -> Option<&'t Field> {
    match table.arguments.get(record)? {
        Argument::Record(fields) => fields.get(field),
        Argument::Field(values) if record == VALUE => Some(values),
        Argument::Field(_) => None,
    }
}

/// Tells what the values of a name are.
pub(super) fn held(table: &Table, record: &str, name: &str) -> Option<Held> {
    Some(match field(table, record, name)? {
        Field::Number(_) | Field::Numbers(_) => Held::Number,
        Field::Flag(_) | Field::Flags(_) => Held::Flag,
        Field::Words(_) => Held::Words,
    })
}

/// Tells whether a table holds the kinds of values that a program was lowered for.
pub(super) fn fits(code: &Code, table: &Table) -> bool {
    code.inputs.iter().all(|input| {
        let wanted = match input.holds {
            Holds::Number => Held::Number,
            Holds::Flag => Held::Flag,
            Holds::Text(_) => Held::Words,
        };
        held(table, &input.record, &input.field) == Some(wanted)
    })
}

/// The values of an input: one for all rows, or one per row.
#[derive(Debug, Clone)]
pub(super) enum Column<'t> {
    Same(f64),
    Each(Cow<'t, [f64]>),
}

impl<'t> Column<'t> {
    pub(super) fn of(input: &Input, table: &'t Table) -> Self {
        let Some(field) = field(table, &input.record, &input.field) else {
            return Self::Same(f64::NAN);
        };
        let rows = table.rows;
        match field {
            Field::Number(number) => Self::Same(*number),
            Field::Flag(flag) => Self::Same(mask(*flag)),
            Field::Numbers(numbers) => Self::Each(Cow::Borrowed(&numbers[..rows])),
            Field::Flags(flags) => {
                Self::Each(flags[..rows].iter().map(|flag| mask(*flag)).collect())
            }
            Field::Words(words) => {
                let is_it = |word: &String| matches!(&input.holds, Holds::Text(t) if t == word);
                Self::Each(words[..rows].iter().map(|word| mask(is_it(word))).collect())
            }
        }
    }

    pub(super) fn varies(&self) -> Varies {
        match self {
            Self::Same(_) => Varies::NEVER,
            Self::Each(_) => Varies::ROWS,
        }
    }
}

/// Computes the operations that vary with nothing; returns a value per operation.
pub(super) fn fixed(code: &Code, plan: &Plan, columns: &[Column<'_>]) -> Vec<f64> {
    let mut values = vec![0.0; code.ops.len()];
    for (id, op) in &plan.fixed {
        let at = |id: Id| values[id.0];
        values[id.0] = match *op {
            Op::Constant(bits) => f64::from_bits(bits),
            Op::Input(input) => match columns[input] {
                Column::Same(value) => value,
                Column::Each(_) => f64::NAN,
            },
            Op::One(op, x) => op.of(at(x)),
            Op::Two(op, x, y) => op.of(at(x), at(y)),
            Op::Three(op, x, y, z) => op.of(at(x), at(y), at(z)),
        };
    }
    values
}

/// A program with the columns it runs on.
pub(super) struct Bound<'t> {
    plan: Plan,
    columns: Vec<Column<'t>>,
    fixed: Vec<f64>,
    rows: usize,
}

impl<'t> Bound<'t> {
    pub(super) fn new(code: &Code, table: &'t Table) -> Self {
        let columns: Vec<_> = code.inputs.iter().map(|i| Column::of(i, table)).collect();
        let varies: Vec<_> = columns.iter().map(Column::varies).collect();
        let plan = Plan::new(code, &varies);
        Self {
            fixed: fixed(code, &plan, &columns),
            plan,
            columns,
            rows: table.rows,
        }
    }

    /// Computes block after block and hands over the outputs of each, with the number of rows in it.
    pub(super) fn each_block(&self, mut take: impl FnMut(&[Operand<'_>], usize)) {
        let mut registers = Registers::default();
        let segment = &self.plan.rows;
        for start in (0..self.rows).step_by(BLOCK) {
            let lanes = (self.rows - start).min(BLOCK);
            let chunks = lanes.div_ceil(LANES);
            let padded = self.padded(start, lanes);
            let given = |origin: &Origin| self.given(*origin, start, lanes, &padded);
            let inputs: Vec<_> = segment.given.iter().map(given).collect();
            kernel::run(segment, &inputs, chunks, &mut registers);
            let outputs: Vec<_> = self
                .plan
                .outputs
                .iter()
                .map(|origin| match origin {
                    Origin::Result(_, at) => {
                        Operand::Lanes(&registers.lanes(segment.results[*at])[..chunks])
                    }
                    origin => given(origin),
                })
                .collect();
            take(&outputs, lanes);
        }
    }

    /// Copies the inputs of a block that is not a multiple of the lanes, filled up with zeros.
    fn padded(&self, start: usize, lanes: usize) -> Vec<Vec<Lane>> {
        if lanes.is_multiple_of(LANES) {
            return vec![];
        }
        let pad = |column: &Column<'_>| match column {
            Column::Same(_) => vec![],
            Column::Each(values) => {
                let chunks = values[start..start + lanes].chunks(LANES);
                let lane = |chunk: &[f64]| {
                    let mut lane = [0.0; LANES];
                    lane[..chunk.len()].copy_from_slice(chunk);
                    lane
                };
                chunks.map(lane).collect()
            }
        };
        self.columns.iter().map(pad).collect()
    }

    fn given<'b>(
        &'b self,
        origin: Origin,
        start: usize,
        lanes: usize,
        padded: &'b [Vec<Lane>],
    ) -> Operand<'b> {
        match origin {
            Origin::Fixed(id) => Operand::constant(self.fixed[id.0]),
            Origin::Input(at) => match (&self.columns[at], padded.get(at)) {
                (Column::Same(value), _) => Operand::constant(*value),
                (Column::Each(_), Some(copy)) => Operand::Lanes(copy),
                (Column::Each(values), None) => {
                    Operand::Lanes(values[start..start + lanes].as_chunks().0)
                }
            },
            // There are no draws here, and results are found in the registers.
            Origin::Result(..) => Operand::constant(f64::NAN),
        }
    }
}
