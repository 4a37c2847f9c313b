// The board at the desk: what it shows, and to whom.
import { Board } from '../pages/board';
import { offered } from '../support/api';
import { openColumns, pair } from '../support/columns';
import { expect, test } from '../support/fixtures';
import { pattern } from '../support/texts';

const pathOf = (url: string): string => new URL(url).pathname;

test.describe('what it shows', () => {
  test('every column counts and sums all its deals, not those on screen', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const data = await api.board();
    await expect(board.columns).toHaveCount(data.columns.length);
    let all = 0;
    for (const column of data.columns) {
      const cards = await api.allCards(column);
      expect(new Set(cards.map(card => card.id)).size, 'no card twice').toBe(cards.length);
      await expect(board.counter(column.stage.id)).toHaveText(String(cards.length));
      const sum = cards.filter(card => card.amount.currency === 'CNY').reduce((n, card) => n + card.amount.minor, 0);
      expect(column.summary.sums.find(line => line.currency === 'CNY')?.sum_minor ?? 0).toBe(sum);
      if (column.stage.kind === 'open') all += cards.length;
      const drawn = await board.order(column.stage.id);
      expect(drawn).toEqual(cards.slice(0, drawn.length).map(card => card.id));
    }
    await expect(board.total).toContainText(String(all));
  });

  test('the server draws the first cards, so that the page is there before the scripts', async ({ api }) => {
    const html = await (await (await api('admin')).get('/deals', { accept: 'text/html' })).text();
    expect(html.match(/data-deal-id=/g)?.length ?? 0).toBeGreaterThan(5);
    expect(html).toContain('data-stage-id=');
  });

  test('a card leads to the deal', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const card = openColumns(await api.board())[0].cards[0];
    await board.card(card.id).locator('a.nm').click();
    await expect(page).toHaveURL(new RegExp(`/deals/${card.id}$`));
  });
});

test.describe('who may not move', () => {
  for (const who of ['finance', 'service1'] as const) {
    test(`${who} sees the board and cannot move anything on it`, async ({ page, signIn }) => {
      const api = await signIn(who);
      const data = await api.board();
      const [from, to] = pair(data);
      const card = from.cards[0];
      const board = new Board(page);
      const asked: string[] = [];
      page.on('request', request => asked.push(pathOf(request.url())));
      await board.goto();
      await expect(board.card(card.id)).toBeVisible();
      await expect(page.locator('[data-move]')).toHaveCount(0);
      await expect(page.locator('main a[href="/deals/new"]')).toHaveCount(0);
      const [start, end] = [await board.grip(card.id), await board.place(to.stage.id)];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(end.x, end.y, { steps: 5 });
      await expect(board.lifted).toHaveCount(0);
      await page.mouse.up();
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      await board.card(card.id).focus();
      await page.keyboard.press('m');
      // Here a space only scrolls, as on any page.
      await page.keyboard.press('Space');
      await expect(board.live).toHaveText('');
      await expect(board.slot).toHaveCount(0);
      await expect(board.dialog).toHaveCount(0);
      expect(asked).not.toContain('/api/pipeline/move_deal');
      await expect(api.move(card, to.stage.id)).rejects.toMatchObject({ status: 403 });
    });
  }

  test('HR has no board', async ({ page, signIn, watch }) => {
    watch.expectStatus(403);
    const api = await signIn('hr');
    await expect(api.board()).rejects.toMatchObject({ status: 403 });
    await page.goto('/deals');
    await expect(page.locator('.deal')).toHaveCount(0);
    await expect(page.locator('main')).toContainText(pattern('zh', 'errors.forbidden'));
  });

  test('a salesperson sees own deals only, and a colleague\'s is as if it were not there', async ({ api }) => {
    const rep = await api('rep1');
    const account = await offered(rep.app, 'rep1');
    const own = await rep.board();
    for (const column of own.columns) {
      for (const card of await rep.allCards(column)) expect(card.owner).toBe(account?.id);
    }
    const foreign = openColumns(await (await api('admin')).board()).flatMap(column => column.cards).find(card => card.owner !== account?.id)!;
    await expect(rep.move(foreign, foreign.stage)).rejects.toMatchObject({ status: 404 });
    expect(await rep.card(foreign.id)).toBeNull();
  });
});
