// The report as a reader has it: one file, opened from disk.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { check, drawAll, end, expected, folder, median, openFile, picture, pictures, rank as ranked, root, run, shown, start, violations } from './common.mjs';

const rank = (...args) => ranked(root, ...args);
const file = (lang) => join(folder, `report-${lang}.html`);

const open = (options = {}, lang = 'en') => openFile(file(lang), options);

const onScreen = (page) => page.$$eval('table.ranking tbody tr', (rows) => rows.map((row) => ({
  place: row.dataset.place,
  rank: row.querySelector('.c-rank').firstChild.textContent,
  score: row.querySelector('.c-score').textContent,
})));

before(async () => {
  if (!await start()) return;
  for (const lang of ['en', 'zh']) run(root, 'report', '--lang', lang, '--out', file(lang));
}, { timeout: 300_000 });
after(end);

check('the order on screen is that of rank, before and after a slider is moved by keyboard', async () => {
  const { page, said, context: made } = await open();
  assert.deepEqual(await onScreen(page), expected(rank()));
  const slider = page.getByRole('slider', { name: 'Compute' });
  await slider.focus();
  await slider.press('End');
  for (let step = 0; step < 8; step += 1) await slider.press('ArrowLeft');
  assert.equal(await slider.getAttribute('aria-valuetext'), '60 %');
  // Siblings weigh 30, 30 and 10: a share of 60 % is a weight of 105 beside their 70.
  const moved = rank('--set', 'weights.balanced.compute=105');
  assert.deepEqual(await onScreen(page), expected(moved));
  assert.notDeepEqual(moved.map((row) => row.place), rank().map((row) => row.place));
  await page.waitForFunction(() => document.querySelector('.sliders [aria-live]').textContent !== '');
  assert.match(await page.textContent('.sliders [aria-live]'), /Compute at 60 %\. Shanghai.* now 1, was 2\./);
  await page.getByRole('button', { name: 'Back to the report' }).click();
  assert.deepEqual(await onScreen(page), expected(rank()));
  assert.deepEqual(said, []);
  await made.close();
});

check('a real drag moves the ranking to where the slider is let go', async () => {
  const { page, context: made } = await open();
  const slider = page.getByRole('slider', { name: 'Subsidies' });
  const box = await slider.boundingBox();
  const thumb = { x: box.x + 12 + (box.width - 24) * 0.1, y: box.y + box.height / 2 };
  await page.evaluate(() => {
    window.times = [];
    document.querySelector('.sliders').addEventListener('input', () => {
      const start = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => window.times.push(performance.now() - start)));
    }, true);
  });
  await page.mouse.move(thumb.x, thumb.y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 2, thumb.y, { steps: 12 });
  await page.mouse.up();
  assert.equal(await slider.getAttribute('aria-valuetext'), '100 %');
  const rows = await onScreen(page);
  const known = rank('--set', 'weights.balanced.academia=0', '--set', 'weights.balanced.ecosystem=0', '--set', 'weights.balanced.compute=0');
  assert.deepEqual(rows.slice(0, known.length).map((row) => row.place), known.map((row) => row.place));
  assert.ok(rows.slice(known.length).every((row) => row.rank === '–'));
  const times = await page.evaluate(() => window.times);
  console.log(`input to paint: ${median(times).toFixed(1)} ms typical, ${Math.max(...times).toFixed(1)} ms at most, ${times.length} inputs`);
  await made.close();
});

check('nothing leaves the page, nothing is refused, every figure is drawn', async () => {
  const { page, said, context: made } = await open();
  await drawAll(page);
  const plots = await page.$$eval('.plot', (all) => all.map((plot) => [plot.dataset.figure, plot.querySelectorAll('svg').length]));
  assert.ok(plots.length > 15);
  assert.deepEqual(plots.filter(([, drawings]) => drawings === 0), []);
  assert.deepEqual(said, []);
  await made.close();
});

for (const colorScheme of ['light', 'dark']) {
  for (const lang of ['en', 'zh']) {
    check(`axe finds nothing: ${colorScheme}, ${lang}`, async () => {
      const { page, context: made } = await open({ colorScheme, bypassCSP: true }, lang);
      await drawAll(page);
      assert.deepEqual(await violations(page), []);
      await picture(page, `report-${lang}-${colorScheme}`);
      await made.close();
    });
  }
}

check('without scripts all numbers are there and folded parts open', async () => {
  const { page, context: made } = await open({ javaScriptEnabled: false });
  const text = await page.textContent('main');
  for (const row of rank()) assert.ok(text.includes(shown(row.score)), row.place);
  assert.equal(await page.locator('.plot').first().isVisible(), false);
  await page.locator('details.fold > summary').last().click();
  assert.equal(await page.locator('details.fold').last().getAttribute('open'), '');
  await made.close();
});

check('a narrow page does not scroll sideways', async () => {
  const { page, context: made } = await open({ viewport: { width: 320, height: 700 } });
  await drawAll(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await picture(page, 'report-narrow');
  await made.close();
});

check('with reduced motion nothing runs after a change', async () => {
  const { page, context: made } = await open();
  await page.getByRole('slider', { name: 'Compute' }).press('End');
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await made.close();
});

check('a link to a folded place opens it', async () => {
  const { page, context: made } = await open();
  await page.locator('table.ranking a', { hasText: 'Hangzhou' }).click();
  await page.waitForFunction(() => document.getElementById('place-hangzhou').open);
  await made.close();
});

check('print holds everything, names in both scripts', async () => {
  const { page, context: made } = await open({ colorScheme: 'dark' });
  await drawAll(page);
  await page.emulateMedia({ media: 'print' });
  const pdf = await page.pdf({ path: join(pictures ?? folder, 'report.pdf'), format: 'A4', printBackground: true });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
  console.log(`printed on ${pages} pages`);
  assert.ok(pages > 5 && pages < 60, `${pages} pages`);
  try {
    const text = execFileSync('pdftotext', [join(pictures ?? folder, 'report.pdf'), '-'], { encoding: 'utf8' });
    assert.ok(text.includes('Beijing') && text.includes('北京'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  await made.close();
});
