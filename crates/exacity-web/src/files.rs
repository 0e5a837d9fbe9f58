//! The project's own files, to read and to write: settings, weight sets, rules with their tests, plans.
//!
//! A path is looked up in the list of what the project holds, never joined and tried: there is no way out of
//! the folder because nothing outside is on the list. A new file gets a plain name in a folder that we choose.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Desk, Shelf};
use crate::json::Json;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exacity::manifest::digest;
use exacity::sources::disk::write_whole;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Folders with files that a planner edits, and the endings of these.
const FOLDERS: [(&str, &[&str]); 4] = [
    ("rules", &[".rhai", ".toml"]),
    ("rules/weights", &[".toml"]),
    ("rules/plans", &[".toml"]),
    ("rules/levers", &[".toml"]),
];

/// The project's main file.
pub(crate) const MAIN: &str = "exacity.toml";

/// A file.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Named {
    path: String,
}

/// `GET /api/files`
pub(crate) async fn list(State(app): State<App>) -> Answer<Json<Value>> {
    app.engine
        .ask(|desk| {
            Ok(json!({
                "files": editable(&desk.shelf),
                "writable": desk.root.is_some(),
            }))
        })
        .await
        .map(Json)
}

/// Lists the files that may be read and written.
pub(crate) fn editable(shelf: &Shelf) -> Vec<String> {
    let top = shelf.list("").into_iter().filter(|path| path == MAIN);
    let inside = FOLDERS.iter().flat_map(|(folder, endings)| {
        let mut paths = shelf.list(folder);
        paths.retain(|path| endings.iter().any(|ending| path.ends_with(ending)));
        paths
    });
    top.chain(inside).collect()
}

/// Tells whether a path may become a new file.
fn is_new_name(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return false;
    };
    let plain = |stem: &str| {
        let letters =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        !stem.is_empty() && stem.len() <= 60 && stem.chars().all(letters)
    };
    let stem = match folder {
        "rules" => name
            .strip_suffix(".test.toml")
            .or_else(|| name.strip_suffix(".rhai")),
        "rules/weights" | "rules/plans" => name.strip_suffix(".toml"),
        _ => None,
    };
    stem.is_some_and(plain)
}

/// `GET /api/file?path=`
pub(crate) async fn read(State(app): State<App>, Query(named): Query<Named>) -> Answer<Response> {
    let shelf = app.shelf.clone();
    let text = tokio::task::spawn_blocking(move || text_of(&shelf, &named.path)).await;
    let text = text.map_err(|_| Refusal::stopped())??;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (ETAG, tag(text.as_bytes())),
    ];
    Ok((headers, text).into_response())
}

/// Reads the text of a file of the project.
pub(crate) fn text_of(shelf: &Shelf, path: &str) -> Answer<String> {
    if !editable(shelf).iter().any(|known| known == path) {
        return Err(outside(path));
    }
    let refused = |why: String| {
        let help = "mend it in a text editor";
        Refusal::file(StatusCode::UNPROCESSABLE_ENTITY, why, help)
    };
    let bytes = shelf
        .read(path)
        .map_err(|error| refused(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| refused(format!("`{path}` is not UTF-8 text")))
}

fn outside(path: &str) -> Refusal {
    Refusal::file(
        StatusCode::NOT_FOUND,
        format!("`{path}` is none of the project's settings, rules or plans"),
        "new rules go into rules/NAME.rhai; names are small letters, digits, - and _",
    )
}

/// The mark by which a change is seen.
pub(crate) fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", digest(bytes))
}

