//! `exacity config`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::{Config, Format, Global, OutputArgs};
use crate::cli::open::{Opened, open, request, sources};
use crate::cli::output::Out;
use crate::config::{self, Layer, Setting, SettingOrigin};
use crate::diagnostics::{Code, Diagnostic, Files, did_you_mean};
use crate::report::json::pretty;
use crate::report::{Column, Report, Section, Table, Value};

pub(super) fn run(global: &Global, command: &Config, out: &Out) -> Ended {
    match command {
        Config::Schema { out: file } => {
            let asked = OutputArgs {
                format: Some(Format::Json),
                out: file.clone(),
            };
            out.deliver(pretty(&config::schema()), &asked)?;
        }
        Config::Show {
            path,
            overridden,
            project,
            output,
        } => {
            let sources = sources(global, out)?;
            let opened = open(&*sources, &request(project))?;
            let settings = chosen(&opened, path.as_deref(), *overridden)?;
            out.report(&report(&settings, &opened.findings.files), output)?;
        }
    }
    Ok(Outcome::Done)
}

fn chosen(
    opened: &Opened,
    path: Option<&str>,
    overridden: bool,
) -> Result<Vec<Setting>, Diagnostic> {
    let all = opened.loaded.settings.list();
    let below = |setting: &Setting, path: &str| {
        let rest = setting.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if let Some(path) = path.filter(|path| !all.iter().any(|s| below(s, path))) {
        let known = all.iter().map(|setting| setting.path.as_str());
        return Err(
            Diagnostic::new(Code("E0106"), format!("there is no setting `{path}`"))
                .maybe_help(did_you_mean(path, known)),
        );
    }
    let wanted = |setting: &Setting| {
        path.is_none_or(|path| below(setting, path))
            && (!overridden || !setting.overridden.is_empty())
    };
    Ok(all.into_iter().filter(wanted).collect())
}

fn report(settings: &[Setting], files: &Files) -> Report {
    let mut table = Table::new(vec![
        Column::words("path", "setting"),
        Column::words("value", "value"),
        Column::words("layer", "from"),
        Column::words("place", "place"),
        Column::words("overrides", "overrides"),
    ]);
    for setting in settings {
        let overrides: Vec<String> = setting
            .overridden
            .iter()
            .map(|(value, origin)| format!("{value} ({})", layer(origin.layer)))
            .collect();
        table.push(vec![
            Value::text(&setting.path),
            Value::text(&setting.value),
            Value::text(layer(setting.origin.layer)),
            Value::text(place(&setting.origin, files)),
            Value::text(overrides.join(", ")),
        ]);
    }
    let mut report = Report::new("settings", "Settings in force");
    report
        .sections
        .push(Section::new("settings", "").table(table));
    report
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Default => "default",
        Layer::Project => "project",
        Layer::Profile => "profile",
        Layer::CommandLine => "command line",
    }
}

fn place(origin: &SettingOrigin, files: &Files) -> String {
    match (origin.layer, files.position(&origin.span)) {
        (Layer::Project | Layer::Profile, Some(at)) => {
            format!("{}:{}", origin.span.file, at.line)
        }
        _ => String::new(),
    }
}
