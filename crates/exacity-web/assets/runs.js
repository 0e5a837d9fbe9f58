// Long work on the server: started, followed, stopped.
import { cancel, follow } from './api.js';

export class Run {
  #run = null;
  #leave = () => {};

  // Follows a run until its last event; an earlier one of the same kind is stopped.
  follow(run, listeners) {
    this.stop();
    this.#run = run;
    const last = (listener) => (data) => {
      this.#leave();
      this.#run = null;
      listener(data);
    };
    // A stream that breaks is sent again from the start: events say where they stand, so that does no harm.
    this.#leave = follow(`/api/runs/${run}/events`, {
      ...listeners,
      result: last(listeners.result),
      failed: last(listeners.failed),
    });
  }

  // Asks for the result so far.
  ask() {
    if (this.#run !== null) cancel(this.#run).catch(() => {});
  }

  stop() {
    this.ask();
    this.#leave();
    this.#run = null;
  }
}
