// Importing on a page: a file, its columns, what would happen, rows corrected in
// place, the result and the way back; in both languages and without scripts.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Import, book, fileOf, list } from '../pages/import';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

/** What a link saves. */
async function saved(page: Page, press: () => Promise<void>): Promise<string> {
  const download = page.waitForEvent('download');
  await press();
  const file = await download;
  expect(await file.failure()).toBeNull();
  return readFile(await file.path(), 'utf8');
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a list of customers in GB18030: mapped, corrected, imported, taken back', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const imports = new Import(page);
      await open(page, '/customers');
      await page.locator('main header').getByRole('link', { name: text(lang, 'data.nav'), exact: true }).click();
      await expect(page).toHaveURL(/\/import\?kind=customers$/);
      await expect(imports.heading).toHaveText(text(lang, 'data.title'));
      await expect(imports.kind('customers')).toBeChecked();
      await expect(imports.history).toContainText(text(lang, 'data.no_history'));
      expect(await violations(page)).toEqual([]);

      await imports.send('customers', fileOf('import-customers-gb18030.csv'));
      await hydrated(page);
      await expect(imports.step).toHaveText(text(lang, 'data.step_map'));
      await expect(page.locator('[data-about]')).toContainText('gb18030');
      for (const [at, field] of ['name', 'phone', 'tier', 'notes', ''].entries()) await expect(imports.column(at)).toHaveValue(field);
      await expect(imports.mapping).toContainText('A-1 · A-2 · A-3');
      expect(await violations(page)).toEqual([]);
      await imports.column(0).selectOption('');
      await imports.toCheck.click();
      await expect(imports.missing).toContainText(lang === 'zh' ? '客户名称' : 'customer name');
      await imports.column(0).selectOption('name');
      await imports.column(4).selectOption('tax_number');
      await imports.toCheck.click();

      await expect(imports.step).toHaveText(text(lang, 'data.step_check'));
      for (const [part, n] of [['made', 1], ['twin', 1], ['refused', 2]] as const) await expect(imports.figure(part).locator('b')).toHaveText(String(n));
      await expect(imports.list('refused').locator('tbody tr')).toHaveCount(2);
      await expect(imports.row(3)).toContainText(text(lang, 'errors.bad_phone'));
      await expect(imports.row(4)).toContainText('黄金');
      await expect(imports.go).toBeDisabled();
      await expect(imports.notYet).toHaveText(text(lang, 'data.refused_first'));
      expect(await violations(page)).toEqual([]);
      const refused = await saved(page, () => imports.list('refused').locator('a[download]').click());
      expect(refused.split('\r\n')[0]).toBe(`\ufeff客户名称,联系电话,客户级别,备注,内部编号,${text(lang, 'data.problem')}`);
      expect(refused.split('\r\n').filter(line => line !== '')).toHaveLength(3);
      expect(refused).toContain(text(lang, 'errors.bad_phone'));

      // A refused correction keeps what was typed; a long text is kept whole.
      await imports.edit(3).click();
      await expect(imports.cell('name')).toHaveValue('端测导入乙');
      await expect(imports.cellError('phone')).toHaveText(text(lang, 'errors.bad_phone'));
      expect(await violations(page)).toEqual([]);
      const long = '长'.repeat(1_000);
      await imports.cell('phone').fill('021-5111 0002');
      await imports.cell('notes').fill(long);
      await imports.saveRow.click();
      await expect(imports.editor).toHaveCount(0);
      await expect(imports.figure('refused').locator('b')).toHaveText('1');
      await imports.decide(4, 'skip').click();
      await expect(imports.figure('refused').locator('b')).toHaveText('0');
      await expect(imports.figure('left').locator('b')).toHaveText('1');
      await imports.figure('twin').click();
      await expect(imports.row(5)).toContainText(text(lang, 'errors.duplicate_row', { row: 2 }));
      await imports.decide(5, 'make').click();
      await expect(imports.figure('made').locator('b')).toHaveText('3');

      await imports.go.click();
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 3, rows: 4 }));
      expect(await violations(page)).toEqual([]);
      await page.reload();
      await hydrated(page);
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 3, rows: 4 }));
      const found = async () => (await api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '端测导入' }, sort: 'name', after: null })).rows;
      const rows = await found();
      expect(rows.map(row => row.name).sort()).toEqual(['端测导入丁', '端测导入乙', '端测导入甲'].sort());
      const second = rows.find(row => row.name === '端测导入乙')!;
      expect((await api.json<{ notes: string }>('customers/customer', { id: second.id })).notes).toBe(long);

      // One of them is changed since: it stays, and is named.
      await api.form('customers/save_contact', { 'form[customer]': second.id, 'form[name]': 'Somebody', 'form[version]': '0', 'form[id]': '' });
      await imports.undo.click();
      await expect(imports.undoing.locator('[data-goes]')).toHaveText(text(lang, 'data.undo_goes_many', { n: 2 }));
      await expect(imports.undoing.locator('[data-kept]')).toContainText(`端测导入乙 ${text(lang, 'data.kept_contacts')}`);
      expect(await violations(page)).toEqual([]);
      await imports.undoNow.click();
      await expect(imports.removed).toContainText('2');
      expect((await found()).map(row => row.name)).toEqual(['端测导入乙']);
      await page.locator('main header a.back').click();
      const [past] = await Import.all(api);
      await expect(imports.past(past.id)).toContainText(text(lang, 'data.stage_undone'));

      // The same headers again: as they were mapped.
      await imports.send('customers', fileOf('import-customers-gb18030.csv'));
      await hydrated(page);
      await expect(page.getByText(text(lang, 'data.map_remembered'))).toBeVisible();
      await expect(imports.column(4)).toHaveValue('tax_number');
      await imports.discard.click();
      await expect(page).toHaveURL(/\/import$/);
      await expect(imports.history.locator('tbody tr')).toHaveCount(1);
    });

    test('deals: unknown customers are left out, formulas are text again', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const customer = (await api.json<{ rows: { name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: 'name', after: null })).rows[0];
      const name = Buffer.from(customer.name, 'utf8').toString('latin1');
      const imports = new Import(page);
      await imports.goto('?kind=deals');
      await expect(imports.kind('deals')).toBeChecked();
      await imports.send('deals', fileOf('import-deals-utf8.csv', content => content.replaceAll('CUSTOMER', name)));
      await hydrated(page);
      await imports.toCheck.click();
      await expect(imports.figure('made').locator('b')).toHaveText('2');
      await expect(imports.row(4)).toContainText('Nobody at all');
      await imports.leaveOut.check();
      await imports.apply.click();
      await expect(imports.go).toBeEnabled();
      await imports.go.click();
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 2, rows: 3 }));
      await page.getByRole('link', { name: text(lang, 'data.to_deals'), exact: true }).click();
      await expect(page).toHaveURL(/\/deals\/list$/);
      const deals = await api.json<{ rows: { id: string; title: string; amount: { minor: number } }[] }>('pipeline/deals', { filter: { text: 'Imported deal' }, sort: '-amount', after: null });
      expect(deals.rows.map(row => [row.title, row.amount.minor])).toEqual([['Imported deal two', 1_280_000], ['Imported deal one', 120_000]]);
      await open(page, `/deals/${deals.rows[1].id}`);
      await expect(page.locator('main')).toContainText('=1+1');
      await expect(page.locator('main')).not.toContainText("'=1+1");
      // The same file again repeats what is there.
      await imports.goto('?kind=deals');
      await imports.send('deals', fileOf('import-deals-utf8.csv', content => content.replaceAll('CUSTOMER', name)));
      await hydrated(page);
      await imports.toCheck.click();
      await expect(imports.figure('twin').locator('b')).toHaveText('2');
      await imports.figure('twin').click();
      await expect(imports.row(2)).toContainText(text(lang, 'errors.deal_there'));
    });

    test('a workbook: another of its sheets, rows as it numbers them, refused rows as a workbook', async ({ server, actor }) => {
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      const imports = new Import(page);
      await imports.goto();
      await imports.send('customers', book('list.xlsx', {
        Old: [['customer name'], ['Booked once']],
        '名单': [['2026 年客户'], [], ['客户名称', '电话', '编号'], ['端测工作簿甲', 13800000001, 7], ['端测工作簿乙', 'bad', '']],
      }));
      await hydrated(page);
      await expect(page.locator('[data-about]')).toContainText(text(lang, 'data.sheet_is', { sheet: 'Old' }));
      await expect(imports.sheet).toHaveValue('Old');
      await imports.sheet.selectOption('名单');
      await imports.readSheet.click();
      await expect(page.locator('[data-about]')).toContainText('名单');
      await expect(imports.column(1)).toHaveValue('phone');
      await expect(imports.mapping).toContainText('13800000001');
      expect(await violations(page)).toEqual([]);
      await imports.toCheck.click();
      await expect(imports.row(5)).toContainText(text(lang, 'errors.bad_phone'));
      const link = imports.list('refused').locator('a[download]');
      await expect(link).toHaveText(text(lang, 'data.download_refused', { kind: 'XLSX' }));
      const download = page.waitForEvent('download');
      await link.click();
      expect((await download).suggestedFilename()).toBe('refused-list.xlsx');
      await imports.leaveOut.check();
      await imports.apply.click();
      await expect(imports.go).toBeEnabled();
      await imports.go.click();
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 1, rows: 2 }));
    });

    test('contacts as another system exports them: told, mapped, imported, taken back', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const customer = (await api.json<{ rows: { name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: 'name', after: null })).rows[0].name;
      const imports = new Import(page);
      await imports.goto('?kind=contacts');
      await expect(imports.kind('contacts')).toBeChecked();
      await expect(imports.kind('products')).toBeVisible();
      await imports.send('contacts', list('hubspot.csv', 'Record ID,First Name,Last Name,Email,Phone Number,Associated Company,Create Date,Lead Status',
        `1,Ada,Byron,ada.byron@example.com,021-54440001,${customer},2026-01-02,New`, `2,Ada,Byron,,021-54440001,${customer},2026-01-02,New`));
      await hydrated(page);
      await expect(imports.kit).toHaveText(text(lang, 'data.map_kit', { name: 'HubSpot' }));
      for (const [at, field] of ['', 'first_name', 'name', 'email', 'phone', 'customer', '', ''].entries()) await expect(imports.column(at)).toHaveValue(field);
      await imports.toCheck.click();
      await expect(imports.figure('made').locator('b')).toHaveText('1');
      await imports.figure('twin').click();
      await expect(imports.row(3)).toContainText(text(lang, 'errors.duplicate_row', { row: 2 }));
      await imports.go.click();
      await expect(imports.made).toHaveText(text(lang, 'data.result', { n: 1, rows: 2 }));
      await page.getByRole('link', { name: text(lang, 'data.to_contacts'), exact: true }).click();
      await expect(page).toHaveURL(/\/contacts$/);
      await open(page, '/contacts?q=Byron');
      await expect(page.locator('main')).toContainText('Ada Byron');
      const [past] = await Import.all(api);
      await imports.goto(`?id=${past.id}`);
      await imports.undo.click();
      await imports.undoNow.click();
      await expect(imports.removed).toContainText('1');
    });

    test('what is no list is refused at its field; templates can be taken home', async ({ page, signIn }) => {
      await signIn('east.manager');
      const imports = new Import(page);
      await imports.goto();
      await imports.upload.locator('button[type="submit"]').click();
      await expect(imports.fileError).toHaveText(text(lang, 'errors.required'));
      await imports.send('deals', { name: 'book.csv', mimeType: 'text/csv', buffer: Buffer.from('PK\u0003\u0004x', 'latin1') });
      await expect(page).toHaveURL(/kind=deals&refused=file_type/);
      await hydrated(page);
      await expect(imports.fileError).toHaveText(text(lang, 'errors.file_type', { types: 'CSV, XLSX' }));
      await expect(imports.kind('deals')).toBeChecked();
      await imports.send('customers', list('x.csv', 'name', '"never closed'));
      await expect(imports.fileError).toHaveText(text(lang, 'errors.open_quote', { row: 2 }));
      const heads = await saved(page, () => page.getByRole('link', { name: text(lang, 'data.template_of', { kind: text(lang, 'nav.customers') }), exact: true }).click());
      expect(heads.split(',')[0]).toBe(lang === 'zh' ? '\ufeff客户名称' : '\ufeffcustomer name');
      await page.evaluate(() => history.replaceState(null, '', '/import?refused=%3Cb%3E'));
      await page.reload();
      await hydrated(page);
      await expect(imports.fileError).toBeHidden();
    });

    test('settings and the palette lead there, for those who may', async ({ page, signIn, actor }) => {
      await signIn('admin');
      await open(page, '/settings/people');
      await page.locator('main nav.tabs').getByRole('link', { name: text(lang, 'data.nav'), exact: true }).click();
      await expect(page).toHaveURL(/\/import$/);
      await page.keyboard.press('g');
      await page.keyboard.press('c');
      await expect(page).toHaveURL(/\/customers$/);
      await page.keyboard.press('g');
      await page.keyboard.press('o');
      await expect(page).toHaveURL(/\/import$/);
      const rep = await actor('rep1', { lang });
      await open(rep.page, '/customers');
      await expect(rep.page.locator('main a[href^="/import"]')).toHaveCount(0);
      const manager = await actor('east.manager', { lang });
      await new Import(manager.page).goto();
      await expect(new Import(manager.page).kind('follow_ups')).toBeVisible();
      await expect(new Import(manager.page).kind('products'), 'products are the administrators\'').toHaveCount(0);
      expect((await rep.api.get('/import')).status).toBe(403);
    });
  });
}

