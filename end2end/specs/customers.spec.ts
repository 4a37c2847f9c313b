// Customers and contacts: lists, forms, the page of one.
import { ContactForm, Contacts, CustomerForm, CustomerPage, Customers } from '../pages/customers';
import type { Api } from '../support/api';
import { expect, hydrated, test } from '../support/fixtures';
import { LANGS, pattern, text } from '../support/texts';

interface Row { id: string; name: string; short_name: string; tier: string; industry: string; region: string; owner: [string, string] | null; updated_at: string; version: number }
interface Page { rows: Row[]; total: number; next: string | null }
interface Detail {
  row: Row; contacts: { id: string; name: string; primary: boolean }[]; open_deals: { id: string; title: string }[];
  closed_deals: { id: string }[]; timeline: unknown[]; may_write: boolean;
}

const list = (api: Api, filter: object = {}, sort = '-updated', after: string | null = null): Promise<Page> =>
  api.json('customers/customers', { filter: { text: '', industry: '', region: '', ...filter }, sort, after });
const detail = (api: Api, id: string): Promise<Detail> => api.json('customers/customer', { id });
const unique = (name: string): string => `${name}${Date.now() % 1e8}${Math.floor(Math.random() * 1e4)}有限公司`;

test.describe('the list', () => {
  test('shows the last changed first, and all of them page by page', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new Customers(page);
    await view.goto();
    const first = await list(api);
    expect(await view.ids()).toEqual(first.rows.map(row => row.id));
    await expect(view.pager).toContainText(String(first.total).replace(/\B(?=(\d{3})+$)/g, ','));
    const seen: string[] = [];
    for (;;) {
      const ids = await view.ids();
      expect(ids.filter(id => seen.includes(id)), 'no row twice').toEqual([]);
      seen.push(...ids);
      if (await view.next.count() === 0) break;
      await view.next.click();
      await expect.poll(() => view.ids()).not.toEqual(ids);
    }
    expect(seen).toHaveLength(first.total);
    await page.goBack();
    await expect(view.next).toHaveCount(1);
  });

  test('sorts by a click on the head, and says so', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new Customers(page);
    await view.goto();
    await view.head('name').click();
    await expect.poll(() => view.sort).toBe('name');
    await expect(page.locator('th[aria-sort="ascending"]')).toHaveCount(1);
    await expect.poll(() => view.ids()).toEqual((await list(api, {}, 'name')).rows.map(row => row.id));
    await view.head('name').click();
    await expect.poll(() => view.sort).toBe('-name');
    await expect.poll(() => view.ids()).toEqual((await list(api, {}, '-name')).rows.map(row => row.id));
  });

  test('narrows by choice and search, keeps it in the address, and back restores', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new Customers(page);
    await view.goto();
    await view.chip('tier').selectOption('vip');
    await expect(page).toHaveURL(/tier=vip/);
    const vip = await list(api, { tier: 'vip' });
    await expect.poll(() => view.ids()).toEqual(vip.rows.map(row => row.id));
    const words = vip.rows[0].name.slice(0, 4);
    await view.search.fill(words);
    await view.search.press('Enter');
    const found = await list(api, { tier: 'vip', text: words });
    await expect.poll(() => view.ids()).toEqual(found.rows.map(row => row.id));
    expect(new URL(page.url()).searchParams.get('tier')).toBe('vip');
    await page.goBack();
    await expect.poll(() => view.ids()).toEqual(vip.rows.map(row => row.id));
    await expect(view.search).toHaveValue('');
    await page.reload();
    await hydrated(page);
    await expect(view.chip('tier')).toHaveValue('vip');
  });

  test('says why it is empty, and offers the way out', async ({ page, signIn }) => {
    await signIn('admin');
    const view = new Customers(page);
    await view.goto('?q=zzz没有&tier=vip');
    await expect(view.empty).toContainText(text('zh', 'common.empty_filtered'));
    await view.empty.getByText(text('zh', 'common.clear_filters')).click();
    await expect(page).toHaveURL(/\/customers$/);
    await expect(view.rows.first()).toBeVisible();
  });

  test('a salesperson finds only own customers; the director all', async ({ api }) => {
    const rep = await list(await api('rep1'));
    const all = await list(await api('director'));
    expect(rep.total).toBeGreaterThan(0);
    expect(rep.total).toBeLessThan(all.total);
    const foreign = all.rows.find(row => !rep.rows.some(own => own.id === row.id) && row.owner?.[0] !== rep.rows[0].owner?.[0]);
    await expect(detail(await api('rep1'), foreign!.id)).rejects.toMatchObject({ status: 404 });
  });
});

