// The funnel: what is counted, its figures, and the deals behind them.
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export type Part = 'entered' | 'advanced' | 'lost' | 'still';
export const PARTS: readonly Part[] = ['entered', 'advanced', 'lost', 'still'];

export interface Row { entered: number; advanced: number; lost: number; still: number; step_bp: number | null }
export interface Side { rows: Row[]; reasons: { reason: string | null; count: number }[][]; deals: number }
export interface Report { stages: { name_zh: string; name_en: string }[]; pipelines: { id: string }[]; now: Side; before: Side | null }
export interface Deals { total: number; sum_minor: number; rows: { card: { id: string } }[] }

export const QUERY = { view: 'cohort', mode: 'reached', measure: 'count', span: 'half', against: 'year_before', filter: { text: '' } };

export class Funnel {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/funnel${query}`); }

  /** The figures as the server tells them. */
  static report(api: Api, query: object = {}): Promise<Report> {
    return api.json('funnel/funnel', { query: { ...QUERY, ...query } });
  }

  static deals(api: Api, stage: number, part: Part, query: object = {}, which: 'now' | 'before' = 'now'): Promise<Deals> {
    return api.json('funnel/deals', { part: { query: { ...QUERY, ...query }, stage, part, which } });
  }

  get heading(): Locator { return this.page.locator('main h1'); }
  /** A choice of a segmented control, by its code. */
  choice(code: string): Locator { return this.page.locator(`main .seg a[data-choice="${code}"]`); }
  get about(): Locator { return this.page.locator('[data-about]'); }
  get filters(): Locator { return this.page.locator('form.filterbar'); }
  chip(name: string): Locator { return this.filters.locator(`select[name="${name}"]`); }

  /** A part of the picture; on a phone there is a list in its place. */
  segment(stage: number, part: Part, which: 'now' | 'before' = 'now'): Locator {
    return this.page.locator(`.lv-wide a[data-figure="${stage}-${part}-${which}"]`);
  }
  get picture(): Locator { return this.page.locator('.lv-wide > svg'); }
  get list(): Locator { return this.page.locator('.lv-narrow'); }

  get rows(): Locator { return this.page.locator('.fn-table tbody tr'); }
  cell(stage: number, part: Part): Locator { return this.page.locator(`.fn-table tr[data-stage="${stage}"] td[data-part="${part}"]`); }

  get message(): Locator { return this.page.locator('.fn-message'); }
  get counted(): Locator { return this.page.locator('[data-counted]'); }
  get how(): Locator { return this.page.locator('details.fn-how'); }

  get panel(): Locator { return this.page.locator('.fn-panel'); }
  get total(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('li[data-deal-id]'); }
  get close(): Locator { return this.panel.locator('header a.btn'); }
}
