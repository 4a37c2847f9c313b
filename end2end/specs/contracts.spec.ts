// Contracts: made from a deal by who sells, with a plan that adds up, signed; money is
// written down by finance; what is owed is seen on every page.
import { Form } from '../pages/form';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, pattern, text } from '../support/texts';

interface Row { id: string; number: string; outstanding_minor: number; overdue_minor: number }
interface List { page: { rows: Row[]; total: number } }

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a contract is made, planned, signed, paid and struck out', async ({ page, signIn, actor, watch }) => {
      // What is refused on purpose.
      watch.expectStatus(422);
      const api = await signIn('admin');
      const board = await api.board();
      const card = board.columns.find(column => column.stage.kind === 'open' && column.cards.length > 0)!.cards[0];
      await open(page, `/deals/${card.id}`);
      await page.locator('[data-owed] a[href^="/contracts/new"]').click();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'contracts.new'));
      const form = Form.of(page, 'main form.form');
      await form.fill({ title: `Supply ${lang}`, amount: '1000' });
      await form.submit();
      await expect(page).toHaveURL(/\/contracts\/[0-9a-f-]{36}$/);
      const address = new URL(page.url()).pathname;
      const shown = page.locator('[data-contract-id]').first();
      await expect(shown).toHaveAttribute('data-status', 'draft');
      await expect(page.locator('[data-plan-off]')).toBeVisible();

      await open(page, `${address}?form=status&to=signed`);
      await Form.of(page, '#form form').submit();
      await expect(page.locator('#form')).toContainText('1000.00');

      await open(page, `${address}?form=plan`);
      await Form.of(page, '#form form').fill({ shares: '30/70', first_on: '2026-05-01', every_months: '12' });
      await Form.of(page, '#form form').submit();
      await expect(page.locator('[data-instalments] tbody tr')).toHaveCount(2);
      await expect(page.locator('[data-plan-off]')).toHaveCount(0);
      expect(await violations(page)).toEqual([]);

      await open(page, `${address}?form=status&to=signed`);
      await Form.of(page, '#form form').submit();
      await expect(shown).toHaveAttribute('data-status', 'signed');
      await expect(page.locator('[data-instalments] tr[data-state="overdue"]')).toHaveCount(1);

      const finance = await actor('finance', { lang });
      await open(finance.page, `${address}?form=receipt`);
      const receipt = Form.of(finance.page, '#form form');
      await receipt.fill({ amount: '1000.01' });
      await receipt.submit();
      await expect(receipt.error('amount')).toContainText('1000.00');
      await receipt.fill({ amount: '400' });
      await receipt.submit();
      await expect(finance.page.locator('[data-payments] tbody tr')).toHaveCount(1);
      await expect(page.locator('[data-figure="outstanding"]'), 'seen at once by who sells').toContainText('600.00');
      await expect(page.locator('[data-instalments] tr[data-state="paid"]')).toHaveCount(1);

      await open(finance.page, `${address}?form=invoice`);
      const invoice = Form.of(finance.page, '#form form');
      await invoice.fill({ number: `F-${lang}-${Date.now()}`, amount: '106', vat: '6' });
      await invoice.submit();
      await expect(finance.page.locator('[data-invoices] tbody tr')).toContainText('100.00');

      await finance.page.locator('[data-payments] a[href*="strike_payment"]').click();
      await finance.page.locator('#form').waitFor();
      const strike = Form.of(finance.page, '#form form');
      await strike.submit();
      await expect(strike.error('reason')).toHaveText(text(lang, 'errors.reason_required'));
      await strike.fill({ reason: 'booked twice' });
      await strike.submit();
      await expect(finance.page.locator('[data-struck]')).toContainText('booked twice');
      await expect(finance.page.locator('[data-figure="outstanding"]')).toContainText('1,000.00');
      expect(await violations(finance.page)).toEqual([]);
    });

    test('of two who write down money at once the second is told, keeps what was typed, and decides', async ({ actor, watch }) => {
      watch.expectStatus(409);
      const [first, second] = [await actor('finance', { lang }), await actor('admin', { lang })];
      const list = await first.api.json<List>('contracts/contracts', { filter: { overdue: true }, sort: '-amount', after: null });
      const address = `/contracts/${list.page.rows[0].id}`;
      for (const { page } of [first, second]) await open(page, `${address}?form=receipt`);
      const [a, b] = [Form.of(first.page, '#form form'), Form.of(second.page, '#form form')];
      await a.fill({ amount: '1', note: `first ${lang}` });
      await a.submit();
      await expect(first.page).toHaveURL(new RegExp(`${address}$`));
      await b.fill({ amount: '2', note: `second ${lang}` });
      await b.submit();
      await expect(b.whole).toContainText(pattern(lang, 'errors.stale'));
      await expect(b.field('note')).toHaveValue(`second ${lang}`);
      await second.page.getByRole('button', { name: text(lang, 'common.keep_mine') }).click();
      await expect(second.page).toHaveURL(new RegExp(`${address}$`));
      for (const { page } of [first, second]) {
        for (const note of [`first ${lang}`, `second ${lang}`]) await expect(page.locator('[data-payments]'), 'seen at once by both').toContainText(note);
      }
    });

    test('list and ageing say the same, and each role has its own', async ({ page, signIn }) => {
      const api = await signIn('finance');
      const asked = { filter: { overdue: true }, sort: 'due', after: null };
      const list = await api.json<List>('contracts/contracts', asked);
      expect(list.page.total).toBeGreaterThan(0);
      await open(page, '/contracts?overdue=1&sort=due');
      await expect(page.locator('main h1')).toHaveText(text(lang, 'contracts.title'));
      await expect(page.locator('.pager .total')).toContainText(list.page.total.toLocaleString('en-US'));
      await expect(page.locator('[data-contracts] tbody tr').first()).toHaveAttribute('data-contract-id', list.page.rows[0].id);
      expect(await violations(page)).toEqual([]);
      await page.locator('a[href="/contracts/ageing"]').click();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'contracts.ageing'));
      await hydrated(page);
      await expect(page.locator('[data-ageing] tbody tr').first().locator('[data-bucket]')).toHaveCount(5);
      expect(await violations(page)).toEqual([]);
      await page.locator('[data-contracts] tbody tr a').first().click();
      await expect(page.locator('a[href*="form=receipt"]')).toBeVisible();
      await expect(page.locator('a[href*="form=status"]'), 'agreeing is for sales').toHaveCount(0);
    });
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false, lang: 'en' });

  test('a receipt is refused with what was typed, then booked', async ({ page, signIn }) => {
    const api = await signIn('finance');
    const list = await api.json<List>('contracts/contracts', { filter: { overdue: true }, sort: 'due', after: null });
    const contract = list.page.rows[0];
    await page.goto(`/contracts/${contract.id}?form=receipt`);
    await page.locator('#amount').fill('999999999');
    await page.locator('#note').fill('kept');
    await page.locator('#form button[type="submit"]').click();
    await expect(page.locator('#amount-err')).toBeVisible();
    await expect(page.locator('#note')).toHaveValue('kept');
    await page.locator('#amount').fill('1');
    await page.locator('#form button[type="submit"]').click();
    await expect(page).toHaveURL(new RegExp(`/contracts/${contract.id}$`));
    await expect(page.locator('[data-payments] tbody tr').first()).toContainText('kept');
  });
});
