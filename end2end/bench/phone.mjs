// On a phone (390×844): bytes of its pages, each as the first one of a browser, and how long
// the application takes to open without network. Usage: node end2end/bench/phone.mjs
import { chromium } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { open, quantile, signIn } from './server.mjs';

const executablePath = execFileSync('sh', ['-c', 'command -v chromium || command -v google-chrome']).toString().trim();
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const OPENINGS = Number(process.env.BENCH_OPENINGS ?? 5);
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const server = await open({ scale: 0.2 });
// Customers of the day are a salesperson's.
server.cookie = await signIn(server.base, 'rep1@example.com');
const browser = await chromium.launch({ executablePath, args });

async function phone(slow, serviceWorkers) {
  const context = await browser.newContext({ ...PHONE, serviceWorkers });
  const [name, value] = server.cookie.split('=');
  await context.addCookies([{ name, value, url: server.base }]);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow });
  return { context, page, cdp };
}

// What came over the wire until the page was alive and the network quiet, the service worker's own
// keeping of files for later apart.
row('first page on a phone', 'kB', 'of them before it is alive', 'alive after ms, full CPU', 'alive after ms, 1/4 CPU');
row('---', '---', '---', '---', '---');
for (const path of ['/deals', '/home', '/field', '/field/nearby', '/customers']) {
  const alive = [];
  let bytes = 0; let before = 0;
  for (const slow of [1, 4]) {
    const { context, page, cdp } = await phone(slow, 'block');
    bytes = 0;
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    const started = performance.now();
    await page.goto(server.base + path);
    await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    alive.push(performance.now() - started); before = bytes;
    await page.waitForLoadState('networkidle');
    await context.close();
  }
  row(path, (bytes / 1000).toFixed(1), (before / 1000).toFixed(1), alive[0].toFixed(0), alive[1].toFixed(0));
}

console.log(); row('opens without network', 'full CPU', '1/4 CPU'); row('---', '---', '---');
const { page, cdp } = await phone(1, 'allow');
await page.goto(`${server.base}/field`);
await page.evaluate(async () => { await navigator.serviceWorker.ready; });
await page.waitForFunction(() => new Promise((done) => {
  const asked = indexedDB.open('weir-field', 1);
  asked.onsuccess = () => { const got = asked.result.transaction('kept').objectStore('kept').get('snapshot'); got.onsuccess = () => { asked.result.close(); done(!!got.result); }; };
}));
// The browser's own switch does not reach the service worker; a server that is gone does.
await server.close();
const opened = [];
for (const slow of [1, 4]) {
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slow });
  const times = [];
  for (let i = 0; i < OPENINGS; i++) {
    const started = performance.now();
    await page.goto(`${server.base}/home`, { waitUntil: 'commit' });
    await page.locator('[data-field-today]').waitFor();
    times.push(performance.now() - started);
  }
  opened.push(quantile(times, 0.5));
}
row("today's customers on the screen, p50 ms", ...opened.map((ms) => ms.toFixed(0)));
await browser.close();
