// Presenting: pages as the slides of a meeting.
import { Funnel } from '../pages/funnel';
import { Deck, SLIDES, type SlideCode } from '../pages/present';
import { violations } from '../support/axe';
import type { Api } from '../support/api';
import { expect, open, test } from '../support/fixtures';
import { LANGS, nameOf, pattern, text } from '../support/texts';

const YEAR = { span: 'year' };
const whole = (n: number): string => n.toLocaleString('en-US');
const PAGES: Record<SlideCode, string> = { home: '/home', deals: '/deals', funnel: '/funnel', tiers: '/tiers' };
const count = (sums: { count: number }[]): number => sums.reduce((n, line) => n + line.count, 0);
const tierBoard = (api: Api): Promise<{ columns: { tier: string; count: number; cards: { id: string }[] }[] }> =>
  api.json('tiers/board', { filter: { owner: null, team: null, industry: '', region: '', late: false }, shown: 0 });

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    for (const slide of SLIDES) {
      test(`${slide}: its page opens as a slide by F and by its button, and Escape leads back`, async ({ page, signIn }) => {
        await signIn('admin');
        const deck = new Deck(page);
        await open(page, PAGES[slide]);
        await page.keyboard.press('f');
        await expect(page).toHaveURL(new RegExp(`/present\\?slide=${slide}$`));
        await expect(deck.slide(slide)).toBeVisible();
        await expect(page.locator('nav.nav, nav.botbar, .filterbar')).toHaveCount(0);
        await expect(deck.message).toBeFocused();
        await expect(deck.when).toHaveAttribute('data-when', 'frozen');
        await expect(deck.when).toContainText(pattern(lang, 'present.frozen_at'));
        await expect(deck.when).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d/);
        await page.keyboard.press('Escape');
        await expect(page).toHaveURL(new RegExp(`${PAGES[slide]}$`));
        await page.getByRole('link', { name: text(lang, 'present.start'), exact: true }).click();
        await expect(deck.slide(slide)).toBeVisible();
        expect(await page.evaluate(() => document.fullscreenElement === document.documentElement || document.fullscreenElement === null)).toBe(true);
        await deck.end.click();
        await expect(page).toHaveURL(new RegExp(`${PAGES[slide]}$`));
        // The browser leaves the full screen in its own time.
        await expect.poll(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true);
      });
    }

    test('arrows go through the four, and what narrows the page narrows the slide', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const deck = new Deck(page);
      await open(page, '/funnel?span=year&tier=vip');
      await page.keyboard.press('f');
      await expect(page).toHaveURL(/slide=funnel/);
      await expect(page).toHaveURL(/tier=vip/);
      await expect(deck.slide('funnel')).toContainText(text(lang, 'common.tier_vip'));
      const report = await Funnel.report(api, { span: 'year', filter: { text: '', tier: 'vip' } });
      await expect(deck.picture).toContainText(whole(report.now.rows[0].entered));
      await page.keyboard.press('ArrowRight');
      await expect(deck.slide('tiers')).toBeVisible();
      await expect(deck.message).toBeFocused();
      await expect(deck.said).toHaveText(text(lang, 'present.slide_of', { n: 4, of: 4, name: text(lang, 'nav.tiers') }));
      await page.keyboard.press('ArrowRight');
      await expect(deck.slide('tiers')).toBeVisible();
      await page.keyboard.press('Home');
      await expect(deck.slide('home')).toBeVisible();
      await expect(deck.turn('prev')).toHaveCount(0);
      await page.keyboard.press('PageDown');
      await expect(deck.slide('deals')).toBeVisible();
      await page.keyboard.press('ArrowLeft');
      await expect(deck.slide('home')).toBeVisible();
      await page.keyboard.press('End');
      await expect(deck.slide('tiers')).toBeVisible();
      await deck.to('funnel').click();
      await expect(deck.slide('funnel')).toBeVisible();
      await expect(deck.to('funnel')).toHaveAttribute('aria-current', 'page');
      await page.keyboard.press('Escape');
      await expect(page).toHaveURL(/\/funnel\?/);
      await expect(new Funnel(page).chip('tier')).toHaveValue('vip');
    });

    test('B blanks, and any key brings it back', async ({ page, signIn }) => {
      await signIn('admin');
      const deck = new Deck(page);
      await deck.goto('funnel');
      await page.keyboard.press('b');
      await expect(deck.blank).toBeVisible();
      const covered = await deck.blank.evaluate(cover => { const box = cover.getBoundingClientRect(); return [box.width, box.height, innerWidth, innerHeight]; });
      expect(covered.slice(0, 2)).toEqual(covered.slice(2));
      await expect(deck.said).toHaveText(text(lang, 'present.now_blank'));
      await page.keyboard.press('ArrowRight');
      await expect(deck.blank).toBeHidden();
      await expect(deck.slide('funnel'), 'the key did nothing else').toBeVisible();
      await page.keyboard.press('B');
      await expect(deck.blank).toBeVisible();
      await deck.blank.click();
      await expect(deck.blank).toBeHidden();
      await page.keyboard.press('b');
      await page.keyboard.press('Escape');
      await expect(deck.blank).toBeHidden();
      await expect(page).toHaveURL(/\/present/);
    });
  });
}

