// Charts: drawn when they come into view, with the figures of the server, leading to
// their rows; the picture that came with the page stays where nothing is drawn.
import { Chart } from '../pages/chart';
import { Funnel } from '../pages/funnel';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

/** Where each chart is, by its name in an address. */
const CHARTS = [
  ['months', '/analysis/months', 'bar'],
  ['cycles', '/analysis', 'bar'],
  ['forecast', '/analysis/forecast', 'bar'],
  ['course', '/analysis/economics', 'bar'],
  ['pareto', '/tiers/figures', 'line'],
  ['heat', '/tiers/figures', 'heatmap'],
  ['flow', '/tiers/figures', 'sankey'],
  ['funnel', '/funnel?picture=classic', 'funnel'],
] as const;

for (const lang of LANGS) {
  test(`each chart is drawn in view, and its parts lead to their rows (${lang})`, async ({ actor }) => {
    test.setTimeout(120_000);
    const { page } = await actor('admin', { lang, reducedMotion: 'reduce' });
    for (const [name, address, type] of CHARTS) {
      await test.step(name, async () => {
        await open(page, address);
        const chart = new Chart(page, name);
        await chart.place.scrollIntoViewIfNeeded();
        await expect(chart.live).toBeVisible();
        await expect(chart.still.first()).toBeHidden();
        await expect(chart.live).toHaveAttribute('aria-label', /.{8}/);
        const { option, marks } = await chart.described();
        expect(option.series.every(series => series.type === type)).toBe(true);
        // As many shapes as data at least; those of nothing have none.
        const drawn = marks.flat().filter(mark => mark.link).length;
        expect(drawn, 'something is drawn').toBeGreaterThan(0);
        expect(await chart.shapes.count()).toBeGreaterThanOrEqual(type === 'line' ? 1 : drawn);
        // Found before the tip is drawn, which is a shape too.
        const position = await chart.somewhere(type, marks.flat());
        await chart.live.hover({ position });
        // One of the marks is told, word for word.
        await expect.poll(async () => {
          const plain = (said: string): string => said.replace(/\s+/g, ' ');
          const told = plain((await chart.tip.allTextContents()).join(' '));
          return marks.flat().some(mark => mark.link && mark.text && mark.text.split('\n').every(line => told.includes(plain(line))));
        }, { message: 'what is under the pointer is said' }).toBe(true);
        const before = page.url();
        await chart.live.click({ position });
        await expect(page).not.toHaveURL(before);
        await expect(page.locator('[data-behind]')).toBeVisible();
        await expect(page.locator('[data-behind]')).not.toHaveText('0');
      });
    }
  });

  test(`the funnel has two pictures, and the choice stays (${lang})`, async ({ actor }) => {
    const { page } = await actor('director', { lang });
    const funnel = new Funnel(page);
    await funnel.goto('?span=year');
    await expect(funnel.picture).toBeVisible();
    await funnel.choice('classic').click();
    await expect(page).toHaveURL(/picture=classic/);
    await expect(funnel.choice('classic')).toHaveText(text(lang, 'funnel.classic'));
    const chart = new Chart(page, 'funnel');
    await expect(chart.live).toBeVisible();
    await funnel.choice('amount').click();
    await expect(page).toHaveURL(/picture=classic/);
    await expect(page).toHaveURL(/by=amount/);
    await expect(chart.live).toBeVisible();
    await funnel.chip('span').selectOption('half');
    await expect(page).toHaveURL(/picture=classic/);
    await expect(funnel.rows.first()).toBeVisible();
    await funnel.choice('levels').click();
    await expect(page).not.toHaveURL(/picture=/);
    await expect(funnel.picture).toBeVisible();
  });
}

