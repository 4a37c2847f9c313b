// Saved views: kept, opened, changed, shared, removed and brought back; what a
// list opens with; and the same without scripts.
import { Contacts, Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import { Views } from '../pages/views';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const named = (what: string): string => `${what} ${Date.now().toString(36)}`;
/** What an address asks for, without the name of its view. */
const asked = (address: string): string[] => [...new URL(address).searchParams].filter(([name]) => name !== 'view').map(pair => pair.join('=')).sort();

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a view is kept, differs, is written over, renamed, removed and brought back', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep2');
      const list = new DealsList(page);
      const views = new Views(page);
      await list.goto();
      await expect(views.summary).toContainText(text(lang, 'views.title'));
      await list.chip('outcome').selectOption('open');
      await expect(page).toHaveURL(/outcome=open/);
      await list.chip('sort').selectOption('-amount');
      await expect(page).toHaveURL(/sort=(-|%2D)amount/);
      const largest = await api.json<{ rows: { id: string }[] }>('pipeline/deals', { filter: { text: '', outcome: 'open' }, sort: '-amount', after: null });
      const shown = largest.rows.map(row => row.id);
      await expect.poll(() => list.ids()).toEqual(shown);
      const name = named('大单 & "优先"');
      await views.unfold('keep');
      await expect(views.audience('keep'), 'a salesperson shares with nobody').toHaveCount(0);
      await views.name('keep').fill('  ');
      await views.submit('keep').click();
      await expect(views.error('keep')).toHaveText(text(lang, 'errors.required'));
      await views.keep(name);
      await expect(page).toHaveURL(/view=[0-9a-f-]{36}/);
      await expect(page.locator('.toast')).toContainText(text(lang, 'views.saved'));
      await expect(views.summary).toContainText(name);
      await expect(views.root).not.toHaveAttribute('open');
      expect(await list.ids()).toEqual(shown);

      // Changed, and the view says so.
      await list.chip('tier').selectOption('vip');
      await expect(page).toHaveURL(/tier=vip/);
      await expect(views.changed).toHaveText(text(lang, 'views.changed'));
      await list.chip('sort').selectOption('close');
      await expect(views.changed, 'still known after another order').toBeVisible();
      await views.open();
      await expect(views.submit('overwrite')).toHaveText(text(lang, 'views.save_changes', { name }));
      await views.submit('overwrite').click();
      await expect(views.changed).toHaveCount(0);
      const kept = asked(page.url());
      expect(kept).toEqual(['outcome=open', 'sort=close', 'tier=vip']);

      // Everything, and back by the menu.
      await views.open();
      await views.everything.click();
      await expect(page).toHaveURL(/\/deals\/list\?view=all$/);
      await expect(views.summary).toContainText(text(lang, 'views.title'));
      await views.open();
      await views.item(name).click();
      await expect.poll(() => asked(page.url())).toEqual(kept);
      await expect(views.root).not.toHaveAttribute('open');

      const second = named('新名字');
      await views.unfold('change');
      await expect(views.name('change')).toHaveValue(name);
      await views.name('change').fill(second);
      await views.submit('change').click();
      await expect(views.summary).toContainText(second);

      await views.unfold('change');
      await views.submit('remove').click();
      await expect(page.locator('.toast').last()).toContainText(text(lang, 'views.removed', { name: second }));
      await expect(views.summary).toContainText(text(lang, 'views.title'));
      await page.locator('[data-undo]').click();
      await expect(views.summary).toContainText(second);
    });

    test('a manager shares with the unit, and a list opens with its default', async ({ actor }) => {
      const manager = await actor('east.manager', { lang });
      const rep = await actor('rep1', { lang });
      const customers = new Customers(manager.page);
      const views = new Views(manager.page);
      const name = named('VIP');
      await customers.goto('?tier=vip');
      await views.unfold('keep');
      await expect(views.audience('keep').locator('option')).toHaveText([text(lang, 'views.for_me'), text(lang, 'views.for_unit')]);

      // The other's menu hears of it.
      const theirs = new Views(rep.page);
      await new Customers(rep.page).goto();
      await views.keep(name, { audience: 'unit', asDefault: true });
      await expect(views.summary).toContainText(name);
      await theirs.open();
      await expect(theirs.item(name)).toContainText(text(lang, 'views.for_unit'));
      await theirs.item(name).click();
      await expect(rep.page).toHaveURL(/tier=vip/);
      await theirs.open();
      await expect(theirs.form('change'), "not the rep's to change").toHaveCount(0);
      await expect(theirs.form('default')).toBeVisible();

      // The manager's list opens with it: as a page, and from navigation.
      await manager.page.goto('/customers');
      await expect(manager.page).toHaveURL(/view=[0-9a-f-]{36}&tier=vip$/);
      await open(manager.page, '/tasks');
      await manager.page.locator('nav.nav a[href="/customers"]').first().click();
      await expect(manager.page).toHaveURL(/\/customers\?view=[0-9a-f-]{36}&tier=vip$/);
      await expect(views.summary).toContainText(name);
      await views.open();
      await views.everything.click();
      await expect(manager.page).toHaveURL(/\/customers\?view=all$/);
      await manager.page.reload();
      await hydrated(manager.page);
      await expect(manager.page).toHaveURL(/\/customers\?view=all$/);
      await views.open();
      await views.item(name).click();
      await views.open();
      await expect(views.submit('default')).toHaveText(text(lang, 'views.not_default'));
      await views.submit('default').click();
      await expect(manager.page.locator('.toast').last()).toContainText(text(lang, 'views.default_set'));
      await open(manager.page, '/customers');
      await expect(manager.page).toHaveURL(/\/customers$/);
      await views.open();
      await views.item(name).click();
      await views.unfold('change');
      await views.submit('remove').click();
      await expect(theirs.item(name)).toHaveCount(0);
    });

    test('without scripts: kept, opened by default, refused, removed', async ({ actor }) => {
      const { page } = await actor('rep2', { lang, javaScriptEnabled: false });
      const views = new Views(page);
      const name = named('无脚本 <b>');
      await page.goto('/contacts?sort=-name');
      await views.unfold('keep');
      await views.name('keep').fill(' ');
      await views.submit('keep').click();
      await expect(views.error('keep')).toHaveText(text(lang, 'errors.required'));
      await expect(page).toHaveURL(/sort=-name/);
      await views.keep(name, { asDefault: true });
      await expect(page).toHaveURL(/\/contacts\?view=[0-9a-f-]{36}&sort=-name$/);
      await expect(views.summary).toContainText(name);
      await page.goto('/contacts');
      await expect(page).toHaveURL(/&sort=-name$/);
      await views.open();
      await views.everything.click();
      await expect(page).toHaveURL(/\/contacts\?view=all$/);
      await views.open();
      await views.item(name).click();
      await views.unfold('change');
      await views.submit('remove').click();
      await expect(views.item(name)).toHaveCount(0);
      await page.goto('/contacts');
      await expect(page).toHaveURL(/\/contacts$/);
    });
  });
}

