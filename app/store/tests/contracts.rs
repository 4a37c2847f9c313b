//! Contracts: who sees and changes them, what is owed after each payment, and that
//! nothing that was written down disappears.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_denied, assert_not_found, day, each, refusals, stale, whole_units};
use domain::contracts::form::{ContractForm, InvoiceForm, PaymentForm, PlanForm, PlanLineForm, StatusForm, StrikeForm};
use domain::contracts::view::{ContractDetail, ContractFilter, ContractRow, OwedLine, SORT};
use domain::contracts::{ContractSort, ContractStatus, InstalmentState, PaymentKind};
use domain::finance::AgeingBucket;
use domain::ids::{ContractId, DealId};
use domain::money::Currency;
use domain::page::Sort;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::policy::Actor;
use std::cmp::Ordering;
use std::collections::HashSet;
use store::{Result, new_request};

fn new_form(deal: DealId, amount: &str) -> ContractForm {
    ContractForm { deal: deal.to_string(), title: "Supply".into(), amount: amount.into(), ..ContractForm::default() }
}

fn lines(plan: &[(i64, &str)]) -> Vec<PlanLineForm> {
    plan.iter()
        .map(|(offset, amount)| PlanLineForm { due_on: day(*offset).to_string(), amount: (*amount).into(), note: String::new() })
        .collect()
}

async fn draft(shop: &Shop, by: &Actor, deal: DealId, amount: &str, plan: &[(i64, &str)]) -> ContractId {
    let id = shop.store.save_contract(by, new_request(), new_form(deal, amount), whole_units).await.unwrap();
    let form = PlanForm { id: id.to_string(), version: 1, lines: lines(plan), ..PlanForm::default() };
    shop.store.save_plan(by, new_request(), form, whole_units).await.unwrap()
}

async fn seen(shop: &Shop, id: ContractId) -> ContractDetail {
    shop.store.contract(&shop.admin, id).await.unwrap()
}

async fn set(shop: &Shop, by: &Actor, id: ContractId, to: ContractStatus, reason: &str) -> Result<ContractId> {
    let version = seen(shop, id).await.version;
    let form = StatusForm { id: id.to_string(), version, to: to.code().into(), reason: reason.into(), ..StatusForm::default() };
    shop.store.set_contract_status(by, new_request(), form).await
}

async fn signed(shop: &Shop, by: &Actor, deal: DealId, amount: &str, plan: &[(i64, &str)]) -> ContractId {
    let id = draft(shop, by, deal, amount, plan).await;
    set(shop, by, id, ContractStatus::Signed, "").await.unwrap()
}

async fn pay(shop: &Shop, by: &Actor, id: ContractId, kind: PaymentKind, amount: &str) -> Result<ContractId> {
    let version = seen(shop, id).await.version;
    let form = PaymentForm { id: id.to_string(), version, kind: kind.code().into(), amount: amount.into(), ..PaymentForm::default() };
    shop.store.record_payment(by, new_request(), form, whole_units).await
}

async fn invoice(shop: &Shop, by: &Actor, id: ContractId, number: &str, amount: &str) -> Result<ContractId> {
    let version = seen(shop, id).await.version;
    let form = InvoiceForm {
        id: id.to_string(),
        version,
        number: number.into(),
        amount: amount.into(),
        vat: "6".into(),
        ..InvoiceForm::default()
    };
    shop.store.note_invoice(by, new_request(), form, whole_units).await
}

async fn listed(shop: &Shop, by: &Actor, filter: &ContractFilter) -> Vec<ContractRow> {
    shop.store.contracts(by, filter, SORT, None).await.unwrap().page.rows
}

/// What is to be paid back, by currency.
fn backs(rows: &[OwedLine]) -> Vec<(Currency, i64)> {
    rows.iter().map(|l| (l.currency, l.to_pay_back_minor)).collect()
}

