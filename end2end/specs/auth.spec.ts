// Coming in, going out, and what strangers get.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account } from '../pages/settings';
import { Shell } from '../pages/shell';
import { SetUp, SignIn } from '../pages/sign-in';
import { Api, COOKIE, PASSWORD, type Role, offered, signInByApi } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, pattern, text } from '../support/texts';

const RECORDS = ['/home', '/deals', '/funnel', '/analysis', '/tiers', '/customers', '/contacts'];
const READS = [...RECORDS, '/quotes', '/contracts', '/tasks', '/settings/people'];
const SERVES = [...RECORDS, '/visits', '/tickets', '/quotes', '/contracts', '/surveys', '/field', '/tasks', '/settings/people'];
const SELLS = [...RECORDS, '/pool', '/visits', '/tickets', '/quotes', '/contracts', '/surveys', '/field', '/tasks', '/settings/people'];
/** Where each role lands, and all that its navigation offers. */
const ROLES: Record<Role, { home: string; entries: string[]; forbidden: string[] }> = {
  administrator: { home: '/home', entries: [...SELLS, '/settings/pipelines', '/settings/products'], forbidden: [] },
  manager: { home: '/home', entries: SELLS, forbidden: ['/settings/products', '/settings/pipelines'] },
  salesperson: { home: '/home', entries: SELLS, forbidden: ['/settings/products', '/settings/pipelines'] },
  service: { home: '/home', entries: SERVES, forbidden: ['/deals/new', '/customers/new', '/settings/products'] },
  finance: { home: '/home', entries: READS, forbidden: ['/visits', '/visits/needs', '/tickets', '/deals/new', '/customers/new', '/surveys', '/settings/products'] },
  hr: { home: '/home', entries: ['/home', '/tasks', '/settings/people'], forbidden: ['/deals', '/deals/list', '/visits', '/customers', '/contacts', '/settings/products'] },
};

test.describe('signing in', () => {
  for (const [role, { home, entries, forbidden }] of Object.entries(ROLES)) {
    test(`one click as ${role}: lands at ${home} and is offered only what is allowed`, async ({ page, watch }) => {
      watch.expectStatus(403);
      const signIn = new SignIn(page);
      await signIn.goto();
      await signIn.demo(role).first().click();
      await expect(page).toHaveURL(new RegExp(`${home}$`));
      await hydrated(page);
      const shell = new Shell(page);
      expect(await shell.entries()).toEqual(['/search', ...entries]);
      for (const entry of entries) {
        const answer = await page.goto(entry);
        expect(answer?.status(), entry).toBe(200);
        await hydrated(page);
        await expect(page.locator('main h1').first(), entry).toBeVisible();
        await expect(shell.nav.locator(`a[href="${entry}"]`)).toHaveAttribute('aria-current', 'page');
      }
      for (const address of forbidden) {
        await page.goto(address);
        await expect(page.locator('main'), address).toContainText(text('zh', 'errors.forbidden'));
        await expect(page.locator('main form[method="post"]'), address).toHaveCount(0);
      }
    });
  }

  test('by mail and password, in whatever case the mail is typed', async ({ page }) => {
    const signIn = new SignIn(page);
    await signIn.goto();
    await signIn.enter(' Director@Example.com ', PASSWORD);
    await expect(page).toHaveURL(/\/home$/);
  });

  for (const lang of ['zh', 'en'] as const) {
    test.describe(lang, () => {
      test.use({ lang });

      test('a wrong password is told at the form, and the mail is kept', async ({ page }) => {
        const signIn = new SignIn(page);
        await signIn.goto('/customers');
        await signIn.enter('director@example.com', 'not-the-password');
        await expect(page).toHaveURL(/\/sign-in/);
        await hydrated(page);
        await expect(signIn.form.error('password')).toHaveText(text(lang, 'errors.wrong_credentials'));
        await expect(signIn.form.field('email')).toHaveValue('director@example.com');
        await expect(signIn.form.field('password')).toHaveValue('');
        expect(decodeURIComponent(page.url())).not.toContain('not-the-password');
        expect(Buffer.from(new URL(page.url()).searchParams.get('__err') ?? '', 'base64').toString()).not.toContain('not-the-password');
        // The way to the page that was wanted is still known.
        await signIn.form.field('password').fill(PASSWORD);
        await signIn.form.submit();
        await expect(page).toHaveURL(/\/customers$/);
      });
    });
  }

  test('a mail that nobody has is answered in the same words', async ({ page }) => {
    const signIn = new SignIn(page);
    await signIn.goto();
    await signIn.enter('nobody@example.com', 'not-the-password');
    await expect(signIn.form.error('password')).toHaveText(text('zh', 'errors.wrong_credentials'));
  });

  test('empty fields are told each at itself', async ({ page }) => {
    const signIn = new SignIn(page);
    await signIn.goto();
    await signIn.form.submit();
    await expect(signIn.form.error('email')).toHaveText(text('zh', 'errors.required'));
    await expect(signIn.form.error('password')).toHaveText(text('zh', 'errors.required'));
  });

  test('who guesses must wait, and is told how long', async ({ page, server, context }) => {
    test.setTimeout(120_000);
    const app = await server('demo');
    const api = new Api(app);
    for (let i = 0; i < 6; i += 1) await api.post('settings/sign_in', { 'form[email]': 'rep2@example.com', 'form[password]': `guess ${i}`, 'form[next]': '' });
    await context.addCookies([{ name: 'weir_lang', value: 'zh', url: app.url }]);
    await page.goto(`${app.url}/sign-in`);
    await hydrated(page);
    const signIn = new SignIn(page);
    await signIn.enter('rep2@example.com', PASSWORD);
    await expect(signIn.form.whole).toContainText(pattern('zh', 'errors.too_many_attempts'));
    // A quarter of an hour, of which the test itself has used up a little.
    const minutes = Number(/\d+/.exec(await signIn.form.whole.innerText())?.[0]);
    expect(minutes).toBeGreaterThan(12);
    expect(minutes).toBeLessThanOrEqual(15);
    // Others are not locked out by it.
    await signIn.enter('rep3@example.com', PASSWORD);
    await expect(page).toHaveURL(/\/home$/);
  });

  test('the password can be shown and hidden', async ({ page }) => {
    const signIn = new SignIn(page);
    await signIn.goto();
    const field = signIn.form.field('password');
    await expect(field).toHaveAttribute('type', 'password');
    await page.getByRole('button', { name: text('zh', 'auth.show_password') }).click();
    await expect(field).toHaveAttribute('type', 'text');
  });

  test('leads on to the page that was wanted, with its filters', async ({ page }) => {
    await page.goto('/deals?tier=vip&q=%E7%94%B5');
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await hydrated(page);
    await new SignIn(page).demo('administrator').click();
    await expect(page).toHaveURL(/\/deals\?tier=vip&q=%E7%94%B5$/);
  });

  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '/sign-in', '/api/settings/sign_out']) {
    test(`does not lead to ${next}`, async ({ page, app }) => {
      const signIn = new SignIn(page);
      await signIn.goto(next);
      await signIn.demo('administrator').click();
      await expect(page).toHaveURL(`${app.url}/home`);
    });
  }
});

