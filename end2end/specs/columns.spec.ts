// Columns of the three lists: chosen, kept in the address through order, pages,
// filters, views and the other language, and without scripts.
import { Columns } from '../pages/columns';
import { Contacts, Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import { Views } from '../pages/views';
import { violations } from '../support/axe';
import { expect, hydrated, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const cols = (address: string): string[] | undefined => new URL(address).searchParams.get('cols')?.split(',');

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('deals show other columns, and the choice stays', async ({ page, signIn }) => {
      const api = await signIn('director');
      const list = new DealsList(page);
      const columns = new Columns(page);
      const heads = (...keys: string[]): Promise<void> => expect(columns.heads).toHaveText(['common.deal', ...keys].map(key => text(lang, key)));
      await list.goto('?outcome=open&sort=-amount');
      await expect(columns.box('amount')).toBeChecked();
      await expect(columns.box('team')).not.toBeChecked();
      await columns.open();
      await expect(columns.usual).toBeHidden();
      expect(await violations(page)).toEqual([]);
      for (const code of ['probability', 'close', 'next', 'owner', 'customer']) await columns.box(code).uncheck();
      for (const code of ['team', 'source', 'created']) await columns.box(code).check();
      await heads('common.stage', 'common.amount', 'common.team', 'common.source', 'common.created_at');
      await expect(columns.root, 'several are ticked at once').toHaveAttribute('open');
      expect(cols(page.url())).toEqual(['stage', 'amount', 'team', 'source', 'created']);
      const { rows } = await api.json<{ rows: { id: string; team: string; source: string }[] }>('pipeline/deals', { filter: { text: '', outcome: 'open' }, sort: '-amount', after: null });
      await expect(list.row(rows[0].id).locator(`td[data-label="${text(lang, 'common.team')}"]`)).toHaveText(rows[0].team);
      await page.keyboard.press('Escape');
      await expect(columns.root).not.toHaveAttribute('open');
      await expect(columns.summary).toBeFocused();

      // Order, next page, a filter, and the address again.
      await list.head('created').click();
      await expect(page).toHaveURL(/sort=(-|%2D)created/);
      await heads('common.stage', 'common.amount', 'common.team', 'common.source', 'common.created_at');
      await list.next.click();
      await expect(page).toHaveURL(/after=/);
      expect(cols(page.url())).toEqual(['stage', 'amount', 'team', 'source', 'created']);
      await list.chip('source').selectOption('referral');
      await expect(page).toHaveURL(/source=referral/);
      await list.filters.getByText(`${text(lang, 'board.clear_filters')} 2`).click();
      await expect(page).not.toHaveURL(/source=/);
      expect(cols(page.url())).toEqual(['stage', 'amount', 'team', 'source', 'created']);
      await page.reload();
      await hydrated(page);
      await heads('common.stage', 'common.amount', 'common.team', 'common.source', 'common.created_at');
      // The fact of a further column is edited in its place too.
      await list.cell((await list.ids())[0], 'source').dblclick();
      await expect(list.editor.locator('#source')).not.toHaveValue('');
      await page.keyboard.press('Escape');

      await columns.open();
      await expect(columns.usual).toHaveText(text(lang, 'columns.usual'));
      await columns.usual.click();
      await expect(page).not.toHaveURL(/cols=/);
      await heads(...['customer', 'stage', 'amount', 'probability', 'expected_close', 'next_step', 'owner'].map(key => `common.${key}`));
      await expect(columns.box('owner')).toBeChecked();
      await expect(columns.box('team')).not.toBeChecked();
    });

    test('a saved view keeps its columns', async ({ page, signIn }) => {
      await signIn('rep2');
      const columns = new Columns(page);
      const views = new Views(page);
      await new Customers(page).goto('?tier=vip');
      await columns.open();
      await columns.box('phone').check();
      await columns.box('industry').uncheck();
      await expect.poll(() => cols(page.url())).toEqual(['tier', 'owner', 'region', 'size', 'source', 'open', 'phone', 'updated']);
      await page.keyboard.press('Escape');
      const name = `列 ${Date.now().toString(36)}`;
      await views.keep(name);
      await expect(views.summary).toContainText(name);
      await expect(page).toHaveURL(/view=[0-9a-f-]{36}&tier=vip&cols=/);
      await expect(views.changed).toHaveCount(0);
      await columns.open();
      await columns.box('created').check();
      await expect(views.changed).toHaveText(text(lang, 'views.changed'));
      await page.keyboard.press('Escape');
      await views.open();
      await views.item(name).click();
      await expect(views.changed).toHaveCount(0);
      await expect(columns.heads.filter({ hasText: text(lang, 'common.phone') })).toHaveCount(1);
      await expect(columns.heads.filter({ hasText: text(lang, 'common.industry') })).toHaveCount(0);
      await views.unfold('change');
      await views.submit('remove').click();
      await expect(views.item(name)).toHaveCount(0);
    });

    test('only who it is, in the other language too, and what nobody knows', async ({ page, signIn }) => {
      await signIn('admin');
      const contacts = new Contacts(page);
      const columns = new Columns(page);
      await contacts.goto('?cols=name');
      await expect(columns.heads).toHaveText([text(lang, 'common.person_name')]);
      await columns.open();
      await columns.box('tier').check();
      await expect(columns.heads).toHaveText([text(lang, 'common.person_name'), text(lang, 'common.tier')]);
      await page.keyboard.press('Escape');
      const other = lang === 'zh' ? 'en' : 'zh';
      await page.locator(`nav.nav button[name="lang"][value="${other}"]`).click();
      await expect(columns.heads).toHaveText([text(other, 'common.person_name'), text(other, 'common.tier')]);
      await hydrated(page);
      expect(cols(page.url())).toEqual(['tier']);
      await contacts.goto('?cols=color,email,drop');
      await expect(columns.heads).toHaveText([text(other, 'common.person_name'), text(other, 'common.email')]);
      await contacts.goto('?cols=color');
      await expect(columns.heads).toHaveCount(6);
    });

    test('without scripts', async ({ actor }) => {
      const { page } = await actor('admin', { lang, javaScriptEnabled: false });
      const columns = new Columns(page);
      await page.goto('/customers?tier=vip&sort=name');
      await columns.open();
      for (const code of ['tier', 'owner', 'industry', 'region', 'size', 'source', 'open', 'updated']) await columns.box(code).uncheck();
      await columns.apply.click();
      await expect(columns.heads).toHaveText([text(lang, 'common.customer')]);
      await expect(page).toHaveURL(/tier=vip/);
      await expect(page).toHaveURL(/sort=name/);
      await columns.open();
      await columns.box('website').check();
      await columns.box('last_contact').check();
      await columns.apply.click();
      await expect(columns.heads).toHaveText([text(lang, 'common.customer'), text(lang, 'columns.last_contact'), text(lang, 'common.website')]);
      await page.locator('form.filterbar select[name="tier"]').selectOption('ordinary');
      await page.locator('form.filterbar noscript button, form.filterbar button[type="submit"]:visible').first().click();
      await expect(page).toHaveURL(/tier=ordinary/);
      await expect(columns.heads).toHaveCount(3);
      await columns.open();
      await columns.usual.click();
      await expect(columns.heads).toHaveCount(9);
    });
  });
}
