// The accessibility rules in the states that people meet. Every page as it
// opens: pages.spec.ts.
import { Board } from '../pages/board';
import { SignIn } from '../pages/sign-in';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';

for (const theme of ['light', 'dark'] as const) {
  test(`the pages before the door (${theme})`, async ({ page, server, context, app }) => {
    test.setTimeout(120_000);
    await context.addCookies([{ name: 'weir_theme', value: theme, url: app.url }]);
    await open(page, '/sign-in');
    expect.soft(await violations(page), 'sign-in').toEqual([]);
    await new SignIn(page).form.submit();
    await expect(page.locator('#email-err')).toBeVisible();
    await hydrated(page);
    expect.soft(await violations(page), 'sign-in, refused').toEqual([]);
    const empty = await server('empty');
    await page.goto(`${empty.url}/set-up`);
    await hydrated(page);
    expect.soft(await violations(page), 'set-up').toEqual([]);
  });

  test(`what opens above the board (${theme})`, async ({ actor, isMobile }) => {
    const { page, api } = await actor('admin', { theme });
    const board = new Board(page);
    const data = await api.board();
    const card = data.columns[0].cards[0];
    const won = data.columns.find(column => column.stage.kind === 'won')!;
    await board.goto();
    await board.card(card.id).locator('[data-move]').click();
    await board.dialog.waitFor();
    expect.soft(await violations(page), 'move to').toEqual([]);
    await board.target(won.stage.id).click();
    await board.field('amount').waitFor();
    await board.field('amount').fill('x');
    await board.save();
    await expect(board.error('amount')).toBeVisible();
    expect.soft(await violations(page), 'won, refused').toEqual([]);
    await page.keyboard.press('Escape');
    await board.card(card.id).focus();
    await page.keyboard.press('Space');
    await expect(board.slot).toHaveCount(1);
    expect.soft(await violations(page), 'a card in the hand').toEqual([]);
    await page.keyboard.press('Escape');
    if (!isMobile) {
      await board.filters.locator('details.more-filters summary').click();
      expect.soft(await violations(page), 'more filters').toEqual([]);
    }
  });

  test(`forms that were refused (${theme})`, async ({ actor, watch }) => {
    watch.expectStatus(422);
    const { page, api } = await actor('admin', { theme });
    const card = (await api.board()).columns[0].cards[0];
    for (const address of ['/deals/new', '/customers/new', `/customers/${card.customer}/contacts/new`]) {
      await open(page, address);
      await page.locator('main form[method="post"] button[type="submit"].btn-primary, main .form-actions button[type="submit"]').first().click();
      await expect(page.locator('main [aria-invalid="true"]').first()).toBeVisible();
      expect.soft(await violations(page), address).toEqual([]);
    }
  });
}

test('a page that is not there', async ({ actor, watch }) => {
  watch.expectStatus(404);
  const { page } = await actor('admin');
  await page.goto('/no/such/page');
  expect(await violations(page)).toEqual([]);
});