test('many rows: the bar counts, the page may be loaded again, others go on working', async ({ server, actor }) => {
  const app = await server('demo');
  const { page } = await actor('admin', { app });
  const other = await actor('rep1', { app });
  const imports = new Import(page);
  await imports.goto();
  const rows = Array.from({ length: 20_000 }, (_, n) => `Bulk customer ${n},02${String(10_000_000 + n)}`);
  await imports.send('customers', list('bulk.csv', 'name,phone', ...rows));
  await hydrated(page);
  await imports.toCheck.click();
  await expect(imports.figure('made').locator('b')).toHaveText('20,000');
  await imports.go.click();
  await expect(imports.step).toHaveText(new RegExp(`${text('zh', 'data.step_run')}|${text('zh', 'data.step_result')}`));
  const before = Date.now();
  await open(other.page, '/deals');
  expect(Date.now() - before, 'reading does not wait for the import').toBeLessThan(10_000);
  await page.reload();
  await hydrated(page);
  await expect(imports.made).toHaveText(text('zh', 'data.result', { n: '20,000', rows: '20,000' }), { timeout: 40_000 });
});

test('what would happen has changed: nothing is written, and one looks again', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('admin', { app });
  const imports = new Import(page);
  await imports.goto();
  await imports.send('customers', list('two.csv', 'name', 'Meanwhile one', 'Meanwhile two'));
  await hydrated(page);
  await imports.toCheck.click();
  await expect(imports.figure('made').locator('b')).toHaveText('2');
  await api.form('customers/save_customer', { 'form[id]': '', 'form[version]': '0', 'form[name]': 'meanwhile two' });
  await imports.go.click();
  await expect(page.locator('main')).toContainText(text('zh', 'errors.import_changed'));
  await page.getByRole('link', { name: text('zh', 'data.check_again'), exact: true }).click();
  await expect(imports.figure('made').locator('b')).toHaveText('1');
  await imports.go.click();
  await expect(imports.made).toHaveText(text('zh', 'data.result', { n: 1, rows: 2 }));
});

