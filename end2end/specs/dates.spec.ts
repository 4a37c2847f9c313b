// Deals by date: the month forecast and the calendar. A card that is put into
// another month or day changes its date, by mouse, by keys, by its form.
import type { Locator, Page } from '@playwright/test';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Card { id: string; title: string; version: number; customer_name: string; expected_close_on: string | null; next_on: string | null }
interface Column { bucket: unknown; sums: { count: number }[]; cards: Card[] }
interface Calendar { days: { on: string; sums: { count: number }[]; cards: Card[] }[] }
type Api = { json<T>(name: string, body: unknown): Promise<T> };

const filter = { text: '' };
const total = (sums: { count: number }[]): number => sums.reduce((n, line) => n + line.count, 0);
const month = (page: Page, index: number): Locator => page.locator(`[data-month="${index}"]`);
const day = (page: Page, on: string): Locator => page.locator(`[data-day="${on}"]`);
const card = (at: Locator, id: string): Locator => at.locator(`[data-deal-id="${id}"]`);
const now = async (api: Api, id: string): Promise<Card> => (await api.json<{ card: Card }>('pipeline/deal', { id })).card;

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('months: totals of all, a card dragged to another month and put back', async ({ page, signIn }) => {
      const api = await signIn('director');
      const columns = await api.json<Column[]>('pipeline/months', { filter });
      await open(page, '/deals/months');
      for (const [index, column] of columns.entries()) {
        if (total(column.sums) === 0 && index === 0) continue;
        await expect(month(page, index).locator('[data-count]')).toHaveText(String(total(column.sums)));
      }
      await expect(month(page, 0).locator('h2')).toHaveText(text(lang, 'deal.month_overdue'));
      const chosen = columns[2].cards[0];
      expect(chosen.expected_close_on).toMatch(/^2026-07-/);
      await card(month(page, 2), chosen.id).dragTo(month(page, 3).locator('.ch'));
      await expect(page.locator('.toast', { hasText: text(lang, 'deal.changed_one', { n: 1, what: text(lang, 'common.expected_close') }) })).toBeVisible();
      expect((await now(api, chosen.id)).expected_close_on).toBe(chosen.expected_close_on!.replace('2026-07', '2026-08'));
      await expect(month(page, 3).locator('[data-count]')).toHaveText(String(total(columns[3].sums) + 1));
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now(api, chosen.id)).expected_close_on).toBe(chosen.expected_close_on);
      await expect(card(month(page, 2), chosen.id)).toBeVisible();

      // By keys, there and back.
      await card(month(page, 2), chosen.id).focus();
      await page.keyboard.press('Shift+ArrowRight');
      await expect.poll(async () => (await now(api, chosen.id)).expected_close_on).toMatch(/^2026-08-/);
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now(api, chosen.id)).expected_close_on).toBe(chosen.expected_close_on);
    });

    test('months: the filter narrows, more leads to exactly the rest, nothing says so', async ({ page, signIn }) => {
      const api = await signIn('director');
      await open(page, '/deals/months');
      await page.locator('form.filterbar select[name="tier"]').selectOption('vip');
      await expect(page).toHaveURL(/\/deals\/months\?tier=vip$/);
      const vip = await api.json<Column[]>('pipeline/months', { filter: { ...filter, tier: 'vip' } });
      await expect(month(page, 1).locator('[data-count]')).toHaveText(String(total(vip[1].sums)));
      await open(page, '/deals/months');
      const full = (await api.json<Column[]>('pipeline/months', { filter })).findIndex((column, index) => index < 8 && total(column.sums) > column.cards.length);
      if (full >= 0) {
        const n = await month(page, full).locator('[data-count]').textContent();
        await month(page, full).locator('a.more-cards').click();
        await expect(page.locator('[data-total]')).toHaveText(text(lang, 'common.n_deals_many', { n: Number(n).toLocaleString('en-US') }));
      }
      await open(page, '/deals/months?q=zzzzzz');
      await expect(page.locator('.empty')).toContainText(text(lang, 'deal.empty_filtered'));
    });

    test('deals without a date: a chip, a part of the address, and a number that leads to them', async ({ page, signIn }) => {
      const api = await signIn('director');
      const undated = { ...filter, undated: true, outcome: 'open' };
      const n = (await api.json<{ total: number }>('pipeline/deals', { filter: undated, sort: '', after: null })).total;
      expect(n, 'the demo has deals without a date').toBeGreaterThan(0);
      const words = text(lang, n === 1 ? 'common.n_deals_one' : 'common.n_deals_many', { n: n.toLocaleString('en-US') });
      const chip = page.locator('form.filterbar select[name="close"]');
      await open(page, '/deals/months');
      const number = page.locator('[data-month] a[data-count]');
      await expect(number).toHaveText(String(n));
      await expect(number).toHaveAccessibleName(text(lang, 'deal.undated_list', { n: String(n) }));
      await number.click();
      await expect(page).toHaveURL(/\/deals\/list\?.*close=none/);
      await expect(page.locator('[data-total]')).toHaveText(words);
      await expect(chip).toHaveValue('none');
      await expect(page.locator('form.filterbar input[name="from"]')).toBeDisabled();
      for (const path of ['/deals', '/deals/list', '/deals/months', '/deals/calendar']) {
        await open(page, path);
        await expect(chip.locator('option').last()).toHaveText(text(lang, 'board.no_date'));
        await chip.selectOption('none');
        await expect(page).toHaveURL(new RegExp(`${path}\\?(.*&)?close=none`));
        await expect(page.locator('.chip-clear')).toContainText('1');
      }
      await open(page, '/deals/months?close=none');
      await expect(page.locator('[data-month="0"]')).toHaveCount(0);
      await expect(number).toHaveText(String(n));
    });

    test('calendar: months are turned, a next step is put on another day, and by its form', async ({ page, signIn }) => {
      const api = await signIn('director');
      await open(page, '/deals/calendar');
      const found = await api.json<Calendar>('pipeline/calendar', { filter, by: 'next', month: null });
      const ahead = found.days.find(one => one.on > '2026-06-30' && one.cards.length > 0)!;
      const chosen = ahead.cards[0];
      const to = found.days.map(one => one.on).includes('2026-07-05') && ahead.on !== '2026-07-05' ? '2026-07-05' : '2026-07-04';
      await expect(card(day(page, ahead.on), chosen.id)).toContainText(chosen.customer_name);
      await card(day(page, ahead.on), chosen.id).dragTo(day(page, to).locator('header'));
      await expect.poll(async () => (await now(api, chosen.id)).next_on).toBe(to);
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now(api, chosen.id)).next_on).toBe(ahead.on);
      // Its form, with a day of another month.
      await card(day(page, ahead.on), chosen.id).hover();
      await card(day(page, ahead.on), chosen.id).getByRole('button').click();
      const form = page.locator('form.cell-edit');
      await form.locator('#next_on').fill('2026-08-12');
      await page.keyboard.press('Enter');
      await expect(form).toHaveCount(0);
      await expect.poll(async () => (await now(api, chosen.id)).next_on).toBe('2026-08-12');
      await page.locator('.cal-top a[rel="next"]').click();
      await expect(page).toHaveURL(/month=2026(-|%2D)07/);
      await page.locator('.cal-top a[rel="next"]').click();
      await expect(page).toHaveURL(/month=2026(-|%2D)08/);
      await expect(day(page, '2026-08-12')).toBeVisible();
      await page.locator('.cal-top').getByText(text(lang, 'common.today'), { exact: true }).click();
      await expect(page).toHaveURL(/\/deals\/calendar$/);
      await page.locator('.cal-top').getByRole('link', { name: text(lang, 'common.expected_close'), exact: true }).click();
      await expect(page).toHaveURL(/by=close/);
      const closes = await api.json<Calendar>('pipeline/calendar', { filter, by: 'close', month: null });
      const largest = closes.days.find(one => one.cards.length > 0)!;
      await expect(card(day(page, largest.on), largest.cards[0].id)).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}

