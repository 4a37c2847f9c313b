// Moving deals at the desk: by mouse, keyboard and menu, and back again.
import { Board } from '../pages/board';
import type { Column } from '../support/api';
import { countOf, openColumns, pair, wonColumn } from '../support/columns';
import { expect, hydrated, test } from '../support/fixtures';
import { LANGS, nameOf, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a drag paints at once, is told, and is there after a reload', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = new Board(page);
      const [from, to] = pair(await api.board());
      const card = from.cards[0];
      await board.goto();
      let answer = (): void => undefined;
      const held = new Promise<void>(resolve => { answer = resolve; });
      await page.route('**/api/pipeline/move_deal', async route => { await held; await route.continue(); });
      const before = [await board.count(from.stage.id), await board.count(to.stage.id)];

      await board.drag(card.id, to.stage.id);
      // The server has not answered, and cannot before `answer`.
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
      expect((await board.order(to.stage.id))[0]).toBe(card.id);
      await expect(board.counter(from.stage.id)).toHaveText(String(before[0] - 1));
      await expect(board.counter(to.stage.id)).toHaveText(String(before[1] + 1));
      await expect(board.toast).toHaveCount(0);

      answer();
      await expect(board.toast).toContainText(text(lang, 'board.moved', { name: card.customer_name, stage: nameOf(lang, to.stage) }));
      const order = await board.order(to.stage.id);
      await page.reload();
      await hydrated(page);
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
      expect((await board.order(to.stage.id)).slice(0, 3)).toEqual(order.slice(0, 3));
      expect((await api.card(card.id))?.stage).toBe(to.stage.id);
    });

    test('won asks for amount and date: cancel, refusal, success', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const data = await api.board();
      const from = openColumns(data).findLast(column => column.cards.length > 0)!;
      const won = wonColumn(data);
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      const before = [await board.count(from.stage.id), await board.count(won.stage.id)];

      // Cancel: nothing happened.
      await board.drag(card.id, won.stage.id);
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.won_title', { name: card.customer_name }));
      await board.dialog.getByRole('button', { name: text(lang, 'common.cancel'), exact: true }).click();
      await expect(board.dialog).toHaveCount(0);
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      await expect(board.counter(from.stage.id)).toHaveText(String(before[0]));
      await expect(board.counter(won.stage.id)).toHaveText(String(before[1]));
      expect((await api.card(card.id))?.version).toBe(card.version);

      // Refused by the page: nothing that could be an amount.
      await board.drag(card.id, won.stage.id);
      await board.field('amount').fill('viel');
      await board.save();
      await expect(board.error('amount')).toHaveText(text(lang, 'errors.not_a_number'));
      // Refused by the server: a day to come.
      await board.field('amount').fill(lang === 'zh' ? '12.8万' : '128k');
      await board.field('on').fill('2026-07-01');
      await board.save();
      await expect(board.error('on')).toHaveText(text(lang, 'errors.date_in_future'));
      await expect(board.field('amount'), 'what was typed is kept').toHaveValue(lang === 'zh' ? '12.8万' : '128k');
      await expect(board.cardIn(from.stage.id, card.id), 'rolled back meanwhile').toHaveCount(1);
      await expect(board.counter(from.stage.id)).toHaveText(String(before[0]));
      await expect(board.counter(won.stage.id)).toHaveText(String(before[1]));

      await board.field('on').fill('2026-06-30');
      await board.save();
      await expect(board.dialog).toHaveCount(0);
      await expect(board.cardIn(won.stage.id, card.id)).toBeVisible();
      await expect(board.counter(from.stage.id)).toHaveText(String(before[0] - 1));
      await expect(board.counter(won.stage.id)).toHaveText(String(before[1] + 1));
      const saved = await api.card(card.id);
      expect(saved).toMatchObject({ outcome: 'won', closed_on: '2026-06-30', amount: { minor: 12_800_000 } });
      const after = wonColumn(await api.board());
      expect(countOf(after)).toBe(before[1] + 1);
      const shown = await board.column(won.stage.id).locator('[data-sum]').innerText();
      await page.reload();
      await hydrated(page);
      await expect(board.column(won.stage.id).locator('[data-sum]'), 'the sum was right before the reload').toHaveText(shown);
    });

    test('the lost zone asks for the reason', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const [from] = pair(await api.board());
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      const before = await board.count(from.stage.id);
      await board.dragOut(card.id, 'lost');
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.lost_title', { name: card.customer_name }));
      await board.save();
      await expect(board.error('reason')).toHaveText(text(lang, 'errors.required'));
      await board.field('reason').selectOption('price');
      await board.field('competitor').fill('ACME');
      await board.field('note').fill('太贵 <b>');
      await board.save();
      await expect(board.toast).toContainText(text(lang, 'board.moved_lost', { name: card.customer_name }));
      await expect(board.card(card.id)).toHaveCount(0);
      await expect(board.counter(from.stage.id)).toHaveText(String(before - 1));
      const left = (await api.board()).columns.find(column => column.stage.id === from.stage.id)!;
      expect((await api.allCards(left)).map(other => other.id), 'off the board').not.toContain(card.id);

      await board.undo.click();
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      await expect(board.counter(from.stage.id)).toHaveText(String(before));
      expect((await api.card(card.id))?.outcome).toBe('open');
    });

    test('the zone beside it takes a deal out as invalid', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const [from] = pair(await api.board());
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      await board.dragOut(card.id, 'invalid');
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.invalid_title', { name: card.customer_name }));
      await board.field('note').fill('重复录入');
      await board.save();
      await expect(board.toast).toContainText(text(lang, 'board.moved_invalid', { name: card.customer_name }));
      await expect(board.card(card.id)).toHaveCount(0);
      expect((await api.card(card.id))?.outcome).toBe('invalid');
      await board.undo.click();
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
    });

    test('by keyboard: space, arrows, space, and a voice that says it', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const [from, to] = pair(await api.board(), 1, 1);
      const card = from.cards[0];
      const name = (column: Column): string => nameOf(lang, column.stage);
      const board = new Board(page);
      await board.goto();
      await board.card(card.id).focus();
      await page.keyboard.press('Space');
      await expect(board.live).toHaveText(text(lang, 'board.picked_up', {
        name: card.customer_name, place: text(lang, 'board.place', { stage: name(from), n: 1, of: countOf(from) }),
      }));
      await page.keyboard.press('ArrowRight');
      await expect(board.live).toHaveText(text(lang, 'board.place', { stage: name(to), n: 1, of: countOf(to) + 1 }));
      await expect(board.column(to.stage.id).locator('.slot')).toBeVisible();
      await page.keyboard.press('ArrowDown');
      await expect(board.live).toHaveText(text(lang, 'board.place', { stage: name(to), n: 2, of: countOf(to) + 1 }));
      await page.keyboard.press('Space');
      await expect(board.live).toHaveText(text(lang, 'board.dropped', { place: text(lang, 'board.place', { stage: name(to), n: 2, of: countOf(to) + 1 }) }));
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
      expect((await board.order(to.stage.id)).slice(0, 2)).toEqual([to.cards[0].id, card.id]);
      await expect(board.card(card.id), 'the focus goes along').toBeFocused();
      await expect.poll(async () => (await api.card(card.id))?.stage).toBe(to.stage.id);
    });

    test('escape puts a card back, by keyboard too', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const [from, to] = pair(await api.board());
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      await board.card(card.id).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowRight');
      await expect(board.column(to.stage.id).locator('.slot')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(board.live).toHaveText(text(lang, 'board.cancelled', { name: card.customer_name }));
      await expect(board.slot).toHaveCount(0);
      await expect(board.card(card.id)).toBeFocused();
      expect((await api.card(card.id))?.version).toBe(card.version);
    });

    test('the menu "move to" does what a drag does', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const [from, to] = pair(data);
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      await board.menu(card.id);
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.move_title'));
      await expect(board.target(from.stage.id)).toBeDisabled();
      await expect(board.target(from.stage.id)).toContainText(text(lang, 'board.move_current'));
      await expect(board.dialog.locator('.move-to > span')).toHaveText(data.columns.map(column => nameOf(lang, column.stage)));
      await expect(board.target(wonColumn(data).stage.id)).toContainText(text(lang, 'board.move_asks', { n: 2 }));
      await board.target(to.stage.id).click();
      await expect(board.dialog).toHaveCount(0);
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
      await expect.poll(async () => (await api.card(card.id))?.stage).toBe(to.stage.id);
    });

    test('undo works from another page too', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = new Board(page);
      const [from, to] = pair(await api.board());
      const card = from.cards[0];
      await board.goto();
      await board.drag(card.id, to.stage.id);
      await expect(board.undo).toBeVisible();
      await page.locator('nav a[href="/customers"]').first().click();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'nav.customers'));
      await board.undo.click();
      await expect(board.toast.filter({ hasText: text(lang, 'timeline.undone') })).toBeVisible();
      expect((await api.card(card.id))?.stage).toBe(from.stage.id);
    });

    test('undo takes a move back to where the card was', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const [from, to] = pair(await api.board(), 2);
      const card = from.cards[1];
      const board = new Board(page);
      await board.goto();
      const before = await board.order(from.stage.id);
      await board.drag(card.id, to.stage.id);
      await expect(board.undo).toHaveText(text(lang, 'common.undo'));
      await board.undo.click();
      await expect(board.toast).toContainText(text(lang, 'board.undone', { name: card.customer_name, stage: nameOf(lang, from.stage) }));
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      expect((await board.order(from.stage.id)).slice(0, 3)).toEqual(before.slice(0, 3));
      const back = await api.card(card.id);
      expect(back).toMatchObject({ stage: card.stage, probability_bp: card.probability_bp });
      await page.reload();
      await hydrated(page);
      expect((await board.order(from.stage.id)).slice(0, 3)).toEqual(before.slice(0, 3));
    });

    test('a won deal comes back with a reason', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const data = await api.board();
      const won = wonColumn(data);
      const to = openColumns(data).at(-1)!;
      const card = won.cards[0];
      const board = new Board(page);
      await board.goto();
      await board.drag(card.id, to.stage.id);
      await expect(board.dialog.locator('h2')).toHaveText(text(lang, 'board.reopen_title', { name: card.customer_name }));
      await board.save();
      await expect(board.error('reason')).toHaveText(text(lang, 'errors.reason_required'));
      await board.field('reason').fill('合同未生效');
      await board.save();
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
      await expect.poll(async () => (await api.card(card.id))?.outcome).toBe('open');
    });

    test('a failed connection puts the card back and says so', async ({ page, signIn, watch }) => {
      watch.expectOffline();
      const api = await signIn('admin');
      const [from, to] = pair(await api.board());
      const card = from.cards[0];
      const board = new Board(page);
      await board.goto();
      const before = [await board.count(from.stage.id), await board.count(to.stage.id)];
      await page.route('**/api/pipeline/move_deal', route => route.abort('internetdisconnected'));
      await board.drag(card.id, to.stage.id);
      await expect(board.refusal).toContainText(text(lang, 'board.not_moved', { reason: text(lang, 'errors.offline') }));
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      await expect(board.counter(from.stage.id)).toHaveText(String(before[0]));
      await expect(board.counter(to.stage.id)).toHaveText(String(before[1]));
    });
  });
}

