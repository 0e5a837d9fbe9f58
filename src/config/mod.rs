//! From files to a [`Project`].
//!
//! Files are read into a literal mirror in which every value keeps its place (`value`), checked
//! against one table of keys (`grammar`, `shape`), laid over one another in layers (`layers`, `set`)
//! and resolved into a project (`resolve`). Reading reports everything that is wrong, not the first
//! thing, and every resolved value remembers who stated it.

#[cfg(feature = "planning")]
mod amend;
mod check;
mod files;
mod grammar;
mod indicators;
mod layers;
mod methods;
#[cfg(feature = "planning")]
mod question;
mod resolve;
mod schema;
mod set;
mod shape;
mod strategies;
mod value;

#[cfg(test)]
mod tests;

pub use check::{CheckSummary, EffectiveWeights, check};
pub use layers::{Setting, SettingOrigin, Settings};
pub use schema::schema;
pub use strategies::{StrategyFile, strategies};
pub use value::Layer;

#[cfg(feature = "planning")]
pub(crate) use amend::amend;
#[cfg(feature = "planning")]
pub(crate) use question::{read_document, read_question};
#[cfg(feature = "planning")]
pub(crate) use shape::{Kind, Shape, check_table as check_shape, date as read_date, key, required};
#[cfg(feature = "planning")]
pub(crate) use value::{Entry, Table, Value};

use crate::dataset::{Dataset, MatrixSpec, read_folder, read_matrix};
use crate::diagnostics::{Checked, Code, Diagnostic, Diagnostics, FileId, Files, Span};
use crate::model::{Indicator, IndicatorId};
use crate::project::Project;
use crate::rules::Trust;
use crate::sources::Sources;
use files::{PROJECT_FILE, Shelf, read_project};
use indexmap::IndexMap;
use resolve::{Inputs, Scripts, resolve};
use set::{Assignment, FigureSet};
use value::Word;
#[cfg(not(feature = "planning"))]
use value::{Table, Value};

/// What a caller asks of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The profile; the project's own choice when not stated.
    pub profile: Option<String>,
    /// Settings, weights, parameters and figures to change: `path=value`.
    pub sets: Vec<String>,
    /// Name of the weight set; short for `scoring.weights=NAME`.
    pub weights: Option<String>,
    /// The strategy; short for `scoring.strategy=PATH`.
    pub strategy: Option<String>,
    /// A ranking method, or `weighted`: short for `scoring.method=NAME`.
    pub method: Option<String>,
    /// What a method compares: short for `scoring.on=WORD`.
    pub on: Option<String>,
    /// What a study of robustness varies, in place of what the project says: `path=how`.
    pub vary: Vec<String>,
    /// Puts every indicator into the panel. Otherwise it holds those that the project's scripts read;
    /// a caller that runs other scripts on the project needs all.
    pub all_indicators: bool,
    /// How far the fast path of scripts is trusted.
    pub trust: Trust,
}

impl Request {
    /// Returns what the request changes, each as `path=value`.
    pub fn settings(&self) -> Vec<String> {
        // Names are quoted, so that a weight set called 2025 stays a name.
        let named = |path: &str, name: &Option<String>| {
            let name = name.as_ref()?;
            Some(format!("{path}={}", toml::Value::String(name.clone())))
        };
        let options = [
            named("scoring.weights", &self.weights),
            named("scoring.strategy", &self.strategy),
            named("scoring.method", &self.method),
            named("scoring.on", &self.on),
        ];
        let sets = self.sets.iter().map(|set| set.replace('\n', " "));
        options.into_iter().flatten().chain(sets).collect()
    }

