// Tickets: the list, one ticket with its forms, and writing one down.
import { type Locator, type Page } from '@playwright/test';
import { hydrated, open } from '../support/fixtures';
import type { Api } from '../support/api';
import { Form } from './form';

export interface TicketRow { id: string; number: number; subject: string; state: string; customer: string; assignee: string; due_at: string | null }
export interface TicketList { page: { rows: TicketRow[]; total: number }; late: number }

export class Tickets {
  constructor(private readonly page: Page) {}

  async goto(query = ''): Promise<void> { await open(this.page, `/tickets${query}`); }
  row(id: string): Locator { return this.page.locator(`tr[data-ticket-id="${id}"]`); }
  chip(name: string): Locator { return this.page.locator(`main select[name="${name}"]`); }
  get total(): Locator { return this.page.locator('.pager .total'); }
  get ticket(): Locator { return this.page.locator('[data-ticket]'); }
  get entries(): Locator { return this.page.locator('[data-entries] > li'); }
  get writing(): Form { return Form.of(this.page, '#ticket-form'); }
  get composer(): Form { return Form.of(this.page, '#form form'); }
  get assigning(): Form { return Form.of(this.page, '[data-assign] form'); }

  /** Opens the form of a customer, fills it, and waits for the ticket. */
  async write(customer: string, values: Record<string, string>): Promise<string> {
    await open(this.page, `/tickets/new?customer=${customer}`);
    await this.writing.field('subject').waitFor();
    await hydrated(this.page);
    await this.writing.fill(values);
    await this.writing.submit();
    await this.ticket.waitFor();
    await hydrated(this.page);
    return (await this.ticket.getAttribute('data-ticket'))!;
  }

  async say(values: Record<string, string>): Promise<void> {
    await this.composer.fill(values);
    await this.composer.submit();
  }

  static async told(api: Api, filter: Record<string, unknown> = {}): Promise<TicketList> {
    return api.json<TicketList>('service/tickets', { filter, sort: '', after: null });
  }
}