for (const lang of ['zh', 'en'] as const) {
  test.describe(`the form (${lang})`, () => {
    test.use({ lang });

    test('a customer is created; what is refused stands at its field and nothing typed is lost', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const form = new CustomerForm(page);
      await form.gotoNew();
      await form.fill({ short_name: '端测', phone: 'abc', longitude: '181', notes: '第一行\n<b>第二行</b>' });
      await form.submit();
      await expect(form.error('name')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('phone')).toHaveText(text(lang, 'errors.bad_phone'));
      await expect(form.error('latitude')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('longitude')).toBeVisible();
      await expect(form.field('phone')).toHaveAttribute('aria-invalid', 'true');
      await expect(form.field('short_name')).toHaveValue('端测');
      await expect(form.field('notes')).toHaveValue('第一行\n<b>第二行</b>');
      const name = unique('端测客户');
      await form.fill({ name, phone: '+86 138 0000 0000', longitude: '120.21', latitude: '30.2', tier: 'ordinary', source: 'website', industry: '软件', size: '20-99' });
      await form.submit();
      await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
      const view = new CustomerPage(page);
      await expect(view.heading).toHaveText(name);
      await expect(page.locator('main')).toContainText('<b>第二行</b>');
      const id = page.url().split('/').at(-1)!;
      expect((await detail(api, id)).row).toMatchObject({ name, tier: 'ordinary', industry: '软件', short_name: '端测' });
    });

    test('a name that is taken is refused with the name of the other', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const [known] = (await list(api)).rows;
      const form = new CustomerForm(page);
      await form.gotoNew();
      await form.fill({ name: ` ${known.name} ` });
      await form.submit();
      await expect(form.error('name')).toHaveText(text(lang, 'errors.duplicate', { name: known.name }));
      await expect(page).toHaveURL(/\/customers\/new/);
    });

    test('a customer is edited; the list shows it first', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const row = (await list(api, {}, 'updated')).rows[0];
      const form = new CustomerForm(page);
      await form.gotoEdit(row.id);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.edit_customer'));
      await expect(form.label('region')).toHaveText(text(lang, 'common.region'));
      await expect(form.field('name')).toHaveValue(row.name);
      const name = unique('改名');
      await form.fill({ name, region: '浙江' });
      await form.submit();
      await expect(page).toHaveURL(new RegExp(`/customers/${row.id}$`));
      await expect(new CustomerPage(page).heading).toHaveText(name);
      const view = new Customers(page);
      await view.goto();
      expect((await view.ids())[0]).toBe(row.id);
    });

    test('of two who edit at once the second is told, keeps what was typed, and decides', async ({ actor, watch }) => {
      watch.expectStatus(409);
      const first = await actor('director');
      const second = await actor('admin');
      const row = (await list(second.api, {}, 'updated')).rows[1];
      const forms = [new CustomerForm(first.page), new CustomerForm(second.page)];
      for (const form of forms) await form.gotoEdit(row.id);
      await forms[0].fill({ industry: '第一' });
      await forms[0].submit();
      await expect(first.page).toHaveURL(new RegExp(`/customers/${row.id}$`));
      await forms[1].fill({ industry: '第二' });
      await forms[1].submit();
      await expect(forms[1].whole).toContainText(pattern(lang, 'errors.stale'));
      await expect(forms[1].field('industry')).toHaveValue('第二');
      expect((await detail(second.api, row.id)).row.industry).toBe('第一');
      await second.page.getByRole('button', { name: text(lang, 'common.keep_mine') }).click();
      await expect(second.page).toHaveURL(new RegExp(`/customers/${row.id}$`));
      expect((await detail(second.api, row.id)).row.industry).toBe('第二');
    });
  });
}

test('a double click on save makes one customer', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const form = new CustomerForm(page);
  await form.gotoNew();
  const name = unique('双击');
  await form.fill({ name });
  await form.root.locator('button[type="submit"].btn-primary').dblclick();
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
  expect((await list(api, { text: name })).total).toBe(1);
});

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('contacts are added to a customer; the new first one takes over', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const row = (await list(api)).rows.at(-1)!;
      const before = await detail(api, row.id);
      const form = new ContactForm(page);
      await form.gotoNew(row.id);
      await form.fill({ email: 'not a mail' });
      await form.submit();
      await expect(form.error('name')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('email')).toHaveText(text(lang, 'errors.bad_email'));
      const name = `欧阳 ${lang} 端测`;
      await form.fill({ name, email: 'oy@example.com', phone: '021-6888 0000', role: 'decision', title: '总经理' });
      await form.root.locator('input[name="form[primary]"]').check();
      await form.submit();
      await expect(page).toHaveURL(new RegExp(`/customers/${row.id}$`));
      const person = page.locator('[data-contact-id]', { hasText: name });
      await expect(person).toBeVisible();
      await expect(person).toContainText(text(lang, 'customers.primary'));
      await expect(person.locator('a[href^="tel:"]')).toHaveAttribute('href', 'tel:02168880000');
      await expect(person.locator('a[href^="mailto:"]')).toHaveAttribute('href', 'mailto:oy@example.com');
      const after = await detail(api, row.id);
      expect(after.contacts).toHaveLength(before.contacts.length + 1);
      expect(after.contacts.filter(contact => contact.primary).map(contact => contact.name)).toEqual([name]);
      const contacts = new Contacts(page);
      await contacts.goto('?q=欧阳');
      await expect(contacts.rows.filter({ hasText: name })).toHaveCount(1);
    });
  });
}

