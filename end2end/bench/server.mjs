// Starts a real server on a fresh demo database, for benches.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BIN = process.env.WEIR_BIN ?? 'target/release/weir';
const DAY = '2026-06-30';

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

// open({extra, scale, database, loaded}): a running server with `extra` more open deals;
// or, if `loaded`, on the database as it is.
export async function open({ extra = 0, scale = 0.2, database, loaded = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const port = await freePort();
  const env = { ...process.env, WEIR_ADDRESS: `127.0.0.1:${port}`, WEIR_DATABASE: database ?? `sqlite:${folder}/weir.db`, WEIR_DAY: DAY, WEIR_LOG: 'warn' };
  delete env.DATABASE_URL;
  if (!loaded) execFileSync(BIN, ['demo', '--scale', String(scale), '--as-of', DAY, '--extra-open-deals', String(extra)], { env, stdio: 'pipe' });
  const started = performance.now();
  const child = spawn(BIN, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const base = `http://127.0.0.1:${port}`;
  let startup;
  for (;;) {
    try { if ((await fetch(`${base}/readyz`)).ok) { startup = performance.now() - started; break; } } catch { /* not yet */ }
    if (performance.now() - started > 20_000) throw new Error('the server did not start');
    await new Promise((r) => setTimeout(r, 2));
  }
  // A bench that fails leaves no server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const close = () => new Promise((resolve) => { child.once('exit', () => { rmSync(folder, { recursive: true, force: true }); resolve(); }); child.kill('SIGTERM'); });
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  // At rest: what it does at its start is done, and nobody has signed in.
  await new Promise((r) => setTimeout(r, 1_000));
  const rest = memory();
  return { base, database: env.WEIR_DATABASE, startup, rest, memory, close, cookie: await signIn(base) };
}

export async function signIn(base, email = 'director@example.com') {
  const answer = await fetch(`${base}/api/settings/sign_in`, {
    method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    body: new URLSearchParams({ 'form[email]': email, 'form[password]': 'weir-demo-2026', 'form[next]': '' }),
  });
  const cookie = answer.headers.getSetCookie().find((c) => c.startsWith('weir_session='));
  if (!cookie) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return cookie.split(';')[0];
}

export async function call(server, path, body) {
  const answer = await fetch(`${server.base}/api/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', cookie: server.cookie }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export const quantile = (values, q) => { const sorted = [...values].sort((a, b) => a - b); return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]; };
