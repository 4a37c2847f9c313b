// Exchange rates: finance writes them down; totals over currencies are said as converted
// beside the sums of each; a won deal keeps the rate of its day, whatever changes later.
import { Board } from '../pages/board';
import { DealForm } from '../pages/deals';
import { Form } from '../pages/form';
import type { Api, Card } from '../support/api';
import { violations } from '../support/axe';
import { DAY } from '../support/app';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const CURRENCIES = '/settings/currencies';
/** Without rates in the demo; one for each language, since a day has one rate. */
const CURRENCY = { zh: 'GBP', en: 'KRW' } as const;

interface Converted { to: string; lines: { currency: string; converted_minor: number }[]; left: { currency: string; count: number }[] }
interface Looked { columns: { stage: { id: string; kind: string }; summary: { converted: Converted | null } }[] }

const looked = (api: Api): Promise<Looked> => api.json('pipeline/board', { filter: { text: '' } });
const sum = (of: Converted): number => of.lines.reduce((all, line) => all + line.converted_minor, 0);
const detail = (api: Api, id: string): Promise<{ card: Card }> => api.json('pipeline/deal', { id });

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a rate is written down, converts what is open, and stays with what is won', async ({ page, signIn, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const currency = CURRENCY[lang];
      const api = await signIn('admin');
      const some = (await api.board()).columns[0].cards[0];

      // A deal in a currency without a rate is told as not converted.
      const form = new DealForm(page);
      await form.gotoNew();
      await form.fill({ title: `Export ${lang}`, amount: '1000', currency });
      await form.customer(some.customer_name);
      await form.submit();
      await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
      const id = new URL(page.url()).pathname.split('/').at(-1)!;
      await expect(page.locator('[data-no-rate]')).toContainText(text(lang, 'rates.no_rate_open', { currency: 'CNY', day: DAY }));
      const board = new Board(page);
      await board.goto();
      const { stage } = (await detail(api, id)).card;
      await expect(board.column(stage).locator('.converted-left')).toContainText(currency);

      // Finance writes it down; what is no rate is refused at its field.
      const finance = await actor('finance', { lang });
      await open(finance.page, CURRENCIES);
      await expect(finance.page.locator('[data-rates] tbody tr').first()).toBeVisible();
      const rate = Form.of(finance.page, '#form form');
      await rate.fill({ currency, since: '2026-06-01', rate: '0' });
      await rate.submit();
      await expect(rate.error('rate')).toHaveText(text(lang, 'errors.not_a_rate'));
      await rate.fill({ rate: '9.1' });
      await rate.submit();
      await expect(finance.page).toHaveURL(new RegExp(`currency=${currency}$`));
      const row = finance.page.locator(`[data-rates="${currency}"] tr[data-since="2026-06-01"]`);
      await expect(row).toHaveAttribute('data-state', 'in_force');
      await expect(row).toContainText('9.1');
      expect(await violations(finance.page)).toEqual([]);

      // The column says the converted total beside the sums, and the deal its own.
      await board.goto();
      const column = (await looked(api)).columns.find(one => one.stage.id === stage)!.summary.converted!;
      const line = board.column(stage).locator('[data-converted]');
      await expect(line).toHaveAttribute('data-converted', String(sum(column)));
      await expect(line).toContainText(DAY);
      await expect(board.column(stage).locator('[data-sum] small').first(), 'the currencies still stand apart').toBeVisible();
      expect(column.left.map(one => one.currency)).not.toContain(currency);
      expect(await violations(page)).toEqual([]);
      await open(page, `/deals/${id}`);
      await expect(page.locator('.deal-value')).toHaveAttribute('data-value', '910000');
      await expect(page.locator('.deal-value')).toContainText(text(lang, 'rates.rate_is', { from: currency, to: 'CNY', rate: '9.1' }));

      // Won: the rate of the day stays, with a snowflake.
      const { card } = await detail(api, id);
      const won = (await api.board()).columns.find(one => one.stage.kind === 'won')!.stage.id;
      await api.json('pipeline/move_deal', { command: {
        request: crypto.randomUUID(), deal: id, version: card.version, to: won, above: null, below: null,
        closing: { Won: { amount_minor: card.amount.minor, on: DAY } }, reason: '',
      } });
      await open(page, `/deals/${id}`);
      await expect(page.locator('[data-frozen]')).toHaveAttribute('data-frozen', '9.1');
      expect(await violations(page)).toEqual([]);

      // Corrected later: what is open follows, what was won does not.
      await row.locator('a[href*="edit="]').click();
      await expect(finance.page.locator('#form h2')).toHaveText(text(lang, 'rates.correct'));
      await Form.of(finance.page, '#form form').fill({ rate: '8' });
      await Form.of(finance.page, '#form form').submit();
      await expect(row).toContainText('8');
      await page.reload();
      await expect(page.locator('[data-frozen]')).toHaveAttribute('data-frozen', '9.1');
      await expect(page.locator('.deal-value')).toHaveAttribute('data-value', '910000');

      // Struck, and put back.
      await row.locator('button[type="submit"]').click();
      await expect(finance.page.locator('[data-gone]')).toBeVisible();
      await expect(row).toHaveAttribute('data-state', 'struck');
      await finance.page.locator('[data-put-back]').click();
      await expect(finance.page.locator('[data-gone]')).toHaveCount(0);
      await expect(finance.page.locator(`[data-rates="${currency}"] tr[data-state="in_force"]`)).toHaveCount(1);
    });

    test('what was won says its converted total with how it was counted', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, '/boss');
      const home = await api.json<{ won: { converted: [Converted, Converted] | null } }>('home/boss', {});
      const line = page.locator('.hm-won [data-converted]');
      await expect(line).toHaveAttribute('data-converted', String(sum(home.won.converted![0])));
      await page.locator('.hm-won .hm-how summary').click();
      await expect(page.locator('.hm-won .hm-how')).toContainText(text(lang, 'rates.how_frozen'));
      await open(page, '/analysis?span=year');
      const report = await api.json<{ now: { won_converted: Converted | null } }>('analysis/outcomes', { query: { span: 'year' } });
      await expect(page.locator('[data-card="amounts"] [data-converted]')).toHaveAttribute('data-converted', String(sum(report.now.won_converted!)));
      expect(await violations(page)).toEqual([]);
    });

    test('who may not write rates sees no page, and the reporting currency is fixed once it is used', async ({ page, signIn, actor, watch }) => {
      watch.expectStatus(403);
      await signIn('admin');
      await open(page, CURRENCIES);
      await expect(page.locator('[data-reporting]')).toHaveAttribute('data-reporting', 'CNY');
      await expect(page.locator('[data-reporting] form')).toHaveCount(0);
      const manager = await actor('east.manager', { lang });
      await manager.page.goto(CURRENCIES);
      await expect(manager.page.locator('main')).toContainText(text(lang, 'errors.forbidden'));
    });
  });
}
