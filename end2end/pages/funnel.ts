// The funnel: what is counted, its figures, and the deals behind them.
import { readFile } from 'node:fs/promises';
import { type Locator, type Page, expect } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export type Part = 'entered' | 'advanced' | 'lost' | 'still';
export const PARTS: readonly Part[] = ['entered', 'advanced', 'lost', 'still'];

/** The numerators of the rates of a stage. */
export type Numerator = 'converted' | 'from_first';

export interface Row {
  entered: number; advanced: number; lost: number; still: number; converted: number | null; from_first: number;
  step_bp: number | null; cumulative_bp: number | null;
}
export interface Side { rows: Row[]; reasons: { reason: string | null; count: number }[][]; deals: number }
export interface Report { stages: { name_zh: string; name_en: string }[]; pipelines: { id: string }[]; as_of: string; now: Side; before: Side | null }
export interface Deals { total: number; sum_minor: number; rows: { card: { id: string } }[] }

export const QUERY = { view: 'cohort', mode: 'reached', measure: 'count', span: 'half', against: 'year_before', filter: { text: '' } };

export class Funnel {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/funnel${query}`); }

  /** The figures as the server tells them. */
  static report(api: Api, query: object = {}): Promise<Report> {
    return api.json('funnel/funnel', { query: { ...QUERY, ...query } });
  }

  static deals(api: Api, stage: number, part: Part | Numerator, query: object = {}, which: 'now' | 'before' = 'now'): Promise<Deals> {
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
  /** A stage of the picture, its button and the text that says why deals fell out of it. */
  stage(stage: number, which: 'now' | 'before' = 'now'): Locator { return this.page.locator(`.lv-wide [data-why-of="lv-why-${stage}-${which}"]`); }
  ask(stage: number, which: 'now' | 'before' = 'now'): Locator { return this.stage(stage, which).locator('.lv-ask'); }
  why(stage: number, which: 'now' | 'before' = 'now'): Locator { return this.page.locator(`#lv-why-${stage}-${which}`); }
  get picture(): Locator { return this.page.locator('.lv-wide > svg'); }
  get list(): Locator { return this.page.locator('.lv-narrow'); }

  get rows(): Locator { return this.page.locator('.fn-table tbody tr'); }
  cell(stage: number, part: Part | Numerator): Locator { return this.page.locator(`.fn-table tr[data-stage="${stage}"] td[data-part="${part}"]`); }

  get message(): Locator { return this.page.locator('.fn-message'); }
  get counted(): Locator { return this.page.locator('[data-counted]'); }
  get how(): Locator { return this.page.locator('details.fn-how'); }
  /** The computation of a step, behind the disclosure. */
  step(stage: number): Locator { return this.how.locator(`[data-steps] > li[data-step="${stage}"]`); }

  export(kind: 'csv' | 'svg' | 'png'): Locator {
    return kind === 'png' ? this.page.locator('.fn-exports button') : this.page.locator(`.fn-exports a[href^="/export/funnel.${kind}"]`);
  }

  /** What the page's own control saves. */
  async save(kind: 'csv' | 'svg' | 'png'): Promise<{ name: string; content: Buffer }> {
    const download = this.page.waitForEvent('download');
    await this.export(kind).click();
    const file = await download;
    expect(await file.failure()).toBeNull();
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  }

  get panel(): Locator { return this.page.locator('.fn-panel'); }
  get total(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('li[data-deal-id]'); }
  get close(): Locator { return this.panel.locator('header a.btn'); }
}
