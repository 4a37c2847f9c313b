// The funnel: its figures are the server's, and every figure leads to exactly
// the deals behind it.
import { Funnel, PARTS } from '../pages/funnel';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, nameOf, text } from '../support/texts';

const YEAR = { span: 'year' };
const whole = (n: number): string => n.toLocaleString('en-US');

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the navigation leads to the figures of every stage', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, '/deals');
      await new Shell(page).nav.getByRole('link', { name: text(lang, 'nav.funnel') }).click();
      await expect(page).toHaveURL(/\/funnel$/);
      const funnel = new Funnel(page);
      await expect(funnel.heading).toHaveText(text(lang, 'funnel.title'));
      const report = await Funnel.report(api);
      await expect(funnel.rows).toHaveCount(report.stages.length);
      for (const [stage, row] of report.now.rows.entries()) {
        await expect(funnel.rows.nth(stage).locator('th')).toHaveText(nameOf(lang, report.stages[stage]));
        for (const part of PARTS) await expect(funnel.cell(stage, part)).toHaveText(whole(row[part]));
      }
      await expect(funnel.picture).toBeVisible();
      await expect(funnel.message).toBeVisible();
      await expect(funnel.counted).toContainText(text(lang, 'funnel.adds_up'));
      await funnel.how.locator('summary').click();
      await expect(funnel.how).toContainText(text(lang, 'funnel.numerator_says'));
    });

    test('what is counted is in the address and outlives a reload', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const funnel = new Funnel(page);
      await funnel.goto();
      await expect(funnel.about).toContainText(text(lang, 'funnel.about_cohort'));
      for (const [code, part, about] of [['event', 'view=event', 'about_event'], ['visited', 'mode=visited', 'about_visited']]) {
        await funnel.choice(code).click();
        await expect(page).toHaveURL(new RegExp(part));
        await expect(funnel.choice(code)).toHaveAttribute('aria-current', 'true');
        await expect(funnel.about).toContainText(text(lang, `funnel.${about}`));
      }
      await funnel.choice('amount').click();
      await expect(page).toHaveURL(/by=amount/);
      await funnel.chip('span').selectOption('year');
      await expect(page).toHaveURL(/span=year/);
      await funnel.chip('against').selectOption('period_before');
      await expect(page).toHaveURL(/against=period_before/);
      await funnel.chip('tier').selectOption('vip');
      await expect(page).toHaveURL(/tier=vip/);
      await page.reload();
      await hydrated(page);
      for (const code of ['event', 'visited', 'amount']) await expect(funnel.choice(code)).toHaveAttribute('aria-current', 'true');
      for (const [name, value] of [['span', 'year'], ['against', 'period_before'], ['tier', 'vip']]) await expect(funnel.chip(name)).toHaveValue(value);
      await funnel.choice('count').click();
      await expect(page).not.toHaveURL(/by=/);
      const report = await Funnel.report(api, { view: 'event', mode: 'visited', span: 'year', against: 'period_before', filter: { text: '', tier: 'vip' } });
      for (const [stage, row] of report.now.rows.entries()) await expect(funnel.cell(stage, 'entered')).toHaveText(whole(row.entered));
      await funnel.filters.getByText(`${text(lang, 'common.clear_filters')} 1`).click();
      await expect(page).not.toHaveURL(/tier=/);
      await page.goBack();
      await expect(funnel.chip('tier')).toHaveValue('vip');
    });

    test('a snapshot has what is open, and no rates', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const funnel = new Funnel(page);
      await funnel.goto();
      await funnel.choice('snapshot').click();
      await expect(page).toHaveURL(/view=snapshot/);
      await expect(funnel.choice('strict')).toHaveCount(0);
      await expect(funnel.chip('span')).toHaveCount(0);
      const report = await Funnel.report(api, { view: 'snapshot' });
      for (const [stage, row] of report.now.rows.entries()) {
        await expect(funnel.cell(stage, 'still')).toHaveText(whole(row.still));
        await expect(funnel.cell(stage, 'entered')).toHaveCount(0);
      }
      await expect(funnel.message).toHaveCount(0);
    });
  });
}

test('every figure of a stage leads to exactly its deals', async ({ page, signIn }) => {
  test.setTimeout(120_000);
  const api = await signIn('admin');
  const funnel = new Funnel(page);
  const report = await Funnel.report(api, YEAR);
  const stage = report.now.rows.findIndex(row => PARTS.every(part => row[part] > 0));
  expect(stage, 'a stage of which every part has deals').toBeGreaterThanOrEqual(0);
  await funnel.goto('?span=year');
  for (const part of PARTS) {
    const n = report.now.rows[stage][part];
    await funnel.cell(stage, part).locator('a').click();
    await expect(page).toHaveURL(new RegExp(`stage=${stage}&part=${part}&which=now`));
    await expect(funnel.total).toHaveText(whole(n));
    const deals = await Funnel.deals(api, stage, part, YEAR);
    expect(deals.total).toBe(n);
    await expect.poll(() => funnel.behind.evaluateAll(rows => rows.map(row => row.getAttribute('data-deal-id')))).toEqual(deals.rows.map(row => row.card.id));
    await expect(funnel.panel.locator('h2')).toBeFocused();
    await expect(funnel.panel.locator('.fn-reasons')).toHaveCount(part === 'lost' ? 1 : 0);
  }
  await funnel.close.click();
  await expect(funnel.panel).toHaveCount(0);
  await expect(page).toHaveURL(/\/funnel\?span=year$/);
});

