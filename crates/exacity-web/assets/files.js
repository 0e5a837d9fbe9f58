// The project's files under one's hands: findings at their line, tests, the ranking that a rule would give.
import { file as load, get, post, put, Refused } from './api.js';
import { findings } from './notice.js';
import { emit, on, setting, state } from './state.js';
import { isOpen } from './tabs.js';
import { t } from './words.js';

const byId = (id) => document.getElementById(id);
const [select, text, gutter, verdict, conflict] = ['file', 'text', 'gutter', 'verdict', 'conflict'].map(byId);
const [saveButton, useButton] = ['file-save', 'file-use'].map(byId);
let path = '';
let tag = null;
let onDisk = '';
let seq = 0;

const dirty = () => text.value !== onDisk;

const element = (kind, content, className = '') => {
  const made = document.createElement(kind);
  made.textContent = content;
  if (className) made.className = className;
  return made;
};

// Line numbers, marked where something was found; they scroll with the text.
let marks = new Map();
const number = () => {
  const lines = text.value.split('\n').length;
  const all = Array.from({ length: lines }, (_, at) => {
    const line = element('span', `${at + 1}\n`);
    if (marks.has(at + 1)) line.className = marks.get(at + 1);
    return line;
  });
  gutter.replaceChildren(...all);
  gutter.scrollTop = text.scrollTop;
};
text.addEventListener('scroll', () => { gutter.scrollTop = text.scrollTop; });

const go = ({ line, column = 1, file }) => {
  if (file && file !== path) {
    select.value = file;
    openFile(file).then(() => go({ line, column }));
    return;
  }
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0));
  text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
};

const tests = ({ path: file, outcomes }) => {
  const failed = outcomes.filter((one) => one.failure);
  const head = element('h3', [t('passed', { n: outcomes.length - failed.length }), ...(failed.length ? [t('failed', { n: failed.length })] : [])].join(', '));
  const list = document.createElement('ul');
  list.className = 'tests';
  for (const one of outcomes) {
    const item = element('li', `${one.failure ? '✗' : '✓'} ${one.name}`, one.failure ? 'error' : 'fine');
    if (one.failure) {
      item.append(element('div', one.failure, 'help'));
      const button = element('button', t('line', { n: one.line }));
      button.type = 'button';
      button.addEventListener('click', () => go({ line: one.line, file }));
      item.append(button);
    }
    list.append(item);
  }
  return [head, list];
};

const preview = (rows, [n, of]) => {
  const list = document.createElement('ol');
  list.className = 'preview';
  for (const row of rows) list.append(element('li', `${row.rank}  ${row.name}  ${row.score}`));
  return [element('h3', t('preview')), element('p', t('judges', { n, of }), 'note'), list];
};

const check = async () => {
  const mine = ++seq;
  const settings = { ...state.settings, shares: {} };
  const answer = await post('/api/check', { path, text: text.value, settings }).catch((error) => {
    if (!(error instanceof Refused)) throw error;
    return { diagnostics: error.diagnostics };
  });
  if (mine !== seq) return;
  const found = answer.diagnostics;
  marks = new Map();
  for (const one of found) if (one.file === path && one.line && marks.get(one.line) !== 'error') marks.set(one.line, one.severity);
  number();
  const parts = [found.length ? findings(found, go) : element('p', t('fine'), 'fine')];
  if (answer.tests) parts.push(...tests(answer.tests));
  if (answer.preview) parts.push(...preview(answer.preview, answer.judged));
  verdict.replaceChildren(...parts);
};

let later;
text.addEventListener('input', () => {
  number();
  saveButton.disabled = !dirty() || !state.writable;
  clearTimeout(later);
  later = setTimeout(check, 350);
});
// Tab leaves the field, as everywhere; so nobody is caught in it.

const show = (content, mark) => {
  [text.value, onDisk, tag] = [content, content, mark];
  conflict.hidden = true;
  saveButton.disabled = true;
  marks = new Map();
  number();
  check();
};

const openFile = async (wanted) => {
  path = wanted;
  useButton.hidden = !/^rules\/[^/]+\.rhai$/.test(path);
  const { text: content, tag: mark } = await load(path);
  show(content, mark);
};

const list = async () => {
  const { files, writable } = await get('/api/files');
  state.writable = writable;
  text.readOnly = !writable;
  select.replaceChildren(...files.map((one) => new Option(one, one)));
  const chosen = files.includes(path) ? path : files.find((one) => one.endsWith('.rhai')) ?? files[0];
  if (!chosen) return;
  select.value = chosen;
  if (chosen !== path) await openFile(chosen);
};

// Somebody else wrote the file: both texts are shown, and the planner says which one stays.
const clash = async (diagnostics) => {
  const theirs = await load(path).catch(() => ({ text: '', tag: null }));
  const take = element('button', t('take'));
  const keep = element('button', t('mine'));
  for (const button of [take, keep]) button.type = 'button';
  take.addEventListener('click', () => show(theirs.text, theirs.tag));
  keep.addEventListener('click', () => {
    tag = theirs.tag;
    conflict.hidden = true;
    save();
  });
  const old = element('pre', theirs.text);
  old.tabIndex = 0;
  conflict.className = 'notice refused';
  conflict.replaceChildren(findings(diagnostics), element('h3', t('theirs')), old, take, ' ', keep);
  conflict.hidden = false;
};

const save = async () => {
  try {
    tag = await put(path, text.value, tag);
    onDisk = text.value;
    saveButton.disabled = true;
    emit('done', t('saved', { path }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 412) clash(error.diagnostics);
    else verdict.replaceChildren(findings(error.diagnostics, go));
  }
};

select.addEventListener('change', () => openFile(select.value));
saveButton.addEventListener('click', save);
byId('file-load').addEventListener('click', () => openFile(path));
useButton.addEventListener('click', () => {
  setting('scoring.strategy', path);
  emit('restart');
});
byId('new-file').addEventListener('submit', async (event) => {
  event.preventDefault();
  const name = byId('new-file-name').value;
  if (!name) return;
  const wanted = `rules/${name}.rhai`;
  const first = state.tree.find(({ depth }) => depth === 0)?.id.replaceAll('.', '_') ?? 'x';
  const start = `// What the rule is for, and who decided it.

fn meta() {
    #{ title: "${name}", version: 1, params: #{} }
}

fn score(part) {
    part.${first}
}
`;
  try {
    await put(wanted, start, null);
    byId('new-file-name').value = '';
    path = wanted;
    await list();
    select.value = wanted;
    await openFile(wanted);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    verdict.replaceChildren(findings(error.diagnostics));
  }
});

on('open-rules', list);
// A file that changed on disk is shown as it is now, unless somebody is writing in it.
on('news', async () => {
  if (!isOpen('rules') || !path) return;
  const now = await load(path).catch(() => null);
  if (!now || now.tag === tag) return;
  if (dirty()) clash([{ code: 'E0707', severity: 'warning', message: `\`${path}\` changed on disk` }]);
  else show(now.text, now.tag);
});
