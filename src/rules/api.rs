//! The functions that scripts may call.
//!
//! One table serves the interpreter, the checks, the documentation and the editor's definitions, so
//! that they cannot disagree. All functions take decimals and are pure.

#![expect(
    clippy::inline_always,
    reason = "the kernel compiles these once per vector width, which works only on what is inlined"
)]

use crate::num::float;
use rhai::{Engine, FuncRegistration};

/// A function that scripts may call.
#[derive(Debug, Clone, Copy)]
pub struct Offered {
    /// Its name.
    pub name: &'static str,
    /// Names of its arguments.
    pub arguments: &'static [&'static str],
    /// What it returns, in one sentence.
    pub doc: &'static str,
    /// How it is computed.
    pub body: Body,
}

/// How an offered function is computed.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// From one number.
    One(fn(f64) -> f64),
    /// From two numbers.
    Two(fn(f64, f64) -> f64),
    /// From three numbers.
    Three(fn(f64, f64, f64) -> f64),
    /// Yes or no, from two numbers.
    TestTwo(fn(f64, f64) -> bool),
    /// Yes or no, from three numbers.
    TestThree(fn(f64, f64, f64) -> bool),
}

impl Offered {
    /// Tells whether it answers yes or no.
    pub fn is_test(&self) -> bool {
        matches!(self.body, Body::TestTwo(_) | Body::TestThree(_))
    }

    /// Returns how it is written: `clamp(x, low, high)`.
    pub fn signature(&self) -> String {
        format!("{}({})", self.name, self.arguments.join(", "))
    }
}

macro_rules! offered {
    ($($name:literal ($($argument:literal),*) $kind:ident $body:expr, $doc:literal;)*) => {
        &[$(Offered { name: $name, arguments: &[$($argument),*], doc: $doc, body: Body::$kind($body) }),*]
    };
}

static OFFERED: &[Offered] = offered![
    "abs" ("x") One f64::abs, "The size of `x` without its sign.";
    "min" ("x", "y") Two min, "The smaller of two numbers.";
    "max" ("x", "y") Two max, "The larger of two numbers.";
    "clamp" ("x", "low", "high") Three clamp, "`x`, but not below `low` and not above `high`.";
    "sqrt" ("x") One f64::sqrt, "The square root of `x`.";
    "pow" ("x", "y") Two float::pow, "`x` to the power `y`, the same on every machine.";
    "exp" ("x") One float::exp, "*e* to the power `x`.";
    "ln" ("x") One float::ln, "The natural logarithm of `x`.";
    "log" ("x") One float::log10, "The decimal logarithm of `x`.";
    "sin" ("x") One float::sin, "The sine of `x` radians.";
    "cos" ("x") One float::cos, "The cosine of `x` radians.";
    "floor" ("x") One f64::floor, "The largest whole number not above `x`.";
    "ceiling" ("x") One f64::ceil, "The smallest whole number not below `x`.";
    "round" ("x") One f64::round, "The whole number nearest to `x`; halves go away from zero.";
    "to_float" ("x") One same, "`x` itself: every number of a strategy is a decimal already.";
    "lerp" ("low", "high", "share") Three lerp, "The number at `share` (0 to 1) of the way from `low` to `high`.";
    "rescale" ("x", "low", "high") Three rescale, "0 at `low` and below, 1 at `high` and above, straight in between.";
    "rescale_inv" ("x", "low", "high") Three rescale_inv, "1 at `low` and below, 0 at `high` and above, straight in between.";
    "step" ("x", "threshold") Two step, "1 from `threshold` on, 0 below it.";
    "smoothstep" ("x", "low", "high") Three smoothstep, "0 at `low` and below, 1 at `high` and above, an S-curve in between.";
    "saturate" ("x", "half") Two saturate, "0 at 0, 0.5 at `half`, towards 1 beyond: diminishing returns.";
    "is_close" ("x", "y", "tolerance") TestThree is_close, "Whether `x` and `y` differ by at most `tolerance`.";
    "exactly" ("x", "y") TestTwo exactly, "Whether `x` and `y` are the same number to the last digit.";
];

/// Returns the functions that scripts may call.
pub fn offered() -> &'static [Offered] {
    OFFERED
}

/// Finds an offered function by name.
pub(super) fn find(name: &str) -> Option<&'static Offered> {
    OFFERED.iter().find(|o| o.name == name)
}

/// Registers every offered function, and the signs that the interpreter lacks without packages.
pub(super) fn register(engine: &mut Engine) {
    for function in OFFERED {
        let registration = FuncRegistration::new(function.name);
        match function.body {
            Body::One(f) => registration.register_into_engine(engine, move |x: f64| f(x)),
            Body::Two(f) => {
                registration.register_into_engine(engine, move |x: f64, y: f64| f(x, y))
            }
            Body::Three(f) => {
                registration.register_into_engine(engine, move |x: f64, y: f64, z: f64| f(x, y, z))
            }
            Body::TestTwo(f) => {
                registration.register_into_engine(engine, move |x: f64, y: f64| f(x, y))
            }
            Body::TestThree(f) => {
                registration.register_into_engine(engine, move |x: f64, y: f64, z: f64| f(x, y, z))
            }
        };
    }
    FuncRegistration::new("-").register_into_engine(engine, |x: f64| -x);
    FuncRegistration::new("+").register_into_engine(engine, |x: f64| x);
    FuncRegistration::new("!").register_into_engine(engine, |x: bool| !x);
}

