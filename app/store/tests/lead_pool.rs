//! Pools of leads: open deals before they are qualified, which nobody works on; what goes along
//! with customers, many claimed at once, and pools that are removed.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Fresh, Shop, assert_denied, assert_not_found, day, deal_form, each, each_fresh, refusals, stale, whole_units};
use chrono::Days;
use domain::change::{Change, Why};
use domain::contracts::form::ContractForm;
use domain::customers::{CustomerFilter, CustomerForm, CustomerSort};
use domain::home::HomeQuery;
use domain::ids::{CustomerId, DealId, PoolId};
use domain::page::Sort;
use domain::pipeline::change::{ChangeDeals, Fact};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::moves::{Closing, MoveDeal, UndoMove};
use domain::pipeline::{Happening, LostReason};
use domain::policy::{Actor, Role};
use domain::pool::page::{ClaimForm, ClaimMany, Hand, HandForm, PoolFilter, PoolRow, Reason, RemovePoolForm};
use domain::pool::protection::{Cause, Protection, Spared};
use domain::pool::settings::{PoolForm, PoolKind};
use domain::quotes::form::QuoteForm;
use domain::work::FollowUpForm;
use std::collections::BTreeMap;
use store::demo::{AS_OF, Options, SMALL};
use store::{Store, StoreError, new_request};

fn ticked(id: impl ToString) -> BTreeMap<String, String> {
    BTreeMap::from([(id.to_string(), "true".into())])
}

/// A pool of this kind of the region North; nothing is spared but VIP customers.
fn form(shop: &Shop, kind: PoolKind) -> PoolForm {
    PoolForm {
        name: format!("North {kind}"),
        units: ticked(shop.north),
        claims: "2".into(),
        owned_max: String::new(),
        cool_down: "10".into(),
        days_ordinary: "20".into(),
        days_potential: "10".into(),
        extend: "5".into(),
        max: "40".into(),
        remind: "3".into(),
        spare_open_deals: false,
        ..PoolForm::fresh(kind)
    }
}

async fn pool(shop: &Shop, form: PoolForm) -> PoolId {
    shop.store.save_pool(&shop.admin, new_request(), form).await.unwrap()
}

async fn hand(store: &Store, shop: &Shop, id: DealId) -> HandForm {
    let version = store.card(&shop.admin, id).await.unwrap().version;
    HandForm { id: id.to_string(), version, reason: "no answer".into(), ..HandForm::default() }
}

async fn give_back(store: &Store, shop: &Shop, by: &Actor, id: DealId) -> i32 {
    store.return_lead(by, new_request(), hand(store, shop, id).await).await.unwrap()
}

async fn claim(store: &Store, by: &Actor, id: DealId) -> store::Result<uuid::Uuid> {
    store.claim(by, new_request(), ClaimForm { lead: id.to_string(), ..ClaimForm::default() }).await
}

fn leads() -> PoolFilter {
    PoolFilter { leads: true, ..PoolFilter::default() }
}

async fn rows(store: &Store, by: &Actor) -> Vec<PoolRow> {
    store.pool_page(by, &leads(), None).await.unwrap().rows
}

async fn call(store: &Store, by: &Actor, customer: CustomerId, deal: Option<DealId>) {
    let deal = deal.map(|id| id.to_string()).unwrap_or_default();
    let form =
        FollowUpForm { customer: customer.to_string(), deal, kind: "call".into(), content: "hello".into(), ..FollowUpForm::default() };
    store.log_follow_up(by, new_request(), form).await.unwrap();
}

fn removing(id: PoolId, version: i32, to: Option<PoolId>) -> RemovePoolForm {
    RemovePoolForm { id: id.to_string(), version, request: String::new(), to: to.map(|to| to.to_string()).unwrap_or_default() }
}

