// The workbench: starts everything, listens to the server, says what changed.
import { download, follow, onConnection, post, Refused } from './api.js';
import * as choices from './choices.js';
import './files.js';
import { clear, notice } from './notice.js';
import './plans.js';
import * as ranking from './ranking.js';
import './save.js';
import { emit, fromLink, on, state, toLink } from './state.js';
import './study.js';
import * as tabs from './tabs.js';
import './views.js';
import * as weights from './weights.js';
import { speak, t } from './words.js';

const byId = (id) => document.getElementById(id);

// What the whole page rests on: choices, the tree of weights, the title; then the ranking.
const restart = async () => {
  try {
    await choices.show();
    const view = await post('/api/view', { settings: { ...state.settings, shares: {} } });
    state.tree = view.tree;
    state.ranks = view.ranks;
    byId('title').textContent = view.title;
    document.title = `${view.title} · exacity`;
    byId('sentences').replaceChildren();
    weights.build(view.tree);
    ranking.build();
    clear('refused');
    weights.refresh();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status) notice('broken', t(state.tree.length ? 'refused' : 'empty'), error.diagnostics);
  }
};

// The connection: what is on screen stays, marked, until the server is back.
let here = true;
onConnection((how) => {
  document.body.classList.toggle('gone', how !== 'here');
  if (how === 'here') {
    clear('gone', 'locked');
    if (!here) restart();
    here = true;
    return;
  }
  here = false;
  notice(how, t(how));
});

// Files on disk: a new state is shown at once; a broken one is told, and the last good state stays.
let known = 0;
const news = ({ version, broken, findings }) => {
  state.broken = broken;
  document.body.classList.toggle('broken', broken);
  if (broken) notice('broken', t(state.tree.length ? 'broken' : 'empty'), findings.filter(({ severity }) => severity === 'error'));
  else clear('broken');
  if (known && version !== known && !broken) {
    notice('changed', t('changed'));
    setTimeout(() => clear('changed'), 6000);
    restart();
  }
  if (!known && state.tree.length === 0) restart();
  known = version;
  state.version = version;
  emit('news');
};

// Half a second after the last change, one sentence for those who hear the page.
let later;
on('settled', ({ about }) => {
  clearTimeout(later);
  clear('refused');
  if (!about) return;
  later = setTimeout(() => {
    const moves = ranking.moves().sort((a, b) => parseInt(a.rank.replace('=', ''), 10) - parseInt(b.rank.replace('=', ''), 10));
    const said = [t('moved', { name: weights.nameOf(about), share: weights.shareOf(about) })];
    if (moves.length === 0) said.push(t('same'));
    else said.push(t('now', { place: moves[0].name, rank: moves[0].rank.replace('=', ''), before: moves[0].home }));
    if (moves.length > 1) said.push(t('others', { n: moves.length - 1 }));
    byId('live').textContent = said.join(' ');
  }, 500);
});
on('current', (yes) => {
  ranking.current(yes);
  if (yes) clear('refused');
});
on('refused', (diagnostics) => notice('refused', t('refused'), diagnostics));
on('done', (text) => {
  notice('done', text);
  setTimeout(() => clear('done'), 4000);
});
on('restart', restart);

byId('lang').addEventListener('click', () => {
  state.settings.lang = state.settings.lang === 'zh' ? 'en' : 'zh';
  speak(state.settings.lang);
  toLink();
  emit('restart');
});
byId('export').addEventListener('change', async ({ target }) => {
  const format = target.value;
  target.value = '';
  if (!format) return;
  await download(format, state.settings).catch((error) => {
    if (error instanceof Refused) emit('refused', error.diagnostics);
  });
});
byId('hold').addEventListener('change', () => weights.refresh());

fromLink();
speak(state.settings.lang);
tabs.start();
follow('/api/events', { news });
