// The list of deals, the form, and the page of one.
import { Board } from '../pages/board';
import { DealForm, DealPage, DealsList } from '../pages/deals';
import type { Api, Card } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, nameOf, pattern, text } from '../support/texts';

interface Page { rows: Card[]; total: number; next: string | null }
interface Detail { card: Card; timeline: { what: Record<string, unknown> }[]; note: string; competitor: string; pushes: number }

const list = (api: Api, filter: object = {}, sort = '-updated', after: string | null = null): Promise<Page> =>
  api.json('pipeline/deals', { filter: { text: '', ...filter }, sort, after });
const detail = (api: Api, id: string): Promise<Detail> => api.json('pipeline/deal', { id });
const openDeal = async (api: Api, n = 0): Promise<Card> => (await api.board()).columns.filter(c => c.stage.kind === 'open').flatMap(c => c.cards)[n];

test.describe('the list', () => {
  test('shows all deals page by page, none twice', async ({ page, signIn }) => {
    test.setTimeout(120_000);
    const api = await signIn('admin');
    const view = new DealsList(page);
    await view.goto();
    const first = await list(api);
    expect(await view.ids()).toEqual(first.rows.map(row => row.id));
    const seen: string[] = [];
    for (;;) {
      const ids = await view.ids();
      expect(ids.filter(id => seen.includes(id))).toEqual([]);
      seen.push(...ids);
      if (await view.next.count() === 0) break;
      await view.next.click();
      await expect.poll(() => view.ids()).not.toEqual(ids);
    }
    expect(seen).toHaveLength(first.total);
  });

  test('sorts by a click on a head, both ways', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new DealsList(page);
    await view.goto();
    for (const column of ['amount', 'close', 'title']) {
      for (let i = 0; i < 2; i += 1) {
        const before = view.sort;
        await view.head(column).click();
        await expect.poll(() => view.sort).not.toBe(before);
        const { sort } = view;
        expect(sort).toMatch(new RegExp(`^-?${column}$`));
        await expect.poll(() => view.ids(), sort).toEqual((await list(api, {}, sort)).rows.map(row => row.id));
        await expect(page.locator(`th[aria-sort="${sort.startsWith('-') ? 'descending' : 'ascending'}"]`)).toHaveCount(1);
      }
    }
  });

  test('narrows by outcome, stage, owner and words; the address says so, and back restores', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new DealsList(page);
    await view.goto('?outcome=lost');
    expect(await view.ids()).toEqual((await list(api, { outcome: 'lost' })).rows.map(row => row.id));
    await view.goto();
    const card = await openDeal(api);
    await view.chip('owner').selectOption(card.owner);
    await expect(page).toHaveURL(/owner=/);
    await expect.poll(() => view.ids()).toEqual((await list(api, { owner: card.owner })).rows.map(row => row.id));
    await view.search.fill(card.customer_name);
    await view.search.press('Enter');
    await expect.poll(() => view.ids()).toEqual((await list(api, { owner: card.owner, text: card.customer_name })).rows.map(row => row.id));
    await page.goBack();
    await expect.poll(() => view.ids()).toEqual((await list(api, { owner: card.owner })).rows.map(row => row.id));
    await page.goBack();
    await expect.poll(() => view.ids()).toEqual((await list(api)).rows.map(row => row.id));
  });

  test('board and list show the same filter', async ({ page, signIn }) => {
    await signIn('admin');
    await open(page, '/deals?tier=vip');
    await page.locator('main nav.seg a[href^="/deals/list"]').click();
    await expect(page).toHaveURL(/\/deals\/list\?tier=vip/);
    await expect(new DealsList(page).chip('tier')).toHaveValue('vip');
    await page.locator('main nav.seg a').first().click();
    await expect(page).toHaveURL(/\/deals\?tier=vip/);
  });

  test('a condition that only a link can set is shown, stays, and can be taken off', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const card = await openDeal(api);
    const view = new DealsList(page);
    await view.goto(`?customer=${card.customer}`);
    const off = page.getByRole('link', { name: text('zh', 'common.take_off', { what: text('zh', 'board.only_customer') }) });
    await expect(off).toBeVisible();
    await view.chip('outcome').selectOption('open');
    await expect(page).toHaveURL(/outcome=open/);
    expect(new URL(page.url()).searchParams.get('customer')).toBe(card.customer);
    await expect.poll(() => view.ids()).toEqual((await list(api, { customer: card.customer, outcome: 'open' })).rows.map(row => row.id));
    await off.click();
    await expect(page).not.toHaveURL(/customer=/);
  });

  test('the order can be chosen from a chip as well', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const view = new DealsList(page);
    await view.goto();
    await view.chip('sort').selectOption('-amount');
    await expect.poll(() => view.ids()).toEqual((await list(api, {}, '-amount')).rows.map(row => row.id));
    await view.head('close').click();
    await expect(view.chip('sort')).toHaveValue('close');
  });

  test('amounts that were cleared stay cleared', async ({ page, signIn }) => {
    await signIn('admin');
    const view = new DealsList(page);
    await view.goto();
    await view.filters.locator('details.more-filters summary').click();
    await view.filters.locator('input[name="min"]').fill('100000');
    await view.filters.locator('details.more-filters button[type="submit"]').click();
    await expect(page).toHaveURL(/min=100000/);
    await view.filters.locator('.chip-clear').click();
    await expect(page).not.toHaveURL(/min=/);
    await view.chip('tier').selectOption('vip');
    await expect(page).toHaveURL(/tier=vip/);
    expect(new URL(page.url()).searchParams.get('min')).toBeNull();
  });

  test('says why it is empty', async ({ page, signIn }) => {
    await signIn('admin');
    const view = new DealsList(page);
    await view.goto('?q=zzz没有');
    await expect(view.empty).toContainText(text('zh', 'deal.empty_filtered'));
  });
});

