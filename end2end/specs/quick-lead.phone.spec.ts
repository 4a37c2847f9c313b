// A lead with one thumb: six fields, one button; refused at each field; once, however often sent.
import { Form } from '../pages/form';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS, text } from '../support/texts';

interface Deal { card: { customer: string; next_step: string; amount: { minor: number } }; contact: { name: string; phone: string } | null }

const FORM = 'form[data-quick]';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('what is typed becomes a customer, a contact and a deal', async ({ page, signIn, watch }) => {
      watch.expectStatus(422);
      const api = await signIn('rep1');
      await open(page, '/home');
      await page.locator('nav.hm-quick a[href="/customers/quick"]').tap();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'customers.quick'));
      const form = Form.of(page, FORM);
      expect(await overflow(page)).toEqual([]);
      expect(await violations(page)).toEqual([]);
      const small = await page.locator(`${FORM} input:not([type="hidden"]), ${FORM} button, ${FORM} a`).evaluateAll(all => all
        .map(e => e.getBoundingClientRect()).filter(box => box.height < 43.5).length);
      expect(small, 'targets of less than 44 pixels').toBe(0);
      // Refused at each field, with what was typed.
      await form.fill({ phone: 'call me', next_on: '2026-06-29' });
      await form.submit();
      await expect(form.error('name')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('phone')).toHaveText(text(lang, 'errors.bad_phone'));
      await expect(form.error('need')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('next_step')).toHaveText(text(lang, 'errors.required'));
      await expect(form.error('next_on')).toHaveText(text(lang, 'errors.date_in_past'));
      await expect(form.field('phone')).toHaveValue('call me');
      const name = `快记 ${lang} ${Date.now()}`;
      await form.fill({ name, person: '李工', phone: '13800001234', need: '两条产线', next_step: '报价', next_on: '2026-07-01' });
      await form.submit();
      await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
      await hydrated(page);
      const deal = await api.json<Deal>('pipeline/deal', { id: page.url().split('/').at(-1) });
      expect(deal).toMatchObject({ card: { next_step: '报价', amount: { minor: 0 } }, contact: { name: '李工', phone: '13800001234' } });
      // Somebody types it again: the name is taken.
      await open(page, '/customers/quick');
      await form.fill({ name });
      await expect(page.locator('#name-alike li').first()).toBeVisible();
      await form.fill({ need: 'A', next_step: 'B' });
      await form.submit();
      await expect(form.error('name')).toContainText(name);
    });
  });
}

test('without scripts it is a form like any other', async ({ actor }) => {
  const { page } = await actor('rep1', { javaScriptEnabled: false });
  await page.goto('/customers/quick');
  const form = Form.of(page, FORM);
  await form.fill({ name: `无脚本 ${Date.now()}`, need: '两条产线' });
  await form.submit();
  await expect(form.error('next_step')).toHaveText(text('zh', 'errors.required'));
  await expect(form.field('need')).toHaveValue('两条产线');
  await form.fill({ next_step: '报价' });
  await form.submit();
  await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
});
