// Tiers: figures as the server tells them, a move by mouse, keyboard and menu,
// each with its reason, undone within seconds, seen by others at once.
import { Tiers, TIERS } from '../pages/tiers';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the navigation leads to the tiers, whose figures are the server\'s', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, '/deals');
      await new Shell(page).nav.getByRole('link', { name: text(lang, 'nav.tiers'), exact: true }).click();
      await expect(page).toHaveURL(/\/tiers$/);
      const tiers = new Tiers(page);
      await expect(tiers.heading).toHaveText(text(lang, 'tiers.title'));
      const board = await Tiers.board(api);
      for (const [i, tier] of TIERS.entries()) {
        await expect(tiers.count(tier)).toHaveText(whole(board.columns[i].count));
        await expect(tiers.cards(tier)).toHaveCount(board.columns[i].cards.length);
      }
      expect(board.columns.every(column => column.count > 0)).toBe(true);
      expect(await violations(page)).toEqual([]);
      await tiers.more('potential').click();
      await expect.poll(() => tiers.cards('potential').count()).toBeGreaterThan(20);
    });

    test('a customer is dragged to another tier with a reason, and back again', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const tiers = new Tiers(page);
      await tiers.goto();
      const card = (await Tiers.board(api)).columns[1].cards[0];
      await tiers.drag(card.id, 'vip');
      await expect(tiers.choice('vip')).toBeChecked();
      expect(await violations(page)).toEqual([]);
      await tiers.save.click();
      await expect(tiers.dialog).toContainText(text(lang, 'errors.required'));
      await tiers.reason.fill('contract for three years');
      await tiers.save.click();
      await expect(tiers.toast).toContainText(card.name);
      await expect(tiers.cards('vip').locator('a.nm', { hasText: card.name }).first()).toBeVisible();
      await tiers.undo.click();
      await expect(tiers.cards('ordinary').locator('a.nm', { hasText: card.name }).first()).toBeVisible();
      await open(page, `/customers/${card.id}`);
      const history = page.locator('.tier-history');
      await history.locator('summary').click();
      await expect(history.locator('li[data-source="manual"]').first()).toContainText('contract for three years');
      await expect(history.locator('li[data-source="undo"]').first()).toBeAttached();
    });

    test('the keyboard and the menu move too', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const tiers = new Tiers(page);
      await tiers.goto();
      const card = (await Tiers.board(api)).columns[1].cards[1];
      await tiers.card(card.id).focus();
      await page.keyboard.press('Space');
      await expect(tiers.card(card.id)).toHaveClass(/is-picked/);
      await page.keyboard.press('Escape');
      await expect(tiers.card(card.id)).not.toHaveClass(/is-picked/);
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Space');
      await expect(tiers.choice('vip')).toBeChecked();
      await page.keyboard.press('Escape');
      await expect(tiers.dialog).toHaveCount(0);
      await tiers.card(card.id).locator('button').click();
      await tiers.choice('potential').check();
      await tiers.reason.fill('no orders left');
      await tiers.save.click();
      await expect(tiers.toast).toContainText(card.name);
      await tiers.undo.click();
      await expect(tiers.card(card.id)).toBeVisible();
    });

    test('what narrows is in the address', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const tiers = new Tiers(page);
      await tiers.goto();
      await tiers.onlyLate.click();
      await expect(page).toHaveURL(/late=1/);
      const board = await Tiers.board(api, { late: true });
      await expect(tiers.count('vip')).toHaveText(whole(board.columns[0].count));
      await expect(tiers.cards('ordinary').first().locator('.v').first()).toBeVisible();
      await tiers.chip('region').selectOption({ index: 1 });
      await expect(page).toHaveURL(/region=/);
      await expect(page).toHaveURL(/late=1/);
      await page.reload();
      await hydrated(page);
      await expect(tiers.chip('region')).not.toHaveValue('');
    });
  });
}

test('a move that reaches nobody goes back, and its reason is not lost', async ({ page, signIn, watch }) => {
  watch.expectOffline();
  const api = await signIn('admin');
  const tiers = new Tiers(page);
  await tiers.goto();
  const card = (await Tiers.board(api)).columns[1].cards[3];
  await page.route('**/api/tiers/move_tier', route => route.abort());
  await tiers.card(card.id).locator('button').click();
  await tiers.choice('vip').check();
  await tiers.reason.fill('typed in a tunnel');
  await tiers.save.click();
  await expect(tiers.dialog).toContainText(text('zh', 'errors.offline'));
  await expect(tiers.reason).toHaveValue('typed in a tunnel');
  await expect(tiers.choice('vip')).toBeChecked();
  await page.unroute('**/api/tiers/move_tier');
  await tiers.save.click();
  await expect(tiers.toast).toContainText(card.name);
  await tiers.undo.click();
  await expect(tiers.cards('ordinary').locator('a.nm', { hasText: card.name }).first()).toBeVisible();
});

test('a move that somebody else was faster with rolls back and says why', async ({ page, signIn, watch }) => {
  watch.expectStatus(409);
  const api = await signIn('admin');
  const tiers = new Tiers(page);
  await tiers.goto();
  const card = (await Tiers.board(api)).columns[1].cards[2];
  await page.route('**/live', route => route.abort());
  await tiers.card(card.id).locator('button').click();
  const answer = await api.json<number>('tiers/move_tier', { command: { request: crypto.randomUUID(), customer: card.id, version: card.version, to: 'vip', reason: 'faster' } });
  await tiers.choice('potential').check();
  await tiers.reason.fill('slower');
  await tiers.save.click();
  await expect(tiers.toast).toHaveClass(/toast-err/);
  await api.json('tiers/undo_tier', { command: { request: crypto.randomUUID(), customer: card.id, version: answer } });
});

test('a colleague\'s move appears by itself', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const tiers = new Tiers(page);
  await tiers.goto();
  const card = (await Tiers.board(api)).columns[1].cards[3];
  const version = await api.json<number>('tiers/move_tier', { command: { request: crypto.randomUUID(), customer: card.id, version: card.version, to: 'vip', reason: 'live' } });
  await expect(tiers.column('vip').locator(`[data-customer-id="${card.id}"]`)).toBeVisible();
  await api.json('tiers/undo_tier', { command: { request: crypto.randomUUID(), customer: card.id, version } });
  await expect(tiers.column('ordinary').locator(`[data-customer-id="${card.id}"]`)).toBeVisible();
});
