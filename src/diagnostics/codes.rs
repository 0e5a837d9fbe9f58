//! The registry of diagnostic codes.
//!
//! A code is never reused. Each has a page under `codes/` that says what it means, why it matters,
//! an example and the fix; `exacity explain CODE` prints the page.

use super::Severity;
use std::fmt;

/// A stable code: `E` or `W` and four digits. The first two digits name the group: 01 project
/// files, 02 data, 03 criteria and weights, 04 scripts, 05 planning, 06 robustness, 07 reports, 08 large tables and parts of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl Code {
    /// Returns how much findings of this code matter.
    pub fn severity(self) -> Severity {
        if self.0.starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What is known of a code.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// The page in Markdown; its first line is the title.
    pub page: &'static str,
}

impl CodeInfo {
    /// Returns the title: the page's first line without its mark-up.
    pub fn title(&self) -> &'static str {
        let first = self.page.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }
}

macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        &[$(CodeInfo { code: Code($code), page: include_str!(concat!("codes/", $code, ".md")) }),*]
    };
}

/// Every code, in order.
static CODES: &[CodeInfo] = pages![
    "E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0108", "E0109", "E0110",
    "E0111", "E0112", "E0113", "E0201", "E0202", "E0203", "E0204", "E0205", "E0206", "E0207",
    "E0208", "E0209", "E0210", "E0211", "E0212", "E0213", "W0201", "W0202", "W0203", "W0204",
    "E0301", "E0302", "E0303", "E0304", "E0305", "E0306", "E0307", "E0308", "E0309", "E0310",
    "E0311", "E0312", "E0313", "E0314", "E0315", "E0316", "E0320", "E0321", "E0322", "E0323",
    "E0324", "E0325", "E0335", "E0336", "E0337", "W0301", "W0302", "W0303", "W0304", "E0401",
    "E0402", "E0403", "W0404", "E0405", "E0406", "E0407", "E0408", "E0409", "W0410", "E0420",
    "W0420", "E0501", "E0502", "E0503", "E0504", "E0505", "E0506", "E0507", "E0508", "E0509",
    "W0501", "W0502", "E0531", "E0532", "E0533", "E0534", "E0535", "E0536", "E0537", "E0538",
    "E0540", "E0541", "E0542", "E0543", "E0544", "E0545", "W0515", "W0516", "W0518", "W0519",
    "E0601", "E0602", "E0603", "E0604", "E0605", "E0606", "E0607", "E0608", "E0609", "W0601",
    "E0701", "E0702", "E0703", "E0704", "E0705", "E0706", "E0707", "E0801", "E0802", "E0803",
    "E0804", "E0805", "E0806", "E0807", "E0411",
];

/// Returns every code with its page, in order.
pub fn all() -> &'static [CodeInfo] {
    CODES
}

/// Finds a code by its text, in any case.
pub fn find(text: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|c| c.code.0.eq_ignore_ascii_case(text))
}
