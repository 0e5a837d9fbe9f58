// Draws figures, moves sliders, sorts tables. It shows numbers that the engine has worked out and computes none.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('scripted');
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { figures, sliders, colours, words } = read('report-data');
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  // Light and dark: the system's choice, unless the reader makes one.
  const system = matchMedia('(prefers-color-scheme: dark)');
  const toDark = new Map(colours.map(([light, dark]) => [light, dark]));
  const PAPER = 680;
  let printing = false;
  const isDark = () => !printing && (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const painted = (value) => {
    if (typeof value === 'string') return toDark.get(value) ?? value;
    if (Array.isArray(value)) return value.map(painted);
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, painted(inner)]));
    }
    return value;
  };

  // Figures are drawn when they come into sight, and again when the colours change.
  const drawn = new Set();
  const draw = (plot) => {
    const figure = figures[plot.dataset.figure];
    if (!figure || typeof Plotly === 'undefined') return;
    const { data, layout, config } = isDark() ? painted(figure) : structuredClone(figure);
    delete layout.title;
    // Paper is narrower than most screens, and figures are drawn before it is known how wide they will be.
    if (printing) layout.width = PAPER;
    drawn.add(plot);
    Plotly.react(plot, data, layout, config);
  };
  const redraw = () => drawn.forEach(draw);
  const plots = [...document.querySelectorAll('.plot')];
  const sight = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) {
        sight.unobserve(target);
        draw(target);
      }
    }
  }, { rootMargin: '300px' });
  for (const plot of plots) {
    if (parseFloat(plot.style.height) > 700) plot.classList.add('tall');
    sight.observe(plot);
  }
  system.addEventListener('change', redraw);
  const theme = document.querySelector('.theme');
  theme?.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    theme.setAttribute('aria-pressed', String(isDark()));
    redraw();
  });
  if (theme) theme.setAttribute('aria-pressed', String(isDark()));

  // On paper everything is open and light.
  let closed = [];
  addEventListener('beforeprint', () => {
    printing = true;
    closed = [...document.querySelectorAll('details:not([open])')];
    closed.forEach((details) => { details.open = true; });
    plots.forEach(draw);
  });
  addEventListener('afterprint', () => {
    printing = false;
    closed.forEach((details) => { details.open = false; });
    redraw();
  });

  // A link into a folded part opens it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    target?.querySelector(':scope > details.twin')?.setAttribute('open', '');
    target?.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  if (location.hash) reveal();

  // Pillars or their parts.
  const level = document.querySelector('.level');
  const ranking = document.querySelector('table.ranking');
  level?.addEventListener('click', () => {
    const open = ranking.classList.toggle('leaves');
    level.setAttribute('aria-pressed', String(open));
  });

  // Tables sort by any column; empty cells stay last.
  const number = (text) => {
    const value = parseFloat(text.replace(/^[=<>≥≤~+\s]+/, '').replace(/,/g, ''));
    return Number.isNaN(value) ? null : value;
  };
  const sort = (table, at, head) => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const other of head.parentElement.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const key = (row) => {
      const text = row.children[at].textContent.trim();
      const missing = text === '' || text.startsWith('–');
      return { missing, text, value: head.classList.contains('num') ? number(text) : null };
    };
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, key: key(row) }));
    rows.sort(({ key: a }, { key: b }) => {
      if (a.missing !== b.missing) return a.missing ? 1 : -1;
      const order = a.value !== null && b.value !== null ? a.value - b.value : a.text.localeCompare(b.text);
      return down ? -order : order;
    });
    table.tBodies[0].append(...rows.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll('table')) {
    if (table.tBodies[0].rows.length < 6) continue;
    [...table.tHead.rows[0].children].forEach((head, at) => {
      if (head.classList.contains('bar') || head.textContent === '') return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sort(table, at, head));
    });
  }

  // Sliders: one weight at a time, each position worked out beforehand.
  const form = document.querySelector('form.sliders');
  if (!form || !sliders || !ranking) return;
  const body = ranking.tBodies[0];
  const rows = sliders.places.map((place) => body.querySelector(`tr[data-place="${CSS.escape(place)}"]`));
  const parts = rows.map((row) => [...row.querySelectorAll('.seg:not(.rule)')]);
  const report = rows.map((row, at) => ({
    rank: row.querySelector('.c-rank').textContent,
    score: row.querySelector('.c-score').textContent,
    widths: parts[at].map((part) => part.style.width),
    labels: parts[at].map((part) => part.querySelector('b')?.textContent ?? ''),
  }));
  const reset = form.querySelector('.reset');
  const live = form.querySelector('[aria-live]');
  const inputs = [...form.querySelectorAll('input[type=range]')];
  const plain = (rank) => rank.replace('=', '');
  let shown = null;

  const show = (slider, at) => {
    const [share, ranks, scores, widths] = sliders.sliders[slider].frames[at];
    const now = sliders.sliders[slider].now === at;
    const input = inputs.find((one) => Number(one.dataset.slider) === slider);
    input.setAttribute('aria-valuetext', share);
    form.querySelector(`output[for="${input.id}"]`).textContent = share;
    rows.forEach((row, place) => {
      row.querySelector('.c-score').textContent = now ? report[place].score : scores[place] ?? '–';
      row.querySelector('.c-rank').firstChild.textContent = now ? report[place].rank : ranks[place] ?? '–';
      parts[place].forEach((part, index) => {
        const label = part.querySelector('b');
        part.style.width = now ? report[place].widths[index] : `${(widths[place]?.[part.dataset.slot] ?? 0) / 10}%`;
        if (label) label.textContent = now ? report[place].labels[index] : '';
      });
    });
    ranking.classList.toggle('moved', !now);
    reset.disabled = now;
    shown = { slider, share, ranks, now };
  };

  const settle = () => {
    if (!shown) return;
    const { ranks, now } = shown;
    const rank = (place) => (now ? Number(plain(report[place].rank)) : ranks[place] ?? Infinity);
    const before = new Map(rows.map((row) => [row, row.getBoundingClientRect().top]));
    const order = rows.map((_, place) => place).sort((a, b) => rank(a) - rank(b) || a - b);
    body.append(...order.map((place) => rows[place]));
    const moves = [];
    rows.forEach((row, place) => {
      row.querySelector('.move')?.remove();
      const was = Number(plain(report[place].rank));
      if (now || rank(place) === was) return;
      const up = rank(place) < was;
      const mark = document.createElement('span');
      mark.className = `move ${up ? 'up' : 'down'}`;
      mark.textContent = `${up ? '▲' : '▼'} ${Math.abs(was - rank(place))}`;
      row.querySelector('.c-rank').append(mark);
      moves.push({ place, now: rank(place), was });
    });
    if (!still.matches) {
      for (const [row, top] of before) {
        const by = top - row.getBoundingClientRect().top;
        if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration: 300, easing: 'ease-out' });
      }
    }
    announce(moves);
  };

  let later;
  const announce = (moves) => {
    clearTimeout(later);
    later = setTimeout(() => {
      const name = (place) => rows[place].querySelector('th').textContent;
      moves.sort((a, b) => a.now - b.now);
      const said = [say(words.moved, { weight: sliders.sliders[shown.slider].name, share: shown.share })];
      if (moves.length === 0) said.push(words.same);
      else said.push(say(words.now, { place: name(moves[0].place), rank: moves[0].now, before: moves[0].was }));
      if (moves.length > 1) said.push(say(words.others, { n: moves.length - 1 }));
      live.textContent = said.join(' ');
    }, 500);
  };

  const home = (except) => {
    for (const input of inputs) {
      const at = Number(input.dataset.slider);
      const { now, frames } = sliders.sliders[at];
      if (at === except || Number(input.value) === now) continue;
      input.value = now;
      input.setAttribute('aria-valuetext', frames[now][0]);
      form.querySelector(`output[for="${input.id}"]`).textContent = frames[now][0];
    }
  };
  form.addEventListener('input', ({ target }) => {
    const slider = Number(target.dataset.slider);
    home(slider);
    show(slider, Number(target.value));
  });
  form.addEventListener('change', settle);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    if (!shown) return;
    const { slider } = shown;
    home(-1);
    show(slider, sliders.sliders[slider].now);
    settle();
  });
})();
