// The board, as people use it: by pointer, finger, keyboard and menu.
import { type Locator, type Page, expect } from '@playwright/test';
import { open } from '../support/fixtures';

export interface Point { x: number; y: number }

export class Board {
  constructor(readonly page: Page) {}

  async goto(query = ''): Promise<void> {
    await open(this.page, `/deals${query}`);
    await this.columns.first().waitFor();
  }

  get columns(): Locator { return this.page.locator('.colm'); }
  get total(): Locator { return this.page.locator('[data-total]'); }
  get lifted(): Locator { return this.page.locator('.lift'); }
  get slot(): Locator { return this.page.locator('.slot'); }
  get dialog(): Locator { return this.page.locator('dialog[open]'); }
  get toast(): Locator { return this.page.locator('.toast'); }
  get refusal(): Locator { return this.page.locator('.toast-err'); }
  get undo(): Locator { return this.page.locator('.toast [data-undo]'); }
  /** What a screen reader is told about moves. */
  get live(): Locator { return this.page.locator('[aria-live="assertive"]'); }
  get filters(): Locator { return this.page.locator('form.filterbar'); }

  column(stage: string): Locator { return this.page.locator(`.colm[data-stage-id="${stage}"]`); }
  list(stage: string): Locator { return this.column(stage).locator('.cards'); }
  cards(stage: string): Locator { return this.column(stage).locator('.deal[data-deal-id]'); }
  card(deal: string): Locator { return this.page.locator(`.deal[data-deal-id="${deal}"]`); }
  cardIn(stage: string, deal: string): Locator { return this.column(stage).locator(`.deal[data-deal-id="${deal}"]`); }
  zone(outcome: 'lost' | 'invalid'): Locator { return this.page.locator(`.drop-zone[data-out="${outcome}"]`); }
  target(stage: string): Locator { return this.dialog.locator(`.move-to[data-to="${stage}"]`); }
  field(id: string): Locator { return this.dialog.locator(`#${id}`); }
  error(id: string): Locator { return this.dialog.locator(`#${id}-err`); }
  chip(name: string): Locator { return this.filters.locator(`select[name="${name}"]`); }
  get search(): Locator { return this.filters.locator('input[name="q"]'); }

  /** Cards of a column as they are drawn, from the top. */
  async order(stage: string): Promise<string[]> {
    return this.cards(stage).evaluateAll(cards => cards.map(card => card.getAttribute('data-deal-id') ?? ''));
  }

  /** How many deals a column says it has. */
  counter(stage: string): Locator { return this.column(stage).locator('[data-count]'); }

  async count(stage: string): Promise<number> {
    return Number(await this.counter(stage).innerText());
  }

  /**
   * Watches for a card to be drawn in a column. Answers a function that waits
   * for it, and tells when that was, by the clock that all browsers of a test
   * share with the test, and what the card said at that moment.
   */
  async awaitArrival(stage: string, deal: string): Promise<() => Promise<{ at: number; text: string }>> {
    const watching = await this.page.evaluateHandle(selector => ({
      arrival: new Promise<{ at: number; text: string }>(resolve => {
        const look = (): void => {
          const card = document.querySelector(selector);
          if (!card) return;
          observer.disconnect();
          resolve({ at: Date.now(), text: card.textContent ?? '' });
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { childList: true, subtree: true });
        look();
      }),
    }), `.colm[data-stage-id="${stage}"] .deal[data-deal-id="${deal}"]`);
    return async () => {
      await this.cardIn(stage, deal).waitFor({ state: 'attached' });
      return watching.evaluate(watched => watched.arrival);
    };
  }

  /** A point on a card that is no control. */
  async grip(deal: string): Promise<Point> {
    const box = await this.card(deal).locator('.d2').boundingBox();
    if (!box) throw new Error(`card ${deal} is not drawn`);
    return { x: box.x + box.width / 3, y: box.y + box.height / 2 };
  }

  /** A point of a column's list: at its top, or in the gap above a card. */
  async place(stage: string, above?: string): Promise<Point> {
    const list = await this.list(stage).boundingBox();
    if (!list) throw new Error(`column ${stage} is not drawn`);
    if (!above) return { x: list.x + list.width / 2, y: list.y + 6 };
    const card = await this.cardIn(stage, above).boundingBox();
    if (!card) throw new Error(`card ${above} is not drawn`);
    return { x: list.x + list.width / 2, y: card.y - 3 };
  }

  /** Picks a card up with the mouse and holds it over a point. */
  async hold(deal: string, to: Point): Promise<void> {
    await this.card(deal).scrollIntoViewIfNeeded();
    const from = await this.grip(deal);
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + 8, from.y + 2);
    await this.lifted.waitFor();
    await this.page.mouse.move(to.x, to.y, { steps: 5 });
  }

  async release(): Promise<void> { await this.page.mouse.up(); }

  /** Drags a card with the mouse into a column, at its top or above a card. */
  async drag(deal: string, stage: string, above?: string): Promise<void> {
    await this.card(deal).scrollIntoViewIfNeeded();
    await this.hold(deal, await this.place(stage, above));
    await expect(this.column(stage)).toHaveClass(/is-over/);
    await this.release();
  }

  async dragOut(deal: string, outcome: 'lost' | 'invalid'): Promise<void> {
    const from = await this.grip(deal);
    await this.hold(deal, { x: from.x + 20, y: from.y + 20 });
    const zone = await this.zone(outcome).boundingBox();
    if (!zone) throw new Error('the zones are not shown');
    await this.page.mouse.move(zone.x + zone.width / 2, zone.y + zone.height / 2, { steps: 5 });
    await expect(this.zone(outcome)).toHaveClass(/is-over/);
    await this.release();
  }

  /** Opens the menu "move to…" with its button. */
  async menu(deal: string): Promise<void> {
    await this.card(deal).hover();
    await this.card(deal).locator('[data-move]').click();
    await this.dialog.waitFor();
  }

  async save(): Promise<void> { await this.dialog.locator('button[type="submit"]').click(); }
}
