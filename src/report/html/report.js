// The report: its figures and tables, and sliders over rankings that were worked out beforehand.
(() => {
  'use strict';
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const { sliders, words } = data;
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  exacityPage.take(data);
  exacityPage.arrive(document);
  exacityPage.reveal();

  // Pillars or their parts.
  const level = document.querySelector('.level');
  const ranking = document.querySelector('table.ranking');
  level?.addEventListener('click', () => {
    const open = ranking.classList.toggle('leaves');
    level.setAttribute('aria-pressed', String(open));
  });

  // Sliders: one weight at a time, each position worked out beforehand.
  const form = document.querySelector('form.sliders');
  if (!form || !sliders || !ranking) return;
  const body = ranking.tBodies[0];
  const rows = sliders.places.map((place) => body.querySelector(`tr[data-place="${CSS.escape(place)}"]`));
  const parts = rows.map((row) => [...row.querySelectorAll('.seg:not(.rule)')]);
  const labels = parts.map((all) => all.map((part) => part.querySelector('b')));
  const cells = rows.map((row) => ({ rank: row.querySelector('.c-rank'), score: row.querySelector('.c-score') }));
  const report = rows.map((row, at) => ({
    rank: cells[at].rank.textContent,
    score: cells[at].score.textContent,
    widths: parts[at].map((part) => part.style.width),
    labels: labels[at].map((label) => label?.textContent ?? ''),
  }));
  const reset = form.querySelector('.reset');
  const live = form.querySelector('[aria-live]');
  const inputs = [...form.querySelectorAll('input[type=range]')];
  const plain = (rank) => rank.replace('=', '');
  let shown = null;

  // While weights move, columns keep their widths: measuring every cell anew takes most of a frame.
  const heads = [...ranking.tHead.rows[0].cells];
  let firm = false;
  const hold = () => {
    if (firm) return;
    const widths = heads.map((head) => head.getBoundingClientRect().width);
    heads.forEach((head, at) => { head.style.width = `${widths[at]}px`; });
    ranking.style.tableLayout = 'fixed';
    firm = true;
  };
  addEventListener('resize', () => {
    if (!firm) return;
    heads.forEach((head) => { head.style.width = ''; });
    ranking.style.tableLayout = '';
    firm = false;
  });

  const show = (slider, at) => {
    hold();
    const [share, ranks, scores, widths] = sliders.sliders[slider].frames[at];
    const now = sliders.sliders[slider].now === at;
    const input = inputs.find((one) => Number(one.dataset.slider) === slider);
    input.setAttribute('aria-valuetext', share);
    form.querySelector(`output[for="${input.id}"]`).textContent = share;
    cells.forEach(({ rank, score }, place) => {
      score.textContent = now ? report[place].score : scores[place] ?? '–';
      rank.firstChild.textContent = now ? report[place].rank : ranks[place] ?? '–';
      parts[place].forEach((part, index) => {
        const label = labels[place][index];
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
    const tops = () => rows.map((row) => row.getBoundingClientRect().top);
    const before = still.matches ? [] : tops();
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
      // All places are read before the first row is set in motion: otherwise each would be laid out anew.
      tops().forEach((top, place) => {
        const by = before[place] - top;
        const seen = Math.min(top, before[place]) < innerHeight && Math.max(top, before[place]) > 0;
        if (by && seen) rows[place].animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration: 300, easing: 'ease-out' });
      });
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
