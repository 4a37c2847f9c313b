// Tiers on the phone: one tier a screen, moved by the menu.
import { Tiers } from '../pages/tiers';
import { expect, test } from '../support/fixtures';
import { LANGS } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('tabs choose the tier, the menu moves', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const tiers = new Tiers(page);
      await tiers.goto();
      await expect(tiers.column('vip')).toBeVisible();
      await expect(tiers.column('ordinary')).toBeHidden();
      await tiers.tabs.nth(1).click();
      await expect(tiers.column('ordinary')).toBeVisible();
      await expect(tiers.column('vip')).toBeHidden();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
      const card = (await Tiers.board(api)).columns[1].cards[0];
      const more = tiers.card(card.id).locator('button');
      const box = (await more.boundingBox())!;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      await more.click();
      await tiers.choice('vip').check();
      await tiers.reason.fill('phone');
      await tiers.save.click();
      await expect(tiers.toast).toContainText(card.name);
      await tiers.undo.click();
      await expect(tiers.column('ordinary').locator(`[data-customer-id="${card.id}"]`)).toBeVisible();
    });
  });
}
