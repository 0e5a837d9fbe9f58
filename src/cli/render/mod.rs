//! Findings in every form that people and programs ask for.

mod github;
mod junit;
mod sarif;
mod snippet;

use super::args::CheckFormat;
use crate::diagnostics::{Diagnostic, Diagnostics, Files, Severity};
use crate::report::findings::Finding;
use crate::report::terminal::Screen;
use crate::report::views::words;

pub use snippet::snippets;

/// Writes findings in a format.
pub fn findings(found: &Diagnostics, files: &Files, format: CheckFormat, screen: Screen) -> String {
    let all = || Finding::all(found, files);
    match format {
        CheckFormat::Text => snippets(found.iter(), files, screen),
        CheckFormat::Json => json_lines(&all()),
        CheckFormat::Github => github::write(&all()),
        CheckFormat::Sarif => sarif::write(&all()),
        CheckFormat::Junit => junit::write(&all()),
    }
}

fn json_lines(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let line = serde_json::to_string(finding).expect("keys are texts");
        line + "\n"
    });
    lines.collect()
}

/// Counts findings: `3 errors, 1 warning`; nothing for none.
pub fn summary<'a>(found: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let (mut errors, mut warnings) = (0, 0);
    for diagnostic in found {
        match diagnostic.severity() {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
    }
    let counts = [(errors, "error"), (warnings, "warning")];
    let some = counts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = some
        .map(|(count, noun)| words::counted(count, noun))
        .collect();
    words.join(", ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::diagnostics::{Code, FileId, Span};

    pub(crate) const SCREEN: Screen = Screen {
        width: 80,
        colour: false,
    };

    /// An unknown key, a bad number far right in a long line of CSV, a missing file.
    pub(crate) fn found() -> (Diagnostics, Files) {
        let toml = FileId::new("exacity.toml");
        let data = FileId::new("data/observations.csv");
        let text = "[[criteria]]\nid = \"compute\"\nweigth = 0.3\n";
        let long = format!(
            "obs_id,note\no0001,\"{}\",12x,eq,{}\n",
            "长".repeat(200),
            "b".repeat(300)
        );
        let number = long.find("12x").unwrap();
        let key = text.find("weigth").unwrap();
        let mut found = Diagnostics::new();
        found.push(
            Diagnostic::new(Code("E0103"), "`weigth` is not a key of a criterion")
                .at(Span::new(&toml, key..key + 6), "unknown key")
                .help("did you mean `weight`?"),
        );
        found.push(
            Diagnostic::new(Code("E0203"), "`12x` is not a number")
                .at(Span::new(&data, number..number + 3), ""),
        );
        found.push(
            Diagnostic::new(Code("E0201"), "there is no file `data/places.csv`")
                .at(Span::whole(&FileId::new("data/places.csv")), "")
                .note("the project reads the folder `data`"),
        );
        found.push(
            Diagnostic::new(Code("W0302"), "`compute` does not distinguish the places")
                .at(Span::new(&toml, 18..27), ""),
        );
        let mut files = Files::default();
        files.insert(toml, text);
        files.insert(data, long);
        (found, files)
    }

    #[test]
    fn every_line_of_json_is_an_object() {
        let (found, files) = found();
        let text = findings(&found, &files, CheckFormat::Json, SCREEN);
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            (
                lines[0]["code"].as_str(),
                lines[0]["line"].as_u64(),
                lines[0]["column"].as_u64()
            ),
            (Some("E0103"), Some(3), Some(1))
        );
        assert_eq!(lines[0]["help"][0], "did you mean `weight`?");
        assert!(lines[2]["line"].is_null());
    }

    #[test]
    fn the_summary_counts_each_kind() {
        let (found, _) = found();
        assert_eq!(summary(&found), "3 errors, 1 warning");
        assert_eq!(summary(&Diagnostics::new()), "");
    }
}
