//! A function of a script over many draws: some inputs vary per draw, the rest is fixed per place.
//!
//! What does not vary with the draw is computed once, when the draws are prepared. Eight draws run with
//! the places side by side; a block of more runs place after place, with the draws side by side. Both
//! give the same bits.

use super::bound::{Column, fixed};
use super::interpreter::Call;
use super::outcome::{Numbers, Outcome};
use super::trust::{self, SAMPLE, Trust};
use super::{code, refuse};
use crate::diagnostics::Diagnostic;
use crate::num::lanes::{LANES, Lane};
use crate::rules::ir::Code;
use crate::rules::kernel::plan::{Origin, Plan, Varies};
use crate::rules::kernel::{self, CHUNKS, Operand, Registers};
use crate::rules::lower::NotLowered;
use crate::rules::{Argument, Field, RowResult, Rule, Table};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// An input that varies with the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The record.
    pub record: String,
    /// The field.
    pub field: String,
    /// Whether each place has a value of its own in each draw.
    pub per_place: bool,
}

/// A function prepared for draws.
#[derive(Debug)]
pub struct Draws {
    rule: Arc<Rule>,
    function: String,
    table: Table,
    drawn: Vec<Drawn>,
    /// Where the lanes of each drawn input start, in places if it has one value per place, else 1.
    starts: Vec<usize>,
    width: usize,
    program: Result<Program, NotLowered>,
    limits: (f64, f64),
    compared: AtomicBool,
    difference: OnceLock<Box<Diagnostic>>,
}

/// A lowered function with everything computed that does not vary with the draw.
#[derive(Debug)]
struct Program {
    plan: Plan,
    fixed: Vec<f64>,
    /// Inputs that vary with the place alone.
    columns: Vec<Vec<f64>>,
    /// Position among the drawn inputs, of each input that is drawn.
    drawn: Vec<Option<usize>>,
    /// Results of the segment of rows.
    rows: Vec<Vec<f64>>,
}

thread_local! {
    /// Registers for what varies with draws alone, and for the rest: kept, because a run is short.
    static REGISTERS: RefCell<(Registers, Registers)> = RefCell::default();
}

impl Draws {
    /// Prepares a function that returns a number. The table holds one row per place, and whatever is
    /// drawn need not be in it.
    ///
    /// A function that cannot be lowered runs by the interpreter, some hundred times slower;
    /// [`Draws::is_fast`] tells.
    pub fn new(
        rule: &Arc<Rule>,
        function: &str,
        mut table: Table,
        drawn: &[Drawn],
    ) -> Result<Self, Box<Diagnostic>> {
        for one in drawn {
            set(&mut table, one, Field::Number(0.0));
        }
        let limits = Numbers::of(rule, function).limits();
        let program = {
            let call = Call::new(rule, function, &table)?;
            match code(&call) {
                Ok(code) if !code.answers && rule.trust != Trust::Never => {
                    Ok(Program::new(&code, &table, drawn))
                }
                Ok(_) => Err(NotLowered {
                    reason: "the interpreter is asked for".to_owned(),
                    span: rule.header(function),
                }),
                Err(why) => Err(why),
            }
        };
        let mut width = 0;
        let starts = drawn.iter().map(|one| {
            let start = width;
            width += if one.per_place { table.rows } else { 1 };
            start
        });
        Ok(Self {
            starts: starts.collect(),
            rule: rule.clone(),
            function: function.to_owned(),
            table,
            drawn: drawn.to_vec(),
            width,
            program,
            limits,
            compared: AtomicBool::new(false),
            difference: OnceLock::new(),
        })
    }

    /// Returns the number of places.
    pub fn places(&self) -> usize {
        self.table.rows
    }

    /// Returns how many rows of lanes the inputs of a chunk of draws take: one for each drawn input,
    /// or one per place where places have their own.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Tells whether it runs on the fast path, and if not, why.
    pub fn is_fast(&self) -> Result<(), NotLowered> {
        self.program.as_ref().map(|_| ()).map_err(NotLowered::clone)
    }

