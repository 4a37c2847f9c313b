// Checking in: consent first, a position or none, a picture, the way out; what managers see and
// what they leave behind; without scripts; and without network, where nothing is lost or counted twice.
import { Field, busyDay, consent, field, north, placed, send, visits } from '../pages/field';
import { Form } from '../pages/form';
import { Api, COOKIE, offered, signInByApi } from '../support/api';
import { App } from '../support/app';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { Line } from '../support/line';
import { LANGS, pattern, text } from '../support/texts';

/** Makes a picture in the page's own canvas, as a camera's file. */
const PICTURE = `async () => {
  const canvas = document.createElement('canvas'); canvas.width = 2400; canvas.height = 1200;
  const pen = canvas.getContext('2d'); pen.fillStyle = 'teal'; pen.fillRect(0, 0, 2400, 1200); pen.fillStyle = 'white'; pen.fillRect(Math.random() * 900, 9, 99, 99);
  const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', .9));
  return [...new Uint8Array(await blob.arrayBuffer())];
}`;

/** A picture that does not become small, however it is scaled. */
const NOISE = `async () => {
  const canvas = document.createElement('canvas'); canvas.width = 1200; canvas.height = 900;
  const pen = canvas.getContext('2d'); const points = pen.createImageData(1200, 900);
  for (let i = 0; i < points.data.length; i++) points.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
  pen.putImageData(points, 0, 0);
  const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', .9));
  return [...new Uint8Array(await blob.arrayBuffer())];
}`;

/** What a camera writes into its pictures, in front of all else: an empty directory of Exif. */
const EXIF = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 22]), Buffer.from('Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1')]);
const camera = (picture: Buffer): Buffer => Buffer.concat([picture.subarray(0, 2), EXIF, picture.subarray(2)]);

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('consent is asked for first; three presses check in; the way out ends the stay', async ({ page, context, signIn }) => {
      const api = await signIn('rep1');
      await consent(api, false);
      const customer = await placed(api);
      await context.grantPermissions(['geolocation']);
      await context.setGeolocation({ latitude: customer.place.lat + north(40), longitude: customer.place.lon, accuracy: 18 });
      const at = new Field(page);
      await at.goto();
      await expect(at.ask).toBeVisible();
      await expect(at.measure, 'nothing is measured before').toHaveCount(0);
      expect(await violations(page)).toEqual([]);
      await at.ask.getByRole('button', { name: text(lang, 'field.consent_give') }).click();
      await expect(at.ask).toHaveCount(0);
      await expect(at.measure).toBeVisible();
      await at.measure.click();
      await expect(at.status).toHaveText(text(lang, 'field.accuracy_now', { n: 18 }));
      await expect(at.form.locator('[data-field-plot] svg')).toBeVisible();
      await at.choose(customer.name, customer.id);
      await expect(at.verdict).toHaveAttribute('data-verdict', 'OK');
      await expect(at.go).toHaveText(text(lang, 'field.check_in_at', { name: customer.name }));
      const file = camera(Buffer.from(await page.evaluate<number[]>(`(${PICTURE})()`)));
      await at.form.locator('#ck-photo').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: file });
      await at.form.locator('#ck-note').fill(`met ${lang}`);
      await at.go.click();
      await expect(at.done).toHaveAttribute('data-verdict', 'OK');
      await hydrated(page);
      const id = await at.done.getAttribute('data-done');
      const recorded = (await visits(api)).filter(visit => visit.id === id);
      expect(recorded).toHaveLength(1);
      expect(recorded[0]).toMatchObject({ verdict: 'OK', note: `met ${lang}`, offline: false });
      expect(recorded[0].photos).toHaveLength(1);
      const address = `/export/field/${recorded[0].photos[0]}.jpg`;
      const size = await page.evaluate(async src => {
        const picture = Object.assign(new Image(), { src });
        await picture.decode();
        return [picture.naturalWidth, picture.naturalHeight];
      }, address);
      expect(size, 'made smaller, of 2400 by 1200').toEqual([1600, 800]);
      const bytes = Buffer.from(await (await api.get(address)).arrayBuffer());
      expect([file.includes('Exif'), bytes.includes('Exif')], 'what the camera wrote is left out').toEqual([true, false]);
      await at.leave.getByRole('button', { name: text(lang, 'field.check_out') }).click();
      await expect(at.done.locator('[data-stay]')).toHaveText(pattern(lang, 'field.stay_short'));
      await expect(at.leave).toHaveCount(0);
      await expect(at.waiting).toBeHidden();
    });

    test('refused, vague and far: it is told before, recorded as it is, and never blocked', async ({ page, context, signIn }) => {
      const api = await signIn('rep1');
      await consent(api, true);
      const customer = await placed(api);
      const at = new Field(page);
      await at.goto();
      await at.measure.click();
      await expect(at.status).toHaveText(text(lang, 'field.why_denied'));
      await at.choose(customer.name, customer.id);
      await at.go.click();
      await expect(at.done).toHaveAttribute('data-verdict', 'NO_FIX');
      await context.grantPermissions(['geolocation']);
      for (const [metres, accuracy, verdict] of [[3_000, 12, 'OUT_OF_RANGE'], [540, 25, 'OUT_OF_RANGE'], [520, 28, 'DOUBT']] as const) {
        await context.setGeolocation({ latitude: customer.place.lat + north(metres), longitude: customer.place.lon, accuracy });
        await at.goto();
        await at.measure.click();
        await at.choose(customer.name, customer.id);
        await expect(at.verdict).toHaveAttribute('data-verdict', verdict);
        await at.go.click();
        await expect(at.done).toHaveAttribute('data-verdict', verdict);
      }
    });
  });
}

