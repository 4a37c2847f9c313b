// The business at a glance: three swipes, the figures of other pages, and dots that work as links.
import { violations } from '../support/axe';
import { HomePage } from '../pages/home';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

interface Boss {
  won: { count: { numerator: { quantity: { count: number } } } };
  funnel: { now: { rows: { entered: number }[] } };
  forecast: { months: unknown[] };
  stalled: { card: { id: string } }[];
  overdue: { id: string }[];
}

const PANELS = ['boss-won', 'boss-funnel', 'boss-forecast', 'boss-risks'];

for (const lang of LANGS) {
  for (const who of ['director', 'admin'] as const) {
    test(`${who}: four panels, each with figures that explain themselves (${lang})`, async ({ actor }) => {
      const { page, api } = await actor(who, { lang, theme: lang === 'en' ? 'dark' : 'light' });
      await open(page, '/home');
      await page.locator('nav.hm-quick a[href="/boss"]').tap();
      await expect(page).toHaveURL(/\/boss$/);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'boss.title'));
      const row = page.locator('.bs');
      const left = () => row.evaluate(element => Math.round(element.scrollLeft / element.clientWidth));
      const told = await api.json<Boss>('home/boss', {});
      await expect(page.locator('#boss-won [data-figure="count"] .v')).toHaveText(told.won.count.numerator.quantity.count.toLocaleString('en-US'));
      await expect(page.locator('[data-boss="funnel"] [data-stage="0"] a')).toHaveText(told.funnel.now.rows[0].entered.toLocaleString('en-US'));
      await expect(page.locator('[data-boss="forecast"] [data-when]')).toHaveCount(told.forecast.months.length);
      await expect(page.locator('[data-boss="stalled"] [data-row]')).toHaveCount(told.stalled.length);
      await expect(page.locator('[data-boss="late"] [data-row]')).toHaveCount(told.overdue.length);
      // The same figure as on the page of today.
      const home = await HomePage.told(api, { span: 'year' });
      expect(home.won!.count.numerator.quantity).toEqual(told.won.count.numerator.quantity);
      for (const [place, panel] of PANELS.entries()) {
        const dot = page.locator(`.bs-dots a[href="#${panel}"]`);
        await dot.tap();
        await expect.poll(left).toBe(place);
        await expect(dot).toHaveAttribute('aria-current', 'true');
        expect(await overflow(page), panel).toEqual([]);
        expect(await page.locator(`#${panel} summary`).count(), `${panel} says how it is counted`).toBeGreaterThan(0);
        const small = await page.locator(`#${panel} a, #${panel} summary, .bs-dots a`).evaluateAll(all => all
          .map(e => ({ e, box: e.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && box.height < 43.5)
          .map(({ e, box }) => `${e.className || e.tagName} ${e.textContent?.trim().slice(0, 20)} ${Math.round(box.width)}×${Math.round(box.height)}`));
        expect(small, `${panel} below 44 px`).toEqual([]);
      }
      // A swipe moves the dots along.
      await row.evaluate(element => element.scrollTo({ left: 0, behavior: 'instant' }));
      await expect(page.locator(`.bs-dots a[href="#${PANELS[0]}"]`)).toHaveAttribute('aria-current', 'true');
      expect(await violations(page)).toEqual([]);
    });
  }
}

test('without scripts the dots are links, and figures lead to their pages', async ({ actor }) => {
  const { page } = await actor('director', { javaScriptEnabled: false });
  await page.goto('/boss');
  await page.locator('.bs-dots a[href="#boss-risks"]').tap();
  await expect(page).toHaveURL(/#boss-risks$/);
  await expect(page.locator('[data-boss="stalled"]')).toBeInViewport();
  await page.goto('/boss#boss-funnel');
  await page.locator('[data-boss="funnel"] .bs-more a').tap();
  await expect(page).toHaveURL(/\/funnel\?span=year$/);
});

test('it is for who leads: others are told so', async ({ actor, watch }) => {
  watch.expectStatus(403);
  const { page } = await actor('rep1');
  await open(page, '/home');
  await expect(page.locator('nav.hm-quick a[href="/boss"]')).toHaveCount(0);
  const answer = await page.goto('/boss');
  expect(answer?.status()).toBe(403);
});
