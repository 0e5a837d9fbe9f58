// The ranking as a table with bars. Rows are kept by place and only changed where something changed; of a
// long ranking only the rows in sight exist.
import { on, emit, state } from './state.js';
import { t } from './words.js';

const WHOLE = 200;
const WINDOW = 60;
const still = matchMedia('(prefers-reduced-motion: reduce)');
const rows = new Map();
let table;
let body;
let above;
let below;
let scroller;
let order = [];
let total = 0;
let first = 0;
let height = 40;

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const heads = [['c-rank num', 'rank'], ['word', 'place'], ['num c-score', 'score'], ['bar', 'bar'], ['num minor', 'ranges']];

// The table is made once for a language: a project that is read anew changes its rows, not the table.
export const build = () => {
  if (table?.lang === document.documentElement.lang) return;
  rows.clear();
  order = [];
  const row = element('tr', {}, ...heads.map(([kind, key]) => {
    const text = key === 'bar' ? element('span', { class: 'vh' }, t(key)) : t(key);
    return element('th', { scope: 'col', class: kind }, text);
  }));
  body = element('tbody');
  const spacer = () => element('tr', { class: 'spacer', 'aria-hidden': 'true' }, element('td', { colspan: heads.length }));
  [above, below] = [spacer(), spacer()];
  table = element('table', { class: 'ranking live' }, element('caption', { class: 'vh' }, t('ranking')), element('thead', {}, row), body);
  table.lang = document.documentElement.lang;
  scroller = element('div', { class: 'scroll live-scroll', tabindex: '0', role: 'group', 'aria-label': t('ranking') }, table);
  scroller.addEventListener('scroll', scrolled, { passive: true });
  document.getElementById('table').replaceChildren(scroller);
};

const make = (id) => {
  const button = element('button', { type: 'button', class: 'place' });
  const other = element('span', { class: 'other' });
  const made = {
    rank: element('span'),
    move: element('span', { class: 'move' }),
    button,
    other,
    score: element('td', { class: 'num c-score' }),
    stack: element('span', { class: 'stack', 'aria-hidden': 'true' }),
    said: element('span', { class: 'vh' }),
    range: element('td', { class: 'num minor' }),
    parts: [],
  };
  made.row = element('tr', { 'data-place': id }, element('td', { class: 'c-rank num' }, made.rank, made.move),
    element('th', { scope: 'row' }, button, ' ', other), made.score, element('td', { class: 'bar' }, made.stack, made.said), made.range);
  button.addEventListener('click', () => emit('place', id));
  rows.set(id, made);
  return made;
};

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const bar = (made, parts) => {
  while (made.parts.length > parts.length) made.parts.pop().segment.remove();
  while (made.parts.length < parts.length) {
    const label = element('b');
    const segment = element('span', {}, label);
    made.stack.append(segment);
    made.parts.push({ segment, label });
  }
  parts.forEach(([slot, width, label, title, rule], at) => {
    const { segment, label: shown } = made.parts[at];
    const kind = rule ? 'seg rule' : `seg s${slot % 8}`;
    if (segment.className !== kind) segment.className = kind;
    segment.style.width = `${Math.abs(width) / 10}%`;
    segment.style.marginLeft = width < 0 ? `${width / 10}%` : '';
    segment.title = title;
    write(shown, label);
  });
  write(made.said, parts.map((part) => part[3]).join(', '));
};

const show = (data) => {
  const made = rows.get(data.id) ?? make(data.id);
  made.data = { ...made.data, ...data };
  write(made.rank, data.rank ?? '–');
  write(made.score, data.score ?? '–');
  if (data.name !== undefined) {
    write(made.button, data.name);
    write(made.other, data.other ?? '');
    made.other.lang = state.settings.lang === 'zh' ? 'en' : 'zh-CN';
    state.names.set(data.id, data.name);
  }
  write(made.range, data.range ?? '');
  const by = data.move;
  made.move.className = by ? `move ${by > 0 ? 'up' : 'down'}` : 'move';
  write(made.move, by ? `${by > 0 ? '▲' : '▼'} ${Math.abs(by)}` : '');
  bar(made, data.parts);
  return made;
};

// While something is dragged: numbers and bars follow, rows stay.
export const follow = (answer) => answer.rows.forEach(show);

// Places in sight, in the order on screen.
export const inSight = () => order;

// Positions that the page wants.
export const wanted = () => (total <= WHOLE ? [0, WHOLE] : [first, first + WINDOW]);

const holds = () => document.getElementById('hold').checked && total <= WHOLE;

// Once it is let go: rows take their places.
export const settle = (answer) => {
  total = answer.total;
  const ids = answer.rows.map(({ id }) => id);
  const before = still.matches ? null : new Map(order.map((id) => [id, rows.get(id)?.row.getBoundingClientRect().top]));
  const made = answer.rows.map(show);
  if (holds() && order.length > 0) {
    const fresh = ids.filter((id) => !order.includes(id));
    order = [...order, ...fresh];
    for (const id of order.filter((known) => !ids.includes(known))) show({ id, rank: null, score: null, parts: [], move: 0 });
  } else {
    order = ids;
  }
  const windowed = total > WHOLE;
  const shown = order.map((id) => rows.get(id).row);
  body.replaceChildren(...(windowed ? [above, ...shown, below] : shown));
  if (windowed) space(made);
  else order.forEach((id, at) => rows.get(id).row.removeAttribute('aria-rowindex'));
  if (before) slide(before);
  table.classList.toggle('windowed', windowed);
  const count = document.getElementById('count');
  if (windowed) count.textContent = t('count', { shown: order.length, n: total });
  else count.textContent = total === 0 ? t(state.ranks === false ? 'unranked' : 'nobody') : '';
  for (const id of [...rows.keys()]) if (!order.includes(id)) rows.delete(id);
};

const space = (made) => {
  height = made[0]?.row.offsetHeight || height;
  above.firstChild.style.height = `${first * height}px`;
  below.firstChild.style.height = `${Math.max(0, total - first - made.length) * height}px`;
  table.setAttribute('aria-rowcount', String(total + 1));
  made.forEach(({ row }, at) => row.setAttribute('aria-rowindex', String(first + at + 2)));
};

const scrolled = () => {
  if (total <= WHOLE) return;
  const at = Math.max(0, Math.min(total - WINDOW, Math.floor(scroller.scrollTop / height) - 20));
  if (Math.abs(at - first) < 10) return;
  first = at;
  emit('rows');
};

const slide = (before) => {
  const tops = order.map((id) => rows.get(id).row.getBoundingClientRect().top);
  order.forEach((id, at) => {
    const was = before.get(id);
    if (was === undefined || was === tops[at]) return;
    const seen = Math.min(was, tops[at]) < innerHeight && Math.max(was, tops[at]) > 0;
    if (seen) rows.get(id).row.animate([{ transform: `translateY(${was - tops[at]}px)` }, { transform: 'none' }], { duration: 300, easing: 'ease-out' });
  });
};

// What changed, for those who hear the page: the best-placed move first.
export const moves = () => order.map((id) => rows.get(id).data).filter((data) => data.move && data.rank);

export const current = (yes) => table.classList.toggle('stale', !yes);

on('restart', () => { first = 0; });
