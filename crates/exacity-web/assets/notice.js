// Messages: what is wrong and what to do about it, in the words of the engine.
import { t } from './words.js';

const element = (tag, text, kind = '') => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
};

const place = ({ file, line }) => (file ? `${file}${line ? `:${line}` : ''}` : '');

// Findings as a list; a finding with a line calls `go` with it.
export const findings = (all, go) => {
  const list = document.createElement('ul');
  list.className = 'findings';
  for (const one of all) {
    const item = document.createElement('li');
    item.className = one.severity ?? 'error';
    const head = element('span', `${one.severity ?? 'error'}[${one.code}] `, 'code');
    const where = place(one);
    item.append(head, element('span', one.message));
    if (go && one.line) {
      const button = element('button', t('line', { n: one.line }));
      button.type = 'button';
      button.addEventListener('click', () => go(one));
      item.append(' ', button);
    } else if (where) {
      item.append(' ', element('span', where, 'where'));
    }
    for (const help of [...(one.help ?? []), ...(one.notes ?? [])]) item.append(element('div', help, 'help'));
    list.append(item);
  }
  return list;
};

// The one message above the page; more important ones push others away.
const box = document.getElementById('notice');
const RANK = ['changed', 'done', 'refused', 'broken', 'gone', 'locked'];
let kind = null;

export const notice = (wanted, text, all = []) => {
  if (kind && RANK.indexOf(kind) > RANK.indexOf(wanted)) return;
  kind = wanted;
  box.className = `notice ${wanted}`;
  box.replaceChildren(element('p', text), ...(all.length ? [findings(all.slice(0, 8))] : []));
  box.hidden = false;
};

export const clear = (...kinds) => {
  if (!kinds.includes(kind)) return;
  kind = null;
  box.hidden = true;
};