async fn owner(shop: &Shop, id: DealId) -> String {
    shop.store.card(&shop.admin, id).await.unwrap().owner_name
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_given_back_is_nobodys_work_and_the_members_claim_it() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let ([alpha, ..], [id, ..]) = (shop.customers, shop.deals);
        let asked = hand(&shop.store, &shop, id).await;
        let blank = HandForm { reason: " ".into(), ..asked.clone() };
        assert_eq!(refusals(shop.store.return_lead(&shop.ada, new_request(), blank).await), ["reason: required"]);
        assert_not_found(shop.store.return_lead(&shop.bob, new_request(), asked.clone()).await);
        assert_denied(shop.store.return_lead(&shop.finance, new_request(), asked.clone()).await);
        let version = give_back(&shop.store, &shop, &shop.ada, id).await;
        assert_eq!(stale(shop.store.return_lead(&shop.lead, new_request(), asked).await), ("Ada Adler".into(), version));

        assert_not_found(shop.store.deal(&shop.ada, id).await);
        for by in [&shop.ada, &shop.lead, &shop.admin] {
            assert!(!shop.listed(by, &DealFilter::default()).await.contains(&id), "{}", by.name);
            let board = shop.store.board(by, &DealFilter::default()).await.unwrap();
            let column = &board.columns[0];
            assert!(column.cards.iter().all(|card| card.id != id), "{}", by.name);
            assert_eq!(column.summary.sums.count(), i64::try_from(column.cards.len()).unwrap(), "{}", by.name);
        }
        assert!(shop.store.customer(&shop.ada, alpha).await.unwrap().open_deals.is_empty());
        assert_eq!(shop.store.board_card(&shop.ada, &DealFilter::default(), id).await.unwrap(), None);

        let seen = rows(&shop.store, &shop.cai).await;
        assert_eq!(
            seen.iter().map(|row| (row.id, row.hand, &row.reason)).collect::<Vec<_>>(),
            [(id.0, Hand::Return, &Reason::Said("no answer".into()))]
        );
        assert_eq!((seen[0].last_owner.as_ref().map(|(id, _)| *id), seen[0].since, seen[0].may_open), (Some(shop.ada.id), day(0), false));
        let lead = seen[0].lead.as_ref().unwrap();
        assert_eq!((lead.title.as_str(), lead.stage_en.as_str()), ("Alpha Pumps order", "Prospect"));
        assert!(seen[0].refused.is_none());
        let by_title = PoolFilter { text: "pumps ord".into(), ..leads() };
        assert_eq!(shop.store.pool_page(&shop.cai, &by_title, None).await.unwrap().total, 1);
        assert!(rows(&shop.store, &shop.dan).await.is_empty(), "the South is no member");
        assert_not_found(claim(&shop.store, &shop.dan, id).await);
        for by in [&shop.service, &shop.finance, &shop.hr] {
            assert_denied(shop.store.pool_page(by, &leads(), None).await);
            assert_denied(claim(&shop.store, by, id).await);
        }
        assert!(shop.store.pool_page(&shop.cai, &PoolFilter::default(), None).await.unwrap().rows.is_empty(), "no customer");
        // Who had it last waits.
        assert_eq!(rows(&shop.store, &shop.ada).await[0].refused.as_ref().map(|found| found.code.as_str()), Some("pool_cool_down"));
        assert_eq!(refusals(claim(&shop.store, &shop.ada, id).await), [": pool_cool_down"]);

        claim(&shop.store, &shop.cai, id).await.unwrap();
        let page = shop.store.deal(&shop.cai, id).await.unwrap();
        assert_eq!((page.card.owner, page.pooled, page.may_write), (shop.cai.id, false, true));
        let standing = page.lead.unwrap();
        let hands: Vec<_> = standing.hands.iter().map(|one| (one.hand, one.by.as_ref().map(|(id, _)| *id))).collect();
        assert_eq!(hands, [(Hand::Claim, Some(shop.cai.id)), (Hand::Return, Some(shop.ada.id))]);
        assert!(standing.may_return && !standing.may_assign && !standing.may_hold);
        assert_eq!(shop.store.customer(&shop.ada, alpha).await.unwrap().row.owner.map(|(id, _)| id), Some(shop.ada.id), "it had an owner");
        let Err(StoreError::Refused(found)) = claim(&shop.store, &shop.bob, id).await else { panic!("it is taken") };
        assert_eq!((found[0].code.as_str(), &found[0].params[..]), ("pool_taken", &[("name".to_owned(), "Cai Chen".to_owned())][..]));
        assert_not_found(claim(&shop.store, &shop.dan, id).await);
        assert_not_found(claim(&shop.store, &shop.ada, shop.deals[1]).await);
        assert_eq!(shop.sql().await.count("lead_stay").await, 0);
        let audited = shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'deal' AND entity_id = $1", &[id.0]).await;
        assert_eq!(audited.len(), 3, "made, given back, claimed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_in_a_pool_is_changed_by_nobody_and_given_by_managers() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let [id, ..] = shop.deals;
        let version = give_back(&shop.store, &shop, &shop.ada, id).await;
        let page = shop.store.deal(&shop.lead, id).await.unwrap();
        assert!(page.pooled && !page.may_write);
        let standing = page.lead.unwrap();
        assert!(standing.may_assign && !standing.may_return && !standing.may_hold && standing.protection.is_none());
        assert_eq!(standing.pool.as_deref(), Some("North leads"));
        assert_eq!(refusals(shop.store.move_deal(&shop.lead, shop.to(id, 1).await).await), [": lead_in_pool"]);
        assert_not_found(shop.store.move_deal(&shop.ada, shop.to(id, 1).await).await);
        let typed = deal_form(shop.customers[0], "Another", "5");
        let typed = domain::pipeline::form::DealForm { id: id.to_string(), version, ..typed };
        assert_eq!(refusals(shop.store.save_deal(&shop.lead, new_request(), typed, whole_units).await), [": lead_in_pool"]);
        // Nor is it offered for, or sold.
        let quote = QuoteForm { deal: id.to_string(), ..QuoteForm::default() };
        assert_eq!(refusals(shop.store.save_quote(&shop.lead, new_request(), quote, whole_units).await), [": lead_in_pool"]);
        let contract = ContractForm { deal: id.to_string(), ..ContractForm::default() };
        assert_eq!(refusals(shop.store.save_contract(&shop.lead, new_request(), contract, whole_units).await), [": lead_in_pool"]);
        assert!(!shop.store.quotes_of_deal(&shop.lead, id).await.unwrap().may_add);
        assert!(!shop.store.owed_by_deal(&shop.lead, id).await.unwrap().may_add);
        let changes = vec![Change { id, version, to: Fact::Owner(shop.bob.id) }];
        let changed = shop.store.change_deals(&shop.lead, ChangeDeals { request: new_request(), changes }).await.unwrap();
        assert!(matches!(&changed.refused[0].why, Why::Value(found) if found.code == "lead_in_pool"));

        let to = |owner: &Actor| HandForm { id: id.to_string(), version, owner: owner.id.to_string(), ..HandForm::default() };
        assert_denied(shop.store.assign_lead(&shop.ada, new_request(), to(&shop.bob)).await);
        assert_eq!(refusals(shop.store.assign_lead(&shop.lead, new_request(), to(&shop.dan)).await), ["owner: forbidden"]);
        assert_eq!(refusals(shop.store.assign_lead(&shop.lead, new_request(), to(&shop.finance)).await), ["owner: forbidden"]);
        let late = HandForm { version: version - 1, ..to(&shop.bob) };
        assert_eq!(stale(shop.store.assign_lead(&shop.lead, new_request(), late).await), ("Ada Adler".into(), version));
        shop.store.assign_lead(&shop.lead, new_request(), to(&shop.bob)).await.unwrap();
        let page = shop.store.deal(&shop.bob, id).await.unwrap();
        assert_eq!((page.card.owner, page.lead.unwrap().hands[0].hand), (shop.bob.id, Hand::Assign));
        let again = HandForm { version: version + 1, ..to(&shop.ada) };
        assert_eq!(refusals(shop.store.assign_lead(&shop.lead, new_request(), again).await), [": pool_not_in"]);
        // A new owner in the form begins anew, and is told in the history.
        let typed = shop.store.deal_form(&shop.lead, id).await.unwrap();
        let typed = domain::pipeline::form::DealForm { owner: shop.ada.id.to_string(), amount: "5".into(), ..typed };
        shop.save_deal(&shop.lead, typed).await;
        let hands = shop.store.deal(&shop.ada, id).await.unwrap().lead.unwrap().hands;
        assert_eq!((hands[0].hand, hands[0].from.as_ref().map(|(id, _)| *id), hands.len()), (Hand::Form, Some(shop.bob.id), 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_about_what_lies_in_a_pool_is_written_down_and_plans_nothing() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let ([alpha, ..], [id, ..]) = (shop.customers, shop.deals);
        let form = |content: &str, step: &str| FollowUpForm {
            customer: alpha.to_string(),
            deal: id.to_string(),
            kind: "call".into(),
            content: content.into(),
            next_step: step.into(),
            next_on: day(3).to_string(),
            ..FollowUpForm::default()
        };
        shop.store.log_follow_up(&shop.ada, new_request(), form("asked for a price", "send it")).await.unwrap();
        let version = give_back(&shop.store, &shop, &shop.ada, id).await;
        let later = shop.later(1).await;
        later.log_follow_up(&shop.lead, new_request(), form("they called", "visit them")).await.unwrap();
        // The same from a phone that kept it.
        let kept = domain::ids::FollowUpId(new_request().0);
        later.record_follow_up(&shop.lead, (kept, None), None, form("and again", "visit them"), Some(later.now())).await.unwrap();
        let card = shop.card(id).await;
        assert_eq!((card.version, card.next_step.as_str(), card.active_on), (version, "send it", day(0)), "as it came into the pool");
        let page = later.deal(&shop.lead, id).await.unwrap();
        let said = |text: &str| page.timeline.iter().any(|one| matches!(&one.what, Happening::FollowUp { content, .. } if content == text));
        assert!(said("they called") && said("and again"));
        // Whoever has it plans again.
        claim(&later, &shop.cai, id).await.unwrap();
        later.log_follow_up(&shop.cai, new_request(), form("called back", "meet")).await.unwrap();
        assert_eq!(shop.card(id).await.next_step, "meet");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leads_fall_at_night_once_and_say_why() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let [alpha, beta, gamma, delta] = shop.deals;
        let at = |offset: i64| shop.later(offset);
        let standing = async |store: &Store, id| store.deal(&shop.admin, id).await.unwrap().lead.unwrap();
        let protection = async |store: &Store, id| standing(store, id).await.protection.unwrap();
        let seven = at(7).await;
        // On the lead, or with its customer and on no deal.
        call(&seven, &shop.bob, shop.customers[1], Some(beta)).await;
        assert_eq!(protection(&seven, alpha).await.days_left(day(7)), Some(3));
        assert_eq!(protection(&seven, beta).await.days_left(day(7)), Some(5));
        assert_eq!(protection(&seven, delta).await, Protection::Spared { why: Spared::NoPool });
        let soon = seven.leads_falling_soon(&shop.ada).await.unwrap();
        assert_eq!((soon.total, soon.first[0].id, soon.first[0].on, soon.first[0].left), (1, alpha, day(10), 3));
        assert_eq!(seven.leads_falling_soon(&shop.bob).await.unwrap().total, 0);
        assert_eq!(seven.home(&shop.ada, &HomeQuery::default()).await.unwrap().falling_leads, soon);
        let other = HomeQuery { person: Some(shop.ada.id), ..HomeQuery::default() };
        assert_eq!(seven.home(&shop.lead, &other).await.unwrap().falling_leads.total, 0, "never under another name");
        // The cards of the board say the same, and only those of leads.
        let board = seven.board(&shop.admin, &DealFilter::default()).await.unwrap();
        let left = |id: DealId| board.columns[0].cards.iter().find(|card| card.id == id).unwrap().left;
        assert_eq!([alpha, beta, delta].map(left), [Some((3, true)), Some((5, false)), None]);
        assert_eq!(seven.board_card(&shop.ada, &DealFilter::default(), alpha).await.unwrap().unwrap().left, Some((3, true)));
        let more = seven.more_cards(&shop.admin, &DealFilter::default(), shop.stages[0].id, None).await.unwrap();
        assert_eq!(more.cards.iter().find(|card| card.id == beta).unwrap().left, Some((5, false)));
        // Kept by decision.
        let hold = HandForm { keep: true, ..hand(&seven, &shop, gamma).await };
        assert_denied(seven.hold_lead(&shop.cai, new_request(), hold.clone()).await);
        assert_not_found(seven.hold_lead(&shop.lead, new_request(), hold.clone()).await);
        seven.hold_lead(&shop.director, new_request(), hold.clone()).await.unwrap();
        let held = standing(&seven, gamma).await;
        assert_eq!((held.protection, held.held.as_deref()), (Some(Protection::Spared { why: Spared::Held }), Some("no answer")));

        assert!(seven.recycle(day(9)).await.unwrap().is_empty());
        let ten = at(10).await;
        let dry = ten.falling(day(10)).await.unwrap();
        assert_eq!(dry.iter().map(|one| (one.lead, one.cause)).collect::<Vec<_>>(), [(Some(alpha), Some(Cause::NoContact))]);
        assert!(rows(&ten, &shop.cai).await.is_empty(), "nothing is written when it is only looked at");
        assert_eq!(ten.recycle_nightly().await.unwrap(), Some(dry));
        assert_eq!(ten.recycle_nightly().await.unwrap(), None, "once a day");
        assert!(ten.recycle(day(10)).await.unwrap().is_empty(), "and by hand nothing more");
        let fallen = rows(&ten, &shop.cai).await;
        assert_eq!((fallen[0].id, fallen[0].hand, &fallen[0].reason), (alpha.0, Hand::Recycle, &Reason::Rule(Cause::NoContact)));
        assert_not_found(ten.deal(&shop.ada, alpha).await);
        // What is qualified is no lead any more, and one that falls is not wherever its customer is.
        let moved = ten.move_deal(&shop.bob, shop.to(beta, 2).await).await.unwrap();
        assert_eq!(moved.left, None);
        assert!(ten.deal(&shop.bob, beta).await.unwrap().lead.is_none());
        assert_eq!(refusals(ten.return_lead(&shop.bob, new_request(), hand(&ten, &shop, beta).await).await), [": not_a_lead"]);
        assert!(at(30).await.recycle(day(30)).await.unwrap().is_empty());
        // A claim begins a protection of its own.
        claim(&at(12).await, &shop.cai, alpha).await.unwrap();
        assert_eq!(protection(&at(12).await, alpha).await.days_left(day(12)), Some(10));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_a_lead_again_is_protected_from_that_day() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let [lost, qualified, untouched, _] = shop.deals;
        let left = async |store: &Store, id: DealId, on: i64| {
            let protection = store.deal(&shop.admin, id).await.unwrap().lead.unwrap().protection.unwrap();
            protection.days_left(day(on))
        };
        let closing = Closing::Lost { reason: LostReason::Price, competitor: String::new(), note: String::new() };
        shop.store.move_deal(&shop.ada, MoveDeal { closing: Some(closing), ..shop.to(lost, 0).await }).await.unwrap();
        shop.move_to(&shop.bob, qualified, 2).await;
        // From one stage of leads to the next, and what is taken back at once, begin nothing.
        let seven = shop.later(7).await;
        seven.move_deal(&shop.cai, shop.to(untouched, 1).await).await.unwrap();
        assert_eq!(left(&seven, untouched, 7).await, Some(3));
        seven.move_deal(&shop.cai, shop.to(untouched, 2).await).await.unwrap();
        let undo = UndoMove { request: new_request(), deal: untouched, version: shop.card(untouched).await.version };
        seven.undo_move(&shop.cai, undo).await.unwrap();
        assert_eq!(left(&seven, untouched, 7).await, Some(3));

        let thirty = shop.later(30).await;
        let again = MoveDeal { reason: "They came back".into(), ..shop.to(lost, 0).await };
        assert_eq!(thirty.move_deal(&shop.ada, again).await.unwrap().left, Some((10, false)), "the board's card says it at once");
        thirty.move_deal(&shop.bob, shop.to(qualified, 1).await).await.unwrap();
        assert_eq!((left(&thirty, lost, 30).await, left(&thirty, qualified, 30).await), (Some(10), Some(10)));
        let fallen = thirty.recycle(day(30)).await.unwrap();
        assert_eq!(fallen.iter().map(|one| one.lead).collect::<Vec<_>>(), [Some(untouched)], "not in the night of that day");
        assert!(shop.later(39).await.recycle(day(39)).await.unwrap().is_empty());
        let mut both: Vec<_> = shop.later(40).await.recycle(day(40)).await.unwrap().iter().filter_map(|one| one.lead).collect();
        both.sort();
        assert_eq!(both, [lost, qualified]);
        // Moved back in error, and that taken back, it is what it was.
        let extra = shop.deal(&shop.ada, shop.customers[0], "Extra", "10").await;
        shop.move_to(&shop.ada, extra, 2).await;
        let late = shop.later(45).await;
        late.move_deal(&shop.ada, shop.to(extra, 0).await).await.unwrap();
        assert_eq!(left(&late, extra, 45).await, Some(10));
        let undo = UndoMove { request: new_request(), deal: extra, version: shop.card(extra).await.version };
        late.undo_move(&shop.ada, undo).await.unwrap();
        assert!(late.deal(&shop.ada, extra).await.unwrap().lead.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_step_a_buyer_and_a_tier_are_spared_as_set() {
    each(async |shop: Shop| {
        let id = pool(&shop, PoolForm { spare_planned: true, spare_buyers: true, ..form(&shop, PoolKind::Leads) }).await;
        let [alpha, beta, gamma, _] = shop.deals;
        let typed = domain::pipeline::form::DealForm {
            next_on: day(30).to_string(),
            next_step: "call".into(),
            ..deal_form(shop.customers[2], "Planned", "9")
        };
        let planned = shop.save_deal(&shop.cai, typed).await;
        let extra = shop.deal(&shop.bob, shop.customers[1], "Bought before", "9").await;
        shop.win(&shop.bob, extra, 900, day(0)).await;
        let vip = CustomerForm { name: "Very Important".into(), tier: "vip".into(), ..CustomerForm::default() };
        let vip = shop.store.save_customer(&shop.ada, new_request(), vip).await.unwrap();
        shop.deal(&shop.ada, vip, "For a VIP", "9").await;
        let set = shop.store.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        assert!(set.spare_planned && set.spare_buyers && set.kind == "leads");
        shop.store.save_pool(&shop.admin, new_request(), PoolForm { days_vip: String::new(), ..set.clone() }).await.unwrap();
        let other_kind = PoolForm { kind: "customers".into(), version: 2, ..set };
        assert_eq!(refusals(shop.store.save_pool(&shop.admin, new_request(), other_kind).await), ["kind: unknown_value"]);
        let fallen = async |offset: i64| {
            let mut found: Vec<_> =
                shop.later(offset).await.falling(day(offset)).await.unwrap().iter().filter_map(|one| one.lead).collect();
            found.sort();
            found
        };
        let mut both = [alpha, gamma];
        both.sort();
        assert_eq!(fallen(20).await, both, "not the planned one, the buyer's, the VIP's");
        let mut three = [alpha, gamma, planned];
        three.sort();
        assert_eq!(fallen(31).await, three, "its step is overdue");
        assert!(!fallen(31).await.contains(&beta));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_of_leads_are_limited_and_counted_once() {
    each(async |shop: Shop| {
        let id = pool(&shop, PoolForm { cool_down: String::new(), ..form(&shop, PoolKind::Leads) }).await;
        let mut more = Vec::new();
        for title in ["One", "Two", "Three"] {
            let deal = shop.deal(&shop.ada, shop.customers[0], title, "10").await;
            give_back(&shop.store, &shop, &shop.ada, deal).await;
            more.push(deal);
        }
        let request = new_request();
        let form = ClaimForm { lead: more[0].to_string(), ..ClaimForm::default() };
        shop.store.claim(&shop.bob, request, form.clone()).await.unwrap();
        shop.store.claim(&shop.bob, request, form).await.unwrap();
        claim(&shop.store, &shop.bob, more[1]).await.unwrap();
        assert_eq!(refusals(claim(&shop.store, &shop.bob, more[2]).await), [": pool_claims_day"], "a repeated request counts once");
        let tomorrow = shop.later(1).await;
        let mut set = tomorrow.pools(&shop.admin, Some(id)).await.unwrap().form.unwrap();
        set.owned_max = "3".into();
        tomorrow.save_pool(&shop.admin, new_request(), set).await.unwrap();
        assert_eq!(refusals(claim(&tomorrow, &shop.bob, more[2]).await), [": pool_owned"], "his own lead counts");
        // What is qualified is none.
        shop.move_to(&shop.bob, shop.deals[1], 2).await;
        claim(&tomorrow, &shop.bob, more[2]).await.unwrap();
        // Of two who ask at once one has it, and the other is told who.
        give_back(&tomorrow, &shop, &shop.bob, more[2]).await;
        let (ada, cai) = tokio::join!(claim(&tomorrow, &shop.ada, more[2]), claim(&tomorrow, &shop.cai, more[2]));
        let (winner, told) = if ada.is_ok() { ("Ada Adler", cai) } else { ("Cai Chen", ada) };
        let Err(StoreError::Refused(found)) = told else { panic!("the slower one was not refused") };
        assert_eq!((found[0].code.as_str(), found[0].params[0].1.as_str()), ("pool_taken", winner));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_and_their_leads_go_along() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Customers)).await;
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let ([alpha, ..], [lead, ..]) = (shop.customers, shop.deals);
        let qualified = shop.deal(&shop.ada, alpha, "Qualified", "10").await;
        shop.move_to(&shop.ada, qualified, 2).await;
        let version = async || shop.store.customer(&shop.admin, alpha).await.unwrap().row.version;
        let back = async |by: &Actor| {
            let form = HandForm { id: alpha.to_string(), version: version().await, reason: "moved away".into(), ..HandForm::default() };
            shop.store.return_customer(by, new_request(), form).await.unwrap();
        };
        back(&shop.ada).await;
        let in_pool = rows(&shop.store, &shop.cai).await;
        assert_eq!(
            in_pool.iter().map(|row| (row.id, row.hand, &row.reason)).collect::<Vec<_>>(),
            [(lead.0, Hand::Along, &Reason::Said("moved away".into()))]
        );
        assert_eq!(owner(&shop, qualified).await, "Ada Adler", "it is no lead");
        // Whoever takes the customer takes its lead.
        shop.store.claim(&shop.cai, new_request(), ClaimForm { customer: alpha.to_string(), ..ClaimForm::default() }).await.unwrap();
        assert_eq!(shop.store.deal(&shop.cai, lead).await.unwrap().lead.unwrap().hands[0].hand, Hand::Along);
        assert!(rows(&shop.store, &shop.cai).await.is_empty());
        // And whoever takes the lead takes a customer that nobody has.
        back(&shop.cai).await;
        claim(&shop.store, &shop.bob, lead).await.unwrap();
        let page = shop.store.customer(&shop.bob, alpha).await.unwrap();
        assert_eq!((page.row.owner.map(|(id, _)| id), page.standing.hands[0].hand), (Some(shop.bob.id), Hand::Along));
        assert_eq!((shop.sql().await.count("pool_stay").await, shop.sql().await.count("lead_stay").await), (0, 0));
        // What went along was no claim: two are still free.
        let mut told = Vec::new();
        for title in ["One", "Two", "Three"] {
            let deal = shop.deal(&shop.bob, shop.customers[1], title, "10").await;
            give_back(&shop.store, &shop, &shop.bob, deal).await;
            told.push(claim(&shop.store, &shop.cai, deal).await);
        }
        assert_eq!(refusals(told.pop().unwrap()), [": pool_claims_day"]);
        assert!(told.iter().all(Result::is_ok));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_night_tells_of_leads_that_go_along_with_their_customers() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Customers)).await;
        let days = PoolForm { days_ordinary: "30".into(), days_potential: "30".into(), ..form(&shop, PoolKind::Leads) };
        pool(&shop, days).await;
        let ([alpha, beta, gamma, _], [alphas, betas, kept, _]) = (shop.customers, shop.deals);
        let second = shop.deal(&shop.ada, alpha, "Second", "10").await;
        let qualified = shop.deal(&shop.ada, alpha, "Qualified", "10").await;
        shop.move_to(&shop.ada, qualified, 2).await;
        // A colleague's lead at the same customer is no part of it.
        let typed = domain::pipeline::form::DealForm { owner: shop.bob.id.to_string(), ..deal_form(alpha, "Beside", "10") };
        shop.save_deal(&shop.admin, typed).await;
        let hold = HandForm { keep: true, ..hand(&shop.store, &shop, kept).await };
        shop.store.hold_lead(&shop.director, new_request(), hold).await.unwrap();

        let ten = shop.later(10).await;
        let told = ten.falling(day(10)).await.unwrap();
        let those: Vec<_> = told.iter().map(|one| (one.customer, one.lead, one.pool.as_str(), one.cause)).collect();
        let (customers, leads, why) = ("North customers", "North leads", Some(Cause::NoContact));
        assert_eq!(
            those,
            [
                (alpha, None, customers, why),
                (alpha, Some(alphas), leads, why),
                (alpha, Some(second), leads, why),
                (beta, None, customers, why),
                (beta, Some(betas), leads, why),
                (gamma, None, customers, why),
            ]
        );
        assert_eq!((told[2].name.as_str(), told[2].owner.as_ref().map(|(id, _)| *id)), ("Second", Some(shop.ada.id)));
        assert_eq!(ten.recycle_nightly().await.unwrap(), Some(told), "as it was foretold");
        assert_eq!(shop.sql().await.count("lead_stay").await, 3);
        assert!(ten.falling(day(10)).await.unwrap().is_empty());
        assert!(ten.recycle(day(10)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_along_and_would_fall_by_itself_is_told_once() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Customers)).await;
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        let ten = shop.later(10).await;
        let told = ten.falling(day(10)).await.unwrap();
        let mut leads: Vec<_> = told.iter().filter_map(|one| one.lead).collect();
        leads.sort();
        assert_eq!((told.len(), leads), (6, shop.deals[..3].to_vec()));
        assert_eq!(ten.recycle(day(10)).await.unwrap(), told);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_what_can_be_claimed_is_and_every_refusal_has_its_name() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Leads)).await;
        pool(&shop, form(&shop, PoolKind::Customers)).await;
        let mut ids = Vec::new();
        for title in ["One", "Two", "Three"] {
            let deal = shop.deal(&shop.ada, shop.customers[0], title, "10").await;
            give_back(&shop.store, &shop, &shop.ada, deal).await;
            ids.push(deal.0);
        }
        let foreign = shop.deals[3].0;
        ids.insert(1, foreign);
        let many = |ids: Vec<uuid::Uuid>, leads: bool| ClaimMany { request: new_request(), leads, ids };
        assert_eq!(refusals(shop.store.claim_many(&shop.bob, many(vec![], true)).await), [": required"]);
        assert_denied(shop.store.claim_many(&shop.finance, many(ids.clone(), true)).await);
        let command = many(ids.clone(), true);
        let changed = shop.store.claim_many(&shop.bob, command.clone()).await.unwrap();
        assert_eq!(changed.done, [ids[0], ids[2]], "in their order, as far as the limit goes");
        let refused: Vec<_> = changed.refused.iter().map(|one| (one.id, one.title.as_str(), &one.why)).collect();
        assert_eq!(refused[0], (foreign, "", &Why::Gone), "what is not seen has no name");
        assert!(matches!(refused[1], (id, "Three", Why::Value(found)) if id == ids[3] && found.code == "pool_claims_day"));
        assert_eq!(shop.store.claim_many(&shop.bob, command).await.unwrap(), changed, "once");
        assert_eq!(rows(&shop.store, &shop.cai).await.len(), 1);
        let cool = shop.store.claim_many(&shop.ada, many(vec![ids[3], ids[0]], true)).await.unwrap();
        assert!(cool.done.is_empty());
        let codes: Vec<_> = cool
            .refused
            .iter()
            .map(|one| match &one.why {
                Why::Value(found) => (one.title.as_str(), found.code.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(codes, [("Three", "pool_cool_down"), ("One", "pool_taken")]);
        // Customers the same way.
        let back = HandForm { id: shop.customers[0].to_string(), version: 1, reason: "x".into(), ..HandForm::default() };
        shop.store.return_customer(&shop.ada, new_request(), back).await.unwrap();
        let changed = shop.store.claim_many(&shop.cai, many(vec![shop.customers[0].0, shop.customers[3].0], false)).await.unwrap();
        assert_eq!((changed.done, changed.refused.len()), (vec![shop.customers[0].0], 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_is_removed_empty_or_into_another_one() {
    each(async |shop: Shop| {
        let id = pool(&shop, form(&shop, PoolKind::Leads)).await;
        let other = pool(&shop, PoolForm { name: "Second".into(), ..form(&shop, PoolKind::Leads) }).await;
        let customers = pool(&shop, form(&shop, PoolKind::Customers)).await;
        let [lead, ..] = shop.deals;
        give_back(&shop.store, &shop, &shop.ada, lead).await;
        let of = async |by: &Actor, form| shop.store.remove_pool(by, new_request(), form).await;
        assert_denied(of(&shop.director, removing(id, 1, None)).await);
        assert_eq!(shop.store.pools(&shop.admin, None).await.unwrap().inside.iter().find(|one| one.0 == id), Some(&(id, 1)));
        assert_eq!(refusals(of(&shop.admin, removing(id, 1, None)).await), ["to: pool_not_empty"]);
        assert_eq!(refusals(of(&shop.admin, removing(id, 1, Some(customers))).await), ["to: unknown_value"], "of another kind");
        assert_eq!(stale(of(&shop.admin, removing(id, 7, Some(other))).await), ("Amy Admin".into(), 1));
        of(&shop.admin, removing(id, 1, Some(other))).await.unwrap();
        assert_not_found(of(&shop.admin, removing(id, 2, Some(other))).await);
        assert_not_found(shop.store.pools(&shop.admin, Some(id)).await);
        let moved = rows(&shop.store, &shop.cai).await;
        assert_eq!((moved[0].id, moved[0].pool, moved[0].hand, moved[0].since), (lead.0, other, Hand::Return, day(0)));
        claim(&shop.store, &shop.cai, lead).await.unwrap();
        let hands = shop.store.deal(&shop.cai, lead).await.unwrap().lead.unwrap().hands;
        assert_eq!(hands.iter().map(|one| one.pool.as_str()).collect::<Vec<_>>(), ["Second", "North leads"], "histories keep its name");
        // Its name is free again, and its members lose theirs to the next one that they are in.
        let named = pool(&shop, form(&shop, PoolKind::Leads)).await;
        let fallen = shop.later(10).await.falling(day(10)).await.unwrap();
        assert_eq!(fallen.iter().find(|one| one.lead.is_some()).unwrap().pool, "Second");
        of(&shop.admin, removing(named, 1, None)).await.unwrap();
        // Customers move too.
        let back = HandForm { id: shop.customers[0].to_string(), version: 1, reason: "x".into(), ..HandForm::default() };
        shop.store.return_customer(&shop.ada, new_request(), back).await.unwrap();
        let to = pool(&shop, PoolForm { name: "All".into(), units: ticked(shop.admin.unit), ..form(&shop, PoolKind::Customers) }).await;
        of(&shop.admin, removing(customers, 1, Some(to))).await.unwrap();
        let seen = shop.store.pool_page(&shop.dan, &PoolFilter::default(), None).await.unwrap().rows;
        assert_eq!((seen[0].id, seen[0].pool_name.as_str()), (shop.customers[0].0, "All"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_comes_into_a_pool_that_is_just_removed() {
    each(async |shop: Shop| {
        for round in 0..8 {
            let customers = round % 2 == 0;
            let kind = if customers { PoolKind::Customers } else { PoolKind::Leads };
            let id = pool(&shop, form(&shop, kind)).await;
            let name = format!("Round {round}");
            let customer = shop.customer(&shop.ada, &name).await;
            let lead = shop.deal(&shop.ada, customer, &name, "10").await;
            let removed = shop.store.remove_pool(&shop.admin, new_request(), removing(id, 1, None));
            let back = async || {
                let form = HandForm { version: 1, reason: "no answer".into(), ..HandForm::default() };
                if customers {
                    let form = HandForm { id: customer.to_string(), ..form };
                    shop.store.return_customer(&shop.ada, new_request(), form).await
                } else {
                    let form = HandForm { id: lead.to_string(), ..form };
                    shop.store.return_lead(&shop.ada, new_request(), form).await
                }
            };
            let (removed, back) = tokio::join!(removed, back());
            // Whoever came first; the other one is told why not.
            match (removed, back) {
                (Ok(()), back) => assert_eq!(refusals(back), [": pool_none"], "{round}"),
                (removed, Ok(_)) => {
                    assert_eq!(refusals(removed), ["to: pool_not_empty"], "{round}");
                    let empty = if customers { "DELETE FROM pool_stay" } else { "UPDATE deal SET pool_id = NULL" };
                    shop.sql().await.run(empty).await;
                    shop.store.remove_pool(&shop.admin, new_request(), removing(id, 1, None)).await.unwrap();
                }
                (removed, back) => panic!("{removed:?} {back:?}"),
            }
            let gone = "SELECT 1 AS n FROM pool WHERE removed_on IS NOT NULL \
                AND (id IN (SELECT pool_id FROM pool_stay) OR id IN (SELECT pool_id FROM deal WHERE pool_id IS NOT NULL))";
            assert!(shop.sql().await.rows(gone, &[]).await.is_empty(), "{round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_customers_says_how_many_days_are_left() {
    each(async |shop: Shop| {
        pool(&shop, form(&shop, PoolKind::Customers)).await;
        let later = shop.later(4).await;
        let sort = Sort { column: CustomerSort::Name, descending: false };
        let mut page = later.customers(&shop.admin, &CustomerFilter::default(), sort, None).await.unwrap();
        assert!(page.rows.iter().all(|row| row.protection.is_none()), "only where it is asked for");
        later.protections(&mut []).await.unwrap();
        later.protections(&mut page.rows).await.unwrap();
        let found: Vec<_> = page
            .rows
            .iter()
            .map(|row| row.protection.as_ref().map(|(protection, pool)| (protection.days_left(day(4)), pool.as_str())))
            .collect();
        assert_eq!(
            found,
            [Some((Some(6), "North customers")), Some((Some(6), "North customers")), Some((None, "")), Some((Some(6), "North customers"))]
        );
        let of_page = later.customer(&shop.admin, page.rows[0].id).await.unwrap().standing.protection;
        assert_eq!(page.rows[0].protection.as_ref().map(|(protection, _)| *protection), of_page, "as on its page");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_has_leads_in_every_state_and_none_falls_on_its_day() {
    let options = Options { as_of: AS_OF, scale: SMALL, ..Options::default() };
    each_fresh(async |fresh: Fresh| {
        fresh.store.load_demo(&options, |_, _, _| ()).await.unwrap();
        let store = Store::open(&fresh.url, Some(AS_OF)).await.unwrap();
        let org = store.org().unwrap();
        let admin = &org.people.values().find(|member| member.person.role == Role::Administrator).unwrap().actor;
        let page = store.pool_page(admin, &leads(), None).await.unwrap();
        assert_eq!((page.pools.len(), usize::try_from(page.total).unwrap()), (1, page.rows.len()));
        for hand in [Hand::Return, Hand::Recycle] {
            assert!(page.rows.iter().any(|row| row.hand == hand), "{hand}");
        }
        assert!(page.rows.iter().all(|row| row.since < AS_OF && row.refused.is_none() && row.may_open));
        assert!(store.falling(AS_OF + Days::new(1)).await.unwrap().is_empty());
        assert!(store.falling(AS_OF + Days::new(40)).await.unwrap().iter().any(|one| one.lead.is_some()));
        let mut soon = 0;
        for member in org.people.values() {
            soon += store.leads_falling_soon(&member.actor).await.unwrap().total;
        }
        // As many as would fall until then; in so small a company that may be nobody.
        let until = store.falling(AS_OF + Days::new(10)).await.unwrap();
        assert_eq!(usize::try_from(soon).unwrap(), until.iter().filter(|one| one.lead.is_some()).count());
        fresh.store.reset_demo().await.unwrap();
    })
    .await;
}