test('a vague position is waited for, and told', async ({ page, context, signIn }) => {
  const api = await signIn('rep1');
  await consent(api, true);
  const customer = await placed(api);
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation({ latitude: customer.place.lat, longitude: customer.place.lon, accuracy: 1_500 });
  const at = new Field(page);
  await at.goto();
  await at.measure.click();
  await expect(at.form.locator('[data-field-plot] svg')).toBeVisible({ timeout: 20_000 });
  await at.choose(customer.name, customer.id);
  await expect(at.verdict).toHaveAttribute('data-verdict', 'LOW_ACCURACY');
  await at.go.click();
  await expect(at.done).toHaveAttribute('data-verdict', 'LOW_ACCURACY');
});

test('an old position is told and marked', async ({ page, context, signIn }) => {
  const api = await signIn('rep1');
  await consent(api, true);
  const customer = await placed(api);
  await context.grantPermissions(['geolocation']);
  await page.addInitScript(({ lat, lon }) => {
    const old = { coords: { latitude: lat, longitude: lon, accuracy: 11 }, timestamp: Date.now() - 600_000 };
    Object.defineProperty(navigator.geolocation, 'watchPosition', { value: (found: (position: unknown) => void) => { setTimeout(() => found(old)); return 1; } });
  }, customer.place);
  const at = new Field(page);
  await at.goto();
  await at.measure.click();
  await expect(at.status).toHaveText(pattern('zh', 'field.accuracy_old', { n: 11 }));
  await at.choose(customer.name, customer.id);
  await at.go.click();
  await expect(at.done).toHaveAttribute('data-verdict', 'OK');
  const id = await at.done.getAttribute('data-done');
  expect((await visits(api)).find(visit => visit.id === id)!.signals).toContain('old_fix');
});

test('a manager sees the day, opens a visit, and leaves a trace', async ({ app, page, signIn, actor }) => {
  const api = await signIn('director');
  const on = await busyDay(api);
  const admin = await actor('admin');
  const { name } = (await offered(app, 'director'))!;
  // How often the manager looked at that day, at whoever's.
  const looked = async (): Promise<number> => {
    const { all } = await admin.api.json<{ all: { viewer: string; of_day: string; times: number }[] }>('field/privacy', {});
    return all.filter(view => view.viewer === name && view.of_day === on).reduce((sum, view) => sum + view.times, 0);
  };
  const before = await looked();
  await open(page, `/field/visits?on=${on}`);
  await expect(page.locator('[data-logged]')).toBeVisible();
  const rows = page.locator('tr[data-visit]');
  const after = await looked();
  expect(after, 'to look leaves a trace').toBeGreaterThan(before);
  const day = await visits(api, on);
  await expect(rows).toHaveCount(day.length);
  await expect(page.locator('[data-figure="visits"] .v')).toHaveText(String(day.length));
  expect(await violations(page)).toEqual([]);
  const first = (await rows.first().getAttribute('data-visit'))!;
  await rows.first().locator('a').first().click();
  await expect(page.locator('[data-opened]')).toHaveAttribute('data-opened', first);
  await expect(page.locator('[data-plot]').first()).toBeVisible();
  // Only those of one's own.
  const rep = await actor('rep1');
  const own = await busyDay(rep.api);
  await open(rep.page, `/field/visits?on=${own}`);
  await expect(rep.page.locator('tr[data-visit]')).toHaveCount((await visits(rep.api, own)).length);
  const people = await rep.page.locator('section[data-person]').evaluateAll(all => all.map(one => one.getAttribute('data-person')));
  expect(people).toEqual([(await offered(app, 'rep1'))!.id]);
  await expect(rep.page.locator('[data-logged]')).toHaveCount(0);
  await open(admin.page, '/field/privacy');
  await expect(admin.page.locator('[data-views] tbody tr').filter({ has: admin.page.getByRole('rowheader', { name, exact: true }) }).first()).toBeVisible();
  expect(await violations(admin.page)).toEqual([]);
});