for (const lang of ['zh', 'en'] as const) {
  test.describe(`the form (${lang})`, () => {
    test.use({ lang });

    test('a deal is created; refusals stand at the fields and keep what was typed', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const known = await openDeal(api);
      const form = new DealForm(page);
      await form.gotoNew();
      await form.fill({ amount: 'viel', next_step: '拜访', note: '一行\n<b>两行' });
      await form.submit();
      await expect(form.error('title')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('customer')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('amount')).toHaveText(text(lang, 'errors.not_a_number'));
      await expect(form.error('next_on')).toHaveText(text(lang, 'errors.required'));
      await expect(form.field('amount')).toHaveValue('viel');
      await expect(form.field('note')).toHaveValue('一行\n<b>两行');
      await form.customer(known.customer_name);
      const title = `端测商机 ${Date.now()}`;
      await form.fill({ title, amount: '12.8万', next_on: '2026-07-03', expected_close_on: '2026-08-31' });
      await form.submit();
      await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
      const id = page.url().split('/').at(-1)!;
      const saved = await detail(api, id);
      expect(saved.card).toMatchObject({ title, amount: { minor: 12_800_000, currency: 'CNY' }, customer: known.customer, next_step: '拜访', next_on: '2026-07-03', expected_close_on: '2026-08-31' });
      await expect(page.locator('main')).toContainText(title);
      await expect(page.locator('main')).toContainText(lang === 'zh' ? /12\.8|128,000/ : /128K|128,000|0\.13M/i);
      const board = new Board(page);
      await board.goto();
      await expect(board.card(id)).toBeVisible();
    });
  });
}

test('a deal begun on a customer\'s page knows the customer', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const card = await openDeal(api);
  const form = new DealForm(page);
  await form.gotoNew(`?customer=${card.customer}`);
  await expect(form.field('customer')).toHaveValue(card.customer_name);
  await form.fill({ title: '续约', amount: '5000' });
  await form.submit();
  await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
  expect((await detail(api, page.url().split('/').at(-1)!)).card.customer).toBe(card.customer);
});

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a deal is edited', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const card = await openDeal(api, 1);
      const form = new DealForm(page);
      await form.gotoEdit(card.id);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'deal.edit_title'));
      await expect(form.label('expected_close_on')).toHaveText(text(lang, 'common.expected_close'));
      await expect(form.field('title')).toHaveValue(card.title);
      await expect(form.field('customer')).toHaveValue(card.customer_name);
      await form.fill({ title: '改过的标题', amount: '1,234.50' });
      await form.submit();
      await expect(page).toHaveURL(new RegExp(`/deals/${card.id}$`));
      expect((await detail(api, card.id)).card).toMatchObject({ title: '改过的标题', amount: { minor: 123_450 }, version: card.version + 1 });
    });

    test('of two who edit at once the second is told and loses nothing', async ({ actor, watch }) => {
      watch.expectStatus(409);
      const first = await actor('director');
      const second = await actor('admin');
      const card = await openDeal(second.api, 2);
      const forms = [new DealForm(first.page), new DealForm(second.page)];
      for (const form of forms) await form.gotoEdit(card.id);
      await forms[0].fill({ title: '第一' });
      await forms[0].submit();
      await expect(first.page).toHaveURL(new RegExp(`/deals/${card.id}$`));
      await forms[1].fill({ title: '第二' });
      await forms[1].submit();
      await expect(forms[1].whole).toContainText(pattern(lang, 'errors.stale'));
      await expect(forms[1].field('title')).toHaveValue('第二');
      expect((await detail(second.api, card.id)).card.title).toBe('第一');
    });
  });
}

