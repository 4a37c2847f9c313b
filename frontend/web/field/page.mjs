// The form of checking in, come alive: position, nearest customers, picture, queue. The form is
// the server's (or that of the page without network) and works without this, less the position.
import { age, fill, length, locate, nearest, preview, spot } from './core.mjs';
import { shrink } from './photo.mjs';
import { kept } from './kept.mjs';
import { enqueue, newId, sendAll, sendOne, changed } from './send.mjs';
import { queue } from './kept.mjs';

/** Customers that are shown nearest first; more are found by name. */
const SHOWN = 12;
/** The plot's edge, in metres, at least. */
const EDGE_M = 500;
const SVG = 'http://www.w3.org/2000/svg';

function install() {
  try {
    const known = localStorage.getItem('weir_install');
    if (known) return known;
    const made = newId();
    localStorage.setItem('weir_install', made);
    return made;
  } catch {
    return '';
  }
}

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Brings `root` to life; returns what ends it. `texts`: words by name. `person`: whose phone it is. */
export function mount(root, { texts, person, personName, consent }) {
  const one = selector => root.querySelector(selector);
  const form = one('[data-field-form]');
  const ends = new AbortController();
  const on = (target, type, act) => target?.addEventListener(type, act, { signal: ends.signal });
  let fix = null;
  let why = 'chosen';
  let busy = false;

  const status = one('[data-field-status]');
  const say = text => { if (status) status.textContent = text; };
  const lines = form ? [...form.querySelectorAll('[data-customer]')] : [];
  const customers = lines.map(line => ({
    line, id: line.dataset.customer, name: line.dataset.name,
    place: line.dataset.lat ? { lat: Number(line.dataset.lat), lon: Number(line.dataset.lon) } : null,
    radius: Number(line.dataset.radius) / 10,
  }));
  const chosen = () => customers.find(customer => customer.line.querySelector('input').checked);
  const away = customer => (fix && customer?.place ? nearest([customer], fix)[0].away : null);

  function foretell() {
    const verdict = one('[data-field-verdict]');
    if (!verdict) return;
    const customer = chosen();
    const told = preview(fix?.accuracy, away(customer), customer?.radius);
    const distance = away(customer);
    verdict.textContent = !customer ? '' : fill(texts[`verdict_${told}`], { distance: distance == null ? '' : length(distance, texts) });
    verdict.dataset.verdict = customer ? told : '';
    const go = one('[data-field-go]');
    if (go) go.textContent = customer ? fill(texts.check_in_at, { name: customer.name }) : texts.check_in;
  }

  function plot(ordered) {
    const holder = one('[data-field-plot]');
    if (!holder || !fix) return;
    const near = ordered.filter(found => found.away != null).slice(0, 5);
    const edge = Math.max(EDGE_M, ...near.map(found => found.away));
    const [width, height, r] = [358, 252, 108];
    const [x, y] = [width / 2, height / 2];
    const ring = metres => r * Math.sqrt(metres / edge);
    const drawing = element('svg', { viewBox: `0 0 ${width} ${height}`, class: 'ck-svg', role: 'img', 'aria-label': fill(texts.plot_label, { n: near.length }) });
    for (const metres of [edge / 10, edge / 2.5, edge]) {
      drawing.append(element('circle', { cx: x, cy: y, r: ring(metres).toFixed(1), class: 'ck-ring' }));
      drawing.append(element('text', { x, y: (y - ring(metres) - 4).toFixed(1), class: 'ck-dist' }, length(metres, texts)));
    }
    drawing.append(element('circle', { cx: x, cy: y, r: Math.min(r, ring(Math.min(fix.accuracy, edge))).toFixed(1), class: 'ck-accuracy' }));
    drawing.append(element('circle', { cx: x, cy: y, r: 6, class: 'ck-me' }));
    for (const { customer } of near) {
      const at = spot(fix, customer.place, edge);
      const [cx, cy] = [x + at.x * r, y + at.y * r];
      drawing.append(element('circle', { cx: cx.toFixed(1), cy: cy.toFixed(1), r: customer === chosen() ? 7 : 4.5, class: customer === chosen() ? 'ck-at is-on' : 'ck-at' }));
      const right = cx < x + 40;
      drawing.append(element('text', { x: (cx + (right ? 11 : -11)).toFixed(1), y: (cy + 4).toFixed(1), class: right ? 'ck-name' : 'ck-name is-left' }, customer.name));
    }
    holder.replaceChildren(drawing);
  }

  function order() {
    const ordered = nearest(customers, fix);
    const asked = one('[data-field-find]')?.value.trim().toLowerCase() ?? '';
    let shown = 0;
    for (const { customer, away: metres } of ordered) {
      const fits = asked ? customer.name.toLowerCase().includes(asked) : shown < SHOWN || customer === chosen();
      shown += fits ? 1 : 0;
      customer.line.hidden = !fits;
      customer.line.querySelector('[data-field-dist]').textContent = metres == null ? '' : length(metres, texts);
      customer.line.parentNode.append(customer.line);
    }
    const more = one('[data-field-none]');
    if (more) more.hidden = shown > 0;
    plot(ordered);
    foretell();
    return ordered;
  }

  async function measure() {
    if (!navigator.geolocation) {
      why = 'unavailable';
      say(texts.why_unavailable);
      return;
    }
    if (!isSecureContext) {
      why = 'unavailable';
      say(texts.why_insecure);
      return;
    }
    const button = one('[data-field-fix]');
    button?.setAttribute('aria-busy', 'true');
    say(texts.measuring);
    const found = await locate(navigator.geolocation, { onBetter: better => say(fill(texts.accuracy, { n: Math.round(better.accuracy) })) });
    button?.removeAttribute('aria-busy');
    if (ends.signal.aborted) return;
    if (found.fix) {
      fix = found.fix;
      const old = age(fix, Date.now()).seconds;
      say(fill(old > 60 ? texts.accuracy_old : texts.accuracy, { n: Math.round(fix.accuracy), s: old }));
      const first = order()[0];
      if (!chosen() && first?.away != null) first.customer.line.querySelector('input').checked = true;
      order();
    } else {
      fix = null;
      why = found.why;
      say(texts[`why_${why}`]);
      order();
    }
  }

  /** What is sent of the position. */
  function measured() {
    if (!fix || !consent) return { no_fix: consent ? why : 'chosen' };
    const { seconds, source } = age(fix, Date.now());
    return { lat: fix.lat, lon: fix.lon, accuracy: fix.accuracy, fix_age: seconds, source };
  }

  async function picture(customer) {
    const input = one('[data-field-photo]');
    const file = input?.files?.[0];
    if (!file) return {};
    const line = [customer?.name, new Date().toLocaleString(document.documentElement.lang), personName].filter(Boolean).join(' · ');
    return { photo: await shrink(file, line), photo_age: Math.max(0, Math.round((Date.now() - file.lastModified) / 1000)) };
  }

  /** Into the queue first, then sent: what is interrupted is sent later, and counts once. */
  async function go(item, failed, queued) {
    await enqueue(item);
    const answer = await sendOne(item, ({ fate }) => {
      // What was refused is still in the form, to be put right. The rest is sent again by whoever
      // comes first, and said to have been without network.
      if (fate === 'gone' || fate === 'kept') return queue.remove(item.id);
      return queue.put({ ...item, fields: { ...item.fields, offline: '1' } });
    });
    changed();
    if (answer.fate === 'gone') {
      location.assign(`/field?done=${item.id}`);
      return;
    }
    if (answer.fate === 'kept') {
      failed(answer.text || answer.code);
      return;
    }
    queued(answer.signedOut ? texts.queued_signed_out : texts.queued);
  }

  on(form, 'submit', async event => {
    event.preventDefault();
    if (busy) return;
    const customer = chosen();
    const error = one('[data-field-error]');
    const failed = text => {
      error.textContent = text;
      error.hidden = !text;
    };
    failed('');
    if (!customer) {
      failed(texts.choose_customer);
      one('[data-field-find]')?.focus();
      return;
    }
    busy = true;
    const button = form.querySelector('[type="submit"]');
    button.setAttribute('aria-busy', 'true');
    try {
      const { photo, photo_age } = await picture(customer).catch(() => { throw new Error(texts.photo_unreadable); });
      const typed = name => form.elements.namedItem(name)?.value ?? '';
      const fields = {
        kind: 'in', customer: customer.id, ...measured(), note: typed('note'), next_step: typed('next_step'), next_on: typed('next_on'),
        install: install(), offline: navigator.onLine ? '' : '1', photo_age,
      };
      const item = { id: newId(), person, kind: 'visit', created: Date.now(), name: customer.name, fields, photo };
      await go(item, failed, text => {
        form.reset();
        order();
        say(text);
        // What was typed is safe; a check-out without network ends this one.
        kept.set('open', { person, id: item.id, customer: customer.id, name: customer.name, at: item.created });
        root.dispatchEvent(new CustomEvent('queued'));
      });
    } catch (problem) {
      failed(problem.message);
    } finally {
      busy = false;
      button.removeAttribute('aria-busy');
    }
  });

  for (const leave of root.querySelectorAll('[data-field-out]')) {
    on(leave, 'submit', async event => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const button = leave.querySelector('[type="submit"]');
      button.setAttribute('aria-busy', 'true');
      try {
        if (consent && !fix) await measure();
        const typed = name => leave.elements.namedItem(name)?.value ?? '';
        const fields = { kind: 'out', of: typed('of'), customer: typed('customer'), ...measured(), note: typed('note'), install: install(), offline: navigator.onLine ? '' : '1' };
        const item = { id: newId(), person, kind: 'visit', created: Date.now(), name: leave.dataset.name, fields };
        await go(item, say, text => {
          leave.hidden = true;
          say(text);
          kept.set('open', null);
          root.dispatchEvent(new CustomEvent('queued'));
        });
      } finally {
        busy = false;
        button.removeAttribute('aria-busy');
      }
    });
  }

  on(one('[data-field-fix]'), 'click', measure);
  on(one('[data-field-find]'), 'input', order);
  on(form, 'change', event => { if (event.target.name === 'customer') order(); });
  on(one('[data-field-photo]'), 'change', event => {
    const label = one('[data-field-photo-name]');
    if (label) label.textContent = event.target.files?.[0] ? texts.photo_one : texts.photo_none;
  });
  for (const shown of root.querySelectorAll('[data-scripts]')) shown.hidden = false;
  order();
  sendAll(person);
  return () => ends.abort();
}
