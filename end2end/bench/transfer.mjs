// Lists on their way in and out: rows a second of an import by command and on the page,
// how quick a colleague's page is meanwhile, the views of a check, and an export's first byte.
// Usage: node end2end/bench/transfer.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, call, open, quantile } from './server.mjs';

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const rate = (ms) => Math.round(ROWS / (ms / 1000)).toLocaleString('en');
const timed = async (what) => { const started = performance.now(); const value = await what(); return [performance.now() - started, value]; };

const industries = ['制造', '软件', '零售', '物流', '医药'];
const csv = (name) => ['客户名称,客户简称,级别,行业,地区,规模,来源,电话,网址,地址,备注', ...Array.from({ length: ROWS }, (_, n) =>
  `${name}${n}号智能制造有限公司,${name}${n},潜在,${industries[n % 5]},上海,20-99人,官网,02${10_000_000 + n},https://c${n}.example,浦东新区世纪大道 ${n} 号,每周一联系 ${n}`)].join('\r\n');

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'customers.csv');
writeFileSync(file, csv('恒'));

row(`${ROWS.toLocaleString('en')} customers`, 'ms', 'rows a second', '');
row('---', '---', '---', '---');

// By command, into a database that no server has open.
{
  const env = { ...process.env, WEIR_DATABASE: `sqlite:${folder}/weir.db`, WEIR_DAY: '2026-06-30', WEIR_LOG: 'warn' };
  delete env.DATABASE_URL;
  execFileSync(BIN, ['demo', '--scale', '0.05', '--as-of', '2026-06-30'], { env, stdio: 'pipe' });
  const run = (...args) => timed(() => execFileSync(BIN, args, { env, stdio: 'pipe' }));
  const [dry] = await run('import', file, '--as', 'admin@example.com', '--dry-run');
  row('weir import --dry-run', dry.toFixed(0), rate(dry), '');
  const [real] = await run('import', file, '--as', 'admin@example.com');
  row('weir import', real.toFixed(0), rate(real), '');
  const [out] = await run('export', join(folder, 'out'), '--as', 'admin@example.com');
  row('weir export, all lists', out.toFixed(0), rate(out), '');
}

// On the page, while a colleague reads.
{
  const server = await open({ scale: 0.05 });
  const rest = server.memory();
  const form = new FormData();
  form.set('kind', 'customers');
  form.set('file', new Blob([csv('澄')], { type: 'text/csv' }), 'customers.csv');
  const [up, answer] = await timed(() => fetch(`${server.base}/upload/import`, { method: 'POST', body: form, redirect: 'manual', headers: { cookie: server.cookie } }));
  const id = /id=([0-9a-f-]+)/.exec(answer.headers.get('location'))[1];
  row('upload', up.toFixed(0), rate(up), '');
  const post = (path, fields) => fetch(`${server.base}/api/${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers: { cookie: server.cookie, accept: 'application/json' } });
  const detail = await call(server, 'data/import', { id, columns: true });
  const columns = Object.fromEntries(detail.columns.map((column, at) => [`form[columns][c${at}]`, column.field]));
  await post('data/map', { 'form[id]': id, 'form[version]': '1', ...columns });
  const look = (part, after) => timed(() => call(server, 'data/check', { id, query: { part, after, row: null } }));
  const [first, check] = await look(null, 0);
  row('check, first view', first.toFixed(0), rate(first), '');
  const [next] = await look('made', 500);
  row('check, next view', next.toFixed(0), '', '');
  const state = async () => (await call(server, 'data/state', { id })).running;
  const started = performance.now();
  await post('data/run', { 'form[id]': id, 'form[version]': String(check.version), 'form[made]': String(check.counts.made) });
  const others = [];
  let most = 0;
  while (await state()) {
    others.push((await timed(() => fetch(`${server.base}/deals/list`, { headers: { cookie: server.cookie, accept: 'text/html' } }).then((r) => r.text())))[0]);
    most = Math.max(most, server.memory());
  }
  const ran = performance.now() - started;
  row('import', ran.toFixed(0), rate(ran), `memory ${rest.toFixed(0)} → ${most.toFixed(0)} MB`);
  if (others.length > 0) row('the list of deals meanwhile, p50 / p99', `${quantile(others, 0.5).toFixed(0)} / ${quantile(others, 0.99).toFixed(0)}`, '', `${others.length} times`);
  for (const kind of ['csv', 'xlsx']) {
    const began = performance.now();
    const out = await fetch(`${server.base}/export/customers.${kind}`, { headers: { cookie: server.cookie } });
    let byte, bytes = 0;
    for await (const piece of out.body) { byte ??= performance.now() - began; bytes += piece.length; }
    const all = performance.now() - began;
    row(`export as ${kind}`, all.toFixed(0), rate(all), `first byte ${byte.toFixed(0)} ms, ${(bytes / 1e6).toFixed(1)} MB`);
  }
  await server.close();
}
