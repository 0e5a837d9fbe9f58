//! A first look at a script, word by word, before it is parsed.
//!
//! It finds where functions are declared (Rhai's tree does not say), and refuses expressions so long
//! that their tree would exhaust the stack: a thousand terms in a row become a tree as deep as it is
//! long.

use super::diag;
use super::engine::{MAX_SOURCE, engine};
use super::habits;
use super::syntax::{Header, Name};
use super::text::Text;
use crate::diagnostics::{Diagnostic, Diagnostics};
use rhai::{Position, Token};

/// Operators in one expression, dots included. The parser's limit on depth ends sums at about thirty
/// terms already; this is the fence before it.
const MAX_OPERATORS: usize = 600;

/// Letters of a name. Messages quote names, and must stay readable.
const MAX_NAME: usize = 128;

/// Looks through a script. Findings mean that it must not be parsed.
pub(super) fn scan(text: &Text) -> Result<Vec<Header>, Diagnostics> {
    let mut found = Diagnostics::new();
    if text.source().len() > MAX_SOURCE {
        let size = text.source().len() / 1024;
        found.push(
            Diagnostic::new(
                diag::LIMIT,
                format!("the script has {size} KiB; at most 64 are read"),
            )
            .at(text.whole(), "")
            .help("move figures into the data and numbers into parameters"),
        );
        return Err(found);
    }
    let tokens = tokens(text, &mut found);
    too_long(&tokens, text, &mut found);
    if found.is_empty() {
        Ok(headers(&tokens, text))
    } else {
        Err(found)
    }
}

fn tokens(text: &Text, found: &mut Diagnostics) -> Vec<(Token, Position)> {
    let source = [text.source()];
    let (words, _control) = engine().lex(&source);
    let mut tokens = vec![];
    for (token, at) in words {
        match token {
            Token::EOF => break,
            Token::LexError(error) => {
                let fault = diag::lexing(&error, text.span(at));
                found.push(habits::amend(fault, text.source(), text.byte(at)));
                break;
            }
            // What follows `${` is lexed in another mode, so nothing after it can be trusted.
            Token::InterpolatedString(_) => {
                found.push(diag::refused(
                    "text with `${..}`",
                    "write plain text in quotes",
                    text.span(at),
                ));
                break;
            }
            Token::Identifier(name) if name.len() > MAX_NAME => {
                found.push(
                    Diagnostic::new(diag::LIMIT, "the name is too long")
                        .at(text.span(at), "")
                        .help(format!("names have at most {MAX_NAME} letters")),
                );
                break;
            }
            Token::Comment(_) => {}
            token => tokens.push((token, at)),
        }
    }
    tokens
}

/// Counts operators between separators, those around an open bracket included: a long sum inside a
/// long sum is as deep as both.
fn too_long(tokens: &[(Token, Position)], text: &Text, found: &mut Diagnostics) {
    let mut levels = vec![0_usize];
    for (token, at) in tokens {
        match token {
            Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => {
                bump(&mut levels);
                levels.push(0);
            }
            Token::RightParen | Token::RightBracket | Token::RightBrace if levels.len() > 1 => {
                levels.pop();
            }
            Token::SemiColon | Token::Comma | Token::Fn => {
                if let Some(level) = levels.last_mut() {
                    *level = 0;
                }
            }
            Token::Identifier(_) | Token::FloatConstant(_) | Token::StringConstant(_) => {}
            _ => bump(&mut levels),
        }
        if levels.iter().sum::<usize>() > MAX_OPERATORS {
            found.push(
                Diagnostic::new(diag::LIMIT, "the expression is too long")
                    .at(
                        text.span(*at),
                        format!("more than {MAX_OPERATORS} operators up to here"),
                    )
                    .help("name parts of it with `let`"),
            );
            return;
        }
    }
}

fn bump(levels: &mut [usize]) {
    if let Some(level) = levels.last_mut() {
        *level += 1;
    }
}

/// Finds `fn name(a, b) { .. }`.
fn headers(tokens: &[(Token, Position)], text: &Text) -> Vec<Header> {
    let starts = tokens
        .iter()
        .enumerate()
        .filter(|(_, (token, _))| *token == Token::Fn);
    starts
        .filter_map(|(at, _)| header(&tokens[at..], text))
        .collect()
}

fn header(tokens: &[(Token, Position)], text: &Text) -> Option<Header> {
    let named = |(token, at): &(Token, Position)| match token {
        Token::Identifier(name) => Some(Name {
            text: name.to_string(),
            span: text.span(*at),
        }),
        _ => None,
    };
    let name = named(tokens.get(1)?)?;
    let after_name = tokens.get(2..)?;
    let parameters = after_name
        .iter()
        .take_while(|(t, _)| *t != Token::LeftBrace)
        .filter_map(named)
        .collect();
    let start = text.byte(tokens.first()?.1);
    let end = closing(after_name).map_or(text.source().len(), |at| text.byte(at) + 1);
    Some(Header {
        name,
        parameters,
        text: start..end,
    })
}

/// Returns where the first brace that is opened is closed again.
fn closing(tokens: &[(Token, Position)]) -> Option<Position> {
    let mut open = 0_usize;
    for (token, at) in tokens {
        match token {
            Token::LeftBrace | Token::MapStart => open += 1,
            Token::RightBrace if open == 1 => return Some(*at),
            Token::RightBrace => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FileId;

    fn scanned(source: &str) -> Result<Vec<Header>, Diagnostics> {
        scan(&Text::script(&FileId::new("a.rhai"), source))
    }

    #[test]
    fn a_script_may_fill_64_kibibytes_and_no_byte_more() {
        let source = |bytes: usize| format!("fn f() {{ 1 }}\n//{}", " ".repeat(bytes - 15));
        assert_eq!(source(MAX_SOURCE).len(), MAX_SOURCE);
        assert!(scanned(&source(MAX_SOURCE)).is_ok());
        let found = scanned(&source(MAX_SOURCE + 1)).unwrap_err();
        assert_eq!(found.iter().next().unwrap().code, diag::LIMIT);
    }

    #[test]
    fn a_name_may_be_long_but_not_endless() {
        assert!(scanned(&"x".repeat(MAX_NAME)).is_ok());
        assert!(scanned(&"x".repeat(MAX_NAME + 1)).is_err());
    }

    #[test]
    fn headers_end_with_the_brace_that_closes_them() {
        let source = "fn a() { #{ x: 1 } }\nfn b(y) { if y { 1 } else { 2 } }";
        let headers = scanned(source).unwrap();
        let texts: Vec<_> = headers.iter().map(|h| &source[h.text.clone()]).collect();
        assert_eq!(texts, source.lines().collect::<Vec<_>>());
    }
}
