//! A function of a script as a straight list of operations.
//!
//! There is no control flow left: both sides of an `if` are computed and one is selected, which is
//! safe because no operation on decimals can fail. There are two kinds of values, numbers and flags,
//! and both are kept in the 64 bits of an `f64`: a flag is a mask of ones or zeros, so that selecting is
//! a matter of bits.
//!
//! [`Builder`] is where the list grows. It computes at once what depends on constants alone, and gives
//! equal operations on equal operands one number. It never regroups sums and never drops an addition of
//! zero: results must be those of the interpreter to the last bit.

#![expect(
    clippy::inline_always,
    reason = "compiled once per vector width, which works only on what is inlined"
)]
#![expect(
    clippy::needless_bitwise_bool,
    reason = "`&&` is a jump, which stands in the way of vectors"
)]

use super::api;
use crate::num::float;
use std::collections::HashMap;

/// The bits of a flag that is set. Read as a number it is a NaN, which no operation on flags looks at.
pub(super) const YES: f64 = f64::from_bits(u64::MAX);
/// The bits of a flag that is not set.
pub(super) const NO: f64 = 0.0;

/// Returns the bits of a flag.
#[inline(always)]
pub(super) fn mask(flag: bool) -> f64 {
    if flag { YES } else { NO }
}

/// Returns the flag of its bits.
#[inline(always)]
pub(super) fn is_set(mask: f64) -> bool {
    mask.to_bits() != 0
}

/// The number of an operation, and of the value it yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(pub(super) usize);

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Op {
    /// A constant, as bits.
    Constant(u64),
    /// An input of the program.
    Input(usize),
    One(One, Id),
    Two(Two, Id, Id),
    Three(Three, Id, Id, Id),
}

impl Op {
    /// Lists the operands.
    pub(super) fn operands(self) -> impl Iterator<Item = Id> {
        let operands = match self {
            Self::Constant(_) | Self::Input(_) => [None; 3],
            Self::One(_, x) => [Some(x), None, None],
            Self::Two(_, x, y) => [Some(x), Some(y), None],
            Self::Three(_, x, y, z) => [Some(x), Some(y), Some(z)],
        };
        operands.into_iter().flatten()
    }
}

/// Operations on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum One {
    Negate,
    Not,
    Abs,
    Sqrt,
    Floor,
    Ceiling,
    Round,
    Exp,
    Ln,
    Log,
    Sin,
    Cos,
}

/// Operations on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// The operator `**`.
    Power,
    /// The function `pow`.
    Pow,
    Min,
    Max,
    Step,
    Saturate,
    /// Comparisons of the language; `<` and `<=` are these with the operands exchanged.
    Greater,
    AtLeast,
    Equal,
    Unequal,
    /// The function `exactly`.
    Exactly,
    And,
    Or,
    /// Flags that differ.
    Differ,
}

/// Operations on three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Three {
    /// The second where the first is set, else the third.
    Select,
    Clamp,
    Lerp,
    Rescale,
    RescaleInv,
    Smoothstep,
    IsClose,
}

impl One {
    /// Computes one value. The kernel is made of the same functions.
    #[inline(always)]
    pub(super) fn of(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Not => f64::from_bits(!x.to_bits()),
            Self::Abs => x.abs(),
            Self::Sqrt => x.sqrt(),
            Self::Floor => x.floor(),
            Self::Ceiling => x.ceil(),
            Self::Round => x.round(),
            Self::Exp => float::exp(x),
            Self::Ln => float::ln(x),
            Self::Log => float::log10(x),
            Self::Sin => float::sin(x),
            Self::Cos => float::cos(x),
        }
    }
}

impl Two {
    /// Computes one value. The kernel is made of the same functions.
    #[inline(always)]
    pub(super) fn of(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => x / y,
            Self::Remainder => x % y,
            Self::Power => power(x, y),
            Self::Pow => float::pow(x, y),
            Self::Min => api::min(x, y),
            Self::Max => api::max(x, y),
            Self::Step => api::step(x, y),
            Self::Saturate => api::saturate(x, y),
            Self::Greater => mask(greater(x, y)),
            Self::AtLeast => mask(at_least(x, y)),
            Self::Equal => mask(equal(x, y)),
            Self::Unequal => mask(unequal(x, y)),
            Self::Exactly => mask(api::exactly(x, y)),
            Self::And => f64::from_bits(x.to_bits() & y.to_bits()),
            Self::Or => f64::from_bits(x.to_bits() | y.to_bits()),
            Self::Differ => f64::from_bits(x.to_bits() ^ y.to_bits()),
        }
    }
}

