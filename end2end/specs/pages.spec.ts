// Every page as it opens: the accessibility rules in both themes, and no
// scrolling sideways. Each is loaded once for all that is asked of it.
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { places } from '../support/places';

// In pieces, side by side: else one worker is at it long after the other is done.
const PIECES = 4;
test.describe.configure({ mode: 'parallel' });

for (const [lang, piece] of (['zh', 'en'] as const).flatMap(lang => [...Array(PIECES).keys()].map(piece => [lang, piece] as const))) {
  test(`every page (${lang}, ${piece + 1} of ${PIECES})`, async ({ actor, isMobile, viewport }) => {
    test.setTimeout(900_000);
    const { page, api } = await actor('admin', { lang, theme: 'light' });
    const widths = isMobile ? [390, 360] : [1440, 1024, 768];
    const all = await places(api);
    expect(all.length, 'each piece has pages').toBeGreaterThan(PIECES);
    for (const place of all.filter((_, index) => index % PIECES === piece)) {
      const what = `${place.name} (${place.address})`;
      await open(page, place.address);
      await page.locator('main h1').first().waitFor();
      if (lang === 'zh' || place.main) {
        expect.soft(await violations(page), what).toEqual([]);
        // Between the themes nothing but colours differs.
        await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
        expect.soft(await violations(page, { rules: ['color-contrast'] }), `${what}, dark`).toEqual([]);
      }
      for (const width of widths) {
        await page.setViewportSize({ width, height: isMobile ? 780 : 900 });
        expect.soft(await overflow(page), `${what} at ${width} px`).toEqual([]);
      }
      await page.setViewportSize(viewport!);
    }
  });
}
