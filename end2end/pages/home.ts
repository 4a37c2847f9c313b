// Today: what to do, what was won, who needs help, what the organisation lacks.
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export type List = 'steps' | 'tasks' | 'contacts' | 'needs' | 'tickets' | 'stalled' | 'won' | 'won_before';
export interface Explanation { numerator: { quantity: Record<string, unknown> }; rows: { count: number }; context: { as_of: string } }
export interface Home {
  list: List;
  several: boolean;
  choice: string | null;
  buckets: [List, { count: number; overdue: number }][];
  rows: Record<string, { id?: string; customer?: string; card?: { id: string } }[]>;
  won: { count: Explanation; count_before: number; amounts: { currency: string }[] } | null;
  people: { id: string; name: string; overdue_steps: number; stalled: number; overdue_contacts: number }[];
  gaps: { without_sign_in_count: number; people: number } | null;
}

export const QUERY = { whose: null, person: null, span: null, list: null };

export class HomePage {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/home${query}`); }

  /** The page as the server tells it. */
  static told(api: Api, query: object = {}): Promise<Home> { return api.json('home/home', { query: { ...QUERY, ...query } }); }

  get heading(): Locator { return this.page.locator('main h1'); }
  bucket(list: List): Locator { return this.page.locator(`a[data-list="${list}"]`); }
  get rows(): Locator { return this.page.locator('[data-rows] > li'); }
  rowsOf(list: string): Locator { return this.page.locator(`[data-rows="${list}"] > li`); }
  get total(): Locator { return this.page.locator('[data-total]'); }
  figure(name: 'amount' | 'count' | 'cycle'): Locator { return this.page.locator(`[data-figure="${name}"]`); }
  get won(): Locator { return this.page.locator('.hm-won'); }
  get work(): Locator { return this.page.locator('.hm-work'); }
  get people(): Locator { return this.page.locator('[data-help] tbody tr'); }
  get gaps(): Locator { return this.page.locator('[data-gaps]'); }
  get whose(): Locator { return this.page.locator('.hm-whose'); }
}
