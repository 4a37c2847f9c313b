// Colleagues on the same board at the same time.
import { Board } from '../pages/board';
import { type Card, offered } from '../support/api';
import { countOf, openColumns, pair } from '../support/columns';
import { expect, test } from '../support/fixtures';
import { LANGS, nameOf, pattern, text } from '../support/texts';

test.describe('colleagues', () => {
  for (const lang of LANGS) {
    test(`the second of two moves is told who was first, and the card ends there (${lang})`, async ({ actor, watch }) => {
      watch.expectStatus(409);
      const first = await actor('director');
      const second = await actor('admin', { lang });
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
      await expect(boards[1].refusal).toContainText(pattern(lang, 'errors.stale', { name }));
      await expect(boards[1].cardIn(one.stage.id, card.id)).toBeVisible();
      await expect(boards[1].cardIn(one.stage.id, card.id)).toContainText(name);
      await expect(boards[1].cardIn(other.stage.id, card.id)).toHaveCount(0);
      expect((await second.api.card(card.id))?.stage).toBe(one.stage.id);
      const fresh = await second.api.board();
      for (const column of fresh.columns) await expect(boards[1].counter(column.stage.id), column.stage.name_zh).toHaveText(String(countOf(column)));
    });
  }

  test('a move is seen elsewhere within a second, without a reload, in the words of who sees it', async ({ actor }) => {
    const here = await actor('director', { lang: 'zh' });
    const there = await actor('admin', { lang: 'en' });
    const boards = [new Board(here.page), new Board(there.page)];
    await Promise.all(boards.map(board => board.goto()));
    const name = (await offered(here.api.app, 'director'))!.name;
    const loads: string[] = [];
    there.page.on('framenavigated', frame => loads.push(frame.url()));
    const took: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [from, to] = pair(await here.api.board());
      const card = from.cards[0];
      const arrival = await boards[1].awaitArrival(to.stage.id, card.id);
      await boards[0].drag(card.id, to.stage.id);
      const dropped = Date.now();
      const { at, text: said } = await arrival();
      took.push(at - dropped);
      expect(said).toContain(text('en', 'board.arrived_from', { name, stage: nameOf('en', from.stage) }));
      await expect.poll(async () => (await boards[1].order(to.stage.id))[0]).toBe(card.id);
      await expect(boards[1].cardIn(from.stage.id, card.id)).toHaveCount(0);
    }
    // Two of three, so that a machine that stops for a moment is no failure.
    expect(took.sort((a, b) => a - b)[1], `milliseconds: ${took.join(', ')}`).toBeLessThan(1_000);
    expect(loads).toEqual([]);
    const data = await there.api.board();
    for (const column of data.columns) await expect(boards[1].counter(column.stage.id)).toHaveText(String(countOf(column)));
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
      await expect(board.counter(column.stage.id), column.stage.name_zh).toHaveText(String(countOf(column)));
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
