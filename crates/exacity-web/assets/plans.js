// Plans: chosen, changed, solved, stopped.
import { get, post, Refused } from './api.js';
import { findings } from './notice.js';
import { Run } from './runs.js';
import { on } from './state.js';
import { mount } from './views.js';
import { t } from './words.js';

const byId = (id) => document.getElementById(id);
const [path, scenario, stop] = ['plan-path', 'plan-scenario', 'plan-stop'].map(byId);
const [progress, result, about] = ['plan-progress', 'plan-result', 'plan-about'].map(byId);
const run = new Run();
let plans = [];

const name = (file) => file.split('/').at(-1).replace(/\.(toml|json)$/, '');

const choose = () => {
  const plan = plans.find((one) => one.path === path.value);
  const scenarios = plan?.scenarios ?? [];
  scenario.replaceChildren(new Option(t('plan-itself'), ''), ...scenarios.map((one) => new Option(one.name, one.name)));
  about.textContent = plan?.about ?? '';
  progress.replaceChildren(...(plan?.diagnostics ? [findings(plan.diagnostics)] : []));
};

const list = async () => {
  const chosen = path.value;
  plans = (await get('/api/plans').catch(() => ({ plans: [] }))).plans;
  path.replaceChildren(...plans.map((one) => new Option(one.title ? `${name(one.path)}: ${one.title}` : name(one.path), one.path)));
  if (plans.some((one) => one.path === chosen)) path.value = chosen;
  byId('plan').querySelector('[type=submit]').disabled = plans.length === 0;
  if (plans.length === 0) about.textContent = t('no-plans');
  else choose();
};

const say = (text) => {
  const line = document.createElement('p');
  line.textContent = text;
  progress.replaceChildren(document.createElement('progress'), line);
  progress.firstChild.setAttribute('aria-label', text);
};

path.addEventListener('change', choose);
scenario.addEventListener('change', () => {
  const plan = plans.find((one) => one.path === path.value);
  const one = plan?.scenarios.find(({ name: known }) => known === scenario.value);
  about.textContent = one ? `${one.because} ${one.changes.join(', ')}` : plan?.about ?? '';
});
stop.addEventListener('click', () => run.ask());

byId('plan').addEventListener('submit', async (event) => {
  event.preventDefault();
  const sets = byId('plan-sets').value.split('\n').map((line) => line.trim()).filter(Boolean);
  try {
    const further = byId('plan-further').checked;
    const started = await post('/api/plans', { path: path.value, scenario: scenario.value || null, sets, further });
    let doing = null;
    stop.disabled = false;
    say(t('searching'));
    run.follow(started.run, {
      progress: (told) => {
        doing = told.doing ?? doing;
        if (doing) say(t(doing));
        else say(told.gap ? t('gap', { gap: told.gap }) : t('searching'));
      },
      partial: (data) => mount(result, data, 'p-'),
      result: (data) => {
        stop.disabled = true;
        progress.replaceChildren();
        mount(result, data, 'p-');
      },
      failed: ({ diagnostics }) => {
        stop.disabled = true;
        progress.replaceChildren(findings(diagnostics));
      },
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    progress.replaceChildren(findings(error.diagnostics));
  }
});

on('open-plans', list);