test.describe('going out', () => {
  test('signing out ends the sign-in, not only the page', async ({ page, app, context }) => {
    const token = await signInByApi(app, 'director');
    await context.addCookies([{ name: COOKIE, value: token, url: app.url, httpOnly: true, sameSite: 'Lax' }]);
    await open(page, '/deals');
    await new Shell(page).signOut().click();
    await expect(page).toHaveURL(/\/sign-in$/);
    expect((await context.cookies()).find(cookie => cookie.name === COOKIE)).toBeUndefined();
    await expect(new Api(app, token).board()).rejects.toMatchObject({ status: 401 });
    await page.goBack();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.locator('.deal')).toHaveCount(0);
  });

  test('a page whose sign-in has ended says so when it wants something', async ({ page, app, context, watch }) => {
    watch.expectStatus(401);
    const token = await signInByApi(app, 'director');
    await context.addCookies([{ name: COOKIE, value: token, url: app.url, httpOnly: true, sameSite: 'Lax' }]);
    await open(page, '/deals');
    await new Api(app, token).post('settings/sign_out');
    await page.locator('form.filterbar select[name="tier"]').selectOption('vip');
    await expect(page.getByText(text('zh', 'errors.unauthenticated')).first()).toBeVisible();
  });
});

test.describe('the account', () => {
  for (const lang of LANGS) {
    test.describe(lang, () => {
      test.use({ lang });

      test('lists one\'s own sign-ins; ending another one ends it there', async ({ server, actor }) => {
        const app = await server('demo');
        const here = await actor('director', { app });
        const there = await actor('director', { app, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148' });
        await actor('finance', { app });
        await open(there.page, '/deals');
        const account = new Account(here.page);
        await account.goto();
        await expect(account.signIns, 'two of mine, none of others').toHaveCount(2);
        const current = account.signIns.filter({ hasText: text(lang, 'auth.session_current') });
        await expect(current).toHaveCount(1);
        const other = account.signIns.filter({ hasNotText: text(lang, 'auth.session_current') });
        await expect(account.revoke(other)).toHaveText(text(lang, 'auth.session_revoke'));
        await account.revoke(other).click();
        await expect(here.page.locator('.toast')).toContainText(text(lang, 'settings.sign_in_ended'));
        await expect(account.signIns).toHaveCount(1);
        await expect(here.page.getByText(text(lang, 'auth.session_only_this'))).toBeVisible();
        await there.page.goto('/deals');
        await expect(there.page).toHaveURL(/\/sign-in/);
        await here.page.goto('/deals');
        await expect(here.page).toHaveURL(/\/deals$/);
      });

      test('a password is changed only by who knows the old one', async ({ server, actor, watch }) => {
        test.setTimeout(120_000);
        watch.expectStatus(422);
        const app = await server('demo');
        const { page } = await actor('director', { app });
        const other = await actor('director', { app });
        const { password } = new Account(page);
        const change = async (old: string, fresh: string, again: string): Promise<void> => {
          await new Account(page).goto();
          await password.field('old').fill(old);
          await password.field('password').fill(fresh);
          await password.field('password_again').fill(again);
          await new Account(page).change();
        };
        await new Account(page).goto();
        for (const [name, word] of [['old', 'current_password'], ['password', 'new_password'], ['password_again', 'repeat_password']]) {
          await expect(password.label(name)).toContainText(text(lang, `auth.${word}`));
        }
        await change('wrong-password', 'another-long-one', 'another-long-one');
        await expect(password.error('old')).toHaveText(text(lang, 'errors.wrong_password'));
        await change(PASSWORD, 'short', 'short');
        await expect(password.error('password')).toHaveText(text(lang, 'errors.password_too_short', { min: 10 }));
        await change(PASSWORD, 'another-long-one', 'another-long-two');
        await expect(password.error('password_again')).toHaveText(text(lang, 'errors.passwords_differ'));
        await change(PASSWORD, 'another-long-one', 'another-long-one');
        await expect(page.getByText(text(lang, 'auth.password_changed')).first()).toBeVisible();
        await page.reload();
        await expect(page, 'this device stays signed in').toHaveURL(/\/account/);
        await other.page.goto('/deals');
        await expect(other.page, 'other devices do not').toHaveURL(/\/sign-in/);
        await hydrated(other.page);
        await new SignIn(other.page).enter('director@example.com', 'another-long-one');
        await expect(other.page).toHaveURL(/\/deals$/);
      });
    });
  }
});

test.describe('the first start', () => {
  for (const lang of ['zh', 'en'] as const) {
    test(`an empty database is set up and signed in to (${lang})`, async ({ page, server, context }) => {
      const app = await server('empty');
      await context.addCookies([{ name: 'weir_lang', value: lang, url: app.url }]);
      await page.goto(`${app.url}/deals`);
      await expect(page).toHaveURL(`${app.url}/set-up`);
      await hydrated(page);
      const { form } = new SetUp(page);
      await form.fill({ organisation: '启明科技', name: '李 安', email: 'an@example.com', password: 'short', password_again: 'short' });
      await form.submit();
      await expect(form.error('password')).toHaveText(text(lang, 'errors.password_too_short', { min: 10 }));
      await expect(form.field('organisation'), 'what was typed is kept').toHaveValue('启明科技');
      await expect(form.field('password')).toHaveValue('');
      await form.fill({ currency: 'USD', time_zone: 'Europe/Berlin', fiscal_start_month: '4', password: 'a long password', password_again: 'a long password' });
      await form.submit();
      await expect(page).toHaveURL(`${app.url}/home`);
      await hydrated(page);
      const shell = new Shell(page);
      await expect(shell.nav).toContainText('启明科技');
      await expect(page.locator('.demo-banner')).toHaveCount(0);
      expect(await shell.entries()).toEqual(['/search', ...ROLES.administrator.entries]);
      await page.goto(`${app.url}/deals`);
      await expect.poll(() => page.locator('.colm').count()).toBeGreaterThan(3);

      await page.goto(`${app.url}/set-up`);
      await expect(form.root).toHaveCount(0);
      await expect(page.getByText(text(lang, 'auth.setup_done'))).toBeVisible();
      const again = await new Api(app).post('settings/set_up', {
        'form[organisation]': 'Evil', 'form[name]': 'E', 'form[email]': 'e@example.com', 'form[password]': 'a long password', 'form[password_again]': 'a long password', 'form[currency]': 'CNY',
      });
      expect(again.status).toBe(422);

      await page.goto(`${app.url}/deals`);
      await hydrated(page);
      await shell.signOut().click();
      await expect(page).toHaveURL(/\/sign-in$/);
      await hydrated(page);
      await expect(page.locator('.demo-accounts')).toHaveCount(0);
      await new SignIn(page).enter('an@example.com', 'a long password');
      await expect(page).toHaveURL(`${app.url}/home`);
    });
  }
});

test.describe('what every answer carries', () => {
  test('pages have a strict policy and the usual headers', async ({ app, api }) => {
    const stranger = new Api(app);
    for (const answer of [await stranger.get('/sign-in', { accept: 'text/html' }), await (await api('admin')).get('/deals', { accept: 'text/html' })]) {
      expect(answer.status).toBe(200);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const words = policy.split(/[;\s]+/);
      expect(words).not.toContain("'unsafe-inline'");
      expect(words).not.toContain("'unsafe-eval'");
      expect(words).not.toContain('*');
      for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"]) expect(policy).toContain(part);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
      expect(nonce?.length ?? 0).toBeGreaterThan(15);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('referrer-policy')).toBeTruthy();
      expect(answer.headers.get('permissions-policy')).toContain('camera=()');
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      const html = await answer.text();
      expect(html, 'no inline styles').not.toMatch(/<style|\sstyle="/);
      expect(html, 'no inline handlers').not.toMatch(/\son\w+="/);
      for (const [tag] of html.matchAll(/<script(?![^>]*type="application\/json")(?![^>]*\ssrc=)[^>]*>/g)) expect(tag, 'inline scripts carry the nonce').toContain(`nonce="${nonce}"`);
    }
    const [first, second] = [await stranger.get('/sign-in'), await stranger.get('/sign-in')];
    expect(first.headers.get('content-security-policy')).not.toBe(second.headers.get('content-security-policy'));
  });

  test('pages of a person are not kept by caches; packages are, for ever', async ({ app, api }) => {
    const page = await (await api('admin')).get('/deals', { accept: 'text/html' });
    expect(page.headers.get('cache-control')).toContain('no-store');
    const html = await page.text();
    const file = /href="(\/pkg\/[^"]+\.css)"/.exec(html)?.[1];
    expect(file).toBeTruthy();
    const style = await new Api(app).get(file!);
    expect(style.status).toBe(200);
    expect(style.headers.get('content-type')).toContain('text/css');
    // Names without the content's hash must be asked about again.
    expect(style.headers.get('cache-control')).toMatch(/\/weir\.css$/.test(file!) ? /no-cache/ : /immutable/);
  });

  test('the cookie is out of reach of scripts and other sites', async ({ app }) => {
    const account = (await offered(app, 'admin'))!;
    const answer = await new Api(app).post('settings/demo_sign_in', { user: account.id, next: '/' });
    const cookie = answer.headers.getSetCookie().find(line => line.startsWith(COOKIE))!;
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toContain('Path=/');
    const https = await fetch(`${app.url}/api/settings/demo_sign_in`, {
      method: 'POST', redirect: 'manual', headers: { 'x-forwarded-proto': 'https' }, body: new URLSearchParams({ user: account.id, next: '/' }),
    });
    expect(https.headers.getSetCookie().find(line => line.startsWith(COOKIE))).toContain('Secure');
  });

  test('strangers get 401 from server functions and the stream, and pages send them to sign in', async ({ app }) => {
    const stranger = new Api(app);
    await expect(stranger.board()).rejects.toMatchObject({ status: 401 });
    for (const name of ['settings/people', 'team/tasks', 'pipeline/move_deal', 'customers/save_customer', 'settings/save_person']) {
      expect((await stranger.post(name)).status, name).toBe(401);
    }
    expect((await stranger.get('/live')).status).toBe(401);
    for (const address of ['/', '/deals', '/customers', '/tasks', '/account', '/settings/people', '/nowhere']) {
      const answer = await stranger.get(address, { accept: 'text/html' });
      expect(answer.status, address).toBe(303);
      expect(answer.headers.get('location'), address).toMatch(/^\/sign-in/);
    }
    expect((await stranger.get('/healthz')).status).toBe(200);
  });

  test('a post from another site is refused', async ({ app, api, page, context, watch }) => {
    watch.expectStatus(403);
    const admin = await api('admin');
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
      const answer = await fetch(`${app.url}/api/team/add_task`, {
        method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'form[title]': 'evil' }), headers: { cookie: `${COOKIE}=${admin.token}`, ...headers },
      });
      expect(answer.status, JSON.stringify(headers)).toBe(403);
    }
    // The same with a real browser and a real other site.
    const evil = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html');
      answer.end(`<form method="post" action="${app.url}/api/settings/sign_out"><button>x</button></form>`);
    });
    await new Promise<void>(resolve => { evil.listen(0, '127.0.0.1', () => resolve()); });
    await context.addCookies([{ name: COOKIE, value: await signInByApi(app, 'finance'), url: app.url, httpOnly: true, sameSite: 'Lax' }]);
    await page.goto(`http://localhost:${(evil.address() as AddressInfo).port}/`);
    const [answer] = await Promise.all([page.waitForResponse(r => r.url().endsWith('/sign_out')), page.locator('button').click()]);
    expect(answer.status()).toBe(403);
    evil.close();
    // Still signed in. In a page of its own: this one is on its way to an error page.
    const mine = await context.newPage();
    await open(mine, `${app.url}/deals`);
    await expect(mine).toHaveURL(/\/deals$/);
  });

  test('nothing of another origin is loaded', async ({ page, signIn, app }) => {
    await signIn('admin');
    const foreign: string[] = [];
    page.on('request', request => { if (!request.url().startsWith(app.url) && !request.url().startsWith('data:')) foreign.push(request.url()); });
    for (const address of ['/deals', '/customers', '/account']) await open(page, address);
    expect(foreign).toEqual([]);
  });
});

