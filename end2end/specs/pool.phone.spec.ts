// The public pool on the phone: rows as cards, one thumb claims.
import { expect, open, test } from '../support/fixtures';
import { LANGS } from '../support/texts';

interface Row { id: string; name: string; refused: { code: string } | null }
const ALL = { filter: { pool: null, tier: null, text: '' }, after: null };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a customer is claimed with one thumb', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('rep1', { app, lang });
      const { rows } = await api.json<{ rows: Row[] }>('pool/pool', ALL);
      const free = rows.find(row => row.refused === null)!;
      await open(page, '/pool');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      const button = page.locator(`tr[data-customer-id="${free.id}"] button`);
      const box = (await button.boundingBox())!;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      await button.click();
      await expect(page.locator(`tr[data-customer-id="${free.id}"]`)).toHaveCount(0);
      await open(page, `/customers/${free.id}`);
      const back = page.locator('[data-standing] [data-give-back] summary');
      expect((await back.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    });
  });
}
