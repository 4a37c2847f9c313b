// Checking in, visits and privacy.
import { type Locator, type Page } from '@playwright/test';
import { type Api, COOKIE } from '../support/api';
import { open } from '../support/fixtures';

export interface Near { id: string; name: string; place: { lat: number; lon: number } | null; radius_dm: number; planned: string; phone: string }
export interface Visit { id: string; fix: unknown; customer: string; verdict: string; signals: string[]; photos: string[]; note: string; offline: boolean; out: unknown; stay: unknown }
export interface Found { consent: unknown; customers: Near[]; open: Visit | null; done: Visit | null }

/** Degrees of latitude of so many metres to the north. */
export const north = (metres: number): number => metres / 111_195;

export class Field {
  constructor(readonly page: Page) {}

  get form(): Locator { return this.page.locator('[data-field-form]'); }
  get status(): Locator { return this.form.locator('[data-field-status]'); }
  get verdict(): Locator { return this.form.locator('[data-field-verdict]'); }
  get measure(): Locator { return this.form.locator('[data-field-fix]'); }
  get go(): Locator { return this.form.locator('button[type="submit"]'); }
  get error(): Locator { return this.form.locator('[data-field-error]'); }
  get done(): Locator { return this.page.locator('[data-done]'); }
  get ask(): Locator { return this.page.locator('[data-consent-ask]'); }
  get leave(): Locator { return this.page.locator('form[data-field-out]'); }
  get waiting(): Locator { return this.page.locator('[data-field-queue]'); }

  customer(id: string): Locator { return this.form.locator(`[data-customer="${id}"]`); }
  async choose(name: string, id: string): Promise<void> {
    await this.form.locator('[data-field-find]').fill(name);
    await this.customer(id).locator('input[type="radio"]').check();
  }

  async goto(): Promise<void> {
    await open(this.page, '/field');
    // The search is there once the form is alive.
    await this.form.locator('[data-field-find]').waitFor();
  }
}

export async function consent(api: Api, give: boolean): Promise<void> {
  await api.post('field/consent', { 'form[version]': '2026-1', 'form[give]': String(give) });
}

export async function field(api: Api): Promise<Found> {
  return api.json<Found>('field/field', { done: null });
}

/** A customer of the person with a place. */
export async function placed(api: Api): Promise<Near & { place: { lat: number; lon: number } }> {
  const found = (await field(api)).customers.find(customer => customer.place !== null)!;
  return found as Near & { place: { lat: number; lon: number } };
}

/** All visits of a person's day, as they may see them. */
export async function visits(api: Api, on = '2026-06-30'): Promise<Visit[]> {
  const day = await api.json<{ people: { visits: Visit[] }[] }>('field/visits', { query: { on } });
  return day.people.flatMap(person => person.visits);
}

/** The last day before the demo's on which somebody was measured somewhere. */
export async function busyDay(api: Api): Promise<string> {
  for (let back = 1; back < 60; back += 1) {
    const on = new Date(Date.UTC(2026, 5, 30 - back)).toISOString().slice(0, 10);
    if ((await visits(api, on)).some(visit => visit.fix !== null)) return on;
  }
  throw new Error('nobody visited anybody');
}

/** Sends a check-in as a phone does; gives its status. */
export async function send(api: Api, fields: Record<string, string>): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const answer = await fetch(`${api.app.url}/upload/field`, { method: 'POST', body: form, headers: { cookie: `${COOKIE}=${api.token}`, accept: 'application/json' } });
  return answer.status;
}