impl Three {
    /// Computes one value. The kernel is made of the same functions.
    #[inline(always)]
    pub(super) fn of(self, x: f64, y: f64, z: f64) -> f64 {
        match self {
            Self::Select => select(x, y, z),
            Self::Clamp => api::clamp(x, y, z),
            Self::Lerp => api::lerp(x, y, z),
            Self::Rescale => api::rescale(x, y, z),
            Self::RescaleInv => api::rescale_inv(x, y, z),
            Self::Smoothstep => api::smoothstep(x, y, z),
            Self::IsClose => mask(api::is_close(x, y, z)),
        }
    }
}

#[inline(always)]
fn select(choice: f64, yes: f64, no: f64) -> f64 {
    if is_set(choice) { yes } else { no }
}

/// The operator `**` of the interpreter, which calls the platform's library.
#[expect(
    clippy::disallowed_methods,
    reason = "the interpreter does, and its result is the reference"
)]
fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

/// The size that differences are compared with: 1 if one of the two is zero, else the larger.
///
/// Comparisons of the language allow for rounding. The interpreter divides the difference by this size
/// and compares with the machine epsilon, a power of two; here the size is multiplied by epsilon
/// instead, because division is slow. Both give the same answer: no two doubles have a quotient that
/// rounds to epsilon without being epsilon (their neighbours are too far apart), and nothing underflows,
/// since the larger of two numbers whose product is not zero is above 2^-538.
#[inline(always)]
fn size(x: f64, y: f64) -> f64 {
    if x * y == 0.0 {
        1.0
    } else {
        x.abs().max(y.abs())
    }
}

#[inline(always)]
fn greater(x: f64, y: f64) -> bool {
    x - y > size(x, y) * f64::EPSILON
}

/// The size is zero only for zero beside NaN, which the interpreter holds to be equal; where it is
/// infinite, the interpreter's quotient is NaN, and nothing holds.
#[inline(always)]
fn at_least(x: f64, y: f64) -> bool {
    let size = size(x, y);
    ((x - y > -size * f64::EPSILON) & (size < f64::INFINITY)) | (size == 0.0)
}

#[inline(always)]
fn equal(x: f64, y: f64) -> bool {
    let size = size(x, y);
    (((x - y).abs() <= size * f64::EPSILON) & (size < f64::INFINITY)) | (size == 0.0)
}

#[inline(always)]
fn unequal(x: f64, y: f64) -> bool {
    (x - y).abs() > size(x, y) * f64::EPSILON
}

/// Finds the operation of an offered function with one argument.
pub(super) fn one_named(name: &str) -> Option<One> {
    Some(match name {
        "abs" => One::Abs,
        "sqrt" => One::Sqrt,
        "exp" => One::Exp,
        "ln" => One::Ln,
        "log" => One::Log,
        "sin" => One::Sin,
        "cos" => One::Cos,
        "floor" => One::Floor,
        "ceiling" => One::Ceiling,
        "round" => One::Round,
        _ => return None,
    })
}

/// Finds the operation of an offered function with two arguments.
pub(super) fn two_named(name: &str) -> Option<Two> {
    Some(match name {
        "min" => Two::Min,
        "max" => Two::Max,
        "pow" => Two::Pow,
        "step" => Two::Step,
        "saturate" => Two::Saturate,
        "exactly" => Two::Exactly,
        _ => return None,
    })
}

/// Finds the operation of an offered function with three arguments.
pub(super) fn three_named(name: &str) -> Option<Three> {
    Some(match name {
        "clamp" => Three::Clamp,
        "lerp" => Three::Lerp,
        "rescale" => Three::Rescale,
        "rescale_inv" => Three::RescaleInv,
        "smoothstep" => Three::Smoothstep,
        "is_close" => Three::IsClose,
        _ => return None,
    })
}

