// Lists: filters and order in the address, pages by key.
import { type Locator, type Page } from '@playwright/test';
import { hydrated, open } from '../support/fixtures';

export class ListPage {
  constructor(readonly page: Page, readonly path: string, private readonly kind: string) {}

  async goto(query = ''): Promise<void> { await open(this.page, `${this.path}${query}`); }

  get rows(): Locator { return this.page.locator(`table tbody tr[data-${this.kind}-id]`); }
  row(id: string): Locator { return this.page.locator(`table tbody tr[data-${this.kind}-id="${id}"]`); }
  get filters(): Locator { return this.page.locator('form.filterbar'); }
  chip(name: string): Locator { return this.filters.locator(`select[name="${name}"]`); }
  get search(): Locator { return this.filters.locator('input[name="q"]'); }
  get pager(): Locator { return this.page.locator('.pager'); }
  get next(): Locator { return this.page.locator('a[rel="next"]'); }
  get empty(): Locator { return this.page.locator('.empty'); }
  head(column: string): Locator {
    return this.page.locator(['', '-', '%2D'].map(sign => `thead a[href*="sort=${sign}${column}"]`).join(', ')).first();
  }

  /** The checkbox of a row. */
  pick(id: string): Locator { return this.page.locator(`[data-pick="${id}"]`); }
  get bar(): Locator { return this.page.locator('.pickbar'); }
  get picked(): Locator { return this.page.locator('[data-picked]'); }
  get dialog(): Locator { return this.page.locator('dialog[open]'); }
  /** Which fact the dialog asks for. */
  get what(): Locator { return this.dialog.locator('#change-what'); }
  cell(id: string, field: string): Locator { return this.row(id).locator(`td[data-cell="${field}"]`); }
  /** The form over a cell. */
  get editor(): Locator { return this.page.locator('form.cell-edit'); }

  /** The order that the address asks for. */
  get sort(): string { return new URL(this.page.url()).searchParams.get('sort') ?? ''; }

  async ids(): Promise<string[]> {
    return this.rows.evaluateAll((rows, name) => rows.map(row => row.getAttribute(name) ?? ''), `data-${this.kind}-id`);
  }
}

export { hydrated };
