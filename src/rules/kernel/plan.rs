//! Cuts a program into the parts that run at different times.
//!
//! What depends on no row and no draw is computed once; what depends on rows alone, once per row; what
//! depends on draws alone, once per draw; and only the rest for every pair of the two. Operations
//! whose results nobody needs are left out, and registers are used again as soon as their value has
//! been read for the last time.

use crate::rules::ir::{Code, Id, One, Op, Three, Two};
use std::collections::BTreeMap;

/// What a value changes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::rules) struct Varies {
    pub(in crate::rules) rows: bool,
    pub(in crate::rules) draws: bool,
}

impl Varies {
    pub(in crate::rules) const NEVER: Self = Self {
        rows: false,
        draws: false,
    };
    pub(in crate::rules) const ROWS: Self = Self {
        rows: true,
        draws: false,
    };
    pub(in crate::rules) const DRAWS: Self = Self {
        rows: false,
        draws: true,
    };
    pub(in crate::rules) const BOTH: Self = Self {
        rows: true,
        draws: true,
    };

    fn or(self, other: Self) -> Self {
        Self {
            rows: self.rows | other.rows,
            draws: self.draws | other.draws,
        }
    }
}

/// Where an instruction finds an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Source {
    Register(usize),
    /// One of the segment's [`Segment::given`].
    Given(usize),
}

/// An operation on sources.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) enum Act {
    One(One, Source),
    Two(Two, Source, Source),
    Three(Three, Source, Source, Source),
}

/// An operation with the register that takes its result; never one that it reads.
#[derive(Debug, Clone, Copy)]
pub(in crate::rules) struct Instruction {
    pub(in crate::rules) act: Act,
    pub(in crate::rules) to: usize,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) enum Origin {
    /// Computed once.
    Fixed(Id),
    /// An input that varies.
    Input(usize),
    /// A result of another segment.
    Result(Varies, usize),
}

/// The part of a program that varies in one way.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Segment {
    pub(in crate::rules) instructions: Vec<Instruction>,
    /// Registers it needs.
    pub(in crate::rules) registers: usize,
    /// Values that are handed to it.
    pub(in crate::rules) given: Vec<Origin>,
    /// Values that it is there for.
    pub(in crate::rules) results: Vec<usize>,
}

/// A program in parts.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Plan {
    /// Operations that are computed once, in order.
    pub(in crate::rules) fixed: Vec<(Id, Op)>,
    pub(in crate::rules) rows: Segment,
    pub(in crate::rules) draws: Segment,
    pub(in crate::rules) both: Segment,
    /// Where the outputs of the program are found.
    pub(in crate::rules) outputs: Vec<Origin>,
}

impl Plan {
    /// Cuts a program whose inputs vary as given.
    pub(in crate::rules) fn new(code: &Code, inputs: &[Varies]) -> Self {
        let varies = varies(code, inputs);
        let live = live(code);
        let mut cut = Cut {
            code,
            varies: &varies,
            live: &live,
            results: BTreeMap::new(),
        };
        let fixed = |(at, op): (usize, &Op)| {
            (live[at] && varies[at] == Varies::NEVER).then_some((Id(at), *op))
        };
        let fixed = code.ops.iter().enumerate().filter_map(fixed).collect();
        let rows = cut.segment(Varies::ROWS);
        let draws = cut.segment(Varies::DRAWS);
        let both = cut.segment(Varies::BOTH);
        let outputs = code.outputs.iter().map(|id| cut.origin(*id)).collect();
        Self {
            fixed,
            rows,
            draws,
            both,
            outputs,
        }
    }
}

fn varies(code: &Code, inputs: &[Varies]) -> Vec<Varies> {
    let mut varies: Vec<Varies> = Vec::with_capacity(code.ops.len());
    for op in &code.ops {
        varies.push(match op {
            Op::Input(at) => inputs[*at],
            op => op
                .operands()
                .fold(Varies::NEVER, |all, id| all.or(varies[id.0])),
        });
    }
    varies
}

