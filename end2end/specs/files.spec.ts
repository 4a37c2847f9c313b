// Files on customers and deals: added by a plain form, saved under their names, taken away and put
// back; refused with a sentence.
import { violations } from '../support/axe';
import { type Api } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n');

async function deal(api: Api): Promise<{ id: string; customer: string }> {
  const board = await api.board();
  return board.columns.find(column => column.stage.kind === 'open' && column.cards.length > 0)!.cards[0];
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a file is added, saved, taken away and put back', async ({ page, signIn }) => {
      const api = await signIn('rep1');
      const card = await deal(api);
      const name = `报价 ${lang} ${Date.now()}.pdf`;
      await open(page, `/deals/${card.id}`);
      const box = page.locator('#files');
      await box.locator('input[type="file"]').setInputFiles({ name, mimeType: 'application/pdf', buffer: PDF });
      await box.getByRole('button', { name: text(lang, 'files.add') }).click();
      await expect(page).toHaveURL(/#files$/);
      await hydrated(page);
      const line = box.locator('[data-file]', { hasText: name });
      await expect(line).toHaveAttribute('data-kind', 'pdf');
      expect(await violations(page, { include: '#files' })).toEqual([]);
      const [saved] = await Promise.all([page.waitForEvent('download'), line.getByRole('link', { name }).click()]);
      expect(saved.suggestedFilename()).toBe(name);
      // On the customer's page too, with the deal that it is of.
      await open(page, `/customers/${card.customer}`);
      await expect(line.locator(`a[href="/deals/${card.id}"]`)).toBeVisible();
      await line.getByRole('button', { name: text(lang, 'files.remove', { name }) }).click();
      await expect(page.locator('#files > .file-list [data-file]', { hasText: name })).toHaveCount(0);
      await box.locator('[data-files-removed] summary').click();
      await box.locator('[data-files-removed]').getByRole('button', { name: text(lang, 'files.put_back', { name }) }).click();
      await expect(line.getByRole('link', { name })).toBeVisible();
    });

    test('what is no such file is refused with a sentence', async ({ page, signIn }) => {
      const api = await signIn('rep1');
      const card = await deal(api);
      await open(page, `/customers/${card.customer}`);
      const box = page.locator('#files');
      await box.locator('input[type="file"]').setInputFiles({ name: 'plan.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') });
      await box.getByRole('button', { name: text(lang, 'files.add') }).click();
      await hydrated(page);
      await expect(box.locator('[data-file-refused]')).toHaveText(text(lang, 'errors.attach_type'));
    });
  });
}

test('without scripts it works too, and others see nothing of it', async ({ actor, watch }) => {
  watch.expectStatus(404);
  const { page, api } = await actor('rep1', { javaScriptEnabled: false });
  const card = await deal(api);
  await page.goto(`/customers/${card.customer}`);
  const name = `plain-${Date.now()}.txt`;
  await page.locator('#files input[type="file"]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('text') });
  await page.locator('#files .file-add button').click();
  const line = page.locator('#files [data-file]', { hasText: name });
  const href = await line.getByRole('link', { name }).getAttribute('href');
  const stranger = await actor('rep2');
  expect((await stranger.api.get(href!)).status).toBe(404);
  await line.locator('button').click();
  await expect(page.locator('[data-files-removed]')).toContainText(name);
});