    /// Returns the lowest and the highest result that is accepted.
    pub fn limits(&self) -> (f64, f64) {
        self.limits
    }

    /// Returns how the two ways to run the function disagreed, if they did: a defect of ours.
    pub fn difference(&self) -> Option<&Diagnostic> {
        self.difference.get().map(|found| &**found)
    }

    /// Fills `out` with the results of all places under some draws.
    ///
    /// Draws come in chunks of eight lanes. `inputs` holds, row after row, `chunks` chunks of each
    /// drawn input, and `out` takes `chunks` chunks for each place. A result that is not finite, or
    /// outside the declared range, is NaN; [`Draws::explain`] tells why.
    ///
    /// # Panics
    ///
    /// If `inputs` or `out` are shorter than that.
    pub fn run(&self, inputs: &[Lane], chunks: usize, out: &mut [Lane]) {
        assert!(inputs.len() >= self.width * chunks && out.len() >= self.places() * chunks);
        match &self.program {
            Ok(program) => {
                REGISTERS.with_borrow_mut(|registers| {
                    let block = Block {
                        draws: self,
                        program,
                        inputs,
                        chunks,
                    };
                    block.run(registers, out);
                });
                let (low, high) = self.limits;
                for lane in out.iter_mut().flatten() {
                    *lane = if low <= *lane && *lane <= high {
                        *lane
                    } else {
                        f64::NAN
                    };
                }
                self.compare(inputs, chunks, out);
            }
            Err(_) => self.interpret(inputs, chunks, out),
        }
    }

    /// Says why a place has no result in one lane of a block, or returns the result.
    pub fn explain(
        &self,
        inputs: &[Lane],
        chunks: usize,
        lane: usize,
        place: usize,
    ) -> RowResult<f64> {
        let table = self.table_of(inputs, chunks, lane);
        let mut results = self.reference(&table, &[place]);
        results.swap_remove(0)
    }

    fn reference(&self, table: &Table, places: &[usize]) -> Vec<RowResult<f64>> {
        match Call::new(&self.rule, &self.function, table) {
            Ok(call) => call.run(places, &Numbers::of(&self.rule, &self.function)),
            Err(found) => refuse(table, &found),
        }
    }

    /// Returns the table of one lane: the inputs that are drawn take its values.
    fn table_of(&self, inputs: &[Lane], chunks: usize, lane: usize) -> Table {
        let mut table = self.table.clone();
        let value = |row: usize| inputs[row * chunks + lane / LANES][lane % LANES];
        for (one, &start) in self.drawn.iter().zip(&self.starts) {
            let field = if one.per_place {
                Field::Numbers((start..start + self.places()).map(value).collect())
            } else {
                Field::Number(value(start))
            };
            set(&mut table, one, field);
        }
        table
    }

    fn interpret(&self, inputs: &[Lane], chunks: usize, out: &mut [Lane]) {
        let places: Vec<usize> = (0..self.places()).collect();
        self.rule.counts.interpreted(places.len() * chunks * LANES);
        for lane in 0..chunks * LANES {
            let table = self.table_of(inputs, chunks, lane);
            for (place, result) in self.reference(&table, &places).into_iter().enumerate() {
                out[place * chunks + lane / LANES][lane % LANES] = result.unwrap_or(f64::NAN);
            }
        }
    }

    /// Repeats a sample of the first block by the interpreter, or everything if nothing is trusted.
    fn compare(&self, inputs: &[Lane], chunks: usize, out: &[Lane]) {
        let places: Vec<usize> = (0..self.places()).collect();
        let lanes = match self.rule.trust {
            Trust::Paranoid => chunks * LANES,
            Trust::Never => 0,
            Trust::Sample if self.compared.load(Ordering::Relaxed) => 0,
            Trust::Sample if self.compared.swap(true, Ordering::Relaxed) => 0,
            Trust::Sample => SAMPLE.div_ceil(places.len().max(1)).min(chunks * LANES),
        };
        for lane in 0..lanes {
            let table = self.table_of(inputs, chunks, lane);
            for (place, slow) in self.reference(&table, &places).into_iter().enumerate() {
                let fast = out[place * chunks + lane / LANES][lane % LANES];
                let agrees = slow.map_or(fast.is_nan(), |slow| Numbers::same(fast, slow));
                if !agrees {
                    self.difference
                        .get_or_init(|| Box::new(trust::difference(&self.rule, &self.function)));
                }
            }
        }
    }
}