    /// Writes what varies as lines of `path=how`. A path alone varies as it says of itself.
    fn vary_lines(&self) -> String {
        let line = |line: &String| {
            if line.contains('=') {
                line.replace('\n', " ")
            } else {
                format!("{line}=vary")
            }
        };
        self.vary.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A project with the origin of its settings.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The project.
    pub project: Project,
    /// Every resolved value with its layer and place.
    pub settings: Settings,
}

/// Reads a project: all files, the profile in force, and what the command line changes.
///
/// All that is wrong is reported at once. A syntax error stops with its file; the other files are
/// still read.
///
/// ```
/// use exacity::config::{Request, load};
/// use exacity::sources::memory::MemorySources;
///
/// let sources = MemorySources::default().with("exacity.toml", "[scoring]\nweigths = \"x\"\n");
/// let loaded = load(&sources, &Request::default());
/// let first = loaded.diagnostics.iter().next().unwrap();
/// assert_eq!(first.code.0, "E0103");
/// assert_eq!(first.help, ["did you mean `weights`?"]);
/// ```
pub fn load(sources: &dyn Sources, request: &Request) -> Checked<Loaded> {
    let mut found = Diagnostics::new();
    let mut desk = Desk::new(sources);
    let value = desk.load(request, &mut found);
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files: desk.scripts.shelf.files,
    }
}

/// How a project reads its wide table.
#[derive(Debug, Clone)]
pub struct WideTable {
    /// Which columns mean what.
    pub spec: MatrixSpec,
    /// The declared indicators; none if every column is one.
    pub indicators: IndexMap<IndicatorId, Indicator>,
    /// Every resolved value with its layer and place.
    pub settings: Settings,
}

/// Reads how a project reads its wide table, and not the table itself.
pub fn wide_table(sources: &dyn Sources, request: &Request) -> Checked<WideTable> {
    let mut found = Diagnostics::new();
    let mut desk = Desk::new(sources);
    let value = desk.wide_table(request, &mut found);
    Checked {
        value: value.filter(|_| !found.has_errors()),
        diagnostics: found,
        files: desk.scripts.shelf.files,
    }
}

/// A project kept open, to be resolved again and again under other settings.
///
/// Files are read and scripts compiled once; a setting costs what resolving costs.
pub struct Workshop<'s> {
    desk: Desk<'s>,
    document: Table,
    request: Request,
}

impl<'s> Workshop<'s> {
    /// Opens a project; its findings are those of [`load`].
    pub fn open(sources: &'s dyn Sources, request: &Request) -> Checked<(Self, Loaded)> {
        let mut found = Diagnostics::new();
        let mut desk = Desk::new(sources);
        let loaded = desk.load(request, &mut found);
        // It was read without a finding of its own, or there would be nothing loaded.
        let document = read_project(&mut desk.scripts.shelf, &mut Diagnostics::new());
        let files = desk.scripts.shelf.files.clone();
        let workshop = document.map(|document| Self {
            desk,
            document,
            request: request.clone(),
        });
        Checked {
            value: workshop.zip(loaded).filter(|_| !found.has_errors()),
            diagnostics: found,
            files,
        }
    }

    /// Resolves the project under further settings, as `--set` takes them.
    ///
    /// # Errors
    ///
    /// What is wrong with the project under these settings.
    pub fn load(&mut self, sets: &[String]) -> Result<Project, Diagnostics> {
        let mut found = Diagnostics::new();
        let request = Request {
            sets: [self.request.sets.as_slice(), sets].concat(),
            vary: vec![],
            ..self.request.clone()
        };
        let lines = Lines {
            sets: set::read(
                set::COMMAND_LINE,
                &request.settings().join("\n"),
                &mut found,
            ),
            vary: vec![],
        };
        let document = self.document.clone();
        let loaded = self
            .desk
            .load_profile(document, &request, lines, &mut found);
        match loaded {
            Some(loaded) if !found.has_errors() => Ok(loaded.project),
            _ => Err(found),
        }
    }
}

/// What the command line changes.
#[derive(Default)]
struct Lines {
    sets: Vec<Assignment>,
    vary: Vec<Assignment>,
}

/// Checks the keys and kinds of a document.
pub(crate) fn check_document(document: &Table, found: &mut Diagnostics) {
    let whole = Span::whole(&FileId::new(PROJECT_FILE));
    shape::check_table(document, &whole, &grammar::PROJECT_FILE, found);
    if let Some(version) = document.get("schema")
        && version.integer().is_some_and(|number| number > 1)
    {
        let message = format!("the project is written for version {version} of the format");
        found.push(
            Diagnostic::new(Code("E0107"), message)
                .at(version.span.clone(), "this exacity reads version 1")
                .help("use a newer exacity, or write the project in version 1"),
        );
    }
}

