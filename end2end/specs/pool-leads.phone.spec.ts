// The pool of leads on the phone: rows as cards, one thumb claims, many are chosen.
import { expect, open, test } from '../support/fixtures';
import { LANGS } from '../support/texts';

interface Row { id: string; refused: { code: string } | null }
const ALL = { filter: { leads: true, pool: null, tier: null, text: '' }, after: null };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('leads are chosen and claimed with one thumb', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('rep1', { app, lang });
      const { rows } = await api.json<{ rows: Row[] }>('pool/pool', ALL);
      const [free, other] = rows.filter(row => row.refused === null);
      await open(page, '/pool?kind=leads');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      for (const link of await page.locator('header.top nav.seg a').all()) expect((await link.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      const button = page.locator(`tr[data-deal-id="${free.id}"] button`);
      const box = (await button.boundingBox())!;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      await button.click();
      await expect(page.locator(`tr[data-deal-id="${free.id}"]`)).toHaveCount(0);
      await page.locator(`tr[data-deal-id="${other.id}"] input[data-pick]`).check();
      const many = page.locator('[data-claim-many]');
      expect((await many.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      await many.click();
      await expect(page.locator(`tr[data-deal-id="${other.id}"]`)).toHaveCount(0);
      await open(page, `/deals/${free.id}`);
      const back = page.locator('[data-standing] [data-give-back] summary');
      expect((await back.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    });
  });
}
