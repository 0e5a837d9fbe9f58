//! Findings about scripts.
//!
//! The interpreter reports in its own words and with line and column. Here they become the project's
//! findings: what is wrong in a planner's terms, where, and what to write instead. Its message is never
//! shown bare.

use super::api;
use super::engine::NOT_OFFERED;
use super::habits;
use super::text::Text;
use super::vocabulary::RECORDS;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span, did_you_mean, nearest};
use rhai::{EvalAltResult, LexError, ParseError, ParseErrorType, Position};

pub(super) const SYNTAX: Code = Code("E0401");
pub(super) const NAME: Code = Code("E0402");
pub(super) const KIND: Code = Code("E0403");
pub(super) const UNIT: Code = Code("W0404");
pub(super) const BOUNDS: Code = Code("E0405");
pub(super) const LIMIT: Code = Code("E0406");
pub(super) const RESULT: Code = Code("E0407");
pub(super) const CONTRACT: Code = Code("E0408");
pub(super) const RUN: Code = Code("E0409");
pub(super) const DOUBT: Code = Code("W0410");
pub(super) const TRACE: Code = Code("E0420");
pub(super) const UNTAKEN: Code = Code("W0420");

/// Findings of one script that are shown; whoever makes more mends these first.
const MOST: usize = 100;

/// Sorts findings, and says how many more there are instead of listing thousands.
pub(super) fn enough(mut found: Diagnostics) -> Diagnostics {
    found.sort();
    let more = found.len().saturating_sub(MOST);
    if more == 0 {
        return found;
    }
    // Errors first: a warning must not push out the reason why nothing runs.
    let (errors, warnings): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|d| d.severity() == Severity::Error);
    let mut kept: Vec<Diagnostic> = errors.into_iter().chain(warnings).take(MOST).collect();
    if let Some(last) = kept.last_mut() {
        last.notes
            .push(format!("{more} more findings in this script are not shown"));
    }
    let mut out = Diagnostics::new();
    out.extend(kept);
    out.sort();
    out
}

/// Reports something that the language has and strategies do not.
pub(super) fn refused(what: &str, instead: &str, span: Span) -> Diagnostic {
    Diagnostic::new(CONTRACT, format!("{what} is not offered to strategies"))
        .at(span, "")
        .help(instead)
}

/// Translates an error of the lexer.
pub(super) fn lexing(error: &LexError, span: Span) -> Diagnostic {
    let (message, help) = match error {
        LexError::UnterminatedString => ("the text has no closing quote", "add `\"` at its end"),
        LexError::StringTooLong(_) => {
            return Diagnostic::new(LIMIT, "the name or text is too long")
                .at(span, "")
                .help("at most 1024 bytes are read");
        }
        LexError::MalformedNumber(_) => ("this is not a number", "write `1250` or `0.5`"),
        LexError::MalformedEscapeSequence(_) => {
            ("this escape is not known", "write a backslash as `\\\\`")
        }
        LexError::MalformedChar(_) => (
            "a single character is not offered",
            "write text in double quotes",
        ),
        LexError::MalformedIdentifier(_) => (
            "this is not a name",
            "names are letters, digits and `_`, and start with a letter",
        ),
        LexError::UnexpectedInput(text) if text.chars().all(char::is_alphabetic) => (
            "this letter cannot stand in a name",
            "names are Latin letters, digits and `_`; some letters of other alphabets look the same",
        ),
        LexError::ImproperSymbol(symbol, _) => return improper(symbol, span),
        _ => ("this sign means nothing here", "remove it"),
    };
    Diagnostic::new(SYNTAX, message).at(span, "").help(help)
}

/// Reports signs that other languages have.
fn improper(symbol: &str, span: Span) -> Diagnostic {
    if symbol.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return reserved(symbol, span);
    }
    let help = match symbol {
        "===" => "write `==`",
        "!==" => "write `!=`",
        "++" | "--" => "write `x += 1` or `x -= 1`",
        ":=" | "<-" => "write `let x = ..`, later `x = ..`",
        "->" => "write the function without the kind of its result",
        _ => "remove it",
    };
    Diagnostic::new(SYNTAX, format!("`{symbol}` means nothing here"))
        .at(span, "")
        .help(help)
}

/// Translates an error of the parser. It reports the first one only.
pub(super) fn parsing(error: &ParseError, text: &Text) -> Diagnostic {
    let found = translated(error, text);
    habits::amend(found, text.source(), text.byte(error.position()))
}

