// The pages that other commands than `report` write: each as a file from disk, light and dark, wide and narrow.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { check, collisions, drawAll, end, folder, foldAll, openFile, picture, root, run, start, violations } from './common.mjs';

const [earlier, later] = ['earlier', 'later'].map((name) => join(folder, name));

// Name of the picture, command, figures that it draws, words that it must say.
const PAGES = [
  ['forecast', ['forecast', '--all'], ['chances'], /Targets at a glance/],
  ['forecast-guizhou', ['forecast', 'guizhou'], ['trajectory'], /Growth/],
  // Effort ends alike on every machine; what is left open at this much is said on the page.
  ['plan-shanghai', ['plan', 'shanghai', '--sweep', '--effort', '100000'],
    ['plan-orders', 'plan-capacity', 'plan-frontier', 'plan-regret'], /What to order/],
  ['plan-coast-to-west', ['plan', 'coast-to-west'], ['plan-loads'], /Who serves whom/],
  ['whatif', ['whatif', '--weights', 'compute-first'], ['ranks'], /change rank/],
  ['diff', ['diff', earlier, later], ['ranks'], /What changed/],
  ['brief-shanghai', ['report', '--place', 'shanghai'], ['profile-shanghai', 'place-shanghai-why'], /Shanghai/],
  ['brief-shanghai-zh', ['report', '--place', 'shanghai', '--lang', 'zh'], ['profile-shanghai', 'place-shanghai-why'], /上海/],
];
const file = (name) => join(folder, `${name}.html`);

before(async () => {
  if (!await start()) return;
  run(root, 'run', '--out', earlier);
  run(root, 'run', '--weights', 'compute-first', '--out', later);
  for (const [name, args] of PAGES) run(root, ...args, '--out', file(name));
}, { timeout: 600_000 });
after(end);

for (const [name, args, figures, words] of PAGES) {
  check(`${name}: nothing leaves the page, all is drawn, and a narrow screen does not scroll sideways`, async () => {
    const { page, said, context: made } = await openFile(file(name), { viewport: { width: 390, height: 844 } });
    await drawAll(page);
    const plots = await page.$$eval('.plot', (all) => all.map((plot) => [plot.dataset.figure, plot.querySelectorAll('svg').length > 0]));
    for (const figure of figures) assert.ok(plots.some(([id]) => id === figure), `${figure} is not there: ${plots}`);
    assert.deepEqual(plots.filter(([, drawn]) => !drawn), []);
    assert.equal(await page.locator('figure').count(), await page.locator('figure + details.twin table').count(), 'a table for each figure');
    assert.match(await page.textContent('body'), words);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    await foldAll(page);
    await picture(page, `${name}-narrow`);
    assert.deepEqual(said, []);
    await made.close();
  });

  for (const colorScheme of ['light', 'dark']) {
    check(`${name}, ${colorScheme}: axe finds nothing, no words lie over others`, async () => {
      const { page, said, context: made } = await openFile(file(name), { colorScheme, bypassCSP: true });
      await drawAll(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(await collisions(page), []);
      await foldAll(page);
      await picture(page, `${name}-${colorScheme}`);
      assert.deepEqual(said, []);
      await made.close();
    });
  }
}
