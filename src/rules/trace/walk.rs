//! The walk over the syntax tree, in the order and with the arithmetic of the interpreter.

use super::value::{Seen, Value, apply};
use super::{Event, What};
use crate::diagnostics::{Diagnostic, Span};
use crate::rules::api::{self, Body};
use crate::rules::diag;
use crate::rules::engine::{MAX_CALLS, MAX_OPERATIONS};
use crate::rules::syntax::{Expression, Function, Leave, Name, Node, Script, Statement};
use crate::rules::{Argument, Table};

/// Why a walk leaves an expression or a statement before its end.
enum Stop<'t> {
    Return(Value<'t>),
    Leave(Leave),
    Fault(Box<Diagnostic>),
}

type Walked<'t> = Result<Value<'t>, Stop<'t>>;

pub(super) struct Walk<'t> {
    script: &'t Script,
    table: &'t Table,
    row: usize,
    pub(super) events: Vec<Event<'t>>,
    locals: Vec<(&'t str, Value<'t>)>,
    depth: usize,
    calls: usize,
    steps: u64,
}

impl<'t> Walk<'t> {
    pub(super) fn new(script: &'t Script, table: &'t Table, row: usize) -> Self {
        Self {
            script,
            table,
            row,
            events: vec![],
            locals: vec![],
            depth: 0,
            calls: 0,
            steps: 0,
        }
    }

    /// Runs the function that the project calls; its arguments are those of the table.
    pub(super) fn entry(&mut self, function: &'t Function) -> Result<Seen, Box<Diagnostic>> {
        let mut arguments = vec![];
        for parameter in &function.parameters {
            arguments.push(match self.table.arguments.get(&parameter.text) {
                Some(Argument::Record(fields)) => Value::Record(fields),
                Some(Argument::Field(field)) => Value::of(field, self.row),
                None => {
                    let why = "this argument has no values here";
                    return Err(Box::new(fault(why, &parameter.span)));
                }
            });
        }
        let span = &function.name.span;
        match self.function(function, arguments, span) {
            Ok(value) => Ok(value.seen()),
            Err(Stop::Fault(why)) => Err(why),
            Err(Stop::Return(_) | Stop::Leave(_)) => {
                Err(Box::new(fault("this leaves nothing", span)))
            }
        }
    }

    fn event(&mut self, span: &'t Span, what: What<'t>) {
        self.events.push(Event {
            depth: self.depth,
            span,
            what,
        });
    }

