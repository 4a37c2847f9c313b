// What the pages of the field reckon on the phone: distances, a preview of the verdict, the
// order of customers, and what becomes of a queue. Pure, so that node tests it; the server
// decides in any case.

/** Radius of the earth in metres, as `domain::check_in` has it. */
const EARTH_M = 6371008.8;
/** Beyond this accuracy, in metres, a position says too little. */
export const VAGUE_M = 200;
/** A queue that is older, in milliseconds, is warned of: browsers throw things away after a week. */
export const OLD_MS = 3 * 86400_000;

export function distance(a, b) {
  const rad = Math.PI / 180;
  const half = degrees => Math.sin((degrees * rad) / 2) ** 2;
  const h = half(b.lat - a.lat) + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * half(b.lon - a.lon);
  return 2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** Direction from a to b, 0 to the north, clockwise, in radians. */
export function bearing(a, b) {
  const rad = Math.PI / 180;
  const east = (b.lon - a.lon) * Math.cos(a.lat * rad);
  return Math.atan2(east, b.lat - a.lat);
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** `words`: `metres` and `kilometres` with `{n}`. */
export function length(metres, words) {
  const whole = Math.round(metres);
  return whole < 1000 ? fill(words.metres, { n: whole }) : fill(words.kilometres, { n: (metres / 1000).toFixed(metres < 100_000 ? 1 : 0) });
}

/** What the server will probably say. All in metres. */
export function preview(accuracy, away, radius) {
  if (accuracy == null || away == null) return 'NO_FIX';
  if (accuracy > VAGUE_M) return 'LOW_ACCURACY';
  if (away <= radius) return 'OK';
  return away - accuracy <= radius ? 'DOUBT' : 'OUT_OF_RANGE';
}

/** Customers with their distance, the nearest first; those without a place keep their order behind. */
export function nearest(customers, here) {
  const away = customers.map((customer, order) => ({ customer, order, away: customer.place && here ? distance(here, customer.place) : null }));
  return away.sort((a, b) => (a.away ?? Infinity) - (b.away ?? Infinity) || a.order - b.order);
}

/** Where customers stand on the plot: true in direction, square root in distance. Radius 1 at `edge` metres. */
export function spot(here, place, edge) {
  const [away, turn] = [distance(here, place), bearing(here, place)];
  const r = Math.min(1, Math.sqrt(away / edge));
  return { x: r * Math.sin(turn), y: -r * Math.cos(turn), beyond: away > edge };
}

/** A snapshot is of one day; another day's says nothing of today. */
export const isToday = (then, now) => new Date(then).toDateString() === new Date(now).toDateString();

/** Whether what is kept must go before this person (or nobody) sees the page. */
export const isForeign = (snapshot, person) => !!snapshot && snapshot.person !== person;

/** Whether the snapshot is to be read again: it is old, of another day, or says another consent than the page. */
export const isStale = (snapshot, { now, within, consent }) => !snapshot || snapshot.stale || now - (snapshot.kept_at ?? 0) >= within || !isToday(snapshot.kept_at, now)
  || (consent != null && snapshot.consent !== consent);

/**
 * A note that a page could not send, for the queue, and the request of the page's next one. Its
 * own request stays with it: the page may have sent it and not heard the answer.
 */
export function keptNote(fields, { person, now, name, id }) {
  return { item: { id: id(), person, kind: 'follow_up', created: now, name, fields }, request: id() };
}

/** Those of the queue that this person may send, the oldest first. */
export function mine(items, person) {
  return items.filter(item => item.person === person).sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
}

export const isOld = (items, now) => items.some(item => now - item.created > OLD_MS);

/** The fields of a sending. The clock at sending stands beside that of the event. */
export function fields(item, now) {
  const all = { ...item.fields, id: item.id, person: item.person, captured_at: item.created, sent_at: now };
  if (item.kind === 'follow_up') all.what = 'follow_up';
  return Object.entries(all).filter(([, value]) => value != null).map(([name, value]) => [name, String(value)]);
}

/**
 * What an answer means for the thing that was sent: `gone`, `kept` with a reason, `again` (the
 * next may go all the same), or `later` (nothing goes now).
 */
export function meaning(status, body) {
  if (status === 200 && (body?.answer === 'accepted' || body?.answer === 'already')) return { fate: 'gone', id: body.id };
  if (body?.answer === 'refused') return { fate: body.keep ? 'kept' : 'gone', text: body.text, code: body.code };
  if (status >= 500 || status === 408) return { fate: 'again' };
  if (status >= 400 && status !== 401 && status !== 429) return { fate: 'kept', text: `HTTP ${status}` };
  // Signed out, a server that is busy or another one in between: nothing is known of it.
  return { fate: 'later', signedOut: status === 401 };
}

/** What becomes of one thing that is sent. */
export async function sent(item, post) {
  try {
    const { status, body } = await post(item);
    return meaning(status, body);
  } catch (problem) {
    // One that takes too long must not keep the others; without network none goes.
    return { fate: problem?.name === 'TimeoutError' ? 'again' : 'later' };
  }
}

/**
 * Sends what waits, one after the other. `post(item)` gives `{ status, body }` or throws.
 * What was refused stays with its reason, and is tried again by hand only. What the server
 * could not take now is tried again, and keeps none of the others.
 */
export async function flush({ items, person, post, remove, keep, byHand = false }) {
  const told = { sent: 0, kept: 0, left: 0, signedOut: false };
  const waiting = mine(items, person).filter(item => byHand || !item.error);
  for (const [at, item] of waiting.entries()) {
    const answer = await sent(item, post);
    if (answer.fate === 'gone') {
      await remove(item.id);
      told.sent += 1;
    } else if (answer.fate === 'kept') {
      await keep({ ...item, error: answer.text || answer.code });
      told.kept += 1;
    } else if (answer.fate === 'again') {
      await keep({ ...item, tries: (item.tries ?? 0) + 1 });
      told.left += 1;
    } else {
      told.left += waiting.length - at;
      told.signedOut = !!answer.signedOut;
      break;
    }
  }
  return told;
}

/**
 * Measures for at most `within` milliseconds and keeps the best, or ends sooner with one that
 * is good enough. `geo` is `navigator.geolocation`.
 */
export function locate(geo, { within = 10_000, good = 30, onBetter = () => {}, timer = setTimeout, stop = clearTimeout } = {}) {
  return new Promise(done => {
    let best = null;
    let watch = null;
    let ended = false;
    const end = found => {
      if (ended) return;
      ended = true;
      stop(clock);
      if (watch != null) geo.clearWatch(watch);
      done(found);
    };
    // Without any position the browser's own time-out says so.
    const clock = timer(() => { if (best) end({ fix: best }); }, within);
    watch = geo.watchPosition(
      ({ coords, timestamp }) => {
        if (!best || coords.accuracy <= best.accuracy) {
          best = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at: timestamp };
          onBetter(best);
        }
        if (best.accuracy <= good) end({ fix: best });
      },
      error => end(best ? { fix: best } : { why: { 1: 'denied', 2: 'unavailable', 3: 'timeout' }[error.code] ?? 'unavailable' }),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 0 },
    );
    if (ended && watch != null) geo.clearWatch(watch);
  });
}

/** Whole seconds that a position is old, and where it comes from. */
export function age(fix, now) {
  const seconds = Math.max(0, Math.round((now - fix.at) / 1000));
  return { seconds, source: seconds > 60 ? 'cached' : 'live' };
}
