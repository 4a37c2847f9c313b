// On every page of who is signed in: the worker that makes pages open without network, the queue
// of what was not sent with its count, the snapshot of today. Built by scripts/charts.mjs.
import { fill, isOld, mine } from './field/core.mjs';
import { kept, queue } from './field/kept.mjs';
import { changed, enqueue, newId, onChange, sendAll } from './field/send.mjs';

/** The snapshot is read again after so long. */
const SNAPSHOT_MS = 10 * 60_000;

function button(text, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-s';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}

function start(holder) {
  const { person, visits } = holder.dataset;
  const texts = JSON.parse(holder.dataset.texts);
  const count = document.createElement('div');
  const news = document.createElement('div');
  count.dataset.fieldQueue = '';
  news.dataset.update = '';
  holder.append(count, news);

  async function show() {
    const items = mine(await queue.all(), person);
    count.hidden = items.length === 0;
    count.className = isOld(items, Date.now()) ? 'queue-note is-old' : 'queue-note';
    const words = document.createElement('span');
    const refused = items.filter(item => item.error);
    words.textContent = [
      fill(navigator.onLine ? texts.waiting : texts.waiting_offline, { n: items.length }),
      isOld(items, Date.now()) ? texts.waiting_old : '',
      ...refused.map(item => `${item.name ?? ''}: ${item.error}`),
    ].filter(Boolean).join(' ');
    const parts = [words, button(texts.send_now, () => send(true))];
    if (refused.length > 0) {
      parts.push(button(texts.drop_refused, async () => {
        if (!confirm(fill(texts.drop_sure, { n: refused.length }))) return;
        for (const item of refused) await queue.remove(item.id);
        changed();
      }));
    }
    count.replaceChildren(...parts);
  }

  async function send(byHand = false) {
    await sendAll(person, byHand);
    await show();
  }

  async function snapshot() {
    if (visits !== '1' || !navigator.onLine) return;
    const known = await kept.get('snapshot');
    if (known && known.person !== person) await kept.clear();
    if (known?.person === person && Date.now() - (known.kept_at ?? 0) < SNAPSHOT_MS) return;
    const answer = await fetch('/api/field/snapshot', {
      method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: '{}',
    }).catch(() => null);
    if (!answer?.ok) return;
    await kept.clear();
    await kept.set('snapshot', { ...(await answer.json()), kept_at: Date.now() });
  }

  onChange(show);
  const again = () => { send(); snapshot(); };
  addEventListener('online', again);
  addEventListener('offline', show);
  addEventListener('focus', () => send());
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') again(); });
  again();

  // A follow-up that is written while there is no network is kept instead of lost.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (navigator.onLine || !form.matches('form.composer')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [/^form\[(\w+)\]$/.exec(name)?.[1] ?? name, value]));
    if (!String(fields.content ?? '').trim()) return;
    const id = fields.request || newId();
    delete fields.request;
    enqueue({ id, person, kind: 'follow_up', created: Date.now(), name: document.querySelector('main h1')?.textContent ?? '', fields }).then(() => form.reset());
  }, true);

  // Nothing of a person stays on a phone that they signed out of. What was not sent is theirs alone.
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (form.getAttribute('action') !== '/api/settings/sign_out' || form.dataset.clean) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const items = mine(await queue.all(), person);
    if (items.length > 0 && !confirm(fill(texts.sign_out_sure, { n: items.length }))) return;
    for (const item of items) await queue.remove(item.id);
    await kept.clear();
    form.dataset.clean = '1';
    form.submit();
  }, true);

  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.register('/sw.js', { scope: '/' }).then(registration => {
      if (!registration) return;
      const offer = worker => {
        if (!worker || !navigator.serviceWorker.controller) return;
        const words = document.createElement('span');
        words.textContent = texts.update;
        news.className = 'queue-note';
        news.setAttribute('role', 'status');
        news.replaceChildren(words, button(texts.update_now, () => {
          navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
          worker.postMessage('take over');
        }));
      };
      offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => { if (worker.state === 'installed') offer(worker); });
      });
    }).catch(() => { /* A plain page then: nothing is lost but opening without network. */ });
    navigator.storage?.persist?.();
  }
}

const holder = document.getElementById('field-queue');
if (holder) start(holder);
