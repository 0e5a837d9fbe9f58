//! `exacity data add`

use super::store::{How, Stated, checked, store};
use crate::cli::args::{Add, Global};
use crate::cli::commands::Ended;
use crate::cli::output::Out;

pub(super) fn run(global: &Global, args: &Add, out: &Out) -> Ended {
    let how = How {
        project: &args.project,
        output: &args.output,
        local: args.local,
        dry_run: args.dry_run,
    };
    let stated = Stated {
        place: &args.place,
        indicator: &args.indicator,
        value: args.value,
        qualifier: args.qualifier,
        as_of: args.as_of,
        kind: args.kind,
        scope: &args.scope,
        source: &args.source,
        note: &args.note,
    };
    store(global, &how, out, |project| {
        Ok(vec![checked(project, &stated)?])
    })
}
