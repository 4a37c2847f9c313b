// One fact of many customers: rows chosen in the list, cells edited in place, a change of tier
// with its reason, and the way back.
import { Customers } from '../pages/customers';
import type { Api } from '../support/api';
import { violations } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Row { id: string; name: string; version: number; tier: string; owner: [string, string] | null; industry: string; region: string; size: string | null; source: string }
interface Found { rows: Row[]; total: number }
interface Detail { row: Row; tier_changes: { from: string; to: string; source: string; reason: string }[] }

const QUERY = '?sort=name';
const list = (api: Api): Promise<Found> => api.json('customers/customers', { filter: { text: '', industry: '', region: '' }, sort: 'name', after: null });
const detail = (api: Api, id: string): Promise<Detail> => api.json('customers/customer', { id });
const now = async (api: Api, id: string): Promise<Row> => (await detail(api, id)).row;

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('rows are chosen, given a value together, and put back', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows } = await list(api);
      const view = new Customers(page);
      await view.goto(QUERY);
      await expect(view.bar).toBeHidden();
      await view.pick(rows[0].id).check();
      await expect(view.picked).toHaveText(text(lang, 'customers.picked_one', { n: 1 }));
      // Shift takes everything between.
      await view.pick(rows[3].id).click({ modifiers: ['Shift'] });
      await expect(view.picked).toHaveText(text(lang, 'customers.picked_many', { n: 4 }));
      await expect(view.row(rows[2].id)).toHaveClass(/is-selected/);
      await view.pick(rows[2].id).uncheck();
      expect(await violations(page)).toEqual([]);

      const chosen = [rows[0], rows[1], rows[3]];
      const before = await Promise.all(chosen.map(row => now(api, row.id)));
      await view.bar.getByRole('button', { name: text(lang, 'change.change_fact') }).click();
      await expect(view.dialog.locator('h2')).toHaveText(text(lang, 'customers.change_title_many', { n: 3 }));
      await view.what.selectOption('region');
      const region = `北区 ${Date.now() % 1e6}`;
      await view.dialog.locator('#region').fill(region);
      expect(await violations(page, { include: 'dialog[open]' })).toEqual([]);
      await view.dialog.locator('button[type="submit"]').click();
      await expect(view.dialog).toBeHidden();
      const toast = page.locator('.toast', { hasText: text(lang, 'customers.changed_many', { n: 3, what: text(lang, 'common.region') }) });
      await expect(toast).toBeVisible();
      await expect(view.bar, 'nothing is chosen any more').toBeHidden();
      for (const row of chosen) await expect(view.cell(row.id, 'region')).toContainText(region);
      await toast.locator('[data-undo]').click();
      await expect(page.locator('.toast', { hasText: text(lang, 'customers.change_undone_many', { n: 3 }) })).toBeVisible();
      expect((await Promise.all(chosen.map(row => now(api, row.id)))).map(row => row.region)).toEqual(before.map(row => row.region));
    });

    test('a tier needs its reason, which goes into the history; the way back does too', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows } = await list(api);
      const row = rows[lang === 'zh' ? 5 : 6];
      const lines = (await detail(api, row.id)).tier_changes.length;
      const to = row.tier === 'vip' ? 'ordinary' : 'vip';
      const view = new Customers(page);
      await view.goto(QUERY);
      await view.pick(row.id).check();
      await view.bar.getByRole('button', { name: text(lang, 'change.change_fact') }).click();
      await view.what.selectOption('tier');
      await view.dialog.locator('#tier').selectOption(to);
      await view.dialog.locator('button[type="submit"]').click();
      await expect(view.dialog.locator('#reason-err')).toHaveText(text(lang, 'errors.required'));
      expect(await violations(page, { include: 'dialog[open]' })).toEqual([]);
      await view.dialog.locator('#reason').fill('签了三年框架');
      await view.dialog.locator('button[type="submit"]').click();
      await expect(view.dialog).toBeHidden();
      await expect(view.cell(row.id, 'tier')).toContainText(text(lang, `common.tier_${to}_short`));
      const after = await detail(api, row.id);
      expect(after.tier_changes.length).toBe(lines + 1);
      expect(after.tier_changes[lines]).toMatchObject({ from: row.tier, to, source: 'manual', reason: '签了三年框架' });
      await page.locator('.toast [data-undo]').click();
      await expect(view.cell(row.id, 'tier')).toContainText(text(lang, `common.tier_${row.tier}_short`));
      expect((await detail(api, row.id)).tier_changes[lines + 1]).toMatchObject({ to: row.tier, source: 'undo' });
    });

    test('a cell is edited in its place: left, saved, put back', async ({ page, signIn }) => {
      const api = await signIn('director');
      const { rows } = await list(api);
      const row = rows.slice(8).find(row => row.owner)!;
      const view = new Customers(page);
      await view.goto(QUERY);
      const cell = view.cell(row.id, 'industry');
      await cell.hover();
      await cell.getByRole('button', { name: text(lang, 'change.edit_cell', { what: text(lang, 'common.industry'), title: row.name }), exact: true }).click();
      await expect(view.editor.locator('#industry')).toBeFocused();
      await expect(view.editor.locator('#industry')).toHaveValue(row.industry);
      expect(await violations(page, { include: 'form.cell-edit' })).toEqual([]);
      await view.editor.locator('#industry').fill('别的');
      await page.keyboard.press('Escape');
      await expect(view.editor).toHaveCount(0);
      expect((await now(api, row.id)).industry, 'left as it was').toBe(row.industry);

      const industry = `泵业 ${Date.now() % 1e6}`;
      await cell.dblclick();
      await view.editor.locator('#industry').fill(industry);
      await page.keyboard.press('Enter');
      await expect(view.editor).toHaveCount(0);
      await expect(cell).toContainText(industry);
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now(api, row.id)).industry).toBe(row.industry);

      const owner = view.cell(row.id, 'owner');
      await owner.dblclick();
      await expect(view.editor.locator('#owner')).toHaveValue(row.owner![0]);
      const other = await view.editor.locator('#owner option').evaluateAll((options, own) => options.map(option => (option as HTMLOptionElement).value).find(value => value && value !== own)!, row.owner![0]);
      await view.editor.locator('#owner').selectOption(other);
      await view.editor.locator('button[type="submit"]').click();
      await expect(view.editor).toHaveCount(0);
      await expect.poll(async () => (await now(api, row.id)).owner![0]).toBe(other);
      await page.locator('.toast [data-undo]').click();
      await expect.poll(async () => (await now(api, row.id)).owner![0]).toBe(row.owner![0]);
    });
  });
}

