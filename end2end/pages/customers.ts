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
