// People, products and stages, by those who may and those who may not.
import { Board } from '../pages/board';
import { People, Pipelines, Products } from '../pages/settings';
import type { Api, Person } from '../support/api';
import { PASSWORD } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { SignIn } from '../pages/sign-in';
import { LANGS, nameOf, pattern, text } from '../support/texts';

interface Organisation { name: string; units: { id: string; name: string }[]; people: (Person & { unit: string })[] }

const organisation = (api: Api): Promise<Organisation> => api.form('settings/people');

test.describe('people', () => {
  for (const lang of LANGS) {
    test.describe(lang, () => {
      test.use({ lang });

      test('an administrator adds a person, who can then sign in; and changes them', async ({ server, actor, browser, watch }) => {
        test.setTimeout(120_000);
        // The page of who is made inactive asks once more, and is refused.
        watch.expectStatus(422, 401);
        const app = await server('demo');
        const { page, api } = await actor('admin', { app });
        const org = await organisation(api);
        const people = new People(page);
        await people.goto();
        await expect(people.tree.locator('.person')).toHaveCount(org.people.length);
        await people.add.click();
        await people.form.field('name').waitFor();
        await expect(people.form.label('unit')).toContainText(text(lang, 'settings.unit'));
        await people.form.fill({ email: 'nobody@nowhere', password: 'short' });
        await people.form.submit();
        await expect(people.form.error('name')).toHaveText(text(lang, 'errors.required'));
        await expect(people.form.error('email')).toHaveText(text(lang, 'errors.bad_email'));
        await expect(people.form.error('password')).toHaveText(text(lang, 'errors.password_too_short', { min: 10 }));
        await people.form.fill({ name: '端测', email: 'Admin@example.com', password: 'a long password' });
        await people.form.submit();
        await expect(people.form.error('email')).toHaveText(text(lang, 'errors.taken'));
        await expect(people.form.field('name'), 'what was typed is kept').toHaveValue('端测');
        await people.form.fill({ email: 'e2e@example.com', role: 'manager', unit: org.units[1].id });
        await people.form.submit();
        await expect(people.row('e2e@example.com')).toContainText('端测');

        const theirs = await browser.newContext({ baseURL: app.url, locale: 'zh-CN' });
        watch.over(theirs);
        const door = await theirs.newPage();
        await new SignIn(door).goto();
        await new SignIn(door).enter('e2e@example.com', 'a long password');
        await expect(door).toHaveURL(/\/home$/);

        await people.edit('e2e@example.com').click();
        await people.form.field('name').waitFor();
        await expect(people.form.field('email')).toHaveValue('e2e@example.com');
        await people.form.fill({ name: '端测二', role: 'salesperson' });
        await people.form.submit();
        await expect(people.row('e2e@example.com')).toContainText('端测二');
        await expect(people.row('e2e@example.com')).toContainText(text(lang, 'common.role_salesperson'));

        await people.edit('e2e@example.com').click();
        await people.form.root.locator('input[name="form[active]"][type="checkbox"]').uncheck();
        await people.form.submit();
        await expect(people.row('e2e@example.com')).toContainText(text(lang, 'settings.inactive'));
        await door.goto('/deals');
        await expect(door, 'is out at once').toHaveURL(/\/sign-in/);
        await hydrated(door);
        await new SignIn(door).enter('e2e@example.com', 'a long password');
        await expect(door).toHaveURL(/\/sign-in/);
        await theirs.close();
      });
    });
  }

  test('an administrator cannot shut themselves out', async ({ page, signIn, watch }) => {
    watch.expectStatus(422);
    await signIn('admin');
    const people = new People(page);
    await people.goto();
    await people.edit('admin@example.com').click();
    await people.form.fill({ role: 'hr' });
    await people.form.submit();
    await expect(people.form.error('role')).toHaveText(text('zh', 'errors.not_yourself'));
  });

  test('HR adds people but makes no administrators', async ({ page, signIn }) => {
    const api = await signIn('hr');
    const org = await organisation(api);
    const people = new People(page);
    await people.goto('?add=person');
    await people.form.field('role').waitFor();
    const roles = await people.form.field('role').locator('option').evaluateAll(all => all.map(option => (option as HTMLOptionElement).value));
    expect(roles).not.toContain('administrator');
    expect(roles).toContain('salesperson');
    const attempt = async (form: Record<string, string>): Promise<Response> =>
      api.post('settings/save_person', Object.fromEntries(Object.entries(form).map(([name, value]) => [`form[${name}]`, value])));
    const made = await attempt({ name: 'X', email: 'x@example.com', role: 'administrator', unit: org.units[0].id, password: 'a long password', id: '', version: '0', active: 'true' });
    expect(made.status).toBe(422);
    expect(await made.text()).toContain('forbidden');
    const admin = org.people.find(person => person.role === 'administrator')!;
    const taken = await attempt({ name: admin.name, email: admin.email, role: 'salesperson', unit: admin.unit, password: 'taken over by hr', id: admin.id, version: String(admin.version), active: 'true' });
    expect(taken.status).toBe(422);
    await people.form.fill({ name: '新人', email: 'newcomer@example.com', role: 'salesperson', password: 'a long password' });
    await people.form.submit();
    await expect(people.row('newcomer@example.com')).toBeVisible();
  });

  test('a unit is added below another', async ({ page, signIn }) => {
    const api = await signIn('admin');
    const org = await organisation(api);
    const people = new People(page);
    await people.goto();
    await people.addUnit.click();
    await people.unit.fill({ parent: org.units[1].id, name: '端测小组' });
    await people.unit.submit();
    await expect(people.tree).toContainText('端测小组');
    const unit = (await organisation(api)).units.find(found => found.name === '端测小组');
    expect(unit).toMatchObject({ parent: org.units[1].id, kind: 'team' });
  });

  test('others see people within their reach, and no forms', async ({ page, signIn, api, context }) => {
    const all = await organisation(await api('admin'));
    for (const who of ['rep1', 'director', 'finance'] as const) {
      await context.clearCookies({ name: 'weir_session' });
      const reader = await signIn(who);
      const org = await organisation(reader);
      expect(org.people.length).toBeGreaterThan(0);
      if (who === 'rep1') expect(org.people.length).toBeLessThan(all.people.length / 2);
      const people = new People(page);
      await people.goto('?add=person');
      await expect(people.tree.locator('.person')).toHaveCount(org.people.length);
      await expect(people.form.root).toHaveCount(0);
      await expect(page.locator('main a[href*="edit="], main a[href*="add="]')).toHaveCount(0);
      const answer = await reader.post('settings/save_person', { 'form[name]': 'X', 'form[email]': 'x@example.com', 'form[role]': 'salesperson', 'form[unit]': all.units[0].id, 'form[password]': PASSWORD });
      expect(answer.status).toBe(403);
    }
  });

  test('of two who edit a person the second is told who was first', async ({ server, actor, watch }) => {
    watch.expectStatus(409);
    const app = await server('demo');
    const first = await actor('hr', { app });
    const second = await actor('admin', { app });
    const pages = [new People(first.page), new People(second.page)];
    for (const people of pages) {
      await people.goto();
      await people.edit('rep2@example.com').click();
      await people.form.field('name').waitFor();
    }
    const name = (await organisation(first.api)).people.find(person => person.email === 'hr@example.com')!.name;
    await pages[0].form.fill({ name: '改一' });
    await pages[0].form.submit();
    await expect(pages[0].row('rep2@example.com')).toContainText('改一');
    await pages[1].form.fill({ name: '改二' });
    await pages[1].form.submit();
    await expect(pages[1].form.whole).toContainText(pattern('zh', 'errors.stale', { name }));
    await expect(pages[1].form.field('name')).toHaveValue('改二');
  });
});

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a product is added, priced in 万, and taken off sale', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const products = new Products(page);
      await products.goto();
      await page.locator('main a[href$="add=product"]').click();
      await products.form.field('code').waitFor();
      await expect(page.locator('main h2')).toHaveText(text(lang, 'settings.add_product'));
      await products.form.submit();
      for (const name of ['name_zh', 'code', 'price']) await expect(products.form.error(name)).toHaveText(text(lang, 'errors.required'));
      await products.form.fill({ name_zh: '端测产品', code: 'A', price: '1.28万', vat: '130' });
      await products.form.submit();
      await expect(products.form.error('vat')).toBeVisible();
      await expect(products.form.error('vat')).not.toHaveText('not_a_percentage');
      await products.form.fill({ vat: '13' });
      await products.form.submit();
      await expect(products.form.error('code')).toHaveText(text(lang, 'errors.taken'));
      const code = `E2E-${Date.now() % 1e6}`;
      await products.form.fill({ code });
      await products.form.submit();
      await expect(products.row(code)).toContainText('12,800');
      await products.row(code).locator('a').click();
      await products.form.field('price').waitFor();
      await expect(products.form.field('price')).toHaveValue('12800.00');
      await products.form.root.locator('input[name="form[active]"]').uncheck();
      await products.form.submit();
      await expect(products.row(code)).toContainText(text(lang, 'settings.off_sale'));
      const found = await api.json<{ products: { code: string; active: boolean; name_en: string }[] }>('settings/products', { edited: null });
      expect(found.products.find(product => product.code === code)).toMatchObject({ active: false, name_en: '端测产品' });
    });

    test('a stage is renamed and the board follows, elsewhere too', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const app = await server('demo');
      const { page, api } = await actor('admin', { app });
      const stage = (await api.board()).columns[1].stage;
      const pipelines = new Pipelines(page);
      await pipelines.goto();
      await pipelines.stages.filter({ hasText: nameOf(lang, stage) }).first().locator('a').click();
      await pipelines.form.field('name_zh').waitFor();
      await expect(page.locator('main h2')).toHaveText(text(lang, 'settings.edit_named', { name: nameOf(lang, stage) }));
      await pipelines.form.fill({ name_zh: '', probability: '101', sla_days: '0' });
      await pipelines.form.submit();
      await expect(pipelines.form.error('name_zh')).toHaveText(text(lang, 'errors.required'));
      await expect(pipelines.form.error('sla_days')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
      await expect(pipelines.form.error('probability')).toBeVisible();
      const named = { name_zh: '有效线索', name_en: 'Good lead' };
      await pipelines.form.fill({ ...named, probability: '12.5', sla_days: '9', exit_zh: '甲\n\n乙', exit_en: 'one\n\ntwo' });
      await pipelines.form.submit();
      await expect(pipelines.stages.filter({ hasText: nameOf(lang, named) })).toContainText(lang === 'zh' ? '甲；乙' : 'one; two');
      const board = new Board(page);
      await board.goto();
      await expect(board.column(stage.id).locator('h2')).toHaveText(nameOf(lang, named));
      await expect(board.column(stage.id)).toContainText(/12\.5%|13%/);
    });
  });
}

test('settings are for administrators', async ({ page, signIn, watch }) => {
  watch.expectStatus(403);
  const api = await signIn('director');
  for (const address of ['/settings/products', '/settings/pipelines', '/settings/tiers']) {
    await page.goto(address);
    await hydrated(page);
    await expect(page.locator('main'), address).toContainText(text('zh', 'errors.forbidden'));
    await expect(page.locator('main form[method="post"], main form.form'), address).toHaveCount(0);
  }
  expect((await api.post('settings/save_product', { 'form[code]': 'X', 'form[name_zh]': 'X', 'form[price]': '1' })).status).toBe(403);
  await open(page, '/settings/people');
  await expect(page.locator('main nav.seg a[href="/settings/products"]')).toHaveCount(0);
});
