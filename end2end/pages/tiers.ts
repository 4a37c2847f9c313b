// The board of tiers: columns, cards, and what a move asks.
import type { Locator, Page } from '@playwright/test';
import type { Api } from '../support/api';
import { open } from '../support/fixtures';

export type Tier = 'vip' | 'ordinary' | 'potential';
export const TIERS: readonly Tier[] = ['vip', 'ordinary', 'potential'];

export interface Card { id: string; version: number; name: string; tier: Tier; breaches: object[] }
export interface Column { tier: Tier; count: number; late: number; cards: Card[]; next: string | null }
export interface Board { columns: Column[] }

export interface Group { count: number; minor: number }
export interface Figures {
  customers: number; as_of: string;
  pareto: { curve: { bringing_80: { customers: number } | null }; paying: Group; classes: [string, Group][]; without: number };
  rfm: { scored: Group; cells: Group[][]; classes: [string, Group][]; unscored: number };
  migration: { Ok?: { from: string; to: string; counts: { counts: number[][] } }; Err?: { code: string } };
}
export interface Behind { all: Group; rows: { id: string }[] }

/** The charts of the tiers. */
export class TierFigures {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/tiers/figures${query}`); }

  static figures(api: Api, query: object = {}): Promise<Figures> { return api.json('tiers/figures', { query }); }
  static customers(api: Api, set: unknown, query: object = {}): Promise<Behind> { return api.json('tiers/customers', { part: { query, set } }); }

  get heading(): Locator { return this.page.locator('main h1'); }
  get total(): Locator { return this.page.locator('.tf-about [data-total]'); }
  card(name: string): Locator { return this.page.locator(`[data-card="${name}"]`); }
  says(name: string): Locator { return this.card(name).locator('[data-says]'); }
  /** The link to the customers of a set, in the first place that shows one. */
  link(card: string, set: string): Locator { return this.card(card).locator(`a[data-set="${set}"]`).filter({ visible: true }).first(); }
  /** The heat map as a table, behind a disclosure. */
  get cells(): Locator { return this.card('rfm').locator('details:has(table) > summary'); }
  chip(name: string): Locator { return this.page.locator(`form.filterbar select[name="${name}"]`); }
  date(name: 'from' | 'to'): Locator { return this.page.locator(`form.filterbar input[name="${name}"]`); }
  get dateError(): Locator { return this.page.locator('#dates-err'); }
  get panel(): Locator { return this.page.locator('.an-panel'); }
  get count(): Locator { return this.panel.locator('[data-behind]'); }
  get behind(): Locator { return this.panel.locator('li[data-customer-id]'); }
  get close(): Locator { return this.panel.locator('header a.btn'); }
}

export class Tiers {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/tiers${query}`); }

  /** The board as the server tells it. */
  /** With all cards, as far as there are no more than 500 in a column. */
  static all(api: Api, filter: object = {}): Promise<Board> { return api.json('tiers/board', { filter, shown: 500 }); }
  static board(api: Api, filter: object = {}): Promise<Board> { return api.json('tiers/board', { filter, shown: 0 }); }

  get heading(): Locator { return this.page.locator('main h1'); }
  get total(): Locator { return this.page.locator('[data-total]'); }
  column(tier: Tier): Locator { return this.page.locator(`.tcol[data-tier="${tier}"]`); }
  count(tier: Tier): Locator { return this.column(tier).locator('header .count'); }
  cards(tier: Tier): Locator { return this.column(tier).locator('[data-customer-id]'); }
  card(id: string): Locator { return this.page.locator(`.tb [data-customer-id="${id}"]`); }
  more(tier: Tier): Locator { return this.column(tier).locator('[data-more]'); }
  chip(name: string): Locator { return this.page.locator(`form.filterbar select[name="${name}"]`); }
  get onlyLate(): Locator { return this.page.locator('form.filterbar [data-late]'); }
  get tabs(): Locator { return this.page.locator('.tier-tabs [role="tab"]'); }

  get dialog(): Locator { return this.page.locator('dialog[open]'); }
  choice(tier: Tier): Locator { return this.dialog.locator(`input[name="to"][value="${tier}"]`); }
  get reason(): Locator { return this.dialog.locator('textarea'); }
  get save(): Locator { return this.dialog.locator('button[type="submit"]'); }
  get toast(): Locator { return this.page.locator('.toast').last(); }
  get undo(): Locator { return this.page.locator('.toast [data-undo]').last(); }

  /** Carries a card over a tier by mouse and lets it go there. */
  async drag(id: string, to: Tier): Promise<void> {
    const from = (await this.card(id).boundingBox())!;
    const over = (await this.column(to).locator('header').boundingBox())!;
    await this.page.mouse.move(from.x + from.width / 2, from.y + 40);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + from.width / 2 + 10, from.y + 46, { steps: 3 });
    await this.page.mouse.move(over.x + over.width / 2, over.y + 60, { steps: 6 });
    await this.page.mouse.up();
  }
}
