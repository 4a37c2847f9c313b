//! Each condition of a filter, on the list and on the board alike.

use crate::common::{DAY, Shop, day, deal_form, each, whole_units};
use domain::customers::{CustomerForm, Tier};
use domain::ids::{DealId, ProductId};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::form::DealForm;
use domain::pipeline::moves::{Closing, MoveDeal};
use domain::pipeline::{LostReason, NextStep, Outcome, Source};
use domain::settings::ProductForm;
use store::new_request;

/// Named deals that differ in everything a filter can ask for.
struct Deals {
    shop: Shop,
    pump: ProductId,
    named: Vec<(&'static str, DealId)>,
}

impl Deals {
    async fn of(shop: Shop) -> Self {
        let product = ProductForm { code: "P".into(), name_zh: "Pump".into(), price: "1".into(), active: true, ..ProductForm::default() };
        let pump = shop.store.save_product(&shop.admin, new_request(), product, whole_units).await.unwrap();
        let vip = CustomerForm {
            name: "恒澜 ＡＢＣ 100%_Co".into(),
            tier: "vip".into(),
            phone: "021-6888 0000".into(),
            ..CustomerForm::default()
        };
        let vip = shop.store.save_customer(&shop.ada, new_request(), vip).await.unwrap();
        let date = |on: chrono::NaiveDate| on.to_string();
        let vip_deal = DealForm {
            source: "expo".into(),
            product: pump.to_string(),
            expected_close_on: date(day(10)),
            next_on: date(DAY),
            ..deal_form(vip, "Big Line", "500000")
        };
        let vip_deal = shop.save_deal(&shop.ada, vip_deal).await;
        let late = DealForm { expected_close_on: date(day(20)), next_on: date(day(-1)), ..deal_form(shop.customers[0], "Late", "20") };
        let late = shop.save_deal(&shop.ada, late).await;
        let planned = DealForm { next_on: date(day(5)), ..deal_form(shop.customers[1], "Planned", "30") };
        let planned = shop.save_deal(&shop.bob, planned).await;
        shop.move_to(&shop.bob, planned, 2).await;
        let lost = shop.deal(&shop.cai, shop.customers[2], "Gone", "40").await;
        let closing = Some(Closing::Lost { reason: LostReason::Price, competitor: String::new(), note: String::new() });
        let command = MoveDeal { closing, ..shop.to(lost, 0).await };
        shop.store.move_deal(&shop.cai, command).await.unwrap();
        let [alpha, beta, gamma, delta] = shop.deals;
        let named = vec![
            ("alpha", alpha),
            ("beta", beta),
            ("gamma", gamma),
            ("delta", delta),
            ("vip", vip_deal),
            ("late", late),
            ("planned", planned),
            ("lost", lost),
        ];
        Self { shop, pump, named }
    }

    fn names(&self, ids: &[DealId]) -> Vec<&'static str> {
        self.named.iter().filter(|(_, id)| ids.contains(id)).map(|(name, _)| *name).collect()
    }

