// Tickets: written down for a customer with what its tier promises, answered, solved, opened
// again and assigned; late ones are told; who may not see them.
import { Tickets } from '../pages/tickets';
import { offered } from '../support/api';
import { violations } from '../support/axe';
import { expect, hydrated, open, test } from '../support/fixtures';
import { LANGS, text } from '../support/texts';

const whole = (n: number): string => n.toLocaleString('en-US');

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a ticket is written down, answered, solved, and opened again', async ({ page, signIn, watch }) => {
      // What is refused on purpose.
      watch.expectStatus(422);
      const api = await signIn('service1');
      const { customer } = (await Tickets.told(api, { shown: 'all' })).page.rows[0];
      const tickets = new Tickets(page);
      await open(page, `/customers/${customer}`);
      await page.locator('section[data-tickets]').getByRole('link', { name: text(lang, 'tickets.new') }).click();
      await expect(page).toHaveURL(new RegExp(`/tickets/new\\?customer=${customer}`));
      await tickets.writing.field('subject').waitFor();
      await hydrated(page);
      await expect(page.locator('[data-promise]')).not.toBeEmpty();
      expect(await violations(page)).toEqual([]);
      await tickets.writing.fill({ body: `Since yesterday ${lang}` });
      await tickets.writing.submit();
      await expect(tickets.writing.error('subject')).toHaveText(text(lang, 'errors.required'));
      await expect(tickets.writing.field('body'), 'what was typed is kept').toHaveValue(`Since yesterday ${lang}`);
      const subject = `No signal ${lang} ${Date.now()}`;
      await tickets.writing.fill({ subject, priority: 'urgent' });
      await tickets.writing.submit();
      await expect(tickets.ticket).toHaveAttribute('data-state', 'open');
      await expect(page.locator('main h1')).toContainText(subject);
      await expect(page.locator('[data-response]').first()).toBeVisible();
      expect(await violations(page)).toEqual([]);

      // Nothing is solved before it is answered.
      await hydrated(page);
      await tickets.say({ kind: 'note', state: 'solved', text: 'Looked at it' });
      await expect(tickets.composer.error('kind')).toHaveText(text(lang, 'errors.answer_first'));
      await expect(tickets.composer.field('text')).toHaveValue('Looked at it');
      await tickets.say({ kind: 'answer', state: '', text: `We are on it ${lang}` });
      await expect(tickets.ticket).toHaveAttribute('data-state', 'answered');
      await expect(tickets.entries).toHaveCount(1);
      await expect(tickets.entries.first()).toContainText(`We are on it ${lang}`);
      await expect(tickets.composer.field('text'), 'what was sent is no longer in the form').toHaveValue('');
      // So news are followed again.
      const ticket = (await tickets.ticket.getAttribute('data-ticket'))!;
      const version = await page.locator('#form input[name="form[version]"]').getAttribute('value');
      await api.form('service/add', { 'form[id]': ticket, 'form[version]': version!, 'form[kind]': 'note', 'form[text]': `By a colleague ${lang}` });
      await expect(tickets.entries).toHaveCount(2);
      await hydrated(page);
      await tickets.say({ kind: 'answer', state: 'solved', text: 'Replaced' });
      await expect(tickets.ticket).toHaveAttribute('data-state', 'solved');
      await tickets.say({ state: 'open', text: 'It is back' });
      await expect(tickets.ticket).toHaveAttribute('data-state', 'open');
      await expect(tickets.entries).toHaveCount(4);
      await expect(page.locator('.facts')).toContainText(text(lang, 'tickets.reopened_times'));

      const id = (await tickets.ticket.getAttribute('data-ticket'))!;
      await tickets.goto(`?q=${encodeURIComponent(subject)}`);
      await expect(tickets.row(id)).toHaveAttribute('data-state', 'open');
      await expect(tickets.total).toContainText('1');
      await open(page, `/customers/${customer}`);
      await expect(page.locator(`section[data-tickets] [data-ticket-id="${id}"]`)).toBeVisible();
    });

    test('filters are in the address, and numbers are those of the server', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const tickets = new Tickets(page);
      await tickets.goto();
      await expect(page.locator('main h1')).toHaveText(text(lang, 'tickets.title'));
      await expect(tickets.total).toContainText(whole((await Tickets.told(api)).page.total));
      await tickets.chip('state').selectOption('all');
      await expect(page).toHaveURL(/state=all/);
      await expect(tickets.total).toContainText(whole((await Tickets.told(api, { shown: 'all' })).page.total));
      await tickets.chip('late').selectOption('1');
      await expect(page).toHaveURL(/late=1/);
      const late = await Tickets.told(api, { shown: 'all', late: true });
      await expect(tickets.total).toContainText(whole(late.page.total));
      expect(late.page.total).toBe(late.late);
      await tickets.chip('tier').selectOption('vip');
      await expect(page).toHaveURL(/tier=vip/);
      await page.locator('.chip-clear').click();
      await expect(page).toHaveURL(/\/tickets$/);
      expect(await violations(page)).toEqual([]);
    });

    test('a ticket is assigned, and found on the page of today of whom it went to', async ({ app, actor }) => {
      test.setTimeout(90_000);
      const service = await actor('service1', { lang });
      const rep = await actor('rep1', { lang });
      const to = (await offered(app, 'rep1'))!;
      const { customer } = (await Tickets.told(service.api, { shown: 'all' })).page.rows[1];
      const tickets = new Tickets(service.page);
      const subject = `For the salesperson ${lang} ${Date.now()}`;
      const id = await tickets.write(customer, { subject, kind: 'request' });
      await open(service.page, `/tickets/${id}?form=assign`);
      await tickets.assigning.field('assignee').waitFor();
      await hydrated(service.page);
      await tickets.assigning.fill({ assignee: to.id, priority: 'high' });
      await tickets.assigning.submit();
      await expect(service.page.locator('.facts')).toContainText(to.name);
      const mine = await Tickets.told(rep.api, { person: to.id });
      expect(mine.page.rows.map(row => row.id)).toContain(id);
      await open(rep.page, `/tickets?q=${encodeURIComponent(subject)}`);
      await expect(new Tickets(rep.page).row(id)).toBeVisible();
      await open(rep.page, '/home?list=tickets');
      await expect(rep.page.locator('[data-rows="tickets"] li').first()).toBeVisible();
    });

    test('without scripts a ticket is written down and answered', async ({ actor }) => {
      const { page, api } = await actor('service1', { lang, javaScriptEnabled: false });
      const { customer } = (await Tickets.told(api, { shown: 'all' })).page.rows[2];
      await page.goto(`/tickets/new?customer=${customer}`);
      await page.fill('#subject', `Plain ${lang}`);
      await page.click('#ticket-form button[type="submit"]');
      await expect(page.locator('[data-ticket]')).toHaveAttribute('data-state', 'open');
      await page.fill('#text', 'An answer');
      await page.click('#form button[type="submit"].btn-primary');
      await expect(page.locator('[data-ticket]')).toHaveAttribute('data-state', 'answered');
    });

    test('finance sees no tickets, and a ticket of others looks as if it did not exist', async ({ actor, watch }) => {
      watch.expectStatus(403, 404);
      const admin = await actor('admin', { lang });
      const all = (await Tickets.told(admin.api, { shown: 'all' })).page.rows;
      const { page, api: rep } = await actor('rep2', { lang });
      const seen = new Set<string>();
      for (let after: string | null = null; ;) {
        const list: { page: { rows: { id: string }[]; next: string | null } } = await rep.json('service/tickets', { filter: { shown: 'all' }, sort: '', after });
        list.page.rows.forEach(row => seen.add(row.id));
        if (!(after = list.page.next)) break;
      }
      const other = all.find(row => !seen.has(row.id))!;
      await open(page, `/tickets/${other.id}`);
      await expect(page.locator('main')).toContainText(text(lang, 'tickets.not_there'));
      const finance = await actor('finance', { lang });
      await finance.page.goto('/tickets');
      await expect(finance.page.locator('main')).toContainText(text(lang, 'errors.forbidden'));
    });
  });
}
