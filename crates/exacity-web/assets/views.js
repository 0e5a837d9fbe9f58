// Parts of a report that the server has written: put in place, brought to life, taken away again.
import { post, Refused } from './api.js';
import { findings } from './notice.js';
import { mark, on, state } from './state.js';
import { isOpen } from './tabs.js';

/* global exacityPage */

// Several parts of the page may be about the same place: each gets ids of its own.
const rename = (content, prefix) => {
  const lists = ['aria-labelledby', 'aria-describedby'];
  for (const node of content.querySelectorAll('*')) {
    if (node.id) node.id = prefix + node.id;
    if (node.htmlFor) node.htmlFor = prefix + node.htmlFor;
    if (node.dataset.figure) node.dataset.figure = prefix + node.dataset.figure;
    const link = node.getAttribute('href');
    if (link?.startsWith('#')) node.setAttribute('href', `#${prefix}${link.slice(1)}`);
    for (const name of lists) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.split(' ').map((id) => prefix + id).join(' '));
    }
  }
};

// There is one heading of the first level on the page.
const demote = (content) => {
  for (const head of content.querySelectorAll('h1')) {
    const made = document.createElement('h2');
    made.append(...head.childNodes);
    head.replaceWith(made);
  }
};

export const mount = (into, { header = '', main, footer = '', data }, prefix) => {
  exacityPage.leave(into);
  const template = document.createElement('template');
  // Written by the server's own writer, which escapes every text; and no script runs from here.
  template.innerHTML = header + main + footer;
  rename(template.content, prefix);
  demote(template.content);
  for (const part of template.content.querySelectorAll('footer, header')) part.replaceWith(...part.childNodes);
  const figures = Object.fromEntries(Object.entries(data.figures).map(([id, figure]) => [prefix + id, figure]));
  exacityPage.take({ figures, colours: data.colours });
  into.replaceChildren(template.content);
  exacityPage.arrive(into);
};

// Everything else: fetched when somebody looks at it, and again when the settings have changed.
let shown = '';
const rest = document.getElementById('rest');
const show = async () => {
  const asked = `${mark()} ${state.version} ${state.settings.lang}`;
  if (!isOpen('report') || asked === shown) return;
  const view = await post('/api/view', { settings: state.settings }).catch(() => null);
  if (!view) return;
  shown = asked;
  mount(rest, view, 'r-');
};
on('open-report', show);
on('settled', show);

// One place: why it stands where it stands, and what separates it from any other.
const dialog = document.getElementById('place');
const other = document.getElementById('other');
let place = null;
let opener = null;
const against = async () => {
  const why = document.getElementById('why');
  if (!other.value) {
    why.replaceChildren();
    return;
  }
  try {
    mount(why, await post('/api/why', { settings: state.settings, a: place, b: other.value }), 'y-');
  } catch (error) {
    if (error instanceof Refused) why.replaceChildren(findings(error.diagnostics));
  }
};
on('place', async (id) => {
  place = id;
  opener = document.activeElement;
  const brief = document.getElementById('brief');
  try {
    mount(brief, { ...await post('/api/place', { settings: state.settings, place: id }), header: '', footer: '' }, 'd-');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    brief.replaceChildren(findings(error.diagnostics));
  }
  document.getElementById('place-title').textContent = state.names.get(id) ?? id;
  const choices = [...state.names].filter(([known]) => known !== id);
  other.replaceChildren(new Option('–', ''), ...choices.map(([known, name]) => new Option(name, known)));
  document.getElementById('why').replaceChildren();
  dialog.showModal();
});
other.addEventListener('change', against);
document.getElementById('place-close').addEventListener('click', () => dialog.close());
dialog.addEventListener('close', () => opener?.focus());
