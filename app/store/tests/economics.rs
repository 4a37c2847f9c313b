//! Customer economics and health on real databases: every number has its customers, costs
//! are the company's, and parts that are not known are left out.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Shop, assert_denied, day, each, refusals, stale, whole_units};
use domain::customers::CustomerForm;
use domain::economics::costs::{CostForm, MarginForm};
use domain::economics::history::EconomicsSet;
use domain::economics::report::{EconomicsBy, EconomicsQuery, EconomicsReport};
use domain::health::{HealthPart, HealthWeights, WeightsForm};
use domain::ids::CustomerId;
use domain::pipeline::Source;
use domain::policy::Actor;
use domain::tiers::board::TierFilter;
use store::{Store, new_request};

async fn report(store: &Store, by: &Actor, query: EconomicsQuery) -> EconomicsReport {
    store.economics(by, &query).await.unwrap()
}

async fn order(shop: &Shop, by: &Actor, customer: CustomerId, amount: i64, ago: i64) {
    let id = shop.deal(by, customer, "an order", "1000").await;
    shop.win(by, id, amount * 100, day(-ago)).await;
}

fn cost(month: &str, channel: &str, amount: &str) -> CostForm {
    CostForm { month: month.into(), channel: channel.into(), amount: amount.into(), ..CostForm::default() }
}

