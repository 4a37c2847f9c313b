// Return visits with the phone in the hand: the list as cards, one tap, the form, the days,
// without scrolling sideways.
import { Visits } from '../pages/visits';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('who is overdue is tapped, and the form knows who and by what', async ({ page, signIn }) => {
      const api = await signIn('rep1');
      const row = (await Visits.told(api, { standing: 'overdue' })).page.rows.find(one => one.reach.phone !== '')!;
      const visits = new Visits(page);
      await visits.goto('?standing=overdue');
      expect(await overflow(page)).toEqual([]);
      await visits.noDialling();
      await visits.row(row.customer).locator('[data-reach="call"]').tap();
      await visits.filled();
      await expect(visits.form.field('channel')).toHaveValue('call');
      expect(await overflow(page)).toEqual([]);
      const size = await visits.form.root.locator('button[type="submit"]').boundingBox();
      expect(size!.height).toBeGreaterThanOrEqual(44);
      await visits.form.fill({ content: `From the phone ${lang}` });
      await visits.form.root.locator('button[type="submit"].btn-primary').tap();
      await expect(visits.done).toBeVisible();
      await visits.done.locator('[data-undo-visit]').tap();
      await expect(visits.done).toHaveCount(0);
    });

    test('days, needs and settings fit', async ({ page, signIn }) => {
      await signIn('admin');
      for (const address of ['/visits', '/visits?show=week', '/visits?show=month', '/visits/timely?span=year', '/visits/needs', '/settings/workdays', '/settings/visit-forms?edit=vip']) {
        await open(page, address);
        await expect(page.locator('main h1')).toBeVisible();
        expect(await overflow(page), address).toEqual([]);
      }
      await open(page, '/visits?show=week');
      await expect(page.getByRole('link', { name: text(lang, 'visits.after_week') })).toBeVisible();
    });
  });
}
