//! The syntax tree of a script, in our own words.
//!
//! Rhai's tree is volatile and wide; strategies use a small part of it. This module is the only one
//! that reads Rhai's: it keeps what strategies may contain, and turns everything else into
//! [`Node::Refused`], which the checks report at its place. Checks, documentation and any later
//! compiler know only the types below.

mod print;

use super::text::Text;
use crate::diagnostics::Span;
use rhai::{AST, ASTFlags, ASTNode, Position};
use std::ops::Range;

/// The tree of a script.
#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    /// Functions in the order they are written.
    pub(super) functions: Vec<Function>,
    /// Statements outside functions.
    pub(super) top: Vec<Statement>,
}

/// A function.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: Name,
    pub(super) parameters: Vec<Name>,
    /// The lines above it that start with `///`.
    pub(super) doc: String,
    pub(super) body: Vec<Statement>,
    /// Its text, from `fn` to the closing brace, in bytes of the compiled text.
    pub(super) text: Range<usize>,
}

/// A name where it is written.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

/// An expression where it is written.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    pub(super) node: Node,
    pub(super) span: Span,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Number(f64),
    Flag(bool),
    Text(String),
    Unit,
    Array(Vec<Expression>),
    Map(Vec<(Name, Expression)>),
    Variable(String),
    /// A constant of the top level, written `global::NAME`.
    Global(String),
    Property(Box<Expression>, Name),
    Call(String, Vec<Expression>),
    /// An operator with one or two operands.
    Operator(String, Vec<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Block(Vec<Statement>),
    /// Something that strategies may not contain: what it is, and what to write instead.
    Refused(&'static str, &'static str),
}

/// A statement.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Let {
        name: Name,
        value: Expression,
        constant: bool,
    },
    /// `target = value` or `target += value`.
    Assign {
        target: Expression,
        operator: Option<String>,
        value: Expression,
    },
    If {
        condition: Expression,
        then: Vec<Statement>,
        otherwise: Vec<Statement>,
        span: Span,
    },
    For {
        name: Name,
        members: Expression,
        body: Vec<Statement>,
    },
    Block(Vec<Statement>),
    Value(Expression),
    Return(Option<Expression>, Span),
    /// `break` or `continue`.
    Leave(Leave),
    /// Nothing: a lone semicolon.
    Nothing,
}

/// What `break` and `continue` leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// The whole loop.
    Loop,
    /// The round that is under way.
    Round,
}

/// Reads the tree of a compiled script; the headers of its functions come from its tokens.
pub(super) fn read(tree: &AST, headers: Vec<Header>, text: &Text) -> Script {
    let reader = Reader { text };
    let mut functions = vec![];
    for header in headers {
        let known = tree
            .iter_functions()
            .find(|f| f.name == header.name.text && f.params.len() == header.parameters.len());
        let Some(known) = known else { continue };
        functions.push(Function {
            doc: doc_of(&known.comments),
            body: reader.body(tree, &header),
            name: header.name,
            parameters: header.parameters,
            text: header.text,
        });
    }
    let top = tree
        .statements()
        .iter()
        .map(|s| reader.statement(s))
        .collect();
    Script { functions, top }
}

/// Where a function is declared.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) name: Name,
    pub(super) parameters: Vec<Name>,
    pub(super) text: Range<usize>,
}

fn doc_of(comments: &[&str]) -> String {
    let lines = comments.iter().flat_map(|c| c.lines());
    let plain = lines.filter_map(|l| l.trim_start().strip_prefix("///"));
    plain
        .map(|l| l.strip_prefix(' ').unwrap_or(l))
        .collect::<Vec<_>>()
        .join("\n")
}

struct Reader<'a> {
    text: &'a Text,
}

