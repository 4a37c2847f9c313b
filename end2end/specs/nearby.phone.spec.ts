// Customers nearby: the position sorts them and stays on the phone; without one they are found by
// name and region.
import { consent, north, placed } from '../pages/field';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('granted: the nearest first, with distance, a call, a way and a check-in', async ({ page, context, signIn }) => {
      const api = await signIn('rep1');
      await consent(api, false);
      const customer = await placed(api);
      await context.grantPermissions(['geolocation']);
      await context.setGeolocation({ latitude: customer.place.lat + north(80), longitude: customer.place.lon, accuracy: 12 });
      await open(page, '/home');
      await page.locator('nav.hm-quick a[href="/field/nearby"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'field.nearby'));
      // Consent first, as for checking in.
      await expect(page.locator('[data-field-fix]')).toHaveCount(0);
      await page.locator('[data-consent-ask]').getByRole('button', { name: text(lang, 'field.consent_give') }).tap();
      await expect(page).toHaveURL(/\/field\/nearby$/);
      const sent: string[] = [];
      page.on('request', request => { if (request.method() === 'POST') sent.push(`${request.url()} ${request.postData() ?? ''}`); });
      await page.locator('[data-field-fix]').tap();
      await expect(page.locator('[data-field-status]')).toHaveText(text(lang, 'field.accuracy_now', { n: 12 }));
      const first = page.locator('[data-field-list] > li').first();
      await expect(first).toHaveAttribute('data-customer', customer.id);
      await expect(first.locator('[data-field-dist]')).toHaveText(text(lang, 'field.metres', { n: 80 }));
      const here = (customer.place.lat + north(80)).toFixed(3);
      expect(sent.filter(one => one.includes(here)), 'the position is not sent').toEqual([]);
      await expect(first.locator('[data-near-way]')).toHaveAttribute('href', /^geo:-?\d+\.\d{6},-?\d+\.\d{6}\?q=/);
      await expect(first.locator('[data-near-call]')).toHaveAttribute('href', /^tel:/);
      for (const button of await first.locator('.btn').all()) expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      expect(await overflow(page)).toEqual([]);
      expect(await violations(page)).toEqual([]);
      await first.locator('[data-near-in]').tap();
      await expect(page).toHaveURL(new RegExp(`/field\\?at=${customer.id}$`));
      await expect(page.locator(`[data-customer="${customer.id}"] input`)).toBeChecked();
    });

    test('denied: it says so, and name and region find them', async ({ page, context, signIn }) => {
      const api = await signIn('rep2');
      await consent(api, true);
      await context.clearPermissions();
      await open(page, '/field/nearby');
      const lines = page.locator('[data-field-list] > li:not([hidden])');
      await page.locator('[data-field-fix]').tap();
      await expect(page.locator('[data-field-status]')).toHaveText(text(lang, 'field.near_denied'));
      const customer = await placed(api);
      await page.locator('[data-field-find]').fill(customer.name);
      await expect(page.locator(`[data-customer="${customer.id}"]`)).toBeVisible();
      await page.locator('[data-field-find]').fill('zzzzzz');
      await expect(lines).toHaveCount(0);
      await expect(page.locator('[data-field-none]')).toBeVisible();
      await page.locator('[data-field-find]').fill('');
      const region = await page.locator('[data-field-region] option').nth(1).getAttribute('value');
      await page.locator('[data-field-region]').selectOption(region!);
      for (const line of await lines.all()) await expect(line).toHaveAttribute('data-region', region!);
      expect(await overflow(page)).toEqual([]);
    });
  });
}

test('without scripts the form finds them', async ({ actor }) => {
  const { page, api } = await actor('rep1', { javaScriptEnabled: false });
  const customer = await placed(api);
  await page.goto('/field/nearby');
  await page.locator('input[name="q"]').fill(customer.name);
  await page.locator('[data-field-submit]').tap();
  await expect(page).toHaveURL(/\/field\/nearby\?q=/);
  await expect(page.locator(`[data-customer="${customer.id}"]`)).toBeVisible();
});
