// The menu that chooses the columns of a list.
import type { Locator, Page } from '@playwright/test';

export class Columns {
  constructor(readonly page: Page) {}

  get root(): Locator { return this.page.locator('details.cols'); }
  get summary(): Locator { return this.root.locator('> summary'); }
  box(code: string): Locator { return this.root.locator(`input[type="checkbox"][value="${code}"]`); }
  get usual(): Locator { return this.root.locator('a.btn'); }
  /** Without scripts. */
  get apply(): Locator { return this.root.locator('button[type="submit"]'); }
  get heads(): Locator { return this.page.locator('thead th'); }

  async open(): Promise<void> {
    if (await this.root.getAttribute('open') === null) await this.summary.click();
  }
}
