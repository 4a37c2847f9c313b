// Return visits: from the list of what is due by a tapped call to the record, gone from what
// is overdue, and back; needs routed; calendar, share in time, settings; who may not.
import { Form } from '../pages/form';
import { Visits } from '../pages/visits';
import { offered } from '../support/api';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
const TODAY = '2026-06-30';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a tapped call leads to the record, the customer is no longer overdue, and is again when it is taken back', async ({ page, signIn, watch }) => {
      // What is refused on purpose.
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const visits = new Visits(page);
      const told = await Visits.told(api, { standing: 'overdue' });
      // Not a VIP: they are due by a visit too, which a call does not reset.
      const row = told.page.rows.find(one => one.tier !== 'vip' && one.reach.phone !== '')!;
      await visits.goto('?standing=overdue');
      await expect(page.locator('main h1')).toHaveText(text(lang, 'visits.title'));
      await expect(visits.part('overdue')).toHaveAttribute('aria-current', 'true');
      await expect(visits.part('overdue').locator('.count')).toHaveText(whole(told.page.total));
      await expect(page.locator('.pager .total')).toContainText(whole(told.page.total));
      await expect(visits.row(row.customer)).toHaveAttribute('data-standing', 'overdue');
      await expect(visits.row(row.customer).locator('[data-level]')).toHaveAttribute('data-level', row.level!);
      expect(await violations(page)).toEqual([]);

      await visits.noDialling();
      const call = visits.row(row.customer).locator('[data-reach="call"]');
      await expect(call).toHaveAttribute('href', /^tel:\+?\d+/);
      await call.click();
      await expect(page).toHaveURL(new RegExp(`/visits/new\\?customer=${row.customer}&channel=call`));
      await visits.filled();
      const { form } = visits;
      await expect(form.field('channel')).toHaveValue('call');
      await expect(form.field('on')).toHaveValue(TODAY);
      await expect(form.field('time')).toHaveValue(/^\d\d:\d\d$/);
      if (row.reach.contact) await expect(form.field('contact')).toHaveValue(row.reach.contact);
      expect(await violations(page)).toEqual([]);
      await form.fill({ text_1: `More gateways ${lang}`, due_on_1: '2026-07-10', on: '2026-07-01' });
      await form.submit();
      await expect(form.error('content')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('on')).toHaveText(text(lang, 'errors.date_in_future'));
      await expect(form.field('text_1'), 'what was typed is kept').toHaveValue(`More gateways ${lang}`);
      await form.fill({ content: `Spoke with them, ${lang}`, on: TODAY });
      await visits.saved();
      await expect(visits.done).toContainText(text(lang, 'common.undo'));
      const done = new URL(page.url());
      expect((await Visits.told(api, { standing: 'overdue' })).page.total).toBe(told.page.total - 1);
      await open(page, `/customers/${row.customer}`);
      const box = page.locator('section[data-visits]');
      await expect(box).toContainText(`More gateways ${lang}`);
      await box.locator('[data-visit-list] summary').click();
      await expect(box.locator('[data-visit-id]').first()).toContainText(`Spoke with them, ${lang}`);
      await expect(page.locator('.tl').first(), 'a follow-up at the same time').toContainText(`Spoke with them, ${lang}`);
      await visits.goto('?standing=overdue');
      await expect(visits.part('overdue').locator('.count')).toHaveText(whole(told.page.total - 1));
      await expect(visits.row(row.customer)).toHaveCount(0);

      await open(page, done.pathname + done.search);
      await visits.done.locator('[data-undo-visit]').click();
      await expect(page).toHaveURL(/\/visits$/);
      await expect(visits.part('overdue').locator('.count'), 'as before').toHaveText(whole(told.page.total));
      await expect(visits.done).toHaveCount(0);
      const needs = await Visits.needs(api, { customer: row.customer, shown: 'all' });
      expect(needs.page.rows.map(one => one.text)).not.toContain(`More gateways ${lang}`);
    });

    test('a message copies the number and opens the form, and mail and record have their own', async ({ page, signIn, context, baseURL }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseURL! });
      const api = await signIn('rep1');
      const visits = new Visits(page);
      const row = (await Visits.told(api)).page.rows.find(one => one.reach.phone !== '')!;
      await visits.goto();
      await visits.row(row.customer).locator('[data-reach="wechat"]').click();
      await visits.filled();
      await expect(visits.form.field('channel')).toHaveValue('wechat');
      await expect(page.locator('.toast')).toContainText(row.reach.phone);
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(row.reach.phone);
      await visits.goto();
      await visits.row(row.customer).locator('[data-record]').click();
      await visits.filled();
      await expect(page.locator('#visit-form h2')).toBeVisible();
    });

    test('a need is routed, found on the page of today, declined with a reason, and settled', async ({ app, actor, watch }) => {
      test.setTimeout(90_000);
      watch.expectStatus(422);
      const service = await actor('service1', { lang });
      const rep = await actor('rep1', { lang });
      const to = (await offered(app, 'rep1'))!;
      const { customer } = (await Visits.told(service.api)).page.rows[0];
      const visits = new Visits(service.page);
      await open(service.page, `/visits/new?customer=${customer}&channel=email`);
      const said = `The manual is unclear ${lang} ${Date.now()}`;
      await visits.form.fill({ content: 'Asked how it goes', text_3: said, owner_3: to.id, due_on_3: TODAY });
      await visits.saved();

      await open(rep.page, '/home?list=needs');
      const mine = rep.page.locator('[data-rows="needs"] li').filter({ hasText: said });
      await expect(mine).toBeVisible();
      await mine.getByRole('link').first().click();
      await rep.page.locator('#need').waitFor();
      await hydrated(rep.page);
      const form = Form.of(rep.page, '#need form');
      expect(await violations(rep.page)).toEqual([]);
      await form.fill({ status: 'declined' });
      await form.submit();
      await expect(form.error('reason')).toHaveText(text(lang, 'errors.reason_required'));
      await form.fill({ status: 'working' });
      await form.submit();
      await expect(rep.page).toHaveURL(/\/visits\/needs$/);
      const row = rep.page.locator('[data-needs] tbody tr').filter({ hasText: said });
      await expect(row).toHaveAttribute('data-status', 'working');

      // Two at once: the second is told, and decides.
      watch.expectStatus(409);
      const need = (await Visits.needs(rep.api)).page.rows.find(one => one.text === said)!;
      await open(service.page, `/visits/needs?edit=${need.id}`);
      await rep.api.form('visits/save_need', { 'form[id]': need.id, 'form[version]': String(need.version), 'form[status]': 'open', 'form[due_on]': TODAY });
      const late = Form.of(service.page, '#need form');
      await late.fill({ status: 'done' });
      await late.submit();
      await service.page.getByRole('button', { name: text(lang, 'common.keep_mine') }).click();
      await expect(service.page).toHaveURL(/\/visits\/needs$/);
      await expect(row, 'settled, so it is not to do any more').toHaveCount(0);
      await open(rep.page, '/visits/needs?status=done');
      await expect(row).toHaveAttribute('data-status', 'done');
    });

    test('a manager sees who hears of what, and what is escalated to them', async ({ app, page, signIn }) => {
      const api = await signIn('director');
      const told = await Visits.told(api);
      const visits = new Visits(page);
      await visits.goto();
      for (const [standing, n] of told.standings) await expect(visits.part(standing).locator('.count'), standing).toHaveText(whole(n));
      expect(told.with_me, 'the demo has what is fourteen days late').toBeGreaterThan(0);
      await visits.part('with_me').click();
      await expect(page).toHaveURL(/with=me/);
      await expect(page.locator('.pager .total')).toContainText(whole(told.with_me));
      await expect(page.locator('tr[data-customer-id]').first().locator('.told')).toContainText((await offered(app, 'director'))!.name);
      expect(await violations(page)).toEqual([]);
    });

    test('week and month show the days, and those on which nobody works', async ({ page, signIn }) => {
      await signIn('director');
      await open(page, '/visits?show=month&at=2026-10-01');
      const calendar = page.locator('.visit-cal');
      await expect(calendar.locator('[data-day="2026-10-01"]')).toContainText('国庆节');
      await expect(calendar.locator('[data-day="2026-10-10"]')).toContainText(text(lang, 'visits.worked_day'));
      await expect(calendar.locator('[data-day="2026-10-01"] .visit-item'), 'nothing falls due on a free day').toHaveCount(0);
      expect(await violations(page)).toEqual([]);
      await open(page, '/visits?show=week');
      await expect(calendar.locator(`[data-day="${TODAY}"]`)).toHaveAttribute('aria-current', 'date');
      await page.getByRole('link', { name: text(lang, 'visits.after_week') }).click();
      await expect(page).toHaveURL(/show=week&at=2026(-|%2D)07(-|%2D)07/);
      await expect(calendar.locator('[data-day="2026-07-06"]')).toBeVisible();
      await page.locator('.cal-top [data-overdue]').click();
      await expect(page).toHaveURL(/standing=overdue/);
    });

    test('the share in time says how it is counted, and its rows are its numbers', async ({ page, signIn }) => {
      const api = await signIn('director');
      const report = await api.json<{ share: { kept: number; due: number } }>('visits/timely', { query: { span: 'year' } });
      expect(report.share.due).toBeGreaterThan(0);
      await open(page, '/visits/timely?span=year');
      await expect(page.locator('[data-share]')).toHaveText(`${(report.share.kept * 100 / report.share.due).toFixed(1)}%`);
      await page.locator('[data-timely] details summary').click();
      await expect(page.locator('[data-timely] details')).toContainText(TODAY);
      await page.locator('[data-set="missed"]').click();
      await expect(page).toHaveURL(/set=missed/);
      await expect(page.locator('tr[data-customer-id]')).toHaveCount(Math.min(report.share.due - report.share.kept, 200));
      expect(await violations(page)).toEqual([]);
    });

    test('workdays are pasted, refused by their line, taken out and put back', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      await signIn('admin');
      await open(page, '/settings/workdays?year=2027');
      const form = Form.of(page, '#add-days');
      const [first, second] = lang === 'zh' ? ['2027-01-01', '2027-01-02'] : ['2027-10-01', '2027-10-02'];
      await form.fill({ lines: `${first} A\nsome day` });
      await form.submit();
      await expect(form.error('lines')).toHaveText(text(lang, 'errors.bad_day_line', { n: 2, max: 60 }));
      await expect(form.field('lines')).toHaveValue(`${first} A\nsome day`);
      await form.fill({ lines: `${first} A\n${second} B` });
      await form.submit();
      const row = (day: string) => page.locator(`tr[data-day="${day}"]`);
      await expect(row(first)).toBeVisible();
      await expect(row(second)).toContainText('B');
      await expect(form.field('lines'), 'empty for the next').toHaveValue('');
      expect(await violations(page)).toEqual([]);
      await row(second).getByRole('button').click();
      await expect(row(second)).toHaveCount(0);
      await expect(page.locator(`[data-gone="${second}"]`)).toContainText('B');
      await page.locator('[data-put-back]').click();
      await expect(row(second)).toContainText('B');
      await expect(page.locator('[data-gone]')).toHaveCount(0);
    });

    test('questions are set in versions, and asked of the next visit', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      await open(page, '/settings/visit-forms');
      await page.locator('[data-visit-forms] tr[data-tier="vip"] a').click();
      const form = Form.of(page, '#visit-questions');
      await form.field('label_1').waitFor();
      await form.fill({ label_4: 'What next?', kind_4: 'choice', choices_4: 'only one' });
      await form.submit();
      await expect(form.error('choices_4')).toHaveText(text(lang, 'errors.few_choices'));
      await form.fill({ choices_4: 'buy / wait' });
      await form.submit();
      await expect(page).toHaveURL(/\/settings\/visit-forms$/);
      await expect(page.locator('tr[data-tier="vip"]')).toContainText('What next?');
      await expect(page.locator('tr[data-tier="vip"] [data-version]')).toHaveText(text(lang, 'visits.version_n', { n: 2 }));
      const vip = (await Visits.told(api, { tier: 'vip' })).page.rows[0];
      const visits = new Visits(page);
      await open(page, `/visits/new?customer=${vip.customer}`);
      await expect(page.locator('[data-questions]')).toContainText('What next?');
      await visits.form.fill({ content: 'asked', q0: '4', q3: 'wait' });
      await visits.saved();
      await open(page, `/customers/${vip.customer}`);
      const box = page.locator('section[data-visits]');
      await box.locator('[data-visit-list] summary').click();
      await expect(box.locator('[data-visit-id]').first()).toContainText('wait');
    });

    test('who may not is told so, and others’ customers are not there', async ({ page, signIn, api, watch }) => {
      watch.expectStatus(403, 404);
      for (const who of ['finance', 'hr'] as const) {
        await signIn(who);
        for (const address of ['/visits', '/visits/needs', '/visits/timely', '/settings/workdays', '/settings/visit-forms']) {
          await page.goto(address);
          await expect(page.locator('main'), `${who} ${address}`).toContainText(text(lang, 'errors.forbidden'));
        }
      }
      const own = (await Visits.told(await api('rep1'))).page.rows.map(row => row.customer);
      const other = (await Visits.told(await api('admin'))).page.rows.find(row => !own.includes(row.customer))!;
      await signIn('rep1');
      await page.goto(`/visits/new?customer=${other.customer}`);
      await expect(page.locator('main')).toContainText(text(lang, 'errors.not_found'));
      await expect(page.locator('#visit-form')).toHaveCount(0);
      await page.goto('/settings/workdays');
      await expect(page.locator('main')).toContainText(text(lang, 'errors.forbidden'));
    });
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false, lang: 'en' });

  test('a visit is refused with what was typed, then written down and taken back', async ({ page, signIn }) => {
    const api = await signIn('rep2');
    const { customer } = (await Visits.told(api, { standing: 'overdue' })).page.rows[0];
    await page.goto('/visits?standing=overdue');
    await page.locator(`tr[data-customer-id="${customer}"] [data-record]`).click();
    await page.locator('#text_1').fill('kept');
    await page.locator('#visit-form button[type="submit"]').click();
    await expect(page.locator('#content-err')).toBeVisible();
    await expect(page.locator('#text_1')).toHaveValue('kept');
    await page.locator('#content').fill('without scripts');
    await page.locator('#visit-form button[type="submit"]').click();
    await expect(page).toHaveURL(/\/visits\?done=/);
    await page.locator('[data-undo-visit]').click();
    await expect(page).toHaveURL(/\/visits$/);
    await page.goto('/visits?standing=overdue');
    await expect(page.locator(`tr[data-customer-id="${customer}"]`)).toBeVisible();
  });
});
