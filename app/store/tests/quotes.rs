//! Quotes: who writes and reads them, whose discount waits for whom, what was sent stays,
//! and what a deal is won with.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, each, refusals, stale, whole_units};
use domain::contracts::form::{ContractForm, PlanForm, PlanLineForm, StatusForm};
use domain::customers::Tier;
use domain::home::HomeQuery;
use domain::ids::{DealId, ProductId, QuoteId};
use domain::page::PAGE_ROWS;
use domain::pipeline::Outcome;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::policy::Actor;
use domain::quotes::books::{BookPriceForm, PriceBookForm};
use domain::quotes::form::{QuoteForm, QuoteLineForm, StepForm};
use domain::quotes::view::{ApprovalList, QuoteDetail, QuoteFilter};
use domain::quotes::{QuoteStatus, QuoteStep};
use domain::settings::{PipelineForm, ProductForm};
use domain::tiers::Breach;
use domain::tiers::settings::TierForm;
use store::{Result, new_request};

fn words(text: &str, price: &str, discount: &str) -> QuoteLineForm {
    QuoteLineForm { text: text.into(), price: price.into(), discount: discount.into(), vat: "13".into(), ..QuoteLineForm::default() }
}

fn form(deal: DealId, lines: Vec<QuoteLineForm>) -> QuoteForm {
    QuoteForm { deal: deal.to_string(), title: "Supply".into(), valid_until: day(30).to_string(), lines, ..QuoteForm::default() }
}

async fn save(shop: &Shop, by: &Actor, form: QuoteForm) -> Result<QuoteId> {
    shop.store.save_quote(by, new_request(), form, whole_units).await
}

async fn offer(shop: &Shop, by: &Actor, deal: DealId, discount: &str) -> QuoteId {
    save(shop, by, form(deal, vec![words("Pump", "1000", discount)])).await.unwrap()
}

async fn seen(shop: &Shop, id: QuoteId) -> QuoteDetail {
    shop.store.quote(&shop.admin, id).await.unwrap()
}

async fn status(shop: &Shop, id: QuoteId) -> QuoteStatus {
    seen(shop, id).await.row.status
}

async fn step(shop: &Shop, by: &Actor, id: QuoteId, step: QuoteStep, reason: &str) -> Result<QuoteId> {
    let version = seen(shop, id).await.version;
    let form = StepForm { id: id.to_string(), version, step: step.code().into(), reason: reason.into(), ..StepForm::default() };
    shop.store.step_quote(by, new_request(), form).await
}

/// Every tier gives a tenth at most.
async fn ceiling(shop: &Shop) {
    for tier in Tier::ALL {
        let form = TierForm { id: tier.code().into(), discount: "10".into(), every_any: "30".into(), ..TierForm::default() };
        shop.store.save_tier(&shop.admin, new_request(), form).await.unwrap();
    }
}

