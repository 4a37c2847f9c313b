// The menu of saved views beside the heading of a list.
import type { Locator, Page } from '@playwright/test';

export class Views {
  constructor(readonly page: Page) {}

  get root(): Locator { return this.page.locator('details.views'); }
  get summary(): Locator { return this.root.locator('> summary'); }
  get changed(): Locator { return this.root.locator('[data-changed]'); }
  get everything(): Locator { return this.root.locator('.views-list > a').first(); }
  item(name: string): Locator { return this.root.locator('.views-list > a[data-view]').filter({ hasText: name }); }
  form(name: 'keep' | 'change' | 'overwrite' | 'default' | 'remove'): Locator { return this.root.locator(`[data-form="${name}"]`); }
  name(form: 'keep' | 'change'): Locator { return this.form(form).locator('input[name="form[name]"]'); }
  audience(form: 'keep' | 'change'): Locator { return this.form(form).locator('select[name="form[audience]"]'); }
  error(form: 'keep' | 'change', field: 'name' | 'audience' = 'name'): Locator { return this.form(form).locator(`.err[id$="-${field}-err"]`); }
  submit(form: 'keep' | 'change' | 'overwrite' | 'default' | 'remove'): Locator {
    return this.form(form).locator('button[type="submit"]').first();
  }

  async open(): Promise<void> {
    if (await this.root.getAttribute('open') === null) await this.summary.click();
  }

  async unfold(form: 'keep' | 'change'): Promise<void> {
    await this.open();
    if (await this.form(form).getAttribute('open') === null) await this.form(form).locator('> summary').click();
  }

  /** Keeps what is shown under a name. */
  async keep(name: string, { audience, asDefault }: { audience?: string; asDefault?: boolean } = {}): Promise<void> {
    await this.unfold('keep');
    await this.name('keep').fill(name);
    if (audience) await this.audience('keep').selectOption(audience);
    if (asDefault) await this.form('keep').locator('input[type="checkbox"]').check();
    await this.submit('keep').click();
  }
}
