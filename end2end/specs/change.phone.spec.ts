// Rows are chosen with a finger, all of a page at once is for the desk.
import { Customers } from '../pages/customers';
import { DealsList } from '../pages/deals';
import { violations } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test(`deals are chosen and given an owner (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('director', { lang });
    const { rows } = await api.json<{ rows: { id: string; owner: string; owner_name: string }[] }>('pipeline/deals', { filter: { text: '', outcome: 'open' }, sort: '-amount', after: null });
    const list = new DealsList(page);
    await list.goto('?outcome=open&sort=-amount');
    await list.pick(rows[10].id).tap();
    await expect(list.picked).toHaveText(text(lang, 'deal.picked_one', { n: 1 }));
    const box = (await list.bar.getByRole('button').first().boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(44);
    expect(await violations(page)).toEqual([]);
    await list.bar.getByRole('button', { name: text(lang, 'change.change_fact') }).tap();
    const other = list.dialog.locator('#owner option').nth(1);
    const name = (await other.textContent())!;
    await list.dialog.locator('#owner').selectOption({ label: name });
    await list.dialog.locator('button[type="submit"]').tap();
    await expect(list.row(rows[10].id)).toContainText(name);
    const undo = page.locator('.toast [data-undo]');
    if (name !== rows[10].owner_name) {
      await undo.tap();
      await expect(list.row(rows[10].id)).toContainText(rows[10].owner_name);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(width, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
  });
}

for (const lang of LANGS) {
  test(`customers are chosen and given a source (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('director', { lang });
    const { rows } = await api.json<{ rows: { id: string; source: string }[] }>('customers/customers', { filter: { text: '', industry: '', region: '' }, sort: 'name', after: null });
    const list = new Customers(page);
    await list.goto('?sort=name');
    const row = rows[lang === 'zh' ? 13 : 14];
    await list.pick(row.id).tap();
    await expect(list.picked).toHaveText(text(lang, 'customers.picked_one', { n: 1 }));
    const box = (await list.bar.getByRole('button').first().boundingBox())!;
    expect(box.height).toBeGreaterThanOrEqual(44);
    expect(await violations(page)).toEqual([]);
    await list.bar.getByRole('button', { name: text(lang, 'change.change_fact') }).tap();
    await list.what.selectOption('source');
    await list.dialog.locator('#source').selectOption(row.source === 'partner' ? 'referral' : 'partner');
    await list.dialog.locator('button[type="submit"]').tap();
    await expect(list.dialog).toBeHidden();
    await expect(list.cell(row.id, 'source')).toContainText(text(lang, row.source === 'partner' ? 'common.source_referral' : 'common.source_partner'));
    await page.locator('.toast [data-undo]').tap();
    await expect(page.locator('.toast', { hasText: text(lang, 'customers.change_undone_one', { n: 1 }) })).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(width, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
  });
}
