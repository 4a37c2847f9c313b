// What every test gets: a server of its worker, people to sign in as, and a
// watch over everything that must not happen in a page.
import { type BrowserContext, type BrowserContextOptions, type Page, type TestInfo, expect, test as base } from '@playwright/test';
import { App } from './app';
import { Api, COOKIE, type Who, signInByApi } from './api';
import type { Lang } from './texts';

export { expect } from '@playwright/test';

/** Collects what went wrong in the pages of a test. */
export class Watch {
  private readonly found: string[] = [];
  private ended = false;
  private readonly allowed: RegExp[] = [];

  /** Declares that a page will be answered with these statuses; the browser's own line about it is then no error. */
  expectStatus(...statuses: number[]): void {
    for (const status of statuses) this.allowed.push(new RegExp(`Failed to load resource: the server responded with a status of ${status} `));
  }

  /** Declares that requests will be cut off by the test. */
  expectOffline(): void {
    this.allowed.push(/Failed to load resource: net::ERR_/, /net::ERR_INTERNET_DISCONNECTED/);
  }

  over(context: BrowserContext): void {
    context.on('console', message => {
      if (message.type() === 'error') this.note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', error => this.note(`page error: ${error.error().stack ?? error.error().message}`));
    context.on('page', page => page.on('crash', () => this.note(`crash: ${page.url()}`)));
  }

  private note(line: string): void {
    if (!this.ended) this.found.push(line);
  }

  /** The test is over: what pages say while their servers end means nothing. */
  end(): void {
    this.ended = true;
  }

  /** Each once; of a stack only its beginning. */
  get problems(): string[] {
    const lines = this.found.filter(line => !this.allowed.some(pattern => pattern.test(line))).map(line => line.slice(0, 500));
    return [...new Set(lines)];
  }
}

/** Waits until the page is alive. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** Opens an address and waits until it is alive. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
}

export interface Actor {
  page: Page;
  context: BrowserContext;
  api: Api;
}

interface WorkerThings {
  app: App;
  tokens: Map<Who, string>;
}

interface Things {
  lang: Lang;
  watch: Watch;
  /** A context with a person signed in; the watch is over it too. */
  actor: (who: Who, options?: BrowserContextOptions & { lang?: Lang; theme?: 'light' | 'dark'; app?: App }) => Promise<Actor>;
  /** Signs a person in in the test's own page. */
  signIn: (who: Who, app?: App) => Promise<Api>;
  /** The server functions as a person. */
  api: (who: Who) => Promise<Api>;
  /** Further servers, stopped at the test's end. */
  server: (from: 'demo' | 'empty' | { file: string }) => Promise<App>;
}

export const test = base.extend<Things, WorkerThings>({
  lang: ['zh', { option: true }],

  app: [async ({}, use) => {
    const app = await App.start('demo');
    await use(app);
    await app.stop();
  }, { scope: 'worker' }],

  tokens: [async ({}, use) => { await use(new Map()); }, { scope: 'worker' }],

  baseURL: async ({ app }, use) => { await use(app.url); },

  watch: [async ({ app }, use, testInfo) => {
    const watch = new Watch();
    const from = app.logged;
    await use(watch);
    await judge(watch, app, from, testInfo);
  }, { auto: true }],

  context: async ({ context, watch, lang, app }, use) => {
    watch.over(context);
    await context.addCookies([{ name: 'weir_lang', value: lang, url: app.url }]);
    await use(context);
  },

  api: async ({ app, tokens }, use) => {
    await use(async who => new Api(app, await token(app, tokens, who)));
  },

  signIn: async ({ app, tokens, context }, use) => {
    await use(async (who, other) => {
      const at = other ?? app;
      const value = other ? await signInByApi(other, who) : await token(app, tokens, who);
      await context.addCookies([{ name: COOKIE, value, url: at.url, httpOnly: true, sameSite: 'Lax' }]);
      return new Api(at, value);
    });
  },

  actor: async ({ app, tokens, browser, watch, lang, contextOptions, viewport, hasTouch, isMobile, deviceScaleFactor, locale, timezoneId }, use) => {
    const open: BrowserContext[] = [];
    await use(async (who, { lang: own, theme, app: other, ...options } = {}) => {
      const at = other ?? app;
      const value = other ? await signInByApi(other, who) : await token(app, tokens, who);
      const context = await browser.newContext({
        ...contextOptions, viewport, hasTouch, isMobile, deviceScaleFactor, locale, timezoneId, baseURL: at.url, ...options,
      });
      open.push(context);
      watch.over(context);
      await context.addCookies([
        { name: COOKIE, value, url: at.url, httpOnly: true, sameSite: 'Lax' },
        { name: 'weir_lang', value: own ?? lang, url: at.url },
        ...(theme ? [{ name: 'weir_theme', value: theme, url: at.url }] : []),
      ]);
      return { context, page: await context.newPage(), api: new Api(at, value) };
    });
    await Promise.all(open.map(context => context.close()));
  },

  server: async ({ watch }, use, testInfo) => {
    const open: App[] = [];
    await use(async from => {
      const app = await App.start(from);
      open.push(app);
      return app;
    });
    watch.end();
    for (const app of open) {
      expect.soft(failures(app.log()), 'errors in the log of a further server').toEqual([]);
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('log of a further server', { body: app.log() || '(nothing)', contentType: 'text/plain' });
      await app.stop();
    }
  },
});

async function token(app: App, tokens: Map<Who, string>, who: Who): Promise<string> {
  let value = tokens.get(who);
  if (!value) {
    value = await signInByApi(app, who);
    tokens.set(who, value);
  }
  return value;
}

/** Lines of a server's log that must not be. */
export function failures(log: string): string[] {
  return log.split('\n').filter(line => /\b(ERROR|panicked)\b/.test(line));
}

async function judge(watch: Watch, app: App, from: number, testInfo: TestInfo): Promise<void> {
  const log = app.log(from);
  if (watch.problems.length > 0) await testInfo.attach('problems in the page', { body: watch.problems.join('\n'), contentType: 'text/plain' });
  const bad = failures(log);
  if (testInfo.status !== testInfo.expectedStatus || watch.problems.length > 0 || bad.length > 0) {
    await testInfo.attach('server log', { body: log || '(nothing)', contentType: 'text/plain' });
  }
  expect.soft(watch.problems, 'errors in the console').toEqual([]);
  expect.soft(bad, 'errors in the server log').toEqual([]);
}
