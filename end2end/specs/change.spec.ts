// One fact of many deals: rows chosen in the list, cells edited in place, and
// the way back.
import { DealsList } from '../pages/deals';
import { violations } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Row { id: string; title: string; version: number; owner: string; owner_name: string; probability_bp: number; amount: { minor: number; currency: string }; expected_close_on: string | null; next_step: string }
interface Found { rows: Row[]; total: number }

const QUERY = '?outcome=open&sort=-amount';
const filter = { text: '', outcome: 'open' };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('rows are chosen, given a value together, and put back', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows } = await api.json<Found>('pipeline/deals', { filter, sort: '-amount', after: null });
      const now = async (id: string): Promise<Row> => (await api.json<{ card: Row }>('pipeline/deal', { id })).card;
      const list = new DealsList(page);
      await list.goto(QUERY);
      await expect(list.bar).toBeHidden();
      await list.pick(rows[0].id).check();
      await expect(list.picked).toHaveText(text(lang, 'deal.picked_one', { n: 1 }));
      // Shift takes everything between.
      await list.pick(rows[3].id).click({ modifiers: ['Shift'] });
      await expect(list.picked).toHaveText(text(lang, 'deal.picked_many', { n: 4 }));
      await expect(list.row(rows[2].id)).toHaveClass(/is-selected/);
      await list.pick(rows[2].id).uncheck();
      await expect(list.picked).toHaveText(text(lang, 'deal.picked_many', { n: 3 }));
      expect(await violations(page)).toEqual([]);

      const chosen = [rows[0], rows[1], rows[3]];
      const before = await Promise.all(chosen.map(row => now(row.id)));
      await list.bar.getByRole('button', { name: text(lang, 'change.change_fact') }).click();
      await expect(list.dialog.locator('h2')).toHaveText(text(lang, 'deal.change_title_many', { n: 3 }));
      await list.what.selectOption('probability');
      await list.dialog.locator('#probability').fill('120');
      await list.dialog.locator('button[type="submit"]').click();
      await expect(list.dialog.locator('#probability-err')).toHaveText(text(lang, 'errors.not_a_percentage'));
      expect(await violations(page, { include: 'dialog[open]' })).toEqual([]);
      await list.what.selectOption('expected_close_on');
      await list.dialog.locator('#expected_close_on').fill('2027-01-31');
      await list.dialog.locator('button[type="submit"]').click();
      await expect(list.dialog).toBeHidden();
      const toast = page.locator('.toast', { hasText: text(lang, 'deal.changed_many', { n: 3, what: text(lang, 'common.expected_close') }) });
      await expect(toast).toBeVisible();
      await expect(list.bar, 'nothing is chosen any more').toBeHidden();
      for (const row of chosen) {
        await expect(list.row(row.id)).toContainText('2027-01-31');
        expect((await now(row.id)).expected_close_on).toBe('2027-01-31');
      }
      await toast.locator('[data-undo]').click();
      await expect(page.locator('.toast', { hasText: text(lang, 'deal.change_undone_many', { n: 3 }) })).toBeVisible();
      expect((await Promise.all(chosen.map(row => now(row.id)))).map(row => row.expected_close_on)).toEqual(before.map(row => row.expected_close_on));
    });

    test('a cell is edited in its place: refused, left, saved', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows } = await api.json<Found>('pipeline/deals', { filter, sort: '-amount', after: null });
      const row = rows[8];
      const now = async (): Promise<Row> => (await api.json<{ card: Row }>('pipeline/deal', { id: row.id })).card;
      const list = new DealsList(page);
      await list.goto(QUERY);
      const cell = list.cell(row.id, 'next_step');
      await cell.hover();
      await cell.getByRole('button', { name: text(lang, 'change.edit_cell', { what: text(lang, 'common.next_step'), title: row.title }), exact: true }).click();
      await expect(list.editor.locator('#next_step')).toBeFocused();
      await list.editor.locator('#next_step').fill('');
      await list.editor.locator('#next_on').fill('2026-08-01');
      await page.keyboard.press('Enter');
      await expect(list.editor.locator('#next_step-err')).toHaveText(text(lang, 'errors.required'));
      expect(await violations(page, { include: 'form.cell-edit' })).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(list.editor).toHaveCount(0);
      expect((await now()).next_step, 'left as it was').toBe(row.next_step);

      const step = `寄样品 ${Date.now() % 1e6}`;
      await cell.dblclick();
      await list.editor.locator('#next_step').fill(step);
      await list.editor.locator('#next_on').fill('2026-08-01');
      await page.keyboard.press('Enter');
      await expect(list.editor).toHaveCount(0);
      await expect(cell).toContainText(step);
      expect((await now()).next_step).toBe(step);

      // In the words that people use for amounts.
      const amount = list.cell(row.id, 'amount');
      await amount.dblclick();
      await list.editor.locator('#amount').fill('12.8万');
      await page.keyboard.press('Enter');
      await expect(list.editor).toHaveCount(0);
      await expect.poll(async () => (await now()).amount.minor).toBe(12_800_000);
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now()).amount.minor).toBe(row.amount.minor);
    });
  });
}

test('what somebody else changed meanwhile is named and stays chosen', async ({ page, signIn, api }) => {
  const mine = await signIn('director');
  const { rows } = await mine.json<Found>('pipeline/deals', { filter, sort: '-amount', after: null });
  const [first, second] = [rows[5], rows[6]];
  const list = new DealsList(page);
  await list.goto(QUERY);
  await list.pick(first.id).check();
  await list.pick(second.id).check();
  await list.bar.getByRole('button', { name: text('zh', 'change.change_fact') }).click();
  await list.what.selectOption('next_step');
  await list.dialog.locator('#next_step').fill('一起改');
  await list.dialog.locator('#next_on').fill('2026-08-03');
  const seen = (await mine.json<{ card: Row }>('pipeline/deal', { id: second.id })).card;
  // The news of it reaches the list, but what is read again comes late.
  let release = (): void => {};
  const late = new Promise<void>(resolve => { release = resolve; });
  await page.route('**/api/pipeline/deals', async route => { await late; await route.continue(); });
  await (await api('admin')).json('pipeline/change_deals', {
    command: { request: crypto.randomUUID(), changes: [{ id: second.id, version: seen.version, to: { field: 'probability', value: 1_234 } }] },
  });
  await list.dialog.locator('button[type="submit"]').click();
  await expect(page.locator('.toast', { hasText: text('zh', 'deal.changed_one', { n: 1, what: text('zh', 'common.next_step') }) })).toBeVisible();
  await expect(page.locator('.toast-err')).toContainText(seen.title);
  release();
  await expect(list.picked).toHaveText(text('zh', 'deal.picked_one', { n: 1 }));
  await expect(list.pick(second.id)).toBeChecked();
  await expect(list.cell(first.id, 'next_step')).toContainText('一起改');
});

test('who may not change deals is offered nothing', async ({ page, signIn }) => {
  await signIn('finance');
  const list = new DealsList(page);
  await list.goto(QUERY);
  await expect(list.rows.first()).toBeVisible();
  await expect(page.locator('[data-pick], [data-pick-all], [data-edit], .pickbar')).toHaveCount(0);
});
