// Find, go and act by the keyboard; shortcuts; the page of results.
import { Palette } from '../pages/palette';
import { violations } from '../support/axe';
import { expect, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a customer is found by its name and opened, and offered again', async ({ page, signIn }, info) => {
      const api = await signIn('admin');
      const { rows } = await api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
      const customer = rows[0];
      await open(page, '/deals');
      const palette = new Palette(page);
      await palette.open();
      await expect(palette.field).toBeFocused();
      expect(await violations(page, { include: 'dialog.palette' })).toEqual([]);
      await palette.field.fill(customer.name);
      await expect(palette.active).toContainText(customer.name);
      // A mark for each word.
      const marked = async (): Promise<string> => (await palette.active.locator('mark').allTextContents()).join('');
      await expect.poll(marked).toBe(customer.name.replaceAll(' ', ''));
      await page.screenshot({ path: info.outputPath(`palette-${lang}.png`) });
      const chosen = await palette.field.getAttribute('aria-activedescendant');
      expect(chosen).toBe(await palette.active.getAttribute('id'));
      expect(await violations(page, { include: 'dialog.palette' })).toEqual([]);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`/customers/${customer.id}`));
      await expect(palette.dialog).toBeHidden();
      await palette.open();
      await expect(palette.options.first()).toContainText(customer.name);
      await expect(palette.dialog.getByText(text(lang, 'search.recent'), { exact: true })).toBeVisible();
      // What can be done with what was found: the composer of its page is ready.
      await palette.field.fill(customer.name);
      await palette.option(text(lang, 'search.follow_up_of', { name: customer.name })).first().click();
      await expect(page.locator('#fu-content')).toBeFocused();
    });

    test('places and things to do, by keys', async ({ page, signIn }) => {
      await signIn('rep1');
      await open(page, '/deals');
      const palette = new Palette(page);
      await palette.open();
      await expect(palette.option(text(lang, 'nav.funnel')).first()).toBeVisible();
      await expect(palette.option(text(lang, 'shell.products'))).toHaveCount(0);
      const first = await palette.active.getAttribute('id');
      await page.keyboard.press('End');
      const last = await palette.active.getAttribute('id');
      expect(last).not.toBe(first);
      await page.keyboard.press('ArrowDown');
      await expect(palette.active).toHaveAttribute('id', first!);
      await page.keyboard.press('ArrowUp');
      await expect(palette.active).toHaveAttribute('id', last!);
      await page.keyboard.press('Home');
      await expect(palette.active).toHaveAttribute('id', first!);
      await page.keyboard.press('Escape');
      await expect(palette.dialog).toBeHidden();
      await palette.open();
      await palette.field.fill('funnel');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/\/funnel/);
      await palette.open();
      await palette.field.fill('zzzzzz');
      await expect(palette.dialog.locator('.palette-none')).toHaveText(text(lang, 'search.nothing', { text: 'zzzzzz' }));
      await palette.field.fill(text(lang, 'search.theme_to', { name: text(lang, 'auth.theme_dark') }));
      await expect(palette.options).toHaveCount(1);
      await page.keyboard.press('Enter');
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    });

    test('while an input method composes, keys are its own', async ({ page, signIn }) => {
      await signIn('admin');
      await open(page, '/deals');
      const palette = new Palette(page);
      const composed = (key: string, code: number, composing: boolean) => page.evaluate(([key, keyCode, isComposing]) => {
        (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, keyCode, isComposing, bubbles: true, cancelable: true } as KeyboardEventInit));
      }, [key, code, composing] as const);
      await composed('?', 229, false);
      await composed('/', 0, true);
      await composed('n', 0, true);
      await expect(palette.sheet).toHaveCount(0);
      await expect(palette.dialog).toHaveCount(0);
      await palette.open();
      await palette.field.fill('funnel');
      await expect(palette.options).toHaveCount(1);
      await composed('Enter', 13, true);
      await composed('Enter', 229, false);
      await expect(palette.dialog).toBeVisible();
      await expect(page).toHaveURL(/\/deals/);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/\/funnel/);
    });

    test('shortcuts: the sheet says them, they work, and they can be silenced', async ({ page, signIn }, info) => {
      await signIn('admin');
      await open(page, '/deals');
      const palette = new Palette(page);
      await page.keyboard.press('Shift+?');
      await expect(palette.sheet).toBeVisible();
      await page.screenshot({ path: info.outputPath(`keys-${lang}.png`) });
      await expect(palette.sheet).toContainText(text(lang, 'search.keys_make'));
      expect(await violations(page, { include: 'dialog.keys' })).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(palette.sheet).toBeHidden();
      await page.keyboard.press('g');
      await page.keyboard.press('c');
      await expect(page).toHaveURL(/\/customers$/);
      await page.locator('tbody tr').first().waitFor();
      await page.keyboard.press('j');
      await expect(page.locator('tbody tr').first().locator('a').first()).toBeFocused();
      await page.keyboard.press('j');
      await expect(page.locator('tbody tr').nth(1).locator('a').first()).toBeFocused();
      await page.keyboard.press('k');
      await expect(page.locator('tbody tr').first().locator('a').first()).toBeFocused();
      await page.keyboard.press('n');
      await expect(page).toHaveURL(/\/customers\/new$/);
      // In a field a letter is a letter.
      await page.locator('#name').click();
      await page.keyboard.type('gd?/n');
      await expect(page.locator('#name')).toHaveValue('gd?/n');
      await expect(page).toHaveURL(/\/customers\/new$/);
      await page.locator('#name').blur();
      await page.keyboard.press('/');
      await expect(palette.field).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(palette.dialog).toBeHidden();
      await page.keyboard.press('Shift+?');
      await palette.sheet.getByRole('checkbox').uncheck();
      await page.keyboard.press('Escape');
      await expect(palette.sheet).toBeHidden();
      await page.keyboard.press('/');
      await page.keyboard.press('n');
      await expect(palette.dialog).toBeHidden();
      await palette.open();
      await expect(palette.field).toBeFocused();
    });

    test('all results on a page, without scripts too, and nothing of other teams', async ({ actor, app }) => {
      const { page, api } = await actor('rep1', { javaScriptEnabled: false, lang });
      const { rows } = await api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
      await page.goto(`${app.url}/search`);
      await page.locator('#find').fill(rows[0].name);
      await page.locator('form[role="search"] button').click();
      await expect(page.locator(`[data-found-id="${rows[0].id}"] a`)).toHaveAttribute('href', `/customers/${rows[0].id}`);
      const admin = await actor('admin', { lang });
      const all = await admin.api.json<{ rows: { id: string; name: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: '' }, sort: '', after: null });
      const own = await api.json<{ found: { id: string }[] }>('search/find', { text: rows[0].name, most: 50 });
      expect(own.found.map(found => found.id)).toContain(rows[0].id);
      const other = await all.rows.reduce<Promise<{ id: string; name: string } | undefined>>(async (found, row) => {
        if (await found) return found;
        const mine = await api.json<{ rows: { id: string }[] }>('customers/customers', { filter: { industry: '', region: '', text: row.name }, sort: '', after: null });
        return mine.rows.length === 0 ? row : undefined;
      }, Promise.resolve(undefined));
      await page.goto(`${app.url}/search?q=${encodeURIComponent(other!.name)}`);
      await expect(page.locator(`[data-found-id="${other!.id}"]`)).toHaveCount(0);
    });
  });
}
