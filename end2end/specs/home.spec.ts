// Today, for each role: every number is the server's, and leads to exactly the
// rows behind it.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { HomePage, type List } from '../pages/home';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import type { Who } from '../support/api';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');
/** Where pictures of the page go, to look at; nowhere if it is not set. */
const SHOTS = process.env.WEIR_HOME_SHOTS;

/** What each role's page has. */
const PARTS: Record<string, { who: Who; lists: List[]; won: boolean; people: boolean; gaps: boolean }> = {
  administrator: { who: 'admin', lists: ['steps', 'tasks', 'contacts', 'needs', 'tickets', 'stalled'], won: true, people: true, gaps: true },
  manager: { who: 'director', lists: ['steps', 'tasks', 'contacts', 'needs', 'tickets', 'stalled'], won: true, people: true, gaps: false },
  salesperson: { who: 'rep1', lists: ['steps', 'tasks', 'contacts', 'needs', 'tickets', 'stalled'], won: true, people: false, gaps: false },
  service: { who: 'service1', lists: ['steps', 'tasks', 'contacts', 'needs', 'tickets'], won: false, people: false, gaps: false },
  finance: { who: 'finance', lists: ['tasks'], won: true, people: false, gaps: false },
  hr: { who: 'hr', lists: ['tasks'], won: false, people: false, gaps: true },
};

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    for (const [role, parts] of Object.entries(PARTS)) {
      test(`${role}: the page has what the role works on, and every number is the length of its list`, async ({ actor }, info) => {
        const { page, api } = await actor(parts.who, { lang, theme: lang === 'en' ? 'dark' : 'light' });
        const home = new HomePage(page);
        await open(page, '/');
        await expect(page).toHaveURL(/\/home$/);
        await expect(home.heading).toHaveText(text(lang, 'nav.today'));
        const told = await HomePage.told(api);
        expect(told.buckets.map(([list]) => list)).toEqual(parts.lists);
        await expect(home.won).toHaveCount(parts.won ? 1 : 0);
        await expect(page.locator('[data-help]')).toHaveCount(parts.people ? 1 : 0);
        await expect(home.gaps).toHaveCount(parts.gaps ? 1 : 0);
        if (SHOTS) {
          mkdirSync(SHOTS, { recursive: true });
          await page.screenshot({ path: path.join(SHOTS, `${role}-${info.project.name}-${lang}.png`), fullPage: true, animations: 'disabled' });
        }
        expect(await violations(page)).toEqual([]);
        for (const [list, { count }] of told.buckets) {
          await expect(home.bucket(list).locator('b')).toHaveText(whole(count));
          await home.bucket(list).click();
          await expect(page).toHaveURL(new RegExp(`list=${list}`));
          await expect(home.bucket(list)).toHaveAttribute('aria-current', 'true');
          await expect(home.total).toHaveText(whole(count));
          await expect(home.rowsOf(list)).toHaveCount(Math.min(count, 50));
          if (count === 0) await expect(home.work.locator('.empty')).toHaveText(text(lang, `home.empty_${list}`));
        }
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(sideways, 'the page does not scroll sideways').toBeLessThanOrEqual(0);
      });
    }

    test('what was won leads to its deals, this year\'s and last year\'s, and says how it is counted', async ({ page, signIn }) => {
      const api = await signIn('director');
      const home = new HomePage(page);
      await home.goto();
      const told = await HomePage.told(api);
      await expect(home.figure('count').locator('a.v')).toHaveText(whole(told.won!.count.rows.count));
      await home.figure('amount').locator('a.v').click();
      await expect(page).toHaveURL(/list=won$/);
      await expect(home.total).toHaveText(whole(told.won!.count.rows.count));
      await expect(home.rowsOf('won')).toHaveCount(Math.min(told.won!.count.rows.count, 50));
      await home.figure('count').locator('a.fs12').click();
      await expect(page).toHaveURL(/list=won_before/);
      await expect(home.total).toHaveText(whole(told.won!.count_before));
      await expect(home.rows).toHaveCount(Math.min(told.won!.count_before, 50));
      await home.won.locator('nav.seg').getByRole('link', { name: text(lang, 'home.year'), exact: true }).click();
      await expect(page).toHaveURL(/span=year/);
      const year = await HomePage.told(api, { span: 'year' });
      await expect(home.figure('count').locator('a.v')).toHaveText(whole(year.won!.count.rows.count));
      await home.won.locator('details summary').click();
      for (const key of ['def_amount', 'def_count', 'def_cycle', 'no_denominator', 'no_denominator_median', 'def_compared']) {
        await expect(home.won.locator('details').getByText(text(lang, `home.${key}`)).first(), key).toBeVisible();
      }
      await expect(home.won.locator('details')).toContainText(year.won!.count.context.as_of);
    });

    test('a manager sees who needs help, opens one person, and comes back', async ({ page, signIn }) => {
      const api = await signIn('director');
      const home = new HomePage(page);
      await home.goto();
      const { people } = await HomePage.told(api);
      await expect(home.people).toHaveCount(people.length);
      const first = people[0];
      const row = page.locator(`[data-person="${first.id}"]`);
      await expect(row.locator('td').nth(1)).toHaveText(whole(first.overdue_steps));
      await expect(row.locator('td').nth(2)).toHaveText(whole(first.stalled));
      await expect(row.locator('td').nth(3)).toHaveText(whole(first.overdue_contacts));
      await row.locator('td').first().getByRole('link').click();
      await expect(page).toHaveURL(url => url.searchParams.get('person') === first.id);
      await expect(home.whose).toContainText(text(lang, 'home.only_person', { name: first.name }));
      await expect(home.bucket('stalled').locator('b')).toHaveText(whole(first.stalled));
      await expect(page.locator('[data-help]')).toHaveCount(0);
      await home.whose.locator('.chip a').click();
      await expect(page).toHaveURL(/\/home$/);
      await home.whose.getByRole('link', { name: text(lang, 'home.mine'), exact: true }).click();
      await expect(page).toHaveURL(/whose=mine/);
      await expect(page.locator('[data-help]')).toHaveCount(0);
      await page.goBack();
      await expect(home.people).toHaveCount(people.length);
    });
  });
}

