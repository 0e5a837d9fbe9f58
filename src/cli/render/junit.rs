//! Findings as `JUnit` XML: one test per file, failing where there is an error.

use crate::diagnostics::Severity;
use crate::report::findings::Finding;
use indexmap::IndexMap;
use std::fmt::Write as _;

/// Writes one suite.
pub(super) fn write(findings: &[Finding]) -> String {
    let mut by_file: IndexMap<&str, Vec<&Finding>> = IndexMap::new();
    for finding in findings {
        let file = finding.file.as_deref().unwrap_or("project");
        by_file.entry(file).or_default().push(finding);
    }
    if by_file.is_empty() {
        // A suite without tests counts as broken in most tools.
        by_file.insert("project", vec![]);
    }
    let is_error = |finding: &&&Finding| finding.severity == Severity::Error;
    let failures = by_file
        .values()
        .filter(|found| found.iter().any(|f| is_error(&f)))
        .count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuite name=\"exacity check\" tests=\"{}\" failures=\"{failures}\">",
        by_file.len()
    );
    for (file, found) in &by_file {
        case(&mut out, file, found);
    }
    out.push_str("</testsuite>\n");
    out
}

fn case(out: &mut String, file: &str, found: &[&Finding]) {
    let name = escape(file);
    let (errors, warnings): (Vec<&Finding>, Vec<&Finding>) =
        found.iter().partition(|f| f.severity == Severity::Error);
    let _ = writeln!(out, "  <testcase classname=\"exacity\" name=\"{name}\">");
    // A test may fail once: all errors of the file stand in one failure.
    if !errors.is_empty() {
        let first = escape(&errors[0].message);
        let code = errors[0].code;
        let _ = write!(out, "    <failure type=\"{code}\" message=\"{first}\">");
        let _ = writeln!(out, "{}</failure>", escape(&lines(&errors)));
    }
    if !warnings.is_empty() {
        let _ = writeln!(
            out,
            "    <system-out>{}</system-out>",
            escape(&lines(&warnings))
        );
    }
    out.push_str("  </testcase>\n");
}

fn lines(found: &[&Finding]) -> String {
    let lines = found.iter().map(|finding| {
        let place = finding.line.map_or_else(String::new, |line| {
            format!("{line}:{}: ", finding.column.unwrap_or(1))
        });
        format!("{place}{} [{}]", finding.message, finding.code)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Escapes a text for XML, and replaces the control characters that XML cannot hold at all.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn each_file_is_a_test_that_fails_on_errors_only() {
        let (found, files) = found();
        insta::assert_snapshot!(write(&Finding::all(&found, &files)));
    }

    #[test]
    fn a_clean_project_is_one_passing_test() {
        let text = write(&[]);
        assert!(text.contains("tests=\"1\" failures=\"0\""), "{text}");
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(escape("</x>\u{1b}\"&"), "&lt;/x&gt;\u{fffd}&quot;&amp;");
    }
}
