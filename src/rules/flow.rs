//! What a function reads and what kinds of values flow through it.
//!
//! One walk from a function that the project calls, into every helper it reaches, follows records
//! through arguments and `let`, so that every `place.gdp` is found before any data is read. The same
//! walk checks kinds: numbers, yes-or-no, text, lists.

use super::Read;
use super::api;
use super::contract::Meta;
use super::diag;
use super::syntax::{Expression, Function, Name, Node, Script, Statement};
use super::vocabulary::{FACTS, RECORDS, VALUE};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};
use std::collections::BTreeMap;

/// Ways in which helpers may be called before the walk gives up; helpers that call helpers twice each
/// would double the work with every level.
const MAX_VISITS: usize = 2_000;

/// What kind of value an expression has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Number,
    Flag,
    Text,
    /// No value.
    Nothing,
    List,
    Map,
    /// One of [`RECORDS`], by position.
    Record(usize),
    /// Known only when the script runs.
    Any,
    /// The statement leaves the function or the loop.
    Never,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Flag => "yes or no",
            Self::Text => "text",
            Self::Nothing | Self::Never => "nothing",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Record(_) => "a record",
            Self::Any => "a value",
        }
    }

    fn fits(self, wanted: Self) -> bool {
        self == wanted || matches!(self, Self::Any | Self::Never)
    }
}

/// What was learnt of a function.
pub(super) struct Flow {
    pub(super) reads: Vec<Read>,
    pub(super) result: Kind,
    /// Functions it reaches, itself included, by position.
    pub(super) reached: Vec<usize>,
}

/// Walks a function that the project calls: its arguments are records by their names.
pub(super) fn follow(script: &Script, meta: &Meta, at: usize, found: &mut Diagnostics) -> Flow {
    let function = &script.functions[at];
    let arguments = function
        .parameters
        .iter()
        .map(|p| kind_of_argument(&p.text))
        .collect();
    let mut walk = Walk {
        script,
        meta,
        plain_facts: function.name.text == "normalise",
        found,
        reads: vec![],
        visited: BTreeMap::new(),
        under_way: vec![],
        locals: vec![],
        returns: vec![],
    };
    let result = walk.function(at, arguments);
    let mut reached: Vec<usize> = walk.visited.keys().map(|(at, _)| *at).collect();
    reached.dedup();
    Flow {
        reads: walk.reads,
        result,
        reached,
    }
}

fn kind_of_argument(name: &str) -> Kind {
    match RECORDS.iter().position(|r| *r == name) {
        Some(at) => Kind::Record(at),
        None if name == VALUE => Kind::Number,
        None => Kind::Any,
    }
}

struct Local {
    name: String,
    kind: Kind,
    /// Members of a list.
    members: Kind,
    /// The result of arithmetic, whose last digits mean nothing.
    computed: bool,
}

struct Walk<'a> {
    script: &'a Script,
    meta: &'a Meta,
    plain_facts: bool,
    found: &'a mut Diagnostics,
    reads: Vec<Read>,
    visited: BTreeMap<(usize, Vec<Kind>), Kind>,
    under_way: Vec<usize>,
    locals: Vec<Local>,
    returns: Vec<(Kind, Span)>,
}

