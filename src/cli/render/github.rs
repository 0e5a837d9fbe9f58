//! Findings as workflow commands, which a code review shows beside the line.

use crate::diagnostics::Severity;
use crate::report::findings::Finding;

/// Writes one command per finding.
pub(super) fn write(findings: &[Finding]) -> String {
    findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![];
    let mut add = |name: &str, value: Option<String>| {
        properties.extend(value.map(|value| format!("{name}={}", property(&value))));
    };
    add("file", finding.file.clone());
    add("line", finding.line.map(|n| n.to_string()));
    add("endLine", finding.end_line.map(|n| n.to_string()));
    add("col", finding.column.map(|n| n.to_string()));
    add("endColumn", finding.end_column.map(|n| n.to_string()));
    add("title", Some(finding.code.to_owned()));
    let mut message = finding.message.clone();
    for help in &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    format!("::{word} {}::{}\n", properties.join(","), escape(&message))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn a_finding_becomes_one_line_with_its_place() {
        let (found, files) = found();
        let text = write(&Finding::all(&found, &files));
        assert_eq!(
            text.lines().next().unwrap(),
            "::error file=exacity.toml,line=3,endLine=3,col=1,endColumn=7,title=E0103::\
             `weigth` is not a key of a criterion%0Ahelp: did you mean `weight`?"
        );
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn separators_in_values_are_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
