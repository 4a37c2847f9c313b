//! What administrators set: people, units, products, stages.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use crate::common::{Shop, actor, assert_denied, deal_form, each, person_form, refusals, stale, unit_form, whole_units};
use domain::ids::UnitId;
use domain::org::{PersonForm, UnitForm};
use domain::pipeline::filter::DealFilter;
use domain::pipeline::moves::MoveDeal;
use domain::policy::{Actor, Role};
use domain::settings::{PipelineForm, ProductForm, StageForm};
use store::{StoreError, new_request};

/// A person's form as it is, for a change.
fn form(shop: &Shop, of: &Actor) -> PersonForm {
    let person = shop.store.org().unwrap().people[&of.id].person.clone();
    PersonForm {
        request: String::new(),
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
            assert_denied(shop.store.save_unit(by, new_request(), unit_form(shop.north, "X")).await);
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
        let unit = shop.store.save_unit(&shop.admin, new_request(), unit_form(shop.north_a, "North A1")).await.unwrap();
        assert!(actor(&shop.store, shop.director.id).units_below.contains(&unit));
        assert!(!actor(&shop.store, shop.dan.id).units_below.contains(&unit));
        let nowhere = shop.store.save_unit(&shop.admin, new_request(), unit_form(UnitId(shop.deals[0].0), "")).await;
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

/// Names of the first pipeline's stages in their order, as everybody gets them.
async fn order(shop: &Shop) -> Vec<String> {
    let stages = shop.store.stages().await.unwrap();
    let first = stages.pipelines[0].id;
    let stages = stages.of(first);
    assert!(stages.iter().zip(1..).all(|(stage, place)| stage.position == place), "counted from 1 without gaps");
    stages.into_iter().map(|stage| stage.name_en).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_are_added_put_in_order_and_removed_while_unused() {
    each(async |shop: Shop| {
        let pipeline = shop.store.stages().await.unwrap().pipelines[0].id;
        let trial = StageForm {
            pipeline: pipeline.to_string(),
            name_zh: "试用".into(),
            name_en: "Trial".into(),
            probability: "50".into(),
            forecast: "best_case".into(),
            ..StageForm::default()
        };
        assert_denied(shop.store.save_stage(&shop.director, new_request(), trial.clone()).await);
        let id = shop.store.save_stage(&shop.admin, new_request(), StageForm { place: "3".into(), ..trial.clone() }).await.unwrap();
        assert_eq!(order(&shop).await, ["Prospect", "Lead", "Trial", "Opportunity", "Contract", "Won"]);
        // It is a column of the board and takes deals.
        let board = shop.store.board(&shop.admin, &DealFilter::default()).await.unwrap();
        assert_eq!(board.columns[2].stage.id, id);

        let form = shop.store.pipelines(&shop.admin).await.unwrap()[0].stages[2].form();
        shop.store.save_stage(&shop.admin, new_request(), StageForm { place: "9".into(), ..form }).await.unwrap();
        assert_eq!(order(&shop).await, ["Prospect", "Lead", "Opportunity", "Contract", "Trial", "Won"], "never behind the won one");
        let nowhere = StageForm { pipeline: shop.deals[0].to_string(), ..trial };
        assert!(matches!(shop.store.save_stage(&shop.admin, new_request(), nowhere).await, Err(StoreError::NotFound)));

        assert_denied(shop.store.remove_stage(&shop.director, new_request(), id).await);
        let moved = shop.to(shop.deals[0], 1).await;
        let back = shop.stages[0].id;
        shop.store.move_deal(&shop.ada, MoveDeal { to: id, ..moved }).await.unwrap();
        assert_eq!(refusals(shop.store.remove_stage(&shop.admin, new_request(), id).await), [": in_use"]);
        let moved = shop.to(shop.deals[0], 0).await;
        shop.store.move_deal(&shop.ada, MoveDeal { to: back, ..moved }).await.unwrap();
        assert_eq!(refusals(shop.store.remove_stage(&shop.admin, new_request(), id).await), [": stage_in_history"]);
        assert_eq!(refusals(shop.store.remove_stage(&shop.admin, new_request(), shop.stages[4].id).await), [": pipeline_needs_stage"]);
        shop.store.remove_stage(&shop.admin, new_request(), shop.stages[2].id).await.unwrap();
        assert_eq!(order(&shop).await, ["Prospect", "Lead", "Contract", "Trial", "Won"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pipeline_begins_with_the_standard_stages() {
    each(async |shop: Shop| {
        let form = PipelineForm { name_zh: "渠道".into(), name_en: "Channel".into(), ..PipelineForm::default() };
        assert_denied(shop.store.save_pipeline(&shop.director, new_request(), form.clone()).await);
        let id = shop.store.save_pipeline(&shop.admin, new_request(), form.clone()).await.unwrap();
        let stages = shop.store.stages().await.unwrap();
        assert_eq!(stages.pipelines.iter().map(|p| p.name_en.as_str()).collect::<Vec<_>>(), ["Standard pipeline", "Channel"]);
        let names = |id| stages.of(id).into_iter().map(|stage| stage.name_en).collect::<Vec<_>>();
        assert_eq!(names(id), names(stages.pipelines[0].id));
        let named = PipelineForm { id: id.to_string(), version: 1, name_en: "Partners".into(), ..form };
        shop.store.save_pipeline(&shop.admin, new_request(), named.clone()).await.unwrap();
        assert_eq!(shop.store.stages().await.unwrap().pipelines[1].name_en, "Partners");
        assert_eq!(stale(shop.store.save_pipeline(&shop.admin, new_request(), named).await), ("Amy Admin".into(), 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_renamed_and_moves_with_all_that_is_below_it() {
    each(async |shop: Shop| {
        let unit = |id: UnitId, parent: UnitId, name: &str| UnitForm { id: id.to_string(), ..unit_form(parent, name) };
        let org = || shop.store.org().unwrap();
        let south = org().units.iter().find(|u| u.name == "South").unwrap().id;
        // The manager of the North loses team A, and its deals, to the South.
        let sees = async |who: &Actor| {
            shop.store.board(who, &DealFilter::default()).await.unwrap().columns.iter().map(|c| c.cards.len()).sum::<usize>()
        };
        assert_eq!(sees(&shop.director).await, 3);
        shop.store.save_unit(&shop.admin, new_request(), unit(shop.north_a, south, "South B")).await.unwrap();
        assert!(org().units.iter().any(|u| u.id == shop.north_a && u.name == "South B" && u.parent == Some(south)));
        assert_eq!(sees(&actor(&shop.store, shop.director.id)).await, 1);
        assert_eq!(
            refusals(shop.store.save_unit(&shop.admin, new_request(), unit(south, shop.north_a, "South")).await),
            ["parent: unit_cycle"]
        );
        // The company keeps its place and may take another name.
        let company = shop.admin.unit;
        shop.store.save_unit(&shop.admin, new_request(), unit(company, south, "Weir Mills")).await.unwrap();
        assert!(org().units.iter().any(|u| u.id == company && u.parent.is_none() && u.name == "Weir Mills"));
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
        assert_eq!(shop.win(&shop.ada, deal, 5, crate::common::DAY).await.probability_bp, 10_000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_works_on_goes_along_to_another_team() {
    each(async |shop: Shop| {
        let won = shop.deal(&shop.ada, shop.customers[0], "Old order", "10").await;
        shop.win(&shop.ada, won, 1_000, crate::common::DAY).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_command_line_does_is_attributed_to_nobody() {
    each(async |shop: Shop| {
        let by = shop.store.org().unwrap().command_line().unwrap();
        let hired = save(&shop, &by, person_form("Pia Press", Role::Finance, shop.north)).await.unwrap();
        let sql = shop.sql().await;
        let text = "SELECT by_id, action FROM audit WHERE entity_id = $1";
        let rows = sql.rows(text, &[hired.0]).await;
        assert_eq!(rows.len(), 1);
        assert!(rows[0]["by_id"].is_null(), "{rows:?}");
        assert_eq!(rows[0]["action"], "manage_people");
        let other = save(&shop, &shop.admin, person_form("Quin Quick", Role::Finance, shop.north)).await.unwrap();
        assert!(!sql.rows(text, &[other.0]).await[0]["by_id"].is_null());
    })
    .await;
}
