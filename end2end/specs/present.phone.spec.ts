// Presenting on a phone: the same slides in one's hand, turned by a finger.
import { Funnel } from '../pages/funnel';
import { Deck, SLIDES } from '../pages/present';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';
import { Finger } from '../support/touch';

const whole = (n: number): string => n.toLocaleString('en-US');

for (const lang of LANGS) {
  test(`a finger turns the slides, and nothing sticks out (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { lang, theme: lang === 'en' ? 'dark' : 'light' });
    const deck = new Deck(page);
    await open(page, '/funnel?span=year');
    await page.getByRole('link', { name: text(lang, 'present.start'), exact: true }).click();
    await expect(deck.slide('funnel')).toBeVisible();
    await expect(deck.steps).toBeVisible();
    await expect(deck.picture).toHaveCount(0);
    const finger = await Finger.on(page);
    await finger.swipe({ x: 320, y: 300 }, { x: 60, y: 310 });
    await expect(deck.slide('tiers')).toBeVisible();
    for (const slide of ['funnel', 'deals', 'home'] as const) {
      await finger.swipe({ x: 60, y: 300 }, { x: 320, y: 305 });
      await expect(deck.slide(slide)).toBeVisible();
    }
    // Up and down scrolls.
    await finger.swipe({ x: 200, y: 600 }, { x: 180, y: 300 });
    await expect(deck.slide('home')).toBeVisible();
    for (const slide of SLIDES) {
      await deck.goto(slide, slide === 'funnel' ? '&span=year' : '');
      const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, .pr-body')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => `${e.tagName} ${e.scrollWidth}`));
      expect.soft(wide, slide).toEqual([]);
      const small = await deck.main.locator('a, button').evaluateAll(all => all
        .map(e => ({ e, box: e.getBoundingClientRect() }))
        .filter(({ e, box }) => e.checkVisibility() && box.width > 0 && (box.height < 43.5 || box.width < 43.5))
        .map(({ e, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${e.outerHTML.slice(0, 90)}`));
      expect.soft(small, `${slide}: below 44 px`).toEqual([]);
      expect.soft(await violations(page), slide).toEqual([]);
    }
    await deck.goto('funnel', '&span=year');
    const report = await Funnel.report(api, { span: 'year' });
    const stage = report.now.rows.findIndex(row => row.lost > 0);
    await deck.steps.locator('ol > li').nth(stage).locator('.lv-parts a[href*="part=lost"]').click();
    await expect(deck.total).toHaveText(whole(report.now.rows[stage].lost));
    await expect(deck.behind).toBeInViewport();
    await deck.behind.locator('header a').click();
    await expect(deck.behind).toHaveCount(0);
    await deck.end.click();
    await expect(page).toHaveURL(/\/funnel\?span=year$/);
  });
}
