// The page without network: today's customers, and the same forms, from what the phone kept.
import { fill, isToday } from './core.mjs';
import { kept, queue } from './kept.mjs';
import { mount } from './page.mjs';
import { enqueue, newId, onChange, sendAll } from './send.mjs';

/** An element of tag, attributes and children; texts are texts. */
function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(child => child != null && child !== false));
  return made;
}

const call = phone => {
  const number = phone.split('/')[0].split(/[转x#,]/)[0].replace(/[^\d+]/g, '');
  return number ? `tel:${number}` : null;
};

function line(customer, texts) {
  const said = customer.step || (customer.planned !== 'none' ? texts.planned_today : customer.last ? fill(texts.last_on, { day: customer.last }) : '');
  return h('li', {
    'data-customer': customer.id, 'data-name': customer.name, 'data-lat': customer.place?.lat, 'data-lon': customer.place?.lon, 'data-radius': customer.radius_dm,
  }, h('label', { class: 'ck-line' },
    h('input', { type: 'radio', name: 'customer', value: customer.id }),
    h('span', { class: 'grow' }, h('b', {}, customer.name), said && h('small', {}, said)),
    h('span', { class: 'num', 'data-field-dist': true })));
}

function field(label, control) {
  return h('label', { class: 'field' }, h('span', { class: 'label' }, label), control);
}

function checkIn(snapshot, texts) {
  return h('form', { class: 'ck-form', 'data-field-form': true, 'aria-label': texts.check_in },
    h('div', { 'data-field-plot': true, class: 'ck-plot' }),
    snapshot.consent && h('button', { type: 'button', class: 'btn', 'data-field-fix': true }, texts.locate),
    h('input', { type: 'search', class: 'input', 'data-field-find': true, placeholder: texts.find, 'aria-label': texts.find }),
    h('ul', { class: 'card-box ck-near', 'data-field-list': true }, snapshot.customers.map(customer => line(customer, texts))),
    h('p', { class: 'muted', 'data-field-none': true, hidden: true }, texts.none_found),
    // What was kept before pictures had a rule names none.
    snapshot.photo !== 'off' && field(snapshot.photo === 'required' ? texts.photo_required : texts.photo,
      h('input', { type: 'file', name: 'photo', accept: 'image/*', capture: 'environment', required: snapshot.photo === 'required', 'data-field-photo': true })),
    field(texts.note, h('textarea', { name: 'note', rows: 2 })),
    field(texts.next_step, h('input', { name: 'next_step', maxlength: 200 })),
    field(texts.next_on, h('input', { name: 'next_on', type: 'date' })),
    h('p', { 'data-field-verdict': true, class: 'ck-verdict', role: 'status' }),
    h('p', { class: 'form-error', role: 'alert', 'data-field-error': true, hidden: true }),
    h('button', { type: 'submit', class: 'btn btn-primary ck-go' }, h('span', { 'data-field-go': true }, texts.check_in)));
}

function checkOut(open, texts) {
  return h('form', { class: 'card-box ck-open', 'data-field-out': true, 'data-name': open.name },
    h('p', {}, fill(texts.open_at, { name: open.name })),
    h('input', { type: 'hidden', name: 'of', value: open.id }), h('input', { type: 'hidden', name: 'customer', value: open.customer }),
    h('button', { type: 'submit', class: 'btn' }, texts.check_out));
}

function followUp(snapshot, texts) {
  const said = h('p', { role: 'status', class: 'muted' });
  const form = h('form', { class: 'card-box ck-form', 'data-field-note': true, 'aria-label': texts.follow_up },
    h('h2', {}, texts.follow_up),
    field(texts.customer, h('select', { name: 'customer', required: true }, h('option', { value: '' }, ''), snapshot.customers.map(customer => h('option', { value: customer.id }, customer.name)))),
    field(texts.note, h('textarea', { name: 'content', rows: 3, required: true })),
    field(texts.next_step, h('input', { name: 'next_step', maxlength: 200 })),
    field(texts.next_on, h('input', { name: 'next_on', type: 'date' })),
    h('button', { type: 'submit', class: 'btn' }, texts.keep), said);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(form));
    // A step needs its day: nobody would be reminded of it.
    if (typed.next_step && !typed.next_on) {
      said.textContent = texts.step_needs_day;
      form.elements.next_on.focus();
      return;
    }
    const name = form.elements.customer.selectedOptions[0].textContent;
    await enqueue({ id: newId(), person: snapshot.person, kind: 'follow_up', created: Date.now(), name, fields: { ...typed, kind: 'call' } });
    form.reset();
    said.textContent = texts.queued;
  });
  return form;
}

/** Shows what is kept in `root`, the page of the server without network. */
export async function offline(root, texts) {
  const here = root.querySelector('[data-field-here]');
  const [snapshot, last] = await Promise.all([kept.get('snapshot'), kept.get('open')]);
  if (!snapshot || !isToday(snapshot.kept_at, Date.now())) {
    here.replaceChildren(h('div', { class: 'empty' }, h('p', {}, texts.nothing_kept)));
    return;
  }
  const open = last && last.person === snapshot.person ? last
    : last === null ? null
    : snapshot.open && { id: snapshot.open[0], customer: snapshot.open[1], name: snapshot.open[2] };
  const due = snapshot.customers.filter(customer => customer.planned !== 'none');
  const waiting = h('section', { class: 'card-box', 'data-field-waiting': true });
  const today = h('section', { class: 'card-box', 'data-field-today': true },
    h('h2', {}, fill(texts.today_kept, { day: snapshot.day })),
    due.length === 0 && snapshot.tasks.length === 0 && h('p', { class: 'muted' }, texts.nothing_today),
    h('ul', { class: 'ck-today' },
      due.map(customer => h('li', {}, h('b', {}, customer.name), ' ', customer.step, ' ',
        customer.phone && call(customer.phone) && h('a', { href: call(customer.phone) }, customer.phone))),
      snapshot.tasks.map(([title, customer, on]) => h('li', {}, [title, customer, on].filter(Boolean).join(' · ')))));
  const forms = h('div', { 'data-field-root': true }, h('p', { role: 'status', 'data-field-status': true, class: 'muted' }), open && checkOut(open, texts), checkIn(snapshot, texts));
  here.replaceChildren(waiting, today, forms, followUp(snapshot, texts));
  root.querySelector('[data-field-status]')?.classList.add('muted');
  const show = async () => {
    const items = (await queue.all()).filter(item => item.person === snapshot.person);
    waiting.hidden = items.length === 0;
    waiting.replaceChildren(h('h2', {}, fill(texts.waiting, { n: items.length })),
      h('ul', {}, items.map(item => h('li', {}, [item.name, new Date(item.created).toLocaleString(document.documentElement.lang), item.error].filter(Boolean).join(' · ')))),
      h('button', { type: 'button', class: 'btn', 'data-field-send': true }, texts.send_now));
  };
  waiting.addEventListener('click', event => { if (event.target.closest('[data-field-send]')) sendAll(snapshot.person, true); });
  onChange(show);
  await show();
  mount(forms, { texts, person: snapshot.person, personName: snapshot.person_name, consent: snapshot.consent });
  addEventListener('online', async () => {
    await sendAll(snapshot.person);
    // Back to the page that was wanted, unless somebody is typing.
    const typing = [...root.querySelectorAll('textarea, input:not([type="hidden"], [type="radio"])')].some(control => control.value !== '');
    if (!typing) location.reload();
  });
}
