// Checking in with the phone in the hand.
import { Field, consent, placed } from '../pages/field';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('three taps: the bar, the position, the check-in', async ({ page, context, signIn }) => {
      const api = await signIn('rep2');
      await consent(api, true);
      const customer = await placed(api);
      await context.grantPermissions(['geolocation']);
      await context.setGeolocation({ latitude: customer.place.lat, longitude: customer.place.lon, accuracy: 14 });
      await open(page, '/home');
      await page.locator('nav.botbar a[href="/field"]').tap();
      const at = new Field(page);
      await at.form.locator('[data-field-find]').waitFor();
      expect(await overflow(page)).toEqual([]);
      await at.measure.tap();
      await expect(at.form.locator('[data-customer]:has(input:checked)'), 'the nearest is chosen').toHaveCount(1);
      expect(await overflow(page)).toEqual([]);
      await at.go.tap();
      await expect(at.done).toHaveAttribute('data-verdict', 'OK');
      expect(await overflow(page)).toEqual([]);
      await open(page, '/field/visits');
      expect(await overflow(page)).toEqual([]);
    });
  });
}