/// What an input holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Holds {
    Number,
    Flag,
    /// Whether a text is this one.
    Text(String),
}

/// A name that a program reads: `place.gdp`; the argument `x` has no field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Input {
    pub(super) record: String,
    pub(super) field: String,
    pub(super) holds: Holds,
}

/// A program: operations in an order in which operands come first.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) ops: Vec<Op>,
    pub(super) inputs: Vec<Input>,
    /// The values that the program is there for: the result first, then those asked for beside it.
    pub(super) outputs: Vec<Id>,
    /// Whether the result is a flag.
    pub(super) answers: bool,
}

/// A program that grows.
#[derive(Debug, Default)]
pub(super) struct Builder {
    ops: Vec<Op>,
    inputs: Vec<Input>,
    numbers: HashMap<Op, Id>,
}

impl Builder {
    /// Returns how many operations there are.
    pub(super) fn len(&self) -> usize {
        self.ops.len()
    }

    pub(super) fn finish(self, outputs: Vec<Id>, answers: bool) -> Code {
        Code {
            ops: self.ops,
            inputs: self.inputs,
            outputs,
            answers,
        }
    }

    fn add(&mut self, op: Op) -> Id {
        if let Some(known) = self.numbers.get(&op) {
            return *known;
        }
        let id = Id(self.ops.len());
        self.ops.push(op);
        self.numbers.insert(op, id);
        id
    }

    pub(super) fn constant(&mut self, value: f64) -> Id {
        self.add(Op::Constant(value.to_bits()))
    }

    pub(super) fn flag(&mut self, flag: bool) -> Id {
        self.constant(mask(flag))
    }

