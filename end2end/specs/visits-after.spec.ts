// Return visits after a win and after a low score: the reason stands where the visit does, and
// a contact is the visit.
import { DAY } from '../support/app';
import { Visits } from '../pages/visits';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import type { Api } from '../support/api';
import { LANGS, pattern } from '../support/texts';

interface Row { customer: string; due: string; owner: string; tier: string; asks: { every?: number; after?: { Win?: { on: string }; Score?: { on: string; low: unknown } } } }

/** So many of a day stand in a week of the calendar; the rest is a number. */
const WEEK_SHOWN = 12;

/** All that is due, or will be. */
async function due(api: Api, filter: { owner?: string; tier?: string } = {}): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const list: { page: { rows: Row[]; next: string | null } } = await api.json('visits/visits', { filter, after, done: null });
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
      let won: Row | undefined;
      let day: Row[] = [];
      for (const row of (await due(api)).filter(row => row.asks.after?.Win)) {
        // A day of one owner and one tier, with few enough to be shown one by one.
        const { owner, tier } = row;
        day = (await due(api, { owner, tier })).filter(one => one.due === row.due);
        won = row;
        if (day.length <= WEEK_SHOWN) break;
      }
      if (!won) throw new Error('the demo has no visit after a win');
      expect(day.map(row => row.customer)).toContain(won.customer);
      expect(day.length).toBeLessThanOrEqual(WEEK_SHOWN);
      await open(page, `/customers/${won.customer}`);
      await expect(page.locator('.tier-service:not([data-standing])')).toContainText(pattern(lang, 'tiers.after_win'));
      expect(await violations(page)).toEqual([]);
      await open(page, `/visits?show=week&at=${won.due}&owner=${won.owner}&tier=${won.tier}`);
      const items = page.locator(`[data-day="${won.due}"] .visit-item`);
      await expect(items).toHaveCount(day.length);
      for (const row of day) {
        const link = items.and(page.locator(`[data-customer-id="${row.customer}"]`)).locator('a');
        const reason = pattern(lang, 'tiers.after_win');
        if (row.asks.after?.Win) await expect(link).toHaveAttribute('title', reason);
        else await expect(link, 'no other visit is said to follow a win').not.toHaveAttribute('title', reason);
      }
    });

    test('a contact is the visit, and taken back it is due again', async ({ page, signIn }) => {
      const api = await signIn('director');
      const visits = new Visits(page);
      // Not of a deal that another test has just won: a contact on the day of the win is no visit after it.
      const before = (await due(api)).find(row => row.asks.after?.Win && row.asks.after.Win.on < DAY)!;
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