test('it is the first place of the navigation, and follows what others do', async ({ page, signIn, actor }) => {
  await signIn('director');
  await open(page, '/deals');
  const shell = new Shell(page);
  expect((await shell.entries()).filter(entry => entry !== '/search')[0]).toBe('/home');
  await shell.nav.locator('a[href="/home"]').click();
  const home = new HomePage(page);
  await expect(home.heading).toHaveText(text('zh', 'nav.today'));
  const { api } = await actor('director');
  const title = `今日 ${Date.now()}`;
  const today = (await HomePage.told(api)).won!.count.context.as_of;
  await home.bucket('tasks').click();
  const before = Number(await home.bucket('tasks').locator('b').textContent());
  await api.form('team/add_task', { 'form[title]': title, 'form[due_on]': today });
  await expect(home.bucket('tasks').locator('b')).toHaveText(String(before + 1));
  await home.rows.filter({ hasText: title }).locator('button').click();
  await expect(home.rows.filter({ hasText: title })).toHaveCount(0);
  await expect(home.bucket('tasks').locator('b')).toHaveText(String(before));
});

test('what cannot be read again stays as it stands, and that is said', async ({ page, signIn, actor, watch }) => {
  watch.expectStatus(503);
  await signIn('director');
  const home = new HomePage(page);
  await open(page, '/home');
  await home.bucket('tasks').click();
  const { api } = await actor('director');
  const today = (await HomePage.told(api)).won!.count.context.as_of;
  const task = async (name: string): Promise<string> => {
    const title = `${name} ${Date.now()}`;
    await api.form('team/add_task', { 'form[title]': title, 'form[due_on]': today });
    return title;
  };
  const kept = await task('先');
  await expect(home.rows.filter({ hasText: kept })).toHaveCount(1);
  await page.route('**/api/home/today**', route => route.fulfill({ status: 503, body: '' }));
  const missed = await task('后');
  await expect(page.locator('.toast-err').first()).toBeVisible();
  await expect(home.rows.filter({ hasText: kept })).toHaveCount(1);
  await page.unroute('**/api/home/today**');
  await task('再');
  await expect(home.rows.filter({ hasText: missed })).toHaveCount(1);
});

test('a person beyond one\'s sight is not shown', async ({ page, signIn, actor, watch }) => {
  watch.expectStatus(404);
  await signIn('east.manager');
  const { api } = await actor('admin');
  const people = await api.form<{ people: { id: string; role: string }[] }>('settings/people');
  const seen = new Set((await HomePage.told((await actor('east.manager')).api)).people.map(row => row.id));
  const other = people.people.find(person => person.role === 'administrator' && !seen.has(person.id))!;
  const answer = await page.goto(`/home?person=${other.id}`);
  expect(answer?.status()).toBe(404);
  await expect(page.locator('main [role="alert"]')).toHaveText(new RegExp(text('zh', 'errors.not_found')));
});

test('without scripts the lists open, and a task is ticked off', async ({ actor }) => {
  const { page, api } = await actor('rep1', { javaScriptEnabled: false });
  const home = new HomePage(page);
  const today = (await HomePage.told(api)).won!.count.context.as_of;
  const title = `无脚本 ${Date.now()}`;
  await api.form('team/add_task', { 'form[title]': title, 'form[due_on]': today });
  await page.goto('/home');
  await home.bucket('tasks').click();
  await expect(page).toHaveURL(/list=tasks/);
  await home.rows.filter({ hasText: title }).locator('button').click();
  await expect(page).toHaveURL(/list=tasks/);
  await expect(home.rows.filter({ hasText: title })).toHaveCount(0);
  await home.work.locator('details summary').click();
  await expect(home.work.locator('details')).toContainText(text('zh', 'home.def_tasks'));
});
