// Today on a phone: one column, everything in reach of a thumb.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { HomePage } from '../pages/home';
import { Shell } from '../pages/shell';
import { violations } from '../support/axe';
import { expect, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const SHOTS = process.env.WEIR_HOME_SHOTS;

for (const lang of LANGS) {
  for (const who of ['rep1', 'director', 'admin', 'hr'] as const) {
    test(`${who}: nothing scrolls sideways, and what is tapped is large enough (${lang})`, async ({ actor }) => {
      const { page } = await actor(who, { lang, theme: lang === 'en' ? 'dark' : 'light' });
      const home = new HomePage(page);
      await home.goto();
      expect((await new Shell(page).barEntries())[0]).toBe('/home');
      await expect(home.heading).toHaveText(text(lang, 'nav.today'));
      if (SHOTS) {
        mkdirSync(SHOTS, { recursive: true });
        await page.screenshot({ path: path.join(SHOTS, `${who}-phone-${lang}.png`), fullPage: true, animations: 'disabled' });
        await page.locator('.body').evaluate(body => body.scrollTo(0, 700));
        await page.screenshot({ path: path.join(SHOTS, `${who}-phone-${lang}-2.png`), animations: 'disabled' });
        await page.locator('.body').evaluate(body => body.scrollTo(0, 0));
      }
      for (const list of ['', '?list=stalled', '?list=contacts', '?list=won']) {
        if (list && who === 'hr') continue;
        if (list) await home.goto(list);
        const wide = await page.locator('html, .body').evaluateAll(all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName));
        expect(wide, list).toEqual([]);
        const small = await page.locator('main a, main button, main summary, nav.botbar a').evaluateAll(all => all
          .map(e => ({ e, box: e.getBoundingClientRect() }))
          .filter(({ e, box }) => box.width > 0 && box.height < 43.5 && !e.closest('.demo-banner, .skip'))
          .map(({ e, box }) => `${e.className || e.tagName} ${e.textContent?.trim().slice(0, 20)} ${Math.round(box.width)}×${Math.round(box.height)}`));
        expect(small, `${list} below 44 px`).toEqual([]);
        expect(await violations(page)).toEqual([]);
      }
    });
  }
}
