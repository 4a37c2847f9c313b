// What tiers promise: set by administrators, each field with its own refusal, and
// followed by the board, a customer's page and the page of today at once.
import { Form } from '../pages/form';
import { TierSettings } from '../pages/settings';
import { Tiers } from '../pages/tiers';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

interface Home { buckets: [string, { count: number; overdue: number }][] }
const CONTACTS = { query: { whose: null, person: null, span: null, list: 'contacts' } };

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a tier is set, and the pages follow', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app, lang });
      const other = await actor('admin', { app, lang });
      const tiers = new Tiers(other.page);
      await tiers.goto();
      const before = await Tiers.board(api);
      await open(page, '/tiers');
      await page.locator('main header [data-settings]').click();
      await expect(page).toHaveURL(/\/settings\/tiers$/);
      const settings = new TierSettings(page);
      await settings.row('vip').locator('a').click();
      const { form } = settings;
      await form.field('every_any').waitFor();
      await expect(form.label('every_visit')).toContainText(text(lang, 'common.follow_up_visit'));
      expect(await violations(page)).toEqual([]);
      await form.fill({ every_any: '0', every_call: '731', every_visit: '1.5', response: 'soon', discount: '120', offers: Array(11).fill('x').join('\n') });
      await form.submit();
      await expect(form.error('every_any')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
      await expect(form.error('every_call')).toHaveText(text(lang, 'errors.too_large_max', { max: 730 }));
      await expect(form.error('every_visit')).toHaveText(text(lang, 'errors.not_a_whole_number'));
      await expect(form.error('response')).toHaveText(text(lang, 'errors.not_hours'));
      await expect(form.error('discount')).toHaveText(text(lang, 'errors.not_a_percentage'));
      await expect(form.error('offers')).toHaveText(text(lang, 'errors.too_many_lines', { max: 10 }));
      await expect(form.field('response'), 'what was typed is kept').toHaveValue('soon');
      await form.fill({ every_any: '730', every_call: '', every_visit: '', after_win: '0', after_again: '0', after_score: '0', response: '1.5', discount: '7.5', offers: '专属工程师' });
      await form.submit();
      await expect(settings.row('vip')).toContainText('7.5%');
      await expect(settings.row('vip')).toContainText('专属工程师');
      // Elsewhere too, without a reload.
      await expect(tiers.column('vip').locator('dl')).toContainText('专属工程师');
      const after = await Tiers.board(api);
      expect(before.columns[0].late, 'late by what was promised before').toBeGreaterThan(0);
      expect(after.columns[0].late, 'two years are long').toBe(0);
      await expect(tiers.column('vip').locator('header .danger')).toHaveCount(0);
      const home = await api.json<Home>('home/home', CONTACTS);
      // Columns count answers that are late and discounts that wait too; today lists contacts.
      const all = await Tiers.all(api, { late: true });
      const late = all.columns.flatMap(column => column.cards).filter(card => card.breaches.some(breach => 'visit_overdue' in breach || 'after_overdue' in breach)).length;
      expect(all.columns.reduce((sum, column) => sum + column.cards.length, 0), 'all were read').toBe(all.columns.reduce((sum, column) => sum + column.count, 0));
      expect(home.buckets.find(([list]) => list === 'contacts')![1].overdue).toBe(late);
      const card = after.columns[0].cards[0];
      await open(page, `/customers/${card.id}`);
      await expect(page.locator('.tier-service:not([data-standing])')).toContainText('专属工程师');
    });

    test('visits after a win and a low score are set, in their order', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      const settings = new TierSettings(page);
      await settings.goto('?edit=ordinary');
      const { form } = settings;
      await expect(form.field('after_win')).toHaveValue('7');
      await expect(form.field('after_again')).toHaveValue('30');
      await expect(form.field('after_score')).toHaveValue('2');
      await form.fill({ after_win: '30', after_score: '21' });
      await form.submit();
      await expect(form.error('after_again')).toHaveText(text(lang, 'errors.not_after_first'));
      await expect(form.error('after_score')).toHaveText(text(lang, 'errors.too_large_max', { max: 20 }));
      await form.fill({ after_win: '5', after_again: '0', after_score: '1' });
      await form.submit();
      await expect(settings.row('ordinary')).toContainText(text(lang, 'tiers.score_one', { n: 1 }));
    });

    test('what the parts of health count is set, 100 together', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      await open(page, '/settings/tiers');
      const form = Form.of(page, '[data-weights] form');
      await expect(form.field('contact')).toHaveValue('40');
      await form.fill({ contact: '50' });
      await form.submit();
      await expect(form.error('contact')).toHaveText(text(lang, 'errors.weights_not_whole', { sum: 110 }));
      await expect(form.field('contact'), 'what was typed is kept').toHaveValue('50');
      await form.fill({ orders: '5' });
      await form.submit();
      await expect(form.error('contact')).toBeHidden();
      await page.reload();
      await expect(form.field('orders')).toHaveValue('5');
      expect(await violations(page)).toEqual([]);
    });

    test('of two who set a tier the second is told who was first', async ({ server, actor, watch }) => {
      watch.expectStatus(409);
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang });
      const settings = new TierSettings(page);
      await settings.goto('?edit=ordinary');
      const second = await actor('admin', { app, lang });
      const theirs = new TierSettings(second.page);
      await theirs.goto('?edit=ordinary');
      await theirs.form.fill({ every_any: '80' });
      await theirs.form.submit();
      await expect(theirs.row('ordinary')).toContainText('80');
      await settings.form.fill({ every_any: '85' });
      await settings.form.submit();
      await expect(settings.form.whole).toBeVisible();
      await expect(settings.form.field('every_any')).toHaveValue('85');
    });

    test('without scripts', async ({ server, actor }) => {
      const app = await server('demo');
      const { page } = await actor('admin', { app, lang, javaScriptEnabled: false });
      const settings = new TierSettings(page);
      await page.goto('/settings/tiers');
      await settings.row('potential').locator('a').click();
      await settings.form.fill({ every_any: '0', discount: '3' });
      await settings.form.submit();
      await expect(settings.form.error('every_any')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
      await expect(settings.form.field('discount')).toHaveValue('3');
      await settings.form.fill({ every_any: '45' });
      await settings.form.submit();
      await expect(page).toHaveURL(/\/settings\/tiers$/);
      await expect(settings.row('potential')).toContainText('45');
    });
  });
}

