//! Turns a function of a script into a straight list of operations.
//!
//! The walk is an interpretation in which numbers are names of operations instead of values. Helpers
//! are inlined and loops over literal lists unrolled; of an `if` both sides are walked, and what they
//! leave behind is selected by the condition. A `return` keeps its value beside the mask of the rows
//! that take it; `break` and `continue` take rows out of a round.
//!
//! What cannot be turned, or not within the budgets, is told as [`NotLowered`], and the whole function
//! is left to the interpreter. The walk counts the steps that the interpreter would take at most:
//! nothing is lowered that the interpreter might refuse to finish.

mod expressions;
mod values;

use super::coverage::Way;
use super::engine::MAX_OPERATIONS;
use super::ir::{Builder, Code, Id, Input};
use super::syntax::{Expression, Function, Leave, Name, Node, Script, Statement};
use super::vocabulary::{RECORDS, VALUE};
use crate::diagnostics::Span;
use std::rc::Rc;
use values::{Local, Value};

/// Operations of a program at most.
pub(super) const MAX_CODE: usize = 10_000;
/// Rounds of loops that are unrolled at most.
pub(super) const MAX_ROUNDS: usize = 4_096;
/// Helpers inside helpers that are inlined at most; the interpreter refuses more.
pub(super) const MAX_INLINED: usize = 15;
/// Variables of a function at one time; below what the interpreter refuses.
const MAX_LOCALS: usize = 250;

/// Why a function is left to the interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotLowered {
    /// What is in the way, in a planner's words.
    pub reason: String,
    /// Where.
    pub span: Span,
}

type Lowering<T> = Result<T, NotLowered>;

/// What a field of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Number,
    Flag,
    Words,
}

/// Tells what a name holds, by record and field; `None` if it has no values.
pub(super) type Holding<'a> = &'a dyn Fn(&str, &str) -> Option<Held>;

/// Returns what names hold in a project: figures are numbers, and `known` says yes or no.
#[expect(clippy::unnecessary_wraps, reason = "tables may lack values")]
pub(super) fn usual(record: &str, _: &str) -> Option<Held> {
    Some(if record == "known" {
        Held::Flag
    } else {
        Held::Number
    })
}

/// A lowered function.
#[derive(Debug)]
pub(super) struct Lowered {
    pub(super) code: Code,
    /// The ways that are watched; the masks of the rows that take them are further outputs of the code.
    pub(super) ways: Vec<(Span, Way)>,
    /// Steps that the interpreter takes at most.
    #[cfg(test)]
    pub(super) steps: u64,
}

/// Lowers a function that the project calls. With `watched`, the rows that take each way through it
/// at least once are further outputs.
pub(super) fn lower(
    script: &Script,
    function: &Function,
    holding: Holding<'_>,
    watched: bool,
) -> Lowering<Lowered> {
    let mut walk = Walk {
        script,
        holding,
        build: Builder::default(),
        steps: 0,
        rounds: 0,
        depth: 0,
        watched: watched.then(Vec::new),
        frame: Frame::default(),
    };
    // Constants outside functions are evaluated before each call.
    walk.step(3 * script.top.len() as u64, &function.name.span)?;
    let arguments = function.parameters.iter().map(|p| walk.argument(p));
    let arguments = arguments.collect::<Lowering<Vec<_>>>()?;
    let always = walk.build.flag(true);
    let result = walk.function(function, arguments, always, &function.name.span)?;
    let (result, answers) = match result {
        Value::Number(id) => (id, false),
        Value::Flag(id) => (id, true),
        other => {
            let reason = format!("the result is {}", other.name());
            return Err(stop(reason, &function.name.span));
        }
    };
    let watched = walk.watched.unwrap_or_default().into_iter();
    let (ways, masks): (Vec<_>, Vec<_>) = watched.unzip();
    let outputs = std::iter::once(result).chain(masks).collect();
    Ok(Lowered {
        #[cfg(test)]
        steps: walk.steps,
        code: walk.build.finish(outputs, answers),
        ways,
    })
}

fn stop(reason: impl Into<String>, span: &Span) -> NotLowered {
    NotLowered {
        reason: reason.into(),
        span: span.clone(),
    }
}