impl Reader<'_> {
    /// Returns the statements of one function.
    ///
    /// Rhai does not export the type of function bodies. A copy of the tree that keeps only this
    /// function has nothing else to walk, so the nodes at depth one are its statements.
    fn body(&self, tree: &AST, header: &Header) -> Vec<Statement> {
        let mut alone = tree.clone();
        alone.clear_statements();
        alone.retain_functions(|_, _, name, parameters| {
            name == header.name.text && parameters == header.parameters.len()
        });
        let mut statements = vec![];
        alone.walk(&mut |path: &[ASTNode]| {
            if let [ASTNode::Stmt(statement)] = path {
                statements.push(self.statement(statement));
            }
            true
        });
        statements
    }

    fn block<'s>(&self, statements: impl IntoIterator<Item = &'s rhai::Stmt>) -> Vec<Statement> {
        statements.into_iter().map(|s| self.statement(s)).collect()
    }

    fn statement(&self, statement: &rhai::Stmt) -> Statement {
        use rhai::Stmt;
        match statement {
            Stmt::Noop(_) => Statement::Nothing,
            Stmt::If(flow, at) => Statement::If {
                condition: self.expression(&flow.expr),
                then: self.block(flow.body.iter()),
                otherwise: self.block(flow.branch.iter()),
                span: self.text.span(*at),
            },
            Stmt::For(parts, at) => self.for_loop(parts, *at),
            Stmt::Var(parts, flags, _) => Statement::Let {
                name: self.name(&parts.0.name, parts.0.pos),
                value: self.expression(&parts.1),
                constant: flags.intersects(ASTFlags::CONSTANT),
            },
            Stmt::Assignment(parts) => Statement::Assign {
                target: self.expression(&parts.1.lhs),
                operator: parts
                    .0
                    .get_op_assignment_info()
                    .map(|info| info.5.to_owned()),
                value: self.expression(&parts.1.rhs),
            },
            Stmt::FnCall(call, at) => Statement::Value(self.call(call, *at)),
            Stmt::Block(block) => Statement::Block(self.block(block.iter())),
            Stmt::Expr(expression) => Statement::Value(self.expression(expression)),
            Stmt::BreakLoop(None, flags, _) if flags.intersects(ASTFlags::BREAK) => {
                Statement::Leave(Leave::Loop)
            }
            Stmt::BreakLoop(None, ..) => Statement::Leave(Leave::Round),
            Stmt::Return(value, flags, at) if !flags.intersects(ASTFlags::BREAK) => {
                let value = value.as_ref().map(|v| self.expression(v));
                Statement::Return(value, self.text.span(*at))
            }
            other => Statement::Value(self.refused(
                other.position(),
                "this kind of statement",
                "a strategy has `let`, `if`, `for` over a literal list, and `return`",
            )),
        }
    }

    fn for_loop(
        &self,
        parts: &(rhai::Ident, Option<rhai::Ident>, rhai::FlowControl),
        at: Position,
    ) -> Statement {
        let (name, counter, flow) = parts;
        if counter.is_some() {
            return Statement::Value(self.refused(
                at,
                "a loop that counts",
                "write the numbers into the list: `for x in [1, 2, 3]`",
            ));
        }
        Statement::For {
            name: self.name(&name.name, name.pos),
            members: self.expression(&flow.expr),
            body: self.block(flow.body.iter()),
        }
    }

    fn expression(&self, expression: &rhai::Expr) -> Expression {
        use rhai::Expr;
        let at = expression.position();
        let node = match expression {
            Expr::FloatConstant(n, _) => Node::Number(**n),
            Expr::BoolConstant(yes, _) => Node::Flag(*yes),
            Expr::StringConstant(s, _) => Node::Text(s.to_string()),
            Expr::Unit(_) => Node::Unit,
            Expr::Array(members, _) => {
                Node::Array(members.iter().map(|m| self.expression(m)).collect())
            }
            Expr::Map(parts, _) => Node::Map(
                parts
                    .0
                    .iter()
                    .map(|(k, v)| (self.name(&k.name, k.pos), self.expression(v)))
                    .collect(),
            ),
            Expr::Variable(parts, _, _) if parts.2.is_empty() => {
                Node::Variable(parts.1.to_string())
            }
            Expr::Variable(parts, ..) if parts.2.to_string() == "global" => {
                Node::Global(parts.1.to_string())
            }
            Expr::FnCall(call, at) => return self.call(call, *at),
            Expr::And(parts, _) => Node::And(parts.iter().map(|p| self.expression(p)).collect()),
            Expr::Or(parts, _) => Node::Or(parts.iter().map(|p| self.expression(p)).collect()),
            Expr::Stmt(block) => Node::Block(self.block(block.iter())),
            Expr::Dot(parts, flags, _) if !flags.intersects(ASTFlags::NEGATED) => {
                return self.chain(self.expression(&parts.lhs), &parts.rhs);
            }
            other => {
                let (what, instead) = refusal(other);
                Node::Refused(what, instead)
            }
        };
        Expression {
            node,
            span: self.text.span(at),
        }
    }

    /// Reads what follows a dot; Rhai nests chains to the right.
    fn chain(&self, base: Expression, rest: &rhai::Expr) -> Expression {
        use rhai::Expr;
        match rest {
            Expr::Property(parts, at) => {
                let name = self.name(&parts.2, *at);
                let span = Span::new(&name.span.file, base.span.start..name.span.end);
                Expression {
                    node: Node::Property(Box::new(base), name),
                    span,
                }
            }
            Expr::Dot(parts, flags, _) if !flags.intersects(ASTFlags::NEGATED) => {
                self.chain(self.chain(base, &parts.lhs), &parts.rhs)
            }
            Expr::MethodCall(_, at) => self.refused(
                *at,
                "calling a function with a dot",
                "write the value as the first argument: `max(x, 0)` instead of `x.max(0)`",
            ),
            other => {
                let (what, instead) = refusal(other);
                self.refused(other.position(), what, instead)
            }
        }
    }

    fn call(&self, call: &rhai::FnCallExpr, at: Position) -> Expression {
        if call.is_qualified() {
            return self.refused(
                at,
                "a function of another module",
                "write the function into this file",
            );
        }
        let arguments = call.args.iter().map(|a| self.expression(a)).collect();
        let node = if call.is_operator_call() {
            match call.name.as_str() {
                "+" | "-" | "*" | "/" | "%" | "**" | "==" | "!=" | "<" | "<=" | ">" | ">="
                | "!" => Node::Operator(call.name.to_string(), arguments),
                ".." | "..=" => {
                    Node::Refused("a range", "write the numbers into a list: `[1, 2, 3]`")
                }
                "in" | "contains" => Node::Refused("`in`", "compare with `==` and join with `||`"),
                "^" => Node::Refused("`^`", "write `pow(x, y)`"),
                "&" => Node::Refused("`&`", "write `&&`"),
                "|" => Node::Refused("`|`", "write `||`"),
                _ => Node::Refused("this operator", "use `&&`, `||` and `!` for yes and no"),
            }
        } else {
            Node::Call(call.name.to_string(), arguments)
        };
        Expression {
            node,
            span: self.text.span(at),
        }
    }

    fn name(&self, text: &str, at: Position) -> Name {
        Name {
            text: text.to_owned(),
            span: self.text.span(at),
        }
    }

    fn refused(&self, at: Position, what: &'static str, instead: &'static str) -> Expression {
        Expression {
            node: Node::Refused(what, instead),
            span: self.text.span(at),
        }
    }
}

/// Says what an expression is that strategies may not contain, and what to write instead.
fn refusal(expression: &rhai::Expr) -> (&'static str, &'static str) {
    use rhai::Expr;
    match expression {
        Expr::Index(..) => (
            "`[..]` after a value",
            "name the field, or loop with `for x in [..]`",
        ),
        Expr::Dot(..) => (
            "`?.`",
            "every record has all its fields; ask `known.` whether a figure was measured",
        ),
        Expr::Coalesce(..) => ("`??`", "ask `known.` whether a figure was measured"),
        Expr::InterpolatedString(..) => ("text with `${..}`", "write plain text in quotes"),
        Expr::CharConstant(..) => ("a single character", "write text in double quotes"),
        Expr::Variable(..) => (
            "a name of another module",
            "make it a parameter in `meta()`",
        ),
        _ => (
            "this kind of expression",
            "use numbers, comparisons, `if`, and the offered functions",
        ),
    }
}
