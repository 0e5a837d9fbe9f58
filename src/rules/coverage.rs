//! Which ways through a script were taken.
//!
//! Counted are: every function that is called, both ways of every `if`, and what stands behind `&&` and
//! `||`, which is asked only where the part before it does not decide. A bend inside an offered function
//! (`max`, `clamp`) is no branch.

use super::engine::guarded;
use super::exec;
use super::syntax::{Expression, Function, Node, Statement};
use super::trace::{self, Event, What};
use super::{Rule, Table, diag};
use crate::diagnostics::{Diagnostic, Diagnostics, Span};

/// A way through a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Where it is decided.
    pub span: Span,
    /// The function it lies in.
    pub function: String,
    /// What it is.
    pub way: Way,
    /// What decides, as text: a condition, or a call.
    pub text: String,
}

/// What a way through a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The function is called.
    Called,
    /// The condition holds.
    Yes,
    /// The condition does not hold.
    No,
    /// The part behind `&&` or `||` is asked.
    Asked,
}

/// How often each way was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Each way with the number of rows or cases that took it at least once, in reading order.
    pub branches: Vec<(Branch, usize)>,
}

impl Branch {
    /// Says in words what happens where the way is taken.
    pub fn words(&self) -> String {
        match self.way {
            Way::Called => format!("`{}` is called", self.text),
            Way::Yes => format!("`if {}` holds", self.text),
            Way::No => format!("`if {}` does not hold", self.text),
            Way::Asked => format!("`{}` is asked", self.text),
        }
    }
}

impl Coverage {
    /// Starts with no way taken.
    pub fn new(rule: &Rule) -> Self {
        Self {
            branches: branches(rule).into_iter().map(|b| (b, 0)).collect(),
        }
    }

    /// Follows every row of a table through a function and counts the ways it takes.
    ///
    /// A row whose run ends in an error counts for the ways it took before.
    ///
    /// The masks of the fast path hold these counts already; rules without are followed step by step.
    pub fn add(&mut self, rule: &Rule, function: &str, table: &Table) {
        match exec::taken(rule, function, table) {
            Some(taken) => self.count(&taken),
            None => self.follow(rule, function, table),
        }
    }

    fn count(&mut self, taken: &[(Span, Way, usize)]) {
        for (span, way, rows) in taken {
            let mut branches = self.branches.iter_mut();
            if let Some((_, hits)) = branches.find(|(b, _)| b.way == *way && b.span == *span) {
                *hits += rows;
            }
        }
    }

    /// Follows each row step by step: the reference for [`Coverage::add`].
    pub(super) fn follow(&mut self, rule: &Rule, function: &str, table: &Table) {
        let count = || {
            for row in 0..table.rows {
                let trace = trace::follow(rule, function, table, row);
                for (branch, hits) in &mut self.branches {
                    *hits += usize::from(trace.events.iter().any(|e| takes(e, branch)));
                }
            }
        };
        // A thread that is refused leaves ways uncounted: coverage is then too low, never too high.
        let _ = guarded(count);
    }

    /// Returns the ways that nobody took.
    pub fn missed(&self) -> impl Iterator<Item = &Branch> {
        self.branches
            .iter()
            .filter(|(_, hits)| *hits == 0)
            .map(|(b, _)| b)
    }

    /// Warns of the ways of an `if` that no place takes; functions that are not called at all have
    /// other reasons.
    pub fn untaken(&self) -> Diagnostics {
        let called = |name: &str| {
            let of = |b: &Branch| b.way == Way::Called && b.function == name;
            self.branches.iter().any(|(b, hits)| of(b) && *hits > 0)
        };
        let mut found = Diagnostics::new();
        for branch in self.missed() {
            if branch.way == Way::Called || !called(&branch.function) {
                continue;
            }
            found.push(
                Diagnostic::new(diag::UNTAKEN, format!("for no place {}", branch.words()))
                    .at(branch.span.clone(), "")
                    .help("compare with the range of the data, or give the case a test"),
            );
        }
        found
    }

    /// Returns the number of ways taken.
    pub fn taken(&self) -> usize {
        self.branches.iter().filter(|(_, hits)| *hits > 0).count()
    }

    /// Returns the share of ways taken, 1 for a script without any.
    pub fn share(&self) -> f64 {
        match self.branches.len() {
            0 => 1.0,
            all => self.taken() as f64 / all as f64,
        }
    }
}

fn takes(event: &Event, branch: &Branch) -> bool {
    match &event.what {
        What::Call { function, .. } => {
            branch.way == Way::Called && function.name.span == branch.span
        }
        What::Branch { yes, .. } => {
            let way = if *yes { Way::Yes } else { Way::No };
            branch.way == way && *event.span == branch.span
        }
        What::Asked => branch.way == Way::Asked && *event.span == branch.span,
        _ => false,
    }
}