/// `PUT /api/file?path=`: with `If-Match` over a file as it was loaded, with `If-None-Match: *` for a new one.
pub(crate) async fn write(
    State(app): State<App>,
    Query(named): Query<Named>,
    headers: HeaderMap,
    text: String,
) -> Answer<Response> {
    let header = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    let basis = match (header(IF_MATCH), header(IF_NONE_MATCH)) {
        (Some(tag), _) => Basis::Loaded(tag.to_owned()),
        (None, Some("*")) => Basis::New,
        _ => {
            return Err(Refusal::file(
                StatusCode::PRECONDITION_REQUIRED,
                "nothing says which state of the file this replaces",
                "send If-Match with the mark that came with the file",
            ));
        }
    };
    let news = app.news.clone();
    let tag = app
        .engine
        .ask(move |desk| {
            put(desk, &named.path, &text, &basis)?;
            news.send_replace(desk.reload());
            Ok(tag(text.as_bytes()))
        })
        .await?;
    Ok((StatusCode::NO_CONTENT, [(ETAG, tag)]).into_response())
}

/// The state of a file that a text replaces.
#[derive(Debug)]
pub(crate) enum Basis {
    /// As it was loaded, by its mark.
    Loaded(String),
    /// There is none yet.
    New,
}

/// Writes a file of the project, whole or not at all.
pub(crate) fn put(desk: &Desk, path: &str, text: &str, basis: &Basis) -> Answer<()> {
    let target = may_put(desk, path, basis)?;
    write_whole(&target, text.as_bytes()).map_err(|error| {
        Refusal::file(
            StatusCode::CONFLICT,
            format!("`{path}` cannot be written: {error}"),
            "see to the rights of the folder, and to free space",
        )
    })
}

/// Tells whether a file may be written over the state that it is said to have, and where it is.
pub(crate) fn may_put(desk: &Desk, path: &str, basis: &Basis) -> Answer<PathBuf> {
    let Some(root) = &desk.root else {
        return Err(Refusal::file(
            StatusCode::CONFLICT,
            "the built-in project cannot be changed",
            "`exacity init DIR` writes it out; serve that folder",
        ));
    };
    let exists = editable(&desk.shelf).iter().any(|known| known == path);
    match basis {
        Basis::New if !exists && is_new_name(path) => {}
        Basis::New if exists => return Err(changed(path, "is there already")),
        Basis::Loaded(known) if exists => {
            if tag(&desk.shelf.read(path).unwrap_or_default()) != *known {
                return Err(changed(path, "changed on disk after it was loaded"));
            }
        }
        _ => return Err(outside(path)),
    }
    within(root, path)
}

/// Refuses to write over what somebody else wrote.
pub(crate) fn changed(path: &str, what: &str) -> Refusal {
    Refusal::file(
        StatusCode::PRECONDITION_FAILED,
        format!("`{path}` {what}"),
        "load it again, or keep your text and compare",
    )
}

/// Follows links: a folder of the project that leads elsewhere is not written to.
fn within(root: &Path, path: &str) -> Answer<PathBuf> {
    let leads_out = || outside(path);
    let target = root.join(path);
    let folder = target.parent().ok_or_else(leads_out)?;
    if path.contains('/') && !folder.is_dir() {
        exacity::sources::disk::create_folder(folder).map_err(|_| leads_out())?;
    }
    let real = folder.canonicalize().map_err(|_| leads_out())?;
    let top = root.canonicalize().map_err(|_| leads_out())?;
    if real.starts_with(top) && !target.is_symlink() {
        Ok(target)
    } else {
        Err(leads_out())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_files_have_plain_names_in_known_folders() {
        for fine in [
            "rules/a-b.rhai",
            "rules/a.test.toml",
            "rules/weights/w1.toml",
        ] {
            assert!(is_new_name(fine), "{fine}");
        }
        for bad in [
            "a.rhai",
            "rules/../a.rhai",
            "rules/.rhai",
            "rules/a.sh",
            "rules/A.rhai",
            "/rules/a.rhai",
            "rules/weights/../x.toml",
            "rules/plans/a/b.toml",
            "data/observations.csv",
            "rules\\a.rhai",
        ] {
            assert!(!is_new_name(bad), "{bad}");
        }
    }
}
