//! `exacity init`

use super::Ended;
use crate::cli::Outcome;
use crate::cli::args::Init;
use crate::cli::output::Out;
use crate::config;
use crate::diagnostics::{Code, Diagnostic};
use crate::report::json::pretty;
use crate::report::views::words::counted;
use crate::sources::builtin::BuiltinSources;
use crate::sources::disk::{self, TreeError};
use std::path::Path;

/// Where editors find the keys of `exacity.toml`.
const SCHEMA: &str = "exacity.schema.json";

pub(super) fn run(args: &Init, out: &Out) -> Ended {
    let folder = args.folder.as_path();
    let files = files();
    let target = out.environment.folder.join(folder);
    disk::write_tree(&target, &files).map_err(|error| refusal(folder, &error))?;
    out.talk(&format!(
        "wrote {} into {}; try `exacity rank` there\n",
        counted(files.len(), "file"),
        folder.display()
    ));
    Ok(Outcome::Done)
}

/// The built-in project, with a schema for editors and a line that leads them to it.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = BuiltinSources::files()
        .map(|(path, content)| (path.to_owned(), content.to_vec()))
        .collect();
    for (path, content) in &mut files {
        if path == "exacity.toml" && !content.starts_with(b"#:schema") {
            let mut text = format!("#:schema ./{SCHEMA}\n").into_bytes();
            text.append(content);
            *content = text;
        }
    }
    files.push((SCHEMA.to_owned(), pretty(&config::schema()).into_bytes()));
    files
}

fn refusal(folder: &Path, error: &TreeError) -> Diagnostic {
    let folder = folder.display();
    match error {
        TreeError::Exists(name) => {
            let message = format!("`{name}` is already in `{folder}`, and nothing is overwritten");
            Diagnostic::new(Code("E0111"), message).help("name an empty or a new folder")
        }
        TreeError::Io(path, why) => {
            let message = format!("`{path}` cannot be written in `{folder}`: {why}");
            Diagnostic::new(Code("E0111"), message).note("nothing was left behind")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_line_leads_to_a_file_that_is_written() {
        let files = files();
        let text = |name: &str| {
            let file = files.iter().find(|(path, _)| path == name);
            String::from_utf8(file.unwrap().1.clone()).unwrap()
        };
        assert!(text("exacity.toml").starts_with("#:schema ./exacity.schema.json\n"));
        assert!(text(SCHEMA).starts_with('{'));
    }
}
