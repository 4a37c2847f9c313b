// The page of a link, and the pages of surveys.
import { type Locator, type Page } from '@playwright/test';

/** What somebody with a link sees: a plain form, also without scripts. */
export class PublicSurvey {
  constructor(readonly page: Page) {}

  question(id: string): Locator { return this.page.locator(`fieldset[data-question="${id}"]`); }
  error(id: string): Locator { return this.page.locator(`#${id}-err`); }
  /** What a refusal or the thanks say. */
  said(which: string): Locator { return this.page.locator(`[data-said="${which}"]`); }

  /** The circle itself is covered by its label: that is what a finger meets. */
  async choose(name: string, value: string): Promise<void> {
    await this.page.locator(`label:has(> input[name="${name}"][value="${value}"])`).click();
  }

  async send(): Promise<void> { await this.page.locator('.sv-f button[value="on"]').click(); }
}

/** The designer. */
export class Designer {
  readonly form: Locator;

  constructor(readonly page: Page) { this.form = page.locator('form[data-designer]'); }

  get questions(): Locator { return this.form.locator('fieldset[data-question]'); }

  /** Presses a button by what it does: `publish`, `add:ces`, `up:2`. */
  async act(what: string): Promise<void> { await this.form.locator(`button[name="form[act]"][value="${what}"]`).first().click(); }
}