    pub(super) fn input(&mut self, input: Input) -> Id {
        let at = self.inputs.iter().position(|known| *known == input);
        let at = at.unwrap_or_else(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        });
        self.add(Op::Input(at))
    }

    /// Returns the value of a constant.
    pub(super) fn value(&self, id: Id) -> Option<f64> {
        match self.ops[id.0] {
            Op::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Returns a flag that is known already.
    pub(super) fn known(&self, id: Id) -> Option<bool> {
        self.value(id).map(is_set)
    }

    pub(super) fn one(&mut self, op: One, x: Id) -> Id {
        if let Some(x) = self.value(x) {
            return self.constant(op.of(x));
        }
        match (op, self.ops[x.0]) {
            (One::Not, Op::One(One::Not, inner)) => inner,
            _ => self.add(Op::One(op, x)),
        }
    }

    pub(super) fn two(&mut self, op: Two, x: Id, y: Id) -> Id {
        let known = (self.value(x), self.value(y));
        if let (Some(x), Some(y)) = known {
            return self.constant(op.of(x, y));
        }
        match (op, known.0.map(is_set), known.1.map(is_set)) {
            (Two::And, Some(true), _) | (Two::Or, Some(false), _) => y,
            (Two::And, Some(false), _) | (Two::Or, Some(true), _) => x,
            (Two::And, _, Some(decides)) if !decides => y,
            (Two::Or, _, Some(decides)) if decides => y,
            (Two::And | Two::Or, _, Some(_)) => x,
            (Two::And | Two::Or, ..) if x == y => x,
            _ => self.add(Op::Two(op, x, y)),
        }
    }

    pub(super) fn three(&mut self, op: Three, x: Id, y: Id, z: Id) -> Id {
        if let (Some(x), Some(y), Some(z)) = (self.value(x), self.value(y), self.value(z)) {
            return self.constant(op.of(x, y, z));
        }
        self.add(Op::Three(op, x, y, z))
    }

    /// Returns the first value where the flag is set, else the second.
    pub(super) fn select(&mut self, choice: Id, yes: Id, no: Id) -> Id {
        match self.known(choice) {
            Some(true) => yes,
            Some(false) => no,
            None if yes == no => yes,
            None => match self.ops[choice.0] {
                Op::One(One::Not, inner) => self.three(Three::Select, inner, no, yes),
                _ => self.three(Three::Select, choice, yes, no),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::engine::engine;

    /// Values at which comparisons, signs and limits are most likely to go wrong.
    fn awkward() -> Vec<f64> {
        let one_up = f64::from_bits(1.0_f64.to_bits() + 1);
        let two_up = f64::from_bits(1.0_f64.to_bits() + 2);
        let one_down = f64::from_bits(1.0_f64.to_bits() - 1);
        let huge = 1e300;
        let all = [
            0.0,
            1.0,
            one_up,
            two_up,
            one_down,
            2.5,
            1e-300,
            1e-160,
            1e-154,
            huge,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            f64::EPSILON,
            0.1,
            0.1 + f64::EPSILON / 8.0,
            0.3,
            0.1 + 0.2,
            f64::INFINITY,
            3.0,
            1e16,
            1e16 + 2.0,
        ];
        let negative = all.iter().map(|v| -v);
        all.iter()
            .copied()
            .chain(negative)
            .chain([f64::NAN])
            .collect()
    }

    fn same(a: f64, b: f64) -> bool {
        a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
    }

    #[test]
    fn operators_are_those_of_the_interpreter() {
        let signs = [
            ("+", Two::Add),
            ("-", Two::Subtract),
            ("*", Two::Multiply),
            ("/", Two::Divide),
            ("%", Two::Remainder),
            ("**", Two::Power),
            (">", Two::Greater),
            (">=", Two::AtLeast),
            ("==", Two::Equal),
            ("!=", Two::Unequal),
        ];
        for (sign, op) in signs {
            let source = format!("fn f(x, y) {{ x {sign} y }}");
            let tree = engine().compile(source).unwrap();
            for x in awkward() {
                for y in awkward() {
                    let mut scope = rhai::Scope::new();
                    let result = engine()
                        .call_fn::<rhai::Dynamic>(&mut scope, &tree, "f", (x, y))
                        .unwrap();
                    let wanted = result
                        .as_float()
                        .unwrap_or_else(|_| mask(result.as_bool().unwrap()));
                    assert!(same(op.of(x, y), wanted), "{x:e} {sign} {y:e}");
                }
            }
        }
    }

    #[test]
    fn smaller_is_greater_with_the_operands_exchanged() {
        let tree = engine()
            .compile("fn f(x, y) { x < y } fn g(x, y) { x <= y }")
            .unwrap();
        for x in awkward() {
            for y in awkward() {
                let call = |name: &str| {
                    engine()
                        .call_fn::<bool>(&mut rhai::Scope::new(), &tree, name, (x, y))
                        .unwrap()
                };
                assert_eq!(greater(y, x), call("f"), "{x:e} < {y:e}");
                assert_eq!(at_least(y, x), call("g"), "{x:e} <= {y:e}");
            }
        }
    }

    #[test]
    fn every_offered_function_has_an_operation_that_computes_it() {
        use api::Body;
        for function in api::offered() {
            let name = function.name;
            for x in awkward() {
                for y in [0.0, 1.5, f64::NAN, -2.0] {
                    let (given, wanted) = match function.body {
                        Body::One(_) if name == "to_float" => continue,
                        Body::One(f) => (one_named(name).unwrap().of(x), f(x)),
                        Body::Two(f) => (two_named(name).unwrap().of(x, y), f(x, y)),
                        Body::TestTwo(f) => (two_named(name).unwrap().of(x, y), mask(f(x, y))),
                        Body::Three(f) => (three_named(name).unwrap().of(x, y, 3.0), f(x, y, 3.0)),
                        Body::TestThree(f) => {
                            (three_named(name).unwrap().of(x, y, 3.0), mask(f(x, y, 3.0)))
                        }
                    };
                    assert!(same(given, wanted), "{name}({x:e}, {y:e})");
                }
            }
        }
    }

    #[test]
    fn constants_are_computed_and_equal_operations_are_one() {
        let mut build = Builder::default();
        let input = build.input(Input {
            record: "part".into(),
            field: "a".into(),
            holds: Holds::Number,
        });
        let (two, three) = (build.constant(2.0), build.constant(3.0));
        let six = build.two(Two::Multiply, two, three);
        assert_eq!(build.value(six), Some(6.0));
        let sum = build.two(Two::Add, input, two);
        assert_eq!(build.two(Two::Add, input, two), sum);
        let zero = build.constant(0.0);
        assert_ne!(build.two(Two::Add, input, zero), input, "-0 + 0 is 0");
    }
}
