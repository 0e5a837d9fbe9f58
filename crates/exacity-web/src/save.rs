//! Weights and choices from the screen into the planner's files: values change, comments and order stay.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use crate::desk::{Base, Desk, Settings};
use crate::files::{self, Basis, MAIN, changed, tag};
use crate::json::Json;
use axum::extract::State;
use axum::http::StatusCode;
use exacity::config::{self, Layer, Request, Setting};
use exacity::sources::overlay::Overlay;
use serde::Deserialize;
use serde_json::{Value as Told, json};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, Key, Table, TableLike, Value, value};

/// What to save, and where: the weights that were moved, and the settings that were chosen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    settings: Settings,
    /// What the page knows of the files: nothing is saved over a reading that it has not seen.
    version: u64,
    /// Name of a new weight set, for the weights alone; else the numbers go into the set in force, and what was
    /// chosen goes where it is stated now.
    #[serde(default)]
    new: Option<String>,
}

/// `POST /api/save`
pub(crate) async fn save(State(app): State<App>, Json(asked): Json<Asked>) -> Answer<Json<Told>> {
    let news = app.news.clone();
    let saved = app.engine.ask(move |desk| {
        let path = write(desk, &asked)?.join(", ");
        news.send_replace(desk.reload());
        Ok(json!({ "path": path, "version": desk.news.version }))
    });
    saved.await.map(Json)
}

/// A file with the text that it will hold, and what that replaces.
type Draft = (String, String, Basis);

fn write(desk: &mut Desk, asked: &Asked) -> Answer<Vec<String>> {
    if desk.news.version != asked.version || desk.news.broken {
        return Err(changed(
            "the project",
            "changed on disk after it was loaded",
        ));
    }
    let base = desk.scored(&asked.settings)?;
    let (drafts, chosen, request) = match &asked.new {
        Some(name) => (
            vec![new_set(base, &asked.settings, name)],
            vec![],
            asked.settings.request(),
        ),
        None => {
            let request = Request {
                profile: asked.settings.profile.clone(),
                ..Request::default()
            };
            let chosen = chosen(base, &asked.settings.sets)?;
            (edited(base, &asked.settings, &chosen)?, chosen, request)
        }
    };
    // What was written has to load: a file that breaks the project is never saved from here.
    let over = drafts
        .iter()
        .fold(Overlay::new(&*desk.shelf), |over, (path, text, _)| {
            over.with(path, text.as_bytes())
        });
    let read = config::load(&over, &request);
    let Some(loaded) = read.value else {
        return Err(Refusal::found(&read.diagnostics, &read.files));
    };
    // And it has to be what is on screen, without any help from the page.
    for Chosen { path, shown, .. } in &chosen {
        let now = loaded.settings.get(&shown.path);
        if now.is_none_or(|now| now.value != shown.value) {
            return Err(not_here(path));
        }
    }
    // No file is written before it is known that all may be.
    for (path, _, basis) in &drafts {
        files::may_put(desk, path, basis)?;
    }
    for (path, text, basis) in &drafts {
        files::put(desk, path, text, basis)?;
    }
    Ok(drafts.into_iter().map(|(path, ..)| path).collect())
}

/// A setting that was chosen on screen.
struct Chosen {
    /// Its path.
    path: String,
    /// Its value.
    value: Value,
    /// What the project lists for it: the setting, or the table that it belongs to.
    shown: Setting,
}

/// Returns the settings that were chosen on screen, with what they displace.
fn chosen(base: &Base, sets: &[String]) -> Answer<Vec<Chosen>> {
    let one = |set: &String| {
        let (path, value) = set.split_once('=').ok_or_else(|| not_here(set))?;
        let (path, value) = (path.trim(), value.trim());
        // A table that stands for a method is listed as a whole.
        let mut above = std::iter::successors(Some(path), |path| Some(path.rsplit_once('.')?.0));
        let shown = above.find_map(|path| base.settings.get(path));
        Ok(Chosen {
            path: path.to_owned(),
            value: value.parse().map_err(|_| not_here(path))?,
            shown: shown.ok_or_else(|| not_here(path))?,
        })
    };
    sets.iter().map(one).collect()
}

fn not_here(path: &str) -> Refusal {
    Refusal::file(
        StatusCode::CONFLICT,
        format!("`{path}` cannot be saved from here: it would not come out as it is on screen"),
        "change it in the file itself, under Rules",
    )
}

/// Writes a whole new set, with the weight of every criterion.
fn new_set(base: &Base, settings: &Settings, name: &str) -> Draft {
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

/// Makes the changed texts of all files that hold something of what was moved or chosen.
fn edited(base: &Base, settings: &Settings, chosen: &[Chosen]) -> Answer<Vec<Draft>> {
    let mut documents = Documents {
        base,
        open: BTreeMap::new(),
    };
    if chosen.is_empty() || !settings.shares.is_empty() {
        documents.weigh(&settings.shares)?;
    }
    for one in chosen {
        documents.choose(one)?;
    }
    Ok(documents.drafts())
}

/// Files under change, by path.
struct Documents<'b> {
    base: &'b Base,
    open: BTreeMap<String, DocumentMut>,
}

