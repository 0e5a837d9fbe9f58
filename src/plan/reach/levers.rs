//! What levers cost, as a file says: TOML, schema `exacity.levers/1`.
//!
//! Costs of this kind are rarely published. A cost needs a reason; one without a source is an assumption, and
//! every page that uses it says so.

use crate::config::{Kind, Shape, key, read_question, required};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, Files};
use crate::plan::sizing::place::{Question, answer as sized};
use crate::project::Project;

const COST: Kind = Kind::Number(0.0, 1e15);

const LEVER: Shape = Shape {
    what: "a lever",
    keys: &[
        required("criterion", Kind::Text, "the criterion whose figure moves"),
        key("cost", COST, "MCNY for one unit of the figure"),
        key(
            "chip",
            Kind::Text,
            "instead of a cost: the capex of an EFLOPS of this chip, from the catalogue",
        ),
        key(
            "cap",
            Kind::Number(f64::MIN, f64::MAX),
            "how far the figure can move; else as far as the best place stands",
        ),
        key(
            "steps",
            Kind::Integer(1, 10_000),
            "steps on the way to the cap, where a rule scores; 20",
        ),
        key("because", Kind::Text, "why this cost"),
        key(
            "source",
            Kind::Text,
            "where it was published; without one it is an assumption",
        ),
        key("note", Kind::Any, "a remark"),
    ],
};

const FILE: Shape = Shape {
    what: "a file of levers",
    keys: &[
        required(
            "schema",
            Kind::Word(&["exacity.levers/1"]),
            "the format of the file",
        ),
        key("about", Kind::Text, "what these costs are for"),
        required("lever", Kind::List(&Kind::Table(&LEVER)), "the levers"),
    ],
};

/// Levers with their costs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Levers {
    /// What the costs are for.
    pub about: String,
    /// The levers.
    pub all: Vec<Priced>,
}

/// One lever of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// The criterion.
    pub criterion: String,
    /// MCNY for one unit; nothing for what no money buys.
    pub cost: Option<f64>,
    /// How far the figure can move.
    pub cap: Option<f64>,
    /// Steps on the way, where a rule scores.
    pub steps: usize,
    /// Why this cost.
    pub because: String,
    /// True where nobody published the cost.
    pub assumed: bool,
}

/// Reads a file of levers. `project` knows the criteria, and the chips that stand for a cost.
pub fn read(name: &str, text: &str, project: &Project) -> Checked<Levers> {
    let mut found = Diagnostics::new();
    let mut files = Files::default();
    let table = read_question(name, text, &FILE, &mut files, &mut found);
    let mut levers = Levers::default();
    for (value, lever) in table.iter().flat_map(|t| t.tables("lever")) {
        let Some(criterion) = lever.word("criterion") else {
            continue;
        };
        let leaf = project
            .tree
            .find(criterion.text)
            .filter(|at| project.leaf(*at).is_some());
        if leaf.is_none() {
            let leaves = project
                .tree
                .upward()
                .filter(|(at, _)| project.leaf(*at).is_some());
            let leaves: Vec<&str> = leaves.map(|(_, node)| node.id.as_str()).collect();
            let message = format!("`{}` is no criterion that reads figures", criterion.text);
            found.push(
                Diagnostic::new(Code("E0543"), message)
                    .at(criterion.span.clone(), "")
                    .maybe_help(crate::diagnostics::did_you_mean(
                        criterion.text,
                        leaves.iter().copied(),
                    )),
            );
        }
        let cost = match (lever.get("cost"), lever.get("chip")) {
            (Some(_), Some(chip)) => {
                let message = format!(
                    "the lever of `{}` states both a cost and a chip",
                    criterion.text
                );
                found.push(
                    Diagnostic::new(Code("E0543"), message)
                        .at(chip.span.clone(), "")
                        .help("keep one of them"),
                );
                continue;
            }
            (Some(cost), None) => cost.number(),
            (None, Some(chip)) => match per_eflops(project, chip.text().unwrap_or_default()) {
                Ok(cost) => Some(cost),
                Err(finding) => {
                    found.push(finding.at(chip.span.clone(), ""));
                    continue;
                }
            },
            (None, None) => None,
        };
        if cost.is_some() && !lever.has("because") {
            let message = format!("the cost of `{}` has no reason", criterion.text);
            found.push(
                Diagnostic::new(Code("E0543"), message)
                    .at(value.span.clone(), "")
                    .help("add `because = \"..\"`, and `source = \"..\"` if it was published"),
            );
        }
        if levers
            .all
            .iter()
            .any(|known| known.criterion == criterion.text)
        {
            let message = format!("the lever of `{}` stands twice", criterion.text);
            found.push(Diagnostic::new(Code("E0109"), message).at(criterion.span.clone(), ""));
        }
        let steps = lever.get("steps").and_then(crate::config::Value::integer);
        levers.all.push(Priced {
            criterion: criterion.text.to_owned(),
            cost,
            cap: lever.number("cap"),
            steps: steps.and_then(|s| usize::try_from(s).ok()).unwrap_or(20),
            because: lever.text("because").unwrap_or_default().to_owned(),
            assumed: !lever.has("source"),
        });
    }
    if let Some(table) = &table {
        table
            .text("about")
            .unwrap_or_default()
            .clone_into(&mut levers.about);
    }
    Checked {
        value: (table.is_some() && !found.has_errors()).then_some(levers),
        diagnostics: found,
        files,
    }
}

/// Returns the capex of an EFLOPS of a chip: that of ten, divided, so that whole servers do not matter.
fn per_eflops(project: &Project, chip: &str) -> Result<f64, Diagnostic> {
    const MANY: f64 = 10.0;
    let told = sized(
        project,
        &Question {
            gap: Some(MANY),
            chip: chip.to_owned(),
            ..Question::default()
        },
    )?;
    let capex = told.case.sized.ok().and_then(|sized| sized.capex_mcny);
    capex.map(|capex| capex / MANY).ok_or_else(|| {
        Diagnostic::new(
            Code("E0540"),
            format!("no price in yuan is known for `{chip}`"),
        )
        .help("state `cost` in MCNY for an EFLOPS instead")
    })
}