fn owed(rows: &[OwedLine]) -> Vec<(Currency, i64, i64, i64, i64, i64)> {
    rows.iter().map(|l| (l.currency, l.count, l.amount_minor, l.received_minor, l.outstanding_minor, l.overdue_minor)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_fill_the_oldest_instalment_and_the_rest_is_owed() {
    each(async |shop: Shop| {
        let id = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-40, "300"), (-10, "600"), (30, "100")]).await;
        let before = seen(&shop, id).await;
        assert_eq!((before.standing.outstanding_minor, before.standing.overdue_minor), (100_000, 90_000));
        assert_eq!((before.row.next_due_on, before.row.overdue_days(DAY)), (Some(day(-40)), Some(40)));
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "400").await.unwrap();
        let after = seen(&shop, id).await;
        let states: Vec<_> = after.standing.plan.iter().map(|line| (line.state, line.paid_minor, line.overdue_days)).collect();
        use InstalmentState::{Open, Overdue, Paid};
        assert_eq!(states, [(Paid, 30_000, None), (Overdue, 10_000, Some(10)), (Open, 0, None)]);
        assert_eq!((after.row.received_minor, after.row.outstanding_minor, after.row.overdue_minor), (40_000, 60_000, 50_000));
        assert_eq!(after.row.next_due_on, Some(day(-10)));
        pay(&shop, &shop.finance, id, PaymentKind::Refund, "150").await.unwrap();
        assert_eq!(seen(&shop, id).await.standing.overdue_minor, 65_000);
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "750").await.unwrap();
        let paid = seen(&shop, id).await;
        assert_eq!((paid.row.outstanding_minor, paid.row.next_due_on, paid.payments.len()), (0, None, 3));
        assert_eq!(refusals(pay(&shop, &shop.finance, id, PaymentKind::Receipt, "1").await), ["amount: over_amount"]);
        assert_eq!(refusals(pay(&shop, &shop.finance, id, PaymentKind::Refund, "1001").await), ["amount: over_received"]);
        // What the list and the page say is the same.
        assert_eq!(listed(&shop, &shop.ada, &ContractFilter::default()).await, [seen(&shop, id).await.row]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contract_is_seen_with_its_deal_or_customer_and_money_is_for_finance() {
    each(async |shop: Shop| {
        let (mine, other) = (shop.deals[0], shop.deals[3]);
        let id = signed(&shop, &shop.ada, mine, "1000", &[(0, "1000")]).await;
        let theirs = draft(&shop, &shop.dan, other, "5", &[]).await;
        let all = ContractFilter::default();
        for (by, count) in
            [(&shop.ada, 1), (&shop.bob, 0), (&shop.dan, 1), (&shop.lead, 1), (&shop.finance, 2), (&shop.service, 2), (&shop.admin, 2)]
        {
            assert_eq!(listed(&shop, by, &all).await.len(), count, "{}", by.name);
        }
        assert_denied(shop.store.contracts(&shop.hr, &all, SORT, None).await);
        assert_denied(shop.store.contract_ageing(&shop.hr, &all).await);
        // Out of scope it is not there, whatever is asked.
        assert_not_found(shop.store.contract(&shop.ada, theirs).await);
        assert_not_found(shop.store.contract_form(&shop.ada, theirs).await);
        assert_not_found(set(&shop, &shop.ada, theirs, ContractStatus::Cancelled, "x").await);
        assert_not_found(shop.store.save_contract(&shop.ada, new_request(), new_form(other, "1"), whole_units).await);
        assert_not_found(shop.store.new_contract_form(&shop.ada, other).await);
        assert_not_found(shop.store.owed_by_deal(&shop.ada, other).await);
        assert_not_found(shop.store.owed_by_customer(&shop.ada, shop.customers[3]).await);
        // Sales agree, finance writes down.
        assert_denied(pay(&shop, &shop.ada, id, PaymentKind::Receipt, "1").await);
        assert_denied(invoice(&shop, &shop.lead, id, "1", "1").await);
        assert_denied(set(&shop, &shop.finance, id, ContractStatus::Ended, "").await);
        assert_denied(set(&shop, &shop.service, id, ContractStatus::Ended, "").await);
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "1").await.unwrap();
        let detail = shop.store.contract(&shop.finance, id).await.unwrap();
        assert_eq!((detail.may_write, detail.may_record), (false, true));
        let detail = shop.store.contract(&shop.ada, id).await.unwrap();
        assert_eq!((detail.may_write, detail.may_record), (true, false));
        // A deal of Bob's with Ada's customer: she sees its contract, and cannot change it.
        let form = DealForm { owner: shop.bob.id.to_string(), ..crate::common::deal_form(shop.customers[0], "Shared", "70") };
        let deal = shop.save_deal(&shop.lead, form).await;
        let shared = signed(&shop, &shop.bob, deal, "70", &[(0, "70")]).await;
        let detail = shop.store.contract(&shop.ada, shared).await.unwrap();
        assert_eq!((&detail.deal_title, detail.may_read_customer, detail.may_write), (&None, true, false));
        let detail = shop.store.contract(&shop.bob, shared).await.unwrap();
        assert_eq!((detail.deal_title.as_deref(), detail.may_read_customer), (Some("Shared"), false));
        assert_denied(set(&shop, &shop.ada, shared, ContractStatus::Ended, "").await);
        assert_eq!(shop.store.owed_by_customer(&shop.ada, shop.customers[0]).await.unwrap().total, 2);
        assert_eq!(shop.store.owed_by_deal(&shop.ada, mine).await.unwrap().total, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_plan_that_adds_up_is_signed_and_a_signed_amount_stays() {
    each(async |shop: Shop| {
        let id = draft(&shop, &shop.ada, shop.deals[0], "1000", &[(0, "999")]).await;
        assert_eq!(seen(&shop, id).await.plan_difference_minor(), 100);
        assert_eq!(refusals(set(&shop, &shop.ada, id, ContractStatus::Signed, "").await), ["plan: plan_short"]);
        assert_eq!(refusals(pay(&shop, &shop.finance, id, PaymentKind::Receipt, "1").await), [": contract_not_signed"]);
        assert_eq!(refusals(invoice(&shop, &shop.finance, id, "1", "1").await), [": contract_not_signed"]);
        let plan = |version, lines| PlanForm { id: id.to_string(), version, lines, ..PlanForm::default() };
        shop.store.save_plan(&shop.ada, new_request(), plan(2, lines(&[(0, "500"), (9, "500")])), whole_units).await.unwrap();
        set(&shop, &shop.ada, id, ContractStatus::Signed, "").await.unwrap();
        assert_eq!(seen(&shop, id).await.row.signed_on, Some(DAY));
        let form = shop.store.contract_form(&shop.ada, id).await.unwrap();
        let wrong = ContractForm { amount: "2000".into(), ..form.clone() };
        assert_eq!(refusals(shop.store.save_contract(&shop.ada, new_request(), wrong, whole_units).await), ["amount: signed_contract"]);
        let renamed = ContractForm { amount: "1000".into(), title: "Renamed".into(), ..form };
        shop.store.save_contract(&shop.ada, new_request(), renamed, whole_units).await.unwrap();
        let version = seen(&shop, id).await.version;
        let short = plan(version, lines(&[(0, "500")]));
        assert_eq!(refusals(shop.store.save_plan(&shop.ada, new_request(), short, whole_units).await), ["plan: plan_short"]);
        let shares = PlanForm { shares: "30/60/10".into(), first_on: day(3).to_string(), ..plan(version, Vec::new()) };
        shop.store.save_plan(&shop.ada, new_request(), shares, whole_units).await.unwrap();
        let amounts: Vec<_> = seen(&shop, id).await.plan.iter().map(|line| line.amount_minor).collect();
        assert_eq!(amounts, [30_000, 60_000, 10_000]);
        // An old version is told, and changes nothing.
        let old = plan(version, lines(&[(0, "1000")]));
        assert_eq!(stale(shop.store.save_plan(&shop.ada, new_request(), old, whole_units).await), ("Ada Adler".into(), version + 1));
        // The customer who signed stays.
        let deal = shop.store.deal_form(&shop.admin, shop.deals[0]).await.unwrap();
        let moved = DealForm { customer: shop.customers[1].to_string(), amount: "1000".into(), ..deal };
        assert_eq!(refusals(shop.store.save_deal(&shop.admin, new_request(), moved, whole_units).await), ["customer: has_contract"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_contract_owes_nothing_pays_back_and_can_be_restored() {
    each(async |shop: Shop| {
        let id = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-5, "1000")]).await;
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "400").await.unwrap();
        assert_eq!(refusals(set(&shop, &shop.ada, id, ContractStatus::Cancelled, " ").await), ["reason: reason_required"]);
        set(&shop, &shop.ada, id, ContractStatus::Cancelled, "withdrawn").await.unwrap();
        let detail = seen(&shop, id).await;
        assert_eq!((detail.row.outstanding_minor, detail.standing.overpaid_minor, detail.row.next_due_on), (0, 40_000, None));
        assert_eq!(refusals(pay(&shop, &shop.finance, id, PaymentKind::Receipt, "1").await), [": contract_cancelled"]);
        pay(&shop, &shop.finance, id, PaymentKind::Refund, "100").await.unwrap();
        let form = shop.store.contract_form(&shop.ada, id).await.unwrap();
        assert_eq!(
            refusals(shop.store.save_contract(&shop.ada, new_request(), ContractForm { amount: "1000".into(), ..form }, whole_units).await),
            [": contract_cancelled"]
        );
        set(&shop, &shop.ada, id, ContractStatus::Signed, "a mistake").await.unwrap();
        let detail = seen(&shop, id).await;
        assert_eq!((detail.row.received_minor, detail.row.outstanding_minor, detail.reason), (30_000, 70_000, "a mistake".into()));
        set(&shop, &shop.ada, id, ContractStatus::Ended, "").await.unwrap();
        assert_eq!(seen(&shop, id).await.row.outstanding_minor, 70_000, "what is not paid is still owed");
        assert_eq!(refusals(set(&shop, &shop.ada, id, ContractStatus::Draft, "x").await), ["to: not_next"]);
        // A draft that was called off becomes a draft again.
        let other = draft(&shop, &shop.ada, shop.deals[0], "5", &[]).await;
        set(&shop, &shop.ada, other, ContractStatus::Cancelled, "x").await.unwrap();
        set(&shop, &shop.ada, other, ContractStatus::Draft, "y").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_entries_are_struck_out_and_stay() {
    each(async |shop: Shop| {
        let id = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-5, "1000")]).await;
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "400").await.unwrap();
        pay(&shop, &shop.finance, id, PaymentKind::Refund, "300").await.unwrap();
        let strike = async |entry: String, reason: &str| {
            let version = seen(&shop, id).await.version;
            let form = StrikeForm { id: id.to_string(), version, entry, reason: reason.into(), ..StrikeForm::default() };
            shop.store.strike_payment(&shop.finance, new_request(), form).await
        };
        let entry = async |kind| seen(&shop, id).await.payments.into_iter().find(|p| p.kind == kind).unwrap().id.to_string();
        let (receipt, refund) = (entry(PaymentKind::Receipt).await, entry(PaymentKind::Refund).await);
        assert_eq!(refusals(strike(receipt.clone(), "twice").await), [": strike_refund_first"]);
        assert_eq!(refusals(strike(refund.clone(), "").await), ["reason: reason_required"]);
        pay(&shop, &shop.finance, id, PaymentKind::Receipt, "900").await.unwrap();
        assert_eq!(refusals(strike(refund.clone(), "x").await), [": strike_receipt_first"]);
        let later = seen(&shop, id).await.payments.into_iter().find(|p| p.amount_minor == 90_000).unwrap().id.to_string();
        strike(later, "twice").await.unwrap();
        strike(refund.clone(), "wrong contract").await.unwrap();
        assert_eq!(refusals(strike(refund, "again").await), [": struck_already"]);
        strike(receipt, "twice").await.unwrap();
        let detail = seen(&shop, id).await;
        assert_eq!((detail.row.received_minor, detail.row.outstanding_minor, detail.payments.len()), (0, 100_000, 3));
        assert!(detail.payments.iter().all(|p| p.struck.as_ref().is_some_and(|s| s.by == "Fay Finance" && !s.reason.is_empty())));
        assert_not_found(strike(shop.deals[0].to_string(), "x").await);

        invoice(&shop, &shop.finance, id, "F-1", "600").await.unwrap();
        assert_eq!(refusals(invoice(&shop, &shop.finance, id, "F-1", "1").await), ["number: taken"]);
        assert_eq!(refusals(invoice(&shop, &shop.finance, id, "F-2", "401").await), ["amount: over_invoiced"]);
        let row = seen(&shop, id).await.invoices[0].clone();
        assert_eq!((row.split.net_minor, row.split.tax_minor, row.vat_bp), (56_604, 3_396, 600));
        let version = seen(&shop, id).await.version;
        let form = StrikeForm { id: id.to_string(), version, entry: row.id.to_string(), reason: "red".into(), ..StrikeForm::default() };
        shop.store.strike_invoice(&shop.finance, new_request(), form).await.unwrap();
        invoice(&shop, &shop.finance, id, "F-1", "1000").await.unwrap();
        assert_eq!(seen(&shop, id).await.invoiced_minor, 100_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_and_ageing_keep_currencies_apart() {
    each(async |shop: Shop| {
        let yuan = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-100, "300"), (-1, "300"), (0, "400")]).await;
        let form = DealForm { currency: "USD".into(), ..crate::common::deal_form(shop.customers[0], "Abroad", "50") };
        let abroad = shop.save_deal(&shop.ada, form).await;
        let dollars = signed(&shop, &shop.ada, abroad, "50", &[(-31, "50")]).await;
        draft(&shop, &shop.ada, shop.deals[0], "9", &[(-9, "9")]).await;
        pay(&shop, &shop.finance, yuan, PaymentKind::Receipt, "100").await.unwrap();
        let list = shop.store.contracts(&shop.ada, &ContractFilter::default(), SORT, None).await.unwrap();
        let expected = [(Currency::Cny, 2, 100_000, 10_000, 90_000, 50_000), (Currency::Usd, 1, 5_000, 0, 5_000, 5_000)];
        assert_eq!((owed(&list.sums), list.page.total), (expected.to_vec(), 3));
        assert_eq!(owed(&shop.store.owed_by_customer(&shop.ada, shop.customers[0]).await.unwrap().sums), expected);
        let report = shop.store.contract_ageing(&shop.finance, &ContractFilter::default()).await.unwrap();
        let lines: Vec<_> = report.ageing.0.iter().map(|line| (line.currency, line.buckets)).collect();
        assert_eq!(lines, [(Currency::Cny, [40_000, 30_000, 0, 0, 20_000]), (Currency::Usd, [0, 0, 5_000, 0, 0])]);
        assert_eq!(report.ageing.0[0].of(AgeingBucket::Over90), 20_000);
        assert_eq!(report.overdue.iter().map(|row| row.id).collect::<Vec<_>>(), [yuan, dollars], "the most overdue first");
        assert_eq!(report.overdue_total, 2);
        // Nothing of it for who sees no contract.
        let none = shop.store.contracts(&shop.dan, &ContractFilter::default(), SORT, None).await.unwrap();
        assert_eq!((owed(&none.sums), none.page.total, none.page.rows), (Vec::new(), 0, Vec::new()));
        let none = shop.store.contract_ageing(&shop.dan, &ContractFilter::default()).await.unwrap();
        assert_eq!((none.ageing.0, none.overdue, none.overdue_total), (Vec::new(), Vec::new(), 0));
        let overdue = ContractFilter { overdue: true, text: "supply".into(), ..ContractFilter::default() };
        assert_eq!(listed(&shop, &shop.ada, &overdue).await.len(), 2);
        let drafts = ContractFilter { status: Some(ContractStatus::Draft), ..ContractFilter::default() };
        let drafts = shop.store.contracts(&shop.ada, &drafts, SORT, None).await.unwrap();
        assert_eq!((owed(&drafts.sums), drafts.page.total), (vec![(Currency::Cny, 1, 900, 0, 0, 0)], 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_contract_signed_anew_counts_once_and_its_money_is_to_be_paid_back() {
    each(async |shop: Shop| {
        let sums = async |status| {
            let filter = ContractFilter { status, ..ContractFilter::default() };
            shop.store.contracts(&shop.ada, &filter, SORT, None).await.unwrap().sums
        };
        let first = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-5, "1000")]).await;
        pay(&shop, &shop.finance, first, PaymentKind::Receipt, "400").await.unwrap();
        assert_eq!(backs(&sums(None).await), [(Currency::Cny, 0)]);
        set(&shop, &shop.ada, first, ContractStatus::Cancelled, "written anew").await.unwrap();
        let anew = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(-5, "1000")]).await;
        pay(&shop, &shop.finance, anew, PaymentKind::Receipt, "300").await.unwrap();
        assert_eq!(owed(&sums(None).await), [(Currency::Cny, 2, 100_000, 30_000, 70_000, 70_000)]);
        assert_eq!(backs(&sums(None).await), [(Currency::Cny, 40_000)]);
        let cancelled = sums(Some(ContractStatus::Cancelled)).await;
        assert_eq!(owed(&cancelled), [(Currency::Cny, 1, 100_000, 40_000, 0, 0)]);
        assert_eq!(backs(&cancelled), [(Currency::Cny, 40_000)]);
        assert_eq!(backs(&sums(Some(ContractStatus::Signed)).await), [(Currency::Cny, 0)]);
        let of_deal = shop.store.owed_by_deal(&shop.ada, shop.deals[0]).await.unwrap();
        assert_eq!((of_deal.total, owed(&of_deal.sums)), (2, owed(&sums(None).await)));
        pay(&shop, &shop.finance, first, PaymentKind::Refund, "400").await.unwrap();
        assert_eq!(backs(&sums(None).await), [(Currency::Cny, 0)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_another_kind_do_not_move_the_next_number() {
    each(async |shop: Shop| {
        let save = async |number: &str| {
            let form = ContractForm { number: number.into(), ..new_form(shop.deals[0], "1") };
            let id = shop.store.save_contract(&shop.ada, new_request(), form, whole_units).await.unwrap();
            seen(&shop, id).await.row.number
        };
        assert_eq!(save("").await, "2026-0001");
        for typed in ["2026-4294967295", "2026-20260615", "2026-77", "2026-+123", "2026-00x9", "2025-0900"] {
            assert_eq!(save(typed).await, typed);
        }
        assert_eq!(save("").await, "2026-0002");
        assert_eq!(save("2026-0040").await, "2026-0040");
        assert_eq!(save("").await, "2026-0041");
        save("2026-999999").await;
        assert_eq!(
            (save("").await, save("").await),
            ("2026-1000000".into(), "2026-1000001".into()),
            "a number that is taken is passed over"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_visits_every_contract_once_and_numbers_go_on() {
    each(async |shop: Shop| {
        for i in 0..57 {
            // Amounts neither in the order of time nor all different.
            let amount = (i * 23 % 19 + 1).to_string();
            let id = shop.store.save_contract(&shop.ada, new_request(), new_form(shop.deals[0], &amount), whole_units).await.unwrap();
            if i % 3 == 0 {
                let form = PlanForm { id: id.to_string(), version: 1, lines: lines(&[(i % 7, &amount)]), ..PlanForm::default() };
                shop.store.save_plan(&shop.ada, new_request(), form, whole_units).await.unwrap();
                set(&shop, &shop.ada, id, ContractStatus::Signed, "").await.unwrap();
            }
        }
        for &column in ContractSort::ALL {
            for descending in [false, true] {
                let (mut rows, mut after) = (Vec::<ContractRow>::new(), None::<String>);
                loop {
                    let list = shop
                        .store
                        .contracts(&shop.ada, &ContractFilter::default(), Sort { column, descending }, after.as_deref())
                        .await
                        .unwrap();
                    rows.extend(list.page.rows);
                    after = list.page.next;
                    if after.is_none() {
                        break;
                    }
                }
                let ids: HashSet<_> = rows.iter().map(|row| row.id).collect();
                assert_eq!((rows.len(), ids.len()), (57, 57), "{column} {descending}");
                let in_order = |two: &[ContractRow]| {
                    let (a, b) = (&two[0], &two[1]);
                    let by = match column {
                        ContractSort::Updated => a.updated_at.cmp(&b.updated_at),
                        // Numbers are given in the order in which contracts are made.
                        ContractSort::Created | ContractSort::Number => a.number.cmp(&b.number),
                        ContractSort::Amount => a.amount.minor.cmp(&b.amount.minor),
                        // Those without a day come last, in either order.
                        ContractSort::Due => match (a.next_due_on, b.next_due_on) {
                            (Some(a), Some(b)) => a.cmp(&b),
                            (Some(_), None) => return true,
                            (None, Some(_)) => return false,
                            (None, None) => Ordering::Equal,
                        },
                    };
                    let by = by.then(a.id.0.cmp(&b.id.0));
                    if descending { by.is_gt() } else { by.is_lt() }
                };
                assert!(rows.windows(2).all(in_order), "{column} {descending}");
            }
        }
        let filter = ContractFilter { text: "2026-0057".into(), ..ContractFilter::default() };
        assert_eq!(listed(&shop, &shop.ada, &filter).await.len(), 1, "the last number of the year");
        let again = ContractForm { number: "2026-0057".into(), ..new_form(shop.deals[0], "1") };
        assert_eq!(refusals(shop.store.save_contract(&shop.ada, new_request(), again, whole_units).await), ["number: taken"]);
        // A lost deal gets none.
        let lost = Closing::Lost { reason: domain::pipeline::LostReason::Price, note: String::new(), competitor: String::new() };
        let command = MoveDeal { closing: Some(lost), ..shop.to(shop.deals[0], 0).await };
        shop.store.move_deal(&shop.ada, command).await.unwrap();
        assert_eq!(
            refusals(shop.store.save_contract(&shop.ada, new_request(), new_form(shop.deals[0], "1"), whole_units).await),
            [": closed_deal"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_payment_is_booked_once() {
    each(async |shop: Shop| {
        let id = signed(&shop, &shop.ada, shop.deals[0], "1000", &[(0, "1000")]).await;
        let version = seen(&shop, id).await.version;
        let (request, form) = (new_request(), PaymentForm { id: id.to_string(), version, amount: "10".into(), ..PaymentForm::default() });
        for _ in 0..2 {
            shop.store.record_payment(&shop.finance, request, form.clone(), whole_units).await.unwrap();
        }
        assert_eq!(seen(&shop, id).await.payments.len(), 1);
        // Two who write down one payment at once: the second is told.
        let said = shop.store.record_payment(&shop.admin, new_request(), form, whole_units).await;
        assert_eq!(stale(said), ("Fay Finance".into(), version + 1));
    })
    .await;
}
