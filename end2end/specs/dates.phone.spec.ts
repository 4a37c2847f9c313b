// Deals by date on a phone: months below one another, the days that have something.
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test(`a deal is given another date with a finger (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('rep1', { lang });
    await open(page, '/deals/months');
    const first = page.locator('[data-month]:not([data-month="0"]) [data-deal-id]').first();
    const id = (await first.getAttribute('data-deal-id'))!;
    const before = (await api.json<{ card: { expected_close_on: string | null } }>('pipeline/deal', { id })).card.expected_close_on;
    await first.getByRole('button').tap();
    const form = page.locator('form.cell-edit');
    await form.locator('#expected_close_on').fill('2026-09-17');
    expect(await violations(page, { include: 'form.cell-edit' })).toEqual([]);
    await form.locator('button[type="submit"]').tap();
    const now = async (): Promise<string | null> => (await api.json<{ card: { expected_close_on: string | null } }>('pipeline/deal', { id })).card.expected_close_on;
    await expect.poll(now).toBe('2026-09-17');
    await page.locator('.toast [data-undo]').tap();
    await expect.poll(now).toBe(before);
    await page.locator('.views-of-deals').getByRole('link', { name: text(lang, 'nav.view_calendar') }).tap();
    await expect(page).toHaveURL(/\/deals\/calendar/);
    await expect(page.locator('.cal-day.is-today .cal-d')).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(width, 'nothing scrolls sideways').toBeLessThanOrEqual(0);
  });
}
