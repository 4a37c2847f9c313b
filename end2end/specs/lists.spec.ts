// The three lists in the words of both languages: heads, chips, pages, and
// what they say when there is nothing. What they find: deals and customers.
import type { Page } from '@playwright/test';
import { Contacts, Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import type { ListPage } from '../pages/list';
import type { Api } from '../support/api';
import { expect, test } from '../support/fixtures';
import { LANGS, type Lang, text } from '../support/texts';

interface Found { rows: { id: string; name: string }[]; total: number }

const of = async (asked: Promise<Found>): Promise<string[]> => (await asked).rows.map(row => row.id);

const heads = (page: Page, lang: Lang, keys: string[]): Promise<void> =>
  expect(page.locator('thead th')).toHaveText(keys.map(key => text(lang, key)));

/** Leads on to the second page and back to the first. */
async function pages(view: ListPage, slice: string, lang: Lang): Promise<void> {
  const first = await view.ids();
  await expect(view.next).toHaveText(text(lang, `${slice}.next_page`));
  await view.next.click();
  await expect.poll(async () => (await view.ids()).some(id => first.includes(id))).toBe(false);
  await view.pager.getByText(text(lang, `${slice}.first_page`)).click();
  await expect.poll(() => view.ids()).toEqual(first);
}

/** Searches for what is not there, and takes the way out that is offered. */
async function nothing(view: ListPage, empty: string, lang: Lang): Promise<void> {
  await view.search.fill('zzz没有');
  await view.search.press('Enter');
  await expect(view.empty).toContainText(text(lang, empty));
  await view.empty.getByText(text(lang, 'common.clear_filters')).click();
  await expect(view.rows.first()).toBeVisible();
  await expect(view.search).toHaveValue('');
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('deals', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const list = (filter: object = {}, sort = '-updated'): Promise<Found> => api.json('pipeline/deals', { filter: { text: '', ...filter }, sort, after: null });
      const view = new DealsList(page);
      await view.goto();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'board.title'));
      await heads(page, lang, ['deal', 'customer', 'stage', 'amount', 'probability', 'expected_close', 'next_step', 'owner'].map(key => `common.${key}`));
      const { total } = await list();
      await expect(page.locator('[data-total]')).toHaveText(text(lang, 'common.n_deals_many', { n: total.toLocaleString('en-US') }));
      await pages(view, 'deal', lang);
      await view.chip('sort').selectOption({ label: `${text(lang, 'common.amount')} ↓` });
      await expect.poll(() => view.ids()).toEqual(await of(list({}, '-amount')));
      await view.head('close').click();
      await expect.poll(() => view.ids()).toEqual(await of(list({}, 'close')));
      await view.chip('outcome').selectOption({ label: text(lang, 'common.outcome_won') });
      await expect.poll(() => view.ids()).toEqual(await of(list({ outcome: 'won' }, 'close')));
      await view.filters.getByText(`${text(lang, 'board.clear_filters')} 1`).click();
      await expect(page).not.toHaveURL(/outcome=/);
      await nothing(view, 'deal.empty_filtered', lang);
    });

    test('customers', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const list = (filter: object = {}, sort = '-updated'): Promise<Found> => api.json('customers/customers', { filter: { text: '', industry: '', region: '', ...filter }, sort, after: null });
      const view = new Customers(page);
      await view.goto();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.title'));
      await heads(page, lang, [...['customer', 'tier', 'owner', 'industry', 'region', 'size', 'source'].map(key => `common.${key}`), 'customers.open_amount', 'customers.updated']);
      const { total } = await list();
      await expect(view.pager).toContainText(text(lang, 'common.n_customers_many', { n: total.toLocaleString('en-US') }));
      await pages(view, 'common', lang);
      await view.chip('sort').selectOption({ label: text(lang, 'customers.sort_name') });
      await expect.poll(() => view.ids()).toEqual(await of(list({}, 'name')));
      await view.head('name').click();
      await expect.poll(() => view.ids()).toEqual(await of(list({}, '-name')));
      await view.chip('tier').selectOption({ label: text(lang, 'common.tier_vip') });
      await expect.poll(() => view.ids()).toEqual(await of(list({ tier: 'vip' }, '-name')));
      await view.filters.getByText(`${text(lang, 'common.clear_filters')} 1`).click();
      await expect(page).not.toHaveURL(/tier=/);
      await nothing(view, 'common.empty_filtered', lang);
    });

    test('contacts', async ({ page, signIn }) => {
      const api: Api = await signIn('admin');
      const list = (words = '', sort = 'name'): Promise<Found> => api.json('customers/contacts', { text: words, sort, after: null });
      const view = new Contacts(page);
      await view.goto();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'nav.contacts'));
      await heads(page, lang, ['common.person_name', 'common.customer', 'common.job_title', 'customers.contact_role', 'common.phone', 'common.email']);
      const all = await list();
      await expect(view.pager).toContainText(text(lang, 'common.n_contacts_many', { n: all.total.toLocaleString('en-US') }));
      await pages(view, 'common', lang);
      await view.chip('sort').selectOption({ label: text(lang, 'customers.sort_name_down') });
      await expect.poll(() => view.ids()).toEqual(await of(list('', '-name')));
      const words = all.rows[2].name;
      await expect(view.search).toHaveAttribute('placeholder', text(lang, 'customers.find_contacts'));
      await view.search.fill(words);
      await view.search.press('Enter');
      await expect.poll(() => view.ids()).toEqual(await of(list(words, '-name')));
      await view.filters.getByText(text(lang, 'common.clear_filters')).click();
      await expect(page).not.toHaveURL(/q=/);
      await nothing(view, 'common.empty_filtered', lang);
    });
  });
}
