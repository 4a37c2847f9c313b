//! Adding and changing customers.

use crate::common::{Shop, actor, assert_denied, assert_not_found, each, person_form, refusals, stale};
use domain::customers::CustomerForm;
use domain::policy::{Actor, Role};
use store::{StoreError, new_request};

fn named(name: &str) -> CustomerForm {
    CustomerForm { name: name.into(), ..CustomerForm::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_customer_belongs_to_the_saver_unless_another_is_named() {
    each(async |shop: Shop| {
        let owner = async |by: &Actor, form: CustomerForm| {
            let id = shop.store.save_customer(by, new_request(), form).await.unwrap();
            shop.store.customer(&shop.admin, id).await.unwrap().row.owner.unwrap().1
        };
        assert_eq!(owner(&shop.ada, named("One")).await, "Ada Adler");
        assert_eq!(owner(&shop.lead, CustomerForm { owner: shop.bob.id.to_string(), ..named("Two") }).await, "Bob Bauer");
        let give = async |by: &Actor, to: &Actor| {
            let form = CustomerForm { owner: to.id.to_string(), ..named("Three") };
            refusals(shop.store.save_customer(by, new_request(), form).await)
        };
        assert_eq!(give(&shop.ada, &shop.bob).await, ["owner: forbidden"], "a salesperson only for themselves");
        assert_eq!(give(&shop.lead, &shop.cai).await, ["owner: forbidden"], "a manager only below");
        assert_eq!(give(&shop.admin, &shop.hr).await, ["owner: forbidden"], "nobody for a role without customers");
        let nobody = CustomerForm { owner: shop.deals[0].to_string(), ..named("Three") };
        assert_eq!(refusals(shop.store.save_customer(&shop.ada, new_request(), nobody).await), ["owner: unknown_value"]);
        assert_denied(shop.store.save_customer(&shop.finance, new_request(), named("Four")).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_comes_back_in_the_form() {
    each(async |shop: Shop| {
        let typed = CustomerForm {
            short_name: "恒澜".into(),
            tier: "ordinary".into(),
            industry: "化工".into(),
            region: "华东".into(),
            size: "500-1999".into(),
            source: "referral".into(),
            phone: "021-6888 0000".into(),
            website: "https://example.com".into(),
            tax_number: "91310000".into(),
            address: "Road 1".into(),
            longitude: "121.4737".into(),
            latitude: "31.2304".into(),
            notes: "two\nlines".into(),
            ..named("恒澜智造")
        };
        let id = shop.store.save_customer(&shop.ada, new_request(), typed.clone()).await.unwrap();
        let form = shop.store.customer_form(&shop.ada, id).await.unwrap();
        let expected = CustomerForm { id: id.to_string(), version: 1, owner: shop.ada.id.to_string(), ..typed };
        assert_eq!(form, expected);
        let page = shop.store.customer(&shop.ada, id).await.unwrap();
        assert_eq!(page.position, Some((121.4737, 31.2304)));
        let changed = CustomerForm { phone: String::new(), longitude: String::new(), latitude: String::new(), ..form };
        shop.store.save_customer(&shop.ada, new_request(), changed).await.unwrap();
        let page = shop.store.customer(&shop.ada, id).await.unwrap();
        assert_eq!((page.row.phone.as_str(), page.position, page.row.version), ("", None, 2));
        assert!(shop.store.find_customers(&shop.ada, "6888").await.unwrap().is_empty(), "no longer found by the old number");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_reads_alike_is_a_duplicate_whoever_owns_it() {
    each(async |shop: Shop| {
        let answer = shop.store.save_customer(&shop.dan, new_request(), named(" ＡＬＰＨＡ　 pumps")).await;
        let Err(StoreError::Refused(found)) = answer else { panic!("{answer:?}") };
        assert_eq!((found[0].field.as_str(), found[0].code.as_str()), ("name", "duplicate"));
        assert_eq!(found[0].params, [("name".to_owned(), "Alpha Pumps".to_owned())]);
        // What merely begins alike is another one, also with a short name behind.
        shop.store.save_customer(&shop.dan, new_request(), named("Alpha")).await.unwrap();
        shop.store
            .save_customer(&shop.dan, new_request(), CustomerForm { short_name: "Pumps East".into(), ..named("Alpha P") })
            .await
            .unwrap();
        // Neither may an existing one become a duplicate; but it may keep its name.
        let form = shop.store.customer_form(&shop.ada, shop.customers[0]).await.unwrap();
        let renamed = CustomerForm { name: "beta tools".into(), ..form.clone() };
        assert_eq!(refusals(shop.store.save_customer(&shop.ada, new_request(), renamed).await), ["name: duplicate"]);
        let respelled = CustomerForm { name: "ALPHA Pumps".into(), ..form };
        shop.store.save_customer(&shop.ada, new_request(), respelled).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_add_one_customer_at_once_one_succeeds() {
    each(async |shop: Shop| {
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (store, ada) = (shop.store.clone(), shop.ada.clone());
            running.spawn(async move { store.save_customer(&ada, new_request(), named("Same")).await });
        }
        let answers = running.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_owner_gets_the_customer_and_not_its_deals() {
    each(async |shop: Shop| {
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        let given = CustomerForm { owner: shop.bob.id.to_string(), ..form.clone() };
        shop.store.save_customer(&shop.lead, new_request(), given).await.unwrap();
        assert_not_found(shop.store.customer(&shop.ada, shop.customers[0]).await);
        let page = shop.store.customer(&shop.bob, shop.customers[0]).await.unwrap();
        assert!(page.open_deals.is_empty(), "the deal is still Ada's");
        assert_eq!(shop.store.deal(&shop.ada, shop.deals[0]).await.unwrap().card.owner, shop.ada.id);
        assert_eq!(stale(shop.store.save_customer(&shop.lead, new_request(), form).await), ("Lea Lead".into(), 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_names_no_owner_leaves_the_owner() {
    each(async |shop: Shop| {
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        shop.store.save_customer(&shop.lead, new_request(), CustomerForm { owner: String::new(), ..form }).await.unwrap();
        assert_eq!(shop.store.customer(&shop.lead, shop.customers[0]).await.unwrap().row.owner.unwrap().0, shop.ada.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_customer_of_somebody_who_left_can_still_be_changed_and_given_on() {
    each(async |shop: Shop| {
        let mut leaving = person_form("Ada Adler", Role::Salesperson, shop.north_a);
        (leaving.id, leaving.version, leaving.active, leaving.password) = (shop.ada.id.to_string(), 1, false, String::new());
        shop.store.save_person(&shop.admin, new_request(), leaving).await.unwrap();
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        let noted = CustomerForm { notes: "Ada left".into(), ..form };
        shop.store.save_customer(&shop.lead, new_request(), noted).await.unwrap();
        let form = shop.store.customer_form(&shop.lead, shop.customers[0]).await.unwrap();
        let given = CustomerForm { owner: actor(&shop.store, shop.bob.id).id.to_string(), ..form };
        shop.store.save_customer(&shop.lead, new_request(), given).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_customers_are_not_changed() {
    each(async |shop: Shop| {
        assert_not_found(shop.store.customer_form(&shop.bob, shop.customers[0]).await);
        assert_denied(shop.store.customer_form(&shop.finance, shop.customers[0]).await);
        let form = CustomerForm { id: shop.customers[0].to_string(), version: 7, ..named("Mine") };
        assert_not_found(shop.store.save_customer(&shop.bob, new_request(), form.clone()).await);
        assert_eq!(stale(shop.store.save_customer(&shop.ada, new_request(), form.clone()).await).1, 1);
        let broken = CustomerForm { id: "17".into(), ..form };
        assert_not_found(shop.store.save_customer(&shop.ada, new_request(), broken).await);
    })
    .await;
}