/// What is read once for all profiles of a project.
struct Desk<'s> {
    scripts: Scripts<'s>,
    data: IndexMap<String, Option<Figures>>,
}

/// The data of a project.
struct Figures {
    data: Dataset,
    describes_indicators: bool,
    /// The folder it was read from; `None` for a wide table.
    folder: Option<String>,
}

impl<'s> Desk<'s> {
    fn new(sources: &'s dyn Sources) -> Self {
        let mut files = Files::default();
        files.insert(FileId::new(layers::DEFAULTS_FILE), layers::DEFAULTS);
        Self {
            scripts: Scripts {
                shelf: Shelf { sources, files },
                rules: IndexMap::new(),
                trust: Trust::default(),
            },
            data: IndexMap::new(),
        }
    }

    fn load(&mut self, request: &Request, found: &mut Diagnostics) -> Option<Loaded> {
        self.scripts.trust = request.trust;
        let document = read_project(&mut self.scripts.shelf, found)?;
        check_document(&document, found);
        let lines = Lines {
            sets: self.lines(set::COMMAND_LINE, &request.settings().join("\n"), found),
            vary: self.lines(set::VARY, &request.vary_lines(), found),
        };
        self.load_profile(document, request, lines, found)
    }

    /// Reads the lines of an option.
    fn lines(&mut self, option: &str, lines: &str, found: &mut Diagnostics) -> Vec<Assignment> {
        if !lines.is_empty() {
            let file = FileId::new(option);
            self.scripts.shelf.files.insert(file, lines);
        }
        set::read(option, lines, found)
    }

    fn wide_table(&mut self, request: &Request, found: &mut Diagnostics) -> Option<WideTable> {
        let document = read_project(&mut self.scripts.shelf, found)?;
        check_document(&document, found);
        let lines = Lines {
            sets: self.lines(set::COMMAND_LINE, &request.settings().join("\n"), found),
            vary: vec![],
        };
        let (document, _, _) = laid_out(document, request, lines, found)?;
        let matrix = document.table("data").and_then(|data| data.get("matrix"));
        let Some(table) = matrix.and_then(Value::table) else {
            let at = document.get("data").map(|data| data.span.clone());
            let at = at.unwrap_or_else(|| Span::whole(&FileId::new(PROJECT_FILE)));
            let message = "the project has no wide table, and bulk scoring reads one";
            found.push(Diagnostic::new(Code("E0801"), message).at(at, "").help(
                "write `[data]` with `matrix = { file = \"...\", id = \"...\" }`; \
                     `file` gives way to the file named on the command line",
            ));
            return None;
        };
        let indicators = match table.word("indicators") {
            Some(file) => indicators::read(&mut self.scripts.shelf, file.text, file.span, found)?,
            None => IndexMap::new(),
        };
        let at = matrix.map(|matrix| matrix.span.clone())?;
        Some(WideTable {
            spec: matrix_spec(table, &at, found)?,
            indicators,
            settings: Settings::new(document.clone()),
        })
    }

    /// Resolves one profile of a document that has been checked.
    fn load_profile(
        &mut self,
        document: Table,
        request: &Request,
        lines: Lines,
        found: &mut Diagnostics,
    ) -> Option<Loaded> {
        let (document, profile, figures) = laid_out(document, request, lines, found)?;
        let project = self.resolve(&document, &profile, &figures, request.all_indicators, found)?;
        let settings = Settings::new(document);
        Some(Loaded { project, settings })
    }

    fn resolve(
        &mut self,
        document: &Table,
        profile: &str,
        figures: &[FigureSet],
        all_indicators: bool,
        found: &mut Diagnostics,
    ) -> Option<Project> {
        self.read_data(document, found);
        let data = self.data.get(&data_key(document))?.as_ref()?;
        let nowhere = Span::whole(&FileId::new(PROJECT_FILE));
        let inputs = Inputs {
            document,
            profile,
            figures,
            data: &data.data,
            describes_indicators: data.describes_indicators,
            all_indicators,
            nowhere: &nowhere,
        };
        resolve(inputs, &mut self.scripts, found)
    }

