// Without scripts: slower, but everything that matters works.
import { CustomerForm, Customers } from '../pages/customers';
import { DealForm } from '../pages/deals';
import { SignIn } from '../pages/sign-in';
import { expect, test } from '../support/fixtures';
import { text } from '../support/texts';

test('a person signs in, by one click and by password', async ({ browser, app, watch }) => {
  for (const how of ['click', 'password']) {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: app.url, locale: 'zh-CN' });
    watch.over(context);
    const page = await context.newPage();
    await page.goto('/deals?tier=vip');
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    const signIn = new SignIn(page);
    if (how === 'click') {
      await signIn.demo('salesperson').click();
    } else {
      await signIn.enter('rep1@example.com', 'wrong-password');
      await expect(signIn.form.error('password')).toHaveText(text('zh', 'errors.wrong_credentials'));
      await expect(signIn.form.field('email')).toHaveValue('rep1@example.com');
      await signIn.enter('rep1@example.com', 'weir-demo-2026');
    }
    await expect(page).toHaveURL(/\/deals\?tier=vip$/);
    await context.close();
  }
});

for (const lang of ['zh', 'en'] as const) {
  test(`the board shows cards and its filters work (${lang})`, async ({ actor }) => {
    const { page, api } = await actor('admin', { javaScriptEnabled: false, lang });
    const data = await api.board();
    await page.goto('/deals');
    for (const column of data.columns) {
      const shown = page.locator(`.colm[data-stage-id="${column.stage.id}"]`);
      await expect(shown.locator('.deal')).toHaveCount(Math.min(8, column.cards.length));
      await expect(shown.locator('[data-count]')).toHaveText(String(column.summary.sums.reduce((n, line) => n + line.count, 0)));
    }
    await page.locator('form.filterbar select[name="tier"]').selectOption('vip');
    await page.locator('form.filterbar noscript button, form.filterbar button[type="submit"]:visible').first().click();
    await expect(page).toHaveURL(/tier=vip/);
    await expect(page.locator('form.filterbar select[name="tier"]')).toHaveValue('vip');
    const vip = await api.board({ tier: 'vip' });
    for (const column of vip.columns) {
      await expect(page.locator(`.colm[data-stage-id="${column.stage.id}"] [data-count]`)).toHaveText(String(column.summary.sums.reduce((n, line) => n + line.count, 0)));
    }
  });
}

test('a customer is created; a refusal keeps what was typed', async ({ actor }) => {
  const { page } = await actor('rep1', { javaScriptEnabled: false });
  const form = new CustomerForm(page);
  const name = `无脚本 <客户> & 股份 ${Date.now()}`;
  await page.goto('/customers/new');
  await form.fill({ name, industry: '软件', phone: 'abc', notes: '第一行\n</textarea><b>x' });
  await form.submit();
  await expect(page).toHaveURL(/\/customers\/new/);
  await expect(form.error('phone')).toHaveText(text('zh', 'errors.bad_phone'));
  await expect(form.field('name')).toHaveValue(name);
  await expect(form.field('industry')).toHaveValue('软件');
  await expect(form.field('phone')).toHaveValue('abc');
  await expect(form.field('notes')).toHaveValue('第一行\n</textarea><b>x');
  await form.fill({ phone: '021-6888 0000' });
  await form.submit();
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
  await expect(page.locator('main h1')).toHaveText(name);
});

test('a deal is created; a refusal keeps what was typed', async ({ actor }) => {
  const { page, api } = await actor('rep1', { javaScriptEnabled: false });
  const card = (await api.board()).columns[0].cards[0];
  const form = new DealForm(page);
  await page.goto('/deals/new');
  await form.fill({ title: '无脚本的商机', customer: card.customer_name, amount: 'viel', next_step: '拜访' });
  await form.submit();
  await expect(page).toHaveURL(/\/deals\/new/);
  await expect(form.error('amount')).toHaveText(text('zh', 'errors.not_a_number'));
  await expect(form.error('next_on')).toHaveText(text('zh', 'errors.required'));
  await expect(form.field('title')).toHaveValue('无脚本的商机');
  await expect(form.field('amount')).toHaveValue('viel');
  await expect(form.field('customer')).toHaveValue(card.customer_name);
  await form.fill({ amount: '12.8万', next_on: '2026-07-02' });
  await form.submit();
  await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
  await expect(page.locator('main')).toContainText('无脚本的商机');
});

test('lists are read page by page', async ({ actor }) => {
  const { page } = await actor('admin', { javaScriptEnabled: false });
  const list = new Customers(page);
  await page.goto('/customers');
  await expect(list.rows).toHaveCount(50);
  const first = await list.ids();
  await list.next.click();
  await expect(page).toHaveURL(/after=/);
  expect((await list.ids()).filter(id => first.includes(id))).toEqual([]);
});

for (const lang of ['zh', 'en'] as const) {
  test(`language and theme are chosen without scripts, and the filters stay (${lang})`, async ({ actor }) => {
    const other = lang === 'zh' ? 'en' : 'zh';
    const { page } = await actor('admin', { javaScriptEnabled: false, lang });
    await page.goto('/deals?tier=vip&q=%E6%B3%B5');
    const address = page.url();
    const root = page.locator('html');
    await page.locator(`nav.nav button[name="lang"][value="${other}"]`).click();
    await expect(page).toHaveURL(address);
    await expect(root).toHaveAttribute('lang', new RegExp(`^${other}`));
    await expect(page.locator(`nav.nav button[name="lang"][value="${other}"]`)).toHaveAttribute('aria-pressed', 'true');
    await page.locator('nav.nav button[name="theme"][value="dark"]').click();
    await expect(page).toHaveURL(address);
    await expect(root).toHaveAttribute('data-theme', 'dark');
    await expect(root, 'the language stays').toHaveAttribute('lang', new RegExp(`^${other}`));
    await expect(page.locator('form.filterbar select[name="tier"]')).toHaveValue('vip');
  });
}
