// Sending what waits, from any page, one tab at a time.
import { fields, flush, sent } from './core.mjs';
import { queue } from './kept.mjs';

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('weir-field') : null;
const hearing = new Set();
if (channel) channel.onmessage = () => hearing.forEach(hear => hear());

/** Calls `hear` when the queue is another one, in this tab or another. */
export function onChange(hear) {
  hearing.add(hear);
  return () => hearing.delete(hear);
}

export function changed() {
  hearing.forEach(hear => hear());
  channel?.postMessage('queue');
}

/** A sending that takes longer is given up, and tried again. */
const PATIENCE_MS = 60_000;

async function post(item) {
  const form = new FormData();
  for (const [name, value] of fields(item, Date.now())) form.append(name, value);
  if (item.photo) form.append('photo', item.photo, 'photo.jpg');
  const answer = await fetch('/upload/field', { method: 'POST', body: form, headers: { accept: 'application/json' }, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = await answer.json().catch(() => null);
  return { status: answer.status, body };
}

/** Puts something into the queue, safe before anything is sent. */
export async function enqueue(item) {
  await queue.put(item);
  changed();
}

/** One tab at a time. */
const alone = work => (navigator.locks ? navigator.locks.request('weir-field', work) : work());

/** Sends one thing that is in the queue; `settle` hears what became of it before anybody else sends. */
export function sendOne(item, settle) {
  return alone(async () => {
    // Another tab was faster.
    const waits = (await queue.all()).some(one => one.id === item.id);
    const answer = waits ? await sent(item, post) : { fate: 'gone', id: item.id };
    await settle(answer);
    return answer;
  });
}

/** Sends all that is the person's. Two tabs at once would only ask twice. */
export async function sendAll(person, byHand = false) {
  const work = async () => {
    const told = await flush({ items: await queue.all(), person, byHand, post, remove: queue.remove, keep: queue.put });
    if (told.sent || told.kept) changed();
    return told;
  };
  return alone(work);
}

/** Ids of what is sent; from random bytes, since `randomUUID` is missing over plain HTTP. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