fn same(x: f64) -> f64 {
    x
}

/// Keeps the second argument when a comparison with NaN says no, as the kernel's `select` does.
#[inline(always)]
pub(super) fn min(x: f64, y: f64) -> f64 {
    if x <= y { x } else { y }
}

#[inline(always)]
pub(super) fn max(x: f64, y: f64) -> f64 {
    if x >= y { x } else { y }
}

/// Limits in the wrong order are taken as given: the upper limit wins, and nothing panics.
#[inline(always)]
pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    min(max(x, low), high)
}

#[inline(always)]
pub(super) fn lerp(low: f64, high: f64, share: f64) -> f64 {
    low + (high - low) * share
}

/// Equal limits make a step at the limit instead of a division by zero.
#[inline(always)]
pub(super) fn rescale(x: f64, low: f64, high: f64) -> f64 {
    if high > low {
        clamp((x - low) / (high - low), 0.0, 1.0)
    } else {
        step(x, high)
    }
}

#[inline(always)]
pub(super) fn rescale_inv(x: f64, low: f64, high: f64) -> f64 {
    1.0 - rescale(x, low, high)
}

#[inline(always)]
pub(super) fn step(x: f64, threshold: f64) -> f64 {
    if x >= threshold { 1.0 } else { 0.0 }
}

/// The cubic of Hermite, 3t² - 2t³.
#[inline(always)]
pub(super) fn smoothstep(x: f64, low: f64, high: f64) -> f64 {
    let t = rescale(x, low, high);
    t * t * (3.0 - 2.0 * t)
}

/// The curve of Michaelis and Menten, x / (x + half); negative `x` counts as none.
#[inline(always)]
pub(super) fn saturate(x: f64, half: f64) -> f64 {
    let x = max(x, 0.0);
    if x > 0.0 { x / (x + half) } else { 0.0 }
}

#[inline(always)]
pub(super) fn is_close(x: f64, y: f64, tolerance: f64) -> bool {
    (x - y).abs() <= tolerance
}

#[expect(
    clippy::float_cmp,
    reason = "scripts call this function to compare exactly"
)]
#[inline(always)]
pub(super) fn exactly(x: f64, y: f64) -> bool {
    x == y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::engine::engine;

    fn value(source: &str) -> f64 {
        engine().eval_expression::<f64>(source).unwrap()
    }

    #[test]
    fn functions_do_what_their_page_says() {
        for (source, expected) in [
            ("clamp(7, 0, 5)", 5.0),
            ("clamp(-7, 0, 5)", 0.0),
            ("lerp(10, 20, 0.25)", 12.5),
            ("rescale(30, 20, 40)", 0.5),
            ("rescale(90, 20, 40)", 1.0),
            ("rescale_inv(30, 20, 60)", 0.75),
            ("step(3, 3)", 1.0),
            ("step(2.9, 3)", 0.0),
            ("smoothstep(0.25, 0, 1)", 0.15625),
            ("saturate(5, 5)", 0.5),
            ("saturate(-5, 5)", 0.0),
            ("pow(2, 10)", 1024.0),
            ("log(1000)", 3.0),
            ("ln(exp(2))", 2.0),
            ("round(2.5) + floor(2.5) + ceiling(2.5)", 8.0),
            ("-(3) + abs(-3)", 0.0),
        ] {
            assert!(
                (value(source) - expected).abs() < 1e-12,
                "{source} = {}",
                value(source)
            );
        }
    }

    #[test]
    fn equal_limits_do_not_divide_by_zero() {
        for source in ["rescale(5, 5, 5)", "smoothstep(5, 5, 5)", "saturate(0, 0)"] {
            assert!(value(source).is_finite(), "{source}");
        }
    }

    #[test]
    fn exactly_sees_the_last_digit_and_is_close_does_not() {
        let test = |s: &str| engine().eval_expression::<bool>(s).unwrap();
        assert!(!test("exactly(0.1 + 0.2, 0.3)"));
        assert!(test("is_close(0.1 + 0.2, 0.3, 0.001)"));
    }

    #[test]
    fn every_function_is_registered_with_as_many_arguments_as_it_says() {
        for function in offered() {
            let arguments = vec!["1"; function.arguments.len()].join(", ");
            let call = format!("{}({arguments})", function.name);
            assert!(
                engine().eval_expression::<rhai::Dynamic>(&call).is_ok(),
                "{call}"
            );
        }
    }
}
