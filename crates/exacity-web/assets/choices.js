// What can be chosen above the ranking: profile, weight set, strategy, method.
import { post } from './api.js';
import { emit, setting, state } from './state.js';
import { t } from './words.js';

const byId = (id) => document.getElementById(id);
const fill = (id, options, chosen) => {
  const select = byId(id);
  const known = options.map(([value, label]) => new Option(label ?? value, value));
  select.replaceChildren(...known);
  select.value = chosen;
  select.closest('label').hidden = options.length === 0;
};

const chosen = (path) => {
  const set = state.settings.sets.find((one) => one.startsWith(`${path}=`));
  return set ? JSON.parse(set.slice(path.length + 1)) : '';
};

// Fills the choices; returns what is known of the project.
export const show = async () => {
  const known = await post('/api/choices', { settings: state.settings });
  state.writable = known.writable;
  byId('folder').textContent = known.folder;
  fill('profile', known.profiles.map((name) => [name]), known.profile);
  fill('set', [['', `${t('project')}: ${known.set}`], ...known.weights.map((name) => [name])], chosen('scoring.weights'));
  fill('strategy', [['', t('project')], ['weighted', 'weighted'], ...known.strategies.map(([file, title]) => [file, title || file])], chosen('scoring.strategy'));
  fill('method', [['', t('project')], ['weighted'], ...known.methods.map((name) => [name])], chosen('scoring.method'));
  return known;
};

const changed = (path, value) => {
  setting(path, value || null);
  // Weights that were moved belong to the set they were moved from.
  if (path === 'scoring.weights') state.settings.shares = {};
  emit('restart');
};
byId('profile').addEventListener('change', ({ target }) => {
  state.settings.profile = target.value;
  state.settings.shares = {};
  emit('restart');
});
byId('set').addEventListener('change', ({ target }) => changed('scoring.weights', target.value));
byId('strategy').addEventListener('change', ({ target }) => changed('scoring.strategy', target.value));
byId('method').addEventListener('change', ({ target }) => changed('scoring.method', target.value));
byId('choices').addEventListener('submit', (event) => event.preventDefault());