fn translated(error: &ParseError, text: &Text) -> Diagnostic {
    use ParseErrorType as P;
    let span = text.span(error.position());
    let syntax = |message: String, help: &str| {
        Diagnostic::new(SYNTAX, message)
            .at(span.clone(), "")
            .help(help)
    };
    match error.err_type() {
        P::BadInput(lex) => lexing(lex, span),
        P::UnexpectedEOF => syntax(
            "the script ends too early".into(),
            "a `}` or `)` is missing",
        ),
        P::UnknownOperator(sign) => improper(sign, span),
        P::MalformedIndexExpr(_) => refused(
            "`[..]` after a value",
            "name the field, or loop with `for x in [..]`",
            span,
        ),
        P::MissingToken(token, _) => missing(token, span),
        P::Reserved(word) => reserved(word, span),
        P::VariableUndefined(name) => unknown_variable(name, text, span),
        P::ModuleUndefined(name) => refused(
            &format!("`{name}::`"),
            "only `global::NAME` is known, for a `const` outside functions",
            span,
        ),
        P::VariableExists(name) => syntax(
            format!("`{name}` already has a value here"),
            "choose another name, or assign without `let`",
        ),
        P::FnDuplicatedDefinition(name, _) => syntax(
            format!("the function `{name}` is there twice"),
            "remove or rename one",
        ),
        P::FnDuplicatedParam(_, name) => syntax(
            format!("the argument `{name}` is there twice"),
            "remove one",
        ),
        P::DuplicatedProperty(name) => {
            syntax(format!("the field `{name}` is there twice"), "remove one")
        }
        P::AssignmentToConstant(name) => syntax(
            format!("`{name}` is constant"),
            "declare it with `let` to change it",
        ),
        P::AssignmentToInvalidLHS(_) => syntax(
            "nothing can be assigned to this".into(),
            "`==` compares, `=` assigns",
        ),
        P::WrongFnDefinition => syntax(
            "a function inside another".into(),
            "move it out, or close the brace before it",
        ),
        P::FnMissingBody(name) => {
            syntax(format!("the function `{name}` has no body"), "add `{ .. }`")
        }
        P::FnMissingParams(name) => syntax(
            format!("the function `{name}` has no arguments"),
            "add `()`",
        ),
        P::ExprExpected(_) => syntax(
            "a value is missing here".into(),
            "write a number, a name or a call",
        ),
        P::ExprTooDeep => limit(
            "the expression is nested too deeply",
            span,
            "name parts of it with `let`",
        ),
        P::TooManyFunctions => limit(
            "the script has too many functions",
            span,
            "at most 128 are read",
        ),
        P::LiteralTooLarge(..) => limit(
            "the literal is too large",
            span,
            "lists and maps hold at most 256 members, texts 1024 bytes",
        ),
        P::LoopBreak => syntax(
            "`break` and `continue` belong into a loop".into(),
            "use `return`",
        ),
        P::WrongDocComment => syntax(
            "a `///` comment belongs above a function".into(),
            "write `//` for other comments",
        ),
        _ => syntax(
            "this cannot be read".into(),
            "check the brackets and signs before it",
        ),
    }
}

fn missing(token: &str, span: Span) -> Diagnostic {
    let help = match token {
        ";" => "end the statement before it with `;`",
        "}" | ")" | "]" => "a bracket is opened and not closed",
        "{" => "the body stands in `{ .. }`, also after `else`",
        _ => "add it",
    };
    Diagnostic::new(SYNTAX, format!("`{token}` is missing here"))
        .at(span, "")
        .help(help)
}

fn limit(message: &str, span: Span, help: &str) -> Diagnostic {
    Diagnostic::new(LIMIT, message).at(span, "").help(help)
}

fn reserved(word: &str, span: Span) -> Diagnostic {
    if !NOT_OFFERED.contains(&word) {
        return Diagnostic::new(SYNTAX, format!("`{word}` is a reserved word"))
            .at(span, "")
            .help(format!("choose another name, such as `{word}_`"));
    }
    let instead = match word {
        "while" | "loop" | "do" | "until" => "loop over a list: `for x in [1, 2, 3] { .. }`",
        "switch" => "write `if .. else if .. else ..`",
        "try" | "catch" | "throw" => "ask before you compute: `if known.gdp_cny_bn { .. }`",
        "import" | "export" => "write the function into this file",
        "print" | "debug" => "run `exacity rules explain NAME PLACE` to see every step",
        _ => "a strategy is made of numbers, comparisons, `if`, `for` and functions",
    };
    refused(&format!("`{word}`"), instead, span)
}

fn unknown_variable(name: &str, text: &Text, span: Span) -> Diagnostic {
    let found = Diagnostic::new(NAME, format!("`{name}` is not known here")).at(span, "");
    let declared = ["const ", "let "].iter().any(|word| {
        let line = format!("{word}{name} ");
        text.source().lines().any(|l| l.starts_with(&line))
    });
    if RECORDS.contains(&name) {
        return found.help(format!("add `{name}` to the arguments of the function"));
    }
    if declared {
        return found
            .help(format!("make it a parameter in `meta()`, which planners can vary, or write `const {name}` and read `global::{name}`"))
            .note("functions do not see what is declared outside them");
    }
    found.help(match nearest(name, RECORDS.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("give it a value first: `let {name} = ..;`"),
    })
}

