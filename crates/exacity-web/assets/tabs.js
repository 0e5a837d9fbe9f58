// The parts of the page, one in sight; arrows move between them as in any list of tabs.
import { emit } from './state.js';

const tabs = [...document.querySelectorAll('[role=tab]')];

export const open = (id) => {
  for (const tab of tabs) {
    const chosen = tab.id === `t-${id}`;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = !chosen;
  }
  emit(`open-${id}`);
};

export const isOpen = (id) => !document.getElementById(`p-${id}`).hidden;

export const start = () => {
  tabs.forEach((tab, at) => {
    const id = tab.id.slice(2);
    tab.addEventListener('click', () => open(id));
    tab.addEventListener('keydown', ({ key }) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[key];
      if (to === undefined) return;
      const next = tabs[(to + tabs.length) % tabs.length];
      open(next.id.slice(2));
      next.focus();
    });
  });
};
