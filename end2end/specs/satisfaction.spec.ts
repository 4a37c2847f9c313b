// Satisfaction: a survey is designed, its link is answered on a phone without scripts, the
// answer is in the results, a low score becomes a plan, and a second survey shows its effect.
import type { Browser } from '@playwright/test';
import { Form } from '../pages/form';
import { Designer, PublicSurvey } from '../pages/survey';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Plan { id: string; status: string; customer_name: string }

/** A phone without scripts and without a sign-in. */
async function stranger(browser: Browser, url: string, locale: string) {
  return browser.newContext({ javaScriptEnabled: false, baseURL: url, locale, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
}

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a survey is designed, answered by link, and a low score is worked on until its effect is shown', async ({ page, signIn, browser, app, watch }) => {
      test.setTimeout(120_000);
      // Refused on purpose: an incomplete survey, an answer without a score, a link used twice.
      watch.expectStatus(422, 410);
      const api = await signIn('admin');
      const title = `Survey ${lang} ${Date.now()}`;
      await open(page, '/surveys/new');
      const designer = new Designer(page);
      const form = new Form(designer.form);
      await form.fill({ title_zh: title, title_en: title });
      await designer.act('add:choice');
      await expect(page).toHaveURL(/\/surveys\/[0-9a-f-]{36}\/edit$/);
      await hydrated(page);
      await expect(designer.questions).toHaveCount(5);
      await designer.act('publish');
      await expect(designer.form.locator('[data-error="zh_5"]')).toBeVisible();
      await form.fill({ zh_5: '哪里不满意？', en_5: 'What was wrong?', options_5: '慢 | Slow\n贵 | Expensive', if_question_5: 'q1', if_is_5: 'at_most', if_value_5: '3' });
      await designer.act('up:5');
      await expect(designer.questions.nth(3)).toHaveAttribute('data-kind', 'choice');
      await expect(page.locator('[data-preview] fieldset')).toHaveCount(5);
      expect(await violations(page)).toEqual([]);
      await designer.act('publish');
      await expect(page).toHaveURL(/\/surveys\/[0-9a-f-]{36}$/);
      const address = new URL(page.url()).pathname;
      await expect(page.locator(`[data-survey-id][data-status="open"]`)).toBeVisible();

      await open(page, `${address}?open=ask`);
      const candidate = page.locator('[data-candidates] li', { has: page.locator('input[type="checkbox"]:not([disabled])') }).first();
      await candidate.locator('input[type="checkbox"]').check();
      await page.locator('.sv-ask button[type="submit"]').click();
      const link = await page.locator('[data-links] input[data-link]').first().inputValue();
      expect(new URL(link, app.url).pathname).toMatch(/^\/s\/[0-9a-f]{40}$/);

      const context = await stranger(browser, app.url, lang === 'zh' ? 'zh-CN' : 'en-US');
      watch.over(context);
      const phone = await context.newPage();
      const survey = new PublicSurvey(phone);
      await phone.goto(new URL(link, app.url).pathname);
      await expect(phone.locator('html')).toHaveAttribute('lang', lang === 'zh' ? 'zh-CN' : 'en');
      expect(await phone.locator('script').count()).toBe(0);
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await survey.send();
      await expect(survey.error('q1')).toHaveText(text(lang, 'survey.answer_required'));
      await survey.choose('q1', '2');
      await survey.choose('q2-delivery', '3');
      await survey.choose('q3', '4');
      await expect(survey.question('q5'), 'asked only of who was not satisfied').toHaveCount(0);
      await survey.send();
      await survey.choose('q5', '1');
      await expect(phone.locator('input[type="checkbox"][name="anonymous"]')).toBeVisible();
      await phone.locator('textarea[name="q4"]').fill('等了两天 <b>');
      // The other language keeps what was chosen.
      await phone.locator('button.sv-lang').click();
      await expect(phone.locator('html')).toHaveAttribute('lang', lang === 'zh' ? 'en' : 'zh-CN');
      await expect(phone.locator('input[name="q5"][value="1"]')).toBeChecked();
      await survey.send();
      await expect(survey.said('thanks')).toBeVisible();
      await phone.goto(new URL(link, app.url).pathname);
      await expect(survey.said('answered')).toBeVisible();

      await open(page, `${address}/results?set=low`);
      await expect(page.locator('[data-figure="csat"] .v')).toContainText('0.0%');
      await expect(page.locator('[data-figure="nps"] .v')).toContainText('100.0');
      await expect(page.locator('[data-few]')).toBeVisible();
      await expect(page.locator('[data-dimension="delivery"]')).toContainText('60.0');
      const rows = page.locator('[data-answers] tbody tr');
      await expect(rows).toHaveCount(1);
      await expect(rows).toContainText('等了两天 <b>');
      expect(await violations(page)).toEqual([]);
      await rows.locator('a[href^="/surveys/plans/"]').click();
      await expect(page.locator('[data-plan-id][data-status="open"]')).toBeVisible();
      await hydrated(page);
      const work = new Form(page.locator('#form form'));
      await work.root.locator('button[value="acting"]').click();
      await expect(work.error('action')).toHaveText(text(lang, 'errors.required'));
      await work.fill({ action: 'send a technician' });
      await work.root.locator('button[value="acting"]').click();
      await expect(page.locator('[data-plan-id][data-status="acting"]')).toBeVisible();
      const plan = new URL(page.url()).pathname;

      await page.locator('[data-second] button[type="submit"]').click();
      const second = await page.locator('[data-links] input[data-link]').first().inputValue();
      await phone.goto(new URL(second, app.url).pathname);
      await survey.choose('q1', '5');
      await survey.choose('q3', '9');
      await survey.send();
      await expect(survey.question('q4')).toBeVisible();
      await expect(survey.question('q5')).toHaveCount(0);
      await expect(phone.locator('input[name="anonymous"]'), 'the effect is of somebody').toHaveCount(0);
      await survey.send();
      await expect(survey.said('thanks')).toBeVisible();
      await context.close();

      await open(page, plan);
      await expect(page.locator('[data-effect="csat"]')).toContainText('2 → 5');
      await expect(page.locator('[data-effect="nps"]')).toContainText('4 → 9');
      await page.locator('#form button[value="closed"]').click();
      await expect(page.locator('[data-plan-id][data-status="closed"]')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      const survey_id = address.split('/')[2];
      const plans = await api.json<{ rows: Plan[]; closed_loop: { plans: number; closed: number } }>('satisfaction/plans', { filter: { survey: survey_id } });
      expect(plans.closed_loop).toMatchObject({ plans: 1, closed: 1 });
      await open(page, `${address}/results`);
      await expect(page.locator('[data-figure="closed_loop"] .v')).toContainText('100.0%');
      await expect(page.locator('[data-figure="response"] .v')).toContainText('100.0%');
    });

    test('what was said in an interview is written down and is on the customer\'s page', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const customers = await api.json<{ rows: { id: string }[] }>('customers/customers', { filter: { text: '', industry: '', region: '' }, sort: 'name', after: null });
      const customer = customers.rows[0].id;
      await open(page, `/customers/${customer}`);
      await page.locator('[data-said-of] a[href^="/surveys/answers/new"]').click();
      await expect(page).toHaveURL(/customer=/);
      await page.locator('main form:has(#csat)').waitFor();
      await hydrated(page);
      const form = Form.of(page);
      await form.submit();
      await expect(form.error('csat')).toHaveText(text(lang, 'errors.says_nothing'));
      const words = `said ${lang} ${Date.now()}`;
      await form.fill({ csat: '5', words });
      await form.submit();
      await expect(page.locator('[data-answers] tbody tr', { hasText: words })).toHaveCount(1);
      await open(page, `/customers/${customer}`);
      await expect(page.locator('[data-said-of]')).toContainText(words);
      expect(await violations(page)).toEqual([]);
    });

    test('the list of plans narrows, and says how its rate is counted', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const all = await api.json<{ total: number; closed_loop: { plans: number; closed: number } }>('satisfaction/plans', { filter: {} });
      expect(all.closed_loop.closed).toBeGreaterThan(0);
      await open(page, '/surveys/plans');
      await page.locator('.filterbar select[name="status"]').selectOption('closed');
      await expect(page).toHaveURL(/status=closed/);
      await expect(page.locator('[data-plans] tbody tr').first()).toHaveAttribute('data-status', 'closed');
      await page.locator('[data-figure="closed_loop"] summary').click();
      await expect(page.locator('[data-figure="closed_loop"] dd').first()).toHaveText(text(lang, 'satisfaction.def_closed_loop'));
      expect(await violations(page)).toEqual([]);
    });
  });
}

