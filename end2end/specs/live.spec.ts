// One stream for all tabs of a browser, and what was missed while there was none.
import { Board } from '../pages/board';
import type { Card } from '../support/api';
import { expect, open, test } from '../support/fixtures';
import { LANGS, type Lang, text } from '../support/texts';

const LIVE = /\/live$/;

test('tabs share one stream; when its holder closes, another takes over', async ({ actor, api }) => {
  const { page, context, api: own } = await actor('admin');
  const streams: string[] = [];
  context.on('request', request => { if (LIVE.test(request.url())) streams.push(request.url()); });
  const first = new Board(page);
  await first.goto();
  await expect.poll(() => streams.length).toBe(1);
  const second = new Board(await context.newPage());
  await second.goto();
  const columns = (await own.board()).columns.filter(column => column.stage.kind === 'open');
  const director = await api('director');
  const move = async (card: Card): Promise<string> => {
    const to = columns.find(column => column.stage.id !== card.stage)!.stage.id;
    await director.move(card, to);
    return to;
  };
  const [one, two] = columns[0].cards;
  const there = await move(one);
  await expect(first.cardIn(there, one.id)).toBeVisible();
  await expect(second.cardIn(there, one.id), 'heard through the other tab').toBeVisible();
  expect(streams, 'the second tab opened none').toHaveLength(1);
  await page.close();
  await expect.poll(() => streams.length, 'the second tab opens its own').toBe(2);
  await expect(second.cardIn(await move(two), two.id)).toBeVisible();
});

test('what changed while the connection was gone is there when it is back', async ({ actor, api, watch }) => {
  watch.expectOffline();
  const { page, context, api: own } = await actor('admin');
  const board = new Board(page);
  await board.goto();
  const columns = (await own.board()).columns.filter(column => column.stage.kind === 'open');
  const card = columns[1].cards[0];
  const to = columns[0].stage.id;
  const notice = page.getByText(text('zh', 'shell.live_lost'));
  await context.setOffline(true);
  // An open stream survives the switch; a new one is refused.
  await page.evaluate(() => dispatchEvent(new Event('offline')));
  await (await api('director')).move(card, to);
  await context.setOffline(false);
  await expect(board.cardIn(to, card.id)).toBeVisible({ timeout: 20_000 });
  await expect(notice).toHaveCount(0);
});

test('a page that is cut off from the stream says so in its language, and catches up', async ({ actor, api, watch }) => {
  watch.expectOffline();
  let refuse = true;
  const boards: [Board, Lang][] = [];
  for (const lang of LANGS) {
    const { page } = await actor('admin', { lang });
    await page.route(LIVE, route => (refuse ? route.abort() : route.continue()));
    boards.push([new Board(page), lang]);
  }
  const columns = (await (await api('admin')).board()).columns.filter(column => column.stage.kind === 'open');
  const card = columns[2].cards[0];
  for (const [board, lang] of boards) {
    await board.goto();
    await expect(board.page.getByText(text(lang, 'shell.live_lost'))).toBeVisible({ timeout: 20_000 });
  }
  await (await api('director')).move(card, columns[1].stage.id);
  refuse = false;
  for (const [board, lang] of boards) {
    await expect(board.cardIn(columns[1].stage.id, card.id)).toBeVisible({ timeout: 30_000 });
    await expect(board.page.getByText(text(lang, 'shell.live_lost'))).toHaveCount(0);
  }
});

test('every page has a title of its own', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const card = (await api.board()).columns[0].cards[0];
  for (const [address, title] of [
    ['/deals', text('zh', 'board.title')], [`/deals/${card.id}`, card.title], ['/customers', text('zh', 'customers.title')], ['/account', text('zh', 'auth.account_title')],
  ]) {
    await open(page, address);
    await expect(page).toHaveTitle(`${title} · 堰 Weir`);
  }
  await page.goto('/customers');
  await page.locator('nav.nav a[href="/contacts"]').click();
  await expect(page).toHaveTitle(`${text('zh', 'nav.contacts')} · 堰 Weir`);
});
