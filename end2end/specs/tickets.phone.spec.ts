// Tickets with the phone in the hand: the list as cards, writing one down, answering it,
// without scrolling sideways. Health and economics fit too.
import { Tickets } from '../pages/tickets';
import { expect, open, test } from '../support/fixtures';
import { overflow } from '../support/overflow';
import { LANGS } from '../support/texts';

for (const lang of LANGS) {
  test.describe(lang, () => {
    test.use({ lang });

    test('a ticket is written down and answered by hand', async ({ page, signIn }) => {
      const api = await signIn('service1');
      const { customer } = (await Tickets.told(api, { shown: 'all' })).page.rows[0];
      const tickets = new Tickets(page);
      await tickets.goto();
      expect(await overflow(page)).toEqual([]);
      await tickets.write(customer, { subject: `From the phone ${lang} ${Date.now()}` });
      expect(await overflow(page)).toEqual([]);
      const size = await tickets.composer.root.locator('button[type="submit"].btn-primary').boundingBox();
      expect(size!.height).toBeGreaterThanOrEqual(44);
      await tickets.say({ text: 'Called back' });
      await expect(tickets.ticket).toHaveAttribute('data-state', 'answered');
      await expect(tickets.entries).toHaveCount(1);
    });

    test('lists, a customer, economics and costs fit', async ({ page, signIn }) => {
      const api = await signIn('admin');
      const { customer, id } = (await Tickets.told(api, { shown: 'all' })).page.rows[0];
      const addresses = ['/tickets?state=all', `/tickets/${id}`, `/tickets/${id}?form=assign`, `/customers/${customer}`, '/analysis/economics?by=source', '/analysis/economics?set=end', '/settings/costs'];
      for (const address of addresses) {
        await open(page, address);
        await expect(page.locator('main h1')).toBeVisible();
        expect(await overflow(page), address).toEqual([]);
      }
    });
  });
}
