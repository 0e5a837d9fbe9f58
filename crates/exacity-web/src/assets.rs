//! The page, its scripts and its style: part of the program, nothing is read from disk.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use exacity::report::html;
use std::sync::OnceLock;

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../assets/", $name)))),*]
    };
}

/// The page's own scripts: modules, one subject each.
const SCRIPTS: &[(&str, &str)] = scripts![
    "api.js",
    "choices.js",
    "files.js",
    "main.js",
    "notice.js",
    "plans.js",
    "ranking.js",
    "runs.js",
    "save.js",
    "state.js",
    "study.js",
    "tabs.js",
    "views.js",
    "weights.js",
    "words.js",
];

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// `GET /`
pub(crate) async fn page() -> Html<&'static str> {
    Html(include_str!("../assets/index.html"))
}

/// `GET /assets/NAME`
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    static LIBRARY: OnceLock<String> = OnceLock::new();
    static STYLE: OnceLock<String> = OnceLock::new();
    match name.as_str() {
        // The library is large and the same for a version of the program.
        "plotly.js" => {
            let text = LIBRARY.get_or_init(html::library).as_str();
            let kept = [
                (CONTENT_TYPE, JAVASCRIPT),
                (CACHE_CONTROL, "private, max-age=3600"),
            ];
            (kept, text).into_response()
        }
        "draw.js" => plain(JAVASCRIPT, html::DRAWING),
        "style.css" => {
            let style = STYLE.get_or_init(|| {
                format!(
                    "{}\n{}",
                    html::style(),
                    include_str!("../assets/workbench.css")
                )
            });
            plain("text/css; charset=utf-8", style)
        }
        name => match SCRIPTS.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => plain(JAVASCRIPT, text),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn plain(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}