/// Reports a call of a function that does not exist.
pub(super) fn unknown_function<'a>(
    name: &str,
    own: impl Iterator<Item = &'a str> + Clone,
    span: Span,
) -> Diagnostic {
    let offered = api::offered().iter().map(|o| o.name);
    let near = match name {
        "ceil" => Some("ceiling".to_owned()),
        "power" => Some("pow".to_owned()),
        _ => nearest(name, offered.chain(own)).map(str::to_owned),
    };
    let help = near.map_or_else(
        || "run `exacity rules docs` for the functions that are offered".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::new(NAME, format!("there is no function `{name}`"))
        .at(span, "")
        .help(help)
}

/// Reports a field that a record does not have.
pub(super) fn unknown_field<'a>(
    record: &str,
    field: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    span: Span,
) -> Diagnostic {
    let help = did_you_mean(field, known).or_else(|| {
        let example = format!("`params: #{{ {field}: #{{ value: 1, min: 0, max: 2 }} }}`");
        (record == "param").then(|| format!("declare it in `meta()`: {example}"))
    });
    Diagnostic::new(NAME, format!("`{record}` has no field `{field}`"))
        .at(span, "unknown field")
        .maybe_help(help)
}

/// Translates an error that happened while the script ran.
pub(super) fn running(error: &EvalAltResult, text: &Text) -> Diagnostic {
    use EvalAltResult as E;
    let inner = error.unwrap_inner();
    let span = text.span(innermost(error));
    let found = match inner {
        E::ErrorTooManyOperations(_) => limit(
            "the script takes too many steps",
            span,
            "a call may take 20000 steps; shorten its loops",
        ),
        E::ErrorStackOverflow(_) => limit(
            "functions call each other too deeply",
            span,
            "16 calls inside each other are allowed",
        ),
        E::ErrorTooManyVariables(_) => {
            limit("the script has too many variables", span, "256 are allowed")
        }
        E::ErrorDataTooLarge(..) => limit(
            "a text or list grows too large",
            span,
            "256 members and 1024 bytes are allowed",
        ),
        E::ErrorFunctionNotFound(call, _) => {
            Diagnostic::new(KIND, wrong_arguments(call)).at(span, "")
        }
        E::ErrorMismatchDataType(wanted, given, _)
        | E::ErrorMismatchOutputType(wanted, given, _) => {
            let message = format!("{} is needed here, not {}", kind_of(wanted), kind_of(given));
            Diagnostic::new(KIND, message).at(span, "")
        }
        E::ErrorPropertyNotFound(name, _) => {
            Diagnostic::new(NAME, format!("there is no field `{name}`")).at(span, "")
        }
        E::ErrorVariableNotFound(name, _) => {
            Diagnostic::new(NAME, format!("`{name}` is not known here")).at(span, "")
        }
        E::ErrorFor(_) => Diagnostic::new(KIND, "this is not a list")
            .at(span, "")
            .help("loop over a list: `for x in [1, 2, 3] { .. }`"),
        E::ErrorArithmetic(..) => Diagnostic::new(RUN, "this cannot be computed").at(span, ""),
        _ => Diagnostic::new(RUN, "the script fails here").at(span, ""),
    };
    calls(error, text, found)
}

/// Returns the deepest position that is known.
fn innermost(error: &EvalAltResult) -> Position {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, at) => {
            let deeper = innermost(inner);
            if deeper.is_none() { *at } else { deeper }
        }
        other => other.position(),
    }
}

/// Adds the calls on the way to the error.
fn calls(error: &EvalAltResult, text: &Text, found: Diagnostic) -> Diagnostic {
    let mut found = found;
    let mut at = error;
    while let EvalAltResult::ErrorInFunctionCall(name, _, inner, position) = at {
        if !position.is_none() && found.labels.len() < 4 {
            found = found.at(text.span(*position), format!("in this call of `{name}`"));
        }
        at = inner;
    }
    found
}

/// Turns `sqrt (string)` into a sentence.
fn wrong_arguments(call: &str) -> String {
    let (name, given) = call.split_once('(').unwrap_or((call, ""));
    let given: Vec<_> = given
        .trim_end_matches(')')
        .split(", ")
        .map(kind_of)
        .collect();
    format!("`{}` cannot work with {}", name.trim(), given.join(" and "))
}

/// Returns a planner's word for a type of the interpreter.
pub(super) fn kind_of(name: &str) -> &'static str {
    let name = name
        .trim()
        .trim_start_matches('&')
        .trim_start_matches("mut ");
    if name.contains("Map") || name == "map" {
        "a record"
    } else if name.contains("String") || name.contains("str") {
        "text"
    } else if name.contains("Array") || name.contains("Vec") || name == "array" {
        "a list"
    } else {
        match name {
            "bool" => "yes or no",
            "()" | "" => "nothing",
            "f64" | "i64" => "a number",
            _ => "something else",
        }
    }
}
