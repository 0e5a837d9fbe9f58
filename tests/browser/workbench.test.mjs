// The workbench as a planner has it: the real server over a copy of the shipped project.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { check, context, drawAll, end, exacity, expected, foldAll, folder, median, pictures, rank, root, run, start, violations } from './common.mjs';

const project = join(folder, 'project');
const servers = [];
let link;

const serve = (where, ...args) => new Promise((resolve, reject) => {
  const server = spawn(exacity, ['--project', where, 'serve', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  server.stdout.once('data', (data) => resolve({ server, link: data.toString().trim() }));
  server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});

// A table of made-up numbers, only to be large.
const large = (name, count) => {
  const where = join(folder, name);
  mkdirSync(where, { recursive: true });
  const leaves = ['a', 'b', 'c', 'd'].flatMap((pillar) => ['x', 'y', 'z'].map((leaf) => `${pillar}.${leaf}`));
  const criteria = ['a', 'b', 'c', 'd'].map((id) => `[[criteria]]\nid = "${id}"\n`)
    .concat(leaves.map((id) => `[[criteria]]\nid = "${id}"\nindicator = "${id.replace('.', '')}"\ndirection = "higher"\n`));
  writeFileSync(join(where, 'exacity.toml'), `[project]\nname = "Large"\n[data]\nmatrix = { file = "m.csv", id = "id", name = "name" }\n[scoring]\nnormalise = { method = "goalposts", low = 0, high = 100 }\n${criteria.join('')}`);
  const rows = Array.from({ length: count }, (_, row) => [`p${row}`, `Place ${row}`, ...leaves.map((_, leaf) => (row * 37 + leaf * 11 + ((row * leaf) % 17)) % 101)].join(','));
  writeFileSync(join(where, 'm.csv'), `id,name,${leaves.map((id) => id.replace('.', '')).join(',')}\n${rows.join('\n')}\n`);
  return where;
};

before(async () => {
  if (!await start()) return;
  run(root, 'init', project);
  // A small plan with another future, for questions that take several solves.
  const tiny = JSON.parse(readFileSync(join(root, 'tests/reference/planning/tiny-3x4x2.json'), 'utf8'));
  tiny.scenarios = [{ name: 'less', because: 'budgets shrink', set: { budget: '*0.9' } }];
  writeFileSync(join(project, 'rules/plans/tiny.json'), JSON.stringify(tiny));
  ({ link } = await serve(project));
}, { timeout: 120_000 });
after(async () => {
  await end();
  for (const server of servers) server.kill();
});

const ours = /^(http:\/\/127\.0\.0\.1:\d+\/|data:|blob:)/;
const open = async (options = {}, where = link, bands = true) => {
  const made = await context(options, ours);
  await made.page.goto(where);
  await made.page.waitForSelector('table.ranking tbody tr[data-place]');
  if (bands) await made.page.waitForSelector('.slider.banded', { state: 'attached' });
  return made;
};

const onScreen = (page) => page.$$eval('table.ranking tbody tr[data-place]', (rows) => rows.map((row) => ({
  place: row.dataset.place,
  rank: row.querySelector('.c-rank span').textContent,
  score: row.querySelector('.c-score').textContent,
})));

// Waits until the page has the answer for its last input.
const settled = (page) => page.waitForFunction(() => document.getElementById('live').textContent !== '');
const quiet = (page) => page.evaluate(() => { document.getElementById('live').textContent = ''; });

// The weights of the pillars as the page shows them, as `--set` takes them.
const sets = (page) => page.$$eval('.tree > li > .slider', (all) => all.flatMap((slider) => {
  const id = slider.querySelector('[data-weight]').dataset.weight;
  return ['--set', `weights.balanced.${id}=${slider.querySelector('input[type=number]').value}`];
}));

const drag = async (page, name, share, steps = 12) => {
  const slider = page.getByRole('slider', { name, exact: true });
  const box = await slider.boundingBox();
  const at = (part) => box.x + 9 + (box.width - 18) * part;
  const now = Number(await slider.inputValue()) / 100;
  await page.mouse.move(at(now), box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(at(share), box.y + box.height / 2, { steps });
  await page.mouse.up();
};

check('the order on screen is that of rank, before and after a real drag and by keyboard', async () => {
  const { page, said, context: made } = await open();
  assert.deepEqual(await onScreen(page), expected(rank(project)));
  await drag(page, 'Compute', 0.7);
  await settled(page);
  const dragged = rank(project, ...await sets(page));
  assert.deepEqual(await onScreen(page), expected(dragged));
  assert.notDeepEqual(dragged.map((row) => row.score), rank(project).map((row) => row.score));
  assert.match(await page.textContent('#live'), /^Compute at \d+ %\./);
  await quiet(page);
  await page.getByRole('slider', { name: 'Academia', exact: true }).focus();
  for (const key of ['PageUp', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await settled(page);
  assert.deepEqual(await onScreen(page), expected(rank(project, ...await sets(page))));
  await page.getByRole('button', { name: 'As saved' }).click();
  await page.waitForFunction((first) => document.querySelector('tr[data-place] .c-score')?.textContent === first, expected(rank(project))[0].score);
  assert.deepEqual(await onScreen(page), expected(rank(project)));
  assert.deepEqual(said, []);
  await made.close();
});

check('a locked weight stays, and what cannot be is refused with the last ranking on screen', async () => {
  const { page, context: made } = await open();
  await page.getByRole('button', { name: 'Lock Academia' }).click();
  await drag(page, 'Compute', 0.6);
  await settled(page);
  assert.equal(await page.getByLabel('Academia, percent').inputValue(), '30');
  const before = await onScreen(page);
  await page.getByLabel('Compute, percent').fill('90');
  await page.keyboard.press('Tab');
  await page.waitForSelector('#notice.refused');
  assert.match(await page.textContent('#notice'), /E0706/);
  assert.deepEqual(await onScreen(page), before);
  assert.equal(await page.locator('table.ranking.stale').count(), 1);
  await made.close();
});

check('an answer that comes late does not replace a newer one', async () => {
  const { page, context: made } = await open();
  let first = true;
  await page.route('**/api/whatif', async (route) => {
    if (first) {
      first = false;
      await new Promise((resolve) => { setTimeout(resolve, 700); });
    }
    await route.continue();
  });
  const slider = page.getByRole('slider', { name: 'Compute', exact: true });
  await slider.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await settled(page);
  await page.waitForFunction(() => document.querySelector('[data-weight=compute]').value === '0');
  assert.deepEqual(await onScreen(page), expected(rank(project, ...await sets(page))));
  await made.close();
});

check('a change on disk arrives; a broken file is told and the last good state stays', async () => {
  const { page, context: made } = await open();
  const file = join(project, 'exacity.toml');
  const text = readFileSync(file, 'utf8');
  const before = await onScreen(page);
  writeFileSync(file, text.replace('[weights.balanced]', '[weights.balanced'));
  await page.waitForSelector('#notice.broken');
  assert.match(await page.textContent('#notice'), /exacity\.toml/);
  assert.deepEqual(await onScreen(page), before);
  writeFileSync(file, text.replace('compute   = 30', 'compute   = 90'));
  await page.waitForFunction((was) => document.querySelector('[data-weight=compute]').value !== was, '30');
  await page.waitForFunction(() => document.getElementById('notice').className !== 'notice broken');
  const changed = expected(rank(project));
  await page.waitForFunction((first) => document.querySelector('tr[data-place] .c-score')?.textContent === first, changed[0].score);
  assert.deepEqual(await onScreen(page), changed);
  writeFileSync(file, text);
  await page.waitForFunction(() => document.querySelector('[data-weight=compute]').value === '30');
  await made.close();
});

check('saving keeps comments, and does not overwrite what somebody else wrote', async () => {
  const { page, context: made } = await open();
  const file = join(project, 'exacity.toml');
  const text = readFileSync(file, 'utf8');
  await page.getByLabel('Compute, percent').fill('40');
  await page.keyboard.press('Tab');
  await settled(page);
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await page.waitForSelector('#notice.done');
  const saved = readFileSync(file, 'utf8');
  assert.match(saved, /compute {3}= 40\n/);
  assert.ok(saved.includes('# having it counts, announcing it hardly does'));
  assert.equal(saved.split('\n').length, text.split('\n').length);
  // What is chosen above the ranking is saved in the same way, and is then the project's own choice.
  await page.locator('#method').selectOption('topsis');
  await page.waitForFunction(() => location.search.includes('topsis'));
  await page.getByRole('button', { name: 'Save', exact: true }).first().click();
  await page.waitForFunction(() => !location.search.includes('topsis'));
  assert.match(readFileSync(file, 'utf8'), /^method {4}= "topsis" {8}# the tree's score/m);
  assert.deepEqual((await onScreen(page)).map(({ place }) => place), rank(project).map(({ place }) => place));
  // Somebody else writes the file while it is edited here.
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.locator('#file').selectOption('exacity.toml');
  await page.waitForFunction(() => document.getElementById('text').value.includes('[weights.balanced]'));
  await page.locator('#text').press('End');
  await page.locator('#text').pressSequentially(' ');
  writeFileSync(file, text);
  await page.waitForSelector('#conflict:not([hidden])');
  assert.match(await page.textContent('#conflict'), /changed on disk/);
  assert.equal(readFileSync(file, 'utf8'), text);
  await made.close();
});

check('a rule under hand shows findings at the line, tests and its ranking', async () => {
  const { page, said, context: made } = await open();
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.locator('#file').selectOption('rules/niche.rhai');
  await page.waitForSelector('.tests li');
  assert.equal(await page.locator('.tests li.error').count(), 0);
  assert.ok(await page.locator('.preview li').count() > 3);
  const good = await page.locator('#text').inputValue();
  await page.locator('#text').fill(good.replace('fn score(', 'fn scor('));
  await page.waitForSelector('.findings li, .tests li.error');
  await page.locator('#text').fill(`${good}\nfn broken( {\n`);
  await page.waitForSelector('.findings button');
  await page.locator('.findings button').first().click();
  assert.ok(await page.locator('#gutter .error').count() > 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
  assert.deepEqual(said, []);
  await made.close();
});

check('draws stream, and a plan is solved', async () => {
  const { page, said, context: made } = await open();
  await page.getByRole('tab', { name: 'How sure' }).click();
  await page.locator('#draws').fill('4000');
  await page.getByRole('button', { name: 'Draw', exact: true }).click();
  await page.waitForSelector('#study-result .plot svg');
  await page.waitForSelector('#study-stop[disabled]', { state: 'attached' });
  assert.match(await page.textContent('#study-result'), /4.?000 draws/);
  await page.getByRole('tab', { name: 'Plans' }).click();
  await page.waitForFunction(() => document.getElementById('plan-path').options.length >= 3);
  await page.locator('#plan-path').selectOption('rules/plans/guizhou.toml');
  await page.getByRole('button', { name: 'Solve' }).click();
  await page.waitForSelector('#plan-result .plot svg');
  assert.match(await page.textContent('#plan-result'), /What to order/);
  // Further questions: the plan is there at once, what ambition costs and regret come after it.
  await page.locator('#plan-path').selectOption('rules/plans/tiny.json');
  await page.getByRole('checkbox', { name: /what ambition costs/ }).check();
  await page.getByRole('button', { name: 'Solve' }).click();
  await page.waitForSelector('#plan-result [data-figure="p-plan-frontier"]');
  await page.locator('#plan-result [data-figure="p-plan-regret"]').scrollIntoViewIfNeeded();
  await page.waitForSelector('#plan-result [data-figure="p-plan-regret"] svg');
  assert.equal(await page.locator('#plan-progress').textContent(), '');
  assert.deepEqual(said, []);
  await made.close();
});

check('a place opens with why, and Escape gives the focus back', async () => {
  const { page, said, context: made } = await open();
  const button = page.locator('table.ranking .place').nth(2);
  const name = await button.textContent();
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open] .plot svg');
  await page.locator('#other').selectOption({ index: 1 });
  await page.waitForSelector('#why .plot svg');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
  assert.deepEqual(said, []);
  await made.close();
});

check('the server is gone: the page says so, and recovers', async () => {
  const { page, context: made } = await open();
  const before = await onScreen(page);
  await made.setOffline(true);
  await page.getByRole('slider', { name: 'Compute', exact: true }).press('End');
  await page.waitForSelector('#notice.gone');
  assert.deepEqual(await onScreen(page), before);
  await made.setOffline(false);
  await page.getByRole('slider', { name: 'Compute', exact: true }).press('Home');
  await page.waitForSelector('#notice.gone', { state: 'hidden' });
  await made.close();
});

for (const colorScheme of ['light', 'dark']) {
  check(`axe finds nothing: ${colorScheme}`, async () => {
    const { page, context: made } = await open({ colorScheme, bypassCSP: true });
    for (const [tab, ready] of [
      ['ranking', '.slider.banded'], ['sure', '#study'], ['rules', '.tests li'], ['plans', '#plan-path option'], ['report', '#rest .plot svg'],
    ]) {
      await page.locator(`#t-${tab}`).click();
      await page.waitForSelector(ready, { state: 'attached' });
      if (tab === 'sure') {
        await page.getByRole('button', { name: 'Draw', exact: true }).click();
        await page.waitForSelector('#study-result .plot svg');
        await page.waitForSelector('#study-stop[disabled]', { state: 'attached' });
      }
      if (tab === 'plans') {
        await page.locator('#plan-path').selectOption('rules/plans/tiny.json');
        await page.getByRole('checkbox', { name: /what ambition costs/ }).check();
        await page.getByRole('button', { name: 'Solve' }).click();
        await page.waitForSelector('#plan-result [data-figure="p-plan-regret"]');
        await drawAll(page);
        await page.waitForSelector('#plan-result [data-figure="p-plan-regret"] svg');
        await foldAll(page);
      }
      if (pictures) await page.screenshot({ path: join(pictures, `workbench-${tab}-${colorScheme}.png`), fullPage: tab !== 'report' });
      assert.deepEqual(await violations(page), [], tab);
    }
    await page.locator('#t-ranking').click();
    await page.locator('table.ranking .place').first().click();
    await page.waitForSelector('dialog[open] .plot svg');
    if (pictures) await page.screenshot({ path: join(pictures, `workbench-place-${colorScheme}.png`) });
    assert.deepEqual(await violations(page), []);
    await made.close();
  });
}

check('in Chinese, and narrow, nothing scrolls sideways', async () => {
  const { page, said, context: made } = await open({ viewport: { width: 320, height: 700 } });
  await page.getByRole('button', { name: '中文' }).click();
  await page.waitForFunction(() => document.querySelector('table.ranking .place')?.textContent === '北京' || document.documentElement.lang === 'zh-CN');
  await page.waitForFunction(() => [...document.querySelectorAll('table.ranking .place')].some((one) => one.textContent === '北京'));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  if (pictures) await page.screenshot({ path: join(pictures, 'workbench-narrow-zh.png'), fullPage: true });
  assert.deepEqual(said, []);
  await made.close();
});

for (const count of [40, 200, 5000]) {
  check(`${count} places are dragged; the time from input to paint is printed`, async () => {
    const where = large(`large-${count}`, count);
    const { server, link: there } = await serve(where);
    const { page, context: made } = await open({ reducedMotion: 'no-preference' }, there, count <= 1000);
    await page.evaluate(() => {
      window.times = [];
      const body = document.querySelector('table.ranking tbody');
      let started = null;
      document.getElementById('tree').addEventListener('input', () => { started ??= performance.now(); }, true);
      new MutationObserver(() => {
        if (started === null) return;
        const from = started;
        started = null;
        requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - from), 0));
      }).observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    await drag(page, 'A', 0.9, 25);
    await settled(page);
    const ranking = rank(where, '--set', 'scoring.weights="equal"').length;
    assert.equal(ranking, count);
    const times = await page.evaluate(() => window.times);
    assert.ok(times.length > 0);
    const rows = await page.locator('tr[data-place]').count();
    assert.ok(rows <= 200, `${rows} rows exist`);
    console.log(`input to paint, ${count} places: ${median(times).toFixed(1)} ms typical, ${Math.max(...times).toFixed(1)} ms at most, ${times.length} frames`);
    await made.close();
    server.removeAllListeners('exit');
    server.kill();
  });
}
