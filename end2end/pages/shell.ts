// The frame around every page: navigation, language, theme, sign-out.
import type { Locator, Page } from '@playwright/test';

export class Shell {
  constructor(readonly page: Page) {}

  get nav(): Locator { return this.page.locator('nav.nav'); }
  get bar(): Locator { return this.page.locator('nav.botbar'); }
  get main(): Locator { return this.page.locator('main#main'); }

  /** Addresses that the side navigation offers, in order. */
  async entries(): Promise<string[]> {
    return this.nav.locator('a.nav-i').evaluateAll(links => links.map(link => link.getAttribute('href') ?? ''));
  }

  async barEntries(): Promise<string[]> {
    return this.bar.locator('a').evaluateAll(links => links.map(link => link.getAttribute('href') ?? ''));
  }

  language(lang: 'zh' | 'en'): Locator { return this.page.locator(lang === 'zh' ? 'button[lang^="zh"]' : 'button[lang^="en"]').first(); }
  signOut(): Locator { return this.page.locator('form[action="/api/settings/sign_out"] button').first(); }
}
