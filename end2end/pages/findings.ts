// Findings: sentences by rule, the rows behind each, and putting one off.
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export interface Finding { key: string; severity: 'act' | 'watch' | 'note'; rows: number; base: number; what: Record<string, unknown> }
export interface Report {
  findings: Finding[];
  snoozed: { finding: Finding; until: string; note: string }[];
  rows: { total: number; deals: { id: string }[]; customers: { id: string }[] } | null;
}

export const PATH = '/analysis/findings';

export class Findings {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `${PATH}${query}`); }

  static read(api: Api, query: object = {}): Promise<Report> {
    return api.json('analysis/findings', { query: { team: null, owner: null, open: null, whole: false, later: null, ...query } });
  }

  get list(): Locator { return this.page.locator('[data-findings] > li'); }
  finding(key: string): Locator { return this.page.locator(`[data-findings] > li[data-finding="${key}"]`); }
  /** The link to its rows, beside the sentence. */
  rows(key: string): Locator { return this.finding(key).locator('.fi-says a[data-rows]'); }
  how(key: string): Locator { return this.finding(key).locator('details'); }
  later(key: string): Locator { return this.finding(key).locator('[data-later]'); }
  chip(name: string): Locator { return this.page.locator(`form.filterbar select[name="${name}"]`); }

  get panel(): Locator { return this.page.locator('.an-panel'); }
  get total(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('.an-deals > li'); }

  get form(): Locator { return this.page.locator('#later form'); }
  get note(): Locator { return this.form.locator('textarea[name="form[note]"]'); }
  get submit(): Locator { return this.form.locator('button[type="submit"]'); }
  get refusal(): Locator { return this.form.locator('#note-err'); }

  get snoozed(): Locator { return this.page.locator('[data-snoozed]'); }
  off(key: string): Locator { return this.snoozed.locator(`li[data-finding="${key}"]`); }
}