    /// Does work whose steps belong below one event, which is made from its result.
    fn below<T>(
        &mut self,
        span: &'t Span,
        work: impl FnOnce(&mut Self) -> Result<T, Stop<'t>>,
        what: impl FnOnce(&T) -> What<'t>,
    ) -> Result<T, Stop<'t>> {
        let (at, depth) = (self.events.len(), self.depth);
        self.depth += 1;
        let result = work(self);
        self.depth = depth;
        let result = result?;
        let what = what(&result);
        self.events.insert(at, Event { depth, span, what });
        Ok(result)
    }

    fn function(
        &mut self,
        function: &'t Function,
        arguments: Vec<Value<'t>>,
        span: &'t Span,
    ) -> Walked<'t> {
        if self.calls >= MAX_CALLS {
            return Err(stopped("functions call each other too deeply", span));
        }
        let names = function.parameters.iter().map(|p| p.text.as_str());
        let own = names.zip(arguments).collect();
        let outer = std::mem::replace(&mut self.locals, own);
        self.calls += 1;
        let result = self.below(
            span,
            |walk| match walk.block(&function.body, true) {
                Err(Stop::Return(value)) => Ok(value),
                other => other,
            },
            |value| What::Call {
                function,
                result: value.seen(),
            },
        );
        self.calls -= 1;
        self.locals = outer;
        result
    }

    /// Runs statements. `last` says whether the value of the last one is what the function returns.
    fn block(&mut self, statements: &'t [Statement], last: bool) -> Walked<'t> {
        let outer = self.locals.len();
        let mut ended = Ok(Value::Nothing);
        for (at, statement) in statements.iter().enumerate() {
            let ends = last && at + 1 == statements.len();
            ended = self.statement(statement, ends);
            if ended.is_err() {
                break;
            }
        }
        self.locals.truncate(outer);
        ended
    }

    fn statement(&mut self, statement: &'t Statement, ends: bool) -> Walked<'t> {
        match statement {
            Statement::Let { name, value, .. } => self.declaration(name, value)?,
            Statement::Assign {
                target,
                operator,
                value,
            } => self.assignment(target, operator.as_deref(), value)?,
            Statement::If {
                condition,
                then,
                otherwise,
                span,
            } => {
                let yes = self.condition(condition, span)?;
                return self.block(if yes { then } else { otherwise }, ends);
            }
            Statement::For {
                name,
                members,
                body,
            } => return self.for_loop(name, members, body),
            Statement::Block(statements) => return self.block(statements, ends),
            Statement::Value(value) if ends && !is_block(value) => return self.result(value),
            Statement::Value(value) => return self.expression(value),
            Statement::Return(Some(value), _) => return Err(Stop::Return(self.result(value)?)),
            Statement::Return(None, _) => return Err(Stop::Return(Value::Nothing)),
            Statement::Leave(leave) => return Err(Stop::Leave(*leave)),
            Statement::Nothing => {}
        }
        Ok(Value::Nothing)
    }

    fn result(&mut self, value: &'t Expression) -> Walked<'t> {
        self.below(
            &value.span,
            |walk| walk.expression(value),
            |given| What::Result {
                value,
                seen: given.seen(),
            },
        )
    }

    fn declaration(&mut self, name: &'t Name, value: &'t Expression) -> Result<(), Stop<'t>> {
        let given = self.below(
            &name.span,
            |walk| walk.expression(value),
            |given| What::Let {
                name: &name.text,
                value,
                seen: given.seen(),
            },
        )?;
        self.locals.push((&name.text, given));
        Ok(())
    }

    fn assignment(
        &mut self,
        target: &'t Expression,
        operator: Option<&'t str>,
        value: &'t Expression,
    ) -> Result<(), Stop<'t>> {
        let given = self.below(
            &target.span,
            |walk| {
                let right = walk.expression(value)?;
                let Some(sign) = operator else {
                    return Ok(right);
                };
                let left = walk.expression(target)?;
                apply(sign, &left, &right).ok_or_else(|| unfit(&target.span))
            },
            |given| What::Set {
                target,
                operator,
                value,
                seen: given.seen(),
            },
        )?;
        match self.slot(target) {
            Some(slot) => *slot = given,
            None => return Err(stopped("nothing can be assigned to this", &target.span)),
        }
        Ok(())
    }

    /// Finds the variable, or the field of a map in one, that is assigned to.
    fn slot(&mut self, target: &Expression) -> Option<&mut Value<'t>> {
        match &target.node {
            Node::Variable(name) => {
                let mut locals = self.locals.iter_mut().rev();
                locals.find(|(known, _)| known == name).map(|(_, v)| v)
            }
            Node::Property(base, name) => match self.slot(base)? {
                Value::Map(fields) => fields.get_mut(&name.text),
                _ => None,
            },
            _ => None,
        }
    }

    fn condition(&mut self, condition: &'t Expression, span: &'t Span) -> Result<bool, Stop<'t>> {
        self.below(
            span,
            |walk| match walk.expression(condition)? {
                Value::Flag(yes) => Ok(yes),
                _ => Err(unfit(&condition.span)),
            },
            |yes| What::Branch {
                condition,
                yes: *yes,
            },
        )
    }

    fn for_loop(
        &mut self,
        name: &'t Name,
        members: &'t Expression,
        body: &'t [Statement],
    ) -> Walked<'t> {
        let Value::List(members) = self.expression(members)? else {
            return Err(stopped("this is not a list", &members.span));
        };
        let depth = self.depth;
        for member in members {
            self.depth = depth;
            let seen = member.seen();
            self.event(
                &name.span,
                What::Round {
                    name: &name.text,
                    seen,
                },
            );
            self.depth += 1;
            self.locals.push((&name.text, member));
            let ended = self.block(body, false);
            self.locals.pop();
            self.depth = depth;
            match ended {
                Ok(_) | Err(Stop::Leave(Leave::Round)) => {}
                Err(Stop::Leave(Leave::Loop)) => break,
                Err(other) => return Err(other),
            }
        }
        Ok(Value::Nothing)
    }

    fn expression(&mut self, expression: &'t Expression) -> Walked<'t> {
        self.steps += 1;
        if self.steps > MAX_OPERATIONS {
            return Err(stopped("the script takes too many steps", &expression.span));
        }
        let span = &expression.span;
        match &expression.node {
            Node::Number(n) => Ok(Value::Number(*n)),
            Node::Flag(yes) => Ok(Value::Flag(*yes)),
            Node::Text(text) => Ok(Value::Text(text.as_str().into())),
            Node::Unit => Ok(Value::Nothing),
            Node::Array(members) => {
                let members = members.iter().map(|m| self.expression(m));
                small(Value::List(members.collect::<Result<_, _>>()?), span)
            }
            Node::Map(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| Ok((name.text.clone(), self.expression(value)?)));
                small(Value::Map(fields.collect::<Result<_, _>>()?), span)
            }
            Node::Variable(name) => self
                .local(name)
                .ok_or_else(|| stopped("this is not known here", span)),
            Node::Global(name) => self.global(name, span),
            Node::Property(base, name) => {
                let base = self.expression(base)?;
                self.field(&base, name)
            }
            Node::Call(name, arguments) => self.call(expression, name, arguments),
            Node::Operator(sign, operands) => self.operator(expression, sign, operands),
            Node::And(parts) => self.logic(parts, true),
            Node::Or(parts) => self.logic(parts, false),
            Node::Block(statements) => self.block(statements, false),
            Node::Refused(what, _) => Err(stopped(what, span)),
        }
    }

    fn local(&self, name: &str) -> Option<Value<'t>> {
        let mut locals = self.locals.iter().rev();
        locals
            .find(|(known, _)| *known == name)
            .map(|(_, v)| v.clone())
    }

    fn global(&mut self, name: &str, span: &Span) -> Walked<'t> {
        let declared = self
            .script
            .top
            .iter()
            .find_map(|statement| match statement {
                Statement::Let { name: n, value, .. } if n.text == name => Some(value),
                _ => None,
            });
        match declared {
            Some(value) => self.expression(value),
            None => Err(stopped("there is no such constant", span)),
        }
    }

    fn field(&self, base: &Value<'t>, name: &Name) -> Walked<'t> {
        let value = match base {
            Value::Record(fields) => fields.get(&name.text).map(|f| Value::of(f, self.row)),
            Value::Map(fields) => fields.get(&name.text).cloned(),
            _ => None,
        };
        value.ok_or_else(|| stopped("there is no such field", &name.span))
    }

    fn call(
        &mut self,
        whole: &'t Expression,
        name: &str,
        arguments: &'t [Expression],
    ) -> Walked<'t> {
        let given = arguments.iter().map(|a| self.expression(a));
        let given: Vec<Value> = given.collect::<Result<_, _>>()?;
        let script = self.script;
        if let Some(function) = script.functions.iter().find(|f| f.name.text == name) {
            return self.function(function, given, &whole.span);
        }
        let numbers: Option<Vec<f64>> = given
            .iter()
            .map(|value| match value {
                Value::Number(n) => Some(*n),
                _ => None,
            })
            .collect();
        let result = numbers.as_deref().and_then(|numbers| {
            let function = api::find(name)?;
            if let Some(side) = side(name, numbers) {
                self.event(&whole.span, What::Side { whole, side });
            }
            offered(function.body, numbers)
        });
        result.ok_or_else(|| unfit(&whole.span))
    }

    fn logic(&mut self, parts: &'t [Expression], all: bool) -> Walked<'t> {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.event(&part.span, What::Asked);
            }
            match self.expression(part)? {
                Value::Flag(yes) if yes == all => {}
                Value::Flag(yes) => return Ok(Value::Flag(yes)),
                _ => return Err(unfit(&part.span)),
            }
        }
        Ok(Value::Flag(all))
    }

    fn operator(
        &mut self,
        whole: &'t Expression,
        sign: &str,
        operands: &'t [Expression],
    ) -> Walked<'t> {
        match operands {
            [only] => match (sign, self.expression(only)?) {
                ("-", Value::Number(n)) => Ok(Value::Number(-n)),
                ("+", Value::Number(n)) => Ok(Value::Number(n)),
                ("!", Value::Flag(yes)) => Ok(Value::Flag(!yes)),
                _ => Err(unfit(&whole.span)),
            },
            [left, right] if is_sum(whole) => self.sum(whole, left, right, sign, false),
            [left, right] => {
                let (left, right) = (self.expression(left)?, self.expression(right)?);
                let result = apply(sign, &left, &right).ok_or_else(|| unfit(&whole.span))?;
                if let (Value::Number(_), Value::Flag(yes)) = (&left, &result) {
                    self.event(&whole.span, What::Compare { whole, yes: *yes });
                }
                Ok(result)
            }
            _ => Err(unfit(&whole.span)),
        }
    }

    /// Computes a sum and notes its terms; sums inside it lend it theirs.
    fn sum(
        &mut self,
        whole: &Expression,
        left: &'t Expression,
        right: &'t Expression,
        sign: &str,
        minus: bool,
    ) -> Walked<'t> {
        let x = self.term(left, minus)?;
        let y = self.term(right, minus != (sign == "-"))?;
        apply(sign, &x, &y).ok_or_else(|| unfit(&whole.span))
    }

    fn term(&mut self, term: &'t Expression, minus: bool) -> Walked<'t> {
        match &term.node {
            Node::Operator(sign, operands) if is_sum(term) => {
                self.sum(term, &operands[0], &operands[1], sign, minus)
            }
            // A number that is written out is its own explanation.
            Node::Number(_) => self.expression(term),
            _ => self.below(
                &term.span,
                |walk| walk.expression(term),
                |given| What::Term {
                    term,
                    minus,
                    seen: given.seen(),
                },
            ),
        }
    }
}

