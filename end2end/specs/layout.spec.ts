// Pages fit their screen, and stand still while they load.
import type { Page } from '@playwright/test';
import { expect, hydrated, open, test } from '../support/fixtures';
import { places } from '../support/places';

/** What sticks out of the page sideways, with the element that does. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const width = document.documentElement.clientWidth;
    for (const element of [document.documentElement, document.body, ...document.querySelectorAll('main, main > .body, .detail')]) {
      if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible' || element.scrollWidth > width + 1) {
        const guilty = [...element.querySelectorAll('*')].filter(child => {
          const box = child.getBoundingClientRect();
          if (box.width === 0 || box.right <= width + 1) return false;
          for (let up = child.parentElement; up && up !== element; up = up.parentElement) {
            if (getComputedStyle(up).overflowX !== 'visible') return false;
          }
          return true;
        }).slice(0, 3).map(child => `${child.tagName.toLowerCase()}.${child.className.toString().split(' ').join('.')}`);
        found.push(`${element.tagName.toLowerCase()}.${element.className}: ${element.scrollWidth} > ${element.clientWidth} by ${guilty.join(', ')}`);
      }
    }
    return found;
  });
}

for (const lang of ['zh', 'en'] as const) {
  test(`no page scrolls sideways (${lang})`, async ({ actor, isMobile }) => {
    test.setTimeout(180_000);
    const { page, api } = await actor('admin', { lang });
    const widths = isMobile ? [390, 360] : [1440, 1024, 768];
    for (const place of await places(api)) {
      await open(page, place.address);
      await page.locator('main h1').first().waitFor();
      for (const width of widths) {
        await page.setViewportSize({ width, height: isMobile ? 780 : 900 });
        expect.soft(await overflow(page), `${place.name} (${place.address}) at ${width} px`).toEqual([]);
      }
    }
  });

  test(`the pages before the door neither (${lang})`, async ({ page, server, context, app, isMobile }) => {
    await context.addCookies([{ name: 'weir_lang', value: lang, url: app.url }]);
    const empty = await server('empty');
    for (const address of [`${app.url}/sign-in`, `${empty.url}/set-up`]) {
      await page.goto(address);
      await hydrated(page);
      for (const width of isMobile ? [390, 360] : [1440, 1024]) {
        await page.setViewportSize({ width, height: 780 });
        expect.soft(await overflow(page), `${address} at ${width} px`).toEqual([]);
      }
    }
  });
}

test('the board stands still while it loads and comes alive', async ({ actor }) => {
  const { page } = await actor('admin');
  await page.addInitScript(() => {
    const shifts: { value: number; who: string[] }[] = [];
    (window as unknown as { shifts: typeof shifts }).shifts = shifts;
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Element }[] })[]) {
        if (!entry.hadRecentInput) shifts.push({ value: entry.value, who: entry.sources.map(source => source.node?.nodeName + '.' + (source.node as Element | undefined)?.className) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const address of ['/deals', '/deals/list', '/customers']) {
    await page.goto(address, { waitUntil: 'load' });
    await hydrated(page);
    await page.evaluate(() => document.fonts.ready.then(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined))))));
    const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; who: string[] }[] }).shifts);
    expect.soft(shifts.reduce((sum, shift) => sum + shift.value, 0), `${address}: ${JSON.stringify(shifts)}`).toBeLessThan(0.02);
  }
});