/// Lists the ways through all functions but `meta`, in reading order.
fn branches(rule: &Rule) -> Vec<Branch> {
    let functions = rule.script.functions.iter();
    let own = functions.filter(|f| f.name.text != "meta");
    own.flat_map(|function| {
        let mut finder = Finder {
            function,
            found: vec![],
        };
        finder.add(Way::Called, &function.name.span, function.name.text.clone());
        finder.block(&function.body);
        finder.found
    })
    .collect()
}

struct Finder<'a> {
    function: &'a Function,
    found: Vec<Branch>,
}

impl Finder<'_> {
    fn add(&mut self, way: Way, span: &Span, text: String) {
        self.found.push(Branch {
            span: span.clone(),
            function: self.function.name.text.clone(),
            way,
            text,
        });
    }

    fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { value, .. }
            | Statement::Value(value)
            | Statement::Return(Some(value), _) => self.expression(value),
            Statement::Assign { target, value, .. } => {
                self.expression(target);
                self.expression(value);
            }
            Statement::If {
                condition,
                then,
                otherwise,
                span,
            } => {
                self.add(Way::Yes, span, condition.to_string());
                self.add(Way::No, span, condition.to_string());
                self.expression(condition);
                self.block(then);
                self.block(otherwise);
            }
            Statement::For { members, body, .. } => {
                self.expression(members);
                self.block(body);
            }
            Statement::Block(statements) => self.block(statements),
            Statement::Return(None, _) | Statement::Leave(_) | Statement::Nothing => {}
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.node {
            Node::Array(parts) | Node::Operator(_, parts) | Node::Call(_, parts) => {
                for part in parts {
                    self.expression(part);
                }
            }
            Node::And(parts) | Node::Or(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        self.add(Way::Asked, &part.span, part.to_string());
                    }
                    self.expression(part);
                }
            }
            Node::Map(fields) => {
                for (_, value) in fields {
                    self.expression(value);
                }
            }
            Node::Property(base, _) => self.expression(base),
            Node::Block(statements) => self.block(statements),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Argument, Field, FileId};
    use indexmap::IndexMap;

    const SOURCE: &str = "fn meta() { #{ title: \"T\" } }
fn half(x) { x / 2 }
fn score(place) {
    let x = if place.a > 1 && place.b > 1 { half(place.a) } else { return 7; };
    for y in [1, 2] { if y > 1 { x += y; } }
    x
}";

    fn covered(rows: &[(f64, f64)]) -> Coverage {
        let (rule, found) = Rule::compile(&FileId::new("t.rhai"), SOURCE);
        let rule = rule.unwrap_or_else(|| panic!("{found:?}"));
        let column = |pick: fn(&(f64, f64)) -> f64| Field::Numbers(rows.iter().map(pick).collect());
        let fields = [("a", column(|r| r.0)), ("b", column(|r| r.1))];
        let fields: IndexMap<_, _> = fields.into_iter().map(|(n, f)| (n.to_owned(), f)).collect();
        let mut table = Table {
            rows: rows.len(),
            ..Table::default()
        };
        table
            .arguments
            .insert("place".into(), Argument::Record(fields));
        let mut coverage = Coverage::new(&rule);
        coverage.add(&rule, "score", &table);
        coverage
    }

    fn missed(coverage: &Coverage) -> Vec<String> {
        coverage.missed().map(Branch::words).collect()
    }

    #[test]
    fn every_way_is_listed_once_in_reading_order() {
        let all: Vec<_> = missed(&covered(&[]));
        let condition = "if place.a > 1 && place.b > 1";
        assert_eq!(
            all,
            [
                "`half` is called".to_owned(),
                "`score` is called".to_owned(),
                format!("`{condition}` holds"),
                format!("`{condition}` does not hold"),
                "`place.b > 1` is asked".to_owned(),
                "`if y > 1` holds".to_owned(),
                "`if y > 1` does not hold".to_owned(),
            ]
        );
    }

    #[test]
    fn a_row_counts_for_the_ways_it_takes() {
        let coverage = covered(&[(0.0, 0.0)]);
        let left = missed(&coverage);
        assert_eq!(coverage.taken(), 2, "{left:?}");
        let coverage = covered(&[(0.0, 0.0), (2.0, 2.0)]);
        assert_eq!(missed(&coverage), [""; 0]);
        assert!((coverage.share() - 1.0).abs() < 1e-12);
    }
}