/// Marks the operations that an output depends on.
fn live(code: &Code) -> Vec<bool> {
    let mut live = vec![false; code.ops.len()];
    for id in &code.outputs {
        live[id.0] = true;
    }
    for (at, op) in code.ops.iter().enumerate().rev() {
        if live[at] {
            for id in op.operands() {
                live[id.0] = true;
            }
        }
    }
    live
}

struct Cut<'a> {
    code: &'a Code,
    varies: &'a [Varies],
    live: &'a [bool],
    /// Position among the results of its segment, of each value that another part needs.
    results: BTreeMap<Id, usize>,
}

impl Cut<'_> {
    /// Returns where a value of another segment, or an output, is found.
    fn origin(&self, id: Id) -> Origin {
        match (self.code.ops[id.0], self.varies[id.0]) {
            (_, Varies::NEVER) => Origin::Fixed(id),
            (Op::Input(at), _) => Origin::Input(at),
            (_, varies) => Origin::Result(varies, self.results[&id]),
        }
    }

    fn segment(&mut self, own: Varies) -> Segment {
        let computed = |at: usize| {
            self.live[at] && self.varies[at] == own && !matches!(self.code.ops[at], Op::Input(_))
        };
        let members: Vec<Id> = (0..self.code.ops.len())
            .filter(|at| computed(*at))
            .map(Id)
            .collect();
        // When each value is read for the last time; results are read at the very end.
        let mut last = vec![0; self.code.ops.len()];
        for (position, id) in members.iter().enumerate() {
            for operand in self.code.ops[id.0].operands() {
                last[operand.0] = position;
            }
        }
        let outside =
            (0..self.code.ops.len()).filter(|at| self.live[*at] && self.varies[*at] != own);
        let asked: Vec<Id> = outside
            .flat_map(|at| self.code.ops[at].operands())
            .chain(self.code.outputs.iter().copied())
            .filter(|id| computed(id.0))
            .collect();
        for id in &asked {
            last[id.0] = usize::MAX;
        }
        let mut segment = Segment::default();
        let mut registers: BTreeMap<Id, usize> = BTreeMap::new();
        let mut free: Vec<usize> = vec![];
        for (position, id) in members.iter().enumerate() {
            let act = self.act(*id, own, &registers, &mut segment.given);
            let to = free.pop().unwrap_or_else(|| {
                segment.registers += 1;
                segment.registers - 1
            });
            segment.instructions.push(Instruction { act, to });
            registers.insert(*id, to);
            // Only now: an instruction must not write where it reads.
            for operand in self.code.ops[id.0].operands() {
                if last[operand.0] == position
                    && let Some(register) = registers.remove(&operand)
                {
                    free.push(register);
                }
            }
        }
        for id in asked {
            self.results.entry(id).or_insert_with(|| {
                segment.results.push(registers[&id]);
                segment.results.len() - 1
            });
        }
        segment
    }

    fn act(
        &self,
        id: Id,
        own: Varies,
        registers: &BTreeMap<Id, usize>,
        given: &mut Vec<Origin>,
    ) -> Act {
        let mut source = |id: Id| {
            if self.varies[id.0] == own && !matches!(self.code.ops[id.0], Op::Input(_)) {
                return Source::Register(registers[&id]);
            }
            let origin = self.origin(id);
            let at = given.iter().position(|known| *known == origin);
            Source::Given(at.unwrap_or_else(|| {
                given.push(origin);
                given.len() - 1
            }))
        };
        match self.code.ops[id.0] {
            Op::One(op, x) => Act::One(op, source(x)),
            Op::Two(op, x, y) => Act::Two(op, source(x), source(y)),
            Op::Three(op, x, y, z) => Act::Three(op, source(x), source(y), source(z)),
            Op::Constant(_) | Op::Input(_) => unreachable!("computed values only"),
        }
    }
}
