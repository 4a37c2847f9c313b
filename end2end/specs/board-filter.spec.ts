// Narrowing the board, and finding what lies far down.
import { Board } from '../pages/board';
import { countOf, openColumns, pair } from '../support/columns';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('every choice goes into the address, and back restores', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = new Board(page);
      await board.goto();
      const owner = openColumns(await api.board()).flatMap(column => column.cards)[0];
      const expected = async (filter: object): Promise<void> => {
        const data = await api.board(filter);
        for (const column of data.columns) await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
      };
      for (const [name, word] of [['owner', 'common.owner'], ['tier', 'common.tier'], ['source', 'common.source'], ['product', 'common.product'], ['next', 'board.next_filter']]) {
        await expect(board.chip(name).locator('option').first()).toHaveText(text(lang, 'common.all_of', { what: text(lang, word) }));
      }
      await board.chip('owner').selectOption(owner.owner);
      await expect(page).toHaveURL(new RegExp(`owner=${owner.owner}`));
      await expected({ owner: owner.owner });
      await board.chip('tier').selectOption({ label: text(lang, 'common.tier_vip') });
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
      await board.filters.getByText(`${text(lang, 'board.clear_filters')} 1`).click();
      await expect(page).not.toHaveURL(/owner=/);
      await expected({});
    });

    test('the search finds customer and title', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = new Board(page);
      const card = openColumns(await api.board())[0].cards[0];
      await board.goto();
      await expect(board.search).toHaveAttribute('placeholder', text(lang, 'board.search_deals'));
      for (const words of [card.customer_name, card.title.slice(0, 6).trim()]) {
        await board.search.fill(words);
        await board.search.press('Enter');
        await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(words);
        const data = await api.board({ text: words });
        for (const column of data.columns) await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
        await expect(board.card(card.id)).toBeVisible();
      }
      await board.search.fill('没有这样的客户 100%_');
      await board.search.press('Enter');
      await expect(page.locator('.deal')).toHaveCount(0);
      await expect(page.locator('.col-empty').first()).toHaveText(text(lang, 'board.column_empty'));
    });
  });
}

test.describe('in any language', () => {
  test('a click on the bar of a column filters by the state that is drawn there', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    const column = openColumns(await api.board()).find(c => c.summary.next[0] > 0)!;
    await board.column(column.stage.id).locator('.stack-hit').click({ position: { x: 4, y: 6 } });
    await expect(page).toHaveURL(/next=planned/);
    await expect(board.counter(column.stage.id)).toHaveText(String(column.summary.next[0]));
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
    await expect(board.counter(column.stage.id)).toHaveText(String(column.summary.next[0]));
    await expect(planned).toHaveAttribute('aria-current', 'true');
    await planned.click();
    await expect(page).not.toHaveURL(/next=/);
    await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
  });

  test('amounts and days narrow too', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const board = new Board(page);
    await board.goto();
    await board.filters.locator('details.more-filters summary').click();
    await board.filters.locator('input[name="min"]').fill('100000');
    await board.filters.locator('details.more-filters button[type="submit"]').click();
    await expect(page).toHaveURL(/min=100000/);
    const data = await api.board({ min_whole: 100_000 });
    for (const column of data.columns) await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
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
    for (const column of expected.columns) await expect(board.counter(column.stage.id)).toHaveText(String(countOf(column)));
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
    await expect(board.counter(to.stage.id)).toHaveText(String(countOf(column)));
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
      }).toPass({ timeout: 20_000, intervals: [20] });
    }
  });
});
