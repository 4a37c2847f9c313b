// Pools of leads: claimed, given back from the deal's page, assigned; many claimed at once; days left on
// the board and in the list of customers; a pool removed into another one.
import type { Board } from '../support/api';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Row { id: string; name: string; lead: { title: string } | null; refused: { code: string } | null }
interface Page { rows: Row[]; total: number }
const ALL = { filter: { leads: true, pool: null, tier: null, text: '' }, after: null };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a lead is claimed, given back with its reason from its page, and gone for the other', async ({ server, actor, watch }) => {
      // Who gives it back no longer sees it; their page may ask once more.
      watch.expectStatus(404);
      test.setTimeout(120_000);
      const app = await server('demo');
      const one = await actor('rep1', { app, lang });
      const two = await actor('rep2', { app, lang });
      const { rows } = await one.api.json<Page>('pool/pool', ALL);
      const free = rows.find(row => row.refused === null)!;
      await open(two.page, '/pool');
      await two.page.locator('header.top nav.seg a').nth(1).click();
      await expect(two.page).toHaveURL(/\/pool\?kind=leads$/);
      const seen = two.page.locator(`tr[data-deal-id="${free.id}"]`);
      await expect(seen).toContainText(free.lead!.title);
      await open(one.page, '/pool?kind=leads');
      expect(await violations(one.page)).toEqual([]);
      await one.page.locator(`tr[data-deal-id="${free.id}"] button`).click();
      await expect(one.page.locator(`tr[data-deal-id="${free.id}"]`)).toHaveCount(0);
      await expect(seen, 'without a reload').toHaveCount(0);

      await open(one.page, `/deals/${free.id}`);
      const standing = one.page.locator('[data-standing]');
      await expect(standing.locator('[data-hand="claim"]')).toBeVisible();
      await expect(standing.locator('[data-left]')).toBeVisible();
      expect(await violations(one.page)).toEqual([]);
      await standing.locator('[data-give-back] summary').click();
      await standing.locator('[data-give-back] textarea').fill('三次未接通');
      await standing.locator('[data-give-back] button[type="submit"]').click();
      await expect(one.page).toHaveURL(/\/pool\?kind=leads$/);
      const own = one.page.locator(`tr[data-deal-id="${free.id}"]`);
      await expect(own).toContainText('三次未接通');
      await expect(own.locator('[data-refused]'), 'who had it last waits').toBeVisible();
      await expect(own.locator('button')).toHaveCount(0);
      await expect(seen).toContainText('三次未接通');
    });

    test('a lead in the pool is changed by nobody and assigned on its page', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const { rows } = await api.json<Page>('pool/pool', ALL);
      await open(page, `/deals/${rows[0].id}`);
      await expect(page.locator('header.top [data-out]')).toHaveCount(0);
      const assign = page.locator('[data-standing] [data-assign]');
      await assign.locator('#owner').selectOption({ index: 1 });
      await assign.locator('button[type="submit"]').click();
      await expect(page.locator('[data-standing] [data-hand="assign"]')).toBeVisible();
      await expect(page.locator('header.top [data-out="lost"]'), 'now it can be changed').toBeVisible();
    });

    test('many are claimed at once, and each refusal has its name', async ({ server, actor }) => {
      test.setTimeout(120_000);
      const app = await server('demo');
      const admin = await actor('admin', { app, lang });
      const { page, api } = await actor('rep1', { app, lang });
      // One claim a day: of two the second is refused.
      const settings = await admin.api.json<{ pools: { id: string; version: number; kind: string; units: string[] }[] }>('settings/pools', { edit: null });
      const pool = settings.pools.find(one => one.kind === 'leads')!;
      await admin.api.form('settings/save_pool', {
        'form[id]': pool.id, 'form[version]': String(pool.version), 'form[kind]': 'leads', 'form[name]': '线索池', [`form[units][is-${pool.units[0]}]`]: 'true',
        'form[claims]': '1', 'form[period]': 'day', 'form[extend]': '30', 'form[max]': '180', 'form[channels][is-call]': 'true',
      });
      const { rows } = await api.json<Page>('pool/pool', ALL);
      const [first, second] = rows.filter(row => row.refused === null);
      await open(page, '/pool?kind=leads');
      for (const row of [first, second]) await page.locator(`tr[data-deal-id="${row.id}"] input[data-pick]`).check();
      await expect(page.locator('[data-picked]')).toHaveText(text(lang, 'pool.picked_leads_many', { n: 2 }));
      expect(await violations(page)).toEqual([]);
      await page.locator('[data-claim-many]').click();
      const told = page.locator('[data-not-claimed]');
      await expect(told).toContainText(second.lead!.title);
      await expect(told).toContainText(text(lang, 'errors.pool_claims_day', { max: 1 }));
      await expect(page.locator(`tr[data-deal-id="${first.id}"]`)).toHaveCount(0);
      await expect(page.locator(`tr[data-deal-id="${second.id}"] input[data-pick]`), 'what was not claimed stays chosen').toBeChecked();
      expect(await violations(page)).toEqual([]);
    });

    test('the board and the list of customers say how many days are left', async ({ server, actor }) => {
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const board = await api.json<Board & { columns: { cards: { id: string; left?: [number, boolean] }[] }[] }>('pipeline/board', { filter: { text: '' } });
      const marked = (board.columns[0].cards as { id: string; left?: [number, boolean] }[]).find(card => card.left)!;
      expect((board.columns[2].cards as { left?: unknown }[]).every(card => card.left === undefined), 'only leads').toBe(true);
      await open(page, '/deals');
      await expect(page.locator(`[data-deal-id="${marked.id}"] .left`)).toHaveAttribute('data-left', String(marked.left![0]));

      await open(page, '/customers?cols=owner,left');
      const cells = page.locator('tbody tr :is([data-left], [data-spared])');
      await expect(cells.first()).toBeVisible();
      await expect(cells.first()).toHaveAttribute('title', /.+/);
      expect(await violations(page)).toEqual([]);
    });

    test('a pool is removed into another one', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const { total } = await api.json<Page>('pool/pool', ALL);
      await open(page, '/settings/pools?add=leads');
      await page.locator('#name').fill('华南线索池');
      await page.locator('input[name^="form[units]"]').first().check();
      await expect(page.locator('input[name="form[spare_planned]"]')).toBeVisible();
      await page.locator('.form button[type="submit"]').click();
      await expect(page.locator('[data-pools] tbody tr')).toHaveCount(3);
      await page.locator('[data-pools] tr', { has: page.locator('[data-kind="leads"]') }).first().locator('a').click();
      const remove = page.locator('[data-remove]');
      await remove.locator('summary').click();
      await expect(remove).toContainText(text(lang, 'pool.n_leads_many', { n: total }));
      await remove.locator('button[type="submit"]').click();
      await expect(page.locator('#to-err')).toHaveText(text(lang, 'errors.pool_not_empty', { n: total }));
      expect(await violations(page)).toEqual([]);
      await remove.locator('#to').selectOption({ label: '华南线索池' });
      await remove.locator('button[type="submit"]').click();
      await expect(page.locator('[data-pools] tbody tr')).toHaveCount(2);
      const after = await api.json<Page & { pools: [string, string, number][] }>('pool/pool', ALL);
      expect(after.pools.map(([, name, n]) => [name, n])).toEqual([['华南线索池', total]]);
    });
  });
}

test('without scripts a lead is claimed and the list is there again', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('rep1', { app, javaScriptEnabled: false });
  const { rows } = await api.json<Page>('pool/pool', ALL);
  const free = rows.find(row => row.refused === null)!;
  await page.goto('/pool?kind=leads');
  await page.locator(`tr[data-deal-id="${free.id}"] button`).click();
  await expect(page.locator(`tr[data-deal-id="${free.id}"]`)).toHaveCount(0);
  await expect(page).toHaveURL(/kind=leads/);
});