test.describe('in any language', () => {
  test('a drop between two cards stays between them', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board(), 1, 3);
    const card = from.cards[0];
    const board = new Board(page);
    await board.goto();
    await board.drag(card.id, to.stage.id, to.cards[1].id);
    const expected = [to.cards[0].id, card.id, to.cards[1].id];
    await expect.poll(async () => (await board.order(to.stage.id)).slice(0, 3)).toEqual(expected);
    await expect(board.toast).toBeVisible();
    await page.reload();
    await hydrated(page);
    expect((await board.order(to.stage.id)).slice(0, 3)).toEqual(expected);
  });

  test('the slot shows where the card will lie', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board(), 1, 3);
    const board = new Board(page);
    await board.goto();
    await board.hold(from.cards[0].id, await board.place(to.stage.id, to.cards[1].id));
    const items = await board.list(to.stage.id).locator('.room > *').evaluateAll(all => all.map(e => e.getAttribute('data-deal-id') ?? (e.classList.contains('slot') ? 'slot' : '')).filter(Boolean));
    expect(items.slice(0, 3)).toEqual([to.cards[0].id, 'slot', to.cards[1].id]);
    await page.keyboard.press('Escape');
    await expect(board.lifted).toHaveCount(0);
    await board.release();
    expect((await api.card(from.cards[0].id))?.version).toBe(from.cards[0].version);
  });

  test('within a column, down and up', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const column = openColumns(await api.board()).find(c => c.cards.length >= 4)!;
    const [a, b, c, d] = column.cards.map(card => card.id);
    const board = new Board(page);
    await board.goto();
    // Into the gap that a person sees between the third and the fourth card.
    await board.drag(a, column.stage.id, d);
    await expect.poll(async () => (await board.order(column.stage.id)).slice(0, 4)).toEqual([b, c, a, d]);
    await expect.poll(async () => openColumns(await api.board()).find(x => x.stage.id === column.stage.id)!.cards.slice(0, 4).map(card => card.id)).toEqual([b, c, a, d]);
    await expect(board.toast, 'a new order is no event').toHaveCount(0);
    await board.drag(a, column.stage.id, b);
    await expect.poll(async () => (await board.order(column.stage.id)).slice(0, 4)).toEqual([a, b, c, d]);
    await page.reload();
    await hydrated(page);
    await expect.poll(async () => (await board.order(column.stage.id)).slice(0, 4)).toEqual([a, b, c, d]);
  });

  test('the menu opens and works without a mouse', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board());
    const card = from.cards[0];
    const board = new Board(page);
    await board.goto();
    await board.card(card.id).focus();
    await page.keyboard.press('m');
    await expect(board.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(board.dialog).toHaveCount(0);
    await page.keyboard.press('m');
    await board.target(to.stage.id).focus();
    await page.keyboard.press('Enter');
    await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
  });

  test('undo is offered for ten seconds, and longer while the pointer rests on it', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board(), 2);
    const board = new Board(page);
    await board.goto();
    await board.drag(from.cards[0].id, to.stage.id);
    const line = board.toast.locator('i.left');
    const clock = (set?: number): Promise<{ lasts: number; now: number; state: string }> => line.evaluate((element, ms) => {
      const [animation] = element.getAnimations();
      if (ms !== undefined) animation.currentTime = ms;
      return { lasts: Number(animation.effect!.getComputedTiming().endTime), now: Number(animation.currentTime), state: animation.playState };
    }, set);
    expect((await clock()).lasts).toBe(10_000);
    // Resting on it stops the time that is left, however little it is.
    await board.toast.hover();
    await expect.poll(async () => (await clock()).state).toBe('paused');
    const { now } = await clock(9_900);
    // Twenty frames are longer than the tenth of a second that is left.
    await page.evaluate(async () => { for (let i = 0; i < 20; i += 1) await new Promise(requestAnimationFrame); });
    expect((await clock()).now).toBe(now);
    await expect(board.undo).toBeVisible();
    await page.mouse.move(4, 4);
    await expect(board.toast).toHaveCount(0);
  });

  test('at the edge of a narrow window the board goes along with a held card', async ({ page, signIn }) => {
    const api = await signIn('admin');
    await page.setViewportSize({ width: 820, height: 800 });
    const board = new Board(page);
    await board.goto();
    const card = openColumns(await api.board())[0].cards[0];
    await board.hold(card.id, { x: 812, y: 420 });
    await expect.poll(() => page.locator('.board').evaluate(element => element.scrollLeft)).toBeGreaterThan(150);
    await page.keyboard.press('Escape');
    await board.release();
    expect((await api.card(card.id))?.version).toBe(card.version);
  });

});
