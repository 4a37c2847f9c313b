// Columns with a finger: the menu is a sheet, and cards show what is chosen.
import { Columns } from '../pages/columns';
import { Customers } from '../pages/customers';
import { violations } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test(`columns are chosen on the phone (${lang})`, async ({ actor }) => {
    const { page } = await actor('director', { lang });
    const list = new Customers(page);
    const columns = new Columns(page);
    await list.goto();
    await columns.summary.tap();
    const small = await columns.root.evaluate(root => [...root.querySelectorAll('summary, a, label.check')]
      .map(element => element.getBoundingClientRect().height).filter(height => height > 0 && height < 44));
    expect(small, 'targets of less than 44 pixels').toEqual([]);
    expect(await violations(page)).toEqual([]);
    for (const code of ['team', 'created', 'last_contact', 'short']) await columns.box(code).tap();
    await columns.box('industry').tap();
    await expect(list.rows.first().locator(`td[data-label="${text(lang, 'common.team')}"]`)).not.toBeEmpty();
    await expect(page.locator(`td[data-label="${text(lang, 'common.industry')}"]`)).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(columns.root).not.toHaveAttribute('open');
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(width, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
  });
}
