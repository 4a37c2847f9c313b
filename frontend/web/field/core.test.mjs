// node --test frontend/web
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OLD_MS, age, distance, fields, fill, flush, isForeign, isOld, isStale, isToday, keptNote, length, locate, meaning, mine, nearest, preview, spot } from './core.mjs';

const SHANGHAI = { lat: 31.2304, lon: 121.4737 };
const words = { metres: '{n} m', kilometres: '{n} km' };

test('distances are those of the golden cases', () => {
  assert.equal(Math.round(distance({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }) * 10), 1111951);
  assert.equal(Math.round(distance(SHANGHAI, { lat: 31.2304, lon: 121.479 }) * 10), 5039);
});

test('the preview has the limits of the rule', () => {
  assert.deepEqual([preview(30, 480, 500), preview(30, 503.9, 500), preview(3, 503.9, 500), preview(350, 480, 500), preview(null, 1, 500)],
    ['OK', 'DOUBT', 'OUT_OF_RANGE', 'LOW_ACCURACY', 'NO_FIX']);
});

test('the nearest come first, and those without a place after them in their order', () => {
  const at = (id, lat) => ({ id, place: lat == null ? null : { lat, lon: 121.4737 } });
  const found = nearest([at('far', 31.3), at('none', null), at('near', 31.231), at('also', null)], SHANGHAI);
  assert.deepEqual(found.map(one => one.customer.id), ['near', 'far', 'none', 'also']);
  assert.deepEqual(nearest([at('b', 31.3), at('a', 31.2)], null).map(one => one.customer.id), ['b', 'a']);
});

test('lengths and texts', () => {
  assert.deepEqual([length(42.4, words), length(999.4, words), length(1234, words), length(154_321, words)], ['42 m', '999 m', '1.2 km', '154 km']);
  assert.equal(fill('{a} {b}', { a: 1 }), '1 {b}');
});

test('the plot is true in direction', () => {
  const north = spot(SHANGHAI, { lat: 31.2404, lon: 121.4737 }, 5000);
  assert.ok(Math.abs(north.x) < 1e-9 && north.y < 0 && !north.beyond);
  assert.ok(spot(SHANGHAI, { lat: 32, lon: 121.4737 }, 500).beyond);
});

const item = (id, person, created, error) => ({ id, person, created, kind: 'visit', fields: { customer: 'c' }, ...(error ? { error } : {}) });

test('nobody sends what is another’s, and the oldest goes first', () => {
  assert.deepEqual(mine([item('2', 'ada', 2), item('b', 'bob', 1), item('1', 'ada', 1)], 'ada').map(one => one.id), ['1', '2']);
  assert.equal(isOld([item('1', 'ada', 0)], OLD_MS), false);
  assert.equal(isOld([item('1', 'ada', 0)], OLD_MS + 1), true);
});

test('what is sent says when it was and when it went', () => {
  const sent = Object.fromEntries(fields({ ...item('1', 'ada', 5), kind: 'follow_up' }, 9));
  assert.deepEqual(sent, { customer: 'c', id: '1', person: 'ada', captured_at: '5', sent_at: '9', what: 'follow_up' });
});

test('only a clear answer lets something go', () => {
  assert.equal(meaning(200, { answer: 'accepted', id: '1' }).fate, 'gone');
  assert.equal(meaning(200, { answer: 'already', id: '1' }).fate, 'gone');
  assert.equal(meaning(422, { answer: 'refused', keep: false }).fate, 'gone');
  assert.equal(meaning(422, { answer: 'refused', keep: true, text: 'x' }).fate, 'kept');
  // A proxy's own page, a redirect to signing in, a broken body.
  for (const [status, body] of [[200, null], [200, {}], [0, null], [401, null], [429, null]]) assert.equal(meaning(status, body).fate, 'later');
  assert.equal(meaning(401, null).signedOut, true);
  for (const status of [408, 500, 503]) assert.equal(meaning(status, null).fate, 'again');
  for (const status of [400, 403, 404, 413]) assert.deepEqual(meaning(status, null), { fate: 'kept', text: `HTTP ${status}` });
});

test('two notes on one page are two, each with the request of its page', () => {
  let next = 0;
  const facts = { person: 'ada', now: 1, name: 'A', id: () => `new ${next += 1}` };
  const first = keptNote({ content: 'one', request: 'page' }, facts);
  const second = keptNote({ content: 'two', request: first.request }, facts);
  const kept = new Map([first, second].map(({ item: one }) => [one.id, one]));
  assert.equal(kept.size, 2);
  assert.equal(first.item.fields.request, 'page');
  assert.equal(new Set([first, second].map(({ item: one }) => one.fields.request)).size, 2);
  assert.ok(!kept.has('page'), 'the request is no id');
  assert.equal(Object.fromEntries(fields(first.item, 2)).request, 'page');
});

test('a snapshot is of one person, one day and one consent', () => {
  const noon = new Date(2026, 0, 2, 12).getTime();
  const snapshot = { person: 'ada', consent: true, kept_at: noon };
  assert.deepEqual([isForeign(snapshot, 'ada'), isForeign(snapshot, 'bob'), isForeign(snapshot, undefined), isForeign(undefined, 'ada')], [false, true, true, false]);
  assert.deepEqual([isToday(noon, noon + 3600_000), isToday(noon, noon + 86400_000), isToday(undefined, noon)], [true, false, false]);
  const stale = (now, consent) => isStale(snapshot, { now, within: 600_000, consent });
  assert.deepEqual([stale(noon + 1), stale(noon + 1, true), stale(noon + 1, false), stale(noon + 600_000)], [false, false, true, true]);
  assert.equal(isStale(undefined, { now: noon, within: 600_000 }), true);
  assert.equal(isStale({ ...snapshot, stale: true }, { now: noon, within: 600_000 }), true);
  const night = new Date(2026, 0, 2, 23, 59).getTime();
  assert.equal(isStale({ ...snapshot, kept_at: night }, { now: night + 120_000, within: 600_000 }), true);
});