test('figures stay as they were at the start, and L follows', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('admin', { app });
  const deck = new Deck(page);
  await deck.goto('deals');
  const [from, to] = (await api.board()).columns;
  const n = count(from.summary.sums);
  await expect(deck.column(from.stage.id).locator('[data-count]')).toHaveText(whole(n));
  const frozen = await deck.when.textContent();
  await api.move(from.cards[0], to.stage.id);
  // News has come by then, and come to nothing.
  const other = await actor('admin', { app });
  await open(other.page, '/deals');
  await expect(other.page.locator(`.colm[data-stage-id="${from.stage.id}"] [data-count]`)).toHaveText(String(n - 1));
  await page.waitForFunction(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))));
  await expect(deck.column(from.stage.id).locator('[data-count]')).toHaveText(whole(n));
  expect(await deck.when.textContent()).toBe(frozen);
  // Its list is of now, and says so.
  await deck.column(from.stage.id).locator('a[data-count]').click();
  await expect(deck.total).toHaveText(whole(n - 1));
  await expect(deck.behind).toContainText(text('zh', 'present.changed', { frozen: whole(n), now: whole(n - 1) }));
  await page.keyboard.press('Escape');
  await expect(deck.behind).toHaveCount(0);
  await expect(deck.column(from.stage.id).locator('[data-count]')).toHaveText(whole(n));
  await page.keyboard.press('l');
  await expect(deck.when).toHaveAttribute('data-when', 'live');
  await expect(deck.column(from.stage.id).locator('[data-count]')).toHaveText(whole(n - 1));
  await api.move(from.cards[1], to.stage.id);
  await expect(deck.column(from.stage.id).locator('[data-count]')).toHaveText(whole(n - 2));
  await deck.live.click();
  await expect(deck.when).toHaveAttribute('data-when', 'frozen');
});

test('a click drills without leaving, and a key does too', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const report = await Funnel.report(api, YEAR);
  const stage = report.now.rows.findIndex(row => row.lost > 0 && row.advanced > 0);
  const deck = new Deck(page);
  await deck.goto('funnel', '&span=year');
  await page.evaluate(() => { (window as unknown as { same: boolean }).same = true; });
  await deck.segment(stage, 'lost').click({ force: true });
  await expect(deck.total).toHaveText(whole(report.now.rows[stage].lost));
  await expect(deck.behind.locator('h2')).toBeFocused();
  await expect(deck.segment(stage, 'lost')).toHaveAttribute('aria-current', 'true');
  const deals = await Funnel.deals(api, stage, 'lost', YEAR);
  expect(await deck.rows.evaluateAll(rows => rows.map(row => row.getAttribute('data-row')))).toEqual(deals.rows.map(row => row.card.id));
  await expect(deck.behind.locator('li a'), 'a row leads nowhere').toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(deck.behind).toHaveCount(0);
  await expect(page).toHaveURL(/\/present/);
  await deck.picture.locator(`[data-step="${stage}"] a`).focus();
  await page.keyboard.press('Enter');
  await expect(deck.total).toHaveText(whole(report.now.rows[stage].converted!));
  // Another slide has nothing open.
  await page.keyboard.press('ArrowRight');
  await expect(deck.slide('tiers')).toBeVisible();
  await expect(deck.behind).toHaveCount(0);
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), 'no new document').toBe(true);
});

test('board, tiers and today say the figures of their pages, and open their rows', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const deck = new Deck(page);
  const board = await api.board();
  await deck.goto('deals');
  for (const column of board.columns) await expect(deck.column(column.stage.id).locator('[data-count]')).toHaveText(whole(count(column.summary.sums)));
  const late = board.columns.find(column => column.stage.kind === 'open' && column.summary.next[2] > 0)!;
  await deck.column(late.stage.id).locator('[data-late]').click();
  await expect(deck.total).toHaveText(whole(late.summary.next[2]));
  await expect(deck.behind.locator('h2')).toContainText(nameOf('zh', late.stage));

  const tiers = await tierBoard(api);
  await deck.goto('tiers');
  for (const column of tiers.columns) await expect(deck.tier(column.tier).locator('[data-count]')).toHaveText(whole(column.count));
  await deck.tier('vip').locator('a[data-count]').click();
  await expect(deck.total).toHaveText(whole(tiers.columns[0].count));
  expect(await deck.rows.evaluateAll(rows => rows.map(row => row.getAttribute('data-row')))).toEqual(tiers.columns[0].cards.map(card => card.id));

  const home = await api.json<{ buckets: [string, { count: number }][] }>('home/home', { query: { whose: null, person: null, span: null, list: null } });
  await deck.goto('home');
  for (const [list, bucket] of home.buckets) await expect(deck.bucket(list).locator('[data-count]')).toHaveText(whole(bucket.count));
  const [list, bucket] = home.buckets.find(([, bucket]) => bucket.count > 0)!;
  await deck.bucket(list).locator('a[data-count]').click();
  await expect(deck.total).toHaveText(whole(bucket.count));
  await expect(deck.rows).toHaveCount(Math.min(bucket.count, 50));
});