struct Walk<'a> {
    script: &'a Script,
    holding: Holding<'a>,
    build: Builder,
    /// Steps that the interpreter takes at most.
    steps: u64,
    rounds: usize,
    depth: usize,
    watched: Option<Vec<((Span, Way), Id)>>,
    frame: Frame,
}

/// The state of one function.
#[derive(Default)]
struct Frame {
    locals: Vec<Local>,
    /// The rows that are still under way.
    active: Option<Id>,
    /// Values returned, each with the rows that return it; of several masks the first counts.
    returns: Vec<(Id, Value)>,
    loops: Vec<Loop>,
    /// How often variables were assigned, and loops left.
    assigned: usize,
    left: usize,
}

/// The rows that have left a loop, or the round under way.
struct Loop {
    broken: Id,
    continued: Id,
}

impl Walk<'_> {
    fn argument(&mut self, parameter: &Name) -> Lowering<Value> {
        let name = parameter.text.as_str();
        if let Some(at) = RECORDS.iter().position(|r| *r == name) {
            return Ok(Value::Record(at));
        }
        if name == VALUE {
            return self.read(VALUE, "", &parameter.span);
        }
        Err(stop(format!("`{name}` is no record"), &parameter.span))
    }

    /// Counts what the interpreter does, and stops what it might not finish.
    fn step(&mut self, count: u64, span: &Span) -> Lowering<()> {
        self.steps += count;
        if self.steps > MAX_OPERATIONS {
            return Err(stop("it may take more steps than are allowed", span));
        }
        if self.build.len() > MAX_CODE {
            return Err(stop(
                format!("it comes to more than {MAX_CODE} operations"),
                span,
            ));
        }
        Ok(())
    }

    fn active(&mut self) -> Id {
        match self.frame.active {
            Some(active) => active,
            None => self.build.flag(true),
        }
    }

    /// Tells whether no row is under way any more.
    fn is_over(&self) -> bool {
        self.frame
            .active
            .is_some_and(|active| self.build.known(active) == Some(false))
    }

    /// Walks a function whose arguments are known; `active` are the rows that call it.
    fn function(
        &mut self,
        function: &Function,
        arguments: Vec<Value>,
        active: Id,
        span: &Span,
    ) -> Lowering<Value> {
        self.step(2, span)?;
        self.watch(&function.name.span, Way::Called, active);
        if self.depth >= MAX_INLINED {
            return Err(stop("helpers call helpers too deeply", span));
        }
        if function.parameters.len() > MAX_LOCALS {
            return Err(stop("it has too many variables", &function.name.span));
        }
        let names = function.parameters.iter().map(|p| p.text.clone());
        let locals = names.zip(arguments).map(|(name, value)| Local {
            name,
            value,
            constant: false,
        });
        let frame = Frame {
            locals: locals.collect(),
            active: Some(active),
            ..Frame::default()
        };
        let outer = std::mem::replace(&mut self.frame, frame);
        self.depth += 1;
        let last = self.block(&function.body, true);
        self.depth -= 1;
        let frame = std::mem::replace(&mut self.frame, outer);
        let mut returns = frame.returns;
        let mut result = last?;
        if matches!(result, Value::Never)
            && let Some((_, value)) = returns.pop()
        {
            result = value;
        }
        for (rows, value) in returns.into_iter().rev() {
            result = self.select(rows, &value, &result);
        }
        Ok(result)
    }

    /// Walks statements; `wanted` says whether somebody uses the value of the last one.
    fn block(&mut self, statements: &[Statement], wanted: bool) -> Lowering<Value> {
        let outer = self.frame.locals.len();
        let mut value = Value::Nothing;
        for (at, statement) in statements.iter().enumerate() {
            let last = at + 1 == statements.len();
            value = self.statement(statement, wanted && last)?;
            if self.is_over() {
                value = Value::Never;
                break;
            }
        }
        self.frame.locals.truncate(outer);
        Ok(value)
    }

    fn statement(&mut self, statement: &Statement, wanted: bool) -> Lowering<Value> {
        match statement {
            Statement::Let {
                name,
                value,
                constant,
            } => self.declaration(name, value, *constant)?,
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
            } => return self.branch(condition, [then, otherwise], span, wanted),
            Statement::For {
                name,
                members,
                body,
            } => self.rounds(name, members, body)?,
            Statement::Block(statements) => {
                self.steps += 1;
                return self.block(statements, wanted);
            }
            Statement::Value(expression) => {
                self.step(1, &expression.span)?;
                let value = self.expression(expression)?;
                if wanted {
                    return Ok(value);
                }
            }
            Statement::Return(value, span) => {
                self.step(1, span)?;
                let value = match value {
                    Some(value) => self.expression(value)?,
                    None => Value::Nothing,
                };
                let active = self.active();
                self.frame.returns.push((active, value));
                self.frame.active = Some(self.build.flag(false));
            }
            Statement::Leave(leave) => {
                self.steps += 1;
                self.leave(*leave);
            }
            Statement::Nothing => self.steps += 1,
        }
        Ok(Value::Nothing)
    }

    fn declare(&mut self, name: &Name, value: Value, constant: bool) -> Lowering<()> {
        if self.frame.locals.len() >= MAX_LOCALS {
            return Err(stop("it has too many variables", &name.span));
        }
        self.frame.locals.push(Local {
            name: name.text.clone(),
            value,
            constant,
        });
        Ok(())
    }

    fn declaration(&mut self, name: &Name, value: &Expression, constant: bool) -> Lowering<()> {
        self.step(1, &name.span)?;
        let value = self.expression(value)?;
        self.declare(name, value, constant)
    }

    fn assignment(
        &mut self,
        target: &Expression,
        operator: Option<&str>,
        value: &Expression,
    ) -> Lowering<()> {
        self.step(3, &target.span)?;
        let Node::Variable(name) = &target.node else {
            return Err(stop("it assigns to a field", &target.span));
        };
        let given = self.expression(value)?;
        let Some(at) = self.frame.locals.iter().rposition(|l| l.name == *name) else {
            return Err(stop(format!("`{name}` is not known"), &target.span));
        };
        if self.frame.locals[at].constant {
            return Err(stop(
                format!("it assigns to the constant `{name}`"),
                &target.span,
            ));
        }
        let old = self.frame.locals[at].value.clone();
        let mut new = match operator {
            Some(sign) => self.operate(sign, &[(&old, &target.span), (&given, &value.span)])?,
            None => given,
        };
        // Rows that have left a round keep what they had.
        if self.someone_left() {
            let active = self.active();
            new = self.select(active, &new, &old);
        }
        self.frame.locals[at].value = new;
        self.frame.assigned += 1;
        Ok(())
    }

    fn someone_left(&self) -> bool {
        let nobody = |id| self.build.known(id) == Some(false);
        let mut loops = self.frame.loops.iter();
        loops.any(|l| !nobody(l.broken) || !nobody(l.continued))
    }

    fn leave(&mut self, leave: Leave) {
        let active = self.active();
        if let Some(inner) = self.frame.loops.last_mut() {
            let left = match leave {
                Leave::Loop => &mut inner.broken,
                Leave::Round => &mut inner.continued,
            };
            *left = self.build.two(super::ir::Two::Or, *left, active);
        }
        self.frame.left += 1;
        self.frame.active = Some(self.build.flag(false));
    }

    /// Walks both sides of an `if`, or the only one that can be taken.
    fn branch(
        &mut self,
        condition: &Expression,
        sides: [&Vec<Statement>; 2],
        span: &Span,
        wanted: bool,
    ) -> Lowering<Value> {
        use super::ir::{One, Two};
        self.step(1, span)?;
        let condition = self.flag(condition)?;
        let before = self.active();
        let denied = self.build.one(One::Not, condition);
        let mut ends = vec![];
        let start = self.frame.locals.clone();
        for (way, side) in [(Way::Yes, condition), (Way::No, denied)] {
            let rows = self.build.two(Two::And, before, side);
            self.watch(span, way, rows);
            self.frame.locals.clone_from(&start);
            self.frame.active = Some(rows);
            let left = self.frame.left;
            let value = if self.build.known(side) == Some(false) {
                self.frame.active = Some(side);
                Value::Never
            } else {
                self.block(sides[usize::from(way == Way::No)], wanted)?
            };
            ends.push(End {
                unchanged: self.frame.active == Some(rows),
                active: self.active(),
                left: self.frame.left != left,
                locals: std::mem::take(&mut self.frame.locals),
                value,
            });
        }
        let [yes, no] = <[End; 2]>::try_from(ends).unwrap_or_else(|_| unreachable!("two sides"));
        self.frame.active = Some(if yes.unchanged && no.unchanged {
            before
        } else {
            self.build.two(Two::Or, yes.active, no.active)
        });
        Ok(self.join(condition, yes, no, wanted))
    }

    /// Brings together what the two sides of an `if` leave behind.
    fn join(&mut self, condition: Id, yes: End, no: End, wanted: bool) -> Value {
        // Nobody asks for the variables of rows that have returned.
        let gone = |side: &End| matches!(side.value, Value::Never) && !side.left;
        if gone(&yes) || gone(&no) {
            self.frame.locals = if gone(&yes) { no.locals } else { yes.locals };
        } else {
            let pairs = yes.locals.into_iter().zip(no.locals);
            let joined: Vec<_> = pairs
                .map(|(a, b)| Local {
                    value: self.select(condition, &a.value, &b.value),
                    ..a
                })
                .collect();
            self.frame.locals = joined;
        }
        match (yes.value, no.value) {
            _ if !wanted => Value::Nothing,
            (Value::Never, value) | (value, Value::Never) => value,
            (a, b) => self.select(condition, &a, &b),
        }
    }

    /// Notes that these rows take a way.
    fn watch(&mut self, span: &Span, way: Way, rows: Id) {
        let Some(watched) = &mut self.watched else {
            return;
        };
        match watched
            .iter_mut()
            .find(|((s, w), _)| w == &way && s == span)
        {
            Some((_, before)) => *before = self.build.two(super::ir::Two::Or, *before, rows),
            None => watched.push(((span.clone(), way), rows)),
        }
    }

    /// Unrolls a loop.
    fn rounds(&mut self, name: &Name, members: &Expression, body: &[Statement]) -> Lowering<()> {
        use super::ir::Two;
        self.step(1, &name.span)?;
        let Value::List(list) = self.expression(members)? else {
            return Err(stop(
                "the loop does not run over a literal list",
                &members.span,
            ));
        };
        let nobody = self.build.flag(false);
        let list: Rc<[Value]> = list;
        self.frame.loops.push(Loop {
            broken: nobody,
            continued: nobody,
        });
        self.declare(name, Value::Nothing, false)?;
        for member in list.iter() {
            self.rounds += 1;
            if self.rounds > MAX_ROUNDS {
                return Err(stop(
                    format!("its loops come to more than {MAX_ROUNDS} rounds"),
                    &name.span,
                ));
            }
            self.step(1, &name.span)?;
            let at = self.frame.locals.len() - 1;
            self.frame.locals[at].value = member.clone();
            self.block(body, false)?;
            let active = self.active();
            if let Some(inner) = self.frame.loops.last_mut() {
                let back = std::mem::replace(&mut inner.continued, nobody);
                self.frame.active = Some(self.build.two(Two::Or, active, back));
            }
            if self.is_over() {
                break;
            }
        }
        self.frame.locals.pop();
        let active = self.active();
        if let Some(done) = self.frame.loops.pop() {
            self.frame.active = Some(self.build.two(Two::Or, active, done.broken));
        }
        Ok(())
    }

    /// Reads an input.
    fn read(&mut self, record: &str, field: &str, span: &Span) -> Lowering<Value> {
        use super::ir::Holds;
        let Some(held) = (self.holding)(record, field) else {
            return Err(stop(format!("`{record}.{field}` has no values here"), span));
        };
        let input = |holds| Input {
            record: record.to_owned(),
            field: field.to_owned(),
            holds,
        };
        Ok(match held {
            Held::Number => Value::Number(self.build.input(input(Holds::Number))),
            Held::Flag => Value::Flag(self.build.input(input(Holds::Flag))),
            Held::Words => Value::Words {
                record: record.to_owned(),
                field: field.to_owned(),
            },
        })
    }
}

/// What one side of an `if` leaves behind.
struct End {
    /// No row has left on the way.
    unchanged: bool,
    active: Id,
    /// Rows have left a loop on the way.
    left: bool,
    locals: Vec<Local>,
    value: Value,
}
