import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Form } from './form';

export class Account {
  readonly password: Form;

  constructor(readonly page: Page) {
    this.password = new Form(page.locator('form[action="/api/settings/change_password"]'));
  }

  async goto(): Promise<void> { await open(this.page, '/account'); }

  get signIns(): Locator { return this.page.locator('[data-sign-in-id]'); }
  revoke(row: Locator): Locator { return row.locator('form[action="/api/settings/revoke_sign_in"] button'); }
}

export class People {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form[action="/api/settings/save_person"]'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/settings/people${query}`); }

  row(email: string): Locator { return this.page.locator('tr', { hasText: email }); }
  get add(): Locator { return this.page.locator('main a[href*="add="]').first(); }
}

export class Products {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form[action="/api/settings/save_product"]'));
  }

  async goto(): Promise<void> { await open(this.page, '/settings/products'); }
  row(code: string): Locator { return this.page.locator('tr', { hasText: code }); }
}

export class Pipelines {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form[action="/api/settings/save_stage"]'));
  }

  async goto(): Promise<void> { await open(this.page, '/settings/pipelines'); }
}
