// What is on screen, in one place, and who wants to know when it changes.

export const state = {
  settings: { profile: null, sets: [], shares: {}, lang: 'en' },
  version: 0,
  broken: false,
  writable: false,
  set: '',
  tree: [],
  names: new Map(),
};

const listeners = new Map();
export const on = (event, listener) => {
  if (!listeners.has(event)) listeners.set(event, []);
  listeners.get(event).push(listener);
};
export const emit = (event, data) => (listeners.get(event) ?? []).forEach((listener) => listener(data));

// The settings without the language: what a result was worked out for.
export const mark = () => JSON.stringify([state.settings.profile, state.settings.sets, state.settings.shares]);

// The link holds what is on screen, so that it can be kept and sent to oneself.
export const toLink = () => {
  const { profile, sets, shares, lang } = state.settings;
  const plain = !profile && sets.length === 0 && Object.keys(shares).length === 0 && lang === 'en';
  history.replaceState(null, '', plain ? '/' : `/?s=${encodeURIComponent(JSON.stringify(state.settings))}`);
};
export const fromLink = () => {
  try {
    const { profile = null, sets = [], shares = {}, lang = 'en' } = JSON.parse(new URLSearchParams(location.search).get('s') ?? '{}');
    Object.assign(state.settings, { profile, sets, shares, lang: lang === 'zh' ? 'zh' : 'en' });
  } catch {
    // A link that was cut off opens the project as it is.
  }
};

// Sets or clears one setting; other settings stay in their order.
export const setting = (path, value) => {
  const rest = state.settings.sets.filter((set) => !set.startsWith(`${path}=`));
  state.settings.sets = value === null ? rest : [...rest, `${path}=${JSON.stringify(value)}`];
};
