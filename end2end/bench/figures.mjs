// Figures over many deals: the funnel, win rates, tiers; and what their histories cost
// in time and memory when they are read for the first time.
// Usage: node end2end/bench/figures.mjs
// BENCH_SCALES: sizes of the demo company, 1 being 11,700 deals, 50 the most.
// BENCH_DATABASE: a database that is there already, instead.
import { call, open, quantile } from './server.mjs';

const SCALES = (process.env.BENCH_SCALES ?? '0.85 8.5').split(' ').map(Number);
const TIMES = 15;
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const filter = { text: '' };
const funnel = (over) => ({ query: { view: 'cohort', mode: 'reached', measure: 'count', span: '12m', against: 'year_before', filter, ...over } });
const insight = { query: { span: '12m', filter, currency: null } };

const ASKED = [
  ['funnel, cohort, against the year before', 'funnel/funnel', funnel({})],
  ['funnel, events, by amount', 'funnel/funnel', funnel({ view: 'event', measure: 'amount' })],
  ['funnel, snapshot', 'funnel/funnel', funnel({ view: 'snapshot', against: 'none' })],
  ['funnel of one source', 'funnel/funnel', funnel({ filter: { ...filter, source: 'website' } })],
  ['win rates, reasons, cycle', 'analysis/outcomes', insight],
  ['lenses, velocity, stays', 'analysis/speed', insight],
  ['tiers: the board', 'tiers/board', { filter: {}, shown: 0 }],
  ['tiers: Pareto, heat map, moves', 'tiers/figures', { query: { filter: {}, from: null, to: null } }],
  ['tiers: proposals', 'tiers/proposals', {}],
];

row('deals', 'what', 'first, ms', 'p50, ms', 'p99, ms', 'memory, MB');
row('---', '---', '---', '---', '---', '---');
const database = process.env.BENCH_DATABASE;
for (const scale of database ? [0] : SCALES) {
  const server = await open(database ? { database, loaded: true } : { scale });
  const board = await call(server, 'pipeline/deals', { filter: { ...filter, outcome: null }, sort: '', after: null });
  const label = board.total.toLocaleString('en');
  row(label, 'at rest', '', '', '', server.rest.toFixed(0));
  for (const [what, path, body] of ASKED) {
    const times = [];
    for (let n = 0; n <= TIMES; n++) {
      const started = performance.now();
      await call(server, path, body);
      times.push(performance.now() - started);
    }
    const [first, ...rest] = times;
    row(label, what, first.toFixed(0), quantile(rest, 0.5).toFixed(0), quantile(rest, 0.99).toFixed(0), server.memory().toFixed(0));
  }
  await server.close();
}
