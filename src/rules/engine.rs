//! The sandbox: the only place where an interpreter is set up.
//!
//! Scripts come from people who plan cities, not from people who attack programs, but they are passed
//! around. Every line here closes a way to hang, crash or read the machine, and each has its test.

use super::api;
use rhai::{Array, Engine, OptimizationLevel, Token};
use std::sync::LazyLock;

/// Largest script in bytes. Checked before parsing: parsing many variables is quadratic.
pub(super) const MAX_SOURCE: usize = 64 * 1024;
/// Steps of the interpreter per call, about a hundred times what the shipped strategies need.
pub(super) const MAX_OPERATIONS: u64 = 20_000;
/// Calls inside calls.
pub(super) const MAX_CALLS: usize = 16;
/// Nesting of expressions outside functions (the map of `meta()` counts as inside) and inside them.
pub(super) const MAX_DEPTHS: (usize, usize) = (64, 32);
/// Bytes of a text. Native operations are not counted as steps, so sizes are their only brake.
pub(super) const MAX_TEXT: usize = 1_024;
/// Members of an array, and fields of a map.
pub(super) const MAX_MEMBERS: usize = 256;
/// Variables at one time.
pub(super) const MAX_VARIABLES: usize = 256;
/// Functions of a script.
pub(super) const MAX_FUNCTIONS: usize = 128;
/// Stack for compiling and running; the main thread's size differs between systems.
const STACK: usize = 16 * 1024 * 1024;

/// Words of the language that strategies do not have.
///
/// Loops without an end, errors as control flow, code from text, other files, output, and calls by
/// name. `switch` goes too: its cases compare whole numbers, and strategies have none.
pub(super) const NOT_OFFERED: &[&str] = &[
    "eval",
    "import",
    "export",
    "Fn",
    "call",
    "curry",
    "print",
    "debug",
    "while",
    "loop",
    "do",
    "until",
    "try",
    "catch",
    "throw",
    "this",
    "switch",
    "private",
    "is_shared",
    "is_def_var",
    "is_def_fn",
    "type_of",
];

/// Returns the interpreter, set up once per process.
pub(super) fn engine() -> &'static Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(build);
    &ENGINE
}

/// Sets up an interpreter.
///
/// None of Rhai's packages is loaded: operators on decimals are built into the interpreter, and
/// everything else a strategy may call is registered by [`api`], once, for every way to run a script.
/// A file resolver is never registered.
pub(super) fn build() -> Engine {
    let mut engine = Engine::new_raw();
    // Folding constants runs native code while parsing, which no limit counts.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_operations(MAX_OPERATIONS);
    engine.set_max_call_levels(MAX_CALLS);
    engine.set_max_expr_depths(MAX_DEPTHS.0, MAX_DEPTHS.1);
    engine.set_max_string_size(MAX_TEXT);
    engine.set_max_array_size(MAX_MEMBERS);
    engine.set_max_map_size(MAX_MEMBERS);
    engine.set_max_variables(MAX_VARIABLES);
    engine.set_max_functions(MAX_FUNCTIONS);
    engine.set_max_modules(0);
    for word in NOT_OFFERED {
        engine.disable_symbol(*word);
    }
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_allow_shadowing(false);
    engine.set_allow_anonymous_fn(false);
    engine.set_allow_looping(true); // `for`; the endless kinds are not offered
    read_numbers_as_decimals(&mut engine);
    engine.register_iterator::<Array>();
    api::register(&mut engine);
    engine
}

/// Reads whole numbers as decimals, so that `1/3` is a third and `sqrt(4)` is two.
#[expect(
    deprecated,
    reason = "marked as volatile, not deprecated; the version is pinned"
)]
fn read_numbers_as_decimals(engine: &mut Engine) {
    engine.on_parse_token(|token, _, _| match token {
        Token::IntegerConstant(n) => {
            let text = n.to_string();
            Token::FloatConstant(Box::new(((n as f64).into(), text.into())))
        }
        other => other,
    });
}

/// Why work on a script came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The interpreter panicked.
    Panicked,
    /// The system refused a thread.
    NoThread,
}

