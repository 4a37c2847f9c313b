// Figures of what was closed: what is counted, each figure, and the deals behind it.
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export interface Figures { won: number; lost: number; no_decision: number; overdue: number; created: number; created_won: number }
export interface Line { currency: string; count: number; minor: number }
export interface Side {
  by_count: Figures;
  by_amount: [string, Figures][];
  lost: { reason: string | null; count: number; sums: Line[] }[];
  cycle: { deals: number; median_milli: number | null; groups: number[] };
}
export interface Report { now: Side; before: Side }
export interface Deals { total: number; sums: Line[]; rows: { card: { id: string } }[] }

export const QUERY = { span: 'half', filter: { text: '' } };

export class Analysis {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/analysis${query}`); }

  /** The figures as the server tells them. */
  static outcomes(api: Api, query: object = {}): Promise<Report> {
    return api.json('analysis/outcomes', { query: { ...QUERY, ...query } });
  }

  static deals(api: Api, set: unknown, query: object = {}, currency: string | null = null): Promise<Deals> {
    return api.json('analysis/deals', { part: { query: { ...QUERY, ...query }, set, currency, before: false } });
  }

  get heading(): Locator { return this.page.locator('main h1'); }
  get filters(): Locator { return this.page.locator('form.filterbar'); }
  chip(name: string): Locator { return this.filters.locator(`select[name="${name}"]`); }
  get message(): Locator { return this.page.locator('.an-message'); }

  card(name: string): Locator { return this.page.locator(`[data-card="${name}"]`); }
  /** A figure by its code, with its parts and how it was counted. */
  figure(code: string): Locator { return this.page.locator(`[data-figure="${code}"]`); }
  /** The link to the deals of a set, in the first place that has one. */
  link(within: Locator, set: string): Locator { return within.locator(`a[data-set="${set}"]`).first(); }

  get panel(): Locator { return this.page.locator('.an-panel'); }
  get total(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('li[data-deal-id]'); }
  get close(): Locator { return this.panel.locator('header a.btn'); }
}