test('one’s own records go home, and are erased only when one is sure', async ({ page, signIn, watch }) => {
  // Erasing without the tick.
  watch.expectStatus(422);
  const api = await signIn('rep2');
  await consent(api, true);
  const customer = await placed(api);
  expect(await send(api, { customer: customer.id, lat: '31.2', lon: '121.4', accuracy: '9' })).toBe(200);
  const measured = async (): Promise<number> => {
    const own = await (await api.get('/export/field/mine.json')).json() as { latitude: number | null }[];
    return own.filter(one => one.latitude !== null).length;
  };
  expect(await measured()).toBeGreaterThan(0);
  await open(page, '/field/privacy');
  await page.locator('.ck-erase > summary').click();
  await page.locator('.ck-erase button[type="submit"]').click();
  await expect(page.locator('#sure-err')).toBeVisible();
  await page.locator('.ck-erase input[type="checkbox"]').check();
  await page.locator('.ck-erase button[type="submit"]').click();
  await expect.poll(measured).toBe(0);
});

for (const lang of LANGS) {
  test(`the rules of checking in are set, a shorter time says what it touches, and the page follows, ${lang}`, async ({ server, actor, watch }) => {
    test.setTimeout(120_000);
    watch.expectStatus(422);
    const app = await server('demo');
    const { page, api } = await actor('admin', { app, lang });
    await open(page, '/settings/field');
    const form = Form.of(page, 'form.field-rules');
    const kept = (await api.json<{ kept: { places: number; photos: number } }>('settings/field', {})).kept;
    expect(kept.photos).toBeGreaterThan(0);
    await expect(form.field('exact_days')).toHaveValue('180');
    expect(await violations(page)).toEqual([]);
    await form.fill({ exact_days: '0', photo_days: '3651', radius: '49' });
    await form.submit();
    await expect(form.error('exact_days')).toHaveText(text(lang, 'errors.too_small_min', { min: 1 }));
    await expect(form.error('photo_days')).toHaveText(text(lang, 'errors.too_large_max', { max: 3650 }));
    await expect(form.error('radius')).toHaveText(text(lang, 'errors.too_small_min', { min: 50 }));
    await form.fill({ photo: 'required', exact_days: '1', photo_days: '1', radius: '300' });
    await form.submit();
    await expect(form.error('exact_days')).toHaveText(pattern(lang, 'errors.rounds_places'));
    await expect(form.error('photo_days')).toHaveText(pattern(lang, 'errors.erases_photos'));
    expect(await violations(page)).toEqual([]);
    await form.fill({ exact_days: '180', photo_days: '0' });
    await form.submit();
    await expect(form.error('exact_days')).toBeHidden();
    const rep = await actor('rep1', { app, lang });
    await consent(rep.api, true);
    const at = new Field(rep.page);
    await at.goto();
    const photo = at.form.locator('#ck-photo');
    await expect(photo).toHaveJSProperty('required', true);
    const customer = await placed(rep.api);
    expect(customer.radius_dm).toBe(3000);
    await at.choose(customer.name, customer.id);
    const before = await visits(rep.api);
    await photo.evaluate(field => field.addEventListener('invalid', () => { field.dataset.asked = ''; }));
    await at.go.click();
    await expect(photo, 'the browser asks for the picture first').toHaveAttribute('data-asked', '');
    expect(await send(rep.api, { customer: customer.id }), 'nor is it taken without one').toBe(422);
    expect(await visits(rep.api), 'nothing was recorded').toHaveLength(before.length);
    await open(page, '/settings/field');
    await form.fill({ photo: 'off' });
    await form.submit();
    await expect.poll(async () => (await api.json<{ rules: { photo: string } }>('settings/field', {})).rules.photo).toBe('off');
    await at.goto();
    await expect(photo).toHaveCount(0);
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false, lang: 'en' });

  test('a check-in is a form with customer and note, and so is the way out', async ({ page, signIn }) => {
    const api = await signIn('rep2');
    const customer = (await field(api)).customers[0];
    await page.goto('/field');
    await expect(page.locator('[data-field-fix]')).toBeHidden();
    await page.locator('#ck-note').fill('by hand');
    await page.locator(`[data-customer="${customer.id}"] input`).check();
    await page.locator('[data-field-form] button[type="submit"]').click();
    await expect(page.locator('[data-done]')).toHaveAttribute('data-verdict', 'NO_FIX');
    await page.locator('form[data-field-out] button[type="submit"]').click();
    await expect(page.locator('[data-done] [data-stay]')).toContainText(pattern('en', 'field.stay_short'));
    // A picture that is none is refused with a sentence.
    await page.goto('/field');
    await page.locator(`[data-customer="${customer.id}"] input`).check();
    await page.locator('#ck-photo').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg/>') });
    await page.locator('[data-field-form] button[type="submit"]').click();
    await expect(page.getByText(text('en', 'errors.photo_type'))).toBeVisible();
  });
});