for (const [name, size] of [['16:9', { width: 1920, height: 1080 }], ['4:3', { width: 1440, height: 1080 }]] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`text can be read from the last row (${name}, ${theme})`, async ({ actor }, info) => {
      test.setTimeout(120_000);
      for (const lang of LANGS) {
        const { page } = await actor('admin', { lang, theme, viewport: size });
        const deck = new Deck(page);
        for (const slide of SLIDES) {
          await deck.goto(slide, slide === 'funnel' ? '&span=year' : '');
          await expect(deck.slide(slide)).toBeVisible();
          expect.soft(await deck.smallerThan(24), `${slide}, ${lang}: below 24 px`).toEqual([]);
          expect.soft(await deck.fainterThan(7), `${slide}, ${lang}: below 7:1`).toEqual([]);
          const high = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
          expect.soft(high, `${slide}, ${lang}: fits the screen`).toBeLessThanOrEqual(1);
          await page.screenshot({ path: info.outputPath(`${slide}-${lang}.png`) });
        }
        await deck.goto('funnel', '&span=year&stage=0&part=lost&which=now');
        expect.soft(await deck.smallerThan(24), `list, ${lang}`).toEqual([]);
        expect.soft(await deck.fainterThan(7), `list, ${lang}`).toEqual([]);
        expect.soft(await violations(page), `list, ${lang}`).toEqual([]);
      }
    });
  }
}

test('keys are left alone while somebody types or composes, and where nothing is presented', async ({ page, signIn }) => {
  await signIn('admin');
  await open(page, '/deals');
  await page.locator('form.filterbar input[name="q"]').focus();
  await page.keyboard.press('f');
  await expect(page.locator('form.filterbar input[name="q"]')).toHaveValue('f');
  await expect(page).not.toHaveURL(/present/);
  await page.locator('form.filterbar input[name="q"]').fill('');
  await open(page, '/funnel');
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', isComposing: true, bubbles: true })));
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true })));
  await expect(page).toHaveURL(/\/funnel$/);
  await open(page, '/customers');
  await page.keyboard.press('f');
  await expect(page).toHaveURL(/\/customers$/);
  await page.keyboard.press('?');
  await expect(page.locator('dialog.keys')).toContainText(text('zh', 'search.keys_present'));
});

test('who reads no deals does not present', async ({ page, signIn, watch }) => {
  watch.expectStatus(403);
  await signIn('hr');
  await open(page, '/home');
  await expect(page.locator('.pr-open')).toHaveCount(0);
  await page.keyboard.press('f');
  await expect(page).toHaveURL(/\/home$/);
  expect((await page.goto('/present'))?.status()).toBe(403);
  await expect(page.locator('main h1')).toHaveText(text('zh', 'nav.forbidden_title'));
});

for (const who of ['rep1', 'service1', 'finance', 'director'] as const) {
  test(`every slide that ${who} may see`, async ({ actor }) => {
    const { page } = await actor(who);
    const deck = new Deck(page);
    await deck.goto('home');
    for (const slide of SLIDES) {
      await expect(deck.slide(slide)).toBeVisible();
      await expect(page.locator('.pr [role="alert"]')).toHaveCount(0);
      if (slide !== 'tiers') await page.keyboard.press('ArrowRight');
    }
  });
}

for (const lang of LANGS) {
  test(`without scripts (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
    const deck = new Deck(page);
    await page.goto('/funnel?span=year');
    await page.getByRole('link', { name: text(lang, 'present.start'), exact: true }).click();
    await expect(deck.slide('funnel')).toBeVisible();
    await expect(deck.when).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d/);
    await expect(deck.live).toBeHidden();
    const report = await Funnel.report(api, YEAR);
    const stage = report.now.rows.findIndex(row => row.lost > 0);
    await deck.segment(stage, 'lost').click({ force: true });
    await expect(deck.total).toHaveText(whole(report.now.rows[stage].lost));
    await deck.behind.locator('header a').click();
    await expect(deck.behind).toHaveCount(0);
    await deck.turn('next').click();
    await expect(deck.slide('tiers')).toBeVisible();
    await deck.turn('prev').click();
    await deck.turn('prev').click();
    await expect(deck.slide('deals')).toBeVisible();
    await deck.end.click();
    await expect(page).toHaveURL(/\/deals\?span=year$/);
  });
}