    /// Reads the data that a document names, unless it has been read.
    fn read_data(&mut self, document: &Table, found: &mut Diagnostics) {
        let key = data_key(document);
        if !self.data.contains_key(&key) {
            let figures = read_figures(&mut self.scripts.shelf, document, found);
            self.data.insert(key, figures);
        }
    }
}

/// Lays the profile in force and what the command line changes over a document that has been checked.
fn laid_out(
    mut document: Table,
    request: &Request,
    lines: Lines,
    found: &mut Diagnostics,
) -> Option<(Table, String, Vec<FigureSet>)> {
    let changed = !lines.sets.is_empty() || !lines.vary.is_empty();
    let (before, settings, figures) = set::sort(lines.sets, found);
    for one in &before {
        set::apply(&mut document, one, found);
    }
    let (mut document, profile) = layered(document, request.profile.as_deref(), found)?;
    for one in &settings {
        set::apply(&mut document, one, found);
    }
    set::vary(&mut document, &lines.vary);
    if changed {
        check_document(&document, found);
    }
    Some((document, profile, figures))
}

fn data_key(document: &Table) -> String {
    document
        .get("data")
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Lays defaults, project and profile over one another. Returns the profile's name, empty for none.
fn layered(
    document: Table,
    asked: Option<&str>,
    found: &mut Diagnostics,
) -> Option<(Table, String)> {
    let profiles = document.table("profile").cloned().unwrap_or_default();
    let stated = document
        .table("project")
        .and_then(|project| project.word("profile"));
    let line = FileId::new("--profile");
    let here = Span::whole(&line);
    let named = asked.map(|text| Word { text, span: &here }).or(stated);
    let chain = match named {
        None => vec![],
        Some(name) => inheritance(&profiles, name, found)?,
    };
    let mut all = layers::defaults();
    let name = named.map_or_else(String::new, |name| name.text.to_owned());
    layers::lay_over(&mut all, document);
    for profile in chain.iter().rev() {
        layers::lay_profile(&mut all, profile);
    }
    Some((all, name))
}

/// Finds a profile and those it builds on, itself first.
fn inheritance<'t>(
    profiles: &'t Table,
    name: Word<'_>,
    found: &mut Diagnostics,
) -> Option<Vec<&'t Table>> {
    let mut chain: Vec<&Table> = vec![];
    let mut seen: Vec<String> = vec![];
    let mut next = Some((name.text.to_owned(), name.span.clone()));
    while let Some((id, at)) = next {
        let Some(profile) = profiles.table(&id) else {
            let known = profiles.entries.keys().map(String::as_str);
            let mut finding = Diagnostic::new(Code("E0106"), format!("there is no profile `{id}`"));
            // An option of the command line has no text to point into.
            if at.file.as_str() != "--profile" {
                finding = finding.at(at, "nothing defines this");
            }
            found.push(finding.maybe_help(crate::diagnostics::did_you_mean(&id, known)));
            return None;
        };
        if seen.contains(&id) {
            found.push(
                Diagnostic::new(Code("E0113"), format!("profile `{id}` extends itself"))
                    .at(at, "the circle closes here")
                    .help("take one `extends` out"),
            );
            return None;
        }
        seen.push(id);
        chain.push(profile);
        next = profile
            .word("extends")
            .map(|word| (word.text.to_owned(), word.span.clone()));
    }
    Some(chain)
}

