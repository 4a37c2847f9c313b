// Pictures for people: `npx playwright test --config end2end/playwright.config.ts
// --grep @shots`. With WEIR_SHOTS_DIR every page goes there, in both languages,
// themes and sizes; without it the README's pictures are made anew.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Board } from '../pages/board';
import { ROOT } from '../support/app';
import { hydrated, open, test } from '../support/fixtures';
import { places } from '../support/places';

const FOLDER = process.env.WEIR_SHOTS_DIR;
const README: Record<string, string> = { 'desktop-zh-light': 'board-zh', 'desktop-en-dark': 'board-en-dark', 'phone-zh-light': 'phone-board' };

for (const lang of ['zh', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`pictures @shots (${lang}, ${theme})`, async ({ actor, browser }, testInfo) => {
      test.setTimeout(240_000);
      const size = testInfo.project.name;
      const { page, api } = await actor('director', { lang, theme });
      if (!FOLDER) {
        const name = README[`${size}-${lang}-${theme}`];
        if (!name) return;
        mkdirSync(path.join(ROOT, 'docs/images'), { recursive: true });
        await new Board(page).goto();
        await page.screenshot({ path: path.join(ROOT, 'docs/images', `${name}.png`), animations: 'disabled' });
        if (name !== 'board-zh') return;
        await open(page, '/funnel');
        await page.screenshot({ path: path.join(ROOT, 'docs/images', 'funnel-zh.png'), animations: 'disabled' });
        return;
      }
      mkdirSync(FOLDER, { recursive: true });
      const take = async (name: string, of = page): Promise<void> => {
        await of.evaluate(() => document.fonts.ready);
        await of.screenshot({ path: path.join(FOLDER, `${name}-${size}-${lang}-${theme}.png`), animations: 'disabled' });
      };
      // WEIR_SHOTS_WIDTH: another width of the window than the project's.
      const width = Number(process.env.WEIR_SHOTS_WIDTH ?? 0);
      if (width) await page.setViewportSize({ width, height: page.viewportSize()!.height });
      const admin = await actor('admin', { lang, theme });
      for (const place of await places(admin.api)) {
        const at = place.address.startsWith('/settings/') ? admin.page : page;
        await at.setViewportSize(page.viewportSize()!);
        await open(at, place.address);
        await at.locator('main h1').first().waitFor();
        await take(place.name.replaceAll(/\W+/g, '-'), at);
      }
      const board = new Board(page);
      const data = await api.board();
      const card = data.columns[0].cards[0];
      await board.goto();
      if (size === 'desktop') {
        await board.hold(card.id, await board.place(data.columns[1].stage.id, data.columns[1].cards[1]?.id));
        await take('board-drag');
        await page.keyboard.press('Escape');
        await board.release();
      }
      await board.card(card.id).locator('[data-move]').click();
      await board.dialog.waitFor();
      await take('board-move');
      const stranger = await browser.newContext({ viewport: page.viewportSize(), baseURL: api.app.url });
      await stranger.addCookies([{ name: 'weir_lang', value: lang, url: api.app.url }, { name: 'weir_theme', value: theme, url: api.app.url }]);
      const door = await stranger.newPage();
      await door.goto('/sign-in');
      await hydrated(door);
      await door.screenshot({ path: path.join(FOLDER, `sign-in-${size}-${lang}-${theme}.png`), animations: 'disabled' });
      await stranger.close();
    });
  }
}
