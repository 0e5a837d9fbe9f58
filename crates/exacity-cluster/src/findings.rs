//! Findings on their way through the engine, which knows errors only as texts.

use datafusion::error::DataFusionError;
use exacity::diagnostics::{Code, Diagnostic, Diagnostics, find_code};
use serde::{Deserialize, Serialize};

const BEGIN: &str = "exacity-findings:";
const END: &str = ":exacity-findings";

#[derive(Serialize, Deserialize)]
struct Sent {
    code: String,
    message: String,
    notes: Vec<String>,
    help: Vec<String>,
}

/// Packs findings into an error of the engine.
pub(crate) fn travel(found: Diagnostics) -> DataFusionError {
    let sent: Vec<Sent> = found
        .into_iter()
        .map(|finding| Sent {
            code: finding.code.0.to_owned(),
            message: finding.message,
            notes: finding.notes,
            help: finding.help,
        })
        .collect();
    let text = serde_json::to_string(&sent).unwrap_or_default();
    DataFusionError::Execution(format!("{BEGIN}{text}{END}"))
}

/// Unpacks findings from what the engine says, or says what it says.
pub(crate) fn arrived(error: &DataFusionError) -> Diagnostics {
    let text = error.to_string();
    let sent = text.split_once(BEGIN).and_then(|(_, rest)| {
        let (sent, _) = rest.split_once(END)?;
        // Messages of messages are quoted once more on their way.
        let plain = serde_json::from_str::<Vec<Sent>>(sent);
        plain
            .or_else(|_| serde_json::from_str(&sent.replace("\\\"", "\"")))
            .ok()
    });
    let mut found = Diagnostics::new();
    match sent {
        Some(sent) => found.extend(sent.into_iter().map(|sent| {
            let code = find_code(&sent.code).map_or(Code("E0807"), |info| info.code);
            let mut finding = Diagnostic::new(code, sent.message);
            (finding.notes, finding.help) = (sent.notes, sent.help);
            finding
        })),
        None => found.push(Diagnostic::new(Code("E0807"), plainly(&text)).help(
            "see that all machines find the table under its path, with memory and room on their disks; \
             `--log info` on scheduler and executors tells more",
        )),
    }
    found
}

/// The first line of a message, without the names of layers in front.
fn plainly(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no reason given");
    format!("the engine says: {}", line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found() -> Diagnostics {
        let mut found = Diagnostics::new();
        let finding = Diagnostic::new(Code("E0802"), "`a \"b\"` cannot be\nscored");
        found.push(finding.help("mend it").note("row 3"));
        found
    }

    #[test]
    fn findings_arrive_as_they_left() {
        let error = travel(found());
        assert_eq!(arrived(&error), found());
        let wrapped = DataFusionError::Execution(format!("Job abc failed: {error}, retry 3"));
        assert_eq!(arrived(&wrapped), found());
    }

    #[test]
    fn other_errors_are_the_engine_s_own_words() {
        let error = DataFusionError::Execution("no such file".to_owned());
        let found = arrived(&error);
        let first = found.iter().next();
        assert!(
            first.is_some_and(|finding| finding.message.contains("no such file")),
            "{found:?}"
        );
    }
}
