// The palette (find, go, act), the sheet of shortcuts, the page of results.
import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';

export class Palette {
  constructor(readonly page: Page) {}

  get dialog(): Locator { return this.page.locator('dialog.palette'); }
  get field(): Locator { return this.dialog.getByRole('combobox'); }
  get options(): Locator { return this.dialog.getByRole('option'); }
  get active(): Locator { return this.dialog.locator('[role="option"][aria-selected="true"]'); }
  get sheet(): Locator { return this.page.locator('dialog.keys'); }

  async open(): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.field.waitFor();
  }

  option(name: string | RegExp): Locator { return this.options.filter({ hasText: name }); }

  async results(text: string): Promise<void> { await open(this.page, `/search?q=${encodeURIComponent(text)}`); }
  get found(): Locator { return this.page.locator('[data-found-id]'); }
}
