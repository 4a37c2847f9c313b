// Who helps with a customer: added by its owner, sees it and writes it up, and changes nothing.
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test(`a helper is added, sees the customer, and is let go (${lang})`, async ({ actor, watch }) => {
    test.setTimeout(120_000);
    watch.expectStatus(404);
    const { page, api } = await actor('rep1', { lang });
    const { page: theirs } = await actor('rep2', { lang });
    const { rows } = await api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
    const customer = rows[lang === 'zh' ? 0 : 1];
    const name = await theirs.goto('/account').then(() => theirs.locator('dl.kv dd').first().textContent());
    expect((await theirs.goto(`/customers/${customer.id}`))!.status()).toBe(404);
    await open(page, `/customers/${customer.id}`);
    await page.locator('[data-add-helper] summary').click();
    await page.locator('[data-add-helper] select').selectOption({ label: name! });
    await page.locator('[data-add-helper] button[type="submit"]').click();
    const row = page.locator('[data-helper]', { hasText: name! });
    await expect(row).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await open(theirs, `/customers/${customer.id}`);
    await expect(theirs.locator('[data-helping]')).toHaveText(text(lang, 'customers.helping'));
    await expect(theirs.locator(`a[href="/customers/${customer.id}/edit"]`)).toHaveCount(0);
    await theirs.locator('#fu-content').fill(`By a helper ${lang}`);
    await theirs.locator('form.composer button[type="submit"]').click();
    await expect(theirs.locator('.tl', { hasText: `By a helper ${lang}` })).toBeVisible();
    expect(await violations(theirs)).toEqual([]);
    await open(theirs, `/customers?q=${encodeURIComponent(customer.name)}`);
    await expect(theirs.locator(`a[href="/customers/${customer.id}"]`).first()).toBeVisible();
    await open(page, `/customers/${customer.id}`);
    await row.getByRole('button').click();
    await expect(row).toHaveCount(0);
    expect((await theirs.goto(`/customers/${customer.id}`))!.status()).toBe(404);
  });
}
