// The board in the hand: one stage a screen, a finger that scrolls, swipes,
// holds and drags.
import type { Locator, Page } from '@playwright/test';
import { Board, type Point } from '../pages/board';
import { countOf } from '../support/columns';
import { expect, open, test } from '../support/fixtures';
import { LANGS, nameOf, text } from '../support/texts';
import { Finger } from '../support/touch';

async function middle(locator: Locator): Promise<Point> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('not drawn');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const tabs = (page: Page): Locator => page.locator('.stage-tabs > button');

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the tabs lead to the stages, one a screen', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const board = new Board(page);
      await board.goto();
      await expect(tabs(page)).toHaveCount(data.columns.length);
      for (const [i, column] of data.columns.entries()) await expect(tabs(page).nth(i)).toContainText(nameOf(lang, column.stage));
      await expect(tabs(page).first()).toHaveAttribute('aria-selected', 'true');
      await expect(board.columns.nth(0)).toBeInViewport({ ratio: 0.9 });
      await expect(board.columns.nth(1)).not.toBeInViewport({ ratio: 0.1 });
      await tabs(page).nth(2).tap();
      await expect(tabs(page).nth(2)).toHaveAttribute('aria-selected', 'true');
      await expect(board.columns.nth(2)).toBeInViewport({ ratio: 0.9 });
      await expect(board.columns.nth(1)).not.toBeInViewport({ ratio: 0.1 });
    });

    test('the chips narrow the board, and the search finds', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = new Board(page);
      await board.goto();
      await board.chip('tier').selectOption({ label: text(lang, 'common.tier_vip') });
      await expect(page).toHaveURL(/tier=vip/);
      for (const column of (await api.board({ tier: 'vip' })).columns) await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
      await board.filters.getByText(`${text(lang, 'board.clear_filters')} 1`).tap();
      await expect(page).not.toHaveURL(/tier=/);
      await expect(board.search).toHaveAttribute('placeholder', text(lang, 'board.search_deals'));
      await board.search.fill('没有这样的客户');
      await board.search.press('Enter');
      await expect(page.locator('.deal')).toHaveCount(0);
      await expect(page.locator('.col-empty').first()).toHaveText(text(lang, 'board.column_empty'));
    });

    test('a long press opens the sheet, which moves the card', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const [from, to] = data.columns.filter(column => column.stage.kind === 'open');
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      const at = await middle(board.card(card.id).locator('.d2'));
      const finger = await Finger.on(page);
      await finger.down(at);
      await board.lifted.waitFor();
      await finger.up();
      await expect(board.dialog).toBeVisible();
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.move_title'));
      for (const target of await board.dialog.locator('.move-to').all()) {
        const box = (await target.boundingBox())!;
        expect(box.height).toBeGreaterThanOrEqual(44);
        expect(box.width).toBeGreaterThanOrEqual(44);
      }
      await board.target(to.stage.id).tap();
      await expect(board.dialog).toHaveCount(0);
      await expect.poll(async () => (await api.card(card.id))?.stage).toBe(to.stage.id);
      await expect(board.cardIn(to.stage.id, card.id)).toHaveCount(1);
      await expect(board.toast).toContainText(text(lang, 'board.moved', { name: card.customer_name, stage: nameOf(lang, to.stage) }));
      await board.undo.tap();
      await expect(board.toast).toContainText(text(lang, 'board.undone', { name: card.customer_name, stage: nameOf(lang, from.stage) }));
      await expect(board.cardIn(from.stage.id, card.id)).toHaveCount(1);
      await expect.poll(async () => (await api.card(card.id))?.stage).toBe(from.stage.id);
    });

    test('a held card goes along with the finger, over the edge into the next stage', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const columns = data.columns.filter(column => column.stage.kind === 'open');
      const from = columns[0];
      const card = from.cards[1];
      const board = new Board(page);
      await board.goto();
      const at = await middle(board.card(card.id).locator('.d2'));
      const finger = await Finger.on(page);
      await finger.down(at);
      await board.lifted.waitFor();
      const edge = { x: 384, y: at.y + 4 };
      await finger.move(at, edge, 6);
      // At the edge the board goes on by itself; back before it has gone on twice.
      await page.waitForFunction(() => document.querySelector('.board')!.scrollLeft > 220, undefined, { polling: 'raf' });
      await finger.move(edge, { x: 200, y: at.y + 4 }, 1);
      const over = page.locator('.colm.is-over');
      await expect(over).toHaveCount(1);
      const stage = (await over.getAttribute('data-stage-id'))!;
      expect(stage).not.toBe(from.stage.id);
      await finger.up();
      await expect(board.lifted).toHaveCount(0);
      await expect.poll(async () => (await api.card(card.id))?.stage).toBe(stage);
      await expect(board.cardIn(stage, card.id)).toHaveCount(1);
    });

    test('a held card can be put into another place of its stage', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const column = data.columns.find(c => c.stage.kind === 'open' && c.cards.length >= 4)!;
      const index = data.columns.indexOf(column);
      const board = new Board(page);
      await board.goto();
      await tabs(page).nth(index).tap();
      await expect(board.column(column.stage.id)).toBeInViewport({ ratio: 0.9 });
      const [a, b, c] = column.cards.map(card => card.id);
      const at = await middle(board.card(c).locator('.d2'));
      const top = (await board.card(a).boundingBox())!;
      const finger = await Finger.on(page);
      await finger.down(at);
      await board.lifted.waitFor();
      await finger.move(at, { x: at.x, y: top.y + 4 }, 8);
      await finger.up();
      await expect.poll(async () => (await board.order(column.stage.id)).slice(0, 3)).toEqual([c, a, b]);
      await expect.poll(async () => (await api.board()).columns[index].cards.slice(0, 3).map(card => card.id)).toEqual([c, a, b]);
    });

    test('a tap on the three dots opens the same sheet; a tap on a name opens the deal', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const card = (await api.board()).columns[0].cards[0];
      const board = new Board(page);
      await board.goto();
      await board.card(card.id).locator('[data-move]').tap();
      await expect(board.dialog).toBeVisible();
      await board.dialog.getByRole('button', { name: text(lang, 'common.close') }).tap();
      await expect(board.dialog).toHaveCount(0);
      await board.card(card.id).locator('a.nm').tap();
      await expect(page).toHaveURL(new RegExp(`/deals/${card.id}`));
    });

    test('everything that is tapped is large enough', async ({ page, signIn }) => {
      await signIn('rep1');
      for (const address of ['/deals', '/customers', '/tasks', '/account']) {
        await open(page, address);
        const small = await page.locator('nav.botbar a, .stage-tabs > button, main .btn-primary, main .btn-icon, [data-move]').evaluateAll(all => all
          .filter(element => element.checkVisibility())
          .map(element => ({ box: element.getBoundingClientRect(), what: element.outerHTML.slice(0, 90) }))
          .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
          .map(({ box, what }) => `${Math.round(box.width)}×${Math.round(box.height)} ${what}`));
        expect.soft(small, address).toEqual([]);
      }
    });
  });
}

