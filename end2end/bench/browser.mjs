// In Chromium: bytes of the first page, time to a card that can be dragged,
// time from drop to paint, layout shift. Usage: node end2end/bench/browser.mjs
import { chromium } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { open, quantile } from './server.mjs';

const executablePath = execFileSync('sh', ['-c', 'command -v chromium || command -v google-chrome']).toString().trim();
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const DROPS = Number(process.env.BENCH_DROPS ?? 12);

// Bytes on the wire of every answer of one load, by what the browser accepts.
async function bytes(server, accept) {
  const get = async (path) => {
    const { get: request } = await import('node:http');
    return new Promise((resolve, reject) => request(server.base + path, { headers: { cookie: server.cookie, 'accept-encoding': accept, accept: 'text/html' } }, (answer) => {
      let n = 0; const parts = [];
      answer.on('data', (d) => { n += d.length; parts.push(d); }); answer.on('end', () => resolve({ n, text: Buffer.concat(parts) }));
    }).on('error', reject));
  };
  const plain = await fetch(`${server.base}/deals`, { headers: { cookie: server.cookie, 'accept-encoding': 'identity' } });
  const html = await plain.text();
  const paths = new Set([...html.matchAll(/(?:href|src)="(\/(?:pkg|texts)\/[^"]+)"/g)].map((m) => m[1]));
  for (const m of html.matchAll(/\/pkg\/[\w.-]+\.(?:js|wasm|css)/g)) paths.add(m[0]);
  paths.add('/icons.svg'); paths.add('/deals');
  let total = 0; const parts = {};
  for (const path of paths) { const { n } = await get(path); total += n; parts[path] = n; }
  return { total, parts };
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const browser = await chromium.launch({ executablePath, args });
row('cards', 'CPU', 'navigation to draggable ms', 'drop to paint p50 ms', 'p95', 'pickup p50 ms', 'layout shift');
row('---', '---', '---', '---', '---', '---', '---');
let first;
for (const cards of [50, 500, 5_000]) {
  const server = await open({ extra: cards, scale: 0.05 });
  first ??= { raw: await bytes(server, 'identity'), gzip: await bytes(server, 'gzip'), brotli: await bytes(server, 'br') };
  for (const slow of [1, 4]) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const [name, value] = server.cookie.split('=');
    await context.addCookies([{ name, value, url: server.base }]);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow });
    await page.addInitScript(() => {
      window.__shift = 0;
      new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.__shift += e.value; }).observe({ type: 'layout-shift', buffered: true });
      new MutationObserver(() => { if (document.documentElement?.dataset.hydrated !== undefined) window.__alive ??= performance.now(); }).observe(document, { subtree: true, childList: true, attributes: true });
      // From the release of the button to the frame after the card stands in its new column.
      addEventListener('pointerup', () => {
        const t = performance.now(); const id = window.__dragged; const to = window.__to;
        const look = () => { const done = document.querySelector(`[data-stage-id="${to}"] [data-deal-id="${id}"]`) && !document.querySelector('.lift');
          requestAnimationFrame(() => { if (done) setTimeout(() => { window.__painted = performance.now() - t; }); else look(); }); };
        look();
      }, true);
      addEventListener('pointermove', () => { if (window.__wait && !document.querySelector('.lift')) { const t = performance.now(); requestAnimationFrame(() => setTimeout(() => { if (document.querySelector('.lift') && window.__wait) { window.__picked = performance.now() - t; window.__wait = false; } })); } }, true);
    });
    const alive = [];
    for (let i = 0; i < 3; i++) { await page.goto(`${server.base}/deals`); await page.waitForFunction(() => window.__alive !== undefined); alive.push(await page.evaluate(() => window.__alive)); }
    const paints = []; const pickups = [];
    const stages = await page.locator('.colm').evaluateAll((all) => all.map((c) => c.dataset.stageId));
    for (let i = 0; i < DROPS; i++) {
      const [from, to] = i % 2 === 0 ? [stages[0], stages[1]] : [stages[1], stages[0]];
      const card = page.locator(`[data-stage-id="${from}"] .deal`).first();
      const id = await card.getAttribute('data-deal-id');
      const box = await card.boundingBox();
      const target = await page.locator(`[data-stage-id="${to}"] .cards`).boundingBox();
      await page.evaluate(([id, to]) => { Object.assign(window, { __dragged: id, __to: to, __painted: undefined, __wait: true, __picked: undefined }); }, [id, to]);
      await page.mouse.move(box.x + 40, box.y + 60); await page.mouse.down();
      await page.mouse.move(box.x + 50, box.y + 62); await page.mouse.move(box.x + 80, box.y + 64);
      await page.mouse.move(target.x + 60, target.y + 30, { steps: 6 });
      await page.waitForTimeout(120);
      await page.mouse.up();
      await page.waitForFunction(() => window.__painted !== undefined);
      const got = await page.evaluate(() => [window.__painted, window.__picked]);
      paints.push(got[0]); if (got[1] !== undefined) pickups.push(got[1]);
      await page.waitForTimeout(150);
    }
    const shift = await page.evaluate(() => window.__shift);
    row(cards.toLocaleString('en'), slow === 1 ? 'full' : '1/4', quantile(alive, 0.5).toFixed(0), quantile(paints, 0.5).toFixed(0), quantile(paints, 0.95).toFixed(0), pickups.length ? quantile(pickups, 0.5).toFixed(0) : '—', shift.toFixed(4));
    await context.close();
  }
  await server.close();
}
await browser.close();
const kb = (n) => (n / 1000).toFixed(1);
console.log(); row('first page (board), kB', 'raw', 'gzip', 'brotli'); row('---', '---', '---', '---');
for (const path of Object.keys(first.raw.parts)) row(path.replace(/\.[\w-]{16,}\./, '.…​.'), kb(first.raw.parts[path]), kb(first.gzip.parts[path]), kb(first.brotli.parts[path]));
row('**all**', kb(first.raw.total), kb(first.gzip.total), kb(first.brotli.total));
