// What was won and lost: the figures are the server's, each explains itself, and
// each leads to exactly the deals behind it.
import { Analysis } from '../pages/analysis';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
const percent = (n: number, of: number): string => `${(Math.round((n * 10_000) / of) / 100).toFixed(1)}%`;

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the navigation leads to the win rates, which say how they are counted', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, '/deals');
      await new Shell(page).nav.getByRole('link', { name: text(lang, 'nav.insight') }).click();
      await expect(page).toHaveURL(/\/analysis$/);
      const analysis = new Analysis(page);
      await expect(analysis.heading).toHaveText(text(lang, 'analysis.title'));
      const { now } = await Analysis.outcomes(api);
      const closed = now.by_count.won + now.by_count.lost;
      await expect(analysis.figure('closed').locator('.v')).toContainText(percent(now.by_count.won, closed));
      await expect(analysis.message).toContainText(percent(now.by_count.won, closed));
      for (const code of ['closed', 'decided', 'with_overdue', 'cohort', 'median', 'mean', 'p80', 'p90']) {
        const how = analysis.figure(code).locator('details');
        await how.locator('summary').click();
        for (const word of ['definition', 'formula', 'filter', 'as_of']) await expect(how).toContainText(text(lang, `analysis.${word}`));
      }
      await expect(analysis.card('lost').locator('tbody tr')).toHaveCount(now.lost.length);
    });

    test('what is counted is in the address and outlives a reload', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const analysis = new Analysis(page);
      await analysis.goto();
      await analysis.chip('span').selectOption('year');
      await expect(page).toHaveURL(/span=year/);
      await analysis.chip('tier').selectOption('vip');
      await expect(page).toHaveURL(/tier=vip/);
      await page.reload();
      await hydrated(page);
      for (const [name, value] of [['span', 'year'], ['tier', 'vip']]) await expect(analysis.chip(name)).toHaveValue(value);
      const { now } = await Analysis.outcomes(api, { span: 'year', filter: { text: '', tier: 'vip' } });
      await expect(analysis.figure('closed').locator('a[data-set="won"]').first()).toHaveText(whole(now.by_count.won));
      await analysis.figure('closed').locator('summary').click();
      await expect(analysis.figure('closed').locator('details')).toContainText(text(lang, 'common.tier_vip'));
      await analysis.filters.getByText(`${text(lang, 'common.clear_filters')} 1`).click();
      await expect(page).not.toHaveURL(/tier=/);
      await page.goBack();
      await expect(analysis.chip('tier')).toHaveValue('vip');
    });
  });
}

test('every figure leads to exactly its deals', async ({ page, signIn }) => {
  test.setTimeout(120_000);
  const api = await signIn('admin');
  const analysis = new Analysis(page);
  const { now } = await Analysis.outcomes(api);
  const { won, lost, created, created_won: createdWon } = now.by_count;
  const most = now.lost[0];
  const group = now.cycle.groups.findIndex(n => n > 0);
  const edges = [0, 15, 30, 45, 60, 90, 120, 180, 65_535];
  const steps: [string, string, unknown, number][] = [
    ['rates', 'won', 'won', won],
    ['rates', 'closed', 'closed', won + lost],
    ['rates', 'created', 'created', created],
    ['rates', 'created_won', 'created_won', createdWon],
    ['lost', `lost.${most.reason ?? 'none'}`, { lost_for: most.reason }, most.count],
    ['lost', 'lost', 'lost', lost],
    ['cycle', `took.${edges[group]}.${edges[group + 1]}`, { took: [edges[group], edges[group + 1]] }, now.cycle.groups[group]],
  ];
  await analysis.goto();
  for (const [card, code, set, n] of steps) {
    await analysis.link(analysis.card(card), code).click();
    await expect(page).toHaveURL(new RegExp(`set=${code.replaceAll('.', '\\.')}`));
    await expect(analysis.total).toHaveText(whole(n));
    const deals = await Analysis.deals(api, set);
    expect(deals.total, code).toBe(n);
    await expect.poll(() => analysis.behind.evaluateAll(rows => rows.map(row => row.getAttribute('data-deal-id')))).toEqual(deals.rows.map(row => row.card.id));
    await expect(analysis.panel.locator('h2')).toBeFocused();
  }
  await analysis.close.click();
  await expect(analysis.panel).toHaveCount(0);
  await expect(page).toHaveURL(/\/analysis$/);
});

test('one who sees less counts less, broken addresses open, nothing says so', async ({ page, signIn }) => {
  const api = await signIn('rep1');
  const analysis = new Analysis(page);
  await analysis.goto('?span=never&set=all&tier=gold&in=XXX');
  const { now } = await Analysis.outcomes(api);
  await expect(analysis.figure('cohort').locator('a[data-set="created"], .empty').first()).toHaveText(whole(now.by_count.created));
  await expect(analysis.panel).toHaveCount(0);
  await open(page, '/analysis?owner=018f0000-0000-7000-8000-000000000001');
  await expect(page.locator('.empty')).toContainText(text('zh', 'analysis.empty'));
  await page.locator('.empty a').click();
  await expect(analysis.card('rates')).toBeVisible();
});

