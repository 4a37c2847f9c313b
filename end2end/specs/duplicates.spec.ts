// Customers that look alike: told while typing, listed, merged and parted.
import { CustomerForm, CustomerPage, Customers, Duplicates, Merge } from '../pages/customers';
import type { Api } from '../support/api';
import { expect, hydrated, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Side { id: string; name: string }
interface Found { pairs: { a: Side; b: Side; why: string[]; strength: string }[]; total: number }
interface Detail { row: { name: string; version: number }; notes: string; contacts: { name: string }[]; merged: unknown; merges: unknown[] }

const found = (api: Api): Promise<Found> => api.json('customers/duplicates', {});
const detail = (api: Api, id: string): Promise<Detail> => api.json('customers/customer', { id });
const number = (): string => `${Date.now() % 1e8}${Math.floor(Math.random() * 1e4)}`;
let made = 0;

async function create(api: Api, fields: Record<string, string>): Promise<string> {
  const body = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`form[${name}]`, value]));
  return api.form('customers/save_customer', { ...body, 'form[request]': crypto.randomUUID() });
}

/** Two customers of one telephone number. */
async function pair(api: Api): Promise<{ a: string; b: string; names: [string, string]; phone: string }> {
  made += 1;
  const phone = `021-9${String(Date.now() % 1e6).padStart(6, '0')}${made % 10}`;
  const names: [string, string] = [`端测原${number()}有限公司`, `端测副${number()}有限公司`];
  const a = await create(api, { name: names[0], phone, notes: '第一段' });
  const b = await create(api, { name: names[1], phone, notes: '第二段', industry: '软件' });
  await api.form('customers/save_contact', { 'form[customer]': b, 'form[name]': '并来的人', 'form[request]': crypto.randomUUID() });
  return { a, b, names, phone };
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('two are compared, merged with the values that were chosen, and parted by the toast', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { a, b, names } = await pair(api);
      const list = new Duplicates(page);
      await list.goto();
      expect(await list.pairs.count()).toBe((await found(api)).pairs.length);
      await expect(list.total).toHaveAttribute('data-total', String((await found(api)).total));
      const shown = list.pair(a, b);
      await expect(shown).toContainText(text(lang, 'duplicates.why_phone'));
      await shown.getByRole('link', { name: text(lang, 'duplicates.compare_of', { a: names[0], b: names[1] }) }).click();
      await expect(page).toHaveURL(/\/customers\/merge\?/);
      const merge = new Merge(page);
      await expect(merge.pick('notes', 'both')).toBeChecked();
      await expect(merge.field('phone'), 'what is the same is folded').toHaveCount(0);
      await expect(merge.side('b')).toContainText('并来的人');
      await merge.pick('keep', 'a').check();
      await merge.pick('name', 'b').check();
      await merge.merge.click();
      await expect(page).toHaveURL(new RegExp(`/customers/${a}$`));
      await expect(new CustomerPage(page).heading).toHaveText(names[1]);
      await expect(page.locator('main')).toContainText(text(lang, 'duplicates.history'));
      const merged = await detail(api, a);
      expect(merged).toMatchObject({ notes: '第一段\n\n第二段', contacts: [{ name: '并来的人' }] });
      await list.undo.click();
      await expect(new CustomerPage(page).heading).toHaveText(names[0]);
      expect(await detail(api, a)).toMatchObject({ notes: '第一段', contacts: [], merges: [] });
      expect(await detail(api, b)).toMatchObject({ merged: null, contacts: [{ name: '并来的人' }] });
    });

    test('the page of the one that is gone leads on; the history parts them', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const { a, b, names } = await pair(api);
      const versions = { 'form[a_version]': '1', 'form[b_version]': '1' };
      await api.form('customers/merge', { 'form[a]': a, 'form[b]': b, ...versions, 'form[keep]': 'a', 'form[request]': crypto.randomUUID() });
      await page.goto(`/customers/${b}`);
      await hydrated(page);
      await expect(page.locator('[data-merged]')).toContainText(text(lang, 'duplicates.into', { name: names[0] }));
      await page.getByRole('link', { name: text(lang, 'duplicates.to_kept', { name: names[0] }) }).click();
      await expect(new CustomerPage(page).heading).toHaveText(names[0]);
      // Somebody takes the name meanwhile: the refusal says why, and nothing moves.
      const taken = await create(api, { name: names[1] });
      const part = page.getByRole('button', { name: text(lang, 'duplicates.part_of', { name: names[1] }) });
      await part.click();
      await expect(page.locator('.form-error:visible')).toHaveText(text(lang, 'errors.parting_name', { name: names[1] }));
      const { row } = await detail(api, taken);
      await api.form('customers/save_customer', { 'form[id]': taken, 'form[version]': String(row.version), 'form[name]': `改${number()}` });
      await part.click();
      await expect(part).toHaveCount(0);
      expect(await detail(api, b)).toMatchObject({ merged: null });
    });

    test('what looks like what is typed is named under its field, with its owner', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { a, names, phone } = await pair(api);
      const form = new CustomerForm(page);
      await form.gotoNew();
      await form.field('name').pressSequentially(names[0].replace('有限公司', ''));
      const hint = page.locator('#name-alike ul');
      await expect(hint).toContainText(text(lang, 'duplicates.why_core'));
      await expect(hint.getByRole('link')).toHaveAttribute('href', `/customers/${a}`);
      await form.field('phone').fill(phone);
      await expect(page.locator('#phone-alike li')).toHaveCount(2);
      await form.field('name').fill('没有人叫这个');
      await expect(hint).toBeHidden();
    });

    test('a pair that is not the same goes, and comes back', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { a, b, names } = await pair(api);
      const list = new Duplicates(page);
      await list.goto();
      const both = { a: names[0], b: names[1] };
      await list.pair(a, b).getByRole('button', { name: text(lang, 'duplicates.not_same_of', both) }).click();
      await expect(list.pair(a, b)).toHaveCount(0);
      await list.undo.click();
      await expect(list.pair(a, b)).toBeVisible();
      await list.pair(a, b).locator('[data-not-same]').click();
      await list.aside.locator('summary').click();
      await list.aside.getByRole('button', { name: text(lang, 'duplicates.take_back_of', both) }).click();
      await expect(list.pair(a, b)).toBeVisible();
    });
  });
}

