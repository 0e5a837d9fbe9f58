//! Runs a segment of a program over many lanes at once.
//!
//! Lanes come in chunks of eight and blocks of at most 32 chunks, so that registers stay in the
//! first-level cache. Each instruction is one loop over the chunks, and deciding which instruction it is
//! costs next to nothing per lane. The loops are compiled once for plain and once for wide vectors;
//! both do the same operations in the same order, so no bit differs.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]

pub(super) mod plan;

use super::ir::{One, Three, Two};
use crate::num::lanes::{LANES, Lane};
use plan::{Act, Instruction, Segment, Source};
use pulp::{Arch, Simd, WithSimd};

/// Chunks of a block at most.
pub(super) const CHUNKS: usize = 32;
/// Lanes of a block at most.
pub(super) const BLOCK: usize = CHUNKS * LANES;

/// The values of an operand over the chunks of a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operand<'a> {
    /// Eight lanes per chunk.
    Lanes(&'a [Lane]),
    /// One value per chunk, the same in its eight lanes.
    Each(&'a [f64]),
    /// The same eight lanes in every chunk.
    Same(Lane),
}

impl Operand<'_> {
    /// Returns a value that is the same in all lanes.
    pub(super) fn constant(value: f64) -> Self {
        Self::Same([value; LANES])
    }

    /// Returns the lanes of a chunk.
    #[inline(always)]
    pub(super) fn at(&self, chunk: usize) -> Lane {
        match self {
            Self::Lanes(lanes) => lanes[chunk],
            Self::Each(values) => [values[chunk]; LANES],
            Self::Same(lane) => *lane,
        }
    }

    /// Returns the value of one lane of a block.
    pub(super) fn lane(&self, lane: usize) -> f64 {
        self.at(lane / LANES)[lane % LANES]
    }
}

type Register = Box<[Lane; CHUNKS]>;

/// Registers that are kept from run to run.
#[derive(Debug, Default)]
pub(super) struct Registers {
    all: Vec<Option<Register>>,
}

impl Registers {
    fn reserve(&mut self, count: usize) {
        if self.all.len() < count {
            self.all
                .resize_with(count, || Some(Box::new([[0.0; LANES]; CHUNKS])));
        }
    }

    /// Returns the lanes of a register.
    #[inline(always)]
    pub(super) fn lanes(&self, register: usize) -> &[Lane; CHUNKS] {
        // A register is away only while an instruction writes it, and none reads what it writes.
        self.all[register].as_deref().unwrap_or(&ZEROS)
    }
}

static ZEROS: [Lane; CHUNKS] = [[0.0; LANES]; CHUNKS];

/// Runs a segment over the first `chunks` chunks; results are left in the registers.
pub(super) fn run(
    segment: &Segment,
    given: &[Operand<'_>],
    chunks: usize,
    registers: &mut Registers,
) {
    registers.reserve(segment.registers);
    if !segment.instructions.is_empty() {
        Arch::new().dispatch(Pass {
            instructions: &segment.instructions,
            given,
            chunks: chunks.min(CHUNKS),
            registers,
        });
    }
}

/// One run, in the form that is compiled once per kind of processor.
struct Pass<'a> {
    instructions: &'a [Instruction],
    given: &'a [Operand<'a>],
    chunks: usize,
    registers: &'a mut Registers,
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for instruction in self.instructions {
            let Some(mut to) = self.registers.all[instruction.to].take() else {
                continue;
            };
            let out = &mut to[..self.chunks];
            let find = |source: Source| match source {
                Source::Given(at) => self.given[at],
                Source::Register(at) => Operand::Lanes(&self.registers.lanes(at)[..self.chunks]),
            };
            match instruction.act {
                Act::One(op, x) => one_of(op, out, find(x)),
                Act::Two(op, x, y) => two_of(op, out, find(x), find(y)),
                Act::Three(op, x, y, z) => three_of(op, out, find(x), find(y), find(z)),
            }
            self.registers.all[instruction.to] = Some(to);
        }
    }
}

#[inline(always)]
fn one_of(op: One, out: &mut [Lane], x: Operand<'_>) {
    macro_rules! run {
        ($($name:ident),*) => {
            match op { $(One::$name => one(out, x, |x| One::$name.of(x)),)* }
        };
    }
    run!(
        Negate, Not, Abs, Sqrt, Floor, Ceiling, Round, Exp, Ln, Log, Sin, Cos
    );
}

#[inline(always)]
fn two_of(op: Two, out: &mut [Lane], x: Operand<'_>, y: Operand<'_>) {
    macro_rules! run {
        ($($name:ident),*) => {
            match op { $(Two::$name => two(out, x, y, |x, y| Two::$name.of(x, y)),)* }
        };
    }
    run!(
        Add, Subtract, Multiply, Divide, Remainder, Power, Pow, Min, Max, Step, Saturate, Greater,
        AtLeast, Equal, Unequal, Exactly, And, Or, Differ
    );
}

#[inline(always)]
fn three_of(op: Three, out: &mut [Lane], x: Operand<'_>, y: Operand<'_>, z: Operand<'_>) {
    macro_rules! run {
        ($($name:ident),*) => {
            match op { $(Three::$name => three(out, x, y, z, |x, y, z| Three::$name.of(x, y, z)),)* }
        };
    }
    run!(
        Select, Clamp, Lerp, Rescale, RescaleInv, Smoothstep, IsClose
    );
}

#[inline(always)]
fn one(out: &mut [Lane], x: Operand<'_>, f: impl Fn(f64) -> f64) {
    for (chunk, out) in out.iter_mut().enumerate() {
        let x = x.at(chunk);
        for lane in 0..LANES {
            out[lane] = f(x[lane]);
        }
    }
}

/// The shapes that matter have loops of their own; the others choose per chunk.
#[inline(always)]
fn two(out: &mut [Lane], x: Operand<'_>, y: Operand<'_>, f: impl Fn(f64, f64) -> f64) {
    use Operand::{Each, Lanes, Same};
    match (x, y) {
        (Lanes(x), Lanes(y)) => {
            for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
                for lane in 0..LANES {
                    out[lane] = f(x[lane], y[lane]);
                }
            }
        }
        (Lanes(x), Same(y)) => {
            for (out, x) in out.iter_mut().zip(x) {
                for lane in 0..LANES {
                    out[lane] = f(x[lane], y[lane]);
                }
            }
        }
        (Same(x), Lanes(y)) => {
            for (out, y) in out.iter_mut().zip(y) {
                for lane in 0..LANES {
                    out[lane] = f(x[lane], y[lane]);
                }
            }
        }
        (Each(x), Same(y)) => {
            for (out, x) in out.iter_mut().zip(x) {
                for lane in 0..LANES {
                    out[lane] = f(*x, y[lane]);
                }
            }
        }
        (x, y) => {
            for (chunk, out) in out.iter_mut().enumerate() {
                let (x, y) = (x.at(chunk), y.at(chunk));
                for lane in 0..LANES {
                    out[lane] = f(x[lane], y[lane]);
                }
            }
        }
    }
}

#[inline(always)]
fn three(
    out: &mut [Lane],
    x: Operand<'_>,
    y: Operand<'_>,
    z: Operand<'_>,
    f: impl Fn(f64, f64, f64) -> f64,
) {
    for (chunk, out) in out.iter_mut().enumerate() {
        let (x, y, z) = (x.at(chunk), y.at(chunk), z.at(chunk));
        for lane in 0..LANES {
            out[lane] = f(x[lane], y[lane], z[lane]);
        }
    }
}