/// Members of a value, those inside members included, before the walk gives up: lists of lists of lists
/// grow faster than steps are counted.
const MAX_SIZE: usize = 4_096;

fn small<'t>(value: Value<'t>, span: &Span) -> Walked<'t> {
    if value.size() > MAX_SIZE {
        return Err(stopped("a list grows too large", span));
    }
    Ok(value)
}

fn is_sum(expression: &Expression) -> bool {
    matches!(&expression.node, Node::Operator(sign, operands)
        if operands.len() == 2 && (sign == "+" || sign == "-"))
}

fn is_block(expression: &Expression) -> bool {
    matches!(expression.node, Node::Block(_))
}

fn offered<'t>(body: Body, given: &[f64]) -> Option<Value<'t>> {
    Some(match (body, given) {
        (Body::One(f), [x]) => Value::Number(f(*x)),
        (Body::Two(f), [x, y]) => Value::Number(f(*x, *y)),
        (Body::Three(f), [x, y, z]) => Value::Number(f(*x, *y, *z)),
        (Body::TestTwo(f), [x, y]) => Value::Flag(f(*x, *y)),
        (Body::TestThree(f), [x, y, z]) => Value::Flag(f(*x, *y, *z)),
        _ => return None,
    })
}

/// Returns on which side of its bend a function works; `None` for functions without one.
fn side(name: &str, given: &[f64]) -> Option<u8> {
    let between = |x: f64, low: f64, high: f64| u8::from(x >= low) + u8::from(x > high);
    match (name, given) {
        ("min" | "max", [x, y]) => Some(u8::from(x > y)),
        ("clamp" | "rescale" | "rescale_inv" | "smoothstep", [x, low, high]) => {
            Some(between(*x, *low, *high))
        }
        ("step", [x, threshold]) => Some(u8::from(x >= threshold)),
        ("saturate", [x, _]) => Some(u8::from(*x > 0.0)),
        ("abs", [x]) => Some(u8::from(*x >= 0.0)),
        ("is_close", [x, y, tolerance]) => Some(u8::from((x - y).abs() <= *tolerance)),
        _ => None,
    }
}

fn fault(why: &str, span: &Span) -> Diagnostic {
    Diagnostic::new(diag::TRACE, why).at(span.clone(), "")
}

fn stopped<'t>(why: &str, span: &Span) -> Stop<'t> {
    Stop::Fault(Box::new(fault(why, span)))
}

fn unfit<'t>(span: &Span) -> Stop<'t> {
    stopped("these kinds of values do not go together", span)
}
