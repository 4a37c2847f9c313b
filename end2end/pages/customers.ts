import type { Locator, Page } from '@playwright/test';
import { open } from '../support/fixtures';
import { Composer } from './deals';
import { Form } from './form';
import { ListPage } from './list';

export class Customers extends ListPage {
  constructor(page: Page) { super(page, '/customers', 'customer'); }
}

export class Contacts extends ListPage {
  constructor(page: Page) { super(page, '/contacts', 'contact'); }
}

export class CustomerForm extends Form {
  constructor(readonly page: Page) { super(page.locator('form:has(#short_name)')); }
  async gotoNew(): Promise<void> { await open(this.page, '/customers/new'); }
  async gotoEdit(customer: string): Promise<void> { await open(this.page, `/customers/${customer}/edit`); }
}

export class ContactForm extends Form {
  constructor(readonly page: Page) { super(page.locator('form:has(#email)')); }
  async gotoNew(customer: string): Promise<void> { await open(this.page, `/customers/${customer}/contacts/new`); }
}

/** A customer's page: facts, contacts, deals, what happened. */
export class CustomerPage {
  readonly composer: Composer;

  constructor(readonly page: Page) {
    this.composer = new Composer(page);
  }

  async goto(customer: string): Promise<void> { await open(this.page, `/customers/${customer}`); }

  get heading(): Locator { return this.page.locator('main h1'); }
  get timeline(): Locator { return this.page.locator('ol.tl > li'); }
  contact(name: string): Locator { return this.page.locator('main').getByText(name, { exact: true }).first(); }
  deals(): Locator { return this.page.locator('main a[href^="/deals/"]:not([href="/deals/new"])'); }
}

/** Customers that look alike, pair by pair. */
export class Duplicates {
  constructor(readonly page: Page) {}

  async goto(): Promise<void> { await open(this.page, '/customers/duplicates'); }

  get pairs(): Locator { return this.page.locator('[data-pair]'); }
  pair(a: string, b: string): Locator { return this.page.locator(`[data-pair="${a} ${b}"]`); }
  get total(): Locator { return this.page.locator('[data-total]'); }
  get aside(): Locator { return this.page.locator('.dup-aside'); }
  get undo(): Locator { return this.page.locator('.toast [data-undo]'); }
}

/** Two customers side by side. */
export class Merge {
  constructor(readonly page: Page) {}

  async goto(a: string, b: string): Promise<void> { await open(this.page, `/customers/merge?a=${a}&b=${b}`); }

  field(code: string): Locator { return this.page.locator(`[data-field="${code}"]`); }
  pick(code: string, side: 'a' | 'b' | 'both'): Locator { return this.field(code).locator(`input[value="${side}"]`); }
  side(side: 'a' | 'b'): Locator { return this.page.locator(`[data-side="${side}"]`); }
  get merge(): Locator { return this.page.locator('.mg button[type="submit"].btn-primary'); }
  get whole(): Locator { return this.page.locator('.form-error'); }
}
