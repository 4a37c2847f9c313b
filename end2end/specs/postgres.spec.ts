// The same flows on PostgreSQL: two servers on one database, as behind a load
// balancer. The other specs run on SQLite; app/store/tests compares the two.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Board } from '../pages/board';
import { CustomerForm, CustomerPage, Customers } from '../pages/customers';
import { SignIn } from '../pages/sign-in';
import { Api, COOKIE } from '../support/api';
import { App, DAY, ROOT, SCALE, temporary, weir } from '../support/app';
import { countOf, pair } from '../support/columns';
import { expect, failures, hydrated, test } from '../support/fixtures';
import { type Lang, nameOf, text } from '../support/texts';

const SERVER = process.env.TEST_POSTGRES_URL;
test.skip(!SERVER && process.env.WEIR_REQUIRE_POSTGRES !== '1', 'TEST_POSTGRES_URL is not set (scripts/postgres.sh start DIR)');

function postgres(...args: string[]): string {
  const done = spawnSync(path.join(ROOT, 'scripts/postgres.sh'), args, { encoding: 'utf8', timeout: 60_000 });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`scripts/postgres.sh ${args[0]}: ${done.stderr}`);
  return done.stdout.trim();
}

let database: string | undefined;
/** Two servers on the one database. */
let app: App;
let beside: App;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  if (!SERVER) throw new Error('TEST_POSTGRES_URL is not set, and PostgreSQL must be tested');
  database = postgres('create', SERVER);
  const done = weir(['demo', '--scale', SCALE, '--as-of', DAY], database);
  expect(done.code, done.out + done.err).toBe(0);
  app = await App.startIn(database, temporary('app'));
  beside = await App.startIn(database, temporary('app'));
});

test.afterAll(async () => {
  await Promise.all([app?.stop(), beside?.stop()]);
  if (database) postgres('drop', database);
});

test.afterEach(() => {
  for (const server of [app, beside]) expect.soft(failures(server.log()), 'errors in the server log').toEqual([]);
});

// Languages do not depend on the database: one each.
test.describe('zh', () => {
  const lang: Lang = 'zh';
  test.use({ lang });

  test('a person signs in, drags a deal, and takes it back', async ({ page, context }) => {
    await context.addCookies([{ name: 'weir_lang', value: lang, url: app.url }]);
    await page.goto(`${app.url}/deals`);
    await hydrated(page);
    await new SignIn(page).demo('administrator').click();
    await expect(page).toHaveURL(`${app.url}/deals`);
    await hydrated(page);
    const board = new Board(page);
    await expect(page.locator('main h1')).toHaveText(text(lang, 'board.title'));
    const api = new Api(app, (await context.cookies(app.url)).find(cookie => cookie.name === COOKIE)?.value);
    const data = await api.board();
    await expect(board.columns).toHaveCount(data.columns.length);
    for (const column of data.columns) {
      await expect(board.column(column.stage.id).locator('h2')).toHaveText(nameOf(lang, column.stage));
      await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
      const drawn = await board.order(column.stage.id);
      expect(drawn).toEqual(column.cards.slice(0, drawn.length).map(card => card.id));
    }

    const [from, to] = pair(data, 2, 2);
    const card = from.cards[0];
    await board.drag(card.id, to.stage.id, to.cards[1].id);
    await expect(board.toast).toContainText(text(lang, 'board.moved', { name: card.customer_name, stage: nameOf(lang, to.stage) }));
    await page.reload();
    await hydrated(page);
    expect((await board.order(to.stage.id)).slice(0, 3)).toEqual([to.cards[0].id, card.id, to.cards[1].id]);
    expect((await api.card(card.id))?.stage).toBe(to.stage.id);

    await board.drag(card.id, from.stage.id);
    await expect(board.cardIn(from.stage.id, card.id)).toBeVisible();
    await board.undo.click();
    await expect(board.toast).toContainText(text(lang, 'board.undone', { name: card.customer_name, stage: nameOf(lang, to.stage) }));
    await expect(board.cardIn(to.stage.id, card.id)).toBeVisible();
    await expect.poll(async () => (await api.card(card.id))?.stage).toBe(to.stage.id);
    await page.reload();
    await hydrated(page);
    expect((await board.order(to.stage.id)).slice(0, 3)).toEqual([to.cards[0].id, card.id, to.cards[1].id]);
  });
});

