// Findings by rule: each is a sentence with its figure, leads to exactly its rows, follows
// who looks and what is asked, can be put off and taken back; and the first stand on the page
// of today.
import { Findings, PATH, type Finding } from '../pages/findings';
import { Analysis } from '../pages/analysis';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
// No single deal is a third of the whole company's quarter.
const KINDS = ['drop_off', 'ageing', 'overdue', 'single_threaded', 'no_open_deal', 'product_gap'];
const kind = (one: Finding): string => one.key.split('.')[0];

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('the tab of insight leads to sentences that say how they were counted', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const analysis = new Analysis(page);
      await analysis.goto();
      await analysis.tab(PATH).click();
      await expect(page).toHaveURL(/\/analysis\/findings$/);
      const found = new Findings(page);
      const { findings } = await Findings.read(api);
      await expect(found.list).toHaveCount(findings.length);
      for (const name of KINDS) {
        const one = findings.find(each => kind(each) === name);
        expect(one, `the demo company has ${name}`).toBeTruthy();
        await expect(found.finding(one!.key)).toContainText(text(lang, `findings.${name}`));
        await expect(found.finding(one!.key)).toContainText(text(lang, `findings.${one!.severity}`));
      }
      const first = findings[0].key;
      await found.how(first).locator('summary').click();
      for (const word of ['definition', 'formula', 'numerator', 'denominator', 'filter', 'as_of']) {
        await expect(found.how(first)).toContainText(text(lang, `analysis.${word}`));
      }
      expect(await violations(page)).toEqual([]);
    });

    test('putting one off needs a note, is undone, and outlives a reload', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('director', { app, lang });
      const found = new Findings(page);
      await found.goto();
      const { findings } = await Findings.read(api);
      const one = findings[0];
      await found.later(one.key).click();
      await expect(page).toHaveURL(/later=/);
      await found.submit.click();
      await expect(found.refusal).toHaveText(text(lang, 'errors.required'));
      await found.note.fill('Talked about it on Monday.');
      await found.submit.click();
      await expect(page).not.toHaveURL(/later=/);
      await expect(found.finding(one.key)).toHaveCount(0);
      await expect(found.list).toHaveCount(findings.length - 1);
      await page.reload();
      await hydrated(page);
      await found.snoozed.locator('summary').click();
      await expect(found.off(one.key)).toContainText('Talked about it on Monday.');
      await found.off(one.key).getByRole('button').click();
      await expect(found.finding(one.key)).toHaveCount(1);
      await expect(found.snoozed).toHaveCount(0);
    });
  });
}

test('each finding leads to exactly its rows, and to those it is measured against', async ({ page, signIn }) => {
  test.setTimeout(120_000);
  const api = await signIn('admin');
  const found = new Findings(page);
  const { findings } = await Findings.read(api);
  for (const one of findings) {
    await test.step(one.key, async () => {
      await found.goto();
      await found.rows(one.key).click();
      await expect(found.total).toHaveText(whole(one.rows));
      await expect(found.behind).toHaveCount(Math.min(one.rows, 200));
      await found.how(one.key).locator('summary').click();
      await found.how(one.key).locator('a').last().click();
      await expect(page).toHaveURL(/whole=1/);
      await expect(found.total).toHaveText(whole(one.base));
    });
  }
});

test('what is found follows team and owner, and is in the address', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const found = new Findings(page);
  await found.goto();
  const owner = await found.chip('owner').locator('option').nth(1).getAttribute('value');
  await found.chip('owner').selectOption(owner);
  await expect(page).toHaveURL(new RegExp(`owner=${owner}`));
  const narrowed = await Findings.read(api, { owner });
  await expect(found.list).toHaveCount(narrowed.findings.length);
  await page.reload();
  await hydrated(page);
  await expect(found.chip('owner')).toHaveValue(owner!);
  await page.goBack();
  await expect(found.chip('owner')).toHaveValue('');
});

for (const who of ['director', 'rep1'] as const) {
  test(`the page of today tells the first of them (${who})`, async ({ page, signIn }) => {
    const api = await signIn(who);
    const { findings } = await Findings.read(api);
    await open(page, '/home');
    const top = page.locator('[data-top-findings]');
    const first = findings.slice(0, 3).map(one => one.key);
    await expect(top.locator('li[data-finding]')).toHaveCount(first.length);
    for (const [index, key] of first.entries()) await expect(top.locator('li').nth(index)).toHaveAttribute('data-finding', key);
    await top.locator('header a').click();
    await expect(page).toHaveURL(/\/analysis\/findings$/);
    await expect(new Findings(page).list).toHaveCount(findings.length);
  });
}

test('without scripts one is put off and taken back', async ({ server, actor }) => {
  const app = await server('demo');
  const { page, api } = await actor('director', { app, javaScriptEnabled: false });
  const found = new Findings(page);
  await page.goto(PATH);
  const [one] = (await Findings.read(api)).findings;
  await found.later(one.key).click();
  await found.submit.click();
  await expect(found.refusal).toBeVisible();
  await found.note.fill('Later');
  await found.submit.click();
  await expect(found.finding(one.key)).toHaveCount(0);
  await found.snoozed.locator('summary').click();
  await found.off(one.key).getByRole('button').click();
  await expect(found.finding(one.key)).toHaveCount(1);
});

for (const lang of LANGS) {
  test(`pages say what their tool is for and where it stands (${lang})`, async ({ actor }) => {
    const { page } = await actor('admin', { lang });
    for (const [address, tool] of [['/funnel?span=year', 'funnel'], ['/customers', 'records'], ['/tiers', 'tiers'], ['/visits', 'visits'], ['/surveys', 'satisfaction']] as const) {
      await test.step(tool, async () => {
        await open(page, address);
        const panel = page.locator('[data-method]');
        await expect(panel.locator('dl')).toBeHidden();
        await panel.locator('summary').click();
        await expect(panel).toContainText(text(lang, `method.${tool}_function`));
        if (await panel.locator('[data-status]').count() > 0) await expect(panel.locator('[data-status]')).toContainText(/\d/);
        else expect(['visits', 'satisfaction']).toContain(tool);
      });
    }
  });
}
