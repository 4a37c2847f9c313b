import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Form } from './form';

export class Account {
  readonly password: Form;

  constructor(readonly page: Page) {
    this.password = new Form(page.locator('#password-change form'));
  }

  async goto(): Promise<void> { await open(this.page, '/account'); }

  get signIns(): Locator { return this.page.locator('[data-sign-ins] > li'); }
  revoke(row: Locator): Locator { return row.locator('button[type="submit"]'); }
  async change(): Promise<void> { await this.password.root.locator('button[type="submit"]').click(); }
}

export class People {
  readonly form: Form;
  readonly unit: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form.form:has(#email)'));
    this.unit = new Form(page.locator('form.form:has(#parent)'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/settings/people${query}`); }

  get tree(): Locator { return this.page.locator('[data-people]'); }
  row(email: string): Locator { return this.page.locator('.person', { hasText: email }); }
  edit(email: string): Locator { return this.row(email).locator('a[href*="edit="]'); }
  get add(): Locator { return this.page.locator('main a[href$="add=person"]'); }
  get addUnit(): Locator { return this.page.locator('main a[href$="add=unit"]'); }
}

export class Products {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form.form:has(#price)'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/settings/products${query}`); }
  row(code: string): Locator { return this.page.locator('[data-products] tbody tr').filter({ has: this.page.getByText(code, { exact: true }) }); }
}

/** What tiers promise. */
export class TierSettings {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form.form:has(#every_any)'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/settings/tiers${query}`); }
  row(tier: string): Locator { return this.page.locator(`[data-tiers] tr[data-tier="${tier}"]`); }
}

export class Pipelines {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form.form:has(#name_zh)'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/settings/pipelines${query}`); }
  get stages(): Locator { return this.page.locator('[data-stages] tbody tr'); }
}
