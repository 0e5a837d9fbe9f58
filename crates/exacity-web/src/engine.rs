//! The thread that owns the project. Requests bring it work and wait for the answer; one follows the other,
//! so that no two of them see the project in different states.

use crate::answer::{Answer, Refusal};
use crate::desk::Desk;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// A handle to the thread.
#[derive(Debug, Clone)]
pub(crate) struct Engine(mpsc::Sender<Job>);

impl Engine {
    /// Starts the thread with a desk of its own.
    pub(crate) fn start(mut desk: Desk) -> Self {
        let (sender, jobs) = mpsc::channel::<Job>();
        thread::spawn(move || {
            for job in jobs {
                job(&mut desk);
            }
        });
        Self(sender)
    }

    /// Hands over work without waiting for it.
    pub(crate) fn tell(&self, work: impl FnOnce(&mut Desk) + Send + 'static) {
        // Nobody listens any more when the process is ending.
        let _ = self.0.send(Box::new(work));
    }

    /// Has work done and waits for its answer.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(move |desk| {
            // Whoever asked may have gone: then the answer is for nobody.
            let _ = reply.send(work(desk));
        });
        answer.await.unwrap_or_else(|_| Err(Refusal::stopped()))
    }
}
