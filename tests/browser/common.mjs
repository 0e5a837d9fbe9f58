// What all suites need: the binaries, a browser, and numbers as people read them. Needs built binaries
// (EXACITY, else target/release/exacity, with exacity-web beside it) and a Chromium (EXACITY_BROWSER, else
// the usual names; `none` skips what needs one).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';

export const root = resolve(import.meta.dirname, '../..');
export const exacity = process.env.EXACITY ?? join(root, 'target/release/exacity');
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const path = process.env.EXACITY_BROWSER ?? usual.find(existsSync);
const none = process.env.EXACITY_BROWSER === 'none';
export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const folder = mkdtempSync(join(tmpdir(), 'exacity-'));
export const pictures = process.env.EXACITY_PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

// A busy machine takes its time to read a large script; no test is about how long that takes.
export const PATIENCE = 180_000;

export const run = (project, ...args) => execFileSync(exacity, ['--project', project, '--quiet', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
export const rank = (project, ...args) => JSON.parse(run(project, 'rank', '--format', 'json', ...args)).ranking;

let browser;
export const start = async () => {
  if (none) return false;
  assert.ok(path, 'no browser was found; EXACITY_BROWSER names one, or says none');
  browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  return true;
};
export const end = () => browser?.close();

// A page that remembers everything it should not have said or asked for.
export const context = async (options, allowed) => {
  const made = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  made.setDefaultTimeout(PATIENCE);
  const page = await made.newPage();
  const said = [];
  page.on('console', (message) => { if (message.type() !== 'log') said.push(message.text()); });
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => { if (!allowed.test(request.url())) said.push(request.url()); });
  return { page, said, context: made };
};

// A page from disk asks nobody for anything.
export const openFile = async (file, options = {}) => {
  const made = await context(options, /^(file|data|blob):/);
  await made.page.goto(`file://${file}`);
  return made;
};

// Opens every part and comes past every figure, so that all are drawn.
export const drawAll = (page) => page.evaluate(async () => {
  document.querySelectorAll('details').forEach((details) => { details.open = true; });
  for (let y = 0; y < document.body.scrollHeight; y += 500) {
    scrollTo(0, y);
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  }
  scrollTo(0, 0);
  await new Promise((resolve) => { setTimeout(resolve, 500); });
});

// Closes what nobody has opened, for a picture as a reader first sees it.
export const foldAll = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = false; }));

// Keeps a picture of the whole page, without the tables that repeat its figures; a very long one is cut, since no viewer opens
// it. Pictures are for people: a browser that does not come to an end of drawing one is told, and fails no test.
const LONGEST = 6000;
export const picture = async (page, name) => {
  if (!pictures) return;
  await page.evaluate(() => document.querySelectorAll('details.twin').forEach((details) => { details.open = false; }));
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight }));
  const parts = Math.ceil(height / LONGEST);
  for (let part = 0; part < parts; part += 1) {
    const y = part * LONGEST;
    const path = join(pictures, parts === 1 ? `${name}.png` : `${name}-${part + 1}.png`);
    const clip = { x: 0, y, width, height: Math.min(LONGEST, height - y) };
    const taken = await page.screenshot({ path, fullPage: true, clip, timeout: 60_000 }).catch(() => null);
    if (!taken) {
      console.log(`no picture of ${name}: the browser did not come to an end`);
      return;
    }
  }
};

// What is wrong with the words in figures: one over another, or cut at the edge of its figure.
export const collisions = (page) => page.evaluate(() => {
  const found = [];
  for (const plot of document.querySelectorAll('.plot')) {
    const frame = plot.getBoundingClientRect();
    const words = [...plot.querySelectorAll('.annotation-text, .xtick text, .ytick text, .legendtext, .bartext, .textpoint text, .xtitle, .ytitle')];
    const boxes = words.filter((one) => one.textContent.trim()).map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    boxes.forEach(({ text, box }, at) => {
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) {
        found.push(`${plot.dataset.figure}: "${text}" is cut`);
      }
      for (const other of boxes.slice(at + 1)) {
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (wide > 2 && high > 4) found.push(`${plot.dataset.figure}: "${text}" over "${other.text}"`);
      }
    });
  }
  return found;
});

export const check = (name, body) => test(name, { skip: none, timeout: 2 * PATIENCE }, body);

export const shown = (score) => (score >= 99.95 ? '100' : score.toFixed(score >= 9.995 ? 1 : score >= 0.9995 ? 2 : 3));
export const expected = (ranking) => ranking.map((row) => ({ place: row.place, rank: `${row.tied ? '=' : ''}${row.rank}`, score: shown(row.score) }));

export const violations = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  return found.violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 140), nodes[0].failureSummary.slice(0, 200)]);
};

// Times from an input to the frame that shows it: printed, never a reason to fail.
export const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
