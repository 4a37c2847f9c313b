// The server functions, called without a browser: to prepare what a test needs,
// and to know independently what a page should show.
import type { App } from './app';

export const PASSWORD = 'weir-demo-2026';
export const COOKIE = 'weir_session';

export type Role = 'administrator' | 'manager' | 'salesperson' | 'service' | 'finance' | 'hr';
/** The demo accounts that the sign-in page offers, and who else is needed. */
export type Who = 'admin' | 'director' | 'east.manager' | 'rep1' | 'rep2' | 'service1' | 'finance' | 'hr' | 'operations';

export interface Account { id: string; name: string; role: Role; unit_name: string }
export interface Money { minor: number; currency: string }
export interface Stage { id: string; pipeline: string; position: number; name_zh: string; name_en: string; kind: 'open' | 'won' | 'lost' }
export interface Card {
  id: string; version: number; stage: string; rank: string; title: string; customer: string; customer_name: string; tier: string;
  owner: string; owner_name: string; amount: Money; probability_bp: number; outcome: string;
  expected_close_on: string | null; closed_on: string | null; next_on: string | null; next_step: string;
}
export interface Sums { currency: string; count: number; sum_minor: number }
export interface Column { stage: Stage; summary: { sums: Sums[]; next: number[] }; cards: Card[] }
export interface Board { pipeline: string; pipelines: { id: string; name_zh: string; name_en: string }[]; columns: Column[]; won_since: string }
export interface Person { id: string; name: string; email: string; role: Role; active: boolean; version: number }

export type Filter = Partial<{
  pipeline: string; stage: string; customer: string; owner: string; team: string; tier: string; source: string; product: string;
  min_whole: number; max_whole: number; next: string; text: string;
}>;

export class ApiFailure extends Error {
  constructor(readonly status: number, readonly body: string) {
    super(`${status}: ${body}`);
  }
}

export class Api {
  constructor(readonly app: App, readonly token?: string) {}

  private headers(more: Record<string, string> = {}): Record<string, string> {
    return this.token ? { cookie: `${COOKIE}=${this.token}`, ...more } : more;
  }

  /** A server function that takes JSON. */
  async json<T>(name: string, body: unknown): Promise<T> {
    return this.answer(await fetch(`${this.app.url}/api/${name}`, {
      method: 'POST', redirect: 'manual', headers: this.headers({ 'content-type': 'application/json' }), body: JSON.stringify(body),
    }));
  }

  /** A server function that takes a form. */
  async form<T>(name: string, body: Record<string, string> = {}): Promise<T> {
    return this.answer(await this.post(name, body));
  }

  async post(name: string, body: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.app.url}/api/${name}`, { method: 'POST', redirect: 'manual', headers: this.headers(), body: new URLSearchParams(body) });
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.app.url}${path}`, { redirect: 'manual', headers: this.headers(headers) });
  }

  private async answer<T>(answer: Response): Promise<T> {
    const body = await answer.text();
    if (!answer.ok && answer.status !== 302) throw new ApiFailure(answer.status, body);
    return (body ? JSON.parse(body) : undefined) as T;
  }

  async entrance(): Promise<{ set_up: boolean; accounts: Account[] }> {
    return this.form('settings/demo_accounts');
  }

  board(filter: Filter = {}): Promise<Board> {
    return this.json('pipeline/board', { filter: { text: '', ...filter } });
  }

  /** Every card of a column, however many pages it takes. */
  async allCards(column: Column, filter: Filter = {}): Promise<Card[]> {
    const cards = [...column.cards];
    for (;;) {
      const after = cards.at(-1)?.id ?? null;
      const page = await this.json<{ cards: Card[] }>('pipeline/cards', { filter: { text: '', ...filter }, stage: column.stage.id, after });
      if (page.cards.length === 0 || after === null) return cards;
      cards.push(...page.cards);
    }
  }

  card(deal: string, filter: Filter = {}): Promise<Card | null> {
    return this.json('pipeline/card', { filter: { text: '', ...filter }, deal });
  }

  /** Moves a deal to the top of a stage, as a colleague elsewhere would. */
  async move(card: Card, to: string): Promise<Card> {
    const command = { request: crypto.randomUUID(), deal: card.id, version: card.version, to, above: null, below: null, closing: null, reason: '' };
    return this.json('pipeline/move_deal', { command });
  }
}

function tokenOf(answer: Response): string {
  const cookie = answer.headers.getSetCookie().find(line => line.startsWith(`${COOKIE}=`));
  const token = cookie?.slice(COOKIE.length + 1).split(';')[0];
  if (!token) throw new Error(`nobody was signed in: ${answer.status}, to ${answer.headers.get('location')}`);
  return token;
}

const OFFERED: Partial<Record<Who, (account: Account, company: string) => boolean>> = {
  admin: account => account.role === 'administrator',
  director: (account, company) => account.role === 'manager' && account.unit_name === company,
  'east.manager': (account, company) => account.role === 'manager' && account.unit_name !== company,
  rep1: account => account.role === 'salesperson',
  service1: account => account.role === 'service',
  finance: account => account.role === 'finance',
  hr: account => account.role === 'hr',
};

/** A demo account as the sign-in page offers it. */
export async function offered(app: App, who: Who): Promise<Account | undefined> {
  const { accounts } = await new Api(app).entrance();
  const company = accounts.find(account => account.role === 'administrator')?.unit_name ?? '';
  const fits = OFFERED[who];
  return fits && accounts.find(account => fits(account, company));
}

/** Signs in anew: one click where the demo offers it, else by password. */
export async function signInByApi(app: App, who: Who): Promise<string> {
  const api = new Api(app);
  const account = await offered(app, who);
  if (account) return tokenOf(await api.post('settings/demo_sign_in', { user: account.id, next: '/' }));
  return tokenOf(await api.post('settings/sign_in', { 'form[email]': `${who}@example.com`, 'form[password]': PASSWORD, 'form[next]': '' }));
}
