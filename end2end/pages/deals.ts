import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Form } from './form';
import { ListPage } from './list';

export class DealsList extends ListPage {
  constructor(page: Page) { super(page, '/deals/list', 'deal'); }
}

export class DealForm extends Form {
  constructor(readonly page: Page) {
    super(page.locator('form:has(#title)'));
  }

  async gotoNew(query = ''): Promise<void> { await open(this.page, `/deals/new${query}`); }
  async gotoEdit(deal: string): Promise<void> { await open(this.page, `/deals/${deal}/edit`); }

  /** Finds a customer by typing, as a person does. */
  async customer(name: string): Promise<void> {
    await this.field('customer').fill(name);
    await this.page.locator('#customer-list [role="option"]').filter({ hasText: name }).first().click();
  }
}

/** A deal's page. */
export class DealPage {
  readonly composer: Composer;

  constructor(readonly page: Page) {
    this.composer = new Composer(page);
  }

  async goto(deal: string): Promise<void> { await open(this.page, `/deals/${deal}`); }

  get heading(): Locator { return this.page.locator('main h1'); }
  get timeline(): Locator { return this.page.locator('ol.tl > li'); }
  get path(): Locator { return this.page.locator('[data-stage-id], .stage-path'); }
  stage(id: string): Locator { return this.page.locator(`main [data-to="${id}"], main [data-stage-id="${id}"]`).first(); }
}

/** Writing down a follow-up; the same on a deal's and a customer's page. */
export class Composer {
  constructor(readonly page: Page) {}

  get root(): Locator { return this.page.locator('form.composer'); }
  field(name: string): Locator { return this.root.locator(`#fu-${name}`); }
  error(name: string): Locator { return this.root.locator(`#fu-${name}-err`); }
  kind(code: string): Locator { return this.root.locator(`input[name="form[kind]"][value="${code}"]`); }
  get record(): Locator { return this.root.locator('button[type="submit"]'); }
}
