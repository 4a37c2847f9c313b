// Lists as files: what the page shows narrowed is what the file holds, every
// page of it; and the command reads it back.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Contacts, Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import { expect, test } from '../support/fixtures';
import { type Lang, LANGS, text } from '../support/texts';

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
