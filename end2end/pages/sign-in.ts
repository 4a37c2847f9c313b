import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Form } from './form';

export class SignIn {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form[action="/api/settings/sign_in"]'));
  }

  async goto(next?: string): Promise<void> {
    await open(this.page, next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`);
  }

  demo(role: string): Locator { return this.page.locator(`.demo-accounts button[data-demo="${role}"]`); }

  async enter(email: string, password: string): Promise<void> {
    await this.form.field('email').fill(email);
    await this.form.field('password').fill(password);
    await this.form.submit();
  }
}

export class SetUp {
  readonly form: Form;

  constructor(readonly page: Page) {
    this.form = new Form(page.locator('form[action="/api/settings/set_up"]'));
  }
}
