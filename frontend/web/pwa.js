// On every page of who is signed in: the worker that makes pages open without network, the queue
// of what was not sent with its count, the snapshot of today. Built by scripts/charts.mjs.
import { fill, isForeign, isOld, isStale, keptNote, mine } from './field/core.mjs';
import { kept, queue } from './field/kept.mjs';
import { changed, enqueue, newId, onChange, sendAll } from './field/send.mjs';

/** The snapshot is read again after so long. */
const SNAPSHOT_MS = 10 * 60_000;
/** And after a consent was sent, once it is probably written down. */
const CONSENT_MS = 3_000;

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
    let known = await kept.get('snapshot');
    // Whatever this person may do, and also without network: what was another's goes first.
    if (isForeign(known, person)) {
      await kept.clear();
      known = undefined;
    }
    if (visits !== '1' || !navigator.onLine) return;
    const shown = document.querySelector('[data-consent]')?.dataset.consent;
    if (!isStale(known, { now: Date.now(), within: SNAPSHOT_MS, consent: shown && shown === '1' })) return;
    const answer = await fetch('/api/field/snapshot', {
      method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: '{}', signal: AbortSignal.timeout(60_000),
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
    const { item, request } = keptNote(fields, { person, now: Date.now(), name: document.querySelector('main h1')?.textContent ?? '', id: newId });
    enqueue(item).then(() => {
      form.reset();
      // The next note of this page is another one.
      const next = form.elements.namedItem('form[request]');
      if (next) next.value = request;
    });
  }, true);

  // Nothing of a person stays on a phone that they signed out of. What was not sent is theirs alone.
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (form.getAttribute('action') !== '/api/settings/sign_out') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Nothing is thrown away for a sign-out that does not come to pass.
    const reached = navigator.onLine && await fetch('/manifest.webmanifest', { cache: 'no-store', signal: AbortSignal.timeout(10_000) }).then(answer => answer.ok, () => false);
    if (!reached) {
      alert(texts.sign_out_offline);
      return;
    }
    const items = mine(await queue.all().catch(() => []), person);
    if (items.length > 0 && !confirm(fill(texts.sign_out_sure, { n: items.length }))) return;
    try {
      for (const item of items) await queue.remove(item.id);
      await kept.clear();
    } finally {
      form.submit();
    }
  }, true);

  // The snapshot knows nothing of a consent that is being given or taken back: none until it is read again.
  document.addEventListener('submit', async event => {
    if (!event.target.closest?.('[data-consent], [data-consent-ask]') || !event.target.elements.namedItem('form[give]')) return;
    const known = await kept.get('snapshot');
    if (known) await kept.set('snapshot', { ...known, consent: false, stale: true });
    setTimeout(snapshot, CONSENT_MS);
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
    if (visits === '1') navigator.storage?.persist?.();
  }
}

const holder = document.getElementById('field-queue');
if (holder) start(holder);
// Whoever signs in next finds nothing of who was here before; the queue is sent by its person only.
else if (location.pathname === '/sign-in') kept.clear().catch(() => { /* Nothing can be kept here. */ });
