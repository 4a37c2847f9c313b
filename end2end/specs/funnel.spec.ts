// The funnel: its figures are the server's, and every figure leads to exactly
// the deals behind it.
import { Funnel, PARTS, type Report } from '../pages/funnel';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, nameOf, text } from '../support/texts';

const YEAR = { span: 'year' };
const whole = (n: number): string => n.toLocaleString('en-US');
const rate = (bp: number | null): string => (bp === null ? '—' : `${(Math.round(bp / 10) / 10).toFixed(1)}%`);
/** A rate in a file, to hundredths. */
const exact = (bp: number): string => (bp % 100 === 0 ? `${bp / 100}%` : `${Math.floor(bp / 100)}.${String(bp % 100).padStart(2, '0')}%`);

/** Cells of a file by RFC 4180. */
function csv(content: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, end, quoted, plain] of content.matchAll(/(^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)) {
    if (end === '\r\n') rows.push([]);
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return rows.filter(row => row.length > 1);
}

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
      await expect(funnel.how).toContainText(text(lang, 'funnel.numerator_reached'));
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

for (const mode of ['reached', 'visited', 'strict']) {
  for (const view of ['cohort', 'event']) {
    test(`a rate is its numerator by its denominator, and both are lists (${view}, ${mode})`, async ({ page, signIn }) => {
      const api = await signIn('admin');
      const asked = { view, mode, span: 'year' };
      const report = await Funnel.report(api, asked);
      const funnel = new Funnel(page);
      await funnel.goto(`?view=${view}&mode=${mode}&span=year`);
      await funnel.how.locator('summary').click();
      await expect(funnel.how).toContainText(text('zh', `funnel.numerator_${mode}`));
      for (let stage = 0; stage < report.stages.length - 1; stage += 1) {
        const row = report.now.rows[stage];
        const line = funnel.step(stage);
        await expect(line).toContainText(`${whole(row.converted!)} ÷ ${whole(row.entered)} = ${rate(row.step_bp)}`);
        await expect(line).toContainText(`${whole(report.before!.rows[stage].converted!)} ÷ ${whole(report.before!.rows[stage].entered)}`);
        expect(row.step_bp).toBe(row.entered === 0 ? null : Math.round((row.converted! * 10_000) / row.entered));
        expect((await Funnel.deals(api, stage, 'converted', asked)).total).toBe(row.converted);
      }
      const stage = report.now.rows.findIndex(row => (row.converted ?? 0) > 0);
      await funnel.cell(stage, 'converted').locator('a').click();
      await expect(page).toHaveURL(new RegExp(`stage=${stage}&part=converted&which=now`));
      await expect(funnel.total).toHaveText(whole(report.now.rows[stage].converted!));
      await funnel.cell(stage, 'from_first').locator('a').click();
      await expect(funnel.total).toHaveText(whole(report.now.rows[stage].from_first));
    });
  }
}

test('a snapshot has shares of what is open in place of rates', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const report = await Funnel.report(api, { view: 'snapshot' });
  const open = report.now.rows.reduce((sum, row) => sum + row.still, 0);
  const funnel = new Funnel(page);
  await funnel.goto('?view=snapshot');
  await expect(funnel.cell(0, 'converted')).toHaveCount(0);
  await funnel.how.locator('summary').click();
  await expect(funnel.how).toContainText(text('zh', 'funnel.share_says'));
  for (const [stage, row] of report.now.rows.entries()) {
    await expect(funnel.step(stage)).toContainText(`${whole(row.still)} ÷ ${whole(open)} = ${rate(Math.round((row.still * 10_000) / open))}`);
  }
});

