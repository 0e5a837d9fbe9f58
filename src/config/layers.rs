//! Lays settings over one another, and remembers who said what.
//!
//! Defaults lie at the bottom, then the project's files, then the profile, then the command line.
//! Sections (`[scoring]`, `[observations]`, ...) are merged key by key; a value, a weight set, a
//! method with its parameters and the list of criteria are each one thing and replace one another
//! whole, because half of one and half of the other would be neither.

use super::value::{Layer, Table, Value, parse};
use crate::diagnostics::{Diagnostics, FileId, Span};
use serde::Serialize;

/// What holds where nobody says otherwise.
pub(crate) const DEFAULTS: &str = r#"[observations]
kinds = ["measured"]
prefer = ["latest", "tier", "exact"]
bounds = "at-bound"
doubtful = "skip"

[scoring]
weights = "equal"
strategy = "weighted"
method = "weighted"
on = "figures"
normalise = "min-max"
aggregate = "arithmetic"
missing = "reweight"
scale = [0, 100]
treat = "none"
constant = 0.5
min-coverage = 0.0
ties = "min"
rank-on = "full"
order = "highest"

[rank]
overall = true

[require]
min-coverage = 0.0

[robustness]
draws = 10000
seed = 1
on-failure = "drop"
"#;

/// The name under which findings and origins refer to the defaults.
pub(crate) const DEFAULTS_FILE: &str = "(defaults)";

/// Sections that are merged key by key.
const SECTIONS: [&str; 7] = [
    "project",
    "observations",
    "scoring",
    "rank",
    "require",
    "robustness",
    "weights",
];

/// Keys of a profile that say what it is and override nothing.
const OWN_KEYS: [&str; 5] = ["title", "title-zh", "about", "about-zh", "extends"];

/// Returns the built-in defaults.
pub(crate) fn defaults() -> Table {
    let mut found = Diagnostics::new();
    let file = FileId::new(DEFAULTS_FILE);
    parse(&file, DEFAULTS, Layer::Default, &mut found).unwrap_or_default()
}

/// Lays a document over another.
pub(crate) fn lay_over(base: &mut Table, over: Table) {
    for (key, entry) in over.entries {
        let Some(below) = base.entries.get_mut(&key) else {
            base.entries.insert(key, entry);
            continue;
        };
        let mut value = entry.value;
        let merges = SECTIONS.contains(&key.as_str());
        if let (true, Some(section), Some(_)) = (merges, below.value.table_mut(), value.table()) {
            if let super::value::Data::Table(table) = value.data {
                replace_keys(section, table);
            }
            continue;
        }
        displace(&mut value, &mut below.value);
        below.key = entry.key;
        below.value = value;
    }
}

fn replace_keys(section: &mut Table, over: Table) {
    for (key, entry) in over.entries {
        let mut value = entry.value;
        match section.entries.get_mut(&key) {
            Some(below) => {
                displace(&mut value, &mut below.value);
                below.key = entry.key;
                below.value = value;
            }
            None => section.insert(&key, entry.key, value),
        }
    }
}

/// Moves a value, and what it had displaced, under the one that takes its place.
pub(crate) fn displace(by: &mut Value, below: &mut Value) {
    let mut below = below.clone();
    let deeper = std::mem::take(&mut below.displaced);
    by.displaced = vec![below];
    by.displaced.extend(deeper);
}

/// Lays a profile over a document.
pub(crate) fn lay_profile(base: &mut Table, profile: &Table) {
    let mut over = profile.clone();
    over.entries
        .retain(|key, _| !OWN_KEYS.contains(&key.as_str()));
    for entry in over.entries.values_mut() {
        entry.value.lay(Layer::Profile);
    }
    lay_over(base, over);
}

/// Where a value was stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingOrigin {
    /// The layer.
    pub layer: Layer,
    /// The place in a file; the file `(defaults)` is built in, `--set` is the command line.
    pub span: Span,
}

/// One resolved value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Path as `--set` takes it.
    pub path: String,
    /// The value, as TOML writes it.
    pub value: String,
    /// Who stated it.
    pub origin: SettingOrigin,
    /// Values of lower layers that it overrides, nearest first.
    pub overridden: Vec<(String, SettingOrigin)>,
}

/// Every resolved value of a project with its layer and place.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    document: Table,
}

impl Serialize for Setting {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let below: Vec<_> = self
            .overridden
            .iter()
            .map(|(value, origin)| (value, origin.layer, origin.span.file.as_str()))
            .collect();
        let mut out = serializer.serialize_struct("Setting", 5)?;
        out.serialize_field("path", &self.path)?;
        out.serialize_field("value", &self.value)?;
        out.serialize_field("layer", &self.origin.layer)?;
        out.serialize_field("file", self.origin.span.file.as_str())?;
        out.serialize_field("overridden", &below)?;
        out.end()
    }
}

impl Settings {
    pub(crate) fn new(document: Table) -> Self {
        Self { document }
    }

    /// Lists the values in the order of the files. Criteria and indices go by their id.
    pub fn list(&self) -> Vec<Setting> {
        let mut list = vec![];
        walk(&self.document, "", &mut list);
        list
    }

    /// Finds the value at a path, as `--set` takes it.
    pub fn get(&self, path: &str) -> Option<Setting> {
        self.list().into_iter().find(|setting| setting.path == path)
    }
}

fn walk(table: &Table, prefix: &str, list: &mut Vec<Setting>) {
    for (key, entry) in &table.entries {
        let path = match prefix {
            "" => key.clone(),
            _ => format!("{prefix}.{key}"),
        };
        walk_value(&entry.value, &path, list);
    }
}

fn walk_value(value: &Value, path: &str, list: &mut Vec<Setting>) {
    let rows = value.array().unwrap_or_default();
    let rows_are_tables = !rows.is_empty() && rows.iter().all(|row| row.table().is_some());
    if let (Some(table), true) = (value.table(), value.displaced.is_empty()) {
        walk(table, path, list);
    } else if rows_are_tables && value.displaced.is_empty() {
        for (position, row) in rows.iter().enumerate() {
            let id = row.table().and_then(|table| table.text("id"));
            let name = id.map_or_else(|| (position + 1).to_string(), str::to_owned);
            walk_value(row, &format!("{path}.{name}"), list);
        }
    } else {
        list.push(setting(value, path));
    }
}

fn setting(value: &Value, path: &str) -> Setting {
    let origin = |value: &Value| SettingOrigin {
        layer: value.layer,
        span: value.span.clone(),
    };
    Setting {
        path: path.to_owned(),
        value: value.to_string(),
        origin: origin(value),
        overridden: value
            .displaced
            .iter()
            .map(|below| (below.to_string(), origin(below)))
            .collect(),
    }
}
