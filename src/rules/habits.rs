//! What people type who know another language, or whose editor writes for print: and what to type
//! instead.
//!
//! A parser says which sign it did not expect. That is true and seldom helps; the text around the
//! sign often shows what was meant.

use crate::diagnostics::Diagnostic;

/// Signs that look like others: full-width ones from a Chinese keyboard, and those of word processors.
const LOOKALIKES: &[(char, char)] = &[
    ('（', '('),
    ('）', ')'),
    ('，', ','),
    ('；', ';'),
    ('：', ':'),
    ('。', '.'),
    ('、', ','),
    ('｛', '{'),
    ('｝', '}'),
    ('【', '['),
    ('】', ']'),
    ('＋', '+'),
    ('－', '-'),
    ('＊', '*'),
    ('／', '/'),
    ('＝', '='),
    ('＜', '<'),
    ('＞', '>'),
    ('！', '!'),
    ('“', '"'),
    ('”', '"'),
    ('„', '"'),
    ('«', '"'),
    ('»', '"'),
    ('‘', '"'),
    ('’', '"'),
    ('–', '-'),
    ('—', '-'),
    ('−', '-'),
    ('×', '*'),
    ('·', '*'),
    ('÷', '/'),
    ('≤', '≤'),
    ('≥', '≥'),
    ('≠', '≠'),
    ('\u{a0}', ' '),
    ('\u{3000}', ' '),
];

/// Words of other languages.
const WORDS: &[(&[&str], &str)] = &[
    (&["and", "AND"], "write `&&`"),
    (&["or", "OR"], "write `||`"),
    (&["not", "NOT"], "write `!` before it: `!known.compute`"),
    (&["elseif", "elif", "elsif"], "write `else if`"),
    (&["def", "function", "func", "fun"], "write `fn`"),
    (&["var", "local", "dim"], "write `let`"),
    (&["True", "TRUE"], "write `true`"),
    (&["False", "FALSE"], "write `false`"),
    (
        &["Math", "math"],
        "functions are called by their names alone: `sqrt(x)`",
    ),
    (&["then", "begin", "end"], "bodies stand in `{ .. }`"),
    (
        &["null", "nil", "None", "NULL", "NA"],
        "figures are never empty: ask `known.` and the name whether one was measured",
    ),
];

/// Replaces the help of a finding about syntax where the text at a byte shows what was meant.
pub(super) fn amend(found: Diagnostic, source: &str, at: usize) -> Diagnostic {
    let (before, rest) = (source[..at].trim_end(), &source[at..]);
    let word = word(rest);
    let instead = if word.is_empty() {
        sign(&found, before, rest)
    } else {
        of_word(&found, before, rest, word)
    };
    match instead {
        None => found,
        Some((message, help)) => Diagnostic {
            message: message.unwrap_or(found.message),
            help: vec![help],
            ..found
        },
    }
}

type Instead = Option<(Option<String>, String)>;

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

fn of_word(found: &Diagnostic, before: &str, rest: &str, word: &str) -> Instead {
    let means = |help: &str| {
        Some((
            Some(format!("`{word}` means nothing here")),
            help.to_owned(),
        ))
    };
    let after = rest[word.len()..].trim_start();
    let named = ["let", "const", "fn", "for"];
    if named
        .iter()
        .any(|w| before.ends_with(&format!(" {w}")) || before == *w)
    {
        let is_name = found.message.contains("reserved") || found.message.contains("not offered");
        let message = format!("`{word}` is a reserved word");
        return is_name.then(|| {
            (
                Some(message),
                format!("choose another name, such as `{word}_`"),
            )
        });
    }
    if word == "default" && after.starts_with(':') {
        let help = "the value that a parameter has by default is called `value`";
        return Some((None, help.to_owned()));
    }
    if found.message.ends_with("is not known here") && after.starts_with(':') {
        return Some((None, "a map starts with `#`: `#{ name: value }`".to_owned()));
    }
    if let Some((_, help)) = WORDS.iter().find(|(words, _)| words.contains(&word)) {
        return means(help);
    }
    sign(found, before, rest)
}

fn sign(found: &Diagnostic, before: &str, rest: &str) -> Instead {
    let first = rest.chars().next()?;
    let help = |help: &str| Some((None, help.to_owned()));
    if let Some((_, plain)) = LOOKALIKES.iter().find(|(sign, _)| *sign == first) {
        let plain = match plain {
            '≤' => "<=".to_owned(),
            '≥' => ">=".to_owned(),
            '≠' => "!=".to_owned(),
            ' ' => "a plain space".to_owned(),
            sign => sign.to_string(),
        };
        let quoted = if plain.contains(' ') {
            plain
        } else {
            format!("`{plain}`")
        };
        return Some((
            Some(format!("`{first}` is not a sign of scripts")),
            format!("write {quoted}"),
        ));
    }
    if before.ends_with('%') {
        return Some((
            Some("`%` is the remainder of a division, and a number must follow it".to_owned()),
            "write `0.3` for 30 percent".to_owned(),
        ));
    }
    let is_missing = |token: &str| found.message == format!("`{token}` is missing here");
    match first {
        '#' => help("comments start with `//`, and maps with `#{`"),
        '?' => help("write `if .. { 1 } else { 0 }`"),
        '=' if is_missing(":") => help("the fields of a map are written `name: value`"),
        '=' if !rest.starts_with("==") => help("write `==` to compare"),
        ',' => comma(before, &rest[1..]),
        _ if is_missing(",") => help("a `,` or the closing bracket is missing before it"),
        _ => None,
    }
}

/// Tells the comma of a number from that of a list.
fn comma(before: &str, after: &str) -> Instead {
    let whole = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let rest = after
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(after.len());
    let rest = &after[..rest];
    if whole.is_empty() || rest.is_empty() {
        return None;
    }
    let message = Some("a number has no comma".to_owned());
    let help = if rest.len() == 3 && whole != "0" {
        format!("write `{whole}{rest}` for thousands")
    } else {
        format!("write `{whole}.{rest}`")
    };
    Some((message, help))
}