test('a drag that reaches nobody says so, and the card is where it was', async ({ page, signIn, watch }) => {
  watch.expectOffline();
  const api = await signIn('director');
  const chosen = (await api.json<Column[]>('pipeline/months', { filter }))[2].cards[1];
  await open(page, '/deals/months');
  await page.route('**/api/pipeline/change_deals', route => route.abort());
  await card(month(page, 2), chosen.id).dragTo(month(page, 3).locator('.ch'));
  await expect(page.locator('.toast-err')).toContainText(text('zh', 'errors.offline'));
  await expect(card(month(page, 2), chosen.id)).toBeVisible();
  expect((await now(api, chosen.id)).expected_close_on).toBe(chosen.expected_close_on);
});

test('by keys nothing is put on a day that is gone', async ({ page, signIn }) => {
  const api = await signIn('director');
  const found = await api.json<Calendar>('pipeline/calendar', { filter, by: 'next', month: null });
  const today = found.days.find(one => one.on === '2026-06-30')!;
  const chosen = today.cards[0];
  await open(page, '/deals/calendar');
  await card(day(page, today.on), chosen.id).focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await now(api, chosen.id)).next_on).toBe('2026-07-01');
  await page.locator('.toast [data-undo]').click();
  await expect.poll(async () => (await now(api, chosen.id)).next_on).toBe(today.on);
});

test('who may not change deals sees the dates and moves nothing', async ({ page, signIn }) => {
  await signIn('finance');
  await open(page, '/deals/months');
  await expect(page.locator('[data-deal-id]').first()).toBeVisible();
  await expect(page.locator('[draggable="true"], .deal-more')).toHaveCount(0);
});