test.describe('language and theme', () => {
  test('the language is switched on the spot, with address and filters', async ({ page, signIn }) => {
    await signIn('admin');
    await open(page, '/deals?tier=vip');
    const shell = new Shell(page);
    await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
    await shell.nav.locator('button[lang^="en"]').click();
    await expect(page.locator('html')).toHaveAttribute('lang', /^en/);
    await hydrated(page);
    await expect(page).toHaveURL(/\/deals\?tier=vip$/);
    await expect(page.locator('select[name="tier"]')).toHaveValue('vip');
    await expect(page.locator('main h1')).toHaveText(text('en', 'board.title'));
    await expect(shell.nav).toContainText(text('en', 'nav.customers'));
    await shell.nav.locator('button[lang^="zh"]').click();
    await expect(page.locator('main h1')).toHaveText(text('zh', 'board.title'));
  });

  test('the browser\'s language is taken until one is chosen', async ({ app }) => {
    const api = new Api(app);
    const lang = async (accept: string): Promise<string | undefined> => /<html[^>]*lang="([^"]+)"/.exec(await (await api.get('/sign-in', { 'accept-language': accept })).text())?.[1];
    expect(await lang('zh-CN,zh;q=0.9,en;q=0.8')).toMatch(/^zh/);
    expect(await lang('en-GB,en;q=0.9')).toMatch(/^en/);
    expect(await lang('en;q=0.5, zh-TW;q=0.9')).toMatch(/^zh/);
  });

  test('the theme comes from the server with the first byte, so nothing flashes', async ({ page, signIn, context, app }) => {
    await signIn('admin');
    await open(page, '/deals');
    await expect(page.locator('html')).not.toHaveAttribute('data-theme', /.+/);
    const dark = page.locator('nav.nav').getByRole('button', { name: text('zh', 'auth.theme_dark') });
    await Promise.all([page.waitForEvent('load'), dark.click()]);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    const answer = await page.reload();
    expect(await answer!.text()).toMatch(/<html[^>]*data-theme="dark"/);
    const shade = await page.evaluate(() => getComputedStyle(document.querySelector('main')!).backgroundColor);
    const [r, g, b] = shade.match(/[\d.]+/g)!.map(Number);
    expect(Math.max(r, g, b) > 1 ? (r + g + b) / 3 / 255 : (r + g + b) / 3, shade).toBeLessThan(0.35);
    await context.addCookies([{ name: 'weir_theme', value: '"><script>', url: app.url }]);
    expect(await (await page.reload())!.text()).not.toContain('"><script>');
  });
});

test('an address that leads nowhere says so, with a way back', async ({ page, signIn, watch }) => {
  watch.expectStatus(404);
  await signIn('admin');
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveText(text('zh', 'nav.not_found_title'));
  await page.locator('main a.btn').click();
  await expect(page).toHaveURL(/\/home$/);
});

test('the mark leads home, from wherever one is', async ({ page, signIn }) => {
  await signIn('admin');
  for (const address of ['/deals', '/customers']) {
    await open(page, address);
    await page.locator('nav.nav a.nav-top').click();
    await expect(page).toHaveURL(/\/home$/);
    await expect(page.locator('main h1')).toHaveText(text('zh', 'nav.today'));
  }
});
