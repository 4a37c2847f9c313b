// What is expected in which month, and what was won in each against the year before: figures
// are the server's, and each leads to exactly its deals.
import { Analysis } from '../pages/analysis';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
const FORECAST = '/analysis/forecast';
const MONTHS = '/analysis/months';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the tabs lead to forecast and months; picture, sentence and table', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const analysis = new Analysis(page);
      await analysis.goto();
      await analysis.tab(FORECAST).click();
      await expect(page).toHaveURL(/\/analysis\/forecast$/);
      const forecast = await Analysis.forecast(api);
      await expect(analysis.card('forecast').locator('tbody tr')).toHaveCount(forecast.months.length);
      await expect(analysis.message).toContainText(whole(forecast.total.line.open_deals));
      await expect(analysis.inWords).toHaveAttribute('aria-label', (await analysis.message.locator('span').first().innerText()).trim());
      await expect(analysis.card('cover').locator('[data-missing]')).toContainText(text(lang, 'analysis.why_no_target'));
      const how = analysis.card('forecast').locator('details').first();
      await how.locator('summary').click();
      for (const word of ['definition', 'formula', 'filter', 'as_of']) await expect(how).toContainText(text(lang, `analysis.${word}`));
      await analysis.tab(MONTHS).click();
      await expect(page).toHaveURL(/\/analysis\/months$/);
      const months = await Analysis.months(api);
      await expect(analysis.card('months').locator('tbody tr')).toHaveCount(months.rows.length);
      await expect(analysis.card('months').locator('tfoot tr')).toHaveCount(1);
      await expect(analysis.picture).toBeVisible();
    });

    test('months, the Spring Festival and the horizon are in the address and outlive a reload', async ({ page, signIn }) => {
      await signIn('admin');
      const analysis = new Analysis(page);
      await open(page, `${MONTHS}?span=year`);
      await analysis.chip('months').selectOption('24');
      await expect(page).toHaveURL(/months=24/);
      await expect(analysis.card('months').locator('tfoot tr')).toHaveCount(2);
      await analysis.chip('spring').selectOption('1');
      await expect(page).toHaveURL(/spring=1/);
      await expect(analysis.card('months').locator('tbody tr')).toHaveCount(22);
      await page.reload();
      await hydrated(page);
      await expect(analysis.chip('spring')).toHaveValue('1');
      // What this page has no control for is kept.
      await expect(page).toHaveURL(/span=year/);
      await analysis.tab(FORECAST).click();
      await expect(page).toHaveURL(/\/analysis\/forecast\?.*months=24/);
      await analysis.chip('ahead').selectOption('12');
      await expect(analysis.card('forecast').locator('tbody tr')).toHaveCount(12);
      await analysis.chip('roll').selectOption('single');
      await expect(analysis.card('forecast').locator('thead')).toContainText(text(lang, 'common.forecast_omitted'));
      await expect(page).toHaveURL(/ahead=12.*roll=single/);
    });

    test(`without scripts`, async ({ actor }) => {
      const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
      const analysis = new Analysis(page);
      await page.goto(MONTHS);
      await analysis.chip('months').selectOption('last_year');
      await analysis.filters.locator('noscript button, button[type="submit"]:visible').first().click();
      await expect(page).toHaveURL(/months=last_year/);
      const { totals } = await Analysis.months(api, { months: 'last_year' });
      await analysis.card('months').locator('tfoot a.an-open').first().click();
      await expect(analysis.total).toHaveText(whole(totals[0].now.count));
      await analysis.close.click();
      await expect(analysis.panel).toHaveCount(0);
    });
  });
}

test('every figure of the forecast leads to exactly its deals', async ({ page, signIn }) => {
  test.setTimeout(120_000);
  const api = await signIn('admin');
  const analysis = new Analysis(page);
  await open(page, FORECAST);
  const forecast = await Analysis.forecast(api);
  const code = await analysis.card('forecast').locator('tfoot tr').getAttribute('data-when');
  const { deals } = forecast.total.line;
  const steps: [string, string, number][] = [
    [code!, 'open', forecast.total.line.open_deals],
    [code!, 'weighted', forecast.total.line.open_deals],
    [code!, 'commit_up', deals.closed + deals.commit],
    [code!, 'best_case_up', deals.closed + deals.commit + deals.best_case],
    ['overdue', 'open', forecast.overdue.line.open_deals],
    ['undated', 'open', forecast.undated.line.open_deals],
  ];
  for (const [when, what, n] of steps) {
    if (n === 0) continue;
    await analysis.link(analysis.row(when), `due.${when}.${what}`).click();
    await expect(analysis.total).toHaveText(whole(n));
    await expect(analysis.behind).toHaveCount(Math.min(n, 200));
    await expect(analysis.panel.locator('h2')).toBeFocused();
    if (what === 'weighted') await expect(analysis.behind.first()).toContainText('%');
  }
  await analysis.close.click();
  await expect(analysis.panel).toHaveCount(0);
  await analysis.link(analysis.card('cover'), (await analysis.card('cover').locator('a.an-open').first().getAttribute('data-set'))!).click();
  await expect(analysis.total).not.toHaveText('0');
});

test('every month leads to exactly its deals, in each currency', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const analysis = new Analysis(page);
  await open(page, MONTHS);
  const own = await Analysis.months(api);
  const month = own.rows.findLast(row => row.now.count > 0)!;
  await analysis.row(month.window.period.start).locator('a.an-open').first().click();
  await expect(analysis.total).toHaveText(whole(month.now.count));
  await expect(analysis.behind).toHaveCount(Math.min(month.now.count, 200));
  const other = own.currencies.find(code => code !== own.currency);
  expect(other, 'the demo company sells in several currencies').toBeDefined();
  await open(page, MONTHS);
  await analysis.currency(other!).click();
  await expect(page).toHaveURL(new RegExp(`cur=${other}`));
  const { totals } = await Analysis.months(api, { currency: other });
  await expect(analysis.card('months').locator('tfoot td').nth(3)).toHaveText(whole(totals[0].now.count));
});

test('broken addresses open, nothing says so', async ({ page, signIn }) => {
  await signIn('rep1');
  const analysis = new Analysis(page);
  await open(page, `${FORECAST}?ahead=99&roll=x&set=due.202699.open&cur=XXX`);
  await expect(analysis.card('forecast').locator('tbody tr')).toHaveCount(6);
  await expect(analysis.panel).toHaveCount(0);
  await open(page, `${MONTHS}?owner=018f0000-0000-7000-8000-000000000001&months=x`);
  await expect(page.locator('.empty')).toContainText(text('zh', 'analysis.months_empty'));
  await page.locator('.empty a').click();
  await expect(analysis.card('months')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of LANGS) {
    for (const [address, card] of [[`${FORECAST}?ahead=12`, 'forecast'], [`${MONTHS}?months=24`, 'months']]) test(`${address}: readable, nothing sticks out (${lang})`, async ({ actor }) => {
      const { page } = await actor('admin', { lang });
      const analysis = new Analysis(page);
      await open(page, address);
      await expect(analysis.picture).toBeVisible();
      const sideways = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, main > .body')]
        .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`));
      expect(sideways).toEqual([]);
      await analysis.card(card).locator('tfoot a.an-open').first().click();
      await expect(analysis.total).not.toHaveText('0');
      await expect(analysis.panel.locator('h2')).toBeInViewport();
      expect(await violations(page)).toEqual([]);
    });
  }
});
