// Exchange rates: finance writes them down; totals over currencies are said as converted
// beside the sums of each; a won deal keeps the rate of its day, whatever changes later.
import type { Locator } from '@playwright/test';
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
      const said = row.locator('td').first();
      await expect(said).toHaveText('9.1');
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
      await expect(said).toHaveText('8');
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

    test('a half-written rate stays while others save, and while rates are struck', async ({ actor }) => {
      test.setTimeout(90_000);
      const currency = CURRENCY[lang];
      const [admin, { page }] = [await actor('admin', { lang }), await actor('finance', { lang })];
      // Ahead of today: nothing is converted by them.
      const write = (since: string, rate: string): Promise<unknown> =>
        admin.api.form('settings/save_rate', { 'form[currency]': currency, 'form[since]': since, 'form[rate]': rate });
      const row = (since: string): Locator => page.locator(`[data-rates="${currency}"] tr[data-since="${since}"]`);
      const strike = async (since: string): Promise<void> => {
        await row(since).locator('button[type="submit"]').click();
        await expect(row(since)).toHaveAttribute('data-state', 'struck');
      };
      await write('2027-01-01', '9.1');
      await open(page, `${CURRENCIES}?currency=${currency}`);
      await expect(row('2027-01-01')).toHaveAttribute('data-state', 'ahead');
      const form = Form.of(page, '#form form');
      const title = page.locator('#form h2');
      const half = async (): Promise<void> => {
        await expect(title).toHaveText(text(lang, 'rates.add'));
        for (const [name, value] of [['currency', currency], ['since', '2027-03-01'], ['rate', '9.3'], ['note', 'half']]) await expect(form.field(name), name).toHaveValue(value);
      };
      await form.fill({ currency, since: '2027-03-01', rate: '9.3', note: 'half' });
      // Nobody is in a field any more.
      await page.locator('main h1').click();
      await write('2027-02-01', '9.2');
      await expect(row('2027-02-01'), 'the list follows').toBeVisible();
      await half();
      await strike('2027-02-01');
      await half();
      await page.locator('[data-put-back]').click();
      await expect(page.locator('[data-gone]')).toHaveCount(0);
      await expect(page.locator(`[data-rates="${currency}"] tr[data-since="2027-02-01"][data-state="ahead"]`)).toHaveCount(1);
      await half();
      await form.submit();
      await expect(row('2027-03-01').locator('td').first()).toHaveText('9.3');
      for (const name of ['rate', 'note']) await expect(form.field(name), 'what was written begins anew').toHaveValue('');

      // So does one that is being corrected.
      await row('2027-01-01').locator('a[href*="edit="]').click();
      await expect(title).toHaveText(text(lang, 'rates.correct'));
      await expect(form.field('rate')).toHaveValue('9.1');
      await form.fill({ rate: '9.11' });
      await strike('2027-03-01');
      await expect(title).toHaveText(text(lang, 'rates.correct'));
      await expect(form.field('rate')).toHaveValue('9.11');
      await form.submit();
      await expect(row('2027-01-01').locator('td').first()).toHaveText('9.11');
      await expect(title).toHaveText(text(lang, 'rates.add'));
      await expect(form.field('rate')).toHaveValue('');
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