test('a part of the picture leads there too, by mouse and by key', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const funnel = new Funnel(page);
  const report = await Funnel.report(api, YEAR);
  const stage = report.now.rows.findIndex(row => row.lost > 0 && row.advanced > 0);
  await funnel.goto('?span=year');
  // A new document would forget this.
  await page.evaluate(() => { (window as unknown as { same: boolean }).same = true; });
  await funnel.segment(stage, 'lost').locator('text').click({ force: true });
  await expect(funnel.total).toHaveText(whole(report.now.rows[stage].lost));
  await expect(funnel.segment(stage, 'lost')).toHaveAttribute('aria-current', 'true');
  await funnel.segment(stage, 'advanced').focus();
  await page.keyboard.press('Enter');
  await expect(funnel.total).toHaveText(whole(report.now.rows[stage].advanced));
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), 'no new document').toBe(true);
  await funnel.behind.first().locator('a').click();
  await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
  await page.goBack();
  await expect(funnel.total).toHaveText(whole(report.now.rows[stage].advanced));
});

test('the compared period has its own deals', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const report = await Funnel.report(api);
  const stage = report.before?.rows.findIndex(row => row.lost > 0) ?? -1;
  expect(stage, 'a loss in the compared period').toBeGreaterThanOrEqual(0);
  const funnel = new Funnel(page);
  await funnel.goto(`?stage=${stage}&part=lost&which=before`);
  await expect(funnel.total).toHaveText(whole(report.before!.rows[stage].lost));
  expect((await Funnel.deals(api, stage, 'lost', {}, 'before')).total).toBe(report.before!.rows[stage].lost);
});

test('one who sees less counts less, and broken addresses open', async ({ page, signIn }) => {
  const api = await signIn('rep1');
  const funnel = new Funnel(page);
  await funnel.goto('?view=x&span=never&mode=1&stage=99&part=all&tier=gold');
  const report = await Funnel.report(api);
  if (report.now.rows.some(row => row.entered > 0) || report.before?.rows.some(row => row.entered > 0)) {
    await expect(funnel.cell(0, 'entered')).toHaveText(whole(report.now.rows[0].entered));
  } else {
    await expect(page.locator('.empty')).toContainText(text('zh', 'funnel.empty'));
  }
  await expect(funnel.panel).toHaveCount(0);
});

test('nothing found says so and leads back', async ({ page, signIn }) => {
  await signIn('admin');
  await open(page, '/funnel?owner=018f0000-0000-7000-8000-000000000001');
  await expect(page.locator('.empty')).toContainText(text('zh', 'funnel.empty'));
  await page.locator('.empty a').click();
  await expect(new Funnel(page).rows.first()).toBeVisible();
});

test('a deal that moves elsewhere changes the figures here', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('admin', { app });
  const funnel = new Funnel(page);
  await funnel.goto('?view=snapshot');
  const [from, to] = (await api.board()).columns;
  const before = (await Funnel.report(api, { view: 'snapshot' })).now.rows;
  await expect(funnel.cell(0, 'still')).toHaveText(whole(before[0].still));
  await api.move(from.cards[0], to.stage.id);
  await expect(funnel.cell(0, 'still')).toHaveText(whole(before[0].still - 1));
  await expect(funnel.cell(1, 'still')).toHaveText(whole(before[1].still + 1));
});

for (const lang of LANGS) {
  test(`without scripts (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
    const funnel = new Funnel(page);
    await page.goto('/funnel');
    await funnel.choice('event').click();
    await expect(page).toHaveURL(/view=event/);
    await funnel.chip('span').selectOption('year');
    await funnel.filters.locator('noscript button, button[type="submit"]:visible').first().click();
    await expect(page).toHaveURL(/span=year/);
    await expect(page).toHaveURL(/view=event/);
    await expect(funnel.chip('span')).toHaveValue('year');
    const asked = { view: 'event', span: 'year' };
    const report = await Funnel.report(api, asked);
    const stage = report.now.rows.findIndex(row => row.lost > 0);
    await funnel.cell(stage, 'lost').locator('a').click();
    await expect(funnel.total).toHaveText(whole(report.now.rows[stage].lost));
    await funnel.close.click();
    await expect(funnel.panel).toHaveCount(0);
    await expect(funnel.choice('event')).toHaveAttribute('aria-current', 'true');
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of LANGS) {
    test(`the stages lie below one another, and nothing sticks out (${lang})`, async ({ actor }) => {
      const { page, api } = await actor('admin', { lang });
      const funnel = new Funnel(page);
      await open(page, '/deals');
      await new Shell(page).bar.locator('a[href="/funnel"]').click();
      await expect(page).toHaveURL(/\/funnel$/);
      await funnel.goto('?span=year');
      await expect(funnel.list).toBeVisible();
      await expect(funnel.picture).toBeHidden();
      const report = await Funnel.report(api, YEAR);
      const stage = report.now.rows.findIndex(row => row.lost > 0);
      await funnel.list.locator('ol > li').nth(stage).locator('.lv-parts a[href*="part=lost"]').click();
      await expect(funnel.total).toHaveText(whole(report.now.rows[stage].lost));
      await expect(funnel.panel.locator('h2')).toBeInViewport();
      const sideways = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, main > .body')]
        .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`));
      expect(sideways).toEqual([]);
      const small = await page.locator('.lv-narrow a, .fn-deals a, .fn-panel header a, .fn-table td[data-part] a, .fn-modes a, nav.botbar a').evaluateAll(all => all
        .filter(element => element.checkVisibility())
        .map(element => ({ box: element.getBoundingClientRect(), what: element.outerHTML.slice(0, 90) }))
        .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
        .map(({ box, what }) => `${Math.round(box.width)}×${Math.round(box.height)} ${what}`));
      expect(small).toEqual([]);
      expect(await violations(page)).toEqual([]);
    });
  }
});
