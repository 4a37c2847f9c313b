// What administrators change about the structure: pipelines and their stages,
// units, and whom tasks are given to.
import { Form } from '../pages/form';
import { People, Pipelines } from '../pages/settings';
import { Tasks } from '../pages/team';
import { offered } from '../support/api';
import { expect, open, test } from '../support/fixtures';
import { text } from '../support/texts';

/** The languages take turns: what is said is the same in both. */
for (const [lang, size] of [['zh', { width: 390, height: 844 }], ['en', { width: 1280, height: 800 }]] as const) {
  test.describe(lang, () => {
    test.use({ lang, viewport: size });

    test('a stage is added, put in its place, used, and cannot be removed then', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      await page.setViewportSize(size);
      const pipelines = new Pipelines(page);
      await pipelines.goto();
      const first = page.locator('.card-box').filter({ has: page.locator('[data-stages]') }).first();
      await first.getByRole('link', { name: text(lang, 'settings.add_stage') }).click();
      await pipelines.form.field('name_zh').waitFor();
      await pipelines.form.submit();
      await expect(pipelines.form.error('name_zh')).toHaveText(text(lang, 'errors.required'));
      await expect(pipelines.form.error('probability')).toHaveText(text(lang, 'errors.required'));
      await pipelines.form.fill({ name_zh: '试用', name_en: 'Trial', place: '2', probability: '20' });
      await pipelines.form.submit();
      const name = lang === 'zh' ? '试用' : 'Trial';
      const rows = first.locator('[data-stages] tbody tr');
      await expect(rows.nth(1)).toContainText(name);
      await rows.nth(1).locator('a').click();
      await pipelines.form.field('place').waitFor();
      await pipelines.form.fill({ place: '3' });
      await pipelines.form.submit();
      await expect(rows.nth(2)).toContainText(name);

      const columns = (await api.board()).columns;
      expect(columns[2].stage.name_zh).toBe('试用');
      await api.move(columns[0].cards[0], columns[2].stage.id);
      await pipelines.goto(`?edit=${columns[2].stage.id}`);
      const removal = new Form(page.locator('form[data-remove]'));
      await removal.root.getByRole('button', { name: text(lang, 'settings.remove_stage') }).click();
      await expect(removal.whole).toHaveText(text(lang, 'errors.in_use', { n: 1 }));

      await pipelines.goto('?add=pipeline');
      await pipelines.form.fill({ name_zh: '渠道流程', name_en: 'Channel' });
      await pipelines.form.submit();
      await expect(page.getByRole('heading', { name: lang === 'zh' ? '渠道流程' : 'Channel', exact: true })).toBeVisible();
      // A stage that nobody has used goes.
      const last = page.locator('.card-box').filter({ has: page.locator('[data-stages]') }).last();
      await expect(last.locator('tbody tr')).toHaveCount(5);
      await last.locator('tbody tr').nth(0).locator('a').click();
      await removal.root.locator('button').click();
      await expect(last.locator('tbody tr')).toHaveCount(4);
    });

    test('a unit is renamed and moved', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page } = await actor('hr', { app, lang });
      await page.setViewportSize(size);
      const people = new People(page);
      await people.goto();
      const units = page.locator('.org-tree .unit');
      const region = await units.nth(1).locator('span').first().textContent();
      await people.addUnit.click();
      await people.unit.fill({ name: '新小组' });
      await people.unit.submit();
      await units.filter({ hasText: '新小组' }).getByRole('link', { name: text(lang, 'settings.edit_unit', { name: '新小组' }) }).click();
      await people.unit.fill({ name: '' });
      await people.unit.submit();
      await expect(people.unit.error('name')).toHaveText(text(lang, 'errors.required'));
      const parents = people.unit.field('parent');
      await parents.selectOption({ label: region! });
      await people.unit.fill({ name: '改名小组' });
      await people.unit.submit();
      const moved = page.locator('.org-tree li').filter({ has: page.locator(':scope > .unit', { hasText: region! }) });
      await expect(moved.locator('.unit', { hasText: '改名小组' })).toHaveCount(1);
    });

    test('a manager gives a task about a deal to somebody else', async ({ actor, app }) => {
      const manager = await actor('east.manager', { lang });
      await manager.page.setViewportSize(size);
      const card = (await manager.api.board()).columns.flatMap(column => column.cards)[0];
      await open(manager.page, `/deals/${card.id}`);
      await manager.page.locator('[data-add-task]').click();
      const tasks = new Tasks(manager.page);
      const title = `交给下属 ${Date.now() % 1e7}`;
      const { name } = (await offered(app, 'rep1'))!;
      await tasks.form.field('owner').selectOption({ label: name });
      await tasks.form.fill({ title, due_on: '2026-07-03' });
      await tasks.form.submit();
      await expect(manager.page.locator('.toast', { hasText: text(lang, 'team.added_for', { name, title }) })).toBeVisible();
      await expect(tasks.row(title), 'not among one\'s own').toHaveCount(0);
      const theirs = new Tasks((await actor('rep1', { lang })).page);
      await theirs.goto();
      await expect(theirs.row(title)).toContainText(card.title);
    });
  });
}

test('a lost deal has no forecast category; the contact can be called', async ({ page, signIn }) => {
  const api = await signIn('director');
  const lost = await api.json<{ rows: { id: string }[] }>('pipeline/deals', { filter: { text: '', outcome: 'lost' }, sort: '', after: null });
  await open(page, `/deals/${lost.rows[0].id}`);
  await expect(page.locator('.aside')).toBeVisible();
  await expect(page.getByText(text('zh', 'deal.category'), { exact: true })).toHaveCount(0);
  const board = await api.board();
  const details = await Promise.all(board.columns[1].cards.slice(0, 8).map(card => api.json<{ contact: { phone: string } | null }>('pipeline/deal', { id: card.id })));
  const index = details.findIndex(detail => detail.contact?.phone);
  expect(index, 'a deal with a contact').toBeGreaterThanOrEqual(0);
  await open(page, `/deals/${board.columns[1].cards[index].id}`);
  await expect(page.getByText(text('zh', 'deal.category'), { exact: true })).toBeVisible();
  await expect(page.locator('.aside a[href^="tel:"]')).toHaveAttribute('href', `tel:${details[index].contact!.phone}`);
});