/// Alpha was kept, Beta is lost, Gamma is new and came by a fair.
async fn orders(shop: &Shop) {
    let [alpha, beta, ..] = shop.customers;
    order(shop, &shop.ada, alpha, 500, 400).await;
    order(shop, &shop.ada, alpha, 300, 100).await;
    order(shop, &shop.ada, alpha, 200, 10).await;
    order(shop, &shop.bob, beta, 400, 390).await;
    let form = CustomerForm { name: "Fair Field".into(), source: "expo".into(), industry: "Food".into(), ..CustomerForm::default() };
    let fair = shop.store.save_customer(&shop.cai, new_request(), form).await.unwrap();
    order(shop, &shop.cai, fair, 700, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_has_its_customers() {
    each(async |shop| {
        orders(&shop).await;
        let all = report(&shop.store, &shop.admin, EconomicsQuery::default()).await;
        let moves = all.all.moves;
        assert_eq!((moves.start, moves.lost_of_start, moves.new, all.all.kept, all.all.end), (2, 1, 1, 1, 2));
        assert_eq!((all.all.churn.churn_bp, all.all.buyers, all.all.repeat), (Some(5_000), 2, 1));
        assert!(all.running && all.sees_costs);
        let count = |set: EconomicsSet| match set {
            EconomicsSet::Start => moves.start,
            EconomicsSet::Lost => moves.lost_of_start,
            EconomicsSet::Kept => all.all.kept,
            EconomicsSet::New => moves.new,
            EconomicsSet::Early => moves.early_churn,
            EconomicsSet::Back => all.all.back,
            EconomicsSet::End => all.all.end,
            EconomicsSet::Buyers => all.all.buyers,
            EconomicsSet::Repeat => all.all.repeat,
            EconomicsSet::YearStart => all.all.year_start,
            EconomicsSet::YearLost => all.all.year_lost,
        };
        for set in EconomicsSet::ALL {
            let query = EconomicsQuery { set: Some(*set), ..EconomicsQuery::default() };
            let rows = report(&shop.store, &shop.admin, query).await.rows.unwrap();
            assert_eq!((rows.total, rows.rows.len()), (count(*set), usize::try_from(count(*set)).unwrap()), "{set}");
        }
        for by in EconomicsBy::ALL {
            let split = report(&shop.store, &shop.admin, EconomicsQuery { by: Some(*by), ..EconomicsQuery::default() }).await;
            assert_eq!(split.groups.iter().map(|group| group.end).sum::<i64>(), all.all.end, "{by}");
            for group in &split.groups {
                let query = EconomicsQuery {
                    by: Some(*by),
                    group: group.group.clone().filter(|code| !code.is_empty()),
                    set: Some(EconomicsSet::End),
                    ..EconomicsQuery::default()
                };
                if query.group.is_some() {
                    let rows = report(&shop.store, &shop.admin, query).await.rows.unwrap();
                    assert_eq!(rows.total, group.end, "{by} {:?}", group.group);
                }
            }
        }
        // Everybody sees their own customers, and nobody without deals sees any.
        assert_eq!(report(&shop.store, &shop.ada, EconomicsQuery::default()).await.all.moves.start, 1);
        assert_eq!(report(&shop.store, &shop.lead, EconomicsQuery::default()).await.all.moves.new, 0);
        assert_denied(shop.store.economics(&shop.hr, &EconomicsQuery::default()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn costs_are_the_companys_and_are_written_down_by_finance() {
    each(async |shop| {
        orders(&shop).await;
        let save = async |by: &Actor, form: CostForm| shop.store.save_cost(by, new_request(), form, whole_units).await;
        for by in [&shop.director, &shop.ada, &shop.service, &shop.hr] {
            assert_denied(save(by, cost("2026-05", "expo", "900")).await);
            assert_denied(shop.store.costs(by, None).await);
            assert_denied(shop.store.save_margin(by, new_request(), MarginForm::default()).await);
        }
        let none = report(&shop.store, &shop.admin, EconomicsQuery::default()).await;
        assert!(none.all.money.iter().all(|money| money.cac_minor.is_none() && money.ltv.is_none()));
        assert_eq!(save(&shop.finance, cost("2026-05", "expo", "900")).await.unwrap(), 2026);
        assert_eq!(save(&shop.finance, cost("2026-03", "expo", "5000")).await.unwrap(), 2026);
        assert_eq!(refusals(save(&shop.finance, cost("2026-06", "expo", "1")).await), ["month: date_in_future"]);
        let (by, version) = stale(save(&shop.admin, cost("2026-05", "expo", "800")).await);
        assert_eq!((by.as_str(), version), ("Fay Finance", 1));
        let margin = MarginForm { margin: "40".into(), ..MarginForm::default() };
        assert_eq!(shop.store.save_margin(&shop.finance, new_request(), margin.clone()).await.unwrap(), 1);
        stale(shop.store.save_margin(&shop.admin, new_request(), margin).await);

        let found = report(&shop.store, &shop.admin, EconomicsQuery { by: Some(EconomicsBy::Source), ..EconomicsQuery::default() }).await;
        let money = &found.all.money[0];
        assert_eq!((money.cost_minor, money.cac_minor), (Some(90_000), Some(90_000)), "of the quarter, for one new customer");
        // 1,200 of two customers in a year; half of last year's are gone.
        assert_eq!((money.year_minor, money.arpa_minor, found.all.year_churn_bp), (120_000, Some(60_000), Some(5_000)));
        assert_eq!((money.ltv.unwrap().minor, money.ltv_cac_x100), (48_000, Some(53)));
        let expo = found.groups.iter().find(|group| group.group.as_deref() == Some(Source::Expo.code())).unwrap();
        assert_eq!(expo.money[0].cac_minor, Some(90_000));
        // A part of the customers says nothing of what all of them cost.
        let part = report(&shop.store, &shop.director, EconomicsQuery::default()).await;
        assert!(!part.sees_costs && part.all.money.iter().all(|money| money.cost_minor.is_none()));

        let page = shop.store.costs(&shop.finance, None).await.unwrap();
        assert_eq!((page.months.len(), page.margin_bp), (2, Some(4_000)));
        let gone = CostForm { version: 1, amount: String::new(), ..cost("2026-05", "expo", "") };
        save(&shop.finance, gone).await.unwrap();
        assert_eq!(shop.store.costs(&shop.finance, Some(2026)).await.unwrap().months.len(), 1);
        assert_eq!(refusals(save(&shop.finance, cost("2026-05", "expo", "")).await), ["amount: required"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_of_what_is_known() {
    each(async |shop| {
        orders(&shop).await;
        let [alpha, ..] = shop.customers;
        let page = shop.store.customer(&shop.ada, alpha).await.unwrap();
        let score = |part: HealthPart| page.health.parts.iter().find(|known| known.part == part).unwrap().score;
        assert_eq!((score(HealthPart::Contact), score(HealthPart::Orders)), (Some(100), Some(100)));
        assert_eq!((score(HealthPart::Payment), score(HealthPart::Satisfaction)), (None, None), "nothing is known of these");
        assert_eq!(page.health.score, Some(100));
        // The board says the same as the page, whoever looks.
        for by in [&shop.ada, &shop.admin, &shop.finance] {
            let board = shop.store.tier_board(by, &TierFilter::default(), 50).await.unwrap();
            for card in board.columns.iter().flat_map(|column| &column.cards) {
                assert_eq!(shop.store.customer(by, card.id).await.unwrap().health, card.health);
            }
        }
        // Nobody was in touch for twice as long as was promised.
        let later = shop.later(75).await;
        assert_eq!(later.customer(&shop.ada, alpha).await.unwrap().health.parts[0].score, Some(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_parts_of_health_count_is_the_administrators() {
    each(async |shop| {
        orders(&shop).await;
        let (store, [alpha, ..]) = (&shop.store, shop.customers);
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance, &shop.hr] {
            assert_denied(store.health_weights(by).await);
            assert_denied(store.save_health_weights(by, new_request(), WeightsForm::default()).await);
        }
        let house = store.health_weights(&shop.admin).await.unwrap();
        assert_eq!(house, WeightsForm::of(&HealthWeights::HOUSE, 0));
        let wrong = WeightsForm { orders: "16".into(), ..house.clone() };
        assert_eq!(refusals(store.save_health_weights(&shop.admin, new_request(), wrong).await), ["contact: weights_not_whole"]);
        // Nobody was in touch for a long time, and orders are as many as before.
        let later = shop.later(75).await;
        let score = async || later.customer(&shop.ada, alpha).await.unwrap().health;
        let before = score().await;
        let set =
            WeightsForm { contact: "0".into(), payment: "45".into(), satisfaction: "30".into(), orders: "25".into(), ..house.clone() };
        let request = new_request();
        assert_eq!(store.save_health_weights(&shop.admin, request, set.clone()).await.unwrap(), 1);
        assert_eq!(store.save_health_weights(&shop.admin, request, set.clone()).await.unwrap(), 1, "sent twice, written once");
        assert_eq!(stale(store.save_health_weights(&shop.admin, new_request(), set.clone()).await).1, 1);
        let after = score().await;
        assert_eq!((after.score, after.weights.orders), (after.parts[3].score, 25), "contact counts nothing any more");
        assert!(before.score < after.score, "{before:?} {after:?}");
        assert_eq!(shop.sql().await.rows("SELECT id FROM audit WHERE entity = 'health_setting'", &[]).await.len(), 1);
    })
    .await;
}