test('the chosen tab can be seen, not only heard', async ({ page, signIn }) => {
  await signIn('admin');
  await new Board(page).goto();
  const looks = await tabs(page).evaluateAll(all => all.slice(0, 2).map(tab => {
    const style = getComputedStyle(tab);
    const after = getComputedStyle(tab, '::after');
    return [style.color, style.fontWeight, style.backgroundColor, after.content, after.backgroundColor].join('|');
  }));
  expect(looks[0]).not.toBe(looks[1]);
});

test('a swipe goes to the next stage', async ({ page, signIn }) => {
  await signIn('admin');
  const board = new Board(page);
  await board.goto();
  const finger = await Finger.on(page);
  await finger.swipe({ x: 340, y: 420 }, { x: 40, y: 424 }, 6);
  await expect(board.columns.nth(1)).toBeInViewport({ ratio: 0.9 });
  await expect(tabs(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(board.lifted).toHaveCount(0);
});

test('a finger that moves at once scrolls the cards and lifts nothing', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const data = await api.board();
  const index = data.columns.findIndex(column => column.stage.kind === 'open' && column.cards.length >= 8);
  expect(index, 'a column longer than the screen').toBeGreaterThanOrEqual(0);
  const stage = data.columns[index].stage.id;
  const board = new Board(page);
  await board.goto();
  await tabs(page).nth(index).tap();
  await expect(board.column(stage)).toBeInViewport({ ratio: 0.9 });
  const at = await middle(board.cards(stage).nth(2));
  const finger = await Finger.on(page);
  await finger.swipe(at, { x: at.x, y: at.y - 220 }, 8);
  await expect.poll(() => board.list(stage).evaluate(list => list.scrollTop)).toBeGreaterThan(60);
  await expect(board.lifted).toHaveCount(0);
  await expect(board.dialog).toHaveCount(0);
});

test('who may not move holds in vain', async ({ page, signIn }) => {
  const api = await signIn('finance');
  const card = (await api.board()).columns[0].cards[0];
  const board = new Board(page);
  await board.goto();
  await expect(page.locator('[data-move]')).toHaveCount(0);
  const at = await middle(board.card(card.id).locator('.d2'));
  const finger = await Finger.on(page);
  await finger.down(at);
  // Longer than a long press takes: 30 frames, drawn one after the other.
  await page.evaluate(() => new Promise<void>(resolve => {
    const until = performance.now() + 600;
    const tick = (): void => { if (performance.now() > until) resolve(); else requestAnimationFrame(tick); };
    tick();
  }));
  await expect(board.lifted).toHaveCount(0);
  await finger.up();
  await expect(board.dialog).toHaveCount(0);
});