async fn product(shop: &Shop, code: &str, price: &str) -> ProductId {
    let form = ProductForm {
        code: code.into(),
        name_zh: code.into(),
        price: price.into(),
        currency: "CNY".into(),
        vat: "13".into(),
        active: true,
        ..ProductForm::default()
    };
    shop.store.save_product(&shop.admin, new_request(), form, whole_units).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_is_written_sent_accepted_and_gives_the_deal_its_amount() {
    each(async |shop: Shop| {
        let deal = shop.deals[0];
        let lines =
            vec![words("Pump", "1130", ""), QuoteLineForm { quantity: "2".into(), vat: "6".into(), ..words("Training", "106", "10") }];
        let id = save(&shop, &shop.ada, form(deal, lines)).await.unwrap();
        let other = offer(&shop, &shop.dan, shop.deals[3], "").await;
        let detail = seen(&shop, id).await;
        assert_eq!((detail.row.number.as_str(), detail.row.revision), ("Q-2026-0001", 1));
        assert_eq!(seen(&shop, other).await.row.number, "Q-2026-0002");
        let sums = &detail.sums;
        assert_eq!((sums.list_minor, sums.total_minor, sums.net_minor, sums.tax_minor), (134_200, 132_080, 118_000, 14_080));
        assert_eq!(detail.row.total.minor, 132_080);
        assert_eq!(detail.steps, [QuoteStep::Send]);
        step(&shop, &shop.ada, id, QuoteStep::Send, "").await.unwrap();
        let sent = seen(&shop, id).await;
        assert_eq!((sent.row.status, sent.sent_on), (QuoteStatus::Sent, Some(DAY)));
        let locked = QuoteForm { id: id.to_string(), version: sent.version, ..form(deal, vec![words("x", "1", "")]) };
        assert_eq!(refusals(save(&shop, &shop.ada, locked).await), [": quote_locked"]);
        let accept = StepForm { id: id.to_string(), version: sent.version, step: "accept".into(), amount: true, ..StepForm::default() };
        shop.store.step_quote(&shop.ada, new_request(), accept).await.unwrap();
        assert_eq!(status(&shop, id).await, QuoteStatus::Accepted);
        assert_eq!(shop.card(deal).await.amount.minor, 132_080);
        assert!(seen(&shop, id).await.may_contract && shop.store.quote(&shop.finance, id).await.unwrap().steps.is_empty());
        assert_eq!(refusals(step(&shop, &shop.ada, id, QuoteStep::Decline, "no").await), [": quote_not_next"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discount_above_the_ceiling_waits_for_somebody_above() {
    each(async |shop: Shop| {
        ceiling(&shop).await;
        let id = offer(&shop, &shop.ada, shop.deals[0], "10.01").await;
        assert_eq!(status(&shop, offer(&shop, &shop.ada, shop.deals[0], "10").await).await, QuoteStatus::Draft);
        assert!(seen(&shop, id).await.above);
        assert_eq!(refusals(step(&shop, &shop.ada, id, QuoteStep::Send, "").await), [": quote_needs_approval"]);
        let above_ceiling = async || {
            let customer = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap();
            customer.breaches.iter().any(|breach| matches!(breach, Breach::DiscountAbove { discount_bp: 1_001, ceiling_bp: 1_000 }))
        };
        assert!(!above_ceiling().await);
        step(&shop, &shop.ada, id, QuoteStep::Ask, "frame contract").await.unwrap();
        assert!(above_ceiling().await, "seen where the tier's service is shown");
        for (by, count) in [(&shop.lead, 1), (&shop.director, 1), (&shop.admin, 1)] {
            let found = shop.store.quote_approvals(by, None).await.unwrap().rows;
            assert_eq!(found.len(), count, "{}", by.name);
            assert_eq!(found[0].asked.as_ref().unwrap().reason, "frame contract");
            assert_eq!(shop.store.home(by, &HomeQuery::default()).await.unwrap().approvals.total, 1, "{}", by.name);
        }
        assert_eq!(shop.store.home(&shop.ada, &HomeQuery::default()).await.unwrap().approvals.total, 0);
        assert_denied(shop.store.quote_approvals(&shop.ada, None).await);
        assert_eq!(refusals(step(&shop, &shop.ada, id, QuoteStep::Approve, "").await), [": quote_own_approval"]);
        assert_not_found(step(&shop, &shop.bob, id, QuoteStep::Approve, "").await);
        assert_eq!(refusals(step(&shop, &shop.lead, id, QuoteStep::Refuse, " ").await), ["reason: reason_required"]);
        step(&shop, &shop.lead, id, QuoteStep::Refuse, "too much").await.unwrap();
        let refused = seen(&shop, id).await;
        assert_eq!((refused.row.status, refused.decided.as_ref().unwrap().reason.as_str()), (QuoteStatus::Refused, "too much"));
        assert!(shop.store.quote_approvals(&shop.lead, None).await.unwrap().rows.is_empty());
        assert!(!above_ceiling().await, "nothing waits any more");
        // It is written anew, asked for again, let pass, and sent.
        let again = QuoteForm { id: id.to_string(), version: refused.version, ..form(shop.deals[0], vec![words("Pump", "1000", "12")]) };
        save(&shop, &shop.ada, again).await.unwrap();
        assert_eq!((seen(&shop, id).await.decided, status(&shop, id).await), (None, QuoteStatus::Draft));
        step(&shop, &shop.ada, id, QuoteStep::Ask, "").await.unwrap();
        step(&shop, &shop.lead, id, QuoteStep::Approve, "").await.unwrap();
        step(&shop, &shop.ada, id, QuoteStep::Send, "").await.unwrap();
        assert_eq!(status(&shop, id).await, QuoteStatus::Sent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_managers_own_discount_is_for_those_above() {
    each(async |shop: Shop| {
        ceiling(&shop).await;
        let customer = shop.customer(&shop.lead, "Lead's own").await;
        let deal = shop.deal(&shop.lead, customer, "Own", "1").await;
        let own = offer(&shop, &shop.lead, deal, "50").await;
        step(&shop, &shop.lead, own, QuoteStep::Ask, "").await.unwrap();
        assert_eq!(refusals(step(&shop, &shop.lead, own, QuoteStep::Approve, "").await), [": quote_own_approval"]);
        assert!(shop.store.quote_approvals(&shop.lead, None).await.unwrap().rows.is_empty());
        assert!(!shop.store.quote(&shop.lead, own).await.unwrap().steps.contains(&QuoteStep::Approve));
        // Who asks in a salesperson's name does not answer it.
        let adas = offer(&shop, &shop.ada, shop.deals[0], "50").await;
        step(&shop, &shop.lead, adas, QuoteStep::Ask, "").await.unwrap();
        assert_eq!(refusals(step(&shop, &shop.lead, adas, QuoteStep::Approve, "").await), [": quote_own_approval"]);
        let waiting: Vec<_> = shop.store.quote_approvals(&shop.director, None).await.unwrap().rows.iter().map(|a| a.row.id).collect();
        assert_eq!(waiting, [own, adas]);
        step(&shop, &shop.director, own, QuoteStep::Approve, "").await.unwrap();
        let version = seen(&shop, adas).await.version;
        step(&shop, &shop.ada, adas, QuoteStep::Withdraw, "").await.unwrap();
        let late = StepForm { id: adas.to_string(), version, step: "approve".into(), ..StepForm::default() };
        assert_eq!(stale(shop.store.step_quote(&shop.director, new_request(), late).await), (shop.ada.name.clone(), version + 1));
    })
    .await;
}

/// More than a page: each is on one page only, the one that waits longest first, and all are
/// counted on every page and at home.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_turned_page_by_page() {
    each(async |shop: Shop| {
        ceiling(&shop).await;
        let mut asked = Vec::new();
        for _ in 0..=PAGE_ROWS {
            let id = offer(&shop, &shop.ada, shop.deals[0], "50").await;
            step(&shop, &shop.ada, id, QuoteStep::Ask, "").await.unwrap();
            asked.push(id);
        }
        let ids = |page: &ApprovalList| page.rows.iter().map(|one| one.row.id).collect::<Vec<_>>();
        let first = shop.store.quote_approvals(&shop.lead, None).await.unwrap();
        let (last, whole) = (asked.len() - 1, i64::try_from(asked.len()).unwrap());
        assert_eq!((ids(&first), first.total), (asked[..last].to_vec(), whole));
        let second = shop.store.quote_approvals(&shop.lead, first.next.as_deref()).await.unwrap();
        assert_eq!((ids(&second), second.total, second.next), (asked[last..].to_vec(), whole, None));
        let due = shop.store.home(&shop.lead, &HomeQuery::default()).await.unwrap().approvals;
        assert_eq!(due.total, whole);
        assert_eq!(due.first.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), asked[..3]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_stays_and_a_revision_takes_its_place() {
    each(async |shop: Shop| {
        let id = offer(&shop, &shop.ada, shop.deals[0], "").await;
        step(&shop, &shop.ada, id, QuoteStep::Send, "").await.unwrap();
        let next = step(&shop, &shop.ada, id, QuoteStep::Revise, "").await.unwrap();
        let (old, new) = (seen(&shop, id).await, seen(&shop, next).await);
        assert_eq!((old.row.status, new.row.status), (QuoteStatus::Replaced, QuoteStatus::Draft));
        assert_eq!((new.row.name().as_str(), new.row.number == old.row.number), ("Q-2026-0001-2", true));
        assert_eq!((old.lines.len(), new.sums.clone()), (1, old.sums.clone()));
        assert_eq!(new.revisions, [(id, 1, QuoteStatus::Replaced)]);
        assert!(old.steps.is_empty());
        // It expires by itself, and a list by status knows.
        step(&shop, &shop.ada, next, QuoteStep::Send, "").await.unwrap();
        let later = shop.later(31).await;
        assert_eq!(later.quote(&shop.admin, next).await.unwrap().row.status, QuoteStatus::Expired);
        let of = async |status| {
            let filter = QuoteFilter { status: Some(status), ..QuoteFilter::default() };
            later.quotes(&shop.admin, &filter, None).await.unwrap().total
        };
        assert_eq!((of(QuoteStatus::Expired).await, of(QuoteStatus::Sent).await, of(QuoteStatus::Replaced).await), (1, 0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_is_seen_with_its_deal_or_customer() {
    each(async |shop: Shop| {
        let id = offer(&shop, &shop.ada, shop.deals[0], "").await;
        let all = QuoteFilter::default();
        for (by, count) in
            [(&shop.ada, 1), (&shop.bob, 0), (&shop.dan, 0), (&shop.lead, 1), (&shop.finance, 1), (&shop.service, 1), (&shop.admin, 1)]
        {
            let list = shop.store.quotes(by, &all, None).await.unwrap();
            assert_eq!((list.total, list.rows.len()), (count, count as usize), "{}", by.name);
        }
        assert_denied(shop.store.quotes(&shop.hr, &all, None).await);
        assert_not_found(shop.store.quote(&shop.bob, id).await);
        assert_not_found(shop.store.quote_form(&shop.bob, id).await);
        assert_denied(shop.store.quote_form(&shop.finance, id).await);
        assert_not_found(save(&shop, &shop.bob, form(shop.deals[0], vec![words("x", "1", "")])).await);
        let of_deal = shop.store.quotes_of_deal(&shop.ada, shop.deals[0]).await.unwrap();
        assert!(of_deal.may_add && of_deal.total == 1);
        let found =
            async |text: &str| shop.store.quotes(&shop.admin, &QuoteFilter { text: text.into(), ..all.clone() }, None).await.unwrap().total;
        assert_eq!((found("q-2026").await, found("alpha").await, found("nothing").await), (1, 1, 0));
        // A closed deal takes no further quote.
        shop.win(&shop.ada, shop.deals[0], 1, DAY).await;
        assert_eq!(refusals(save(&shop, &shop.ada, form(shop.deals[0], vec![words("x", "1", "")])).await), [": closed_deal"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_book_gives_list_prices_of_its_currency() {
    each(async |shop: Shop| {
        let (pump, valve) = (product(&shop, "PUMP", "1000").await, product(&shop, "VALVE", "50").await);
        let prices = vec![BookPriceForm { product: pump.to_string(), price: "900".into() }];
        let book = |name: &str, currency: &str| PriceBookForm {
            name: name.into(),
            currency: currency.into(),
            active: true,
            prices: prices.clone(),
            ..PriceBookForm::default()
        };
        let make = async |form| shop.store.save_price_book(&shop.admin, new_request(), form, whole_units).await;
        let cny = make(book("Partners", "CNY")).await.unwrap();
        let usd = make(book("Export", "USD")).await.unwrap();
        assert_eq!(refusals(make(book("Export", "USD")).await), ["name: taken"]);
        assert_denied(shop.store.save_price_book(&shop.lead, new_request(), book("x", "CNY"), whole_units).await);
        let editing = shop.store.new_quote_form(&shop.ada, shop.deals[0]).await.unwrap();
        assert_eq!(editing.form.book, cny.to_string(), "the default by currency");
        assert_eq!(editing.books.len(), 1);
        let line = |id: ProductId| QuoteLineForm { product: id.to_string(), ..QuoteLineForm::default() };
        let with = |book: String| QuoteForm { book, ..form(shop.deals[0], vec![line(pump), line(valve)]) };
        let detail = seen(&shop, save(&shop, &shop.ada, with(cny.to_string())).await.unwrap()).await;
        assert_eq!(detail.lines.iter().map(|l| l.priced.price_minor).collect::<Vec<_>>(), [90_000, 5_000]);
        assert_eq!((detail.sums.list_minor, detail.lines[0].priced.vat_bp, detail.book.as_deref()), (95_000, 1_300, Some("Partners")));
        let standard = seen(&shop, save(&shop, &shop.ada, with(String::new())).await.unwrap()).await;
        assert_eq!(standard.sums.list_minor, 105_000);
        assert_eq!(refusals(save(&shop, &shop.ada, with(usd.to_string())).await), ["book: unknown_value"]);
        // What is changed later leaves quotes as they are.
        let dearer = PriceBookForm { id: cny.to_string(), version: 1, active: false, ..book("Partners", "CNY") };
        make(dearer).await.unwrap();
        assert_eq!(refusals(save(&shop, &shop.ada, with(cny.to_string())).await), ["book: unknown_value"]);
        assert_eq!(seen(&shop, detail.row.id).await.sums, detail.sums);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipeline_may_ask_for_a_signed_contract_before_a_win() {
    each(async |shop: Shop| {
        let pipeline = shop.store.pipelines(&shop.admin).await.unwrap().remove(0);
        assert!(!pipeline.won_needs_contract, "off until somebody asks for it");
        let form = PipelineForm {
            id: pipeline.id.to_string(),
            version: pipeline.version,
            name_zh: pipeline.name_zh.clone(),
            won_needs_contract: true,
            ..PipelineForm::default()
        };
        shop.store.save_pipeline(&shop.admin, new_request(), form).await.unwrap();
        let deal = shop.deals[0];
        let win = async || {
            let command = MoveDeal { closing: Some(Closing::Won { amount_minor: 100, on: DAY }), ..shop.to(deal, 4).await };
            shop.store.move_deal(&shop.ada, command).await
        };
        assert_eq!(refusals(win().await), [": won_needs_contract"]);
        let contract = ContractForm { deal: deal.to_string(), title: "Supply".into(), amount: "10".into(), ..ContractForm::default() };
        let id = shop.store.save_contract(&shop.ada, new_request(), contract, whole_units).await.unwrap();
        assert_eq!(refusals(win().await), [": won_needs_contract"], "a draft binds nobody");
        let lines = vec![PlanLineForm { due_on: day(3).to_string(), amount: "10".into(), note: String::new() }];
        let plan = PlanForm { id: id.to_string(), version: 1, lines, ..PlanForm::default() };
        shop.store.save_plan(&shop.ada, new_request(), plan, whole_units).await.unwrap();
        let to = |version, to: &str, reason: &str| StatusForm {
            id: id.to_string(),
            version,
            to: to.into(),
            reason: reason.into(),
            ..StatusForm::default()
        };
        shop.store.set_contract_status(&shop.ada, new_request(), to(2, "signed", "")).await.unwrap();
        shop.store.set_contract_status(&shop.ada, new_request(), to(3, "cancelled", "off")).await.unwrap();
        assert_eq!(refusals(win().await), [": won_needs_contract"], "nor one that was called off");
        shop.store.set_contract_status(&shop.ada, new_request(), to(4, "signed", "on again")).await.unwrap();
        assert_eq!(win().await.unwrap().outcome, Outcome::Won);
        // Losing needs none.
        let lost = Closing::Invalid { note: "twice".into() };
        let command = MoveDeal { closing: Some(lost), ..shop.to(shop.deals[1], 0).await };
        assert_eq!(shop.store.move_deal(&shop.bob, command).await.unwrap().outcome, Outcome::Invalid);
    })
    .await;
}
