// Return visits: the list of what is due, the form of a visit, needs and opinions.
import { type Locator, type Page, expect } from '@playwright/test';
import { hydrated, open } from '../support/fixtures';
import type { Api } from '../support/api';
import { Form } from './form';

export interface VisitRow { customer: string; name: string; tier: string; due: string; overdue_days: number; standing: string; level: string | null; reach: { contact: string | null; phone: string; email: string } }
export interface VisitList { page: { rows: VisitRow[]; total: number }; standings: [string, number][]; levels: [string, number][]; with_me: number }
export interface NeedRow { id: string; version: number; text: string; customer: string; status: string; owner: string }
export interface NeedList { page: { rows: NeedRow[]; total: number } }

export class Visits {
  constructor(private readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/visits${query}`); }
  row(customer: string): Locator { return this.page.locator(`tr[data-customer-id="${customer}"]`); }
  group(standing: string): Locator { return this.page.locator(`[data-group="${standing}"]`); }
  part(code: string): Locator { return this.page.locator(`main nav.tabs a[data-part="${code}"]`); }
  get done(): Locator { return this.page.locator('[data-done]'); }
  get form(): Form { return Form.of(this.page, '#visit-form'); }

  /** Without the program that a browser would hand a number to. */
  async noDialling(): Promise<void> {
    await this.page.evaluate(() => document.addEventListener('click', event => {
      if ((event.target as Element).closest('a[href^="tel:"], a[href^="mailto:"]')) event.preventDefault();
    }, true));
  }

  async filled(): Promise<void> {
    await this.form.field('content').waitFor();
    await hydrated(this.page);
  }

  /** Sends the form, and waits for the list that says so. */
  async saved(): Promise<void> {
    await this.form.submit();
    await expect(this.page).toHaveURL(/\/visits\?done=[0-9a-f-]{36}$/);
    await expect(this.done).toBeVisible();
  }

  static async told(api: Api, filter: Record<string, unknown> = {}): Promise<VisitList> {
    return api.json<VisitList>('visits/visits', { filter, after: null, done: null });
  }

  static async needs(api: Api, filter: Record<string, unknown> = {}): Promise<NeedList> {
    return api.json<NeedList>('visits/needs', { filter, after: null, edit: null });
  }
}
