// One's own tasks.
import { Tasks } from '../pages/team';
import { expect, hydrated, test } from '../support/fixtures';
import { text } from '../support/texts';

const unique = (title: string): string => `${title} ${Date.now() % 1e7}${Math.floor(Math.random() * 1e3)}`;

for (const lang of ['zh', 'en'] as const) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a task is added, ticked off, and taken back', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      await signIn('rep1');
      const tasks = new Tasks(page);
      await tasks.goto();
      await tasks.form.submit();
      await expect(tasks.form.error('title')).toHaveText(text(lang, 'errors.required'));
      const title = unique('端测任务');
      await tasks.form.fill({ title, due_on: '2026-06-30' });
      await tasks.form.submit();
      await expect(tasks.row(title)).toBeVisible();
      await expect(tasks.form.field('title'), 'ready for the next').toHaveValue('');
      await page.reload();
      await hydrated(page);
      await expect(tasks.row(title)).toBeVisible();
      await tasks.tick(title).click();
      await expect(tasks.row(title).filter({ visible: true })).toHaveCount(0);
      await page.locator('.toast [data-undo]').click();
      await expect(tasks.row(title)).toBeVisible();
      await tasks.tick(title).click();
      await expect(tasks.row(title).filter({ visible: true })).toHaveCount(0);
      await tasks.goto('?view=done');
      await expect(tasks.row(title)).toBeVisible();
      await tasks.tick(title).click();
      await tasks.goto();
      await expect(tasks.row(title)).toBeVisible();
    });
  });
}

for (const who of ['finance', 'hr', 'service1'] as const) {
  test(`${who} ticks their own tasks too`, async ({ page, signIn }) => {
    await signIn(who);
    const tasks = new Tasks(page);
    await tasks.goto();
    const id = (await tasks.rows.first().getAttribute('data-task'))!;
    await page.locator(`[data-task="${id}"] [data-tick]`).click();
    await expect(page.locator(`[data-task="${id}"]`)).toHaveCount(0);
    await page.locator('.toast [data-undo]').click();
    await expect(page.locator(`[data-task="${id}"]`)).toBeVisible();
  });
}

test('what was ticked off is taken back from another page too', async ({ page, signIn }) => {
  await signIn('rep1');
  const tasks = new Tasks(page);
  await tasks.goto();
  const title = unique('离开之前');
  await tasks.form.fill({ title });
  await tasks.form.submit();
  await tasks.tick(title).click();
  await expect(page.locator('.toast [data-undo]')).toBeVisible();
  await page.locator('nav a[href="/customers"]').first().click();
  await expect(page.locator('main h1')).toHaveText(text('zh', 'nav.customers'));
  await page.locator('.toast [data-undo]').click();
  await expect(page.locator('.toast').filter({ hasText: text('zh', 'team.unticked', { title }) })).toBeVisible();
  await tasks.goto();
  await expect(tasks.row(title)).toBeVisible();
});

test('the longest title is kept whole', async ({ page, signIn }) => {
  await signIn('rep1');
  const tasks = new Tasks(page);
  await tasks.goto();
  const title = unique('长').padEnd(200, '字');
  await tasks.form.fill({ title });
  await tasks.form.submit();
  await expect(tasks.row(title)).toHaveCount(1);
});

test('tasks are one\'s own', async ({ actor }) => {
  const rep = await actor('rep1');
  const other = await actor('hr');
  const tasks = [new Tasks(rep.page), new Tasks(other.page)];
  const title = unique('只有我');
  await tasks[0].goto();
  await tasks[0].form.fill({ title });
  await tasks[0].form.submit();
  await expect(tasks[0].row(title)).toBeVisible();
  await tasks[1].goto();
  await expect(tasks[1].row(title)).toHaveCount(0);
});

test('a text of markup stays a text', async ({ page, signIn }) => {
  await signIn('rep1');
  const tasks = new Tasks(page);
  await tasks.goto();
  const title = `<img src=x onerror=alert(1)> & "'${Date.now()}`;
  await tasks.form.fill({ title });
  await tasks.form.submit();
  await expect(tasks.row(title)).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(tasks.row(title)).toBeVisible();
  await expect(page.locator('main img')).toHaveCount(0);
});
