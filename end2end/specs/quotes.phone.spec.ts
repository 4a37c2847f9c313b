// Quotes with the phone in the hand: what waits is decided with a thumb, the form and the
// paper fit.
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

interface List { rows: { id: string; status: string }[] }
interface Waiting { rows: { row: { id: string; number: string } }[]; total: number }

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a discount is decided with one hand', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows: waiting } = await api.form<Waiting>('quotes/approvals');
      expect(waiting.length).toBeGreaterThan(1);
      await open(page, '/home');
      await page.locator('[data-due="approvals"] a[href="/quotes/approvals"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'quotes.approvals'));
      expect(await overflow(page)).toEqual([]);
      const card = page.locator(`.qt-approval[data-quote-id="${waiting[0].row.id}"]`);
      for (const button of await card.locator('.qt-decide button').all()) {
        expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      }
      await card.locator('textarea').fill(`From the phone ${lang}`);
      await card.locator('button[value="approve"]').tap();
      await expect(card).toHaveCount(0);
      await open(page, `/quotes/${waiting[0].row.id}`);
      await expect(page.locator('[data-approval]')).toContainText(`From the phone ${lang}`);
      expect(await overflow(page)).toEqual([]);
    });

    test('list, form, price book and paper fit', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { rows } = await api.json<List>('quotes/quotes', { filter: {}, after: null });
      const draft = rows.find(row => row.status === 'draft')!;
      const addresses = ['/quotes', `/quotes/${rows[0].id}`, `/quotes/${draft.id}/edit`, `/quotes/${rows[0].id}/print`, '/settings/price-books?add=book'];
      for (const address of addresses) {
        await open(page, address);
        await expect(page.locator('main h1')).toBeVisible();
        expect(await overflow(page), address).toEqual([]);
      }
    });
  });
}
