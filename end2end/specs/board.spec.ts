// The board at the desk: what it shows, moving deals, filters, colleagues.
import { Board } from '../pages/board';
import { type Card, type Column, type Board as BoardData, offered } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { pattern, text } from '../support/texts';

const openColumns = (board: BoardData): Column[] => board.columns.filter(column => column.stage.kind === 'open');
const wonColumn = (board: BoardData): Column => board.columns.find(column => column.stage.kind === 'won')!;
const countOf = (column: Column): number => column.summary.sums.reduce((n, line) => n + line.count, 0);
const pathOf = (url: string): string => new URL(url).pathname;

/** Two neighbouring open columns with at least so many cards. */
function pair(board: BoardData, here = 1, there = 0): [Column, Column] {
  const columns = openColumns(board);
  const at = columns.findIndex((column, i) => column.cards.length >= here && columns[i + 1] && columns[i + 1].cards.length >= there);
  if (at < 0) throw new Error('the demo has too few deals for this test');
  return [columns[at], columns[at + 1]];
}

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
      expect(await board.count(column.stage.id)).toBe(cards.length);
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

for (const lang of ['zh', 'en'] as const) {
  test.describe(`moving by mouse (${lang})`, () => {
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
      await expect(board.cardIn(to.stage.id, card.id)).toBeVisible({ timeout: 1_000 });
      expect((await board.order(to.stage.id))[0]).toBe(card.id);
      expect([await board.count(from.stage.id), await board.count(to.stage.id)]).toEqual([before[0] - 1, before[1] + 1]);
      await expect(board.toast).toHaveCount(0);

      answer();
      const stage = lang === 'zh' ? to.stage.name_zh : to.stage.name_en;
      await expect(board.toast).toContainText(text(lang, 'board.moved', { name: card.customer_name, stage }));
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
      expect([await board.count(from.stage.id), await board.count(won.stage.id)]).toEqual(before);
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
      expect([await board.count(from.stage.id), await board.count(won.stage.id)]).toEqual(before);

      await board.field('on').fill('2026-06-30');
      await board.save();
      await expect(board.dialog).toHaveCount(0);
      await expect(board.cardIn(won.stage.id, card.id)).toBeVisible();
      expect([await board.count(from.stage.id), await board.count(won.stage.id)]).toEqual([before[0] - 1, before[1] + 1]);
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
      expect(await board.count(from.stage.id)).toBe(before - 1);
      const left = (await api.board()).columns.find(column => column.stage.id === from.stage.id)!;
      expect((await api.allCards(left)).map(other => other.id), 'off the board').not.toContain(card.id);

      await board.undo.click();
      await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
      expect(await board.count(from.stage.id)).toBe(before);
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
      const name = (column: Column): string => (lang === 'zh' ? column.stage.name_zh : column.stage.name_en);
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
  });
}

