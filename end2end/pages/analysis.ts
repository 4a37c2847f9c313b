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
export interface CycleMonth { period: { start: string; end_exclusive: string }; wins: number; median_milli: number | null; p80_milli: number | null }
export interface Trend { months: CycleMonth[]; last: CycleMonth; before: CycleMonth }
export interface Follow { open: number; stepped: number; due: number; kept: number }
export interface Report { now: Side; before: Side; trend: Trend; follow: Follow }
export interface Deals { total: number; sums: Line[]; rows: { card: { id: string } }[] }

export interface Speed {
  stages: { name_zh: string; name_en: string }[];
  rows: { stays: number; median_milli: number | null; standing: number; over: number }[];
  factors: { velocity: { open_deals: number; win_rate_bp: number | null }; qualified_from: number };
}

export interface Categories { closed: number; commit: number; best_case: number; pipeline: number; omitted: number }
export interface ForecastRow { when: 'overdue' | 'undated' | { months: { from: { year: number; month: number }; to: { year: number; month: number } | null } }; line: { open_deals: number; open_minor: number; weighted_minor: number; deals: Categories } }
export interface Forecast { currency: string; currencies: string[]; months: ForecastRow[]; total: ForecastRow; overdue: ForecastRow; undated: ForecastRow; cover: { won: number; closed: number } }
export interface MonthFigures { window: { period: { start: string; end_exclusive: string }; merged: boolean }; now: Line; before: Line; amount: { change_bp: number | null; label: string } }
export interface Months { currency: string; currencies: string[]; rows: MonthFigures[]; totals: MonthFigures[] }

export const QUERY = { currency: null, span: 'half', filter: { text: '' } };

export class Analysis {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/analysis${query}`); }

  static speed(api: Api, query: object = {}): Promise<Speed> {
    return api.json('analysis/speed', { query: { ...QUERY, ...query } });
  }

  static forecast(api: Api, query: object = {}): Promise<Forecast> {
    return api.json('analysis/forecast', { query: { ...QUERY, ...query } });
  }

  static months(api: Api, query: object = {}): Promise<Months> {
    return api.json('analysis/months', { query: { ...QUERY, ...query } });
  }

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

  tab(address: string): Locator { return this.page.locator(`.an-top a[data-tab="${address}"]`); }
  lens(code: string): Locator { return this.page.locator(`[data-lens="${code}"]`); }
  /** A factor of velocity: n, w, a or c. */
  slider(code: string): Locator { return this.page.locator(`[data-factor="${code}"] input[type="range"]`); }
  get truth(): Locator { return this.page.locator('[data-truth]'); }
  get whatIf(): Locator { return this.page.locator('[data-what-if]'); }
  get reset(): Locator { return this.page.locator('[data-reset]'); }

  /** Picture of months, in words for those who do not see it. */
  /** The place of the picture; which of both it holds is no matter. */
  get picture(): Locator { return this.page.locator('.chart:has(svg.an-columns)'); }
  /** The picture in words. */
  get inWords(): Locator { return this.picture.locator('svg.an-columns'); }
  /** A row of the forecast by its code, or of the months by its first day. */
  row(code: string): Locator { return this.page.locator(`tr[data-when="${code}"], tr[data-month="${code}"]`).first(); }
  currency(code: string): Locator { return this.page.locator('.card-box > header nav.seg').getByRole('link', { name: code, exact: true }); }

  get panel(): Locator { return this.page.locator('.an-panel'); }
  get total(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('li[data-deal-id]'); }
  get close(): Locator { return this.panel.locator('header a.btn'); }
}
