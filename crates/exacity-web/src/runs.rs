//! Long work: started by a request, followed as a stream of events, stopped by another request.
//!
//! Events are kept in order from the first on, so that a page that connects late, or again, misses none.

use crate::answer::{Answer, Refusal};
use crate::app::App;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Runs that are kept after they ended, for pages that connect again.
const KEPT: usize = 8;

/// All runs of a server.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    next: AtomicU64,
    all: Mutex<BTreeMap<u64, Arc<Run>>>,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Set when somebody asked to stop.
    pub(crate) cancelled: AtomicBool,
    events: Mutex<Vec<(&'static str, Value)>>,
    length: watch::Sender<usize>,
}

/// Events that end a run.
const LAST: [&str; 2] = ["result", "failed"];

impl Runs {
    /// Starts work on a thread of its own, and returns its identifier. Earlier work is stopped: its answer
    /// would be about settings that are no longer on screen.
    pub(crate) fn start(&self, work: impl FnOnce(&Run) + Send + 'static) -> u64 {
        let run = Arc::new(Run {
            cancelled: AtomicBool::new(false),
            events: Mutex::default(),
            length: watch::channel(0).0,
        });
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        while all.len() >= KEPT {
            if let Some((_, oldest)) = all.pop_first() {
                oldest.cancelled.store(true, Ordering::Relaxed);
            }
        }
        all.insert(id, run.clone());
        drop(all);
        std::thread::spawn(move || {
            work(&run);
            run.close();
        });
        id
    }

    fn find(&self, id: u64) -> Answer<Arc<Run>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(&id).cloned();
        found.ok_or_else(|| Refusal::unknown(format!("there is no run {id}")))
    }
}

impl Run {
    /// Adds an event.
    pub(crate) fn tell(&self, kind: &'static str, data: Value) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push((kind, data));
        self.length.send_replace(events.len());
    }

    /// Ends with what was found to be wrong.
    pub(crate) fn fail(&self, refusal: &Refusal) {
        self.tell(
            "failed",
            serde_json::json!({ "diagnostics": refusal.findings }),
        );
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Makes sure that there is a last event, so that nobody waits for ever.
    fn close(&self) {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = events.last().is_some_and(|(kind, _)| LAST.contains(kind));
        drop(events);
        if !ended {
            self.fail(&Refusal::stopped());
        }
    }

    fn event(&self, at: usize) -> Option<(&'static str, Value)> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.get(at).cloned()
    }
}

/// `GET /api/runs/ID/events`
pub(crate) async fn events(
    State(app): State<App>,
    Path(id): Path<u64>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let run = app.runs.find(id)?;
    let length = run.length.subscribe();
    let stream = unfold(
        (run, length, 0, false),
        |(run, mut length, at, ended)| async move {
            if ended {
                return None;
            }
            length.wait_for(|known| *known > at).await.ok()?;
            let (kind, data) = run.event(at)?;
            let event = Event::default().event(kind).data(data.to_string());
            Some((Ok(event), (run, length, at + 1, LAST.contains(&kind))))
        },
    );
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// `DELETE /api/runs/ID`
pub(crate) async fn cancel(State(app): State<App>, Path(id): Path<u64>) -> Answer<StatusCode> {
    let run = app.runs.find(id)?;
    run.cancelled.store(true, Ordering::Relaxed);
    Ok(StatusCode::NO_CONTENT)
}
