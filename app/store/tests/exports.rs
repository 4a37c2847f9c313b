//! Lists as files: each has the rows of its page, all of them and in that order, for every
//! reader; what is out of scope is in none, and an anonymous answer leads to nobody.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Fresh, Shop, assert_denied, assert_not_found, day, each, each_fresh, whole_units};
use chrono::{Datelike, NaiveDate};
use domain::contracts::form::{ContractForm, PlanForm, PlanLineForm, StatusForm};
use domain::contracts::view::{ContractFilter, SORT};
use domain::contracts::{ContractSort, ContractStatus};
use domain::customers::{CustomerFilter, CustomerSort};
use domain::field::page::VisitQuery;
use domain::finance::AgeingBucket;
use domain::ids::SurveyId;
use domain::money::{Currency, Money};
use domain::page::{Page, Sort};
use domain::policy::{Actor, Role};
use domain::pool::page::PoolFilter;
use domain::quotes::QuoteStatus;
use domain::quotes::form::{QuoteForm, QuoteLineForm};
use domain::quotes::view::{Approval, QuoteFilter};
use domain::revisit::Escalation;
use domain::survey::figures::{AnswerSet, Step};
use domain::survey::form::{InviteForm, InviteLine, QuestionForm, SurveyForm};
use domain::survey::view::{PlanFilter, ResultsQuery};
use domain::tickets::form::TicketForm;
use domain::tickets::view::{SORT as TICKET_SORT, TicketFilter};
use domain::tickets::{TicketShown, TicketSort};
use domain::visits::Standing;
use domain::visits::needs::{ItemForm, NeedFilter, NeedShown};
use domain::visits::record::VisitForm;
use domain::visits::view::VisitFilter;
use domain::work::{TaskForm, TaskView};
use futures::TryStreamExt;
use std::collections::{BTreeMap, HashMap, HashSet};
use store::demo::{AS_OF, Options, SMALL};
use store::export::{Cell, Listed, Word};
use store::{Replied, Result, Store, StoreError, new_request};

/// What goes out of a list: its columns and its rows.
struct Out {
    codes: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Out {
    async fn read(store: &Store, by: &Actor, listed: Listed) -> Result<Self> {
        let codes: Vec<_> = listed.fields().iter().map(|field| field.code).collect();
        let pages: Vec<Vec<Vec<Cell>>> = store.export(by, listed).await?.try_collect().await?;
        let rows: Vec<_> = pages.into_iter().flatten().collect();
        assert!(rows.iter().all(|row| row.len() == codes.len()), "a cell for each head");
        Ok(Self { codes, rows })
    }

    async fn of(store: &Store, by: &Actor, listed: Listed) -> Self {
        Self::read(store, by, listed).await.unwrap()
    }

    fn column(&self, code: &str) -> Vec<Cell> {
        let at = self.codes.iter().position(|known| *known == code).unwrap();
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    fn texts(&self, code: &str) -> Vec<String> {
        let text = |cell| match cell {
            Cell::Text(text) => text,
            other => panic!("{other:?} is no text"),
        };
        self.column(code).into_iter().map(text).collect()
    }

    fn whole(&self, code: &str) -> Vec<i64> {
        let whole = |cell| match cell {
            Cell::Whole(n) => n,
            other => panic!("{other:?} is no number"),
        };
        self.column(code).into_iter().map(whole).collect()
    }

    fn money(&self, code: &str) -> Vec<Money> {
        let money = |cell| match cell {
            Cell::Money(money) => money,
            other => panic!("{other:?} is no amount"),
        };
        self.column(code).into_iter().map(money).collect()
    }
}

/// All rows of a list, page after page, as somebody who turns the pages sees them.
async fn turned<T>(page: impl AsyncFn(Option<String>) -> Page<T>) -> Vec<T> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let Page { rows, next, total } = page(after).await;
        all.extend(rows);
        after = next;
        if after.is_none() {
            assert_eq!(usize::try_from(total).unwrap(), all.len());
            return all;
        }
    }
}