test('what somebody else changed meanwhile is named and stays chosen', async ({ page, signIn, api }) => {
  const mine = await signIn('director');
  const { rows } = await list(mine);
  const [first, second] = [rows[10], rows[11]];
  const view = new Customers(page);
  await view.goto(QUERY);
  await view.pick(first.id).check();
  await view.pick(second.id).check();
  await view.bar.getByRole('button', { name: text('zh', 'change.change_fact') }).click();
  await view.what.selectOption('size');
  await view.dialog.locator('#size').selectOption(first.size === '2000+' ? '1-19' : '2000+');
  const seen = await now(mine, second.id);
  // The news of it reaches the list, but what is read again comes late.
  let release = (): void => {};
  const late = new Promise<void>(resolve => { release = resolve; });
  await page.route('**/api/customers/customers', async route => { await late; await route.continue(); });
  await (await api('admin')).json('customers/change_customers', {
    command: { request: crypto.randomUUID(), changes: [{ id: second.id, version: seen.version, to: { field: 'region', value: `别处 ${Date.now() % 1e6}` } }] },
  });
  await view.dialog.locator('button[type="submit"]').click();
  await expect(page.locator('.toast', { hasText: text('zh', 'customers.changed_one', { n: 1, what: text('zh', 'common.size') }) })).toBeVisible();
  await expect(page.locator('.toast-err')).toContainText(seen.name);
  release();
  await expect(view.picked).toHaveText(text('zh', 'customers.picked_one', { n: 1 }));
  await expect(view.pick(second.id)).toBeChecked();
});

test('who may not change customers is offered nothing', async ({ page, signIn }) => {
  await signIn('finance');
  const view = new Customers(page);
  await view.goto(QUERY);
  await expect(view.rows.first()).toBeVisible();
  await expect(page.locator('[data-pick], [data-pick-all], [data-edit], .pickbar')).toHaveCount(0);
});
