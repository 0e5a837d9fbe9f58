//! `exacity check`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Check, CheckFormat, Format, Global, OutputArgs};
use crate::cli::open::sources;
use crate::cli::output::Out;
use crate::cli::render;
use crate::config::{self, CheckSummary, EffectiveWeights};
use crate::diagnostics::{Checked, Severity};
use crate::report::number::percent;
use crate::report::terminal::Screen;
use crate::report::views::words::{counted, list};

pub(super) fn run(global: &Global, args: &Check, out: &Out) -> Ended {
    let Check {
        format, out: file, ..
    } = args;
    let sources = sources(global, out)?;
    let Checked {
        value,
        diagnostics,
        files,
    } = config::check(&*sources);
    let screen = match file {
        Some(_) => Screen {
            width: 100,
            colour: false,
        },
        None => out.screen(),
    };
    let mut text = render::findings(&diagnostics, &files, *format, screen);
    if let (CheckFormat::Text, Some(summary)) = (format, &value) {
        text.push_str(&in_words(summary));
        if diagnostics.is_empty() {
            text.push_str("no problems found\n");
        }
    }
    // The ending of the file does not choose the format here: it may be anything.
    let asked = OutputArgs {
        format: Some(Format::Text),
        out: file.clone(),
    };
    out.deliver(&text, &asked)?;
    Ok(match diagnostics.count(Severity::Error) {
        0 => Outcome::Done,
        _ => Outcome::No,
    })
}

fn in_words(summary: &CheckSummary) -> String {
    let mut lines = vec![format!(
        "{}, {}, {}, {}",
        counted(summary.places, "place"),
        counted(summary.indicators, "indicator"),
        counted(summary.observations, "figure"),
        counted(summary.strategies.len(), "strategy script"),
    )];
    for profile in &summary.profiles {
        let name = if profile.id.is_empty() {
            "no profile".to_owned()
        } else {
            format!("profile {}", profile.id)
        };
        let (places, criteria) = (counted(profile.places, "place"), profile.criteria);
        lines.push(format!(
            "{name}: {places} may be ranked, by {criteria} criteria"
        ));
    }
    lines.extend(summary.weights.iter().map(weights));
    lines.join("\n") + "\n"
}

/// Writes the pillars of a weight set; the leaves would be too many, and `explain` shows them.
fn weights(set: &EffectiveWeights) -> String {
    let pillars = set
        .percent
        .iter()
        .filter(|(id, _)| id.parent().is_none() && id.as_str() != "score");
    let shares: Vec<String> = pillars
        .map(|(id, share)| format!("{id} {}", percent(share / 100.0)))
        .collect();
    let name = &set.name;
    let first = if set.open {
        format!(
            "weights {name}: decided by the data; `exacity explain weights {name}` computes them"
        )
    } else {
        format!("weights {name}: {}", list(&shares))
    };
    let mut lines = vec![first];
    lines.extend(set.how.iter().map(|how| format!("  {how}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CriterionId;

    #[test]
    fn a_weight_set_shows_the_shares_of_its_pillars() {
        let share = |id: &str, percent: f64| (CriterionId::new(id), percent);
        let set = EffectiveWeights {
            name: "balanced".to_owned(),
            percent: vec![
                share("score", 100.0),
                share("academia", 40.0),
                share("academia.papers", 40.0),
                share("compute", 60.0),
            ],
            how: vec![],
            open: false,
        };
        assert_eq!(
            weights(&set),
            "weights balanced: academia 40 % and compute 60 %"
        );
    }
}
