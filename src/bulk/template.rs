//! A project made ready to score a table that is not its own.
//!
//! Settings are read against a small table with the header and some first rows of the large one, so that
//! every check of the project takes place. What the settings make of these rows is compared with what
//! bulk scoring makes of them, so that a setting nobody thought of here is noticed.

use crate::config::{self, Layer, Request, Settings, WideTable};
use crate::dataset::MatrixSpec;
use crate::dataset::bulk::{BulkTable, Opened, Rows, Span};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, Files, Span as Place};
use crate::model::{Column, NodeIx};
use crate::parts;
use crate::project::{LeafValue, Project};
use crate::score::stream::{Piece, Streamed};
use crate::sources::Sources;
use crate::sources::overlay::Overlay;
use crate::sources::stream::{Input, MemoryInput};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A project and a table that it can score.
#[derive(Debug)]
pub struct Template {
    pub(super) table: BulkTable,
    pub(super) streamed: Streamed,
    /// Everything of the project that the result depends on, as one hash.
    pub(super) hash: String,
    pub(super) file: String,
    /// Header and some first rows of the table, as a text.
    #[cfg_attr(
        not(feature = "parquet"),
        allow(dead_code, reason = "only engines ask for it")
    )]
    pub(super) small: Vec<u8>,
}

impl Template {
    /// Returns the project.
    pub fn project(&self) -> &Project {
        self.streamed.project()
    }
}

/// Makes a project ready to score a table.
///
/// `at` is the position of the index among those of the project.
pub fn prepare(
    sources: &dyn Sources,
    request: &Request,
    input: &dyn Input,
    index: Option<&str>,
) -> Checked<Template> {
    let Checked {
        value,
        mut diagnostics,
        mut files,
    } = config::wide_table(sources, request);
    let value = value.and_then(|wide| {
        let ready = Ready {
            sources,
            request,
            input,
            index,
        };
        ready.template(&wide, &mut diagnostics, &mut files)
    });
    Checked {
        value: value.filter(|_| !diagnostics.has_errors()),
        diagnostics,
        files,
    }
}

struct Ready<'a> {
    sources: &'a dyn Sources,
    request: &'a Request,
    input: &'a dyn Input,
    index: Option<&'a str>,
}

impl Ready<'_> {
    fn template(
        &self,
        wide: &WideTable,
        found: &mut Diagnostics,
        files: &mut Files,
    ) -> Option<Template> {
        let name = self.input.name();
        refuse_settings(&wide.settings, found);
        let WideTable {
            spec, indicators, ..
        } = wide;
        let opened = match BulkTable::open(self.input, spec, indicators, files, found) {
            Ok(opened) => opened,
            Err(error) => {
                found.push(super::failure::unreadable(&name, &error));
                return None;
            }
        };
        let Opened { table, small } = opened?;
        let over = Overlay::new(self.sources).with(&spec.file, small.as_slice());
        let mut checked = config::load(&over, self.request);
        // Findings about the sample are findings about the table, whose lines differ from here on.
        let hash = hash(&checked.files, &wide.settings, spec, index_name(self.index));
        files.extend(std::mem::take(&mut checked.files));
        found.extend(
            checked
                .diagnostics
                .iter()
                .map(|d| about_table(d, spec, &name)),
        );
        let Some(loaded) = checked.value else {
            // A column that cannot be read looks empty to the project.
            let named = |column: &str| {
                let quoted = format!("`{column}`");
                found
                    .iter()
                    .any(|finding| finding.message.contains(&quoted))
            };
            let mut behind = table.unreadable(&name);
            behind.retain(|(column, _)| named(column));
            found.extend(behind.into_iter().map(|(_, finding)| finding));
            return None;
        };
        let project = loaded.project;
        let at = self.position(&project, found)?;
        refuse_words(&project, found);
        if found.has_errors() {
            return None;
        }
        let streamed = match Streamed::new(&project, at) {
            Ok(streamed) => streamed,
            Err(refused) => {
                found.extend(refused);
                return None;
            }
        };
        let table = table.restricted(streamed.inputs())?;
        let unreadable = table.unreadable(&name).into_iter();
        found.extend(unreadable.map(|(_, finding)| finding));
        compare(&project, &streamed, &table, &small, found);
        Some(Template {
            table,
            streamed,
            hash,
            file: name,
            small,
        })
    }

    /// Finds the index that is scored.
    fn position(&self, project: &Project, found: &mut Diagnostics) -> Option<usize> {
        let ids: Vec<&str> = project
            .indices
            .iter()
            .map(|index| index.id.as_str())
            .collect();
        match self.index {
            None if ids.len() == 1 => Some(0),
            None => {
                let message = format!(
                    "the project has {} results, and one is scored at a time",
                    ids.len()
                );
                let finding = Diagnostic::new(Code("E0801"), message);
                found.push(finding.help(format!("name one: `--index {}`", ids[0])));
                None
            }
            Some(id) => {
                let at = ids.iter().position(|own| *own == id);
                if at.is_none() {
                    let message = format!("there is no index `{id}`");
                    let known = crate::diagnostics::did_you_mean(id, ids.iter().copied());
                    found.push(Diagnostic::new(Code("E0106"), message).maybe_help(known));
                }
                at
            }
        }
    }
}

fn index_name(index: Option<&str>) -> &str {
    index.unwrap_or_default()
}

/// Names the large table where a finding names the project's own; the place in the sample means nothing.
fn about_table(finding: &Diagnostic, spec: &MatrixSpec, name: &str) -> Diagnostic {
    let mut finding = finding.clone();
    let own = |place: &Place| place.file.as_str() == spec.file;
    if finding.labels.iter().any(|label| own(&label.span)) {
        finding.labels.retain(|label| !own(&label.span));
        finding = finding.note(format!("in the first rows of `{name}`"));
    }
    let (from, to) = (format!("`{}`", spec.file), format!("`{name}`"));
    finding.message = finding.message.replace(&from, &to);
    finding
}