test('speed: three lenses in a sentence each, stages with their deals', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const analysis = new Analysis(page);
  await analysis.goto('?span=year');
  await analysis.tab('/analysis/speed').click();
  await expect(page).toHaveURL(/\/analysis\/speed\?span=year$/);
  const speed = await Analysis.speed(api, { span: 'year' });
  for (const code of ['leak', 'time', 'queue']) {
    const lens = analysis.lens(code);
    await expect(lens.locator('p').first()).not.toBeEmpty();
    await lens.locator('summary').click();
    await expect(lens.locator('details')).toContainText(text('zh', 'analysis.definition'));
  }
  const rows = analysis.card('stages').locator('.an-stages tbody tr');
  await expect(rows).toHaveCount(speed.rows.length);
  const stage = speed.rows.findIndex(row => row.stays > 0 && row.standing > 0);
  for (const [set, n] of [[`stayed.${stage}`, speed.rows[stage].stays], [`standing.${stage}`, speed.rows[stage].standing]] as const) {
    await analysis.link(analysis.card('stages'), set).click();
    await expect(analysis.total).toHaveText(whole(n));
    await expect(analysis.panel.locator('h2')).toBeFocused();
  }
});

for (const lang of LANGS) {
  test(`velocity: sliders beside the truth, by keyboard, and back (${lang})`, async ({ actor }) => {
    const { page } = await actor('admin', { lang });
    await open(page, '/analysis/speed?span=year');
    const analysis = new Analysis(page);
    const truth = await analysis.truth.innerText();
    await expect(analysis.whatIf).toHaveText(truth);
    await analysis.slider('n').focus();
    for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight');
    await expect(analysis.slider('n')).toHaveValue('20');
    await expect(analysis.whatIf).not.toHaveText(truth);
    await expect(analysis.truth).toHaveText(truth);
    await expect(page.locator('[data-factor="n"] output')).toContainText('+20%');
    await analysis.slider('c').focus();
    await page.keyboard.press('End');
    await expect(page.locator('[data-factor="c"] output')).toContainText('+100%');
    await analysis.reset.click();
    await expect(analysis.whatIf).toHaveText(truth);
    await expect(analysis.slider('c')).toHaveValue('0');
  });

  test(`velocity without scripts (${lang})`, async ({ actor }) => {
    const { page } = await actor('admin', { javaScriptEnabled: false, lang });
    await page.goto('/analysis/speed?span=year');
    const analysis = new Analysis(page);
    const truth = await analysis.truth.innerText();
    await analysis.slider('n').fill('50');
    await page.locator('.an-velocity noscript button, .an-velocity button[type="submit"]').first().click();
    await expect(page).toHaveURL(/span=year.*n=50/);
    await expect(analysis.truth).toHaveText(truth);
    await expect(analysis.whatIf).not.toHaveText(truth);
    await analysis.reset.click();
    await expect(analysis.whatIf).toHaveText(truth);
  });

  test(`without scripts (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
    const analysis = new Analysis(page);
    await page.goto('/analysis');
    await analysis.chip('span').selectOption('year');
    await analysis.filters.locator('noscript button, button[type="submit"]:visible').first().click();
    await expect(page).toHaveURL(/span=year/);
    const { now } = await Analysis.outcomes(api, { span: 'year' });
    await analysis.link(analysis.card('rates'), 'won').click();
    await expect(analysis.total).toHaveText(whole(now.by_count.won));
    await analysis.close.click();
    await expect(analysis.panel).toHaveCount(0);
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of LANGS) {
    for (const [address, card, set] of [['/analysis', 'rates', 'won'], ['/analysis/speed', 'stages', 'standing.0']]) test(`${address}: figures lie below one another, and nothing sticks out (${lang})`, async ({ actor }) => {
      const { page } = await actor('admin', { lang });
      const analysis = new Analysis(page);
      await open(page, address);
      await analysis.link(analysis.card(card), set).click();
      await expect(analysis.total).not.toHaveText('0');
      await expect(analysis.panel.locator('h2')).toBeInViewport();
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

for (const lang of LANGS) {
  test(`the trend of the cycle and the follow-ups lead to exactly their rows (${lang})`, async ({ actor }) => {
    test.setTimeout(120_000);
    const { page, api } = await actor('admin', { lang });
    const analysis = new Analysis(page);
    const { trend, follow } = await Analysis.outcomes(api);
    await analysis.goto();
    const card = analysis.card('trend');
    const month = (start: string) => card.locator(`tbody tr[data-cycle-month="${start}"]`);
    await expect(card.locator('tbody tr')).toHaveCount(12);
    const full = trend.months.find(one => one.wins > 0)!;
    await expect(month(full.period.start)).toContainText((full.median_milli! / 1000).toFixed(1));
    await card.locator('details').last().locator('summary').click();
    for (const word of ['definition', 'formula', 'filter', 'as_of']) await expect(card.locator('details').last()).toContainText(text(lang, `analysis.${word}`));
    await month(full.period.start).locator('a').click();
    await expect(analysis.total).toHaveText(whole(full.wins));
    await expect(analysis.behind).toHaveCount(Math.min(full.wins, 200));
    await card.locator('nav a[data-trend="24"]').click();
    await expect(page).toHaveURL(/trend=24/);
    await expect(card.locator('tbody tr')).toHaveCount(24);
    const follows = analysis.card('follow');
    for (const [set, n] of [['stepped', follow.stepped], ['open', follow.open], ['steps.kept', follow.kept], ['steps.due', follow.due], ['steps.missed', follow.due - follow.kept]] as const) {
      await test.step(set, async () => {
        await expect(analysis.link(follows, set)).toHaveText(whole(n));
        await analysis.link(follows, set).click();
        await expect(analysis.total).toHaveText(whole(n));
        await expect(analysis.behind).toHaveCount(Math.min(n, 200));
      });
    }
  });
}
