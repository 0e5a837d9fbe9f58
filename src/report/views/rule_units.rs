//! The units of what scripts read.

use crate::model::IndicatorId;
use crate::project::{Project, RuleUse};

/// Returns the unit of a name that a script reads; empty where it has none.
pub(super) fn unit(project: &Project, rule: &RuleUse, record: &str, field: &str) -> String {
    let meta = rule.rule.meta();
    let declared = meta.needs.get(field).map(|need| need.unit.clone());
    match record {
        "param" => meta
            .params
            .get(field)
            .map_or_else(String::new, |p| p.unit.clone()),
        "place" => declared
            .filter(|unit| !unit.is_empty())
            .unwrap_or_else(|| of_indicator(project, field)),
        "part" => "points".to_owned(),
        "weight" => "share".to_owned(),
        "leader" if field.starts_with("part_") => "points".to_owned(),
        "leader" => of_indicator(project, field),
        "facts" => match field.rsplit_once('_') {
            Some((_, "n" | "rank" | "share")) | None => String::new(),
            Some((column, _)) if column.starts_with("part_") => "points".to_owned(),
            Some((column, _)) => of_indicator(project, column),
        },
        _ => String::new(),
    }
}

fn of_indicator(project: &Project, id: &str) -> String {
    let known = project.library.indicators.get(&IndicatorId::new(id));
    known.map_or_else(String::new, |indicator| indicator.unit.clone())
}