test('owner, team and product are chosen by their names', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const choices = await api.json<{ owners: [string, string][]; teams: [string, string][]; products: { id: string }[] }>('work/choices', {});
  const funnel = new Funnel(page);
  await funnel.goto('?span=year');
  for (const [name, id] of [['owner', choices.owners[1][0]], ['team', choices.teams.at(-1)![0]], ['product', choices.products[0].id]]) {
    await funnel.chip(name).selectOption(id);
    await expect(page).toHaveURL(new RegExp(`${name}=${id}`));
    await expect(funnel.chip(name)).toHaveValue(id);
    const report = await Funnel.report(api, { span: 'year', filter: { text: '', [name]: id } });
    if (report.now.rows.some(row => row.entered > 0)) await expect(funnel.cell(0, 'entered')).toHaveText(whole(report.now.rows[0].entered));
    await funnel.filters.locator('a.chip-clear').click();
    await expect(page).not.toHaveURL(new RegExp(`${name}=`));
    await expect(funnel.chip(name)).toHaveValue('');
  }
  await funnel.goto(`?owner=${choices.owners[1][0]}`);
  await expect(funnel.chip('owner').locator('option:checked')).toHaveText(choices.owners[1][1]);
});

for (const lang of LANGS) {
  test.describe(`files (${lang})`, () => {
    test.use({ lang });

    test('the figures as CSV are those of the page', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const funnel = new Funnel(page);
      await funnel.goto('?span=year&tier=vip');
      const file = await funnel.save('csv');
      expect(file.name).toMatch(/^funnel-\d{4}-\d\d-\d\d\.csv$/);
      const [head, ...rows] = csv(file.content.toString('utf8').replace(/^\ufeff/, ''));
      const column = (key: string): number => {
        const at = head.indexOf(text(lang, key));
        expect(at, key).toBeGreaterThanOrEqual(0);
        return at;
      };
      const report: Report = await Funnel.report(api, { span: 'year', filter: { text: '', tier: 'vip' } });
      expect(rows).toHaveLength(report.stages.length * 2);
      for (const [stage, row] of report.now.rows.entries()) {
        const line = rows[stage];
        expect(line[0]).toBe(nameOf(lang, report.stages[stage]));
        for (const part of PARTS) {
          expect(line[column(`funnel.${{ entered: 'entered', advanced: 'advanced', lost: 'lost_here', still: 'still_here' }[part]}`)]).toBe(String(row[part]));
          await expect(funnel.cell(stage, part)).toHaveText(whole(row[part]));
        }
        expect(line[column('funnel.converted')]).toBe(row.converted === null ? '' : String(row.converted));
        expect(line[column('funnel.step')]).toBe(row.step_bp === null ? '' : exact(row.step_bp));
        expect(line[column('common.filter')]).toContain(text(lang, 'common.named', { what: text(lang, 'common.tier'), value: text(lang, 'common.tier_vip') }));
        expect(line[column('funnel.as_of')]).toBe(report.as_of);
      }
      for (const [stage, row] of report.before!.rows.entries()) expect(rows[report.stages.length + stage][column('funnel.entered')]).toBe(String(row.entered));
    });

    test('the picture as SVG stands alone, and as PNG has its size twice', async ({ page, signIn }) => {
      await signIn('admin');
      const funnel = new Funnel(page);
      await funnel.goto('?span=year');
      const svg = await funnel.save('svg');
      expect(svg.name).toMatch(/^funnel-.*\.svg$/);
      // On an empty page: the product's policy forbids styles inside, and a file has them.
      const blank = await page.context().newPage();
      const parsed = await blank.evaluate(source => {
        const file = new DOMParser().parseFromString(source, 'image/svg+xml');
        const root = file.documentElement;
        return {
          error: file.querySelector('parsererror')?.textContent ?? null,
          root: root.localName,
          title: root.querySelector(':scope > title')?.textContent ?? '',
          desc: root.querySelector(':scope > desc')?.textContent ?? '',
          links: file.querySelectorAll('a, script, image, use, foreignObject').length,
          size: [root.getAttribute('width'), root.getAttribute('height')].map(Number),
          texts: [...file.querySelectorAll('text')].map(text => text.textContent ?? ''),
        };
      }, svg.content.toString('utf8'));
      await blank.close();
      expect(parsed.error).toBeNull();
      expect(parsed.root).toBe('svg');
      expect(parsed.title).toContain(text(lang, 'funnel.title'));
      expect(parsed.desc.length).toBeGreaterThan(parsed.title.length);
      expect(parsed.links, 'nothing that leads or fetches').toBe(0);
      expect(parsed.texts.join(' ')).toContain(text(lang, 'funnel.advanced'));

      const png = await funnel.save('png');
      expect(png.name).toMatch(/^funnel-.*\.png$/);
      expect([...png.content.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      const size = [png.content.readUInt32BE(16), png.content.readUInt32BE(20)];
      for (const at of [0, 1]) expect(Math.abs(size[at] - 2 * parsed.size[at])).toBeLessThanOrEqual(2);
      // Something was drawn: dots of one colour would be smaller.
      expect(png.content.length).toBeGreaterThan(20_000);
    });
  });
}

test('a PNG that cannot be made says so', async ({ page, signIn, watch }) => {
  watch.expectStatus(503);
  await signIn('admin');
  const funnel = new Funnel(page);
  await funnel.goto();
  await page.route('**/export/funnel.svg**', route => route.fulfill({ status: 503, body: '' }));
  await funnel.export('png').click();
  await expect(page.locator('.toasts')).toContainText(text('zh', 'funnel.export_failed'));
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

for (const lang of LANGS) {
  test(`a stage says why deals fell out of it, by pointer, by keys and by touch (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { lang });
    const report = await Funnel.report(api, YEAR);
    const lossy = report.now.reasons.map((lines, stage) => ({ lines, stage })).filter(({ lines }) => lines.length > 0);
    expect(lossy.length, 'stages that lost deals').toBeGreaterThan(1);
    const [first, second] = lossy;
    const said = ({ lines }: { lines: { reason: string | null; count: number }[] }): string[] => lines.slice(0, 3)
      .map(({ reason, count }) => `${text(lang, reason ? `words.lost_${reason}` : 'funnel.no_reason')} ${whole(count)}`);
    const funnel = new Funnel(page);
    const shown = page.locator('.lv-why.is-on');
    await funnel.goto('?span=year');
    await expect(funnel.why(first.stage)).toBeHidden();
    await expect(funnel.ask(first.stage)).toHaveText(text(lang, 'funnel.why'));

    // The pointer on any part of a stage; on another, the other's.
    await funnel.segment(first.stage, 'lost').hover();
    await expect(funnel.why(first.stage)).toBeVisible();
    for (const line of said(first)) await expect(funnel.why(first.stage)).toContainText(line);
    await funnel.segment(second.stage, 'lost').hover();
    await expect(funnel.why(first.stage)).toBeHidden();
    await expect(funnel.why(second.stage)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(shown).toHaveCount(0);

    // By keys: the focus in a stage, its button, Escape.
    await funnel.segment(first.stage, 'lost').focus();
    await expect(funnel.why(first.stage)).toBeVisible();
    await funnel.ask(first.stage).focus();
    await page.keyboard.press('Enter');
    await expect(funnel.ask(first.stage)).toHaveAttribute('aria-expanded', 'true');
    await expect(funnel.ask(first.stage)).toHaveAccessibleDescription(new RegExp(said(first)[0]));
    await funnel.heading.hover();
    await expect(funnel.why(first.stage), 'kept open').toBeVisible();
    const box = await funnel.why(first.stage).boundingBox();
    const around = await funnel.picture.boundingBox();
    expect(box!.x).toBeGreaterThanOrEqual(around!.x - 1);
    expect(box!.y).toBeGreaterThanOrEqual(around!.y - 1);
    expect(box!.y + box!.height).toBeLessThanOrEqual(around!.y + around!.height + 1);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(shown).toHaveCount(0);
    await expect(funnel.ask(first.stage)).toHaveAttribute('aria-expanded', 'false');
    await expect(page, 'nothing was opened').toHaveURL(/\/funnel\?span=year$/);

    const touch = (await actor('admin', { lang, hasTouch: true })).page;
    const tapped = new Funnel(touch);
    await tapped.goto('?span=year');
    await tapped.ask(second.stage).tap();
    await expect(tapped.why(second.stage)).toBeVisible();
    await tapped.ask(second.stage).tap();
    await expect(tapped.why(second.stage)).toBeHidden();
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
      const why = funnel.list.locator('ol > li').nth(stage).locator('details.lv-unfold');
      await why.locator('summary').click();
      await expect(why.locator('li')).toHaveCount(Math.min(3, report.now.reasons[stage].length));
      await expect(why.locator('li').first()).toContainText(whole(report.now.reasons[stage][0].count));
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
