//! Indicators that are written in words: grades, answers, flags.
//!
//! A table holds numbers, so a word is kept as its position in the list of all words of the table. Only
//! `categorical` may score them: any other method would take the position for a measurement.

use super::Context;
use crate::config::methods::Choice;
use crate::config::shape::quoted;
use crate::config::value::Value;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::model::{IndicatorId, ParamValue, Params};
use indexmap::{IndexMap, IndexSet};
use std::sync::Arc;

/// The words behind the figures of a criterion.
pub(crate) struct Words {
    indicator: IndicatorId,
    all: Arc<Vec<String>>,
    /// Those that places of the league hold.
    used: Vec<String>,
}

/// Returns the words of a pool of indicators, if it is written in words.
pub(crate) fn of(pool: &[IndicatorId], context: &Context<'_, '_>) -> Option<Words> {
    let named = |id: &&IndicatorId| context.data.words.contains_key(*id);
    let indicator = pool.iter().find(named)?.clone();
    let all = Arc::clone(&context.data.words[&indicator]);
    let mut used = IndexSet::new();
    for place in &context.league {
        let rows = pool.iter().flat_map(|id| context.data.rows(&place.id, id));
        used.extend(rows.filter_map(|row| context.data.word(&indicator, row.value)));
    }
    let used = used.into_iter().map(str::to_owned).collect();
    Some(Words {
        indicator,
        all,
        used,
    })
}

impl Words {
    /// Refuses a method that would take words for measurements.
    pub(crate) fn check(
        &self,
        choice: &Choice<'_>,
        at: &Value,
        found: &mut Diagnostics,
    ) -> Option<()> {
        if matches!(choice, Choice::Method(info, _) if info.name == "categorical") {
            return Some(());
        }
        let message = format!(
            "`{}` is written in words: {}",
            self.indicator,
            self.sample()
        );
        found.push(
            Diagnostic::new(Code("E0335"), message)
                .at(at.span.clone(), "this needs numbers")
                .help("score each word: `normalise = { method = \"categorical\", scores = { WORD = 1 } }`")
                .help("or say what number a word stands for: `matrix = { .., values = { WORD = 1 } }`")
                .help("or, if it means that there is no figure, add it to `missing` of the matrix"),
        );
        None
    }

    fn sample(&self) -> String {
        const SHOWN: usize = 6;
        let shown = &self.used[..self.used.len().min(SHOWN)];
        let more = if self.used.len() > SHOWN { ", .." } else { "" };
        format!("{}{more}", quoted(shown))
    }

    /// Turns a table of scores by word into one by number.
    pub(crate) fn numbers(
        &self,
        mut params: Params,
        at: &Value,
        found: &mut Diagnostics,
    ) -> Option<Params> {
        let Some(scores) = params.table("scores").cloned() else {
            return Some(params);
        };
        let lacking: Vec<&String> = self
            .used
            .iter()
            .filter(|word| !scores.contains_key(*word))
            .collect();
        if !lacking.is_empty() && params.number("other").is_none() {
            found.push(self.unscored(&lacking, &scores, at));
            return None;
        }
        let position = |word: &String| self.all.iter().position(|known| known == word);
        let mut numbers: IndexMap<String, f64> = scores
            .iter()
            .filter_map(|(word, score)| Some((position(word)?.to_string(), *score)))
            .collect();
        if numbers.is_empty() {
            // Nobody holds a word of the table, and all others have a score: any number will do.
            numbers.extend(scores.first().map(|(_, score)| ("-1".to_owned(), *score)));
        }
        params
            .0
            .insert("scores".to_owned(), ParamValue::Table(numbers));
        Some(params)
    }

    fn unscored(
        &self,
        lacking: &[&String],
        scores: &IndexMap<String, f64>,
        at: &Value,
    ) -> Diagnostic {
        let message = format!(
            "`scores` has no entry for {} of `{}`",
            quoted(lacking),
            self.indicator
        );
        let unused = scores.keys().filter(|word| !self.all.contains(word));
        let unused: Vec<&str> = unused.map(String::as_str).collect();
        let near = lacking
            .iter()
            .find_map(|word| nearest(word, unused.iter().copied()));
        let finding = Diagnostic::new(Code("E0336"), message).at(at.span.clone(), "");
        let finding = match near {
            Some(near) => finding.note(format!(
                "words are compared letter by letter; did you mean this by `{near}`?"
            )),
            None => finding,
        };
        finding
            .help("add them, or say `other = ...` for all words left")
            .help("if they mean that there is no figure, add them to `missing` of the matrix")
    }
}
