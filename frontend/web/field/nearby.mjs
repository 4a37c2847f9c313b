// The list of customers nearby, come alive: one position, which stays on the phone, sorts it.
import { age, fill, length, locate, nearest } from './core.mjs';

/** Customers that are shown once they are sorted by distance; more are found by name and region. */
const SHOWN = 30;

/** Brings `root` to life; returns what ends it. `texts`: words by name. */
export function nearby(root, { texts }) {
  const one = selector => root.querySelector(selector);
  const ends = new AbortController();
  const on = (target, type, act) => target?.addEventListener(type, act, { signal: ends.signal });
  const lines = [...root.querySelectorAll('[data-customer]')];
  const customers = lines.map(line => ({
    line, name: line.dataset.name.toLowerCase(), region: line.dataset.region,
    place: line.dataset.lat ? { lat: Number(line.dataset.lat), lon: Number(line.dataset.lon) } : null,
  }));
  let fix = null;
  const status = one('[data-field-status]');
  const say = text => { if (status) status.textContent = text; };

  function order() {
    const asked = one('[data-field-find]').value.trim().toLowerCase();
    const region = one('[data-field-region]').value;
    let shown = 0;
    for (const { customer, away } of nearest(customers, fix)) {
      const found = (!region || customer.region === region) && (!asked || customer.name.includes(asked) || customer.region.toLowerCase().includes(asked));
      const fits = found && (!fix || asked || region || shown < SHOWN);
      shown += fits ? 1 : 0;
      customer.line.hidden = !fits;
      if (away != null) customer.line.querySelector('[data-field-dist]').textContent = length(away, texts);
      if (fix) customer.line.parentNode.append(customer.line);
    }
    const none = one('[data-field-none]');
    if (none) none.hidden = shown > 0;
  }

  async function measure() {
    if (!navigator.geolocation || !isSecureContext) {
      say(navigator.geolocation ? texts.near_insecure : texts.near_unavailable);
      return;
    }
    const button = one('[data-field-fix]');
    button.setAttribute('aria-busy', 'true');
    say(texts.measuring);
    const found = await locate(navigator.geolocation, { onBetter: better => say(fill(texts.accuracy, { n: Math.round(better.accuracy) })) });
    button.removeAttribute('aria-busy');
    if (ends.signal.aborted) return;
    if (!found.fix) {
      say(texts[`near_${found.why}`]);
      return;
    }
    fix = found.fix;
    const old = age(fix, Date.now()).seconds;
    say(fill(old > 60 ? texts.accuracy_old : texts.accuracy, { n: Math.round(fix.accuracy), s: old }));
    order();
  }

  on(one('[data-field-fix]'), 'click', measure);
  on(one('[data-field-find]'), 'input', order);
  on(one('[data-field-region]'), 'change', order);
  for (const shown of root.querySelectorAll('[data-scripts]')) shown.hidden = false;
  one('[data-field-submit]').hidden = true;
  return () => ends.abort();
}
