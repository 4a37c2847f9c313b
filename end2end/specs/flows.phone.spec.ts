// What people do with the phone in the hand, in both languages.
import { Contacts, CustomerForm, CustomerPage, Customers } from '../pages/customers';
import { DealForm, DealPage, DealsList } from '../pages/deals';
import { SignIn } from '../pages/sign-in';
import { Tasks } from '../pages/team';
import type { Card } from '../support/api';
import { expect, hydrated, open, test } from '../support/fixtures';
import { places } from '../support/places';
import { text } from '../support/texts';

for (const lang of ['zh', 'en'] as const) {
  test.describe(lang, () => {
    test.use({ lang });

    test('one tap signs in; the bar leads everywhere', async ({ page }) => {
      const signIn = new SignIn(page);
      await signIn.goto();
      await signIn.demo('salesperson').first().tap();
      await expect(page).toHaveURL(/\/home$/);
      await hydrated(page);
      await expect(page.locator('.demo-banner')).toHaveText(text(lang, 'shell.demo_invented'));
      for (const address of ['/customers', '/deals', '/account', '/home']) {
        await page.locator(`nav.botbar a[href="${address}"]`).tap();
        await expect(page).toHaveURL(new RegExp(`${address}$`));
        await expect(page.locator(`nav.botbar a[href="${address}"]`)).toHaveAttribute('aria-current', 'page');
      }
      await page.locator('nav.botbar a[href="/customers"]').tap();
      await page.locator('main nav.seg a[href="/contacts"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'nav.contacts'));
    });

    test('a customer and a deal are added at the door, and a visit is logged', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep1');
      const customer = new CustomerForm(page);
      await customer.gotoNew();
      await customer.submit();
      await expect(customer.error('name')).toHaveText(text(lang, 'errors.required'));
      const name = `门口的客户${Date.now() % 1e8}${lang}`;
      await customer.fill({ name });
      await customer.submit();
      await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/);
      await expect(new CustomerPage(page).heading).toHaveText(name);
      const id = page.url().split('/').at(-1)!;
      const deal = new DealForm(page);
      await deal.gotoNew(`?customer=${id}`);
      await deal.fill({ title: '门口的商机', amount: '3万' });
      await deal.submit();
      await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
      const view = new DealPage(page);
      await view.composer.kind('visit').check({ force: true });
      await view.composer.field('content').fill('上门聊了半小时');
      await view.composer.field('next_step').fill('报价');
      await view.composer.field('next_on').fill('2026-07-03');
      await view.composer.record.tap();
      await expect(view.timeline.first()).toContainText('上门聊了半小时');
      const saved = await api.json<{ card: Card }>('pipeline/deal', { id: page.url().split('/').at(-1) });
      expect(saved.card).toMatchObject({ next_step: '报价', amount: { minor: 3_000_000 } });
    });

    test('the lists are narrowed and sorted by chips', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const deals = new DealsList(page);
      await deals.goto();
      await deals.chip('sort').selectOption({ label: `${text(lang, 'common.amount')} ↓` });
      const expected = await api.json<{ rows: Card[] }>('pipeline/deals', { filter: { text: '' }, sort: '-amount', after: null });
      await expect.poll(() => deals.ids()).toEqual(expected.rows.map(row => row.id));
      const customers = new Customers(page);
      await customers.goto();
      await customers.chip('tier').selectOption({ label: text(lang, 'common.tier_vip') });
      await expect(page).toHaveURL(/tier=vip/);
      const vip = await api.json<{ rows: { id: string }[] }>('customers/customers', { filter: { text: '', industry: '', region: '', tier: 'vip' }, sort: '-updated', after: null });
      await expect.poll(() => customers.ids()).toEqual(vip.rows.map(row => row.id));
      const contacts = new Contacts(page);
      await contacts.goto();
      await contacts.chip('sort').selectOption({ label: text(lang, 'customers.sort_name_down') });
      const down = await api.json<{ rows: { id: string; name: string }[] }>('customers/contacts', { text: '', sort: '-name', after: null });
      await expect.poll(() => contacts.ids()).toEqual(down.rows.map(row => row.id));
      await contacts.search.fill(down.rows[1].name);
      await contacts.search.press('Enter');
      await expect(contacts.row(down.rows[1].id)).toBeVisible();
      await expect(contacts.row(down.rows[0].id)).toHaveCount(0);
      await contacts.search.fill('zzz没有');
      await contacts.search.press('Enter');
      await expect(contacts.empty).toContainText(text(lang, 'common.empty_filtered'));
    });

    test('a task is added and ticked off', async ({ page, signIn }) => {
      await signIn('rep2');
      const tasks = new Tasks(page);
      await tasks.goto();
      const title = `路上想到的 ${lang} ${Date.now() % 1e7}`;
      await tasks.form.fill({ title });
      await tasks.form.submit();
      await expect(tasks.row(title)).toBeVisible();
      await tasks.tick(title).tap();
      await expect(tasks.row(title)).toHaveCount(0);
    });
  });
}

test('the last thing of a page is not hidden behind the bar', async ({ actor }) => {
  test.setTimeout(180_000);
  const { page, api } = await actor('admin');
  // The board scrolls in itself, slides fill the screen, and paper has no bar.
  const barless = (address: string): boolean => address === '/deals' || address.startsWith('/deals?') || address.startsWith('/present') || address.endsWith('/print');
  for (const place of (await places(api)).filter(place => !barless(place.address))) {
    await open(page, place.address);
    await page.locator('main h1').first().waitFor();
    const hidden = await page.evaluate(() => {
      const bar = document.querySelector('nav.botbar')?.getBoundingClientRect();
      if (!bar || bar.height === 0) return ['no bar'];
      const body = document.querySelector('main .body, main .detail') ?? document.querySelector('main')!;
      body.scrollTop = body.scrollHeight;
      const last = [...body.querySelectorAll('a, button, input, select, textarea, tr, li')].filter(e => e.checkVisibility()).at(-1);
      last?.scrollIntoView({ block: 'end' });
      const box = last?.getBoundingClientRect();
      return box && box.bottom > bar.top + 1 ? [`${last!.outerHTML.slice(0, 80)} ends at ${box.bottom}, the bar begins at ${bar.top}`] : [];
    });
    expect.soft(hidden, place.address).toEqual([]);
  }
});
