// Customer economics: figures are the server's and each leads to exactly its customers;
// splits add up; costs are written down by finance and are seen by who sees all customers.
import type { Locator } from '@playwright/test';
import { Form } from '../pages/form';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const ECONOMICS = '/analysis/economics';
const whole = (n: number): string => n.toLocaleString('en-US');

interface Figures { group: string | null; moves: { start: number; lost_of_start: number; new: number }; end: number; kept: number; repeat: number; buyers: number; money: { currency: string; cac_minor: number | null }[] }
interface Report { all: Figures; groups: Figures[]; sees_costs: boolean; course: { period: { start: string }; start: number; kept: number; buyers: number; repeat: number }[]; rows: { total: number; rows: { id: string }[] } | null }

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('every figure is explained and leads to exactly its customers', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const report = await api.json<Report>('analysis/economics', { query: { span: 'year' } });
      await open(page, `${ECONOMICS}?span=year`);
      await expect(page.locator('.an-message')).toContainText(whole(report.all.moves.start));
      const churn = page.locator('[data-figure="churn"]');
      await churn.locator('summary').click();
      for (const word of ['definition', 'formula', 'numerator', 'denominator', 'filter', 'as_of']) await expect(churn).toContainText(text(lang, `analysis.${word}`));
      expect(await violations(page)).toEqual([]);
      await churn.locator('[data-set="start"]').click();
      await expect(page).toHaveURL(/set=start/);
      await expect(page.locator('#behind [data-behind]')).toHaveText(whole(report.all.moves.start));
      const behind = await api.json<Report>('analysis/economics', { query: { span: 'year', set: 'start' } });
      expect(behind.rows!.total).toBe(report.all.moves.start);
      await expect(page.locator('#behind [data-customer-id]')).toHaveCount(behind.rows!.rows.length);
      expect(await violations(page)).toEqual([]);
    });

    test('splits are links, add up, and go back in time', async ({ page, signIn }) => {
      const api = await signIn('admin');
      await open(page, ECONOMICS);
      for (const by of ['industry', 'source', 'tier']) {
        await page.locator(`.econ-bar [data-by="${by}"]`).click();
        await expect(page).toHaveURL(new RegExp(`by=${by}`));
        const report = await api.json<Report>('analysis/economics', { query: { by } });
        await expect(page.locator('[data-groups] tbody tr')).toHaveCount(report.groups.length);
        expect(report.groups.reduce((sum, group) => sum + group.end, 0)).toBe(report.all.end);
      }
      await page.locator('[data-earlier]').click();
      await expect(page).toHaveURL(/at=2026-01-01/);
      await expect(page.locator('[data-later]')).toBeVisible();
      await page.reload();
      await hydrated(page);
      await expect(page).toHaveURL(/at=2026-01-01/);
    });

    test('retention and repeat purchase go by quarter, each number with its customers', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { course } = await api.json<Report>('analysis/economics', { query: {} });
      expect(course.length).toBeGreaterThan(4);
      await open(page, ECONOMICS);
      const card = page.locator('[data-card="course"]');
      const lines = card.locator('[data-course] tbody tr');
      await expect(lines).toHaveCount(course.length);
      const [last, at] = [course.at(-2)!, lines.nth(course.length - 2)];
      await expect(at.locator('[data-rate="kept"]')).toHaveText(`${(last.kept * 100 / last.start).toFixed(1)}%`);
      await expect(at.locator('[data-rate="repeat"]')).toHaveText(`${(last.repeat * 100 / last.buyers).toFixed(1)}%`);
      await card.locator('summary').first().click();
      await expect(card).toContainText(text(lang, 'economics.retention_def'));
      expect(await violations(page)).toEqual([]);
      await at.getByRole('link', { name: whole(last.repeat), exact: true }).last().click();
      await expect(page).toHaveURL(/set=/);
      await expect(page.locator('#behind [data-behind]')).toBeVisible();
    });

    test('finance writes costs down; a manager of a part sees none', async ({ actor, watch }) => {
      test.setTimeout(90_000);
      watch.expectStatus(403, 422);
      const finance = await actor('finance', { lang });
      await open(finance.page, '/settings/costs');
      await expect(finance.page.locator('[data-costs] tbody tr').first()).toBeVisible();
      const form = Form.of(finance.page, '#form form');
      await form.fill({ month: 'June', channel: 'other', amount: '10' });
      await form.submit();
      await expect(form.error('month')).toHaveText(text(lang, 'errors.not_a_month'));
      const month = lang === 'zh' ? '2026-05' : '2026-04';
      await form.fill({ month, channel: 'other', amount: '870' });
      await form.submit();
      const amount = (of: string): Locator => finance.page.locator(`tr[data-month="${of}"] a[href*="channel=other"]`);
      await expect(amount(month)).toContainText('870');
      await expect(form.field('amount'), 'what was written begins anew').toHaveValue('');
      expect(await violations(finance.page)).toEqual([]);

      // What is half-written stays while the margin is saved and while others write.
      await amount(month).click();
      await expect(form.field('amount')).toHaveValue(/870/);
      await form.fill({ amount: '1234' });
      const margin = Form.of(finance.page, '[data-margin] form');
      await margin.fill({ margin: await margin.field('margin').inputValue() });
      const saved = finance.page.waitForResponse(answer => answer.url().includes('settings/save_margin'));
      await margin.submit();
      expect((await saved).ok()).toBe(true);
      const admin = await actor('admin', { lang });
      const later = lang === 'zh' ? '2026-03' : '2026-02';
      await admin.api.form('settings/save_cost', { 'form[month]': later, 'form[channel]': 'other', 'form[amount]': '55' });
      await expect(amount(later)).toContainText('55');
      await expect(form.field('amount')).toHaveValue('1234');
      await expect(form.field('month')).toHaveValue(month);
      const all = await finance.api.json<Report>('analysis/economics', { query: { by: 'source' } });
      expect(all.sees_costs).toBe(true);
      const part = await actor('east.manager', { lang });
      const seen = await part.api.json<Report>('analysis/economics', { query: {} });
      expect(seen.sees_costs).toBe(false);
      expect(seen.all.money.every(money => money.cac_minor === null)).toBe(true);
      await part.page.goto('/settings/costs');
      await expect(part.page.locator('main')).toContainText(text(lang, 'errors.forbidden'));
    });

    test('the health of a customer is on its page with its parts, and on the board of tiers', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const board = await api.json<{ columns: { cards: { id: string; health: { score: number | null } }[] }[] }>('tiers/board', { filter: {}, shown: 20 });
      const card = board.columns[0].cards.find(one => one.health.score !== null)!;
      await open(page, '/tiers');
      await expect(page.locator(`[data-customer-id="${card.id}"] [data-health]`)).toHaveAttribute('data-health', String(card.health.score));
      await open(page, `/customers/${card.id}`);
      const box = page.locator('[data-health-box]');
      await expect(box.locator('b[data-health]')).toHaveAttribute('data-health', String(card.health.score));
      await expect(box.locator('[data-part]')).toHaveCount(4);
      await box.locator('summary').click();
      await expect(box).toContainText(text(lang, 'health.definition', { contact: 40, payment: 25, satisfaction: 20, orders: 15 }));
    });
  });
}