/// Refuses settings that choose among rows by what other rows are, or by name.
fn refuse_settings(settings: &Settings, found: &mut Diagnostics) {
    for setting in settings.list() {
        let path = setting.path.as_str();
        let chooses = ["places", "except", "kinds", "groups"].iter().any(|key| {
            path.strip_prefix("rank.")
                .is_some_and(|rest| rest.split('.').next() == Some(key))
        });
        let applies = path.starts_with("criteria.") && path.ends_with(".applies");
        let help = match (chooses, applies) {
            (true, _) => {
                "choose rows by a column instead: `matrix = { .., where = { COLUMN = \"...\" } }`"
            }
            (_, true) => "let the table say so: `matrix = { .., not-applicable = [\"...\"] }`",
            _ => continue,
        };
        if setting.origin.layer > Layer::Default {
            let finding = Diagnostic::new(
                Code("E0801"),
                format!("`{path}` is not known to bulk scoring"),
            );
            found.push(finding.at(setting.origin.span.clone(), "").help(help));
        }
    }
}

/// Refuses indicators that are written in words: what number a word gets depends on all rows before it.
fn refuse_words(project: &Project, found: &mut Diagnostics) {
    let read = |id| {
        let leaves = (0..project.nodes.len()).filter_map(|at| project.leaf(NodeIx(at)));
        project.panel.contains_key(id) || leaves.clone().any(|leaf| leaf.indicators.contains(id))
    };
    for id in project.library.words.keys().filter(|id| read(*id)) {
        let finding = Diagnostic::new(Code("E0801"), format!("`{id}` is written in words"));
        found.push(
            finding.help("let numbers stand for them: `matrix = { .., values = { WORD = 1 } }`"),
        );
    }
}

/// Compares the figures that the project selected from the sample with those that are read in bulk.
fn compare(
    project: &Project,
    streamed: &Streamed,
    table: &BulkTable,
    small: &[u8],
    found: &mut Diagnostics,
) {
    let Some((columns, order)) = in_league_order(project, table, small) else {
        let message = "the places of the project are not the rows of the table";
        found.push(
            Diagnostic::new(Code("E0801"), message)
                .help("bulk scoring takes every row that `matrix.where` wants; choose rows there"),
        );
        return;
    };
    let column = |id: &crate::model::IndicatorId| -> Column {
        let at = streamed.inputs().iter().position(|own| own == id);
        at.map_or_else(Column::default, |at| columns[at].pick(&order))
    };
    let mut differ = |what: String| {
        let message = format!("{what} is not simply what stands in the table");
        found.push(Diagnostic::new(Code("E0801"), message).help(
            "bulk scoring reads figures as they stand: take `observations`, `--set data...` and the \
             like away, or use `exacity rank`",
        ));
    };
    for (at, node) in project.tree.upward() {
        let Some(leaf) = project.leaf(at) else {
            continue;
        };
        if leaf
            .indicators
            .iter()
            .any(|id| !streamed.inputs().contains(id))
        {
            continue;
        }
        if let LeafValue::Data(figures) = &leaf.value {
            let own: Vec<Arc<Column>> = leaf
                .indicators
                .iter()
                .map(|id| Arc::new(column(id)))
                .collect();
            let own = crate::score::stream::pooled(&own.iter().collect::<Vec<_>>());
            if *own != **figures.column() {
                differ(format!("the figure of `{}`", node.id));
            }
        }
        if let Some((by, figures)) = &leaf.denominator
            && column(by) != **figures.column()
        {
            differ(format!("`{by}`"));
        }
    }
    for (id, figures) in &project.panel {
        if column(id) != **figures.column() {
            differ(format!("`{id}`"));
        }
    }
}

/// Reads the sample as the large table is read: columns, and the position of each place of the league.
fn in_league_order(
    project: &Project,
    table: &BulkTable,
    small: &[u8],
) -> Option<(Vec<Arc<Column>>, Vec<usize>)> {
    let table = table.as_text();
    let input = MemoryInput {
        name: String::new(),
        bytes: small.to_vec(),
    };
    let (mut columns, mut ids) = (vec![], BTreeMap::new());
    let mut visit = |rows: &Rows| {
        if columns.is_empty() {
            columns.clone_from(&rows.columns);
            ids.extend((0..rows.ids.len()).map(|row| (rows.ids.text(row), row)));
        }
        ControlFlow::Continue(())
    };
    let span = Span {
        from: table.start(),
        to: None,
    };
    table
        .read(&input, span, &BTreeMap::new(), &[], &mut visit)
        .ok()?;
    let order: Option<Vec<usize>> = project
        .league
        .iter()
        .map(|place| ids.get(place.id.as_str()).copied())
        .collect();
    order
        .filter(|order| order.len() == ids.len())
        .map(|order| (columns, order))
}

/// Hashes everything that the scores depend on but the table.
fn hash(files: &Files, settings: &Settings, spec: &MatrixSpec, index: &str) -> String {
    let list = settings.list();
    let settings = list
        .iter()
        .map(|setting| (setting.path.as_str(), setting.value.as_str()));
    parts::project_hash(files, settings.chain([("index", index)]), Some(&spec.file))
}

/// Makes a piece of some rows, whose ids name them.
pub(super) fn piece<'r>(
    rows: &'r Rows,
    name: &'r dyn Fn(usize) -> String,
    named: bool,
) -> Piece<'r> {
    Piece {
        rows: rows.ids.len(),
        columns: &rows.columns,
        name,
        named,
    }
}
