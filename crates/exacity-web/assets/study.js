// How sure: draws around what is on screen, shown while they run.
import { post, Refused } from './api.js';
import { findings } from './notice.js';
import { Run } from './runs.js';
import { mark, on, state } from './state.js';
import { mount } from './views.js';
import { t } from './words.js';

const form = document.getElementById('study');
const stop = document.getElementById('study-stop');
const progress = document.getElementById('study-progress');
const result = document.getElementById('study-result');
const run = new Run();
let drawnFor = null;

const say = (text) => {
  const line = document.createElement('p');
  line.textContent = text;
  return line;
};

const meter = (share, text) => {
  const bar = document.createElement('progress');
  bar.max = 100;
  bar.value = share;
  bar.setAttribute('aria-label', text);
  progress.replaceChildren(bar, say(text));
};

const take = (data, last) => {
  if (data.main) mount(result, { main: data.main, data: data.data }, 's-');
  const n = data.draws;
  if (!last) progress.lastElementChild?.replaceWith(say(t('so-far', { n, change: data.change ?? '–' })));
  else progress.replaceChildren(...(data.stopped ? [say(t('stopped-early', { n }))] : []), ...(data.warning ? [say(data.warning)] : []));
};

const idle = () => { stop.disabled = true; };

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const lines = document.getElementById('vary').value.split('\n').map((line) => line.trim()).filter(Boolean);
  drawnFor = mark();
  const asked = {
    settings: state.settings,
    draws: document.getElementById('draws').valueAsNumber || null,
    seed: Number.isNaN(document.getElementById('seed').valueAsNumber) ? null : document.getElementById('seed').valueAsNumber,
    vary: lines,
  };
  try {
    const started = await post('/api/robustness', asked);
    stop.disabled = false;
    meter(0, '');
    run.follow(started.run, {
      progress: ({ draws, of, share }) => meter(share, t('drawn', { n: draws, of })),
      partial: (data) => take(data, false),
      result: (data) => { idle(); take(data, true); },
      failed: ({ diagnostics }) => { idle(); progress.replaceChildren(findings(diagnostics)); },
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    progress.replaceChildren(findings(error.diagnostics));
  }
});
stop.addEventListener('click', () => run.ask());

on('settled', () => {
  const old = drawnFor !== null && drawnFor !== mark();
  result.classList.toggle('stale', old);
  if (old && stop.disabled) progress.replaceChildren(say(t('drawn-for-other')));
});