test.describe('the page of a deal', () => {
  for (const lang of ['zh', 'en'] as const) {
    test.describe(lang, () => {
      test.use({ lang });

      test('a follow-up is logged with the next step, and the board shows it', async ({ page, signIn, watch }) => {
        watch.expectStatus(422);
        const api = await signIn('admin');
        const card = await openDeal(api, 3);
        const before = await detail(api, card.id);
        const view = new DealPage(page);
        await view.goto(card.id);
        await expect(page.locator('main')).toContainText(card.customer_name);
        await view.composer.field('next_on').fill('');
        await view.composer.field('next_step').fill('发合同');
        await view.composer.record.click();
        await expect(view.composer.error('content')).toHaveText(text(lang, 'errors.required'));
        await expect(view.composer.error('next_on')).toHaveText(text(lang, 'errors.required'));
        const content = `电话沟通 <i>${Date.now()}`;
        await view.composer.field('content').fill(content);
        await view.composer.field('next_on').fill('2026-06-29');
        await view.composer.record.click();
        await expect(view.composer.error('next_on')).toHaveText(text(lang, 'errors.date_in_past'));
        await view.composer.field('next_on').fill('2026-07-02');
        await view.composer.record.click();
        await expect(view.timeline.first()).toContainText(content);
        await expect(view.composer.field('content')).toHaveValue('');
        const after = await detail(api, card.id);
        expect(after.timeline).toHaveLength(before.timeline.length + 1);
        expect(after.card).toMatchObject({ next_step: '发合同', next_on: '2026-07-02' });
        const board = new Board(page);
        await board.goto();
        await expect(board.card(card.id)).toContainText('发合同');
      });
    });
  }

  test('a follow-up that says nothing of the next step keeps it', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const card = (await api.board({ next: 'planned' })).columns.flatMap(c => c.cards)[0];
    const view = new DealPage(page);
    await view.goto(card.id);
    await expect(view.composer.field('next_step')).toHaveValue(card.next_step);
    await view.composer.field('content').fill('发了一封邮件');
    await view.composer.record.click();
    await expect(view.timeline.first()).toContainText('发了一封邮件');
    expect((await detail(api, card.id)).card).toMatchObject({ next_step: card.next_step, next_on: card.next_on });
    // Another one replaces it, and is what the form shows from then on.
    await view.composer.field('content').fill('约好了');
    await view.composer.field('next_step').fill('上门演示');
    await view.composer.field('next_on').fill('2026-07-09');
    await view.composer.record.click();
    await expect(view.timeline.first()).toContainText('约好了');
    await expect(view.composer.field('next_step')).toHaveValue('上门演示');
    await expect(view.composer.field('next_on')).toHaveValue('2026-07-09');
  });

  for (const lang of LANGS) {
    test.describe(lang, () => {
      test.use({ lang });

      test('moves along the path of stages', async ({ page, signIn }) => {
        const api = await signIn('admin');
        const data = await api.board();
        const columns = data.columns.filter(column => column.stage.kind === 'open');
        const from = columns.find(column => column.cards.length > 0)!;
        const to = columns.find(column => column !== from)!;
        const card = from.cards.at(-1)!;
        const view = new DealPage(page);
        await view.goto(card.id);
        await view.stage(to.stage.id).click();
        await expect.poll(async () => (await detail(api, card.id)).card.stage).toBe(to.stage.id);
        await expect(view.timeline.first()).toContainText(text(lang, 'words.moved_move'));
        await expect(view.timeline.first()).toContainText(nameOf(lang, to.stage));
      });
    });
  }

  test('is live: a colleague\'s move appears', async ({ page, signIn, api }) => {
    const admin = await signIn('admin');
    const data = await admin.board();
    const columns = data.columns.filter(column => column.stage.kind === 'open');
    const from = columns.find(column => column.cards.length > 1)!;
    const to = columns.find(column => column !== from)!;
    const card = from.cards[1];
    const view = new DealPage(page);
    await view.goto(card.id);
    const n = await view.timeline.count();
    await (await api('director')).move(card, to.stage.id);
    await expect(view.timeline).toHaveCount(n + 1);
    await expect(view.timeline.first()).toContainText(to.stage.name_zh);
  });

  test('who may only read gets no controls', async ({ page, signIn, watch }) => {
    watch.expectStatus(403);
    const api = await signIn('finance');
    const card = await openDeal(api);
    const view = new DealPage(page);
    await view.goto(card.id);
    await expect(page.locator('main')).toContainText(card.title);
    await expect(view.composer.root).toHaveCount(0);
    await expect(page.locator(`main a[href="/deals/${card.id}/edit"]`)).toHaveCount(0);
    await page.goto(`/deals/${card.id}/edit`);
    await hydrated(page);
    await expect(page.locator('main')).toContainText(text('zh', 'errors.forbidden'));
  });

  test('one that is not there or not one\'s own looks the same', async ({ page, signIn, api, watch }) => {
    watch.expectStatus(404);
    await signIn('rep1');
    const own = await openDeal(await api('rep1'));
    const foreign = (await (await api('admin')).board()).columns.flatMap(c => c.cards).find(card => card.owner !== own.owner)!;
    for (const id of [foreign.id, '018f0000-0000-7000-8000-000000000001', 'nonsense']) {
      await page.goto(`/deals/${id}`);
      await hydrated(page);
      await expect(page.locator('main')).toContainText(text('zh', 'errors.not_found'));
      await expect(page.locator('main')).not.toContainText(foreign.customer_name);
    }
  });
});
