// Return visits after a win and after a low score: the reason stands where the visit does, and
// a contact is the visit.
import { Visits } from '../pages/visits';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import type { Api } from '../support/api';
import { LANGS, pattern } from '../support/texts';

interface Row { customer: string; due: string; asks: { every?: number; after?: { Win?: { on: string }; Score?: { on: string; low: unknown } } } }

/** All that is due, or will be. */
async function due(api: Api): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const list: { page: { rows: Row[]; next: string | null } } = await api.json('visits/visits', { filter: {}, after, done: null });
    rows.push(...list.page.rows);
    after = list.page.next;
  } while (after !== null);
  return rows;
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the reason stands in the calendar and on the customer’s page', async ({ page, signIn }) => {
      const api = await signIn('director');
      const won = (await due(api)).find(row => row.asks.after?.Win)!;
      expect(won, 'the demo has a visit after a win').toBeDefined();
      await open(page, `/customers/${won.customer}`);
      await expect(page.locator('.tier-service:not([data-standing])')).toContainText(pattern(lang, 'tiers.after_win'));
      expect(await violations(page)).toEqual([]);
      await open(page, `/visits?show=week&at=${won.due}`);
      const items = page.locator(`[data-day="${won.due}"] .visit-item a`);
      await expect(items.first()).toBeVisible();
      const titles = await items.evaluateAll(all => all.map(one => one.getAttribute('title') ?? ''));
      const shown = await page.locator(`[data-day="${won.due}"] .visit-item[data-customer-id="${won.customer}"]`).count();
      // A day shows the first of many.
      if (shown > 0) expect(titles.some(title => pattern(lang, 'tiers.after_win').test(title)), titles.join('; ')).toBe(true);
    });

    test('a contact is the visit, and taken back it is due again', async ({ page, signIn }) => {
      const api = await signIn('director');
      const visits = new Visits(page);
      const before = (await due(api)).find(row => row.asks.after?.Win)!;
      const now = async (): Promise<Row> => (await due(api)).find(row => row.customer === before.customer)!;
      await open(page, `/visits/new?customer=${before.customer}&channel=call`);
      await visits.form.fill({ content: `How is it going, ${lang}` });
      await visits.saved();
      const after = await now();
      expect([after.due, after.asks]).not.toEqual([before.due, before.asks]);
      await visits.done.locator('[data-undo-visit]').click();
      await expect(visits.done).toHaveCount(0);
      expect(await now()).toMatchObject({ due: before.due, asks: before.asks });
    });
  });
}
