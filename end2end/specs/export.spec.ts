// Lists as files: what the page shows narrowed is what the file holds, every
// page of it; and the command reads it back.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Contacts, Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { type Lang, LANGS, text } from '../support/texts';

interface Numbered { rows: { number: string | number }[]; total: number }
interface Found { rows: { id: string; name?: string; title?: string }[]; total: number }

/** The file that the page's own menu saves. */
async function download(page: Page, lang: Lang, kind: 'csv' | 'xlsx'): Promise<{ name: string; path: string }> {
  const download = page.waitForEvent('download');
  const menu = page.locator('main header details.menu').filter({ hasText: text(lang, 'common.export') });
  await menu.locator('summary').click();
  await menu.getByRole('link', { name: text(lang, `common.export_${kind}`), exact: true }).click();
  const file = await download;
  expect(await file.failure()).toBeNull();
  await expect(menu).not.toHaveAttribute('open');
  return { name: file.suggestedFilename(), path: await file.path() };
}

/** A list as CSV: its name, its head, its lines. */
async function saved(page: Page, lang: Lang): Promise<{ name: string; head: string; lines: string[] }> {
  const { name, path } = await download(page, lang, 'csv');
  const content = await readFile(path, 'utf8');
  expect(content.startsWith('\ufeff'), 'spreadsheets take it for UTF-8').toBe(true);
  const [head, ...lines] = content.slice(1).split('\r\n').filter(line => line !== '');
  return { name, head, lines };
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('each list as it is narrowed and sorted', async ({ page, signIn }) => {
      const api = await signIn('admin');

      const deals = await api.json<Found>('pipeline/deals', { filter: { text: '', outcome: 'won' }, sort: '-amount', after: null });
      await new DealsList(page).goto('?outcome=won&sort=-amount');
      const won = await saved(page, lang);
      expect(won.name).toMatch(/^deals-\d{4}-\d\d-\d\d\.csv$/);
      expect(deals.total, 'more than a page').toBeGreaterThan(deals.rows.length);
      expect(won.lines).toHaveLength(deals.total);
      for (const [at, row] of deals.rows.entries()) expect(won.lines[at]).toContain(row.title!);

      const customers = await api.json<Found>('customers/customers', { filter: { industry: '', region: '', text: '', tier: 'vip' }, sort: 'name', after: null });
      await new Customers(page).goto('?tier=vip&sort=name');
      const vip = await saved(page, lang);
      expect(vip.name).toMatch(/^customers-/);
      expect(vip.lines).toHaveLength(customers.total);
      for (const [at, row] of customers.rows.entries()) expect(vip.lines[at]).toContain(row.name!);

      const contacts = await api.json<Found>('customers/contacts', { text: '', sort: '', after: null });
      await new Contacts(page).goto();
      const all = await saved(page, lang);
      expect(all.lines).toHaveLength(contacts.total);
      expect(all.head.split(',')[0]).toBe(lang === 'zh' ? '姓名' : 'name');
    });

    test('contracts, quotes and tickets as they are narrowed', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const lists = [
        { name: 'contracts', query: '?status=signed&sort=-amount', found: (await api.json<{ page: Numbered }>('contracts/contracts', { filter: { status: 'signed' }, sort: '-amount', after: null })).page },
        { name: 'quotes', query: '?status=accepted', found: await api.json<Numbered>('quotes/quotes', { filter: { status: 'accepted' }, after: null }) },
        { name: 'tickets', query: '?state=all&kind=problem&sort=-created', found: (await api.json<{ page: Numbered }>('service/tickets', { filter: { shown: 'all', kind: 'problem' }, sort: '-created', after: null })).page },
      ];
      for (const { name, query, found } of lists) {
        await open(page, `/${name}${query}`);
        await expect(page.locator('.pager .total'), name).toContainText(found.total.toLocaleString('en-US'));
        const file = await saved(page, lang);
        expect(file.name).toMatch(new RegExp(`^${name}-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
        expect(found.total, `${name}: some`).toBeGreaterThan(0);
        expect(file.lines, `${name}: all and not a page`).toHaveLength(found.total);
        for (const [at, row] of found.rows.entries()) expect(file.lines[at].split(',')[0], `${name}: in this order`).toBe(String(row.number));
        if (lang === 'en') expect(file.head).toMatch(/^[\x20-\x7e]+$/);
        const book = await download(page, lang, 'xlsx');
        expect(book.name).toMatch(new RegExp(`^${name}-.*\\.xlsx$`));
      }
    });

    test('discounts that wait for the reader', async ({ page, signIn }) => {
      const api = await signIn('director');
      const waiting = await api.form<{ rows: { row: Numbered['rows'][0] }[]; total: number }>('quotes/approvals');
      await open(page, '/quotes/approvals');
      await expect(page.locator('.pager .total')).toContainText(String(waiting.total));
      const file = await saved(page, lang);
      expect(file.name).toMatch(/^approvals-\d{4}-\d\d-\d\d\.csv$/);
      expect(waiting.total, 'some').toBeGreaterThan(0);
      expect(file.lines).toHaveLength(waiting.total);
      for (const [at, { row }] of waiting.rows.entries()) expect(file.lines[at].split(',')[0]).toBe(row.number);
      if (lang === 'en') expect(file.head).toMatch(/^[\x20-\x7e]+$/);
      expect((await download(page, lang, 'xlsx')).name).toMatch(/^approvals-.*\.xlsx$/);
      expect(await violations(page)).toEqual([]);
    });

    test('the trend of a survey and its answers', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const surveys = await api.json<{ id: string; tally: { n: number } }[]>('satisfaction/surveys', {});
      const survey = surveys.reduce((most, one) => (one.tally.n > most.tally.n ? one : most));
      const results = await api.json<{ tally: { n: number }; trend: unknown[] }>('satisfaction/results', { id: survey.id, query: {} });
      expect(results.tally.n).toBeGreaterThan(0);
      await open(page, `/surveys/${survey.id}/results`);
      const answers = await saved(page, lang);
      expect(answers.name).toMatch(/^answers-/);
      expect(answers.lines).toHaveLength(results.tally.n);
      const file = page.waitForEvent('download');
      await page.locator('[data-trend-file]').click();
      const [head, ...months] = (await readFile(await (await file).path(), 'utf8')).slice(1).split('\r\n').filter(line => line !== '');
      expect(head.split(',').length).toBeGreaterThan(5);
      expect(months).toHaveLength(results.trend.length);
    });

    test('the same list as a workbook', async ({ page, signIn }) => {
      await signIn('admin');
      await new Customers(page).goto('?tier=vip&sort=name');
      const csv = await saved(page, lang);
      const book = await download(page, lang, 'xlsx');
      expect(book.name).toMatch(/^customers-\d{4}-\d\d-\d\d\.xlsx$/);
      // A zip archive; what is in it is proved by the server's own tests.
      const bytes = await readFile(book.path);
      expect(bytes.subarray(0, 2).toString()).toBe('PK');
      expect(bytes.includes('xl/workbook.xml')).toBe(true);
      expect(csv.lines.length).toBeGreaterThan(1);
    });

    test('the menu closes with Esc and gives the focus back', async ({ page, signIn }) => {
      await signIn('rep1');
      await new Contacts(page).goto();
      const summary = page.locator('main header details.menu > summary').filter({ hasText: text(lang, 'common.export') });
      await summary.focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await expect(page.getByRole('link', { name: text(lang, 'common.export_csv'), exact: true })).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(summary).toBeFocused();
      await expect(page.getByRole('link', { name: text(lang, 'common.export_csv'), exact: true })).toBeHidden();
    });
  });
}

test('a filter that is chosen on the page is in the next file', async ({ page, signIn }) => {
  const api = await signIn('rep1');
  const list = new Customers(page);
  await list.goto();
  await list.chip('tier').selectOption('ordinary');
  await expect(page).toHaveURL(/tier=ordinary/);
  const { total } = await api.json<Found>('customers/customers', { filter: { industry: '', region: '', text: '', tier: 'ordinary' }, sort: '', after: null });
  await expect.poll(async () => page.locator('main header a[download]').first().getAttribute('href')).toContain('tier=ordinary');
  expect((await saved(page, 'zh')).lines).toHaveLength(total);
});
