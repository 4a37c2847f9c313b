// Every page, for what is asked of all of them.
import type { Api } from './api';

export interface Place {
  name: string;
  address: string;
  /** Looked at in both languages and both themes. */
  main?: boolean;
}

/** The pages that an administrator reaches, with real records in the addresses. */
export async function places(api: Api): Promise<Place[]> {
  const board = await api.board();
  const card = board.columns.find(column => column.stage.kind === 'open' && column.cards.length > 0)!.cards[0];
  const closed = board.columns.find(column => column.stage.kind === 'won')!.cards[0];
  const contacts = await api.json<{ rows: { id: string }[] }>('customers/contacts', { text: '', sort: 'name', after: null });
  const people = await api.form<{ units: { id: string }[]; people: { id: string }[] }>('settings/people');
  const { pairs } = await api.json<{ pairs: { a: { id: string }; b: { id: string } }[] }>('customers/duplicates', {});
  const pool = await api.json<{ rows: { id: string }[] }>('pool/pool', { filter: { pool: null, tier: null, text: '' }, after: null });
  const pools = await api.json<{ pools: { id: string }[] }>('settings/pools', { edit: null });
  const leads = await api.json<{ rows: { id: string }[] }>('pool/pool', { filter: { leads: true, pool: null, tier: null, text: '' }, after: null });
  const products = await api.json<{ products: { id: string }[] }>('settings/products', { edited: null });
  const contracts = await api.json<{ page: { rows: { id: string }[] } }>('contracts/contracts', { filter: { status: 'signed' }, sort: '-amount', after: null });
  const contract = contracts.page.rows[0].id;
  const quotes = await api.json<{ rows: { id: string; status: string }[] }>('quotes/quotes', { filter: {}, after: null });
  const waiting = quotes.rows.find(one => one.status === 'waiting')!.id;
  const written = quotes.rows.find(one => one.status === 'draft')!.id;
  const books = await api.form<{ books: { id: string }[] }>('settings/price_books');
  const visits = await api.json<{ page: { rows: { customer: string }[] } }>('visits/visits', { filter: {}, after: null, done: null });
  const visit = visits.page.rows[0];
  const needs = await api.json<{ page: { rows: { id: string; customer: string }[] } }>('visits/needs', { filter: {}, after: null, edit: null });
  const surveys = await api.json<{ id: string; status: string; sent: number }[]>('satisfaction/surveys', {});
  const survey = surveys.filter(one => one.status === 'open').sort((a, b) => b.sent - a.sent)[0].id;
  const plans = await api.json<{ rows: { id: string }[] }>('satisfaction/plans', { filter: {} });
  const tickets = await api.json<{ page: { rows: { id: string; customer: string }[] } }>('service/tickets', { filter: {}, sort: '', after: null });
  const ticket = tickets.page.rows[0];
  return [
    { name: 'home', address: '/home', main: true },
    { name: 'home, contacts', address: '/home?list=contacts' },
    { name: 'home, stalled', address: '/home?list=stalled&span=year', main: true },
    { name: 'home, won', address: '/home?list=won' },
    { name: 'home of one person', address: `/home?person=${card.owner}` },
    { name: 'the business at a glance', address: '/boss', main: true },
    { name: 'board', address: '/deals', main: true },
    { name: 'board, filtered to nothing', address: '/deals?q=zzzzzz' },
    { name: 'deals', address: '/deals/list', main: true },
    { name: 'months', address: '/deals/months', main: true },
    { name: 'months, none', address: '/deals/months?q=zzzzzz' },
    { name: 'calendar of next steps', address: '/deals/calendar', main: true },
    { name: 'calendar of closes, next month', address: '/deals/calendar?by=close&month=2026-07' },
    { name: 'deals, none', address: '/deals/list?q=zzzzzz' },
    { name: 'new deal', address: '/deals/new', main: true },
    { name: 'deal', address: `/deals/${card.id}`, main: true },
    { name: 'won deal', address: `/deals/${closed.id}` },
    { name: 'edit deal', address: `/deals/${card.id}/edit` },
    { name: 'funnel', address: '/funnel?span=year', main: true },
    { name: 'funnel, a figure opened', address: '/funnel?span=year&stage=0&part=lost&which=now', main: true },
    { name: 'funnel of events, by amount', address: '/funnel?view=event&by=amount&span=year' },
    { name: 'funnel, snapshot', address: '/funnel?view=snapshot&stage=0&part=still' },
    { name: 'funnel, a numerator opened', address: '/funnel?view=event&mode=visited&span=year&stage=0&part=converted&which=now' },
    { name: 'slide of the funnel', address: '/present?slide=funnel&span=year', main: true },
    { name: 'slide of the funnel, a figure opened', address: '/present?slide=funnel&span=year&stage=0&part=lost&which=now', main: true },
    { name: 'slide of the funnel, snapshot', address: '/present?slide=funnel&view=snapshot' },
    { name: 'slide of the board', address: '/present?slide=deals', main: true },
    { name: 'slide of the board, a stage opened', address: `/present?slide=deals&column=${card.stage}` },
    { name: 'slide of the tiers', address: '/present?slide=tiers', main: true },
    { name: 'slide of the tiers, a tier opened', address: '/present?slide=tiers&of=vip' },
    { name: 'slide of today', address: '/present?slide=home', main: true },
    { name: 'slide of today, a list opened', address: '/present?slide=home&list=stalled' },
    { name: 'outcomes', address: '/analysis', main: true },
    { name: 'outcomes, a figure opened', address: '/analysis?span=year&set=lost', main: true },
    { name: 'speed', address: '/analysis/speed?span=year', main: true },
    { name: 'speed, a figure opened', address: '/analysis/speed?span=year&set=standing.0' },
    { name: 'forecast', address: '/analysis/forecast', main: true },
    { name: 'forecast, a figure opened', address: '/analysis/forecast?ahead=12&roll=single&set=due.undated.open', main: true },
    { name: 'won by month', address: '/analysis/months', main: true },
    { name: 'won by month, two years, a figure opened', address: '/analysis/months?months=24&spring=1&set=won_in.2026-01-01.2026-02-28' },
    { name: 'outcomes, two years of cycles, late steps opened', address: '/analysis?trend=24&set=steps.missed' },
    { name: 'customer economics', address: '/analysis/economics', main: true },
    { name: 'customer economics, a figure opened', address: '/analysis/economics?span=year&by=source&set=end', main: true },
    { name: 'findings', address: '/analysis/findings', main: true },
    { name: 'findings, rows opened', address: '/analysis/findings?open=overdue', main: true },
    { name: 'findings, customers opened', address: '/analysis/findings?open=no_open_deal' },
    { name: 'findings, putting one off', address: '/analysis/findings?later=overdue' },
    { name: 'tiers', address: '/tiers', main: true },
    { name: 'tiers, late only', address: '/tiers?late=1' },
    { name: 'tiers, review', address: '/tiers/review', main: true },
    { name: 'tiers, charts', address: '/tiers/figures', main: true },
    { name: 'tiers, a figure opened', address: '/tiers/figures?set=rfm.important_value', main: true },
    { name: 'tiers, charts with wrong dates', address: '/tiers/figures?from=2026-06-30&to=2026-01-01' },
    { name: 'customers', address: '/customers', main: true },
    { name: 'customer, a file refused', address: `/customers/${card.customer}?file_refused=attach_too_large&file_max=10` },
    { name: 'customers, none', address: '/customers?q=zzzzzz' },
    { name: 'new customer', address: '/customers/new' },
    { name: 'quick lead', address: '/customers/quick', main: true },
    { name: 'duplicates', address: '/customers/duplicates', main: true },
    { name: 'merge', address: `/customers/merge?a=${pairs[0].a.id}&b=${pairs[0].b.id}`, main: true },
    { name: 'merge with whom', address: `/customers/merge?a=${card.customer}` },
    { name: 'customer', address: `/customers/${card.customer}`, main: true },
    { name: 'edit customer', address: `/customers/${card.customer}/edit` },
    { name: 'new contact', address: `/customers/${card.customer}/contacts/new` },
    { name: 'public pool', address: '/pool', main: true },
    { name: 'public pool, none', address: '/pool?q=zzzzzz' },
    { name: 'pool of leads', address: '/pool?kind=leads', main: true },
    { name: 'pool of leads, none', address: '/pool?kind=leads&q=zzzzzz' },
    { name: 'lead in the pool', address: `/deals/${leads.rows[0].id}`, main: true },
    { name: 'customer in the pool', address: `/customers/${pool.rows[0].id}`, main: true },
    { name: 'contacts', address: '/contacts' },
    { name: 'edit contact', address: `/contacts/${contacts.rows[0].id}/edit` },
    { name: 'search', address: `/search?q=${encodeURIComponent(card.customer_name.slice(0, 2))}`, main: true },
    { name: 'search, nothing', address: '/search?q=zzzzzz' },
    { name: 'contracts', address: '/contracts', main: true },
    { name: 'contracts, overdue', address: '/contracts?overdue=1&sort=due' },
    { name: 'contracts, none', address: '/contracts?q=zzzzzz' },
    { name: 'ageing', address: '/contracts/ageing', main: true },
    { name: 'contract', address: `/contracts/${contract}`, main: true },
    { name: 'contract, its plan', address: `/contracts/${contract}?form=plan`, main: true },
    { name: 'contract, a receipt', address: `/contracts/${contract}?form=receipt` },
    { name: 'contract, an invoice', address: `/contracts/${contract}?form=invoice` },
    { name: 'contract, called off', address: `/contracts/${contract}?form=status&to=cancelled` },
    { name: 'new contract', address: `/contracts/new?deal=${card.id}` },
    { name: 'edit contract', address: `/contracts/${contract}/edit` },
    { name: 'quotes', address: '/quotes', main: true },
    { name: 'quotes, expired', address: '/quotes?status=expired' },
    { name: 'quotes, none', address: '/quotes?q=zzzzzz' },
    { name: 'quote that waits', address: `/quotes/${waiting}`, main: true },
    { name: 'quote, a step', address: `/quotes/${waiting}?step=refuse` },
    { name: 'approvals', address: '/quotes/approvals', main: true },
    { name: 'new quote', address: `/quotes/new?deal=${card.id}`, main: true },
    { name: 'edit quote', address: `/quotes/${written}/edit` },
    { name: 'quote on paper', address: `/quotes/${waiting}/print`, main: true },
    { name: 'return visits', address: '/visits', main: true },
    { name: 'return visits, overdue', address: '/visits?standing=overdue' },
    { name: 'return visits, escalated to me', address: '/visits?with=me' },
    { name: 'return visits, a week', address: '/visits?show=week', main: true },
    { name: 'return visits, a month with a holiday', address: '/visits?show=month&at=2026-10-01', main: true },
    { name: 'new return visit', address: `/visits/new?customer=${visit.customer}&channel=wechat`, main: true },
    { name: 'new return visit with nobody', address: '/visits/new' },
    { name: 'visited in time', address: '/visits/timely', main: true },
    { name: 'visited in time, missed', address: '/visits/timely?span=year&set=missed' },
    { name: 'needs and opinions', address: '/visits/needs', main: true },
    { name: 'needs and opinions, one opened', address: `/visits/needs?edit=${needs.page.rows[0].id}`, main: true },
    { name: 'needs and opinions, declined', address: '/visits/needs?status=declined' },
    { name: 'customer with visits', address: `/customers/${needs.page.rows[0].customer}` },
    { name: 'tickets', address: '/tickets', main: true },
    { name: 'tickets, late ones of all states', address: '/tickets?state=all&late=1' },
    { name: 'tickets, none', address: '/tickets?q=zzzzzz' },
    { name: 'ticket', address: `/tickets/${ticket.id}`, main: true },
    { name: 'ticket, assigning it', address: `/tickets/${ticket.id}?form=assign` },
    { name: 'new ticket', address: `/tickets/new?customer=${ticket.customer}`, main: true },
    { name: 'new ticket of nobody', address: '/tickets/new' },
    { name: 'customer with tickets', address: `/customers/${ticket.customer}`, main: true },
    { name: 'home, tickets', address: '/home?list=tickets' },
    { name: 'surveys', address: '/surveys', main: true },
    { name: 'survey', address: `/surveys/${survey}`, main: true },
    { name: 'survey, whom to ask', address: `/surveys/${survey}?open=ask`, main: true },
    { name: 'survey, when it asks', address: `/surveys/${survey}?open=sending` },
    { name: 'new survey', address: '/surveys/new' },
    { name: 'edit survey', address: `/surveys/${survey}/edit`, main: true },
    { name: 'results of a survey', address: `/surveys/${survey}/results`, main: true },
    { name: 'results of a survey, answers opened', address: `/surveys/${survey}/results?step=quarter&set=detractors`, main: true },
    { name: 'answer by hand', address: '/surveys/answers/new' },
    { name: 'plans', address: '/surveys/plans', main: true },
    { name: 'plans, overdue', address: '/surveys/plans?overdue=1' },
    { name: 'plan', address: `/surveys/plans/${plans.rows[0].id}`, main: true },
    { name: 'check-in', address: '/field', main: true },
    { name: 'customers nearby', address: '/field/nearby', main: true },
    { name: 'customers nearby, none', address: '/field/nearby?q=zzzzzz' },
    { name: 'visits', address: '/field/visits?on=2026-06-29', main: true },
    { name: 'visits, none', address: '/field/visits?on=2020-01-01' },
    { name: 'location and privacy', address: '/field/privacy', main: true },
    { name: 'import', address: '/import', main: true },
    { name: 'tasks', address: '/tasks', main: true },
    { name: 'tasks done', address: '/tasks?view=done' },
    { name: 'account', address: '/account', main: true },
    { name: 'people', address: '/settings/people', main: true },
    { name: 'edit person', address: `/settings/people?edit=${people.people[0].id}` },
    { name: 'edit unit', address: `/settings/people?unit=${people.units[1].id}` },
    { name: 'products', address: '/settings/products' },
    { name: 'edit product', address: `/settings/products?edit=${products.products[0].id}` },
    { name: 'price books', address: '/settings/price-books' },
    { name: 'edit price book', address: `/settings/price-books?edit=${books.books[0].id}`, main: true },
    { name: 'pipelines', address: '/settings/pipelines' },
    { name: 'what tiers promise', address: '/settings/tiers' },
    { name: 'edit a tier', address: '/settings/tiers?edit=vip' },
    { name: 'rules of pools', address: '/settings/pools', main: true },
    { name: 'new pool', address: '/settings/pools?add=pool' },
    { name: 'new pool of leads', address: '/settings/pools?add=leads' },
    { name: 'edit pool', address: `/settings/pools?edit=${pools.pools[0].id}` },
    { name: 'workdays', address: '/settings/workdays', main: true },
    { name: 'workdays, one taken out', address: '/settings/workdays?year=2026&gone=2026-10-01&kind=holiday&name=A' },
    { name: 'costs', address: '/settings/costs', main: true },
    { name: 'costs, one opened', address: '/settings/costs?year=2026&month=2026-05&channel=expo' },
    { name: 'visit questions', address: '/settings/visit-forms', main: true },
    { name: 'edit visit questions', address: '/settings/visit-forms?edit=vip', main: true },
    { name: 'edit stage', address: `/settings/pipelines?edit=${board.columns[1].stage.id}` },
  ];
}
