// The pages before the door fit their screen; pages stand still while they load.
import { expect, hydrated, test } from '../support/fixtures';
import { overflow } from '../support/overflow';

for (const lang of ['zh', 'en'] as const) {
  test(`the pages before the door do not scroll sideways (${lang})`, async ({ page, server, context, app, isMobile }) => {
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
