// Saved views with a finger: the menu is a sheet.
import { DealsList } from '../pages/deals';
import { Views } from '../pages/views';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a view is kept and opened on the phone', async ({ page, signIn }) => {
      await signIn('rep2');
      const list = new DealsList(page);
      const views = new Views(page);
      await list.goto('?outcome=open');
      const name = `手机 ${lang} ${Date.now().toString(36)}`;
      await views.unfold('keep');
      const small = await views.root.evaluate(root => [...root.querySelectorAll('summary, a, button, input:not([type="hidden"]), select')]
        .filter(element => element.getBoundingClientRect().height > 0)
        .map(element => (element.closest('label.check') ?? element))
        .filter(element => element.getBoundingClientRect().height < 44)
        .map(element => `${element.tagName} ${element.textContent?.trim()} ${element.getBoundingClientRect().height}`));
      expect(small, 'targets of less than 44 pixels').toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await violations(page)).toEqual([]);
      if (process.env.WEIR_VIEWS_SHOTS) await page.screenshot({ path: `${process.env.WEIR_VIEWS_SHOTS}/views-phone-${lang}.png`, animations: 'disabled' });
      await views.keep(name);
      await expect(views.summary).toContainText(name);
      if (process.env.WEIR_VIEWS_SHOTS) await page.screenshot({ path: `${process.env.WEIR_VIEWS_SHOTS}/views-phone-kept-${lang}.png`, animations: 'disabled' });
      await views.open();
      await views.everything.tap();
      await expect(page).toHaveURL(/view=all$/);
      await views.open();
      await views.item(name).tap();
      await expect(page).toHaveURL(/outcome=open/);
      await views.unfold('change');
      await views.submit('remove').tap();
      await expect(page.locator('.toast').last()).toContainText(text(lang, 'views.removed', { name }));
    });
  });
}

for (const path of ['/deals/months', '/deals/calendar']) {
  test(`${path} has the menu too`, async ({ page, signIn }) => {
    await signIn('rep2');
    const views = new Views(page);
    const name = `手机 ${Date.now().toString(36)}`;
    await open(page, `${path}?tier=vip`);
    const box = (await views.summary.boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(44);
    await views.keep(name);
    await expect(views.summary).toContainText(name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    await views.unfold('change');
    await views.submit('remove').tap();
    await expect(page.locator('.toast').last()).toContainText(text('zh', 'views.removed', { name }));
  });
}
