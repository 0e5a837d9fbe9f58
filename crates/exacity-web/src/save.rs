//! Weights from the screen into the planner's file: the numbers change, comments and order stay.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Base, Desk, Settings};
use crate::files::{self, Basis, changed, tag};
use crate::json::Json;
use axum::extract::State;
use axum::http::StatusCode;
use exacity::config::{self, Layer};
use exacity::sources::overlay::Overlay;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, TableLike, value};

/// Which weights to save, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
    /// What the page knows of the files: nothing is saved over a reading that it has not seen.
    version: u64,
    /// Name of a new weight set; else the numbers go into the set in force.
    #[serde(default)]
    new: Option<String>,
}

/// `POST /api/save`
pub(crate) async fn save(State(app): State<App>, Json(asked): Json<Asked>) -> Answer<Json<Value>> {
    let news = app.news.clone();
    let saved = app.engine.ask(move |desk| {
        let path = write(desk, &asked)?;
        news.send_replace(desk.reload());
        Ok(json!({ "path": path, "version": desk.news.version }))
    });
    saved.await.map(Json)
}

fn write(desk: &mut Desk, asked: &Asked) -> Answer<String> {
    if desk.news.version != asked.version || desk.news.broken {
        return Err(changed(
            "the project",
            "changed on disk after it was loaded",
        ));
    }
    let base = desk.scored(&asked.settings)?;
    let (path, text, basis) = match &asked.new {
        Some(name) => new_set(base, &asked.settings, name),
        None => edited(base, &asked.settings.shares)?,
    };
    // What was written has to load: a file that breaks the project is never saved from here.
    let over = Overlay::new(&*desk.shelf).with(&path, text.as_bytes());
    let read = config::load(&over, &asked.settings.request());
    if read.value.is_none() {
        return Err(Refusal::found(&read.diagnostics, &read.files));
    }
    files::put(desk, &path, &text, &basis)?;
    Ok(path)
}

/// Writes a whole new set, with the weight of every criterion.
fn new_set(base: &Base, settings: &Settings, name: &str) -> (String, String, Basis) {
    let mut document = DocumentMut::new();
    let set = &base.project.indices[0].weights;
    document["about"] = value(format!("Saved in the workbench, from `{set}`"));
    for (id, number) in base.numbers(&settings.shares) {
        document[&id] = number_of(number);
    }
    (
        format!("rules/weights/{name}.toml"),
        document.to_string(),
        Basis::New,
    )
}

/// Puts the moved numbers into the file that holds the set in force.
fn edited(base: &Base, shares: &BTreeMap<String, f64>) -> Answer<(String, String, Basis)> {
    let set = base.project.indices[0].weights.clone();
    let path = home(base, &set)?;
    let file = base.files.iter().find(|(id, _)| id.as_str() == path);
    let text = file.map(|(_, text)| text.to_string()).unwrap_or_default();
    let mut document: DocumentMut = text.parse().map_err(|_| not_plain(&set))?;
    let is_own_file = path == format!("rules/weights/{set}.toml");
    let table = if is_own_file {
        document.as_table_mut() as &mut dyn TableLike
    } else {
        document
            .get_mut("weights")
            .and_then(|weights| weights.get_mut(&set))
            .and_then(Item::as_table_like_mut)
            .ok_or_else(|| not_plain(&set))?
    };
    for (id, number) in shares {
        put(table, id, *number);
    }
    Ok((
        path,
        document.to_string(),
        Basis::Loaded(tag(text.as_bytes())),
    ))
}

/// Finds the file that holds the numbers of a set.
fn home(base: &Base, set: &str) -> Answer<String> {
    let prefix = format!("weights.{set}.");
    let all = base.settings.list();
    let own = all
        .iter()
        .filter(|setting| setting.path.starts_with(&prefix));
    let mut method = false;
    let mut path = None;
    for setting in own {
        let key = &setting.path[prefix.len()..];
        method |= ["method", "combine", "group"]
            .iter()
            .any(|word| key.starts_with(word));
        if setting.origin.layer == Layer::Project {
            path = Some(setting.origin.span.file.to_string());
        }
    }
    path.filter(|_| !method).ok_or_else(|| not_plain(set))
}

fn not_plain(set: &str) -> Refusal {
    Refusal::file(
        StatusCode::CONFLICT,
        format!("weight set `{set}` holds no numbers that could be replaced"),
        "save the weights as a new set",
    )
}

/// Sets a number where it stands: under the id as it is, or in the table that an unquoted dotted key makes.
fn put(table: &mut dyn TableLike, id: &str, number: f64) {
    if !table.contains_key(id)
        && let Some((first, rest)) = id.split_once('.')
        && let Some(inner) = table.get_mut(first).and_then(Item::as_table_like_mut)
    {
        return put(inner, rest, number);
    }
    match table.get_mut(id).and_then(Item::as_value_mut) {
        // Spaces and the comment behind a number belong to the line, not to the number.
        Some(known) => {
            let decor = known.decor().clone();
            if let Item::Value(mut fresh) = number_of(number) {
                *fresh.decor_mut() = decor;
                *known = fresh;
            }
        }
        None => {
            table.insert(id, number_of(number));
        }
    }
}

/// Whole numbers are written without a fraction, as people do.
fn number_of(number: f64) -> Item {
    #[expect(clippy::cast_possible_truncation, reason = "percent, and whole")]
    if number.fract().abs() <= 0.0 {
        value(number as i64)
    } else {
        value(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_change_and_everything_else_stays() {
        let text = "about = \"x\"   # why\na  = 30 # most\n\"b.c\" = 70\nb.d = 1\n";
        let mut document: DocumentMut = text.parse().unwrap();
        let table = document.as_table_mut();
        put(table, "a", 12.5);
        put(table, "b.c", 40.0);
        put(table, "b.d", 60.0);
        put(table, "e", 5.0);
        let written = document.to_string();
        assert_eq!(
            written,
            "about = \"x\"   # why\na  = 12.5 # most\n\"b.c\" = 40\nb.d = 60\ne = 5\n"
        );
    }
}