test.describe('without network', () => {
  test.use({ contextOptions: { serviceWorkers: 'allow' }, serviceWorkers: 'allow' });

  test('the application opens, check-ins and follow-ups wait, and are there exactly once afterwards', async ({ page, context, signIn, watch, app }) => {
    watch.expectOffline();
    const api = await signIn('rep1');
    await consent(api, true);
    const customer = await placed(api);
    await context.grantPermissions(['geolocation']);
    await context.setGeolocation({ latitude: customer.place.lat, longitude: customer.place.lon, accuracy: 15 });
    const line = await Line.to(app);
    await open(page, `${line.url}/field`);
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    // What the phone keeps of today is there.
    await expect.poll(() => page.evaluate(() => new Promise(done => {
      const asked = indexedDB.open('weir-field', 1);
      asked.onsuccess = () => {
        const got = asked.result.transaction('kept').objectStore('kept').get('snapshot');
        got.onsuccess = () => { asked.result.close(); done(!!got.result); };
      };
    }))).toBe(true);
    const before = new Set((await visits(api)).map(visit => visit.id));
    await line.cut();
    await page.reload();
    await expect(page.locator('[data-field-today]')).toBeVisible();
    const at = new Field(page);
    await at.measure.click();
    await at.choose(customer.name, customer.id);
    await at.form.locator('textarea[name="note"]').fill('kept on the phone');
    await at.go.click();
    await expect(page.locator('[data-field-waiting] li')).toHaveCount(1);
    const note = page.locator('[data-field-note]');
    await note.locator('select').selectOption(customer.id);
    await note.locator('textarea').fill('written underground');
    await note.locator('button').click();
    await expect(page.locator('[data-field-waiting] li')).toHaveCount(2);
    await page.reload();
    await expect(page.locator('[data-field-waiting] li'), 'they survive a reload').toHaveCount(2);
    await line.mend();
    // The browser tells that there is a network again; the page comes back by itself once all is sent.
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect(page.locator('html[data-hydrated]')).toBeAttached({ timeout: 20_000 });
    await expect(page.locator('[data-field-queue]')).toBeHidden();
    const after = (await visits(api)).filter(visit => !before.has(visit.id));
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ verdict: 'OK', note: 'kept on the phone', offline: true });
    await page.reload();
    await hydrated(page);
    expect((await visits(api)).filter(visit => !before.has(visit.id)), 'once, also after coming again').toHaveLength(1);
    await line.cut();
  });

  test('a server that dies in the middle of a picture has nothing of it, and gets it once from the next', async ({ page, context, watch }) => {
    watch.expectOffline();
    const app = await App.start('demo');
    let again: App | undefined;
    try {
      const token = await signInByApi(app, 'rep1');
      const api = new Api(app, token);
      await consent(api, true);
      const customer = await placed(api);
      const before = new Set((await visits(api)).map(visit => visit.id));
      const line = await Line.to(app);
      await context.addCookies([{ name: COOKIE, value: token, url: line.url, httpOnly: true, sameSite: 'Lax' }]);
      await context.grantPermissions(['geolocation'], { origin: line.url });
      await context.setGeolocation({ latitude: customer.place.lat, longitude: customer.place.lon, accuracy: 15 });
      await open(page, `${line.url}/field`);
      const at = new Field(page);
      await at.form.locator('[data-field-find]').waitFor();
      await at.measure.click();
      await at.choose(customer.name, customer.id);
      const file = Buffer.from(await page.evaluate<number[]>(`(${NOISE})()`));
      await at.form.locator('#ck-photo').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: file });
      await at.form.locator('#ck-note').fill('cut off');
      const dead = line.dieAfter(60_000, () => app.end('SIGKILL'));
      await at.go.click();
      await dead;
      await expect(at.waiting).toBeVisible();
      again = await App.startIn(app.database);
      line.lead(again);
      const fresh = new Api(again, token);
      expect((await visits(fresh)).filter(visit => !before.has(visit.id)), 'nothing of it was kept').toHaveLength(0);
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await expect.poll(async () => (await visits(fresh)).filter(visit => !before.has(visit.id)).length, { timeout: 20_000 }).toBe(1);
      await expect(at.waiting).toBeHidden();
      const [sent] = (await visits(fresh)).filter(visit => !before.has(visit.id));
      expect(sent).toMatchObject({ verdict: 'OK', note: 'cut off' });
      expect(sent.photos).toHaveLength(1);
      await line.cut();
    } finally {
      await again?.stop();
      await app.stop();
    }
  });
});
