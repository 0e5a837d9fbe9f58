//! `exacity data import`: a spreadsheet of figures, all or none.

use super::store::{How, Stated, checked, store};
use crate::cli::args::{Global, Import};
use crate::cli::commands::Ended;
use crate::cli::failure::{Failure, Findings};
use crate::cli::output::Out;
use crate::dataset::{Imported, NewFigure, read_import};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, FileId, Files, Span};
use crate::model::{Kind, Period, Qualifier};
use crate::project::Project;
use crate::sources::Sources;
use crate::sources::disk::DiskSources;
use std::path::Path;

pub(super) fn run(global: &Global, args: &Import, out: &Out) -> Ended {
    let name = args.file.display().to_string();
    let text = read(args)?;
    let rows = read_import(&text).map_err(|why| {
        let message = format!("`{name}` cannot be taken over: {why}");
        let help = "it takes the columns `place`, `indicator` and `value`, or `place` and a column per indicator";
        Failure::from(Diagnostic::new(Code("E0704"), message).help(help))
    })?;
    let how = How {
        project: &args.project,
        output: &args.output,
        local: args.local,
        dry_run: args.dry_run,
    };
    store(global, &how, out, |project| {
        figures(project, args, &name, &text, &rows)
    })
}

/// Reads the file as CSV text; a workbook's sheet has a line per row.
fn read(args: &Import) -> Result<String, Failure> {
    let file = &args.file;
    let bytes = bytes(file)?;
    let refused = |why: String, help: &str| {
        let message = format!("`{}` cannot be taken over: {why}", file.display());
        Failure::from(Diagnostic::new(Code("E0704"), message).help(help))
    };
    if file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("xlsx"))
    {
        return sheet(&bytes, args.sheet.as_deref()).map_err(|why| {
            refused(
                why,
                "name a workbook (.xlsx), or save the sheet as CSV (UTF-8)",
            )
        });
    }
    if let Some(sheet) = &args.sheet {
        let why = format!("a text has no sheet `{sheet}`");
        return Err(refused(
            why,
            "leave out --sheet, or name a workbook (.xlsx)",
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        let why = "it is no text in UTF-8".to_owned();
        refused(
            why,
            "save the sheet as CSV (UTF-8) or as a workbook (.xlsx)",
        )
    })
}

#[cfg(feature = "xlsx")]
fn sheet(bytes: &[u8], name: Option<&str>) -> Result<String, String> {
    crate::dataset::sheet_as_csv(bytes, name)
}

#[cfg(not(feature = "xlsx"))]
fn sheet(_: &[u8], _: Option<&str>) -> Result<String, String> {
    Err("this program was built without the feature `xlsx`".to_owned())
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let bytes = DiskSources::new(folder.unwrap_or(Path::new("."))).read(name);
    bytes.map_err(|error| {
        let message = format!("`{}` cannot be read: {error}", file.display());
        Diagnostic::new(Code("E0704"), message)
            .help("name a workbook (.xlsx) or a text (.csv)")
            .into()
    })
}

/// Checks every row; with a single mistake nothing is taken, and all mistakes are told.
fn figures(
    project: &Project,
    args: &Import,
    name: &str,
    text: &str,
    rows: &[Imported],
) -> Result<Vec<NewFigure>, Failure> {
    let file = FileId::new(name);
    let (mut taken, mut found) = (vec![], Diagnostics::new());
    for row in rows {
        match figure(project, args, row) {
            Ok(figure) => taken.push(figure),
            Err(diagnostic) => found.push(diagnostic.at(line(&file, text, row.line), "")),
        }
    }
    if found.is_empty() {
        return Ok(taken);
    }
    let mut files = Files::default();
    files.insert(file, text);
    Err(Failure::Found(Findings { found, files }))
}

/// Returns where a line of a text stands.
fn line(file: &FileId, text: &str, line: usize) -> Span {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text.get(start..).unwrap_or_default();
    let long = rest.lines().next().map_or(0, str::len);
    Span::new(file, start..start + long)
}

fn figure(project: &Project, args: &Import, row: &Imported) -> Result<NewFigure, Diagnostic> {
    let refused = |message: String| Diagnostic::new(Code("E0704"), message);
    let cell = |name: &str| {
        row.columns
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let value: f64 = row
        .value
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| refused(format!("`{}` is no number", row.value)).help("no units, no thousands separators: put `over` and the like into the column `qualifier`"))?;
    let date = cell("as_of")
        .map(str::to_owned)
        .or_else(|| args.as_of.map(|period| period.to_string()));
    let date = date.ok_or_else(|| {
        refused("the figure has no date".to_owned())
            .help("add a column `as_of`, or say --as-of for all rows")
    })?;
    let as_of = Period::parse(&date).ok_or_else(|| {
        refused(format!("`{date}` is no date"))
            .help("write 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-08-28")
    })?;
    let source = cell("source_id").or(args.source.as_deref());
    let source = source.ok_or_else(|| {
        refused("the figure has no source".to_owned())
            .help("add a column `source_id`, or say --source for all rows")
    })?;
    let qualifier = cell("qualifier").unwrap_or("eq");
    let qualifier = Qualifier::parse(qualifier).ok_or_else(|| {
        refused(format!("`{qualifier}` is no qualifier")).help(format!(
            "one of {}",
            Qualifier::ALL.map(Qualifier::word).join(", ")
        ))
    })?;
    let kind = cell("kind").unwrap_or("measured");
    let kind = Kind::parse(kind).ok_or_else(|| {
        refused(format!("`{kind}` is no kind of figure"))
            .help(format!("one of {}", Kind::ALL.map(Kind::word).join(", ")))
    })?;
    let stated = Stated {
        place: &row.place,
        indicator: &row.indicator,
        value,
        qualifier,
        as_of,
        kind,
        scope: cell("scope").unwrap_or_default(),
        source,
        note: cell("note").unwrap_or_default(),
    };
    checked(project, &stated)
}
