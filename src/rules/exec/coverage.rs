//! Which ways through a script the rows of a table take, from the masks of the fast path.

use super::bound::Bound;
use super::interpreter::Call;
use super::lowered;
use crate::diagnostics::Span;
use crate::rules::coverage::Way;
use crate::rules::ir::is_set;
use crate::rules::{Rule, Table};

/// Counts, for each way that the function reaches, the rows that take it at least once. `None` for a
/// function that cannot be lowered, and for a table that lacks what it reads.
pub(in crate::rules) fn taken(
    rule: &Rule,
    function: &str,
    table: &Table,
) -> Option<Vec<(Span, Way, usize)>> {
    let call = Call::new(rule, function, table).ok()?;
    let lowered = lowered(&call, true).ok()?;
    let mut taken: Vec<_> = lowered
        .ways
        .into_iter()
        .map(|(s, way)| (s, way, 0))
        .collect();
    Bound::new(&lowered.code, table).each_block(|outputs, lanes| {
        for ((.., count), mask) in taken.iter_mut().zip(&outputs[1..]) {
            *count += (0..lanes).filter(|&lane| is_set(mask.lane(lane))).count();
        }
    });
    Some(taken)
}