test('the page of a customer shows contacts, deals and what happened, and stays live', async ({ page, signIn, api }) => {
  const admin = await signIn('admin');
  const board = await admin.board();
  const card = board.columns.flatMap(column => column.cards).find(found => found.outcome === 'open')!;
  const known = await detail(admin, card.customer);
  const view = new CustomerPage(page);
  await view.goto(card.customer);
  await expect(view.heading).toHaveText(known.row.name);
  for (const contact of known.contacts) await expect(page.locator(`[data-contact-id="${contact.id}"]`)).toContainText(contact.name);
  await expect(page.locator('#open-deals [data-deal-id]')).toHaveCount(known.open_deals.length);
  await expect(page.locator('#closed-deals [data-deal-id]')).toHaveCount(known.closed_deals.length);
  await expect(view.timeline).toHaveCount(known.timeline.length);
  await view.composer.field('content').fill('正在写的一半');
  const to = board.columns.find(column => column.stage.kind === 'open' && column.stage.id !== card.stage)!;
  await (await api('director')).move((await admin.card(card.id))!, to.stage.id);
  await expect(page.locator(`#open-deals [data-deal-id="${card.id}"]`)).toContainText(to.stage.name_zh);
  await expect(view.composer.field('content'), 'what is being written stays').toHaveValue('正在写的一半');
  await view.composer.record.click();
  await expect(view.timeline.filter({ hasText: '正在写的一半' })).toHaveCount(1);
  await expect(view.composer.field('content')).toHaveValue('');
});

test('who may only read gets no forms', async ({ page, signIn, watch }) => {
  watch.expectStatus(403);
  const api = await signIn('finance');
  const [row] = (await list(api)).rows;
  const view = new CustomerPage(page);
  await view.goto(row.id);
  await expect(view.heading).toHaveText(row.name);
  await expect(page.locator('main a[href$="/edit"], main a[href*="/new"]')).toHaveCount(0);
  await expect(view.composer.root).toHaveCount(0);
  await page.goto(`/customers/${row.id}/edit`);
  await hydrated(page);
  await expect(page.locator('main')).toContainText(text('zh', 'errors.forbidden'));
  await expect(page.locator('main form[method="post"]')).toHaveCount(0);
});

test('a customer that is not there or not one\'s own looks the same', async ({ page, signIn, watch, api }) => {
  watch.expectStatus(404);
  const rep = await signIn('rep1');
  const mine = await list(rep);
  const all = await list(await api('admin'), {}, 'name');
  const foreign = all.rows.find(row => row.owner && row.owner[0] !== mine.rows[0].owner?.[0])!;
  for (const id of [foreign.id, '018f0000-0000-7000-8000-000000000001', 'nonsense']) {
    await page.goto(`/customers/${id}`);
    await hydrated(page);
    await expect(page.locator('main')).toContainText(text('zh', 'errors.not_found'));
    await expect(page.locator('main')).not.toContainText(foreign.name);
  }
});

test.describe('the list of contacts', () => {
  interface Contact { id: string; name: string; customer: unknown }
  const contacts = (api: Api, words: string, sort: string): Promise<{ rows: Contact[]; total: number; next: string | null }> =>
    api.json('customers/contacts', { text: words, sort, after: null });

  test('sorts, finds, and leads on page by page', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new Contacts(page);
    await view.goto();
    const usual = await contacts(api, '', 'name');
    await view.head('name').click();
    await expect.poll(() => view.sort).toMatch(/^-?name$/);
    await expect.poll(() => view.ids()).toEqual((await contacts(api, '', view.sort)).rows.map(row => row.id));
    const words = usual.rows[3].name;
    await view.goto(`?q=${encodeURIComponent(words)}`);
    expect(await view.ids()).toEqual((await contacts(api, words, 'name')).rows.map(row => row.id));
    await view.goto();
    const first = await view.ids();
    await view.next.click();
    await expect.poll(async () => (await view.ids()).some(id => first.includes(id))).toBe(false);
  });

  for (const lang of LANGS) {
    test.describe(lang, () => {
      test.use({ lang });

      test('a contact is edited, and a wrong mail is told at its field', async ({ page, signIn, watch }) => {
        watch.expectStatus(422);
        const api = await signIn('admin');
        const contact = (await contacts(api, '', 'name')).rows[0];
        const form = new ContactForm(page);
        await page.goto(`/contacts/${contact.id}/edit`);
        await hydrated(page);
        await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.edit_contact'));
        await form.fill({ email: 'nobody' });
        await form.submit();
        await expect(form.error('email')).toHaveText(text(lang, 'errors.bad_email'));
        await expect(form.field('email')).toHaveValue('nobody');
        await form.fill({ email: 'somebody@example.com', title: '副总' });
        await form.submit();
        await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
        await expect(page.locator('main')).toContainText('副总');
      });
    });
  }
});
