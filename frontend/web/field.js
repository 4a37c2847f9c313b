// The page of checking in, with and without network, and that of who is near. Built by scripts/charts.mjs.
import { mount } from './field/page.mjs';
import { nearby } from './field/nearby.mjs';
import { offline } from './field/offline.mjs';

/** Called by the page once it is alive; returns what ends it. */
window.weirField = root => (root.dataset.fieldNear === undefined ? mount : nearby)(root, {
  texts: JSON.parse(root.dataset.texts), person: root.dataset.person, personName: root.dataset.personName, consent: root.dataset.consent === '1',
});

const page = document.querySelector('[data-field-offline]');
if (page) offline(page, JSON.parse(document.getElementById('field-texts').textContent));