test('one that always fails keeps none of the others', async () => {
  const queue = new Map(['1', '2', '3', '4', '5'].map(id => [id, item(id, 'ada', Number(id))]));
  const answers = { 1: { status: 500, body: null }, 2: { status: 413, body: null }, 3: 'slow' };
  const asked = [];
  const run = post => flush({ items: [...queue.values()], person: 'ada', post, remove: async id => queue.delete(id), keep: async one => queue.set(one.id, one) });
  const post = async one => {
    asked.push(one.id);
    if (answers[one.id] === 'slow') throw new DOMException('slow', 'TimeoutError');
    return answers[one.id] ?? { status: 200, body: { answer: 'accepted', id: one.id } };
  };
  assert.deepEqual(await run(post), { sent: 2, kept: 1, left: 2, signedOut: false });
  await run(post);
  assert.deepEqual([...queue.values()].map(one => [one.id, one.tries, one.error]), [['1', 2, undefined], ['2', undefined, 'HTTP 413'], ['3', 2, undefined]]);
  assert.deepEqual(asked, ['1', '2', '3', '4', '5', '1', '3']);
  // Signed out, or without network, nothing more is asked.
  let times = 0;
  assert.deepEqual(await run(async () => { times += 1; return { status: 401, body: null }; }), { sent: 0, kept: 0, left: 2, signedOut: true });
  await run(async () => { times += 1; throw new TypeError('no network'); });
  assert.equal(times, 2);
});

/** A queue over a server that counts by id and loses messages by chance. */
async function day(seed) {
  let state = seed;
  const roll = n => ((state = (state * 1103515245 + 12345) % 2147483648), Math.floor(state / 65536) % n);
  const queue = new Map();
  const server = new Map();
  for (let n = 0; n < 12; n += 1) queue.set(`i${n}`, item(`i${n}`, n % 4 === 3 ? 'bob' : 'ada', roll(100)));
  const post = async one => {
    const luck = roll(4);
    if (luck === 0) throw new TypeError('cut off before it came');
    const before = server.has(one.id);
    server.set(one.id, (server.get(one.id) ?? 0) + (before ? 0 : 1));
    if (luck === 1) throw new TypeError('the answer was lost');
    if (luck === 2 && before) return { status: 502, body: null };
    return { status: 200, body: { answer: before ? 'already' : 'accepted', id: one.id } };
  };
  let rounds = 0;
  while (mine([...queue.values()], 'ada').length > 0 && rounds < 500) {
    rounds += 1;
    await flush({ items: [...queue.values()], person: 'ada', post, remove: async id => queue.delete(id), keep: async one => queue.set(one.id, one) });
  }
  return { queue, server };
}

test('whatever is interrupted, each is there once, and the other’s stay', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { queue, server } = await day(seed);
    assert.deepEqual([...server.values()], Array(9).fill(1), `seed ${seed}`);
    assert.deepEqual([...queue.values()].map(one => one.person), ['bob', 'bob', 'bob'], `seed ${seed}`);
  }
});

test('what was refused stays with its reason and is tried again by hand', async () => {
  const queue = new Map([['1', item('1', 'ada', 1)], ['2', item('2', 'ada', 2)]]);
  const asked = [];
  const run = byHand => flush({
    items: [...queue.values()], person: 'ada', byHand, remove: async id => queue.delete(id), keep: async one => queue.set(one.id, one),
    post: async one => (asked.push(one.id), one.id === '1' ? { status: 404, body: { answer: 'refused', keep: true, text: 'no such customer' } } : { status: 200, body: { answer: 'accepted', id: one.id } }),
  });
  assert.deepEqual(await run(false), { sent: 1, kept: 1, left: 0, signedOut: false });
  assert.equal(queue.get('1').error, 'no such customer');
  await run(false);
  assert.deepEqual(asked, ['1', '2']);
  await run(true);
  assert.deepEqual(asked, ['1', '2', '1']);
});

/** A device that gives these positions, then perhaps an error. */
function device(positions, error) {
  const cleared = [];
  return {
    cleared,
    watchPosition(found, failed) {
      queueMicrotask(() => {
        for (const [accuracy, at] of positions) found({ coords: { latitude: 1, longitude: 2, accuracy }, timestamp: at ?? 0 });
        if (error) failed({ code: error });
      });
      return 7;
    },
    clearWatch: id => cleared.push(id),
  };
}

test('the best position is taken, a good one at once', async () => {
  const good = device([[80], [25], [10]]);
  assert.equal((await locate(good, {})).fix.accuracy, 25);
  assert.deepEqual(good.cleared, [7]);
  let fire;
  const vague = locate(device([[900], [500], [700]]), { timer: run => ((fire = run), 1), stop: () => {} });
  await new Promise(done => setTimeout(done));
  fire();
  assert.equal((await vague).fix.accuracy, 500);
});

test('without a position it is told why', async () => {
  assert.deepEqual(await locate(device([], 1), {}), { why: 'denied' });
  assert.deepEqual(await locate(device([], 3), {}), { why: 'timeout' });
  assert.equal((await locate(device([[900]], 3), {})).fix.accuracy, 900);
  assert.deepEqual(age({ at: 0 }, 61_000), { seconds: 61, source: 'cached' });
  assert.deepEqual(age({ at: 500 }, 0), { seconds: 0, source: 'live' });
});
