// Charts of the tiers: the numbers are the server's, each explains itself, and each
// leads to exactly the customers behind it.
import { TierFigures, Tiers } from '../pages/tiers';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
const STANDINGS = ['vip', 'ordinary', 'potential', 'none'] as const;
const standing = (code: string): unknown => (code === 'none' ? 'Absent' : { In: code });

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the board leads to the charts, which say how they are counted', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, '/tiers');
      await page.locator('main header a[href="/tiers/figures"]').click();
      await expect(page).toHaveURL(/\/tiers\/figures$/);
      const charts = new TierFigures(page);
      await expect(charts.heading).toHaveText(text(lang, 'tiers.figures_title'));
      const figures = await TierFigures.figures(api);
      await expect(charts.total).toContainText(whole(figures.customers));
      await expect(charts.says('pareto')).toContainText(whole(figures.pareto.curve.bringing_80!.customers));
      for (const card of ['pareto', 'rfm', 'migration']) {
        await expect(charts.says(card)).not.toBeEmpty();
        await expect(charts.card(card).locator('.chart')).toBeVisible();
        const how = charts.card(card).locator('details:has(dl)');
        await how.locator('summary').click();
        for (const word of ['definition', 'formula', 'numerator', 'denominator', 'filter', 'as_of']) await expect(how).toContainText(text(lang, `analysis.${word}`));
      }
      for (const [card, shown] of [['pareto', figures.pareto.classes], ['rfm', figures.rfm.classes]] as const) {
        const code = card === 'pareto' ? 'abc' : 'rfm';
        for (const [name, group] of shown) {
          await expect(charts.card(card).locator(`tr[data-row="${code}.${name}"] td`).first()).toHaveText(whole(group.count));
        }
      }
      expect(await violations(page)).toEqual([]);
    });

    test('filters and dates are in the address and outlive a reload', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const charts = new TierFigures(page);
      await charts.goto();
      // One of the demo's: what another test has just added has no revenue.
      await charts.chip('region').selectOption('华东');
      await expect(page).toHaveURL(/region=/);
      await expect(page).not.toHaveURL(/from=/);
      await charts.date('from').fill('2025-12-31');
      await expect(page).toHaveURL(/from=2025%2D12%2D31|from=2025-12-31/);
      await page.reload();
      await hydrated(page);
      await expect(charts.date('from')).toHaveValue('2025-12-31');
      const region = await charts.chip('region').inputValue();
      const figures = await TierFigures.figures(api, { filter: { region }, from: '2025-12-31' });
      await expect(charts.total).toContainText(whole(figures.customers));
      await charts.date('from').fill('2026-12-31');
      await expect(charts.dateError).toHaveText(text(lang, 'errors.date_order'));
      await expect(charts.date('from')).toHaveValue('2026-12-31');
      await expect(charts.card('migration')).toContainText(text(lang, 'errors.date_order'));
      await expect(charts.says('pareto'), 'the other charts stand').not.toBeEmpty();
    });
  });
}

test('every figure leads to exactly its customers', async ({ page, signIn }) => {
  test.setTimeout(120_000);
  const api = await signIn('admin');
  const charts = new TierFigures(page);
  const { pareto, rfm, migration } = await TierFigures.figures(api);
  const counts = migration.Ok!.counts.counts;
  const place = (from: number, to: number): [string, string, unknown, number] =>
    ['migration', `moved.${STANDINGS[from]}.${STANDINGS[to]}`, { moved: [standing(STANDINGS[from]), standing(STANDINGS[to])] }, counts[from][to]];
  const r = rfm.cells.findIndex(row => row.some(cell => cell.count > 0));
  const f = rfm.cells[r].findIndex(cell => cell.count > 0);
  const steps: [string, string, unknown, number][] = [
    ['pareto', 'abc.A', { abc: 'A' }, pareto.classes[0][1].count],
    ['pareto', 'paying', 'paying', pareto.paying.count],
    ['pareto', 'without', 'without_revenue', pareto.without],
    ['rfm', 'rfm.important_value', { rfm: 'important_value' }, rfm.classes[0][1].count],
    ['rfm', `cell.${r + 1}.${f + 1}`, { cell: [r + 1, f + 1] }, rfm.cells[r][f].count],
    ['rfm', 'unscored', 'unscored', rfm.unscored],
    ...[[1, 0], [1, 1], [3, 2]].filter(([from, to]) => counts[from][to] > 0).map(([from, to]) => place(from, to)),
  ];
  await charts.goto();
  for (const [card, code, set, n] of steps) {
    if (code.startsWith('cell.')) await charts.cells.click();
    await charts.link(card, code).click();
    await expect(page).toHaveURL(new RegExp(`set=${code.replaceAll('.', '(\\.|%2E)').replaceAll('_', '(_|%5F)')}`));
    await expect(charts.count).toHaveText(whole(n));
    const found = await TierFigures.customers(api, set);
    expect(found.all.count, code).toBe(n);
    await expect.poll(() => charts.behind.evaluateAll(rows => rows.map(row => row.getAttribute('data-customer-id')))).toEqual(found.rows.map(row => row.id));
    await expect(charts.panel.locator('h2')).toBeFocused();
  }
  await charts.close.click();
  await expect(charts.panel).toHaveCount(0);
  await expect(page).toHaveURL(/\/tiers\/figures$/);
});

test('one who sees less counts less, and broken addresses open', async ({ page, signIn }) => {
  const api = await signIn('rep1');
  const charts = new TierFigures(page);
  await charts.goto('?set=gold&from=soon&to=later&owner=nobody');
  const figures = await TierFigures.figures(api);
  const board = await Tiers.board(api);
  expect(figures.customers).toBe(board.columns.reduce((sum, column) => sum + column.count, 0));
  await expect(charts.total).toContainText(whole(figures.customers));
  await expect(charts.panel).toHaveCount(0);
});

for (const lang of LANGS) {
  test(`without scripts (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
    const charts = new TierFigures(page);
    await page.goto('/tiers/figures');
    // One of the demo's: what another test has just added has no revenue.
      await charts.chip('region').selectOption('华东');
    await page.locator('form.filterbar noscript button, form.filterbar button[type="submit"]:visible').first().click();
    await expect(page).toHaveURL(/region=/);
    const region = await charts.chip('region').inputValue();
    const figures = await TierFigures.figures(api, { filter: { region } });
    await charts.link('pareto', 'paying').click();
    await expect(charts.count).toHaveText(whole(figures.pareto.paying.count));
    await charts.close.click();
    await expect(charts.panel).toHaveCount(0);
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of LANGS) {
    test(`charts lie below one another, and nothing sticks out (${lang})`, async ({ actor }) => {
      const { page } = await actor('admin', { lang });
      const charts = new TierFigures(page);
      await charts.goto();
      await charts.link('pareto', 'abc.A').click();
      await expect(charts.count).not.toHaveText('0');
      await expect(charts.panel.locator('h2')).toBeInViewport();
      const sideways = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, main > .body')]
        .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`));
      expect(sideways).toEqual([]);
      const small = await page.locator('main a.an-open, .an-deals a, .an-panel header a, .an-how > summary').evaluateAll(all => all
        .filter(element => element.checkVisibility())
        .map(element => ({ box: element.getBoundingClientRect(), what: element.outerHTML.slice(0, 90) }))
        .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
        .map(({ box, what }) => `${Math.round(box.width)}×${Math.round(box.height)} ${what}`));
      expect(small).toEqual([]);
      expect(await violations(page)).toEqual([]);
    });
  }
});
