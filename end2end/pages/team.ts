import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Form } from './form';

export class Tasks {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form:has([name="form[title]"])'));
  }

  async goto(query = ''): Promise<void> { await open(this.page, `/tasks${query}`); }

  get rows(): Locator { return this.page.locator('[data-task]'); }
  row(title: string): Locator { return this.rows.filter({ hasText: title }); }
  tick(title: string): Locator { return this.row(title).locator('[data-tick]'); }
}
