// What every page does with its figures and tables: draws, paints light or dark, sorts, prints, follows
// links into folded parts. It shows numbers that the engine has worked out and computes none.
const exacityPage = (() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('scripted');
  let figures = {};
  let toDark = new Map();

  // Light and dark: the system's choice, unless the reader makes one.
  const system = matchMedia('(prefers-color-scheme: dark)');
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
  const sight = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) {
        sight.unobserve(target);
        draw(target);
      }
    }
  }, { rootMargin: '300px' });
  const plotsOf = (part) => [...part.querySelectorAll('.plot')];
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
    plotsOf(document).forEach(draw);
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
  const sortable = (table) => {
    if (table.tBodies[0].rows.length < 6) return;
    [...table.tHead.rows[0].children].forEach((head, at) => {
      if (head.classList.contains('bar') || head.textContent === '') return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sort(table, at, head));
    });
  };

  return {
    // Takes over figures by id, and what each light colour is in the dark.
    take(data) {
      figures = { ...figures, ...data.figures };
      if (data.colours) toDark = new Map(data.colours);
    },
    // Brings a part of the page to life.
    arrive(part) {
      for (const plot of plotsOf(part)) {
        if (parseFloat(plot.style.height) > 700) plot.classList.add('tall');
        sight.observe(plot);
      }
      part.querySelectorAll('table').forEach(sortable);
    },
    // Lets go of a part that leaves the page.
    leave(part) {
      for (const plot of plotsOf(part)) {
        sight.unobserve(plot);
        if (drawn.delete(plot)) Plotly.purge(plot);
      }
    },
    reveal() {
      if (location.hash) reveal();
    },
  };
})();
