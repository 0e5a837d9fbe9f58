// From the screen into the planner's files.
import { post, Refused } from './api.js';
import { emit, setting, state } from './state.js';
import { ask, refresh } from './weights.js';
import { t } from './words.js';

const byId = (id) => document.getElementById(id);
const form = byId('new-set');

const save = async (name) => {
  try {
    const { path } = await post('/api/save', { settings: state.settings, version: state.version, ...(name ? { new: name } : {}) });
    state.settings.shares = {};
    // What was chosen is now what the project says; a new set is a file that the page alone has chosen so far.
    if (name) setting('scoring.weights', name);
    else state.settings.sets = [];
    emit('restart');
    emit('done', t('saved', { path }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    emit('refused', error.diagnostics);
  }
};

byId('reset').addEventListener('click', () => {
  state.settings.shares = {};
  refresh();
});
byId('equal').addEventListener('click', () => ask({ shares: state.settings.shares, equal: true, last: true }));
byId('save').addEventListener('click', () => save(null));
byId('save-as').addEventListener('click', () => {
  form.hidden = !form.hidden;
  if (!form.hidden) byId('new-name').focus();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  form.hidden = true;
  save(byId('new-name').value);
});
byId('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(byId('toml').textContent).catch(() => {});
  emit('done', t('copied'));
});
