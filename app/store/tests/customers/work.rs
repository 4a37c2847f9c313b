//! Follow-ups, which carry the next step of a deal, and tasks.

use crate::common::{DAY, Shop, actor, assert_denied, assert_not_found, day, each, refusals, stale};
use domain::customers::ContactForm;
use domain::ids::{CustomerId, TaskId};
use domain::pipeline::Happening;
use domain::policy::Actor;
use domain::work::{FollowUpForm, FollowUpKind, TaskForm, TaskView, TickTask};
use store::new_request;

fn call(customer: CustomerId) -> FollowUpForm {
    FollowUpForm { customer: customer.to_string(), content: "talked".into(), ..FollowUpForm::default() }
}

fn todo(title: &str) -> TaskForm {
    TaskForm { title: title.into(), ..TaskForm::default() }
}

async fn add(shop: &Shop, by: &Actor, form: TaskForm) -> TaskId {
    shop.store.add_task(by, new_request(), form).await.unwrap()
}

async fn titles(shop: &Shop, by: &Actor, view: TaskView) -> Vec<String> {
    shop.store.tasks(by, view).await.unwrap().into_iter().map(|task| task.title).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_carries_the_next_step_into_the_deal() {
    each(async |shop: Shop| {
        let form = FollowUpForm {
            deal: shop.deals[0].to_string(),
            kind: "visit".into(),
            next_step: "send offer".into(),
            next_on: day(12).to_string(),
            ..call(shop.customers[0])
        };
        shop.later(9).await.log_follow_up(&shop.ada, new_request(), form).await.unwrap();
        let page = shop.store.deal(&shop.ada, shop.deals[0]).await.unwrap();
        assert_eq!((page.card.next_step.as_str(), page.card.next_on), ("send offer", Some(day(12))));
        assert_eq!((page.card.active_on, page.card.version), (day(9), 2));
        let Happening::FollowUp { kind, content, .. } = &page.timeline[0].what else { panic!("{:?}", page.timeline) };
        assert_eq!((*kind, content.as_str(), page.timeline[0].by.as_str()), (FollowUpKind::Visit, "talked", "Ada Adler"));
        let customer = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap();
        assert_eq!(customer.timeline[0].deal, Some((shop.deals[0], "Alpha Pumps order".to_owned())));
        // One that agrees on nothing takes the step away.
        let form = FollowUpForm { deal: shop.deals[0].to_string(), ..call(shop.customers[0]) };
        shop.store.log_follow_up(&shop.ada, new_request(), form).await.unwrap();
        let card = shop.card(shop.deals[0]).await;
        assert_eq!((card.next_step.as_str(), card.next_on, card.version), ("", None, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_without_a_deal_stays_with_the_customer() {
    each(async |shop: Shop| {
        shop.store.log_follow_up(&shop.ada, new_request(), call(shop.customers[0])).await.unwrap();
        assert_eq!(shop.card(shop.deals[0]).await.version, 1);
        let page = shop.store.customer(&shop.ada, shop.customers[0]).await.unwrap();
        assert!(page.timeline[0].deal.is_none() && matches!(page.timeline[0].what, Happening::FollowUp { .. }));
        assert_eq!(page.row.version, 1, "open forms of the customer stay good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follow_up_needs_the_right_and_records_that_belong_together() {
    each(async |shop: Shop| {
        let log = async |by: &Actor, form: FollowUpForm| shop.store.log_follow_up(by, new_request(), form).await;
        let [alpha, beta, ..] = shop.customers;
        assert_denied(log(&shop.finance, call(alpha)).await);
        assert_denied(log(&shop.hr, call(alpha)).await);
        assert_not_found(log(&shop.dan, call(alpha)).await);
        log(&shop.service, FollowUpForm { deal: shop.deals[0].to_string(), ..call(alpha) }).await.unwrap();
        let strange = FollowUpForm { deal: shop.deals[1].to_string(), ..call(alpha) };
        assert_eq!(refusals(log(&shop.lead, strange.clone()).await), ["deal: unknown_value"]);
        assert_not_found(log(&shop.ada, strange).await);
        let contact = ContactForm { customer: beta.to_string(), name: "Eve".into(), ..ContactForm::default() };
        let contact = shop.store.save_contact(&shop.bob, new_request(), contact).await.unwrap();
        let form = FollowUpForm { contact: contact.to_string(), ..call(alpha) };
        assert_eq!(refusals(log(&shop.ada, form.clone()).await), ["contact: unknown_value"]);
        log(&shop.bob, FollowUpForm { customer: beta.to_string(), ..form }).await.unwrap();
        let late = FollowUpForm { next_on: day(-1).to_string(), ..call(alpha) };
        assert_eq!(refusals(log(&shop.ada, late).await), ["next_on: date_in_past"]);
        assert_eq!(shop.sql().await.count("follow_up").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_tasks_shows_ones_own_by_the_day_they_are_due() {
    each(async |shop: Shop| {
        let due = |title: &str, on: i64| TaskForm { due_on: day(on).to_string(), ..todo(title) };
        add(&shop, &shop.ada, todo("some day")).await;
        add(&shop, &shop.ada, due("later", 2)).await;
        add(&shop, &shop.ada, due("today", 0)).await;
        add(&shop, &shop.ada, due("late", -2)).await;
        let done = add(&shop, &shop.ada, due("done", -3)).await;
        let tick = TickTask { request: new_request(), task: done, version: 1, done: true };
        assert_eq!(shop.store.tick_task(&shop.ada, tick).await.unwrap(), 2);
        add(&shop, &shop.bob, todo("of Bob")).await;
        assert_eq!(titles(&shop, &shop.ada, TaskView::Open).await, ["late", "today", "later", "some day"]);
        assert_eq!(titles(&shop, &shop.ada, TaskView::Today).await, ["today"]);
        assert_eq!(titles(&shop, &shop.ada, TaskView::Overdue).await, ["late"]);
        assert_eq!(titles(&shop, &shop.ada, TaskView::Done).await, ["done"]);
        assert_eq!(shop.store.task_counts(&shop.ada).await.unwrap(), (4, 1, 1));
        assert_eq!(shop.store.task_counts(&shop.lead).await.unwrap(), (0, 0, 0), "not the team's");
        assert_eq!(shop.store.task_counts(&shop.hr).await.unwrap(), (0, 0, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_given_only_to_those_below_and_to_roles_that_do_such_work() {
    each(async |shop: Shop| {
        let give = async |by: &Actor, to: &Actor| {
            let form = TaskForm { owner: to.id.to_string(), ..todo("Call them") };
            shop.store.add_task(by, new_request(), form).await
        };
        assert_eq!(refusals(give(&shop.ada, &shop.bob).await), ["owner: forbidden"]);
        assert_eq!(refusals(give(&shop.ada, &shop.lead).await), ["owner: forbidden"]);
        assert_eq!(refusals(give(&shop.lead, &shop.cai).await), ["owner: forbidden"]);
        assert_eq!(refusals(give(&shop.admin, &shop.hr).await), ["owner: forbidden"]);
        // A page offers exactly those.
        let offered = |by: &Actor| shop.store.task_owners(by).unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(offered(&shop.ada), [shop.ada.id]);
        assert_eq!(offered(&shop.lead), [shop.lead.id, shop.ada.id, shop.bob.id], "oneself first, then by name");
        assert_eq!(offered(&shop.hr), []);
        for of in offered(&shop.director).into_iter().filter(|id| *id != shop.cai.id) {
            give(&shop.director, &actor(&shop.store, of)).await.unwrap();
        }
        let task = give(&shop.director, &shop.cai).await.unwrap();
        let row = shop.store.tasks(&shop.cai, TaskView::Open).await.unwrap().remove(0);
        assert_eq!((row.id, row.owner_name.as_str()), (task, "Cai Chen"));
        assert_denied(shop.store.add_task(&shop.hr, new_request(), todo("mine")).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_names_deals_and_customers_that_its_maker_may_see() {
    each(async |shop: Shop| {
        let of_deal = TaskForm { deal: shop.deals[0].to_string(), ..todo("Call") };
        add(&shop, &shop.ada, of_deal.clone()).await;
        let row = shop.store.tasks(&shop.ada, TaskView::Open).await.unwrap().remove(0);
        assert_eq!(row.deal, Some((shop.deals[0], "Alpha Pumps order".to_owned())));
        assert_eq!(row.customer, Some((shop.customers[0], "Alpha Pumps".to_owned())), "the deal's customer");
        let refused = async |by: &Actor, form: TaskForm| refusals(shop.store.add_task(by, new_request(), form).await);
        assert_eq!(refused(&shop.dan, of_deal.clone()).await, ["deal: unknown_value"]);
        assert_eq!(
            refused(&shop.dan, TaskForm { customer: shop.customers[0].to_string(), ..todo("X") }).await,
            ["customer: unknown_value"]
        );
        assert_eq!(
            refused(&shop.lead, TaskForm { customer: shop.customers[1].to_string(), ..of_deal }).await,
            ["deal: unknown_value"],
            "another's deal"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_ticked_by_its_owner_or_their_manager_from_the_version_they_saw() {
    each(async |shop: Shop| {
        let task = add(&shop, &shop.ada, todo("Call")).await;
        let tick = |version: i32, done: bool| TickTask { request: new_request(), task, version, done };
        assert_not_found(shop.store.tick_task(&shop.dan, TickTask { task: TaskId(shop.deals[0].0), ..tick(1, true) }).await);
        assert_not_found(shop.store.tick_task(&shop.bob, tick(1, true)).await);
        assert_eq!(shop.store.tick_task(&shop.lead, tick(1, true)).await.unwrap(), 2);
        assert_eq!(stale(shop.store.tick_task(&shop.ada, tick(1, true)).await), ("Lea Lead".into(), 2));
        let done_at = shop.store.tasks(&shop.ada, TaskView::Done).await.unwrap()[0].done_at;
        assert_eq!(done_at.map(|at| shop.store.clock().local_date(at)), Some(DAY));
        assert_eq!(shop.store.tick_task(&shop.ada, tick(2, false)).await.unwrap(), 3);
        assert_eq!(titles(&shop, &shop.ada, TaskView::Open).await, ["Call"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_works_on_a_deal_writes_about_it_though_the_customer_is_a_colleagues() {
    each(async |shop: Shop| {
        // Ada's customer goes to Bob; her deal stays hers.
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        let given = domain::customers::CustomerForm { owner: shop.bob.id.to_string(), ..form };
        shop.store.save_customer(&shop.lead, new_request(), given).await.unwrap();
        let form = FollowUpForm { deal: shop.deals[0].to_string(), ..call(shop.customers[0]) };
        shop.store.log_follow_up(&shop.ada, new_request(), form).await.unwrap();
        assert_not_found(shop.store.log_follow_up(&shop.ada, new_request(), call(shop.customers[0])).await);
        // And she can still mend the deal itself.
        let form = shop.store.deal_form(&shop.ada, shop.deals[0]).await.unwrap();
        let form = domain::pipeline::form::DealForm { title: "mended".into(), amount: "1200".into(), ..form };
        shop.store.save_deal(&shop.ada, new_request(), form, crate::common::whole_units).await.unwrap();
        assert_eq!(shop.card(shop.deals[0]).await.title, "mended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_about_a_deal_is_for_those_who_may_see_the_deal() {
    each(async |shop: Shop| {
        // Bob gets a deal of his own with Ada's customer.
        let deal = shop.deal(&shop.lead, shop.customers[0], "Second order", "500").await;
        let form = shop.store.deal_form(&shop.lead, deal).await.unwrap();
        let form = domain::pipeline::form::DealForm { owner: shop.bob.id.to_string(), amount: "500".into(), ..form };
        shop.store.save_deal(&shop.lead, new_request(), form, crate::common::whole_units).await.unwrap();
        let form = FollowUpForm { deal: deal.to_string(), content: "secret price".into(), ..call(shop.customers[0]) };
        shop.store.log_follow_up(&shop.bob, new_request(), form).await.unwrap();
        shop.store.log_follow_up(&shop.ada, new_request(), call(shop.customers[0])).await.unwrap();
        let said = async |by: &Actor| -> Vec<String> {
            let page = shop.store.customer(by, shop.customers[0]).await.unwrap();
            let content = |what| if let Happening::FollowUp { content, .. } = what { Some(content) } else { None };
            page.timeline.into_iter().filter_map(|event| content(event.what)).collect()
        };
        assert_eq!(said(&shop.ada).await, ["talked"]);
        assert_eq!(said(&shop.lead).await, ["talked", "secret price"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_ticks_their_own_tasks_and_nobody_elses() {
    each(async |shop: Shop| {
        for own in [&shop.finance, &shop.hr, &shop.service, &shop.ada] {
            let (sql, id) = (shop.sql().await, new_request().0);
            sql.run(&format!(
                "INSERT INTO task (id, title, owner_id, unit_id, created_at, version) SELECT {id}, 'own', {owner}, {unit}, created_at, 1 FROM person WHERE id = {owner}",
                id = literal(&shop, id),
                owner = literal(&shop, own.id.0),
                unit = literal(&shop, own.unit.0)
            ))
            .await;
            let tick = |done| TickTask { request: new_request(), task: TaskId(id), version: 1, done };
            assert_not_found(shop.store.tick_task(&shop.dan, tick(true)).await);
            assert_eq!(shop.store.tick_task(own, tick(true)).await.unwrap(), 2, "{}", own.name);
        }
    })
    .await;
}

/// An id as each database writes it.
fn literal(shop: &Shop, id: uuid::Uuid) -> String {
    if shop.url.starts_with("sqlite") { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
}
