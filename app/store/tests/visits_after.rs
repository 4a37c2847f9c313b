//! Return visits after a win and after a low score, on real databases: when they are due, who
//! makes them, that a contact is the visit, and that all pages agree.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{DAY, Shop, assert_not_found, day, deal_form, each};
use chrono::NaiveDate;
use domain::customers::Tier;
use domain::home::{HomeQuery, Listed, Rows};
use domain::ids::{CustomerId, PlanId, SurveyId};
use domain::pipeline::form::DealForm;
use domain::policy::Actor;
use domain::revisit::Escalation;
use domain::survey::answer::Low;
use domain::survey::form::{InviteForm, InviteLine, PlanForm, QuestionForm, SurveyForm};
use domain::survey::house;
use domain::survey::view::PlanFilter;
use domain::tiers::board::TierFilter;
use domain::tiers::settings::TierForm;
use domain::tiers::{Asks, Breach, Occasion};
use domain::visits::view::{Layout, VisitFilter, VisitRow};
use domain::work::FollowUpForm;
use store::{Store, new_request};

async fn row(store: &Store, by: &Actor, customer: CustomerId) -> VisitRow {
    let list = store.visits(by, &VisitFilter::default(), None, None).await.unwrap();
    list.page.rows.into_iter().find(|row| row.customer == customer).unwrap()
}

async fn call(store: &Store, by: &Actor, customer: CustomerId) {
    let form = FollowUpForm { customer: customer.to_string(), kind: "call".into(), content: "Hello".into(), ..FollowUpForm::default() };
    store.log_follow_up(by, new_request(), form).await.unwrap();
}

async fn survey(shop: &Shop) -> SurveyId {
    let questions = house().iter().map(QuestionForm::of).collect();
    let form = SurveyForm { title_zh: "甲".into(), title_en: "Service".into(), questions, act: "publish".into(), ..SurveyForm::default() };
    shop.store.save_survey(&shop.lead, new_request(), form).await.unwrap()
}