    /// What the list gives; and the board must give the open ones of these.
    async fn found(&self, filter: DealFilter) -> Vec<&'static str> {
        let Shop { store, admin, .. } = &self.shop;
        let listed = self.shop.listed(admin, &filter).await;
        let page = store
            .deals(admin, &filter, domain::page::Sort { column: domain::pipeline::DealSort::Amount, descending: true }, None)
            .await
            .unwrap();
        assert_eq!(page.total, i64::try_from(listed.len()).unwrap(), "the total is of the filtered set");
        let board = store.board(admin, &filter).await.unwrap();
        let mut on_board: Vec<DealId> = board.columns.iter().flat_map(|c| &c.cards).map(|c| c.id).collect();
        let counted: i64 = board.columns.iter().map(|c| c.summary.sums.count()).sum();
        assert_eq!(counted, i64::try_from(on_board.len()).unwrap(), "totals of the board count what passes");
        let mut open = Vec::new();
        for id in &listed {
            if self.shop.card(*id).await.outcome == Outcome::Open {
                open.push(*id);
            }
            assert_eq!(store.board_card(admin, &filter, *id).await.unwrap().map(|c| c.id), Some(*id));
        }
        // Which outcome and which stage are questions of lists alone.
        if filter.outcome.is_none() && filter.stage.is_none() {
            on_board.sort();
            open.sort();
            assert_eq!(on_board, open, "the board shows what the list shows");
        }
        self.names(&listed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_condition_narrows_list_and_board_alike() {
    each(async |shop: Shop| {
        let d = Deals::of(shop).await;
        let all = DealFilter::default;
        let text = |text: &str| DealFilter { text: text.into(), ..all() };
        let everything = ["alpha", "beta", "gamma", "delta", "vip", "late", "planned", "lost"];
        assert_eq!(d.found(all()).await, everything);
        let pipeline = d.shop.stages[0].pipeline;
        assert_eq!(d.found(DealFilter { pipeline: Some(pipeline), ..all() }).await, everything);

        assert_eq!(d.found(DealFilter { stage: Some(d.shop.stages[2].id), ..all() }).await, ["planned"]);
        assert_eq!(d.found(DealFilter { customer: Some(d.shop.customers[0]), ..all() }).await, ["alpha", "late"]);
        assert_eq!(d.found(DealFilter { owner: Some(d.shop.cai.id), ..all() }).await, ["gamma", "lost"]);
        assert_eq!(d.found(DealFilter { team: Some(d.shop.south_a), ..all() }).await, ["delta"]);
        assert_eq!(
            d.found(DealFilter { team: Some(d.shop.north), ..all() }).await,
            ["alpha", "beta", "gamma", "vip", "late", "planned", "lost"]
        );
        assert_eq!(d.found(DealFilter { tier: Some(Tier::Vip), ..all() }).await, ["vip"]);
        assert_eq!(d.found(DealFilter { source: Some(Source::Expo), ..all() }).await, ["vip"]);
        assert_eq!(d.found(DealFilter { product: Some(d.pump), ..all() }).await, ["vip"]);
        assert_eq!(d.found(DealFilter { min_whole: Some(1_000), ..all() }).await, ["alpha", "beta", "gamma", "delta", "vip"]);
        assert_eq!(d.found(DealFilter { max_whole: Some(30), ..all() }).await, ["late", "planned"]);
        assert_eq!(d.found(DealFilter { min_whole: Some(30), max_whole: Some(40), ..all() }).await, ["planned", "lost"]);
        assert_eq!(d.found(DealFilter { close_from: Some(day(10)), ..all() }).await, ["vip", "late"]);
        assert_eq!(d.found(DealFilter { close_to: Some(day(10)), ..all() }).await, ["vip"]);
        assert_eq!(d.found(DealFilter { close_from: Some(day(11)), close_to: Some(day(19)), ..all() }).await, [""; 0]);
        let undated = DealFilter { undated: true, ..all() };
        assert_eq!(d.found(undated.clone()).await, ["alpha", "beta", "gamma", "delta", "planned", "lost"]);
        assert_eq!(d.found(DealFilter { owner: Some(d.shop.cai.id), ..undated }).await, ["gamma", "lost"]);
        assert_eq!(d.found(DealFilter { next: Some(NextStep::Due), ..all() }).await, ["vip"]);
        assert_eq!(d.found(DealFilter { next: Some(NextStep::Overdue), ..all() }).await, ["late"]);
        assert_eq!(d.found(DealFilter { next: Some(NextStep::Planned), ..all() }).await, ["planned"]);
        assert_eq!(
            d.found(DealFilter { next: Some(NextStep::None), ..all() }).await,
            ["alpha", "beta", "gamma", "delta"],
            "a closed deal has no next step to miss"
        );
        assert_eq!(d.found(DealFilter { outcome: Some(Outcome::Lost), ..all() }).await, ["lost"]);
        assert_eq!(d.found(DealFilter { outcome: Some(Outcome::Won), ..all() }).await, [""; 0]);

        assert_eq!(d.found(text("big LINE")).await, ["vip"], "the title");
        assert_eq!(d.found(text("beta tools")).await, ["beta", "planned"], "the customer");
        assert_eq!(d.found(text("恒澜")).await, ["vip"]);
        assert_eq!(d.found(text("abc")).await, ["vip"], "full width");
        assert_eq!(d.found(text("6888")).await, ["vip"], "the telephone");
        assert_eq!(d.found(text("100%_co")).await, ["vip"], "signs that SQL gives a meaning");
        assert_eq!(d.found(text("%")).await, ["vip"]);
        assert_eq!(d.found(text("a_p")).await, [""; 0]);
        assert_eq!(d.found(DealFilter { tier: Some(Tier::Vip), owner: Some(d.shop.bob.id), ..text("a") }).await, [""; 0], "all at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_never_widens_a_scope() {
    each(async |shop: Shop| {
        let filter = DealFilter { owner: Some(shop.dan.id), ..DealFilter::default() };
        assert!(shop.listed(&shop.ada, &filter).await.is_empty());
        let filter = DealFilter { team: Some(shop.south_a), ..DealFilter::default() };
        assert!(shop.listed(&shop.lead, &filter).await.is_empty());
        let board = shop.store.board(&shop.lead, &filter).await.unwrap();
        assert!(board.columns.iter().all(|c| c.cards.is_empty()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amount_is_asked_for_in_whole_units_of_each_currency() {
    each(async |shop: Shop| {
        let of = async |title: &str, amount: &str, currency: &str| {
            let form = DealForm { currency: currency.into(), ..deal_form(shop.customers[0], title, amount) };
            shop.store.save_deal(&shop.ada, store::new_request(), form, |text, _| text.parse().ok()).await.unwrap()
        };
        // In minor units: 5,000 yen, and 5,000 yuan.
        let yen = of("Yen", "5000", "JPY").await;
        let yuan = of("Yuan", "500000", "CNY").await;
        let found = async |min_whole, max_whole| {
            let filter = DealFilter { customer: Some(shop.customers[0]), min_whole, max_whole, ..DealFilter::default() };
            let mut found = shop.listed(&shop.ada, &filter).await;
            found.retain(|id| *id != shop.deals[0]);
            found.sort();
            found
        };
        let mut both = vec![yen, yuan];
        both.sort();
        assert_eq!(found(Some(5_000), None).await, both);
        assert_eq!(found(None, Some(5_000)).await, both);
        assert_eq!(found(Some(5_001), None).await, []);
        assert_eq!(found(None, Some(4_999)).await, []);
    })
    .await;
}
