// The account, the settings and every form of change with the phone in the
// hand, in both languages.
import { Board } from '../pages/board';
import { ContactForm, CustomerForm, CustomerPage } from '../pages/customers';
import { DealForm, DealPage } from '../pages/deals';
import { Account, People, Pipelines, Products } from '../pages/settings';
import { Shell } from '../pages/shell';
import { SignIn } from '../pages/sign-in';
import { type Card, PASSWORD, type Person } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, nameOf, text } from '../support/texts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });
    const other = lang === 'zh' ? 'en' : 'zh';

    test('language and theme are chosen on the account page, and stay', async ({ page, signIn }) => {
      await signIn('rep1');
      const shell = new Shell(page);
      const html = page.locator('html');
      await open(page, '/deals');
      await shell.bar.locator('a[href="/account"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'auth.account_title'));
      await shell.main.getByRole('button', { name: text(lang, 'auth.theme_dark') }).tap();
      await expect(html).toHaveAttribute('data-theme', 'dark');
      await hydrated(page);
      await shell.main.locator(`button[lang^="${other}"]`).tap();
      await expect(html).toHaveAttribute('lang', new RegExp(`^${other}`));
      await hydrated(page);
      await expect(page).toHaveURL(/\/account$/);
      await expect(page.locator('main h1')).toHaveText(text(other, 'auth.account_title'));
      await expect(html, 'the theme stays').toHaveAttribute('data-theme', 'dark');
      await expect(shell.main.getByRole('button', { name: text(other, 'auth.theme_dark') })).toHaveAttribute('aria-pressed', 'true');
      await shell.bar.locator('a[href="/home"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(other, 'nav.today'));
      await shell.bar.locator('a[href="/account"]').tap();
      await shell.main.getByRole('button', { name: text(other, 'auth.theme_system') }).tap();
      await expect(html).not.toHaveAttribute('data-theme', /.+/);
      await hydrated(page);
      await shell.main.locator(`button[lang^="${lang}"]`).tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'auth.account_title'));
    });

    test('the tabs show where one is, and nothing else moves', async ({ page, signIn }) => {
      await signIn('admin');
      const tabs = page.locator('main nav.tabs');
      const current = tabs.locator('[aria-current="page"]');
      const left = (): Promise<number> => tabs.evaluate(row => row.scrollLeft);
      for (const [address, name] of [['/settings/tiers', 'settings.tiers'], ['/settings/currencies', 'rates.title']]) {
        await open(page, address);
        await expect(current).toHaveText(text(lang, name));
        await expect(current, address).toBeInViewport({ ratio: 0.95 });
        expect(await left(), 'it stands further on than a phone is wide').toBeGreaterThan(0);
        expect(await page.evaluate(() => [document.querySelector('main > .body')!.scrollTop, document.activeElement?.tagName])).toEqual([0, 'BODY']);
      }
      // From page to page.
      await tabs.locator('a[href="/settings/costs"]').tap();
      await expect(current).toHaveText(text(lang, 'economics.costs'));
      await expect(current).toBeInViewport({ ratio: 0.95 });
      await open(page, '/account');
      await expect(current).toBeInViewport({ ratio: 0.95 });
      expect(await left()).toBe(0);
    });

    test('a new pool of customers and one of leads are told apart', async ({ page, signIn }) => {
      await signIn('admin');
      await open(page, '/settings/pools');
      for (const [kind, name] of [['pool', 'pool.add'], ['leads', 'pool.add_leads']]) {
        const word = page.locator(`header.top a[href$="add=${kind}"] > span`);
        await expect(word).toHaveText(text(lang, name));
        // Words for screen readers alone are one pixel wide.
        expect((await word.boundingBox())!.width, name).toBeGreaterThan(40);
      }
      expect(await overflow(page)).toEqual([]);
      await page.locator('header.top a[href$="add=leads"]').tap();
      await expect(page.locator('main h2').first()).toHaveText(text(lang, 'pool.add_leads'));
    });

    test('another sign-in is ended, and the password is changed', async ({ server, actor, watch }) => {
      test.setTimeout(120_000);
      watch.expectStatus(422);
      const app = await server('demo');
      const there = await actor('director', { app, userAgent: IPHONE });
      const { page } = await actor('director', { app });
      const account = new Account(page);
      const { password } = account;
      await account.goto();
      await expect(account.signIns).toHaveCount(2);
      const foreign = account.signIns.filter({ hasNotText: text(lang, 'auth.session_current') });
      await expect(account.revoke(foreign)).toHaveText(text(lang, 'auth.session_revoke'));
      await account.revoke(foreign).tap();
      await expect(page.locator('.toast')).toContainText(text(lang, 'settings.sign_in_ended'));
      await expect(account.signIns).toHaveCount(1);
      await expect(page.getByText(text(lang, 'auth.session_only_this'))).toBeVisible();
      await there.page.goto('/deals');
      await expect(there.page).toHaveURL(/\/sign-in/);

      await password.fill({ old: 'wrong-password', password: 'another-long-one', password_again: 'another-long-one' });
      await account.change();
      await expect(password.error('old')).toHaveText(text(lang, 'errors.wrong_password'));
      await password.fill({ old: PASSWORD, password: 'another-long-one', password_again: 'another-long-two' });
      await account.change();
      await expect(password.error('password_again')).toHaveText(text(lang, 'errors.passwords_differ'));
      await password.fill({ old: PASSWORD, password: 'another-long-one', password_again: 'another-long-one' });
      await account.change();
      await expect(page.getByText(text(lang, 'auth.password_changed'))).toBeVisible();
      await hydrated(there.page);
      const door = new SignIn(there.page);
      await door.enter('director@example.com', PASSWORD);
      await expect(door.form.error('password')).toHaveText(text(lang, 'errors.wrong_credentials'));
      await door.enter('director@example.com', 'another-long-one');
      await expect(there.page).toHaveURL(/\/deals$/);
    });

    test('a person is added and made inactive', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const people = new People(page);
      await open(page, '/account');
      await page.locator('main nav.tabs a[href="/settings/people"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'settings.people'));
      await people.add.tap();
      await people.form.field('name').waitFor();
      await expect(people.form.label('password')).toContainText(text(lang, 'settings.first_password'));
      const email = `on-the-way-${lang}-${Date.now() % 1e8}@example.com`;
      await people.form.fill({ email: 'nobody@nowhere', password: 'a long password' });
      await people.form.submit();
      await expect(people.form.error('name')).toHaveText(text(lang, 'errors.required'));
      await expect(people.form.error('email')).toHaveText(text(lang, 'errors.bad_email'));
      await people.form.fill({ name: '路上的人', email, role: 'service', password: 'a long password' });
      await people.form.submit();
      await expect(people.row(email)).toContainText(`路上的人${text(lang, 'common.role_service')}`);
      await page.getByRole('link', { name: text(lang, 'settings.edit_person', { name: '路上的人' }), exact: true }).last().tap();
      await expect(people.form.field('email')).toHaveValue(email);
      await people.form.root.locator('input[name="form[active]"][type="checkbox"]').uncheck();
      await people.form.fill({ name: `走了的人 ${lang}` });
      await people.form.submit();
      await expect(people.row(email)).toContainText(`走了的人 ${lang}`);
      await expect(people.row(email)).toContainText(text(lang, 'settings.inactive'));
      const { people: all } = await api.form<{ people: Person[] }>('settings/people');
      expect(all.find(person => person.email === email)).toMatchObject({ active: false, role: 'service' });
    });

    test('a product is added and taken off sale', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      await signIn('admin');
      const products = new Products(page);
      await open(page, '/account');
      await page.locator('main nav.tabs a[href="/settings/products"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'settings.products'));
      await page.locator('main a[href$="add=product"]').tap();
      await products.form.submit();
      await expect(products.form.error('code')).toHaveText(text(lang, 'errors.required'));
      await expect(products.form.label('name_zh')).toContainText(text(lang, 'settings.name_zh'));
      const code = `P-${lang}-${Date.now() % 1e6}`;
      await products.form.fill({ name_zh: '手机产品', name_en: 'Phone product', code, price: lang === 'zh' ? '1.2万' : '12k' });
      await products.form.submit();
      await expect(products.row(code)).toContainText(nameOf(lang, { name_zh: '手机产品', name_en: 'Phone product' }));
      await expect(products.row(code)).toContainText('12,000');
      await expect(products.row(code)).toContainText(text(lang, 'settings.on_sale'));
      await products.row(code).locator('a').tap();
      await expect(products.form.field('code')).toHaveValue(code);
      await products.form.root.locator('input[name="form[active]"]').uncheck();
      await products.form.submit();
      await expect(products.row(code)).toContainText(text(lang, 'settings.off_sale'));
    });

    test('a stage is renamed, and the tabs of the board follow', async ({ server, actor, watch }) => {
      watch.expectStatus(422);
      const { page, api } = await actor('admin', { app: await server('demo') });
      const { stage } = (await api.board()).columns[1];
      const pipelines = new Pipelines(page);
      await open(page, '/account');
      await page.locator('main nav.tabs a[href="/settings/pipelines"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'settings.pipelines'));
      await pipelines.stages.filter({ hasText: nameOf(lang, stage) }).first().locator('a').tap();
      await pipelines.form.field('name_zh').waitFor();
      await pipelines.form.fill({ name_zh: '', sla_days: '0' });
      await pipelines.form.submit();
      await expect(pipelines.form.error('name_zh')).toHaveText(text(lang, 'errors.required'));
      await expect(pipelines.form.error('sla_days')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
      const named = { name_zh: '路上改的', name_en: 'Changed outside' };
      await pipelines.form.fill({ ...named, sla_days: '9', forecast: 'commit' });
      await pipelines.form.submit();
      const row = pipelines.stages.filter({ hasText: nameOf(lang, named) });
      await expect(row).toContainText(lang === 'zh' ? '9 天' : '9 days');
      await expect(row).toContainText(text(lang, 'common.forecast_commit'));
      await new Board(page).goto();
      await expect(page.locator('.stage-tabs > button').nth(1)).toContainText(nameOf(lang, named));
    });

    test('a customer, a contact and a deal are changed', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('admin');
      const detail = (id: string): Promise<{ contacts: { id: string; name: string }[]; row: { name: string; region: string } }> => api.json('customers/customer', { id });
      const cards = (await api.board()).columns.filter(column => column.stage.kind === 'open').flatMap(column => column.cards);
      // One whose customer has somebody to speak to.
      let card = cards[0];
      let known = await detail(card.customer);
      for (const next of cards) {
        [card, known] = [next, await detail(next.customer)];
        if (known.contacts.length > 0) break;
      }
      const contact = known.contacts[0];

      const view = new CustomerPage(page);
      await view.goto(card.customer);
      await page.locator(`main a[href="/customers/${card.customer}/edit"]`).tap();
      const customer = new CustomerForm(page);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.edit_customer'));
      await expect(customer.label('region')).toHaveText(text(lang, 'common.region'));
      await customer.fill({ name: '', region: '手机区' });
      await customer.submit();
      await expect(customer.error('name')).toHaveText(text(lang, 'errors.required'));
      const name = `${known.row.name} ${lang}`;
      await customer.fill({ name });
      await customer.submit();
      await expect(view.heading).toHaveText(name);
      expect((await detail(card.customer)).row.region).toBe('手机区');

      await page.getByRole('link', { name: text(lang, 'customers.edit_contact_of', { name: contact.name }), exact: true }).first().tap();
      const person = new ContactForm(page);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.edit_contact'));
      await expect(person.label('title')).toHaveText(text(lang, 'common.job_title'));
      await person.fill({ email: 'nobody' });
      await person.submit();
      await expect(person.error('email')).toHaveText(text(lang, 'errors.bad_email'));
      await person.fill({ email: 'somebody@example.com', role: 'decision' });
      await person.submit();
      await expect(view.heading).toHaveText(name);
      await expect(page.locator(`[data-contact-id="${contact.id}"]`)).toContainText(text(lang, 'words.contact_decision'));

      const deal = new DealPage(page);
      await deal.goto(card.id);
      await page.locator(`main a[href="/deals/${card.id}/edit"]`).tap();
      const form = new DealForm(page);
      await expect(page.locator('main h1')).toHaveText(text(lang, 'deal.edit_title'));
      await expect(form.label('title')).toContainText(text(lang, 'deal.title'));
      await form.fill({ title: '路上改的商机', amount: 'viel' });
      await form.submit();
      await expect(form.error('amount')).toHaveText(text(lang, 'errors.not_a_number'));
      await expect(form.field('title')).toHaveValue('路上改的商机');
      await form.fill({ amount: lang === 'zh' ? '2.5万' : '25k' });
      await form.submit();
      await expect(deal.heading).toContainText('路上改的商机');
      expect((await api.json<{ card: Card }>('pipeline/deal', { id: card.id })).card).toMatchObject({ title: '路上改的商机', amount: { minor: 2_500_000 } });
    });
  });
}
