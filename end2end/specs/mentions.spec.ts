// Colleagues who are named in a follow-up: they see it today; who may not see the customer does not,
// and the writer hears it.
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test(`who is named sees it, and says so (${lang})`, async ({ actor }) => {
    const { page: theirs, api: rep } = await actor('rep1', { lang });
    const { page } = await actor('service1', { lang });
    const { rows } = await rep.json<{ rows: { id: string; name: string; owner: [string, string] }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
    const customer = rows[0];
    const name = customer.owner[1];
    const what = `交期 ${lang} ${Date.now()}`;
    await open(page, `/customers/${customer.id}`);
    await page.locator('#fu-content').fill(`${what}，请 @${name} 看`);
    await page.locator('form.composer button[type="submit"]').click();
    await expect(page.locator('[data-told]')).toContainText(text(lang, 'timeline.told', { names: name }));
    await open(theirs, '/home');
    const row = theirs.locator('[data-mention]', { hasText: what });
    await expect(row).toBeVisible();
    expect(await violations(theirs)).toEqual([]);
    await expect(row.getByRole('link')).toHaveAttribute('href', `/customers/${customer.id}`);
    await row.getByRole('button').click();
    await expect(theirs.locator('[data-mention]', { hasText: what })).toHaveCount(0);
    // Somebody of another team, by their mail name.
    await open(theirs, `/customers/${customer.id}`);
    await theirs.locator('#fu-content').fill(`${what} @hr`);
    await theirs.locator('form.composer button[type="submit"]').click();
    await expect(theirs.locator('[data-told] .hint')).toHaveCount(1);
    await expect(theirs.locator('[data-told]')).not.toContainText(text(lang, 'timeline.told', { names: '' }));
  });
}