/// Runs work on a thread whose stack is large enough for the deepest script that is let in.
pub(super) fn guarded<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Broken> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("strategy".into())
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|_| Broken::NoThread)?
            .join()
            // The panic ends with its thread; `join` hands it over as `catch_unwind` would.
            .map_err(|_| Broken::Panicked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::{EvalAltResult, ParseErrorType, Scope};

    fn run(source: &str) -> Result<f64, Box<EvalAltResult>> {
        engine().eval_with_scope::<f64>(&mut Scope::new(), source)
    }

    fn parse(source: &str) -> ParseErrorType {
        engine()
            .compile(source)
            .map(|_| ())
            .unwrap_err()
            .err_type()
            .clone()
    }

    #[test]
    fn whole_numbers_are_decimals() {
        assert!((run("1 / 3").unwrap() - 1.0 / 3.0).abs() < 1e-15);
        assert!((run("sqrt(4) + max(0, 60 - 3.5)").unwrap() - 58.5).abs() < 1e-15);
        assert!((run("let s = 0; for x in [1, 2, 3] { s += x; } s").unwrap() - 6.0).abs() < 1e-15);
    }

    #[test]
    fn constants_are_not_folded() {
        assert_eq!(engine().optimization_level(), OptimizationLevel::None);
    }

    #[test]
    fn operations_end() {
        let body = "for a in [1,2,3,4,5,6,7,8,9,10] {".repeat(5);
        let source = rename_loops(&format!("let s = 0; {body} s += 1; {} s", "}".repeat(5)));
        assert!(matches!(
            *run(&source).unwrap_err(),
            EvalAltResult::ErrorTooManyOperations(_)
        ));
    }

    fn numbered(count: usize, before: &str, after: &str) -> String {
        (0..count).fold(String::new(), |out, n| {
            [&out, before, &n.to_string(), after].concat()
        })
    }

    fn rename_loops(source: &str) -> String {
        let mut parts = source.split("for a in").enumerate();
        let first = parts.next().map_or("", |(_, part)| part).to_owned();
        parts.fold(first, |out, (n, part)| {
            [&out, "for a", &n.to_string(), " in", part].concat()
        })
    }

    #[test]
    fn calls_inside_calls_end() {
        let error = run("fn f(x) { f(x + 1) } f(1)").unwrap_err();
        assert!(
            matches!(error.unwrap_inner(), EvalAltResult::ErrorStackOverflow(_)),
            "{error:?}"
        );
    }

    #[test]
    fn expressions_are_not_deep() {
        let nest = |n| format!("{}1{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(parse(&nest(100)), ParseErrorType::ExprTooDeep);
        assert_eq!(
            parse(&format!("fn f() {{ {} }}", nest(40))),
            ParseErrorType::ExprTooDeep
        );
    }

    #[test]
    fn texts_arrays_and_maps_are_small() {
        let text = format!("let s = \"{}\"; 1", "x".repeat(2_000));
        assert!(matches!(parse(&text), ParseErrorType::LiteralTooLarge(..)));
        let array = format!("let s = [{}]; 1", "1,".repeat(300));
        assert!(matches!(parse(&array), ParseErrorType::LiteralTooLarge(..)));
        let fields = numbered(300, "a", ": 1,");
        assert!(matches!(
            parse(&format!("let s = #{{{fields}}}; 1")),
            ParseErrorType::LiteralTooLarge(..)
        ));
        for grow in ["s += s", "s = [s, s, s]", "s = #{ a: s, b: s, c: s }"] {
            let start = if grow.contains('[') { "[1]" } else { "\"x\"" };
            let source = format!("let s = {start}; {} 1", format!("{grow}; ").repeat(20));
            assert!(
                matches!(
                    *run(&source).unwrap_err(),
                    EvalAltResult::ErrorDataTooLarge(..)
                ),
                "{grow}"
            );
        }
    }

    #[test]
    fn variables_and_functions_are_few() {
        let many = numbered(300, "let a", " = 1; ");
        assert!(matches!(
            *run(&format!("{many} 1")).unwrap_err(),
            EvalAltResult::ErrorTooManyVariables(_)
        ));
        let many = numbered(200, "fn f", "() { 1 } ");
        assert_eq!(parse(&many), ParseErrorType::TooManyFunctions);
    }

    #[test]
    fn words_that_are_not_offered_do_not_parse() {
        // Each line is fine for the language as such, so that our refusal is what is tested.
        let uses = [
            ("eval", "eval(\"1\")"),
            ("import", "import \"a\" as a;"),
            ("export", "export const A = 1;"),
            ("Fn", "Fn(\"f\")"),
            ("call", "fn f(x) { call(x, 1) }"),
            ("curry", "fn f(x) { curry(x, 1) }"),
            ("print", "print(1)"),
            ("debug", "debug(1)"),
            ("while", "while false { }"),
            ("loop", "loop { break; }"),
            ("do", "do { } while false;"),
            ("until", "do { } until true;"),
            ("try", "try { 1 } catch { 2 }"),
            ("catch", "try { 1 } catch(e) { 2 }"),
            ("throw", "throw 1;"),
            ("this", "fn f() { this }"),
            ("switch", "switch 1 { _ => 2 }"),
            ("private", "private fn f() { 1 }"),
            ("is_shared", "let x = 1; is_shared(x)"),
            ("is_def_var", "is_def_var(\"x\")"),
            ("is_def_fn", "is_def_fn(\"f\", 1)"),
            ("type_of", "type_of(1)"),
        ];
        assert_eq!(uses.map(|(word, _)| word).as_slice(), NOT_OFFERED);
        for (_, source) in uses {
            assert!(Engine::new().compile(source).is_ok(), "{source}");
            assert!(engine().compile(source).is_err(), "{source}");
        }
    }

    #[test]
    fn nothing_is_imported() {
        assert_eq!(engine().max_modules(), 0);
        // Even past the refusal of the word there would be nobody to find a module.
        let resolver = engine().module_resolver();
        let found = resolver.resolve(engine(), None, "../secrets", rhai::Position::NONE);
        assert!(found.is_err());
    }

    #[test]
    fn no_file_and_no_clock_is_in_reach() {
        for call in [
            "sleep(1)",
            "timestamp()",
            "rand()",
            "open_file(\"x\")",
            "parse_int(\"1\")",
            "blob(10)",
            "[2, 1].sort()",
            "\"x\".pad(1000000, \"x\")",
            "[1].push(2)",
        ] {
            let error = run(call).unwrap_err();
            assert!(
                matches!(*error, EvalAltResult::ErrorFunctionNotFound(..)),
                "{call}: {error}"
            );
        }
    }

    #[test]
    fn unknown_variables_and_shadowing_do_not_parse() {
        assert!(matches!(
            parse("fn f() { x }"),
            ParseErrorType::VariableUndefined(_)
        ));
        assert!(matches!(
            parse("fn f(x) { let x = 1; x }"),
            ParseErrorType::VariableExists(_)
        ));
    }

    #[test]
    fn a_missing_property_is_an_error() {
        let error = run("let m = #{ a: 1 }; m.b").unwrap_err();
        assert!(
            matches!(*error, EvalAltResult::ErrorPropertyNotFound(..)),
            "{error}"
        );
    }

    #[test]
    fn functions_without_a_name_do_not_parse() {
        assert!(engine().compile("let f = |x| x;").is_err());
    }

    #[test]
    fn a_panic_is_caught() {
        let broken: Result<(), _> = guarded(|| panic!("caught by the test"));
        assert_eq!(broken, Err(Broken::Panicked));
    }

    #[test]
    fn the_stack_holds_deep_work() {
        fn deep(n: u32) -> u64 {
            let frame = std::hint::black_box([u64::from(n); 128]);
            if n == 0 {
                0
            } else {
                1 + deep(n - 1) + (frame[0] - u64::from(n))
            }
        }
        assert_eq!(guarded(|| deep(5_000)), Ok(5_000));
    }
}
