// What all forms have in common: fields by name, refusals at them.
import { type Locator, type Page } from '@playwright/test';

export class Form {
  constructor(readonly root: Locator) {}

  field(name: string): Locator { return this.root.locator(`#${name}`); }
  label(name: string): Locator { return this.root.locator(`label[for="${name}"]`); }
  error(name: string): Locator { return this.root.locator(`#${name}-err`); }
  get whole(): Locator { return this.root.locator('.form-error'); }

  /** Fills controls of any kind. */
  async fill(values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const field = this.field(name);
      if (await field.evaluate(element => element instanceof HTMLSelectElement)) await field.selectOption(value);
      else await field.fill(value);
    }
  }

  async submit(): Promise<void> { await this.root.locator('button[type="submit"].btn-primary').click(); }

  static of(page: Page, selector = 'main form[method="post"]'): Form { return new Form(page.locator(selector)); }
}