/// Reads the folder or the wide table that `[data]` names.
fn read_figures(
    shelf: &mut Shelf<'_>,
    document: &Table,
    found: &mut Diagnostics,
) -> Option<Figures> {
    let data = document.table("data");
    let folder = data.and_then(|data| data.word("folder"));
    let matrix = data.and_then(|data| data.get("matrix"));
    match (folder, matrix) {
        (Some(folder), None) => {
            let path = format!("{}/indicators.toml", folder.text.trim_end_matches('/'));
            let known = indicators::read(shelf, &path, folder.span, found)?;
            let folder = folder.text.trim_end_matches('/');
            let data = read_folder(shelf.sources, folder, known, &mut shelf.files, found)?;
            Some(Figures {
                data,
                describes_indicators: true,
                folder: Some(folder.to_owned()),
            })
        }
        (None, Some(matrix)) => {
            let table = matrix.table()?;
            let file = table.word("indicators");
            let known = match file {
                Some(file) => indicators::read(shelf, file.text, file.span, found)?,
                None => IndexMap::new(),
            };
            let spec = matrix_spec(table, &matrix.span, found)?;
            let data = read_matrix(shelf.sources, &spec, &known, &mut shelf.files, found)?;
            Some(Figures {
                data,
                describes_indicators: file.is_some(),
                folder: None,
            })
        }
        (folder, _) => {
            let at = data.and(document.get("data")).map(|data| data.span.clone());
            let at = at.unwrap_or_else(|| Span::whole(&FileId::new(PROJECT_FILE)));
            let message = match folder {
                Some(_) => "`[data]` names both a folder and a matrix",
                None => "the project names no data",
            };
            found.push(
                Diagnostic::new(Code("E0105"), message)
                    .at(at, "one of them is needed")
                    .help("write `[data]` with `folder = \"data\"`, or with `matrix = { file = \"...\", id = \"...\" }`"),
            );
            None
        }
    }
}

fn matrix_spec(table: &Table, at: &Span, found: &mut Diagnostics) -> Option<MatrixSpec> {
    let text = |key: &str| table.text(key).map(str::to_owned);
    let texts = |key: &str| -> Vec<String> {
        let words = table.words(key).unwrap_or_default();
        words.iter().map(|word| word.text.to_owned()).collect()
    };
    let decimal = table.get("decimal");
    let mut letter = |key: &str| {
        let word = table.word(key)?;
        let mut letters = word.text.chars();
        let (first, second) = (letters.next(), letters.next());
        if first.is_none() || second.is_some() {
            let message = format!("`{key}` takes one character");
            found.push(shape::out_of_range(message, word.span));
        }
        first
    };
    let (delimiter, thousands) = (letter("delimiter"), letter("thousands"));
    let mark = letter("decimal");
    if let (Some(value), true) = (decimal, mark.is_some() && mark == thousands) {
        let message = "`decimal` and `thousands` are the same character";
        found.push(shape::out_of_range(message, &value.span));
    }
    Some(MatrixSpec {
        file: text("file")?,
        id: texts("id"),
        name: text("name"),
        missing: texts("missing"),
        encoding: text("encoding"),
        groups: texts("groups"),
        delimiter,
        thousands,
        decimal: mark,
        strip: texts("strip"),
        values: numbers_by_word(table.table("values")),
        not_applicable: texts("not-applicable"),
        clock: texts("clock"),
        filter: wanted_rows(table.table("where"), found),
        span: Some(table.get("file").map_or(at, |value| &value.span).clone()),
    })
}

fn numbers_by_word(table: Option<&Table>) -> IndexMap<String, f64> {
    let entries = table.into_iter().flat_map(|table| &table.entries);
    // What is no number has been reported with its shape.
    let numbers = entries.filter_map(|(word, entry)| Some((word.clone(), entry.value.number()?)));
    numbers.collect()
}

/// Reads which rows of a table are wanted: a text or a number per column, or several.
fn wanted_rows(table: Option<&Table>, found: &mut Diagnostics) -> IndexMap<String, Vec<String>> {
    let mut wanted = IndexMap::new();
    for (column, entry) in table.into_iter().flat_map(|table| &table.entries) {
        let one = |value: &value::Value| match &value.data {
            value::Data::Text(text) => Some(text.clone()),
            value::Data::Integer(_) | value::Data::Number(_) => Some(value.to_string()),
            _ => None,
        };
        let all: Option<Vec<String>> = match entry.value.array() {
            Some(values) => values.iter().map(one).collect(),
            None => one(&entry.value).map(|text| vec![text]),
        };
        match all {
            Some(all) => _ = wanted.insert(column.clone(), all),
            None => found.push(shape::wrong_kind(
                column,
                &entry.value,
                "a text or a number, or several",
            )),
        }
    }
    wanted
}
