//! The names that scripts can use: records, and words that cannot be names.

/// Records that functions may ask for by the name of their argument.
pub(super) const RECORDS: &[&str] = &[
    "place", "part", "known", "weight", "param", "leader", "facts",
];

/// The value that `normalise` is given.
pub(super) const VALUE: &str = "x";

/// What `normalise` may ask for: the value, the facts of its column, and the figures of the place.
pub(super) const NORMALISE: &[&str] = &[VALUE, "facts", "param", "place", "known"];

/// Returns the records that a formula of a project file may read, by the function that it becomes. It has
/// no parameters: numbers stand in it.
pub(super) fn formula_records(function: &str) -> Vec<&'static str> {
    let all = if function == "normalise" {
        NORMALISE
    } else {
        RECORDS
    };
    all.iter()
        .copied()
        .filter(|name| *name != "param")
        .collect()
}

/// Facts of a column: in `normalise` the fields of `facts`, elsewhere the ends of its fields.
pub const FACTS: &[&str] = &["n", "min", "max", "mean", "median", "sd", "rank", "share"];

/// Functions with a meaning of their own, beside those named in `derives`.
pub(super) const HOOKS: &[&str] = &["score", "eligible", "normalise"];

/// Words that Rhai keeps for itself, so that no criterion or indicator can be called so: a script
/// could not read it.
static RESERVED: &[&str] = &[
    "Fn",
    "as",
    "async",
    "await",
    "break",
    "call",
    "case",
    "catch",
    "const",
    "continue",
    "curry",
    "debug",
    "default",
    "do",
    "else",
    "eval",
    "exit",
    "export",
    "false",
    "fn",
    "for",
    "global",
    "go",
    "goto",
    "if",
    "import",
    "in",
    "is",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "let",
    "loop",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "print",
    "private",
    "protected",
    "public",
    "return",
    "shared",
    "spawn",
    "static",
    "super",
    "switch",
    "sync",
    "this",
    "thread",
    "throw",
    "true",
    "try",
    "type_of",
    "until",
    "use",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Returns the words that cannot be names of criteria, indicators or parameters, sorted.
pub fn reserved_words() -> &'static [&'static str] {
    RESERVED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::engine::engine;

    #[test]
    fn words_that_a_script_cannot_read_as_a_field_are_reserved() {
        let unreadable = |word: &str| {
            engine()
                .compile(format!("fn f(part) {{ part.{word} }}"))
                .is_err()
        };
        for word in [
            "case", "with", "default", "goto", "type_of", "while", "spawn",
        ] {
            assert!(unreadable(word) && RESERVED.contains(&word), "{word}");
        }
        for word in ["compute", "gdp", "value", "x", "score"] {
            assert!(!unreadable(word) && !RESERVED.contains(&word), "{word}");
        }
    }

    #[test]
    fn reserved_words_are_sorted_and_single() {
        assert!(RESERVED.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn every_reserved_word_but_three_is_refused_as_a_name() {
        // `global` names the constants, `exit` ends a script; both parse, and both would mislead.
        for word in RESERVED.iter().filter(|w| !["global", "exit"].contains(w)) {
            let source = format!("let {word} = 1; {word}");
            assert!(engine().compile(&source).is_err(), "{word}");
        }
    }
}