test.describe('en', () => {
  const lang: Lang = 'en';
  test.use({ lang });

  test('a customer is refused, entered, found and paged to', async ({ actor, watch }) => {
    watch.expectStatus(422);
    const { page, api } = await actor('admin', { app });
    const all = await list(api);
    const form = new CustomerForm(page);
    await form.gotoNew();
    await form.fill({ name: ` ${all.rows[0].name} `, phone: 'abc' });
    await form.submit();
    await expect(form.error('phone')).toHaveText(text(lang, 'errors.bad_phone'));
    await form.fill({ phone: '+86 138 0000 0000' });
    await form.submit();
    await expect(form.error('name')).toHaveText(text(lang, 'errors.duplicate', { name: all.rows[0].name }));
    const name = `Ångström 100%_${lang} 股份 ${Date.now() % 1e8}`;
    await form.fill({ name, notes: '第一行\n<b>' });
    await form.submit();
    await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
    await expect(new CustomerPage(page).heading).toHaveText(name);
    const id = page.url().split('/').at(-1)!;

    const view = new Customers(page);
    await view.goto();
    await expect(view.head('name')).toHaveText(text(lang, 'common.customer'));
    expect((await view.ids())[0], 'the last changed first').toBe(id);
    // Whatever the case; signs that mean something to a database are signs.
    await view.search.fill(`ÅNGSTRÖM 100%_${lang.toUpperCase()}`);
    await view.search.press('Enter');
    await expect.poll(() => view.ids()).toEqual([id]);
    await view.search.fill('100__');
    await view.search.press('Enter');
    await expect(view.empty).toContainText(text(lang, 'common.empty_filtered'));
    await view.empty.getByText(text(lang, 'common.clear_filters')).click();
    await expect(view.rows.first()).toBeVisible();

    await view.goto('?sort=name');
    const seen: string[] = [];
    for (;;) {
      const ids = await view.ids();
      expect(ids.filter(row => seen.includes(row)), 'no row twice').toEqual([]);
      seen.push(...ids);
      if (await view.next.count() === 0) break;
      await expect(view.next).toHaveText(text(lang, 'common.next_page'));
      await view.next.click();
      await expect.poll(() => view.ids()).not.toEqual(ids);
    }
    expect(seen).toHaveLength(all.total + 1);
    expect(seen).toContain(id);
  });
});

for (const where of ['at the same server', 'at another server on the same database'] as const) {
  test(`a move is seen within a second by a colleague ${where}`, async ({ actor }) => {
    const here = await actor('director', { app, lang: 'en' });
    const there = await actor('admin', { app: where === 'at the same server' ? app : beside });
    const boards = [new Board(here.page), new Board(there.page)];
    await Promise.all(boards.map(board => board.goto()));
    const loads: string[] = [];
    there.page.on('framenavigated', frame => loads.push(frame.url()));
    const took: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [from, to] = pair(await here.api.board());
      const arrival = await boards[1].awaitArrival(to.stage.id, from.cards[0].id);
      await boards[0].drag(from.cards[0].id, to.stage.id);
      const dropped = Date.now();
      took.push((await arrival()).at - dropped);
      await expect(boards[1].cardIn(from.stage.id, from.cards[0].id)).toHaveCount(0);
      await expect.poll(async () => (await boards[1].order(to.stage.id))[0]).toBe(from.cards[0].id);
    }
    // Two of three, so that a machine that stops for a moment is no failure.
    expect(took.sort((a, b) => a - b)[1], `milliseconds: ${took.join(', ')}`).toBeLessThan(1_000);
    expect(loads, 'without a reload').toEqual([]);
    const data = await there.api.board();
    for (const column of data.columns) await expect(boards[1].counter(column.stage.id)).toHaveText(String(countOf(column)));
  });
}

interface Found { rows: { id: string; name: string }[]; total: number }

function list(api: Api): Promise<Found> {
  return api.json('customers/customers', { filter: { text: '', industry: '', region: '' }, sort: 'name', after: null });
}
