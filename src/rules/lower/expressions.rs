//! Expressions: operators, calls, fields.

use super::values::Value;
use super::{Lowering, Walk, stop};
use crate::diagnostics::Span;
use crate::rules::api;
use crate::rules::coverage::Way;
use crate::rules::engine::MAX_MEMBERS;
use crate::rules::ir::{Holds, Id, Input, One, Two, one_named, three_named, two_named};
use crate::rules::syntax::{Expression, Name, Node, Statement};
use crate::rules::vocabulary::RECORDS;

impl Walk<'_> {
    pub(super) fn expression(&mut self, expression: &Expression) -> Lowering<Value> {
        let span = &expression.span;
        self.step(1, span)?;
        Ok(match &expression.node {
            Node::Number(number) => Value::Number(self.build.constant(*number)),
            Node::Flag(flag) => Value::Flag(self.build.flag(*flag)),
            Node::Text(text) => Value::Text(text.as_str().into()),
            Node::Unit => Value::Nothing,
            Node::Array(members) => {
                let list = Value::List(self.operands(members, span)?.into());
                sized(list, span)?
            }
            Node::Map(fields) => {
                let values = self.operands(fields.iter().map(|(_, v)| v), span)?;
                let names = fields.iter().map(|(name, _)| name.text.clone());
                sized(Value::Map(names.zip(values).collect()), span)?
            }
            Node::Variable(name) => self.variable(name, span)?,
            Node::Global(name) => self.global(name, span)?,
            Node::Property(base, field) => self.property(base, field)?,
            Node::Call(name, arguments) => self.call(name, arguments, span)?,
            Node::Operator(sign, operands) => {
                let values = self.operands(operands, span)?;
                let spans = operands.iter().map(|o| &o.span);
                self.operate(sign, &values.iter().zip(spans).collect::<Vec<_>>())?
            }
            Node::And(parts) => self.junction(Two::And, parts, span)?,
            Node::Or(parts) => self.junction(Two::Or, parts, span)?,
            Node::Block(statements) => self.block(statements, true)?,
            Node::Refused(what, _) => return Err(stop(*what, span)),
        })
    }

    /// Walks expressions of which each is computed whatever the others do.
    ///
    /// One that assigns a variable or leaves the function would make their order matter, which the
    /// interpreter changes where the first argument of a call is a variable.
    fn operands<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expression>,
        span: &Span,
    ) -> Lowering<Vec<Value>> {
        let state = |walk: &Self| {
            let frame = &walk.frame;
            (frame.assigned, frame.returns.len(), frame.left)
        };
        let before = state(self);
        let values = expressions
            .into_iter()
            .map(|e| self.expression(e))
            .collect::<Lowering<Vec<_>>>()?;
        if state(self) == before {
            Ok(values)
        } else {
            Err(stop(
                "it changes a variable, or returns, in the middle of an expression",
                span,
            ))
        }
    }

    fn variable(&self, name: &str, span: &Span) -> Lowering<Value> {
        let local = self.frame.locals.iter().rev().find(|l| l.name == name);
        let local = local.ok_or_else(|| stop(format!("`{name}` is not known"), span))?;
        match local.value {
            Value::Mixed => Err(stop(format!("`{name}` is {}", local.value.name()), span)),
            _ => Ok(local.value.clone()),
        }
    }

    fn global(&mut self, name: &str, span: &Span) -> Lowering<Value> {
        let script = self.script;
        let declared = script.top.iter().find_map(|s| match s {
            Statement::Let { name: n, value, .. } if n.text == name => Some(value),
            _ => None,
        });
        match declared.map(|value| &value.node) {
            Some(Node::Number(number)) => Ok(Value::Number(self.build.constant(*number))),
            Some(Node::Flag(flag)) => Ok(Value::Flag(self.build.flag(*flag))),
            Some(Node::Text(text)) => Ok(Value::Text(text.as_str().into())),
            _ => Err(stop(format!("there is no constant `{name}`"), span)),
        }
    }

    fn property(&mut self, base: &Expression, field: &Name) -> Lowering<Value> {
        self.step(2, &field.span)?;
        match self.expression(base)? {
            Value::Record(at) => self.read(RECORDS[at], &field.text, &field.span),
            Value::Map(fields) => {
                let found = fields.iter().find(|(name, _)| *name == field.text);
                let found = found.map(|(_, value)| value.clone());
                found.ok_or_else(|| stop(format!("the map has no `{}`", field.text), &field.span))
            }
            other => Err(stop(format!("{} has no fields", other.name()), &field.span)),
        }
    }

    pub(super) fn flag(&mut self, expression: &Expression) -> Lowering<Id> {
        let value = self.expression(expression)?;
        flag(&value, &expression.span)
    }

    /// All parts are computed; that changes nothing, because none can fail or assign.
    fn junction(&mut self, op: Two, parts: &[Expression], span: &Span) -> Lowering<Value> {
        let active = self.frame.active;
        let mut joined = self.build.flag(op == Two::And);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.narrow(op, joined, &part.span);
            }
            let values = self.operands([part], span)?;
            let part = flag(&values[0], &part.span)?;
            joined = self.build.two(op, joined, part);
        }
        self.frame.active = active;
        Ok(Value::Flag(joined))
    }

    /// For those who watch: goes on with the rows in which the parts before leave the answer open.
    fn narrow(&mut self, op: Two, before: Id, span: &Span) {
        if self.watched.is_some() {
            let open = match op {
                Two::And => before,
                _ => self.build.one(One::Not, before),
            };
            let active = self.active();
            let rows = self.build.two(Two::And, active, open);
            self.watch(span, Way::Asked, rows);
            self.frame.active = Some(rows);
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expression], span: &Span) -> Lowering<Value> {
        self.step(2, span)?;
        let values = self.operands(arguments, span)?;
        let script = self.script;
        if let Some(function) = script.functions.iter().find(|f| f.name.text == name) {
            if name == "meta" || function.parameters.len() != values.len() {
                return Err(stop(format!("it calls `{name}` in another way"), span));
            }
            // Which rows call matters to those who watch the ways, and to nobody else.
            let active = if self.watched.is_some() {
                self.active()
            } else {
                self.build.flag(true)
            };
            return self.function(function, values, active, span);
        }
        let mut numbers = vec![];
        for (value, argument) in values.iter().zip(arguments) {
            numbers.push(number(value, &argument.span)?);
        }
        let built = match numbers[..] {
            [x] if name == "to_float" => Some(x),
            [x] => one_named(name).map(|op| self.build.one(op, x)),
            [x, y] => two_named(name).map(|op| self.build.two(op, x, y)),
            [x, y, z] => three_named(name).map(|op| self.build.three(op, x, y, z)),
            _ => None,
        };
        match (built, api::find(name)) {
            (Some(id), Some(function)) if function.is_test() => Ok(Value::Flag(id)),
            (Some(id), _) => Ok(Value::Number(id)),
            (None, _) => Err(stop(
                format!("`{name}` is not known to the fast path"),
                span,
            )),
        }
    }

    /// Applies an operator to values that stand at their spans.
    pub(super) fn operate(&mut self, sign: &str, operands: &[(&Value, &Span)]) -> Lowering<Value> {
        match operands {
            [(Value::Flag(x), _)] if sign == "!" => Ok(Value::Flag(self.build.one(One::Not, *x))),
            [(x, at)] => {
                let x = number(x, at)?;
                match sign {
                    "-" => Ok(Value::Number(self.build.one(One::Negate, x))),
                    "+" => Ok(Value::Number(x)),
                    _ => Err(stop(format!("`{sign}` of a number"), at)),
                }
            }
            [(x, at), (y, and)] => match sign {
                "==" => self.equality(x, y, at),
                "!=" => match self.equality(x, y, at)? {
                    // Not equal is an operation of its own for numbers: with NaN neither holds.
                    Value::Flag(_) if matches!(x, Value::Number(_)) => {
                        let (x, y) = (number(x, at)?, number(y, and)?);
                        Ok(Value::Flag(self.build.two(Two::Unequal, x, y)))
                    }
                    Value::Flag(same) => Ok(Value::Flag(self.build.one(One::Not, same))),
                    other => Ok(other),
                },
                _ => {
                    let (x, y) = (number(x, at)?, number(y, and)?);
                    self.binary(sign, x, y, at)
                }
            },
            // The parser gives operators one operand or two.
            _ => unreachable!("`{sign}` of {} values", operands.len()),
        }
    }

    fn equality(&mut self, x: &Value, y: &Value, at: &Span) -> Lowering<Value> {
        Ok(Value::Flag(match (x, y) {
            (Value::Number(x), Value::Number(y)) => self.build.two(Two::Equal, *x, *y),
            (Value::Flag(x), Value::Flag(y)) => {
                let differ = self.build.two(Two::Differ, *x, *y);
                self.build.one(One::Not, differ)
            }
            (Value::Text(x), Value::Text(y)) => self.build.flag(x == y),
            (Value::Words { record, field }, Value::Text(text))
            | (Value::Text(text), Value::Words { record, field }) => self.build.input(Input {
                record: record.clone(),
                field: field.clone(),
                holds: Holds::Text(text.to_string()),
            }),
            _ => {
                let reason = format!("it compares {} with {}", x.name(), y.name());
                return Err(stop(reason, at));
            }
        }))
    }

    fn binary(&mut self, sign: &str, x: Id, y: Id, at: &Span) -> Lowering<Value> {
        let number = match sign {
            "+" => Two::Add,
            "-" => Two::Subtract,
            "*" => Two::Multiply,
            "/" => Two::Divide,
            "%" => Two::Remainder,
            "**" => Two::Power,
            _ => {
                let flag = match sign {
                    ">" => self.build.two(Two::Greater, x, y),
                    "<" => self.build.two(Two::Greater, y, x),
                    ">=" => self.build.two(Two::AtLeast, x, y),
                    "<=" => self.build.two(Two::AtLeast, y, x),
                    _ => return Err(stop(format!("the operator `{sign}`"), at)),
                };
                return Ok(Value::Flag(flag));
            }
        };
        Ok(Value::Number(self.build.two(number, x, y)))
    }
}

fn number(value: &Value, span: &Span) -> Lowering<Id> {
    match value {
        Value::Number(id) => Ok(*id),
        other => Err(stop(
            format!("{} where a number is needed", other.name()),
            span,
        )),
    }
}

fn flag(value: &Value, span: &Span) -> Lowering<Id> {
    match value {
        Value::Flag(id) => Ok(*id),
        other => Err(stop(
            format!("{} where yes or no is needed", other.name()),
            span,
        )),
    }
}

/// The interpreter counts the members of members as well.
fn sized(value: Value, span: &Span) -> Lowering<Value> {
    if value.size() > MAX_MEMBERS {
        Err(stop(
            format!("more than {MAX_MEMBERS} values in one list or map"),
            span,
        ))
    } else {
        Ok(value)
    }
}
