// A board of thousands: only what is near the view is drawn.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Board } from '../pages/board';
import { App, DAY, SCALE, temporary, weir } from '../support/app';
import { expect, test } from '../support/fixtures';

const EXTRA = 5_000;
let app: App;
let folder: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  folder = temporary('large');
  const file = path.join(folder, 'large.db');
  const done = weir(['demo', '--scale', SCALE, '--as-of', DAY, '--extra-open-deals', String(EXTRA)], file);
  expect(done.code, done.err).toBe(0);
  app = await App.start({ file });
});

test.afterAll(async () => {
  await app?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('few cards are drawn while a column is scrolled to its end, and totals tell of all', async ({ actor }) => {
  test.setTimeout(120_000);
  const { page, api } = await actor('admin', { app });
  const board = new Board(page);
  await board.goto();
  const data = await api.board();
  const counts = data.columns.map(column => column.summary.sums.reduce((n, line) => n + line.count, 0));
  const openTotal = data.columns.reduce((n, column, i) => n + (column.stage.kind === 'open' ? counts[i] : 0), 0);
  expect(openTotal).toBeGreaterThan(EXTRA);
  await expect(board.total).toContainText(new RegExp(`${openTotal}|${openTotal.toLocaleString('en-US')}`));

  const largest = data.columns[counts.indexOf(Math.max(...counts))];
  const cards = await api.allCards(largest);
  const list = board.list(largest.stage.id);
  const last = cards.at(-1)!;
  let most = 0;
  await expect(async () => {
    await list.evaluate(element => { element.scrollTop = element.scrollHeight; });
    const drawn = await page.locator('.deal').count();
    most = Math.max(most, drawn);
    expect(drawn).toBeGreaterThan(0);
    expect(await board.card(last.id).count()).toBe(1);
    // Rooms of cards not yet fetched were guesses; now they are known.
    await expect(board.card(last.id)).toBeInViewport({ timeout: 200 });
  }).toPass({ timeout: 90_000, intervals: [50] });
  expect(most, 'cards drawn at most').toBeLessThan(200);
  // No hole and no double where it ends.
  const drawn = await board.order(largest.stage.id);
  expect(drawn).toEqual(cards.slice(-drawn.length).map(card => card.id));
  // And back to the top.
  await list.evaluate(element => { element.scrollTop = 0; });
  await expect(board.card(cards[0].id)).toBeInViewport();
  expect(await page.locator('.deal').count()).toBeLessThan(200);
});

test('a card far down can be moved, and keeps its place', async ({ actor }) => {
  const { page, api } = await actor('admin', { app });
  const board = new Board(page);
  await board.goto();
  const data = await api.board();
  const [from, to] = data.columns.filter(column => column.stage.kind === 'open');
  const cards = await api.allCards(from);
  const deal = cards[60];
  const list = board.list(from.stage.id);
  await expect(async () => {
    await list.evaluate((element, n) => {
      const height = (element.querySelector('.deal') as HTMLElement).offsetHeight;
      element.scrollTop = Math.min(n * height, element.scrollHeight);
    }, 60);
    expect(await board.card(deal.id).count()).toBe(1);
  }).toPass({ timeout: 20_000, intervals: [50] });
  await board.drag(deal.id, to.stage.id);
  await expect(board.toast).toBeVisible();
  expect((await api.card(deal.id))?.stage).toBe(to.stage.id);
  await expect(board.cardIn(to.stage.id, deal.id)).toBeVisible();
});
