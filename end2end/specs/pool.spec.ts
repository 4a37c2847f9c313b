// The public pool: claimed by one, gone for the other; given back with a reason; assigned; set.
import { offered } from '../support/api';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Row { id: string; name: string; refused: { code: string } | null }
interface Page { rows: Row[]; total: number }
const ALL = { filter: { pool: null, tier: null, text: '' }, after: null };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('what one claims goes from the list of the other, and comes back with its reason', async ({ server, actor }) => {
      test.setTimeout(120_000);
      const app = await server('demo');
      const one = await actor('rep1', { app, lang });
      const two = await actor('rep2', { app, lang });
      const { rows } = await one.api.json<Page>('pool/pool', ALL);
      const free = rows.find(row => row.refused === null)!;
      await open(two.page, '/pool');
      const seen = two.page.locator(`tr[data-customer-id="${free.id}"]`);
      await expect(seen).toBeVisible();
      await open(one.page, '/pool');
      expect(await violations(one.page)).toEqual([]);
      await one.page.locator(`tr[data-customer-id="${free.id}"] button`).click();
      await expect(one.page.locator(`tr[data-customer-id="${free.id}"]`)).toHaveCount(0);
      await expect(seen, 'without a reload').toHaveCount(0);

      await open(one.page, `/customers/${free.id}`);
      const standing = one.page.locator('[data-standing]');
      await expect(standing.locator('[data-hand="claim"]')).toBeVisible();
      await standing.locator('[data-give-back] summary').click();
      await standing.locator('[data-give-back] textarea').fill('该客户已搬走');
      await standing.locator('[data-give-back] button[type="submit"]').click();
      await expect(one.page).toHaveURL(/\/pool$/);
      const own = one.page.locator(`tr[data-customer-id="${free.id}"]`);
      await expect(own).toContainText('该客户已搬走');
      await expect(own.locator('[data-refused]'), 'who had it last waits').toBeVisible();
      await expect(own.locator('button')).toHaveCount(0);
      await expect(seen).toContainText('该客户已搬走');
    });

    test('who was slower is told so', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const one = await actor('rep1', { app, lang });
      const two = await actor('rep2', { app, lang });
      const { rows } = await one.api.json<Page>('pool/pool', ALL);
      const free = rows.find(row => row.refused === null)!;
      await open(two.page, '/pool');
      const button = two.page.locator(`tr[data-customer-id="${free.id}"] button`);
      await expect(button).toBeVisible();
      // The other takes it in the same moment: the click is on its way before the list knows.
      await two.page.route('**/api/pool/claim*', async route => {
        await one.api.form('pool/claim', { 'form[customer]': free.id });
        await route.continue();
      });
      await button.click();
      const told = text(lang, 'errors.pool_taken', { name: (await offered(app, 'rep1'))!.name });
      await expect(two.page.locator('.body .form-error:visible')).toHaveText(told);
      await expect(two.page.locator(`tr[data-customer-id="${free.id}"]`)).toHaveCount(0);
    });

    test('a reason that is being written stays, and a blank one keeps nothing', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const one = await actor('rep1', { app, lang });
      const two = await actor('director', { app, lang });
      const { rows } = await one.api.json<Page>('pool/pool', ALL);
      const free = rows.find(row => row.refused === null)!;
      await one.api.form('pool/claim', { 'form[customer]': free.id });
      await open(one.page, `/customers/${free.id}`);
      const standing = one.page.locator('[data-standing]');
      await standing.locator('[data-give-back] summary').click();
      const reason = standing.locator('[data-give-back] textarea');
      await reason.fill('半句');

      await open(two.page, `/customers/${free.id}`);
      const hold = two.page.locator('[data-standing] [data-hold]');
      await hold.locator('summary').click();
      await hold.locator('textarea').fill('   ');
      await hold.locator('button[type="submit"]').click();
      await expect(two.page.locator('#hold-reason-err')).toHaveText(text(lang, 'errors.required'));
      expect(await violations(two.page)).toEqual([]);
      await hold.locator('textarea').fill('总部统谈');
      await hold.locator('button[type="submit"]').click();
      await expect(two.page.locator('[data-standing] [data-spared="held"]'), 'one’s own change is shown at once').toContainText('总部统谈');

      await one.page.waitForTimeout(2_000);
      await expect(reason, 'news take nothing away').toHaveValue('半句');
      await reason.fill('');
      await reason.blur();
      await expect(standing.locator('[data-spared="held"]')).toContainText('总部统谈');
    });

    test('a pool is set, each field with its own refusal', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      await open(page, '/settings/pools');
      expect(await violations(page)).toEqual([]);
      await page.locator('main header .btn-primary').click();
      await page.locator('#name').fill('华东公海');
      await page.locator('#max').fill('10');
      await page.locator('#claims').fill('0');
      await page.locator('.form button[type="submit"]').click();
      await expect(page.locator('#claims-err')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
      await expect(page.locator('#max-err')).toHaveText(text(lang, 'errors.too_small_min', { min: 180 }));
      await expect(page.locator('#name'), 'what was typed is kept').toHaveValue('华东公海');
      expect(await violations(page)).toEqual([]);
      await page.locator('#max').fill('400');
      await page.locator('#claims').fill('3');
      await page.locator('input[name^="form[units]"]').nth(1).check();
      await page.locator('.form button[type="submit"]').click();
      await expect(page.locator('[data-pools] tbody tr')).toHaveCount(3);
      await expect(page.locator('[data-pools]')).toContainText('华东公海');
    });
  });
}

test('without scripts a customer is claimed and the list is there again', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('rep1', { app, javaScriptEnabled: false });
  const { rows } = await api.json<Page>('pool/pool', ALL);
  const free = rows.find(row => row.refused === null)!;
  await page.goto('/pool');
  await page.locator(`tr[data-customer-id="${free.id}"] button`).click();
  await expect(page.locator(`tr[data-customer-id="${free.id}"]`)).toHaveCount(0);
});
