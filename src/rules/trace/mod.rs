//! A run of a script that remembers its way: every value, every branch, every comparison.
//!
//! The interpreter gives results and no steps, so the steps come from a second walk over the syntax
//! tree. It serves explanations and branch coverage only; scores always come from the interpreter (or
//! from what was proved equal to it), and an explanation whose result differs from theirs is refused.

mod value;
mod walk;

pub use value::Seen;

use super::syntax::{Expression, Function};
use super::{Rule, Table};
use crate::diagnostics::{Diagnostic, Span};
use walk::Walk;

/// A run that was followed.
pub(super) struct Trace<'t> {
    pub(super) events: Vec<Event<'t>>,
    /// What the function returned; `None` where the run ended in an error before that.
    pub(super) result: Option<Seen>,
    /// Why it ended early.
    pub(super) failure: Option<Box<Diagnostic>>,
}

/// Something that happened.
pub(super) struct Event<'t> {
    /// How deep inside statements and calls.
    pub(super) depth: usize,
    pub(super) span: &'t Span,
    pub(super) what: What<'t>,
}

/// What happened.
pub(super) enum What<'t> {
    /// A function was called, and gave this.
    Call {
        function: &'t Function,
        result: Seen,
    },
    /// A name got its first value.
    Let {
        name: &'t str,
        value: &'t Expression,
        seen: Seen,
    },
    /// A name got another value.
    Set {
        target: &'t Expression,
        operator: Option<&'t str>,
        value: &'t Expression,
        seen: Seen,
    },
    /// A loop took its next member.
    Round { name: &'t str, seen: Seen },
    /// A term of a sum; `minus` where it is taken away.
    Term {
        term: &'t Expression,
        minus: bool,
        seen: Seen,
    },
    /// An `if` went one of its two ways.
    Branch {
        condition: &'t Expression,
        yes: bool,
    },
    /// What stands behind `&&` or `||` was asked.
    Asked,
    /// Two numbers were compared.
    Compare { whole: &'t Expression, yes: bool },
    /// An offered function with a bend took one of its sides.
    Side { whole: &'t Expression, side: u8 },
    /// The value that a function ends with.
    Result { value: &'t Expression, seen: Seen },
}

impl Event<'_> {
    /// Returns what must stay the same for a run to be "the same way": which switch, and its side.
    pub(super) fn switch(&self) -> Option<(usize, u8)> {
        let side = match &self.what {
            What::Branch { yes, .. } | What::Compare { yes, .. } => u8::from(*yes),
            What::Side { side, .. } => *side,
            _ => return None,
        };
        Some((self.span.start, side))
    }
}

/// Follows one row of a table through a function. Called on a thread with a stack for it.
pub(super) fn follow<'t>(
    rule: &'t Rule,
    function: &str,
    table: &'t Table,
    row: usize,
) -> Trace<'t> {
    let Some(at) = rule
        .script
        .functions
        .iter()
        .position(|f| f.name.text == function)
    else {
        return Trace {
            events: vec![],
            result: None,
            failure: None,
        };
    };
    let mut walk = Walk::new(&rule.script, table, row);
    let result = walk.entry(&rule.script.functions[at]);
    let (result, failure) = match result {
        Ok(seen) => (Some(seen), None),
        Err(why) => (None, Some(why)),
    };
    Trace {
        events: walk.events,
        result,
        failure,
    }
}
