// The palette on a phone: over the whole screen, by finger.
import { Palette } from '../pages/palette';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('opened by the button at the top, a record is found and opened', async ({ page, signIn }, info) => {
      const api = await signIn('rep1');
      const { rows } = await api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
      await open(page, '/customers');
      await page.locator('.find-at a').tap();
      const palette = new Palette(page);
      await palette.field.waitFor();
      await expect.poll(async () => {
        const box = (await palette.dialog.boundingBox())!;
        return [box.x, box.y, box.width, box.height];
      }).toEqual([0, 0, 390, 844]);
      await palette.field.fill(rows[0].name);
      await expect(palette.active).toContainText(rows[0].name);
      await page.screenshot({ path: info.outputPath(`palette-${lang}.png`) });
      expect(await violations(page, { include: 'dialog.palette' })).toEqual([]);
      expect((await palette.active.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      await palette.active.tap();
      await expect(page).toHaveURL(new RegExp(`/customers/${rows[0].id}`));
      await page.locator('.find-at a').tap();
      await expect(palette.dialog.getByText(text(lang, 'search.recent'), { exact: true })).toBeVisible();
      await palette.dialog.getByRole('button', { name: text(lang, 'common.close') }).tap();
      await expect(palette.dialog).toBeHidden();
    });
  });
}
