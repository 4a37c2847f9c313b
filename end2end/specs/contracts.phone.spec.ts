// Contracts with the phone in the hand: the list as cards, a contract's page and its
// forms, without scrolling sideways.
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

interface List { page: { rows: { id: string }[] } }

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('what is overdue is found, opened and written down', async ({ page, signIn }) => {
      const api = await signIn('finance');
      await open(page, '/contracts?overdue=1');
      expect(await overflow(page)).toEqual([]);
      await page.locator('[data-contracts] tbody tr a').first().tap();
      await expect(page.locator('[data-figure="overdue"]')).toBeVisible();
      expect(await overflow(page)).toEqual([]);
      await page.locator('a[href*="form=receipt"]').tap();
      await expect(page.locator('#form h2')).toHaveText(text(lang, 'contracts.kind_receipt'));
      expect(await overflow(page)).toEqual([]);
      await page.locator('#form').getByRole('link', { name: text(lang, 'common.cancel') }).tap();
      await expect(page.locator('#form')).toHaveCount(0);
      await open(page, '/contracts/ageing');
      expect(await overflow(page)).toEqual([]);
      const list = await api.json<List>('contracts/contracts', { filter: { status: 'signed' }, sort: '-amount', after: null });
      await open(page, `/contracts/${list.page.rows[0].id}?form=invoice`);
      expect(await overflow(page)).toEqual([]);
    });
  });
}