test('what tiers promise is set by administrators only', async ({ page, signIn }) => {
  const api = await signIn('director');
  const answer = await api.post('settings/save_tier', { 'form[id]': 'vip', 'form[version]': '1', 'form[every_any]': '5' });
  expect(answer.status).toBe(403);
  await open(page, '/tiers');
  await expect(page.locator('main header [data-settings]')).toHaveCount(0);
});

for (const lang of LANGS) {
  test(`a tier is renamed, and every page calls it so (${lang})`, async ({ server, actor, watch }) => {
    test.setTimeout(120_000);
    watch.expectStatus(422);
    const app = await server('demo');
    const { page } = await actor('admin', { app, lang });
    const other = await actor('director', { app, lang });
    const tiers = new Tiers(other.page);
    await tiers.goto();
    const own = { zh: '金牌', en: 'Gold' };
    const settings = new TierSettings(page);
    await settings.goto('?edit=vip');
    const { form } = settings;
    await form.fill({ name_zh: own.zh });
    await form.submit();
    await expect(form.error('name_en')).toHaveText(text(lang, 'errors.required'));
    await form.fill({ name_en: text('en', 'common.tier_ordinary_short') });
    await form.submit();
    await expect(form.error('name_en')).not.toHaveText(text(lang, 'errors.required'));
    await expect(form.error('name_en')).not.toBeEmpty();
    await expect(form.field('name_zh'), 'what was typed is kept').toHaveValue(own.zh);
    await form.fill({ name_en: own.en });
    await form.submit();
    await expect(settings.row('vip')).toContainText(own[lang]);
    // On a page that was open already, too.
    await expect(tiers.column('vip').locator('h2')).toHaveText(own[lang]);
    await open(page, '/customers');
    await expect(page.locator('form.filterbar select[name="tier"] option[value="vip"]')).toHaveText(own[lang]);
    await open(page, '/funnel');
    await expect(page.locator('form.filterbar select[name="tier"] option[value="vip"]')).toHaveText(own[lang]);
    await open(page, '/present?slide=tiers');
    await expect(page.locator('li[data-tier="vip"] b')).toHaveText(own[lang]);
    await settings.goto('?edit=vip');
    await page.getByRole('button', { name: text(lang, 'settings.tier_name_reset') }).click();
    await expect(settings.row('vip')).toContainText(text(lang, 'common.tier_vip'));
    await expect(tiers.column('vip').locator('h2')).toHaveText(text(lang, 'common.tier_vip'));
  });
}
