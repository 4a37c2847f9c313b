// Quotes: written on a deal, above the ceiling only with somebody's approval, sent, accepted,
// made a contract of, and printed.
import { Form } from '../pages/form';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Row { id: string; number: string; status: string; discount_bp: number | null }
interface List { rows: Row[]; total: number }

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('above the ceiling it waits, is let pass, sent, accepted, and becomes a contract', async ({ page, signIn, actor, watch }) => {
      test.setTimeout(120_000);
      // What is refused on purpose: one's own approval.
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const board = await api.board();
      const card = board.columns.find(column => column.stage.kind === 'open' && column.cards.length > 0)!.cards[0];
      await open(page, `/deals/${card.id}`);
      await page.locator('[data-offers] a[href^="/quotes/new"]').click();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'quotes.new'));
      const form = Form.of(page, 'main form.form');
      const rows = page.locator('[data-line]');
      await expect(rows.first()).toBeVisible();
      const before = await rows.count();
      await page.locator('[data-more]').click();
      await expect(rows, 'another row, at once').toHaveCount(before + 1);
      await form.fill({ title: `Offer ${lang}`, product_1: '', text_1: 'Pump', quantity_1: '2', price_1: '1130', discount_1: '50', vat_1: '13' });
      const total = page.locator('[data-quote-sums] [data-sum="total"]');
      await expect(total, 'the sums follow what is typed').toContainText('1,130.00');
      await expect(page.locator('[data-quote-sums] [data-sum="net"]')).toContainText('1,000.00');
      await expect(page.locator('[data-quote-sums] [data-vat="1300"]')).toContainText('130.00');
      await expect(page.locator('[data-quote-form] [data-above]')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await form.submit();
      await expect(page).toHaveURL(/\/quotes\/[0-9a-f-]{36}$/);
      const address = new URL(page.url()).pathname;
      const id = address.split('/')[2];
      const shown = page.locator(`[data-quote-id="${id}"]`).first();
      await expect(shown).toHaveAttribute('data-status', 'draft');
      await expect(page.locator('[data-step="send"]'), 'not without asking').toHaveCount(0);
      expect(await violations(page)).toEqual([]);

      await page.locator('[data-step="ask"]').click();
      await Form.of(page, '#form form').fill({ reason: `Frame contract ${lang}` });
      await Form.of(page, '#form form').submit();
      await expect(shown).toHaveAttribute('data-status', 'waiting');
      await expect(page.locator('[data-step="approve"]'), 'not by oneself').toHaveCount(0);
      const refused = await api.post('quotes/step', { 'form[id]': id, 'form[version]': '2', 'form[step]': 'approve' });
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain('quote_own_approval');

      const manager = await actor('east.manager', { lang });
      await open(manager.page, '/home');
      await expect(manager.page.locator('[data-due="approvals"]')).toBeVisible();
      await manager.page.locator('[data-due="approvals"] a[href="/quotes/approvals"]').click();
      const waiting = manager.page.locator(`.qt-approval[data-quote-id="${id}"]`);
      await expect(waiting).toContainText(`Frame contract ${lang}`);
      await waiting.locator('button[value="refuse"]').click();
      await expect(waiting.locator('.err').first(), 'a refusal says why').toContainText(text(lang, 'errors.reason_required'));
      expect(await violations(manager.page)).toEqual([]);
      await waiting.locator('button[value="approve"]').click();
      await expect(waiting).toHaveCount(0);
      await expect(shown, 'seen at once by who asked').toHaveAttribute('data-status', 'approved');

      await page.locator('[data-step="send"]').click();
      await Form.of(page, '#form form').submit();
      await expect(shown).toHaveAttribute('data-status', 'sent');
      await expect(page.locator(`main a[href="${address}/edit"]`), 'what was sent stays').toHaveCount(0);
      await page.locator('[data-step="accept"]').click();
      await page.locator('#form input[name="form[amount]"]').check();
      await Form.of(page, '#form form').submit();
      await expect(shown).toHaveAttribute('data-status', 'accepted');
      const deal = await api.json<{ card: { amount: { minor: number } } }>('pipeline/deal', { id: card.id });
      expect(deal.card.amount.minor).toBe(113_000);
      await page.locator('[data-to-contract]').click();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'contracts.new'));
      const contract = Form.of(page, 'main form.form');
      await expect(contract.field('title')).toHaveValue(`Offer ${lang}`);
      await expect(contract.field('amount')).toHaveValue('1130.00');
      await expect(contract.field('note')).toHaveValue(/Q-2026-\d{4}/);
    });

    test('a revision takes the place of what was sent, which stays to be read', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const sent = (await api.json<List>('quotes/quotes', { filter: { status: 'sent' }, after: null })).rows[0];
      await open(page, `/quotes/${sent.id}?step=revise`);
      await Form.of(page, '#form form').submit();
      await expect(page).toHaveURL(/\/quotes\/[0-9a-f-]{36}\/edit$/);
      await Form.of(page, 'main form.form').submit();
      await expect(page.locator('[data-revisions] a').first()).toBeVisible();
      await page.locator(`[data-revisions] a[href="/quotes/${sent.id}"]`).click();
      await expect(page.locator(`[data-quote-id="${sent.id}"]`).first()).toHaveAttribute('data-status', 'replaced');
    });

    test('the list is narrowed by state and text', async ({ page, signIn }) => {
      const api = await signIn('finance');
      const list = await api.json<List>('quotes/quotes', { filter: { status: 'expired' }, after: null });
      expect(list.total).toBeGreaterThan(0);
      await open(page, '/quotes?status=expired');
      await expect(page.locator('main h1')).toHaveText(text(lang, 'quotes.title'));
      await expect(page.locator('[data-quotes] tbody tr')).toHaveCount(list.rows.length);
      await expect(page.locator('[data-quotes] tbody tr').first()).toHaveAttribute('data-status', 'expired');
      await expect(page.locator('main a[href="/quotes/approvals"]'), 'finance decides nothing').toHaveCount(0);
      expect(await violations(page)).toEqual([]);
      await open(page, `/quotes?q=${list.rows[0].number}`);
      await expect(page.locator(`[data-quote-id="${list.rows[0].id}"]`)).toBeVisible();
    });

    test('on paper there is the quote and nothing else', async ({ page, signIn }) => {
      const api = await signIn('rep1');
      const row = (await api.json<List>('quotes/quotes', { filter: {}, after: null })).rows[0];
      await open(page, `/quotes/${row.id}/print`);
      await expect(page.locator('[data-paper] h1')).toContainText(text(lang, 'quotes.quotation'));
      await expect(page.locator('nav'), 'no navigation').toHaveCount(0);
      await expect(page.locator('[data-quote-sums] [data-sum="total"]')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ media: 'print' });
      await expect(page.locator('.qt-bar')).toBeHidden();
      await expect(page.locator('[data-lines] tbody tr').first()).toBeVisible();
    });

    test('without scripts a row is added and the quote is written', async ({ actor }) => {
      const { page, api } = await actor('rep1', { javaScriptEnabled: false, lang });
      const board = await api.board();
      const card = board.columns.find(column => column.stage.kind === 'open' && column.cards.length > 0)!.cards[0];
      await page.goto(`/quotes/new?deal=${card.id}`);
      const form = Form.of(page, 'main form.form');
      const before = await page.locator('[data-line]').count();
      await form.fill({ title: `Plain ${lang}`, product_1: '', text_1: 'Training', price_1: '106', vat_1: '6' });
      await page.locator('[data-more]').click();
      await expect(page.locator('.form-error')).toContainText(text(lang, 'errors.quote_more_lines'));
      expect(await page.locator('[data-line]').count()).toBeGreaterThan(before);
      await expect(form.field('text_1')).toHaveValue('Training');
      await form.submit();
      await expect(page).toHaveURL(/\/quotes\/[0-9a-f-]{36}$/);
      await expect(page.locator('[data-quote-sums] [data-vat="600"]')).toContainText('6.00');
    });

    test('a price book gives its prices, and a pipeline may ask for a contract before a win', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      await open(page, '/settings/price-books');
      await page.locator('[data-price-books] tbody a').first().click();
      await expect(page.locator('[data-prices] input[type="text"]').first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await open(page, '/settings/price-books?add=book');
      const form = Form.of(page, 'main form.form');
      await form.fill({ name: `Book ${lang}` });
      await form.submit();
      await expect(form.whole).toContainText(text(lang, 'errors.book_without_prices'));
      await form.fill({ currency: 'EUR', price_1: '99' });
      await form.submit();
      await expect(page.locator('[data-price-books]')).toContainText(`Book ${lang}`);

      const board = await api.board();
      await open(page, `/settings/pipelines?pipeline=${board.pipeline}`);
      await page.locator('input[name="form[won_needs_contract]"]').check();
      await Form.of(page, 'main form.form').submit();
      await expect(page).toHaveURL(/\/settings\/pipelines$/);
      const quotes = await api.json<List>('quotes/quotes', { filter: { status: 'waiting' }, after: null });
      expect(quotes.total).toBeGreaterThan(0);
      const won = board.columns.find(column => column.stage.kind === 'won')!.stage.id;
      const card = board.columns[0].cards[0];
      const answer = await fetch(`${api.app.url}/api/pipeline/move_deal`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: `weir_session=${api.token}` },
        body: JSON.stringify({ command: {
          request: crypto.randomUUID(), deal: card.id, version: card.version, to: won, above: null, below: null,
          closing: { Won: { amount_minor: 100, on: '2026-06-30' } }, reason: '',
        } }),
      });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('won_needs_contract');
      // As it was, for the tests that come after.
      await open(page, `/settings/pipelines?pipeline=${board.pipeline}`);
      await page.locator('input[name="form[won_needs_contract]"]').uncheck();
      await Form.of(page, 'main form.form').submit();
      await expect(page).toHaveURL(/\/settings\/pipelines$/);
    });
  });
}