/// Sets the values of a name.
fn set(table: &mut Table, one: &Drawn, field: Field) {
    let record = table
        .arguments
        .entry(one.record.clone())
        .or_insert_with(|| Argument::Record(indexmap::IndexMap::new()));
    match record {
        Argument::Record(fields) => {
            fields.insert(one.field.clone(), field);
        }
        Argument::Field(values) => *values = field,
    }
}

impl Program {
    fn new(code: &Code, table: &Table, drawn: &[Drawn]) -> Self {
        let position = |record: &str, field: &str| {
            drawn
                .iter()
                .position(|d| d.record == record && d.field == field)
        };
        let positions: Vec<_> = code
            .inputs
            .iter()
            .map(|i| position(&i.record, &i.field))
            .collect();
        let columns: Vec<Column<'_>> = code.inputs.iter().map(|i| Column::of(i, table)).collect();
        let varies: Vec<Varies> = columns
            .iter()
            .zip(&positions)
            .map(
                |(column, position)| match position.map(|at| drawn[at].per_place) {
                    Some(true) => Varies::BOTH,
                    Some(false) => Varies::DRAWS,
                    None => column.varies(),
                },
            )
            .collect();
        let plan = Plan::new(code, &varies);
        let fixed = fixed(code, &plan, &columns);
        let columns = columns.into_iter().map(|column| match column {
            Column::Same(_) => vec![],
            Column::Each(values) => values.into_owned(),
        });
        let mut program = Self {
            plan,
            fixed,
            columns: columns.collect(),
            drawn: positions,
            rows: vec![],
        };
        program.rows = program.per_place(table.rows);
        program
    }

    /// Computes what varies with the place alone.
    fn per_place(&self, places: usize) -> Vec<Vec<f64>> {
        let segment = &self.plan.rows;
        let mut results = vec![Vec::with_capacity(places); segment.results.len()];
        let mut registers = Registers::default();
        for place in 0..places {
            let given: Vec<_> = segment
                .given
                .iter()
                .map(|origin| match *origin {
                    Origin::Input(at) => Operand::constant(self.columns[at][place]),
                    origin => self.same(origin),
                })
                .collect();
            kernel::run(segment, &given, 1, &mut registers);
            for (values, register) in results.iter_mut().zip(&segment.results) {
                values.push(registers.lanes(*register)[0][0]);
            }
        }
        results
    }

    /// Returns a value that was computed once; others are found by the caller.
    fn same(&self, origin: Origin) -> Operand<'_> {
        match origin {
            Origin::Fixed(id) => Operand::constant(self.fixed[id.0]),
            Origin::Input(_) | Origin::Result(..) => Operand::constant(f64::NAN),
        }
    }

    /// Returns the values of all places, where they vary with the place alone.
    fn of_places(&self, origin: Origin) -> Option<&[f64]> {
        match origin {
            Origin::Input(at) if self.drawn[at].is_none() => Some(&self.columns[at]),
            Origin::Result(Varies::ROWS, at) => Some(&self.rows[at]),
            _ => None,
        }
    }
}

/// A block of draws.
struct Block<'a> {
    draws: &'a Draws,
    program: &'a Program,
    inputs: &'a [Lane],
    chunks: usize,
}

/// What lies side by side in the chunks of a run.
#[derive(Clone, Copy)]
enum Abreast {
    /// Places, from the first on; there is one chunk of draws.
    Places(usize),
    /// Chunks of draws, from the first on, for one place.
    Draws { place: usize, start: usize },
}