test('nothing is loaded before a chart is in view, and without it the picture stays', async ({ page, signIn, watch }) => {
  await signIn('admin');
  const asked: string[] = [];
  page.on('request', request => { if (/\/charts\.js|\/chart\//.test(request.url())) asked.push(request.url()); });
  await open(page, '/deals');
  await open(page, '/funnel');
  await page.setViewportSize({ width: 1280, height: 300 });
  await open(page, '/tiers/figures');
  const heat = new Chart(page, 'heat');
  await expect(heat.still.first()).toBeAttached();
  expect(asked.filter(url => url.includes('/chart/heat'))).toEqual([]);
  watch.expectOffline();
  await page.route('**/charts.js', route => route.abort());
  await open(page, '/analysis/months');
  const months = new Chart(page, 'months');
  await months.place.scrollIntoViewIfNeeded();
  await expect.poll(() => asked.filter(url => url.includes('/charts.js')).length).toBeGreaterThan(0);
  await expect(months.still.first()).toBeVisible();
  await expect(months.live).toHaveCount(0);
});

test('charts follow the theme', async ({ actor }) => {
  const { page } = await actor('admin', { theme: 'light' });
  await open(page, '/analysis/months');
  const chart = new Chart(page, 'months');
  await chart.place.scrollIntoViewIfNeeded();
  await expect(chart.live).toBeVisible();
  const colours = (): Promise<string[]> => chart.shapes.evaluateAll(all => [...new Set(all.map(shape => shape.getAttribute('fill') ?? ''))].sort());
  await expect.poll(async () => (await colours()).length).toBeGreaterThan(1);
  const light = await colours();
  await page.evaluate(() => { document.documentElement.dataset.theme = 'dark'; });
  await expect.poll(colours).not.toEqual(light);
});

test('fifty times there and back leave nothing behind', async ({ page, signIn }) => {
  test.setTimeout(180_000);
  await signIn('admin');
  await open(page, '/tiers/figures');
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const round = async (): Promise<void> => {
    await page.locator('nav a[href="/tiers"]').first().click();
    await page.locator('.tcol').first().waitFor();
    await page.locator('main header a[href="/tiers/figures"]').click();
    await expect(new Chart(page, 'pareto').live).toBeVisible();
  };
  const measured = async (): Promise<{ nodes: number; listeners: number }> => {
    await page.locator('nav a[href="/tiers"]').first().click();
    await page.locator('.tcol').first().waitFor();
    await client.send('HeapProfiler.collectGarbage');
    const { metrics } = await client.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find(metric => metric.name === name)!.value;
    await page.locator('main header a[href="/tiers/figures"]').click();
    return { nodes: of('Nodes'), listeners: of('JSEventListeners') };
  };
  for (let n = 0; n < 5; n += 1) await round();
  const early = await measured();
  for (let n = 0; n < 50; n += 1) await round();
  const late = await measured();
  expect(late.nodes, `nodes: ${early.nodes}, then ${late.nodes}`).toBeLessThan(early.nodes * 1.15);
  expect(late.listeners, `listeners: ${early.listeners}, then ${late.listeners}`).toBeLessThanOrEqual(early.listeners + 10);
});

test('twins: another team or channel over the same days', async ({ actor }) => {
  const { page, api } = await actor('admin', { lang: 'zh' });
  const funnel = new Funnel(page);
  await funnel.goto('?span=year&picture=classic');
  const against = funnel.chip('against');
  const team = await against.locator('option[value^="team."]').first().evaluate(option => ({ value: (option as HTMLOptionElement).value, name: option.textContent! }));
  await against.selectOption(team.value);
  await expect(page).toHaveURL(/against=team/);
  await expect(page).toHaveURL(/picture=classic/);
  await expect(page.locator('.lv-legend')).toContainText(team.name);
  const twins = { span: 'year', twin: { Team: team.value.slice(5) } };
  const { before } = await Funnel.report(api, twins);
  const alone = await Funnel.report(api, { span: 'year', filter: { text: '', team: team.value.slice(5) } });
  expect(before!.rows).toEqual(alone.now.rows);
  const chart = new Chart(page, 'funnel');
  await expect(chart.live).toBeVisible();
  const { marks } = await chart.described();
  await page.goto(marks[1][0].link!);
  await expect(funnel.total).toHaveText(before!.rows[0].entered.toLocaleString('en-US'));
  await page.goto('/funnel?against=source.expo&span=year');
  await expect(page.locator('.lv-legend')).toContainText(text('zh', 'common.source_exhibition'));
});