/// Runs the body in the demo company: with its store and one person of each role.
async fn in_the_demo(body: impl AsyncFn(&Store, &[Actor])) {
    let options = Options { as_of: AS_OF, scale: SMALL, ..Options::default() };
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let first = |role: &Role| org.people.values().filter(|m| m.person.role == *role).min_by_key(|m| m.person.id).unwrap().actor.clone();
        let roles = [Role::Administrator, Role::Manager, Role::Salesperson, Role::Service, Role::Finance];
        body(&store, &roles.each_ref().map(first)).await;
        store.close().await.unwrap();
        fresh.store.close().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contracts_and_quotes_go_out_as_their_pages_show_them() {
    in_the_demo(async |store, people| {
        for by in people {
            let owner = people[2].id;
            let filters = [
                ContractFilter::default(),
                ContractFilter { status: Some(ContractStatus::Signed), ..ContractFilter::default() },
                ContractFilter { overdue: true, ..ContractFilter::default() },
                ContractFilter { owner: Some(owner), text: "2026".into(), ..ContractFilter::default() },
            ];
            for filter in filters {
                for (column, descending) in ContractSort::ALL.iter().flat_map(|column| [(*column, false), (*column, true)]) {
                    let sort = Sort { column, descending };
                    let page = async |after: Option<String>| store.contracts(by, &filter, sort, after.as_deref()).await.unwrap().page;
                    let shown = turned(page).await;
                    let out = Out::of(store, by, Listed::Contracts(filter.clone(), sort)).await;
                    assert_eq!(out.texts("number"), shown.iter().map(|row| row.number.clone()).collect::<Vec<_>>(), "{filter:?} {sort:?}");
                    assert_eq!(out.money("amount"), shown.iter().map(|row| row.amount).collect::<Vec<_>>());
                    let minor = |code| out.money(code).into_iter().map(|money| money.minor).collect::<Vec<_>>();
                    assert_eq!(minor("received"), shown.iter().map(|row| row.received_minor).collect::<Vec<_>>());
                    assert_eq!(minor("outstanding"), shown.iter().map(|row| row.outstanding_minor).collect::<Vec<_>>());
                    assert_eq!(minor("overdue"), shown.iter().map(|row| row.overdue_minor).collect::<Vec<_>>());
                    let currencies: Vec<_> = shown.iter().map(|row| row.amount.currency.code().to_owned()).collect();
                    assert_eq!(out.texts("currency"), currencies, "in a column of its own");
                }
                // What is open, instalment by instalment, is what the ageing says.
                let out = Out::of(store, by, Listed::Receivables(filter.clone())).await;
                let mut sums: BTreeMap<(Currency, &str), i64> = BTreeMap::new();
                for (bucket, open) in out.column("bucket").into_iter().zip(out.money("open")) {
                    let Cell::Word(Word::Ageing(bucket)) = bucket else { panic!("{bucket:?}") };
                    *sums.entry((open.currency, bucket.code())).or_default() += open.minor;
                }
                let ageing = store.contract_ageing(by, &filter).await.unwrap().ageing;
                let mut told: BTreeMap<(Currency, &str), i64> = BTreeMap::new();
                for line in &ageing.0 {
                    for bucket in AgeingBucket::ALL.iter().filter(|bucket| line.of(**bucket) != 0) {
                        told.insert((line.currency, bucket.code()), line.of(*bucket));
                    }
                }
                assert_eq!(sums, told, "{filter:?}");
                let due: Vec<_> = out.column("due_on");
                assert!(due.windows(2).all(|pair| matches!(pair, [Cell::Date(a), Cell::Date(b)] if a <= b)));
            }
            let statuses = QuoteStatus::ALL.iter().map(|status| QuoteFilter { status: Some(*status), ..QuoteFilter::default() });
            let mut several = 0;
            for filter in statuses.chain([QuoteFilter::default(), QuoteFilter { owner: Some(owner), ..QuoteFilter::default() }]) {
                let shown = turned(async |after: Option<String>| store.quotes(by, &filter, after.as_deref()).await.unwrap()).await;
                let out = Out::of(store, by, Listed::Quotes(filter.clone())).await;
                let ids = |row: &domain::quotes::view::QuoteRow| (row.number.clone(), i64::from(row.revision));
                let found: Vec<_> = out.texts("number").into_iter().zip(out.whole("revision")).collect();
                assert_eq!(found, shown.iter().map(ids).collect::<Vec<_>>(), "{filter:?}");
                assert_eq!(out.money("total"), shown.iter().map(|row| row.total).collect::<Vec<_>>());
                assert!(out.column("status").iter().zip(&shown).all(|(cell, row)| *cell == Cell::Word(Word::Quote(row.status))));
                several += found.len();
            }
            assert!(several > 0, "{:?} has some", by.role);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discounts_that_wait_go_out_as_their_page_shows_them() {
    in_the_demo(async |store, people| {
        let zone = store.org().unwrap().time_zone;
        let mut several = 0;
        for by in people {
            let page = async |after: Option<String>| store.quote_approvals(by, after.as_deref()).await;
            if page(None).await.is_err() {
                assert_denied(store.export(by, Listed::Approvals).await.map(drop));
                continue;
            }
            let shown = turned(async |after| page(after).await.unwrap()).await;
            let out = Out::of(store, by, Listed::Approvals).await;
            let ids = |one: &Approval| (one.row.number.clone(), i64::from(one.row.revision));
            let found: Vec<_> = out.texts("number").into_iter().zip(out.whole("revision")).collect();
            assert_eq!(found, shown.iter().map(ids).collect::<Vec<_>>(), "{}", by.name);
            assert_eq!(out.money("total"), shown.iter().map(|one| one.row.total).collect::<Vec<_>>());
            assert_eq!(
                out.money("list").iter().map(|list| list.minor).collect::<Vec<_>>(),
                shown.iter().map(|one| one.list_minor).collect::<Vec<_>>()
            );
            for (at, one) in shown.iter().enumerate() {
                let asked = one.asked.as_ref().unwrap();
                assert_eq!(out.column("asked_at")[at], Cell::Wall(asked.at.with_timezone(&zone).naive_local()));
                assert_eq!(out.texts("asked_by")[at], asked.by);
                assert_eq!(out.column("tier")[at], Cell::Tier(one.tier));
                let share = |bp: Option<i64>| bp.map_or(Cell::Empty, |bp| Cell::Rate(i32::try_from(bp).unwrap()));
                assert_eq!(
                    (&out.column("discount")[at], &out.column("ceiling")[at]),
                    (&share(one.row.discount_bp), &share(one.ceiling_bp))
                );
            }
            several += shown.len();
        }
        assert!(several > 1, "the demo has some");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_visits_and_needs_go_out_as_their_pages_show_them() {
    in_the_demo(async |store, people| {
        let served = people.iter().filter(|by| by.role != Role::Finance);
        for by in served {
            let usual = Sort { column: CustomerSort::Name, descending: false };
            let page =
                async |after: Option<String>| store.customers(by, &CustomerFilter::default(), usual, after.as_deref()).await.unwrap();
            let whole: HashMap<_, _> = turned(page).await.into_iter().map(|row| (row.id, row.name)).collect();
            let mut filters: Vec<_> =
                TicketShown::ALL.iter().map(|shown| TicketFilter { shown: Some(*shown), ..TicketFilter::default() }).collect();
            filters.push(TicketFilter { shown: Some(TicketShown::All), late: true, ..TicketFilter::default() });
            for filter in filters {
                for (column, descending) in TicketSort::ALL.iter().flat_map(|column| [(*column, false), (*column, true)]) {
                    let sort = Sort { column, descending };
                    let page = async |after: Option<String>| store.tickets(by, &filter, sort, after.as_deref()).await.unwrap().page;
                    let shown = turned(page).await;
                    let out = Out::of(store, by, Listed::Tickets(filter.clone(), sort)).await;
                    assert_eq!(out.whole("number"), shown.iter().map(|row| row.number).collect::<Vec<_>>(), "{filter:?} {sort:?}");
                    assert_eq!(out.texts("subject"), shown.iter().map(|row| row.subject.clone()).collect::<Vec<_>>());
                    assert!(out.column("late").iter().zip(&shown).all(|(cell, row)| *cell == Cell::YesNo(row.response.is_late())));
                }
            }
            let mut filters: Vec<_> =
                Standing::ALL.iter().map(|one| VisitFilter { standing: Some(*one), ..VisitFilter::default() }).collect();
            filters.extend(Escalation::ALL.iter().map(|one| VisitFilter { level: Some(*one), ..VisitFilter::default() }));
            filters.extend([VisitFilter::default(), VisitFilter { with_me: true, ..VisitFilter::default() }]);
            for filter in filters {
                let page = async |after: Option<String>| store.visits(by, &filter, after.as_deref(), None).await.unwrap().page;
                let shown = turned(page).await;
                let out = Out::of(store, by, Listed::Visits(filter.clone())).await;
                assert_eq!(out.column("due_on"), shown.iter().map(|row| Cell::Date(row.due)).collect::<Vec<_>>(), "{filter:?}");
                assert_eq!(out.whole("needs"), shown.iter().map(|row| row.needs).collect::<Vec<_>>());
                let names: Vec<_> = shown.iter().map(|row| whole[&row.customer].clone()).collect();
                assert_eq!(out.texts("customer"), names, "by whole names");
            }
            let shown = NeedShown::ALL.iter().map(|shown| NeedFilter { shown: Some(*shown), ..NeedFilter::default() });
            for filter in shown.chain([NeedFilter { overdue: true, ..NeedFilter::default() }]) {
                let shown =
                    turned(async |after: Option<String>| store.needs(by, &filter, after.as_deref(), None).await.unwrap().page).await;
                let out = Out::of(store, by, Listed::Needs(filter.clone())).await;
                assert_eq!(out.texts("text"), shown.iter().map(|row| row.text.clone()).collect::<Vec<_>>(), "{filter:?}");
                assert_eq!(out.column("due_on"), shown.iter().map(|row| row.due_on.map_or(Cell::Empty, Cell::Date)).collect::<Vec<_>>());
            }
        }
        let all = Listed::Tickets(TicketFilter { shown: Some(TicketShown::All), ..TicketFilter::default() }, TICKET_SORT);
        assert!(Out::of(store, &people[0], all).await.rows.len() > 1, "there are some");
        assert!(Out::of(store, &people[0], Listed::Visits(VisitFilter::default())).await.rows.len() > 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_pools_field_and_tasks_go_out_as_their_pages_show_them() {
    in_the_demo(async |store, people| {
        let asks = people.iter().filter(|by| by.role != Role::Finance);
        for by in asks {
            let surveys = store.surveys(by).await.unwrap();
            let out = Out::of(store, by, Listed::Surveys).await;
            assert_eq!(out.whole("n"), surveys.iter().map(|row| i64::try_from(row.tally.n).unwrap()).collect::<Vec<_>>());
            let rates: Vec<_> = surveys.iter().map(|row| row.tally.csat().top2_bp).collect();
            let found = out.column("csat");
            assert!(found.iter().zip(&rates).all(|(cell, bp)| match bp {
                Some(bp) => *cell == Cell::Rate(i32::try_from(*bp).unwrap()),
                None => *cell == Cell::Empty,
            }));
            for filter in [PlanFilter::default(), PlanFilter { overdue: true, ..PlanFilter::default() }] {
                let shown = store.survey_plans(by, &filter).await.unwrap();
                let out = Out::of(store, by, Listed::Plans(filter)).await;
                assert_eq!(out.rows.len(), usize::try_from(shown.total).unwrap());
                let due: Vec<_> = shown.rows.iter().map(|row| Cell::Date(row.due_on)).collect();
                assert_eq!(out.column("due_on")[..due.len()], due);
            }
            for survey in &surveys {
                answers_go_out(store, by, survey.id).await;
            }
            if by.role != Role::Service {
                for leads in [false, true] {
                    let filter = PoolFilter { leads, ..PoolFilter::default() };
                    let page = async |after: Option<String>| {
                        let page = store.pool_page(by, &filter, after.as_deref()).await.unwrap();
                        Page { rows: page.rows, total: page.total, next: page.next }
                    };
                    let shown = turned(page).await;
                    let out = Out::of(store, by, Listed::Pool(filter.clone())).await;
                    assert_eq!(out.column("customer"), shown.iter().map(|row| Cell::Text(row.name.clone())).collect::<Vec<_>>());
                    assert_eq!(out.column("since"), shown.iter().map(|row| Cell::Date(row.since)).collect::<Vec<_>>());
                    if leads {
                        let titles: Vec<_> = shown.iter().map(|row| row.lead.as_ref().unwrap().title.clone()).collect();
                        assert_eq!(out.texts("lead"), titles);
                    }
                }
            }
            for view in TaskView::ALL {
                let shown: Vec<_> = store.tasks(by, *view).await.unwrap().into_iter().map(|row| row.title).collect();
                assert_eq!(Out::of(store, by, Listed::Tasks(Some(*view))).await.texts("title"), shown, "{view}");
            }
        }
        let mut seen = 0;
        for back in 0..5 {
            let query = VisitQuery { on: Some(AS_OF - chrono::Days::new(back)), ..VisitQuery::default() };
            let shown = store.visit_day(&people[0], &query).await.unwrap();
            let out = Out::of(store, &people[0], Listed::Field(query)).await;
            let called = |person: &domain::field::page::PersonDay| {
                let missed = person.missed.iter().map(|(_, name, _)| (false, name.clone()));
                let visits: Vec<_> = person.visits.iter().map(|visit| (true, visit.customer_name.clone())).chain(missed).collect();
                visits
            };
            let told: Vec<_> = shown.people.iter().flat_map(called).collect();
            let visited = out.column("visited").into_iter().map(|cell| cell == Cell::YesNo(true));
            assert_eq!(visited.zip(out.texts("customer")).collect::<Vec<_>>(), told);
            assert!(out.rows.iter().flatten().all(|cell| !matches!(cell, Cell::Number(_))), "no place and no distance");
            seen += told.len();
        }
        assert!(seen > 0, "somebody was out");
    })
    .await;
}

/// What is listed behind each figure goes out, and as many rows; the trend says what the
/// page says.
async fn answers_go_out(store: &Store, by: &Actor, id: SurveyId) {
    let all = ResultsQuery::default();
    let results = store.survey_results(by, id, &all).await.unwrap();
    let out = Out::of(store, by, Listed::Answers(id, all.clone())).await;
    assert_eq!(out.rows.len() as u64, results.tally.n, "what is counted");
    for set in AnswerSet::ALL {
        let query = ResultsQuery { set: Some(*set), ..ResultsQuery::default() };
        let results = store.survey_results(by, id, &query).await.unwrap();
        let (rows, total) = results.rows.unwrap();
        let out = Out::of(store, by, Listed::Answers(id, query)).await;
        assert_eq!(i64::try_from(out.rows.len()).unwrap(), total - results.unlisted, "{set}");
        let words: Vec<_> = rows.iter().map(|row| if row.words.is_empty() { Cell::Empty } else { Cell::Text(row.words.clone()) }).collect();
        assert_eq!(out.column("words")[..rows.len()], words, "in the order of the page");
    }
    for step in Step::ALL {
        let query = ResultsQuery { step: Some(*step), ..ResultsQuery::default() };
        let results = store.survey_results(by, id, &query).await.unwrap();
        let out = Out::of(store, by, Listed::Trend(id, query)).await;
        let n: Vec<_> = results.trend.iter().map(|point| i64::try_from(point.tally.n).unwrap()).collect();
        assert_eq!((out.column("from").len(), out.whole("n")), (results.trend.len(), n));
        for (point, low) in results.trend.iter().zip(out.column("csat_low")) {
            let band = point.tally.csat_band().map(|band| i32::try_from(band.low_bp).unwrap());
            assert_eq!(low, band.map_or(Cell::Empty, Cell::Rate), "no band without answers");
        }
    }
}

fn month(on: NaiveDate) -> String {
    format!("{}-{:02}", on.year(), on.month())
}

/// A record of each kind for Ada's customer, and what goes out to whom.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_another_team_goes_out() {
    each(async |shop: Shop| {
        let (store, ada) = (&shop.store, &shop.ada);
        let form =
            ContractForm { deal: shop.deals[0].to_string(), title: "Supply".into(), amount: "100".into(), ..ContractForm::default() };
        let contract = store.save_contract(ada, new_request(), form, whole_units).await.unwrap();
        let line = |offset, amount: &str| PlanLineForm { due_on: day(offset).to_string(), amount: amount.into(), note: "=1+1".into() };
        let plan = PlanForm { id: contract.to_string(), version: 1, lines: vec![line(-40, "30"), line(10, "70")], ..PlanForm::default() };
        store.save_plan(ada, new_request(), plan, whole_units).await.unwrap();
        let version = store.contract(ada, contract).await.unwrap().version;
        let sign = StatusForm { id: contract.to_string(), version, to: ContractStatus::Signed.code().into(), ..StatusForm::default() };
        store.set_contract_status(ada, new_request(), sign).await.unwrap();
        let line = QuoteLineForm { text: "Pump".into(), price: "10".into(), quantity: "1".into(), ..QuoteLineForm::default() };
        let quote = QuoteForm {
            deal: shop.deals[0].to_string(),
            title: "Offer".into(),
            valid_until: day(30).to_string(),
            lines: vec![line],
            ..QuoteForm::default()
        };
        store.save_quote(ada, new_request(), quote, whole_units).await.unwrap();
        let customer = shop.customers[0].to_string();
        let ticket =
            TicketForm { customer: customer.clone(), kind: "problem".into(), subject: "No signal".into(), ..TicketForm::default() };
        store.open_ticket(ada, new_request(), ticket).await.unwrap();
        let visit = VisitForm {
            customer,
            channel: "call".into(),
            on: DAY.to_string(),
            content: "All is well".into(),
            items: vec![ItemForm { kind: "need".into(), text: "A spare pump".into(), ..ItemForm::default() }],
            ..VisitForm::default()
        };
        store.record_visit(ada, new_request(), visit).await.unwrap();
        store.add_task(ada, new_request(), TaskForm { title: "Call".into(), ..TaskForm::default() }).await.unwrap();

        let lists = || {
            [
                ("contracts", Listed::Contracts(ContractFilter::default(), SORT), 1),
                ("receivables", Listed::Receivables(ContractFilter::default()), 2),
                ("quotes", Listed::Quotes(QuoteFilter::default()), 1),
                ("tickets", Listed::Tickets(TicketFilter::default(), TICKET_SORT), 1),
                ("needs", Listed::Needs(NeedFilter::default()), 1),
                ("tasks", Listed::Tasks(Some(TaskView::Open)), 1),
            ]
        };
        for (name, listed, rows) in lists() {
            assert_eq!(Out::of(store, ada, listed.clone()).await.rows.len(), rows, "{name}");
            for other in [&shop.bob, &shop.dan] {
                assert!(Out::of(store, other, listed.clone()).await.rows.is_empty(), "{name} is not of {}", other.name);
            }
            if name != "tasks" {
                assert_eq!(Out::of(store, &shop.lead, listed.clone()).await.rows.len(), rows, "{name} of whom one manages");
                assert_denied(store.export(&shop.hr, listed).await.map(drop));
            }
        }
        for listed in [
            Listed::Visits(VisitFilter::default()),
            Listed::Surveys,
            Listed::Pool(PoolFilter::default()),
            Listed::Field(VisitQuery::default()),
        ] {
            assert_denied(store.export(&shop.hr, listed.clone()).await.map(drop));
            assert_denied(store.export(&shop.finance, listed).await.map(drop));
        }
        let nowhere = SurveyId(new_request().0);
        assert_not_found(store.export(ada, Listed::Answers(nowhere, ResultsQuery::default())).await.map(drop));
        assert_not_found(store.export(ada, Listed::Trend(nowhere, ResultsQuery::default())).await.map(drop));

        // Who has the customer reads the contract, and not the title of the deal of another.
        let out = Out::of(store, ada, Listed::Contracts(ContractFilter::default(), SORT)).await;
        assert_eq!((out.texts("customer"), out.texts("deal")), (vec!["Alpha Pumps".into()], vec!["Alpha Pumps order".into()]));
        let other = shop.deal(&shop.bob, shop.customers[1], "Beta order", "10").await;
        let form = ContractForm { deal: other.to_string(), title: "Other".into(), amount: "1".into(), ..ContractForm::default() };
        store.save_contract(&shop.bob, new_request(), form, whole_units).await.unwrap();
        let moved = "UPDATE deal SET customer_id = (SELECT id FROM customer WHERE name = 'Alpha Pumps') WHERE title = 'Beta order'";
        shop.sql().await.run(moved).await;
        let filter = ContractFilter { text: "Other".into(), ..ContractFilter::default() };
        let out = Out::of(store, ada, Listed::Contracts(filter, SORT)).await;
        assert_eq!((out.texts("title"), out.column("deal")), (vec!["Other".into()], vec![Cell::Empty]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_answer_goes_out_without_whose_it_is() {
    each(async |shop: Shop| {
        let store = &shop.store;
        let questions = domain::survey::house().iter().map(QuestionForm::of).collect();
        let form =
            SurveyForm { title_zh: "甲".into(), title_en: "Service".into(), questions, act: "publish".into(), ..SurveyForm::default() };
        let id = store.save_survey(&shop.lead, new_request(), form).await.unwrap();
        let reply = async |customer: domain::ids::CustomerId, anonymous: bool, words: &str| {
            let line = InviteLine { on: "1".into(), customer: customer.to_string(), ..InviteLine::default() };
            let form = InviteForm { id: id.to_string(), lines: vec![line], ..InviteForm::default() };
            let token = store.invite(&shop.ada, new_request(), form).await.unwrap().remove(0);
            let typed = [("q1", "4"), ("q4", words)].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            assert_eq!(store.answer_link(&token, "192.0.2.1", typed, anonymous).await.unwrap(), Replied::Thanks);
        };
        let out = async |query: ResultsQuery| Out::of(store, &shop.lead, Listed::Answers(id, query)).await;
        reply(shop.customers[0], false, "named").await;
        for n in 1..=5 {
            let customer = shop.customer(&shop.ada, &format!("Further {n}")).await;
            reply(customer, true, &format!("nobody {n}")).await;
            let expected = if n < 5 { 1 } else { 6 };
            assert_eq!(out(ResultsQuery::default()).await.rows.len(), expected, "{n} anonymous ones");
        }
        let found = out(ResultsQuery::default()).await;
        let anonymous: Vec<usize> = (0..6).filter(|at| found.column("anonymous")[*at] == Cell::YesNo(true)).collect();
        assert_eq!(anonymous.len(), 5);
        for code in ["on", "customer", "contact", "owner", "tier", "plan"] {
            let cells = found.column(code);
            assert!(anonymous.iter().all(|at| cells[*at] == Cell::Empty), "{code} leads to somebody");
        }
        assert!(found.texts("month").iter().all(|text| *text == month(DAY)));
        let said: HashSet<_> = found.texts("words").into_iter().collect();
        assert!(said.contains("named") && said.contains("nobody 5"));
        assert_eq!(found.column("customer").iter().filter(|cell| **cell == Cell::Text("Alpha Pumps".into())).count(), 1);
        // Whoever has the customers is told of none of them.
        assert_eq!(Out::of(store, &shop.ada, Listed::Answers(id, ResultsQuery::default())).await.rows.len(), 1);
        assert!(Out::of(store, &shop.dan, Listed::Answers(id, ResultsQuery::default())).await.rows.is_empty());
        let trend = Out::of(store, &shop.lead, Listed::Trend(id, ResultsQuery::default())).await;
        assert_eq!((trend.whole("n").iter().sum::<i64>(), trend.rows.len()), (6, 12));
        assert_eq!(trend.column("csat")[..11], vec![Cell::Empty; 11], "a month without answers has no figure");
        let unknown = store.export(&shop.lead, Listed::Answers(SurveyId(new_request().0), ResultsQuery::default())).await;
        assert!(matches!(unknown.err(), Some(StoreError::NotFound)));
    })
    .await;
}