impl Walk<'_> {
    fn function(&mut self, at: usize, arguments: Vec<Kind>) -> Kind {
        let script = self.script;
        let function = &script.functions[at];
        let key = (at, arguments);
        if let Some(result) = self.visited.get(&key) {
            return *result;
        }
        if self.under_way.contains(&at) {
            self.recursion(function);
            return Kind::Any;
        }
        if self.visited.len() >= MAX_VISITS {
            self.found.push(
                Diagnostic::new(diag::LIMIT, "helper functions are called in too many ways")
                    .at(function.name.span.clone(), "")
                    .help("call fewer helpers from helpers"),
            );
            return Kind::Any;
        }
        let outer = std::mem::take(&mut self.locals);
        let outer_returns = std::mem::take(&mut self.returns);
        self.under_way.push(at);
        for (parameter, kind) in function.parameters.iter().zip(&key.1) {
            self.declare(&parameter.text, *kind, Kind::Any, false);
        }
        let last = self.block(&function.body, true);
        self.under_way.pop();
        self.locals = outer;
        let mut returns = std::mem::replace(&mut self.returns, outer_returns);
        returns.push((last, function.name.span.clone()));
        let result = self.agree(function, &returns);
        self.visited.insert(key, result);
        result
    }

    fn recursion(&mut self, function: &Function) {
        self.found.push(
            Diagnostic::new(
                diag::LIMIT,
                format!("`{}` calls itself", function.name.text),
            )
            .at(function.name.span.clone(), "")
            .help("loop over a list instead: a strategy must be sure to end"),
        );
    }

    /// Returns the kind that all ways out of a function share.
    fn agree(&mut self, function: &Function, returns: &[(Kind, Span)]) -> Kind {
        let mut kinds = returns.iter().filter(|(k, _)| *k != Kind::Never);
        let Some((first, _)) = kinds.next() else {
            return Kind::Never;
        };
        let Some((other, span)) = kinds.find(|(k, _)| !k.fits(*first) && *first != Kind::Any)
        else {
            return *first;
        };
        let name = &function.name.text;
        let message = format!(
            "`{name}` returns {} in one place and {} in another",
            first.name(),
            other.name()
        );
        let help = if [*first, *other].contains(&Kind::Nothing) {
            "end every way through the function with a value"
        } else {
            "give every way the same kind of value"
        };
        self.found.push(
            Diagnostic::new(diag::KIND, message)
                .at(span.clone(), "")
                .help(help),
        );
        Kind::Any
    }

    fn declare(&mut self, name: &str, kind: Kind, members: Kind, computed: bool) {
        self.locals.push(Local {
            name: name.to_owned(),
            kind,
            members,
            computed,
        });
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|l| l.name == name)
    }

    /// Walks statements; `wanted` says whether somebody uses the value of the last one.
    fn block(&mut self, statements: &[Statement], wanted: bool) -> Kind {
        let outer = self.locals.len();
        let mut kind = Kind::Nothing;
        let mut left = false;
        for (at, statement) in statements.iter().enumerate() {
            let last = at + 1 == statements.len();
            kind = self.statement(statement, wanted && last);
            left |= kind == Kind::Never;
        }
        self.locals.truncate(outer);
        if left { Kind::Never } else { kind }
    }

    fn statement(&mut self, statement: &Statement, wanted: bool) -> Kind {
        match statement {
            Statement::Let { name, value, .. } => self.declaration(name, value),
            Statement::Assign {
                target,
                operator,
                value,
            } => self.assignment(target, operator.as_deref(), value),
            Statement::If {
                condition,
                then,
                otherwise,
                span,
            } => {
                self.want(condition, Kind::Flag, "a condition");
                let kinds = (self.block(then, wanted), self.block(otherwise, wanted));
                return if wanted {
                    self.branches(kinds, otherwise.is_empty(), span)
                } else {
                    both(kinds)
                };
            }
            Statement::For {
                name,
                members,
                body,
            } => self.for_loop(name, members, body),
            Statement::Block(statements) => return self.block(statements, wanted),
            Statement::Value(expression) if wanted => return self.value(expression),
            Statement::Value(expression) => {
                self.value(expression);
            }
            Statement::Return(value, span) => {
                let kind = value.as_ref().map_or(Kind::Nothing, |v| self.value(v));
                self.returns.push((kind, span.clone()));
                return Kind::Never;
            }
            Statement::Leave(_) => return Kind::Never,
            Statement::Nothing => {}
        }
        Kind::Nothing
    }

    /// Returns the kind of an `if` whose value is used.
    fn branches(&mut self, (then, otherwise): (Kind, Kind), no_else: bool, span: &Span) -> Kind {
        if then == otherwise || otherwise == Kind::Never {
            return then;
        }
        if then == Kind::Never || then == Kind::Any {
            return otherwise;
        }
        if otherwise == Kind::Any {
            return then;
        }
        let finding = if no_else {
            let message = format!(
                "this gives {} in one case and nothing in the other",
                then.name()
            );
            Diagnostic::new(diag::KIND, message)
                .at(span.clone(), "`if` without `else`")
                .help("add `else { .. }`")
        } else {
            let message = format!(
                "this gives {} in one case and {} in the other",
                then.name(),
                otherwise.name()
            );
            Diagnostic::new(diag::KIND, message)
                .at(span.clone(), "")
                .help("give both the same kind of value")
        };
        self.found.push(finding);
        Kind::Any
    }

    fn declaration(&mut self, name: &Name, value: &Expression) {
        let kind = self.expression(value);
        let members = self.members(value);
        self.declare(&name.text, kind, members, is_computed(value, self));
    }

    fn members(&mut self, value: &Expression) -> Kind {
        match &value.node {
            Node::Array(members) => {
                let mut kinds = members.iter().map(|m| self.quietly(m));
                let first = kinds.next().unwrap_or(Kind::Any);
                if kinds.all(|k| k == first) {
                    first
                } else {
                    Kind::Any
                }
            }
            Node::Variable(name) => self.local(name).map_or(Kind::Any, |l| l.members),
            _ => Kind::Any,
        }
    }

    /// Returns the kind of a literal or variable; other expressions were walked already.
    fn quietly(&self, value: &Expression) -> Kind {
        match &value.node {
            Node::Number(_) | Node::Operator(..) => Kind::Number,
            Node::Flag(_) => Kind::Flag,
            Node::Text(_) => Kind::Text,
            Node::Map(_) => Kind::Map,
            Node::Array(_) => Kind::List,
            Node::Variable(name) => self.local(name).map_or(Kind::Any, |l| l.kind),
            _ => Kind::Any,
        }
    }

    fn assignment(&mut self, target: &Expression, operator: Option<&str>, value: &Expression) {
        let given = self.value(value);
        let computed = operator.is_some() || is_computed(value, self);
        match &target.node {
            Node::Variable(name) => {
                let Some(local) = self.locals.iter_mut().rev().find(|l| l.name == *name) else {
                    return;
                };
                local.computed |= computed;
                let had = local.kind;
                if had == Kind::Nothing {
                    local.kind = given;
                } else if matches!(had, Kind::Record(_)) {
                    self.read_only(name, &target.span);
                } else if !given.fits(had) && had != Kind::Any {
                    let message = format!(
                        "`{name}` holds {} and is given {}",
                        had.name(),
                        given.name()
                    );
                    self.found
                        .push(Diagnostic::new(diag::KIND, message).at(value.span.clone(), ""));
                }
                if operator.is_some() {
                    self.arithmetic(had, &target.span);
                    self.arithmetic(given, &value.span);
                }
            }
            Node::Property(base, _) => {
                if let Kind::Record(at) = self.expression(base) {
                    self.read_only(RECORDS[at], &target.span);
                }
            }
            Node::Global(name) => {
                let message = format!("the constant `{name}` cannot be changed");
                self.found.push(
                    Diagnostic::new(diag::KIND, message)
                        .at(target.span.clone(), "")
                        .help("copy it: `let x = global::..;`"),
                );
            }
            _ => {
                self.value(target);
            }
        }
    }

    fn read_only(&mut self, name: &str, span: &Span) {
        self.found.push(
            Diagnostic::new(diag::KIND, format!("`{name}` cannot be changed"))
                .at(span.clone(), "")
                .help("copy what you need: `let x = part.compute;`"),
        );
    }

    fn for_loop(&mut self, name: &Name, members: &Expression, body: &[Statement]) {
        let kind = self.value(members);
        let literal = matches!(members.node, Node::Array(_) | Node::Variable(_));
        if !kind.fits(Kind::List) || (!literal && !matches!(members.node, Node::Refused(..))) {
            self.found.push(
                Diagnostic::new(diag::KIND, "a loop runs over a literal list")
                    .at(members.span.clone(), format!("this is {}", kind.name()))
                    .help("write `for x in [1, 2, 3] { .. }`"),
            );
        }
        let kind = self.members(members);
        self.declare(&name.text, kind, Kind::Any, false);
        self.block(body, false);
        self.locals.pop();
    }

    /// Walks an expression whose value is used as such: a whole record is none.
    fn value(&mut self, expression: &Expression) -> Kind {
        let kind = self.expression(expression);
        if let Kind::Record(at) = kind {
            let record = RECORDS[at];
            self.found.push(
                Diagnostic::new(diag::KIND, format!("`{record}` is a record, not a value"))
                    .at(expression.span.clone(), "")
                    .help(format!("name one of its fields: `{record}.` and a name")),
            );
            return Kind::Any;
        }
        kind
    }

    fn want(&mut self, expression: &Expression, wanted: Kind, who: &str) {
        let kind = self.value(expression);
        if !kind.fits(wanted) {
            let message = format!("{who} needs {}, not {}", wanted.name(), kind.name());
            let mut finding = Diagnostic::new(diag::KIND, message).at(expression.span.clone(), "");
            finding = finding.help(match (wanted, &expression.node) {
                (Kind::Flag, _) => "compare it: `x > 0`".to_owned(),
                (_, Node::Text(text)) if text.parse::<f64>().is_ok() => {
                    format!("write the number without quotes: `{text}`")
                }
                _ => format!("give it {}", wanted.name()),
            });
            self.found.push(finding);
        }
    }

    fn arithmetic(&mut self, kind: Kind, span: &Span) {
        if !kind.fits(Kind::Number) && kind != Kind::Nothing {
            let message = format!("arithmetic needs numbers, not {}", kind.name());
            let mut finding = Diagnostic::new(diag::KIND, message).at(span.clone(), "");
            finding = finding.help(match kind {
                Kind::Flag => "write `if .. { 1 } else { 0 }`",
                Kind::Text => "write numbers without quotes",
                _ => "compute with one number at a time",
            });
            self.found.push(finding);
        }
    }

    fn expression(&mut self, expression: &Expression) -> Kind {
        let span = &expression.span;
        match &expression.node {
            Node::Number(_) => Kind::Number,
            Node::Flag(_) => Kind::Flag,
            Node::Text(_) => Kind::Text,
            Node::Unit => Kind::Nothing,
            Node::Array(members) => {
                for m in members {
                    self.value(m);
                }
                Kind::List
            }
            Node::Map(fields) => {
                for (_, v) in fields {
                    self.value(v);
                }
                Kind::Map
            }
            Node::Variable(name) => self.local(name).map_or(Kind::Any, |l| l.kind),
            Node::Global(name) => self.global(name, span),
            Node::Property(base, field) => self.property(base, field, span),
            Node::Call(name, arguments) => self.call(name, arguments, span),
            Node::Operator(sign, operands) => self.operator(sign, operands, span),
            Node::And(parts) | Node::Or(parts) => {
                for part in parts {
                    self.want(part, Kind::Flag, "`&&` and `||`");
                }
                Kind::Flag
            }
            Node::Block(statements) => self.block(statements, true),
            Node::Refused(what, instead) => {
                self.found.push(diag::refused(what, instead, span.clone()));
                Kind::Any
            }
        }
    }

    fn global(&mut self, name: &str, span: &Span) -> Kind {
        let script = self.script;
        let declared = script.top.iter().find_map(|s| match s {
            Statement::Let { name: n, value, .. } if n.text == name => Some(value),
            _ => None,
        });
        if let Some(value) = declared {
            return self.quietly(value);
        }
        self.found.push(
            Diagnostic::new(diag::NAME, format!("there is no constant `{name}`"))
                .at(span.clone(), "")
                .help("write `const NAME = 1;` above the functions, or make it a parameter in `meta()`"),
        );
        Kind::Any
    }

    fn property(&mut self, base: &Expression, field: &Name, span: &Span) -> Kind {
        let at = match self.expression(base) {
            Kind::Record(at) => at,
            Kind::Map | Kind::Any | Kind::Never => return Kind::Any,
            other => {
                let message = format!("{} has no fields", other.name());
                self.found
                    .push(Diagnostic::new(diag::KIND, message).at(span.clone(), ""));
                return Kind::Any;
            }
        };
        let record = RECORDS[at];
        let read = Read {
            record: record.into(),
            field: field.text.clone(),
            span: field.span.clone(),
        };
        if !self
            .reads
            .iter()
            .any(|r| r.record == read.record && r.field == read.field)
        {
            self.reads.push(read);
        }
        if record == "param" && !self.meta.params.contains_key(&field.text) {
            let known = self.meta.params.keys().map(String::as_str);
            self.found.push(diag::unknown_field(
                "param",
                &field.text,
                known,
                field.span.clone(),
            ));
        }
        if record == "facts" && self.plain_facts && !FACTS.contains(&field.text.as_str()) {
            let known = FACTS.iter().copied();
            self.found.push(diag::unknown_field(
                "facts",
                &field.text,
                known,
                field.span.clone(),
            ));
        }
        match record {
            "known" => Kind::Flag,
            // Columns of the data may hold text or yes-or-no.
            "place" | "leader" => Kind::Any,
            _ => Kind::Number,
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expression], span: &Span) -> Kind {
        let script = self.script;
        let own = script.functions.iter().position(|f| f.name.text == name);
        if name == "meta" {
            self.found.push(diag::refused(
                "calling `meta()`",
                "read the parameter: `param.` and its name",
                span.clone(),
            ));
            return Kind::Any;
        }
        if let Some(at) = own {
            let kinds: Vec<_> = arguments.iter().map(|a| self.expression(a)).collect();
            let function = &script.functions[at];
            let names = function.parameters.iter().map(|p| p.text.as_str());
            let signature = format!("{name}({})", names.collect::<Vec<_>>().join(", "));
            if self.count(arguments, function.parameters.len(), &signature, span) {
                return self.function(at, kinds);
            }
            return Kind::Any;
        }
        let Some(function) = api::find(name) else {
            for a in arguments {
                self.value(a);
            }
            let own = script.functions.iter().map(|f| f.name.text.as_str());
            self.found
                .push(diag::unknown_function(name, own, span.clone()));
            return Kind::Any;
        };
        for argument in arguments {
            self.want(argument, Kind::Number, &format!("`{name}`"));
        }
        self.count(
            arguments,
            function.arguments.len(),
            &function.signature(),
            span,
        );
        if function.is_test() {
            Kind::Flag
        } else {
            Kind::Number
        }
    }

    fn count(&mut self, given: &[Expression], wanted: usize, signature: &str, span: &Span) -> bool {
        if given.len() == wanted {
            return true;
        }
        let message = format!(
            "`{signature}` takes {wanted} values and is given {}",
            given.len()
        );
        self.found.push(
            Diagnostic::new(diag::NAME, message)
                .at(span.clone(), "")
                .help(format!("write `{signature}`")),
        );
        false
    }

    fn operator(&mut self, sign: &str, operands: &[Expression], span: &Span) -> Kind {
        let kinds: Vec<_> = operands.iter().map(|o| self.value(o)).collect();
        match sign {
            "!" => {
                if !kinds.iter().all(|k| k.fits(Kind::Flag)) {
                    let message = format!("`!` needs yes or no, not {}", kinds[0].name());
                    self.found
                        .push(Diagnostic::new(diag::KIND, message).at(span.clone(), ""));
                }
                Kind::Flag
            }
            "==" | "!=" => {
                self.equality(sign, operands, &kinds, span);
                Kind::Flag
            }
            "<" | "<=" | ">" | ">=" if is_comparison(&operands[0]) => {
                self.chained(sign, operands, span);
                Kind::Flag
            }
            "<" | "<=" | ">" | ">=" => {
                for (kind, operand) in kinds.iter().zip(operands) {
                    self.arithmetic(*kind, &operand.span);
                }
                Kind::Flag
            }
            _ => {
                for (kind, operand) in kinds.iter().zip(operands) {
                    self.arithmetic(*kind, &operand.span);
                }
                if sign == "**" {
                    self.found.push(
                        Diagnostic::new(
                            diag::DOUBT,
                            "`**` differs in the last digit between machines",
                        )
                        .at(span.clone(), "")
                        .help("write `pow(x, y)`"),
                    );
                }
                Kind::Number
            }
        }
    }

    /// Reports `a < b < c`, which compares an answer with a number.
    fn chained(&mut self, sign: &str, operands: &[Expression], span: &Span) {
        let middle = match &operands[0].node {
            Node::Operator(_, inner) => inner.last(),
            _ => None,
        };
        let Some((middle, right)) = middle.zip(operands.last()) else {
            return;
        };
        let help = format!("write `{} && {middle} {sign} {right}`", operands[0]);
        self.found.push(
            Diagnostic::new(diag::KIND, "a comparison cannot be compared again")
                .at(span.clone(), "")
                .help(help),
        );
    }

    fn equality(&mut self, sign: &str, operands: &[Expression], kinds: &[Kind], span: &Span) {
        if kinds.contains(&Kind::Nothing) {
            self.found.push(
                Diagnostic::new(diag::KIND, "nothing is ever equal to `()`")
                    .at(span.clone(), "")
                    .help("figures are never empty: ask `known.` and the name whether one was measured"),
            );
        } else if let [left, right] = kinds
            && !left.fits(*right)
            && *right != Kind::Any
        {
            let message = format!("{} is never equal to {}", left.name(), right.name());
            self.found.push(
                Diagnostic::new(diag::KIND, message)
                    .at(span.clone(), "")
                    .help("compare values of one kind"),
            );
        } else if operands.iter().any(|o| is_computed(o, self)) {
            self.found.push(
                Diagnostic::new(diag::DOUBT, format!("`{sign}` compares computed decimals"))
                    .at(span.clone(), "")
                    .help(
                        "write `is_close(x, y, 0.001)`, or `exactly(x, y)` if every digit counts",
                    ),
            );
        }
    }
}

fn is_comparison(expression: &Expression) -> bool {
    matches!(&expression.node, Node::Operator(sign, _) if matches!(sign.as_str(), "<" | "<=" | ">" | ">="))
}

fn both((then, otherwise): (Kind, Kind)) -> Kind {
    if then == Kind::Never && otherwise == Kind::Never {
        Kind::Never
    } else {
        Kind::Nothing
    }
}

/// Tells whether a value is the result of arithmetic.
fn is_computed(value: &Expression, walk: &Walk) -> bool {
    match &value.node {
        Node::Operator(sign, operands) => {
            matches!(sign.as_str(), "+" | "-" | "*" | "/" | "%" | "**")
                && !operands.iter().all(|o| matches!(o.node, Node::Number(_)))
        }
        Node::Call(name, _) => {
            !matches!(name.as_str(), "round" | "floor" | "ceiling" | "step")
                && api::find(name).is_none_or(|f| !f.is_test())
        }
        Node::Variable(name) => walk
            .local(name)
            .is_some_and(|l| l.computed && matches!(l.kind, Kind::Number | Kind::Any)),
        _ => false,
    }
}
