// Requests a second and their times: board, list, one durable move; beside the
// ceilings of the same run. Usage: node end2end/bench/http.mjs [postgres-url]
import autocannon from 'autocannon';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { BIN, call, open, quantile } from './server.mjs';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const get = (server, path, connections) => autocannon({ url: server.base + path, connections, duration: SECONDS, headers: { cookie: server.cookie, accept: 'text/html' } });

async function pages(server, label) {
  for (const [name, path] of [['board', '/deals'], ['list', '/deals/list']]) {
    for (const connections of [1, 8]) {
      await get(server, path, 1).catch(() => {}); // warm
      const r = await get(server, path, connections);
      row(label, name, connections, Math.round(r.requests.average), r.latency.p50, r.latency.p99, r.non2xx + r.errors);
    }
  }
}

// Moves: each worker owns some deals and moves them to and fro between two stages.
async function moves(server, label) {
  for (const connections of [1, 8]) {
    const board = await call(server, 'pipeline/board', { filter: { text: '' } });
    const open = board.columns.filter((c) => c.stage.kind === 'open');
    const [a, b] = [open[0].stage.id, open[1].stage.id];
    const cards = open[0].cards.slice(0, connections);
    if (cards.length < connections) throw new Error('too few cards to move');
    const times = [];
    const until = performance.now() + SECONDS * 1000;
    await Promise.all(cards.map(async (card) => {
      while (performance.now() < until) {
        const started = performance.now();
        card = await call(server, 'pipeline/move_deal', { command: { request: randomUUID(), deal: card.id, version: card.version, to: card.stage === a ? b : a, above: null, below: null, closing: null, reason: '' } });
        times.push(performance.now() - started);
      }
    }));
    row(label, 'move', connections, Math.round(times.length / SECONDS), quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1), 0);
  }
}

// Searches: a name, pinyin initials, a rare word, a telephone; over all that is stored.
async function searches(server, label) {
  const board = await call(server, 'pipeline/board', { filter: { text: '' } });
  const name = board.columns.flatMap((c) => c.cards)[0].customer_name;
  for (const [what, text] of [['name', name.slice(0, 2)], ['initials', 'hd'], ['nothing', 'zzzzzz'], ['telephone', '1380']]) {
    const times = [];
    for (let i = 0; i < 50; i++) {
      const started = performance.now();
      await call(server, 'search/find', { text, most: 6 });
      times.push(performance.now() - started);
    }
    row(label, `search: ${what}`, 1, Math.round(1000 / quantile(times, 0.5)), quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1), 0);
  }
}

row('database, open deals', 'what', 'connections', 'per second', 'p50 ms', 'p99 ms', 'errors');
row('---', '---', '---', '---', '---', '---', '---');
const postgres = process.argv[2];
for (const kind of ['sqlite', ...(postgres ? ['postgres'] : [])]) {
  for (const extra of [1_000, 50_000]) {
    let database;
    if (kind === 'postgres') {
      const name = `bench_${extra}_${Date.now()}`;
      execFileSync('psql', [postgres, '-qc', `CREATE DATABASE ${name}`]);
      database = postgres.replace(/\/[^/]*$/, `/${name}`);
    }
    const server = await open({ extra, database });
    const label = `${kind}, ${extra.toLocaleString('en')}`;
    await pages(server, label);
    await searches(server, label);
    await moves(server, label);
    row(label, 'start-up to the first 200', '', '', server.startup.toFixed(0), '', '');
    row(label, 'memory at rest / after load, MB', '', '', server.rest.toFixed(0), server.memory().toFixed(0), '');
    if (kind === 'sqlite' && extra === 50_000) {
      const html = await (await fetch(`${server.base}/sign-in`)).text();
      const css = /href="([^"]+\.css)"/.exec(html)[1];
      for (const connections of [1, 8]) {
        const r = await get(server, css, connections);
        row('ceiling', 'static file', connections, Math.round(r.requests.average), r.latency.p50, r.latency.p99, r.non2xx + r.errors);
      }
      const said = execFileSync(BIN, ['doctor', '--disk'], { env: { ...process.env, WEIR_LOG: 'error', WEIR_DATABASE: server.database } }).toString();
      row('ceiling', 'single-writer SQLite commits, synchronous=FULL', 1, /([\d.]+) durable commits/.exec(said)[1], '', '', '');
    }
    await server.close();
  }
}
