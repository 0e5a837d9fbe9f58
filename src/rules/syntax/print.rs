//! Expressions as text, for people who read an explanation.
//!
//! The tree does not keep how a script was laid out, so an expression is written anew: on one line,
//! with the brackets that its meaning needs.

use super::{Expression, Node, Statement};
use std::fmt::{self, Display, Formatter};

/// How tightly signs bind, from loose to tight; those of one number bind from the left.
fn binding(node: &Node) -> u8 {
    match node {
        Node::Or(_) => 1,
        Node::And(_) => 2,
        Node::Operator(_, operands) if operands.len() == 1 => 8,
        Node::Operator(sign, _) => match sign.as_str() {
            "==" | "!=" => 3,
            "<" | "<=" | ">" | ">=" => 4,
            "+" | "-" => 5,
            "*" | "/" | "%" => 6,
            _ => 7,
        },
        _ => 9,
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Number(n) => write!(f, "{n}"),
            Node::Flag(yes) => write!(f, "{yes}"),
            Node::Text(text) => write!(f, "{text:?}"),
            Node::Unit => f.write_str("()"),
            Node::Array(members) => {
                f.write_str("[")?;
                list(f, members)?;
                f.write_str("]")
            }
            Node::Map(fields) => {
                f.write_str("#{ ")?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {value}", name.text)?;
                }
                f.write_str(" }")
            }
            Node::Variable(name) => f.write_str(name),
            Node::Global(name) => write!(f, "global::{name}"),
            Node::Property(base, name) => write!(f, "{base}.{}", name.text),
            Node::Call(name, arguments) => {
                write!(f, "{name}(")?;
                list(f, arguments)?;
                f.write_str(")")
            }
            Node::Operator(sign, operands) => operator(f, self, sign, operands),
            Node::And(parts) => chain(f, self, "&&", parts),
            Node::Or(parts) => chain(f, self, "||", parts),
            Node::Block(statements) => block(f, statements),
            Node::Refused(what, _) => f.write_str(what),
        }
    }
}

fn list(f: &mut Formatter<'_>, members: &[Expression]) -> fmt::Result {
    for (at, member) in members.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        write!(f, "{comma}{member}")?;
    }
    Ok(())
}

fn operator(
    f: &mut Formatter<'_>,
    whole: &Expression,
    sign: &str,
    operands: &[Expression],
) -> fmt::Result {
    if let [operand] = operands {
        f.write_str(sign)?;
        return bracketed(f, operand, binding(&operand.node) < 9);
    }
    chain(f, whole, sign, operands)
}

fn chain(
    f: &mut Formatter<'_>,
    whole: &Expression,
    sign: &str,
    operands: &[Expression],
) -> fmt::Result {
    let own = binding(&whole.node);
    for (at, operand) in operands.iter().enumerate() {
        let theirs = binding(&operand.node);
        if at > 0 {
            write!(f, " {sign} ")?;
        }
        bracketed(f, operand, theirs < own || (at > 0 && theirs == own))?;
    }
    Ok(())
}

fn bracketed(f: &mut Formatter<'_>, inner: &Expression, brackets: bool) -> fmt::Result {
    if brackets {
        write!(f, "({inner})")
    } else {
        write!(f, "{inner}")
    }
}

/// A block that is one `if` shows its condition; what stands inside has lines of its own.
fn block(f: &mut Formatter<'_>, statements: &[Statement]) -> fmt::Result {
    match statements {
        [Statement::If { condition, .. }] => write!(f, "if {condition} {{ .. }}"),
        _ => f.write_str("{ .. }"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{FileId, Rule};
    use super::*;

    /// Writes the value that `score` ends with.
    fn written(expression: &str) -> String {
        let source =
            format!("fn meta() {{ #{{ title: \"T\" }} }} fn score(part) {{ {expression} }}");
        let (rule, found) = Rule::compile(&FileId::new("t.rhai"), &source);
        let rule = rule.unwrap_or_else(|| panic!("{expression}: {found:?}"));
        let score = rule
            .script
            .functions
            .iter()
            .find(|f| f.name.text == "score");
        match score.unwrap().body.last() {
            Some(Statement::Value(value)) => value.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn expressions_keep_the_brackets_that_matter() {
        for text in [
            "part.a * (part.b + 1) - part.c / 2",
            "part.a - (part.b - part.c)",
            "-(part.a + 1)",
            "max(part.a, 0.5) % 3",
            "pow(2, -part.a)",
        ] {
            assert_eq!(written(text), text);
        }
        assert_eq!(
            written("(part.a + part.b) + (1 * 2)"),
            "part.a + part.b + 1 * 2"
        );
    }
}
