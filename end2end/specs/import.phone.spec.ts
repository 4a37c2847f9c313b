// Importing with a finger: every step fits and can be hit.
import { Import, list } from '../pages/import';
import { violations } from '../support/axe';
import { expect, hydrated, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a file is imported and taken back on the phone', async ({ server, actor }) => {
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      const imports = new Import(page);
      const fits = async (): Promise<void> => {
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        const small = await page.locator('.imp').evaluate(root => [...root.querySelectorAll('a.btn, button, summary, select, input[type="radio"], input[type="checkbox"]')]
          .map(element => element.closest('label') ?? element)
          .filter(element => element.getBoundingClientRect().height > 0 && element.getBoundingClientRect().height < 43.5)
          .map(element => `${element.tagName} ${element.textContent?.trim()} ${element.getBoundingClientRect().height}`));
        expect(small, 'targets of less than 44 pixels').toEqual([]);
        expect(await violations(page)).toEqual([]);
      };
      await imports.goto();
      await fits();
      await imports.send('customers', list('phone.csv', 'name,phone,notes', 'Phone one,021-53330001,x', 'Phone two,12,y'));
      await hydrated(page);
      await fits();
      await imports.toCheck.tap();
      await expect(imports.figure('refused').locator('b')).toHaveText('1');
      await fits();
      await imports.edit(3).tap();
      await expect(imports.cell('phone')).toHaveValue('12');
      await fits();
      await imports.cell('phone').fill('');
      await imports.saveRow.tap();
      await expect(imports.figure('made').locator('b')).toHaveText('2');
      await imports.go.tap();
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 2, rows: 2 }));
      await fits();
      await imports.undo.tap();
      await imports.undoNow.tap();
      await expect(imports.removed).toContainText('2');
      await fits();
    });
  });
}