impl Block<'_> {
    fn run(&self, (per_draw, rest): &mut (Registers, Registers), out: &mut [Lane]) {
        let places = self.draws.places();
        for start in (0..self.chunks).step_by(CHUNKS) {
            let count = (self.chunks - start).min(CHUNKS);
            self.per_draw(start, count, per_draw);
            if self.chunks == 1 {
                for first in (0..places).step_by(CHUNKS) {
                    let count = (places - first).min(CHUNKS);
                    let out = &mut out[first..first + count];
                    self.rest(Abreast::Places(first), per_draw, rest, out);
                }
            } else {
                for place in 0..places {
                    let first = place * self.chunks + start;
                    let out = &mut out[first..first + count];
                    self.rest(Abreast::Draws { place, start }, per_draw, rest, out);
                }
            }
        }
    }

    /// Returns chunks of a drawn input.
    fn drawn(&self, input: usize, place: usize, start: usize, count: usize) -> &[Lane] {
        let at = self.program.drawn[input].unwrap_or_default();
        let row = self.draws.starts[at]
            + if self.draws.drawn[at].per_place {
                place
            } else {
                0
            };
        let first = row * self.chunks + start;
        &self.inputs[first..first + count]
    }

    /// Computes what varies with draws alone.
    fn per_draw(&self, start: usize, count: usize, registers: &mut Registers) {
        let segment = &self.program.plan.draws;
        let given = |origin: &Origin| match *origin {
            Origin::Input(at) => Operand::Lanes(self.drawn(at, 0, start, count)),
            origin => self.program.same(origin),
        };
        let given: Vec<_> = segment.given.iter().map(given).collect();
        kernel::run(segment, &given, count, registers);
    }

    /// Computes what varies with both, and writes the results.
    fn rest(
        &self,
        abreast: Abreast,
        per_draw: &Registers,
        registers: &mut Registers,
        out: &mut [Lane],
    ) {
        let plan = &self.program.plan;
        let count = out.len();
        let given = |origin: &Origin| self.operand(*origin, abreast, count, per_draw);
        let inputs: Vec<_> = plan.both.given.iter().map(given).collect();
        kernel::run(&plan.both, &inputs, count, registers);
        let result = match plan.outputs[0] {
            Origin::Result(Varies::BOTH, at) => {
                Operand::Lanes(&registers.lanes(plan.both.results[at])[..count])
            }
            origin => self.operand(origin, abreast, count, per_draw),
        };
        for (chunk, out) in out.iter_mut().enumerate() {
            *out = result.at(chunk);
        }
    }

    /// Returns a value that is known before the segment of both runs.
    fn operand<'b>(
        &'b self,
        origin: Origin,
        abreast: Abreast,
        count: usize,
        per_draw: &'b Registers,
    ) -> Operand<'b> {
        if let Some(values) = self.program.of_places(origin) {
            return match abreast {
                Abreast::Places(first) => Operand::Each(&values[first..first + count]),
                Abreast::Draws { place, .. } => Operand::constant(values[place]),
            };
        }
        match (origin, abreast) {
            (Origin::Input(at), Abreast::Places(first)) if self.is_per_place(at) => {
                Operand::Lanes(self.drawn(at, first, 0, count))
            }
            (Origin::Input(at), Abreast::Places(_)) => Operand::Same(self.drawn(at, 0, 0, 1)[0]),
            (Origin::Input(at), Abreast::Draws { place, start }) => {
                Operand::Lanes(self.drawn(at, place, start, count))
            }
            (Origin::Result(_, at), _) => {
                let lanes = per_draw.lanes(self.program.plan.draws.results[at]);
                match abreast {
                    Abreast::Places(_) => Operand::Same(lanes[0]),
                    Abreast::Draws { .. } => Operand::Lanes(&lanes[..count]),
                }
            }
            (origin, _) => self.program.same(origin),
        }
    }

    fn is_per_place(&self, input: usize) -> bool {
        self.program.drawn[input].is_some_and(|at| self.draws.drawn[at].per_place)
    }
}