test('the board has views of its own', async ({ page, signIn }) => {
  await signIn('rep2');
  const views = new Views(page);
  const name = named('看板 VIP');
  await open(page, '/deals?tier=vip');
  await views.keep(name);
  await expect(page).toHaveURL(/\/deals\?view=[0-9a-f-]{36}&tier=vip$/);
  await expect(views.summary).toContainText(name);
  await open(page, '/deals/list');
  await views.open();
  await expect(views.item(name), 'not in the list of deals').toHaveCount(0);
  await new Contacts(page).goto();
  await views.open();
  await expect(views.item(name)).toHaveCount(0);
});

for (const [path, other] of [['/deals/months', '/deals/calendar'], ['/deals/calendar', '/deals/months']] as const) {
  test(`${path} has views of its own: kept, changed, opened by default, shared`, async ({ actor }) => {
    const { page } = await actor('east.manager', { lang: 'zh' });
    const views = new Views(page);
    const name = named('VIP');
    await open(page, `${path}?tier=vip`);
    await expect(views.summary).toContainText(text('zh', 'views.title'));
    await views.keep(name, { audience: 'unit', asDefault: true });
    await expect(page).toHaveURL(new RegExp(`${path}\\?view=[0-9a-f-]{36}&tier=vip$`));
    await expect(views.summary).toContainText(name);
    await page.locator('form.filterbar select[name="close"]').selectOption('none');
    await expect(page).toHaveURL(/close=none/);
    await expect(views.changed).toHaveText(text('zh', 'views.changed'));
    await views.open();
    await views.submit('overwrite').click();
    await expect(views.changed).toHaveCount(0);
    await page.goto(path);
    await expect(page).toHaveURL(new RegExp(`${path}\\?view=[0-9a-f-]{36}&tier=vip&close=none$`));
    await open(page, `${other}?view=all`);
    await views.open();
    await expect(views.item(name), 'not on the other page').toHaveCount(0);

    const rep = await actor('rep1', { lang: 'zh' });
    const theirs = new Views(rep.page);
    await open(rep.page, path);
    await theirs.open();
    await theirs.item(name).click();
    await expect(rep.page).toHaveURL(/tier=vip/);
    await expect(theirs.form('change'), "not the rep's to change").toHaveCount(0);

    await open(page, path);
    await views.unfold('change');
    await views.submit('remove').click();
    await expect(page.locator('.toast').last()).toContainText(text('zh', 'views.removed', { name }));
  });
}

test('a view of the calendar stays known while months are turned, and has no month', async ({ page, signIn }) => {
  await signIn('rep2');
  const views = new Views(page);
  const name = named('预计成交');
  await open(page, '/deals/calendar?by=close&month=2026-08');
  await views.keep(name);
  await expect(page).toHaveURL(/\/deals\/calendar\?view=[0-9a-f-]{36}&by=close$/);
  await page.locator('.cal-top a[rel="next"]').click();
  await expect(page).toHaveURL(/month=2026(-|%2D)07/);
  await expect(page).toHaveURL(/view=[0-9a-f-]{36}/);
  await expect(views.summary).toContainText(name);
  await expect(views.changed).toHaveCount(0);
  await page.locator('.cal-top').getByRole('link', { name: text('zh', 'common.next_step'), exact: true }).click();
  await expect(views.changed).toBeVisible();
  await views.unfold('change');
  await views.submit('remove').click();
  await expect(page.locator('.toast').last()).toContainText(text('zh', 'views.removed', { name }));
});

for (const [lang, theme] of [['zh', 'light'], ['en', 'dark']] as const) {
  test(`the menu keeps the accessibility rules, and closes by key (${lang}, ${theme})`, async ({ actor, watch }) => {
    watch.expectStatus(422);
    const { page } = await actor('director', { lang, theme });
    const views = new Views(page);
    await open(page, '/deals/list?min=500000&outcome=open&sort=-amount');
    await views.unfold('change');
    await views.unfold('keep');
    await views.name('keep').fill(' ');
    await views.submit('keep').click();
    await expect(views.error('keep')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    if (process.env.WEIR_VIEWS_SHOTS) await page.screenshot({ path: `${process.env.WEIR_VIEWS_SHOTS}/views-desktop-${lang}-${theme}.png`, animations: 'disabled' });
    await page.keyboard.press('Escape');
    await expect(views.root).not.toHaveAttribute('open');
    await expect(views.summary).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(views.root).toHaveAttribute('open');
  });
}