test('one that was changed meanwhile is told, and what was chosen stays', async ({ page, signIn, watch }) => {
  watch.expectStatus(409);
  const api = await signIn('admin');
  const { a, b, names } = await pair(api);
  const merge = new Merge(page);
  await merge.goto(a, b);
  await merge.pick('keep', 'b').check();
  await merge.pick('name', 'a').check();
  await api.form('customers/save_customer', { 'form[id]': a, 'form[version]': '1', 'form[name]': names[0], 'form[region]': '新区' });
  await merge.merge.click();
  await page.getByRole('button', { name: text('zh', 'duplicates.stale_look') }).click();
  await expect(merge.field('region')).toContainText('新区');
  await expect(merge.pick('keep', 'b')).toBeChecked();
  await expect(merge.pick('name', 'a')).toBeChecked();
  await merge.merge.click();
  await expect(page).toHaveURL(new RegExp(`/customers/${b}$`));
  await expect(new CustomerPage(page).heading).toHaveText(names[0]);
});

test('from a customer\'s page to any other one', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const { a, b, names } = await pair(api);
  await new CustomerPage(page).goto(a);
  await page.locator('main .top details.menu > summary').click();
  await page.getByRole('link', { name: text('zh', 'duplicates.merge_with') }).click();
  await page.locator('#customer').fill(names[1]);
  await page.locator('#customer-list [role="option"]').first().click();
  await expect(page).toHaveURL(new RegExp(`a=${a}&b=${b}`));
  await expect(new Merge(page).merge).toBeVisible();
});

test('somebody else\'s customer is neither listed nor compared', async ({ page, signIn, api, watch }) => {
  watch.expectStatus(404);
  const rep = await signIn('rep1');
  const { a, b } = await pair(await api('admin'));
  const list = new Duplicates(page);
  await list.goto();
  await expect(list.pair(a, b)).toHaveCount(0);
  const own = (await rep.json<{ rows: { id: string }[] }>('customers/customers', { filter: { text: '', industry: '', region: '' }, sort: '', after: null })).rows[0];
  await page.goto(`/customers/merge?a=${own.id}&b=${b}`);
  await hydrated(page);
  await expect(page.locator('main')).toContainText(text('zh', 'errors.not_found'));
  await expect(new Merge(page).merge).toHaveCount(0);
});

test('without scripts: listed, merged, and parted', async ({ actor }) => {
  const { page, api } = await actor('admin', { javaScriptEnabled: false });
  const { a, b, names } = await pair(api);
  await page.goto('/customers');
  await new Customers(page).page.locator('a[href="/customers/duplicates"]').click();
  await new Duplicates(page).pair(a, b).locator('a.btn').click();
  const merge = new Merge(page);
  await merge.pick('keep', 'a').check();
  await merge.merge.click();
  await expect(page).toHaveURL(new RegExp(`/customers/${a}$`));
  await page.getByRole('button', { name: text('zh', 'duplicates.part_of', { name: names[1] }) }).click();
  await expect(page).toHaveURL(new RegExp(`/customers/${a}$`));
  expect(await detail(api, b)).toMatchObject({ merged: null });
});