test.describe('moving', () => {
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
    await expect(board.live).toHaveText(text('zh', 'board.cancelled', { name: card.customer_name }));
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
    await expect(board.target(from.stage.id)).toBeDisabled();
    await expect(board.dialog.locator('.move-to')).toHaveCount(data.columns.length);
    await board.target(to.stage.id).click();
    await expect(board.dialog).toHaveCount(0);
    await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
    await expect.poll(async () => (await api.card(card.id))?.stage).toBe(to.stage.id);
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
    test.setTimeout(90_000);
    const api = await signIn('admin');
    const [from, to] = pair(await api.board(), 2);
    const board = new Board(page);
    await board.goto();
    const started = Date.now();
    await board.drag(from.cards[0].id, to.stage.id);
    await board.toast.waitFor();
    await expect(board.toast).toHaveCount(0, { timeout: 15_000 });
    expect(Date.now() - started).toBeGreaterThan(9_000);
    await board.drag(from.cards[1].id, to.stage.id);
    await board.toast.hover();
    await page.waitForFunction(since => performance.now() - since > 11_000, await page.evaluate(() => performance.now()), { timeout: 20_000 });
    await expect(board.undo).toBeVisible();
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

  test('undo takes a move back to where the card was', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board(), 2);
    const card = from.cards[1];
    const board = new Board(page);
    await board.goto();
    const before = await board.order(from.stage.id);
    await board.drag(card.id, to.stage.id);
    await board.undo.click();
    await expect(board.toast).toContainText(text('zh', 'board.undone', { name: card.customer_name, stage: from.stage.name_zh }));
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
    await expect(board.dialog.locator('h2')).toHaveText(text('zh', 'board.reopen_title', { name: card.customer_name }));
    await board.save();
    await expect(board.error('reason')).toHaveText(text('zh', 'errors.reason_required'));
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
    await expect(board.refusal).toContainText(text('zh', 'board.not_moved', { reason: text('zh', 'errors.offline') }));
    await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
    expect([await board.count(from.stage.id), await board.count(to.stage.id)]).toEqual(before);
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

test.describe('colleagues', () => {
  test('the second of two moves is told who was first, and the card ends there', async ({ actor, watch }) => {
    watch.expectStatus(409);
    const first = await actor('director');
    const second = await actor('admin');
    const data = await second.api.board();
    const columns = openColumns(data);
    const from = columns.find(column => column.cards.length > 0)!;
    const [one, other] = columns.filter(column => column !== from);
    const card = from.cards[0];
    const name = (await offered(first.api.app, 'director'))!.name;
    const boards = [new Board(first.page), new Board(second.page)];
    // The second one hears nothing of the first: that is what is tested.
    await second.page.route('**/live', () => new Promise(() => undefined));
    await boards[0].goto();
    await boards[1].goto();

    await boards[0].drag(card.id, one.stage.id);
    await expect(boards[0].toast).toBeVisible();
    await boards[1].drag(card.id, other.stage.id);
    await expect(boards[1].refusal).toContainText(pattern('zh', 'errors.stale', { name }));
    await expect(boards[1].cardIn(one.stage.id, card.id)).toBeVisible();
    await expect(boards[1].cardIn(one.stage.id, card.id)).toContainText(name);
    await expect(boards[1].cardIn(other.stage.id, card.id)).toHaveCount(0);
    expect((await second.api.card(card.id))?.stage).toBe(one.stage.id);
    const fresh = await second.api.board();
    for (const column of fresh.columns) expect(await boards[1].count(column.stage.id), column.stage.name_zh).toBe(countOf(column));
  });

  test('a move is seen elsewhere within a second, without a reload', async ({ actor }) => {
    const here = await actor('director');
    const there = await actor('admin');
    const boards = [new Board(here.page), new Board(there.page)];
    await Promise.all(boards.map(board => board.goto()));
    const loads: string[] = [];
    there.page.on('framenavigated', frame => loads.push(frame.url()));
    for (let round = 0; round < 3; round += 1) {
      const [from, to] = pair(await here.api.board());
      const card = from.cards[0];
      await boards[0].drag(card.id, to.stage.id);
      await expect(async () => {
        expect((await boards[1].order(to.stage.id))[0]).toBe(card.id);
        expect(await boards[1].cards(from.stage.id).filter({ has: there.page.locator(`[data-deal-id="${card.id}"]`) }).count()).toBe(0);
      }).toPass({ timeout: 1_000, intervals: [20] });
    }
    expect(loads).toEqual([]);
    const data = await there.api.board();
    for (const column of data.columns) await expect(boards[1].column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
  });

  test('totals stay true when a colleague moves a deal that was never fetched', async ({ actor, api }) => {
    const here = await actor('admin');
    const board = new Board(here.page);
    await board.goto();
    const data = await here.api.board();
    const from = openColumns(data).find(column => countOf(column) > column.cards.length)!;
    expect(from, 'a column longer than its first page').toBeDefined();
    const to = openColumns(data).find(column => column !== from)!;
    const far = (await here.api.allCards(from)).at(-1)!;
    expect(from.cards.map(card => card.id)).not.toContain(far.id);
    await (await api('director')).move(far, to.stage.id);
    await expect(board.cardIn(to.stage.id, far.id)).toBeVisible();
    const now = await here.api.board();
    for (const column of now.columns) {
      await expect(board.column(column.stage.id).locator('[data-count]'), column.stage.name_zh).toHaveText(String(countOf(column)));
    }
    expect(countOf(now.columns.find(c => c.stage.id === from.stage.id)!)).toBe(countOf(from) - 1);
  });

  test('a salesperson hears of own deals only', async ({ actor, api }) => {
    const rep = await actor('rep1');
    const account = (await offered(rep.api.app, 'rep1'))!;
    const admin = await api('admin');
    const columns = openColumns(await admin.board());
    const heard: string[] = [];
    await rep.page.exposeFunction('heard', (line: string) => heard.push(line));
    await rep.page.addInitScript(() => {
      const Plain = EventSource;
      window.EventSource = class extends Plain {
        constructor(url: string | URL) {
          super(url);
          this.addEventListener('message', event => (window as unknown as { heard: (line: string) => void }).heard(event.data));
        }
      };
    });
    const board = new Board(rep.page);
    await board.goto();
    const cards = (await Promise.all(columns.map(column => admin.allCards(column)))).flat();
    const foreign = cards.find(card => card.owner !== account.id)!;
    const own = cards.find(card => card.owner === account.id)!;
    const next = (card: Card): string => columns.find(column => column.stage.id !== card.stage)!.stage.id;
    await admin.move(foreign, next(foreign));
    await admin.move(own, next(own));
    await expect.poll(() => heard.some(line => line.includes(own.id))).toBe(true);
    expect(heard.filter(line => line.includes(foreign.id)), 'nothing of a colleague\'s deal').toEqual([]);
  });
});

test.describe('filters', () => {
  test('every choice goes into the address, and back restores', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const owner = openColumns(await api.board()).flatMap(column => column.cards)[0];
    const expected = async (filter: object): Promise<void> => {
      const data = await api.board(filter);
      for (const column of data.columns) await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
    };
    await board.chip('owner').selectOption(owner.owner);
    await expect(page).toHaveURL(new RegExp(`owner=${owner.owner}`));
    await expected({ owner: owner.owner });
    await board.chip('tier').selectOption('vip');
    await expect(page).toHaveURL(/tier=vip/);
    await expected({ owner: owner.owner, tier: 'vip' });
    await page.goBack();
    await expect(page).not.toHaveURL(/tier=/);
    await expected({ owner: owner.owner });
    await expect(board.chip('tier')).toHaveValue('');
    await expect(board.chip('owner')).toHaveValue(owner.owner);
    await page.goBack();
    await expect(page).not.toHaveURL(/owner=/);
    await expected({});
    await expect(board.chip('owner')).toHaveValue('');
    await page.goForward();
    await expected({ owner: owner.owner });
    await page.reload();
    await hydrated(page);
    await expect(board.chip('owner')).toHaveValue(owner.owner);
    await board.filters.locator('.chip-clear').click();
    await expect(page).not.toHaveURL(/owner=/);
    await expected({});
  });

  test('a click on the bar of a column filters by the state that is drawn there', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const column = openColumns(await api.board()).find(c => c.summary.next[0] > 0)!;
    await board.column(column.stage.id).locator('.stack-hit').click({ position: { x: 4, y: 6 } });
    await expect(page).toHaveURL(/next=planned/);
    await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(column.summary.next[0]));
  });

  test('the legend of a column filters by the next step', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const column = openColumns(await api.board()).find(c => c.summary.next[0] > 0)!;
    const planned = board.column(column.stage.id).locator('a.lg:has(i.planned)');
    await expect(planned).toContainText(String(column.summary.next[0]));
    await planned.click();
    await expect(page).toHaveURL(/next=planned/);
    await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(column.summary.next[0]));
    await expect(planned).toHaveAttribute('aria-current', 'true');
    await planned.click();
    await expect(page).not.toHaveURL(/next=/);
    await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
  });

  test('the search finds customer and title', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    const card = openColumns(await api.board())[0].cards[0];
    await board.goto();
    for (const words of [card.customer_name, card.title.slice(0, 6).trim()]) {
      await board.search.fill(words);
      await board.search.press('Enter');
      await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(words);
      const data = await api.board({ text: words });
      for (const column of data.columns) await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
      await expect(board.card(card.id)).toBeVisible();
    }
    await board.search.fill('没有这样的客户 100%_');
    await board.search.press('Enter');
    await expect(page.locator('.deal')).toHaveCount(0);
    await expect(page.locator('.col-empty').first()).toHaveText(text('zh', 'board.column_empty'));
  });

  test('amounts and days narrow too', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    await board.filters.locator('details.more-filters summary').click();
    await board.filters.locator('input[name="min"]').fill('100000');
    await board.filters.locator('details.more-filters button[type="submit"]').click();
    await expect(page).toHaveURL(/min=100000/);
    const data = await api.board({ min_minor: 10_000_000 });
    for (const column of data.columns) await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
  });

  test('another pipeline has its own columns', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const data = await api.board();
    const other = data.pipelines.find(pipeline => pipeline.id !== data.pipeline)!;
    const board = new Board(page);
    await board.goto();
    await board.chip('pipeline').selectOption(other.id);
    await expect(page).toHaveURL(new RegExp(`pipeline=${other.id}`));
    const expected = await api.board({ pipeline: other.id });
    await expect(board.columns).toHaveCount(expected.columns.length);
    await expect(board.columns.first()).toHaveAttribute('data-stage-id', expected.columns[0].stage.id);
    for (const column of expected.columns) await expect(board.column(column.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
  });

  test('broken parts of an address are left out', async ({ page, signIn }) => {
    await signIn('admin');
    const board = new Board(page);
    await board.goto('?owner=nobody&tier=gold&min=-1&from=2026-99-99&next=x&pipeline=1');
    await expect(board.columns.first()).toBeVisible();
    await expect(page.locator('.deal').first()).toBeVisible();
  });

  test('a deal moved on a filtered board lies where it should on the whole one', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const [from, to] = pair(await api.board());
    const card = from.cards[0];
    const board = new Board(page);
    await board.goto(`?owner=${card.owner}`);
    await board.drag(card.id, to.stage.id);
    await expect(board.toast).toBeVisible();
    await open(page, '/deals');
    const column = (await api.board()).columns.find(found => found.stage.id === to.stage.id)!;
    await expect(board.column(to.stage.id).locator('[data-count]')).toHaveText(String(countOf(column)));
    expect((await api.allCards(column)).map(found => found.id)).toContain(card.id);
  });

  test('the last card of every column can be scrolled to', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    for (const column of (await api.board()).columns) {
      const last = (await api.allCards(column)).at(-1);
      if (!last) continue;
      await expect(async () => {
        await board.list(column.stage.id).hover();
        await page.mouse.wheel(0, 4_000);
        await expect(board.cardIn(column.stage.id, last.id)).toBeInViewport({ ratio: 0.9, timeout: 200 });
      }).toPass({ timeout: 10_000, intervals: [20] });
    }
  });
});