test('a link that is none, and one that was replaced, say so in the same frame', async ({ page, watch, api, signIn }) => {
  watch.expectStatus(404);
  await page.goto(`/s/${'0'.repeat(40)}`);
  await expect(new PublicSurvey(page).said('unknown')).toBeVisible();
  await expect(page.locator('.sv-h')).toBeVisible();
  const admin = await api('admin');
  const surveys = await admin.json<{ id: string; status: string; sent: number }[]>('satisfaction/surveys', {});
  const survey = surveys.filter(one => one.status === 'open').sort((a, b) => b.sent - a.sent)[0];
  await signIn('admin');
  await open(page, `/surveys/${survey.id}`);
  const waiting = page.locator('[data-invitations] tr[data-state="waiting"]').first();
  const invitation = await waiting.getAttribute('data-invitation-id');
  await waiting.locator('button[type="submit"]').click();
  const first = new URL(await page.locator('[data-links] input[data-link]').first().inputValue(), page.url()).pathname;
  await page.goto(first);
  await expect(page.locator('fieldset[data-question="q1"]')).toBeVisible();
  await open(page, `/surveys/${survey.id}`);
  await expect(page.locator('[data-hides-answered]'), 'answers may be anonymous').toBeVisible();
  await expect(page.locator('[data-invitations] tr[data-state="answered"]')).toHaveCount(0);
  await page.locator(`tr[data-invitation-id="${invitation}"] button[type="submit"]`).click();
  const second = new URL(await page.locator('[data-links] input[data-link]').first().inputValue(), page.url()).pathname;
  expect(second).not.toBe(first);
  await page.goto(first);
  await expect(new PublicSurvey(page).said('unknown')).toBeVisible();
  await page.goto(second);
  await expect(page.locator('fieldset[data-question="q1"]')).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('finance and HR have no satisfaction; service reads and does not design', async ({ actor, watch }) => {
  watch.expectStatus(403);
  for (const who of ['finance', 'hr'] as const) {
    const { page } = await actor(who);
    await page.goto('/surveys');
    await expect(page.locator('main [role="alert"]')).toBeVisible();
  }
  const { page } = await actor('service1');
  await open(page, '/surveys');
  await expect(page.locator('[data-surveys] tbody tr').first()).toBeVisible();
  await expect(page.locator('a[href="/surveys/new"]')).toHaveCount(0);
  await page.goto('/surveys/new');
  await expect(page.locator('main [role="alert"]')).toBeVisible();
});
