// Satisfaction on a phone: results and plans are cards, and targets are large enough for a finger.
import { expect, open, test } from '../support/fixtures';

interface Row { id: string; status: string; sent: number }

test('results, plans and the page of a link fit a phone', async ({ page, signIn }) => {
  const api = await signIn('admin');
  const surveys = await api.json<Row[]>('satisfaction/surveys', {});
  const survey = surveys.filter(one => one.status === 'open').sort((a, b) => b.sent - a.sent)[0].id;
  for (const address of ['/surveys', `/surveys/${survey}`, `/surveys/${survey}/edit`, `/surveys/${survey}/results?set=low`, '/surveys/plans']) {
    await open(page, address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, address).toBeLessThanOrEqual(0);
  }
  await open(page, `/surveys/${survey}`);
  await page.locator('[data-invitations] tr[data-state="waiting"] button[type="submit"]').first().click();
  const link = await page.locator('[data-links] input[data-link]').first().inputValue();
  await page.goto(new URL(link, page.url()).pathname);
  const small = await page.locator('.sv-q label, .sv-lang, .sv-f .btn').evaluateAll(all => all
    .map(element => element.getBoundingClientRect())
    .filter(box => box.height < 44 || box.width < 44).length);
  expect(small).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
});
