// The tree of weights. The page says what was moved and what is locked; the engine says what the weights are.
import { post, Refused } from './api.js';
import * as ranking from './ranking.js';
import { emit, mark, on, state, toLink } from './state.js';
import { t } from './words.js';

const controls = new Map();
const locks = new Set();
let from = null;
let under = false;
let next = null;
let seq = 0;
let shown = 0;

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const control = ({ id, name, depth, slot }) => {
  const key = `w-${id.replace(/\W/g, '-')}`;
  const range = element('input', { type: 'range', id: key, min: '0', max: '100', step: '1', 'data-weight': id, 'aria-describedby': `${key}-band` });
  const number = element('input', { type: 'number', min: '0', max: '100', step: 'any', inputmode: 'decimal', 'aria-label': t('weight', { name }) });
  const lock = element('button', { type: 'button', class: 'lock', 'aria-pressed': 'false', 'aria-label': t('lock', { name }) });
  const band = element('span', { id: `${key}-band`, class: 'band' });
  const swatch = element('span', { class: `swatch s${(slot ?? 0) % 8}` });
  const box = element('div', { class: 'slider' }, element('label', { for: key }, depth === 0 ? swatch : '', name),
    element('span', { class: 'amount' }, number, ' %'), lock, element('span', { class: 'track' }, range), band);
  range.addEventListener('input', () => move(id, range.valueAsNumber, false));
  range.addEventListener('change', () => move(id, range.valueAsNumber, true));
  number.addEventListener('change', () => { if (number.value !== '') move(id, number.valueAsNumber, true); });
  lock.addEventListener('click', () => {
    if (!locks.delete(id)) locks.add(id);
    lock.setAttribute('aria-pressed', String(locks.has(id)));
  });
  controls.set(id, { range, number, lock, band, box, name });
  return box;
};

// Builds the tree: a pillar, and what is below it on request.
export const build = (tree) => {
  controls.clear();
  const list = document.getElementById('tree');
  const made = [];
  let inner = null;
  for (const one of tree) {
    const item = element('li', {}, control(one));
    if (one.depth === 0 || made.length === 0) {
      made.push(item);
      inner = null;
    } else {
      if (!inner) {
        inner = element('ul');
        const summary = element('summary');
        made.at(-1).append(element('details', { 'data-name': made.at(-1).querySelector('label').textContent }, summary, inner));
      }
      inner.append(item);
      const { name } = inner.parentElement.dataset;
      inner.previousSibling.textContent = t('inside', { n: inner.children.length, name });
    }
  }
  list.replaceChildren(...made);
  for (const id of [...locks]) if (!controls.has(id)) locks.delete(id);
  for (const id of locks) controls.get(id).lock.setAttribute('aria-pressed', 'true');
  const legend = document.getElementById('legend');
  legend.replaceChildren(...tree.filter(({ depth }) => depth === 0)
    .map(({ name, slot }) => element('li', {}, element('span', { class: `swatch s${(slot ?? 0) % 8}` }), name)));
};

const showWeights = (weights) => {
  for (const [id, [number, said]] of Object.entries(weights)) {
    const one = controls.get(id);
    if (!one) continue;
    if (document.activeElement !== one.range || one.range.valueAsNumber !== Math.round(number)) one.range.value = number;
    one.range.setAttribute('aria-valuetext', said);
    if (document.activeElement !== one.number || next === null) one.number.value = number;
  }
  document.getElementById('toml').textContent = Object.entries(weights)
    .map(([id, [number]]) => `${id.includes('.') ? JSON.stringify(id) : id} = ${number}`).join('\n');
};

// Every move starts from the weights at the start of the drag, so that going there and back changes nothing.
const move = (id, to, last) => {
  from ??= { ...state.settings.shares };
  ask({ shares: from, moved: { id, to }, locks: [...locks], last, about: id });
};

// One request is under way at most; what is wished meanwhile overwrites what is sent next.
export const ask = (wish) => {
  if (next?.last && !wish.last) return;
  next = wish;
  if (!under) send();
};

const send = async () => {
  const wish = next;
  next = null;
  under = true;
  seq += 1;
  const asked = {
    seq,
    settings: { ...state.settings, shares: wish.shares },
    ...(wish.moved ? { moved: wish.moved, locks: wish.locks } : {}),
    ...(wish.equal ? { equal: true } : {}),
    ...(wish.last ? { window: ranking.wanted() } : { rows: ranking.inSight() }),
  };
  try {
    const answer = await post('/api/whatif', asked);
    if (answer.seq > shown) take(answer, wish);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (wish.last) from = null;
    if (error.status) refuse(error);
  } finally {
    under = false;
    if (next) send();
  }
};

const take = (answer, wish) => {
  shown = answer.seq;
  showWeights(answer.weights);
  emit('current', true);
  if (!wish.last) {
    ranking.follow(answer);
    return;
  }
  from = null;
  state.settings.shares = answer.shares;
  state.set = answer.set;
  state.version = answer.version;
  ranking.settle(answer);
  toLink();
  emit('settled', { about: wish.about });
};

// Settings that cannot be: the last valid ranking stays, marked; the sliders go back to it.
const refuse = (error) => {
  emit('current', false);
  emit('refused', error.diagnostics);
};

// Asks again for what is on screen.
export const refresh = (about) => ask({ shares: state.settings.shares, last: true, about });

let drawn = '';
const bands = async () => {
  const asked = mark();
  if (asked === drawn) return;
  const answer = await post('/api/stability', { settings: state.settings }).catch(() => null);
  if (!answer || asked !== mark()) return;
  drawn = asked;
  for (const [id, one] of controls) {
    const band = answer.bands[id];
    one.box.classList.toggle('banded', Boolean(band));
    if (!band) {
      one.band.textContent = '';
      continue;
    }
    const [low, high, saidLow, saidHigh] = band.first;
    one.box.style.setProperty('--from', `${low}%`);
    one.box.style.setProperty('--to', `${high}%`);
    one.band.textContent = t('stays', { from: saidLow, to: saidHigh }) + (band.exact ? '' : ` (${t('searched')})`);
  }
};

let later;
on('settled', () => {
  clearTimeout(later);
  later = setTimeout(bands, 150);
});
on('restart', () => { drawn = ''; });
on('rows', () => refresh());

export const nameOf = (id) => controls.get(id)?.name ?? '';
export const shareOf = (id) => controls.get(id)?.range.getAttribute('aria-valuetext') ?? '';
