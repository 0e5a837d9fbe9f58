//! The routes.

use crate::desk::{Desk, News, Shelf};
use crate::engine::Engine;
use crate::guard::{Door, guard};
use crate::runs::Runs;
use crate::{assets, choices, export, files, live, plans, rules, save, study, views};
use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use exacity::sources::Sources;
use futures_util::Stream;
use futures_util::stream::unfold;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// Everything that requests share.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) engine: Engine,
    pub(crate) shelf: Shelf,
    pub(crate) runs: Arc<Runs>,
    pub(crate) news: watch::Sender<News>,
}

impl App {
    /// Opens a project. `root` is the folder that may be written to; none for the built-in project.
    pub fn new(
        shelf: Arc<dyn Sources + Send + Sync>,
        root: Option<PathBuf>,
        profile: Option<String>,
    ) -> Self {
        let desk = Desk::new(shelf.clone(), root, profile);
        let (news, _) = watch::channel(desk.news.clone());
        Self {
            engine: Engine::start(desk),
            shelf,
            runs: Arc::default(),
            news,
        }
    }

    /// Reads the project anew, because something changed on disk, and tells every page.
    pub fn reload(&self) {
        let news = self.news.clone();
        self.engine.tell(move |desk| {
            news.send_replace(desk.reload());
        });
    }
}

/// Returns the workbench behind its door.
pub fn router(app: App, door: Door) -> Router {
    let door = Arc::new(door);
    Router::new()
        .route("/", get(assets::page))
        .route("/assets/{name}", get(assets::asset))
        .route("/api/choices", post(choices::choices))
        .route("/api/whatif", post(live::whatif))
        .route("/api/stability", post(live::stability))
        .route("/api/view", post(views::view))
        .route("/api/why", post(views::why))
        .route("/api/place", post(views::place))
        .route("/api/robustness", post(study::start))
        .route("/api/plans", get(plans::list).post(plans::start))
        .route("/api/runs/{id}/events", get(crate::runs::events))
        .route("/api/runs/{id}", axum::routing::delete(crate::runs::cancel))
        .route("/api/files", get(files::list))
        .route("/api/file", get(files::read).put(files::write))
        .route("/api/check", post(rules::check))
        .route("/api/save", post(save::save))
        .route("/api/export/{format}", post(export::export))
        .route("/api/events", get(events))
        .layer(from_fn_with_state(door, guard))
        .with_state(app)
}

/// `GET /api/events`: what became of the files on disk, now and whenever it changes.
async fn events(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut news = app.news.subscribe();
    news.mark_changed();
    let stream = unfold(news, |mut news| async move {
        news.changed().await.ok()?;
        let told = serde_json::json!(*news.borrow_and_update()).to_string();
        Some((Ok(Event::default().event("news").data(told)), news))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