impl Documents<'_> {
    fn text(&self, path: &str) -> &str {
        let mut files = self.base.files.iter();
        let file = files.find(|(id, _)| id.as_str() == path);
        file.map_or("", |(_, text)| text)
    }

    fn document(&mut self, path: &str) -> Option<&mut DocumentMut> {
        if !self.open.contains_key(path) {
            let document = self.text(path).parse().ok()?;
            self.open.insert(path.to_owned(), document);
        }
        self.open.get_mut(path)
    }

    /// Puts the moved numbers into the file that holds the set in force.
    fn weigh(&mut self, shares: &BTreeMap<String, f64>) -> Answer<()> {
        let set = self.base.project.indices[0].weights.clone();
        let path = home(self.base, &set)?;
        let is_own_file = path == format!("rules/weights/{set}.toml");
        let document = self.document(&path).ok_or_else(|| not_plain(&set))?;
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
        Ok(())
    }

    /// Puts a value where the project or its profile states it now; what only the defaults state goes into the
    /// project's main file.
    fn choose(&mut self, chosen: &Chosen) -> Answer<()> {
        let refused = || not_here(&chosen.path);
        let below = chosen.shown.overridden.iter().map(|(_, origin)| origin);
        let stated = std::iter::once(&chosen.shown.origin)
            .chain(below)
            .find(|origin| matches!(origin.layer, Layer::Project | Layer::Profile));
        let file = stated.map_or(MAIN, |origin| origin.span.file.as_str());
        let mut keys = match stated.map(|origin| origin.layer) {
            Some(Layer::Profile) => {
                vec![Key::new("profile"), Key::new(&self.base.project.profile.id)]
            }
            _ => vec![],
        };
        keys.extend(Key::parse(&chosen.path).map_err(|_| refused())?);
        let fresh = chosen.value.clone();
        let document = self.document(file).ok_or_else(refused)?;
        put_at(document.as_table_mut(), &keys, fresh).ok_or_else(refused)
    }

    fn drafts(self) -> Vec<Draft> {
        let draft = |(path, document): (&String, &DocumentMut)| {
            let basis = Basis::Loaded(tag(self.text(path).as_bytes()));
            (path.clone(), document.to_string(), basis)
        };
        self.open.iter().map(draft).collect()
    }
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
    if let Item::Value(fresh) = number_of(number) {
        replace(table, id, fresh);
    }
}

/// Sets a value below keys; nothing where something else than a table stands in the way.
fn put_at(table: &mut dyn TableLike, keys: &[Key], fresh: Value) -> Option<()> {
    let (first, rest) = keys.split_first()?;
    if rest.is_empty() {
        replace(table, first.get(), fresh);
        return Some(());
    }
    if !table.contains_key(first.get()) {
        table.insert(first.get(), Item::Table(Table::new()));
    }
    let inner = table.get_mut(first.get())?;
    let on_a_line = inner.is_inline_table();
    let inner = inner.as_table_like_mut()?;
    let before = inner.len();
    put_at(inner, rest, fresh)?;
    if on_a_line && inner.len() != before {
        inner.fmt();
    }
    Some(())
}

/// Replaces a value where it stands, or adds it.
fn replace(table: &mut dyn TableLike, key: &str, mut fresh: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        // Spaces and the comment behind a value belong to the line, not to the value.
        Some(known) => {
            *fresh.decor_mut() = known.decor().clone();
            *known = fresh;
        }
        None => {
            table.insert(key, Item::Value(fresh));
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

    #[test]
    fn a_value_is_set_where_it_stands_and_new_ones_find_their_table() {
        let text = "[scoring]   # how\nmethod  = \"weighted\"   # plain\n\n[profile.hubs]\nscoring = { weights = \"hubs\" }   # own\n";
        let mut document: DocumentMut = text.parse().unwrap();
        let mut set = |path: &str, value: &str| {
            let keys = Key::parse(path).unwrap();
            put_at(document.as_table_mut(), &keys, value.parse().unwrap())
        };
        assert!(set("scoring.method", "\"topsis\"").is_some());
        assert!(set("scoring.ties", "\"min\"").is_some());
        assert!(set("profile.hubs.scoring.method", "\"vikor\"").is_some());
        assert!(set("rank.overall", "false").is_some());
        // A number is no table.
        assert!(set("scoring.method.name", "1").is_none());
        assert_eq!(
            document.to_string(),
            "[scoring]   # how\nmethod  = \"topsis\"   # plain\nties = \"min\"\n\n[profile.hubs]\nscoring = { weights = \"hubs\", method = \"vikor\" }   # own\n\n[rank]\noverall = false\n"
        );
    }
}