test('somebody else\'s import looks as if it were not there', async ({ server, actor, watch }) => {
  watch.expectStatus(404);
  const app = await server('demo');
  const { page, api } = await actor('director', { app });
  const imports = new Import(page);
  await imports.goto();
  await imports.send('customers', list('one.csv', 'name', 'Private one'));
  await expect(page).toHaveURL(/id=/);
  const [row] = await Import.all(api);
  const other = await actor('east.manager', { app });
  expect(await Import.all(other.api)).toEqual([]);
  await open(other.page, `/import?id=${row.id}`);
  await expect(other.page.locator('main [role="alert"]')).toContainText(text('zh', 'errors.not_found'));
  expect((await other.api.get(`/export/imports/${row.id}.csv`)).status).toBe(404);
  const admin = await actor('admin', { app });
  await open(admin.page, `/import?id=${row.id}`);
  await expect(new Import(admin.page).column(0)).toHaveValue('name');
});

test('without scripts: uploaded, mapped, corrected, imported and taken back', async ({ server, actor }) => {
  const app = await server('demo');
  const { page } = await actor('admin', { app, javaScriptEnabled: false });
  const imports = new Import(page);
  await page.goto('/import');
  await imports.send('customers', list('plain.csv', 'name,phone', 'Plain one,021-52220001', 'Plain two,12'));
  await expect(imports.column(1)).toHaveValue('phone');
  await imports.toCheck.click();
  await expect(imports.figure('refused').locator('b')).toHaveText('1');
  await imports.edit(3).click();
  await imports.cell('phone').fill('021-52220002');
  await imports.saveRow.click();
  await expect(imports.figure('made').locator('b')).toHaveText('2');
  await imports.go.click();
  // It runs on the server; the page is asked again.
  await expect.poll(async () => {
    await page.goto(page.url().replace(/&step=.*/, ''));
    return imports.made.count();
  }).toBe(1);
  await imports.undo.click();
  await imports.undoNow.click();
  await expect(imports.removed).toContainText('2');
});

test('the navigation of the page is the application\'s', async ({ page, signIn }) => {
  await signIn('admin');
  await new Import(page).goto();
  await expect(new Shell(page).nav).toBeVisible();
});
