//! Stand-in for the reader of project files, replaced when `config` is merged.
#![allow(missing_docs)]

use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, Files, Span};
use crate::project::Project;
use crate::sources::Sources;

use serde::Serialize;

#[derive(Debug, Clone, Default)]
pub struct Request {
    pub profile: Option<String>,
    pub sets: Vec<String>,
    pub weights: Option<String>,
    pub strategy: Option<String>,
    pub all_indicators: bool,
}

#[derive(Debug, Clone)]
pub struct Loaded {
    pub project: Project,
    pub settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    Default,
    Project,
    Profile,
    CommandLine,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingOrigin {
    pub layer: Layer,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    pub path: String,
    pub value: String,
    pub origin: SettingOrigin,
    pub overridden: Vec<(String, SettingOrigin)>,
}

#[derive(Debug, Clone, Default)]
pub struct Settings {
    list: Vec<Setting>,
}

impl Settings {
    pub fn list(&self) -> Vec<Setting> {
        self.list.clone()
    }
}

pub fn load(sources: &dyn Sources, request: &Request) -> Checked<Loaded> {
    let _ = (sources, request);
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::new(
        Code("E0101"),
        "project files cannot be read yet",
    ));
    Checked {
        value: None,
        diagnostics,
        files: Files::default(),
    }
}

#[derive(Debug, Clone, Default)]
pub struct CheckSummary {
    pub places: usize,
    pub indicators: usize,
    pub observations: usize,
    pub profiles: Vec<ProfileSummary>,
    pub weights: Vec<EffectiveWeights>,
    pub strategies: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSummary {
    pub id: String,
    pub places: usize,
    pub criteria: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveWeights {
    pub name: String,
    pub percent: Vec<(crate::model::CriterionId, f64)>,
}

pub fn check(sources: &dyn Sources) -> Checked<CheckSummary> {
    let loaded = load(sources, &Request::default());
    Checked {
        value: None,
        diagnostics: loaded.diagnostics,
        files: loaded.files,
    }
}

#[derive(Debug, Clone)]
pub struct StrategyFile {
    pub name: String,
    pub path: String,
    pub rule: Option<std::sync::Arc<crate::rules::Rule>>,
    pub test_path: Option<String>,
    pub tests: Option<crate::rules::testing::TestFile>,
}

pub fn strategies(sources: &dyn Sources) -> Checked<Vec<StrategyFile>> {
    let _ = sources;
    Checked {
        value: Some(vec![]),
        diagnostics: Diagnostics::new(),
        files: Files::default(),
    }
}

pub fn schema() -> serde_json::Value {
    serde_json::json!({})
}