/// An answer of two stars.
async fn low(shop: &Shop, survey: SurveyId, customer: CustomerId, anonymous: bool) {
    let line = InviteLine { on: "1".into(), customer: customer.to_string(), ..InviteLine::default() };
    let form = InviteForm { id: survey.to_string(), lines: vec![line], ..InviteForm::default() };
    let token = shop.store.invite(&shop.admin, new_request(), form).await.unwrap().remove(0);
    let typed = [("q1", "2"), ("q3", "4"), ("q4", "slow")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    shop.store.answer_link(&token, "192.0.2.1", typed, anonymous).await.unwrap();
}

async fn give(shop: &Shop, plan: PlanId, to: &Actor) {
    let version = shop.store.survey_plan(&shop.admin, plan).await.unwrap().version;
    let form = PlanForm { id: plan.to_string(), version, action: "x".into(), owner: to.id.to_string(), ..PlanForm::default() };
    shop.store.save_plan_of_survey(&shop.admin, new_request(), form).await.unwrap();
}

const fn won(on: NaiveDate) -> Asks {
    Asks::After(Occasion::Win { on })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_win_asks_for_a_visit_on_all_pages_until_a_contact() {
    each(async |shop: Shop| {
        let a = shop.customers[0];
        shop.win(&shop.ada, shop.deals[0], 100_000, DAY).await;
        call(&shop.store, &shop.ada, a).await;
        // A Wednesday and seven days.
        let found = row(&shop.store, &shop.ada, a).await;
        assert_eq!((found.asks, found.due, found.last), (won(DAY), day(7), Some(DAY)), "a call of the day was not after it");
        assert!(found.channels.is_empty() && found.level.is_none());

        let late = shop.later(9).await;
        let found = row(&late, &shop.ada, a).await;
        assert_eq!((found.overdue_days, found.level), (2, Some(Escalation::Owner)));
        assert_eq!(row(&shop.later(14).await, &shop.ada, a).await.level, Some(Escalation::Manager));
        assert_eq!(row(&shop.later(21).await, &shop.ada, a).await.told[0].0, shop.director.id);
        let calendar = late.visit_calendar(&shop.ada, &VisitFilter::default(), Layout::Month, Some(day(7))).await.unwrap();
        let cell = calendar.days.iter().find(|cell| cell.on == day(7)).unwrap();
        assert_eq!(cell.rows.iter().map(|row| (row.customer, row.asks)).collect::<Vec<_>>(), [(a, won(DAY))]);
        let query = HomeQuery { list: Some(Listed::Contacts), ..HomeQuery::default() };
        let Rows::Contacts(rows) = late.home(&shop.ada, &query).await.unwrap().rows else { panic!("contacts") };
        assert_eq!(rows.iter().map(|row| (row.customer, row.asks, row.due)).collect::<Vec<_>>(), [(a, won(DAY), day(7))]);
        let page = late.customer(&shop.ada, a).await.unwrap();
        assert_eq!((page.due, page.asks), (Some(day(7)), Some(won(DAY))));
        let breach = Breach::AfterOverdue { win: true, due: day(7), days: 2, told: Escalation::Owner };
        assert_eq!(page.breaches, std::slice::from_ref(&breach));
        let board = late.tier_board(&shop.ada, &TierFilter { late: true, ..TierFilter::default() }, 500).await.unwrap();
        let cards: Vec<_> = board.columns.iter().flat_map(|column| &column.cards).map(|card| card.breaches.clone()).collect();
        assert_eq!(cards, [vec![breach]]);

        // The contact is the visit, and the second is due a month after the win.
        call(&late, &shop.service, a).await;
        let found = row(&late, &shop.ada, a).await;
        // Whoever first comes: the tier's 30 days after the call are later.
        assert_eq!((found.asks, found.overdue_days), (Asks::Every(30), 0), "after the day of the first, the call is both");
        assert_eq!(late.customer(&shop.ada, a).await.unwrap().breaches, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_is_asked_for_a_visit_after_a_win_of_a_colleague_and_told_its_day_alone() {
    each(async |shop: Shop| {
        let a = shop.customers[0];
        call(&shop.store, &shop.ada, a).await;
        let typed = DealForm { owner: shop.bob.id.to_string(), ..deal_form(a, "Beside", "10") };
        let beside = shop.save_deal(&shop.admin, typed).await;
        shop.win(&shop.bob, beside, 1_000, DAY).await;
        assert_not_found(shop.store.deal(&shop.ada, beside).await);
        for by in [&shop.ada, &shop.lead, &shop.admin] {
            let found = row(&shop.store, by, a).await;
            assert_eq!((found.asks, found.due, found.owner), (won(DAY), day(7), shop.ada.id), "{}", by.name);
        }
        let page = shop.store.customer(&shop.ada, a).await.unwrap();
        assert_eq!((page.asks, page.closed_deals.len()), (Some(won(DAY)), 0));
        // Whose customer it is not is told nothing at all.
        assert_not_found(shop.store.customer(&shop.bob, a).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_in_time_leaves_the_second_visit() {
    each(async |shop: Shop| {
        let a = shop.customers[0];
        shop.win(&shop.ada, shop.deals[0], 100_000, DAY).await;
        let store = shop.later(3).await;
        call(&store, &shop.ada, a).await;
        // 30 days after the win is a Friday; by the tier it would be three days later, a Monday.
        let found = row(&store, &shop.ada, a).await;
        assert_eq!((found.asks, found.due), (won(DAY), day(30)));
        // Set off, only the interval is left; a form without the fields sets it off too.
        let tier = |store: &Store| {
            let (store, admin) = (store.clone(), shop.admin.clone());
            async move { store.tier_settings(&admin).await.unwrap().into_iter().find(|one| one.tier == Tier::Potential).unwrap().form() }
        };
        let off = TierForm { after_again: "0".into(), ..tier(&store).await };
        store.save_tier(&shop.admin, new_request(), off).await.unwrap();
        assert_eq!(row(&store, &shop.ada, a).await.asks, Asks::Every(30));
        let set = TierForm { after_win: "5".into(), after_again: "20".into(), ..tier(&store).await };
        store.save_tier(&shop.admin, new_request(), set).await.unwrap();
        let found = row(&store, &shop.ada, a).await;
        assert_eq!((found.asks, found.due), (won(DAY), day(20)));
        // A win that was taken back asks for nothing.
        shop.store
            .move_deal(&shop.ada, domain::pipeline::moves::MoveDeal { reason: "not yet".into(), ..shop.to(shop.deals[0], 0).await })
            .await
            .unwrap();
        assert_eq!(row(&store, &shop.ada, a).await.asks, Asks::Every(30));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_low_score_is_visited_by_whose_plan_it_is() {
    each(async |shop: Shop| {
        let a = shop.customers[0];
        let survey = survey(&shop).await;
        call(&shop.store, &shop.ada, a).await;
        low(&shop, survey, a, false).await;
        let two = Some(Low::Csat(2));
        let score = |low| Asks::After(Occasion::Score { on: DAY, low });
        let found = row(&shop.store, &shop.ada, a).await;
        assert_eq!((found.asks, found.due, found.owner), (score(two), day(2), shop.ada.id), "two workdays, the call was before");
        let late = shop.later(5).await;
        let found = row(&late, &shop.lead, a).await;
        assert_eq!((found.overdue_days, found.told[0].0), (3, shop.ada.id));
        assert!(late.customer(&shop.ada, a).await.unwrap().breaches.iter().any(|b| matches!(b, Breach::AfterOverdue { win: false, .. })));

        // Given to a colleague, the visit is theirs; the owner is no more told the score.
        let plan = shop.store.survey_plans(&shop.lead, &PlanFilter::default()).await.unwrap().rows[0].id;
        give(&shop, plan, &shop.bob).await;
        let found = row(&late, &shop.lead, a).await;
        assert_eq!((found.asks, found.owner, found.told[0].0), (score(two), shop.bob.id, shop.bob.id));
        assert_eq!(row(&late, &shop.ada, a).await.asks, score(None), "of a plan that is not hers only that it is");
        let of = async |owner: &Actor| -> Vec<(CustomerId, Asks)> {
            let filter = VisitFilter { owner: Some(owner.id), ..VisitFilter::default() };
            let list = late.visits(&shop.lead, &filter, None, None).await.unwrap();
            list.page.rows.iter().map(|row| (row.customer, row.asks)).collect()
        };
        assert_eq!(of(&shop.ada).await, [(a, Asks::Every(30))], "her own visit, by the interval");
        let bobs = of(&shop.bob).await;
        assert!(bobs.contains(&(a, score(two))) && bobs.iter().any(|(id, _)| *id == shop.customers[1]), "{bobs:?}");
        // Finance reads customers and no answers.
        let page = late.customer(&shop.finance, a).await.unwrap();
        assert!(page.breaches.is_empty() && page.asks == Some(Asks::Every(30)), "{:?}", page.asks);

        // A call later on the same day is the visit.
        call(&late, &shop.ada, a).await;
        assert_eq!(row(&late, &shop.lead, a).await.asks, Asks::Every(30));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_at_once_counts_and_an_anonymous_answer_asks_for_nothing() {
    each(async |shop: Shop| {
        let survey = survey(&shop).await;
        let [a, b, ..] = shop.customers;
        low(&shop, survey, a, false).await;
        call(&shop.store, &shop.ada, a).await;
        assert_eq!(row(&shop.store, &shop.ada, a).await.asks, Asks::Every(30), "called on the same day, after the answer");
        low(&shop, survey, b, true).await;
        assert_eq!(row(&shop.store, &shop.bob, b).await.asks, Asks::Every(30));
        assert_eq!(shop.sql().await.count("survey_plan").await, 1);
        // A plan that is closed asks for nothing any more.
        let c = shop.customers[2];
        low(&shop, survey, c, false).await;
        assert!(matches!(row(&shop.store, &shop.cai, c).await.asks, Asks::After(_)));
        let plan = shop.store.survey_plans(&shop.cai, &PlanFilter::default()).await.unwrap().rows[0].id;
        for (version, to) in [(1, "acting"), (2, "closed")] {
            let form = PlanForm { id: plan.to_string(), version, to: to.into(), action: "x".into(), ..PlanForm::default() };
            shop.store.save_plan_of_survey(&shop.cai, new_request(), form).await.unwrap();
        }
        assert_eq!(row(&shop.store, &shop.cai, c).await.asks, Asks::Every(30));
    })
    .await;
}
