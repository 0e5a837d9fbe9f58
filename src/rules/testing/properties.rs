//! What holds for every case, whatever a figure is: one figure at a time is varied over its range.

use super::Case;
use super::cases::table;
use crate::rules::{Argument, Field, Rule};

/// Values tried between the ends of a figure's range.
const STEPS: usize = 21;

/// Finds a case in which a figure moves the score the wrong way.
pub(super) fn monotone(rule: &Rule, cases: &[&Case], name: &str, sign: f64) -> Option<String> {
    let Some((record, field)) = name.split_once('.') else {
        return Some(format!(
            "`{name}` names no figure; write it as `part.compute`"
        ));
    };
    if !rule
        .reads("score")
        .iter()
        .any(|r| r.record == record && r.field == field)
    {
        return Some(format!("`score` does not read `{name}`"));
    }
    if cases.is_empty() {
        return Some("there is no case with `expect` to start from".into());
    }
    cases.iter().find_map(|case| {
        let swept = match sweep(rule, case, record, field) {
            Ok(swept) => swept,
            Err(problem) => return Some(problem),
        };
        swept.windows(2).find_map(|pair| {
            let ((from, before), (to, after)) = (pair[0], pair[1]);
            // Sums of products round; a step back smaller than that is none.
            let back = sign * (before - after) > 1e-9 * before.abs().max(1.0);
            back.then(|| {
                format!(
                    "in \"{}\" the score goes from {before} to {after} as `{name}` goes from {from} to {to}",
                    case.name
                )
            })
        })
    })
}

/// Finds a figure that drives a case out of the limits.
pub(super) fn stays(rule: &Rule, cases: &[&Case], low: f64, high: f64) -> Option<String> {
    if cases.is_empty() {
        return Some("there is no case with `expect` to start from".into());
    }
    cases.iter().find_map(|case| {
        rule.reads("score")
            .iter()
            .filter(|r| r.record != "known")
            .find_map(|read| match sweep(rule, case, &read.record, &read.field) {
                Err(problem) => Some(problem),
                Ok(swept) => swept.into_iter().find_map(|(at, score)| {
                    (score < low - 1e-9 || score > high + 1e-9).then(|| {
                        format!(
                            "in \"{}\" the score is {score} where `{}.{}` is {at}",
                            case.name, read.record, read.field
                        )
                    })
                }),
            })
    })
}

/// Scores a case with one figure varied over its range; the other figures stay.
///
/// Text and yes-or-no are not varied. Parts run over the scale, parameters between their bounds,
/// everything else from nothing to twice what the case holds.
fn sweep(rule: &Rule, case: &Case, record: &str, field: &str) -> Result<Vec<(f64, f64)>, String> {
    let mut table = table(rule, case, "score")?;
    let Some(Argument::Record(fields)) = table.arguments.get_mut(record) else {
        return Ok(vec![]);
    };
    let Some(Field::Number(now)) = fields.get(field) else {
        return Ok(vec![]);
    };
    let (low, high) = match record {
        "part" => rule.meta().range.unwrap_or((0.0, 100.0)),
        "param" => rule
            .meta()
            .params
            .get(field)
            .map_or((0.0, 1.0), |p| (p.min, p.max)),
        _ => (0.0, (2.0 * now.abs()).max(1.0)),
    };
    let step = (high - low) / (STEPS - 1) as f64;
    let values: Vec<f64> = (0..STEPS).map(|at| low + step * at as f64).collect();
    fields.insert(field.to_owned(), Field::Numbers(values.clone()));
    table.rows = STEPS;
    for argument in table.arguments.values_mut() {
        if let Argument::Record(fields) = argument {
            for value in fields.values_mut() {
                if let Field::Words(words) = value {
                    words.resize(STEPS, words[0].clone());
                }
            }
        }
    }
    let scores = rule.numbers("score", &table).into_iter().zip(values);
    scores
        .map(|(score, at)| match score {
            Ok(score) => Ok((at, score)),
            Err(d) => Err(format!(
                "in \"{}\", with `{record}.{field}` = {at}: {}: {}",
                case.name, d.code, d.message
            )),
        })
        .collect()
}
