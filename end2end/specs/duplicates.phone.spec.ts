// Two customers become one on the phone.
import { CustomerPage, Duplicates, Merge } from '../pages/customers';
import { expect, test } from '../support/fixtures';
import { text } from '../support/texts';

test('a pair is merged with a thumb, and parted again', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const list = new Duplicates(page);
  await list.goto();
  const { pairs } = await api.json<{ pairs: { a: { id: string; name: string }; b: { id: string; name: string } }[] }>('customers/duplicates', {});
  const [{ a, b }] = pairs;
  const compare = list.pair(a.id, b.id).locator('a.btn');
  expect((await compare.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await compare.click();
  const merge = new Merge(page);
  await merge.field('keep').locator('label').nth(1).click();
  await expect(merge.pick('keep', 'b')).toBeChecked();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await merge.merge.click();
  await expect(page).toHaveURL(new RegExp(`/customers/${b.id}$`));
  await expect(page.locator('.toast')).toContainText(text('zh', 'duplicates.done', { gone: a.name, name: b.name }).slice(0, 8));
  await list.undo.click();
  await expect(page.locator('.toast')).toContainText(a.name);
  await expect(new CustomerPage(page).heading).toHaveText(b.name);
});
