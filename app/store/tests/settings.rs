//! What administrators set: people, units, products, stages.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod common;

use common::{Shop, actor, assert_denied, deal_form, each, person_form, refusals, stale, whole_units};
use domain::org::PersonForm;
use domain::policy::{Actor, Role};
use domain::settings::{ProductForm, StageForm};
use store::{StoreError, new_request};

/// A person's form as it is, for a change.
fn form(shop: &Shop, of: &Actor) -> PersonForm {
    let person = shop.store.org().unwrap().people[&of.id].person.clone();
    PersonForm {
        id: of.id.to_string(),
        name: person.name,
        email: person.email,
        role: person.role.code().into(),
        unit: person.unit.to_string(),
        password: String::new(),
        active: person.active,
        version: person.version,
    }
}

async fn save(shop: &Shop, by: &Actor, form: PersonForm) -> store::Result<domain::ids::UserId> {
    shop.store.save_person(by, new_request(), form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hr_manages_people_but_makes_and_changes_no_administrator() {
    each(async |shop: Shop| {
        let hired = save(&shop, &shop.hr, person_form("Pia Press", Role::Salesperson, shop.north_a)).await.unwrap();
        assert_eq!(actor(&shop.store, hired).role, Role::Salesperson);
        let admin = person_form("Eve Evil", Role::Administrator, shop.north_a);
        assert_eq!(refusals(save(&shop, &shop.hr, admin).await), ["role: forbidden"]);
        let raised = PersonForm { role: Role::Administrator.code().into(), ..form(&shop, &shop.ada) };
        assert_eq!(refusals(save(&shop, &shop.hr, raised.clone()).await), ["role: forbidden"]);
        let taken = PersonForm { password: "a new password".into(), ..form(&shop, &shop.admin) };
        assert_eq!(refusals(save(&shop, &shop.hr, taken).await), ["role: forbidden"]);
        save(&shop, &shop.admin, raised).await.unwrap();
        assert_eq!(actor(&shop.store, shop.ada.id).role, Role::Administrator);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_manage_no_people() {
    each(async |shop: Shop| {
        for by in [&shop.director, &shop.ada, &shop.service, &shop.finance] {
            assert_denied(save(&shop, by, person_form("Pia Press", Role::Salesperson, shop.north_a)).await);
            assert_denied(shop.store.add_unit(by, new_request(), &shop.north.to_string(), "X").await);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_takes_the_chair_from_under_themselves() {
    each(async |shop: Shop| {
        let off = PersonForm { active: false, ..form(&shop, &shop.admin) };
        assert_eq!(refusals(save(&shop, &shop.admin, off).await), ["role: not_yourself"]);
        let down = PersonForm { role: Role::Hr.code().into(), ..form(&shop, &shop.admin) };
        assert_eq!(refusals(save(&shop, &shop.admin, down).await), ["role: not_yourself"]);
        let renamed = PersonForm { name: "Amy Adams".into(), ..form(&shop, &shop.admin) };
        save(&shop, &shop.admin, renamed).await.unwrap();
        assert_eq!(shop.store.org().unwrap().name_of(shop.admin.id), "Amy Adams");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_address_belongs_to_one_person() {
    each(async |shop: Shop| {
        let twin = PersonForm { email: "ADA@example.com".into(), ..person_form("Ada Other", Role::Service, shop.north_a) };
        assert_eq!(refusals(save(&shop, &shop.admin, twin).await), ["email: taken"]);
        let moved = PersonForm { email: "ada@example.com".into(), ..form(&shop, &shop.bob) };
        assert_eq!(refusals(save(&shop, &shop.admin, moved).await), ["email: taken"]);
        let lost = PersonForm { unit: shop.deals[0].to_string(), ..form(&shop, &shop.bob) };
        assert_eq!(refusals(save(&shop, &shop.admin, lost).await), ["unit: unknown_value"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_form_of_a_person_is_refused_and_says_who_was_faster() {
    each(async |shop: Shop| {
        let old = form(&shop, &shop.ada);
        save(&shop, &shop.hr, PersonForm { name: "Ada Berg".into(), ..old.clone() }).await.unwrap();
        let (by, version) = stale(save(&shop, &shop.admin, old).await);
        assert_eq!((by.as_str(), version), ("Hal Hr", 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_changes_the_team_sees_with_the_new_teams_eyes() {
    each(async |shop: Shop| {
        let moved = PersonForm { unit: shop.south_a.to_string(), ..form(&shop, &shop.lead) };
        save(&shop, &shop.admin, moved).await.unwrap();
        let lead = actor(&shop.store, shop.lead.id);
        assert!(shop.store.deal(&lead, shop.deals[3]).await.is_ok());
        assert!(matches!(shop.store.deal(&lead, shop.deals[0]).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_unit_is_below_its_parent_at_once() {
    each(async |shop: Shop| {
        let unit = shop.store.add_unit(&shop.admin, new_request(), &shop.north_a.to_string(), "North A1").await.unwrap();
        assert!(actor(&shop.store, shop.director.id).units_below.contains(&unit));
        assert!(!actor(&shop.store, shop.dan.id).units_below.contains(&unit));
        let nowhere = shop.store.add_unit(&shop.admin, new_request(), &shop.deals[0].to_string(), "").await;
        assert_eq!(refusals(nowhere), ["name: required", "parent: unknown_value"]);
    })
    .await;
}

fn pump() -> ProductForm {
    ProductForm {
        code: "P-1".into(),
        name_zh: "泵".into(),
        name_en: "Pump".into(),
        price: "120".into(),
        vat: "13".into(),
        active: true,
        ..ProductForm::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_are_set_by_administrators_and_read_by_all() {
    each(async |shop: Shop| {
        let (store, admin) = (&shop.store, &shop.admin);
        assert_denied(store.save_product(&shop.director, new_request(), pump(), whole_units).await);
        let id = store.save_product(admin, new_request(), pump(), whole_units).await.unwrap();
        let known = store.products(&shop.ada).await.unwrap();
        assert_eq!((known.len(), known[0].id, known[0].price.minor, known[0].version), (1, id, 12_000, 1));
        assert_eq!(refusals(store.save_product(admin, new_request(), pump(), whole_units).await), ["code: taken"]);

        assert_denied(store.product_form(&shop.ada, id).await);
        let form = store.product_form(admin, id).await.unwrap();
        assert_eq!((form.vat.as_str(), form.price.as_str()), ("13", "12000"));
        let renamed = ProductForm { name_en: "Big pump".into(), active: false, price: "130".into(), ..form.clone() };
        store.save_product(admin, new_request(), renamed, whole_units).await.unwrap();
        let known = store.products(admin).await.unwrap();
        assert_eq!((known[0].name_en.as_str(), known[0].active, known[0].version), ("Big pump", false, 2));
        let (by, version) = stale(store.save_product(admin, new_request(), form, whole_units).await);
        assert_eq!((by.as_str(), version), ("Amy Admin", 2));
    })
    .await;
}

/// The form of the second stage.
async fn lead_stage(shop: &Shop) -> StageForm {
    shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[1].form()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_stage_holds_for_deals_that_enter_it_from_then_on() {
    each(async |shop: Shop| {
        let old = shop.move_to(&shop.ada, shop.deals[0], 1).await;
        assert_eq!(old.probability_bp, 1_000);
        let changed =
            StageForm { name_en: "Qualified".into(), probability: "12.5".into(), sla_days: String::new(), ..lead_stage(&shop).await };
        shop.store.save_stage(&shop.admin, new_request(), changed).await.unwrap();
        let stage = shop.store.stages().await.unwrap().stages[1].clone();
        assert_eq!((stage.name_en.as_str(), stage.probability_bp, stage.sla_days), ("Qualified", 1_250, None));
        let board = shop.store.board(&shop.admin, &domain::pipeline::filter::DealFilter::default()).await.unwrap();
        assert_eq!(board.columns[1].stage.name_en, "Qualified");
        assert_eq!(shop.card(shop.deals[0]).await.probability_bp, 1_000, "an open deal keeps what it took over");
        assert_eq!(shop.move_to(&shop.bob, shop.deals[1], 1).await.probability_bp, 1_250);
        // Nor does saving the old deal's form rewrite it.
        let form = shop.store.deal_form(&shop.ada, shop.deals[0]).await.unwrap();
        shop.store.save_deal(&shop.ada, new_request(), form, |text, _| text.parse().ok()).await.unwrap();
        assert_eq!(shop.card(shop.deals[0]).await.probability_bp, 1_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages_are_set_by_administrators_from_the_version_they_saw() {
    each(async |shop: Shop| {
        assert_denied(shop.store.pipelines(&shop.director).await);
        let form = lead_stage(&shop).await;
        assert_denied(shop.store.save_stage(&shop.director, new_request(), form.clone()).await);
        shop.store.save_stage(&shop.admin, new_request(), form.clone()).await.unwrap();
        assert_eq!(stale(shop.store.save_stage(&shop.admin, new_request(), form).await), ("Amy Admin".into(), 2));
        let wrong = StageForm { probability: "101".into(), ..lead_stage(&shop).await };
        assert_eq!(refusals(shop.store.save_stage(&shop.admin, new_request(), wrong).await), ["probability: not_a_percentage"]);
        assert_eq!(shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[1].version, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_won_stage_stays_certain() {
    each(async |shop: Shop| {
        let form = shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[4].form();
        let form = StageForm { probability: "50".into(), forecast: "omitted".into(), name_en: "Closed won".into(), ..form };
        shop.store.save_stage(&shop.admin, new_request(), form).await.unwrap();
        let stage = shop.store.stages().await.unwrap().stages[4].clone();
        assert_eq!((stage.name_en.as_str(), stage.probability_bp, stage.forecast.code()), ("Closed won", 10_000, "closed"));
        let deal = shop.save_deal(&shop.ada, deal_form(shop.customers[0], "X", "1")).await;
        assert_eq!(shop.win(&shop.ada, deal, 5, common::DAY).await.probability_bp, 10_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_works_on_goes_along_to_another_team() {
    each(async |shop: Shop| {
        let won = shop.deal(&shop.ada, shop.customers[0], "Old order", "10").await;
        shop.win(&shop.ada, won, 1_000, common::DAY).await;
        let moved = PersonForm { unit: shop.south_a.to_string(), ..form(&shop, &shop.ada) };
        save(&shop, &shop.admin, moved).await.unwrap();
        let seen = async |by| shop.listed(by, &domain::pipeline::filter::DealFilter::default()).await;
        let north = seen(&shop.lead).await;
        assert!(!north.contains(&shop.deals[0]), "open deals go along");
        assert!(north.contains(&won), "closed ones stay with the unit that closed them");
        let south =
            shop.store.save_person(&shop.admin, new_request(), person_form("Sue South", Role::Manager, shop.south_a)).await.unwrap();
        let sue = actor(&shop.store, south);
        assert!(seen(&sue).await.contains(&shop.deals[0]));
        assert!(shop.store.customer(&sue, shop.customers[0]).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deal_of_somebody_who_left_can_be_mended() {
    each(async |shop: Shop| {
        let left = PersonForm { active: false, ..form(&shop, &shop.ada) };
        save(&shop, &shop.admin, left).await.unwrap();
        let old = shop.store.deal_form(&shop.lead, shop.deals[0]).await.unwrap();
        let mended = domain::pipeline::form::DealForm { title: "mended".into(), amount: "1000".into(), ..old };
        shop.store.save_deal(&shop.lead, new_request(), mended, whole_units).await.unwrap();
        assert_eq!(shop.card(shop.deals[0]).await.owner, shop.ada.id);
        let old = shop.store.deal_form(&shop.lead, shop.deals[1]).await.unwrap();
        let given = domain::pipeline::form::DealForm { owner: shop.ada.id.to_string(), amount: "1000".into(), ..old.clone() };
        let refused = shop.store.save_deal(&shop.lead, new_request(), given, whole_units).await;
        assert_eq!(refusals(refused), ["owner: unknown_value"]);
        let given = domain::pipeline::form::DealForm { owner: shop.finance.id.to_string(), amount: "1000".into(), ..old };
        let refused = shop.store.save_deal(&shop.admin, new_request(), given, whole_units).await;
        assert_eq!(refusals(refused), ["owner: forbidden"], "who has no deals gets none");
    })
    .await;
}
